/* order_connect_test.c - after the money: import, reading back, giving back. */
#include "order/order_test_kit.h"

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

/* The first order's answer was lost, and the second one bought the number: given
 * back at once, the first could arrive late and buy it again. */
static void an_import_that_came_while_it_was_given_back_is_found_at_the_end(void **state)
{
	(void)state;
	reach_provisioning();
	tell(COMMAND_FIND_VOICE, (struct answer){.code = ERR_OK});
	happen((struct event){.kind = EVENT_RESUME}); /* taken over: was it sent? */
	happen((struct event){.kind = EVENT_CANCEL, .is_now = true});
	tell(COMMAND_FIND_VOICE, (struct answer){.code = ERR_OK}); /* not yet */
	tell(COMMAND_READ_NUMBER, owned());
	tell(COMMAND_RELEASE_NUMBER, (struct answer){.number_status = NUMBER_ENDED});
	now_ms = now.due_ms;
	happen((struct event){.kind = EVENT_TIMER});
	tell(COMMAND_READ_NUMBER, (struct answer){.number_status = NUMBER_ABSENT});
	assert_int_equal(now.state, ORDER_RELEASING);
	tell(COMMAND_FIND_VOICE, (struct answer){.voice_id = "late"});
	assert_true(asks(COMMAND_RELEASE_VOICE));
	tell(COMMAND_RELEASE_VOICE, (struct answer){.code = ERR_OK});
	tell(COMMAND_READ_NUMBER, (struct answer){.number_status = NUMBER_ABSENT});
	assert_int_equal(now.state, ORDER_RELEASED);
}

static void a_number_is_kept_while_an_earlier_order_for_it_may_still_arrive(void **state)
{
	(void)state;
	reach_unclear();
	now_ms += rules.settle_ms;
	look_and_see_nothing();
	assert_int_equal(now.attempt_no, 2);
	int64_t sent_ms = now_ms;
	tell(COMMAND_BUY,
		(struct answer){.order_status = CARRIER_ORDER_PENDING, .order_id = "two"});
	happen((struct event){.kind = EVENT_CANCEL});
	tell(COMMAND_READ_ORDER, owned());
	assert_int_equal(now.state, ORDER_RELEASING);
	assert_false(asks(COMMAND_READ_NUMBER) || asks(COMMAND_RELEASE_NUMBER));
	assert_int_equal(now.due_ms, sent_ms + rules.settle_ms * 15 / 2);
	now_ms = now.due_ms;
	happen((struct event){.kind = EVENT_TIMER});
	tell(COMMAND_READ_NUMBER, owned());
	assert_true(asks(COMMAND_RELEASE_NUMBER));
}

