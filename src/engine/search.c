/*
 * search.c - numbers for sale now, for people to see: of several rungs, in the
 * order of the ladder, places asked side by side as route.h says.  What a sign-up
 * would not pay is not shown, and takes no room.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "engine/inside.h"
#include "engine/route.h"
#include "numbering/countries_sold.h"

#define MOST_PLACES 12   /* asked for one look: each is a call upstream */
#define MOST_OF_PLACE 10 /* while others have some, too */
#define MOST_FOUND (2 * MOST_PLACES * MOST_OF_PLACE)
#define USUAL_LIMIT 10

/* One place, asked. */
struct look {
	struct search *search;
	struct route_place place;
};

/* A number and the place in the ladder that it is of. */
struct found {
	struct carrier_offer offer;
	struct route_place place;
};

struct search {
	LIST_ENTRY(search) link; /* the engine's */
	struct engine *engine;
	struct ladder ladder;
	struct route route;
	struct carrier_query query;
	struct look looks[ROUTE_ROUND_MOST];
	int out, places;
	bool is_awaiting_stock;
	struct found found[MOST_FOUND];
	int found_count, limit;
	struct engine_papers *papers; /* NULL where none are wanted */
	bool is_awaiting_papers, is_over;
	struct wish_error error;
	engine_search_done done;
	void *arg;
};

void engine_forget_searches(struct engine *engine)
{
	struct search *s;
	while ((s = LIST_FIRST(&engine->searches)) != NULL) {
		LIST_REMOVE(s, link);
		free(s->papers);
		free(s);
	}
}

/* --- the end --- */

static int in_ladder_order(const void *a, const void *b)
{
	const struct found *one = a, *other = b;
	return (one->place.at > other->place.at) - (one->place.at < other->place.at);
}

/* How many of its place stand before it. */
static int rank_in_place(const struct search *s, int i)
{
	int rank = 0;
	for (int j = i - 1; j >= 0 && s->found[j].place.at == s->found[i].place.at; j--)
		rank++;
	return rank;
}

/* A few of each place first; what room is left goes to the nearest. */
static int choose_shown(const struct search *s, bool is_shown[MOST_FOUND])
{
	int count = 0;
	for (int turn = 0; turn < 2; turn++) {
		for (int i = 0; i < s->found_count && count < s->limit; i++) {
			bool is_of_few = rank_in_place(s, i) < MOST_OF_PLACE;
			if (is_shown[i] || (turn == 0 && !is_of_few))
				continue;
			is_shown[i] = true;
			count++;
		}
	}
	return count;
}

static void finish(struct search *s)
{
	static struct engine_offer offers[CARRIER_OFFERS_MOST];
	bool is_shown[MOST_FOUND] = {false};
	int count = 0;
	/* A place that could not be asked hides nothing that was found elsewhere. */
	bool is_error = s->error.err.code != ERR_OK && s->found_count == 0;
	qsort(s->found, (size_t)s->found_count, sizeof(s->found[0]), in_ladder_order);
	(void)choose_shown(s, is_shown);
	for (int i = 0; i < s->found_count; i++)
		if (is_shown[i])
			offers[count++] =
				(struct engine_offer){s->found[i].offer, s->found[i].place.step};
	LIST_REMOVE(s, link);
	s->done(s->arg, is_error ? &s->error : NULL, offers, is_error ? 0 : count, s->papers);
	free(s->papers);
	free(s);
}

static void finish_unless_awaiting(struct search *s)
{
	s->is_over = true;
	if (!s->is_awaiting_papers)
		finish(s);
}

static void finish_later(void *arg)
{
	finish(arg);
}

/* --- place by place --- */

static bool is_listed(const struct search *s, const char *number)
{
	for (int i = 0; i < s->found_count; i++)
		if (text_is(s->found[i].offer.candidate.number, number))
			return true;
	return false;
}

