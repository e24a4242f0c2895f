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
	for (size_t i = 0; i < l->rung_count; i++)
		for (size_t j = 0; j < l->rungs[i].count; j++)
			if (strcmp(l->rungs[i].areas[j].npa, npa) == 0)
				return true;
	return false;
}

static struct ladder_step_list *add_rung(struct ladder *l, enum ladder_rung rung)
{
	must(l->rung_count < COUNT_OF(l->rungs));
	struct ladder_step_list *list = &l->rungs[l->rung_count++];
	list->rung = rung;
	list->count = 0;
	return list;
}

static void drop_if_empty(struct ladder *l)
{
	if (l->rungs[l->rung_count - 1].count == 0)
		l->rung_count--;
}

static void add_area(
	struct ladder_step_list *list, const struct area_code *area, unsigned km_tenths)
{
	must(list->count < LADDER_AREAS_MAX);
	must(area->is_in_service && area->kind == KIND_GEOGRAPHIC);
	struct ladder_area *to = &list->areas[list->count++];
	TEXT_COPY(to->npa, area->npa);
	to->km_tenths = (uint16_t)km_tenths;
}

static void add_overlays(struct ladder *l, const struct area_code *home)
{
	struct ladder_step_list *list = add_rung(l, LADDER_OVERLAY);
	for (size_t i = 0; i < home->overlay_count; i++) {
		const struct area_code *area = area_code_overlay(home, i);
		if (area->is_in_service && !has_area(l, area->npa))
			add_area(list, area, 0);
	}
	drop_if_empty(l);
}

static void add_nearby(struct ladder *l, const struct area_code *home)
{
	struct ladder_step_list *list = add_rung(l, LADDER_NEARBY);
	for (size_t i = 0; i < home->near_count; i++) {
		struct area_code_near near = area_code_near(home, i);
		if (near.km_tenths <= LADDER_NEARBY_KM * 10 && !has_area(l, near.area->npa))
			add_area(list, near.area, near.km_tenths);
	}
	drop_if_empty(l);
}

/* Insert by distance; equals stay in numeric order. */
static void insert_area(struct ladder_step_list *list, size_t from, const struct area_code *area,
	unsigned km_tenths)
{
	size_t at = list->count;
	add_area(list, area, km_tenths);
	struct ladder_area last = list->areas[at];
	for (; at > from && list->areas[at - 1].km_tenths > last.km_tenths; at--)
		list->areas[at] = list->areas[at - 1];
	list->areas[at] = last;
}

/* The rest of the state: first the listed neighbours, then by the distance of
 * the middles, which is a rougher measure. */
static void add_state(struct ladder *l, const struct area_code *home)
{
	struct ladder_step_list *list = add_rung(l, LADDER_SAME_STATE);
	for (size_t i = 0; i < home->near_count && home->region[0] != '\0'; i++) {
		struct area_code_near near = area_code_near(home, i);
		if (text_is(near.area->region, home->region) && !has_area(l, near.area->npa))
			add_area(list, near.area, near.km_tenths);
	}
	size_t from = list->count;
	for (size_t i = 0; i < area_code_count() && home->region[0] != '\0'; i++) {
		const struct area_code *area = area_code_at(i);
		if (!text_is(area->region, home->region) || !area->is_in_service ||
			!text_is(area->country, home->country) || has_area(l, area->npa))
			continue;
		insert_area(list, from, area, (unsigned)(area_code_km(home, area) * 10 + 0.5));
	}
	drop_if_empty(l);
}

static void build_from_area(struct ladder *l, const struct area_code *home, enum ladder_rung max)
{
	TEXT_COPY(l->requested, home->npa);
	TEXT_COPY(l->country, home->country);
	TEXT_COPY(l->region, home->region);
	if (max >= LADDER_SAME_AREA_CODE)
		add_area(add_rung(l, LADDER_SAME_AREA_CODE), home, 0);
	if (max >= LADDER_OVERLAY)
		add_overlays(l, home);
	if (max >= LADDER_NEARBY)
		add_nearby(l, home);
	if (max >= LADDER_SAME_STATE)
		add_state(l, home);
	if (max >= LADDER_SAME_COUNTRY)
		add_rung(l, LADDER_SAME_COUNTRY);
}

bool ladder_build(const struct phone *phone, const char *area_code, enum ladder_rung max_rung,
	struct ladder *ret)
{
	struct phone_refusal ignored;
	memset(ret, 0, sizeof(*ret));
	if (area_code != NULL && area_code[0] != '\0') {
		if (!phone_check_area_code(area_code, &ignored))
			return false;
		build_from_area(ret, area_code_find(area_code), max_rung);
		return true;
	}
	if (phone->kind != KIND_GEOGRAPHIC)
		return true;
	if (phone->area_code[0] != '\0') {
		build_from_area(ret, area_code_find(phone->area_code), max_rung);
	} else if (phone->country[0] != '\0' && max_rung >= LADDER_SAME_COUNTRY) {
		TEXT_COPY(ret->country, phone->country);
		add_rung(ret, LADDER_SAME_COUNTRY);
	}
	return true;
}

/* ---- walking ---- */

/* One search asks for a whole state or country, not for each of its codes. */
static bool is_wide(enum ladder_rung rung)
{
	return rung >= LADDER_SAME_STATE;
}

static void fill_step(const struct ladder *l, size_t rung, size_t area, struct ladder_step *ret)
{
	const struct ladder_step_list *list = &l->rungs[rung];
	memset(ret, 0, sizeof(*ret));
	ret->rung = list->rung;
	TEXT_COPY(ret->country, l->country);
	if (list->rung == LADDER_SAME_STATE)
		TEXT_COPY(ret->region, l->region);
	if (is_wide(list->rung))
		return;
	TEXT_COPY(ret->npa, list->areas[area].npa);
	ret->km_tenths = list->areas[area].km_tenths;
}

bool ladder_next(
	const struct ladder *ladder, unsigned rungs, size_t *cursor, struct ladder_step *ret)
{
	/* The cursor counts places, LADDER_AREAS_MAX a rung, so that leaving a
	 * rung out does not move the others. */
	for (size_t at = *cursor; at < ladder->rung_count * LADDER_AREAS_MAX; at++) {
		size_t rung = at / LADDER_AREAS_MAX, area = at % LADDER_AREAS_MAX;
		const struct ladder_step_list *list = &ladder->rungs[rung];
		size_t count = is_wide(list->rung) ? 1 : list->count;
		if ((rungs & LADDER_BIT(list->rung)) == 0 || area >= count)
			continue;
		fill_step(ladder, rung, area, ret);
		*cursor = at + 1;
		return true;
	}
	*cursor = ladder->rung_count * LADDER_AREAS_MAX;
	return false;
}

bool ladder_row_fits(const struct ladder_step *step, const char *e164)
{
	struct phone phone;
	struct phone_refusal ignored;
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
