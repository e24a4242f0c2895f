/*
 * order_step.c - any story at all, told to the core; and a ledger beside it.
 *
 * Input: a few bytes that choose the wish and the rules, then events, a byte each
 * that chooses it and as many as its details take.  Between two events the process
 * may die and go on from what was stored, or from what was stored a little before.
 *
 * The ledger knows only what left and what was answered, and is asked before every
 * order and every end: could an earlier attempt have bought another number?
 */
#include <stdio.h>

#include "order/order_matrix.h"
#include "store/order_row.h"
#include "tests/fuzz/fuzz.h"

#define EVENTS_MOST 150
#define SENT_MOST (EVENTS_MOST + 1)

/* What is known of an order that left. */
enum standing {
	STANDING_OPEN,    /* not answered, or not clearly, or accepted: it may own the number */
	STANDING_REFUSED, /* a no; but a gateway may have sent it twice */
	STANDING_FAILED,  /* read as ended; but that may have been the copy */
	STANDING_CLEARED, /* it cannot have bought anything, or what it bought was given back */
};

struct sent {
	int no;
	char number[NUMBER_BYTES];
	enum standing standing;
	int quiet_looks; /* since it was denied: looks for it that showed nothing else */
	bool is_found;   /* told by EVENT_FOUND, not by us */
};

struct world {
	struct order order;
	struct order stored[2]; /* what a restart may find: now, and before the last save */
	struct order_rules rules;
	int64_t now_ms;
	struct step step;
	struct sent sent[SENT_MOST];
	int sent_count;
	char reserved[EVENTS_MOST][NUMBER_BYTES]; /* were ours alone at some time */
	int reserved_count;
	bool has_timer;
	bool is_given_up; /* a person said that it was not bought: one look more */
	bool is_number_good, is_voice_good; /* read back since verifying began */
	bool may_release;                   /* the last event read the number under our reference */
	bool was_gone;                      /* … read that it is not there */
};

static struct world w;

static const char *const numbers[] = {
	"+14155550101", "+14155550102", "+14155550103", "+12125550104", "+442079460958"};

/* --- the ledger --- */

static struct sent *find_sent(int no)
{
	for (int i = 0; i < w.sent_count; i++)
		if (w.sent[i].no == no)
			return &w.sent[i];
	return NULL;
}

static void stand(int no, enum standing standing)
{
	struct sent *sent = find_sent(no);
	if (sent == NULL || sent->standing == STANDING_CLEARED || sent->standing == standing)
		return;
	sent->standing = standing;
	sent->quiet_looks = 0;
}

static bool was_reserved(const char *number)
{
	for (int i = 0; i < w.reserved_count; i++)
		if (text_is(w.reserved[i], number))
			return true;
	return false;
}

static void forget_reservations(const char *number)
{
	for (int i = 0; i < w.reserved_count; i++)
		if (text_is(w.reserved[i], number))
			w.reserved[i][0] = '\0';
}

/* May this attempt still turn out to have bought?  README.md's rule 3; a person's word
 * outweighs a denial. */
static bool may_own(const struct sent *sent, bool is_persons_word)
{
	bool is_looked_through = sent->quiet_looks >= 2 || is_persons_word;
	if (sent->standing == STANDING_REFUSED)
		return !is_looked_through || (was_reserved(sent->number) && !is_persons_word);
	if (sent->standing == STANDING_FAILED)
		return !is_looked_through;
	return sent->standing == STANDING_OPEN;
}

/* What a person gave up is no longer held against the order. */
static void clear_all(void)
{
	for (int i = 0; i < w.sent_count; i++)
		w.sent[i].standing = STANDING_CLEARED;
	w.is_given_up = false;
}

/* `but`: a number that may be pinned still, or "". */
static void must_own_nothing_else(const char *but, bool is_persons_word)
{
	for (int i = 0; i < w.sent_count; i++)
		must(text_is(w.sent[i].number, but) || !may_own(&w.sent[i], is_persons_word));
}

/* Orders found upstream stand in nobody's way once a person has looked at them. */
static void clear_found(void)
{
	for (int i = 0; i < w.sent_count; i++)
		if (w.sent[i].is_found)
			w.sent[i].standing = STANDING_CLEARED;
}

