#include "engine/checkup.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "net/loop.h"

struct asker {
	engine_checkup_done done;
	void *arg;
	struct asker *next;
};

struct checkup {
	struct loop *loop;
	const struct clock *clock;
	struct carrier *carrier;
	struct voice *voice;
	struct engine_checkup found;
	int64_t good_until_boot_ms;
	int open; /* questions under way */
	bool is_posted;
	bool is_freed;
	struct asker *askers;
};

struct checkup *checkup_new(
	struct loop *loop, const struct clock *clock, struct carrier *carrier, struct voice *voice)
{
	struct checkup *c = must_calloc(1, sizeof(*c));
	c->loop = loop;
	c->clock = clock;
	c->carrier = carrier;
	c->voice = voice;
	return c;
}

static void forget_askers(struct checkup *c)
{
	while (c->askers != NULL) {
		struct asker *asker = c->askers;
		c->askers = asker->next;
		free(asker);
	}
}

struct checkup *checkup_free(struct checkup *c)
{
	if (c == NULL)
		return NULL;
	forget_askers(c);
	c->is_freed = true;
	if (c->open == 0 && !c->is_posted)
		free(c);
	return NULL;
}

/* True when the object was only waiting for this to be freed. */
static bool is_gone(struct checkup *c)
{
	if (!c->is_freed)
		return false;
	if (c->open == 0 && !c->is_posted)
		free(c);
	return true;
}

static void tell(struct checkup *c)
{
	struct asker *askers = c->askers;
	struct engine_checkup found = c->found;
	c->askers = NULL;
	while (askers != NULL) {
		struct asker *asker = askers;
		askers = asker->next;
		asker->done(asker->arg, &found);
		free(asker);
	}
}

static void tell_posted(void *arg)
{
	struct checkup *c = arg;
	c->is_posted = false;
	if (!is_gone(c) && c->open == 0)
		tell(c);
}

static void part_done(struct checkup *c)
{
	c->open--;
	if (is_gone(c) || c->open > 0)
		return;
	if (c->found.carrier.code == ERR_OK && c->found.voice.code == ERR_OK)
		c->good_until_boot_ms = clock_boot_ms(c->clock) + CHECKUP_GOOD_MS;
	tell(c);
}

static void carrier_checked(void *arg, const struct answer *answer)
{
	struct checkup *c = arg;
	c->found.available_cents = answer->available_cents;
	if (answer->code != ERR_OK)
		err_set_hint(&c->found.carrier, answer->code, answer->hint, "%s", answer->message);
	part_done(c);
}

static void voice_checked(void *arg, const struct err *e, const struct voice_credential *credential)
{
	struct checkup *c = arg;
	if (e->code != ERR_OK) {
		c->found.voice = *e;
	} else {
		TEXT_COPY(c->found.credential_id, credential->id);
		TEXT_COPY(c->found.application_id, credential->application_id);
		carrier_expect_connection(c->carrier, credential->application_id);
	}
	part_done(c);
}

void checkup_ask(struct checkup *c, bool is_fresh, engine_checkup_done done, void *arg)
{
	struct asker *asker = must_calloc(1, sizeof(*asker));
	asker->done = done;
	asker->arg = arg;
	asker->next = c->askers;
	c->askers = asker;
	if (c->open > 0)
		return;
	if (!is_fresh && clock_boot_ms(c->clock) < c->good_until_boot_ms) {
		if (!c->is_posted)
			loop_post(c->loop, tell_posted, c);
		c->is_posted = true;
		return;
	}
	static const struct order nobody;
	const struct command check = {.kind = COMMAND_CHECK};
	c->found = (struct engine_checkup){.available_cents = -1};
	c->open = 2;
	carrier_ask(c->carrier, &nobody, &check, NULL, carrier_checked, c);
	voice_check(c->voice, voice_checked, c);
}
