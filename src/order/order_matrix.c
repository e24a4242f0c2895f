#include "order/order_matrix.h"

#include <string.h>

#include "base/text.h"

#define NOW_MS 1800000000000

/* How an answer may come out, by effect; OK twice, for "yes" and for "no such thing". */
static const struct {
	const char *name;
	enum err_code carrier, voice;
} outcomes[] = {
	{"ok", ERR_OK, ERR_OK},
	{"ok_none", ERR_OK, ERR_OK},
	{"none_for_sale", ERR_CARRIER_NO_NUMBERS, ERR_OK},
	{"gone", ERR_CARRIER_NUMBER_GONE, ERR_OK},
	{"not_offered", ERR_CARRIER_NOT_OFFERED, ERR_OK},
	{"refused", ERR_CARRIER_FUNDS, ERR_VOICE_REFUSED},
	{"limited", ERR_CARRIER_LIMITED, ERR_VOICE_LIMITED},
	{"down", ERR_CARRIER_DOWN, ERR_VOICE_DOWN},
	{"unclear", ERR_CARRIER_UNCLEAR, ERR_VOICE_UNCLEAR},
};

static const struct order_rules rules = {.settle_ms = 120000,
	.max_upfront_cents = 200,
	.max_monthly_cents = 200,
	.may_reserve = true,
	.is_offered = {true, true},
	.undo_ms = 86400000};

static bool is_voice(enum command_kind kind)
{
	return kind == COMMAND_FIND_VOICE || kind == COMMAND_IMPORT || kind == COMMAND_READ_VOICE ||
	       kind == COMMAND_RELEASE_VOICE;
}

/* Which questions a state may have out. */
static bool may_ask(enum order_state state, enum command_kind kind)
{
	static const uint32_t asks[ORDER_STATE_COUNT] = {
		[ORDER_SEARCHING] =
			1u << COMMAND_CHECK | 1u << COMMAND_SEARCH | 1u << COMMAND_TRACE,
		[ORDER_CLAIMING] = 1u << COMMAND_CHECK | 1u << COMMAND_LOOK,
		[ORDER_RESERVING] = 1u << COMMAND_RESERVE,
		[ORDER_BUYING] = 1u << COMMAND_BUY,
		[ORDER_UNCLEAR] = 1u << COMMAND_LOOK | 1u << COMMAND_OFFER,
		[ORDER_ORDERED] = 1u << COMMAND_READ_ORDER | 1u << COMMAND_FIND_VOICE,
		[ORDER_PROVISIONING] = 1u << COMMAND_FIND_VOICE,
		[ORDER_IMPORTING] = 1u << COMMAND_IMPORT,
		[ORDER_VERIFYING] = 1u << COMMAND_READ_NUMBER | 1u << COMMAND_READ_VOICE,
		[ORDER_PARKED] = 1u << COMMAND_LOOK,
		[ORDER_RELEASING] = 1u << COMMAND_RELEASE_VOICE | 1u << COMMAND_READ_NUMBER |
				    1u << COMMAND_RELEASE_NUMBER,
	};
	return asks[state] >> kind & 1;
}

static void sample_attempt(struct order *o, enum attempt_kind kind, enum attempt_outcome outcome)
{
	o->attempt =
		(struct attempt){.kind = kind, .outcome = outcome, .no = 1, .planned_ms = NOW_MS};
	TEXT_COPY(o->attempt.number, o->number);
	o->attempt_no = 1;
}

static void sample_wish(struct order *o)
{
	o->most_upfront_cents = o->most_monthly_cents = 200;
	TEXT_COPY(o->id, "su_00000000000000000000000000");
	TEXT_COPY(o->business_name, "Bay Bikes");
	TEXT_COPY(o->business_phone, "+14155550123");
	TEXT_COPY(o->area_code, "415");
	TEXT_COPY(o->country, "US");
	TEXT_COPY(o->instance, "abcdef");
	TEXT_COPY(o->name, "aaaaaaaaaaaaaaaaaaaa");
}

