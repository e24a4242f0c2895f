/* The limits on spending in store.h's contract: what is held, spent, freed, and
 * refused, and that budgets and ledger always tell one story. */
#include "store/store_test_kit.h"

#define HOUR_MS (3600 * (int64_t)1000)

static struct spending_limits limits;

/* Only the named limit; the prices are of kit_wish(). */
static void limit_only(struct kit *k, enum spending_limit limit, int64_t most)
{
	spending_price_only(&limits);
	limits.most[limit] = most;
	store_set_limits(k->store, &limits);
}

/* Each business another; all of one customer from one network. */
static struct order kit_wish(void)
{
	struct order o = kit_order();
	o.most_upfront_cents = 150;
	o.most_monthly_cents = 250;
	return o;
}

static enum err_code create_from(
	struct kit *k, const struct order *o, const char *source, const char *key, int64_t at_ms)
{
	struct store_creation creation = {0};
	TEXT_COPY(creation.source, source);
	TEXT_COPY(creation.idempotency_key, key);
	struct store_event event = kit_event(o, "");
	event.at_ms = at_ms;
	store_create(k->store, o, &creation, &event, kit_take_result, &kit_answer);
	kit_wait(k);
	return kit_answer.result.err.code;
}

static enum err_code create(struct kit *k, const struct order *o)
{
	return create_from(k, o, "203.0.113.0/24", "", KIT_MS);
}

static enum err_code save_at(struct kit *k, struct order *o, int64_t at_ms)
{
	o->version++;
	struct store_event event = kit_event(o, "");
	event.at_ms = at_ms;
	store_save(k->store, o, &event, NULL, kit_take_result, &kit_answer);
	kit_wait(k);
	if (kit_answer.result.err.code != ERR_OK)
		o->version--;
	return kit_answer.result.err.code;
}

static void fail_it(struct order *o)
{
	o->state = ORDER_FAILED;
	o->number[0] = '\0';
	err_set(&o->error, ERR_CARRIER_NO_NUMBERS, "none is for sale");
}

/* As the core leaves an order whose number was read as active. */
static void own_it(struct order *o, const char *number)
{
	kit_pin(o, number);
	o->pinned.upfront_cents = 100;
	o->pinned.monthly_cents = 110;
	o->state = ORDER_PROVISIONING;
	o->is_owned = true;
}

#define assert_budget(limit, held, held_money, spent, spent_money)                                 \
	do {                                                                                       \
		struct store_budget b = kit_budgets(k, KIT_MS)[limit];                             \
		assert_int_equal(b.held_numbers, held);                                            \
		assert_int_equal(b.held_cents, held_money);                                        \
		assert_int_equal(b.spent_numbers, spent);                                          \
		assert_int_equal(b.spent_cents, spent_money);                                      \
	} while (0)
#define assert_sound() assert_string_equal(kit_audit(k), "")

/* ---- holding ---- */

static void a_new_order_holds_one_number_and_its_highest_price(void **state)
{
	struct kit *k = *state;
	struct order o = kit_wish();
	assert_int_equal(create(k, &o), ERR_OK);
	assert_budget(SPENDING_HOUR, 1, 400, 0, 0);
	assert_budget(SPENDING_DAY, 1, 400, 0, 0);
	assert_budget(SPENDING_TOTAL, 1, 400, 0, 0);
	assert_sound();
	assert_int_equal(kit_answer.audit.budgets, 5); /* with the customer's and the network's */
	assert_int_equal(kit_answer.audit.entries, 5);
}

static void a_number_that_was_brought_along_holds_nothing(void **state)
{
	struct kit *k = *state;
	struct order o = kit_wish();
	limit_only(k, SPENDING_HOUR, 0);
	o.mode = ORDER_MODE_EXISTING;
	TEXT_COPY(o.existing_number, "+14155550177");
	TEXT_COPY(o.number, "+14155550177");
	assert_int_equal(create(k, &o), ERR_OK);
	o.is_owned = true;
	o.state = ORDER_PROVISIONING;
	assert_int_equal(kit_save(k, &o), ERR_OK);
	assert_budget(SPENDING_HOUR, 0, 0, 0, 0);
	assert_sound();
}

