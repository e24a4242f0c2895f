#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <openssl/crypto.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Step back from a cut that would leave part of a UTF-8 character. */
static size_t whole_characters(const char *from, size_t bytes)
{
	while (bytes > 0 && ((unsigned char)from[bytes] & 0xC0) == 0x80)
		bytes--;
	return bytes;
}

bool text_copy_part(char *to, size_t to_bytes, const char *from, size_t from_bytes)
{
	must(to != NULL && to_bytes > 0);
	bool fits = from_bytes < to_bytes;
	size_t n = fits ? from_bytes : whole_characters(from, to_bytes - 1);
	if (n > 0)
		memmove(to, from, n);
	to[n] = '\0';
	return fits;
}

bool text_copy(char *to, size_t to_bytes, const char *from)
{
	return text_copy_part(to, to_bytes, from ? from : "", from ? strlen(from) : 0);
}

bool text_format(char *to, size_t to_bytes, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int n = vsnprintf(to, to_bytes, format, args);
	va_end(args);
	must(n >= 0);
	return (size_t)n < to_bytes;
}

bool text_is(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return strcmp(a, b) == 0;
}

bool text_is_any_case(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcasecmp(a, b) == 0;
}

bool text_starts(const char *text, const char *prefix)
{
	return text != NULL && strncmp(text, prefix, strlen(prefix)) == 0;
}

bool text_contains_any_case(const char *text, const char *part)
{
	return text != NULL && strcasestr(text, part) != NULL;
}

bool text_is_digits(const char *text)
{
	if (text == NULL || *text == '\0')
		return false;
	return strspn(text, "0123456789") == strlen(text);
}

bool text_is_uuid(const char *text)
{
	if (text == NULL || strlen(text) != 36)
		return false;
	for (int i = 0; i < 36; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		if (dash ? text[i] != '-' : !isxdigit((unsigned char)text[i]))
			return false;
	}
	return true;
}

bool text_is_e164(const char *text)
{
	if (text == NULL || text[0] != '+' || text[1] < '1' || text[1] > '9')
		return false;
	size_t digits = strlen(text + 1);
	return digits >= 7 && digits <= 15 && text_is_digits(text + 1);
}

/* How many bytes the character at p takes; 0 if it is not well-formed UTF-8
 * (overlong, surrogate, above U+10FFFF, cut short). */
static size_t utf8_length(const unsigned char *p, size_t left)
{
	unsigned char a = p[0];
	if (a < 0x80)
		return 1;
	size_t n = a >= 0xF0 ? 4 : a >= 0xE0 ? 3 : 2;
	if (a < 0xC2 || a > 0xF4 || left < n)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((p[i] & 0xC0) != 0x80)
			return 0;
	bool overlong = (a == 0xE0 && p[1] < 0xA0) || (a == 0xF0 && p[1] < 0x90);
	bool surrogate = a == 0xED && p[1] > 0x9F;
	bool too_high = a == 0xF4 && p[1] > 0x8F;
	return overlong || surrogate || too_high ? 0 : n;
}

bool text_is_utf8(const char *text, size_t bytes)
{
	const unsigned char *p = (const unsigned char *)text;
	while (bytes > 0) {
		size_t n = utf8_length(p, bytes);
		if (n == 0)
			return false;
		p += n;
		bytes -= n;
	}
	return true;
}

bool text_equal_secret(const char *a, const char *b)
{
	size_t n = strlen(a);
	return n == strlen(b) && CRYPTO_memcmp(a, b, n) == 0;
}

bool text_to_int(const char *text, int64_t least, int64_t most, int64_t *ret)
{
	const char *digits = text != NULL && *text == '-' ? text + 1 : text;
	if (!text_is_digits(digits) || strlen(digits) > 19)
		return false;
	errno = 0;
	long long value = strtoll(text, NULL, 10);
	if (errno != 0 || value < least || value > most)
		return false;
	*ret = value;
	return true;
}

bool text_to_cents(const char *text, int64_t *ret_cents)
{
	if (text == NULL)
		return false;
	size_t whole = strspn(text, "0123456789");
	if (whole == 0 || whole > 12)
		return false;
	int64_t cents = 0;
	for (size_t i = 0; i < whole; i++)
		cents = cents * 10 + (text[i] - '0');
	const char *rest = text + whole;
	size_t places = *rest == '.' ? strlen(rest + 1) : 0;
	if (*rest == '.' && !text_is_digits(rest + 1))
		return false;
	if (*rest != '.' && *rest != '\0')
		return false;
	for (size_t i = 0; i < 2; i++)
		cents = cents * 10 + (i < places ? rest[1 + i] - '0' : 0);
	/* A price of 1.005 is rounded up: a limit must not be passed by a fraction. */
	if (places > 2 && strspn(rest + 3, "0") != places - 2)
		cents++;
	*ret_cents = cents;
	return true;
}

void text_from_cents(int64_t cents, char *to, size_t to_bytes)
{
	const char *sign = cents < 0 ? "-" : "";
	uint64_t size = cents < 0 ? 0 - (uint64_t)cents : (uint64_t)cents;
	text_format(to, to_bytes, "%s%llu.%02llu", sign, (unsigned long long)(size / 100),
		(unsigned long long)(size % 100));
}

/* Bytes of the invisible character at p (U+0080-9F, U+200B-200F, U+2028-202E,
 * U+2060-2069, U+FEFF), or 0. */
static size_t invisible_length(const unsigned char *p)
{
	if (p[0] <= ' ' || p[0] == 0x7f)
		return 1;
	if (p[0] == 0xC2 && p[1] >= 0x80 && p[1] <= 0x9F)
		return 2;
	if (p[0] == 0xE2 && p[1] == 0x80 &&
		((p[2] >= 0x8B && p[2] <= 0x8F) || (p[2] >= 0xA8 && p[2] <= 0xAE)))
		return 3;
	if (p[0] == 0xE2 && p[1] == 0x81 && p[2] >= 0xA0 && p[2] <= 0xA9)
		return 3;
	return p[0] == 0xEF && p[1] == 0xBB && p[2] == 0xBF ? 3 : 0;
}

bool text_one_line(char *to, size_t to_bytes, const char *from)
{
	size_t n = 0;
	bool is_gap = false;
	const unsigned char *p = (const unsigned char *)(from ? from : "");
	while (*p != '\0') {
		size_t skip = invisible_length(p);
		is_gap = is_gap || skip > 0;
		if (skip > 0) {
			p += skip;
			continue;
		}
		size_t bytes = 1;
		while ((p[bytes] & 0xC0) == 0x80)
			bytes++;
		bool has_space = is_gap && n > 0;
		if (n + has_space + bytes >= to_bytes)
			break;
		if (has_space)
			to[n++] = ' ';
		memcpy(to + n, p, bytes);
		n += bytes;
		p += bytes;
		is_gap = false;
	}
	to[n] = '\0';
	return *p == '\0';
}

void text_lower(char *text)
{
	for (; *text; text++)
		*text = (char)tolower((unsigned char)*text);
}

void text_trim(char *text)
{
	size_t n = strlen(text);
	while (n > 0 && (unsigned char)text[n - 1] <= ' ')
		text[--n] = '\0';
	size_t lead = 0;
	while (text[lead] != '\0' && (unsigned char)text[lead] <= ' ')
		lead++;
	memmove(text, text + lead, n - lead + 1);
}
