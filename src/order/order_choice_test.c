/* order_choice_test.c - the number a customer chose, and what they are asked: never silently
 * another. */
#include "order/order_test_kit.h"

#define CHOSEN "+14155550142"
#define HALF_AN_HOUR_MS (30 * 60 * 1000)

static void start_with(const struct order_choice *choice)
{
	order_matrix_sample(ORDER_RECEIVED, &now);
	now.wanted = choice->wanted;
	now.wanted_until_ms = choice->wanted_until_ms;
	happen((struct event){.kind = EVENT_START});
}

static void start_chosen(void)
{
	start_with(&(struct order_choice){.wanted = {.number = CHOSEN}});
	assert_int_equal(now.state, ORDER_SEARCHING);
	assert_true(asks(COMMAND_SEARCH));
}

static void start_held(int64_t for_ms)
{
	start_with(&(struct order_choice){
		.wanted = for_sale(CHOSEN), .wanted_until_ms = NOW_MS + for_ms});
	assert_int_equal(now.state, ORDER_SEARCHING);
}

static void assert_asked(enum err_code code)
{
	assert_int_equal(now.state, ORDER_NEEDS_INPUT);
	assert_int_equal(now.error.code, code);
	assert_string_equal(now.number, "");
	int64_t cents;
	assert_int_equal(order_money(&now, ACCOUNT_PURCHASE, &cents), MONEY_NONE);
}

static void the_chosen_number_is_searched_reserved_and_bought(void **state)
{
	(void)state;
	start_chosen();
	pass_checks();
	find_one(for_sale(CHOSEN));
	assert_string_equal(now.number, CHOSEN);
	assert_true(asks(COMMAND_RESERVE));
	tell(COMMAND_RESERVE, (struct answer){.reserved_until_ms = NOW_MS + HALF_AN_HOUR_MS});
	assert_int_equal(now.state, ORDER_BUYING);
	assert_string_equal(now.attempt.number, CHOSEN);
}

static void another_number_in_the_answer_is_not_taken_for_the_chosen_one(void **state)
{
	(void)state;
	start_chosen();
	pass_checks();
	const struct candidate both[] = {for_sale("+14155550101"), for_sale(CHOSEN)};
	find_at(LADDER_SAME_AREA_CODE, 1, 2, both);
	assert_string_equal(now.number, CHOSEN);
	start_chosen();
	pass_checks();
	find_two();
	assert_asked(ERR_CHOICE_GONE);
}

static void a_chosen_number_that_is_not_for_sale_is_asked_about(void **state)
{
	(void)state;
	start_chosen();
	pass_checks();
	refuse(COMMAND_SEARCH, ERR_CARRIER_NO_NUMBERS);
	assert_asked(ERR_CHOICE_GONE);
	assert_non_null(strstr(now.error.message, CHOSEN));
}

static void a_chosen_number_that_another_signup_has_is_asked_about(void **state)
{
	(void)state;
	start_chosen();
	pass_checks();
	happen((struct event){.kind = EVENT_TAKEN, .taken = CHOSEN});
	find_one(for_sale(CHOSEN));
	assert_asked(ERR_CHOICE_GONE);
}

static void an_outage_is_not_read_as_the_chosen_number_having_gone(void **state)
{
	(void)state;
	start_chosen();
	pass_checks();
	refuse(COMMAND_SEARCH, ERR_CARRIER_DOWN);
	assert_int_equal(now.state, ORDER_SEARCHING);
	assert_true(now.due_ms > now_ms);
}

static void a_chosen_number_that_cannot_be_reserved_is_asked_about(void **state)
{
	(void)state;
	start_chosen();
	pass_checks();
	find_one(for_sale(CHOSEN));
	refuse(COMMAND_RESERVE, ERR_CARRIER_NUMBER_GONE);
	assert_asked(ERR_CHOICE_GONE);
	assert_false(asks(COMMAND_SEARCH));
}

