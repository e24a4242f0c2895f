/* A purchase cut off at every byte: of its request, and of its answer. */
#include <stdlib.h>

#include "net/http_client.h"
#include "net/loop.h"
#include "net/test_peer.h"
#include "tests/check.h"

#define ANSWER "HTTP/1.1 200 OK\r\nContent-Length: 13\r\nDate: x\r\n\r\n{\"data\":true}"

static size_t cut_at;      /* bytes that pass before the reset */
static bool is_answer_cut; /* of the answer; else of the request */

struct outcome {
	enum http_sent sent;
	bool is_complete, is_here;
};

static void keep(void *arg, const struct http_reply *reply)
{
	*(struct outcome *)arg = (struct outcome){reply->sent, reply->is_complete, true};
}

static void serve(struct peer *peer, int fd, int nth)
{
	char byte;
	(void)nth;
	if (is_answer_cut && peer_read(peer, fd))
		(void)send(fd, ANSWER, cut_at, MSG_NOSIGNAL);
	for (size_t i = 0; !is_answer_cut && i < cut_at; i++)
		if (recv(fd, &byte, 1, 0) != 1)
			break;
	peer_reset(fd);
}

/* One client and one peer each time, so that none knows of another. */
static struct outcome buy(int *ret_connections)
{
	struct http_client_options options = {.user_agent = "numberd-test", .at_once = 4};
	struct outcome outcome = {0};
	struct peer peer;
	struct err e;
	struct loop *loop = loop_new();
	struct http_client *client = http_client_curl_new(loop, &options, &e);
	assert_non_null(client);
	peer_start(&peer, serve);
	struct http_call call = {
		.method = HTTP_POST, .is_money = true, .body = must_strdup("{\"number\":1}")};
	must(asprintf(&call.url, "http://127.0.0.1:%d/x", peer.port) > 0);
	(void)http_send(client, &call, keep, &outcome);
	assert_true(loop_run_until(loop, &outcome.is_here, 10000));
	http_client_curl_free(client);
	loop_free(loop);
	peer_stop(&peer);
	*ret_connections = peer.connections;
	return outcome;
}

static void a_request_reset_after_any_byte_may_have_been_read(void **state)
{
	(void)state;
	is_answer_cut = false;
	for (cut_at = 1; cut_at <= 160; cut_at++) {
		int connections;
		struct outcome outcome = buy(&connections);
		assert_int_equal(outcome.sent, HTTP_SENT);
		assert_false(outcome.is_complete);
		assert_int_equal(connections, 1);
	}
}

static void an_answer_cut_after_any_byte_is_not_whole(void **state)
{
	(void)state;
	is_answer_cut = true;
	for (cut_at = 0; cut_at < sizeof(ANSWER) - 1; cut_at++) {
		int connections;
		struct outcome outcome = buy(&connections);
		assert_int_equal(outcome.sent, HTTP_SENT);
		assert_false(outcome.is_complete);
		assert_int_equal(connections, 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(a_request_reset_after_any_byte_may_have_been_read),
		CHECK(an_answer_cut_after_any_byte_is_not_whole),
	};
	return CHECK_MAIN(tests);
}
