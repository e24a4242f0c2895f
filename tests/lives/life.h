/*
 * life.h - one life: an installation, its customers, its upstreams, its faults.
 *
 * The order, engine, carrier and voice layers are the real ones.  Theirs is a
 * store in memory (disk.c), a sender without a network (wire.c) to the real
 * simulator's Telnyx and Vapi, and counted time (vtime.c).  judge.c sees both
 * sides and says when a promise is broken.
 *
 * One thread, one life at a time: the struct below is the only one.
 */
#ifndef LIVES_LIFE_H
#define LIVES_LIFE_H

#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>

#include "engine/engine.h"
#include "net/http_client.h"
#include "store/store.h"
#include "tests/lives/faults.h"
#include "tests/lives/truth.h"
#include "tests/lives/vtime.h"

#define CUSTOMERS_MOST 2
#define ROW_ATTEMPTS 64
#define WORKERS_EVER 64 /* starts of a process, in one life */

/* What would be wrong code, made without touching it. */
/* clang-format off */
#define MUTANTS(X)                                                                                 \
	X(NONE,            "none",            "")                                                  \
	X(LIMITED_GONE,    "429_is_gone",     "429 to an order is read as: the number is gone")    \
	X(UNCLEAR_GONE,    "unclear_is_gone", "an unclear order is read as: the number is gone")   \
	X(UNCLEAR_UNSENT,  "unclear_is_unsent", "an unclear order is read as: nothing was sent")   \
	X(S5XX_UNSENT,     "5xx_is_unsent",   "a 5xx is read as: nothing was sent")                \
	X(EAGER_STORE,     "eager_store",     "writes are acknowledged before they are durable")   \
	X(EAGER_SEND,      "eager_send",      "the store says done before it has begun")           \
	X(SENDS_TWICE,     "sends_twice",     "the HTTP client repeats a lost POST by itself")     \
	X(READ_IS_ACTIVE,  "read_is_active",  "an order that was accepted is read as owned, and all reads as active") \
	X(RELEASE_BELIEVED,"release_believed", "a number that cannot be read is read as given back") \
	X(IMPORT_UNSENT,   "import_unsent",   "an unclear import is read as: not imported, look no more") \
	X(NO_CAS,          "no_cas",          "a save is let through whatever version it is of")   \
	X(NO_UNIQUENESS,   "no_uniqueness",   "the store lets two sign-ups pin one number")
/* clang-format on */
enum mutant {
#define X(name, wire, says) MUTANT_##name,
	MUTANTS(X)
#undef X
		MUTANT_COUNT
};

/* --- disk.c: the store in memory --- */

struct row {
	struct order order; /* as durable */
	struct store_creation creation;
	struct attempt attempts[ROW_ATTEMPTS];
	int attempt_count;
	bool is_used;
};

/* --- the one life --- */

/* One of our processes; all work on one store. */
struct worker {
	int process;
	struct store *store;
	struct carrier *carrier;
	struct voice *voice;
	struct engine *engine; /* NULL while the process is down */
	struct due restart;
	int crashes;
};

#define SEEN_MOST 10
struct customer {
	struct wish wish;
	struct due act, cancel, retry;
	bool is_signing_up;                 /* what is wished is settled */
	char seen[SEEN_MOST][NUMBER_BYTES]; /* numbers for sale, when looked at */
	int seen_count;
	bool is_answered, is_refused;
	bool has_said; /* how to look, without naming a number */
	char id[ID_BYTES];
};

struct life {
	uint64_t seed;
	enum mutant mutant;
	bool is_traced;
	struct dice dice;
	struct worker workers[VTIME_PROCESSES];
	int worker_count;
	struct customer customers[CUSTOMERS_MOST];
	int customer_count;
	uint64_t existing;  /* digits of a number that was there before us; 0: none */
	bool is_unreserved; /* some number may be bought without a reservation */
	bool is_old_method; /* number_orders is not offered */
	int64_t starts, calls, holds;
	jmp_buf broken;
	const char *invariant; /* that was broken */
	char why[300];
};
extern struct life life;

/* --- disk.c --- */
struct store *disk_new(int process); /* its connection to what the disk holds */
void disk_wipe(void);                /* a new machine */
/* The process ends: what it asked for is done or not, and it is told it failed.
 * With it alone the power fails: what was not durable is gone. */
void disk_crash(int process);
bool disk_is_idle(int process); /* 0: of all */
/* For so long this process finds no store. */
void disk_cut_off(int process, int64_t until_ms);
const struct row *disk_rows(void); /* CUSTOMERS_MOST of them */

/* --- wire.c --- */
struct http_client *wire_client(int process);
void wire_reset(void);
/* The process is gone: nobody listens any more, what left goes on. */
void wire_hang_up(int process);
bool wire_is_quiet(void); /* nothing can reach an upstream any more */
void wire_clear(void);    /* forget what is still on its way */

/* --- wrong.c: mutants of what upstreams say --- */
struct carrier *wrong_carrier(int process, struct carrier *inner);
struct voice *wrong_voice(int process, struct voice *inner);

/* --- quick_json.c --- */
void quick_json_init(void);
void quick_json_use_own(bool is_wanted); /* jansson's own reader from now on, or not */

/* --- judge.c --- */
_Noreturn void judge_broken(const char *invariant, const char *format, ...) PRINTF_LIKE(2, 3);
void judge_upstream(void);
void judge_save(const struct row *was, const struct row *row);
/* This worker's save is about to be let through. */
void judge_decides(const struct row *row, int64_t worker);
void judge_reservation_leaves(const char *number, const char *reference);
void judge_order_leaves(const char *number, const char *reference);
void judge_import_leaves(const char *number);
void judge_release_leaves(const char *number_id);
void judge_signup(const struct customer *c, const char *id);
void judge_reset(void);
bool judge_is_settled(void);
void judge_end(void);
void judge_ignore(const char *invariant);

void life_trace(const char *format, ...) PRINTF_LIKE(1, 2);

/* --- life.c --- */
bool life_is_awake(void); /* every worker that will come back is there and runs */
struct life_end {
	const char *invariant; /* NULL: all promises were kept */
	char why[300];
	int by_state[ORDER_STATE_COUNT];
	int unanswered;
	int64_t calls, starts, virtual_ms;
	uint64_t struck[FAULT_COUNT];
	uint64_t print; /* of all that happened, in order */
};
/* What is asked of lives beside their seed. */
struct life_options {
	uint64_t forbidden; /* kinds of faults that never strike */
	enum mutant mutant;
	int64_t calm_ms; /* when the faults end, at the latest; 0: as drawn */
	int customers;   /* at most; 0: as drawn */
	bool is_traced;
};
void life_run(uint64_t seed, const struct life_options *options, struct life_end *ret);
void life_print_in(const void *data, size_t bytes); /* adds to the print */

#endif
