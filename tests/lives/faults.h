/*
 * faults.h - what may go wrong in a life, and the dice that decide when.
 *
 * Every fault kind has a stream of chance of its own: forbidding one kind
 * leaves what the others do alone, so that a failing life can be shrunk.
 * How likely each is, is drawn once a life ("swarm"): most lives see a few
 * kinds often rather than all of them seldom.
 */
#ifndef LIVES_FAULTS_H
#define LIVES_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

/* clang-format off */
#define FAULTS(X)                                                                                  \
	/* the way there and back */                                                               \
	X(REFUSED,      "refused")       /* no connection: not a byte is sent */                   \
	X(SLOW_CONNECT, "slow_connect")  /* the first byte leaves seconds later: the gate's case */ \
	X(LOST_BEFORE,  "lost_before")   /* sent, never arrives */                                 \
	X(LOST_AFTER,   "lost_after")    /* carried out, the answer is lost */                     \
	X(LATE,         "late")          /* carried out after our deadline, up to ten minutes */   \
	X(SLOW,         "slow")          /* the answer takes up to 19 s */                         \
	/* what is answered */                                                                     \
	X(S5XX_BEFORE,  "5xx_before")    X(S5XX_AFTER,    "5xx_after")                             \
	X(S429_BEFORE,  "429_before")    X(S429_AFTER,    "429_after")                             \
	X(VAGUE_BEFORE, "vague_before")  X(VAGUE_AFTER,   "vague_after") /* 408, 409, 425, 10036 */ \
	X(CUT,          "cut")           X(MALFORMED,     "malformed")                             \
	X(HTML,         "html")          X(EMPTY,         "empty") /* a list that shows nothing */ \
	X(VOICE_EMPTY,  "voice_empty")   /* the same at Vapi */                                    \
	X(AUTH,         "auth")          X(FUNDS,         "funds")                                 \
	X(UNFILTERED,   "unfiltered")    /* a list pays no heed to what it was asked for */        \
	X(REPEAT,       "repeat")        /* a gateway sends it on twice; we see the second answer */ \
	X(TWIN,         "twin")          /* an order for what is ours is taken, and fails later */ \
	/* the carrier's business */                                                               \
	X(RACE,         "race")          /* a stranger takes the number just before us */          \
	X(ORDER_SLOW,   "order_slow")    X(ORDER_ENDS,    "order_ends")                            \
	X(ORDER_STUCK,  "order_stuck")   X(LAG,           "lag") /* lists are up to 5 min old */   \
	X(FLICKER,      "flicker")       X(UNRESERVABLE,  "unreservable")                          \
	X(OLD_METHOD,   "old_method")    /* number_orders is not offered, the old endpoint is */   \
	X(SOLD_OUT,     "sold_out")      /* at home, and here and there near it */                 \
	X(STOCK_LIES,   "stock_lies")    /* what is said of the stock is not so */                 \
	X(NOT_READY,    "not_ready")     X(VOICE_ODD,     "voice_odd")                             \
	/* ourselves */                                                                            \
	X(STORE_FAILS,  "store_fails")   X(STORE_UNSURE,  "store_unsure") /* fails, yet is done */ \
	X(CREATE_UNSURE, "create_unsure") /* the same, of a new sign-up */                         \
	X(LIST_FAILS,   "list_fails")    /* the unfinished cannot be read at the start */          \
	X(STORE_SLOW,   "store_slow")    X(CRASH,         "crash")                                 \
	X(PAUSE,        "pause")         X(CLOCK,         "clock")                                 \
	X(WORKERS,      "workers")       /* two or three of us on one store */                     \
	X(CUT_OFF,      "cut_off")       /* one of them does not find the store for a while */     \
	/* people */                                                                               \
	X(UNDO,         "undo")          /* a cancelling that can be taken back for a day */       \
	X(CANCEL,       "cancel")        X(RETRY,         "retry")                                 \
	X(CHOOSES,      "chooses")       /* a number for sale, perhaps held, perhaps long ago */   \
	/* no fault at all: the stream of plain chance.  It stands here, and new kinds             \
	 * below it, so that a known seed keeps its life. */                                       \
	X(NONE,         "none")                                                                    \
	X(DEAR,         "dear")          /* numbers at home or near it cost more than is allowed */
/* clang-format on */
enum fault_kind {
#define X(name, wire) FAULT_##name,
	FAULTS(X)
#undef X
		FAULT_COUNT
};

struct dice {
	uint64_t seed;
	bool is_narrow; /* only calls that write are struck */
	bool is_on;     /* faults strike; false in the second half of a life */
	uint32_t chance[FAULT_COUNT];
	uint64_t rolled[FAULT_COUNT];
	uint64_t struck[FAULT_COUNT];
};

/* forbidden: a bit set of kinds that never strike. */
void dice_init(struct dice *d, uint64_t seed, uint64_t forbidden);
bool dice_strikes(struct dice *d, enum fault_kind kind);
/* A number from the kind's stream. */
uint64_t dice_roll(struct dice *d, enum fault_kind stream);
int64_t dice_between(struct dice *d, enum fault_kind stream, int64_t least, int64_t most);
/* The same, small values as likely as large ones. */
int64_t dice_scale(struct dice *d, enum fault_kind stream, int64_t least, int64_t most);
const char *fault_wire(enum fault_kind kind);
uint64_t fault_stir(uint64_t x);

#endif
