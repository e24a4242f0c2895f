/* seek_test.c - a search along the ladder: what is asked, in which round, and what is made of it.
 */
#include "engine/engine_test_kit.h"

#include "engine/hold.h"

#define IN_TOWN "(415) 282-1234" /* an exchange of San Francisco */

static struct wish near_us(void)
{
	return (struct wish){.business_name = "Bay Bikes",
		.email = "a@b.example",
		.business_phone = IN_TOWN,
		.source = "api"};
}

static void sign_up_near(void)
{
	struct wish wish = near_us();
	sign_up_as(&wish);
	assert_int_equal(last.err.code, ERR_OK);
}

static void assert_bought(const char *start)
{
	wait_until(last.order.id, ORDER_ACTIVE);
	if (!text_starts(last.order.number, start))
		fail_msg("%s is no number of %s", last.order.number, start);
}

static void numbers_at_home_cost_two_searches_and_one_look_at_the_stock(void **state)
{
	(void)state;
	w.script.in_stock = "415 628";
	sign_up_near();
	assert_bought("+1415");
	assert_int_equal(last.order.match.rung, LADDER_SAME_TOWN);
	assert_string_equal(last.order.match.town, "San Francisco");
	assert_string_equal(w.script.searched, "town:415 415");
	assert_int_equal(w.script.stocks, 1);
}

static void the_next_signup_asks_for_no_stock(void **state)
{
	(void)state;
	w.script.in_stock = "415";
	for (int i = 0; i < 3; i++) {
		sign_up("Bay Bikes", "", "");
		wait_until(last.order.id, ORDER_ACTIVE);
	}
	assert_int_equal(w.script.stocks, 1);
}

static void a_sold_out_town_costs_a_second_round_among_what_is_in_stock(void **state)
{
	(void)state;
	w.script.in_stock = "212 510 707 415 650 925";
	w.script.sold_out = "415 650";
	sign_up_near();
	assert_bought("+1510");
	assert_int_equal(last.order.match.rung, LADDER_NEARBY);
	assert_true(last.order.match.km_tenths > 0);
	assert_string_equal(w.script.searched, "town:415 415 650 510 925 707");
}

/* Known to be sold out, home and what lies beyond are asked side by side. */
static void a_town_that_the_stock_calls_sold_out_costs_one_round(void **state)
{
	(void)state;
	w.script.in_stock = "628";
	w.script.sold_out = "415";
	sign_up_near();
	assert_bought("+1628");
	w.script.searched[0] = '\0';
	struct wish wish = near_us();
	TEXT_COPY(wish.business_name, "Bay Boats");
	TEXT_COPY(wish.email, "b@b.example");
	sign_up_as(&wish);
	assert_bought("+1628");
	assert_string_equal(w.script.searched, "town:415 415 628");
	assert_int_equal(w.script.stocks, 1);
}

static void without_word_of_the_stock_it_goes_place_by_place_and_fails_nobody(void **state)
{
	(void)state;
	w.script.in_stock = NULL;
	w.script.sold_out = "415 628 650 510 341 925";
	sign_up_near();
	assert_bought("+1707");
	assert_string_equal(w.script.searched, "town:415 415 628 650 510 341 925 707 369 408");
}

static void stock_that_lies_is_found_out_by_asking_the_whole(void **state)
{
	(void)state;
	w.script.in_stock = "628 650";
	w.script.sold_out = "415 628 650 510 341 925 707 369 408 669 209 350 831 530 837 916 279";
	sign_up_near();
	wait_until(last.order.id, ORDER_ACTIVE);
	/* The whole of the state, and of the country. */
	assert_non_null(strstr(w.script.searched, "*"));
	assert_true(last.order.match.rung >= LADDER_SAME_STATE);
}

static void numbers_from_all_over_are_taken_nearest_first_and_told_as_what_they_are(void **state)
{
	(void)state;
	w.script.in_stock = "";
	w.script.sold_out = "415 628 650 510 341 925 707 369 408 669 209 350 831 530 837 916 279";
	TEXT_COPY(w.script.wholesale, "+15595550142");
	sign_up_near();
	assert_bought("+1559");
	assert_int_equal(last.order.match.rung, LADDER_SAME_STATE);
	assert_string_equal(last.order.match.npa, "559");
	assert_true(last.order.match.km_tenths > 1600);
}

