/* numberd-sim: Telnyx and Vapi in one process, with a ledger and faults. */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/id.h"
#include "base/log.h"
#include "base/text.h"
#include "base/version.h"
#include "net/loop.h"
#include "sim/control.h"
#include "sim/serve.h"
#include "sim/world.h"

#define PROFILE_MAX_BYTES (16UL * 1024 * 1024)

struct options {
	const char *listen, *profile;
	int64_t seed;
	bool is_quiet;
};

static void print_help(void)
{
	struct str settings;
	str_init(&settings, 64 * 1024);
	settings_help(&settings);
	printf("Usage: numberd-sim [--listen 127.0.0.1:9090] [--seed N] [--profile FILE] "
	       "[--quiet]\n\n"
	       "Plays Telnyx under /v2 and Vapi under /vapi, in memory, without money.\n\n"
	       "  --listen ADDRESS  where; port 0 picks one (default 127.0.0.1:9090)\n"
	       "  --seed N          which world: numbers, ids, chance (default 1)\n"
	       "  --profile FILE    settings and fault rules to start with, JSON\n"
	       "  --quiet           do not print where it listens\n"
	       "  --help, --version\n\n"
	       "Its own endpoints, which need no key:\n"
	       "  GET /ledger[?brief=1]  purchases, owned, released, imports, spent, requests, …\n"
	       "  GET, PUT, PATCH, DELETE /faults   settings and rules: read, replace, add, reset\n"
	       "  POST /reset            a fresh world, same settings\n"
	       "  POST /sell             {\"phone_number\":\"+1...\"} goes to a stranger\n"
	       "  POST /advance          {\"ms\":N} moves the simulated clock\n"
	       "  POST /seed-numbers     {\"numbers\":[\"+1…\"]} puts numbers into the account\n"
	       "  GET /sim/public_key    the key that webhooks are signed with\n\n"
	       "A rule: {\"match\":\"POST /v2/number_orders\",\"at\":1,\"action\":"
	       "\"after_commit_status\",\"status\":504}\n"
	       "  which: at, every, from, times, probability\n"
	       "  actions: status reset cut drop malformed html huge empty delay late repeat "
	       "order;\n"
	       "  with _after_commit: status reset cut drop malformed html huge\n\n"
	       "Settings:\n%s\nsim/README.md says what each imitates and how sure that is.\n",
		settings.text);
	str_done(&settings);
}

static int usage(const char *why)
{
	(void)fprintf(stderr, "numberd-sim: %s\nTry numberd-sim --help.\n", why);
	return 2;
}

/* -1: go on; otherwise the exit status. */
static int read_options(int argc, char **argv, struct options *o)
{
	static const struct option names[] = {{"listen", required_argument, NULL, 'l'},
		{"seed", required_argument, NULL, 's'}, {"profile", required_argument, NULL, 'p'},
		{"quiet", no_argument, NULL, 'q'}, {"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'v'}, {NULL, 0, NULL, 0}};
	for (int c; (c = getopt_long(argc, argv, "hq", names, NULL)) != -1;) {
		switch (c) {
		case 'l':
			o->listen = optarg;
			break;
		case 's':
			if (!text_to_int(optarg, 0, INT64_MAX, &o->seed))
				return usage("--seed takes a whole number");
			break;
		case 'p':
			o->profile = optarg;
			break;
		case 'q':
			o->is_quiet = true;
			break;
		case 'h':
			print_help();
			return 0;
		case 'v':
			printf("numberd-sim " NUMBERD_VERSION "\n");
			return 0;
		default:
			return usage("there is no such option");
		}
	}
	return optind < argc ? usage("no arguments are taken besides the options") : -1;
}

static char *read_file(const char *name, struct err *e)
{
	FILE *file = fopen(name, "re");
	if (file == NULL) {
		(void)err_set(e, ERR_CONFIG, "could not open %s: %m", name);
		return NULL;
	}
	struct str text;
	char part[4096];
	str_init(&text, PROFILE_MAX_BYTES);
	for (size_t n; (n = fread(part, 1, sizeof(part), file)) > 0;)
		str_add_bytes(&text, part, n);
	bool is_whole = ferror(file) == 0 && str_ok(&text);
	(void)fclose(file);
	if (is_whole)
		return str_take(&text);
	str_done(&text);
	(void)err_set(e, ERR_CONFIG, "could not read all of %s", name);
	return NULL;
}

static bool read_profile(struct world *w, const char *name, struct err *e)
{
	if (name == NULL)
		return true;
	char *text = read_file(name, e);
	bool is_good = text != NULL && control_profile(w, text, strlen(text), e) == ERR_OK;
	free(text);
	return is_good;
}

static void stop(void *arg, int signal)
{
	(void)signal;
	loop_stop(arg);
}

static int run(const struct options *o)
{
	struct err e = {0};
	struct world *w = world_new((uint64_t)o->seed);
	struct loop *loop = loop_new();
	struct serve *serve = NULL;
	if (read_profile(w, o->profile, &e))
		serve = serve_new(loop, w, o->listen, &e);
	if (serve != NULL) {
		loop_on_signals(loop, stop, loop);
		if (!o->is_quiet)
			printf("numberd-sim listening on http://%s\n", serve_address(serve));
		(void)fflush(stdout);
		loop_run(loop);
	} else {
		(void)fprintf(stderr, "numberd-sim: %s\n", e.message);
	}
	int status = serve != NULL ? 0 : err_exit(e.code);
	serve_free(serve);
	loop_free(loop);
	world_free(w);
	return status;
}

int main(int argc, char **argv)
{
	struct options o = {.listen = "127.0.0.1:9090", .seed = 1};
	int status = read_options(argc, argv, &o);
	if (status >= 0)
		return status;
	(void)signal(SIGPIPE, SIG_IGN);
	id_init();
	log_set_level(LOG_WARNING);
	return run(&o);
}
