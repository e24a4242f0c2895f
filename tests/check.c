#include "tests/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <ftw.h>
#include <unistd.h>

#include "base/must.h"

static char dir[256];

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static void remove_dir(void)
{
	nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

const char *check_temp_dir(void)
{
	if (dir[0] == '\0') {
		const char *base = getenv("TMPDIR");
		(void)snprintf(dir, sizeof(dir), "%s/numberd-test-XXXXXX", base ? base : "/tmp");
		must(mkdtemp(dir) != NULL);
		atexit(remove_dir);
	}
	return dir;
}
