#include "tests/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/config.h"
#include "base/log.h"
#include "base/text.h"

#define TELNYX "KEY0123456789ABCDEF_telnyxsecret"
#define PUBLIC "7o6Xt3kzqkU8uhnlmN0jRkhLm2RJ9Ijd4hYxQY3Xq3w="

static const char *const names[] = {"TELNYX_API_KEY", "TELNYX_API_BASE_URL", "VAPI_API_KEY",
	"VAPI_TELNYX_CREDENTIAL_ID", "VAPI_BASE_URL", "NUMBERD_DATABASE_URL", "NUMBERD_LISTEN",
	"NUMBERD_API_KEY", "NUMBERD_PUBLIC_SIGNUP", "NUMBERD_SETTLE_SECONDS", "NUMBERD_BRAND",
	"NUMBERD_INSTANCE_SECRET", "TELNYX_PUBLIC_KEY", "NUMBERD_CA_FILE", "NUMBERD_MAX_UPFRONT",
	"NUMBERD_MAX_MONTHLY", "NUMBERD_LIMIT_CUSTOMER_DAY", "NUMBERD_LIMIT_NETWORK_DAY",
	"NUMBERD_LIMIT_HOUR", "NUMBERD_LIMIT_DAY", "NUMBERD_LIMIT_TOTAL",
	"NUMBERD_LIMIT_RELEASES_HOUR", "NUMBERD_LIMIT_RELEASES_DAY", "NUMBERD_MAX_RUNG"};

static void forget_environment(void)
{
	for (size_t i = 0; i < COUNT_OF(names); i++)
		assert_int_equal(unsetenv(names[i]), 0);
}

/* A file of these bytes, by its path. */
static const char *file_of(const char *bytes)
{
	static char path[300];
	text_format(path, sizeof(path), "%s/env", check_temp_dir());
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(bytes, file) >= 0);
	assert_int_equal(fclose(file), 0);
	return path;
}

static enum err_code load(const char *bytes, struct config *ret, struct err *e)
{
	forget_environment();
	return config_load(file_of(bytes), ret, e);
}

/* --- lines --- */

static const struct {
	const char *line, *name, *value;
} good_lines[] = {
	{"A=b", "A", "b"},
	{"export A=b", "A", "b"},
	{"export\tA=b", "A", "b"},
	{"exported=b", "exported", "b"},
	{"  A = b  ", "A", "b"},
	{"A=", "A", ""},
	{"A=b # a comment", "A", "b"},
	{"A= # only a comment", "A", ""},
	{"A=b#c", "A", "b#c"},
	{"A=#c", "A", "#c"},
	{"A=b c", "A", "b c"},
	{"A=x=y", "A", "x=y"},
	{"A=\"b # c\"", "A", "b # c"},
	{"A=\"b\" # c", "A", "b"},
	{"A=\"a\\\"b\\\\c\\nd\"", "A", "a\"b\\c\nd"},
	{"A='a\\n\"b'", "A", "a\\n\"b"},
	{"A=\"\"", "A", ""},
	{"_a1=b", "_a1", "b"},
};

static void a_line_gives_a_name_and_a_value(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(good_lines); i++) {
		char name[64], value[64];
		struct err e;
		if (!config_read_line(
			    good_lines[i].line, name, sizeof(name), value, sizeof(value), &e))
			fail_msg("refused: %s", good_lines[i].line);
		assert_string_equal(name, good_lines[i].name);
		assert_string_equal(value, good_lines[i].value);
	}
}

static void blank_lines_and_comments_give_nothing_and_are_no_error(void **state)
{
	(void)state;
	static const char *const lines[] = {"", "   ", "\t", "# A=b", "  # A=b", "\r"};
	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		char name[64], value[64];
		struct err e;
		assert_false(
			config_read_line(lines[i], name, sizeof(name), value, sizeof(value), &e));
		assert_int_equal(e.code, ERR_OK);
	}
}

