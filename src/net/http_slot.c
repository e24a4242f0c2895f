#include "net/http_slot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/text.h"
#include "net/limits.h"

#define FREE_SLOTS_KEPT 128
#define BODY_ROOM_KEPT (16 * 1024)
#define RECEIVE_BYTES 8192L
#define SEND_BYTES 16384L /* libcurl's least */
#define CONNECTION_AGE_SECONDS 60L

/* --- header lists ------------------------------------------------------- */

static struct curl_slist *add_line(struct curl_slist *list, const char *line)
{
	list = curl_slist_append(list, line);
	must_have(list != NULL, "out of memory");
	return list;
}

static struct curl_slist *list_of(const char *bearer, bool has_body)
{
	struct curl_slist *list = add_line(NULL, "Accept: application/json");
	list = add_line(list, "Accept-Encoding: identity");
	list = add_line(list, "Expect:");
	/* Without a body libcurl must not claim it is a form. */
	list = add_line(list, has_body ? "Content-Type: application/json" : "Content-Type:");
	if (bearer == NULL)
		return list;
	size_t room = strlen(bearer) + sizeof("Authorization: Bearer ");
	char *line = must_calloc(1, room);
	must(text_format(line, room, "Authorization: Bearer %s", bearer));
	list = add_line(list, line);
	explicit_bzero(line, room);
	free(line);
	return list;
}

static void header_list_clear(struct http_header_list *h)
{
	if (h->bearer != NULL)
		explicit_bzero(h->bearer, strlen(h->bearer));
	free(h->bearer);
	curl_slist_free_all(h->list);
	*h = (struct http_header_list){0};
}

static bool header_list_is(const struct http_header_list *h, const char *bearer, bool has_body)
{
	return h->list != NULL && h->has_body == has_body && text_is(h->bearer, bearer);
}

/* Nine kinds at once on the wire is more keys than numberd can be given; a free
 * slot, though, may still hold any. */
static struct http_header_list *header_list_free_up(struct http_slot_kit *kit)
{
	for (struct http_slot *slot = kit->free_slots; slot != NULL; slot = slot->next_free) {
		if (slot->headers == NULL)
			continue;
		struct http_header_list *h = slot->headers;
		slot->headers = NULL;
		if (--h->users == 0)
			return h;
	}
	must(!"a header list that nothing on the wire uses");
	return NULL;
}

/* Built once for each key and kind of call and then shared: there are two
 * upstreams with one key each.  A ninth kind replaces one that no handle uses. */
static struct http_header_list *header_list_get(
	struct http_slot_kit *kit, const char *bearer, bool has_body)
{
	struct http_header_list *spare = NULL;
	for (size_t i = 0; i < HTTP_HEADER_LISTS_KEPT; i++) {
		struct http_header_list *h = &kit->lists[i];
		if (header_list_is(h, bearer, has_body))
			return h;
		if (h->users == 0)
			spare = h;
	}
	if (spare == NULL)
		spare = header_list_free_up(kit);
	header_list_clear(spare);
	spare->bearer = bearer ? must_strdup(bearer) : NULL;
	spare->has_body = has_body;
	spare->list = list_of(bearer, has_body);
	return spare;
}

/* --- what libcurl tells about one call ------------------------------------ */

static int on_ready(void *arg, char *ip, char *local_ip, int port, int local_port)
{
	(void)ip, (void)local_ip, (void)port, (void)local_port;
	struct http_slot *slot = arg;
	const struct http_call *call = slot->call;
	if (call->gate != NULL && !call->gate(call->gate_arg)) {
		slot->is_gate_shut = true;
		return CURL_PREREQFUNC_ABORT;
	}
	slot->is_let_go = true;
	if (call->is_money)
		fault("net_money_before_send");
	return CURL_PREREQFUNC_OK;
}

/* The empty line: the head is whole.  An interim answer (1xx) is no answer, and
 * has no body: libcurl would read the answer's own body by what it says of one. */
