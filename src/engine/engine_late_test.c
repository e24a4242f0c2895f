/* engine_late_test.c - what comes late: the first byte, answers, saves and timers after the
 * engine has stopped, has lost the sign-up, or wants something else by now. */
#include "engine/engine_test_kit.h"

#include <sqlite3.h>

static void do_beside(const char *sql)
{
	sqlite3 *db;
	char *why = NULL;
	assert_int_equal(sqlite3_open(w.url + strlen("sqlite:"), &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", sql, why);
	sqlite3_close(db);
}

/* --- the first byte --- */

static bool is_gate_open(void)
{
	return w.script.gate(w.script.gate_arg);
}

static bool is_gate_shut(void)
{
	return !is_gate_open();
}

/* The purchase is handed to the carrier, whose connection does not stand yet. */
static void reach_the_gate(void)
{
	w.script.keeps_gate = true;
	reach_an_open_purchase();
	assert_true(is_gate_open());
}

static void nothing_leaves_after_the_lease_has_run_out(void **state)
{
	(void)state;
	reach_the_gate();
	w.clock.boot_ms = 27000; /* planned not too long ago, but the lease is over */
	assert_true(is_gate_shut());
	w.clock.boot_ms = 0;
}

static void nothing_leaves_after_the_engine_has_stopped(void **state)
{
	(void)state;
	reach_the_gate();
	engine_stop(w.engine);
	assert_true(is_gate_shut());
}

static void nothing_leaves_for_a_signup_that_another_worker_has(void **state)
{
	(void)state;
	reach_the_gate();
	another_worker_takes_over();
	last.is_done = false;
	engine_cancel(w.engine, last.order.id, false, told, NULL);
	run_until(is_gate_shut); /* the save was refused: it is being read again */
	run_until(is_lost);
	assert_true(is_gate_shut());
}

/* Somebody wrote to the row beside us: it is read again, and looked for. */
static void nothing_leaves_that_is_not_asked_any_more(void **state)
{
	(void)state;
	reach_the_gate();
	do_beside("UPDATE signups SET version=version+1");
	last.is_done = false;
	engine_cancel(w.engine, last.order.id, false, told, NULL);
	wait_until(last.order.id, ORDER_RELEASING); /* it was bought, as the look shows */
	assert_true(is_gate_shut());
}

/* --- after the end --- */

static void what_was_stored_while_stopping_is_answered_and_goes_on_at_the_next_start(void **state)
{
	(void)state;
	struct wish wish = {.email = "a@b.example",
		.business_phone = "415 555 0123",
		.business_name = "Bay Bikes",
		.source = "api"};
	last.is_done = false;
	engine_signup(w.engine, &wish, signed_up, NULL);
	close_world();
	assert_true(last.is_done);
	assert_int_equal(last.err.code, ERR_OK);
	assert_int_equal(w.script.asked[COMMAND_CHECK], 0);
	open_world();
	wait_until(last.order.id, ORDER_ACTIVE);
}

static void what_is_wanted_while_stopping_is_refused_or_done_but_never_half(void **state)
{
	(void)state;
	for (int is_asleep = 0; is_asleep < 2; is_asleep++) {
		w.script.is_pending = true;
		sign_up(is_asleep ? "Bay Boats" : "Bay Bikes", "", "");
		wait_until(last.order.id, ORDER_ORDERED);
		w.other = open_engine(&w.other_clock);
		swap_workers();
		last.is_done = false;
		engine_cancel(w.engine, last.order.id, false, told, NULL);
		if (is_asleep)
			w.other_clock.boot_ms = 60000;
		close_world();
		assert_true(last.is_done);
		assert_int_equal(last.err.code, ERR_STORE_CONFLICT);
		w.other_clock.boot_ms = 0;
		open_world();
		engine_get(w.engine, last.order.id, told, NULL);
		last.is_done = false;
		assert_true(loop_run_until(w.loop, &last.is_done, WAIT_MS));
		assert_false(last.order.cancel_wanted);
	}
}

static void a_timer_after_the_end_does_nothing(void **state)
{
	(void)state;
	w.script.is_pending = true;
	sign_up("Bay Bikes", "", "");
	wait_until(last.order.id, ORDER_ORDERED);
	engine_stop(w.engine);
	run_for_ms(50); /* the first answers, then its next look */
	int asked = w.script.asked[COMMAND_READ_ORDER];
	run_for_ms(100);
	assert_int_equal(w.script.asked[COMMAND_READ_ORDER], asked);
}

/* --- what is not there, or not ours to say --- */

static void before_the_lease_no_signup_is_taken(void **state)
{
	(void)state;
	struct engine *begun = w.engine;
	w.engine = engine_new(&(struct engine_options){.loop = w.loop,
		.clock = &w.clock.clock,
		.store = w.store,
		.carrier = &w.script.carrier,
		.voice = &w.script.voice,
		.settle_ms = w.settle_ms});
	sign_up("Bay Bikes", "", "");
	assert_int_equal(last.err.code, ERR_STORE_LOCKED);
	engine_stop(w.engine);
	engine_free(w.engine);
	w.engine = begun;
}

static void ask_for(const char *id, void (*how)(const char *id))
{
	last.is_done = false;
	how(id);
	assert_true(loop_run_until(w.loop, &last.is_done, WAIT_MS));
}

static void get(const char *id)
{
	engine_get(w.engine, id, told, NULL);
}

static void let_go(const char *id)
{
	engine_resolve(w.engine, id, RESOLVE_LET_GO, told, NULL);
}

static void cancel(const char *id)
{
	engine_cancel(w.engine, id, false, told, NULL);
}

static void what_is_not_there_cannot_be_read(void **state)
{
	(void)state;
	ask_for("su_00000000000000000000000000", get);
	assert_int_equal(last.err.code, ERR_NOT_FOUND);
}

static void a_persons_answer_needs_a_question(void **state)
{
	(void)state;
	sign_up("Bay Bikes", "", "");
	wait_until(last.order.id, ORDER_ACTIVE);
	ask_for(last.order.id, let_go);
	assert_int_equal(last.err.code, ERR_CONFLICT);
}

static void cancelling_what_is_cancelled_changes_nothing_and_is_no_error(void **state)
{
	(void)state;
	w.script.hold = COMMAND_SEARCH;
	sign_up("Bay Bikes", "", "");
	ask_for(last.order.id, cancel);
	assert_int_equal(last.order.state, ORDER_CANCELLED);
	int64_t version = last.order.version;
	ask_for(last.order.id, cancel);
	assert_int_equal(last.err.code, ERR_OK);
	ask_for(last.order.id, get);
	assert_int_equal(last.order.state, ORDER_CANCELLED);
	assert_true(last.order.version <= version + 1); /* the claim's, at most */
}

static void a_watch_hears_of_its_own_signup_only(void **state)
{
	(void)state;
	struct waiting other = {.wanted = ORDER_ACTIVE};
	struct engine_watch *watch =
		engine_watch(w.engine, "su_00000000000000000000000000", saw, &other);
	struct engine_watch *newer =
		engine_watch(w.engine, "su_00000000000000000000000001", saw, &other);
	sign_up("Bay Bikes", "", "");
	wait_until(last.order.id, ORDER_ACTIVE);
	assert_false(other.is_there);
	engine_unwatch(w.engine, watch); /* not the newest */
	engine_unwatch(w.engine, newer);
}

/* --- what is learned --- */

static void refuse_again(void *arg, const struct order *order, const struct store_event *event)
{
	(void)arg;
	(void)event;
	if (order->state == ORDER_RESERVING)
		w.script.refuse[COMMAND_BUY] = ERR_CARRIER_NOT_OFFERED;
}

static void a_way_to_buy_that_is_not_offered_is_not_tried_by_the_next_signup(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		sign_up(i ? "Bay Boats" : "Bay Bikes", "", "");
		struct engine_watch *watch =
			engine_watch(w.engine, last.order.id, refuse_again, NULL);
		wait_until(last.order.id, ORDER_FAILED);
		engine_unwatch(w.engine, watch);
		assert_int_equal(last.order.error.code, ERR_CARRIER_NOT_OFFERED);
		assert_int_equal(w.script.asked[COMMAND_BUY], i ? 3 : 2);
	}
}

static bool has_taken_one(void)
{
	return engine_stats(w.engine)->taken == 1;
}

static void a_damaged_row_is_left_alone_and_the_others_go_on(void **state)
{
	(void)state;
	char good[ID_BYTES];
	w.script.is_pending = true;
	sign_up("Bay Bikes", "", "");
	wait_until(last.order.id, ORDER_ORDERED);
	TEXT_COPY(good, last.order.id);
	sign_up("Bay Boats", "", "");
	wait_until(last.order.id, ORDER_ORDERED);
	close_world();
	do_beside("UPDATE signups SET mode='steal' WHERE business_name='Bay Boats'");
	open_world();
	run_until(has_taken_one);
	wait_until(good, ORDER_ORDERED);
}

/* --- frozen in between --- */

static void freeze_when_planned(
	void *arg, const struct order *order, const struct store_event *event)
{
	(void)event;
	if (order->state == ORDER_BUYING && !*(bool *)arg)
		freeze_now();
	*(bool *)arg |= order->state == ORDER_BUYING;
}

/* The plan is durable, and the switch is turned before it is acted on. */
static void frozen_between_the_save_and_the_sending_nothing_is_handed_to_the_carrier(void **state)
{
	(void)state;
	bool is_planned = false;
	sign_up("Bay Bikes", "", "");
	struct engine_watch *watch =
		engine_watch(w.engine, last.order.id, freeze_when_planned, &is_planned);
	assert_true(loop_run_until(w.loop, &is_planned, WAIT_MS));
	assert_true(loop_run_until(w.loop, &turned.is_done, WAIT_MS));
	wait_until(last.order.id, ORDER_RESERVING);
	engine_unwatch(w.engine, watch);
	assert_int_equal(w.script.asked[COMMAND_BUY], 0);
	assert_int_equal(last.order.attempts_on_pin, 0);
	turned.is_done = false;
	engine_thaw(w.engine, take_turn, NULL);
	wait_until(last.order.id, ORDER_ACTIVE);
	assert_int_equal(w.script.asked[COMMAND_BUY], 1);
}

/* What costs nothing is not what a freeze waits for. */
static void an_import_under_way_is_no_spending_in_flight(void **state)
{
	(void)state;
	struct engine_control control;
	w.script.hold = COMMAND_IMPORT;
	sign_up("Bay Bikes", "", "");
	wait_until(last.order.id, ORDER_IMPORTING);
	engine_get_control(w.engine, &control);
	assert_int_equal(control.in_flight, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD(nothing_leaves_after_the_lease_has_run_out),
		WORLD(nothing_leaves_after_the_engine_has_stopped),
		WORLD(nothing_leaves_for_a_signup_that_another_worker_has),
		WORLD(nothing_leaves_that_is_not_asked_any_more),
		WORLD(what_was_stored_while_stopping_is_answered_and_goes_on_at_the_next_start),
		WORLD(what_is_wanted_while_stopping_is_refused_or_done_but_never_half),
		WORLD(a_timer_after_the_end_does_nothing),
		WORLD(before_the_lease_no_signup_is_taken),
		WORLD(what_is_not_there_cannot_be_read),
		WORLD(a_persons_answer_needs_a_question),
		WORLD(cancelling_what_is_cancelled_changes_nothing_and_is_no_error),
		WORLD(a_watch_hears_of_its_own_signup_only),
		WORLD(a_way_to_buy_that_is_not_offered_is_not_tried_by_the_next_signup),
		WORLD(a_damaged_row_is_left_alone_and_the_others_go_on),
		WORLD(frozen_between_the_save_and_the_sending_nothing_is_handed_to_the_carrier),
		WORLD(an_import_under_way_is_no_spending_in_flight),
	};
	return CHECK_MAIN(tests);
}
