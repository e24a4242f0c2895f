/*
 * phone.h - what a person typed, as the one telephone number it is, or why not.
 *
 * Promise: an accepted number is E.164 and, in the North American plan, has an
 * area code that our table has in service.  A refusal has a stable code, one
 * sentence for a person, and what to do about it.
 *
 * Not promised: that anybody answers there.  Outside +1 only the country and
 * the number of digits are checked.
 *
 * A number is read, never mined: text that merely contains one (a formula, a
 * path, JSON, a sentence) is refused.  Words after a number ("(office)") are
 * cut off and flagged.  Pure: no allocation, no clock, no files.
 */
#ifndef NUMBERING_PHONE_H
#define NUMBERING_PHONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numbering/area_codes.h"
#include "numbering/kind.h"

/* clang-format off */
/* Names are on the wire; the hint serves where the place of refusal has none of its own. */
#define PHONE_REJECTS(X)                                                                          \
	X(EMPTY, "empty", "Enter the phone number of the business.")                              \
	X(NO_DIGITS, "no_digits", "Enter the number in digits, such as (415) 555-0123.")          \
	X(BAD_CHARS, "bad_chars", "Enter only the number: digits, spaces, dashes, parentheses.")  \
	X(NOT_A_PHONE_NUMBER, "not_a_phone_number", "Enter only the number, with nothing before it.") \
	X(MULTIPLE_NUMBERS, "multiple_numbers", "Enter one number.")                              \
	X(TOO_SHORT, "too_short", "Enter all digits, with the area code.")                        \
	X(TOO_LONG, "too_long", "Check for extra digits; write a number abroad as + and its country code.") \
	X(SHORT_CODE, "short_code", "Enter a full phone number with its area code.")              \
	X(NO_COUNTRY, "no_country", "Write the number as + and its country code, or name the country.") \
	X(COUNTRY_CODE_INVALID, "country_code_invalid", "Check the digits after the +.")          \
	X(COUNTRY_MISMATCH, "country_mismatch", "Write +1 before a US or Canadian number.")       \
	X(INVALID_FOR_COUNTRY, "invalid_for_country", "Check the number for missing or extra digits.") \
	X(NO_AREA_CODE, "no_area_code", "Put the three-digit area code before the number.")       \
	X(NPA_INVALID, "npa_invalid", "Check the first three digits; write a number abroad as + and its country code.") \
	X(NPA_N11, "npa_n11", "Enter the number with its own area code.")                         \
	X(NPA_555, "npa_555", "Enter the number with its own area code.")                         \
	X(NPA_EXPANSION, "npa_expansion", "Check the first three digits.")                        \
	X(NPA_RESERVED, "npa_reserved", "Check the first three digits.")                          \
	X(NPA_UNASSIGNED, "npa_unassigned", "Check the first three digits.")                      \
	X(NPA_NOT_IN_SERVICE, "npa_not_in_service", "Check the first three digits.")              \
	X(NXX_INVALID, "nxx_invalid", "Check the three digits after the area code.")              \
	X(NXX_N11, "nxx_n11", "Check the three digits after the area code.")                      \
	X(POSTAL_CODE_INVALID, "postal_code_invalid", "Enter a ZIP code such as 94110 or a postal code such as M5V 2T6.") \
	X(CITY_UNKNOWN, "city_unknown", "Write the town and its state, such as \"Berkeley, CA\".") \
	X(CITY_AMBIGUOUS, "city_ambiguous", "Add the state or province to the town.")

#define PHONE_FLAGS(X)                                                                            \
	X(FICTITIOUS_555, "fictitious_555")           /* kept for films and examples */           \
	X(VANITY, "vanity")                           /* letters read as keypad digits */         \
	X(TRAILING_TEXT, "trailing_text")             /* words after it were cut off */           \
	X(LEGACY_PREFIX, "legacy_prefix")             /* a prefix abolished since was cut off */  \
	X(DIRECTORY_ASSISTANCE, "directory_assistance") /* 555-1212 */                            \
	X(DIAL_PREFIX, "dial_prefix")                 /* 011, 00, *67 ... was cut off */          \
	X(OVERDIAL_TRUNCATED, "overdial_truncated")   /* a word longer than the number */
/* clang-format on */

enum phone_reject {
	PHONE_OK,
#define X(name, wire, hint) PHONE_##name,
	PHONE_REJECTS(X)
#undef X
		PHONE_REJECT_COUNT
};

enum phone_flag_bit {
#define X(name, wire) PHONE_FLAG_BIT_##name,
	PHONE_FLAGS(X)
#undef X
		PHONE_FLAG_COUNT
};
#define PHONE_FLAG(name) (1u << PHONE_FLAG_BIT_##name)

#define PHONE_EXTENSION_MAX 7

struct phone {
	char e164[17];
	char extension[PHONE_EXTENSION_MAX + 1]; /* "" if none */
	char country[3];   /* "" for +800 and the like, which no country has */
	char region[7];    /* "US-CA"; "" outside +1, or if the code serves several */
	char area_code[4]; /* "" outside +1 */
	enum number_kind kind;
	const char *place; /* static text: the area code's main city, or "" */
	unsigned flags;
};

struct phone_refusal {
	enum phone_reject code;
	char message[160];
	char hint[160];
};

/* `country`: the ISO code of where a number without + is dialled; NULL means
 * the North American plan, "" that nothing is assumed.  A number that starts
 * with + is what it says.  True: *ret is filled; false: *refusal is. */
bool phone_parse(const char *typed, size_t bytes, const char *country, struct phone *ret,
	struct phone_refusal *refusal);

/* Is it an area code where numbers can be had?  False fills *refusal. */
bool phone_check_area_code(const char *npa, struct phone_refusal *refusal);

const char *phone_reject_wire(enum phone_reject code);
const char *phone_flag_wire(enum phone_flag_bit bit);

#endif
