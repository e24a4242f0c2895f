/*
 * break.c - LD_PRELOADed: the n-th call of a kind fails.  For tests only.
 *
 *   NUMBERD_BREAK=KIND:N:ERRNO[:ever]   the N-th call from the start (and all
 *                                       later ones) fails; allocations give NULL
 *   NUMBERD_BREAK_FILE=PART             calls with a file count only when its
 *                                       path has this part
 *   NUMBERD_BREAK_COUNTS=FILE           where how often each kind was called is
 *                                       kept, also when the process is killed:
 *                                       int64 a kind, in the order below
 *   NUMBERD_BREAK_ARMED=FILE            nothing fails, and nothing is counted,
 *                                       before this file exists
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define KINDS(X)                                                                                   \
	X(ALLOC, "alloc")                                                                          \
	X(READ, "read")                                                                            \
	X(WRITE, "write")                                                                          \
	X(PREAD, "pread")                                                                          \
	X(PWRITE, "pwrite")                                                                        \
	X(SYNC, "sync")                                                                            \
	X(TRUNCATE, "truncate")                                                                    \
	X(OPEN, "open")                                                                            \
	X(STAT, "stat")                                                                            \
	X(LOCK, "lock")                                                                            \
	X(MAP, "mmap")                                                                             \
	X(SOCKET, "socket")                                                                        \
	X(CONNECT, "connect")                                                                      \
	X(BIND, "bind")                                                                            \
	X(ACCEPT, "accept")                                                                        \
	X(PIPE, "pipe")                                                                            \
	X(EPOLL, "epoll")                                                                          \
	X(WAIT, "wait")                                                                            \
	X(RANDOM, "random")                                                                        \
	X(THREAD, "thread")

enum kind {
#define X(name, word) KIND_##name,
	KINDS(X)
#undef X
		KIND_COUNT
};

static const char *const words[KIND_COUNT] = {
#define X(name, word) word,
	KINDS(X)
#undef X
};

static _Atomic int64_t own_counts[KIND_COUNT];
static _Atomic int64_t *counts = own_counts;
static int broken = -1; /* a kind */
static int64_t at;
static int error;
static bool is_for_ever;
static const char *file_part, *armed_path;
static atomic_bool is_armed;

void *__libc_malloc(size_t bytes);
void *__libc_calloc(size_t count, size_t bytes);
void *__libc_realloc(void *old, size_t bytes);

static void read_wish(const char *wish)
{
	size_t n = strcspn(wish, ":");
	for (int i = 0; i < KIND_COUNT; i++)
		if (strlen(words[i]) == n && strncmp(wish, words[i], n) == 0)
			broken = i;
	if (broken < 0 || wish[n] == '\0') {
		static const char text[] = "break: NUMBERD_BREAK is KIND:N:ERRNO[:ever]\n";
		(void)!syscall(SYS_write, 2, text, sizeof(text) - 1);
		_exit(99);
	}
	char *rest;
	at = strtoll(wish + n + 1, &rest, 10);
	if (*rest == ':')
		error = (int)strtoll(rest + 1, &rest, 10);
	is_for_ever = strcmp(rest, ":ever") == 0;
}

static void share_counts(const char *path)
{
	int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || syscall(SYS_ftruncate, fd, sizeof(own_counts)) != 0)
		_exit(99);
	void *shared = (void *)syscall(
		SYS_mmap, NULL, sizeof(own_counts), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (shared == MAP_FAILED)
		_exit(99);
	counts = shared;
	syscall(SYS_close, fd);
}

__attribute__((constructor)) static void start(void)
{
	const char *wish = getenv("NUMBERD_BREAK");
	const char *shared = getenv("NUMBERD_BREAK_COUNTS");
	if (wish != NULL && *wish != '\0')
		read_wish(wish);
	if (shared != NULL)
		share_counts(shared);
	file_part = getenv("NUMBERD_BREAK_FILE");
	armed_path = getenv("NUMBERD_BREAK_ARMED");
	is_armed = true;
}

/* Whether this call fails; errno is set then. */
static bool strikes(enum kind kind)
{
	if (!is_armed)
		return false;
	if (armed_path != NULL && syscall(SYS_faccessat, AT_FDCWD, armed_path, F_OK) != 0)
		return false;
	int64_t n = atomic_fetch_add(&counts[kind], 1) + 1;
	if ((int)kind != broken || (n != at && !(is_for_ever && n > at)))
		return false;
	errno = error;
	return true;
}

