/* api.c - the server, the table of routes, and who comes in. */
#include "api/api.h"

#include <stdlib.h>
#include <string.h>

#include "api/inside.h"
#include "base/text.h"
#include "net/limits.h"

/* Proxies close what is silent for a minute, some for half of one. */
#define PING_MS 15000

/* clang-format off */
static const struct route routes[] = {
	{HTTP_POST, "/v1/signups",               NEED_SIGNUP,  "", signups_create},
	{HTTP_GET,  "/v1/signups/{id}",          NEED_KEY,     "", signups_get},
	{HTTP_GET,  "/v1/signups",               NEED_KEY,     "status q limit cursor", signups_list},
	{HTTP_GET,  "/v1/signups/{id}/timeline", NEED_KEY,     "cursor", signups_timeline},
	{HTTP_GET,  "/v1/signups/{id}/events",   NEED_KEY,     "last_event_id", events_open},
	{HTTP_POST, "/v1/signups/{id}/cancel",   NEED_KEY,     "now", signups_cancel},
	{HTTP_POST, "/v1/signups/{id}/retry",    NEED_KEY,     "", signups_retry},
	{HTTP_POST, "/v1/signups/{id}/resolve",  NEED_KEY,     "", signups_resolve},
	{HTTP_GET,  "/v1/lookup",                NEED_KEY,     "phone country", numbers_lookup},
	{HTTP_GET,  "/v1/available-numbers",     NEED_KEY,
		"phone country area_code postal_code city contains limit max_rung toll_free",
		numbers_available},
	{HTTP_POST, "/v1/holds",                 NEED_SIGNUP,  "", holds_create},
	{HTTP_GET,  "/v1/limits",                NEED_KEY,     "", limits_show},
	{HTTP_POST, "/v1/freeze",                NEED_KEY,     "", limits_freeze},
	{HTTP_POST, "/v1/thaw",                  NEED_KEY,     "", limits_thaw},
	{HTTP_POST, "/webhooks/telnyx",          NEED_NOTHING, NULL, webhooks_telnyx},
	{HTTP_GET,  "/healthz",                  NEED_NOTHING, NULL, health_live},
	{HTTP_GET,  "/readyz",                   NEED_NOTHING, NULL, health_ready},
	{HTTP_GET,  "/metrics",                  NEED_KEY,     NULL, health_metrics},
	{HTTP_GET,  "/openapi.json",             NEED_NOTHING, NULL, about_openapi},
	{HTTP_GET,  "/problems/{code}",          NEED_NOTHING, NULL, about_problem},
};
/* clang-format on */

const struct route *api_routes(size_t *ret_count)
{
	*ret_count = COUNT_OF(routes);
	return routes;
}

/* --- finding the route --- */

/* One {…} stands for one part of the path that is not empty. */
static bool path_fits(const char *pattern, const char *path, char *name, size_t name_bytes)
{
	for (; *pattern != '\0'; pattern++) {
		if (*pattern != '{') {
			if (*path++ != *pattern)
				return false;
			continue;
		}
		size_t bytes = strcspn(path, "/");
		if (bytes == 0 || !text_copy_part(name, name_bytes, path, bytes))
			return false;
		path += bytes;
		pattern = strchr(pattern, '}');
	}
	return *path == '\0';
}

static void refuse_method(struct http_request *r, bool takes_get, bool takes_post)
{
	struct err e;
	const char *allow = takes_get && takes_post ? "GET, HEAD, POST"
			    : takes_get             ? "GET, HEAD"
						    : "POST";
	err_set(&e, ERR_METHOD_NOT_ALLOWED, "this address takes %s", allow);
	http_answer_header(r, "Allow", allow);
	answer_problem(r, &(struct problem){.err = &e});
}

/* Answers 405 itself; *ret_is_ours tells whether the path is one of ours. */
static const struct route *find_route(struct call *call, bool *ret_is_ours)
{
	const char *path = http_request_path(call->r);
	enum http_method method = http_request_method(call->r);
	bool takes_get = false, takes_post = false;
	for (size_t i = 0; i < COUNT_OF(routes); i++) {
		if (!path_fits(routes[i].pattern, path, call->name, sizeof(call->name)))
			continue;
		*ret_is_ours = true;
		if (routes[i].method == method)
			return &routes[i];
		takes_get |= routes[i].method == HTTP_GET;
		takes_post |= routes[i].method == HTTP_POST;
	}
	if (*ret_is_ours)
		refuse_method(call->r, takes_get, takes_post);
	return NULL;
}

