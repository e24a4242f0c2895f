/*
 * recover.h - what the carrier knows of us and the database does not.
 *
 * A database that came out of a backup, or a new one after a loss, has forgotten
 * orders that were sent, and would buy again.  So before anything is spent, each
 * start reads the carrier's orders since a day before the newest sign-up here (all
 * of them, for an empty database) and compares the references.  An order that this
 * database does not know freezes spending; it is told to its sign-up (EVENT_FOUND)
 * whenever that comes into memory, and otherwise kept until a client asks for it
 * again with the same idempotency key: the reference is derived from it.
 *
 * Nor is anything spent with the key of another account: if of the newest
 * purchases here the account lists none, spending is frozen as well.  Purchases
 * younger than five times the settling time (ten minutes) do not count: a list
 * may lag behind them.
 *
 * What a person has seen does not stop the next start: a thaw says until when.
 *
 * Not found: purchases by the old method, which leave no order; `numberd
 * reconcile` shows their numbers as strays.  Thread: the loop's.
 */
#ifndef ENGINE_RECOVER_H
#define ENGINE_RECOVER_H

#include <stdbool.h>

#include "order/order.h"

struct engine;
struct live_order;
struct recovery;

/* Begins at once.  Until it has come to its end nothing may be spent. */
struct recovery *recovery_new(struct engine *engine);
struct recovery *recovery_free(struct recovery *r);
bool recovery_is_done(const struct recovery *r);
/* Orders that no sign-up here knows. */
int recovery_count(const struct recovery *r);
/* This order has just been begun, or read from the store: tell it what is known
 * of its references.  May be repeated; r may be NULL. */
void recovery_tell(struct recovery *r, struct live_order *entry);

#endif
