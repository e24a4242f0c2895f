/* Orders, purchases and reservations, read from Telnyx's answers. */
#include "carrier/telnyx_wire.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"

#define RESERVED_FOR_MS (30 * 60 * 1000) /* when the answer does not say until when */

/* The documentation and the specification list different words: an open set. */
static enum carrier_order_status status_of(const char *word)
{
	static const char *const ended[] = {
		"failure", "failed", "cancelled", "canceled", "deleted"};
	if (text_is(word, "success"))
		return CARRIER_ORDER_SUCCESS;
	if (text_is(word, "pending"))
		return CARRIER_ORDER_PENDING;
	for (size_t i = 0; i < COUNT_OF(ended); i++)
		if (text_is(word, ended[i]))
			return CARRIER_ORDER_ENDED;
	return CARRIER_ORDER_UNKNOWN;
}

/* Of several orders under one reference (a gateway sent ours twice) the one
 * that may have sold the number counts. */
static int weight(enum carrier_order_status status)
{
	switch (status) {
	case CARRIER_ORDER_NONE:
		return 0;
	case CARRIER_ORDER_ENDED:
		return 1;
	case CARRIER_ORDER_UNKNOWN:
		return 2;
	case CARRIER_ORDER_PENDING:
		return 3;
	case CARRIER_ORDER_SUCCESS:
		return 4;
	}
	must(!"a status of the enum");
	return 0;
}

/* How often the record lists this number. */
static size_t times_listed(const json_t *record, const char *number)
{
	const json_t *lines = json_at(record, "phone_numbers");
	size_t times = 0;
	for (size_t i = 0; i < json_count(lines); i++)
		times += text_is(json_text(json_array_get(lines, i), "phone_number"), number);
	return times;
}

static const char *sole_number(const json_t *record)
{
	const json_t *lines = json_at(record, "phone_numbers");
	const char *number = json_text(json_array_get(lines, 0), "phone_number");
	return json_count(lines) == 1 && text_is_e164(number) ? number : "";
}

static bool take_order(const json_t *record, struct answer *a)
{
	const char *id = json_text_set(record, "id");
	if (id == NULL || strlen(id) >= sizeof(a->order_id))
		return false;
	a->order_status = status_of(json_text(record, "status"));
	text_one_line(a->status_word, sizeof(a->status_word), json_text(record, "status"));
	TEXT_COPY(a->order_id, id);
	TEXT_COPY(a->number, sole_number(record));
	return true;
}

/* More rows than these?  The page count where it is told; else a full page. */
bool telnyx_has_more(const json_t *root, size_t rows, size_t page_rows)
{
	int64_t pages = json_int(root, "meta.total_pages", -1);
	int64_t page = json_int(root, "meta.page_number", -1);
	if (pages >= 0 && page >= 1)
		return page < pages;
	return rows >= page_rows;
}

