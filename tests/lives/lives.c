/*
 * lives.c - many lives, one seed each; see README.md beside this file.
 *
 * The first broken promise ends the run: seed, promise and how to see it again
 * are printed, and which kinds of faults it takes.
 */
#include <inttypes.h>
#include <malloc.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/id.h"
#include "base/log.h"
#include "base/str.h"
#include "base/text.h"
#include "tests/lives/life.h"

#define SEEDS_FILE "tests/lives/seeds/known"
#define REPLAY_EVERY 100 /* one life in so many is lived twice and compared */
#define EXIT_BROKEN 1

static struct {
	uint64_t first, last;
	uint64_t forbidden;
	enum mutant mutant;
	bool is_traced, is_bare, is_one;
	const char *ignored;
	const char *seeds_file;
} options = {.first = 1, .last = 20000, .seeds_file = SEEDS_FILE, .ignored = ""};

static struct {
	uint64_t lives, calls, starts, replays;
	uint64_t by_state[ORDER_STATE_COUNT], unanswered;
	uint64_t struck[FAULT_COUNT];
	double virtual_hours;
} sums;

static const char *program;
static volatile uint64_t seed_now;

/* --- chance: what asks for random bytes gets the seed's --- */

static uint64_t chance;

static const char *chance_name(void)
{
	return "seeded";
}

static void chance_fill(void *const to, const size_t bytes)
{
	unsigned char *at = to;
	for (size_t i = 0; i < bytes; i++) {
		if (i % 8 == 0)
			chance = fault_stir(chance);
		at[i] = (unsigned char)(chance >> (i % 8 * 8));
	}
}

static uint32_t chance_one(void)
{
	uint32_t one;
	chance_fill(&one, sizeof(one));
	return one;
}

static void use_seeded_chance(void)
{
	static struct randombytes_implementation seeded = {
		.implementation_name = chance_name, .random = chance_one, .buf = chance_fill};
	must(randombytes_set_implementation(&seeded) == 0);
	id_init();
}

/* --- one life --- */

static void live(uint64_t seed, uint64_t forbidden, bool is_traced, struct life_end *ret)
{
	seed_now = seed;
	chance = fault_stir(seed * 3 + 1);
	life_run(seed, forbidden, options.mutant, is_traced, ret);
}

static const char *mutant_wire(enum mutant mutant)
{
	static const char *const wires[MUTANT_COUNT] = {
#define X(name, wire, says) [MUTANT_##name] = wire,
		MUTANTS(X)
#undef X
	};
	return wires[mutant];
}

static void write_faults(uint64_t set, struct str *to)
{
	for (int i = 0; i < FAULT_COUNT; i++)
		if (set >> i & 1)
			str_addf(to, "%s%s", to->bytes > 0 ? "," : "",
				fault_wire((enum fault_kind)i));
}

/* Does the seed still fail when these are forbidden?  In a fresh program: a
 * life that broke was not taken apart. */
static bool fails_without(uint64_t seed, uint64_t forbidden)
{
	int status = 0;
	char number[32];
	struct str faults;
	str_init(&faults, 4096);
	write_faults(forbidden, &faults);
	text_format(number, sizeof(number), "%" PRIu64, seed);
	fflush(NULL);
	pid_t child = fork();
	must(child >= 0);
	if (child == 0) {
		alarm(60);
		(void)!freopen("/dev/null", "w", stderr);
		(void)!freopen("/dev/null", "w", stdout);
		execl("/proc/self/exe", program, "--bare", "--seed", number, "--without",
			faults.text, "--mutant", mutant_wire(options.mutant), "--ignore",
			options.ignored, NULL);
		_exit(0);
	}
	must(waitpid(child, &status, 0) == child);
	str_done(&faults);
	return !WIFEXITED(status) || WEXITSTATUS(status) == EXIT_BROKEN;
}

static void shrink(uint64_t seed)
{
	uint64_t forbidden = options.forbidden;
	for (int i = 0; i < FAULT_COUNT; i++)
		if (fails_without(seed, forbidden | 1ULL << i))
			forbidden |= 1ULL << i;
	printf("  it takes:");
	for (int i = 0; i < FAULT_COUNT; i++)
		if ((forbidden >> i & 1) == 0)
			printf(" %s", fault_wire((enum fault_kind)i));
	printf("\n");
}

static void tell_broken(uint64_t seed, const char *invariant, const char *why)
{
	printf("BROKEN  seed %" PRIu64 "  %s: %s\n", seed, invariant, why);
	printf("  replay:   %s --seed %" PRIu64 " --trace", program, seed);
	if (options.mutant != MUTANT_NONE)
		printf(" --mutant %s", mutant_wire(options.mutant));
	printf("\n");
	if (!options.is_traced && !options.is_bare)
		shrink(seed);
}

static void aborted(int signal_number)
{
	(void)signal_number;
	tell_broken(seed_now, "must", "the program stopped itself; see the line above");
	fflush(NULL);
	_exit(EXIT_BROKEN);
}

static void count(const struct life_end *end)
{
	sums.lives++;
	sums.calls += (uint64_t)end->calls;
	sums.starts += (uint64_t)end->starts;
	sums.unanswered += (uint64_t)end->unanswered;
	sums.virtual_hours += (double)end->virtual_ms / 3600000;
	for (int i = 0; i < ORDER_STATE_COUNT; i++)
		sums.by_state[i] += (uint64_t)end->by_state[i];
	for (int i = 0; i < FAULT_COUNT; i++)
		sums.struck[i] += end->struck[i];
}