/* Asked to go as often as may be, it is still there: a person must look. */
static void a_number_that_does_not_go_ends_with_a_person(void **state)
{
	(void)state;
	static const enum err_code last[] = {ERR_OK, ERR_CARRIER_REFUSED};
	for (size_t i = 0; i < COUNT_OF(last); i++) {
		order_matrix_sample(ORDER_RELEASING, &now);
		now_ms = NOW_MS;
		now.voice_id[0] = '\0';
		now.is_voice_searched = true;
		for (int tries = 1; tries <= ORDER_RELEASES; tries++) {
			tell(COMMAND_READ_NUMBER, owned());
			assert_int_equal(now.releases, tries);
			tell(COMMAND_RELEASE_NUMBER, (struct answer){.code = last[i],
							     .number_status = NUMBER_ACTIVE,
							     .message = "they said so"});
			now_ms = now.due_ms;
			happen((struct event){.kind = EVENT_TIMER});
		}
		tell(COMMAND_READ_NUMBER, owned());
		assert_int_equal(now.state, ORDER_PARKED);
		assert_int_equal(now.error.code, ERR_CARRIER_REFUSED);
		assert_non_null(strstr(
			now.error.message, last[i] ? "they said so" : "keeps listing the number"));
		assert_false(asks(COMMAND_RELEASE_NUMBER));
	}
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

/* Its answer is not known: it may arrive after all is read back. */
static void a_cancelling_is_not_taken_back_once_a_removal_was_sent(void **state)
{
	(void)state;
	order_matrix_sample(ORDER_ACTIVE, &now);
	happen((struct event){.kind = EVENT_CANCEL});
	now_ms = now.due_ms;
	happen((struct event){.kind = EVENT_TIMER});
	assert_true(asks(COMMAND_RELEASE_VOICE));
	happen((struct event){.kind = EVENT_RETRY});
	assert_int_equal(step.verdict, VERDICT_REJECTED);
	refuse(COMMAND_RELEASE_VOICE, ERR_VOICE_UNCLEAR);
	assert_true(now.due_ms > now_ms);
	happen((struct event){.kind = EVENT_RETRY});
	assert_int_equal(step.verdict, VERDICT_REJECTED);
	/* Nor while a start waits to see what the carrier knows, the tries forgotten. */
	order_matrix_sample(ORDER_ACTIVE, &now);
	happen((struct event){.kind = EVENT_CANCEL, .is_now = true});
	assert_true(asks(COMMAND_RELEASE_VOICE));
	rules.is_frozen = true;
	happen((struct event){.kind = EVENT_RESUME});
	assert_true(now.due_ms > now_ms);
	happen((struct event){.kind = EVENT_RETRY});
	assert_int_equal(step.verdict, VERDICT_REJECTED);
	rules.is_frozen = false;
}

/* Each import is accepted, names no record, and none is found afterwards. */
static void imports_that_never_show_end_with_a_person(void **state)
{
	(void)state;
	reach_provisioning();
	for (int i = 0; i < ORDER_IMPORTS; i++) {
		tell(COMMAND_FIND_VOICE, (struct answer){.code = ERR_OK});
		assert_int_equal(now.state, ORDER_IMPORTING);
		tell(COMMAND_IMPORT, (struct answer){.code = ERR_OK});
		assert_int_equal(now.state, ORDER_PROVISIONING);
	}
	tell(COMMAND_FIND_VOICE, (struct answer){.code = ERR_OK});
	assert_int_equal(now.state, ORDER_PARKED);
	assert_int_equal(now.error.code, ERR_VOICE_UNCLEAR);
	assert_true(now.is_owned);
}

static void parked_for_a_number_not_ready_it_tries_one_more_import_each_time(void **state)
{
	(void)state;
	imports_are_bounded(state);
	for (int i = 0; i < 3; i++) {
		now_ms = now.due_ms;
		happen((struct event){.kind = EVENT_TIMER});
		if (now.asked[COMMAND_FIND_VOICE] != 0)
			tell(COMMAND_FIND_VOICE, (struct answer){.code = ERR_OK});
		assert_int_equal(now.state, ORDER_IMPORTING);
		assert_int_equal(now.imports, ORDER_IMPORTS);
		refuse(COMMAND_IMPORT, ERR_VOICE_NOT_READY);
		now_ms = now.due_ms;
		happen((struct event){.kind = EVENT_TIMER});
		tell(COMMAND_FIND_VOICE, (struct answer){.code = ERR_OK});
		assert_int_equal(now.state, ORDER_PARKED);
	}
}

/* A number that was brought along may have been connected by its owner. */
static void whose_record_at_vapi_it_is(
	bool is_adopted, int imports, enum order_mode mode, bool is_ours)
{
	order_matrix_sample(ORDER_IMPORTING, &now);
	now.mode = mode;
	now.imports = imports;
	tell(COMMAND_IMPORT, (struct answer){.voice_id = "v", .is_adopted = is_adopted});
	assert_int_equal(now.state, ORDER_VERIFYING);
	assert_int_equal(now.is_voice_ours, is_ours);
}

static void only_a_record_that_was_there_before_us_is_not_ours_to_remove(void **state)
{
	(void)state;
	whose_record_at_vapi_it_is(true, 1, ORDER_MODE_EXISTING, false);
	whose_record_at_vapi_it_is(true, 2, ORDER_MODE_EXISTING, true);
	whose_record_at_vapi_it_is(false, 1, ORDER_MODE_EXISTING, true);
	whose_record_at_vapi_it_is(true, 1, ORDER_MODE_BUY, true);
}

static void a_number_that_was_brought_along_is_disconnected_and_stays(void **state)
{
	(void)state;
	rules.is_frozen = true; /* no spending, and nothing is given back */
	order_matrix_sample(ORDER_VERIFYING, &now);
	now.mode = ORDER_MODE_EXISTING;
	now.is_voice_searched = true;
	happen((struct event){.kind = EVENT_CANCEL});
	assert_true(asks(COMMAND_RELEASE_VOICE));
	tell(COMMAND_RELEASE_VOICE, (struct answer){.code = ERR_OK});
	assert_int_equal(now.state, ORDER_RELEASED);
	assert_false(asks(COMMAND_READ_NUMBER) || asks(COMMAND_RELEASE_NUMBER));
	assert_true(now.is_owned);
}

/* The direct purchase cannot carry our reference to the number. */
static void a_number_without_any_reference_is_ours_only_if_bought_directly(void **state)
{
	(void)state;
	for (int i = 0; i < METHOD_COUNT; i++) {
		order_matrix_sample(ORDER_RELEASING, &now);
		now.asked[COMMAND_RELEASE_NUMBER] = 0;
		now.method = (enum order_method)i;
		struct answer a = owned();
		a.number_reference[0] = '\0';
		tell(COMMAND_READ_NUMBER, a);
		assert_int_equal(asks(COMMAND_RELEASE_NUMBER), i == METHOD_PHONE_NUMBERS);
		assert_int_equal(
			now.state, i == METHOD_PHONE_NUMBERS ? ORDER_RELEASING : ORDER_PARKED);
	}
}

static void cancelling_now_cuts_the_undo_time_short(void **state)
{
	(void)state;
	order_matrix_sample(ORDER_ACTIVE, &now);
	happen((struct event){.kind = EVENT_CANCEL});
	happen((struct event){.kind = EVENT_CANCEL});
	assert_int_equal(step.verdict, VERDICT_IGNORED);
	happen((struct event){.kind = EVENT_CANCEL, .is_now = true});
	assert_true(asks(COMMAND_RELEASE_VOICE));
	happen((struct event){.kind = EVENT_CANCEL, .is_now = true}); /* it is under way */
	assert_int_equal(step.verdict, VERDICT_IGNORED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RULE(a_number_is_imported_read_back_on_both_sides_and_only_then_active),
		RULE(a_number_that_the_voice_platform_holds_already_is_adopted),
		RULE(an_import_without_a_clear_answer_is_looked_for_first),
		RULE(a_refused_import_keeps_the_number_and_asks_a_person),
		RULE(imports_are_bounded),
		RULE(imports_that_never_leave_wait_longer_and_park),
		RULE(a_retry_of_a_verification_reads_both_sides_anew),
		RULE(a_release_looks_for_an_import_whose_answer_was_lost),
		RULE(cancelling_while_buying_waits_for_the_truth_and_then_gives_back),
		RULE(an_import_that_came_while_it_was_given_back_is_found_at_the_end),
		RULE(a_number_is_kept_while_an_earlier_order_for_it_may_still_arrive),
		RULE(a_number_that_does_not_go_ends_with_a_person),
		RULE(an_active_number_outlives_its_cancelling_by_the_undo_time),
		RULE(a_number_without_our_reference_is_never_given_back),
		RULE(the_undo_time_goes_on_over_a_restart),
		RULE(a_cancelling_is_not_taken_back_once_a_removal_was_sent),
		RULE(imports_that_never_show_end_with_a_person),
		RULE(parked_for_a_number_not_ready_it_tries_one_more_import_each_time),
		RULE(only_a_record_that_was_there_before_us_is_not_ours_to_remove),
		RULE(a_number_that_was_brought_along_is_disconnected_and_stays),
		RULE(a_number_without_any_reference_is_ours_only_if_bought_directly),
		RULE(cancelling_now_cuts_the_undo_time_short),
	};
	return CHECK_MAIN(tests);
}
