#include "carrier/carrier.h"

#include <stddef.h>

void carrier_ask(struct carrier *c, const struct order *o, const struct command *command,
	bool (*gate)(void *arg), carrier_done done, void *arg)
{
	c->ops->ask(c, o, command, gate, done, arg);
}

void carrier_offers(
	struct carrier *c, const struct carrier_query *query, carrier_offers_done done, void *arg)
{
	c->ops->offers(c, query, done, arg);
}

void carrier_stock(struct carrier *c, const char *country, carrier_stock_done done, void *arg)
{
	c->ops->stock(c, country, done, arg);
}

void carrier_numbers(struct carrier *c, int page, carrier_numbers_done done, void *arg)
{
	c->ops->numbers(c, page, done, arg);
}

void carrier_orders(
	struct carrier *c, int page, int64_t after_ms, carrier_orders_done done, void *arg)
{
	c->ops->orders(c, page, after_ms, done, arg);
}

void carrier_expect_connection(struct carrier *c, const char *id)
{
	c->ops->expect_connection(c, id);
}

struct carrier *carrier_free(struct carrier *c)
{
	return c != NULL ? c->ops->free(c) : NULL;
}