static void a_malformed_line_is_an_error_that_does_not_repeat_the_value(void **state)
{
	(void)state;
	static const char *const lines[] = {"=secret99", "secret99", "A secret99", "1A=secret99",
		"A=\"secret99", "A='secret99", "A=\"secret99\\", "A=\"secret99\"junk",
		"A='secret99'x", "A=\"secret99 is longer than the room that there is for it\"",
		"A=secret99_is_longer_than_the_room_that_there_is_for_it"};
	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		char name[16], value[32];
		struct err e;
		if (config_read_line(lines[i], name, sizeof(name), value, sizeof(value), &e))
			fail_msg("taken: %s", lines[i]);
		assert_int_equal(e.code, ERR_CONFIG);
		assert_null(strstr(e.message, "secret99"));
	}
}

/* --- files and the environment --- */

static void without_anything_the_defaults_hold(void **state)
{
	(void)state;
	struct config c;
	struct err e;
	assert_int_equal(load("", &c, &e), ERR_OK);
	assert_string_equal(c.telnyx_base_url, "https://api.telnyx.com/v2");
	assert_string_equal(c.vapi_base_url, "https://api.vapi.ai");
	assert_string_equal(c.database_url, "sqlite:numberd.db");
	assert_string_equal(c.listen, "127.0.0.1:8080");
	assert_string_equal(c.brand, "Tavari");
	assert_int_equal(c.settle_ms, 120000);
	assert_int_equal(c.limits.upfront_cents, 200);
	assert_int_equal(c.limits.monthly_cents, 200);
	static const int64_t most[SPENDING_LIMIT_COUNT] = {3, 3, 30, 100, SPENDING_NO_LIMIT, 5, 20};
	for (int i = 0; i < SPENDING_LIMIT_COUNT; i++)
		assert_int_equal(c.limits.most[i], most[i]);
	assert_false(c.is_public_signup);
	assert_int_equal(c.api_key_count + c.telnyx_public_key_count, 0);
	assert_string_equal(c.telnyx_api_key, "");
}

static void a_file_sets_every_variable(void **state)
{
	(void)state;
	struct config c;
	struct err e = {0};
	char file[1000];
	text_format(file, sizeof(file),
		"\xEF\xBB\xBFTELNYX_API_KEY=" TELNYX "\r\n"
		"TELNYX_API_BASE_URL=http://127.0.0.1:9090/v2/\r\n"
		"export VAPI_API_KEY='vapi-secret-key'\n"
		"VAPI_TELNYX_CREDENTIAL_ID=5f0c6a52-9d1e-4b7a-8c3f-2e6d4a1b9c70\n"
		"VAPI_BASE_URL=http://127.0.0.1:9090/vapi\n"
		"NUMBERD_DATABASE_URL=sqlite:/tmp/a b.db\n"
		"NUMBERD_LISTEN=[::1]:0\n"
		"NUMBERD_API_KEY=first-api-key, second-api-key\n"
		"NUMBERD_PUBLIC_SIGNUP=ON\n"
		"NUMBERD_SETTLE_SECONDS=2.5\n"
		"NUMBERD_BRAND=\"Caf\xC3\xA9\"\n"
		"SOMETHING_ELSE=of another program\n"
		"NUMBERD_MAX_UPFRONT=1\n"
		"NUMBERD_MAX_MONTHLY=0.5\n"
		"NUMBERD_LIMIT_HOUR=None\n"
		"NUMBERD_LIMIT_DAY=0\n"
		"NUMBERD_LIMIT_TOTAL=200.25\n"
		"NUMBERD_CA_FILE=%s\n"
		"TELNYX_PUBLIC_KEY=" PUBLIC "," PUBLIC,
		file_of(""));
	assert_int_equal(load(file, &c, &e), ERR_OK);
	assert_string_equal(c.telnyx_api_key, TELNYX);
	assert_string_equal(c.telnyx_base_url, "http://127.0.0.1:9090/v2");
	assert_string_equal(c.vapi_api_key, "vapi-secret-key");
	assert_string_equal(c.database_url, "sqlite:/tmp/a b.db");
	assert_string_equal(c.listen, "[::1]:0");
	assert_int_equal(c.api_key_count, 2);
	assert_string_equal(c.api_keys[1], "second-api-key");
	assert_true(c.is_public_signup);
	assert_int_equal(c.settle_ms, 2500);
	assert_int_equal(c.limits.upfront_cents, 100);
	assert_int_equal(c.limits.monthly_cents, 50);
	assert_int_equal(c.limits.most[SPENDING_HOUR], SPENDING_NO_LIMIT);
	assert_int_equal(c.limits.most[SPENDING_DAY], 0);
	assert_int_equal(c.limits.most[SPENDING_TOTAL], 20025);
	assert_int_equal(c.limits.most[SPENDING_CUSTOMER], 3);
	assert_string_equal(c.brand, "Caf\xC3\xA9");
	assert_int_equal(c.telnyx_public_key_count, 2);
	assert_string_equal(c.ca_file, file_of(""));
}

