/*
 * store.h - the one memory that counts: orders, their timelines, who works on them.
 *
 * A table of functions, so that SQLite, PostgreSQL and a memory for simulations
 * keep one contract (store_contract_test.c runs over each).  Every call returns
 * at once; its answer comes later through `done`, on the loop's thread, in the
 * order the calls were made for writes (a read may overtake a write).
 *
 * Promises
 *  - When a create or save answers OK, it survives the loss of power.
 *  - A save is one transaction: the order row (only if its version is the one
 *    that was loaded), one timeline event, the attempt.  All or nothing.
 *  - Uniqueness is the database's: one order an idempotency key, one live order
 *    a duplicate key, one order a pinned number, one open attempt an order.
 *  - Money is held in the very transaction that creates an order, in every scope
 *    that counts it (budget.h), or the order is not created: no budget is ever
 *    above its limit.  A save moves what is held as order_money() says, in the
 *    transaction of the state.  A repeat holds nothing again.
 *  - A webhook is kept once an event: when store_webhook() answers OK, it is
 *    there, by this call or (is_repeat) by an earlier one.  It goes when it is
 *    STORE_WEBHOOK_KEPT_MS old and newer ones come in.
 *  - After every read order_fault() is asked; a row that breaks its invariants
 *    is ERR_STORE_CORRUPT and is never acted on.
 *  - Anything that goes wrong with disk or database is ERR_STORE_UNAVAILABLE,
 *    and the write must be taken as not done and not undone: nothing may be
 *    sent upstream on the strength of it.  After ERR_STORE_FAILED (a failed
 *    fsync, a damaged file) no write works until the store is opened again.
 *  - Nothing is written without store_lease_take(): ERR_STORE_LOCKED.  Reading
 *    needs none.
 *  - One worker a sign-up: store_claim() gives a sign-up to a worker by a new
 *    version of its row, so that what its former holder saves is refused.
 *  - What waits is bounded; beyond it ERR_STORE_UNAVAILABLE, told in its turn.
 * Not promised: that a former holder knows of its loss before it saves; that two
 * workers' clocks agree.  Neither is needed for one worker a version.
 *
 * Thread: the loop's.  Pointers handed to `done` are borrowed until it returns.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/id.h"
#include "base/spending.h"
#include "order/order.h"

struct loop;
struct store;

#define STORE_IDEMPOTENCY_KEY_BYTES 256
#define STORE_LIST_MOST 200
#define STORE_TIMELINE_MOST 1000
#define STORE_WEBHOOK_KEPT_MS (30LL * 24 * 3600 * 1000) /* far beyond any repeat of it */
#define STORE_WEBHOOK_BODY_BYTES (64 * 1024)            /* at most, without the NUL */

/* What belongs to a new order but not to the core. */
struct store_creation {
	char idempotency_key[STORE_IDEMPOTENCY_KEY_BYTES]; /* "" when none was given */
	char fingerprint[ID_HEX_BYTES];                    /* of the request body, canonical */
	char duplicate_key[ID_HEX_BYTES];                  /* the same wish of the same customer */
	char source[64]; /* network the request came from, or "api", "cli" */
};

/* One timeline row.  `seq` counts from 1 within an order; `hash` is SHA-256
 * over the previous row's hash and this row's text (store_event_hash()). */
struct store_event {
	int64_t seq;
	int64_t at_ms;
	char event[40];
	char from[24], to[24]; /* status words (order_status); equal when it stays */
	char detail[200];
	char hash[ID_HEX_BYTES];
};

/* create: ERR_IDEMPOTENCY_KEY_REUSED, ERR_DUPLICATE_SIGNUP, ERR_NUMBER_TAKEN,
 * ERR_LIMIT_*; save: ERR_LIMIT_* when an order begins again or gives back;
 * save: ERR_STORE_CONFLICT for another version, ERR_NOT_FOUND, ERR_NUMBER_TAKEN,
 * ERR_DUPLICATE_SIGNUP when an order comes back to life beside another,
 * ERR_STORE_CONFLICT also for a second open attempt, an attempt that was planned
 * for another number, or an event that is there already. */
struct store_result {
	struct err err; /* code OK when it worked */
	/* The other order's id, where a uniqueness refused this one; also with OK
	 * and is_repeat, when the same key and the same body were stored before.
	 * Of a webhook is_repeat alone tells that its event was. */
	char existing_id[ID_BYTES];
	bool is_repeat;
	/* As the transaction of this write saw the switch: what was planned in it
	 * may not be sent. */
	bool is_frozen;
};
typedef void (*store_done)(void *arg, const struct store_result *result);
typedef void (*store_orders_done)(
	void *arg, const struct err *e, const struct order *orders, size_t count);
