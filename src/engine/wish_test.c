/* wish_test.c - what is taken on, and which field is wrong when it is not. */
#include "tests/check.h"

#include <string.h>

#include "base/text.h"
#include "engine/wish.h"

static struct order order;
static struct store_creation creation;
static struct wish_error error;

static struct wish good(void)
{
	struct wish wish = {.business_name = "Bay Bikes",
		.email = "a@baybikes.example",
		.business_phone = "(415) 555-0123"};
	return wish;
}

static bool check(const struct wish *wish)
{
	return wish_check(wish, &order, &creation, &error);
}

static void a_typed_wish_becomes_an_order_that_has_not_begun(void **state)
{
	(void)state;
	struct wish wish = good();
	TEXT_COPY(wish.business_name, "  Bay Bikes ");
	assert_true(check(&wish));
	assert_int_equal(order.state, ORDER_RECEIVED);
	assert_string_equal(order.business_name, "Bay Bikes");
	assert_string_equal(order.business_phone, "+14155550123");
	assert_string_equal(order.area_code, "415");
	assert_string_equal(order.country, "US");
	assert_int_equal(order.max_rung, LADDER_SAME_COUNTRY);
	assert_int_equal(order.mode, ORDER_MODE_BUY);
}

static void a_canadian_area_code_is_searched_in_canada(void **state)
{
	(void)state;
	struct wish wish = good();
	TEXT_COPY(wish.business_phone, "416-555-0123");
	assert_true(check(&wish));
	assert_string_equal(order.country, "CA");
}

static void an_area_code_asked_for_wins_over_the_phones_own(void **state)
{
	(void)state;
	struct wish wish = good();
	TEXT_COPY(wish.area_code, "416");
	assert_true(check(&wish));
	assert_string_equal(order.area_code, "416");
	assert_string_equal(order.country, "CA");
}

static void a_country_where_nothing_is_sold_is_refused_up_front(void **state)
{
	(void)state;
	static const char *const phones[] = {
		"876-926-1234", "+54 11 2345 6789", "+91 11 2345 6789"};
	for (size_t i = 0; i < COUNT_OF(phones); i++) {
		struct wish wish = good();
		text_copy(wish.business_phone, sizeof(wish.business_phone), phones[i]);
		assert_false(check(&wish));
		assert_int_equal(error.err.code, ERR_PHONE_REFUSED);
		assert_string_equal(error.field, "business_phone");
		assert_string_equal(error.reason, "country_not_sold");
		TEXT_COPY(wish.area_code, "305"); /* a number there serves them too */
		assert_true(check(&wish));
		assert_string_equal(order.country, "US");
	}
	struct wish wish = good();
	TEXT_COPY(wish.business_phone, "876-926-1234");
	assert_false(check(&wish));
	assert_string_equal(
		error.err.message, "We cannot get a number in Jamaica: Telnyx sells none there.");
}

static void a_place_where_nothing_is_sold_is_refused_as_the_phone_is(void **state)
{
	(void)state;
	struct wish wish = good();
	TEXT_COPY(wish.area_code, "876");
	assert_false(check(&wish));
	assert_int_equal(error.err.code, ERR_PHONE_REFUSED);
	assert_string_equal(error.field, "area_code");
	assert_string_equal(error.reason, "country_not_sold");
	wish = good();
	TEXT_COPY(wish.city, "Nassau, Bahamas");
	assert_false(check(&wish));
	assert_string_equal(error.field, "city");
	assert_string_equal(error.reason, "country_not_sold");
	wish = good(); /* its own code, said again */
	TEXT_COPY(wish.business_phone, "+1 242 327 1234");
	TEXT_COPY(wish.area_code, "242");
	assert_false(check(&wish));
	assert_string_equal(error.reason, "country_not_sold");
}

static void a_bare_name_is_a_town_where_numbers_are_sold(void **state)
{
	(void)state;
	struct wish wish = good();
	TEXT_COPY(wish.business_phone, "709-576-1234");
	TEXT_COPY(wish.city, "St. John's"); /* not Antigua's */
	assert_true(check(&wish));
	assert_string_equal(order.area_code, "709");
	TEXT_COPY(wish.business_phone, "512-472-1234");
	TEXT_COPY(wish.city, "Georgetown"); /* not Cayman's */
	assert_true(check(&wish));
	assert_string_equal(order.area_code, "512");
	TEXT_COPY(wish.business_phone, "212-736-1234");
	assert_false(check(&wish));
	assert_string_equal(error.field, "city");
	assert_string_equal(error.reason, "city_ambiguous");
	TEXT_COPY(wish.area_code, "512"); /* says which */
	assert_true(check(&wish));
}

