#include "tests/check.h"

#include <string.h>

#include "base/text.h"

static void a_copy_says_whether_it_fitted(void **state)
{
	(void)state;
	char to[4];
	assert_true(TEXT_COPY(to, "abc"));
	assert_false(TEXT_COPY(to, "abcd"));
	assert_string_equal(to, "abc");
	assert_true(TEXT_COPY(to, NULL));
	assert_string_equal(to, "");
}

static void a_copy_never_cuts_inside_a_character(void **state)
{
	(void)state;
	char to[5];
	assert_false(TEXT_COPY(to, "ab\xE2\x82\xAC"));
	assert_string_equal(to, "ab");
	assert_false(TEXT_COPY(to, "a\xE2\x82\xACx"));
	assert_string_equal(to, "a\xE2\x82\xAC");
}

static void a_format_that_is_cut_says_so(void **state)
{
	(void)state;
	char to[4];
	assert_true(text_format(to, sizeof(to), "%d", 123));
	assert_false(text_format(to, sizeof(to), "%d", 1234));
	assert_string_equal(to, "123");
}

static void null_is_only_like_null(void **state)
{
	(void)state;
	assert_true(text_is(NULL, NULL));
	assert_false(text_is(NULL, ""));
	assert_false(text_is_any_case(NULL, NULL));
	assert_true(text_is_any_case("On", "oN"));
	assert_false(text_starts(NULL, ""));
	assert_true(text_contains_any_case("Bay BIKES", "bikes"));
}

static const struct {
	const char *text;
	bool is_uuid, is_e164, is_digits;
} kinds[] = {
	{"5f0c6a52-9d1e-4b7a-8c3f-2e6d4a1b9c70", true, false, false},
	{"5F0C6A52-9D1E-4B7A-8C3F-2E6D4A1B9C70", true, false, false},
	{"5f0c6a52-9d1e-4b7a-8c3f-2e6d4a1b9c7", false, false, false},
	{"5f0c6a5209d1e-4b7a-8c3f-2e6d4a1b9c70", false, false, false},
	{"+14155550123", false, true, false},
	{"+1415555", false, true, false},
	{"+141555", false, false, false},
	{"+1234567890123456", false, false, false},
	{"+04155550123", false, false, false},
	{"14155550123", false, false, true},
	{"1415 555", false, false, false},
	{"", false, false, false},
	{NULL, false, false, false},
};

static void texts_are_told_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		assert_int_equal(text_is_uuid(kinds[i].text), kinds[i].is_uuid);
		assert_int_equal(text_is_e164(kinds[i].text), kinds[i].is_e164);
		assert_int_equal(text_is_digits(kinds[i].text), kinds[i].is_digits);
	}
}

static const struct {
	const char *bytes;
	bool is_utf8;
} encodings[] = {
	{"plain", true},
	{"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", true},
	{"\xC0\xAF", false},         /* overlong */
	{"\xE0\x80\xAF", false},     /* overlong */
	{"\xED\xA0\x80", false},     /* surrogate */
	{"\xF4\x90\x80\x80", false}, /* above U+10FFFF */
	{"\xF0\x9F\x98", false},     /* cut */
	{"\x80", false},
	{"\xFF", false},
};

static void only_well_formed_utf8_is_taken(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(encodings); i++)
		assert_int_equal(text_is_utf8(encodings[i].bytes, strlen(encodings[i].bytes)),
			encodings[i].is_utf8);
}

static void a_whole_number_stays_within_its_bounds(void **state)
{
	(void)state;
	int64_t value = 7;
	assert_true(text_to_int("-12", -20, 20, &value));
	assert_int_equal(value, -12);
	static const char *const bad[] = {
		"", "-", "1x", " 1", "+1", "21", "-21", "1.0", "99999999999999999999", "0x1"};
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(text_to_int(bad[i], -20, 20, &value));
	assert_false(text_to_int(NULL, 0, 1, &value));
	assert_int_equal(value, -12);
	assert_true(text_to_int("9223372036854775807", 0, INT64_MAX, &value));
	assert_true(value == INT64_MAX);
	assert_false(text_to_int("9223372036854775808", 0, INT64_MAX, &value));
}

static const struct {
	const char *text;
	int64_t cents; /* -1: refused */
} money[] = {{"1.00000", 100}, {"0", 0}, {"12.5", 1250}, {"0.99", 99}, {"1.001", 101},
	{"999999999999.99", 99999999999999}, {"", -1}, {"-1", -1}, {"1.", -1}, {".5", -1},
	{"1e3", -1}, {"1,000", -1}, {"1.0.0", -1}, {"9999999999999", -1}, {" 1", -1}};

static void money_is_read_exactly_and_a_fraction_of_a_cent_rounds_up(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(money); i++) {
		int64_t cents = -1;
		assert_int_equal(text_to_cents(money[i].text, &cents), money[i].cents >= 0);
		assert_int_equal(cents, money[i].cents);
	}
	int64_t cents;
	assert_false(text_to_cents(NULL, &cents));
}

static void cents_are_written_with_two_places(void **state)
{
	(void)state;
	char to[32];
	text_from_cents(5, to, sizeof(to));
	assert_string_equal(to, "0.05");
	text_from_cents(-123456, to, sizeof(to));
	assert_string_equal(to, "-1234.56");
	text_from_cents(INT64_MIN, to, sizeof(to));
	assert_string_equal(to, "-92233720368547758.08");
}

static void trimming_takes_blanks_from_both_ends(void **state)
{
	(void)state;
	char text[] = " \t a b \r\n", blank[] = "  ", mixed[] = "BaY";
	text_trim(text);
	assert_string_equal(text, "a b");
	text_trim(blank);
	assert_string_equal(blank, "");
	text_lower(mixed);
	assert_string_equal(mixed, "bay");
}

static void secrets_are_compared_whole(void **state)
{
	(void)state;
	assert_true(text_equal_secret("abc", "abc"));
	assert_false(text_equal_secret("abc", "abd"));
	assert_false(text_equal_secret("abc", "abcd"));
	assert_false(text_equal_secret("", "a"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(a_copy_says_whether_it_fitted),
		CHECK(a_copy_never_cuts_inside_a_character),
		CHECK(a_format_that_is_cut_says_so),
		CHECK(null_is_only_like_null),
		CHECK(texts_are_told_apart),
		CHECK(only_well_formed_utf8_is_taken),
		CHECK(a_whole_number_stays_within_its_bounds),
		CHECK(money_is_read_exactly_and_a_fraction_of_a_cent_rounds_up),
		CHECK(cents_are_written_with_two_places),
		CHECK(trimming_takes_blanks_from_both_ends),
		CHECK(secrets_are_compared_whole),
	};
	return CHECK_MAIN(tests);
}
