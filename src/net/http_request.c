/* What a handler can ask of a request, and the life of one. */
#include <event2/buffer.h>
#include <event2/http.h>
#include <event2/http_struct.h>
#include <event2/keyvalq_struct.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "net/http_conn.h"
#include "net/loop.h"

#define MOST_PARAMS 200

/* --- life ------------------------------------------------------------------- */

static void copy_peer(struct http_request *r)
{
	char *address = NULL;
	ev_uint16_t port;
	evhttp_connection_get_peer(r->conn->evcon, &address, &port);
	/* An IPv4 peer of an IPv6 socket is still the same peer. */
	bool is_mapped = text_starts(address, "::ffff:") && strchr(address, '.') != NULL;
	TEXT_COPY(r->peer, is_mapped ? address + strlen("::ffff:") : address);
}

struct http_request *http_request_new(struct http_conn *conn, struct evhttp_request *evreq)
{
	struct http_server *s = conn->server;
	struct http_request *r = must_calloc(1, sizeof(*r));
	r->server = s;
	r->conn = conn;
	r->evreq = evreq;
	r->is_head = evreq->type == EVHTTP_REQ_HEAD;
	/* Bytes beyond the request are never taken for another one, and chunks
	 * are read by evhttp more kindly than by others: both end with the answer. */
	r->must_close = conn->has_extra || evreq->chunked || s->is_stopping;
	copy_peer(r);
	const char *target = evreq->uri ? evreq->uri : "";
	size_t path_bytes = strcspn(target, "?");
	char *path = strndup(target, path_bytes);
	must(path != NULL);
	r->path = evhttp_uridecode(path, 0, NULL);
	must(r->path != NULL);
	free(path);
	r->raw_query = target[path_bytes] == '?' ? target + path_bytes + 1 : "";
	r->next = s->requests;
	if (s->requests != NULL)
		s->requests->before = r;
	s->requests = r;
	return r;
}

static void params_free(struct http_params *params)
{
	for (size_t i = 0; i < params->count; i++) {
		free(params->at[i].name);
		free(params->at[i].value);
	}
	free(params->at);
}

static void unlist(struct http_request *r)
{
	if (r->before != NULL)
		r->before->next = r->next;
	else
		r->server->requests = r->next;
	if (r->next != NULL)
		r->next->before = r->before;
}

void http_request_drop(struct http_request *r)
{
	if (r->server != NULL)
		unlist(r);
	if (r->conn == NULL && r->evreq != NULL)
		evhttp_request_free(r->evreq);
	loop_timer_free(r->later.timer);
	free(r->later.content_type);
	free(r->later.body);
	params_free(&r->query);
	params_free(&r->form);
	free(r->path);
	free(r);
}

/* --- what it says ------------------------------------------------------------- */

enum http_method http_request_method(const struct http_request *r)
{
	switch ((int)r->evreq->type) {
	case EVHTTP_REQ_POST:
		return HTTP_POST;
	case EVHTTP_REQ_PATCH:
		return HTTP_PATCH;
	case EVHTTP_REQ_PUT:
		return HTTP_PUT;
	case EVHTTP_REQ_DELETE:
		return HTTP_DELETE;
	default:
		return HTTP_GET;
	}
}

const char *http_request_path(const struct http_request *r)
{
	return r->path;
}

const char *http_request_target(const struct http_request *r)
{
	return r->evreq->uri;
}

const char *http_request_raw_query(const struct http_request *r)
{
	return r->raw_query;
}

const char *http_request_header(const struct http_request *r, const char *name)
{
	return evhttp_find_header(r->evreq->input_headers, name);
}

int http_request_header_count(const struct http_request *r, const char *name)
{
	int count = 0;
	for (const struct evkeyval *h = r->evreq->input_headers->tqh_first; h != NULL;
		h = h->next.tqe_next)
		count += text_is_any_case(h->key, name);
	return count;
}

