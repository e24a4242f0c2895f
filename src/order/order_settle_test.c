/* order_settle_test.c - what is unclear: looking, believing, parking, a person's answers, a
 * database out of a backup. */
#include "order/order_test_kit.h"

#include <string.h>

static void a_refused_number_that_was_reserved_is_never_let_go(void **state)
{
	(void)state;
	reach_buying();
	refuse(COMMAND_BUY, ERR_CARRIER_NUMBER_GONE);
	for (int i = 0; i < 8; i++) {
		now_ms += rules.settle_ms / 2;
		look_and_see_nothing();
		assert_string_equal(now.number, "+14155550101");
		assert_false(asks(COMMAND_BUY));
	}
	now_ms += rules.settle_ms * 8;
	look_and_see_nothing();
	assert_int_equal(now.state, ORDER_PARKED);
	assert_int_equal(now.error.code, ERR_PURCHASE_UNCLEAR);
}

static void a_refused_number_that_was_not_reserved_is_let_go_after_two_looks_apart(void **state)
{
	(void)state;
	rules.may_reserve = false;
	start_fresh();
	pass_checks();
	find_two();
	refuse(COMMAND_BUY, ERR_CARRIER_NUMBER_GONE);
	assert_true(asks(COMMAND_LOOK) && asks(COMMAND_OFFER));
	tell(COMMAND_OFFER, (struct answer){.candidate_count = 0});
	look_and_see_nothing();
	assert_string_equal(now.number, "+14155550101");
	now_ms += rules.settle_ms / 4;
	look_and_see_nothing();
	assert_string_equal(now.number, "+14155550101");
	now_ms += rules.settle_ms / 4;
	look_and_see_nothing();
	assert_string_equal(now.number, "+14155550102");
}

static void a_refused_number_still_for_sale_is_ordered_again(void **state)
{
	(void)state;
	reach_buying();
	refuse(COMMAND_BUY, ERR_CARRIER_NUMBER_GONE);
	tell(COMMAND_OFFER, (struct answer){.candidate_count = 1});
	look_and_see_nothing();
	assert_int_equal(now.state, ORDER_BUYING);
	assert_string_equal(now.attempt.number, "+14155550101");
	assert_int_equal(now.attempt.no, 2);
}

static void an_unclear_purchase_is_looked_for_and_only_the_same_number_ordered_again(void **state)
{
	(void)state;
	reach_unclear();
	look_and_see_nothing();
	assert_int_equal(now.state, ORDER_UNCLEAR);
	now_ms += rules.settle_ms;
	look_and_see_nothing();
	assert_int_equal(now.state, ORDER_BUYING);
	assert_string_equal(now.number, "+14155550101");
	assert_int_equal(now.attempts_on_pin, 2);
}

static void an_unclear_purchase_is_parked_after_three_attempts(void **state)
{
	(void)state;
	reach_unclear();
	for (int i = 0; i < 2; i++) {
		now_ms += rules.settle_ms;
		look_and_see_nothing();
		assert_int_equal(now.state, ORDER_BUYING);
		refuse(COMMAND_BUY, ERR_CARRIER_UNCLEAR);
	}
	now_ms += rules.settle_ms * 8;
	look_and_see_nothing();
	assert_int_equal(now.state, ORDER_PARKED);
	assert_string_equal(now.number, "+14155550101");
}

static void looks_that_keep_failing_end_with_a_person(void **state)
{
	(void)state;
	reach_unclear();
	refuse(COMMAND_LOOK, ERR_CARRIER_DOWN);
	assert_int_equal(now.state, ORDER_UNCLEAR);
	now_ms += rules.settle_ms * 8;
	happen((struct event){.kind = EVENT_TIMER});
	refuse(COMMAND_LOOK, ERR_CARRIER_DOWN);
	assert_int_equal(now.state, ORDER_PARKED);
	assert_string_equal(now.number, "+14155550101");
}

static void a_parked_purchase_is_adopted_when_it_shows(void **state)
{
	(void)state;
	an_unclear_purchase_is_parked_after_three_attempts(state);
	now_ms = now.due_ms;
	happen((struct event){.kind = EVENT_TIMER});
	assert_true(asks(COMMAND_LOOK));
	tell(COMMAND_LOOK, owned());
	tell(COMMAND_LOOK, owned());
	assert_int_equal(now.state, ORDER_ORDERED);
}

static void a_refusal_of_the_account_is_parked_with_its_reason(void **state)
{
	(void)state;
	reach_buying();
	refuse(COMMAND_BUY, ERR_CARRIER_FUNDS);
	for (int i = 0; i < 3 && now.state != ORDER_PARKED; i++) {
		look_and_see_nothing();
		now_ms += rules.settle_ms / 4;
	}
	assert_int_equal(now.state, ORDER_PARKED);
	assert_int_equal(now.error.code, ERR_CARRIER_FUNDS);
	assert_string_equal(now.number, "+14155550101");
}