static void enter_sent(int no, const char *number, bool is_found)
{
	must(find_sent(no) == NULL && w.sent_count < SENT_MOST); /* never twice under one name */
	w.sent[w.sent_count] = (struct sent){.no = no, .is_found = is_found};
	TEXT_COPY(w.sent[w.sent_count++].number, number);
}

static bool is_there(enum number_status status)
{
	return status != NUMBER_ABSENT && status != NUMBER_ENDED;
}

static void learn_of_buy(const struct order *was, const struct answer *a)
{
	bool is_unsent = a->code != ERR_OK && a->code != ERR_CARRIER_LIMITED &&
			 err_effect(a->code) == ERR_EFFECT_NONE;
	if (is_unsent || a->code == ERR_CARRIER_NOT_OFFERED)
		stand(was->attempt.no, STANDING_CLEARED);
	else if (err_effect(a->code) == ERR_EFFECT_REFUSED)
		stand(was->attempt.no, STANDING_REFUSED);
}

static void learn_of_look(const struct order *was, const struct answer *a)
{
	struct sent *sent = find_sent(was->looked_no);
	bool has_order = a->order_status != CARRIER_ORDER_NONE;
	bool is_ended = a->order_status == CARRIER_ORDER_ENDED;
	bool is_owned = is_there(a->number_status);
	if (a->code != ERR_OK || (has_order && !is_ended))
		return;
	/* Given up by a person: one look that does not show it as ours is enough. */
	if (w.is_given_up && (!is_owned || !order_owns_reference(was, a->number_reference)))
		clear_all();
	if (sent == NULL || is_owned)
		return;
	if (sent->standing == STANDING_FAILED ? is_ended : sent->standing == STANDING_REFUSED)
		sent->quiet_looks++;
	if (is_ended)
		stand(was->looked_no, STANDING_FAILED);
}

static void learn_of_release(const struct order *was, const struct answer *a)
{
	if (a->code != ERR_OK || is_there(a->number_status)) {
		w.may_release =
			a->code == ERR_OK && (order_owns_reference(was, a->number_reference) ||
						     (a->number_reference[0] == '\0' &&
							     was->method == METHOD_PHONE_NUMBERS));
		return;
	}
	w.was_gone = true;
	for (int i = 0; i < w.sent_count; i++)
		if (text_is(w.sent[i].number, was->number))
			w.sent[i].standing = STANDING_CLEARED;
}

/* What an answer that counts tells us, whatever the core makes of it. */
static void learn(const struct order *was, enum command_kind kind, const struct answer *a)
{
	bool is_failed = a->code == ERR_OK && a->order_status == CARRIER_ORDER_ENDED &&
			 !is_there(a->number_status);
	if (kind == COMMAND_BUY)
		learn_of_buy(was, a);
	if (kind == COMMAND_LOOK)
		learn_of_look(was, a);
	if (kind == COMMAND_READ_ORDER && is_failed)
		stand(was->order_no, STANDING_FAILED);
	if (kind == COMMAND_RESERVE && a->code == ERR_OK && w.reserved_count < EVENTS_MOST)
		TEXT_COPY(w.reserved[w.reserved_count++], was->number);
	if (kind == COMMAND_READ_NUMBER && was->state == ORDER_RELEASING)
		learn_of_release(was, a);
	if (was->state != ORDER_VERIFYING)
		return;
	if (kind == COMMAND_READ_NUMBER)
		w.is_number_good |= a->code == ERR_OK && a->number_status == NUMBER_ACTIVE &&
				    a->differs[0] == '\0';
	if (kind == COMMAND_READ_VOICE)
		w.is_voice_good |= a->code == ERR_OK && a->voice_status == VOICE_ACTIVE &&
				   a->differs[0] == '\0';
}

/* --- the oracle --- */

static void check_same_step(const struct order *was, const struct event *event)
{
	static struct step again;
	order_step(was, event, &again);
	must(memcmp(&again.order, &w.step.order, sizeof(again.order)) == 0);
	must(again.verdict == w.step.verdict && again.save == w.step.save);
	must(again.command_count == w.step.command_count && text_is(again.detail, w.step.detail));
	for (int i = 0; i < again.command_count; i++)
		must(again.commands[i].kind == w.step.commands[i].kind &&
			text_is(again.commands[i].reference, w.step.commands[i].reference));
}

