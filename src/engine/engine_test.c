/* engine_test.c - the shell over a real SQLite file and scripted upstreams. */
#include "engine/engine_test_kit.h"

/* --- sentences --- */

static void a_signup_ends_active_with_one_purchase(void **state)
{
	(void)state;
	sign_up("Bay Bikes", "", "");
	assert_int_equal(last.order.state, ORDER_RECEIVED);
	wait_until(last.order.id, ORDER_ACTIVE);
	assert_int_equal(w.script.asked[COMMAND_BUY], 1);
	assert_int_equal(w.script.asked[COMMAND_IMPORT], 1);
	assert_int_equal(engine_stats(w.engine)->actives, 1);
}

static void the_same_key_and_body_is_the_same_signup_and_another_body_is_refused(void **state)
{
	(void)state;
	char id[ID_BYTES];
	sign_up("Bay Bikes", "key-1", "");
	TEXT_COPY(id, last.order.id);
	sign_up("Bay Bikes", "key-1", "");
	assert_true(last.is_repeat);
	assert_string_equal(last.order.id, id);
	sign_up("Bay Boats", "key-1", "");
	assert_int_equal(last.err.code, ERR_IDEMPOTENCY_KEY_REUSED);
	wait_until(id, ORDER_ACTIVE);
	assert_int_equal(w.script.asked[COMMAND_BUY], 1);
}

static void the_same_customers_second_signup_is_refused_naming_the_first(void **state)
{
	(void)state;
	char id[ID_BYTES];
	sign_up("Bay Bikes", "", "");
	TEXT_COPY(id, last.order.id);
	sign_up("Bay Bikes", "", "");
	assert_int_equal(last.err.code, ERR_DUPLICATE_SIGNUP);
	assert_string_equal(last.existing_id, id);
}

static void two_signups_never_pin_the_same_number(void **state)
{
	(void)state;
	char first[ID_BYTES], second[ID_BYTES], number[NUMBER_BYTES];
	w.script.hold = COMMAND_RESERVE;
	sign_up("Bay Bikes", "", "");
	TEXT_COPY(first, last.order.id);
	wait_until(first, ORDER_RESERVING);
	TEXT_COPY(number, last.order.number);
	w.script.next_number = 1000; /* the search shows the same numbers again */
	sign_up("Bay Boats", "", "");
	TEXT_COPY(second, last.order.id);
	wait_until(second, ORDER_RESERVING);
	assert_string_not_equal(last.order.number, number);
}

static void an_existing_number_of_another_signup_is_refused(void **state)
{
	(void)state;
	TEXT_COPY(w.script.owned_number, "+16285550199");
	sign_up("Bay Bikes", "", "628-555-0199");
	wait_until(last.order.id, ORDER_ACTIVE);
	assert_int_equal(w.script.asked[COMMAND_BUY], 0);
	sign_up("Bay Boats", "", "628-555-0199");
	assert_int_equal(last.err.code, ERR_NUMBER_TAKEN);
}

/* The process ends while an order is on its way: the next one looks first. */
static void after_a_restart_an_open_purchase_is_looked_for_before_anything_else(void **state)
{
	(void)state;
	char id[ID_BYTES];
	w.script.hold = COMMAND_BUY;
	sign_up("Bay Bikes", "", "");
	TEXT_COPY(id, last.order.id);
	wait_until(id, ORDER_BUYING);
	/* It was bought, and nobody heard the answer. */
	TEXT_COPY(w.script.bought, last.order.number);
	order_reference(&last.order, last.order.attempt_no, w.script.reference);
	close_world();
	w.script.hold = COMMAND_COUNT;
	memset(w.script.asked, 0, sizeof(w.script.asked));
	open_world();
	wait_until(id, ORDER_ACTIVE);
	assert_int_equal(w.script.asked[COMMAND_BUY], 0);
	assert_true(w.script.asked[COMMAND_LOOK] > 0);
	assert_string_equal(last.order.number, w.script.bought);
}

