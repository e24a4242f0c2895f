#include "tests/fuzz/kit_http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "tests/fuzz/fuzz.h"

#define QUIET_TURNS 3
#define IN_MOST (4 << 20)

/* From another address of this machine each time: thousands of connections a second
 * would use up one address's ports. */
static void bind_source(int fd)
{
	static uint32_t turn;
	const int on = 1;
	const struct sockaddr_in from = {
		.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK + turn++ % 250 * 256)}};
	must(setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on)) == 0);
	must(bind(fd, (const struct sockaddr *)&from, sizeof(from)) == 0);
}

/* The fuzzer's own timer may interrupt it; then it goes on by itself. */
static void connect_to(int fd, const struct sockaddr_in *to)
{
	struct pollfd wait = {fd, POLLOUT, 0};
	int error = 0;
	socklen_t bytes = sizeof(error);
	if (connect(fd, (const struct sockaddr *)to, sizeof(*to)) == 0)
		return;
	must(errno == EINTR);
	while (poll(&wait, 1, -1) < 0)
		must(errno == EINTR);
	must(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &bytes) == 0 && error == 0);
}

void kit_open(struct kit_talk *t, struct loop *loop, struct http_server *server)
{
	const struct linger at_once = {1, 0};
	const int on = 1;
	const struct sockaddr_in at = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)http_server_port(server)),
		.sin_addr = {htonl(INADDR_LOOPBACK)}};
	*t = (struct kit_talk){.loop = loop,
		.server = server,
		.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0),
		.until_ms = clock_boot_ms(clock_machine()) + FUZZ_PATIENCE_MS};
	str_init(&t->in, IN_MOST);
	must(t->fd >= 0);
	bind_source(t->fd);
	connect_to(t->fd, &at);
	must(setsockopt(t->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)) == 0);
	must(setsockopt(t->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) == 0); /* pieces arrive */
	while (server->conn_count == 0)
		must(kit_may_wait(t));
}

/* Whether anything came. */
static bool receive(struct kit_talk *t)
{
	char part[16384];
	ssize_t n = t->is_over ? -1 : recv(t->fd, part, sizeof(part), MSG_DONTWAIT);
	if (n > 0) {
		str_add_bytes(&t->in, part, (size_t)n);
		must(str_ok(&t->in));
		return true;
	}
	bool was_over = t->is_over;
	t->is_over |= n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
	return t->is_over && !was_over;
}

static bool is_late(const struct kit_talk *t)
{
	return clock_boot_ms(clock_machine()) >= t->until_ms;
}

void kit_settle(struct kit_talk *t)
{
	for (int quiet = 0; quiet < QUIET_TURNS; quiet++) {
		must(event_base_loop(loop_base(t->loop), EVLOOP_NONBLOCK) >= 0);
		if (receive(t)) {
			quiet = -1;
			must(!is_late(t));
		}
	}
}

bool kit_may_wait(struct kit_talk *t)
{
	kit_settle(t);
	return !is_late(t);
}

void kit_send(struct kit_talk *t, const void *bytes, size_t count)
{
	const char *at = bytes;
	while (count > 0 && !t->is_over) {
		ssize_t n = send(t->fd, at, count, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno != EAGAIN)
			break; /* closed on us: what came tells why */
		at += n > 0 ? n : 0;
		count -= n > 0 ? (size_t)n : 0;
		kit_settle(t);
	}
	kit_settle(t);
}

void kit_close(struct kit_talk *t)
{
	must(close(t->fd) == 0);
	t->is_over = true;
	kit_settle(t);
	while (t->server->conn_count > 0)
		must(kit_may_wait(t));
	str_done(&t->in);
}

/* --- answers --- */

const char *kit_header(const struct kit_answer *a, const char *name, char *to, size_t to_bytes)
{
	const char *found = NULL;
	size_t name_bytes = strlen(name);
	for (const char *line = a->head; *line != '\0'; line = strstr(line, "\r\n") + 2) {
		const char *colon = strchr(line, ':');
		if ((size_t)(colon - line) != name_bytes ||
			strncasecmp(line, name, name_bytes) != 0)
			continue;
		must(found == NULL); /* a header of ours stands once */
		const char *value = colon + 1 + strspn(colon + 1, " ");
		must(text_copy_part(to, to_bytes, value, (size_t)(strstr(value, "\r\n") - value)));
		found = to;
	}
	return found;
}

