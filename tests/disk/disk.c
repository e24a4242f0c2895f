#include "tests/disk/disk.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/must.h"
#include "base/text.h"

#define SECTOR_BYTES 512
#define MAX_FILES 8

/* A write (bytes) or a truncation (no bytes) that no sync has covered yet. */
struct change {
	struct change *next;
	int64_t offset; /* of a truncation: the new size */
	size_t count;
	bool is_truncation;
	unsigned char bytes[];
};

struct file {
	char path[PATH_MAX];
	unsigned char *bytes; /* on disk */
	size_t count;
	struct change *first, **last;
	bool is_gone; /* removed; a new one of that name begins empty */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct disk_fault fault;
static int passed;
static bool has_struck;
static bool is_recording, is_cut, is_relaxed;
static int calls_to_cut; /* 0: none is planned */
static struct file files[MAX_FILES];
static int file_count;

uint32_t disk_chance(uint64_t *seed, uint32_t count)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15u; /* splitmix64 */
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (uint32_t)(((z ^ (z >> 31)) >> 32) * count >> 32);
}

/* ---- which calls fail ---- */

static bool is_changing(enum disk_call call)
{
	return call == DISK_WRITE || call == DISK_TRUNCATE || call == DISK_SYNC;
}

/* 0, or the errno this call fails with; -1 for fewer bytes than asked for. */
static int strike(enum disk_call call)
{
	if (is_changing(call) && calls_to_cut > 0 && --calls_to_cut == 0)
		is_cut = true;
	if (is_cut)
		return EIO;
	if ((fault.calls & DISK_BIT(call)) == 0)
		return 0;
	passed++;
	if (passed != fault.at && !(fault.is_lasting && passed > fault.at))
		return 0;
	has_struck = true;
	return fault.error != 0 ? fault.error : -1;
}

void disk_break(const struct disk_fault *with)
{
	must(pthread_mutex_lock(&lock) == 0);
	fault = *with;
	passed = 0;
	has_struck = false;
	must(pthread_mutex_unlock(&lock) == 0);
}

bool disk_mend(void)
{
	must(pthread_mutex_lock(&lock) == 0);
	fault = (struct disk_fault){0};
	bool result = has_struck;
	must(pthread_mutex_unlock(&lock) == 0);
	return result;
}

/* ---- what is not on disk yet ---- */

static bool is_kept(const char *path)
{
	size_t n = strlen(path);
	static const char *const ends[] = {".db", ".db-wal", ".db-journal"};
	for (size_t i = 0; i < COUNT_OF(ends); i++)
		if (n > strlen(ends[i]) && text_is(path + n - strlen(ends[i]), ends[i]))
			return true;
	return false;
}

static void load(struct file *f)
{
	struct stat st;
	int fd = open(f->path, O_RDONLY | O_CLOEXEC);
	must(fd >= 0 && fstat(fd, &st) == 0);
	f->count = (size_t)st.st_size;
	f->bytes = must_realloc(NULL, f->count);
	must(pread(fd, f->bytes, f->count, 0) == (ssize_t)f->count);
	must(close(fd) == 0);
}

static struct file *find(const char *path)
{
	for (int i = 0; i < file_count; i++)
		if (text_is(files[i].path, path))
			return &files[i];
	return NULL;
}

/* The file, read as it is when it is first changed; NULL for those not kept. */
static struct file *file_of(int fd)
{
	char link[64], path[PATH_MAX];
	if (!is_recording)
		return NULL;
	text_format(link, sizeof(link), "/proc/self/fd/%d", fd);
	ssize_t n = readlink(link, path, sizeof(path) - 1);
	must(n > 0);
	path[n] = '\0';
	struct file *f = find(path);
	if (f != NULL)
		f->is_gone = false;
	if (f != NULL || !is_kept(path))
		return f;
	must(file_count < MAX_FILES);
	f = &files[file_count++];
	TEXT_COPY(f->path, path);
	f->first = NULL;
	f->last = &f->first;
	load(f);
	return f;
}

static void remember(int fd, const void *bytes, size_t count, int64_t offset, bool is_truncation)
{
	struct file *f = file_of(fd);
	if (f == NULL)
		return;
	struct change *c = must_calloc(1, sizeof(*c) + count);
	c->offset = offset;
	c->count = count;
	c->is_truncation = is_truncation;
	if (count > 0)
		memcpy(c->bytes, bytes, count);
	*f->last = c;
	f->last = &c->next;
}

