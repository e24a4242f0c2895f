/* order_search_test.c - before the money: cheap checks, the search, the choice, the claim. */
#include "order/order_test_kit.h"

static void a_signup_is_checked_traced_and_searched_side_by_side(void **state)
{
	(void)state;
	start_fresh();
	assert_int_equal(now.state, ORDER_SEARCHING);
	assert_true(asks(COMMAND_CHECK) && asks(COMMAND_TRACE) && asks(COMMAND_SEARCH));
	assert_int_equal(now.ladder_at, 0);
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
	find_one(dear);
	assert_int_equal(now.state, ORDER_FAILED);
	assert_int_equal(now.error.code, ERR_CARRIER_PRICE);
}

static void who_wants_to_be_asked_is_asked_when_all_is_too_dear(void **state)
{
	(void)state;
	start_fresh();
	now.asks = true;
	pass_checks();
	struct candidate dear = for_sale("+14155550101");
	dear.monthly_cents = 201;
	find_one(dear);
	assert_int_equal(now.state, ORDER_NEEDS_INPUT);
	assert_int_equal(now.error.code, ERR_CHOICE_NEEDED);
	assert_non_null(strstr(now.error.message, "2.01"));
}

static void nothing_for_sale_up_to_the_highest_rung_is_a_clear_end(void **state)
{
	(void)state;
	start_fresh();
	pass_checks();
	refuse(COMMAND_SEARCH, ERR_CARRIER_NO_NUMBERS);
	assert_int_equal(now.state, ORDER_FAILED);
	assert_int_equal(now.error.code, ERR_CARRIER_NO_NUMBERS);
}

static void nothing_for_sale_ends_it_only_when_no_earlier_order_is_known(void **state)
{
	(void)state;
	start_fresh();
	tell(COMMAND_CHECK, (struct answer){.available_cents = 1000});
	refuse(COMMAND_SEARCH, ERR_CARRIER_NO_NUMBERS);
	assert_int_equal(now.state, ORDER_SEARCHING);
	tell(COMMAND_TRACE, (struct answer){.order_status = CARRIER_ORDER_SUCCESS,
				    .order_id = "lost",
				    .number = "+14155550155"});
	assert_int_equal(now.state, ORDER_ORDERED);
}

static void the_place_of_the_number_is_what_the_search_says(void **state)
{
	(void)state;
	start_fresh();
	pass_checks();
	const struct candidate c = for_sale("+16505550101");
	find_at(LADDER_NEARBY, 7, 1, &c);
	assert_int_equal(now.match.rung, LADDER_NEARBY);
	assert_string_equal(now.match.npa, "650");
	assert_int_equal(now.ladder_at, 0); /* from the same cursor while it may be had there */
}

static void an_outage_is_never_read_as_no_stock(void **state)
{
	(void)state;
	start_fresh();
	pass_checks();
	refuse(COMMAND_SEARCH, ERR_CARRIER_DOWN);
	assert_int_equal(now.state, ORDER_SEARCHING);
	assert_int_equal(now.ladder_at, 0);
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
	struct order_choice choice = {.area_code = "416", .country = "CA"};
	happen((struct event){.kind = EVENT_RETRY, .choice = &choice});
	assert_int_equal(now.state, ORDER_SEARCHING);
	assert_string_equal(now.area_code, "416");
	assert_string_equal(now.country, "CA");
	assert_true(asks(COMMAND_SEARCH));
}

static void a_ceiling_that_was_lowered_or_raised_since_binds_with_the_lower(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		start_fresh();
		pass_checks();
		rules.max_upfront_cents = i ? 99 : 1000;
		now.most_upfront_cents = i ? 1000 : 99;
		find_one(for_sale("+14155550101"));
		assert_int_equal(now.state, ORDER_FAILED);
		assert_int_equal(now.error.code, ERR_CARRIER_PRICE);
		/* Beginning again takes the ceiling of now, and holds anew by it. */
		rules.max_upfront_cents = 100;
		happen((struct event){.kind = EVENT_RETRY});
		assert_int_equal(now.most_upfront_cents, 100);
	}
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
	find_one(for_sale("+14155550104"));
	assert_string_equal(now.number, "+14155550104");
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

