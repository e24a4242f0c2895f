/*
 * Listener, connections, and the seam to evhttp.
 *
 * evhttp parses before anyone is asked, forgives much, and answers what it
 * does not forgive with pages of its own.  So every connection has two taps:
 * one on the bytes that come in, which feeds the scan of http_gate.h, and one
 * on the bytes that go out, which notices evhttp's own pages so that they are
 * replaced by a problem document before they are written.
 */
#include "net/http_server.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/http.h>
#include <event2/http_struct.h>
#include <event2/listener.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "net/http_conn.h"
#include "net/limits.h"
#include "net/loop.h"

#define BACKLOG 4096
#define EVERY_METHOD 0xFFFF /* also those that evhttp does not know: the gate answers */
#define ACCEPT_AGAIN_MS 100
#define EXTRA_BYTES_READ (64 * 1024)

static struct timeval to_timeval(int64_t ms)
{
	return (struct timeval){.tv_sec = ms / 1000, .tv_usec = (ms % 1000) * 1000};
}

/* --- accepting ------------------------------------------------------------ */

static void set_accepting(struct http_server *s, bool is_on)
{
	if (s->bound == NULL)
		return;
	struct evconnlistener *listener = evhttp_bound_socket_get_listener(s->bound);
	s->is_paused = !is_on;
	must((is_on ? evconnlistener_enable(listener) : evconnlistener_disable(listener)) == 0);
}

static void accept_again(void *arg)
{
	struct http_server *s = arg;
	if (s->conn_count < LIMIT_SERVED_CONNECTIONS)
		set_accepting(s, true);
}

/* Those that listen.  libevent gives the error callback the argument of the
 * accept callback, which is evhttp's own: a server is found by its listener. */
static LIST_HEAD(servers, http_server) listening = LIST_HEAD_INITIALIZER(listening);

/* Out of file descriptors, most likely: without a pause this would spin. */
static void on_accept_error(struct evconnlistener *listener, void *evhttp)
{
	(void)evhttp;
	struct http_server *s;
	LIST_FOREACH(s, &listening, listed)
	{
		if (evhttp_bound_socket_get_listener(s->bound) != listener)
			continue;
		set_accepting(s, false);
		loop_timer_set(s->retry_accept, ACCEPT_AGAIN_MS);
		return;
	}
}

/* evhttp asks for a bufferevent before it makes the connection of it; the two
 * are brought together in greet(), which runs before anything is read. */
static struct bufferevent *on_connection(struct event_base *base, void *arg)
{
	struct http_server *s = arg;
	struct bufferevent *bev = bufferevent_socket_new(base, -1, 0);
	must(bev != NULL);
	bufferevent_incref(bev);
	struct http_conn *conn = must_calloc(1, sizeof(*conn));
	conn->server = s;
	conn->bev = bev;
	conn->next_fresh = s->fresh;
	s->fresh = conn;
	if (++s->conn_count >= LIMIT_SERVED_CONNECTIONS)
		set_accepting(s, false);
	event_active(s->greet, EV_TIMEOUT, 0);
	return bev;
}

/* --- the life of a connection ---------------------------------------------- */

static void name_fd(struct http_server *s, struct http_conn *conn)
{
	size_t fd = (size_t)conn->fd;
	if (fd >= s->by_fd_room) {
		size_t room = s->by_fd_room ? s->by_fd_room : 64;
		while (room <= fd)
			room *= 2;
		s->by_fd = must_realloc(s->by_fd, room * sizeof(*s->by_fd));
		memset(s->by_fd + s->by_fd_room, 0, (room - s->by_fd_room) * sizeof(*s->by_fd));
		s->by_fd_room = room;
	}
	must(s->by_fd[fd] == NULL);
	s->by_fd[fd] = conn;
}

static void unlist(struct http_conn *conn)
{
	if (conn->before != NULL)
		conn->before->next = conn->next;
	else
		conn->server->conns = conn->next;
	if (conn->next != NULL)
		conn->next->before = conn->before;
}

static void forget(struct http_server *s, struct http_conn *conn)
{
	free(conn);
	s->conn_count--;
	if (s->is_paused && !s->is_stopping)
		set_accepting(s, true);
}

