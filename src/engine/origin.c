#include "engine/origin.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "numbering/area_codes.h"

#define EARTH_KM 6371.0
#define UNITS_A_DEGREE 10000.0

bool origin_find(
	const struct engine_search *search, struct ladder *ret, struct phone_refusal *refusal)
{
	struct phone phone = {0};
	struct phone_refusal ignored, wrong = {.code = PHONE_OK};
	const char *country = search->country[0] ? search->country : NULL;
	const struct ladder_wish wish = {.phone = &phone,
		.area_code = search->area_code,
		.postal_code = search->postal_code,
		.city = search->city,
		.max_rung = LADDER_SAME_COUNTRY};
	memset(ret, 0, sizeof(*ret));
	if (refusal != NULL)
		*refusal = wrong;
	if (search->is_toll_free)
		return false;
	/* A phone that cannot be read says no place; another field may. */
	(void)phone_parse(search->phone, strlen(search->phone), country, &phone, &ignored);
	bool is_found = ladder_build(&wish, ret, &wrong) && ret->count > 0;
	if (refusal != NULL)
		*refusal = wrong;
	return is_found;
}

json_t *origin_document(const struct engine_search *search)
{
	struct ladder l;
	if (!origin_find(search, &l, NULL))
		return json_null();
	bool is_known = l.lat != 0 || l.lon != 0;
	json_t *j = json_pack("{s:o s:o s:o s:o s:o s:o}", "town", json_string_or_null(l.town),
		"area_code", json_string_or_null(l.requested), "region",
		json_string_or_null(l.region), "country", json_string_or_null(l.country), "lat",
		is_known ? json_real(l.lat / UNITS_A_DEGREE) : json_null(), "lon",
		is_known ? json_real(l.lon / UNITS_A_DEGREE) : json_null());
	must(j != NULL);
	return j;
}

static double radians(int32_t units)
{
	return units / UNITS_A_DEGREE * M_PI / 180;
}

bool origin_way(
	const struct ladder *from, const char *area_code, int *ret_km_tenths, double *ret_degrees)
{
	const struct area_code *to = area_code_find(area_code);
	if (to == NULL || to->kind != KIND_GEOGRAPHIC || (from->lat == 0 && from->lon == 0))
		return false;
	double a = radians(from->lat), b = radians(to->lat), east = radians(to->lon - from->lon);
	double h = pow(sin((b - a) / 2), 2) + cos(a) * cos(b) * pow(sin(east / 2), 2);
	double degrees = atan2(sin(east) * cos(b), cos(a) * sin(b) - sin(a) * cos(b) * cos(east)) *
			 180 / M_PI;
	*ret_km_tenths = (int)lround(2 * EARTH_KM * asin(sqrt(h)) * 10);
	*ret_degrees = degrees < 0 ? degrees + 360 : degrees;
	return true;
}
