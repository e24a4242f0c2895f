/*
 * order.h - the core: one customer's wish for a number, and the only rules by
 * which it may move.
 *
 * order_step() is a pure function.  No clock, socket, database, malloc or log:
 * time, random numbers and what the world answered come in with the event;
 * what should be asked of the world goes out as commands.  The engine saves
 * the step and only then carries out what writes anywhere.
 *
 * What it promises (why: README.md beside this file):
 *  - a number is pinned before anything is spent, and while an attempt to buy
 *    it is unresolved no other number is ever pinned;
 *  - every attempt has a reference of its own, planned and saved before it is
 *    sent, and is sent once;
 *  - anything but a clear answer is settled by looking;
 *  - `active` only after both sides were read back.
 *
 * Thread: any; nothing is shared.  Times are wall-clock milliseconds: safety
 * never rests on them, they only decide how long to wait.
 */
#ifndef ORDER_ORDER_H
#define ORDER_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/id.h"
#include "numbering/ladder.h"

/* clang-format off */
#define ORDER_STATES(X)                                                                            \
	/* name          wire            status seen outside */                                     \
	X(RECEIVED,     "received",     "received")        /* stored, nothing asked yet */         \
	X(SEARCHING,    "searching",    "searching")       /* checks, look-up by reference, search */ \
	X(CLAIMING,     "claiming",     "searching")       /* a number brought along: is it ours? */ \
	X(RESERVING,    "reserving",    "purchasing")      /* pinned; asking for it to be kept for us */ \
	X(BUYING,       "buying",       "purchasing")      /* an attempt is planned and sent, or about to be */ \
	X(UNCLEAR,      "unclear",      "purchasing")      /* an attempt may have bought it: looking */ \
	X(ORDERED,      "ordered",      "purchasing")      /* the carrier has the order: until active */ \
	X(PROVISIONING, "provisioning", "provisioning")    /* owned: does the voice platform know it? */ \
	X(IMPORTING,    "importing",    "provisioning")    /* an import is planned and sent */     \
	X(VERIFYING,    "verifying",    "verifying")       /* reading both sides back */           \
	X(ACTIVE,       "active",       "active")                                                  \
	X(NEEDS_INPUT,  "needs_input",  "needs_input")     /* a place, or a choice, is needed */   \
	X(PARKED,       "parked",       "needs_attention") /* a person must look; pin and money kept */ \
	X(FAILED,       "failed",       "failed")          /* nothing is owned, nothing is owed */ \
	X(CANCELLED,    "cancelled",    "cancelled")                                               \
	X(RELEASING,    "releasing",    "cancelled")       /* giving back what was bought */       \
	X(RELEASED,     "released",     "released")
/* clang-format on */
enum order_state {
#define X(name, wire, status) ORDER_##name,
	ORDER_STATES(X)
#undef X
		ORDER_STATE_COUNT
};

enum order_mode { ORDER_MODE_BUY, ORDER_MODE_EXISTING };

/* The ways to buy, in the order they are tried. */
enum order_method { METHOD_NUMBER_ORDERS, METHOD_PHONE_NUMBERS, METHOD_COUNT };

/* clang-format off */
#define COMMAND_KINDS(X)                                                                           \
	X(CHECK,          "check")          /* keys, credential, balance: read only */             \
	X(SEARCH,         "search")         /* numbers for sale, from order.ladder_at on */        \
	X(TRACE,          "trace")          /* is an order of ours known under the next reference? */ \
	X(RESERVE,        "reserve")        /* keep the pinned number for us: free, may be repeated */ \
	X(BUY,            "buy")            /* MONEY: the open attempt, once */                     \
	X(LOOK,           "look")           /* by reference, by ownership, by list */              \
	X(OFFER,          "offer")          /* is exactly the pinned number for sale? */           \
	X(READ_ORDER,     "read_order")     /* the order by id, and the number in our list */      \
	X(READ_NUMBER,    "read_number")    /* the owned number by id */                           \
	X(FIND_VOICE,     "find_voice")     /* does the voice platform hold the number? */         \
	X(IMPORT,         "import")         /* into the voice platform, once */                    \
	X(READ_VOICE,     "read_voice")     /* the voice platform's record by id */                \
	X(RELEASE_VOICE,  "release_voice")  /* remove the voice platform's record */               \
	X(RELEASE_NUMBER, "release_number") /* give the number back to the carrier */
