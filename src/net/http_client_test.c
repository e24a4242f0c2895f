#include "net/http_client.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/text.h"
#include "net/limits.h"
#include "net/loop.h"
#include "net/test_peer.h"
#include "tests/check.h"

/* --- one client, one peer, and what came of a call ------------------------- */

struct world {
	struct loop *loop;
	struct http_client *client;
	struct peer peer;
};

struct answer {
	struct http_reply reply;
	char body[LIMIT_SENT_BODY_BYTES + 1];
	bool is_here;
	int times;
};

static struct answer answer;

static void keep(void *arg, const struct http_reply *reply)
{
	struct answer *to = arg;
	to->reply = *reply;
	memcpy(to->body, reply->body, reply->body_bytes + 1);
	to->reply.body = to->body;
	to->is_here = true;
	to->times++;
}

static void begin_with(struct world *w, int at_once, void (*serve)(struct peer *, int, int))
{
	struct http_client_options options = {.user_agent = "numberd-test", .at_once = at_once};
	struct err e;
	w->loop = loop_new();
	w->client = http_client_curl_new(w->loop, &options, &e);
	assert_non_null(w->client);
	peer_start(&w->peer, serve);
	memset(&answer, 0, sizeof(answer));
}

static void begin(struct world *w, void (*serve)(struct peer *, int, int))
{
	begin_with(w, 4, serve);
}

static void end(struct world *w)
{
	http_client_curl_free(w->client);
	loop_free(w->loop);
	peer_stop(&w->peer);
}

static char *url_of(const struct world *w, const char *path)
{
	char *url = NULL;
	must(asprintf(&url, "http://127.0.0.1:%d%s", w->peer.port, path) > 0);
	return url;
}

static uint64_t post_call(struct world *w, struct http_call call)
{
	if (call.url == NULL)
		call.url = url_of(w, "/x?a=1");
	answer.is_here = false;
	uint64_t handle = http_send(w->client, &call, keep, &answer);
	assert_false(answer.is_here); /* never from inside http_send */
	assert_null(call.url);
	return handle;
}

static const struct http_reply *call_it(struct world *w, struct http_call call)
{
	post_call(w, call);
	assert_true(loop_run_until(w->loop, &answer.is_here, 10000));
	return &answer.reply;
}

static const struct http_reply *get(struct world *w)
{
	return call_it(w, (struct http_call){.method = HTTP_GET});
}

static const struct http_reply *buy(struct world *w)
{
	return call_it(
		w, (struct http_call){
			   .method = HTTP_POST, .is_money = true, .body = must_strdup("{}")});
}

/* --- whole answers ------------------------------------------------------------ */

#define OK_ANSWER "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

static void serve_all(struct peer *peer, int fd, int nth)
{
	(void)nth;
	while (peer_read(peer, fd))
		peer_write(fd, OK_ANSWER);
}

static void a_whole_answer_is_told_once_and_complete(void **state)
{
	(void)state;
	struct world w;
	begin(&w, serve_all);
	const struct http_reply *reply = get(&w);
	assert_int_equal(reply->sent, HTTP_SENT);
	assert_int_equal(reply->status, 200);
	assert_true(reply->is_complete);
	assert_string_equal(reply->body, "ok");
	assert_int_equal(reply->body_bytes, 2);
	assert_int_equal(reply->retry_after_ms, -1);
	assert_int_equal(reply->date_ms, -1);
	assert_string_equal(reply->reason, "");
	assert_int_equal(answer.times, 1);
	end(&w);
}

struct request_row {
	struct http_call call;
	const char *body, *expect;
};

#define COMMON                                                                                     \
	"User-Agent: numberd-test\r\nAccept: application/json\r\nAccept-Encoding: identity\r\n"

