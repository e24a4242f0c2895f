/*
 * checkup.h - the cheap checks before money, shared by everyone who waits.
 *
 * Keys, credential and balance are the same for all sign-ups, so one round of
 * questions answers all who asked while it ran, and a good answer serves for
 * CHECKUP_GOOD_MS more.  A bad one is never kept.
 */
#ifndef ENGINE_CHECKUP_H
#define ENGINE_CHECKUP_H

#include "engine/engine.h"

#define CHECKUP_GOOD_MS 5000

struct checkup;
struct checkup *checkup_new(
	struct loop *loop, const struct clock *clock, struct carrier *carrier, struct voice *voice);
struct checkup *checkup_free(struct checkup *c);
/* `is_fresh`: do not use a kept answer. */
void checkup_ask(struct checkup *c, bool is_fresh, engine_checkup_done done, void *arg);

#endif
