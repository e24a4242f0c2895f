/* store_sqlite.h - the embedded back end: one SQLite file, one writer thread,
 * one reader thread.  See sqlite_write.h and sqlite_read.h for what each does. */
#ifndef STORE_STORE_SQLITE_H
#define STORE_STORE_SQLITE_H

#include "store/store.h"

/* Most writes that wait at once, and most reads.  Beyond, ERR_STORE_UNAVAILABLE. */
#define SQLITE_WRITES_MOST 16384
#define SQLITE_READS_MOST 4096

enum err_code store_sqlite_open(
	const char *path, struct loop *loop, struct store **ret, struct err *e) MUST_USE;
enum err_code store_sqlite_migrate(
	const char *path, int *ret_from, int *ret_to, struct err *e) MUST_USE;

#endif
