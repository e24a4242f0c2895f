/*
 * The sender over libcurl's multi_socket interface.
 *
 * A call is an item (small: thousands may wait) until one of at_once slots is
 * free; Sockets and the one timer of libcurl are events
 * of the loop.  curl_multi_socket_action() is called from events only, and
 * `done` only after it returned, so callers may send and cancel in `done`.
 */
#include "net/http_client.h"

#include <curl/curl.h>
#include <errno.h>
#include <event2/event.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/text.h"
#include "net/http_slot.h"
#include "net/http_url.h"
#include "net/limits.h"
#include "net/loop.h"

struct item {
	struct http_call call;
	http_done done;
	void *arg;
	uint64_t handle;
	struct item *next;      /* in line, or among the refused */
	struct http_slot *slot; /* while on the wire */
	const char *refuse;     /* why it is never sent */
	bool is_cancelled;      /* still in line, to be dropped */
};

struct line {
	struct item *first, *last;
};

struct watch {
	struct curl_client *client;
	struct event *event;
	short what;
	struct watch *next_free;
};

struct curl_client {
	struct http_client base; /* first: what callers hold */
	CURLM *multi;
	struct event_base *events; /* borrowed */
	struct event *timer, *refusal;
	struct watch *free_watches;
	struct http_slot_kit kit;
	size_t busy_count, waiting_count, at_once;
	struct line waiting, refused;
	bool is_inside;  /* of libcurl */
	bool is_telling; /* inside somebody's `done` */

	struct item **items; /* by the low half of a handle */
	uint32_t *free_indexes;
	size_t items_room, free_indexes_count;
	uint32_t generation;
};

static struct curl_client *of(struct http_client *client)
{
	return (struct curl_client *)client;
}

/* --- items -------------------------------------------------------------- */

static void more_items(struct curl_client *c)
{
	size_t was = c->items_room;
	c->items_room = was ? was * 2 : 64;
	c->items = must_realloc(c->items, c->items_room * sizeof(*c->items));
	c->free_indexes = must_realloc(c->free_indexes, c->items_room * sizeof(*c->free_indexes));
	for (size_t i = c->items_room; i-- > was;) {
		c->items[i] = NULL;
		c->free_indexes[c->free_indexes_count++] = (uint32_t)i;
	}
}

static struct item *item_new(
	struct curl_client *c, const struct http_call *call, http_done done, void *arg)
{
	if (c->free_indexes_count == 0)
		more_items(c);
	uint32_t index = c->free_indexes[--c->free_indexes_count];
	struct item *item = must_calloc(1, sizeof(*item));
	item->call = *call;
	item->done = done;
	item->arg = arg;
	/* The generation keeps a stale handle from cancelling somebody else's call. */
	item->handle = (uint64_t)++c->generation << 32 | index;
	c->items[index] = item;
	return item;
}

static struct item *item_find(struct curl_client *c, uint64_t handle)
{
	uint32_t index = (uint32_t)handle;
	if (index >= c->items_room || c->items[index] == NULL)
		return NULL;
	return c->items[index]->handle == handle ? c->items[index] : NULL;
}

/* Forget the handle; the memory stays until item_free(). */
static void item_unname(struct curl_client *c, struct item *item)
{
	uint32_t index = (uint32_t)item->handle;
	must(c->items[index] == item);
	c->items[index] = NULL;
	c->free_indexes[c->free_indexes_count++] = index;
}

static void item_free(struct item *item)
{
	free(item->call.url);
	free(item->call.body);
	free(item);
}

static void line_add(struct line *line, struct item *item)
{
	if (line->last != NULL)
		line->last->next = item;
	else
		line->first = item;
	line->last = item;
}

static struct item *line_take(struct line *line)
{
	struct item *item = line->first;
	if (item == NULL)
		return NULL;
	line->first = item->next;
	if (line->first == NULL)
		line->last = NULL;
	item->next = NULL;
	return item;
}

/* --- onto the wire and off it ---------------------------------------------- */

static void start(struct curl_client *c, struct item *item)
{
	struct http_slot *slot = http_slot_take(&c->kit, &item->call);
	c->busy_count++;
	slot->item = item;
	item->slot = slot;
	must(curl_multi_add_handle(c->multi, slot->easy) == CURLM_OK);
}

static void start_waiting(struct curl_client *c)
{
	while (c->busy_count < c->at_once) {
		struct item *item = line_take(&c->waiting);
		if (item == NULL)
			return;
		c->waiting_count--;
		if (item->is_cancelled)
			item_free(item);
		else
			start(c, item);
	}
}

static void leave(struct curl_client *c, struct item *item)
{
	http_slot_release(item->slot);
	item_free(item);
	c->busy_count--;
}

