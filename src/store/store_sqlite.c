#include "store/store_sqlite.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "store/sqlite_db.h"
#include "store/sqlite_lock.h"
#include "store/sqlite_read.h"
#include "store/sqlite_write.h"

/* Work for one thread: a chain, and who waits for it. */
struct queue {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct delivery *first, *last;
	int count;
	bool is_ending; /* finish what is there and leave */
	struct call *call;
};

/* Something the loop's thread waits for, done by the writer between groups. */
struct call {
	enum err_code (*func)(struct call *c, struct sqlite_writer *w);
	struct store_identity *identity;
	const uint8_t *key; /* 32 bytes, or NULL */
	struct store_lease *lease;
	bool is_first;
	struct err *err;
	enum err_code code;
	bool is_done;
};

struct sqlite_store {
	struct store base;
	char *path;
	int lock_fd; /* -1 without the lease */
	bool is_ending;
	struct str scratch;
	struct mailbox *mailbox;
	struct queue writes, reads;
	pthread_t writer_thread, reader_thread;
	struct sqlite_writer *writer; /* the writer thread's while it runs */
	struct sqlite_reader *reader; /* the reader thread's */
};

static struct sqlite_store *self(struct store *s)
{
	return (struct sqlite_store *)s;
}

/* ---- queues ---- */

static void queue_init(struct queue *q)
{
	must(pthread_mutex_init(&q->lock, NULL) == 0);
	must(pthread_cond_init(&q->changed, NULL) == 0);
}

static void queue_done(struct queue *q)
{
	must(q->first == NULL && q->call == NULL);
	must(pthread_cond_destroy(&q->changed) == 0);
	must(pthread_mutex_destroy(&q->lock) == 0);
}

static void queue_put(struct queue *q, struct delivery *d)
{
	d->next = NULL;
	must(pthread_mutex_lock(&q->lock) == 0);
	if (q->last != NULL)
		q->last->next = d;
	else
		q->first = d;
	q->last = d;
	q->count++;
	/* A thread that is awake looks again by itself before it waits. */
	bool wakes = q->count == 1;
	must(pthread_mutex_unlock(&q->lock) == 0);
	if (wakes)
		must(pthread_cond_broadcast(&q->changed) == 0);
}

static bool queue_is_full(struct queue *q, int most)
{
	must(pthread_mutex_lock(&q->lock) == 0);
	bool is_full = q->count >= most;
	must(pthread_mutex_unlock(&q->lock) == 0);
	return is_full;
}

/* Up to `most` from the front, cut off as a chain of their own. */
static struct delivery *cut(struct queue *q, int most)
{
	struct delivery *first = q->first;
	struct delivery *last = first;
	if (first == NULL)
		return NULL;
	for (q->count--; --most > 0 && last->next != NULL; q->count--)
		last = last->next;
	q->first = last->next;
	if (q->first == NULL)
		q->last = NULL;
	last->next = NULL;
	return first;
}

/* Wait for work.  Neither a chain nor a call means the end. */
static struct delivery *queue_take(struct queue *q, int most, struct call **ret_call)
{
	must(pthread_mutex_lock(&q->lock) == 0);
	while (q->first == NULL && q->call == NULL && !q->is_ending)
		must(pthread_cond_wait(&q->changed, &q->lock) == 0);
	struct delivery *first = cut(q, most);
	*ret_call = q->call;
	q->call = NULL;
	must(pthread_mutex_unlock(&q->lock) == 0);
	return first;
}

static void queue_end(struct queue *q)
{
	must(pthread_mutex_lock(&q->lock) == 0);
	q->is_ending = true;
	must(pthread_cond_broadcast(&q->changed) == 0);
	must(pthread_mutex_unlock(&q->lock) == 0);
}

static void answer_call(struct queue *q, struct call *c, struct sqlite_writer *w)
{
	c->code = c->func(c, w);
	must(pthread_mutex_lock(&q->lock) == 0);
	c->is_done = true;
	must(pthread_cond_broadcast(&q->changed) == 0);
	must(pthread_mutex_unlock(&q->lock) == 0);
}

static enum err_code queue_call(struct queue *q, struct call *c)
{
	must(pthread_mutex_lock(&q->lock) == 0);
	q->call = c;
	must(pthread_cond_broadcast(&q->changed) == 0);
	while (!c->is_done)
		must(pthread_cond_wait(&q->changed, &q->lock) == 0);
	must(pthread_mutex_unlock(&q->lock) == 0);
	return c->code;
}

