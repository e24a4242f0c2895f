#include "net/http_server.h"

#include <arpa/inet.h>
#include <event2/event.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "net/limits.h"
#include "net/loop.h"
#include "net/test_raw.h"
#include "tests/check.h"

/* --- a server whose handler does what the path says ----------------------------- */

struct world {
	struct loop *loop;
	struct http_server *server;
	struct http_request *held; /* by /hold */
	struct http_stream *stream;
	int handled, closed;
	bool is_held, is_closed;
	char seen[2048]; /* what the handler saw of /echo */
};

static void on_stream_closed(void *arg)
{
	struct world *w = arg;
	w->closed++;
	w->is_closed = true;
	w->stream = NULL;
}

static void echo(struct world *w, struct http_request *r)
{
	size_t bytes;
	const char *body = http_request_body(r, &bytes);
	const char *name, *value;
	text_format(w->seen, sizeof(w->seen), "%d %s [%s] body=%zu:%s", http_request_method(r),
		http_request_path(r), http_request_raw_query(r), bytes, body);
	for (size_t i = 0; http_request_query_at(r, i, &name, &value); i++) {
		size_t at = strlen(w->seen);
		text_format(w->seen + at, sizeof(w->seen) - at, " %s=%s", name, value);
	}
	http_answer_header(r, "X-Peer", http_request_peer(r));
	http_answer_text(r, 200, "text/plain", "hello");
}

static void tell_problem(struct http_request *r)
{
	struct err e;
	err_set_hint(&e, ERR_INVALID_FIELD, "Say \"it\" again.", "could not read\nit");
	http_answer_problem(r, &e, "business_phone");
}

static void handle(void *arg, struct http_request *r)
{
	struct world *w = arg;
	const char *path = http_request_path(r);
	w->handled++;
	if (text_is(path, "/hold")) {
		w->held = r;
		w->is_held = true;
	} else if (text_is(path, "/later")) {
		http_answer_later(r, 30, 202, "text/plain", "late", 4);
	} else if (text_is(path, "/cut")) {
		http_answer_cut(r, 200, "text/plain", "0123456789", 10, 4);
	} else if (text_is(path, "/nothing")) {
		http_answer_cut(r, 0, NULL, NULL, 0, 0);
	} else if (text_is(path, "/reset")) {
		http_answer_reset(r);
	} else if (text_is(path, "/problem")) {
		tell_problem(r);
	} else if (text_is(path, "/none")) {
		http_answer(r, 204, NULL, NULL, 0);
	} else if (text_is(path, "/stream")) {
		w->stream = http_stream_start(r, "text/event-stream", on_stream_closed, w);
	} else if (text_is(path, "/big")) {
		char *big = must_calloc(1, 3 << 20);
		memset(big, 'b', 3 << 20);
		http_answer(r, 200, "text/plain", big, 3 << 20);
		free(big);
	} else {
		echo(w, r);
	}
}

static void begin_with(struct world *w, int64_t idle_ms, const char *listen)
{
	struct err e;
	*w = (struct world){.loop = loop_new()};
	struct http_server_options options = {
		.listen = listen, .handler = handle, .arg = w, .idle_ms = idle_ms};
	w->server = http_server_new(w->loop, &options, &e);
	if (w->server == NULL)
		fail_msg("%s", e.message);
}

static void begin(struct world *w)
{
	begin_with(w, 0, "127.0.0.1:0");
}

static void end(struct world *w)
{
	http_server_free(w->server);
	loop_free(w->loop);
}

/* --- plain requests ------------------------------------------------------------ */

static void a_request_is_read_and_answered_and_the_connection_kept(void **state)
{
	(void)state;
	struct world w;
	struct raw raw;
	begin(&w);
	raw_open(&raw, w.loop, http_server_port(w.server));
	raw_write(&raw, "POST /a%20b?x=1%2B1&y=a+b&x=2&z HTTP/1.1\r\nHost: h:80\r\n"
			"Content-Length: 3\r\n\r\nabc");
	raw_await(&raw, w.loop, "\r\n\r\nhello");
	assert_string_equal(w.seen, "1 /a b [x=1%2B1&y=a+b&x=2&z] body=3:abc x=1+1 y=a b x=2 z=");
	assert_true(text_starts(raw.in.text, "HTTP/1.1 200 OK\r\n"));
	assert_non_null(strstr(raw.in.text, "Content-Length: 5\r\n"));
	assert_non_null(strstr(raw.in.text, "X-Peer: 127.0.0.1\r\n"));
	assert_non_null(strstr(raw.in.text, "\r\nDate: "));
	assert_null(strstr(raw.in.text, "Server:"));
	str_clear(&raw.in);
	raw_write(&raw, "GET /again HTTP/1.1\r\nHost: h\r\n\r\n");
	raw_await(&raw, w.loop, "hello");
	assert_false(raw.is_over);
	assert_string_equal(w.seen, "0 /again [] body=0:");
	raw_close(&raw);
	end(&w);
}

