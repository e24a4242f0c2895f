#include "numbering/ladder.h"

#include <string.h>

#include "base/must.h"
#include "base/text.h"
#include "numbering/area_codes.h"

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

static bool has_area(const struct ladder *l, const char *npa)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->areas[i].rung != LADDER_SAME_TOWN && text_is(l->areas[i].npa, npa))
			return true;
	return false;
}

static struct ladder_area *add(struct ladder *l, enum ladder_rung rung, const char *npa)
{
	must(l->count < COUNT_OF(l->areas));
	struct ladder_area *to = &l->areas[l->count++];
	*to = (struct ladder_area){.rung = (uint8_t)rung};
	TEXT_COPY(to->npa, npa);
	return to;
}

static void add_area(
	struct ladder *l, enum ladder_rung rung, const struct area_code *area, unsigned km_tenths)
{
	must(area->is_in_service && area->kind == KIND_GEOGRAPHIC);
	struct ladder_area *to = add(l, rung, area->npa);
	to->km_tenths = (uint16_t)km_tenths;
	to->rank_tenths = (uint16_t)km_tenths;
	if (rung == LADDER_NEARBY && !area_code_serves(area, l->region))
		to->rank_tenths += LADDER_OTHER_STATE_KM * 10;
}

static void add_overlays(struct ladder *l, const struct area_code *home)
{
	for (size_t i = 0; i < home->overlay_count; i++) {
		const struct area_code *area = area_code_overlay(home, i);
		if (area->is_in_service && !has_area(l, area->npa))
			add_area(l, LADDER_OVERLAY, area, 0);
	}
}

static void add_nearby(struct ladder *l, const struct area_code *home)
{
	for (size_t i = 0; i < home->near_count; i++) {
		struct area_code_near near = area_code_near(home, i);
		if (near.km_tenths <= LADDER_NEARBY_KM * 10 && !has_area(l, near.area->npa))
			add_area(l, LADDER_NEARBY, near.area, near.km_tenths);
	}
}

/* Insert by distance; equals stay in numeric order. */
static void insert_area(struct ladder *l, size_t from, enum ladder_rung rung,
	const struct area_code *area, unsigned km_tenths)
{
	size_t at = l->count;
	add_area(l, rung, area, km_tenths);
	struct ladder_area last = l->areas[at];
	for (; at > from && l->areas[at - 1].rank_tenths > last.rank_tenths; at--)
		l->areas[at] = l->areas[at - 1];
	l->areas[at] = last;
}

static void add_wide(struct ladder *l, enum ladder_rung rung, const struct area_code *home)
{
	add(l, rung, "");
	size_t from = l->count;
	for (size_t i = 0; i < area_code_count(); i++) {
		const struct area_code *area = area_code_at(i);
		if (area->kind != KIND_GEOGRAPHIC || !area->is_in_service ||
			!text_is(area->country, home->country) || has_area(l, area->npa) ||
			(rung == LADDER_SAME_STATE && !text_is(area->region, home->region)))
			continue;
		insert_area(l, from, rung, area, (unsigned)(area_code_km(home, area) * 10 + 0.5));
	}
}

static void build_from_area(struct ladder *l, const struct area_code *home, enum ladder_rung max)
{
	TEXT_COPY(l->requested, home->npa);
	TEXT_COPY(l->country, home->country);
	TEXT_COPY(l->region, home->region);
	l->lat = home->lat;
	l->lon = home->lon;
	if (max >= LADDER_SAME_AREA_CODE)
		add_area(l, LADDER_SAME_AREA_CODE, home, 0);
	if (max >= LADDER_OVERLAY)
		add_overlays(l, home);
	if (max >= LADDER_NEARBY)
		add_nearby(l, home);
	if (max >= LADDER_SAME_STATE && home->region[0] != '\0')
		add_wide(l, LADDER_SAME_STATE, home);
	if (max >= LADDER_SAME_COUNTRY)
		add_wide(l, LADDER_SAME_COUNTRY, home);
}

static bool is_given(const char *text)
{
	return text != NULL && text[0] != '\0';
}

bool ladder_build(const struct ladder_wish *wish, struct ladder *ret, struct phone_refusal *refusal)
{
	const struct phone *phone = wish->phone;
	memset(ret, 0, offsetof(struct ladder, areas));
	if (is_given(wish->area_code)) {
		if (!phone_check_area_code(wish->area_code, refusal))
			return false;
		build_from_area(ret, area_code_find(wish->area_code), wish->max_rung);
	} else if (phone == NULL || phone->kind != KIND_GEOGRAPHIC) {
		return true;
	} else if (phone->area_code[0] != '\0') {
		build_from_area(ret, area_code_find(phone->area_code), wish->max_rung);
	} else if (phone->country[0] != '\0' && wish->max_rung >= LADDER_SAME_COUNTRY) {
		TEXT_COPY(ret->country, phone->country);
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

bool ladder_row_fits(const struct ladder_step *step, const char *e164, const char *locality)
{
	struct phone phone;
	struct phone_refusal ignored;
	(void)locality;
	if (!text_is_e164(e164) || !phone_parse(e164, strlen(e164), "", &phone, &ignored))
		return false;
	if (!text_is(phone.country, step->country))
		return false;
	if (step->npa[0] != '\0')
		return text_is(phone.area_code, step->npa);
	if (phone.area_code[0] == '\0')
		return step->region[0] == '\0';
	const struct area_code *area = area_code_find(phone.area_code);
	if (area->kind != KIND_GEOGRAPHIC)
		return false;
	return step->region[0] == '\0' || area_code_serves(area, step->region);
}