/* --- admission --- */

static enum admitted judge(
	struct api *api, struct http_request *r, enum admission_need need, struct err *e)
{
	const struct visitor visitor = {.is_loopback = http_request_peer_is_loopback(r),
		.is_write = http_request_method(r) != HTTP_GET,
		.authorization = http_request_header(r, "Authorization"),
		.host = http_request_header(r, "Host"),
		.fetch_site = http_request_header(r, "Sec-Fetch-Site"),
		.origin = http_request_header(r, "Origin")};
	return admission_judge(&api->admission, &visitor, need, e);
}

bool api_has_key(struct api *api, struct http_request *r)
{
	struct err ignored;
	return judge(api, r, NEED_KEY, &ignored) != ADMITTED_NOT;
}

static enum admitted admit(struct api *api, struct http_request *r, enum admission_need need)
{
	struct err e;
	enum admitted by = judge(api, r, need, &e);
	if (by == ADMITTED_NOT)
		answer_problem(r, &(struct problem){.err = &e});
	return by;
}

bool api_admit(struct api *api, struct http_request *r, bool is_public)
{
	return admit(api, r, is_public ? NEED_SIGNUP : NEED_KEY) != ADMITTED_NOT;
}

void api_source(struct http_request *r, char *to, size_t to_bytes)
{
	if (http_request_peer_is_loopback(r))
		text_copy(to, to_bytes, "loopback");
	else
		admission_network(http_request_peer(r), to, to_bytes);
}

/* --- requests --- */

static void pass_on(struct api *api, struct http_request *r)
{
	struct err e;
	const char *path = http_request_path(r);
	bool is_for_us = text_starts(path, "/v1/") || text_starts(path, "/problems/") ||
			 text_starts(path, "/webhooks/");
	if (api->pages != NULL && !is_for_us) {
		api->pages(api->pages_arg, r);
		return;
	}
	if (admit(api, r, NEED_NOTHING) == ADMITTED_NOT)
		return;
	err_set(&e, ERR_NOT_FOUND, "there is nothing at this address");
	answer_problem(r, &(struct problem){.err = &e});
}

static void handle(void *arg, struct http_request *r)
{
	struct api *api = arg;
	struct call call = {.api = api, .r = r};
	bool is_ours = false;
	api->requests++;
	const struct route *route = find_route(&call, &is_ours);
	if (route == NULL) {
		if (!is_ours)
			pass_on(api, r);
		return;
	}
	call.by = admit(api, r, route->need);
	if (call.by == ADMITTED_NOT)
		return;
	if (route->query == NULL || input_query_names(r, route->query))
		route->handle(&call);
}

/* --- life --- */

struct api *api_new(const struct api_options *options, struct err *e)
{
	struct api *api = must_calloc(1, sizeof(*api));
	api->loop = options->loop;
	api->engine = options->engine;
	api->pages = options->pages;
	api->pages_arg = options->pages_arg;
	api->most_streams = LIMIT_SERVED_STREAMS;
	api->ping_ms = PING_MS;
	admission_init(&api->admission, options->config);
	api->webhook_rate = webhook_rate_new();
	holds_begin(api);
	_Static_assert(WEBHOOK_SIGNATURE_KEYS >= CONFIG_KEYS, "room for every key");
	for (int i = 0; i < options->config->telnyx_public_key_count; i++)
		must(webhook_signature_add_key(
			&api->webhook_keys, options->config->telnyx_public_keys[i]));
	const struct http_server_options server = {
		.listen = options->config->listen, .handler = handle, .arg = api};
	api->server = http_server_new(options->loop, &server, e);
	return api->server != NULL ? api : api_free(api);
}

struct api *api_free(struct api *api)
{
	if (api == NULL)
		return NULL;
	events_end_all(api);
	http_server_free(api->server);
	webhook_rate_free(api->webhook_rate);
	holds_end(api);
	free(api);
	return NULL;
}

int api_port(const struct api *api)
{
	return http_server_port(api->server);
}

const char *api_address(const struct api *api)
{
	return http_server_address(api->server);
}

void api_stop_listening(struct api *api)
{
	events_end_all(api);
	http_server_stop_listening(api->server);
}
