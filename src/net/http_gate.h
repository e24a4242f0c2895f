/*
 * http_gate.h - what is wrong with a request, before any handler sees it.
 *
 * Two looks.  A scan of the raw bytes of the head as they arrive, for what
 * evhttp forgives and hides: bare LF or CR, NUL, folded lines, a space before
 * the colon, a version like "HTTP/+1.01", sizes.  Then a look at what evhttp made
 * of it.  The first fault found is the one that is told.
 */
#ifndef NET_HTTP_GATE_H
#define NET_HTTP_GATE_H

#include <stdbool.h>
#include <stddef.h>

enum http_fault {
	HTTP_FAULT_NONE,
	HTTP_FAULT_LINE_END,
	HTTP_FAULT_NUL,
	HTTP_FAULT_FOLD,
	HTTP_FAULT_HEADER_NAME,
	HTTP_FAULT_HEADER_VALUE,
	HTTP_FAULT_REQUEST_LINE,
	HTTP_FAULT_VERSION,
	HTTP_FAULT_TARGET,
	HTTP_FAULT_TARGET_LONG,
	HTTP_FAULT_HEADERS_LONG,
	HTTP_FAULT_BODY_LONG,
	HTTP_FAULT_HOST,
	HTTP_FAULT_LENGTH,
	HTTP_FAULT_ENCODING,
	HTTP_FAULT_LENGTH_AND_ENCODING,
	HTTP_FAULT_EXPECT,
	HTTP_FAULT_METHOD,
	HTTP_FAULT_METHOD_UNKNOWN,
	HTTP_FAULT_OTHER,
	HTTP_FAULT_COUNT
};

int http_fault_status(enum http_fault fault);
const char *http_fault_detail(enum http_fault fault);

/* Where in the head the scan stands. */
struct http_scan {
	enum http_fault fault;
	unsigned char last; /* the byte before */
	bool is_in_name, is_line_start, is_first_line, is_over;
	size_t line_bytes, head_bytes;
	char version[9]; /* the end of the first line, as long as " HTTP/1.1" */
};

void http_scan_start(struct http_scan *scan);
/* Takes bytes until the head is over; returns how many it took. */
size_t http_scan_take(struct http_scan *scan, const void *bytes, size_t count);

struct evhttp_request;
/* The second look. */
enum http_fault http_gate_judge(struct evhttp_request *request, size_t max_body_bytes);

#endif
