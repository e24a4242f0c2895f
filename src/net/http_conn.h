/*
 * http_conn.h - what the files of the HTTP server share; nobody else's business.
 *
 * Who owns what.  evhttp owns its connections and, while one lives, its
 * requests; a struct http_conn lives exactly as long as evhttp's connection
 * (its close callback ends it).  A struct http_request lives until it is
 * answered.  If the connection goes first, conn becomes NULL and evhttp's
 * request passes to us (http_request_lose()).
 */
#ifndef NET_HTTP_CONN_H
#define NET_HTTP_CONN_H

#include <sys/queue.h>
#include <event2/event.h>
#include <event2/http.h>
#include <netinet/in.h>

#include "net/http_gate.h"
#include "net/http_server.h"

struct evconnlistener;
struct loop_timer;

enum http_conn_state {
	HTTP_CONN_HEAD,      /* waiting for a head, or inside one */
	HTTP_CONN_BODY,      /* the head is over, evhttp reads the body */
	HTTP_CONN_ANSWERING, /* the request is with a handler, or streams */
};

struct http_conn {
	struct http_server *server;
	struct bufferevent *bev;         /* evhttp's */
	struct evhttp_connection *evcon; /* evhttp's; NULL until greeted */
	struct evbuffer_cb_entry *input_tap, *output_tap;
	int fd;
	enum http_conn_state state;
	struct http_scan scan;
	bool has_extra;     /* bytes beyond the request came in before its answer */
	bool is_our_answer; /* what goes out now is ours, not a page of evhttp */
	bool is_refused;    /* evhttp wrote a page of its own: to be replaced */
	bool is_replaced;   /* it was; nothing but the end comes after it */
	bool is_condemned, is_reset;
	struct event *event;          /* the deadline of a request, and whatever must wait a turn */
	struct http_request *request; /* unanswered, or streaming */
	struct http_conn *next, *before;
	struct http_conn *next_fresh;
};

struct http_param {
	char *name, *value;
};

struct http_params {
	struct http_param *at;
	size_t count;
	bool is_parsed;
};

struct http_later {
	struct loop_timer *timer;
	int status;
	char *content_type, *body;
	size_t body_bytes;
};

struct http_request {
	struct http_server *server; /* NULL once the server is gone */
	struct http_conn *conn;     /* NULL once the peer is gone */
	struct evhttp_request *evreq;
	bool is_head, must_close, is_body_ended;
	char peer[INET6_ADDRSTRLEN];
	char *path; /* decoded */
	const char *raw_query;
	struct http_params query, form;
	struct http_later later;
	struct http_stream *stream;
	struct http_request *next, *before;
};

struct http_server {
	struct loop *loop;              /* borrowed */
	LIST_ENTRY(http_server) listed; /* while it listens */
	struct event_base *base;
	struct evhttp *http;
	struct evhttp_bound_socket *bound; /* NULL when no longer listening */
	struct http_server_options options;
	int64_t idle_ms;
	int port;
	char address[INET6_ADDRSTRLEN + 16];
	bool is_paused, is_stopping;
	struct loop_timer *retry_accept;
	struct event *greet;
	struct http_conn *fresh; /* accepted this turn, last first */
	struct http_conn *conns;
	struct http_conn **by_fd;
	size_t by_fd_room, conn_count, stream_count;
	struct http_request *requests; /* unanswered */
};

struct http_request *http_request_new(struct http_conn *conn, struct evhttp_request *evreq);
/* The connection ends before the answer.  Tells a stream's owner. */
void http_request_lose(struct http_request *r);
/* Frees the request; evhttp's too when the peer is gone. */
void http_request_drop(struct http_request *r);
void http_answer_fault(struct http_request *r, enum http_fault fault);
void http_fault_to_json(enum http_fault fault, struct str *to);
/* The answer is with evhttp: what comes in now is the next head. */
void http_conn_answered(struct http_conn *conn);
/* Close it on the next turn of the loop; with a TCP reset if is_reset. */
void http_conn_condemn(struct http_conn *conn, bool is_reset);
const char *http_phrase(int status);

#endif
