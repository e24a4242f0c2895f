/* order_connect.c - after the money: import, read back, and giving back. */
#include "order/order_move.h"

#include <string.h>

#include "base/text.h"

static void plan(struct move *m, enum attempt_kind kind, int no, enum command_kind command)
{
	struct order *o = m->o;
	must(!m->step->touches_attempt); /* a step writes down one attempt */
	o->attempt = (struct attempt){.kind = kind, .no = no, .planned_ms = m->event->now_ms};
	TEXT_COPY(o->attempt.number, o->number);
	m->step->touches_attempt = true;
	order_ask(m, command);
}

static void close_attempt(struct move *m)
{
	const struct answer *a = order_answer(m);
	enum err_effect effect = err_effect(a->code);
	m->o->attempt.code = a->code;
	m->o->attempt.outcome = a->code == ERR_OK              ? OUTCOME_ACCEPTED
				: effect == ERR_EFFECT_NONE    ? OUTCOME_UNSENT
				: effect == ERR_EFFECT_REFUSED ? OUTCOME_REFUSED
							       : OUTCOME_UNKNOWN;
	m->step->touches_attempt = true;
}

static void park_differs(struct move *m, enum order_state from)
{
	order_trouble(m, ERR_VERIFY_FAILED, order_answer(m)->differs, NULL);
	order_park(m, from);
}

static void verify(struct move *m, const char *detail)
{
	m->o->is_number_read = m->o->is_voice_read = false;
	order_enter(m, ORDER_VERIFYING, detail);
	order_on_verifying(m);
}

static void import(struct move *m)
{
	struct order *o = m->o;
	if (o->imports >= ORDER_IMPORTS) {
		if (o->error.code == ERR_OK)
			order_trouble(m, ERR_VOICE_UNCLEAR,
				"Vapi does not show the number after its import", NULL);
		order_park(m, ORDER_PROVISIONING);
		return;
	}
	o->imports++;
	o->was_import_tried = true;
	order_enter(m, ORDER_IMPORTING, "connecting it to Vapi");
	plan(m, ATTEMPT_IMPORT, o->imports, COMMAND_IMPORT);
}

static void use_voice_finding(struct move *m)
{
	if (m->o->cancel_wanted)
		order_release(m, "cancelled", 0);
	else if (m->o->voice_id[0] != '\0')
		verify(m, "Vapi holds it already");
	else
		import(m);
}

void order_provision(struct move *m, const char *detail)
{
	order_enter(m, ORDER_PROVISIONING, detail);
	if (m->o->is_voice_searched)
		use_voice_finding(m);
	else if (!order_is_asked(m->o, COMMAND_FIND_VOICE))
		order_ask(m, COMMAND_FIND_VOICE);
}

static void on_voice_found(struct move *m)
{
	struct order *o = m->o;
	const struct answer *a = order_answer(m);
	if (a->code != ERR_OK) {
		order_try_again(m);
		return;
	}
	o->is_voice_searched = true;
	TEXT_COPY(o->voice_id, a->voice_id);
	if (a->voice_id[0] != '\0' && o->was_import_tried)
		o->is_voice_ours = true; /* our own import, whose answer was lost */
	if (a->voice_id[0] != '\0' && a->differs[0] != '\0')
		park_differs(m, ORDER_PROVISIONING);
	else
		use_voice_finding(m);
}

void order_on_provisioning(struct move *m)
{
	if (order_answers(m, COMMAND_FIND_VOICE))
		on_voice_found(m);
	else if (order_is_asked(m->o, COMMAND_FIND_VOICE))
		m->step->verdict = VERDICT_IGNORED;
	else
		order_ask(m, COMMAND_FIND_VOICE);
}

/* Look again before the next import: the last one may have happened. */
static void look_then_import(struct move *m, int64_t least_ms)
{
	const struct answer *a = order_answer(m);
	order_trouble(m, a->code, a->message, a->hint);
	int32_t tries = m->o->imports;
	order_enter(m, ORDER_PROVISIONING, NULL);
	order_detail(m, "%s", a->message);
	m->o->is_voice_searched = false;
	if (err_effect(a->code) == ERR_EFFECT_NONE && a->code != ERR_VOICE_NOT_READY) {
		order_hold_up(m, ORDER_PROVISIONING);
		return;
	}
	m->o->tries = tries;
	order_wait(m);
	if (m->o->due_ms < m->event->now_ms + least_ms)
		order_wait_ms(m, least_ms);
}

