/*
 * shell.c - load, step, save, then act.
 *
 * engine_apply() steps the order in memory, hands the step to the store, and
 * carries out its commands: those that only read at once, those that write
 * when the store says that the step is durable.  What comes back is an event.
 * When the store says no, memory is thrown away and read again.
 */
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/text.h"
#include "engine/inside.h"
#include "engine/recover.h"
#include "engine/seek.h"

/* A command that spends waits at most this long between plan and first byte. */
#define GATE_MS 30000
/* Pause before reading again after the store said no; doubles each time. */
#define RELOAD_PAUSE_MS 10
#define RELOAD_PAUSE_DOUBLINGS 9
/* Those that waited for the thaw go on within this time, not all at once. */
#define WAKE_WITHIN_MS 500
/* An account that may not reserve may be raised to one that may. */
#define RESERVE_AGAIN_MS ((int64_t)3600 * 1000)

bool engine_may_reserve(const struct engine *engine)
{
	return clock_boot_ms(engine->clock) >= engine->no_reserving_until_boot_ms;
}

struct event engine_event(struct engine *engine, enum event_kind kind)
{
	engine->rules.may_reserve = engine_may_reserve(engine);
	struct event event = {
		.kind = kind, .now_ms = clock_wall_ms(engine->clock), .rules = &engine->rules};
	id_random(&event.random, sizeof(event.random));
	return event;
}

void engine_chain(struct order *order, const char *event, const char *from, const char *detail,
	int64_t at_ms, struct store_event *ret)
{
	*ret = (struct store_event){.seq = ++order->event_seq, .at_ms = at_ms};
	TEXT_COPY(ret->event, event);
	TEXT_COPY(ret->from, from);
	TEXT_COPY(ret->to, order_status(order->state));
	TEXT_COPY(ret->detail, detail);
	store_event_hash(ret, order->id, order->event_hash);
	TEXT_COPY(order->event_hash, ret->hash);
}

/* --- entries --- */

static void reload_now(struct live_order *entry);

static void timer_fired(void *arg)
{
	struct live_order *entry = arg;
	if (entry->engine->is_stopping)
		return; /* the store may be gone already */
	if (entry->is_reloading) {
		if (!entry->is_loading)
			reload_now(entry);
		return;
	}
	struct event event = engine_event(entry->engine, EVENT_TIMER);
	engine_apply(entry->engine, entry, &event, NULL, NULL);
}

static void wake_in(struct live_order *entry, int64_t in_ms)
{
	if (entry->timer == NULL)
		entry->timer = loop_timer_new(entry->engine->loop, timer_fired, entry);
	loop_timer_set(entry->timer, in_ms > 0 ? in_ms : 0);
}

static void set_timer(struct engine *engine, struct live_order *entry)
{
	int64_t due_ms = entry->order.due_ms;
	if (due_ms == 0) {
		if (entry->timer != NULL)
			loop_timer_clear(entry->timer);
		return;
	}
	wake_in(entry, due_ms - clock_wall_ms(engine->clock));
}

static void wake_one(void *arg, struct live_order *entry)
{
	int *turn = arg;
	if (entry->order.error.code == ERR_FROZEN && !entry->is_reloading)
		wake_in(entry, (*turn)++ % WAKE_WITHIN_MS);
}

void engine_wake_frozen(struct engine *engine)
{
	int turn = 0;
	live_orders_each(engine->live, wake_one, &turn);
}

struct live_order *engine_hold(struct engine *engine, const struct order *order)
{
	must(live_orders_find(engine->live, order->id) == NULL);
	struct live_order *entry = must_calloc(1, sizeof(*entry));
	entry->order = *order;
	entry->engine = engine;
	entry->lease_no = engine->lease.no;
	live_orders_add(engine->live, entry);
	return entry;
}

void engine_let_rest(struct engine *engine, struct live_order *entry)
{
	/* Who waits for a save is told of it, or freed with the engine that ends. */
	bool is_busy = entry->asks > 0 || entry->saves > 0 || entry->is_reloading ||
		       entry->waiters != NULL;
	bool goes_on = entry->order.due_ms != 0 || !order_is_over(entry->order.state);
	if (is_busy || (goes_on && !entry->is_lost))
		return;
	must(entry->wanting == NULL); /* only while it is being read again */
	if (!entry->is_lost)
		live_orders_remove(engine->live, entry);
	loop_timer_free(entry->timer);
	free(entry);
}

