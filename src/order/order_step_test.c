/* order_step_test.c - the rules of the core, each as a sentence. */
#include "tests/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "order/order_matrix.h"

#define NOW_MS 1800000000000

static struct order_rules rules;
static struct step step;
static struct order now; /* the order under test */
static int64_t now_ms;

static int reset(void **state)
{
	(void)state;
	rules = (struct order_rules){.settle_ms = 120000,
		.max_upfront_cents = 200,
		.max_monthly_cents = 200,
		.may_reserve = true,
		.is_offered = {true, true},
		.undo_ms = 86400000};
	now_ms = NOW_MS;
	return 0;
}

static void happen(struct event event)
{
	event.now_ms = now_ms;
	event.rules = &rules;
	order_step(&now, &event, &step);
	now = step.order;
}

static void tell(enum command_kind kind, struct answer answer)
{
	happen((struct event){.kind = EVENT_ANSWER,
		.answers = kind,
		.round = now.asked[kind],
		.answer = &answer});
}

static void refuse(enum command_kind kind, enum err_code code)
{
	tell(kind, (struct answer){.code = code, .message = "they said so", .retry_after_ms = -1});
}

static bool asks(enum command_kind kind)
{
	for (int i = 0; i < step.command_count; i++)
		if (step.commands[i].kind == kind)
			return true;
	return false;
}

static struct candidate for_sale(const char *number)
{
	struct candidate c = {.upfront_cents = 100,
		.monthly_cents = 100,
		.currency = "USD",
		.is_reservable = true};
	TEXT_COPY(c.number, number);
	return c;
}

static void start_fresh(void)
{
	order_matrix_sample(ORDER_RECEIVED, &now);
	now_ms = NOW_MS;
	happen((struct event){.kind = EVENT_START});
}

static void pass_checks(void)
{
	tell(COMMAND_CHECK, (struct answer){.available_cents = 1000});
	tell(COMMAND_TRACE, (struct answer){.order_status = CARRIER_ORDER_NONE});
}

static void find_two(void)
{
	tell(COMMAND_SEARCH,
		(struct answer){.candidate_count = 2,
			.candidates = {for_sale("+14155550101"), for_sale("+14155550102")}});
}

static void reach_buying(void)
{
	start_fresh();
	pass_checks();
	find_two();
	tell(COMMAND_RESERVE, (struct answer){.reserved_until_ms = NOW_MS + 1800000});
	assert_int_equal(now.state, ORDER_BUYING);
}

static void reach_unclear(void)
{
	reach_buying();
	refuse(COMMAND_BUY, ERR_CARRIER_UNCLEAR);
	assert_int_equal(now.state, ORDER_UNCLEAR);
}

static void look_and_see_nothing(void)
{
	if (now.asked[COMMAND_LOOK] == 0)
		happen((struct event){.kind = EVENT_TIMER});
	tell(COMMAND_LOOK, (struct answer){.order_status = CARRIER_ORDER_NONE});
}

/* An order that failed, and two looks that show no copy of it. */
static void let_the_order_fail(void)
{
	tell(COMMAND_READ_ORDER, (struct answer){.order_status = CARRIER_ORDER_ENDED});
	assert_int_equal(now.state, ORDER_UNCLEAR);
	for (int i = 0; i < 2; i++) {
		now_ms += rules.settle_ms / 4;
		if (now.asked[COMMAND_LOOK] == 0)
			happen((struct event){.kind = EVENT_TIMER});
		tell(COMMAND_LOOK, (struct answer){.order_status = CARRIER_ORDER_ENDED});
	}
}

static struct answer owned(void)
{
	struct answer a = {.number_status = NUMBER_ACTIVE,
		.number_id = "1293384261075731499",
		.status_word = "active"};
	order_reference(&now, now.attempt_no, a.number_reference);
	return a;
}

static void reach_provisioning(void)
{
	reach_buying();
	tell(COMMAND_BUY, (struct answer){.order_status = CARRIER_ORDER_PENDING, .order_id = "o"});
	tell(COMMAND_READ_ORDER, owned());
	assert_int_equal(now.state, ORDER_PROVISIONING);
}

static void a_signup_is_checked_traced_and_searched_side_by_side(void **state)
{
	(void)state;
	start_fresh();
	assert_int_equal(now.state, ORDER_SEARCHING);
	assert_true(asks(COMMAND_CHECK) && asks(COMMAND_TRACE) && asks(COMMAND_SEARCH));
	assert_string_equal(now.place.npa, "415");
}