/* Two attempts for one number: the first is still open at the carrier, the
 * second ended.  Only when both have ended may the number go. */
static void one_failed_order_counts_once_and_every_reference_is_looked_for(void **state)
{
	(void)state;
	reach_unclear();
	now_ms += rules.settle_ms;
	look_and_see_nothing();
	assert_int_equal(now.attempt_no, 2);
	tell(COMMAND_BUY,
		(struct answer){.order_status = CARRIER_ORDER_PENDING, .order_id = "two"});
	tell(COMMAND_READ_ORDER, (struct answer){.order_status = CARRIER_ORDER_ENDED});
	assert_int_equal(now.state, ORDER_UNCLEAR);
	assert_string_equal(now.number, "+14155550101");
	assert_string_equal(step.commands[0].reference, "nb1-abcdef-aaaaaaaaaaaaaaaaaaaa-1");
	look_and_see_nothing();
	happen((struct event){.kind = EVENT_TIMER});
	assert_string_equal(step.commands[0].reference, "nb1-abcdef-aaaaaaaaaaaaaaaaaaaa-2");
	look_and_see_nothing();
	now_ms += rules.settle_ms / 2;
	happen((struct event){.kind = EVENT_TIMER});
	assert_string_equal(step.commands[0].reference, "nb1-abcdef-aaaaaaaaaaaaaaaaaaaa-1");
	assert_int_equal(order_unknown(&now), 1);
	tell(COMMAND_LOOK, (struct answer){.order_status = CARRIER_ORDER_ENDED, .order_id = "one"});
	assert_int_equal(order_unknown(&now), 0);
	assert_string_equal(now.number, "+14155550101");
	for (int i = 0; i < 4; i++) {
		assert_string_equal(now.number, "+14155550101");
		now_ms += rules.settle_ms / 4;
		if (now.asked[COMMAND_LOOK] == 0)
			happen((struct event){.kind = EVENT_TIMER});
		tell(COMMAND_LOOK, (struct answer){.order_status = CARRIER_ORDER_ENDED});
	}
	assert_string_equal(now.number, "+14155550102");
}

static void cancelling_while_reserving_again_goes_back_to_looking(void **state)
{
	(void)state;
	reach_unclear();
	now.reserved_until_ms = now_ms;
	now_ms += rules.settle_ms;
	look_and_see_nothing();
	assert_true(asks(COMMAND_RESERVE));
	happen((struct event){.kind = EVENT_CANCEL});
	tell(COMMAND_RESERVE, (struct answer){.reserved_until_ms = now_ms + 1800000});
	assert_int_equal(now.state, ORDER_UNCLEAR);
	assert_false(asks(COMMAND_BUY));
}

static void a_reservation_that_went_is_looked_for_slowly_and_ends_with_a_person(void **state)
{
	(void)state;
	reach_unclear();
	now.reserved_until_ms = now_ms;
	now_ms += rules.settle_ms;
	int steps = 0;
	for (; now.state != ORDER_PARKED && steps < 400; steps++) {
		if (now.asked[COMMAND_RESERVE] != 0)
			refuse(COMMAND_RESERVE, ERR_CARRIER_NUMBER_GONE);
		else if (now.asked[COMMAND_LOOK] != 0)
			tell(COMMAND_LOOK, (struct answer){.order_status = CARRIER_ORDER_NONE});
		else {
			assert_true(now.due_ms > now_ms);
			now_ms = now.due_ms;
			happen((struct event){.kind = EVENT_TIMER});
		}
	}
	assert_int_equal(now.state, ORDER_PARKED);
	assert_true(steps < 100);
}

static void a_number_of_somebody_else_in_our_list_is_not_made_active(void **state)
{
	(void)state;
	reach_buying();
	tell(COMMAND_BUY, (struct answer){.order_status = CARRIER_ORDER_PENDING, .order_id = "o"});
	struct answer a = owned();
	TEXT_COPY(a.number_reference, "nb1-abcdef-bbbbbbbbbbbbbbbbbbbb-1");
	a.order_status = CARRIER_ORDER_ENDED;
	tell(COMMAND_READ_ORDER, a);
	assert_int_equal(now.state, ORDER_PARKED);
	assert_false(now.is_owned);
}

static void a_retry_after_funds_were_added_orders_the_same_number_again(void **state)
{
	(void)state;
	a_refusal_of_the_account_is_parked_with_its_reason(state);
	happen((struct event){.kind = EVENT_RETRY});
	now_ms += rules.settle_ms;
	look_and_see_nothing();
	assert_int_equal(now.state, ORDER_BUYING);
	assert_string_equal(now.number, "+14155550101");
}

