#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"

struct err_row {
	const char *wire;
	int http;
	int exit_status;
	enum err_effect effect;
	const char *title;
	const char *hint;
};

static const struct err_row rows[ERR_COUNT] = {
#define X(name, wire, http, exit_status, effect, title, hint)                                      \
	[ERR_##name] = {wire, http, exit_status, ERR_EFFECT_##effect, title, hint},
	ERR_CODES(X)
#undef X
};

static const struct err_row *row(enum err_code code)
{
	must((unsigned)code < ERR_COUNT);
	return &rows[code];
}

/* Upstreams' words may be long and in any script: cut between characters. */
PRINTF_LIKE(2, 0)
static void write_message(struct err *e, const char *format, va_list args)
{
	char message[2 * sizeof(e->message)];
	(void)vsnprintf(message, sizeof(message), format, args);
	TEXT_COPY(e->message, message);
}

enum err_code err_set(struct err *e, enum err_code code, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	write_message(e, format, args);
	va_end(args);
	e->code = code;
	e->hint[0] = '\0';
	return code;
}

enum err_code err_set_hint(
	struct err *e, enum err_code code, const char *hint, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	write_message(e, format, args);
	va_end(args);
	e->code = code;
	TEXT_COPY(e->hint, hint);
	return code;
}

const char *err_wire(enum err_code code)
{
	return row(code)->wire;
}

const char *err_title(enum err_code code)
{
	return row(code)->title;
}

int err_http(enum err_code code)
{
	return row(code)->http;
}

int err_exit(enum err_code code)
{
	return row(code)->exit_status;
}

enum err_effect err_effect(enum err_code code)
{
	return row(code)->effect;
}

const char *err_hint(const struct err *e)
{
	return e->hint[0] != '\0' ? e->hint : row(e->code)->hint;
}

bool err_from_wire(const char *wire, enum err_code *ret)
{
	for (int i = 0; i < ERR_COUNT; i++) {
		if (!text_is(wire, rows[i].wire))
			continue;
		*ret = (enum err_code)i;
		return true;
	}
	return false;
}
