/* webhook_rate_test.c - a flood of forged webhooks costs a bounded time. */
#include "tests/check.h"

#include "api/webhook_rate.h"
#include "base/id.h"
#include "base/text.h"

#define NOW_S 1800000000

static int forge(struct webhook_rate *rate, const char *peer, int64_t now_s, int times)
{
	int looked = 0;
	for (int i = 0; i < times; i++) {
		if (!webhook_rate_allows(rate, peer, now_s))
			continue;
		looked++;
		webhook_rate_note(rate, peer, now_s, false);
	}
	return looked;
}

static void a_network_that_forges_is_heard_fifty_times_a_second(void **state)
{
	(void)state;
	struct webhook_rate *rate = webhook_rate_new();
	assert_int_equal(forge(rate, "192.0.2.1", NOW_S, 5000), WEBHOOK_FORGED_MOST);
	assert_int_equal(forge(rate, "192.0.2.200", NOW_S, 5000), 0); /* the same /24 */
	assert_int_equal(forge(rate, "192.0.2.1", NOW_S + 1, 5000), WEBHOOK_FORGED_MOST);
	webhook_rate_free(rate);
}

static void one_that_signed_rightly_of_late_is_always_heard(void **state)
{
	(void)state;
	struct webhook_rate *rate = webhook_rate_new();
	webhook_rate_note(rate, "203.0.113.7", NOW_S, true);
	assert_int_equal(forge(rate, "203.0.113.9", NOW_S + 1, 500), 500);
	assert_int_equal(forge(rate, "203.0.113.9", NOW_S + 3600, 500), WEBHOOK_FORGED_MOST);
	webhook_rate_free(rate);
}

static void most_other_networks_do_not_feel_a_flood(void **state)
{
	(void)state;
	struct webhook_rate *rate = webhook_rate_new();
	char peer[32];
	int heard = 0;
	(void)forge(rate, "192.0.2.1", NOW_S, 5000);
	for (int i = 0; i < 200; i++) {
		text_format(peer, sizeof(peer), "10.1.%d.1", i);
		heard += webhook_rate_allows(rate, peer, NOW_S);
	}
	assert_true(heard >= 195); /* 200/1024 of one is expected to be lost */
	webhook_rate_free(rate);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(a_network_that_forges_is_heard_fifty_times_a_second),
		CHECK(one_that_signed_rightly_of_late_is_always_heard),
		CHECK(most_other_networks_do_not_feel_a_flood),
	};
	id_init();
	return CHECK_MAIN(tests);
}
