/* order_step_test.c - dispatch and cancelling; every state against every event; walks at random. */
#include "order/order_test_kit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static void cancelling_before_the_money_ends_at_once(void **state)
{
	(void)state;
	start_fresh();
	happen((struct event){.kind = EVENT_CANCEL});
	assert_int_equal(now.state, ORDER_CANCELLED);
	order_matrix_sample(ORDER_RESERVING, &now);
	happen((struct event){.kind = EVENT_CANCEL});
	assert_int_equal(now.state, ORDER_CANCELLED);
	assert_string_equal(now.number, "");
}

static void an_answer_to_an_earlier_round_is_ignored(void **state)
{
	(void)state;
	reach_buying();
	struct answer a = {.reserved_until_ms = 1};
	happen((struct event){
		.kind = EVENT_ANSWER, .answers = COMMAND_RESERVE, .round = 2, .answer = &a});
	assert_int_equal(step.verdict, VERDICT_IGNORED);
	assert_int_equal(now.state, ORDER_BUYING);
}

static void the_matrix_is_the_one_in_git(void **state)
{
	(void)state;
	struct str text;
	str_init(&text, 1 << 20);
	order_matrix_print(&text);
	const char *path = "src/order/order_matrix.txt";
	if (getenv("UPDATE_MATRIX") != NULL) {
		FILE *out = fopen(path, "w");
		assert_non_null(out);
		fwrite(text.text, 1, text.bytes, out);
		fclose(out);
	}
	FILE *in = fopen(path, "r");
	assert_non_null(in); /* run the tests from the top of the repository */
	struct str kept;
	str_init(&kept, 1 << 20);
	char line[512];
	while (fgets(line, sizeof(line), in) != NULL)
		str_add(&kept, line);
	fclose(in);
	assert_string_equal(text.text, kept.text);
	str_done(&kept);
	str_done(&text);
}

/* --- a walk at random: whatever is answered, the pin holds --- */

static uint32_t dice;
static uint32_t roll(uint32_t sides)
{
	dice = dice * 1664525u + 1013904223u;
	return (dice >> 8) % sides;
}

static struct answer random_answer(enum command_kind kind)
{
	static const enum err_code codes[] = {ERR_CARRIER_NO_NUMBERS, ERR_CARRIER_NUMBER_GONE,
		ERR_CARRIER_NOT_OFFERED, ERR_CARRIER_FUNDS, ERR_CARRIER_LIMITED, ERR_CARRIER_DOWN,
		ERR_CARRIER_UNCLEAR, ERR_CARRIER_LEVEL, ERR_VOICE_REFUSED, ERR_VOICE_NOT_READY,
		ERR_VOICE_UNCLEAR, ERR_VOICE_DOWN};
	struct answer a = owned();
	a.retry_after_ms = -1;
	a.available_cents = 1000;
	a.order_status = (enum carrier_order_status)roll(5);
	a.number_status = (enum number_status)roll(5);
	a.voice_status = (enum voice_status)roll(4);
	TEXT_COPY(a.order_id, roll(2) ? "an-order" : "");
	TEXT_COPY(a.voice_id, roll(2) ? "a-voice" : "");
	TEXT_COPY(a.differs, roll(8) == 0 ? "it differs" : "");
	TEXT_COPY(a.number, "+14155550166");
	if (roll(4) == 0)
		TEXT_COPY(a.number_reference, roll(2) ? "" : "foreign");
	a.candidate_count = (int)roll(3);
	a.place.rung = LADDER_NEARBY;
	a.ladder_at = now.ladder_at + 1 + (int32_t)roll(3);
	a.candidates[0] = for_sale(roll(2) ? "+14155550101" : "+14155550103");
	a.candidates[1] = for_sale("+14155550102");
	a.candidates[0].is_reservable = roll(4) != 0;
	a.candidates[1].is_reservable = roll(4) != 0;
	a.reserved_until_ms = now_ms + roll(3000000) - (roll(4) == 0 ? 1500000 : 0);
	if (roll(3) == 0 && kind != COMMAND_TRACE)
		a.code = codes[roll(COUNT_OF(codes))];
	return a;
}

