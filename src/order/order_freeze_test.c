/* order_freeze_test.c - the switch that stops all spending. */
#include "order/order_test_kit.h"

static void freeze(void)
{
	rules.is_frozen = true;
	rules.frozen_reason = "too many at night";
}

static void assert_waits_for_the_thaw(enum order_state state)
{
	assert_int_equal(now.state, state);
	assert_int_equal(now.error.code, ERR_FROZEN);
	assert_string_equal(now.error.message, "spending is frozen: too many at night");
	assert_int_equal(step.command_count, 0);
	assert_true(now.due_ms > now_ms && now.due_ms <= now_ms + 10000);
}

/* Timers come and go for three days. */
static void wait_three_days(enum order_state state)
{
	for (int64_t end_ms = now_ms + 3 * 86400000LL; now_ms < end_ms; now_ms += 600000) {
		happen((struct event){.kind = EVENT_TIMER});
		assert_waits_for_the_thaw(state);
		assert_int_equal(step.save, SAVE_NOTHING);
	}
}

static void frozen_before_the_order_it_waits_without_end_and_goes_on_after_the_thaw(void **state)
{
	(void)state;
	freeze();
	start_fresh();
	pass_checks();
	find_two();
	assert_waits_for_the_thaw(ORDER_RESERVING);
	assert_int_equal(step.save, SAVE_SOON); /* that it waits is told once */
	wait_three_days(ORDER_RESERVING);
	rules.is_frozen = false;
	happen((struct event){.kind = EVENT_TIMER});
	assert_true(asks(COMMAND_RESERVE));
	assert_int_equal(now.error.code, ERR_OK);
	tell(COMMAND_RESERVE, (struct answer){.reserved_until_ms = now_ms + 1800000});
	assert_true(asks(COMMAND_BUY));
}

static void frozen_while_the_reservation_is_asked_no_order_is_planned(void **state)
{
	(void)state;
	start_fresh();
	pass_checks();
	find_two();
	freeze();
	tell(COMMAND_RESERVE, (struct answer){.reserved_until_ms = NOW_MS + 1800000});
	assert_waits_for_the_thaw(ORDER_RESERVING);
	assert_int_equal(now.attempt_no, 0);
	/* It may still be cancelled: nothing was ordered. */
	happen((struct event){.kind = EVENT_CANCEL});
	assert_int_equal(now.state, ORDER_CANCELLED);
}

static void frozen_without_a_reservation_no_order_is_planned(void **state)
{
	(void)state;
	rules.may_reserve = false;
	freeze();
	start_fresh();
	pass_checks();
	find_two();
	assert_waits_for_the_thaw(ORDER_RESERVING);
	rules.is_frozen = false;
	happen((struct event){.kind = EVENT_TIMER});
	assert_true(asks(COMMAND_BUY));
}

static void an_order_that_was_not_sent_for_the_freeze_waits_and_is_planned_anew(void **state)
{
	(void)state;
	reach_buying();
	freeze();
	now.held_up_ms = now_ms - 86400000; /* long in trouble for another reason */
	refuse(COMMAND_BUY, ERR_FROZEN);
	assert_int_equal(now.state, ORDER_RESERVING);
	assert_int_equal(now.attempts_on_pin, 0);
	happen((struct event){.kind = EVENT_TIMER});
	assert_waits_for_the_thaw(ORDER_RESERVING);
	wait_three_days(ORDER_RESERVING);
	rules.is_frozen = false;
	happen((struct event){.kind = EVENT_TIMER});
	tell(COMMAND_RESERVE, (struct answer){.reserved_until_ms = now_ms + 1800000});
	assert_true(asks(COMMAND_BUY));
	assert_int_equal(now.attempt_no, 2);
}

