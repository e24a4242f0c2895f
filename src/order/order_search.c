/* order_search.c - before the money: cheap checks, the search, the choice. */
#include "order/order_move.h"

#include <string.h>

#include "base/text.h"

/* Searches in a row that showed only numbers which others of ours had pinned. */
#define CROWDED_TRIES 10

static void fail_as_answered(struct move *m)
{
	const struct answer *a = order_answer(m);
	order_trouble(m, a->code, a->message, a->hint);
	order_fail(m);
}

/* The cursor when nothing is left of any ladder. */
#define LADDER_END LADDER_AREAS_MAX

static bool is_chosen(const struct order *o)
{
	return o->wanted.number[0] != '\0';
}

/* NULL when it is read no more: an area code may have been closed since. */
static const struct phone *read_phone(const struct order *o, struct phone *to)
{
	struct phone_refusal ignored;
	const char *typed = o->business_phone;
	return phone_parse(typed, strlen(typed), NULL, to, &ignored) ? to : NULL;
}

/* Is the code the phone's own?  "212" is New York, and Solingen in Germany. */
static bool is_phones_own(const struct order *o, const struct phone *phone)
{
	return phone != NULL && phone->kind == KIND_GEOGRAPHIC &&
	       text_is(phone->country, o->country) && text_is(ladder_own_code(phone), o->area_code);
}

static bool is_placed(const struct order *o)
{
	return o->postal_code[0] != '\0' || o->city[0] != '\0';
}

static bool build_ladder(const struct order *o, enum ladder_rung max_rung, struct ladder *ret)
{
	struct phone read;
	struct phone_refusal ignored;
	const struct phone *phone = read_phone(o, &read);
	/* The phone itself says more than its area code: the exchange has a town. */
	bool is_own = !is_placed(o) && is_phones_own(o, phone);
	struct ladder_wish wish = {.phone = phone,
		.area_code = is_own ? "" : o->area_code,
		.postal_code = o->postal_code,
		.city = o->city,
		.max_rung = max_rung};
	return (is_placed(o) || is_own || o->area_code[0] != '\0') &&
	       ladder_build(&wish, ret, &ignored) && ret->count > 0;
}

/* Cheaper than to build the ladder: what was typed was checked when it was taken. */
static bool has_place(const struct order *o)
{
	struct phone read;
	struct phone_refusal ignored;
	return is_placed(o) || is_phones_own(o, read_phone(o, &read)) ||
	       phone_check_area_code(o->area_code, &ignored);
}

bool order_ladder(const struct order *o, enum ladder_rung max_rung, struct ladder *ret)
{
	return build_ladder(o, max_rung < o->max_rung ? max_rung : o->max_rung, ret);
}

/* Cheaper than to read the number for every code of a country. */
static bool may_be_of(const char *number, const char *npa)
{
	return !text_starts(number, "+1") || text_starts(number + 2, npa);
}

void order_place(struct order *o, const char *number)
{
	struct ladder ladder;
	struct ladder_step step;
	size_t cursor = 0;
	o->place = (struct ladder_step){.rung = LADDER_SAME_COUNTRY};
	TEXT_COPY(o->place.country, o->country);
	bool is_known = build_ladder(o, LADDER_SAME_COUNTRY, &ladder);
	while (is_known && ladder_next(&ladder, &cursor, &step)) {
		/* The codes of a rung say more than the rung as a whole. */
		if (step.npa[0] == '\0' || !may_be_of(number, step.npa) ||
			!ladder_row_fits(&step, number, ""))
			continue;
		o->place = step;
		return;
	}
}

static void ask_what_is_missing(struct move *m)
{
	struct order *o = m->o;
	bool is_claim = o->mode == ORDER_MODE_EXISTING;
	enum command_kind find = is_claim ? COMMAND_LOOK : COMMAND_SEARCH;
	if (!o->is_checked && !order_is_asked(o, COMMAND_CHECK))
		order_ask(m, COMMAND_CHECK);
	if (!o->is_searched && !order_is_asked(o, find))
		order_ask(m, find);
	if (!is_claim && !o->is_traced && !order_is_asked(o, COMMAND_TRACE))
		order_ask(m, COMMAND_TRACE);
}

