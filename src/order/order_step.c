/* order_step.c - one event on one order: dispatch, and what every state shares. */
#include "order/order_move.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* The waits between looks at the default settle time of 120 s.  An order is
 * mostly done 1 to 2 s after it was taken (three samples), and a customer waits. */
static const int64_t waits_ms[] = {500, 1000, 2000, 5000, 10000, 20000, 30000, 60000};
static const int64_t order_waits_ms[] = {
	400, 400, 400, 600, 800, 1000, 2000, 5000, 10000, 20000, 30000, 60000};
#define SETTLE_OF_WAITS_MS 120000
#define LEAST_WAIT_MS 20
/* How often a parked order looks again by itself, and for how long. */
#define PARKED_LOOK_MS 60000
#define PARKED_LOOKS 1440
/* Between two looks at the switch; whoever thaws wakes those who wait. */
#define FROZEN_WAIT_MS 10000

void order_detail(struct move *m, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	(void)vsnprintf(m->step->detail, sizeof(m->step->detail), format, args);
	va_end(args);
}

static void save(struct move *m, enum save how)
{
	if (m->step->save < how)
		m->step->save = how;
}

void order_save(struct move *m)
{
	save(m, SAVE_SOON);
}

void order_enter(struct move *m, enum order_state state, const char *detail)
{
	struct order *o = m->o;
	int32_t find_voice = o->asked[COMMAND_FIND_VOICE];
	memset(o->asked, 0, sizeof(o->asked));
	/* Asked while the order was still pending, wanted now. */
	if (state == ORDER_PROVISIONING)
		o->asked[COMMAND_FIND_VOICE] = find_voice;
	o->state = state;
	o->since_ms = m->event->now_ms;
	o->tries = 0;
	o->due_ms = 0;
	if (detail != NULL)
		order_detail(m, "%s", detail);
	save(m, SAVE_SOON);
}

void order_ask(struct move *m, enum command_kind kind)
{
	struct order *o = m->o;
	must(m->step->command_count < STEP_COMMANDS);
	struct command *c = &m->step->commands[m->step->command_count++];
	*c = (struct command){.kind = kind, .round = m->step->order.round};
	int no = kind == COMMAND_BUY    ? o->attempt_no
		 : kind == COMMAND_LOOK ? o->looked_no
					: o->attempt_no + 1;
	order_reference(o, no, c->reference);
	o->asked[kind] = o->round;
	/* A reservation before its pin is durable would keep the number from the
	 * order of ours that gets the pin. */
	if (command_writes(kind) || kind == COMMAND_RESERVE)
		save(m, SAVE_FIRST);
}

bool order_is_asked(const struct order *o, enum command_kind kind)
{
	return o->asked[kind] != 0;
}

int64_t order_settle(const struct move *m, int64_t times, int64_t part)
{
	return m->event->rules->settle_ms * times / part;
}

int64_t order_age_ms(const struct move *m)
{
	return m->event->now_ms - m->o->since_ms;
}

void order_wait_ms(struct move *m, int64_t ms)
{
	m->o->due_ms = m->event->now_ms + (ms < LEAST_WAIT_MS ? LEAST_WAIT_MS : ms);
}

static int64_t nth_wait(const int64_t *waits, size_t count, int32_t n)
{
	return waits[(size_t)n < count ? (size_t)n : count - 1];
}

void order_wait(struct move *m)
{
	int32_t n = m->o->tries;
	int64_t ms = m->o->state == ORDER_ORDERED
			     ? nth_wait(order_waits_ms, COUNT_OF(order_waits_ms), n)
			     : nth_wait(waits_ms, COUNT_OF(waits_ms), n);
	ms = ms * m->event->rules->settle_ms / SETTLE_OF_WAITS_MS;
	ms = ms / 2 + (ms > 1 ? m->event->random % (ms / 2 + 1) : 0);
	const struct answer *a = order_answer(m);
	must(a != NULL); /* it is an answer that there is a wait after */
	if (a->code != ERR_OK && a->retry_after_ms > ms)
		ms = a->retry_after_ms;
	m->o->tries++;
	order_wait_ms(m, ms);
}

