/* source_rate_test.c - one network cannot use up what all of them share. */
#include "tests/check.h"

#include "api/source_rate.h"
#include "base/text.h"

#define NOW_MS 1000000

static int ask_times(struct source_rate *rate, const char *network, int64_t now_ms, int times)
{
	int taken = 0;
	for (int i = 0; i < times; i++)
		taken += source_rate_take(rate, network, now_ms) == 0;
	return taken;
}

static void a_network_is_taken_so_often_in_a_window(void **state)
{
	(void)state;
	struct source_rate *rate = source_rate_new(6, 600000);
	assert_int_equal(ask_times(rate, "203.0.113.0/24", NOW_MS, 20), 6);
	assert_int_equal(ask_times(rate, "203.0.113.0/24", NOW_MS + 599999, 5), 0);
	assert_int_equal(source_rate_take(rate, "203.0.113.0/24", NOW_MS + 599999), 1);
	assert_int_equal(source_rate_take(rate, "203.0.113.0/24", NOW_MS + 1000), 599000);
	assert_int_equal(ask_times(rate, "203.0.113.0/24", NOW_MS + 600000, 20), 6);
	source_rate_free(rate);
}

static void others_do_not_feel_it(void **state)
{
	(void)state;
	struct source_rate *rate = source_rate_new(6, 600000);
	assert_int_equal(ask_times(rate, "203.0.113.0/24", NOW_MS, 20), 6);
	assert_int_equal(ask_times(rate, "2001:db8::/48", NOW_MS, 20), 6);
	source_rate_free(rate);
}

static void of_too_many_networks_the_oldest_is_forgotten(void **state)
{
	(void)state;
	struct source_rate *rate = source_rate_new(1, 600000);
	char network[32];
	for (int i = 0; i <= SOURCE_RATE_NETWORKS; i++) {
		text_format(network, sizeof(network), "10.%d.%d.0/24", i / 256, i % 256);
		assert_int_equal(source_rate_take(rate, network, NOW_MS + i), 0);
	}
	assert_int_not_equal(source_rate_take(rate, network, NOW_MS + 500), 0);
	assert_int_not_equal(source_rate_take(rate, "10.0.1.0/24", NOW_MS + 500), 0);
	assert_int_equal(source_rate_take(rate, "10.0.0.0/24", NOW_MS + 500), 0);
	source_rate_free(rate);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(a_network_is_taken_so_often_in_a_window),
		CHECK(others_do_not_feel_it),
		CHECK(of_too_many_networks_the_oldest_is_forgotten),
	};
	return CHECK_MAIN(tests);
}
