#include "numbering/lookup.h"

#include <string.h>

#include "base/must.h"
#include "base/text.h"
#include "numbering/countries_sold.h"
#include "numbering/ladder.h"
#include "numbering/phone.h"

static void set(json_t *to, const char *key, json_t *value)
{
	must(json_object_set_new(to, key, value) == 0);
}

static void append(json_t *to, json_t *value)
{
	must(json_array_append_new(to, value) == 0);
}

json_t *lookup_km(unsigned km_tenths)
{
	return km_tenths % 10 == 0 ? json_integer(km_tenths / 10) : json_real(km_tenths / 10.0);
}

static json_t *flags_document(unsigned flags)
{
	json_t *list = json_array();
	for (unsigned bit = 0; bit < PHONE_FLAG_COUNT; bit++)
		if ((flags >> bit & 1) != 0)
			append(list, json_string(phone_flag_wire((enum phone_flag_bit)bit)));
	return list;
}

/* The rung that begins at areas[*at]; *at is moved past it. */
static json_t *rung_document(const struct ladder *ladder, size_t *at)
{
	json_t *j = json_object(), *areas = json_array();
	enum ladder_rung rung = (enum ladder_rung)ladder->areas[*at].rung;
	for (; *at < ladder->count && ladder->areas[*at].rung == rung; ++*at) {
		if (ladder->areas[*at].npa[0] == '\0' || rung == LADDER_SAME_COUNTRY)
			continue; /* hundreds, of a whole country */
		json_t *area = json_object();
		set(area, "area_code", json_string(ladder->areas[*at].npa));
		set(area, "distance_km", lookup_km(ladder->areas[*at].km_tenths));
		append(areas, area);
	}
	set(j, "rung", json_string(ladder_rung_wire(rung)));
	set(j, "area_codes", areas);
	if (rung == LADDER_SAME_TOWN)
		set(j, "town", json_string(ladder->town));
	if (rung == LADDER_SAME_STATE)
		set(j, "region", json_string(ladder->region));
	if (rung == LADDER_SAME_COUNTRY)
		set(j, "country", json_string(ladder->country));
	return j;
}

json_t *lookup_ladder(const struct ladder *ladder)
{
	json_t *list = json_array();
	for (size_t at = 0; at < ladder->count;)
		append(list, rung_document(ladder, &at));
	return list;
}

json_t *lookup_refusal(const struct phone_refusal *refusal)
{
	json_t *j = json_object();
	set(j, "code", json_string(phone_reject_wire(refusal->code)));
	set(j, "message", json_string(refusal->message));
	set(j, "hint", json_string(refusal->hint));
	return j;
}

json_t *lookup_refused_country(const char *country)
{
	struct country_refusal refusal;
	bool is_refused = country[0] != '\0' && !country_can_complete(country, &refusal);
	return is_refused ? json_string(refusal.message) : json_null();
}

static json_t *requirements_word(const char *country)
{
	const struct country_sale *sale = country_sale(country);
	return sale != NULL ? json_string(country_papers_wire(sale->papers)) : json_null();
}

static void set_phone(json_t *j, const struct phone *phone)
{
	struct ladder ladder;
	struct phone_refusal none;
	struct ladder_wish wish = {.phone = phone, .max_rung = LADDER_SAME_COUNTRY};
	must(ladder_build(&wish, &ladder, &none));
	set(j, "accepted", json_true());
	set(j, "e164", json_string(phone->e164));
	set(j, "extension", json_string_or_null(phone->extension));
	set(j, "country", json_string_or_null(phone->country));
	set(j, "region", json_string_or_null(phone->region));
	set(j, "area_code", json_string_or_null(phone->area_code));
	set(j, "kind", json_string(kind_wire(phone->kind)));
	set(j, "place", json_string_or_null(phone->place));
	if (ladder.town[0] != '\0')
		set(j, "town", json_string(ladder.town)); /* of its exchange */
	set(j, "flags", flags_document(phone->flags));
	set(j, "reject", json_null());
	set(j, "ladder", lookup_ladder(&ladder));
	set(j, "requirements", requirements_word(phone->country));
	set(j, "cannot_complete", lookup_refused_country(phone->country));
}

/* What was typed, as JSON can hold it: bytes that are not UTF-8 become "?". */
static json_t *input_document(const char *typed, size_t bytes)
{
	if (text_is_utf8(typed, bytes))
		return json_stringn(typed, bytes);
	struct str printable;
	str_init(&printable, bytes);
	for (size_t i = 0; i < bytes; i++)
		str_add_char(&printable, typed[i] >= ' ' && typed[i] < 0x7F ? typed[i] : '?');
	json_t *j = json_string(printable.text);
	str_done(&printable);
	return j;
}

json_t *lookup_document(const char *typed, size_t bytes, const char *country)
{
	struct phone phone;
	struct phone_refusal refusal;
	json_t *j = json_object();
	set(j, "input", input_document(typed, bytes));
	if (phone_parse(typed, bytes, country, &phone, &refusal)) {
		set_phone(j, &phone);
		return j;
	}
	set(j, "accepted", json_false());
	set(j, "reject", lookup_refusal(&refusal));
	set(j, "ladder", json_array());
	return j;
}
