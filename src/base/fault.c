#include "base/fault.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/must.h"
#include "base/text.h"

#define MAX_NAMES 64

static char wanted[64];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* the store passes on its own thread */
static int64_t passes_left;
static bool is_counting;
static struct {
	const char *name;
	int passes;
} seen[MAX_NAMES];
static size_t seen_count;

static void print_seen(void)
{
	for (size_t i = 0; i < seen_count; i++)
		fprintf(stderr, "fault %s %d\n", seen[i].name, seen[i].passes);
}

void fault_init(void)
{
	const char *setting = getenv("NUMBERD_FAULT");
	if (setting == NULL || *setting == '\0')
		return;
	size_t name_bytes = strcspn(setting, ":");
	text_copy_part(wanted, sizeof(wanted), setting, name_bytes);
	passes_left = 1;
	if (setting[name_bytes] == ':')
		text_to_int(setting + name_bytes + 1, 1, INT32_MAX, &passes_left);
	is_counting = text_is(wanted, "count");
	if (is_counting)
		atexit(print_seen);
}

static void count(const char *name)
{
	size_t i = 0;
	while (i < seen_count && !text_is(seen[i].name, name))
		i++;
	must(i < MAX_NAMES);
	seen[i].name = name;
	seen[i].passes++;
	if (i == seen_count)
		seen_count++;
}

void fault(const char *name)
{
	if (wanted[0] == '\0')
		return;
	pthread_mutex_lock(&lock);
	if (is_counting)
		count(name);
	else if (text_is(wanted, name) && --passes_left == 0)
		kill(getpid(), SIGKILL);
	pthread_mutex_unlock(&lock);
}
