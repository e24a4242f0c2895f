#include "store/store_job.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "net/loop.h"

/* ---- mailbox ---- */

struct mailbox {
	struct loop *loop; /* borrowed */
	pthread_mutex_t lock;
	struct delivery *first, *last;
	bool is_posted; /* the loop will come for it */
	bool is_orphan; /* freed by its owner; the loop's visit ends it */
};

struct mailbox *mailbox_new(struct loop *loop)
{
	struct mailbox *box = must_calloc(1, sizeof(*box));
	box->loop = loop;
	must(pthread_mutex_init(&box->lock, NULL) == 0);
	return box;
}

static struct delivery *take_all(struct mailbox *box)
{
	must(pthread_mutex_lock(&box->lock) == 0);
	struct delivery *first = box->first;
	box->first = box->last = NULL;
	box->is_posted = false;
	must(pthread_mutex_unlock(&box->lock) == 0);
	return first;
}

static void deliver_all(struct delivery *d)
{
	while (d != NULL) {
		struct delivery *next = d->next;
		d->deliver(d);
		d = next;
	}
}

static void mailbox_end(struct mailbox *box)
{
	must(pthread_mutex_destroy(&box->lock) == 0);
	free(box);
}

/* On the loop's thread. */
static void visit(void *arg)
{
	struct mailbox *box = arg;
	if (box->is_orphan)
		mailbox_end(box);
	else
		deliver_all(take_all(box));
}

/* A post cannot be taken back: when one is under way, it frees the box. */
struct mailbox *mailbox_free(struct mailbox *box)
{
	if (box == NULL)
		return NULL;
	bool is_posted = box->is_posted;
	box->is_orphan = true;
	for (struct delivery *d = take_all(box); d != NULL; d = take_all(box))
		deliver_all(d);
	if (!is_posted)
		mailbox_end(box);
	return NULL;
}

void mailbox_put(struct mailbox *box, struct delivery *first, struct delivery *last)
{
	must(first != NULL && last != NULL);
	last->next = NULL;
	must(pthread_mutex_lock(&box->lock) == 0);
	bool wakes = !box->is_posted && !box->is_orphan;
	if (box->last != NULL)
		box->last->next = first;
	else
		box->first = first;
	box->last = last;
	box->is_posted = true;
	must(pthread_mutex_unlock(&box->lock) == 0);
	if (wakes)
		loop_post(box->loop, visit, box);
}

/* ---- jobs ---- */

static void deliver_write(struct delivery *d)
{
	static const struct store_result fine, fine_but_frozen = {.is_frozen = true};
	struct write_job *job = (struct write_job *)d;
	if (job->result != NULL)
		job->result->is_frozen = job->is_frozen;
	if (job->done != NULL)
		job->done(job->arg, job->result      ? job->result
				    : job->is_frozen ? &fine_but_frozen
						     : &fine);
	write_job_free(job);
}

static void deliver_claim(struct delivery *d)
{
	struct write_job *job = (struct write_job *)d;
	const struct claim_job *c = job->claim;
	bool is_refused = job->result != NULL;
	c->done(job->arg, is_refused ? &job->result->err : &c->corrupt, c->orders,
		is_refused ? 0 : c->count);
	write_job_free(job);
}

/* What a job is packed from; on the stack of the caller. */
struct parcel {
	struct write_job head;
	int64_t cells[ROW_COLUMNS];
	struct str *texts; /* borrowed */
};

static uint32_t keep(struct parcel *p, const char *text)
{
	uint32_t start = (uint32_t)p->texts->bytes;
	str_add_bytes(p->texts, text, strlen(text) + 1);
	return start;
}

static void parcel_init(
	struct parcel *p, struct str *scratch, enum job_kind kind, store_done done, void *arg)
{
	p->head = (struct write_job){
		.delivery.deliver = deliver_write, .kind = kind, .done = done, .arg = arg};
	str_clear(scratch);
	p->texts = scratch;
}

static void keep_order(struct parcel *p, const struct order *order, const struct store_event *event)
{
	p->head.id = keep(p, order->id);
	p->head.version = order->version;
	order_row_write(order, p->head.first, ROW_COLUMNS, p->cells, p->texts);
	p->head.seq = event->seq;
	p->head.at_ms = event->at_ms;
	p->head.event = keep(p, event->event);
	p->head.from = keep(p, event->from);
	p->head.to = keep(p, event->to);
	p->head.detail = keep(p, event->detail);
	p->head.hash = keep(p, event->hash);
}

static void keep_money(
	struct parcel *p, const struct order *order, const struct spending_limits *limits)
{
	for (int i = 0; i < ACCOUNT_COUNT; i++) {
		enum order_account account = (enum order_account)i;
		struct job_money *money = &p->head.money[i];
		money->is = order_money(order, account, &money->cents);
		money->may_be_limited = order_may_be_limited(order, account);
	}
	p->head.limits = *limits;
}

