/*
 * sqlite_db.h - connections to one SQLite file, their settings and its schema.
 *
 * Every connection is in WAL mode with synchronous=FULL and never checkpoints
 * by itself: only the writer does, because two connections that write and
 * checkpoint at once are what SQLite's WAL-reset fault needs.
 * The file, its -wal and its -shm are made 0600 whatever the umask.
 *
 * Thread: a connection belongs to one thread at a time.
 */
#ifndef STORE_SQLITE_DB_H
#define STORE_SQLITE_DB_H

#include <sqlite3.h>
#include <stdbool.h>

#include "base/embed.h"
#include "base/err.h"
#include "base/must.h"

enum sqlite_use {
	SQLITE_USE_WRITE, /* makes the file when there is none */
	SQLITE_USE_READ,  /* the file must be there */
};

enum err_code sqlite_db_open(
	const char *path, enum sqlite_use use, sqlite3 **ret, struct err *e) MUST_USE;
sqlite3 *sqlite_db_close(sqlite3 *db); /* NULL is fine; its statements must be gone */

/* ERR_STORE_UNAVAILABLE with SQLite's own words, whatever the result code. */
enum err_code sqlite_db_fail(sqlite3 *db, const char *what, struct err *e);
enum err_code sqlite_db_run(sqlite3 *db, const char *sql, const char *what, struct err *e) MUST_USE;
/* A statement that is kept.  The text is ours, so a fault in it is our bug. */
sqlite3_stmt *sqlite_db_prepare(sqlite3 *db, const char *sql);

/* All that can be read is on disk when this answers OK, in the file itself, and
 * the WAL is empty; also what a process before us left in the page cache only,
 * after an fsync that failed. */
enum err_code sqlite_db_settle(sqlite3 *db, struct err *e) MUST_USE;

/* The migrations of this program: 001.sql, 002.sql, … and a row of NULLs. */
extern const struct embedded_file schema_files[];

/* Check the file's schema against `files`: an empty file is brought up, any
 * other difference is ERR_STORE_SCHEMA. */
enum err_code sqlite_db_check_schema(
	sqlite3 *db, const struct embedded_file *files, struct err *e) MUST_USE;
/* Bring an older schema up, one transaction a file. */
enum err_code sqlite_db_migrate(sqlite3 *db, const struct embedded_file *files, int *ret_from,
	int *ret_to, struct err *e) MUST_USE;

#endif
