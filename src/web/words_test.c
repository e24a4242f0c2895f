#include "web/words.h"

#include <string.h>

#include "base/text.h"
#include "tests/check.h"

/* Words that belong to us, not to a shop owner. */
static void assert_plain(const char *text)
{
	static const char *const jargon[] = {"Telnyx", "Vapi", "API", "numberd", "carrier", "NPA",
		"credential", "order id", "upstream", "_", "null", "%"};
	for (size_t i = 0; i < COUNT_OF(jargon); i++)
		if (strstr(text, jargon[i]) != NULL)
			fail_msg("\"%s\" says \"%s\"", text, jargon[i]);
}

static struct order an_order(enum order_state state)
{
	struct order o = {.state = state, .parked_from = ORDER_UNCLEAR};
	TEXT_COPY(o.business_name, "Bay Bikes");
	TEXT_COPY(o.business_phone, "+14155550123");
	TEXT_COPY(o.area_code, "415");
	TEXT_COPY(o.country, "US");
	TEXT_COPY(o.number, "+14155550199");
	TEXT_COPY(o.match.npa, "415");
	o.place.rung = o.match.rung = LADDER_SAME_AREA_CODE;
	return o;
}

static void every_error_has_plain_words_and_a_next_step(void **state)
{
	(void)state;
	static const enum order_state ends[] = {ORDER_FAILED, ORDER_PARKED};
	for (int code = 1; code < ERR_COUNT; code++) {
		struct words_news news;
		words_refusal(&(struct err){.code = (enum err_code)code}, &news);
		assert_plain(news.title);
		assert_plain(news.text);
		assert_plain(news.next);
		assert_true(news.title[0] && news.text[0] && news.next[0]);
		for (size_t i = 0; i < COUNT_OF(ends); i++) {
			struct order o = an_order(ends[i]);
			o.error.code = (enum err_code)code;
			TEXT_COPY(o.error.message, "TELNYX_API_KEY is wrong");
			words_news(&o, &news);
			assert_plain(news.title);
			assert_plain(news.text);
			assert_plain(news.next);
			assert_true(news.title[0] && news.text[0] && news.next[0]);
		}
	}
}

static void every_refused_number_has_words_of_its_own(void **state)
{
	(void)state;
	const char *other = words_phone("something new");
	for (int code = PHONE_OK + 1; code < PHONE_REJECT_COUNT; code++) {
		const char *text = words_phone(phone_reject_wire((enum phone_reject)code));
		assert_plain(text);
		assert_string_not_equal(text, other);
	}
}

static bool goes_on(enum order_state state)
{
	return !order_is_over(state) && state != ORDER_PARKED && state != ORDER_RELEASING;
}

static void every_state_has_a_heading_and_one_step_under_way(void **state)
{
	(void)state;
	static const enum order_mode modes[] = {ORDER_MODE_BUY, ORDER_MODE_EXISTING};
	for (int s = 0; s < ORDER_STATE_COUNT; s++) {
		for (size_t m = 0; m < COUNT_OF(modes); m++) {
			struct order o = an_order((enum order_state)s);
			struct words_step steps[WORDS_STEPS];
			struct words_news news;
			o.mode = modes[m];
			/* A number that was brought along is never bought. */
			if (modes[m] == ORDER_MODE_EXISTING &&
				text_is(order_status(o.state), "purchasing"))
				continue;
			int count = words_steps(&o, steps), now = 0;
			words_news(&o, &news);
			assert_true(news.title[0] != '\0');
			assert_int_equal(count, modes[m] == ORDER_MODE_BUY ? 6 : 5);
			for (int i = 0; i < count; i++) {
				assert_plain(steps[i].title);
				assert_plain(steps[i].detail);
				now += steps[i].mark == STEP_NOW;
			}
			if (goes_on(o.state))
				assert_int_equal(now, 1);
		}
	}
}

static void a_parked_sign_up_shows_where_it_stopped(void **state)
{
	(void)state;
	struct order o = an_order(ORDER_PARKED);
	struct words_step steps[WORDS_STEPS];
	words_steps(&o, steps);
	assert_int_equal(steps[1].mark, STEP_DONE);
	assert_int_equal(steps[2].mark, STEP_STOPPED);
	assert_int_equal(steps[3].mark, STEP_TODO);
	assert_non_null(strstr(steps[2].detail, "never get two"));
}

