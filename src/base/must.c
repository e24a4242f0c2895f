#include "base/must.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void must_failed(const char *what, const char *file, int line, const char *func)
{
	fprintf(stderr, "numberd: bug: must(%s) failed at %s:%d in %s\n", what, file, line, func);
	fflush(stderr);
	abort();
}

void *must_calloc(size_t count, size_t size)
{
	void *p = calloc(count ? count : 1, size ? size : 1);
	must(p != NULL);
	return p;
}

void *must_realloc(void *old, size_t size)
{
	void *p = realloc(old, size ? size : 1);
	must(p != NULL);
	return p;
}

char *must_strdup(const char *text)
{
	must(text != NULL);
	char *copy = strdup(text);
	must(copy != NULL);
	return copy;
}
