/*
 * live_order.h - an order in memory, while it is under way; for src/engine only.
 *
 * An entry lives as long as something points to it: an ask upstream, a save, a
 * caller.  It is found by id, and its pinned number by number, so that no other
 * entry of this process chooses the same one.
 */
#ifndef ENGINE_LIVE_ORDER_H
#define ENGINE_LIVE_ORDER_H

#include <stdbool.h>

#include "engine/engine.h"
#include "net/loop.h"

struct waiter; /* engine.c: a caller waiting for the next save */

struct live_order {
	struct order order;
	struct engine *engine; /* borrowed */
	struct loop_timer *timer;
	int asks;                  /* upstream questions under way */
	int saves;                 /* saves under way */
	bool is_reloading;         /* memory is not to be trusted: nothing moves until read again */
	int reloads;               /* one after the other, without a save that worked */
	char taken[NUMBER_BYTES];  /* the pin that another order holds */
	char pinned[NUMBER_BYTES]; /* what the index holds for this entry; "" nothing */
	struct waiter *waiters;
};

struct live_orders;
struct live_orders *live_orders_new(void);
struct live_orders *live_orders_free(
	struct live_orders *all, void (*free_one)(struct live_order *));
struct live_order *live_orders_find(struct live_orders *all, const char *id);
void live_orders_add(struct live_orders *all, struct live_order *entry);
void live_orders_remove(struct live_orders *all, struct live_order *entry);
int64_t live_orders_count(const struct live_orders *all);
/* Bring the index of pinned numbers up to date with entry->order. */
void live_orders_pin(struct live_orders *all, struct live_order *entry);
/* Another entry than `self` has pinned this number. */
bool live_orders_is_pinned(
	struct live_orders *all, const char *number, const struct live_order *self);

#endif
