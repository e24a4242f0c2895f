/*
 * sqlite_read.h - the reader's half: orders, timelines and counts.
 *
 * A search that has to look at too many rows is given up after
 * SQLITE_READ_MOST_MS, so that it cannot hold up the loads behind it.
 *
 * Thread: the reader's, but for read_job_new() and what `delivery` does.
 */
#ifndef STORE_SQLITE_READ_H
#define STORE_SQLITE_READ_H

#include <sqlite3.h>

#include "store/store_job.h"

#define SQLITE_READ_MOST_MS 3000

enum read_kind {
	READ_LOAD,
	READ_LIST,
	READ_TIMELINE,
	READ_COUNTS,
	READ_CONTROL,
	READ_BUDGETS,
	READ_AUDIT,
};

struct read_job {
	struct delivery delivery;
	enum read_kind kind;
	char id[ID_BYTES];
	int64_t after_seq;
	int64_t at_ms;
	struct store_query query;
	union {
		store_orders_done orders;
		store_events_done events;
		store_counts_done counts;
		store_control_done control;
		store_budgets_done budgets;
		store_audit_done audit;
	} done;
	void *arg;

	struct err err;
	void *rows; /* owned: orders or events */
	size_t count;
	union {
		struct store_counts counts;
		struct store_control control;
		struct store_budget budgets[SPENDING_LIMIT_COUNT];
		struct store_audit audit;
	};
};

struct read_job *read_job_new(enum read_kind kind, void *arg);

struct sqlite_reader;
/* Owns db from now on. */
struct sqlite_reader *sqlite_reader_new(sqlite3 *db);
struct sqlite_reader *sqlite_reader_free(struct sqlite_reader *r);
void sqlite_read(struct sqlite_reader *r, struct read_job *job);

/* The order in the row at which a statement stands: order_row.c's columns, the
 * first of them the statement's first. */
enum err_code sqlite_read_order(sqlite3_stmt *stmt, struct order *ret, struct err *e) MUST_USE;

#endif