static void a_request_may_come_in_single_bytes(void **state)
{
	(void)state;
	static const char text[] = "PUT /one HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi";
	struct world w;
	struct raw raw;
	begin(&w);
	raw_open(&raw, w.loop, http_server_port(w.server));
	bool is_never = false;
	for (size_t i = 0; i < strlen(text); i++) {
		raw_write_bytes(&raw, text + i, 1);
		loop_run_until(w.loop, &is_never, 0);
	}
	raw_await(&raw, w.loop, "hello");
	assert_string_equal(w.seen, "3 /one [] body=2:hi");
	raw_close(&raw);
	end(&w);
}

static void head_is_answered_as_get_without_the_body(void **state)
{
	(void)state;
	struct world w;
	struct raw raw;
	begin(&w);
	raw_open(&raw, w.loop, http_server_port(w.server));
	raw_write(&raw, "HEAD /x HTTP/1.1\r\nHost: h\r\n\r\n");
	raw_await(&raw, w.loop, "Content-Length: 5\r\n");
	raw_write(&raw, "GET /none HTTP/1.1\r\nHost: h\r\n\r\n");
	raw_await(&raw, w.loop, "HTTP/1.1 204");
	raw_write(&raw, "HEAD /stream HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
	raw_await_end(&raw, w.loop);
	assert_null(w.stream);
	assert_null(strstr(raw.in.text, "hello"));
	assert_non_null(strstr(raw.in.text, "text/event-stream"));
	raw_close(&raw);
	end(&w);
}

static void a_chunked_body_is_read_and_ends_the_connection(void **state)
{
	(void)state;
	struct world w;
	struct raw raw;
	begin(&w);
	raw_open(&raw, w.loop, http_server_port(w.server));
	raw_write(&raw, "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n"
			"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
	raw_await_end(&raw, w.loop);
	assert_string_equal(w.seen, "1 /c [] body=5:abcde");
	assert_non_null(strstr(raw.in.text, "Connection: close\r\n"));
	raw_close(&raw);
	end(&w);
}

static void bytes_beyond_a_request_are_never_another_request(void **state)
{
	(void)state;
	struct world w;
	struct raw raw;
	begin(&w);
	raw_open(&raw, w.loop, http_server_port(w.server));
	raw_write(&raw, "GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n");
	raw_await_end(&raw, w.loop);
	assert_int_equal(w.handled, 1);
	assert_non_null(strstr(raw.in.text, "Connection: close\r\n"));
	raw_close(&raw);
	/* Nor when they come while the answer is awaited. */
	raw_open(&raw, w.loop, http_server_port(w.server));
	raw_write(&raw, "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n");
	assert_true(loop_run_until(w.loop, &w.is_held, 5000));
	raw_write(&raw, "GET /2 HTTP/1.1\r\nHost: h\r\n\r\n");
	bool is_never = false;
	loop_run_until(w.loop, &is_never, 20);
	http_answer_text(w.held, 200, "text/plain", "held");
	raw_await_end(&raw, w.loop);
	assert_int_equal(w.handled, 2);
	assert_non_null(strstr(raw.in.text, "held"));
	raw_close(&raw);
	end(&w);
}

static void a_form_is_decoded(void **state)
{
	(void)state;
	struct world w;
	struct raw raw;
	begin(&w);
	raw_open(&raw, w.loop, http_server_port(w.server));
	raw_write(&raw, "POST /hold HTTP/1.1\r\nHost: h\r\nContent-Length: 31\r\n"
			"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
			"name=Bay+Bikes&e=a%40b&n=x%00y&");
	assert_true(loop_run_until(w.loop, &w.is_held, 5000));
	assert_string_equal(http_request_form(w.held, "name"), "Bay Bikes");
	assert_string_equal(http_request_form(w.held, "e"), "a@b");
	assert_null(http_request_form(w.held, "n"));
	assert_null(http_request_form(w.held, "zip"));
	assert_true(http_request_peer_is_loopback(w.held));
	http_answer(w.held, 204, NULL, NULL, 0);
	raw_await(&raw, w.loop, "204 No Content");
	raw_close(&raw);
	end(&w);
}

static void a_large_answer_arrives_whole_even_when_the_connection_ends(void **state)
{
	(void)state;
	struct world w;
	struct raw raw;
	begin(&w);
	raw_open(&raw, w.loop, http_server_port(w.server));
	raw_write(&raw, "GET /big HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
	raw_await_end(&raw, w.loop);
	assert_in_range(raw.in.bytes, (3 << 20) + 50, (3 << 20) + 500);
	raw_close(&raw);
	end(&w);
}

static void a_hundred_continue_is_said(void **state)
{
	(void)state;
	struct world w;
	struct raw raw;
	begin(&w);
	raw_open(&raw, w.loop, http_server_port(w.server));
	raw_write(&raw, "POST /c HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n"
			"Content-Length: 2\r\n\r\n");
	raw_await(&raw, w.loop, "HTTP/1.1 100 Continue\r\n\r\n");
	raw_write(&raw, "ok");
	raw_await(&raw, w.loop, "hello");
	raw_close(&raw);
	end(&w);
}

/* --- time ----------------------------------------------------------------------------- */

static void idle_and_dripping_connections_are_closed(void **state)
{
	(void)state;
	struct world w;
	struct raw idle, drip;
	begin_with(&w, 200, "127.0.0.1:0");
	raw_open(&idle, w.loop, http_server_port(w.server));
	raw_open(&drip, w.loop, http_server_port(w.server));
	int64_t start_ms = clock_boot_ms(clock_machine());
	for (int i = 0; i < 200 && !drip.is_over; i++) {
		raw_write(&drip, i == 0 ? "GET / HTTP/1.1\r\nX: " : "x");
		loop_run_until(w.loop, &drip.is_over, 20);
	}
	assert_true(drip.is_over);
	assert_in_range(clock_boot_ms(clock_machine()) - start_ms, 150, 2000);
	raw_await_end(&idle, w.loop);
	assert_int_equal(w.handled, 0);
	raw_close(&idle);
	raw_close(&drip);
	end(&w);
}

static void a_handler_may_take_longer_than_the_idle_time(void **state)
{
	(void)state;
	struct world w;
	struct raw raw;
	begin_with(&w, 100, "127.0.0.1:0");
	raw_open(&raw, w.loop, http_server_port(w.server));
	raw_write(&raw, "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n");
	assert_true(loop_run_until(w.loop, &w.is_held, 5000));
	assert_false(loop_run_until(w.loop, &raw.is_over, 300));
	http_answer_text(w.held, 200, "text/plain", "held");
	raw_await(&raw, w.loop, "held");
	/* And then the connection is idle again. */
	raw_await_end(&raw, w.loop);
	raw_close(&raw);
	end(&w);
}

/* --- answers of all kinds ------------------------------------------------------------- */

static void fetch(struct world *w, struct raw *raw, const char *path)
{
	char request[128];
	raw_open(raw, w->loop, http_server_port(w->server));
	text_format(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: h\r\n\r\n", path);
	raw_write(raw, request);
}

static void a_problem_has_every_member(void **state)
{
	(void)state;
	struct world w;
	struct raw raw;
	begin(&w);
	fetch(&w, &raw, "/problem");
	raw_await(&raw, w.loop, "}");
	assert_true(text_starts(raw.in.text, "HTTP/1.1 422 Unprocessable Content\r\n"));
	const char *body = strstr(raw.in.text, "\r\n\r\n") + 4;
	assert_string_equal(body,
		"{\"type\":\"/problems/invalid_field\","
		"\"title\":\"A field is not right\",\"status\":422,"
		"\"detail\":\"could not read\\u000ait\",\"code\":\"invalid_field\","
		"\"hint\":\"Say \\\"it\\\" again.\",\"field\":\"business_phone\"}");
	raw_close(&raw);
	end(&w);
}

static void faults_can_be_played(void **state)
{
	(void)state;
	struct world w;
	struct raw raw;
	begin(&w);
	fetch(&w, &raw, "/cut");
	raw_await_end(&raw, w.loop);
	assert_non_null(strstr(raw.in.text, "Content-Length: 10\r\n"));
	assert_string_equal(strstr(raw.in.text, "\r\n\r\n") + 4, "0123");
	raw_close(&raw);
	fetch(&w, &raw, "/nothing");
	raw_await_end(&raw, w.loop);
	assert_false(raw.has_reset);
	assert_int_equal(raw.in.bytes, 0);
	raw_close(&raw);
	fetch(&w, &raw, "/reset");
	raw_await_end(&raw, w.loop);
	assert_true(raw.has_reset);
	assert_int_equal(raw.in.bytes, 0);
	raw_close(&raw);
	fetch(&w, &raw, "/later");
	raw_await(&raw, w.loop, "late");
	assert_true(text_starts(raw.in.text, "HTTP/1.1 202 Accepted\r\n"));
	raw_close(&raw);
	end(&w);
}

static void an_answer_to_a_peer_that_left_is_dropped(void **state)
{
	(void)state;
	struct world w;
	struct raw raw;
	bool is_never = false;
	begin(&w);
	for (int i = 0; i < 3; i++) {
		w.is_held = false;
		fetch(&w, &raw, "/hold");
		assert_true(loop_run_until(w.loop, &w.is_held, 5000));
		raw_close(&raw);
		loop_run_until(w.loop, &is_never, 20);
		/* Still whole for the handler. */
		assert_string_equal(http_request_path(w.held), "/hold");
		assert_string_equal(http_request_header(w.held, "host"), "h");
		if (i == 0)
			http_answer_text(w.held, 200, "text/plain", "x");
		else if (i == 1)
			assert_null(http_stream_start(w.held, "text/plain", NULL, NULL));
		else
			http_answer_reset(w.held);
	}
	fetch(&w, &raw, "/later");
	while (w.handled < 4)
		loop_run_until(w.loop, &is_never, 5);
	raw_close(&raw);
	loop_run_until(w.loop, &is_never, 60);
	assert_int_equal(w.handled, 4);
	end(&w);
}

static void a_server_may_end_while_requests_wait(void **state)
{
	(void)state;
	struct world w;
	struct raw held, later, stream, idle;
	begin(&w);
	fetch(&w, &held, "/hold");
	fetch(&w, &later, "/later");
	fetch(&w, &stream, "/stream");
	raw_open(&idle, w.loop, http_server_port(w.server));
	raw_await(&stream, w.loop, "\r\n\r\n");
	assert_true(loop_run_until(w.loop, &w.is_held, 5000));
	w.server = http_server_free(w.server);
	assert_int_equal(w.closed, 1);
	assert_string_equal(http_request_path(w.held), "/hold");
	http_answer_text(w.held, 200, "text/plain", "x");
	raw_await_end(&held, w.loop);
	raw_await_end(&idle, w.loop);
	raw_close(&held);
	raw_close(&later);
	raw_close(&stream);
	raw_close(&idle);
	end(&w);
}

static void a_server_that_stops_lets_answers_go_out(void **state)
{
	(void)state;
	struct world w;
	struct raw held, idle;
	begin(&w);
	raw_open(&idle, w.loop, http_server_port(w.server));
	fetch(&w, &held, "/hold");
	assert_true(loop_run_until(w.loop, &w.is_held, 5000));
	http_server_stop_listening(w.server);
	raw_await_end(&idle, w.loop);
	http_answer_text(w.held, 200, "text/plain", "held");
	raw_await_end(&held, w.loop);
	assert_non_null(strstr(held.in.text, "Connection: close\r\n"));
	assert_non_null(strstr(held.in.text, "held"));
	struct sockaddr_in at = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)http_server_port(w.server)),
		.sin_addr = {htonl(INADDR_LOOPBACK)}};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof(at)), -1);
	close(fd);
	raw_close(&held);
	raw_close(&idle);
	end(&w);
}