void engine_resume(struct engine *engine, struct live_order *entry)
{
	/* Before, since going on may spend; and after, since what was open hears
	 * of nothing else until it has been resumed. */
	recovery_tell(engine->recovery, entry);
	if (order_is_over(entry->order.state))
		return;
	struct event resume = engine_event(engine, EVENT_RESUME);
	engine_apply(engine, entry, &resume, NULL, NULL);
	recovery_tell(engine->recovery, entry);
}

/* Another worker has it.  Nobody finds it here any more; it is freed with the
 * last answer to what we asked. */
static void lose(struct engine *engine, struct live_order *entry)
{
	log_line(LOG_WARNING, "another worker has taken over the sign-up", "id", entry->order.id,
		NULL);
	engine->stats.lost++;
	must(entry->timer != NULL); /* it was read again after a pause */
	loop_timer_clear(entry->timer);
	live_orders_remove(engine->live, entry);
	entry->is_lost = true;
	entry->is_reloading = false;
	entry->asks++; /* whoever is told may ask for more */
	engine_tell_wanting(entry, &(struct err){0});
	entry->asks--;
	engine_let_rest(engine, entry);
}

/* --- acting --- */

struct ask {
	LIST_ENTRY(ask) link; /* the engine's, until answered */
	struct live_order *entry;
	enum command_kind kind;
	int32_t round;
	int64_t until_boot_ms;
	bool has_left;   /* the gate let it pass */
	bool was_frozen; /* the gate did not, for that reason */
};

void engine_note_no_reservations(struct engine *engine, const char *why)
{
	bool is_news = engine_may_reserve(engine);
	engine->no_reserving_until_boot_ms = clock_boot_ms(engine->clock) + RESERVE_AGAIN_MS;
	if (is_news)
		log_line(LOG_WARNING,
			"this Telnyx account may not reserve numbers: buying goes on by the slower "
			"rule; asked again in an hour",
			"reason", why, NULL);
}

static void learn(struct engine *engine, const struct live_order *entry, enum command_kind kind,
	const struct answer *answer)
{
	struct order_rules *rules = &engine->rules;
	enum order_method method = entry->order.method;
	if (kind == COMMAND_RESERVE && answer->code == ERR_CARRIER_LEVEL)
		engine_note_no_reservations(engine, answer->message);
	if (kind == COMMAND_BUY && answer->code == ERR_CARRIER_NOT_OFFERED &&
		method != METHOD_NUMBER_ORDERS)
		rules->is_offered[method] = false;
}

static void drop_pinned_elsewhere(
	struct engine *engine, const struct live_order *entry, struct answer *answer)
{
	int kept = 0;
	for (int i = 0; i < answer->candidate_count; i++)
		if (!live_orders_is_pinned(engine->live, answer->candidates[i].number, entry))
			answer->candidates[kept++] = answer->candidates[i];
	answer->candidate_count = kept;
}

/* The answer becomes an event.  An entry that is being reloaded takes none. */
static void answered(struct live_order *entry, enum command_kind kind, int32_t round,
	const struct answer *answer)
{
	struct engine *engine = entry->engine;
	entry->asks--;
	must(entry->asks >= 0);
	engine->stats.errors[answer->code]++;
	learn(engine, entry, kind, answer);
	/* Looking will tell its new holder the same. */
	if (entry->is_lost)
		log_line(LOG_INFO, "an answer came for another worker's sign-up", "id",
			entry->order.id, "to", command_wire(kind), "code", err_wire(answer->code),
			"detail", answer->message, NULL);
	struct answer chosen = *answer;
	if (kind == COMMAND_SEARCH)
		drop_pinned_elsewhere(engine, entry, &chosen);
	if (!entry->is_reloading && !entry->is_lost && !engine->is_stopping) {
		struct event event = engine_event(engine, EVENT_ANSWER);
		event.answers = kind;
		event.round = round;
		event.answer = &chosen;
		engine_apply(engine, entry, &event, NULL, NULL);
	} else {
		engine_let_rest(engine, entry);
	}
}