static bool end_head(struct http_slot *slot)
{
	long status = 0;
	must(curl_easy_getinfo(slot->easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK);
	if (status >= 200)
		slot->status = (int)status;
	else
		http_hints_clear(&slot->hints);
	if (status < 200 && slot->is_framed)
		slot->given_up = "an interim answer says that it has a body";
	return slot->given_up == NULL;
}

static bool is_framing(const char *line, size_t bytes)
{
	static const char length[] = "content-length:", encoding[] = "transfer-encoding:";
	return (bytes >= sizeof(length) && strncasecmp(line, length, sizeof(length) - 1) == 0) ||
	       (bytes >= sizeof(encoding) &&
		       strncasecmp(line, encoding, sizeof(encoding) - 1) == 0);
}

/* libcurl takes whatever begins with "HTTP/" and is no status line for a 200. */
static bool is_broken_status(const char *line, size_t bytes)
{
	static const char digits[] = "0123456789";
	char text[20] = "";
	memcpy(text, line, bytes < sizeof(text) - 1 ? bytes : sizeof(text) - 1);
	if (strncasecmp(text, "HTTP/", 5) != 0)
		return false;
	size_t version = strspn(text + 5, "0123456789.");
	bool is_version = (version == 1 || (version == 3 && text[6] == '.')) && text[5] != '.' &&
			  text[4 + version] != '.';
	const char *status = text + 5 + version + 1;
	return strncmp(text, "HTTP/", 5) != 0 || !is_version || status[-1] != ' ' ||
	       strspn(status, digits) != 3;
}

static size_t on_header(char *line, size_t size, size_t count, void *arg)
{
	struct http_slot *slot = arg;
	size_t bytes = size * count;
	slot->header_bytes += bytes;
	if (slot->header_bytes > LIMIT_SENT_HEADERS_BYTES) {
		slot->given_up = "the answer's headers are larger than is taken";
		return 0;
	}
	if (slot->status != 0)
		return bytes; /* a trailer */
	if (is_broken_status(line, bytes)) {
		slot->given_up = "the answer's status line is not understood";
		return 0;
	}
	bool is_end = bytes > 0 && (line[0] == '\r' || line[0] == '\n');
	if (is_end && bytes > 2) {
		slot->given_up = "the answer's head is not understood"; /* libcurl ends it here */
		return 0;
	}
	if (is_end)
		return end_head(slot) ? bytes : 0;
	slot->is_framed = slot->is_framed || is_framing(line, bytes);
	http_hints_read(&slot->hints, line, bytes);
	return bytes;
}

static size_t on_body(char *part, size_t size, size_t count, void *arg)
{
	struct http_slot *slot = arg;
	str_add_bytes(&slot->body, part, size * count);
	if (str_ok(&slot->body))
		return size * count;
	slot->given_up = "the answer is larger than is taken";
	return 0;
}

/* --- slots -------------------------------------------------------------- */

#define SET(easy, option, value) must(curl_easy_setopt(easy, option, value) == CURLE_OK)

static void set_transport(CURL *easy, const struct http_slot_kit *kit)
{
	SET(easy, CURLOPT_NOSIGNAL, 1L);
	SET(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	SET(easy, CURLOPT_FOLLOWLOCATION, 0L);
	SET(easy, CURLOPT_PROXY, "");
	SET(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(easy, CURLOPT_PATH_AS_IS, 1L);
	SET(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(easy, CURLOPT_SSL_ENABLE_ALPN, 0L);
	SET(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	SET(easy, CURLOPT_SSL_VERIFYHOST, 2L);
	SET(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
	/* Debian compiles a CApath in; with it libcurl reads the whole bundle again
	 * for every connection, 50 ms with the loop stopped. */
	SET(easy, CURLOPT_CAPATH, NULL);
	if (kit->ca_file != NULL)
		SET(easy, CURLOPT_CAINFO, kit->ca_file);
	if (kit->user_agent != NULL)
		SET(easy, CURLOPT_USERAGENT, kit->user_agent);
	SET(easy, CURLOPT_MAXAGE_CONN, CONNECTION_AGE_SECONDS);
	SET(easy, CURLOPT_BUFFERSIZE, RECEIVE_BYTES);
	SET(easy, CURLOPT_UPLOAD_BUFFERSIZE, SEND_BYTES);
}

static void open_easy(struct http_slot *slot)
{
	slot->easy = curl_easy_init();
	must(slot->easy != NULL);
	set_transport(slot->easy, slot->kit);
	SET(slot->easy, CURLOPT_PRIVATE, slot);
	SET(slot->easy, CURLOPT_ERRORBUFFER, slot->error);
	SET(slot->easy, CURLOPT_PREREQFUNCTION, on_ready);
	SET(slot->easy, CURLOPT_PREREQDATA, slot);
	SET(slot->easy, CURLOPT_HEADERFUNCTION, on_header);
	SET(slot->easy, CURLOPT_HEADERDATA, slot);
	SET(slot->easy, CURLOPT_WRITEFUNCTION, on_body);
	SET(slot->easy, CURLOPT_WRITEDATA, slot);
}

static void close_easy(struct http_slot *slot)
{
	curl_easy_cleanup(slot->easy);
	if (slot->headers != NULL)
		slot->headers->users--;
	slot->headers = NULL;
	slot->is_set_once = false;
	slot->timeout_ms = 0;
}

static struct http_slot *slot_new(struct http_slot_kit *kit)
{
	struct http_slot *slot = must_calloc(1, sizeof(*slot));
	slot->kit = kit;
	str_init(&slot->body, LIMIT_SENT_BODY_BYTES);
	open_easy(slot);
	return slot;
}

static void slot_free(struct http_slot *slot)
{
	close_easy(slot);
	str_done(&slot->body);
	free(slot);
}

static const char *method_name(enum http_method method)
{
	switch (method) {
	case HTTP_GET:
		return "GET";
	case HTTP_POST:
		return "POST";
	case HTTP_PATCH:
		return "PATCH";
	case HTTP_PUT:
		return "PUT";
	case HTTP_DELETE:
		return "DELETE";
	}
	must(!"a method of the enum");
	return NULL;
}

/* POST even with an empty body says Content-Length: 0; what else has no body
 * is a GET by another name. */
static void set_method(struct http_slot *slot, const struct http_call *call)
{
	bool has_body = call->body != NULL || call->method == HTTP_POST;
	if (!slot->is_set_once || slot->method != call->method || slot->has_body != has_body) {
		bool is_plain = call->method == HTTP_GET || call->method == HTTP_POST;
		SET(slot->easy, has_body ? CURLOPT_POST : CURLOPT_HTTPGET, 1L);
		SET(slot->easy, CURLOPT_CUSTOMREQUEST,
			is_plain && has_body == (call->method == HTTP_POST)
				? NULL
				: method_name(call->method));
		slot->method = call->method;
		slot->has_body = has_body;
	}
	if (has_body) {
		const char *body = call->body ? call->body : "";
		SET(slot->easy, CURLOPT_POSTFIELDS, body);
		SET(slot->easy, CURLOPT_POSTFIELDSIZE, (long)strlen(body));
	}
}

static void set_headers(struct http_slot *slot, const struct http_call *call)
{
	bool has_body = call->body != NULL;
	if (slot->headers != NULL && header_list_is(slot->headers, call->bearer, has_body))
		return;
	if (slot->headers != NULL)
		slot->headers->users--;
	slot->headers = header_list_get(slot->kit, call->bearer, has_body);
	slot->headers->users++;
	SET(slot->easy, CURLOPT_HTTPHEADER, slot->headers->list);
}

/* Only what may be written twice takes a kept connection: libcurl writes again
 * when that turns out to be dead.  A fresh one is closed after its call: kept,
 * it would only push another out of the cache, at the price of a walk through
 * all of them. */
static void set_call(struct http_slot *slot, const struct http_call *call)
{
	bool is_fresh = call->is_money || (call->method != HTTP_GET && !call->may_repeat);
	int64_t timeout_ms = call->timeout_ms > 0 ? call->timeout_ms : LIMIT_SENT_TOTAL_MS;
	SET(slot->easy, CURLOPT_URL, call->url);
	set_method(slot, call);
	set_headers(slot, call);
	if (!slot->is_set_once || slot->is_fresh != is_fresh) {
		SET(slot->easy, CURLOPT_FRESH_CONNECT, is_fresh ? 1L : 0L);
		SET(slot->easy, CURLOPT_FORBID_REUSE, is_fresh ? 1L : 0L);
	}
	if (slot->timeout_ms != timeout_ms) {
		SET(slot->easy, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
		SET(slot->easy, CURLOPT_CONNECTTIMEOUT_MS,
			(long)(timeout_ms < LIMIT_SENT_CONNECT_MS ? timeout_ms
								  : LIMIT_SENT_CONNECT_MS));
	}
	slot->is_fresh = is_fresh;
	slot->timeout_ms = timeout_ms;
	slot->is_set_once = true;
}

static void clear_outcome(struct http_slot *slot)
{
	slot->started_ms = clock_boot_ms(clock_machine());
	slot->is_let_go = slot->is_gate_shut = false;
	slot->given_up = NULL;
	slot->status = 0;
	slot->is_framed = false;
	slot->header_bytes = 0;
	slot->error[0] = '\0';
	http_hints_clear(&slot->hints);
	str_clear(&slot->body);
}

struct http_slot *http_slot_take(struct http_slot_kit *kit, const struct http_call *call)
{
	struct http_slot *slot = kit->free_slots;
	if (slot != NULL) {
		kit->free_slots = slot->next_free;
		kit->free_count--;
		/* libcurl before 8.1.1 (Debian 12 has 7.88) keeps a pointer to the last
		 * header of the call before, and writes through it when the first header
		 * of the next answer is a folded one: github.com/curl/curl/issues/11101.
		 * A handle of its own for each call costs a few microseconds. */
		close_easy(slot);
		open_easy(slot);
	} else {
		slot = slot_new(kit);
	}
	slot->call = call;
	set_call(slot, call);
	clear_outcome(slot);
	return slot;
}

void http_slot_release(struct http_slot *slot)
{
	struct http_slot_kit *kit = slot->kit;
	slot->call = NULL;
	slot->item = NULL;
	if (kit->free_count >= FREE_SLOTS_KEPT) {
		slot_free(slot);
		return;
	}
	if (slot->body.room > BODY_ROOM_KEPT)
		str_done(&slot->body);
	slot->next_free = kit->free_slots;
	kit->free_slots = slot;
	kit->free_count++;
}

void http_slot_kit_done(struct http_slot_kit *kit)
{
	for (struct http_slot *next, *slot = kit->free_slots; slot != NULL; slot = next) {
		next = slot->next_free;
		slot_free(slot);
	}
	for (size_t i = 0; i < HTTP_HEADER_LISTS_KEPT; i++) {
		must(kit->lists[i].users == 0);
		header_list_clear(&kit->lists[i]);
	}
	free(kit->ca_file);
	free(kit->user_agent);
}

/* --- the end of a call ---------------------------------------------------- */

static const char *reason_of_connect(const struct http_slot *slot)
{
	long number = 0;
	must(curl_easy_getinfo(slot->easy, CURLINFO_OS_ERRNO, &number) == CURLE_OK);
	if (number == ECONNREFUSED)
		return "connection refused";
	return number != 0 ? strerrordesc_np((int)number) : slot->error;
}

static void tell_reason(const struct http_slot *slot, CURLcode code, struct http_reply *reply)
{
	const char *why = slot->error[0] != '\0' ? slot->error : curl_easy_strerror(code);
	const char *what = "";
	if (slot->is_gate_shut) {
		why = "gate";
	} else if (slot->given_up != NULL) {
		why = slot->given_up;
	} else if (code == CURLE_COULDNT_RESOLVE_HOST) {
		what = "name not resolved: ";
	} else if (code == CURLE_COULDNT_CONNECT) {
		why = reason_of_connect(slot);
	} else if (code == CURLE_OPERATION_TIMEDOUT) {
		what = slot->is_let_go ? "no whole answer in time: " : "no connection in time: ";
	} else if (code == CURLE_GOT_NOTHING) {
		why = "connection closed without an answer";
	} else if (!slot->is_let_go) {
		what = "no connection: ";
	}
	text_format(reply->reason, sizeof(reply->reason), "%s%s", what, why);
}

/* The end must have been declared: an answer that just stops cannot be told
 * from one that was cut. */
static bool is_body_whole(const struct http_slot *slot)
{
	return http_hints_is_whole(&slot->hints, slot->body.bytes) || slot->status == 204 ||
	       slot->status == 304;
}

void http_slot_reply(const struct http_slot *slot, CURLcode code, struct http_reply *reply)
{
	*reply = (struct http_reply){
		.sent = slot->is_let_go ? HTTP_SENT : HTTP_UNSENT,
		.status = slot->status,
		.is_complete = code == CURLE_OK && slot->status != 0 && is_body_whole(slot),
		.body = slot->body.text,
		.body_bytes = slot->body.bytes,
		.retry_after_ms = http_hints_wait_ms(&slot->hints, clock_wall_ms(clock_machine())),
		.took_ms = clock_boot_ms(clock_machine()) - slot->started_ms,
		.date_ms = slot->hints.date_ms,
	};
	if (code != CURLE_OK)
		tell_reason(slot, code, reply);
	else if (!reply->is_complete)
		TEXT_COPY(reply->reason, "the answer does not say where it ends");
}
