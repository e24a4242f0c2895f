/* Sub orders, order lines, and orders by criteria (inexplicit_number_orders). */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sim/telnyx.h"
#include "sim/wire.h"

#define USER_ID "d70873cd-7c98-401a-81b6-b1ae08246995"
#define GROUP_NUMBERS_MAX INVENTORY_ROWS_MAX

static size_t lines_of(const struct sub_order *sub)
{
	size_t count = 0, own = (size_t)(sub - sub->order->subs);
	for (size_t i = 0; i < sub->order->line_count; i++)
		count += sub->order->lines[i].sub == own;
	return count;
}

static void write_sub(struct str *s, const char *name, const struct sub_order *sub)
{
	const struct order *o = sub->order;
	wire_open(s, name, '{');
	wire_string(s, "id", sub->id);
	wire_string(s, "record_type", "sub_number_order");
	wire_string(s, "order_request_id", o->id);
	wire_string(s, "user_id", USER_ID);
	wire_string(s, "country_code", sub->country);
	wire_string(s, "phone_number_type", sub->type);
	wire_int(s, "phone_numbers_count", (int64_t)lines_of(sub));
	wire_raw(s, "regulatory_requirements", "[]");
	wire_bool(s, "requirements_met", true);
	wire_string(s, "status", sub->status);
	wire_text(s, "customer_reference", o->reference);
	wire_bool(s, "is_block_sub_number_order", false);
	wire_time(s, "created_at", o->created_ms, WIRE_TIME_OFFSET_US);
	wire_time(s, "updated_at", o->updated_ms, WIRE_TIME_OFFSET_US);
	wire_close(s, '}');
}

static bool passes(const struct ask *ask, const struct sub_order *sub)
{
	const char *status = ask_query(ask, "filter[status]");
	const char *order = ask_query(ask, "filter[order_request_id]");
	const char *country = ask_query(ask, "filter[country_code]");
	const char *type = ask_query(ask, "filter[phone_number_type]");
	return (status == NULL || text_is(status, sub->status)) &&
	       (order == NULL || text_is(order, sub->order->id)) &&
	       (country == NULL || text_is(country, sub->country)) &&
	       (type == NULL || text_is(type, sub->type));
}

void telnyx_sub_list(struct world *w, struct ask *ask, struct answer *a)
{
	struct list found = {0};
	for (size_t i = w->subs.count; i > 0; i--)
		if (passes(ask, w->subs.items[i - 1]))
			list_add(&found, w->subs.items[i - 1]);
	struct page page = telnyx_page(ask, found.count, 20);
	wire_open(&a->body, NULL, '{');
	wire_open(&a->body, "data", '[');
	for (size_t i = page.first; i < page.end; i++)
		write_sub(&a->body, NULL, found.items[i]);
	wire_close(&a->body, ']');
	telnyx_page_meta(&a->body, &page);
	wire_end(&a->body, '}');
	list_done(&found);
}

static struct sub_order *find_sub(struct world *w, const char *id)
{
	struct sub_order *sub = map_find(&w->sub_by_id, map_hash(id));
	return sub != NULL && text_is(sub->id, id) ? sub : NULL;
}

static void answer_sub(struct answer *a, const struct sub_order *sub)
{
	wire_open(&a->body, NULL, '{');
	write_sub(&a->body, "data", sub);
	wire_end(&a->body, '}');
}

void telnyx_sub_get(struct world *w, struct ask *ask, struct answer *a)
{
	struct sub_order *sub = find_sub(w, ask->id[0]);
	if (sub == NULL)
		telnyx_not_found(a);
	else
		answer_sub(a, sub);
}

/* Only from pending.  Orders here have one sub order nearly always, and
 * cancelling it ends the order. */
void telnyx_sub_cancel(struct world *w, struct ask *ask, struct answer *a)
{
	struct sub_order *sub = find_sub(w, ask->id[0]);
	if (sub == NULL) {
		telnyx_not_found(a);
		return;
	}
	if (!text_is(sub->status, "pending")) {
		telnyx_error(a, 422, "10015", "Only pending sub orders can be cancelled.", NULL);
		return;
	}
	telnyx_order_end(w, sub->order, "cancelled");
	answer_sub(a, sub);
}

/* Lines */

