#include "tests/check.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

static void a_new_string_is_empty_text(void **state)
{
	(void)state;
	struct str s;
	str_init(&s, 10);
	assert_string_equal(s.text, "");
	assert_true(str_ok(&s));
	str_done(&s);
}

static void it_grows_up_to_its_maximum_and_drops_the_rest_whole(void **state)
{
	(void)state;
	struct str s;
	str_init(&s, 5);
	str_add(&s, "abc");
	str_add(&s, "def");
	assert_string_equal(s.text, "abc");
	assert_false(str_ok(&s));
	str_add(&s, "d"); /* would fit, but something is missing before it */
	assert_string_equal(s.text, "abc");
	str_clear(&s);
	str_add(&s, "abcde");
	assert_true(str_ok(&s));
	assert_int_equal(s.bytes, 5);
	str_done(&s);
}

static void it_holds_what_was_added_byte_for_byte(void **state)
{
	(void)state;
	struct str s;
	str_init(&s, 100000);
	for (int i = 0; i < 10000; i++)
		str_addf(&s, "%04d,", i);
	assert_int_equal(s.bytes, 50000);
	assert_memory_equal(s.text + 49990, "9998,9999,", 11);
	str_add_bytes(&s, "\0x", 2);
	assert_int_equal(s.bytes, 50002);
	str_done(&s);
}

static void html_and_addresses_are_escaped(void **state)
{
	(void)state;
	struct str s;
	str_init(&s, 200);
	str_add_html(&s, "<a href=\"x\">&'");
	assert_string_equal(s.text, "&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
	str_clear(&s);
	str_add_url(&s, "+1 a-b._~/\xC3\xA9");
	assert_string_equal(s.text, "%2B1%20a-b._~%2F%C3%A9");
	str_done(&s);
}

static void what_is_taken_belongs_to_the_caller(void **state)
{
	(void)state;
	struct str s;
	str_init(&s, 10);
	char *nothing = str_take(&s);
	assert_string_equal(nothing, "");
	free(nothing);
	str_add_char(&s, 'x');
	char *text = str_take(&s);
	assert_string_equal(text, "x");
	assert_string_equal(s.text, "");
	free(text);
	str_add(&s, "again");
	assert_string_equal(s.text, "again");
	str_done(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(a_new_string_is_empty_text),
		CHECK(it_grows_up_to_its_maximum_and_drops_the_rest_whole),
		CHECK(it_holds_what_was_added_byte_for_byte),
		CHECK(html_and_addresses_are_escaped),
		CHECK(what_is_taken_belongs_to_the_caller),
	};
	return CHECK_MAIN(tests);
}
