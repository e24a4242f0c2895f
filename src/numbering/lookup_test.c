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
		"{\"rung\":\"same_country\",\"area_codes\":[],\"country\":\"US\"}]}";
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
		text, "{\"rung\":\"same_time_zone\",\"area_codes\":[{\"area_code\":\"541\","));
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
		CHECK(a_known_exchange_has_a_town),
		CHECK(any_bytes_make_a_document),
		CHECK(distances_have_one_decimal_at_most),
	};
	return CHECK_MAIN(tests);
}
