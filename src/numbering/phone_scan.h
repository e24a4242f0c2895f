/* phone_scan.h - typed text taken apart: digits, extension, what was cut off.
 * For phone.c only. */
#ifndef NUMBERING_PHONE_SCAN_H
#define NUMBERING_PHONE_SCAN_H

#include "numbering/phone.h"
#include "numbering/typed.h"

#define PHONE_DIGITS_MAX 40
#define PHONE_GROUPS_MAX 20

struct phone_scan {
	bool has_plus;
	char digits[PHONE_DIGITS_MAX + 1]; /* in order, without the + */
	size_t digit_count;
	/* How the digits were written: "415-555 1234" is 3, 3, 4. */
	uint8_t groups[PHONE_GROUPS_MAX];
	size_t group_count;
	char extension[PHONE_EXTENSION_MAX + 1];
	unsigned flags;
};

/* `may_be_vanity`: letters may stand for keypad digits (the North American habit). */
enum phone_reject phone_scan(const struct typed *typed, bool may_be_vanity, struct phone_scan *ret);

#endif
