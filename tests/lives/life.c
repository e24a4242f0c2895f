/* life.c - one life from its seed to its end. */
#include "tests/lives/life.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "net/loop.h"

#define HOUR_MS (3600 * 1000LL)
#define CRASHES_MOST 6 /* of one process */
#define TELNYX_KEY "KEY0123456789ABCDEF0123456789ABCDEF_aBcDeFgHiJkLmNoPqRsTuV"
#define VAPI_KEY "0b1c2d3e-4f50-4617-8a9b-0c1d2e3f4a5b"
#define CREDENTIAL_ID "5f0c6a52-9d1e-4b7a-8c3f-2e6d4a1b9c70"

struct life life;
static uint64_t print;

void life_print_in(const void *data, size_t bytes)
{
	const unsigned char *at = data;
	for (size_t i = 0; i < bytes; i++)
		print = (print ^ at[i]) * 0x100000001B3ULL;
	print ^= (uint64_t)vtime_now();
}

void life_trace(const char *format, ...)
{
	va_list args;
	if (!life.is_traced)
		return;
	printf("%10.3f ", (double)vtime_now() / 1000);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
}

static int64_t between(int64_t least, int64_t most)
{
	return dice_between(&life.dice, FAULT_NONE, least, most);
}

/* A kind that marks the whole life, rather than single calls. */
static bool is_there(enum fault_kind kind)
{
	bool is = life.dice.chance[kind] != 0;
	life.dice.struck[kind] += is;
	return is;
}

/* --- the world --- */

static const char *either(const char *a, const char *b)
{
	return between(0, 1) ? a : b;
}

static int64_t drawn(enum fault_kind kind, int64_t most)
{
	return is_there(kind) ? dice_scale(&life.dice, kind, 1, most) : 0;
}

/* Every other lag outlasts all patience: what a look counts on is then wrong. */
static int64_t drawn_lag(void)
{
	if (!is_there(FAULT_LAG))
		return 0;
	if (dice_roll(&life.dice, FAULT_LAG) % 2 == 0)
		return dice_scale(&life.dice, FAULT_LAG, 1, 30000);
	return dice_between(&life.dice, FAULT_LAG, 30000, 300000);
}

static void begin_world(void)
{
	static const char *const gone[] = {"10027", "85000", "85001"};
	life.is_unreserved = is_there(FAULT_UNRESERVABLE);
	life.is_old_method = is_there(FAULT_OLD_METHOD);
	bool is_sold_out = is_there(FAULT_SOLD_OUT);
	struct truth_ways ways = {.stock = is_sold_out ? between(0, 1) : between(1, 4),
		.near_stock = {is_sold_out ? between(0, 1) : 1, is_sold_out ? between(0, 1) : 1, 1},
		.coverage = is_there(FAULT_STOCK_LIES) ? (between(0, 4) == 0 ? "all" : "none")
						       : "truth",
		.order_ms = between(0, 2) * 1200,
		.visible_ms = drawn_lag(),
		.order_visible_ms = drawn_lag(),
		.list_flicker = is_there(FAULT_FLICKER) ? between(2, 4) : 0,
		.unreservable_percent = life.is_unreserved ? 50 : 0,
		.import_lag_ms = drawn(FAULT_NOT_READY, 30000),
		.release_refuse_ms = drawn(FAULT_NOT_READY, 30000),
		.activation_ms = drawn(FAULT_VOICE_ODD, 60000),
		.gone_code = gone[between(0, 2)],
		.second_order = is_there(FAULT_TWIN) ? "failure" : "reject",
		.reservation_conflict = either("line", "error"),
		.existing_wording = either("uuid", "other_org"),
		.may_reserve = !life.is_unreserved || between(0, 1) == 0,
		.is_old_method = life.is_old_method,
		.absent_status = is_there(FAULT_VOICE_ODD) && between(0, 1) == 0,
		.delete_clears_connection = between(0, 1) == 0};
	if (is_there(FAULT_DEAR))
		ways.dear = (unsigned)dice_between(&life.dice, FAULT_DEAR, 1, 15);
	truth_begin(life.dice.seed, vtime_world_ms(), &ways);
}

/* Lists are fresh from now on; what is hidden comes to light in its time. */
static void calm_world(void)
{
	life.dice.is_on = false;
	truth_calm();
	life_trace("faults end");
}

/* --- the processes --- */

