#include "sim/telnyx.h"

#include <ctype.h>
#include <string.h>

#include "base/text.h"
#include "sim/wire.h"

/* Errors */

static const struct {
	const char *code, *title;
} titles[] = {
	{"10004", "Missing required parameter"},
	{"10005", "Resource not found"},
	{"10007", "Unexpected error"},
	{"10008", "Request timeout"},
	{"10009", "Authentication failed"},
	{"10010", "Not authorized"},
	{"10011", "Too many requests"},
	{"10012", "Duplicate resource"},
	{"10015", "Bad Request"},
	{"10016", "Phone number must be in +E.164 format"},
	{"10021", "Resource in use"},
	{"10023", "Invalid JSON"},
	{"10027", "Unprocessable Entity"},
	{"10031", "Invalid request filter"},
	{"10036", "Resource is being processed"},
	{"10037", "Service unavailable"},
	{"10038", "Feature not permitted"},
	{"10039", "Feature limited"},
	{"20012", "Account inactive"},
	{"20013", "Account blocked"},
	{"20014", "Account unverified"},
	{"20015", "Feature not enabled"},
	{"20016", "Account not level 1 verified"},
	{"20017", "Account not level 2 verified"},
	{"20100", "Insufficient Funds"},
	{"85000", "Must search phone number via search API first"},
	{"85001", "Phone numbers not available"},
	{"85004", "Invalid connection id provided"},
	{"85005", "Invalid messaging profile id provided"},
	{"85006", "The phone number is already reserved"},
	{"85007", "Reservation limit exceeded"},
	{"85008", "Reservation extension limit exceeded"},
};

static const char *title_of(const char *code)
{
	for (size_t i = 0; i < COUNT_OF(titles); i++)
		if (text_is(titles[i].code, code))
			return titles[i].title;
	return "Error";
}

static void write_error(struct answer *a, int status, const char *code, const char *title,
	const char *detail, const char *pointer)
{
	answer_clear(a);
	a->status = status;
	struct str *s = &a->body;
	wire_open(s, NULL, '{');
	wire_open(s, "errors", '[');
	wire_open(s, NULL, '{');
	wire_string(s, "code", code);
	wire_string(s, "title", title);
	if (detail != NULL && *detail != '\0')
		wire_string(s, "detail", detail);
	if (pointer != NULL) {
		wire_open(s, "source", '{');
		wire_string(s, *pointer == '/' ? "pointer" : "parameter", pointer);
		wire_close(s, '}');
	}
	wire_close(s, '}');
	wire_close(s, ']');
	wire_end(s, '}');
}

void telnyx_error(
	struct answer *a, int status, const char *code, const char *detail, const char *pointer)
{
	write_error(a, status, code, title_of(code), detail, pointer);
}

void telnyx_fault(
	struct answer *a, int status, const char *code, const char *title, const char *detail)
{
	const char *usual = status == 404   ? "10005"
			    : status == 429 ? "10011"
			    : status == 503 ? "10037"
			    : status == 504 ? "10008"
			    : status == 401 ? "10009"
			    : status == 402 ? "20100"
			    : status == 422 ? "10027"
			    : status < 500  ? "10015"
					    : "10007";
	code = *code ? code : usual;
	write_error(a, status, code, *title ? title : title_of(code), detail, NULL);
}

void telnyx_not_found(struct answer *a)
{
	telnyx_error(a, 404, "10005", "The requested resource or URL could not be found.", NULL);
}

/* Who may come in */

static bool is_key(const char *key)
{
	if (!text_starts(key, "KEY") || key[3] == '\0')
		return false;
	for (const char *c = key; *c != '\0'; c++)
		if (!isalnum((unsigned char)*c) && *c != '_' && *c != '-')
			return false;
	return true;
}

static uint32_t key_number(struct world *w, const char *key)
{
	uint64_t hash = map_hash(key), number = map_get(&w->keys, hash);
	if (number == 0) {
		number = ++w->key_count;
		map_put(&w->keys, hash, number);
	}
	return (uint32_t)number;
}

static bool let_in(struct world *w, struct ask *ask, struct answer *a)
{
	const char *key =
		ask->authorization != NULL && strncasecmp(ask->authorization, "Bearer ", 7) == 0
			? ask->authorization + 7
			: "";
	if (!is_key(key)) {
		telnyx_error(a, 401, "10009",
			"Could not find any usable credentials in the request.", NULL);
		return false;
	}
	bool is_known = json_array_size(w->set.known_keys) == 0 ||
			settings_list_has(w->set.known_keys, key);
	if (!is_known || settings_list_has(w->set.revoked_keys, key)) {
		char detail[256];
		text_format(detail, sizeof(detail),
			"No key found matching the ID '%.*s' with the provided secret.",
			(int)(strcspn(key, "_") < 64 ? strcspn(key, "_") : 64), key);
		telnyx_error(a, 401, "10009", detail, NULL);
		return false;
	}
	ask->key = key_number(w, key);
	return true;
}

