/* requests.c - what outsiders may ask of the engine. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "engine/hold.h"
#include "engine/inside.h"
#include "engine/recover.h"

/* --- answers on the next turn of the loop --- */

struct later {
	engine_order_done done;
	void *arg;
	struct err err;
	struct order order;
};

static void tell_later(void *arg)
{
	struct later *later = arg;
	later->done(later->arg, &later->err, later->err.code == ERR_OK ? &later->order : NULL);
	free(later);
}

static void answer_later(struct engine *engine, const struct err *e, const struct order *order,
	engine_order_done done, void *arg)
{
	struct later *later = must_calloc(1, sizeof(*later));
	later->done = done;
	later->arg = arg;
	later->err = *e;
	if (order != NULL)
		later->order = *order;
	loop_post(engine->loop, tell_later, later);
}

/* --- signing up --- */

struct signing_up {
	struct engine *engine;
	struct order order;
	engine_signup_done done;
	void *arg;
	struct wish_error error;
};

static void signup_refused(struct signing_up *s, const char *existing_id)
{
	struct engine_signup_result result = {.error = &s->error};
	TEXT_COPY(result.existing_id, existing_id);
	s->done(s->arg, &result);
	free(s);
}

static void signup_refused_later(void *arg)
{
	signup_refused(arg, "");
}

static void repeat_found(void *arg, const struct err *e, const struct order *order)
{
	struct signing_up *s = arg;
	if (e->code != ERR_OK) {
		s->error.err = *e;
		TEXT_COPY(s->error.reason, err_wire(e->code));
		signup_refused(s, "");
		return;
	}
	struct engine_signup_result result = {.order = order, .is_repeat = true};
	s->done(s->arg, &result);
	/* Ours, and we were not told so when it was stored. */
	if (!order_is_over(order->state) && order->worker == s->engine->lease.worker)
		engine_take(s->engine, order);
	free(s);
}

static void begin(struct engine *engine, const struct order *order)
{
	engine->stats.signups++;
	log_line(LOG_INFO, "signup", "id", order->id, "to", "received", NULL);
	if (live_orders_find(engine->live, order->id) != NULL)
		return; /* found among what is ours before we were told */
	struct live_order *entry = engine_hold(engine, order);
	struct event start = engine_event(engine, EVENT_START);
	entry->asks++; /* hold it while we still look at it */
	engine_apply(engine, entry, &start, NULL, NULL);
	recovery_tell(engine->recovery, entry);
	entry->asks--;
	engine_let_rest(engine, entry);
}

static void created(void *arg, const struct store_result *result)
{
	struct signing_up *s = arg;
	struct engine *engine = s->engine;
	engine_note_store(engine, &result->err);
	if (result->err.code == ERR_OK && result->is_repeat) {
		engine_get(engine, result->existing_id, repeat_found, s);
		return;
	}
	if (result->err.code != ERR_OK) {
		if (result->err.code == ERR_STORE_UNAVAILABLE)
			engine_may_hold_more(engine);
		s->error.err = result->err;
		TEXT_COPY(s->error.reason, err_wire(result->err.code));
		if (result->err.code == ERR_NUMBER_TAKEN)
			TEXT_COPY(s->error.field, "existing_number");
		signup_refused(s, result->existing_id);
		return;
	}
	struct engine_signup_result done = {.order = &s->order};
	s->done(s->arg, &done);
	if (!engine->is_stopping)
		begin(engine, &s->order);
	free(s);
}

/* The name in every reference: the same key gives the same name, so that an
 * order can be found again after our memory is gone. */
static void give_name(struct engine *engine, struct order *o, const char *idempotency_key)
{
	char word[STORE_IDEMPOTENCY_KEY_BYTES + 8];
	/* Marked, so that no key of a client's can be another order's id. */
	text_format(word, sizeof(word), "%s%s",
		idempotency_key[0] ? "key:" : "id:", idempotency_key[0] ? idempotency_key : o->id);
	id_keyed_name(engine->identity.key, sizeof(engine->identity.key), word, 20, o->name);
	TEXT_COPY(o->instance, engine->identity.instance);
}

