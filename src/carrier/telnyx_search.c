/*
 * Numbers for sale, as Telnyx lists them.
 *
 * What is dropped and why: masked numbers ("+16183xxxxxx": the account's level
 * is too low to order them), best-effort rows and rows of another place (the
 * filter was ignored), rows whose price cannot be read (they could not be held
 * against a limit), numbers without voice, and of a list of toll-free ones those
 * that take up to two business days.
 */
#include "carrier/telnyx_wire.h"

#include <string.h>

#include "base/text.h"
#include "numbering/area_codes.h"
#include "numbering/countries.h"

struct place {
	const char *country, *area_code, *region;
	const struct ladder_step *town; /* NULL unless one town is asked for */
};

/* How many rows there were and what became of them. */
struct tally {
	size_t rows, masked;
};

static bool fits_nanp(const struct place *place, const char *number)
{
	char npa[4];
	text_copy_part(npa, sizeof(npa), number + 2, 3);
	const struct area_code *area = strlen(number) == 12 ? area_code_find(npa) : NULL;
	if (area == NULL || !text_starts(number + 2, place->area_code))
		return false;
	if (place->country[0] != '\0' && area->country[0] != '\0' &&
		!text_is(area->country, place->country))
		return false;
	if (place->area_code[0] != '\0' || place->region[0] == '\0')
		return true;
	char region[16];
	text_format(region, sizeof(region), "%.3s-%.8s", area->country,
		telnyx_region_alone(place->region));
	return area_code_serves(area, region);
}

static bool fits(const struct place *place, const char *number)
{
	if (text_starts(number, "+1"))
		return fits_nanp(place, number);
	const char *national = "";
	const struct country_plan *plan = country_of_number(number + 1, &national);
	bool is_there =
		plan != NULL && (place->country[0] == '\0' || text_is(plan->iso, place->country));
	if (!is_there || place->area_code[0] == '\0')
		return is_there;
	struct ladder_step step = {.rung = LADDER_SAME_AREA_CODE};
	TEXT_COPY(step.country, place->country);
	TEXT_COPY(step.npa, place->area_code);
	return ladder_row_fits(&step, number, "");
}

/* Cheap or not is the core's business; readable is ours. */
static bool read_price(const json_t *row, struct candidate *c)
{
	int64_t upfront, monthly;
	const char *currency = json_text(row, "cost_information.currency");
	if (!text_to_cents(json_text(row, "cost_information.upfront_cost"), &upfront) ||
		!text_to_cents(json_text(row, "cost_information.monthly_cost"), &monthly) ||
		currency == NULL || strlen(currency) != 3)
		return false;
	c->upfront_cents = (int32_t)(upfront < INT32_MAX ? upfront : INT32_MAX);
	c->monthly_cents = (int32_t)(monthly < INT32_MAX ? monthly : INT32_MAX);
	TEXT_COPY(c->currency, currency);
	return true;
}

static bool has_feature(const json_t *features, const char *name)
{
	for (size_t i = 0; i < json_count(features); i++) {
		const json_t *one = json_array_get(features, i);
		const char *word = json_string_value(one); /* NULL for an object */
		if (text_is(word != NULL ? word : json_text(one, "name"), name))
			return true;
	}
	return false;
}

static bool has_voice(const json_t *row)
{
	const json_t *features = json_at(row, "features");
	return json_count(features) == 0 || has_feature(features, "voice");
}

/* Entries come in any order and any of them may be missing. */
static const char *region_named(const json_t *row, const char *type)
{
	const json_t *regions = json_at(row, "region_information");
	for (size_t i = 0; i < json_count(regions); i++) {
		const json_t *one = json_array_get(regions, i);
		if (text_is(json_text(one, "region_type"), type))
			return json_text_set(one, "region_name");
	}
	return NULL;
}

static const char *town_of(const json_t *row)
{
	const char *town = region_named(row, "location");
	return town != NULL ? town : region_named(row, "rate_center");
}

static bool is_of_town(const struct place *place, const char *number, const json_t *row)
{
	char town[64];
	text_one_line(town, sizeof(town), town_of(row));
	return place->town == NULL || ladder_row_fits(place->town, number, town);
}

static bool read_row(
	const json_t *row, const struct place *place, struct tally *tally, struct candidate *ret)
{
	const char *number = json_text(row, "phone_number");
	*ret = (struct candidate){.is_reservable = json_bool(row, "reservable", false)};
	tally->rows++;
	if (!text_is_e164(number)) {
		tally->masked += number != NULL && number[0] == '+';
		return false;
	}
	if (json_bool(row, "best_effort", false) || !fits(place, number) ||
		!is_of_town(place, number, row) || !has_voice(row))
		return false;
	TEXT_COPY(ret->number, number);
	return read_price(row, ret);
}

static void tell_place(const struct place *place, char *to, size_t to_bytes)
{
	if (place->area_code[0] != '\0')
		text_format(to, to_bytes, "could not search area code %s", place->area_code);
	else if (place->region[0] != '\0')
		text_format(to, to_bytes, "could not search %s, %s", place->region, place->country);
	else
		text_format(to, to_bytes, "could not search %s", place->country);
}

