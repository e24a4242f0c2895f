#include "api/test_world.h"

/* --- taking on -------------------------------------------------------------------- */

static void a_signup_is_taken_on_and_becomes_active(void **state)
{
	(void)state;
	struct world *w = world_new(NULL, NULL, false);
	struct reply r;
	char id[ID_BYTES], target[100];
	send_request(w, &r, "POST", "/v1/signups", JSON_TYPE, BAY_BIKES);
	assert_int_equal(r.status, 202);
	assert_true(reply_has(&r, "\r\nContent-Type: application/json\r\n"));
	assert_true(reply_has(&r, "\r\nCache-Control: no-store\r\n"));
	assert_true(reply_has(&r, "\r\nX-Content-Type-Options: nosniff\r\n"));
	JSON_AUTO taken = reply_json(&r);
	assert_string_equal(json_text(taken, "status"), "received");
	assert_string_equal(json_text(taken, "business_phone"), "+14155550123");
	TEXT_COPY(id, json_text(taken, "id"));
	text_format(target, sizeof(target), "\r\nLocation: /v1/signups/%s\r\n", id);
	assert_true(reply_has(&r, target));
	reply_done(&r);

	wait_for_state(w, id, ORDER_ACTIVE);
	text_format(target, sizeof(target), "/v1/signups/%s", id);
	send_request(w, &r, "GET", target, "", NULL);
	assert_int_equal(r.status, 200);
	JSON_AUTO active = reply_json(&r);
	assert_string_equal(json_text(active, "status"), "active");
	assert_string_equal(json_text(active, "number"), "+14155551001");
	assert_string_equal(json_text(active, "cost.monthly"), "1.00");
	reply_done(&r);
	world_free(w);
}

static void every_field_of_a_signup_is_used(void **state)
{
	(void)state;
	struct world *w = world_new(NULL, NULL, false);
	struct reply r;
	send_request(w, &r, "POST", "/v1/signups", JSON_TYPE,
		"{\"business_name\":\"B\",\"email\":\"a@b.example\",\"business_phone\":\"+"
		"14155550123\","
		"\"existing_number\":\"+14155550188\",\"area_code\":\"212\",\"contains\":null,"
		"\"max_rung\":\"same_area_code\",\"reference\":\"crm-7\"}");
	assert_int_equal(r.status, 202);
	JSON_AUTO j = reply_json(&r);
	assert_string_equal(json_text(j, "mode"), "existing");
	assert_string_equal(json_text(j, "number"), "+14155550188");
	assert_string_equal(json_text(j, "area_code"), "212");
	assert_string_equal(json_text(j, "reference"), "crm-7");
	reply_done(&r);
	world_free(w);
}

struct bad_body {
	const char *name, *type, *body;
	int status;
	const char *code, *field;
};

#define WITH(more)                                                                                 \
	"{\"business_name\":\"B\",\"email\":\"a@b.example\",\"business_phone\":\"+"                \
	"14155550123\"," more "}"
#define PHONE(phone)                                                                               \
	"{\"business_name\":\"B\",\"email\":\"a@b.example\",\"business_phone\":\"" phone "\"}"

