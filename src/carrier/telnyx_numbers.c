/* Owned numbers and the balance, read from Telnyx's answers. */
#include "carrier/telnyx_wire.h"

#include <string.h>

#include "base/text.h"

enum number_status telnyx_number_status(const char *word)
{
	static const struct {
		const char *word;
		enum number_status status;
	} words[] = {
		{"active", NUMBER_ACTIVE},
		{"purchase-pending", NUMBER_PENDING},
		{"provision-pending", NUMBER_PENDING},
		{"port-pending", NUMBER_PENDING},
		{"port_pending", NUMBER_PENDING},
		{"requirement-info-pending", NUMBER_PENDING},
		{"requirement-info-under-review", NUMBER_PENDING},
		{"purchase-failed", NUMBER_ENDED},
		{"port-failed", NUMBER_ENDED},
		{"deleted", NUMBER_ENDED},
		{"ported-out", NUMBER_ENDED},
	};
	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (text_is(word, words[i].word))
			return words[i].status;
	return NUMBER_OTHER;
}

void telnyx_read_balance(const struct http_reply *reply, struct answer *a)
{
	const char *doing = "could not read the Telnyx balance";
	JSON_AUTO root = telnyx_hear(TELNYX_READ, reply, doing, a);
	if (root == NULL)
		return;
	const char *text = json_text_set(root, "data.available_credit");
	if (text == NULL)
		text = json_text_set(root, "data.balance");
	if (!json_is_object(json_at(root, "data")))
		telnyx_not_understood(TELNYX_READ, doing, "no balance in it", a);
	else if (text_starts(text, "-"))
		a->available_cents = 0; /* in debt: nothing can be spent */
	else if (!text_to_cents(text, &a->available_cents))
		a->available_cents = -1;
}

/* Old records of a number stay listed after it was given back and bought
 * again: what is alive counts most. */
static int weight(enum number_status status)
{
	switch (status) {
	case NUMBER_ABSENT:
		return 0;
	case NUMBER_ENDED:
		return 1;
	case NUMBER_OTHER:
		return 2;
	case NUMBER_PENDING:
		return 3;
	case NUMBER_ACTIVE:
		return 4;
	}
	must(!"a status of the enum");
	return 0;
}

/* The decimal id is the only one that works in addresses; an order line's UUID
 * is not it. */
static bool take_number(const json_t *record, struct answer *a)
{
	char id[sizeof(a->number_id)];
	if (!json_text_or_number(record, "id", id, sizeof(id)) || !text_is_digits(id))
		return false;
	TEXT_COPY(a->number_id, id);
	a->number_status = telnyx_number_status(json_text(record, "status"));
	text_one_line(a->status_word, sizeof(a->status_word), json_text(record, "status"));
	TEXT_COPY(a->number_reference, json_text(record, "customer_reference"));
	return true;
}

void telnyx_read_verified(const struct http_reply *reply, const char *number, struct answer *a)
{
	char doing[64];
	text_format(doing, sizeof(doing), "could not ask who owns %s", number);
	JSON_AUTO root = telnyx_hear(TELNYX_READ, reply, doing, a);
	if (root == NULL)
		return;
	const json_t *found = json_at(root, "data.found");
	if (!json_is_array(found)) {
		telnyx_not_understood(TELNYX_READ, doing, "no list of owned numbers", a);
		return;
	}
	for (size_t i = 0; i < json_count(found); i++) {
		const json_t *one = json_array_get(found, i);
		char id[sizeof(a->number_id)];
		if (!text_is(json_text(one, "number_val_e164"), number))
			continue;
		if (!json_text_or_number(one, "id", id, sizeof(id)) || !text_is_digits(id)) {
			telnyx_not_understood(TELNYX_READ, doing, "no id", a);
			return;
		}
		TEXT_COPY(a->number_id, id);
		a->number_status = NUMBER_OTHER; /* owned; more is not said */
	}
}

