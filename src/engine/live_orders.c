/* live_orders.c - the orders under way, by id, pinned number, name and order. */
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
	void *by_name;
	void *by_order;
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

static int compare_name(const void *a, const void *b)
{
	const struct live_order *x = a, *y = b;
	return strcmp(x->named, y->named);
}

static int compare_order(const void *a, const void *b)
{
	const struct live_order *x = a, *y = b;
	return strcmp(x->ordered, y->ordered);
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
	tdestroy(all->by_name, forget);
	tdestroy(all->by_order, forget);
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
	live_orders_index(all, entry);
}

typedef int (*compare_func)(const void *a, const void *b);

/* `key` is the entry's own copy of what the tree holds it by; it changes only
 * while the tree does not hold it. */
static void index_by(void **tree, compare_func compare, struct live_order *entry, char *key,
	size_t key_bytes, const char *text)
{
	if (text_is(key, text))
		return;
	if (key[0] != '\0')
		tdelete(entry, tree, compare);
	must(text_copy(key, key_bytes, text));
	if (text[0] == '\0')
		return;
	struct live_order *const *slot = tsearch(entry, tree, compare);
	must(slot != NULL);
	/* Held by another entry: the store will say so; do not index it twice. */
	if (*slot != entry)
		key[0] = '\0';
}

#define INDEX_BY(tree, compare, entry, key, text)                                                  \
	index_by(&(tree), compare, entry, (entry)->key, sizeof((entry)->key), text)

static void index_all(struct live_orders *all, struct live_order *entry, const char *number,
	const char *name, const char *order_id)
{
	INDEX_BY(all->by_number, compare_number, entry, pinned, number);
	INDEX_BY(all->by_name, compare_name, entry, named, name);
	INDEX_BY(all->by_order, compare_order, entry, ordered, order_id);
}

void live_orders_index(struct live_orders *all, struct live_order *entry)
{
	const struct order *o = &entry->order;
	index_all(all, entry, order_holds_number(o) ? o->number : "", o->name, o->order_id);
}

void live_orders_remove(struct live_orders *all, struct live_order *entry)
{
	index_all(all, entry, "", "", "");
	must(tdelete(entry, &all->by_id, compare_id) != NULL);
	all->count--;
}

struct visit {
	void (*func)(void *arg, struct live_order *entry);
	void *arg;
};

static void visit_node(const void *node, VISIT which, void *arg)
{
	const struct visit *visit = arg;
	if (which == postorder || which == leaf)
		visit->func(visit->arg, *(struct live_order *const *)node);
}

void live_orders_each(
	struct live_orders *all, void (*func)(void *arg, struct live_order *entry), void *arg)
{
	struct visit visit = {func, arg};
	twalk_r(all->by_id, visit_node, &visit);
}

int64_t live_orders_count(const struct live_orders *all)
{
	return all->count;
}

bool live_orders_is_pinned(
	struct live_orders *all, const char *number, const struct live_order *self)
{
	static struct live_order key;
	TEXT_COPY(key.pinned, number);
	struct live_order *const *found = tfind(&key, &all->by_number, compare_number);
	return found != NULL && *found != self;
}

/* The name stands between the last two hyphens; whether the rest fits too is
 * for the order to say. */
struct live_order *live_orders_find_reference(struct live_orders *all, const char *reference)
{
	static struct live_order key;
	const char *end = strrchr(reference, '-');
	const char *start = end ? memrchr(reference, '-', (size_t)(end - reference)) : NULL;
	if (start == NULL ||
		!text_copy_part(key.named, sizeof(key.named), start + 1, (size_t)(end - start - 1)))
		return NULL;
	struct live_order *const *found = tfind(&key, &all->by_name, compare_name);
	return found && order_owns_reference(&(*found)->order, reference) ? *found : NULL;
}

struct live_order *live_orders_find_order(struct live_orders *all, const char *order_id)
{
	static struct live_order key;
	if (!TEXT_COPY(key.ordered, order_id))
		return NULL;
	struct live_order *const *found = tfind(&key, &all->by_order, compare_order);
	return found ? *found : NULL;
}
