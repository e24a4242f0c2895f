#include "store/sqlite_write.h"

#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/text.h"
#include "store/sqlite_db.h"
#include "store/sqlite_money.h"
#include "store/sqlite_read.h"

/* clang-format off */
#define STATEMENTS(X)                                                                              \
	X(BEGIN,     "BEGIN IMMEDIATE")                                                            \
	X(COMMIT,    "COMMIT")                                                                     \
	X(ROLLBACK,  "ROLLBACK")                                                                   \
	X(SAVEPOINT, "SAVEPOINT job")                                                              \
	X(RELEASE,   "RELEASE job")                                                                \
	X(UNDO,      "ROLLBACK TO job")                                                            \
	X(FIND,      "SELECT rowid, version, state, held_number, money, release_money"             \
		     " FROM signups WHERE id=?1")                                                  \
	X(BY_KEY,    "SELECT id, fingerprint FROM signups WHERE idempotency_key=?1")               \
	X(BY_WISH,   "SELECT id FROM signups WHERE duplicate_key=?1"                               \
		     " AND state NOT IN ('failed', 'cancelled', 'released') AND id<>?2")           \
	X(BY_NUMBER, "SELECT id FROM signups WHERE held_number=?1 AND id<>?2")                     \
	X(WISH,      "SELECT duplicate_key FROM signups WHERE id=?1")                              \
	X(EVENT,     "INSERT INTO events (signup_id, seq, at_ms, event, from_status, to_status,"   \
		     " detail, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")                     \
	X(ATTEMPT,   "INSERT INTO attempts (signup_id, kind, no, method, number, reference,"       \
		     " planned_at_ms, outcome, code)"                                              \
		     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"                                \
		     " ON CONFLICT (signup_id, kind, no) DO UPDATE"                                \
		     " SET outcome=excluded.outcome, code=excluded.code"                           \
		     " WHERE number=excluded.number AND method=excluded.method")                   \
	X(WEBHOOK,   "INSERT INTO webhooks_in (provider, event_id, event_type, received_at_ms,"    \
		     " body) VALUES (?1, ?2, ?3, ?4, ?5)"                                          \
		     " ON CONFLICT (provider, event_id) DO NOTHING")                               \
	X(FORGET,    "DELETE FROM webhooks_in WHERE received_at_ms<?1 AND rowid IN"                \
		     " (SELECT rowid FROM webhooks_in ORDER BY rowid LIMIT 2)")                    \
	X(HOLD,      "INSERT INTO workers (worker, until_ms) VALUES (?1, ?2)"                      \
		     " ON CONFLICT (worker) DO UPDATE SET until_ms=excluded.until_ms")             \
	X(END_HOLDS, "DELETE FROM workers")                                                        \
	X(HOLDER,    "SELECT worker FROM signups WHERE id=?1")                                     \
	X(IDENTITY,  "SELECT instance, key FROM meta")                                             \
	X(IDENTIFY,  "UPDATE meta SET instance=?1, key=?2 WHERE instance IS NULL")                 \
	X(LEASE,     "UPDATE meta SET lease_epoch=lease_epoch+1, lease_pid=?1, lease_url=?2"       \
		     " RETURNING lease_epoch")
/* clang-format on */
enum statement {
#define X(name, sql) DO_##name,
	STATEMENTS(X)
#undef X
	/* Those that name the columns of order_row.c. */
	DO_CREATE,
	DO_SAVE,
	DO_SAVE_INDEXED,
	DO_CLAIM_FREE,
	DO_CLAIM_ONE,
	DO_LOAD,
	DO_COUNT
};

struct sqlite_writer {
	sqlite3 *db;
	sqlite3_stmt *stmts[DO_COUNT];
	struct sqlite_money *money;
	int wal_frames;
	struct err failed; /* code OK while we may write */
};

/* ---- statements ---- */

static void prepare(struct sqlite_writer *w, enum statement which, struct str *sql)
{
	must(str_ok(sql));
	w->stmts[which] = sqlite_db_prepare(w->db, sql->text);
	str_clear(sql);
}

static void prepare_columns(struct sqlite_writer *w)
{
	struct str sql;
	str_init(&sql, 4096);
	str_add(&sql, "INSERT INTO signups (");
	order_row_add_names(&sql, 0, ROW_COLUMNS, "");
	str_add(&sql, ", idempotency_key, fingerprint, duplicate_key, source, money,"
		      " release_money) VALUES (?");
	for (int i = 1; i < ROW_COLUMNS + 4; i++)
		str_add(&sql, ", ?");
	str_add(&sql, ", 'none', 'none')");
	prepare(w, DO_CREATE, &sql);
	for (enum statement which = DO_SAVE; which <= DO_SAVE_INDEXED; which++) {
		str_add(&sql, "UPDATE signups SET ");
		order_row_add_names(&sql, order_row_first(ROW_EACH),
			order_row_first(which == DO_SAVE ? ROW_INDEXED : ROW_PARTS), "=?");
		str_add(&sql, " WHERE rowid=?");
		prepare(w, which, &sql);
	}
	str_done(&sql);
}

static void add_claim(struct str *sql)
{
	str_add(sql, "UPDATE signups SET worker=?1, version=version+1 WHERE id ");
}

static void add_returning(struct str *sql)
{
	str_add(sql, " RETURNING ");
	order_row_add_names(sql, 0, ROW_COLUMNS, "");
}

/* The unfinished states are our own words; each is a range of the index. */
static void prepare_claims(struct sqlite_writer *w)
{
	struct str sql;
	str_init(&sql, 4096);
	add_claim(&sql);
	str_add(&sql, "IN (SELECT id FROM signups WHERE state IN (''");
	for (int i = 0; i < ORDER_STATE_COUNT; i++)
		if (!order_is_over((enum order_state)i))
			str_addf(&sql, ", '%s'", order_state_wire((enum order_state)i));
	str_add(&sql, ") AND worker<>?1 AND worker NOT IN (SELECT worker FROM workers"
		      " WHERE until_ms>?2) ORDER BY id LIMIT ?3)");
	add_returning(&sql);
	prepare(w, DO_CLAIM_FREE, &sql);
	add_claim(&sql);
	str_add(&sql, "=?2");
	add_returning(&sql);
	prepare(w, DO_CLAIM_ONE, &sql);
	str_add(&sql, "SELECT ");
	order_row_add_names(&sql, 0, ROW_COLUMNS, "");
	str_add(&sql, " FROM signups WHERE id=?1");
	prepare(w, DO_LOAD, &sql);
	str_done(&sql);
}

static int note_frames(void *arg, sqlite3 *db, const char *name, int frames)
{
	(void)db;
	(void)name;
	struct sqlite_writer *w = arg;
	w->wal_frames = frames;
	return SQLITE_OK;
}

struct sqlite_writer *sqlite_writer_new(sqlite3 *db)
{
	static const char *const texts[] = {
#define X(name, sql) [DO_##name] = sql,
		STATEMENTS(X)
#undef X
	};
	struct sqlite_writer *w = must_calloc(1, sizeof(*w));
	w->db = db;
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		w->stmts[i] = sqlite_db_prepare(db, texts[i]);
	prepare_columns(w);
	prepare_claims(w);
	w->money = sqlite_money_new(db);
	(void)sqlite3_wal_hook(db, note_frames, w);
	return w;
}

struct sqlite_writer *sqlite_writer_free(struct sqlite_writer *w)
{
	if (w == NULL)
		return NULL;
	for (size_t i = 0; i < COUNT_OF(w->stmts); i++)
		(void)sqlite3_finalize(w->stmts[i]);
	sqlite_money_free(w->money);
	sqlite_db_close(w->db);
	free(w);
	return NULL;
}

/* Texts outlive the step that reads them: every parameter is bound anew before
 * every step. */
static void bind_text(sqlite3_stmt *stmt, int i, const char *text)
{
	must(sqlite3_bind_text(stmt, i, text, -1, SQLITE_STATIC) == SQLITE_OK);
}

static void bind_text_or_null(sqlite3_stmt *stmt, int i, const char *text)
{
	bind_text(stmt, i, text[0] != '\0' ? text : NULL);
}

static void bind_whole(sqlite3_stmt *stmt, int i, int64_t value)
{
	must(sqlite3_bind_int64(stmt, i, value) == SQLITE_OK);
}

/* Step once; the statement is left where it is when there is a row to read. */
static int step(sqlite3_stmt *stmt)
{
	int rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW)
		return rc;
	int reset = sqlite3_reset(stmt);
	return rc == SQLITE_DONE ? SQLITE_OK : reset;
}

