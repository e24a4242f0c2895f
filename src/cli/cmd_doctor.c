/* numberd doctor: is everything in place for a sign-up? */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/app.h"
#include "cli/checks.h"
#include "cli/cli.h"
#include "cli/say.h"

#define CHECKUP_MS 25000
#define COUNTS_MS 10000

static void check_configuration(struct checks *list, struct cli *cli)
{
	struct err e = {0};
	char detail[120];
	checks_begin(list, "config");
	enum err_code code = cli_configure(cli, &e);
	if (code == ERR_OK)
		code = config_need_keys(&cli->config, &e);
	text_format(detail, sizeof(detail), "%s, listening at %s",
		app_is_rehearsal(&cli->config) ? "rehearsing on this machine" : "live upstreams",
		cli->config.listen);
	checks_end(list, &e, detail);
}

/* Another user of this machine must not read the keys.  A warning, not a check:
 * sign-ups work all the same. */
static void look_at_env_file(const struct cli *cli)
{
	struct stat st;
	const char *path = cli->env_file ? cli->env_file : ".env";
	if (stat(path, &st) == 0 && (st.st_mode & (S_IRGRP | S_IROTH)) != 0)
		say_warning(
			"%s can be read by other users of this machine; run chmod 600 on it", path);
}

/* Both sides are told, even when the first is wrong. */
static void check_upstreams(struct checks *list, struct app *app)
{
	struct engine_checkup found = {0};
	struct err e = {0};
	char detail[160];
	checks_begin(list, "telnyx");
	enum err_code code = app_checkup(app, CHECKUP_MS, &found, &e);
	bool is_answered =
		code == ERR_OK || found.carrier.code != ERR_OK || found.voice.code != ERR_OK;
	checks_end(list, is_answered ? &found.carrier : &e,
		checks_balance(&found, detail, sizeof(detail)));
	if (!is_answered)
		return;
	checks_begin(list, "vapi");
	text_format(detail, sizeof(detail), "credential %s", found.credential_id);
	checks_end(list, &found.voice, detail);
}

struct counting {
	bool is_done;
	struct err err;
	int64_t signups;
};

static void counted(void *arg, const struct err *e, const struct store_counts *counts)
{
	struct counting *c = arg;
	c->err = *e;
	for (int i = 0; e->code == ERR_OK && i < ORDER_STATE_COUNT; i++)
		c->signups += counts->by_state[i];
	c->is_done = true;
}

/* Kept by the process: the answer may come after an interrupted wait. */
static void check_store(struct checks *list, struct app *app)
{
	static struct counting counting;
	struct err e = {0};
	char detail[120];
	checks_begin(list, "store");
	counting = (struct counting){0};
	store_counts(app->store, counted, &counting);
	if (app_wait(app, &counting.is_done, COUNTS_MS, ERR_STORE_UNAVAILABLE, "reading the store",
		    &e) == ERR_OK)
		e = counting.err;
	text_format(detail, sizeof(detail), "%lld sign-ups", (long long)counting.signups);
	checks_end(list, &e, detail);
}

struct auditing {
	bool is_done;
	struct err err;
	struct store_audit found;
};

static void audited(void *arg, const struct err *e, const struct store_audit *audit)
{
	struct auditing *a = arg;
	a->err = *e;
	if (e->code == ERR_OK)
		a->found = *audit;
	a->is_done = true;
}

/* Whether what was held and spent adds up to what the limits count. */
static void check_ledger(struct checks *list, struct app *app)
{
	static struct auditing auditing;
	const struct store_audit *found = &auditing.found;
	struct err e = {0};
	char detail[120];
	checks_begin(list, "ledger");
	auditing = (struct auditing){0};
	store_audit(app->store, audited, &auditing);
	if (app_wait(app, &auditing.is_done, COUNTS_MS, ERR_STORE_UNAVAILABLE, "auditing the store",
		    &e) == ERR_OK)
		e = auditing.err;
	if (found->faults > 0)
		(void)err_set(&e, ERR_STORE_CORRUPT, "%s; %lld faults in all", found->first,
			(long long)found->faults);
	text_format(detail, sizeof(detail), "%lld entries add up to what the limits count",
		(long long)found->entries);
	checks_end(list, &e, detail);
}

/* That a daemon works is good news; that something else holds the lease is not. */
static void check_lease(struct checks *list, struct app *app)
{
	struct store_lease holder;
	struct err e = {0};
	char detail[240] = "nobody works on it; numberd serve can";
	checks_begin(list, "lease");
	enum err_code code = app_find_holder(app, &holder, &e);
	if (code == ERR_STORE_LOCKED && holder.url[0] != '\0') {
		text_format(detail, sizeof(detail), "process %lld serves it at %s",
			(long long)holder.pid, holder.url);
		e = (struct err){0};
	}
	checks_end(list, &e, detail);
}

static int examine(struct checks *list, struct cli *cli)
{
	struct err e;
	struct app *app = NULL;
	check_configuration(list, cli);
	look_at_env_file(cli);
	if (list->first.code != ERR_OK && app_is_definite(list->first.code) &&
		cli->config.telnyx_base_url[0] == '\0')
		return checks_finish(list, cli->is_json, NULL); /* nothing is known to look at */
	if (app_open(&cli->config, APP_UPSTREAMS, &app, &e) == ERR_OK)
		check_upstreams(list, app);
	app = app_close(app);
	if (app_open(&cli->config, APP_STORE, &app, &e) == ERR_OK) {
		check_store(list, app);
		check_ledger(list, app);
		check_lease(list, app);
	} else {
		checks_begin(list, "store");
		checks_end(list, &e, "");
	}
	app_close(app);
	return checks_finish(list, cli->is_json, NULL);
}

static int run(struct cli *cli)
{
	struct checks list;
	checks_init(&list);
	return examine(&list, cli);
}

const struct cmd cmd_doctor = {
	.name = "doctor",
	.summary = "Checks configuration, keys, credential, store, ledger and lease",
	.about =
		"Buys nothing.  Each check is one line; what is wrong comes with its remedy.  The\n"
		"exit status is that of the first check that failed.\n",
	.takes = CLI_TAKES_ENV_FILE | CLI_TAKES_JSON,
	.run = run,
};