static void where_it_looks_is_named_as_the_customer_named_it(void **state)
{
	(void)state;
	struct order o = an_order(ORDER_SEARCHING);
	struct words_step steps[WORDS_STEPS];
	words_steps(&o, steps);
	assert_string_equal(steps[1].title, "Finding a number in 415");
	assert_string_equal(steps[1].detail, "Looking at the numbers for sale in San Francisco.");
	TEXT_COPY(o.place.requested, "510"); /* the code the search starts from */
	words_steps(&o, steps);
	assert_string_equal(steps[1].title, "Finding a number in 510");
	o.place.requested[0] = o.area_code[0] = '\0';
	words_steps(&o, steps);
	assert_string_equal(steps[1].title, "Finding a number in your area");
	assert_string_equal(steps[1].detail, "Looking at the numbers for sale in your area.");
	TEXT_COPY(o.postal_code, "94704");
	words_steps(&o, steps);
	assert_string_equal(steps[1].title, "Finding a number in 94704");
	TEXT_COPY(o.city, "Berkeley, CA");
	words_steps(&o, steps);
	assert_string_equal(steps[1].title, "Finding a number in Berkeley, CA");
}

static void looking_further_away_is_said(void **state)
{
	(void)state;
	static const struct {
		enum ladder_rung rung;
		const char *detail;
	} rows[] = {
		{LADDER_OVERLAY, "We cannot get any number in 415 right now. Looking nearby."},
		{LADDER_SAME_STATE, "We cannot get any number in 415 right now. Looking nearby."},
		{LADDER_SAME_COUNTRY,
			"We cannot get any number in 415 right now. Looking in the rest of the "
			"country."},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct order o = an_order(ORDER_SEARCHING);
		struct words_step steps[WORDS_STEPS];
		o.place.rung = rows[i].rung;
		words_steps(&o, steps);
		assert_string_equal(steps[1].detail, rows[i].detail);
	}
}

static void assert_match(
	enum ladder_rung rung, const char *number, unsigned km_tenths, const char *expected)
{
	struct order o = an_order(ORDER_ACTIVE);
	char text[240];
	TEXT_COPY(o.number, number);
	o.match.rung = rung;
	o.match.km_tenths = (uint16_t)km_tenths;
	words_match(&o, text, sizeof(text));
	assert_string_equal(text, expected);
}

static void a_number_from_elsewhere_is_explained(void **state)
{
	(void)state;
	assert_match(
		LADDER_SAME_AREA_CODE, "+14155550199", 0, "A local number with the area code 415.");
	assert_match(LADDER_OVERLAY, "+16285550199", 0,
		"We could not get any 415 number; this one is 628, which serves the same streets.");
	assert_match(LADDER_NEARBY, "+16505550199", 127,
		"We could not get any 415 number; this one is 650, from about 8 miles away.");
	assert_match(LADDER_NEARBY, "+16505550199", 2,
		"We could not get any 415 number; this one is 650, from about 1 mile away.");
	assert_match(LADDER_SAME_COUNTRY, "+12125550199", 0,
		"We could not get any 415 number; this one is 212, from New York, elsewhere in the "
		"country.");
}

static void a_number_that_was_brought_or_has_no_area_code_needs_no_reason(void **state)
{
	(void)state;
	struct order o = an_order(ORDER_ACTIVE);
	char text[240];
	o.mode = ORDER_MODE_EXISTING;
	words_match(&o, text, sizeof(text));
	assert_string_equal(text, "");
	o.mode = ORDER_MODE_BUY;
	words_match(&o, text, sizeof(text));
	assert_string_equal(text, "A local number with the area code 415.");
	TEXT_COPY(o.number, "+302101234567");
	words_match(&o, text, sizeof(text));
	assert_string_equal(text, "");
}