static void a_chosen_number_whose_order_failed_is_asked_about_after_looking(void **state)
{
	(void)state;
	start_chosen();
	pass_checks();
	find_one(for_sale(CHOSEN));
	tell(COMMAND_RESERVE, (struct answer){.reserved_until_ms = NOW_MS + HALF_AN_HOUR_MS});
	tell(COMMAND_BUY, (struct answer){.order_status = CARRIER_ORDER_PENDING, .order_id = "o"});
	let_the_order_fail();
	assert_asked(ERR_CHOICE_GONE);
}

static void a_chosen_number_sold_to_a_stranger_is_asked_about_after_looking(void **state)
{
	(void)state;
	start_chosen();
	pass_checks();
	struct candidate c = for_sale(CHOSEN);
	c.is_reservable = false;
	find_one(c);
	assert_int_equal(now.state, ORDER_BUYING);
	refuse(COMMAND_BUY, ERR_CARRIER_NUMBER_GONE);
	for (int i = 0; now.state == ORDER_UNCLEAR && i < 3; i++) {
		now_ms += rules.settle_ms / 4;
		look_and_see_nothing();
	}
	assert_asked(ERR_CHOICE_GONE);
}

static void a_cancelled_signup_whose_chosen_number_went_is_over(void **state)
{
	(void)state;
	start_chosen();
	pass_checks();
	find_one(for_sale(CHOSEN));
	tell(COMMAND_RESERVE, (struct answer){.reserved_until_ms = NOW_MS + HALF_AN_HOUR_MS});
	happen((struct event){.kind = EVENT_CANCEL});
	refuse(COMMAND_BUY, ERR_CARRIER_ORDER_FAILED);
	for (int i = 0; now.state == ORDER_UNCLEAR && i < 3; i++) {
		now_ms += rules.settle_ms / 4;
		if (now.asked[COMMAND_LOOK] == 0)
			happen((struct event){.kind = EVENT_TIMER});
		tell(COMMAND_LOOK, (struct answer){.order_status = CARRIER_ORDER_ENDED});
	}
	assert_int_equal(now.state, ORDER_CANCELLED);
}

static void a_chosen_number_that_is_too_dear_is_asked_about_and_none_is_bought(void **state)
{
	(void)state;
	for (int asks = 0; asks < 2; asks++) {
		start_chosen();
		now.asks = asks;
		pass_checks();
		struct candidate dear = for_sale(CHOSEN);
		dear.monthly_cents = 201;
		find_one(dear);
		assert_int_equal(now.state, ORDER_NEEDS_INPUT);
		assert_int_equal(now.error.code, ERR_CARRIER_PRICE);
		assert_string_equal(now.number, "");
		assert_int_equal(now.asked[COMMAND_BUY], 0);
	}
}

/* Bought for this sign-up once, says its reference; if it was not, it is not ordered. */
static void what_is_found_in_place_of_the_chosen_number_is_not_ordered_again(void **state)
{
	(void)state;
	start_chosen();
	tell(COMMAND_TRACE, (struct answer){.order_status = CARRIER_ORDER_PENDING,
				    .order_id = "lost",
				    .number = "+14155550155"});
	assert_int_equal(now.state, ORDER_ORDERED);
	happen((struct event){.kind = EVENT_RESUME});
	tell(COMMAND_READ_ORDER, (struct answer){.order_status = CARRIER_ORDER_ENDED});
	assert_int_equal(now.state, ORDER_UNCLEAR);
	now.pin_attempts[0].outcome = OUTCOME_UNKNOWN;
	for (int i = 0; i < 200 && now.state == ORDER_UNCLEAR; i++) {
		now_ms += 10000;
		look_and_see_nothing();
		assert_false(asks(COMMAND_BUY) || asks(COMMAND_RESERVE));
	}
	assert_int_equal(now.state, ORDER_PARKED);
}

/* --- held --- */

