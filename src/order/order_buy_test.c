/* order_buy_test.c - pinning, reserving, ordering, following the order. */
#include "order/order_test_kit.h"

static void a_number_that_goes_before_it_was_ordered_is_followed_by_the_next(void **state)
{
	(void)state;
	start_fresh();
	pass_checks();
	find_two();
	refuse(COMMAND_RESERVE, ERR_CARRIER_NUMBER_GONE);
	assert_string_equal(now.number, "+14155550102");
	assert_int_equal(now.attempt_no, 0);
}

static void the_order_waits_for_the_disk(void **state)
{
	(void)state;
	reach_buying();
	assert_int_equal(step.save, SAVE_FIRST);
	assert_true(step.touches_attempt);
	assert_string_equal(step.commands[0].reference, "nb1-abcdef-aaaaaaaaaaaaaaaaaaaa-1");
}

static void a_reservation_waits_for_the_pin_to_be_durable(void **state)
{
	(void)state;
	start_fresh();
	pass_checks();
	find_two();
	assert_true(asks(COMMAND_RESERVE));
	assert_int_equal(step.save, SAVE_FIRST);
}

static void an_outage_while_reserving_is_waited_out(void **state)
{
	(void)state;
	start_fresh();
	pass_checks();
	find_two();
	now_ms += rules.settle_ms * 2;
	refuse(COMMAND_RESERVE, ERR_CARRIER_UNCLEAR);
	assert_int_equal(now.state, ORDER_PARKED);
	now_ms = now.due_ms;
	happen((struct event){.kind = EVENT_TIMER});
	assert_true(asks(COMMAND_RESERVE));
}

static void an_order_that_never_left_is_sent_again_as_a_new_attempt(void **state)
{
	(void)state;
	reach_buying();
	refuse(COMMAND_BUY, ERR_CARRIER_DOWN);
	assert_int_equal(now.attempts_on_pin, 0);
	now_ms = now.due_ms;
	happen((struct event){.kind = EVENT_TIMER});
	assert_true(asks(COMMAND_RESERVE));
	tell(COMMAND_RESERVE, (struct answer){.reserved_until_ms = now_ms + 1800000});
	assert_int_equal(now.attempt.no, 2);
	assert_string_equal(now.number, "+14155550101");
}

static void orders_that_never_leave_wait_longer_and_park(void **state)
{
	(void)state;
	rules.may_reserve = false;
	start_fresh();
	pass_checks();
	find_two();
	int attempts = 0;
	for (; now.state != ORDER_PARKED && attempts < 1000; attempts++) {
		refuse(COMMAND_BUY, ERR_CARRIER_DOWN);
		if (now.state == ORDER_PARKED)
			break;
		now_ms = now.due_ms;
		happen((struct event){.kind = EVENT_TIMER});
	}
	assert_int_equal(now.state, ORDER_PARKED);
	assert_true(attempts < 20);
	now_ms = now.due_ms;
	happen((struct event){.kind = EVENT_TIMER});
	assert_true(asks(COMMAND_BUY)); /* an outage: it goes on by itself */
}

static void a_method_not_offered_gives_way_to_the_next_for_the_same_number(void **state)
{
	(void)state;
	reach_buying();
	refuse(COMMAND_BUY, ERR_CARRIER_NOT_OFFERED);
	assert_int_equal(now.attempt.outcome, OUTCOME_REFUSED);
	now_ms = now.due_ms;
	happen((struct event){.kind = EVENT_TIMER});
	tell(COMMAND_RESERVE, (struct answer){.reserved_until_ms = now_ms + 1800000});
	assert_int_equal(now.state, ORDER_BUYING);
	assert_int_equal(now.attempt.method, METHOD_PHONE_NUMBERS);
	assert_string_equal(now.attempt.number, "+14155550101");
	refuse(COMMAND_BUY, ERR_CARRIER_NOT_OFFERED);
	assert_int_equal(now.state, ORDER_FAILED);
	assert_string_equal(now.error.message, "they said so");
}

static void after_a_restart_an_open_attempt_is_looked_for_not_sent_again(void **state)
{
	(void)state;
	reach_buying();
	happen((struct event){.kind = EVENT_RESUME});
	assert_int_equal(now.state, ORDER_UNCLEAR);
	assert_true(asks(COMMAND_LOOK));
	assert_false(asks(COMMAND_BUY));
	assert_int_equal(now.attempt.outcome, OUTCOME_UNKNOWN);
}

