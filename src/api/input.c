/* input.c - bodies and queries, read strictly: what is not known is refused by name. */
#include <string.h>
#include <strings.h>

#include "api/inside.h"
#include "base/text.h"

/* --- bodies --- */

static bool is_json_type(const char *type)
{
	static const char json[] = "application/json";
	if (type == NULL || strncasecmp(type, json, strlen(json)) != 0)
		return false;
	type += strlen(json);
	type += strspn(type, " \t");
	return *type == '\0' || *type == ';';
}

static bool refuse(struct http_request *r, enum err_code code, const char *message)
{
	struct err e;
	err_set(&e, code, "%s", message);
	answer_problem(r, &(struct problem){.err = &e});
	return false;
}

/* A name as it can be shown: whole characters, not too many of them. */
static bool refuse_unknown(struct http_request *r, const char *name, const char *where)
{
	struct err e;
	char shown[64];
	text_copy(shown, sizeof(shown), text_is_utf8(name, strlen(name)) ? name : "?");
	err_set(&e, ERR_UNKNOWN_FIELD, "%s is not a %s of this request", shown, where);
	answer_problem(r, &(struct problem){.err = &e, .field = shown});
	return false;
}

static const struct input_field *find_field(
	const struct input_field *fields, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (text_is(fields[i].name, name))
			return &fields[i];
	return NULL;
}

static bool read_field(struct http_request *r, const struct input_field *field, const json_t *value)
{
	if (json_is_null(value))
		return true;
	if (!json_is_string(value)) {
		answer_invalid(r, field->name, "%s must be a string", field->name);
		return false;
	}
	if (!text_copy(field->to, field->to_bytes, json_string_value(value))) {
		answer_invalid(r, field->name, "%s is longer than %zu bytes", field->name,
			field->to_bytes - 1);
		return false;
	}
	return true;
}

static bool read_object(
	struct http_request *r, json_t *object, const struct input_field *fields, size_t count)
{
	const char *name;
	json_t *value;
	json_object_foreach(object, name, value)
	{
		const struct input_field *field = find_field(fields, count, name);
		if (field == NULL)
			return refuse_unknown(r, name, "field");
		if (!read_field(r, field, value))
			return false;
	}
	return true;
}

bool input_body(
	struct http_request *r, const struct input_field *fields, size_t count, bool is_optional)
{
	size_t bytes;
	char why[120];
	struct err e;
	const char *text = http_request_body(r, &bytes);
	for (size_t i = 0; i < count; i++)
		fields[i].to[0] = '\0';
	if (is_optional && bytes == 0)
		return true;
	if (!is_json_type(http_request_header(r, "Content-Type")))
		return refuse(r, ERR_UNSUPPORTED_MEDIA, "the body is not application/json");
	JSON_AUTO object = json_parse(text, bytes, why, sizeof(why));
	if (object == NULL) {
		err_set(&e, ERR_BAD_REQUEST, "could not read the body as JSON");
		/* What the parser says may quote bytes of any kind. */
		if (text_is_utf8(why, strlen(why)))
			err_set(&e, ERR_BAD_REQUEST, "could not read the body as JSON: %s", why);
		answer_problem(r, &(struct problem){.err = &e});
		return false;
	}
	if (!json_is_object(object))
		return refuse(r, ERR_BAD_REQUEST, "the body must be a JSON object");
	return read_object(r, object, fields, count);
}

/* --- queries --- */

static bool is_listed(const char *names, const char *name)
{
	size_t bytes = strlen(name);
	while (*names != '\0') {
		size_t length = strcspn(names, " ");
		if (length == bytes && memcmp(names, name, bytes) == 0)
			return true;
		names += length;
		names += strspn(names, " ");
	}
	return false;
}

bool input_query_names(struct http_request *r, const char *names)
{
	const char *name, *value;
	if (http_request_raw_query(r)[0] == '\0')
		return true;
	for (size_t i = 0; http_request_query_at(r, i, &name, &value); i++) {
		if (!is_listed(names, name))
			return refuse_unknown(r, name, "parameter");
		if (http_request_query_count(r, name) > 1) {
			answer_invalid(r, name, "%s is given more than once", name);
			return false;
		}
	}
	return true;
}

bool input_query_text(struct http_request *r, const char *name, char *to, size_t to_bytes)
{
	const char *value = http_request_query(r, name);
	if (value != NULL && !text_is_utf8(value, strlen(value))) {
		answer_invalid(r, name, "%s is not UTF-8", name);
		return false;
	}
	if (text_copy(to, to_bytes, value))
		return true;
	answer_invalid(r, name, "%s is longer than %zu bytes", name, to_bytes - 1);
	return false;
}

bool input_query_int(
	struct http_request *r, const char *name, int64_t least, int64_t most, int64_t *value)
{
	const char *text = http_request_query(r, name);
	if (text == NULL || text_to_int(text, least, most, value))
		return true;
	answer_invalid(r, name, "%s must be a whole number from %lld to %lld", name,
		(long long)least, (long long)most);
	return false;
}

bool input_query_bool(struct http_request *r, const char *name, bool *value)
{
	const char *text = http_request_query(r, name);
	if (text == NULL)
		return true;
	*value = text_is(text, "true");
	if (*value || text_is(text, "false"))
		return true;
	answer_invalid(r, name, "%s must be true or false", name);
	return false;
}

/* In a query "+" means a space; at the head of a phone number nobody means one. */
static bool has_raw_plus(const char *query, const char *name)
{
	size_t bytes = strlen(name);
	while (query != NULL) {
		if (strncmp(query, name, bytes) == 0 && query[bytes] == '=')
			return query[bytes + 1] == '+';
		query = strchr(query, '&');
		query += query != NULL;
	}
	return false;
}

bool input_query_phone(struct http_request *r, const char *name, char *to, size_t to_bytes)
{
	if (!input_query_text(r, name, to, to_bytes))
		return false;
	if (to[0] == ' ' && has_raw_plus(http_request_raw_query(r), name))
		to[0] = '+';
	return true;
}
