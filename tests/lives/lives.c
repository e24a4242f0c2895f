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
	struct life_options life;
	bool is_bare, is_one, is_tally;
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

static void live(uint64_t seed, const struct life_options *as, struct life_end *ret)
{
	seed_now = seed;
	chance = fault_stir(seed * 3 + 1);
	life_run(seed, as, ret);
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

/* The words that ask for a life like this again, ready to be typed. */
static void write_as(uint64_t seed, const struct life_options *as, struct str *to)
{
	str_addf(to, "--seed %" PRIu64, seed);
	if (as->forbidden != 0) {
		struct str faults;
		str_init(&faults, 4096);
		write_faults(as->forbidden, &faults);
		str_addf(to, " --without %s", faults.text);
		str_done(&faults);
	}
	if (as->customers > 0)
		str_addf(to, " --customers %d", as->customers);
	if (as->calm_ms > 0)
		str_addf(to, " --calm %lld", (long long)as->calm_ms);
	if (as->mutant != MUTANT_NONE)
		str_addf(to, " --mutant %s", mutant_wire(as->mutant));
	if (options.ignored[0] != '\0')
		str_addf(to, " --ignore %s", options.ignored);
}

/* Does the seed still fail, lived so?  In a fresh process: a life that broke
 * was not taken apart. */
static bool fails(uint64_t seed, const struct life_options *as)
{
	int status = 0;
	fflush(NULL);
	pid_t child = fork();
	must(child >= 0);
	if (child == 0) {
		struct str line;
		char *words[32] = {(char *)program, "--bare"};
		char *save = NULL;
		size_t n = 2;
		str_init(&line, 8192);
		write_as(seed, as, &line);
		for (char *word = strtok_r(line.text, " ", &save); word != NULL;
			word = strtok_r(NULL, " ", &save))
			words[n++] = word;
		alarm(60);
		(void)!freopen("/dev/null", "w", stderr);
		(void)!freopen("/dev/null", "w", stdout);
		execv("/proc/self/exe", words);
		_exit(0);
	}
	must(waitpid(child, &status, 0) == child);
	return !WIFEXITED(status) || WEXITSTATUS(status) == EXIT_BROKEN;
}

/* Fewer kinds of faults, then one customer, then an earlier end of the faults:
 * whatever the seed still fails without is left away. */
static void shrink(uint64_t seed)
{
	struct life_options as = options.life;
	struct str line;
	as.is_traced = false;
	for (int i = 0; i < FAULT_COUNT; i++) {
		uint64_t before = as.forbidden;
		as.forbidden |= 1ULL << i;
		if (!fails(seed, &as))
			as.forbidden = before;
	}
	as.customers = 1;
	if (!fails(seed, &as))
		as.customers = 0;
	int64_t calm_ms = 4000000, step_ms = calm_ms / 2;
	for (; step_ms > 0; step_ms /= 2) {
		as.calm_ms = calm_ms - step_ms;
		if (fails(seed, &as))
			calm_ms -= step_ms;
	}
	as.calm_ms = calm_ms;
	printf("  it takes:");
	for (int i = 0; i < FAULT_COUNT; i++)
		if ((as.forbidden >> i & 1) == 0)
			printf(" %s", fault_wire((enum fault_kind)i));
	str_init(&line, 8192);
	write_as(seed, &as, &line);
	printf("\n  shortest: %s %s --trace\n", program, line.text);
	str_done(&line);
}

static void tell_broken(uint64_t seed, const char *invariant, const char *why)
{
	struct str line;
	str_init(&line, 8192);
	write_as(seed, &options.life, &line);
	printf("BROKEN  seed %" PRIu64 "  %s: %s\n", seed, invariant, why);
	printf("  replay:   %s %s --trace\n", program, line.text);
	str_done(&line);
	if (!options.life.is_traced && !options.is_bare)
		shrink(seed);
}

static int tally_to = -1;

static void tell_tally(const char *invariant)
{
	struct {
		uint64_t seed;
		char promise[40];
	} found = {.seed = seed_now};
	TEXT_COPY(found.promise, invariant);
	(void)!write(tally_to, &found, sizeof(found));
}

static void aborted(int signal_number)
{
	(void)signal_number;
	if (tally_to >= 0) {
		tell_tally("must");
		_exit(0);
	}
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
	live(seed, &options.life, &end);
	if (end.invariant != NULL) {
		tell_broken(seed, end.invariant, end.why);
		return false;
	}
	count(&end);
	if (seed % REPLAY_EVERY != 0 || options.is_one)
		return true;
	quick_json_use_own(true);
	live(seed, &options.life, &again);
	quick_json_use_own(false);
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
	bool is_good = options.is_bare || options.is_one || live_known();
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

/* How many of the seeds break a promise: for mutants.  Each time in a new child,
 * since a life that broke was not taken apart. */
static int tally(void)
{
	uint64_t broken = 0, first = 0, seed = options.first;
	char promise[40] = "-";
	while (seed <= options.last) {
		struct {
			uint64_t seed;
			char promise[40];
		} found = {0};
		int ends[2], status;
		must(pipe(ends) == 0);
		fflush(NULL);
		pid_t child = fork();
		must(child >= 0);
		if (child == 0) {
			struct life_end end = {0};
			tally_to = ends[1];
			for (; seed <= options.last && end.invariant == NULL; seed++)
				live(seed, &options.life, &end);
			if (end.invariant != NULL)
				tell_tally(end.invariant);
			_exit(0);
		}
		(void)close(ends[1]);
		bool is_broken = read(ends[0], &found, sizeof(found)) == sizeof(found);
		(void)close(ends[0]);
		must(waitpid(child, &status, 0) == child);
		if (!is_broken)
			break;
		if (broken++ == 0) {
			first = found.seed;
			TEXT_COPY(promise, found.promise);
		}
		seed = found.seed + 1;
	}
	printf("%s %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", promise, first, broken,
		options.last - options.first + 1);
	return broken > 0 ? EXIT_BROKEN : 0;
}

/* --- the command line --- */

static _Noreturn void usage(void)
{
	fprintf(stderr,
		"usage: lives [--seeds A..B] [--count N] [--seed N [--trace]] [--shrink N]\n"
		"             [--without FAULT,…] [--only FAULT,…] [--customers N] [--calm MS]\n"
		"             [--mutant NAME] [--tally] [--ignore PROMISE] [--names]\n"
		"faults:");
	for (int i = 0; i < FAULT_COUNT; i++)
		fprintf(stderr, " %s", fault_wire((enum fault_kind)i));
	fprintf(stderr, "\nmutants:\n");
#define X(name, wire, says) fprintf(stderr, "  %-18s %s\n", wire, says);
	MUTANTS(X)
#undef X
	exit(2);
}

static int tell_names(void)
{
	for (int i = MUTANT_NONE + 1; i < MUTANT_COUNT; i++)
		printf("%s\n", mutant_wire((enum mutant)i));
	return 0;
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
		options.life.forbidden |= read_faults(value);
	else if (text_is(name, "--only"))
		options.life.forbidden |= ~read_faults(value) & ((1ULL << FAULT_COUNT) - 1);
	else if (text_is(name, "--mutant"))
		options.life.mutant = read_mutant(value);
	else if (text_is(name, "--ignore"))
		judge_ignore(options.ignored = value);
	else if (text_is(name, "--customers"))
		options.life.customers = (int)read_number(value);
	else if (text_is(name, "--calm"))
		options.life.calm_ms = (int64_t)read_number(value);
	else if (text_is(name, "--seed") || text_is(name, "--shrink")) {
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
			options.life.is_traced = true;
		else if (text_is(argv[i], "--bare"))
			options.is_bare = true;
		else if (text_is(argv[i], "--tally"))
			options.is_tally = true;
		else if (text_is(argv[i], "--names"))
			return tell_names();
		else
			read_option(argv[i], i + 1 < argc ? argv[i + 1] : NULL), i++;
	}
	(void)mallopt(M_TRIM_THRESHOLD, 256 << 20); /* memory is used again at once */
	(void)mallopt(M_MMAP_THRESHOLD, 256 << 20);
	log_set_level(LOG_NOTHING);
	quick_json_init();
	use_seeded_chance();
	signal(SIGABRT, aborted);
	if (options.is_tally)
		return tally();
	return live_all() ? 0 : EXIT_BROKEN;
}
