/* Owned numbers: list, read, change, release, and "is this mine?". */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sim/telnyx.h"
#include "sim/wire.h"

const char *telnyx_number_status(const struct number *n)
{
	switch (n->status) {
	case NUMBER_PENDING:
		return "purchase-pending";
	case NUMBER_ACTIVE:
		return "active";
	case NUMBER_FAILED:
		return "purchase-failed";
	case NUMBER_DELETED:
		return "deleted";
	}
	return "";
}

static const char *connection_name(const struct world *w, const char *id)
{
	size_t i;
	json_t *connection;
	json_array_foreach(w->set.connections, i,
		connection) if (text_is(json_text(connection, "id"),
					id)) return json_text(connection, "connection_name");
	return NULL;
}

static void write_id(struct str *s, const struct number *n)
{
	str_addf(s, "\"id\":\"%llu\",", (unsigned long long)n->id);
}

/* What the full and the slim record share. */
static void write_common(struct str *s, const struct number *n)
{
	char number[E164_BYTES];
	e164_write(n->digits, number);
	wire_string(s, "phone_number", number);
	wire_string(s, "country_iso_alpha2", inventory_country(n->digits));
	wire_string(s, "phone_number_type", inventory_type(n->digits));
	wire_string(s, "status", telnyx_number_status(n));
	wire_text(s, "external_pin", n->external_pin);
	wire_text(s, "connection_id", n->connection_id);
	wire_text(s, "customer_reference", n->reference);
	wire_text(s, "billing_group_id", n->billing_group_id);
	str_add(s, "\"emergency_enabled\":false,\"emergency_address_id\":null,"
		   "\"emergency_status\":\"disabled\",\"call_forwarding_enabled\":true,"
		   "\"cnam_listing_enabled\":false,\"caller_id_name_enabled\":false,"
		   "\"call_recording_enabled\":false,\"t38_fax_gateway_enabled\":true,"
		   "\"inbound_call_screening\":\"disabled\",");
	wire_bool(s, "hd_voice_enabled", n->hd_voice);
	wire_time(s, "purchased_at", n->created_ms, WIRE_TIME_S);
	wire_time(s, "activated_at", n->active_ms, WIRE_TIME_MS);
	wire_time(s, "created_at", n->created_ms, WIRE_TIME_MS);
	wire_time(s, "updated_at", n->updated_ms, WIRE_TIME_MS);
}

void telnyx_number_write(
	struct str *s, const char *name, const struct world *w, const struct number *n)
{
	wire_open(s, name, '{');
	write_id(s, n);
	wire_string(s, "record_type", "phone_number");
	write_common(s, n);
	str_add(s, "\"tags\":");
	if (n->tags != NULL)
		json_write(n->tags, s);
	else
		str_add(s, "[]");
	str_add_char(s, ',');
	wire_text(s, "connection_name", connection_name(w, n->connection_id));
	str_add(s, "\"messaging_profile_id\":null,\"messaging_profile_name\":null,");
	wire_bool(s, "deletion_lock_enabled", n->deletion_lock);
	wire_string(s, "source_type", "number_order");
	wire_close(s, '}');
}

static void write_slim(
	struct str *s, const char *name, const struct world *w, const struct number *n)
{
	(void)w;
	wire_open(s, name, '{');
	write_id(s, n);
	wire_string(s, "record_type", "phone_number_slim");
	write_common(s, n);
	wire_close(s, '}');
}

static void answer_number(struct world *w, struct answer *a, const struct number *n)
{
	wire_open(&a->body, NULL, '{');
	telnyx_number_write(&a->body, "data", w, n);
	wire_end(&a->body, '}');
}

/* Only the decimal id names a number; an order line's UUID finds nothing. */
static struct number *find_number(struct world *w, const char *id)
{
	int64_t value;
	if (!text_is_digits(id) || !text_to_int(id, 1, INT64_MAX, &value))
		return NULL;
	struct number *n = map_find(&w->number_by_id, (uint64_t)value);
	return n != NULL && world_is_visible(w, n) ? n : NULL;
}