static void check_buy(const struct order *was, const struct command *c)
{
	const struct order *o = &w.step.order;
	char reference[REFERENCE_BYTES];
	order_reference(o, o->attempt_no, reference);
	must(w.step.save == SAVE_FIRST && w.step.touches_attempt);
	must(o->mode == ORDER_MODE_BUY && !o->is_owned && !o->cancel_wanted);
	must(o->state == ORDER_BUYING && o->attempt.kind == ATTEMPT_BUY);
	must(o->attempt.outcome == OUTCOME_OPEN && o->attempt.no == o->attempt_no);
	must(o->attempt_no > was->attempt_no && text_is(c->reference, reference));
	must(text_is(o->attempt.number, o->number) && order_unknown(o) > 0);
	must(o->attempts_on_pin > 0 && o->attempts_on_pin <= ORDER_ATTEMPTS_A_PIN);
	must_own_nothing_else(o->number, false);
	must(o->wanted.number[0] == '\0' || text_is(o->wanted.number, o->number));
	enter_sent(o->attempt_no, o->number, false);
}

static void check_commands(const struct order *was)
{
	const struct order *o = &w.step.order;
	must(w.step.command_count <= STEP_COMMANDS);
	for (int i = 0; i < w.step.command_count; i++) {
		const struct command *c = &w.step.commands[i];
		must((unsigned)c->kind < COMMAND_COUNT && c->round == o->round);
		must(o->asked[c->kind] == c->round);
		if (command_writes(c->kind) || c->kind == COMMAND_RESERVE)
			must(w.step.save == SAVE_FIRST);
		for (int j = 0; j < i; j++)
			must(w.step.commands[j].kind != c->kind);
		if (c->kind == COMMAND_BUY)
			check_buy(was, c);
		if (c->kind == COMMAND_IMPORT)
			must(w.step.touches_attempt && o->attempt.kind == ATTEMPT_IMPORT &&
				o->is_owned && o->imports <= ORDER_IMPORTS);
		if (c->kind == COMMAND_RELEASE_NUMBER)
			must(w.may_release && o->is_owned && o->mode == ORDER_MODE_BUY &&
				o->cancel_wanted);
		if (c->kind == COMMAND_RELEASE_VOICE)
			must(o->is_voice_ours && o->voice_id[0] != '\0' && o->cancel_wanted);
	}
}

/* Nobody waits for ever: something is asked, or a time is set, or a person knows. */
static void check_goes_on(void)
{
	const struct order *o = &w.step.order;
	bool is_asked = false;
	for (int kind = 0; kind < COMMAND_COUNT; kind++)
		is_asked |= o->asked[kind] != 0;
	if (o->state != ORDER_RECEIVED && o->state != ORDER_PARKED && !order_is_over(o->state))
		must(is_asked || w.has_timer);
}

/* What safety rests on is on the disk before it counts. */
static bool is_weighty_change(const struct order *was, const struct order *o)
{
	return was->state != o->state || !text_is(was->number, o->number) ||
	       memcmp(&was->attempt, &o->attempt, sizeof(o->attempt)) != 0 ||
	       was->attempts_on_pin != o->attempts_on_pin || !text_is(was->order_id, o->order_id) ||
	       was->is_owned != o->is_owned || was->was_reserved != o->was_reserved ||
	       was->cancel_wanted != o->cancel_wanted;
}

static const int64_t half_an_hour_ms = 1800000;

/* What was chosen, how far it may go, and whose a held number is. */
static void check_choice(const struct order *was)
{
	const struct order *o = &w.step.order;
	bool is_chosen = o->wanted.number[0] != '\0';
	bool is_new_pin = o->number[0] != '\0' && !text_is(was->number, o->number) &&
			  o->state != ORDER_ORDERED && o->mode == ORDER_MODE_BUY;
	if (is_new_pin && is_chosen)
		must(text_is(o->number, o->wanted.number));
	if (is_new_pin && !is_chosen)
		must(o->match.rung <= o->max_rung);
	if (o->state == ORDER_NEEDS_INPUT)
		must(o->number[0] == '\0' && o->error.code != ERR_OK);
	/* Held for the customer: ours alone, though no RESERVE of this sign-up says so. */
	bool is_held = is_new_pin && o->was_reserved;
	if (is_held)
		must(is_chosen && o->wanted_until_ms > w.now_ms &&
			o->reserved_until_ms == o->wanted_until_ms);
	if (is_held && w.reserved_count < EVENTS_MOST)
		TEXT_COPY(w.reserved[w.reserved_count++], o->number);
	if (was->ladder_at > o->ladder_at)
		must(o->ladder_at == 0); /* begun again */
}

