/*
 * rules.h - faults by rule: which call goes wrong, when, and how.
 *
 * A rule matches calls by "METHOD path", where the path is the real one or a
 * route's template; a star at the end of it stands for anything, one as the
 * method for all of them.
 * It counts the calls it matched; `at`, `every`, `from`, `probability` choose
 * among them and `times` bounds how often.  The first rule that fires wins,
 * but every rule that matches counts.
 */
#ifndef SIM_RULES_H
#define SIM_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"

enum rule_action {
	RULE_STATUS,    /* answer `status` */
	RULE_RESET,     /* close without a byte */
	RULE_CUT,       /* close after `bytes` of the answer */
	RULE_DROP,      /* never answer */
	RULE_MALFORMED, /* 200 with text that is not JSON */
	RULE_HTML,      /* `status` (200 if none) with a page of HTML */
	RULE_HUGE,      /* 200 with `bytes` of JSON */
	RULE_EMPTY,     /* 200 with an empty list */
	RULE_DELAY,     /* act now, answer `delay_ms` later */
	RULE_LATE,      /* act `delay_ms` later, then answer */
	RULE_REPEAT,    /* act twice, give the second answer: a gateway that retries */
	RULE_ORDER,     /* make the order, but let it end as `outcome` */
};

struct rule {
	char match[128];
	int64_t at, every, from, times; /* 0: not set */
	double probability;             /* below 0: not set */
	enum rule_action action;
	bool after_commit; /* the call is carried out first */
	int status;
	int64_t delay_ms; /* -1: not set */
	int64_t bytes;
	char code[16], title[128], detail[256], outcome[16];
	char header[2][64]; /* name, value */
	char *body;         /* NULL: made from code, title and detail; owned */
	int64_t seen, fired;
};

struct rules {
	struct rule *list;
	size_t count;
	json_t *source; /* what was read; NULL when there are none */
};

void rules_done(struct rules *rules);
/* Replace all rules by those of a JSON array (NULL: none). */
enum err_code rules_read(struct rules *rules, const json_t *array, struct err *e) MUST_USE;
/* The rule that fires for this call, or NULL.  `dice` is a fresh random number. */
struct rule *rules_pick(struct rules *rules, const char *method, const char *path,
	const char *route, uint64_t dice);
bool rules_match(const char *pattern, const char *method, const char *path, const char *route);

#endif