static void cancelling_an_active_signup_now_gives_the_number_back(void **state)
{
	(void)state;
	sign_up("Bay Bikes", "", "");
	wait_until(last.order.id, ORDER_ACTIVE);
	last.is_done = false;
	engine_cancel(w.engine, last.order.id, true, told, NULL);
	assert_true(loop_run_until(w.loop, &last.is_done, WAIT_MS));
	assert_int_equal(last.err.code, ERR_OK);
	assert_int_equal(last.order.state, ORDER_RELEASING);
}

static void what_is_not_there_cannot_be_cancelled(void **state)
{
	(void)state;
	last.is_done = false;
	engine_cancel(w.engine, "su_00000000000000000000000000", false, told, NULL);
	assert_true(loop_run_until(w.loop, &last.is_done, WAIT_MS));
	assert_int_equal(last.err.code, ERR_NOT_FOUND);
}

static void a_failed_signup_can_be_tried_again(void **state)
{
	(void)state;
	w.script.refuse[COMMAND_CHECK] = ERR_CARRIER_FUNDS;
	sign_up("Bay Bikes", "", "");
	wait_until(last.order.id, ORDER_FAILED);
	assert_int_equal(last.order.error.code, ERR_CARRIER_FUNDS);
	last.is_done = false;
	engine_retry(w.engine, last.order.id, NULL, told, NULL);
	assert_true(loop_run_until(w.loop, &last.is_done, WAIT_MS));
	wait_until(last.order.id, ORDER_ACTIVE);
}

static void an_unclear_purchase_that_did_not_happen_is_repeated_for_the_same_number(void **state)
{
	(void)state;
	w.script.refuse[COMMAND_BUY] = ERR_CARRIER_UNCLEAR;
	sign_up("Bay Bikes", "", "");
	wait_until(last.order.id, ORDER_ACTIVE);
	assert_int_equal(w.script.asked[COMMAND_BUY], 2);
	assert_int_equal(last.order.attempt_no, 2);
}

static struct store_event timeline[64];
static size_t timeline_count;

static void got_timeline(
	void *arg, const struct err *e, const struct store_event *events, size_t count)
{
	(void)arg;
	assert_int_equal(e->code, ERR_OK);
	timeline_count = count < COUNT_OF(timeline) ? count : COUNT_OF(timeline);
	memcpy(timeline, events, timeline_count * sizeof(*events));
	last.is_done = true;
}

static void the_timeline_is_whole_in_order_and_chained(void **state)
{
	(void)state;
	sign_up("Bay Bikes", "", "");
	wait_until(last.order.id, ORDER_ACTIVE);
	last.is_done = false;
	engine_timeline(w.engine, last.order.id, 0, got_timeline, NULL);
	assert_true(loop_run_until(w.loop, &last.is_done, WAIT_MS));
	assert_true(timeline_count >= 6);
	char hash[ID_HEX_BYTES] = "";
	for (size_t i = 0; i < timeline_count; i++) {
		struct store_event event = timeline[i];
		assert_int_equal(event.seq, i + 1);
		store_event_hash(&event, last.order.id, hash);
		assert_string_equal(event.hash, timeline[i].hash);
		TEXT_COPY(hash, event.hash);
	}
	assert_string_equal(timeline[0].to, "received");
	assert_string_equal(timeline[timeline_count - 1].to, "active");
}

/* --- what the carrier tells us --- */

static struct {
	bool is_done, is_repeat;
	struct err err;
} heard;

static void hear(void *arg, const struct err *e, bool is_repeat)
{
	(void)arg;
	heard.is_done = true;
	heard.is_repeat = is_repeat;
	heard.err = *e;
}

static void tell(const char *event_id, const char *reference, const char *order_id)
{
	const struct engine_webhook webhook = {.provider = "telnyx",
		.event_id = event_id,
		.event_type = "number_order.complete",
		.reference = reference,
		.order_id = order_id,
		.body = "{}"};
	heard.is_done = false;
	engine_webhook(w.engine, &webhook, hear, NULL);
	assert_false(heard.is_done); /* never from inside the call */
	assert_true(loop_run_until(w.loop, &heard.is_done, WAIT_MS));
	assert_int_equal(heard.err.code, ERR_OK);
}