/* What was chosen is held for whoever can show it; a hold that proves nothing
 * counts as none. */
static void take_hold(struct engine *engine, struct order *o, const char *hold)
{
	struct candidate held;
	int64_t until_ms;
	if (hold_read(engine->identity.key, sizeof(engine->identity.key), hold, o->wanted.number,
		    clock_wall_ms(engine->clock), &held, &until_ms)) {
		o->wanted = held;
		o->wanted_until_ms = until_ms;
	}
}

void engine_signup(
	struct engine *engine, const struct wish *wish, engine_signup_done done, void *arg)
{
	struct signing_up *s = must_calloc(1, sizeof(*s));
	struct store_creation creation = {0};
	struct err e;
	s->engine = engine;
	s->done = done;
	s->arg = arg;
	if (!wish_check(wish, &s->order, &creation, &s->error)) {
		loop_post(engine->loop, signup_refused_later, s);
		return;
	}
	if (!engine_is_ready(engine, &e) && engine->lease.worker == 0) {
		s->error.err = e;
		TEXT_COPY(s->error.reason, err_wire(e.code));
		loop_post(engine->loop, signup_refused_later, s);
		return;
	}
	struct order *o = &s->order;
	int64_t now_ms = clock_wall_ms(engine->clock);
	if (wish->max_rung[0] == '\0') {
		o->max_rung = engine->max_rung;
		o->asks = engine->is_asking;
	}
	take_hold(engine, o, wish->hold);
	id_new("su", now_ms, o->id);
	give_name(engine, o, creation.idempotency_key);
	o->version = 1;
	o->worker = engine->lease.worker;
	o->created_ms = o->updated_ms = o->since_ms = now_ms;
	o->most_upfront_cents = (int32_t)engine->limits.upfront_cents;
	o->most_monthly_cents = (int32_t)engine->limits.monthly_cents;
	struct store_event event;
	engine_chain(o, "received", order_status(ORDER_RECEIVED), "the sign-up is stored", now_ms,
		&event);
	store_create(engine->store, o, &creation, &event, created, s);
}

/* --- reading --- */

struct getting {
	engine_order_done done;
	void *arg;
};

static void got(void *arg, const struct err *e, const struct order *orders, size_t count)
{
	struct getting *get = arg;
	must(e->code != ERR_OK || count == 1);
	get->done(get->arg, e, e->code == ERR_OK ? &orders[0] : NULL);
	free(get);
}

void engine_get(struct engine *engine, const char *id, engine_order_done done, void *arg)
{
	struct live_order *entry = live_orders_find(engine->live, id);
	/* Memory may be ahead of the disk; what is told is what is durable. */
	if (entry != NULL && entry->saves == 0 && !entry->is_reloading) {
		answer_later(engine, &(struct err){0}, &entry->order, done, arg);
		return;
	}
	struct getting *get = must_calloc(1, sizeof(*get));
	get->done = done;
	get->arg = arg;
	store_load(engine->store, id, got, get);
}

void engine_list(
	struct engine *engine, const struct store_query *query, store_orders_done done, void *arg)
{
	store_list(engine->store, query, done, arg);
}

void engine_timeline(
	struct engine *engine, const char *id, int64_t after_seq, store_events_done done, void *arg)
{
	store_timeline(engine->store, id, after_seq, done, arg);
}

/* --- a person's word: cancel, retry, resolve --- */

/* Asked again when another worker, or a doubt about our memory, is in the way. */
#define WANT_TRIES 4

struct wanting {
	struct engine *engine;
	char id[ID_BYTES];
	enum event_kind kind;
	bool is_now;
	struct engine_choice choice;
	enum resolution resolution;
	int tries;
	engine_order_done done;
	void *arg;
	struct wanting *next; /* among those who wait until the order is read again */
};