static int run(struct sqlite_writer *w, enum statement which)
{
	return step(w->stmts[which]);
}

static bool is_refusal(int rc)
{
	return (rc & 0xFF) == SQLITE_CONSTRAINT;
}

/* ---- one job ----
 * These return SQLITE_OK when the job is decided, written or refused; anything
 * else is the database's own failure and ends the group. */

static int refuse(
	struct write_job *job, enum err_code code, const char *existing_id, const char *message)
{
	struct store_result *result = write_job_result(job);
	TEXT_COPY(result->existing_id, existing_id);
	err_set(&result->err, code, "%s%s%s", message, existing_id[0] ? ": " : "", existing_id);
	return SQLITE_OK;
}

/* The one id a look-up finds, or "". */
static int look_up(struct sqlite_writer *w, enum statement which, const char *key,
	const char *other_than, char ret_id[ID_BYTES])
{
	sqlite3_stmt *stmt = w->stmts[which];
	ret_id[0] = '\0';
	if (key == NULL || key[0] == '\0')
		return SQLITE_OK;
	bind_text(stmt, 1, key);
	bind_text(stmt, 2, other_than);
	int rc = step(stmt);
	if (rc != SQLITE_ROW)
		return rc;
	text_copy(ret_id, ID_BYTES, (const char *)sqlite3_column_text(stmt, 0));
	(void)sqlite3_reset(stmt);
	return SQLITE_OK;
}