/* The engine's own next look is minutes away: only a hint brings it on. */
static void reach_a_long_wait_for_the_order(void)
{
	close_world();
	w.settle_ms = 86400000;
	open_world();
	w.script.is_pending = true;
	sign_up("Bay Bikes", "", "");
	wait_until(last.order.id, ORDER_ORDERED);
	assert_int_equal(w.script.asked[COMMAND_READ_ORDER], 1);
}

static void a_webhook_by_reference_has_its_order_read_at_once(void **state)
{
	(void)state;
	reach_a_long_wait_for_the_order();
	w.script.is_pending = false;
	tell("event-1", w.script.reference, "");
	wait_until(last.order.id, ORDER_ACTIVE);
	assert_int_equal(w.script.asked[COMMAND_READ_ORDER], 2);
	assert_int_equal(engine_stats(w.engine)->webhooks_hints, 1);
}

static void a_webhook_by_the_carriers_order_has_its_order_read_at_once(void **state)
{
	(void)state;
	reach_a_long_wait_for_the_order();
	w.script.is_pending = false;
	tell("event-1", "", "an-order");
	wait_until(last.order.id, ORDER_ACTIVE);
	assert_int_equal(engine_stats(w.engine)->webhooks_hints, 1);
}

static void a_repeated_webhook_has_no_second_effect(void **state)
{
	(void)state;
	reach_a_long_wait_for_the_order();
	for (int i = 0; i < 20; i++) {
		tell("event-1", w.script.reference, "an-order");
		assert_int_equal(heard.is_repeat, i > 0);
	}
	assert_int_equal(w.script.asked[COMMAND_READ_ORDER], 2);
	assert_int_equal(engine_stats(w.engine)->webhooks_stored, 1);
	assert_int_equal(engine_stats(w.engine)->webhooks_repeated, 19);
	assert_int_equal(engine_stats(w.engine)->webhooks_hints, 1);
}

static void a_webhook_of_somebody_elses_order_is_stored_without_effect(void **state)
{
	(void)state;
	reach_a_long_wait_for_the_order();
	char other_instance[REFERENCE_BYTES], other_name[REFERENCE_BYTES],
		no_number[REFERENCE_BYTES];
	TEXT_COPY(other_instance, w.script.reference);
	other_instance[4] = other_instance[4] == 'a' ? 'b' : 'a';
	TEXT_COPY(other_name, w.script.reference);
	other_name[12] = other_name[12] == 'a' ? 'b' : 'a';
	TEXT_COPY(no_number, w.script.reference);
	no_number[strlen(no_number) - 1] = 'x';
	const char *const references[] = {"", "-", "--", "nb1", "nb1--", "nb1-abc234--1",
		other_instance, other_name, no_number, w.script.reference + 1,
		"a reference that is far longer than any reference of ours can ever be"};
	for (size_t i = 0; i < COUNT_OF(references); i++) {
		char event_id[16];
		text_format(event_id, sizeof(event_id), "event-%zu", i);
		tell(event_id, references[i], i % 2 ? "another-order" : "");
		assert_false(heard.is_repeat);
	}
	assert_int_equal(w.script.asked[COMMAND_READ_ORDER], 1);
	assert_int_equal(engine_stats(w.engine)->webhooks_hints, 0);
	assert_int_equal(engine_stats(w.engine)->webhooks_stored, COUNT_OF(references));
}

static void a_webhook_that_comes_when_all_is_over_changes_nothing(void **state)
{
	(void)state;
	sign_up("Bay Bikes", "", "");
	wait_until(last.order.id, ORDER_ACTIVE);
	int64_t version = last.order.version;
	tell("event-1", w.script.reference, "an-order");
	wait_until(last.order.id, ORDER_ACTIVE);
	assert_int_equal(last.order.version, version);
	assert_int_equal(engine_stats(w.engine)->webhooks_hints, 0);
}

/* --- the switch that stops all spending --- */

static void freeze(void)
{
	freeze_now();
	assert_true(loop_run_until(w.loop, &turned.is_done, WAIT_MS));
	assert_int_equal(turned.err.code, ERR_OK);
	assert_true(turned.control.store.frozen_at_ms > 0);
}

