#include "sim/rules.h"

#include <string.h>

#include "base/text.h"
#include "tests/check.h"

static struct rules read(const char *text)
{
	struct rules rules = {0};
	struct err e;
	JSON_AUTO j = json_parse(text, strlen(text), NULL, 0);
	assert_non_null(j);
	assert_int_equal(rules_read(&rules, j, &e), ERR_OK);
	return rules;
}

static bool strikes(struct rules *rules)
{
	return rules_pick(rules, "POST", "/v2/number_orders", "/v2/number_orders", 12345) != NULL;
}

/* Which of ten equal calls are struck, as text: "0010000000". */
static void assert_strikes(const char *rule, const char *expected)
{
	struct rules rules = read(rule);
	char seen[11] = "";
	for (size_t i = 0; i < 10; i++)
		seen[i] = strikes(&rules) ? '1' : '0';
	assert_string_equal(seen, expected);
	rules_done(&rules);
}

#define ORDERS "[{\"match\":\"POST /v2/number_orders\",\"action\":\"status\""

static void a_rule_strikes_every_call_it_matches(void **state)
{
	(void)state;
	assert_strikes(ORDERS "}]", "1111111111");
}

static void at_every_from_and_times_choose_among_the_calls(void **state)
{
	(void)state;
	assert_strikes(ORDERS ",\"at\":3}]", "0010000000");
	assert_strikes(ORDERS ",\"every\":4}]", "0001000100");
	assert_strikes(ORDERS ",\"from\":8}]", "0000000111");
	assert_strikes(ORDERS ",\"from\":3,\"times\":2}]", "0011000000");
}

static void a_probability_of_one_always_strikes_and_of_none_never(void **state)
{
	(void)state;
	assert_strikes(ORDERS ",\"probability\":1.0}]", "1111111111");
	assert_strikes(ORDERS ",\"probability\":0.0}]", "0000000000");
}

static void a_probability_strikes_about_so_often(void **state)
{
	(void)state;
	struct rules rules = read(ORDERS ",\"probability\":0.25}]");
	int hits = 0;
	for (uint64_t i = 0; i < 10000; i++)
		hits += rules_pick(&rules, "POST", "/v2/number_orders", "",
				i * 0x9E3779B97F4A7C15) != NULL;
	assert_in_range(hits, 2200, 2800);
	rules_done(&rules);
}

static void a_pattern_is_a_path_a_template_or_a_beginning(void **state)
{
	(void)state;
	const char *path = "/v2/number_orders/17", *route = "/v2/number_orders/{id}";
	assert_true(rules_match("GET /v2/number_orders/17", "GET", path, route));
	assert_true(rules_match("GET /v2/number_orders/{id}", "GET", path, route));
	assert_true(rules_match("GET /v2/number_*", "GET", path, route));
	assert_true(rules_match("* /v2/*", "GET", path, route));
	assert_false(rules_match("POST /v2/number_orders/{id}", "GET", path, route));
	assert_false(rules_match("GET /v2/number_orders", "GET", path, route));
}

static void the_first_rule_that_strikes_wins_and_all_that_match_count(void **state)
{
	(void)state;
	struct rules rules = read("[{\"match\":\"* /v2/*\",\"at\":2,\"action\":\"reset\"},"
				  "{\"match\":\"* /v2/*\",\"action\":\"drop\"}]");
	assert_int_equal(rules_pick(&rules, "GET", "/v2/a", "", 1)->action, RULE_DROP);
	assert_int_equal(rules_pick(&rules, "GET", "/v2/a", "", 1)->action, RULE_RESET);
	assert_int_equal(rules.list[1].seen, 2);
	assert_int_equal(rules.list[1].fired, 1);
	rules_done(&rules);
}

static void assert_refused(const char *text, enum err_code code)
{
	struct rules rules = {0};
	struct err e;
	JSON_AUTO j = json_parse(text, strlen(text), NULL, 0);
	assert_int_equal(rules_read(&rules, j, &e), code);
	assert_int_equal(rules.count, 0);
}

static void a_misspelt_rule_is_refused_by_name(void **state)
{
	(void)state;
	assert_refused(ORDERS ",\"probabilty\":1}]", ERR_UNKNOWN_FIELD);
	assert_refused("[{\"match\":\"POST /x\",\"action\":\"explode\"}]", ERR_INVALID_FIELD);
	assert_refused("[{\"action\":\"reset\"}]", ERR_INVALID_FIELD);
	assert_refused("{}", ERR_INVALID_FIELD);
}

static void after_commit_is_part_of_the_action(void **state)
{
	(void)state;
	struct rules rules = read("[{\"match\":\"* /a\",\"action\":\"after_commit_status\"},"
				  "{\"match\":\"* /a\",\"action\":\"cut_after_commit\"},"
				  "{\"match\":\"* /a\",\"action\":\"cut\"}]");
	assert_true(rules.list[0].after_commit && rules.list[1].after_commit);
	assert_false(rules.list[2].after_commit);
	assert_int_equal(rules.list[0].status, 500);
	rules_done(&rules);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(a_rule_strikes_every_call_it_matches),
		CHECK(at_every_from_and_times_choose_among_the_calls),
		CHECK(a_probability_of_one_always_strikes_and_of_none_never),
		CHECK(a_probability_strikes_about_so_often),
		CHECK(a_pattern_is_a_path_a_template_or_a_beginning),
		CHECK(the_first_rule_that_strikes_wins_and_all_that_match_count),
		CHECK(a_misspelt_rule_is_refused_by_name),
		CHECK(after_commit_is_part_of_the_action),
	};
	return CHECK_MAIN(tests);
}
