/* live_orders.c - the orders under way, by id and by pinned number. */
#include "engine/live_order.h"

#include <search.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* glibc's balanced trees: thousands of entries, looked up by text. */
struct live_orders {
	void *by_id;
	void *by_number;
	int64_t count;
};

static int compare_id(const void *a, const void *b)
{
	const struct live_order *x = a, *y = b;
	return strcmp(x->order.id, y->order.id);
}

static int compare_number(const void *a, const void *b)
{
	const struct live_order *x = a, *y = b;
	return strcmp(x->pinned, y->pinned);
}

struct live_orders *live_orders_new(void)
{
	return must_calloc(1, sizeof(struct live_orders));
}

static void forget(void *entry)
{
	(void)entry;
}

struct live_orders *live_orders_free(struct live_orders *all, void (*free_one)(struct live_order *))
{
	if (all == NULL)
		return NULL;
	tdestroy(all->by_number, forget);
	tdestroy(all->by_id, (void (*)(void *))free_one);
	free(all);
	return NULL;
}

struct live_order *live_orders_find(struct live_orders *all, const char *id)
{
	static struct live_order key; /* one thread; too large for a casual stack */
	TEXT_COPY(key.order.id, id);
	struct live_order *const *found = tfind(&key, &all->by_id, compare_id);
	return found ? *found : NULL;
}

void live_orders_add(struct live_orders *all, struct live_order *entry)
{
	struct live_order *const *slot = tsearch(entry, &all->by_id, compare_id);
	must(slot != NULL && *slot == entry);
	all->count++;
	live_orders_pin(all, entry);
}

static void unpin(struct live_orders *all, struct live_order *entry)
{
	if (entry->pinned[0] == '\0')
		return;
	tdelete(entry, &all->by_number, compare_number);
	entry->pinned[0] = '\0';
}

void live_orders_remove(struct live_orders *all, struct live_order *entry)
{
	unpin(all, entry);
	must(tdelete(entry, &all->by_id, compare_id) != NULL);
	all->count--;
}

int64_t live_orders_count(const struct live_orders *all)
{
	return all->count;
}

void live_orders_pin(struct live_orders *all, struct live_order *entry)
{
	const char *number = order_holds_number(&entry->order) ? entry->order.number : "";
	if (text_is(entry->pinned, number))
		return;
	unpin(all, entry);
	if (number[0] == '\0')
		return;
	TEXT_COPY(entry->pinned, number);
	struct live_order *const *slot = tsearch(entry, &all->by_number, compare_number);
	must(slot != NULL);
	/* Held by another entry: the store will say so; do not index it twice. */
	if (*slot != entry)
		entry->pinned[0] = '\0';
}

bool live_orders_is_pinned(
	struct live_orders *all, const char *number, const struct live_order *self)
{
	static struct live_order key;
	TEXT_COPY(key.pinned, number);
	struct live_order *const *found = tfind(&key, &all->by_number, compare_number);
	return found != NULL && *found != self;
}