static const struct request_row request_rows[] = {
	{{.method = HTTP_GET}, NULL, "GET /x?a=1 HTTP/1.1\r\nHost: HOST\r\n" COMMON "\r\n"},
	{{.method = HTTP_GET, .bearer = "KEY1"}, NULL,
		"GET /x?a=1 HTTP/1.1\r\nHost: HOST\r\n" COMMON
		"Authorization: Bearer KEY1\r\n\r\n"},
	{{.method = HTTP_POST, .bearer = "KEY2"}, "{\"a\":1}",
		"POST /x?a=1 HTTP/1.1\r\nHost: HOST\r\n" COMMON
		"Content-Type: application/json\r\nAuthorization: Bearer KEY2\r\n"
		"Content-Length: 7\r\n\r\n{\"a\":1}"},
	{{.method = HTTP_POST}, NULL,
		"POST /x?a=1 HTTP/1.1\r\nHost: HOST\r\n" COMMON "Content-Length: 0\r\n\r\n"},
	{{.method = HTTP_GET}, NULL, "GET /x?a=1 HTTP/1.1\r\nHost: HOST\r\n" COMMON "\r\n"},
	{{.method = HTTP_DELETE}, NULL, "DELETE /x?a=1 HTTP/1.1\r\nHost: HOST\r\n" COMMON "\r\n"},
	{{.method = HTTP_PATCH}, "{}",
		"PATCH /x?a=1 HTTP/1.1\r\nHost: HOST\r\n" COMMON
		"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"},
	{{.method = HTTP_PUT}, "{}",
		"PUT /x?a=1 HTTP/1.1\r\nHost: HOST\r\n" COMMON
		"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"},
	{{.method = HTTP_GET}, NULL, "GET /x?a=1 HTTP/1.1\r\nHost: HOST\r\n" COMMON "\r\n"},
};

static void sort_out_host(char *text, int port)
{
	char host[40];
	text_format(host, sizeof(host), "127.0.0.1:%d", port);
	char *at = strstr(text, host);
	assert_non_null(at);
	memmove(at + 4, at + strlen(host), strlen(at + strlen(host)) + 1);
	memcpy(at, "HOST", 4);
}

/* The same handle serves all of them: nothing of one call may stick to the next. */
static void every_method_is_written_as_it_should_be(void **state)
{
	(void)state;
	struct world w;
	begin_with(&w, 1, serve_all);
	for (size_t i = 0; i < COUNT_OF(request_rows); i++) {
		struct http_call call = request_rows[i].call;
		call.body = request_rows[i].body ? must_strdup(request_rows[i].body) : NULL;
		assert_int_equal(call_it(&w, call)->status, 200);
		sort_out_host(w.peer.last, w.peer.port);
		assert_string_equal(w.peer.last, request_rows[i].expect);
	}
	end(&w);
}

static void more_keys_than_lists_are_kept_get_their_own(void **state)
{
	(void)state;
	struct world w;
	begin(&w, serve_all);
	for (int i = 0; i < 30; i++) {
		char key[16], expect[64];
		text_format(key, sizeof(key), "KEY%d", i % 11);
		text_format(expect, sizeof(expect), "Authorization: Bearer %s\r\n", key);
		call_it(&w, (struct http_call){.method = HTTP_GET, .bearer = key});
		assert_non_null(strstr(w.peer.last, expect));
	}
	end(&w);
}

static void serve_hints(struct peer *peer, int fd, int nth)
{
	(void)nth;
	peer_read(peer, fd);
	peer_write(fd, "HTTP/1.1 103 Early Hints\r\nRetry-After: 99\r\n\r\n"
		       "HTTP/1.1 429 Too Many Requests\r\nDate: Sun, 22 Nov 2026 15:04:05 GMT\r\n"
		       "retry-after: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
		       "3\r\nabc\r\n0\r\n\r\n");
}

static void hints_of_the_final_answer_are_told(void **state)
{
	(void)state;
	struct world w;
	begin(&w, serve_hints);
	const struct http_reply *reply = get(&w);
	assert_int_equal(reply->status, 429);
	assert_true(reply->is_complete);
	assert_string_equal(reply->body, "abc");
	assert_int_equal(reply->retry_after_ms, 3000);
	assert_int_equal(reply->date_ms, 1795359845000);
	end(&w);
}

static void serve_redirect(struct peer *peer, int fd, int nth)
{
	(void)nth;
	peer_read(peer, fd);
	peer_write(fd, "HTTP/1.1 307 Temporary Redirect\r\nLocation: /elsewhere\r\n"
		       "Content-Length: 0\r\n\r\n");
	peer_read(peer, fd);
}

