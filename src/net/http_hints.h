/*
 * http_hints.h - what the header lines of an answer say about time and length.
 *
 * Fed one line at a time as they arrive; a line that makes no sense is as if
 * it were not there.  Pure but for the wall clock that is passed in.
 */
#ifndef NET_HTTP_HINTS_H
#define NET_HTTP_HINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HTTP_HINTS_MOST_MS ((int64_t)15 * 60 * 1000)

struct http_hints {
	int64_t date_ms;        /* -1: none */
	int64_t retry_exact_ms; /* -1: none; retry-after-ms, which wins as the finer one */
	int64_t retry_after_ms; /* -1: none; retry-after in seconds */
	int64_t retry_at_ms;    /* -1: none; retry-after as a date */
	int64_t reset;          /* -1: none; x-ratelimit-reset as it stood, times 1000 */
	int64_t length;         /* -1: none; content-length */
	bool is_chunked;        /* transfer-encoding: chunked, and no other word */
	bool is_length_odd;     /* two lengths, another encoding, no number: anybody's guess */
};

void http_hints_clear(struct http_hints *hints);
/* One line with or without its line end; not NUL-terminated. */
void http_hints_read(struct http_hints *hints, const char *line, size_t bytes);
/* Does the head say where the body ends, and is that where it ended? */
bool http_hints_is_whole(const struct http_hints *hints, size_t body_bytes);
/* How long to wait, 0 to HTTP_HINTS_MOST_MS, or -1 if nothing was said.  A date
 * is measured against the peer's own Date where there is one. */
int64_t http_hints_wait_ms(const struct http_hints *hints, int64_t wall_ms);

#endif
