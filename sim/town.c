#include "sim/town.h"

#include <string.h>

#include "base/must.h"
#include "base/text.h"
#include "numbering/places.h"
#include "sim/inventory.h"

#define LINES 10000
#define LINE_STEP 6007 /* has no factor in common with LINES */
#define LINE_BACK 3143 /* times LINE_STEP it is 1 modulo LINES */

void town_gather(
	struct town *town, int npa, bool (*is_there)(void *arg, uint64_t digits), void *arg)
{
	*town = (struct town){.npa = npa};
	for (int nxx = 0; nxx < 1000; nxx++) {
		uint64_t digits = 10000000000ULL + (uint64_t)npa * 10000000 + (uint64_t)nxx * LINES;
		town->ordinals[nxx] = -1;
		if (!inventory_sells_exchange(nxx) || !is_there(arg, digits))
			continue;
		town->ordinals[nxx] = (int16_t)town->exchange_count;
		town->exchanges[town->exchange_count++] = (int16_t)nxx;
	}
}

static bool is_called(void *name, uint64_t digits)
{
	return place_is_called(inventory_town(digits), name);
}

bool town_read(struct town *town, const char *text)
{
	char code[4], name[PLACE_NAME_BYTES];
	int64_t npa;
	if (strlen(text) < 5 || text[3] != ' ' || !text_copy(name, sizeof(name), text + 4) ||
		!text_copy_part(code, sizeof(code), text, 3) || !text_to_int(code, 200, 999, &npa))
		return false;
	town_gather(town, (int)npa, is_called, name);
	return town->exchange_count > 0;
}

uint64_t town_total(const struct town *town)
{
	return town->exchange_count * LINES;
}

uint64_t town_number(const struct town *town, uint64_t i)
{
	must(i < town_total(town));
	uint64_t nxx = (uint64_t)town->exchanges[i % town->exchange_count];
	uint64_t line = (i / town->exchange_count + 1) * LINE_STEP % LINES;
	return 10000000000ULL + (uint64_t)town->npa * 10000000 + nxx * LINES + line;
}

bool town_find(const struct town *town, uint64_t digits, uint64_t *ret)
{
	uint64_t nxx = digits / LINES % 1000, line = digits % LINES;
	if (digits / 10000000 != 1000 + (uint64_t)town->npa || town->ordinals[nxx] < 0)
		return false;
	uint64_t turn = (line * LINE_BACK + LINES - 1) % LINES;
	*ret = turn * town->exchange_count + (uint64_t)town->ordinals[nxx];
	return true;
}
