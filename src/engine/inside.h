/*
 * inside.h - what the engine's own files share; for src/engine only.
 *
 * shell.c is the heart: engine_apply() is the one way an event reaches an
 * order.  lease.c says which orders are ours to work on, requests.c serves
 * outsiders, search.c the numbers for sale.
 */
#ifndef ENGINE_INSIDE_H
#define ENGINE_INSIDE_H

#include <sys/queue.h>

#include "engine/checkup.h"
#include "engine/engine.h"
#include "engine/live_order.h"
#include "engine/stock.h"
#include "net/loop.h"

/* Of the orders that are ours; lease.c. */
struct lease {
	int64_t worker;        /* our number; 0 before engine_start() */
	int64_t until_boot_ms; /* as we count it: shorter than the store does */
	int64_t no;            /* counts on when it had run out before it was renewed */
	int64_t asked_boot_ms; /* when the renewal under way was asked for */
	struct loop_timer *timer;
	bool is_asked;          /* a renewal is under way */
	bool may_hold_more;     /* the store may have given us what we were not told of */
	char read_to[ID_BYTES]; /* … how far we have looked for it */
	bool is_reading;
};

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
	struct stock *stock;
	LIST_HEAD(seeks, seek) seeks;          /* seek.c */
	LIST_HEAD(searches, search) searches;  /* search.c */
	LIST_HEAD(holdings, holding) holdings; /* hold.c */
	struct order_rules rules;
	int64_t no_reserving_until_boot_ms; /* 0: never refused */
	struct spending_limits limits;
	struct store_identity identity;
	const char *instance_secret; /* borrowed; NULL or "" for none */
	enum ladder_rung max_rung;   /* of who does not say */
	bool is_asking;              /* … past it, instead of failing */
	struct lease lease;
	/* freeze.c */
	struct store_control control; /* as the store last told */
	bool is_control_known;        /* until then nothing is spent */
	bool is_frozen_here;          /* by this process, and perhaps not durably */
	int64_t control_turn;         /* counts changes: an older reading does not count */
	int control_writes;           /* under way */
	struct loop_timer *control_timer;
	struct recovery *recovery; /* NULL until the store has told */
	bool is_stopping;
	int64_t store_failed_boot_ms;                         /* last failed save; 0 none */
	void (*store_failed)(void *arg, const struct err *e); /* NULL once it was told */
	void *store_failed_arg;
	struct engine_stats stats;
};

/* A person's word, told when what it waits for is durable, or with why not. */
struct waiter {
	engine_order_done done;
	void *arg;       /* owned by whoever is told; see engine_forget_wanting() */
	int64_t version; /* of the save that is waited for */
	struct waiter *next;
};

/* An event for this order: step, save, act.  Fills *ret (may be NULL) with the
 * core's verdict; REJECTED also fills *e. */
void engine_apply(struct engine *engine, struct live_order *entry, struct event *event,
	enum verdict *ret, struct err *e);
/* freeze.c */
bool engine_is_money(enum command_kind kind);
void engine_read_control(void *engine);
/* A write of ours was told that spending is frozen, by whomever. */
void engine_note_frozen(struct engine *engine);
/* The carrier's orders have been compared with the store. */
void engine_swept(struct engine *engine);
/* What stopped for the freeze goes on. */
void engine_wake_frozen(struct engine *engine);
/* Purchases and releases that have left us and are not answered. */
int engine_in_flight(const struct engine *engine);
struct event engine_event(struct engine *engine, enum event_kind kind);
/* It was read from the store: go on with it, unless it is over. */
void engine_resume(struct engine *engine, struct live_order *entry);
/* Its row may be another worker's, or newer than memory: nothing moves until it
 * is read again.  Then it goes on, or, if it is not ours any more, is dropped. */
void engine_reread(struct engine *engine, struct live_order *entry);
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

/* --- lease.c --- */

/* Others leave what is ours alone for a while yet. */
bool engine_holds_lease(const struct engine *engine);
/* … and have done so ever since this order was read: we may plan and send. */
bool engine_may_move(const struct engine *engine, const struct live_order *entry);
void engine_lease_start(struct engine *engine, int64_t worker);
/* What the store gave us: it goes on from what is stored. */
struct live_order *engine_take(struct engine *engine, const struct order *order);
/* A write that would give us an order was answered with "perhaps". */
void engine_may_hold_more(struct engine *engine);
/* This one, whoever holds it. */
void engine_claim(struct engine *engine, const char *id, store_orders_done done, void *arg);

/* --- hold.c, search.c --- */

/* Upstreams that are freed do not answer any more. */
void engine_forget_holdings(struct engine *engine);
void engine_forget_searches(struct engine *engine);
/* The account was refused a reservation: none is asked for, for a while. */
void engine_note_no_reservations(struct engine *engine, const char *why);
bool engine_may_reserve(const struct engine *engine);

/* --- requests.c --- */

/* Whoever waits for the order to be read again hears: code OK, it was. */
void engine_tell_wanting(struct live_order *entry, const struct err *e);
/* Nobody is told any more, also of those who wait for a save. */
void engine_forget_wanting(struct live_order *entry);

#endif
