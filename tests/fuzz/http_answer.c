/*
 * http_answer.c - an upstream's bytes to the real HTTP client: complete is complete, and
 * nothing is made up.
 *
 * Input: how it ends (bit 0: with a reset), how large the pieces are (0: whole), then
 * the bytes.  They answer a POST, which has a connection of its own.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <stdio.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/http_client.h"
#include "net/http_hints.h"
#include "net/limits.h"
#include "net/loop.h"
#include "tests/fuzz/fuzz.h"

#define PIECES_MOST 300

static struct {
	struct loop *loop;
	struct http_client *client;
	int listen_fd, port;
	int done_count;
	int64_t until_ms;
	const uint8_t *sent; /* the answer */
	size_t sent_bytes;
} w;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t bytes = sizeof(at);
	struct err e;
	const struct http_client_options options = {.user_agent = "numberd"};
	(void)argc, (void)argv;
	w.loop = loop_new();
	w.client = http_client_curl_new(w.loop, &options, &e);
	must(w.client != NULL);
	w.listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	must(w.listen_fd >= 0 && bind(w.listen_fd, (struct sockaddr *)&at, sizeof(at)) == 0);
	must(listen(w.listen_fd, 16) == 0);
	must(getsockname(w.listen_fd, (struct sockaddr *)&at, &bytes) == 0);
	w.port = ntohs(at.sin_port);
	return 0;
}

static void turn(void)
{
	must(event_base_loop(loop_base(w.loop), EVLOOP_NONBLOCK) >= 0);
}

/* One more turn for what must come; false when it should have come by now. */
static bool may_wait(void)
{
	turn();
	return clock_boot_ms(clock_machine()) < w.until_ms;
}

/* --- a strict reader --- */

struct strict {
	int status;
	const uint8_t *body;
	int64_t length; /* -1: not declared */
	int lengths;
	bool is_chunked, has_head;
};

static void read_line(const char *line, size_t bytes, struct strict *s)
{
	const char *colon = memchr(line, ':', bytes);
	char value[64];
	if (colon == NULL)
		return;
	size_t name = (size_t)(colon - line);
	text_copy_part(value, sizeof(value), colon + 1, bytes - name - 1);
	text_trim(value);
	if (name == 14 && strncasecmp(line, "Content-Length", 14) == 0) {
		s->lengths++;
		if (!text_to_int(value, 0, INT64_MAX, &s->length))
			s->lengths = 99;
	}
	s->is_chunked |= name == 17 && strncasecmp(line, "Transfer-Encoding", 17) == 0 &&
			 text_contains_any_case(value, "chunked");
}

/* The head of the answer that counts: the first that is not 1xx.  Lines may end in LF
 * alone, as clients take them. */
static struct strict read_strictly(void)
{
	struct strict s = {.length = -1};
	const char *at = (const char *)w.sent, *stop = at + w.sent_bytes;
	while (at < stop) {
		const char *end = memchr(at, '\n', (size_t)(stop - at));
		char first[32] = "";
		if (end == NULL)
			return s;
		memcpy(first, at, end - at < 31 ? (size_t)(end - at) : 31);
		s = (struct strict){.length = -1};
		/* libcurl takes "HTTP/2 200" here, too. */
		if (sscanf(first, "HTTP/%*[0-9.]%*1[ ]%3d", &s.status) != 1)
			return (struct strict){.length = -1};
		for (at = end + 1; at < stop; at = end + 1) {
			end = memchr(at, '\n', (size_t)(stop - at));
			if (end == NULL)
				return s;
			size_t bytes = (size_t)(end - at);
			bytes -= bytes > 0 && at[bytes - 1] == '\r';
			if (bytes == 0 || at[0] == '\r')
				break; /* libcurl looks no further than the CR */
			read_line(at, bytes, &s);
		}
		if (at >= stop)
			return s;
		at = end + 1;
		s.has_head = s.status >= 200;
		if (s.has_head)
			break;
	}
	s.body = (const uint8_t *)at;
	return s;
}

/* --- the oracle --- */

