/*
 * budget.h - which limits a sign-up counts against, and under what name.
 *
 * A scope is one window of one limit: "hour/2026-11-22T15", or for one customer
 * "customer/2026-11-22/3f0a…".  The store keeps one budget a scope: what is held
 * and what is spent.  Pure; the same for every back end.
 *
 * A customer is an e-mail address without regard to case, kept only as a digest:
 * budgets and ledger are never erased, so no address belongs in them.  Numbers
 * are counted for a network only where the sign-up came from one ("203.0.113.0/24"),
 * not from "api", "cli" or "loopback".
 */
#ifndef STORE_BUDGET_H
#define STORE_BUDGET_H

#include "base/spending.h"
#include "order/order.h"

#define BUDGET_SCOPE_BYTES 96
#define BUDGET_SCOPES_MOST SPENDING_LIMIT_COUNT

struct budget_scope {
	enum spending_limit limit;
	char name[BUDGET_SCOPE_BYTES];
	/* What held and spent together may not pass; SPENDING_NO_LIMIT for none. */
	int64_t most_numbers, most_cents;
};

/* Whose account it is. */
struct budget_whose {
	enum order_account account;
	const char *email, *source; /* of the sign-up */
	int64_t at_ms;              /* when it was accepted */
};

/* Every scope it counts in; returns how many. */
int budget_scopes(const struct budget_whose *whose, const struct spending_limits *limits,
	struct budget_scope ret[BUDGET_SCOPES_MOST]);
/* The scope of a limit that is the same for all (not CUSTOMER, not NETWORK). */
void budget_scope_name(enum spending_limit limit, int64_t at_ms, char ret[BUDGET_SCOPE_BYTES]);
enum order_account budget_account(enum spending_limit limit);

#endif
