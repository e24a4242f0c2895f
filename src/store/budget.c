#include "store/budget.h"

#include <string.h>

#include "base/clock.h"
#include "base/id.h"
#include "base/text.h"

#define HOUR_CHARACTERS 13 /* "2026-11-22T15" */
#define DAY_CHARACTERS 10
#define CUSTOMER_CHARACTERS 32 /* of the digest: 128 bits */

enum order_account budget_account(enum spending_limit limit)
{
	return limit == SPENDING_RELEASES_HOUR || limit == SPENDING_RELEASES_DAY ? ACCOUNT_RELEASE
										 : ACCOUNT_PURCHASE;
}

void budget_scope_name(enum spending_limit limit, int64_t at_ms, char ret[BUDGET_SCOPE_BYTES])
{
	char time[CLOCK_TEXT_BYTES];
	enum spending_window window = spending_window(limit);
	clock_format(at_ms, time);
	time[window == SPENDING_HOUR_LONG ? HOUR_CHARACTERS : DAY_CHARACTERS] = '\0';
	bool is_for_ever = window == SPENDING_EVER;
	must(text_format(ret, BUDGET_SCOPE_BYTES, "%s%s%s", spending_wire(limit),
		is_for_ever ? "" : "/", is_for_ever ? "" : time));
}

static void add_name(char name[BUDGET_SCOPE_BYTES], const char *whose)
{
	size_t n = strlen(name);
	must(text_format(name + n, BUDGET_SCOPE_BYTES - n, "/%s", whose));
}

static void add_customer(char name[BUDGET_SCOPE_BYTES], const char *typed)
{
	char email[sizeof(((struct order *)0)->email)], digest[ID_HEX_BYTES];
	TEXT_COPY(email, typed);
	text_lower(email);
	id_digest_hex(email, strlen(email), digest);
	digest[CUSTOMER_CHARACTERS] = '\0';
	add_name(name, digest);
}

static bool is_network(const char *source)
{
	static const char *const others[] = {"api", "cli", "loopback", "page", ""};
	for (size_t i = 0; i < COUNT_OF(others); i++)
		if (text_is(source, others[i]))
			return false;
	return true;
}

int budget_scopes(const struct budget_whose *whose, const struct spending_limits *limits,
	struct budget_scope ret[BUDGET_SCOPES_MOST])
{
	int count = 0;
	for (int i = 0; i < SPENDING_LIMIT_COUNT; i++) {
		enum spending_limit limit = (enum spending_limit)i;
		if (budget_account(limit) != whose->account ||
			(limit == SPENDING_NETWORK && !is_network(whose->source)))
			continue;
		struct budget_scope *scope = &ret[count++];
		bool is_money = spending_is_money(limit);
		scope->limit = limit;
		scope->most_numbers = is_money ? SPENDING_NO_LIMIT : limits->most[limit];
		scope->most_cents = is_money ? limits->most[limit] : SPENDING_NO_LIMIT;
		budget_scope_name(limit, whose->at_ms, scope->name);
		if (limit == SPENDING_CUSTOMER)
			add_customer(scope->name, whose->email);
		if (limit == SPENDING_NETWORK)
			add_name(scope->name, whose->source);
	}
	return count;
}
