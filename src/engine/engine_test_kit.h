/*
 * engine_test_kit.h - what the engine's tests share: the shell over a real SQLite
 * file, with a carrier and a voice platform that answer from a script (their
 * tables of functions are the seam).  What the upstreams really do is tested
 * against numberd-sim elsewhere.  For tests only.
 */
#ifndef ENGINE_ENGINE_TEST_KIT_H
#define ENGINE_ENGINE_TEST_KIT_H

#include "tests/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "engine/inside.h"
#include "net/loop.h"

#define WAIT_MS 10000

/* --- scripted upstreams --- */

struct script {
	struct carrier carrier;
	struct voice voice;
	struct loop *loop;
	int asked[COMMAND_COUNT];
	enum err_code refuse[COMMAND_COUNT]; /* answer with this, once each time it is set */
	bool is_pending;                     /* the carrier has not finished its orders */
	enum command_kind hold;              /* never answered; COMMAND_COUNT: none */
	struct reply *held;                  /* the last answer of that kind, not given */
	bool freezes_at_gate;                /* an operator is just quicker than the first byte */
	int shut_gates;
	bool keeps_gate;         /* the first byte is not near yet: the test asks the gate */
	bool (*gate)(void *arg); /* of the last purchase */
	void *gate_arg;
	/* What the carrier's list of orders shows, all made at known_ms. */
	struct carrier_order known[4];
	int known_count, listings, listing_fails;
	int64_t known_ms;
	/* Where nothing is for sale ("415 628"; "*" the whole of a rung), and which
	 * places cannot be asked.  What the stock says has numbers; NULL: it fails. */
	const char *sold_out, *failing, *in_stock, *dear;
	int stocks;                   /* times the stock was asked */
	char searched[300];           /* the places of every SEARCH, in turn */
	bool is_stock_held;           /* never answered until let_stock_go() */
	struct stock_reply *stock;    /* … the one that waits */
	char wholesale[NUMBER_BYTES]; /* found in the whole of a rung; "" as elsewhere */
	int next_number;
	char bought[NUMBER_BYTES];
	char reference[REFERENCE_BYTES];
	char owned_number[NUMBER_BYTES];
};

struct reply {
	struct script *script;
	struct answer answer;
	void (*done)(void *arg, const struct answer *answer);
	void *arg;
};

static inline void deliver(void *arg)
{
	struct reply *reply = arg;
	reply->done(reply->arg, &reply->answer);
	free(reply);
}

static inline void add_candidate(struct answer *a, const char *number)
{
	struct candidate *c = &a->candidates[a->candidate_count++];
	*c = (struct candidate){.upfront_cents = 100,
		.monthly_cents = 100,
		.currency = "USD",
		.is_reservable = true};
	TEXT_COPY(c->number, number);
}

static inline bool names_place(const char *list, const struct ladder_step *place)
{
	return list != NULL && strstr(list, place->npa[0] ? place->npa : "*") != NULL;
}

static inline void fill_search(struct script *s, const struct order *o, struct answer *a)
{
	char number[NUMBER_BYTES], word[64];
	const struct ladder_step *p = &o->place;
	text_format(word, sizeof(word), "%s%s%s", s->searched[0] ? " " : "",
		p->rung == LADDER_SAME_TOWN ? "town:" : "", p->npa[0] ? p->npa : "*");
	text_format(s->searched + strlen(s->searched), sizeof(s->searched) - strlen(s->searched),
		"%s", word);
	if (names_place(s->failing, p))
		a->code = ERR_CARRIER_DOWN;
	else if (names_place(s->sold_out, p))
		a->code = ERR_CARRIER_NO_NUMBERS;
	for (int i = 0; a->code == ERR_OK && i < 2; i++) {
		text_format(number, sizeof(number), "+1%s555%04d", p->npa[0] ? p->npa : "212",
			s->next_number++);
		bool is_whole = p->npa[0] == '\0' && s->wholesale[0] != '\0';
		add_candidate(a, is_whole && i == 1 ? s->wholesale : number);
		if (names_place(s->dear, p))
			a->candidates[i].monthly_cents = 1000;
	}
}