static void a_held_number_is_ordered_after_the_checks_without_search_or_reservation(void **state)
{
	(void)state;
	start_held(HALF_AN_HOUR_MS);
	assert_true(asks(COMMAND_CHECK) && asks(COMMAND_TRACE));
	assert_false(asks(COMMAND_SEARCH));
	assert_string_equal(now.number, ""); /* nothing before every cheap check */
	pass_checks();
	assert_int_equal(now.state, ORDER_BUYING);
	assert_true(asks(COMMAND_BUY));
	assert_int_equal(step.save, SAVE_FIRST);
	assert_string_equal(now.number, CHOSEN);
	assert_true(now.was_reserved);
	assert_int_equal(now.reserved_until_ms, NOW_MS + HALF_AN_HOUR_MS);
}

static void what_a_held_number_is_to_the_customers_place_is_told(void **state)
{
	(void)state;
	start_held(HALF_AN_HOUR_MS);
	pass_checks();
	assert_int_equal(now.match.rung, LADDER_SAME_AREA_CODE);
	assert_string_equal(now.match.npa, "415");
}

static void a_chosen_number_of_another_country_or_none_is_of_no_near_rung(void **state)
{
	(void)state;
	start_with(&(struct order_choice){.wanted = {.number = "+18005550142"}});
	pass_checks();
	find_one(for_sale("+18005550142"));
	assert_int_equal(now.match.rung, LADDER_SAME_COUNTRY);
	assert_string_equal(now.match.npa, "");
}

static void a_chosen_number_abroad_is_placed_by_its_own_code(void **state)
{
	(void)state;
	static const struct {
		const char *number, *npa;
		enum ladder_rung rung;
	} rows[] = {{"+442079460199", "20", LADDER_SAME_AREA_CODE},
		{"+441314960123", "", LADDER_SAME_COUNTRY}};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		order_matrix_sample(ORDER_RECEIVED, &now);
		TEXT_COPY(now.business_phone, "+442079460123");
		TEXT_COPY(now.area_code, "20");
		TEXT_COPY(now.country, "GB");
		text_copy(now.wanted.number, sizeof(now.wanted.number), rows[i].number);
		happen((struct event){.kind = EVENT_START});
		pass_checks();
		find_one(for_sale(rows[i].number));
		assert_int_equal(now.match.rung, rows[i].rung);
		assert_string_equal(now.match.npa, rows[i].npa);
		assert_string_equal(now.match.country, "GB");
	}
}

static void a_hold_with_little_left_is_renewed_before_the_order(void **state)
{
	(void)state;
	start_held(4 * 60 * 1000);
	pass_checks();
	assert_int_equal(now.state, ORDER_RESERVING);
	assert_true(asks(COMMAND_RESERVE));
	assert_true(now.was_reserved); /* it is there to be looked for, and extended */
}

static void a_hold_that_ran_out_counts_as_none(void **state)
{
	(void)state;
	start_with(&(struct order_choice){.wanted = for_sale(CHOSEN), .wanted_until_ms = NOW_MS});
	assert_true(asks(COMMAND_SEARCH));
	pass_checks();
	find_one(for_sale(CHOSEN));
	assert_int_equal(now.state, ORDER_RESERVING);
	assert_false(now.was_reserved);
}

static void a_hold_that_runs_out_during_an_outage_is_searched_for(void **state)
{
	(void)state;
	start_held(60000);
	tell(COMMAND_TRACE, (struct answer){.order_status = CARRIER_ORDER_NONE});
	now_ms += 61000;
	tell(COMMAND_CHECK, (struct answer){.available_cents = 1000});
	assert_int_equal(now.state, ORDER_SEARCHING);
	assert_true(asks(COMMAND_SEARCH));
	find_one(for_sale(CHOSEN));
	assert_int_equal(now.state, ORDER_RESERVING);
	assert_false(now.was_reserved);
}

