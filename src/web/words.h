/*
 * words.h - what a customer reads, in words for a shop owner.
 *
 * Pure: from an order, an error or a reason to sentences.  No code, key, status
 * word or name of an upstream service gets through (the operator's pages show those).
 */
#ifndef WEB_WORDS_H
#define WEB_WORDS_H

#include <stdbool.h>

#include "base/err.h"
#include "engine/wish.h"
#include "order/order.h"

enum step_mark { STEP_TODO, STEP_NOW, STEP_DONE, STEP_STOPPED };
#define WORDS_STEPS 6
struct words_step {
	enum step_mark mark;
	char title[100];
	char detail[240]; /* "" nothing to add */
};
/* The steps of this sign-up, in order; returns how many. */
int words_steps(const struct order *o, struct words_step ret[WORDS_STEPS]);

/* Where a sign-up ended up, or what it waits for. */
struct words_news {
	char title[100]; /* the heading, and the page's title */
	char text[400];
	char next[300]; /* what to do now; "" nothing */
};
void words_news(const struct order *o, struct words_news *ret);

/* While it goes on in spite of trouble: one sentence; "" when there is none. */
const char *words_delay(const struct order *o);

/* Why this number: "It has your own area code, 415."; "" when there is nothing to say. */
void words_match(const struct order *o, char *to, size_t to_bytes);

/* A place on the ladder as a heading: "Nearby: 650, 12.7 km (8 miles)". */
void words_rung(const struct ladder_step *place, char *to, size_t to_bytes);

/* What is wrong with a field of the form, and what to do. */
void words_field(const struct wish_error *error, char *to, size_t to_bytes);
/* The same for a refused phone number. */
const char *words_phone(const char *reason);
/* A place that the ladder refused, or (PHONE_OK) that is missing. */
void words_place(const struct phone_refusal *refusal, char *to, size_t to_bytes);
/* An error that is about no field. */
void words_refusal(const struct err *e, struct words_news *ret);

#endif