static void write_line(
	struct str *s, const char *name, const struct order *o, const struct order_line *line)
{
	char number[E164_BYTES];
	const struct sub_order *sub = &o->subs[line->sub];
	e164_write(line->digits, number);
	wire_open(s, name, '{');
	wire_string(s, "id", line->id);
	wire_string(s, "record_type", "number_order_phone_number");
	wire_string(s, "phone_number", number);
	wire_string(s, "order_request_id", o->id);
	wire_string(s, "sub_number_order_id", sub->id);
	wire_string(s, "country_code", sub->country);
	wire_string(s, "phone_number_type", sub->type);
	wire_raw(s, "regulatory_requirements", "[]");
	wire_bool(s, "requirements_met", true);
	wire_string(s, "requirements_status", "approved");
	wire_string(s, "status", sub->status);
	wire_null(s, "bundle_id");
	wire_bool(s, "is_block_number", false);
	wire_close(s, '}');
}

void telnyx_line_get(struct world *w, struct ask *ask, struct answer *a)
{
	struct order *o = map_find(&w->line_by_id, map_hash(ask->id[0]));
	for (size_t i = 0; o != NULL && i < o->line_count; i++) {
		if (!text_is(o->lines[i].id, ask->id[0]))
			continue;
		wire_open(&a->body, NULL, '{');
		write_line(&a->body, "data", o, &o->lines[i]);
		wire_end(&a->body, '}');
		return;
	}
	telnyx_not_found(a);
}

void telnyx_line_list(struct world *w, struct ask *ask, struct answer *a)
{
	const char *country = ask_query(ask, "filter[country_code]");
	size_t total = 0, at = 0;
	for (size_t i = 0; i < w->orders.count; i++)
		total += ((struct order *)w->orders.items[i])->line_count;
	struct page page = telnyx_page(ask, total, 20);
	wire_open(&a->body, NULL, '{');
	wire_open(&a->body, "data", '[');
	for (size_t i = w->orders.count; i > 0; i--) {
		const struct order *o = w->orders.items[i - 1];
		for (size_t k = 0; k < o->line_count; k++, at++)
			if (at >= page.first && at < page.end &&
				(country == NULL ||
					text_is(country, o->subs[o->lines[k].sub].country)))
				write_line(&a->body, NULL, o, &o->lines[k]);
	}
	wire_close(&a->body, ']');
	telnyx_page_meta(&a->body, &page);
	wire_end(&a->body, '}');
}

/* Orders by criteria: "two numbers in area code 415, whichever". */

static void read_group(const json_t *group, struct wish *wish, int64_t *ret_requested)
{
	const char *npa = json_text_set(group, "national_destination_code");
	char requested[24] = "0";
	int64_t code = 0;
	*wish = (struct wish){
		.country = json_text(group, "country_iso"),
		.type = json_text_set(group, "phone_number_type"),
		.locality = json_text_set(group, "locality"),
		.state = json_text_set(group, "administrative_area"),
		.starts = json_text_set(group, "phone_number.starts_with"),
		.ends = json_text_set(group, "phone_number.ends_with"),
		.contains = json_text_set(group, "phone_number.contains"),
		.quickship = json_bool(group, "quickship", false),
	};
	if (npa != NULL)
		wish->npa = text_to_int(npa, 200, 999, &code) ? (int)code : -1;
	(void)json_text_or_number(group, "count_requested", requested, sizeof(requested));
	*ret_requested = 0;
	(void)text_to_int(requested, 1, GROUP_NUMBERS_MAX, ret_requested);
	wish->limit = (size_t)*ret_requested;
}

static bool is_affordable(const struct world *w, const struct offer *rows, size_t count)
{
	int64_t sum = 0;
	for (size_t i = 0; i < count; i++) {
		int64_t upfront, monthly;
		settings_price(&w->set, rows[i].digits, &upfront, &monthly);
		sum += upfront + monthly;
	}
	return world_afford(w, sum);
}

/* The group as it is remembered: what was asked, and the order that came of it. */
static json_t *fill_group(struct world *w, struct ask *ask, const json_t *group)
{
	struct offer rows[INVENTORY_ROWS_MAX];
	uint64_t digits[INVENTORY_ROWS_MAX];
	struct wish wish;
	int64_t requested;
	read_group(group, &wish, &requested);
	size_t count = requested > 0 ? inventory_find(w, &wish, rows) : 0;
	bool all_or_none = text_is(json_text(group, "strategy"), "never");
	if ((all_or_none && (int64_t)count < requested) || !is_affordable(w, rows, count))
		count = 0;
	for (size_t i = 0; i < count; i++)
		digits[i] = rows[i].digits;
	json_t *done = json_deep_copy(group);
	json_object_set_new(done, "count_requested", json_integer(requested));
	json_object_set_new(done, "count_allocated", json_integer((json_int_t)count));
	if (count > 0)
		json_object_set_new(done, "order_id",
			json_string(
				telnyx_order_make(w, ask, digits, count, "inexplicit_number_orders")
					->id));
	return done;
}