static void a_redirect_is_an_answer_and_not_followed(void **state)
{
	(void)state;
	struct world w;
	begin(&w, serve_redirect);
	assert_int_equal(buy(&w)->status, 307);
	assert_true(answer.reply.is_complete);
	end(&w);
	assert_int_equal(w.peer.requests, 1);
	assert_int_equal(w.peer.connections, 1);
}

/* --- answers that are not whole -------------------------------------------------- */

static const char *cut_answer;

static void serve_cut(struct peer *peer, int fd, int nth)
{
	(void)nth;
	if (peer_read(peer, fd))
		peer_write(fd, cut_answer);
}

struct cut_row {
	const char *bytes;
	int status;
	bool is_complete;
	const char *body;
};

static const struct cut_row cut_rows[] = {
	{"", 0, false, ""},
	{"HTTP/1.1 2", 0, false, ""},
	{"HTTP/1.1 200 OK\r\nContent-Le", 0, false, ""},
	/* To libcurl alone these are a 200. */
	{"HTTP/?.1 503 x\r\nContent-Length: 2\r\n\r\nok", 0, false, ""},
	{"HTTP/1.1 5OO x\r\nContent-Length: 2\r\n\r\nok", 0, false, ""},
	{"http/1.1 503 x\r\nContent-Length: 2\r\n\r\nok", 0, false, ""},
	{"HTTP/\xad\xad\xad\xad\xad\xad\xad\xad\xad\xad\xad\xad\xad\xad\xad\xad\xad 503 x\r\n"
	 "Content-Length: 2\r\n\r\nok",
		0, false, ""},
	{"HTTP/1.1 5030 x\r\nContent-Length: 2\r\n\r\nok", 0, false, ""},
	{"HTTP/1.1 100 Continue\r\n\r\n", 0, false, ""},
	{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello", 200, false, "hello"},
	{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", 200, false,
		"hello"},
	{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhello", 200, false, "hello"},
	{"HTTP/1.1 200 OK\r\n\r\nhello", 200, false, "hello"},
	{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, true, "hello"},
	{"HTTP/1.1 204 No Content\r\n\r\n", 204, true, ""},
	{"nonsense\r\n\r\n", 0, false, ""},
};

static void a_cut_answer_is_sent_but_not_complete(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cut_rows); i++) {
		struct world w;
		cut_answer = cut_rows[i].bytes;
		begin(&w, serve_cut);
		const struct http_reply *reply = buy(&w);
		if (reply->status != cut_rows[i].status ||
			reply->is_complete != cut_rows[i].is_complete)
			fail_msg("row %zu: %d %d %s", i, reply->status, reply->is_complete,
				reply->reason);
		assert_int_equal(reply->sent, HTTP_SENT);
		assert_string_equal(reply->body, cut_rows[i].body);
		assert_int_equal(reply->reason[0] == '\0', reply->is_complete);
		end(&w);
		assert_int_equal(w.peer.requests, 1);
	}
}

static void serve_folded_later(struct peer *peer, int fd, int nth)
{
	if (peer_read(peer, fd))
		peer_write(fd, nth == 0 ? OK_ANSWER
					: "HTTP/1.1 429 x\r\n 304 -After: ?\r\n"
					  "Content-Length: 0\r\n\r\n");
}

/* libcurl 7.88 would write through a pointer into the headers of the call before. */
static void a_folded_first_header_after_another_call_does_no_harm(void **state)
{
	(void)state;
	struct world w;
	begin(&w, serve_folded_later);
	assert_int_equal(buy(&w)->status, 200);
	for (int i = 0; i < 8; i++) {
		const struct http_reply *reply = buy(&w);
		assert_int_equal(reply->sent, HTTP_SENT);
		assert_true(reply->status == 429 || !reply->is_complete);
	}
	end(&w);
}

static void serve_reset(struct peer *peer, int fd, int nth)
{
	(void)nth;
	peer_read(peer, fd);
	peer_reset(fd);
}

static void a_reset_after_the_request_is_sent(void **state)
{
	(void)state;
	struct world w;
	begin(&w, serve_reset);
	assert_int_equal(buy(&w)->sent, HTTP_SENT);
	assert_int_equal(answer.reply.status, 0);
	assert_false(answer.reply.is_complete);
	end(&w);
	assert_int_equal(w.peer.requests, 1);
}

