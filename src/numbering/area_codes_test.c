#include "tests/check.h"

#include <stdio.h>
#include <string.h>

#include "base/must.h"
#include "base/text.h"
#include "numbering/area_codes.h"
#include "numbering/countries.h"

static void every_code_is_assigned_or_has_a_class(void **state)
{
	(void)state;
	size_t assigned = 0, in_service = 0, geographic = 0;
	for (int code = 200; code <= 999; code++) {
		char npa[4];
		text_format(npa, sizeof(npa), "%d", code);
		const struct area_code *area = area_code_find(npa);
		if (area == NULL) {
			assert_true(area_code_class(npa) <= AREA_CODE_ABBREV_988);
			continue;
		}
		assert_string_equal(area->npa, npa);
		assigned++;
		in_service += area->is_in_service;
		geographic += area->is_in_service && area->kind == KIND_GEOGRAPHIC;
	}
	/* NANPA's count of September 2026. */
	assert_int_equal(assigned, 490);
	assert_int_equal(in_service, 485);
	assert_int_equal(geographic, 454);
	assert_int_equal(area_code_count(), assigned);
}

static void text_that_is_no_code_is_not_found(void **state)
{
	(void)state;
	static const char *const no[] = {
		"", "4", "41", "4155", "115", "015", "41a", "4 5", " 415", "-15", "\xFF\xFF\xFF"};
	for (size_t i = 0; i < COUNT_OF(no); i++)
		assert_null(area_code_find(no[i]));
	assert_null(area_code_find(NULL));
}

static void a_code_knows_its_place(void **state)
{
	(void)state;
	const struct area_code *a = area_code_find("415");
	assert_string_equal(a->country, "US");
	assert_string_equal(a->region, "US-CA");
	assert_string_equal(a->city, "San Francisco");
	assert_string_equal(a->zone, "America/Los_Angeles");
	assert_true(a->is_in_service);
	assert_string_equal(area_code_find("416")->country, "CA");
	assert_string_equal(area_code_find("787")->country, "PR");
	assert_string_equal(area_code_find("800")->country, "");
	assert_int_equal(area_code_find("900")->kind, KIND_PREMIUM);
	assert_int_equal(area_code_find("500")->kind, KIND_PERSONAL);
	assert_string_equal(area_code_find("787")->city, "San Juan");
}

static void a_code_of_several_provinces_names_none_but_serves_all(void **state)
{
	(void)state;
	const struct area_code *a = area_code_find("867");
	assert_string_equal(a->region, "");
	assert_true(area_code_serves(a, "CA-YT"));
	assert_true(area_code_serves(a, "CA-NT"));
	assert_true(area_code_serves(a, "CA-NU"));
	assert_false(area_code_serves(a, "CA-N"));
	assert_false(area_code_serves(a, "CA-ON"));
	assert_false(area_code_serves(a, ""));
}

static void a_pending_code_says_when_it_opens(void **state)
{
	(void)state;
	assert_false(area_code_find("273")->is_in_service);
	assert_string_equal(area_code_find("273")->opens, "2027-02-27");
	assert_false(area_code_find("761")->is_in_service);
	assert_string_equal(area_code_find("761")->opens, "");
}

static void unassigned_codes_have_their_classes(void **state)
{
	(void)state;
	assert_int_equal(area_code_class("911"), AREA_CODE_N11);
	assert_int_equal(area_code_class("290"), AREA_CODE_EXPANSION_N9X);
	assert_int_equal(area_code_class("555"), AREA_CODE_DIRECTORY_555);
	assert_int_equal(area_code_class("370"), AREA_CODE_RESERVED_INC);
	assert_int_equal(area_code_class("880"), AREA_CODE_RESERVED_TOLLFREE);
	assert_int_equal(area_code_class("222"), AREA_CODE_ERC_UNASSIGNED);
	assert_int_equal(area_code_class("221"), AREA_CODE_UNASSIGNED);
}

static bool has_overlay(const struct area_code *area, const struct area_code *other)
{
	for (size_t i = 0; i < area->overlay_count; i++)
		if (area_code_overlay(area, i) == other)
			return true;
	return false;
}

static void overlays_are_symmetric_and_in_one_country(void **state)
{
	(void)state;
	size_t overlaid = 0;
	for (size_t i = 0; i < area_code_count(); i++) {
		const struct area_code *a = area_code_at(i);
		overlaid += a->is_in_service && a->overlay_count > 0;
		for (size_t j = 0; j < a->overlay_count; j++) {
			const struct area_code *b = area_code_overlay(a, j);
			assert_ptr_not_equal(a, b);
			assert_true(b->is_in_service);
			assert_string_equal(a->country, b->country);
			assert_string_equal(a->regions, b->regions);
			assert_true(!a->is_in_service || has_overlay(b, a));
		}
	}
	assert_int_equal(overlaid, 320);
}