/* Its area code may have been closed since the sign-up was taken. */
static void a_phone_that_is_read_no_more_has_no_place_but_the_area_code_has(void **state)
{
	(void)state;
	struct ladder ladder;
	order_matrix_sample(ORDER_RECEIVED, &now);
	TEXT_COPY(now.business_phone, "+1");
	TEXT_COPY(now.area_code, "");
	happen((struct event){.kind = EVENT_START});
	assert_int_equal(now.state, ORDER_NEEDS_INPUT);
	assert_int_equal(now.error.code, ERR_PLACE_NEEDED);
	order_matrix_sample(ORDER_RECEIVED, &now);
	TEXT_COPY(now.business_phone, "+1");
	happen((struct event){.kind = EVENT_START});
	assert_int_equal(now.state, ORDER_SEARCHING);
	assert_true(order_ladder(&now, LADDER_SAME_COUNTRY, &ladder));
	assert_string_equal(ladder.requested, "415");
}

/* In London, Copenhagen and Solingen, which is 212 as New York is. */
static void a_phone_abroad_is_its_own_place(void **state)
{
	(void)state;
	static const struct {
		const char *phone, *area_code, *country, *detail, *first, *message;
		bool has_place;
	} rows[] = {
		{"+442079460123", "20", "GB", "searching area code 20", "20",
			"no number is for sale for area code 20 within \"same_country\"", true},
		{"+4533123456", "", "DK", "searching DK", "",
			"no number is for sale for DK within \"same_country\"", true},
		{"+4921223456789", "212", "DE", "searching area code 212", "212",
			"no number is for sale for area code 212 within \"same_country\"", true},
		{"+4921223456789", "212", "US", "searching area code 212", "212",
			"no number is for sale for area code 212 within \"same_country\"", true},
		{"+447400123456", "", "GB", NULL, NULL, NULL, false},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ladder ladder;
		order_matrix_sample(ORDER_RECEIVED, &now);
		now.max_rung = LADDER_SAME_COUNTRY;
		text_copy(now.business_phone, sizeof(now.business_phone), rows[i].phone);
		text_copy(now.area_code, sizeof(now.area_code), rows[i].area_code);
		text_copy(now.country, sizeof(now.country), rows[i].country);
		happen((struct event){.kind = EVENT_START});
		assert_int_equal(
			order_ladder(&now, LADDER_SAME_COUNTRY, &ladder), rows[i].has_place);
		if (!rows[i].has_place) {
			assert_int_equal(now.state, ORDER_NEEDS_INPUT);
			continue;
		}
		assert_int_equal(now.state, ORDER_SEARCHING);
		assert_string_equal(step.detail, rows[i].detail);
		assert_string_equal(ladder.country, rows[i].country);
		assert_string_equal(ladder.requested, rows[i].first);
		pass_checks();
		refuse(COMMAND_SEARCH, ERR_CARRIER_NO_NUMBERS);
		assert_int_equal(now.state, ORDER_FAILED);
		assert_string_equal(now.error.message, rows[i].message);
	}
}

static void where_there_is_no_place_there_is_no_ladder(void **state)
{
	(void)state;
	static const struct {
		const char *phone, *area_code, *country;
	} rows[] = {
		{"+1", "", "US"},
		{"+1", "999", "US"},
		{"+14155550123", "999", "US"},
		{"+442079460123", "20", "GB"}, /* of no town that is known */
		{"+447400123456", "", "GB"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ladder ladder;
		order_matrix_sample(ORDER_RECEIVED, &now);
		now.max_rung = LADDER_SAME_TOWN;
		text_copy(now.business_phone, sizeof(now.business_phone), rows[i].phone);
		text_copy(now.area_code, sizeof(now.area_code), rows[i].area_code);
		text_copy(now.country, sizeof(now.country), rows[i].country);
		assert_false(order_ladder(&now, LADDER_SAME_COUNTRY, &ladder));
	}
}

static void an_area_code_that_does_not_exist_is_asked_for_again(void **state)
{
	(void)state;
	order_matrix_sample(ORDER_RECEIVED, &now);
	TEXT_COPY(now.area_code, "999");
	happen((struct event){.kind = EVENT_START});
	assert_int_equal(now.state, ORDER_NEEDS_INPUT);
}

static void each_price_above_a_ceiling_and_every_other_currency_is_too_dear(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		start_fresh();
		pass_checks();
		now.most_upfront_cents = now.most_monthly_cents = 150;
		struct candidate c = for_sale("+14155550101");
		if (i == 0)
			c.upfront_cents = 151;
		else if (i == 1)
			c.monthly_cents = 151;
		else if (i == 2)
			TEXT_COPY(c.currency, "CAD");
		find_one(c);
		assert_int_equal(now.state, i < 3 ? ORDER_FAILED : ORDER_RESERVING);
		assert_int_equal(now.error.code, i < 3 ? ERR_CARRIER_PRICE : ERR_OK);
	}
}