/* Only we could have bought it: the order that was refused may be the copy. */
static void a_refused_order_for_a_held_number_does_not_let_it_go(void **state)
{
	(void)state;
	start_held(HALF_AN_HOUR_MS);
	pass_checks();
	refuse(COMMAND_BUY, ERR_CARRIER_NUMBER_GONE);
	for (int i = 0; i < 4; i++) {
		now_ms += rules.settle_ms / 4;
		look_and_see_nothing();
		assert_int_equal(now.state, ORDER_UNCLEAR);
		assert_string_equal(now.number, CHOSEN);
	}
}

static void a_held_number_that_another_signup_has_is_asked_about(void **state)
{
	(void)state;
	start_held(HALF_AN_HOUR_MS);
	struct order stored = now; /* the save of the pin was refused: read again */
	pass_checks();
	now = stored;
	happen((struct event){.kind = EVENT_TAKEN, .taken = CHOSEN});
	happen((struct event){.kind = EVENT_RESUME});
	pass_checks();
	assert_asked(ERR_CHOICE_GONE);
	assert_int_equal(now.wanted_until_ms, 0);
}

static void while_frozen_a_held_number_waits_and_is_then_looked_at_again(void **state)
{
	(void)state;
	rules.is_frozen = true;
	start_held(HALF_AN_HOUR_MS);
	pass_checks();
	assert_int_equal(now.state, ORDER_RESERVING);
	assert_false(asks(COMMAND_BUY));
	rules.is_frozen = false;
	now_ms = now.due_ms;
	happen((struct event){.kind = EVENT_TIMER});
	assert_true(asks(COMMAND_RESERVE));
}

static void a_hold_is_this_orders_to_use_and_nobody_elses_number_is(void **state)
{
	(void)state;
	char hold[REFERENCE_BYTES];
	start_held(HALF_AN_HOUR_MS);
	pass_checks();
	order_hold_reference(now.instance, "k3v9", hold);
	assert_string_equal(hold, "nb1-abcdef-h-k3v9");
	assert_false(order_owns_reference(&now, hold));
	assert_true(order_may_use_reservation(&now, hold));
	assert_true(order_may_use_reservation(&now, "nb1-abcdef-aaaaaaaaaaaaaaaaaaaa-1"));
	assert_false(order_may_use_reservation(&now, "nb1-abcdef-bbbbbbbbbbbbbbbbbbbb-1"));
	assert_false(order_may_use_reservation(&now, "nb1-other-h-k3v9"));
	TEXT_COPY(now.wanted.number, "+14155550143");
	assert_false(order_may_use_reservation(&now, hold));
	TEXT_COPY(now.wanted.number, CHOSEN);
	now.wanted_until_ms = 0;
	assert_false(order_may_use_reservation(&now, hold));
}

/* --- what they may answer --- */

static void answer_with(struct order_choice choice)
{
	happen((struct event){.kind = EVENT_RETRY, .choice = &choice});
}

static void be_gone(void)
{
	start_chosen();
	pass_checks();
	refuse(COMMAND_SEARCH, ERR_CARRIER_NO_NUMBERS);
	assert_asked(ERR_CHOICE_GONE);
}

static void another_chosen_number_takes_the_place_of_the_first(void **state)
{
	(void)state;
	be_gone();
	answer_with((struct order_choice){
		.wanted = for_sale("+14155550143"), .wanted_until_ms = NOW_MS + HALF_AN_HOUR_MS});
	pass_checks();
	assert_int_equal(now.state, ORDER_BUYING);
	assert_string_equal(now.number, "+14155550143");
}

static void a_place_instead_of_the_chosen_number_begins_a_search(void **state)
{
	(void)state;
	be_gone();
	answer_with((struct order_choice){.area_code = "510", .country = "US"});
	assert_string_equal(now.wanted.number, "");
	assert_string_equal(now.area_code, "510");
	pass_checks();
	find_two();
	assert_int_equal(now.state, ORDER_RESERVING);
}

static void retried_without_a_word_it_looks_for_the_chosen_number_again(void **state)
{
	(void)state;
	be_gone();
	happen((struct event){.kind = EVENT_RETRY});
	assert_true(asks(COMMAND_SEARCH));
	pass_checks();
	find_two();
	assert_asked(ERR_CHOICE_GONE);
}

