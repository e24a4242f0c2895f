#include "api/admission.h"

#include <string.h>

#include "base/text.h"
#include "tests/check.h"

#define KEY "current-key-0123456789"
#define OLDER "older-key-0123456789"
#define BASIC_KEY "Basic YW55Ym9keTpjdXJyZW50LWtleS0wMTIzNDU2Nzg5" /* anybody:KEY */
#define BASIC_WRONG "Basic YW55Ym9keTp3cm9uZw=="                   /* anybody:wrong */
#define BASIC_NO_COLON "Basic Y3VycmVudC1rZXktMDEyMzQ1Njc4OQ=="    /* KEY */

struct case_row {
	const char *name;
	struct visitor visitor;
	bool has_keys, is_public;
	enum admission_need need;
	enum admitted admitted;
	enum err_code code; /* when not admitted */
};

/* clang-format off */
#define NEAR .is_loopback = true
#define SAYS(text) .authorization = (text)
static const struct case_row rows[] = {
	{"no key, here, anything", {NEAR}, 0, 0, NEED_KEY, ADMITTED_LOOPBACK, 0},
	{"no key, here, signup", {NEAR, .is_write = true}, 0, 0, NEED_SIGNUP, ADMITTED_LOOPBACK, 0},
	{"no key, here, health", {NEAR}, 0, 0, NEED_NOTHING, ADMITTED_ANYONE, 0},
	{"no key, elsewhere", {0}, 0, 0, NEED_KEY, ADMITTED_NOT, ERR_FORBIDDEN},
	{"no key, elsewhere, public signup", {0}, 0, 1, NEED_SIGNUP, ADMITTED_NOT, ERR_FORBIDDEN},
	{"no key, elsewhere, health", {0}, 0, 0, NEED_NOTHING, ADMITTED_NOT, ERR_FORBIDDEN},
	{"no key, elsewhere, says it is here", {.host = "localhost"}, 0, 0, NEED_KEY, ADMITTED_NOT, ERR_FORBIDDEN},
	{"no key, here, some key given", {NEAR, SAYS("Bearer x")}, 0, 0, NEED_KEY, ADMITTED_LOOPBACK, 0},
	{"no key, here, by address", {NEAR, .host = "127.0.0.1:8080"}, 0, 0, NEED_KEY, ADMITTED_LOOPBACK, 0},
	{"no key, here, by IPv6 address", {NEAR, .host = "[::1]:8080"}, 0, 0, NEED_KEY, ADMITTED_LOOPBACK, 0},
	{"no key, here, by name", {NEAR, .host = "localhost:8080"}, 0, 0, NEED_KEY, ADMITTED_LOOPBACK, 0},
	{"no key, here, by a local name", {NEAR, .host = "numbers.localhost"}, 0, 0, NEED_KEY, ADMITTED_LOOPBACK, 0},
	{"no key, here, by a foreign name", {NEAR, .host = "evil.example:8080"}, 0, 0, NEED_KEY, ADMITTED_NOT, ERR_FORBIDDEN},
	{"no key, here, by a name like ours", {NEAR, .host = "127.0.0.1.evil.example"}, 0, 0, NEED_KEY, ADMITTED_NOT, ERR_FORBIDDEN},
	{"no key, here, a page of another site writes", {NEAR, .is_write = true, .fetch_site = "cross-site"}, 0, 0, NEED_KEY, ADMITTED_NOT, ERR_FORBIDDEN},
	{"no key, here, another site writes, by its origin", {NEAR, .is_write = true, .host = "localhost:8080", .origin = "https://evil.example"}, 0, 0, NEED_KEY, ADMITTED_NOT, ERR_FORBIDDEN},
	{"no key, here, an origin that is none", {NEAR, .is_write = true, .host = "localhost:8080", .origin = "null"}, 0, 0, NEED_KEY, ADMITTED_NOT, ERR_FORBIDDEN},
	{"no key, here, our own page writes, by its origin", {NEAR, .is_write = true, .host = "localhost:8080", .origin = "http://LOCALHOST:8080"}, 0, 0, NEED_KEY, ADMITTED_LOOPBACK, 0},
	{"no key, here, another site reads", {NEAR, .host = "localhost:8080", .origin = "https://evil.example"}, 0, 0, NEED_KEY, ADMITTED_LOOPBACK, 0},
	{"no key, here, our own page writes", {NEAR, .is_write = true, .fetch_site = "same-origin"}, 0, 0, NEED_KEY, ADMITTED_LOOPBACK, 0},
	{"no key, here, a link from another site", {NEAR, .fetch_site = "cross-site"}, 0, 0, NEED_KEY, ADMITTED_LOOPBACK, 0},

	{"keys, none given", {NEAR}, 1, 0, NEED_KEY, ADMITTED_NOT, ERR_UNAUTHORIZED},
	{"keys, none given, elsewhere", {0}, 1, 0, NEED_KEY, ADMITTED_NOT, ERR_UNAUTHORIZED},
	{"keys, none given, signup", {0}, 1, 0, NEED_SIGNUP, ADMITTED_NOT, ERR_UNAUTHORIZED},
	{"keys, none given, public signup", {0}, 1, 1, NEED_SIGNUP, ADMITTED_PUBLIC, 0},
	{"keys, none given, public signup on, other things", {0}, 1, 1, NEED_KEY, ADMITTED_NOT, ERR_UNAUTHORIZED},
	{"keys, none given, health", {0}, 1, 0, NEED_NOTHING, ADMITTED_ANYONE, 0},
	{"the key", {SAYS("Bearer " KEY)}, 1, 0, NEED_KEY, ADMITTED_BY_KEY, 0},
	{"the key, any foreign name", {SAYS("Bearer " KEY), .host = "numbers.example"}, 1, 0, NEED_KEY, ADMITTED_BY_KEY, 0},
	{"the key, scheme in small letters", {SAYS("bearer  " KEY)}, 1, 0, NEED_KEY, ADMITTED_BY_KEY, 0},
	{"the older key", {SAYS("Bearer " OLDER)}, 1, 0, NEED_KEY, ADMITTED_BY_KEY, 0},
	{"the key as password", {SAYS(BASIC_KEY)}, 1, 0, NEED_KEY, ADMITTED_BY_KEY, 0},
	{"the key, public signup", {SAYS("Bearer " KEY)}, 1, 1, NEED_SIGNUP, ADMITTED_BY_KEY, 0},
	{"a wrong key", {SAYS("Bearer wrong")}, 1, 0, NEED_KEY, ADMITTED_NOT, ERR_UNAUTHORIZED},
	{"a wrong key, public signup", {SAYS("Bearer wrong")}, 1, 1, NEED_SIGNUP, ADMITTED_NOT, ERR_UNAUTHORIZED},
	{"part of the key", {SAYS("Bearer current-key")}, 1, 0, NEED_KEY, ADMITTED_NOT, ERR_UNAUTHORIZED},
	{"more than the key", {SAYS("Bearer " KEY "0")}, 1, 0, NEED_KEY, ADMITTED_NOT, ERR_UNAUTHORIZED},
	{"both keys", {SAYS("Bearer " KEY "," OLDER)}, 1, 0, NEED_KEY, ADMITTED_NOT, ERR_UNAUTHORIZED},
	{"no key behind the scheme", {SAYS("Bearer ")}, 1, 0, NEED_KEY, ADMITTED_NOT, ERR_UNAUTHORIZED},
	{"nothing but the scheme", {SAYS("Bearer")}, 1, 0, NEED_KEY, ADMITTED_NOT, ERR_UNAUTHORIZED},
	{"the key without a scheme", {SAYS(KEY)}, 1, 0, NEED_KEY, ADMITTED_NOT, ERR_UNAUTHORIZED},
	{"an empty header", {SAYS("")}, 1, 0, NEED_KEY, ADMITTED_NOT, ERR_UNAUTHORIZED},
	{"a wrong password", {SAYS(BASIC_WRONG)}, 1, 0, NEED_KEY, ADMITTED_NOT, ERR_UNAUTHORIZED},
	{"the key as user", {SAYS(BASIC_NO_COLON)}, 1, 0, NEED_KEY, ADMITTED_NOT, ERR_UNAUTHORIZED},
	{"not base64", {SAYS("Basic %%%")}, 1, 0, NEED_KEY, ADMITTED_NOT, ERR_UNAUTHORIZED},
	{"a NUL in the password", {SAYS("Basic YTpjdXJyZW50LWtleS0wMTIzNDU2Nzg5AA==")}, 1, 0, NEED_KEY, ADMITTED_NOT, ERR_UNAUTHORIZED},
	{"the key, from a page of another site", {SAYS(BASIC_KEY), .is_write = true, .fetch_site = "cross-site"}, 1, 0, NEED_KEY, ADMITTED_NOT, ERR_FORBIDDEN},
};
/* clang-format on */

