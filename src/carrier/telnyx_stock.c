/*
 * What is in stock, by area code (GET /inventory_coverage).
 *
 * The groups are whatever the question's groupBy names; those that are no
 * area code are left out, and several rows of one are added up.
 */
#include <string.h>

#include "base/text.h"
#include "carrier/telnyx_wire.h"

#define DOING "could not ask what is in stock"

static struct carrier_stock *entry_of(
	struct carrier_stock *stock, int *count, int most, const char *area_code)
{
	for (int i = 0; i < *count; i++)
		if (text_is(stock[i].area_code, area_code))
			return &stock[i];
	if (*count == most)
		return NULL;
	struct carrier_stock *entry = &stock[(*count)++];
	*entry = (struct carrier_stock){0};
	TEXT_COPY(entry->area_code, area_code);
	return entry;
}

/* "37" and 37 are the same; without a count the row itself says: some. */
static int64_t count_of(const json_t *row)
{
	char text[24];
	int64_t count;
	if (!json_text_or_number(row, "count", text, sizeof(text)) ||
		!text_to_int(text, 0, INT32_MAX, &count))
		return -1;
	return count;
}

static void add_row(const json_t *row, struct carrier_stock *stock, int *count, int most)
{
	char group[8];
	if (!json_text_or_number(row, "group", group, sizeof(group)) || strlen(group) > 5 ||
		!text_is_digits(group))
		return;
	int64_t numbers = count_of(row);
	struct carrier_stock *entry = numbers != 0 ? entry_of(stock, count, most, group) : NULL;
	if (entry == NULL)
		return;
	if (numbers < 0 || entry->count < 0)
		entry->count = -1;
	else if (numbers <= INT32_MAX - entry->count)
		entry->count += (int32_t)numbers;
	entry->needs_papers |= json_bool(row, "advance_requirements", false);
}

int telnyx_read_stock(
	const struct http_reply *reply, struct carrier_stock *stock, int most, struct answer *a)
{
	int count = 0;
	JSON_AUTO root = telnyx_hear(TELNYX_READ, reply, DOING, a);
	if (root == NULL)
		return 0;
	const json_t *rows = json_at(root, "data");
	if (!json_is_array(rows))
		telnyx_not_understood(TELNYX_READ, DOING, "no list of groups", a);
	for (size_t i = 0; i < json_count(rows); i++)
		add_row(json_array_get(rows, i), stock, &count, most);
	return count;
}
