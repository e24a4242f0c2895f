/* numberd limits, freeze, thaw: what may be spent, and the switch that stops it. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/app.h"
#include "cli/cli.h"
#include "cli/daemon.h"
#include "cli/say.h"
#include "engine/view.h"

#define WAIT_MS 20000

/* Who answers: the numberd that serves, or this process with the store alone. */
struct desk {
	struct app *app;
	char url[160]; /* "" when nobody serves */
	bool is_done;
	struct err err;
	json_t *document;
};

/* Another command may hold the lease without serving: then the store is asked
 * beside it. */
static enum err_code open_desk(struct desk *d, const struct config *config, struct err *e)
{
	struct store_lease holder;
	*d = (struct desk){0};
	enum err_code code = app_open(config, APP_STORE, &d->app, e);
	if (code != ERR_OK)
		return code;
	code = app_find_holder(d->app, &holder, e);
	if (code != ERR_OK && code != ERR_STORE_LOCKED)
		return code;
	if (code == ERR_STORE_LOCKED)
		TEXT_COPY(d->url, holder.url);
	return ERR_OK;
}

static void close_desk(struct desk *d)
{
	app_close(d->app);
	json_decref(d->document);
}

static enum err_code ask_daemon(struct desk *d, const struct config *config, const char *path,
	const json_t *body, struct err *e)
{
	struct daemon_link *link = daemon_open(d->url, config);
	enum err_code code = daemon_call(link, path, body, NULL, &d->document, e);
	daemon_close(link);
	return code;
}

static enum err_code wait_for(struct desk *d, const char *what, struct err *e)
{
	enum err_code code = app_wait(d->app, &d->is_done, WAIT_MS, ERR_STORE_UNAVAILABLE, what, e);
	if (code == ERR_OK && d->err.code != ERR_OK) {
		*e = d->err;
		code = e->code;
	}
	return code;
}

/* --- limits --------------------------------------------------------------------- */

static void told(void *arg, const struct err *e, const struct engine_limits *limits)
{
	struct desk *d = arg;
	d->err = *e;
	d->document = e->code == ERR_OK ? view_limits(limits) : NULL;
	d->is_done = true;
}

static void print_amount(const json_t *value, const char *none)
{
	if (json_is_integer(value))
		printf(" %10lld", (long long)json_integer_value(value));
	else
		printf(" %10s", json_is_string(value) ? json_string_value(value) : none);
}

static void print_limit(const json_t *limit)
{
	const char *window = json_text(limit, "window");
	printf("%-14s", json_text(limit, "limit"));
	print_amount(json_at(limit, "most"), "none");
	print_amount(json_at(limit, "held"), "-");
	print_amount(json_at(limit, "spent"), "-");
	printf("  %-8s %-5s %s\n", json_text(limit, "unit"), window, json_text(limit, "variable"));
}

static void print_switch(const json_t *document)
{
	const char *reason = json_text_set(document, "reason");
	if (!json_is_true(json_at(document, "frozen"))) {
		puts("spending is not frozen");
		return;
	}
	printf("%sspending is frozen%s since %s%s%s\n", say_paint(SAY_RED, true),
		say_paint(SAY_PLAIN, true), json_text(document, "frozen_at"), reason ? ": " : "",
		reason ? reason : "");
}

static void print_limits(const json_t *document)
{
	const json_t *limits = json_at(document, "limits");
	print_switch(document);
	printf("a number may cost %s %s at once and %s a month\n",
		json_text(document, "price.upfront"), json_text(document, "price.currency"),
		json_text(document, "price.monthly"));
	printf("%s%-14s %10s %10s %10s  %-8s %-5s %s%s\n", say_paint(SAY_BOLD, true), "LIMIT",
		"MOST", "HELD", "SPENT", "UNIT", "A", "SET BY", say_paint(SAY_PLAIN, true));
	for (size_t i = 0; i < json_count(limits); i++)
		print_limit(json_array_get(limits, i));
}

static enum err_code read_limits(struct desk *d, const struct config *config, struct err *e)
{
	if (d->url[0] != '\0')
		return ask_daemon(d, config, "/v1/limits", NULL, e);
	engine_limits(d->app->engine, told, d);
	return wait_for(d, "reading the budgets", e);
}

static int run_limits(struct cli *cli)
{
	struct err e;
	/* Kept by the process: an answer may come after an interrupted wait. */
	static struct desk d;
	enum err_code code = cli_configure(cli, &e);
	if (code == ERR_OK)
		code = open_desk(&d, &cli->config, &e);
	if (code == ERR_OK)
		code = read_limits(&d, &cli->config, &e);
	if (code == ERR_OK && cli->is_json)
		say_json(json_incref(d.document));
	else if (code == ERR_OK)
		print_limits(d.document);
	close_desk(&d);
	return code == ERR_OK ? 0 : say_error(&e);
}

