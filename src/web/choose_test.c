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

static void the_first_three_digits_are_the_area_code_however_they_are_typed(void **state)
{
	(void)state;
	static const struct {
		const char *phone, *said; /* "": nothing yet */
	} rows[] = {
		{"%2B1+415", "San Francisco"},
		{"1-415", "San Francisco"},
		{"415x", "San Francisco"},
		{"4151", "San Francisco"},
		{"1", ""},
		{"%2B442", ""}, /* one abroad, half typed */
		{"411", "<p class=\"wrong\">"},
		{"555", "<p class=\"wrong\">"},
		{"273", "<p class=\"wrong\">"}, /* opens later */
		{"233", "<p class=\"wrong\">"}, /* nobody's */
		{"800", ""},                    /* of no place, but a whole number may follow */
		{"5215550123", "data-needs-place>This number does not tell where"},
		{"8005550123", "data-needs-place>A toll-free number belongs to no place."},
		{"%ff%fe", ""},
	};
	struct world *w = open_world(NULL, true);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct reply r;
		char target[60];
		text_format(target, sizeof(target), "/offer?phone=%s", rows[i].phone);
		get(w, &r, target);
		assert_int_equal(r.status, 200);
		if (rows[i].said[0] == '\0' ? r.body[0] != '\0' : !has(&r, rows[i].said))
			fail_msg("%s: %s", rows[i].phone, r.body);
		reply_done(&r);
	}
	close_world(w);
}

static void a_place_says_where_to_look_before_the_phone_does(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct reply r;
	get(w, &r, "/offer?phone=2125550123&place=94704");
	assert_true(has(&r, "Numbers are for sale in Berkeley right now."));
	assert_true(has(&r, "value=\"+15105550200\""));
	assert_true(has(&r, "<desc id=\"map_desc\">Seen from Berkeley."));
	reply_done(&r);
	get(w, &r, "/offer?place=Berkeley,+CA");
	assert_true(has(&r, "Numbers are for sale in Berkeley right now."));
	reply_done(&r);
	get(w, &r, "/offer?phone=4155550123&place=00000");
	assert_true(has(&r, "<p class=\"wrong\">"));
	assert_true(has(&r, "ZIP"));
	assert_false(has(&r, "<fieldset"));
	reply_done(&r);
	close_world(w);
}

static void where_none_is_for_sale_that_is_said_and_kept(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct reply r;
	w->search_code = ERR_CARRIER_NO_NUMBERS;
	get(w, &r, "/offer?phone=415");
	assert_true(has(&r, "We cannot get any number in or near San Francisco right now."));
	assert_false(has(&r, "<fieldset"));
	reply_done(&r);
	get(w, &r, "/offer?phone=415&contains=2020");
	assert_true(has(&r, "We cannot get any number with 2020 there right now."));
	reply_done(&r);
	w->search_code = ERR_OK; /* asked again within the minute: no search */
	get(w, &r, "/offer?phone=415");
	assert_true(has(&r, "We cannot get any number in or near San Francisco"));
	reply_done(&r);
	close_world(w);
}

/* Both ZIP codes are of 707 and name no town, but they are over 200 km apart. */
static void what_is_near_one_place_is_not_shown_as_near_another(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct reply r;
	get(w, &r, "/offer?phone=8005550123&place=95404");
	assert_true(has(&r, "(707) 555-0200"));
	reply_done(&r);
	w->search_code = ERR_CARRIER_NO_NUMBERS;
	get(w, &r, "/offer?phone=8005550123&place=95404"); /* as it was kept */
	assert_true(has(&r, "(707) 555-0200"));
	reply_done(&r);
	get(w, &r, "/offer?phone=8005550123&place=95501"); /* asked for itself */
	assert_true(has(&r, "We cannot get any number"));
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

static void nothing_to_choose_where_a_number_is_brought_along(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct order o;
	char id[ID_BYTES];
	sign_up_by_form(w,
		BIKES "&has_existing=yes&existing_number=%2B16285550199"
		      "&number=%2B14155550201&hold=x&contains=2020&key=" KEY,
		id);
	get_order(w, id, &o);
	assert_int_equal(o.mode, ORDER_MODE_EXISTING);
	assert_string_equal(o.existing_number, "+16285550199");
	assert_string_equal(o.wanted.number, "");
	assert_int_equal(w->sold, 0);
	close_world(w);
}

static void a_number_chosen_by_one_is_shown_to_no_other(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct reply r;
	char id[ID_BYTES];
	get(w, &r, "/offer?phone=415");
	assert_true(has(&r, "value=\"+14155550201\""));
	reply_done(&r);
	sign_up_by_form(w, BIKES "&number=%2B14155550201&key=" KEY, id);
	get(w, &r, "/offer?phone=415");
	assert_false(has(&r, "value=\"+14155550201\""));
	assert_true(has(&r, "value=\"+14155550200\""));
	reply_done(&r);
	wait_for_state(w, id, ORDER_ACTIVE);
	close_world(w);
}

/* What is wished beside the place opens its part of the form, wrong or not. */
static void what_was_wished_is_open_when_the_form_comes_back(void **state)
{
	(void)state;
	static const struct {
		const char *wish, *shown;
		bool is_open;
	} rows[] = {
		{"", "value=\"4155550123\"", false},
		{"&place=94704", "value=\"94704\"", true},
		{"&contains=2020", "value=\"2020\"", true},
		{"&contains=12345678901", "Enter up to seven digits or letters", true},
		{"&place=00000", "ZIP", true},
		{"&toll_free=yes", "value=\"yes\" checked", true},
		{"&toll_free=", "value=\"4155550123\"", false},
	};
	struct world *w = open_world(NULL, true);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct reply r;
		char body[200];
		text_format(body, sizeof(body), "business_phone=4155550123&look=%s", rows[i].wish);
		post(w, &r, "/", body); /* no name, no e-mail: back it comes */
		assert_int_equal(r.status, 422);
		assert_true(has(&r, rows[i].shown));
		assert_int_equal(has(&r, "<details class=\"more\" open>"), rows[i].is_open);
		reply_done(&r);
	}
	close_world(w);
}