static void keep(
	struct search *s, const struct route_place *place, const struct carrier_offer *offer)
{
	struct found *f = &s->found[s->found_count];
	if (s->found_count == MOST_FOUND || is_listed(s, offer->candidate.number) ||
		!order_may_pay(&s->engine->rules, &offer->candidate))
		return;
	*f = (struct found){*offer, *place};
	/* Found in the whole of a rung, it is of a place of its own there. */
	int32_t own = place->step.npa[0] == '\0' && !s->query.is_toll_free
			      ? route_place_of(&s->ladder, offer->candidate.number)
			      : -1;
	if (own >= 0) {
		f->place.at = own;
		route_step(&s->ladder, own, &f->place.step);
	}
	s->found_count++;
}

static int few_of_each(const struct search *s)
{
	int count = 0;
	for (int i = 0; i < s->found_count; i++) {
		int before = 0;
		for (int j = 0; j < i; j++)
			before += s->found[j].place.at == s->found[i].place.at;
		count += before < MOST_OF_PLACE;
	}
	return count;
}

static void search_on(struct search *s);

static void looked(void *arg, const struct err *e, const struct carrier_offer *offers, int count)
{
	struct look *look = arg;
	struct search *s = look->search;
	s->out--;
	if (e->code != ERR_OK && e->code != ERR_CARRIER_NO_NUMBERS && s->error.err.code == ERR_OK) {
		s->error.err = *e;
		TEXT_COPY(s->error.reason, err_wire(e->code));
	}
	for (int i = 0; e->code == ERR_OK && i < count; i++)
		keep(s, &look->place, &offers[i]);
	if (s->out == 0 && !s->is_awaiting_stock)
		search_on(s);
}

static void look_at(struct search *s, struct look *look, const struct route_place *place)
{
	struct carrier_query query = s->query;
	*look = (struct look){s, *place};
	TEXT_COPY(query.country, place->step.country);
	TEXT_COPY(query.area_code, place->step.npa);
	TEXT_COPY(query.region, place->step.region);
	TEXT_COPY(query.town, place->step.town);
	query.limit = s->limit;
	s->out++;
	s->places++;
	carrier_offers(s->engine->carrier, &query, looked, look);
}

/* Further out while there is room to show more. */
static void search_on(struct search *s)
{
	struct route_place places[ROUTE_ROUND_MOST];
	struct stock *stock = s->engine->stock;
	int count = 0;
	if (few_of_each(s) < s->limit && s->places < MOST_PLACES)
		count = route_next(&s->route, &s->ladder, stock,
			stock_shelf(stock, s->ladder.country), places);
	if (count == 0)
		finish_unless_awaiting(s);
	for (int i = 0; i < count; i++)
		look_at(s, &s->looks[i], &places[i]);
}

static void stock_known(void *arg)
{
	struct search *s = arg;
	s->is_awaiting_stock = false;
	if (s->out == 0)
		search_on(s);
}

/* --- what such numbers need --- */

static void papers_told(
	void *arg, const struct err *e, const struct carrier_paper *papers, int count)
{
	struct search *s = arg;
	s->is_awaiting_papers = false;
	s->papers->is_known = e->code == ERR_OK;
	for (int i = 0; s->papers->is_known && i < count && i < CARRIER_PAPERS_MOST; i++)
		s->papers->list[s->papers->count++] = papers[i];
	if (s->is_over)
		finish(s);
}

/* Side by side with the search, so that it costs no time. */
static void ask_papers(struct search *s)
{
	const struct country_sale *sale = country_sale(s->ladder.country);
	if (s->query.is_toll_free || sale == NULL || sale->papers == COUNTRY_PAPERS_NONE)
		return;
	s->papers = must_calloc(1, sizeof(*s->papers));
	s->is_awaiting_papers = true;
	carrier_papers(s->engine->carrier, s->ladder.country, papers_told, s);
}

/* --- what was asked --- */

