#include "net/http_gate.h"

#include <event2/buffer.h>
#include <event2/http.h>
#include <event2/http_struct.h>
#include <event2/keyvalq_struct.h>
#include <string.h>

#include "base/must.h"
#include "base/text.h"
#include "net/limits.h"

struct fault_row {
	int status;
	const char *detail;
};

static const struct fault_row rows[HTTP_FAULT_COUNT] = {
	[HTTP_FAULT_NONE] = {200, ""},
	[HTTP_FAULT_LINE_END] = {400, "a line of the request does not end in CR LF"},
	[HTTP_FAULT_NUL] = {400, "the request head holds a NUL byte"},
	[HTTP_FAULT_FOLD] = {400, "a header is folded over two lines"},
	[HTTP_FAULT_HEADER_NAME] = {400, "a header name is not a token followed by a colon"},
	[HTTP_FAULT_HEADER_VALUE] = {400, "a header value holds a control character"},
	[HTTP_FAULT_REQUEST_LINE] = {400, "the request line cannot be read"},
	[HTTP_FAULT_VERSION] = {400, "only HTTP/1.0 and HTTP/1.1 are spoken here"},
	[HTTP_FAULT_TARGET] = {400, "the request target is not a path of visible ASCII"},
	[HTTP_FAULT_TARGET_LONG] = {414, "the request target is too long"},
	[HTTP_FAULT_HEADERS_LONG] = {431, "the request headers are too large"},
	[HTTP_FAULT_BODY_LONG] = {413, "the request body is too large"},
	[HTTP_FAULT_HOST] = {400, "there must be exactly one Host header"},
	[HTTP_FAULT_LENGTH] = {400, "there must be at most one Content-Length, of digits only"},
	[HTTP_FAULT_ENCODING] = {400,
		"the only Transfer-Encoding taken is one chunked, on HTTP/1.1"},
	[HTTP_FAULT_LENGTH_AND_ENCODING] = {400,
		"Content-Length and Transfer-Encoding must not come together"},
	[HTTP_FAULT_EXPECT] = {417, "the only expectation taken is 100-continue"},
	[HTTP_FAULT_METHOD] = {405, "the method is not taken here"},
	[HTTP_FAULT_METHOD_UNKNOWN] = {501, "the method is not known here"},
	[HTTP_FAULT_OTHER] = {400, "the request cannot be read"},
};

int http_fault_status(enum http_fault fault)
{
	must(fault < HTTP_FAULT_COUNT);
	return rows[fault].status;
}

const char *http_fault_detail(enum http_fault fault)
{
	must(fault < HTTP_FAULT_COUNT);
	return rows[fault].detail;
}

/* --- the raw head --------------------------------------------------------- */

void http_scan_start(struct http_scan *scan)
{
	*scan = (struct http_scan){.is_line_start = true, .is_first_line = true};
}

static void found(struct http_scan *scan, enum http_fault fault)
{
	if (scan->fault == HTTP_FAULT_NONE)
		scan->fault = fault;
}

