/*
 * judge.c - the promises, checked against both our store and the upstreams'
 * truth: at every call that is carried out, at every save, and at the end.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tests/lives/life.h"

#define REFERENCES_MOST 128

static struct {
	char sent[REFERENCES_MOST][REFERENCE_BYTES]; /* each is sent once */
	int sent_count;
	struct {
		char number[NUMBER_BYTES];
		int sends;
		char reserved[NUMBER_BYTES]; /* last */
		bool is_left_reserved;       /* another number than that before */
	} pins[CUSTOMERS_MOST];
	size_t numbers_seen;
	char ignored[200];
} judge;

void judge_ignore(const char *invariant)
{
	TEXT_COPY(judge.ignored, invariant);
}

void judge_reset(void)
{
	judge.sent_count = 0;
	judge.numbers_seen = 0;
	memset(judge.pins, 0, sizeof(judge.pins));
}

static bool is_ignored(const char *invariant)
{
	return judge.ignored[0] != '\0' && text_is(judge.ignored, invariant);
}

_Noreturn void judge_broken(const char *invariant, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	(void)vsnprintf(life.why, sizeof(life.why), format, args);
	va_end(args);
	life.invariant = invariant;
	longjmp(life.broken, 1);
}

#define PROMISE(invariant, fact, ...)                                                              \
	do {                                                                                       \
		if (!(fact) && !is_ignored(invariant))                                             \
			judge_broken(invariant, __VA_ARGS__);                                      \
	} while (0)

/* --- the upstreams' truth --- */

static void catch_up(void)
{
	truth_tick(vtime_world_ms());
}

/* What the carrier bills under this order's references. */
static int owned_by(const struct order *o, struct truth_number *ret_last)
{
	int count = 0;
	for (size_t i = 0; i < truth_numbers(); i++) {
		struct truth_number n = truth_number(i);
		if (!n.is_held || !order_owns_reference(o, n.reference))
			continue;
		count++;
		if (ret_last != NULL)
			*ret_last = n;
	}
	return count;
}

static const struct row *row_of_reference(const char *reference)
{
	const struct row *rows = disk_rows();
	for (int i = 0; i < CUSTOMERS_MOST; i++)
		if (rows[i].is_used && order_owns_reference(&rows[i].order, reference))
			return &rows[i];
	return NULL;
}

static bool is_empty_handed(enum order_state state)
{
	return state == ORDER_FAILED || state == ORDER_CANCELLED || state == ORDER_RELEASED;
}

/* --- at every call that is carried out --- */

void judge_upstream(void)
{
	const struct row *rows = disk_rows();
	if (truth_numbers() == judge.numbers_seen)
		return;
	judge.numbers_seen = truth_numbers();
	for (int i = 0; i < CUSTOMERS_MOST; i++) {
		if (!rows[i].is_used)
			continue;
		int count = owned_by(&rows[i].order, NULL);
		PROMISE("one_number", count <= 1, "%d numbers are owned for %s", count,
			rows[i].order.id);
	}
}

/* --- what is for sale --- */

/* On the ladder of what was allowed? */
static bool is_allowed(const struct order *o, const char *number)
{
	static struct ladder ladder;
	struct ladder_step step;
	struct phone phone;
	struct phone_refusal refusal;
	size_t cursor = 0;
	const struct ladder_wish wish = {
		&phone, o->area_code, o->postal_code, o->city, o->max_rung};
	bool is_known =
		phone_parse(o->business_phone, strlen(o->business_phone), NULL, &phone, &refusal) &&
		ladder_build(&wish, &ladder, &refusal);
	while (is_known && ladder_next(&ladder, &cursor, &step))
		if (ladder_row_fits(&step, number, step.town))
			return true;
	return false;
}

static bool is_dear(const char *area_code)
{
	char number[NUMBER_BYTES];
	text_format(number, sizeof(number), "+1%s5550100", area_code);
	return truth_is_dear(number);
}

static bool has_left_reserved(const struct row *row)
{
	size_t i = (size_t)(row - disk_rows());
	const char *last = judge.pins[i].reserved;
	return judge.pins[i].is_left_reserved ||
	       (last[0] != '\0' && !text_is(last, row->order.number));
}

/* While nobody else moves what is for sale: whatever is left was there all the
 * time.  A reservation whose choice the store did not keep moves it, too: it hides
 * a number from ourselves until it runs out. */
static bool is_moved(const struct row *row)
{
	const struct dice *d = &life.dice;
	return life.customer_count > 1 || life.holds > 0 || row->order.avoid_count > 0 ||
	       has_left_reserved(row) || d->struck[FAULT_RACE] + d->struck[FAULT_CANCEL] > 0;
}

