/*
 * countries.h - the numbering plans of the world outside +1.
 *
 * For each country: its calling code, what is dialled there before a foreign
 * or a domestic number, and one machine that reads a national number digit by
 * digit and says what it is (made from libphonenumber's metadata: data/).
 *
 * Plans grow faster than programs are replaced: a number in a range that the
 * plan does not list "fits" if numbers with the same first digits have its
 * length; country_lists() tells the two apart.  Pure; no start-up cost.
 */
#ifndef NUMBERING_COUNTRIES_H
#define NUMBERING_COUNTRIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numbering/kind.h"

#define COUNTRY_NDC_BYTES 6

struct country_plan {
	char calling_code[4]; /* "49" */
	char iso[3];          /* "DE"; "" for +800 and the like, which no country has */
	const char *name;
	const char *international_prefix; /* "00"; "" where a choice of carrier is dialled */
	const char *trunk_prefix;         /* "0"; "" if none */
	uint16_t start;                   /* in countries_states */
};

/* By ISO code, case ignored ("UK" is taken for GB); NULL if none or in +1. */
const struct country_plan *country_find(const char *iso);
/* Is it one of the countries and territories that share +1? */
bool country_is_nanp(const char *iso);
/* The plan of the international digits (no "+"), and where the national
 * number starts.  Of several countries with one calling code, the one whose
 * number it is (+44 1481 is Guernsey); if nobody's, the main one.  NULL if no
 * plan has that calling code. */
const struct country_plan *country_of_number(const char *digits, const char **ret_national);

/* Is it a number of the plan (or of another of that calling code), or may it be
 * one of a range opened since: not in a plan, but as long as some number with
 * the same first digits? */
bool country_fits(const struct country_plan *plan, const char *national);
/* Is it in a range that a plan of that calling code lists? */
bool country_lists(const struct country_plan *plan, const char *national);
/* Why it does not fit: the lengths of the numbers that start like this one, "9"
 * or "6 to 13", and how many digits it takes to tell; "" if no number starts
 * with its first digit. */
void country_lengths(
	const struct country_plan *plan, const char *national, char to[16], size_t *ret_shared);
/* Of a number that fits; if unlisted, the kind of one of that length that shares
 * the most first digits with it. */
enum number_kind country_kind(const struct country_plan *plan, const char *national);
/* The national destination code (area code) of a listed geographic number, as
 * written after the country code: "20" of +44 20 7946 0958.  "" where the
 * country has none or it is not known: search the country then. */
void country_ndc(const struct country_plan *plan, const char *national, char to[COUNTRY_NDC_BYTES]);

extern const struct country_plan countries_rows[];
extern const size_t countries_count;
extern const uint16_t countries_states[];

#endif
