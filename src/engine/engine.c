/* engine.c - the engine's life: made, started with the lease, ended. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "base/text.h"
#include "engine/inside.h"
#include "engine/recover.h"
#include "engine/seek.h"

#define UNDO_MS (24 * 3600 * 1000LL)

struct engine *engine_new(const struct engine_options *options)
{
	struct engine *engine = must_calloc(1, sizeof(*engine));
	engine->loop = options->loop;
	engine->clock = options->clock;
	engine->store = options->store;
	engine->carrier = options->carrier;
	engine->voice = options->voice;
	engine->instance_secret = options->instance_secret;
	engine->live = live_orders_new();
	engine->checkup =
		checkup_new(options->loop, options->clock, options->carrier, options->voice);
	engine->stock = stock_new(options->clock, options->carrier);
	const char *max_rung = options->max_rung != NULL ? options->max_rung : "";
	must(wish_read_max_rung(max_rung, &engine->max_rung, &engine->is_asking));
	spending_price_only(&engine->limits);
	if (options->limits != NULL)
		engine->limits = *options->limits;
	if (engine->store != NULL)
		store_set_limits(engine->store, &engine->limits);
	engine->rules = (struct order_rules){.settle_ms = options->settle_ms,
		.max_upfront_cents = engine->limits.upfront_cents,
		.max_monthly_cents = engine->limits.monthly_cents,
		.is_offered = {true, true},
		.undo_ms = UNDO_MS,
		.is_frozen = true, /* until the store has told that it is not */
		.frozen_reason = engine->control.reason};
	TEXT_COPY(engine->control.reason, "the switch is not read yet");
	engine->store_failed = options->store_failed;
	engine->store_failed_arg = options->store_failed_arg;
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
	loop_timer_free(engine->control_timer);
	recovery_free(engine->recovery);
	checkup_free(engine->checkup);
	engine_forget_asks(engine);
	seek_forget_all(engine);
	engine_forget_searches(engine);
	engine_forget_holdings(engine);
	stock_free(engine->stock);
	live_orders_free(engine->live, free_live_order);
	free(engine);
	return NULL;
}

/* The configured secret's key, when there is one, must be the database's. */
static enum err_code read_identity(struct engine *engine, struct err *e)
{
	struct str text;
	uint8_t key[ID_DIGEST_BYTES];
	bool is_given = engine->instance_secret != NULL && engine->instance_secret[0] != '\0';
	str_init(&text, 512);
	str_addf(&text, "numberd instance\n%s", is_given ? engine->instance_secret : "");
	id_digest(text.text, text.bytes, key);
	explicit_bzero(text.text, text.bytes);
	str_done(&text);
	enum err_code code =
		store_identity(engine->store, is_given ? key : NULL, &engine->identity, e);
	if (code == ERR_OK && is_given && memcmp(key, engine->identity.key, sizeof(key)) != 0)
		code = err_set_hint(e, ERR_CONFIG,
			"Leave it out, or set what it was when the database was made.",
			"NUMBERD_INSTANCE_SECRET is not the one this database was made with");
	return code;
}

enum err_code engine_start(
	struct engine *engine, const char *url, struct store_lease *ret_holder, struct err *e)
{
	enum err_code code = read_identity(engine, e);
	if (code == ERR_OK)
		code = store_lease_take(engine->store, url, ret_holder, e);
	if (code != ERR_OK)
		return code;
	engine->control_timer = loop_timer_new(engine->loop, engine_read_control, engine);
	engine_read_control(engine); /* first: it says whether money may move */
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