static void each_limit_refuses_by_its_name_and_nothing_is_stored(void **state)
{
	struct kit *k = *state;
	for (int i = SPENDING_CUSTOMER; i <= SPENDING_TOTAL; i++) {
		enum spending_limit limit = (enum spending_limit)i;
		int64_t here_ms = KIT_MS + i * 24 * HOUR_MS; /* each in windows of its own */
		struct order some[3];
		char key[16];
		struct store_budget before[SPENDING_LIMIT_COUNT];
		int64_t spent = kit_budgets(k, here_ms)[SPENDING_TOTAL].held_cents;
		limit_only(k, limit, spending_is_money(limit) ? spent + 2 * 400 + 399 : 2);
		for (int j = 0; j < 3; j++)
			some[j] = kit_wish();
		text_format(key, sizeof(key), "key %d", i);
		assert_int_equal(create_from(k, &some[0], "2001:db8::/48", "", here_ms), ERR_OK);
		assert_int_equal(create_from(k, &some[1], "2001:db8::/48", "", here_ms), ERR_OK);
		memcpy(before, kit_budgets(k, here_ms), sizeof(before));
		assert_int_equal(create_from(k, &some[2], "2001:db8::/48", key, here_ms),
			spending_refusal(limit));
		assert_memory_equal(before, kit_budgets(k, here_ms), sizeof(before));
		assert_int_equal(kit_load(k, some[2].id), ERR_NOT_FOUND);
		assert_sound();
		/* The same request is fine once there is room: its key is not used up. */
		limit_only(k, limit, SPENDING_NO_LIMIT);
		assert_int_equal(create_from(k, &some[2], "2001:db8::/48", key, here_ms), ERR_OK);
		assert_false(kit_answer.result.is_repeat);
	}
}

static struct {
	struct kit_answer wait;
	int asked, done, refused;
} burst;

static void take_burst(void *arg, const struct store_result *result)
{
	(void)arg;
	burst.done++;
	burst.refused += result->err.code == ERR_LIMIT_TOTAL;
	assert_true(result->err.code == ERR_OK || result->err.code == ERR_LIMIT_TOTAL);
	kit_answer.is_done = burst.done == burst.asked;
}

static void fifty_at_once_never_pass_the_limit(void **state)
{
	struct kit *k = *state;
	limit_only(k, SPENDING_TOTAL, 7 * 400 + 1);
	burst.asked = 50;
	burst.done = burst.refused = 0;
	for (int i = 0; i < burst.asked; i++) {
		struct order o = kit_wish();
		struct store_event event = kit_event(&o, "");
		store_create(k->store, &o, &(struct store_creation){.source = "api"}, &event,
			take_burst, NULL);
	}
	kit_wait(k);
	assert_int_equal(burst.refused, 43);
	assert_budget(SPENDING_TOTAL, 7, 7 * 400, 0, 0);
	assert_sound();
}

static void a_repeat_holds_nothing_again(void **state)
{
	struct kit *k = *state;
	struct order first = kit_wish(), again = kit_wish();
	limit_only(k, SPENDING_HOUR, 1);
	assert_int_equal(create_from(k, &first, "api", "a key", KIT_MS), ERR_OK);
	assert_int_equal(create_from(k, &again, "api", "a key", KIT_MS), ERR_OK);
	assert_true(kit_answer.result.is_repeat);
	assert_budget(SPENDING_HOUR, 1, 400, 0, 0);
	assert_sound();
}

static void a_customer_is_an_address_without_regard_to_case(void **state)
{
	struct kit *k = *state;
	struct order a = kit_wish(), b = kit_wish(), other = kit_wish();
	limit_only(k, SPENDING_CUSTOMER, 1);
	TEXT_COPY(b.email, "A@BayBikes.Example");
	TEXT_COPY(other.email, "b@baybikes.example");
	assert_int_equal(create(k, &a), ERR_OK);
	assert_int_equal(create(k, &b), ERR_LIMIT_CUSTOMER);
	assert_int_equal(create(k, &other), ERR_OK);
	assert_sound();
}

static void a_network_counts_only_where_one_is_named(void **state)
{
	struct kit *k = *state;
	static const char *const sources[] = {"api", "cli", "loopback", "198.51.100.0/24"};
	limit_only(k, SPENDING_NETWORK, 1);
	struct order o = kit_wish();
	assert_int_equal(create(k, &o), ERR_OK);
	o = kit_wish();
	assert_int_equal(create(k, &o), ERR_LIMIT_NETWORK);
	for (size_t i = 0; i < 2 * COUNT_OF(sources); i++) {
		bool is_second_of_network = i == 2 * COUNT_OF(sources) - 1;
		o = kit_wish();
		assert_int_equal(create_from(k, &o, sources[i % COUNT_OF(sources)], "", KIT_MS),
			is_second_of_network ? ERR_LIMIT_NETWORK : ERR_OK);
	}
}