static void walk_one_step(void)
{
	enum command_kind open[COMMAND_COUNT];
	uint32_t count = 0;
	for (int kind = 0; kind < COMMAND_COUNT; kind++)
		if (now.asked[kind] != 0)
			open[count++] = (enum command_kind)kind;
	now_ms += roll(20) == 0 ? 200000 : roll(3000);
	if (count > 0 && roll(10) != 0) {
		enum command_kind kind = open[roll(count)];
		tell(kind, random_answer(kind));
	} else {
		static const enum event_kind others[] = {EVENT_TIMER, EVENT_TIMER, EVENT_TIMER,
			EVENT_HINT, EVENT_RESUME, EVENT_RETRY, EVENT_CANCEL, EVENT_TAKEN,
			EVENT_RESOLVE, EVENT_FOUND};
		struct order_found found = {.no = now.attempt_no + (int32_t)roll(3),
			.status = (enum carrier_order_status)(1 + roll(4)),
			.order_id = "found"};
		TEXT_COPY(found.number, roll(2) ? now.number : "+14155550144");
		happen((struct event){.kind = others[roll(roll(20) ? 6 : COUNT_OF(others))],
			.taken = "+14155550102",
			.resolution = (enum resolution)roll(RESOLUTION_COUNT),
			.found = &found});
	}
}

static void whatever_is_answered_the_pin_holds_while_an_attempt_is_unresolved(void **state)
{
	(void)state;
	int actives = 0;
	for (uint32_t seed = 1; seed <= 4000; seed++) {
		dice = seed;
		rules.may_reserve = seed % 3 != 0;
		rules.is_frozen = false;
		start_fresh();
		for (int i = 0; i < 120; i++) {
			struct order was = now;
			if (roll(30) == 0)
				rules.is_frozen = !rules.is_frozen;
			walk_one_step();
			if (rules.is_frozen)
				assert_false(asks(COMMAND_BUY) || asks(COMMAND_RELEASE_NUMBER));
			/* Let go of only when every attempt was denied, or by a person; an
			 * open one may turn out not to have been sent. */
			bool is_open = was.state == ORDER_BUYING;
			if (order_unknown(&was) > is_open && !was.is_given_up)
				assert_string_equal(was.number, now.number);
			if (was.is_owned && was.mode == ORDER_MODE_BUY &&
				now.state != ORDER_RELEASED)
				assert_string_equal(was.number, now.number);
			if (asks(COMMAND_BUY))
				assert_int_equal(step.save, SAVE_FIRST);
			actives += was.state != ORDER_ACTIVE && now.state == ORDER_ACTIVE;
		}
	}
	assert_true(actives > 50); /* the walks do reach the end */
}

static void an_answer_to_a_question_that_was_asked_anew_counts_once(void **state)
{
	(void)state;
	reach_unclear();
	int32_t first_round = now.asked[COMMAND_LOOK];
	happen((struct event){.kind = EVENT_RESUME});
	assert_true(now.asked[COMMAND_LOOK] != first_round);
	struct answer a = {.order_status = CARRIER_ORDER_PENDING, .order_id = "o"};
	happen((struct event){
		.kind = EVENT_ANSWER, .answers = COMMAND_LOOK, .round = first_round, .answer = &a});
	assert_int_equal(step.verdict, VERDICT_IGNORED);
	assert_int_equal(now.state, ORDER_UNCLEAR);
}

static sigjmp_buf stopped;

static void on_abort(int signal_number)
{
	siglongjmp(stopped, signal_number);
}

/* An order that breaks a rule of its own must not move, and nothing be spent. */
static void assert_stops(void)
{
	struct sigaction abort_action = {.sa_handler = on_abort}, before;
	sigaction(SIGABRT, &abort_action, &before);
	step.command_count = 0;
	bool is_stopped = sigsetjmp(stopped, 1) != 0;
	if (!is_stopped)
		happen((struct event){.kind = EVENT_RETRY});
	sigaction(SIGABRT, &before, NULL);
	assert_true(is_stopped);
	assert_int_equal(step.command_count, 0);
}

static void a_broken_rule_stops_the_process_before_anything_is_asked(void **state)
{
	(void)state;
	order_matrix_sample(ORDER_UNCLEAR, &now);
	now.attempts_on_pin = 0;
	assert_stops();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RULE(cancelling_before_the_money_ends_at_once),
		RULE(an_answer_to_an_earlier_round_is_ignored),
		RULE(the_matrix_is_the_one_in_git),
		RULE(whatever_is_answered_the_pin_holds_while_an_attempt_is_unresolved),
		RULE(an_answer_to_a_question_that_was_asked_anew_counts_once),
		RULE(a_broken_rule_stops_the_process_before_anything_is_asked),
	};
	return CHECK_MAIN(tests);
}