static void one_that_is_too_dear_beside_one_that_went_is_not_the_end_of_the_search(void **state)
{
	(void)state;
	start_fresh();
	pass_checks();
	struct candidate dear = for_sale("+14155550102");
	dear.upfront_cents = 1000;
	const struct candidate two[] = {for_sale("+14155550101"), dear};
	find_at(LADDER_SAME_AREA_CODE, 1, 2, two);
	refuse(COMMAND_RESERVE, ERR_CARRIER_NUMBER_GONE);
	assert_int_equal(now.state, ORDER_SEARCHING);
	assert_true(asks(COMMAND_SEARCH));
}

static void a_balance_that_is_not_known_does_not_stop_it(void **state)
{
	(void)state;
	start_fresh();
	tell(COMMAND_CHECK, (struct answer){.available_cents = -1});
	tell(COMMAND_TRACE, (struct answer){.order_status = CARRIER_ORDER_NONE});
	find_two();
	assert_string_equal(now.number, "+14155550101");
}

static void no_more_candidates_are_kept_than_there_is_room_for(void **state)
{
	(void)state;
	start_fresh();
	pass_checks();
	struct candidate many[2 * ORDER_CANDIDATES];
	for (int i = 0; i < 2 * ORDER_CANDIDATES; i++) {
		many[i] = for_sale("+14155550100");
		many[i].number[11] = (char)('0' + i);
	}
	find_at(LADDER_SAME_AREA_CODE, 1, 2 * ORDER_CANDIDATES, many);
	assert_int_equal(now.candidate_count, ORDER_CANDIDATES);
	assert_string_equal(now.number, "+14155550100");
}

/* Others of ours are just buying all that is for sale here: it waits its turn,
 * and looks further away only when that does not end. */
static void a_place_where_others_of_ours_take_everything_is_left_after_ten_waits(void **state)
{
	(void)state;
	start_fresh();
	pass_checks();
	happen((struct event){.kind = EVENT_TAKEN, .taken = "+14155550101"});
	happen((struct event){.kind = EVENT_TAKEN, .taken = "+14155550102"});
	int waits = 0;
	for (; now.ladder_at == 0 && waits < 100; waits++) {
		find_two();
		assert_int_equal(now.state, ORDER_SEARCHING);
		if (asks(COMMAND_SEARCH))
			continue;
		now_ms = now.due_ms;
		happen((struct event){.kind = EVENT_TIMER});
	}
	assert_int_equal(now.ladder_at, 1);
	assert_true(waits > 10 && waits < 20);
}

/* Twelve numbers are remembered; after that it is not worth trying on. */
static void take_twelve(void)
{
	char number[NUMBER_BYTES];
	for (int i = 0; i < ORDER_AVOID; i++) {
		text_format(number, sizeof(number), "+141555502%02d", i);
		struct event taken = {.kind = EVENT_TAKEN};
		TEXT_COPY(taken.taken, number);
		happen(taken);
	}
	assert_int_equal(now.avoid_count, ORDER_AVOID);
}

static void after_twelve_numbers_that_went_it_fails_with_nothing_owned(void **state)
{
	(void)state;
	start_fresh();
	pass_checks();
	find_two();
	take_twelve();
	happen((struct event){.kind = EVENT_TAKEN, .taken = "+14155550102"});
	assert_int_equal(now.state, ORDER_RESERVING); /* its own pin is not in question */
	refuse(COMMAND_RESERVE, ERR_CARRIER_NUMBER_GONE);
	assert_int_equal(now.state, ORDER_FAILED);
	assert_int_equal(now.error.code, ERR_CARRIER_NUMBER_GONE);
}