void order_trouble(struct move *m, enum err_code code, const char *message, const char *hint)
{
	struct err *e = &m->o->error;
	bool is_news = e->code != code;
	e->code = code;
	TEXT_COPY(e->message, message);
	TEXT_COPY(e->hint, hint ? hint : "");
	/* The timeline shows a trouble when it begins, not each time it lasts. */
	if (is_news) {
		order_detail(m, "%s", message);
		save(m, SAVE_SOON);
	}
}

/* What was only read, or may be repeated, has no unclear outcome: it was just
 * not to be had, and that passes. */
static enum err_code as_outage(enum err_code code)
{
	return code == ERR_CARRIER_UNCLEAR ? ERR_CARRIER_DOWN
	       : code == ERR_VOICE_UNCLEAR ? ERR_VOICE_DOWN
					   : code;
}

void order_hold_up(struct move *m, enum order_state from)
{
	struct order *o = m->o;
	if (o->held_up_ms == 0)
		o->held_up_ms = m->event->now_ms;
	o->held_up++;
	o->tries = o->held_up;
	if (m->event->now_ms - o->held_up_ms > order_settle(m, 1, 1))
		order_park(m, from);
	else
		order_wait(m);
}

void order_go_on(struct order *o)
{
	o->held_up = 0;
	o->held_up_ms = 0;
}

void order_try_again(struct move *m)
{
	const struct answer *a = order_answer(m);
	order_trouble(m, as_outage(a->code), a->message, a->hint);
	if (err_effect(a->code) == ERR_EFFECT_REFUSED || order_age_ms(m) > order_settle(m, 1, 1))
		order_park(m, m->o->state);
	else
		order_wait(m);
}

bool order_wait_if_frozen(struct move *m)
{
	struct order *o = m->o;
	const struct order_rules *rules = m->event->rules;
	if (!rules->is_frozen) {
		if (o->error.code == ERR_FROZEN)
			o->error = (struct err){0};
		return false;
	}
	char message[sizeof(o->error.message)];
	bool has_reason = rules->frozen_reason != NULL && rules->frozen_reason[0] != '\0';
	text_format(message, sizeof(message), "spending is frozen%s%s", has_reason ? ": " : "",
		has_reason ? rules->frozen_reason : "");
	order_trouble(m, ERR_FROZEN, message, NULL);
	order_go_on(o);
	o->tries = 0;
	o->since_ms = m->event->now_ms; /* patience with anything else begins after it */
	order_wait_ms(m, FROZEN_WAIT_MS);
	return true;
}

void order_park(struct move *m, enum order_state from)
{
	must(m->o->error.code != ERR_OK);
	/* What may be ours is looked for, whatever it was that stopped us. */
	if (from == ORDER_RESERVING && !order_may_let_go(m->o))
		from = ORDER_UNCLEAR;
	order_enter(m, ORDER_PARKED, NULL);
	order_detail(m, "%s", m->o->error.message);
	m->o->parked_from = from;
	order_wait_ms(m, PARKED_LOOK_MS * m->event->rules->settle_ms / SETTLE_OF_WAITS_MS);
}

static void unpin(struct order *o)
{
	must(order_may_let_go(o));
	o->number[0] = '\0';
	o->pinned = (struct candidate){0};
	o->match = (struct ladder_step){0};
	o->was_reserved = false;
	o->reserved_until_ms = 0;
	o->attempts_on_pin = 0;
	o->order_no = o->looked_no = 0;
	order_go_on(o);
	o->order_id[0] = '\0';
	o->carrier_status[0] = '\0';
	o->refusal = (struct err){0};
	o->is_given_up = o->is_vouched = false;
	o->method = METHOD_NUMBER_ORDERS;
	o->is_owned = false;
}

void order_fail(struct move *m)
{
	must(m->o->error.code != ERR_OK);
	unpin(m->o);
	order_enter(m, ORDER_FAILED, NULL);
	order_detail(m, "%s", m->o->error.message);
}