/* --- freeze and thaw -------------------------------------------------------------- */

static void control_read(void *arg, const struct err *e, const struct store_control *control)
{
	struct desk *d = arg;
	d->err = *e;
	if (e->code == ERR_OK)
		d->document = view_control(&(struct engine_control){.store = *control});
	d->is_done = true;
}

static void written(void *arg, const struct store_result *result)
{
	struct desk *d = arg;
	d->err = result->err;
	if (result->err.code == ERR_OK)
		store_read_control(d->app->store, control_read, d);
	else
		d->is_done = true;
}

static enum err_code write_store(struct desk *d, const char *reason, struct err *e)
{
	int64_t now_ms = clock_wall_ms(clock_machine());
	struct store_control control = {.frozen_at_ms = reason != NULL ? now_ms : 0,
		.thawed_at_ms = reason != NULL ? 0 : now_ms};
	TEXT_COPY(control.reason, reason);
	store_set_control(d->app->store, &control, written, d);
	return wait_for(d, "writing the switch", e);
}

/* reason NULL: thaw.  A numberd that serves but does not answer is no reason to
 * go on spending: its next save reads the switch. */
static enum err_code turn(
	struct desk *d, const struct config *config, const char *reason, struct err *e)
{
	if (d->url[0] == '\0')
		return write_store(d, reason, e);
	json_t *body = reason != NULL ? json_pack("{s:s}", "reason", reason) : json_object();
	must(body != NULL);
	enum err_code code =
		ask_daemon(d, config, reason != NULL ? "/v1/freeze" : "/v1/thaw", body, e);
	json_decref(body);
	if (code != ERR_NETWORK)
		return code;
	say_warning("%s; writing it into the database instead, which it reads with its next step",
		e->message);
	return write_store(d, reason, e);
}

static enum err_code check_reason(const char *reason, struct err *e)
{
	bool is_fine = text_is_utf8(reason, strlen(reason)) &&
		       strlen(reason) < sizeof(((struct store_control *)0)->reason);
	for (const char *c = reason; *c != '\0'; c++)
		is_fine &= (unsigned char)*c >= ' ' && *c != 0x7f;
	if (!is_fine)
		return err_set(e, ERR_USAGE, "--reason takes one line of at most %zu bytes",
			sizeof(((struct store_control *)0)->reason) - 1);
	return ERR_OK;
}

static int run_switch(struct cli *cli, const char *reason)
{
	struct err e;
	static struct desk d;
	enum err_code code = reason != NULL ? check_reason(reason, &e) : ERR_OK;
	if (code != ERR_OK)
		return say_error(&e);
	code = cli_configure(cli, &e);
	if (code == ERR_OK)
		code = open_desk(&d, &cli->config, &e);
	if (code == ERR_OK)
		code = turn(&d, &cli->config, reason, &e);
	if (code == ERR_OK && cli->is_json)
		say_json(json_incref(d.document));
	else if (code == ERR_OK)
		print_switch(d.document);
	if (code == ERR_OK && json_int(d.document, "in_flight", 0) > 0)
		say("%lld had left before and are not answered yet",
			(long long)json_int(d.document, "in_flight", 0));
	close_desk(&d);
	return code == ERR_OK ? 0 : say_error(&e);
}

static int run_freeze(struct cli *cli)
{
	const char *reason = cli_value(cli, "reason");
	return run_switch(cli, reason != NULL ? reason : "");
}

static int run_thaw(struct cli *cli)
{
	return run_switch(cli, NULL);
}

const struct cmd cmd_limits = {
	.name = "limits",
	.summary = "Shows every limit on spending, and what is held and spent",
	.about =
		"Asks the numberd that serves, or reads the database when none does.  Windows are\n"
		"hours and days of UTC.\n",
	.takes = CLI_TAKES_ALL,
	.run = run_limits,
};

const struct cmd cmd_freeze = {
	.name = "freeze",
	.summary = "Stops all spending: no purchase and no release is sent",
	.about = "In force when this returns, and kept until thaw.  Sign-ups are still accepted "
		 "and\n"
		 "wait; what may have been bought is still looked for.\n",
	.takes = CLI_TAKES_ALL,
	.run = run_freeze,
	.options = {{"reason", "TEXT", "why; shown wherever something waits", false}, {0}},
};

const struct cmd cmd_thaw = {
	.name = "thaw",
	.summary = "Lets spending go on",
	.about = "What waited goes on by itself within seconds.\n",
	.takes = CLI_TAKES_ALL,
	.run = run_thaw,
};
