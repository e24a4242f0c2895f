#include "sim/vapi.h"

#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/text.h"
#include "sim/wire.h"

/* Errors */

static const char *name_of(int status)
{
	switch (status) {
	case 400:
		return "Bad Request";
	case 401:
		return "Unauthorized";
	case 402:
		return "Payment Required";
	case 403:
		return "Forbidden";
	case 404:
		return "Not Found";
	case 409:
		return "Conflict";
	case 429:
		return "Too Many Requests";
	case 502:
		return "Bad Gateway";
	case 503:
		return "Service Unavailable";
	case 504:
		return "Gateway Timeout";
	default:
		return status < 500 ? "Error" : "Internal Server Error";
	}
}

static void finish_error(struct answer *a, int status)
{
	wire_string(&a->body, "error", name_of(status));
	wire_int(&a->body, "statusCode", status);
	wire_end(&a->body, '}');
	a->status = status;
}

void vapi_error(struct answer *a, int status, const char *message)
{
	answer_clear(a);
	wire_open(&a->body, NULL, '{');
	wire_string(&a->body, "message", *message ? message : name_of(status));
	finish_error(a, status);
}

void vapi_complain(struct answer *a, const json_t *messages)
{
	answer_clear(a);
	str_add(&a->body, "{\"message\":");
	wire_tree(&a->body, NULL, messages);
	finish_error(a, 400);
}

void vapi_not_found(struct answer *a)
{
	vapi_error(a, 404, "Not Found");
}

bool vapi_is_id(struct ask *ask, struct answer *a)
{
	if (text_is_uuid(ask->id[0]))
		return true;
	JSON_AUTO messages = json_pack("[s]", "id must be a UUID");
	vapi_complain(a, messages);
	return false;
}

/* Who may come in */

static bool let_in(const struct world *w, const struct ask *ask, struct answer *a)
{
	const char *key = ask->authorization;
	if (key == NULL) {
		vapi_error(a, 401, "Missing Authorization Header.");
		return false;
	}
	key = strncasecmp(key, "Bearer ", 7) == 0 ? key + 7 : "";
	bool is_known = json_array_size(w->set.vapi_known_keys) == 0
				? text_is_uuid(key)
				: settings_list_has(w->set.vapi_known_keys, key);
	if (is_known && !settings_list_has(w->set.vapi_revoked_keys, key))
		return true;
	vapi_error(a, 401,
		"Invalid Key. Hot tip, you may be using the private key instead of the public key, "
		"or vice versa.");
	return false;
}

static bool is_within_rate(struct world *w, struct answer *a)
{
	if (w->vapi_second != w->now_ms / 1000) {
		w->vapi_second = w->now_ms / 1000;
		w->vapi_in_second = 0;
	}
	w->vapi_in_second++;
	if (w->set.vapi_rate_limit == 0 || w->vapi_in_second <= w->set.vapi_rate_limit)
		return true;
	vapi_error(a, 429, "Too Many Requests");
	if (w->set.vapi_retry_after)
		answer_header(a, "retry-after", "1");
	return false;
}

/* Lists */

void vapi_read_span(const struct ask *ask, struct vapi_span *ret)
{
	static const struct {
		const char *name;
		size_t at;
		int64_t more; /* to make "greater than" inclusive, in ms */
	} bounds[] = {
		{"createdAtGt", offsetof(struct vapi_span, created_from), 1},
		{"createdAtGe", offsetof(struct vapi_span, created_from), 0},
		{"createdAtLt", offsetof(struct vapi_span, created_to), -1},
		{"createdAtLe", offsetof(struct vapi_span, created_to), 0},
		{"updatedAtGt", offsetof(struct vapi_span, updated_from), 1},
		{"updatedAtGe", offsetof(struct vapi_span, updated_from), 0},
		{"updatedAtLt", offsetof(struct vapi_span, updated_to), -1},
		{"updatedAtLe", offsetof(struct vapi_span, updated_to), 0},
	};
	int64_t limit = ask_query_int(ask, "limit", 100), ms;
	*ret = (struct vapi_span){INT64_MIN, INT64_MAX, INT64_MIN, INT64_MAX, 0};
	ret->limit = limit < 0 ? 0 : limit > 1000 ? 1000 : (size_t)limit;
	for (size_t i = 0; i < COUNT_OF(bounds); i++) {
		const char *text = ask_query(ask, bounds[i].name);
		if (text != NULL && clock_parse(text, &ms))
			*(int64_t *)(void *)((char *)ret + bounds[i].at) = ms + bounds[i].more;
	}
}

static void write_list(struct answer *a, json_t *const *items, size_t count)
{
	wire_open(&a->body, NULL, '[');
	for (size_t i = 0; i < count; i++) {
		wire_tree(&a->body, NULL, items[i]);
	}
	wire_end(&a->body, ']');
}

/* Credentials: those of the settings.  Secrets are not returned. */

