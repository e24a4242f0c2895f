/*
 * world.h - everything the simulated account and organisation hold.
 *
 * Promise: one seed and the same calls at the same times give the same world.
 * Time is w->now_ms, set by whoever calls in (sim_tick); nothing here reads a
 * clock.  Records are never freed before the world is: what was released or
 * deleted stays for the ledger.
 *
 * Thread: one.
 */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json.h"
#include "sim/map.h"
#include "sim/rules.h"
#include "sim/settings.h"

#define UUID_BYTES 37
#define E164_BYTES 24
#define REFERENCE_BYTES 256

enum number_status { NUMBER_PENDING, NUMBER_ACTIVE, NUMBER_FAILED, NUMBER_DELETED };

/* A number the account has, is buying, or had. */
struct number {
	uint64_t digits;
	uint64_t id; /* 19 decimal digits */
	enum number_status status;
	char *reference; /* customer_reference, or NULL; owned */
	char connection_id[24];
	char external_pin[64], billing_group_id[40], address_id[24];
	json_t *tags;  /* NULL: none */
	json_t *voice; /* what PATCH …/voice has set; NULL: nothing */
	bool hd_voice, deletion_lock, is_seeded;
	int64_t created_ms, visible_ms, active_ms, updated_ms, deleted_ms;
	struct order *order; /* borrowed; NULL when seeded or bought directly */
	struct number *next_same_reference;
};

struct order_line {
	char id[UUID_BYTES];
	uint64_t digits;
	size_t sub;            /* which sub order */
	struct number *number; /* borrowed; NULL when the number is not ours by this */
	size_t purchase;       /* in the ledger */
};

struct sub_order {
	char id[UUID_BYTES];
	char country[3];
	const char *type;
	const char *status;
	struct order *order;
};

struct order {
	char id[UUID_BYTES];
	const char *status;  /* pending, success, … */
	const char *outcome; /* what it will be; "stuck": never */
	char *reference;
	char connection_id[24], messaging_profile_id[40], billing_group_id[40];
	struct order_line *lines;
	size_t line_count;
	struct sub_order *subs;
	size_t sub_count;
	int64_t created_ms, updated_ms, due_ms;
	struct order *next_same_reference;
};

struct reserved_line {
	char id[UUID_BYTES];
	uint64_t digits;
	bool is_held; /* false: errors says why */
	const char *errors;
	int64_t expires_ms; /* set to the past when the number was bought */
};

struct reservation {
	char id[UUID_BYTES];
	char *reference;
	struct reserved_line *lines;
	size_t line_count;
	int64_t extended;
	int64_t created_ms, updated_ms;
	struct reservation *next_same_reference;
};

/* A number object at Vapi. */
struct import {
	char id[UUID_BYTES];
	uint64_t digits;
	json_t *fields; /* provider, number, credentialId, name, … as sent */
	bool is_deleted;
	int64_t created_ms, updated_ms, active_ms;
	struct import *next_same_number;
};

struct purchase {
	uint64_t digits;
	char *reference;      /* owned; may be NULL */
	const char *order_id; /* borrowed; NULL for a direct purchase */
	const char *method;
	const char *status;
	int64_t upfront, monthly, at_ms;
};

struct list {
	void **items;
	size_t count, room;
};
void list_add(struct list *list, void *item);
void list_done(struct list *list); /* the items are not its own */

struct world;

struct due {
	int64_t at_ms;
	void (*act)(struct world *w, void *arg);
	void *arg;
};

struct world {
	struct settings set;
	struct rules rules;
	char *profile; /* the profile's text, or NULL: what DELETE /faults goes back to */
	uint64_t seed, random, calls;
	int64_t now_ms;
	int64_t ahead_ms; /* how far POST /advance has moved us */
	int64_t balance, spent;

	struct list numbers, orders, subs, reservations, imports, groups, assistants, credentials;
	struct purchase *purchases;
	size_t purchase_count, purchase_room;
	struct map number_by_digits, number_by_id, numbers_by_reference;
	struct map order_by_id, orders_by_reference, sub_by_id, line_by_id;
	struct map reservation_by_id, reservations_by_reference, held_line_by_digits, group_by_id;
	struct map import_by_id, imports_by_digits;
	struct map shown;     /* key and digits -> when */
	struct map strangers; /* numbers sold to somebody else */
	struct map keys;      /* Telnyx keys by text -> 1, 2, … */
	uint64_t key_count;
	struct map requests; /* by "METHOD template" -> struct request_count */
	struct list request_counts;
	int64_t webhooks_sent, webhooks_acknowledged, webhooks_failed;

	int64_t telnyx_second, telnyx_in_second, vapi_second, vapi_in_second;
	uint64_t lists_served; /* for list_flicker */

	struct due *due; /* a heap: soonest first */
	size_t due_count, due_room;

	/* Called when something is due sooner than all before.  May be NULL. */
	void (*on_sooner)(void *arg);
	void *on_sooner_arg;
	/* Called when an order ended; serve.c sends the webhook.  May be NULL. */
	void (*on_order_end)(void *arg, struct order *order);
	void *on_order_end_arg;
};

struct request_count {
	char name[128];
	int64_t count;
};

struct world *world_new(uint64_t seed);
struct world *world_free(struct world *w);
/* Forget everything but the settings and rules; the clock is no longer ahead. */
void world_reset(struct world *w);
AUTO_DEFINE(struct world *, world_free);

/* It is now `now_ms`: do what has fallen due. */
void world_tick(struct world *w, int64_t now_ms);
int64_t world_next_due(const struct world *w); /* INT64_MAX if nothing */
void world_at(struct world *w, int64_t at_ms, void (*act)(struct world *w, void *arg), void *arg);

uint64_t world_random(struct world *w);
bool world_percent(struct world *w, int64_t percent);
void world_uuid(struct world *w, char to[UUID_BYTES]);
/* A coin that lands the same for the same thing and purpose. */
bool world_coin(const struct world *w, uint64_t thing, uint64_t purpose, int64_t percent);
void world_count_request(struct world *w, const char *method, const char *route);

/* "+14155550123" <-> digits; 0 if it is not E.164. */
uint64_t e164_read(const char *text);
void e164_write(uint64_t digits, char to[E164_BYTES]);

/* Numbers. */
struct number *world_number_new(struct world *w, uint64_t digits, const char *reference);
struct number *world_owned(const struct world *w, uint64_t digits); /* not deleted, or NULL */
bool world_is_visible(const struct world *w, const struct number *n);
void world_number_rename(struct world *w, struct number *n, const char *reference);
struct reserved_line *world_reserved(const struct world *w, uint64_t digits); /* live, or NULL */
/* Pays for it and takes over its reference; returns its place in the ledger. */
size_t world_purchase(struct world *w, const struct purchase *p);
char *world_copy(const char *text); /* NULL for NULL or "" */
bool world_afford(const struct world *w, int64_t cents);

#endif
