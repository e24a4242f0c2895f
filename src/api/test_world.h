/*
 * test_world.h - what the API's tests share: the real server, engine and store
 * over scripted upstreams, and a client that sees every byte of an answer.
 *
 * The carrier sells a fresh number to whoever asks and does what it is told on
 * the next turn of the loop; while `is_held` its search waits.
 */
#ifndef API_TEST_WORLD_H
#define API_TEST_WORLD_H

#include <arpa/inet.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api/inside.h"
#include "base/clock.h"
#include "base/text.h"
#include "net/loop.h"
#include "numbering/area_codes.h"
#include "tests/check.h"

#define PATIENCE_MS 10000

struct world;

struct scripted_answer {
	struct world *world;
	struct answer answer;
	carrier_done done;
	void *arg;
	struct scripted_answer *next;
};

struct world {
	struct carrier carrier; /* first: found from the pointer the engine has */
	struct voice voice;
	struct loop *loop;
	struct store *store;
	struct engine *engine;
	struct api *api;
	struct config config;
	bool is_held;
	struct scripted_answer *held;
	enum err_code search_code; /* of the carrier's next searches */
	enum err_code papers_code; /* how GET of what a country needs ends */
	char papers_asked[4];      /* the country of the last such question */
	enum err_code hold_code;   /* of the carrier's next reservations */
	int sold, held_numbers;
};

/* --- scripted upstreams --------------------------------------------------------- */

static inline void world_tell(void *arg)
{
	struct scripted_answer *s = arg;
	s->done(s->arg, &s->answer);
	free(s);
}

static inline void world_fill_number(const struct order *o, struct answer *a)
{
	a->order_status = CARRIER_ORDER_SUCCESS;
	a->number_status = NUMBER_ACTIVE;
	TEXT_COPY(a->order_id, "7f0c7a52-0000-4000-8000-000000000001");
	TEXT_COPY(a->number_id, "1293384261075731499");
	TEXT_COPY(a->status_word, "active");
	order_reference(o, o->attempt_no, a->number_reference);
}

static inline void world_fill_search(struct world *w, const struct order *o, struct answer *a)
{
	a->code = w->search_code;
	TEXT_COPY(a->message, a->code == ERR_OK ? "" : "the carrier said no in a test");
	if (a->code != ERR_OK)
		return;
	a->candidate_count = 1;
	a->candidates[0] = (struct candidate){.upfront_cents = 100,
		.monthly_cents = 100,
		.currency = "USD",
		.is_reservable = true};
	a->place = (struct ladder_step){
		.rung = LADDER_SAME_AREA_CODE, .country = "US", .npa = "415", .requested = "415"};
	a->ladder_at = o->ladder_at + 1;
	if (o->wanted.number[0] != '\0') /* the chosen one is looked for alone */
		TEXT_COPY(a->candidates[0].number, o->wanted.number);
	else
		text_format(a->candidates[0].number, NUMBER_BYTES, "+14155551%03d", ++w->sold);
}

/* The pinned number is for sale, and may be reserved as hold_code says. */
static inline void world_fill_hold(
	struct world *w, const struct order *o, const struct command *command, struct answer *a)
{
	if (command->kind == COMMAND_RESERVE) {
		a->code = w->hold_code;
		w->held_numbers += a->code == ERR_OK;
		TEXT_COPY(a->message, a->code == ERR_OK ? "" : "the carrier said no in a test");
		a->reserved_until_ms = clock_wall_ms(clock_machine()) + 1800000;
	}
	if (command->kind == COMMAND_OFFER && o->number[0] != '\0') {
		a->candidate_count = 1;
		a->candidates[0] = (struct candidate){.upfront_cents = 100,
			.monthly_cents = 100,
			.currency = "USD",
			.is_reservable = true};
		TEXT_COPY(a->candidates[0].number, o->number);
	}
}