/* clang-format on */
enum command_kind {
#define X(name, wire) COMMAND_##name,
	COMMAND_KINDS(X)
#undef X
		COMMAND_COUNT
};

/* What happened.  ANSWER carries what came of a command. */
enum event_kind {
	EVENT_START,   /* a new order may begin */
	EVENT_RESUME,  /* this process just took it over: what was asked is forgotten */
	EVENT_TIMER,   /* order.due_ms has come */
	EVENT_HINT,    /* somebody outside says that something changed: look */
	EVENT_CANCEL,  /* the customer or operator wants it undone */
	EVENT_RETRY,   /* a person says: try again */
	EVENT_RESOLVE, /* a person's answer to what is parked: event.resolution */
	EVENT_FOUND,   /* the carrier knows an order of ours that this row does not */
	EVENT_TAKEN,   /* event.taken is pinned by another order of ours: avoid it */
	EVENT_ANSWER,
	EVENT_COUNT
};

#define ORDER_CANDIDATES 5
#define ORDER_AVOID 12
#define ORDER_ATTEMPTS_A_PIN 3
#define ORDER_IMPORTS 6
#define ORDER_RELEASES 5
#define ORDER_SEARCHES 4 /* times it is searched from one cursor when candidates slip away */

#define NUMBER_BYTES 20    /* E.164 and its NUL */
#define REFERENCE_BYTES 48 /* nb1-<instance>-<20>-<attempt> */

struct candidate {
	char number[NUMBER_BYTES];
	int32_t upfront_cents;
	int32_t monthly_cents;
	char currency[4];
	bool is_reservable;
};

/* Which unfinished business an attempt is. */
enum attempt_kind { ATTEMPT_NONE, ATTEMPT_BUY, ATTEMPT_IMPORT };
enum attempt_outcome {
	OUTCOME_OPEN,
	OUTCOME_ACCEPTED,
	OUTCOME_UNSENT,  /* not a byte left us */
	OUTCOME_REFUSED, /* a definite no about this attempt */
	OUTCOME_FAILED,  /* the order was taken and then failed */
	OUTCOME_UNKNOWN, /* may have happened */
};
/* An attempt to buy the pinned number.  While it is on the list the number is
 * not let go.  What cannot have bought it (UNSENT, a method not offered) is
 * taken off at once; a refusal or a failed order only after looking, since a
 * gateway may have repeated our order and the copy is what failed. */
struct pin_attempt {
	int32_t no;
	enum attempt_outcome outcome;
	int32_t quiet_looks;    /* looks for it, far enough apart, that showed nothing */
	int64_t quiet_since_ms; /* when the last of them counted */
};

struct attempt {
	enum attempt_kind kind;
	enum attempt_outcome outcome;
	int no; /* counts on for ever within one order and kind; part of the reference */
	enum order_method method;
	char number[NUMBER_BYTES];
	enum err_code code; /* what the answer was, OK while open */
	int64_t planned_ms;
};

struct order {
	/* Who wants what; a retry may change where, which and how far. */
	char id[ID_BYTES];
	char business_name[200];
	char email[256];
	char business_phone[NUMBER_BYTES];
	char existing_number[NUMBER_BYTES]; /* mode EXISTING */
	char area_code[8];                  /* wanted; "" when the phone has no place */
	char country[4];
	char postal_code[12]; /* where the business is, if it was asked; "" */
	char city[64];        /* the same: "Berkeley, CA" */
	char contains[12];
	/* The number the customer chose, at the price shown; "" when none.  That one
	 * is bought, or they are asked again: never silently another. */
	struct candidate wanted;
	int64_t wanted_until_ms; /* reserved for this customer until then; 0: not */
	bool asks;               /* past max_rung it asks (NEEDS_INPUT) instead of failing */
	char reference[104];     /* the caller's own word for it */
	enum order_mode mode;
	enum ladder_rung max_rung;
	int64_t created_ms;
	char instance[12]; /* with `name`: the customer_reference */
	char name[24];
	/* What its number may cost; that much is held for it.  Set anew only when
	 * it begins again. */
	int32_t most_upfront_cents, most_monthly_cents;

