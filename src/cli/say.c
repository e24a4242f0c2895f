#include "cli/say.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"

static struct {
	bool is_json, is_quiet, is_document_out;
	bool has_colour[2]; /* stderr, stdout */
} state;

static bool may_colour(int fd)
{
	const char *no_colour = getenv("NO_COLOR");
	const char *term = getenv("TERM");
	bool is_forbidden = no_colour != NULL && no_colour[0] != '\0';
	return isatty(fd) && !is_forbidden && !text_is(term, "dumb");
}

void say_init(bool is_json)
{
	state.is_json = is_json;
	state.has_colour[0] = may_colour(STDERR_FILENO);
	state.has_colour[1] = may_colour(STDOUT_FILENO);
}

void say_be_quiet(void)
{
	state.is_quiet = true;
	log_set_level(LOG_ERROR);
}

int say_end(int status)
{
	bool is_written = fflush(stdout) == 0 && !ferror(stdout);
	if (is_written)
		return status;
	fputs("numberd: could not write to stdout\n", stderr);
	return status == 0 ? 1 : status;
}

const char *say_paint(enum say_colour colour, bool is_data)
{
	static const char *const codes[] = {
		"\033[0m", "\033[1m", "\033[2m", "\033[32m", "\033[31m", "\033[33m"};
	must((unsigned)colour < COUNT_OF(codes));
	return state.has_colour[is_data] ? codes[colour] : "";
}

/* Control characters of an upstream's text must not move a person's cursor. */
static void write_safely(FILE *to, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));
static void write_safely(FILE *to, const char *format, va_list args)
{
	char *text = NULL;
	must(vasprintf(&text, format, args) >= 0);
	log_redact(text);
	for (char *at = text; *at != '\0'; at++) {
		bool is_control = (unsigned char)*at < ' ' && *at != '\n' && *at != '\t';
		fputc(is_control || *at == 0x7f ? '?' : *at, to);
	}
	free(text);
}

static void write_line(FILE *to, const char *format, ...) PRINTF_LIKE(2, 3);
static void write_line(FILE *to, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	write_safely(to, format, args);
	va_end(args);
	fputc('\n', to);
}

void say(const char *format, ...)
{
	if (state.is_quiet)
		return;
	va_list args;
	va_start(args, format);
	write_safely(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

void say_warning(const char *format, ...)
{
	va_list args;
	fprintf(stderr, "%snumberd: warning:%s ", say_paint(SAY_YELLOW, false),
		say_paint(SAY_PLAIN, false));
	va_start(args, format);
	write_safely(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

json_t *say_error_document(const struct err *e)
{
	if (e->code == ERR_OK)
		return json_null();
	char message[sizeof(e->message)];
	TEXT_COPY(message, e->message);
	log_redact(message);
	json_t *j = json_pack("{s:s s:o s:o}", "code", err_wire(e->code), "message",
		json_string_or_null(message), "hint", json_string_or_null(err_hint(e)));
	must(j != NULL);
	return j;
}

int say_error(const struct err *e)
{
	must(e->code != ERR_OK);
	fprintf(stderr, "%snumberd:%s ", say_paint(SAY_RED, false), say_paint(SAY_PLAIN, false));
	write_line(stderr, "%s", e->message[0] ? e->message : err_title(e->code));
	if (err_hint(e)[0] != '\0')
		write_line(stderr, "  %s", err_hint(e));
	if (state.is_json && !state.is_document_out)
		say_json(json_pack("{s:o}", "error", say_error_document(e)));
	return err_exit(e->code);
}

void say_json(json_t *document)
{
	must(document != NULL && !state.is_document_out);
	state.is_document_out = true;
	(void)json_dumpf(document, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
	fputc('\n', stdout);
	json_decref(document);
}

void say_row(const char *name, const char *format, ...)
{
	char text[1000];
	va_list args;
	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (text[0] == '\0')
		return;
	printf("%s%-14s%s", say_paint(SAY_DIM, true), name, say_paint(SAY_PLAIN, true));
	write_line(stdout, "%s", text);
}

/* The checks are the data, unless a document is: then they are progress. */
static FILE *checks_go_to(bool is_needed)
{
	if (!state.is_json)
		return stdout;
	return state.is_quiet && !is_needed ? NULL : stderr;
}

void say_check(
	const char *name, bool is_ok, int64_t took_ms, const char *detail, const struct err *e)
{
	FILE *to = checks_go_to(!is_ok);
	if (to == NULL)
		return;
	fprintf(to, "%s%s%s %-12s %6lld ms  ",
		say_paint(is_ok ? SAY_GREEN : SAY_RED, !state.is_json), is_ok ? "✓" : "✗",
		say_paint(SAY_PLAIN, !state.is_json), name, (long long)took_ms);
	write_line(to, "%s", detail);
	if (!is_ok && err_hint(e)[0] != '\0')
		write_line(to, "  %-12s %6s     %s", "", "", err_hint(e));
	fflush(to);
}

void say_check_skipped(const char *name, const char *why)
{
	FILE *to = checks_go_to(false);
	if (to != NULL)
		fprintf(to, "- %-12s            %s\n", name, why);
}

bool say_is_terminal(void)
{
	return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

bool say_ask(const char *question)
{
	char answer[16] = "";
	fprintf(stderr, "%s [y/N] ", question);
	fflush(stderr);
	bool is_read = fgets(answer, sizeof(answer), stdin) != NULL;
	return is_read && (answer[0] == 'y' || answer[0] == 'Y');
}
