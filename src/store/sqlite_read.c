#include "store/sqlite_read.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "store/budget.h"
#include "store/sqlite_db.h"

/* Steps of SQLite's machine between two looks at the clock: about 50 us. */
#define PROGRESS_STEPS 10000

enum statement { DO_LOAD, DO_KNOWN, DO_TIMELINE, DO_COUNTS, DO_CONTROL, DO_BUDGET, DO_COUNT };

struct sqlite_reader {
	sqlite3 *db;
	sqlite3_stmt *stmts[DO_COUNT];
	int64_t until_ms;
};

/* ---- jobs ---- */

static void deliver_read(struct delivery *d)
{
	struct read_job *job = (struct read_job *)d;
	switch (job->kind) {
	case READ_LOAD:
	case READ_LIST:
		job->done.orders(job->arg, &job->err, job->rows, job->count);
		break;
	case READ_TIMELINE:
		job->done.events(job->arg, &job->err, job->rows, job->count);
		break;
	case READ_COUNTS:
		job->done.counts(job->arg, &job->err, &job->counts);
		break;
	case READ_CONTROL:
		job->done.control(job->arg, &job->err, &job->control);
		break;
	case READ_BUDGETS:
		job->done.budgets(job->arg, &job->err, job->budgets);
		break;
	case READ_AUDIT:
		job->done.audit(job->arg, &job->err, &job->audit);
		break;
	}
	free(job->rows);
	free(job);
}

struct read_job *read_job_new(enum read_kind kind, void *arg)
{
	struct read_job *job = must_calloc(1, sizeof(*job));
	job->delivery.deliver = deliver_read;
	job->kind = kind;
	job->arg = arg;
	return job;
}

/* ---- the connection ---- */

static int is_too_late(void *arg)
{
	const struct sqlite_reader *r = arg;
	return clock_boot_ms(clock_machine()) > r->until_ms;
}

static void prepare_load(struct sqlite_reader *r)
{
	struct str sql;
	str_init(&sql, 4096);
	str_add(&sql, "SELECT ");
	order_row_add_names(&sql, 0, ROW_COLUMNS, "");
	str_add(&sql, " FROM signups WHERE id=?1");
	must(str_ok(&sql));
	r->stmts[DO_LOAD] = sqlite_db_prepare(r->db, sql.text);
	str_done(&sql);
}

struct sqlite_reader *sqlite_reader_new(sqlite3 *db)
{
	struct sqlite_reader *r = must_calloc(1, sizeof(*r));
	r->db = db;
	prepare_load(r);
	r->stmts[DO_KNOWN] = sqlite_db_prepare(db, "SELECT 1 FROM signups WHERE id=?1");
	r->stmts[DO_TIMELINE] = sqlite_db_prepare(db,
		"SELECT seq, at_ms, event, from_status, to_status, detail, hash FROM events"
		" WHERE signup_id=?1 AND seq>=?2 ORDER BY seq LIMIT ?3");
	r->stmts[DO_COUNTS] =
		sqlite_db_prepare(db, "SELECT state, count(*) FROM signups GROUP BY state");
	r->stmts[DO_CONTROL] =
		sqlite_db_prepare(db, "SELECT frozen_at_ms, reason, thawed_at_ms FROM control");
	r->stmts[DO_BUDGET] = sqlite_db_prepare(db,
		"SELECT held_numbers, spent_numbers, held_cents, spent_cents FROM budgets"
		" WHERE scope=?1");
	sqlite3_progress_handler(db, PROGRESS_STEPS, is_too_late, r);
	return r;
}

struct sqlite_reader *sqlite_reader_free(struct sqlite_reader *r)
{
	if (r == NULL)
		return NULL;
	for (size_t i = 0; i < COUNT_OF(r->stmts); i++)
		(void)sqlite3_finalize(r->stmts[i]);
	sqlite_db_close(r->db);
	free(r);
	return NULL;
}

static enum err_code fail(struct sqlite_reader *r, const char *what, struct err *e)
{
	if (sqlite3_errcode(r->db) == SQLITE_INTERRUPT)
		return err_set_hint(e, ERR_STORE_UNAVAILABLE, "Ask for less: narrow the search.",
			"could not %s within %d s", what, SQLITE_READ_MOST_MS / 1000);
	sqlite_db_fail(r->db, what, e);
	int kind = sqlite3_errcode(r->db) & 0xFF;
	if (kind == SQLITE_CORRUPT || kind == SQLITE_NOTADB)
		e->code = ERR_STORE_CORRUPT;
	return e->code;
}

/* ---- orders ---- */

