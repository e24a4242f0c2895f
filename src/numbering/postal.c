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

/* In a Canadian code the second place of three is a digit: an O there is a zero. */
static void mend_digits(char code[12])
{
	size_t bytes = strlen(code);
	if (code[0] < 'A' || (bytes != 3 && bytes != 6))
		return;
	for (size_t i = 1; i < bytes; i += 2) {
		size_t at = i < 3 ? 1 : i;
		code[at] = code[at] == 'O' ? '0' : code[at] == 'I' ? '1' : code[at];
	}
}

/* APO, FPO and DPO: 090 to 098, 340, 962 to 966. */
static bool is_military(unsigned prefix)
{
	return (prefix >= 90 && prefix <= 98) || prefix == 340 || (prefix >= 962 && prefix <= 966);
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

static bool is_among(
	const struct area_code *area, const struct area_code *const codes[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (codes[i] == area)
			return true;
	return false;
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

/* The town whose codes a ZIP code has; false where only its first three digits are known. */
static bool find_town(unsigned prefix, unsigned last, struct place *ret)
{
	size_t i = postal_zip_first[prefix], end = postal_zip_first[prefix + 1];
	if (i == end)
		return false;
	while (i + 1 < end && postal_zips[i + 1].last <= last)
		i++;
	*ret = place_at(postal_zips[i].town);
	return true;
}

/* At this very point: Chicago is several, and 312 is the middle one's. */
static bool serves_point(const struct area_code *area, size_t town)
{
	const struct places_code *code = &places_codes[area_code_row(area)];
	for (size_t i = 0; i < code->list_count; i++)
		if (places_lists[code->list_first + i].town == town)
			return true;
	return false;
}

static void add_codes(const struct area_code *const from[], size_t count, struct postal *ret)
{
	for (size_t i = 0; i < count && ret->count < POSTAL_CODES_MAX; i++)
		if (!is_among(from[i], ret->codes, ret->count))
			ret->codes[ret->count++] = from[i];
}

/* The point's codes, the town's, and those of all that starts so. */
static void fill_from_town(const struct place *town, struct postal *ret)
{
	const struct area_code *around[POSTAL_CODES_MAX], *of_town[PLACE_CODES_MAX],
		*of_point[PLACE_CODES_MAX];
	size_t count = ret->count, town_count = place_codes(town, of_town), point_count = 0;
	for (size_t i = 0; i < town_count; i++)
		if (serves_point(of_town[i], town->id))
			of_point[point_count++] = of_town[i];
	memcpy(around, ret->codes, sizeof(around));
	ret->at = town->at;
	ret->region = town->region;
	/* One town may be several points here. */
	ret->has_town = ret->has_town && place_is_same(&ret->town, town);
	ret->town = *town;
	ret->count = 0;
	add_codes(of_point, point_count, ret);
	add_codes(of_town, town_count, ret);
	add_codes(around, count, ret);
}

bool postal_find(const char *typed, struct postal *ret, struct phone_refusal *refusal)
{
	char code[12];
	struct place town;
	squeeze(typed, code);
	mend_digits(code);
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
	if (row == NULL && is_zip && is_military(number_of(code)))
		return refuse(refusal,
			"This ZIP code is of a military address abroad, which has no "
			"area code.");
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
	if (is_zip && part == NULL &&
		find_town(row->prefix, (unsigned)(code[3] - '0') * 10 + (unsigned)(code[4] - '0'),
			&town))
		fill_from_town(&town, ret);
	return true;
}