static void ask_when_none_is_near(void)
{
	order_matrix_sample(ORDER_RECEIVED, &now);
	now.max_rung = LADDER_SAME_AREA_CODE;
	now.asks = true;
	happen((struct event){.kind = EVENT_START});
	pass_checks();
	refuse(COMMAND_SEARCH, ERR_CARRIER_NO_NUMBERS);
	assert_asked(ERR_CHOICE_NEEDED);
}

static void one_who_wants_to_be_asked_is_asked_instead_of_failing(void **state)
{
	(void)state;
	ask_when_none_is_near();
	answer_with((struct order_choice){.has_max_rung = true, .max_rung = LADDER_SAME_STATE});
	assert_int_equal(now.max_rung, LADDER_SAME_STATE);
	assert_false(now.asks);
	assert_int_equal(now.ladder_at, 0);
	assert_string_equal(now.area_code, "415");
	pass_checks();
	refuse(COMMAND_SEARCH, ERR_CARRIER_NO_NUMBERS);
	assert_int_equal(now.state, ORDER_FAILED); /* the rung was named this time */
}

static void one_who_is_asked_may_choose_any_number_for_sale(void **state)
{
	(void)state;
	ask_when_none_is_near();
	answer_with((struct order_choice){.wanted = {.number = "+12125550142"}});
	pass_checks();
	find_one(for_sale("+12125550142"));
	assert_int_equal(now.state, ORDER_RESERVING);
	assert_int_equal(now.match.rung, LADDER_SAME_COUNTRY);
	assert_string_equal(now.match.npa, "212");
}

static void lose_the_place(void)
{
	order_matrix_sample(ORDER_RECEIVED, &now);
	TEXT_COPY(now.area_code, "");
	happen((struct event){.kind = EVENT_START});
	assert_asked(ERR_PLACE_NEEDED);
}

static void without_a_place_only_a_place_or_a_number_helps(void **state)
{
	(void)state;
	lose_the_place();
	happen((struct event){.kind = EVENT_RETRY});
	assert_int_equal(step.verdict, VERDICT_REJECTED);
	answer_with((struct order_choice){.has_max_rung = true, .max_rung = LADDER_NEARBY});
	assert_int_equal(step.verdict, VERDICT_REJECTED);
	assert_int_equal(step.error.code, ERR_INVALID_FIELD);
	answer_with((struct order_choice){.wanted = {.number = CHOSEN}});
	assert_int_equal(now.state, ORDER_SEARCHING);
	lose_the_place();
	answer_with((struct order_choice){.area_code = "416",
		.country = "CA",
		.postal_code = "M5V 2T6",
		.has_max_rung = true,
		.max_rung = LADDER_NEARBY,
		.asks = true});
	assert_int_equal(now.state, ORDER_SEARCHING);
	assert_string_equal(now.postal_code, "M5V 2T6");
	assert_true(now.asks);
}

static void the_same_number_named_again_is_held_still(void **state)
{
	(void)state;
	order_matrix_sample(ORDER_FAILED, &now);
	now.wanted = for_sale(CHOSEN);
	now.wanted_until_ms = NOW_MS + 600000;
	int64_t until_ms = now.wanted_until_ms;
	answer_with((struct order_choice){.wanted = {.number = CHOSEN}});
	assert_int_equal(now.wanted_until_ms, until_ms);
	assert_int_equal(now.wanted.monthly_cents, 100);
}

