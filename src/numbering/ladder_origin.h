/*
 * ladder_origin.h - where a ladder starts; for ladder_*.c only.
 *
 * The town that was typed, the postal code, the area code asked for or the
 * phone's exchange, as ladder.h says.
 */
#ifndef NUMBERING_LADDER_ORIGIN_H
#define NUMBERING_LADDER_ORIGIN_H

#include "numbering/ladder.h"
#include "numbering/places.h"

/* Where the customer is, and which area code is looked for first. */
struct origin {
	const struct area_code *home;
	bool has_point, has_town;
	struct place_point point;
	struct place town;
	const char *region; /* "US-CA", or "" */
	bool is_home_far;   /* the area code was asked for, and is not of this place */
};

/* False fills *refusal.  True with home NULL: nothing says where the customer is. */
bool ladder_origin(
	const struct ladder_wish *wish, struct origin *ret, struct phone_refusal *refusal);

bool ladder_is_member(
	const struct area_code *area, const struct area_code *const members[], size_t count);

#endif
