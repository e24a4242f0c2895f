/*
 * http_server.h - HTTP/1.1 requests in, answers out, on the loop's thread.
 *
 * Over libevent's evhttp, behind a gate of our own: exactly one Host, no
 * Transfer-Encoding beside Content-Length, one "chunked" and only on 1.1, one
 * Content-Length of digits only, every head line ended by CR LF and none
 * folded, header names that are tokens, a target of visible ASCII that begins
 * with "/", sizes and times as in limits.h.  What the gate refuses is answered
 * 400 (405, 413, 414, 417, 431, 501) as problem+json and the connection closed.
 *
 * Bytes that follow a request before its answer (pipelining) are never taken
 * for another request: the answer goes out and the connection is closed.  The
 * same after a chunked body, since evhttp reads chunk sizes kindly ("+5", "0x5",
 * bare LF) and drops trailers unread.  So what evhttp may have misread can only
 * be the end of a connection.
 *
 * Known gaps, all evhttp's: a body that is too large is refused only after it
 * was read and thrown away (or at the deadline); corrupt chunks are answered 413
 * too; "Connection" counts only as the single word "close"; a peer that
 * shuts down its sending side is taken to be gone; a refusal may be lost when the
 * peer goes on sending; "100 Continue" goes out before the gate has its say, in the
 * version asked for.
 *
 * A handler gets a struct http_request and answers now or later with exactly
 * one of http_answer*() or http_stream_start().  If the peer goes away first,
 * an answer is dropped quietly; the request object stays valid until answered.
 * The server also serves numberd-sim.
 */
#ifndef NET_HTTP_SERVER_H
#define NET_HTTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "net/http_client.h" /* enum http_method */

struct loop;
struct http_server;
struct http_request;
struct http_stream;

typedef void (*http_handler)(void *arg, struct http_request *request);

struct http_server_options {
	const char *listen; /* "127.0.0.1:8080", "[::1]:8080"; no host is 127.0.0.1, port 0 any */
	size_t max_body_bytes; /* 0: LIMIT_SERVED_BODY_BYTES */
	int64_t idle_ms; /* 0: LIMIT_SERVED_IDLE_SECONDS; also the time a request has to arrive */
	http_handler handler; /* every request that passes the gate */
	void *arg;            /* borrowed */
};

struct http_server *http_server_new(
	struct loop *loop, const struct http_server_options *options, struct err *e);
/* Stops listening, drops every connection; not from inside a handler.  Requests
 * that a handler still holds stay valid until it answers them. */
struct http_server *http_server_free(struct http_server *server);
int http_server_port(const struct http_server *server);
const char *http_server_address(const struct http_server *server); /* "127.0.0.1:8080" */
void http_server_stop_listening(
	struct http_server *server); /* ends idle ones; lets answers go out */

/* The request: everything borrowed until it is answered. */
enum http_method http_request_method(const struct http_request *r); /* HEAD reads as GET */
const char *http_request_path(const struct http_request *r);        /* decoded, no query */
const char *http_request_target(const struct http_request *r);      /* raw: path?query */
const char *http_request_raw_query(const struct http_request *r);   /* "" if none */
/* A decoded query parameter; NULL if absent.  Repeated ones: the first, and
 * http_request_query_count() tells how many. */
const char *http_request_query(const struct http_request *r, const char *name);
int http_request_query_count(const struct http_request *r, const char *name);
/* The i-th query parameter in order: false past the last. */
bool http_request_query_at(
	const struct http_request *r, size_t i, const char **ret_name, const char **ret_value);
const char *http_request_header(const struct http_request *r, const char *name); /* or NULL */
int http_request_header_count(const struct http_request *r, const char *name);
const char *http_request_body(const struct http_request *r, size_t *ret_bytes);
const char *http_request_peer(const struct http_request *r); /* address without port */
bool http_request_peer_is_loopback(const struct http_request *r);
/* A field of an application/x-www-form-urlencoded body, decoded; NULL if absent. */
const char *http_request_form(const struct http_request *r, const char *name);

/* Answer headers first, then one answer.  A value that holds a control character is left out. */
void http_answer_header(struct http_request *r, const char *name, const char *value);
/* content_type NULL with no body: none is sent.  The bytes are copied. */
void http_answer(struct http_request *r, int status, const char *content_type, const char *body,
	size_t body_bytes);
void http_answer_text(
	struct http_request *r, int status, const char *content_type, const char *text);
/* The same after a delay, for the simulator's slowness. */
void http_answer_later(struct http_request *r, int64_t in_ms, int status, const char *content_type,
	const char *body, size_t body_bytes);
/* application/problem+json of RFC 9457 from an error; adds type, title, status,
 * detail, code, hint, and "field" when given. */
void http_answer_problem(struct http_request *r, const struct err *e, const char *field);
/* Faults of the simulator.  A whole head that promises body_bytes, then the first
 * `bytes` of the body, then the end; with status 0 the end at once. */
void http_answer_cut(struct http_request *r, int status, const char *content_type, const char *body,
	size_t body_bytes, size_t bytes);
/* A TCP reset instead of an answer. */
void http_answer_reset(struct http_request *r);

/* A live stream (server-sent events): status 200, chunked, flushed at once; the
 * connection ends with it.  NULL when there is nothing to stream to: the peer has
 * gone, the method is HEAD, or LIMIT_SERVED_STREAMS are open (429); the request is
 * answered then.  `closed(arg)` is called once when the peer goes away, or has
 * left 1 MiB unread; the stream is gone when it returns.  Not after _end. */
struct http_stream *http_stream_start(
	struct http_request *r, const char *content_type, void (*closed)(void *arg), void *arg);
void http_stream_send(struct http_stream *stream, const char *text, size_t bytes);
void http_stream_end(struct http_stream *stream);

#endif
