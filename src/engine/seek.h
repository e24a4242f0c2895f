/*
 * seek.h - the core's SEARCH: one question, asked at many places side by side.
 *
 * The answer is the first place in the order of the ladder, from
 * order.ladder_at on, that has numbers which this order may pay, as far as the
 * stock is known (route.h).  When every place up to max_rung was asked and had
 * none: the nearest numbers that cost too much, for the core to tell so, else
 * NO_NUMBERS.  A place that could not be asked is not one without numbers: then
 * the answer is that failure, never a farther number.
 * Where a number was chosen, that one alone is asked for.
 */
#ifndef ENGINE_SEEK_H
#define ENGINE_SEEK_H

#include "carrier/carrier.h"

struct engine;
struct seek;

/* `o` is copied.  done: once, later, as of carrier_ask(). */
void seek_ask(struct engine *engine, const struct order *o, carrier_done done, void *arg);
/* With upstreams that do not answer any more. */
void seek_forget_all(struct engine *engine);

#endif
