#include "api/test_world.h"

#define KEY "canary-api-key-4711"
#define WITH_KEY "Authorization: Bearer " KEY "\r\n"

/* --- methods and addresses ---------------------------------------------------------- */

struct method_row {
	const char *method, *target, *allow;
};

static void another_method_is_answered_405_with_allow(void **state)
{
	(void)state;
	struct world *w = world_new(NULL, NULL, false);
	static const struct method_row rows[] = {
		{"DELETE", "/v1/signups", "GET, HEAD, POST"},
		{"PUT", "/v1/signups/su_01JDB0000000000000000000AA", "GET, HEAD"},
		{"GET", "/v1/signups/su_01JDB0000000000000000000AA/cancel", "POST"},
		{"HEAD", "/v1/signups/su_01JDB0000000000000000000AA/retry", "POST"},
		{"POST", "/v1/lookup", "GET, HEAD"},
		{"POST", "/healthz", "GET, HEAD"},
		{"GET", "/webhooks/telnyx", "POST"},
		{"PATCH", "/metrics", "GET, HEAD"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct reply r;
		char allow[64];
		print_message("  %s %s\n", rows[i].method, rows[i].target);
		send_request(w, &r, rows[i].method, rows[i].target, "", NULL);
		assert_int_equal(r.status, 405);
		text_format(allow, sizeof(allow), "\r\nAllow: %s\r\n", rows[i].allow);
		assert_true(reply_has(&r, allow));
		if (text_is(rows[i].method, "HEAD"))
			reply_done(&r);
		else
			assert_problem(&r, 405, "method_not_allowed", NULL);
	}
	world_free(w);
}

static void an_address_that_is_none_is_not_found(void **state)
{
	(void)state;
	struct world *w = world_new(NULL, NULL, false);
	static const char *const targets[] = {"/nowhere", "/v1", "/v1/", "/v1/signups/",
		"/v2/signups", "/webhooks/", "/v1/signups/a/b/c", "/v1/lookup/", "/healthz/x",
		"/problems/", "/problems/no_such", "//v1/signups", "/V1/signups"};
	for (size_t i = 0; i < COUNT_OF(targets); i++) {
		struct reply r;
		print_message("  %s\n", targets[i]);
		send_request(w, &r, "GET", targets[i], "", NULL);
		assert_problem(&r, 404, "not_found", NULL);
	}
	world_free(w);
}

static void answer_as_a_page(void *arg, struct http_request *r)
{
	struct world *w = arg;
	if (api_admit(w->api, r, text_is(http_request_path(r), "/")))
		http_answer_text(r, 200, "text/plain", "a page");
}

static void what_no_route_takes_goes_to_the_pages(void **state)
{
	(void)state;
	struct world *w = world_new(KEY, NULL, true);
	struct reply r;
	api_free(w->api);
	world_start_api(w, answer_as_a_page);
	send_request(w, &r, "GET", "/", "", NULL);
	assert_string_equal(r.body, "a page");
	reply_done(&r);
	send_request(w, &r, "GET", "/admin", "", NULL);
	assert_true(reply_has(&r, "\r\nWWW-Authenticate: Basic realm=\"numberd\"\r\n"));
	assert_true(reply_has(&r, "\r\nWWW-Authenticate: Bearer realm=\"numberd\"\r\n"));
	assert_problem(&r, 401, "unauthorized", NULL);
	send_request(w, &r, "GET", "/admin", WITH_KEY, NULL);
	assert_string_equal(r.body, "a page");
	reply_done(&r);
	send_request(w, &r, "GET", "/v1/nothing", WITH_KEY, NULL);
	assert_problem(&r, 404, "not_found", NULL);
	world_free(w);
}

/* Its lease is on its way. */
static void until_ready(struct world *w)
{
	bool never = false;
	struct err e;
	for (int i = 0; i < PATIENCE_MS / 10 && !engine_is_ready(w->engine, &e); i++)
		(void)loop_run_until(w->loop, &never, 10);
	assert_true(engine_is_ready(w->engine, &e));
}

static void head_is_get_without_a_body(void **state)
{
	(void)state;
	struct world *w = world_new(NULL, NULL, false);
	until_ready(w);
	static const char *const targets[] = {"/healthz", "/readyz", "/openapi.json", "/v1/signups",
		"/v1/lookup?phone=4155550123", "/problems/npa_n11", "/nowhere"};
	for (size_t i = 0; i < COUNT_OF(targets); i++) {
		struct reply get, head;
		char length[64];
		send_request(w, &get, "GET", targets[i], "", NULL);
		send_request(w, &head, "HEAD", targets[i], "", NULL);
		assert_int_equal(head.status, get.status);
		assert_string_equal(head.body, "");
		text_format(
			length, sizeof(length), "\r\nContent-Length: %zu\r\n", strlen(get.body));
		assert_true(reply_has(&head, length));
		reply_done(&get);
		reply_done(&head);
	}
	world_free(w);
}

/* --- admission, through every route --------------------------------------------------- */

static const char *method_name(const struct route *route)
{
	return route->method == HTTP_POST ? "POST" : "GET";
}

/* The pattern with something that fits in place of {…}. */
static void make_target(const struct route *route, char *to, size_t to_bytes)
{
	const char *brace = strchr(route->pattern, '{');
	if (brace == NULL)
		text_copy(to, to_bytes, route->pattern);
	else
		text_format(to, to_bytes, "%.*s%s%s", (int)(brace - route->pattern), route->pattern,
			text_starts(brace, "{id}") ? "su_01JDB0000000000000000000AA" : "internal",
			strchr(brace, '}') + 1);
}

static int status_of(struct world *w, const struct route *route, const char *headers)
{
	struct reply r;
	char target[200];
	make_target(route, target, sizeof(target));
	send_request(
		w, &r, method_name(route), target, headers, route->method == HTTP_POST ? "" : NULL);
	int status = r.status;
	assert_true(reply_has(&r, "\r\nX-Content-Type-Options: nosniff\r\n"));
	assert_true(reply_has(&r, "\r\nCache-Control: no-"));
	reply_done(&r);
	return status;
}

static void every_route_asks_for_what_it_needs(void **state)
{
	(void)state;
	struct world *w = world_new("another-key-0815", KEY, true);
	size_t count;
	const struct route *routes = api_routes(&count);
	for (size_t i = 0; i < count; i++) {
		print_message("  %s %s\n", method_name(&routes[i]), routes[i].pattern);
		bool needs_key = routes[i].need == NEED_KEY;
		assert_int_equal(status_of(w, &routes[i], "") == 401, needs_key);
		assert_int_equal(status_of(w, &routes[i], "Authorization: Bearer wrong\r\n") == 401,
			routes[i].need != NEED_NOTHING);
		assert_int_not_equal(status_of(w, &routes[i], WITH_KEY), 401);
	}
	world_free(w);
}

static void only_what_is_meant_to_be_open_is_open(void **state)
{
	(void)state;
	size_t count;
	const struct route *routes = api_routes(&count);
	for (size_t i = 0; i < count; i++) {
		const char *pattern = routes[i].pattern;
		bool is_open = text_is(pattern, "/healthz") || text_is(pattern, "/readyz") ||
			       text_is(pattern, "/openapi.json") ||
			       text_is(pattern, "/problems/{code}") ||
			       text_is(pattern, "/webhooks/telnyx"); /* its own proof */
		bool is_signup =
			(text_is(pattern, "/v1/signups") && routes[i].method == HTTP_POST) ||
			text_is(pattern, "/v1/holds");
		assert_int_equal(routes[i].need, is_open     ? NEED_NOTHING
						 : is_signup ? NEED_SIGNUP
							     : NEED_KEY);
	}
}

static void a_forwarding_header_changes_nothing(void **state)
{
	(void)state;
	struct world *w = world_new(KEY, NULL, false);
	struct reply r;
	send_request(w, &r, "GET", "/v1/signups",
		"X-Forwarded-For: 127.0.0.1\r\nForwarded: for=127.0.0.1\r\nX-Real-IP: "
		"127.0.0.1\r\n",
		NULL);
	assert_problem(&r, 401, "unauthorized", NULL);
	world_free(w);
}

/* --- look-up and numbers for sale ------------------------------------------------------ */

static void a_lookup_answers_200_either_way(void **state)
{
	(void)state;
	struct world *w = world_new(NULL, NULL, false);
	static const struct {
		const char *query, *e164, *code;
	} rows[] = {
		{"phone=(415)%20555-1234%20x12", "+14155551234", NULL},
		{"phone=%2B442079460958", "+442079460958", NULL},
		{"phone=+442079460958", "+442079460958", NULL}, /* a "+" left as it was typed */
		{"country=GB&phone=020%207946%200958", "+442079460958", NULL},
		{"phone=911-555-1234", NULL, "npa_n11"},
		{"phone=", NULL, "empty"},
		{"phone=4155551234&country=", NULL, "no_country"},
		{"phone=%c3%28", NULL, NULL},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct reply r;
		char target[200];
		print_message("  %s\n", rows[i].query);
		text_format(target, sizeof(target), "/v1/lookup?%s", rows[i].query);
		send_request(w, &r, "GET", target, "", NULL);
		if (rows[i].e164 == NULL && rows[i].code == NULL) {
			assert_problem(&r, 422, "invalid_field", "phone"); /* not UTF-8 */
			continue;
		}
		assert_int_equal(r.status, 200);
		JSON_AUTO j = reply_json(&r);
		assert_int_equal(json_bool(j, "accepted", false), rows[i].e164 != NULL);
		if (rows[i].e164 != NULL)
			assert_string_equal(json_text(j, "e164"), rows[i].e164);
		else
			assert_string_equal(json_text(j, "reject.code"), rows[i].code);
		reply_done(&r);
	}
	world_free(w);
}

/* What the carrier lists, and that numberd cannot hand it in: before anything is bought. */
static void numbers_abroad_come_with_what_they_need(void **state)
{
	(void)state;
	struct world *w = world_new(NULL, NULL, false);
	struct reply r;
	static const char path[] = "/v1/available-numbers?phone=%2B442079460123";
	static const char refused[] = "We cannot get a number in the United Kingdom yet: Telnyx "
				      "wants papers for each number there.";
	send_request(w, &r, "GET", path, "", NULL);
	assert_int_equal(r.status, 200);
	JSON_AUTO j = reply_json(&r);
	const json_t *offer = json_array_get(json_at(j, "data"), 0);
	assert_string_equal(json_text(offer, "phone_number"), "+442079460200");
	assert_string_equal(json_text(offer, "area_code"), "20");
	assert_string_equal(json_text(offer, "rung"), "same_area_code");
	assert_string_equal(
		json_text(json_array_get(json_at(j, "data"), 2), "rung"), "same_country");
	assert_string_equal(json_text(j, "origin.area_code"), "20");
	assert_string_equal(json_text(j, "origin.country"), "GB");
	assert_string_equal(w->papers_asked, "GB");
	assert_int_equal(json_count(json_at(j, "requirements")), 2);
	const json_t *first = json_array_get(json_at(j, "requirements"), 0),
		     *second = json_array_get(json_at(j, "requirements"), 1);
	assert_string_equal(json_text(first, "name"), "Proof of Address");
	assert_string_equal(json_text(first, "kind"), "document");
	assert_string_equal(json_text(first, "description"), "A recent bill");
	assert_true(json_is_null(json_at(second, "description")));
	assert_string_equal(json_text(j, "cannot_complete"), refused);
	reply_done(&r);
	w->papers_code = ERR_CARRIER_DOWN;
	send_request(w, &r, "GET", path, "", NULL);
	JSON_AUTO unknown = reply_json(&r);
	assert_true(json_is_null(json_at(unknown, "requirements")));
	assert_true(json_count(json_at(unknown, "data")) > 0);
	reply_done(&r);
	w->papers_asked[0] = '\0';
	send_request(w, &r, "GET", "/v1/available-numbers?area_code=415", "", NULL);
	JSON_AUTO home = reply_json(&r);
	assert_true(json_is_array(json_at(home, "requirements")));
	assert_int_equal(json_count(json_at(home, "requirements")), 0);
	assert_true(json_is_null(json_at(home, "cannot_complete")));
	assert_string_equal(w->papers_asked, ""); /* nothing is wanted: no call for it */
	reply_done(&r);
	world_free(w);
}

static void numbers_for_sale_come_with_prices(void **state)
{
	(void)state;
	struct world *w = world_new(NULL, NULL, false);
	struct reply r;
	send_request(w, &r, "GET", "/v1/available-numbers?phone=415-555-0123&limit=1", "", NULL);
	assert_int_equal(r.status, 200);
	JSON_AUTO j = reply_json(&r);
	assert_int_equal(json_count(json_at(j, "data")), 1);
	const json_t *offer = json_array_get(json_at(j, "data"), 0);
	assert_string_equal(json_text(offer, "phone_number"), "+14155550200");
	assert_string_equal(json_text(offer, "cost.monthly"), "1.00");
	assert_string_equal(json_text(offer, "rung"), "same_area_code");
	assert_string_equal(json_text(j, "origin.area_code"), "415");
	double lat = json_number_value(json_at(j, "origin.lat")),
	       lon = json_number_value(json_at(j, "origin.lon"));
	assert_true(lat > 37 && lat < 39 && lon > -123 && lon < -122); /* the Bay */
	reply_done(&r);
	send_request(w, &r, "GET", "/v1/available-numbers?toll_free=true", "", NULL);
	assert_int_equal(r.status, 200);
	JSON_AUTO none = reply_json(&r);
	assert_true(json_is_null(json_at(none, "origin")));
	reply_done(&r);
	w->search_code = ERR_CARRIER_DOWN;
	send_request(w, &r, "GET", "/v1/available-numbers?area_code=415", "", NULL);
	JSON_AUTO down = reply_json(&r);
	assert_string_equal(json_text(down, "hint"), "Nothing was begun. Ask again in a moment.");
	assert_true(retry_after(&r) > 0);
	assert_problem(&r, 503, "carrier_down", NULL);
	w->search_code = ERR_CARRIER_AUTH;
	send_request(w, &r, "GET", "/v1/available-numbers?area_code=415", "", NULL);
	assert_problem(&r, 502, "carrier_auth", NULL);
	world_free(w);
}

/* --- about itself ----------------------------------------------------------------------- */

static void alive_and_ready_are_two_questions(void **state)
{
	(void)state;
	struct world *w = world_new(NULL, NULL, false);
	struct engine *ready = w->engine;
	struct reply r;
	send_request(w, &r, "GET", "/healthz?probe=1", "", NULL);
	assert_int_equal(r.status, 200);
	assert_string_equal(r.body, "{\"status\":\"ok\"}");
	reply_done(&r);
	until_ready(w);
	send_request(w, &r, "GET", "/readyz", "", NULL);
	assert_int_equal(r.status, 200);
	reply_done(&r);
	/* An engine that was never started holds no lease. */
	const struct engine_options options = {.loop = w->loop,
		.clock = clock_machine(),
		.store = w->store,
		.carrier = &w->carrier,
		.voice = &w->voice,
		.settle_ms = 2000};
	w->api->engine = engine_new(&options);
	send_request(w, &r, "GET", "/readyz", "", NULL);
	assert_problem(&r, 503, "store_locked", NULL);
	send_request(w, &r, "GET", "/healthz", "", NULL);
	assert_int_equal(r.status, 200);
	reply_done(&r);
	engine_free(w->api->engine);
	w->api->engine = ready;
	world_free(w);
}

static void figures_are_in_prometheus_form(void **state)
{
	(void)state;
	struct world *w = world_new(NULL, NULL, false);
	struct reply r;
	char id[ID_BYTES];
	sign_up(w, "A", "", id);
	wait_for_state(w, id, ORDER_ACTIVE);
	send_request(w, &r, "GET", "/metrics", "", NULL);
	assert_int_equal(r.status, 200);
	assert_true(
		reply_has(&r, "\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
	static const char *const lines[] = {"\nnumberd_signups_total 1\n",
		"\nnumberd_signups_active_total 1\n", "\nnumberd_ready 1\n",
		"\nnumberd_store_up 1\n", "\nnumberd_signups{state=\"active\"} 1\n",
		"\nnumberd_signups{state=\"failed\"} 0\n",
		"\nnumberd_commands_total{command=\"buy\"} 1\n", "\nnumberd_resident_memory_bytes ",
		"\nnumberd_cpu_seconds_total "};
	for (size_t i = 0; i < COUNT_OF(lines); i++)
		assert_non_null(strstr(r.body, lines[i]));
	/* Every line is a comment or a figure of ours. */
	for (char *rest, *line = strtok_r(r.body, "\n", &rest); line != NULL;
		line = strtok_r(NULL, "\n", &rest))
		assert_true(text_starts(line, "# ") || text_starts(line, "numberd_"));
	reply_done(&r);
	world_free(w);
}

static void every_problem_has_its_page(void **state)
{
	(void)state;
	struct world *w = world_new(NULL, NULL, false);
	static const char *const codes[] = {"invalid_field", "npa_n11", "country_needs_papers",
		"country_not_sold", "empty", "carrier_funds"};
	for (size_t i = 0; i < COUNT_OF(codes); i++) {
		struct reply r;
		char target[100];
		text_format(target, sizeof(target), "/problems/%s", codes[i]);
		send_request(w, &r, "GET", target, "", NULL);
		assert_int_equal(r.status, 200);
		assert_true(reply_has(&r, "\r\nContent-Type: text/html; charset=utf-8\r\n"));
		assert_non_null(strstr(r.body, codes[i]));
		reply_done(&r);
	}
	world_free(w);
}

/* --- openapi.json and the table of routes say the same ----------------------------------- */

static const json_t *operation_of(const json_t *doc, const struct route *route)
{
	const json_t *path = json_object_get(json_at(doc, "paths"), route->pattern);
	return json_object_get(path, route->method == HTTP_POST ? "post" : "get");
}

static bool is_in_list(const char *names, const char *name)
{
	const char *at = names ? strstr(names, name) : NULL;
	size_t bytes = strlen(name);
	return at != NULL && (at == names || at[-1] == ' ') &&
	       (at[bytes] == '\0' || at[bytes] == ' ');
}

static void assert_query_is_described(const json_t *operation, const struct route *route)
{
	size_t i, described = 0, listed = 0;
	json_t *parameter;
	json_array_foreach(json_at(operation, "parameters"), i, parameter)
	{
		if (!text_is(json_text(parameter, "in"), "query"))
			continue;
		assert_true(is_in_list(route->query, json_text(parameter, "name")));
		described++;
	}
	for (const char *c = route->query; c != NULL && *c != '\0'; c++)
		listed += c == route->query || c[-1] == ' ';
	assert_int_equal(described, listed);
}

static void assert_security_is_described(const json_t *operation, const struct route *route)
{
	const json_t *security = json_at(operation, "security");
	if (route->need == NEED_KEY)
		assert_null(security); /* the document's own: a key */
	else if (route->need == NEED_NOTHING)
		assert_int_equal(json_is_array(security) ? json_count(security) : 99, 0);
	else
		assert_int_equal(json_count(security), 3); /* bearer, basic, or nothing */
}

static void openapi_describes_every_route_and_no_other(void **state)
{
	(void)state;
	struct world *w = world_new(NULL, NULL, false);
	struct reply r;
	size_t count, described = 0;
	const struct route *routes = api_routes(&count);
	send_request(w, &r, "GET", "/openapi.json", "", NULL);
	assert_int_equal(r.status, 200);
	JSON_AUTO doc = reply_json(&r);
	assert_string_equal(json_text(doc, "openapi"), "3.1.0");
	for (size_t i = 0; i < count; i++) {
		const json_t *operation = operation_of(doc, &routes[i]);
		print_message("  %s %s\n", method_name(&routes[i]), routes[i].pattern);
		assert_non_null(operation);
		assert_query_is_described(operation, &routes[i]);
		assert_security_is_described(operation, &routes[i]);
	}
	const char *name, *method;
	json_t *path, *operation;
	json_object_foreach(json_at(doc, "paths"), name, path) json_object_foreach(
		path, method, operation) described += !text_is(method, "parameters");
	assert_int_equal(described, count);
	reply_done(&r);
	world_free(w);
}

/* The document's words for closed lists are the program's. */
static void openapi_lists_the_statuses_and_rungs_there_are(void **state)
{
	(void)state;
	struct world *w = world_new(NULL, NULL, false);
	struct reply r;
	send_request(w, &r, "GET", "/openapi.json", "", NULL);
	JSON_AUTO doc = reply_json(&r);
	for (int i = 0; i < ORDER_STATE_COUNT; i++) {
		size_t k, found = 0;
		json_t *word;
		json_array_foreach(json_at(doc, "components.schemas.Status.enum"), k, word) found +=
			text_is(json_string_value(word), order_status((enum order_state)i));
		assert_int_equal(found, 1);
	}
	const json_t *rungs = json_at(doc, "components.schemas.Rung.enum");
	assert_int_equal(json_count(rungs), LADDER_RUNG_COUNT);
	for (int i = 0; i < LADDER_RUNG_COUNT; i++)
		assert_string_equal(json_string_value(json_array_get(rungs, (size_t)i)),
			ladder_rung_wire((enum ladder_rung)i));
	const json_t *codes = json_at(doc, "components.schemas.Rejection.properties.code.enum");
	assert_int_equal(json_count(codes), PHONE_REJECT_COUNT - 1);
	for (int i = 1; i < PHONE_REJECT_COUNT; i++)
		assert_string_equal(json_string_value(json_array_get(codes, (size_t)i - 1)),
			phone_reject_wire((enum phone_reject)i));
	reply_done(&r);
	world_free(w);
}

/* A sign-up's document has exactly the members that are described. */
static void openapi_describes_the_signup_as_it_is(void **state)
{
	(void)state;
	struct world *w = world_new(NULL, NULL, false);
	struct reply r, signup;
	char id[ID_BYTES], target[100];
	const char *name;
	json_t *value;
	sign_up(w, "A", "", id);
	wait_for_state(w, id, ORDER_ACTIVE);
	text_format(target, sizeof(target), "/v1/signups/%s", id);
	send_request(w, &signup, "GET", target, "", NULL);
	send_request(w, &r, "GET", "/openapi.json", "", NULL);
	JSON_AUTO doc = reply_json(&r);
	JSON_AUTO document = reply_json(&signup);
	const json_t *described = json_at(doc, "components.schemas.Signup.properties");
	json_object_foreach(document, name, value)
		assert_non_null(json_object_get(described, name));
	json_object_foreach((json_t *)described, name, value)
		assert_non_null(json_object_get(document, name));
	reply_done(&r);
	reply_done(&signup);
	world_free(w);
}

/* --- secrets -------------------------------------------------------------------------------- */

static const char *const canaries[] = {
	"canary-telnyx", "canary-vapi", "canary-api-key", "canary-db", "canary-public"};

static void assert_no_canary(const char *text)
{
	for (size_t i = 0; i < COUNT_OF(canaries); i++)
		assert_null(strstr(text, canaries[i]));
}

static void no_answer_holds_a_secret(void **state)
{
	(void)state;
	struct world *w = world_new(KEY, NULL, true);
	size_t count;
	char id[ID_BYTES], target[200];
	const struct route *routes = api_routes(&count);
	static const char *const headers[] = {
		"", WITH_KEY, "Authorization: Bearer canary-api-key-471\r\n"};
	TEXT_COPY(w->config.telnyx_api_key, "canary-telnyx-key");
	TEXT_COPY(w->config.vapi_api_key, "canary-vapi-key");
	TEXT_COPY(w->config.database_url, "postgresql://u:canary-db@localhost/x");
	TEXT_COPY(w->config.telnyx_public_keys[0], "canary-public-key");
	w->search_code = ERR_CARRIER_AUTH;
	sign_up(w, "A", WITH_KEY, id);
	wait_for_state(w, id, ORDER_FAILED);
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < COUNT_OF(headers); k++) {
			struct reply r;
			make_target(&routes[i], target, sizeof(target));
			char *place = strstr(target, "su_01JDB0000000000000000000AA");
			if (place != NULL)
				memcpy(place, id, strlen(id));
			send_request(w, &r, method_name(&routes[i]), target, headers[k],
				routes[i].method == HTTP_POST ? "{" : NULL);
			assert_no_canary(r.text);
			reply_done(&r);
		}
	}
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(another_method_is_answered_405_with_allow),
		CHECK(an_address_that_is_none_is_not_found),
		CHECK(what_no_route_takes_goes_to_the_pages),
		CHECK(head_is_get_without_a_body),
		CHECK(every_route_asks_for_what_it_needs),
		CHECK(only_what_is_meant_to_be_open_is_open),
		CHECK(a_forwarding_header_changes_nothing),
		CHECK(a_lookup_answers_200_either_way),
		CHECK(numbers_for_sale_come_with_prices),
		CHECK(numbers_abroad_come_with_what_they_need),
		CHECK(alive_and_ready_are_two_questions),
		CHECK(figures_are_in_prometheus_form),
		CHECK(every_problem_has_its_page),
		CHECK(openapi_describes_every_route_and_no_other),
		CHECK(openapi_lists_the_statuses_and_rungs_there_are),
		CHECK(openapi_describes_the_signup_as_it_is),
		CHECK(no_answer_holds_a_secret),
	};
	return CHECK_MAIN(tests);
}