static void thaw(void)
{
	turned.is_done = false;
	engine_thaw(w.engine, take_turn, NULL);
	assert_true(loop_run_until(w.loop, &turned.is_done, WAIT_MS));
	assert_int_equal(turned.err.code, ERR_OK);
	assert_int_equal(turned.control.store.frozen_at_ms, 0);
}

static void saw_frozen(void *arg, const struct order *order, const struct store_event *event)
{
	(void)event;
	*(bool *)arg |= order->error.code == ERR_FROZEN;
}

/* Until a saved step of it says that it waits. */
static void wait_until_frozen(const char *id)
{
	bool is_frozen = false;
	struct engine_watch *watch = engine_watch(w.engine, id, saw_frozen, &is_frozen);
	last.is_done = false;
	engine_get(w.engine, id, told, NULL);
	assert_true(loop_run_until(w.loop, &last.is_done, WAIT_MS));
	if (last.order.error.code != ERR_FROZEN)
		assert_true(loop_run_until(w.loop, &is_frozen, WAIT_MS));
	engine_unwatch(w.engine, watch);
}

static void a_frozen_signup_is_taken_on_and_waits_and_goes_on_after_the_thaw(void **state)
{
	(void)state;
	char id[ID_BYTES];
	freeze();
	sign_up("Bay Bikes", "", "");
	assert_int_equal(last.err.code, ERR_OK);
	TEXT_COPY(id, last.order.id);
	wait_until_frozen(id);
	assert_int_equal(w.script.asked[COMMAND_BUY], 0);
	thaw();
	wait_until(id, ORDER_ACTIVE);
	assert_int_equal(w.script.asked[COMMAND_BUY], 1);
}

static void a_freeze_outlives_the_process(void **state)
{
	(void)state;
	freeze();
	sign_up("Bay Bikes", "", "");
	char id[ID_BYTES];
	TEXT_COPY(id, last.order.id);
	close_world();
	open_world();
	wait_until_frozen(id);
	assert_int_equal(w.script.asked[COMMAND_BUY], 0);
	thaw();
	wait_until(id, ORDER_ACTIVE);
	assert_int_equal(w.script.asked[COMMAND_BUY], 1);
}

/* Planned and durable, on its way, the gate about to open: it is shut. */
static void a_freeze_between_plan_and_first_byte_stops_the_order(void **state)
{
	(void)state;
	w.script.freezes_at_gate = true;
	sign_up("Bay Bikes", "", "");
	char id[ID_BYTES];
	TEXT_COPY(id, last.order.id);
	wait_until_frozen(id);
	assert_int_equal(w.script.shut_gates, 1);
	assert_int_equal(w.script.asked[COMMAND_BUY], 0);
	w.script.freezes_at_gate = false;
	thaw();
	wait_until(id, ORDER_ACTIVE);
	assert_int_equal(w.script.asked[COMMAND_BUY], 1);
}

static void what_has_left_before_the_freeze_is_counted(void **state)
{
	(void)state;
	w.script.hold = COMMAND_BUY;
	sign_up("Bay Bikes", "", "");
	while (w.script.asked[COMMAND_BUY] == 0) {
		bool never = false;
		(void)loop_run_until(w.loop, &never, 1);
	}
	freeze();
	assert_int_equal(turned.control.in_flight, 1);
}

static void written_beside(void *arg, const struct store_result *result)
{
	(void)arg;
	assert_int_equal(result->err.code, ERR_OK);
	last.is_done = true;
}

/* Another process writes the switch into the store: this one hears of it from its
 * own next save, and of the thaw by asking. */
static void a_freeze_by_another_process_stops_the_next_order(void **state)
{
	(void)state;
	struct store *beside;
	struct err e;
	assert_int_equal(store_open(w.url, w.loop, &beside, &e), ERR_OK);
	last.is_done = false;
	store_set_control(beside, &(struct store_control){.frozen_at_ms = 1, .reason = "beside"},
		written_beside, NULL);
	assert_true(loop_run_until(w.loop, &last.is_done, WAIT_MS));
	sign_up("Bay Bikes", "", "");
	char id[ID_BYTES];
	TEXT_COPY(id, last.order.id);
	wait_until_frozen(id);
	assert_int_equal(w.script.asked[COMMAND_BUY], 0);
	last.is_done = false;
	store_set_control(beside, &(struct store_control){0}, written_beside, NULL);
	assert_true(loop_run_until(w.loop, &last.is_done, WAIT_MS));
	wait_until(id, ORDER_ACTIVE);
	assert_int_equal(w.script.asked[COMMAND_BUY], 1);
	store_free(beside);
}

