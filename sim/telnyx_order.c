/* Number orders: the one way money is spent (and the old direct one). */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "sim/telnyx.h"
#include "sim/wire.h"

#define TWO_DAYS_MS (2 * 24 * 3600 * 1000LL)

/* Writing */

static void write_line(struct str *s, const struct order *o, const struct order_line *line)
{
	char number[E164_BYTES];
	const struct sub_order *sub = &o->subs[line->sub];
	e164_write(line->digits, number);
	wire_open(s, NULL, '{');
	wire_string(s, "id", line->id);
	wire_string(s, "record_type", "number_order_phone_number");
	wire_string(s, "phone_number", number);
	wire_string(s, "country_code", sub->country);
	wire_string(s, "country_iso_alpha2", sub->country);
	wire_string(s, "phone_number_type", sub->type);
	wire_null(s, "bundle_id");
	wire_raw(s, "regulatory_requirements", "[]");
	wire_bool(s, "requirements_met", true);
	wire_string(s, "requirements_status", "approved");
	wire_string(s, "status", sub->status);
	wire_close(s, '}');
}

void telnyx_order_write(struct str *s, const char *name, const struct order *o)
{
	wire_open(s, name, '{');
	wire_string(s, "id", o->id);
	wire_string(s, "record_type", "number_order");
	wire_string(s, "status", o->status);
	wire_int(s, "phone_numbers_count", (int64_t)o->line_count);
	wire_bool(s, "requirements_met", true);
	wire_text(s, "connection_id", o->connection_id);
	wire_text(s, "messaging_profile_id", o->messaging_profile_id);
	wire_text(s, "billing_group_id", o->billing_group_id);
	wire_text(s, "customer_reference", o->reference);
	wire_open(s, "sub_number_orders_ids", '[');
	for (size_t i = 0; i < o->sub_count; i++)
		wire_string(s, NULL, o->subs[i].id);
	wire_close(s, ']');
	wire_open(s, "phone_numbers", '[');
	for (size_t i = 0; i < o->line_count; i++)
		write_line(s, o, &o->lines[i]);
	wire_close(s, ']');
	wire_time(s, "created_at", o->created_ms, WIRE_TIME_OFFSET_US);
	wire_time(s, "updated_at", o->updated_ms, WIRE_TIME_OFFSET_US);
	wire_close(s, '}');
}

static void answer_order(struct answer *a, const struct order *o)
{
	wire_open(&a->body, NULL, '{');
	telnyx_order_write(&a->body, "data", o);
	wire_end(&a->body, '}');
}

/* How an order ends */

static void refund(struct world *w, struct purchase *p)
{
	w->balance += p->upfront + p->monthly;
	w->spent -= p->upfront + p->monthly;
}

static void end_line(struct world *w, struct order *o, struct order_line *line, const char *status)
{
	bool is_ours = text_is(status, "success");
	struct number *n = line->number;
	o->subs[line->sub].status = status;
	if (n == NULL)
		return;
	w->purchases[line->purchase].status = status;
	n->updated_ms = w->now_ms;
	if (is_ours || text_is(status, "deleted")) {
		n->status = is_ours ? NUMBER_ACTIVE : NUMBER_DELETED;
		n->active_ms = w->now_ms;
		n->deleted_ms = is_ours ? 0 : w->now_ms;
		return;
	}
	n->status = NUMBER_FAILED;
	refund(w, &w->purchases[line->purchase]);
}

void telnyx_order_end(struct world *w, struct order *o, const char *status)
{
	if (!text_is(o->status, "pending"))
		return;
	o->status = status;
	o->updated_ms = w->now_ms;
	for (size_t i = 0; i < o->line_count; i++)
		end_line(w, o, &o->lines[i], status);
	if (w->on_order_end != NULL)
		w->on_order_end(w->on_order_end_arg, o);
}

static void order_due(struct world *w, void *arg)
{
	struct order *o = arg;
	telnyx_order_end(w, o, o->outcome);
}

/* Making one */

static const char *const outcomes[] = {"success", "failure", "cancelled", "deleted", "stuck"};

static const char *outcome_of(const struct world *w, const struct ask *ask)
{
	const char *wish =
		ask->outcome != NULL && *ask->outcome ? ask->outcome : w->set.order_outcome;
	for (size_t i = 0; i < COUNT_OF(outcomes); i++)
		if (text_is(outcomes[i], wish))
			return outcomes[i];
	return outcomes[0];
}