static const struct answer frozen_answer = {
	.code = ERR_FROZEN, .message = "spending is frozen: it was not sent", .retry_after_ms = -1};

static void upstream_answered(void *arg, const struct answer *answer)
{
	struct ask ask = *(struct ask *)arg;
	LIST_REMOVE((struct ask *)arg, link);
	free(arg);
	if (ask.was_frozen)
		answer = &frozen_answer;
	answered(ask.entry, ask.kind, ask.round, answer);
}

/* It was planned before the freeze, and is not even asked of the carrier. */
struct refused_ask {
	struct live_order *entry;
	enum command_kind kind;
	int32_t round;
};

static void tell_frozen(void *arg)
{
	struct refused_ask refused = *(struct refused_ask *)arg;
	free(arg);
	answered(refused.entry, refused.kind, refused.round, &frozen_answer);
}

static void refuse_frozen(
	struct engine *engine, struct live_order *entry, const struct command *command)
{
	struct refused_ask *refused = must_calloc(1, sizeof(*refused));
	*refused = (struct refused_ask){entry, command->kind, command->round};
	entry->asks++;
	loop_post(engine->loop, tell_frozen, refused);
}

static void checked(void *arg, const struct engine_checkup *found)
{
	const struct err *e = found->carrier.code != ERR_OK ? &found->carrier : &found->voice;
	struct answer answer = {
		.code = e->code, .retry_after_ms = -1, .available_cents = found->available_cents};
	TEXT_COPY(answer.message, e->message);
	TEXT_COPY(answer.hint, e->hint);
	upstream_answered(arg, &answer);
}

static bool is_still_wanted(
	const struct engine *engine, const struct live_order *entry, const struct ask *ask)
{
	return engine_may_move(engine, entry) && !engine->is_stopping && !entry->is_reloading &&
	       !entry->is_lost && entry->order.asked[ask->kind] == ask->round &&
	       clock_boot_ms(engine->clock) < ask->until_boot_ms;
}

/* Asked after the connection stands, before the first byte of a request that
 * writes: is this still what we want? */
static bool gate(void *arg)
{
	struct ask *ask = arg;
	const struct live_order *entry = ask->entry;
	const struct engine *engine = entry->engine;
	ask->was_frozen = engine->rules.is_frozen && engine_is_money(ask->kind);
	ask->has_left = !ask->was_frozen && is_still_wanted(engine, entry, ask);
	return ask->has_left;
}

int engine_in_flight(const struct engine *engine)
{
	int count = 0;
	const struct ask *ask;
	LIST_FOREACH(ask, &engine->asks, link) count += ask->has_left && engine_is_money(ask->kind);
	return count;
}

void engine_forget_asks(struct engine *engine)
{
	struct ask *ask;
	while ((ask = LIST_FIRST(&engine->asks)) != NULL) {
		struct live_order *entry = ask->entry;
		LIST_REMOVE(ask, link);
		free(ask);
		/* A lost one is in no list: the last answer would have freed it. */
		if (!entry->is_lost || --entry->asks > 0)
			continue;
		loop_timer_free(entry->timer);
		free(entry);
	}
}

static bool is_for_voice(enum command_kind kind)
{
	return kind == COMMAND_FIND_VOICE || kind == COMMAND_IMPORT || kind == COMMAND_READ_VOICE ||
	       kind == COMMAND_RELEASE_VOICE;
}

