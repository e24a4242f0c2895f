/*
 * daemon.h - the numberd that holds the lease, asked over its HTTP API.
 *
 * Blocking, one call at a time: a command that hands its work over has nothing
 * else to do.  Ctrl-C ends a wait with ERR_INTERRUPTED; what was handed over
 * goes on in the daemon.
 */
#ifndef CLI_DAEMON_H
#define CLI_DAEMON_H

#include "base/config.h"
#include "base/err.h"
#include "base/json.h"

struct daemon_link;

/* url: from the lease, "http://127.0.0.1:8080".  The first NUMBERD_API_KEY opens
 * the door, if the daemon has one. */
struct daemon_link *daemon_open(const char *url, const struct config *config);
struct daemon_link *daemon_close(struct daemon_link *link);

/* body NULL: a GET.  idempotency_key may be NULL.  On success *ret is a new
 * reference; a problem+json becomes the struct err it was made from. */
enum err_code daemon_call(struct daemon_link *link, const char *path, const json_t *body,
	const char *idempotency_key, json_t **ret, struct err *e) MUST_USE;
/* A pause between two looks; ERR_INTERRUPTED when a signal came. */
enum err_code daemon_pause(struct daemon_link *link, struct err *e) MUST_USE;

#endif