/* The headers are on every answer; a 429 comes without Retry-After. */
static bool is_within_rate(struct world *w, struct answer *a)
{
	if (w->telnyx_second != w->now_ms / 1000) {
		w->telnyx_second = w->now_ms / 1000;
		w->telnyx_in_second = 0;
	}
	w->telnyx_in_second++;
	int64_t left = w->set.rate_limit - w->telnyx_in_second;
	if (left < 0)
		telnyx_error(a, 429, "10011",
			"You have exceeded the maximum number of allowed requests.", NULL);
	char text[64];
	text_format(text, sizeof(text), "%lld, %lld;w=1", (long long)w->set.rate_limit,
		(long long)w->set.rate_limit);
	answer_header(a, "x-ratelimit-limit", text);
	text_format(text, sizeof(text), "%lld", (long long)(left > 0 ? left : 0));
	answer_header(a, "x-ratelimit-remaining", text);
	answer_header(a, "x-ratelimit-reset", "1");
	return left >= 0;
}

bool telnyx_may_spend(struct world *w, struct answer *a)
{
	static const struct {
		const char *state, *code, *detail;
	} refusals[] = {
		{"inactive", "20012", "This account has been deactivated. It may be out of funds."},
		{"blocked", "20013", "This account has been blocked."},
		{"unverified", "20014", "This account has not been verified."},
		{"not_level_1", "20016", "This account is not level 1 verified."},
		{"not_level_2", "20017", "This account is not level 2 verified."},
		{"not_enabled", "20015", "This feature is not enabled for this account."},
	};
	for (size_t i = 0; i < COUNT_OF(refusals); i++) {
		if (!text_is(w->set.account_state, refusals[i].state))
			continue;
		telnyx_error(a, 403, refusals[i].code, refusals[i].detail, NULL);
		return false;
	}
	return true;
}

/* Small things shared by the resources */

bool telnyx_knows_connection(const struct world *w, const char *id)
{
	size_t i;
	json_t *connection;
	json_array_foreach(w->set.connections, i,
		connection) if (text_is(json_text(connection, "id"), id)) return true;
	return false;
}

bool telnyx_flickers(struct world *w)
{
	return w->set.list_flicker > 0 &&
	       (int64_t)(++w->lists_served % (uint64_t)w->set.list_flicker) == 0;
}

/* 10^15 < 2^50: a number and 14 bits of key fit one map key. */
static uint64_t shown_key(uint32_t key, uint64_t digits)
{
	return (uint64_t)(key & 0x3FFF) << 50 | digits;
}

void telnyx_show(struct world *w, uint32_t key, uint64_t digits)
{
	map_put(&w->shown, shown_key(key, digits), (uint64_t)w->now_ms + 1);
}

/* A reservation that ran out takes the right to order with it, until the
 * number is searched again. */
bool telnyx_was_shown(const struct world *w, uint32_t key, uint64_t digits)
{
	int64_t shown_ms = (int64_t)map_get(&w->shown, shown_key(key, digits)) - 1;
	if (shown_ms < 0 || w->now_ms - shown_ms > w->set.shown_ms)
		return false;
	const struct reserved_line *line = map_find(&w->held_line_by_digits, digits);
	return line == NULL || line->expires_ms > w->now_ms || line->expires_ms <= shown_ms;
}

void telnyx_gone(struct world *w, struct answer *a, const char *number)
{
	char detail[256];
	if (text_is(w->set.gone_code, "85001"))
		text_copy(detail, sizeof(detail),
			"The numbers you are trying to order are no longer available for "
			"purchase.");
	else if (text_is(w->set.gone_code, "85000"))
		text_copy(detail, sizeof(detail),
			"You must search for the number through our API before attempting to "
			"purchase.");
	else
		text_format(detail, sizeof(detail),
			"We don't recognize the number(s) ['%.40s']. Did you first search for the "
			"number(s)?",
			number);
	telnyx_error(a, 422, w->set.gone_code, detail, "/");
}

