#include "store/sqlite_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

/* The same file must have one lock by whatever path it is reached. */
static enum err_code lock_path(const char *db_path, char *to, size_t to_bytes, struct err *e)
{
	char real[PATH_MAX];
	if (realpath(db_path, real) == NULL || !text_format(to, to_bytes, "%s.lock", real))
		return err_set(e, ERR_STORE_UNAVAILABLE, "could not find the database %s: %s",
			db_path, strerror(errno));
	return ERR_OK;
}

/* Lines: pid, epoch, url.  Another may be writing them now: what cannot be
 * read stays zero. */
static void read_holder(int fd, struct store_lease *ret)
{
	char text[256];
	char *rest = text;
	memset(ret, 0, sizeof(*ret));
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);
	text[n > 0 ? n : 0] = '\0';
	const char *pid = strsep(&rest, "\n");
	const char *epoch = strsep(&rest, "\n");
	const char *url = strsep(&rest, "\n");
	(void)text_to_int(pid, 1, INT32_MAX, &ret->pid);
	(void)text_to_int(epoch, 1, INT64_MAX, &ret->epoch);
	TEXT_COPY(ret->url, url);
}

static enum err_code refuse(int fd, struct store_lease *ret_holder, struct err *e)
{
	if (errno != EWOULDBLOCK)
		return err_set(e, ERR_STORE_UNAVAILABLE, "could not lock the database: %s",
			strerror(errno));
	read_holder(fd, ret_holder);
	if (ret_holder->pid == 0)
		return err_set(e, ERR_STORE_LOCKED, "another process works on this database");
	return err_set(e, ERR_STORE_LOCKED, "process %lld works on this database%s%s",
		(long long)ret_holder->pid, ret_holder->url[0] ? " and answers at " : "",
		ret_holder->url);
}

enum err_code sqlite_lock_take(
	const char *db_path, int *ret_fd, struct store_lease *ret_holder, struct err *e)
{
	char path[PATH_MAX + 8];
	enum err_code code = lock_path(db_path, path, sizeof(path), e);
	if (code != ERR_OK)
		return code;
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_set(
			e, ERR_STORE_UNAVAILABLE, "could not open %s: %s", path, strerror(errno));
	if (flock(fd, LOCK_EX | LOCK_NB) != 0)
		code = refuse(fd, ret_holder, e);
	else if (fchmod(fd, 0600) != 0 || ftruncate(fd, 0) != 0) /* the last holder's name */
		code = err_set(
			e, ERR_STORE_UNAVAILABLE, "could not write %s: %s", path, strerror(errno));
	if (code == ERR_OK) {
		*ret_fd = fd;
		return ERR_OK;
	}
	(void)close(fd);
	return code;
}

enum err_code sqlite_lock_sign(int fd, const struct store_lease *lease, struct err *e)
{
	char text[256];
	text_format(text, sizeof(text), "%lld\n%lld\n%s\n", (long long)lease->pid,
		(long long)lease->epoch, lease->url);
	ssize_t bytes = (ssize_t)strlen(text);
	if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)bytes, 0) != bytes)
		return err_set(e, ERR_STORE_UNAVAILABLE, "could not write the lock file: %s",
			strerror(errno));
	return ERR_OK;
}

void sqlite_lock_drop(int fd)
{
	must(close(fd) == 0);
}
