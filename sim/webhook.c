#include "sim/webhook.h"

#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "net/loop.h"
#include "sim/telnyx.h"
#include "sim/wire.h"

#define HELD_BACK_MS 3000 /* a reordered one goes out by then at the latest */
#define ANSWER_SECONDS 2  /* Telnyx waits no longer */

struct delivery {
	struct webhooks *hooks;
	char *body; /* NULL once it is over; owned */
	char url[256];
	int64_t attempt, wait_ms;
};

struct webhooks {
	struct world *world; /* borrowed */
	struct event_base *base;
	struct list deliveries;
	struct delivery *held;
};

/* Signing */

static bool read_seed(const char *hex, uint8_t seed[crypto_sign_SEEDBYTES])
{
	size_t n = 0;
	return sodium_hex2bin(seed, crypto_sign_SEEDBYTES, hex, strlen(hex), NULL, &n, NULL) == 0 &&
	       n == crypto_sign_SEEDBYTES;
}

static bool read_keys(const char *hex, uint8_t public[crypto_sign_PUBLICKEYBYTES],
	uint8_t secret[crypto_sign_SECRETKEYBYTES])
{
	uint8_t seed[crypto_sign_SEEDBYTES];
	return read_seed(hex, seed) && crypto_sign_seed_keypair(public, secret, seed) == 0;
}

bool webhook_public_key(const char *seed_hex, char *to, size_t to_bytes)
{
	uint8_t public[crypto_sign_PUBLICKEYBYTES], secret[crypto_sign_SECRETKEYBYTES];
	if (!read_keys(seed_hex, public, secret))
		return false;
	return sodium_bin2base64(to, to_bytes, public, sizeof(public),
		       sodium_base64_VARIANT_ORIGINAL) != NULL;
}

bool webhook_sign(const char *seed_hex, int64_t timestamp, const char *body, size_t bytes,
	char to[WEBHOOK_SIGNATURE_BYTES])
{
	uint8_t public[crypto_sign_PUBLICKEYBYTES], secret[crypto_sign_SECRETKEYBYTES];
	uint8_t signature[crypto_sign_BYTES];
	struct str message;
	if (!read_keys(seed_hex, public, secret))
		return false;
	str_init(&message, bytes + 32);
	str_addf(&message, "%lld|", (long long)timestamp);
	str_add_bytes(&message, body, bytes);
	must(str_ok(&message));
	must(crypto_sign_detached(
		     signature, NULL, (const uint8_t *)message.text, message.bytes, secret) == 0);
	str_done(&message);
	return sodium_bin2base64(to, WEBHOOK_SIGNATURE_BYTES, signature, sizeof(signature),
		       sodium_base64_VARIANT_ORIGINAL) != NULL;
}

/* Sending */

static void deliver(struct world *w, void *arg);

static void finish(struct delivery *d, bool is_acknowledged)
{
	struct world *w = d->hooks->world;
	if (is_acknowledged)
		w->webhooks_acknowledged++;
	else
		w->webhooks_failed++;
	free(d->body);
	d->body = NULL;
}

/* Exactly 200 counts, as Telnyx's error 75299 says. */
static void answered(struct evhttp_request *request, void *arg)
{
	struct delivery *d = arg;
	struct world *w = d->hooks->world;
	int status = request != NULL ? evhttp_request_get_response_code(request) : 0;
	if (status == 200 || d->attempt >= w->set.webhook_attempts) {
		finish(d, status == 200);
		return;
	}
	world_at(w, w->now_ms + d->wait_ms, deliver, d);
	d->wait_ms *= 2;
}

static void add_headers(const struct world *w, const struct delivery *d,
	struct evhttp_request *request, const char *host)
{
	struct evkeyvalq *headers = evhttp_request_get_output_headers(request);
	char signature[WEBHOOK_SIGNATURE_BYTES] = "", timestamp[24];
	int64_t seconds = (w->now_ms - w->set.webhook_stale_ms) / 1000;
	(void)webhook_sign(w->set.webhook_seed, seconds, d->body, strlen(d->body), signature);
	if (w->set.webhook_bad_signature)
		signature[0] = signature[0] == 'A' ? 'B' : 'A';
	text_format(timestamp, sizeof(timestamp), "%lld", (long long)seconds);
	evhttp_add_header(headers, "Host", host);
	evhttp_add_header(headers, "Connection", "close");
	evhttp_add_header(headers, "Content-Type", "application/json");
	evhttp_add_header(headers, "User-Agent", "telnyx-webhooks");
	evhttp_add_header(headers, "telnyx-signature-ed25519", signature);
	evhttp_add_header(headers, "telnyx-timestamp", timestamp);
}

