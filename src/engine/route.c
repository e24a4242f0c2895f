#include "engine/route.h"

#include <string.h>

#include "base/must.h"
#include "base/text.h"

struct round {
	struct route *route;
	const struct ladder *ladder;
	struct route_place *places;
	int count;
};

void route_begin(struct route *r, size_t from)
{
	*r = (struct route){.from = from};
}

static bool is_home(const struct ladder_area *area)
{
	return area->rung <= LADDER_SAME_AREA_CODE;
}

bool route_is_wide(const struct ladder *ladder)
{
	for (size_t i = ladder->count; i > 0 && !is_home(&ladder->areas[i - 1]); i--)
		if (ladder->areas[i - 1].npa[0] != '\0')
			return true;
	return false;
}

void route_step(const struct ladder *ladder, int32_t at, struct ladder_step *ret)
{
	size_t cursor = (size_t)at;
	must(ladder_next(ladder, &cursor, ret) && cursor == (size_t)at + 1);
}

static bool is_asked(const struct route *r, size_t i)
{
	return r->asked[i / 32] >> i % 32 & 1;
}

static void take(struct round *round, size_t i)
{
	struct route_place *place = &round->places[round->count++];
	round->route->asked[i / 32] |= 1u << i % 32;
	place->at = (int32_t)i;
	route_step(round->ladder, place->at, &place->step);
}

static void take_home(struct round *round)
{
	const struct ladder *l = round->ladder;
	round->route->is_home_done = true;
	for (size_t i = round->route->from; i < l->count && round->count < ROUTE_HOME_MOST; i++)
		if (is_home(&l->areas[i]))
			take(round, i);
}

static void take_stocked(struct round *round, const struct stock *stock, const struct shelf *shelf)
{
	struct route *r = round->route;
	const struct ladder *l = round->ladder;
	int before = round->count;
	if (shelf == NULL || r->stocked_rounds >= ROUTE_STOCKED_ROUNDS)
		return;
	for (size_t i = r->from; i < l->count && round->count < before + ROUTE_WIDTH; i++) {
		const struct ladder_area *area = &l->areas[i];
		if (area->npa[0] != '\0' && !is_asked(r, i) && stock_has(stock, shelf, area->npa))
			take(round, i);
	}
	r->stocked_rounds += round->count > before;
}

/* The widest rung that is searched as a whole: that finds all its numbers. */
static int widest_whole(const struct ladder *l, const struct route *r)
{
	int widest = -1;
	for (size_t i = r->from; i < l->count; i++)
		if (l->areas[i].npa[0] == '\0')
			widest = l->areas[i].rung;
	return widest;
}

static void take_rest(struct round *round)
{
	const struct ladder *l = round->ladder;
	struct route *r = round->route;
	int widest = widest_whole(l, r);
	for (size_t i = r->from; i < l->count && round->count < ROUTE_WIDTH; i++) {
		const struct ladder_area *area = &l->areas[i];
		bool is_covered = area->npa[0] != '\0' && area->rung >= LADDER_SAME_STATE &&
				  area->rung <= widest;
		if (!is_asked(r, i) && !is_covered)
			take(round, i);
	}
}

int route_next(struct route *r, const struct ladder *ladder, const struct stock *stock,
	const struct shelf *shelf, struct route_place ret[ROUTE_ROUND_MOST])
{
	struct round round = {r, ladder, ret, 0};
	if (!r->is_home_done) {
		take_home(&round);
		/* Said to be sold out at home: ask there all the same, but wait for
		 * one round trip only. */
		bool is_sold_out = shelf != NULL && !stock_has(stock, shelf, ladder->requested);
		if (round.count > 0 && is_sold_out)
			take_stocked(&round, stock, shelf);
	}
	if (round.count == 0)
		take_stocked(&round, stock, shelf);
	if (round.count == 0)
		take_rest(&round);
	return round.count;
}

/* Abroad the length of the code differs: the whole number tells. */
static bool is_of(const struct ladder *ladder, size_t i, const char *e164)
{
	struct ladder_step step;
	if (text_starts(e164, "+1"))
		return text_starts(e164 + 2, ladder->areas[i].npa);
	route_step(ladder, (int32_t)i, &step);
	return ladder_row_fits(&step, e164, "");
}

int32_t route_place_of(const struct ladder *ladder, const char *e164)
{
	for (size_t i = 0; i < ladder->count; i++) {
		const struct ladder_area *area = &ladder->areas[i];
		if (area->rung != LADDER_SAME_TOWN && area->npa[0] != '\0' &&
			is_of(ladder, i, e164))
			return (int32_t)i;
	}
	return -1;
}