static void the_environment_wins_over_the_file(void **state)
{
	(void)state;
	struct config c;
	struct err e;
	const char *path = file_of("NUMBERD_BRAND=file\nNUMBERD_LISTEN=127.0.0.1:1\n");
	forget_environment();
	setenv("NUMBERD_BRAND", "environment", 1);
	setenv("NUMBERD_LISTEN", "", 1); /* set to nothing is not set, and still wins */
	assert_int_equal(config_load(path, &c, &e), ERR_OK);
	assert_string_equal(c.brand, "environment");
	assert_string_equal(c.listen, "127.0.0.1:8080");
}

static void the_last_of_two_lines_counts(void **state)
{
	(void)state;
	struct config c;
	struct err e;
	assert_int_equal(load("NUMBERD_BRAND=one\nNUMBERD_BRAND=two\n", &c, &e), ERR_OK);
	assert_string_equal(c.brand, "two");
}

static void a_named_file_that_is_not_there_is_an_error(void **state)
{
	(void)state;
	struct config c;
	struct err e;
	forget_environment();
	assert_int_equal(config_load("/nonexistent/env", &c, &e), ERR_CONFIG);
	assert_non_null(strstr(e.message, "/nonexistent/env"));
}

static void a_missing_dot_env_is_none(void **state)
{
	(void)state;
	struct config c;
	struct err e;
	char here[1000];
	forget_environment();
	assert_non_null(getcwd(here, sizeof(here)));
	assert_int_equal(chdir(check_temp_dir()), 0);
	(void)unlink(".env");
	assert_int_equal(config_load(NULL, &c, &e), ERR_OK);
	assert_int_equal(chdir(here), 0);
}

static void a_bad_line_is_told_by_file_and_number(void **state)
{
	(void)state;
	struct config c;
	struct err e;
	assert_int_equal(
		load("NUMBERD_BRAND=x\n\nVAPI_API_KEY=\"opensecret\n", &c, &e), ERR_CONFIG);
	assert_non_null(strstr(e.message, "line 3"));
	assert_non_null(strstr(e.message, "VAPI_API_KEY"));
	assert_null(strstr(e.message, "opensecret"));
}

/* --- malformed values --- */