void telnyx_read_orders(const struct http_reply *reply, const char *reference, const char *number,
	struct answer *a, bool *ret_has_more)
{
	char doing[96];
	text_format(doing, sizeof(doing), "could not look for order %s", reference);
	*ret_has_more = false;
	JSON_AUTO root = telnyx_hear(TELNYX_READ, reply, doing, a);
	if (root == NULL)
		return;
	const json_t *rows = json_at(root, "data");
	if (!json_is_array(rows)) {
		telnyx_not_understood(TELNYX_READ, doing, "no list of orders", a);
		return;
	}
	for (size_t i = 0; i < json_count(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		enum carrier_order_status status = status_of(json_text(row, "status"));
		bool is_ours = text_is(json_text(row, "customer_reference"), reference);
		if (!is_ours || weight(status) <= weight(a->order_status))
			continue;
		bool names_other = number[0] != '\0' &&
				   json_count(json_at(row, "phone_numbers")) > 0 &&
				   times_listed(row, number) == 0;
		if (names_other || !take_order(row, a)) {
			telnyx_answer_init(a);
			telnyx_not_understood(TELNYX_READ, doing,
				names_other ? "the order names another number"
					    : "an order without an id",
				a);
			return;
		}
	}
	*ret_has_more = a->order_status == CARRIER_ORDER_NONE &&
			telnyx_has_more(root, json_count(rows), TELNYX_LIST_ROWS);
}

int telnyx_read_all_orders(const struct http_reply *reply, struct carrier_order *orders, int most,
	struct answer *a, bool *ret_has_more)
{
	const char *doing = "could not list the account's orders";
	int count = 0;
	*ret_has_more = false;
	JSON_AUTO root = telnyx_hear(TELNYX_READ, reply, doing, a);
	if (root == NULL)
		return 0;
	const json_t *rows = json_at(root, "data");
	if (!json_is_array(rows)) {
		telnyx_not_understood(TELNYX_READ, doing, "no list of orders", a);
		return 0;
	}
	for (size_t i = 0; i < json_count(rows) && count < most; i++) {
		const json_t *row = json_array_get(rows, i);
		struct carrier_order *o = &orders[count];
		const char *reference = json_text_set(row, "customer_reference");
		const char *id = json_text_set(row, "id");
		*o = (struct carrier_order){.status = status_of(json_text(row, "status"))};
		if (reference == NULL || !text_copy(o->reference, sizeof(o->reference), reference))
			continue;
		TEXT_COPY(o->id, id != NULL && strlen(id) < sizeof(o->id) ? id : "");
		TEXT_COPY(o->number, sole_number(row));
		count++;
	}
	*ret_has_more = telnyx_has_more(root, json_count(rows), TELNYX_OWNED_ROWS);
	return count;
}

void telnyx_read_order(const struct http_reply *reply, const struct order *o, struct answer *a)
{
	char doing[96];
	text_format(doing, sizeof(doing), "could not read order %s", o->order_id);
	JSON_AUTO root = telnyx_hear(TELNYX_READ_ONE, reply, doing, a);
	if (a->code == ERR_NOT_FOUND)
		telnyx_answer_init(a); /* CARRIER_ORDER_NONE: not shown yet, or never there */
	if (root == NULL)
		return;
	const json_t *record = json_at(root, "data");
	if (!text_is(json_text(record, "id"), o->order_id) || !take_order(record, a))
		telnyx_not_understood(TELNYX_READ, doing, "not that order", a);
}

/* Why a record does not prove that exactly our number was sold; NULL if it does. */
static const char *order_fault_of(const json_t *record, const char *number, const char *reference)
{
	const char *theirs = json_text_set(record, "customer_reference");
	if (!json_is_object(record))
		return "no order in it";
	if (json_count(json_at(record, "phone_numbers")) != 1 ||
		json_int(record, "phone_numbers_count", 1) != 1)
		return "not one number";
	if (times_listed(record, number) != 1)
		return "another number";
	if (theirs != NULL && !text_is(theirs, reference))
		return "another reference";
	return NULL;
}

static const char *take_direct(const json_t *record, const char *number, struct answer *a)
{
	char id[sizeof(a->number_id)];
	if (!json_is_object(record))
		return "no number in it";
	if (!text_is(json_text(record, "phone_number"), number))
		return "another number";
	if (!json_text_or_number(record, "id", id, sizeof(id)) || !text_is_digits(id))
		return "no id";
	TEXT_COPY(a->number_id, id);
	text_one_line(a->status_word, sizeof(a->status_word), json_text(record, "status"));
	a->number_status = telnyx_number_status(json_text(record, "status"));
	const char *reference = json_text_set(record, "customer_reference");
	TEXT_COPY(a->number_reference, reference);
	return NULL;
}

void telnyx_read_bought(const struct http_reply *reply, const struct order *o,
	const char *reference, struct answer *a)
{
	const char *number = o->attempt.number;
	const char *fault;
	char doing[64];
	text_format(doing, sizeof(doing), "could not buy %s", number);
	JSON_AUTO root = telnyx_hear(TELNYX_BUY, reply, doing, a);
	if (root == NULL)
		return;
	const json_t *record = json_at(root, "data");
	if (o->attempt.method == METHOD_PHONE_NUMBERS) {
		fault = take_direct(record, number, a);
	} else {
		fault = order_fault_of(record, number, reference);
		if (fault == NULL && !take_order(record, a))
			fault = "no id";
	}
	if (fault == NULL)
		return;
	telnyx_answer_init(a);
	telnyx_not_understood(TELNYX_BUY, doing, fault, a);
}

/* --- reservations --- */

static int64_t until(const json_t *line, int64_t now_ms)
{
	int64_t ms;
	return clock_parse(json_text(line, "expired_at"), &ms) ? ms : now_ms + RESERVED_FOR_MS;
}

static const json_t *line_of(const json_t *record, const char *number)
{
	const json_t *lines = json_at(record, "phone_numbers");
	for (size_t i = 0; i < json_count(lines); i++) {
		const json_t *line = json_array_get(lines, i);
		if (text_is(json_text(line, "phone_number"), number))
			return line;
	}
	return NULL;
}

static void tell_reserving(const struct order *o, char to[64])
{
	text_format(to, 64, "could not reserve %s", o->number);
}

void telnyx_read_reserved(
	const struct http_reply *reply, const struct order *o, int64_t now_ms, struct answer *a)
{
	char doing[64], why[120];
	tell_reserving(o, doing);
	JSON_AUTO root = telnyx_hear(TELNYX_RESERVE, reply, doing, a);
	if (root == NULL)
		return;
	const json_t *line = line_of(json_at(root, "data"), o->number);
	const char *status = json_text(line, "status");
	text_one_line(why, sizeof(why), json_text(line, "errors"));
	if (text_is(status, "success"))
		a->reserved_until_ms = until(line, now_ms);
	else if (text_is(status, "failure") || text_is(status, "failed"))
		telnyx_fail(a, ERR_CONFLICT, "", "%s: Telnyx says \"%s\"", doing,
			why[0] ? why : status);
	else if (text_is(status, "pending"))
		telnyx_fail(a, ERR_CARRIER_UNCLEAR, "", "%s: Telnyx has not decided yet", doing);
	else
		telnyx_not_understood(TELNYX_RESERVE, doing, "no such number in it", a);
}

void telnyx_read_reservations(const struct http_reply *reply, const struct order *o, int64_t now_ms,
	struct telnyx_reservation *ret, struct answer *a, bool *ret_has_more)
{
	char doing[64];
	tell_reserving(o, doing);
	*ret_has_more = false;
	JSON_AUTO root = telnyx_hear(TELNYX_READ, reply, doing, a);
	if (root == NULL)
		return;
	const json_t *rows = json_at(root, "data");
	if (!json_is_array(rows)) {
		telnyx_not_understood(TELNYX_READ, doing, "no list of reservations", a);
		return;
	}
	for (size_t i = 0; i < json_count(rows) && !ret->is_ours; i++) {
		const json_t *row = json_array_get(rows, i);
		const json_t *line = line_of(row, o->number);
		const char *reference = json_text(row, "customer_reference");
		const char *id = json_text_set(row, "id");
		if (!text_is(json_text(line, "status"), "success") ||
			until(line, now_ms) <= now_ms || id == NULL ||
			!text_copy(ret->id, sizeof(ret->id), id))
			continue;
		ret->is_found = true;
		ret->is_ours = reference != NULL && order_may_use_reservation(o, reference);
		ret->until_ms = until(line, now_ms);
	}
	*ret_has_more = !ret->is_ours && telnyx_has_more(root, json_count(rows), TELNYX_LIST_ROWS);
}
