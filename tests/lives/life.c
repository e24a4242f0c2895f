/* life.c - one life from its seed to its end. */
#include "tests/lives/life.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "net/loop.h"

#define HOUR_MS (3600 * 1000LL)
#define CRASHES_MOST 6
#define TELNYX_KEY "KEY0123456789ABCDEF0123456789ABCDEF_aBcDeFgHiJkLmNoPqRsTuV"
#define VAPI_KEY "0b1c2d3e-4f50-4617-8a9b-0c1d2e3f4a5b"
#define CREDENTIAL_ID "5f0c6a52-9d1e-4b7a-8c3f-2e6d4a1b9c70"

struct life life;
static uint64_t print;
static struct due restart_due;
static int crashes;

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
	return dice_between(&life.dice, FAULT_COUNT, least, most);
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
	struct truth_ways ways = {.stock = between(1, 4),
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
	truth_begin(life.dice.seed, vtime_world_ms(), &ways);
}

/* Lists are fresh from now on; what is hidden comes to light in its time. */
static void calm_world(void)
{
	life.dice.is_on = false;
	truth_calm();
	life_trace("faults end");
}

/* --- the process --- */

static void process_start(void *arg)
{
	(void)arg;
	struct err e = {0};
	struct store_lease holder;
	life.starts++;
	life_trace("process starts");
	life.store = disk_new();
	life.http = wire_client();
	life.carrier = wrong_carrier(carrier_telnyx_new(life.http, vtime_clock(),
		&(struct telnyx_options){"https://api.telnyx.com/v2", TELNYX_KEY}));
	life.voice = wrong_voice(voice_vapi_new(life.http, vtime_clock(),
		&(struct vapi_options){"https://api.vapi.ai/vapi", VAPI_KEY, CREDENTIAL_ID}));
	life.engine = engine_new(&(struct engine_options){.loop = life.loop,
		.clock = vtime_clock(),
		.store = life.store,
		.carrier = life.carrier,
		.voice = life.voice,
		.settle_ms = 120000});
	must(engine_start(life.engine, "", &holder, &e) == ERR_OK);
}