static void who_may_is_decided_as_the_table_says(void **state)
{
	(void)state;
	struct config config = {.api_key_count = 2};
	TEXT_COPY(config.api_keys[0], KEY);
	TEXT_COPY(config.api_keys[1], OLDER);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct case_row *row = &rows[i];
		struct admission admission;
		struct err e = {0};
		config.api_key_count = row->has_keys ? 2 : 0;
		config.is_public_signup = row->is_public;
		admission_init(&admission, &config);
		print_message("  %s\n", row->name);
		assert_int_equal(
			admission_judge(&admission, &row->visitor, row->need, &e), row->admitted);
		assert_int_equal(e.code, row->code);
	}
}

static void a_refusal_for_want_of_a_key_says_which_variable(void **state)
{
	(void)state;
	const struct config config = {0};
	const struct visitor elsewhere = {0};
	struct admission admission;
	struct err e;
	admission_init(&admission, &config);
	assert_int_equal(admission_judge(&admission, &elsewhere, NEED_KEY, &e), ADMITTED_NOT);
	assert_non_null(strstr(e.message, "NUMBERD_API_KEY"));
	assert_non_null(strstr(err_hint(&e), "NUMBERD_API_KEY"));
}

static void keys_are_kept_as_digests_only(void **state)
{
	(void)state;
	struct config config = {.api_key_count = 1};
	struct admission admission;
	TEXT_COPY(config.api_keys[0], KEY);
	admission_init(&admission, &config);
	assert_null(memmem(&admission, sizeof(admission), KEY, strlen(KEY)));
}

static void a_network_is_what_an_address_belongs_to(void **state)
{
	(void)state;
	static const char *const pairs[][2] = {
		{"203.0.113.7", "203.0.113.0/24"},
		{"10.1.2.255", "10.1.2.0/24"},
		{"2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"},
		{"2001:db8::1", "2001:db8::/48"},
		{"fe80::1", "fe80::/48"},
		{"::ffff:203.0.113.7", "203.0.113.0/24"},
		{"", "unknown"},
		{"203.0.113.7, 198.51.100.1", "unknown"},
	};
	for (size_t i = 0; i < COUNT_OF(pairs); i++) {
		char network[64];
		admission_network(pairs[i][0], network, sizeof(network));
		assert_string_equal(network, pairs[i][1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(who_may_is_decided_as_the_table_says),
		CHECK(a_refusal_for_want_of_a_key_says_which_variable),
		CHECK(keys_are_kept_as_digests_only),
		CHECK(a_network_is_what_an_address_belongs_to),
	};
	return CHECK_MAIN(tests);
}