static void one_that_failed_may_be_told_otherwise(void **state)
{
	(void)state;
	order_matrix_sample(ORDER_FAILED, &now);
	TEXT_COPY(now.contains, "2020");
	answer_with((struct order_choice){.area_code = "510", .country = "US"});
	assert_int_equal(step.verdict, VERDICT_APPLIED);
	assert_string_equal(now.area_code, "510");
	assert_string_equal(now.contains, "2020");
	order_matrix_sample(ORDER_FAILED, &now);
	TEXT_COPY(now.contains, "2020");
	answer_with((struct order_choice){.has_contains = true});
	assert_string_equal(now.contains, "");
	order_matrix_sample(ORDER_FAILED, &now); /* chosen, and failed for another reason */
	TEXT_COPY(now.wanted.number, CHOSEN);
	happen((struct event){.kind = EVENT_RETRY});
	assert_string_equal(now.wanted.number, CHOSEN);
	order_matrix_sample(ORDER_FAILED, &now); /* told how to look: not for that one */
	TEXT_COPY(now.wanted.number, CHOSEN);
	answer_with((struct order_choice){.has_max_rung = true, .max_rung = LADDER_NEARBY});
	assert_string_equal(now.wanted.number, "");
	order_matrix_sample(ORDER_FAILED, &now);
	TEXT_COPY(now.wanted.number, CHOSEN);
	answer_with((struct order_choice){.wanted = {.number = "+12125550142"}});
	assert_string_equal(now.wanted.number, "+12125550142");
	order_matrix_sample(ORDER_FAILED, &now);
	now.mode = ORDER_MODE_EXISTING;
	TEXT_COPY(now.existing_number, CHOSEN);
	answer_with((struct order_choice){.wanted = {.number = "+12125550142"}});
	assert_int_equal(step.verdict, VERDICT_REJECTED);
	assert_int_equal(step.error.code, ERR_INVALID_FIELD);
}

static void one_that_is_past_choosing_is_told_nothing_in_vain(void **state)
{
	(void)state;
	order_matrix_sample(ORDER_PARKED, &now);
	answer_with((struct order_choice){.area_code = "510", .country = "US"});
	assert_int_equal(step.verdict, VERDICT_REJECTED);
	assert_int_equal(step.error.code, ERR_CONFLICT);
	assert_int_equal(now.state, ORDER_PARKED);
	order_matrix_sample(ORDER_PARKED, &now);
	happen((struct event){.kind = EVENT_RETRY});
	assert_int_equal(step.verdict, VERDICT_APPLIED);
	order_matrix_sample(ORDER_ACTIVE, &now);
	happen((struct event){.kind = EVENT_CANCEL});
	answer_with((struct order_choice){.area_code = "510", .country = "US"});
	assert_int_equal(step.error.code, ERR_CONFLICT); /* a plain retry takes it back */
	assert_int_equal(now.state, ORDER_RELEASING);
}

static void a_later_place_takes_the_whole_of_an_earlier_ones(void **state)
{
	(void)state;
	order_matrix_sample(ORDER_NEEDS_INPUT, &now);
	TEXT_COPY(now.postal_code, "94110");
	TEXT_COPY(now.city, "San Francisco, CA");
	answer_with((struct order_choice){.area_code = "510", .country = "US"});
	assert_string_equal(now.postal_code, "");
	assert_string_equal(now.city, "");
	order_matrix_sample(ORDER_NEEDS_INPUT, &now);
	answer_with(
		(struct order_choice){.area_code = "510", .country = "US", .city = "Berkeley, CA"});
	assert_string_equal(now.city, "Berkeley, CA");
}

/* --- never further than allowed --- */

static void the_ladder_is_the_orders_own(void **state)
{
	(void)state;
	struct ladder ladder;
	order_matrix_sample(ORDER_RECEIVED, &now);
	now.max_rung = LADDER_SAME_AREA_CODE;
	assert_true(order_ladder(&now, LADDER_SAME_COUNTRY, &ladder));
	assert_string_equal(ladder.requested, "415");
	for (size_t i = 0; i < ladder.count; i++)
		assert_true(ladder.areas[i].rung <= LADDER_SAME_AREA_CODE);
	TEXT_COPY(now.area_code, "212"); /* asked for, though the phone is of 415 */
	assert_true(order_ladder(&now, LADDER_SAME_COUNTRY, &ladder));
	assert_string_equal(ladder.requested, "212");
	TEXT_COPY(now.area_code, "");
	assert_false(order_ladder(&now, LADDER_SAME_COUNTRY, &ladder));
	TEXT_COPY(now.postal_code, "94704");
	assert_true(order_ladder(&now, LADDER_SAME_COUNTRY, &ladder));
	assert_string_equal(ladder.town, "Berkeley");
	TEXT_COPY(now.postal_code, "");
	TEXT_COPY(now.city, "Oakland, CA");
	assert_true(order_ladder(&now, LADDER_SAME_COUNTRY, &ladder));
	assert_string_equal(ladder.town, "Oakland");
}