static void frozen_nothing_is_released_until_the_thaw(void **state)
{
	(void)state;
	sign_up("Bay Bikes", "", "");
	char id[ID_BYTES];
	TEXT_COPY(id, last.order.id);
	wait_until(id, ORDER_ACTIVE);
	freeze();
	last.is_done = false;
	engine_cancel(w.engine, id, true, told, NULL);
	assert_true(loop_run_until(w.loop, &last.is_done, WAIT_MS));
	assert_int_equal(last.order.state, ORDER_RELEASING);
	assert_int_equal(last.order.error.code, ERR_FROZEN);
	assert_int_equal(w.script.asked[COMMAND_RELEASE_NUMBER], 0);
	assert_int_equal(w.script.asked[COMMAND_RELEASE_VOICE], 0);
	thaw();
	wait_until(id, ORDER_RELEASED);
	assert_int_equal(w.script.asked[COMMAND_RELEASE_NUMBER], 1);
}

/* --- several workers --- */

static void a_worker_that_takes_over_looks_for_the_open_purchase(void **state)
{
	(void)state;
	reach_an_open_purchase();
	another_worker_takes_over();
	swap_workers();
	wait_until(last.order.id, ORDER_ACTIVE);
	assert_int_equal(w.script.asked[COMMAND_BUY], 1);
	assert_true(w.script.asked[COMMAND_LOOK] > 0);
	assert_int_equal(last.order.worker, 2);
	assert_int_equal(engine_stats(w.engine)->taken, 1);
}

static void a_worker_whose_save_comes_too_late_drops_the_signup(void **state)
{
	(void)state;
	reach_an_open_purchase();
	another_worker_takes_over();
	swap_workers();
	wait_until(last.order.id, ORDER_ACTIVE);
	swap_workers();
	int64_t version = last.order.version;
	assert_int_equal(engine_stats(w.engine)->under_way, 1);
	deliver(w.script.held); /* the answer at last, to the worker that asked */
	w.script.held = NULL;
	run_until(is_lost);
	assert_int_equal(engine_stats(w.engine)->under_way, 0);
	wait_until(last.order.id, ORDER_ACTIVE);
	assert_int_equal(last.order.version, version);
	assert_int_equal(w.script.asked[COMMAND_BUY], 1);
}

static void a_signup_can_be_cancelled_at_a_worker_that_never_had_it(void **state)
{
	(void)state;
	w.script.is_pending = true;
	sign_up("Bay Bikes", "", "");
	wait_until(last.order.id, ORDER_ORDERED);
	w.other = open_engine(&w.other_clock); /* it leaves the first one's alone */
	swap_workers();
	cancel_now();
	assert_true(last.order.cancel_wanted);
	assert_int_equal(last.order.worker, 2);
	w.script.is_pending = false;
	wait_until(last.order.id, ORDER_RELEASING);
	assert_int_equal(w.script.asked[COMMAND_BUY], 1);
}

static void a_signup_can_be_cancelled_at_a_worker_that_does_not_know_that_it_lost_it(void **state)
{
	(void)state;
	reach_an_open_purchase();
	another_worker_takes_over();
	swap_workers();
	wait_until(last.order.id, ORDER_ACTIVE);
	swap_workers();
	cancel_now();
	assert_int_equal(last.order.state, ORDER_RELEASING);
	assert_int_equal(last.order.worker, 1);
	assert_int_equal(engine_stats(w.engine)->lost, 1);
}

