/*
 * town.h - the numbers of one town within an area code.
 *
 * A town has some of the code's exchanges, and of each all lines.  They are
 * counted in an order of their own, so that "one number in Santa Rosa" is one
 * certain number.
 */
#ifndef SIM_TOWN_H
#define SIM_TOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TOWN_EXCHANGES_MAX 800

struct town {
	int npa;
	int64_t left; /* numbers made, for the setting `stock` */
	size_t exchange_count;
	int16_t exchanges[TOWN_EXCHANGES_MAX];
	int16_t ordinals[1000]; /* where an exchange stands in the list; -1: not the town's */
};

/* All exchanges that is_there() says yes to; it is asked with a number in each. */
void town_gather(
	struct town *town, int npa, bool (*is_there)(void *arg, uint64_t digits), void *arg);
/* "707 Santa Rosa"; false if there is no such town, or no area code before it. */
bool town_read(struct town *town, const char *text);

uint64_t town_total(const struct town *town);
uint64_t town_number(const struct town *town, uint64_t i);               /* i below town_total() */
bool town_find(const struct town *town, uint64_t digits, uint64_t *ret); /* and back */

#endif