static void serve_flood(struct peer *peer, int fd, int nth)
{
	(void)nth;
	static char block[65536];
	memset(block, 'x', sizeof(block));
	peer_read(peer, fd);
	peer_write(fd, "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n");
	while (send(fd, block, sizeof(block), MSG_NOSIGNAL) > 0)
		;
}

static void a_body_beyond_the_limit_is_given_up(void **state)
{
	(void)state;
	struct world w;
	begin(&w, serve_flood);
	const struct http_reply *reply = get(&w);
	assert_int_equal(reply->status, 200);
	assert_false(reply->is_complete);
	assert_in_range(reply->body_bytes, 1, LIMIT_SENT_BODY_BYTES);
	assert_non_null(strstr(reply->reason, "larger than is taken"));
	end(&w);
}

static void serve_head_flood(struct peer *peer, int fd, int nth)
{
	(void)nth;
	peer_read(peer, fd);
	peer_write(fd, "HTTP/1.1 200 OK\r\n");
	while (send(fd, "X-Filler: 0123456789012345678901234567890\r\n", 43, MSG_NOSIGNAL) > 0)
		;
}

static void headers_beyond_the_limit_are_given_up(void **state)
{
	(void)state;
	struct world w;
	begin(&w, serve_head_flood);
	const struct http_reply *reply = get(&w);
	assert_int_equal(reply->status, 0);
	assert_int_equal(reply->sent, HTTP_SENT);
	assert_non_null(strstr(reply->reason, "headers are larger than"));
	end(&w);
}

/* --- time ------------------------------------------------------------------------ */

/* Waits for the client to go, a byte at a time. */
static void serve_drip(struct peer *peer, int fd, int nth)
{
	(void)nth;
	const struct timeval pause = {.tv_usec = 20000};
	char c;
	must(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &pause, sizeof(pause)) == 0);
	if (!peer_read(peer, fd))
		return;
	peer_write(fd, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
	while (recv(fd, &c, 1, 0) < 0)
		peer_write(fd, "x");
}

static void a_drip_ends_at_the_deadline(void **state)
{
	(void)state;
	struct world w;
	begin(&w, serve_drip);
	const struct http_reply *reply =
		call_it(&w, (struct http_call){.method = HTTP_GET, .timeout_ms = 300});
	assert_int_equal(reply->sent, HTTP_SENT);
	assert_int_equal(reply->status, 200);
	assert_false(reply->is_complete);
	assert_in_range(reply->took_ms, 290, 3000);
	assert_non_null(strstr(reply->reason, "in time"));
	end(&w);
}

static void serve_silence(struct peer *peer, int fd, int nth)
{
	(void)nth;
	peer_read(peer, fd);
	peer_read(peer, fd);
}

static void silence_after_the_request_is_sent_and_before_it_unsent(void **state)
{
	(void)state;
	struct world w;
	begin(&w, serve_silence);
	call_it(&w, (struct http_call){.method = HTTP_GET, .timeout_ms = 150});
	assert_int_equal(answer.reply.sent, HTTP_SENT);
	assert_int_equal(answer.reply.status, 0);
	/* The handshake of TLS is never answered. */
	char *url = url_of(&w, "/");
	char *secure = NULL;
	must(asprintf(&secure, "https%s", url + 4) > 0);
	free(url);
	call_it(&w, (struct http_call){.method = HTTP_GET, .timeout_ms = 150, .url = secure});
	assert_int_equal(answer.reply.sent, HTTP_UNSENT);
	assert_non_null(strstr(answer.reply.reason, "no connection in time"));
	end(&w);
}

struct crowd {
	int left;
	bool is_done;
	int64_t worst_ms;
};

static void count_down(void *arg, const struct http_reply *reply)
{
	struct crowd *crowd = arg;
	assert_int_equal(reply->status, 200);
	if (reply->took_ms > crowd->worst_ms)
		crowd->worst_ms = reply->took_ms;
	crowd->is_done = --crowd->left == 0;
}

static void serve_slowly(struct peer *peer, int fd, int nth)
{
	(void)nth;
	const struct timeval pause = {.tv_usec = 60000};
	char c;
	must(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &pause, sizeof(pause)) == 0);
	for (;;) {
		ssize_t n = recv(fd, &c, 1, MSG_PEEK);
		if (n == 0 || (n > 0 && !peer_read(peer, fd)))
			return;
		if (n > 0 && recv(fd, &c, 1, MSG_PEEK) < 0)
			peer_write(fd, OK_ANSWER);
	}
}

