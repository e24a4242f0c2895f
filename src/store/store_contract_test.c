/* The contract of store.h, over each back end there is.  Nothing here knows how
 * an order is kept. */
#include "store/store_test_kit.h"

#include <signal.h>
#include <sys/wait.h>

#include "base/fault.h"

static struct order *create_some(struct kit *k, int count)
{
	struct order *orders = must_calloc((size_t)count, sizeof(*orders));
	for (int i = 0; i < count; i++) {
		orders[i] = kit_order();
		assert_int_equal(kit_create(k, &orders[i]), ERR_OK);
	}
	return orders;
}

static void assert_stored(struct kit *k, const struct order *o)
{
	struct order stored = kit_stored_part(o);
	assert_int_equal(kit_load(k, o->id), ERR_OK);
	assert_int_equal(kit_answer.count, 1);
	assert_memory_equal(kit_answer.orders, &stored, sizeof(stored));
}

/* ---- rows ---- */

static void a_new_order_reads_back_whole(void **state)
{
	struct kit *k = *state;
	struct order o = kit_full_order();
	o.round = 3;
	assert_int_equal(kit_create(k, &o), ERR_OK);
	assert_stored(k, &o);
}

static void a_saved_order_reads_back_whole(void **state)
{
	struct kit *k = *state;
	struct order o = kit_full_order(), all = o, first = kit_order();
	TEXT_COPY(o.id, first.id);
	/* Set once, so a save does not carry them. */
	struct order once = first;
	TEXT_COPY(first.business_name, all.business_name);
	TEXT_COPY(first.email, all.email);
	TEXT_COPY(first.existing_number, all.existing_number);
	TEXT_COPY(first.reference, all.reference);
	TEXT_COPY(first.name, all.name);
	first.worker = all.worker;
	first.mode = all.mode;
	o.created_ms = once.created_ms;
	assert_int_equal(kit_create(k, &first), ERR_OK);
	assert_int_equal(kit_save(k, &o), ERR_OK);
	assert_stored(k, &o);
	o.due_ms = 0;
	o.tries = 0;
	assert_int_equal(kit_save(k, &o), ERR_OK);
	assert_stored(k, &o);
}

static void an_order_that_was_never_stored_is_not_found(void **state)
{
	struct kit *k = *state;
	struct order o = kit_order();
	assert_int_equal(kit_load(k, o.id), ERR_NOT_FOUND);
	assert_int_equal(kit_load(k, "' OR 1=1 --"), ERR_NOT_FOUND);
	assert_int_equal(kit_timeline(k, o.id, 0), ERR_NOT_FOUND);
	assert_int_equal(kit_save(k, &o), ERR_NOT_FOUND);
}

static void an_id_is_stored_once(void **state)
{
	struct kit *k = *state;
	struct order o = kit_order();
	assert_int_equal(kit_create(k, &o), ERR_OK);
	TEXT_COPY(o.business_name, "Another");
	assert_int_equal(kit_create(k, &o), ERR_STORE_CONFLICT);
	TEXT_COPY(o.business_name, "Bay Bikes");
	assert_stored(k, &o);
}

static void a_save_over_another_version_changes_nothing(void **state)
{
	struct kit *k = *state;
	struct order o = kit_order();
	assert_int_equal(kit_create(k, &o), ERR_OK);
	struct order mine = o, theirs = o;
	theirs.tries = 1;
	assert_int_equal(kit_save(k, &theirs), ERR_OK);
	mine.tries = 2;
	struct attempt a = kit_attempt(&mine, 1);
	assert_int_equal(kit_save_with(k, &mine, &a), ERR_STORE_CONFLICT);
	mine.version += 5;
	assert_int_equal(kit_save(k, &mine), ERR_STORE_CONFLICT);
	assert_stored(k, &theirs);
}

static void a_save_is_all_or_nothing(void **state)
{
	struct kit *k = *state;
	struct order o = kit_order(), next;
	assert_int_equal(kit_create(k, &o), ERR_OK);
	next = o;
	next.version = 2;
	next.tries = 9;
	struct store_event again = kit_event(&o, ""); /* seq 1 is there already */
	store_save(k->store, &next, &again, NULL, kit_take_result, &kit_answer);
	kit_wait(k);
	assert_int_equal(kit_answer.result.err.code, ERR_STORE_CONFLICT);
	assert_stored(k, &o);
}

/* ---- groups and order ---- */

struct burst {
	int count;
	int expected;
	bool is_over;
	enum err_code codes[300];
};

struct burst_arg {
	struct burst *burst;
	int i;
};

static void take_burst(void *arg, const struct store_result *result)
{
	struct burst_arg *a = arg;
	assert_int_equal(a->burst->count, a->i); /* in the order of the calls */
	a->burst->codes[a->i] = result->err.code;
	a->burst->count++;
	a->burst->is_over = a->burst->count == a->burst->expected;
}

static void a_refused_write_hurts_no_other_of_its_group(void **state)
{
	struct kit *k = *state;
	struct burst burst = {.expected = 300};
	struct burst_arg args[300];
	struct order orders[300];
	for (int i = 0; i < 300; i++) {
		args[i] = (struct burst_arg){&burst, i};
		orders[i] = kit_order();
		if (i % 10 == 5)
			kit_pin(&orders[i], "+14155550100");
		struct store_event event = kit_event(&orders[i], "");
		store_create(k->store, &orders[i], &(struct store_creation){0}, &event, take_burst,
			&args[i]);
	}
	assert_true(loop_run_until(k->loop, &burst.is_over, KIT_WAIT_MS));
	for (int i = 0; i < 300; i++) {
		bool is_refused = i % 10 == 5 && i != 5;
		assert_int_equal(burst.codes[i], is_refused ? ERR_NUMBER_TAKEN : ERR_OK);
		assert_int_equal(kit_load(k, orders[i].id), is_refused ? ERR_NOT_FOUND : ERR_OK);
	}
}