static void a_changed_limit_works_at_once(void **state)
{
	struct kit *k = *state;
	struct order o = kit_wish();
	limit_only(k, SPENDING_DAY, 1);
	assert_int_equal(create(k, &o), ERR_OK);
	o = kit_wish();
	assert_int_equal(create(k, &o), ERR_LIMIT_DAY);
	assert_non_null(strstr(kit_answer.result.err.message, "1 number a day"));
	limit_only(k, SPENDING_DAY, 2);
	assert_int_equal(create(k, &o), ERR_OK);
	/* Below what is held already: nothing more, and nothing breaks. */
	limit_only(k, SPENDING_DAY, 1);
	o = kit_wish();
	assert_int_equal(create(k, &o), ERR_LIMIT_DAY);
	assert_sound();
}

/* A first sign-up meets a row that is not there yet. */
static void a_limit_of_nothing_lets_nothing_through(void **state)
{
	struct kit *k = *state;
	struct order o = kit_wish();
	limit_only(k, SPENDING_HOUR, 0);
	assert_int_equal(create(k, &o), ERR_LIMIT_HOUR);
	limit_only(k, SPENDING_TOTAL, 0);
	assert_int_equal(create(k, &o), ERR_LIMIT_TOTAL);
	assert_sound();
	assert_int_equal(kit_answer.audit.budgets, 0);
}

/* ---- spending and freeing ---- */

static void what_is_bought_is_spent_at_its_price_and_the_rest_is_free(void **state)
{
	struct kit *k = *state;
	struct order o = kit_wish();
	assert_int_equal(create(k, &o), ERR_OK);
	kit_pin(&o, "+14155550188");
	assert_int_equal(kit_save(k, &o), ERR_OK);
	assert_budget(SPENDING_TOTAL, 1, 400, 0, 0);
	own_it(&o, "+14155550188");
	/* Hours later, in another window: it counts where it was held. */
	assert_int_equal(save_at(k, &o, KIT_MS + 30 * HOUR_MS), ERR_OK);
	assert_budget(SPENDING_HOUR, 0, 0, 1, 210);
	assert_budget(SPENDING_DAY, 0, 0, 1, 210);
	assert_budget(SPENDING_TOTAL, 0, 0, 1, 210);
	assert_sound();
}

static void what_was_spent_stays_spent_after_a_release(void **state)
{
	struct kit *k = *state;
	struct order o = kit_wish();
	assert_int_equal(create(k, &o), ERR_OK);
	own_it(&o, "+14155550188");
	assert_int_equal(kit_save(k, &o), ERR_OK);
	o.state = ORDER_RELEASING;
	assert_int_equal(kit_save(k, &o), ERR_OK);
	o.state = ORDER_RELEASED;
	o.is_owned = false;
	assert_int_equal(kit_save(k, &o), ERR_OK);
	assert_budget(SPENDING_TOTAL, 0, 0, 1, 210);
	assert_sound();
	/* Whatever else becomes of it. */
	fail_it(&o);
	assert_int_equal(kit_save(k, &o), ERR_OK);
	assert_budget(SPENDING_TOTAL, 0, 0, 1, 210);
	assert_sound();
}

static void what_ends_without_a_number_is_free_again(void **state)
{
	struct kit *k = *state;
	static const enum order_state ends[] = {ORDER_FAILED, ORDER_CANCELLED, ORDER_NEEDS_INPUT};
	limit_only(k, SPENDING_CUSTOMER, 1);
	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		struct order o = kit_wish();
		assert_int_equal(create(k, &o), ERR_OK);
		fail_it(&o);
		o.state = ends[i];
		assert_int_equal(kit_save(k, &o), ERR_OK);
		assert_budget(SPENDING_TOTAL, 0, 0, 0, 0);
		assert_sound();
	}
}

static void what_is_parked_stays_held(void **state)
{
	struct kit *k = *state;
	struct order o = kit_wish();
	assert_int_equal(create(k, &o), ERR_OK);
	kit_pin(&o, "+14155550188");
	o.state = ORDER_PARKED;
	o.parked_from = ORDER_UNCLEAR;
	kit_plan(&o);
	err_set(&o.error, ERR_PURCHASE_UNCLEAR, "it is not known");
	assert_int_equal(kit_save(k, &o), ERR_OK);
	assert_budget(SPENDING_TOTAL, 1, 400, 0, 0);
	assert_sound();
}

