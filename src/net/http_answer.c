/* Answers: at once, later, cut short, as problems, and as live streams. */
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/http.h>
#include <event2/http_struct.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "net/http_conn.h"
#include "net/limits.h"
#include "net/loop.h"

#define PROBLEM_BYTES (16 * 1024)
/* What a peer may leave unread of a stream before it is dropped. */
#define STREAM_UNREAD_BYTES (1024 * 1024)

struct http_stream {
	struct http_request *request;
	void (*closed)(void *arg);
	void *arg;
	bool is_closing; /* inside `closed` */
};

/* --- one answer ---------------------------------------------------------------- */

const char *http_phrase(int status)
{
	switch (status) {
	case 422:
		return "Unprocessable Content";
	case 429:
		return "Too Many Requests";
	case 431:
		return "Request Header Fields Too Large";
	case 400:
		return "Bad Request";
	case 405:
		return "Method Not Allowed";
	case 413:
		return "Content Too Large";
	case 414:
		return "URI Too Long";
	case 417:
		return "Expectation Failed";
	case 501:
		return "Not Implemented";
	default:
		return NULL; /* evhttp has one */
	}
}

static bool has_no_body(int status)
{
	return status == 204 || status == 304;
}

void http_answer_header(struct http_request *r, const char *name, const char *value)
{
	for (const char *c = value; *c != '\0'; c++)
		if (((unsigned char)*c < ' ' && *c != '\t') || *c == 0x7F)
			return;
	(void)evhttp_add_header(r->evreq->output_headers, name, value);
}

static void add_content_headers(
	struct http_request *r, int status, const char *content_type, size_t body_bytes)
{
	char length[24];
	if (content_type != NULL)
		http_answer_header(r, "Content-Type", content_type);
	text_format(length, sizeof(length), "%zu", body_bytes);
	if (!has_no_body(status))
		http_answer_header(r, "Content-Length", length);
}

/* To HTTP/1.0 that asked for it evhttp would say "keep-alive" beside our "close". */
static void set_last(struct http_request *r)
{
	while (evhttp_remove_header(r->evreq->input_headers, "Connection") == 0)
		;
	http_answer_header(r, "Connection", "close");
}

static void set_close(struct http_request *r)
{
	if (r->must_close || r->conn->has_extra || r->server->is_stopping)
		set_last(r);
}

static void answer(struct http_request *r, int status, const char *content_type, const char *body,
	size_t body_bytes, size_t sent_bytes)
{
	must(r->stream == NULL && status >= 200 && status <= 599);
	if (r->conn == NULL) {
		http_request_drop(r);
		return;
	}
	struct http_conn *conn = r->conn;
	struct evbuffer *out = evbuffer_new();
	must(out != NULL);
	add_content_headers(r, status, content_type, body_bytes);
	set_close(r);
	if (!r->is_head && !has_no_body(status) && sent_bytes > 0)
		must(evbuffer_add(out, body, sent_bytes) == 0);
	/* evhttp keeps the connection of a CONNECT open, and of what it takes for a
	 * request to a proxy; neither gets more than a refusal here. */
	if (r->evreq->type == EVHTTP_REQ_CONNECT)
		r->evreq->type = EVHTTP_REQ_GET;
	r->evreq->flags &= ~EVHTTP_PROXY_REQUEST;
	/* … and would answer "HTTP/0.1" or "HTTP/2.0" in the same words. */
	if (r->evreq->major != 1 || (r->evreq->minor != 0 && r->evreq->minor != 1))
		r->evreq->major = r->evreq->minor = 1;
	conn->is_our_answer = true;
	evhttp_send_reply(r->evreq, status, http_phrase(status), out);
	evbuffer_free(out);
	http_conn_answered(conn);
	http_request_drop(r);
}

void http_answer(struct http_request *r, int status, const char *content_type, const char *body,
	size_t body_bytes)
{
	answer(r, status, content_type, body, body_bytes, body_bytes);
}

void http_answer_text(
	struct http_request *r, int status, const char *content_type, const char *text)
{
	http_answer(r, status, content_type, text, strlen(text));
}

static void answer_now(void *arg)
{
	struct http_request *r = arg;
	struct http_later *later = &r->later;
	http_answer(r, later->status, later->content_type, later->body, later->body_bytes);
}

void http_answer_later(struct http_request *r, int64_t in_ms, int status, const char *content_type,
	const char *body, size_t body_bytes)
{
	must(r->later.timer == NULL);
	if (r->server == NULL) {
		http_request_drop(r);
		return;
	}
	r->later.timer = loop_timer_new(r->server->loop, answer_now, r);
	r->later.status = status;
	r->later.content_type = content_type ? must_strdup(content_type) : NULL;
	r->later.body = must_calloc(1, body_bytes + 1);
	r->later.body_bytes = body_bytes;
	if (body_bytes > 0)
		memcpy(r->later.body, body, body_bytes);
	loop_timer_set(r->later.timer, in_ms);
}

/* The head promises all of the body; after the first bytes of it, the end. */
void http_answer_cut(struct http_request *r, int status, const char *content_type, const char *body,
	size_t body_bytes, size_t bytes)
{
	if (status != 0) {
		r->must_close = true;
		answer(r, status, content_type, body, body_bytes,
			bytes < body_bytes ? bytes : body_bytes);
		return;
	}
	if (r->conn != NULL)
		http_conn_condemn(r->conn, false);
	if (r->conn != NULL)
		r->conn->request = NULL;
	http_request_drop(r);
}

void http_answer_reset(struct http_request *r)
{
	if (r->conn != NULL) {
		http_conn_condemn(r->conn, true);
		r->conn->request = NULL;
	}
	http_request_drop(r);
}