void order_matrix_sample(enum order_state state, struct order *ret)
{
	struct order *o = ret;
	*o = (struct order){.state = state,
		.max_rung = LADDER_SAME_COUNTRY,
		.version = 3,
		.created_ms = NOW_MS - 9000,
		.since_ms = NOW_MS - 1000,
		.available_cents = 10000,
		.round = 1};
	sample_wish(o);
	bool is_pinned = state != ORDER_RECEIVED && state != ORDER_SEARCHING &&
			 state != ORDER_NEEDS_INPUT && state != ORDER_FAILED &&
			 state != ORDER_CANCELLED;
	bool is_owned = state == ORDER_PROVISIONING || state == ORDER_IMPORTING ||
			state == ORDER_VERIFYING || state == ORDER_ACTIVE ||
			state == ORDER_RELEASING;
	if (is_pinned) {
		TEXT_COPY(o->number, "+14155550199");
		o->pinned = (struct candidate){.is_reservable = true, .currency = "USD"};
		o->was_reserved = true;
		o->reserved_until_ms = NOW_MS + 1800000;
	}
	if (state == ORDER_CLAIMING) {
		o->mode = ORDER_MODE_EXISTING;
		TEXT_COPY(o->existing_number, o->number);
	}
	if (state == ORDER_BUYING || state == ORDER_UNCLEAR || state == ORDER_ORDERED ||
		state == ORDER_PARKED) {
		sample_attempt(
			o, ATTEMPT_BUY, state == ORDER_BUYING ? OUTCOME_OPEN : OUTCOME_UNKNOWN);
		o->pin_attempts[0] = (struct pin_attempt){.no = 1, .outcome = o->attempt.outcome};
		o->attempts_on_pin = 1;
		o->order_no = o->looked_no = 1;
		o->unclear_ms = NOW_MS - 1000;
		o->sent_ms = NOW_MS - 1000;
	}
	if (is_owned) {
		o->is_owned = true;
		TEXT_COPY(o->number_id, "1293384261075731499");
		sample_attempt(o, ATTEMPT_IMPORT,
			state == ORDER_IMPORTING ? OUTCOME_OPEN : OUTCOME_ACCEPTED);
	}
	if (state == ORDER_VERIFYING || state == ORDER_ACTIVE || state == ORDER_RELEASING) {
		TEXT_COPY(o->voice_id, "e2b1d9c4-3f5a-4c6e-9b8d-7a1f0c2e4d63");
		o->is_voice_ours = true;
		o->was_active = state == ORDER_ACTIVE;
	}
	if (state == ORDER_PARKED) {
		o->parked_from = ORDER_UNCLEAR;
		err_set(&o->error, ERR_PURCHASE_UNCLEAR, "it is not known whether it was bought");
	}
	if (state == ORDER_FAILED)
		err_set(&o->error, ERR_CARRIER_FUNDS, "the balance does not cover the price");
	if (state == ORDER_NEEDS_INPUT)
		err_set(&o->error, ERR_PLACE_NEEDED, "a place is needed");
	for (int kind = 0; kind < COMMAND_COUNT; kind++)
		o->asked[kind] = may_ask(state, (enum command_kind)kind);
}

static void sample_answer(
	const struct order *o, enum command_kind kind, size_t outcome, struct answer *ret)
{
	struct answer *a = ret;
	*a = (struct answer){.retry_after_ms = -1, .available_cents = 10000};
	a->code = is_voice(kind) ? outcomes[outcome].voice : outcomes[outcome].carrier;
	TEXT_COPY(a->message, outcomes[outcome].name);
	if (a->code != ERR_OK || text_is(outcomes[outcome].name, "ok_none"))
		return;
	a->candidate_count = 1;
	a->candidates[0] = (struct candidate){.number = "+14155550188",
		.upfront_cents = 100,
		.monthly_cents = 100,
		.currency = "USD",
		.is_reservable = true};
	if (o->wanted.number[0] != '\0')
		a->candidates[0] = o->wanted;
	a->place =
		(struct ladder_step){.rung = LADDER_SAME_AREA_CODE, .country = "US", .npa = "415"};
	a->ladder_at = o->ladder_at + 1;
	a->reserved_until_ms = NOW_MS + 1800000;
	a->order_status = CARRIER_ORDER_SUCCESS;
	TEXT_COPY(a->order_id, "3d8bd753-2162-4ce2-bc5e-96b5cad7fedb");
	TEXT_COPY(a->number, o->number[0] ? o->number : "+14155550199");
	a->number_status = NUMBER_ACTIVE;
	TEXT_COPY(a->number_id, "1293384261075731499");
	order_reference(o, 1, a->number_reference);
	TEXT_COPY(a->status_word, "active");
	a->voice_status = VOICE_ACTIVE;
	TEXT_COPY(a->voice_id, "e2b1d9c4-3f5a-4c6e-9b8d-7a1f0c2e4d63");
}