static void places_that_contradict_each_other_are_refused(void **state)
{
	(void)state;
	struct wish wish = good();
	TEXT_COPY(wish.city, "Boston, MA");
	TEXT_COPY(wish.postal_code, "94110");
	assert_false(check(&wish));
	assert_string_equal(error.field, "postal_code");
	assert_string_equal(error.reason, "postal_code_invalid");
	TEXT_COPY(wish.postal_code, "02110");
	assert_true(check(&wish));
}

/* Bought, it would wait for papers that nobody hands in. */
static void a_country_that_wants_papers_is_refused_up_front(void **state)
{
	(void)state;
	static const char *const phones[] = {
		"+44 20 7946 0958", "+49 212 23456789", "+41 44 668 18 00", "+45 33 12 34 56"};
	for (size_t i = 0; i < COUNT_OF(phones); i++) {
		struct wish wish = good();
		text_copy(wish.business_phone, sizeof(wish.business_phone), phones[i]);
		assert_false(check(&wish));
		assert_string_equal(error.field, "business_phone");
		assert_string_equal(error.reason, "country_needs_papers");
		assert_non_null(strstr(error.err.message, "yet: Telnyx wants papers"));
		wish = good();
		text_copy(wish.number, sizeof(wish.number), phones[i]);
		assert_false(check(&wish)); /* a phone here does not help a number there */
		assert_int_equal(error.err.code, ERR_PHONE_REFUSED);
		assert_string_equal(error.field, "number");
		assert_string_equal(error.reason, "country_needs_papers");
	}
}

static void a_phone_there_may_have_a_number_elsewhere_or_its_own(void **state)
{
	(void)state;
	struct wish wish = good();
	TEXT_COPY(wish.business_phone, "+49 212 23456789");
	TEXT_COPY(wish.area_code, "212"); /* New York, not Solingen */
	assert_true(check(&wish));
	assert_string_equal(order.area_code, "212");
	assert_string_equal(order.country, "US");
	wish.area_code[0] = '\0';
	TEXT_COPY(wish.existing_number, "+49 212 23456780"); /* nothing is bought */
	assert_true(check(&wish));
	assert_string_equal(order.area_code, "212");
	assert_string_equal(order.country, "DE");
	wish.existing_number[0] = '\0';
	TEXT_COPY(wish.number, "+1 415 555 0199");
	assert_true(check(&wish));
}

static void a_territory_of_the_united_states_is_taken_on(void **state)
{
	(void)state;
	struct wish wish = good();
	TEXT_COPY(wish.business_phone, "787-234-5678");
	assert_true(check(&wish));
	assert_string_equal(order.country, "PR");
}

static void a_mobile_abroad_has_no_place(void **state)
{
	(void)state;
	static const char *const phones[] = {"+44 7400 123456", "+91 98765 43210"};
	for (size_t i = 0; i < COUNT_OF(phones); i++) {
		struct wish wish = good();
		text_copy(wish.business_phone, sizeof(wish.business_phone), phones[i]);
		assert_true(check(&wish));
		assert_string_equal(order.area_code, "");
		TEXT_COPY(wish.postal_code, "94704");
		assert_true(check(&wish));
		assert_string_equal(order.area_code, "510");
		assert_string_equal(order.country, "US");
	}
}

static void a_toll_free_phone_has_no_place(void **state)
{
	(void)state;
	struct wish wish = good();
	TEXT_COPY(wish.business_phone, "1-800-356-9377");
	assert_true(check(&wish));
	assert_string_equal(order.area_code, "");
}

static void a_number_brought_along_is_pinned_from_the_first_moment(void **state)
{
	(void)state;
	struct wish wish = good();
	TEXT_COPY(wish.existing_number, "+1 628 555 0199");
	assert_true(check(&wish));
	assert_int_equal(order.mode, ORDER_MODE_EXISTING);
	assert_string_equal(order.number, "+16285550199");
}

struct row {
	const char *field; /* set to … */
	const char *value;
	const char *reason; /* expected */
};

