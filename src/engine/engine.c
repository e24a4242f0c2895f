/* engine.c - the engine's life: made, started with the lease, ended. */
#include <stdlib.h>

#include "base/log.h"
#include "base/text.h"
#include "engine/inside.h"

#define UNDO_MS (24 * 3600 * 1000LL)
/* Pause before the unfinished are read again, when the store could not tell them. */
#define TAKE_UP_AGAIN_MS 1000

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
	engine->store_failed = options->store_failed;
	engine->store_failed_arg = options->store_failed_arg;
	engine->stats.started_ms = clock_wall_ms(options->clock);
	return engine;
}

static void free_live_order(struct live_order *entry)
{
	loop_timer_free(entry->timer);
	while (entry->waiters != NULL) {
		struct waiter *waiter = entry->waiters;
		entry->waiters = waiter->next;
		free(waiter);
	}
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
	loop_timer_free(engine->take_up);
	checkup_free(engine->checkup);
	engine_forget_asks(engine);
	live_orders_free(engine->live, free_live_order);
	free(engine);
	return NULL;
}

/* --- taking up what an earlier process left --- */

static void take_up_more(void *engine);

static void took_up(void *arg, const struct err *e, const struct order *orders, size_t count)
{
	struct engine *engine = arg;
	if (engine->is_stopping)
		return;
	if (e->code != ERR_OK)
		log_line(LOG_ERROR, "could not read every unfinished sign-up", "reason", e->message,
			NULL);
	/* A corrupt row is named and left alone; the sound ones go on. */
	if (e->code != ERR_OK && e->code != ERR_STORE_CORRUPT) {
		loop_timer_set(engine->take_up, TAKE_UP_AGAIN_MS);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		TEXT_COPY(engine->resume_after, orders[i].id);
		/* In memory it is further on than this list.  One that this process
		 * has already brought to its end is refused by its version. */
		if (live_orders_find(engine->live, orders[i].id) != NULL)
			continue;
		struct live_order *entry = engine_hold(engine, &orders[i]);
		struct event resume = engine_event(engine, EVENT_RESUME);
		engine_apply(engine, entry, &resume, NULL, NULL);
	}
	if (count > 0)
		take_up_more(engine);
}

static void take_up_more(void *arg)
{
	struct engine *engine = arg;
	if (engine->is_stopping)
		return; /* the store may be gone already */
	struct store_query query = {.limit = STORE_LIST_MOST, .unfinished_only = true};
	TEXT_COPY(query.after_id, engine->resume_after);
	store_list(engine->store, &query, took_up, engine);
}

enum err_code engine_start(
	struct engine *engine, const char *url, struct store_lease *ret_holder, struct err *e)
{
	enum err_code code = store_identity(engine->store, &engine->identity, e);
	if (code == ERR_OK)
		code = store_lease_take(engine->store, url, ret_holder, e);
	if (code != ERR_OK)
		return code;
	engine->has_lease = true;
	engine->take_up = loop_timer_new(engine->loop, take_up_more, engine);
	take_up_more(engine);
	return ERR_OK;
}

const struct engine_stats *engine_stats(const struct engine *engine)
{
	((struct engine *)engine)->stats.under_way = live_orders_count(engine->live);
	return &engine->stats;
}

bool engine_is_ready(const struct engine *engine, struct err *e)
{
	if (!engine->has_lease || engine->is_stopping)
		err_set(e, ERR_STORE_LOCKED, "could not take sign-ups: the lease is not held");
	else if (engine->store_failed_boot_ms != 0)
		err_set(e, ERR_STORE_UNAVAILABLE, "could not take sign-ups: the last save failed");
	else
		return true;
	return false;
}

void engine_note_store(struct engine *engine, const struct err *e)
{
	if (e->code == ERR_OK)
		engine->store_failed_boot_ms = 0;
	else if (e->code == ERR_STORE_UNAVAILABLE || e->code == ERR_STORE_FAILED)
		engine->store_failed_boot_ms = clock_boot_ms(engine->clock);
	if (e->code != ERR_STORE_FAILED || engine->store_failed == NULL)
		return;
	void (*tell)(void *arg, const struct err *e) = engine->store_failed;
	engine->store_failed = NULL;
	tell(engine->store_failed_arg, e);
}

struct store *engine_store(struct engine *engine)
{
	return engine->store;
}

void engine_checkup(struct engine *engine, engine_checkup_done done, void *arg)
{
	checkup_ask(engine->checkup, true, done, arg);
}
