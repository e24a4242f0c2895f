#include "numbering/ladder.h"

#include <string.h>

#include "base/must.h"
#include "base/text.h"
#include "numbering/area_codes.h"
#include "numbering/places.h"

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
	return area->kind == KIND_GEOGRAPHIC &&
	       (step->region[0] == '\0' || area_code_serves(area, step->region));
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
		return text_is(phone.area_code[0] ? phone.area_code : phone.ndc, step->npa) &&
		       (step->rung != LADDER_SAME_TOWN || is_in_town(e164, locality, step->town));
	const struct area_code *area = area_code_find(phone.area_code);
	return area != NULL ? fits_wide(step, area) : step->region[0] == '\0';
}