static inline void world_ask(struct world *w, const struct order *o, const struct command *command,
	carrier_done done, void *arg)
{
	struct scripted_answer *s = must_calloc(1, sizeof(*s));
	struct answer *a = &s->answer;
	*s = (struct scripted_answer){.world = w, .done = done, .arg = arg};
	a->retry_after_ms = -1;
	a->available_cents = 5000;
	a->reserved_until_ms = INT64_MAX / 2;
	if (command->kind == COMMAND_SEARCH)
		world_fill_search(w, o, a);
	if (command->kind == COMMAND_BUY || command->kind == COMMAND_READ_ORDER ||
		(command->kind == COMMAND_READ_NUMBER && o->releases == 0))
		world_fill_number(o, a);
	if (command->kind == COMMAND_IMPORT || command->kind == COMMAND_READ_VOICE) {
		a->voice_status = VOICE_ACTIVE;
		TEXT_COPY(a->status_word, "active");
		TEXT_COPY(a->voice_id, "88888888-0000-4000-8000-000000000002");
	}
	world_fill_hold(w, o, command, a);
	if (w->is_held && command->kind == COMMAND_SEARCH) {
		s->next = w->held;
		w->held = s;
	} else {
		loop_post(w->loop, world_tell, s);
	}
}

static inline void world_on_carrier(struct carrier *c, const struct order *o,
	const struct command *command, bool (*gate)(void *arg), carrier_done done, void *arg)
{
	(void)gate;
	world_ask((struct world *)c, o, command, done, arg);
}

static inline struct world *world_of_voice(struct voice *v)
{
	return (struct world *)((char *)v - offsetof(struct world, voice));
}

static inline void world_on_voice(struct voice *v, const struct order *o,
	const struct command *command, bool (*gate)(void *arg), voice_done done, void *arg)
{
	(void)gate;
	world_ask(world_of_voice(v), o, command, done, arg);
}

struct scripted_check {
	voice_check_done done;
	void *arg;
};

static inline void world_tell_check(void *arg)
{
	struct scripted_check *s = arg;
	const struct voice_credential credential = {
		.id = "99999999-0000-4000-8000-000000000003", .application_id = ""};
	s->done(s->arg, &(struct err){0}, &credential);
	free(s);
}

static inline void world_voice_check(struct voice *v, voice_check_done done, void *arg)
{
	struct scripted_check *s = must_calloc(1, sizeof(*s));
	*s = (struct scripted_check){done, arg};
	loop_post(world_of_voice(v)->loop, world_tell_check, s);
}

struct scripted_offers {
	struct world *world;
	char area_code[8], country[4];
	carrier_offers_done done;
	void *arg;
};

static inline void world_tell_offers(void *arg)
{
	struct scripted_offers *s = arg;
	struct carrier_offer offers[2] = {0};
	struct err e = {0};
	if (s->world->search_code != ERR_OK)
		err_set(&e, s->world->search_code, "the carrier said no in a test");
	for (int i = 0; i < 2; i++) {
		offers[i].candidate = (struct candidate){
			.upfront_cents = 100, .monthly_cents = 100, .currency = "USD"};
		text_format(offers[i].candidate.number, NUMBER_BYTES, "+1%s555020%d",
			s->area_code[0] ? s->area_code : "800", i);
		if (text_is(s->country, "GB"))
			text_format(offers[i].candidate.number, NUMBER_BYTES, "+44%s794602%02d",
				s->area_code[0] ? s->area_code : "131", i);
		TEXT_COPY(offers[i].region, "CA");
		offers[i].has_voice = true;
	}
	s->done(s->arg, &e, offers, e.code == ERR_OK ? 2 : 0);
	free(s);
}

static inline void world_carrier_offers(
	struct carrier *c, const struct carrier_query *query, carrier_offers_done done, void *arg)
{
	struct world *w = (struct world *)c;
	struct scripted_offers *s = must_calloc(1, sizeof(*s));
	*s = (struct scripted_offers){.world = w, .done = done, .arg = arg};
	TEXT_COPY(s->area_code, query->area_code);
	TEXT_COPY(s->country, query->country);
	loop_post(w->loop, world_tell_offers, s);
}

struct scripted_stock {
	carrier_stock_done done;
	void *arg;
};

/* Every area code has a few. */
static inline void world_tell_stock(void *arg)
{
	struct scripted_stock *s = arg;
	struct carrier_stock stock[CARRIER_STOCK_MOST];
	struct err e = {0};
	int count = 0;
	for (size_t i = 0; i < area_code_count() && count < CARRIER_STOCK_MOST; i++) {
		if (area_code_at(i)->kind != KIND_GEOGRAPHIC || !area_code_at(i)->is_in_service)
			continue;
		stock[count].count = 5;
		TEXT_COPY(stock[count++].area_code, area_code_at(i)->npa);
	}
	s->done(s->arg, &e, stock, count);
	free(s);
}