/* --- the end of a call ---------------------------------------------------- */

static void conclude(struct curl_client *c, struct http_slot *slot, CURLcode code)
{
	struct item *item = slot->item;
	struct http_reply reply;
	http_slot_reply(slot, code, &reply);
	must(curl_multi_remove_handle(c->multi, slot->easy) == CURLM_OK);
	item_unname(c, item);
	if (item->call.is_money)
		fault("net_money_after_answer");
	item->done(item->arg, &reply);
	leave(c, item);
}

static void conclude_all(struct curl_client *c)
{
	struct CURLMsg *message;
	int left;
	c->is_telling = true;
	while ((message = curl_multi_info_read(c->multi, &left)) != NULL) {
		struct http_slot *slot = NULL;
		CURLcode code = message->data.result;
		must(message->msg == CURLMSG_DONE);
		must(curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&slot) ==
			CURLE_OK);
		conclude(c, slot, code);
	}
	c->is_telling = false;
}

static void act(struct curl_client *c, curl_socket_t fd, int what)
{
	int running;
	c->is_inside = true;
	must(curl_multi_socket_action(c->multi, fd, what, &running) == CURLM_OK);
	c->is_inside = false;
	conclude_all(c);
	start_waiting(c);
}

static void on_refusal(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	struct curl_client *c = arg;
	/* Only those that are here now: a done that sends again waits a turn. */
	struct line line = c->refused;
	struct item *item;
	c->refused = (struct line){0};
	c->is_telling = true;
	while ((item = line_take(&line)) != NULL) {
		struct http_reply reply = {
			.sent = HTTP_UNSENT, .body = "", .retry_after_ms = -1, .date_ms = -1};
		TEXT_COPY(reply.reason, item->refuse);
		if (!item->is_cancelled) {
			item_unname(c, item);
			item->done(item->arg, &reply);
		}
		item_free(item);
	}
	c->is_telling = false;
}

/* --- libcurl's sockets and timer on the loop ------------------------------- */

static void on_watch(evutil_socket_t fd, short what, void *arg)
{
	struct watch *watch = arg;
	int action =
		(what & EV_READ ? CURL_CSELECT_IN : 0) | (what & EV_WRITE ? CURL_CSELECT_OUT : 0);
	act(watch->client, (curl_socket_t)fd, action);
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	act(arg, CURL_SOCKET_TIMEOUT, 0);
}

static int set_timer(CURLM *multi, long in_ms, void *arg)
{
	(void)multi;
	struct curl_client *c = arg;
	struct timeval tv = {.tv_sec = in_ms / 1000, .tv_usec = (in_ms % 1000) * 1000};
	if (in_ms < 0)
		must(event_del(c->timer) == 0);
	else
		must(event_add(c->timer, &tv) == 0);
	return 0;
}

static struct watch *watch_take(struct curl_client *c)
{
	struct watch *watch = c->free_watches;
	if (watch != NULL) {
		c->free_watches = watch->next_free;
		return watch;
	}
	watch = must_calloc(1, sizeof(*watch));
	watch->client = c;
	watch->event = event_new(c->events, -1, 0, on_watch, watch);
	must(watch->event != NULL);
	return watch;
}

static void watch_release(struct watch *watch)
{
	must(event_del(watch->event) == 0);
	watch->what = 0;
	watch->next_free = watch->client->free_watches;
	watch->client->free_watches = watch;
}

static void watch_set(struct watch *watch, curl_socket_t fd, int interest)
{
	short what = (short)(EV_PERSIST | (interest & CURL_POLL_IN ? EV_READ : 0) |
			     (interest & CURL_POLL_OUT ? EV_WRITE : 0));
	if (watch->what == what)
		return;
	must(event_del(watch->event) == 0);
	must(event_assign(watch->event, watch->client->events, fd, what, on_watch, watch) == 0);
	must(event_add(watch->event, NULL) == 0);
	watch->what = what;
}

static int on_socket(CURL *easy, curl_socket_t fd, int interest, void *arg, void *per_socket)
{
	(void)easy;
	struct curl_client *c = arg;
	struct watch *watch = per_socket;
	if (interest == CURL_POLL_REMOVE) {
		if (watch != NULL)
			watch_release(watch);
		must(curl_multi_assign(c->multi, fd, NULL) <= CURLM_BAD_SOCKET);
		return 0;
	}
	if (watch == NULL) {
		watch = watch_take(c);
		must(curl_multi_assign(c->multi, fd, watch) == CURLM_OK);
	}
	watch_set(watch, fd, interest);
	return 0;
}

/* --- the client --------------------------------------------------------- */

/* http:// must be checked on every call, since the key goes with it in the
 * open; https:// is proved by the certificate. */