/* "+1618xxxxxx" and "+14375------" are what a small account is shown. */
static bool is_masked(const char *number)
{
	return number[0] == '+' && (strchr(number, 'x') != NULL || strchr(number, '-') != NULL);
}

static bool read_one(struct world *w, const json_t *item, size_t i, uint64_t *ret, struct answer *a)
{
	const char *number = json_text(item, "phone_number");
	char pointer[64];
	text_format(pointer, sizeof(pointer), "/phone_numbers/%zu/phone_number", i);
	if (number == NULL || *number == '\0') {
		telnyx_error(a, 422, "10015", "must be present", pointer);
		return false;
	}
	if (is_masked(number)) {
		telnyx_gone(w, a, number);
		return false;
	}
	*ret = e164_read(number);
	if (*ret == 0)
		telnyx_error(a, 422, "10016",
			"The specified phone number parameter must be in +E.164 format.", pointer);
	return *ret != 0;
}

bool telnyx_read_numbers(struct world *w, struct ask *ask, struct answer *a, uint64_t *ret,
	size_t *ret_count, size_t most)
{
	if (!ask_read_json(ask)) {
		telnyx_error(a, 400, "10023", "The supplied JSON is invalid.", NULL);
		return false;
	}
	const json_t *items = json_at(ask->json, "phone_numbers");
	size_t count = json_count(items);
	if (count == 0 || count > most) {
		telnyx_error(a, 422, "10015",
			count == 0 ? "must be present" : "1000 numbers is the maximum allowed.",
			"/phone_numbers");
		return false;
	}
	for (size_t i = 0; i < count; i++)
		if (!read_one(w, json_array_get(items, i), i, &ret[i], a))
			return false;
	*ret_count = count;
	return true;
}

struct page telnyx_page(const struct ask *ask, size_t total, size_t default_size)
{
	int64_t number = ask_query_int(ask, "page[number]", 1);
	int64_t size = ask_query_int(ask, "page[size]", (int64_t)default_size);
	struct page p = {.total = total};
	p.number = number < 1 ? 1 : number > 1000000000 ? 1000000000 : (size_t)number;
	p.size = size < 1 ? 1 : size > 250 ? 250 : (size_t)size;
	p.first = (p.number - 1) * p.size;
	p.first = p.first < total ? p.first : total;
	p.end = p.first + p.size < total ? p.first + p.size : total;
	return p;
}

void telnyx_page_meta(struct str *s, const struct page *page)
{
	size_t pages = (page->total + page->size - 1) / page->size;
	wire_open(s, "meta", '{');
	wire_int(s, "total_pages", (int64_t)(pages > 0 ? pages : 1));
	wire_int(s, "total_results", (int64_t)page->total);
	wire_int(s, "page_number", (int64_t)page->number);
	wire_int(s, "page_size", (int64_t)page->size);
	wire_close(s, '}');
}

/* The account itself */

static void balance(struct world *w, struct ask *ask, struct answer *a)
{
	(void)ask;
	struct str *s = &a->body;
	wire_open(s, NULL, '{');
	wire_open(s, "data", '{');
	wire_string(s, "record_type", "balance");
	wire_money(s, "balance", w->balance);
	wire_money(s, "credit_limit", w->set.credit_limit);
	wire_money(s, "available_credit", w->balance + w->set.credit_limit);
	wire_money(s, "pending", 0);
	wire_string(s, "currency", w->set.currency);
	wire_close(s, '}');
	wire_end(s, '}');
}

static void connection_list(struct world *w, struct ask *ask, struct answer *a)
{
	const char *name = ask_query(ask, "filter[connection_name][contains]");
	const json_t *found[1000];
	size_t count = 0, i;
	json_t *connection;
	json_array_foreach(w->set.connections, i, connection)
	{
		const char *own = json_text(connection, "connection_name");
		if (count < COUNT_OF(found) &&
			(name == NULL || (own != NULL && text_contains_any_case(own, name))))
			found[count++] = connection;
	}
	struct page page = telnyx_page(ask, count, 250);
	wire_open(&a->body, NULL, '{');
	wire_open(&a->body, "data", '[');
	for (i = page.first; i < page.end; i++) {
		wire_tree(&a->body, NULL, found[i]);
	}
	wire_close(&a->body, ']');
	telnyx_page_meta(&a->body, &page);
	wire_end(&a->body, '}');
}

static void connection_get(struct world *w, struct ask *ask, struct answer *a)
{
	size_t i;
	json_t *connection;
	json_array_foreach(w->set.connections, i, connection)
	{
		if (!text_is(json_text(connection, "id"), ask->id[0]))
			continue;
		str_add(&a->body, "{\"data\":");
		json_write(connection, &a->body);
		str_add_char(&a->body, '}');
		return;
	}
	telnyx_not_found(a);
}

