/*
 * engine.h - the shell around the core: load, step, save, then act.
 *
 * Everything that outsiders may ask is a small request here; API, pages and
 * command line go through these and touch neither key nor upstream.
 *
 * Promises: a sign-up that was answered is stored durably; a command that
 * writes upstream leaves only after the step that planned it is durable; what
 * comes of acting is a new event; after a restart every unfinished order goes on.
 * Several engines ("workers"), in one process or in many, may work on one store:
 * an order is worked on by one of them, and by another when that one is gone.
 * Thread: the loop's.  Callbacks come later, never from inside the call, and
 * what they are given is borrowed until they return.
 */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "carrier/carrier.h"
#include "engine/wish.h"
#include "order/order.h"
#include "store/store.h"
#include "voice/voice.h"

struct engine;
struct engine_watch;
struct loop;

struct engine_options {
	struct loop *loop;
	const struct clock *clock; /* borrowed */
	struct store *store;       /* borrowed, as the next two */
	struct carrier *carrier;
	struct voice *voice;
	int64_t settle_ms;
	/* Borrowed.  NULL or "": the store's own key, made at random. */
	const char *instance_secret;
	/* Optional; once, when the store has failed for good: time to end. */
	void (*store_failed)(void *arg, const struct err *e);
	void *store_failed_arg;
	const struct spending_limits *limits; /* copied; NULL: the usual price, no counting */
	const char *max_rung; /* of a sign-up that names none; NULL or "": same_country */
};

struct engine *engine_new(const struct engine_options *options);
/* Begin nothing more.  Then free the store, which still tells its last answers,
 * and only then the engine. */
void engine_stop(struct engine *engine);
/* Stops acting; what is under way upstream is forgotten here and resolved by
 * looking at the next start. */
struct engine *engine_free(struct engine *engine);

/* Begin to work: go on with every unfinished order that no worker holds, now
 * and whenever a worker's time is over.  url: where this
 * process can be reached ("" if nowhere).  ERR_STORE_LOCKED, with *ret_holder
 * filled, when another process works on this store. */
enum err_code engine_start(struct engine *engine, const char *url, struct store_lease *ret_holder,
	struct err *e) MUST_USE;

/* --- sign-ups --- */

struct engine_signup_result {
	const struct wish_error *error; /* NULL when it was taken on */
	const struct order *order;      /* then: the stored order */
	bool is_repeat;                 /* the same key and body came before: nothing new */
	char existing_id[ID_BYTES];     /* of the sign-up that is in the way, if any */
};
typedef void (*engine_signup_done)(void *arg, const struct engine_signup_result *result);
void engine_signup(
	struct engine *engine, const struct wish *wish, engine_signup_done done, void *arg);

typedef void (*engine_order_done)(void *arg, const struct err *e, const struct order *order);
void engine_get(struct engine *engine, const char *id, engine_order_done done, void *arg);
/* ERR_CONFLICT when the state does not allow it; otherwise the order after it. */
void engine_cancel(
	struct engine *engine, const char *id, bool is_now, engine_order_done done, void *arg);
/* What a person answers to one that needs input, or says anew of one that has
 * failed, as typed; "" where nothing was. */
struct engine_choice {
	char area_code[32];
	char postal_code[32];
	char city[100];
	char number[64]; /* the one chosen among those for sale */
	char hold[240];  /* what engine_reserve() gave for it */
	char max_rung[32];
	char contains[32];
	bool has_contains; /* contains counts although it is ""; as "-" does: any digits */
};
/* choice: NULL, or nothing in it, to try again as it is.  ERR_CONFLICT where something
 * is said to one that is past choosing.  Borrowed. */
void engine_retry(struct engine *engine, const char *id, const struct engine_choice *choice,
	engine_order_done done, void *arg);
/* A person's answer to a purchase that could not be settled (needs_attention).
 * ERR_CONFLICT when there is no such question. */
void engine_resolve(struct engine *engine, const char *id, enum resolution answer,
	engine_order_done done, void *arg);
void engine_list(
	struct engine *engine, const struct store_query *query, store_orders_done done, void *arg);
void engine_timeline(struct engine *engine, const char *id, int64_t after_seq,
	store_events_done done, void *arg);

/* Live: called after each saved step of this order with its event, and the
 * order as it then is.  Also wakes for none: use engine_timeline() to catch up. */
typedef void (*engine_watch_func)(
	void *arg, const struct order *order, const struct store_event *event);
struct engine_watch *engine_watch(
	struct engine *engine, const char *id, engine_watch_func func, void *arg);
struct engine_watch *engine_unwatch(struct engine *engine, struct engine_watch *watch);

/* --- the switch that stops all spending --- */

struct engine_control {
	struct store_control store;
	/* Purchases and releases that had left before the freeze and are not
	 * answered yet; every other one stays here. */
	int in_flight;
};
typedef void (*engine_control_done)(
	void *arg, const struct err *e, const struct engine_control *control);