/* One sub order for each country and kind of number. */
static size_t sub_for(struct world *w, struct order *o, uint64_t digits)
{
	const char *country = inventory_country(digits), *type = inventory_type(digits);
	for (size_t i = 0; i < o->sub_count; i++)
		if (text_is(o->subs[i].country, country) && text_is(o->subs[i].type, type))
			return i;
	struct sub_order *sub = &o->subs[o->sub_count];
	world_uuid(w, sub->id);
	TEXT_COPY(sub->country, country);
	sub->type = type;
	sub->status = "pending";
	sub->order = o;
	map_keep(&w->sub_by_id, map_hash(sub->id), sub);
	list_add(&w->subs, sub);
	return o->sub_count++;
}

static void release_reservation(struct world *w, uint64_t digits)
{
	struct reserved_line *held = world_reserved(w, digits);
	if (held != NULL)
		held->expires_ms = w->now_ms;
}

static void buy_line(struct world *w, struct order *o, struct order_line *line, const char *method)
{
	if (world_owned(w, line->digits) != NULL) {
		o->outcome = "failure"; /* second_order: it was ours already */
		return;
	}
	struct number *n = world_number_new(w, line->digits, o->reference);
	struct purchase p = {.digits = line->digits,
		.order_id = o->id,
		.method = method,
		.status = "pending",
		.at_ms = w->now_ms,
		.reference = world_copy(o->reference)};
	TEXT_COPY(n->connection_id, o->connection_id);
	TEXT_COPY(n->billing_group_id, o->billing_group_id);
	n->order = o;
	settings_price(&w->set, line->digits, &p.upfront, &p.monthly);
	line->number = n;
	line->purchase = world_purchase(w, &p);
	release_reservation(w, line->digits);
	if (!inventory_is_quick(w, line->digits))
		o->due_ms = w->now_ms + TWO_DAYS_MS;
}

static void link_order(struct world *w, struct order *o)
{
	list_add(&w->orders, o);
	map_keep(&w->order_by_id, map_hash(o->id), o);
	if (o->reference == NULL)
		return;
	uint64_t key = map_hash(o->reference);
	o->next_same_reference = map_find(&w->orders_by_reference, key);
	map_keep(&w->orders_by_reference, key, o);
}

struct order *telnyx_order_make(struct world *w, const struct ask *ask, const uint64_t *digits,
	size_t count, const char *method)
{
	struct order *o = must_calloc(1, sizeof(*o));
	world_uuid(w, o->id);
	o->status = "pending";
	o->outcome = outcome_of(w, ask);
	o->reference = world_copy(json_text(ask->json, "customer_reference"));
	(void)json_text_or_number(
		ask->json, "connection_id", o->connection_id, sizeof(o->connection_id));
	TEXT_COPY(o->messaging_profile_id, json_text(ask->json, "messaging_profile_id"));
	TEXT_COPY(o->billing_group_id, json_text(ask->json, "billing_group_id"));
	o->lines = must_calloc(count, sizeof(*o->lines));
	o->subs = must_calloc(count, sizeof(*o->subs));
	o->line_count = count;
	o->created_ms = o->updated_ms = w->now_ms;
	o->due_ms = w->now_ms + (ask->outcome_ms >= 0 && ask->outcome != NULL ? ask->outcome_ms
									      : w->set.order_ms);
	for (size_t i = 0; i < count; i++) {
		struct order_line *line = &o->lines[i];
		world_uuid(w, line->id);
		line->digits = digits[i];
		line->sub = sub_for(w, o, digits[i]);
		map_keep(&w->line_by_id, map_hash(line->id), o);
		buy_line(w, o, line, method);
	}
	link_order(w, o);
	if (!text_is(o->outcome, "stuck"))
		world_at(w, o->due_ms, order_due, o);
	return o;
}

/* May it be made? */

/* Ours by reservation, or shown to this key and still for sale. */
static bool is_for_sale(struct world *w, const struct ask *ask, uint64_t digits)
{
	char number[E164_BYTES];
	e164_write(digits, number);
	if (world_owned(w, digits) != NULL)
		return text_is(w->set.second_order, "failure");
	if (world_reserved(w, digits) != NULL)
		return true;
	if (!telnyx_was_shown(w, ask->key, digits) || !inventory_has(w, digits) ||
		map_get(&w->strangers, digits) != 0 ||
		settings_list_has(w->set.held_by_others, number))
		return false;
	if (!world_percent(w, w->set.race_percent))
		return true;
	map_put(&w->strangers, digits, 1);
	return false;
}

