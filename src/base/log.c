#include "base/log.h"

#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/str.h"
#include "base/text.h"

#define MAX_SECRETS 64
#define MIN_SECRET_BYTES 8
#define MAX_LINE_BYTES 4096

static enum log_level least_level = LOG_INFO;
static char *secrets[MAX_SECRETS];
static size_t secret_count;
static int dropped; /* lines that nobody would have read */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void log_set_level(enum log_level least)
{
	least_level = least;
}

void log_secret(const char *secret)
{
	if (secret == NULL || strlen(secret) < MIN_SECRET_BYTES)
		return;
	pthread_mutex_lock(&lock);
	size_t i = 0;
	while (i < secret_count && strcmp(secrets[i], secret) != 0)
		i++;
	if (i == secret_count) {
		must(secret_count++ < MAX_SECRETS);
		/* Longest first: what begins or ends with another is replaced whole. */
		for (; i > 0 && strlen(secrets[i - 1]) < strlen(secret); i--)
			secrets[i] = secrets[i - 1];
		secrets[i] = must_strdup(secret);
	}
	pthread_mutex_unlock(&lock);
}

void log_forget_secrets(void)
{
	pthread_mutex_lock(&lock);
	while (secret_count > 0)
		free(secrets[--secret_count]);
	pthread_mutex_unlock(&lock);
}

void log_redact(char *text)
{
	for (size_t i = 0; i < secret_count; i++) {
		size_t n = strlen(secrets[i]);
		for (char *at; (at = strstr(text, secrets[i])) != NULL;) {
			memcpy(at, "***", 3);
			memmove(at + 3, at + n, strlen(at + n) + 1);
		}
	}
}

bool log_one_line(char *to, size_t to_bytes, const char *from)
{
	char *whole = must_strdup(from ? from : "");
	log_redact(whole);
	bool fits = text_one_line(to, to_bytes, whole);
	free(whole);
	return fits;
}

static bool is_plain(const char *value)
{
	for (const char *c = value; *c; c++)
		if ((unsigned char)*c <= ' ' || *c == '"' || *c == '=' || *c == 0x7f)
			return false;
	return *value != '\0';
}

static void add_pair(struct str *line, const char *key, const char *value)
{
	if (value == NULL)
		return;
	char *safe = must_strdup(value);
	log_redact(safe);
	str_addf(line, " %s=", key);
	if (is_plain(safe))
		str_add(line, safe);
	else
		json_add_string(line, safe);
	free(safe);
}

/* Whether a line can be written without waiting for whoever reads.  Lines are
 * no longer than PIPE_BUF, which poll() asks a pipe to have room for. */
static bool is_heard(void)
{
	struct pollfd out = {.fd = STDERR_FILENO, .events = POLLOUT};
	return poll(&out, 1, 0) == 1 && (out.revents & POLLOUT) != 0;
}

static void tell_dropped(const char *now)
{
	char line[160];
	text_format(line, sizeof(line),
		"%s warning msg=\"log lines were dropped: nobody read them\" count=%d\n", now,
		dropped);
	ssize_t written = write(STDERR_FILENO, line, strlen(line));
	(void)written;
	dropped = 0;
}

void log_line(enum log_level level, const char *message, ...)
{
	static const char *const names[] = {"debug", "info", "warning", "error", ""};
	if (level < least_level)
		return;
	char now[CLOCK_TEXT_BYTES];
	clock_format(clock_wall_ms(clock_machine()), now);
	struct str line;
	str_init(&line, MAX_LINE_BYTES);
	str_addf(&line, "%s %s", now, names[level]);
	add_pair(&line, "msg", message);
	va_list args;
	va_start(args, message);
	for (const char *key; (key = va_arg(args, const char *)) != NULL;)
		add_pair(&line, key, va_arg(args, const char *));
	va_end(args);
	pthread_mutex_lock(&lock);
	line.text[line.bytes] = '\n'; /* the NUL's place; the length is known */
	/* A log that is full, closed or not read must not stop the service. */
	if (dropped > 0 && is_heard())
		tell_dropped(now);
	if (is_heard()) {
		ssize_t written = write(STDERR_FILENO, line.text, line.bytes + 1);
		(void)written;
	} else {
		dropped++;
	}
	pthread_mutex_unlock(&lock);
	str_done(&line);
}
