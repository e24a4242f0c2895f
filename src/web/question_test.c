/* question_test.c - what a sign-up asks, and what an answer to it means. */
#include <stdlib.h>
#include <string.h>

#include "tests/check.h"

#include "base/text.h"
#include "web/question.h"

static struct order o;
static struct question q;
static struct engine_choice choice;

static int begin(void **state)
{
	(void)state;
	q = (struct question){.is_said = true};
	o = (struct order){.id = "su_01J00000000000000000000000",
		.business_phone = "+14155550123",
		.area_code = "415",
		.max_rung = LADDER_NEARBY};
	return 0;
}

static bool answer(void)
{
	return question_answer(&o, &q, &choice);
}

static void what_was_told_before_is_where_numbers_are_looked_for(void **state)
{
	(void)state;
	struct engine_search s = question_search(&o, &q);
	assert_string_equal(s.phone, "+14155550123");
	assert_string_equal(s.area_code, ""); /* the phone's own */
	TEXT_COPY(o.area_code, "510");
	s = question_search(&o, &q);
	assert_string_equal(s.area_code, "510");
	TEXT_COPY(o.postal_code, "94704");
	s = question_search(&o, &q);
	assert_string_equal(s.postal_code, "94704");
	TEXT_COPY(o.city, "Berkeley, CA");
	s = question_search(&o, &q);
	assert_string_equal(s.city, "Berkeley, CA");
	assert_string_equal(s.postal_code, "94704"); /* all that was told */
	assert_string_equal(s.area_code, "510");
	TEXT_COPY(q.place, "Berkeley, CA"); /* as the field was filled in */
	s = question_search(&o, &q);
	assert_string_equal(s.area_code, "510");
	TEXT_COPY(q.place, "212");
	TEXT_COPY(q.contains, "2020");
	s = question_search(&o, &q);
	assert_string_equal(s.area_code, "212");
	assert_string_equal(s.city, "");
	assert_string_equal(s.contains, "2020");
	q.is_toll_free = true;
	s = question_search(&o, &q);
	assert_true(s.is_toll_free);
	assert_string_equal(s.area_code, ""); /* such a number has no place */
	assert_string_equal(s.contains, "2020");
}

/* "Springfield" with 413 is in Massachusetts; alone it would be another. */
static void a_place_that_was_not_touched_is_not_said_again(void **state)
{
	(void)state;
	o.error.code = ERR_CHOICE_NEEDED;
	TEXT_COPY(o.city, "Springfield");
	TEXT_COPY(o.area_code, "413");
	TEXT_COPY(q.place, "Springfield");
	assert_true(answer());
	assert_string_equal(choice.city, "");
	assert_string_equal(choice.area_code, "");
	TEXT_COPY(q.place, "Boston, MA");
	assert_true(answer());
	assert_string_equal(choice.city, "Boston, MA");
}

/* "Choose for me" goes as far as was allowed where the chosen one has gone, and
 * as far as it takes where that far had nothing. */
static void choose_for_me_goes_as_far_as_it_must(void **state)
{
	(void)state;
	o.error.code = ERR_CHOICE_NEEDED;
	assert_true(answer());
	assert_string_equal(choice.max_rung, "same_country");
	TEXT_COPY(o.wanted.number, "+14155550199");
	assert_true(answer());
	assert_string_equal(choice.max_rung, "nearby");
	o.asks = true;
	assert_true(answer());
	assert_string_equal(choice.max_rung, "ask");
	o.error.code = ERR_PLACE_NEEDED;
	assert_true(answer());
	assert_string_equal(choice.max_rung, "");
}

static void certain_digits_are_those_asked_for_until_the_page_says_others(void **state)
{
	(void)state;
	TEXT_COPY(o.contains, "2020");
	q.is_said = false;
	assert_string_equal(question_search(&o, &q).contains, "2020");
	q.is_said = true; /* the field was emptied */
	assert_string_equal(question_search(&o, &q).contains, "");
	assert_true(answer());
	assert_true(choice.has_contains);
	assert_string_equal(choice.contains, "");
	TEXT_COPY(q.contains, "CAKE");
	assert_true(answer());
	assert_true(choice.has_contains);
	assert_string_equal(choice.contains, "2253");
	TEXT_COPY(q.contains, "2020");
	assert_true(answer());
	assert_false(choice.has_contains);
	TEXT_COPY(q.contains, "a-b");
	assert_false(answer());
	assert_true(q.wrong_contains[0] != '\0' && question_is_wrong(&q));
}

