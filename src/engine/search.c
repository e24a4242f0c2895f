/* search.c - numbers for sale now, in the order of the ladder, for people to see. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "engine/inside.h"

#define MOST_PLACES 6 /* searched for one look: each is a call upstream */

struct searching {
	struct engine *engine;
	struct ladder ladder;
	size_t cursor;
	int places;
	struct ladder_step place;
	struct carrier_query query;
	struct engine_offer offers[CARRIER_OFFERS_MOST];
	int count, limit;
	struct wish_error error;
	engine_search_done done;
	void *arg;
};

static void finish(struct searching *s)
{
	bool is_error = s->error.err.code != ERR_OK;
	s->done(s->arg, is_error ? &s->error : NULL, s->offers, is_error ? 0 : s->count);
	free(s);
}

static void finish_later(void *arg)
{
	finish(arg);
}

static void search_next(struct searching *s);

static void found(void *arg, const struct err *e, const struct carrier_offer *offers, int count)
{
	struct searching *s = arg;
	if (e->code != ERR_OK && e->code != ERR_CARRIER_NO_NUMBERS) {
		s->error.err = *e;
		TEXT_COPY(s->error.reason, err_wire(e->code));
		finish(s);
		return;
	}
	for (int i = 0; e->code == ERR_OK && i < count && s->count < s->limit; i++)
		s->offers[s->count++] = (struct engine_offer){offers[i], s->place};
	search_next(s);
}

static void search_next(struct searching *s)
{
	if (s->count >= s->limit || s->places >= MOST_PLACES ||
		!ladder_next(&s->ladder, &s->cursor, &s->place)) {
		finish(s);
		return;
	}
	/* Further out only while there is nothing nearer. */
	if (s->count > 0) {
		finish(s);
		return;
	}
	if (s->place.npa[0] != '\0' && s->place.rung >= LADDER_SAME_STATE) {
		search_next(s);
		return;
	}
	s->places++;
	TEXT_COPY(s->query.country, s->place.country);
	TEXT_COPY(s->query.area_code, s->place.npa);
	TEXT_COPY(s->query.region, s->place.region);
	s->query.limit = s->limit;
	carrier_offers(s->engine->carrier, &s->query, found, s);
}

static bool refuse(struct searching *s, const char *field, const char *reason, enum err_code code,
	const char *message, const char *hint)
{
	TEXT_COPY(s->error.field, field);
	TEXT_COPY(s->error.reason, reason);
	err_set_hint(&s->error.err, code, hint, "%s", message);
	return false;
}

static bool refuse_phone(struct searching *s, const char *field, const struct phone_refusal *r)
{
	return refuse(s, field, phone_reject_wire(r->code), ERR_PHONE_REFUSED, r->message, r->hint);
}

static bool is_number_part(const char *contains)
{
	return contains[0] == '\0' || (text_is_digits(contains) && strlen(contains) <= 7);
}

static bool prepare(struct searching *s, const struct engine_search *search)
{
	struct phone phone = {0};
	struct phone_refusal refusal;
	enum ladder_rung max_rung = LADDER_SAME_COUNTRY;
	const char *country = search->country[0] ? search->country : NULL;
	if (search->max_rung[0] && !ladder_rung_from_wire(search->max_rung, &max_rung))
		return refuse(s, "max_rung", "invalid_field", ERR_INVALID_FIELD,
			"max_rung is not known", "Use same_area_code or same_country.");
	if (!is_number_part(search->contains))
		return refuse(s, "contains", "invalid_field", ERR_INVALID_FIELD,
			"contains takes one to seven digits", "Give digits only, such as 2020.");
	TEXT_COPY(s->query.contains, search->contains);
	s->query.is_toll_free = search->is_toll_free;
	if (search->is_toll_free) {
		s->ladder = (struct ladder){.count = 1, .country = "US"};
		s->ladder.areas[0].rung = LADDER_SAME_COUNTRY;
		return true;
	}
	if (search->phone[0] == '\0' && search->area_code[0] == '\0')
		return refuse(s, "phone", "invalid_field", ERR_INVALID_FIELD,
			"a phone number or an area code is needed", "Give phone or area_code.");
	if (search->phone[0] &&
		!phone_parse(search->phone, strlen(search->phone), country, &phone, &refusal))
		return refuse_phone(s, "phone", &refusal);
	if (search->area_code[0] && !phone_check_area_code(search->area_code, &refusal))
		return refuse_phone(s, "area_code", &refusal);
	struct ladder_wish wish = {
		.phone = &phone, .area_code = search->area_code, .max_rung = max_rung};
	if (!ladder_build(&wish, &s->ladder, &refusal) || s->ladder.count == 0)
		return refuse(s, "phone", "no_area_code", ERR_PLACE_NEEDED,
			"this phone belongs to no place in the US or Canada",
			"Give an area code as well.");
	return true;
}

struct holding {
	struct wish_error error;
	engine_reserve_done done;
	void *arg;
};

static void tell_not_held(void *arg)
{
	struct holding *h = arg;
	h->done(h->arg, &h->error, NULL);
	free(h);
}

void engine_reserve(struct engine *engine, const char *number, engine_reserve_done done, void *arg)
{
	struct holding *h = must_calloc(1, sizeof(*h));
	h->done = done;
	h->arg = arg;
	err_set(&h->error.err, ERR_CARRIER_NOT_OFFERED, "could not reserve %s", number);
	loop_post(engine->loop, tell_not_held, h);
}

void engine_search(struct engine *engine, const struct engine_search *search,
	engine_search_done done, void *arg)
{
	struct searching *s = must_calloc(1, sizeof(*s));
	s->engine = engine;
	s->done = done;
	s->arg = arg;
	s->limit = search->limit < 1                     ? 10
		   : search->limit > CARRIER_OFFERS_MOST ? CARRIER_OFFERS_MOST
							 : search->limit;
	if (prepare(s, search))
		search_next(s);
	else
		loop_post(engine->loop, finish_later, s);
}
