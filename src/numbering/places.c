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
		.exchanges = town->size,
	};
}

const char *place_region_name(const char *region)
{
	for (size_t i = 0; i < places_region_count; i++)
		if (text_is(places_regions[i].region, region))
			return places_regions[i].name;
	return region;
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

static bool is_same_town(size_t a, size_t b)
{
	return places_towns[a].name == places_towns[b].name &&
	       places_towns[a].region == places_towns[b].region;
}

/* All of the town's points together. */
unsigned place_exchanges_of(const struct place *place, const struct area_code *area)
{
	const struct places_code *code = code_of(area);
	unsigned weight = 0;
	for (size_t i = 0; i < code->list_count; i++) {
		const struct places_weight *w = &places_lists[code->list_first + i];
		if (is_same_town(w->town, place->id))
			weight += w->exchanges;
	}
	return weight;
}

/* Its own, not those of its whole complex. */
static unsigned own_exchanges_of(const struct place *place, const struct area_code *area)
{
	const struct places_code *code = code_of(area);
	unsigned count = 0;
	for (size_t i = 0; i < code->exchange_count; i++)
		count += is_same_town(places_exchanges[code->exchange_first + i].town, place->id);
	return count;
}

struct serving {
	const struct area_code *area;
	unsigned weight;
	bool is_native; /* one in ten of the complex's exchanges there is its own */
};

static bool is_better(const struct serving *a, const struct serving *b)
{
	/* A code of two areas counts the exchanges of both. */
	bool a_is_wide = a->area->complex_count > 1, b_is_wide = b->area->complex_count > 1;
	if (a_is_wide != b_is_wide)
		return b_is_wide;
	if (a->weight != b->weight)
		return a->weight > b->weight;
	/* Of one complex: 480 was Mesa's before 602 could be given out there, too. */
	if (a->is_native != b->is_native)
		return a->is_native;
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
		struct serving one = {area, place_exchanges_of(place, area), false};
		if (one.weight == 0)
			continue;
		one.is_native = own_exchanges_of(place, area) * 10 >= one.weight;
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

uint8_t place_time_rules(const struct place *place)
{
	const struct area_code *codes[PLACE_CODES_MAX];
	for (size_t i = 0; i < places_zone_count; i++)
		if (is_same_town(places_zones[i].town, place->id))
			return area_code_at(places_zones[i].like)->time_rules;
	must(place_codes(place, codes) > 0);
	return codes[0]->time_rules;
}

/* ---- distances ---- */

static double radians(int32_t tenthousandths)
{
	return tenthousandths * (M_PI / 1800000.0);
}

/* The square of the sine of half the angle between them: grows with the way. */
static double haversine(struct place_point a, double cos_a, struct place_point b)
{
	double up = sin(radians(b.lat - a.lat) / 2), over = sin(radians(b.lon - a.lon) / 2);
	return up * up + cos_a * cos(radians(b.lat)) * over * over;
}

static double km_of(double h)
{
	return 2 * EARTH_KM * asin(fmin(1, sqrt(h)));
}

double place_km(struct place_point a, struct place_point b)
{
	return km_of(haversine(a, cos(radians(a.lat)), b));
}

/* The nearest towns of a code, nearest first; without the last they have not enough
 * exchanges. */
struct nearest {
	struct {
		double h;
		unsigned exchanges;
	} towns[ENOUGH_MAX + 1];
	size_t count;
	unsigned exchanges; /* of all of them */
};

static void take_town(struct nearest *n, double h, unsigned exchanges, unsigned enough)
{
	size_t at = n->count++;
	must(n->count <= COUNT_OF(n->towns));
	for (; at > 0 && n->towns[at - 1].h > h; at--)
		n->towns[at] = n->towns[at - 1];
	n->towns[at].h = h;
	n->towns[at].exchanges = exchanges;
	n->exchanges += exchanges;
	while (n->exchanges - n->towns[n->count - 1].exchanges >= enough)
		n->exchanges -= n->towns[--n->count].exchanges;
}

unsigned place_way_to(struct place_point from, const struct area_code *area)
{
	const struct places_code *code = code_of(area);
	struct nearest n = {.count = 0};
	double cos_from = cos(radians(from.lat));
	double worst = INFINITY;
	int32_t reach = INT32_MAX; /* no town is nearer than its part along the meridian */
	must(code->list_count > 0);
	for (size_t i = 0; i < code->list_count; i++) {
		const struct places_weight *w = &places_lists[code->list_first + i];
		struct place_point to = {places_towns[w->town].lat, places_towns[w->town].lon};
		if (abs(to.lat - from.lat) > reach)
			continue;
		double h = haversine(from, cos_from, to);
		if (h >= worst)
			continue;
		take_town(&n, h, w->exchanges, code->enough);
		if (n.exchanges < code->enough)
			continue;
		worst = n.towns[n.count - 1].h;
		reach = (int32_t)(km_of(worst) / KM_PER_DEGREE * 10000) + 1;
	}
	return (unsigned)(km_of(n.towns[n.count - 1].h) * 10 + 0.5);
}

bool place_has_same_towns(const struct area_code *a, const struct area_code *b)
{
	return code_of(a)->list_first == code_of(b)->list_first &&
	       code_of(a)->list_count == code_of(b)->list_count;
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