/* A text with a NUL inside would be read as something shorter. */
static const char *whole_text(sqlite3_stmt *stmt, int i)
{
	const char *text = (const char *)sqlite3_column_text(stmt, i);
	if (text == NULL || strlen(text) != (size_t)sqlite3_column_bytes(stmt, i))
		return NULL;
	return text;
}

enum err_code sqlite_read_order(sqlite3_stmt *stmt, struct order *ret, struct err *e)
{
	struct row_cell cells[ROW_COLUMNS];
	for (int i = 0; i < ROW_COLUMNS; i++) {
		if (order_row_column(i).is_text)
			cells[i] = (struct row_cell){.text = whole_text(stmt, i)};
		else
			cells[i] = (struct row_cell){.number = sqlite3_column_int64(stmt, i)};
	}
	return order_row_read(cells, ret, e);
}

static void load(struct sqlite_reader *r, struct read_job *job)
{
	sqlite3_stmt *stmt = r->stmts[DO_LOAD];
	must(sqlite3_bind_text(stmt, 1, job->id, -1, SQLITE_STATIC) == SQLITE_OK);
	int rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW) {
		job->rows = must_calloc(1, sizeof(struct order));
		job->count = sqlite_read_order(stmt, job->rows, &job->err) == ERR_OK ? 1 : 0;
	} else if (rc == SQLITE_DONE) {
		err_set(&job->err, ERR_NOT_FOUND, "there is no sign-up %s", job->id);
	} else {
		(void)fail(r, "load a sign-up", &job->err);
	}
	(void)sqlite3_reset(stmt);
}

/* ---- lists ---- */

/* % and _ mean themselves in what a person searches for. */
static void like_pattern(const char *text, struct str *to)
{
	str_add_char(to, '%');
	for (; *text; text++) {
		if (strchr("%_\\", *text) != NULL)
			str_add_char(to, '\\');
		str_add_char(to, *text);
	}
	str_add_char(to, '%');
}

static bool wants_state(const struct store_query *q, enum order_state state)
{
	if (q->unfinished_only && order_is_over(state))
		return false;
	return q->status[0] == '\0' || text_is(q->status, order_status(state));
}

/* Our own words only; what a caller typed is bound. */
static void add_states(struct str *sql, const struct store_query *q)
{
	if (q->status[0] == '\0' && !q->unfinished_only)
		return;
	str_add(sql, " AND state IN (''");
	for (int i = 0; i < ORDER_STATE_COUNT; i++) {
		if (wants_state(q, (enum order_state)i))
			str_addf(sql, ", '%s'", order_state_wire((enum order_state)i));
	}
	str_add(sql, ")");
}

/* The ids are found first, from an index where there is one; only the rows of
 * the page are read whole. */
static void list_sql(const struct store_query *q, struct str *sql)
{
	const char *turn = q->unfinished_only ? "ASC" : "DESC";
	str_add(sql, "SELECT ");
	order_row_add_names(sql, 0, ROW_COLUMNS, "");
	str_addf(sql, " FROM signups WHERE id IN (SELECT id FROM signups WHERE id %s ?1",
		q->unfinished_only ? ">" : "<");
	add_states(sql, q);
	if (q->text[0] != '\0')
		str_add(sql, " AND (id LIKE ?2 ESCAPE '\\' OR business_name LIKE ?2 ESCAPE '\\'"
			     " OR email LIKE ?2 ESCAPE '\\' OR business_phone LIKE ?2 ESCAPE '\\'"
			     " OR number LIKE ?2 ESCAPE '\\')");
	if (q->name[0] != '\0')
		str_add(sql, " AND name = ?4");
	str_addf(sql, " ORDER BY id %s LIMIT ?3) ORDER BY id %s", turn, turn);
	must(str_ok(sql));
}

static sqlite3_stmt *prepare_list(
	struct sqlite_reader *r, const struct store_query *q, const char *pattern)
{
	struct str sql;
	str_init(&sql, 8192);
	list_sql(q, &sql);
	sqlite3_stmt *stmt = NULL;
	if (sqlite3_prepare_v2(r->db, sql.text, -1, &stmt, NULL) == SQLITE_OK && q->text[0] != '\0')
		must(sqlite3_bind_text(stmt, 2, pattern, -1, SQLITE_STATIC) == SQLITE_OK);
	if (stmt != NULL && q->name[0] != '\0')
		must(sqlite3_bind_text(stmt, 4, q->name, -1, SQLITE_STATIC) == SQLITE_OK);
	str_done(&sql);
	return stmt;
}

/* Take the rows of one page.  A row that is not sound is left out and named;
 * the first one stands for all.  `cursor` follows every row. */