static bool is_token(unsigned char c)
{
	if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
		return true;
	return c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* evhttp reads it with sscanf(), which takes signs, zeros and form feeds before a digit. */
static bool is_version(const char version[9])
{
	return memcmp(version, " HTTP/", 6) == 0 && is_digit(version[6]) && version[7] == '.' &&
	       is_digit(version[8]);
}

static void end_line(struct http_scan *scan)
{
	if (scan->last != '\r')
		found(scan, HTTP_FAULT_LINE_END);
	if (scan->is_first_line && !is_version(scan->version))
		found(scan, HTTP_FAULT_REQUEST_LINE);
	if (scan->is_in_name && scan->line_bytes > 1)
		found(scan, HTTP_FAULT_HEADER_NAME); /* no colon in the whole line */
	scan->is_over = scan->line_bytes <= (scan->last == '\r' ? 1U : 0U);
	scan->is_line_start = true;
	scan->is_in_name = false;
	scan->is_first_line = false;
	scan->line_bytes = 0;
}

static void take_in_name(struct http_scan *scan, unsigned char c)
{
	if (c == ':')
		scan->is_in_name = false;
	else if (!is_token(c) && c != '\r')
		found(scan, HTTP_FAULT_HEADER_NAME);
	if (c == ':' && scan->line_bytes == 0)
		found(scan, HTTP_FAULT_HEADER_NAME);
}

static void take_in_line(struct http_scan *scan, unsigned char c)
{
	if (scan->last == '\r' && !(scan->is_line_start && scan->line_bytes == 0))
		found(scan, HTTP_FAULT_LINE_END);
	if (c == '\0')
		found(scan, HTTP_FAULT_NUL);
	if (scan->is_line_start && !scan->is_first_line) {
		if (c == ' ' || c == '\t')
			found(scan, HTTP_FAULT_FOLD);
		scan->is_in_name = true;
	}
	scan->is_line_start = false;
	if (scan->is_in_name)
		take_in_name(scan, c);
	if (scan->is_first_line && c != '\r') {
		memmove(scan->version, scan->version + 1, sizeof(scan->version) - 1);
		scan->version[sizeof(scan->version) - 1] = (char)c;
	}
	scan->line_bytes++;
	/* The method and the version are not part of the target, nor worth a count. */
	if (scan->is_first_line && scan->line_bytes > LIMIT_SERVED_TARGET_BYTES + 32)
		found(scan, HTTP_FAULT_TARGET_LONG);
}

size_t http_scan_take(struct http_scan *scan, const void *bytes, size_t count)
{
	const unsigned char *at = bytes;
	size_t i = 0;
	while (i < count && !scan->is_over) {
		unsigned char c = at[i++];
		if (++scan->head_bytes > LIMIT_SERVED_HEADERS_BYTES)
			found(scan, HTTP_FAULT_HEADERS_LONG);
		if (c == '\n')
			end_line(scan);
		else
			take_in_line(scan, c);
		scan->last = c;
	}
	return i;
}

/* --- what evhttp made of it ----------------------------------------------- */

static size_t count_headers(
	const struct evkeyvalq *headers, const char *name, const char **ret_first)
{
	size_t count = 0;
	*ret_first = NULL;
	for (struct evkeyval *h = headers->tqh_first; h != NULL; h = h->next.tqe_next) {
		if (!text_is_any_case(h->key, name))
			continue;
		if (count++ == 0)
			*ret_first = h->value;
	}
	return count;
}

static bool is_value(const char *value)
{
	for (const unsigned char *at = (const unsigned char *)value; *at != '\0'; at++) {
		if ((*at < ' ' && *at != '\t') || *at == 0x7F)
			return false;
	}
	return true;
}

static enum http_fault judge_names_and_values(const struct evkeyvalq *headers)
{
	for (struct evkeyval *h = headers->tqh_first; h != NULL; h = h->next.tqe_next) {
		if (h->key[0] == '\0')
			return HTTP_FAULT_HEADER_NAME;
		for (const char *at = h->key; *at != '\0'; at++) {
			if (!is_token((unsigned char)*at))
				return HTTP_FAULT_HEADER_NAME;
		}
		if (!is_value(h->value))
			return HTTP_FAULT_HEADER_VALUE;
	}
	return HTTP_FAULT_NONE;
}

static enum http_fault judge_target(const struct evhttp_request *request)
{
	const char *target = request->uri;
	if (target == NULL || target[0] != '/')
		return HTTP_FAULT_TARGET;
	size_t bytes = strlen(target);
	if (bytes > LIMIT_SERVED_TARGET_BYTES)
		return HTTP_FAULT_TARGET_LONG;
	for (size_t i = 0; i < bytes; i++) {
		if (target[i] <= ' ' || target[i] > '~' || target[i] == '#')
			return HTTP_FAULT_TARGET;
	}
	/* A NUL or an escape cut short would make the decoded path lie. */
	for (const char *at = strchr(target, '%'); at != NULL; at = strchr(at + 1, '%')) {
		if (strspn(at + 1, "0123456789abcdefABCDEF") < 2 || strncmp(at, "%00", 3) == 0)
			return HTTP_FAULT_TARGET;
	}
	return HTTP_FAULT_NONE;
}

static enum http_fault judge_host(const struct evhttp_request *request)
{
	const char *host;
	size_t count = count_headers(request->input_headers, "Host", &host);
	if (count > 1 || (count == 0 && request->minor >= 1))
		return HTTP_FAULT_HOST;
	if (host == NULL)
		return HTTP_FAULT_NONE;
	for (const char *at = host; *at != '\0'; at++) {
		if (!is_token((unsigned char)*at) && strchr(":[]", *at) == NULL)
			return HTTP_FAULT_HOST;
	}
	return HTTP_FAULT_NONE;
}

static enum http_fault judge_framing(const struct evhttp_request *request, size_t max_body_bytes)
{
	const char *length, *encoding;
	size_t lengths = count_headers(request->input_headers, "Content-Length", &length);
	size_t encodings = count_headers(request->input_headers, "Transfer-Encoding", &encoding);
	int64_t bytes;
	if (lengths > 0 && encodings > 0)
		return HTTP_FAULT_LENGTH_AND_ENCODING;
	if (encodings > 0) {
		bool is_chunked = encodings == 1 && text_is_any_case(encoding, "chunked");
		return is_chunked && request->minor >= 1 ? HTTP_FAULT_NONE : HTTP_FAULT_ENCODING;
	}
	if (lengths == 0)
		return HTTP_FAULT_NONE;
	if (lengths > 1 || !text_is_digits(length))
		return HTTP_FAULT_LENGTH;
	if (!text_to_int(length, 0, INT64_MAX, &bytes))
		return HTTP_FAULT_BODY_LONG;
	return (uint64_t)bytes > max_body_bytes ? HTTP_FAULT_BODY_LONG : HTTP_FAULT_NONE;
}

/* evhttp reads no body with these; bytes of one would pass for a request. */
static enum http_fault judge_method(const struct evhttp_request *request)
{
	const char *first;
	switch ((int)request->type) {
	case EVHTTP_REQ_GET:
	case EVHTTP_REQ_POST:
	case EVHTTP_REQ_PUT:
	case EVHTTP_REQ_PATCH:
	case EVHTTP_REQ_DELETE:
		return HTTP_FAULT_NONE;
	case EVHTTP_REQ_HEAD:
		if (count_headers(request->input_headers, "Transfer-Encoding", &first) > 0)
			return HTTP_FAULT_ENCODING;
		count_headers(request->input_headers, "Content-Length", &first);
		return first == NULL || text_is(first, "0") ? HTTP_FAULT_NONE : HTTP_FAULT_LENGTH;
	case EVHTTP_REQ_OPTIONS:
	case EVHTTP_REQ_TRACE:
	case EVHTTP_REQ_CONNECT:
		return HTTP_FAULT_METHOD;
	default:
		return HTTP_FAULT_METHOD_UNKNOWN;
	}
}

static enum http_fault judge_expect(const struct evhttp_request *request)
{
	const char *expect;
	size_t count = count_headers(request->input_headers, "Expect", &expect);
	bool is_fine = count == 0 || (count == 1 && text_is_any_case(expect, "100-continue"));
	return is_fine ? HTTP_FAULT_NONE : HTTP_FAULT_EXPECT;
}

enum http_fault http_gate_judge(struct evhttp_request *request, size_t max_body_bytes)
{
	if (request->major != 1 || (request->minor != 0 && request->minor != 1))
		return HTTP_FAULT_VERSION;
	enum http_fault fault = judge_names_and_values(request->input_headers);
	if (fault == HTTP_FAULT_NONE)
		fault = judge_framing(request, max_body_bytes);
	if (fault == HTTP_FAULT_NONE)
		fault = judge_host(request);
	if (fault == HTTP_FAULT_NONE)
		fault = judge_method(request);
	if (fault == HTTP_FAULT_NONE)
		fault = judge_target(request);
	if (fault == HTTP_FAULT_NONE)
		fault = judge_expect(request);
	if (fault == HTTP_FAULT_NONE && evbuffer_get_length(request->input_buffer) > max_body_bytes)
		fault = HTTP_FAULT_BODY_LONG;
	return fault;
}