/* clang-format off */
static const struct bad_body bad_bodies[] = {
	{"no content type", "", BAY_BIKES, 415, "unsupported_media_type", NULL},
	{"a form", "Content-Type: application/x-www-form-urlencoded\r\n", "a=b", 415, "unsupported_media_type", NULL},
	{"nearly JSON's type", "Content-Type: application/jsonp\r\n", BAY_BIKES, 415, "unsupported_media_type", NULL},
	{"nothing", JSON_TYPE, "", 400, "bad_request", NULL},
	{"half a document", JSON_TYPE, "{\"business_name\":", 400, "bad_request", NULL},
	{"two documents", JSON_TYPE, BAY_BIKES BAY_BIKES, 400, "bad_request", NULL},
	{"an array", JSON_TYPE, "[]", 400, "bad_request", NULL},
	{"a member twice", JSON_TYPE, WITH("\"email\":\"c@d.example\""), 400, "bad_request", NULL},
	{"a NUL in a string", JSON_TYPE, WITH("\"reference\":\"a\\u0000b\""), 400, "bad_request", NULL},
	{"bytes that are not UTF-8", JSON_TYPE, WITH("\"reference\":\"\xff\""), 400, "bad_request", NULL},
	{"a field not known", JSON_TYPE, WITH("\"color\":1"), 422, "unknown_field", "color"},
	{"a field of ours that is not theirs", JSON_TYPE, WITH("\"status\":\"active\""), 422, "unknown_field", "status"},
	{"a number for a name", JSON_TYPE, "{\"business_name\":7}", 422, "invalid_field", "business_name"},
	{"a list for an e-mail", JSON_TYPE, "{\"email\":[\"a@b.example\"]}", 422, "invalid_field", "email"},
	{"true for a phone", JSON_TYPE, "{\"business_phone\":true}", 422, "invalid_field", "business_phone"},
	{"a number for an area code", JSON_TYPE, WITH("\"area_code\":415"), 422, "invalid_field", "area_code"},
	{"an object for a reference", JSON_TYPE, WITH("\"reference\":{}"), 422, "invalid_field", "reference"},
	{"no name", JSON_TYPE, "{\"email\":\"a@b.example\",\"business_phone\":\"+14155550123\"}", 422, "invalid_field", "business_name"},
	{"no e-mail", JSON_TYPE, "{\"business_name\":\"B\",\"business_phone\":\"+14155550123\"}", 422, "invalid_field", "email"},
	{"a bad e-mail", JSON_TYPE, "{\"business_name\":\"B\",\"email\":\"b\",\"business_phone\":\"+14155550123\"}", 422, "invalid_field", "email"},
	{"a rung not known", JSON_TYPE, WITH("\"max_rung\":\"moon\""), 422, "invalid_field", "max_rung"},
	{"signs to contain", JSON_TYPE, WITH("\"contains\":\"B-1\""), 422, "invalid_field", "contains"},
	{"a service code", JSON_TYPE, PHONE("911-555-1234"), 422, "npa_n11", "business_phone"},
	{"too few digits", JSON_TYPE, PHONE("+1415"), 422, "too_short", "business_phone"},
	{"an empty phone", JSON_TYPE, PHONE(""), 422, "empty", "business_phone"},
	{"a bad number brought along", JSON_TYPE, WITH("\"existing_number\":\"+1 415 911 0000\""), 422, "nxx_n11", "existing_number"},
	{"an area code that is none", JSON_TYPE, WITH("\"area_code\":\"911\""), 422, "npa_n11", "area_code"},
};
/* clang-format on */

static void a_bad_body_is_refused_by_name(void **state)
{
	(void)state;
	struct world *w = world_new(NULL, NULL, false);
	for (size_t i = 0; i < COUNT_OF(bad_bodies); i++) {
		const struct bad_body *bad = &bad_bodies[i];
		struct reply r;
		print_message("  %s\n", bad->name);
		send_request(w, &r, "POST", "/v1/signups", bad->type, bad->body);
		assert_problem(&r, bad->status, bad->code, bad->field);
	}
	world_free(w);
}

static void a_long_field_and_a_long_body_are_refused(void **state)
{
	(void)state;
	struct world *w = world_new(NULL, NULL, false);
	struct reply r;
	struct str body;
	str_init(&body, 1 << 20);
	str_add(&body, "{\"business_name\":\"");
	for (int i = 0; i < 500; i++)
		str_add_char(&body, 'x');
	str_add(&body, "\"}");
	send_request(w, &r, "POST", "/v1/signups", JSON_TYPE, body.text);
	assert_problem(&r, 422, "invalid_field", "business_name");
	str_clear(&body);
	for (int i = 0; i < 70000; i++)
		str_add_char(&body, ' ');
	send_request(w, &r, "POST", "/v1/signups", JSON_TYPE, body.text);
	assert_problem(&r, 413, "body_too_large", NULL);
	str_done(&body);
	world_free(w);
}

/* --- once only --------------------------------------------------------------------- */