static int refuse_number(struct sqlite_writer *w, struct write_job *job, bool *ret_known)
{
	char id[ID_BYTES];
	int rc = look_up(w, DO_BY_NUMBER, write_job_column(job, ROW_HELD_NUMBER),
		write_job_text(job, job->id), id);
	*ret_known = id[0] != '\0';
	if (*ret_known)
		return refuse(job, ERR_NUMBER_TAKEN, id, "the number is held by another sign-up");
	return rc;
}

static int refuse_wish(
	struct sqlite_writer *w, struct write_job *job, const char *wish, bool *ret_known)
{
	char id[ID_BYTES];
	int rc = look_up(w, DO_BY_WISH, wish, write_job_text(job, job->id), id);
	*ret_known = id[0] != '\0';
	if (*ret_known)
		return refuse(
			job, ERR_DUPLICATE_SIGNUP, id, "this business has another live sign-up");
	return rc;
}

static int refuse_repeat(struct sqlite_writer *w, struct write_job *job, bool *ret_known)
{
	sqlite3_stmt *stmt = w->stmts[DO_BY_KEY];
	*ret_known = false;
	if (write_job_text(job, job->idempotency_key)[0] == '\0')
		return SQLITE_OK;
	bind_text(stmt, 1, write_job_text(job, job->idempotency_key));
	int rc = step(stmt);
	if (rc != SQLITE_ROW)
		return rc;
	const char *id = (const char *)sqlite3_column_text(stmt, 0);
	*ret_known = true;
	if (text_is((const char *)sqlite3_column_text(stmt, 1),
		    write_job_text(job, job->fingerprint))) {
		struct store_result *result = write_job_result(job);
		TEXT_COPY(result->existing_id, id);
		result->is_repeat = true;
	} else {
		refuse(job, ERR_IDEMPOTENCY_KEY_REUSED, id,
			"the idempotency key came with another request before");
	}
	(void)sqlite3_reset(stmt);
	return SQLITE_OK;
}

/* The insert or update broke a uniqueness: which one is found by looking, the
 * most telling first. */
static int name_refusal(struct sqlite_writer *w, struct write_job *job)
{
	char wish[ID_HEX_BYTES] = "";
	bool is_known = false;
	int rc;
	if (job->kind == JOB_CREATE) {
		TEXT_COPY(wish, write_job_text(job, job->duplicate_key));
		rc = refuse_repeat(w, job, &is_known);
	} else {
		sqlite3_stmt *stmt = w->stmts[DO_WISH];
		bind_text(stmt, 1, write_job_text(job, job->id));
		rc = step(stmt);
		if (rc == SQLITE_ROW) {
			TEXT_COPY(wish, (const char *)sqlite3_column_text(stmt, 0));
			rc = sqlite3_reset(stmt);
		}
	}
	if (rc == SQLITE_OK && !is_known)
		rc = refuse_wish(w, job, wish, &is_known);
	if (rc == SQLITE_OK && !is_known)
		rc = refuse_number(w, job, &is_known);
	if (rc == SQLITE_OK && !is_known)
		rc = refuse(job, ERR_STORE_CONFLICT, "", "the sign-up is there already");
	return rc;
}