/* ---- threads ---- */

static struct delivery *last_of(struct delivery *d)
{
	while (d->next != NULL)
		d = d->next;
	return d;
}

static void *write_all(void *arg)
{
	struct sqlite_store *s = arg;
	for (;;) {
		struct call *call;
		struct delivery *first = queue_take(&s->writes, SQLITE_GROUP_MOST, &call);
		if (first == NULL && call == NULL)
			return NULL;
		if (first != NULL) {
			sqlite_write_group(s->writer, (struct write_job *)first);
			mailbox_put(s->mailbox, first, last_of(first));
			sqlite_write_tidy(s->writer);
		}
		if (call != NULL)
			answer_call(&s->writes, call, s->writer);
	}
}

static void *read_all(void *arg)
{
	struct sqlite_store *s = arg;
	for (;;) {
		struct call *none;
		struct delivery *d = queue_take(&s->reads, 1, &none);
		if (d == NULL)
			return NULL;
		sqlite_read(s->reader, (struct read_job *)d);
		mailbox_put(s->mailbox, d, d);
	}
}

/* Signals are the loop's business. */
static void start(pthread_t *thread, void *(*func)(void *), void *arg)
{
	sigset_t all, before;
	must(sigfillset(&all) == 0);
	must(pthread_sigmask(SIG_SETMASK, &all, &before) == 0);
	must_have(pthread_create(thread, NULL, func, arg) == 0, "no thread is left");
	must(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
}

/* ---- writes ---- */

/* Why a write cannot even wait, or OK. */
static enum err_code admit(struct sqlite_store *s, struct err *e)
{
	if (s->lock_fd < 0)
		return err_set(e, ERR_STORE_LOCKED, "nothing is written without the lease");
	if (s->is_ending)
		return err_set(e, ERR_STORE_UNAVAILABLE, "numberd is stopping");
	if (queue_is_full(&s->writes, SQLITE_WRITES_MOST))
		return err_set(e, ERR_STORE_UNAVAILABLE, "%d writes are waiting for the disk",
			SQLITE_WRITES_MOST);
	return ERR_OK;
}

/* A refusal takes its turn too: answers come in the order of the calls. */
static void put_write(struct sqlite_store *s, struct write_job *job)
{
	if (s->is_ending)
		mailbox_put(s->mailbox, &job->delivery, &job->delivery);
	else
		queue_put(&s->writes, &job->delivery);
}

static void sqlite_create(struct store *store, const struct order *order,
	const struct store_creation *creation, const struct store_event *event, store_done done,
	void *arg)
{
	struct sqlite_store *s = self(store);
	struct err e;
	put_write(s, admit(s, &e) == ERR_OK ? write_job_create(&s->scratch, order, creation, event,
						      &store->limits, done, arg)
					    : write_job_refused(&s->scratch, &e, done, arg));
}

static void sqlite_save(struct store *store, const struct order *order,
	const struct store_event *event, const struct attempt *attempt_or_null, store_done done,
	void *arg)
{
	struct sqlite_store *s = self(store);
	struct err e;
	put_write(s, admit(s, &e) == ERR_OK ? write_job_save(&s->scratch, order, event,
						      attempt_or_null, &store->limits, done, arg)
					    : write_job_refused(&s->scratch, &e, done, arg));
}

static enum err_code check_webhook(const struct store_webhook *webhook, struct err *e)
{
	if (strlen(webhook->body) <= STORE_WEBHOOK_BODY_BYTES)
		return ERR_OK;
	return err_set(e, ERR_BODY_TOO_LARGE, "a webhook of more than %d bytes is not stored",
		STORE_WEBHOOK_BODY_BYTES);
}

static void sqlite_webhook(
	struct store *store, const struct store_webhook *webhook, store_done done, void *arg)
{
	struct sqlite_store *s = self(store);
	struct err e;
	bool is_fine = admit(s, &e) == ERR_OK && check_webhook(webhook, &e) == ERR_OK;
	put_write(s, is_fine ? write_job_webhook(&s->scratch, webhook, done, arg)
			     : write_job_refused(&s->scratch, &e, done, arg));
}

static void sqlite_claim(
	struct store *store, const struct store_claim *claim, store_orders_done done, void *arg)
{
	struct sqlite_store *s = self(store);
	struct write_job *job = write_job_claim(&s->scratch, claim, done, arg);
	struct err e;
	if (admit(s, &e) != ERR_OK) {
		job->kind = JOB_REFUSED;
		write_job_result(job)->err = e;
	}
	put_write(s, job);
}

static enum err_code admit_switch(struct sqlite_store *s, struct err *e)
{
	enum err_code code = admit(s, e);
	return code == ERR_STORE_LOCKED ? ERR_OK : code;
}

static void sqlite_set_control(
	struct store *store, const struct store_control *control, store_done done, void *arg)
{
	struct sqlite_store *s = self(store);
	struct err e;
	put_write(s, admit_switch(s, &e) == ERR_OK
			     ? write_job_control(&s->scratch, control, done, arg)
			     : write_job_refused(&s->scratch, &e, done, arg));
}

/* ---- reads ---- */

static void put_read(struct sqlite_store *s, struct read_job *job)
{
	bool is_full = queue_is_full(&s->reads, SQLITE_READS_MOST);
	if (is_full || s->is_ending) {
		err_set(&job->err, ERR_STORE_UNAVAILABLE, "%s",
			is_full ? "too many reads are waiting" : "numberd is stopping");
		mailbox_put(s->mailbox, &job->delivery, &job->delivery);
	} else {
		queue_put(&s->reads, &job->delivery);
	}
}

static void sqlite_load(struct store *s, const char *id, store_orders_done done, void *arg)
{
	struct read_job *job = read_job_new(READ_LOAD, arg);
	job->done.orders = done;
	TEXT_COPY(job->id, id);
	put_read(self(s), job);
}

static void sqlite_list(
	struct store *s, const struct store_query *query, store_orders_done done, void *arg)
{
	must(query->limit >= 1 && query->limit <= STORE_LIST_MOST);
	struct read_job *job = read_job_new(READ_LIST, arg);
	job->done.orders = done;
	job->query = *query;
	put_read(self(s), job);
}

static void sqlite_timeline(
	struct store *s, const char *id, int64_t after_seq, store_events_done done, void *arg)
{
	must(after_seq >= 0);
	struct read_job *job = read_job_new(READ_TIMELINE, arg);
	job->done.events = done;
	job->after_seq = after_seq;
	TEXT_COPY(job->id, id);
	put_read(self(s), job);
}

static void sqlite_counts(struct store *s, store_counts_done done, void *arg)
{
	struct read_job *job = read_job_new(READ_COUNTS, arg);
	job->done.counts = done;
	put_read(self(s), job);
}

static void sqlite_read_control(struct store *s, store_control_done done, void *arg)
{
	struct read_job *job = read_job_new(READ_CONTROL, arg);
	job->done.control = done;
	put_read(self(s), job);
}

static void sqlite_budgets(struct store *s, int64_t at_ms, store_budgets_done done, void *arg)
{
	struct read_job *job = read_job_new(READ_BUDGETS, arg);
	job->done.budgets = done;
	job->at_ms = at_ms;
	put_read(self(s), job);
}

static void sqlite_audit(struct store *s, store_audit_done done, void *arg)
{
	struct read_job *job = read_job_new(READ_AUDIT, arg);
	job->done.audit = done;
	put_read(self(s), job);
}

/* ---- start and stop ---- */

static enum err_code call_identity(struct call *c, struct sqlite_writer *w)
{
	return sqlite_write_identity(w, c->key, c->identity, c->err);
}

static enum err_code sqlite_identity(
	struct store *s, const uint8_t *key_or_null, struct store_identity *ret, struct err *e)
{
	struct call c = {.func = call_identity, .key = key_or_null, .identity = ret, .err = e};
	return queue_call(&self(s)->writes, &c);
}

static enum err_code call_lease(struct call *c, struct sqlite_writer *w)
{
	return sqlite_write_lease(w, c->is_first, c->lease, c->err);
}

/* The kernel's lock first; the epoch is counted on only by who holds it. */
static enum err_code sqlite_lease_take(
	struct store *store, const char *url, struct store_lease *ret, struct err *e)
{
	struct sqlite_store *s = self(store);
	int fd = s->lock_fd;
	enum err_code code = fd < 0 ? sqlite_lock_take(s->path, &fd, ret, e) : ERR_OK;
	if (code != ERR_OK)
		return code;
	*ret = (struct store_lease){.pid = getpid()};
	TEXT_COPY(ret->url, url);
	struct call c = {.func = call_lease, .lease = ret, .is_first = s->lock_fd < 0, .err = e};
	code = queue_call(&s->writes, &c);
	if (code == ERR_OK)
		code = sqlite_lock_sign(fd, ret, e);
	if (code == ERR_OK)
		s->lock_fd = fd;
	else if (s->lock_fd < 0)
		sqlite_lock_drop(fd);
	return code;
}

/* The reader goes first, so that nobody is in the way of the last checkpoint. */
static struct store *sqlite_free(struct store *store)
{
	struct sqlite_store *s = self(store);
	s->is_ending = true;
	queue_end(&s->reads);
	queue_end(&s->writes);
	must(pthread_join(s->reader_thread, NULL) == 0);
	must(pthread_join(s->writer_thread, NULL) == 0);
	sqlite_reader_free(s->reader);
	if (s->lock_fd >= 0)
		sqlite_write_finish(s->writer);
	sqlite_writer_free(s->writer);
	if (s->lock_fd >= 0)
		sqlite_lock_drop(s->lock_fd);
	mailbox_free(s->mailbox);
	queue_done(&s->reads);
	queue_done(&s->writes);
	str_done(&s->scratch);
	free(s->path);
	free(s);
	return NULL;
}

static const struct store_ops ops = {
	.create = sqlite_create,
	.save = sqlite_save,
	.webhook = sqlite_webhook,
	.claim = sqlite_claim,
	.set_control = sqlite_set_control,
	.read_control = sqlite_read_control,
	.budgets = sqlite_budgets,
	.audit = sqlite_audit,
	.load = sqlite_load,
	.list = sqlite_list,
	.timeline = sqlite_timeline,
	.counts = sqlite_counts,
	.identity = sqlite_identity,
	.lease_take = sqlite_lease_take,
	.free = sqlite_free,
};

static struct store *new_store(
	const char *path, struct loop *loop, sqlite3 *write_db, sqlite3 *read_db)
{
	struct sqlite_store *s = must_calloc(1, sizeof(*s));
	s->base.ops = &ops;
	spending_price_only(&s->base.limits);
	s->path = must_strdup(path);
	s->lock_fd = -1;
	str_init(&s->scratch, JOB_TEXT_MAX);
	s->mailbox = mailbox_new(loop);
	queue_init(&s->writes);
	queue_init(&s->reads);
	s->writer = sqlite_writer_new(write_db);
	s->reader = sqlite_reader_new(read_db);
	start(&s->writer_thread, write_all, s);
	start(&s->reader_thread, read_all, s);
	return &s->base;
}

enum err_code store_sqlite_open(
	const char *path, struct loop *loop, struct store **ret, struct err *e)
{
	sqlite3 *write_db = NULL, *read_db = NULL;
	enum err_code code = sqlite_db_open(path, SQLITE_USE_WRITE, &write_db, e);
	if (code == ERR_OK)
		code = sqlite_db_check_schema(write_db, schema_files, e);
	if (code == ERR_OK)
		code = sqlite_db_open(path, SQLITE_USE_READ, &read_db, e);
	if (code == ERR_OK) {
		*ret = new_store(path, loop, write_db, read_db);
		return ERR_OK;
	}
	sqlite_db_close(read_db);
	sqlite_db_close(write_db);
	return code;
}

/* Under the lock: the schema must not change beneath a numberd that works. */
enum err_code store_sqlite_migrate(const char *path, int *ret_from, int *ret_to, struct err *e)
{
	struct store_lease holder;
	sqlite3 *db;
	int fd;
	enum err_code code = sqlite_db_open(path, SQLITE_USE_WRITE, &db, e);
	if (code != ERR_OK)
		return code;
	code = sqlite_lock_take(path, &fd, &holder, e);
	if (code == ERR_OK) {
		code = sqlite_db_settle(db, e);
		if (code == ERR_OK)
			code = sqlite_db_migrate(db, schema_files, ret_from, ret_to, e);
		sqlite_lock_drop(fd);
	}
	sqlite_db_close(db);
	return code;
}
