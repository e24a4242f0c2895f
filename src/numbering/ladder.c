#include "numbering/ladder.h"

#include <string.h>

#include "base/must.h"
#include "base/text.h"
#include "numbering/area_codes.h"
#include "numbering/places.h"
#include "numbering/postal.h"

static const char *const wires[] = {
#define X(name, wire) wire,
	LADDER_RUNGS(X)
#undef X
};

const char *ladder_rung_wire(enum ladder_rung rung)
{
	must(rung < LADDER_RUNG_COUNT);
	return wires[rung];
}

bool ladder_rung_from_wire(const char *wire, enum ladder_rung *ret)
{
	for (size_t i = 0; i < COUNT_OF(wires); i++) {
		if (text_is(wire, wires[i])) {
			*ret = (enum ladder_rung)i;
			return true;
		}
	}
	return false;
}

/* ---- building ---- */

/* An overlay shares the ground, whichever of its towns is nearest; only one whose
 * towns are all further away than this has a distance (321 seen from Orlando). */
#define OVERLAY_FAR_TENTHS 250

/* Where the customer is, and which area code is looked for first. */
struct origin {
	const struct area_code *home;
	bool has_point, has_town;
	struct place_point point;
	struct place town;
	const char *region; /* "US-CA", or "" */
	bool is_home_far;   /* the area code was asked for, and is not of this place */
};

