/*
 * store_test_kit.h - what the store's tests share: orders to store, and calls
 * that wait for their answer.  For tests only.
 */
#ifndef STORE_STORE_TEST_KIT_H
#define STORE_STORE_TEST_KIT_H

#include "tests/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "net/loop.h"
#include "store/store.h"

#define KIT_WAIT_MS 20000
#define KIT_MS 1790000000000

struct kit {
	struct loop *loop;
	struct store *store;
	char url[400];
	char path[400];
};

static inline void kit_name(struct kit *k)
{
	static int count;
	text_format(k->path, sizeof(k->path), "%s/%d.db", check_temp_dir(), count++);
	text_format(k->url, sizeof(k->url), "sqlite:%s", k->path);
}

static inline void kit_open_without_lease(struct kit *k)
{
	struct err e = {0};
	k->loop = loop_new();
	if (store_open(k->url, k->loop, &k->store, &e) != ERR_OK)
		fail_msg("store_open: %s", e.message);
}

static inline void kit_open(struct kit *k)
{
	struct store_lease lease;
	struct err e = {0};
	kit_open_without_lease(k);
	if (store_lease_take(k->store, "http://127.0.0.1:8080", &lease, &e) != ERR_OK)
		fail_msg("store_lease_take: %s", e.message);
}

static inline void kit_set_true(void *flag)
{
	*(bool *)flag = true;
}

static inline void kit_close(struct kit *k)
{
	bool is_over = false;
	k->store = store_free(k->store);
	loop_post(k->loop, kit_set_true, &is_over);
	assert_true(loop_run_until(k->loop, &is_over, KIT_WAIT_MS));
	k->loop = loop_free(k->loop);
}

static inline int kit_setup(void **state)
{
	struct kit *k = must_calloc(1, sizeof(*k));
	kit_name(k);
	kit_open(k);
	*state = k;
	return 0;
}

static inline int kit_teardown(void **state)
{
	struct kit *k = *state;
	if (k->store != NULL)
		kit_close(k);
	free(k);
	return 0;
}

#define KIT_CHECK(name) cmocka_unit_test_setup_teardown(name, kit_setup, kit_teardown)

/* ---- orders ---- */

/* A fresh order, as the engine makes one; each a millisecond after the last. */
static inline struct order kit_order(void)
{
	static int64_t made;
	struct order o = {.version = 1, .created_ms = KIT_MS + made, .max_rung = 1};
	id_new("su", KIT_MS + made++, o.id);
	TEXT_COPY(o.business_name, "Bay Bikes");
	TEXT_COPY(o.email, "a@baybikes.example");
	TEXT_COPY(o.business_phone, "+14155550123");
	TEXT_COPY(o.area_code, "415");
	TEXT_COPY(o.country, "US");
	TEXT_COPY(o.instance, "abc234");
	text_format(o.name, sizeof(o.name), "name%lld", (long long)made);
	return o;
}

/* Pinned and about to be bought. */
static inline void kit_pin(struct order *o, const char *number)
{
	o->state = ORDER_RESERVING;
	TEXT_COPY(o->number, number);
	TEXT_COPY(o->pinned.number, number);
}

/* The pinned number may be bought by one attempt. */
static inline void kit_plan(struct order *o)
{
	o->attempts_on_pin = 1;
	o->pin_attempts[0] = (struct pin_attempt){.no = 1, .outcome = OUTCOME_OPEN};
}

static inline struct attempt kit_attempt(const struct order *o, int no)
{
	struct attempt a = {.kind = ATTEMPT_BUY, .no = no, .planned_ms = KIT_MS};
	TEXT_COPY(a.number, o->number);
	return a;
}

/* Text that fills its array to the last byte, with all that is hard to quote. */
#define KIT_FILL(array) kit_fill((array), sizeof(array))
static inline void kit_fill(char *to, size_t bytes)
{
	static const char hard[] = "a\"b\\c'd%e_f\tg\nh\x01i\x7fj\xc3\xa9k\xf0\x9f\x93\x9el";
	static size_t turn;
	size_t n = 0;
	turn++;
	while (n + sizeof(hard) - 1 < bytes) {
		memcpy(to + n, hard, sizeof(hard) - 1);
		n += sizeof(hard) - 1;
	}
	for (; n < bytes - 1; n++)
		to[n] = (char)('a' + (n + turn) % 26);
	to[n] = '\0';
}

