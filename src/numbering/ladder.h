/*
 * ladder.h - where to look for a number, nearest to the customer first.
 *
 * A rung is a way of being near: the same area code, its overlays, neighbours
 * within LADDER_NEARBY_KM, the state, the country.  Promise: a ladder starts
 * with the area code asked for, holds no area code twice, and never crosses a
 * national border.  Numbers that have no place (toll-free, premium, personal,
 * mobile) have an empty ladder: ask for an area code instead.
 *
 * same_town and same_time_zone have their names but no codes yet: they need
 * the towns of exchanges and today's zone rules.
 *
 * ladder_next() walks the searches to make.  Which rungs it visits is the
 * caller's choice: LADDER_SIMPLE is what a sign-up uses today.
 */
#ifndef NUMBERING_LADDER_H
#define NUMBERING_LADDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numbering/phone.h"

/* clang-format off */
#define LADDER_RUNGS(X)                             \
	X(SAME_TOWN,      "same_town")              \
	X(SAME_AREA_CODE, "same_area_code")         \
	X(OVERLAY,        "overlay")                \
	X(NEARBY,         "nearby")                 \
	X(SAME_STATE,     "same_state")             \
	X(SAME_TIME_ZONE, "same_time_zone")         \
	X(SAME_COUNTRY,   "same_country")
/* clang-format on */

enum ladder_rung {
#define X(name, wire) LADDER_##name,
	LADDER_RUNGS(X)
#undef X
		LADDER_RUNG_COUNT
};

#define LADDER_BIT(rung) (1u << (rung))
#define LADDER_ALL (LADDER_BIT(LADDER_RUNG_COUNT) - 1)
#define LADDER_SIMPLE (LADDER_BIT(LADDER_SAME_AREA_CODE) | LADDER_BIT(LADDER_SAME_COUNTRY))

#define LADDER_NEARBY_KM 160
#define LADDER_AREAS_MAX 48 /* of one rung; California has 41 codes */

struct ladder_area {
	char npa[4];
	uint16_t km_tenths;
};

struct ladder_step_list {
	enum ladder_rung rung;
	size_t count;
	struct ladder_area areas[LADDER_AREAS_MAX];
};

struct ladder {
	char requested[4]; /* the area code it starts from; "" outside +1 */
	char country[3];
	char region[7]; /* "US-CA", or "" */
	size_t rung_count;
	struct ladder_step_list rungs[LADDER_RUNG_COUNT];
};

/* One search to make. */
struct ladder_step {
	enum ladder_rung rung;
	char country[3];
	char npa[4];    /* "" when the rung is searched by region or country */
	char region[7]; /* "US-CA" on same_state, else "" */
	uint16_t km_tenths;
};

/* `area_code`: what the caller asks for instead of the number's own; NULL or
 * "" for none.  False if it is no area code of a place (phone_check_area_code
 * says why); *ret is then empty.  Rungs after `max_rung` are left out. */
bool ladder_build(const struct phone *phone, const char *area_code, enum ladder_rung max_rung,
	struct ladder *ret);

/* The next search among the rungs of the bit set.  *cursor starts at 0 and is
 * a plain number, so that it can be stored; false at the end. */
bool ladder_next(
	const struct ladder *ladder, unsigned rungs, size_t *cursor, struct ladder_step *ret);

/* Is this number what the step asked for?  A carrier's filter may be ignored
 * or give the "best effort": check every row. */
bool ladder_row_fits(const struct ladder_step *step, const char *e164);

const char *ladder_rung_wire(enum ladder_rung rung);
bool ladder_rung_from_wire(const char *wire, enum ladder_rung *ret);

#endif