static void saves_of_one_order_in_a_row_build_on_each_other(void **state)
{
	struct kit *k = *state;
	struct order o = kit_order();
	struct burst burst = {.expected = 100};
	struct burst_arg args[100];
	char previous[ID_HEX_BYTES] = "";
	for (int i = 0; i < 100; i++, o.version++) {
		struct store_event event = kit_event(&o, previous);
		args[i] = (struct burst_arg){&burst, i};
		if (i == 0)
			store_create(k->store, &o, &(struct store_creation){0}, &event, take_burst,
				&args[i]);
		else
			store_save(k->store, &o, &event, NULL, take_burst, &args[i]);
		TEXT_COPY(previous, event.hash);
	}
	assert_true(loop_run_until(k->loop, &burst.is_over, KIT_WAIT_MS));
	for (int i = 0; i < 100; i++)
		assert_int_equal(burst.codes[i], ERR_OK);
	assert_int_equal(kit_timeline(k, o.id, 0), ERR_OK);
	assert_int_equal(kit_answer.count, 100);
}

/* ---- uniqueness ---- */

static void the_same_request_again_is_the_same_order(void **state)
{
	struct kit *k = *state;
	struct order first = kit_order(), second = kit_order();
	struct store_creation c = {.idempotency_key = "k-1", .fingerprint = "f1"};
	assert_int_equal(kit_create_with(k, &first, &c), ERR_OK);
	assert_false(kit_answer.result.is_repeat);
	assert_int_equal(kit_create_with(k, &second, &c), ERR_OK);
	assert_true(kit_answer.result.is_repeat);
	assert_string_equal(kit_answer.result.existing_id, first.id);
	assert_int_equal(kit_load(k, second.id), ERR_NOT_FOUND);
}

static void a_key_used_for_another_request_is_refused(void **state)
{
	struct kit *k = *state;
	struct order first = kit_order(), second = kit_order();
	struct store_creation c = {.idempotency_key = "k-1", .fingerprint = "f1"};
	assert_int_equal(kit_create_with(k, &first, &c), ERR_OK);
	TEXT_COPY(c.fingerprint, "f2");
	assert_int_equal(kit_create_with(k, &second, &c), ERR_IDEMPOTENCY_KEY_REUSED);
	assert_string_equal(kit_answer.result.existing_id, first.id);
	assert_false(kit_answer.result.is_repeat);
}

static void the_same_key_twice_at_once_makes_one_order(void **state)
{
	struct kit *k = *state;
	struct store_creation c = {.idempotency_key = "k-1", .fingerprint = "f1"};
	static struct kit_answer answers[20];
	struct order orders[20];
	memset(answers, 0, sizeof(answers));
	for (int i = 0; i < 20; i++) {
		orders[i] = kit_order();
		struct store_event event = kit_event(&orders[i], "");
		store_create(k->store, &orders[i], &c, &event, kit_take_result, &answers[i]);
	}
	assert_true(loop_run_until(k->loop, &answers[19].is_done, KIT_WAIT_MS));
	for (int i = 0; i < 20; i++) {
		assert_int_equal(answers[i].result.err.code, ERR_OK);
		assert_int_equal(answers[i].result.is_repeat, i > 0);
	}
	assert_string_equal(answers[19].result.existing_id, orders[0].id);
	assert_int_equal(kit_list(k, (struct store_query){0}), ERR_OK);
	assert_int_equal(kit_answer.count, 1);
}

static void orders_without_a_key_are_all_different(void **state)
{
	struct kit *k = *state;
	free(create_some(k, 3));
	assert_int_equal(kit_list(k, (struct store_query){0}), ERR_OK);
	assert_int_equal(kit_answer.count, 3);
}

static void a_business_has_one_live_order(void **state)
{
	struct kit *k = *state;
	struct order first = kit_order(), second = kit_order(), third = kit_order();
	struct store_creation c = {.duplicate_key = "same business"};
	assert_int_equal(kit_create_with(k, &first, &c), ERR_OK);
	assert_int_equal(kit_create_with(k, &second, &c), ERR_DUPLICATE_SIGNUP);
	assert_string_equal(kit_answer.result.existing_id, first.id);
	first.state = ORDER_CANCELLED;
	assert_int_equal(kit_save(k, &first), ERR_OK);
	assert_int_equal(kit_create_with(k, &third, &c), ERR_OK);
	/* … and the cancelled one cannot come back to life beside it. */
	first.state = ORDER_RECEIVED;
	assert_int_equal(kit_save(k, &first), ERR_DUPLICATE_SIGNUP);
	assert_string_equal(kit_answer.result.existing_id, third.id);
}

static void a_number_has_one_live_order(void **state)
{
	struct kit *k = *state;
	struct order first = kit_order(), second = kit_order();
	assert_int_equal(kit_create(k, &first), ERR_OK);
	assert_int_equal(kit_create(k, &second), ERR_OK);
	kit_pin(&first, "+14155550100");
	kit_pin(&second, "+14155550100");
	assert_int_equal(kit_save(k, &first), ERR_OK);
	assert_int_equal(kit_save(k, &second), ERR_NUMBER_TAKEN);
	assert_string_equal(kit_answer.result.existing_id, first.id);
	assert_int_equal(kit_save(k, &first), ERR_OK); /* its own number is no obstacle */
	first.state = ORDER_RELEASED;
	assert_int_equal(kit_save(k, &first), ERR_OK);
	assert_int_equal(kit_save(k, &second), ERR_OK);
	assert_stored(k, &second);
}