static struct write_job *parcel_pack(struct parcel *p)
{
	must(str_ok(p->texts));
	size_t count = (size_t)(ROW_COLUMNS - p->head.first);
	size_t cell_bytes = count * sizeof(p->cells[0]);
	struct write_job *job = must_realloc(NULL, sizeof(*job) + cell_bytes + p->texts->bytes);
	int64_t *cells = (int64_t *)(job + 1);
	char *texts = (char *)(cells + count);
	*job = p->head;
	if (count > 0)
		memcpy(cells, p->cells + p->head.first, cell_bytes);
	if (p->texts->bytes > 0)
		memcpy(texts, p->texts->text, p->texts->bytes);
	job->cells = cells;
	job->texts = texts;
	return job;
}

struct write_job *write_job_create(struct str *scratch, const struct order *order,
	const struct store_creation *creation, const struct store_event *event,
	const struct spending_limits *limits, store_done done, void *arg)
{
	struct parcel p;
	parcel_init(&p, scratch, JOB_CREATE, done, arg);
	keep_order(&p, order, event);
	keep_money(&p, order, limits);
	p.head.idempotency_key = keep(&p, creation->idempotency_key);
	p.head.fingerprint = keep(&p, creation->fingerprint);
	p.head.duplicate_key = keep(&p, creation->duplicate_key);
	p.head.source = keep(&p, creation->source);
	return parcel_pack(&p);
}

struct write_job *write_job_save(struct str *scratch, const struct order *order,
	const struct store_event *event, const struct attempt *attempt_or_null,
	const struct spending_limits *limits, store_done done, void *arg)
{
	struct parcel p;
	char reference[REFERENCE_BYTES] = "";
	parcel_init(&p, scratch, JOB_SAVE, done, arg);
	p.head.first = order_row_first(ROW_EACH);
	keep_order(&p, order, event);
	keep_money(&p, order, limits);
	if (attempt_or_null != NULL)
		p.head.attempt = *attempt_or_null;
	if (p.head.attempt.kind == ATTEMPT_BUY)
		order_reference(order, p.head.attempt.no, reference);
	p.head.attempt_reference = keep(&p, reference);
	return parcel_pack(&p);
}

struct write_job *write_job_webhook(
	struct str *scratch, const struct store_webhook *webhook, store_done done, void *arg)
{
	struct parcel p;
	parcel_init(&p, scratch, JOB_WEBHOOK, done, arg);
	p.head.first = ROW_COLUMNS;
	p.head.at_ms = webhook->received_ms;
	p.head.provider = keep(&p, webhook->provider);
	p.head.event_id = keep(&p, webhook->event_id);
	p.head.event_type = keep(&p, webhook->event_type);
	p.head.body = keep(&p, webhook->body);
	return parcel_pack(&p);
}

struct write_job *write_job_claim(
	struct str *scratch, const struct store_claim *claim, store_orders_done done, void *arg)
{
	struct parcel p;
	parcel_init(&p, scratch, JOB_CLAIM, NULL, arg);
	p.head.delivery.deliver = deliver_claim;
	p.head.first = ROW_COLUMNS;
	struct write_job *job = parcel_pack(&p);
	job->claim = must_calloc(1, sizeof(*job->claim));
	job->claim->claim = *claim;
	job->claim->done = done;
	return job;
}

struct write_job *write_job_control(
	struct str *scratch, const struct store_control *control, store_done done, void *arg)
{
	struct parcel p;
	parcel_init(&p, scratch, JOB_CONTROL, done, arg);
	p.head.first = ROW_COLUMNS;
	p.head.at_ms = control->frozen_at_ms;
	p.head.thawed_at_ms = control->thawed_at_ms;
	p.head.reason = keep(&p, control->frozen_at_ms > 0 ? control->reason : "");
	return parcel_pack(&p);
}

struct write_job *write_job_refused(
	struct str *scratch, const struct err *e, store_done done, void *arg)
{
	struct parcel p;
	parcel_init(&p, scratch, JOB_REFUSED, done, arg);
	p.head.first = ROW_COLUMNS;
	struct write_job *job = parcel_pack(&p);
	write_job_result(job)->err = *e;
	return job;
}

struct write_job *write_job_free(struct write_job *job)
{
	if (job == NULL)
		return NULL;
	free(job->result);
	if (job->claim != NULL)
		free(job->claim->orders);
	free(job->claim);
	free(job);
	return NULL;
}

const char *write_job_column(const struct write_job *job, int column)
{
	int64_t start = job->cells[column - job->first];
	return start == ROW_NULL ? NULL : job->texts + start;
}

struct store_result *write_job_result(struct write_job *job)
{
	if (job->result == NULL)
		job->result = must_calloc(1, sizeof(*job->result));
	return job->result;
}
