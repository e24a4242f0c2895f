/*
 * lookup.h - what numberd makes of a typed number, as the JSON document that
 * the API, the command line and the sign-up page all show.
 */
#ifndef NUMBERING_LOOKUP_H
#define NUMBERING_LOOKUP_H

#include <stddef.h>

#include "base/json.h"

struct ladder;
struct phone_refusal;

/* Never NULL; json_decref() it.  `country` as in phone_parse(): NULL means the
 * North American plan, "" that nothing is assumed. */
json_t *lookup_document(const char *typed, size_t bytes, const char *country);

/* Parts of it, for documents that hold more. */
json_t *lookup_refusal(const struct phone_refusal *refusal);
json_t *lookup_ladder(const struct ladder *ladder);
/* Why no number can be got there yet, in a sentence; null where one can, or for "". */
json_t *lookup_refused_country(const char *country);
/* 127 -> 12.7, 0 -> 0 */
json_t *lookup_km(unsigned km_tenths);

#endif