void telnyx_read_numbers(
	const struct http_reply *reply, const char *number, struct answer *a, bool *ret_has_more)
{
	char doing[64];
	text_format(doing, sizeof(doing), "could not look for %s in the account", number);
	*ret_has_more = false;
	JSON_AUTO root = telnyx_hear(TELNYX_READ, reply, doing, a);
	if (root == NULL)
		return;
	const json_t *rows = json_at(root, "data");
	if (!json_is_array(rows)) {
		telnyx_not_understood(TELNYX_READ, doing, "no list of numbers", a);
		return;
	}
	for (size_t i = 0; i < json_count(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		enum number_status status = telnyx_number_status(json_text(row, "status"));
		if (!text_is(json_text(row, "phone_number"), number) ||
			weight(status) <= weight(a->number_status))
			continue;
		if (!take_number(row, a)) {
			telnyx_answer_init(a);
			telnyx_not_understood(TELNYX_READ, doing, "the number has no usable id", a);
			return;
		}
	}
	*ret_has_more = weight(a->number_status) <= weight(NUMBER_ENDED) &&
			telnyx_has_more(root, json_count(rows), TELNYX_LIST_ROWS);
}

/* What is not as it should be with the record of an owned number. */
static void tell_differences(const json_t *record, const char *connection_id, struct answer *a)
{
	char connection[24] = "", target[NUMBER_BYTES], shown[sizeof(connection)];
	const char *forwards = json_text_set(record, "call_forwarding.forwards_to");
	bool is_forwarding = json_bool(record, "call_forwarding.call_forwarding_enabled", true);
	text_one_line(target, sizeof(target), forwards);
	json_text_or_number(record, "connection_id", connection, sizeof(connection));
	text_one_line(shown, sizeof(shown), connection);
	if (a->number_status != NUMBER_ACTIVE)
		TEXT_COPY(a->differs, "it is not active");
	else if (forwards != NULL && is_forwarding)
		text_format(
			a->differs, sizeof(a->differs), "its calls are forwarded to %s", target);
	else if (connection_id[0] != '\0' && connection[0] == '\0')
		TEXT_COPY(a->differs,
			"it is on no connection, so no call reaches the voice platform");
	else if (connection_id[0] != '\0' && !text_is(connection, connection_id))
		text_format(a->differs, sizeof(a->differs),
			"it is on connection %s, not on %s of the voice platform", shown,
			connection_id);
}

/* Not an answer about our number at all: nobody may act on its status. */
static void tell_other_number(const char *doing, const char *number, struct answer *a)
{
	char id[sizeof(a->number_id)], theirs[NUMBER_BYTES];
	TEXT_COPY(id, a->number_id);
	text_one_line(theirs, sizeof(theirs), number);
	telnyx_answer_init(a);
	text_format(a->differs, sizeof(a->differs), "record %s is of %s", id, theirs);
	telnyx_fail(a, ERR_VERIFY_FAILED, "", "%s: %s", doing, a->differs);
}

void telnyx_read_number(const struct http_reply *reply, const struct order *o,
	const char *connection_id, struct answer *a)
{
	char doing[64];
	text_format(doing, sizeof(doing), "could not read %s at Telnyx", o->number);
	JSON_AUTO root = telnyx_hear(TELNYX_READ_ONE, reply, doing, a);
	if (a->code == ERR_NOT_FOUND) {
		telnyx_answer_init(a);
		TEXT_COPY(a->status_word, "not found");
		TEXT_COPY(a->differs, "it is not in the account");
	}
	if (root == NULL)
		return;
	const json_t *record = json_at(root, "data");
	const char *number = json_text(record, "phone_number");
	if (number == NULL || !take_number(record, a))
		telnyx_not_understood(TELNYX_READ, doing, "no number in it", a);
	else if (!text_is(number, o->number))
		tell_other_number(doing, number, a);
	else
		tell_differences(record, connection_id, a);
}

void telnyx_read_released(const struct http_reply *reply, const struct order *o, struct answer *a)
{
	char doing[64];
	text_format(doing, sizeof(doing), "could not give back %s", o->number);
	json_free(telnyx_hear(TELNYX_RELEASE, reply, doing, a));
	if (a->code == ERR_NOT_FOUND)
		telnyx_answer_init(a); /* given back already */
	if (a->code != ERR_OK)
		return;
	a->number_status = NUMBER_ENDED;
	TEXT_COPY(a->status_word, "deleted");
}

int telnyx_read_owned(const struct http_reply *reply, struct carrier_number *numbers, int most,
	struct answer *a, bool *ret_has_more)
{
	const char *doing = "could not list the numbers in the Telnyx account";
	int count = 0;
	*ret_has_more = false;
	JSON_AUTO root = telnyx_hear(TELNYX_READ, reply, doing, a);
	if (root == NULL)
		return 0;
	const json_t *rows = json_at(root, "data");
	if (!json_is_array(rows)) {
		telnyx_not_understood(TELNYX_READ, doing, "no list of numbers", a);
		return 0;
	}
	for (size_t i = 0; i < json_count(rows) && count < most; i++) {
		const json_t *row = json_array_get(rows, i);
		struct carrier_number *n = &numbers[count];
		const char *number = json_text(row, "phone_number");
		*n = (struct carrier_number){
			.status = telnyx_number_status(json_text(row, "status"))};
		if (!text_is_e164(number) || !json_text_or_number(row, "id", n->id, sizeof(n->id)))
			continue;
		TEXT_COPY(n->number, number);
		TEXT_COPY(n->reference, json_text(row, "customer_reference"));
		text_one_line(n->status_word, sizeof(n->status_word), json_text(row, "status"));
		json_text_or_number(
			row, "connection_id", n->connection_id, sizeof(n->connection_id));
		count++;
	}
	*ret_has_more = telnyx_has_more(root, json_count(rows), TELNYX_OWNED_ROWS);
	return count;
}

/* --- several answers as one --- */

static bool is_alive(const struct answer *number)
{
	return number->code == ERR_OK && number->number_status != NUMBER_ABSENT &&
	       number->number_status != NUMBER_ENDED;
}

bool telnyx_look_needs_id(const struct answer *verified, const struct answer *number)
{
	return is_alive(verified) && !is_alive(number);
}

static void take_number_part(const struct answer *number, struct answer *ret)
{
	ret->number_status = number->number_status;
	TEXT_COPY(ret->number_id, number->number_id);
	TEXT_COPY(ret->number_reference, number->number_reference);
	if (number->status_word[0] != '\0')
		TEXT_COPY(ret->status_word, number->status_word);
}

static void take_order_part(const struct answer *order, struct answer *ret)
{
	ret->order_status = order->order_status;
	TEXT_COPY(ret->order_id, order->order_id);
	TEXT_COPY(ret->number, order->number);
	TEXT_COPY(ret->status_word, order->status_word);
}

/* An order that failed proves nothing by itself: another may have sold it. */
static bool is_order_positive(const struct answer *order)
{
	return order->code == ERR_OK && order->order_status != CARRIER_ORDER_NONE &&
	       order->order_status != CARRIER_ORDER_ENDED;
}

void telnyx_settle_look(const struct answer *order, const struct answer *verified,
	const struct answer *number, struct answer *ret)
{
	const struct answer *parts[] = {order, number, verified};
	bool is_unread = telnyx_look_needs_id(verified, number) && !is_order_positive(order);
	bool is_found = is_alive(number) || is_order_positive(order);
	telnyx_answer_init(ret);
	for (size_t i = 0; i < COUNT_OF(parts) && !is_found; i++) {
		if (parts[i]->code != ERR_OK) {
			*ret = *parts[i];
			return;
		}
	}
	if (is_unread) {
		/* Owned, but under whose reference?  The next look will say. */
		telnyx_fail(ret, ERR_CARRIER_DOWN, "",
			"could not look for the number in the account: Telnyx confirms that it is "
			"owned but does not show it yet");
		return;
	}
	if (order->code == ERR_OK)
		take_order_part(order, ret);
	if (number->code == ERR_OK)
		take_number_part(number, ret);
}

void telnyx_settle_read_order(
	const struct answer *order, const struct answer *number, struct answer *ret)
{
	telnyx_answer_init(ret);
	if (!is_alive(number) && (number->code != ERR_OK || order->code != ERR_OK)) {
		*ret = number->code != ERR_OK ? *number : *order;
		return;
	}
	ret->order_status = CARRIER_ORDER_UNKNOWN;
	if (order->code == ERR_OK)
		take_order_part(order, ret);
	take_number_part(number, ret);
}