void order_end_cancelled(struct move *m)
{
	unpin(m->o);
	m->o->error = (struct err){0};
	order_enter(m, ORDER_CANCELLED, "cancelled; nothing was bought");
}

bool order_may_let_go(const struct order *o)
{
	return o->attempts_on_pin == 0;
}

void order_let_go(struct move *m, const char *detail)
{
	struct order *o = m->o;
	must(order_may_let_go(o) && o->mode == ORDER_MODE_BUY);
	if (o->avoid_count < ORDER_AVOID)
		TEXT_COPY(o->avoid[o->avoid_count++], o->number);
	order_detail(m, "%s: %s", o->number, detail);
	unpin(o);
	if (o->cancel_wanted)
		order_end_cancelled(m);
	else
		order_search_on(m);
}

void order_reject(struct move *m, enum err_code code, const char *why)
{
	m->step->verdict = VERDICT_REJECTED;
	err_set(&m->step->error, code, "%s", why);
}

/* Before anything can have been bought, cancelling is the end at once. */
static bool may_end_now(const struct order *o)
{
	bool is_early = o->state == ORDER_RECEIVED || o->state == ORDER_SEARCHING ||
			o->state == ORDER_CLAIMING || o->state == ORDER_RESERVING ||
			o->state == ORDER_NEEDS_INPUT || o->state == ORDER_PARKED;
	return is_early && !o->is_owned && order_may_let_go(o);
}

static void on_cancel(struct move *m)
{
	struct order *o = m->o;
	if (o->is_torn) {
		order_reject(m, ERR_CONFLICT,
			"could not cancel: Telnyx knows an order of this sign-up for another "
			"number; look there first, then try again and cancel");
		return;
	}
	if (may_end_now(o)) {
		order_end_cancelled(m);
		return;
	}
	switch (o->state) {
	case ORDER_BUYING:
	case ORDER_UNCLEAR:
	case ORDER_ORDERED:
	case ORDER_RESERVING:
	case ORDER_IMPORTING:
		o->cancel_wanted = true;
		order_detail(m, "cancelling is wanted; first it must be known what was bought");
		save(m, SAVE_SOON);
		break;
	case ORDER_PARKED:
		o->cancel_wanted = true;
		if (o->is_owned) {
			order_release(m, "cancelled", 0);
		} else if (o->parked_from == ORDER_UNCLEAR && order_unknown(o) == 0) {
			/* Every attempt was refused and looked for twice; a person says
			 * that it is enough. */
			order_forget_attempts(o);
			order_end_cancelled(m);
		}
		save(m, SAVE_SOON);
		break;
	case ORDER_PROVISIONING:
	case ORDER_VERIFYING:
		order_release(m, "cancelled", 0);
		break;
	case ORDER_ACTIVE:
	case ORDER_RELEASING:
		if (o->state == ORDER_RELEASING && (o->due_ms == 0 || !m->event->is_now))
			m->step->verdict = VERDICT_IGNORED;
		else
			order_release(
				m, "cancelled", m->event->is_now ? 0 : m->event->rules->undo_ms);
		break;
	case ORDER_FAILED:
		order_reject(m, ERR_CONFLICT,
			"could not cancel: the sign-up has failed and owns nothing");
		break;
	case ORDER_RECEIVED:
	case ORDER_SEARCHING:
	case ORDER_CLAIMING:
	case ORDER_NEEDS_INPUT:
	case ORDER_CANCELLED:
	case ORDER_RELEASED:
	case ORDER_STATE_COUNT:
		m->step->verdict = VERDICT_IGNORED;
	}
}

static void begin_again(struct move *m)
{
	struct order *o = m->o;
	o->candidate_count = 0;
	o->avoid_count = 0;
	o->ladder_at = 0;
	o->place = (struct ladder_step){0};
	o->searches = 0;
	o->is_checked = o->is_searched = o->is_traced = false;
	o->cancel_wanted = false;
	o->error = (struct err){0};
	o->most_upfront_cents = (int32_t)m->event->rules->max_upfront_cents;
	o->most_monthly_cents = (int32_t)m->event->rules->max_monthly_cents;
	order_start(m);
}