static void a_worker_whose_lease_has_run_out_plans_nothing(void **state)
{
	(void)state;
	struct err e = {0};
	bool never = false;
	w.script.hold = COMMAND_RESERVE;
	sign_up("Bay Bikes", "", "");
	wait_until(last.order.id, ORDER_RESERVING);
	w.clock.boot_ms = 60000; /* it was asleep, and nothing has been renewed yet */
	assert_false(engine_is_ready(w.engine, &e));
	assert_int_equal(e.code, ERR_STORE_UNAVAILABLE);
	int64_t version = last.order.version;
	w.script.hold = COMMAND_COUNT;
	deliver(w.script.held);
	w.script.held = NULL;
	(void)loop_run_until(w.loop, &never, 200);
	wait_until(last.order.id, ORDER_RESERVING);
	assert_int_equal(last.order.version, version);
	assert_int_equal(w.script.asked[COMMAND_BUY], 0);
	w.clock.boot_ms = 0; /* as good as renewed */
	wait_until(last.order.id, ORDER_ACTIVE);
	assert_int_equal(w.script.asked[COMMAND_BUY], 1);
}

/* --- what the carrier knows and the database does not --- */

/* The sign-up that this key makes, at the carrier and gone from the database. */
static void forget_a_purchase(const char *key, char ret_number[NUMBER_BYTES])
{
	sign_up("Bay Bikes", key, "");
	wait_until(last.order.id, ORDER_ACTIVE);
	struct carrier_order *o = &w.script.known[0];
	*o = (struct carrier_order){.status = CARRIER_ORDER_SUCCESS, .id = "an-order"};
	TEXT_COPY(o->reference, w.script.reference);
	TEXT_COPY(o->number, last.order.number);
	text_copy(ret_number, NUMBER_BYTES, last.order.number);
	w.script.known_count = 1;
	w.script.known_ms = clock_wall_ms(clock_machine());
}

static void restart(bool is_empty)
{
	close_world();
	if (is_empty)
		name_database();
	w.script.asked[COMMAND_BUY] = 0;
	open_world();
}

static bool is_frozen(void)
{
	struct engine_control control;
	engine_get_control(w.engine, &control);
	return control.store.frozen_at_ms > 0;
}

static void a_lost_database_freezes_and_the_same_key_finds_its_number_again(void **state)
{
	(void)state;
	char number[NUMBER_BYTES];
	w.secret = "a secret that is no secret";
	restart(true);
	forget_a_purchase("key-one", number);
	restart(true);
	run_until(is_frozen);
	sign_up("Bay Bikes", "key-one", "");
	wait_until(last.order.id, ORDER_ACTIVE);
	assert_string_equal(last.order.number, number);
	assert_int_equal(w.script.asked[COMMAND_BUY], 0);
}

static void what_a_person_saw_before_the_thaw_does_not_freeze_again(void **state)
{
	(void)state;
	char number[NUMBER_BYTES];
	w.secret = "a secret that is no secret";
	restart(true);
	forget_a_purchase("key-one", number);
	restart(true);
	run_until(is_frozen);
	thaw();
	restart(false);
	sign_up("Cycle Shop", "key-two", "");
	wait_until(last.order.id, ORDER_ACTIVE);
	assert_false(is_frozen());
}

static int64_t beyond_all_lag_ms;

static bool is_beyond_all_lag(void)
{
	return clock_wall_ms(clock_machine()) > beyond_all_lag_ms;
}

static void a_key_whose_account_lists_none_of_our_orders_freezes(void **state)
{
	(void)state;
	w.settle_ms = 1; /* no list lags five times so long */
	restart(true);
	sign_up("Bay Bikes", "", "");
	wait_until(last.order.id, ORDER_ACTIVE);
	w.script.known[0] = (struct carrier_order){.status = CARRIER_ORDER_SUCCESS, .id = "o"};
	TEXT_COPY(w.script.known[0].reference, w.script.reference);
	TEXT_COPY(w.script.known[0].number, last.order.number);
	w.script.known_count = 1;
	w.script.known_ms = clock_wall_ms(clock_machine());
	restart(false);
	sign_up("Cycle Shop", "", "");
	wait_until(last.order.id, ORDER_ACTIVE);
	assert_false(is_frozen()); /* it lists one of the two */
	beyond_all_lag_ms = clock_wall_ms(clock_machine()) + 5;
	run_until(is_beyond_all_lag);
	w.script.known_count = 0;
	restart(false);
	run_until(is_frozen);
	struct engine_control control;
	engine_get_control(w.engine, &control);
	assert_non_null(strstr(control.store.reason, "another account"));
	thaw();
	restart(false);
	sign_up("Wheel House", "", "");
	wait_until(last.order.id, ORDER_ACTIVE);
	assert_false(is_frozen()); /* a person has looked */
}