static void bind_columns(sqlite3_stmt *stmt, const struct write_job *job, int end)
{
	for (int i = job->first; i < end; i++) {
		int at = i - job->first + 1;
		if (order_row_column(i).is_text)
			bind_text(stmt, at, write_job_column(job, i));
		else
			bind_whole(stmt, at, job->cells[i - job->first]);
	}
}

static int insert_order(struct sqlite_writer *w, struct write_job *job)
{
	sqlite3_stmt *stmt = w->stmts[DO_CREATE];
	bind_columns(stmt, job, ROW_COLUMNS);
	bind_text_or_null(stmt, ROW_COLUMNS + 1, write_job_text(job, job->idempotency_key));
	bind_text(stmt, ROW_COLUMNS + 2, write_job_text(job, job->fingerprint));
	bind_text_or_null(stmt, ROW_COLUMNS + 3, write_job_text(job, job->duplicate_key));
	bind_text(stmt, ROW_COLUMNS + 4, write_job_text(job, job->source));
	return step(stmt);
}

struct found {
	int64_t rowid;
	bool keeps_index; /* neither state nor held number change */
	enum order_money money[ACCOUNT_COUNT];
};

/* The row to save over, or a refusal. */
static int find_order(struct sqlite_writer *w, struct write_job *job, struct found *ret)
{
	sqlite3_stmt *stmt = w->stmts[DO_FIND];
	bind_text(stmt, 1, write_job_text(job, job->id));
	int rc = step(stmt);
	if (rc == SQLITE_OK)
		return refuse(job, ERR_NOT_FOUND, "", "there is no such sign-up to save");
	if (rc != SQLITE_ROW)
		return rc;
	ret->rowid = sqlite3_column_int64(stmt, 0);
	ret->keeps_index = text_is((const char *)sqlite3_column_text(stmt, 2),
				   write_job_column(job, order_row_first(ROW_INDEXED))) &&
			   text_is((const char *)sqlite3_column_text(stmt, 3),
				   write_job_column(job, ROW_HELD_NUMBER));
	int64_t version = sqlite3_column_int64(stmt, 1);
	bool is_sound = true;
	for (int i = 0; i < ACCOUNT_COUNT; i++)
		is_sound &= sqlite_money_from_wire(
			(const char *)sqlite3_column_text(stmt, 4 + i), &ret->money[i]);
	(void)sqlite3_reset(stmt);
	if (!is_sound)
		return refuse(job, ERR_STORE_CORRUPT, "",
			"the sign-up's money is neither none, held nor spent");
	if (version != job->version - 1)
		return refuse(job, ERR_STORE_CONFLICT, "",
			"the sign-up was saved by somebody else meanwhile");
	return SQLITE_OK;
}

static int update_order(struct sqlite_writer *w, struct write_job *job, const struct found *found)
{
	sqlite3_stmt *stmt = w->stmts[found->keeps_index ? DO_SAVE : DO_SAVE_INDEXED];
	int end = order_row_first(found->keeps_index ? ROW_INDEXED : ROW_PARTS);
	bind_columns(stmt, job, end);
	bind_whole(stmt, end - job->first + 1, found->rowid);
	return step(stmt);
}

static int insert_event(struct sqlite_writer *w, struct write_job *job)
{
	sqlite3_stmt *stmt = w->stmts[DO_EVENT];
	bind_text(stmt, 1, write_job_text(job, job->id));
	bind_whole(stmt, 2, job->seq);
	bind_whole(stmt, 3, job->at_ms);
	bind_text(stmt, 4, write_job_text(job, job->event));
	bind_text(stmt, 5, write_job_text(job, job->from));
	bind_text(stmt, 6, write_job_text(job, job->to));
	bind_text(stmt, 7, write_job_text(job, job->detail));
	bind_text(stmt, 8, write_job_text(job, job->hash));
	int rc = step(stmt);
	if (is_refusal(rc))
		return refuse(job, ERR_STORE_CONFLICT, "", "the timeline has that event already");
	return rc;
}

