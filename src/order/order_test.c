/* order_test.c - names, references, invariants, and what the limits count an order as. */
#include "order/order_test_kit.h"

static void each_state_is_none_held_or_spent(void **state)
{
	(void)state;
	for (int s = 0; s < ORDER_STATE_COUNT; s++) {
		int64_t cents = -1;
		order_matrix_sample((enum order_state)s, &now);
		bool is_ended = s == ORDER_FAILED || s == ORDER_CANCELLED || s == ORDER_NEEDS_INPUT;
		bool is_claim = now.mode == ORDER_MODE_EXISTING;
		enum order_money money = order_money(&now, ACCOUNT_PURCHASE, &cents);
		enum order_money expected = now.is_owned || s == ORDER_RELEASED ? MONEY_SPENT
					    : is_ended || is_claim              ? MONEY_NONE
										: MONEY_HELD;
		if (money != expected)
			fail_msg("%s is %s", order_state_wire((enum order_state)s),
				order_money_wire(money));
		if (money == MONEY_HELD)
			assert_int_equal(cents, 400);
	}
	order_matrix_sample(ORDER_ACTIVE, &now);
	int64_t cents = -1;
	now.pinned = for_sale(now.number);
	now.pinned.monthly_cents = 55;
	assert_int_equal(order_money(&now, ACCOUNT_PURCHASE, &cents), MONEY_SPENT);
	assert_int_equal(cents, 155);
	now.pinned.number[0] = '\0'; /* found again, its price unknown */
	assert_int_equal(order_money(&now, ACCOUNT_PURCHASE, &cents), MONEY_SPENT);
	assert_int_equal(cents, 400);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RULE(each_state_is_none_held_or_spent),
	};
	return CHECK_MAIN(tests);
}
