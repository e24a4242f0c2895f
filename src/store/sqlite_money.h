/*
 * sqlite_money.h - the budgets, the ledger and the switch, as the writer moves them.
 *
 * Promises
 *  - A budget is held by one statement that cannot overdraw it: it adds only
 *    where held + spent stay within the limit.  All scopes of an order, or none:
 *    a refusal is undone with its job's savepoint.
 *  - Every change of a budget has its rows in the ledger, in the same transaction:
 *    held is the sum of `hold` less `commit` and `free`, spent that of `commit`.
 *  - What is committed or freed goes to the very scopes it was held in, whatever
 *    the hour is now.
 *
 * Thread: the writer's.
 */
#ifndef STORE_SQLITE_MONEY_H
#define STORE_SQLITE_MONEY_H

#include <sqlite3.h>

#include "store/store_job.h"

struct sqlite_money;
struct sqlite_money *sqlite_money_new(sqlite3 *db); /* borrows db */
struct sqlite_money *sqlite_money_free(struct sqlite_money *m);

/* What the row at `rowid` held or spent before this job.  Moves both accounts to
 * what the job's order means.  A limit that says no becomes the job's refusal.
 * SQLITE_OK, or the database's own failure. */
int sqlite_money_move(struct sqlite_money *m, struct write_job *job, int64_t rowid,
	const enum order_money was[ACCOUNT_COUNT]);
bool sqlite_money_from_wire(const char *wire, enum order_money *ret);

/* JOB_CONTROL: the switch.  Freezing what is frozen keeps its time. */
int sqlite_money_switch(struct sqlite_money *m, struct write_job *job);
/* Whether spending is frozen, as this transaction sees it. */
int sqlite_money_read_switch(struct sqlite_money *m, struct store_control *ret);

#endif
