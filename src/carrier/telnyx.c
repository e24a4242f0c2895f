/*
 * Asking Telnyx: which requests a command takes, in what order, and when its
 * one answer is ready.  What they say and mean is telnyx_wire.h.
 */
#include "carrier/carrier.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/text.h"
#include "carrier/telnyx_wire.h"
#include "net/http_client.h"

#define CALLS_MOST 3
/* A reservation with less than this left is extended rather than used up. */
#define RESERVATION_LOW_MS (10 * 60 * 1000)

struct telnyx {
	struct carrier base; /* first: what callers hold */
	struct http_client *http;
	const struct clock *clock;
	char *base_url, *api_key;
	char connection_id[24];
	struct job *jobs;
};

/* What one caller asked, until it is answered. */
struct job {
	struct telnyx *t;
	struct job *next, **back; /* among t->jobs */
	int out;                  /* requests without a reply */
	void *more;               /* freed with the job; may be NULL */
	struct call {
		struct job *job;
		void (*take)(struct job *job, const struct http_reply *reply);
		uint64_t handle;
		bool is_out;
	} calls[CALLS_MOST];
};

/* Thousands of asks may wait in line, and few are put together from parts. */
struct findings {
	struct answer orders, numbers, verified;
};

/* One command of the core. */
struct ask {
	struct job job;            /* first */
	const struct order *order; /* borrowed until done */
	struct command command;
	bool (*gate)(void *arg);
	carrier_done done;
	void *arg;
	int page, order_page;   /* of the list that is followed */
	bool is_posted;         /* RESERVE: a reservation was asked for */
	bool is_read_by_id;     /* LOOK: the record itself was asked for */
	struct findings *found; /* of what is put together from parts, else NULL */
	struct telnyx_reservation reservation;
};

struct listing {
	struct job job; /* first */
	struct carrier_query query;
	carrier_offers_done offers_done;
	carrier_numbers_done numbers_done;
	carrier_orders_done orders_done;
	carrier_stock_done stock_done;
	void *arg;
};

static struct findings *findings_new(void)
{
	struct findings *found = must_calloc(1, sizeof(*found));
	telnyx_answer_init(&found->orders);
	telnyx_answer_init(&found->numbers);
	telnyx_answer_init(&found->verified);
	return found;
}

static struct telnyx *of(struct carrier *c)
{
	return (struct telnyx *)c;
}

/* --- jobs --- */

static void *job_new(struct telnyx *t, size_t size)
{
	struct job *job = must_calloc(1, size);
	job->t = t;
	job->next = t->jobs;
	job->back = &t->jobs;
	if (t->jobs != NULL)
		t->jobs->back = &job->next;
	t->jobs = job;
	return job;
}

static void job_unlink(struct job *job)
{
	*job->back = job->next;
	if (job->next != NULL)
		job->next->back = job->back;
}

static void take_reply(void *arg, const struct http_reply *reply)
{
	struct call *call = arg;
	struct job *job = call->job;
	call->is_out = false;
	job->out--;
	call->take(job, reply);
}

/* `take` runs when the reply is here, and ends the job or sends on. */
static void send_call(struct job *job, struct http_call http,
	void (*take)(struct job *job, const struct http_reply *reply))
{
	struct call *call = job->calls;
	while (call < job->calls + CALLS_MOST && call->is_out)
		call++;
	must(call < job->calls + CALLS_MOST);
	call->job = job;
	call->take = take;
	call->is_out = true;
	job->out++;
	http.bearer = job->t->api_key;
	call->handle = http_send(job->t->http, &http, take_reply, call);
}

static void ask_end(struct ask *ask, const struct answer *answer)
{
	must(ask->job.out == 0);
	job_unlink(&ask->job);
	ask->done(ask->arg, answer);
	free(ask->job.more);
	free(ask);
}

static struct ask *ask_of(struct job *job)
{
	return (struct ask *)job;
}

static const char *base_of(const struct ask *ask)
{
	return ask->job.t->base_url;
}

static int64_t now_of(const struct ask *ask)
{
	return clock_wall_ms(ask->job.t->clock);
}