/* Lists */

struct filter {
	const char *digits, *status, *connection, *reference, *tag, *type, *country, *source;
};

/* filter[phone_number] is a substring of the digits.  Non-digits find nothing,
 * save a leading '+', which has been seen to work. */
static void read_filter(const struct ask *ask, struct filter *f)
{
	*f = (struct filter){
		.digits = ask_query(ask, "filter[phone_number]"),
		.status = ask_query(ask, "filter[status]"),
		.connection = ask_query(ask, "filter[connection_id]"),
		.reference = ask_query(ask, "filter[customer_reference]"),
		.tag = ask_query(ask, "filter[tag]"),
		.type = ask_query(ask, "filter[number_type][eq]"),
		.country = ask_query(ask, "filter[country_iso_alpha2]"),
		.source = ask_query(ask, "filter[source]"),
	};
	if (f->digits != NULL && *f->digits == '+')
		f->digits++;
}

static bool passes(const struct world *w, const struct filter *f, const struct number *n)
{
	char number[E164_BYTES];
	if (!world_is_visible(w, n))
		return false;
	if (f->digits != NULL) {
		e164_write(n->digits, number);
		if (strlen(f->digits) < 3 || strstr(number + 1, f->digits) == NULL)
			return false;
	}
	return (f->status == NULL || text_is(f->status, telnyx_number_status(n))) &&
	       (f->connection == NULL || text_is(f->connection, n->connection_id)) &&
	       (f->reference == NULL || text_is(f->reference, n->reference)) &&
	       (f->tag == NULL || settings_list_has(n->tags, f->tag)) &&
	       (f->type == NULL || text_is(f->type, inventory_type(n->digits))) &&
	       (f->country == NULL || text_is(f->country, inventory_country(n->digits))) &&
	       !text_is(f->source, "ported");
}

/* Whole numbers and references are looked up; anything else is a walk, newest
 * first. */
static void find_numbers(struct world *w, const struct ask *ask, struct list *found)
{
	struct filter f;
	int64_t whole;
	read_filter(ask, &f);
	if (telnyx_flickers(w))
		return;
	if (f.digits != NULL && strlen(f.digits) == 11 && f.digits[0] == '1' &&
		text_to_int(f.digits, 1, INT64_MAX, &whole)) {
		struct number *n = map_find(&w->number_by_digits, (uint64_t)whole);
		if (n != NULL && passes(w, &f, n))
			list_add(found, n);
		return;
	}
	if (f.reference != NULL) {
		struct number *n = map_find(&w->numbers_by_reference, map_hash(f.reference));
		for (; n != NULL; n = n->next_same_reference)
			if (passes(w, &f, n))
				list_add(found, n);
		return;
	}
	for (size_t i = w->numbers.count; i > 0; i--)
		if (passes(w, &f, w->numbers.items[i - 1]))
			list_add(found, w->numbers.items[i - 1]);
}

static void list(struct world *w, struct ask *ask, struct answer *a,
	void (*write)(
		struct str *s, const char *name, const struct world *w, const struct number *n))
{
	struct list found = {0};
	find_numbers(w, ask, &found);
	struct page page = telnyx_page(ask, found.count, 20);
	wire_open(&a->body, NULL, '{');
	wire_open(&a->body, "data", '[');
	for (size_t i = page.first; i < page.end; i++)
		write(&a->body, NULL, w, found.items[i]);
	wire_close(&a->body, ']');
	telnyx_page_meta(&a->body, &page);
	wire_end(&a->body, '}');
	list_done(&found);
}

void telnyx_number_list(struct world *w, struct ask *ask, struct answer *a)
{
	list(w, ask, a, telnyx_number_write);
}

void telnyx_number_slim(struct world *w, struct ask *ask, struct answer *a)
{
	list(w, ask, a, write_slim);
}

void telnyx_number_get(struct world *w, struct ask *ask, struct answer *a)
{
	struct number *n = find_number(w, ask->id[0]);
	if (n == NULL)
		telnyx_not_found(a);
	else
		answer_number(w, a, n);
}