/* --- streams ---------------------------------------------------------------------------- */

static void a_stream_flows_and_tells_when_the_peer_goes(void **state)
{
	(void)state;
	struct world w;
	struct raw raw;
	begin_with(&w, 100, "127.0.0.1:0");
	fetch(&w, &raw, "/stream");
	raw_await(&raw, w.loop, "Transfer-Encoding: chunked\r\n");
	http_stream_send(w.stream, "data: 1\n\n", 9);
	raw_await(&raw, w.loop, "9\r\ndata: 1\n\n\r\n");
	/* Quiet for longer than an idle connection may be. */
	assert_false(loop_run_until(w.loop, &raw.is_over, 250));
	http_stream_send(w.stream, "data: 2\n\n", 9);
	raw_await(&raw, w.loop, "data: 2");
	raw_close(&raw);
	assert_true(loop_run_until(w.loop, &w.is_closed, 5000));
	assert_int_equal(w.closed, 1);
	end(&w);
}

static void a_stream_ended_by_us_ends_whole_and_tells_nobody(void **state)
{
	(void)state;
	struct world w;
	struct raw raw;
	begin(&w);
	fetch(&w, &raw, "/stream");
	raw_await(&raw, w.loop, "\r\n\r\n");
	http_stream_send(w.stream, "bye", 3);
	http_stream_end(w.stream);
	raw_await_end(&raw, w.loop);
	assert_non_null(strstr(raw.in.text, "3\r\nbye\r\n0\r\n\r\n"));
	assert_int_equal(w.closed, 0);
	raw_close(&raw);
	/* Without chunks, the end of the connection is the end, whatever was wished. */
	raw_open(&raw, w.loop, http_server_port(w.server));
	raw_write(&raw, "GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
	raw_await(&raw, w.loop, "\r\n\r\n");
	assert_non_null(strstr(raw.in.text, "Connection: close\r\n"));
	assert_null(strstr(raw.in.text, "Connection: keep-alive"));
	http_stream_send(w.stream, "bye", 3);
	http_stream_end(w.stream);
	raw_await_end(&raw, w.loop);
	assert_string_equal(strstr(raw.in.text, "\r\n\r\n") + 4, "bye");
	raw_close(&raw);
	raw_open(&raw, w.loop, http_server_port(w.server));
	raw_write(&raw, "GET /stream HTTP/1.0\r\n\r\n");
	raw_await(&raw, w.loop, "\r\n\r\n");
	http_stream_end(w.stream);
	raw_await_end(&raw, w.loop);
	raw_close(&raw);
	end(&w);
}

static void a_stream_that_nobody_reads_is_dropped(void **state)
{
	(void)state;
	static char block[65536];
	struct world w;
	struct raw raw;
	begin(&w);
	fetch(&w, &raw, "/stream");
	raw_await(&raw, w.loop, "\r\n\r\n");
	event_del(raw.event);
	memset(block, 'x', sizeof(block));
	for (int i = 0; i < 2000 && !w.is_closed; i++) {
		http_stream_send(w.stream, block, sizeof(block));
		loop_run_until(w.loop, &w.is_closed, 0);
	}
	assert_int_equal(w.closed, 1);
	raw_close(&raw);
	end(&w);
}

static void what_a_peer_says_during_a_stream_is_not_heard(void **state)
{
	(void)state;
	struct world w;
	struct raw raw;
	begin(&w);
	fetch(&w, &raw, "/stream");
	raw_await(&raw, w.loop, "\r\n\r\n");
	raw_write(&raw, "GET /2 HTTP/1.1\r\nHost: h\r\n\r\n");
	http_stream_send(w.stream, "one", 3);
	raw_await(&raw, w.loop, "one");
	http_stream_end(w.stream);
	raw_await_end(&raw, w.loop);
	assert_int_equal(w.handled, 1);
	raw_close(&raw);
	end(&w);
}

static void only_so_many_streams_are_open_at_once(void **state)
{
	(void)state;
	static struct raw raws[LIMIT_SERVED_STREAMS + 1];
	struct rlimit files;
	struct world w;
	must(getrlimit(RLIMIT_NOFILE, &files) == 0);
	files.rlim_cur = files.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur < 2500) {
		print_message("too few files may be open here\n");
		skip();
	}
	begin(&w);
	for (int i = 0; i <= LIMIT_SERVED_STREAMS; i++) {
		fetch(&w, &raws[i], "/stream");
		raw_await(&raws[i], w.loop, "\r\n\r\n");
	}
	assert_true(text_starts(raws[0].in.text, "HTTP/1.1 200 "));
	assert_true(text_starts(raws[LIMIT_SERVED_STREAMS - 1].in.text, "HTTP/1.1 200 "));
	assert_true(text_starts(raws[LIMIT_SERVED_STREAMS].in.text, "HTTP/1.1 429 "));
	raw_close(&raws[0]);
	assert_true(loop_run_until(w.loop, &w.is_closed, 5000));
	fetch(&w, &raws[0], "/stream");
	raw_await(&raws[0], w.loop, "HTTP/1.1 200 ");
	for (int i = 0; i <= LIMIT_SERVED_STREAMS; i++)
		raw_close(&raws[i]);
	end(&w);
}