static bool is_home_empty(const struct row *row)
{
	return is_moved(row) || truth_left(row->order.area_code) == 0;
}

/* --- at every save --- */

static void judge_active(const struct order *o)
{
	const char *import_id = "";
	uint64_t digits = truth_digits(o->number);
	struct truth_number n;
	PROMISE("no_phantom", truth_owned(digits, &n) && n.is_active,
		"%s is active, but %s is not at Telnyx", o->id, o->number);
	PROMISE("no_phantom",
		o->mode == ORDER_MODE_EXISTING || order_owns_reference(o, n.reference),
		"%s is active, but %s is owned under another reference", o->id, o->number);
	PROMISE("chosen", o->wanted.number[0] == '\0' || text_is(o->wanted.number, o->number),
		"%s is active with %s, but %s was chosen", o->id, o->number, o->wanted.number);
	int count = truth_imports_of(digits, &import_id);
	PROMISE("no_phantom", count == 1 && text_is(import_id, o->voice_id),
		"%s is active, but %s has %d records at Vapi, \"%s\" and not \"%s\"", o->id,
		o->number, count, import_id, o->voice_id);
}

/* That the next number is too dear is no end while an affordable one is allowed. */
static void judge_price_end(const struct row *row)
{
	static const char *const codes[] = {"415", "628", "650", "510", "213", "212"};
	const struct order *o = &row->order;
	if (o->state != ORDER_FAILED || o->error.code != ERR_CARRIER_PRICE)
		return;
	PROMISE("chosen", o->wanted.number[0] == '\0',
		"%s failed for the price of %s, instead of asking for another", o->id,
		o->wanted.number);
	if (is_moved(row))
		return;
	for (size_t i = 0; i < COUNT_OF(codes); i++) {
		char number[NUMBER_BYTES];
		text_format(number, sizeof(number), "+1%s5550100", codes[i]);
		PROMISE("nearest",
			truth_is_dear(number) || truth_left(codes[i]) == 0 ||
				!is_allowed(o, number),
			"%s failed for its price, but %s has affordable numbers", o->id, codes[i]);
	}
}

static void judge_state(const struct row *row)
{
	const struct order *o = &row->order;
	if (o->state == ORDER_ACTIVE)
		judge_active(o);
	if (is_empty_handed(o->state))
		PROMISE("no_orphan", owned_by(o, NULL) == 0, "%s is %s, but owns a number", o->id,
			order_state_wire(o->state));
	judge_price_end(row);
}

void judge_decides(const struct row *row, int64_t worker)
{
	PROMISE("cas_decides", row->order.worker == worker,
		"worker %lld decides for %s, which worker %lld holds", (long long)worker,
		row->order.id, (long long)row->order.worker);
}

static bool has_said(const char *id)
{
	for (int i = 0; i < life.customer_count; i++)
		if (text_is(life.customers[i].id, id) && life.customers[i].has_said)
			return true;
	return false;
}

/* Only a person chooses otherwise: asked, or for one that failed by naming another
 * or by saying how to look. */
static bool may_choose(const struct order *was, const struct order *o)
{
	return was->state == ORDER_NEEDS_INPUT ||
	       (was->state == ORDER_FAILED && (o->wanted.number[0] != '\0' || has_said(o->id))) ||
	       text_is(was->wanted.number, o->wanted.number);
}

void judge_save(const struct row *was, const struct row *row)
{
	const struct order *o = &row->order;
	catch_up();
	PROMISE("version_grows", was == NULL || was->order.version < o->version,
		"%s goes from version %lld to %lld", o->id, (long long)was->order.version,
		(long long)o->version);
	PROMISE("chosen", was == NULL || may_choose(&was->order, o),
		"%s chose %s; without a question it is \"%s\" now", o->id, was->order.wanted.number,
		o->wanted.number);
	const char *fault = order_fault(o);
	PROMISE("sound", fault == NULL, "stored, but not so: %s", fault);
	if (was != NULL && was->order.number[0] != '\0' && !text_is(was->order.number, o->number)) {
		judge.pins[row - disk_rows()].sends = 0;
		PROMISE("let_go", owned_by(o, NULL) == 0, "%s lets go of %s, but owns a number",
			o->id, was->order.number);
	}
	for (const struct row *other = disk_rows(); other < disk_rows() + CUSTOMERS_MOST; other++)
		PROMISE("number_once",
			other == row || !other->is_used || !order_holds_number(o) ||
				!order_holds_number(&other->order) ||
				!text_is(o->number, other->order.number),
			"%s and %s hold %s", o->id, other->order.id, o->number);
	judge_state(row);
}