	/* Where it stands. */
	int64_t version;   /* counts saves; the store compares it */
	int64_t event_seq; /* the timeline's last row, and its hash (the engine's) */
	char event_hash[ID_HEX_BYTES];
	int64_t worker; /* who may act on it (the store's: store_claim()); 0: nobody */
	enum order_state state;
	enum order_state parked_from; /* PARKED: where to go on */
	int64_t updated_ms;
	int64_t since_ms; /* when `state` began */
	int64_t due_ms;   /* when EVENT_TIMER is wanted; 0: never */
	int32_t tries;    /* of the present waiting, for the backoff */
	bool cancel_wanted;
	struct err error; /* code OK when there is none */

	/* The search. */
	int32_t ladder_at;        /* the ladder's cursor: the next place to search */
	struct ladder_step place; /* the one searched last */
	int32_t searches;         /* from this cursor */
	int32_t candidate_count;
	struct candidate candidates[ORDER_CANDIDATES];
	int32_t avoid_count;
	char avoid[ORDER_AVOID][NUMBER_BYTES];
	bool is_checked, is_traced, is_searched;
	int64_t available_cents; /* what the account could spend, when checked */

	/* The pin.  number is "" while nothing is pinned. */
	char number[NUMBER_BYTES];
	struct candidate pinned;
	struct ladder_step match;
	bool was_reserved; /* this pin was ours alone at some time */
	int64_t reserved_until_ms;
	int32_t attempts_on_pin;
	struct pin_attempt pin_attempts[ORDER_ATTEMPTS_A_PIN]; /* each one's own end */
	int32_t order_no;   /* the attempt that order_id belongs to */
	int32_t looked_no;  /* the attempt whose reference the last LOOK asked for */
	int32_t held_up;    /* tries in a row that could not leave us */
	int64_t held_up_ms; /* since when; 0: not held up */
	int64_t sent_ms;    /* last attempt on this pin */
	int64_t unclear_ms; /* since when it is looked for */
	bool is_for_sale;   /* the last OFFER said so */
	struct err refusal; /* the first refusal of this pin's attempts */
	/* Another attempt on the number that was bought may still arrive until then:
	 * it is not given back before, or that one would buy it again.  0: none. */
	int64_t unsure_until_ms;
	bool is_given_up;       /* a person says it was not bought: one look more */
	bool is_vouched;        /* a person says the number is this sign-up's */
	bool is_torn;           /* parked: the carrier knows an order of ours for another number */
	struct attempt attempt; /* the newest */
	int32_t attempt_no;     /* highest number used, all kinds of attempts to buy */
	enum order_method method; /* to use for the next attempt */

	/* What is owned. */
	char order_id[40];
	char number_id[32];
	char carrier_status[32]; /* the carrier's own word */
	bool is_owned;
	bool was_active;
	char voice_id[40];
	char voice_status[24];
	bool is_voice_ours; /* we imported it, so we may remove it */
	bool is_voice_searched;
	bool was_import_tried; /* a record found later may be our own */
	bool is_gone;          /* RELEASING: Telnyx no longer lists it; a last look at Vapi */
	int32_t imports;
	int32_t releases;
	bool is_number_read, is_voice_read; /* VERIFYING */

	/* What was asked and not answered yet: 0, or the round it was asked in.
	 * Only an answer of that round counts.  Not stored. */
	int32_t round;
	int32_t asked[COMMAND_COUNT];
};

enum carrier_order_status {
	CARRIER_ORDER_NONE, /* no such order (yet) */
	CARRIER_ORDER_PENDING,
	CARRIER_ORDER_SUCCESS,
	CARRIER_ORDER_ENDED, /* failure, cancelled, deleted */
	CARRIER_ORDER_UNKNOWN,
};
enum number_status { NUMBER_ABSENT, NUMBER_PENDING, NUMBER_ACTIVE, NUMBER_ENDED, NUMBER_OTHER };
enum voice_status { VOICE_ABSENT, VOICE_ACTIVE, VOICE_ACTIVATING, VOICE_BLOCKED };