/* Go on where a parked order stopped. */
static void unpark(struct move *m)
{
	struct order *o = m->o;
	enum order_state from = o->parked_from;
	o->is_torn = false;
	switch (from) {
	case ORDER_RECEIVED:
	case ORDER_SEARCHING:
	case ORDER_CLAIMING:
		o->is_checked = false;
		order_enter(m, from, "trying again");
		order_on_searching(m);
		break;
	case ORDER_RESERVING:
	case ORDER_BUYING:
	case ORDER_UNCLEAR:
	case ORDER_ORDERED:
		order_resume_buying(m, from);
		break;
	case ORDER_PROVISIONING:
	case ORDER_IMPORTING:
		if (o->imports >= ORDER_IMPORTS)
			o->imports = ORDER_IMPORTS - 1; /* one more each time */
		order_provision(m, "trying again");
		break;
	case ORDER_VERIFYING:
		o->is_number_read = o->is_voice_read = false;
		order_enter(m, ORDER_VERIFYING, "trying again");
		order_on_verifying(m);
		break;
	case ORDER_RELEASING:
		o->releases = 0;
		order_release(m, "trying again", 0);
		break;
	case ORDER_ACTIVE: /* GCOVR_EXCL_LINE: order_fault() */
	case ORDER_NEEDS_INPUT:
	case ORDER_PARKED:
	case ORDER_FAILED:
	case ORDER_CANCELLED:
	case ORDER_RELEASED:
	case ORDER_STATE_COUNT:
		must(!"parked from a state that goes on");
	}
}

static void resolve(struct move *m)
{
	if (m->o->state != ORDER_PARKED)
		order_reject(m, ERR_CONFLICT,
			"could not answer: the sign-up is not waiting for a person");
	else if (m->event->resolution == RESOLVE_WAIT)
		unpark(m);
	else
		order_resolve(m);
}

static bool says_place(const struct order_choice *c)
{
	return c->area_code[0] != '\0';
}

/* What was said before about the same thing counts no more. */
static void take_choice(struct order *o, const struct order_choice *c)
{
	if (says_place(c)) {
		TEXT_COPY(o->area_code, c->area_code);
		TEXT_COPY(o->country, c->country);
		TEXT_COPY(o->postal_code, c->postal_code);
		TEXT_COPY(o->city, c->city);
	}
	if (c->has_max_rung) {
		o->max_rung = c->max_rung;
		o->asks = c->asks;
	}
	if (c->has_contains)
		TEXT_COPY(o->contains, c->contains);
	/* Who says how to look and names no number wants any that is found so; who names
	 * the same one again, without its hold, has that still. */
	if (c->wanted_until_ms == 0 && text_is(c->wanted.number, o->wanted.number))
		return;
	o->wanted = c->wanted;
	o->wanted_until_ms = c->wanted_until_ms;
}

static bool is_placing(const struct order_choice *c)
{
	return c != NULL && (says_place(c) || c->wanted.number[0] != '\0');
}

/* Without a word it looks again for what it asked for before. */
static void look_again(struct move *m)
{
	struct order *o = m->o;
	const struct order_choice *c = m->event->choice;
	if (o->mode == ORDER_MODE_EXISTING && is_placing(c)) {
		order_reject(m, ERR_INVALID_FIELD,
			"could not take another place or number: this sign-up brings its own");
		return;
	}
	if (c != NULL)
		take_choice(o, c);
	begin_again(m);
}

static void on_choice(struct move *m)
{
	if (m->o->error.code == ERR_PLACE_NEEDED && !is_placing(m->event->choice))
		order_reject(m, ERR_INVALID_FIELD,
			"could not go on: an area code, a postal code, a city or a number is "
			"needed");
	else
		look_again(m);
}

/* Within the undo time, the only wait that ends exactly so long after the state began:
 * nothing has been sent yet that could still arrive. */