static void tell_none(const struct place *place, const struct tally *tally, struct answer *a)
{
	const char *where = place->area_code[0] ? place->area_code
			    : place->region[0]  ? place->region
						: place->country;
	if (tally->rows > 0 && tally->masked == tally->rows)
		telnyx_fail(a, ERR_CARRIER_LEVEL,
			"Raise the account's level in the Telnyx portal (trial and paid accounts "
			"see "
			"masked numbers abroad), then retry.",
			"could not choose a number in %s: Telnyx shows this account only masked "
			"numbers",
			where);
	else
		telnyx_fail(a, ERR_CARRIER_NO_NUMBERS, "", "no number is for sale in %s", where);
}

/* The rows, or NULL and *a filled: with NO_NUMBERS, too, when there are none. */
static const json_t *hear_rows(const struct http_reply *reply, const struct place *place,
	json_t **ret_root, struct answer *a)
{
	char doing[96];
	tell_place(place, doing, sizeof(doing));
	*ret_root = telnyx_hear(TELNYX_SEARCH, reply, doing, a);
	if (a->code == ERR_CARRIER_NO_NUMBERS)
		tell_none(place, &(struct tally){0}, a);
	if (*ret_root == NULL)
		return NULL;
	const json_t *rows = json_at(*ret_root, "data");
	if (!json_is_array(rows)) {
		telnyx_not_understood(TELNYX_SEARCH, doing, "no list of numbers", a);
		return NULL;
	}
	return rows;
}

static bool is_avoided(const struct order *o, const char *number)
{
	for (int i = 0; i < o->avoid_count; i++)
		if (text_is(o->avoid[i], number))
			return true;
	return false;
}

/* Sign-ups that see the same list at the same time begin at different rows, so
 * that they do not all choose the first. */
static size_t first_row(const struct order *o)
{
	size_t sum = 0;
	for (const char *c = o->id; *c; c++)
		sum = sum * 31 + (unsigned char)*c;
	return sum % CARRIER_OFFERS_MOST;
}

void telnyx_read_search(const struct http_reply *reply, const struct order *o, struct answer *a)
{
	bool is_one_town = o->place.town[0] != '\0';
	struct place place = {
		o->place.country, o->place.npa, o->place.region, is_one_town ? &o->place : NULL};
	struct tally tally = {0};
	JSON_AUTO root = NULL;
	const json_t *rows = hear_rows(reply, &place, &root, a);
	size_t count = json_count(rows);
	for (size_t i = 0; i < count && a->candidate_count < (int)COUNT_OF(a->candidates); i++) {
		const json_t *row = json_array_get(rows, (first_row(o) + i) % count);
		struct candidate c;
		if (read_row(row, &place, &tally, &c) && !is_avoided(o, c.number))
			a->candidates[a->candidate_count++] = c;
	}
	if (rows != NULL && a->candidate_count == 0)
		tell_none(&place, &tally, a);
}

void telnyx_read_offer(const struct http_reply *reply, const char *number, struct answer *a)
{
	struct place anywhere = {"", "", "", NULL};
	struct tally tally = {0};
	char doing[64];
	text_format(doing, sizeof(doing), "could not ask whether %s is for sale", number);
	JSON_AUTO root = telnyx_hear(TELNYX_SEARCH, reply, doing, a);
	if (a->code == ERR_CARRIER_NO_NUMBERS)
		telnyx_answer_init(a); /* a clear answer: it is not for sale */
	if (root == NULL)
		return;
	const json_t *rows = json_at(root, "data");
	if (!json_is_array(rows))
		telnyx_not_understood(TELNYX_SEARCH, doing, "no list of numbers", a);
	for (size_t i = 0; i < json_count(rows) && a->candidate_count == 0; i++) {
		if (read_row(json_array_get(rows, i), &anywhere, &tally, &a->candidates[0]) &&
			text_is(a->candidates[0].number, number))
			a->candidate_count = 1;
	}
}

static void read_offer_row(const json_t *row, struct carrier_offer *offer)
{
	const json_t *features = json_at(row, "features");
	const char *state = region_named(row, "state");
	text_one_line(offer->locality, sizeof(offer->locality), town_of(row));
	text_one_line(offer->region, sizeof(offer->region), state);
	offer->has_voice = has_feature(features, "voice");
	offer->has_sms = has_feature(features, "sms");
}

int telnyx_read_offers(const struct http_reply *reply, const struct carrier_query *query,
	struct carrier_offer *offers, int most, struct answer *a)
{
	struct ladder_step town = {.rung = LADDER_SAME_TOWN};
	TEXT_COPY(town.country, query->country);
	TEXT_COPY(town.npa, query->area_code);
	TEXT_COPY(town.town, query->town);
	struct place place = {query->country, query->area_code, query->region,
		query->town[0] != '\0' ? &town : NULL};
	struct tally tally = {0};
	int count = 0;
	JSON_AUTO root = NULL;
	const json_t *rows = hear_rows(reply, &place, &root, a);
	for (size_t i = 0; i < json_count(rows) && count < most; i++) {
		const json_t *row = json_array_get(rows, i);
		offers[count] = (struct carrier_offer){0};
		if (query->is_toll_free && !json_bool(row, "quickship", true))
			continue;
		if (!read_row(row, &place, &tally, &offers[count].candidate))
			continue;
		read_offer_row(row, &offers[count++]);
	}
	if (rows != NULL && count == 0)
		tell_none(&place, &tally, a);
	return count;
}