static void what_begins_again_holds_anew_and_may_be_refused(void **state)
{
	struct kit *k = *state;
	struct order o = kit_wish(), other = kit_wish();
	limit_only(k, SPENDING_HOUR, 1);
	assert_int_equal(create(k, &o), ERR_OK);
	fail_it(&o);
	assert_int_equal(save_at(k, &o, KIT_MS), ERR_OK);
	assert_int_equal(create(k, &other), ERR_OK);
	struct order again = o;
	again.state = ORDER_SEARCHING;
	assert_int_equal(save_at(k, &again, KIT_MS), ERR_LIMIT_HOUR);
	assert_int_equal(kit_load(k, o.id), ERR_OK);
	assert_int_equal(kit_answer.orders[0].state, ORDER_FAILED);
	assert_budget(SPENDING_HOUR, 1, 400, 0, 0);
	/* The next hour has room. */
	assert_int_equal(save_at(k, &again, KIT_MS + HOUR_MS), ERR_OK);
	assert_int_equal(kit_budgets(k, KIT_MS + HOUR_MS)[SPENDING_HOUR].held_numbers, 1);
	assert_sound();
	own_it(&again, "+14155550188");
	assert_int_equal(save_at(k, &again, KIT_MS + 9 * HOUR_MS), ERR_OK);
	assert_int_equal(kit_budgets(k, KIT_MS + HOUR_MS)[SPENDING_HOUR].spent_cents, 210);
	assert_sound();
}

/* Truth is never refused: a number that turns out to be bought is counted,
 * whatever the limit, and at its own price. */
static void what_is_bought_all_the_same_is_counted_above_the_limit(void **state)
{
	struct kit *k = *state;
	struct order o = kit_wish();
	assert_int_equal(create(k, &o), ERR_OK);
	fail_it(&o);
	assert_int_equal(kit_save(k, &o), ERR_OK);
	limit_only(k, SPENDING_TOTAL, 0);
	own_it(&o, "+14155550188");
	o.pinned.upfront_cents = 900;
	assert_int_equal(kit_save(k, &o), ERR_OK);
	assert_budget(SPENDING_TOTAL, 0, 0, 1, 1010);
	assert_sound();
}

static void a_number_that_was_found_again_counts_with_the_ceiling(void **state)
{
	struct kit *k = *state;
	struct order o = kit_wish();
	assert_int_equal(create(k, &o), ERR_OK);
	own_it(&o, "+14155550188");
	o.pinned = (struct candidate){0};
	assert_int_equal(kit_save(k, &o), ERR_OK);
	assert_budget(SPENDING_TOTAL, 0, 0, 1, 400);
	assert_sound();
}

/* ---- giving back ---- */

static void giving_back_what_was_active_is_limited_too(void **state)
{
	struct kit *k = *state;
	struct order some[2] = {kit_wish(), kit_wish()};
	limit_only(k, SPENDING_RELEASES_HOUR, 1);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(create(k, &some[i]), ERR_OK);
		own_it(&some[i], i ? "+14155550188" : "+14155550189");
		some[i].was_active = true;
		assert_int_equal(kit_save(k, &some[i]), ERR_OK);
	}
	assert_budget(SPENDING_RELEASES_HOUR, 0, 0, 0, 0);
	some[0].state = some[1].state = ORDER_RELEASING;
	assert_int_equal(save_at(k, &some[0], KIT_MS), ERR_OK);
	assert_int_equal(save_at(k, &some[1], KIT_MS), ERR_LIMIT_RELEASES_HOUR);
	assert_budget(SPENDING_RELEASES_HOUR, 1, 0, 0, 0);
	assert_sound();
	/* Taken back within the undo time: another may go instead. */
	some[0].state = ORDER_VERIFYING;
	assert_int_equal(save_at(k, &some[0], KIT_MS), ERR_OK);
	assert_int_equal(save_at(k, &some[1], KIT_MS), ERR_OK);
	some[1].state = ORDER_RELEASED;
	some[1].is_owned = false;
	assert_int_equal(save_at(k, &some[1], KIT_MS), ERR_OK);
	assert_budget(SPENDING_RELEASES_HOUR, 0, 0, 1, 0);
	assert_sound();
}