static void resize(struct file *f, size_t count)
{
	f->bytes = must_realloc(f->bytes, count);
	if (count > f->count)
		memset(f->bytes + f->count, 0, count - f->count);
	f->count = count;
}

static void put(struct file *f, const unsigned char *bytes, size_t count, size_t offset)
{
	if (offset + count > f->count)
		resize(f, offset + count);
	memcpy(f->bytes + offset, bytes, count);
}

/* `odds` of 256 sectors arrive; NULL seed: all. */
static void apply(struct file *f, const struct change *c, uint64_t *seed, uint32_t odds)
{
	if (c->is_truncation) {
		if (seed == NULL || disk_chance(seed, 256) < odds)
			resize(f, (size_t)c->offset);
		return;
	}
	for (size_t at = 0; at < c->count;) {
		size_t place = (size_t)c->offset + at;
		size_t part = SECTOR_BYTES - place % SECTOR_BYTES;
		if (part > c->count - at)
			part = c->count - at;
		if (seed == NULL || disk_chance(seed, 256) < odds)
			put(f, c->bytes + at, part, place);
		at += part;
	}
}

static void forget(struct file *f)
{
	while (f->first != NULL) {
		struct change *c = f->first;
		f->first = c->next;
		free(c);
	}
	f->last = &f->first;
}

static void settle(int fd)
{
	struct file *f = file_of(fd);
	if (f == NULL)
		return;
	for (const struct change *c = f->first; c != NULL; c = c->next)
		apply(f, c, NULL, 0);
	forget(f);
}

static void lose(int fd)
{
	struct file *f = file_of(fd);
	if (f != NULL)
		forget(f);
}

/* ---- the calls ---- */

static ssize_t do_write(int fd, const void *bytes, size_t count, off_t offset)
{
	must(pthread_mutex_lock(&lock) == 0);
	bool was_cut = is_cut;
	int error = strike(DISK_WRITE);
	bool is_half = error < 0 || (error > 0 && fault.is_partial && !is_cut);
	if (is_half)
		count = count > 1 ? count / 2 : count;
	if (error <= 0 || is_half || is_cut != was_cut)
		remember(fd, bytes, count, offset, false); /* a cut may let it through */
	must(pthread_mutex_unlock(&lock) == 0);
	ssize_t written = error <= 0 || is_half ? pwrite(fd, bytes, count, offset) : 0;
	if (error <= 0)
		return written;
	errno = error;
	return -1;
}

static ssize_t do_read(int fd, void *bytes, size_t count, off_t offset)
{
	must(pthread_mutex_lock(&lock) == 0);
	int error = strike(DISK_READ);
	must(pthread_mutex_unlock(&lock) == 0);
	if (error <= 0)
		return pread(fd, bytes, error < 0 && count > 1 ? count / 2 : count, offset);
	errno = error;
	return -1;
}

static int do_truncate(int fd, off_t size)
{
	must(pthread_mutex_lock(&lock) == 0);
	bool was_cut = is_cut;
	int error = strike(DISK_TRUNCATE);
	if (error <= 0 || is_cut != was_cut)
		remember(fd, NULL, 0, size, true);
	must(pthread_mutex_unlock(&lock) == 0);
	if (error <= 0)
		return ftruncate(fd, size);
	errno = error;
	return -1;
}

static int do_open(const char *path, int flags, int mode)
{
	must(pthread_mutex_lock(&lock) == 0);
	int error = strike(DISK_OPEN);
	must(pthread_mutex_unlock(&lock) == 0);
	if (error <= 0)
		return open(path, flags, mode);
	errno = error;
	return -1;
}

static void *do_map(void *at, size_t count, int protection, int flags, int fd, off_t offset)
{
	must(pthread_mutex_lock(&lock) == 0);
	int error = strike(DISK_MAP);
	must(pthread_mutex_unlock(&lock) == 0);
	if (error <= 0)
		return mmap(at, count, protection, flags, fd, offset);
	errno = error;
	return MAP_FAILED;
}

/* Gone at once: SQLite syncs the folder afterwards. */
static int do_unlink(const char *path)
{
	char real[PATH_MAX];
	must(pthread_mutex_lock(&lock) == 0);
	bool may = !is_cut;
	struct file *f = may && realpath(path, real) != NULL ? find(real) : NULL;
	if (f != NULL) {
		forget(f);
		f->count = 0;
		f->is_gone = true;
	}
	must(pthread_mutex_unlock(&lock) == 0);
	if (may)
		return unlink(path);
	errno = EIO;
	return -1;
}

