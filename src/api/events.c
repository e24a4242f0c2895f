/*
 * events.c - a sign-up's timeline as server-sent events, live.
 *
 * Promise: every event of the timeline after Last-Event-ID, in order, each
 * once; then `end` and the end of the stream when nothing more will happen.
 *
 * How: watch first, then look.  A look reads the sign-up and then the timeline
 * after the last row sent, and sends rows up to the one the sign-up shows, so
 * that the document sent along is never older than its event.  A live event is
 * sent as it comes when it is the next one; otherwise, or while a look is
 * under way, it only causes another look.  Rows are counted without gaps, so
 * "the next one" needs nothing but the count.  A look with every ping makes up
 * for what no watch of this process was told.
 */
#include <stdlib.h>
#include <string.h>

#include "api/inside.h"
#include "base/clock.h"
#include "base/text.h"
#include "engine/view.h"
#include "net/loop.h"

#define LINE_BYTES (128 * 1024)

struct event_stream {
	struct api *api;        /* NULL: gone, waiting for a look to come back */
	struct http_request *r; /* until the stream begins */
	struct http_stream *stream;
	struct engine_watch *watch;
	struct loop_timer *timer;
	char id[ID_BYTES];
	int64_t sent_seq;    /* the last row that was sent */
	int64_t seen_seq;    /* the last row the document knows of */
	struct str document; /* the sign-up at the last look */
	const char *status;  /* … in a word */
	bool is_over;        /* … and whether it had come to its end */
	bool is_looking, look_again;
	struct event_stream *next, *before;
};

/* --- life --- */

static void enlist(struct api *api, struct event_stream *s)
{
	s->api = api;
	s->next = api->streams;
	if (s->next != NULL)
		s->next->before = s;
	api->streams = s;
	api->stream_count++;
}

/* What a look under way brings is then thrown away. */
static void leave(struct event_stream *s)
{
	struct api *api = s->api;
	if (s->before != NULL)
		s->before->next = s->next;
	else
		api->streams = s->next;
	if (s->next != NULL)
		s->next->before = s->before;
	api->stream_count--;
	if (s->watch != NULL)
		engine_unwatch(api->engine, s->watch);
	loop_timer_free(s->timer);
	str_done(&s->document);
	s->api = NULL;
	s->stream = NULL;
	if (!s->is_looking)
		free(s);
}

static void closed_by_peer(void *arg)
{
	leave(arg);
}

static void end(struct event_stream *s)
{
	if (s->stream != NULL)
		http_stream_end(s->stream);
	leave(s);
}

void events_end_all(struct api *api)
{
	for (struct event_stream *next, *s = api->streams; s != NULL; s = next) {
		next = s->next;
		end(s);
	}
}

/* --- lines --- */

static void send_line(struct event_stream *s, int64_t seq, const char *name, const char *data)
{
	struct str line;
	str_init(&line, LINE_BYTES);
	if (seq > 0)
		str_addf(&line, "id: %lld\n", (long long)seq);
	str_addf(&line, "event: %s\ndata: %s\n\n", name, data);
	must(str_ok(&line));
	http_stream_send(s->stream, line.text, line.bytes);
	str_done(&line);
}

/* The event's own members, then `status` and `signup`. */
static void send_event(struct event_stream *s, const struct store_event *event)
{
	struct str data;
	str_init(&data, LINE_BYTES);
	json_t *j = view_event(event);
	json_write(j, &data);
	json_decref(j);
	must(str_ok(&data) && data.text[data.bytes - 1] == '}');
	data.text[data.bytes - 1] = ',';
	str_add(&data, "\"status\":");
	json_add_string(&data, event->to);
	str_addf(&data, ",\"signup\":%s}", s->document.text);
	must(str_ok(&data));
	send_line(s, event->seq, event->event, data.text);
	str_done(&data);
	s->sent_seq = event->seq;
}

static void note_document(struct event_stream *s, const struct order *order)
{
	str_clear(&s->document);
	view_signup_text(order, &s->document);
	must(str_ok(&s->document));
	s->status = order_status(order->state);
	s->seen_seq = order->event_seq;
	s->is_over = order_is_over(order->state);
}

static bool end_if_over(struct event_stream *s)
{
	if (!s->is_over || s->sent_seq < s->seen_seq)
		return false;
	struct str data;
	str_init(&data, LINE_BYTES);
	str_addf(&data, "{\"status\":\"%s\",\"signup\":%s}", s->status, s->document.text);
	must(str_ok(&data));
	send_line(s, 0, "end", data.text);
	str_done(&data);
	end(s);
	return true;
}

/* --- looking --- */

static void look(struct event_stream *s);

