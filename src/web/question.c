#include "web/question.h"

#include <string.h>

#include "base/text.h"
#include "engine/origin.h"
#include "engine/hold.h"
#include "engine/view.h"
#include "net/http_server.h"
#include "web/html.h"
#include "web/signup_form.h"
#include "web/words.h"

static void read_field(struct http_request *r, const char *name, char *to, size_t to_bytes)
{
	const char *typed = http_request_form(r, name);
	text_copy(to, to_bytes, typed != NULL && text_is_utf8(typed, strlen(typed)) ? typed : "");
	text_trim(to);
}

#define READ(q, member) read_field(r, #member, (q)->member, sizeof((q)->member))

void question_read(struct http_request *r, struct question *q)
{
	const char *toll_free = http_request_form(r, "toll_free");
	const char *look = http_request_form(r, "look");
	READ(q, place);
	READ(q, contains);
	READ(q, number);
	READ(q, hold);
	q->is_toll_free = toll_free != NULL && toll_free[0] != '\0';
	q->is_looking = look != NULL && look[0] != '\0';
	q->is_said = true;
}

bool question_is_wrong(const struct question *q)
{
	return q->wrong_place[0] != '\0' || q->wrong_contains[0] != '\0' ||
	       q->wrong_number[0] != '\0';
}

/* What it was told before; its phone's own area code goes without saying. */
static const char *known_place(const struct order *o)
{
	char own[COUNTRY_NDC_BYTES];
	view_area_code(o->business_phone, own);
	if (o->city[0] != '\0')
		return o->city;
	if (o->postal_code[0] != '\0')
		return o->postal_code;
	return text_is(o->area_code, own) ? "" : o->area_code;
}

static const char *known_contains(const struct order *o, const struct question *q)
{
	return q->is_said ? q->contains : o->contains;
}

/* The field has only one of what was said, and was not touched. */
static bool is_as_known(const struct order *o, const struct question *q)
{
	return q->place[0] == '\0' || text_is(q->place, known_place(o));
}

static void take_known_place(const struct order *o, struct engine_search *search)
{
	if (o->city[0] == '\0' && o->postal_code[0] == '\0') {
		offers_read_place(known_place(o), search);
		return;
	}
	TEXT_COPY(search->area_code, o->area_code);
	TEXT_COPY(search->postal_code, o->postal_code);
	TEXT_COPY(search->city, o->city);
}

struct engine_search question_search(const struct order *o, const struct question *q)
{
	struct engine_search search = {.is_toll_free = q->is_toll_free};
	bool is_bound = o->wanted.number[0] != '\0' && !o->asks;
	TEXT_COPY(search.phone, o->business_phone);
	TEXT_COPY(search.contains, known_contains(o, q));
	/* No farther than we would choose: see rung_for_me(). */
	if (is_bound)
		TEXT_COPY(search.max_rung, ladder_rung_wire(o->max_rung));
	if (!is_as_known(o, q))
		offers_read_place(q->place, &search);
	else if (!q->is_toll_free)
		take_known_place(o, &search);
	return search;
}

/* "Choose for me": as far as was allowed where the chosen one has gone; as far
 * as it takes where that far had nothing. */
static const char *rung_for_me(const struct order *o)
{
	if (o->wanted.number[0] == '\0')
		return ladder_rung_wire(LADDER_SAME_COUNTRY);
	return o->asks ? "ask" : ladder_rung_wire(o->max_rung);
}

static bool is_somewhere(const struct order *o, struct question *q)
{
	struct ladder ladder;
	struct phone_refusal refusal;
	struct question local = *q;
	local.is_toll_free = false;
	struct engine_search search = question_search(o, &local);
	if (origin_find(&search, &ladder, &refusal))
		return true;
	words_place(&refusal, q->wrong_place, sizeof(q->wrong_place));
	return false;
}

void question_refuse(const struct order *o, struct question *q)
{
	if (q->place[0] != '\0' && !is_somewhere(o, q))
		return;
	if (q->number[0] != '\0' || is_somewhere(o, q))
		TEXT_COPY(q->wrong_number, "Choose one of the numbers that are for sale.");
}

static bool takes_contains(const struct order *o, struct question *q, struct engine_choice *ret)
{
	char digits[12];
	const char *typed = known_contains(o, q);
	if (!wish_read_contains(typed, digits)) {
		const struct wish_error error = {.field = "contains", .reason = "invalid_field"};
		words_field(&error, q->wrong_contains, sizeof(q->wrong_contains));
		return false;
	}
	TEXT_COPY(ret->contains, digits);
	ret->has_contains = !text_is(digits, o->contains);
	return true;
}

bool question_answer(const struct order *o, struct question *q, struct engine_choice *ret)
{
	struct place place;
	*ret = (struct engine_choice){0};
	bool needs_place = o->error.code == ERR_PLACE_NEEDED;
	place_read(needs_place || !is_as_known(o, q) ? q->place : "", &place);
	TEXT_COPY(ret->area_code, place.area_code);
	TEXT_COPY(ret->postal_code, place.postal_code);
	TEXT_COPY(ret->city, place.city);
	TEXT_COPY(ret->number, q->number);
	TEXT_COPY(ret->hold, hold_names(q->hold, q->number) ? q->hold : "");
	if (q->number[0] != '\0')
		return true;
	if (q->is_toll_free) {
		TEXT_COPY(q->wrong_number, "Choose one of the toll-free numbers, or untick that "
					   "box.");
		return false;
	}
	if (!is_somewhere(o, q) || !takes_contains(o, q, ret))
		return false;
	if (!needs_place)
		TEXT_COPY(ret->max_rung, rung_for_me(o));
	return true;
}

/* --- how it looks ------------------------------------------------------------------- */

static void add_wishes(struct str *to, const struct order *o, const struct question *q)
{
	bool needs_place = o->error.code == ERR_PLACE_NEEDED;
	const char *place = q->place[0] ? q->place : known_place(o);
	const char *contains = known_contains(o, q);
	bool is_open = q->is_toll_free || contains[0] != '\0' || q->wrong_contains[0] != '\0' ||
		       (!needs_place && (q->wrong_place[0] != '\0' || q->place[0] != '\0'));
	if (needs_place)
		signup_form_place(to, place, q->wrong_place);
	str_addf(to, "<details class=\"more\"%s><summary>%s</summary>", is_open ? " open" : "",
		needs_place ? "Certain digits, toll-free"
			    : "Another place, certain digits, toll-free");
	if (!needs_place)
		signup_form_place(to, place, q->wrong_place);
	signup_form_filter(to, contains, q->wrong_contains, q->is_toll_free);
	str_add(to, "</details>");
}

void question_write(struct str *to, const struct order *o, const struct question *q)
{
	const struct chooser chooser = {.found = q->found,
		.search = q->search,
		.chosen = q->number,
		.for_me = "the nearest one there is"};
	str_addf(to,
		"<form class=\"next ask\" method=\"post\" action=\"/signups/%s\" novalidate "
		"data-once><noscript><button class=\"unseen\" type=\"submit\" tabindex=\"-1\" "
		"aria-hidden=\"true\">Go on</button></noscript>"
		"<input type=\"hidden\" id=\"business_phone\"",
		o->id);
	html_attribute(to, "value", o->business_phone);
	str_add(to, ">");
	add_wishes(to, o, q);
	signup_form_numbers(to, q->found != NULL ? &chooser : NULL, q->hold, q->wrong_number);
	str_add(to, "<p class=\"acts\"><button class=\"button main\" type=\"submit\" "
		    "data-busy=\"Going on…\">Go on</button></p></form>");
}
