#include "sim/control.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sim/inventory.h"
#include "sim/ledger.h"
#include "sim/webhook.h"
#include "sim/wire.h"

static void refuse(struct answer *a, int status, const char *why)
{
	answer_clear(a);
	a->status = status;
	wire_open(&a->body, NULL, '{');
	wire_string(&a->body, "error", why);
	wire_end(&a->body, '}');
}

/* Settings and rules */

/* Both are read before either is kept, so that a document with a mistake in
 * it changes nothing. */
static enum err_code apply(struct world *w, const json_t *j, struct err *e)
{
	if (!json_is_object(j))
		return err_set(e, ERR_INVALID_FIELD, "this must be a JSON object");
	struct rules rules = {0};
	bool has_rules = json_at(j, "rules") != NULL;
	if (has_rules && rules_read(&rules, json_at(j, "rules"), e) != ERR_OK)
		return e->code;
	if (settings_read(&w->set, j, e) != ERR_OK) {
		rules_done(&rules);
		return e->code;
	}
	if (has_rules) {
		rules_done(&w->rules);
		w->rules = rules;
	}
	if (json_at(j, "balance") != NULL)
		w->balance = w->set.balance;
	return ERR_OK;
}

static enum err_code apply_text(struct world *w, const char *text, size_t bytes, struct err *e)
{
	char why[200];
	JSON_AUTO j = json_parse(text, bytes, why, sizeof(why));
	if (j == NULL)
		return err_set(e, ERR_BAD_REQUEST, "this is not JSON: %s", why);
	return apply(w, j, e);
}

static void forget_settings(struct world *w)
{
	settings_done(&w->set);
	settings_init(&w->set);
	rules_done(&w->rules);
}

enum err_code control_restart(struct world *w, struct err *e)
{
	forget_settings(w);
	return w->profile != NULL ? apply_text(w, w->profile, strlen(w->profile), e) : ERR_OK;
}

enum err_code control_profile(struct world *w, const char *text, size_t bytes, struct err *e)
{
	if (apply_text(w, text, bytes, e) != ERR_OK)
		return e->code;
	free(w->profile);
	w->profile = must_strdup(text);
	return ERR_OK;
}

static void write_rules(struct str *s, const struct rules *rules)
{
	wire_open(s, "rules", '[');
	for (size_t i = 0; i < rules->count; i++) {
		JSON_AUTO shown = json_deep_copy(json_array_get(rules->source, i));
		json_object_set_new(shown, "seen", json_integer(rules->list[i].seen));
		json_object_set_new(shown, "fired", json_integer(rules->list[i].fired));
		wire_tree(s, NULL, shown);
	}
	wire_close(s, ']');
}

static void faults_get(struct world *w, struct ask *ask, struct answer *a)
{
	(void)ask;
	wire_open(&a->body, NULL, '{');
	settings_write(&w->set, &a->body);
	write_rules(&a->body, &w->rules);
	wire_end(&a->body, '}');
}

static void faults_patch(struct world *w, struct ask *ask, struct answer *a)
{
	struct err e = {0};
	if (apply_text(w, ask->body, ask->body_bytes, &e) != ERR_OK)
		refuse(a, err_http(e.code), e.message);
	else
		faults_get(w, ask, a);
}

/* Replace: what the document does not name is as at the start. */
static void faults_put(struct world *w, struct ask *ask, struct answer *a)
{
	struct err e = {0};
	struct world trial = {0};
	settings_init(&trial.set);
	bool is_good = apply_text(&trial, ask->body, ask->body_bytes, &e) == ERR_OK;
	settings_done(&trial.set);
	rules_done(&trial.rules);
	if (!is_good || control_restart(w, &e) != ERR_OK) {
		refuse(a, err_http(e.code), e.message);
		return;
	}
	faults_patch(w, ask, a);
}

static void faults_delete(struct world *w, struct ask *ask, struct answer *a)
{
	struct err e = {0};
	if (control_restart(w, &e) != ERR_OK)
		refuse(a, err_http(e.code), e.message);
	else
		faults_get(w, ask, a);
}

/* The world */

static void ledger(struct world *w, struct ask *ask, struct answer *a)
{
	ledger_write(w, ask_query_bool(ask, "brief"), &a->body);
}

static void reset(struct world *w, struct ask *ask, struct answer *a)
{
	world_reset(w);
	ledger(w, ask, a);
}

static void advance(struct world *w, struct ask *ask, struct answer *a)
{
	int64_t ms = ask_read_json(ask) ? json_int(ask->json, "ms", -1) : -1;
	if (ms < 0 || ms > 100LL * 365 * 86400 * 1000) {
		refuse(a, 422, "\"ms\" must be a number of milliseconds");
		return;
	}
	w->ahead_ms += ms;
	world_tick(w, w->now_ms + ms);
	wire_open(&a->body, NULL, '{');
	wire_time(&a->body, "now", w->now_ms, WIRE_TIME_MS);
	wire_end(&a->body, '}');
}