static int put_attempt(struct sqlite_writer *w, struct write_job *job)
{
	sqlite3_stmt *stmt = w->stmts[DO_ATTEMPT];
	const struct attempt *a = &job->attempt;
	bind_text(stmt, 1, write_job_text(job, job->id));
	bind_text(stmt, 2, attempt_kind_wire(a->kind));
	bind_whole(stmt, 3, a->no);
	bind_text(stmt, 4, order_method_wire(a->method));
	bind_text(stmt, 5, a->number);
	bind_text_or_null(stmt, 6, write_job_text(job, job->attempt_reference));
	bind_whole(stmt, 7, a->planned_ms);
	bind_text(stmt, 8, attempt_outcome_wire(a->outcome));
	bind_text(stmt, 9, err_wire(a->code));
	int rc = step(stmt);
	if (is_refusal(rc))
		return refuse(job, ERR_STORE_CONFLICT, "",
			"another attempt of this sign-up is open, or has its reference");
	if (rc == SQLITE_OK && sqlite3_changes(w->db) != 1)
		return refuse(
			job, ERR_STORE_CONFLICT, "", "the attempt was planned otherwise before");
	return rc;
}

static bool is_refused(const struct write_job *job)
{
	return job->result != NULL;
}

static int write_rows(struct sqlite_writer *w, struct write_job *job, const struct found *found)
{
	int rc = job->kind == JOB_CREATE ? insert_order(w, job) : update_order(w, job, found);
	if (is_refusal(rc))
		return name_refusal(w, job);
	int64_t rowid = job->kind == JOB_CREATE ? sqlite3_last_insert_rowid(w->db) : found->rowid;
	if (rc == SQLITE_OK)
		rc = insert_event(w, job);
	if (rc == SQLITE_OK && !is_refused(job) && job->attempt.kind != ATTEMPT_NONE)
		rc = put_attempt(w, job);
	if (rc == SQLITE_OK && !is_refused(job))
		rc = sqlite_money_move(w->money, job, rowid, found->money);
	return rc;
}

/* A repeat is no refusal: no savepoint is needed. */
static int put_webhook(struct sqlite_writer *w, struct write_job *job)
{
	sqlite3_stmt *stmt = w->stmts[DO_WEBHOOK];
	bind_text(stmt, 1, write_job_text(job, job->provider));
	bind_text(stmt, 2, write_job_text(job, job->event_id));
	bind_text(stmt, 3, write_job_text(job, job->event_type));
	bind_whole(stmt, 4, job->at_ms);
	bind_text(stmt, 5, write_job_text(job, job->body));
	int rc = step(stmt);
	if (rc != SQLITE_OK)
		return rc;
	if (sqlite3_changes(w->db) == 0) {
		write_job_result(job)->is_repeat = true;
		return rc;
	}
	/* The two oldest, if old enough: what comes in pays for what goes. */
	bind_whole(w->stmts[DO_FORGET], 1, job->at_ms - STORE_WEBHOOK_KEPT_MS);
	return step(w->stmts[DO_FORGET]);
}

/* Every row the statement stands at and after; it is granted, sound or not. */
static int take_rows(sqlite3_stmt *stmt, struct claim_job *c)
{
	struct err e;
	int rc;
	c->orders = must_calloc((size_t)c->claim.limit, sizeof(*c->orders));
	while ((rc = step(stmt)) == SQLITE_ROW) {
		must(c->count < (size_t)c->claim.limit);
		if (sqlite_read_order(stmt, &c->orders[c->count], &e) == ERR_OK)
			c->count++;
		else if (c->corrupt.code == ERR_OK)
			c->corrupt = e;
	}
	return rc;
}

static int claim_one(struct sqlite_writer *w, struct write_job *job)
{
	struct claim_job *c = job->claim;
	sqlite3_stmt *stmt = w->stmts[DO_HOLDER];
	bind_text(stmt, 1, c->claim.id);
	int rc = step(stmt);
	if (rc == SQLITE_OK)
		return refuse(job, ERR_NOT_FOUND, "", "there is no such sign-up");
	if (rc != SQLITE_ROW)
		return rc;
	bool is_held = sqlite3_column_int64(stmt, 0) == c->claim.worker;
	(void)sqlite3_reset(stmt);
	stmt = w->stmts[is_held ? DO_LOAD : DO_CLAIM_ONE];
	if (!is_held)
		bind_whole(stmt, 1, c->claim.worker);
	bind_text(stmt, is_held ? 1 : 2, c->claim.id);
	return take_rows(stmt, c);
}

