/*
 * store_job.h - what waits for the writer, packed, and the way back to the loop.
 *
 * A struct order is some KiB; a waiting write is only its cells and texts (one
 * allocation of 1 to 2 KiB), ready to be bound.
 *
 * An answer is a struct delivery in a mailbox: threads put finished ones in,
 * the loop's thread takes them all at once, so a group of 256 writes wakes the
 * loop once.
 */
#ifndef STORE_STORE_JOB_H
#define STORE_STORE_JOB_H

#include "store/order_row.h"
#include "store/store.h"

/* First member of everything that is answered on the loop's thread. */
struct delivery {
	struct delivery *next;
	void (*deliver)(struct delivery *d); /* calls the caller's `done`, then frees */
};

struct mailbox;
struct mailbox *mailbox_new(struct loop *loop);
/* Delivers what is in it first.  No thread may use it any more. */
struct mailbox *mailbox_free(struct mailbox *box);
/* A chain of finished deliveries, in order.  From any thread. */
void mailbox_put(struct mailbox *box, struct delivery *first, struct delivery *last);

enum job_kind { JOB_CREATE, JOB_SAVE, JOB_WEBHOOK, JOB_CLAIM, JOB_CONTROL, JOB_REFUSED };

/* What a claim is told with. */
struct claim_job {
	struct store_claim claim;
	store_orders_done done;
	struct order *orders; /* owned: room for claim.limit */
	size_t count;
	struct err corrupt; /* the first row that was not sound */
};

/* What the order of a job means for one account of the limits. */
struct job_money {
	enum order_money is;
	bool may_be_limited;
	int64_t cents;
};

struct write_job {
	struct delivery delivery;
	enum job_kind kind;
	store_done done;
	void *arg;
	struct store_result *result; /* owned; NULL means plainly OK */
	struct claim_job *claim;     /* owned; JOB_CLAIM, also when it is refused */

	bool is_frozen;  /* as its transaction saw it */
	int64_t version; /* to be reached */
	struct attempt attempt;
	struct job_money money[ACCOUNT_COUNT];
	struct spending_limits limits;
	int64_t seq, at_ms; /* of the event; at_ms also when a webhook came, or of a freeze */
	/* Where texts start. */
	int64_t thawed_at_ms; /* JOB_CONTROL; at_ms is when it was frozen */
	uint32_t id, event, from, to, detail, hash;
	uint32_t idempotency_key, fingerprint, duplicate_key, source; /* JOB_CREATE */
	uint32_t attempt_reference;                                   /* "" for none */
	uint32_t provider, event_id, event_type, body;                /* JOB_WEBHOOK */
	uint32_t reason;                                              /* JOB_CONTROL */
	/* Behind the job, in its allocation. */
	const int64_t *cells; /* from column `first` to the last */
	const char *texts;
	int first;
};

/* `scratch` is cleared and its room used again; at most JOB_TEXT_MAX. */
#define JOB_TEXT_MAX (ROW_TEXT_MAX + STORE_WEBHOOK_BODY_BYTES)
struct write_job *write_job_create(struct str *scratch, const struct order *order,
	const struct store_creation *creation, const struct store_event *event,
	const struct spending_limits *limits, store_done done, void *arg);
struct write_job *write_job_save(struct str *scratch, const struct order *order,
	const struct store_event *event, const struct attempt *attempt_or_null,
	const struct spending_limits *limits, store_done done, void *arg);
struct write_job *write_job_control(
	struct str *scratch, const struct store_control *control, store_done done, void *arg);
struct write_job *write_job_webhook(
	struct str *scratch, const struct store_webhook *webhook, store_done done, void *arg);
struct write_job *write_job_claim(
	struct str *scratch, const struct store_claim *claim, store_orders_done done, void *arg);
/* A job that carries nothing but its refusal, to be answered in its turn. */
struct write_job *write_job_refused(
	struct str *scratch, const struct err *e, store_done done, void *arg);
struct write_job *write_job_free(struct write_job *job);

static inline const char *write_job_text(const struct write_job *job, uint32_t start)
{
	return job->texts + start;
}
/* A column's text; NULL for SQL NULL. */
const char *write_job_column(const struct write_job *job, int column);
/* The result to be filled; made at the first call. */
struct store_result *write_job_result(struct write_job *job);

#endif
