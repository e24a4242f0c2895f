/*
 * area_codes.h - every three-digit code of the North American plan.
 *
 * Promise: all 800 codes from 200 to 999 have an answer, from our own table
 * (data/README.md says where it comes from and how it is refreshed); nothing
 * is allocated, read or computed to find it.  NANPA decides which codes
 * exist; phone libraries lag behind it by months.
 *
 * "In service" is a fact of the day the table was made.  A pending code is
 * assigned to its place but has no numbers yet: never search there.
 */
#ifndef NUMBERING_AREA_CODES_H
#define NUMBERING_AREA_CODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numbering/kind.h"

struct area_code {
	char npa[4];
	char country[3]; /* ISO 3166-1; "" when it serves the whole plan (800, 500) */
	char region[7];  /* "US-CA"; "" when there is none, or more than one */
	enum number_kind kind;
	bool is_in_service;
	const char *opens;   /* pending: "2027-02-27", or "" when no date is known */
	const char *regions; /* all of them: "CA-NS;CA-PE" */
	const char *zone;    /* the IANA time zone of most of it; "" if not geographic */
	const char *city;    /* the main one; "" if not geographic */
	int32_t lat, lon;    /* the middle of its towns, in 1/10,000 degree */
	uint16_t overlay_first, overlay_count;
	uint16_t near_first, near_count;
	uint16_t complex_first, complex_count; /* more than one: it serves several areas */
	uint32_t since;                        /* 19470101; 0 while pending */
	uint8_t time_rules; /* of most of it: equal where clocks show the same; 255 if not
			       geographic */
};

#define AREA_CODES_MAX 800 /* rows there can be */

/* Why a code is not an area code. */
enum area_code_class {
	AREA_CODE_UNASSIGNED,
	AREA_CODE_ERC_UNASSIGNED, /* easily recognised (222, 300), kept for later */
	AREA_CODE_N11,
	AREA_CODE_EXPANSION_N9X, /* kept for numbers of more than ten digits */
	AREA_CODE_RESERVED,
	AREA_CODE_RESERVED_INC,
	AREA_CODE_RESERVED_5XX,
	AREA_CODE_RESERVED_TOLLFREE,
	AREA_CODE_DIRECTORY_555,
	AREA_CODE_CARRIER_ACCESS_950,
	AREA_CODE_ABBREV_988,
};

struct area_code_near {
	const struct area_code *area;
	uint16_t km_tenths; /* from its towns to where the code begins, on average */
};

/* The assigned code (pending ones too), or NULL: also for NULL and for anything
 * but three digits. */
const struct area_code *area_code_find(const char *npa);
/* Of a code from 200 to 999 that area_code_find() does not know. */
enum area_code_class area_code_class(const char *npa);

size_t area_code_count(void);
const struct area_code *area_code_at(size_t i);     /* in numeric order */
size_t area_code_row(const struct area_code *area); /* and back */

/* Codes on the same ground, best first, in service, same country.  i < overlay_count. */
const struct area_code *area_code_overlay(const struct area_code *area, size_t i);
/* The members of one of its overlay complexes, itself too, in service; returns how
 * many.  i < complex_count. */
#define AREA_CODE_COMPLEX_MAX 8
size_t area_code_complex(
	const struct area_code *area, size_t i, const struct area_code *ret[AREA_CODE_COMPLEX_MAX]);
/* Neighbours, best first: by distance, but one in another state counts as 25 km
 * further away.  In service, same country, no overlays, 160 km at most.  i < near_count. */
struct area_code_near area_code_near(const struct area_code *area, size_t i);

/* Does it serve "US-CA"?  True for each of several. */
bool area_code_serves(const struct area_code *area, const char *region);
/* Between the two middles, along the ground. */
double area_code_km(const struct area_code *a, const struct area_code *b);

#endif