/* Every line a token, a colon, and a value without control characters. */
static void check_head(const char *head)
{
	for (const char *line = head; *line != '\0';) {
		const char *end = strstr(line, "\r\n"), *colon = strchr(line, ':');
		must(end != NULL && colon != NULL && colon > line && colon < end);
		for (const char *c = line; c < colon; c++)
			must((*c >= '0' && *c <= '9') || (*c >= 'A' && *c <= 'Z') ||
				(*c >= 'a' && *c <= 'z') || *c == '-');
		for (const char *c = colon; c < end; c++)
			must(((unsigned char)*c >= ' ' || *c == '\t') && *c != 0x7F);
		line = end + 2;
	}
}

/* A chunked body that is whole, made one piece where it stands. */
static bool join_chunks(char *at, size_t left, size_t *ret_bytes, size_t *ret_taken)
{
	char *to = at;
	size_t taken = 0, joined = 0;
	for (;;) {
		char *end = memmem(at + taken, left - taken, "\r\n", 2);
		if (end == NULL)
			return false;
		unsigned long bytes = strtoul(at + taken, NULL, 16);
		taken = (size_t)(end - at) + 2;
		if (left - taken < bytes + 2)
			return false;
		must(memcmp(at + taken + bytes, "\r\n", 2) == 0);
		memmove(to + joined, at + taken, bytes);
		joined += bytes;
		taken += bytes + 2;
		if (bytes == 0)
			break;
	}
	*ret_bytes = joined;
	*ret_taken = taken;
	return true;
}

static bool read_body(struct kit_talk *t, char *at, size_t left, bool is_head, struct kit_answer *a)
{
	char length[32], value[64];
	int64_t bytes = 0;
	size_t taken = 0;
	bool is_bare = is_head || a->status == 204 || a->status == 304;
	bool is_chunked = kit_header(a, "Transfer-Encoding", value, sizeof(value)) != NULL;
	bool has_length = kit_header(a, "Content-Length", length, sizeof(length)) != NULL;
	must(!is_chunked || (text_is_any_case(value, "chunked") && !has_length));
	must(!has_length || text_to_int(length, 0, IN_MOST, &bytes));
	a->body = at;
	a->is_live = is_chunked || (!has_length && !is_bare);
	if (is_bare)
		bytes = 0;
	else if (is_chunked && !join_chunks(at, left, &a->body_bytes, &taken))
		return false;
	else if (!is_chunked && !has_length) {
		must(a->is_last); /* its end is the connection's */
		bytes = (int64_t)left;
	}
	if (!is_chunked || is_bare) {
		if ((uint64_t)bytes > left)
			return false;
		a->body_bytes = taken = (size_t)bytes;
	}
	t->read = (size_t)(at - t->in.text) + taken;
	return true;
}

/* "HTTP/1.1 100 Continue", which evhttp writes in whatever version it was asked. */
static char *skip_interim(char *at)
{
	int bytes = 0;
	while (sscanf(at, "HTTP/%*u.%*u 100 Continue%n", &bytes) == 0 && bytes > 0 &&
		strncmp(at + bytes, "\r\n\r\n", 4) == 0) {
		at += bytes + 4;
		bytes = 0;
	}
	return at;
}

bool kit_next_answer(struct kit_talk *t, bool is_head, struct kit_answer *ret)
{
	char *at = t->in.text + t->read, *stop = t->in.text + t->in.bytes, value[64];
	at = skip_interim(at);
	t->read = (size_t)(at - t->in.text);
	char *end = memmem(at, (size_t)(stop - at), "\r\n\r\n", 4);
	if (end == NULL)
		return false;
	*ret = (struct kit_answer){0};
	int line_bytes = 0;
	must(sscanf(at, "HTTP/1.%*1[01] %3d %*[^\r\n]%n", &ret->status, &line_bytes) == 1);
	must(line_bytes > 0 && strncmp(at + line_bytes, "\r\n", 2) == 0);
	must(ret->status >= 200 && ret->status <= 599);
	end[2] = '\0';
	ret->head = at + line_bytes + 2;
	check_head(ret->head);
	const char *connection = kit_header(ret, "Connection", value, sizeof(value));
	ret->is_last = text_is_any_case(connection, "close");
	if (read_body(t, end + 4, (size_t)(stop - end) - 4, is_head, ret))
		return true;
	end[2] = '\r'; /* to be read again when more has come */
	return false;
}
