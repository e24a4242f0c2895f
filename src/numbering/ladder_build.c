/* ladder_build.c - the rungs, from where the customer is to the whole country. */
#include <string.h>

#include "base/must.h"
#include "base/text.h"
#include "numbering/countries_sold.h"
#include "numbering/ladder_origin.h"

/* An overlay shares the ground, whichever of its towns is nearest; only one whose
 * towns are all further away than this has a distance (321 seen from Orlando). */
#define OVERLAY_FAR_TENTHS 250

struct builder {
	struct ladder *ladder;
	const struct origin *from;
	uint8_t time_rules;                 /* of the town, where it is known */
	bool is_in[AREA_CODES_MAX];         /* by row: it has its rung */
	uint32_t km_tenths[AREA_CODES_MAX]; /* by row, of the same country */
};

static struct ladder_area *add(struct ladder *l, enum ladder_rung rung, const char *npa)
{
	must(l->count < COUNT_OF(l->areas));
	struct ladder_area *to = &l->areas[l->count++];
	*to = (struct ladder_area){.rung = (uint8_t)rung};
	TEXT_COPY(to->npa, npa);
	return to;
}

static bool is_older(const struct area_code *a, const char *npa)
{
	const struct area_code *b = area_code_find(npa);
	return a->since != b->since ? a->since < b->since : strcmp(a->npa, npa) < 0;
}

/* On its rung from areas[first] on, by rank; of equals the older code first (an
 * overlay keeps its place among equals: those on the same ground come first). */
static void insert(struct builder *b, size_t first, enum ladder_rung rung,
	const struct area_code *area, unsigned km_tenths)
{
	struct ladder *l = b->ladder;
	struct ladder_area one = *add(l, rung, area->npa);
	size_t at = l->count - 1;
	must(area->is_in_service && area->kind == KIND_GEOGRAPHIC);
	must(!b->is_in[area_code_row(area)]);
	b->is_in[area_code_row(area)] = true;
	one.km_tenths = (uint16_t)(km_tenths < UINT16_MAX ? km_tenths : UINT16_MAX);
	one.rank_tenths = km_tenths;
	if (rung == LADDER_NEARBY && !area_code_serves(area, l->region))
		one.rank_tenths += LADDER_OTHER_STATE_KM * 10;
	for (; at > first; at--) {
		const struct ladder_area *before = &l->areas[at - 1];
		if (before->rank_tenths < one.rank_tenths ||
			(before->rank_tenths == one.rank_tenths &&
				(rung == LADDER_OVERLAY || !is_older(area, before->npa))))
			break;
		l->areas[at] = *before;
	}
	l->areas[at] = one;
}

static bool is_candidate(const struct builder *b, const struct area_code *area)
{
	return area->kind == KIND_GEOGRAPHIC && area->is_in_service &&
	       text_is(area->country, b->from->home->country);
}

/* An overlay that came before it has the same towns, and was measured. */
static unsigned way_to(const struct builder *b, const struct area_code *area)
{
	for (size_t i = 0; i < area->overlay_count; i++) {
		const struct area_code *other = area_code_overlay(area, i);
		if (area_code_row(other) < area_code_row(area) && place_has_same_towns(area, other))
			return b->km_tenths[area_code_row(other)];
	}
	return place_way_to(b->from->point, area);
}

/* From the town to where each code begins.  Where only the area code
 * is known: from its towns on average, as data/ has it for its neighbours; from
 * its middle to those further away. */
static void measure(struct builder *b, enum ladder_rung max)
{
	const struct area_code *home = b->from->home;
	if (max <= LADDER_SAME_AREA_CODE) { /* a hundredth of the work */
		b->km_tenths[area_code_row(home)] = place_way_to(b->from->point, home);
		return;
	}
	for (size_t i = 0; i < area_code_count(); i++)
		if (is_candidate(b, area_code_at(i)))
			b->km_tenths[i] = way_to(b, area_code_at(i));
	for (size_t i = 0; i < home->near_count && !b->from->has_point; i++) {
		struct area_code_near near = area_code_near(home, i);
		b->km_tenths[area_code_row(near.area)] = near.km_tenths;
	}
}