static void where_none_is_for_sale_the_area_code_is_named_if_there_is_one(void **state)
{
	(void)state;
	struct order o = an_order(ORDER_FAILED);
	struct words_news news;
	o.error.code = ERR_CARRIER_NO_NUMBERS;
	words_news(&o, &news);
	assert_string_equal(
		news.text, "No phone number is for sale for area code 415 at the moment.");
	o.area_code[0] = '\0';
	words_news(&o, &news);
	assert_plain(news.text);
	assert_null(strstr(news.text, "area code"));
	assert_string_not_equal(news.text, "");
}

static void a_field_that_is_new_to_the_words_has_words_all_the_same(void **state)
{
	(void)state;
	struct wish_error error = {.field = "shoe_size"};
	char text[200];
	error.err.code = ERR_INVALID_FIELD;
	words_field(&error, text, sizeof(text));
	assert_string_equal(text, "Check this field.");
	TEXT_COPY(error.field, "postal_code");
	words_field(&error, text, sizeof(text));
	assert_non_null(strstr(text, "We do not know this ZIP or postal code."));
}

static void trouble_on_the_way_is_told_only_while_it_goes_on(void **state)
{
	(void)state;
	struct order o = an_order(ORDER_SEARCHING);
	assert_string_equal(words_delay(&o), "");
	o.error.code = ERR_CARRIER_DOWN;
	assert_non_null(strstr(words_delay(&o), "slow to answer"));
	assert_non_null(strstr(words_delay(&o), "nothing is lost"));
	o.error.code = ERR_FROZEN;
	assert_non_null(strstr(words_delay(&o), "We have paused for a moment."));
	assert_null(strstr(words_delay(&o), "slow"));
	o.state = ORDER_FAILED;
	assert_string_equal(words_delay(&o), "");
}

