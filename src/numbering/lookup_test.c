#include "tests/check.h"

#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "base/text.h"
#include "numbering/lookup.h"

static char *look_up(const char *typed, const char *country)
{
	JSON_AUTO j = lookup_document(typed, strlen(typed), country);
	return json_to_text(j);
}

static void an_accepted_number_reads_as_the_contract_says(void **state)
{
	(void)state;
	static const char start[] =
		"{\"input\":\"(415) 555-1234 x12\",\"accepted\":true,\"e164\":\"+14155551234\","
		"\"extension\":\"12\",\"country\":\"US\",\"region\":\"US-CA\",\"area_code\":"
		"\"415\","
		"\"kind\":\"geographic\",\"place\":\"San "
		"Francisco\",\"flags\":[\"fictitious_555\"],"
		"\"reject\":null,\"ladder\":["
		"{\"rung\":\"same_area_code\",\"area_codes\":[{\"area_code\":\"415\",\"distance_"
		"km\":0}]},"
		"{\"rung\":\"overlay\",\"area_codes\":[{\"area_code\":\"628\",\"distance_km\":0}]},"
		"{\"rung\":\"nearby\",\"area_codes\":[{\"area_code\":\"650\",\"distance_km\":12.7},"
		"{\"area_code\":\"510\",\"distance_km\":14.4},";
	static const char end[] =
		"{\"rung\":\"same_country\",\"area_codes\":[],\"country\":\"US\"}],"
		"\"requirements\":\"none\",\"cannot_complete\":null}";
	char *text = look_up("(415) 555-1234 x12", NULL);
	assert_memory_equal(text, start, sizeof(start) - 1);
	assert_string_equal(text + strlen(text) - strlen(end), end);
	free(text);
}

static void a_refused_number_reads_as_the_contract_says(void **state)
{
	(void)state;
	char *text = look_up("911-555-1234", "US");
	assert_string_equal(text,
		"{\"input\":\"911-555-1234\",\"accepted\":false,\"reject\":{\"code\":\"npa_n11\","
		"\"message\":\"911 is a service code, not an area code.\","
		"\"hint\":\"Enter the number with its own area code.\"},\"ladder\":[]}");
	free(text);
}

static void what_is_not_known_is_null(void **state)
{
	(void)state;
	JSON_AUTO tollfree = lookup_document("1-800-FLOWERS", 13, NULL);
	assert_true(json_is_null(json_object_get(tollfree, "extension")));
	assert_true(json_is_null(json_object_get(tollfree, "region")));
	assert_true(json_is_null(json_object_get(tollfree, "place")));
	assert_int_equal(json_count(json_object_get(tollfree, "ladder")), 0);
	assert_string_equal(json_text(tollfree, "kind"), "tollfree");
	assert_string_equal(json_text(tollfree, "area_code"), "800");
	JSON_AUTO foreign = lookup_document("+4930123456", 11, NULL);
	assert_true(json_is_null(json_object_get(foreign, "area_code")));
	assert_string_equal(json_text(foreign, "country"), "DE");
	assert_int_equal(json_count(json_object_get(foreign, "ladder")), 2);
	assert_int_equal(json_count(json_object_get(foreign, "flags")), 0);
}

static void abroad_the_ladder_is_the_code_and_then_the_country(void **state)
{
	(void)state;
	char *text = look_up("+44 20 7946 0123", NULL);
	assert_non_null(strstr(text,
		"\"ladder\":[{\"rung\":\"same_area_code\",\"area_codes\":[{\"area_code\":"
		"\"20\",\"distance_km\":0}]},"
		"{\"rung\":\"same_country\",\"area_codes\":[],\"country\":\"GB\"}]"));
	free(text);
}

static void what_a_country_wants_is_told_before_anything_is_bought(void **state)
{
	(void)state;
	static const struct {
		const char *typed, *word, *refused;
	} rows[] = {
		{"415-863-1234", "none", NULL},
		{"787-234-5678", NULL, NULL}, /* of the US, which Telnyx does not list apart */
		{"1-800-356-9377", "none", NULL},
		{"+44 20 7946 0123", "after_order",
			"We cannot get a number in the United Kingdom yet: Telnyx wants papers "
			"for each number there."},
		{"+41 44 668 18 00", "at_order",
			"We cannot get a number in Switzerland yet: Telnyx wants papers with the "
			"order."},
		{"876-926-1234", NULL,
			"We cannot get a number in Jamaica: Telnyx sells none there."},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		JSON_AUTO j = lookup_document(rows[i].typed, strlen(rows[i].typed), NULL);
		const char *word = json_text(j, "requirements");
		const char *refused = json_text(j, "cannot_complete");
		assert_int_equal(word == NULL, rows[i].word == NULL);
		assert_int_equal(refused == NULL, rows[i].refused == NULL);
		if (word != NULL)
			assert_string_equal(word, rows[i].word);
		if (refused != NULL)
			assert_string_equal(refused, rows[i].refused);
	}
}

static void a_known_exchange_has_a_town(void **state)
{
	(void)state;
	static const char part[] =
		"\"place\":\"Santa "
		"Rosa\",\"town\":\"Eureka\",\"flags\":[],\"reject\":null,\"ladder\":["
		"{\"rung\":\"same_town\",\"area_codes\":[{\"area_code\":\"707\",\"distance_km\":0}]"
		","
		"\"town\":\"Eureka\"},"
		"{\"rung\":\"same_area_code\",";
	char *text = look_up("707-442-1234", NULL);
	assert_non_null(strstr(text, part));
	assert_non_null(strstr(
		text, "{\"rung\":\"same_time_zone\",\"area_codes\":[{\"area_code\":\"775\","));
	free(text);
	text = look_up("(415) 555-1234", NULL);
	assert_null(strstr(text, "town"));
	free(text);
}

static void any_bytes_make_a_document(void **state)
{
	(void)state;
	static const char bad[] = "415\xFF\x00\x01"
				  "\"";
	JSON_AUTO j = lookup_document(bad, sizeof(bad) - 1, NULL);
	assert_string_equal(json_text(j, "input"), "415???\"");
	assert_string_equal(json_text(j, "reject.code"), "bad_chars");
	JSON_AUTO nul = lookup_document("4\0001", 3, NULL);
	assert_int_equal(json_string_length(json_object_get(nul, "input")), 3);
	char *text = json_to_text(nul);
	assert_non_null(strstr(text, "\"input\":\"4\\u00001\""));
	free(text);
	JSON_AUTO none = lookup_document("", 0, "");
	assert_string_equal(json_text(none, "reject.code"), "empty");
	assert_string_equal(json_text(none, "input"), "");
}

static void distances_have_one_decimal_at_most(void **state)
{
	(void)state;
	for (unsigned tenths = 0; tenths <= 65535; tenths++) {
		char want[16];
		JSON_AUTO j = lookup_km(tenths);
		char *text = json_to_text(j);
		if (tenths % 10 == 0)
			text_format(want, sizeof(want), "%u", tenths / 10);
		else
			text_format(want, sizeof(want), "%u.%u", tenths / 10, tenths % 10);
		assert_string_equal(text, want);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(an_accepted_number_reads_as_the_contract_says),
		CHECK(a_refused_number_reads_as_the_contract_says),
		CHECK(what_is_not_known_is_null),
		CHECK(abroad_the_ladder_is_the_code_and_then_the_country),
		CHECK(what_a_country_wants_is_told_before_anything_is_bought),
		CHECK(a_known_exchange_has_a_town),
		CHECK(any_bytes_make_a_document),
		CHECK(distances_have_one_decimal_at_most),
	};
	return CHECK_MAIN(tests);
}
