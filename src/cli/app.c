#include "cli/app.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "base/version.h"
#include "net/http_client.h"
#include "net/limits.h"
#include "net/loop.h"

#define LAST_TURN_MS 1000
#define NEVER_MS (365 * 24 * 3600 * (int64_t)1000)

static void on_store_failed(void *arg, const struct err *e);

static enum err_code check_max_rung(const struct config *c, struct err *e)
{
	enum ladder_rung rung;
	bool asks;
	if (wish_read_max_rung(c->max_rung, &rung, &asks))
		return ERR_OK;
	return err_set(e, ERR_CONFIG,
		"NUMBERD_MAX_RUNG is none of same_town, same_area_code, overlay, nearby, "
		"same_state, "
		"same_time_zone, same_country, ask");
}

static enum err_code open_parts(struct app *app, enum app_parts parts, struct err *e)
{
	const struct config *c = app->config;
	if (check_max_rung(c, e) != ERR_OK)
		return e->code;
	const struct http_client_options http = {.ca_file = c->ca_file[0] ? c->ca_file : NULL,
		.user_agent = "numberd/" NUMBERD_VERSION,
		.at_once = text_starts(c->telnyx_base_url, "https:") ? LIMIT_SENT_AT_ONCE_TLS
								     : LIMIT_SENT_AT_ONCE};
	app->http = http_client_curl_new(app->loop, &http, e);
	if (app->http == NULL)
		return e->code;
	app->carrier = carrier_telnyx_new(app->http, clock_machine(),
		&(struct telnyx_options){c->telnyx_base_url, c->telnyx_api_key});
	app->voice = voice_vapi_new(app->http, clock_machine(),
		&(struct vapi_options){c->vapi_base_url, c->vapi_api_key, c->vapi_credential_id});
	if (parts == APP_STORE && store_open(c->database_url, app->loop, &app->store, e) != ERR_OK)
		return e->code;
	const struct engine_options engine = {.loop = app->loop,
		.clock = clock_machine(),
		.store = app->store,
		.carrier = app->carrier,
		.voice = app->voice,
		.settle_ms = c->settle_ms,
		.instance_secret = c->instance_secret,
		.store_failed = on_store_failed,
		.store_failed_arg = app,
		.limits = &c->limits,
		.max_rung = c->max_rung};
	app->engine = engine_new(&engine);
	return ERR_OK;
}

/* Linux calls the next fsync good: only what a new process reads is known. */
static void on_store_failed(void *arg, const struct err *e)
{
	struct app *app = arg;
	app->failure = *e;
	loop_stop(app->loop);
}

static void on_signal(void *arg, int signal)
{
	struct app *app = arg;
	(void)signal;
	if (app->is_interrupted)
		_exit(err_exit(ERR_INTERRUPTED)); /* asked twice: the store survives this, too */
	app->is_interrupted = true;
	loop_stop(app->loop);
}

enum err_code app_open(
	const struct config *config, enum app_parts parts, struct app **ret, struct err *e)
{
	struct app *app = must_calloc(1, sizeof(*app));
	app->config = config;
	app->loop = loop_new();
	loop_on_signals(app->loop, on_signal, app);
	enum err_code code = open_parts(app, parts, e);
	if (code != ERR_OK)
		app = app_close(app);
	*ret = app;
	return code;
}

static void set_true(void *flag)
{
	*(bool *)flag = true;
}

/* What was posted to the loop is called in order; let all of it come to its end. */
static void run_posts(struct loop *loop)
{
	bool is_last = false;
	loop_post(loop, set_true, &is_last);
	(void)loop_run_until(loop, &is_last, LAST_TURN_MS);
}

/* The engine stops acting before the store tells it the last answers, and is
 * freed only after them. */
struct app *app_close(struct app *app)
{
	if (app == NULL)
		return NULL;
	if (app->engine != NULL)
		engine_stop(app->engine);
	store_free(app->store);
	run_posts(app->loop);
	engine_free(app->engine);
	carrier_free(app->carrier);
	voice_free(app->voice);
	http_client_curl_free(app->http);
	loop_free(app->loop);
	free(app);
	return NULL;
}