static int compare_ids(const void *a, const void *b)
{
	return strcmp(((const struct order *)a)->id, ((const struct order *)b)->id);
}

static int claim_free(struct sqlite_writer *w, struct claim_job *c)
{
	sqlite3_stmt *stmt = w->stmts[DO_CLAIM_FREE];
	bind_whole(stmt, 1, c->claim.worker);
	bind_whole(stmt, 2, c->claim.now_ms);
	bind_whole(stmt, 3, c->claim.limit);
	int rc = take_rows(stmt, c);
	qsort(c->orders, c->count, sizeof(*c->orders), compare_ids);
	return rc;
}

static int put_claim(struct sqlite_writer *w, struct write_job *job)
{
	struct claim_job *c = job->claim;
	sqlite3_stmt *stmt = w->stmts[DO_HOLD];
	bind_whole(stmt, 1, c->claim.worker);
	bind_whole(stmt, 2, c->claim.until_ms);
	int rc = step(stmt);
	if (rc != SQLITE_OK)
		return rc;
	return c->claim.id[0] != '\0' ? claim_one(w, job) : claim_free(w, c);
}

static int do_job(struct sqlite_writer *w, struct write_job *job)
{
	if (job->kind == JOB_WEBHOOK)
		return put_webhook(w, job);
	if (job->kind == JOB_CLAIM)
		return put_claim(w, job);
	if (job->kind == JOB_CONTROL)
		return sqlite_money_switch(w->money, job);
	struct found found = {0};
	int rc = job->kind == JOB_SAVE ? find_order(w, job, &found) : SQLITE_OK;
	if (rc != SQLITE_OK || is_refused(job))
		return rc;
	rc = run(w, DO_SAVEPOINT);
	if (rc == SQLITE_OK)
		rc = write_rows(w, job, &found);
	if (rc == SQLITE_OK && is_refused(job))
		rc = run(w, DO_UNDO);
	if (rc == SQLITE_OK)
		rc = run(w, DO_RELEASE);
	return rc;
}

/* ---- a group ---- */

static bool is_lasting(int rc)
{
	static const int whole[] = {SQLITE_IOERR_FSYNC, SQLITE_IOERR_DIR_FSYNC,
		SQLITE_IOERR_TRUNCATE, SQLITE_IOERR_SHMMAP};
	/* A lock that could not be given back never comes free in this process. */
	static const int primary[] = {SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_PROTOCOL};
	for (size_t i = 0; i < COUNT_OF(whole); i++)
		if (rc == whole[i])
			return true;
	for (size_t i = 0; i < COUNT_OF(primary); i++)
		if ((rc & 0xFF) == primary[i])
			return true;
	return false;
}

/* The error of the database itself, read before anything else is asked of it. */
static enum err_code give_up(struct sqlite_writer *w, const char *what, struct err *e)
{
	int rc = sqlite3_extended_errcode(w->db);
	sqlite_db_fail(w->db, what, e);
	if (is_lasting(rc)) {
		e->code = ERR_STORE_FAILED;
		w->failed = *e;
	}
	(void)run(w, DO_ROLLBACK);
	return e->code;
}

static enum err_code commit(struct sqlite_writer *w, struct err *e)
{
	fault("store.commit.before");
	if (run(w, DO_COMMIT) != SQLITE_OK)
		return give_up(w, "save", e);
	fault("store.commit.after");
	return ERR_OK;
}

static enum err_code begin(struct sqlite_writer *w, struct err *e)
{
	if (w->failed.code != ERR_OK) {
		*e = w->failed;
		return e->code;
	}
	return run(w, DO_BEGIN) == SQLITE_OK ? ERR_OK : give_up(w, "begin to save", e);
}

static enum err_code try_group(struct sqlite_writer *w, struct write_job *first, struct err *e)
{
	struct store_control control;
	if (begin(w, e) != ERR_OK)
		return e->code;
	for (struct write_job *job = first; job != NULL; job = (void *)job->delivery.next) {
		if (job->kind != JOB_REFUSED && do_job(w, job) != SQLITE_OK)
			return give_up(w, "save", e);
	}
	/* Asked last: a freeze of this very group counts for all of it. */
	if (sqlite_money_read_switch(w->money, &control) != SQLITE_OK)
		return give_up(w, "read the switch", e);
	for (struct write_job *job = first; job != NULL; job = (void *)job->delivery.next)
		job->is_frozen = control.frozen_at_ms > 0;
	return commit(w, e);
}

