#include "tests/check.h"

#include <string.h>

#include "base/id.h"
#include "base/must.h"

static void an_id_is_a_prefix_and_26_characters(void **state)
{
	(void)state;
	char id[ID_BYTES];
	id_new("su", 1795359845123, id);
	assert_int_equal(strlen(id), 29);
	assert_true(id_is(id, "su"));
	assert_false(id_is(id, "nu"));
	id[10] = 'U'; /* not in the alphabet */
	assert_false(id_is(id, "su"));
	assert_false(id_is("su_short", "su"));
	assert_false(id_is(NULL, "su"));
}

static void ids_sort_by_time_and_differ_within_one_millisecond(void **state)
{
	(void)state;
	char a[ID_BYTES], b[ID_BYTES], c[ID_BYTES];
	id_new("su", 1795359845123, a);
	id_new("su", 1795359845124, b);
	id_new("su", 1795359845124, c);
	assert_true(strcmp(a, b) < 0);
	assert_string_not_equal(b, c);
}

static void digests_are_sha_256(void **state)
{
	(void)state;
	char hex[ID_HEX_BYTES];
	id_digest_hex("abc", 3, hex);
	assert_string_equal(
		hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

/* RFC 4231, test case 2: HMAC-SHA256 of it begins 5bdcc146bf60754e6a04. */
static void a_keyed_name_is_hmac_in_lower_case_base32(void **state)
{
	(void)state;
	char name[17], longest[52], other[17];
	id_keyed_name("Jefe", 4, "what do ya want for nothing?", 16, name);
	assert_string_equal(name, "lpomcrv7mb2u42qe");
	id_keyed_name("Jefe", 4, "what do ya want for nothing?", 51, longest);
	assert_memory_equal(longest, name, 16);
	id_keyed_name("Jeff", 4, "what do ya want for nothing?", 16, other);
	assert_string_not_equal(other, name);
}

static int prepare(void **state)
{
	(void)state;
	id_init();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(an_id_is_a_prefix_and_26_characters),
		CHECK(ids_sort_by_time_and_differ_within_one_millisecond),
		CHECK(digests_are_sha_256),
		CHECK(a_keyed_name_is_hmac_in_lower_case_base32),
	};
	return cmocka_run_group_tests_name(__FILE__, tests, prepare, NULL);
}
