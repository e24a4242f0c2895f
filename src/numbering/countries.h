/*
 * countries.h - the numbering plans of the world outside +1, in outline.
 *
 * For each country: its calling code, what is dialled there before a foreign
 * or a domestic number, how many digits a national number may have by its
 * first digit, and which leading digits are not geographic.  Enough to tell a
 * plausible number from a slip; area codes abroad are not known here.
 * Made from data/countries.csv by tools/area-codes.
 */
#ifndef NUMBERING_COUNTRIES_H
#define NUMBERING_COUNTRIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numbering/kind.h"

struct country_plan {
	char calling_code[4]; /* "49" */
	char iso[3];          /* "DE"; "" for +800 and the like, which no country has */
	const char *name;
	const char *international_prefix; /* "00"; "" where a choice of carrier is dialled */
	const char *trunk_prefix;         /* "0"; "" if none */
	uint16_t lengths[10];             /* bit n: n digits, by the first digit */
	const char *kinds;                /* "mobile:15 16 17|tollfree:800" */
};

/* By ISO code, case ignored ("UK" is taken for GB); NULL if none or in +1. */
const struct country_plan *country_find(const char *iso);
/* Is it one of the countries and territories that share +1? */
bool country_is_nanp(const char *iso);
/* The plan of the international digits (no "+"), and where the national
 * number starts.  Of several countries with one calling code, the one that
 * the leading digits say.  NULL if no plan has that calling code. */
const struct country_plan *country_of_number(const char *digits, const char **ret_national);

/* The smaller country inside another's calling code that these international
 * digits belong to (+44 1481 is Guernsey), or NULL. */
const struct country_plan *country_within(const char *digits);

bool country_fits(const struct country_plan *plan, const char *national);
/* The lengths allowed for numbers that start so: "9" or "6 to 13"; "" if none. */
void country_lengths(const struct country_plan *plan, const char *national, char to[16]);
enum number_kind country_kind(const struct country_plan *plan, const char *national);

extern const struct country_plan countries_rows[];
extern const size_t countries_count;

#endif