static void a_near_place_that_cannot_be_asked_is_no_reason_to_buy_a_farther_number(void **state)
{
	(void)state;
	w.script.in_stock = "415 628 650";
	w.script.sold_out = "415";
	w.script.failing = "628";
	sign_up_near();
	run_for_ms(100);
	last.is_done = false;
	engine_get(w.engine, last.order.id, told, NULL);
	assert_true(loop_run_until(w.loop, &last.is_done, WAIT_MS));
	assert_int_equal(last.order.state, ORDER_SEARCHING);
	assert_int_equal(last.order.error.code, ERR_CARRIER_DOWN);
	w.script.failing = NULL;
	assert_bought("+1628");
}

static void numbers_above_the_ceiling_are_passed_over_for_the_nearest_affordable(void **state)
{
	(void)state;
	w.script.in_stock = "415 628 650";
	w.script.dear = "415 628";
	sign_up_near();
	assert_bought("+1650");
	assert_int_equal(last.order.match.rung, LADDER_NEARBY);
}

static void told_to_be_dear_is_the_nearest_and_only_when_all_are(void **state)
{
	(void)state;
	w.script.in_stock = "415 628";
	w.script.dear = "415 628";
	w.script.sold_out = "650 510 341 925 707 369 408 669 209 350 831 530 837 916 279 *";
	sign_up_near();
	wait_until(last.order.id, ORDER_FAILED);
	assert_int_equal(last.order.error.code, ERR_CARRIER_PRICE);
	assert_memory_equal(strstr(last.order.error.message, "+1"), "+1415", 5);
	assert_string_equal(w.script.bought, "");
	/* They are for sale, after all: the next one asks for them again. */
	w.script.dear = NULL;
	struct wish wish = near_us();
	TEXT_COPY(wish.business_name, "Bay Boats");
	TEXT_COPY(wish.email, "b@b.example");
	sign_up_as(&wish);
	assert_bought("+1415");
}

static void a_far_place_that_cannot_be_asked_hinders_nothing_nearer(void **state)
{
	(void)state;
	w.script.in_stock = "628 650 510";
	w.script.sold_out = "415";
	w.script.failing = "650";
	sign_up_near();
	assert_bought("+1628");
}

static void what_is_nearer_is_waited_for_and_what_is_farther_is_not(void **state)
{
	(void)state;
	w.script.is_stock_held = true; /* the answer comes when all is long over */
	sign_up_near();
	assert_bought("+1415");
	let_stock_go(&w.script);
	run_for_ms(10);
}

static void the_stock_is_waited_for_when_home_is_sold_out(void **state)
{
	(void)state;
	w.script.is_stock_held = true;
	w.script.in_stock = "510";
	w.script.sold_out = "415";
	sign_up_near();
	run_for_ms(50);
	assert_string_equal(w.script.searched, "town:415 415");
	let_stock_go(&w.script);
	assert_bought("+1510");
}

static void sign_up_to(const char *max_rung)
{
	struct wish wish = near_us();
	TEXT_COPY(wish.max_rung, max_rung);
	sign_up_as(&wish);
	assert_int_equal(last.err.code, ERR_OK);
}

static void nothing_beyond_the_highest_rung_is_asked_for(void **state)
{
	(void)state;
	w.script.in_stock = "650 212";
	w.script.sold_out = "415 628";
	sign_up_to("overlay");
	wait_until(last.order.id, ORDER_FAILED);
	assert_int_equal(last.order.error.code, ERR_CARRIER_NO_NUMBERS);
	assert_string_equal(w.script.searched, "town:415 415 628");
}

static void one_who_stays_in_the_area_code_needs_no_stock(void **state)
{
	(void)state;
	w.script.sold_out = "415";
	sign_up_to("same_area_code");
	wait_until(last.order.id, ORDER_FAILED);
	assert_string_equal(w.script.searched, "town:415 415");
	assert_int_equal(w.script.stocks, 0);
}