enum err_code app_wait(struct app *app, const bool *flag, int64_t most_ms, enum err_code late,
	const char *what, struct err *e)
{
	if (app->is_interrupted)
		return err_set(e, ERR_INTERRUPTED, "interrupted while %s", what);
	if (loop_run_until(app->loop, flag, most_ms > 0 ? most_ms : NEVER_MS))
		return ERR_OK;
	if (app->is_interrupted)
		return err_set(e, ERR_INTERRUPTED, "interrupted while %s", what);
	if (app->failure.code != ERR_OK) {
		*e = app->failure;
		return e->code;
	}
	return err_set(
		e, late, "there was no end after %lld s of %s", (long long)most_ms / 1000, what);
}

/* --- the cheap checks ------------------------------------------------------ */

static void checked(void *arg, const struct engine_checkup *checkup)
{
	struct app *app = arg;
	app->checkup = *checkup;
	app->is_checked = true;
}

enum err_code app_checkup(
	struct app *app, int64_t most_ms, struct engine_checkup *ret, struct err *e)
{
	app->is_checked = false;
	engine_checkup(app->engine, checked, app);
	enum err_code code = app_wait(
		app, &app->is_checked, most_ms, ERR_NETWORK, "checking keys and balance", e);
	if (code != ERR_OK)
		return code;
	*ret = app->checkup;
	app_say_nothing_begun(&ret->carrier);
	app_say_nothing_begun(&ret->voice);
	*e = ret->carrier.code != ERR_OK ? ret->carrier : ret->voice;
	return e->code;
}

void app_say_nothing_begun(struct err *e)
{
	if (e->code != ERR_OK && err_exit(e->code) == err_exit(ERR_NETWORK))
		TEXT_COPY(e->hint, "Nothing was begun.  Check the network and the status page of "
				   "Telnyx and Vapi, then run this again.");
}

bool app_is_definite(enum err_code code)
{
	return err_exit(code) == err_exit(ERR_CONFIG) && err_effect(code) == ERR_EFFECT_REFUSED;
}

/* Over a store of its own, because the engine's can take the lease only once. */
enum err_code app_find_holder(struct app *app, struct store_lease *ret, struct err *e)
{
	struct store *probe = NULL;
	*ret = (struct store_lease){0};
	enum err_code code = store_open(app->config->database_url, app->loop, &probe, e);
	if (code == ERR_OK)
		code = store_lease_take(probe, "", ret, e);
	store_free(probe);
	return code;
}

/* --- addresses ------------------------------------------------------------- */

static bool is_loopback_host(const char *host)
{
	struct in_addr v4;
	if (text_is_any_case(host, "localhost") || text_is(host, "[::1]"))
		return true;
	return inet_pton(AF_INET, host, &v4) == 1 && ntohl(v4.s_addr) >> 24 == 127;
}

bool app_is_loopback(const char *listen)
{
	char host[128];
	const char *colon = strrchr(listen, ':');
	text_copy_part(
		host, sizeof(host), listen, colon ? (size_t)(colon - listen) : strlen(listen));
	return is_loopback_host(host);
}

static bool is_url_loopback(const char *url)
{
	char host[256];
	const char *start = strstr(url, "://");
	if (start == NULL)
		return false;
	start += 3;
	size_t n = strcspn(start, "/");
	/* A port is cut off; the colons of [::1] are not one. */
	const char *colon = memrchr(start, ':', n);
	if (colon != NULL && memchr(colon, ']', n - (size_t)(colon - start)) == NULL)
		n = (size_t)(colon - start);
	text_copy_part(host, sizeof(host), start, n);
	return is_loopback_host(host);
}

bool app_is_rehearsal(const struct config *config)
{
	return is_url_loopback(config->telnyx_base_url) && is_url_loopback(config->vapi_base_url);
}
