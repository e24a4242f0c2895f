/*
 * sqlite_lock.h - who works on a database file: flock() on FILE.lock.
 *
 * The lock is the kernel's: it ends with the process, however that ends.  What
 * is written in the file only tells others whom to ask.
 */
#ifndef STORE_SQLITE_LOCK_H
#define STORE_SQLITE_LOCK_H

#include "base/err.h"
#include "store/store.h"

/* ERR_STORE_LOCKED when another holds it, *ret_holder filled as far as known. */
enum err_code sqlite_lock_take(
	const char *db_path, int *ret_fd, struct store_lease *ret_holder, struct err *e) MUST_USE;
enum err_code sqlite_lock_sign(int fd, const struct store_lease *lease, struct err *e) MUST_USE;
void sqlite_lock_drop(int fd);

#endif
