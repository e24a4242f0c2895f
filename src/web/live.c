/*
 * live.c - the stream behind a progress page.
 *
 * Each event holds the whole changing part of the page, so a stream that broke
 * needs no memory: the next one begins with how things are.  Only what the page
 * itself shows is sent; the address is what entitles to it.
 */
#include <stdlib.h>

#include "base/json.h"
#include "base/text.h"
#include "net/http_server.h"
#include "web/html.h"
#include "web/inside.h"
#include "web/words.h"

struct live {
	struct web *web;
	struct http_stream *stream;
	struct engine_watch *watch;
	struct order *order; /* the newest seen; NULL before the first */
	struct live *next, **here;
};

struct live_ask {
	struct web_ask ask;
	struct live *live;
};

static void live_free(struct live *live)
{
	engine_unwatch(live->web->engine, live->watch);
	*live->here = live->next;
	if (live->next != NULL)
		live->next->here = live->here;
	free(live->order);
	free(live);
}

static void peer_left(void *arg)
{
	live_free(arg);
}

static void add_member(struct str *to, const char *name, const char *text)
{
	str_addf(to, "\"%s\":", name);
	json_add_string(to, text);
	str_add_char(to, ',');
}

/* What a screen reader should say: the step under way, or how it ended. */
static void add_said(const struct order *o, struct str *to)
{
	struct words_step steps[WORDS_STEPS];
	struct words_news news;
	bool goes_on = !order_is_over(o->state) && o->state != ORDER_RELEASING;
	int count = goes_on ? words_steps(o, steps) : 0;
	words_news(o, &news);
	for (int i = 0; i < count; i++)
		if (steps[i].mark == STEP_NOW) {
			str_addf(to, "%s. %s", steps[i].title, steps[i].detail);
			return;
		}
	str_addf(to, "%s. %s", news.title, news.text);
}

static void send_order(struct live *live)
{
	const struct order *o = live->order;
	struct str html, title, said, event;
	bool is_over = order_is_over(o->state);
	str_init(&html, HTML_PAGE_BYTES);
	str_init(&title, 400);
	str_init(&said, 1000);
	str_init(&event, 2 * HTML_PAGE_BYTES);
	page_progress_write(live->web, o, &html);
	page_progress_title(live->web, o, &title);
	add_said(o, &said);
	str_add(&event, "event: progress\ndata: {");
	add_member(&event, "html", html.text);
	add_member(&event, "title", title.text);
	add_member(&event, "say", said.text);
	/* Its question comes with the numbers there are: the page itself fetches them. */
	str_addf(&event, "\"is_question\":%s,", o->state == ORDER_NEEDS_INPUT ? "true" : "false");
	str_addf(&event, "\"is_over\":%s}\n\n", is_over ? "true" : "false");
	must(str_ok(&event));
	http_stream_send(live->stream, event.text, event.bytes);
	str_done(&html);
	str_done(&title);
	str_done(&said);
	str_done(&event);
	if (is_over) {
		http_stream_end(live->stream);
		live_free(live);
	}
}

/* True when it is news. */
static bool take(struct live *live, const struct order *o)
{
	if (live->order != NULL && live->order->version > o->version)
		return false;
	if (live->order == NULL)
		live->order = must_calloc(1, sizeof(*live->order));
	*live->order = *o;
	return true;
}

static void changed(void *arg, const struct order *o, const struct store_event *event)
{
	struct live *live = arg;
	(void)event;
	if (take(live, o) && live->stream != NULL)
		send_order(live);
}

static void got(void *arg, const struct err *e, const struct order *o)
{
	struct live_ask *a = arg;
	struct live *live = a->live;
	struct http_request *r = a->ask.request;
	if (web_ask_is_orphan(&a->ask))
		return;
	web_ask_free(&a->ask);
	if (e->code != ERR_OK) {
		web_add_headers(r);
		http_answer_text(r, e->code == ERR_NOT_FOUND ? 404 : 503,
			"text/plain; charset=utf-8", "There is nothing to follow here.\n");
		live_free(live);
		return;
	}
	take(live, o);
	web_add_headers(r);
	http_answer_header(r, "X-Accel-Buffering", "no");
	live->stream = http_stream_start(r, "text/event-stream", peer_left, live);
	if (live->stream == NULL) {
		live_free(live);
		return;
	}
	static const char retry[] = "retry: 2000\n\n";
	http_stream_send(live->stream, retry, sizeof(retry) - 1);
	send_order(live);
}

/* Watching begins before the reading: what happens in between is not missed. */
void live_start(struct web *web, struct http_request *r, const char *id)
{
	struct live_ask *a = web_ask_new(web, r, sizeof(*a));
	struct live *live = must_calloc(1, sizeof(*live));
	a->live = live;
	live->web = web;
	live->watch = engine_watch(web->engine, id, changed, live);
	live->next = web->lives;
	live->here = &web->lives;
	if (live->next != NULL)
		live->next->here = &live->next;
	web->lives = live;
	engine_get(web->engine, id, got, a);
}

void live_pulse(struct web *web)
{
	static const char pulse[] = ": still here\n\n";
	for (struct live *live = web->lives; live != NULL; live = live->next)
		if (live->stream != NULL)
			http_stream_send(live->stream, pulse, sizeof(pulse) - 1);
}

void live_end_all(struct web *web)
{
	while (web->lives != NULL) {
		struct live *live = web->lives;
		if (live->stream != NULL)
			http_stream_end(live->stream);
		live_free(live);
	}
}
