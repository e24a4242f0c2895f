/*
 * order_buy.c - the money: pin, reserve, buy, and settle what is unclear.
 *
 * The rule everything here serves: while an attempt for the pinned number may
 * still become a purchase, no other number is pinned.
 */
#include "order/order_move.h"

#include <string.h>

#include "base/text.h"

/* A reservation with less than this left is renewed before an order. */
#define RESERVATION_LEFT_MS (5 * 60 * 1000)
/* Looks for each attempt that must have shown nothing before a number goes. */
#define QUIET_LOOKS 2

/* Write the attempt down; the engine sends it once that is durable. */
static void plan_attempt(struct move *m, const char *detail)
{
	struct order *o = m->o;
	if (order_wait_if_frozen(m))
		return;
	must(o->attempts_on_pin < ORDER_ATTEMPTS_A_PIN && !o->cancel_wanted);
	must(!m->step->touches_attempt); /* a step writes down one attempt */
	o->attempt_no++;
	o->pin_attempts[o->attempts_on_pin++] =
		(struct pin_attempt){.no = o->attempt_no, .outcome = OUTCOME_OPEN};
	o->looked_no = o->attempt_no;
	o->sent_ms = m->event->now_ms;
	o->attempt = (struct attempt){.kind = ATTEMPT_BUY,
		.no = o->attempt_no,
		.method = o->method,
		.planned_ms = m->event->now_ms};
	TEXT_COPY(o->attempt.number, o->number);
	m->step->touches_attempt = true;
	order_enter(m, ORDER_BUYING, detail);
	order_ask(m, COMMAND_BUY);
}

static struct pin_attempt *find_attempt(struct order *o, int32_t no)
{
	for (int32_t i = 0; i < o->attempts_on_pin; i++)
		if (o->pin_attempts[i].no == no)
			return &o->pin_attempts[i];
	return NULL;
}

static void close_attempt(struct move *m, enum attempt_outcome outcome, enum err_code code)
{
	struct order *o = m->o;
	o->attempt.outcome = outcome;
	o->attempt.code = code;
	m->step->touches_attempt = true;
	struct pin_attempt *on_pin = find_attempt(o, o->attempt.no);
	must(on_pin != NULL && o->attempt.kind == ATTEMPT_BUY);
	on_pin->outcome = outcome;
}

/* It cannot have bought anything: it no longer counts against the pin. */
static void take_off(struct order *o, int32_t no)
{
	int32_t kept = 0;
	for (int32_t i = 0; i < o->attempts_on_pin; i++)
		if (o->pin_attempts[i].no != no)
			o->pin_attempts[kept++] = o->pin_attempts[i];
	o->attempts_on_pin = kept;
}

/* References are looked for in turn, so that no attempt is forgotten. */
static void look(struct move *m)
{
	struct order *o = m->o;
	must(o->attempts_on_pin > 0);
	int32_t next = o->pin_attempts[0].no;
	for (int32_t i = o->attempts_on_pin - 1; i >= 0; i--)
		if (o->pin_attempts[i].no > o->looked_no)
			next = o->pin_attempts[i].no;
	o->looked_no = next;
	order_ask(m, COMMAND_LOOK);
	if (o->refusal.code == ERR_CARRIER_NUMBER_GONE)
		order_ask(m, COMMAND_OFFER);
}

void order_forget_attempts(struct order *o)
{
	must(order_unknown(o) == 0 || o->is_given_up);
	o->attempts_on_pin = 0;
	o->is_given_up = false;
}

static bool may_reserve(const struct move *m)
{
	return m->event->rules->may_reserve && m->o->pinned.is_reservable;
}

static void reserve(struct move *m, const char *detail)
{
	order_enter(m, ORDER_RESERVING, detail);
	if (order_wait_if_frozen(m))
		return;
	if (may_reserve(m))
		order_ask(m, COMMAND_RESERVE);
	else if (m->step->touches_attempt)
		order_wait_ms(m, 0); /* planned in a step of its own */
	else
		plan_attempt(m, "ordering without a reservation");
}