static inline void kit_fill_candidate(struct candidate *c, int i)
{
	KIT_FILL(c->number);
	KIT_FILL(c->currency);
	c->upfront_cents = 100 + i;
	c->monthly_cents = -200 - i;
	c->is_reservable = true;
}

static inline void kit_fill_place(struct ladder_step *s, enum ladder_rung rung)
{
	s->rung = rung;
	KIT_FILL(s->country);
	KIT_FILL(s->npa);
	KIT_FILL(s->region);
	KIT_FILL(s->town);
	KIT_FILL(s->requested);
	s->km_tenths = 65535;
}

static inline void kit_fill_err(struct err *e, enum err_code code)
{
	e->code = code;
	KIT_FILL(e->message);
	KIT_FILL(e->hint);
}

/* Every stored field holds something other than zero. */
static inline struct order kit_full_order(void)
{
	struct order o = kit_order();
	KIT_FILL(o.business_name);
	KIT_FILL(o.email);
	TEXT_COPY(o.existing_number, "+14155550177");
	KIT_FILL(o.contains);
	KIT_FILL(o.reference);
	o.worker = 3;
	o.mode = ORDER_MODE_EXISTING;
	o.max_rung = LADDER_NEARBY;
	o.state = ORDER_PARKED;
	o.parked_from = ORDER_UNCLEAR;
	o.most_upfront_cents = 150;
	o.most_monthly_cents = 250;
	o.updated_ms = KIT_MS + 1;
	o.since_ms = KIT_MS + 2;
	o.due_ms = KIT_MS + 3;
	o.tries = 4;
	o.cancel_wanted = true;
	kit_fill_err(&o.error, ERR_PURCHASE_UNCLEAR);
	o.ladder_at = 7;
	kit_fill_place(&o.place, LADDER_OVERLAY);
	o.searches = 3;
	o.candidate_count = ORDER_CANDIDATES;
	for (int i = 0; i < ORDER_CANDIDATES; i++)
		kit_fill_candidate(&o.candidates[i], i);
	o.avoid_count = ORDER_AVOID;
	for (int i = 0; i < ORDER_AVOID; i++)
		KIT_FILL(o.avoid[i]);
	o.is_checked = o.is_traced = o.is_searched = true;
	o.available_cents = INT64_MIN;
	KIT_FILL(o.postal_code);
	KIT_FILL(o.city);
	kit_fill_candidate(&o.wanted, 8);
	memset(o.wanted.number, 0, sizeof(o.wanted.number));
	TEXT_COPY(o.wanted.number, "+14155550142");
	o.wanted_until_ms = KIT_MS + 10;
	o.asks = true;
	text_format(
		o.number, sizeof(o.number), "+1415%07lld", (long long)(o.created_ms % 10000000));
	kit_fill_candidate(&o.pinned, 9);
	kit_fill_place(&o.match, LADDER_SAME_STATE);
	o.was_reserved = true;
	o.reserved_until_ms = KIT_MS + 4;
	o.attempts_on_pin = 2;
	o.pin_attempts[0] = (struct pin_attempt){6, OUTCOME_REFUSED, 1, KIT_MS + 5};
	o.pin_attempts[1] = (struct pin_attempt){7, OUTCOME_UNKNOWN, 2, KIT_MS + 6};
	o.order_no = 6;
	o.looked_no = 7;
	o.unsure_until_ms = KIT_MS + 9;
	o.is_gone = true;
	o.is_given_up = true;
	o.is_vouched = true;
	o.is_torn = true;
	o.held_up = 4;
	o.unclear_ms = 1800000000124;
	o.held_up_ms = 1800000000123;
	o.was_import_tried = true;
	o.sent_ms = INT64_MAX;
	o.is_for_sale = true;
	kit_fill_err(&o.refusal, ERR_CARRIER_REFUSED);
	o.attempt = kit_attempt(&o, 5);
	o.attempt.outcome = OUTCOME_UNKNOWN;
	o.attempt.method = METHOD_PHONE_NUMBERS;
	o.attempt.code = ERR_CARRIER_UNCLEAR;
	o.attempt_no = 6;
	o.method = METHOD_PHONE_NUMBERS;
	KIT_FILL(o.order_id);
	KIT_FILL(o.number_id);
	KIT_FILL(o.carrier_status);
	o.is_owned = o.was_active = true;
	KIT_FILL(o.voice_id);
	KIT_FILL(o.voice_status);
	o.is_voice_ours = o.is_voice_searched = true;
	o.imports = 1;
	o.releases = 2;
	o.is_number_read = o.is_voice_read = true;
	return o;
}