static void ask_person(struct move *m, enum err_code code, const char *message)
{
	order_trouble(m, code, message, NULL);
	order_enter(m, ORDER_NEEDS_INPUT, message);
}

static bool is_held(const struct move *m)
{
	return m->o->wanted_until_ms > m->event->now_ms;
}

/* Held for the customer, it is on no list of what is for sale, and need not be. */
static void start_chosen(struct move *m)
{
	struct order *o = m->o;
	order_place(o, o->wanted.number);
	order_enter(m, ORDER_SEARCHING, NULL);
	order_detail(m, "%s was chosen", o->wanted.number);
	if (is_held(m)) {
		o->candidates[0] = o->wanted;
		o->candidate_count = 1;
		o->is_searched = true;
	} else {
		o->wanted_until_ms = 0;
	}
	ask_what_is_missing(m);
}

void order_start(struct move *m)
{
	struct order *o = m->o;
	if (o->mode == ORDER_MODE_EXISTING) {
		TEXT_COPY(o->number, o->existing_number);
		order_enter(m, ORDER_CLAIMING, "looking for the number in the Telnyx account");
		ask_what_is_missing(m);
	} else if (is_chosen(o)) {
		start_chosen(m);
	} else if (!has_place(o)) {
		ask_person(m, ERR_PLACE_NEEDED,
			"the business phone belongs to no place, so one is needed");
	} else {
		order_enter(m, ORDER_SEARCHING, NULL);
		order_detail(m, o->area_code[0] ? "searching area code %s" : "searching %s",
			o->area_code[0] ? o->area_code : o->country);
		ask_what_is_missing(m);
	}
}

static bool is_avoided(const struct order *o, const char *number)
{
	for (int i = 0; i < o->avoid_count; i++)
		if (text_is(o->avoid[i], number))
			return true;
	return false;
}

bool order_may_pay(const struct order_rules *rules, const struct candidate *c)
{
	return c->upfront_cents <= rules->max_upfront_cents &&
	       c->monthly_cents <= rules->max_monthly_cents && text_is(c->currency, "USD");
}

bool order_may_buy(
	const struct order_rules *rules, const struct order *o, const struct candidate *c)
{
	return order_may_pay(rules, c) && c->upfront_cents <= o->most_upfront_cents &&
	       c->monthly_cents <= o->most_monthly_cents;
}

static bool is_too_dear(const struct move *m, const struct candidate *c)
{
	return !order_may_buy(m->event->rules, m->o, c);
}

/* The first candidate that may be bought; one that can be reserved first. */
static const struct candidate *best_candidate(const struct move *m)
{
	const struct order *o = m->o;
	const struct candidate *best = NULL;
	for (int i = 0; i < o->candidate_count; i++) {
		const struct candidate *c = &o->candidates[i];
		if (is_avoided(o, c->number) || is_too_dear(m, c))
			continue;
		if (c->is_reservable)
			return c;
		if (best == NULL)
			best = c;
	}
	return best;
}

static bool are_all_too_dear(const struct move *m)
{
	int dear = 0;
	for (int i = 0; i < m->o->candidate_count; i++)
		dear += is_too_dear(m, &m->o->candidates[i]);
	return dear > 0 && dear == m->o->candidate_count;
}