static void print_cell(
	struct str *to, const struct order *o, const struct event *event, const char *event_name)
{
	static const char *const verdicts[] = {"applied", "ignored", "rejected"};
	static const char *const saves[] = {"", " save", " save-first"};
	static struct step step;
	order_step(o, event, &step);
	str_addf(to, "%-13s %-28s %s", order_state_wire(o->state), event_name,
		verdicts[step.verdict]);
	if (step.verdict == VERDICT_APPLIED) {
		str_addf(to, " %s%s", order_state_wire(step.order.state), saves[step.save]);
		if (step.order.due_ms != 0)
			str_add(to, " wait");
		for (int i = 0; i < step.command_count; i++)
			str_addf(to, " !%s", command_wire(step.commands[i].kind));
	}
	str_add_char(to, '\n');
}

static void print_answers(struct str *to, const struct order *o, struct event *event)
{
	for (int kind = 0; kind < COMMAND_COUNT; kind++) {
		for (size_t i = 0; i < COUNT_OF(outcomes) && o->asked[kind] != 0; i++) {
			struct answer answer;
			char name[48];
			bool is_only_carrier =
				outcomes[i].carrier != ERR_OK && outcomes[i].voice == ERR_OK;
			if (is_only_carrier && is_voice((enum command_kind)kind))
				continue;
			sample_answer(o, (enum command_kind)kind, i, &answer);
			event->kind = EVENT_ANSWER;
			event->answers = (enum command_kind)kind;
			event->round = 1;
			event->answer = &answer;
			text_format(
				name, sizeof(name), "%s:%s", event_wire(event), outcomes[i].name);
			print_cell(to, o, event, name);
		}
	}
}

static void print_resolutions(struct str *to, const struct order *o, struct event *event)
{
	for (int i = 0; i < RESOLUTION_COUNT; i++) {
		char name[48];
		event->resolution = (enum resolution)i;
		text_format(name, sizeof(name), "resolve:%s", resolution_wire(event->resolution));
		print_cell(to, o, event, name);
	}
}

static void print_findings(struct str *to, const struct order *o, struct event *event)
{
	struct order_found found = {.no = 2, .status = CARRIER_ORDER_SUCCESS, .order_id = "found"};
	event->found = &found;
	TEXT_COPY(found.number, o->number[0] ? o->number : "+14155550199");
	print_cell(to, o, event, "found:same_number");
	TEXT_COPY(found.number, "+14155550177");
	print_cell(to, o, event, "found:another_number");
	found.status = CARRIER_ORDER_ENDED;
	print_cell(to, o, event, "found:failed");
	found.no = 0;
	print_cell(to, o, event, "found:known");
}

static const struct candidate chosen = {.number = "+14155550199",
	.upfront_cents = 100,
	.monthly_cents = 100,
	.currency = "USD",
	.is_reservable = true};