static void seed_one(struct world *w, const json_t *j, uint64_t digits, struct str *s)
{
	char number[E164_BYTES];
	struct number *n = world_owned(w, digits);
	if (n == NULL)
		n = world_number_new(w, digits, json_text(j, "customer_reference"));
	e164_write(digits, number);
	n->is_seeded = true;
	n->visible_ms = w->now_ms;
	n->status = text_is(json_text(j, "status"), "purchase-pending") ? NUMBER_PENDING
									: NUMBER_ACTIVE;
	n->active_ms = n->status == NUMBER_ACTIVE ? w->now_ms : 0;
	n->deletion_lock = json_bool(j, "deletion_lock", false);
	if (json_text(j, "connection_id") != NULL)
		TEXT_COPY(n->connection_id, json_text(j, "connection_id"));
	wire_open(s, NULL, '{');
	wire_string(s, "phone_number", number);
	str_addf(s, "\"id\":\"%llu\",", (unsigned long long)n->id);
	wire_close(s, '}');
}

static void seed(struct world *w, struct ask *ask, struct answer *a)
{
	const json_t *numbers = ask_read_json(ask) ? json_at(ask->json, "numbers") : NULL;
	size_t count = json_count(numbers);
	for (size_t i = 0; i < count; i++) {
		if (e164_read(json_string_value(json_array_get(numbers, i))) != 0)
			continue;
		refuse(a, 422, "each of \"numbers\" must be in E.164");
		return;
	}
	if (count == 0) {
		refuse(a, 422, "\"numbers\" must be an array of numbers in E.164");
		return;
	}
	wire_open(&a->body, NULL, '{');
	wire_open(&a->body, "data", '[');
	for (size_t i = 0; i < count; i++)
		seed_one(w, ask->json, e164_read(json_string_value(json_array_get(numbers, i))),
			&a->body);
	wire_close(&a->body, ']');
	wire_end(&a->body, '}');
}

/* To a stranger, whoever holds or looks at it. */
static void sell(struct world *w, struct ask *ask, struct answer *a)
{
	const char *number = ask_read_json(ask) ? json_text(ask->json, "phone_number") : NULL;
	uint64_t digits = e164_read(number);
	if (digits == 0 || !inventory_is_free(w, digits)) {
		refuse(a, 422, "\"phone_number\" must be one that is for sale, in E.164");
		return;
	}
	map_put(&w->strangers, digits, 1);
	wire_open(&a->body, NULL, '{');
	wire_string(&a->body, "phone_number", number);
	wire_end(&a->body, '}');
}

static void public_key(struct world *w, struct ask *ask, struct answer *a)
{
	char key[64];
	(void)ask;
	if (!webhook_public_key(w->set.webhook_seed, key, sizeof(key))) {
		refuse(a, 422, "webhook_seed is not 64 hexadecimal digits");
		return;
	}
	wire_open(&a->body, NULL, '{');
	wire_string(&a->body, "public_key", key);
	wire_end(&a->body, '}');
}

static void welcome(struct world *w, struct ask *ask, struct answer *a)
{
	(void)w;
	(void)ask;
	str_add(&a->body, "{\"name\":\"numberd-sim\",\"telnyx\":\"/v2\",\"vapi\":\"/vapi\","
			  "\"ledger\":\"/ledger\",\"faults\":\"/faults\"}");
}

/* clang-format off */
static const struct route routes[] = {
	{HTTP_GET,    "/ledger", ledger},
	{HTTP_GET,    "/faults", faults_get},
	{HTTP_PUT,    "/faults", faults_put},
	{HTTP_PATCH,  "/faults", faults_patch},
	{HTTP_DELETE, "/faults", faults_delete},
	{HTTP_POST,   "/reset", reset},
	{HTTP_POST,   "/advance", advance},
	{HTTP_POST,   "/seed-numbers", seed},
	{HTTP_POST,   "/sell", sell},
	{HTTP_GET,    "/sim/public_key", public_key},
	{HTTP_GET,    "/healthz", welcome},
	{HTTP_GET,    "", welcome},
};
/* clang-format on */

void control_handle(struct world *w, struct ask *ask, struct answer *a)
{
	const struct route *r = ask_route(ask, routes, COUNT_OF(routes));
	if (r == NULL)
		refuse(a, 404, "there is no such endpoint; Telnyx is under /v2, Vapi under /vapi");
	else
		r->handle(w, ask, a);
}