static void certain_digits_that_are_nowhere_near_do_not_lead_through_every_code(void **state)
{
	(void)state;
	w.script.in_stock = "415 628 650 510 341 925 707 369 408 669 209 350 831 530 837";
	w.script.sold_out = "415 628 650 510 341 925 707 369 408 669 209 350 831 530 837 916 279";
	struct wish wish = near_us();
	TEXT_COPY(wish.contains, "2020");
	sign_up_as(&wish);
	wait_until(last.order.id, ORDER_ACTIVE);
	int places = 1;
	for (const char *at = w.script.searched; *at != '\0'; at++)
		places += *at == ' ';
	assert_true(places <= 24);
}

/* --- the questions --- */

static void answer_with(const struct engine_choice *choice)
{
	last.is_done = false;
	engine_retry(w.engine, last.order.id, choice, told, NULL);
	assert_true(loop_run_until(w.loop, &last.is_done, WAIT_MS));
}

static void one_who_wants_to_be_asked_is_asked_and_goes_on_with_the_answer(void **state)
{
	(void)state;
	w.script.in_stock = "628 650";
	w.script.sold_out = "415";
	sign_up_to("ask");
	wait_until(last.order.id, ORDER_NEEDS_INPUT);
	assert_int_equal(last.order.error.code, ERR_CHOICE_NEEDED);
	answer_with(&(struct engine_choice){.max_rung = "moon"});
	assert_int_equal(last.err.code, ERR_INVALID_FIELD);
	assert_non_null(strstr(last.err.message, "max_rung"));
	answer_with(&(struct engine_choice){.max_rung = "nearby"});
	assert_int_equal(last.err.code, ERR_OK);
	assert_bought("+1628");
}

static void a_phone_without_a_place_goes_on_with_a_city_a_postal_code_or_a_number(void **state)
{
	(void)state;
	static const struct engine_choice answers[] = {{.city = "Berkeley, CA"},
		{.postal_code = "94704"}, {.number = "+1 510 555 0142"}, {.area_code = "510"}};
	w.script.in_stock = "510";
	for (size_t i = 0; i < COUNT_OF(answers); i++) {
		struct wish wish = near_us();
		TEXT_COPY(wish.business_phone, "+1 800 356 9377");
		wish.email[0] = (char)('a' + i);
		sign_up_as(&wish);
		wait_until(last.order.id, ORDER_NEEDS_INPUT);
		assert_int_equal(last.order.error.code, ERR_PLACE_NEEDED);
		answer_with(&(struct engine_choice){.city = "Nowhere At All, CA"});
		assert_true(last.err.code != ERR_OK);
		assert_non_null(strstr(last.err.message, "city"));
		answer_with(&answers[i]);
		assert_int_equal(last.err.code, ERR_OK);
		assert_bought("+1510");
	}
}

static void a_place_beside_a_phone_without_one_is_enough_to_go_on_at_once(void **state)
{
	(void)state;
	struct wish wish = near_us();
	TEXT_COPY(wish.business_phone, "+1 800 356 9377");
	TEXT_COPY(wish.city, "Berkeley, CA");
	sign_up_as(&wish);
	assert_bought("+1510");
	assert_string_equal(last.order.area_code, "510");
}

/* --- the number that was chosen --- */

static struct {
	bool is_done, is_held;
	struct wish_error error;
	struct engine_reserved reserved;
} held;

static void take_held(
	void *arg, const struct wish_error *error, const struct engine_reserved *reserved)
{
	(void)arg;
	held.is_done = true;
	held.is_held = error == NULL;
	if (error != NULL)
		held.error = *error;
	else
		held.reserved = *reserved;
}

static void hold(const char *number)
{
	held.is_done = false;
	engine_reserve(w.engine, number, take_held, NULL);
	assert_false(held.is_done);
	assert_true(loop_run_until(w.loop, &held.is_done, WAIT_MS));
}

static void choose(const char *number, const char *token)
{
	struct wish wish = near_us();
	TEXT_COPY(wish.number, number);
	TEXT_COPY(wish.hold, token);
	sign_up_as(&wish);
	assert_int_equal(last.err.code, ERR_OK);
}