static void a_thirteenth_number_of_another_signup_ends_the_search(void **state)
{
	(void)state;
	start_fresh();
	take_twelve();
	happen((struct event){.kind = EVENT_TAKEN, .taken = "+14155550102"});
	assert_int_equal(now.state, ORDER_FAILED);
	assert_int_equal(now.error.code, ERR_CARRIER_NUMBER_GONE);
}

static void an_existing_number_that_was_given_back_is_not_ours(void **state)
{
	(void)state;
	order_matrix_sample(ORDER_CLAIMING, &now);
	tell(COMMAND_LOOK, (struct answer){.number_status = NUMBER_ENDED});
	assert_int_equal(now.state, ORDER_FAILED);
	assert_int_equal(now.error.code, ERR_NUMBER_NOT_OWNED);
}

static void an_order_of_ours_for_no_single_number_stops_the_search(void **state)
{
	(void)state;
	start_fresh();
	tell(COMMAND_TRACE,
		(struct answer){.order_status = CARRIER_ORDER_SUCCESS, .order_id = "of-several"});
	assert_int_equal(now.state, ORDER_PARKED);
	assert_int_equal(now.error.code, ERR_PURCHASE_UNCLEAR);
	assert_int_equal(now.attempt_no, 1); /* its reference is never used again */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RULE(a_signup_is_checked_traced_and_searched_side_by_side),
		RULE(nothing_is_pinned_before_every_cheap_check_has_passed),
		RULE(a_definite_no_of_a_check_ends_it_with_nothing_owned),
		RULE(a_balance_below_the_price_ends_it_before_the_money),
		RULE(a_price_above_the_ceiling_is_not_paid),
		RULE(who_wants_to_be_asked_is_asked_when_all_is_too_dear),
		RULE(who_wants_to_be_asked_is_asked_when_all_is_too_dear),
		RULE(nothing_for_sale_up_to_the_highest_rung_is_a_clear_end),
		RULE(nothing_for_sale_ends_it_only_when_no_earlier_order_is_known),
		RULE(the_place_of_the_number_is_what_the_search_says),
		RULE(an_outage_is_never_read_as_no_stock),
		RULE(a_long_outage_needs_attention_and_goes_on_by_itself),
		RULE(a_phone_without_a_place_needs_input_and_goes_on_with_an_area_code),
		RULE(a_ceiling_that_was_lowered_or_raised_since_binds_with_the_lower),
		RULE(a_number_pinned_by_another_signup_is_avoided),
		RULE(a_restart_while_pinned_does_not_leave_a_later_search_waiting),
		RULE(an_existing_number_is_claimed_and_nothing_is_bought),
		RULE(an_existing_number_that_is_not_ours_fails_clearly),
		RULE(an_order_of_ours_that_memory_lost_is_found_by_reference_and_used),
		RULE(a_phone_that_is_read_no_more_has_no_place_but_the_area_code_has),
		RULE(a_phone_abroad_is_its_own_place),
		RULE(where_there_is_no_place_there_is_no_ladder),
		RULE(an_area_code_that_does_not_exist_is_asked_for_again),
		RULE(each_price_above_a_ceiling_and_every_other_currency_is_too_dear),
		RULE(one_that_is_too_dear_beside_one_that_went_is_not_the_end_of_the_search),
		RULE(a_balance_that_is_not_known_does_not_stop_it),
		RULE(no_more_candidates_are_kept_than_there_is_room_for),
		RULE(a_place_where_others_of_ours_take_everything_is_left_after_ten_waits),
		RULE(after_twelve_numbers_that_went_it_fails_with_nothing_owned),
		RULE(a_thirteenth_number_of_another_signup_ends_the_search),
		RULE(an_existing_number_that_was_given_back_is_not_ours),
		RULE(an_order_of_ours_for_no_single_number_stops_the_search),
	};
	return CHECK_MAIN(tests);
}