/* Its memory is gone; what it sent and what is durable is not. */
static void process_end(void)
{
	struct engine *engine = life.engine;
	if (engine == NULL)
		return;
	life_trace("process ends");
	life.engine = NULL;
	engine_stop(engine);
	do {
		disk_crash();
		wire_hang_up();
		vtime_run_posts();
	} while (!disk_is_idle());
	engine_free(engine);
	life.carrier = carrier_free(life.carrier);
	life.voice = voice_free(life.voice);
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

/* Between any two things that happen. */
static void strike_process(void)
{
	if (life.engine == NULL)
		return;
	if (crashes < CRASHES_MOST && strikes_now(FAULT_CRASH, 5)) {
		crashes++;
		process_end();
		vtime_set(&restart_due, dice_scale(&life.dice, FAULT_CRASH, 1, 60000));
		return;
	}
	if (strikes_now(FAULT_PAUSE, 5)) {
		int64_t ms = dice_scale(&life.dice, FAULT_PAUSE, 1, HOUR_MS);
		life_trace("process is paused for %lld ms", (long long)ms);
		vtime_pause(vtime_now() + ms);
	}
	if (strikes_now(FAULT_CLOCK, 6)) {
		int64_t ms = dice_scale(&life.dice, FAULT_CLOCK, 1000, 600000);
		ms = dice_roll(&life.dice, FAULT_CLOCK) % 2 ? ms : -ms;
		life_trace("the clock steps by %lld ms", (long long)ms);
		vtime_step_wall(ms);
	}
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
	if (life.engine == NULL)
		vtime_set(&c->act, 1000);
	else
		engine_signup(life.engine, &c->wish, signed_up, c);
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
	if (!life.dice.is_on || life.engine == NULL || c->id[0] == '\0')
		return;
	bool may_undo = life.dice.chance[FAULT_UNDO] != 0;
	bool is_now = !may_undo || dice_roll(&life.dice, FAULT_UNDO) % 2 == 0;
	life.dice.struck[FAULT_UNDO] += !is_now;
	life_trace("client  cancels %s%s", c->id, is_now ? " now" : "");
	life.dice.struck[FAULT_CANCEL]++;
	engine_cancel(life.engine, c->id, is_now, told, c);
}

static void want_retry(void *arg)
{
	struct customer *c = arg;
	if (!life.dice.is_on)
		return;
	vtime_set(&c->retry, dice_scale(&life.dice, FAULT_RETRY, 1000, 600000));
	if (life.engine == NULL || c->id[0] == '\0')
		return;
	life_trace("client  retries %s", c->id);
	life.dice.struck[FAULT_RETRY]++;
	engine_retry(life.engine, c->id, "", told, c);
}

static void begin_customer(int i, int64_t calm_ms)
{
	struct customer *c = &life.customers[i];
	memset(c, 0, sizeof(*c));
	text_format(c->wish.business_name, sizeof(c->wish.business_name), "Shop %d", i);
	text_format(c->wish.email, sizeof(c->wish.email), "shop%d@example.com", i);
	text_format(c->wish.business_phone, sizeof(c->wish.business_phone), "+1415555010%d", i);
	text_format(c->wish.idempotency_key, sizeof(c->wish.idempotency_key), "key-%d", i);
	TEXT_COPY(c->wish.max_rung, between(0, 7) ? "same_area_code" : "same_country");
	if (life.existing != 0 && between(0, 1))
		truth_write(life.existing, c->wish.existing_number, NUMBER_BYTES);
	c->act = (struct due){.func = sign_up, .arg = c, .is_ours = true};
	c->cancel = (struct due){.func = want_cancel, .arg = c, .is_ours = true};
	c->retry = (struct due){.func = want_retry, .arg = c, .is_ours = true};
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
		strike_process();
}

static bool is_undo_running(void)
{
	const struct row *rows = disk_rows();
	for (int i = 0; i < CUSTOMERS_MOST; i++)
		if (rows[i].is_used && rows[i].order.state == ORDER_RELEASING)
			return true;
	return false;
}

/* Faults are over: all must settle.  Then a little longer, for what settled
 * wrongly to show itself. */
static void settle(int64_t calm_ms)
{
	int64_t deadline_ms = calm_ms + 3 * HOUR_MS;
	while (vtime_now() < deadline_ms && !judge_is_settled())
		if (!vtime_step(deadline_ms) && is_undo_running())
			break;
	if (!judge_is_settled() && is_undo_running()) {
		deadline_ms += 26 * HOUR_MS;
		while (vtime_now() < deadline_ms && !judge_is_settled())
			(void)vtime_step(deadline_ms);
	}
	run_until(vtime_now() + 70000);
	while (vtime_now() < deadline_ms && !judge_is_settled())
		(void)vtime_step(deadline_ms);
}

static void end_life(void)
{
	life.dice.is_on = false;
	process_end();
	wire_clear();
	disk_wipe();
	vtime_clear(&restart_due);
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

static void begin_life(int64_t calm_ms)
{
	crashes = 0;
	life.starts = life.calls = 0;
	life.invariant = NULL;
	life.why[0] = '\0';
	print = 0xCBF29CE484222325ULL;
	restart_due = (struct due){.func = process_start};
	judge_reset();
	begin_world();
	begin_existing();
	life.customer_count = between(0, 2) == 0 ? 2 : 1;
	for (int i = 0; i < life.customer_count; i++)
		begin_customer(i, calm_ms);
	process_start(NULL);
}

void life_run(
	uint64_t seed, uint64_t forbidden, enum mutant mutant, bool is_traced, struct life_end *ret)
{
	life.seed = seed;
	life.mutant = mutant;
	life.is_traced = is_traced;
	dice_init(&life.dice, seed, forbidden);
	if (life.loop == NULL)
		life.loop = loop_new();
	vtime_reset();
	int64_t calm_ms = dice_scale(&life.dice, FAULT_COUNT, 2000, 1200000);
	if (life.dice.is_narrow)
		calm_ms += 240000;
	/* After a broken promise nothing is taken apart: the program ends. */
	if (setjmp(life.broken) == 0) {
		begin_life(calm_ms);
		run_until(calm_ms);
		calm_world();
		settle(calm_ms);
		judge_end();
	}
	tell_end(ret);
	if (life.invariant == NULL)
		end_life();
}
