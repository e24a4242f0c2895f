#include "sim/map.h"

#include <stdlib.h>

#include "base/must.h"

void map_done(struct map *map)
{
	free(map->keys);
	free(map->values);
	*map = (struct map){0};
}

/* Keys are phone numbers and the like, so neighbours are stirred apart. */
static size_t slot_of(const struct map *map, uint64_t key)
{
	size_t i = (size_t)((key ^ key >> 29) * 0x9E3779B97F4A7C15ULL >> 20) & (map->room - 1);
	while (map->keys[i] != 0 && map->keys[i] != key)
		i = (i + 1) & (map->room - 1);
	return i;
}

uint64_t map_get(const struct map *map, uint64_t key)
{
	if (map->room == 0 || key == 0)
		return 0;
	size_t i = slot_of(map, key);
	return map->keys[i] == key ? map->values[i] : 0;
}

static void grow(struct map *map)
{
	struct map bigger = {.room = map->room ? map->room * 2 : 64, .count = map->count};
	bigger.keys = must_calloc(bigger.room, sizeof(*bigger.keys));
	bigger.values = must_calloc(bigger.room, sizeof(*bigger.values));
	for (size_t i = 0; i < map->room; i++) {
		if (map->keys[i] == 0)
			continue;
		size_t to = slot_of(&bigger, map->keys[i]);
		bigger.keys[to] = map->keys[i];
		bigger.values[to] = map->values[i];
	}
	free(map->keys);
	free(map->values);
	*map = bigger;
}

void map_put(struct map *map, uint64_t key, uint64_t value)
{
	must(key != 0);
	if ((map->count + 1) * 4 > map->room * 3)
		grow(map);
	size_t i = slot_of(map, key);
	if (map->keys[i] == 0)
		map->count++;
	map->keys[i] = key;
	map->values[i] = value;
}

void *map_find(const struct map *map, uint64_t key)
{
	return (void *)(uintptr_t)map_get(map, key);
}

void map_keep(struct map *map, uint64_t key, void *value)
{
	map_put(map, key, (uint64_t)(uintptr_t)value);
}

uint64_t map_hash(const char *text)
{
	uint64_t hash = 0xCBF29CE484222325ULL; /* FNV-1a */
	for (; *text != '\0'; text++)
		hash = (hash ^ (unsigned char)*text) * 0x100000001B3ULL;
	return hash != 0 ? hash : 1;
}
