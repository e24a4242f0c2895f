/* view_test.c - a sign-up as the outside sees it, where its number is abroad. */
#include "tests/check.h"

#include <math.h>
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
	TEXT_COPY(o.match.requested, area_code);
	TEXT_COPY(o.match.npa, rung == LADDER_SAME_AREA_CODE ? area_code : "");
	o.max_rung = LADDER_SAME_COUNTRY;
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
			"no nearer number could be had; the number is from the same country as the "
			"business",
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

static struct order in_berkeley(const char *area_code, const char *number, enum ladder_rung rung)
{
	struct order o = matched(area_code, "US", number, rung);
	TEXT_COPY(o.city, "Berkeley, CA");
	text_copy_part(o.match.npa, sizeof(o.match.npa), number + 2, 3);
	return o;
}

static void assert_match(const struct order *o, const char *rung, double km, const char *reason)
{
	JSON_AUTO j = view_signup(o);
	assert_string_equal(json_text(j, "match.rung"), rung);
	const json_t *distance = json_at(j, "match.distance_km");
	assert_true(
		km < 0 ? json_is_null(distance) : fabs(json_number_value(distance) - km) < 0.01);
	assert_string_equal(json_text(j, "match.reason"), reason);
}

static void an_area_code_asked_for_beside_a_place_is_as_far_as_it_is(void **state)
{
	(void)state;
	struct order o = in_berkeley("212", "+12125550123", LADDER_SAME_AREA_CODE);
	o.match.km_tenths = 41140;
	assert_match(
		&o, "same_area_code", 4114, "212 was asked for; it begins 4114 km from Berkeley");
	o = in_berkeley("510", "+15105550123", LADDER_SAME_AREA_CODE);
	assert_match(&o, "same_area_code", 0, "510 has numbers");
}

static void certain_digits_are_named_where_they_are_the_reason(void **state)
{
	(void)state;
	struct order o = in_berkeley("510", "+19255552020", LADDER_NEARBY);
	o.match.km_tenths = 82;
	TEXT_COPY(o.contains, "2020");
	assert_match(&o, "nearby", 8.2,
		"no number with 2020 could be had in 510; 925 is a neighbouring area code, 8.2 km "
		"from Berkeley");
	o = in_berkeley("510", "+12125552020", LADDER_SAME_COUNTRY);
	TEXT_COPY(o.contains, "2020");
	o.match.km_tenths = 41140;
	assert_match(&o, "same_country", 4114,
		"no nearer number with 2020 could be had; 212 is in the same country as 510");
}

static void every_rung_has_its_reason(void **state)
{
	(void)state;
	static const struct {
		const char *number, *reason;
		enum ladder_rung rung;
		unsigned km_tenths;
	} rows[] = {
		{"+15105480123", "510 has numbers in Berkeley", LADDER_SAME_TOWN, 0},
		{"+13415550123",
			"no number could be had in 510; 341 serves the same streets as 510",
			LADDER_OVERLAY, 0},
		{"+19165550123", "no nearer number could be had; 916 is in California, as 510 is",
			LADDER_SAME_STATE, 1000},
		{"+17755550123",
			"no nearer number could be had; most of 775 keeps the same time as "
			"Berkeley",
			LADDER_SAME_TIME_ZONE, 2000},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct order o = in_berkeley("510", rows[i].number, rows[i].rung);
		o.match.km_tenths = (uint16_t)rows[i].km_tenths;
		if (rows[i].rung == LADDER_SAME_TOWN)
			TEXT_COPY(o.match.town, "Berkeley");
		assert_match(&o, ladder_rung_wire(rows[i].rung), rows[i].km_tenths / 10.0,
			rows[i].reason);
	}
}

static void a_chosen_number_of_no_place_on_the_way_is_called_so(void **state)
{
	(void)state;
	struct order o = matched("415", "US", "+14165550123", LADDER_SAME_COUNTRY);
	TEXT_COPY(o.wanted.number, o.number);
	JSON_AUTO j = view_signup(&o);
	assert_string_equal(json_text(j, "match.rung"), "chosen");
	TEXT_COPY(o.match.npa, "416"); /* it was on the way */
	JSON_AUTO there = view_signup(&o);
	assert_string_equal(json_text(there, "match.rung"), "same_country");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(a_number_abroad_is_told_by_its_own_code_and_never_by_a_city_here),
		CHECK(an_area_code_asked_for_beside_a_place_is_as_far_as_it_is),
		CHECK(certain_digits_are_named_where_they_are_the_reason),
		CHECK(every_rung_has_its_reason),
		CHECK(a_chosen_number_of_no_place_on_the_way_is_called_so),
	};
	return CHECK_MAIN(tests);
}
