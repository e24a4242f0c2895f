/*
 * follow.h - one sign-up from its wish to its end, watched.
 *
 * The work is done in this process when it gets the store's lease.  When a
 * daemon holds it, the daemon is asked over HTTP and watched; the caller sees
 * the same events and the same document either way.
 */
#ifndef CLI_FOLLOW_H
#define CLI_FOLLOW_H

#include "base/config.h"
#include "base/err.h"
#include "base/json.h"
#include "engine/engine.h"
#include "engine/wish.h"
#include "store/store.h"

struct follow;

#define FOLLOW_QUIET_MS 10000

/* Each row of the timeline, as it is written; NULL when there was none for
 * FOLLOW_QUIET_MS. */
typedef void (*follow_told)(void *arg, const struct store_event *event);

/* Take the lease, once the cheap checks have passed, or find the daemon.
 * ERR_STORE_LOCKED when it is held by a process that does not serve. */
enum err_code follow_open(const struct config *config, follow_told told, void *arg,
	struct follow **ret, struct err *e) MUST_USE;
struct follow *follow_close(struct follow *f);
/* The daemon's address, or NULL when the work is done here. */
const char *follow_daemon(const struct follow *f);

/* Until it is active or stops.  *ret: the sign-up document (new reference).
 * With an error, *ret may still hold the last that is known, or be NULL.
 * ret_id ("" if never stored) tells which sign-up it was. */
enum err_code follow_signup(struct follow *f, const struct wish *wish, json_t **ret,
	char ret_id[ID_BYTES], struct err *e) MUST_USE;
/* A person's answer to a purchase that could not be settled; then until it is
 * active or stops again. */
enum err_code follow_resolve(struct follow *f, const char *id, enum resolution answer, json_t **ret,
	struct err *e) MUST_USE;
/* Try it again, with what a person answers to its question; then as above. */
enum err_code follow_retry(struct follow *f, const char *id, const struct engine_choice *choice,
	json_t **ret, struct err *e) MUST_USE;
/* Cancel it, and tell how it is right after: what was active waits out the undo
 * time, here or in a later process. */
enum err_code follow_cancel(struct follow *f, const char *id, json_t **ret, struct err *e) MUST_USE;
/* Give back what the sign-up owns, at once, until it is released. */
enum err_code follow_release(
	struct follow *f, const char *id, json_t **ret, struct err *e) MUST_USE;

/* What the document's status means for a command that wanted a number: ERR_OK
 * for active, else the reason. */
enum err_code follow_outcome(const json_t *signup, struct err *e) MUST_USE;
/* The exit status for it: what failed is never 4, what waits for a person always. */
int follow_exit(const json_t *signup, const struct err *e);
/* One line of progress about a row of the timeline, as both commands show it. */
void follow_say(const struct store_event *event, int64_t since_ms);

#endif