static char *field_of(struct wish *wish, const char *name, size_t *ret_bytes)
{
#define FIELD(f)                                                                                   \
	if (text_is(name, #f)) {                                                                   \
		*ret_bytes = sizeof(wish->f);                                                      \
		return wish->f;                                                                    \
	}
	FIELD(business_name)
	FIELD(email)
	FIELD(business_phone)
	FIELD(existing_number)
	FIELD(area_code)
	FIELD(postal_code)
	FIELD(city)
	FIELD(number)
	FIELD(contains)
	FIELD(max_rung)
	FIELD(reference)
#undef FIELD
	return NULL;
}

static void each_wrong_field_is_named_with_its_reason(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{"business_name", "", "invalid_field"},
		{"business_name", " \t ", "invalid_field"},
		{"business_name", "two\nlines", "invalid_field"},
		{"business_name", "\xff\xfe", "invalid_field"},
		{"email", "", "invalid_field"},
		{"email", "nobody", "invalid_field"},
		{"email", "a@b", "invalid_field"},
		{"email", "a b@c.example", "invalid_field"},
		{"email", "a@b@c.example", "invalid_field"},
		{"email", "a@.example", "invalid_field"},
		{"email", "@c.example", "invalid_field"},
		{"business_phone", "", "empty"},
		{"business_phone", "911-555-1234", "npa_n11"},
		{"business_phone", "hello", "no_digits"},
		{"existing_number", "555", NULL},
		{"area_code", "911", "npa_n11"},
		{"area_code", "41", NULL},
		{"contains", "12-a", "invalid_field"},
		{"contains", "\xc3\xa9", "invalid_field"},
		{"postal_code", "00000", NULL},
		{"postal_code", "94110-1234-5678", "invalid_field"},
		{"city", "Nowhere At All, CA", NULL},
		{"city", "two\nlines", "invalid_field"},
		{"number", "hello", "no_digits"},
		{"contains", "12345678", "invalid_field"},
		{"max_rung", "moon", "invalid_field"},
		{"reference", "be\all", "invalid_field"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct wish wish = good();
		size_t bytes = 0;
		char *field = field_of(&wish, rows[i].field, &bytes);
		text_copy(field, bytes, rows[i].value);
		if (check(&wish))
			fail_msg("%s \"%s\" was taken on", rows[i].field, rows[i].value);
		assert_string_equal(error.field, rows[i].field);
		if (rows[i].reason != NULL)
			assert_string_equal(error.reason, rows[i].reason);
		assert_true(error.err.message[0] != '\0');
	}
}

static void the_same_wish_has_the_same_fingerprint_and_another_has_another(void **state)
{
	(void)state;
	char first[ID_HEX_BYTES], duplicate[ID_HEX_BYTES];
	struct wish wish = good();
	assert_true(check(&wish));
	TEXT_COPY(first, creation.fingerprint);
	TEXT_COPY(duplicate, creation.duplicate_key);
	TEXT_COPY(wish.business_phone, "415.555.0123");
	TEXT_COPY(wish.email, "A@BayBikes.example");
	assert_true(check(&wish));
	assert_string_equal(creation.duplicate_key, duplicate);
	TEXT_COPY(wish.business_name, "Bay Boats");
	assert_true(check(&wish));
	assert_string_not_equal(creation.fingerprint, first);
	assert_string_not_equal(creation.duplicate_key, duplicate);
}

static void where_it_is_to_be_is_told_by_city_or_postal_code_too(void **state)
{
	(void)state;
	struct wish wish = good();
	TEXT_COPY(wish.city, "  Boston, MA ");
	assert_true(check(&wish));
	assert_string_equal(order.city, "Boston, MA");
	assert_string_equal(order.area_code, "617"); /* not the phone's 415 */
	TEXT_COPY(wish.city, "Toronto, ON");
	assert_true(check(&wish));
	assert_string_equal(order.country, "CA");
	TEXT_COPY(wish.city, "");
	TEXT_COPY(wish.postal_code, "94110");
	assert_true(check(&wish));
	assert_string_equal(order.postal_code, "94110");
	assert_string_equal(order.area_code, "415");
	TEXT_COPY(wish.area_code, "628"); /* tried first */
	assert_true(check(&wish));
	assert_string_equal(order.area_code, "628");
	TEXT_COPY(wish.area_code, "416");
	assert_false(check(&wish));
	assert_string_equal(error.field, "area_code");
}

static void a_word_for_the_keypad_becomes_digits(void **state)
{
	(void)state;
	struct wish wish = good();
	TEXT_COPY(wish.contains, "Bikes9Z");
	assert_true(check(&wish));
	assert_string_equal(order.contains, "2453799");
}

static void a_chosen_number_is_read_as_a_phone_is_and_excludes_one_brought_along(void **state)
{
	(void)state;
	struct wish wish = good();
	TEXT_COPY(wish.number, "(628) 555-0142");
	assert_true(check(&wish));
	assert_string_equal(order.wanted.number, "+16285550142");
	assert_int_equal(order.wanted_until_ms, 0);
	TEXT_COPY(wish.existing_number, "+1 628 555 0199");
	assert_false(check(&wish));
	assert_string_equal(error.field, "number");
}

static void to_be_asked_is_to_go_no_further_than_the_area_code(void **state)
{
	(void)state;
	struct wish wish = good();
	TEXT_COPY(wish.max_rung, "ask");
	assert_true(check(&wish));
	assert_int_equal(order.max_rung, LADDER_SAME_AREA_CODE);
	assert_true(order.asks);
	TEXT_COPY(wish.max_rung, "nearby");
	assert_true(check(&wish));
	assert_int_equal(order.max_rung, LADDER_NEARBY);
	assert_false(order.asks);
}

static void a_blank_place_is_none(void **state)
{
	(void)state;
	struct wish wish = good();
	TEXT_COPY(wish.business_phone, "+49 212 23456789");
	TEXT_COPY(wish.city, " ");
	TEXT_COPY(wish.area_code, "\t");
	assert_false(check(&wish));
	assert_string_equal(error.reason, "country_needs_papers");
}

static void each_thing_chosen_makes_another_fingerprint(void **state)
{
	(void)state;
	char seen[5][ID_HEX_BYTES];
	for (int i = 0; i < 5; i++) {
		struct wish wish = good();
		if (i == 1)
			TEXT_COPY(wish.postal_code, "94110");
		if (i == 2)
			TEXT_COPY(wish.city, "Boston, MA");
		if (i == 3)
			TEXT_COPY(wish.number, "+16285550142");
		if (i == 4)
			TEXT_COPY(wish.max_rung, "ask");
		assert_true(check(&wish));
		TEXT_COPY(seen[i], creation.fingerprint);
		for (int j = 0; j < i; j++)
			assert_string_not_equal(seen[i], seen[j]);
	}
	/* What is held may run out between one sending of the same form and the next. */
	struct wish held = good();
	TEXT_COPY(held.number, "+16285550142");
	TEXT_COPY(held.hold, "h1.16285550142.x");
	assert_true(check(&held));
	assert_string_equal(creation.fingerprint, seen[3]);
	/* As it was before there was more to choose: keys in use keep their meaning. */
	assert_string_equal(
		seen[0], "43933303f2bd14ad843cf1002917073dfa7309efa2af3043b6ccc6f70d455441");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(a_typed_wish_becomes_an_order_that_has_not_begun),
		CHECK(a_canadian_area_code_is_searched_in_canada),
		CHECK(an_area_code_asked_for_wins_over_the_phones_own),
		CHECK(a_country_where_nothing_is_sold_is_refused_up_front),
		CHECK(a_place_where_nothing_is_sold_is_refused_as_the_phone_is),
		CHECK(a_bare_name_is_a_town_where_numbers_are_sold),
		CHECK(places_that_contradict_each_other_are_refused),
		CHECK(a_country_that_wants_papers_is_refused_up_front),
		CHECK(a_phone_there_may_have_a_number_elsewhere_or_its_own),
		CHECK(a_territory_of_the_united_states_is_taken_on),
		CHECK(a_mobile_abroad_has_no_place),
		CHECK(a_toll_free_phone_has_no_place),
		CHECK(a_number_brought_along_is_pinned_from_the_first_moment),
		CHECK(each_wrong_field_is_named_with_its_reason),
		CHECK(the_same_wish_has_the_same_fingerprint_and_another_has_another),
		CHECK(where_it_is_to_be_is_told_by_city_or_postal_code_too),
		CHECK(a_word_for_the_keypad_becomes_digits),
		CHECK(a_chosen_number_is_read_as_a_phone_is_and_excludes_one_brought_along),
		CHECK(to_be_asked_is_to_go_no_further_than_the_area_code),
		CHECK(a_blank_place_is_none),
		CHECK(each_thing_chosen_makes_another_fingerprint),
	};
	return CHECK_MAIN(tests);
}
