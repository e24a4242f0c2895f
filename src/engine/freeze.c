/*
 * freeze.c - the switch that stops all spending.
 *
 * The store keeps it; this process keeps a copy, which is asked in three places:
 * by the core before it plans a purchase or a release, before a planned one is
 * handed to the carrier, and at the gate, right before the first byte.  A save
 * is told of the switch by its own transaction, so that a freeze by another
 * process stops what was planned after it, too.  Until the store has told for the
 * first time, and the carrier's orders have been compared (recover.h), it counts
 * as frozen.
 */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "engine/inside.h"
#include "engine/recover.h"

/* While it is frozen the store is asked this often: another process may thaw. */
#define READ_AGAIN_MS 1000

bool engine_is_money(enum command_kind kind)
{
	return kind == COMMAND_BUY || kind == COMMAND_RELEASE_NUMBER;
}

static void set_rules(struct engine *engine)
{
	struct order_rules *rules = &engine->rules;
	bool was_frozen = rules->is_frozen;
	bool is_switched = engine->is_frozen_here || engine->control.frozen_at_ms > 0;
	bool is_swept = engine->recovery != NULL && recovery_is_done(engine->recovery);
	rules->is_frozen = is_switched || !is_swept;
	rules->frozen_reason =
		is_switched ? engine->control.reason : "first it is seen what Telnyx knows of us";
	if (was_frozen && !rules->is_frozen)
		engine_wake_frozen(engine);
}

void engine_swept(struct engine *engine)
{
	set_rules(engine);
}

static void take_control(struct engine *engine, const struct store_control *control)
{
	bool was_known = engine->is_control_known;
	bool was_frozen = engine->control.frozen_at_ms > 0;
	bool is_frozen = control->frozen_at_ms > 0;
	engine->control = *control;
	engine->is_control_known = true;
	if (is_frozen && (!was_known || !was_frozen))
		log_line(LOG_WARNING, "spending is frozen", "reason", control->reason, NULL);
	if (was_known && was_frozen && !is_frozen)
		log_line(LOG_WARNING, "spending goes on", NULL);
	set_rules(engine);
	if (is_frozen)
		loop_timer_set(engine->control_timer, READ_AGAIN_MS);
	if (!was_known)
		engine->recovery = recovery_new(engine);
}

/* --- reading --- */

struct reading {
	struct engine *engine;
	int64_t turn;
};

static void control_read(void *arg, const struct err *e, const struct store_control *control)
{
	struct reading reading = *(struct reading *)arg;
	struct engine *engine = reading.engine;
	free(arg);
	if (engine->is_stopping)
		return;
	bool is_old = reading.turn != engine->control_turn || engine->control_writes > 0;
	if (e->code == ERR_OK && !is_old && !engine->is_frozen_here)
		take_control(engine, control);
	else
		loop_timer_set(engine->control_timer, READ_AGAIN_MS);
}

void engine_read_control(void *arg)
{
	struct engine *engine = arg;
	struct reading *reading = must_calloc(1, sizeof(*reading));
	*reading = (struct reading){engine, engine->control_turn};
	store_read_control(engine->store, control_read, reading);
}

void engine_note_frozen(struct engine *engine)
{
	if (engine->rules.is_frozen || engine->control_writes > 0)
		return;
	engine->rules.is_frozen = true;
	engine->control_turn++;
	if (!engine->is_stopping)
		engine_read_control(engine);
}

/* --- freezing and thawing --- */

struct switching {
	struct engine *engine;
	struct store_control wanted;
	engine_control_done done;
	void *arg;
};

void engine_get_control(const struct engine *engine, struct engine_control *ret)
{
	*ret = (struct engine_control){engine->control, engine_in_flight(engine)};
}

static void switched(void *arg, const struct store_result *result)
{
	struct switching *s = arg;
	struct engine *engine = s->engine;
	struct engine_control now;
	engine->control_writes--;
	engine->control_turn++;
	if (result->err.code == ERR_OK && !engine->is_stopping) {
		engine->is_frozen_here = false;
		take_control(engine, &s->wanted);
	}
	engine_get_control(engine, &now);
	s->done(s->arg, &result->err, &now);
	free(s);
}

static void begin(struct engine *engine, const struct store_control *wanted,
	engine_control_done done, void *arg)
{
	struct switching *s = must_calloc(1, sizeof(*s));
	*s = (struct switching){engine, *wanted, done, arg};
	engine->control_writes++;
	engine->control_turn++;
	store_set_control(engine->store, wanted, switched, s);
}

void engine_freeze(struct engine *engine, const char *reason, engine_control_done done, void *arg)
{
	struct store_control wanted = {.frozen_at_ms = clock_wall_ms(engine->clock)};
	bool is_again = engine->is_control_known && engine->control.frozen_at_ms > 0;
	if (is_again)
		wanted.frozen_at_ms = engine->control.frozen_at_ms;
	TEXT_COPY(wanted.reason, reason);
	/* At once: it need not be durable to be obeyed, and if it never becomes so,
	 * no reading of the store ends it. */
	if (!engine->rules.is_frozen)
		log_line(LOG_WARNING, "spending is frozen", "reason", reason, NULL);
	engine->rules.is_frozen = engine->is_frozen_here = true;
	engine->control = wanted;
	begin(engine, &wanted, done, arg);
}

void engine_thaw(struct engine *engine, engine_control_done done, void *arg)
{
	struct store_control wanted = {.thawed_at_ms = clock_wall_ms(engine->clock)};
	begin(engine, &wanted, done, arg);
}

/* --- limits --- */

struct telling {
	struct engine *engine;
	struct engine_limits limits;
	engine_limits_done done;
	void *arg;
};

static void with_control(void *arg, const struct err *e, const struct store_control *control)
{
	struct telling *t = arg;
	t->limits.control = (struct engine_control){*control, engine_in_flight(t->engine)};
	t->done(t->arg, e, &t->limits);
	free(t);
}

static void with_budgets(
	void *arg, const struct err *e, const struct store_budget budgets[SPENDING_LIMIT_COUNT])
{
	struct telling *t = arg;
	if (e->code != ERR_OK) {
		t->done(t->arg, e, &t->limits);
		free(t);
		return;
	}
	memcpy(t->limits.budgets, budgets, sizeof(t->limits.budgets));
	store_read_control(t->engine->store, with_control, t);
}

void engine_limits(struct engine *engine, engine_limits_done done, void *arg)
{
	struct telling *t = must_calloc(1, sizeof(*t));
	*t = (struct telling){.engine = engine, .done = done, .arg = arg};
	t->limits.at_ms = clock_wall_ms(engine->clock);
	t->limits.limits = engine->limits;
	store_budgets(engine->store, t->limits.at_ms, with_budgets, t);
}
