#include "tests/check.h"

#include <string.h>

#include "base/text.h"
#include "cli/cli.h"

static int no_run(struct cli *cli)
{
	(void)cli;
	return 0;
}

static const struct cmd sample = {.name = "sample",
	.argument = "PHONE",
	.summary = "",
	.takes = CLI_TAKES_ENV_FILE | CLI_TAKES_JSON,
	.run = no_run,
	.options = {{"email", "E", "", true}, {"limit", "N", "", false}, {"yes", NULL, "", false}}};

#define WORDS(...) ((char *[]){__VA_ARGS__})
#define PARSE(cli, e, ...)                                                                         \
	cli_parse(cli, &sample, (int)COUNT_OF(WORDS(__VA_ARGS__)), WORDS(__VA_ARGS__), e)

static void options_are_taken_in_both_forms_and_in_any_order(void **state)
{
	(void)state;
	struct cli cli;
	struct err e;
	assert_int_equal(PARSE(&cli, &e, "--email=a@b", "911", "--yes", "--limit", "5"), ERR_OK);
	assert_string_equal(cli_value(&cli, "email"), "a@b");
	assert_string_equal(cli_value(&cli, "limit"), "5");
	assert_true(cli_has(&cli, "yes"));
	assert_string_equal(cli.argument, "911");
	assert_false(cli.is_json || cli.is_quiet || cli.is_help);
	assert_null(cli.env_file);
}

static void common_options_are_taken_where_the_command_takes_them(void **state)
{
	(void)state;
	struct cli cli;
	struct err e;
	assert_int_equal(PARSE(&cli, &e, "911", "--email=x", "--json", "--env-file", "f"), ERR_OK);
	assert_true(cli.is_json);
	assert_string_equal(cli.env_file, "f");
	assert_int_equal(PARSE(&cli, &e, "911", "--email=x", "--quiet"), ERR_USAGE);
}

static void the_last_of_two_values_counts(void **state)
{
	(void)state;
	struct cli cli;
	struct err e;
	assert_int_equal(PARSE(&cli, &e, "911", "--email=x", "--email", "y"), ERR_OK);
	assert_string_equal(cli_value(&cli, "email"), "y");
}

static void after_two_dashes_everything_is_an_argument(void **state)
{
	(void)state;
	struct cli cli;
	struct err e;
	assert_int_equal(PARSE(&cli, &e, "--email=x", "--", "--911"), ERR_OK);
	assert_string_equal(cli.argument, "--911");
}

static void an_empty_value_is_a_value(void **state)
{
	(void)state;
	struct cli cli;
	struct err e;
	assert_int_equal(PARSE(&cli, &e, "911", "--email="), ERR_OK);
	assert_string_equal(cli_value(&cli, "email"), "");
	assert_int_equal(PARSE(&cli, &e, "911", "--email", ""), ERR_OK);
	assert_string_equal(cli_value(&cli, "email"), "");
}

static const struct {
	const char *words[4];
	const char *says; /* in the message or the hint */
} mistakes[] = {
	{{"911"}, "--email is missing"},
	{{"--email=x"}, "PHONE is missing"},
	{{"911", "--email"}, "--email needs a value"},
	{{"911", "--email", "--yes"}, "--email needs a value"},
	{{"911", "--email=x", "--yes=1"}, "--yes takes no value"},
	{{"911", "--email=x", "912"}, "one word too many: \"912\""},
	{{"911", "--emial=x"}, "Did you mean --email?"},
	{{"911", "--lim", "3"}, "Did you mean --limit?"},
	{{"911", "--email=x", "--zzzzzzzz"}, "there is no option --zzzzzzzz"},
	{{"911", "--email=x", "-y"}, "there is no option -y"},
	{{"911", "--email=x", "--jsno"}, "Did you mean --json?"},
};