static void a_pending_order_is_read_until_active_and_parked_when_stuck(void **state)
{
	(void)state;
	reach_buying();
	tell(COMMAND_BUY, (struct answer){.order_status = CARRIER_ORDER_PENDING, .order_id = "o"});
	assert_true(asks(COMMAND_READ_ORDER) && asks(COMMAND_FIND_VOICE));
	tell(COMMAND_READ_ORDER, (struct answer){.order_status = CARRIER_ORDER_PENDING});
	assert_int_equal(now.state, ORDER_ORDERED);
	now_ms += rules.settle_ms * 5;
	happen((struct event){.kind = EVENT_TIMER});
	tell(COMMAND_READ_ORDER, (struct answer){.order_status = CARRIER_ORDER_PENDING});
	assert_int_equal(now.state, ORDER_PARKED);
	assert_int_equal(now.error.code, ERR_CARRIER_ORDER_STUCK);
	assert_string_equal(now.number, "+14155550101");
}

/* What a webhook does: it is believed in nothing, and the order is read at once. */
static void a_hint_has_a_pending_order_read_at_once_and_soon_again(void **state)
{
	(void)state;
	reach_buying();
	tell(COMMAND_BUY, (struct answer){.order_status = CARRIER_ORDER_PENDING, .order_id = "o"});
	for (int i = 0; i < 9; i++) {
		tell(COMMAND_READ_ORDER, (struct answer){.order_status = CARRIER_ORDER_PENDING});
		assert_true(now.due_ms > now_ms);
		if (i < 8)
			happen((struct event){.kind = EVENT_TIMER});
	}
	assert_true(now.due_ms - now_ms >= 2500);
	happen((struct event){.kind = EVENT_HINT});
	assert_true(asks(COMMAND_READ_ORDER));
	assert_int_equal(now.state, ORDER_ORDERED);
	assert_int_equal(step.save, SAVE_NOTHING);
	happen((struct event){.kind = EVENT_HINT}); /* while it is being read */
	assert_int_equal(step.command_count, 0);
	tell(COMMAND_READ_ORDER, (struct answer){.order_status = CARRIER_ORDER_PENDING});
	assert_true(now.due_ms - now_ms <= 400);
}

static void an_order_that_fails_by_its_id_is_followed_by_the_next_number(void **state)
{
	(void)state;
	reach_buying();
	tell(COMMAND_BUY, (struct answer){.order_status = CARRIER_ORDER_PENDING, .order_id = "o"});
	let_the_order_fail();
	assert_int_equal(now.state, ORDER_RESERVING);
	assert_string_equal(now.number, "+14155550102");
	assert_int_equal(now.error.code, ERR_OK);
}

static void after_a_failed_order_a_number_that_cannot_be_reserved_is_planned_on_its_own(
	void **state)
{
	(void)state;
	start_fresh();
	pass_checks();
	struct candidate plain = for_sale("+14155550102");
	plain.is_reservable = false;
	const struct candidate two[] = {for_sale("+14155550101"), plain};
	find_at(LADDER_SAME_AREA_CODE, 1, 2, two);
	tell(COMMAND_RESERVE, (struct answer){.reserved_until_ms = now_ms + 1800000});
	tell(COMMAND_BUY, (struct answer){.order_status = CARRIER_ORDER_PENDING, .order_id = "o"});
	let_the_order_fail();
	assert_string_equal(now.number, "+14155550102");
	assert_true(asks(COMMAND_BUY));
}

static void a_reservation_that_may_not_be_renewed_keeps_the_pin_and_asks_a_person(void **state)
{
	(void)state;
	reach_unclear();
	now.reserved_until_ms = now_ms;
	now_ms += rules.settle_ms;
	look_and_see_nothing();
	assert_true(asks(COMMAND_RESERVE));
	refuse(COMMAND_RESERVE, ERR_CARRIER_LEVEL);
	assert_int_equal(now.state, ORDER_PARKED);
	assert_string_equal(now.number, "+14155550101");
	assert_int_equal(now.attempts_on_pin, 1);
}

static void a_restart_after_cancelling_looks_instead_of_reserving_again(void **state)
{
	(void)state;
	reach_unclear();
	now.reserved_until_ms = now_ms;
	now_ms += rules.settle_ms;
	look_and_see_nothing();
	assert_int_equal(now.state, ORDER_RESERVING);
	happen((struct event){.kind = EVENT_CANCEL});
	happen((struct event){.kind = EVENT_RESUME});
	assert_int_equal(now.state, ORDER_UNCLEAR);
	assert_true(asks(COMMAND_LOOK));
	assert_false(asks(COMMAND_RESERVE));
}

static void where_no_way_to_buy_is_offered_it_fails_with_nothing_owned(void **state)
{
	(void)state;
	rules.is_offered[METHOD_PHONE_NUMBERS] = false;
	reach_buying();
	refuse(COMMAND_BUY, ERR_CARRIER_NOT_OFFERED);
	assert_int_equal(now.state, ORDER_FAILED);
	assert_int_equal(now.error.code, ERR_CARRIER_NOT_OFFERED);
}