/* A search shows such ones alone only when there are none to pay anywhere. */
static void stop_at_price(struct move *m)
{
	const struct candidate *c = &m->o->candidates[0];
	char message[200];
	text_format(message, sizeof(message),
		"could not buy %s: it costs %d.%02d %s at once and %d.%02d a month, above the "
		"limit",
		c->number, c->upfront_cents / 100, c->upfront_cents % 100, c->currency,
		c->monthly_cents / 100, c->monthly_cents % 100);
	if (is_chosen(m->o)) {
		m->o->wanted_until_ms = 0;
		ask_person(m, ERR_CARRIER_PRICE, message);
	} else if (m->o->asks) {
		ask_person(m, ERR_CHOICE_NEEDED, message);
	} else {
		order_trouble(m, ERR_CARRIER_PRICE, message, NULL);
		order_fail(m);
	}
}

static void search_again(struct move *m)
{
	m->o->is_searched = false;
	m->o->candidate_count = 0;
	ask_what_is_missing(m);
}

/* Nothing is for sale as far as it may look. */
static void stop_searching(struct move *m)
{
	struct order *o = m->o;
	char message[200];
	text_format(message, sizeof(message), "no number%s%s is for sale for %s%s within \"%s\"",
		o->contains[0] ? " with " : "", o->contains, o->area_code[0] ? "area code " : "",
		o->area_code[0] ? o->area_code : o->country, ladder_rung_wire(o->max_rung));
	if (o->asks) {
		ask_person(m, ERR_CHOICE_NEEDED, message);
		return;
	}
	order_trouble(m, ERR_CARRIER_NO_NUMBERS, message, NULL);
	order_fail(m);
}

/* Never silently another. */
static void tell_chosen_gone(struct move *m)
{
	struct order *o = m->o;
	char message[120];
	text_format(message, sizeof(message), "%s is no longer for sale; nothing was bought",
		o->wanted.number);
	o->wanted_until_ms = 0; /* if it comes back, it is to be reserved anew */
	ask_person(m, ERR_CHOICE_GONE, message);
}

static void search_on(struct move *m)
{
	struct order *o = m->o;
	if (is_chosen(o) && o->wanted_until_ms != 0 && !is_held(m)) {
		o->wanted_until_ms = 0; /* it ran out while we waited: as if never held */
		search_again(m);
	} else if (is_chosen(o)) {
		tell_chosen_gone(m);
	} else if (o->ladder_at >= LADDER_END) {
		stop_searching(m);
	} else {
		search_again(m);
	}
}

/* All the cheap checks have passed: choose, or search on. */
static void choose(struct move *m)
{
	struct order *o = m->o;
	const struct candidate *c = best_candidate(m);
	if (c == NULL && are_all_too_dear(m)) {
		stop_at_price(m);
	} else if (c == NULL || (o->wanted_until_ms != 0 && !is_held(m))) {
		search_on(m);
	} else if (o->available_cents >= 0 &&
		   o->available_cents < c->upfront_cents + c->monthly_cents) {
		order_trouble(m, ERR_CARRIER_FUNDS,
			"could not buy a number: the Telnyx balance does not cover its price",
			NULL);
		order_fail(m);
	} else {
		struct candidate chosen = *c;
		order_pin(m, &chosen);
	}
}

void order_search_on(struct move *m)
{
	struct order *o = m->o;
	if (is_chosen(o)) {
		tell_chosen_gone(m);
		return;
	}
	if (o->avoid_count == ORDER_AVOID) {
		order_trouble(m, ERR_CARRIER_NUMBER_GONE,
			"could not buy: every number that was tried went away", NULL);
		order_fail(m);
		return;
	}
	char detail[sizeof(m->step->detail)];
	TEXT_COPY(detail, m->step->detail);
	order_enter(m, ORDER_SEARCHING, detail);
	choose(m);
}

static void on_checked(struct move *m)
{
	const struct answer *a = order_answer(m);
	if (a->code == ERR_OK) {
		m->o->is_checked = true;
		m->o->available_cents = a->available_cents;
	} else if (err_effect(a->code) == ERR_EFFECT_REFUSED) {
		fail_as_answered(m);
	} else {
		order_try_again(m);
	}
}