static void a_chosen_number_is_asked_for_alone_and_bought(void **state)
{
	(void)state;
	choose("415-282-0142", "");
	assert_bought("+14152820142");
	assert_int_equal(w.script.asked[COMMAND_OFFER], 1);
	assert_int_equal(w.script.asked[COMMAND_SEARCH], 0);
	assert_int_equal(w.script.asked[COMMAND_RESERVE], 1);
	assert_int_equal(last.order.match.rung, LADDER_SAME_TOWN);
}

static void a_chosen_number_that_has_gone_is_asked_about_and_no_other_is_bought(void **state)
{
	(void)state;
	w.script.sold_out = "628";
	choose("+1 628 555 0142", "");
	wait_until(last.order.id, ORDER_NEEDS_INPUT);
	assert_int_equal(last.order.error.code, ERR_CHOICE_GONE);
	assert_int_equal(w.script.asked[COMMAND_BUY], 0);
	answer_with(&(struct engine_choice){.number = "+1 650 555 0143"});
	assert_bought("+16505550143");
}

/* A business abroad with a number of ours here: its own code, 20, is none of +1. */
static void a_phone_abroad_stands_in_the_way_of_nothing_that_is_asked_later(void **state)
{
	(void)state;
	struct wish wish = near_us();
	TEXT_COPY(wish.business_phone, "+44 20 7946 0123");
	TEXT_COPY(wish.number, "+1 628 555 0142");
	w.script.sold_out = "628";
	sign_up_as(&wish);
	wait_until(last.order.id, ORDER_NEEDS_INPUT);
	answer_with(&(struct engine_choice){.max_rung = "same_country"});
	assert_int_equal(last.err.code, ERR_PHONE_REFUSED); /* not any number of Britain */
	assert_non_null(strstr(last.err.message, "United Kingdom"));
	assert_int_equal(last.order.state, ORDER_NEEDS_INPUT);
	answer_with(&(struct engine_choice){.number = "+1 650 555 0143"});
	assert_int_equal(last.err.code, ERR_OK);
	assert_bought("+16505550143");
	last.is_done = false;
	engine_cancel(w.engine, last.order.id, true, told, NULL);
	assert_true(loop_run_until(w.loop, &last.is_done, WAIT_MS));
	assert_int_equal(last.err.code, ERR_OK);
	wait_until(last.order.id, ORDER_RELEASED);
}

static void one_that_failed_takes_another_choice(void **state)
{
	(void)state;
	static const struct engine_choice answers[] = {{.number = "+1 510 555 0142"},
		{.area_code = "510"}, {.max_rung = "same_country"}, {.has_contains = true},
		{.contains = "-"}};
	for (size_t i = 0; i < COUNT_OF(answers); i++) {
		struct wish wish = near_us();
		wish.email[0] = (char)('a' + i);
		TEXT_COPY(wish.max_rung, "same_area_code");
		TEXT_COPY(wish.contains, "2020");
		w.script.in_stock = w.script.sold_out = "415";
		sign_up_as(&wish);
		wait_until(last.order.id, ORDER_FAILED);
		assert_string_equal(last.order.contains, "2020");
		bool is_any = i >= 3;
		w.script.in_stock = is_any ? "415" : "510";
		w.script.sold_out = is_any ? "" : "415";
		answer_with(&answers[i]);
		assert_int_equal(last.err.code, ERR_OK);
		assert_bought(is_any ? "+1415" : "+1510");
		assert_string_equal(last.order.contains, is_any ? "" : "2020");
	}
}

static void one_that_has_a_number_takes_no_other_choice(void **state)
{
	(void)state;
	sign_up_near();
	assert_bought("+1415");
	answer_with(&(struct engine_choice){.number = "+1 510 555 0142"});
	assert_int_equal(last.err.code, ERR_CONFLICT);
}

static void a_held_number_is_bought_without_a_search_or_another_reservation(void **state)
{
	(void)state;
	hold("+1 415 282 0142");
	assert_true(held.is_held);
	assert_string_equal(held.reserved.candidate.number, "+14152820142");
	assert_int_equal(w.script.asked[COMMAND_OFFER], 1);
	assert_int_equal(w.script.asked[COMMAND_RESERVE], 1);
	choose("+14152820142", held.reserved.hold);
	assert_bought("+14152820142");
	assert_int_equal(w.script.asked[COMMAND_OFFER], 1);
	assert_int_equal(w.script.asked[COMMAND_RESERVE], 1);
	assert_true(last.order.was_reserved);
	assert_int_equal(last.order.pinned.upfront_cents, 100);
}