static void nothing_is_pinned_before_every_cheap_check_has_passed(void **state)
{
	(void)state;
	start_fresh();
	find_two();
	assert_string_equal(now.number, "");
	tell(COMMAND_TRACE, (struct answer){.order_status = CARRIER_ORDER_NONE});
	assert_string_equal(now.number, "");
	tell(COMMAND_CHECK, (struct answer){.available_cents = 1000});
	assert_string_equal(now.number, "+14155550101");
	assert_true(asks(COMMAND_RESERVE));
}

static void a_definite_no_of_a_check_ends_it_with_nothing_owned(void **state)
{
	(void)state;
	start_fresh();
	refuse(COMMAND_CHECK, ERR_CARRIER_AUTH);
	assert_int_equal(now.state, ORDER_FAILED);
	assert_int_equal(now.error.code, ERR_CARRIER_AUTH);
}

static void a_balance_below_the_price_ends_it_before_the_money(void **state)
{
	(void)state;
	start_fresh();
	tell(COMMAND_CHECK, (struct answer){.available_cents = 199});
	tell(COMMAND_TRACE, (struct answer){.order_status = CARRIER_ORDER_NONE});
	find_two();
	assert_int_equal(now.state, ORDER_FAILED);
	assert_int_equal(now.error.code, ERR_CARRIER_FUNDS);
}

static void a_price_above_the_ceiling_is_not_paid(void **state)
{
	(void)state;
	start_fresh();
	pass_checks();
	struct candidate dear = for_sale("+14155550101");
	dear.monthly_cents = 201;
	tell(COMMAND_SEARCH, (struct answer){.candidate_count = 1, .candidates = {dear}});
	assert_int_equal(now.state, ORDER_FAILED);
	assert_int_equal(now.error.code, ERR_CARRIER_PRICE);
}

static void an_empty_area_code_leads_to_the_country_and_then_to_a_clear_end(void **state)
{
	(void)state;
	start_fresh();
	pass_checks();
	refuse(COMMAND_SEARCH, ERR_CARRIER_NO_NUMBERS);
	assert_int_equal(now.place.rung, LADDER_SAME_COUNTRY);
	assert_string_equal(now.place.country, "US");
	assert_true(asks(COMMAND_SEARCH));
	refuse(COMMAND_SEARCH, ERR_CARRIER_NO_NUMBERS);
	assert_int_equal(now.state, ORDER_FAILED);
	assert_int_equal(now.error.code, ERR_CARRIER_NO_NUMBERS);
}

static void the_search_stops_at_the_highest_rung_allowed(void **state)
{
	(void)state;
	order_matrix_sample(ORDER_RECEIVED, &now);
	now.max_rung = LADDER_SAME_AREA_CODE;
	happen((struct event){.kind = EVENT_START});
	pass_checks();
	refuse(COMMAND_SEARCH, ERR_CARRIER_NO_NUMBERS);
	assert_int_equal(now.state, ORDER_FAILED);
}

static void an_outage_is_never_read_as_no_stock(void **state)
{
	(void)state;
	start_fresh();
	pass_checks();
	refuse(COMMAND_SEARCH, ERR_CARRIER_DOWN);
	assert_int_equal(now.state, ORDER_SEARCHING);
	assert_int_equal(now.place.rung, LADDER_SAME_AREA_CODE);
	assert_true(now.due_ms > now_ms);
}

static void a_long_outage_needs_attention_and_goes_on_by_itself(void **state)
{
	(void)state;
	start_fresh();
	pass_checks();
	now_ms += rules.settle_ms + 1;
	refuse(COMMAND_SEARCH, ERR_CARRIER_DOWN);
	assert_int_equal(now.state, ORDER_PARKED);
	now_ms = now.due_ms;
	happen((struct event){.kind = EVENT_TIMER});
	assert_int_equal(now.state, ORDER_SEARCHING);
	assert_true(asks(COMMAND_SEARCH));
}

static void a_phone_without_a_place_needs_input_and_goes_on_with_an_area_code(void **state)
{
	(void)state;
	order_matrix_sample(ORDER_RECEIVED, &now);
	TEXT_COPY(now.area_code, "");
	happen((struct event){.kind = EVENT_START});
	assert_int_equal(now.state, ORDER_NEEDS_INPUT);
	happen((struct event){.kind = EVENT_RETRY, .area_code = "416", .country = "CA"});
	assert_int_equal(now.state, ORDER_SEARCHING);
	assert_string_equal(now.place.npa, "416");
	assert_string_equal(now.place.country, "CA");
}

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