static bool live_and_judge(uint64_t seed)
{
	struct life_end end, again;
	live(seed, options.forbidden, options.is_traced, &end);
	if (end.invariant != NULL) {
		tell_broken(seed, end.invariant, end.why);
		return false;
	}
	count(&end);
	if (seed % REPLAY_EVERY != 0 || options.is_one)
		return true;
	live(seed, options.forbidden, false, &again);
	sums.replays++;
	if (again.invariant == NULL && again.print == end.print)
		return true;
	tell_broken(seed, "replay", "the same seed lived another life");
	return false;
}

/* --- many --- */

static double seconds(void)
{
	struct timespec t;
	must(clock_gettime(CLOCK_MONOTONIC, &t) == 0);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool live_known(void)
{
	char line[200];
	FILE *file = fopen(options.seeds_file, "r");
	bool is_good = true;
	if (file == NULL)
		return true;
	while (is_good && fgets(line, sizeof(line), file) != NULL) {
		int64_t seed;
		line[strcspn(line, " \t#\n")] = '\0';
		if (text_to_int(line, 0, INT64_MAX, &seed))
			is_good = live_and_judge((uint64_t)seed);
	}
	(void)fclose(file);
	return is_good;
}

static void tell_sums(double took)
{
	printf("%" PRIu64 " lives in %.1f s, %.0f a second; %" PRIu64 " lived twice alike\n",
		sums.lives, took, (double)sums.lives / took, sums.replays);
	printf("%" PRIu64 " calls, %" PRIu64 " starts of the process, %.0f hours of their time\n",
		sums.calls, sums.starts, sums.virtual_hours);
	printf("ended:");
	for (int i = 0; i < ORDER_STATE_COUNT; i++)
		if (sums.by_state[i] > 0)
			printf(" %s %" PRIu64, order_state_wire((enum order_state)i),
				sums.by_state[i]);
	printf("\nstruck:");
	for (int i = 0; i < FAULT_COUNT; i++)
		printf(" %s %" PRIu64, fault_wire((enum fault_kind)i), sums.struck[i]);
	printf("\n");
}

static bool live_all(void)
{
	double start = seconds();
	bool is_good = options.mutant != MUTANT_NONE || options.is_one || live_known();
	for (uint64_t seed = options.first; is_good && seed <= options.last; seed++)
		is_good = live_and_judge(seed);
	if (is_good && options.is_one)
		printf("seed %" PRIu64 ": every promise was kept\n", options.first);
	else if (is_good)
		tell_sums(seconds() - start);
	else
		printf("after %" PRIu64 " good lives in %.1f s\n", sums.lives, seconds() - start);
	return is_good;
}

/* --- the command line --- */

static _Noreturn void usage(void)
{
	fprintf(stderr,
		"usage: lives [--seeds A..B] [--count N] [--seed N [--trace]]\n"
		"             [--without FAULT,…] [--only FAULT,…] [--mutant NAME] [--ignore "
		"PROMISE]\n"
		"faults:");
	for (int i = 0; i < FAULT_COUNT; i++)
		fprintf(stderr, " %s", fault_wire((enum fault_kind)i));
	fprintf(stderr, "\nmutants:\n");
#define X(name, wire, says) fprintf(stderr, "  %-18s %s\n", wire, says);
	MUTANTS(X)
#undef X
	exit(2);
}

static uint64_t read_number(const char *text)
{
	int64_t value;
	if (text == NULL || !text_to_int(text, 0, INT64_MAX, &value))
		usage();
	return (uint64_t)value;
}

static uint64_t read_faults(char *list)
{
	uint64_t set = 0;
	char *save = NULL;
	for (char *name = strtok_r(list, ",", &save); name; name = strtok_r(NULL, ",", &save)) {
		int i = 0;
		while (i < FAULT_COUNT && !text_is(fault_wire((enum fault_kind)i), name))
			i++;
		if (i == FAULT_COUNT)
			usage();
		set |= 1ULL << i;
	}
	return set;
}

static enum mutant read_mutant(const char *name)
{
	for (int i = 0; i < MUTANT_COUNT; i++)
		if (text_is(mutant_wire((enum mutant)i), name))
			return (enum mutant)i;
	usage();
}

static void read_range(char *text)
{
	char *dots = strstr(text, "..");
	if (dots == NULL)
		usage();
	*dots = '\0';
	options.first = read_number(text);
	options.last = read_number(dots + 2);
}

static void read_option(const char *name, char *value)
{
	if (value == NULL)
		usage();
	if (text_is(name, "--seeds"))
		read_range(value);
	else if (text_is(name, "--count"))
		options.last = options.first + read_number(value) - 1;
	else if (text_is(name, "--without"))
		options.forbidden |= read_faults(value);
	else if (text_is(name, "--only"))
		options.forbidden |= ~read_faults(value);
	else if (text_is(name, "--mutant"))
		options.mutant = read_mutant(value);
	else if (text_is(name, "--ignore"))
		judge_ignore(options.ignored = value);
	else if (text_is(name, "--seed")) {
		options.first = options.last = read_number(value);
		options.is_one = true;
	} else {
		usage();
	}
}

int main(int argc, char **argv)
{
	program = argv[0];
	for (int i = 1; i < argc; i++) {
		if (text_is(argv[i], "--trace"))
			options.is_traced = true;
		else if (text_is(argv[i], "--bare"))
			options.is_bare = true;
		else
			read_option(argv[i], i + 1 < argc ? argv[i + 1] : NULL), i++;
	}
	(void)mallopt(M_TRIM_THRESHOLD, 256 << 20); /* memory is used again at once */
	(void)mallopt(M_MMAP_THRESHOLD, 256 << 20);
	log_set_level(LOG_NOTHING);
	use_seeded_chance();
	signal(SIGABRT, aborted);
	return live_all() ? 0 : EXIT_BROKEN;
}