static const struct {
	const char *name, *value;
} bad_values[] = {
	{"TELNYX_API_KEY", "secret99 with blanks"},
	{"TELNYX_API_KEY", "secret99\xE2\x80\xA6"},
	{"VAPI_API_KEY", "secret99\ttab"},
	{"NUMBERD_API_KEY", "secret99-one,,secret99-two"},
	{"NUMBERD_API_KEY", "secret99 blank"},
	{"NUMBERD_API_KEY", "secret99,secret991,secret992,secret993,secret994,secret995,secret996,"
			    "secret997,secret998"},
	{"TELNYX_API_BASE_URL", "api.telnyx.com/v2"},
	{"TELNYX_API_BASE_URL", "ftp://api.telnyx.com"},
	{"VAPI_BASE_URL", "https://"},
	{"VAPI_BASE_URL", "https://a b"},
	{"VAPI_TELNYX_CREDENTIAL_ID", "not-a-uuid"},
	{"VAPI_TELNYX_CREDENTIAL_ID", "5f0c6a52-9d1e-4b7a-8c3f-2e6d4a1b9c7g"},
	{"NUMBERD_DATABASE_URL", "numberd.db"},
	{"NUMBERD_DATABASE_URL", "sqlite:"},
	{"NUMBERD_DATABASE_URL", "mysql://u:secret99@host/db"},
	{"NUMBERD_LISTEN", "8080"},
	{"NUMBERD_LISTEN", "127.0.0.1"},
	{"NUMBERD_LISTEN", "127.0.0.1:65536"},
	{"NUMBERD_LISTEN", "127.0.0.1:http"},
	{"NUMBERD_LISTEN", "::1:8080"},
	{"NUMBERD_LISTEN", "[::1:8080"},
	{"NUMBERD_PUBLIC_SIGNUP", "maybe"},
	{"NUMBERD_INSTANCE_SECRET", "fifteen_letters"},
	{"NUMBERD_INSTANCE_SECRET", "sixteen letters !"},
	{"NUMBERD_SETTLE_SECONDS", "soon"},
	{"NUMBERD_SETTLE_SECONDS", "0"},
	{"NUMBERD_SETTLE_SECONDS", "-5"},
	{"NUMBERD_SETTLE_SECONDS", "86401"},
	{"NUMBERD_SETTLE_SECONDS", "1."},
	{"NUMBERD_SETTLE_SECONDS", ".5"},
	{"NUMBERD_SETTLE_SECONDS", "1.0001"},
	{"NUMBERD_MAX_RUNG", "Same Country"},
	{"NUMBERD_MAX_RUNG", "the_country_on_the_other_side_of_the_lake"},
	{"NUMBERD_BRAND", "\xff\xfe"},
	{"NUMBERD_BRAND", "two\nlines"},
	{"NUMBERD_BRAND", "a name that goes on for more than the sixty-three bytes it may have"},
	{"TELNYX_PUBLIC_KEY", "AAAA"},
	{"TELNYX_PUBLIC_KEY", "!o6Xt3kzqkU8uhnlmN0jRkhLm2RJ9Ijd4hYxQY3Xq3w="},
	{"NUMBERD_CA_FILE", "/nonexistent/ca.pem"},
	{"NUMBERD_MAX_UPFRONT", "none"},
	{"NUMBERD_MAX_UPFRONT", "-1"},
	{"NUMBERD_MAX_UPFRONT", "1.005"},
	{"NUMBERD_MAX_UPFRONT", "2.00 USD"},
	{"NUMBERD_MAX_MONTHLY", "100000.01"},
	{"NUMBERD_LIMIT_CUSTOMER_DAY", "three"},
	{"NUMBERD_LIMIT_NETWORK_DAY", "-1"},
	{"NUMBERD_LIMIT_HOUR", "1.5"},
	{"NUMBERD_LIMIT_DAY", "1000001"},
	{"NUMBERD_LIMIT_TOTAL", "much"},
	{"NUMBERD_LIMIT_TOTAL", "1e3"},
	{"NUMBERD_LIMIT_RELEASES_HOUR", "5 "},
	{"NUMBERD_LIMIT_RELEASES_DAY", "0x10"},
};

static void a_malformed_value_is_named_and_not_shown(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad_values); i++) {
		struct config c;
		struct err e;
		forget_environment();
		setenv(bad_values[i].name, bad_values[i].value, 1);
		if (config_load(file_of(""), &c, &e) != ERR_CONFIG)
			fail_msg("taken: %s=%s", bad_values[i].name, bad_values[i].value);
		assert_true(text_starts(e.message, bad_values[i].name));
		assert_null(strstr(e.message, "secret99"));
	}
	forget_environment();
}

static void an_error_leaves_the_configuration_as_it_was(void **state)
{
	(void)state;
	struct config c = {.settle_ms = 7};
	struct err e;
	assert_int_equal(load("NUMBERD_BRAND=x\nNUMBERD_LISTEN=nowhere\n", &c, &e), ERR_CONFIG);
	assert_int_equal(c.settle_ms, 7);
	assert_string_equal(c.brand, "");
}

