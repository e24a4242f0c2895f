/* Number reservations: free, exclusive, short. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/text.h"
#include "sim/telnyx.h"
#include "sim/wire.h"

static const char *line_status(const struct reserved_line *line)
{
	return line->is_held ? "success" : "failure";
}

/* All held, none, or some: the documentation calls the last partial_success. */
static const char *status_of(const struct reservation *r)
{
	size_t held = 0;
	for (size_t i = 0; i < r->line_count; i++)
		held += r->lines[i].is_held;
	return held == r->line_count ? "success" : held == 0 ? "failure" : "partial_success";
}

static void write_line(struct str *s, const struct reservation *r, const struct reserved_line *line)
{
	char number[E164_BYTES];
	e164_write(line->digits, number);
	wire_open(s, NULL, '{');
	wire_string(s, "id", line->id);
	wire_string(s, "record_type", "reserved_phone_number");
	wire_string(s, "phone_number", number);
	wire_string(s, "status", line_status(line));
	wire_string(s, "errors", line->errors);
	wire_time(s, "created_at", r->created_ms, WIRE_TIME_US);
	wire_time(s, "updated_at", r->updated_ms, WIRE_TIME_US);
	wire_time(s, "expired_at", line->is_held ? line->expires_ms : 0, WIRE_TIME_US);
	wire_close(s, '}');
}

static void write_reservation(struct str *s, const char *name, const struct reservation *r)
{
	wire_open(s, name, '{');
	wire_string(s, "id", r->id);
	wire_string(s, "record_type", "number_reservation");
	wire_string(s, "status", status_of(r));
	wire_text(s, "customer_reference", r->reference);
	wire_open(s, "phone_numbers", '[');
	for (size_t i = 0; i < r->line_count; i++)
		write_line(s, r, &r->lines[i]);
	wire_close(s, ']');
	wire_string(s, "errors", "");
	wire_time(s, "created_at", r->created_ms, WIRE_TIME_US);
	wire_time(s, "updated_at", r->updated_ms, WIRE_TIME_US);
	wire_close(s, '}');
}

static void answer_reservation(struct answer *a, const struct reservation *r)
{
	wire_open(&a->body, NULL, '{');
	write_reservation(&a->body, "data", r);
	wire_end(&a->body, '}');
}

static bool is_allowed(struct world *w, struct answer *a)
{
	if (!text_is(w->set.account_level, "trial") && !text_is(w->set.account_level, "paid"))
		return telnyx_may_spend(w, a);
	telnyx_error(a, 403, "10038",
		"This feature is not permitted at this account level. Refer to "
		"https://telnyx.com/upgrade.",
		NULL);
	return false;
}

static size_t active_count(const struct world *w)
{
	size_t active = 0;
	for (size_t i = 0; i < w->reservations.count; i++) {
		const struct reservation *r = w->reservations.items[i];
		for (size_t k = 0; k < r->line_count; k++)
			active += r->lines[k].is_held && r->lines[k].expires_ms > w->now_ms;
	}
	return active;
}

static bool is_within_limit(struct world *w, struct answer *a, size_t more)
{
	if (w->set.reservation_limit == 0 ||
		active_count(w) + more <= (size_t)w->set.reservation_limit)
		return true;
	telnyx_error(a, 422, "85007", "You have too many active phone number reservations.", NULL);
	return false;
}

/* Why this number cannot be held; "" when it can. */
static const char *obstacle(struct world *w, uint64_t digits)
{
	char number[E164_BYTES];
	e164_write(digits, number);
	if (world_reserved(w, digits) != NULL || settings_list_has(w->set.held_by_others, number))
		return "Number is already on hold";
	if (!inventory_is_free(w, digits))
		return "Number is not available";
	return inventory_is_reservable(w, digits) ? "" : "Number is not reservable";
}

static bool has_no_conflict(struct world *w, struct answer *a, const uint64_t *digits, size_t count)
{
	for (size_t i = 0; i < count && text_is(w->set.reservation_conflict, "error"); i++) {
		char number[E164_BYTES], detail[128];
		if (!text_starts(obstacle(w, digits[i]), "Number is already"))
			continue;
		e164_write(digits[i], number);
		text_format(
			detail, sizeof(detail), "The phone number %s is already reserved.", number);
		telnyx_error(a, 422, "85006", detail, "/phone_numbers");
		return false;
	}
	return true;
}

static struct reservation *make(
	struct world *w, const struct ask *ask, const uint64_t *digits, size_t count)
{
	struct reservation *r = must_calloc(1, sizeof(*r));
	world_uuid(w, r->id);
	r->reference = world_copy(json_text(ask->json, "customer_reference"));
	r->created_ms = r->updated_ms = w->now_ms;
	r->lines = must_calloc(count, sizeof(*r->lines));
	r->line_count = count;
	for (size_t i = 0; i < count; i++) {
		struct reserved_line *line = &r->lines[i];
		world_uuid(w, line->id);
		line->digits = digits[i];
		line->errors = obstacle(w, digits[i]);
		line->is_held = *line->errors == '\0';
		line->expires_ms = w->now_ms + w->set.reservation_ms;
		if (line->is_held)
			map_keep(&w->held_line_by_digits, line->digits, line);
	}
	list_add(&w->reservations, r);
	map_keep(&w->reservation_by_id, map_hash(r->id), r);
	if (r->reference != NULL) {
		uint64_t key = map_hash(r->reference);
		r->next_same_reference = map_find(&w->reservations_by_reference, key);
		map_keep(&w->reservations_by_reference, key, r);
	}
	return r;
}