void order_pin(struct move *m, const struct candidate *c)
{
	struct order *o = m->o;
	must(o->number[0] == '\0' && order_may_let_go(o));
	TEXT_COPY(o->number, c->number);
	o->pinned = *c;
	o->match = o->place;
	o->error = (struct err){0};
	char detail[64];
	text_format(detail, sizeof(detail), "chose %s", c->number);
	/* Reserved before the sign-up, by us and for this customer: nobody else can
	 * have bought it since, so a refusal proves as little as after a RESERVE. */
	if (o->wanted_until_ms > m->event->now_ms) {
		must(text_is(o->wanted.number, c->number));
		o->was_reserved = true;
		o->reserved_until_ms = o->wanted_until_ms;
	}
	if (o->reserved_until_ms - m->event->now_ms <= RESERVATION_LEFT_MS) {
		reserve(m, detail);
		return;
	}
	order_enter(m, ORDER_RESERVING, detail);
	plan_attempt(m, "held for this customer; ordering");
}

/* What was seen before counts no more. */
static void begin_quiet(const struct move *m, struct pin_attempt *a)
{
	a->quiet_looks = 0;
	a->quiet_since_ms = m->event->now_ms;
}

static void become_unclear(struct move *m, const char *detail)
{
	struct order *o = m->o;
	o->unclear_ms = m->event->now_ms;
	for (int32_t i = 0; i < o->attempts_on_pin; i++)
		begin_quiet(m, &o->pin_attempts[i]);
	o->is_for_sale = false;
	order_enter(m, ORDER_UNCLEAR, detail);
	look(m);
}

static void become_ordered(struct move *m, const char *detail)
{
	m->o->error = (struct err){0};
	m->o->is_given_up = false; /* the carrier knows better than who gave it up */
	order_enter(m, ORDER_ORDERED, detail);
	order_ask(m, COMMAND_READ_ORDER);
	if (!m->o->is_voice_searched && !m->o->cancel_wanted)
		order_ask(m, COMMAND_FIND_VOICE);
}

static void on_reserved(struct move *m)
{
	struct order *o = m->o;
	const struct answer *a = order_answer(m);
	bool is_first = o->attempts_on_pin == 0;
	if (o->cancel_wanted) {
		become_unclear(m, NULL); /* before the first order it would have ended at once */
	} else if (a->code == ERR_OK) {
		o->was_reserved = true;
		o->reserved_until_ms = a->reserved_until_ms;
		plan_attempt(m, "reserved; ordering");
	} else if (a->code == ERR_CARRIER_NUMBER_GONE && is_first) {
		order_let_go(m, "went to somebody else");
	} else if (a->code == ERR_CARRIER_LEVEL && is_first) {
		/* The account may not reserve: RELIABILITY's slower rule applies. */
		plan_attempt(m, "ordering without a reservation");
	} else if (err_effect(a->code) == ERR_EFFECT_REFUSED && is_first) {
		order_trouble(m, a->code, a->message, a->hint);
		order_fail(m);
	} else if (a->code == ERR_CARRIER_NUMBER_GONE) {
		/* Nobody may have it, or we do: look, but order it no more unless
		 * it turns out to be for sale. */
		err_set_hint(&o->refusal, a->code, a->hint, "%s", a->message);
		for (int32_t i = 0; i < o->attempts_on_pin; i++)
			begin_quiet(m, &o->pin_attempts[i]);
		order_enter(m, ORDER_UNCLEAR, "no longer to be reserved; it may be ours");
		order_wait(m);
	} else {
		order_try_again(m);
	}
}

void order_on_reserving(struct move *m)
{
	struct order *o = m->o;
	if (order_answers(m, COMMAND_RESERVE))
		on_reserved(m);
	else if ((o->cancel_wanted || m->event->rules->is_frozen) && o->attempts_on_pin > 0)
		become_unclear(m, NULL); /* looking goes on */
	else if (order_is_asked(o, COMMAND_RESERVE))
		m->step->verdict = VERDICT_IGNORED;
	else if (o->error.code != ERR_FROZEN || !order_wait_if_frozen(m))
		reserve(m, NULL);
}

