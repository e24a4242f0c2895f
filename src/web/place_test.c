/* place_test.c - what people type into the one field for a place. */
#include "tests/check.h"

#include "base/text.h"
#include "web/place.h"

static void the_shape_tells_which_kind_of_place_it_is(void **state)
{
	(void)state;
	static const struct {
		const char *typed, *area_code, *postal_code, *city;
	} rows[] = {
		{"", "", "", ""},
		{"415", "415", "", ""},
		{"(415)", "415", "", ""},
		{"41", "41", "", ""}, /* an area code with a digit missing: refused as one */
		{"94110", "", "94110", ""},
		{"94110-1234", "", "94110-1234", ""},
		{"M5V 2T6", "", "M5V 2T6", ""},
		{"KOA 1AO", "", "KOA 1AO", ""}, /* a letter for the zero */
		{"Rio", "", "", "Rio"},
		{"Moscow", "", "", "Moscow"},
		{"m5v2t6", "", "m5v2t6", ""},
		{"M5V", "", "M5V", ""},
		{"Berkeley, CA", "", "", "Berkeley, CA"},
		{"St. John's, NL", "", "", "St. John's, NL"},
		{"Ely", "", "", "Ely"},
		{"29 Palms", "", "", "29 Palms"},
		{"<1", "", "", "<1"},
		{"{1A", "", "", "{1A"}, /* as long as a code of Canada, and none */
		{"[1A", "", "", "[1A"},
		{"M55", "", "", "M55"},
		{"M5{", "", "", "M5{"},
		{"Mesa55", "", "", "Mesa55"},
		{"0123456789012345678901234567890123", "", "",
			"0123456789012345678901234567890123"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct place place;
		place_read(rows[i].typed, &place);
		print_message("  \"%s\"\n", rows[i].typed);
		assert_string_equal(place.area_code, rows[i].area_code);
		assert_string_equal(place.postal_code, rows[i].postal_code);
		assert_string_equal(place.city, rows[i].city);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(the_shape_tells_which_kind_of_place_it_is),
	};
	return CHECK_MAIN(tests);
}
