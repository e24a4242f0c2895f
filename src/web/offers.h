/*
 * offers.h - numbers for sale, as the pages show them.
 *
 * What a search found serves everyone who asks the same for a minute.  Searches
 * cost upstream calls, so they are bounded for a network and for all together;
 * beyond that there is nothing to show, and a sign-up works all the same.
 */
#ifndef WEB_OFFERS_H
#define WEB_OFFERS_H

#include "engine/engine.h"
#include "numbering/ladder.h"
#include "web/inside.h"

#define OFFERS_MOST 24

struct offers_found {
	bool is_known; /* false: not searched, or in vain; then error may say why */
	struct wish_error error;
	int count;
	struct engine_offer offers[OFFERS_MOST];
};

struct offers_look;
typedef void (*offers_done)(struct offers_look *look, const struct offers_found *found);

/* A page that shows numbers begins its own struct with this one. */
struct offers_look {
	struct web_ask ask;
	struct engine_search search;
	offers_done done;
};
/* `done` is called once, maybe from inside the call; not when the pages are gone
 * before: then the request was answered and the look freed. */
void offers_ask(struct offers_look *look);

/* This number has gone: it is shown to nobody any more. */
void offers_forget(struct web *web, const char *number);
/* The one field for a place, into the search. */
void offers_read_place(const char *typed, struct engine_search *search);

/* --- showing them (chooser.c) --- */

struct chooser {
	const struct offers_found *found;
	const struct engine_search *search;
	const char *chosen; /* E.164; "" for none */
	const char *for_me; /* what happens when none is chosen */
};
/* The fieldset: numbers by rung, their prices, the map.  "" when there are none. */
void chooser_write(struct str *to, const struct chooser *chooser);
/* One sentence on what there is. */
void chooser_say(struct str *to, const struct chooser *chooser);

/* --- the map (map.c) --- */

/* Where they are, seen from where the search starts, as SVG with a text of its
 * own; nothing where that is not known. */
void map_write(struct str *to, const struct ladder *origin, const struct offers_found *found);

#endif