static void begin_wanting(struct wanting *w);

static void end_wanting(struct wanting *w, const struct err *e, const struct order *order)
{
	w->done(w->arg, e, order);
	free(w);
}

static void wanted(void *arg, const struct err *e, const struct order *order)
{
	struct wanting *w = arg;
	if (e->code == ERR_STORE_CONFLICT && w->tries < WANT_TRIES && !w->engine->is_stopping)
		begin_wanting(w);
	else
		end_wanting(w, e, order);
}

void engine_tell_wanting(struct live_order *entry, const struct err *e)
{
	struct wanting *next = entry->wanting;
	entry->wanting = NULL;
	while (next != NULL) {
		struct wanting *w = next;
		next = w->next;
		if (e->code == ERR_OK)
			begin_wanting(w);
		else
			end_wanting(w, e, NULL);
	}
}

void engine_forget_wanting(struct live_order *entry)
{
	while (entry->wanting != NULL) {
		struct wanting *w = entry->wanting;
		entry->wanting = w->next;
		free(w);
	}
	while (entry->waiters != NULL) {
		struct waiter *waiter = entry->waiters;
		entry->waiters = waiter->next;
		free(waiter->arg);
		free(waiter);
	}
}

static void wait_for_save(struct live_order *entry, struct wanting *w)
{
	struct waiter *waiter = must_calloc(1, sizeof(*waiter));
	waiter->done = wanted;
	waiter->arg = w;
	waiter->version = entry->order.version;
	waiter->next = entry->waiters;
	entry->waiters = waiter;
}

static bool says_anything(const struct engine_choice *c)
{
	return c->area_code[0] || c->postal_code[0] || c->city[0] || c->number[0] || c->hold[0] ||
	       c->max_rung[0] || c->contains[0] || c->has_contains;
}

static bool is_any_digits(const struct engine_choice *c)
{
	return text_is(c->contains, "-");
}

/* The fields are of one size with a wish's. */
static struct wish wish_of(const struct engine_choice *c)
{
	struct wish wish = {.reference = ""};
	must(TEXT_COPY(wish.area_code, c->area_code));
	must(TEXT_COPY(wish.postal_code, c->postal_code));
	must(TEXT_COPY(wish.city, c->city));
	must(TEXT_COPY(wish.number, c->number));
	must(TEXT_COPY(wish.hold, c->hold));
	must(TEXT_COPY(wish.max_rung, c->max_rung));
	if (!is_any_digits(c))
		must(TEXT_COPY(wish.contains, c->contains));
	return wish;
}

/* *ret_event's choice is what was said, in *ret; or NULL, for nothing was. */
static bool read_choice(const struct wanting *w, const struct order *o, struct order_choice *ret,
	struct event *ret_event, struct err *e)
{
	const struct engine_choice *typed = &w->choice;
	struct wish wish;
	struct wish_error error;
	struct order chosen = {0};
	if (w->kind != EVENT_RETRY || !says_anything(typed))
		return true;
	wish = wish_of(typed);
	if (!wish_read_choice(&wish, o, ret, &error)) {
		bool is_named = text_starts(error.err.message, error.field);
		err_set_hint(e, error.err.code, error.err.hint, "%s%s%s",
			is_named ? "" : error.field, is_named ? "" : ": ", error.err.message);
		return false;
	}
	ret->has_contains = ret->has_contains || typed->has_contains || is_any_digits(typed);
	chosen.wanted = ret->wanted;
	take_hold(w->engine, &chosen, typed->hold);
	ret->wanted = chosen.wanted;
	ret->wanted_until_ms = chosen.wanted_until_ms;
	ret_event->choice = ret;
	return true;
}