/* --- listening ------------------------------------------------------------------------- */

struct listen_row {
	const char *listen, *address_start;
	enum err_code code;
};

static const struct listen_row listen_rows[] = {
	{"127.0.0.1:0", "127.0.0.1:", ERR_OK},
	{":0", "127.0.0.1:", ERR_OK},
	{"localhost:0", "127.0.0.1:", ERR_OK},
	{"[::1]:0", "[::1]:", ERR_OK},
	{"0.0.0.0:0", "0.0.0.0:", ERR_OK},
	{"127.0.0.1", NULL, ERR_CONFIG},
	{"127.0.0.1:x", NULL, ERR_CONFIG},
	{"127.0.0.1:70000", NULL, ERR_CONFIG},
	{"example:80", NULL, ERR_CONFIG},
	{"", NULL, ERR_CONFIG},
	{"192.0.2.1:0", NULL, ERR_NETWORK},
};

static void the_address_to_listen_on_is_understood(void **state)
{
	(void)state;
	struct loop *loop = loop_new();
	for (size_t i = 0; i < COUNT_OF(listen_rows); i++) {
		struct err e = {0};
		struct http_server_options options = {
			.listen = listen_rows[i].listen, .handler = handle};
		struct http_server *server = http_server_new(loop, &options, &e);
		if (e.code != listen_rows[i].code)
			fail_msg("%s: %s", listen_rows[i].listen, e.message);
		if (server == NULL)
			continue;
		assert_true(text_starts(http_server_address(server), listen_rows[i].address_start));
		assert_true(http_server_port(server) > 0);
		http_server_free(server);
	}
	loop_free(loop);
}