static inline void world_carrier_stock(
	struct carrier *c, const char *country, carrier_stock_done done, void *arg)
{
	struct scripted_stock *s = must_calloc(1, sizeof(*s));
	(void)country;
	*s = (struct scripted_stock){done, arg};
	loop_post(((struct world *)c)->loop, world_tell_stock, s);
}

struct scripted_papers {
	struct world *world;
	carrier_papers_done done;
	void *arg;
};

static inline void world_tell_papers(void *arg)
{
	struct scripted_papers *s = arg;
	static const struct carrier_paper papers[] = {
		{.name = "Proof of Address", .kind = "document", .about = "A recent bill"},
		{.name = "Name"}};
	struct err e = {0};
	if (s->world->papers_code != ERR_OK)
		err_set(&e, s->world->papers_code, "the carrier said no in a test");
	s->done(s->arg, &e, papers, e.code == ERR_OK ? 2 : 0);
	free(s);
}

static inline void world_carrier_papers(
	struct carrier *c, const char *country, carrier_papers_done done, void *arg)
{
	struct world *w = (struct world *)c;
	struct scripted_papers *s = must_calloc(1, sizeof(*s));
	TEXT_COPY(w->papers_asked, country);
	*s = (struct scripted_papers){w, done, arg};
	loop_post(w->loop, world_tell_papers, s);
}

struct world_listing {
	carrier_orders_done done;
	void *arg;
};

static inline void world_tell_no_orders(void *listing)
{
	struct world_listing l = *(struct world_listing *)listing;
	struct err e = {0};
	free(listing);
	l.done(l.arg, &e, NULL, 0, false);
}

static inline void world_carrier_orders(
	struct carrier *c, int page, int64_t after_ms, carrier_orders_done done, void *arg)
{
	struct world *w = (struct world *)((char *)c - offsetof(struct world, carrier));
	struct world_listing *l = must_calloc(1, sizeof(*l));
	(void)page, (void)after_ms;
	*l = (struct world_listing){done, arg};
	loop_post(w->loop, world_tell_no_orders, l);
}

static inline void world_carrier_expect(struct carrier *c, const char *id)
{
	(void)c, (void)id;
}

static inline void world_release(struct world *w)
{
	w->is_held = false;
	while (w->held != NULL) {
		struct scripted_answer *s = w->held;
		w->held = s->next;
		loop_post(w->loop, world_tell, s);
	}
}

/* --- life ------------------------------------------------------------------------- */

static inline void world_start_api(struct world *w, http_handler pages)
{
	struct err e;
	const struct api_options options = {.loop = w->loop,
		.engine = w->engine,
		.config = &w->config,
		.pages = pages,
		.pages_arg = w};
	w->api = api_new(&options, &e);
	assert_non_null(w->api);
}

static inline void world_listed(
	void *arg, const struct err *e, const struct order *orders, size_t count)
{
	(void)orders;
	assert_int_equal(e->code, ERR_OK);
	assert_int_equal(count, 0);
	*(bool *)arg = true;
}

/* The engine has asked for what an earlier process left; its answer comes first. */
static inline void world_settle(struct world *w)
{
	bool is_listed = false;
	const struct store_query query = {.limit = 1};
	engine_list(w->engine, &query, world_listed, &is_listed);
	assert_true(loop_run_until(w->loop, &is_listed, PATIENCE_MS));
}

