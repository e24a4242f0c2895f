#include "base/spending.h"

#include "base/text.h"

#define HOUR_MS (3600 * (int64_t)1000)
#define DAY_MS (24 * HOUR_MS)
#define DEFAULT_UPFRONT_CENTS 200
#define DEFAULT_MONTHLY_CENTS 200

static const struct {
	const char *wire, *variable, *what;
	enum spending_window window;
	enum err_code refusal;
	int64_t value;
} rows[SPENDING_LIMIT_COUNT] = {
#define X(name, wire, variable, window, value, what)                                               \
	[SPENDING_##name] = {wire, variable, what, SPENDING_##window, ERR_LIMIT_##name, value},
	SPENDING_LIMITS(X)
#undef X
};

void spending_price_only(struct spending_limits *ret)
{
	*ret = (struct spending_limits){
		.upfront_cents = DEFAULT_UPFRONT_CENTS, .monthly_cents = DEFAULT_MONTHLY_CENTS};
	for (int i = 0; i < SPENDING_LIMIT_COUNT; i++)
		ret->most[i] = SPENDING_NO_LIMIT;
}

void spending_defaults(struct spending_limits *ret)
{
	spending_price_only(ret);
	for (int i = 0; i < SPENDING_LIMIT_COUNT; i++)
		ret->most[i] = rows[i].value;
}

const char *spending_wire(enum spending_limit limit)
{
	must((unsigned)limit < SPENDING_LIMIT_COUNT);
	return rows[limit].wire;
}

const char *spending_variable(enum spending_limit limit)
{
	must((unsigned)limit < SPENDING_LIMIT_COUNT);
	return rows[limit].variable;
}

bool spending_is_money(enum spending_limit limit)
{
	return limit == SPENDING_TOTAL;
}

enum spending_window spending_window(enum spending_limit limit)
{
	must((unsigned)limit < SPENDING_LIMIT_COUNT);
	return rows[limit].window;
}

enum err_code spending_refusal(enum spending_limit limit)
{
	must((unsigned)limit < SPENDING_LIMIT_COUNT);
	return rows[limit].refusal;
}

bool spending_limit_of(enum err_code code, enum spending_limit *ret)
{
	for (int i = 0; i < SPENDING_LIMIT_COUNT; i++) {
		if (rows[i].refusal != code)
			continue;
		*ret = (enum spending_limit)i;
		return true;
	}
	return false;
}

static int64_t window_ms(enum spending_limit limit)
{
	return spending_window(limit) == SPENDING_HOUR_LONG  ? HOUR_MS
	       : spending_window(limit) == SPENDING_DAY_LONG ? DAY_MS
							     : 0;
}

int64_t spending_window_start_ms(enum spending_limit limit, int64_t now_ms)
{
	int64_t ms = window_ms(limit);
	must(now_ms >= 0);
	return ms == 0 ? 0 : now_ms - now_ms % ms;
}

int64_t spending_window_end_ms(enum spending_limit limit, int64_t now_ms)
{
	int64_t ms = window_ms(limit);
	return ms == 0 ? -1 : spending_window_start_ms(limit, now_ms) + ms;
}

void spending_refuse(enum spending_limit limit, int64_t most, struct err *e)
{
	char money[24];
	must((unsigned)limit < SPENDING_LIMIT_COUNT && most >= 0);
	text_from_cents(most, money, sizeof(money));
	if (spending_is_money(limit))
		err_set(e, rows[limit].refusal, "the limit of %s USD %s is reached", money,
			rows[limit].what);
	else
		err_set(e, rows[limit].refusal, "the limit of %lld number%s %s is reached",
			(long long)most, most == 1 ? "" : "s", rows[limit].what);
}
