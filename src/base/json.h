/*
 * json.h - the few things numberd does with JSON, over jansson.
 *
 * Readers never fail loudly: a missing member, null, or another type reads as
 * NULL, the fallback, or false.  What an upstream leaves out is a question
 * for the decoder, not an error here.  Parsing is strict: one document, valid
 * UTF-8 without NUL, no duplicate keys, nesting at most JSON_MAX_DEPTH.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/must.h"
#include "base/str.h"

#define JSON_MAX_DEPTH 64

static inline json_t *json_free(json_t *j)
{
	json_decref(j);
	return NULL;
}
AUTO_DEFINE(json_t *, json_free);
#define JSON_AUTO AUTO(json_free) json_t *

/* The document, or NULL.  `why` (may be NULL) gets a short reason. */
json_t *json_parse(const char *text, size_t bytes, char *why, size_t why_bytes);

/* Members by path of object keys: json_at(j, "data.status"). NULL if absent. */
json_t *json_at(const json_t *j, const char *path);
/* Borrowed text, valid while j lives.  NULL if absent, null or not a string. */
const char *json_text(const json_t *j, const char *path);
/* The same, but "" becomes NULL too: older upstream answers use "" for unset. */
const char *json_text_set(const json_t *j, const char *path);
/* A string or an integer, as text in `to`: upstream ids come as either. */
bool json_text_or_number(const json_t *j, const char *path, char *to, size_t to_bytes);
bool json_bool(const json_t *j, const char *path, bool fallback);
int64_t json_int(const json_t *j, const char *path, int64_t fallback);
size_t json_count(const json_t *array); /* 0 for anything but an array */

/* One line of compact JSON, keys in the order they were set. */
void json_write(const json_t *j, struct str *to);
char *json_to_text(const json_t *j); /* caller frees */

/* The text as a JSON string, or null when it is NULL or "". */
json_t *json_string_or_null(const char *text);
/* Append "text" in quotes with JSON escapes, without building a tree. */
void json_add_string(struct str *to, const char *text);

#endif
