#include "sim/wire.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/must.h"
#include "base/text.h"

static void add_name(struct str *s, const char *name)
{
	if (name == NULL)
		return;
	str_add_char(s, '"');
	str_add(s, name);
	str_add_bytes(s, "\":", 2);
}

void wire_open(struct str *s, const char *name, char bracket)
{
	add_name(s, name);
	str_add_char(s, bracket);
}

void wire_end(struct str *s, char bracket)
{
	must(s->bytes > 0);
	if (s->text[s->bytes - 1] == ',')
		s->text[s->bytes - 1] = bracket;
	else
		str_add_char(s, bracket);
}

void wire_close(struct str *s, char bracket)
{
	wire_end(s, bracket);
	str_add_char(s, ',');
}

void wire_string(struct str *s, const char *name, const char *value)
{
	add_name(s, name);
	json_add_string(s, value);
	str_add_char(s, ',');
}

void wire_text(struct str *s, const char *name, const char *value)
{
	if (value == NULL || *value == '\0')
		wire_null(s, name);
	else
		wire_string(s, name, value);
}

void wire_int(struct str *s, const char *name, int64_t value)
{
	add_name(s, name);
	str_addf(s, "%lld,", (long long)value);
}

void wire_bool(struct str *s, const char *name, bool value)
{
	wire_raw(s, name, value ? "true" : "false");
}

void wire_null(struct str *s, const char *name)
{
	wire_raw(s, name, "null");
}

void wire_raw(struct str *s, const char *name, const char *json)
{
	add_name(s, name);
	str_add(s, json);
	str_add_char(s, ',');
}

void wire_tree(struct str *s, const char *name, const json_t *value)
{
	add_name(s, name);
	json_write(value, s);
	str_add_char(s, ',');
}

void wire_money(struct str *s, const char *name, int64_t cents)
{
	add_name(s, name);
	str_addf(s, "\"%s%lld.%02lld\",", cents < 0 ? "-" : "",
		(long long)(cents < 0 ? -cents : cents) / 100,
		(long long)(cents < 0 ? -cents : cents) % 100);
}

void wire_price(struct str *s, const char *name, int64_t cents)
{
	must(cents >= 0);
	add_name(s, name);
	str_addf(s, "\"%lld.%02lld000\",", (long long)cents / 100, (long long)cents % 100);
}

void wire_time_format(int64_t wall_ms, enum wire_time kind, char to[WIRE_TIME_BYTES])
{
	char ms[CLOCK_TEXT_BYTES]; /* 2026-11-22T15:04:05.123Z */
	clock_format(wall_ms, ms);
	size_t n = strlen(ms);
	must(n >= 5 && ms[n - 1] == 'Z');
	switch (kind) {
	case WIRE_TIME_OFFSET_US:
		text_format(to, WIRE_TIME_BYTES, "%.*s000+00:00", (int)n - 1, ms);
		return;
	case WIRE_TIME_US:
		text_format(to, WIRE_TIME_BYTES, "%.*s000Z", (int)n - 1, ms);
		return;
	case WIRE_TIME_MS:
		text_copy(to, WIRE_TIME_BYTES, ms);
		return;
	case WIRE_TIME_S:
		text_format(to, WIRE_TIME_BYTES, "%.*sZ", (int)n - 5, ms);
		return;
	}
}

void wire_time(struct str *s, const char *name, int64_t wall_ms, enum wire_time kind)
{
	if (wall_ms == 0) {
		wire_null(s, name);
		return;
	}
	char text[WIRE_TIME_BYTES];
	wire_time_format(wall_ms, kind, text);
	add_name(s, name);
	str_add_char(s, '"');
	str_add(s, text);
	str_add_bytes(s, "\",", 2);
}
