#include "sim/world.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

void list_add(struct list *list, void *item)
{
	if (list->count == list->room) {
		list->room = list->room ? list->room * 2 : 16;
		list->items = must_realloc(list->items, list->room * sizeof(*list->items));
	}
	list->items[list->count++] = item;
}

void list_done(struct list *list)
{
	free(list->items);
	*list = (struct list){0};
}

char *world_copy(const char *text)
{
	return text != NULL && *text != '\0' ? must_strdup(text) : NULL;
}

/* Time and chance */

static uint64_t stir(uint64_t x) /* splitmix64 */
{
	x += 0x9E3779B97F4A7C15ULL;
	x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9ULL;
	x = (x ^ x >> 27) * 0x94D049BB133111EBULL;
	return x ^ x >> 31;
}

uint64_t world_random(struct world *w)
{
	w->random += 0x9E3779B97F4A7C15ULL;
	return stir(w->random);
}

bool world_percent(struct world *w, int64_t percent)
{
	return percent > 0 && (int64_t)(world_random(w) % 100) < percent;
}

bool world_coin(const struct world *w, uint64_t thing, uint64_t purpose, int64_t percent)
{
	return (int64_t)(stir(stir(thing ^ w->seed) + purpose) % 100) < percent;
}

void world_uuid(struct world *w, char to[UUID_BYTES])
{
	static const char hex[] = "0123456789abcdef";
	uint64_t bits[2] = {world_random(w), world_random(w)};
	size_t at = 0;
	for (size_t i = 0; i < 32; i++) {
		if (i == 8 || i == 12 || i == 16 || i == 20)
			to[at++] = '-';
		to[at++] = hex[bits[i / 16] >> (i % 16 * 4) & 15];
	}
	to[14] = '4';
	to[19] = hex[8 + bits[1] % 4];
	to[at] = '\0';
}

static bool is_sooner(const struct due *a, const struct due *b)
{
	return a->at_ms < b->at_ms;
}

void world_at(struct world *w, int64_t at_ms, void (*act)(struct world *w, void *arg), void *arg)
{
	if (w->due_count == w->due_room) {
		w->due_room = w->due_room ? w->due_room * 2 : 64;
		w->due = must_realloc(w->due, w->due_room * sizeof(*w->due));
	}
	struct due new = {at_ms, act, arg};
	size_t i = w->due_count++;
	for (; i > 0 && is_sooner(&new, &w->due[(i - 1) / 2]); i = (i - 1) / 2)
		w->due[i] = w->due[(i - 1) / 2];
	w->due[i] = new;
	if (i == 0 && w->on_sooner != NULL)
		w->on_sooner(w->on_sooner_arg);
}

static struct due take_soonest(struct world *w)
{
	struct due first = w->due[0], last = w->due[--w->due_count];
	size_t i = 0;
	for (size_t child = 1; child < w->due_count; child = 2 * i + 1) {
		if (child + 1 < w->due_count && is_sooner(&w->due[child + 1], &w->due[child]))
			child++;
		if (!is_sooner(&w->due[child], &last))
			break;
		w->due[i] = w->due[child];
		i = child;
	}
	if (w->due_count > 0)
		w->due[i] = last;
	return first;
}

int64_t world_next_due(const struct world *w)
{
	return w->due_count > 0 ? w->due[0].at_ms : INT64_MAX;
}

/* What happens is dated when it was due, not when we came to look. */
void world_tick(struct world *w, int64_t now_ms)
{
	now_ms = now_ms > w->now_ms ? now_ms : w->now_ms;
	while (world_next_due(w) <= now_ms) {
		struct due d = take_soonest(w);
		w->now_ms = d.at_ms > w->now_ms ? d.at_ms : w->now_ms;
		d.act(w, d.arg);
	}
	w->now_ms = now_ms;
}

/* Numbers */

uint64_t e164_read(const char *text)
{
	if (text == NULL || !text_is_e164(text))
		return 0;
	int64_t digits = 0;
	return text_to_int(text + 1, 1, INT64_MAX, &digits) ? (uint64_t)digits : 0;
}

void e164_write(uint64_t digits, char to[E164_BYTES])
{
	char reversed[E164_BYTES];
	size_t n = 0, at = 0;
	for (; digits > 0 && n < 20; digits /= 10)
		reversed[n++] = (char)('0' + digits % 10);
	to[at++] = '+';
	while (n > 0)
		to[at++] = reversed[--n];
	to[at] = '\0';
}

struct number *world_owned(const struct world *w, uint64_t digits)
{
	struct number *n = map_find(&w->number_by_digits, digits);
	return n != NULL && (n->status == NUMBER_PENDING || n->status == NUMBER_ACTIVE) ? n : NULL;
}

bool world_is_visible(const struct world *w, const struct number *n)
{
	return (n->status == NUMBER_PENDING || n->status == NUMBER_ACTIVE) &&
	       w->now_ms >= n->visible_ms;
}

static void link_reference(struct world *w, struct number *n)
{
	if (n->reference == NULL)
		return;
	uint64_t key = map_hash(n->reference);
	n->next_same_reference = map_find(&w->numbers_by_reference, key);
	map_keep(&w->numbers_by_reference, key, n);
}

