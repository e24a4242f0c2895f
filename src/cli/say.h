/*
 * say.h - what the command line writes: data to stdout, the rest to stderr.
 *
 * With --json stdout carries exactly one document: the command's own, or
 * {"error":{code, message, hint}} when it ended before it had one.  Colour and
 * live lines only on a terminal; NO_COLOR is honoured (no-color.org).
 */
#ifndef CLI_SAY_H
#define CLI_SAY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"

enum say_colour { SAY_PLAIN, SAY_BOLD, SAY_DIM, SAY_GREEN, SAY_RED, SAY_YELLOW };

void say_init(bool is_json);
void say_be_quiet(void);
/* Flushes; a failed write to stdout turns a good status into a bad one. */
int say_end(int status);

/* A line of progress on stderr; nothing with --quiet. */
void say(const char *format, ...) PRINTF_LIKE(1, 2);
/* What failed and what to do now, on stderr, and the JSON document if none was
 * printed yet.  Returns the exit status of the error's code. */
int say_error(const struct err *e);
/* A warning on stderr, also with --quiet. */
void say_warning(const char *format, ...) PRINTF_LIKE(1, 2);
/* The document, on stdout.  Takes over the reference. */
void say_json(json_t *document);
/* {"error":…} as members of a document of one's own; null for OK.  New reference. */
json_t *say_error_document(const struct err *e);

/* "" or the escape sequence, for stdout (is_data) or stderr. */
const char *say_paint(enum say_colour colour, bool is_data);
/* One aligned line of a block on stdout: "  name   text"; none when text is NULL or "". */
void say_row(const char *name, const char *format, ...) PRINTF_LIKE(2, 3);
/* One line of a list of checks on stdout (with --json on stderr): a mark, the
 * name, its time, what was found; for a failure the remedy below. */
void say_check(
	const char *name, bool is_ok, int64_t took_ms, const char *detail, const struct err *e);
void say_check_skipped(const char *name, const char *why);
/* A question on the terminal; false unless the answer begins with y. */
bool say_ask(const char *question);
bool say_is_terminal(void); /* stdin and stderr are one, so that a person can answer */

#endif
