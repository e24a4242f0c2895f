#include "tests/lives/truth.h"

#include <string.h>

#include "base/text.h"
#include "sim/ask.h"
#include "sim/inventory.h"
#include "sim/telnyx.h"
#include "sim/vapi.h"
#include "sim/world.h"

#define URL_MOST 1024
#define HOME_NPA 415
#define DEAR_CENTS 1000
static const int near_home[] = {628, 650, 510};
/* A few elsewhere, one number each: a list of all would be most of what a life reads. */
static const int far_off[] = {213, 916, 206, 312, 212, 305, 617};

static struct world *w;
static struct answer said;

void truth_begin(uint64_t seed, int64_t now_ms, const struct truth_ways *ways)
{
	if (w == NULL) {
		w = world_new(seed);
		answer_init(&said);
		memset(w->set.stock_of, 0, sizeof(w->set.stock_of));
		for (size_t i = 0; i < COUNT_OF(far_off); i++)
			w->set.stock_of[far_off[i]] = 1;
	}
	w->seed = seed;
	world_reset(w);
	w->now_ms = now_ms;
	struct settings *set = &w->set;
	set->stock_of[HOME_NPA] = ways->stock;
	for (size_t i = 0; i < COUNT_OF(near_home); i++)
		set->stock_of[near_home[i]] = ways->near_stock[i];
	set->monthly_of[HOME_NPA] = ways->dear & 1 ? DEAR_CENTS : set->monthly;
	for (size_t i = 0; i < COUNT_OF(near_home); i++)
		set->monthly_of[near_home[i]] =
			ways->dear >> (i + 1) & 1 ? DEAR_CENTS : set->monthly;
	TEXT_COPY(set->coverage, ways->coverage);
	set->order_ms = ways->order_ms;
	set->visible_ms = ways->visible_ms;
	set->order_visible_ms = ways->order_visible_ms;
	set->list_flicker = ways->list_flicker;
	set->unreservable_percent = ways->unreservable_percent;
	set->import_lag_ms = ways->import_lag_ms;
	set->release_refuse_ms = ways->release_refuse_ms;
	set->activation_ms = ways->activation_ms;
	TEXT_COPY(set->gone_code, ways->gone_code);
	TEXT_COPY(set->second_order, ways->second_order);
	TEXT_COPY(set->reservation_conflict, ways->reservation_conflict);
	TEXT_COPY(set->existing_wording, ways->existing_wording);
	TEXT_COPY(set->account_level, ways->may_reserve ? "verified" : "paid");
	TEXT_COPY(set->direct_purchase, ways->is_old_method ? "old" : "404");
	set->absent_status = ways->absent_status;
	set->delete_clears_connection = ways->delete_clears_connection;
}

void truth_calm(void)
{
	w->set.visible_ms = w->set.order_visible_ms = 0;
	w->set.list_flicker = 0;
}

void truth_tick(int64_t now_ms)
{
	world_tick(w, now_ms);
}

/* --- calls --- */

static int hex(char c)
{
	static const char digits[] = "0123456789ABCDEF";
	const char *at = c != '\0' ? strchr(digits, c) : NULL;
	return at != NULL ? (int)(at - digits) : -1;
}

/* As our own builders write it. */
static char *decode(char *text)
{
	char *to = text;
	for (const char *at = text; *at != '\0'; at++) {
		if (*at == '%' && hex(at[1]) >= 0 && hex(at[2]) >= 0) {
			*to++ = (char)(hex(at[1]) * 16 + hex(at[2]));
			at += 2;
		} else {
			*to++ = *at;
		}
	}
	*to = '\0';
	return text;
}

static void split_query(struct ask *ask, char *query)
{
	char *save = NULL;
	for (char *pair = strtok_r(query, "&", &save); pair != NULL;
		pair = strtok_r(NULL, "&", &save)) {
		char *value = strchr(pair, '=');
		must(value != NULL && ask->query_count < ASK_QUERY_MAX);
		*value++ = '\0';
		ask->query[ask->query_count].name = decode(pair);
		ask->query[ask->query_count++].value = decode(value);
	}
}

static bool is_new_method(const struct truth_call *call)
{
	return call->method == HTTP_POST && text_is(call->url, "/v2/number_orders");
}