static void check_states(const struct order *was, const struct event *event)
{
	const struct order *o = &w.step.order;
	bool is_persons_word = event->kind == EVENT_CANCEL && was->state == ORDER_PARKED;
	bool is_new_pin = o->number[0] != '\0' && !text_is(was->number, o->number);
	int64_t cents;
	must(order_fault(o) == NULL);
	if (was->is_owned && was->mode == ORDER_MODE_BUY && o->state != ORDER_RELEASED)
		must(text_is(was->number, o->number) && o->is_owned);
	if (is_new_pin && o->state != ORDER_ORDERED) /* ORDERED: found by our reference */
		must_own_nothing_else(o->number, false);
	bool is_end = o->state == ORDER_FAILED || o->state == ORDER_CANCELLED ||
		      o->state == ORDER_NEEDS_INPUT;
	if (is_end && o->state != was->state)
		must_own_nothing_else("", is_persons_word);
	if (is_end && is_persons_word)
		clear_all();
	if (o->state == ORDER_RELEASED && was->state != ORDER_RELEASED && was->is_owned &&
		was->mode == ORDER_MODE_BUY)
		must(w.was_gone);
	if (o->state == ORDER_ACTIVE && was->state != ORDER_ACTIVE)
		must(w.is_number_good && w.is_voice_good);
	/* What may still cost is held, or spent, and nothing is for a number brought along. */
	enum order_money money = order_money(o, ACCOUNT_PURCHASE, &cents);
	must(cents >= 0 && (o->mode == ORDER_MODE_BUY || money == MONEY_NONE));
	if (o->mode == ORDER_MODE_BUY && (o->attempts_on_pin > 0 || o->is_owned))
		must(money == (o->is_owned ? MONEY_SPENT : MONEY_HELD));
	if (is_new_pin && o->mode == ORDER_MODE_BUY && o->state != ORDER_ORDERED)
		must(o->pinned.upfront_cents <= o->most_upfront_cents &&
			o->pinned.monthly_cents <= o->most_monthly_cents);
	must(w.step.save == SAVE_NOTHING ? o->version == was->version
					 : o->version == was->version + 1);
	if (is_weighty_change(was, o))
		must(w.step.save != SAVE_NOTHING);
	if (!text_is(was->number, o->number))
		forget_reservations(was->number);
	check_choice(was);
}

/* --- the store --- */

/* What a database would give back is what was written. */
static struct order through_the_store(const struct order *o, struct str *texts)
{
	static int64_t cells[ROW_COLUMNS];
	struct row_cell read[ROW_COLUMNS];
	struct order back;
	struct err e;
	order_row_write(o, 0, ROW_COLUMNS, cells, texts);
	must(str_ok(texts));
	for (int i = 0; i < ROW_COLUMNS; i++) {
		bool has_text = order_row_column(i).is_text && cells[i] != ROW_NULL;
		read[i] = (struct row_cell){cells[i], has_text ? texts->text + cells[i] : NULL};
	}
	must(order_row_read(read, &back, &e) == ERR_OK);
	return back;
}

static void check_is_stored_whole(const struct order *o)
{
	struct str once, again;
	str_init(&once, ROW_TEXT_MAX);
	str_init(&again, ROW_TEXT_MAX);
	struct order back = through_the_store(o, &once);
	(void)through_the_store(&back, &again);
	must(once.bytes == again.bytes && memcmp(once.text, again.text, again.bytes) == 0);
	str_done(&once);
	str_done(&again);
}

static void keep(void)
{
	if (w.step.save == SAVE_NOTHING)
		return;
	/* SAVE_FIRST waits for the disk, and all that was saved before it is there too. */
	w.stored[1] = w.step.save == SAVE_FIRST ? w.step.order : w.stored[0];
	w.stored[0] = w.step.order;
}

/* --- one event --- */