static void a_rung_reads_like_a_heading(void **state)
{
	(void)state;
	static const struct {
		struct ladder_step place;
		const char *text;
	} rows[] = {
		{{.rung = LADDER_SAME_TOWN, .npa = "707", .town = "Santa Rosa"}, "In Santa Rosa"},
		{{.rung = LADDER_SAME_AREA_CODE, .npa = "707"}, "Area code 707"},
		{{.rung = LADDER_OVERLAY, .npa = "628"}, "628 serves the same streets"},
		{{.rung = LADDER_NEARBY, .npa = "650", .km_tenths = 127},
			"Nearby: 650, 12.7 km (8 miles)"},
		{{.rung = LADDER_NEARBY, .npa = "650", .km_tenths = 16},
			"Nearby: 650, 1.6 km (1 mile)"},
		{{.rung = LADDER_SAME_STATE, .region = "US-CA"}, "Elsewhere in CA"},
		{{.rung = LADDER_SAME_STATE, .npa = "213", .km_tenths = 5600},
			"Elsewhere in CA: 213, 560.0 km (348 miles)"},
		{{.rung = LADDER_SAME_STATE}, "Elsewhere in the same state"},
		{{.rung = LADDER_SAME_STATE, .npa = "999"}, "Elsewhere in the same state: 999"},
		{{.rung = LADDER_SAME_TIME_ZONE}, "Where it is as late as with you"},
		{{.rung = LADDER_SAME_TIME_ZONE, .npa = "213"},
			"Where it is as late as with you: 213"},
		{{.rung = LADDER_SAME_COUNTRY}, "Elsewhere in the country"},
		{{.rung = LADDER_SAME_COUNTRY, .npa = "212"}, "Elsewhere in the country: 212"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char text[160];
		words_rung(&rows[i].place, text, sizeof(text));
		assert_string_equal(text, rows[i].text);
	}
}

static void a_question_says_what_is_asked_and_that_nothing_was_bought(void **state)
{
	(void)state;
	struct order o = {.state = ORDER_NEEDS_INPUT, .area_code = "415"};
	struct words_news news;
	o.error.code = ERR_PLACE_NEEDED;
	words_news(&o, &news);
	assert_string_equal(news.title, "Where is your business?");
	o.error.code = ERR_CARRIER_NUMBER_GONE;
	TEXT_COPY(o.wanted.number, "+14155550199");
	words_news(&o, &news);
	assert_string_equal(news.title, "(415) 555-0199 has gone");
	assert_non_null(strstr(news.text, "Nothing was bought for you."));
	o.error.code = ERR_CARRIER_PRICE;
	words_news(&o, &news);
	assert_string_equal(news.title, "We cannot give you (415) 555-0199");
	assert_non_null(strstr(news.text, "Nothing was bought for you."));
	o.wanted.number[0] = '\0';
	o.error.code = ERR_CARRIER_NO_NUMBERS;
	words_news(&o, &news);
	assert_string_equal(news.title, "We cannot get any 415 number right now");
	assert_non_null(strstr(news.text, "Nothing was bought yet."));
	TEXT_COPY(o.contains, "2020"); /* others there may be */
	words_news(&o, &news);
	assert_string_equal(news.title, "We cannot get any 415 number with 2020 right now");
	o.state = ORDER_FAILED;
	words_news(&o, &news);
	assert_non_null(
		strstr(news.text, "No phone number with 2020 is for sale for area code 415"));
	assert_non_null(strstr(news.next, "other digits"));
	o.state = ORDER_ACTIVE;
	o.match = (struct ladder_step){.rung = LADDER_OVERLAY, .requested = "415"};
	TEXT_COPY(o.number, "+16285552020");
	char why[200];
	words_match(&o, why, sizeof(why));
	assert_true(text_starts(why, "We could not get any suitable 415 number; this one is 628"));
}

static void the_chosen_number_is_called_so(void **state)
{
	(void)state;
	struct order o = {.state = ORDER_ACTIVE, .area_code = "415", .number = "+12125550199"};
	char text[240];
	TEXT_COPY(o.wanted.number, "+12125550199");
	words_match(&o, text, sizeof(text));
	assert_string_equal(text, "The number you chose.");
	o.wanted.number[0] = '\0';
	o.match = (struct ladder_step){
		.rung = LADDER_SAME_TOWN, .town = "Santa Rosa", .requested = "707", .npa = "707"};
	TEXT_COPY(o.number, "+17075550199");
	words_match(&o, text, sizeof(text));
	assert_string_equal(text, "A local number in Santa Rosa, with the area code 707.");
}

/* Its digits may be those of a city here: 212 is New York, and Solingen. */
static void a_number_abroad_is_of_no_city_here(void **state)
{
	(void)state;
	struct order o = {.state = ORDER_ACTIVE,
		.area_code = "212",
		.country = "DE",
		.number = "+4921223456789"};
	char text[240];
	o.match = (struct ladder_step){
		.rung = LADDER_SAME_AREA_CODE, .country = "DE", .requested = "212", .npa = "212"};
	words_match(&o, text, sizeof(text));
	assert_string_equal(text, "A local number with the area code 212.");
	o.match = (struct ladder_step){
		.rung = LADDER_SAME_COUNTRY, .country = "DE", .requested = "212"};
	TEXT_COPY(o.number, "+4930123456");
	words_match(&o, text, sizeof(text));
	assert_string_equal(
		text, "We could not get any 212 number; this one is 30, elsewhere in the country.");
	TEXT_COPY(o.number, "+4533123456"); /* no area codes: nothing to explain */
	words_match(&o, text, sizeof(text));
	assert_string_equal(text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(every_error_has_plain_words_and_a_next_step),
		CHECK(every_refused_number_has_words_of_its_own),
		CHECK(every_state_has_a_heading_and_one_step_under_way),
		CHECK(a_parked_sign_up_shows_where_it_stopped),
		CHECK(where_it_looks_is_named_as_the_customer_named_it),
		CHECK(looking_further_away_is_said),
		CHECK(a_number_from_elsewhere_is_explained),
		CHECK(a_number_that_was_brought_or_has_no_area_code_needs_no_reason),
		CHECK(where_none_is_for_sale_the_area_code_is_named_if_there_is_one),
		CHECK(a_field_that_is_new_to_the_words_has_words_all_the_same),
		CHECK(trouble_on_the_way_is_told_only_while_it_goes_on),
		CHECK(a_rung_reads_like_a_heading),
		CHECK(a_question_says_what_is_asked_and_that_nothing_was_bought),
		CHECK(the_chosen_number_is_called_so),
		CHECK(a_number_abroad_is_of_no_city_here),
	};
	return CHECK_MAIN(tests);
}