/* What came of a command.  code OK, or why not; then only message and
 * retry_after_ms count.  CARRIER_NO_NUMBERS is the answer "none". */
struct answer {
	enum err_code code;
	char message[300];
	char hint[200];
	int64_t retry_after_ms; /* -1: not said */

	int candidate_count; /* SEARCH; OFFER: 1 or 0 */
	struct candidate candidates[2 * ORDER_CANDIDATES];
	/* SEARCH: the first place with numbers from order.ladder_at on, and the cursor
	 * after it.  NO_NUMBERS: there is none up to max_rung.  Where a number was
	 * chosen, only that one is looked for, and these say nothing. */
	struct ladder_step place;
	int32_t ladder_at;
	int64_t available_cents;   /* CHECK; -1: not known */
	int64_t reserved_until_ms; /* RESERVE */

	enum carrier_order_status order_status; /* BUY, TRACE, LOOK, READ_ORDER */
	char order_id[40];
	char number[NUMBER_BYTES];        /* TRACE: the number that order names */
	enum number_status number_status; /* LOOK, READ_ORDER, READ_NUMBER */
	char number_id[32];
	char number_reference[REFERENCE_BYTES]; /* of the owned number; "" when unset */
	char status_word[32];                   /* the upstream's own */

	enum voice_status voice_status; /* FIND_VOICE, IMPORT, READ_VOICE */
	char voice_id[40];
	bool is_adopted;   /* IMPORT: it was there already */
	char differs[160]; /* READ_*: what is not as it should be; "" if nothing */
};

struct command {
	enum command_kind kind;
	int32_t round;
	char reference[REFERENCE_BYTES]; /* RESERVE, BUY, TRACE, LOOK */
};

/* What the operator allows and what this process has learned; constants for
 * one step. */
struct order_rules {
	int64_t settle_ms; /* all other waits scale with it */
	int64_t max_upfront_cents, max_monthly_cents;
	bool may_reserve;              /* false while the account is refused it */
	bool is_offered[METHOD_COUNT]; /* false once the carrier said there is no such way */
	int64_t undo_ms; /* how long a number that was active outlives its cancelling */
	/* An operator stopped all spending: nothing is ordered and nothing given
	 * back.  What waits for that neither fails nor parks for it; looking goes on. */
	bool is_frozen;
	const char *frozen_reason; /* borrowed: the operator's words; may be NULL */
};
/* Within the ceilings, and in dollars. */
bool order_may_pay(const struct order_rules *rules, const struct candidate *c);
/* The same, and within what this order may cost. */
bool order_may_buy(
	const struct order_rules *rules, const struct order *o, const struct candidate *c);

/* What a person may answer to a parked sign-up (README.md, "A person's answers"). */
enum resolution { RESOLVE_ADOPT, RESOLVE_WAIT, RESOLVE_LET_GO, RESOLUTION_COUNT };

/* An order upstream under one of this order's references, with a higher attempt
 * number than it knows: the database is older than what it did. */
struct order_found {
	int32_t no; /* of the attempt */
	enum carrier_order_status status;
	char order_id[40];
	char number[NUMBER_BYTES]; /* "" when it names none, or several */
};

/* What a person answers when a place or a choice is needed, or the search has failed:
 * what is not "" (or has_...) takes the place of what the sign-up said. */
struct order_choice {
	char area_code[8], country[4]; /* of every place that is said, however it is */
	char postal_code[12];
	char city[64];
	struct candidate wanted;
	int64_t wanted_until_ms;
	enum ladder_rung max_rung;
	bool has_max_rung, asks;
	bool has_contains;
	char contains[12]; /* "": any digits */
};

struct event {
	enum event_kind kind;
	int64_t now_ms;
	uint32_t random; /* for the backoff */
	const struct order_rules *rules;
	bool is_now;                       /* CANCEL: skip the undo time */
	char taken[NUMBER_BYTES];          /* TAKEN */
	enum resolution resolution;        /* RESOLVE */
	const struct order_found *found;   /* FOUND; borrowed for the step */
	const struct order_choice *choice; /* RETRY: something was said; borrowed; else NULL */
	enum command_kind answers;         /* ANSWER: to this command */
	int32_t round;                     /* … of this round */
	const struct answer *answer;       /* … said this; borrowed for the step */
};

