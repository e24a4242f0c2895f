#include "tests/check.h"

#include <string.h>

#include "base/err.h"
#include "base/text.h"

static void every_code_has_a_whole_row(void **state)
{
	(void)state;
	static const int exits[] = {0, 1, 2, 3, 4, 5, 130};
	for (int i = 0; i < ERR_COUNT; i++) {
		enum err_code code = (enum err_code)i;
		bool is_exit = false;
		for (size_t j = 0; j < COUNT_OF(exits); j++)
			is_exit |= err_exit(code) == exits[j];
		assert_true(is_exit);
		assert_non_null(err_wire(code));
		assert_true(err_title(code)[0] != '\0');
		assert_true(err_http(code) >= 200 && err_http(code) < 600);
		assert_true(err_effect(code) <= ERR_EFFECT_MAYBE);
		assert_int_equal(err_exit(code) == 0, code == ERR_OK);
	}
}

static void wire_names_are_lower_snake_and_unique(void **state)
{
	(void)state;
	for (int i = 0; i < ERR_COUNT; i++) {
		const char *wire = err_wire((enum err_code)i);
		enum err_code back = ERR_COUNT;
		assert_int_equal(strspn(wire, "abcdefghijklmnopqrstuvwxyz_"), strlen(wire));
		/* The first row with that name is this row: no other has it. */
		assert_true(err_from_wire(wire, &back));
		assert_int_equal(back, i);
	}
	enum err_code none;
	assert_false(err_from_wire("no_such_code", &none));
	assert_false(err_from_wire(NULL, &none));
}

static void an_error_without_a_hint_has_its_codes_hint(void **state)
{
	(void)state;
	struct err e;
	assert_int_equal(err_set(&e, ERR_CARRIER_AUTH, "could not %s", "search"), ERR_CARRIER_AUTH);
	assert_string_equal(e.message, "could not search");
	assert_non_null(strstr(err_hint(&e), "TELNYX_API_KEY"));
	err_set_hint(&e, ERR_CARRIER_AUTH, "do this", "no");
	assert_string_equal(err_hint(&e), "do this");
	err_set_hint(&e, ERR_CARRIER_AUTH, NULL, "no");
	assert_non_null(strstr(err_hint(&e), "TELNYX_API_KEY"));
}

static void a_message_that_is_too_long_is_cut(void **state)
{
	(void)state;
	struct err e;
	char words[1000];
	memset(words, 'x', sizeof(words) - 1);
	words[sizeof(words) - 1] = '\0';
	err_set(&e, ERR_INTERNAL, "%s", words);
	assert_int_equal(strlen(e.message), sizeof(e.message) - 1);
}

/* What decides whether money may be spent again. */
static void an_unclear_purchase_is_never_taken_for_one_that_did_not_happen(void **state)
{
	(void)state;
	assert_int_equal(err_effect(ERR_CARRIER_UNCLEAR), ERR_EFFECT_MAYBE);
	assert_int_equal(err_effect(ERR_PURCHASE_UNCLEAR), ERR_EFFECT_MAYBE);
	assert_int_equal(err_effect(ERR_VOICE_UNCLEAR), ERR_EFFECT_MAYBE);
	assert_int_equal(err_effect(ERR_INTERNAL), ERR_EFFECT_MAYBE);
	assert_int_equal(err_effect(ERR_CARRIER_DOWN), ERR_EFFECT_NONE);
	assert_int_equal(err_effect(ERR_CARRIER_FUNDS), ERR_EFFECT_REFUSED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(every_code_has_a_whole_row),
		CHECK(wire_names_are_lower_snake_and_unique),
		CHECK(an_error_without_a_hint_has_its_codes_hint),
		CHECK(a_message_that_is_too_long_is_cut),
		CHECK(an_unclear_purchase_is_never_taken_for_one_that_did_not_happen),
	};
	return CHECK_MAIN(tests);
}
