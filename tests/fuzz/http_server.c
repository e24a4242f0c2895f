/*
 * http_server.c - any bytes to the server: what reaches a handler is exactly what a
 * strict reader would read, and what goes back is HTTP.
 *
 * Input: how the handler answers, how large the pieces are (0: as they are), then the
 * bytes; 0xFF ends a piece.  The strict reader below is written from RFC 9112 and the
 * promises of http_server.h; it shares no code with the gate or with libevent.
 */
#include <strings.h>

#include "net/limits.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/kit_http.h"

#define PIECES_MOST 200

/* --- a strict reader --- */

enum reading { IS_WHOLE, IS_PART, IS_WRONG, IS_LENIENT };

struct strict {
	char method[8], *target;
	int minor;
	char *body;
	size_t body_bytes, bytes; /* of all of it, head and body */
	bool may_be_refused;
};

static bool is_token(const char *at, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		if (at[i] <= ' ' || at[i] > '~' || strchr("\"(),/:;<=>?@[\\]{}", at[i]) != NULL)
			return false;
	return bytes > 0;
}

static bool is_target(const char *at)
{
	for (const char *c = at; *c != '\0'; c++) {
		if (*c < '!' || *c > '~' || *c == '#')
			return false;
		if (*c == '%' &&
			(strspn(c + 1, "0123456789abcdefABCDEF") < 2 || strncmp(c, "%00", 3) == 0))
			return false;
	}
	return at[0] == '/' && strlen(at) <= LIMIT_SERVED_TARGET_BYTES;
}

static bool read_request_line(const char *line, struct strict *r)
{
	static const char *const methods[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};
	char *copy = must_strdup(line), *rest = copy;
	const char *method = strsep(&rest, " "), *target = strsep(&rest, " ");
	bool is_right = false;
	for (size_t i = 0; i < COUNT_OF(methods); i++)
		is_right |= text_is(method, methods[i]);
	is_right = is_right && target != NULL && is_target(target) &&
		   (text_is(rest, "HTTP/1.1") || text_is(rest, "HTTP/1.0"));
	if (is_right) {
		TEXT_COPY(r->method, method);
		r->target = must_strdup(target);
		r->minor = text_is(rest, "HTTP/1.1");
	}
	free(copy);
	return is_right;
}

struct framing {
	int hosts, lengths, encodings, expectations;
	int64_t length;
	bool is_wrong;
	bool is_odd; /* a tab beside a value: right, but evhttp takes it for a part of it */
};

static void read_header(const char *line, struct framing *f)
{
	const char *colon = strchr(line, ':');
	if (colon == NULL || !is_token(line, (size_t)(colon - line))) {
		f->is_wrong = true;
		return;
	}
	const char *value = colon + 1 + strspn(colon + 1, " \t");
	size_t bytes = strlen(value), name = (size_t)(colon - line);
	while (bytes > 0 && (value[bytes - 1] == ' ' || value[bytes - 1] == '\t'))
		bytes--;
	for (size_t i = 0; i < bytes; i++)
		f->is_wrong |=
			((unsigned char)value[i] < ' ' && value[i] != '\t') || value[i] == 0x7F;
	f->is_odd |= strpbrk(colon, "\t") != NULL;
	char *copy = strndup(value, bytes);
	must(copy != NULL);
	if (name == 4 && strncasecmp(line, "Host", 4) == 0) {
		f->hosts++;
		for (const char *c = copy; *c != '\0'; c++)
			f->is_wrong |= strchr(":[]", *c) == NULL && !is_token(c, 1);
	}
	if (name == 14 && strncasecmp(line, "Content-Length", 14) == 0) {
		f->lengths++;
		f->is_wrong |= !text_is_digits(copy) ||
			       !text_to_int(copy, 0, LIMIT_SERVED_BODY_BYTES, &f->length);
	}
	if (name == 17 && strncasecmp(line, "Transfer-Encoding", 17) == 0) {
		f->encodings++;
		f->is_wrong |= !text_is_any_case(copy, "chunked");
	}
	if (name == 6 && strncasecmp(line, "Expect", 6) == 0) {
		f->expectations++;
		f->is_wrong |= !text_is_any_case(copy, "100-continue");
	}
	free(copy);
}

