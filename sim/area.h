/*
 * area.h - the area codes that the simulated inventory sells from: those of
 * numbering/area_codes.h that are in service and geographic or toll-free.
 */
#ifndef SIM_AREA_H
#define SIM_AREA_H

#include <stdbool.h>
#include <stddef.h>

#include "numbering/area_codes.h"

struct area {
	int npa;
	bool is_toll_free;
	char state[4]; /* "CA", "ON"; the first of several; "" for toll-free */
	const struct area_code *code;
};

size_t area_count(void);
const struct area *area_at(size_t i); /* in numeric order */
const struct area *area_of(int npa);  /* NULL if nothing is sold there */
bool area_is_in(const struct area *area, const char *country, const char *state);

#endif
