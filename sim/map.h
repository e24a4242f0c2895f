/*
 * map.h - a hash table from 64-bit keys to 64-bit values or pointers.
 *
 * Promise: a look-up is one or two cache lines; nothing is ever removed, a
 * value of 0 (or NULL) reads as absent.  Texts are keyed by map_hash(): two
 * different texts meet with a chance of one in 2^64 a pair, so whoever looks
 * up by text compares the text afterwards.
 */
#ifndef SIM_MAP_H
#define SIM_MAP_H

#include <stddef.h>
#include <stdint.h>

struct map {
	uint64_t *keys; /* 0: free */
	uint64_t *values;
	size_t room; /* a power of two */
	size_t count;
};

void map_done(struct map *map); /* frees; the map is empty and usable again */
uint64_t map_get(const struct map *map, uint64_t key); /* 0 if absent */
void map_put(struct map *map, uint64_t key, uint64_t value);
void *map_find(const struct map *map, uint64_t key); /* NULL if absent */
void map_keep(struct map *map, uint64_t key, void *value);

uint64_t map_hash(const char *text); /* never 0 */

#endif
