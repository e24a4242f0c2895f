/*
 * typed.h - typed text brought to the few characters a phone number is made of.
 *
 * Digits of every script become ASCII digits, the many Unicode dashes, spaces,
 * dots and full-width forms their ASCII likeness, letters upper case; marks
 * that only steer display vanish.  What is left is judged by phone_scan.h.
 */
#ifndef NUMBERING_TYPED_H
#define NUMBERING_TYPED_H

#include <stddef.h>

#define TYPED_MAX_BYTES 256

enum typed_outcome {
	TYPED_OK,
	TYPED_BAD,      /* not UTF-8, a control character, or one of $ ` { } < > \ | ^ @ % " */
	TYPED_TOO_LONG, /* over TYPED_MAX_BYTES */
};

/* Beside ASCII, the two stand-ins in a struct typed's text: */
#define TYPED_LETTER '\1' /* a letter that is not on any keypad */
#define TYPED_SYMBOL '\2' /* anything else: an emoji, a currency sign */

struct typed {
	char text[TYPED_MAX_BYTES + 1]; /* without spaces at both ends */
	size_t bytes;
};

enum typed_outcome typed_read(const char *typed, size_t bytes, struct typed *ret);

#endif
