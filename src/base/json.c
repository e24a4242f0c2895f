#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* jansson allows 2048 levels; refuse long before, without recursion. */
static bool is_too_deep(const char *text, size_t bytes)
{
	int depth = 0;
	bool in_string = false;
	for (size_t i = 0; i < bytes; i++) {
		char c = text[i];
		if (in_string && c == '\\')
			i++;
		else if (c == '"')
			in_string = !in_string;
		else if (!in_string && (c == '{' || c == '['))
			depth++;
		else if (!in_string && (c == '}' || c == ']'))
			depth--;
		if (depth > JSON_MAX_DEPTH)
			return true;
	}
	return false;
}

json_t *json_parse(const char *text, size_t bytes, char *why, size_t why_bytes)
{
	json_error_t error;
	if (is_too_deep(text, bytes)) {
		if (why)
			text_copy(why, why_bytes, "nested too deeply");
		return NULL;
	}
	/* jansson 2.14 passes over a NUL behind a number or a literal. */
	if (bytes > 0 && memchr(text, '\0', bytes) != NULL) {
		if (why)
			text_copy(why, why_bytes, "a NUL byte stands in it");
		return NULL;
	}
	json_t *j = json_loadb(text, bytes, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
	if (j == NULL && why)
		text_format(why, why_bytes, "%s at byte %d", error.text, error.position);
	return j;
}

json_t *json_at(const json_t *j, const char *path)
{
	while (j != NULL && *path != '\0') {
		size_t n = strcspn(path, ".");
		j = json_object_getn(j, path, n);
		path += n + (path[n] == '.');
	}
	return (json_t *)j;
}

const char *json_text(const json_t *j, const char *path)
{
	return json_string_value(json_at(j, path));
}

const char *json_text_set(const json_t *j, const char *path)
{
	const char *text = json_text(j, path);
	return text != NULL && *text != '\0' ? text : NULL;
}

bool json_text_or_number(const json_t *j, const char *path, char *to, size_t to_bytes)
{
	const json_t *v = json_at(j, path);
	if (json_is_string(v))
		return text_copy(to, to_bytes, json_string_value(v)) && *to != '\0';
	if (json_is_integer(v))
		return text_format(to, to_bytes, "%lld", (long long)json_integer_value(v));
	return false;
}

bool json_bool(const json_t *j, const char *path, bool fallback)
{
	const json_t *v = json_at(j, path);
	return json_is_boolean(v) ? json_is_true(v) : fallback;
}

int64_t json_int(const json_t *j, const char *path, int64_t fallback)
{
	const json_t *v = json_at(j, path);
	return json_is_integer(v) ? json_integer_value(v) : fallback;
}

size_t json_count(const json_t *array)
{
	return json_is_array(array) ? json_array_size(array) : 0;
}

/* 15 digits: 12.7 is written as 12.7, not as 12.699999999999999. */
#define WRITE_FLAGS (JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15))

static int add_piece(const char *piece, size_t bytes, void *to)
{
	str_add_bytes(to, piece, bytes);
	return 0;
}

void json_write(const json_t *j, struct str *to)
{
	must(json_dump_callback(j, add_piece, to, WRITE_FLAGS) == 0);
}

char *json_to_text(const json_t *j)
{
	char *text = json_dumps(j, WRITE_FLAGS);
	must(text != NULL);
	return text;
}

json_t *json_string_or_null(const char *text)
{
	json_t *j = text != NULL && *text != '\0' ? json_string(text) : json_null();
	return j ? j : json_null(); /* not UTF-8: nothing to show */
}

void json_add_string(struct str *to, const char *text)
{
	str_add_char(to, '"');
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;
		if (c == '"' || c == '\\')
			str_addf(to, "\\%c", c);
		else if (c < 0x20 || c == 0x7f)
			str_addf(to, "\\u%04x", c);
		else
			str_add_char(to, (char)c);
	}
	str_add_char(to, '"');
}