/* keys: up to two, NULL for none. */
static inline struct world *world_new(const char *key, const char *older_key, bool is_public)
{
	static const struct carrier_ops carrier_ops = {.ask = world_on_carrier,
		.offers = world_carrier_offers,
		.stock = world_carrier_stock,
		.papers = world_carrier_papers,
		.orders = world_carrier_orders,
		.expect_connection = world_carrier_expect};
	static const struct voice_ops voice_ops = {
		.check = world_voice_check, .ask = world_on_voice};
	static int worlds;
	char url[300];
	struct err e;
	struct store_lease holder;
	struct world *w = must_calloc(1, sizeof(*w));
	id_init();
	w->carrier.ops = &carrier_ops;
	w->voice.ops = &voice_ops;
	w->loop = loop_new();
	TEXT_COPY(w->config.listen, "127.0.0.1:0");
	w->config.is_public_signup = is_public;
	if (key != NULL)
		TEXT_COPY(w->config.api_keys[w->config.api_key_count++], key);
	if (older_key != NULL)
		TEXT_COPY(w->config.api_keys[w->config.api_key_count++], older_key);
	text_format(url, sizeof(url), "sqlite:%s/%d.db", check_temp_dir(), worlds++);
	assert_int_equal(store_open(url, w->loop, &w->store, &e), ERR_OK);
	const struct engine_options options = {.loop = w->loop,
		.clock = clock_machine(),
		.store = w->store,
		.carrier = &w->carrier,
		.voice = &w->voice,
		.settle_ms = 2000};
	w->engine = engine_new(&options);
	assert_int_equal(engine_start(w->engine, "", &holder, &e), ERR_OK);
	world_settle(w);
	world_start_api(w, NULL);
	return w;
}

static inline void world_turn(struct world *w)
{
	bool never = false;
	(void)loop_run_until(w->loop, &never, 0);
}

static inline void world_free(struct world *w)
{
	w->api = api_free(w->api);
	engine_stop(w->engine);
	world_release(w);
	world_turn(w);
	store_free(w->store);
	world_turn(w); /* what it had posted to itself */
	engine_free(w->engine);
	loop_free(w->loop);
	free(w);
}

/* --- a client ---------------------------------------------------------------------- */

struct talk {
	struct world *world;
	int fd;
	struct event *event;
	struct str in;
	bool is_over, has_news;
};

static inline void talk_read(evutil_socket_t fd, short what, void *arg)
{
	(void)what;
	struct talk *t = arg;
	char part[16384];
	ssize_t n = recv((int)fd, part, sizeof(part), MSG_DONTWAIT);
	t->has_news = true;
	if (n > 0) {
		str_add_bytes(&t->in, part, (size_t)n);
		return;
	}
	t->is_over = true;
	event_del(t->event);
}

