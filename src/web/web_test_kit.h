/*
 * web_test_kit.h - what the tests of the pages share: the pages over the real
 * server, engine and SQLite, with scripted upstreams.  For tests only.
 */
#ifndef WEB_WEB_TEST_KIT_H
#define WEB_WEB_TEST_KIT_H

#include "api/test_world.h"
#include "web/assets.h"
#include "web/inside.h"

#define KEY "page-00112233445566778899aabbccddeeff"
#define OUR_FORM                                                                                   \
	"Content-Type: application/x-www-form-urlencoded\r\nSec-Fetch-Site: same-origin\r\n"
#define FORM_TYPE "Content-Type: application/x-www-form-urlencoded\r\n"
#define BIKES "business_name=Bay+Bikes&email=a%40baybikes.example&business_phone=415-555-0123"

static struct web *the_web;

static inline void on_page(void *arg, struct http_request *r)
{
	(void)arg;
	web_handle(the_web, r);
}

static inline struct world *open_world(const char *key, bool is_public)
{
	struct world *w = world_new(key, NULL, is_public);
	TEXT_COPY(w->config.brand, "Tavari");
	w->api = api_free(w->api);
	the_web = web_new(w->loop, w->engine, &w->config);
	world_start_api(w, on_page);
	web_set_api(the_web, w->api);
	return w;
}

static inline void close_world(struct world *w)
{
	w->api = api_free(w->api);
	the_web = web_free(the_web);
	world_free(w);
}

static inline bool has(const struct reply *r, const char *text)
{
	return strstr(r->body, text) != NULL;
}

static inline void get(struct world *w, struct reply *r, const char *target)
{
	send_request(w, r, "GET", target, "", NULL);
}

static inline void post(struct world *w, struct reply *r, const char *target, const char *body)
{
	send_request(w, r, "POST", target, OUR_FORM, body);
}

/* The id in `Location: /signups/…`. */
static inline void location_id(const struct reply *r, char id[ID_BYTES])
{
	const char *at = strstr(r->head, "Location: /signups/");
	assert_int_equal(r->status, 303);
	assert_non_null(at);
	at += strlen("Location: /signups/");
	text_copy_part(id, ID_BYTES, at, strcspn(at, "\r"));
	assert_true(id_is(id, "su"));
}

static inline void sign_up_by_form(struct world *w, const char *body, char id[ID_BYTES])
{
	struct reply r;
	post(w, &r, "/", body);
	location_id(&r, id);
	reply_done(&r);
}

struct order_wait {
	struct order *ret;
	bool is_there;
};

static inline void order_got(void *arg, const struct err *e, const struct order *o)
{
	struct order_wait *wait = arg;
	assert_int_equal(e->code, ERR_OK);
	*wait->ret = *o;
	wait->is_there = true;
}

static inline void get_order(struct world *w, const char *id, struct order *ret)
{
	struct order_wait wait = {ret, false};
	engine_get(w->engine, id, order_got, &wait);
	assert_true(loop_run_until(w->loop, &wait.is_there, PATIENCE_MS));
}

static inline void open_live(struct talk *t, struct world *w, const char *id)
{
	char request[200];
	text_format(request, sizeof(request),
		"GET /signups/%s/events HTTP/1.1\r\nHost: localhost\r\n\r\n", id);
	talk_open(t, w, request);
}

static inline void open_page(struct world *w, struct reply *r, const char *id)
{
	char target[80];
	text_format(target, sizeof(target), "/signups/%s", id);
	get(w, r, target);
}

#endif
