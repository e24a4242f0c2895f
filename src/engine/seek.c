#include "engine/seek.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "engine/inside.h"
#include "engine/route.h"
#include "numbering/countries.h"

/* One place, asked. */
struct probe {
	struct seek *seek;
	struct order *order; /* as this place is asked for; NULL when it has answered */
	struct route_place place;
	enum err_code code;
	struct answer *answer; /* NULL for "none" */
};

struct seek {
	LIST_ENTRY(seek) link; /* the engine's */
	struct engine *engine;
	struct order order;    /* whose search it is */
	struct ladder *ladder; /* as long as it has places; NULL for a chosen number */
	bool is_whole;         /* else it ends at home: most never look further */
	struct route route;
	struct probe probes[ROUTE_ROUND_MOST];
	int count, out;
	struct probe dear; /* of those that cost too much, the nearest; with an answer if any */
	bool is_told, is_awaiting_stock;
	carrier_done done;
	void *arg;
};

static void probe_free(struct probe *p)
{
	free(p->order);
	free(p->answer);
	*p = (struct probe){0};
}

static void seek_free(struct seek *s)
{
	for (int i = 0; i < s->count; i++)
		probe_free(&s->probes[i]);
	probe_free(&s->dear);
	LIST_REMOVE(s, link);
	free(s->ladder);
	free(s);
}

void seek_forget_all(struct engine *engine)
{
	while (!LIST_EMPTY(&engine->seeks))
		seek_free(LIST_FIRST(&engine->seeks));
}

/* What is farther away may still be on its way: nobody waits for that. */
static void end(struct seek *s, const struct answer *answer)
{
	s->is_told = true;
	if (s->is_awaiting_stock)
		stock_forget(s->engine->stock, s);
	s->is_awaiting_stock = false;
	s->done(s->arg, answer);
	if (s->out == 0)
		seek_free(s);
}

static void end_without(struct seek *s, enum err_code code, const char *message)
{
	struct answer none = {.code = code, .retry_after_ms = -1};
	TEXT_COPY(none.message, message);
	end(s, &none);
}

/* --- many places --- */

static void seek_on(struct seek *s);

/* Of numbers from all over a wide rung, those of the nearest code; and that
 * code's own place, which says how far it is. */
static void keep_nearest(const struct ladder *ladder, struct answer *a)
{
	int32_t nearest = -1;
	int kept = 0;
	for (int i = 0; i < a->candidate_count; i++) {
		int32_t at = route_place_of(ladder, a->candidates[i].number);
		if (at >= 0 && (nearest < 0 || at < nearest))
			nearest = at;
	}
	if (nearest < 0)
		return;
	for (int i = 0; i < a->candidate_count; i++)
		if (route_place_of(ladder, a->candidates[i].number) == nearest)
			a->candidates[kept++] = a->candidates[i];
	a->candidate_count = kept;
	route_step(ladder, nearest, &a->place);
}

static void tell_found(struct seek *s, const struct probe *p)
{
	struct answer a = *p->answer;
	a.place = p->place.step;
	a.ladder_at = p->place.at + 1;
	if (p->place.step.npa[0] == '\0')
		keep_nearest(s->ladder, &a);
	end(s, &a);
}

/* Whatever the nearest places without an answer may hold is waited for. */
static void judge(struct seek *s)
{
	for (int i = 0; i < s->count; i++) {
		const struct probe *p = &s->probes[i];
		if (p->order != NULL)
			return;
		if (p->answer == NULL)
			continue;
		if (p->code == ERR_OK)
			tell_found(s, p);
		else
			end(s, p->answer);
		return;
	}
	if (!s->is_awaiting_stock)
		seek_on(s);
}

static void note_empty(const struct seek *s, const struct ladder_step *step)
{
	bool is_for_any = s->order.contains[0] == '\0' && s->order.avoid_count == 0;
	if (is_for_any && step->rung != LADDER_SAME_TOWN)
		stock_note_empty(s->engine->stock, step->country, step->npa);
}

static void drop_dear(const struct seek *s, struct answer *a)
{
	int kept = 0;
	for (int i = 0; i < a->candidate_count; i++)
		if (order_may_buy(&s->engine->rules, &s->order, &a->candidates[i]))
			a->candidates[kept++] = a->candidates[i];
	a->candidate_count = kept;
}

static void keep_answer(struct probe *p, const struct answer *answer)
{
	p->answer = must_calloc(1, sizeof(*p->answer));
	*p->answer = *answer;
}

/* Numbers above the ceilings are as good as none while others are affordable. */
static void keep_affordable(struct seek *s, struct probe *p, const struct answer *answer)
{
	struct answer affordable = *answer;
	drop_dear(s, &affordable);
	if (answer->code != ERR_OK || affordable.candidate_count > 0) {
		keep_answer(p, &affordable);
	} else if (s->dear.answer == NULL || p->place.at < s->dear.place.at) {
		probe_free(&s->dear);
		s->dear.place = p->place;
		keep_answer(&s->dear, answer);
	}
}