static void one_attempt_of_an_order_is_open(void **state)
{
	struct kit *k = *state;
	struct order o = kit_order();
	assert_int_equal(kit_create(k, &o), ERR_OK);
	kit_pin(&o, "+14155550100");
	struct attempt first = kit_attempt(&o, 1), second = kit_attempt(&o, 2);
	assert_int_equal(kit_save_with(k, &o, &first), ERR_OK);
	o.tries = 7;
	assert_int_equal(kit_save_with(k, &o, &second), ERR_STORE_CONFLICT);
	o.tries = 0;
	assert_stored(k, &o); /* the order was not saved either */
	first.outcome = OUTCOME_UNKNOWN;
	first.code = ERR_CARRIER_UNCLEAR;
	assert_int_equal(kit_save_with(k, &o, &first), ERR_OK);
	assert_int_equal(kit_save_with(k, &o, &second), ERR_OK);
}

static void an_attempt_keeps_its_number(void **state)
{
	struct kit *k = *state;
	struct order o = kit_order();
	assert_int_equal(kit_create(k, &o), ERR_OK);
	kit_pin(&o, "+14155550100");
	struct attempt a = kit_attempt(&o, 1);
	assert_int_equal(kit_save_with(k, &o, &a), ERR_OK);
	TEXT_COPY(a.number, "+14155550101");
	assert_int_equal(kit_save_with(k, &o, &a), ERR_STORE_CONFLICT);
}

static void attempts_of_two_orders_do_not_meet(void **state)
{
	struct kit *k = *state;
	struct order *orders = create_some(k, 2);
	for (int i = 0; i < 2; i++) {
		kit_pin(&orders[i], i ? "+14155550101" : "+14155550100");
		struct attempt buy = kit_attempt(&orders[i], 1);
		assert_int_equal(kit_save_with(k, &orders[i], &buy), ERR_OK);
		buy.outcome = OUTCOME_ACCEPTED;
		assert_int_equal(kit_save_with(k, &orders[i], &buy), ERR_OK);
		struct attempt import = buy;
		import.kind = ATTEMPT_IMPORT;
		assert_int_equal(kit_save_with(k, &orders[i], &import), ERR_OK);
	}
	free(orders);
}

/* ---- timelines ---- */

static struct order with_timeline(struct kit *k, int events)
{
	char previous[ID_HEX_BYTES] = "";
	struct order o = kit_order();
	for (int i = 0; i < events; i++, o.version++) {
		struct store_event event = kit_event(&o, previous);
		if (i == 0)
			store_create(k->store, &o, &(struct store_creation){0}, &event,
				kit_take_result, &kit_answer);
		else
			store_save(k->store, &o, &event, NULL, kit_take_result, &kit_answer);
		kit_wait(k);
		assert_int_equal(kit_answer.result.err.code, ERR_OK);
		TEXT_COPY(previous, event.hash);
	}
	o.version--;
	return o;
}

static void a_timeline_reads_back_in_order(void **state)
{
	struct kit *k = *state;
	struct order o = with_timeline(k, 5);
	assert_int_equal(kit_timeline(k, o.id, 0), ERR_OK);
	assert_int_equal(kit_answer.count, 5);
	for (int i = 0; i < 5; i++) {
		struct store_event *event = &kit_answer.events[i];
		struct order then = o;
		then.version = i + 1;
		struct store_event wanted =
			kit_event(&then, i > 0 ? kit_answer.events[i - 1].hash : "");
		assert_memory_equal(event, &wanted, sizeof(wanted));
	}
}

static void a_timeline_can_be_read_on_from_any_event(void **state)
{
	struct kit *k = *state;
	struct order o = with_timeline(k, 5);
	assert_int_equal(kit_timeline(k, o.id, 3), ERR_OK);
	assert_int_equal(kit_answer.count, 2);
	assert_int_equal(kit_answer.events[0].seq, 4);
	assert_int_equal(kit_timeline(k, o.id, 5), ERR_OK);
	assert_int_equal(kit_answer.count, 0);
	assert_int_equal(kit_timeline(k, o.id, 99), ERR_OK);
	assert_int_equal(kit_answer.count, 0);
}

static void a_timeline_whose_hashes_do_not_chain_is_corrupt(void **state)
{
	struct kit *k = *state;
	struct order o = with_timeline(k, 2);
	assert_int_equal(kit_save(k, &o), ERR_OK); /* hashed as if it were the first */
	assert_int_equal(kit_timeline(k, o.id, 0), ERR_STORE_CORRUPT);
	assert_int_equal(kit_answer.count, 0);
	assert_int_equal(kit_timeline(k, o.id, 2), ERR_STORE_CORRUPT);
}

static void every_part_of_an_event_is_in_its_hash(void **state)
{
	(void)state;
	struct order o = kit_order();
	struct store_event event = kit_event(&o, "");
	struct store_event changed[8];
	for (int i = 0; i < 8; i++)
		changed[i] = event;
	changed[0].seq++;
	changed[1].at_ms++;
	changed[2].event[0]++;
	changed[3].from[0]++;
	changed[4].to[0]++;
	changed[5].detail[0]++;
	for (int i = 0; i < 8; i++) {
		store_event_hash(&changed[i], i == 6 ? "su_other" : o.id, i == 7 ? "ab" : "");
		assert_string_not_equal(changed[i].hash, event.hash);
	}
}