static void nothing_is_bought_before_the_carriers_orders_were_seen(void **state)
{
	(void)state;
	w.script.listing_fails = 1;
	restart(false);
	sign_up("Bay Bikes", "", "");
	char id[ID_BYTES];
	TEXT_COPY(id, last.order.id);
	wait_until_frozen(id);
	assert_int_equal(w.script.asked[COMMAND_BUY], 0);
	wait_until(id, ORDER_ACTIVE);
	assert_true(w.script.listings >= 2);
}

static void another_secret_than_the_databases_is_refused(void **state)
{
	(void)state;
	struct store_lease holder;
	struct err e = {0};
	struct engine *engine = engine_new(&(struct engine_options){.loop = w.loop,
		.clock = clock_machine(),
		.store = w.store,
		.carrier = &w.script.carrier,
		.voice = &w.script.voice,
		.settle_ms = w.settle_ms,
		.instance_secret = "another secret altogether"});
	assert_int_equal(engine_start(engine, "", &holder, &e), ERR_CONFIG);
	assert_non_null(strstr(e.message, "NUMBERD_INSTANCE_SECRET"));
	assert_null(strstr(e.message, "altogether"));
	engine_free(engine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD(a_signup_ends_active_with_one_purchase),
		WORLD(the_same_key_and_body_is_the_same_signup_and_another_body_is_refused),
		WORLD(the_same_customers_second_signup_is_refused_naming_the_first),
		WORLD(two_signups_never_pin_the_same_number),
		WORLD(an_existing_number_of_another_signup_is_refused),
		WORLD(after_a_restart_an_open_purchase_is_looked_for_before_anything_else),
		WORLD(cancelling_an_active_signup_now_gives_the_number_back),
		WORLD(what_is_not_there_cannot_be_cancelled),
		WORLD(a_failed_signup_can_be_tried_again),
		WORLD(an_unclear_purchase_that_did_not_happen_is_repeated_for_the_same_number),
		WORLD(a_webhook_by_reference_has_its_order_read_at_once),
		WORLD(a_webhook_by_the_carriers_order_has_its_order_read_at_once),
		WORLD(a_repeated_webhook_has_no_second_effect),
		WORLD(a_webhook_of_somebody_elses_order_is_stored_without_effect),
		WORLD(a_webhook_that_comes_when_all_is_over_changes_nothing),
		WORLD(the_timeline_is_whole_in_order_and_chained),
		WORLD(a_frozen_signup_is_taken_on_and_waits_and_goes_on_after_the_thaw),
		WORLD(a_freeze_outlives_the_process),
		WORLD(a_freeze_between_plan_and_first_byte_stops_the_order),
		WORLD(what_has_left_before_the_freeze_is_counted),
		WORLD(a_freeze_by_another_process_stops_the_next_order),
		WORLD(frozen_nothing_is_released_until_the_thaw),
		WORLD(a_worker_that_takes_over_looks_for_the_open_purchase),
		WORLD(a_worker_whose_save_comes_too_late_drops_the_signup),
		WORLD(a_signup_can_be_cancelled_at_a_worker_that_never_had_it),
		WORLD(a_signup_can_be_cancelled_at_a_worker_that_does_not_know_that_it_lost_it),
		WORLD(a_worker_whose_lease_has_run_out_plans_nothing),
		WORLD(a_lost_database_freezes_and_the_same_key_finds_its_number_again),
		WORLD(what_a_person_saw_before_the_thaw_does_not_freeze_again),
		WORLD(a_key_whose_account_lists_none_of_our_orders_freezes),
		WORLD(nothing_is_bought_before_the_carriers_orders_were_seen),
		WORLD(another_secret_than_the_databases_is_refused),
	};
	id_init();
	log_set_level(LOG_ERROR);
	return CHECK_MAIN(tests);
}
