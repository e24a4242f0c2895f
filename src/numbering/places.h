/*
 * places.h - towns: where they are, who serves them, which one was meant.
 *
 * Promise: every town, position and exchange comes from data/ (its README says
 * from where); nothing is allocated or read.  A town is known of an exchange
 * that was given to wires in one place; of mobile ones, new ones and 555 none
 * is, and then none is claimed.
 *
 * Positions are points inside towns, not outlines: distances are about right,
 * and tell which is nearer.  Pure; thread: any.
 */
#ifndef NUMBERING_PLACES_H
#define NUMBERING_PLACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numbering/area_codes.h"
#include "numbering/phone.h"

#define PLACE_NAME_BYTES 48
#define PLACE_CODES_MAX 16 /* area codes of one town */

struct place_point {
	int32_t lat, lon; /* 1/10,000 degree */
};

/* All static text. */
struct place {
	size_t id;               /* its row; may change with the data, so never stored */
	const char *name;        /* "San Francisco" */
	const char *region;      /* "US-CA"; the country again where it has none: "PR" */
	const char *region_name; /* "California" */
	const char *country;     /* "US" */
	struct place_point at;
	unsigned exchanges; /* the most that one area code has there: how big it is */
};

size_t place_count(void);
struct place place_at(size_t id);
/* "US-CA" -> "California"; the code itself where it has no name here. */
const char *place_region_name(const char *region);

/* The town of an E.164 number's exchange; false where none is known. */
bool place_of_number(const char *e164, struct place *ret);

/* The town that a person means: "Berkeley, CA", "st louis missouri", "Montréal"; also
 * by a name that is no rate center's ("NYC", "Thornton, CO"), and then the town whose
 * exchanges serve that place.  Without a state only where one town of that name lies in
 * the region that the customer is known to be in (near: "US-TX", "JM", or ""), or is by
 * far the biggest of those where numbers are sold.
 * False fills *refusal: city_unknown or city_ambiguous. */
bool place_find(
	const char *typed, const char *near, struct place *ret, struct phone_refusal *refusal);

/* The postal code that is typed behind a town: "Portland 04101"; "" where none is. */
void place_postal_code(const char *typed, char ret[12]);

/* The town of that name, or other name, in "US-CA"; however it is written. */
bool place_find_in(const char *name, const char *region, struct place *ret);

/* Is it the town's name?  As a carrier might spell it: "SAINT LOUIS". */
bool place_is_called(const char *name, const char *other);

/* The same town: by name and state, for one town may be several points here. */
bool place_is_same(const struct place *a, const struct place *b);

/* Area codes in service that serve the town, best first: of the complex with most
 * exchanges there, those of several areas last; of one complex those with exchanges
 * of their own there, then the older. */
size_t place_codes(const struct place *place, const struct area_code *ret[PLACE_CODES_MAX]);
/* Exchanges that the code has there; 0 if it does not serve the town. */
unsigned place_exchanges_of(const struct place *place, const struct area_code *area);

/* What its clocks show from now on, as area_code.time_rules: its own time where an area
 * code has several (Tallahassee's Eastern within 850), else its first code's. */
uint8_t place_time_rules(const struct place *place);

/* The way to where a geographic code begins, in 1/10 km: as far as its nearest exchanges
 * are, two of them and one in a hundred. */
unsigned place_way_to(struct place_point from, const struct area_code *area);

/* Codes of one complex have the same towns in our tables. */
bool place_has_same_towns(const struct area_code *a, const struct area_code *b);

double place_km(struct place_point a, struct place_point b);

#endif