static bool are_for_sale(
	struct world *w, struct ask *ask, struct answer *a, const uint64_t *digits, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		bool is_twice = false;
		for (size_t k = 0; k < i; k++)
			is_twice |= digits[k] == digits[i];
		if (!is_twice && is_for_sale(w, ask, digits[i]))
			continue;
		char number[E164_BYTES];
		e164_write(digits[i], number);
		telnyx_gone(w, a, number);
		return false;
	}
	return true;
}

static bool is_within_level(struct world *w, struct answer *a, size_t count)
{
	if (!text_is(w->set.account_level, "trial") || w->purchase_count + count <= 1)
		return true;
	telnyx_error(a, 403, "10039",
		"A limit for this feature has been reached at this account level.", NULL);
	return false;
}

static bool are_profiles_known(struct world *w, struct ask *ask, struct answer *a)
{
	char connection[64];
	if (json_text_or_number(ask->json, "connection_id", connection, sizeof(connection)) &&
		!telnyx_knows_connection(w, connection)) {
		telnyx_error(a, 422, "85004", "The connection id provided is invalid.",
			"/connection_id");
		return false;
	}
	const char *profile = json_text_set(ask->json, "messaging_profile_id");
	if (profile != NULL && !settings_list_has(w->set.messaging_profiles, profile)) {
		telnyx_error(a, 422, "85005", "The messaging profile id provided is invalid.",
			"/messaging_profile_id");
		return false;
	}
	return true;
}

static bool is_affordable(struct world *w, struct answer *a, const uint64_t *digits, size_t count)
{
	int64_t sum = 0;
	for (size_t i = 0; i < count; i++) {
		int64_t upfront, monthly;
		settings_price(&w->set, digits[i], &upfront, &monthly);
		sum += upfront + monthly;
	}
	if (world_afford(w, sum))
		return true;
	telnyx_error(a, 402, "20100", "You do not have enough funds to perform this action.", NULL);
	return false;
}

static bool may_buy(
	struct world *w, struct ask *ask, struct answer *a, const uint64_t *digits, size_t count)
{
	return telnyx_may_spend(w, a) && is_within_level(w, a, count) &&
	       are_profiles_known(w, ask, a) && are_for_sale(w, ask, a, digits, count) &&
	       is_affordable(w, a, digits, count);
}

void telnyx_order_create(struct world *w, struct ask *ask, struct answer *a)
{
	uint64_t digits[TELNYX_NUMBERS_MAX];
	size_t count;
	if (!telnyx_read_numbers(w, ask, a, digits, &count, TELNYX_NUMBERS_MAX) ||
		!may_buy(w, ask, a, digits, count))
		return;
	answer_order(a, telnyx_order_make(w, ask, digits, count, "number_orders"));
}

/* POST /phone_numbers {"phone_number":"+1…"} as it is described in old
 * projects: the number is ours at once. */
void telnyx_buy_direct(struct world *w, struct ask *ask, struct answer *a)
{
	if (!ask_read_json(ask)) {
		telnyx_error(a, 400, "10023", "The supplied JSON is invalid.", NULL);
		return;
	}
	const char *number = json_text(ask->json, "phone_number");
	uint64_t digits = e164_read(number);
	if (digits == 0) {
		telnyx_error(a, 422, number ? "10016" : "10015",
			number ? "The specified phone number parameter must be in +E.164 format."
			       : "must be present",
			"/phone_number");
		return;
	}
	if (!may_buy(w, ask, a, &digits, 1))
		return;
	if (world_owned(w, digits) != NULL) {
		telnyx_gone(w, a, number);
		return;
	}
	struct number *n = world_number_new(w, digits, json_text(ask->json, "customer_reference"));
	struct purchase p = {.digits = digits,
		.method = "phone_numbers",
		.status = "success",
		.at_ms = w->now_ms,
		.reference = world_copy(n->reference)};
	(void)json_text_or_number(
		ask->json, "connection_id", n->connection_id, sizeof(n->connection_id));
	n->status = NUMBER_ACTIVE;
	n->active_ms = w->now_ms;
	settings_price(&w->set, digits, &p.upfront, &p.monthly);
	(void)world_purchase(w, &p);
	release_reservation(w, digits);
	wire_open(&a->body, NULL, '{');
	telnyx_number_write(&a->body, "data", w, n);
	wire_end(&a->body, '}');
}