static void the_same_key_and_body_is_the_same_signup(void **state)
{
	(void)state;
	struct world *w = world_new(NULL, NULL, false);
	struct reply r;
	char id[ID_BYTES], location[100];
	const char *headers = JSON_TYPE "Idempotency-Key: order 17/a\r\n";
	send_request(w, &r, "POST", "/v1/signups", headers, BAY_BIKES);
	assert_int_equal(r.status, 202);
	JSON_AUTO first = reply_json(&r);
	TEXT_COPY(id, json_text(first, "id"));
	reply_done(&r);
	send_request(w, &r, "POST", "/v1/signups", headers, BAY_BIKES);
	assert_int_equal(r.status, 200);
	JSON_AUTO again = reply_json(&r);
	assert_string_equal(json_text(again, "id"), id);
	text_format(location, sizeof(location), "\r\nLocation: /v1/signups/%s\r\n", id);
	assert_true(reply_has(&r, location));
	reply_done(&r);
	send_request(w, &r, "POST", "/v1/signups", headers, PHONE("+12125550123"));
	assert_problem(&r, 422, "idempotency_key_reused", NULL);
	world_free(w);
}

static void a_key_has_1_to_255_printable_characters(void **state)
{
	(void)state;
	struct world *w = world_new(NULL, NULL, false);
	struct reply r;
	char headers[600], key[300];
	const char *bad[] = {"", "a\tb", "caf\xc3\xa9"};
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		text_format(headers, sizeof(headers), JSON_TYPE "Idempotency-Key: %s\r\n", bad[i]);
		send_request(w, &r, "POST", "/v1/signups", headers, BAY_BIKES);
		assert_problem(&r, 422, "invalid_field", "Idempotency-Key");
	}
	memset(key, 'k', 256);
	key[256] = '\0';
	text_format(headers, sizeof(headers), JSON_TYPE "Idempotency-Key: %s\r\n", key);
	send_request(w, &r, "POST", "/v1/signups", headers, BAY_BIKES);
	assert_problem(&r, 422, "invalid_field", "Idempotency-Key");
	text_format(headers, sizeof(headers), JSON_TYPE "Idempotency-Key: %s\r\n", key + 1);
	send_request(w, &r, "POST", "/v1/signups", headers, BAY_BIKES);
	assert_int_equal(r.status, 202);
	reply_done(&r);
	world_free(w);
}

static void a_second_wish_of_one_business_names_the_first(void **state)
{
	(void)state;
	struct world *w = world_new("key-of-the-operator", NULL, true);
	const char *with_key = JSON_TYPE "Authorization: Bearer key-of-the-operator\r\n";
	struct reply r;
	w->is_held = true;
	send_request(w, &r, "POST", "/v1/signups", with_key, BAY_BIKES);
	assert_int_equal(r.status, 202);
	JSON_AUTO first = reply_json(&r);
	reply_done(&r);
	send_request(w, &r, "POST", "/v1/signups", with_key, BAY_BIKES);
	JSON_AUTO second = reply_json(&r);
	assert_string_equal(json_text(second, "signup_id"), json_text(first, "id"));
	assert_problem(&r, 409, "duplicate_signup", NULL);
	/* A stranger with the same data learns that there is one, and no more. */
	send_request(w, &r, "POST", "/v1/signups", JSON_TYPE, BAY_BIKES);
	assert_null(strstr(r.body, "su_"));
	assert_problem(&r, 409, "duplicate_signup", NULL);
	world_free(w);
}

/* --- reading ------------------------------------------------------------------------- */

static void an_id_that_is_not_there_is_not_found(void **state)
{
	(void)state;
	struct world *w = world_new(NULL, NULL, false);
	struct reply r;
	const char *ids[] = {"su_01JDB0000000000000000000AA", "su_short",
		"nu_01JDB0000000000000000000AA", "%27%20or%201%3D1", "..",
		"su_01jdb0000000000000000000aa"};
	const char *tails[] = {"", "/timeline", "/events"};
	const char *posts[] = {"/cancel", "/retry"};
	char target[200];
	for (size_t i = 0; i < COUNT_OF(ids); i++) {
		for (size_t k = 0; k < COUNT_OF(tails); k++) {
			text_format(target, sizeof(target), "/v1/signups/%s%s", ids[i], tails[k]);
			send_request(w, &r, "GET", target, "", NULL);
			assert_problem(&r, 404, "not_found", NULL);
		}
		for (size_t k = 0; k < COUNT_OF(posts); k++) {
			text_format(target, sizeof(target), "/v1/signups/%s%s", ids[i], posts[k]);
			send_request(w, &r, "POST", target, "", "");
			assert_problem(&r, 404, "not_found", NULL);
		}
	}
	world_free(w);
}