enum verdict {
	VERDICT_APPLIED,
	VERDICT_IGNORED,  /* nothing changes */
	VERDICT_REJECTED, /* a person asked for what is not allowed here; step.error says why */
};
enum save {
	SAVE_NOTHING, /* only memory changed: a poll that showed nothing */
	SAVE_SOON,    /* commands only read: they need not wait for the disk */
	SAVE_FIRST,   /* a command writes upstream: not before this is durable */
};

#define STEP_COMMANDS 4
struct step {
	struct order order;
	enum verdict verdict;
	enum save save;
	bool touches_attempt; /* order.attempt is new or changed */
	int command_count;
	struct command commands[STEP_COMMANDS];
	char detail[200]; /* for the timeline, one clause */
	struct err error; /* REJECTED */
};

/* Out-parameter, not a return: an order is some KiB. */
void order_step(const struct order *was, const struct event *event, struct step *ret);

const char *order_state_wire(enum order_state state);
bool order_state_from_wire(const char *wire, enum order_state *ret);
const char *order_status(enum order_state state); /* CONTRACT's status word */
const char *order_mode_wire(enum order_mode mode);
const char *order_method_wire(enum order_method method);
const char *command_wire(enum command_kind kind);
const char *resolution_wire(enum resolution resolution); /* "adopt", "wait", "let_go" */
bool resolution_from_wire(const char *wire, enum resolution *ret);
const char *event_wire(const struct event *event); /* "start", "answer_buy", … */
const char *attempt_kind_wire(enum attempt_kind kind);
const char *attempt_outcome_wire(enum attempt_outcome outcome);

/* Nothing more happens by itself. */
bool order_is_over(enum order_state state);
/* Its pin keeps the number from every other order. */
bool order_holds_number(const struct order *o);
/* The command spends money or changes something at an upstream. */
bool command_writes(enum command_kind kind);

/* The ladder it is looked for on, as far as it may go and no further than
 * max_rung; false: there is no place on it.  A shorter one begins as a longer. */
bool order_ladder(const struct order *o, enum ladder_rung max_rung, struct ladder *ret);

/* Attempts on the pin of which no end is known: neither refused nor failed. */
int order_unknown(const struct order *o);

/* customer_reference of attempt `no`: nb1-<instance>-<name>-<no>. */
void order_reference(const struct order *o, int no, char to[REFERENCE_BYTES]);
/* Whether a reference read upstream is one of this order's. */
bool order_owns_reference(const struct order *o, const char *reference);
/* customer_reference of a reservation made for a person who has not signed up
 * yet: nb1-<instance>-h-<mark>.  No order's: that has a number at its end. */
void order_hold_reference(const char *instance, const char *mark, char to[REFERENCE_BYTES]);
/* Whether a reservation of the pinned number is this order's to use: its own,
 * or the hold that the customer showed. */
bool order_may_use_reservation(const struct order *o, const char *reference);

/* What an order means for the limits on spending, told from its own facts.
 * PURCHASE: NONE, it cannot cost anything; HELD, it may; SPENT, a number was
 * bought for it, which stays so after its release.  RELEASE is the same for
 * giving back a number that was active.  *ret_cents: what is to be held, or
 * what was spent. */
enum order_account { ACCOUNT_PURCHASE, ACCOUNT_RELEASE, ACCOUNT_COUNT };
enum order_money { MONEY_NONE, MONEY_HELD, MONEY_SPENT };
enum order_money order_money(const struct order *o, enum order_account account, int64_t *ret_cents);
/* Nothing has been asked of the world for it yet that may cost or give back:
 * a limit may still say no. */
bool order_may_be_limited(const struct order *o, enum order_account account);
const char *order_account_wire(enum order_account account);
const char *order_money_wire(enum order_money money);

/* The broken invariant's name, or NULL.  The engine must()s it around every
 * step; the store turns it into ERR_STORE_CORRUPT after every read. */
const char *order_fault(const struct order *o);

#endif