typedef void (*store_events_done)(
	void *arg, const struct err *e, const struct store_event *events, size_t count);

/* An event that somebody told us.  Texts are borrowed until the call returns. */
struct store_webhook {
	const char *provider; /* "telnyx" */
	const char *event_id; /* the provider's own; what makes it the same event */
	const char *event_type;
	const char *body; /* as it arrived */
	int64_t received_ms;
};

struct store_query {
	char status[24]; /* CONTRACT's word; "" any */
	char text[100];  /* part of name, e-mail, id, phone or number; "" any */
	/* Cursor: orders older than this one (newer when oldest come first); ""
	 * from the beginning. */
	char after_id[ID_BYTES];
	int limit;            /* 1 … STORE_LIST_MOST */
	bool unfinished_only; /* only those that go on by themselves; oldest first */
	char name[24];        /* the one whose references carry it; "" any */
};

struct store_counts {
	int64_t by_state[ORDER_STATE_COUNT];
};
typedef void (*store_counts_done)(
	void *arg, const struct err *e, const struct store_counts *counts);

/* The switch that stops all spending. */
struct store_control {
	int64_t frozen_at_ms; /* 0: not frozen */
	int64_t thawed_at_ms; /* the last time it was let go on; 0 never.  Only grows */
	char reason[200];     /* the operator's own words; "" if none */
};
typedef void (*store_control_done)(
	void *arg, const struct err *e, const struct store_control *control);

/* What counts against a limit in one window; numbers[] of all scopes of their own
 * (CUSTOMER, NETWORK) are not added up and stay 0. */
struct store_budget {
	int64_t held_numbers, spent_numbers;
	int64_t held_cents, spent_cents;
};
typedef void (*store_budgets_done)(
	void *arg, const struct err *e, const struct store_budget budgets[SPENDING_LIMIT_COUNT]);

/* Whether budgets, ledger and orders tell one story (I15, I17). */
struct store_audit {
	int64_t budgets, entries; /* looked at */
	int64_t faults;
	char first[200]; /* the first fault, in words; "" when there is none */
};
typedef void (*store_audit_done)(void *arg, const struct err *e, const struct store_audit *audit);

/* This installation's name and key, made at the first start and kept.  They are
 * in every reference that the carrier knows us by: with the same key, a new
 * database finds again what a lost one had bought. */
struct store_identity {
	char instance[12]; /* 6 characters of lower-case base32 */
	uint8_t key[32];
};

/* Who works on the store.  url: where a client may hand over work; "" if nowhere. */
struct store_lease {
	int64_t epoch; /* grows with every grant, never from a clock: the worker's number */
	int64_t pid;
	char url[128];
};

/* A worker asks for sign-ups.  Times are the worker's own wall clock's. */
struct store_claim {
	int64_t worker; /* its store_lease.epoch */
	int64_t now_ms;
	int64_t until_ms;  /* from now on it holds what is its own until then */
	char id[ID_BYTES]; /* this one, whoever holds it; "" those that are free */
	int limit;         /* 1 … STORE_LIST_MOST */
};