static void a_refused_purchase_that_never_showed_can_be_cancelled(void **state)
{
	(void)state;
	a_refusal_of_the_account_is_parked_with_its_reason(state);
	happen((struct event){.kind = EVENT_CANCEL});
	assert_int_equal(now.state, ORDER_CANCELLED);
	assert_string_equal(now.number, "");
}

static void a_purchase_found_by_looking_is_adopted(void **state)
{
	(void)state;
	reach_unclear();
	tell(COMMAND_LOOK,
		(struct answer){.order_status = CARRIER_ORDER_PENDING, .order_id = "an-order"});
	assert_int_equal(now.state, ORDER_ORDERED);
	assert_string_equal(now.order_id, "an-order");
}

static void a_number_owned_under_another_reference_is_not_taken_over(void **state)
{
	(void)state;
	reach_unclear();
	struct answer a = owned();
	TEXT_COPY(a.number_reference, "somebody-else");
	tell(COMMAND_LOOK, a);
	assert_int_equal(now.state, ORDER_PARKED);
}

static void too_many_requests_does_not_let_go_of_the_number(void **state)
{
	(void)state;
	reach_buying();
	tell(COMMAND_BUY, (struct answer){.code = ERR_CARRIER_LIMITED, .retry_after_ms = 3000});
	assert_int_equal(now.state, ORDER_UNCLEAR);
	now_ms += 3001;
	look_and_see_nothing();
	assert_int_equal(now.state, ORDER_BUYING);
	assert_string_equal(now.number, "+14155550101");
}

/* A gateway repeated our order: the copy failed because the first one sold. */
static void a_failed_order_is_believed_only_after_two_looks_for_a_copy_of_it(void **state)
{
	(void)state;
	reach_buying();
	tell(COMMAND_BUY,
		(struct answer){.order_status = CARRIER_ORDER_PENDING, .order_id = "copy"});
	tell(COMMAND_READ_ORDER, (struct answer){.order_status = CARRIER_ORDER_ENDED});
	assert_int_equal(now.state, ORDER_UNCLEAR);
	assert_int_equal(now.error.code, ERR_CARRIER_ORDER_FAILED);
	now_ms += rules.settle_ms / 4;
	tell(COMMAND_LOOK, (struct answer){.order_status = CARRIER_ORDER_ENDED});
	assert_string_equal(now.number, "+14155550101");
	now_ms += rules.settle_ms / 8; /* too soon to count */
	happen((struct event){.kind = EVENT_TIMER});
	tell(COMMAND_LOOK, (struct answer){.order_status = CARRIER_ORDER_ENDED});
	assert_string_equal(now.number, "+14155550101");
	now_ms += rules.settle_ms / 8;
	happen((struct event){.kind = EVENT_TIMER});
	struct answer a = owned();
	a.order_status = CARRIER_ORDER_SUCCESS;
	TEXT_COPY(a.order_id, "first");
	tell(COMMAND_LOOK, a);
	assert_int_equal(now.state, ORDER_ORDERED);
	assert_string_equal(now.order_id, "first");
}

static void a_list_that_does_not_show_the_failed_order_yet_proves_nothing(void **state)
{
	(void)state;
	reach_buying();
	tell(COMMAND_BUY, (struct answer){.order_status = CARRIER_ORDER_PENDING, .order_id = "o"});
	tell(COMMAND_READ_ORDER, (struct answer){.order_status = CARRIER_ORDER_ENDED});
	for (int i = 0; i < 6; i++) {
		now_ms += rules.settle_ms;
		look_and_see_nothing();
		assert_string_equal(now.number, "+14155550101");
		assert_false(asks(COMMAND_BUY) || asks(COMMAND_RESERVE));
	}
	now_ms += 2 * rules.settle_ms;
	look_and_see_nothing();
	assert_int_equal(now.state, ORDER_PARKED);
}

static void a_failed_order_is_not_ordered_again(void **state)
{
	(void)state;
	reach_buying();
	tell(COMMAND_BUY, (struct answer){.order_status = CARRIER_ORDER_PENDING, .order_id = "o"});
	tell(COMMAND_READ_ORDER, (struct answer){.order_status = CARRIER_ORDER_ENDED});
	now_ms += rules.settle_ms; /* late for the first look, so that "settled" is true */
	tell(COMMAND_LOOK, (struct answer){.order_status = CARRIER_ORDER_ENDED});
	assert_int_equal(now.state, ORDER_UNCLEAR);
	assert_false(asks(COMMAND_BUY) || asks(COMMAND_RESERVE));
}

