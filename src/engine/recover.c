#include "engine/recover.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "engine/inside.h"

/* A backup's newest sign-up is at most so much older than what it forgot. */
#define BEFORE_NEWEST_MS (24 * 3600 * 1000LL)
#define AGAIN_LEAST_MS 500
#define AGAIN_MOST_MS 30000
#define PAGES_MOST 1000
#define LOGGED_MOST 20
#define NEWEST_LOOKED_AT 50
/* A list may come back empty by mistake, so readings that miss all of ours are
 * repeated before they are believed. */
#define MISSES_BELIEVED 6
/* No list lags so many times longer than an unclear purchase is looked for. */
#define LAG_SETTLES 5

/* One order under a reference of this installation. */
struct sighting {
	char name[24];
	struct order_found found;
	bool is_lost; /* no row here knows of it */
};

struct recovery {
	struct engine *engine;
	struct loop_timer *again;
	int64_t again_ms;
	int64_t after_ms; /* orders made later are looked at */
	int page;
	struct sighting *seen;
	size_t count, room;
	size_t next; /* the first that is not compared yet */
	int lost;
	/* Orders of ours that the account must list: made after after_ms, and long
	 * enough ago that no list lags behind them. */
	char expected[NEWEST_LOOKED_AT][sizeof(((struct order *)0)->name)];
	int expected_count;
	int misses; /* readings in a row that showed none of them */
	bool is_done;
};

static void begin(void *recovery);

/* Reading failed: from the beginning, later.  What is half read proves nothing. */
static void begin_again(struct recovery *r, const struct err *e)
{
	log_line(LOG_WARNING, "could not compare the orders at Telnyx with the database yet",
		"reason", e->message, NULL);
	loop_timer_set(r->again, r->again_ms);
	r->again_ms = r->again_ms * 2 < AGAIN_MOST_MS ? r->again_ms * 2 : AGAIN_MOST_MS;
}

/* --- the end --- */

static void frozen(void *arg, const struct err *e, const struct engine_control *control)
{
	(void)arg, (void)e, (void)control; /* frozen in memory whatever the store says */
}

static const struct sighting *first_lost(const struct recovery *r)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->seen[i].is_lost)
			return &r->seen[i];
	return NULL;
}

static bool is_seen(const struct recovery *r, const char *name)
{
	for (size_t i = 0; i < r->count; i++)
		if (text_is(r->seen[i].name, name))
			return true;
	return false;
}

/* The key's account lists none of the orders that were made with it. */
static bool is_other_account(const struct recovery *r)
{
	for (int i = 0; i < r->expected_count; i++)
		if (is_seen(r, r->expected[i]))
			return false;
	return r->expected_count > 0;
}

static void end(struct recovery *r)
{
	struct engine *engine = r->engine;
	bool is_other = is_other_account(r);
	if (is_other && ++r->misses < MISSES_BELIEVED) {
		loop_timer_set(r->again, 1 + engine->rules.settle_ms / 8);
		return;
	}
	r->is_done = true;
	if (is_other) {
		engine_freeze(engine,
			"Telnyx lists none of the newest orders of this database: is "
			"TELNYX_API_KEY of another account (or the simulator a new one)? Set the "
			"right key, then numberd thaw",
			frozen, NULL);
	} else if (r->lost > 0) {
		const struct sighting *s = first_lost(r);
		char reason[200];
		text_format(reason, sizeof(reason),
			"Telnyx knows %d order%s of this installation that the database does not "
			"(%s for %s): is the database older than what was bought? See numberd "
			"reconcile, then numberd thaw",
			r->lost, r->lost == 1 ? "" : "s", s->name,
			s->found.number[0] ? s->found.number : "no single number");
		engine_freeze(engine, reason, frozen, NULL);
	}
	engine_swept(engine);
}

/* --- comparing, one sign-up after the other --- */

static void compare(struct recovery *r);

static void tell(struct live_order *entry, const struct sighting *s)
{
	struct event found = engine_event(entry->engine, EVENT_FOUND);
	found.found = &s->found;
	engine_apply(entry->engine, entry, &found, NULL, NULL);
}

static void note_lost(struct recovery *r, struct sighting *s)
{
	s->is_lost = true;
	if (++r->lost <= LOGGED_MOST)
		log_line(LOG_WARNING, "an order at Telnyx is not in the database", "name", s->name,
			"number", s->found.number, "order", s->found.order_id, NULL);
}

/* All sightings of one name.  order NULL: there is no such sign-up. */
static void settle_name(struct recovery *r, const struct order *order)
{
	char name[sizeof(r->seen->name)];
	TEXT_COPY(name, r->seen[r->next].name);
	int32_t known = order != NULL ? order->attempt_no : 0;
	int lost = r->lost;
	for (; r->next < r->count && text_is(r->seen[r->next].name, name); r->next++)
		if (r->seen[r->next].found.no > known)
			note_lost(r, &r->seen[r->next]);
	struct live_order *entry =
		order != NULL ? live_orders_find(r->engine->live, order->id) : NULL;
	if (r->lost == lost || entry == NULL)
		return;
	entry->asks++; /* hold it while we still look at it */
	recovery_tell(r, entry);
	entry->asks--;
	engine_let_rest(r->engine, entry);
}