/* evhttp's last word on a connection, whoever ended it. */
static void on_close(struct evhttp_connection *evcon, void *arg)
{
	struct http_conn *conn = arg;
	struct http_server *s = conn->server;
	must(conn->evcon == evcon);
	evbuffer_remove_cb_entry(bufferevent_get_input(conn->bev), conn->input_tap);
	evbuffer_remove_cb_entry(bufferevent_get_output(conn->bev), conn->output_tap);
	event_free(conn->event);
	s->by_fd[conn->fd] = NULL;
	unlist(conn);
	if (conn->request != NULL)
		http_request_lose(conn->request);
	forget(s, conn);
}

void http_conn_condemn(struct http_conn *conn, bool is_reset)
{
	conn->is_condemned = true;
	conn->is_reset |= is_reset;
	event_active(conn->event, EV_TIMEOUT, 0);
}

/* On Linux, connecting to nowhere ends a TCP connection with a reset. */
static void end_conn(struct http_conn *conn)
{
	const struct sockaddr nowhere = {.sa_family = AF_UNSPEC};
	if (conn->is_reset)
		(void)connect(conn->fd, &nowhere, sizeof(nowhere));
	evhttp_connection_free(conn->evcon);
}

/* evhttp's page is still whole in the output: put ours in its place.  evhttp
 * closes the connection once the output is written, but not that of a CONNECT or of
 * what it takes for a request to a proxy: end_replaced() does. */
static void replace_page(struct http_conn *conn)
{
	struct evbuffer *out = bufferevent_get_output(conn->bev);
	char head[16] = "";
	(void)evbuffer_copyout(out, head, sizeof(head) - 1);
	enum http_fault fault = conn->scan.fault;
	if (fault == HTTP_FAULT_NONE && strstr(head, " 413") != NULL)
		fault = HTTP_FAULT_BODY_LONG;
	else if (fault == HTTP_FAULT_NONE && strstr(head, " 417") != NULL)
		fault = HTTP_FAULT_EXPECT;
	else if (fault == HTTP_FAULT_NONE)
		fault = HTTP_FAULT_OTHER;
	struct str body;
	str_init(&body, 4096);
	http_fault_to_json(fault, &body);
	conn->is_our_answer = true;
	must(evbuffer_unfreeze(out, 1) == 0);
	must(evbuffer_drain(out, evbuffer_get_length(out)) == 0);
	must(evbuffer_freeze(out, 1) == 0);
	int status = http_fault_status(fault);
	must(evbuffer_add_printf(out,
		     "HTTP/1.1 %d %s\r\nContent-Type: application/problem+json\r\n"
		     "Content-Length: %zu\r\nConnection: close\r\n\r\n%s",
		     status, http_phrase(status), body.bytes, body.text) > 0);
	conn->is_replaced = true;
	str_done(&body);
}

/* One event for what must not happen inside evhttp, and for the deadline. */
static void on_conn_event(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	struct http_conn *conn = arg;
	if (conn->is_refused && !conn->is_condemned) {
		conn->is_refused = false;
		replace_page(conn);
		struct timeval tv = to_timeval(conn->server->idle_ms);
		must(event_add(conn->event, &tv) == 0);
		return;
	}
	end_conn(conn);
}

/* --- the taps --------------------------------------------------------------- */

static void scan_new(struct http_conn *conn, struct evbuffer *input, size_t added)
{
	struct evbuffer_ptr at;
	struct evbuffer_iovec parts[8];
	while (added > 0 && !conn->scan.is_over) {
		must(evbuffer_ptr_set(input, &at, evbuffer_get_length(input) - added,
			     EVBUFFER_PTR_SET) == 0);
		int count = evbuffer_peek(input, (ev_ssize_t)added, &at, parts, COUNT_OF(parts));
		must(count > 0);
		for (int i = 0; i < count && i < (int)COUNT_OF(parts) && added > 0; i++) {
			size_t bytes = parts[i].iov_len < added ? parts[i].iov_len : added;
			(void)http_scan_take(&conn->scan, parts[i].iov_base, bytes);
			added -= bytes;
		}
	}
}