static void reach_parked(void)
{
	reach_unclear();
	for (int i = 0; now.state != ORDER_PARKED && i < 400; i++) {
		if (now.asked[COMMAND_BUY] != 0)
			refuse(COMMAND_BUY, ERR_CARRIER_UNCLEAR);
		else if (now.asked[COMMAND_RESERVE] != 0)
			tell(COMMAND_RESERVE,
				(struct answer){.reserved_until_ms = now_ms + 1800000});
		else if (now.asked[COMMAND_LOOK] != 0)
			tell(COMMAND_LOOK, (struct answer){.order_status = CARRIER_ORDER_NONE});
		else {
			now_ms = now.due_ms;
			happen((struct event){.kind = EVENT_TIMER});
		}
	}
	assert_int_equal(now.state, ORDER_PARKED);
	assert_int_equal(now.attempts_on_pin, ORDER_ATTEMPTS_A_PIN);
}

static void answer_with(enum resolution resolution)
{
	happen((struct event){.kind = EVENT_RESOLVE, .resolution = resolution});
}

static void a_person_may_let_go_and_it_is_looked_for_once_more_before(void **state)
{
	(void)state;
	reach_parked();
	answer_with(RESOLVE_LET_GO);
	assert_int_equal(now.state, ORDER_UNCLEAR);
	assert_true(asks(COMMAND_LOOK));
	assert_string_equal(now.number, "+14155550101");
	refuse(COMMAND_LOOK, ERR_CARRIER_DOWN); /* nothing learned: still kept */
	assert_string_equal(now.number, "+14155550101");
	look_and_see_nothing();
	assert_string_equal(now.number, "+14155550102");
	assert_int_equal(now.attempts_on_pin, 0);
	assert_false(now.is_given_up);
}

static void what_shows_at_the_last_look_is_kept_whatever_the_person_said(void **state)
{
	(void)state;
	reach_parked();
	answer_with(RESOLVE_LET_GO);
	tell(COMMAND_LOOK, owned());
	assert_int_equal(now.state, ORDER_ORDERED);
	assert_string_equal(now.number, "+14155550101");
	assert_false(now.is_given_up); /* should it fail, that is settled like any other */
}

static void a_cancelled_signup_that_is_let_go_ends_cancelled(void **state)
{
	(void)state;
	reach_parked();
	happen((struct event){.kind = EVENT_CANCEL});
	assert_int_equal(now.state, ORDER_PARKED);
	answer_with(RESOLVE_LET_GO);
	look_and_see_nothing();
	assert_int_equal(now.state, ORDER_CANCELLED);
}

static void a_person_may_adopt_and_it_is_read_back_before_it_is_active(void **state)
{
	(void)state;
	a_number_of_somebody_else_in_our_list_is_not_made_active(state);
	answer_with(RESOLVE_ADOPT);
	assert_int_equal(now.state, ORDER_ORDERED);
	assert_true(asks(COMMAND_READ_ORDER));
	struct answer a = owned();
	TEXT_COPY(a.number_reference, "nb1-abcdef-bbbbbbbbbbbbbbbbbbbb-1");
	tell(COMMAND_READ_ORDER, a);
	assert_int_equal(now.state, ORDER_PROVISIONING);
	assert_true(now.is_owned);
}

static void waiting_goes_on_looking_and_parks_again(void **state)
{
	(void)state;
	reach_parked();
	answer_with(RESOLVE_WAIT);
	assert_int_equal(now.state, ORDER_UNCLEAR);
	look_and_see_nothing();
	assert_int_equal(now.state, ORDER_UNCLEAR);
	now_ms += 8 * rules.settle_ms;
	look_and_see_nothing();
	assert_int_equal(now.state, ORDER_PARKED);
	assert_string_equal(now.number, "+14155550101");
}

static void an_order_that_telnyx_still_has_is_not_let_go(void **state)
{
	(void)state;
	reach_buying();
	tell(COMMAND_BUY, (struct answer){.order_status = CARRIER_ORDER_PENDING, .order_id = "o"});
	now_ms += 10 * rules.settle_ms;
	tell(COMMAND_READ_ORDER, (struct answer){.order_status = CARRIER_ORDER_PENDING});
	assert_int_equal(now.state, ORDER_PARKED);
	answer_with(RESOLVE_LET_GO);
	assert_int_equal(step.verdict, VERDICT_REJECTED);
	assert_string_equal(now.number, "+14155550101");
}