static void a_taken_port_is_told(void **state)
{
	(void)state;
	struct world w;
	struct err e = {0};
	begin(&w);
	struct http_server_options options = {
		.listen = http_server_address(w.server), .handler = handle};
	assert_null(http_server_new(w.loop, &options, &e));
	assert_int_equal(e.code, ERR_NETWORK);
	end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(a_request_is_read_and_answered_and_the_connection_kept),
		CHECK(a_request_may_come_in_single_bytes),
		CHECK(head_is_answered_as_get_without_the_body),
		CHECK(a_chunked_body_is_read_and_ends_the_connection),
		CHECK(bytes_beyond_a_request_are_never_another_request),
		CHECK(a_form_is_decoded),
		CHECK(a_large_answer_arrives_whole_even_when_the_connection_ends),
		CHECK(a_hundred_continue_is_said),
		CHECK(idle_and_dripping_connections_are_closed),
		CHECK(a_handler_may_take_longer_than_the_idle_time),
		CHECK(a_problem_has_every_member),
		CHECK(faults_can_be_played),
		CHECK(an_answer_to_a_peer_that_left_is_dropped),
		CHECK(a_server_may_end_while_requests_wait),
		CHECK(a_server_that_stops_lets_answers_go_out),
		CHECK(a_stream_flows_and_tells_when_the_peer_goes),
		CHECK(a_stream_ended_by_us_ends_whole_and_tells_nobody),
		CHECK(a_stream_that_nobody_reads_is_dropped),
		CHECK(what_a_peer_says_during_a_stream_is_not_heard),
		CHECK(only_so_many_streams_are_open_at_once),
		CHECK(the_address_to_listen_on_is_understood),
		CHECK(a_taken_port_is_told),
	};
	return CHECK_MAIN(tests);
}