static void process_start(void *arg)
{
	struct worker *w = arg;
	const struct clock *clock = vtime_clock(w->process);
	struct err e = {0};
	struct store_lease holder;
	life.starts++;
	life_trace("process %d starts", w->process);
	struct http_client *http = wire_client(w->process);
	w->store = disk_new(w->process);
	w->carrier = wrong_carrier(w->process,
		carrier_telnyx_new(http, clock,
			&(struct telnyx_options){"https://api.telnyx.com/v2", TELNYX_KEY}));
	w->voice =
		wrong_voice(w->process, voice_vapi_new(http, clock,
						&(struct vapi_options){"https://api.vapi.ai/vapi",
							VAPI_KEY, CREDENTIAL_ID}));
	w->engine = engine_new(&(struct engine_options){.loop = vtime_loop(w->process),
		.clock = clock,
		.store = w->store,
		.carrier = w->carrier,
		.voice = w->voice,
		.settle_ms = 120000});
	must(engine_start(w->engine, "", &holder, &e) == ERR_OK);
}

/* Its memory is gone; what it sent and what is durable is not. */
static void process_end(struct worker *w)
{
	struct engine *engine = w->engine;
	if (engine == NULL)
		return;
	life_trace("process %d ends", w->process);
	w->engine = NULL;
	engine_stop(engine);
	do {
		disk_crash(w->process);
		wire_hang_up(w->process);
		vtime_run_posts(w->process);
	} while (!disk_is_idle(w->process));
	engine_free(engine);
	w->carrier = carrier_free(w->carrier);
	w->voice = voice_free(w->voice);
	vtime_wake(w->process);
}

/* Another than the first may stay away for ever: the others take over. */
static void crash(struct worker *w)
{
	w->crashes++;
	process_end(w);
	int64_t away_ms =
		dice_scale(&life.dice, FAULT_CRASH, 1, life.worker_count > 1 ? 600000 : 60000);
	if (w->process > 1 && dice_roll(&life.dice, FAULT_CRASH) % 4 == 0)
		life_trace("process %d stays away", w->process);
	else
		vtime_set(&w->restart, away_ms);
}

bool life_is_awake(void)
{
	for (int i = 0; i < life.worker_count; i++) {
		const struct worker *w = &life.workers[i];
		if (w->engine == NULL ? w->restart.place != 0 : vtime_is_paused(w->process))
			return false;
	}
	return true;
}

static bool strikes_now(enum fault_kind kind, int shift)
{
	struct dice *d = &life.dice;
	if (!d->is_on || d->chance[kind] == 0 ||
		(uint32_t)dice_roll(d, kind) >= d->chance[kind] >> shift)
		return false;
	d->struck[kind]++;
	return true;
}

static void strike_process(struct worker *w)
{
	if (w->engine == NULL)
		return;
	if (w->crashes < CRASHES_MOST && strikes_now(FAULT_CRASH, 5)) {
		crash(w);
		return;
	}
	if (strikes_now(FAULT_PAUSE, 5)) {
		int64_t ms = dice_scale(&life.dice, FAULT_PAUSE, 1, 2 * HOUR_MS);
		life_trace("process %d is paused for %lld ms", w->process, (long long)ms);
		vtime_pause(w->process, vtime_now() + ms);
	}
	if (strikes_now(FAULT_CLOCK, 6)) {
		int64_t ms = dice_scale(&life.dice, FAULT_CLOCK, 1000, 600000);
		ms = dice_roll(&life.dice, FAULT_CLOCK) % 2 ? ms : -ms;
		life_trace("the clock of process %d steps by %lld ms", w->process, (long long)ms);
		vtime_step_wall(w->process, ms);
	}
	if (life.worker_count > 1 && strikes_now(FAULT_CUT_OFF, 5)) {
		int64_t ms = dice_scale(&life.dice, FAULT_CUT_OFF, 1000, 600000);
		life_trace("process %d finds no store for %lld ms", w->process, (long long)ms);
		disk_cut_off(w->process, vtime_now() + ms);
	}
}

/* Between any two things that happen. */
static void strike_processes(void)
{
	if (life.dice.is_on)
		for (int i = 0; i < life.worker_count; i++)
			strike_process(&life.workers[i]);
}

/* Whom a customer reaches: any that runs; NULL if none does. */
static struct engine *some_engine(void)
{
	int first =
		life.worker_count > 1
			? (int)(dice_roll(&life.dice, FAULT_WORKERS) % (uint64_t)life.worker_count)
			: 0;
	for (int i = 0; i < life.worker_count; i++) {
		struct worker *w = &life.workers[(first + i) % life.worker_count];
		if (w->engine != NULL && !vtime_is_paused(w->process))
			return w->engine;
	}
	return NULL;
}