void world_number_rename(struct world *w, struct number *n, const char *reference)
{
	if (n->reference != NULL) {
		uint64_t key = map_hash(n->reference);
		struct number *at = map_find(&w->numbers_by_reference, key);
		if (at == n)
			map_keep(&w->numbers_by_reference, key, n->next_same_reference);
		while (at != NULL && at != n && at->next_same_reference != n)
			at = at->next_same_reference;
		if (at != NULL && at != n)
			at->next_same_reference = n->next_same_reference;
	}
	n->next_same_reference = NULL;
	free(n->reference);
	n->reference = world_copy(reference);
	link_reference(w, n);
}

/* Decimal, 19 digits and beyond 2^53, as Telnyx's are: a client that reads
 * them as a double must fail here too. */
static uint64_t next_id(struct world *w)
{
	return 2600000000000000001ULL + w->numbers.count * 1000003ULL + world_random(w) % 1000000;
}

struct number *world_number_new(struct world *w, uint64_t digits, const char *reference)
{
	struct number *n = must_calloc(1, sizeof(*n));
	n->digits = digits;
	n->id = next_id(w);
	n->reference = world_copy(reference);
	n->created_ms = n->updated_ms = w->now_ms;
	n->visible_ms = w->now_ms + w->set.visible_ms;
	list_add(&w->numbers, n);
	map_keep(&w->number_by_digits, digits, n);
	map_keep(&w->number_by_id, n->id, n);
	link_reference(w, n);
	return n;
}

struct reserved_line *world_reserved(const struct world *w, uint64_t digits)
{
	struct reserved_line *line = map_find(&w->held_line_by_digits, digits);
	return line != NULL && line->is_held && line->expires_ms > w->now_ms ? line : NULL;
}

size_t world_purchase(struct world *w, const struct purchase *p)
{
	if (w->purchase_count == w->purchase_room) {
		w->purchase_room = w->purchase_room ? w->purchase_room * 2 : 64;
		w->purchases = must_realloc(w->purchases, w->purchase_room * sizeof(*w->purchases));
	}
	w->purchases[w->purchase_count] = *p;
	w->balance -= p->upfront + p->monthly;
	w->spent += p->upfront + p->monthly;
	return w->purchase_count++;
}

bool world_afford(const struct world *w, int64_t cents)
{
	return cents <= w->balance + w->set.credit_limit;
}

void world_count_request(struct world *w, const char *method, const char *route)
{
	char name[128];
	text_format(name, sizeof(name), "%s %s", method, route);
	struct request_count *c = map_find(&w->requests, map_hash(name));
	if (c == NULL) {
		c = must_calloc(1, sizeof(*c));
		TEXT_COPY(c->name, name);
		list_add(&w->request_counts, c);
		map_keep(&w->requests, map_hash(name), c);
	}
	c->count++;
}

/* Life */

static void free_number(void *item)
{
	struct number *n = item;
	json_decref(n->tags);
	json_decref(n->voice);
	free(n->reference);
	free(n);
}

static void free_order(void *item)
{
	struct order *o = item;
	free(o->lines);
	free(o->subs);
	free(o->reference);
	free(o);
}

static void free_reservation(void *item)
{
	struct reservation *r = item;
	free(r->lines);
	free(r->reference);
	free(r);
}

static void free_import(void *item)
{
	struct import *i = item;
	json_decref(i->fields);
	free(i);
}

static void free_json(void *item)
{
	json_decref(item);
}

static void empty(struct list *list, void (*free_one)(void *item))
{
	for (size_t i = 0; i < list->count; i++)
		free_one(list->items[i]);
	list_done(list);
}

static void forget(struct world *w)
{
	empty(&w->numbers, free_number);
	empty(&w->orders, free_order);
	empty(&w->reservations, free_reservation);
	empty(&w->imports, free_import);
	empty(&w->groups, free_json);
	empty(&w->assistants, free_json);
	empty(&w->credentials, free_json);
	empty(&w->request_counts, free);
	list_done(&w->subs);
	struct map *const maps[] = {&w->number_by_digits, &w->number_by_id,
		&w->numbers_by_reference, &w->order_by_id, &w->orders_by_reference, &w->sub_by_id,
		&w->line_by_id, &w->reservation_by_id, &w->reservations_by_reference,
		&w->held_line_by_digits, &w->group_by_id, &w->import_by_id, &w->imports_by_digits,
		&w->shown, &w->strangers, &w->keys, &w->requests};
	for (size_t i = 0; i < COUNT_OF(maps); i++)
		map_done(maps[i]);
	for (size_t i = 0; i < w->purchase_count; i++)
		free(w->purchases[i].reference);
	free(w->purchases);
	free(w->due);
	w->purchases = NULL;
	w->due = NULL;
	w->purchase_count = w->purchase_room = w->due_count = w->due_room = 0;
}

static void begin(struct world *w)
{
	w->random = stir(w->seed);
	w->balance = w->set.balance;
	w->spent = 0;
	w->key_count = w->calls = w->lists_served = 0;
	w->webhooks_sent = w->webhooks_acknowledged = w->webhooks_failed = 0;
}

struct world *world_new(uint64_t seed)
{
	struct world *w = must_calloc(1, sizeof(*w));
	w->seed = seed;
	settings_init(&w->set);
	begin(w);
	return w;
}

struct world *world_free(struct world *w)
{
	if (w == NULL)
		return NULL;
	forget(w);
	settings_done(&w->set);
	rules_done(&w->rules);
	free(w->profile);
	free(w);
	return NULL;
}

/* Nothing is left that is dated, so the clock may go back to the machine's. */
void world_reset(struct world *w)
{
	forget(w);
	w->now_ms -= w->ahead_ms;
	w->ahead_ms = 0;
	begin(w);
}
