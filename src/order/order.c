/* order.c - names, references and invariants of an order. */
#include "order/order.h"

#include <string.h>

#include "base/text.h"

static const struct {
	const char *wire;
	const char *status;
} states[ORDER_STATE_COUNT] = {
#define X(name, wire, status) [ORDER_##name] = {wire, status},
	ORDER_STATES(X)
#undef X
};

static const char *const commands[COMMAND_COUNT] = {
#define X(name, wire) [COMMAND_##name] = wire,
	COMMAND_KINDS(X)
#undef X
};

const char *order_state_wire(enum order_state state)
{
	must((unsigned)state < ORDER_STATE_COUNT);
	return states[state].wire;
}

bool order_state_from_wire(const char *wire, enum order_state *ret)
{
	for (int i = 0; i < ORDER_STATE_COUNT; i++) {
		if (!text_is(wire, states[i].wire))
			continue;
		*ret = (enum order_state)i;
		return true;
	}
	return false;
}

const char *order_status(enum order_state state)
{
	must((unsigned)state < ORDER_STATE_COUNT);
	return states[state].status;
}

const char *order_mode_wire(enum order_mode mode)
{
	return mode == ORDER_MODE_EXISTING ? "existing" : "buy";
}

const char *order_method_wire(enum order_method method)
{
	static const char *const names[METHOD_COUNT] = {"number_orders", "phone_numbers"};
	must((unsigned)method < METHOD_COUNT);
	return names[method];
}

const char *command_wire(enum command_kind kind)
{
	must((unsigned)kind < COMMAND_COUNT);
	return commands[kind];
}

const char *event_wire(const struct event *event)
{
	static const char *const names[EVENT_COUNT] = {
		[EVENT_START] = "start",
		[EVENT_RESUME] = "resume",
		[EVENT_TIMER] = "timer",
		[EVENT_HINT] = "hint",
		[EVENT_CANCEL] = "cancel",
		[EVENT_RETRY] = "retry",
		[EVENT_RESOLVE] = "resolve",
		[EVENT_FOUND] = "found",
		[EVENT_TAKEN] = "taken",
	};
	must((unsigned)event->kind < EVENT_COUNT);
	if (event->kind == EVENT_ANSWER)
		return command_wire(event->answers);
	return names[event->kind];
}

static const char *const resolutions[RESOLUTION_COUNT] = {"adopt", "wait", "let_go"};

const char *resolution_wire(enum resolution resolution)
{
	must((unsigned)resolution < RESOLUTION_COUNT);
	return resolutions[resolution];
}

bool resolution_from_wire(const char *wire, enum resolution *ret)
{
	for (int i = 0; i < RESOLUTION_COUNT; i++) {
		if (!text_is(wire, resolutions[i]))
			continue;
		*ret = (enum resolution)i;
		return true;
	}
	return false;
}

const char *attempt_kind_wire(enum attempt_kind kind)
{
	static const char *const names[] = {"none", "buy", "import"};
	must((unsigned)kind < COUNT_OF(names));
	return names[kind];
}

const char *attempt_outcome_wire(enum attempt_outcome outcome)
{
	static const char *const names[] = {
		"open", "accepted", "unsent", "refused", "failed", "unknown"};
	must((unsigned)outcome < COUNT_OF(names));
	return names[outcome];
}

bool order_is_over(enum order_state state)
{
	return state == ORDER_ACTIVE || state == ORDER_FAILED || state == ORDER_CANCELLED ||
	       state == ORDER_RELEASED || state == ORDER_NEEDS_INPUT;
}

bool order_holds_number(const struct order *o)
{
	return o->number[0] != '\0' && o->state != ORDER_FAILED && o->state != ORDER_CANCELLED &&
	       o->state != ORDER_RELEASED;
}

bool command_writes(enum command_kind kind)
{
	return kind == COMMAND_BUY || kind == COMMAND_IMPORT || kind == COMMAND_RELEASE_VOICE ||
	       kind == COMMAND_RELEASE_NUMBER;
}

void order_reference(const struct order *o, int no, char to[REFERENCE_BYTES])
{
	must(text_format(to, REFERENCE_BYTES, "nb1-%s-%s-%d", o->instance, o->name, no));
}