static void only_a_parked_purchase_takes_a_persons_answer(void **state)
{
	(void)state;
	for (int i = 0; i < ORDER_STATE_COUNT; i++) {
		order_matrix_sample((enum order_state)i, &now);
		if (i == ORDER_PARKED)
			now.parked_from = ORDER_VERIFYING;
		for (int r = 0; r < RESOLUTION_COUNT; r++) {
			if (i == ORDER_PARKED && r == RESOLVE_WAIT)
				continue;
			answer_with((enum resolution)r);
			assert_int_equal(step.verdict, VERDICT_REJECTED);
		}
	}
}

static void find_upstream(int no, enum carrier_order_status status, const char *number)
{
	struct order_found found = {.no = no, .status = status, .order_id = "later"};
	TEXT_COPY(found.number, number);
	happen((struct event){.kind = EVENT_FOUND, .found = &found});
}

/* The database came out of a backup: Telnyx knows more than it does. */
static void an_order_that_the_database_forgot_is_adopted_when_nothing_else_is_pinned(void **state)
{
	(void)state;
	start_fresh();
	find_upstream(3, CARRIER_ORDER_SUCCESS, "+14155550177");
	assert_int_equal(now.state, ORDER_ORDERED);
	assert_string_equal(now.number, "+14155550177");
	assert_int_equal(now.attempt_no, 3);
	assert_string_equal(now.order_id, "later");
}

static void an_order_that_the_database_forgot_for_the_pinned_number_is_adopted(void **state)
{
	(void)state;
	reach_unclear();
	find_upstream(2, CARRIER_ORDER_PENDING, "+14155550101");
	assert_int_equal(now.state, ORDER_ORDERED);
	assert_int_equal(now.attempts_on_pin, 2);
}

static void an_order_that_the_database_forgot_for_another_number_stops_everything(void **state)
{
	(void)state;
	reach_unclear();
	find_upstream(4, CARRIER_ORDER_SUCCESS, "+14155550177");
	assert_int_equal(now.state, ORDER_PARKED);
	assert_int_equal(now.attempt_no, 4); /* no reference is ever used twice */
	assert_string_equal(now.number, "+14155550101");
}

static void what_the_database_knows_is_no_finding(void **state)
{
	(void)state;
	reach_unclear();
	find_upstream(1, CARRIER_ORDER_SUCCESS, "+14155550177");
	assert_int_equal(step.verdict, VERDICT_IGNORED);
	find_upstream(2, CARRIER_ORDER_ENDED, "+14155550177");
	assert_int_equal(now.state, ORDER_UNCLEAR);
	assert_int_equal(now.attempt_no, 2);
}

static void reach_gone_without_a_reservation(void)
{
	rules.may_reserve = false;
	start_fresh();
	pass_checks();
	find_two();
	refuse(COMMAND_BUY, ERR_CARRIER_NUMBER_GONE);
	assert_int_equal(now.state, ORDER_UNCLEAR);
}

static void a_refused_number_that_is_still_for_sale_is_not_somebody_elses(void **state)
{
	(void)state;
	reach_gone_without_a_reservation();
	now.attempts_on_pin = 1;
	for (int i = 0; i < 2; i++) {
		tell(COMMAND_OFFER, (struct answer){.candidate_count = 1});
		now_ms += rules.settle_ms / 4;
		look_and_see_nothing();
		if (asks(COMMAND_BUY))
			break;
	}
	assert_int_equal(now.state, ORDER_BUYING);
	assert_string_equal(now.attempt.number, "+14155550101");
}

static void a_cancelled_purchase_is_not_ordered_again_though_it_is_for_sale(void **state)
{
	(void)state;
	reach_buying();
	refuse(COMMAND_BUY, ERR_CARRIER_NUMBER_GONE);
	happen((struct event){.kind = EVENT_CANCEL});
	tell(COMMAND_OFFER, (struct answer){.candidate_count = 1});
	look_and_see_nothing();
	assert_int_equal(now.state, ORDER_UNCLEAR);
	assert_false(asks(COMMAND_BUY) || asks(COMMAND_RESERVE));
}

/* The first attempt may have bought it, and the second was told "gone". */
static void reach_unclear_then_gone(void)
{
	reach_unclear();
	now_ms += rules.settle_ms;
	look_and_see_nothing();
	refuse(COMMAND_BUY, ERR_CARRIER_NUMBER_GONE);
	assert_int_equal(now.state, ORDER_UNCLEAR);
	assert_int_equal(order_unknown(&now), 1);
	tell(COMMAND_OFFER, (struct answer){.candidate_count = 1});
}

static void an_offer_settles_what_one_unclear_and_one_refused_attempt_do_not(void **state)
{
	(void)state;
	reach_unclear_then_gone();
	look_and_see_nothing();
	assert_int_equal(now.state, ORDER_BUYING);
	assert_int_equal(now.attempt.no, 3);
	assert_string_equal(now.number, "+14155550101");
}