/* --- commands of one request --- */

static void take_balance(struct job *job, const struct http_reply *reply)
{
	struct answer a;
	telnyx_answer_init(&a);
	telnyx_read_balance(reply, &a);
	ask_end(ask_of(job), &a);
}

static void start_check(struct ask *ask)
{
	send_call(&ask->job, telnyx_build_balance(base_of(ask)), take_balance);
}

static void take_search(struct job *job, const struct http_reply *reply)
{
	struct answer a;
	telnyx_answer_init(&a);
	telnyx_read_search(reply, ask_of(job)->order, &a);
	ask_end(ask_of(job), &a);
}

static void start_search(struct ask *ask)
{
	struct carrier_query query;
	telnyx_query_of_order(ask->order, &query);
	send_call(&ask->job, telnyx_build_search(base_of(ask), &query), take_search);
}

static void take_offer(struct job *job, const struct http_reply *reply)
{
	struct answer a;
	telnyx_answer_init(&a);
	telnyx_read_offer(reply, ask_of(job)->order->number, &a);
	ask_end(ask_of(job), &a);
}

static void start_offer(struct ask *ask)
{
	send_call(&ask->job, telnyx_build_offer(base_of(ask), ask->order->number), take_offer);
}

static void take_bought(struct job *job, const struct http_reply *reply)
{
	struct ask *ask = ask_of(job);
	struct answer a;
	fault("carrier.buy.answered");
	telnyx_answer_init(&a);
	telnyx_read_bought(reply, ask->order, ask->command.reference, &a);
	ask_end(ask, &a);
}

static void start_buy(struct ask *ask)
{
	const struct attempt *attempt = &ask->order->attempt;
	must(attempt->kind == ATTEMPT_BUY && text_is(attempt->number, ask->order->number));
	struct http_call call = telnyx_build_buy(
		base_of(ask), attempt->method, attempt->number, ask->command.reference);
	call.is_money = true;
	call.gate = ask->gate;
	call.gate_arg = ask->arg;
	fault("carrier.buy.before_send");
	send_call(&ask->job, call, take_bought);
}

static void take_number(struct job *job, const struct http_reply *reply)
{
	struct ask *ask = ask_of(job);
	struct answer a;
	telnyx_answer_init(&a);
	telnyx_read_number(reply, ask->order, job->t->connection_id, &a);
	ask_end(ask, &a);
}

static void start_read_number(struct ask *ask)
{
	send_call(&ask->job, telnyx_build_number(base_of(ask), ask->order->number_id), take_number);
}

static void take_released(struct job *job, const struct http_reply *reply)
{
	struct ask *ask = ask_of(job);
	struct answer a;
	telnyx_answer_init(&a);
	telnyx_read_released(reply, ask->order, &a);
	ask_end(ask, &a);
}

static void start_release_number(struct ask *ask)
{
	struct http_call call = telnyx_build_release(base_of(ask), ask->order->number_id);
	call.is_money = true;
	call.gate = ask->gate;
	call.gate_arg = ask->arg;
	send_call(&ask->job, call, take_released);
}

/* --- lists followed over their pages --- */

/* The next page of a list, or false when it is at its end.  A list that goes
 * on and on is not the filtered one that was asked for. */
static bool may_page_on(int *page, bool has_more, struct answer *a)
{
	if (a->code != ERR_OK || !has_more)
		return false;
	if (++*page <= TELNYX_LIST_PAGES)
		return true;
	telnyx_fail(a, ERR_CARRIER_DOWN, "",
		"could not look through Telnyx's list: more than %d rows",
		TELNYX_LIST_PAGES * TELNYX_LIST_ROWS);
	return false;
}

static void take_traced(struct job *job, const struct http_reply *reply)
{
	struct ask *ask = ask_of(job);
	const char *reference = ask->command.reference;
	bool has_more;
	telnyx_read_orders(reply, reference, "", &ask->found->orders, &has_more);
	if (may_page_on(&ask->order_page, has_more, &ask->found->orders))
		send_call(job, telnyx_build_orders(base_of(ask), reference, ask->order_page),
			take_traced);
	else
		ask_end(ask, &ask->found->orders);
}

