#include "base/str.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What `text` points to while nothing is allocated; never written. */
static char empty[1] = "";

void str_init(struct str *s, size_t max_bytes)
{
	*s = (struct str){.text = empty, .max_bytes = max_bytes};
}

void str_done(struct str *s)
{
	if (s->room > 0)
		free(s->text);
	str_init(s, s->max_bytes);
}

void str_clear(struct str *s)
{
	if (s->room > 0)
		s->text[0] = '\0';
	s->bytes = 0;
	s->is_full = false;
}

static bool make_room(struct str *s, size_t more)
{
	if (s->is_full || more > s->max_bytes || s->bytes > s->max_bytes - more) {
		s->is_full = true;
		return false;
	}
	size_t need = s->bytes + more + 1;
	if (need <= s->room)
		return true;
	size_t room = s->room ? s->room : 64;
	while (room < need)
		room *= 2;
	s->text = must_realloc(s->room > 0 ? s->text : NULL, room);
	s->room = room;
	return true;
}

void str_add_bytes(struct str *s, const void *bytes, size_t count)
{
	if (count == 0 || !make_room(s, count))
		return;
	memcpy(s->text + s->bytes, bytes, count);
	s->bytes += count;
	s->text[s->bytes] = '\0';
}

void str_add(struct str *s, const char *text)
{
	str_add_bytes(s, text, strlen(text));
}

void str_add_char(struct str *s, char c)
{
	str_add_bytes(s, &c, 1);
}

void str_addf(struct str *s, const char *format, ...)
{
	va_list args, again;
	va_start(args, format);
	va_copy(again, args);
	int n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	must(n >= 0);
	if (make_room(s, (size_t)n) && n > 0) {
		(void)vsnprintf(s->text + s->bytes, (size_t)n + 1, format, again);
		s->bytes += (size_t)n;
	}
	va_end(again);
}

void str_add_html(struct str *s, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&':
			str_add(s, "&amp;");
			break;
		case '<':
			str_add(s, "&lt;");
			break;
		case '>':
			str_add(s, "&gt;");
			break;
		case '"':
			str_add(s, "&quot;");
			break;
		case '\'':
			str_add(s, "&#39;");
			break;
		default:
			str_add_char(s, *text);
		}
	}
}

void str_add_url(struct str *s, const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;
		if (isalnum(c) || strchr("-._~", c) != NULL)
			str_add_char(s, (char)c);
		else
			str_addf(s, "%%%02X", c);
	}
}

bool str_ok(const struct str *s)
{
	return !s->is_full;
}

char *str_take(struct str *s)
{
	char *text = s->room > 0 ? s->text : must_strdup("");
	size_t max_bytes = s->max_bytes;
	str_init(s, max_bytes);
	return text;
}