static void a_fourth_attempt_is_never_made_whatever_is_for_sale(void **state)
{
	(void)state;
	reach_unclear_then_gone();
	look_and_see_nothing();
	refuse(COMMAND_BUY, ERR_CARRIER_UNCLEAR);
	tell(COMMAND_OFFER, (struct answer){.candidate_count = 1});
	look_and_see_nothing();
	assert_int_equal(now.state, ORDER_UNCLEAR);
	assert_int_equal(now.attempts_on_pin, ORDER_ATTEMPTS_A_PIN);
	assert_string_equal(now.number, "+14155550101");
}

/* Refused and failed are two ends: only where both were looked through, and the
 * number was never ours alone, may it go. */
static void a_refused_and_a_failed_attempt_are_both_looked_through(void **state)
{
	(void)state;
	reach_gone_without_a_reservation();
	tell(COMMAND_OFFER, (struct answer){.candidate_count = 1});
	look_and_see_nothing();
	assert_int_equal(now.attempt.no, 2);
	tell(COMMAND_BUY, (struct answer){.order_status = CARRIER_ORDER_PENDING, .order_id = "o"});
	tell(COMMAND_READ_ORDER, (struct answer){.order_status = CARRIER_ORDER_ENDED});
	assert_int_equal(order_unknown(&now), 0);
	int looks = 0;
	for (; text_is(now.number, "+14155550101") && looks < 20; looks++) {
		assert_int_equal(now.state, ORDER_UNCLEAR);
		now_ms += rules.settle_ms / 4;
		if (now.asked[COMMAND_LOOK] == 0)
			happen((struct event){.kind = EVENT_TIMER});
		bool is_second = now.looked_no == 2;
		tell(COMMAND_LOOK, (struct answer){.order_status = is_second ? CARRIER_ORDER_ENDED
									     : CARRIER_ORDER_NONE});
	}
	assert_string_equal(now.number, "+14155550102");
	assert_int_equal(looks, 4);
}

static void after_funds_were_added_the_settle_time_is_waited_for_all_the_same(void **state)
{
	(void)state;
	a_refusal_of_the_account_is_parked_with_its_reason(state);
	assert_true(now_ms - now.sent_ms < rules.settle_ms);
	happen((struct event){.kind = EVENT_RETRY});
	look_and_see_nothing();
	assert_int_equal(now.state, ORDER_UNCLEAR);
	assert_false(asks(COMMAND_BUY) || asks(COMMAND_RESERVE));
	assert_true(now.due_ms > now_ms);
}

static void after_funds_were_added_the_same_number_is_ordered_again_but_not_while_frozen(
	void **state)
{
	(void)state;
	after_funds_were_added_the_settle_time_is_waited_for_all_the_same(state);
	rules.is_frozen = true;
	now_ms += rules.settle_ms;
	look_and_see_nothing();
	assert_int_equal(now.state, ORDER_UNCLEAR);
	assert_false(asks(COMMAND_BUY) || asks(COMMAND_RESERVE));
	rules.is_frozen = false;
	now_ms = now.due_ms;
	look_and_see_nothing();
	assert_true(asks(COMMAND_BUY) || asks(COMMAND_RESERVE));
	assert_string_equal(now.number, "+14155550101");
}

static void a_foreign_number_is_let_go_when_a_person_says_it_was_not_bought(void **state)
{
	(void)state;
	a_number_owned_under_another_reference_is_not_taken_over(state);
	answer_with(RESOLVE_LET_GO);
	struct answer a = owned();
	TEXT_COPY(a.number_reference, "somebody-else");
	tell(COMMAND_LOOK, a);
	assert_string_equal(now.number, "+14155550102");
	assert_int_equal(now.attempts_on_pin, 0);
}

/* The step that lets go writes down how the last attempt ended: the next one is
 * planned in a step of its own. */
static void what_is_let_go_with_its_last_look_is_followed_by_a_step_of_its_own(void **state)
{
	(void)state;
	start_fresh();
	pass_checks();
	struct candidate plain = for_sale("+14155550102");
	plain.is_reservable = false;
	const struct candidate two[] = {for_sale("+14155550101"), plain};
	find_at(LADDER_SAME_AREA_CODE, 1, 2, two);
	tell(COMMAND_RESERVE, (struct answer){.reserved_until_ms = now_ms + 1800000});
	refuse(COMMAND_BUY, ERR_CARRIER_UNCLEAR);
	happen((struct event){.kind = EVENT_TIMER});
	now.is_given_up = true;
	tell(COMMAND_LOOK, (struct answer){.order_status = CARRIER_ORDER_ENDED});
	assert_string_equal(now.number, "+14155550102");
	assert_int_equal(now.attempt.outcome, OUTCOME_FAILED);
	assert_true(step.touches_attempt);
	assert_int_equal(step.command_count, 0);
	now_ms = now.due_ms;
	happen((struct event){.kind = EVENT_TIMER});
	assert_true(asks(COMMAND_BUY));
	assert_int_equal(now.attempt.no, 2);
}

