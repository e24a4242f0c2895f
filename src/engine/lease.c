/*
 * lease.c - which sign-ups are ours to work on, and for how long.
 *
 * One call to the store renews our lease and gives us what is nobody's, every
 * RENEW_MS.  When that does not work for LEASE_MS less a margin we stop: no
 * step, no byte of a request that writes, until it works again; and then every
 * order is read again first.  None of this carries safety: a worker that was
 * asleep for hours and knows nothing of it is stopped by the version of the
 * row, which grows with every claim.
 */
#include "base/log.h"
#include "base/text.h"
#include "engine/inside.h"

#define LEASE_MS 30000
#define MARGIN_MS 5000 /* we count this much less than the store */
#define RENEW_MS 10000
#define AGAIN_MS 1000 /* after the store could not */

bool engine_holds_lease(const struct engine *engine)
{
	return clock_boot_ms(engine->clock) < engine->lease.until_boot_ms;
}

bool engine_may_move(const struct engine *engine, const struct live_order *entry)
{
	return engine_holds_lease(engine) && entry->lease_no == engine->lease.no;
}

struct live_order *engine_take(struct engine *engine, const struct order *order)
{
	struct live_order *entry = live_orders_find(engine->live, order->id);
	if (entry != NULL) {
		if (entry->order.version < order->version)
			engine_reread(engine, entry);
		return entry;
	}
	entry = engine_hold(engine, order);
	if (engine->is_stopping)
		return entry;
	entry->asks++; /* hold it while we still look at it */
	engine_resume(engine, entry);
	entry->asks--;
	return entry;
}

static struct store_claim claim(const struct engine *engine, int limit)
{
	int64_t now_ms = clock_wall_ms(engine->clock);
	return (struct store_claim){.worker = engine->lease.worker,
		.now_ms = now_ms,
		.until_ms = now_ms + LEASE_MS,
		.limit = limit};
}

void engine_claim(struct engine *engine, const char *id, store_orders_done done, void *arg)
{
	struct store_claim c = claim(engine, 1);
	TEXT_COPY(c.id, id);
	store_claim(engine->store, &c, done, arg);
}

/* --- what we hold and do not know of --- */

static void read_more(struct engine *engine);

static void read_held(void *arg, const struct err *e, const struct order *orders, size_t count)
{
	struct engine *engine = arg;
	struct lease *lease = &engine->lease;
	lease->is_reading = false;
	if (engine->is_stopping)
		return;
	if (e->code != ERR_OK && e->code != ERR_STORE_CORRUPT) {
		lease->may_hold_more = true;
		return;
	}
	for (size_t i = 0; i < count; i++) {
		TEXT_COPY(lease->read_to, orders[i].id);
		/* Also one that we remember from before another worker had it. */
		if (orders[i].worker == lease->worker)
			engine_take(engine, &orders[i]);
	}
	if (count > 0)
		read_more(engine);
}

static void read_more(struct engine *engine)
{
	struct store_query query = {.limit = STORE_LIST_MOST, .unfinished_only = true};
	TEXT_COPY(query.after_id, engine->lease.read_to);
	engine->lease.is_reading = true;
	store_list(engine->store, &query, read_held, engine);
}

void engine_may_hold_more(struct engine *engine)
{
	engine->lease.may_hold_more = true;
}

static void look_for_more(struct engine *engine)
{
	struct lease *lease = &engine->lease;
	if (!lease->may_hold_more || lease->is_reading)
		return;
	lease->may_hold_more = false;
	lease->read_to[0] = '\0';
	read_more(engine);
}

/* --- renewing --- */

static void renew(void *arg);

static void take_all(struct engine *engine, const struct order *orders, size_t count)
{
	if (count > 0)
		log_line(LOG_INFO, "sign-ups are taken up", "first", orders[0].id, NULL);
	engine->stats.taken += (int64_t)count;
	for (size_t i = 0; i < count; i++)
		engine_take(engine, &orders[i]);
}

static void renewed(void *arg, const struct err *e, const struct order *orders, size_t count)
{
	struct engine *engine = arg;
	struct lease *lease = &engine->lease;
	lease->is_asked = false;
	if (engine->is_stopping)
		return;
	engine_note_store(engine, e);
	if (e->code != ERR_OK)
		log_line(LOG_ERROR, "could not take up every unfinished sign-up", "reason",
			e->message, NULL);
	/* A corrupt row is named and left alone; the sound ones go on. */
	if (e->code != ERR_OK && e->code != ERR_STORE_CORRUPT) {
		lease->may_hold_more = true;
		loop_timer_set(lease->timer, AGAIN_MS);
		return;
	}
	if (!engine_holds_lease(engine))
		lease->no++; /* what we remember may be old */
	lease->until_boot_ms = lease->asked_boot_ms + LEASE_MS - MARGIN_MS;
	take_all(engine, orders, count);
	look_for_more(engine);
	if (count > 0)
		renew(engine); /* there may be more of them */
	else
		loop_timer_set(lease->timer, RENEW_MS);
}

static void renew(void *arg)
{
	struct engine *engine = arg;
	if (engine->lease.is_asked || engine->is_stopping)
		return;
	struct store_claim c = claim(engine, STORE_LIST_MOST);
	engine->lease.is_asked = true;
	engine->lease.asked_boot_ms = clock_boot_ms(engine->clock);
	store_claim(engine->store, &c, renewed, engine);
}

void engine_lease_start(struct engine *engine, int64_t worker)
{
	engine->lease.worker = worker;
	engine->lease.timer = loop_timer_new(engine->loop, renew, engine);
	renew(engine);
}