/* A key that is not one of the page's makes no two forms the same. */
static void a_key_that_is_none_of_ours_counts_for_nothing(void **state)
{
	(void)state;
	static const char *const keys[] = {
		"other", "page-0011", KEY "00", KEY "X", "page-00112233445566778899aabbccddeefX"};
	struct world *w = open_world(NULL, true);
	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		char id[2][ID_BYTES], body[300];
		for (int k = 0; k < 2; k++) {
			text_format(body, sizeof(body),
				"business_name=Shop+%zu%d&email=a%%40b.example"
				"&business_phone=4155550123&key=%s",
				i, k, keys[i]);
			sign_up_by_form(w, body, id[k]);
		}
		assert_string_not_equal(id[0], id[1]);
		wait_for_state(w, id[0], ORDER_ACTIVE);
		wait_for_state(w, id[1], ORDER_ACTIVE);
	}
	close_world(w);
}

static void a_number_of_another_customer_is_not_brought_along(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct reply r;
	char id[ID_BYTES];
	sign_up_by_form(w, BIKES "&key=" KEY, id);
	wait_for_state(w, id, ORDER_ACTIVE); /* (415) 555-1001 */
	post(w, &r, "/",
		"business_name=Other&email=b%40c.example&business_phone=4155550124"
		"&has_existing=yes&existing_number=%2B14155551001");
	assert_int_equal(r.status, 409);
	assert_true(has(&r, "If this is your number, please tell us."));
	assert_false(has(&r, "aria-invalid"));
	assert_false(has(&r, id));
	assert_false(has(&r, "Bay Bikes"));
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
	hold(w, &r, OUR_FORM, "");
	assert_int_equal(r.status, 422);
	assert_true(has(&r, "Choose one of the numbers that are for sale."));
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

/* Whoever holds one after the other still signs up with what was chosen. */
static void strangers_cannot_hold_all_there_are(void **state)
{
	(void)state;
	struct world *w = open_world("an-operators-long-key", true);
	struct reply r;
	int refused = 0;
	char id[ID_BYTES];
	sign_up_by_form(w, BIKES "&key=" KEY, id);
	wait_for_state(w, id, ORDER_ACTIVE);
	for (int i = 0; i < 400 && refused == 0; i++) {
		char body[40];
		text_format(body, sizeof(body), "number=%%2B1415555%04d", 2000 + i);
		hold(w, &r, OUR_FORM, body);
		assert_int_equal(r.status, 200);
		refused += has(&r, "\"hold\":\"\"");
		assert_int_equal(refused, has(&r, "We will get exactly this one, if it is still"));
		reply_done(&r);
	}
	assert_int_equal(refused, 1);
	assert_true(w->held_numbers > 0);
	close_world(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(an_area_code_is_enough_for_a_number_for_sale),
		CHECK(a_number_that_is_none_is_told_while_typing),
		CHECK(the_first_three_digits_are_the_area_code_however_they_are_typed),
		CHECK(a_place_says_where_to_look_before_the_phone_does),
		CHECK(where_none_is_for_sale_that_is_said_and_kept),
		CHECK(what_is_near_one_place_is_not_shown_as_near_another),
		CHECK(numbers_where_no_sign_up_can_be_completed_are_not_offered),
		CHECK(many_different_questions_are_not_all_searched),
		CHECK(numbers_stand_by_rung_with_price_and_map),
		CHECK(what_was_chosen_stays_the_choice),
		CHECK(without_script_a_button_shows_them_and_nothing_typed_is_lost),
		CHECK(nothing_to_choose_where_a_number_is_brought_along),
		CHECK(a_number_chosen_by_one_is_shown_to_no_other),
		CHECK(what_was_wished_is_open_when_the_form_comes_back),
		CHECK(a_key_that_is_none_of_ours_counts_for_nothing),
		CHECK(a_number_of_another_customer_is_not_brought_along),
		CHECK(a_number_is_held_for_our_own_page_only),
		CHECK(a_number_that_cannot_be_held_is_said_as_it_is),
		CHECK(strangers_cannot_hold_all_there_are),
	};
	return CHECK_MAIN(tests);
}