static void trace(const struct order *was, const struct event *event)
{
	const struct step *s = &w.step;
	if (!fuzz_is_traced())
		return;
	fprintf(stderr, "%12.3f %-14s %s %s -> %s v%d %s %s",
		(double)(w.now_ms - 1800000000000) / 1000, event_wire(event),
		order_state_wire(was->state),
		event->kind == EVENT_ANSWER ? err_wire(event->answer->code) : "",
		order_state_wire(s->order.state), (int)s->order.version, s->order.number,
		s->detail);
	for (int i = 0; i < s->command_count; i++)
		fprintf(stderr, " [%s %s]", command_wire(s->commands[i].kind),
			s->commands[i].reference);
	if (event->kind == EVENT_FOUND)
		fprintf(stderr, " (%d %s status %d)", event->found->no, event->found->number,
			event->found->status);
	fprintf(stderr, "%s\n", s->verdict == VERDICT_APPLIED ? "" : " (not applied)");
}

static void happen(struct event event)
{
	static struct order was;
	was = w.order;
	event.now_ms = w.now_ms;
	event.rules = &w.rules;
	w.may_release = w.was_gone = false;
	if (event.kind == EVENT_RESUME)
		w.is_number_good = w.is_voice_good = false;
	bool counts = event.kind == EVENT_ANSWER && was.asked[event.answers] != 0 &&
		      was.asked[event.answers] == event.round;
	if (counts)
		learn(&was, event.answers, event.answer);
	order_step(&was, &event, &w.step);
	trace(&was, &event);
	check_same_step(&was, &event);
	if (w.step.verdict != VERDICT_APPLIED) {
		must(w.step.command_count == 0 && w.step.save == SAVE_NOTHING);
		must(counts || memcmp(&w.step.order, &was, sizeof(was)) == 0);
		must(w.step.verdict != VERDICT_REJECTED || w.step.error.code != ERR_OK);
	}
	bool is_parked = was.state == ORDER_PARKED && w.step.verdict == VERDICT_APPLIED;
	if (is_parked && (event.kind == EVENT_RETRY || event.kind == EVENT_RESOLVE))
		clear_found();
	if (is_parked && event.kind == EVENT_RESOLVE && event.resolution == RESOLVE_LET_GO)
		w.is_given_up = true;
	if (event.kind == EVENT_FOUND && w.step.verdict == VERDICT_APPLIED) {
		enter_sent(event.found->no, event.found->number, true);
		/* One for the pinned number that is not used shows by ownership if it counts. */
		bool is_used = w.step.order.attempt.no == event.found->no;
		bool is_same = text_is(event.found->number, was.number);
		if (event.found->status == CARRIER_ORDER_ENDED || (is_same && !is_used))
			stand(event.found->no, STANDING_CLEARED);
	}
	if (event.kind == EVENT_TIMER)
		w.has_timer = false;
	if (w.step.verdict == VERDICT_APPLIED)
		w.has_timer = w.step.order.due_ms != 0;
	if (was.state != ORDER_VERIFYING && w.step.order.state == ORDER_VERIFYING)
		w.is_number_good = w.is_voice_good = false;
	check_states(&was, &event);
	check_commands(&was);
	check_goes_on();
	keep();
	w.order = w.step.order;
}

static void restart(bool is_older)
{
	int32_t round = w.order.round; /* the engine lets rounds go on */
	struct str texts;
	str_init(&texts, ROW_TEXT_MAX);
	w.order = through_the_store(&w.stored[is_older], &texts);
	str_done(&texts);
	w.order.round = round;
	w.stored[0] = w.stored[1] = w.order;
	/* What was found and not stored yet is found again. */
	for (int i = 0; i < w.sent_count; i++)
		if (w.sent[i].is_found && w.sent[i].no > w.order.attempt_no)
			w.sent[i] = (struct sent){.standing = STANDING_CLEARED};
	happen((struct event){.kind = EVENT_RESUME});
}

/* --- what is told --- */

static void fill_reference(struct fuzz_in *in, struct answer *a)
{
	unsigned which = fuzz_roll(in, 8);
	if (which == 0)
		a->number_reference[0] = '\0';
	else if (which == 1)
		TEXT_COPY(a->number_reference, "nb1-abcdef-somebodyelsesorder00-1");
	else
		order_reference(&w.order,
			which == 2 || w.order.attempt_no == 0 ? 1 : w.order.attempt_no,
			a->number_reference);
}

static void fill_candidates(struct fuzz_in *in, struct answer *a)
{
	a->candidate_count = (int)fuzz_roll(in, 4);
	for (int i = 0; i < a->candidate_count; i++) {
		unsigned choice = fuzz_byte(in);
		struct candidate *c = &a->candidates[i];
		TEXT_COPY(c->number, numbers[choice % COUNT_OF(numbers)]);
		TEXT_COPY(c->currency, choice < 8 ? "EUR" : "USD");
		c->is_reservable = (choice & 32) == 0;
		c->upfront_cents = c->monthly_cents = (choice & 64) != 0 ? 201 : 100;
	}
}

