/*
 * origin.h - the place a search for numbers starts from, for whoever groups or
 * draws what it found.  Pure; thread: any.
 */
#ifndef ENGINE_ORIGIN_H
#define ENGINE_ORIGIN_H

#include <stdbool.h>

#include "base/json.h"
#include "engine/engine.h"
#include "numbering/ladder.h"

/* The ladder that this search walks.  False, and *ret empty, where it starts
 * from no place: toll-free numbers, a phone without one, words that name none.
 * refusal (may be NULL): what is wrong with those words; PHONE_OK for nothing. */
bool origin_find(
	const struct engine_search *search, struct ladder *ret, struct phone_refusal *refusal);
/* {town, area_code, region, country, lat, lon}, or null. */
json_t *origin_document(const struct engine_search *search);
/* From there to the middle of an area code, in tenths of a kilometre, and the
 * direction: degrees from north, clockwise.  False where either is not known. */
bool origin_way(
	const struct ladder *from, const char *area_code, int *ret_km_tenths, double *ret_degrees);

#endif
