/* signups.c - a customer's wish over HTTP: made, read, listed, cancelled, retried. */
#include <stdlib.h>
#include <string.h>

#include "api/inside.h"
#include "base/id.h"
#include "base/spending.h"
#include "base/text.h"
#include "engine/view.h"

#define LIST_DEFAULT 50
#define LIST_BYTES (8 * 1024 * 1024)

bool signups_is_id(const struct call *call)
{
	struct err e;
	if (id_is(call->name, "su"))
		return true;
	err_set(&e, ERR_NOT_FOUND, "there is no such sign-up");
	answer_problem(call->r, &(struct problem){.err = &e});
	return false;
}

/* --- making one --- */

static void answer_taken_on(struct http_request *r, const struct engine_signup_result *result)
{
	char location[sizeof("/v1/signups/") + ID_BYTES];
	text_format(location, sizeof(location), "/v1/signups/%s", result->order->id);
	http_answer_header(r, "Location", location);
	answer_signup(r, result->is_repeat ? 200 : 202, result->order);
}

static void answer_refused(
	struct http_request *r, const struct engine_signup_result *result, bool may_know_others)
{
	const struct wish_error *error = result->error;
	struct problem problem = {.err = &error->err};
	struct err plain;
	if (err_http(error->err.code) >= 500) {
		answer_error(r, &error->err);
		return;
	}
	if (result->existing_id[0] != '\0' && !may_know_others) {
		err_set_hint(&plain, error->err.code,
			"Ask the people who run this sign-up about it.", "%s",
			err_title(error->err.code));
		problem.err = &plain;
	}
	/* Which variable to change is the operator's business, and so is the sum. */
	enum spending_limit limit;
	if (!may_know_others && spending_limit_of(error->err.code, &limit)) {
		err_set_hint(&plain, error->err.code,
			"Try again when Retry-After says, or ask the people who run this sign-up.",
			"%s",
			spending_is_money(limit) ? err_title(error->err.code) : error->err.message);
		problem.err = &plain;
	}
	if (error->err.code == ERR_PHONE_REFUSED)
		problem.code = error->reason;
	if (error->field[0] != '\0')
		problem.field = error->field;
	if (error->err.code == ERR_DUPLICATE_SIGNUP && may_know_others && result->existing_id[0])
		problem.signup_id = result->existing_id;
	answer_problem(r, &problem);
}

static void created(void *arg, const struct engine_signup_result *result)
{
	if (result->error == NULL)
		answer_taken_on(arg, result);
	else
		answer_refused(arg, result, true);
}

/* A stranger who knows a customer's data does not learn the sign-up's id (which
 * messages may name too): with it, progress can be seen. */
static void created_by_stranger(void *arg, const struct engine_signup_result *result)
{
	if (result->error == NULL)
		answer_taken_on(arg, result);
	else
		answer_refused(arg, result, false);
}

static bool read_key(struct http_request *r, struct wish *wish)
{
	const char *key = http_request_header(r, "Idempotency-Key");
	if (key == NULL)
		return true;
	size_t bytes = strlen(key);
	bool is_printable = bytes > 0;
	for (size_t i = 0; i < bytes; i++)
		is_printable &= key[i] >= ' ' && key[i] <= '~';
	if (is_printable && bytes < STORE_IDEMPOTENCY_KEY_BYTES &&
		TEXT_COPY(wish->idempotency_key, key))
		return true;
	answer_invalid(r, "Idempotency-Key",
		"Idempotency-Key must be 1 to 255 printable ASCII characters");
	return false;
}

static void set_source(const struct call *call, struct wish *wish)
{
	if (call->by == ADMITTED_BY_KEY)
		TEXT_COPY(wish->source, "api");
	else
		api_source(call->r, wish->source, sizeof(wish->source));
}

#define FIELD(wish, member)                                                                        \
	{                                                                                          \
#member, (wish).member, sizeof((wish).member)                                      \
	}

void signups_create(const struct call *call)
{
	struct wish wish;
	wish.country[0] = wish.idempotency_key[0] = '\0';
	const struct input_field fields[] = {FIELD(wish, business_name), FIELD(wish, email),
		FIELD(wish, business_phone), FIELD(wish, existing_number), FIELD(wish, area_code),
		FIELD(wish, postal_code), FIELD(wish, city), FIELD(wish, number), FIELD(wish, hold),
		FIELD(wish, contains), FIELD(wish, max_rung), FIELD(wish, reference)};
	if (!input_body(call->r, fields, COUNT_OF(fields), false) || !read_key(call->r, &wish))
		return;
	set_source(call, &wish);
	engine_signup(call->api->engine, &wish,
		call->by == ADMITTED_PUBLIC ? created_by_stranger : created, call->r);
}

/* --- one --- */

static void got(void *arg, const struct err *e, const struct order *order)
{
	if (e->code == ERR_OK)
		answer_signup(arg, 200, order);
	else
		answer_error(arg, e);
}

void signups_get(const struct call *call)
{
	if (signups_is_id(call))
		engine_get(call->api->engine, call->name, got, call->r);
}

void signups_cancel(const struct call *call)
{
	bool is_now = false;
	if (!signups_is_id(call) || !input_query_bool(call->r, "now", &is_now) ||
		!input_body(call->r, NULL, 0, true))
		return;
	engine_cancel(call->api->engine, call->name, is_now, got, call->r);
}

