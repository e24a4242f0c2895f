#include "numbering/countries_sold.h"

#include <stddef.h>

#include "base/must.h"
#include "base/text.h"
#include "numbering/countries.h"

#define NONE COUNTRY_PAPERS_NONE
#define LATER COUNTRY_PAPERS_LATER
#define AT_ORDER COUNTRY_PAPERS_AT_ORDER

/* has_ndc false: the plan is closed, there are no area codes (Denmark), or which
 * they are is not known from the number (Greece). */
/* clang-format off */
static const struct country_sale sales[] = {
	{"AT", true, LATER}, {"AU", true, LATER}, {"BE", true, LATER}, {"BG", true, LATER},
	{"CA", true, NONE}, {"CH", true, AT_ORDER}, {"CN", true, LATER}, {"CY", false, LATER},
	{"CZ", true, LATER}, {"DE", true, LATER}, {"DK", false, AT_ORDER}, {"EE", false, LATER},
	{"ES", true, LATER}, {"FI", true, LATER}, {"FR", true, LATER}, {"GB", true, LATER},
	{"GR", false, LATER}, {"HR", true, LATER}, {"HU", true, LATER}, {"IE", true, LATER},
	{"IT", true, AT_ORDER}, {"LT", true, LATER}, {"LU", false, LATER}, {"LV", false, LATER},
	{"MX", true, LATER}, {"NL", true, LATER}, {"NO", false, AT_ORDER}, {"NZ", true, LATER},
	{"PL", true, LATER}, {"PT", true, AT_ORDER}, {"RO", true, LATER}, {"SE", true, AT_ORDER},
	{"SG", false, LATER}, {"SI", true, LATER}, {"SK", true, LATER}, {"US", true, NONE},
};
static const char *const us_territories[] = {"PR", "VI", "GU", "MP", "AS"};

/* Those of +1 where nothing is sold; the rest of the world is named in countries.h. */
static const struct { const char *iso, *name; } islands[] = {
	{"AG", "Antigua & Barbuda"}, {"AI", "Anguilla"}, {"BB", "Barbados"}, {"BM", "Bermuda"},
	{"BS", "the Bahamas"}, {"DM", "Dominica"}, {"DO", "the Dominican Republic"},
	{"GD", "Grenada"}, {"JM", "Jamaica"}, {"KN", "St. Kitts & Nevis"},
	{"KY", "the Cayman Islands"}, {"LC", "St. Lucia"}, {"MS", "Montserrat"},
	{"SX", "Sint Maarten"}, {"TC", "the Turks & Caicos Islands"}, {"TT", "Trinidad & Tobago"},
	{"VC", "St. Vincent & the Grenadines"}, {"VG", "the British Virgin Islands"},
};
/* clang-format on */

const struct country_sale *country_sale(const char *iso)
{
	if (text_is_any_case(iso, "UK"))
		iso = "GB";
	for (size_t i = 0; i < COUNT_OF(sales); i++)
		if (text_is_any_case(sales[i].iso, iso))
			return &sales[i];
	return NULL;
}

static const char *name_of(const char *iso)
{
	for (size_t i = 0; i < COUNT_OF(islands); i++)
		if (text_is_any_case(islands[i].iso, iso))
			return islands[i].name;
	const struct country_plan *plan = country_find(iso);
	return plan != NULL ? plan->name : "that country";
}

/* Always false, so that a caller can return it. */
static bool refuse(struct country_refusal *to, const char *reason, const char *iso, const char *why)
{
	to->reason = reason;
	text_format(to->message, sizeof(to->message), "We cannot get a number in %s%s",
		name_of(iso), why);
	TEXT_COPY(to->hint, "To get a number in the US or Canada instead, give an area code, city "
			    "or postal code there.");
	return false;
}

bool country_can_complete(const char *iso, struct country_refusal *refusal)
{
	for (size_t i = 0; i < COUNT_OF(us_territories); i++)
		if (text_is_any_case(us_territories[i], iso))
			return true;
	const struct country_sale *sale = country_sale(iso);
	if (sale == NULL)
		return refuse(refusal, "country_not_sold", iso, ": Telnyx sells none there.");
	if (sale->papers == AT_ORDER)
		return refuse(refusal, "country_needs_papers", iso,
			" yet: Telnyx wants papers with the order.");
	if (sale->papers == LATER)
		return refuse(refusal, "country_needs_papers", iso,
			" yet: Telnyx wants papers for each number there.");
	return true;
}

const char *country_papers_wire(enum country_papers papers)
{
	static const char *const words[] = {
		[NONE] = "none", [LATER] = "after_order", [AT_ORDER] = "at_order"};
	must(papers < COUNT_OF(words));
	return words[papers];
}
