/* places_table.h - the shape of the generated table; for places*.c and postal.c only. */
#ifndef NUMBERING_PLACES_TABLE_H
#define NUMBERING_PLACES_TABLE_H

#include <stddef.h>
#include <stdint.h>

#define NO_TOWN 0xFFFF
#define ENOUGH_MAX 32

struct places_region {
	const char *region, *country, *name;
};

/* Every name of a region as a key, sorted: "ca", "calif", "california". */
struct places_region_name {
	char key[30];
	uint16_t region;
};

/* Sorted by the key that a town is found by, the biggest of a name first.  Ten bytes. */
struct __attribute__((packed)) places_town {
	int32_t lat : 21; /* 1/10,000 degree */
	int32_t lon : 22;
	uint32_t name : 17; /* where it begins in places_names */
	uint32_t region : 7;
	uint32_t size : 11; /* the most exchanges that one code has there */
};

/* Another name of a town, sorted by its key. */
struct places_alias {
	uint16_t name; /* where it begins in places_alias_names */
	uint16_t town;
	uint16_t size; /* as a town's, guessed from how many live there */
};

/* A town that keeps another time than its area code, sorted by town. */
struct places_zone {
	uint16_t town;
	uint16_t like; /* a row of area_codes_rows that keeps the town's time */
};

struct __attribute__((packed)) places_weight {
	uint32_t town : 14;
	uint32_t exchanges : 10; /* 1023: that many or more */
};

/* One for each row of area_codes_rows. */
struct places_code {
	uint16_t list_first, list_count;
	uint16_t enough; /* its nearest exchanges, as many as this, are where it begins */
	uint16_t exchange_first, exchange_count;
};

/* Three bytes, for there are many; a town beyond 14 bits does not compile. */
struct __attribute__((packed)) places_exchange {
	uint32_t nxx : 10;
	uint32_t town : 14;
};

struct postal_row {
	uint16_t prefix;  /* a ZIP3; or 1000 and more: an FSA as a number */
	int16_t lat, lon; /* 1/100 degree */
	uint16_t town;    /* NO_TOWN where there are several */
	uint16_t code_first;
	uint8_t code_count, region;
};

/* From this ZIP code on, to the next of the same first three digits. */
struct __attribute__((packed)) postal_zip {
	uint8_t last; /* two digits */
	uint16_t town;
};

/* ZIP codes that lie elsewhere than the others of their first three digits. */
struct postal_part {
	uint32_t first, last;
	const char *abroad; /* a country that is not of +1; NULL: `row` says where */
	struct postal_row row;
};

extern const struct places_region places_regions[];
extern const size_t places_region_count;
extern const struct places_region_name places_region_names[];
extern const size_t places_region_name_count;
extern const struct places_town places_towns[];
extern const size_t places_town_count;
extern const char places_names[];
extern const struct places_alias places_aliases[];
extern const size_t places_alias_count;
extern const char places_alias_names[];
extern const struct places_zone places_zones[];
extern const size_t places_zone_count;
extern const struct places_weight places_lists[];
extern const struct places_code places_codes[];
extern const struct places_exchange places_exchanges[];
extern const uint16_t postal_codes[]; /* rows of area_codes_rows */
extern const struct postal_row postal_rows[];
extern const size_t postal_count;
extern const struct postal_zip postal_zips[];
extern const uint16_t postal_zip_first[]; /* by the first three digits, and one more */
extern const struct postal_part postal_parts[];
extern const size_t postal_part_count;

#endif
