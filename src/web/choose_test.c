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

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(an_area_code_is_enough_for_a_number_for_sale),
		CHECK(a_number_that_is_none_is_told_while_typing),
		CHECK(many_different_questions_are_not_all_searched),
	};
	return CHECK_MAIN(tests);
}