/* Reading back */

struct order_filter {
	const char *status, *reference, *requirements;
	int64_t count, after_ms, before_ms;
};

static void read_filter(const struct ask *ask, struct order_filter *f)
{
	const char *after = ask_query(ask, "filter[created_at][gt]");
	const char *before = ask_query(ask, "filter[created_at][lt]");
	*f = (struct order_filter){
		.status = ask_query(ask, "filter[status]"),
		.reference = ask_query(ask, "filter[customer_reference]"),
		.requirements = ask_query(ask, "filter[requirements_met]"),
		.count = ask_query_int(ask, "filter[phone_numbers_count]", -1),
		.after_ms = INT64_MIN,
		.before_ms = INT64_MAX,
	};
	if (after != NULL)
		(void)clock_parse(after, &f->after_ms);
	if (before != NULL)
		(void)clock_parse(before, &f->before_ms);
}

static bool passes(const struct world *w, const struct order_filter *f, const struct order *o)
{
	return w->now_ms >= o->created_ms + w->set.order_visible_ms &&
	       (f->status == NULL || text_is(f->status, o->status)) &&
	       (f->reference == NULL || text_is(f->reference, o->reference)) &&
	       !text_is(f->requirements, "false") &&
	       (f->count < 0 || (size_t)f->count == o->line_count) && o->created_ms > f->after_ms &&
	       o->created_ms < f->before_ms;
}

static void find_orders(struct world *w, const struct ask *ask, struct list *found)
{
	struct order_filter f;
	read_filter(ask, &f);
	if (telnyx_flickers(w))
		return;
	if (f.reference != NULL) {
		struct order *o = map_find(&w->orders_by_reference, map_hash(f.reference));
		for (; o != NULL; o = o->next_same_reference)
			if (passes(w, &f, o))
				list_add(found, o);
		return;
	}
	for (size_t i = w->orders.count; i > 0; i--)
		if (passes(w, &f, w->orders.items[i - 1]))
			list_add(found, w->orders.items[i - 1]);
}

void telnyx_order_list(struct world *w, struct ask *ask, struct answer *a)
{
	struct list found = {0};
	find_orders(w, ask, &found);
	struct page page = telnyx_page(ask, found.count, 20);
	wire_open(&a->body, NULL, '{');
	wire_open(&a->body, "data", '[');
	for (size_t i = page.first; i < page.end; i++)
		telnyx_order_write(&a->body, NULL, found.items[i]);
	wire_close(&a->body, ']');
	telnyx_page_meta(&a->body, &page);
	wire_end(&a->body, '}');
	list_done(&found);
}

static struct order *find_order(struct world *w, const char *id)
{
	struct order *o = map_find(&w->order_by_id, map_hash(id));
	return o != NULL && text_is(o->id, id) ? o : NULL;
}

void telnyx_order_get(struct world *w, struct ask *ask, struct answer *a)
{
	struct order *o = find_order(w, ask->id[0]);
	if (o == NULL)
		telnyx_not_found(a);
	else
		answer_order(a, o);
}

static void unlink_reference(struct world *w, struct order *o)
{
	if (o->reference == NULL)
		return;
	uint64_t key = map_hash(o->reference);
	struct order *at = map_find(&w->orders_by_reference, key);
	if (at == o)
		map_keep(&w->orders_by_reference, key, o->next_same_reference);
	while (at != NULL && at != o && at->next_same_reference != o)
		at = at->next_same_reference;
	if (at != NULL && at != o)
		at->next_same_reference = o->next_same_reference;
	o->next_same_reference = NULL;
	free(o->reference);
	o->reference = NULL;
}

void telnyx_order_patch(struct world *w, struct ask *ask, struct answer *a)
{
	struct order *o = find_order(w, ask->id[0]);
	if (o == NULL) {
		telnyx_not_found(a);
		return;
	}
	if (!ask_read_json(ask)) {
		telnyx_error(a, 400, "10023", "The supplied JSON is invalid.", NULL);
		return;
	}
	const char *reference = json_text_set(ask->json, "customer_reference");
	if (reference != NULL) {
		unlink_reference(w, o);
		o->reference = must_strdup(reference);
		uint64_t key = map_hash(reference);
		o->next_same_reference = map_find(&w->orders_by_reference, key);
		map_keep(&w->orders_by_reference, key, o);
	}
	o->updated_ms = w->now_ms;
	answer_order(a, o);
}
