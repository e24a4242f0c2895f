/*
 * telnyx_wire.h - Telnyx's words: requests built, answers read.  No I/O.
 *
 * Builders give a whole call (address and body owned by it); the sender adds
 * the key.  Readers take one reply and fill one answer; they accept what the
 * wire really does (null for unset, ids as numbers, missing members) and turn
 * everything they do not understand into "unclear" for what may have changed
 * something, and into CARRIER_DOWN for what only read.
 *
 * The body of a reply is hostile until read: sizes are bounded by the sender,
 * text is cleaned before it goes into a message, numbers are compared here
 * whatever filter was sent.
 */
#ifndef CARRIER_TELNYX_WIRE_H
#define CARRIER_TELNYX_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "carrier/carrier.h"
#include "net/http_client.h"
#include "order/order.h"

/* --- what an answer means --- */

enum telnyx_deed {
	TELNYX_READ,     /* changes nothing: a list, or a POST that only asks */
	TELNYX_READ_ONE, /* one record by its id, which may not be there */
	TELNYX_SEARCH,   /* numbers for sale, of which there may be none */
	TELNYX_RESERVE,  /* free, may be repeated */
	TELNYX_BUY,      /* money, by whichever method */
	TELNYX_RELEASE,
	TELNYX_DEEDS
};

/* In place of one of Telnyx's own error codes: */
#define TELNYX_NO_CODE 0            /* JSON, and no error code in it */
#define TELNYX_NO_JSON (-1)         /* the body is not a JSON object */
#define TELNYX_NOT_YET (-2)         /* an error whose text says "still being provisioned" */
#define TELNYX_10027_OTHER (-10027) /* 10027 that is not about an unknown number */

/* The one total table.  ERR_OK: a good answer, read it.  ERR_NOT_FOUND: there
 * is no such record (READ_ONE, RELEASE).  ERR_CONFLICT: reserved already, by whom
 * must be looked up (RESERVE).  Otherwise a CARRIER_ code; whatever is in no
 * row is CARRIER_UNCLEAR, or CARRIER_DOWN when nothing can have changed. */
enum err_code telnyx_classify(
	enum telnyx_deed deed, enum http_sent sent, bool is_complete, int status, int code);

/* What the table says when nothing was understood. */
enum err_code telnyx_vague(enum telnyx_deed deed);

/* The JSON of a good answer (json_free() it), or NULL and *a filled with the
 * code, and a message that begins with `doing` ("could not buy +1…"). */
json_t *telnyx_hear(
	enum telnyx_deed deed, const struct http_reply *reply, const char *doing, struct answer *a);
/* A good status whose content is not what was asked for. */
void telnyx_not_understood(
	enum telnyx_deed deed, const char *doing, const char *why, struct answer *a);
void telnyx_fail(struct answer *a, enum err_code code, const char *hint, const char *format, ...)
	PRINTF_LIKE(4, 5);
void telnyx_answer_init(struct answer *a);
/* More rows than this page's?  By the page count, else by a full page. */
bool telnyx_has_more(const json_t *root, size_t rows, size_t page_rows);
enum number_status telnyx_number_status(const char *word);

/* --- requests --- */

#define TELNYX_LIST_ROWS 20   /* of a list that is filtered to one thing */
#define TELNYX_LIST_PAGES 20  /* and how far such a list is followed */
#define TELNYX_OWNED_ROWS 100 /* of the list of all: a page stays under the size limit */