static void on_input(struct evbuffer *input, const struct evbuffer_cb_info *info, void *arg)
{
	struct http_conn *conn = arg;
	if (info->n_added == 0)
		return;
	if (conn->state == HTTP_CONN_ANSWERING) {
		conn->has_extra = true;
		if (evbuffer_get_length(input) > EXTRA_BYTES_READ)
			bufferevent_disable(conn->bev, EV_READ);
	} else if (conn->state == HTTP_CONN_HEAD) {
		/* The whole request has this long, however slowly it drips. */
		struct timeval tv = to_timeval(conn->server->idle_ms);
		if (conn->scan.head_bytes == 0)
			must(event_add(conn->event, &tv) == 0);
		scan_new(conn, input, info->n_added);
		if (conn->scan.is_over)
			conn->state = HTTP_CONN_BODY;
	}
}

/* The page is written, or evhttp would go on behind it.  What is left of a body that is
 * too large is still read, until the deadline. */
static void end_replaced(struct http_conn *conn, const struct evbuffer_cb_info *info)
{
	bool is_written = info->n_deleted > 0 && info->n_deleted >= info->orig_size;
	bool is_lingering = conn->state == HTTP_CONN_BODY && conn->scan.fault == HTTP_FAULT_NONE;
	if (info->n_added > 0 || (is_written && !is_lingering))
		http_conn_condemn(conn, false);
}

static void on_output(struct evbuffer *output, const struct evbuffer_cb_info *info, void *arg)
{
	struct http_conn *conn = arg;
	if (conn->is_replaced) {
		end_replaced(conn, info);
		return;
	}
	if (info->n_added == 0 || conn->is_our_answer || conn->is_refused)
		return;
	char head[16] = "";
	(void)evbuffer_copyout(output, head, sizeof(head) - 1);
	if (strstr(head, " 100 ") != NULL)
		return; /* "100 Continue": the body is awaited */
	conn->is_refused = true;
	event_active(conn->event, EV_TIMEOUT, 0);
}

static void list(struct http_conn *conn)
{
	struct http_server *s = conn->server;
	conn->next = s->conns;
	if (s->conns != NULL)
		s->conns->before = conn;
	s->conns = conn;
}

