#include "tests/check.h"

#include <string.h>

#include "base/clock.h"
#include "base/spending.h"

static int64_t at(const char *text)
{
	int64_t ms = 0;
	assert_true(clock_parse(text, &ms));
	return ms;
}

static void windows_are_the_hour_and_the_day_of_utc(void **state)
{
	(void)state;
	int64_t now_ms = at("2026-11-22T15:59:59.999Z");
	assert_int_equal(
		spending_window_start_ms(SPENDING_HOUR, now_ms), at("2026-11-22T15:00:00Z"));
	assert_int_equal(spending_window_end_ms(SPENDING_HOUR, now_ms), at("2026-11-22T16:00:00Z"));
	assert_int_equal(
		spending_window_start_ms(SPENDING_CUSTOMER, now_ms), at("2026-11-22T00:00:00Z"));
	assert_int_equal(
		spending_window_end_ms(SPENDING_RELEASES_DAY, now_ms), at("2026-11-23T00:00:00Z"));
	/* A window begins with its first millisecond. */
	int64_t hour_ms = at("2026-11-22T16:00:00Z");
	assert_int_equal(spending_window_start_ms(SPENDING_HOUR, hour_ms), hour_ms);
	assert_int_equal(spending_window_end_ms(SPENDING_TOTAL, now_ms), -1);
	assert_int_equal(spending_window_start_ms(SPENDING_TOTAL, now_ms), 0);
}

static void each_limit_has_a_refusal_of_its_own_that_names_it_and_its_value(void **state)
{
	(void)state;
	for (int i = 0; i < SPENDING_LIMIT_COUNT; i++) {
		enum spending_limit limit = (enum spending_limit)i, found;
		struct err e;
		spending_refuse(limit, 700, &e);
		assert_int_equal(e.code, spending_refusal(limit));
		assert_true(spending_limit_of(e.code, &found));
		assert_int_equal(found, limit);
		assert_non_null(
			strstr(e.message, spending_is_money(limit) ? "7.00 USD" : "700 numbers"));
		assert_non_null(strstr(err_hint(&e), spending_variable(limit)));
		assert_int_equal(err_http(e.code), spending_is_money(limit) ? 402 : 429);
		assert_int_equal(err_effect(e.code), ERR_EFFECT_NONE);
	}
	enum spending_limit none;
	assert_false(spending_limit_of(ERR_TOO_MANY_REQUESTS, &none));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(windows_are_the_hour_and_the_day_of_utc),
		CHECK(each_limit_has_a_refusal_of_its_own_that_names_it_and_its_value),
	};
	return CHECK_MAIN(tests);
}