static void a_hold_on_another_number_is_refused_and_of_somebody_elses_making_counts_as_none(
	void **state)
{
	(void)state;
	hold("+1 415 282 0142");
	static const char *const others[] = {"+14152820143", ""};
	for (size_t i = 0; i < COUNT_OF(others); i++) {
		struct wish other = near_us();
		TEXT_COPY(other.number, others[i]);
		TEXT_COPY(other.hold, held.reserved.hold);
		sign_up_as(&other);
		assert_int_equal(last.err.code, ERR_INVALID_FIELD);
		assert_non_null(strstr(last.err.message, "hold"));
	}
	assert_string_equal(w.script.bought, "");
	held.reserved.hold[strlen(held.reserved.hold) - 1] ^= 1;
	struct wish wish = near_us();
	TEXT_COPY(wish.email, "c@b.example");
	TEXT_COPY(wish.number, "+14152820142");
	TEXT_COPY(wish.hold, held.reserved.hold);
	sign_up_as(&wish);
	assert_bought("+14152820142");
	assert_int_equal(w.script.asked[COMMAND_OFFER], 2);
}

static void what_a_sign_up_would_not_pay_is_not_held(void **state)
{
	(void)state;
	w.engine->rules.max_monthly_cents = 99;
	hold("+1 415 282 0142");
	assert_false(held.is_held);
	assert_int_equal(held.error.err.code, ERR_CARRIER_PRICE);
	assert_int_equal(w.script.asked[COMMAND_RESERVE], 0);
}

static void what_cannot_be_held_is_said_why(void **state)
{
	(void)state;
	hold("hello");
	assert_string_equal(held.error.field, "number");
	assert_int_equal(held.error.err.code, ERR_PHONE_REFUSED);
	w.script.sold_out = "628";
	hold("+16285550142");
	assert_int_equal(held.error.err.code, ERR_CHOICE_GONE);
	w.script.refuse[COMMAND_RESERVE] = ERR_CARRIER_NUMBER_GONE;
	hold("+14155550142");
	assert_int_equal(held.error.err.code, ERR_CARRIER_NUMBER_GONE);
	w.script.refuse[COMMAND_OFFER] = ERR_CARRIER_DOWN;
	hold("+14155550142");
	assert_int_equal(held.error.err.code, ERR_CARRIER_DOWN);
	w.script.refuse[COMMAND_RESERVE] = ERR_CARRIER_UNCLEAR;
	hold("+14155550142");
	assert_int_equal(held.error.err.code, ERR_CARRIER_UNCLEAR);
	assert_memory_equal(held.error.err.hint, "Nothing was bought.", 19);
	w.script.refuse[COMMAND_RESERVE] = ERR_CARRIER_LEVEL;
	hold("+14155550142");
	assert_int_equal(held.error.err.code, ERR_CARRIER_LEVEL);
	int offers = w.script.asked[COMMAND_OFFER];
	hold("+14155550142"); /* learned: not asked again */
	assert_int_equal(held.error.err.code, ERR_CARRIER_LEVEL);
	assert_int_equal(w.script.asked[COMMAND_OFFER], offers);
	w.clock.boot_ms += 3600000; /* the account may have been raised */
	hold("+14155550142");
	assert_true(held.is_held);
}

static void while_spending_is_frozen_nothing_is_held(void **state)
{
	(void)state;
	freeze_now();
	assert_true(loop_run_until(w.loop, &turned.is_done, WAIT_MS));
	hold("+14155550142");
	assert_int_equal(held.error.err.code, ERR_FROZEN);
	assert_int_equal(w.script.asked[COMMAND_RESERVE], 0);
}

static void a_number_that_a_signup_is_just_getting_is_not_held(void **state)
{
	(void)state;
	reach_an_open_purchase();
	hold(last.order.number);
	assert_int_equal(held.error.err.code, ERR_CHOICE_GONE);
}