/* ---- lists ---- */

static void a_list_is_paged_newest_first(void **state)
{
	struct kit *k = *state;
	struct order *orders = create_some(k, 7);
	struct store_query q = {.limit = 3};
	for (int at = 6; at >= 0;) {
		assert_int_equal(kit_list(k, q), ERR_OK);
		assert_int_equal(kit_answer.count, at >= 2 ? 3 : 1);
		for (size_t i = 0; i < kit_answer.count; i++)
			assert_string_equal(kit_answer.orders[i].id, orders[at--].id);
		TEXT_COPY(q.after_id, kit_answer.orders[kit_answer.count - 1].id);
	}
	assert_int_equal(kit_list(k, q), ERR_OK);
	assert_int_equal(kit_answer.count, 0);
	free(orders);
}

static void a_list_can_be_of_one_status(void **state)
{
	struct kit *k = *state;
	struct order *orders = create_some(k, 4);
	kit_pin(&orders[1], "+14155550101");
	kit_pin(&orders[3], "+14155550103");
	orders[3].state = ORDER_ORDERED;
	kit_plan(&orders[3]);
	orders[2].state = ORDER_CANCELLED;
	for (int i = 1; i < 4; i++)
		assert_int_equal(kit_save(k, &orders[i]), ERR_OK);
	assert_int_equal(kit_list(k, (struct store_query){.status = "purchasing"}), ERR_OK);
	assert_int_equal(kit_answer.count, 2);
	assert_string_equal(kit_answer.orders[0].id, orders[3].id);
	assert_string_equal(kit_answer.orders[1].id, orders[1].id);
	assert_int_equal(kit_list(k, (struct store_query){.status = "cancelled"}), ERR_OK);
	assert_int_equal(kit_answer.count, 1);
	assert_int_equal(kit_list(k, (struct store_query){.status = "active"}), ERR_OK);
	assert_int_equal(kit_answer.count, 0);
	assert_int_equal(kit_list(k, (struct store_query){.status = "nonsense"}), ERR_OK);
	assert_int_equal(kit_answer.count, 0);
	free(orders);
}

static size_t found(struct kit *k, const char *text)
{
	struct store_query q = {0};
	TEXT_COPY(q.text, text);
	assert_int_equal(kit_list(k, q), ERR_OK);
	return kit_answer.count;
}

static void a_search_looks_for_the_very_text(void **state)
{
	struct kit *k = *state;
	static const char *const names[] = {
		"100% Bikes", "100 Bikes", "a_b", "axb", "c\\d", "O'Neil"};
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		struct order o = kit_order();
		TEXT_COPY(o.business_name, names[i]);
		text_format(o.email, sizeof(o.email), "m%zu@shop.example", i);
		text_format(o.business_phone, sizeof(o.business_phone), "+1415555010%zu", i);
		assert_int_equal(kit_create(k, &o), ERR_OK);
		if (i == 0)
			assert_int_equal(found(k, o.id + 5), 1);
	}
	assert_int_equal(found(k, "bikes"), 2);
	assert_int_equal(found(k, "100%"), 1);
	assert_int_equal(found(k, "%"), 1);
	assert_int_equal(found(k, "_"), 6); /* every id has one */
	assert_int_equal(found(k, "a_b"), 1);
	assert_int_equal(found(k, "c\\d"), 1);
	assert_int_equal(found(k, "O'Neil"), 1);
	assert_int_equal(found(k, "m3@"), 1);
	assert_int_equal(found(k, "5550104"), 1);
	assert_int_equal(found(k, "shop.example"), 6);
	assert_int_equal(found(k, "nowhere"), 0);
}

static void a_search_looks_at_the_pinned_number_too(void **state)
{
	struct kit *k = *state;
	struct order o = kit_order();
	kit_pin(&o, "+12125550188");
	assert_int_equal(kit_create(k, &o), ERR_OK);
	assert_int_equal(found(k, "2125550188"), 1);
}

static void what_is_unfinished_is_paged_oldest_first(void **state)
{
	struct kit *k = *state;
	struct order *orders = create_some(k, 6);
	struct store_query q = {.unfinished_only = true, .limit = 2};
	orders[1].state = ORDER_CANCELLED;
	orders[4].state = ORDER_NEEDS_INPUT;
	assert_int_equal(kit_save(k, &orders[1]), ERR_OK);
	assert_int_equal(kit_save(k, &orders[4]), ERR_OK);
	assert_int_equal(kit_list(k, q), ERR_OK);
	assert_int_equal(kit_answer.count, 2);
	assert_string_equal(kit_answer.orders[0].id, orders[0].id);
	assert_string_equal(kit_answer.orders[1].id, orders[2].id);
	TEXT_COPY(q.after_id, orders[2].id);
	assert_int_equal(kit_list(k, q), ERR_OK);
	assert_int_equal(kit_answer.count, 2);
	assert_string_equal(kit_answer.orders[1].id, orders[5].id);
	TEXT_COPY(q.after_id, orders[5].id);
	assert_int_equal(kit_list(k, q), ERR_OK);
	assert_int_equal(kit_answer.count, 0);
	free(orders);
}

/* ---- claims ---- */