struct http_call telnyx_build_balance(const char *base);
struct http_call telnyx_build_search(const char *base, const struct carrier_query *query);
/* "CA" of "US-CA" and of "CA". */
const char *telnyx_region_alone(const char *region);
/* Numbers in stock by area code, of a whole country. */
struct http_call telnyx_build_stock(const char *base, const char *country);
void telnyx_query_of_order(const struct order *o, struct carrier_query *ret);
struct http_call telnyx_build_offer(const char *base, const char *number);
struct http_call telnyx_build_orders(const char *base, const char *reference, int page);
struct http_call telnyx_build_order(const char *base, const char *order_id);
struct http_call telnyx_build_reserve(const char *base, const char *number, const char *reference);
struct http_call telnyx_build_reservations(const char *base, const char *number, int page);
struct http_call telnyx_build_extend(const char *base, const char *reservation_id);
struct http_call telnyx_build_buy(
	const char *base, enum order_method method, const char *number, const char *reference);
struct http_call telnyx_build_verify(const char *base, const char *number);
struct http_call telnyx_build_numbers(const char *base, const char *number, int page);
struct http_call telnyx_build_orders_after(const char *base, int64_t after_ms, int page);
struct http_call telnyx_build_owned(const char *base, int page);
struct http_call telnyx_build_number(const char *base, const char *number_id);
struct http_call telnyx_build_release(const char *base, const char *number_id);

/* --- answers --- */

void telnyx_read_balance(const struct http_reply *reply, struct answer *a);
void telnyx_read_search(const struct http_reply *reply, const struct order *o, struct answer *a);
void telnyx_read_offer(const struct http_reply *reply, const char *number, struct answer *a);
/* The rows as a person sees them; returns how many. */
int telnyx_read_offers(const struct http_reply *reply, const struct carrier_query *query,
	struct carrier_offer *offers, int most, struct answer *a);
/* Each area code once, with what its rows add up to; returns how many. */
int telnyx_read_stock(
	const struct http_reply *reply, struct carrier_stock *stock, int most, struct answer *a);

/* The order under exactly this reference.  number: the one it must name, or
 * "" to be told.  Not among these rows: CARRIER_ORDER_NONE. */
void telnyx_read_orders(const struct http_reply *reply, const char *reference, const char *number,
	struct answer *a, bool *ret_has_more);
void telnyx_read_order(const struct http_reply *reply, const struct order *o, struct answer *a);
void telnyx_read_bought(const struct http_reply *reply, const struct order *o,
	const char *reference, struct answer *a);

void telnyx_read_reserved(
	const struct http_reply *reply, const struct order *o, int64_t now_ms, struct answer *a);
/* A live reservation of o->number, ours or another sign-up's. */
struct telnyx_reservation {
	char id[40];
	int64_t until_ms;
	bool is_found, is_ours;
};
void telnyx_read_reservations(const struct http_reply *reply, const struct order *o, int64_t now_ms,
	struct telnyx_reservation *ret, struct answer *a, bool *ret_has_more);

void telnyx_read_verified(const struct http_reply *reply, const char *number, struct answer *a);
void telnyx_read_numbers(
	const struct http_reply *reply, const char *number, struct answer *a, bool *ret_has_more);
/* connection_id: what it must be on, or "" to leave that out. */
void telnyx_read_number(const struct http_reply *reply, const struct order *o,
	const char *connection_id, struct answer *a);
void telnyx_read_released(const struct http_reply *reply, const struct order *o, struct answer *a);
int telnyx_read_all_orders(const struct http_reply *reply, struct carrier_order *orders, int most,
	struct answer *a, bool *ret_has_more);
int telnyx_read_owned(const struct http_reply *reply, struct carrier_number *numbers, int most,
	struct answer *a, bool *ret_has_more);

/* --- several answers as one --- */

/* Ownership is confirmed but the list does not show the number: read it by
 * its id, since only the record says under whose reference it was bought. */
bool telnyx_look_needs_id(const struct answer *verified, const struct answer *number);
/* Something found counts even when another part failed; nothing found counts
 * only when every part was read. */
void telnyx_settle_look(const struct answer *order, const struct answer *verified,
	const struct answer *number, struct answer *ret);
void telnyx_settle_read_order(
	const struct answer *order, const struct answer *number, struct answer *ret);

#endif
