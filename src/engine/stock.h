/*
 * stock.h - which area codes have numbers for sale, as far as is known just now.
 *
 * It only says where to look first: what is not known, is old or wrong costs a
 * search more, and never a sign-up.  Asked of the carrier at most once at a
 * time for a country; kept for STOCK_GOOD_MS.  Thread: the loop's.
 */
#ifndef ENGINE_STOCK_H
#define ENGINE_STOCK_H

#include <stdbool.h>

#include "base/clock.h"
#include "carrier/carrier.h"

/* Long enough that a busy hour asks once a minute; short enough that an area
 * code which sold out costs few sign-ups a search in vain. */
#define STOCK_GOOD_MS 60000
/* After a failure, until it is asked again. */
#define STOCK_PAUSE_MS 15000

struct stock;
struct shelf; /* what is known of one country */

struct stock *stock_new(const struct clock *clock, struct carrier *carrier);
/* Who waits is told no more. */
struct stock *stock_free(struct stock *s);

/* NULL when nothing is known now. */
const struct shelf *stock_shelf(const struct stock *s, const char *country);
/* Some for sale, and none of our searches has found otherwise lately. */
bool stock_has(const struct stock *s, const struct shelf *shelf, const char *area_code);
/* A search of this area code has just shown nothing for sale.  Believed for
 * STOCK_GOOD_MS, or until the carrier is asked again and says otherwise. */
void stock_note_empty(struct stock *s, const char *country, const char *area_code);

/* Asks if it is time to.  True: func is called when the answer is there, later;
 * false: there is nothing to wait for. */
bool stock_await(struct stock *s, const char *country, void (*func)(void *arg), void *arg);
void stock_forget(struct stock *s, void *arg);

#endif