/* The NUL stands beyond the body; it is added at the first look. */
const char *http_request_body(const struct http_request *r, size_t *ret_bytes)
{
	struct evbuffer *body = r->evreq->input_buffer;
	size_t bytes = evbuffer_get_length(body);
	if (!r->is_body_ended) {
		must(evbuffer_add(body, "", 1) == 0);
		((struct http_request *)r)->is_body_ended = true;
		bytes++;
	}
	if (ret_bytes != NULL)
		*ret_bytes = bytes - 1;
	return (const char *)evbuffer_pullup(body, -1);
}

const char *http_request_peer(const struct http_request *r)
{
	return r->peer;
}

bool http_request_peer_is_loopback(const struct http_request *r)
{
	return text_starts(r->peer, "127.") || text_is(r->peer, "::1");
}

/* --- parameters ----------------------------------------------------------------- */

/* NULL when a NUL hides in it: what stands behind would be lost unseen. */
static char *decode(const char *text, size_t bytes)
{
	char *raw = strndup(text, bytes);
	size_t decoded_bytes = 0;
	must(raw != NULL);
	char *decoded = evhttp_uridecode(raw, 1, &decoded_bytes);
	must(decoded != NULL);
	free(raw);
	if (strlen(decoded) == decoded_bytes)
		return decoded;
	free(decoded);
	return NULL;
}

static void add_param(struct http_params *params, const char *text, size_t bytes)
{
	const char *equals = memchr(text, '=', bytes);
	size_t name_bytes = equals ? (size_t)(equals - text) : bytes;
	char *name = decode(text, name_bytes);
	char *value = equals ? decode(equals + 1, bytes - name_bytes - 1) : must_strdup("");
	if (name == NULL || value == NULL) {
		free(name);
		free(value);
		return;
	}
	params->at = must_realloc(params->at, (params->count + 1) * sizeof(*params->at));
	params->at[params->count++] = (struct http_param){name, value};
}

static void parse_params(struct http_params *params, const char *text)
{
	params->is_parsed = true;
	while (*text != '\0' && params->count < MOST_PARAMS) {
		size_t bytes = strcspn(text, "&");
		if (bytes > 0)
			add_param(params, text, bytes);
		text += bytes + (text[bytes] == '&');
	}
}

static const char *find_param(const struct http_params *params, const char *name)
{
	for (size_t i = 0; i < params->count; i++) {
		if (text_is(params->at[i].name, name))
			return params->at[i].value;
	}
	return NULL;
}

/* Parsed at the first question; to the asker the request does not change. */
static const struct http_params *query_of(const struct http_request *r)
{
	struct http_params *params = &((struct http_request *)r)->query;
	if (!params->is_parsed)
		parse_params(params, r->raw_query);
	return params;
}

const char *http_request_query(const struct http_request *r, const char *name)
{
	return find_param(query_of(r), name);
}

int http_request_query_count(const struct http_request *r, const char *name)
{
	const struct http_params *params = query_of(r);
	int count = 0;
	for (size_t i = 0; i < params->count; i++)
		count += text_is(params->at[i].name, name);
	return count;
}

bool http_request_query_at(
	const struct http_request *r, size_t i, const char **ret_name, const char **ret_value)
{
	const struct http_params *params = query_of(r);
	if (i >= params->count)
		return false;
	*ret_name = params->at[i].name;
	*ret_value = params->at[i].value;
	return true;
}

const char *http_request_form(const struct http_request *r, const char *name)
{
	static const char form[] = "application/x-www-form-urlencoded";
	struct http_params *params = &((struct http_request *)r)->form;
	const char *type = http_request_header(r, "Content-Type");
	if (type == NULL || strncasecmp(type, form, strlen(form)) != 0)
		return NULL;
	if (!params->is_parsed)
		parse_params(params, http_request_body(r, NULL));
	return find_param(params, name);
}