static void the_overlay_on_the_same_ground_comes_first(void **state)
{
	(void)state;
	/* 321 shares Orlando's complex, but its numbers are on the coast. */
	const struct area_code *orlando = area_code_find("407");
	assert_string_equal(area_code_overlay(orlando, 0)->npa, "689");
	assert_string_equal(area_code_overlay(orlando, 1)->npa, "321");
}

static void neighbours_are_sorted_in_service_and_at_home(void **state)
{
	(void)state;
	for (size_t i = 0; i < area_code_count(); i++) {
		const struct area_code *a = area_code_at(i);
		unsigned last = 0;
		for (size_t j = 0; j < a->near_count; j++) {
			struct area_code_near near = area_code_near(a, j);
			assert_true(near.area->is_in_service);
			assert_int_equal(near.area->kind, KIND_GEOGRAPHIC);
			assert_string_equal(near.area->country, a->country);
			assert_false(has_overlay(a, near.area));
			bool is_same_state = text_is(near.area->regions, a->regions);
			unsigned rank = near.km_tenths + (is_same_state ? 0 : 250);
			/* A tenth of rounding; regions that overlap count as one. */
			assert_true(rank + 1 >= last || a->region[0] == '\0');
			last = rank;
		}
	}
}

static void nearest_to_san_francisco_are_known(void **state)
{
	(void)state;
	const struct area_code *a = area_code_find("415");
	static const struct {
		const char *npa;
		unsigned km_tenths;
	} want[] = {{"650", 127}, {"510", 144}, {"341", 144}, {"925", 257}, {"707", 361}};
	for (size_t i = 0; i < COUNT_OF(want); i++) {
		assert_string_equal(area_code_near(a, i).area->npa, want[i].npa);
		assert_int_equal(area_code_near(a, i).km_tenths, want[i].km_tenths);
	}
	/* Same state first: St. Louis looks in Missouri before Illinois. */
	const struct area_code *st_louis = area_code_find("314");
	assert_string_equal(area_code_near(st_louis, 0).area->npa, "636");
}

static void distances_along_the_ground_are_right(void **state)
{
	(void)state;
	const struct area_code *sf = area_code_find("415"), *ny = area_code_find("212");
	double km = area_code_km(sf, ny);
	assert_true(km > 4090 && km < 4160);
	assert_true(area_code_km(ny, sf) > km - 0.001 && area_code_km(ny, sf) < km + 0.001);
	assert_true(area_code_km(sf, sf) < 0.001);
}

static void every_country_plan_can_be_used(void **state)
{
	(void)state;
	for (size_t i = 0; i < countries_count; i++) {
		const struct country_plan *p = &countries_rows[i];
		unsigned any = 0;
		assert_true(text_is_digits(p->calling_code));
		assert_true(p->name[0] != '\0');
		for (char c = '0'; c <= '9'; c++) {
			char national[3] = {c, '0', '\0'}, lengths[16];
			size_t shared;
			country_lengths(p, national, lengths, &shared);
			any |= lengths[0] != '\0';
			assert_false(country_lists(p, national));
		}
		assert_true(any != 0);
		if (p->iso[0] != '\0')
			assert_ptr_equal(country_find(p->iso), p);
		assert_false(country_is_nanp(p->iso));
	}
	assert_null(country_find("US"));
	assert_null(country_find("ZZ"));
	assert_true(country_is_nanp("US") && country_is_nanp("ca") && country_is_nanp("JM"));
	assert_false(country_is_nanp("") || country_is_nanp("DE") || country_is_nanp(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(every_code_is_assigned_or_has_a_class),
		CHECK(text_that_is_no_code_is_not_found),
		CHECK(a_code_knows_its_place),
		CHECK(a_code_of_several_provinces_names_none_but_serves_all),
		CHECK(a_pending_code_says_when_it_opens),
		CHECK(unassigned_codes_have_their_classes),
		CHECK(overlays_are_symmetric_and_in_one_country),
		CHECK(the_overlay_on_the_same_ground_comes_first),
		CHECK(neighbours_are_sorted_in_service_and_at_home),
		CHECK(nearest_to_san_francisco_are_known),
		CHECK(distances_along_the_ground_are_right),
		CHECK(every_country_plan_can_be_used),
	};
	return CHECK_MAIN(tests);
}
