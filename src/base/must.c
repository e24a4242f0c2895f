#include "base/must.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void must_failed(const char *what, const char *file, int line, const char *func)
{
	fprintf(stderr, "numberd: bug: must(%s) failed at %s:%d in %s\n", what, file, line, func);
	fflush(stderr);
	abort();
}

/* Without memory of its own: it may be memory that is missing. */
void must_stop(const char *what)
{
	static const char *const parts[] = {
		"numberd: stopped: ", NULL, "; what is stored goes on at the next start\n"};
	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		const char *part = parts[i] != NULL ? parts[i] : what;
		ssize_t written = write(STDERR_FILENO, part, strlen(part));
		(void)written;
	}
	abort();
}

void *must_calloc(size_t count, size_t size)
{
	void *p = calloc(count ? count : 1, size ? size : 1);
	must_have(p != NULL, "out of memory");
	return p;
}

void *must_realloc(void *old, size_t size)
{
	void *p = realloc(old, size ? size : 1);
	must_have(p != NULL, "out of memory");
	return p;
}

char *must_strdup(const char *text)
{
	must(text != NULL);
	char *copy = strdup(text);
	must_have(copy != NULL, "out of memory");
	return copy;
}