static void after_a_failed_order_a_number_that_cannot_be_reserved_is_planned_on_its_own(
	void **state)
{
	(void)state;
	start_fresh();
	pass_checks();
	struct candidate plain = for_sale("+14155550102");
	plain.is_reservable = false;
	tell(COMMAND_SEARCH, (struct answer){.candidate_count = 2,
				     .candidates = {for_sale("+14155550101"), plain}});
	tell(COMMAND_RESERVE, (struct answer){.reserved_until_ms = now_ms + 1800000});
	tell(COMMAND_BUY, (struct answer){.order_status = CARRIER_ORDER_PENDING, .order_id = "o"});
	let_the_order_fail();
	assert_string_equal(now.number, "+14155550102");
	assert_true(asks(COMMAND_BUY));
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

static void imports_that_never_leave_wait_longer_and_park(void **state)
{
	(void)state;
	reach_provisioning();
	int imports = 0;
	for (; now.state != ORDER_PARKED && imports < 1000; imports++) {
		tell(COMMAND_FIND_VOICE, (struct answer){.code = ERR_OK});
		refuse(COMMAND_IMPORT, ERR_VOICE_DOWN);
		if (now.state == ORDER_PARKED)
			break;
		now_ms = now.due_ms;
		happen((struct event){.kind = EVENT_TIMER});
	}
	assert_int_equal(now.state, ORDER_PARKED);
	assert_true(imports < 20);
}

static void the_undo_time_goes_on_over_a_restart(void **state)
{
	(void)state;
	order_matrix_sample(ORDER_ACTIVE, &now);
	happen((struct event){.kind = EVENT_CANCEL});
	int64_t due_ms = now.due_ms;
	happen((struct event){.kind = EVENT_RESUME});
	assert_int_equal(step.verdict, VERDICT_APPLIED);
	assert_int_equal(now.due_ms, due_ms);
	assert_int_equal(step.command_count, 0);
	now_ms = due_ms;
	happen((struct event){.kind = EVENT_TIMER});
	assert_true(asks(COMMAND_RELEASE_VOICE));
	refuse(COMMAND_RELEASE_VOICE, ERR_VOICE_UNCLEAR);
	assert_int_equal(now.state, ORDER_RELEASING); /* the first failure does not park it */
}

static void a_retry_of_a_verification_reads_both_sides_anew(void **state)
{
	(void)state;
	order_matrix_sample(ORDER_VERIFYING, &now);
	tell(COMMAND_READ_NUMBER, owned());
	tell(COMMAND_READ_VOICE, (struct answer){.voice_status = VOICE_BLOCKED});
	assert_int_equal(now.state, ORDER_PARKED);
	happen((struct event){.kind = EVENT_RETRY});
	assert_true(asks(COMMAND_READ_NUMBER) && asks(COMMAND_READ_VOICE));
}

/* Asked in SEARCHING only, and what a later search waits for is asked again. */
static void a_restart_while_pinned_does_not_leave_a_later_search_waiting(void **state)
{
	(void)state;
	start_fresh();
	pass_checks();
	find_two();
	happen((struct event){.kind = EVENT_RESUME});
	refuse(COMMAND_RESERVE, ERR_CARRIER_NUMBER_GONE);
	refuse(COMMAND_RESERVE, ERR_CARRIER_NUMBER_GONE);
	assert_int_equal(now.state, ORDER_SEARCHING);
	find_two();
	assert_int_equal(now.state, ORDER_SEARCHING); /* both went away before: it waits */
	now_ms = now.due_ms;
	happen((struct event){.kind = EVENT_TIMER});
	assert_true(asks(COMMAND_SEARCH));
	tell(COMMAND_SEARCH,
		(struct answer){.candidate_count = 1, .candidates = {for_sale("+14155550104")}});
	assert_string_equal(now.number, "+14155550104");
}

static void a_release_looks_for_an_import_whose_answer_was_lost(void **state)
{
	(void)state;
	reach_provisioning();
	tell(COMMAND_FIND_VOICE, (struct answer){.code = ERR_OK});
	refuse(COMMAND_IMPORT, ERR_VOICE_UNCLEAR);
	happen((struct event){.kind = EVENT_CANCEL});
	assert_true(asks(COMMAND_FIND_VOICE));
	tell(COMMAND_FIND_VOICE, (struct answer){.voice_id = "v"});
	assert_true(asks(COMMAND_RELEASE_VOICE));
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

static void a_reservation_waits_for_the_pin_to_be_durable(void **state)
{
	(void)state;
	start_fresh();
	pass_checks();
	find_two();
	assert_true(asks(COMMAND_RESERVE));
	assert_int_equal(step.save, SAVE_FIRST);
}

static void a_number_is_imported_read_back_on_both_sides_and_only_then_active(void **state)
{
	(void)state;
	reach_provisioning();
	tell(COMMAND_FIND_VOICE, (struct answer){.code = ERR_OK});
	assert_true(asks(COMMAND_IMPORT));
	assert_int_equal(step.save, SAVE_FIRST);
	tell(COMMAND_IMPORT, (struct answer){.voice_id = "v"});
	assert_int_equal(now.state, ORDER_VERIFYING);
	tell(COMMAND_READ_VOICE, (struct answer){.voice_status = VOICE_ACTIVE});
	assert_int_equal(now.state, ORDER_VERIFYING);
	tell(COMMAND_READ_NUMBER, owned());
	assert_int_equal(now.state, ORDER_ACTIVE);
}

static void a_number_that_the_voice_platform_holds_already_is_adopted(void **state)
{
	(void)state;
	reach_provisioning();
	tell(COMMAND_FIND_VOICE, (struct answer){.voice_id = "v", .voice_status = VOICE_ACTIVE});
	assert_int_equal(now.state, ORDER_VERIFYING);
	assert_false(now.is_voice_ours);
}

static void an_import_without_a_clear_answer_is_looked_for_first(void **state)
{
	(void)state;
	reach_provisioning();
	tell(COMMAND_FIND_VOICE, (struct answer){.code = ERR_OK});
	refuse(COMMAND_IMPORT, ERR_VOICE_UNCLEAR);
	assert_int_equal(now.state, ORDER_PROVISIONING);
	assert_false(asks(COMMAND_IMPORT));
	now_ms = now.due_ms;
	happen((struct event){.kind = EVENT_TIMER});
	assert_true(asks(COMMAND_FIND_VOICE));
}

static void a_refused_import_keeps_the_number_and_asks_a_person(void **state)
{
	(void)state;
	reach_provisioning();
	tell(COMMAND_FIND_VOICE, (struct answer){.code = ERR_OK});
	refuse(COMMAND_IMPORT, ERR_VOICE_REFUSED);
	assert_int_equal(now.state, ORDER_PARKED);
	assert_true(now.is_owned);
	happen((struct event){.kind = EVENT_RETRY});
	assert_int_equal(now.state, ORDER_PROVISIONING);
}

static void imports_are_bounded(void **state)
{
	(void)state;
	reach_provisioning();
	for (int i = 0; i < ORDER_IMPORTS; i++) {
		tell(COMMAND_FIND_VOICE, (struct answer){.code = ERR_OK});
		assert_int_equal(now.state, ORDER_IMPORTING);
		refuse(COMMAND_IMPORT, ERR_VOICE_NOT_READY);
		now_ms = now.due_ms;
		happen((struct event){.kind = EVENT_TIMER});
	}
	tell(COMMAND_FIND_VOICE, (struct answer){.code = ERR_OK});
	assert_int_equal(now.state, ORDER_PARKED);
}

static void an_existing_number_is_claimed_and_nothing_is_bought(void **state)
{
	(void)state;
	order_matrix_sample(ORDER_RECEIVED, &now);
	now.mode = ORDER_MODE_EXISTING;
	TEXT_COPY(now.existing_number, "+14155550177");
	TEXT_COPY(now.number, "+14155550177");
	happen((struct event){.kind = EVENT_START});
	assert_true(asks(COMMAND_LOOK) && asks(COMMAND_CHECK));
	assert_false(asks(COMMAND_SEARCH));
	tell(COMMAND_CHECK, (struct answer){.available_cents = 0});
	tell(COMMAND_LOOK, owned());
	assert_int_equal(now.state, ORDER_PROVISIONING);
	assert_int_equal(now.attempt_no, 0);
}

static void an_existing_number_that_is_not_ours_fails_clearly(void **state)
{
	(void)state;
	order_matrix_sample(ORDER_CLAIMING, &now);
	tell(COMMAND_LOOK, (struct answer){.number_status = NUMBER_ABSENT});
	assert_int_equal(now.state, ORDER_FAILED);
	assert_int_equal(now.error.code, ERR_NUMBER_NOT_OWNED);
}

static void an_order_of_ours_that_memory_lost_is_found_by_reference_and_used(void **state)
{
	(void)state;
	start_fresh();
	tell(COMMAND_TRACE, (struct answer){.order_status = CARRIER_ORDER_SUCCESS,
				    .order_id = "lost",
				    .number = "+14155550155"});
	assert_int_equal(now.state, ORDER_ORDERED);
	assert_string_equal(now.number, "+14155550155");
	assert_int_equal(now.attempt_no, 1);
}

static void a_number_pinned_by_another_signup_is_avoided(void **state)
{
	(void)state;
	start_fresh();
	pass_checks();
	happen((struct event){.kind = EVENT_TAKEN, .taken = "+14155550101"});
	find_two();
	assert_string_equal(now.number, "+14155550102");
}

static void cancelling_before_the_money_ends_at_once(void **state)
{
	(void)state;
	start_fresh();
	happen((struct event){.kind = EVENT_CANCEL});
	assert_int_equal(now.state, ORDER_CANCELLED);
	order_matrix_sample(ORDER_RESERVING, &now);
	happen((struct event){.kind = EVENT_CANCEL});
	assert_int_equal(now.state, ORDER_CANCELLED);
	assert_string_equal(now.number, "");
}

static void cancelling_while_buying_waits_for_the_truth_and_then_gives_back(void **state)
{
	(void)state;
	reach_unclear();
	happen((struct event){.kind = EVENT_CANCEL});
	assert_int_equal(now.state, ORDER_UNCLEAR);
	tell(COMMAND_LOOK, owned());
	assert_int_equal(now.state, ORDER_ORDERED);
	assert_false(asks(COMMAND_FIND_VOICE));
	tell(COMMAND_READ_ORDER, owned());
	assert_int_equal(now.state, ORDER_RELEASING);
	tell(COMMAND_READ_NUMBER, owned());
	assert_true(asks(COMMAND_RELEASE_NUMBER));
	tell(COMMAND_RELEASE_NUMBER, (struct answer){.number_status = NUMBER_ENDED});
	assert_int_equal(now.state, ORDER_RELEASING);
	now_ms = now.due_ms;
	happen((struct event){.kind = EVENT_TIMER});
	tell(COMMAND_READ_NUMBER, (struct answer){.number_status = NUMBER_ABSENT});
	assert_int_equal(now.state, ORDER_RELEASED);
	assert_false(now.is_owned);
}

static void an_active_number_outlives_its_cancelling_by_the_undo_time(void **state)
{
	(void)state;
	order_matrix_sample(ORDER_ACTIVE, &now);
	happen((struct event){.kind = EVENT_CANCEL});
	assert_int_equal(now.state, ORDER_RELEASING);
	assert_int_equal(step.command_count, 0);
	assert_int_equal(now.due_ms - now_ms, rules.undo_ms);
	happen((struct event){.kind = EVENT_RETRY});
	assert_int_equal(now.state, ORDER_VERIFYING);
	tell(COMMAND_READ_VOICE, (struct answer){.voice_status = VOICE_ACTIVE});
	tell(COMMAND_READ_NUMBER, owned());
	assert_int_equal(now.state, ORDER_ACTIVE);
	happen((struct event){.kind = EVENT_CANCEL, .is_now = true});
	assert_true(asks(COMMAND_RELEASE_VOICE));
}

static void a_number_without_our_reference_is_never_given_back(void **state)
{
	(void)state;
	order_matrix_sample(ORDER_RELEASING, &now);
	now.asked[COMMAND_RELEASE_NUMBER] = 0;
	struct answer a = owned();
	TEXT_COPY(a.number_reference, "somebody-else");
	tell(COMMAND_READ_NUMBER, a);
	assert_int_equal(now.state, ORDER_PARKED);
	assert_false(asks(COMMAND_RELEASE_NUMBER));
}

static void an_answer_to_an_earlier_round_is_ignored(void **state)
{
	(void)state;
	reach_buying();
	struct answer a = {.reserved_until_ms = 1};
	happen((struct event){
		.kind = EVENT_ANSWER, .answers = COMMAND_RESERVE, .round = 2, .answer = &a});
	assert_int_equal(step.verdict, VERDICT_IGNORED);
	assert_int_equal(now.state, ORDER_BUYING);
}

static void the_matrix_is_the_one_in_git(void **state)
{
	(void)state;
	struct str text;
	str_init(&text, 1 << 20);
	order_matrix_print(&text);
	const char *path = "src/order/order_matrix.txt";
	if (getenv("UPDATE_MATRIX") != NULL) {
		FILE *out = fopen(path, "w");
		assert_non_null(out);
		fwrite(text.text, 1, text.bytes, out);
		fclose(out);
	}
	FILE *in = fopen(path, "r");
	assert_non_null(in); /* run the tests from the top of the repository */
	struct str kept;
	str_init(&kept, 1 << 20);
	char line[512];
	while (fgets(line, sizeof(line), in) != NULL)
		str_add(&kept, line);
	fclose(in);
	assert_string_equal(text.text, kept.text);
	str_done(&kept);
	str_done(&text);
}

/* --- a walk at random: whatever is answered, the pin holds --- */

static uint32_t dice;
static uint32_t roll(uint32_t sides)
{
	dice = dice * 1664525u + 1013904223u;
	return (dice >> 8) % sides;
}

static struct answer random_answer(enum command_kind kind)
{
	static const enum err_code codes[] = {ERR_CARRIER_NO_NUMBERS, ERR_CARRIER_NUMBER_GONE,
		ERR_CARRIER_NOT_OFFERED, ERR_CARRIER_FUNDS, ERR_CARRIER_LIMITED, ERR_CARRIER_DOWN,
		ERR_CARRIER_UNCLEAR, ERR_CARRIER_LEVEL, ERR_VOICE_REFUSED, ERR_VOICE_NOT_READY,
		ERR_VOICE_UNCLEAR, ERR_VOICE_DOWN};
	struct answer a = owned();
	a.retry_after_ms = -1;
	a.available_cents = 1000;
	a.order_status = (enum carrier_order_status)roll(5);
	a.number_status = (enum number_status)roll(5);
	a.voice_status = (enum voice_status)roll(4);
	TEXT_COPY(a.order_id, roll(2) ? "an-order" : "");
	TEXT_COPY(a.voice_id, roll(2) ? "a-voice" : "");
	TEXT_COPY(a.differs, roll(8) == 0 ? "it differs" : "");
	TEXT_COPY(a.number, "+14155550166");
	if (roll(4) == 0)
		TEXT_COPY(a.number_reference, roll(2) ? "" : "foreign");
	a.candidate_count = (int)roll(3);
	a.candidates[0] = for_sale(roll(2) ? "+14155550101" : "+14155550103");
	a.candidates[1] = for_sale("+14155550102");
	a.candidates[0].is_reservable = roll(4) != 0;
	a.candidates[1].is_reservable = roll(4) != 0;
	a.reserved_until_ms = now_ms + roll(3000000) - (roll(4) == 0 ? 1500000 : 0);
	if (roll(3) == 0 && kind != COMMAND_TRACE)
		a.code = codes[roll(COUNT_OF(codes))];
	return a;
}

/* --- the switch that stops all spending --- */

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

/* --- what the limits count it as --- */

static void each_state_is_none_held_or_spent(void **state)
{
	(void)state;
	for (int s = 0; s < ORDER_STATE_COUNT; s++) {
		int64_t cents = -1;
		order_matrix_sample((enum order_state)s, &now);
		bool is_ended = s == ORDER_FAILED || s == ORDER_CANCELLED || s == ORDER_NEEDS_INPUT;
		bool is_claim = now.mode == ORDER_MODE_EXISTING;
		enum order_money money = order_money(&now, ACCOUNT_PURCHASE, &cents);
		enum order_money expected = now.is_owned || s == ORDER_RELEASED ? MONEY_SPENT
					    : is_ended || is_claim              ? MONEY_NONE
										: MONEY_HELD;
		if (money != expected)
			fail_msg("%s is %s", order_state_wire((enum order_state)s),
				order_money_wire(money));
		if (money == MONEY_HELD)
			assert_int_equal(cents, 400);
	}
	order_matrix_sample(ORDER_ACTIVE, &now);
	int64_t cents = -1;
	now.pinned = for_sale(now.number);
	now.pinned.monthly_cents = 55;
	assert_int_equal(order_money(&now, ACCOUNT_PURCHASE, &cents), MONEY_SPENT);
	assert_int_equal(cents, 155);
	now.pinned.number[0] = '\0'; /* found again, its price unknown */
	assert_int_equal(order_money(&now, ACCOUNT_PURCHASE, &cents), MONEY_SPENT);
	assert_int_equal(cents, 400);
}

static void a_ceiling_that_was_lowered_or_raised_since_binds_with_the_lower(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		start_fresh();
		pass_checks();
		rules.max_upfront_cents = i ? 99 : 1000;
		now.most_upfront_cents = i ? 1000 : 99;
		tell(COMMAND_SEARCH, (struct answer){.candidate_count = 1,
					     .candidates = {for_sale("+14155550101")}});
		assert_int_equal(now.state, ORDER_FAILED);
		assert_int_equal(now.error.code, ERR_CARRIER_PRICE);
		/* Beginning again takes the ceiling of now, and holds anew by it. */
		rules.max_upfront_cents = 100;
		happen((struct event){.kind = EVENT_RETRY});
		assert_int_equal(now.most_upfront_cents, 100);
	}
}

static void walk_one_step(void)
{
	enum command_kind open[COMMAND_COUNT];
	uint32_t count = 0;
	for (int kind = 0; kind < COMMAND_COUNT; kind++)
		if (now.asked[kind] != 0)
			open[count++] = (enum command_kind)kind;
	now_ms += roll(20) == 0 ? 200000 : roll(3000);
	if (count > 0 && roll(10) != 0) {
		enum command_kind kind = open[roll(count)];
		tell(kind, random_answer(kind));
	} else {
		static const enum event_kind others[] = {EVENT_TIMER, EVENT_TIMER, EVENT_TIMER,
			EVENT_HINT, EVENT_RESUME, EVENT_RETRY, EVENT_CANCEL, EVENT_TAKEN,
			EVENT_RESOLVE, EVENT_FOUND};
		struct order_found found = {.no = now.attempt_no + (int32_t)roll(3),
			.status = (enum carrier_order_status)(1 + roll(4)),
			.order_id = "found"};
		TEXT_COPY(found.number, roll(2) ? now.number : "+14155550144");
		happen((struct event){.kind = others[roll(roll(20) ? 6 : COUNT_OF(others))],
			.taken = "+14155550102",
			.resolution = (enum resolution)roll(RESOLUTION_COUNT),
			.found = &found});
	}
}

static void whatever_is_answered_the_pin_holds_while_an_attempt_is_unresolved(void **state)
{
	(void)state;
	int actives = 0;
	for (uint32_t seed = 1; seed <= 4000; seed++) {
		dice = seed;
		rules.may_reserve = seed % 3 != 0;
		rules.is_frozen = false;
		start_fresh();
		for (int i = 0; i < 120; i++) {
			struct order was = now;
			if (roll(30) == 0)
				rules.is_frozen = !rules.is_frozen;
			walk_one_step();
			if (rules.is_frozen)
				assert_false(asks(COMMAND_BUY) || asks(COMMAND_RELEASE_NUMBER));
			/* Let go of only when every attempt was denied, or by a person; an
			 * open one may turn out not to have been sent. */
			bool is_open = was.state == ORDER_BUYING;
			if (order_unknown(&was) > is_open && !was.is_given_up)
				assert_string_equal(was.number, now.number);
			if (was.is_owned && was.mode == ORDER_MODE_BUY &&
				now.state != ORDER_RELEASED)
				assert_string_equal(was.number, now.number);
			if (asks(COMMAND_BUY))
				assert_int_equal(step.save, SAVE_FIRST);
			actives += was.state != ORDER_ACTIVE && now.state == ORDER_ACTIVE;
		}
	}
	assert_true(actives > 50); /* the walks do reach the end */
}

int main(void)
{
#define RULE(name) cmocka_unit_test_setup(name, reset)
	const struct CMUnitTest tests[] = {
		RULE(a_signup_is_checked_traced_and_searched_side_by_side),
		RULE(nothing_is_pinned_before_every_cheap_check_has_passed),
		RULE(a_definite_no_of_a_check_ends_it_with_nothing_owned),
		RULE(a_balance_below_the_price_ends_it_before_the_money),
		RULE(a_price_above_the_ceiling_is_not_paid),
		RULE(an_empty_area_code_leads_to_the_country_and_then_to_a_clear_end),
		RULE(the_search_stops_at_the_highest_rung_allowed),
		RULE(an_outage_is_never_read_as_no_stock),
		RULE(a_long_outage_needs_attention_and_goes_on_by_itself),
		RULE(a_phone_without_a_place_needs_input_and_goes_on_with_an_area_code),
		RULE(a_number_that_goes_before_it_was_ordered_is_followed_by_the_next),
		RULE(the_order_waits_for_the_disk),
		RULE(a_refused_number_that_was_reserved_is_never_let_go),
		RULE(a_refused_number_that_was_not_reserved_is_let_go_after_two_looks_apart),
		RULE(a_refused_number_still_for_sale_is_ordered_again),
		RULE(an_unclear_purchase_is_looked_for_and_only_the_same_number_ordered_again),
		RULE(an_unclear_purchase_is_parked_after_three_attempts),
		RULE(looks_that_keep_failing_end_with_a_person),
		RULE(a_parked_purchase_is_adopted_when_it_shows),
		RULE(one_failed_order_counts_once_and_every_reference_is_looked_for),
		RULE(after_a_failed_order_a_number_that_cannot_be_reserved_is_planned_on_its_own),
		RULE(cancelling_while_reserving_again_goes_back_to_looking),
		RULE(a_reservation_that_went_is_looked_for_slowly_and_ends_with_a_person),
		RULE(a_number_of_somebody_else_in_our_list_is_not_made_active),
		RULE(a_retry_after_funds_were_added_orders_the_same_number_again),
		RULE(a_refused_purchase_that_never_showed_can_be_cancelled),
		RULE(orders_that_never_leave_wait_longer_and_park),
		RULE(imports_that_never_leave_wait_longer_and_park),
		RULE(the_undo_time_goes_on_over_a_restart),
		RULE(a_retry_of_a_verification_reads_both_sides_anew),
		RULE(a_restart_while_pinned_does_not_leave_a_later_search_waiting),
		RULE(a_release_looks_for_an_import_whose_answer_was_lost),
		RULE(an_outage_while_reserving_is_waited_out),
		RULE(a_purchase_found_by_looking_is_adopted),
		RULE(a_number_owned_under_another_reference_is_not_taken_over),
		RULE(too_many_requests_does_not_let_go_of_the_number),
		RULE(an_order_that_never_left_is_sent_again_as_a_new_attempt),
		RULE(a_method_not_offered_gives_way_to_the_next_for_the_same_number),
		RULE(a_refusal_of_the_account_is_parked_with_its_reason),
		RULE(after_a_restart_an_open_attempt_is_looked_for_not_sent_again),
		RULE(a_pending_order_is_read_until_active_and_parked_when_stuck),
		RULE(a_hint_has_a_pending_order_read_at_once_and_soon_again),
		RULE(an_order_that_fails_by_its_id_is_followed_by_the_next_number),
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
		RULE(a_reservation_waits_for_the_pin_to_be_durable),
		RULE(a_number_is_imported_read_back_on_both_sides_and_only_then_active),
		RULE(a_number_that_the_voice_platform_holds_already_is_adopted),
		RULE(an_import_without_a_clear_answer_is_looked_for_first),
		RULE(a_refused_import_keeps_the_number_and_asks_a_person),
		RULE(imports_are_bounded),
		RULE(an_existing_number_is_claimed_and_nothing_is_bought),
		RULE(an_existing_number_that_is_not_ours_fails_clearly),
		RULE(an_order_of_ours_that_memory_lost_is_found_by_reference_and_used),
		RULE(a_number_pinned_by_another_signup_is_avoided),
		RULE(cancelling_before_the_money_ends_at_once),
		RULE(cancelling_while_buying_waits_for_the_truth_and_then_gives_back),
		RULE(an_active_number_outlives_its_cancelling_by_the_undo_time),
		RULE(a_number_without_our_reference_is_never_given_back),
		RULE(an_answer_to_an_earlier_round_is_ignored),
		RULE(the_matrix_is_the_one_in_git),
		RULE(frozen_before_the_order_it_waits_without_end_and_goes_on_after_the_thaw),
		RULE(frozen_while_the_reservation_is_asked_no_order_is_planned),
		RULE(frozen_without_a_reservation_no_order_is_planned),
		RULE(an_order_that_was_not_sent_for_the_freeze_waits_and_is_planned_anew),
		RULE(frozen_while_unclear_it_looks_on_but_orders_nothing_and_parks_not),
		RULE(frozen_it_takes_what_turns_out_to_be_bought),
		RULE(frozen_nothing_is_given_back),
		RULE(frozen_in_the_middle_of_giving_back_it_stops_and_counts_no_try),
		RULE(a_thaw_does_not_shorten_the_undo_time),
		RULE(each_state_is_none_held_or_spent),
		RULE(a_ceiling_that_was_lowered_or_raised_since_binds_with_the_lower),
		RULE(whatever_is_answered_the_pin_holds_while_an_attempt_is_unresolved),
	};
	return CHECK_MAIN(tests);
}