/* --- problems ------------------------------------------------------------------- */

static void add_member(struct str *to, const char *name, const char *value)
{
	str_addf(to, "%s\"%s\":", to->bytes > 1 ? "," : "", name);
	json_add_string(to, value);
}

static void problem_to_json(struct str *to, enum err_code code, int status, const char *detail,
	const char *hint, const char *field)
{
	char type[80];
	text_format(type, sizeof(type), "/problems/%s", err_wire(code));
	str_add(to, "{");
	add_member(to, "type", type);
	add_member(to, "title", err_title(code));
	str_addf(to, ",\"status\":%d", status);
	add_member(to, "detail", detail);
	add_member(to, "code", err_wire(code));
	add_member(to, "hint", hint);
	if (field != NULL)
		add_member(to, "field", field);
	str_add(to, "}");
	must(str_ok(to));
}

void http_answer_problem(struct http_request *r, const struct err *e, const char *field)
{
	struct str body;
	char name[200]; /* of a field that the caller may have chosen */
	must(e->code != ERR_OK);
	TEXT_COPY(name, field);
	str_init(&body, PROBLEM_BYTES);
	problem_to_json(
		&body, e->code, err_http(e->code), e->message, err_hint(e), field ? name : NULL);
	http_answer(r, err_http(e->code), "application/problem+json", body.text, body.bytes);
	str_done(&body);
}

static enum err_code code_of_fault(enum http_fault fault)
{
	if (fault == HTTP_FAULT_BODY_LONG)
		return ERR_BODY_TOO_LARGE;
	if (fault == HTTP_FAULT_METHOD || fault == HTTP_FAULT_METHOD_UNKNOWN)
		return ERR_METHOD_NOT_ALLOWED;
	return ERR_BAD_REQUEST;
}

void http_fault_to_json(enum http_fault fault, struct str *to)
{
	struct err e;
	err_set(&e, code_of_fault(fault), "%s", http_fault_detail(fault));
	problem_to_json(to, e.code, http_fault_status(fault), e.message, err_hint(&e), NULL);
}

void http_answer_fault(struct http_request *r, enum http_fault fault)
{
	struct str body;
	str_init(&body, PROBLEM_BYTES);
	http_fault_to_json(fault, &body);
	if (fault == HTTP_FAULT_METHOD)
		http_answer_header(r, "Allow", "GET, HEAD, POST, PUT, PATCH, DELETE");
	r->must_close = true;
	http_answer(r, http_fault_status(fault), "application/problem+json", body.text, body.bytes);
	str_done(&body);
}

/* --- streams -------------------------------------------------------------------- */

static void refuse_stream(struct http_request *r)
{
	struct err e;
	err_set_hint(&e, ERR_TOO_MANY_REQUESTS, "Ask for the state now and then instead.",
		"could not open a live stream: %d are open", LIMIT_SERVED_STREAMS);
	http_answer_header(r, "Retry-After", "30");
	http_answer_problem(r, &e, NULL);
}

struct http_stream *http_stream_start(
	struct http_request *r, const char *content_type, void (*closed)(void *arg), void *arg)
{
	must(r->stream == NULL);
	if (r->conn == NULL || r->is_head) {
		http_answer(r, 200, content_type, "", 0);
		return NULL;
	}
	if (r->server->stream_count >= LIMIT_SERVED_STREAMS) {
		refuse_stream(r);
		return NULL;
	}
	struct http_stream *stream = must_calloc(1, sizeof(*stream));
	*stream = (struct http_stream){r, closed, arg, false};
	r->stream = stream;
	r->server->stream_count++;
	http_answer_header(r, "Content-Type", content_type);
	http_answer_header(r, "Cache-Control", "no-store");
	set_last(r);
	r->conn->is_our_answer = true;
	evhttp_send_reply_start(r->evreq, 200, NULL);
	return stream;
}

void http_stream_send(struct http_stream *stream, const char *text, size_t bytes)
{
	struct http_conn *conn = stream->request->conn;
	if (conn == NULL || conn->is_condemned || bytes == 0)
		return;
	struct evbuffer *out = evbuffer_new();
	must(out != NULL && evbuffer_add(out, text, bytes) == 0);
	evhttp_send_reply_chunk(stream->request->evreq, out);
	evbuffer_free(out);
	/* Not from in here: the owner is told by `closed`, on a later turn. */
	if (evbuffer_get_length(bufferevent_get_output(conn->bev)) > STREAM_UNREAD_BYTES)
		http_conn_condemn(conn, true);
}

void http_stream_end(struct http_stream *stream)
{
	struct http_request *r = stream->request;
	if (stream->is_closing)
		return;
	if (r->server != NULL)
		r->server->stream_count--;
	free(stream);
	r->stream = NULL;
	if (r->conn != NULL) {
		struct http_conn *conn = r->conn;
		http_conn_answered(conn);
		conn->is_our_answer = true;
		evhttp_send_reply_end(r->evreq);
	}
	http_request_drop(r);
}

/* A request that waits for its answer stays with its handler; a stream ends
 * here, after its owner was told.  While evhttp still has its request in hand
 * it will free it once we return, unless it is told that it is ours. */
void http_request_lose(struct http_request *r)
{
	struct http_stream *stream = r->stream;
	bool is_attached = evhttp_request_get_connection(r->evreq) != NULL;
	r->conn = NULL;
	if (stream == NULL) {
		if (is_attached)
			evhttp_request_own(r->evreq);
		return;
	}
	r->server->stream_count--;
	stream->is_closing = true;
	if (stream->closed != NULL)
		stream->closed(stream->arg);
	free(stream);
	r->stream = NULL;
	if (is_attached)
		r->evreq = NULL;
	http_request_drop(r);
}