static bool is_named(const char *path)
{
	return file_part == NULL || strstr(path, file_part) != NULL;
}

static bool strikes_fd(enum kind kind, int fd)
{
	char link[64], path[512];
	if (file_part == NULL)
		return strikes(kind);
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	long n = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof(path) - 1);
	path[n > 0 ? n : 0] = '\0';
	return is_named(path) && strikes(kind);
}

/* ---- memory ---- */

void *malloc(size_t bytes)
{
	return strikes(KIND_ALLOC) ? NULL : __libc_malloc(bytes);
}

void *calloc(size_t count, size_t bytes)
{
	return strikes(KIND_ALLOC) ? NULL : __libc_calloc(count, bytes);
}

void *realloc(void *old, size_t bytes)
{
	return strikes(KIND_ALLOC) ? NULL : __libc_realloc(old, bytes);
}

/* ---- the rest: fail, or do what was there before ---- */

#define REAL(name)                                                                                 \
	static __typeof__(&name) real;                                                             \
	if (real == NULL)                                                                          \
	*(void **)&real = dlsym(RTLD_NEXT, #name)

#define WRAP(kind, type, name, parameters, arguments)                                              \
	type name parameters                                                                       \
	{                                                                                          \
		REAL(name);                                                                        \
		return strikes(kind) ? (type)-1 : real arguments;                                  \
	}
#define WRAP_FD(kind, type, name, parameters, arguments)                                           \
	type name parameters                                                                       \
	{                                                                                          \
		REAL(name);                                                                        \
		return strikes_fd(kind, fd) ? (type)-1 : real arguments;                           \
	}

/* clang-format off */
WRAP_FD(KIND_READ, ssize_t, read, (int fd, void *to, size_t n), (fd, to, n))
WRAP_FD(KIND_READ, ssize_t, readv, (int fd, const struct iovec *v, int n), (fd, v, n))
WRAP_FD(KIND_READ, ssize_t, recv, (int fd, void *to, size_t n, int flags), (fd, to, n, flags))
WRAP_FD(KIND_READ, ssize_t, recvfrom, (int fd, void *to, size_t n, int flags,
	struct sockaddr *from, socklen_t *bytes), (fd, to, n, flags, from, bytes))
WRAP_FD(KIND_WRITE, ssize_t, write, (int fd, const void *from, size_t n), (fd, from, n))
WRAP_FD(KIND_WRITE, ssize_t, writev, (int fd, const struct iovec *v, int n), (fd, v, n))
WRAP_FD(KIND_WRITE, ssize_t, send, (int fd, const void *from, size_t n, int flags),
	(fd, from, n, flags))
WRAP_FD(KIND_WRITE, ssize_t, sendto, (int fd, const void *from, size_t n, int flags,
	const struct sockaddr *to, socklen_t bytes), (fd, from, n, flags, to, bytes))
WRAP_FD(KIND_WRITE, ssize_t, sendmsg, (int fd, const struct msghdr *m, int flags), (fd, m, flags))
WRAP_FD(KIND_PREAD, ssize_t, pread, (int fd, void *to, size_t n, off_t o), (fd, to, n, o))
WRAP_FD(KIND_PREAD, ssize_t, pread64, (int fd, void *to, size_t n, off_t o), (fd, to, n, o))
WRAP_FD(KIND_PWRITE, ssize_t, pwrite, (int fd, const void *p, size_t n, off_t o), (fd, p, n, o))
WRAP_FD(KIND_PWRITE, ssize_t, pwrite64, (int fd, const void *p, size_t n, off_t o), (fd, p, n, o))
WRAP_FD(KIND_SYNC, int, fsync, (int fd), (fd))
WRAP_FD(KIND_SYNC, int, fdatasync, (int fd), (fd))
WRAP_FD(KIND_TRUNCATE, int, ftruncate, (int fd, off_t size), (fd, size))
WRAP_FD(KIND_TRUNCATE, int, ftruncate64, (int fd, off_t size), (fd, size))
WRAP_FD(KIND_STAT, int, fstat, (int fd, struct stat *to), (fd, to))
WRAP_FD(KIND_STAT, int, fstat64, (int fd, struct stat64 *to), (fd, to))
WRAP_FD(KIND_LOCK, int, flock, (int fd, int what), (fd, what))
WRAP(KIND_SOCKET, int, socket, (int a, int b, int c), (a, b, c))
WRAP(KIND_SOCKET, int, socketpair, (int a, int b, int c, int to[2]), (a, b, c, to))
WRAP(KIND_CONNECT, int, connect, (int fd, const struct sockaddr *a, socklen_t n), (fd, a, n))
WRAP(KIND_BIND, int, bind, (int fd, const struct sockaddr *a, socklen_t n), (fd, a, n))
WRAP(KIND_BIND, int, listen, (int fd, int n), (fd, n))
WRAP(KIND_ACCEPT, int, accept, (int fd, struct sockaddr *a, socklen_t *n), (fd, a, n))
WRAP(KIND_ACCEPT, int, accept4, (int fd, struct sockaddr *a, socklen_t *n, int f), (fd, a, n, f))
WRAP(KIND_PIPE, int, pipe, (int to[2]), (to))
WRAP(KIND_PIPE, int, pipe2, (int to[2], int flags), (to, flags))
WRAP(KIND_PIPE, int, eventfd, (unsigned n, int flags), (n, flags))
WRAP(KIND_EPOLL, int, epoll_create, (int n), (n))
WRAP(KIND_EPOLL, int, epoll_create1, (int flags), (flags))
WRAP(KIND_EPOLL, int, epoll_ctl, (int e, int op, int fd, struct epoll_event *v), (e, op, fd, v))
WRAP(KIND_WAIT, int, epoll_wait, (int e, struct epoll_event *v, int n, int ms), (e, v, n, ms))
WRAP(KIND_WAIT, int, poll, (struct pollfd *v, nfds_t n, int ms), (v, n, ms))
WRAP(KIND_RANDOM, ssize_t, getrandom, (void *to, size_t n, unsigned flags), (to, n, flags))
WRAP(KIND_RANDOM, int, getentropy, (void *to, size_t n), (to, n))
/* clang-format on */

/* These return the error. */
int pthread_create(pthread_t *thread, const pthread_attr_t *how, void *(*func)(void *), void *arg)
{
	REAL(pthread_create);
	return strikes(KIND_THREAD) ? error : real(thread, how, func, arg);
}

static void *map(void *where, size_t n, int protection, int flags, int fd, off_t offset)
{
	REAL(mmap);
	return strikes(KIND_MAP) ? MAP_FAILED : real(where, n, protection, flags, fd, offset);
}

void *mmap(void *where, size_t n, int protection, int flags, int fd, off_t offset)
{
	return map(where, n, protection, flags, fd, offset);
}

void *mmap64(void *where, size_t n, int protection, int flags, int fd, off_t offset)
{
	return map(where, n, protection, flags, fd, offset);
}

#define WRAP_OPEN(name)                                                                            \
	int name(const char *path, int flags, ...)                                                 \
	{                                                                                          \
		REAL(name);                                                                        \
		va_list args;                                                                      \
		va_start(args, flags);                                                             \
		mode_t mode = (mode_t)va_arg(args, int);                                           \
		va_end(args);                                                                      \
		return is_named(path) && strikes(KIND_OPEN) ? -1 : real(path, flags, mode);        \
	}
WRAP_OPEN(open)
WRAP_OPEN(open64)

#define WRAP_FOPEN(name)                                                                           \
	FILE *name(const char *path, const char *how)                                              \
	{                                                                                          \
		REAL(name);                                                                        \
		return is_named(path) && strikes(KIND_OPEN) ? NULL : real(path, how);              \
	}
WRAP_FOPEN(fopen)
WRAP_FOPEN(fopen64)

#define WRAP_FCNTL(name)                                                                           \
	int name(int fd, int what, ...)                                                            \
	{                                                                                          \
		REAL(name);                                                                        \
		va_list args;                                                                      \
		va_start(args, what);                                                              \
		void *arg = va_arg(args, void *);                                                  \
		va_end(args);                                                                      \
		return strikes_fd(KIND_LOCK, fd) ? -1 : real(fd, what, arg);                       \
	}
WRAP_FCNTL(fcntl)
WRAP_FCNTL(fcntl64)
