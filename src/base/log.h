/*
 * log.h - one line a fact, on stderr, with nothing secret in it.
 *
 * Lines are logfmt: `2026-11-22T15:04:05.123Z info signup=su_… from=received
 * to=searching`.  Values with spaces or quotes are written as JSON strings.
 * log_secret() names a text that must never be printed: wherever it stands in
 * a line, "***" takes its place, before the value is quoted or cut.  Register
 * every key before the first line.
 * A line that nobody has room for (a pipe whose reader stopped) is dropped and
 * counted, and the count is told when there is room again: a log never makes the
 * service wait.
 * Thread: any; a line is written with one write(2).
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/must.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR, LOG_NOTHING };

void log_set_level(enum log_level least);
void log_secret(const char *secret); /* at most 64, shorter than 8 ignored */
void log_forget_secrets(void);       /* for tests */

/* log_line(LOG_INFO, "signup ready", "signup", id, "number", e164, NULL):
 * a message, then pairs of key and value; a NULL value is left out. */
void log_line(enum log_level level, const char *message, ...) __attribute__((sentinel));

/* Replace every registered secret in place (same rules as for log lines). */
void log_redact(char *text);

/* text_one_line() of foreign text without our secrets.  Whatever cuts first and
 * redacts later leaves half a secret standing at the cut. */
bool log_one_line(char *to, size_t to_bytes, const char *from);

#endif