static void a_hold_says_what_it_was_made_for_and_is_read_by_its_own_key_only(void **state)
{
	(void)state;
	const uint8_t key[32] = {1, 2, 3}, other[32] = {1, 2, 4};
	struct candidate c = {.number = "+14155550142",
		.upfront_cents = 100,
		.monthly_cents = 150,
		.currency = "USD"};
	struct candidate read;
	int64_t until_ms;
	char token[HOLD_BYTES], broken[HOLD_BYTES];
	hold_write(key, sizeof(key), &c, 5000, token);
	assert_true(hold_read(key, sizeof(key), token, c.number, 4999, &read, &until_ms));
	assert_string_equal(read.number, c.number);
	assert_int_equal(read.monthly_cents, 150);
	assert_int_equal(until_ms, 5000);
	assert_false(hold_read(key, sizeof(key), token, c.number, 5000, &read, &until_ms));
	assert_int_equal(until_ms, 0);
	assert_false(hold_read(other, sizeof(other), token, c.number, 0, &read, &until_ms));
	assert_false(hold_read(key, sizeof(key), token, "+14155550143", 0, &read, &until_ms));
	assert_false(hold_read(key, sizeof(key), token, "", 0, &read, &until_ms));
	for (size_t i = 0; i < strlen(token); i++) {
		TEXT_COPY(broken, token);
		broken[i] = broken[i] == '0' ? '1' : '0';
		assert_false(hold_read(key, sizeof(key), broken, c.number, 0, &read, &until_ms));
		broken[i] = '\0';
		assert_false(hold_read(key, sizeof(key), broken, c.number, 0, &read, &until_ms));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD(numbers_at_home_cost_two_searches_and_one_look_at_the_stock),
		WORLD(the_next_signup_asks_for_no_stock),
		WORLD(a_sold_out_town_costs_a_second_round_among_what_is_in_stock),
		WORLD(a_town_that_the_stock_calls_sold_out_costs_one_round),
		WORLD(without_word_of_the_stock_it_goes_place_by_place_and_fails_nobody),
		WORLD(stock_that_lies_is_found_out_by_asking_the_whole),
		WORLD(numbers_from_all_over_are_taken_nearest_first_and_told_as_what_they_are),
		WORLD(a_near_place_that_cannot_be_asked_is_no_reason_to_buy_a_farther_number),
		WORLD(numbers_above_the_ceiling_are_passed_over_for_the_nearest_affordable),
		WORLD(told_to_be_dear_is_the_nearest_and_only_when_all_are),
		WORLD(a_far_place_that_cannot_be_asked_hinders_nothing_nearer),
		WORLD(what_is_nearer_is_waited_for_and_what_is_farther_is_not),
		WORLD(the_stock_is_waited_for_when_home_is_sold_out),
		WORLD(nothing_beyond_the_highest_rung_is_asked_for),
		WORLD(one_who_stays_in_the_area_code_needs_no_stock),
		WORLD(certain_digits_that_are_nowhere_near_do_not_lead_through_every_code),
		WORLD(one_who_wants_to_be_asked_is_asked_and_goes_on_with_the_answer),
		WORLD(a_phone_without_a_place_goes_on_with_a_city_a_postal_code_or_a_number),
		WORLD(a_place_beside_a_phone_without_one_is_enough_to_go_on_at_once),
		WORLD(a_chosen_number_is_asked_for_alone_and_bought),
		WORLD(a_chosen_number_that_has_gone_is_asked_about_and_no_other_is_bought),
		WORLD(a_phone_abroad_stands_in_the_way_of_nothing_that_is_asked_later),
		WORLD(one_that_failed_takes_another_choice),
		WORLD(one_that_has_a_number_takes_no_other_choice),
		WORLD(a_held_number_is_bought_without_a_search_or_another_reservation),
		WORLD(a_hold_on_another_number_is_refused_and_of_somebody_elses_making_counts_as_none),
		WORLD(what_a_sign_up_would_not_pay_is_not_held),
		WORLD(what_cannot_be_held_is_said_why),
		WORLD(while_spending_is_frozen_nothing_is_held),
		WORLD(a_number_that_a_signup_is_just_getting_is_not_held),
		CHECK(a_hold_says_what_it_was_made_for_and_is_read_by_its_own_key_only),
	};
	return CHECK_MAIN(tests);
}