static const char *group_status(const json_t *group, const struct order *o)
{
	if (o == NULL)
		return "failed";
	if (text_is(o->status, "pending"))
		return "processing";
	if (!text_is(o->status, "success"))
		return "failed";
	return json_int(group, "count_allocated", 0) < json_int(group, "count_requested", 0)
		       ? "partial_success"
		       : "success";
}

static void write_group(struct str *s, struct world *w, const json_t *group)
{
	const char *id = json_text(group, "order_id");
	const struct order *o = id != NULL ? map_find(&w->order_by_id, map_hash(id)) : NULL;
	wire_open(s, NULL, '{');
	wire_text(s, "country_iso", json_text(group, "country_iso"));
	wire_text(s, "phone_number_type", json_text(group, "phone_number_type"));
	wire_text(s, "national_destination_code", json_text(group, "national_destination_code"));
	wire_int(s, "count_requested", json_int(group, "count_requested", 0));
	wire_int(s, "count_allocated", json_int(group, "count_allocated", 0));
	wire_string(s, "status", group_status(group, o));
	wire_text(s, "error_reason", o == NULL ? "No numbers match the criteria." : NULL);
	wire_open(s, "orders", '[');
	if (o != NULL) {
		wire_open(s, NULL, '{');
		wire_string(s, "number_order_id", o->id);
		wire_open(s, "sub_number_order_ids", '[');
		for (size_t i = 0; i < o->sub_count; i++)
			wire_string(s, NULL, o->subs[i].id);
		wire_close(s, ']');
		wire_close(s, '}');
	}
	wire_close(s, ']');
	wire_close(s, '}');
}

static void write_groups(struct str *s, const char *name, struct world *w, const json_t *all)
{
	size_t i;
	json_t *group;
	wire_open(s, name, '{');
	wire_string(s, "id", json_text(all, "id"));
	wire_text(s, "customer_reference", json_text(all, "customer_reference"));
	wire_text(s, "connection_id", json_text(all, "connection_id"));
	wire_time(s, "created_at", json_int(all, "created_ms", 0), WIRE_TIME_OFFSET_US);
	wire_open(s, "ordering_groups", '[');
	json_array_foreach(json_at(all, "ordering_groups"), i, group) write_group(s, w, group);
	wire_close(s, ']');
	wire_close(s, '}');
}

static void answer_groups(struct answer *a, struct world *w, const json_t *all)
{
	wire_open(&a->body, NULL, '{');
	write_groups(&a->body, "data", w, all);
	wire_end(&a->body, '}');
}

void telnyx_group_create(struct world *w, struct ask *ask, struct answer *a)
{
	if (!ask_read_json(ask)) {
		telnyx_error(a, 400, "10023", "The supplied JSON is invalid.", NULL);
		return;
	}
	const json_t *groups = json_at(ask->json, "ordering_groups");
	if (json_count(groups) == 0) {
		telnyx_error(a, 422, "10015", "must be present", "/ordering_groups");
		return;
	}
	if (!telnyx_may_spend(w, a))
		return;
	char id[UUID_BYTES];
	world_uuid(w, id);
	json_t *all = json_object(), *done = json_array();
	json_object_set_new(all, "id", json_string(id));
	json_object_set_new(all, "customer_reference",
		json_string_or_null(json_text(ask->json, "customer_reference")));
	json_object_set_new(
		all, "connection_id", json_string_or_null(json_text(ask->json, "connection_id")));
	json_object_set_new(all, "created_ms", json_integer(w->now_ms));
	for (size_t i = 0; i < json_count(groups); i++)
		json_array_append_new(done, fill_group(w, ask, json_array_get(groups, i)));
	json_object_set_new(all, "ordering_groups", done);
	list_add(&w->groups, all);
	map_keep(&w->group_by_id, map_hash(id), all);
	answer_groups(a, w, all);
}

void telnyx_group_list(struct world *w, struct ask *ask, struct answer *a)
{
	struct page page = telnyx_page(ask, w->groups.count, 20);
	wire_open(&a->body, NULL, '{');
	wire_open(&a->body, "data", '[');
	for (size_t i = page.first; i < page.end; i++)
		write_groups(&a->body, NULL, w, w->groups.items[w->groups.count - 1 - i]);
	wire_close(&a->body, ']');
	telnyx_page_meta(&a->body, &page);
	wire_end(&a->body, '}');
}

void telnyx_group_get(struct world *w, struct ask *ask, struct answer *a)
{
	json_t *all = map_find(&w->group_by_id, map_hash(ask->id[0]));
	if (all == NULL)
		telnyx_not_found(a);
	else
		answer_groups(a, w, all);
}