/* --- at every call that leaves --- */

/* Another worker that has taken over meanwhile calls it unknown. */
static bool may_leave(enum attempt_outcome outcome)
{
	return outcome == OUTCOME_OPEN || (life.worker_count > 1 && outcome == OUTCOME_UNKNOWN);
}

static const struct attempt *find_attempt(
	const struct row *row, enum attempt_kind kind, const char *number, int no)
{
	for (int i = 0; i < row->attempt_count; i++) {
		const struct attempt *a = &row->attempts[i];
		if (a->kind == kind && text_is(a->number, number) && (no < 0 || a->no == no) &&
			may_leave(a->outcome))
			return a;
	}
	return NULL;
}

static void judge_choice(const struct row *row, const char *number)
{
	const struct order *o = &row->order;
	bool is_chosen = o->wanted.number[0] != '\0';
	PROMISE("chosen", !is_chosen || text_is(o->wanted.number, number),
		"%s is ordered, but %s was chosen", number, o->wanted.number);
	PROMISE("max_rung", is_chosen || is_allowed(o, number),
		"%s is ordered, farther away than %s", number, ladder_rung_wire(o->max_rung));
	PROMISE("price", !truth_is_dear(number), "%s is ordered, and costs too much", number);
	PROMISE("nearest",
		is_chosen || text_starts(number + 2, o->area_code) || is_home_empty(row) ||
			is_dear(o->area_code),
		"%s is ordered, but %s has %zu numbers left", number, o->area_code,
		truth_left(o->area_code));
}

void judge_reservation_leaves(const char *number, const char *reference)
{
	const struct row *row = row_of_reference(reference);
	if (row == NULL)
		return;
	size_t i = (size_t)(row - disk_rows());
	char *last = judge.pins[i].reserved;
	if (last[0] != '\0' && !text_is(last, number))
		judge.pins[i].is_left_reserved = true;
	TEXT_COPY(judge.pins[i].reserved, number);
}

void judge_order_leaves(const char *number, const char *reference)
{
	const struct row *row = row_of_reference(reference);
	PROMISE("wal_before_send", row != NULL, "%s is ordered for nobody we know", number);
	for (int i = 0; i < judge.sent_count; i++)
		PROMISE("ref_unique", !text_is(judge.sent[i], reference),
			"%s is ordered under %s for the second time", number, reference);
	must(judge.sent_count < REFERENCES_MOST);
	TEXT_COPY(judge.sent[judge.sent_count++], reference);
	if (row == NULL)
		return;
	int64_t no64 = 0;
	(void)text_to_int(strrchr(reference, '-') + 1, 1, INT32_MAX, &no64);
	int no = (int)no64;
	PROMISE("wal_before_send", find_attempt(row, ATTEMPT_BUY, number, no) != NULL,
		"%s is ordered under %s, but that attempt is not durable and open", number,
		reference);
	PROMISE("same_number", text_is(row->order.number, number),
		"%s is ordered while %s is pinned", number, row->order.number);
	judge_choice(row, number);
	int most = ORDER_ATTEMPTS_A_PIN;
	if (life.is_old_method)
		most++; /* the way that is not offered does not count */
	int sends = ++judge.pins[row - disk_rows()].sends;
	PROMISE("attempts_cap", sends <= most, "%s is ordered for the %d. time", number, sends);
}

void judge_import_leaves(const char *number)
{
	const struct row *rows = disk_rows();
	bool is_planned = false;
	for (int i = 0; i < CUSTOMERS_MOST; i++)
		is_planned |= rows[i].is_used && text_is(rows[i].order.number, number) &&
			      find_attempt(&rows[i], ATTEMPT_IMPORT, number, -1) != NULL;
	PROMISE("wal_before_send", is_planned, "%s is imported, but that is not durable", number);
}

/* A former holder's request, planned before another worker took over, may leave
 * after it: from a planned request on there is no way back to a number in use. */
static bool may_be_given_back(const struct order *o)
{
	bool is_begun = life.worker_count > 1 && o->releases > 0;
	bool is_stopped = o->state == ORDER_PARKED && o->parked_from == ORDER_RELEASING;
	return o->state == ORDER_RELEASING ||
	       (is_begun && (is_stopped || o->state == ORDER_RELEASED));
}