static void searched_from_one_cursor_four_times_it_goes_on_past_it(void **state)
{
	(void)state;
	start_fresh();
	pass_checks();
	for (int i = 1; i <= ORDER_SEARCHES; i++) {
		struct candidate c = for_sale("+14155550100");
		c.number[11] = (char)('0' + i);
		find_at(LADDER_SAME_AREA_CODE, 3, 1, &c);
		refuse(COMMAND_RESERVE, ERR_CARRIER_NUMBER_GONE);
		assert_int_equal(now.state, ORDER_SEARCHING);
		assert_true(asks(COMMAND_SEARCH));
		assert_int_equal(now.ladder_at, i < ORDER_SEARCHES ? 0 : 3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RULE(the_chosen_number_is_searched_reserved_and_bought),
		RULE(another_number_in_the_answer_is_not_taken_for_the_chosen_one),
		RULE(a_chosen_number_that_is_not_for_sale_is_asked_about),
		RULE(a_chosen_number_that_another_signup_has_is_asked_about),
		RULE(an_outage_is_not_read_as_the_chosen_number_having_gone),
		RULE(a_chosen_number_that_cannot_be_reserved_is_asked_about),
		RULE(a_chosen_number_whose_order_failed_is_asked_about_after_looking),
		RULE(a_chosen_number_sold_to_a_stranger_is_asked_about_after_looking),
		RULE(a_cancelled_signup_whose_chosen_number_went_is_over),
		RULE(a_chosen_number_that_is_too_dear_is_asked_about_and_none_is_bought),
		RULE(what_is_found_in_place_of_the_chosen_number_is_not_ordered_again),
		RULE(a_held_number_is_ordered_after_the_checks_without_search_or_reservation),
		RULE(what_a_held_number_is_to_the_customers_place_is_told),
		RULE(a_chosen_number_of_another_country_or_none_is_of_no_near_rung),
		RULE(a_chosen_number_abroad_is_placed_by_its_own_code),
		RULE(a_hold_with_little_left_is_renewed_before_the_order),
		RULE(a_hold_that_ran_out_counts_as_none),
		RULE(a_hold_that_runs_out_during_an_outage_is_searched_for),
		RULE(a_refused_order_for_a_held_number_does_not_let_it_go),
		RULE(a_held_number_that_another_signup_has_is_asked_about),
		RULE(while_frozen_a_held_number_waits_and_is_then_looked_at_again),
		RULE(a_hold_is_this_orders_to_use_and_nobody_elses_number_is),
		RULE(another_chosen_number_takes_the_place_of_the_first),
		RULE(a_place_instead_of_the_chosen_number_begins_a_search),
		RULE(retried_without_a_word_it_looks_for_the_chosen_number_again),
		RULE(one_who_wants_to_be_asked_is_asked_instead_of_failing),
		RULE(one_who_is_asked_may_choose_any_number_for_sale),
		RULE(without_a_place_only_a_place_or_a_number_helps),
		RULE(the_same_number_named_again_is_held_still),
		RULE(one_that_failed_may_be_told_otherwise),
		RULE(one_that_is_past_choosing_is_told_nothing_in_vain),
		RULE(a_later_place_takes_the_whole_of_an_earlier_ones),
		RULE(the_ladder_is_the_orders_own),
		RULE(searched_from_one_cursor_four_times_it_goes_on_past_it),
	};
	return CHECK_MAIN(tests);
}