static void act(struct engine *engine, struct live_order *entry, const struct command *command)
{
	if (entry->order.asked[command->kind] != command->round)
		return; /* not wanted any more */
	if (engine->rules.is_frozen && engine_is_money(command->kind)) {
		refuse_frozen(engine, entry, command);
		return;
	}
	struct ask *ask = must_calloc(1, sizeof(*ask));
	*ask = (struct ask){.entry = entry,
		.kind = command->kind,
		.round = command->round,
		.until_boot_ms = clock_boot_ms(engine->clock) + GATE_MS};
	LIST_INSERT_HEAD(&engine->asks, ask, link);
	entry->asks++;
	engine->stats.commands[command->kind]++;
	if (command->kind == COMMAND_CHECK)
		checkup_ask(engine->checkup, false, checked, ask);
	else if (command->kind == COMMAND_SEARCH)
		seek_ask(engine, &entry->order, upstream_answered, ask);
	else if (is_for_voice(command->kind))
		voice_ask(engine->voice, &entry->order, command, gate, upstream_answered, ask);
	else
		carrier_ask(engine->carrier, &entry->order, command, gate, upstream_answered, ask);
}

/* --- saving --- */

struct saving {
	struct live_order *entry;
	struct store_event event;
	struct order order; /* as saved: memory may be further on when it is durable */
	int command_count;  /* commands that waited for this */
	struct command commands[STEP_COMMANDS];
};

static void reload(struct live_order *entry);

/* Whoever waited for this version or an earlier one hears of it. */
static void tell_waiters(
	struct live_order *entry, const struct order *saved_order, const struct err *e)
{
	struct waiter **at = &entry->waiters;
	entry->asks++; /* whoever is told may ask for more */
	while (*at != NULL) {
		struct waiter *waiter = *at;
		if (e->code == ERR_OK && waiter->version > saved_order->version) {
			at = &waiter->next;
			continue;
		}
		*at = waiter->next;
		waiter->done(waiter->arg, e, e->code == ERR_OK ? saved_order : NULL);
		free(waiter);
	}
	entry->asks--;
}

static void log_step(const struct live_order *entry, const struct store_event *event)
{
	if (text_is(event->from, event->to))
		return;
	log_line(LOG_INFO, "signup", "id", entry->order.id, "from", event->from, "to", event->to,
		"event", event->event, "detail", event->detail, NULL);
}

static void save_failed(struct live_order *entry, const char *refused_number, const struct err *e)
{
	if (entry->timer != NULL)
		loop_timer_clear(entry->timer);
	enum spending_limit limit;
	if (e->code == ERR_NUMBER_TAKEN)
		TEXT_COPY(entry->taken, refused_number);
	else if (!entry->is_reloading) /* what was built on it is refused with it */
		log_line(spending_limit_of(e->code, &limit) ? LOG_INFO
			 : e->code == ERR_STORE_CONFLICT    ? LOG_WARNING
							    : LOG_ERROR,
			e->message, "id", entry->order.id, "code", err_wire(e->code), NULL);
	entry->is_reloading = true;
	tell_waiters(entry, NULL, e);
	if (entry->saves == 0)
		reload(entry);
}

void engine_reread(struct engine *engine, struct live_order *entry)
{
	(void)engine;
	if (entry->is_reloading)
		return;
	entry->is_reloading = true;
	if (entry->saves == 0)
		reload(entry);
}

static void saved(void *arg, const struct store_result *result)
{
	struct saving *saving = arg;
	struct live_order *entry = saving->entry;
	struct engine *engine = entry->engine;
	entry->saves--;
	engine->stats.saves++;
	engine_note_store(engine, &result->err);
	if (result->is_frozen)
		engine_note_frozen(engine);
	if (engine->is_stopping) {
		/* nothing more is begun */
	} else if (result->err.code != ERR_OK) {
		save_failed(entry, saving->order.number, &result->err);
	} else {
		entry->reloads = 0;
		log_step(entry, &saving->event);
		engine_tell_watches(engine, &saving->order, &saving->event);
		tell_waiters(entry, &saving->order, &result->err);
		/* We were asleep: it may be another's by now, and long over. */
		if (!engine_may_move(engine, entry))
			engine_reread(engine, entry);
		for (int i = 0; i < saving->command_count && !entry->is_reloading; i++)
			act(engine, entry, &saving->commands[i]);
		if (entry->is_reloading && entry->saves == 0)
			reload(entry);
		else
			engine_let_rest(engine, entry);
	}
	free(saving);
}