static int do_sync(int fd)
{
	must(pthread_mutex_lock(&lock) == 0);
	int error = strike(DISK_SYNC);
	if (error == 0)
		settle(fd);
	else if (!is_cut)
		lose(fd);
	must(pthread_mutex_unlock(&lock) == 0);
	errno = error > 0 ? error : EIO;
	return error == 0 ? 0 : -1;
}

int fdatasync(int fd)
{
	return do_sync(fd);
}

int fsync(int fd)
{
	return do_sync(fd);
}

void disk_install(void)
{
	static const struct {
		const char *name;
		sqlite3_syscall_ptr call;
	} calls[] = {
		{"pwrite", (sqlite3_syscall_ptr)(void *)do_write},
		{"pwrite64", (sqlite3_syscall_ptr)(void *)do_write},
		{"pread", (sqlite3_syscall_ptr)(void *)do_read},
		{"pread64", (sqlite3_syscall_ptr)(void *)do_read},
		{"ftruncate", (sqlite3_syscall_ptr)(void *)do_truncate},
		{"unlink", (sqlite3_syscall_ptr)(void *)do_unlink},
		{"open", (sqlite3_syscall_ptr)(void *)do_open},
		{"mmap", (sqlite3_syscall_ptr)(void *)do_map},
	};
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
	for (size_t i = 0; i < COUNT_OF(calls); i++)
		must(vfs->xSetSystemCall(vfs, calls[i].name, calls[i].call) == SQLITE_OK);
}

/* ---- loss of power ---- */

void disk_power_record(void)
{
	disk_power_end();
	is_recording = true;
}

void disk_power_cut(int at)
{
	must(pthread_mutex_lock(&lock) == 0);
	calls_to_cut = at;
	must(pthread_mutex_unlock(&lock) == 0);
}

bool disk_power_is_cut(void)
{
	must(pthread_mutex_lock(&lock) == 0);
	bool result = is_cut;
	must(pthread_mutex_unlock(&lock) == 0);
	return result;
}

static void write_image(struct file *f, const char *to, uint64_t *seed)
{
	static const uint32_t odds[] = {0, 16, 128, 240, 256};
	uint32_t chosen = odds[disk_chance(seed, COUNT_OF(odds))];
	for (const struct change *c = f->first; c != NULL; c = c->next)
		apply(f, c, seed, chosen);
	int fd = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	must(fd >= 0);
	must(write(fd, f->bytes, f->count) == (ssize_t)f->count);
	must(close(fd) == 0);
}

void disk_power_image(const char *path, const char *to, uint64_t seed)
{
	static const char *const ends[] = {"", "-wal", "-journal"};
	char real[PATH_MAX], from[PATH_MAX + 8], target[PATH_MAX];
	must(realpath(path, real) != NULL);
	for (size_t end = 0; end < COUNT_OF(ends); end++) {
		text_format(from, sizeof(from), "%s%s", real, ends[end]);
		text_format(target, sizeof(target), "%s%s", to, ends[end]);
		struct file *f = find(from);
		struct file unchanged = {.last = &unchanged.first};
		TEXT_COPY(unchanged.path, from);
		if (f == NULL && access(from, F_OK) == 0) {
			load(&unchanged);
			f = &unchanged;
		}
		if (f != NULL && !f->is_gone)
			write_image(f, target, &seed);
		free(unchanged.bytes);
	}
}

void disk_power_end(void)
{
	for (int i = 0; i < file_count; i++) {
		forget(&files[i]);
		free(files[i].bytes);
	}
	file_count = 0;
	calls_to_cut = 0;
	is_recording = is_cut = false;
}

/* ---- a wrong design ---- */

void disk_relax(bool wanted)
{
	is_relaxed = wanted;
}

/* Takes the place of the library's own in this program. */
int sqlite3_exec(sqlite3 *db, const char *sql, int (*row)(void *, int, char **, char **), void *arg,
	char **ret_message)
{
	static int (*real)(
		sqlite3 *, const char *, int (*)(void *, int, char **, char **), void *, char **);
	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "sqlite3_exec");
	int rc = real(db, sql, row, arg, ret_message);
	if (is_relaxed && rc == SQLITE_OK && strstr(sql, "synchronous=FULL") != NULL)
		rc = real(db, "PRAGMA synchronous=NORMAL", NULL, NULL, NULL);
	return rc;
}