void order_on_importing(struct move *m)
{
	struct order *o = m->o;
	if (m->event->kind == EVENT_RESUME) {
		o->attempt.outcome = OUTCOME_UNKNOWN;
		m->step->touches_attempt = true;
		o->is_voice_searched = false;
		order_provision(m, "taken up again; looking whether it was imported");
		return;
	}
	if (!order_answers(m, COMMAND_IMPORT)) {
		m->step->verdict = VERDICT_IGNORED;
		return;
	}
	const struct answer *a = order_answer(m);
	close_attempt(m);
	if (a->code == ERR_OK && a->voice_id[0] == '\0') {
		o->is_voice_searched = false; /* a record without an id: look for it */
		order_provision(m, "imported, but the answer names no record; looking");
	} else if (a->code == ERR_OK) {
		TEXT_COPY(o->voice_id, a->voice_id);
		o->is_voice_ours = !a->is_adopted || o->imports > 1 || o->mode == ORDER_MODE_BUY;
		order_go_on(o);
		o->error = (struct err){0};
		if (o->cancel_wanted)
			order_release(m, "cancelled", 0);
		else
			verify(m, "imported to Vapi");
	} else if (err_effect(a->code) == ERR_EFFECT_REFUSED) {
		o->is_voice_searched = false;
		order_trouble(m, a->code, a->message, a->hint);
		order_park(m, ORDER_PROVISIONING);
	} else {
		if (a->code == ERR_VOICE_DOWN || a->code == ERR_VOICE_LIMITED)
			o->imports--; /* it was not taken up at all */
		look_then_import(m, a->code == ERR_VOICE_NOT_READY ? order_settle(m, 1, 10) : 0);
	}
}

static void on_number_read(struct move *m)
{
	struct order *o = m->o;
	const struct answer *a = order_answer(m);
	if (a->code != ERR_OK) {
		order_try_again(m);
		return;
	}
	TEXT_COPY(o->carrier_status, a->status_word);
	if (a->number_status == NUMBER_ACTIVE && a->differs[0] == '\0') {
		o->is_number_read = true;
	} else if (order_age_ms(m) < order_settle(m, 1, 2)) {
		order_wait(m);
	} else {
		char message[220];
		text_format(message, sizeof(message), "Telnyx shows %s as \"%s\"%s%s", o->number,
			a->status_word, a->differs[0] ? ": " : "", a->differs);
		order_trouble(m, ERR_VERIFY_FAILED, message, NULL);
		order_park(m, ORDER_VERIFYING);
	}
}

static void on_voice_read(struct move *m)
{
	struct order *o = m->o;
	const struct answer *a = order_answer(m);
	if (a->code != ERR_OK) {
		order_try_again(m);
		return;
	}
	TEXT_COPY(o->voice_status, a->status_word);
	if (a->voice_status == VOICE_ACTIVE && a->differs[0] == '\0') {
		o->is_voice_read = true;
	} else if (a->voice_status == VOICE_ABSENT) {
		o->voice_id[0] = '\0';
		o->is_voice_searched = false;
		order_provision(m, "Vapi no longer has it; importing again");
	} else if (a->voice_status == VOICE_ACTIVATING && order_age_ms(m) < order_settle(m, 5, 2)) {
		order_wait(m);
	} else {
		char message[220];
		text_format(message, sizeof(message), "Vapi shows %s as \"%s\"%s%s", o->number,
			a->status_word, a->differs[0] ? ": " : "", a->differs);
		order_trouble(m, ERR_VERIFY_FAILED, message, NULL);
		order_park(m, ORDER_VERIFYING);
	}
}

void order_on_verifying(struct move *m)
{
	struct order *o = m->o;
	if (order_answers(m, COMMAND_READ_NUMBER))
		on_number_read(m);
	else if (order_answers(m, COMMAND_READ_VOICE))
		on_voice_read(m);
	else {
		if (!o->is_number_read && !order_is_asked(o, COMMAND_READ_NUMBER))
			order_ask(m, COMMAND_READ_NUMBER);
		if (!o->is_voice_read && !order_is_asked(o, COMMAND_READ_VOICE))
			order_ask(m, COMMAND_READ_VOICE);
	}
	if (o->state != ORDER_VERIFYING || !o->is_number_read || !o->is_voice_read)
		return;
	o->error = (struct err){0};
	o->was_active = true;
	order_enter(m, ORDER_ACTIVE, "verified at Telnyx and Vapi");
}

/* Detach first, so that no call reaches an assistant through a number that is
 * about to be somebody else's; then read, and only then give back. */