static void probed(void *arg, const struct answer *answer)
{
	struct probe *p = arg;
	struct seek *s = p->seek;
	s->out--;
	free(p->order);
	p->order = NULL;
	p->code = answer->code;
	bool is_none = answer->code == ERR_CARRIER_NO_NUMBERS ||
		       (answer->code == ERR_OK && answer->candidate_count == 0);
	if (is_none)
		note_empty(s, &p->place.step);
	else if (!s->is_told)
		keep_affordable(s, p, answer);
	if (!s->is_told)
		judge(s);
	else if (s->out == 0)
		seek_free(s);
}

static void ask_place(struct seek *s, struct probe *p, const struct route_place *place)
{
	static const struct command search = {.kind = COMMAND_SEARCH};
	*p = (struct probe){.seek = s, .place = *place};
	p->order = must_calloc(1, sizeof(*p->order));
	*p->order = s->order;
	p->order->place = place->step;
	s->out++;
	carrier_ask(s->engine->carrier, p->order, &search, NULL, probed, p);
}

static void keep_ladder(struct seek *s, enum ladder_rung max_rung)
{
	struct ladder all;
	free(s->ladder);
	s->ladder = NULL;
	s->is_whole = max_rung >= s->order.max_rung;
	if (!order_ladder(&s->order, max_rung, &all))
		return;
	size_t bytes = offsetof(struct ladder, areas) + all.count * sizeof(all.areas[0]);
	s->ladder = must_calloc(1, bytes);
	memcpy(s->ladder, &all, bytes);
}

/* The whole takes a while to build, and begins with what is there: the route
 * over it stays what it was. */
static void look_further(struct seek *s)
{
	keep_ladder(s, LADDER_SAME_COUNTRY);
}

static int next_places(struct seek *s, struct route_place ret[ROUTE_ROUND_MOST])
{
	const struct stock *stock = s->engine->stock;
	const struct shelf *shelf = stock_shelf(stock, s->ladder->country);
	if (!s->is_whole && shelf != NULL && !stock_has(stock, shelf, s->ladder->requested))
		look_further(s);
	int count = route_next(&s->route, s->ladder, stock, shelf, ret);
	if (count > 0 || s->is_whole)
		return count;
	look_further(s);
	return route_next(&s->route, s->ladder, stock, shelf, ret);
}

/* All that was asked had none: the next round. */
static void seek_on(struct seek *s)
{
	struct route_place places[ROUTE_ROUND_MOST];
	must(s->out == 0);
	int count = next_places(s, places);
	s->count = count;
	if (count == 0 && s->dear.answer != NULL)
		tell_found(s, &s->dear);
	else if (count == 0)
		end_without(s, ERR_CARRIER_NO_NUMBERS, "no number is for sale");
	for (int i = 0; i < count; i++)
		ask_place(s, &s->probes[i], &places[i]);
}

static void stock_known(void *arg)
{
	struct seek *s = arg;
	s->is_awaiting_stock = false;
	if (s->out == 0)
		judge(s);
}

/* --- the chosen one --- */

static void chosen_found(void *arg, const struct answer *answer)
{
	struct probe *p = arg;
	struct seek *s = p->seek;
	s->out--;
	bool is_none = answer->code == ERR_OK && answer->candidate_count == 0;
	if (is_none)
		end_without(s, ERR_CARRIER_NO_NUMBERS, "the number is not for sale");
	else
		end(s, answer);
}

static void ask_chosen(struct seek *s)
{
	static const struct command offer = {.kind = COMMAND_OFFER};
	struct probe *p = &s->probes[0];
	*p = (struct probe){.seek = s};
	p->order = must_calloc(1, sizeof(*p->order));
	*p->order = s->order;
	TEXT_COPY(p->order->number, s->order.wanted.number);
	s->count = s->out = 1;
	carrier_ask(s->engine->carrier, p->order, &offer, NULL, chosen_found, p);
}

/* --- */

static void tell_none(void *arg)
{
	end_without(arg, ERR_CARRIER_NO_NUMBERS, "there is no place to look at");
}

void seek_ask(struct engine *engine, const struct order *o, carrier_done done, void *arg)
{
	struct seek *s = must_calloc(1, sizeof(*s));
	s->engine = engine;
	s->order = *o;
	s->done = done;
	s->arg = arg;
	LIST_INSERT_HEAD(&engine->seeks, s, link);
	route_begin(&s->route, (size_t)o->ladder_at);
	if (o->wanted.number[0] != '\0') {
		ask_chosen(s);
		return;
	}
	keep_ladder(s, LADDER_SAME_AREA_CODE);
	if (s->ladder == NULL)
		look_further(s);
	if (s->ladder == NULL) {
		loop_post(engine->loop, tell_none, s);
		return;
	}
	/* Side by side with the search at home, so that it costs no time. */
	if (!s->is_whole && country_is_nanp(s->ladder->country))
		s->is_awaiting_stock =
			stock_await(engine->stock, s->ladder->country, stock_known, s);
	seek_on(s);
}
