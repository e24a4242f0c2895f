#include "store/sqlite_money.h"

#include <stdlib.h>

#include "base/text.h"
#include "store/budget.h"
#include "store/sqlite_db.h"

/* clang-format off */
/* ?4, ?5: what held and spent together may not pass, negative for no limit. */
#define FITS(held_numbers, held_cents)                                                             \
	" (?4 < 0 OR " held_numbers " + ?2 <= ?4) AND (?5 < 0 OR " held_cents " + ?3 <= ?5)"
#define STATEMENTS(X)                                                                              \
	X(HOLD,     "INSERT INTO budgets (scope, held_numbers, spent_numbers, held_cents,"         \
		    " spent_cents) SELECT ?1, ?2, 0, ?3, 0 WHERE" FITS("0", "0")                   \
		    " ON CONFLICT (scope) DO UPDATE SET held_numbers=held_numbers+?2,"             \
		    " held_cents=held_cents+?3"                                                    \
		    " WHERE" FITS("held_numbers + spent_numbers", "held_cents + spent_cents"))     \
	X(SETTLE,   "UPDATE budgets SET held_numbers=held_numbers-?2, held_cents=held_cents-?3,"   \
		    " spent_numbers=spent_numbers+?4, spent_cents=spent_cents+?5 WHERE scope=?1")  \
	X(ENTER,    "INSERT INTO ledger (signup_id, account, scope, kind, numbers, cents, at_ms)"  \
		    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")                                        \
	X(OPEN,     "SELECT scope, sum(CASE kind WHEN 'hold' THEN numbers ELSE -numbers END) AS n,"\
		    " sum(CASE kind WHEN 'hold' THEN cents ELSE -cents END) AS c FROM ledger"      \
		    " WHERE signup_id=?1 AND account=?2 GROUP BY scope HAVING n<>0 OR c<>0")       \
	X(WHOSE,    "SELECT email, source FROM signups WHERE rowid=?1")                            \
	X(MARK,     "UPDATE signups SET money=?2, release_money=?3 WHERE rowid=?1")                \
	X(SWITCH,   "UPDATE control SET reason=?2, thawed_at_ms=max(thawed_at_ms, ?3), frozen_at_ms=" \
		    "CASE WHEN frozen_at_ms > 0 AND ?1 > 0 THEN frozen_at_ms ELSE ?1 END")         \
	X(CONTROL,  "SELECT frozen_at_ms, reason, thawed_at_ms FROM control")
/* clang-format on */
enum statement {
#define X(name, sql) DO_##name,
	STATEMENTS(X)
#undef X
		DO_COUNT
};

struct sqlite_money {
	sqlite3 *db; /* borrowed */
	sqlite3_stmt *stmts[DO_COUNT];
};

/* What one order has in one scope. */
struct share {
	char scope[BUDGET_SCOPE_BYTES];
	int64_t numbers, cents;
};

struct sqlite_money *sqlite_money_new(sqlite3 *db)
{
	static const char *const texts[DO_COUNT] = {
#define X(name, sql) [DO_##name] = sql,
		STATEMENTS(X)
#undef X
	};
	struct sqlite_money *m = must_calloc(1, sizeof(*m));
	m->db = db;
	for (size_t i = 0; i < DO_COUNT; i++)
		m->stmts[i] = sqlite_db_prepare(db, texts[i]);
	return m;
}

struct sqlite_money *sqlite_money_free(struct sqlite_money *m)
{
	if (m == NULL)
		return NULL;
	for (size_t i = 0; i < DO_COUNT; i++)
		(void)sqlite3_finalize(m->stmts[i]);
	free(m);
	return NULL;
}

static void bind_text(sqlite3_stmt *stmt, int i, const char *text)
{
	must(sqlite3_bind_text(stmt, i, text, -1, SQLITE_STATIC) == SQLITE_OK);
}

static void bind_whole(sqlite3_stmt *stmt, int i, int64_t value)
{
	must(sqlite3_bind_int64(stmt, i, value) == SQLITE_OK);
}

/* A statement that gives no row. */
static int run(sqlite3_stmt *stmt)
{
	int rc = sqlite3_step(stmt);
	int reset = sqlite3_reset(stmt);
	return rc == SQLITE_DONE ? SQLITE_OK : reset;
}

/* What a reading came to: a row that must be there and is not, or one too many,
 * is a damaged file. */
static int end_of(sqlite3_stmt *stmt, int rc, int expected)
{
	int reset = sqlite3_reset(stmt);
	return rc == expected ? SQLITE_OK : reset != SQLITE_OK ? reset : SQLITE_CORRUPT;
}

/* ---- one scope ---- */

enum entry { ENTRY_HOLD, ENTRY_COMMIT, ENTRY_FREE };

static int enter(struct sqlite_money *m, const struct write_job *job, enum order_account account,
	enum entry kind, const struct share *share)
{
	static const char *const kinds[] = {"hold", "commit", "free"};
	sqlite3_stmt *stmt = m->stmts[DO_ENTER];
	if (share->numbers == 0 && share->cents == 0)
		return SQLITE_OK;
	bind_text(stmt, 1, write_job_text(job, job->id));
	bind_text(stmt, 2, order_account_wire(account));
	bind_text(stmt, 3, share->scope);
	bind_text(stmt, 4, kinds[kind]);
	bind_whole(stmt, 5, share->numbers);
	bind_whole(stmt, 6, share->cents);
	bind_whole(stmt, 7, job->at_ms);
	return run(stmt);
}

/* *ret_fits: whether the budget had room for it. */
static int hold(struct sqlite_money *m, const struct budget_scope *scope, int64_t cents,
	bool is_forced, bool *ret_fits)
{
	sqlite3_stmt *stmt = m->stmts[DO_HOLD];
	bind_text(stmt, 1, scope->name);
	bind_whole(stmt, 2, 1);
	bind_whole(stmt, 3, cents);
	bind_whole(stmt, 4, is_forced ? SPENDING_NO_LIMIT : scope->most_numbers);
	bind_whole(stmt, 5, is_forced ? SPENDING_NO_LIMIT : scope->most_cents);
	int rc = run(stmt);
	*ret_fits = rc == SQLITE_OK && sqlite3_changes(m->db) == 1;
	return rc;
}

/* Take `was` off what is held, and add `spent` to what is spent. */
static int settle(struct sqlite_money *m, const struct share *was, const struct share *spent)
{
	sqlite3_stmt *stmt = m->stmts[DO_SETTLE];
	bind_text(stmt, 1, was->scope);
	bind_whole(stmt, 2, was->numbers);
	bind_whole(stmt, 3, was->cents);
	bind_whole(stmt, 4, spent->numbers);
	bind_whole(stmt, 5, spent->cents);
	return run(stmt);
}

/* ---- one account ---- */

static int read_whose(struct sqlite_money *m, int64_t rowid, char email[256], char source[64])
{
	sqlite3_stmt *stmt = m->stmts[DO_WHOSE];
	bind_whole(stmt, 1, rowid);
	int rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW) {
		text_copy(email, 256, (const char *)sqlite3_column_text(stmt, 0));
		text_copy(source, 64, (const char *)sqlite3_column_text(stmt, 1));
	}
	return end_of(stmt, rc, SQLITE_ROW);
}

