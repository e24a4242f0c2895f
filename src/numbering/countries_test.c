/* countries_test.c - the plans outside +1: what a number is, its area code, and what is sold there.
 */
#include "tests/check.h"

#include <stdio.h>
#include <string.h>

#include "base/must.h"
#include "base/text.h"
#include "numbering/countries.h"
#include "numbering/countries_sold.h"

static void a_geographic_number_has_its_area_code(void **state)
{
	(void)state;
	static const struct {
		const char *digits, *iso, *ndc, *why;
	} rows[] = {
		{"442079460958", "GB", "20", "London"},
		{"441904123456", "GB", "1904", "York, three digits after the 1"},
		{"441539612345", "GB", "15396", "Sedbergh, five digits"},
		{"49301234567", "DE", "30", "Berlin"},
		{"49415512345", "DE", "4155", "Schwarzenbek, four digits"},
		{"61293744000", "AU", "2", "New South Wales"},
		{"33123456789", "FR", "1", "Paris"},
		{"390612345678", "IT", "06", "Rome keeps its zero"},
		{"39021234567", "IT", "02", "Milan"},
		{"48221234567", "PL", "22", "Warsaw, in a plan without trunk prefix"},
		{"34911234567", "ES", "91", "Madrid, two digits"},
		{"34952123456", "ES", "952", "Malaga, three digits"},
		{"351211234567", "PT", "21", "Lisbon"},
		{"351239123456", "PT", "239", "Coimbra"},
		{"420224123456", "CZ", "2", "Prague, one digit"},
		{"420541123456", "CZ", "54", "Brno, two digits"},
		{"525512345678", "MX", "55", "Mexico City"},
		{"522221234567", "MX", "222", "Puebla"},
		{"46812345678", "SE", "8", "Stockholm"},
		{"35312345678", "IE", "1", "Dublin"},
		{"3612345678", "HU", "1", "Budapest"},
		{"37052123456", "LT", "5", "Vilnius"},
		{"861012345678", "CN", "10", "Beijing"},
		{"447400123456", "GB", "", "a mobile has none"},
		{"448001234567", "GB", "", "nor has toll-free"},
		{"4532123456", "DK", "", "a plan without area codes"},
		{"4722345678", "NO", "", "a plan without area codes"},
		{"6561234567", "SG", "", "a city"},
		{"302101234567", "GR", "", "two or three digits: it is not known"},
		{"442100000000", "GB", "", "a range that is not listed"},
		{"441481723456", "GG", "1481", "Guernsey in Britain's plan"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *national;
		char ndc[COUNTRY_NDC_BYTES];
		const struct country_plan *plan = country_of_number(rows[i].digits, &national);
		assert_non_null(plan);
		country_ndc(plan, national, ndc);
		if (!text_is(plan->iso, rows[i].iso) || !text_is(ndc, rows[i].ndc))
			fail_msg("+%s (%s): %s %s", rows[i].digits, rows[i].why, plan->iso, ndc);
	}
}

static void a_range_that_is_not_listed_fits_by_its_neighbours(void **state)
{
	(void)state;
	const struct country_plan *gb = country_find("GB");
	assert_true(country_fits(gb, "2100000000") && !country_lists(gb, "2100000000"));
	assert_int_equal(country_kind(gb, "2100000000"), KIND_GEOGRAPHIC);
	/* What is known to the end is known for certain. */
	assert_false(country_fits(gb, "207946095") || country_fits(gb, "20794609581"));
	/* No number starts so. */
	assert_false(country_fits(country_find("SG"), "01234567"));
	assert_false(country_fits(gb, "") || country_lists(gb, ""));
	/* E.164 has seven to fifteen digits, whatever a plan says. */
	assert_false(country_fits(country_find("DE"), "1234567890123456789012345"));
}

static void the_lengths_named_are_those_of_such_numbers(void **state)
{
	(void)state;
	static const struct {
		const char *iso, *national, *lengths;
		size_t shared;
	} rows[] = {
		{"FR", "1234567", "9", 1},
		{"GB", "2079460", "10", 1},
		{"SG", "01234567", "", 0},
		{"NO", "22345", "8", 1},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char lengths[16];
		size_t shared;
		country_lengths(country_find(rows[i].iso), rows[i].national, lengths, &shared);
		assert_string_equal(lengths, rows[i].lengths);
		assert_int_equal(shared, rows[i].shared);
	}
}

static void telnyx_sells_in_thirty_six_countries(void **state)
{
	(void)state;
	size_t sold = 0, by_code = 0;
	for (char a = 'A'; a <= 'Z'; a++)
		for (char b = 'A'; b <= 'Z'; b++) {
			const char iso[] = {a, b, '\0'};
			const struct country_sale *sale = country_sale(iso);
			if (sale == NULL || text_is(iso, "UK"))
				continue;
			assert_true(country_find(iso) != NULL || country_is_nanp(iso));
			sold++;
			by_code += sale->has_ndc;
		}
	assert_int_equal(sold, 36);
	assert_int_equal(by_code, 28);
	assert_ptr_equal(country_sale("uk"), country_sale("GB"));
	assert_null(country_sale("JM"));
	assert_null(country_sale(""));
}

/* Numbers of 7 to 11 digits of every beginning: does one have an area code? */
static bool has_area_codes(const struct country_plan *plan)
{
	static const char *const tails[] = {"23456789", "71828182"};
	for (unsigned n = 0; n < 2000; n++) {
		for (int tail = 4; tail <= 8; tail++) {
			char national[20], ndc[COUNTRY_NDC_BYTES];
			text_format(national, sizeof(national), "%03u%.*s", n % 1000, tail,
				tails[n / 1000]);
			country_ndc(plan, national, ndc);
			if (ndc[0] != '\0')
				return true;
		}
	}
	return false;
}

static void what_is_searched_by_area_code_is_what_the_plans_know(void **state)
{
	(void)state;
	for (size_t i = 0; i < countries_count; i++) {
		const struct country_sale *sale = country_sale(countries_rows[i].iso);
		if (sale != NULL && sale->has_ndc != has_area_codes(&countries_rows[i]))
			fail_msg("%s: the table says %d", sale->iso, sale->has_ndc);
	}
}

static void a_country_that_cannot_be_completed_says_so(void **state)
{
	(void)state;
	struct country_refusal r;
	static const char *const can[] = {"US", "ca", "PR", "GU"};
	for (size_t i = 0; i < COUNT_OF(can); i++)
		assert_true(country_can_complete(can[i], &r));
	assert_false(country_can_complete("JM", &r));
	assert_string_equal(
		r.message, "We cannot get a number in Jamaica: Telnyx sells none there.");
	assert_string_equal(r.reason, "country_not_sold");
	assert_false(country_can_complete("BR", &r));
	assert_string_equal(
		r.message, "We cannot get a number in Brazil: Telnyx sells none there.");
	assert_false(country_can_complete("CH", &r));
	assert_string_equal(r.message,
		"We cannot get a number in Switzerland yet: Telnyx wants papers with the order.");
	assert_string_equal(r.reason, "country_needs_papers");
	assert_false(country_can_complete("uk", &r));
	assert_string_equal(r.message,
		"We cannot get a number in the United Kingdom yet: Telnyx wants "
		"papers for each number there.");
	assert_string_equal(r.reason, "country_needs_papers");
	assert_string_equal(country_papers_wire(country_sale("US")->papers), "none");
	assert_string_equal(country_papers_wire(country_sale("DE")->papers), "after_order");
	assert_string_equal(country_papers_wire(country_sale("IT")->papers), "at_order");
	/* Every country of the plans has a name that fits the sentence. */
	for (size_t i = 0; i < countries_count; i++)
		if (!country_can_complete(countries_rows[i].iso, &r))
			assert_true(strlen(r.message) < sizeof(r.message) - 1 &&
				    r.message[strlen(r.message) - 1] == '.');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(a_geographic_number_has_its_area_code),
		CHECK(a_range_that_is_not_listed_fits_by_its_neighbours),
		CHECK(the_lengths_named_are_those_of_such_numbers),
		CHECK(telnyx_sells_in_thirty_six_countries),
		CHECK(what_is_searched_by_area_code_is_what_the_plans_know),
		CHECK(a_country_that_cannot_be_completed_says_so),
	};
	return CHECK_MAIN(tests);
}
