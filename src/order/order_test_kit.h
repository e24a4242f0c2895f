/*
 * order_test_kit.h - what the core's tests share: one order under test, what
 * happens to it, and the ways to the states where the rules begin.  For tests only.
 */
#ifndef ORDER_ORDER_TEST_KIT_H
#define ORDER_ORDER_TEST_KIT_H

#include "tests/check.h"

#include <string.h>

#include "base/text.h"
#include "order/order_matrix.h"

#define NOW_MS 1800000000000

static struct order_rules rules;
static struct step step;
static struct order now; /* the order under test */
static int64_t now_ms;

static inline int reset(void **state)
{
	(void)state;
	rules = (struct order_rules){.settle_ms = 120000,
		.max_upfront_cents = 200,
		.max_monthly_cents = 200,
		.may_reserve = true,
		.is_offered = {true, true},
		.undo_ms = 86400000};
	now_ms = NOW_MS;
	return 0;
}

static inline void happen(struct event event)
{
	event.now_ms = now_ms;
	event.rules = &rules;
	order_step(&now, &event, &step);
	now = step.order;
}

static inline void tell(enum command_kind kind, struct answer answer)
{
	happen((struct event){.kind = EVENT_ANSWER,
		.answers = kind,
		.round = now.asked[kind],
		.answer = &answer});
}

static inline void refuse(enum command_kind kind, enum err_code code)
{
	tell(kind, (struct answer){.code = code, .message = "they said so", .retry_after_ms = -1});
}

static inline bool asks(enum command_kind kind)
{
	for (int i = 0; i < step.command_count; i++)
		if (step.commands[i].kind == kind)
			return true;
	return false;
}

static inline struct candidate for_sale(const char *number)
{
	struct candidate c = {.upfront_cents = 100,
		.monthly_cents = 100,
		.currency = "USD",
		.is_reservable = true};
	TEXT_COPY(c.number, number);
	return c;
}

static inline void start_fresh(void)
{
	order_matrix_sample(ORDER_RECEIVED, &now);
	now_ms = NOW_MS;
	happen((struct event){.kind = EVENT_START});
}

static inline void pass_checks(void)
{
	tell(COMMAND_CHECK, (struct answer){.available_cents = 1000});
	tell(COMMAND_TRACE, (struct answer){.order_status = CARRIER_ORDER_NONE});
}

/* The search found these at a place so many steps up the ladder. */
static inline void find_at(
	enum ladder_rung rung, int32_t steps, int count, const struct candidate *found)
{
	struct answer a = {.candidate_count = count,
		.place = {.rung = rung, .country = "US"},
		.ladder_at = now.ladder_at + steps};
	if (rung < LADDER_SAME_STATE)
		text_copy_part(a.place.npa, sizeof(a.place.npa), found[0].number + 2, 3);
	memcpy(a.candidates, found, (size_t)count * sizeof(*found));
	tell(COMMAND_SEARCH, a);
}

static inline void find_one(struct candidate c)
{
	find_at(LADDER_SAME_AREA_CODE, 1, 1, &c);
}

static inline void find_two(void)
{
	const struct candidate two[] = {for_sale("+14155550101"), for_sale("+14155550102")};
	find_at(LADDER_SAME_AREA_CODE, 1, 2, two);
}

static inline void reach_buying(void)
{
	start_fresh();
	pass_checks();
	find_two();
	tell(COMMAND_RESERVE, (struct answer){.reserved_until_ms = NOW_MS + 1800000});
	assert_int_equal(now.state, ORDER_BUYING);
}

static inline void reach_unclear(void)
{
	reach_buying();
	refuse(COMMAND_BUY, ERR_CARRIER_UNCLEAR);
	assert_int_equal(now.state, ORDER_UNCLEAR);
}

static inline void look_and_see_nothing(void)
{
	if (now.asked[COMMAND_LOOK] == 0)
		happen((struct event){.kind = EVENT_TIMER});
	tell(COMMAND_LOOK, (struct answer){.order_status = CARRIER_ORDER_NONE});
}

/* An order that failed, and two looks that show no copy of it. */
static inline void let_the_order_fail(void)
{
	tell(COMMAND_READ_ORDER, (struct answer){.order_status = CARRIER_ORDER_ENDED});
	assert_int_equal(now.state, ORDER_UNCLEAR);
	for (int i = 0; i < 2; i++) {
		now_ms += rules.settle_ms / 4;
		if (now.asked[COMMAND_LOOK] == 0)
			happen((struct event){.kind = EVENT_TIMER});
		tell(COMMAND_LOOK, (struct answer){.order_status = CARRIER_ORDER_ENDED});
	}
}

static inline struct answer owned(void)
{
	struct answer a = {.number_status = NUMBER_ACTIVE,
		.number_id = "1293384261075731499",
		.status_word = "active"};
	order_reference(&now, now.attempt_no, a.number_reference);
	return a;
}

static inline void reach_provisioning(void)
{
	reach_buying();
	tell(COMMAND_BUY, (struct answer){.order_status = CARRIER_ORDER_PENDING, .order_id = "o"});
	tell(COMMAND_READ_ORDER, owned());
	assert_int_equal(now.state, ORDER_PROVISIONING);
}

/* A test that begins with the rules as they are by default. */
#define RULE(name) cmocka_unit_test_setup(name, reset)

#endif