static struct answer read_answer(struct fuzz_in *in)
{
	struct answer a = {.retry_after_ms = -1};
	unsigned code = fuzz_byte(in), choice = fuzz_byte(in);
	if (code >= 128)
		a.code = (enum err_code)(code % ERR_COUNT);
	TEXT_COPY(a.message, "as it was told");
	a.order_status = (enum carrier_order_status)(choice % 5);
	a.number_status = (enum number_status)(choice / 5 % 5);
	a.voice_status = (enum voice_status)(choice / 25 % 4);
	unsigned more = fuzz_byte(in);
	/* Whatever shows an order shows its id: telnyx.c sees to that. */
	bool has_order = a.order_status != CARRIER_ORDER_NONE;
	TEXT_COPY(a.order_id, has_order ? "3d8bd753-2162-4ce2-bc5e-96b5cad7fedb" : "");
	TEXT_COPY(a.number_id, "1293384261075731499");
	TEXT_COPY(a.voice_id, (more & 2) != 0 ? "" : "e2b1d9c4-3f5a-4c6e-9b8d-7a1f0c2e4d63");
	TEXT_COPY(a.number, (more & 4) != 0 ? "" : numbers[more % COUNT_OF(numbers)]);
	TEXT_COPY(a.differs, (more & 24) == 24 ? "it differs" : "");
	TEXT_COPY(a.status_word, "a word");
	a.is_adopted = (more & 32) != 0;
	a.available_cents = (more & 64) != 0 ? 150 : 1000;
	a.reserved_until_ms = w.now_ms + ((more & 128) != 0 ? 1000 : 1800000);
	if (code % 7 == 6)
		a.retry_after_ms = 3000;
	fill_reference(in, &a);
	fill_candidates(in, &a);
	a.place.rung = (enum ladder_rung)(more % (w.order.max_rung + 1));
	a.ladder_at = w.order.ladder_at + 1 + (int32_t)(more / 4 % 8);
	return a;
}

static void tell_answer(struct fuzz_in *in, unsigned which, bool is_stale)
{
	int open[COMMAND_COUNT];
	unsigned count = 0;
	for (int kind = 0; kind < COMMAND_COUNT; kind++)
		if (w.order.asked[kind] != 0)
			open[count++] = kind;
	if (count == 0) {
		happen((struct event){.kind = EVENT_TIMER, .random = which});
		return;
	}
	const struct answer a = read_answer(in);
	enum command_kind kind = (enum command_kind)open[which % count];
	happen((struct event){.kind = EVENT_ANSWER,
		.answers = kind,
		.random = which,
		.round = w.order.asked[kind] - is_stale,
		.answer = &a});
}

static void pass_time(unsigned choice)
{
	static const int64_t passes_ms[] = {
		0, 20, 400, 3000, 31000, 121000, 1000000, 90000000, -7000};
	w.now_ms += passes_ms[choice % COUNT_OF(passes_ms)];
}

/* The database came out of a backup: the carrier knows more than it does. */
static void tell_found(struct fuzz_in *in, unsigned detail)
{
	unsigned choice = fuzz_byte(in);
	struct order_found found = {.no = w.order.attempt_no + (int)(detail / 4 % 3),
		.status = (enum carrier_order_status)(1 + choice % 4),
		.order_id = "9f0c7a52-0000-4000-8000-000000000001"};
	const char *other = numbers[choice / 4 % COUNT_OF(numbers)];
	bool is_pinned = w.order.number[0] != '\0' && (choice & 64) != 0;
	TEXT_COPY(found.number, (choice & 128) != 0 ? "" : is_pinned ? w.order.number : other);
	/* Its like is told of what goes on by itself, and once of each attempt. */
	if (order_is_over(w.order.state) || found.no <= w.order.attempt_no ||
		find_sent(found.no) != NULL)
		return;
	happen((struct event){.kind = EVENT_FOUND, .random = detail, .found = &found});
}

