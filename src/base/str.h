/*
 * str.h - a growable string with a declared maximum.
 *
 * Promise: `text` always ends in NUL (it is "" before the first byte) and
 * never grows past `max_bytes`.  A write that would is dropped whole and
 * `is_full` stays true from then on; ask str_ok() once, after the last write.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/must.h"

struct str {
	char *text;
	size_t bytes;     /* without the NUL */
	size_t room;      /* allocated */
	size_t max_bytes; /* the declared maximum */
	bool is_full;
};

void str_init(struct str *s, size_t max_bytes);
void str_done(struct str *s); /* frees; s may be used again after str_init */
void str_clear(struct str *s);
void str_add(struct str *s, const char *text);
void str_add_bytes(struct str *s, const void *bytes, size_t count);
void str_add_char(struct str *s, char c);
void str_addf(struct str *s, const char *format, ...) PRINTF_LIKE(2, 3);
void str_add_html(struct str *s, const char *text); /* & < > " ' escaped */
void str_add_url(struct str *s, const char *text);  /* percent-encoded, "+" too */
bool str_ok(const struct str *s);
char *str_take(struct str *s); /* the text, now the caller's; s is empty */

#endif