static void check_complete(const struct http_reply *reply)
{
	struct strict s = read_strictly();
	/* libcurl ends a head in many ways where a NUL stands in it. */
	if (memchr(w.sent, '\0', w.sent_bytes) != NULL)
		return;
	bool is_bare = s.status == 204 || s.status == 304;
	size_t left = s.has_head ? w.sent_bytes - (size_t)(s.body - w.sent) : 0;
	must(s.has_head && reply->status == s.status);
	/* An answer that just stops may have been cut. */
	must(is_bare || s.is_chunked || s.lengths > 0);
	if (is_bare)
		must(reply->body_bytes == 0);
	else if (!s.is_chunked && s.lengths == 1)
		must(reply->body_bytes == (uint64_t)s.length && reply->body_bytes <= left &&
			memcmp(reply->body, s.body, reply->body_bytes) == 0);
	else if (s.is_chunked)
		must(reply->body_bytes <= left && memchr(s.body, '0', left) != NULL);
}

static void on_done(void *arg, const struct http_reply *reply)
{
	(void)arg;
	w.done_count++;
	must(reply->sent == HTTP_SENT && reply->status >= 0 && reply->status <= 999);
	must(reply->body_bytes <= LIMIT_SENT_BODY_BYTES);
	must(reply->body[reply->body_bytes] == '\0');
	must(reply->retry_after_ms >= -1 && reply->retry_after_ms <= HTTP_HINTS_MOST_MS);
	must(reply->date_ms >= -1 && reply->took_ms >= 0);
	FUZZ_MUST_BE_TEXT(reply->reason);
	if (fuzz_is_traced())
		fprintf(stderr, "status %d, %s, %zu bytes, %s\n", reply->status,
			reply->is_complete ? "complete" : "not complete", reply->body_bytes,
			reply->reason);
	if (reply->is_complete)
		check_complete(reply);
	else
		must(reply->reason[0] != '\0');
	/* What comes with the answer's number came in the answer. */
	if (reply->status != 0 && memchr(w.sent, '\0', w.sent_bytes) == NULL)
		must(read_strictly().status == reply->status);
}

/* --- the upstream --- */

static int take_call(void)
{
	while (may_wait()) {
		int fd = accept4(w.listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd >= 0)
			return fd;
		must(errno == EAGAIN);
	}
	must(!"the client calls");
	return -1;
}

static void hear_call(int fd)
{
	char part[4096];
	size_t bytes = 0;
	while (may_wait()) {
		ssize_t n = recv(fd, part + bytes, sizeof(part) - 1 - bytes, 0);
		bytes += n > 0 ? (size_t)n : 0;
		part[bytes] = '\0';
		if (strstr(part, "\r\n\r\n{}") != NULL)
			return;
	}
	must(!"the client sends its request");
}

static void answer(int fd, size_t piece_bytes)
{
	size_t at = 0;
	for (int i = 0; i < PIECES_MOST && at < w.sent_bytes; i++) {
		size_t bytes = w.sent_bytes - at;
		if (piece_bytes > 0 && bytes > piece_bytes && i < PIECES_MOST - 1)
			bytes = piece_bytes;
		ssize_t n = send(fd, w.sent + at, bytes, MSG_NOSIGNAL);
		if (n < 0 && errno != EAGAIN)
			return; /* the client has heard enough */
		at += n > 0 ? (size_t)n : 0;
		turn();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct linger at_once = {1, 0};
	struct fuzz_in in = {data, size};
	unsigned how = fuzz_byte(&in);
	size_t piece_bytes = fuzz_byte(&in);
	char url[64];
	w.sent = in.at;
	w.sent_bytes = in.left;
	w.done_count = 0;
	w.until_ms = clock_boot_ms(clock_machine()) + FUZZ_PATIENCE_MS;
	text_format(url, sizeof(url), "http://127.0.0.1:%d/v2/x", w.port);
	struct http_call call = {
		.method = HTTP_POST, .url = must_strdup(url), .body = must_strdup("{}")};
	(void)http_send(w.client, &call, on_done, NULL);
	int fd = take_call();
	hear_call(fd);
	answer(fd, piece_bytes);
	must(setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)) == 0);
	if ((how & 1) != 0)
		must(close(fd) == 0); /* a reset; the rest may be lost */
	else
		(void)shutdown(fd, SHUT_WR);
	while (w.done_count == 0 && may_wait())
		;
	turn();
	must(w.done_count == 1);
	if ((how & 1) == 0)
		must(close(fd) == 0);
	return 0;
}