/* What a healthy upstream says. */
static inline void fill(
	struct script *s, const struct order *o, const struct command *command, struct answer *a)
{
	*a = (struct answer){.retry_after_ms = -1, .available_cents = 100000};
	a->code = s->refuse[command->kind];
	s->refuse[command->kind] = ERR_OK;
	if (a->code != ERR_OK) {
		TEXT_COPY(a->message, "refused by the script");
		return;
	}
	if (command->kind == COMMAND_SEARCH)
		fill_search(s, o, a);
	if (command->kind == COMMAND_OFFER &&
		!names_place(s->sold_out,
			&(struct ladder_step){.npa = {o->number[2], o->number[3], o->number[4]}}))
		add_candidate(a, o->number);
	if (command->kind == COMMAND_RESERVE)
		a->reserved_until_ms = clock_wall_ms(clock_machine()) + 1800000;
	if (command->kind == COMMAND_BUY) {
		TEXT_COPY(s->bought, o->number);
		TEXT_COPY(s->reference, command->reference);
		a->order_status = CARRIER_ORDER_PENDING;
		TEXT_COPY(a->order_id, "an-order");
	}
	if (command->kind == COMMAND_RELEASE_NUMBER)
		s->bought[0] = '\0';
	if (command->kind == COMMAND_READ_ORDER && s->is_pending) {
		a->order_status = CARRIER_ORDER_PENDING;
		return;
	}
	bool is_ours = s->bought[0] != '\0' && text_is(s->bought, o->number);
	if (is_ours || text_is(s->owned_number, o->number)) {
		a->number_status = NUMBER_ACTIVE;
		TEXT_COPY(a->number_id, "1293384261075731499");
		TEXT_COPY(a->number_reference, s->reference);
		TEXT_COPY(a->status_word, "active");
	}
	if (command->kind == COMMAND_IMPORT || command->kind == COMMAND_READ_VOICE) {
		TEXT_COPY(a->voice_id, "e2b1d9c4-3f5a-4c6e-9b8d-7a1f0c2e4d63");
		a->voice_status = VOICE_ACTIVE;
		TEXT_COPY(a->status_word, "active");
	}
}

static inline void answer(struct script *s, const struct order *o, const struct command *command,
	void (*done)(void *arg, const struct answer *answer), void *arg)
{
	s->asked[command->kind]++;
	struct reply *reply = must_calloc(1, sizeof(*reply));
	reply->script = s;
	reply->done = done;
	reply->arg = arg;
	fill(s, o, command, &reply->answer);
	if (command->kind != s->hold) {
		loop_post(s->loop, deliver, reply);
		return;
	}
	free(s->held);
	s->held = reply;
}

static inline void freeze_now(void);

static inline struct script *script_of_carrier(struct carrier *c)
{
	return (struct script *)((char *)c - offsetof(struct script, carrier));
}

static inline struct script *script_of_voice(struct voice *v)
{
	return (struct script *)((char *)v - offsetof(struct script, voice));
}

static inline void carrier_ask_script(struct carrier *c, const struct order *o,
	const struct command *command, bool (*gate)(void *arg), carrier_done done, void *arg)
{
	struct script *s = script_of_carrier(c);
	if (command->kind == COMMAND_BUY || command->kind == COMMAND_RELEASE_NUMBER) {
		if (command->kind == COMMAND_BUY) {
			s->gate = gate;
			s->gate_arg = arg;
		}
		if (s->freezes_at_gate)
			freeze_now();
		if (!s->keeps_gate && !gate(arg)) {
			assert_true(s->freezes_at_gate);
			s->shut_gates++;
			s->refuse[command->kind] = ERR_CARRIER_DOWN;
			s->asked[command->kind]--;
		}
	}
	answer(s, o, command, done, arg);
}