static void giving_back_what_never_was_active_is_not_counted(void **state)
{
	struct kit *k = *state;
	struct order o = kit_wish();
	limit_only(k, SPENDING_RELEASES_DAY, 0);
	assert_int_equal(create(k, &o), ERR_OK);
	own_it(&o, "+14155550188");
	o.state = ORDER_RELEASING;
	assert_int_equal(kit_save(k, &o), ERR_OK);
	assert_budget(SPENDING_RELEASES_DAY, 0, 0, 0, 0);
}

/* ---- the switch ---- */

static void the_switch_is_kept_over_a_restart(void **state)
{
	struct kit *k = *state;
	assert_int_equal(kit_control(k)->frozen_at_ms, 0);
	assert_int_equal(kit_set_control(k, KIT_MS, "too many at night"), ERR_OK);
	kit_close(k);
	kit_open(k);
	assert_int_equal(kit_control(k)->frozen_at_ms, KIT_MS);
	assert_string_equal(kit_answer.control.reason, "too many at night");
	/* Again: the time stays, the reason is the new one. */
	assert_int_equal(kit_set_control(k, KIT_MS + 5, "still"), ERR_OK);
	assert_int_equal(kit_control(k)->frozen_at_ms, KIT_MS);
	assert_string_equal(kit_answer.control.reason, "still");
	assert_int_equal(kit_set_control(k, 0, "ignored"), ERR_OK);
	assert_int_equal(kit_control(k)->frozen_at_ms, 0);
	assert_string_equal(kit_answer.control.reason, "");
}

static void every_write_tells_whether_it_was_frozen(void **state)
{
	struct kit *k = *state;
	struct order o = kit_wish();
	assert_int_equal(create(k, &o), ERR_OK);
	assert_false(kit_answer.result.is_frozen);
	assert_int_equal(kit_set_control(k, KIT_MS, ""), ERR_OK);
	assert_true(kit_answer.result.is_frozen);
	assert_int_equal(kit_save(k, &o), ERR_OK);
	assert_true(kit_answer.result.is_frozen);
	assert_int_equal(create(k, &o), ERR_STORE_CONFLICT); /* and a refused one, too */
	assert_true(kit_answer.result.is_frozen);
	assert_int_equal(kit_set_control(k, 0, ""), ERR_OK);
	assert_int_equal(kit_save(k, &o), ERR_OK);
	assert_false(kit_answer.result.is_frozen);
}

static void the_switch_needs_no_lease(void **state)
{
	struct kit *k = *state;
	struct kit other = *k;
	kit_open_without_lease(&other);
	assert_int_equal(kit_set_control(&other, KIT_MS, "from beside"), ERR_OK);
	kit_close(&other);
	struct order o = kit_wish();
	assert_int_equal(create(k, &o), ERR_OK);
	assert_true(kit_answer.result.is_frozen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_CHECK(a_new_order_holds_one_number_and_its_highest_price),
		KIT_CHECK(a_number_that_was_brought_along_holds_nothing),
		KIT_CHECK(each_limit_refuses_by_its_name_and_nothing_is_stored),
		KIT_CHECK(fifty_at_once_never_pass_the_limit),
		KIT_CHECK(a_repeat_holds_nothing_again),
		KIT_CHECK(a_customer_is_an_address_without_regard_to_case),
		KIT_CHECK(a_network_counts_only_where_one_is_named),
		KIT_CHECK(a_changed_limit_works_at_once),
		KIT_CHECK(a_limit_of_nothing_lets_nothing_through),
		KIT_CHECK(what_is_bought_is_spent_at_its_price_and_the_rest_is_free),
		KIT_CHECK(what_was_spent_stays_spent_after_a_release),
		KIT_CHECK(what_ends_without_a_number_is_free_again),
		KIT_CHECK(what_is_parked_stays_held),
		KIT_CHECK(what_begins_again_holds_anew_and_may_be_refused),
		KIT_CHECK(what_is_bought_all_the_same_is_counted_above_the_limit),
		KIT_CHECK(a_number_that_was_found_again_counts_with_the_ceiling),
		KIT_CHECK(giving_back_what_was_active_is_limited_too),
		KIT_CHECK(giving_back_what_never_was_active_is_not_counted),
		KIT_CHECK(the_switch_is_kept_over_a_restart),
		KIT_CHECK(every_write_tells_whether_it_was_frozen),
		KIT_CHECK(the_switch_needs_no_lease),
	};
	return CHECK_MAIN(tests);
}
