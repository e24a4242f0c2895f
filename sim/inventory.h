/*
 * inventory.h - numbers for sale, made up as they are asked for.
 *
 * Promise: which numbers an area code has, and what each can do, depends on
 * the seed and the number alone.  Nothing is stored until a number is sold,
 * so an area code is as good as inexhaustible unless `stock` says otherwise.
 */
#ifndef SIM_INVENTORY_H
#define SIM_INVENTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/world.h"

enum feature {
	FEATURE_SMS = 1,
	FEATURE_MMS = 2,
	FEATURE_VOICE = 4,
	FEATURE_FAX = 8,
	FEATURE_EMERGENCY = 16,
	FEATURE_HD_VOICE = 32,
};

struct wish {
	const char *country; /* NULL or "": any */
	int npa;             /* 0: any; -1: what was asked for is no area code */
	const char *type;    /* NULL: any */
	const char *locality, *state, *rate_center; /* NULL: any */
	const char *starts, *ends, *contains;       /* NULL: any */
	unsigned features;
	bool is_impossible; /* a feature or type that no number here has */
	bool best_effort, quickship, reservable, only_held;
	size_t limit;
};

struct offer {
	uint64_t digits;
	bool is_best_effort;
};

#define INVENTORY_ROWS_MAX 250
/* Rows for a search, at most wish->limit; how many. */
size_t inventory_find(
	struct world *w, const struct wish *wish, struct offer ret[INVENTORY_ROWS_MAX]);
bool inventory_has(const struct world *w, uint64_t digits); /* made and in stock */
/* In stock and neither owned, held nor reserved by anyone. */
bool inventory_is_free(const struct world *w, uint64_t digits);
size_t inventory_count(const struct world *w, int npa);
/* The same without what is sold, held or reserved; counted only where few are made. */
size_t inventory_left(const struct world *w, int npa);

unsigned inventory_features(const struct world *w, uint64_t digits);
unsigned inventory_feature(const char *name); /* 0 if no number has it */
const char *inventory_type(uint64_t digits);  /* "local" or "toll_free" */
bool inventory_is_quick(const struct world *w, uint64_t digits);
bool inventory_is_reservable(const struct world *w, uint64_t digits);
/* That of its exchange; where none is known, the area code's main one. */
const char *inventory_town(uint64_t digits);
const char *inventory_country(uint64_t digits); /* "US" if unknown */

#endif
