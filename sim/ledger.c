#include "sim/ledger.h"

#include "base/text.h"
#include "sim/telnyx.h"
#include "sim/wire.h"
#include "sim/world.h"

static void write_e164(struct str *s, const char *name, uint64_t digits)
{
	char number[E164_BYTES];
	e164_write(digits, number);
	wire_string(s, name, number);
}

static void write_purchases(const struct world *w, struct str *s)
{
	wire_open(s, "purchases", '[');
	for (size_t i = 0; i < w->purchase_count; i++) {
		const struct purchase *p = &w->purchases[i];
		wire_open(s, NULL, '{');
		write_e164(s, "phone_number", p->digits);
		wire_text(s, "customer_reference", p->reference);
		wire_text(s, "order_id", p->order_id);
		wire_string(s, "method", p->method);
		wire_money(s, "upfront", p->upfront);
		wire_money(s, "monthly", p->monthly);
		wire_time(s, "at", p->at_ms, WIRE_TIME_MS);
		wire_string(s, "status", p->status);
		wire_close(s, '}');
	}
	wire_close(s, ']');
}

static void write_number(struct str *s, const struct number *n)
{
	wire_open(s, NULL, '{');
	write_e164(s, "phone_number", n->digits);
	str_addf(s, "\"id\":\"%llu\",", (unsigned long long)n->id);
	wire_string(s, "status", telnyx_number_status(n));
	wire_text(s, "customer_reference", n->reference);
	wire_text(s, "connection_id", n->connection_id);
	wire_text(s, "order_id", n->order != NULL ? n->order->id : NULL);
	wire_bool(s, "seeded", n->is_seeded);
	wire_time(s, "at", n->deleted_ms ? n->deleted_ms : n->created_ms, WIRE_TIME_MS);
	wire_close(s, '}');
}

static bool is_owned(const struct number *n)
{
	return n->status == NUMBER_PENDING || n->status == NUMBER_ACTIVE;
}

static void write_numbers(const struct world *w, struct str *s)
{
	wire_open(s, "owned", '[');
	for (size_t i = 0; i < w->numbers.count; i++)
		if (is_owned(w->numbers.items[i]))
			write_number(s, w->numbers.items[i]);
	wire_close(s, ']');
	wire_open(s, "released", '[');
	for (size_t i = 0; i < w->numbers.count; i++)
		if (((struct number *)w->numbers.items[i])->status == NUMBER_DELETED)
			write_number(s, w->numbers.items[i]);
	wire_close(s, ']');
}

static void write_imports(const struct world *w, struct str *s, const char *name, bool deleted)
{
	wire_open(s, name, '[');
	for (size_t i = 0; i < w->imports.count; i++) {
		const struct import *one = w->imports.items[i];
		if (one->is_deleted != deleted)
			continue;
		wire_open(s, NULL, '{');
		wire_string(s, "id", one->id);
		write_e164(s, "number", one->digits);
		wire_text(s, "credential_id", json_text(one->fields, "credentialId"));
		wire_text(s, "assistant_id", json_text(one->fields, "assistantId"));
		wire_text(s, "name", json_text(one->fields, "name"));
		wire_close(s, '}');
	}
	wire_close(s, ']');
}

static void write_reservations(const struct world *w, struct str *s)
{
	wire_open(s, "reservations", '[');
	for (size_t i = 0; i < w->reservations.count; i++) {
		const struct reservation *r = w->reservations.items[i];
		for (size_t k = 0; k < r->line_count; k++) {
			const struct reserved_line *line = &r->lines[k];
			bool is_live = line->is_held && line->expires_ms > w->now_ms;
			wire_open(s, NULL, '{');
			wire_string(s, "id", r->id);
			write_e164(s, "phone_number", line->digits);
			wire_text(s, "customer_reference", r->reference);
			wire_string(s, "status",
				is_live         ? "held"
				: line->is_held ? "ended"
						: "refused");
			wire_time(s, "expired_at", line->expires_ms, WIRE_TIME_MS);
			wire_close(s, '}');
		}
	}
	wire_close(s, ']');
}

static void write_requests(const struct world *w, struct str *s)
{
	wire_open(s, "requests", '{');
	for (size_t i = 0; i < w->request_counts.count; i++) {
		const struct request_count *c = w->request_counts.items[i];
		wire_int(s, c->name, c->count);
	}
	wire_close(s, '}');
}

static void write_counts(const struct world *w, struct str *s)
{
	int64_t owned = 0, released = 0, imports = 0;
	for (size_t i = 0; i < w->numbers.count; i++) {
		owned += is_owned(w->numbers.items[i]);
		released += ((struct number *)w->numbers.items[i])->status == NUMBER_DELETED;
	}
	for (size_t i = 0; i < w->imports.count; i++)
		imports += !((struct import *)w->imports.items[i])->is_deleted;
	wire_open(s, "counts", '{');
	wire_int(s, "purchases", (int64_t)w->purchase_count);
	wire_int(s, "owned", owned);
	wire_int(s, "released", released);
	wire_int(s, "imports", imports);
	wire_int(s, "orders", (int64_t)w->orders.count);
	wire_int(s, "reservations", (int64_t)w->reservations.count);
	wire_close(s, '}');
}

void ledger_write(const struct world *w, bool is_brief, struct str *to)
{
	wire_open(to, NULL, '{');
	if (!is_brief) {
		write_purchases(w, to);
		write_numbers(w, to);
		write_imports(w, to, "imports", false);
		write_imports(w, to, "imports_deleted", true);
		write_reservations(w, to);
	}
	write_counts(w, to);
	wire_money(to, "spent", w->spent);
	wire_money(to, "balance", w->balance);
	wire_string(to, "currency", w->set.currency);
	write_requests(w, to);
	wire_open(to, "webhooks", '{');
	wire_int(to, "sent", w->webhooks_sent);
	wire_int(to, "acknowledged", w->webhooks_acknowledged);
	wire_int(to, "failed", w->webhooks_failed);
	wire_close(to, '}');
	wire_time(to, "now", w->now_ms, WIRE_TIME_MS);
	wire_end(to, '}');
}