static const char *fault_of_call(const struct curl_client *c, const struct http_call *call)
{
	static const char own[] = "http://127.0.0.1:";
	if (c->waiting_count >= LIMIT_SENT_WAITING)
		return "too many requests are waiting";
	if (text_starts(call->url, "https://"))
		return NULL;
	if (text_starts(call->url, own)) {
		const char *port = call->url + strlen(own);
		size_t digits = strspn(port, "0123456789");
		if (digits > 0 && port[digits] == '/')
			return NULL;
	}
	return http_url_fault(call->url, false);
}

static uint64_t curl_send(
	struct http_client *base, struct http_call *call, http_done done, void *arg)
{
	struct curl_client *c = of(base);
	must(call->url != NULL && done != NULL && !c->is_inside);
	struct item *item = item_new(c, call, done, arg);
	call->url = call->body = NULL;
	item->refuse = fault_of_call(c, &item->call);
	if (item->refuse != NULL) {
		line_add(&c->refused, item);
		event_active(c->refusal, EV_TIMEOUT, 0);
		return item->handle;
	}
	line_add(&c->waiting, item);
	c->waiting_count++;
	uint64_t handle = item->handle;
	start_waiting(c);
	return handle;
}

static void drop_from_wire(struct curl_client *c, struct item *item)
{
	must(curl_multi_remove_handle(c->multi, item->slot->easy) == CURLM_OK);
	leave(c, item);
}

static void curl_cancel(struct http_client *base, uint64_t handle)
{
	struct curl_client *c = of(base);
	struct item *item = item_find(c, handle);
	must(!c->is_inside);
	if (item == NULL)
		return;
	item_unname(c, item);
	if (item->slot == NULL) {
		item->is_cancelled = true;
		return;
	}
	drop_from_wire(c, item);
	start_waiting(c);
}

static void init_curl(void)
{
	must(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
}

static void set_multi(struct curl_client *c)
{
	CURLM *multi = c->multi;
	must(curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket) == CURLM_OK);
	must(curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, c) == CURLM_OK);
	must(curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, set_timer) == CURLM_OK);
	must(curl_multi_setopt(multi, CURLMOPT_TIMERDATA, c) == CURLM_OK);
	must(curl_multi_setopt(multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING) == CURLM_OK);
	/* Fewer than are in flight would close a good connection at each answer. */
	must(curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)c->at_once) == CURLM_OK);
}

struct http_client *http_client_curl_new(
	struct loop *loop, const struct http_client_options *options, struct err *e)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	must(pthread_once(&once, init_curl) == 0);
	if (options->ca_file != NULL && access(options->ca_file, R_OK) != 0) {
		err_set(e, ERR_CONFIG, "could not read the CA file %s: %s", options->ca_file,
			strerrordesc_np(errno));
		return NULL;
	}
	struct curl_client *c = must_calloc(1, sizeof(*c));
	c->base = (struct http_client){curl_send, curl_cancel};
	c->events = loop_base(loop);
	c->at_once = options->at_once > 0 ? (size_t)options->at_once : LIMIT_SENT_AT_ONCE;
	c->kit.ca_file = options->ca_file ? must_strdup(options->ca_file) : NULL;
	c->kit.user_agent = options->user_agent ? must_strdup(options->user_agent) : NULL;
	c->timer = evtimer_new(c->events, on_timer, c);
	c->refusal = event_new(c->events, -1, 0, on_refusal, c);
	c->multi = curl_multi_init();
	must(c->multi != NULL && c->timer != NULL && c->refusal != NULL);
	set_multi(c);
	return &c->base;
}

static void drop_all(struct curl_client *c)
{
	struct item *item;
	for (size_t i = 0; i < c->items_room; i++) {
		if (c->items[i] != NULL && c->items[i]->slot != NULL)
			drop_from_wire(c, c->items[i]);
	}
	while ((item = line_take(&c->waiting)) != NULL)
		item_free(item);
	while ((item = line_take(&c->refused)) != NULL)
		item_free(item);
}

static void free_watches(struct curl_client *c)
{
	for (struct watch *next, *watch = c->free_watches; watch != NULL; watch = next) {
		next = watch->next_free;
		event_free(watch->event);
		free(watch);
	}
}

struct http_client *http_client_curl_free(struct http_client *client)
{
	if (client == NULL)
		return NULL;
	struct curl_client *c = of(client);
	must(!c->is_inside && !c->is_telling);
	drop_all(c);
	must(curl_multi_cleanup(c->multi) == CURLM_OK);
	free_watches(c);
	http_slot_kit_done(&c->kit);
	event_free(c->timer);
	event_free(c->refusal);
	free(c->items);
	free(c->free_indexes);
	free(c);
	return NULL;
}
