/*
 * question.h - what a sign-up asks its customer: where the business is, or which
 * of the numbers there are instead of the one that has gone.
 */
#ifndef WEB_QUESTION_H
#define WEB_QUESTION_H

#include "web/offers.h"
#include "web/place.h"

/* What the customer says to it, as typed, and what is wrong with that. */
struct question {
	char place[PLACE_BYTES];
	char contains[32];
	char number[64]; /* the one chosen; "": we choose */
	char hold[240];
	bool is_toll_free;
	bool is_looking; /* only to see the numbers */
	bool is_said;    /* the page was sent: what is "" in it was left out, or emptied */
	char wrong_place[200], wrong_contains[200], wrong_number[200];
	const struct offers_found *found;   /* NULL: none are shown */
	const struct engine_search *search; /* that found them */
};

void question_read(struct http_request *r, struct question *question);
/* False: what is wrong stands in the question. */
bool question_answer(const struct order *o, struct question *question, struct engine_choice *ret);
/* The engine took the answer for none. */
void question_refuse(const struct order *o, struct question *question);
bool question_is_wrong(const struct question *question);
/* Which numbers to offer. */
struct engine_search question_search(const struct order *o, const struct question *question);
void question_write(struct str *to, const struct order *o, const struct question *question);

#endif