/* Follows next_cursor from the newest on; the names in order, joined. */
static int walk_list(struct world *w, const char *query, int limit, char *names, size_t names_bytes)
{
	char target[300], cursor[64] = "";
	int pages = 0;
	names[0] = '\0';
	do {
		struct reply r;
		text_format(target, sizeof(target), "/v1/signups?limit=%d%s%s%s", limit, query,
			cursor[0] ? "&cursor=" : "", cursor);
		send_request(w, &r, "GET", target, "", NULL);
		assert_int_equal(r.status, 200);
		JSON_AUTO page = reply_json(&r);
		const json_t *data = json_at(page, "data");
		assert_true(json_count(data) <= (size_t)limit);
		for (size_t i = 0; i < json_count(data); i++) {
			size_t used = strlen(names);
			text_copy(names + used, names_bytes - used,
				json_text(json_array_get(data, i), "business_name"));
		}
		assert_non_null(json_at(page, "next_cursor"));
		const char *next = json_text(page, "next_cursor");
		TEXT_COPY(cursor, next);
		reply_done(&r);
		pages++;
	} while (cursor[0] != '\0' && pages < 20);
	return pages;
}

static void a_list_is_walked_page_by_page(void **state)
{
	(void)state;
	struct world *w = world_new(NULL, NULL, false);
	char id[ID_BYTES], names[100];
	const char *all[] = {"A", "B", "C", "D", "E"};
	for (size_t i = 0; i < COUNT_OF(all); i++) {
		sign_up(w, all[i], "", id);
		wait_for_state(w, id, ORDER_ACTIVE);
	}
	assert_int_equal(walk_list(w, "", 2, names, sizeof(names)), 3);
	assert_string_equal(names, "EDCBA");
	assert_int_equal(walk_list(w, "", 5, names, sizeof(names)), 1);
	assert_string_equal(names, "EDCBA");
	assert_int_equal(walk_list(w, "&status=active", 200, names, sizeof(names)), 1);
	assert_string_equal(names, "EDCBA");
	assert_int_equal(walk_list(w, "&status=failed", 50, names, sizeof(names)), 1);
	assert_string_equal(names, "");
	char query[64];
	text_format(query, sizeof(query), "&q=%s", id);
	assert_int_equal(walk_list(w, query, 50, names, sizeof(names)), 1);
	assert_string_equal(names, "E");
	world_free(w);
}