/* Changes */

static void take_text(const json_t *j, const char *name, char *to, size_t to_bytes)
{
	if (json_at(j, name) != NULL)
		(void)text_copy(to, to_bytes, json_text(j, name));
}

/* messaging_profile_id, deletion_lock_enabled and anything unknown are ignored
 * without a word: that call is not where they are set. */
void telnyx_number_patch(struct world *w, struct ask *ask, struct answer *a)
{
	struct number *n = find_number(w, ask->id[0]);
	if (n == NULL) {
		telnyx_not_found(a);
		return;
	}
	if (!ask_read_json(ask)) {
		telnyx_error(a, 400, "10023", "The supplied JSON is invalid.", NULL);
		return;
	}
	const json_t *j = ask->json;
	char connection[24] = "";
	(void)json_text_or_number(j, "connection_id", connection, sizeof(connection));
	if (*connection != '\0' && !telnyx_knows_connection(w, connection)) {
		telnyx_error(a, 422, "85004", "The connection id provided is invalid.",
			"/connection_id");
		return;
	}
	if (json_at(j, "connection_id") != NULL)
		TEXT_COPY(n->connection_id, connection);
	take_text(j, "external_pin", n->external_pin, sizeof(n->external_pin));
	take_text(j, "billing_group_id", n->billing_group_id, sizeof(n->billing_group_id));
	take_text(j, "address_id", n->address_id, sizeof(n->address_id));
	n->hd_voice = json_bool(j, "hd_voice_enabled", n->hd_voice);
	if (json_is_array(json_at(j, "tags"))) {
		json_decref(n->tags);
		n->tags = json_deep_copy(json_at(j, "tags"));
	}
	if (json_at(j, "customer_reference") != NULL)
		world_number_rename(w, n, json_text(j, "customer_reference"));
	n->updated_ms = w->now_ms;
	answer_number(w, a, n);
}

/* An order of which every number is gone reads "deleted". */
static void mark_order(struct order *o)
{
	for (size_t i = 0; i < o->line_count; i++)
		if (o->lines[i].number == NULL || o->lines[i].number->status != NUMBER_DELETED)
			return;
	o->status = "deleted";
	for (size_t i = 0; i < o->sub_count; i++)
		o->subs[i].status = "deleted";
}

static bool is_just_made(const struct world *w, const struct number *n)
{
	return n->status == NUMBER_PENDING || w->now_ms < n->active_ms + w->set.release_refuse_ms;
}

void telnyx_number_delete(struct world *w, struct ask *ask, struct answer *a)
{
	struct number *n = find_number(w, ask->id[0]);
	if (n == NULL) {
		telnyx_not_found(a);
		return;
	}
	if (n->deletion_lock) {
		telnyx_error(a, 422, "10021",
			"The phone number can not be removed while its deletion lock is enabled.",
			NULL);
		return;
	}
	if (is_just_made(w, n)) {
		telnyx_error(a, 422, "10036",
			"The phone number is still being provisioned and cannot yet be deleted.",
			NULL);
		return;
	}
	n->status = NUMBER_DELETED;
	n->deleted_ms = n->updated_ms = w->now_ms;
	if (n->order != NULL)
		mark_order(n->order);
	answer_number(w, a, n);
}

/* Found: owned, visible and in an editable state, which purchase-pending is
 * not taken to be. */
