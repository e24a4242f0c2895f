/*
 * outcome.h - how the commands that move one sign-up show its way and its end.
 */
#ifndef CLI_OUTCOME_H
#define CLI_OUTCOME_H

#include <stdint.h>

#include "base/json.h"
#include "cli/cli.h"
#include "store/store.h"

struct outcome {
	int64_t started_ms;
	char last[24]; /* the status last shown */
};

void outcome_begin(struct outcome *o);
/* A follow_told: one line of progress on stderr.  arg: a struct outcome. */
void outcome_told(void *arg, const struct store_event *event);
/* The sign-up's document on stdout, and what went wrong on stderr; the exit status. */
int outcome_show(const struct cli *cli, json_t *signup);

#endif
