/*
 * spending.h - the limits on spending: what they are called, what they count,
 * and until when.
 *
 * Two price ceilings say what one number may cost; each further limit counts
 * numbers (or money) in a window of its own.  What is counted is the store's
 * (store/budget.h); here are the values and the words.
 *
 * Windows are the hour and the day of UTC in which a sign-up is accepted.
 * Thread: any; nothing is shared.
 */
#ifndef BASE_SPENDING_H
#define BASE_SPENDING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum spending_window { SPENDING_EVER, SPENDING_HOUR_LONG, SPENDING_DAY_LONG };

/* clang-format off */
#define SPENDING_LIMITS(X)                                                                         \
	/* name          wire             variable                        window     default, what a refusal says */ \
	X(CUSTOMER,      "customer",      "NUMBERD_LIMIT_CUSTOMER_DAY",   DAY_LONG,  3,   "for one customer a day") \
	X(NETWORK,       "network",       "NUMBERD_LIMIT_NETWORK_DAY",    DAY_LONG,  3,   "for one network a day") \
	X(HOUR,          "hour",          "NUMBERD_LIMIT_HOUR",           HOUR_LONG, 30,  "an hour") \
	X(DAY,           "day",           "NUMBERD_LIMIT_DAY",            DAY_LONG,  100, "a day") \
	X(TOTAL,         "total",         "NUMBERD_LIMIT_TOTAL",          EVER,      -1,  "in all") \
	X(RELEASES_HOUR, "releases_hour", "NUMBERD_LIMIT_RELEASES_HOUR",  HOUR_LONG, 5,   "given back an hour") \
	X(RELEASES_DAY,  "releases_day",  "NUMBERD_LIMIT_RELEASES_DAY",   DAY_LONG,  20,  "given back a day")
/* clang-format on */
enum spending_limit {
#define X(name, wire, variable, window, value, what) SPENDING_##name,
	SPENDING_LIMITS(X)
#undef X
		SPENDING_LIMIT_COUNT
};

#define SPENDING_NO_LIMIT (-1)
#define SPENDING_MOST_NUMBERS 1000000
#define SPENDING_MOST_CENTS 100000000000   /* a thousand million USD */
#define SPENDING_MOST_PRICE_CENTS 10000000 /* of one number: it fits a candidate's int32_t */

struct spending_limits {
	/* Of one number, in US cents: at once, and a month. */
	int64_t upfront_cents, monthly_cents;
	/* Numbers; US cents where spending_is_money(); SPENDING_NO_LIMIT for none.
	 * 0 lets nothing through. */
	int64_t most[SPENDING_LIMIT_COUNT];
};

/* What an installation has that sets nothing; and one that limits only the price. */
void spending_defaults(struct spending_limits *ret);
void spending_price_only(struct spending_limits *ret);

const char *spending_wire(enum spending_limit limit);     /* "hour" */
const char *spending_variable(enum spending_limit limit); /* "NUMBERD_LIMIT_HOUR" */
bool spending_is_money(enum spending_limit limit);
enum spending_window spending_window(enum spending_limit limit);
/* The code of its refusal, and back; false for the code of anything else. */
enum err_code spending_refusal(enum spending_limit limit);
bool spending_limit_of(enum err_code code, enum spending_limit *ret);

/* When the window that now_ms is in began, and when it ends; 0 and -1 for ever. */
int64_t spending_window_start_ms(enum spending_limit limit, int64_t now_ms);
int64_t spending_window_end_ms(enum spending_limit limit, int64_t now_ms);

/* The sentence of a refusal: "the limit of 30 numbers an hour is reached". */
void spending_refuse(enum spending_limit limit, int64_t most, struct err *e);

#endif