void telnyx_number_verify(struct world *w, struct ask *ask, struct answer *a)
{
	if (!ask_read_json(ask)) {
		telnyx_error(a, 400, "10023", "The supplied JSON is invalid.", NULL);
		return;
	}
	const json_t *asked = json_at(ask->json, "phone_numbers");
	size_t count = json_count(asked);
	if (count == 0 || count > TELNYX_NUMBERS_MAX) {
		telnyx_error(a, 422, "10015",
			count == 0 ? "must be present" : "1000 numbers is the maximum allowed.",
			"/phone_numbers");
		return;
	}
	struct str missing;
	str_init(&missing, ASK_ANSWER_MAX_BYTES);
	wire_open(&missing, "not_found", '[');
	wire_open(&a->body, NULL, '{');
	wire_open(&a->body, "data", '{');
	wire_string(&a->body, "record_type", "number_ownership_verification");
	wire_open(&a->body, "found", '[');
	for (size_t i = 0; i < count; i++) {
		const char *text = json_string_value(json_array_get(asked, i));
		struct number *n = text ? map_find(&w->number_by_digits, e164_read(text)) : NULL;
		if (n == NULL || n->status != NUMBER_ACTIVE || !world_is_visible(w, n)) {
			wire_string(&missing, NULL, text ? text : "");
			continue;
		}
		wire_open(&a->body, NULL, '{');
		wire_string(&a->body, "number_val_e164", text);
		write_id(&a->body, n);
		wire_close(&a->body, '}');
	}
	wire_close(&a->body, ']');
	wire_close(&missing, ']');
	str_add(&a->body, missing.text);
	str_done(&missing);
	wire_close(&a->body, '}');
	wire_end(&a->body, '}');
}

/* Voice settings */

static void answer_voice(struct answer *a, const struct number *n)
{
	char number[E164_BYTES], id[24];
	e164_write(n->digits, number);
	text_format(id, sizeof(id), "%llu", (unsigned long long)n->id);
	JSON_AUTO v = json_pack("{s:s,s:s,s:s,s:b,s:s,s:s,s:s,"
				"s:{s:b,s:s,s:s},s:{s:b,s:s},s:{s:b,s:b,s:b},"
				"s:{s:b,s:s,s:s}}",
		"id", id, "record_type", "voice_settings", "phone_number", number,
		"tech_prefix_enabled", 0, "translated_number", "", "usage_payment_method",
		"pay-per-minute", "inbound_call_screening", "disabled", "call_forwarding",
		"call_forwarding_enabled", 1, "forwards_to", "", "forwarding_type", "always",
		"cnam_listing", "cnam_listing_enabled", 0, "cnam_listing_details", "",
		"media_features", "rtp_auto_adjust_enabled", 1, "accept_any_rtp_packets_enabled", 0,
		"t38_fax_gateway_enabled", 1, "call_recording", "inbound_call_recording_enabled", 0,
		"inbound_call_recording_format", "wav", "inbound_call_recording_channels",
		"single");
	must(v != NULL);
	json_object_set_new(v, "connection_id", json_string_or_null(n->connection_id));
	json_object_set_new(v, "customer_reference", json_string_or_null(n->reference));
	if (n->voice != NULL)
		json_object_update(v, n->voice);
	str_add(&a->body, "{\"data\":");
	json_write(v, &a->body);
	str_add_char(&a->body, '}');
}

void telnyx_voice_get(struct world *w, struct ask *ask, struct answer *a)
{
	struct number *n = find_number(w, ask->id[0]);
	if (n == NULL)
		telnyx_not_found(a);
	else
		answer_voice(a, n);
}

/* connection_id is read-only here, and ignored. */
void telnyx_voice_patch(struct world *w, struct ask *ask, struct answer *a)
{
	static const char *const writable[] = {"tech_prefix_enabled", "translated_number",
		"usage_payment_method", "caller_id_name_enabled", "call_forwarding", "cnam_listing",
		"call_recording", "media_features", "inbound_call_screening"};
	struct number *n = find_number(w, ask->id[0]);
	if (n == NULL) {
		telnyx_not_found(a);
		return;
	}
	if (!ask_read_json(ask)) {
		telnyx_error(a, 400, "10023", "The supplied JSON is invalid.", NULL);
		return;
	}
	if (n->voice == NULL)
		n->voice = json_object();
	for (size_t i = 0; i < COUNT_OF(writable); i++)
		if (json_at(ask->json, writable[i]) != NULL)
			json_object_set(n->voice, writable[i], json_at(ask->json, writable[i]));
	n->updated_ms = w->now_ms;
	answer_voice(a, n);
}