static void frozen_while_unclear_it_looks_on_but_orders_nothing_and_parks_not(void **state)
{
	(void)state;
	reach_unclear();
	freeze();
	for (int64_t end_ms = now_ms + 86400000; now_ms < end_ms; now_ms += 60000) {
		look_and_see_nothing();
		assert_int_equal(now.state, ORDER_UNCLEAR);
		assert_false(asks(COMMAND_RESERVE) || asks(COMMAND_BUY));
		assert_true(now.due_ms > now_ms);
	}
	/* Nor while looking fails all day. */
	for (int64_t end_ms = now_ms + 86400000; now_ms < end_ms; now_ms += 600000) {
		happen((struct event){.kind = EVENT_TIMER});
		refuse(COMMAND_LOOK, ERR_CARRIER_DOWN);
		assert_int_equal(now.state, ORDER_UNCLEAR);
	}
	rules.is_frozen = false;
	now_ms += 60000;
	look_and_see_nothing();
	assert_true(asks(COMMAND_RESERVE)); /* the same number again, not parked */
	assert_int_equal(now.state, ORDER_RESERVING);
}

static void frozen_it_takes_what_turns_out_to_be_bought(void **state)
{
	(void)state;
	reach_unclear();
	freeze();
	tell(COMMAND_LOOK, owned());
	tell(COMMAND_READ_ORDER, owned());
	assert_int_equal(now.state, ORDER_PROVISIONING);
	tell(COMMAND_FIND_VOICE, (struct answer){0});
	assert_true(asks(COMMAND_IMPORT)); /* costs nothing */
}

static void frozen_nothing_is_given_back(void **state)
{
	(void)state;
	order_matrix_sample(ORDER_ACTIVE, &now);
	freeze();
	happen((struct event){.kind = EVENT_CANCEL, .is_now = true});
	assert_waits_for_the_thaw(ORDER_RELEASING);
	wait_three_days(ORDER_RELEASING);
	rules.is_frozen = false;
	happen((struct event){.kind = EVENT_TIMER});
	assert_true(asks(COMMAND_RELEASE_VOICE));
	assert_int_equal(now.error.code, ERR_OK);
}

static void frozen_in_the_middle_of_giving_back_it_stops_and_counts_no_try(void **state)
{
	(void)state;
	order_matrix_sample(ORDER_RELEASING, &now);
	now.voice_id[0] = '\0';
	now.is_voice_searched = true;
	tell(COMMAND_READ_NUMBER, owned());
	assert_true(asks(COMMAND_RELEASE_NUMBER));
	assert_int_equal(now.releases, 1);
	freeze();
	refuse(COMMAND_RELEASE_NUMBER, ERR_FROZEN);
	assert_int_equal(now.releases, 0);
	now_ms = now.due_ms;
	happen((struct event){.kind = EVENT_TIMER});
	assert_waits_for_the_thaw(ORDER_RELEASING);
}

/* The undo time goes on, and a cancelling may be taken back, frozen or not. */
static void a_thaw_does_not_shorten_the_undo_time(void **state)
{
	(void)state;
	order_matrix_sample(ORDER_ACTIVE, &now);
	freeze();
	happen((struct event){.kind = EVENT_CANCEL});
	assert_int_equal(now.due_ms, now_ms + rules.undo_ms);
	assert_int_equal(now.error.code, ERR_OK); /* so that a thaw does not wake it */
	happen((struct event){.kind = EVENT_RETRY});
	assert_int_equal(now.state, ORDER_VERIFYING);
}

static void frozen_without_a_word_it_says_just_that(void **state)
{
	(void)state;
	static const char *const reasons[] = {NULL, ""};
	for (size_t i = 0; i < COUNT_OF(reasons); i++) {
		start_fresh();
		rules.is_frozen = true;
		rules.frozen_reason = reasons[i];
		pass_checks();
		find_two();
		assert_int_equal(now.error.code, ERR_FROZEN);
		assert_string_equal(now.error.message, "spending is frozen");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RULE(frozen_before_the_order_it_waits_without_end_and_goes_on_after_the_thaw),
		RULE(frozen_while_the_reservation_is_asked_no_order_is_planned),
		RULE(frozen_without_a_reservation_no_order_is_planned),
		RULE(an_order_that_was_not_sent_for_the_freeze_waits_and_is_planned_anew),
		RULE(frozen_while_unclear_it_looks_on_but_orders_nothing_and_parks_not),
		RULE(frozen_it_takes_what_turns_out_to_be_bought),
		RULE(frozen_nothing_is_given_back),
		RULE(frozen_in_the_middle_of_giving_back_it_stops_and_counts_no_try),
		RULE(a_thaw_does_not_shorten_the_undo_time),
		RULE(frozen_without_a_word_it_says_just_that),
	};
	return CHECK_MAIN(tests);
}