static void greet_one(struct http_server *s, struct http_conn *conn)
{
	void *evcon = NULL;
	int on = 1;
	/* The argument of evhttp's callbacks is its connection; there is none if
	 * evhttp failed to make it, and then the bufferevent is ours alone. */
	bufferevent_getcb(conn->bev, NULL, NULL, NULL, &evcon);
	if (evcon == NULL) {
		bufferevent_decref(conn->bev);
		forget(s, conn);
		return;
	}
	must(evhttp_connection_get_bufferevent(evcon) == conn->bev);
	bufferevent_decref(conn->bev);
	conn->evcon = evcon;
	conn->fd = (int)bufferevent_getfd(conn->bev);
	(void)setsockopt(conn->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	conn->event = evtimer_new(s->base, on_conn_event, conn);
	must(conn->event != NULL);
	http_scan_start(&conn->scan);
	conn->input_tap = evbuffer_add_cb(bufferevent_get_input(conn->bev), on_input, conn);
	conn->output_tap = evbuffer_add_cb(bufferevent_get_output(conn->bev), on_output, conn);
	must(conn->input_tap != NULL && conn->output_tap != NULL);
	evhttp_connection_set_closecb(conn->evcon, on_close, conn);
	name_fd(s, conn);
	list(conn);
}

static void greet(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	struct http_server *s = arg;
	while (s->fresh != NULL) {
		struct http_conn *conn = s->fresh;
		s->fresh = conn->next_fresh;
		greet_one(s, conn);
	}
}

/* --- requests ---------------------------------------------------------------- */

/* While a handler thinks, evhttp would not notice that the peer went away, and
 * must not be shown what else comes in: it ends the process on that. */
static void watch_peer(struct http_conn *conn)
{
	bufferevent_data_cb on_write;
	bufferevent_event_cb on_event;
	void *arg;
	struct timeval write_tv = to_timeval(conn->server->idle_ms);
	bufferevent_getcb(conn->bev, NULL, &on_write, &on_event, &arg);
	bufferevent_setcb(conn->bev, NULL, on_write, on_event, arg);
	must(bufferevent_set_timeouts(conn->bev, NULL, &write_tv) == 0);
	must(bufferevent_enable(conn->bev, EV_READ) == 0);
}

void http_conn_answered(struct http_conn *conn)
{
	struct timeval tv = to_timeval(conn->server->idle_ms);
	must(bufferevent_set_timeouts(conn->bev, &tv, &tv) == 0);
	conn->request = NULL;
	conn->has_extra = false;
	conn->state = HTTP_CONN_HEAD;
	http_scan_start(&conn->scan);
	conn->is_our_answer = false;
}

static struct http_conn *conn_of(struct http_server *s, struct evhttp_request *evreq)
{
	struct evhttp_connection *evcon = evhttp_request_get_connection(evreq);
	int fd = (int)bufferevent_getfd(evhttp_connection_get_bufferevent(evcon));
	must(fd >= 0 && (size_t)fd < s->by_fd_room);
	struct http_conn *conn = s->by_fd[fd];
	must(conn != NULL && conn->evcon == evcon);
	return conn;
}

static void on_request(struct evhttp_request *evreq, void *arg)
{
	struct http_server *s = arg;
	struct http_conn *conn = conn_of(s, evreq);
	enum http_fault fault = conn->scan.fault;
	if (conn->is_replaced) {
		http_conn_condemn(conn, false); /* refused already: whatever this is */
		return;
	}
	must(event_del(conn->event) == 0);
	conn->state = HTTP_CONN_ANSWERING;
	conn->has_extra = evbuffer_get_length(bufferevent_get_input(conn->bev)) > 0;
	if (fault == HTTP_FAULT_NONE)
		fault = http_gate_judge(evreq, s->options.max_body_bytes);
	struct http_request *r = http_request_new(conn, evreq);
	conn->request = r;
	if (fault != HTTP_FAULT_NONE)
		http_answer_fault(r, fault);
	else
		s->options.handler(s->options.arg, r);
	if (conn->request != NULL)
		watch_peer(conn);
}

/* --- the server -------------------------------------------------------------- */

/* "127.0.0.1:8080", "[::1]:8080"; "localhost" and nothing are 127.0.0.1. */
static bool parse_listen(const char *listen, struct sockaddr_storage *ret, int *ret_bytes)
{
	char host[INET6_ADDRSTRLEN + 2];
	const char *colon = strrchr(listen, ':');
	int64_t port;
	if (colon == NULL || !text_to_int(colon + 1, 0, 65535, &port) ||
		!text_copy_part(host, sizeof(host), listen, (size_t)(colon - listen)))
		return false;
	if (text_is(host, "") || text_is(host, "localhost"))
		TEXT_COPY(host, "127.0.0.1");
	struct sockaddr_in *four = (struct sockaddr_in *)ret;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)ret;
	*ret = (struct sockaddr_storage){0};
	size_t bytes = strlen(host);
	if (host[0] != '[' || host[bytes - 1] != ']') {
		four->sin_family = AF_INET;
		four->sin_port = htons((uint16_t)port);
		*ret_bytes = sizeof(*four);
		return evutil_inet_pton(AF_INET, host, &four->sin_addr) == 1;
	}
	host[bytes - 1] = '\0';
	six->sin6_family = AF_INET6;
	six->sin6_port = htons((uint16_t)port);
	*ret_bytes = sizeof(*six);
	return evutil_inet_pton(AF_INET6, host + 1, &six->sin6_addr) == 1;
}

static void note_address(struct http_server *s, int fd)
{
	struct sockaddr_storage at;
	socklen_t bytes = sizeof(at);
	char host[INET6_ADDRSTRLEN];
	must(getsockname(fd, (struct sockaddr *)&at, &bytes) == 0);
	if (at.ss_family == AF_INET6) {
		const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)&at;
		s->port = ntohs(six->sin6_port);
		must(evutil_inet_ntop(AF_INET6, &six->sin6_addr, host, sizeof(host)) != NULL);
		must(text_format(s->address, sizeof(s->address), "[%s]:%d", host, s->port));
		return;
	}
	const struct sockaddr_in *four = (const struct sockaddr_in *)&at;
	s->port = ntohs(four->sin_port);
	must(evutil_inet_ntop(AF_INET, &four->sin_addr, host, sizeof(host)) != NULL);
	must(text_format(s->address, sizeof(s->address), "%s:%d", host, s->port));
}