static void a_fourth_order_that_shows_upstream_is_adopted_with_the_pin_full(void **state)
{
	(void)state;
	reach_parked();
	find_upstream(4, CARRIER_ORDER_SUCCESS, "+14155550101");
	assert_int_equal(now.state, ORDER_ORDERED);
	assert_int_equal(now.attempts_on_pin, ORDER_ATTEMPTS_A_PIN);
	assert_int_equal(now.order_no, 4);
}

/* Whatever is pinned: what it bought cannot be told, so nothing more is bought. */
static void a_forgotten_order_for_several_numbers_stops_everything(void **state)
{
	(void)state;
	reach_unclear();
	find_upstream(2, CARRIER_ORDER_SUCCESS, "");
	assert_int_equal(now.state, ORDER_PARKED);
	assert_non_null(strstr(now.error.message, "several numbers"));
	start_fresh();
	find_upstream(1, CARRIER_ORDER_SUCCESS, "");
	assert_int_equal(now.state, ORDER_PARKED);
	assert_int_equal(now.attempt_no, 1);
}

static void a_parked_purchase_is_looked_for_a_day_and_then_only_by_hand(void **state)
{
	(void)state;
	reach_parked();
	int looks = 0;
	for (; looks < 2000; looks++) {
		now_ms = now.due_ms;
		happen((struct event){.kind = EVENT_TIMER});
		if (step.verdict == VERDICT_IGNORED)
			break;
		tell(COMMAND_LOOK, (struct answer){.order_status = CARRIER_ORDER_NONE});
		assert_int_equal(now.state, ORDER_PARKED);
	}
	assert_in_range(looks, 1000, 1500);
	answer_with(RESOLVE_WAIT);
	assert_true(asks(COMMAND_LOOK));
}

static void an_attempt_that_is_found_to_have_failed_is_saved_though_the_trouble_is_old(void **state)
{
	(void)state;
	reach_unclear();
	tell(COMMAND_LOOK, owned());
	assert_int_equal(now.state, ORDER_ORDERED);
	tell(COMMAND_READ_ORDER, (struct answer){.order_status = CARRIER_ORDER_ENDED});
	assert_int_equal(now.state, ORDER_UNCLEAR);
	assert_int_equal(now.pin_attempts[0].outcome, OUTCOME_UNKNOWN);
	tell(COMMAND_LOOK, (struct answer){.order_status = CARRIER_ORDER_ENDED});
	assert_int_equal(now.pin_attempts[0].outcome, OUTCOME_FAILED);
	assert_int_equal(step.save, SAVE_SOON);
}

static void an_order_for_another_number_is_settled_by_a_person_alone(void **state)
{
	(void)state;
	reach_unclear();
	find_upstream(4, CARRIER_ORDER_SUCCESS, "+14155550177");
	for (int i = 0; i < 20; i++) {
		now_ms += rules.settle_ms;
		happen((struct event){.kind = i % 5 == 4 ? EVENT_RESUME : EVENT_TIMER});
		if (now.asked[COMMAND_LOOK] != 0)
			tell(COMMAND_LOOK, (struct answer){.order_status = CARRIER_ORDER_ENDED});
		assert_int_equal(now.state, ORDER_PARKED);
		assert_false(asks(COMMAND_BUY));
	}
	find_upstream(5, CARRIER_ORDER_SUCCESS, "+14155550101");
	assert_int_equal(now.state, ORDER_PARKED); /* of two, neither is chosen */
	happen((struct event){.kind = EVENT_CANCEL});
	assert_int_equal(step.verdict, VERDICT_REJECTED); /* something was bought */
	happen((struct event){.kind = EVENT_RETRY});
	assert_int_equal(now.state, ORDER_UNCLEAR);
	happen((struct event){.kind = EVENT_CANCEL});
	assert_int_equal(step.verdict, VERDICT_APPLIED);
}

static void an_order_that_names_no_number_is_not_passed_over(void **state)
{
	(void)state;
	start_fresh();
	find_upstream(3, CARRIER_ORDER_SUCCESS, "");
	assert_int_equal(now.state, ORDER_PARKED);
	assert_int_equal(now.error.code, ERR_PURCHASE_UNCLEAR);
}