/* From this call on no purchase and no release is handed to the carrier; answered
 * when that is durable.  Sign-ups go on being accepted, and wait.  If the store
 * fails, this process stays frozen all the same. */
void engine_freeze(struct engine *engine, const char *reason, engine_control_done done, void *arg);
void engine_thaw(struct engine *engine, engine_control_done done, void *arg);
/* As it is now; `in_flight` too. */
void engine_get_control(const struct engine *engine, struct engine_control *ret);

/* Each limit, what counts against it now, and the switch; from the store, so that
 * it needs no lease. */
struct engine_limits {
	int64_t at_ms; /* in whose windows */
	struct spending_limits limits;
	struct store_budget budgets[SPENDING_LIMIT_COUNT];
	struct engine_control control;
};
typedef void (*engine_limits_done)(
	void *arg, const struct err *e, const struct engine_limits *limits);
void engine_limits(struct engine *engine, engine_limits_done done, void *arg);

/* --- what the carrier tells us --- */

/* Texts are borrowed until the call returns; "" when the event does not say. */
struct engine_webhook {
	const char *provider, *event_id, *event_type;
	const char *reference; /* the customer_reference it speaks of */
	const char *order_id;  /* the carrier's order it speaks of */
	const char *body;      /* as it arrived */
};
/* OK: it is stored, by this call or (is_repeat) by an earlier one. */
typedef void (*engine_webhook_done)(void *arg, const struct err *e, bool is_repeat);
/* Store it, then have the sign-up it speaks of look for itself, if that is under
 * way.  Nothing else that stands in it counts, and a repeat counts for nothing. */
void engine_webhook(struct engine *engine, const struct engine_webhook *webhook,
	engine_webhook_done done, void *arg);

/* --- numbers for sale --- */

/* phone typed, area_code, postal_code or city; all "" is an error naming the field.
 * contains: digits, or a word spelt on the keypad. */
struct engine_search {
	char phone[200];
	char country[8];
	char area_code[32];
	char postal_code[32];
	char city[100];
	char contains[32];
	char max_rung[32];
	bool is_toll_free;
	int limit; /* 1 … CARRIER_OFFERS_MOST */
};
struct engine_offer {
	struct carrier_offer offer;
	struct ladder_step place;
};
/* What the carrier wants before a number of that country works, as it lists it now. */
struct engine_papers {
	bool is_known; /* false: it was asked in vain */
	int count;
	struct carrier_paper list[CARRIER_PAPERS_MOST];
};
/* papers: NULL where none are wanted (the US and Canada).  A search abroad shows what
 * is for sale, also where a sign-up is refused: country_can_complete() says. */
typedef void (*engine_search_done)(void *arg, const struct wish_error *error,
	const struct engine_offer *offers, int count, const struct engine_papers *papers);
void engine_search(struct engine *engine, const struct engine_search *search,
	engine_search_done done, void *arg);

/* Reserve a number for sale for the person who looks at it (free, about half an
 * hour).  hold: to be given with the sign-up; it proves who holds it and at what
 * price, and says nothing else.  Where the account may not reserve, or the number
 * cannot be, the error says so, and the number may be chosen all the same. */
struct engine_reserved {
	char hold[240];
	struct candidate candidate;
	int64_t until_ms;
};
typedef void (*engine_reserve_done)(
	void *arg, const struct wish_error *error, const struct engine_reserved *reserved);
void engine_reserve(struct engine *engine, const char *number, engine_reserve_done done, void *arg);

/* --- the state of the whole --- */

/* The checks of the cheap kind, now: keys, credential, balance. */
struct engine_checkup {
	struct err carrier; /* code OK, or why not */
	struct err voice;
	int64_t available_cents; /* -1: not known */
	char credential_id[40];
	char application_id[24];
};
typedef void (*engine_checkup_done)(void *arg, const struct engine_checkup *checkup);
void engine_checkup(struct engine *engine, engine_checkup_done done, void *arg);

struct engine_stats {
	int64_t signups, actives, failures, parks; /* since start */
	int64_t steps, saves;
	int64_t under_way;   /* orders in memory that go on */
	int64_t taken, lost; /* orders taken over from, and lost to, other workers */
	int64_t commands[COMMAND_COUNT];
	int64_t errors[ERR_COUNT];                                 /* answers by code */
	int64_t webhooks_stored, webhooks_repeated, webhooks_lost; /* lost: not stored */
	int64_t webhooks_hints; /* stored ones that spoke of a sign-up under way */
	int64_t started_ms;
};
const struct engine_stats *engine_stats(const struct engine *engine);
/* Ready to take sign-ups: lease held, store answering, configuration sound. */
bool engine_is_ready(const struct engine *engine, struct err *e);
struct store *engine_store(struct engine *engine);

#endif