struct listing {
	struct script *script;
	int64_t after_ms;
	carrier_orders_done done;
	void *arg;
};

static inline void list_orders(void *arg)
{
	struct listing l = *(struct listing *)arg;
	struct script *s = l.script;
	struct err e = {0};
	free(arg);
	s->listings++;
	if (s->listing_fails > 0) {
		s->listing_fails--;
		err_set(&e, ERR_CARRIER_DOWN, "no answer");
		l.done(l.arg, &e, NULL, 0, false);
	} else {
		bool is_new = s->known_ms > l.after_ms;
		l.done(l.arg, &e, s->known, is_new ? s->known_count : 0, false);
	}
}

static inline void carrier_orders_script(
	struct carrier *c, int page, int64_t after_ms, carrier_orders_done done, void *arg)
{
	struct listing *l = must_calloc(1, sizeof(*l));
	(void)page;
	*l = (struct listing){script_of_carrier(c), after_ms, done, arg};
	loop_post(l->script->loop, list_orders, l);
}

struct stock_reply {
	struct script *script;
	carrier_stock_done done;
	void *arg;
};

static inline void tell_stock(void *arg)
{
	struct stock_reply reply = *(struct stock_reply *)arg;
	struct carrier_stock rows[16];
	struct err e = {0};
	int count = 0;
	free(arg);
	const char *at = reply.script->in_stock;
	if (at == NULL)
		err_set(&e, ERR_CARRIER_DOWN, "no answer");
	for (; at != NULL && *at != '\0'; at += strspn(at, " ")) {
		rows[count] = (struct carrier_stock){.count = 5};
		text_copy_part(rows[count++].area_code, sizeof(rows[0].area_code), at, 3);
		at += 3;
	}
	reply.done(reply.arg, &e, rows, count);
}

static inline void carrier_stock_script(
	struct carrier *c, const char *country, carrier_stock_done done, void *arg)
{
	struct stock_reply *reply = must_calloc(1, sizeof(*reply));
	*reply = (struct stock_reply){script_of_carrier(c), done, arg};
	assert_string_equal(country, "US");
	reply->script->stocks++;
	if (reply->script->is_stock_held)
		reply->script->stock = reply;
	else
		loop_post(reply->script->loop, tell_stock, reply);
}

static inline void let_stock_go(struct script *s)
{
	struct stock_reply *reply = s->stock;
	s->stock = NULL;
	if (reply != NULL)
		tell_stock(reply);
}

static inline void carrier_expect_script(struct carrier *c, const char *id)
{
	(void)c;
	(void)id;
}

static inline void voice_ask_script(struct voice *v, const struct order *o,
	const struct command *command, bool (*gate)(void *arg), voice_done done, void *arg)
{
	if (command->kind == COMMAND_IMPORT)
		assert_true(gate(arg));
	answer(script_of_voice(v), o, command, done, arg);
}

struct check_reply {
	voice_check_done done;
	void *arg;
};

static inline void deliver_check(void *arg)
{
	struct check_reply *reply = arg;
	const struct voice_credential credential = {.id = "5f0c6a52-9d1e-4b7a-8c3f-2e6d4a1b9c70"};
	reply->done(reply->arg, &(struct err){0}, &credential);
	free(reply);
}

static inline void voice_check_script(struct voice *v, voice_check_done done, void *arg)
{
	struct check_reply *reply = must_calloc(1, sizeof(*reply));
	*reply = (struct check_reply){done, arg};
	loop_post(script_of_voice(v)->loop, deliver_check, reply);
}

/* --- one installation --- */

/* The machine's clock, or that of a machine further on. */
struct skewed {
	struct clock clock;
	int64_t wall_ms, boot_ms;
};