/* --- customers --- */

static bool is_for_later(enum err_code code)
{
	return err_effect(code) == ERR_EFFECT_NONE || code == ERR_STORE_LOCKED;
}

static void signed_up(void *arg, const struct engine_signup_result *result)
{
	struct customer *c = arg;
	if (result->error == NULL) {
		judge_signup(c, result->order->id);
		life_trace("client  answered: %s", result->order->id);
		TEXT_COPY(c->id, result->order->id);
		c->is_answered = true;
	} else if (is_for_later(result->error->err.code)) {
		life_trace("client  %s, tries again", err_wire(result->error->err.code));
		vtime_set(&c->act, between(500, 3000));
	} else if (result->error->err.code == ERR_NUMBER_TAKEN) {
		c->is_refused = true;
	} else {
		judge_broken("signup", "refused: %s", result->error->err.message);
	}
}

static void sign_up(void *arg)
{
	struct customer *c = arg;
	struct engine *engine = some_engine();
	c->is_signing_up = true;
	if (engine == NULL)
		vtime_set(&c->act, 1000);
	else
		engine_signup(engine, &c->wish, signed_up, c);
}

/* --- choosing --- */

static void begin_signing_up(struct customer *c, int64_t in_ms)
{
	if (!c->is_signing_up)
		vtime_set(&c->act, in_ms);
}

static void reserved(
	void *arg, const struct wish_error *error, const struct engine_reserved *reserved)
{
	struct customer *c = arg;
	life_trace("client  %s", error == NULL ? "holds it" : err_wire(error->err.code));
	life.holds += error == NULL;
	if (error == NULL && !c->is_signing_up)
		TEXT_COPY(c->wish.hold, reserved->hold);
	/* Some let it run out. */
	begin_signing_up(c, dice_scale(&life.dice, FAULT_CHOOSES, 1, 2400000));
}

/* Some know a number that our lists do not show, for its price. */
static void choose_unseen(struct customer *c, uint64_t roll)
{
	static const char *const codes[] = {"415", "628", "650", "510"};
	(void)truth_for_sale(codes[roll % COUNT_OF(codes)], c->wish.number, sizeof(c->wish.number));
}

static void saw_numbers(void *arg, const struct wish_error *error,
	const struct engine_offer *offers, int count, const struct engine_papers *papers)
{
	struct customer *c = arg;
	(void)papers; /* none are wanted here */
	for (c->seen_count = 0; c->seen_count < count && c->seen_count < SEEN_MOST; c->seen_count++)
		TEXT_COPY(c->seen[c->seen_count], offers[c->seen_count].offer.candidate.number);
	life_trace("client  sees %d numbers %s", count, error ? err_wire(error->err.code) : "");
	struct engine *engine = some_engine();
	if (c->is_signing_up || c->seen_count == 0 || engine == NULL)
		return;
	uint64_t roll = dice_roll(&life.dice, FAULT_CHOOSES);
	TEXT_COPY(c->wish.number, c->seen[roll % (uint64_t)c->seen_count]);
	if (life.dice.chance[FAULT_DEAR] != 0 && roll / 512 % 8 == 0)
		choose_unseen(c, roll / 4096);
	if (roll / 64 % 3 != 0)
		engine_reserve(engine, c->wish.number, reserved, c);
	else
		begin_signing_up(c, dice_scale(&life.dice, FAULT_CHOOSES, 1, 60000));
}

/* Should no answer come, the sign-up does not wait for it. */
static void look_around(struct customer *c)
{
	struct engine *engine = some_engine();
	struct engine_search search = {.limit = SEEN_MOST};
	vtime_set(&c->act, 120000);
	if (engine == NULL)
		return;
	life.dice.struck[FAULT_CHOOSES]++;
	TEXT_COPY(search.phone, "+14155550100");
	TEXT_COPY(search.max_rung, "nearby");
	engine_search(engine, &search, saw_numbers, c);
}

static void first_act(void *arg)
{
	struct customer *c = arg;
	c->act.func = sign_up;
	if (life.dice.chance[FAULT_CHOOSES] != 0 && c->wish.existing_number[0] == '\0')
		look_around(c);
	else
		sign_up(c);
}

