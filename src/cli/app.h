/*
 * app.h - the process, built from its configuration and taken down in order.
 *
 * Promise: whatever app_open() made, app_close() ends; NULL and half-built are
 * fine.  The store finishes what it was asked first; no answer of it reaches
 * an engine that still acts.
 */
#ifndef CLI_APP_H
#define CLI_APP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/config.h"
#include "base/err.h"
#include "engine/engine.h"

struct app {
	const struct config *config; /* borrowed */
	struct loop *loop;
	struct http_client *http;
	struct carrier *carrier;
	struct voice *voice;
	struct store *store; /* NULL unless APP_STORE was asked for */
	struct engine *engine;
	bool is_interrupted; /* SIGINT or SIGTERM came */
	struct err failure;  /* of the store, for good: the loop is stopped */
	bool is_checked;     /* checkup has come; it may come after the wait for it ended */
	struct engine_checkup checkup;
};

enum app_parts {
	APP_UPSTREAMS, /* carrier, voice platform, and an engine that can only ask them */
	APP_STORE,     /* the store as well; an empty one is made */
};

enum err_code app_open(const struct config *config, enum app_parts parts, struct app **ret,
	struct err *e) MUST_USE;
struct app *app_close(struct app *app);

/* Wait for *flag.  ERR_INTERRUPTED when a signal came first, ERR_STORE_FAILED, `late` when
 * most_ms have passed. */
enum err_code app_wait(struct app *app, const bool *flag, int64_t most_ms, enum err_code late,
	const char *what, struct err *e) MUST_USE;

/* The cheap checks, now.  ERR_OK, or the first thing that is wrong; *ret is
 * filled in both cases unless the wait itself ended early. */
enum err_code app_checkup(
	struct app *app, int64_t most_ms, struct engine_checkup *ret, struct err *e) MUST_USE;
/* The hints of what is out of reach speak of work that goes on; here none does. */
void app_say_nothing_begun(struct err *e);
/* No answer now is no answer for ever: is this one about keys and credentials? */
bool app_is_definite(enum err_code code);

/* Who holds the store's lease now: ERR_OK when nobody does, ERR_STORE_LOCKED with
 * *ret filled, or why it cannot be known.  Takes the lease for a moment. */
enum err_code app_find_holder(struct app *app, struct store_lease *ret, struct err *e) MUST_USE;

/* Whether no real money can be spent: both upstreams are on this machine. */
bool app_is_rehearsal(const struct config *config);
/* Whether only this machine can reach the address "host:port". */
bool app_is_loopback(const char *listen);

#endif
