/* What a sign-up's end means for the exit status. */
#include "tests/check.h"

#include "cli/follow.h"

static const struct {
	const char *status, *error;
	enum err_code code;
	int exit_status;
} ends[] = {
	{"active", NULL, ERR_OK, 0},
	{"failed", "carrier_funds", ERR_CARRIER_FUNDS, 1},
	{"failed", "carrier_auth", ERR_CARRIER_AUTH, 3},
	{"failed", "carrier_no_numbers", ERR_CARRIER_NO_NUMBERS, 1},
	{"failed", "verify_failed", ERR_VERIFY_FAILED, 1}, /* nothing is owned: not unknown */
	{"needs_attention", "carrier_refused", ERR_CARRIER_REFUSED, 4},
	{"needs_attention", "carrier_down", ERR_CARRIER_DOWN, 4},
	{"needs_attention", "purchase_unclear", ERR_PURCHASE_UNCLEAR, 4},
	{"needs_input", "place_needed", ERR_PLACE_NEEDED, 4},
	{"cancelled", NULL, ERR_CANCELLED, 1},
	{"released", NULL, ERR_CANCELLED, 1},
	{"failed", "a_code_of_a_later_version", ERR_INTERNAL, 5},
};

static void every_end_has_its_exit_status(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		struct err e;
		JSON_AUTO error = ends[i].error ? json_pack("{s:s s:s s:s}", "code", ends[i].error,
							  "message", "m", "hint", "h")
						: json_null();
		JSON_AUTO signup = json_pack("{s:s s:O}", "status", ends[i].status, "error", error);
		assert_non_null(signup);
		assert_int_equal(follow_outcome(signup, &e), ends[i].code);
		if (follow_exit(signup, &e) != ends[i].exit_status)
			fail_msg("%s %s: %d", ends[i].status, ends[i].error ? ends[i].error : "",
				follow_exit(signup, &e));
	}
}

static void the_reason_and_the_remedy_are_the_sign_ups_own(void **state)
{
	(void)state;
	struct err e;
	JSON_AUTO signup = json_pack("{s:s s:{s:s s:s s:s}}", "status", "failed", "error", "code",
		"carrier_funds", "message", "no money", "hint", "add some");
	assert_int_equal(follow_outcome(signup, &e), ERR_CARRIER_FUNDS);
	assert_string_equal(e.message, "no money");
	assert_string_equal(err_hint(&e), "add some");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(every_end_has_its_exit_status),
		CHECK(the_reason_and_the_remedy_are_the_sign_ups_own),
	};
	return CHECK_MAIN(tests);
}
