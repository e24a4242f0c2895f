/* order_test.c - names, references, invariants, and what the limits count an order as. */
#include "order/order_test_kit.h"

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

static void every_word_is_read_back_as_what_it_was(void **state)
{
	(void)state;
	enum order_state back = ORDER_STATE_COUNT;
	for (int i = 0; i < ORDER_STATE_COUNT; i++) {
		assert_true(order_state_from_wire(order_state_wire((enum order_state)i), &back));
		assert_int_equal(back, i);
		assert_true(order_status((enum order_state)i)[0] != '\0');
	}
	assert_false(order_state_from_wire("sleeping", &back));
	enum resolution resolution = RESOLUTION_COUNT;
	for (int i = 0; i < RESOLUTION_COUNT; i++) {
		const char *wire = resolution_wire((enum resolution)i);
		assert_true(resolution_from_wire(wire, &resolution));
		assert_int_equal(resolution, i);
	}
	assert_false(resolution_from_wire("perhaps", &resolution));
}

/* They are in databases and in timelines. */
static void the_words_that_are_stored_stay_what_they_are(void **state)
{
	(void)state;
	assert_string_equal(order_mode_wire(ORDER_MODE_BUY), "buy");
	assert_string_equal(order_mode_wire(ORDER_MODE_EXISTING), "existing");
	assert_string_equal(order_method_wire(METHOD_NUMBER_ORDERS), "number_orders");
	assert_string_equal(order_method_wire(METHOD_PHONE_NUMBERS), "phone_numbers");
	assert_string_equal(attempt_kind_wire(ATTEMPT_IMPORT), "import");
	assert_string_equal(attempt_outcome_wire(OUTCOME_UNKNOWN), "unknown");
	assert_string_equal(order_account_wire(ACCOUNT_RELEASE), "release");
	assert_string_equal(order_money_wire(MONEY_SPENT), "spent");
}

static void a_reference_is_ours_only_to_the_letter(void **state)
{
	(void)state;
	order_matrix_sample(ORDER_UNCLEAR, &now);
	char reference[REFERENCE_BYTES];
	order_reference(&now, 17, reference);
	assert_true(order_owns_reference(&now, reference));
	static const char *const others[] = {"", "17", "nb1-abcdef-aaaaaaaaaaaaaaaaaaaa",
		"nb1-abcdef-aaaaaaaaaaaaaaaaaaaa-", "nb1-abcdef-aaaaaaaaaaaaaaaaaaaa-1x",
		"nb1-abcdef-bbbbbbbbbbbbbbbbbbbb-1", "nb1-fedcba-aaaaaaaaaaaaaaaaaaaa-1",
		"nb2-abcdef-aaaaaaaaaaaaaaaaaaaa-1"};
	for (size_t i = 0; i < COUNT_OF(others); i++)
		assert_false(order_owns_reference(&now, others[i]));
}

static void a_pin_holds_its_number_until_the_end_without_it(void **state)
{
	(void)state;
	for (int s = 0; s < ORDER_STATE_COUNT; s++) {
		order_matrix_sample((enum order_state)s, &now);
		now.number[0] = '\0';
		assert_false(order_holds_number(&now));
		TEXT_COPY(now.number, "+14155550101");
		assert_int_equal(order_holds_number(&now),
			s != ORDER_FAILED && s != ORDER_CANCELLED && s != ORDER_RELEASED);
	}
}

static enum order_money release_of(enum order_state at, enum order_state from, bool was_active)
{
	int64_t cents = -1;
	order_matrix_sample(at, &now);
	now.parked_from = from;
	now.was_active = was_active;
	enum order_money money = order_money(&now, ACCOUNT_RELEASE, &cents);
	assert_int_equal(cents, 0);
	return money;
}

static void only_giving_back_what_was_active_counts_as_a_release(void **state)
{
	(void)state;
	assert_int_equal(release_of(ORDER_ACTIVE, 0, true), MONEY_NONE);
	assert_int_equal(release_of(ORDER_RELEASING, 0, true), MONEY_HELD);
	assert_int_equal(release_of(ORDER_PARKED, ORDER_RELEASING, true), MONEY_HELD);
	assert_int_equal(release_of(ORDER_PARKED, ORDER_VERIFYING, true), MONEY_NONE);
	assert_int_equal(release_of(ORDER_RELEASED, 0, true), MONEY_SPENT);
	assert_int_equal(release_of(ORDER_RELEASED, 0, false), MONEY_NONE);
	assert_int_equal(release_of(ORDER_RELEASING, 0, false), MONEY_NONE);
}

static void a_limit_may_say_no_only_while_nothing_was_asked_of_the_world(void **state)
{
	(void)state;
	order_matrix_sample(ORDER_SEARCHING, &now);
	assert_true(order_may_be_limited(&now, ACCOUNT_PURCHASE));
	now.attempts_on_pin = 1;
	assert_false(order_may_be_limited(&now, ACCOUNT_PURCHASE));
	now.attempts_on_pin = 0;
	TEXT_COPY(now.order_id, "an-order");
	assert_false(order_may_be_limited(&now, ACCOUNT_PURCHASE));
	order_matrix_sample(ORDER_ACTIVE, &now);
	assert_false(order_may_be_limited(&now, ACCOUNT_PURCHASE));
	assert_true(order_may_be_limited(&now, ACCOUNT_RELEASE));
	now.releases = 1;
	assert_false(order_may_be_limited(&now, ACCOUNT_RELEASE));
	order_matrix_sample(ORDER_RELEASED, &now);
	assert_false(order_may_be_limited(&now, ACCOUNT_PURCHASE));
}