static void release_on(struct move *m)
{
	struct order *o = m->o;
	if (o->mode == ORDER_MODE_BUY && order_wait_if_frozen(m))
		return;
	if (o->voice_id[0] == '\0' && o->attempt.kind == ATTEMPT_IMPORT && !o->is_voice_searched) {
		if (!order_is_asked(o, COMMAND_FIND_VOICE))
			order_ask(m, COMMAND_FIND_VOICE);
	} else if (o->voice_id[0] != '\0' && o->is_voice_ours) {
		if (!order_is_asked(o, COMMAND_RELEASE_VOICE))
			order_ask(m, COMMAND_RELEASE_VOICE);
	} else if (o->mode == ORDER_MODE_EXISTING) {
		order_enter(
			m, ORDER_RELEASED, "disconnected; the number stays in the Telnyx account");
	} else if (m->event->now_ms < o->unsure_until_ms) {
		order_detail(m, "an earlier order for it may still arrive; it is kept until then");
		order_wait_ms(m, o->unsure_until_ms - m->event->now_ms);
	} else if (!order_is_asked(o, COMMAND_READ_NUMBER) &&
		   !order_is_asked(o, COMMAND_RELEASE_NUMBER)) {
		order_ask(m, COMMAND_READ_NUMBER);
	}
}

void order_release(struct move *m, const char *detail, int64_t in_ms)
{
	m->o->cancel_wanted = true;
	m->o->error = (struct err){0};
	order_enter(m, ORDER_RELEASING, detail);
	if (in_ms > 0)
		order_wait_ms(m, in_ms);
	else
		release_on(m);
}

static void on_guard_read(struct move *m)
{
	struct order *o = m->o;
	const struct answer *a = order_answer(m);
	bool is_absent = a->number_status == NUMBER_ABSENT || a->number_status == NUMBER_ENDED;
	if (a->code != ERR_OK) {
		order_try_again(m);
	} else if (is_absent && !o->is_gone && o->attempt.kind == ATTEMPT_IMPORT &&
		   o->attempt.outcome == OUTCOME_UNKNOWN) {
		/* An import that was on its way when we looked has come by now, or
		 * cannot come any more. */
		o->is_gone = true;
		o->is_voice_searched = false;
		order_save(m);
		order_ask(m, COMMAND_FIND_VOICE);
	} else if (is_absent) {
		o->is_owned = false;
		o->error = (struct err){0};
		order_enter(m, ORDER_RELEASED, "given back: Telnyx no longer lists it");
	} else if (!order_owns_reference(o, a->number_reference) &&
		   (a->number_reference[0] != '\0' || o->method != METHOD_PHONE_NUMBERS)) {
		order_trouble(m, ERR_CONFLICT,
			"the number at Telnyx does not carry this sign-up's reference, so it is "
			"not given back",
			"Release it in the Telnyx portal if it is meant.");
		order_park(m, ORDER_RELEASING);
	} else if (o->releases >= ORDER_RELEASES) {
		if (o->error.code == ERR_OK)
			order_trouble(
				m, ERR_CARRIER_REFUSED, "Telnyx keeps listing the number", NULL);
		order_park(m, ORDER_RELEASING);
	} else if (!order_wait_if_frozen(m)) {
		o->releases++;
		order_ask(m, COMMAND_RELEASE_NUMBER);
	}
}

static void on_released(struct move *m)
{
	const struct answer *a = order_answer(m);
	if (a->code == ERR_FROZEN)
		m->o->releases--; /* it never left us */
	if (a->code != ERR_OK)
		order_trouble(m, a->code, a->message, a->hint);
	order_wait(m); /* then read, whatever the answer was, before the next try */
}

void order_on_releasing(struct move *m)
{
	struct order *o = m->o;
	if (order_answers(m, COMMAND_FIND_VOICE)) {
		if (order_answer(m)->code != ERR_OK) {
			order_try_again(m);
			return;
		}
		o->is_voice_searched = true;
		TEXT_COPY(o->voice_id, order_answer(m)->voice_id);
		o->is_voice_ours = o->voice_id[0] != '\0';
		release_on(m);
	} else if (order_answers(m, COMMAND_RELEASE_VOICE)) {
		if (order_answer(m)->code != ERR_OK) {
			order_try_again(m);
			return;
		}
		o->voice_id[0] = '\0';
		o->is_voice_ours = false;
		order_detail(m, "disconnected from Vapi");
		release_on(m);
	} else if (order_answers(m, COMMAND_READ_NUMBER)) {
		on_guard_read(m);
	} else if (order_answers(m, COMMAND_RELEASE_NUMBER)) {
		on_released(m);
	} else if (o->due_ms <= m->event->now_ms) {
		if (m->event->kind == EVENT_TIMER)
			o->since_ms = m->event->now_ms; /* the undo time, if any, is over */
		release_on(m);
	} /* else the undo time is not over: the timer stays */
}