static void want(struct wanting *w, struct live_order *entry)
{
	struct engine *engine = w->engine;
	struct event event = engine_event(engine, w->kind);
	struct err e = {0};
	enum verdict verdict = VERDICT_IGNORED;
	event.is_now = w->is_now;
	event.resolution = w->resolution;
	struct order_choice choice;
	int64_t version = entry->order.version;
	entry->asks++; /* hold it while we still look at it */
	if (entry->is_reloading && w->tries < WANT_TRIES) {
		w->next = entry->wanting;
		entry->wanting = w;
	} else {
		if (read_choice(w, &entry->order, &choice, &event, &e))
			engine_apply(engine, entry, &event, &verdict, &e);
		if (e.code != ERR_OK)
			answer_later(engine, &e, NULL, wanted, w);
		else if (entry->order.version != version)
			wait_for_save(entry, w);
		else
			answer_later(engine, &e, &entry->order, wanted, w);
	}
	entry->asks--;
	engine_let_rest(engine, entry);
}

static void want_claimed(void *arg, const struct err *e, const struct order *orders, size_t count)
{
	struct wanting *w = arg;
	if (e->code == ERR_STORE_UNAVAILABLE)
		engine_may_hold_more(w->engine);
	if (e->code != ERR_OK) {
		end_wanting(w, e, NULL);
		return;
	}
	must(count == 1);
	/* It may have been taken up while we asked. */
	want(w, engine_take(w->engine, &orders[0]));
}

/* Whoever is asked takes it: from nobody, or from the worker that has it, which
 * finds out when it saves. */
static void begin_wanting(struct wanting *w)
{
	struct live_order *entry = live_orders_find(w->engine->live, w->id);
	w->tries++;
	if (entry != NULL)
		want(w, entry);
	else
		engine_claim(w->engine, w->id, want_claimed, w);
}

static void want_it(struct engine *engine, const char *id, const struct wanting *what)
{
	struct wanting *w = must_calloc(1, sizeof(*w));
	*w = *what;
	w->engine = engine;
	TEXT_COPY(w->id, id);
	begin_wanting(w);
}

void engine_cancel(
	struct engine *engine, const char *id, bool is_now, engine_order_done done, void *arg)
{
	want_it(engine, id,
		&(struct wanting){
			.kind = EVENT_CANCEL, .is_now = is_now, .done = done, .arg = arg});
}

void engine_retry(struct engine *engine, const char *id, const struct engine_choice *choice,
	engine_order_done done, void *arg)
{
	struct wanting what = {.kind = EVENT_RETRY, .done = done, .arg = arg};
	if (choice != NULL)
		what.choice = *choice;
	want_it(engine, id, &what);
}

void engine_resolve(struct engine *engine, const char *id, enum resolution answer,
	engine_order_done done, void *arg)
{
	want_it(engine, id,
		&(struct wanting){
			.kind = EVENT_RESOLVE, .resolution = answer, .done = done, .arg = arg});
}

/* --- watching --- */

struct engine_watch {
	char id[ID_BYTES];
	engine_watch_func func;
	void *arg;
	struct engine_watch *next;
};

struct engine_watch *engine_watch(
	struct engine *engine, const char *id, engine_watch_func func, void *arg)
{
	struct engine_watch *watch = must_calloc(1, sizeof(*watch));
	TEXT_COPY(watch->id, id);
	watch->func = func;
	watch->arg = arg;
	watch->next = engine->watches;
	engine->watches = watch;
	return watch;
}

struct engine_watch *engine_unwatch(struct engine *engine, struct engine_watch *watch)
{
	struct engine_watch **at = &engine->watches;
	while (*at != watch) {
		must(*at != NULL);
		at = &(*at)->next;
	}
	*at = watch->next;
	free(watch);
	return NULL;
}

void engine_tell_watches(
	struct engine *engine, const struct order *order, const struct store_event *event)
{
	struct engine_watch *next;
	for (struct engine_watch *w = engine->watches; w != NULL; w = next) {
		next = w->next; /* the watcher may end itself */
		if (text_is(w->id, order->id))
			w->func(w->arg, order, event);
	}
}
