#include "net/http_hints.h"

#include <string.h>

#include "base/must.h"
#include "tests/check.h"

/* 2026-11-22T15:04:05Z */
#define NOW_MS ((int64_t)1795359845000)

struct row {
	const char *lines[3];
	int64_t wait_ms;
};

static const struct row rows[] = {
	{{"Content-Type: text/plain\r\n"}, -1},
	{{"Retry-After: 7\r\n"}, 7000},
	{{"retry-after:0\r\n"}, 0},
	{{"RETRY-AFTER: 1.5\r\n"}, 1500},
	{{"Retry-After: 100000\r\n"}, HTTP_HINTS_MOST_MS},
	{{"Retry-After: -3\r\n"}, -1},
	{{"Retry-After: soon\r\n"}, -1},
	{{"Retry-After: 99999999999999999999\r\n"}, -1},
	{{"Retry-After: Sun, 22 Nov 2026 15:04:15 GMT\r\n"}, 10000},
	{{"Retry-After: Sun, 22 Nov 2026 15:00:00 GMT\r\n"}, 0},
	{{"Retry-After: Sun, 99 Foo 2026 15:00:00 GMT\r\n"}, -1},
	{{"Retry-After: Sun, 11 Nov 0508007225 15:00:00 GMT\r\n"}, -1}, /* libcurl reads it */
	/* The peer's clock may be wrong; the difference of its two times is right. */
	{{"Date: Sun, 22 Nov 2026 16:00:00 GMT\r\n",
		 "Retry-After: Sun, 22 Nov 2026 16:00:30 GMT\r\n"},
		30000},
	{{"Retry-After-Ms: 250\r\n", "Retry-After: 1\r\n"}, 250},
	{{"Retry-After: 1\r\n", "Retry-After-Ms: 250\r\n"}, 250},
	{{"X-RateLimit-Reset: 3\r\n"}, 3000},
	{{"X-RateLimit-Reset: 3\r\n", "Retry-After: 9\r\n"}, 9000},
	{{"X-RateLimit-Reset: 1795359850\r\n"}, 5000},
	{{"X-RateLimit-Reset: 1795359850500\r\n"}, 5500},
	{{"X-RateLimit-Reset: 1795359000\r\n"}, 0},
	{{"X-RateLimit-Reset: -1\r\n"}, -1},
	{{"X-RateLimit-Reset: 12abc\r\n"}, -1},
	{{"X-RateLimit-Reset:\r\n"}, -1},
};

static void every_way_to_ask_for_a_wait_is_understood(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct http_hints hints;
		http_hints_clear(&hints);
		for (size_t k = 0; k < 3 && rows[i].lines[k] != NULL; k++)
			http_hints_read(&hints, rows[i].lines[k], strlen(rows[i].lines[k]));
		int64_t wait_ms = http_hints_wait_ms(&hints, NOW_MS);
		if (wait_ms != rows[i].wait_ms)
			fail_msg("row %zu (%s): %lld", i, rows[i].lines[0], (long long)wait_ms);
	}
}

struct length_row {
	const char *lines[3];
	size_t body_bytes;
	bool is_whole;
};

static const struct length_row length_rows[] = {
	{{"content-length: 12\r\n"}, 12, true},
	{{"content-length: 12\r\n"}, 11, false},
	{{"Transfer-Encoding: Chunked \r\n"}, 5, true},
	{{"Connection: close\r\n"}, 5, false},
	{{"Content-Length: 5\r\n", "Content-Length: 5\r\n"}, 5, true},
	{{"Content-Length: 5\r\n", "Content-Length: 6\r\n"}, 5, false},
	/* libcurl reads these up to the end of the connection, wherever that is. */
	{{"Content-Length: 99999999999999999999\r\n"}, 5, false},
	{{"Content-Length:\r\n"}, 0, false},
	{{"Transfer-Encoding:\r\n", "Content-Length: 5\r\n"}, 5, false},
	{{"Content-Length: 5\r\n", "Transfer-Encoding: identity\r\n"}, 5, false},
	{{"Transfer-Encoding: chunked\runked\r\n"}, 5, false},
	{{"Transfer-Encoding:\x16"
	  "chunked\r\n"},
		0, false},
	{{"Transfer-Encoding: chunked\x7f\r\n"}, 0, false},
	{{"Content-Length: \x01"
	  "5\r\n"},
		5, false},
	{{"Transfer-Encoding:\t chunked\t\r\n"}, 5, true},
	{{"Transfer-Encoding: chunked;a=0123456789012345678901234567890123456789012345\r\n"}, 5,
		false},
};

static void an_answer_is_whole_when_it_ends_where_its_head_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(length_rows); i++) {
		const struct length_row *row = &length_rows[i];
		struct http_hints hints;
		http_hints_clear(&hints);
		for (size_t k = 0; k < COUNT_OF(row->lines) && row->lines[k] != NULL; k++)
			http_hints_read(&hints, row->lines[k], strlen(row->lines[k]));
		if (http_hints_is_whole(&hints, row->body_bytes) != row->is_whole)
			fail_msg("row %zu", i);
	}
}

static void the_date_of_the_peer_is_read(void **state)
{
	(void)state;
	struct http_hints hints;
	static const char line[] = "Date: Sun, 22 Nov 2026 15:04:05 GMT\r\n";
	http_hints_clear(&hints);
	http_hints_read(&hints, line, strlen(line));
	assert_int_equal(hints.date_ms, NOW_MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(every_way_to_ask_for_a_wait_is_understood),
		CHECK(an_answer_is_whole_when_it_ends_where_its_head_says),
		CHECK(the_date_of_the_peer_is_read),
	};
	return CHECK_MAIN(tests);
}
