/*
 * inside.h - what the pages share; for src/web only.
 *
 * One file a page.  A page that asks the engine keeps its request in an ask
 * (a struct that begins with struct web_ask), so that an answer that comes
 * after web_free() finds out and touches nothing.
 */
#ifndef WEB_INSIDE_H
#define WEB_INSIDE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/id.h"
#include "base/str.h"
#include "engine/engine.h"
#include "web/web.h"

struct loop;
struct loop_timer;
struct web_ask;
struct live;
struct offers;

struct web {
	struct engine *engine;
	const struct config *config;
	struct api *api; /* borrowed, as the three above */
	struct web_ask *asks;
	struct live *lives; /* open progress streams */
	struct loop_timer *pulse;
	struct offers *offers;
};

struct web_ask {
	struct web *web; /* NULL once the pages are gone */
	struct http_request *request;
	struct web_ask *next, **here;
};

/* Zeroed; `bytes` is the size of the page's own struct. */
void *web_ask_new(struct web *web, struct http_request *r, size_t bytes);
/* True when the pages are gone: then the request was answered and freed. */
bool web_ask_is_orphan(struct web_ask *ask);
void web_ask_free(struct web_ask *ask);

/* Answers with the page in *html, all headers, and str_done(html). */
void web_answer(struct http_request *r, int status, struct str *html);
/* 303: what was posted is done, look there. */
void web_answer_see(struct http_request *r, const char *path);
/* A whole page with one message. */
void web_answer_message(
	struct web *web, struct http_request *r, int status, const char *title, const char *text);
/* Headers that every answer of ours has. */
void web_add_headers(struct http_request *r);

/* Whether a POST comes from a page of ours.  Browsers say so; a program that
 * says nothing passes only where `is_silence_fine` (there is no cookie to abuse). */
bool web_is_same_origin(const struct http_request *r, bool is_silence_fine);

/* The pages. */
void page_signup_show(struct web *web, struct http_request *r);
void page_signup_take(struct web *web, struct http_request *r);
void page_progress_show(struct web *web, struct http_request *r, const char *id);
void page_progress_take(struct web *web, struct http_request *r, const char *id);
void page_about_show(struct web *web, struct http_request *r);
void page_admin_list(struct web *web, struct http_request *r);
void page_admin_show(struct web *web, struct http_request *r, const char *id);
void page_admin_take(struct web *web, struct http_request *r, const char *id, const char *act);

void page_spending_show(struct web *web, struct http_request *r);
void page_spending_take(struct web *web, struct http_request *r, bool is_freeze);
/* For the list of sign-ups: whether spending is frozen, and the way to the limits. */
void page_spending_note(const struct web *web, struct str *to);

/* What changes while it goes on, for the page and its stream alike. */
void page_progress_write(const struct web *web, const struct order *o, struct str *to);
void page_progress_title(const struct web *web, const struct order *o, struct str *to);

/* live.c: the stream behind a progress page. */
void live_start(struct web *web, struct http_request *r, const char *id);
void live_pulse(struct web *web);
void live_end_all(struct web *web);

struct offers *offers_new(void);
struct offers *offers_free(struct offers *offers);
/* offer.c: what the script asks while the form is filled in. */
void offer_show(struct web *web, struct http_request *r);
/* page_hold.c: the chosen number is kept while the form is filled in. */
void page_hold_take(struct web *web, struct http_request *r);

#endif