static void on_not_offered(struct move *m)
{
	struct order *o = m->o;
	const struct answer *a = order_answer(m);
	close_attempt(m, OUTCOME_REFUSED, a->code);
	take_off(o, o->attempt.no);
	if (o->refusal.code == ERR_OK)
		err_set_hint(&o->refusal, a->code, a->hint, "%s", a->message);
	/* The next way to buy the same number that this carrier still offers. */
	int next = (int)o->method + 1;
	while (next < METHOD_COUNT && !m->event->rules->is_offered[next])
		next++;
	if (next < METHOD_COUNT && !o->cancel_wanted) {
		/* Planned in a step of its own: this one writes down how the last ended. */
		o->method = (enum order_method)next;
		order_enter(m, ORDER_RESERVING, "that way is not offered; trying the next");
		order_wait_ms(m, 0);
	} else if (order_may_let_go(o) && o->cancel_wanted) {
		order_end_cancelled(m);
	} else if (order_may_let_go(o)) {
		order_trouble(m, o->refusal.code, o->refusal.message, o->refusal.hint);
		order_fail(m);
	} else {
		become_unclear(m, NULL);
	}
}

static void on_refused(struct move *m)
{
	struct order *o = m->o;
	const struct answer *a = order_answer(m);
	/* Not proof by itself: our own order may have gone through before it,
	 * repeated by a gateway on the way.  Look before believing it. */
	close_attempt(m, OUTCOME_REFUSED, a->code);
	err_set_hint(&o->refusal, a->code, a->hint, "%s", a->message);
	order_trouble(m, a->code, a->message, a->hint);
	become_unclear(m, "refused; looking whether it is ours all the same");
}

static void on_unsent(struct move *m)
{
	struct order *o = m->o;
	const struct answer *a = order_answer(m);
	close_attempt(m, OUTCOME_UNSENT, a->code);
	take_off(o, o->attempt.no);
	if (o->cancel_wanted && order_may_let_go(o)) {
		order_let_go(m, "cancelled before it was ordered");
		return;
	}
	order_enter(m, ORDER_RESERVING, "the order was not sent");
	order_trouble(m, a->code, a->message, a->hint);
	if (a->code == ERR_FROZEN)
		order_go_on(o); /* waiting for that is no failure that lasts */
	order_hold_up(m, ORDER_RESERVING);
}

static void on_bought(struct move *m)
{
	struct order *o = m->o;
	const struct answer *a = order_answer(m);
	bool is_unsent = err_effect(a->code) == ERR_EFFECT_NONE && a->code != ERR_CARRIER_LIMITED;
	if (!is_unsent || a->code == ERR_OK)
		order_go_on(o);
	if (a->code == ERR_OK) {
		close_attempt(m, OUTCOME_ACCEPTED, ERR_OK);
		o->order_no = o->attempt.no;
		TEXT_COPY(o->order_id, a->order_id);
		TEXT_COPY(o->number_id, a->number_id);
		become_ordered(m, "ordered");
	} else if (a->code == ERR_CARRIER_NOT_OFFERED) {
		on_not_offered(m);
	} else if (a->code == ERR_CARRIER_LIMITED) {
		/* "Too many requests" has been seen after a purchase, too. */
		close_attempt(m, OUTCOME_UNKNOWN, a->code);
		err_set(&o->refusal, a->code, "%s", a->message);
		become_unclear(m, "asked to slow down; looking");
		o->sent_ms = m->event->now_ms - order_settle(m, 1, 1) +
			     (a->retry_after_ms > 1000 ? a->retry_after_ms : 1000);
	} else if (is_unsent) {
		on_unsent(m);
	} else if (err_effect(a->code) == ERR_EFFECT_REFUSED) {
		on_refused(m);
	} else {
		close_attempt(m, OUTCOME_UNKNOWN, a->code);
		order_trouble(m, ERR_PURCHASE_UNCLEAR, a->message, NULL);
		become_unclear(m, "no clear answer; looking whether it was bought");
	}
}

void order_on_buying(struct move *m)
{
	if (order_answers(m, COMMAND_BUY)) {
		on_bought(m);
	} else if (m->event->kind == EVENT_RESUME) {
		/* Whether it was sent cannot be known. */
		close_attempt(m, OUTCOME_UNKNOWN, ERR_INTERRUPTED);
		become_unclear(m, "taken up again; looking whether it was bought");
	} else {
		m->step->verdict = VERDICT_IGNORED;
	}
}

/* A look that shows nothing counts only when far enough from the last one. */
static void count_quiet_look(struct move *m)
{
	struct pin_attempt *a = find_attempt(m->o, m->o->looked_no);
	must(a != NULL);
	if (m->event->now_ms - a->quiet_since_ms < order_settle(m, 1, 4))
		return;
	/* The list must have come as far as the failed order: then it shows a copy
	 * that was made before it, too. */
	bool is_shown = order_answer(m)->order_status == CARRIER_ORDER_ENDED;
	if (a->outcome == OUTCOME_FAILED && !is_shown)
		return;
	a->quiet_looks++;
	a->quiet_since_ms = m->event->now_ms;
}