static void time_in_line_does_not_count_for_the_deadline(void **state)
{
	(void)state;
	struct world w;
	struct crowd crowd = {.left = 12};
	begin_with(&w, 2, serve_slowly);
	int64_t start_ms = clock_boot_ms(clock_machine());
	for (int i = 0; i < 12; i++) {
		struct http_call call = {
			.method = HTTP_GET, .url = url_of(&w, "/"), .timeout_ms = 300};
		http_send(w.client, &call, count_down, &crowd);
	}
	assert_true(loop_run_until(w.loop, &crowd.is_done, 10000));
	assert_true(clock_boot_ms(clock_machine()) - start_ms >= 6 * 60);
	assert_true(crowd.worst_ms < 300);
	end(&w);
	assert_int_equal(w.peer.requests, 12);
	assert_int_equal(w.peer.connections, 2);
}

/* --- nothing was sent ---------------------------------------------------------------- */

static void what_never_connects_is_unsent(void **state)
{
	(void)state;
	struct world w;
	begin(&w, serve_all);
	int port;
	close(peer_listen(&port));
	char *url = NULL;
	must(asprintf(&url, "http://127.0.0.1:%d/", port) > 0);
	call_it(&w, (struct http_call){.method = HTTP_POST, .is_money = true, .url = url});
	assert_int_equal(answer.reply.sent, HTTP_UNSENT);
	assert_string_equal(answer.reply.reason, "connection refused");
	/* A label of more than 63 letters: no resolver needs to be asked. */
	call_it(&w, (struct http_call){.method = HTTP_POST,
			    .url = must_strdup("https://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
					       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.invalid/")});
	assert_int_equal(answer.reply.sent, HTTP_UNSENT);
	assert_true(text_starts(answer.reply.reason, "name not resolved"));
	end(&w);
}

static void open_http_to_another_machine_is_refused_unsent(void **state)
{
	(void)state;
	static const char *const urls[] = {"http://192.0.2.1/", "http://127.0.0.1.example.com/",
		"http://127.0.0.1:80@192.0.2.1/", "ftp://127.0.0.1/", "file:///etc/passwd", "x"};
	struct world w;
	begin(&w, serve_all);
	for (size_t i = 0; i < COUNT_OF(urls); i++) {
		call_it(&w, (struct http_call){.url = must_strdup(urls[i])});
		assert_int_equal(answer.reply.sent, HTTP_UNSENT);
		assert_true(answer.reply.reason[0] != '\0');
		assert_string_equal(answer.reply.body, "");
	}
	end(&w);
	assert_int_equal(w.peer.connections, 0);
}

struct gate {
	bool is_open;
	int asked;
};

static bool ask_gate(void *arg)
{
	struct gate *gate = arg;
	gate->asked++;
	return gate->is_open;
}

static void a_shut_gate_sends_nothing_and_an_open_one_is_asked_once(void **state)
{
	(void)state;
	struct world w;
	struct gate gate = {false, 0};
	begin(&w, serve_all);
	struct http_call call = {
		.method = HTTP_POST, .is_money = true, .gate = ask_gate, .gate_arg = &gate};
	call_it(&w, call);
	assert_int_equal(answer.reply.sent, HTTP_UNSENT);
	assert_string_equal(answer.reply.reason, "gate");
	assert_int_equal(gate.asked, 1);
	gate.is_open = true;
	call_it(&w, call);
	assert_int_equal(answer.reply.status, 200);
	assert_int_equal(gate.asked, 2);
	end(&w);
	assert_int_equal(w.peer.requests, 1);
}

/* --- connections: kept, dead, and fresh ----------------------------------------------- */

static void gets_share_one_connection(void **state)
{
	(void)state;
	struct world w;
	begin(&w, serve_all);
	for (int i = 0; i < 5; i++)
		assert_int_equal(get(&w)->status, 200);
	end(&w);
	assert_int_equal(w.peer.requests, 5);
	assert_int_equal(w.peer.connections, 1);
}

/* Answers once, and goes away at the second request on the same connection:
 * what happens when a request meets an idle close on its way. */
static void serve_once_then_die(struct peer *peer, int fd, int nth)
{
	(void)nth;
	if (!peer_read(peer, fd))
		return;
	peer_write(fd, OK_ANSWER);
	peer_read(peer, fd);
}

static void a_get_that_meets_a_dead_connection_is_repeated(void **state)
{
	(void)state;
	struct world w;
	begin(&w, serve_once_then_die);
	assert_int_equal(get(&w)->status, 200);
	assert_int_equal(get(&w)->status, 200);
	end(&w);
	assert_int_equal(w.peer.requests, 3);
	assert_int_equal(w.peer.connections, 2);
}

static void what_may_change_something_never_meets_a_kept_connection(void **state)
{
	(void)state;
	static const enum http_method methods[] = {HTTP_POST, HTTP_PATCH, HTTP_PUT, HTTP_DELETE};
	for (size_t i = 0; i < COUNT_OF(methods); i++) {
		struct world w;
		begin(&w, serve_once_then_die);
		assert_int_equal(get(&w)->status, 200);
		call_it(&w, (struct http_call){.method = methods[i], .is_money = i == 0});
		assert_int_equal(answer.reply.status, 200);
		end(&w);
		assert_int_equal(w.peer.requests, 2);
		assert_int_equal(w.peer.connections, 2);
	}
}

static void serve_first_then_die(struct peer *peer, int fd, int nth)
{
	if (!peer_read(peer, fd))
		return;
	if (nth == 0)
		peer_write(fd, OK_ANSWER);
	if (nth == 0)
		peer_read(peer, fd);
}

static void a_purchase_whose_connection_dies_is_written_once(void **state)
{
	(void)state;
	struct world w;
	begin(&w, serve_first_then_die);
	assert_int_equal(get(&w)->status, 200);
	const struct http_reply *reply = buy(&w);
	assert_int_equal(reply->sent, HTTP_SENT);
	assert_int_equal(reply->status, 0);
	assert_string_equal(reply->reason, "connection closed without an answer");
	end(&w);
	assert_int_equal(w.peer.requests, 2);
	assert_int_equal(w.peer.connections, 2);
	assert_true(text_starts(w.peer.last, "POST "));
}

/* --- cancelling ------------------------------------------------------------------------ */

static void a_cancelled_call_is_silent_in_line_and_on_the_wire(void **state)
{
	(void)state;
	struct world w;
	begin_with(&w, 1, serve_silence);
	uint64_t on_wire = post_call(&w, (struct http_call){.method = HTTP_GET});
	uint64_t in_line = post_call(&w, (struct http_call){.method = HTTP_GET});
	bool is_never = false;
	while (w.peer.requests == 0)
		loop_run_until(w.loop, &is_never, 5);
	http_cancel(w.client, in_line);
	http_cancel(w.client, on_wire);
	http_cancel(w.client, on_wire);
	http_cancel(w.client, 0);
	uint64_t refused = post_call(&w, (struct http_call){.url = must_strdup("x")});
	http_cancel(w.client, refused);
	assert_false(loop_run_until(w.loop, &answer.is_here, 50));
	assert_int_equal(answer.times, 0);
	end(&w);
	assert_int_equal(w.peer.requests, 1);
}

struct chain {
	struct world *w;
	uint64_t other;
	int told;
	bool is_done;
};

static void send_next(void *arg, const struct http_reply *reply)
{
	struct chain *chain = arg;
	assert_int_equal(reply->status, 200);
	http_cancel(chain->w->client, chain->other);
	if (++chain->told == 5) {
		chain->is_done = true;
		return;
	}
	struct http_call call = {.method = HTTP_GET, .url = url_of(chain->w, "/")};
	http_send(chain->w->client, &call, send_next, chain);
}

static void done_may_send_and_cancel(void **state)
{
	(void)state;
	struct world w;
	begin_with(&w, 1, serve_all);
	struct chain chain = {.w = &w};
	struct http_call call = {.method = HTTP_GET, .url = url_of(&w, "/")};
	http_send(w.client, &call, send_next, &chain);
	chain.other = post_call(&w, (struct http_call){.method = HTTP_GET});
	assert_true(loop_run_until(w.loop, &chain.is_done, 10000));
	assert_int_equal(answer.times, 0);
	end(&w);
	assert_int_equal(w.peer.requests, 5);
}

static void the_end_of_a_client_is_silent(void **state)
{
	(void)state;
	struct world w;
	begin_with(&w, 2, serve_silence);
	for (int i = 0; i < 6; i++)
		post_call(&w, (struct http_call){.method = HTTP_POST, .body = must_strdup("{}")});
	post_call(&w, (struct http_call){.url = must_strdup("x")});
	bool is_never = false;
	while (w.peer.requests < 2)
		loop_run_until(w.loop, &is_never, 5);
	answer.times = 0;
	end(&w);
	assert_int_equal(answer.times, 0);
}

/* --- addresses -------------------------------------------------------------------------- */

struct url_row {
	const char *url;
	bool is_fine;
};

static const struct url_row url_rows[] = {
	{"https://api.telnyx.com/v2", true},
	{"https://api.vapi.ai", true},
	{"http://127.0.0.1:9090/v2", true},
	{"http://127.1.2.3/", true},
	{"http://localhost:9090/vapi", true},
	{"http://[::1]:9090/v2", true},
	{"http://api.telnyx.com/v2", false},
	{"http://128.0.0.1/", false},
	{"http://127.0.0.1.example/", false},
	{"https://user:secret@api.telnyx.com/v2", false},
	{"https://api.telnyx.com/v2?x=1", false},
	{"https://api.telnyx.com/v2#x", false},
	{"https://api.telnyx.com/a b", false},
	{"https://", false},
	{"ftp://127.0.0.1/", false},
	{"api.telnyx.com", false},
	{"", false},
};

static void base_addresses_are_https_or_loopback(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(url_rows); i++) {
		struct err e = {0};
		enum err_code code = http_check_base_url("X_BASE_URL", url_rows[i].url, &e);
		if ((code == ERR_OK) != url_rows[i].is_fine)
			fail_msg("%s: %s", url_rows[i].url, e.message);
		if (code == ERR_OK)
			continue;
		assert_int_equal(code, ERR_CONFIG);
		assert_non_null(strstr(e.message, "X_BASE_URL"));
		assert_null(strstr(e.message, "secret"));
	}
}

static void a_missing_ca_file_is_a_configuration_error(void **state)
{
	(void)state;
	struct loop *loop = loop_new();
	struct err e = {0};
	struct http_client_options options = {.ca_file = "/nowhere/ca.pem"};
	assert_null(http_client_curl_new(loop, &options, &e));
	assert_int_equal(e.code, ERR_CONFIG);
	loop_free(loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(a_whole_answer_is_told_once_and_complete),
		CHECK(every_method_is_written_as_it_should_be),
		CHECK(more_keys_than_lists_are_kept_get_their_own),
		CHECK(hints_of_the_final_answer_are_told),
		CHECK(a_redirect_is_an_answer_and_not_followed),
		CHECK(a_cut_answer_is_sent_but_not_complete),
		CHECK(a_folded_first_header_after_another_call_does_no_harm),
		CHECK(a_reset_after_the_request_is_sent),
		CHECK(a_body_beyond_the_limit_is_given_up),
		CHECK(headers_beyond_the_limit_are_given_up),
		CHECK(a_drip_ends_at_the_deadline),
		CHECK(silence_after_the_request_is_sent_and_before_it_unsent),
		CHECK(time_in_line_does_not_count_for_the_deadline),
		CHECK(what_never_connects_is_unsent),
		CHECK(open_http_to_another_machine_is_refused_unsent),
		CHECK(a_shut_gate_sends_nothing_and_an_open_one_is_asked_once),
		CHECK(gets_share_one_connection),
		CHECK(a_get_that_meets_a_dead_connection_is_repeated),
		CHECK(what_may_change_something_never_meets_a_kept_connection),
		CHECK(a_purchase_whose_connection_dies_is_written_once),
		CHECK(a_cancelled_call_is_silent_in_line_and_on_the_wire),
		CHECK(done_may_send_and_cancel),
		CHECK(the_end_of_a_client_is_silent),
		CHECK(base_addresses_are_https_or_loopback),
		CHECK(a_missing_ca_file_is_a_configuration_error),
	};
	return CHECK_MAIN(tests);
}
