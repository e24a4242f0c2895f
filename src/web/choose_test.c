/* choose_test.c - numbers for sale on the pages: shown, kept, and chosen. */
#include "web/web_test_kit.h"

static void an_area_code_is_enough_for_a_number_for_sale(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct reply r;
	get(w, &r, "/offer?phone=(415");
	assert_true(has(&r, "value=\"+14155550200\""));
	assert_true(has(&r, "San Francisco"));
	reply_done(&r);
	/* The same area code again costs no search: this one would fail. */
	w->search_code = ERR_CARRIER_DOWN;
	get(w, &r, "/offer?phone=%2B1+415+555+0123");
	assert_true(has(&r, "555-0200"));
	reply_done(&r);
	get(w, &r, "/offer?phone=212");
	assert_true(has(&r, "We will look for a number in area code 212 (New York)."));
	reply_done(&r);
	w->search_code = ERR_OK; /* trouble is not kept */
	get(w, &r, "/offer?phone=4155550123&place=212");
	assert_true(has(&r, "(212) 555-0200"));
	reply_done(&r);
	close_world(w);
}

static void a_number_that_is_none_is_told_while_typing(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct reply r;
	get(w, &r, "/offer?phone=41");
	assert_string_equal(r.body, "");
	reply_done(&r);
	get(w, &r, "/offer?phone=911");
	assert_true(has(&r, "<p class=\"wrong\">"));
	reply_done(&r);
	get(w, &r, "/offer?phone=4151234567");
	assert_true(has(&r, "cannot start with 0 or 1"));
	reply_done(&r);
	get(w, &r, "/offer?phone=8005550123");
	assert_true(has(&r, "data-needs-place"));
	reply_done(&r);
	get(w, &r, "/offer?phone=%2B44");
	assert_string_equal(r.body, "");
	reply_done(&r);
	get(w, &r, "/offer");
	assert_int_equal(r.status, 200);
	reply_done(&r);
	close_world(w);
}

/* What a sign-up would be refused is not offered, with a script or without. */
static void numbers_where_no_sign_up_can_be_completed_are_not_offered(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct reply r;
	get(w, &r, "/offer?phone=%2B44+20+7946+0123");
	assert_true(has(&r, "data-needs-place"));
	assert_true(has(&r, "We cannot get a number in the United Kingdom yet"));
	assert_false(has(&r, "name=\"number\""));
	reply_done(&r);
	get(w, &r, "/offer?phone=%2B44+20+7946+0123&place=212");
	assert_true(has(&r, "(212) 555-0200"));
	reply_done(&r);
	post(w, &r, "/", "business_name=London&business_phone=%2B442079460123&look=yes");
	assert_true(has(&r, "papers are wanted for each"));
	assert_false(has(&r, "+4420794602"));
	reply_done(&r);
	post(w, &r, "/", "business_name=London&email=a%40b.example&business_phone=%2B442079460123");
	assert_true(has(&r, "papers are wanted for each"));
	reply_done(&r);
	close_world(w);
}

static void many_different_questions_are_not_all_searched(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	int searched = 0, asked = 0;
	for (size_t i = 0; i < area_code_count() && asked < 60; i++) {
		const struct area_code *area = area_code_at(i);
		struct reply r;
		char target[40];
		if (area->kind != KIND_GEOGRAPHIC || !area->is_in_service)
			continue;
		text_format(target, sizeof(target), "/offer?phone=%s", area->npa);
		get(w, &r, target);
		assert_int_equal(r.status, 200);
		searched += has(&r, "Numbers are for sale");
		asked++;
		reply_done(&r);
	}
	assert_int_equal(asked, 60);
	assert_true(searched >= 8);
	assert_true(searched < 60);
	close_world(w);
}

static void numbers_stand_by_rung_with_price_and_map(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct reply r;
	get(w, &r, "/offer?phone=4155550123");
	assert_true(has(&r, "<legend>Your number</legend>"));
	assert_true(has(&r, "name=\"number\" value=\"\" checked>"));
	assert_true(has(&r, "<p class=\"rung\" id=\"rung_0\">Area code 415</p>"));
	assert_true(has(&r, "Each costs 1.00 USD at once, 1.00 USD a month."));
	assert_true(has(&r, "<svg class=\"map\" role=\"img\" "
			    "aria-labelledby=\"map_title map_desc\""));
	assert_true(has(&r, "Seen from San Francisco. 415 is right there."));
	reply_done(&r);
	get(w, &r, "/offer?toll_free=yes");
	assert_true(has(&r, ">Toll-free</p>"));
	assert_true(has(&r, "value=\"+18005550200\""));
	assert_false(has(&r, "<svg")); /* they are nowhere */
	reply_done(&r);
	close_world(w);
}

