#include "net/http_hints.h"

#include <curl/curl.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

/* Ten digits and more are an epoch, thirteen one in milliseconds. */
#define LEAST_EPOCH_SECONDS ((int64_t)1000000000)
#define LEAST_EPOCH_MS ((int64_t)1000000000000)
#define LAST_SECOND ((int64_t)253402300799) /* of the year 9999 */

void http_hints_clear(struct http_hints *hints)
{
	*hints = (struct http_hints){.date_ms = -1,
		.retry_exact_ms = -1,
		.retry_after_ms = -1,
		.retry_at_ms = -1,
		.reset = -1,
		.length = -1};
}

/* "12" or "1.5" -> thousandths; what would overflow is not a number. */
static bool read_thousandths(const char *text, int64_t *ret)
{
	size_t digits = strspn(text, "0123456789");
	char whole[16];
	int64_t value;
	if (!text_copy_part(whole, sizeof(whole), text, digits) ||
		!text_to_int(whole, 0, LEAST_EPOCH_MS * 10, &value))
		return false;
	value *= 1000;
	const char *rest = text + digits;
	if (*rest == '.') {
		rest++;
		for (int64_t unit = 100; *rest >= '0' && *rest <= '9'; rest++, unit /= 10)
			value += (*rest - '0') * unit;
	}
	if (*rest != '\0')
		return false;
	*ret = value;
	return true;
}

/* libcurl reads years of any length. */
static int64_t read_date_ms(const char *text)
{
	int64_t seconds = (int64_t)curl_getdate(text, NULL);
	return seconds > 0 && seconds <= LAST_SECOND ? seconds * 1000 : -1;
}

static void read_retry_after(struct http_hints *hints, const char *value)
{
	int64_t ms;
	if (read_thousandths(value, &ms))
		hints->retry_after_ms = ms;
	else if (strchr(value, ' ') != NULL)
		hints->retry_at_ms = read_date_ms(value);
}

static void read_length(struct http_hints *hints, const char *value)
{
	int64_t length;
	if (!text_to_int(value, 0, INT64_MAX, &length) ||
		(hints->length >= 0 && hints->length != length))
		hints->is_length_odd = true;
	else
		hints->length = length;
}

/* With an encoding that it does not know libcurl reads to the end of the connection,
 * whatever the length says. */
static void read_encoding(struct http_hints *hints, const char *value)
{
	hints->is_chunked = text_is_any_case(value, "chunked");
	hints->is_length_odd |= !hints->is_chunked;
}

static void read_one(struct http_hints *hints, const char *name, const char *value)
{
	int64_t thousandths;
	if (text_is_any_case(name, "date"))
		hints->date_ms = read_date_ms(value);
	else if (text_is_any_case(name, "retry-after"))
		read_retry_after(hints, value);
	else if (text_is_any_case(name, "retry-after-ms")) {
		if (read_thousandths(value, &thousandths))
			hints->retry_exact_ms = thousandths / 1000;
	} else if (text_is_any_case(name, "x-ratelimit-reset")) {
		if (read_thousandths(value, &thousandths))
			hints->reset = thousandths;
	} else if (text_is_any_case(name, "content-length"))
		read_length(hints, value);
	else if (text_is_any_case(name, "transfer-encoding"))
		read_encoding(hints, value);
}

/* Cheap way out: most lines of an answer begin with other letters. */
static bool may_interest(const char *line, size_t bytes)
{
	return bytes > 4 && strchr("dDrRxXcCtT", line[0]) != NULL;
}

/* Without the white space around it, and no more than that: libcurl takes any other
 * control character for a part of the value.  False when it is longer than the room. */
static bool copy_value(char *to, size_t room, const char *at, size_t bytes)
{
	static const char white[] = {' ', '\t', '\r', '\n'};
	while (bytes > 0 && memchr(white, at[bytes - 1], sizeof(white)) != NULL)
		bytes--;
	for (; bytes > 0 && memchr(white, *at, sizeof(white)) != NULL; at++)
		bytes--;
	return text_copy_part(to, room, at, bytes);
}

void http_hints_read(struct http_hints *hints, const char *line, size_t bytes)
{
	if (!may_interest(line, bytes))
		return;
	const char *colon = memchr(line, ':', bytes);
	char name[32], value[64];
	if (colon == NULL || !text_copy_part(name, sizeof(name), line, (size_t)(colon - line)))
		return;
	size_t rest = bytes - (size_t)(colon - line) - 1;
	bool is_whole = copy_value(value, sizeof(value), colon + 1, rest);
	if (is_whole)
		read_one(hints, name, value);
	else if (text_is_any_case(name, "transfer-encoding") ||
		 text_is_any_case(name, "content-length"))
		hints->is_length_odd = true;
}

bool http_hints_is_whole(const struct http_hints *hints, size_t body_bytes)
{
	if (hints->is_length_odd)
		return false;
	return hints->is_chunked || (hints->length >= 0 && (uint64_t)hints->length == body_bytes);
}

static int64_t within(int64_t ms)
{
	if (ms < 0)
		return 0;
	return ms < HTTP_HINTS_MOST_MS ? ms : HTTP_HINTS_MOST_MS;
}

int64_t http_hints_wait_ms(const struct http_hints *hints, int64_t wall_ms)
{
	int64_t now_ms = hints->date_ms >= 0 ? hints->date_ms : wall_ms;
	if (hints->retry_exact_ms >= 0)
		return within(hints->retry_exact_ms);
	if (hints->retry_after_ms >= 0)
		return within(hints->retry_after_ms);
	if (hints->retry_at_ms >= 0)
		return within(hints->retry_at_ms - now_ms);
	if (hints->reset < 0)
		return -1;
	if (hints->reset > LEAST_EPOCH_MS * 1000)
		return within(hints->reset / 1000 - now_ms);
	if (hints->reset > LEAST_EPOCH_SECONDS * 1000)
		return within(hints->reset - now_ms);
	return within(hints->reset);
}