static bool may_be_taken_back(const struct move *m)
{
	const struct order *o = m->o;
	return o->state == ORDER_RELEASING && o->was_active && o->voice_id[0] != '\0' &&
	       o->tries == 0 && o->due_ms > m->event->now_ms &&
	       o->due_ms - o->since_ms == m->event->rules->undo_ms;
}

/* It has chosen, and perhaps bought: what is said now would be said in vain. */
static void refuse_choice(struct move *m)
{
	order_reject(m, ERR_CONFLICT,
		"could not take another choice: this sign-up is past choosing a number; send the "
		"retry without it");
}

static void on_retry(struct move *m)
{
	struct order *o = m->o;
	bool is_said = m->event->choice != NULL;
	if (is_said && (o->state == ORDER_PARKED || may_be_taken_back(m))) {
		refuse_choice(m);
	} else if (o->state == ORDER_PARKED) {
		o->imports = 0;
		order_go_on(o);
		if (order_unknown(o) == 0)
			o->refusal = (struct err){0}; /* what stood in the way is put right */
		unpark(m);
	} else if (o->state == ORDER_FAILED) {
		look_again(m);
	} else if (o->state == ORDER_NEEDS_INPUT) {
		on_choice(m);
	} else if (may_be_taken_back(m)) {
		/* Read it all back before calling it active. */
		o->cancel_wanted = false;
		o->is_number_read = o->is_voice_read = false;
		order_enter(m, ORDER_VERIFYING, "the cancelling was taken back");
		order_on_verifying(m);
	} else {
		order_reject(m, ERR_CONFLICT,
			"could not try again: the sign-up is not waiting for a person");
	}
}

/* Whether what a parked order was told settles its question. */
static bool is_settling(const struct order *o, const struct answer *a)
{
	bool is_owned = a->number_status != NUMBER_ABSENT && a->number_status != NUMBER_ENDED;
	if (a->code != ERR_OK)
		return false;
	if (o->parked_from == ORDER_ORDERED)
		return a->number_status == NUMBER_ACTIVE ||
		       (a->order_status == CARRIER_ORDER_ENDED && !is_owned);
	return a->order_status != CARRIER_ORDER_NONE ||
	       (is_owned && order_is_number_ours(o, a->number_reference));
}

static void on_parked(struct move *m)
{
	struct order *o = m->o;
	bool is_unsettled = o->parked_from == ORDER_UNCLEAR || o->parked_from == ORDER_ORDERED;
	bool is_curable = err_effect(o->error.code) == ERR_EFFECT_NONE;
	/* Only a person can say which of two numbers it is to be. */
	if (o->is_torn) {
		m->step->verdict = VERDICT_IGNORED;
		return;
	}
	switch (m->event->kind) {
	case EVENT_RESUME:
	case EVENT_TIMER:
	case EVENT_HINT:
		if (is_curable) {
			unpark(m);
		} else if (is_unsettled && ++o->tries < PARKED_LOOKS) {
			order_ask(m, o->parked_from == ORDER_UNCLEAR ? COMMAND_LOOK
								     : COMMAND_READ_ORDER);
			order_wait_ms(m,
				PARKED_LOOK_MS * m->event->rules->settle_ms / SETTLE_OF_WAITS_MS);
		} else {
			m->step->verdict = VERDICT_IGNORED;
		}
		break;
	case EVENT_ANSWER:
		if (is_settling(o, order_answer(m)))
			unpark(m);
		break;
	case EVENT_START:
	case EVENT_CANCEL:
	case EVENT_RETRY:
	case EVENT_RESOLVE:
	case EVENT_FOUND:
	case EVENT_TAKEN:
	case EVENT_COUNT:
		m->step->verdict = VERDICT_IGNORED;
	}
}