static void what_is_nobodys_is_given_away_oldest_first(void **state)
{
	struct kit *k = *state;
	struct order *orders = create_some(k, 5);
	orders[1].state = ORDER_CANCELLED;
	assert_int_equal(kit_save(k, &orders[1]), ERR_OK);
	assert_int_equal(kit_claim(k, 7, KIT_MS, ""), ERR_OK);
	assert_int_equal(kit_answer.count, 3);
	const int given[] = {0, 2, 3};
	for (int i = 0; i < 3; i++) {
		struct order o = orders[given[i]];
		o.worker = 7;
		o.version++;
		assert_memory_equal(&kit_answer.orders[i], &o, sizeof(o));
	}
	assert_int_equal(kit_claim(k, 7, KIT_MS, ""), ERR_OK);
	assert_int_equal(kit_answer.count, 1);
	assert_string_equal(kit_answer.orders[0].id, orders[4].id);
	assert_int_equal(kit_claim(k, 7, KIT_MS, ""), ERR_OK);
	assert_int_equal(kit_answer.count, 0);
	free(orders);
}

static void what_another_worker_holds_is_given_when_its_time_is_over(void **state)
{
	struct kit *k = *state;
	struct order o = kit_order();
	o.worker = 7;
	assert_int_equal(kit_claim(k, 7, KIT_MS, ""), ERR_OK);
	assert_int_equal(kit_create(k, &o), ERR_OK);
	assert_int_equal(kit_claim(k, 8, KIT_MS + 29999, ""), ERR_OK);
	assert_int_equal(kit_answer.count, 0);
	assert_int_equal(kit_claim(k, 7, KIT_MS + 29999, ""), ERR_OK); /* renewed */
	assert_int_equal(kit_claim(k, 8, KIT_MS + 59998, ""), ERR_OK);
	assert_int_equal(kit_answer.count, 0);
	assert_int_equal(kit_claim(k, 8, KIT_MS + 59999, ""), ERR_OK);
	assert_int_equal(kit_answer.count, 1);
	assert_int_equal(kit_answer.orders[0].worker, 8);
}

static void who_has_lost_an_order_cannot_save_it(void **state)
{
	struct kit *k = *state;
	struct order o = kit_order();
	o.worker = 7;
	assert_int_equal(kit_create(k, &o), ERR_OK);
	assert_int_equal(kit_claim(k, 8, KIT_MS, ""), ERR_OK);
	struct order taken = kit_answer.orders[0];
	assert_int_equal(taken.version, o.version + 1);
	o.tries = 1;
	assert_int_equal(kit_save(k, &o), ERR_STORE_CONFLICT);
	assert_stored(k, &taken);
	taken.tries = 2;
	assert_int_equal(kit_save(k, &taken), ERR_OK);
	assert_stored(k, &taken);
}

static void one_order_is_given_whoever_holds_it(void **state)
{
	struct kit *k = *state;
	struct order o = kit_order();
	assert_int_equal(kit_claim(k, 7, KIT_MS, o.id), ERR_NOT_FOUND);
	o.worker = 7;
	assert_int_equal(kit_create(k, &o), ERR_OK);
	o.state = ORDER_CANCELLED; /* also one that is over */
	assert_int_equal(kit_save(k, &o), ERR_OK);
	assert_int_equal(kit_claim(k, 8, KIT_MS, o.id), ERR_OK);
	assert_int_equal(kit_answer.count, 1);
	o.worker = 8;
	o.version++;
	assert_memory_equal(kit_answer.orders, &o, sizeof(o));
	assert_int_equal(kit_claim(k, 8, KIT_MS, o.id), ERR_OK); /* it has it: the same again */
	assert_memory_equal(kit_answer.orders, &o, sizeof(o));
	assert_stored(k, &o);
}

static void what_a_dead_process_held_is_free_at_once(void **state)
{
	struct kit *k = *state;
	struct order o = kit_order();
	assert_int_equal(kit_claim(k, 7, KIT_MS, ""), ERR_OK);
	o.worker = 7;
	assert_int_equal(kit_create(k, &o), ERR_OK);
	kit_close(k);
	kit_open(k);
	assert_int_equal(kit_claim(k, 8, KIT_MS, ""), ERR_OK);
	assert_int_equal(kit_answer.count, 1);
}

static void a_process_can_have_more_than_one_worker(void **state)
{
	struct kit *k = *state;
	struct store_lease lease;
	struct err e = {0};
	struct order o = kit_order();
	assert_int_equal(kit_claim(k, 1, KIT_MS, ""), ERR_OK);
	o.worker = 1;
	assert_int_equal(kit_create(k, &o), ERR_OK);
	assert_int_equal(store_lease_take(k->store, "", &lease, &e), ERR_OK);
	assert_int_equal(lease.epoch, 2);
	assert_int_equal(kit_claim(k, lease.epoch, KIT_MS, ""), ERR_OK);
	assert_int_equal(kit_answer.count, 0); /* the first one lives */
}

static void orders_are_counted_by_state(void **state)
{
	struct kit *k = *state;
	struct order *orders = create_some(k, 5);
	orders[0].state = ORDER_CANCELLED;
	assert_int_equal(kit_save(k, &orders[0]), ERR_OK);
	store_counts(k->store, kit_take_counts, &kit_answer);
	kit_wait(k);
	assert_int_equal(kit_answer.err.code, ERR_OK);
	int64_t sum = 0;
	for (int i = 0; i < ORDER_STATE_COUNT; i++)
		sum += kit_answer.counts.by_state[i];
	assert_int_equal(kit_answer.counts.by_state[ORDER_RECEIVED], 4);
	assert_int_equal(kit_answer.counts.by_state[ORDER_CANCELLED], 1);
	assert_int_equal(sum, 5);
	free(orders);
}