void judge_release_leaves(const char *number_id)
{
	struct truth_number n = {0};
	for (size_t i = 0; i < truth_numbers(); i++) {
		char id[32];
		text_format(id, sizeof(id), "%llu", (unsigned long long)truth_number(i).id);
		if (text_is(id, number_id))
			n = truth_number(i);
	}
	if (n.id == 0)
		return;
	const struct row *row = row_of_reference(n.reference);
	PROMISE("release_guard", row != NULL, "a number that is not ours is given back");
	PROMISE("release_guard", row == NULL || may_be_given_back(&row->order),
		"a number of %s is given back while it is %s", row ? row->order.id : "",
		row ? order_state_wire(row->order.state) : "");
}

/* --- customers --- */

void judge_signup(const struct customer *c, const char *id)
{
	const struct row *rows = disk_rows();
	bool is_there = false;
	for (int i = 0; i < CUSTOMERS_MOST; i++)
		is_there |= rows[i].is_used && text_is(rows[i].order.id, id) &&
			    text_is(rows[i].creation.idempotency_key, c->wish.idempotency_key);
	PROMISE("ack_durable", is_there, "%s was answered, but is not stored", id);
	PROMISE("idem_same", c->id[0] == '\0' || text_is(c->id, id),
		"one key was answered with %s and %s", c->id, id);
}

/* --- the end --- */

/* Parked is an end, unless what would cure it has come. */
static bool is_parked_for_good(const struct order *o)
{
	struct truth_number n;
	if (err_effect(o->error.code) == ERR_EFFECT_NONE)
		return false;
	bool is_looking = o->parked_from == ORDER_UNCLEAR || o->parked_from == ORDER_ORDERED;
	return !is_looking || owned_by(o, &n) == 0 || !n.is_active;
}

static bool is_order_settled(const struct order *o)
{
	return order_is_over(o->state) || (o->state == ORDER_PARKED && is_parked_for_good(o));
}

bool judge_is_settled(void)
{
	const struct row *rows = disk_rows();
	if (!life_is_awake() || !disk_is_idle(0) || !wire_is_quiet())
		return false;
	for (int i = 0; i < life.customer_count; i++)
		if (!life.customers[i].is_answered && !life.customers[i].is_refused)
			return false;
	catch_up(); /* what a parked order waits for may just have come */
	for (int i = 0; i < CUSTOMERS_MOST; i++)
		if (rows[i].is_used && !is_order_settled(&rows[i].order))
			return false;
	return true;
}

static void judge_settled(void)
{
	const struct row *rows = disk_rows();
	for (int i = 0; i < life.customer_count; i++)
		PROMISE("settles", life.customers[i].is_answered || life.customers[i].is_refused,
			"customer %d never got an answer", i);
	for (int i = 0; i < CUSTOMERS_MOST; i++) {
		const struct order *o = &rows[i].order;
		PROMISE("settles", !rows[i].is_used || is_order_settled(o),
			"%s is still %s (%s: %s)", o->id, order_state_wire(o->state),
			err_wire(o->error.code), o->error.message);
	}
}

static void judge_owned(const struct truth_number *n)
{
	if (!n->is_held || !text_starts(n->reference, "nb1-"))
		return;
	const struct row *row = row_of_reference(n->reference);
	PROMISE("no_orphan", row != NULL, "%s is owned for nobody we know", n->reference);
	if (row == NULL)
		return;
	PROMISE("no_orphan", truth_digits(row->order.number) == n->digits,
		"%s is owned under %s, but \"%s\" is pinned", row->order.id, n->reference,
		row->order.number);
	PROMISE("no_orphan", !is_empty_handed(row->order.state), "%s is %s, but owns a number",
		row->order.id, order_state_wire(row->order.state));
}

static void judge_import(uint64_t digits)
{
	const char *id = "";
	struct truth_number n;
	if (digits == 0)
		return;
	PROMISE("import_one", truth_imports_of(digits, &id) == 1, "a number has two records");
	/* Who was shown an empty list, or is overtaken, cannot know of an import. */
	bool is_excused = life.dice.struck[FAULT_VOICE_EMPTY] + life.dice.struck[FAULT_LATE] > 0;
	PROMISE("import_left", is_excused || truth_owned(digits, &n),
		"Vapi holds a number that nobody owns");
}

void judge_end(void)
{
	const struct row *rows = disk_rows();
	struct truth_number existing;
	catch_up();
	judge_settled();
	for (size_t i = 0; i < truth_numbers(); i++) {
		struct truth_number n = truth_number(i);
		judge_owned(&n);
	}
	for (size_t i = 0; i < truth_imports(); i++)
		judge_import(truth_import(i));
	for (int i = 0; i < CUSTOMERS_MOST; i++)
		if (rows[i].is_used)
			judge_state(&rows[i]);
	PROMISE("not_ours", life.existing == 0 || truth_owned(life.existing, &existing),
		"a number that was brought along was given back");
}