static void timeline_read(
	void *arg, const struct err *e, const struct store_event *events, size_t count)
{
	struct event_stream *s = arg;
	s->is_looking = false;
	if (s->api == NULL) {
		free(s);
		return;
	}
	if (e->code != ERR_OK) {
		end(s); /* the client comes back with its Last-Event-ID */
		return;
	}
	bool is_moved = false;
	for (size_t i = 0; i < count && events[i].seq <= s->seen_seq; i++) {
		send_event(s, &events[i]);
		is_moved = true;
	}
	if (end_if_over(s))
		return;
	/* More rows than one answer holds, or newer ones than the document. */
	bool has_more = count > 0 && events[count - 1].seq > s->sent_seq;
	if (s->look_again || has_more || (is_moved && s->sent_seq < s->seen_seq))
		look(s);
}

static void begin(struct event_stream *s);

/* Not found, or the API is going: before the stream that is an answer. */
static void give_up(struct event_stream *s, const struct err *e)
{
	struct err going;
	err_set(&going, ERR_INTERRUPTED, "could not open a live stream: numberd is stopping");
	if (s->r != NULL && e->code != ERR_OK)
		answer_error(TAKE(s->r), e);
	else if (s->r != NULL)
		answer_problem(TAKE(s->r), &(struct problem){.err = &going});
	s->is_looking = false;
	if (s->api != NULL)
		end(s);
	else
		free(s);
}

static void signup_read(void *arg, const struct err *e, const struct order *order)
{
	struct event_stream *s = arg;
	if (s->api == NULL || e->code != ERR_OK) {
		give_up(s, e);
		return;
	}
	note_document(s, order);
	if (s->r == NULL) {
		engine_timeline(s->api->engine, s->id, s->sent_seq, timeline_read, s);
		return;
	}
	if (s->sent_seq > s->seen_seq)
		s->sent_seq = 0; /* not an id we gave: tell everything */
	begin(s);
}

static void look(struct event_stream *s)
{
	s->look_again = s->is_looking;
	if (s->is_looking)
		return;
	s->is_looking = true;
	engine_get(s->api->engine, s->id, signup_read, s);
}

static void watched(void *arg, const struct order *order, const struct store_event *event)
{
	struct event_stream *s = arg;
	if (order == NULL || event == NULL || s->is_looking || event->seq > s->sent_seq + 1) {
		look(s);
	} else if (event->seq == s->sent_seq + 1) {
		note_document(s, order);
		send_event(s, event);
		(void)end_if_over(s);
	}
}

static void ping(void *arg)
{
	static const char comment[] = ": ping\n\n";
	struct event_stream *s = arg;
	http_stream_send(s->stream, comment, strlen(comment));
	loop_timer_set(s->timer, s->api->ping_ms);
	look(s);
}

/* The sign-up is there: from here on the answer is a stream. */
static void begin(struct event_stream *s)
{
	struct http_request *r = TAKE(s->r);
	answer_headers(r, NULL);                          /* a stream says no-store itself */
	http_answer_header(r, "X-Accel-Buffering", "no"); /* proxies: pass it on at once */
	s->stream = http_stream_start(r, "text/event-stream", closed_by_peer, s);
	if (s->stream == NULL) {
		s->is_looking = false;
		leave(s); /* HEAD, or the peer is gone */
		return;
	}
	s->watch = engine_watch(s->api->engine, s->id, watched, s);
	s->timer = loop_timer_new(s->api->loop, ping, s);
	loop_timer_set(s->timer, s->api->ping_ms);
	engine_timeline(s->api->engine, s->id, s->sent_seq, timeline_read, s);
}

/* --- opening --- */

static bool read_last_id(struct http_request *r, int64_t *ret)
{
	const char *header = http_request_header(r, "Last-Event-ID");
	*ret = 0;
	if (header == NULL)
		return input_query_int(r, "last_event_id", 0, INT64_MAX - 1, ret);
	if (header[0] == '\0' || text_to_int(header, 0, INT64_MAX - 1, ret))
		return true;
	answer_invalid(r, "Last-Event-ID", "Last-Event-ID must be an id of this stream");
	return false;
}

void events_open(const struct call *call)
{
	struct api *api = call->api;
	struct err e;
	int64_t last_id;
	if (!signups_is_id(call) || !read_last_id(call->r, &last_id))
		return;
	if (api->stream_count >= api->most_streams) {
		err_set(&e, ERR_BUSY, "could not open a live stream: %d are open",
			api->stream_count);
		answer_problem(call->r, &(struct problem){.err = &e});
		return;
	}
	struct event_stream *s = must_calloc(1, sizeof(*s));
	TEXT_COPY(s->id, call->name);
	str_init(&s->document, LINE_BYTES / 2);
	s->r = call->r;
	s->sent_seq = last_id;
	enlist(api, s);
	look(s);
}
