#include "numbering/postal.h"

#include <string.h>

#include "base/must.h"
#include "base/text.h"
#include "numbering/places_table.h"

static bool refuse(struct phone_refusal *to, const char *message)
{
	to->code = PHONE_POSTAL_CODE_INVALID;
	TEXT_COPY(to->message, message);
	TEXT_COPY(to->hint, "Enter a ZIP code such as 94110 or a Canadian postal code such as "
			    "M5V 2T6.");
	return false;
}

/* Letters and digits, in capitals, without what stands between.  Empty if there
 * is anything else, or too much. */
static void squeeze(const char *typed, char ret[12])
{
	size_t bytes = 0;
	for (; typed != NULL && *typed != '\0'; typed++) {
		char c = *typed;
		if (c == ' ' || c == '-' || c == '\t')
			continue;
		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if (bytes == 11 || !((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))) {
			bytes = 0;
			break;
		}
		ret[bytes++] = c;
	}
	ret[bytes] = '\0';
}

static bool is_like(const char *text, const char *pattern)
{
	for (; *pattern != '\0'; pattern++, text++)
		if (*pattern == '9' ? *text < '0' || *text > '9' : *text < 'A' || *text > 'Z')
			return false;
	return *text == '\0';
}

/* As in tools/area-codes: a ZIP3 as it is, FSAs behind them. */
static unsigned number_of(const char *code)
{
	unsigned middle = (unsigned)(code[1] - '0');
	if (code[0] <= '9')
		return (unsigned)(code[0] - '0') * 100 + middle * 10 + (unsigned)(code[2] - '0');
	return 1000 + (unsigned)(code[0] - 'A') * 260 + middle * 26 + (unsigned)(code[2] - 'A');
}

static const struct postal_row *find_row(unsigned prefix)
{
	size_t low = 0, high = postal_count;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (postal_rows[mid].prefix == prefix)
			return &postal_rows[mid];
		if (postal_rows[mid].prefix < prefix)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

static void fill(const struct postal_row *row, struct postal *ret)
{
	ret->region = places_regions[row->region].region;
	ret->country = places_regions[row->region].country;
	ret->at = (struct place_point){row->lat * 100, row->lon * 100};
	ret->has_town = row->town != NO_TOWN;
	if (ret->has_town)
		ret->town = place_at(row->town);
	ret->count = 0;
	for (size_t i = 0; i < row->code_count && ret->count < POSTAL_CODES_MAX; i++) {
		const struct area_code *area = area_code_at(postal_codes[row->code_first + i]);
		if (area->is_in_service)
			ret->codes[ret->count++] = area;
	}
	must(ret->count > 0);
}

/* The part of a ZIP3 that lies elsewhere and has this ZIP code, or NULL. */
static const struct postal_part *find_part(const char *code)
{
	unsigned zip = 0;
	for (size_t i = 0; i < 5; i++)
		zip = zip * 10 + (unsigned)(code[i] - '0');
	for (size_t i = 0; i < postal_part_count; i++)
		if (zip >= postal_parts[i].first && zip <= postal_parts[i].last)
			return &postal_parts[i];
	return NULL;
}

bool postal_find(const char *typed, struct postal *ret, struct phone_refusal *refusal)
{
	char code[12];
	squeeze(typed, code);
	bool is_zip = is_like(code, "99999") || is_like(code, "999999999");
	if (!is_zip && !is_like(code, "A9A9A9") && !is_like(code, "A9A"))
		return refuse(refusal, "This is not a ZIP or postal code.");
	const struct postal_part *part = is_zip ? find_part(code) : NULL;
	if (part != NULL && part->abroad != NULL) {
		char message[96];
		text_format(message, sizeof(message),
			"ZIP code %.5s is in %s, which has no area code of North America.", code,
			part->abroad);
		return refuse(refusal, message);
	}
	const struct postal_row *row = part != NULL ? &part->row : find_row(number_of(code));
	if (row == NULL)
		return refuse(
			refusal, is_zip ? "No ZIP codes that we know start like this one."
					: "No postal codes that we know start like this one.");
	if (is_zip)
		text_format(ret->code, sizeof(ret->code), "%.5s", code);
	else
		text_format(ret->code, sizeof(ret->code),
			code[3] != '\0' ? "%.3s %.3s" : "%.3s%.3s", code, code + 3);
	fill(row, ret);
	return true;
}