static bool is_refusal_of_account(enum err_code code)
{
	return code != ERR_OK && code != ERR_CARRIER_NUMBER_GONE && code != ERR_CARRIER_LIMITED &&
	       code != ERR_CARRIER_NOT_OFFERED;
}

static void order_same_again(struct move *m, const char *detail)
{
	struct order *o = m->o;
	bool is_reserved = o->reserved_until_ms - m->event->now_ms > RESERVATION_LEFT_MS;
	if (m->step->touches_attempt)
		order_wait(m); /* planned in a step of its own */
	else if (is_reserved)
		plan_attempt(m, detail);
	else
		reserve(m, detail);
}

static bool is_settled(const struct move *m)
{
	return m->event->now_ms - m->o->sent_ms >= order_settle(m, 1, 1);
}

static bool is_late(const struct move *m)
{
	return m->event->now_ms - m->o->unclear_ms >= order_settle(m, 15, 2);
}

static bool may_repeat(const struct move *m)
{
	const struct order *o = m->o;
	/* One that was found under our reference may not be the one that was chosen. */
	bool is_wanted = o->wanted.number[0] == '\0' || text_is(o->wanted.number, o->number);
	return is_wanted && !m->event->rules->is_frozen &&
	       o->attempts_on_pin < ORDER_ATTEMPTS_A_PIN && !o->cancel_wanted &&
	       o->refusal.code != ERR_CARRIER_NOT_OFFERED;
}

static void park_unsettled(struct move *m)
{
	const struct order *o = m->o;
	char message[200];
	text_format(message, sizeof(message),
		"it is not known whether %s was bought; reference nb1-%s-%s-%d", o->number,
		o->instance, o->name, o->attempt_no);
	order_trouble(m, ERR_PURCHASE_UNCLEAR, message, NULL);
	order_park(m, ORDER_UNCLEAR);
}

/* Every attempt came to an end that bought nothing, as far as each can tell. */
static void settle_denied(struct move *m)
{
	struct order *o = m->o;
	enum err_code refusal = o->refusal.code;
	bool is_looked_through = true, is_failed = true;
	for (int32_t i = 0; i < o->attempts_on_pin; i++) {
		const struct pin_attempt *a = &o->pin_attempts[i];
		is_looked_through = is_looked_through && a->quiet_looks >= QUIET_LOOKS;
		is_failed = is_failed && a->outcome == OUTCOME_FAILED;
	}
	bool is_gone = refusal == ERR_CARRIER_NUMBER_GONE;
	bool is_sold = is_gone && !o->was_reserved && !o->is_for_sale;
	if (is_looked_through && (is_failed || is_sold)) {
		order_forget_attempts(o);
		order_let_go(m, is_failed ? "its order failed" : "went to somebody else");
	} else if (is_looked_through && is_refusal_of_account(refusal)) {
		order_trouble(m, refusal, o->refusal.message, o->refusal.hint);
		order_park(m, ORDER_UNCLEAR);
	} else if (is_late(m)) {
		park_unsettled(m);
	} else if (is_gone && o->is_for_sale && may_repeat(m)) {
		order_same_again(m, "still for sale; ordering the same number again");
	} else if (!is_failed && refusal == ERR_OK && is_settled(m) && may_repeat(m)) {
		order_same_again(m, "ordering the same number again");
	} else {
		order_wait(m);
	}
}

/* A look showed nothing. */
static void settle_quiet(struct move *m)
{
	struct order *o = m->o;
	enum err_code refusal = o->refusal.code;
	bool is_gone = refusal == ERR_CARRIER_NUMBER_GONE;
	count_quiet_look(m);
	if (o->is_given_up) {
		order_forget_attempts(o);
		order_let_go(m, "given up by a person");
	} else if (order_unknown(o) == 0) {
		settle_denied(m);
	} else if (is_late(m)) {
		park_unsettled(m);
	} else if (is_gone && o->is_for_sale && may_repeat(m)) {
		order_same_again(m, "still for sale; ordering the same number again");
	} else if (!is_gone && !is_refusal_of_account(refusal) && is_settled(m) && may_repeat(m)) {
		order_same_again(
			m, "not bought as far as can be seen; ordering the same number again");
	} else {
		order_wait(m);
	}
}