static bool refuse(struct search *s, const char *field, enum err_code code, const char *message,
	const char *hint)
{
	TEXT_COPY(s->error.field, field);
	TEXT_COPY(s->error.reason, err_wire(code));
	err_set_hint(&s->error.err, code, hint, "%s", message);
	return false;
}

static bool read_phone(struct search *s, const struct engine_search *search, struct phone *ret)
{
	struct phone_refusal refusal;
	const char *country = search->country[0] ? search->country : NULL;
	*ret = (struct phone){0};
	if (search->phone[0] == '\0' ||
		phone_parse(search->phone, strlen(search->phone), country, ret, &refusal))
		return true;
	(void)refuse(s, "phone", ERR_PHONE_REFUSED, refusal.message, refusal.hint);
	TEXT_COPY(s->error.reason, phone_reject_wire(refusal.code));
	return false;
}

static bool prepare_toll_free(struct search *s, const struct engine_search *search)
{
	const char *place = search->area_code[0]     ? "area_code"
			    : search->postal_code[0] ? "postal_code"
			    : search->city[0]        ? "city"
						     : NULL;
	char message[80];
	if (place != NULL) {
		text_format(message, sizeof(message), "a toll-free number has no %s", place);
		return refuse(s, place, ERR_INVALID_FIELD, message,
			"Leave out the place, or do not ask for toll-free numbers.");
	}
	s->query.is_toll_free = true;
	s->ladder = (struct ladder){.count = 1, .country = "US"};
	s->ladder.areas[0].rung = LADDER_SAME_COUNTRY;
	return true;
}

static bool prepare(struct search *s, const struct engine_search *search)
{
	struct phone phone;
	enum ladder_rung max_rung;
	bool asks;
	bool says_place = search->phone[0] || search->area_code[0] || search->postal_code[0] ||
			  search->city[0];
	if (search->max_rung[0] == '\0' && !s->engine->is_asking)
		max_rung = s->engine->max_rung; /* as a sign-up would go */
	else if (!wish_read_max_rung(search->max_rung, &max_rung, &asks))
		return refuse(s, "max_rung", ERR_INVALID_FIELD, "max_rung is not known",
			"Use same_area_code to stay in the area code, same_country, or ask.");
	if (!wish_read_contains(search->contains, s->query.contains))
		return refuse(s, "contains", ERR_INVALID_FIELD,
			"contains takes one to seven digits or letters",
			"Give digits such as 2020, or a word such as BIKES.");
	if (search->is_toll_free)
		return prepare_toll_free(s, search);
	if (!says_place)
		return refuse(s, "phone", ERR_INVALID_FIELD,
			"a phone number, an area code, a postal code or a city is needed",
			"Give phone, area_code, postal_code or city.");
	if (!read_phone(s, search, &phone) ||
		!wish_read_place(search->area_code, search->postal_code, search->city, &phone,
			max_rung, &s->ladder, &s->error))
		return false;
	if (s->ladder.count == 0)
		return refuse(s, "phone", ERR_PLACE_NEEDED, "this phone belongs to no place", NULL);
	return true;
}

void engine_search(struct engine *engine, const struct engine_search *search,
	engine_search_done done, void *arg)
{
	struct search *s = must_calloc(1, sizeof(*s));
	s->engine = engine;
	s->done = done;
	s->arg = arg;
	s->limit = search->limit < 1                     ? USUAL_LIMIT
		   : search->limit > CARRIER_OFFERS_MOST ? CARRIER_OFFERS_MOST
							 : search->limit;
	LIST_INSERT_HEAD(&engine->searches, s, link);
	if (!prepare(s, search)) {
		loop_post(engine->loop, finish_later, s);
		return;
	}
	route_begin(&s->route, 0);
	ask_papers(s);
	if (!search->is_toll_free && route_is_wide(&s->ladder))
		s->is_awaiting_stock =
			stock_await(engine->stock, s->ladder.country, stock_known, s);
	search_on(s);
}