static void every_secret_is_kept_out_of_the_log(void **state)
{
	(void)state;
	struct config c;
	struct err e;
	char text[] = "telnyx-secret-1 vapi-secret-22 api-secret-333 database-secret";
	assert_int_equal(load("TELNYX_API_KEY=telnyx-secret-1\nVAPI_API_KEY=vapi-secret-22\n"
			      "NUMBERD_API_KEY=other-secret,api-secret-333\n"
			      "NUMBERD_DATABASE_URL=postgresql://u:database-secret@h/d?x=@\n",
				 &c, &e),
		ERR_OK);
	log_redact(text);
	assert_string_equal(text, "*** *** *** ***");
}

static void missing_keys_are_told_one_by_one(void **state)
{
	(void)state;
	struct config c;
	struct err e;
	assert_int_equal(load("VAPI_API_KEY=vapi-secret-key\n", &c, &e), ERR_OK);
	assert_int_equal(config_need_keys(&c, &e), ERR_CARRIER_KEY_MISSING);
	assert_int_equal(load("TELNYX_API_KEY=" TELNYX "\n", &c, &e), ERR_OK);
	assert_int_equal(config_need_keys(&c, &e), ERR_VOICE_KEY_MISSING);
	assert_int_equal(
		load("TELNYX_API_KEY=" TELNYX "\nVAPI_API_KEY=vapi-secret-key\n", &c, &e), ERR_OK);
	assert_int_equal(config_need_keys(&c, &e), ERR_OK);
}

static void the_example_file_lists_every_variable_with_its_default(void **state)
{
	(void)state;
	struct config example, defaults;
	struct err e = {0};
	char text[16384] = "\n", line[100];
	FILE *file = fopen(".env.example", "r");
	assert_non_null(file);
	size_t bytes = fread(text + 1, 1, sizeof(text) - 2, file);
	assert_int_equal(fclose(file), 0);
	text[bytes + 1] = '\0';
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		text_format(line, sizeof(line), "\n%s=", names[i]);
		if (strstr(text, line) == NULL)
			fail_msg("%s is not in .env.example", names[i]);
	}
	memset(&example, 0, sizeof(example));
	memset(&defaults, 0, sizeof(defaults));
	assert_int_equal(load("", &defaults, &e), ERR_OK);
	assert_int_equal(config_load(".env.example", &example, &e), ERR_OK);
	assert_string_equal(example.telnyx_base_url, defaults.telnyx_base_url);
	assert_string_equal(example.vapi_base_url, defaults.vapi_base_url);
	assert_string_equal(example.database_url, defaults.database_url);
	assert_string_equal(example.listen, defaults.listen);
	assert_string_equal(example.brand, defaults.brand);
	assert_int_equal(example.settle_ms, defaults.settle_ms);
	assert_memory_equal(&example.limits, &defaults.limits, sizeof(defaults.limits));
	assert_string_equal(example.telnyx_api_key, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(a_line_gives_a_name_and_a_value),
		CHECK(blank_lines_and_comments_give_nothing_and_are_no_error),
		CHECK(a_malformed_line_is_an_error_that_does_not_repeat_the_value),
		CHECK(without_anything_the_defaults_hold),
		CHECK(a_file_sets_every_variable),
		CHECK(the_environment_wins_over_the_file),
		CHECK(the_last_of_two_lines_counts),
		CHECK(a_named_file_that_is_not_there_is_an_error),
		CHECK(a_missing_dot_env_is_none),
		CHECK(a_bad_line_is_told_by_file_and_number),
		CHECK(a_malformed_value_is_named_and_not_shown),
		CHECK(an_error_leaves_the_configuration_as_it_was),
		CHECK(every_secret_is_kept_out_of_the_log),
		CHECK(missing_keys_are_told_one_by_one),
		CHECK(the_example_file_lists_every_variable_with_its_default),
	};
	return CHECK_MAIN(tests);
}