static void an_ended_order_whose_number_stays_pending_is_parked_once(void **state)
{
	(void)state;
	reach_buying();
	tell(COMMAND_BUY, (struct answer){.order_status = CARRIER_ORDER_PENDING, .order_id = "o"});
	struct answer pending = owned();
	pending.number_status = NUMBER_PENDING;
	pending.order_status = CARRIER_ORDER_ENDED;
	now_ms += 10 * rules.settle_ms;
	tell(COMMAND_READ_ORDER, pending);
	assert_int_equal(now.state, ORDER_PARKED);
	for (int i = 0; i < 20; i++) {
		now_ms = now.due_ms;
		happen((struct event){.kind = EVENT_TIMER});
		tell(COMMAND_READ_ORDER, pending);
		assert_int_equal(now.state, ORDER_PARKED);
	}
	happen((struct event){.kind = EVENT_TIMER});
	tell(COMMAND_READ_ORDER, owned());
	assert_int_equal(now.state, ORDER_ORDERED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RULE(an_ended_order_whose_number_stays_pending_is_parked_once),
		RULE(a_refused_number_that_was_reserved_is_never_let_go),
		RULE(a_refused_number_that_was_not_reserved_is_let_go_after_two_looks_apart),
		RULE(a_refused_number_still_for_sale_is_ordered_again),
		RULE(an_unclear_purchase_is_looked_for_and_only_the_same_number_ordered_again),
		RULE(an_unclear_purchase_is_parked_after_three_attempts),
		RULE(looks_that_keep_failing_end_with_a_person),
		RULE(a_parked_purchase_is_adopted_when_it_shows),
		RULE(a_refusal_of_the_account_is_parked_with_its_reason),
		RULE(one_failed_order_counts_once_and_every_reference_is_looked_for),
		RULE(cancelling_while_reserving_again_goes_back_to_looking),
		RULE(a_reservation_that_went_is_looked_for_slowly_and_ends_with_a_person),
		RULE(a_number_of_somebody_else_in_our_list_is_not_made_active),
		RULE(a_retry_after_funds_were_added_orders_the_same_number_again),
		RULE(a_refused_purchase_that_never_showed_can_be_cancelled),
		RULE(a_purchase_found_by_looking_is_adopted),
		RULE(a_number_owned_under_another_reference_is_not_taken_over),
		RULE(too_many_requests_does_not_let_go_of_the_number),
		RULE(a_failed_order_is_believed_only_after_two_looks_for_a_copy_of_it),
		RULE(a_list_that_does_not_show_the_failed_order_yet_proves_nothing),
		RULE(a_failed_order_is_not_ordered_again),
		RULE(a_person_may_let_go_and_it_is_looked_for_once_more_before),
		RULE(what_shows_at_the_last_look_is_kept_whatever_the_person_said),
		RULE(a_cancelled_signup_that_is_let_go_ends_cancelled),
		RULE(a_person_may_adopt_and_it_is_read_back_before_it_is_active),
		RULE(waiting_goes_on_looking_and_parks_again),
		RULE(an_order_that_telnyx_still_has_is_not_let_go),
		RULE(only_a_parked_purchase_takes_a_persons_answer),
		RULE(an_order_that_the_database_forgot_is_adopted_when_nothing_else_is_pinned),
		RULE(an_order_that_the_database_forgot_for_the_pinned_number_is_adopted),
		RULE(an_order_that_the_database_forgot_for_another_number_stops_everything),
		RULE(what_the_database_knows_is_no_finding),
		RULE(a_refused_number_that_is_still_for_sale_is_not_somebody_elses),
		RULE(a_cancelled_purchase_is_not_ordered_again_though_it_is_for_sale),
		RULE(an_offer_settles_what_one_unclear_and_one_refused_attempt_do_not),
		RULE(a_fourth_attempt_is_never_made_whatever_is_for_sale),
		RULE(a_refused_and_a_failed_attempt_are_both_looked_through),
		RULE(after_funds_were_added_the_settle_time_is_waited_for_all_the_same),
		RULE(after_funds_were_added_the_same_number_is_ordered_again_but_not_while_frozen),
		RULE(a_foreign_number_is_let_go_when_a_person_says_it_was_not_bought),
		RULE(what_is_let_go_with_its_last_look_is_followed_by_a_step_of_its_own),
		RULE(a_fourth_order_that_shows_upstream_is_adopted_with_the_pin_full),
		RULE(a_forgotten_order_for_several_numbers_stops_everything),
		RULE(a_parked_purchase_is_looked_for_a_day_and_then_only_by_hand),
		RULE(an_attempt_that_is_found_to_have_failed_is_saved_though_the_trouble_is_old),
		RULE(an_order_for_another_number_is_settled_by_a_person_alone),
		RULE(an_order_that_names_no_number_is_not_passed_over),
	};
	return CHECK_MAIN(tests);
}