/* What is of one process's life only. */
static inline struct order kit_stored_part(const struct order *o)
{
	struct order stored = *o;
	stored.round = 0;
	memset(stored.asked, 0, sizeof(stored.asked));
	return stored;
}

/* The next event of an order whose timeline is as long as its version. */
static inline struct store_event kit_event(const struct order *o, const char *previous_hash)
{
	struct store_event event = {.seq = o->version, .at_ms = KIT_MS + o->version};
	TEXT_COPY(event.event, "start");
	TEXT_COPY(event.from, "received");
	TEXT_COPY(event.to, order_status(o->state));
	TEXT_COPY(event.detail, "it was \"asked\" for\n");
	store_event_hash(&event, o->id, previous_hash);
	return event;
}

/* ---- calls that wait ---- */

struct kit_answer {
	bool is_done;
	struct store_result result;
	struct err err;
	struct order *orders;
	struct store_event events[STORE_TIMELINE_MOST];
	struct store_counts counts;
	struct store_budget budgets[SPENDING_LIMIT_COUNT];
	struct store_control control;
	struct store_audit audit;
	size_t count;
};

static inline void kit_take_result(void *arg, const struct store_result *result)
{
	struct kit_answer *a = arg;
	a->result = *result;
	a->is_done = true;
}

static inline void kit_take_orders(
	void *arg, const struct err *e, const struct order *orders, size_t count)
{
	struct kit_answer *a = arg;
	a->err = *e;
	a->count = count;
	free(a->orders);
	a->orders = must_calloc(count, sizeof(*orders));
	if (count > 0)
		memcpy(a->orders, orders, count * sizeof(*orders));
	a->is_done = true;
}

static inline void kit_take_events(
	void *arg, const struct err *e, const struct store_event *events, size_t count)
{
	struct kit_answer *a = arg;
	a->err = *e;
	a->count = count;
	if (count > 0)
		memcpy(a->events, events, count * sizeof(*events));
	a->is_done = true;
}

static inline void kit_take_counts(void *arg, const struct err *e, const struct store_counts *c)
{
	struct kit_answer *a = arg;
	a->err = *e;
	a->counts = *c;
	a->is_done = true;
}

static inline void kit_take_budgets(
	void *arg, const struct err *e, const struct store_budget budgets[SPENDING_LIMIT_COUNT])
{
	struct kit_answer *a = arg;
	a->err = *e;
	memcpy(a->budgets, budgets, sizeof(a->budgets));
	a->is_done = true;
}

static inline void kit_take_control(
	void *arg, const struct err *e, const struct store_control *control)
{
	struct kit_answer *a = arg;
	a->err = *e;
	a->control = *control;
	a->is_done = true;
}

static inline void kit_take_audit(void *arg, const struct err *e, const struct store_audit *audit)
{
	struct kit_answer *a = arg;
	a->err = *e;
	a->audit = *audit;
	a->is_done = true;
}

static struct kit_answer kit_answer; /* of the last call */

static inline void kit_wait(struct kit *k)
{
	assert_true(loop_run_until(k->loop, &kit_answer.is_done, KIT_WAIT_MS));
	kit_answer.is_done = false;
}

static inline enum err_code kit_create_with(
	struct kit *k, const struct order *o, const struct store_creation *creation)
{
	struct store_event event = kit_event(o, "");
	store_create(k->store, o, creation, &event, kit_take_result, &kit_answer);
	kit_wait(k);
	return kit_answer.result.err.code;
}

