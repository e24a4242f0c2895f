#include "sim/ask.h"

#include <string.h>

#include "base/text.h"

const char *ask_method_name(enum http_method method)
{
	switch (method) {
	case HTTP_GET:
		return "GET";
	case HTTP_POST:
		return "POST";
	case HTTP_PATCH:
		return "PATCH";
	case HTTP_PUT:
		return "PUT";
	case HTTP_DELETE:
		return "DELETE";
	}
	return "?";
}

/* A path that is too long or too deep is one that no route has. */
void ask_split(struct ask *ask)
{
	char *save = NULL;
	ask->part_count = 0;
	if (!TEXT_COPY(ask->parts_text, ask->path))
		ask->parts[ask->part_count++] = "(too long)";
	else
		for (char *part = strtok_r(ask->parts_text, "/", &save); part != NULL;
			part = strtok_r(NULL, "/", &save)) {
			if (ask->part_count == ASK_PARTS_MAX) {
				ask->parts[0] = "(too deep)";
				return;
			}
			ask->parts[ask->part_count++] = part;
		}
}

void ask_done(struct ask *ask)
{
	json_decref(ask->json);
	ask->json = NULL;
}

static bool matches(struct ask *ask, const char *template)
{
	size_t ids = 0;
	for (size_t i = 0; i < ask->part_count; i++) {
		if (*template != '/')
			return false;
		template ++;
		size_t n = strcspn(template, "/");
		if (*template == '{') {
			if (ids < 2)
				ask->id[ids++] = ask->parts[i];
		} else if (strlen(ask->parts[i]) != n || memcmp(ask->parts[i], template, n) != 0) {
			return false;
		}
		template += n;
	}
	return *template == '\0';
}

const struct route *ask_route(struct ask *ask, const struct route *routes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (routes[i].method == ask->method && matches(ask, routes[i].path))
			return &routes[i];
	return NULL;
}

const char *ask_query(const struct ask *ask, const char *name)
{
	for (size_t i = 0; i < ask->query_count; i++)
		if (strcmp(ask->query[i].name, name) == 0)
			return ask->query[i].value;
	return NULL;
}

int64_t ask_query_int(const struct ask *ask, const char *name, int64_t fallback)
{
	const char *text = ask_query(ask, name);
	int64_t value = fallback;
	if (text != NULL)
		(void)text_to_int(text, INT64_MIN, INT64_MAX, &value);
	return value;
}

bool ask_query_bool(const struct ask *ask, const char *name)
{
	const char *text = ask_query(ask, name);
	return text_is(text, "true") || text_is(text, "1");
}

bool ask_read_json(struct ask *ask)
{
	if (ask->json == NULL)
		ask->json = json_parse(ask->body, ask->body_bytes, NULL, 0);
	return json_is_object(ask->json);
}

void answer_init(struct answer *a)
{
	*a = (struct answer){.status = 200, .content_type = "application/json; charset=utf-8"};
	str_init(&a->body, ASK_ANSWER_MAX_BYTES);
}

void answer_done(struct answer *a)
{
	str_done(&a->body);
}

void answer_clear(struct answer *a)
{
	str_clear(&a->body);
	a->status = 200;
	a->content_type = "application/json; charset=utf-8";
	a->header_count = 0;
}

void answer_header(struct answer *a, const char *name, const char *value)
{
	must(a->header_count < COUNT_OF(a->headers));
	TEXT_COPY(a->headers[a->header_count].name, name);
	TEXT_COPY(a->headers[a->header_count].value, value);
	a->header_count++;
}