/* ---- start, stop, and who works ---- */

static void an_installation_keeps_its_name_and_key(void **state)
{
	struct kit *k = *state;
	struct store_identity first, again;
	struct err e = {0};
	assert_int_equal(store_identity(k->store, NULL, &first, &e), ERR_OK);
	assert_int_equal(strlen(first.instance), 6);
	assert_int_equal(strspn(first.instance, "abcdefghijklmnopqrstuvwxyz234567"), 6);
	kit_close(k);
	kit_open(k);
	assert_int_equal(store_identity(k->store, NULL, &again, &e), ERR_OK);
	assert_string_equal(first.instance, again.instance);
	assert_memory_equal(first.key, again.key, sizeof(first.key));
}

static void an_installation_takes_the_key_that_it_is_given_first(void **state)
{
	struct kit *k = *state;
	static const uint8_t given[32] = {1, 2, 3}, other[32] = {4};
	struct store_identity first, again;
	struct err e = {0};
	assert_int_equal(store_identity(k->store, given, &first, &e), ERR_OK);
	assert_memory_equal(first.key, given, sizeof(given));
	assert_int_equal(store_identity(k->store, other, &again, &e), ERR_OK);
	assert_memory_equal(again.key, given, sizeof(given));
	assert_string_equal(first.instance, again.instance);
}

static void one_is_found_by_the_name_in_its_references(void **state)
{
	struct kit *k = *state;
	struct order one = kit_order(), two = kit_order();
	assert_int_equal(kit_create(k, &one), ERR_OK);
	assert_int_equal(kit_create(k, &two), ERR_OK);
	struct store_query query = {.limit = 1};
	TEXT_COPY(query.name, one.name);
	assert_int_equal(kit_list(k, query), ERR_OK);
	assert_int_equal(kit_answer.count, 1);
	assert_string_equal(kit_answer.orders[0].id, one.id);
	TEXT_COPY(query.name, "nobody");
	assert_int_equal(kit_list(k, query), ERR_OK);
	assert_int_equal(kit_answer.count, 0);
}

static void nothing_is_written_without_the_lease(void **state)
{
	struct kit *k = *state;
	struct order o = kit_order();
	kit_close(k);
	kit_open_without_lease(k);
	assert_int_equal(kit_create(k, &o), ERR_STORE_LOCKED);
	assert_int_equal(kit_load(k, o.id), ERR_NOT_FOUND);
	assert_int_equal(kit_webhook(k, "telnyx", "event-1", "{}"), ERR_STORE_LOCKED);
	assert_int_equal(kit_claim(k, 7, KIT_MS, ""), ERR_STORE_LOCKED);
}

static void the_epoch_grows_with_every_lease(void **state)
{
	struct kit *k = *state;
	int64_t last = 1; /* of the setup */
	for (int i = 0; i < 3; i++) {
		struct store_lease lease;
		struct err e = {0};
		kit_close(k);
		kit_open_without_lease(k);
		assert_int_equal(store_lease_take(k->store, "", &lease, &e), ERR_OK);
		assert_int_equal(lease.epoch, last + 1);
		assert_int_equal(lease.pid, getpid());
		last = lease.epoch;
	}
}

static void what_was_asked_is_finished_before_the_end(void **state)
{
	struct kit *k = *state;
	struct burst burst = {.expected = 200};
	struct burst_arg args[200];
	struct order orders[200];
	static struct kit_answer read;
	for (int i = 0; i < 200; i++) {
		args[i] = (struct burst_arg){&burst, i};
		orders[i] = kit_order();
		struct store_event event = kit_event(&orders[i], "");
		store_create(k->store, &orders[i], &(struct store_creation){0}, &event, take_burst,
			&args[i]);
	}
	store_load(k->store, orders[0].id, kit_take_orders, &read);
	k->store = store_free(k->store);
	assert_true(burst.is_over && read.is_done);
	free(read.orders);
	k->store = NULL;
	bool is_over = false;
	loop_post(k->loop, kit_set_true, &is_over);
	assert_true(loop_run_until(k->loop, &is_over, KIT_WAIT_MS));
	k->loop = loop_free(k->loop);
	kit_open(k);
	for (int i = 0; i < 200; i++)
		assert_int_equal(kit_load(k, orders[i].id), burst.codes[i]);
}

/* ---- webhooks ---- */

static void an_event_that_was_told_is_stored_once(void **state)
{
	struct kit *k = *state;
	assert_int_equal(kit_webhook(k, "telnyx", "event-1", "{}"), ERR_OK);
	assert_false(kit_answer.result.is_repeat);
	assert_int_equal(kit_webhook(k, "telnyx", "event-1", "{\"other\":1}"), ERR_OK);
	assert_true(kit_answer.result.is_repeat);
	assert_int_equal(kit_webhook(k, "telnyx", "event-2", "{}"), ERR_OK);
	assert_false(kit_answer.result.is_repeat);
	assert_int_equal(kit_webhook(k, "another", "event-1", "{}"), ERR_OK);
	assert_false(kit_answer.result.is_repeat);
}