static void start_trace(struct ask *ask)
{
	send_call(&ask->job, telnyx_build_orders(base_of(ask), ask->command.reference, 1),
		take_traced);
}

/* --- LOOK: by reference, by ownership, by list, side by side --- */

static void look_on(struct ask *ask);

static void take_look_order(struct job *job, const struct http_reply *reply)
{
	struct ask *ask = ask_of(job);
	const char *reference = ask->command.reference;
	bool has_more;
	telnyx_read_orders(reply, reference, ask->order->number, &ask->found->orders, &has_more);
	if (may_page_on(&ask->order_page, has_more, &ask->found->orders))
		send_call(job, telnyx_build_orders(base_of(ask), reference, ask->order_page),
			take_look_order);
	else
		look_on(ask);
}

static void take_look_verified(struct job *job, const struct http_reply *reply)
{
	struct ask *ask = ask_of(job);
	telnyx_read_verified(reply, ask->order->number, &ask->found->verified);
	look_on(ask);
}

static void take_look_number(struct job *job, const struct http_reply *reply)
{
	struct ask *ask = ask_of(job);
	bool has_more;
	telnyx_read_numbers(reply, ask->order->number, &ask->found->numbers, &has_more);
	if (may_page_on(&ask->page, has_more, &ask->found->numbers))
		send_call(job, telnyx_build_numbers(base_of(ask), ask->order->number, ask->page),
			take_look_number);
	else
		look_on(ask);
}

static void take_look_record(struct job *job, const struct http_reply *reply)
{
	struct ask *ask = ask_of(job);
	telnyx_answer_init(&ask->found->numbers);
	telnyx_read_number(reply, ask->order, "", &ask->found->numbers);
	ask->found->numbers.differs[0] = '\0';
	look_on(ask);
}

static void look_on(struct ask *ask)
{
	struct answer all;
	if (ask->job.out > 0)
		return;
	if (!ask->is_read_by_id &&
		telnyx_look_needs_id(&ask->found->verified, &ask->found->numbers)) {
		ask->is_read_by_id = true;
		send_call(&ask->job,
			telnyx_build_number(base_of(ask), ask->found->verified.number_id),
			take_look_record);
		return;
	}
	telnyx_settle_look(&ask->found->orders, &ask->found->verified, &ask->found->numbers, &all);
	ask_end(ask, &all);
}

static void start_look(struct ask *ask)
{
	const char *number = ask->order->number;
	if (ask->order->mode == ORDER_MODE_BUY)
		send_call(&ask->job, telnyx_build_orders(base_of(ask), ask->command.reference, 1),
			take_look_order);
	send_call(&ask->job, telnyx_build_verify(base_of(ask), number), take_look_verified);
	send_call(&ask->job, telnyx_build_numbers(base_of(ask), number, 1), take_look_number);
}

/* --- READ_ORDER: the order by its id, and the number in the list --- */

static void read_order_on(struct ask *ask)
{
	struct answer all;
	if (ask->job.out > 0)
		return;
	telnyx_settle_read_order(&ask->found->orders, &ask->found->numbers, &all);
	ask_end(ask, &all);
}

static void take_order(struct job *job, const struct http_reply *reply)
{
	struct ask *ask = ask_of(job);
	telnyx_read_order(reply, ask->order, &ask->found->orders);
	read_order_on(ask);
}

static void take_order_number(struct job *job, const struct http_reply *reply)
{
	struct ask *ask = ask_of(job);
	bool has_more;
	telnyx_read_numbers(reply, ask->order->number, &ask->found->numbers, &has_more);
	if (may_page_on(&ask->page, has_more, &ask->found->numbers))
		send_call(job, telnyx_build_numbers(base_of(ask), ask->order->number, ask->page),
			take_order_number);
	else
		read_order_on(ask);
}

