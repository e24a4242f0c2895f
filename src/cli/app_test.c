#include "tests/check.h"

#include "base/text.h"
#include "cli/app.h"

static const struct {
	const char *listen;
	bool is_loopback;
} addresses[] = {{"127.0.0.1:8080", true}, {"127.8.9.1:0", true}, {"localhost:80", true},
	{"[::1]:8080", true}, {"0.0.0.0:8080", false}, {"[::]:8080", false}, {":8080", false},
	{"192.168.1.1:8080", false}, {"127.0.0.1.example.com:80", false},
	{"[2001:db8::1]:80", false}, {"128.0.0.1:80", false}};

static void only_addresses_of_this_machine_are_loopback(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(addresses); i++) {
		if (app_is_loopback(addresses[i].listen) != addresses[i].is_loopback)
			fail_msg("%s", addresses[i].listen);
	}
}

static const struct {
	const char *telnyx, *vapi;
	bool is_rehearsal;
} upstreams[] = {
	{"http://127.0.0.1:9090/v2", "http://127.0.0.1:9090/vapi", true},
	{"http://[::1]:9090/v2", "https://localhost/vapi", true},
	{"http://[::1]/v2", "http://127.0.0.1", true},
	{"https://api.telnyx.com/v2", "https://api.vapi.ai", false},
	{"https://api.telnyx.com/v2", "http://127.0.0.1:9090/vapi", false},
	{"http://127.0.0.1:9090/v2", "https://api.vapi.ai", false},
	{"https://127.0.0.1.example.com/v2", "http://127.0.0.1:9090/vapi", false},
	{"https://localhost.example.com/v2", "http://127.0.0.1:9090/vapi", false},
	{"https://api.telnyx.com/127.0.0.1", "http://127.0.0.1:9090/vapi", false},
};

static void money_is_real_unless_both_upstreams_are_on_this_machine(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(upstreams); i++) {
		struct config config = {0};
		TEXT_COPY(config.telnyx_base_url, upstreams[i].telnyx);
		TEXT_COPY(config.vapi_base_url, upstreams[i].vapi);
		if (app_is_rehearsal(&config) != upstreams[i].is_rehearsal)
			fail_msg("%s with %s", upstreams[i].telnyx, upstreams[i].vapi);
	}
}

static void what_is_certainly_wrong_is_told_from_what_is_out_of_reach(void **state)
{
	(void)state;
	assert_true(app_is_definite(ERR_CARRIER_AUTH));
	assert_true(app_is_definite(ERR_CARRIER_KEY_MISSING));
	assert_true(app_is_definite(ERR_VOICE_CREDENTIAL_AMBIGUOUS));
	assert_true(app_is_definite(ERR_VOICE_CREDENTIAL_WRONG));
	assert_false(app_is_definite(ERR_OK));
	assert_false(app_is_definite(ERR_CARRIER_DOWN));
	assert_false(app_is_definite(ERR_VOICE_LIMITED));
	assert_false(app_is_definite(ERR_CARRIER_FUNDS));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(only_addresses_of_this_machine_are_loopback),
		CHECK(money_is_real_unless_both_upstreams_are_on_this_machine),
		CHECK(what_is_certainly_wrong_is_told_from_what_is_out_of_reach),
	};
	return CHECK_MAIN(tests);
}