static inline enum err_code kit_create(struct kit *k, const struct order *o)
{
	return kit_create_with(k, o, &(struct store_creation){.source = "api"});
}

/* The order as it is, one version on; the event follows no particular row. */
static inline enum err_code kit_save_with(struct kit *k, struct order *o, const struct attempt *a)
{
	o->version++;
	struct store_event event = kit_event(o, "");
	store_save(k->store, o, &event, a, kit_take_result, &kit_answer);
	kit_wait(k);
	if (kit_answer.result.err.code != ERR_OK)
		o->version--;
	return kit_answer.result.err.code;
}

static inline enum err_code kit_save(struct kit *k, struct order *o)
{
	return kit_save_with(k, o, NULL);
}

static inline enum err_code kit_tell(struct kit *k, const struct store_webhook *webhook)
{
	store_webhook(k->store, webhook, kit_take_result, &kit_answer);
	kit_wait(k);
	return kit_answer.result.err.code;
}

static inline enum err_code kit_webhook(
	struct kit *k, const char *provider, const char *event_id, const char *body)
{
	return kit_tell(k, &(struct store_webhook){.provider = provider,
				   .event_id = event_id,
				   .event_type = "number_order.complete",
				   .body = body,
				   .received_ms = KIT_MS});
}

/* `id` or, "", what is free; the worker holds it for 30 s. */
static inline enum err_code kit_claim(struct kit *k, int64_t worker, int64_t now_ms, const char *id)
{
	struct store_claim claim = {.worker = worker,
		.now_ms = now_ms,
		.until_ms = now_ms + 30000,
		.limit = id[0] != '\0' ? 1 : 3};
	TEXT_COPY(claim.id, id);
	store_claim(k->store, &claim, kit_take_orders, &kit_answer);
	kit_wait(k);
	return kit_answer.err.code;
}

static inline enum err_code kit_load(struct kit *k, const char *id)
{
	store_load(k->store, id, kit_take_orders, &kit_answer);
	kit_wait(k);
	return kit_answer.err.code;
}

static inline enum err_code kit_list(struct kit *k, struct store_query query)
{
	if (query.limit == 0)
		query.limit = STORE_LIST_MOST;
	store_list(k->store, &query, kit_take_orders, &kit_answer);
	kit_wait(k);
	return kit_answer.err.code;
}

static inline enum err_code kit_timeline(struct kit *k, const char *id, int64_t after_seq)
{
	store_timeline(k->store, id, after_seq, kit_take_events, &kit_answer);
	kit_wait(k);
	return kit_answer.err.code;
}

/* The budgets of the windows that at_ms is in. */
static inline const struct store_budget *kit_budgets(struct kit *k, int64_t at_ms)
{
	store_budgets(k->store, at_ms, kit_take_budgets, &kit_answer);
	kit_wait(k);
	assert_int_equal(kit_answer.err.code, ERR_OK);
	return kit_answer.budgets;
}

/* The first fault, or "". */
static inline const char *kit_audit(struct kit *k)
{
	store_audit(k->store, kit_take_audit, &kit_answer);
	kit_wait(k);
	assert_int_equal(kit_answer.err.code, ERR_OK);
	assert_int_equal(kit_answer.audit.faults > 0, kit_answer.audit.first[0] != '\0');
	return kit_answer.audit.first;
}

static inline const struct store_control *kit_control(struct kit *k)
{
	store_read_control(k->store, kit_take_control, &kit_answer);
	kit_wait(k);
	assert_int_equal(kit_answer.err.code, ERR_OK);
	return &kit_answer.control;
}

static inline enum err_code kit_set_control(struct kit *k, int64_t frozen_at_ms, const char *reason)
{
	struct store_control control = {.frozen_at_ms = frozen_at_ms};
	TEXT_COPY(control.reason, reason);
	store_set_control(k->store, &control, kit_take_result, &kit_answer);
	kit_wait(k);
	return kit_answer.result.err.code;
}

static inline void kit_forget(void)
{
	free(kit_answer.orders);
	kit_answer.orders = NULL;
}

#endif
