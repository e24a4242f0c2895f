#include "cli/inventory.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/app.h"

#define PAGE_MS 60000
#define MOST_PAGES 1000

struct holder {
	char number[NUMBER_BYTES];
	char signup[ID_BYTES];
	char status[24];
	char business_name[200];
	bool is_owned, is_seen;
};

struct reading {
	struct inventory *to;
	struct holder *holders;
	size_t holder_count, holder_room;
	char after_id[ID_BYTES];
	size_t last_count;
	bool is_done, has_more;
	struct err err;
};

/* Room for one more row of `size` bytes; at + *room grows. */
static void *more(void *at, size_t count, size_t *room, size_t size)
{
	if (count < *room)
		return at;
	*room = *room ? *room * 2 : 64;
	return must_realloc(at, *room * size);
}

/* --- the store's side --------------------------------------------------------- */

static void add_holder(struct reading *r, const struct order *order)
{
	if (!order_holds_number(order))
		return;
	r->holders = more(r->holders, r->holder_count, &r->holder_room, sizeof(*r->holders));
	struct holder *h = &r->holders[r->holder_count++];
	*h = (struct holder){.is_owned = order->is_owned};
	TEXT_COPY(h->number, order->number);
	TEXT_COPY(h->signup, order->id);
	TEXT_COPY(h->status, order_status(order->state));
	TEXT_COPY(h->business_name, order->business_name);
}

static void take_orders(void *arg, const struct err *e, const struct order *orders, size_t count)
{
	struct reading *r = arg;
	r->err = *e;
	r->last_count = e->code == ERR_OK ? count : 0;
	for (size_t i = 0; i < r->last_count; i++)
		add_holder(r, &orders[i]);
	if (r->last_count > 0)
		TEXT_COPY(r->after_id, orders[count - 1].id);
	r->is_done = true;
}

static enum err_code wait_for(struct app *app, struct reading *r, const char *what, struct err *e)
{
	enum err_code code = app_wait(app, &r->is_done, PAGE_MS, ERR_NETWORK, what, e);
	if (code == ERR_OK && r->err.code != ERR_OK) {
		*e = r->err;
		code = e->code;
	}
	return code;
}

static enum err_code read_store(struct app *app, struct reading *r, struct err *e)
{
	do {
		struct store_query query = {.limit = STORE_LIST_MOST};
		TEXT_COPY(query.after_id, r->after_id);
		r->is_done = false;
		store_list(app->store, &query, take_orders, r);
		enum err_code code = wait_for(app, r, "reading the sign-ups", e);
		if (code != ERR_OK)
			return code;
	} while (r->last_count == STORE_LIST_MOST);
	return ERR_OK;
}

/* --- the carrier's side --------------------------------------------------------- */

static struct inventory_row *add_row(struct inventory *to, enum inventory_kind kind)
{
	to->rows = more(to->rows, to->count, &to->room, sizeof(*to->rows));
	struct inventory_row *row = &to->rows[to->count++];
	*row = (struct inventory_row){.kind = kind};
	to->by_kind[kind]++;
	return row;
}

static struct holder *find_holder(struct reading *r, const char *number)
{
	for (size_t i = 0; i < r->holder_count; i++) {
		if (text_is(r->holders[i].number, number))
			return &r->holders[i];
	}
	return NULL;
}

static void describe(struct inventory_row *row, const struct holder *h)
{
	TEXT_COPY(row->signup, h->signup);
	TEXT_COPY(row->status, h->status);
	TEXT_COPY(row->business_name, h->business_name);
}

static void add_owned(struct reading *r, const struct carrier_number *number)
{
	struct holder *h = find_holder(r, number->number);
	bool is_ours = text_starts(number->reference, "nb1-");
	struct inventory_row *row = add_row(r->to, h != NULL ? INVENTORY_KNOWN
						   : is_ours ? INVENTORY_STRAY
							     : INVENTORY_FOREIGN);
	row->owned = *number;
	if (h == NULL)
		return;
	h->is_seen = true;
	describe(row, h);
}

static void take_numbers(void *arg, const struct err *e, const struct carrier_number *numbers,
	int count, bool has_more)
{
	struct reading *r = arg;
	r->err = *e;
	r->has_more = e->code == ERR_OK && has_more;
	for (int i = 0; e->code == ERR_OK && i < count; i++)
		add_owned(r, &numbers[i]);
	r->is_done = true;
}

static enum err_code read_carrier(struct app *app, struct reading *r, struct err *e)
{
	int page = 1;
	do {
		if (page > MOST_PAGES)
			return err_set(e, ERR_CARRIER_REFUSED,
				"could not read all numbers: the list has no end");
		r->is_done = false;
		carrier_numbers(app->carrier, page++, take_numbers, r);
		enum err_code code = wait_for(app, r, "reading the numbers at Telnyx", e);
		if (code != ERR_OK)
			return code;
	} while (r->has_more);
	return ERR_OK;
}

/* A number that is only pinned may be absent; one that is owned may not. */
static void add_missing(struct reading *r)
{
	for (size_t i = 0; i < r->holder_count; i++) {
		const struct holder *h = &r->holders[i];
		if (h->is_seen || !h->is_owned)
			continue;
		struct inventory_row *row = add_row(r->to, INVENTORY_MISSING);
		TEXT_COPY(row->owned.number, h->number);
		describe(row, h);
	}
}

/* The store is read first: what is bought between the two readings is then at
 * worst a stray that the next run knows. */
enum err_code inventory_read(struct app *app, struct inventory *ret, struct err *e)
{
	*ret = (struct inventory){0};
	/* Kept by the process: an answer may come after an interrupted wait. */
	static struct reading r;
	r = (struct reading){.to = ret};
	enum err_code code = read_store(app, &r, e);
	if (code == ERR_OK)
		code = read_carrier(app, &r, e);
	if (code == ERR_OK)
		add_missing(&r);
	free(r.holders);
	r.holders = NULL;
	r.holder_count = r.holder_room = 0;
	return code;
}

void inventory_done(struct inventory *inventory)
{
	free(inventory->rows);
	*inventory = (struct inventory){0};
}

const char *inventory_kind_wire(enum inventory_kind kind)
{
	static const char *const words[] = {"known", "stray", "foreign", "missing"};
	must((unsigned)kind < COUNT_OF(words));
	return words[kind];
}
