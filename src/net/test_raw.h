/* test_raw.h - a client of raw bytes that lives on the loop it talks to. */
#ifndef NET_TEST_RAW_H
#define NET_TEST_RAW_H

#include <arpa/inet.h>
#include <event2/event.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/str.h"
#include "net/loop.h"
#include "tests/check.h"

struct raw {
	int fd;
	struct event *event;
	struct str in;
	bool is_over, has_reset, has_some;
};

static inline void on_bytes(evutil_socket_t fd, short what, void *arg)
{
	(void)what;
	struct raw *raw = arg;
	char part[16384];
	ssize_t n = recv((int)fd, part, sizeof(part), MSG_DONTWAIT);
	if (n > 0) {
		str_add_bytes(&raw->in, part, (size_t)n);
		raw->has_some = true;
		return;
	}
	raw->is_over = true;
	raw->has_reset = n < 0;
	event_del(raw->event);
}

static inline void raw_open(struct raw *raw, struct loop *loop, int port)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr = {htonl(INADDR_LOOPBACK)}};
	*raw = (struct raw){.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
	str_init(&raw->in, 8 << 20);
	assert_int_equal(connect(raw->fd, (struct sockaddr *)&at, sizeof(at)), 0);
	raw->event = event_new(loop_base(loop), raw->fd, EV_READ | EV_PERSIST, on_bytes, raw);
	event_add(raw->event, NULL);
}

static inline void raw_close(struct raw *raw)
{
	event_free(raw->event);
	close(raw->fd);
	str_done(&raw->in);
}

static inline void raw_write_bytes(struct raw *raw, const void *bytes, size_t count)
{
	const char *at = bytes;
	while (count > 0) {
		ssize_t n = send(raw->fd, at, count, MSG_NOSIGNAL);
		if (n <= 0)
			return; /* closed on us: the answer tells */
		at += n;
		count -= (size_t)n;
	}
}

static inline void raw_write(struct raw *raw, const char *text)
{
	raw_write_bytes(raw, text, strlen(text));
}

/* Runs the loop until `text` has come in. */
static inline void raw_await(struct raw *raw, struct loop *loop, const char *text)
{
	for (int i = 0; i < 2000 && strstr(raw->in.text, text) == NULL; i++) {
		raw->has_some = false;
		loop_run_until(loop, &raw->has_some, 10);
	}
	if (strstr(raw->in.text, text) == NULL)
		fail_msg("no %s in: %s", text, raw->in.text);
}

static inline void raw_await_end(struct raw *raw, struct loop *loop)
{
	if (!loop_run_until(loop, &raw->is_over, 10000))
		fail_msg("not closed after: %s", raw->in.text);
}

#endif