bool order_owns_reference(const struct order *o, const char *reference)
{
	char prefix[REFERENCE_BYTES];
	must(text_format(prefix, sizeof(prefix), "nb1-%s-%s-", o->instance, o->name));
	return text_starts(reference, prefix) && text_is_digits(reference + strlen(prefix));
}

void order_hold_reference(const char *instance, const char *mark, char to[REFERENCE_BYTES])
{
	must(!text_is_digits(mark) && strchr(mark, '-') == NULL);
	must(text_format(to, REFERENCE_BYTES, "nb1-%s-h-%s", instance, mark));
}

bool order_may_use_reservation(const struct order *o, const char *reference)
{
	char prefix[REFERENCE_BYTES];
	must(text_format(prefix, sizeof(prefix), "nb1-%s-h-", o->instance));
	bool is_held = o->wanted_until_ms > 0 && text_is(o->wanted.number, o->number);
	return order_owns_reference(o, reference) || (is_held && text_starts(reference, prefix));
}

int order_unknown(const struct order *o)
{
	int count = 0;
	for (int i = 0; i < o->attempts_on_pin; i++) {
		enum attempt_outcome outcome = o->pin_attempts[i].outcome;
		count += outcome != OUTCOME_FAILED && outcome != OUTCOME_REFUSED;
	}
	return count;
}

const char *order_account_wire(enum order_account account)
{
	static const char *const names[ACCOUNT_COUNT] = {"purchase", "release"};
	must((unsigned)account < ACCOUNT_COUNT);
	return names[account];
}

const char *order_money_wire(enum order_money money)
{
	static const char *const names[] = {"none", "held", "spent"};
	must((unsigned)money < COUNT_OF(names));
	return names[money];
}

static bool has_bought(const struct order *o)
{
	return o->is_owned || o->state == ORDER_RELEASED;
}

/* One that waits for a place or a choice waits for a person, perhaps for ever:
 * it holds nothing, and holds anew when it goes on. */
static enum order_money purchase_money(const struct order *o, int64_t *ret_cents)
{
	bool is_priced = text_is(o->pinned.number, o->number) && o->number[0] != '\0';
	if (has_bought(o)) {
		/* One that was found again has no price: it counts with the ceiling. */
		if (is_priced)
			*ret_cents = (int64_t)o->pinned.upfront_cents + o->pinned.monthly_cents;
		return MONEY_SPENT;
	}
	if (o->state == ORDER_FAILED || o->state == ORDER_CANCELLED ||
		o->state == ORDER_NEEDS_INPUT)
		return MONEY_NONE;
	return MONEY_HELD;
}

static enum order_money release_money(const struct order *o)
{
	bool is_releasing = o->state == ORDER_RELEASING ||
			    (o->state == ORDER_PARKED && o->parked_from == ORDER_RELEASING);
	if (!o->was_active)
		return MONEY_NONE;
	return o->state == ORDER_RELEASED ? MONEY_SPENT : is_releasing ? MONEY_HELD : MONEY_NONE;
}

enum order_money order_money(const struct order *o, enum order_account account, int64_t *ret_cents)
{
	*ret_cents = 0;
	if (o->mode == ORDER_MODE_EXISTING)
		return MONEY_NONE;
	if (account == ACCOUNT_RELEASE)
		return release_money(o);
	*ret_cents = (int64_t)o->most_upfront_cents + o->most_monthly_cents;
	return purchase_money(o, ret_cents);
}

bool order_may_be_limited(const struct order *o, enum order_account account)
{
	if (account == ACCOUNT_RELEASE)
		return o->releases == 0;
	return !has_bought(o) && o->attempts_on_pin == 0 && o->order_id[0] == '\0';
}

/* States in which a number must be pinned. */
static bool needs_pin(enum order_state state)
{
	switch (state) {
	case ORDER_CLAIMING:
	case ORDER_RESERVING:
	case ORDER_BUYING:
	case ORDER_UNCLEAR:
	case ORDER_ORDERED:
	case ORDER_PROVISIONING:
	case ORDER_IMPORTING:
	case ORDER_VERIFYING:
	case ORDER_ACTIVE:
	case ORDER_RELEASING:
		return true;
	case ORDER_RECEIVED:
	case ORDER_SEARCHING:
	case ORDER_NEEDS_INPUT:
	case ORDER_PARKED:
	case ORDER_FAILED:
	case ORDER_CANCELLED:
	case ORDER_RELEASED:
	case ORDER_STATE_COUNT:
		break;
	}
	return false;
}