static void add_same_town(struct builder *b)
{
	const struct origin *from = b->from;
	const struct area_code *codes[PLACE_CODES_MAX] = {from->home};
	size_t count = 1;
	if (!from->has_town || from->is_home_far)
		return;
	/* A number that was moved there from another area: the town's own codes. */
	if (place_exchanges_of(&from->town, from->home) == 0)
		count = place_codes(&from->town, codes);
	for (size_t i = 0; i < count; i++)
		add(b->ladder, LADDER_SAME_TOWN, codes[i]->npa);
}

static void add_home(struct builder *b)
{
	const struct origin *from = b->from;
	bool is_there = !from->has_point || (!from->is_home_far && !from->has_town) ||
			(from->has_town && place_exchanges_of(&from->town, from->home) > 0);
	insert(b, b->ladder->count, LADDER_SAME_AREA_CODE, from->home,
		is_there ? 0 : b->km_tenths[area_code_row(from->home)]);
}

/* Of a code of several areas: is this complex the one where the customer is?  The
 * codes that serve nothing but this area tell of a town; where the code is alone
 * (321 on the Space Coast) it is at home, which is told of no town, too. */
static bool is_complex_here(
	const struct origin *from, const struct area_code *const members[], size_t count)
{
	if (!from->has_town)
		return count == 1;
	if (count == 1)
		return place_exchanges_of(&from->town, members[0]) > 0;
	for (size_t i = 0; i < count; i++)
		if (members[i]->complex_count == 1 &&
			place_exchanges_of(&from->town, members[i]) > 0)
			return true;
	return false;
}

/* Does the overlay lie on the town's ground?  Where no complex can be told, all do. */
static bool is_overlay_here(const struct origin *from, const struct area_code *area)
{
	const struct area_code *members[AREA_CODE_COMPLEX_MAX];
	bool is_any_told = false;
	for (size_t i = 0; i < from->home->complex_count; i++) {
		size_t count = area_code_complex(from->home, i, members);
		bool is_told =
			from->home->complex_count > 1 && is_complex_here(from, members, count);
		if (is_told && ladder_is_member(area, members, count))
			return true;
		is_any_told |= is_told;
	}
	return !is_any_told;
}

static unsigned way_to_overlay(const struct builder *b, const struct area_code *area)
{
	const struct origin *from = b->from;
	unsigned km_tenths = b->km_tenths[area_code_row(area)];
	if (from->is_home_far)
		return km_tenths;
	bool is_wide = area->complex_count > 1 || from->home->complex_count > 1;
	bool is_here = place_has_same_towns(area, from->home) ||
		       (from->has_town ? place_exchanges_of(&from->town, area) > 0 : is_wide);
	return is_here || km_tenths <= OVERLAY_FAR_TENTHS ? 0 : km_tenths;
}

static void add_overlays(struct builder *b)
{
	size_t first = b->ladder->count;
	const struct area_code *home = b->from->home;
	for (size_t i = 0; i < home->overlay_count; i++) {
		const struct area_code *area = area_code_overlay(home, i);
		unsigned km_tenths = way_to_overlay(b, area);
		/* Who asks for 212 in Berkeley does not want to hear of 917. */
		if (is_candidate(b, area) && is_overlay_here(b->from, area) &&
			(!b->from->is_home_far || km_tenths <= LADDER_NEARBY_KM * 10))
			insert(b, first, LADDER_OVERLAY, area, km_tenths);
	}
}