static int take_page(sqlite3_stmt *stmt, struct read_job *job, char cursor[ID_BYTES], int *ret_seen)
{
	struct order *orders = job->rows;
	struct err e;
	int rc;
	*ret_seen = 0;
	while ((rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		++*ret_seen;
		text_copy(cursor, ID_BYTES, (const char *)sqlite3_column_text(stmt, 0));
		if (sqlite_read_order(stmt, &orders[job->count], &e) == ERR_OK)
			job->count++;
		else if (job->err.code == ERR_OK)
			job->err = e;
	}
	(void)sqlite3_reset(stmt);
	return rc;
}

/* Pages until as many sound rows are found as were asked for, so that a caller
 * sees the end in a short answer and nowhere else. */
static enum err_code take_list(struct sqlite_reader *r, sqlite3_stmt *stmt, struct read_job *job)
{
	char cursor[ID_BYTES];
	const struct store_query *q = &job->query;
	TEXT_COPY(cursor, q->after_id[0] || q->unfinished_only ? q->after_id : "\x7f");
	for (int seen, wanted = q->limit; wanted > 0;
		wanted = seen < wanted ? 0 : q->limit - (int)job->count) {
		char from[ID_BYTES];
		TEXT_COPY(from, cursor);
		must(sqlite3_bind_text(stmt, 1, from, -1, SQLITE_STATIC) == SQLITE_OK);
		must(sqlite3_bind_int(stmt, 3, wanted) == SQLITE_OK);
		if (take_page(stmt, job, cursor, &seen) != SQLITE_DONE)
			return fail(r, "list sign-ups", &job->err);
	}
	return ERR_OK;
}

static void list(struct sqlite_reader *r, struct read_job *job)
{
	struct str pattern;
	str_init(&pattern, 2 * sizeof(job->query.text) + 2);
	like_pattern(job->query.text, &pattern);
	sqlite3_stmt *stmt = prepare_list(r, &job->query, pattern.text);
	job->rows = must_calloc((size_t)job->query.limit, sizeof(struct order));
	if (stmt == NULL)
		(void)fail(r, "list sign-ups", &job->err);
	else if (take_list(r, stmt, job) != ERR_OK)
		job->count = 0;
	(void)sqlite3_finalize(stmt);
	str_done(&pattern);
}

/* ---- timelines ---- */

static bool read_event(sqlite3_stmt *stmt, struct store_event *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->seq = sqlite3_column_int64(stmt, 0);
	ret->at_ms = sqlite3_column_int64(stmt, 1);
	return TEXT_COPY(ret->event, whole_text(stmt, 2)) &&
	       TEXT_COPY(ret->from, whole_text(stmt, 3)) &&
	       TEXT_COPY(ret->to, whole_text(stmt, 4)) &&
	       TEXT_COPY(ret->detail, whole_text(stmt, 5)) &&
	       TEXT_COPY(ret->hash, whole_text(stmt, 6));
}

/* Whether `event` really follows `previous` (NULL: is the first of all). */
static bool is_link(
	const struct store_event *event, const struct store_event *previous, const char *id)
{
	struct store_event again = *event;
	store_event_hash(&again, id, previous ? previous->hash : "");
	return event->seq == (previous ? previous->seq : 0) + 1 && text_is(again.hash, event->hash);
}

static enum err_code check_chain(const struct read_job *job, struct err *e)
{
	const struct store_event *events = job->rows;
	const struct store_event *previous = NULL;
	for (size_t i = 0; i < job->count; i++) {
		/* The row asked for the chain's sake is only the start of it. */
		bool is_start = i == 0 && job->after_seq > 0;
		bool is_sound = is_start ? events[i].seq == job->after_seq
					 : is_link(&events[i], previous, job->id);
		if (!is_sound)
			return err_set(e, ERR_STORE_CORRUPT,
				"the timeline of sign-up %s is broken at event %lld", job->id,
				(long long)events[i].seq);
		previous = &events[i];
	}
	return ERR_OK;
}

static enum err_code take_events(struct sqlite_reader *r, struct read_job *job)
{
	sqlite3_stmt *stmt = r->stmts[DO_TIMELINE];
	size_t room = 0;
	int rc;
	must(sqlite3_bind_text(stmt, 1, job->id, -1, SQLITE_STATIC) == SQLITE_OK);
	must(sqlite3_bind_int64(stmt, 2, job->after_seq) == SQLITE_OK);
	must(sqlite3_bind_int(stmt, 3, STORE_TIMELINE_MOST + (job->after_seq > 0)) == SQLITE_OK);
	while ((rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		if (job->count == room) {
			room = room ? room * 2 : 16;
			job->rows = must_realloc(job->rows, room * sizeof(struct store_event));
		}
		if (!read_event(stmt, (struct store_event *)job->rows + job->count++))
			rc = SQLITE_CORRUPT;
		if (rc != SQLITE_ROW)
			break;
	}
	(void)sqlite3_reset(stmt);
	if (rc == SQLITE_CORRUPT)
		return err_set(&job->err, ERR_STORE_CORRUPT,
			"the timeline of sign-up %s cannot be read", job->id);
	return rc == SQLITE_DONE ? ERR_OK : fail(r, "read a timeline", &job->err);
}

static enum err_code must_be_known(struct sqlite_reader *r, struct read_job *job)
{
	sqlite3_stmt *stmt = r->stmts[DO_KNOWN];
	must(sqlite3_bind_text(stmt, 1, job->id, -1, SQLITE_STATIC) == SQLITE_OK);
	int rc = sqlite3_step(stmt);
	if (rc == SQLITE_DONE)
		err_set(&job->err, ERR_NOT_FOUND, "there is no sign-up %s", job->id);
	else if (rc != SQLITE_ROW)
		(void)fail(r, "read a timeline", &job->err);
	(void)sqlite3_reset(stmt);
	return job->err.code;
}

static void timeline(struct sqlite_reader *r, struct read_job *job)
{
	enum err_code code = take_events(r, job);
	if (code == ERR_OK && job->count == 0)
		code = must_be_known(r, job);
	if (code == ERR_OK)
		code = check_chain(job, &job->err);
	if (code != ERR_OK) {
		job->count = 0;
	} else if (job->after_seq > 0 && job->count > 0) {
		struct store_event *events = job->rows;
		job->count--;
		memmove(events, events + 1, job->count * sizeof(*events));
	}
}

/* ---- counts ---- */

static void counts(struct sqlite_reader *r, struct read_job *job)
{
	sqlite3_stmt *stmt = r->stmts[DO_COUNTS];
	enum order_state state;
	int rc;
	while ((rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		if (order_state_from_wire((const char *)sqlite3_column_text(stmt, 0), &state))
			job->counts.by_state[state] = sqlite3_column_int64(stmt, 1);
	}
	if (rc != SQLITE_DONE)
		(void)fail(r, "count the sign-ups", &job->err);
	(void)sqlite3_reset(stmt);
}

/* ---- spending ---- */

static void control(struct sqlite_reader *r, struct read_job *job)
{
	sqlite3_stmt *stmt = r->stmts[DO_CONTROL];
	int rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW) {
		job->control.frozen_at_ms = sqlite3_column_int64(stmt, 0);
		TEXT_COPY(job->control.reason, (const char *)sqlite3_column_text(stmt, 1));
		job->control.thawed_at_ms = sqlite3_column_int64(stmt, 2);
	} else {
		(void)fail(r, "read the switch", &job->err);
	}
	(void)sqlite3_reset(stmt);
}

static void budgets(struct sqlite_reader *r, struct read_job *job)
{
	sqlite3_stmt *stmt = r->stmts[DO_BUDGET];
	for (int i = 0; i < SPENDING_LIMIT_COUNT && job->err.code == ERR_OK; i++) {
		char scope[BUDGET_SCOPE_BYTES];
		struct store_budget *b = &job->budgets[i];
		budget_scope_name((enum spending_limit)i, job->at_ms, scope);
		must(sqlite3_bind_text(stmt, 1, scope, -1, SQLITE_STATIC) == SQLITE_OK);
		int rc = sqlite3_step(stmt);
		if (rc == SQLITE_ROW)
			*b = (struct store_budget){.held_numbers = sqlite3_column_int64(stmt, 0),
				.spent_numbers = sqlite3_column_int64(stmt, 1),
				.held_cents = sqlite3_column_int64(stmt, 2),
				.spent_cents = sqlite3_column_int64(stmt, 3)};
		else if (rc != SQLITE_DONE)
			(void)fail(r, "read the budgets", &job->err);
		(void)sqlite3_reset(stmt);
	}
}

/* Each gives a sentence a fault.  The first: a budget is the sum of its entries,
 * and none is missing on either side.  The second: what an order has open is
 * what it is marked as.  The third: what is owned was paid for. */
#define AUDIT_SUMS                                                                                 \
	"SELECT 'budget ' || scope || ' is not the sum of its entries' FROM ("                     \
	" SELECT scope, sum(hn) AS hn, sum(hc) AS hc, sum(sn) AS sn, sum(sc) AS sc FROM ("         \
	"  SELECT scope, held_numbers AS hn, held_cents AS hc, spent_numbers AS sn,"               \
	"   spent_cents AS sc FROM budgets"                                                        \
	"  UNION ALL SELECT scope,"                                                                \
	"   CASE kind WHEN 'hold' THEN -numbers ELSE numbers END,"                                 \
	"   CASE kind WHEN 'hold' THEN -cents ELSE cents END,"                                     \
	"   CASE kind WHEN 'commit' THEN -numbers ELSE 0 END,"                                     \
	"   CASE kind WHEN 'commit' THEN -cents ELSE 0 END FROM ledger)"                           \
	" GROUP BY scope) WHERE hn<>0 OR hc<>0 OR sn<>0 OR sc<>0"
#define AUDIT_MARKS                                                                                \
	"SELECT 'sign-up ' || id || ' is marked ' || mark || ' for its ' || account ||"            \
	" ', but its entries say otherwise' FROM ("                                                \
	" SELECT id, 'purchase' AS account, money AS mark FROM signups"                            \
	" UNION ALL SELECT id, 'release', release_money FROM signups) AS s"                        \
	" WHERE mark<>(SELECT CASE WHEN count(*)=0 THEN 'none' WHEN min(o)>=0 AND max(o)=1 AND "   \
	"max(c)=0 THEN 'held'"                                                                     \
	"  WHEN min(o)=0 AND max(o)=0 AND max(c)=1 THEN 'spent'"                                   \
	"  WHEN min(o)=0 AND max(o)=0 AND max(c)=0 THEN 'none' ELSE 'neither' END FROM ("          \
	"   SELECT sum(CASE kind WHEN 'hold' THEN numbers ELSE -numbers END) AS o,"                \
	"    sum(CASE kind WHEN 'commit' THEN numbers ELSE 0 END) AS c FROM ledger AS l"           \
	"    WHERE l.signup_id=s.id AND l.account=s.account GROUP BY scope))"
#define AUDIT_OWNED                                                                                \
	"SELECT 'sign-up ' || id || ' owns a number that was not counted' FROM signups"            \
	" WHERE is_owned=1 AND mode='buy' AND money<>'spent'"

static void audit_one(struct sqlite_reader *r, struct read_job *job, const char *sql)
{
	sqlite3_stmt *stmt = sqlite_db_prepare(r->db, sql);
	int rc;
	while ((rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		if (job->audit.faults++ == 0)
			TEXT_COPY(job->audit.first, (const char *)sqlite3_column_text(stmt, 0));
	}
	if (rc != SQLITE_DONE)
		(void)fail(r, "compare the budgets with the ledger", &job->err);
	(void)sqlite3_finalize(stmt);
}

static void count_rows(struct sqlite_reader *r, struct read_job *job)
{
	sqlite3_stmt *stmt = sqlite_db_prepare(
		r->db, "SELECT (SELECT count(*) FROM budgets), (SELECT count(*) FROM ledger)");
	if (sqlite3_step(stmt) == SQLITE_ROW) {
		job->audit.budgets = sqlite3_column_int64(stmt, 0);
		job->audit.entries = sqlite3_column_int64(stmt, 1);
	} else {
		(void)fail(r, "count the budgets", &job->err);
	}
	(void)sqlite3_finalize(stmt);
}

/* One transaction, so that all of it is of one moment. */
static void audit(struct sqlite_reader *r, struct read_job *job)
{
	static const char *const questions[] = {AUDIT_SUMS, AUDIT_MARKS, AUDIT_OWNED};
	if (sqlite_db_run(r->db, "BEGIN", "begin to read", &job->err) != ERR_OK)
		return;
	count_rows(r, job);
	for (size_t i = 0; i < COUNT_OF(questions) && job->err.code == ERR_OK; i++)
		audit_one(r, job, questions[i]);
	(void)sqlite3_exec(r->db, "ROLLBACK", NULL, NULL, NULL);
}

void sqlite_read(struct sqlite_reader *r, struct read_job *job)
{
	r->until_ms = clock_boot_ms(clock_machine()) + SQLITE_READ_MOST_MS;
	switch (job->kind) {
	case READ_LOAD:
		load(r, job);
		return;
	case READ_LIST:
		list(r, job);
		return;
	case READ_TIMELINE:
		timeline(r, job);
		return;
	case READ_COUNTS:
		counts(r, job);
		return;
	case READ_CONTROL:
		control(r, job);
		return;
	case READ_BUDGETS:
		budgets(r, job);
		return;
	case READ_AUDIT:
		audit(r, job);
		return;
	}
}