static void where_the_chosen_one_has_gone_no_farther_ones_are_shown_than_we_would_choose(
	void **state)
{
	(void)state;
	o.max_rung = LADDER_SAME_AREA_CODE;
	o.error.code = ERR_CHOICE_NEEDED;
	assert_string_equal(question_search(&o, &q).max_rung, "");
	TEXT_COPY(o.wanted.number, "+14155550199");
	assert_string_equal(question_search(&o, &q).max_rung, "same_area_code");
	o.asks = true;
	assert_string_equal(question_search(&o, &q).max_rung, "");
}

static void a_chosen_number_is_an_answer_wherever_it_is(void **state)
{
	(void)state;
	TEXT_COPY(q.number, "+14155550101");
	TEXT_COPY(q.hold, "h1.14155550101.x");
	TEXT_COPY(q.place, "nowhere at all");
	q.is_toll_free = true;
	assert_true(answer());
	assert_string_equal(choice.number, "+14155550101");
	assert_string_equal(choice.hold, "h1.14155550101.x");
	TEXT_COPY(q.number, "+14155550102"); /* chosen without the script, after the other */
	assert_true(answer());
	assert_string_equal(choice.hold, "");
	q.number[0] = '\0'; /* a hold alone is nothing */
	q.is_toll_free = false;
	q.place[0] = '\0';
	assert_true(answer());
	assert_string_equal(choice.hold, "");
}

static void an_answer_that_is_none_says_what_is_wrong(void **state)
{
	(void)state;
	q.is_toll_free = true;
	assert_false(answer());
	assert_non_null(strstr(q.wrong_number, "Choose one of the toll-free numbers"));
	begin(state);
	TEXT_COPY(q.place, "000");
	assert_false(answer());
	assert_true(q.wrong_place[0] != '\0' && question_is_wrong(&q));
	begin(state);
	question_refuse(&o, &q);
	assert_true(q.wrong_number[0] != '\0' && question_is_wrong(&q));
	begin(state);
	TEXT_COPY(q.place, "000");
	question_refuse(&o, &q);
	assert_string_equal(q.wrong_number, "");
	assert_true(question_is_wrong(&q));
	TEXT_COPY(q.number, "+14155550101"); /* not what is wrong here */
	question_refuse(&o, &q);
	assert_string_equal(q.wrong_number, "");
	q.place[0] = '\0';
	question_refuse(&o, &q);
	assert_string_equal(q.wrong_number, "Choose one of the numbers that are for sale.");
	begin(state);
	assert_false(question_is_wrong(&q));
}

static bool shows(const char *part)
{
	struct str html;
	str_init(&html, 100000);
	question_write(&html, &o, &q);
	assert_true(str_ok(&html));
	bool is_there = strstr(html.text, part) != NULL;
	str_done(&html);
	return is_there;
}

static void what_it_needs_is_open_and_what_it_may_is_folded(void **state)
{
	(void)state;
	o.error.code = ERR_PLACE_NEEDED;
	assert_true(shows("<summary>Certain digits, toll-free</summary>"));
	assert_true(shows("<details class=\"more\"><summary>"));
	TEXT_COPY(q.place, "Berkeley"); /* its field stands outside the fold */
	assert_true(shows("<details class=\"more\"><summary>"));
	TEXT_COPY(q.contains, "2020");
	assert_true(shows("<details class=\"more\" open><summary>"));
	begin(state);
	o.error.code = ERR_CHOICE_NEEDED;
	assert_true(shows("<details class=\"more\"><summary>Another place, certain digits"));
	TEXT_COPY(q.place, "Berkeley");
	assert_true(shows("<details class=\"more\" open><summary>Another place"));
	assert_true(shows("value=\"Berkeley\""));
	q.place[0] = '\0';
	TEXT_COPY(q.wrong_place, "There is no such place.");
	assert_true(shows("<details class=\"more\" open><summary>Another place"));
	assert_true(shows("There is no such place."));
	q.wrong_place[0] = '\0';
	q.is_toll_free = true;
	assert_true(shows("<details class=\"more\" open><summary>Another place"));
}

#define QUESTION(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		QUESTION(what_was_told_before_is_where_numbers_are_looked_for),
		QUESTION(a_place_that_was_not_touched_is_not_said_again),
		QUESTION(choose_for_me_goes_as_far_as_it_must),
		QUESTION(certain_digits_are_those_asked_for_until_the_page_says_others),
		QUESTION(
			where_the_chosen_one_has_gone_no_farther_ones_are_shown_than_we_would_choose),
		QUESTION(a_chosen_number_is_an_answer_wherever_it_is),
		QUESTION(an_answer_that_is_none_says_what_is_wrong),
		QUESTION(what_it_needs_is_open_and_what_it_may_is_folded),
	};
	return CHECK_MAIN(tests);
}