/* No attempt of such an order can have bought anything any more, or yet. */
static bool is_without_attempts(const struct order *o)
{
	enum order_state at = o->state == ORDER_PARKED ? o->parked_from : o->state;
	return at == ORDER_FAILED || at == ORDER_CANCELLED || at == ORDER_SEARCHING ||
	       at == ORDER_RECEIVED || o->state == ORDER_NEEDS_INPUT ||
	       (at == ORDER_RESERVING && o->state == ORDER_PARKED);
}

static bool has_attempt(const struct order *o, int32_t no)
{
	for (int32_t i = 0; i < o->attempts_on_pin; i++)
		if (o->pin_attempts[i].no == no)
			return true;
	return false;
}

/* What must be true of the attempts to buy the pinned number. */
static const char *attempts_fault(const struct order *o)
{
	enum order_state at = o->state == ORDER_PARKED ? o->parked_from : o->state;
	bool is_bought_perhaps = at == ORDER_UNCLEAR || at == ORDER_ORDERED;
	if (o->attempts_on_pin < 0 || o->attempts_on_pin > ORDER_ATTEMPTS_A_PIN)
		return "attempts a pin are bounded";
	if (is_without_attempts(o) && o->attempts_on_pin > 0)
		return "no attempt is unresolved when nothing is pinned";
	if (is_bought_perhaps && o->attempts_on_pin == 0)
		return "what may be bought has its attempt";
	if (o->order_id[0] != '\0' && o->attempts_on_pin == 0 && !o->is_owned &&
		o->state != ORDER_RELEASED)
		return "an order at the carrier has its attempt";
	if (o->state == ORDER_BUYING && o->attempt.kind != ATTEMPT_BUY)
		return "buying has an attempt";
	if (o->state == ORDER_BUYING && !text_is(o->attempt.number, o->number))
		return "the attempt is for the pinned number";
	if (o->state == ORDER_BUYING && !has_attempt(o, o->attempt.no))
		return "the attempt counts against the pin";
	return NULL;
}

const char *order_fault(const struct order *o)
{
	bool is_buying = o->state == ORDER_BUYING || o->state == ORDER_IMPORTING;
	bool is_settled = o->state == ORDER_FAILED || o->state == ORDER_CANCELLED ||
			  o->state == ORDER_SEARCHING || o->state == ORDER_RECEIVED ||
			  o->state == ORDER_NEEDS_INPUT;
	if ((unsigned)o->state >= ORDER_STATE_COUNT)
		return "state is known";
	if (!id_is(o->id, "su"))
		return "id is an id";
	if (needs_pin(o->state == ORDER_PARKED ? o->parked_from : o->state) &&
		!text_is_e164(o->number))
		return "a number is pinned";
	if (o->number[0] != '\0' && !text_is_e164(o->number))
		return "the pinned number is E.164";
	if (o->wanted.number[0] != '\0' && !text_is_e164(o->wanted.number))
		return "the chosen number is E.164";
	if (o->state == ORDER_NEEDS_INPUT && o->number[0] != '\0')
		return "nothing is pinned while a person is asked";
	const char *fault = attempts_fault(o);
	if (fault != NULL)
		return fault;
	if (is_settled && o->mode == ORDER_MODE_BUY && o->is_owned)
		return "what is owned is not forgotten";
	if (!is_buying && o->attempt.kind != ATTEMPT_NONE && o->attempt.outcome == OUTCOME_OPEN)
		return "an open attempt is being waited for";
	if (o->state == ORDER_ACTIVE && (!o->is_owned || o->number_id[0] == '\0'))
		return "active is owned";
	if (o->state == ORDER_ACTIVE && o->voice_id[0] == '\0')
		return "active is imported";
	if ((o->state == ORDER_PARKED || o->state == ORDER_FAILED) && o->error.code == ERR_OK)
		return "a stop has a reason";
	if (o->state == ORDER_PARKED &&
		(order_is_over(o->parked_from) || o->parked_from == ORDER_PARKED))
		return "what is parked can go on";
	if (o->candidate_count < 0 || o->candidate_count > ORDER_CANDIDATES || o->avoid_count < 0 ||
		o->avoid_count > ORDER_AVOID || o->ladder_at < 0)
		return "lists and cursor are bounded";
	return NULL;
}
