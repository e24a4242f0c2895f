#include "sim/area.h"

#include <string.h>

#include "base/text.h"

static struct area areas[800];
static size_t count;
static const struct area *of_npa[1000];

static void fill(void)
{
	for (size_t i = 0; i < area_code_count() && count < COUNT_OF(areas); i++) {
		const struct area_code *code = area_code_at(i);
		if (!code->is_in_service ||
			(code->kind != KIND_GEOGRAPHIC && code->kind != KIND_TOLLFREE))
			continue;
		struct area *a = &areas[count++];
		int64_t npa = 0;
		must(text_to_int(code->npa, 200, 999, &npa));
		a->npa = (int)npa;
		a->is_toll_free = code->kind == KIND_TOLLFREE;
		a->code = code;
		if (strlen(code->regions) >= 5)
			(void)text_copy_part(a->state, sizeof(a->state), code->regions + 3, 2);
		of_npa[npa] = a;
	}
	must(count > 0);
}

size_t area_count(void)
{
	if (count == 0)
		fill();
	return count;
}

const struct area *area_at(size_t i)
{
	must(i < area_count());
	return &areas[i];
}

const struct area *area_of(int npa)
{
	return area_count() > 0 && npa >= 0 && npa < 1000 ? of_npa[npa] : NULL;
}

/* NULL or "" for either asks nothing.  Toll-free codes are sold in US and CA. */
bool area_is_in(const struct area *area, const char *country, const char *state)
{
	bool any_country = country == NULL || *country == '\0';
	if (state != NULL && *state != '\0') {
		char region[8];
		if (!text_format(region, sizeof(region), "%s-%s", area->code->country, state))
			return false;
		for (size_t i = 0; region[i] != '\0'; i++)
			if (region[i] >= 'a' && region[i] <= 'z')
				region[i] = (char)(region[i] - 'a' + 'A');
		if (!area_code_serves(area->code, region))
			return false;
	}
	if (area->is_toll_free)
		return any_country || text_is_any_case(country, "US") ||
		       text_is_any_case(country, "CA");
	return any_country || text_is_any_case(area->code->country, country);
}