static bool fits_rung(const struct builder *b, enum ladder_rung rung, const struct area_code *area)
{
	switch (rung) {
	case LADDER_NEARBY:
		return b->km_tenths[area_code_row(area)] <= LADDER_NEARBY_KM * 10;
	case LADDER_SAME_STATE:
		return area_code_serves(area, b->ladder->region);
	case LADDER_SAME_TIME_ZONE:
		return area->time_rules == b->time_rules;
	case LADDER_SAME_COUNTRY:
		return true;
	case LADDER_SAME_TOWN:
	case LADDER_SAME_AREA_CODE:
	case LADDER_OVERLAY:
	case LADDER_RUNG_COUNT:
		break;
	}
	must(rung == LADDER_SAME_COUNTRY); /* the others are no choice by distance */
	return false;
}

static void add_by_distance(struct builder *b, enum ladder_rung rung)
{
	size_t first = b->ladder->count;
	for (size_t i = 0; i < area_code_count(); i++) {
		const struct area_code *area = area_code_at(i);
		if (!b->is_in[i] && is_candidate(b, area) && fits_rung(b, rung, area))
			insert(b, first, rung, area, b->km_tenths[i]);
	}
}

/* A carrier can be asked for the whole of a state or country in one search. */
static void add_wide(struct builder *b, enum ladder_rung rung)
{
	add(b->ladder, rung, "");
	add_by_distance(b, rung);
}

static void build_from(struct ladder *l, const struct origin *from, enum ladder_rung max)
{
	struct builder b = {.ladder = l, .from = from};
	must(area_code_count() <= AREA_CODES_MAX);
	TEXT_COPY(l->requested, from->home->npa);
	TEXT_COPY(l->country, from->home->country);
	TEXT_COPY(l->region, from->region[0] != '\0' ? from->region : from->home->region);
	TEXT_COPY(l->town, from->has_town ? from->town.name : "");
	l->lat = from->point.lat;
	l->lon = from->point.lon;
	measure(&b, max);
	add_same_town(&b);
	if (max >= LADDER_SAME_AREA_CODE)
		add_home(&b);
	if (max >= LADDER_OVERLAY)
		add_overlays(&b);
	if (max >= LADDER_NEARBY)
		add_by_distance(&b, LADDER_NEARBY);
	if (max >= LADDER_SAME_STATE && l->region[0] != '\0')
		add_wide(&b, LADDER_SAME_STATE);
	b.time_rules = from->has_town ? place_time_rules(&from->town) : from->home->time_rules;
	if (max >= LADDER_SAME_TIME_ZONE)
		add_by_distance(&b, LADDER_SAME_TIME_ZONE);
	if (max >= LADDER_SAME_COUNTRY)
		add_wide(&b, LADDER_SAME_COUNTRY);
}

const char *ladder_own_code(const struct phone *phone)
{
	const struct country_sale *sale = country_sale(phone->country);
	if (phone->kind != KIND_GEOGRAPHIC)
		return "";
	if (phone->area_code[0] != '\0')
		return phone->area_code;
	return sale != NULL && sale->has_ndc ? phone->ndc : "";
}

/* Which codes lie near each other is not known there. */
static void build_abroad(struct ladder *l, const struct phone *phone, enum ladder_rung max)
{
	const char *code = ladder_own_code(phone);
	bool has_code = code[0] != '\0' && max >= LADDER_SAME_AREA_CODE;
	if (!has_code && max < LADDER_SAME_COUNTRY)
		return;
	TEXT_COPY(l->country, phone->country);
	TEXT_COPY(l->requested, code);
	if (has_code)
		add(l, LADDER_SAME_AREA_CODE, code);
	if (max >= LADDER_SAME_COUNTRY)
		add(l, LADDER_SAME_COUNTRY, "");
}

bool ladder_build(const struct ladder_wish *wish, struct ladder *ret, struct phone_refusal *refusal)
{
	struct origin from;
	memset(ret, 0, offsetof(struct ladder, areas));
	if (!ladder_origin(wish, &from, refusal))
		return false;
	if (from.home != NULL) {
		build_from(ret, &from, wish->max_rung);
	} else if (wish->phone != NULL && wish->phone->kind == KIND_GEOGRAPHIC &&
		   wish->phone->country[0] != '\0') {
		build_abroad(ret, wish->phone, wish->max_rung);
	}
	return true;
}