static inline void talk_open(struct talk *t, struct world *w, const char *request)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)api_port(w->api)),
		.sin_addr = {htonl(INADDR_LOOPBACK)}};
	*t = (struct talk){.world = w, .fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
	str_init(&t->in, 8 << 20);
	assert_int_equal(connect(t->fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(send(t->fd, request, strlen(request), MSG_NOSIGNAL), strlen(request));
	t->event = event_new(loop_base(w->loop), t->fd, EV_READ | EV_PERSIST, talk_read, t);
	event_add(t->event, NULL);
}

static inline void talk_close(struct talk *t)
{
	event_free(t->event);
	close(t->fd);
	str_done(&t->in);
}

/* Until `text` has come in; NULL: until the end of the connection. */
static inline bool talk_wait(struct talk *t, const char *text)
{
	while (text == NULL ? !t->is_over : strstr(t->in.text, text) == NULL) {
		t->has_news = false;
		if (t->is_over || !loop_run_until(t->world->loop, &t->has_news, PATIENCE_MS))
			return false;
	}
	return true;
}

struct reply {
	int status;
	char head[2048];
	char *body; /* into `text` */
	char *text; /* the whole answer */
};

/* One request on a connection of its own; the answer until world's end or reply_done(). */
static inline void ask(struct world *w, struct reply *ret, const char *request)
{
	struct talk t;
	talk_open(&t, w, request);
	assert_true(talk_wait(&t, NULL));
	assert_true(t.in.bytes > 12);
	ret->text = must_strdup(t.in.text);
	talk_close(&t);
	char *end = strstr(ret->text, "\r\n\r\n");
	assert_non_null(end);
	assert_true(text_copy_part(
		ret->head, sizeof(ret->head), ret->text, (size_t)(end - ret->text) + 2));
	ret->body = end + 4;
	assert_int_equal(sscanf(ret->text, "HTTP/1.1 %d ", &ret->status), 1);
}

static inline void reply_done(struct reply *r)
{
	free(r->text);
	*r = (struct reply){0};
}

/* method, path and query, further header lines each with its CR LF, body or NULL. */
static inline void send_request(struct world *w, struct reply *ret, const char *method,
	const char *target, const char *headers, const char *body)
{
	struct str request;
	str_init(&request, 1 << 20);
	str_addf(&request, "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s", method,
		target, headers);
	if (body != NULL)
		str_addf(&request, "Content-Length: %zu\r\n", strlen(body));
	str_addf(&request, "\r\n%s", body ? body : "");
	assert_true(str_ok(&request));
	ask(w, ret, request.text);
	str_done(&request);
}

#define JSON_TYPE "Content-Type: application/json\r\n"

static inline json_t *reply_json(const struct reply *r)
{
	json_t *j = json_parse(r->body, strlen(r->body), NULL, 0);
	assert_non_null(j);
	return j;
}

static inline bool reply_has(const struct reply *r, const char *header_line)
{
	return text_contains_any_case(r->head, header_line);
}

/* Seconds; -1: it does not say. */
static inline int retry_after(const struct reply *r)
{
	int seconds = -1;
	const char *line = strcasestr(r->head, "\r\nRetry-After: ");
	if (line != NULL)
		assert_int_equal(sscanf(line, "\r\n%*[^:]: %d", &seconds), 1);
	return seconds;
}

/* The answer is a problem of this status and code, about this field (NULL: none). */
static inline void assert_problem(struct reply *r, int status, const char *code, const char *field)
{
	JSON_AUTO j = reply_json(r);
	char type[100];
	assert_int_equal(r->status, status);
	assert_true(reply_has(r, "\r\nContent-Type: application/problem+json\r\n"));
	assert_string_equal(json_text(j, "code"), code);
	assert_int_equal(json_int(j, "status", 0), status);
	text_format(type, sizeof(type), "/problems/%s", code);
	assert_string_equal(json_text(j, "type"), type);
	assert_non_null(json_text_set(j, "title"));
	assert_non_null(json_text_set(j, "detail"));
	assert_non_null(json_text(j, "hint"));
	if (field == NULL)
		assert_null(json_at(j, "field"));
	else
		assert_string_equal(json_text(j, "field"), field);
	reply_done(r);
}

#define BAY_BIKES                                                                                  \
	"{\"business_name\":\"Bay Bikes\",\"email\":\"a@baybikes.example\","                       \
	"\"business_phone\":\"(415) 555-0123\"}"

/* A sign-up of its own business, taken on; its id. */
static inline void sign_up(
	struct world *w, const char *name, const char *headers, char ret_id[ID_BYTES])
{
	struct reply r;
	char body[400], all[600];
	text_format(body, sizeof(body),
		"{\"business_name\":\"%s\",\"email\":\"a@baybikes.example\","
		"\"business_phone\":\"+14155550123\"}",
		name);
	text_format(all, sizeof(all), "%s%s", JSON_TYPE, headers);
	send_request(w, &r, "POST", "/v1/signups", all, body);
	assert_int_equal(r.status, 202);
	JSON_AUTO j = reply_json(&r);
	assert_true(text_copy(ret_id, ID_BYTES, json_text(j, "id")));
	reply_done(&r);
}

struct world_wait {
	struct world *world;
	const char *id;
	enum order_state state;
	bool is_there;
};

static inline void world_look(void *arg, const struct err *e, const struct order *order)
{
	struct world_wait *wait = arg;
	assert_int_equal(e->code, ERR_OK);
	wait->is_there = order->state == wait->state;
	if (!wait->is_there)
		engine_get(wait->world->engine, wait->id, world_look, wait);
}

/* Until the sign-up has come to this state, looking every turn of the loop. */
static inline void wait_for_state(struct world *w, const char *id, enum order_state state)
{
	struct world_wait wait = {w, id, state, false};
	engine_get(w->engine, id, world_look, &wait);
	assert_true(loop_run_until(w->loop, &wait.is_there, PATIENCE_MS));
}

/* Past the comparison with the carrier's orders that each start makes: until then
 * nothing is reserved.  Leaves one sign-up behind. */
static inline void wait_for_spending(struct world *w)
{
	char id[ID_BYTES];
	sign_up(w, "The first", "", id);
	wait_for_state(w, id, ORDER_ACTIVE);
	w->held_numbers = 0;
}

#endif
