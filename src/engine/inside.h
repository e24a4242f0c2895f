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
	bool has_lease;
	bool is_stopping;
	int64_t store_failed_boot_ms;                         /* last failed save; 0 none */
	void (*store_failed)(void *arg, const struct err *e); /* NULL once it was told */
	void *store_failed_arg;
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
struct event engine_event(struct engine *engine, enum event_kind kind);
struct live_order *engine_hold(struct engine *engine, const struct order *order);
/* Upstreams that are freed do not answer any more. */
void engine_forget_asks(struct engine *engine);
/* Drop it from memory if it is over and nobody points to it. */
void engine_let_rest(struct engine *engine, struct live_order *entry);
/* Timeline row `event` of the order, chained to the last one. */
void engine_chain(struct order *order, const char *event, const char *from, const char *detail,
	int64_t at_ms, struct store_event *ret);
/* What a write came to: whether we are ready, and whether it is the end. */
void engine_note_store(struct engine *engine, const struct err *e);
void engine_tell_watches(
	struct engine *engine, const struct order *order, const struct store_event *event);

#endif