static void a_wrong_parameter_is_refused_by_name(void **state)
{
	(void)state;
	struct world *w = world_new(NULL, NULL, false);
	struct reply r;
	static const struct {
		const char *target, *code, *field;
	} rows[] = {
		{"/v1/signups?limit=0", "invalid_field", "limit"},
		{"/v1/signups?limit=201", "invalid_field", "limit"},
		{"/v1/signups?limit=ten", "invalid_field", "limit"},
		{"/v1/signups?limit=", "invalid_field", "limit"},
		{"/v1/signups?status=lost", "invalid_field", "status"},
		{"/v1/signups?cursor=1", "invalid_field", "cursor"},
		{"/v1/signups?colour=1", "unknown_field", "colour"},
		{"/v1/signups?limit=1&limit=2", "invalid_field", "limit"},
		{"/v1/signups?q=%ff", "invalid_field", "q"},
		{"/v1/signups?%ff=1", "unknown_field", "?"},
		{"/v1/lookup", "invalid_field", "phone"},
		{"/v1/available-numbers?limit=51&area_code=415", "invalid_field", "limit"},
		{"/v1/available-numbers?toll_free=maybe", "invalid_field", "toll_free"},
		{"/v1/available-numbers", "invalid_field", "phone"},
		{"/v1/available-numbers?area_code=911", "npa_n11", "area_code"},
		{"/v1/available-numbers?phone=1", "too_short", "phone"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		print_message("  %s\n", rows[i].target);
		send_request(w, &r, "GET", rows[i].target, "", NULL);
		assert_problem(&r, 422, rows[i].code, rows[i].field);
	}
	world_free(w);
}

static void the_timeline_tells_everything_in_order(void **state)
{
	(void)state;
	struct world *w = world_new(NULL, NULL, false);
	struct reply r;
	char id[ID_BYTES], target[100];
	sign_up(w, "A", "", id);
	wait_for_state(w, id, ORDER_ACTIVE);
	text_format(target, sizeof(target), "/v1/signups/%s/timeline", id);
	send_request(w, &r, "GET", target, "", NULL);
	assert_int_equal(r.status, 200);
	JSON_AUTO j = reply_json(&r);
	const json_t *data = json_at(j, "data");
	size_t count = json_count(data);
	assert_true(count > 3);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(json_int(json_array_get(data, i), "seq", 0), (int64_t)i + 1);
	assert_string_equal(json_text(json_array_get(data, 0), "event"), "received");
	assert_string_equal(json_text(json_array_get(data, count - 1), "to"), "active");
	reply_done(&r);
	text_format(target, sizeof(target), "/v1/signups/%s/timeline?cursor=%zu", id, count - 1);
	send_request(w, &r, "GET", target, "", NULL);
	JSON_AUTO rest = reply_json(&r);
	assert_int_equal(json_count(json_at(rest, "data")), 1);
	reply_done(&r);
	world_free(w);
}

/* --- a person's word ------------------------------------------------------------------ */

/* status: NULL when it may have gone on already. */
static void assert_status_after(struct world *w, const char *id, const char *tail,
	const char *headers, const char *body, const char *status)
{
	struct reply r;
	char target[100];
	text_format(target, sizeof(target), "/v1/signups/%s%s", id, tail);
	send_request(w, &r, "POST", target, headers, body);
	assert_int_equal(r.status, 200);
	JSON_AUTO j = reply_json(&r);
	if (status != NULL)
		assert_string_equal(json_text(j, "status"), status);
	reply_done(&r);
}

static void cancelling_stops_a_search_and_gives_back_a_number(void **state)
{
	(void)state;
	struct world *w = world_new(NULL, NULL, false);
	struct reply r;
	char id[ID_BYTES], target[100];
	w->is_held = true;
	sign_up(w, "A", "", id);
	wait_for_state(w, id, ORDER_SEARCHING);
	assert_status_after(w, id, "/cancel", "", "", "cancelled");
	text_format(target, sizeof(target), "/v1/signups/%s/retry", id);
	send_request(w, &r, "POST", target, "", "");
	assert_problem(&r, 409, "conflict", NULL);
	world_release(w);
	sign_up(w, "B", "", id);
	wait_for_state(w, id, ORDER_ACTIVE);
	assert_status_after(w, id, "/cancel", JSON_TYPE, "{}", "cancelled");
	wait_for_state(w, id, ORDER_RELEASING);
	assert_status_after(w, id, "/cancel?now=true", "", NULL, "cancelled");
	wait_for_state(w, id, ORDER_RELEASED);
	text_format(target, sizeof(target), "/v1/signups/%s/cancel?now=perhaps", id);
	send_request(w, &r, "POST", target, "", "");
	assert_problem(&r, 422, "invalid_field", "now");
	text_format(target, sizeof(target), "/v1/signups/%s/cancel", id);
	send_request(w, &r, "POST", target, JSON_TYPE, "{\"now\":true}");
	assert_problem(&r, 422, "unknown_field", "now");
	world_free(w);
}

static void what_failed_can_be_tried_again(void **state)
{
	(void)state;
	struct world *w = world_new(NULL, NULL, false);
	char id[ID_BYTES];
	w->search_code = ERR_CARRIER_NO_NUMBERS;
	sign_up(w, "A", "", id);
	wait_for_state(w, id, ORDER_FAILED);
	w->search_code = ERR_OK;
	assert_status_after(w, id, "/retry", "", "", NULL);
	wait_for_state(w, id, ORDER_ACTIVE);
	world_free(w);
}

/* Its phone alone would be refused; the place it named before still counts. */
static void a_business_abroad_answers_for_the_place_it_named(void **state)
{
	(void)state;
	struct world *w = world_new(NULL, NULL, false);
	struct reply r;
	char id[ID_BYTES], target[100];
	send_request(w, &r, "POST", "/v1/signups", JSON_TYPE, PHONE("+442079460123"));
	assert_problem(&r, 422, "country_needs_papers", "business_phone");
	w->search_code = ERR_CARRIER_NO_NUMBERS;
	send_request(w, &r, "POST", "/v1/signups", JSON_TYPE,
		"{\"business_name\":\"A\",\"email\":\"a@b.example\",\"business_phone\":"
		"\"+442079460123\",\"city\":\"Berkeley, CA\",\"max_rung\":\"ask\"}");
	assert_int_equal(r.status, 202);
	JSON_AUTO j = reply_json(&r);
	TEXT_COPY(id, json_text(j, "id"));
	reply_done(&r);
	wait_for_state(w, id, ORDER_NEEDS_INPUT);
	w->search_code = ERR_OK;
	text_format(target, sizeof(target), "/v1/signups/%s/retry", id);
	send_request(w, &r, "POST", target, JSON_TYPE, "{\"number\":\"+442079460199\"}");
	assert_problem(&r, 422, "phone_refused", "number");
	assert_status_after(w, id, "/retry", JSON_TYPE, "{\"max_rung\":\"same_country\"}", NULL);
	wait_for_state(w, id, ORDER_ACTIVE);
	world_free(w);
}

static void what_needs_a_place_takes_an_area_code(void **state)
{
	(void)state;
	struct world *w = world_new(NULL, NULL, false);
	struct reply r;
	char id[ID_BYTES], target[100];
	send_request(w, &r, "POST", "/v1/signups", JSON_TYPE, PHONE("+18005550123"));
	assert_int_equal(r.status, 202);
	JSON_AUTO j = reply_json(&r);
	TEXT_COPY(id, json_text(j, "id"));
	reply_done(&r);
	wait_for_state(w, id, ORDER_NEEDS_INPUT);
	text_format(target, sizeof(target), "/v1/signups/%s/retry", id);
	send_request(w, &r, "POST", target, "", "");
	assert_problem(&r, 422, "invalid_field", "area_code");
	send_request(w, &r, "POST", target, JSON_TYPE, "{\"area_code\":\"911\"}");
	assert_problem(&r, 422, "phone_refused", "area_code");
	send_request(w, &r, "POST", target, JSON_TYPE, "{\"postal_code\":\"00000\"}");
	assert_problem(&r, 422, "phone_refused", "postal_code");
	send_request(w, &r, "POST", target, JSON_TYPE, "{\"city\":\"Nowhereville\"}");
	assert_problem(&r, 422, "phone_refused", "city");
	send_request(w, &r, "POST", target, JSON_TYPE, "{\"number\":\"911\"}");
	assert_problem(&r, 422, "phone_refused", "number");
	send_request(w, &r, "POST", target, JSON_TYPE, "{\"area_code\":415}");
	assert_problem(&r, 422, "invalid_field", "area_code");
	send_request(w, &r, "POST", target, JSON_TYPE, "{\"place\":\"415\"}");
	assert_problem(&r, 422, "unknown_field", "place");
	assert_status_after(w, id, "/retry", JSON_TYPE, "{\"area_code\":\"415\"}", NULL);
	wait_for_state(w, id, ORDER_ACTIVE);
	world_free(w);
}

/* --- limits ------------------------------------------------------------------------ */

static void limit_only(struct world *w, enum spending_limit limit, int64_t most)
{
	struct spending_limits limits;
	spending_price_only(&limits);
	limits.most[limit] = most;
	store_set_limits(w->store, &limits);
}

static void a_limit_is_refused_by_its_own_code_until_its_window_ends(void **state)
{
	(void)state;
	static const struct {
		enum spending_limit limit;
		int status, most_seconds; /* until the window ends; 0: there is none */
		int64_t most;
		const char *code, *value;
	} rows[] = {
		{SPENDING_CUSTOMER, 429, 86400, 0, "limit_customer", "0 numbers"},
		{SPENDING_HOUR, 429, 3600, 0, "limit_hour", "0 numbers"},
		{SPENDING_DAY, 429, 86400, 0, "limit_day", "0 numbers"},
		{SPENDING_TOTAL, 402, 0, 399, "limit_total", "3.99 USD"},
	};
	struct world *w = world_new(NULL, NULL, false);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct reply r;
		limit_only(w, rows[i].limit, rows[i].most);
		send_request(w, &r, "POST", "/v1/signups", JSON_TYPE, BAY_BIKES);
		int seconds = retry_after(&r);
		assert_int_equal(seconds > 0, rows[i].most_seconds > 0);
		assert_true(seconds <= rows[i].most_seconds);
		assert_non_null(strstr(r.body, rows[i].value));
		assert_non_null(strstr(r.body, spending_variable(rows[i].limit)));
		assert_problem(&r, rows[i].status, rows[i].code, NULL);
	}
	/* Nothing of the refused was stored: the same request is a new one. */
	limit_only(w, SPENDING_TOTAL, 400);
	char id[ID_BYTES];
	sign_up(w, "Bay Bikes", "", id);
	wait_for_state(w, id, ORDER_ACTIVE);
	world_free(w);
}