static int hold_all(
	struct sqlite_money *m, struct write_job *job, int64_t rowid, enum order_account account)
{
	struct budget_scope scopes[BUDGET_SCOPES_MOST];
	char email[256], source[64];
	const struct job_money *money = &job->money[account];
	int rc = read_whose(m, rowid, email, source);
	if (rc != SQLITE_OK)
		return rc;
	const struct budget_whose whose = {account, email, source, job->at_ms};
	int count = budget_scopes(&whose, &job->limits, scopes);
	for (int i = 0; rc == SQLITE_OK && i < count; i++) {
		bool fits;
		struct share share = {.numbers = 1, .cents = money->cents};
		TEXT_COPY(share.scope, scopes[i].name);
		rc = hold(m, &scopes[i], money->cents, !money->may_be_limited, &fits);
		if (rc == SQLITE_OK && !fits) {
			spending_refuse(scopes[i].limit, job->limits.most[scopes[i].limit],
				&write_job_result(job)->err);
			return SQLITE_OK;
		}
		if (rc == SQLITE_OK)
			rc = enter(m, job, account, ENTRY_HOLD, &share);
	}
	return rc;
}

static int read_open(struct sqlite_money *m, const struct write_job *job,
	enum order_account account, struct share ret[BUDGET_SCOPES_MOST], int *ret_count)
{
	sqlite3_stmt *stmt = m->stmts[DO_OPEN];
	int rc, count = 0;
	bind_text(stmt, 1, write_job_text(job, job->id));
	bind_text(stmt, 2, order_account_wire(account));
	while ((rc = sqlite3_step(stmt)) == SQLITE_ROW && count < BUDGET_SCOPES_MOST) {
		struct share *share = &ret[count++];
		TEXT_COPY(share->scope, (const char *)sqlite3_column_text(stmt, 0));
		share->numbers = sqlite3_column_int64(stmt, 1);
		share->cents = sqlite3_column_int64(stmt, 2);
	}
	*ret_count = count;
	return end_of(stmt, rc, SQLITE_DONE);
}

