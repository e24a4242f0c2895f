/*
 * fake_http.h - a sender without a network, for tests of the upstream clients.
 *
 * What is sent is kept until the test answers it, in whatever order the test
 * likes; nothing is ever answered from inside http_send().
 */
#ifndef TESTS_FAKE_HTTP_H
#define TESTS_FAKE_HTTP_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "net/http_client.h"
#include "tests/check.h"

#define FAKE_CALLS 64

struct fake_call {
	enum http_method method;
	char *url, *body;
	char bearer[64];
	bool is_money, is_open, is_cancelled;
	bool (*gate)(void *arg);
	void *gate_arg;
	http_done done;
	void *arg;
};

struct fake_http {
	struct http_client base; /* first */
	struct fake_call calls[FAKE_CALLS];
	int count;
};

static inline uint64_t fake_send(
	struct http_client *client, struct http_call *call, http_done done, void *arg)
{
	struct fake_http *f = (struct fake_http *)client;
	must(f->count < FAKE_CALLS);
	struct fake_call *c = &f->calls[f->count++];
	*c = (struct fake_call){.method = call->method,
		.url = call->url,
		.body = call->body,
		.is_money = call->is_money,
		.is_open = true,
		.gate = call->gate,
		.gate_arg = call->gate_arg,
		.done = done,
		.arg = arg};
	snprintf(c->bearer, sizeof(c->bearer), "%s", call->bearer ? call->bearer : "");
	call->url = call->body = NULL;
	return (uint64_t)f->count;
}

static inline void fake_cancel(struct http_client *client, uint64_t handle)
{
	struct fake_http *f = (struct fake_http *)client;
	must(handle >= 1 && handle <= (uint64_t)f->count);
	struct fake_call *c = &f->calls[handle - 1];
	must(c->is_open);
	c->is_open = false;
	c->is_cancelled = true;
}

static inline struct fake_http *fake_http_new(void)
{
	struct fake_http *f = must_calloc(1, sizeof(*f));
	f->base.send = fake_send;
	f->base.cancel = fake_cancel;
	return f;
}

static inline void fake_http_free(struct fake_http *f)
{
	for (int i = 0; i < f->count; i++) {
		free(f->calls[i].url);
		free(f->calls[i].body);
	}
	free(f);
}

static inline int fake_open_count(const struct fake_http *f)
{
	int open = 0;
	for (int i = 0; i < f->count; i++)
		open += f->calls[i].is_open;
	return open;
}

/* The open call of this method whose address holds `part`. */
static inline struct fake_call *fake_open(
	struct fake_http *f, enum http_method method, const char *part)
{
	for (int i = 0; i < f->count; i++) {
		struct fake_call *c = &f->calls[i];
		if (c->is_open && c->method == method && strstr(c->url, part) != NULL)
			return c;
	}
	print_error("no open call %d %s\n", (int)method, part);
	fail();
	return NULL;
}

static inline struct http_reply fake_reply(int status, const char *body)
{
	return (struct http_reply){.sent = HTTP_SENT,
		.status = status,
		.is_complete = true,
		.body = body,
		.body_bytes = strlen(body),
		.retry_after_ms = -1,
		.date_ms = -1};
}

static inline struct http_reply fake_lost(enum http_sent sent, const char *reason)
{
	struct http_reply reply = {.sent = sent, .body = "", .retry_after_ms = -1, .date_ms = -1};
	snprintf(reply.reason, sizeof(reply.reason), "%s", reason);
	return reply;
}

static inline void fake_tell(struct fake_call *c, struct http_reply reply)
{
	must(c->is_open);
	c->is_open = false;
	if (c->gate != NULL && !c->gate(c->gate_arg))
		reply = fake_lost(HTTP_UNSENT, "gate");
	c->done(c->arg, &reply);
}

static inline void fake_answer(struct fake_call *c, int status, const char *body)
{
	fake_tell(c, fake_reply(status, body));
}

/* JSON that can be read in C: ' stands for ", ` for '. */
static inline const char *json_of(const char *text)
{
	static char texts[8][4096];
	static int next;
	char *to = texts[next = (next + 1) % 8];
	must(strlen(text) < sizeof(texts[0]));
	size_t i = 0;
	for (; text[i] != '\0'; i++)
		to[i] = text[i] == '\'' ? '"' : text[i] == '`' ? '\'' : text[i];
	to[i] = '\0';
	return to;
}

#endif
