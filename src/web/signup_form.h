/*
 * signup_form.h - the sign-up form: what was typed, what is wrong with it, and
 * how it looks.  page_signup.c decides what becomes of it.
 */
#ifndef WEB_SIGNUP_FORM_H
#define WEB_SIGNUP_FORM_H

#include "web/offers.h"
#include "web/place.h"
#include "web/words.h"

enum signup_field {
	SIGNUP_NAME,
	SIGNUP_EMAIL,
	SIGNUP_PHONE,
	SIGNUP_EXISTING,
	SIGNUP_PLACE,
	SIGNUP_CONTAINS,
	SIGNUP_NUMBER,
	SIGNUP_FIELDS
};

struct signup_form {
	struct wish wish;        /* its area code, postal code and city are what `place` says */
	char place[PLACE_BYTES]; /* as typed */
	bool has_existing, is_toll_free;
	bool is_looking; /* it only wants to see the numbers */
	char wrong[SIGNUP_FIELDS][200];
	struct words_news news; /* about no field; title "" when nothing */
	char seen_id[ID_BYTES]; /* the sign-up this very form made before */
};

void signup_form_read(struct http_request *r, struct signup_form *form);
/* All that is wrong at once, into form->wrong; returns how many fields are. */
int signup_form_check(struct signup_form *form);
/* The wish that goes out: an unticked box means no existing number, whatever
 * stands in the hidden field, and a ticked one no new number. */
struct wish signup_form_wish(const struct signup_form *form);
/* Where and which numbers it asks for. */
struct engine_search signup_form_search(const struct signup_form *form);
/* Which field an error is about; SIGNUP_FIELDS when none. */
enum signup_field signup_form_field(const char *name);
int signup_form_wrong(const struct signup_form *form);

/* The card with the form in it; found may be NULL: no numbers are shown. */
void signup_form_write(struct str *to, const struct web *web, const struct signup_form *form,
	const struct offers_found *found);

/* Shared with the page of a sign-up that asks: one field for a place, and what
 * narrows the numbers down. */
void signup_form_place(struct str *to, const char *value, const char *wrong);
void signup_form_filter(struct str *to, const char *contains, const char *wrong, bool is_toll_free);
/* What the script fills: the line, the numbers, the hold.  Without script: the
 * button that shows them. */
void signup_form_numbers(
	struct str *to, const struct chooser *chooser, const char *hold, const char *wrong);

#endif