static bool start_listening(struct http_server *s, struct err *e)
{
	struct sockaddr_storage at;
	int bytes;
	const char *listen = s->options.listen;
	if (!parse_listen(listen, &at, &bytes)) {
		err_set_hint(e, ERR_CONFIG, "Write it as 127.0.0.1:8080, [::1]:8080 or :0.",
			"could not listen on %s: not an address and a port", listen);
		return false;
	}
	struct evconnlistener *listener = evconnlistener_new_bind(s->base, NULL, NULL,
		LEV_OPT_REUSEABLE | LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, BACKLOG,
		(struct sockaddr *)&at, bytes);
	if (listener == NULL) {
		err_set_hint(e, ERR_NETWORK, "Choose a free address and port.",
			"could not listen on %s: %s", listen, strerrordesc_np(errno));
		return false;
	}
	s->bound = evhttp_bind_listener(s->http, listener);
	must(s->bound != NULL);
	LIST_INSERT_HEAD(&listening, s, listed);
	evconnlistener_set_error_cb(listener, on_accept_error);
	note_address(s, (int)evconnlistener_get_fd(listener));
	return true;
}

static void set_limits(struct http_server *s)
{
	struct timeval idle = to_timeval(s->idle_ms);
	evhttp_set_timeout_tv(s->http, &idle);
	/* A little more than the scan allows, so that the scan is first to object. */
	evhttp_set_max_headers_size(s->http, LIMIT_SERVED_HEADERS_BYTES + 1024);
	evhttp_set_max_body_size(s->http, (ev_ssize_t)s->options.max_body_bytes);
	evhttp_set_allowed_methods(s->http, EVERY_METHOD);
	evhttp_set_default_content_type(s->http, NULL);
	/* A body that is too large is read and thrown away until the deadline, so
	 * that the refusal is not lost in a reset. */
	must(evhttp_set_flags(s->http, EVHTTP_SERVER_LINGERING_CLOSE) == 0);
}

struct http_server *http_server_new(
	struct loop *loop, const struct http_server_options *options, struct err *e)
{
	must(options->handler != NULL && options->listen != NULL);
	struct http_server *s = must_calloc(1, sizeof(*s));
	s->loop = loop;
	s->base = loop_base(loop);
	s->options = *options;
	s->idle_ms = options->idle_ms ? options->idle_ms : LIMIT_SERVED_IDLE_SECONDS * 1000;
	if (s->options.max_body_bytes == 0)
		s->options.max_body_bytes = LIMIT_SERVED_BODY_BYTES;
	s->http = evhttp_new(s->base);
	s->greet = event_new(s->base, -1, 0, greet, s);
	s->retry_accept = loop_timer_new(loop, accept_again, s);
	must(s->http != NULL && s->greet != NULL);
	set_limits(s);
	evhttp_set_bevcb(s->http, on_connection, s);
	evhttp_set_gencb(s->http, on_request, s);
	if (!start_listening(s, e))
		return http_server_free(s);
	s->options.listen = NULL; /* borrowed for the start only */
	return s;
}

struct http_server *http_server_free(struct http_server *s)
{
	if (s == NULL)
		return NULL;
	s->is_stopping = true;
	greet(-1, 0, s);
	if (s->bound != NULL)
		LIST_REMOVE(s, listed);
	s->bound = NULL;
	evhttp_free(s->http);
	must(s->conns == NULL && s->conn_count == 0);
	/* What waits for its time has nobody else to free it; what a handler still
	 * holds is freed when the handler answers. */
	for (struct http_request *next, *r = s->requests; r != NULL; r = next) {
		next = r->next;
		r->server = NULL;
		if (r->later.timer != NULL)
			http_request_drop(r);
	}
	event_free(s->greet);
	loop_timer_free(s->retry_accept);
	free(s->by_fd);
	free(s);
	return NULL;
}

int http_server_port(const struct http_server *server)
{
	return server->port;
}

const char *http_server_address(const struct http_server *server)
{
	return server->address;
}

void http_server_stop_listening(struct http_server *s)
{
	if (s->bound != NULL) {
		LIST_REMOVE(s, listed);
		evhttp_del_accept_socket(s->http, s->bound);
	}
	s->bound = NULL;
	s->is_stopping = true;
	for (struct http_conn *next, *conn = s->conns; conn != NULL; conn = next) {
		next = conn->next;
		bool is_idle = conn->state == HTTP_CONN_HEAD && conn->scan.head_bytes == 0;
		if (is_idle && evbuffer_get_length(bufferevent_get_output(conn->bev)) == 0)
			http_conn_condemn(conn, false);
	}
}
