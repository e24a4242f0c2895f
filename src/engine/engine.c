/* engine.c - the engine's life: made, started with the lease, ended. */
#include <stdlib.h>

#include "base/log.h"
#include "base/text.h"
#include "engine/inside.h"

#define UNDO_MS (24 * 3600 * 1000LL)

struct engine *engine_new(const struct engine_options *options)
{
	struct engine *engine = must_calloc(1, sizeof(*engine));
	engine->loop = options->loop;
	engine->clock = options->clock;
	engine->store = options->store;
	engine->carrier = options->carrier;
	engine->voice = options->voice;
	engine->live = live_orders_new();
	engine->checkup =
		checkup_new(options->loop, options->clock, options->carrier, options->voice);
	spending_price_only(&engine->limits);
	if (options->limits != NULL)
		engine->limits = *options->limits;
	if (engine->store != NULL)
		store_set_limits(engine->store, &engine->limits);
	engine->rules = (struct order_rules){.settle_ms = options->settle_ms,
		.max_upfront_cents = engine->limits.upfront_cents,
		.max_monthly_cents = engine->limits.monthly_cents,
		.may_reserve = true,
		.is_offered = {true, true},
		.undo_ms = UNDO_MS};
	engine->stats.started_ms = clock_wall_ms(options->clock);
	return engine;
}

static void free_live_order(struct live_order *entry)
{
	loop_timer_free(entry->timer);
	engine_forget_wanting(entry);
	free(entry);
}

void engine_stop(struct engine *engine)
{
	engine->is_stopping = true;
}

struct engine *engine_free(struct engine *engine)
{
	if (engine == NULL)
		return NULL;
	engine->is_stopping = true;
	while (engine->watches != NULL)
		engine_unwatch(engine, engine->watches);
	loop_timer_free(engine->lease.timer);
	checkup_free(engine->checkup);
	engine_forget_asks(engine);
	live_orders_free(engine->live, free_live_order);
	free(engine);
	return NULL;
}

enum err_code engine_start(
	struct engine *engine, const char *url, struct store_lease *ret_holder, struct err *e)
{
	enum err_code code = store_identity(engine->store, &engine->identity, e);
	if (code == ERR_OK)
		code = store_lease_take(engine->store, url, ret_holder, e);
	if (code != ERR_OK)
		return code;
	engine_lease_start(engine, ret_holder->epoch);
	return ERR_OK;
}

const struct engine_stats *engine_stats(const struct engine *engine)
{
	((struct engine *)engine)->stats.under_way = live_orders_count(engine->live);
	return &engine->stats;
}

bool engine_is_ready(const struct engine *engine, struct err *e)
{
	if (engine->lease.worker == 0 || engine->is_stopping)
		err_set(e, ERR_STORE_LOCKED, "could not take sign-ups: the lease is not held");
	else if (!engine_holds_lease(engine))
		err_set(e, ERR_STORE_UNAVAILABLE,
			"could not take sign-ups: the lease is not renewed");
	else if (engine->store_failed_boot_ms != 0)
		err_set(e, ERR_STORE_UNAVAILABLE, "could not take sign-ups: the last save failed");
	else
		return true;
	return false;
}

struct store *engine_store(struct engine *engine)
{
	return engine->store;
}

void engine_checkup(struct engine *engine, engine_checkup_done done, void *arg)
{
	checkup_ask(engine->checkup, true, done, arg);
}