static void cancelled_where_the_way_to_buy_is_not_offered_nothing_was_bought(void **state)
{
	(void)state;
	reach_buying();
	happen((struct event){.kind = EVENT_CANCEL});
	assert_int_equal(now.state, ORDER_BUYING);
	refuse(COMMAND_BUY, ERR_CARRIER_NOT_OFFERED);
	assert_int_equal(now.state, ORDER_CANCELLED);
}

static void reach_second_attempt(void)
{
	reach_unclear();
	now_ms += rules.settle_ms;
	look_and_see_nothing();
	assert_int_equal(now.state, ORDER_BUYING);
	assert_int_equal(now.attempts_on_pin, 2);
}

static void a_way_that_is_not_offered_says_nothing_of_the_attempt_before_it(void **state)
{
	(void)state;
	for (int is_cancelled = 0; is_cancelled < 2; is_cancelled++) {
		rules.is_offered[METHOD_PHONE_NUMBERS] = false;
		reach_second_attempt();
		if (is_cancelled)
			happen((struct event){.kind = EVENT_CANCEL});
		refuse(COMMAND_BUY, ERR_CARRIER_NOT_OFFERED);
		assert_int_equal(now.state, ORDER_UNCLEAR);
		assert_int_equal(now.attempts_on_pin, 1);
		now_ms += 2 * rules.settle_ms;
		look_and_see_nothing();
		assert_int_equal(now.state, ORDER_UNCLEAR); /* and no third is sent that way */
		assert_string_equal(now.number, "+14155550101");
	}
}

static void cancelled_before_the_order_left_it_ends_with_nothing_bought(void **state)
{
	(void)state;
	reach_buying();
	happen((struct event){.kind = EVENT_CANCEL});
	refuse(COMMAND_BUY, ERR_CARRIER_DOWN);
	assert_int_equal(now.state, ORDER_CANCELLED);
	assert_string_equal(now.number, "");
}

static void cancelled_while_a_second_order_did_not_leave_the_first_is_still_looked_for(void **state)
{
	(void)state;
	reach_second_attempt();
	happen((struct event){.kind = EVENT_CANCEL});
	refuse(COMMAND_BUY, ERR_CARRIER_DOWN);
	assert_string_equal(now.number, "+14155550101");
	assert_int_equal(now.attempts_on_pin, 1);
	now_ms = now.due_ms;
	happen((struct event){.kind = EVENT_TIMER});
	assert_true(asks(COMMAND_LOOK));
	assert_false(asks(COMMAND_BUY));
}

static void a_wait_is_as_long_as_the_carrier_asks_for(void **state)
{
	(void)state;
	start_fresh();
	tell(COMMAND_CHECK, (struct answer){.code = ERR_CARRIER_LIMITED, .retry_after_ms = 90000});
	assert_int_equal(now.due_ms - now_ms, 90000);
}

static void waits_shrink_with_the_settle_time_but_never_to_nothing(void **state)
{
	(void)state;
	rules.settle_ms = 100;
	start_fresh();
	refuse(COMMAND_CHECK, ERR_CARRIER_DOWN);
	assert_int_equal(now.due_ms - now_ms, 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RULE(a_number_that_goes_before_it_was_ordered_is_followed_by_the_next),
		RULE(the_order_waits_for_the_disk),
		RULE(a_reservation_waits_for_the_pin_to_be_durable),
		RULE(an_outage_while_reserving_is_waited_out),
		RULE(an_order_that_never_left_is_sent_again_as_a_new_attempt),
		RULE(orders_that_never_leave_wait_longer_and_park),
		RULE(a_method_not_offered_gives_way_to_the_next_for_the_same_number),
		RULE(after_a_restart_an_open_attempt_is_looked_for_not_sent_again),
		RULE(a_pending_order_is_read_until_active_and_parked_when_stuck),
		RULE(a_hint_has_a_pending_order_read_at_once_and_soon_again),
		RULE(an_order_that_fails_by_its_id_is_followed_by_the_next_number),
		RULE(after_a_failed_order_a_number_that_cannot_be_reserved_is_planned_on_its_own),
		RULE(a_reservation_that_may_not_be_renewed_keeps_the_pin_and_asks_a_person),
		RULE(a_restart_after_cancelling_looks_instead_of_reserving_again),
		RULE(where_no_way_to_buy_is_offered_it_fails_with_nothing_owned),
		RULE(cancelled_where_the_way_to_buy_is_not_offered_nothing_was_bought),
		RULE(a_way_that_is_not_offered_says_nothing_of_the_attempt_before_it),
		RULE(cancelled_before_the_order_left_it_ends_with_nothing_bought),
		RULE(cancelled_while_a_second_order_did_not_leave_the_first_is_still_looked_for),
		RULE(a_wait_is_as_long_as_the_carrier_asks_for),
		RULE(waits_shrink_with_the_settle_time_but_never_to_nothing),
	};
	return CHECK_MAIN(tests);
}