static void save(struct engine *engine, struct live_order *entry, const struct event *event,
	const struct step *step, const char *from)
{
	struct saving *saving = must_calloc(1, sizeof(*saving));
	saving->entry = entry;
	engine_chain(&entry->order, event_wire(event), from, step->detail, event->now_ms,
		&saving->event);
	for (int i = 0; step->save == SAVE_FIRST && i < step->command_count; i++)
		if (command_writes(step->commands[i].kind))
			saving->commands[saving->command_count++] = step->commands[i];
	saving->order = entry->order;
	entry->saves++;
	store_save(engine->store, &entry->order, &saving->event,
		step->touches_attempt ? &entry->order.attempt : NULL, saved, saving);
}

/* --- stepping --- */

static void count_end(struct engine *engine, struct live_order *entry)
{
	enum order_state state = entry->order.state;
	engine->stats.actives += state == ORDER_ACTIVE;
	engine->stats.failures += state == ORDER_FAILED;
	engine->stats.parks += state == ORDER_PARKED;
}

void engine_apply(struct engine *engine, struct live_order *entry, struct event *event,
	enum verdict *ret, struct err *e)
{
	if (!engine_may_move(engine, entry) && !engine->is_stopping)
		engine_reread(engine, entry);
	if (entry->is_reloading || engine->is_stopping) {
		if (ret != NULL) {
			*ret = VERDICT_REJECTED;
			err_set(e, ERR_STORE_CONFLICT,
				"could not change %s: it is being read again", entry->order.id);
		}
		return;
	}
	static struct step step; /* one thread; some KiB */
	enum order_state was = entry->order.state;
	order_step(&entry->order, event, &step);
	engine->stats.steps++;
	if (ret != NULL) {
		*ret = step.verdict;
		*e = step.error;
	}
	if (step.verdict != VERDICT_APPLIED) {
		engine_let_rest(engine, entry);
		return;
	}
	entry->order = step.order;
	live_orders_index(engine->live, entry);
	set_timer(engine, entry);
	if (entry->order.state != was)
		count_end(engine, entry);
	if (step.save != SAVE_NOTHING)
		save(engine, entry, event, &step, order_status(was));
	for (int i = 0; i < step.command_count; i++) {
		struct command command = step.commands[i];
		if (!command_writes(command.kind))
			act(engine, entry, &command);
	}
	if (step.save == SAVE_NOTHING)
		engine_let_rest(engine, entry);
}

/* --- reading again after the store said no --- */

static void reloaded(void *arg, const struct err *e, const struct order *orders, size_t count)
{
	struct live_order *entry = arg;
	struct engine *engine = entry->engine;
	entry->is_loading = false;
	if (engine->is_stopping)
		return;
	must(e->code != ERR_OK || count == 1);
	if (e->code != ERR_OK || !engine_holds_lease(engine)) {
		reload(entry);
		if (e->code != ERR_OK)
			engine_tell_wanting(entry, e);
		return;
	}
	if (orders[0].worker != engine->lease.worker) {
		lose(engine, entry);
		return;
	}
	/* Rounds go on, so that no answer to the old copy passes for one to the new. */
	int32_t round = entry->order.round;
	entry->order = orders[0];
	entry->order.round = round;
	entry->lease_no = engine->lease.no;
	entry->is_reloading = false;
	entry->asks++; /* hold it while we still look at it */
	live_orders_index(engine->live, entry);
	if (entry->taken[0] != '\0') {
		struct event taken = engine_event(engine, EVENT_TAKEN);
		TEXT_COPY(taken.taken, entry->taken);
		entry->taken[0] = '\0';
		engine_apply(engine, entry, &taken, NULL, NULL);
	}
	engine_resume(engine, entry);
	engine_tell_wanting(entry, e);
	entry->asks--;
	engine_let_rest(engine, entry);
}

static void reload_now(struct live_order *entry)
{
	entry->is_loading = true;
	store_load(entry->engine->store, entry->order.id, reloaded, entry);
}

static void reload(struct live_order *entry)
{
	wake_in(entry, (int64_t)RELOAD_PAUSE_MS << entry->reloads);
	if (entry->reloads < RELOAD_PAUSE_DOUBLINGS)
		entry->reloads++;
}
