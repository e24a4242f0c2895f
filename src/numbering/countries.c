#include "numbering/countries.h"

#include <string.h>

#include "base/must.h"
#include "base/text.h"
#include "numbering/area_codes.h"

const struct country_plan *country_find(const char *iso)
{
	if (text_is_any_case(iso, "UK"))
		iso = "GB";
	for (size_t i = 0; i < countries_count; i++)
		if (countries_rows[i].iso[0] != '\0' &&
			text_is_any_case(countries_rows[i].iso, iso))
			return &countries_rows[i];
	return NULL;
}

bool country_is_nanp(const char *iso)
{
	if (iso == NULL || iso[0] == '\0')
		return false;
	for (size_t i = 0; i < area_code_count(); i++)
		if (text_is_any_case(area_code_at(i)->country, iso))
			return true;
	return false;
}

/* Countries that live inside another's calling code, and how their numbers start there. */
/* clang-format off */
static const struct { const char *start, *iso; } tenants[] = {
	{"76", "KZ"}, {"77", "KZ"}, {"390669", "VA"}, {"4779", "SJ"}, {"35818", "AX"},
	{"441481", "GG"}, {"447781", "GG"}, {"447839", "GG"}, {"4479111", "GG"}, {"4479117", "GG"},
	{"441534", "JE"}, {"447797", "JE"}, {"447829", "JE"}, {"447937", "JE"},
	{"441624", "IM"}, {"447524", "IM"}, {"447624", "IM"}, {"447924", "IM"},
	{"6189162", "CC"}, {"6189164", "CX"}, {"2125288", "EH"}, {"2125289", "EH"},
	{"262269", "YT"}, {"262639", "YT"}, {"2908", "TA"},
	{"5993", "BQ"}, {"5994", "BQ"}, {"5997", "BQ"},
};
/* clang-format on */

const struct country_plan *country_within(const char *digits)
{
	for (size_t i = 0; i < COUNT_OF(tenants); i++)
		if (text_starts(digits, tenants[i].start))
			return country_find(tenants[i].iso);
	return NULL;
}

const struct country_plan *country_of_number(const char *digits, const char **ret_national)
{
	const struct country_plan *plan = country_within(digits);
	/* The main country of a calling code is the first in the table. */
	for (size_t i = 0; plan == NULL && i < countries_count; i++)
		if (text_starts(digits, countries_rows[i].calling_code))
			plan = &countries_rows[i];
	if (plan != NULL)
		*ret_national = digits + strlen(plan->calling_code);
	return plan;
}

bool country_fits(const struct country_plan *plan, const char *national)
{
	size_t n = strlen(national);
	if (n < 2 || n > 15)
		return false;
	return (plan->lengths[national[0] - '0'] >> n & 1) != 0;
}

void country_lengths(const struct country_plan *plan, const char *national, char to[16])
{
	unsigned mask = national[0] != '\0' ? plan->lengths[national[0] - '0'] : 0;
	to[0] = '\0';
	if (mask == 0)
		return;
	int least = __builtin_ctz(mask), most = 31 - __builtin_clz(mask);
	if (least == most)
		text_format(to, 16, "%d", least);
	else
		text_format(to, 16, "%d to %d", least, most);
}

/* Does the list "15 16 17" hold a prefix of the number?  How long a one? */
static size_t longest_prefix(const char *list, size_t bytes, const char *national)
{
	size_t best = 0;
	for (size_t at = 0; at < bytes;) {
		size_t n = strcspn(list + at, " |");
		if (n > best && strncmp(list + at, national, n) == 0)
			best = n;
		at += n + 1;
	}
	return best;
}

enum number_kind country_kind(const struct country_plan *plan, const char *national)
{
	enum number_kind kind = KIND_GEOGRAPHIC;
	size_t best = 0;
	for (const char *at = plan->kinds; *at != '\0';) {
		size_t name = strcspn(at, ":"), all = strcspn(at, "|");
		must(name < all);
		size_t n = longest_prefix(at + name + 1, all - name - 1, national);
		if (n > best) {
			best = n;
			kind = kind_from_wire(at, name);
			must(kind != KIND_COUNT);
		}
		at += all + (at[all] == '|');
	}
	return kind;
}