struct builder {
	struct ladder *ladder;
	const struct origin *from;
	bool is_in[AREA_CODES_MAX];         /* by row: it has its rung */
	uint16_t km_tenths[AREA_CODES_MAX]; /* by row, of the same country */
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

/* On its rung from areas[first] on, by rank; of equals the older code first. */
static void insert(struct builder *b, size_t first, enum ladder_rung rung,
	const struct area_code *area, unsigned km_tenths)
{
	struct ladder *l = b->ladder;
	struct ladder_area one = *add(l, rung, area->npa);
	size_t at = l->count - 1;
	must(area->is_in_service && area->kind == KIND_GEOGRAPHIC);
	must(!b->is_in[area_code_row(area)]);
	b->is_in[area_code_row(area)] = true;
	one.km_tenths = one.rank_tenths = (uint16_t)km_tenths;
	if (rung == LADDER_NEARBY && !area_code_serves(area, l->region))
		one.rank_tenths = (uint16_t)(one.rank_tenths + LADDER_OTHER_STATE_KM * 10);
	for (; at > first; at--) {
		const struct ladder_area *before = &l->areas[at - 1];
		if (before->rank_tenths < one.rank_tenths ||
			(before->rank_tenths == one.rank_tenths && !is_older(area, before->npa)))
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

/* From the town to the nearest that each code serves.  Where only the area code
 * is known: from its towns on average, as data/ has it for its neighbours; from
 * its middle to those further away. */
static void measure(struct builder *b)
{
	const struct origin *from = b->from;
	for (size_t i = 0; i < area_code_count(); i++)
		if (is_candidate(b, area_code_at(i)))
			b->km_tenths[i] =
				(uint16_t)place_nearest(from->point, area_code_at(i), NULL);
	for (size_t i = 0; i < from->home->near_count && !from->has_point; i++) {
		struct area_code_near near = area_code_near(from->home, i);
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

static bool is_member(
	const struct area_code *area, const struct area_code *const members[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (members[i] == area)
			return true;
	return false;
}

/* Of a code of several areas: is this complex the one where the town is?  The
 * codes that serve nothing but this area tell. */
static bool is_complex_of_town(
	const struct place *town, const struct area_code *const members[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (members[i]->complex_count == 1 && place_exchanges_of(town, members[i]) > 0)
			return true;
	return false;
}

/* Does the overlay lie on the town's ground?  Where no complex can be told, all do. */
static bool is_overlay_here(const struct origin *from, const struct area_code *area)
{
	const struct area_code *members[AREA_CODE_COMPLEX_MAX];
	bool is_any_told = false;
	for (size_t i = 0; i < from->home->complex_count && from->has_town; i++) {
		size_t count = area_code_complex(from->home, i, members);
		bool is_told = from->home->complex_count > 1 &&
			       is_complex_of_town(&from->town, members, count);
		if (is_told && is_member(area, members, count))
			return true;
		is_any_told |= is_told;
	}
	return !is_any_told;
}

static void add_overlays(struct builder *b)
{
	size_t first = b->ladder->count;
	const struct area_code *home = b->from->home;
	for (size_t i = 0; i < home->overlay_count; i++) {
		const struct area_code *area = area_code_overlay(home, i);
		unsigned km_tenths = b->km_tenths[area_code_row(area)];
		if (is_candidate(b, area) && is_overlay_here(b->from, area))
			insert(b, first, LADDER_OVERLAY, area,
				km_tenths > OVERLAY_FAR_TENTHS ? km_tenths : 0);
	}
}

static bool fits_rung(const struct builder *b, enum ladder_rung rung, const struct area_code *area)
{
	const struct area_code *home = b->from->home;
	switch (rung) {
	case LADDER_NEARBY:
		return b->km_tenths[area_code_row(area)] <= LADDER_NEARBY_KM * 10;
	case LADDER_SAME_STATE:
		return area_code_serves(area, b->ladder->region);
	case LADDER_SAME_TIME_ZONE:
		return area->time_rules == home->time_rules;
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
	measure(&b);
	add_same_town(&b);
	if (max >= LADDER_SAME_AREA_CODE)
		add_home(&b);
	if (max >= LADDER_OVERLAY)
		add_overlays(&b);
	if (max >= LADDER_NEARBY)
		add_by_distance(&b, LADDER_NEARBY);
	if (max >= LADDER_SAME_STATE && l->region[0] != '\0')
		add_wide(&b, LADDER_SAME_STATE);
	if (max >= LADDER_SAME_TIME_ZONE)
		add_by_distance(&b, LADDER_SAME_TIME_ZONE);
	if (max >= LADDER_SAME_COUNTRY)
		add_wide(&b, LADDER_SAME_COUNTRY);
}

/* ---- where the customer is ---- */

static bool is_given(const char *text)
{
	return text != NULL && text[0] != '\0';
}

static void set_town(struct origin *o, const struct place *town)
{
	o->has_town = o->has_point = true;
	o->town = *town;
	o->point = town->at;
	o->region = town->region[2] == '-' ? town->region : "";
}

static void set_area(struct origin *o, const struct area_code *area)
{
	o->home = area;
	o->point = (struct place_point){area->lat, area->lon};
	o->region = area->region;
}

/* The code of a phone in the plan that has a place, or NULL. */
static const struct area_code *area_of_phone(const struct phone *phone)
{
	if (phone == NULL || phone->kind != KIND_GEOGRAPHIC)
		return NULL;
	return area_code_find(phone->area_code);
}

static bool is_overlay_of(const struct area_code *a, const struct area_code *b)
{
	for (size_t i = 0; i < a->overlay_count; i++)
		if (area_code_overlay(a, i) == b)
			return true;
	return false;
}

/* Which of a place's codes to look for first: the one asked for, else the
 * phone's own if it is one of them, else the best. */
static bool choose_home(struct origin *o, const struct ladder_wish *wish,
	const struct area_code *const codes[], size_t count, struct phone_refusal *refusal)
{
	const struct area_code *own = area_of_phone(wish->phone);
	must(count > 0);
	o->home = own != NULL && is_member(own, codes, count) ? own : codes[0];
	if (!is_given(wish->area_code))
		return true;
	if (!phone_check_area_code(wish->area_code, refusal))
		return false;
	const struct area_code *asked = area_code_find(wish->area_code);
	if (!text_is(asked->country, codes[0]->country)) {
		refusal->code = PHONE_COUNTRY_MISMATCH;
		TEXT_COPY(refusal->message, "This area code and this place are in two countries.");
		TEXT_COPY(refusal->hint, "Change one of them, or leave the area code out.");
		return false;
	}
	o->home = asked;
	o->is_home_far = !is_member(asked, codes, count);
	return true;
}

static bool from_city(
	struct origin *o, const struct ladder_wish *wish, struct phone_refusal *refusal)
{
	struct place town;
	const struct area_code *codes[PLACE_CODES_MAX];
	if (!place_find(wish->city, &town, refusal))
		return false;
	set_town(o, &town);
	return choose_home(o, wish, codes, place_codes(&town, codes), refusal);
}

static bool from_postal(
	struct origin *o, const struct ladder_wish *wish, struct phone_refusal *refusal)
{
	struct postal postal;
	if (!postal_find(wish->postal_code, &postal, refusal))
		return false;
	if (postal.has_town)
		set_town(o, &postal.town);
	else
		*o = (struct origin){.has_point = true, .point = postal.at};
	o->region = postal.region[2] == '-' ? postal.region : "";
	return choose_home(o, wish, postal.codes, postal.count, refusal);
}

static bool from_area(
	struct origin *o, const struct ladder_wish *wish, struct phone_refusal *refusal)
{
	const struct area_code *own = area_of_phone(wish->phone);
	struct place town;
	if (!phone_check_area_code(wish->area_code, refusal))
		return false;
	set_area(o, area_code_find(wish->area_code));
	if (own != NULL && place_of_number(wish->phone->e164, &town) &&
		(own == o->home || is_overlay_of(own, o->home) ||
			place_exchanges_of(&town, o->home) > 0))
		set_town(o, &town);
	return true;
}

static void from_phone(struct origin *o, const struct phone *phone)
{
	struct place town;
	set_area(o, area_of_phone(phone));
	if (place_of_number(phone->e164, &town))
		set_town(o, &town);
}

bool ladder_build(const struct ladder_wish *wish, struct ladder *ret, struct phone_refusal *refusal)
{
	struct origin from = {.region = ""};
	bool is_ok = true;
	memset(ret, 0, offsetof(struct ladder, areas));
	if (is_given(wish->city))
		is_ok = from_city(&from, wish, refusal);
	else if (is_given(wish->postal_code))
		is_ok = from_postal(&from, wish, refusal);
	else if (is_given(wish->area_code))
		is_ok = from_area(&from, wish, refusal);
	else if (area_of_phone(wish->phone) != NULL)
		from_phone(&from, wish->phone);
	if (!is_ok)
		return false;
	if (from.home != NULL) {
		build_from(ret, &from, wish->max_rung);
	} else if (wish->phone != NULL && wish->phone->kind == KIND_GEOGRAPHIC &&
		   wish->phone->country[0] != '\0' && wish->max_rung >= LADDER_SAME_COUNTRY) {
		TEXT_COPY(ret->country, wish->phone->country);
		add(ret, LADDER_SAME_COUNTRY, "");
	}
	return true;
}

/* ---- walking ---- */

bool ladder_next(const struct ladder *ladder, size_t *cursor, struct ladder_step *ret)
{
	if (*cursor >= ladder->count)
		return false;
	const struct ladder_area *area = &ladder->areas[(*cursor)++];
	memset(ret, 0, sizeof(*ret));
	ret->rung = (enum ladder_rung)area->rung;
	TEXT_COPY(ret->country, ladder->country);
	TEXT_COPY(ret->requested, ladder->requested);
	TEXT_COPY(ret->npa, area->npa);
	ret->km_tenths = area->km_tenths;
	if (ret->rung == LADDER_SAME_TOWN)
		TEXT_COPY(ret->town, ladder->town);
	if (ret->rung == LADDER_SAME_STATE && ret->npa[0] == '\0')
		TEXT_COPY(ret->region, ladder->region);
	return true;
}

/* By its exchange, else as the carrier says. */
static bool is_in_town(const char *e164, const char *locality, const char *town)
{
	struct place place;
	return place_is_called(town, place_of_number(e164, &place) ? place.name : locality);
}

static bool fits_wide(const struct ladder_step *step, const struct area_code *area)
{
	const struct area_code *home = area_code_find(step->requested);
	if (area->kind != KIND_GEOGRAPHIC)
		return false;
	if (step->rung == LADDER_SAME_TIME_ZONE)
		return home != NULL && home->time_rules == area->time_rules;
	return step->region[0] == '\0' || area_code_serves(area, step->region);
}

bool ladder_row_fits(const struct ladder_step *step, const char *e164, const char *locality)
{
	struct phone phone;
	struct phone_refusal ignored;
	if (!text_is_e164(e164) || !phone_parse(e164, strlen(e164), "", &phone, &ignored))
		return false;
	if (!text_is(phone.country, step->country))
		return false;
	if (step->npa[0] != '\0')
		return text_is(phone.area_code, step->npa) &&
		       (step->rung != LADDER_SAME_TOWN || is_in_town(e164, locality, step->town));
	const struct area_code *area = area_code_find(phone.area_code);
	return area != NULL ? fits_wide(step, area) : step->region[0] == '\0';
}
