/* stock_test.c - what is known of the stock, and for how long. */
#include "tests/check.h"

#include <string.h>

#include "base/text.h"
#include "engine/stock.h"

static struct {
	struct carrier carrier;
	int asked;
	carrier_stock_done done;
	void *arg;
	int64_t now_ms;
	int told;
} world;

static void ask(struct carrier *c, const char *country, carrier_stock_done done, void *arg)
{
	(void)c;
	(void)country;
	world.asked++;
	world.done = done;
	world.arg = arg;
}

static int64_t now(void *state)
{
	(void)state;
	return world.now_ms;
}

static const struct clock clock_of_test = {now, now, NULL};

static struct stock *begin(void)
{
	static const struct carrier_ops ops = {.stock = ask};
	memset(&world, 0, sizeof(world));
	world.carrier.ops = &ops;
	world.now_ms = 1000000;
	return stock_new(&clock_of_test, &world.carrier);
}

static void say(const char *area_code, int count)
{
	struct carrier_stock rows[] = {{.count = count}, {.area_code = "1234", .count = 1}};
	TEXT_COPY(rows[0].area_code, area_code);
	world.done(world.arg, &(struct err){0}, rows, 2);
}

static void tell(void *arg)
{
	world.told++;
	(void)arg;
}

static bool has(const struct stock *s, const char *area_code)
{
	const struct shelf *shelf = stock_shelf(s, "US");
	return shelf != NULL && stock_has(s, shelf, area_code);
}

static void it_is_asked_once_for_all_who_wait_and_kept_for_a_minute(void **state)
{
	(void)state;
	struct stock *s = begin();
	int one, two;
	assert_null(stock_shelf(s, "US"));
	assert_true(stock_await(s, "US", tell, &one));
	assert_true(stock_await(s, "US", tell, &two));
	assert_int_equal(world.asked, 1);
	say("415", -1);
	assert_int_equal(world.told, 2);
	assert_true(has(s, "415"));
	assert_false(has(s, "628"));
	assert_false(has(s, "1234"));
	assert_false(has(s, ""));
	world.now_ms += STOCK_GOOD_MS - 1;
	assert_false(stock_await(s, "US", tell, &one));
	assert_true(has(s, "415"));
	world.now_ms++;
	assert_null(stock_shelf(s, "US"));
	assert_true(stock_await(s, "US", tell, &one));
	assert_int_equal(world.asked, 2);
	stock_free(s);
}

static void a_failure_is_no_knowledge_and_is_not_asked_again_at_once(void **state)
{
	(void)state;
	struct stock *s = begin();
	assert_true(stock_await(s, "US", tell, s));
	world.done(world.arg, &(struct err){.code = ERR_CARRIER_DOWN}, NULL, 0);
	assert_int_equal(world.told, 1);
	assert_null(stock_shelf(s, "US"));
	world.now_ms += STOCK_PAUSE_MS - 1;
	assert_false(stock_await(s, "US", tell, s));
	world.now_ms++;
	assert_true(stock_await(s, "US", tell, s));
	stock_free(s);
}

static void what_our_own_search_found_empty_is_so_until_the_carrier_is_asked_again(void **state)
{
	(void)state;
	struct stock *s = begin();
	assert_true(stock_await(s, "US", tell, s));
	world.now_ms++;
	stock_note_empty(s, "US", "415"); /* found while the answer was on its way */
	stock_note_empty(s, "US", "");
	say("415", 7);
	assert_false(has(s, "415"));
	world.now_ms += STOCK_GOOD_MS - 1;
	stock_note_empty(s, "US", "415");
	stock_note_empty(s, "US", "510");
	assert_false(has(s, "415"));
	world.now_ms++;
	assert_true(stock_await(s, "US", tell, s));
	say("415", 7); /* there are some again */
	assert_true(has(s, "415"));
	assert_false(has(s, "510"));
	stock_note_empty(s, "US", "415");
	assert_false(has(s, "415"));
	stock_free(s);
}

static void an_area_code_that_is_said_to_have_none_has_none(void **state)
{
	(void)state;
	struct stock *s = begin();
	assert_true(stock_await(s, "US", tell, s));
	say("628", 0);
	assert_false(has(s, "628"));
	stock_free(s);
}

static void who_does_not_wait_any_more_is_not_told(void **state)
{
	(void)state;
	struct stock *s = begin();
	int one, two;
	assert_true(stock_await(s, "US", tell, &one));
	assert_true(stock_await(s, "US", tell, &two));
	stock_forget(s, &two);
	say("415", 1);
	assert_int_equal(world.told, 1);
	stock_free(s);
}

static struct stock *ending;
static int first, second;

/* Whoever hears first ends the other's wait. */
static void tell_and_end_the_other(void *arg)
{
	world.told++;
	stock_forget(ending, arg == &first ? &second : &first);
}

static void who_is_told_may_end_anothers_wait(void **state)
{
	(void)state;
	ending = begin();
	assert_true(stock_await(ending, "US", tell_and_end_the_other, &first));
	assert_true(stock_await(ending, "US", tell_and_end_the_other, &second));
	say("415", 1);
	assert_int_equal(world.told, 1);
	stock_free(ending);
}

static void the_oldest_country_makes_room_unless_it_is_being_asked_about(void **state)
{
	(void)state;
	struct stock *s = begin();
	static const char *const countries[] = {"US", "CA", "DE", "FR", "GB"};
	for (size_t i = 0; i < COUNT_OF(countries); i++) {
		world.now_ms++;
		assert_true(stock_await(s, countries[i], tell, s));
		say("415", 1);
	}
	assert_null(stock_shelf(s, "US"));
	assert_non_null(stock_shelf(s, "GB"));
	world.now_ms += STOCK_GOOD_MS;
	for (size_t i = 1; i < COUNT_OF(countries); i++)
		assert_true(stock_await(s, countries[i], tell, s));
	assert_false(stock_await(s, "US", tell, s)); /* no room: not known, and no harm */
	stock_note_empty(s, "US", "415");
	stock_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(it_is_asked_once_for_all_who_wait_and_kept_for_a_minute),
		CHECK(a_failure_is_no_knowledge_and_is_not_asked_again_at_once),
		CHECK(what_our_own_search_found_empty_is_so_until_the_carrier_is_asked_again),
		CHECK(an_area_code_that_is_said_to_have_none_has_none),
		CHECK(who_does_not_wait_any_more_is_not_told),
		CHECK(who_is_told_may_end_anothers_wait),
		CHECK(the_oldest_country_makes_room_unless_it_is_being_asked_about),
	};
	return CHECK_MAIN(tests);
}