static void start_read_order(struct ask *ask)
{
	if (ask->order->order_id[0] != '\0')
		send_call(&ask->job, telnyx_build_order(base_of(ask), ask->order->order_id),
			take_order);
	send_call(&ask->job, telnyx_build_numbers(base_of(ask), ask->order->number, 1),
		take_order_number);
}

/* --- RESERVE: post; taken already: by us?; running out: extend --- */

static void reserve_post(struct ask *ask);
static void reserve_look(struct ask *ask);

static void end_reserved(struct ask *ask, int64_t until_ms)
{
	struct answer a;
	telnyx_answer_init(&a);
	a.reserved_until_ms = until_ms;
	ask_end(ask, &a);
}

/* Whatever came of extending: the reservation itself stands. */
static void take_extended(struct job *job, const struct http_reply *reply)
{
	struct ask *ask = ask_of(job);
	struct answer a;
	telnyx_answer_init(&a);
	telnyx_read_reserved(reply, ask->order, now_of(ask), &a);
	int64_t until_ms = ask->reservation.until_ms;
	if (a.code == ERR_OK && a.reserved_until_ms > until_ms)
		until_ms = a.reserved_until_ms;
	end_reserved(ask, until_ms);
}

static void use_reservation(struct ask *ask)
{
	const struct telnyx_reservation *r = &ask->reservation;
	if (r->until_ms - now_of(ask) >= RESERVATION_LOW_MS)
		end_reserved(ask, r->until_ms);
	else
		send_call(&ask->job, telnyx_build_extend(base_of(ask), r->id), take_extended);
}

static void take_reservations(struct job *job, const struct http_reply *reply)
{
	struct ask *ask = ask_of(job);
	struct answer a;
	bool has_more;
	telnyx_answer_init(&a);
	telnyx_read_reservations(reply, ask->order, now_of(ask), &ask->reservation, &a, &has_more);
	if (may_page_on(&ask->page, has_more, &a)) {
		send_call(job,
			telnyx_build_reservations(base_of(ask), ask->order->number, ask->page),
			take_reservations);
	} else if (a.code != ERR_OK) {
		ask_end(ask, &a);
	} else if (ask->reservation.is_ours) {
		use_reservation(ask);
	} else if (!ask->is_posted) {
		reserve_post(ask);
	} else {
		telnyx_fail(&a, ERR_CARRIER_NUMBER_GONE, "",
			"could not reserve %s: somebody else has reserved it", ask->order->number);
		ask_end(ask, &a);
	}
}

static void reserve_look(struct ask *ask)
{
	ask->page = 1;
	send_call(&ask->job, telnyx_build_reservations(base_of(ask), ask->order->number, 1),
		take_reservations);
}

static void take_reserved(struct job *job, const struct http_reply *reply)
{
	struct ask *ask = ask_of(job);
	struct answer a;
	telnyx_answer_init(&a);
	telnyx_read_reserved(reply, ask->order, now_of(ask), &a);
	if (a.code == ERR_CONFLICT)
		reserve_look(ask);
	else
		ask_end(ask, &a);
}

static void reserve_post(struct ask *ask)
{
	ask->is_posted = true;
	send_call(&ask->job,
		telnyx_build_reserve(base_of(ask), ask->order->number, ask->command.reference),
		take_reserved);
}

static void start_reserve(struct ask *ask)
{
	const struct order *o = ask->order;
	if (o->was_reserved && o->reserved_until_ms > now_of(ask))
		reserve_look(ask);
	else
		reserve_post(ask);
}

/* --- the table of functions --- */

/* Telling later takes something that calls back later.  An address that is
 * none is never sent and comes back as unsent. */
static struct http_call nothing(void)
{
	return (struct http_call){.method = HTTP_GET, .url = must_strdup("")};
}

static void tell_no_key(struct answer *a)
{
	telnyx_answer_init(a);
	telnyx_fail(a, ERR_CARRIER_KEY_MISSING, "",
		"could not ask Telnyx: no TELNYX_API_KEY is configured");
}

static void take_no_key(struct job *job, const struct http_reply *reply)
{
	(void)reply;
	struct answer a;
	tell_no_key(&a);
	ask_end(ask_of(job), &a);
}