/* The price is at most what was held, unless it was found rather than chosen:
 * then the rest is held first, whatever the limit, since it is spent already. */
static int commit_one(struct sqlite_money *m, struct write_job *job, enum order_account account,
	const struct share *held)
{
	struct share spent = *held, more = *held, rest = *held;
	spent.cents = job->money[account].cents;
	more.numbers = rest.numbers = 0;
	more.cents = spent.cents > held->cents ? spent.cents - held->cents : 0;
	rest.cents = spent.cents < held->cents ? held->cents - spent.cents : 0;
	int rc = enter(m, job, account, ENTRY_HOLD, &more);
	if (rc == SQLITE_OK)
		rc = enter(m, job, account, ENTRY_COMMIT, &spent);
	if (rc == SQLITE_OK)
		rc = enter(m, job, account, ENTRY_FREE, &rest);
	return rc == SQLITE_OK ? settle(m, held, &spent) : rc;
}

static int free_one(struct sqlite_money *m, struct write_job *job, enum order_account account,
	const struct share *held)
{
	int rc = enter(m, job, account, ENTRY_FREE, held);
	return rc == SQLITE_OK ? settle(m, held, &(struct share){0}) : rc;
}

static int end_all(struct sqlite_money *m, struct write_job *job, enum order_account account)
{
	struct share shares[BUDGET_SCOPES_MOST];
	int count;
	int rc = read_open(m, job, account, shares, &count);
	for (int i = 0; rc == SQLITE_OK && i < count; i++)
		rc = job->money[account].is == MONEY_SPENT ? commit_one(m, job, account, &shares[i])
							   : free_one(m, job, account, &shares[i]);
	return rc;
}

static int move_account(struct sqlite_money *m, struct write_job *job, int64_t rowid,
	enum order_account account, enum order_money was)
{
	enum order_money is = job->money[account].is;
	int rc = SQLITE_OK;
	if (was == MONEY_NONE)
		rc = hold_all(m, job, rowid, account);
	if (rc == SQLITE_OK && job->result == NULL && is != MONEY_HELD)
		rc = end_all(m, job, account);
	return rc;
}

static int mark(struct sqlite_money *m, int64_t rowid, const enum order_money is[ACCOUNT_COUNT])
{
	sqlite3_stmt *stmt = m->stmts[DO_MARK];
	bind_whole(stmt, 1, rowid);
	bind_text(stmt, 2, order_money_wire(is[ACCOUNT_PURCHASE]));
	bind_text(stmt, 3, order_money_wire(is[ACCOUNT_RELEASE]));
	return run(stmt);
}

int sqlite_money_move(struct sqlite_money *m, struct write_job *job, int64_t rowid,
	const enum order_money was[ACCOUNT_COUNT])
{
	enum order_money is[ACCOUNT_COUNT];
	bool is_moved = false;
	int rc = SQLITE_OK;
	for (int i = 0; i < ACCOUNT_COUNT && rc == SQLITE_OK && job->result == NULL; i++) {
		/* What was spent stays spent. */
		is[i] = was[i] == MONEY_SPENT ? MONEY_SPENT : job->money[i].is;
		if (is[i] == was[i])
			continue;
		is_moved = true;
		rc = move_account(m, job, rowid, (enum order_account)i, was[i]);
	}
	if (rc == SQLITE_OK && is_moved && job->result == NULL)
		rc = mark(m, rowid, is);
	return rc;
}

bool sqlite_money_from_wire(const char *wire, enum order_money *ret)
{
	for (int i = MONEY_NONE; i <= MONEY_SPENT; i++) {
		if (!text_is(wire, order_money_wire((enum order_money)i)))
			continue;
		*ret = (enum order_money)i;
		return true;
	}
	return false;
}

/* ---- the switch ---- */

int sqlite_money_switch(struct sqlite_money *m, struct write_job *job)
{
	sqlite3_stmt *stmt = m->stmts[DO_SWITCH];
	bind_whole(stmt, 1, job->at_ms);
	bind_text(stmt, 2, write_job_text(job, job->reason));
	bind_whole(stmt, 3, job->thawed_at_ms);
	return run(stmt);
}

int sqlite_money_read_switch(struct sqlite_money *m, struct store_control *ret)
{
	sqlite3_stmt *stmt = m->stmts[DO_CONTROL];
	int rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW) {
		ret->frozen_at_ms = sqlite3_column_int64(stmt, 0);
		TEXT_COPY(ret->reason, (const char *)sqlite3_column_text(stmt, 1));
		ret->thawed_at_ms = sqlite3_column_int64(stmt, 2);
	}
	return end_of(stmt, rc, SQLITE_ROW);
}
