/*
 * order_row.h - a struct order as a database row, and back, for every back end.
 *
 * A row is a list of cells, one a column of `signups` that the core knows.
 * What is queried or audited has a column; the rest of the order is one JSON
 * object in the column `core`, in which a member left out is zero.  One table
 * in order_row.c names each field once for both directions.
 *
 * Promise: read(write(order)) is the order, all but `round` and `asked`, which
 * are of one process's life.  Reading is strict: a word, type, length or
 * member that is not known is ERR_STORE_CORRUPT, and so is what order_fault()
 * finds broken.
 *
 * Thread: any; nothing is shared.
 */
#ifndef STORE_ORDER_ROW_H
#define STORE_ORDER_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "order/order.h"

/* When a column is written: at creation (and `worker` by a claim), with every
 * save, or with the saves that change an index.  Columns stand in this order in the table. */
enum row_part { ROW_ONCE, ROW_EACH, ROW_INDEXED, ROW_PARTS };

struct row_column {
	const char *name;
	enum row_part part;
	bool is_text;
};

#define ROW_COLUMNS 43
#define ROW_HELD_NUMBER (ROW_COLUMNS - 1) /* order_holds_number(): the number, else NULL */
#define ROW_TEXT_MAX (32 * 1024)
#define ROW_NULL (-1)

struct row_column order_row_column(int i);
/* The first column of a part; order_row_first(ROW_PARTS) is ROW_COLUMNS. */
int order_row_first(enum row_part part);
/* "id, business_name, …": the columns from `first` up to `end`, each followed
 * by `after` ("" or "=?") and parted by commas. */
void order_row_add_names(struct str *to, int first, int end, const char *after);

/* Fill cells[first … end-1].  An integer column's cell is its value; a text
 * column's is where its text starts in `texts` (NUL-terminated), or ROW_NULL. */
void order_row_write(const struct order *o, int first, int end, int64_t *cells, struct str *texts);

/* What a database gives back; text is NULL for SQL NULL and for integers. */
struct row_cell {
	int64_t number;
	const char *text;
};
enum err_code order_row_read(
	const struct row_cell cells[ROW_COLUMNS], struct order *ret, struct err *e) MUST_USE;

#endif
