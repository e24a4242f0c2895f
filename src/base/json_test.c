#include "tests/check.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"

static json_t *parse(const char *text)
{
	return json_parse(text, strlen(text), NULL, 0);
}

static void one_strict_document_is_taken(void **state)
{
	(void)state;
	static const char *const good[] = {
		"{}", "[]", "\"x\"", "1", "null", " {\"a\":[1]} \n", "{\"a\":\"\\u00e9\"}"};
	static const char *const bad[] = {"", "{} {}", "{\"a\":1,\"a\":2}", "{'a':1}", "{\"a\":1,}",
		"\"\xff\"", "{\"a\":}", "[1 2]", "NaN", "\"\\ud800\"", "{\"a\":\"\t\"}"};
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		json_t *j = parse(good[i]);
		if (j == NULL)
			fail_msg("refused: %s", good[i]);
		json_decref(j);
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		if (parse(bad[i]) != NULL)
			fail_msg("taken: %s", bad[i]);
	}
}

/* Else "2\0" reads as 2, and who looks at the text sees nothing behind it. */
static void a_nul_byte_is_refused_wherever_it_stands(void **state)
{
	(void)state;
	char why[80];
	const char good[] = "{\"a\": [1 ,true ,\"x\"] }";
	size_t bytes = sizeof(good) - 1;
	for (size_t at = 0; at < bytes; at++) {
		char bad[sizeof(good)];
		memcpy(bad, good, sizeof(good));
		bad[at] = '\0';
		assert_null(json_parse(bad, bytes, why, sizeof(why)));
		assert_string_equal(why, "a NUL byte stands in it");
	}
	assert_null(json_parse(good, bytes + 1, NULL, 0));
	assert_null(json_parse(NULL, 0, NULL, 0));
	JSON_AUTO j = json_parse(good, bytes, NULL, 0);
	assert_non_null(j);
}

static void nesting_has_a_limit_and_brackets_in_texts_do_not_count(void **state)
{
	(void)state;
	char deep[2 * JSON_MAX_DEPTH + 8] = "", why[80];
	for (int i = 0; i < JSON_MAX_DEPTH; i++) {
		deep[i] = '[';
		deep[2 * JSON_MAX_DEPTH - 1 - i] = ']';
	}
	json_decref(parse(deep));
	JSON_AUTO j = parse(deep);
	assert_non_null(j);
	memset(deep, '[', JSON_MAX_DEPTH + 1);
	assert_null(json_parse(deep, JSON_MAX_DEPTH + 1, why, sizeof(why)));
	assert_string_equal(why, "nested too deeply");
	memset(deep, '[', sizeof(deep));
	deep[0] = '"';
	deep[sizeof(deep) - 2] = '"';
	JSON_AUTO text = json_parse(deep, sizeof(deep) - 1, NULL, 0);
	assert_non_null(text);
}

static void readers_find_what_is_there_and_nothing_else(void **state)
{
	(void)state;
	JSON_AUTO j =
		parse("{\"data\":{\"id\":\"x\",\"n\":12,\"big\":\"\",\"yes\":true,\"no\":null},"
		      "\"list\":[1,2]}");
	char to[8];
	assert_string_equal(json_text(j, "data.id"), "x");
	assert_null(json_text(j, "data.n"));
	assert_null(json_text(j, "data.id.x"));
	assert_null(json_text(j, "nothing.id"));
	assert_null(json_text(NULL, "data"));
	assert_string_equal(json_text(j, "data.big"), "");
	assert_null(json_text_set(j, "data.big"));
	assert_true(json_text_or_number(j, "data.n", to, sizeof(to)));
	assert_string_equal(to, "12");
	assert_false(json_text_or_number(j, "data.yes", to, sizeof(to)));
	assert_true(json_bool(j, "data.yes", false));
	assert_true(json_bool(j, "data.no", true));
	assert_int_equal(json_int(j, "data.n", 0), 12);
	assert_int_equal(json_int(j, "data.id", -1), -1);
	assert_int_equal(json_count(json_at(j, "list")), 2);
	assert_int_equal(json_count(json_at(j, "data")), 0);
}

static void writing_keeps_the_order_and_short_numbers(void **state)
{
	(void)state;
	JSON_AUTO j = parse("{\"b\":12.7,\"a\":[true,null]}");
	char *text = json_to_text(j);
	assert_string_equal(text, "{\"b\":12.7,\"a\":[true,null]}");
	free(text);
}

static void a_text_written_by_hand_reads_back_as_itself(void **state)
{
	(void)state;
	static const char text[] = "q\" b\\ n\n t\t \x01 \x7f \xC3\xA9";
	struct str s;
	str_init(&s, 200);
	json_add_string(&s, text);
	JSON_AUTO j = parse(s.text);
	assert_string_equal(json_string_value(j), text);
	str_done(&s);
}

static void no_text_and_what_is_not_utf8_become_null(void **state)
{
	(void)state;
	JSON_AUTO a = json_string_or_null("");
	JSON_AUTO b = json_string_or_null(NULL);
	JSON_AUTO c = json_string_or_null("\xff");
	JSON_AUTO d = json_string_or_null("x");
	assert_true(json_is_null(a) && json_is_null(b) && json_is_null(c));
	assert_string_equal(json_string_value(d), "x");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(one_strict_document_is_taken),
		CHECK(a_nul_byte_is_refused_wherever_it_stands),
		CHECK(nesting_has_a_limit_and_brackets_in_texts_do_not_count),
		CHECK(readers_find_what_is_there_and_nothing_else),
		CHECK(writing_keeps_the_order_and_short_numbers),
		CHECK(a_text_written_by_hand_reads_back_as_itself),
		CHECK(no_text_and_what_is_not_utf8_become_null),
	};
	return CHECK_MAIN(tests);
}