static inline int64_t skewed_wall_ms(void *state)
{
	return clock_wall_ms(clock_machine()) + ((struct skewed *)state)->wall_ms;
}

static inline int64_t skewed_boot_ms(void *state)
{
	return clock_boot_ms(clock_machine()) + ((struct skewed *)state)->boot_ms;
}

struct world {
	struct script script;
	struct skewed clock, other_clock;
	struct loop *loop;
	struct store *store;
	struct engine *engine;
	struct engine *other; /* a second worker on the same store; NULL: none */
	int64_t settle_ms;
	const char *secret; /* NULL: none */
	char url[300];
};
static struct world w;

static inline struct engine *open_engine(struct skewed *clock)
{
	struct err e = {0};
	struct store_lease holder;
	clock->clock = (struct clock){skewed_wall_ms, skewed_boot_ms, clock};
	struct engine *engine = engine_new(&(struct engine_options){.loop = w.loop,
		.clock = &clock->clock,
		.store = w.store,
		.carrier = &w.script.carrier,
		.voice = &w.script.voice,
		.settle_ms = w.settle_ms,
		.instance_secret = w.secret});
	assert_int_equal(engine_start(engine, "", &holder, &e), ERR_OK);
	return engine;
}

static inline void open_world(void)
{
	static const struct carrier_ops carrier_ops = {.ask = carrier_ask_script,
		.orders = carrier_orders_script,
		.stock = carrier_stock_script,
		.expect_connection = carrier_expect_script};
	static const struct voice_ops voice_ops = {
		.check = voice_check_script, .ask = voice_ask_script};
	struct err e = {0};
	w.loop = loop_new();
	w.script.loop = w.loop;
	w.script.carrier.ops = &carrier_ops;
	w.script.voice.ops = &voice_ops;
	assert_int_equal(store_open(w.url, w.loop, &w.store, &e), ERR_OK);
	w.engine = open_engine(&w.clock);
}

static inline void set_true(void *flag)
{
	*(bool *)flag = true;
}

/* As the programs do: stop, let the store finish, let all answers arrive. */
static inline void close_world(void)
{
	bool is_quiet = false;
	engine_stop(w.engine);
	if (w.other != NULL)
		engine_stop(w.other);
	store_free(w.store);
	loop_post(w.loop, set_true, &is_quiet);
	assert_true(loop_run_until(w.loop, &is_quiet, WAIT_MS));
	engine_free(w.engine);
	w.other = engine_free(w.other);
	free(w.script.held);
	w.script.held = NULL;
	free(w.script.stock);
	w.script.stock = NULL;
	loop_free(w.loop);
}

/* A new one, empty. */
static inline void name_database(void)
{
	static int serial;
	text_format(w.url, sizeof(w.url), "sqlite:%s/engine%d.db", check_temp_dir(), serial++);
}

static inline void run_for_ms(int ms)
{
	bool never = false;
	(void)loop_run_until(w.loop, &never, ms);
}

static inline int fresh(void **state)
{
	(void)state;
	w = (struct world){
		.settle_ms = 400, .script = {.hold = COMMAND_COUNT, .next_number = 1000}};
	name_database();
	open_world();
	/* The switch is read, and the carrier's orders are seen: it may spend. */
	for (int i = 0; w.engine->rules.is_frozen && i < WAIT_MS; i++)
		run_for_ms(1);
	assert_false(w.engine->rules.is_frozen);
	return 0;
}

static inline int done_with(void **state)
{
	(void)state;
	close_world();
	return 0;
}

/* --- asking and waiting --- */

static struct {
	bool is_done;
	struct err err;
	struct order order;
	bool is_repeat;
	char existing_id[ID_BYTES];
} last;

static inline void signed_up(void *arg, const struct engine_signup_result *result)
{
	(void)arg;
	last.is_done = true;
	last.is_repeat = result->is_repeat;
	last.err = result->error ? result->error->err : (struct err){0};
	TEXT_COPY(last.existing_id, result->existing_id);
	if (result->order != NULL)
		last.order = *result->order;
}