/* Sizes of hexadecimal digits alone, no extensions, no trailers. */
static enum reading read_chunks(const char *at, size_t left, struct strict *r)
{
	size_t taken = 0;
	r->body = must_calloc(1, left + 1);
	for (;;) {
		const char *end = memmem(at + taken, left - taken, "\r\n", 2);
		if (end == NULL)
			return IS_LENIENT;
		size_t digits = strspn(at + taken, "0123456789abcdefABCDEF");
		if (digits == 0 || digits > 6 || at + taken + digits != end)
			return IS_LENIENT;
		size_t bytes = strtoul(at + taken, NULL, 16);
		taken = (size_t)(end - at) + 2;
		if (left - taken < bytes + 2 || memcmp(at + taken + bytes, "\r\n", 2) != 0)
			return IS_LENIENT;
		memcpy(r->body + r->body_bytes, at + taken, bytes);
		r->body_bytes += bytes;
		taken += bytes + 2;
		if (bytes == 0)
			break;
	}
	r->bytes += taken;
	return IS_WHOLE;
}

static enum reading read_body(
	const char *at, size_t left, const struct framing *f, struct strict *r)
{
	if (f->encodings > 0)
		return read_chunks(at, left, r);
	if ((uint64_t)f->length > left)
		return IS_PART;
	r->body_bytes = (size_t)f->length;
	r->body = must_calloc(1, r->body_bytes + 1);
	memcpy(r->body, at, r->body_bytes);
	r->bytes += r->body_bytes;
	return IS_WHOLE;
}

/* Lines are ended by CR LF and hold neither alone, nor a NUL. */
static bool read_lines(char *head, size_t bytes, struct strict *r, struct framing *f)
{
	if (memchr(head, '\0', bytes) != NULL)
		return false;
	for (size_t i = 0; i < bytes; i++)
		if ((head[i] == '\n' && (i == 0 || head[i - 1] != '\r')) ||
			(head[i] == '\r' && head[i + 1] != '\n'))
			return false;
	char *end = strstr(head, "\r\n");
	*end = '\0';
	if (!read_request_line(head, r))
		return false;
	for (char *line = end + 2; *line != '\0'; line = end + 2) {
		end = strstr(line, "\r\n");
		*end = '\0';
		read_header(line, f);
	}
	/* evhttp reads the name of a host behind two slashes. */
	r->may_be_refused = f->is_odd || text_starts(r->target, "//");
	bool is_body_wrong = text_is(r->method, "HEAD") && (f->length > 0 || f->encodings > 0);
	return !f->is_wrong && !is_body_wrong && f->lengths + f->encodings <= 1 && f->hosts <= 1 &&
	       f->expectations <= 1 && (f->hosts == 1 || r->minor == 0) &&
	       (f->encodings == 0 || r->minor == 1);
}

static enum reading read_strictly(const char *at, size_t left, struct strict *r)
{
	struct framing f = {0};
	*r = (struct strict){0};
	const char *end = memmem(at, left, "\r\n\r\n", 4);
	if (end == NULL)
		return IS_PART;
	size_t bytes = (size_t)(end - at) + 2;
	char *head = must_calloc(1, bytes + 1);
	memcpy(head, at, bytes);
	bool is_right = read_lines(head, bytes, r, &f);
	free(head);
	r->bytes = bytes + 2;
	if (!is_right || r->bytes > LIMIT_SERVED_HEADERS_BYTES)
		return IS_WRONG;
	return read_body(end + 4, left - r->bytes, &f, r);
}

static void strict_done(struct strict *r)
{
	free(r->target);
	free(r->body);
}

/* --- the server's side --- */

static struct {
	struct loop *loop;
	struct http_server *server;
	unsigned how;
	const char *sent; /* what the client has written so far */
	size_t sent_bytes, at;
	int calls;
	bool is_head[PIECES_MOST * 64]; /* of each call */
	bool is_last;                   /* nothing may come after this */
} w;

static const char *method_name(enum http_method method)
{
	static const char *const names[] = {"GET", "POST", "PATCH", "PUT", "DELETE"};
	return names[method];
}

static void check_params(struct http_request *r)
{
	const char *name, *value;
	for (size_t i = 0; http_request_query_at(r, i, &name, &value); i++) {
		must(http_request_query_count(r, name) >= 1);
		must(http_request_query(r, name) != NULL && value != NULL);
	}
	(void)http_request_form(r, "email");
	must(http_request_header_count(r, "Host") <= 1);
	must(http_request_peer_is_loopback(r));
}

static void check_request(struct http_request *r)
{
	struct strict strict;
	size_t bytes;
	enum reading reading = read_strictly(w.sent + w.at, w.sent_bytes - w.at, &strict);
	must(reading == IS_WHOLE || reading == IS_LENIENT);
	bool is_head = text_is(strict.method, "HEAD");
	must(text_is(is_head ? "GET" : strict.method, method_name(http_request_method(r))));
	must(text_is(http_request_target(r), strict.target));
	must(http_request_path(r)[0] == '/');
	const char *body = http_request_body(r, &bytes);
	must(body[bytes] == '\0' && bytes <= LIMIT_SERVED_BODY_BYTES);
	if (reading == IS_WHOLE)
		must(bytes == strict.body_bytes && memcmp(body, strict.body, bytes) == 0);
	check_params(r);
	must(w.calls < (int)COUNT_OF(w.is_head));
	w.is_head[w.calls++] = is_head;
	w.at += strict.bytes;
	/* Chunks are read by others otherwise: nothing is believed behind them. */
	w.is_last = reading == IS_LENIENT;
	strict_done(&strict);
}

