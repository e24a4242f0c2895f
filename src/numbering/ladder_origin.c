#include "numbering/ladder_origin.h"

#include <string.h>

#include "base/must.h"
#include "base/text.h"
#include "numbering/postal.h"

bool ladder_is_member(
	const struct area_code *area, const struct area_code *const members[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (members[i] == area)
			return true;
	return false;
}

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
	o->home = own != NULL && ladder_is_member(own, codes, count) ? own : codes[0];
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
	o->is_home_far = !ladder_is_member(asked, codes, count);
	return true;
}

/* The region that the customer is known to be in without the city: "US-TX", "JM", or "". */
static const char *region_near(const struct ladder_wish *wish)
{
	const struct area_code *area = NULL;
	if (is_given(wish->area_code))
		area = area_code_find(wish->area_code);
	if (area == NULL || area->kind != KIND_GEOGRAPHIC)
		area = area_of_phone(wish->phone);
	if (area == NULL)
		return "";
	return area->region[0] != '\0' ? area->region : area->country;
}

/* Is the postal code so far from the town that one of them must be wrong?  Codes of
 * large and empty areas lie far from their own towns, but are served by the same code. */
static bool is_elsewhere(const struct postal *postal, const struct place *town,
	const struct area_code *const codes[], size_t count)
{
	if (!text_is(postal->country, town->country))
		return true;
	for (size_t i = 0; i < postal->count; i++)
		if (ladder_is_member(postal->codes[i], codes, count))
			return false;
	return place_km(postal->at, town->at) > LADDER_NEARBY_KM;
}

static bool refuse_elsewhere(
	const struct postal *postal, const struct place *town, struct phone_refusal *to)
{
	to->code = PHONE_POSTAL_CODE_INVALID;
	text_format(to->message, sizeof(to->message), "%s is not the postal code of %s, %s.",
		postal->code, town->name, town->region_name);
	TEXT_COPY(to->hint, "Change one of them, or leave one out.");
	return false;
}

/* What is given beside the city, or typed behind it; there one that does not exist
 * counts as none. */
static bool read_postal(
	const struct ladder_wish *wish, struct postal *ret, struct phone_refusal *refusal)
{
	struct phone_refusal ignored;
	char behind[12];
	ret->count = 0;
	if (is_given(wish->postal_code))
		return postal_find(wish->postal_code, ret, refusal);
	place_postal_code(wish->city, behind);
	if (behind[0] == '\0' || !postal_find(behind, ret, &ignored))
		ret->count = 0;
	return true;
}

/* Of a town's codes that of the postal code first: Chicago's are in different parts. */
static void put_first(const struct area_code *first, const struct area_code *codes[], size_t count)
{
	for (size_t i = 1; i < count; i++) {
		if (codes[i] != first)
			continue;
		memmove(&codes[1], &codes[0], i * sizeof(codes[0]));
		codes[0] = first;
	}
}

/* Is the city, as it was typed, the town of the phone's exchange? */
static bool is_own_town(const struct ladder_wish *wish, struct place *ret)
{
	return area_of_phone(wish->phone) != NULL && !is_given(wish->area_code) &&
	       place_of_number(wish->phone->e164, ret) && place_is_called(ret->name, wish->city);
}

static bool from_city(
	struct origin *o, const struct ladder_wish *wish, struct phone_refusal *refusal)
{
	struct place town;
	struct postal postal;
	const struct area_code *codes[PLACE_CODES_MAX];
	if (!read_postal(wish, &postal, refusal))
		return false;
	bool has_postal = postal.count > 0;
	if (!has_postal && is_own_town(wish, &town))
		; /* "Austin", with a phone of Austin in Minnesota */
	else if (!place_find(wish->city, has_postal ? postal.region : region_near(wish), &town,
			 refusal))
		return false;
	size_t count = place_codes(&town, codes);
	if (has_postal && is_elsewhere(&postal, &town, codes, count))
		return refuse_elsewhere(&postal, &town, refusal);
	if (has_postal)
		put_first(postal.codes[0], codes, count);
	set_town(o, &town);
	return choose_home(o, wish, codes, count, refusal);
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
			place_exchanges_of(&town, o->home) > 0)) {
		set_town(o, &town);
		o->is_home_far = place_exchanges_of(&town, o->home) == 0;
	}
	return true;
}

static void from_phone(struct origin *o, const struct phone *phone)
{
	struct place town;
	set_area(o, area_of_phone(phone));
	if (place_of_number(phone->e164, &town))
		set_town(o, &town);
}

bool ladder_origin(
	const struct ladder_wish *wish, struct origin *ret, struct phone_refusal *refusal)
{
	*ret = (struct origin){.region = ""};
	if (is_given(wish->city))
		return from_city(ret, wish, refusal);
	if (is_given(wish->postal_code))
		return from_postal(ret, wish, refusal);
	if (is_given(wish->area_code))
		return from_area(ret, wish, refusal);
	if (area_of_phone(wish->phone) != NULL)
		from_phone(ret, wish->phone);
	return true;
}
