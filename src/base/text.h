/*
 * text.h - bounded copies into fixed arrays, and small questions about text.
 *
 * Promise: every copy ends in NUL and says whether all of it fitted.  UTF-8
 * is never cut inside a character.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/must.h"

/* Copy into an array: TEXT_COPY(order->email, json_string).  NULL copies "". */
#define TEXT_COPY(array, from) text_copy((array), sizeof(array), (from))

bool text_copy(char *to, size_t to_bytes, const char *from);
bool text_copy_part(char *to, size_t to_bytes, const char *from, size_t from_bytes);
bool text_format(char *to, size_t to_bytes, const char *format, ...) PRINTF_LIKE(3, 4);

bool text_is(const char *a, const char *b); /* equal; NULL equals only NULL */
bool text_is_any_case(const char *a, const char *b);
bool text_starts(const char *text, const char *prefix);
bool text_contains_any_case(const char *text, const char *part);
bool text_is_digits(const char *text); /* one or more ASCII digits, nothing else */
bool text_is_uuid(const char *text);   /* 8-4-4-4-12 hexadecimal digits */
bool text_is_e164(const char *text);   /* ^\+[1-9][0-9]{6,14}$ */
bool text_is_utf8(const char *text, size_t bytes);
bool text_equal_secret(const char *a, const char *b); /* in time that tells nothing */

/* A whole decimal number within bounds; false (and *ret untouched) otherwise. */
bool text_to_int(const char *text, int64_t least, int64_t most, int64_t *ret);

/* "1.00000" -> 100.  Money as decimal text with up to two places that count;
 * further places must be zeros.  Refuses signs, exponents and overflow. */
bool text_to_cents(const char *text, int64_t *ret_cents);
void text_from_cents(int64_t cents, char *to, size_t to_bytes); /* 100 -> "1.00" */

/* Foreign text as part of a one-line message: what is invisible or breaks or
 * turns a line (controls, U+2028, bidi marks) becomes one space.  True if all fitted. */
bool text_one_line(char *to, size_t to_bytes, const char *from);

void text_lower(char *text);
void text_trim(char *text); /* spaces and control characters at both ends */

#endif
