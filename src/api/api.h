/*
 * api.h - the HTTP face: routes, who may use them, and what they answer.
 *
 * Owns the server.  Reaches the engine only through engine.h's requests, holds
 * no upstream key and opens no connection.  What no API route takes goes to
 * `pages` (src/web).  Thread: the loop's.
 *
 * Who may: with NUMBERD_API_KEY set, a bearer key (or HTTP Basic with the key
 * as password, for browsers) on everything but /healthz, /readyz, /openapi.json,
 * /problems/…, the webhooks, and, when public sign-up is on, POST /v1/signups, POST /v1/holds
 * and the pages.
 * Without a key only loopback is served at all.
 */
#ifndef API_API_H
#define API_API_H

#include <stdbool.h>

#include "base/config.h"
#include "base/err.h"
#include "engine/engine.h"
#include "net/http_server.h"

struct api;

struct api_options {
	struct loop *loop;
	struct engine *engine;
	const struct config *config; /* borrowed */
	http_handler pages;          /* NULL: 404 */
	void *pages_arg;
};

struct api *api_new(const struct api_options *options, struct err *e);
struct api *api_free(struct api *api);
int api_port(const struct api *api);
const char *api_address(const struct api *api);
void api_stop_listening(struct api *api);

/* For the pages.  True: may use what `is_public` says; false: already answered
 * (401 with WWW-Authenticate, or 403). */
bool api_admit(struct api *api, struct http_request *r, bool is_public);
/* 0: this caller may reserve one more number now, which is counted; else how long
 * until one may.  Callers with the key are never refused. */
int64_t api_hold_wait_ms(struct api *api, struct http_request *r);
/* The network a request came from, for wish.source: "203.0.113.0/24", "2001:db8::/48",
 * "loopback". */
void api_source(struct http_request *r, char *to, size_t to_bytes);

#endif
