/*
 * checks.h - a list of checks with their times, as lines or as one document:
 * {checks:[{name, ok, ms, detail, error}]}.
 */
#ifndef CLI_CHECKS_H
#define CLI_CHECKS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"

struct engine_checkup;

struct checks {
	json_t *list;
	const char *name; /* of the one that runs, or NULL; static text */
	int64_t started_boot_ms;
	struct err first; /* that failed; code OK while none did */
};

void checks_init(struct checks *c);
void checks_begin(struct checks *c, const char *name);
/* e->code OK: it passed, and `detail` tells what was found. */
void checks_end(struct checks *c, const struct err *e, const char *detail);
/* It was left out on purpose; ok is null. */
void checks_skip(struct checks *c, const char *name, const char *why);
/* Prints the document if is_json, with the members of `more` (taken over, may
 * be NULL).  Returns the exit status of the first failure. */
int checks_finish(struct checks *c, bool is_json, json_t *more);

/* "balance 12.50" */
const char *checks_balance(const struct engine_checkup *found, char *to, size_t to_bytes);

#endif
