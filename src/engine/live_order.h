/*
 * live_order.h - an order in memory, while it is under way; for src/engine only.
 *
 * An entry lives as long as something points to it: an ask upstream, a save, a
 * caller.  It is found by id; by the name in its references and by the carrier's
 * order, for what the carrier tells us; and its pinned number by number, so that
 * no other entry of this process chooses the same one.
 */
#ifndef ENGINE_LIVE_ORDER_H
#define ENGINE_LIVE_ORDER_H

#include <stdbool.h>

#include "engine/engine.h"
#include "net/loop.h"

struct waiter;  /* inside.h: a caller waiting for the next save */
struct wanting; /* requests.c: a person's word that waits until it is read again */

struct live_order {
	struct order order;
	struct engine *engine; /* borrowed */
	struct loop_timer *timer;
	int asks;                 /* upstream questions under way */
	int saves;                /* saves under way */
	bool is_loading;          /* … and it is being read */
	bool is_reloading;        /* memory is not to be trusted: nothing moves until read again */
	int64_t lease_no;         /* under which it was read; see inside.h */
	bool is_lost;             /* another worker's: kept for answers that still come */
	int reloads;              /* one after the other, without a save that worked */
	char taken[NUMBER_BYTES]; /* the pin that another order holds */
	/* What the indexes hold for this entry; "" nothing. */
	char pinned[NUMBER_BYTES];
	char named[sizeof(((struct order *)0)->name)];
	char ordered[sizeof(((struct order *)0)->order_id)];
	struct waiter *waiters;
	struct wanting *wanting;
};

struct live_orders;
struct live_orders *live_orders_new(void);
struct live_orders *live_orders_free(
	struct live_orders *all, void (*free_one)(struct live_order *));
struct live_order *live_orders_find(struct live_orders *all, const char *id);
void live_orders_add(struct live_orders *all, struct live_order *entry);
void live_orders_remove(struct live_orders *all, struct live_order *entry);
/* Each in turn; func adds and removes none. */
void live_orders_each(
	struct live_orders *all, void (*func)(void *arg, struct live_order *entry), void *arg);
int64_t live_orders_count(const struct live_orders *all);
/* Bring the indexes up to date with entry->order. */
void live_orders_index(struct live_orders *all, struct live_order *entry);
/* Whose customer_reference this is; NULL if nobody's here. */
struct live_order *live_orders_find_reference(struct live_orders *all, const char *reference);
/* Who has this order at the carrier. */
struct live_order *live_orders_find_order(struct live_orders *all, const char *order_id);
/* Another entry than `self` has pinned this number. */
bool live_orders_is_pinned(
	struct live_orders *all, const char *number, const struct live_order *self);

#endif