/* What was given is what is wrong with it, and mostly that is one thing. */
struct retrying {
	struct http_request *r;
	char field[32]; /* "" when several were given; nothing given lacks an area code */
};

static void retried(void *arg, const struct err *e, const struct order *order)
{
	struct retrying *retrying = arg;
	bool is_about_field = e->code == ERR_INVALID_FIELD || e->code == ERR_PHONE_REFUSED;
	if (is_about_field && retrying->field[0] != '\0')
		answer_problem(retrying->r, &(struct problem){.err = e, .field = retrying->field});
	else
		got(retrying->r, e, order);
	free(retrying);
}

void signups_retry(const struct call *call)
{
	struct engine_choice choice = {0};
	const struct input_field fields[] = {FIELD(choice, area_code), FIELD(choice, postal_code),
		FIELD(choice, city), FIELD(choice, number), FIELD(choice, hold),
		FIELD(choice, max_rung), FIELD(choice, contains)};
	if (!signups_is_id(call) || !input_body(call->r, fields, COUNT_OF(fields), true))
		return;
	struct retrying *retrying = must_calloc(1, sizeof(*retrying));
	int given = 0;
	*retrying = (struct retrying){.r = call->r, .field = "area_code"};
	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		if (fields[i].to[0] == '\0' || fields[i].to == choice.hold)
			continue;
		given++;
		TEXT_COPY(retrying->field, given == 1 ? fields[i].name : "");
	}
	engine_retry(call->api->engine, call->name, &choice, retried, retrying);
}

void signups_resolve(const struct call *call)
{
	char answer[16];
	enum resolution resolution;
	const struct input_field fields[] = {{"answer", answer, sizeof(answer)}};
	if (!signups_is_id(call) || !input_body(call->r, fields, COUNT_OF(fields), false))
		return;
	if (!resolution_from_wire(answer, &resolution))
		answer_invalid(call->r, "answer", "it is one of adopt, wait, let_go");
	else
		engine_resolve(call->api->engine, call->name, resolution, got, call->r);
}

/* --- many --- */

/* Which page: the request's own words, read again when the answer is there. */
static size_t page_size(struct http_request *r)
{
	int64_t limit = LIST_DEFAULT;
	(void)text_to_int(http_request_query(r, "limit") ? http_request_query(r, "limit") : "", 1,
		STORE_LIST_MOST, &limit);
	return (size_t)limit;
}

static void listed(void *arg, const struct err *e, const struct order *orders, size_t count)
{
	struct http_request *r = arg;
	struct str body;
	if (e->code != ERR_OK) {
		answer_error(r, e);
		return;
	}
	size_t shown = page_size(r) < count ? page_size(r) : count;
	/* One more was asked for than is shown; the longest page cannot tell. */
	bool has_more = count > shown || shown == STORE_LIST_MOST;
	str_init(&body, LIST_BYTES);
	str_add(&body, "{\"data\":[");
	for (size_t i = 0; i < shown; i++) {
		if (i > 0)
			str_add_char(&body, ',');
		view_signup_text(&orders[i], &body);
	}
	if (has_more)
		str_addf(&body, "],\"next_cursor\":\"%s\"}", orders[shown - 1].id);
	else
		str_add(&body, "],\"next_cursor\":null}");
	must(str_ok(&body));
	answer_text(r, 200, body.text, body.bytes);
	str_done(&body);
}

static bool is_status(const char *word)
{
	for (int state = 0; state < ORDER_STATE_COUNT; state++)
		if (text_is(word, order_status((enum order_state)state)))
			return true;
	return false;
}

static bool read_list_query(struct http_request *r, struct store_query *query)
{
	int64_t limit = LIST_DEFAULT;
	if (!input_query_text(r, "status", query->status, sizeof(query->status)) ||
		!input_query_text(r, "q", query->text, sizeof(query->text)) ||
		!input_query_text(r, "cursor", query->after_id, sizeof(query->after_id)) ||
		!input_query_int(r, "limit", 1, STORE_LIST_MOST, &limit))
		return false;
	query->limit = (int)(limit < STORE_LIST_MOST ? limit + 1 : limit);
	if (query->status[0] != '\0' && !is_status(query->status)) {
		answer_invalid(r, "status", "there is no such status");
		return false;
	}
	if (query->after_id[0] != '\0' && !id_is(query->after_id, "su")) {
		answer_invalid(r, "cursor", "this is not a next_cursor of a list");
		return false;
	}
	return true;
}

void signups_list(const struct call *call)
{
	struct store_query query = {0};
	if (read_list_query(call->r, &query))
		engine_list(call->api->engine, &query, listed, call->r);
}

static void told(void *arg, const struct err *e, const struct store_event *events, size_t count)
{
	struct http_request *r = arg;
	char last[24];
	if (e->code != ERR_OK) {
		answer_error(r, e);
		return;
	}
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++)
		must(json_array_append_new(list, view_event(&events[i])) == 0);
	bool has_more = count == STORE_TIMELINE_MOST;
	text_format(last, sizeof(last), "%lld", has_more ? (long long)events[count - 1].seq : 0LL);
	answer_json(r, 200,
		json_pack("{s:o s:o}", "data", list, "next_cursor",
			has_more ? json_string(last) : json_null()));
}

void signups_timeline(const struct call *call)
{
	int64_t after_seq = 0;
	if (signups_is_id(call) && input_query_int(call->r, "cursor", 0, INT64_MAX, &after_seq))
		engine_timeline(call->api->engine, call->name, after_seq, told, call->r);
}