/* What they say when they are asked; anything may be said at any time. */
static void choose_answer(const struct customer *c, struct engine_choice *ret)
{
	static const char *const rungs[] = {"ask", "overlay", "nearby", "same_country"};
	uint64_t roll = dice_roll(&life.dice, FAULT_RETRY);
	*ret = (struct engine_choice){0};
	if (roll % 5 == 1)
		TEXT_COPY(ret->area_code, roll / 8 % 2 ? "628" : "415");
	else if (roll % 5 == 2)
		TEXT_COPY(ret->postal_code, "94110");
	else if (roll % 5 == 3 && c->seen_count > 0)
		TEXT_COPY(ret->number, c->seen[roll / 8 % (uint64_t)c->seen_count]);
	else if (roll % 5 == 4)
		TEXT_COPY(ret->max_rung, rungs[roll / 8 % COUNT_OF(rungs)]);
	if (ret->number[0] != '\0' && roll / 64 % 2)
		TEXT_COPY(ret->hold, c->wish.hold);
}

static void told(void *arg, const struct err *e, const struct order *order)
{
	(void)arg;
	(void)order;
	life_trace("client  is told %s", err_wire(e->code));
}

static void want_cancel(void *arg)
{
	struct customer *c = arg;
	struct engine *engine = some_engine();
	if (!life.dice.is_on || engine == NULL || c->id[0] == '\0')
		return;
	bool may_undo = life.dice.chance[FAULT_UNDO] != 0;
	bool is_now = !may_undo || dice_roll(&life.dice, FAULT_UNDO) % 2 == 0;
	life.dice.struck[FAULT_UNDO] += !is_now;
	life_trace("client  cancels %s%s", c->id, is_now ? " now" : "");
	life.dice.struck[FAULT_CANCEL]++;
	engine_cancel(engine, c->id, is_now, told, c);
}

static void want_retry(void *arg)
{
	struct customer *c = arg;
	if (!life.dice.is_on)
		return;
	vtime_set(&c->retry, dice_scale(&life.dice, FAULT_RETRY, 1000, 600000));
	struct engine *engine = some_engine();
	if (engine == NULL || c->id[0] == '\0')
		return;
	life_trace("client  retries %s", c->id);
	life.dice.struck[FAULT_RETRY]++;
	struct engine_choice choice;
	choose_answer(c, &choice);
	c->has_said |= choice.number[0] == '\0' &&
		       (choice.area_code[0] || choice.postal_code[0] || choice.max_rung[0]);
	engine_retry(engine, c->id, &choice, told, c);
}

static void begin_customer(int i, int64_t calm_ms)
{
	struct customer *c = &life.customers[i];
	memset(c, 0, sizeof(*c));
	text_format(c->wish.business_name, sizeof(c->wish.business_name), "Shop %d", i);
	text_format(c->wish.email, sizeof(c->wish.email), "shop%d@example.com", i);
	text_format(c->wish.business_phone, sizeof(c->wish.business_phone), "+1415555010%d", i);
	text_format(c->wish.idempotency_key, sizeof(c->wish.idempotency_key), "key-%d", i);
	static const char *const rungs[] = {"same_town", "ask", "overlay", "nearby", "same_state",
		"same_time_zone", "same_country"};
	bool is_far = life.dice.chance[FAULT_SOLD_OUT] != 0 ? between(0, 1) : between(0, 7) == 0;
	TEXT_COPY(c->wish.max_rung,
		is_far ? rungs[between(0, COUNT_OF(rungs) - 1)] : "same_area_code");
	if (between(0, 15) == 0)
		TEXT_COPY(c->wish.business_phone, "+18003569377"); /* of no place */
	if (between(0, 7) == 0)
		TEXT_COPY(c->wish.postal_code, "94110");
	if (life.existing != 0 && between(0, 1))
		truth_write(life.existing, c->wish.existing_number, NUMBER_BYTES);
	c->act = (struct due){.func = first_act, .arg = c};
	c->cancel = (struct due){.func = want_cancel, .arg = c};
	c->retry = (struct due){.func = want_retry, .arg = c};
	vtime_set(&c->act, between(0, 3) ? 0 : between(0, 3000));
	if (life.dice.chance[FAULT_CANCEL] != 0)
		vtime_set(&c->cancel, dice_scale(&life.dice, FAULT_CANCEL, 1, calm_ms));
	if (life.dice.chance[FAULT_RETRY] != 0)
		vtime_set(&c->retry, dice_scale(&life.dice, FAULT_RETRY, 1000, calm_ms));
}

static void begin_existing(void)
{
	life.existing = 0;
	if (between(0, 7) != 0)
		return;
	life.existing = 14155550177ULL;
	truth_seed_number(life.existing);
}

