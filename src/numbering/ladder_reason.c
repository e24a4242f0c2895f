/* ladder_reason.c - why this number, in words. */
#include <string.h>

#include "base/must.h"
#include "base/text.h"
#include "numbering/countries.h"
#include "numbering/ladder.h"
#include "numbering/places.h"

struct telling {
	const struct ladder_step *step;
	const struct area_code *asked, *got; /* NULL outside the plan */
	const char *town;                    /* of the customer, or "" */
	bool has_place;
	struct place place; /* of the number */
	char km[16];
	char *to;
};

static void say_town(const struct telling *t)
{
	if (t->has_place)
		text_format(t->to, LADDER_REASON_BYTES, "%s has numbers in %s", t->got->npa,
			t->place.name);
	else
		text_format(t->to, LADDER_REASON_BYTES, "the carrier places the number in %s",
			t->step->town);
}

static void say_home(const struct telling *t)
{
	if (t->step->km_tenths == 0)
		text_format(t->to, LADDER_REASON_BYTES, "%s has numbers", t->got->npa);
	else if (t->town[0] != '\0')
		text_format(t->to, LADDER_REASON_BYTES, "%s was asked for; it begins %s km from %s",
			t->got->npa, t->km, t->town);
	else
		text_format(t->to, LADDER_REASON_BYTES,
			"%s was asked for; it begins %s km from there", t->got->npa, t->km);
}

static void say_overlay(const struct telling *t)
{
	const char *got = t->got->npa, *asked = t->asked->npa;
	if (t->step->km_tenths > 0)
		text_format(t->to, LADDER_REASON_BYTES,
			"%s overlays %s, but its own towns begin %s km away", got, asked, t->km);
	else if (place_has_same_towns(t->got, t->asked))
		text_format(
			t->to, LADDER_REASON_BYTES, "%s serves the same streets as %s", got, asked);
	else
		text_format(t->to, LADDER_REASON_BYTES, "%s is also used in the area of %s", got,
			asked);
}

static void say_nearby(const struct telling *t)
{
	const char *got = t->got->npa;
	if (t->town[0] == '\0')
		text_format(t->to, LADDER_REASON_BYTES,
			"%s is a neighbouring area code, about %s km from the towns of %s", got,
			t->km, t->asked->npa);
	else if (t->step->km_tenths == 0)
		text_format(t->to, LADDER_REASON_BYTES, "%s is used in %s too", got, t->town);
	else
		text_format(t->to, LADDER_REASON_BYTES,
			"%s is a neighbouring area code, %s km from %s", got, t->km, t->town);
}

static void say_state(const struct telling *t)
{
	const char *region = t->asked->region;
	if (region[0] == '\0' || !area_code_serves(t->got, region))
		text_format(t->to, LADDER_REASON_BYTES,
			"%s is in the same state or province as the business", t->got->npa);
	else
		text_format(t->to, LADDER_REASON_BYTES, "%s is in %s, as %s is", t->got->npa,
			place_region_name(region), t->asked->npa);
}

static void say_abroad(const struct telling *t)
{
	if (t->step->npa[0] != '\0')
		text_format(t->to, LADDER_REASON_BYTES, "%s has numbers", t->step->npa);
	else
		text_format(t->to, LADDER_REASON_BYTES,
			"the number is from the same country as the business");
}

static void say_wide(const struct telling *t)
{
	if (t->step->rung == LADDER_SAME_TIME_ZONE)
		text_format(t->to, LADDER_REASON_BYTES, "most of %s keeps the same time as %s",
			t->got->npa, t->town[0] != '\0' ? t->town : t->asked->npa);
	else
		text_format(t->to, LADDER_REASON_BYTES, "%s is in the same country as %s",
			t->got->npa, t->asked->npa);
}

static const struct area_code *area_of_number(const char *number)
{
	char npa[4];
	if (!text_is_e164(number) || !text_starts(number, "+1") || strlen(number) != 12)
		return NULL;
	text_copy_part(npa, sizeof(npa), number + 2, 3);
	return area_code_find(npa);
}

void ladder_reason(const struct ladder_step *step, const char *number, const char *town,
	char ret[LADDER_REASON_BYTES])
{
	struct telling t = {.step = step, .town = town, .to = ret};
	t.got = area_of_number(number);
	/* "212" is Solingen's, too. */
	bool is_here = t.got != NULL && country_is_nanp(step->country);
	t.asked = is_here ? area_code_find(step->requested) : NULL;
	t.has_place = place_of_number(number, &t.place);
	text_format(t.km, sizeof(t.km), step->km_tenths % 10 == 0 ? "%u" : "%u.%u",
		step->km_tenths / 10u, step->km_tenths % 10u);
	if (t.got == NULL || t.asked == NULL)
		say_abroad(&t);
	else if (step->rung == LADDER_SAME_TOWN && step->town[0] != '\0')
		say_town(&t);
	else if (step->rung <= LADDER_SAME_AREA_CODE)
		say_home(&t);
	else if (step->rung == LADDER_OVERLAY)
		say_overlay(&t);
	else if (step->rung == LADDER_NEARBY)
		say_nearby(&t);
	else if (step->rung == LADDER_SAME_STATE)
		say_state(&t);
	else
		say_wide(&t);
}