/* One way to break each invariant, from a state in which all of them hold. */
static void assert_fault(enum order_state from, struct order broken, const char *fault)
{
	struct order sound;
	order_matrix_sample(from, &sound);
	assert_null(order_fault(&sound));
	if (!text_is(order_fault(&broken), fault))
		fail_msg("%s: %s instead of %s", order_state_wire(from), order_fault(&broken),
			fault);
}

#define BREAK(from, change, fault)                                                                 \
	do {                                                                                       \
		struct order o;                                                                    \
		order_matrix_sample(from, &o);                                                     \
		change;                                                                            \
		assert_fault(from, o, fault);                                                      \
	} while (0)

static void a_broken_invariant_of_any_order_is_named(void **state)
{
	(void)state;
	BREAK(ORDER_RECEIVED, o.state = ORDER_STATE_COUNT, "state is known");
	BREAK(ORDER_RECEIVED, o.id[0] = 'x', "id is an id");
	BREAK(ORDER_ACTIVE, o.number[0] = '\0', "a number is pinned");
	BREAK(ORDER_RECEIVED, TEXT_COPY(o.wanted.number, "415"), "the chosen number is E.164");
	BREAK(ORDER_NEEDS_INPUT, TEXT_COPY(o.number, "+14155550101"),
		"nothing is pinned while a person is asked");
	BREAK(ORDER_NEEDS_INPUT, o.attempts_on_pin = 1,
		"no attempt is unresolved when nothing is pinned");
	BREAK(ORDER_NEEDS_INPUT, o.is_owned = true, "what is owned is not forgotten");
	BREAK(ORDER_SEARCHING, o.ladder_at = -1, "lists and cursor are bounded");
	BREAK(ORDER_PARKED, o.number[0] = '\0', "a number is pinned");
	BREAK(ORDER_SEARCHING, o.number[0] = '1', "the pinned number is E.164");
	BREAK(ORDER_ACTIVE, o.is_owned = false, "active is owned");
	BREAK(ORDER_ACTIVE, o.number_id[0] = '\0', "active is owned");
	BREAK(ORDER_ACTIVE, o.voice_id[0] = '\0', "active is imported");
	BREAK(ORDER_PARKED, o.error.code = ERR_OK, "a stop has a reason");
	BREAK(ORDER_FAILED, o.error.code = ERR_OK, "a stop has a reason");
	BREAK(ORDER_PARKED, o.parked_from = ORDER_NEEDS_INPUT, "what is parked can go on");
	BREAK(ORDER_PARKED, o.parked_from = ORDER_PARKED, "what is parked can go on");
	BREAK(ORDER_SEARCHING, o.is_owned = true, "what is owned is not forgotten");
	BREAK(ORDER_SEARCHING, o.candidate_count = -1, "lists and cursor are bounded");
	BREAK(ORDER_SEARCHING, o.candidate_count = ORDER_CANDIDATES + 1,
		"lists and cursor are bounded");
	BREAK(ORDER_SEARCHING, o.avoid_count = -1, "lists and cursor are bounded");
	BREAK(ORDER_SEARCHING, o.avoid_count = ORDER_AVOID + 1, "lists and cursor are bounded");
	order_matrix_sample(ORDER_FAILED, &now);
	now.mode = ORDER_MODE_EXISTING; /* it was theirs before, and still is */
	now.is_owned = true;
	assert_null(order_fault(&now));
}

static void a_broken_invariant_of_the_attempts_is_named(void **state)
{
	(void)state;
	static const char unresolved[] = "no attempt is unresolved when nothing is pinned";
	static const char lost[] = "what may be bought has its attempt";
	BREAK(ORDER_UNCLEAR, o.attempts_on_pin = -1, "attempts a pin are bounded");
	BREAK(ORDER_UNCLEAR, o.attempts_on_pin = 4, "attempts a pin are bounded");
	BREAK(ORDER_SEARCHING, o.attempts_on_pin = 1, unresolved);
	BREAK(ORDER_RECEIVED, o.attempts_on_pin = 1, unresolved);
	BREAK(ORDER_FAILED, o.attempts_on_pin = 1, unresolved);
	BREAK(ORDER_CANCELLED, o.attempts_on_pin = 1, unresolved);
	BREAK(ORDER_PARKED, o.parked_from = ORDER_RESERVING, unresolved);
	BREAK(ORDER_UNCLEAR, o.attempts_on_pin = 0, lost);
	BREAK(ORDER_ORDERED, o.attempts_on_pin = 0, lost);
	BREAK(ORDER_PARKED, o.attempts_on_pin = 0, lost);
	BREAK(ORDER_RESERVING, o.order_id[0] = 'x', "an order at the carrier has its attempt");
	BREAK(ORDER_FAILED, o.order_id[0] = 'x', "an order at the carrier has its attempt");
	BREAK(ORDER_BUYING, o.attempt.kind = ATTEMPT_IMPORT, "buying has an attempt");
	BREAK(ORDER_BUYING, o.attempt.number[3] = '9', "the attempt is for the pinned number");
	BREAK(ORDER_BUYING, o.attempt.no = 2, "the attempt counts against the pin");
	BREAK(ORDER_UNCLEAR, o.attempt.outcome = OUTCOME_OPEN,
		"an open attempt is being waited for");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RULE(each_state_is_none_held_or_spent),
		RULE(every_word_is_read_back_as_what_it_was),
		RULE(the_words_that_are_stored_stay_what_they_are),
		RULE(a_reference_is_ours_only_to_the_letter),
		RULE(a_pin_holds_its_number_until_the_end_without_it),
		RULE(only_giving_back_what_was_active_counts_as_a_release),
		RULE(a_limit_may_say_no_only_while_nothing_was_asked_of_the_world),
		RULE(a_broken_invariant_of_any_order_is_named),
		RULE(a_broken_invariant_of_the_attempts_is_named),
	};
	return CHECK_MAIN(tests);
}