static void what_was_chosen_stays_the_choice(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct reply r;
	get(w, &r, "/offer?phone=415&number=%2B14155550201");
	assert_true(has(&r, "value=\"+14155550201\" checked>"));
	assert_false(has(&r, "value=\"\" checked>"));
	reply_done(&r);
	/* Held numbers are no longer on the list. */
	get(w, &r, "/offer?phone=415&number=%2B14155559999");
	assert_true(has(&r, "value=\"+14155559999\" checked>"));
	assert_true(has(&r, "your choice"));
	reply_done(&r);
	get(w, &r, "/offer?phone=415&number=%22%3E%3Cscript%3E");
	assert_true(has(&r, "value=\"\" checked>"));
	assert_false(has(&r, "script"));
	reply_done(&r);
	close_world(w);
}

static void without_script_a_button_shows_them_and_nothing_typed_is_lost(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct reply r;
	get(w, &r, "/");
	assert_true(has(&r, "name=\"look\" value=\"yes\">Show numbers for sale</button>"));
	assert_false(has(&r, "<fieldset"));
	reply_done(&r);
	post(w, &r, "/", "business_name=Kept&business_phone=4155550123&look=yes");
	assert_int_equal(r.status, 200);
	assert_true(has(&r, "value=\"Kept\""));
	assert_true(has(&r, "value=\"+14155550200\""));
	assert_false(has(&r, "Please check"));
	reply_done(&r);
	/* Wrong in another field: the choice is still there. */
	post(w, &r, "/", "business_name=Kept&business_phone=4155550123&number=%2B14155550201");
	assert_int_equal(r.status, 422);
	assert_true(has(&r, "value=\"+14155550201\" checked>"));
	reply_done(&r);
	post(w, &r, "/", BIKES "&toll_free=yes");
	assert_int_equal(r.status, 422);
	assert_true(has(&r, "Choose one of the toll-free numbers"));
	assert_true(has(&r, "value=\"+18005550200\""));
	reply_done(&r);
	close_world(w);
}

static void hold(struct world *w, struct reply *r, const char *headers, const char *body)
{
	send_request(w, r, "POST", "/hold", headers, body);
}

static void a_number_is_held_for_our_own_page_only(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct reply r;
	wait_for_spending(w);
	hold(w, &r, FORM_TYPE, "number=%2B14155550201");
	assert_int_equal(r.status, 403);
	reply_done(&r);
	hold(w, &r, FORM_TYPE "Sec-Fetch-Site: cross-site\r\n", "number=%2B14155550201");
	assert_int_equal(r.status, 403);
	reply_done(&r);
	hold(w, &r, OUR_FORM, "number=rubbish");
	assert_int_equal(r.status, 422);
	reply_done(&r);
	get(w, &r, "/hold");
	assert_int_equal(r.status, 405);
	reply_done(&r);
	assert_int_equal(w->held_numbers, 0);
	hold(w, &r, OUR_FORM, "number=%2B14155550201");
	assert_int_equal(r.status, 200);
	JSON_AUTO j = reply_json(&r);
	assert_string_equal(json_text(j, "say"), "(415) 555-0201 is kept for you");
	assert_true(json_int(j, "seconds", 0) > 60);
	assert_true(strlen(json_text(j, "hold")) > 20);
	assert_int_equal(w->held_numbers, 1);
	reply_done(&r);
	close_world(w);
}

static void a_number_that_cannot_be_held_is_said_as_it_is(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct reply r;
	wait_for_spending(w);
	w->hold_code = ERR_CARRIER_NUMBER_GONE;
	hold(w, &r, OUR_FORM, "number=%2B14155550201");
	assert_int_equal(r.status, 409);
	assert_true(has(&r, "That number has just gone."));
	reply_done(&r);
	w->hold_code = ERR_CARRIER_NOT_OFFERED;
	hold(w, &r, OUR_FORM, "number=%2B14155550201");
	assert_int_equal(r.status, 200);
	assert_true(has(&r, "if it is still there when you sign up"));
	assert_true(has(&r, "\"hold\":\"\""));
	reply_done(&r);
	close_world(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(an_area_code_is_enough_for_a_number_for_sale),
		CHECK(a_number_that_is_none_is_told_while_typing),
		CHECK(numbers_where_no_sign_up_can_be_completed_are_not_offered),
		CHECK(many_different_questions_are_not_all_searched),
		CHECK(numbers_stand_by_rung_with_price_and_map),
		CHECK(what_was_chosen_stays_the_choice),
		CHECK(without_script_a_button_shows_them_and_nothing_typed_is_lost),
		CHECK(a_number_is_held_for_our_own_page_only),
		CHECK(a_number_that_cannot_be_held_is_said_as_it_is),
	};
	return CHECK_MAIN(tests);
}