static bool send_to(struct delivery *d, const struct evhttp_uri *uri)
{
	const char *host = evhttp_uri_get_host(uri), *path = evhttp_uri_get_path(uri);
	int port = evhttp_uri_get_port(uri);
	if (!text_is_any_case(evhttp_uri_get_scheme(uri), "http") || host == NULL)
		return false;
	struct evhttp_connection *connection = evhttp_connection_base_new(
		d->hooks->base, NULL, host, (unsigned short)(port > 0 ? port : 80));
	if (connection == NULL)
		return false;
	evhttp_connection_set_timeout(connection, ANSWER_SECONDS);
	evhttp_connection_free_on_completion(connection);
	struct evhttp_request *request = evhttp_request_new(answered, d);
	add_headers(d->hooks->world, d, request, host);
	evbuffer_add(evhttp_request_get_output_buffer(request), d->body, strlen(d->body));
	return evhttp_make_request(connection, request, EVHTTP_REQ_POST,
		       path != NULL && *path ? path : "/") == 0;
}

static void deliver(struct world *w, void *arg)
{
	struct delivery *d = arg;
	struct evhttp_uri *uri = evhttp_uri_parse(d->url);
	d->attempt++;
	w->webhooks_sent++;
	if (uri == NULL || !send_to(d, uri)) {
		log_line(LOG_WARNING, "webhook not sent", "url", d->url, NULL);
		finish(d, false);
	}
	if (uri != NULL)
		evhttp_uri_free(uri);
}

/* Making */

static char *event_of(struct world *w, const struct order *o)
{
	char id[UUID_BYTES];
	struct str s;
	str_init(&s, ASK_ANSWER_MAX_BYTES);
	world_uuid(w, id);
	wire_open(&s, NULL, '{');
	wire_open(&s, "data", '{');
	wire_string(&s, "event_type", "number_order.complete");
	wire_string(&s, "id", id);
	wire_time(&s, "occurred_at", w->now_ms, WIRE_TIME_US);
	telnyx_order_write(&s, "payload", o);
	wire_string(&s, "record_type", "event");
	wire_close(&s, '}');
	wire_open(&s, "meta", '{');
	wire_int(&s, "attempt", 1);
	wire_string(&s, "delivered_to", w->set.webhook_url);
	wire_close(&s, '}');
	wire_end(&s, '}');
	return str_take(&s);
}

static struct delivery *new_delivery(struct webhooks *hooks, const char *body)
{
	struct delivery *d = must_calloc(1, sizeof(*d));
	d->hooks = hooks;
	d->body = must_strdup(body);
	d->wait_ms = hooks->world->set.webhook_retry_ms;
	TEXT_COPY(d->url, hooks->world->set.webhook_url);
	list_add(&hooks->deliveries, d);
	return d;
}

static void let_go(struct world *w, void *arg)
{
	struct delivery *d = arg;
	if (d->hooks->held == d) {
		d->hooks->held = NULL;
		deliver(w, d);
	}
}

/* One is held back until the next has gone out before it. */
static void schedule(struct webhooks *hooks, struct delivery *d)
{
	struct world *w = hooks->world;
	int64_t at_ms = w->now_ms + w->set.webhook_delay_ms;
	if (w->set.webhook_reorder && hooks->held == NULL) {
		hooks->held = d;
		world_at(w, at_ms + HELD_BACK_MS, let_go, d);
		return;
	}
	world_at(w, at_ms, deliver, d);
	if (hooks->held != NULL) {
		world_at(w, at_ms + 1, deliver, hooks->held);
		hooks->held = NULL;
	}
}

static void order_ended(void *arg, struct order *o)
{
	struct webhooks *hooks = arg;
	struct world *w = hooks->world;
	if (w->set.webhook_url[0] == '\0')
		return;
	char *body = event_of(w, o);
	for (int64_t i = 0; i < w->set.webhook_copies; i++)
		schedule(hooks, new_delivery(hooks, body));
	free(body);
}

struct webhooks *webhooks_new(struct loop *loop, struct world *w)
{
	struct webhooks *hooks = must_calloc(1, sizeof(*hooks));
	hooks->world = w;
	hooks->base = loop_base(loop);
	w->on_order_end = order_ended;
	w->on_order_end_arg = hooks;
	return hooks;
}

struct webhooks *webhooks_free(struct webhooks *hooks)
{
	if (hooks == NULL)
		return NULL;
	hooks->world->on_order_end = NULL;
	for (size_t i = 0; i < hooks->deliveries.count; i++) {
		free(((struct delivery *)hooks->deliveries.items[i])->body);
		free(hooks->deliveries.items[i]);
	}
	free(hooks->deliveries.items);
	free(hooks);
	return NULL;
}