static void park_foreign(struct move *m, const char *reference, enum order_state from)
{
	char message[200];
	text_format(message, sizeof(message),
		"%s is in the Telnyx account, but under the reference \"%s\", which is not this "
		"sign-up's",
		m->o->number, reference);
	order_trouble(m, ERR_PURCHASE_UNCLEAR, message, NULL);
	order_park(m, from);
}

/* The direct purchase may not carry our reference to the number. */
bool order_is_number_ours(const struct order *o, const char *reference)
{
	return o->is_vouched || order_owns_reference(o, reference) ||
	       (reference[0] == '\0' && o->method == METHOD_PHONE_NUMBERS);
}

/* Not proof by itself, as a refusal is not: it may be the copy of an order of
 * ours, repeated by a gateway, that failed because the first one went through. */
static void note_failed(struct move *m, int32_t no)
{
	struct order *o = m->o;
	o->order_id[0] = '\0';
	struct pin_attempt *a = find_attempt(o, no);
	if (a != NULL && a->outcome != OUTCOME_FAILED) {
		a->outcome = OUTCOME_FAILED;
		begin_quiet(m, a);
		order_save(m); /* though the trouble may be no news */
		if (no == o->attempt.no)
			close_attempt(m, OUTCOME_FAILED, ERR_CARRIER_ORDER_FAILED);
	}
	char message[160];
	text_format(message, sizeof(message),
		"Telnyx could not complete the order for %s; making sure that no copy of it did",
		o->number);
	order_trouble(m, ERR_CARRIER_ORDER_FAILED, message, NULL);
}

static void on_looked(struct move *m)
{
	struct order *o = m->o;
	const struct answer *a = order_answer(m);
	bool is_owned = a->number_status != NUMBER_ABSENT && a->number_status != NUMBER_ENDED;
	/* What only ordering again can settle is not given up while that is frozen. */
	if (m->event->rules->is_frozen)
		o->unclear_ms = m->event->now_ms;
	if (a->code != ERR_OK && is_late(m)) {
		park_unsettled(m);
	} else if (a->code != ERR_OK) {
		order_wait(m); /* nothing was learned: not even that there is nothing */
	} else if (a->order_status == CARRIER_ORDER_ENDED && !is_owned) {
		note_failed(m, o->looked_no);
		settle_quiet(m);
	} else if (a->order_status != CARRIER_ORDER_NONE && a->order_id[0] != '\0') {
		o->order_no = o->looked_no;
		TEXT_COPY(o->order_id, a->order_id);
		become_ordered(m, "it was ordered: found by its reference");
	} else if (is_owned && !order_is_number_ours(o, a->number_reference) && o->is_given_up) {
		order_forget_attempts(o);
		order_let_go(m, "another's, says a person");
	} else if (is_owned && !order_is_number_ours(o, a->number_reference)) {
		park_foreign(m, a->number_reference, ORDER_UNCLEAR);
	} else if (is_owned) {
		TEXT_COPY(o->number_id, a->number_id);
		become_ordered(m, "it was bought: found in the account");
	} else {
		settle_quiet(m);
	}
}

void order_on_unclear(struct move *m)
{
	struct order *o = m->o;
	if (order_answers(m, COMMAND_LOOK)) {
		on_looked(m);
	} else if (order_answers(m, COMMAND_OFFER)) {
		const struct answer *a = order_answer(m);
		o->is_for_sale = a->code == ERR_OK && a->candidate_count > 0;
	} else if (order_is_asked(o, COMMAND_LOOK)) {
		m->step->verdict = VERDICT_IGNORED;
	} else {
		look(m);
	}
}

static void become_unclear_of_failure(struct move *m)
{
	note_failed(m, m->o->order_no);
	become_unclear(m, "the order failed; looking whether it is ours all the same");
}

static void wait_for_order(struct move *m)
{
	struct order *o = m->o;
	if (order_age_ms(m) < order_settle(m, 5, 1)) {
		order_wait(m);
		return;
	}
	char message[200];
	text_format(message, sizeof(message), "Telnyx has not finished order %s for %s (\"%s\")",
		o->order_id[0] ? o->order_id : "(no id)", o->number, o->carrier_status);
	order_trouble(m, ERR_CARRIER_ORDER_STUCK, message, NULL);
	order_park(m, ORDER_ORDERED);
}

