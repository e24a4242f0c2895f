#include "numbering/places.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "base/text.h"
#include "numbering/places_key.h"
#include "numbering/places_table.h"

#define EARTH_KM 6371.0088
#define KM_PER_DEGREE (EARTH_KM * M_PI / 180)

size_t place_count(void)
{
	return places_town_count;
}

struct place place_at(size_t id)
{
	must(id < places_town_count);
	const struct places_town *town = &places_towns[id];
	const struct places_region *region = &places_regions[town->region];
	return (struct place){
		.id = id,
		.name = places_names + town->name,
		.region = region->region,
		.region_name = region->name,
		.country = region->country,
		.at = {town->lat, town->lon},
		.exchanges = places_sizes[id],
	};
}

static const struct places_code *code_of(const struct area_code *area)
{
	return &places_codes[area_code_row(area)];
}

/* ---- exchanges ---- */

static bool find_exchange(const struct places_code *code, unsigned nxx, size_t *ret_town)
{
	size_t low = code->exchange_first, high = low + code->exchange_count;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (places_exchanges[mid].nxx < nxx)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == (size_t)code->exchange_first + code->exchange_count ||
		places_exchanges[low].nxx != nxx)
		return false;
	*ret_town = places_exchanges[low].town;
	return true;
}

bool place_of_number(const char *e164, struct place *ret)
{
	size_t town = 0;
	if (e164 == NULL || strlen(e164) != 12 || !text_starts(e164, "+1") ||
		!text_is_digits(e164 + 1))
		return false;
	char npa[4];
	memcpy(npa, e164 + 2, 3);
	npa[3] = '\0';
	const struct area_code *area = area_code_find(npa);
	unsigned nxx = (unsigned)(e164[5] - '0') * 100 + (unsigned)(e164[6] - '0') * 10 +
		       (unsigned)(e164[7] - '0');
	if (area == NULL || !find_exchange(code_of(area), nxx, &town))
		return false;
	*ret = place_at(town);
	return true;
}

/* ---- who serves a town ---- */

/* All of the town's points together. */
unsigned place_exchanges_of(const struct place *place, const struct area_code *area)
{
	const struct places_code *code = code_of(area);
	const struct places_town *town = &places_towns[place->id];
	unsigned weight = 0;
	for (size_t i = 0; i < code->list_count; i++) {
		const struct places_weight *w = &places_lists[code->list_first + i];
		const struct places_town *there = &places_towns[w->town];
		if (there->name == town->name && there->region == town->region)
			weight += w->exchanges;
	}
	return weight;
}

struct serving {
	const struct area_code *area;
	unsigned weight;
};

static bool is_better(const struct serving *a, const struct serving *b)
{
	/* A code of two areas counts the exchanges of both. */
	bool a_is_wide = a->area->complex_count > 1, b_is_wide = b->area->complex_count > 1;
	if (a_is_wide != b_is_wide)
		return b_is_wide;
	if (a->weight != b->weight)
		return a->weight > b->weight;
	return a->area->since < b->area->since;
}

size_t place_codes(const struct place *place, const struct area_code *ret[PLACE_CODES_MAX])
{
	struct serving all[PLACE_CODES_MAX];
	size_t count = 0;
	for (size_t i = 0; i < area_code_count(); i++) {
		const struct area_code *area = area_code_at(i);
		if (!area->is_in_service || area->kind != KIND_GEOGRAPHIC ||
			!text_is(area->country, place->country) ||
			(place->region[2] == '-' && !area_code_serves(area, place->region)))
			continue;
		struct serving one = {area, place_exchanges_of(place, area)};
		if (one.weight == 0)
			continue;
		must(count < PLACE_CODES_MAX);
		size_t at = count++;
		for (; at > 0 && is_better(&one, &all[at - 1]); at--)
			all[at] = all[at - 1];
		all[at] = one;
	}
	for (size_t i = 0; i < count; i++)
		ret[i] = all[i].area;
	return count;
}

/* ---- distances ---- */

static double radians(int32_t tenthousandths)
{
	return tenthousandths * (M_PI / 1800000.0);
}

double place_km(struct place_point a, struct place_point b)
{
	double lat_a = radians(a.lat), lat_b = radians(b.lat);
	double up = sin((lat_b - lat_a) / 2), over = sin(radians(b.lon - a.lon) / 2);
	double h = up * up + cos(lat_a) * cos(lat_b) * over * over;
	return 2 * EARTH_KM * asin(fmin(1, sqrt(h)));
}

unsigned place_nearest(struct place_point from, const struct area_code *area, struct place *ret)
{
	const struct places_code *code = code_of(area);
	double best = INFINITY;
	size_t nearest = 0;
	must(code->list_served > 0);
	for (size_t i = 0; i < code->list_served; i++) {
		size_t id = places_lists[code->list_first + i].town;
		struct place_point to = {places_towns[id].lat, places_towns[id].lon};
		/* No way is shorter than its part along the meridian. */
		if (abs(to.lat - from.lat) * (KM_PER_DEGREE / 10000) > best)
			continue;
		double km = place_km(from, to);
		if (km < best) {
			best = km;
			nearest = id;
		}
	}
	if (ret != NULL)
		*ret = place_at(nearest);
	return (unsigned)(best * 10 + 0.5);
}

/* ---- names ---- */

bool place_is_called(const char *name, const char *other)
{
	char a[PLACE_KEY_BYTES], b[PLACE_KEY_BYTES];
	return place_key(name, a) && place_key(other, b) && text_is(a, b);
}

bool place_is_same(const struct place *a, const struct place *b)
{
	return a->id == b->id || (text_is(a->region, b->region) && text_is(a->name, b->name));
}