/* As the live API answers it, unless the operator rehearses the old endpoint. */
static void direct_purchase(struct world *w, struct ask *ask, struct answer *a)
{
	if (text_is(w->set.direct_purchase, "old"))
		telnyx_buy_direct(w, ask, a);
	else
		telnyx_not_found(a);
}

/* clang-format off */
static const struct route routes[] = {
	{HTTP_GET,    "/v2/available_phone_numbers", telnyx_search},
	{HTTP_POST,   "/v2/number_orders", telnyx_order_create},
	{HTTP_GET,    "/v2/number_orders", telnyx_order_list},
	{HTTP_GET,    "/v2/number_orders/{id}", telnyx_order_get},
	{HTTP_PATCH,  "/v2/number_orders/{id}", telnyx_order_patch},
	{HTTP_POST,   "/v2/phone_numbers/actions/verify_ownership", telnyx_number_verify},
	{HTTP_GET,    "/v2/phone_numbers/slim", telnyx_number_slim},
	{HTTP_GET,    "/v2/phone_numbers", telnyx_number_list},
	{HTTP_POST,   "/v2/phone_numbers", direct_purchase},
	{HTTP_GET,    "/v2/phone_numbers/{id}", telnyx_number_get},
	{HTTP_PATCH,  "/v2/phone_numbers/{id}", telnyx_number_patch},
	{HTTP_DELETE, "/v2/phone_numbers/{id}", telnyx_number_delete},
	{HTTP_GET,    "/v2/phone_numbers/{id}/voice", telnyx_voice_get},
	{HTTP_PATCH,  "/v2/phone_numbers/{id}/voice", telnyx_voice_patch},
	{HTTP_POST,   "/v2/number_reservations", telnyx_reserve_create},
	{HTTP_GET,    "/v2/number_reservations", telnyx_reserve_list},
	{HTTP_GET,    "/v2/number_reservations/{id}", telnyx_reserve_get},
	{HTTP_POST,   "/v2/number_reservations/{id}/actions/extend", telnyx_reserve_extend},
	{HTTP_GET,    "/v2/balance", balance},
	{HTTP_GET,    "/v2/sub_number_orders", telnyx_sub_list},
	{HTTP_GET,    "/v2/sub_number_orders/{id}", telnyx_sub_get},
	{HTTP_PATCH,  "/v2/sub_number_orders/{id}/cancel", telnyx_sub_cancel},
	{HTTP_GET,    "/v2/number_order_phone_numbers", telnyx_line_list},
	{HTTP_GET,    "/v2/number_order_phone_numbers/{id}", telnyx_line_get},
	{HTTP_POST,   "/v2/inexplicit_number_orders", telnyx_group_create},
	{HTTP_GET,    "/v2/inexplicit_number_orders", telnyx_group_list},
	{HTTP_GET,    "/v2/inexplicit_number_orders/{id}", telnyx_group_get},
	{HTTP_GET,    "/v2/inventory_coverage", telnyx_coverage},
	{HTTP_GET,    "/v2/requirements", telnyx_requirements},
	{HTTP_GET,    "/v2/connections", connection_list},
	{HTTP_GET,    "/v2/connections/{id}", connection_get},
};
/* clang-format on */

const char *telnyx_route_name(struct ask *ask)
{
	const struct route *r = ask_route(ask, routes, COUNT_OF(routes));
	return r != NULL ? r->path : "/v2/(unknown)";
}

void telnyx_handle(struct world *w, struct ask *ask, struct answer *a)
{
	const struct route *r = ask_route(ask, routes, COUNT_OF(routes));
	a->route = r != NULL ? r->path : "/v2/(unknown)";
	if (let_in(w, ask, a)) {
		struct answer limited;
		answer_init(&limited);
		if (!is_within_rate(w, &limited)) {
			str_add(&a->body, limited.body.text);
			a->status = limited.status;
		} else if (r == NULL) {
			telnyx_not_found(a);
		} else {
			r->handle(w, ask, a);
		}
		for (size_t i = 0; i < limited.header_count; i++)
			answer_header(a, limited.headers[i].name, limited.headers[i].value);
		answer_done(&limited);
		return;
	}
	answer_header(a, "x-ratelimit-limit", "2000, 2000;w=1");
	answer_header(a, "x-ratelimit-remaining", "1999");
	answer_header(a, "x-ratelimit-reset", "1");
}