void truth_ask(const struct truth_call *call, struct truth_said *ret)
{
	char url[URL_MOST];
	struct ask ask = {.method = call->method,
		.authorization = call->authorization,
		.body = call->body,
		.body_bytes = strlen(call->body),
		.outcome = call->outcome,
		.outcome_ms = call->outcome_ms};
	must(TEXT_COPY(url, call->url));
	char *query = strchr(url, '?');
	if (query != NULL) {
		*query = '\0';
		split_query(&ask, query + 1);
	}
	ask.path = decode(url);
	ask_split(&ask);
	answer_clear(&said);
	if (is_new_method(call) && text_is(w->set.direct_purchase, "old"))
		telnyx_error(&said, 404, "10005", "Resource not found", NULL);
	else if (text_starts(call->url, "/vapi"))
		vapi_handle(w, &ask, &said);
	else
		telnyx_handle(w, &ask, &said);
	ask_done(&ask);
	*ret = (struct truth_said){said.status, said.body.text, said.body.bytes};
}

static void forget_stranger(struct world *world, void *digits)
{
	map_put(&world->strangers, (uint64_t)(uintptr_t)digits, 0);
}

bool truth_stranger(const char *number, int64_t back_ms)
{
	uint64_t digits = e164_read(number);
	if (digits == 0 || !inventory_is_free(w, digits))
		return false;
	map_put(&w->strangers, digits, 1);
	if (back_ms > 0)
		world_at(w, w->now_ms + back_ms, forget_stranger, (void *)(uintptr_t)digits);
	return true;
}

size_t truth_left(const char *area_code)
{
	int64_t npa;
	return text_to_int(area_code, 200, 999, &npa) ? inventory_left(w, (int)npa) : 0;
}

bool truth_for_sale(const char *area_code, char *to, size_t bytes)
{
	int64_t npa;
	struct offer offers[INVENTORY_ROWS_MAX];
	if (!text_to_int(area_code, 200, 999, &npa) ||
		inventory_find(w, &(struct wish){.npa = (int)npa, .limit = 1}, offers) == 0)
		return false;
	truth_write(offers[0].digits, to, bytes);
	return true;
}

bool truth_is_dear(const char *number)
{
	int64_t upfront, monthly;
	settings_price(&w->set, e164_read(number), &upfront, &monthly);
	return monthly >= DEAR_CENTS;
}

/* --- what is held --- */

void truth_seed_number(uint64_t digits)
{
	struct number *n = world_number_new(w, digits, NULL);
	n->status = NUMBER_ACTIVE;
	n->is_seeded = true;
	n->visible_ms = n->active_ms = w->now_ms - 3600000;
}

static struct truth_number show(const struct number *n)
{
	return (struct truth_number){.digits = n->digits,
		.id = n->id,
		.reference = n->reference != NULL ? n->reference : "",
		.is_held = n->status == NUMBER_PENDING || n->status == NUMBER_ACTIVE,
		.is_active = n->status == NUMBER_ACTIVE};
}

size_t truth_numbers(void)
{
	return w->numbers.count;
}

struct truth_number truth_number(size_t i)
{
	return show(w->numbers.items[i]);
}

bool truth_owned(uint64_t digits, struct truth_number *ret)
{
	const struct number *n = world_owned(w, digits);
	if (n != NULL)
		*ret = show(n);
	return n != NULL;
}

size_t truth_imports(void)
{
	return w->imports.count;
}

uint64_t truth_import(size_t i)
{
	const struct import *one = w->imports.items[i];
	return one->is_deleted ? 0 : one->digits;
}

int truth_imports_of(uint64_t digits, const char **ret_id)
{
	int count = 0;
	for (size_t i = 0; i < w->imports.count; i++) {
		const struct import *one = w->imports.items[i];
		if (one->is_deleted || one->digits != digits)
			continue;
		count++;
		*ret_id = one->id;
	}
	return count;
}

uint64_t truth_digits(const char *number)
{
	return e164_read(number);
}

void truth_write(uint64_t digits, char *to, size_t bytes)
{
	char text[E164_BYTES];
	e164_write(digits, text);
	must(text_copy(to, bytes, text));
}
