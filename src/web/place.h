/*
 * place.h - one field for where somebody is: an area code, a ZIP or postal
 * code, or a city.  Which of them it is, is told by its shape.  Pure.
 */
#ifndef WEB_PLACE_H
#define WEB_PLACE_H

#include <stddef.h>

#define PLACE_BYTES 100

/* One of the three is filled, the others are ""; all "" for nothing. */
struct place {
	char area_code[32];
	char postal_code[32];
	char city[PLACE_BYTES];
};
void place_read(const char *typed, struct place *ret);

#endif