static void answer(struct http_request *r)
{
	struct err e;
	struct http_stream *stream;
	const char *body;
	size_t bytes;
	switch (w.how % 5) {
	case 0:
		http_answer_text(r, 200, "text/plain", http_request_path(r));
		break;
	case 1:
		http_answer_header(r, "X-Target", http_request_path(r));
		http_answer(r, 204, NULL, NULL, 0);
		break;
	case 2:
		err_set(&e, ERR_NOT_FOUND, "there is nothing here");
		http_answer_problem(r, &e, "a field");
		break;
	case 3:
		body = http_request_body(r, &bytes);
		http_answer_later(r, 0, 200, "text/plain", body, bytes);
		break;
	default:
		stream = http_stream_start(r, "text/event-stream", NULL, NULL);
		if (stream != NULL) {
			http_stream_send(stream, "data: 1\n\n", 9);
			http_stream_end(stream);
		}
	}
}

static void handle(void *arg, struct http_request *r)
{
	(void)arg;
	must(!w.is_last);
	check_request(r);
	answer(r);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct err e;
	const struct http_server_options options = {.listen = "127.0.0.1:0", .handler = handle};
	(void)argc, (void)argv;
	w.loop = loop_new();
	w.server = http_server_new(w.loop, &options, &e);
	must(w.server != NULL);
	return 0;
}

/* --- the client's side --- */

/* A refusal of a HEAD has no body either, if it was understood as one. */
static bool next_answer(struct kit_talk *t, int count, struct kit_answer *ret)
{
	while (count < w.calls) {
		if (kit_next_answer(t, w.is_head[count], ret))
			return true;
		must(kit_may_wait(t)); /* every request that was handled is answered */
	}
	bool is_head = w.sent_bytes - w.at >= 5 && memcmp(w.sent + w.at, "HEAD ", 5) == 0;
	return kit_next_answer(t, false, ret) || (is_head && kit_next_answer(t, true, ret));
}

static void check_answers(struct kit_talk *t)
{
	struct kit_answer a = {.is_last = false};
	int count = 0;
	while (next_answer(t, count, &a)) {
		must(!a.is_last || a.is_live || t->read <= t->in.bytes);
		bool is_refusal = count >= w.calls;
		if (is_refusal)
			must(a.is_last && a.status >= 400);
		count++;
		if (a.is_last)
			break;
	}
	/* One refusal at most. */
	must(count >= w.calls && count <= w.calls + 1);
	must(t->read == t->in.bytes);
	while (count > 0 && a.is_last && !t->is_over)
		must(kit_may_wait(t));
}

/* A good request that came alone is never left without an answer. */
static void check_was_heard(struct kit_talk *t)
{
	struct strict strict;
	if (read_strictly(w.sent, w.sent_bytes, &strict) == IS_WHOLE && !strict.may_be_refused)
		while (w.calls == 0)
			must(kit_may_wait(t));
	strict_done(&strict);
}

static void send_all(struct kit_talk *t, struct fuzz_in in, size_t piece_bytes, char *stream)
{
	for (int i = 0; i < PIECES_MOST && in.left > 0; i++) {
		const uint8_t *mark = memchr(in.at, 0xFF, in.left);
		size_t bytes = mark != NULL ? (size_t)(mark - in.at) : in.left;
		bool is_cut = piece_bytes > 0 && bytes > piece_bytes;
		if (is_cut)
			bytes = piece_bytes;
		memcpy(stream + w.sent_bytes, in.at, bytes);
		w.sent_bytes += bytes;
		kit_send(t, in.at, bytes);
		bytes += mark != NULL && !is_cut;
		in.at += bytes;
		in.left -= bytes;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_in in = {data, size};
	struct kit_talk t;
	w.how = fuzz_byte(&in);
	size_t piece_bytes = fuzz_byte(&in);
	char *stream = must_calloc(1, in.left + 1);
	w.sent = stream;
	w.sent_bytes = w.at = 0;
	w.calls = 0;
	w.is_last = false;
	kit_open(&t, w.loop, w.server);
	send_all(&t, in, piece_bytes, stream);
	check_was_heard(&t);
	check_answers(&t);
	kit_close(&t);
	must(w.server->requests == NULL);
	free(stream);
	return 0;
}