static inline void sign_up_as(const struct wish *wish)
{
	last.is_done = false;
	engine_signup(w.engine, wish, signed_up, NULL);
	assert_false(last.is_done); /* never from inside the call */
	assert_true(loop_run_until(w.loop, &last.is_done, WAIT_MS));
}

static inline void sign_up(const char *name, const char *key, const char *existing)
{
	struct wish wish = {
		.email = "a@b.example", .business_phone = "415 555 0123", .source = "api"};
	TEXT_COPY(wish.business_name, name);
	TEXT_COPY(wish.idempotency_key, key);
	TEXT_COPY(wish.existing_number, existing);
	sign_up_as(&wish);
}

static inline void told(void *arg, const struct err *e, const struct order *order)
{
	(void)arg;
	last.is_done = true;
	last.err = *e;
	if (order != NULL)
		last.order = *order;
}

struct waiting {
	enum order_state wanted;
	bool is_there;
};

static inline void saw(void *arg, const struct order *order, const struct store_event *event)
{
	struct waiting *waiting = arg;
	assert_true(event->seq > 0);
	if (order->state == waiting->wanted)
		waiting->is_there = true;
}

static inline void wait_until(const char *id, enum order_state wanted)
{
	struct waiting waiting = {.wanted = wanted};
	struct engine_watch *watch = engine_watch(w.engine, id, saw, &waiting);
	last.is_done = false;
	engine_get(w.engine, id, told, NULL);
	assert_true(loop_run_until(w.loop, &last.is_done, WAIT_MS));
	if (last.order.state != wanted)
		assert_true(loop_run_until(w.loop, &waiting.is_there, WAIT_MS));
	engine_unwatch(w.engine, watch);
	last.is_done = false;
	engine_get(w.engine, id, told, NULL);
	assert_true(loop_run_until(w.loop, &last.is_done, WAIT_MS));
}

/* --- the switch, and several workers --- */

static struct {
	bool is_done;
	struct err err;
	struct engine_control control;
} turned;

static inline void take_turn(void *arg, const struct err *e, const struct engine_control *control)
{
	(void)arg;
	turned.err = *e;
	turned.control = *control;
	turned.is_done = true;
}

static inline void freeze_now(void)
{
	turned.is_done = false;
	engine_freeze(w.engine, "the test says so", take_turn, NULL);
}

/* Another worker, whose clock says that the first one's time is over. */
static inline void another_worker_takes_over(void)
{
	w.other_clock.wall_ms = 60000;
	w.other = open_engine(&w.other_clock);
}

static inline void swap_workers(void)
{
	struct engine *engine = w.engine;
	w.engine = w.other;
	w.other = engine;
}

/* Bought, and nobody has heard the answer yet. */
static inline void reach_an_open_purchase(void)
{
	w.script.hold = COMMAND_BUY;
	sign_up("Bay Bikes", "", "");
	wait_until(last.order.id, ORDER_BUYING);
	assert_int_equal(last.order.worker, 1);
	w.script.hold = COMMAND_COUNT;
}

static inline bool is_lost(void)
{
	return engine_stats(w.engine)->lost > 0;
}

static inline void run_until(bool (*is_so)(void))
{
	bool never = false;
	for (int i = 0; !is_so() && i < 1000; i++)
		(void)loop_run_until(w.loop, &never, 10);
	assert_true(is_so());
}

static inline void cancel_now(void)
{
	last.is_done = false;
	engine_cancel(w.engine, last.order.id, true, told, NULL);
	assert_true(loop_run_until(w.loop, &last.is_done, WAIT_MS));
	assert_int_equal(last.err.code, ERR_OK);
}

/* A test of a new installation. */
#define WORLD(name) cmocka_unit_test_setup_teardown(name, fresh, done_with)

#endif
