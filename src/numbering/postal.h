/*
 * postal.h - a ZIP or Canadian postal code as a place.
 *
 * A ZIP code has the area codes of a town near it, and then those of all that
 * starts with the same three digits (a sectional center).  Of Canada the forward
 * sortation area is looked at: the place is about right, the order of area codes
 * is right for most of it.  A town is named only where nearly all codes of that
 * start are one town.  Pure; thread: any.
 */
#ifndef NUMBERING_POSTAL_H
#define NUMBERING_POSTAL_H

#include "numbering/places.h"

#define POSTAL_CODES_MAX PLACE_CODES_MAX

struct postal {
	char code[8]; /* as it is written: "94110", "M5V 2T6" */
	const char *region, *country;
	struct place_point at; /* that town, or the middle of what starts so */
	bool has_town;
	struct place town;
	const struct area_code *codes[POSTAL_CODES_MAX]; /* in service, best first; at least one */
	size_t count;
};

/* "94110", "94110-1234", "m5v2t6", "M5V".  False fills *refusal: postal_code_invalid. */
bool postal_find(const char *typed, struct postal *ret, struct phone_refusal *refusal);

#endif
