/*
 * inside.h - what the engine's own files share; for src/engine only.
 *
 * shell.c is the heart: engine_apply() is the one way an event reaches an
 * order.  requests.c serves outsiders, search.c the numbers for sale.
 */
#ifndef ENGINE_INSIDE_H
#define ENGINE_INSIDE_H

#include <sys/queue.h>

#include "engine/checkup.h"
#include "engine/engine.h"
#include "engine/live_order.h"
#include "net/loop.h"

struct engine {
	struct loop *loop;
	const struct clock *clock;
	struct store *store;
	struct carrier *carrier;
	struct voice *voice;
	struct checkup *checkup;
	struct live_orders *live;
	struct engine_watch *watches;
	LIST_HEAD(asks, ask) asks; /* questions under way upstream; shell.c */
	struct order_rules rules;
	struct spending_limits limits;
	struct store_identity identity;
	struct loop_timer *take_up; /* goes on with reading the unfinished */
	/* freeze.c */
	struct store_control control; /* as the store last told */
	bool is_control_known;        /* until then nothing is spent */
	bool is_frozen_here;          /* by this process, and perhaps not durably */
	int64_t control_turn;         /* counts changes: an older reading does not count */
	int control_writes;           /* under way */
	struct loop_timer *control_timer;
	bool has_lease;
	bool is_stopping;
	int64_t store_failed_boot_ms; /* last failed save; 0 none */
	struct engine_stats stats;
	char resume_after[ID_BYTES]; /* start: how far the unfinished are taken up */
};

/* Called when what it waited for is durable, or with why not. */
struct waiter {
	engine_order_done done;
	void *arg;
	int64_t version; /* of the save that is waited for */
	struct waiter *next;
};

/* An event for this order: step, save, act.  Fills *ret (may be NULL) with the
 * core's verdict; REJECTED also fills *e. */
void engine_apply(struct engine *engine, struct live_order *entry, struct event *event,
	enum verdict *ret, struct err *e);
/* Read what earlier processes left and go on with it. */
void engine_take_up(void *engine);
/* freeze.c */
bool engine_is_money(enum command_kind kind);
void engine_read_control(void *engine);
/* A write of ours was told that spending is frozen, by whomever. */
void engine_note_frozen(struct engine *engine);
/* What stopped for the freeze goes on. */
void engine_wake_frozen(struct engine *engine);
/* Purchases and releases that have left us and are not answered. */
int engine_in_flight(const struct engine *engine);
struct event engine_event(struct engine *engine, enum event_kind kind);
struct live_order *engine_hold(struct engine *engine, const struct order *order);
/* Upstreams that are freed do not answer any more. */
void engine_forget_asks(struct engine *engine);
/* Drop it from memory if it is over and nobody points to it. */
void engine_let_rest(struct engine *engine, struct live_order *entry);
/* Timeline row `event` of the order, chained to the last one. */
void engine_chain(struct order *order, const char *event, const char *from, const char *detail,
	int64_t at_ms, struct store_event *ret);
void engine_tell_watches(
	struct engine *engine, const struct order *order, const struct store_event *event);

#endif
