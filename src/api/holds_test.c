/* holds_test.c - a number kept for whoever looks at it, and for how many. */
#include "api/test_world.h"

#define KEY "an-operators-long-key"
#define WITH_KEY "Authorization: Bearer " KEY "\r\n"
#define A_NUMBER "{\"phone_number\":\"(415) 555-0199\"}"

static void hold(struct world *w, struct reply *r, const char *headers, const char *body)
{
	char all[300];
	text_format(all, sizeof(all), "%s%s", JSON_TYPE, headers);
	send_request(w, r, "POST", "/v1/holds", all, body);
}

static void a_held_number_comes_with_its_price_and_its_end(void **state)
{
	(void)state;
	struct world *w = world_new(NULL, NULL, false);
	struct reply r;
	int64_t until_ms = 0;
	wait_for_spending(w);
	hold(w, &r, "", A_NUMBER);
	assert_int_equal(r.status, 201);
	JSON_AUTO j = reply_json(&r);
	assert_string_equal(json_text(j, "phone_number"), "+14155550199");
	assert_string_equal(json_text(j, "cost.upfront"), "1.00");
	assert_string_equal(json_text(j, "cost.currency"), "USD");
	assert_true(strlen(json_text(j, "hold")) > 20);
	assert_true(clock_parse(json_text(j, "until"), &until_ms));
	assert_true(until_ms > clock_wall_ms(clock_machine()) + 60000);
	assert_int_equal(w->held_numbers, 1);
	reply_done(&r);
	world_free(w);
}

static void what_is_no_number_is_refused_by_its_reason(void **state)
{
	(void)state;
	struct world *w = world_new(NULL, NULL, false);
	struct reply r;
	hold(w, &r, "", "{\"phone_number\":\"911-555-1234\"}");
	assert_problem(&r, 422, "npa_n11", "phone_number");
	hold(w, &r, "", "{}");
	assert_problem(&r, 422, "invalid_field", "phone_number");
	hold(w, &r, "", "{\"number\":\"4155550199\"}");
	assert_problem(&r, 422, "unknown_field", "number");
	assert_int_equal(w->held_numbers, 0);
	world_free(w);
}

static void a_number_where_no_sign_up_can_be_completed_is_not_held(void **state)
{
	(void)state;
	struct world *w = world_new(NULL, NULL, false);
	struct reply r;
	hold(w, &r, "", "{\"phone_number\":\"+442079460199\"}");
	assert_problem(&r, 422, "country_needs_papers", "phone_number");
	assert_int_equal(w->held_numbers, 0);
	world_free(w);
}

static void a_number_that_has_gone_is_told_so(void **state)
{
	(void)state;
	struct world *w = world_new(NULL, NULL, false);
	struct reply r;
	wait_for_spending(w);
	w->hold_code = ERR_CARRIER_NUMBER_GONE;
	hold(w, &r, "", A_NUMBER);
	JSON_AUTO j = reply_json(&r);
	assert_int_equal(r.status, 409);
	assert_string_equal(json_text(j, "code"), "carrier_number_gone");
	reply_done(&r);
	world_free(w);
}

/* The client's address is loopback: what a network has its part of is the rate's
 * own test; here strangers together, and who is not counted. */
static void strangers_hold_so_many_and_the_operator_any(void **state)
{
	(void)state;
	struct world *w = world_new(KEY, NULL, true);
	struct reply r;
	int taken = 0;
	for (int i = 0; i < 70; i++) {
		hold(w, &r, "", A_NUMBER);
		taken += r.status != 429;
		if (r.status == 429) /* of ten minutes, less what this took */
			assert_in_range(retry_after(&r), 500, 600);
		reply_done(&r);
	}
	assert_int_equal(taken, 60);
	hold(w, &r, WITH_KEY, A_NUMBER);
	assert_int_not_equal(r.status, 429);
	reply_done(&r);
	world_free(w);
}

static void what_fails_says_that_nothing_goes_on_by_itself(void **state)
{
	(void)state;
	static const enum err_code codes[] = {ERR_CARRIER_DOWN, ERR_CARRIER_LIMITED};
	struct world *w = world_new(NULL, NULL, false);
	struct reply r;
	wait_for_spending(w);
	for (size_t i = 0; i < COUNT_OF(codes); i++) {
		w->hold_code = codes[i];
		hold(w, &r, "", A_NUMBER);
		JSON_AUTO j = reply_json(&r);
		assert_int_equal(r.status, 503);
		assert_string_equal(json_text(j, "code"), err_wire(codes[i]));
		assert_string_equal(
			json_text(j, "hint"), "Nothing was begun. Ask again in a moment.");
		reply_done(&r);
	}
	world_free(w);
}

static void without_public_sign_up_a_hold_needs_the_key(void **state)
{
	(void)state;
	struct world *w = world_new(KEY, NULL, false);
	struct reply r;
	hold(w, &r, "", A_NUMBER);
	assert_problem(&r, 401, "unauthorized", NULL);
	assert_int_equal(w->held_numbers, 0);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(a_held_number_comes_with_its_price_and_its_end),
		CHECK(what_is_no_number_is_refused_by_its_reason),
		CHECK(a_number_where_no_sign_up_can_be_completed_is_not_held),
		CHECK(a_number_that_has_gone_is_told_so),
		CHECK(strangers_hold_so_many_and_the_operator_any),
		CHECK(what_fails_says_that_nothing_goes_on_by_itself),
		CHECK(without_public_sign_up_a_hold_needs_the_key),
	};
	return CHECK_MAIN(tests);
}