struct store_ops {
	void (*create)(struct store *s, const struct order *order,
		const struct store_creation *creation, const struct store_event *event,
		store_done done, void *arg);
	/* order->version is the new one: the row must hold version - 1.  What is
	 * "set once" in struct order is stored by create and left alone here, but
	 * for area_code and country. */
	void (*save)(struct store *s, const struct order *order, const struct store_event *event,
		const struct attempt *attempt_or_null, store_done done, void *arg);
	/* ERR_BODY_TOO_LARGE beyond STORE_WEBHOOK_BODY_BYTES. */
	void (*webhook)(
		struct store *s, const struct store_webhook *webhook, store_done done, void *arg);
	/* Renews the worker's hold, then gives it unfinished sign-ups, at most
	 * `limit`, oldest first: those of nobody, and of workers whose time is
	 * over.  With an id: that one, finished or not (ERR_NOT_FOUND); if it is
	 * the worker's already, it is handed over as it is.  Every other grant is a
	 * new version of its row, order->worker the new holder.  A row that is not
	 * sound is granted, left out and named (ERR_STORE_CORRUPT), as by list.
	 * After ERR_STORE_UNAVAILABLE the worker may hold what it was not told of. */
	void (*claim)(struct store *s, const struct store_claim *claim, store_orders_done done,
		void *arg);
	/* frozen_at_ms 0 thaws.  Needs no lease: a switch must work while another
	 * process works on the store. */
	void (*set_control)(
		struct store *s, const struct store_control *control, store_done done, void *arg);
	void (*read_control)(struct store *s, store_control_done done, void *arg);
	void (*budgets)(struct store *s, int64_t at_ms, store_budgets_done done, void *arg);
	void (*audit)(struct store *s, store_audit_done done, void *arg);
	/* That one, or ERR_NOT_FOUND. */
	void (*load)(struct store *s, const char *id, store_orders_done done, void *arg);
	/* As many as `limit` unless these are the last.  A row that is not sound is
	 * left out: the error is then ERR_STORE_CORRUPT and names the first, and
	 * the sound ones are handed over all the same. */
	void (*list)(struct store *s, const struct store_query *query, store_orders_done done,
		void *arg);
	/* ERR_STORE_CORRUPT when the rows' hashes do not chain. */
	void (*timeline)(struct store *s, const char *id, int64_t after_seq, store_events_done done,
		void *arg);
	void (*counts)(struct store *s, store_counts_done done, void *arg);
	/* These three may block; they are for start and stop.  A store that one
	 * process has for itself ends, at the first lease_take, what workers of
	 * earlier processes held; each later one makes one more worker. */
	enum err_code (*identity)(struct store *s, const uint8_t *key_or_null,
		struct store_identity *ret, struct err *e);
	enum err_code (*lease_take)(
		struct store *s, const char *url, struct store_lease *ret, struct err *e);
	/* Finishes what was asked and calls every `done` first; one that asks for
	 * more meanwhile is answered ERR_STORE_UNAVAILABLE. */
	struct store *(*free)(struct store *s);
};
struct store {
	const struct store_ops *ops;
	struct spending_limits limits; /* of this process; a change works at once */
};

/* Opens the store a URL names (sqlite:FILE).  Makes an empty database itself;
 * ERR_STORE_SCHEMA when the file has another schema. */
enum err_code store_open(
	const char *url, struct loop *loop, struct store **ret, struct err *e) MUST_USE;
struct store *store_free(struct store *store);

/* Brings an older database to this schema, one transaction a step. */
enum err_code store_migrate(const char *url, int *ret_from, int *ret_to, struct err *e) MUST_USE;

void store_create(struct store *s, const struct order *order, const struct store_creation *creation,
	const struct store_event *event, store_done done, void *arg);
void store_save(struct store *s, const struct order *order, const struct store_event *event,
	const struct attempt *attempt_or_null, store_done done, void *arg);
void store_webhook(
	struct store *s, const struct store_webhook *webhook, store_done done, void *arg);
void store_claim(
	struct store *s, const struct store_claim *claim, store_orders_done done, void *arg);
/* The limits for all that is written from now on; until then there are none. */
void store_set_limits(struct store *s, const struct spending_limits *limits);
void store_set_control(
	struct store *s, const struct store_control *control, store_done done, void *arg);
void store_read_control(struct store *s, store_control_done done, void *arg);
/* Of the windows that at_ms is in. */
void store_budgets(struct store *s, int64_t at_ms, store_budgets_done done, void *arg);
void store_audit(struct store *s, store_audit_done done, void *arg);
void store_load(struct store *s, const char *id, store_orders_done done, void *arg);
void store_list(
	struct store *s, const struct store_query *query, store_orders_done done, void *arg);
/* Rows with seq > after_seq, oldest first, at most STORE_TIMELINE_MOST.
 * ERR_NOT_FOUND when there is no such order. */
void store_timeline(
	struct store *s, const char *id, int64_t after_seq, store_events_done done, void *arg);
void store_counts(struct store *s, store_counts_done done, void *arg);
/* key_or_null: 32 bytes to begin with, when there is none yet; NULL: random ones.
 * One that is there stays, whatever is given. */
enum err_code store_identity(struct store *s, const uint8_t *key_or_null,
	struct store_identity *ret, struct err *e) MUST_USE;
/* ERR_STORE_LOCKED, with *ret telling who, when another process works on it. */
enum err_code store_lease_take(
	struct store *s, const char *url, struct store_lease *ret, struct err *e) MUST_USE;

/* The engine fills seq, at, event, from, to, detail and calls this with the
 * previous row's hash ("" for the first).  SHA-256, in hexadecimal, over the
 * lines previous hash, order id, seq, at_ms, event, from, to, detail, parted by
 * one newline each. */
void store_event_hash(struct store_event *event, const char *order_id, const char *previous_hash);

#endif