static void an_event_told_many_times_at_once_is_new_once(void **state)
{
	struct kit *k = *state;
	static struct kit_answer answers[50];
	const struct store_webhook webhook = {.provider = "telnyx",
		.event_id = "event-1",
		.event_type = "number_order.complete",
		.body = "{}",
		.received_ms = KIT_MS};
	memset(answers, 0, sizeof(answers));
	for (int i = 0; i < 50; i++)
		store_webhook(k->store, &webhook, kit_take_result, &answers[i]);
	assert_true(loop_run_until(k->loop, &answers[49].is_done, KIT_WAIT_MS));
	for (int i = 0; i < 50; i++) {
		assert_int_equal(answers[i].result.err.code, ERR_OK);
		assert_int_equal(answers[i].result.is_repeat, i > 0);
	}
}

static void an_event_is_still_known_after_a_restart(void **state)
{
	struct kit *k = *state;
	assert_int_equal(kit_webhook(k, "telnyx", "event-1", "{}"), ERR_OK);
	kit_close(k);
	kit_open(k);
	assert_int_equal(kit_webhook(k, "telnyx", "event-1", "{}"), ERR_OK);
	assert_true(kit_answer.result.is_repeat);
}

static enum err_code tell_at(struct kit *k, const char *event_id, int64_t ms)
{
	return kit_tell(k, &(struct store_webhook){.provider = "telnyx",
				   .event_id = event_id,
				   .event_type = "number_order.complete",
				   .body = "{}",
				   .received_ms = ms});
}

static void events_of_long_ago_go_as_new_ones_come(void **state)
{
	struct kit *k = *state;
	static const char *const old[] = {"event-1", "event-2", "event-3"};
	int64_t later = KIT_MS + STORE_WEBHOOK_KEPT_MS;
	for (size_t i = 0; i < COUNT_OF(old); i++)
		assert_int_equal(tell_at(k, old[i], KIT_MS), ERR_OK);
	/* At the very age all are there; a repeat takes none away. */
	assert_int_equal(tell_at(k, "event-4", later), ERR_OK);
	for (size_t i = 0; i < COUNT_OF(old); i++) {
		assert_int_equal(tell_at(k, old[i], later + 1), ERR_OK);
		assert_true(kit_answer.result.is_repeat);
	}
	/* The two oldest go, then the third; what is not so old stays. */
	assert_int_equal(tell_at(k, "event-5", later + 1), ERR_OK);
	assert_int_equal(tell_at(k, "event-3", later + 1), ERR_OK);
	assert_true(kit_answer.result.is_repeat);
	assert_int_equal(tell_at(k, "event-6", later + 1), ERR_OK);
	assert_int_equal(tell_at(k, "event-7", later + 1), ERR_OK);
	for (size_t i = 0; i < COUNT_OF(old); i++) {
		assert_int_equal(tell_at(k, old[i], later + 1), ERR_OK);
		assert_false(kit_answer.result.is_repeat);
	}
	assert_int_equal(tell_at(k, "event-4", later + 1), ERR_OK);
	assert_true(kit_answer.result.is_repeat);
}

static void a_webhook_of_more_than_64_kib_is_refused(void **state)
{
	struct kit *k = *state;
	char *body = must_calloc(1, STORE_WEBHOOK_BODY_BYTES + 2);
	memset(body, 'x', STORE_WEBHOOK_BODY_BYTES + 1);
	assert_int_equal(kit_webhook(k, "telnyx", "event-1", body), ERR_BODY_TOO_LARGE);
	body[STORE_WEBHOOK_BODY_BYTES] = '\0';
	assert_int_equal(kit_webhook(k, "telnyx", "event-1", body), ERR_OK);
	assert_false(kit_answer.result.is_repeat);
	free(body);
}

/* ---- with other processes ---- */

static void take_lease_and_wait(struct kit *k, int tell_fd, int wait_fd)
{
	char byte = 'x';
	kit_open(k);
	must(write(tell_fd, &byte, 1) == 1);
	must(read(wait_fd, &byte, 1) == 0);
	_exit(0);
}

static void a_second_process_is_told_who_works(void **state)
{
	struct kit *k = *state;
	struct store_lease lease;
	struct err e = {0};
	int up[2], down[2];
	char byte;
	kit_close(k);
	assert_true(pipe(up) == 0 && pipe(down) == 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(down[1]);
		take_lease_and_wait(k, up[1], down[0]);
	}
	assert_int_equal(read(up[0], &byte, 1), 1);
	kit_open_without_lease(k);
	assert_int_equal(store_lease_take(k->store, "", &lease, &e), ERR_STORE_LOCKED);
	assert_int_equal(lease.pid, child);
	assert_string_equal(lease.url, "http://127.0.0.1:8080");
	close(down[1]);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_int_equal(store_lease_take(k->store, "", &lease, &e), ERR_OK);
	assert_int_equal(lease.pid, getpid());
	close(down[0]);
	close(up[0]);
	close(up[1]);
}

/* Create orders and say the id of each that was acknowledged, for ever. */
static void write_until_killed(struct kit *k, int tell_fd)
{
	fault_init();
	kit_open(k);
	for (;;) {
		struct order o = kit_order();
		must(kit_create(k, &o) == ERR_OK);
		must(write(tell_fd, o.id, ID_BYTES) == ID_BYTES);
	}
}

/* Runs the writer, kills it after `count` acknowledged orders (or waits for it
 * to be killed by a fault point), and counts what is there. */
static size_t acknowledged(struct kit *k, const char *fault_point, int count)
{
	int up[2], n = 0;
	char(*ids)[ID_BYTES] = must_calloc((size_t)count, ID_BYTES);
	assert_int_equal(pipe(up), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(up[0]);
		must(setenv("NUMBERD_FAULT", fault_point, 1) == 0);
		write_until_killed(k, up[1]);
	}
	close(up[1]);
	while (n < count && read(up[0], ids[n], ID_BYTES) == ID_BYTES)
		n++;
	(void)kill(child, SIGKILL);
	assert_int_equal(waitpid(child, NULL, 0), child);
	close(up[0]);
	kit_open(k);
	for (int i = 0; i < n; i++)
		assert_int_equal(kit_load(k, ids[i]), ERR_OK);
	free(ids);
	return (size_t)n;
}

