/*
 * http_client.h - one HTTP request to an upstream, sent exactly as often as asked.
 *
 * An abstract sender, so that tests and simulations can stand in for the
 * network; http_client_curl_new() is the real one (libcurl, OpenSSL).
 *
 * Promises: one http_send() writes the request at most once (a GET twice at
 * most, see below).  No redirects, no retries, no proxies, no cookies, an
 * absolute deadline from the moment the call leaves the line, bounded answers.
 * TLS 1.2 or newer with verified certificates; http:// only to loopback.
 * `done` is called exactly once, later, never from inside http_send(); it may
 * send and cancel, but not free the client.
 *
 * libcurl writes a request again by itself when a connection it had kept dies
 * before an answer, POST included (CURLOPT_FRESH_CONNECT documentation and
 * lib/transfer.c Curl_retry_request).  So only a GET, or a call that says it
 * `may_repeat`, takes a kept connection; any other method, and any call with
 * is_money, takes one of its own, closed after it.  `gate` is asked after the handshake, right
 * before the first byte: false means nothing is sent.  It only answers; it must not send or cancel.
 *
 * UNSENT is certain: libcurl was never allowed to write.  From the gate on it
 * is SENT, even where the very first write failed: libcurl 7.88 does not count
 * bytes exactly enough to say more.
 */
#ifndef NET_HTTP_CLIENT_H
#define NET_HTTP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum http_method { HTTP_GET, HTTP_POST, HTTP_PATCH, HTTP_PUT, HTTP_DELETE };

struct http_call {
	enum http_method method;
	char *url;               /* whole, already encoded; owned by the call */
	const char *bearer;      /* borrowed until done: the key for Authorization, or NULL */
	char *body;              /* JSON, or NULL; owned by the call */
	int64_t timeout_ms;      /* 0: LIMIT_SENT_TOTAL_MS */
	bool is_money;           /* a connection of its own, and the gate */
	bool may_repeat;         /* not a GET, yet harmless when it happens twice */
	bool (*gate)(void *arg); /* may be NULL; borrowed arg */
	void *gate_arg;
};

enum http_sent {
	HTTP_UNSENT, /* not one byte of the request was written */
	HTTP_SENT,   /* some or all of it was; it may have been acted upon */
};

struct http_reply {
	enum http_sent sent;
	int status;       /* 0 when there was no whole status line and headers */
	bool is_complete; /* the body came to its declared end, within the limit; never
			   * true of an answer that does not declare one */
	const char *body; /* borrowed until done returns; NUL-terminated */
	size_t body_bytes;
	int64_t retry_after_ms; /* from retry-after, else x-ratelimit-reset; -1 if none.
				 * At most 15 min; an epoch value is taken as one. */
	int64_t took_ms;
	int64_t date_ms;  /* the peer's Date header, or -1 */
	char reason[200]; /* why it is not complete: "connection refused", "gate", … */
};

typedef void (*http_done)(void *arg, const struct http_reply *reply);

struct http_client {
	/* Takes over call->url and call->body (they become NULL).  Returns a
	 * handle for cancel, never 0. */
	uint64_t (*send)(
		struct http_client *client, struct http_call *call, http_done done, void *arg);
	/* done is not called any more; what was written stays written.  A
	 * handle whose call is over, or 0, does nothing. */
	void (*cancel)(struct http_client *client, uint64_t handle);
};

uint64_t http_send(struct http_client *client, struct http_call *call, http_done done, void *arg);
void http_cancel(struct http_client *client, uint64_t handle);

struct loop;
struct http_client_options {
	const char *ca_file; /* NULL: the system's; for tests a CA of their own */
	const char *user_agent;
	int at_once; /* 0: LIMIT_SENT_AT_ONCE */
};
struct http_client *http_client_curl_new(
	struct loop *loop, const struct http_client_options *options, struct err *e);
/* Ends what is under way without calling done. */
struct http_client *http_client_curl_free(struct http_client *client);

/* "https://host/path" or "http://" to a loopback host; ERR_CONFIG otherwise. */
enum err_code http_check_base_url(const char *name, const char *url, struct err *e) MUST_USE;

#endif