static void on_state(struct move *m)
{
	switch (m->o->state) {
	case ORDER_RECEIVED:
		order_start(m);
		break;
	case ORDER_SEARCHING:
	case ORDER_CLAIMING:
		order_on_searching(m);
		break;
	case ORDER_RESERVING:
		order_on_reserving(m);
		break;
	case ORDER_BUYING:
		order_on_buying(m);
		break;
	case ORDER_UNCLEAR:
		order_on_unclear(m);
		break;
	case ORDER_ORDERED:
		order_on_ordered(m);
		break;
	case ORDER_PROVISIONING:
		order_on_provisioning(m);
		break;
	case ORDER_IMPORTING:
		order_on_importing(m);
		break;
	case ORDER_VERIFYING:
		order_on_verifying(m);
		break;
	case ORDER_PARKED:
		on_parked(m);
		break;
	case ORDER_RELEASING:
		order_on_releasing(m);
		break;
	case ORDER_ACTIVE:
	case ORDER_NEEDS_INPUT:
	case ORDER_FAILED:
	case ORDER_CANCELLED:
	case ORDER_RELEASED:
	case ORDER_STATE_COUNT:
		m->step->verdict = VERDICT_IGNORED;
	}
}

/* Another order of ours holds the number: it can be nobody's here. */
static void on_taken(struct move *m)
{
	struct order *o = m->o;
	const char *number = m->event->taken;
	if (o->mode == ORDER_MODE_EXISTING) {
		order_trouble(m, ERR_NUMBER_TAKEN, "the number belongs to another sign-up", NULL);
		order_fail(m);
	} else if (order_is_over(o->state)) {
		m->step->verdict = VERDICT_IGNORED;
	} else if (o->avoid_count < ORDER_AVOID) {
		TEXT_COPY(o->avoid[o->avoid_count++], number);
		order_detail(m, "%s is another sign-up's", number);
		save(m, SAVE_SOON);
	} else if (o->state == ORDER_SEARCHING) {
		order_trouble(m, ERR_CARRIER_NUMBER_GONE,
			"could not buy: every number that was tried is another sign-up's", NULL);
		order_fail(m);
	}
}

/* An answer counts once, and only to the round that asked for it. */
static bool take_answer(struct order *o, const struct event *event)
{
	must(event->answer != NULL && (unsigned)event->answers < COMMAND_COUNT);
	if (o->asked[event->answers] == 0 || o->asked[event->answers] != event->round)
		return false;
	o->asked[event->answers] = 0;
	return true;
}

/* A broken rule is our bug: stop before it can spend anything. */
static void check(const struct order *o)
{
	const char *fault = order_fault(o);
	if (fault != NULL)
		must_failed(fault, __FILE__, __LINE__, order_state_wire(o->state));
}

void order_step(const struct order *was, const struct event *event, struct step *ret)
{
	check(was);
	ret->order = *was;
	ret->verdict = VERDICT_APPLIED;
	ret->save = SAVE_NOTHING;
	ret->touches_attempt = false;
	ret->command_count = 0;
	ret->detail[0] = '\0';
	ret->error = (struct err){0};
	struct move m = {&ret->order, event, ret};
	if (event->kind == EVENT_ANSWER && !take_answer(m.o, event)) {
		ret->verdict = VERDICT_IGNORED;
		return;
	}
	m.o->round++;
	if (event->kind == EVENT_TIMER)
		m.o->due_ms = 0;
	if (event->kind == EVENT_RESUME) {
		memset(m.o->asked, 0, sizeof(m.o->asked));
		/* What was read before may be long ago. */
		m.o->is_number_read = m.o->is_voice_read = false;
		if (m.o->state == ORDER_SEARCHING)
			m.o->is_traced = false;
	}
	if (event->kind == EVENT_CANCEL)
		on_cancel(&m);
	else if (event->kind == EVENT_RETRY)
		on_retry(&m);
	else if (event->kind == EVENT_RESOLVE)
		resolve(&m);
	else if (event->kind == EVENT_FOUND)
		order_on_found(&m);
	else if (event->kind == EVENT_TAKEN)
		on_taken(&m);
	else
		on_state(&m);
	if (ret->verdict != VERDICT_APPLIED) {
		ret->order = *was;
		return;
	}
	if (ret->save != SAVE_NOTHING) {
		m.o->updated_ms = event->now_ms;
		m.o->version++;
	}
	check(m.o);
}