static json_t *show_credential(const json_t *own)
{
	json_t *shown = json_deep_copy(own);
	json_object_del(shown, "apiKey");
	json_object_del(shown, "telnyx_status");
	json_object_set_new(shown, "orgId", json_string(VAPI_ORG_ID));
	json_object_set_new(shown, "createdAt", json_string("2026-01-05T09:00:00.000Z"));
	json_object_set_new(shown, "updatedAt", json_string("2026-01-05T09:00:00.000Z"));
	return shown;
}

static void credential_list(struct world *w, struct ask *ask, struct answer *a)
{
	struct vapi_span span;
	size_t i;
	json_t *own;
	vapi_read_span(ask, &span);
	wire_open(&a->body, NULL, '[');
	json_array_foreach(w->set.credentials, i, own)
	{
		JSON_AUTO shown = show_credential(own);
		if (i >= span.limit)
			break;
		wire_tree(&a->body, NULL, shown);
	}
	wire_end(&a->body, ']');
}

static void credential_get(struct world *w, struct ask *ask, struct answer *a)
{
	size_t i;
	json_t *own;
	if (!vapi_is_id(ask, a))
		return;
	json_array_foreach(w->set.credentials, i, own)
	{
		if (!text_is(json_text(own, "id"), ask->id[0]))
			continue;
		JSON_AUTO shown = show_credential(own);
		json_write(shown, &a->body);
		return;
	}
	vapi_not_found(a);
}

/* Assistants: kept as they were sent. */

static json_t *find_assistant(struct world *w, const char *id)
{
	for (size_t i = 0; i < w->assistants.count; i++)
		if (text_is(json_text(w->assistants.items[i], "id"), id))
			return w->assistants.items[i];
	return NULL;
}

static void assistant_create(struct world *w, struct ask *ask, struct answer *a)
{
	char id[UUID_BYTES], now[WIRE_TIME_BYTES];
	if (!ask_read_json(ask)) {
		vapi_error(a, 400, "Invalid JSON body.");
		return;
	}
	const char *name = json_text(ask->json, "name");
	if (name != NULL && strlen(name) > 40) {
		JSON_AUTO messages =
			json_pack("[s]", "name must be shorter than or equal to 40 characters");
		vapi_complain(a, messages);
		return;
	}
	json_t *assistant = json_deep_copy(ask->json);
	world_uuid(w, id);
	wire_time_format(w->now_ms, WIRE_TIME_MS, now);
	json_object_set_new(assistant, "id", json_string(id));
	json_object_set_new(assistant, "orgId", json_string(VAPI_ORG_ID));
	json_object_set_new(assistant, "createdAt", json_string(now));
	json_object_set_new(assistant, "updatedAt", json_string(now));
	list_add(&w->assistants, assistant);
	a->status = 201;
	json_write(assistant, &a->body);
}

static void assistant_list(struct world *w, struct ask *ask, struct answer *a)
{
	struct vapi_span span;
	vapi_read_span(ask, &span);
	size_t count = w->assistants.count < span.limit ? w->assistants.count : span.limit;
	write_list(a, (json_t *const *)(void *)w->assistants.items, count);
}

static void assistant_get(struct world *w, struct ask *ask, struct answer *a)
{
	if (!vapi_is_id(ask, a))
		return;
	json_t *assistant = find_assistant(w, ask->id[0]);
	if (assistant == NULL)
		vapi_not_found(a);
	else
		json_write(assistant, &a->body);
}

/* clang-format off */
static const struct route routes[] = {
	{HTTP_GET,    "/vapi/v2/phone-number", vapi_number_pages},
	{HTTP_POST,   "/vapi/phone-number", vapi_number_create},
	{HTTP_GET,    "/vapi/phone-number", vapi_number_list},
	{HTTP_GET,    "/vapi/phone-number/{id}", vapi_number_get},
	{HTTP_PATCH,  "/vapi/phone-number/{id}", vapi_number_patch},
	{HTTP_DELETE, "/vapi/phone-number/{id}", vapi_number_delete},
	{HTTP_GET,    "/vapi/credential", credential_list},
	{HTTP_GET,    "/vapi/credential/{id}", credential_get},
	{HTTP_POST,   "/vapi/assistant", assistant_create},
	{HTTP_GET,    "/vapi/assistant", assistant_list},
	{HTTP_GET,    "/vapi/assistant/{id}", assistant_get},
};
/* clang-format on */

const char *vapi_route_name(struct ask *ask)
{
	const struct route *r = ask_route(ask, routes, COUNT_OF(routes));
	return r != NULL ? r->path : "/vapi/(unknown)";
}

void vapi_handle(struct world *w, struct ask *ask, struct answer *a)
{
	const struct route *r = ask_route(ask, routes, COUNT_OF(routes));
	a->route = r != NULL ? r->path : "/vapi/(unknown)";
	if (!let_in(w, ask, a) || !is_within_rate(w, a))
		return;
	if (r == NULL)
		vapi_not_found(a);
	else
		r->handle(w, ask, a);
}
