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

static bool is_searched_rung(const struct ladder_step *place)
{
	return place->rung == LADDER_SAME_AREA_CODE ||
	       (place->rung == LADDER_SAME_COUNTRY && place->npa[0] == '\0');
}

/* The next place of the ladder to search; false past the last. */
static bool next_place(struct order *o)
{
	struct phone phone = {0};
	struct phone_refusal refusal;
	static _Thread_local struct ladder ladder; /* some KiB */
	size_t cursor = (size_t)o->ladder_at;
	const char *typed = o->business_phone;
	struct ladder_wish wish = {
		.phone = &phone, .area_code = o->area_code, .max_rung = o->max_rung};
	bool is_known = phone_parse(typed, strlen(typed), NULL, &phone, &refusal) &&
			ladder_build(&wish, &ladder, &refusal);
	do
		is_known = is_known && ladder_next(&ladder, &cursor, &o->place);
	while (is_known && !is_searched_rung(&o->place));
	o->ladder_at = (int32_t)cursor;
	o->searches = 0;
	return is_known;
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

void order_start(struct move *m)
{
	struct order *o = m->o;
	if (o->mode == ORDER_MODE_EXISTING) {
		TEXT_COPY(o->number, o->existing_number);
		order_enter(m, ORDER_CLAIMING, "looking for the number in the Telnyx account");
		ask_what_is_missing(m);
		return;
	}
	if (o->area_code[0] == '\0' || !next_place(o)) {
		order_trouble(m, ERR_PLACE_NEEDED,
			"the business phone belongs to no place, so an area code is needed", NULL);
		order_enter(m, ORDER_NEEDS_INPUT, "an area code is needed");
		return;
	}
	order_enter(m, ORDER_SEARCHING, NULL);
	order_detail(m, "searching area code %s", o->area_code);
	ask_what_is_missing(m);
}

static bool is_avoided(const struct order *o, const char *number)
{
	for (int i = 0; i < o->avoid_count; i++)
		if (text_is(o->avoid[i], number))
			return true;
	return false;
}

static bool is_too_dear(const struct move *m, const struct candidate *c)
{
	const struct order_rules *rules = m->event->rules;
	const struct order *o = m->o;
	return c->upfront_cents > rules->max_upfront_cents ||
	       c->monthly_cents > rules->max_monthly_cents ||
	       c->upfront_cents > o->most_upfront_cents ||
	       c->monthly_cents > o->most_monthly_cents || !text_is(c->currency, "USD");
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

static void fail_too_dear(struct move *m)
{
	const struct candidate *c = &m->o->candidates[0];
	char message[200];
	text_format(message, sizeof(message),
		"could not buy %s: it costs %d.%02d %s at once and %d.%02d a month, above the "
		"limit",
		c->number, c->upfront_cents / 100, c->upfront_cents % 100, c->currency,
		c->monthly_cents / 100, c->monthly_cents % 100);
	order_trouble(m, ERR_CARRIER_PRICE, message, NULL);
	order_fail(m);
}

static void search_again(struct move *m)
{
	struct order *o = m->o;
	o->is_searched = false;
	o->candidate_count = 0;
	if (o->searches < ORDER_SEARCHES) {
		ask_what_is_missing(m);
		return;
	}
	if (next_place(o)) {
		order_detail(m, "searching %s", ladder_rung_wire(o->place.rung));
		ask_what_is_missing(m);
		return;
	}
	char message[200];
	text_format(message, sizeof(message),
		"no number is for sale for area code %s within \"%s\"", o->area_code,
		ladder_rung_wire(o->max_rung));
	order_trouble(m, ERR_CARRIER_NO_NUMBERS, message, NULL);
	order_fail(m);
}

/* All the cheap checks have passed: choose, or search on. */
static void choose(struct move *m)
{
	struct order *o = m->o;
	const struct candidate *c = best_candidate(m);
	if (c == NULL && are_all_too_dear(m)) {
		fail_too_dear(m);
	} else if (c == NULL) {
		search_again(m);
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
	for (int i = 0; i < a->candidate_count && o->candidate_count < ORDER_CANDIDATES; i++)
		if (!is_avoided(o, a->candidates[i].number))
			o->candidates[o->candidate_count++] = a->candidates[i];
}

static void on_found(struct move *m)
{
	struct order *o = m->o;
	const struct answer *a = order_answer(m);
	if (a->code == ERR_OK) {
		take_candidates(o, a);
		/* There are numbers, but others of ours are just buying each of them:
		 * that is not "none", so it waits instead of going further away. */
		if (o->candidate_count == 0 && o->tries < CROWDED_TRIES) {
			order_wait(m);
			return;
		}
		o->is_searched = true;
		o->searches++;
	} else if (a->code == ERR_CARRIER_NO_NUMBERS) {
		o->is_searched = true;
		o->searches = ORDER_SEARCHES; /* this place is empty: on to the next */
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
