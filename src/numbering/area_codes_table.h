/* area_codes_table.h - the shape of the generated table; for area_codes.c only. */
#ifndef NUMBERING_AREA_CODES_TABLE_H
#define NUMBERING_AREA_CODES_TABLE_H

#include "numbering/area_codes.h"

/* In area_codes_index: not a row but this bit and an enum area_code_class. */
#define NO 0x8000

struct area_codes_near {
	uint16_t row;
	uint16_t km_tenths;
};

extern const uint16_t area_codes_overlays[];  /* rows */
extern const uint16_t area_codes_complexes[]; /* rows; NO ends a complex */
extern const struct area_codes_near area_codes_near_list[];
extern const struct area_code area_codes_rows[];
extern const size_t area_codes_count;
extern const uint16_t area_codes_index[800]; /* by code less 200 */

#endif
