/*
 * webhooks.c - what the carrier tells us: stored, then taken as a hint to look.
 *
 * A webhook may be late, early, repeated, or never come; the order's own looks
 * give the same end without it, only later.  That is why nothing in it is
 * believed, and why one that comes before the order is known is not kept for it:
 * the step that learns of the order looks at once.
 */
#include <stdlib.h>

#include "base/text.h"
#include "engine/inside.h"

struct telling {
	struct engine *engine;
	char reference[REFERENCE_BYTES];
	char order_id[sizeof(((struct order *)0)->order_id)];
	engine_webhook_done done;
	void *arg;
};

static struct live_order *find(const struct telling *t)
{
	struct live_orders *live = t->engine->live;
	struct live_order *entry =
		t->reference[0] ? live_orders_find_reference(live, t->reference) : NULL;
	if (entry == NULL && t->order_id[0] != '\0')
		entry = live_orders_find_order(live, t->order_id);
	return entry;
}

static void hint(const struct telling *t)
{
	struct live_order *entry = find(t);
	if (entry == NULL)
		return;
	struct event event = engine_event(t->engine, EVENT_HINT);
	t->engine->stats.webhooks_hints++;
	engine_apply(t->engine, entry, &event, NULL, NULL);
}

static void stored(void *arg, const struct store_result *result)
{
	struct telling *t = arg;
	struct engine *engine = t->engine;
	const struct err *e = &result->err;
	engine->stats.webhooks_lost += e->code != ERR_OK;
	engine->stats.webhooks_repeated += e->code == ERR_OK && result->is_repeat;
	engine->stats.webhooks_stored += e->code == ERR_OK && !result->is_repeat;
	engine_note_store(engine, e);
	t->done(t->arg, e, result->is_repeat);
	if (e->code == ERR_OK && !result->is_repeat && !engine->is_stopping)
		hint(t);
	free(t);
}

void engine_webhook(struct engine *engine, const struct engine_webhook *webhook,
	engine_webhook_done done, void *arg)
{
	struct telling *t = must_calloc(1, sizeof(*t));
	t->engine = engine;
	t->done = done;
	t->arg = arg;
	/* What does not fit is none of ours. */
	if (!TEXT_COPY(t->reference, webhook->reference))
		t->reference[0] = '\0';
	if (!TEXT_COPY(t->order_id, webhook->order_id))
		t->order_id[0] = '\0';
	const struct store_webhook row = {.provider = webhook->provider,
		.event_id = webhook->event_id,
		.event_type = webhook->event_type,
		.body = webhook->body,
		.received_ms = clock_wall_ms(engine->clock)};
	store_webhook(engine->store, &row, stored, t);
}