/* Order and hold are one: neither is there without the other (crash table, row 2). */
static void assert_each_holds_its_number(struct kit *k)
{
	int64_t count = (int64_t)kit_answer.count;
	assert_int_equal(kit_budgets(k, KIT_MS)[SPENDING_TOTAL].held_numbers, count);
	assert_string_equal(kit_audit(k), "");
}

static void what_was_acknowledged_survives_a_kill(void **state)
{
	struct kit *k = *state;
	kit_close(k);
	assert_int_equal(acknowledged(k, "", 60), 60);
	assert_int_equal(kit_list(k, (struct store_query){0}), ERR_OK);
	assert_in_range(kit_answer.count, 60, 200);
	assert_each_holds_its_number(k);
}

/* The lease is commit 1, so the fourth commit is the third order's. */
static void killed_before_the_commit_the_order_is_not_there(void **state)
{
	struct kit *k = *state;
	kit_close(k);
	assert_int_equal(acknowledged(k, "store.commit.before:4", 9), 2);
	assert_int_equal(kit_list(k, (struct store_query){0}), ERR_OK);
	assert_int_equal(kit_answer.count, 2);
	assert_each_holds_its_number(k);
}

static void killed_after_the_commit_the_order_is_there(void **state)
{
	struct kit *k = *state;
	kit_close(k);
	assert_int_equal(acknowledged(k, "store.commit.after:4", 9), 2);
	assert_int_equal(kit_list(k, (struct store_query){0}), ERR_OK);
	assert_int_equal(kit_answer.count, 3);
	assert_each_holds_its_number(k);
}

int main(void)
{
	id_init();
	const struct CMUnitTest tests[] = {
		KIT_CHECK(a_new_order_reads_back_whole),
		KIT_CHECK(a_saved_order_reads_back_whole),
		KIT_CHECK(an_order_that_was_never_stored_is_not_found),
		KIT_CHECK(an_id_is_stored_once),
		KIT_CHECK(a_save_over_another_version_changes_nothing),
		KIT_CHECK(a_save_is_all_or_nothing),
		KIT_CHECK(a_refused_write_hurts_no_other_of_its_group),
		KIT_CHECK(saves_of_one_order_in_a_row_build_on_each_other),
		KIT_CHECK(the_same_request_again_is_the_same_order),
		KIT_CHECK(a_key_used_for_another_request_is_refused),
		KIT_CHECK(the_same_key_twice_at_once_makes_one_order),
		KIT_CHECK(orders_without_a_key_are_all_different),
		KIT_CHECK(a_business_has_one_live_order),
		KIT_CHECK(a_number_has_one_live_order),
		KIT_CHECK(one_attempt_of_an_order_is_open),
		KIT_CHECK(an_attempt_keeps_its_number),
		KIT_CHECK(attempts_of_two_orders_do_not_meet),
		KIT_CHECK(a_timeline_reads_back_in_order),
		KIT_CHECK(a_timeline_can_be_read_on_from_any_event),
		KIT_CHECK(a_timeline_whose_hashes_do_not_chain_is_corrupt),
		CHECK(every_part_of_an_event_is_in_its_hash),
		KIT_CHECK(a_list_is_paged_newest_first),
		KIT_CHECK(a_list_can_be_of_one_status),
		KIT_CHECK(a_search_looks_for_the_very_text),
		KIT_CHECK(a_search_looks_at_the_pinned_number_too),
		KIT_CHECK(what_is_unfinished_is_paged_oldest_first),
		KIT_CHECK(what_is_nobodys_is_given_away_oldest_first),
		KIT_CHECK(what_another_worker_holds_is_given_when_its_time_is_over),
		KIT_CHECK(who_has_lost_an_order_cannot_save_it),
		KIT_CHECK(one_order_is_given_whoever_holds_it),
		KIT_CHECK(what_a_dead_process_held_is_free_at_once),
		KIT_CHECK(a_process_can_have_more_than_one_worker),
		KIT_CHECK(orders_are_counted_by_state),
		KIT_CHECK(an_installation_keeps_its_name_and_key),
		KIT_CHECK(an_installation_takes_the_key_that_it_is_given_first),
		KIT_CHECK(one_is_found_by_the_name_in_its_references),
		KIT_CHECK(nothing_is_written_without_the_lease),
		KIT_CHECK(the_epoch_grows_with_every_lease),
		KIT_CHECK(what_was_asked_is_finished_before_the_end),
		KIT_CHECK(an_event_that_was_told_is_stored_once),
		KIT_CHECK(an_event_told_many_times_at_once_is_new_once),
		KIT_CHECK(an_event_is_still_known_after_a_restart),
		KIT_CHECK(events_of_long_ago_go_as_new_ones_come),
		KIT_CHECK(a_webhook_of_more_than_64_kib_is_refused),
		KIT_CHECK(a_second_process_is_told_who_works),
		KIT_CHECK(what_was_acknowledged_survives_a_kill),
		KIT_CHECK(killed_before_the_commit_the_order_is_not_there),
		KIT_CHECK(killed_after_the_commit_the_order_is_there),
	};
	int failed = CHECK_MAIN(tests);
	kit_forget();
	return failed;
}
