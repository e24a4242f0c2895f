/* view_test.c - a sign-up as the outside sees it, where its number is abroad. */
#include "tests/check.h"

#include <string.h>

#include "base/text.h"
#include "engine/view.h"

static struct order matched(
	const char *area_code, const char *country, const char *number, enum ladder_rung rung)
{
	struct order o = {.state = ORDER_ACTIVE, .match = {.rung = rung}};
	TEXT_COPY(o.area_code, area_code);
	TEXT_COPY(o.country, country);
	TEXT_COPY(o.number, number);
	TEXT_COPY(o.match.country, country);
	return o;
}

static void a_number_abroad_is_told_by_its_own_code_and_never_by_a_city_here(void **state)
{
	(void)state;
	static const struct {
		const char *wanted, *country, *number, *area_code, *reason;
		enum ladder_rung rung;
		bool is_here;
	} rows[] = {
		{"20", "GB", "+442079460199", "20", "20 has numbers", LADDER_SAME_AREA_CODE, true},
		/* Solingen and Berlin; 212 is New York, too. */
		{"212", "DE", "+4921223456789", "212", "212 has numbers", LADDER_SAME_AREA_CODE,
			true},
		{"212", "DE", "+4930123456", "30",
			"no nearer number was for sale; 30 is from elsewhere in the country",
			LADDER_SAME_COUNTRY, false},
		{"", "DK", "+4533123456", NULL,
			"the number is from the same country as the business", LADDER_SAME_COUNTRY,
			false},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct order o =
			matched(rows[i].wanted, rows[i].country, rows[i].number, rows[i].rung);
		JSON_AUTO j = view_signup(&o);
		const char *area_code = json_text(j, "match.area_code");
		assert_int_equal(area_code == NULL, rows[i].area_code == NULL);
		if (area_code != NULL)
			assert_string_equal(area_code, rows[i].area_code);
		assert_string_equal(json_text(j, "match.reason"), rows[i].reason);
		assert_int_equal(!json_is_null(json_at(j, "match.distance_km")), rows[i].is_here);
	}
	struct order o = matched("212", "DE", "+12125550199", LADDER_SAME_COUNTRY);
	JSON_AUTO elsewhere = view_signup(&o);
	assert_true(json_is_null(json_at(elsewhere, "match.distance_km")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(a_number_abroad_is_told_by_its_own_code_and_never_by_a_city_here),
	};
	return CHECK_MAIN(tests);
}
