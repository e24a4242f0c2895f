/*
 * route.h - which places of a ladder are asked next, several side by side.
 *
 * At home first.  Then, where it is known which area codes have numbers, the
 * nearest of those; otherwise what is near, code by code.  At last the wide
 * rungs as a whole, which miss nothing whatever was known.  A route goes over
 * every place that counts: when it is at its end, all has been asked.
 * Pure but for what the stock knows by then; thread: any.
 */
#ifndef ENGINE_ROUTE_H
#define ENGINE_ROUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/stock.h"
#include "numbering/ladder.h"

/* Four side by side reach past a sold-out town in one round trip, and ten
 * sign-ups at once stay within what Telnyx takes. */
#define ROUTE_WIDTH 4
#define ROUTE_HOME_MOST 4
#define ROUTE_ROUND_MOST (ROUTE_HOME_MOST + ROUTE_WIDTH)
/* Rounds among codes that are said to have numbers; more in vain mean that what
 * is said does not help (old, or the customer wants certain digits). */
#define ROUTE_STOCKED_ROUNDS 3

struct route {
	size_t from;
	bool is_home_done;
	int stocked_rounds;
	uint32_t asked[(LADDER_AREAS_MAX + 31) / 32];
};
struct route_place {
	int32_t at; /* in the ladder; at + 1 is the cursor after it */
	struct ladder_step step;
};

void route_begin(struct route *r, size_t from);
/* It goes further than home, so that it helps to know the stock. */
bool route_is_wide(const struct ladder *ladder);
/* The places of the next round, in the order of the ladder; 0: all was asked.
 * shelf: NULL when nothing is known. */
int route_next(struct route *r, const struct ladder *ladder, const struct stock *stock,
	const struct shelf *shelf, struct route_place ret[ROUTE_ROUND_MOST]);
/* What a number found in the whole of a rung is nearest to: its own code's
 * place, or -1 when the ladder has none. */
int32_t route_place_of(const struct ladder *ladder, const char *e164);
void route_step(const struct ladder *ladder, int32_t at, struct ladder_step *ret);

#endif