void telnyx_reserve_create(struct world *w, struct ask *ask, struct answer *a)
{
	uint64_t digits[TELNYX_NUMBERS_MAX];
	size_t count;
	if (!is_allowed(w, a) ||
		!telnyx_read_numbers(w, ask, a, digits, &count, TELNYX_NUMBERS_MAX) ||
		!is_within_limit(w, a, count) || !has_no_conflict(w, a, digits, count))
		return;
	answer_reservation(a, make(w, ask, digits, count));
}

static struct reservation *find_reservation(struct world *w, const char *id)
{
	struct reservation *r = map_find(&w->reservation_by_id, map_hash(id));
	return r != NULL && text_is(r->id, id) ? r : NULL;
}

void telnyx_reserve_get(struct world *w, struct ask *ask, struct answer *a)
{
	struct reservation *r = find_reservation(w, ask->id[0]);
	if (r == NULL)
		telnyx_not_found(a);
	else
		answer_reservation(a, r);
}

/* Thirty minutes more for every number still held. */
void telnyx_reserve_extend(struct world *w, struct ask *ask, struct answer *a)
{
	struct reservation *r = find_reservation(w, ask->id[0]);
	size_t live = 0;
	if (r == NULL) {
		telnyx_not_found(a);
		return;
	}
	if (r->extended >= w->set.reservation_extensions) {
		telnyx_error(a, 422, "85008", "The reservation cannot be extended any more.", NULL);
		return;
	}
	for (size_t i = 0; i < r->line_count; i++) {
		struct reserved_line *line = &r->lines[i];
		if (!line->is_held || line->expires_ms <= w->now_ms)
			continue;
		line->expires_ms += w->set.reservation_ms;
		live++;
	}
	if (live == 0) {
		telnyx_error(a, 422, "10015", "The reservation has expired.", NULL);
		return;
	}
	r->extended++;
	r->updated_ms = w->now_ms;
	answer_reservation(a, r);
}

struct filter {
	const char *status, *reference;
	uint64_t digits;
	int64_t after_ms, before_ms;
};

static bool has_number(const struct reservation *r, uint64_t digits)
{
	for (size_t i = 0; i < r->line_count; i++)
		if (r->lines[i].digits == digits)
			return true;
	return false;
}

static bool passes(const struct filter *f, const struct reservation *r)
{
	return (f->status == NULL || text_is(f->status, status_of(r))) &&
	       (f->reference == NULL || text_is(f->reference, r->reference)) &&
	       (f->digits == 0 || has_number(r, f->digits)) && r->created_ms > f->after_ms &&
	       r->created_ms < f->before_ms;
}

static void read_filter(const struct ask *ask, struct filter *f)
{
	const char *number = ask_query(ask, "filter[phone_numbers.phone_number]");
	const char *after = ask_query(ask, "filter[created_at][gt]");
	const char *before = ask_query(ask, "filter[created_at][lt]");
	*f = (struct filter){.status = ask_query(ask, "filter[status]"),
		.reference = ask_query(ask, "filter[customer_reference]"),
		.after_ms = INT64_MIN,
		.before_ms = INT64_MAX};
	if (number != NULL) {
		f->digits = e164_read(number);
		f->digits = f->digits != 0 ? f->digits : UINT64_MAX;
	}
	if (after != NULL)
		(void)clock_parse(after, &f->after_ms);
	if (before != NULL)
		(void)clock_parse(before, &f->before_ms);
}

static void find_all(struct world *w, const struct filter *f, struct list *found)
{
	if (f->reference != NULL) {
		struct reservation *r =
			map_find(&w->reservations_by_reference, map_hash(f->reference));
		for (; r != NULL; r = r->next_same_reference)
			if (passes(f, r))
				list_add(found, r);
		return;
	}
	for (size_t i = w->reservations.count; i > 0; i--)
		if (passes(f, w->reservations.items[i - 1]))
			list_add(found, w->reservations.items[i - 1]);
}

void telnyx_reserve_list(struct world *w, struct ask *ask, struct answer *a)
{
	struct list found = {0};
	struct filter f;
	read_filter(ask, &f);
	find_all(w, &f, &found);
	struct page page = telnyx_page(ask, found.count, 20);
	wire_open(&a->body, NULL, '{');
	wire_open(&a->body, "data", '[');
	for (size_t i = page.first; i < page.end; i++)
		write_reservation(&a->body, NULL, found.items[i]);
	wire_close(&a->body, ']');
	telnyx_page_meta(&a->body, &page);
	wire_end(&a->body, '}');
	list_done(&found);
}