/* What a person may say, whatever they are asked. */
static void fill_choice(struct fuzz_in *in, struct order_choice *c)
{
	unsigned choice = fuzz_byte(in);
	*c = (struct order_choice){0};
	if (choice % 3 == 0) {
		TEXT_COPY(c->area_code, "415");
		TEXT_COPY(c->country, "US");
		TEXT_COPY(c->postal_code, (choice & 64) != 0 ? "94110" : "");
	}
	if (choice % 3 == 1)
		TEXT_COPY(c->wanted.number, numbers[choice / 16 % COUNT_OF(numbers)]);
	if (choice % 3 == 1 && (choice & 8) != 0) {
		c->wanted.upfront_cents = c->wanted.monthly_cents = 100;
		c->wanted.is_reservable = true;
		TEXT_COPY(c->wanted.currency, "USD");
		c->wanted_until_ms = w.now_ms + ((choice & 128) != 0 ? 60000 : half_an_hour_ms);
	}
	c->has_max_rung = (choice & 4) != 0;
	c->max_rung = (enum ladder_rung)(choice / 8 % LADDER_RUNG_COUNT);
	c->asks = (choice & 32) != 0;
}

static void tell(struct fuzz_in *in)
{
	unsigned op = fuzz_roll(in, 16), detail = fuzz_byte(in);
	struct event event = {.random = detail};
	struct order_choice choice;
	pass_time(detail / 16);
	if (op <= 8) {
		tell_answer(in, op, false);
		return;
	}
	switch (op) {
	case 9:
		tell_answer(in, detail, true);
		return;
	case 10:
		if (w.order.due_ms > w.now_ms)
			w.now_ms = w.order.due_ms;
		event.kind = EVENT_TIMER;
		break;
	case 11:
		event.kind = (detail & 1) != 0 ? EVENT_HINT : EVENT_TIMER;
		break;
	case 12:
		restart((detail & 1) != 0);
		return;
	case 13:
		event.kind = (detail & 2) != 0 ? EVENT_RESOLVE : EVENT_RETRY;
		event.resolution = (enum resolution)(detail / 4 % RESOLUTION_COUNT);
		if ((detail & 1) != 0) {
			fill_choice(in, &choice);
			event.choice = &choice;
		}
		break;
	case 14:
		event.kind = EVENT_CANCEL;
		event.is_now = (detail & 1) != 0;
		if ((detail & 2) == 0)
			break;
		tell_found(in, detail);
		return;
	default:
		/* The store says so of a number that was about to be pinned, no other. */
		event.kind = EVENT_TAKEN;
		TEXT_COPY(event.taken, numbers[detail % COUNT_OF(numbers)]);
		if (w.order.state != ORDER_SEARCHING || w.order.mode == ORDER_MODE_EXISTING)
			event.kind = EVENT_HINT;
	}
	happen(event);
}

static void begin(struct fuzz_in *in)
{
	unsigned wish = fuzz_byte(in), allowed = fuzz_byte(in);
	w = (struct world){.now_ms = 1800000000000,
		.rules = {.settle_ms = 120000,
			.max_upfront_cents = 200,
			.max_monthly_cents = 200,
			.may_reserve = (allowed & 1) == 0,
			.is_offered = {true, (allowed & 2) == 0},
			.undo_ms = 86400000}};
	order_matrix_sample(ORDER_RECEIVED, &w.order);
	if ((wish & 7) == 1) {
		w.order.mode = ORDER_MODE_EXISTING;
		TEXT_COPY(w.order.existing_number, numbers[0]);
		TEXT_COPY(w.order.number, numbers[0]);
	}
	if ((wish & 7) == 2)
		w.order.area_code[0] = '\0';
	if ((wish & 7) == 3)
		w.order.max_rung = LADDER_SAME_AREA_CODE;
	w.order.asks = (wish & 24) == 8;
	if ((wish & 7) >= 6) { /* chosen, and perhaps held */
		TEXT_COPY(w.order.wanted.number, numbers[wish / 8 % COUNT_OF(numbers)]);
		TEXT_COPY(w.order.wanted.currency, "USD");
		w.order.wanted.is_reservable = true;
		w.order.wanted_until_ms = (wish & 7) == 7 ? w.now_ms + half_an_hour_ms : 0;
	}
	w.stored[0] = w.stored[1] = w.order;
	happen((struct event){.kind = EVENT_START});
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_in in = {data, size};
	begin(&in);
	for (int i = 0; i < EVENTS_MOST && in.left > 0; i++)
		tell(&in);
	check_is_stored_whole(&w.order);
	return 0;
}