void sqlite_write_group(struct sqlite_writer *w, struct write_job *first)
{
	struct err e = {0};
	if (try_group(w, first, &e) == ERR_OK)
		return;
	for (struct write_job *job = first; job != NULL; job = (void *)job->delivery.next) {
		if (job->kind != JOB_REFUSED)
			*write_job_result(job) = (struct store_result){.err = e};
	}
}

void sqlite_write_tidy(struct sqlite_writer *w)
{
	if (w->wal_frames < SQLITE_CHECKPOINT_FRAMES || w->failed.code != ERR_OK)
		return;
	w->wal_frames = 0; /* a reader in the way: try again after as many more */
	int rc = sqlite3_wal_checkpoint_v2(w->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	if (is_lasting(rc))
		(void)give_up(w, "copy what was saved into the database", &(struct err){0});
}

/* ---- start and stop ---- */

static enum err_code read_identity(
	struct sqlite_writer *w, struct store_identity *ret, struct err *e)
{
	sqlite3_stmt *stmt = w->stmts[DO_IDENTITY];
	if (step(stmt) != SQLITE_ROW)
		return sqlite_db_fail(w->db, "read the installation's name", e);
	bool is_whole = sqlite3_column_bytes(stmt, 1) == sizeof(ret->key) &&
			sqlite3_column_bytes(stmt, 0) == 6;
	if (is_whole) {
		TEXT_COPY(ret->instance, (const char *)sqlite3_column_text(stmt, 0));
		memcpy(ret->key, sqlite3_column_blob(stmt, 1), sizeof(ret->key));
	}
	(void)sqlite3_reset(stmt);
	if (!is_whole)
		return err_set(e, ERR_STORE_CORRUPT, "the installation's name or key is damaged");
	return ERR_OK;
}

/* Made once: a second process that starts at the same time finds ours. */
enum err_code sqlite_write_identity(struct sqlite_writer *w, const uint8_t *key_or_null,
	struct store_identity *ret, struct err *e)
{
	uint8_t key[sizeof(ret->key)];
	char instance[sizeof(ret->instance)];
	if (key_or_null != NULL)
		memcpy(key, key_or_null, sizeof(key));
	else
		id_random(key, sizeof(key));
	id_keyed_name(key, sizeof(key), "instance", 6, instance);
	if (begin(w, e) != ERR_OK)
		return e->code;
	sqlite3_stmt *stmt = w->stmts[DO_IDENTIFY];
	bind_text(stmt, 1, instance);
	must(sqlite3_bind_blob(stmt, 2, key, sizeof(key), SQLITE_STATIC) == SQLITE_OK);
	if (step(stmt) != SQLITE_OK)
		return give_up(w, "name the installation", e);
	enum err_code code = commit(w, e);
	return code == ERR_OK ? read_identity(w, ret, e) : code;
}

static enum err_code settle(struct sqlite_writer *w, struct err *e)
{
	w->wal_frames = 0;
	return sqlite_db_settle(w->db, e);
}

enum err_code sqlite_write_lease(
	struct sqlite_writer *w, bool is_first, struct store_lease *lease, struct err *e)
{
	sqlite3_stmt *stmt = w->stmts[DO_LEASE];
	if (settle(w, e) != ERR_OK || begin(w, e) != ERR_OK)
		return e->code;
	/* Whoever held sign-ups before is dead: we have the kernel's lock. */
	if (is_first && run(w, DO_END_HOLDS) != SQLITE_OK)
		return give_up(w, "take the lease", e);
	bind_whole(stmt, 1, lease->pid);
	bind_text(stmt, 2, lease->url);
	if (step(stmt) != SQLITE_ROW)
		return give_up(w, "take the lease", e);
	int64_t epoch = sqlite3_column_int64(stmt, 0);
	if (step(stmt) != SQLITE_OK)
		return give_up(w, "take the lease", e);
	enum err_code code = commit(w, e);
	if (code == ERR_OK)
		lease->epoch = epoch;
	return code;
}

void sqlite_write_finish(struct sqlite_writer *w)
{
	if (w->failed.code == ERR_OK)
		(void)settle(w, &(struct err){0});
}
