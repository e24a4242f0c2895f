/*
 * sqlite_write.h - the writer's half: a group of jobs in one transaction.
 *
 * Promises
 *  - A job is decided (written, or refused by its own result) alone: each runs
 *    in a savepoint, and later jobs of a group see what earlier ones wrote.
 *  - When sqlite_write_group() returns, every job that is plainly OK is durable.
 *  - When the commit fails, every job of the group is ERR_STORE_UNAVAILABLE:
 *    refusals too, since they may rest on what was not committed.
 *  - ERR_STORE_FAILED: after a failed fsync, or a file that is corrupt, nothing is written any
 *    more until the program is started again: Linux forgets a failed fsync and
 *    calls the next one good, so a second try would promise what is not on
 *    disk.  A full disk, or a write that was refused, is tried again with the
 *    next group.
 *
 * Thread: the writer's.
 */
#ifndef STORE_SQLITE_WRITE_H
#define STORE_SQLITE_WRITE_H

#include <sqlite3.h>

#include "store/store_job.h"

#define SQLITE_GROUP_MOST 256
/* Frames of 4 KiB in the WAL after which the writer copies them into the file. */
#define SQLITE_CHECKPOINT_FRAMES 4000

struct sqlite_writer;
/* Owns db from now on. */
struct sqlite_writer *sqlite_writer_new(sqlite3 *db);
struct sqlite_writer *sqlite_writer_free(struct sqlite_writer *w);

/* A chain of at most SQLITE_GROUP_MOST jobs; results are set, nothing is freed. */
void sqlite_write_group(struct sqlite_writer *w, struct write_job *first);
/* After a group was answered: copy the WAL into the file if it has grown. */
void sqlite_write_tidy(struct sqlite_writer *w);

enum err_code sqlite_write_identity(struct sqlite_writer *w, const uint8_t *key_or_null,
	struct store_identity *ret, struct err *e) MUST_USE;
/* Copies the whole WAL into the file and counts the epoch on.  After this all
 * that can be read is on disk, even what a failed fsync of the process before
 * us left in the page cache only.  is_first: of this process. */
enum err_code sqlite_write_lease(
	struct sqlite_writer *w, bool is_first, struct store_lease *lease, struct err *e) MUST_USE;
/* At the end of work: the whole WAL into the file.  Best effort. */
void sqlite_write_finish(struct sqlite_writer *w);

#endif