static void a_mistake_is_named_with_its_remedy(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(mistakes); i++) {
		struct cli cli;
		struct err e;
		int count = 0;
		while (count < 4 && mistakes[i].words[count] != NULL)
			count++;
		if (cli_parse(&cli, &sample, count, (char *const *)mistakes[i].words, &e) !=
			ERR_USAGE)
			fail_msg("taken; wanted: %s", mistakes[i].says);
		if (!strstr(e.message, mistakes[i].says) && !strstr(err_hint(&e), mistakes[i].says))
			fail_msg("%s / %s", e.message, err_hint(&e));
	}
}

static void help_is_given_even_when_something_is_missing(void **state)
{
	(void)state;
	struct cli cli;
	struct err e;
	assert_int_equal(PARSE(&cli, &e, "--help"), ERR_OK);
	assert_true(cli.is_help);
	assert_int_equal(PARSE(&cli, &e, "-h"), ERR_OK);
	assert_true(cli.is_help);
}

static void a_number_must_be_whole_and_within_bounds(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"--limit=0", "--limit=51", "--limit=x", "--limit=", "--limit=5 "};
	struct cli cli;
	struct err e;
	int limit = 0;
	assert_int_equal(PARSE(&cli, &e, "911", "--email=x"), ERR_OK);
	assert_int_equal(cli_number(&cli, "limit", 1, 50, 10, &limit, &e), ERR_OK);
	assert_int_equal(limit, 10);
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		assert_int_equal(PARSE(&cli, &e, "911", "--email=x", (char *)bad[i]), ERR_OK);
		assert_int_equal(cli_number(&cli, "limit", 1, 50, 10, &limit, &e), ERR_USAGE);
		assert_non_null(strstr(e.message, "--limit"));
	}
	assert_int_equal(PARSE(&cli, &e, "911", "--email=x", "--limit=50"), ERR_OK);
	assert_int_equal(cli_number(&cli, "limit", 1, 50, 10, &limit, &e), ERR_OK);
	assert_int_equal(limit, 50);
}

static void a_command_is_found_by_its_one_or_two_words(void **state)
{
	(void)state;
	int used = 0;
	assert_ptr_equal(cli_find(2, WORDS("lookup", "list"), &used), &cmd_lookup);
	assert_int_equal(used, 1);
	assert_ptr_equal(cli_find(2, WORDS("numbers", "list"), &used), &cmd_numbers_list);
	assert_int_equal(used, 2);
	assert_ptr_equal(cli_find(1, WORDS("numbers list"), &used), &cmd_numbers_list);
	assert_null(cli_find(1, WORDS("numbers"), &used));
	assert_null(cli_find(1, WORDS("look"), &used));
	assert_null(cli_find(1, WORDS(""), &used));
}

static void the_nearest_command_is_found_and_nonsense_has_none(void **state)
{
	(void)state;
	assert_string_equal(cli_nearest_command("singup"), "signup");
	assert_string_equal(cli_nearest_command("test"), "test-phone");
	assert_string_equal(cli_nearest_command("servre"), "serve");
	assert_string_equal(cli_nearest_command("numbers lsit"), "numbers list");
	assert_null(cli_nearest_command("frobnicate"));
	assert_null(cli_nearest_command(""));
	assert_null(cli_nearest_command(
		"a word that is longer than any command could ever hope to become"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(options_are_taken_in_both_forms_and_in_any_order),
		CHECK(common_options_are_taken_where_the_command_takes_them),
		CHECK(the_last_of_two_values_counts),
		CHECK(after_two_dashes_everything_is_an_argument),
		CHECK(an_empty_value_is_a_value),
		CHECK(a_mistake_is_named_with_its_remedy),
		CHECK(help_is_given_even_when_something_is_missing),
		CHECK(a_number_must_be_whole_and_within_bounds),
		CHECK(a_command_is_found_by_its_one_or_two_words),
		CHECK(the_nearest_command_is_found_and_nonsense_has_none),
	};
	return CHECK_MAIN(tests);
}