/* What a person may answer where a place or a choice is needed. */
static void print_choices(struct str *to, const struct order *o, struct event *event)
{
	static const struct {
		const char *name;
		struct order_choice choice;
	} choices[] = {
		{"retry:area_code", {.area_code = "510", .country = "US"}},
		{"retry:max_rung", {.has_max_rung = true, .max_rung = LADDER_NEARBY}},
		{"retry:number", {.wanted = {.number = "+14155550199"}}},
		{"retry:held_number", {.wanted = chosen, .wanted_until_ms = NOW_MS + 1800000}},
		{"retry:low_hold", {.wanted = chosen, .wanted_until_ms = NOW_MS + 60000}},
		{"retry:old_hold", {.wanted = chosen, .wanted_until_ms = NOW_MS}},
	};
	for (size_t i = 0; i < COUNT_OF(choices); i++) {
		event->choice = &choices[i].choice;
		print_cell(to, o, event, choices[i].name);
	}
	event->choice = NULL;
}

/* How the samples differ from the usual ones. */
enum sample { SAMPLE_USUAL, SAMPLE_CHOSEN, SAMPLE_HELD };

static void vary(struct order *o, enum sample sample)
{
	if (sample == SAMPLE_USUAL || o->mode == ORDER_MODE_EXISTING)
		return;
	o->wanted = chosen;
	if (o->state == ORDER_NEEDS_INPUT)
		err_set(&o->error, ERR_CHOICE_GONE, "it has gone");
	if (sample == SAMPLE_CHOSEN)
		return;
	o->wanted_until_ms = NOW_MS + 1800000;
	/* The last of the checks is still out. */
	if (o->state == ORDER_SEARCHING) {
		o->candidates[o->candidate_count++] = chosen;
		o->is_traced = o->is_searched = true;
		o->asked[COMMAND_TRACE] = o->asked[COMMAND_SEARCH] = 0;
	}
}

static void print_all(struct str *to, const struct order_rules *all_rules, enum sample sample)
{
	for (int state = 0; state < ORDER_STATE_COUNT; state++) {
		static struct order o;
		order_matrix_sample((enum order_state)state, &o);
		vary(&o, sample);
		struct event event = {.now_ms = NOW_MS, .random = 7, .rules = all_rules};
		for (int kind = 0; kind < EVENT_ANSWER; kind++) {
			event.kind = (enum event_kind)kind;
			TEXT_COPY(event.taken, "+14155550188");
			if (kind == EVENT_RESOLVE)
				print_resolutions(to, &o, &event);
			else if (kind == EVENT_FOUND)
				print_findings(to, &o, &event);
			else
				print_cell(to, &o, &event, event_wire(&event));
			if (kind == EVENT_RETRY && state == ORDER_NEEDS_INPUT)
				print_choices(to, &o, &event);
		}
		print_answers(to, &o, &event);
	}
}

static size_t line_bytes(const char *line)
{
	return strcspn(line, "\n") + 1;
}

static bool has_line(const char *text, const char *line, size_t bytes)
{
	for (; *text != '\0'; text += line_bytes(text))
		if (strncmp(text, line, bytes) == 0)
			return true;
	return false;
}

/* Those cells that are not as usual. */
static void print_other(struct str *to, const char *usual, const char *title,
	const struct order_rules *other_rules, enum sample sample)
{
	struct str all;
	str_init(&all, 1 << 20);
	print_all(&all, other_rules, sample);
	must(str_ok(&all));
	str_addf(to, "\n-- %s, where that changes a cell\n", title);
	for (const char *line = all.text; *line != '\0'; line += line_bytes(line))
		if (!has_line(usual, line, line_bytes(line)))
			str_add_bytes(to, line, line_bytes(line));
	str_done(&all);
}

void order_matrix_print(struct str *to)
{
	struct str usual;
	struct order_rules frozen = rules;
	frozen.is_frozen = true;
	str_init(&usual, 1 << 20);
	print_all(&usual, &rules, SAMPLE_USUAL);
	must(str_ok(&usual));
	str_add(to, usual.text);
	print_other(to, usual.text, "while spending is frozen", &frozen, SAMPLE_USUAL);
	print_other(to, usual.text, "of a number that the customer chose", &rules, SAMPLE_CHOSEN);
	print_other(to, usual.text, "of one that is held for them", &rules, SAMPLE_HELD);
	str_done(&usual);
}