static void a_stranger_is_not_told_the_operators_settings(void **state)
{
	(void)state;
	struct world *w = world_new("key-one", NULL, true);
	struct reply r;
	limit_only(w, SPENDING_TOTAL, 12345);
	char id[ID_BYTES];
	sign_up(w, "Bay Bikes", "", id);
	limit_only(w, SPENDING_TOTAL, 401);
	const char *body = "{\"business_name\":\"Other\",\"email\":\"b@c.example\","
			   "\"business_phone\":\"(415) 555-0123\"}";
	send_request(w, &r, "POST", "/v1/signups", JSON_TYPE, body);
	assert_null(strstr(r.body, "4.01"));
	assert_null(strstr(r.body, "NUMBERD_"));
	assert_problem(&r, 402, "limit_total", NULL);
	world_free(w);
}

static void what_begins_again_meets_the_limits_anew(void **state)
{
	(void)state;
	struct world *w = world_new(NULL, NULL, false);
	struct reply r;
	int status;
	char id[ID_BYTES], target[100];
	const char *body = "{\"business_name\":\"No Place\",\"email\":\"a@b.example\","
			   "\"business_phone\":\"+18005550123\"}";
	send_request(w, &r, "POST", "/v1/signups", JSON_TYPE, body);
	assert_int_equal(r.status, 202);
	JSON_AUTO j = reply_json(&r);
	assert_true(text_copy(id, ID_BYTES, json_text(j, "id")));
	reply_done(&r);
	wait_for_state(w, id, ORDER_NEEDS_INPUT);
	limit_only(w, SPENDING_HOUR, 0);
	text_format(target, sizeof(target), "/v1/signups/%s/retry", id);
	send_request(w, &r, "POST", target, JSON_TYPE, "{\"area_code\":\"415\"}");
	assert_problem(&r, 429, "limit_hour", NULL);
	wait_for_state(w, id, ORDER_NEEDS_INPUT);
	limit_only(w, SPENDING_HOUR, 1);
	/* 409 while the refused copy is being read again. */
	do {
		send_request(w, &r, "POST", target, JSON_TYPE, "{\"area_code\":\"415\"}");
		status = r.status;
		reply_done(&r);
	} while (status == 409);
	assert_int_equal(status, 200);
	wait_for_state(w, id, ORDER_ACTIVE);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(a_signup_is_taken_on_and_becomes_active),
		CHECK(every_field_of_a_signup_is_used),
		CHECK(a_bad_body_is_refused_by_name),
		CHECK(a_long_field_and_a_long_body_are_refused),
		CHECK(the_same_key_and_body_is_the_same_signup),
		CHECK(a_key_has_1_to_255_printable_characters),
		CHECK(a_second_wish_of_one_business_names_the_first),
		CHECK(an_id_that_is_not_there_is_not_found),
		CHECK(a_list_is_walked_page_by_page),
		CHECK(a_wrong_parameter_is_refused_by_name),
		CHECK(the_timeline_tells_everything_in_order),
		CHECK(cancelling_stops_a_search_and_gives_back_a_number),
		CHECK(what_failed_can_be_tried_again),
		CHECK(a_business_abroad_answers_for_the_place_it_named),
		CHECK(what_needs_a_place_takes_an_area_code),
		CHECK(a_limit_is_refused_by_its_own_code_until_its_window_ends),
		CHECK(a_stranger_is_not_told_the_operators_settings),
		CHECK(what_begins_again_meets_the_limits_anew),
	};
	return CHECK_MAIN(tests);
}