/* --- the life --- */

static void run_until(int64_t until_ms)
{
	while (vtime_step(until_ms))
		strike_processes();
}

static bool is_undo_running(void)
{
	const struct row *rows = disk_rows();
	for (int i = 0; i < CUSTOMERS_MOST; i++)
		if (rows[i].is_used && rows[i].order.state == ORDER_RELEASING)
			return true;
	return false;
}

static void step_until_settled(int64_t patience_ms)
{
	int64_t deadline_ms = vtime_now() + patience_ms;
	while (vtime_now() < deadline_ms && !judge_is_settled())
		(void)vtime_step(deadline_ms);
}

/* Faults are over: all must settle.  Then a little longer, for what settled
 * wrongly to show itself, or what was asked of a sleeper to be done. */
static void settle(void)
{
	for (int i = 0; i < 3 && (i == 0 || !judge_is_settled()); i++) {
		step_until_settled(3 * HOUR_MS);
		if (!judge_is_settled() && is_undo_running())
			step_until_settled(26 * HOUR_MS);
		run_until(vtime_now() + 70000);
	}
	step_until_settled(3 * HOUR_MS);
}

static void end_life(void)
{
	life.dice.is_on = false;
	for (int i = 0; i < life.worker_count; i++) {
		process_end(&life.workers[i]);
		vtime_clear(&life.workers[i].restart);
	}
	wire_clear();
	disk_wipe();
	for (int i = 0; i < CUSTOMERS_MOST; i++) {
		vtime_clear(&life.customers[i].act);
		vtime_clear(&life.customers[i].cancel);
		vtime_clear(&life.customers[i].retry);
	}
}

static void tell_end(struct life_end *ret)
{
	const struct row *rows = disk_rows();
	*ret = (struct life_end){.invariant = life.invariant,
		.calls = life.calls,
		.starts = life.starts,
		.virtual_ms = vtime_now(),
		.print = print};
	TEXT_COPY(ret->why, life.why);
	memcpy(ret->struck, life.dice.struck, sizeof(ret->struck));
	for (int i = 0; i < CUSTOMERS_MOST; i++)
		if (rows[i].is_used)
			ret->by_state[rows[i].order.state]++;
	for (int i = 0; i < life.customer_count; i++)
		ret->unanswered += !life.customers[i].is_answered;
}

static void begin_workers(void)
{
	life.worker_count = 1;
	if (is_there(FAULT_WORKERS))
		life.worker_count += dice_roll(&life.dice, FAULT_WORKERS) % 4 == 0 ? 2 : 1;
	for (int i = 0; i < life.worker_count; i++) {
		struct worker *w = &life.workers[i];
		*w = (struct worker){.process = i + 1, .restart = {.func = process_start}};
		w->restart.arg = w;
		/* The others come a little later, or much. */
		if (i == 0)
			process_start(w);
		else
			vtime_set(&w->restart, dice_scale(&life.dice, FAULT_WORKERS, 1, 60000));
	}
}

static void begin_life(int64_t calm_ms, int customers)
{
	life.starts = life.calls = life.holds = 0;
	life.invariant = NULL;
	life.why[0] = '\0';
	print = 0xCBF29CE484222325ULL;
	judge_reset();
	begin_world();
	begin_existing();
	life.customer_count = between(0, 2) == 0 ? 2 : 1;
	if (customers > 0 && life.customer_count > customers)
		life.customer_count = customers;
	for (int i = 0; i < life.customer_count; i++)
		begin_customer(i, calm_ms);
	begin_workers();
}

void life_run(uint64_t seed, const struct life_options *options, struct life_end *ret)
{
	life.seed = seed;
	life.mutant = options->mutant;
	life.is_traced = options->is_traced;
	dice_init(&life.dice, seed, options->forbidden);
	vtime_reset();
	int64_t calm_ms = dice_scale(&life.dice, FAULT_NONE, 2000, 1200000);
	if (life.dice.is_narrow)
		calm_ms += 240000;
	if (options->calm_ms > 0 && calm_ms > options->calm_ms)
		calm_ms = options->calm_ms;
	/* After a broken promise nothing is taken apart: the program ends. */
	if (setjmp(life.broken) == 0) {
		begin_life(calm_ms, options->customers);
		run_until(calm_ms);
		calm_world();
		settle();
		judge_end();
	}
	tell_end(ret);
	if (life.invariant == NULL)
		end_life();
}