static void telnyx_ask(struct carrier *c, const struct order *o, const struct command *command,
	bool (*gate)(void *arg), carrier_done done, void *arg)
{
	static void (*const starts[COMMAND_COUNT])(struct ask * ask) = {
		[COMMAND_CHECK] = start_check,
		[COMMAND_SEARCH] = start_search,
		[COMMAND_TRACE] = start_trace,
		[COMMAND_RESERVE] = start_reserve,
		[COMMAND_BUY] = start_buy,
		[COMMAND_LOOK] = start_look,
		[COMMAND_OFFER] = start_offer,
		[COMMAND_READ_ORDER] = start_read_order,
		[COMMAND_READ_NUMBER] = start_read_number,
		[COMMAND_RELEASE_NUMBER] = start_release_number,
	};
	must(command->kind < COMMAND_COUNT && starts[command->kind] != NULL);
	struct ask *ask = job_new(of(c), sizeof(*ask));
	ask->order = o;
	ask->command = *command;
	ask->gate = gate;
	ask->done = done;
	ask->arg = arg;
	ask->page = ask->order_page = 1;
	if (command->kind == COMMAND_TRACE || command->kind == COMMAND_LOOK ||
		command->kind == COMMAND_READ_ORDER)
		ask->job.more = ask->found = findings_new();
	if (of(c)->api_key[0] == '\0')
		send_call(&ask->job, nothing(), take_no_key);
	else
		starts[command->kind](ask);
}

static struct err err_of(const struct answer *a)
{
	struct err e = {.code = a->code};
	TEXT_COPY(e.message, a->message);
	TEXT_COPY(e.hint, a->hint);
	return e;
}

static void end_offers(
	struct listing *l, const struct answer *a, const struct carrier_offer *offers, int count)
{
	struct err e = err_of(a);
	job_unlink(&l->job);
	l->offers_done(l->arg, &e, offers, count);
	free(l);
}

static void take_offers(struct job *job, const struct http_reply *reply)
{
	struct listing *l = (struct listing *)job;
	struct carrier_offer offers[CARRIER_OFFERS_MOST];
	struct answer a;
	telnyx_answer_init(&a);
	int count = 0;
	if (job->t->api_key[0] == '\0')
		tell_no_key(&a);
	else
		count = telnyx_read_offers(reply, &l->query, offers, CARRIER_OFFERS_MOST, &a);
	end_offers(l, &a, offers, count);
}

static void telnyx_offers(
	struct carrier *c, const struct carrier_query *query, carrier_offers_done done, void *arg)
{
	struct telnyx *t = of(c);
	struct listing *l = job_new(t, sizeof(*l));
	l->query = *query;
	if (l->query.limit < 1 || l->query.limit > CARRIER_OFFERS_MOST)
		l->query.limit = CARRIER_OFFERS_MOST;
	l->offers_done = done;
	l->arg = arg;
	bool has_key = t->api_key[0] != '\0';
	send_call(&l->job, has_key ? telnyx_build_search(t->base_url, &l->query) : nothing(),
		take_offers);
}

static void take_owned(struct job *job, const struct http_reply *reply)
{
	struct listing *l = (struct listing *)job;
	struct carrier_number *numbers = must_calloc(TELNYX_OWNED_ROWS, sizeof(*numbers));
	struct answer a;
	bool has_more = false;
	int count = 0;
	telnyx_answer_init(&a);
	if (job->t->api_key[0] == '\0')
		tell_no_key(&a);
	else
		count = telnyx_read_owned(reply, numbers, TELNYX_OWNED_ROWS, &a, &has_more);
	struct err e = err_of(&a);
	job_unlink(job);
	l->numbers_done(l->arg, &e, numbers, count, has_more);
	free(numbers);
	free(l);
}

static void telnyx_numbers(struct carrier *c, int page, carrier_numbers_done done, void *arg)
{
	struct telnyx *t = of(c);
	must(page >= 1);
	struct listing *l = job_new(t, sizeof(*l));
	l->numbers_done = done;
	l->arg = arg;
	bool has_key = t->api_key[0] != '\0';
	send_call(&l->job, has_key ? telnyx_build_owned(t->base_url, page) : nothing(), take_owned);
}

