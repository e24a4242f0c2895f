/*
 * ladder.h - where to look for a number, nearest to the customer first.
 *
 * A rung is a way of being near: the same town, the same area code, its
 * overlays, neighbours within LADDER_NEARBY_KM, the state, today's time, the
 * country.  Promise: a ladder holds no area code twice on the rungs from
 * same_area_code on, never crosses a national border, and within a rung is
 * ordered by rank: the distance, with LADDER_OTHER_STATE_KM added for another
 * state on `nearby`.  Where nothing says where the customer is (toll-free,
 * premium, personal, mobile), the ladder is empty: ask for a place.
 *
 * The town of the phone's exchange, a city or a postal code is where distances
 * are measured from, to where a code begins (place_way_to()); a code of two
 * areas (917, 564) is resolved by it.  Without a town they are means over the
 * towns of the area code.  A same_town rung is one search in the area code; only
 * where that does not serve the town (a number that moved) in the town's own codes.
 *
 * Abroad the "area code" is the national destination code of a geographic number
 * ("20" of +44 20 7946 0958), where the carrier can be asked for it; then comes the
 * country as a whole.  Nothing between is known there, nor any distance.
 *
 * ladder_next() walks the searches to make.  Pure, no allocation; thread: any.
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

#define LADDER_NEARBY_KM 160
#define LADDER_OTHER_STATE_KM 25
#define LADDER_AREAS_MAX 480 /* every code of a country, a town's, a whole state and country */
#define LADDER_TOWN_BYTES 48

/* Where the customer is, as far as it is known.  Each may be NULL or "".  The
 * first that is given decides: city, postal code, area code, the phone's own.
 * An area code beside a city or postal code says which code to try first; else
 * the phone's own goes first if it is used there.  One that is used in the
 * phone's own town, or overlays its code, leaves the customer in that town.  A city and
 * a postal code that are not in one place are refused.  Of towns of one name the one in
 * the state of the area code, else of the phone, is meant. */
struct ladder_wish {
	const struct phone *phone;
	const char *area_code;
	const char *postal_code; /* "94110", "M5V 2T6" */
	const char *city;        /* "Berkeley, CA" */
	enum ladder_rung max_rung;
};

/* One search to make. */
struct ladder_step {
	enum ladder_rung rung;
	char country[3];
	char npa[COUNTRY_NDC_BYTES];  /* "": the whole of a wide rung, by region or country */
	char region[7];               /* "US-CA"; only where npa is "" and the rung is same_state */
	char town[LADDER_TOWN_BYTES]; /* only on same_town */
	char requested[COUNTRY_NDC_BYTES]; /* the area code the ladder starts from */
	uint16_t km_tenths; /* to where the code begins; 0 where npa is "" or abroad */
};

struct ladder_area {
	char npa[COUNTRY_NDC_BYTES]; /* "": the whole rung in one search, where the carrier can */
	uint8_t rung;
	uint16_t km_tenths;   /* UINT16_MAX stands for all that is further */
	uint32_t rank_tenths; /* never shrinks within a rung, but for the first "" */
};

struct ladder {
	char requested[COUNTRY_NDC_BYTES]; /* the area code it starts from; "" where none is known
					    */
	char country[3];
	char region[7];               /* "US-CA", or "" */
	char town[LADDER_TOWN_BYTES]; /* where the customer is, or "" */
	int32_t lat, lon;             /* of the town, else of the area code: 1/10,000 degree */
	size_t count;
	struct ladder_area areas[LADDER_AREAS_MAX]; /* rung by rung, nearest first */
};

/* False, and *refusal filled, if an area code, postal code or city was given
 * that is none; *ret is then empty.  Rungs after max_rung are left out. */
bool ladder_build(
	const struct ladder_wish *wish, struct ladder *ret, struct phone_refusal *refusal);

/* The code a ladder starts from when only the phone says where: its area code;
 * abroad its national destination code, where a search by it makes sense.  "" where
 * there is none.  Points into *phone. */
const char *ladder_own_code(const struct phone *phone);

/* The next search.  *cursor starts at 0 and is a plain number, so that it can
 * be stored; false at the end.  Wide rungs (from same_state on) come as one
 * search of the whole (npa ""), where a carrier can be asked so, and then code
 * by code; a caller who knows where numbers are skips the one or the other. */
bool ladder_next(const struct ladder *ladder, size_t *cursor, struct ladder_step *ret);

/* Is this number what the step asked for?  A carrier's filter may be ignored
 * or give the "best effort": check every row.  locality: the town or rate
 * center as the carrier spells it, used where the exchange is not known; "" if
 * not said. */
bool ladder_row_fits(const struct ladder_step *step, const char *e164, const char *locality);

/* Why this number, in one sentence for a person, without a capital or a full stop:
 * "650 is a neighbouring area code, 12.7 km from San Francisco".  It claims no more
 * than the tables or the rung say.  number: E.164, what was found or bought on this
 * step; town: ladder.town, or "". */
#define LADDER_REASON_BYTES 160
void ladder_reason(const struct ladder_step *step, const char *number, const char *town,
	char ret[LADDER_REASON_BYTES]);

const char *ladder_rung_wire(enum ladder_rung rung);
bool ladder_rung_from_wire(const char *wire, enum ladder_rung *ret);

#endif