static void on_traced(struct move *m)
{
	const struct answer *a = order_answer(m);
	if (a->code != ERR_OK && err_effect(a->code) == ERR_EFFECT_REFUSED)
		fail_as_answered(m);
	else if (a->code != ERR_OK)
		order_try_again(m);
	else if (a->order_status == CARRIER_ORDER_NONE)
		m->o->is_traced = true;
	else
		order_adopt_traced(m);
}

static void take_candidates(struct order *o, const struct answer *a)
{
	o->candidate_count = 0;
	for (int i = 0; i < a->candidate_count && o->candidate_count < ORDER_CANDIDATES; i++) {
		const struct candidate *c = &a->candidates[i];
		bool is_other = is_chosen(o) && !text_is(c->number, o->wanted.number);
		if (!is_other && !is_avoided(o, c->number))
			o->candidates[o->candidate_count++] = *c;
	}
}

/* From the same cursor again while candidates slip away there, then past it. */
static void take_place(struct order *o, const struct answer *a)
{
	must(a->place.rung <= o->max_rung && a->ladder_at > o->ladder_at);
	o->place = a->place;
	if (++o->searches < ORDER_SEARCHES)
		return;
	o->ladder_at = a->ladder_at;
	o->searches = 0;
}

static void on_found(struct move *m)
{
	struct order *o = m->o;
	const struct answer *a = order_answer(m);
	if (a->code == ERR_OK) {
		take_candidates(o, a);
		/* There are numbers, but others of ours are just buying each of them:
		 * that is not "none", so it waits instead of going further away. */
		if (o->candidate_count == 0 && !is_chosen(o) && o->tries < CROWDED_TRIES) {
			order_wait(m);
			return;
		}
		o->is_searched = true;
		if (!is_chosen(o))
			take_place(o, a);
	} else if (a->code == ERR_CARRIER_NO_NUMBERS) {
		o->is_searched = true;
		o->ladder_at = LADDER_END;
		o->candidate_count = 0;
	} else if (err_effect(a->code) == ERR_EFFECT_REFUSED) {
		fail_as_answered(m);
	} else {
		order_try_again(m);
	}
}

static void on_claimed(struct move *m)
{
	struct order *o = m->o;
	const struct answer *a = order_answer(m);
	if (a->code != ERR_OK && err_effect(a->code) == ERR_EFFECT_REFUSED) {
		fail_as_answered(m);
	} else if (a->code != ERR_OK) {
		order_try_again(m);
	} else if (a->number_status == NUMBER_ABSENT || a->number_status == NUMBER_ENDED) {
		char message[120];
		text_format(message, sizeof(message), "%s is not in the Telnyx account", o->number);
		order_trouble(m, ERR_NUMBER_NOT_OWNED, message, NULL);
		order_fail(m);
	} else {
		o->is_searched = true;
		TEXT_COPY(o->number_id, a->number_id);
		TEXT_COPY(o->carrier_status, a->status_word);
	}
}

void order_on_claiming(struct move *m)
{
	struct order *o = m->o;
	if (o->is_checked && o->is_searched) {
		o->is_owned = true;
		o->error = (struct err){0};
		order_provision(m, "the number is in the Telnyx account");
	}
}

/* SEARCHING and CLAIMING: both wait for the checks and for one finding. */
void order_on_searching(struct move *m)
{
	struct order *o = m->o;
	enum order_state state = o->state;
	if (order_answers(m, COMMAND_CHECK))
		on_checked(m);
	else if (order_answers(m, COMMAND_TRACE))
		on_traced(m);
	else if (order_answers(m, COMMAND_SEARCH))
		on_found(m);
	else if (order_answers(m, COMMAND_LOOK))
		on_claimed(m);
	else
		ask_what_is_missing(m);
	if (o->state != state)
		return;
	if (state == ORDER_CLAIMING)
		order_on_claiming(m);
	else if (o->is_checked && o->is_traced && o->is_searched)
		choose(m);
}
