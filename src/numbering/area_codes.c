#include "numbering/area_codes.h"

#include <math.h>
#include <string.h>

#include "base/must.h"
#include "numbering/area_codes_table.h"

#define EARTH_KM 6371.0088

/* The place of a code in the index, or -1. */
static int place(const char *npa)
{
	if (npa == NULL || npa[0] < '2' || npa[0] > '9')
		return -1;
	if (npa[1] < '0' || npa[1] > '9' || npa[2] < '0' || npa[2] > '9' || npa[3] != '\0')
		return -1;
	return (npa[0] - '2') * 100 + (npa[1] - '0') * 10 + (npa[2] - '0');
}

const struct area_code *area_code_find(const char *npa)
{
	int i = place(npa);
	if (i < 0 || (area_codes_index[i] & NO) != 0)
		return NULL;
	return &area_codes_rows[area_codes_index[i]];
}

enum area_code_class area_code_class(const char *npa)
{
	int i = place(npa);
	must(i >= 0 && (area_codes_index[i] & NO) != 0);
	return (enum area_code_class)(area_codes_index[i] & ~NO);
}

size_t area_code_count(void)
{
	return area_codes_count;
}

const struct area_code *area_code_at(size_t i)
{
	must(i < area_codes_count);
	return &area_codes_rows[i];
}

size_t area_code_row(const struct area_code *area)
{
	must(area >= area_codes_rows && area < area_codes_rows + area_codes_count);
	return (size_t)(area - area_codes_rows);
}

const struct area_code *area_code_overlay(const struct area_code *area, size_t i)
{
	must(i < area->overlay_count);
	return area_code_at(area_codes_overlays[area->overlay_first + i]);
}

size_t area_code_complex(
	const struct area_code *area, size_t i, const struct area_code *ret[AREA_CODE_COMPLEX_MAX])
{
	must(i < area->complex_count);
	const uint16_t *at = &area_codes_complexes[area->complex_first];
	for (; i > 0; at++)
		i -= *at == NO;
	size_t count = 0;
	for (; *at != NO; at++) {
		must(count < AREA_CODE_COMPLEX_MAX);
		ret[count++] = area_code_at(*at);
	}
	return count;
}

struct area_code_near area_code_near(const struct area_code *area, size_t i)
{
	must(i < area->near_count);
	const struct area_codes_near *near = &area_codes_near_list[area->near_first + i];
	return (struct area_code_near){area_code_at(near->row), near->km_tenths};
}

bool area_code_serves(const struct area_code *area, const char *region)
{
	size_t bytes = strlen(region);
	if (bytes == 0)
		return false;
	for (const char *at = area->regions; at != NULL; at = strchr(at, ';')) {
		at += *at == ';';
		if (strncmp(at, region, bytes) == 0 && (at[bytes] == ';' || at[bytes] == '\0'))
			return true;
	}
	return false;
}

static double radians(int32_t tenthousandths)
{
	return tenthousandths * (M_PI / 1800000.0);
}

double area_code_km(const struct area_code *a, const struct area_code *b)
{
	double lat_a = radians(a->lat), lat_b = radians(b->lat);
	double up = sin((lat_b - lat_a) / 2), over = sin(radians(b->lon - a->lon) / 2);
	double h = up * up + cos(lat_a) * cos(lat_b) * over * over;
	return 2 * EARTH_KM * asin(fmin(1, sqrt(h)));
}