static void take_orders(struct job *job, const struct http_reply *reply)
{
	struct listing *l = (struct listing *)job;
	struct carrier_order *orders = must_calloc(TELNYX_OWNED_ROWS, sizeof(*orders));
	struct answer a;
	bool has_more = false;
	int count = 0;
	telnyx_answer_init(&a);
	if (job->t->api_key[0] == '\0')
		tell_no_key(&a);
	else
		count = telnyx_read_all_orders(reply, orders, TELNYX_OWNED_ROWS, &a, &has_more);
	struct err e = err_of(&a);
	job_unlink(job);
	l->orders_done(l->arg, &e, orders, count, has_more);
	free(orders);
	free(l);
}

static void telnyx_orders(
	struct carrier *c, int page, int64_t after_ms, carrier_orders_done done, void *arg)
{
	struct telnyx *t = of(c);
	must(page >= 1);
	struct listing *l = job_new(t, sizeof(*l));
	l->orders_done = done;
	l->arg = arg;
	bool has_key = t->api_key[0] != '\0';
	send_call(&l->job,
		has_key ? telnyx_build_orders_after(t->base_url, after_ms, page) : nothing(),
		take_orders);
}

static void take_stock(struct job *job, const struct http_reply *reply)
{
	struct listing *l = (struct listing *)job;
	struct carrier_stock *stock = must_calloc(CARRIER_STOCK_MOST, sizeof(*stock));
	struct answer a;
	int count = 0;
	telnyx_answer_init(&a);
	if (job->t->api_key[0] == '\0')
		tell_no_key(&a);
	else
		count = telnyx_read_stock(reply, stock, CARRIER_STOCK_MOST, &a);
	struct err e = err_of(&a);
	job_unlink(job);
	l->stock_done(l->arg, &e, stock, count);
	free(stock);
	free(l);
}

static void telnyx_stock(struct carrier *c, const char *country, carrier_stock_done done, void *arg)
{
	struct telnyx *t = of(c);
	struct listing *l = job_new(t, sizeof(*l));
	l->stock_done = done;
	l->arg = arg;
	bool has_key = t->api_key[0] != '\0';
	send_call(&l->job, has_key ? telnyx_build_stock(t->base_url, country) : nothing(),
		take_stock);
}

static void telnyx_expect_connection(struct carrier *c, const char *id)
{
	TEXT_COPY(of(c)->connection_id, id);
}

static struct carrier *telnyx_free(struct carrier *c)
{
	struct telnyx *t = of(c);
	while (t->jobs != NULL) {
		struct job *job = t->jobs;
		for (size_t i = 0; i < CALLS_MOST; i++)
			if (job->calls[i].is_out)
				http_cancel(t->http, job->calls[i].handle);
		job_unlink(job);
		free(job->more);
		free(job);
	}
	explicit_bzero(t->api_key, strlen(t->api_key));
	free(t->api_key);
	free(t->base_url);
	free(t);
	return NULL;
}

struct carrier *carrier_telnyx_new(
	struct http_client *http, const struct clock *clock, const struct telnyx_options *options)
{
	static const struct carrier_ops ops = {.ask = telnyx_ask,
		.offers = telnyx_offers,
		.stock = telnyx_stock,
		.numbers = telnyx_numbers,
		.orders = telnyx_orders,
		.expect_connection = telnyx_expect_connection,
		.free = telnyx_free};
	struct telnyx *t = must_calloc(1, sizeof(*t));
	t->base.ops = &ops;
	t->http = http;
	t->clock = clock;
	t->base_url = must_strdup(options->base_url);
	t->api_key = must_strdup(options->api_key);
	/* Paths begin with a slash of their own. */
	size_t n = strlen(t->base_url);
	while (n > 0 && t->base_url[n - 1] == '/')
		t->base_url[--n] = '\0';
	return &t->base;
}