/* Whether an attempt of which nothing is known is on its way beside the one that
 * bought the number. */
static void note_unsure(struct move *m, const char *reference)
{
	struct order *o = m->o;
	char own[REFERENCE_BYTES];
	o->unsure_until_ms = 0;
	for (int32_t i = 0; i < o->attempts_on_pin; i++) {
		const struct pin_attempt *a = &o->pin_attempts[i];
		order_reference(o, a->no, own);
		if (a->outcome == OUTCOME_UNKNOWN && a->no != o->order_no &&
			!text_is(reference, own))
			o->unsure_until_ms = o->sent_ms + order_settle(m, 15, 2);
	}
}

static void on_order_read(struct move *m)
{
	struct order *o = m->o;
	const struct answer *a = order_answer(m);
	if (a->code != ERR_OK) {
		order_trouble(m, a->code, a->message, a->hint);
		wait_for_order(m);
		return;
	}
	TEXT_COPY(o->carrier_status, a->status_word);
	if (a->number_status == NUMBER_ABSENT || a->number_status == NUMBER_ENDED) {
		if (a->order_status == CARRIER_ORDER_ENDED)
			become_unclear_of_failure(m);
		else
			wait_for_order(m);
		return;
	}
	/* An order that ended in success may have left the number without our
	 * reference; any other number here was bought by somebody else of us. */
	bool is_ours = order_is_number_ours(o, a->number_reference) ||
		       (a->order_status == CARRIER_ORDER_SUCCESS && a->number_reference[0] == '\0');
	if (!is_ours) {
		park_foreign(m, a->number_reference, ORDER_ORDERED);
		return;
	}
	TEXT_COPY(o->number_id, a->number_id);
	if (a->number_status != NUMBER_ACTIVE) {
		wait_for_order(m);
		return;
	}
	o->is_owned = true;
	note_unsure(m, a->number_reference);
	o->attempts_on_pin = 0; /* one E.164 is sold once: the others cannot be while it is ours */
	o->error = (struct err){0};
	if (o->cancel_wanted)
		order_release(m, "bought, but cancelled meanwhile", 0);
	else
		order_provision(m, "bought and active at Telnyx");
}

void order_on_ordered(struct move *m)
{
	struct order *o = m->o;
	bool is_hint = m->event->kind == EVENT_HINT;
	/* Told that something changed: if it does not show yet, it soon will. */
	if (is_hint)
		o->tries = 0;
	if (order_answers(m, COMMAND_READ_ORDER)) {
		on_order_read(m);
	} else if (order_answers(m, COMMAND_FIND_VOICE)) {
		const struct answer *a = order_answer(m);
		o->is_voice_searched = a->code == ERR_OK;
		if (a->code == ERR_OK)
			TEXT_COPY(o->voice_id, a->voice_id);
	} else if (order_is_asked(o, COMMAND_READ_ORDER)) {
		if (!is_hint)
			m->step->verdict = VERDICT_IGNORED;
	} else {
		order_ask(m, COMMAND_READ_ORDER);
		if (!o->is_voice_searched && !order_is_asked(o, COMMAND_FIND_VOICE))
			order_ask(m, COMMAND_FIND_VOICE);
	}
}

/* The order of attempt_no is ours, and the number it names. */
static void adopt(struct move *m, const char *order_id, const char *number)
{
	struct order *o = m->o;
	TEXT_COPY(o->number, number);
	TEXT_COPY(o->order_id, order_id);
	/* Our memory is of before the search. */
	if (o->match.npa[0] == '\0' && o->place.country[0] == '\0')
		order_place(o, number);
	if (o->match.npa[0] == '\0')
		o->match = o->place;
	if (o->attempts_on_pin < ORDER_ATTEMPTS_A_PIN)
		o->attempts_on_pin++;
	o->pin_attempts[o->attempts_on_pin - 1] =
		(struct pin_attempt){.no = o->attempt_no, .outcome = OUTCOME_ACCEPTED};
	o->order_no = o->looked_no = o->attempt_no;
	o->attempt = (struct attempt){.kind = ATTEMPT_BUY,
		.outcome = OUTCOME_ACCEPTED,
		.no = o->attempt_no,
		.planned_ms = m->event->now_ms};
	TEXT_COPY(o->attempt.number, o->number);
	m->step->touches_attempt = true;
	become_ordered(m, "an earlier order of this sign-up was found and is used");
}

