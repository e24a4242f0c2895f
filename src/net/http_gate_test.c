/* The gate, from outside: bytes in, and whether a handler ever saw them. */
#include "net/http_gate.h"

#include <stdlib.h>

#include "base/json.h"
#include "base/text.h"
#include "net/http_server.h"
#include "net/limits.h"
#include "net/test_raw.h"

struct world {
	struct loop *loop;
	struct http_server *server;
	int handled;
};

static void handle(void *arg, struct http_request *r)
{
	((struct world *)arg)->handled++;
	http_answer_text(r, 200, "text/plain", "hello");
}

static void begin_with(struct world *w, int64_t idle_ms)
{
	struct err e;
	*w = (struct world){.loop = loop_new()};
	struct http_server_options options = {
		.listen = ":0", .handler = handle, .arg = w, .idle_ms = idle_ms};
	w->server = http_server_new(w->loop, &options, &e);
	assert_non_null(w->server);
}

static void end(struct world *w)
{
	http_server_free(w->server);
	loop_free(w->loop);
}

struct gate_row {
	const char *bytes;
	size_t count; /* 0: strlen */
	int status;   /* of the answer */
};

#define RAW(text) text, sizeof(text) - 1
#define H "Host: h\r\n"

static const struct gate_row gate_rows[] = {
	/* one Host */
	{RAW("GET / HTTP/1.1\r\n\r\n"), 400},
	{RAW("GET / HTTP/1.1\r\n" H "Host: i\r\n\r\n"), 400},
	{RAW("GET / HTTP/1.1\r\n" H H "\r\n"), 400},
	{RAW("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"), 400},
	{RAW("GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"), 400},
	{RAW("GET / HTTP/1.0\r\n\r\n"), 200},
	/* lengths */
	{RAW("POST / HTTP/1.1\r\n" H "Content-Length: 2\r\nContent-Length: 2\r\n\r\nhi"), 400},
	{RAW("POST / HTTP/1.1\r\n" H "Content-Length: 2, 2\r\n\r\nhi"), 400},
	{RAW("POST / HTTP/1.1\r\n" H "Content-Length: +2\r\n\r\nhi"), 400},
	{RAW("POST / HTTP/1.1\r\n" H "Content-Length: -2\r\n\r\nhi"), 400},
	{RAW("POST / HTTP/1.1\r\n" H "Content-Length: 0x2\r\n\r\nhi"), 400},
	{RAW("POST / HTTP/1.1\r\n" H "Content-Length: 2 2\r\n\r\nhi"), 400},
	{RAW("POST / HTTP/1.1\r\n" H "Content-Length:\r\n\r\n"), 400},
	{RAW("POST / HTTP/1.1\r\n" H "Content-Length: \t2\r\n\r\nhi"), 400},
	{RAW("POST / HTTP/1.1\r\n" H "Content-Length: 99999999999999999999\r\n\r\n"), 0},
	{RAW("HEAD / HTTP/1.1\r\n" H "Content-Length: 5\r\n\r\nGET /"), 400},
	/* encodings */
	{RAW("POST / HTTP/1.1\r\n" H
	     "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
		400},
	{RAW("POST / HTTP/1.1\r\n" H
	     "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
		400},
	{RAW("POST / HTTP/1.1\r\n" H
	     "Content-Length: 5\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n"),
		400},
	{RAW("POST / HTTP/1.1\r\n" H
	     "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
		400},
	{RAW("POST / HTTP/1.1\r\n" H "Transfer-Encoding: identity\r\n\r\n"), 400},
	{RAW("POST / HTTP/1.1\r\n" H "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), 400},
	{RAW("POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n"), 400},
	{RAW("POST / HTTP/1.1\r\n" H "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"), 400},
	{RAW("POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked;a=b\r\n\r\n0\r\n\r\n"), 400},
	{RAW("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400},
	{RAW("POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n"), 413},
	{RAW("POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n"), 413},
	/* lines */
	{RAW("GET / HTTP/1.1\n" H "\n"), 400},
	{RAW("GET / HTTP/1.1\r\nHost: h\nX: y\r\n\r\n"), 400},
	{RAW("GET / HTTP/1.1\r\n" H "\n"), 400},
	{RAW("GET / HTTP/1.1\r\n" H "X: a\rb\r\n\r\n"), 400},
	{RAW("GET / HTTP/1.1\r\n" H "X: a\r\r\n\r\n"), 400},
	{RAW("GET / HTTP/1.1\r\n" H "X: a\r\n b\r\n\r\n"), 400},
	{RAW("GET / HTTP/1.1\r\n" H "X: a\r\n\tContent-Length: 9\r\n\r\n"), 400},
	{RAW("GET / HTTP/1.1\r\n X: a\r\n" H "\r\n"), 400},
	{RAW("GET / HTTP/1.1\r\nHost : h\r\n\r\n"), 400},
	{RAW("GET / HTTP/1.1\r\n" H "X\ty: 1\r\n\r\n"), 400},
	{RAW("GET / HTTP/1.1\r\n" H ": 1\r\n\r\n"), 400},
	{RAW("GET / HTTP/1.1\r\n" H "nonsense\r\n\r\n"), 400},
	{RAW("GET / HTTP/1.1\r\n" H "X: a\0b\r\n\r\n"), 400},
	{RAW("GET / HTTP/1.1\r\n" H "\0\r\n\r\n"), 400},
	{RAW("GET / HTTP/1.1\r\n" H "X: a\x01"
	     "b\r\n\r\n"),
		400},
	{RAW("GET / HTTP/1.1\r\n" H "X: caf\xc3\xa9\tok\r\n\r\n"), 200},
	/* request lines */
	{RAW("\r\nGET / HTTP/1.1\r\n" H "\r\n"), 400},
	{RAW("GET /\r\n\r\n"), 400},
	{RAW("GET / HTTP/2.0\r\n" H "\r\n"), 400},
	{RAW("GET / HTTP/0.9\r\n" H "\r\n"), 400},
	{RAW("GET / HTTP/1.2\r\n" H "\r\n"), 400},
	{RAW("GET / HTTP/1.1x\r\n" H "\r\n"), 400},
	/* versions that sscanf() reads as 1.1 */
	{RAW("GET / HTTP/1.\x0c"
	     "1\r\n" H "\r\n"),
		400},
	{RAW("GET / HTTP/+1.1\r\n" H "\r\n"), 400},
	{RAW("GET / HTTP/1.01\r\n" H "\r\n"), 400},
	{RAW("GET / HTTP/1.-1\r\n" H "\r\n"), 400},
	{RAW("GET /a b HTTP/1.1\r\n" H "\r\n"), 400},
	{RAW("GET  / HTTP/1.1\r\n" H "\r\n"), 400},
	{RAW("GET http://h/ HTTP/1.1\r\n" H "\r\n"), 400},
	{RAW("GET http://h/ HTTP/1.1\r\n" H "Proxy-Connection: keep-alive\r\n\r\n"), 400},
	{RAW("GET x HTTP/1.1\r\n" H "\r\n"), 400},
	{RAW("GET /\xc3\xa9 HTTP/1.1\r\n" H "\r\n"), 400},
	{RAW("GET /a%00b HTTP/1.1\r\n" H "\r\n"), 400},
	{RAW("GET /a%4 HTTP/1.1\r\n" H "\r\n"), 400},
	{RAW("GET /?x=%zz HTTP/1.1\r\n" H "\r\n"), 400},
	{RAW("GET /a#b HTTP/1.1\r\n" H "\r\n"), 400},
	{RAW("\x16\x03\x01\x02\r\n\r\n"), 400},
	/* methods and expectations */
	{RAW("BREW / HTTP/1.1\r\n" H "Content-Length: 5\r\n\r\nGET /"), 501},
	{RAW("get / HTTP/1.1\r\n" H "\r\n"), 501},
	{RAW("OPTIONS * HTTP/1.1\r\n" H "\r\n"), 405},
	{RAW("TRACE / HTTP/1.1\r\n" H "\r\n"), 405},
	{RAW("CONNECT h:80 HTTP/1.1\r\n" H "\r\n"), 405},
	{RAW("CONNECT / HTTP/1.1\r\n" H "\r\n"), 0},
	{RAW("POST / HTTP/1.1\r\n" H "Expect: miracles\r\nContent-Length: 2\r\n\r\nhi"), 417},
};

static void check_problem(const char *request, const char *answer, int status)
{
	char line[32];
	text_format(line, sizeof(line), "HTTP/1.1 %d ", status);
	if (strstr(answer, line) == NULL && strstr(answer, "HTTP/1.0 ") != answer)
		fail_msg("wanted %d: %s", status, answer);
	assert_non_null(strstr(answer, "Content-Type: application/problem+json\r\n"));
	assert_non_null(strstr(answer, "Connection: close\r\n"));
	const char *body = strstr(answer, "\r\n\r\n") + 4;
	if (text_starts(request, "HEAD ")) {
		assert_string_equal(body, "");
		return;
	}
	JSON_AUTO j = json_parse(body, strlen(body), NULL, 0);
	if (j == NULL)
		fail_msg("not JSON: %s", answer);
	assert_int_equal(json_int(j, "status", 0), status);
	assert_non_null(json_text(j, "detail"));
	assert_true(text_starts(json_text(j, "type"), "/problems/"));
}

static void check_gate_row(struct world *w, size_t i)
{
	const struct gate_row *row = &gate_rows[i];
	struct raw raw;
	int handled = w->handled;
	raw_open(&raw, w->loop, http_server_port(w->server));
	raw_write_bytes(&raw, row->bytes, row->count);
	if (row->status == 200) {
		raw_await(&raw, w->loop, "hello");
		assert_int_equal(w->handled, handled + 1);
	} else {
		/* What never becomes whole is closed at the deadline. */
		if (!loop_run_until(w->loop, &raw.is_over, 5000))
			fail_msg("row %zu is not closed: %s", i, raw.in.text);
		if (w->handled != handled)
			fail_msg("row %zu reached a handler", i);
		if (row->status != 0)
			check_problem(row->bytes, raw.in.text, row->status);
	}
	raw_close(&raw);
}

static void what_can_be_read_in_two_ways_reaches_no_handler(void **state)
{
	(void)state;
	struct world w;
	begin_with(&w, 400);
	for (size_t i = 0; i < COUNT_OF(gate_rows); i++)
		check_gate_row(&w, i);
	end(&w);
}

/* evhttp would keep these open for more, since they look like a proxy's. */
static void after_a_refusal_the_connection_ends_at_once(void **state)
{
	(void)state;
	static const char *const refused[] = {"CONNECT a:1 HTP/1.1\r\n" H "\r\n",
		"CONNECT a:1 nonsense\r\n" H "\r\n",
		"GET http://h/ HTP/1.1\r\n" H "Proxy-Connection: keep-alive\r\n\r\n"};
	struct world w;
	begin_with(&w, 0);
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		struct raw raw;
		raw_open(&raw, w.loop, http_server_port(w.server));
		raw_write(&raw, refused[i]);
		raw_await(&raw, w.loop, "}");
		raw_write(&raw, "GET / HTTP/1.1\r\n" H "\r\n");
		raw_await_end(&raw, w.loop);
		check_problem(refused[i], raw.in.text, 400);
		assert_null(strstr(raw.in.text + 1, "HTTP/1.1 "));
		assert_int_equal(w.handled, 0);
		raw_close(&raw);
	}
	end(&w);
}

struct size_row {
	const char *before, *after;
	size_t filler;
	int status;
};

static const struct size_row size_rows[] = {
	{"GET /", " HTTP/1.1\r\n" H "\r\n", LIMIT_SERVED_TARGET_BYTES - 1, 200},
	{"GET /", " HTTP/1.1\r\n" H "\r\n", LIMIT_SERVED_TARGET_BYTES, 414},
	{"GET /", " HTTP/1.1\r\n" H "\r\n", LIMIT_SERVED_TARGET_BYTES * 2, 414},
	{"GET /", " HTTP/1.1\r\n" H "\r\n", LIMIT_SERVED_HEADERS_BYTES * 2, 414},
	{"GET / HTTP/1.1\r\n" H "X: ", "\r\n\r\n", LIMIT_SERVED_HEADERS_BYTES - 100, 200},
	{"GET / HTTP/1.1\r\n" H "X: ", "\r\n\r\n", LIMIT_SERVED_HEADERS_BYTES, 431},
	{"GET / HTTP/1.1\r\n" H "X: ", "\r\n\r\n", LIMIT_SERVED_HEADERS_BYTES * 4, 431},
	{"POST / HTTP/1.1\r\n" H "Content-Length: 65536\r\n\r\n", "", LIMIT_SERVED_BODY_BYTES, 200},
	{"POST / HTTP/1.1\r\n" H "Content-Length: 65537\r\n\r\n", "", LIMIT_SERVED_BODY_BYTES + 1,
		413},
	{"POST / HTTP/1.1\r\n" H "Content-Length: 900000\r\n\r\n", "", 900000, 413},
	{"POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n10001\r\n", "", 0x10001, 413},
};

static void what_is_too_large_is_refused_by_name(void **state)
{
	(void)state;
	struct world w;
	begin_with(&w, 0);
	for (size_t i = 0; i < COUNT_OF(size_rows); i++) {
		const struct size_row *row = &size_rows[i];
		struct raw raw;
		int handled = w.handled;
		char *filler = must_calloc(1, row->filler);
		memset(filler, 'x', row->filler);
		raw_open(&raw, w.loop, http_server_port(w.server));
		/* Larger than the socket's buffers, so the loop must run meanwhile. */
		raw_write(&raw, row->before);
		for (size_t at = 0; at < row->filler; at += 32768) {
			bool is_never = false;
			size_t part = row->filler - at < 32768 ? row->filler - at : 32768;
			raw_write_bytes(&raw, filler + at, part);
			loop_run_until(w.loop, &is_never, 0);
		}
		raw_write(&raw, row->after);
		free(filler);
		if (row->status == 200) {
			raw_await(&raw, w.loop, "hello");
		} else {
			raw_await_end(&raw, w.loop);
			check_problem(row->before, raw.in.text, row->status);
			assert_int_equal(w.handled, handled);
		}
		raw_close(&raw);
	}
	end(&w);
}

/* However the bytes are cut into pieces, the scan must come to the same end. */
static void the_scan_does_not_depend_on_how_bytes_arrive(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(gate_rows); i++) {
		const struct gate_row *row = &gate_rows[i];
		struct http_scan whole, piece;
		http_scan_start(&whole);
		http_scan_start(&piece);
		size_t took = http_scan_take(&whole, row->bytes, row->count);
		size_t took_pieces = 0;
		for (size_t k = 0; k < row->count; k++)
			took_pieces += http_scan_take(&piece, row->bytes + k, 1);
		assert_int_equal(took, took_pieces);
		assert_int_equal(whole.fault, piece.fault);
		assert_int_equal(whole.is_over, piece.is_over);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(what_can_be_read_in_two_ways_reaches_no_handler),
		CHECK(after_a_refusal_the_connection_ends_at_once),
		CHECK(what_is_too_large_is_refused_by_name),
		CHECK(the_scan_does_not_depend_on_how_bytes_arrive),
	};
	return CHECK_MAIN(tests);
}
