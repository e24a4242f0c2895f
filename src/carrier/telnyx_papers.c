/*
 * What a country's numbers need before they work (GET /requirements).
 *
 * Each row is a rule for a country, an action, a type of number (or all) and a
 * locality (or all), and lists what it takes.  Rows of other actions and types
 * are left out here, whatever filter was sent.
 */
#include <string.h>

#include "base/text.h"
#include "carrier/telnyx_wire.h"

static bool says(const json_t *row, const char *name, const char *value)
{
	return text_is(json_text_set(row, name), value);
}

static bool applies(const json_t *row, const char *country)
{
	bool is_for_all_types = json_text_set(row, "phone_number_type") == NULL;
	return says(row, "country_code", country) &&
	       (is_for_all_types || says(row, "phone_number_type", "local")) &&
	       (says(row, "action", "ordering") || says(row, "action", "both")) &&
	       json_text_set(row, "effective_end_at") == NULL;
}

static bool is_listed(
	const struct carrier_paper *papers, int count, const struct carrier_paper *one)
{
	for (int i = 0; i < count; i++)
		if (text_is(papers[i].name, one->name) &&
			(papers[i].locality[0] == '\0' ||
				text_is(papers[i].locality, one->locality)))
			return true;
	return false;
}

static void add_types(const json_t *row, struct carrier_paper *papers, int *count, int most)
{
	const json_t *types = json_at(row, "requirement_types");
	for (size_t i = 0; i < json_count(types) && *count < most; i++) {
		const json_t *type = json_array_get(types, i);
		struct carrier_paper *paper = &papers[*count];
		*paper = (struct carrier_paper){0};
		text_one_line(paper->name, sizeof(paper->name), json_text_set(type, "name"));
		text_one_line(paper->kind, sizeof(paper->kind), json_text_set(type, "type"));
		text_one_line(
			paper->about, sizeof(paper->about), json_text_set(type, "description"));
		text_one_line(
			paper->locality, sizeof(paper->locality), json_text_set(row, "locality"));
		*count += paper->name[0] != '\0' && !is_listed(papers, *count, paper);
	}
}

int telnyx_read_papers(const struct http_reply *reply, const char *country,
	struct carrier_paper *papers, int most, struct answer *a)
{
	char doing[64];
	int count = 0;
	text_format(doing, sizeof(doing), "could not ask what numbers in %s need", country);
	JSON_AUTO root = telnyx_hear(TELNYX_READ, reply, doing, a);
	if (root == NULL)
		return 0;
	const json_t *rows = json_at(root, "data");
	/* "Nothing is needed" must not come of half a list. */
	if (!json_is_array(rows) || telnyx_has_more(root, json_count(rows), TELNYX_OWNED_ROWS))
		telnyx_not_understood(TELNYX_READ, doing, "no list of requirements", a);
	for (size_t i = 0; i < json_count(rows) && a->code == ERR_OK; i++)
		if (applies(json_array_get(rows, i), country))
			add_types(json_array_get(rows, i), papers, &count, most);
	return count;
}
