/* numberd serve: the daemon. */
#include <stdio.h>
#include <string.h>

#include "api/api.h"
#include "base/log.h"
#include "base/text.h"
#include "cli/app.h"
#include "cli/cli.h"
#include "cli/say.h"
#include "net/loop.h"
#include "web/web.h"

/* How long the start waits for the upstreams' word about the keys. */
#define START_CHECK_MS 10000
/* How long answers have to go out after the wish to stop. */
#define STOP_MS 500

struct daemon_parts {
	struct app *app;
	struct web *web;
	struct api *api;
};

static void parts_close(struct daemon_parts *p)
{
	if (p->app != NULL)
		engine_stop(p->app->engine);
	p->api = api_free(p->api);
	p->web = web_free(p->web);
	p->app = app_close(p->app);
}

static enum err_code check_listen(const struct config *config, struct err *e)
{
	if (config->api_key_count > 0 || app_is_loopback(config->listen))
		return ERR_OK;
	return err_set_hint(e, ERR_CONFIG, "Set NUMBERD_API_KEY, or listen on 127.0.0.1.",
		"NUMBERD_LISTEN is reachable from other machines, but NUMBERD_API_KEY is not set");
}

/* What is certainly wrong stops the start; what cannot be reached now may be
 * there in a minute. */
static enum err_code check_upstreams(struct app *app, struct err *e)
{
	struct engine_checkup checkup = {0};
	enum err_code code = app_checkup(app, START_CHECK_MS, &checkup, e);
	if (code == ERR_INTERRUPTED)
		return code;
	const struct err *parts[] = {&checkup.carrier, &checkup.voice};
	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		if (app_is_definite(parts[i]->code)) {
			*e = *parts[i];
			return e->code;
		}
	}
	if (code != ERR_OK)
		say_warning("%s; serving all the same", e->message);
	return ERR_OK;
}

/* Where clients on this machine reach it: 0.0.0.0 is no address to call. */
static void url_of(const struct api *api, char *to, size_t to_bytes)
{
	const char *address = api_address(api);
	const char *host = text_starts(address, "0.0.0.0:") ? "127.0.0.1"
			   : text_starts(address, "[::]:")  ? "[::1]"
							    : NULL;
	if (host != NULL)
		text_format(to, to_bytes, "http://%s:%d", host, api_port(api));
	else
		text_format(to, to_bytes, "http://%s", address);
}

static enum err_code open_doors(struct daemon_parts *p, const struct config *config, struct err *e)
{
	p->web = web_new(p->app->loop, p->app->engine, config);
	const struct api_options options = {.loop = p->app->loop,
		.engine = p->app->engine,
		.config = config,
		.pages = web_handle,
		.pages_arg = p->web};
	p->api = api_new(&options, e);
	if (p->api == NULL)
		return e->code;
	web_set_api(p->web, p->api);
	return ERR_OK;
}

static enum err_code start(struct daemon_parts *p, const struct config *config, char *url,
	size_t url_bytes, struct err *e)
{
	struct store_lease holder;
	enum err_code code = app_open(config, APP_STORE, &p->app, e);
	/* Asked first: who holds the store also holds the port, and says more. */
	if (code == ERR_OK)
		code = app_find_holder(p->app, &holder, e);
	if (code == ERR_OK)
		code = check_upstreams(p->app, e);
	if (code == ERR_OK)
		code = open_doors(p, config, e);
	if (code != ERR_OK)
		return code;
	url_of(p->api, url, url_bytes);
	return engine_start(p->app->engine, url, &holder, e);
}

/* Nothing new is let in, what was asked is answered, and the store finishes. */
static void stop(struct daemon_parts *p)
{
	static const bool never;
	say("numberd stops");
	api_stop_listening(p->api);
	p->app->is_interrupted = false;
	(void)loop_run_until(p->app->loop, &never, STOP_MS);
}

static int run(struct cli *cli)
{
	struct err e;
	struct daemon_parts parts = {0};
	char url[128];
	if (cli_configure(cli, &e) != ERR_OK || check_listen(&cli->config, &e) != ERR_OK ||
		config_need_keys(&cli->config, &e) != ERR_OK)
		return say_error(&e);
	log_set_level(cli->is_quiet ? LOG_WARNING : LOG_INFO);
	enum err_code code = start(&parts, &cli->config, url, sizeof(url), &e);
	if (code != ERR_OK) {
		parts_close(&parts);
		return say_error(&e);
	}
	fprintf(stderr, "numberd ready at %s/\n", url);
	loop_run(parts.app->loop);
	stop(&parts);
	e = parts.app->failure;
	parts_close(&parts);
	return e.code == ERR_OK ? 0 : say_error(&e);
}

const struct cmd cmd_serve = {
	.name = "serve",
	.summary = "Runs the daemon: API, pages, workers, webhooks",
	.about = "Listens at NUMBERD_LISTEN, takes the lease of the database and goes on with "
		 "every\n"
		 "sign-up that is not finished.  SIGTERM or Ctrl-C stops it in order.\n",
	.takes = CLI_TAKES_ENV_FILE | CLI_TAKES_QUIET,
	.run = run,
};