/* An order of ours that our memory has lost: found by the reference that this
 * wish would use next. */
void order_adopt_traced(struct move *m)
{
	struct order *o = m->o;
	const struct answer *a = order_answer(m);
	o->attempt_no++;
	if (a->order_status == CARRIER_ORDER_ENDED) {
		order_ask(m, COMMAND_TRACE); /* that one failed; is there a later one? */
		return;
	}
	if (!text_is_e164(a->number)) {
		order_trouble(m, ERR_PURCHASE_UNCLEAR,
			"an order under this sign-up's reference names no single number", NULL);
		order_park(m, ORDER_SEARCHING);
		return;
	}
	adopt(m, a->order_id, a->number);
}

/* A person's answer to a purchase that could not be settled.  Neither is blind:
 * what is adopted is read back before it is active, and what is let go is
 * looked for once more. */
void order_resolve(struct move *m)
{
	struct order *o = m->o;
	bool is_unsettled = o->parked_from == ORDER_UNCLEAR || o->parked_from == ORDER_ORDERED;
	if (!is_unsettled) {
		order_reject(m, ERR_CONFLICT,
			"could not answer: what stopped this sign-up is no unsettled purchase; "
			"try it again or cancel it");
	} else if (m->event->resolution == RESOLVE_ADOPT) {
		o->is_vouched = true;
		o->is_torn = false;
		become_ordered(m, "a person says that it was bought; reading it back");
	} else if (o->parked_from == ORDER_ORDERED && o->order_id[0] != '\0') {
		order_reject(m, ERR_CONFLICT,
			"could not let go: Telnyx has the order, and it may still complete; cancel "
			"it "
			"in the Telnyx portal, and it is let go when it shows there as ended");
	} else {
		o->is_given_up = true;
		o->is_torn = false;
		become_unclear(m, "a person says that it was not bought; looking once more");
	}
}

/* The carrier knows an attempt of ours that this row does not: the row came out
 * of a backup.  Its number is adopted where that cannot make two; otherwise a
 * person must choose. */
void order_on_found(struct move *m)
{
	struct order *o = m->o;
	const struct order_found *f = m->event->found;
	must(f != NULL);
	bool is_free =
		o->number[0] == '\0' && (o->state == ORDER_SEARCHING || o->state == ORDER_RECEIVED);
	bool is_same = o->number[0] != '\0' && text_is(o->number, f->number);
	bool is_wanting = o->state == ORDER_RESERVING || o->state == ORDER_UNCLEAR ||
			  (o->state == ORDER_PARKED && !o->is_owned);
	bool is_open = o->state == ORDER_BUYING || o->state == ORDER_IMPORTING;
	if (f->no <= o->attempt_no || o->mode != ORDER_MODE_BUY || is_open) {
		m->step->verdict = VERDICT_IGNORED;
		return;
	}
	o->attempt_no = f->no;
	if (f->status == CARRIER_ORDER_ENDED) {
		order_detail(m, "Telnyx knows attempt %d, which failed", f->no);
		order_save(m);
	} else if ((is_free || (is_same && is_wanting)) && !o->is_torn && text_is_e164(f->number)) {
		adopt(m, f->order_id, f->number);
	} else if (!is_same && !order_is_over(o->state)) {
		char message[200];
		text_format(message, sizeof(message),
			"Telnyx knows order %s for %s under this sign-up's reference, which this "
			"database does not",
			f->order_id, f->number[0] ? f->number : "several numbers");
		order_trouble(m, ERR_PURCHASE_UNCLEAR, message, NULL);
		o->is_torn = true; /* going on by itself could make two numbers of it */
		order_park(m, o->state == ORDER_PARKED ? o->parked_from : o->state);
	} else {
		order_save(m);
	}
}

void order_resume_buying(struct move *m, enum order_state from)
{
	if (from == ORDER_ORDERED) {
		become_ordered(m, "looking again");
	} else if (from == ORDER_UNCLEAR) {
		become_unclear(m, "looking again");
	} else {
		reserve(m, "trying again");
	}
}