static void row_read(void *arg, const struct err *e, const struct order *orders, size_t count)
{
	struct recovery *r = arg;
	if (r->engine->is_stopping)
		return;
	if (e->code != ERR_OK && e->code != ERR_STORE_CORRUPT) {
		begin_again(r, e);
		return;
	}
	settle_name(r, count > 0 ? &orders[0] : NULL);
	compare(r);
}

static void compare(struct recovery *r)
{
	if (r->next == r->count) {
		end(r);
		return;
	}
	struct store_query query = {.limit = 1};
	TEXT_COPY(query.name, r->seen[r->next].name);
	store_list(r->engine->store, &query, row_read, r);
}

/* --- reading the carrier's orders --- */

static int in_turn(const void *a, const void *b)
{
	const struct sighting *one = a, *other = b;
	int by_name = strcmp(one->name, other->name);
	return by_name != 0 ? by_name
			    : (one->found.no > other->found.no) - (one->found.no < other->found.no);
}

/* "nb1-<instance>-<name>-<attempt>", ours only. */
static bool take_reference(const struct recovery *r, const char *reference, struct sighting *ret)
{
	char prefix[REFERENCE_BYTES];
	int64_t no;
	must(text_format(prefix, sizeof(prefix), "nb1-%s-", r->engine->identity.instance));
	if (!text_starts(reference, prefix))
		return false;
	const char *name = reference + strlen(prefix);
	const char *dash = strchr(name, '-');
	if (dash == NULL || (size_t)(dash - name) >= sizeof(ret->name) || dash == name ||
		!text_to_int(dash + 1, 1, INT32_MAX, &no))
		return false;
	text_copy_part(ret->name, sizeof(ret->name), name, (size_t)(dash - name));
	ret->found.no = (int32_t)no;
	return true;
}

static void take_order(struct recovery *r, const struct carrier_order *o)
{
	struct sighting s = {.found.status = o->status};
	if (!take_reference(r, o->reference, &s))
		return;
	TEXT_COPY(s.found.order_id, o->id);
	TEXT_COPY(s.found.number, o->number);
	if (r->count == r->room) {
		r->room = r->room > 0 ? 2 * r->room : 64;
		r->seen = must_realloc(r->seen, r->room * sizeof(*r->seen));
	}
	r->seen[r->count++] = s;
}

static void page_read(void *arg, const struct err *e, const struct carrier_order *orders, int count,
	bool has_more)
{
	struct recovery *r = arg;
	if (r->engine->is_stopping)
		return;
	if (e->code != ERR_OK) {
		begin_again(r, e);
		return;
	}
	for (int i = 0; i < count; i++)
		take_order(r, &orders[i]);
	if (has_more && r->page < PAGES_MOST) {
		carrier_orders(r->engine->carrier, ++r->page, r->after_ms, page_read, r);
		return;
	}
	if (r->count > 0)
		qsort(r->seen, r->count, sizeof(*r->seen), in_turn);
	compare(r);
}

/* By POST /number_orders, which leaves an order with our reference. */
static void expect(struct recovery *r, const struct order *o)
{
	int64_t now_ms = clock_wall_ms(r->engine->clock);
	if (o->order_id[0] == '\0' || o->sent_ms <= r->after_ms || !o->is_owned ||
		o->method != METHOD_NUMBER_ORDERS ||
		o->sent_ms > now_ms - LAG_SETTLES * r->engine->rules.settle_ms)
		return;
	TEXT_COPY(r->expected[r->expected_count++], o->name);
}

static void newest_read(void *arg, const struct err *e, const struct order *orders, size_t count)
{
	struct recovery *r = arg;
	if (r->engine->is_stopping)
		return;
	if (e->code != ERR_OK && e->code != ERR_STORE_CORRUPT) {
		begin_again(r, e);
		return;
	}
	int64_t newest_ms = count > 0 ? orders[0].created_ms - BEFORE_NEWEST_MS : 0;
	int64_t seen_ms = r->engine->control.thawed_at_ms;
	r->after_ms = newest_ms > seen_ms ? newest_ms : seen_ms;
	r->expected_count = 0;
	for (size_t i = 0; i < count; i++)
		expect(r, &orders[i]);
	carrier_orders(r->engine->carrier, r->page, r->after_ms, page_read, r);
}

static void begin(void *recovery)
{
	struct recovery *r = recovery;
	struct store_query newest = {.limit = NEWEST_LOOKED_AT};
	r->count = r->next = 0;
	r->lost = 0;
	r->page = 1;
	store_list(r->engine->store, &newest, newest_read, r);
}

/* --- from outside --- */

struct recovery *recovery_new(struct engine *engine)
{
	struct recovery *r = must_calloc(1, sizeof(*r));
	r->engine = engine;
	r->again = loop_timer_new(engine->loop, begin, r);
	r->again_ms = AGAIN_LEAST_MS;
	begin(r);
	return r;
}

struct recovery *recovery_free(struct recovery *r)
{
	if (r == NULL)
		return NULL;
	loop_timer_free(r->again);
	free(r->seen);
	free(r);
	return NULL;
}

bool recovery_is_done(const struct recovery *r)
{
	return r->is_done;
}

int recovery_count(const struct recovery *r)
{
	return r->lost;
}

void recovery_tell(struct recovery *r, struct live_order *entry)
{
	for (size_t i = 0; r != NULL && r->lost > 0 && i < r->count; i++)
		if (r->seen[i].is_lost && text_is(r->seen[i].name, entry->order.name))
			tell(entry, &r->seen[i]);
}
