/*
 * carrier.h - the company that sells numbers, as the engine sees it.
 *
 * A table of functions; telnyx.c fills it.  Asking is asynchronous: `done` is
 * called exactly once, on the loop's thread, never from inside the call.  The
 * answer is borrowed until it returns.  Every answer is one of: done
 * (code OK), none (ERR_CARRIER_NO_NUMBERS), refused (a code whose effect is
 * REFUSED), not now (effect NONE), or unclear (effect MAYBE); unclear is the
 * default for whatever is not understood.
 */
#ifndef CARRIER_CARRIER_H
#define CARRIER_CARRIER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "order/order.h"

struct carrier;
struct http_client;
struct clock;

typedef void (*carrier_done)(void *arg, const struct answer *answer);

/* Numbers for sale, as a person sees them. */
struct carrier_offer {
	struct candidate candidate;
	char region[32];   /* "CA" */
	char locality[64]; /* rate center or town, as the carrier spells it */
	bool has_voice, has_sms;
};
#define CARRIER_OFFERS_MOST 50
struct carrier_query {
	char country[4];
	char area_code[8]; /* "" any */
	char region[8];    /* "CA", or "" any */
	char contains[12];
	char town[LADDER_TOWN_BYTES]; /* "" any; beside an area code */
	bool is_toll_free;
	int limit;
};
typedef void (*carrier_offers_done)(
	void *arg, const struct err *e, const struct carrier_offer *offers, int count);

/* How many numbers an area code has for sale.  Counts may be minutes old: they
 * tell where to search first, never that there is none. */
struct carrier_stock {
	char area_code[6]; /* the national destination code */
	int32_t count;     /* above 0; -1: some, how many is not said */
	bool needs_papers; /* the carrier wants documents before an order */
};
#define CARRIER_STOCK_MOST 500
typedef void (*carrier_stock_done)(
	void *arg, const struct err *e, const struct carrier_stock *stock, int count);

struct carrier_number {
	char number[NUMBER_BYTES];
	char id[32];
	char reference[REFERENCE_BYTES];
	char status_word[32];
	char connection_id[24];
	enum number_status status;
};
typedef void (*carrier_numbers_done)(void *arg, const struct err *e,
	const struct carrier_number *numbers, int count, bool has_more);

/* An order under a reference; number "" when it names none, or several. */
struct carrier_order {
	char reference[REFERENCE_BYTES];
	char id[40];
	char number[NUMBER_BYTES];
	enum carrier_order_status status;
};
typedef void (*carrier_orders_done)(void *arg, const struct err *e,
	const struct carrier_order *orders, int count, bool has_more);

struct carrier_ops {
	/* One command of the core.  `gate` (BUY, RELEASE_NUMBER) is asked right
	 * before the first byte leaves. */
	void (*ask)(struct carrier *c, const struct order *o, const struct command *command,
		bool (*gate)(void *arg), carrier_done done, void *arg);
	void (*offers)(struct carrier *c, const struct carrier_query *query,
		carrier_offers_done done, void *arg);
	void (*stock)(struct carrier *c, const char *country, carrier_stock_done done, void *arg);
	/* One page of what the account owns, page counted from 1. */
	void (*numbers)(struct carrier *c, int page, carrier_numbers_done done, void *arg);
	/* One page of the account's orders made after that time, whosever they are. */
	void (*orders)(
		struct carrier *c, int page, int64_t after_ms, carrier_orders_done done, void *arg);
	void (*expect_connection)(struct carrier *c, const char *id);
	struct carrier *(*free)(struct carrier *c);
};
struct carrier {
	const struct carrier_ops *ops;
};

/* CHECK, SEARCH, TRACE, RESERVE, BUY, LOOK, OFFER, READ_ORDER, READ_NUMBER,
 * RELEASE_NUMBER.  `o` is borrowed until done is called; the gate is asked with `arg`. */
void carrier_ask(struct carrier *c, const struct order *o, const struct command *command,
	bool (*gate)(void *arg), carrier_done done, void *arg);
/* None for sale there is ERR_CARRIER_NO_NUMBERS. */
void carrier_offers(
	struct carrier *c, const struct carrier_query *query, carrier_offers_done done, void *arg);
/* Local numbers of a country ("US"), by area code; one call. */
void carrier_stock(struct carrier *c, const char *country, carrier_stock_done done, void *arg);
void carrier_numbers(struct carrier *c, int page, carrier_numbers_done done, void *arg);
/* Orders without a reference, or with one too long to be ours, are left out. */
void carrier_orders(
	struct carrier *c, int page, int64_t after_ms, carrier_orders_done done, void *arg);
/* The connection a connected number must be on, for what READ_NUMBER finds to
 * differ; "" (as at first) leaves that out. */
void carrier_expect_connection(struct carrier *c, const char *id);
/* Ends what is under way without calling done. */
struct carrier *carrier_free(struct carrier *c);

struct telnyx_options {
	const char *base_url; /* https://api.telnyx.com/v2 */
	const char *api_key;  /* "" answers everything with ERR_CARRIER_KEY_MISSING */
};
/* Borrows the HTTP client and the clock. */
struct carrier *carrier_telnyx_new(
	struct http_client *http, const struct clock *clock, const struct telnyx_options *options);

#endif
