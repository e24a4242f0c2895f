/* web_states_test.c - the pages of a sign-up in each of its states, as a customer and as the
 * operator meet them. */
#include "web/web_test_kit.h"

#include "order/order_matrix.h"

static bool is_done;

static void stored(void *arg, const struct store_result *result)
{
	(void)arg;
	if (result->err.code != ERR_OK)
		fail_msg("%s", result->err.message);
	is_done = true;
}

/* An order as the core leaves it in that state, in the store, and not in the engine. */
static void store_order(struct world *w, struct order *ret)
{
	static int made;
	enum order_state state = ret->state;
	struct store_creation creation = {.source = "api"};
	id_new("su", ret->created_ms + made, ret->id);
	text_format(ret->name, sizeof(ret->name), "name%d", made);
	if (ret->number[0] != '\0')
		text_format(ret->number, sizeof(ret->number), "+1415555%04d", made);
	made++;
	TEXT_COPY(ret->pinned.number, ret->number);
	TEXT_COPY(ret->attempt.number, ret->attempt.kind != ATTEMPT_NONE ? ret->number : "");
	TEXT_COPY(ret->email, "a@baybikes.example");
	ret->version = 1;
	ret->worker = 1;
	struct store_event event = {.seq = 1, .at_ms = ret->created_ms, .event = "sample"};
	TEXT_COPY(event.to, order_status(state));
	store_event_hash(&event, ret->id, "");
	ret->event_seq = 1;
	TEXT_COPY(ret->event_hash, event.hash);
	is_done = false;
	store_create(w->store, ret, &creation, &event, stored, NULL);
	assert_true(loop_run_until(w->loop, &is_done, 10000));
}

static void store_sample(struct world *w, enum order_state state, struct order *ret)
{
	order_matrix_sample(state, ret);
	store_order(w, ret);
}

static void get_page(struct world *w, struct reply *r, const char *folder, const char *id)
{
	char path[100];
	text_format(path, sizeof(path), "%s%s", folder, id);
	get(w, r, path);
	assert_int_equal(r->status, 200);
}

static void act_on(struct world *w, const char *id, const char *act, const char *form, int status)
{
	struct reply r;
	char path[100];
	text_format(path, sizeof(path), "/admin/signups/%s/%s", id, act);
	post(w, &r, path, form);
	if (r.status != status)
		fail_msg("%s %s: %d %s", act, form, r.status, r.body);
	reply_done(&r);
}

static void the_operator_is_offered_what_each_state_allows(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	for (int s = 0; s < ORDER_STATE_COUNT; s++) {
		struct order o;
		struct reply r;
		store_sample(w, (enum order_state)s, &o);
		get_page(w, &r, "/admin/signups/", o.id);
		bool may_retry = s == ORDER_PARKED || s == ORDER_FAILED || s == ORDER_NEEDS_INPUT ||
				 s == ORDER_RELEASING;
		bool may_cancel = s != ORDER_FAILED && s != ORDER_CANCELLED && s != ORDER_RELEASED;
		assert_int_equal(has(&r, "Try again</button>"), may_retry);
		assert_int_equal(has(&r, "Cancel it</button>"), may_cancel);
		assert_int_equal(has(&r, "I have looked at Telnyx"), s == ORDER_PARKED);
		assert_int_equal(has(&r, "id=\"place\""), s == ORDER_NEEDS_INPUT);
		assert_int_equal(has(&r, "Stopped in"), s == ORDER_PARKED);
		assert_true(has(&r, order_state_wire((enum order_state)s)));
		if (o.error.code != ERR_OK)
			assert_true(has(&r, err_wire(o.error.code)));
		reply_done(&r);
	}
	close_world(w);
}

static void a_customer_sees_a_page_in_each_state_and_never_our_words_for_it(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	for (int s = 0; s < ORDER_STATE_COUNT; s++) {
		struct order o;
		struct reply r;
		store_sample(w, (enum order_state)s, &o);
		get_page(w, &r, "/signups/", o.id);
		assert_false(has(&r, "nb1-"));
		assert_false(has(&r, "needs_attention"));
		assert_int_equal(
			has(&r, "http-equiv=\"refresh\""), !order_is_over((enum order_state)s));
		reply_done(&r);
	}
	close_world(w);
}

static void a_persons_answers_come_from_the_page(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct order o;
	store_sample(w, ORDER_PARKED, &o);
	act_on(w, o.id, "resolve", "answer=perhaps", 422);
	act_on(w, o.id, "resolve", "answer=wait", 303);
	store_sample(w, ORDER_NEEDS_INPUT, &o);
	act_on(w, o.id, "retry", "", 422);
	act_on(w, o.id, "retry", "place=416", 303);
	store_sample(w, ORDER_ACTIVE, &o);
	act_on(w, o.id, "cancel", "now=true", 303);
	close_world(w);
}

static void a_long_list_is_turned_over_by_the_page(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct order o, oldest;
	struct reply r;
	store_sample(w, ORDER_PARKED, &oldest);
	for (int i = 0; i < 50; i++)
		store_sample(w, ORDER_FAILED, &o);
	get(w, &r, "/admin");
	assert_true(has(&r, "Older</a>"));
	assert_false(has(&r, oldest.id));
	assert_true(has(&r, err_wire(o.error.code)));
	reply_done(&r);
	get_page(w, &r, "/admin?after=", o.id);
	assert_true(has(&r, "Newest</a>"));
	reply_done(&r);
	get(w, &r, "/admin?status=needs_attention");
	assert_true(has(&r, oldest.id));
	reply_done(&r);
	close_world(w);
}

/* Past what the store gives at once. */
static void a_long_story_ends_with_what_came_last(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct order o;
	struct reply r;
	store_sample(w, ORDER_CANCELLED, &o);
	for (int i = 2; i <= STORE_TIMELINE_MOST + 5; i++) {
		struct store_event event = {.seq = i, .at_ms = o.created_ms, .event = "waited"};
		text_format(event.detail, sizeof(event.detail), "no. %d", i);
		store_event_hash(&event, o.id, o.event_hash);
		o.event_seq = i;
		o.version++;
		TEXT_COPY(o.event_hash, event.hash);
		is_done = false;
		store_save(w->store, &o, &event, NULL, stored, NULL);
		assert_true(loop_run_until(w->loop, &is_done, 10000));
	}
	get_page(w, &r, "/admin/signups/", o.id);
	assert_true(has(&r, "The last 300 events; the API has all."));
	assert_true(has(&r, "no. 1005<"));
	assert_true(has(&r, "no. 706<"));
	assert_false(has(&r, "no. 705<"));
	reply_done(&r);
	close_world(w);
}

static void what_is_frozen_or_not_there_is_told_in_a_page(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct reply r;
	post(w, &r, "/admin/freeze", "reason=the+bill");
	assert_int_equal(r.status, 303);
	reply_done(&r);
	get_page(w, &r, "/admin/", "limits");
	assert_true(has(&r, "the bill"));
	assert_true(has(&r, "/admin/thaw"));
	reply_done(&r);
	get(w, &r, "/admin/signups/su_00000000000000000000000000");
	assert_int_equal(r.status, 404);
	assert_true(has(&r, "Not possible"));
	reply_done(&r);
	act_on(w, "su_00000000000000000000000000", "cancel", "", 404);
	get(w, &r, "/signups/su_00000000000000000000000000");
	assert_int_equal(r.status, 404);
	reply_done(&r);
	close_world(w);
}

/* Only a purchase that nobody can settle by looking is a person's to settle. */
static void only_an_unsettled_purchase_is_asked_about(void **state)
{
	(void)state;
	static const struct {
		enum order_state from;
		bool is_asked;
	} rows[] = {
		{ORDER_UNCLEAR, true},
		{ORDER_ORDERED, true},
		{ORDER_VERIFYING, false},
		{ORDER_SEARCHING, false},
	};
	struct world *w = open_world(NULL, true);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct order o;
		struct reply r;
		order_matrix_sample(rows[i].from, &o);
		o.state = ORDER_PARKED;
		o.parked_from = rows[i].from;
		err_set(&o.error, ERR_CARRIER_DOWN, "no answer");
		store_order(w, &o);
		get_page(w, &r, "/admin/signups/", o.id);
		assert_true(has(&r, "Try again</button>"));
		assert_int_equal(has(&r, "I have looked at Telnyx"), rows[i].is_asked);
		assert_int_equal(has(&r, "It was not bought"), rows[i].is_asked);
		reply_done(&r);
	}
	close_world(w);
}

static void what_an_operator_sends_amiss_is_refused_or_left_out(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct order o;
	struct reply r;
	store_sample(w, ORDER_PARKED, &o);
	act_on(w, o.id, "resolve", "", 422);
	store_sample(w, ORDER_NEEDS_INPUT, &o);
	act_on(w, o.id, "retry", "number=rubbish", 422);
	get_page(w, &r, "/admin?after=nonsense&q=%ff", "");
	assert_true(has(&r, o.id));
	assert_false(has(&r, "Newest</a>"));
	reply_done(&r);
	act_on(w, o.id, "retry", "number=%2B14155550201", 303);
	wait_for_state(w, o.id, ORDER_ACTIVE);
	get_page(w, &r, "/admin/signups/", o.id);
	assert_true(has(&r, "(415) 555-0201"));
	reply_done(&r);
	close_world(w);
}

static void what_has_no_limit_and_a_freeze_without_a_reason_are_shown_so(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct reply r;
	post(w, &r, "/admin/freeze", "");
	assert_int_equal(r.status, 303);
	reply_done(&r);
	get_page(w, &r, "/admin/", "limits");
	assert_true(has(&r, "<th scope=\"row\">A day</th><td class=\"tight\">no limit</td>"));
	assert_true(has(&r, "</time>. No purchase and no release is sent"));
	reply_done(&r);
	close_world(w);
}

/* --- ends, and what holds one up --- */

static void a_number_brought_along_is_not_forwarded_to_itself(void **state)
{
	(void)state;
	static const struct {
		const char *phone, *number;
		enum order_mode mode;
		bool is_forwarded, has_code;
	} rows[] = {
		{"+14155550123", "+14155550199", ORDER_MODE_BUY, true, true},
		{"+14155550123", "+14155550198", ORDER_MODE_EXISTING, true, true},
		{"+442079460958", "+14155550197", ORDER_MODE_BUY, true, false},
		{"+14155550123", "+442079460959", ORDER_MODE_EXISTING, true, false},
		{"+14155550196", "+14155550196", ORDER_MODE_EXISTING, false, false},
	};
	struct world *w = open_world(NULL, true);
	const struct web *web = the_web;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct order o;
		struct reply r = {0};
		struct str html;
		order_matrix_sample(ORDER_ACTIVE, &o);
		o.mode = rows[i].mode;
		TEXT_COPY(o.business_phone, rows[i].phone);
		TEXT_COPY(o.number, rows[i].number);
		str_init(&html, 100000);
		page_progress_write(web, &o, &html);
		r.body = html.text;
		assert_true(has(&r, "What to do next"));
		assert_int_equal(has(&r, "Forward your present line"), rows[i].is_forwarded);
		assert_int_equal(has(&r, "*72"), rows[i].has_code);
		/* Why this one: only of one that we found. */
		assert_int_equal(has(&r, "<p class=\"match\">"), rows[i].mode == ORDER_MODE_BUY);
		str_done(&html);
	}
	close_world(w);
}

static void what_holds_it_up_is_said_while_it_goes_on(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct order o;
	struct reply r;
	store_sample(w, ORDER_SEARCHING, &o);
	get_page(w, &r, "/signups/", o.id);
	assert_false(has(&r, "<p class=\"note\">"));
	reply_done(&r);
	order_matrix_sample(ORDER_SEARCHING, &o);
	err_set(&o.error, ERR_CARRIER_DOWN, "no answer");
	store_order(w, &o);
	get_page(w, &r, "/signups/", o.id);
	assert_true(has(&r, "<p class=\"note\">A service we depend on is slow to answer."));
	assert_false(has(&r, "no answer"));
	reply_done(&r);
	close_world(w);
}

/* What a screen reader says, and whether the page must fetch the question itself. */
static void the_stream_says_how_it_stands_in_each_state(void **state)
{
	(void)state;
	static const struct {
		enum order_state state;
		const char *said;
		bool is_question;
	} rows[] = {
		{ORDER_SEARCHING, "\"say\":\"Finding a number in ", false},
		{ORDER_PARKED, "\"say\":\"One of us has to look at this. ", false},
		{ORDER_NEEDS_INPUT, "\"say\":\"Where is your business?. ", true},
		{ORDER_RELEASING, "\"say\":\"This sign-up was cancelled. ", false},
		{ORDER_RELEASED, "\"say\":\"This number was given back. ", false},
	};
	struct world *w = open_world(NULL, true);
	struct talk streams[COUNT_OF(rows)];
	for (size_t i = 0; i < COUNT_OF(rows); i++) { /* all at once */
		struct order o;
		order_matrix_sample(rows[i].state, &o);
		if (rows[i].state == ORDER_NEEDS_INPUT)
			o.error.code = ERR_PLACE_NEEDED;
		store_order(w, &o);
		open_live(&streams[i], w, o.id);
	}
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct talk *t = &streams[i];
		if (!talk_wait(t, rows[i].said))
			fail_msg("%s not in %s", rows[i].said, t->in.text);
		assert_true(talk_wait(
			t, rows[i].is_question ? "\"is_question\":true" : "\"is_question\":false"));
	}
	for (size_t i = COUNT_OF(rows); i-- > 0;) /* the oldest stays longest */
		talk_close(&streams[i]);
	for (int i = 0; i < 1000 && the_web->lives != NULL; i++)
		live_pulse(the_web), world_turn(w);
	assert_null(the_web->lives);
	close_world(w);
}

static void there_is_no_stream_of_what_nobody_knows(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct order o;
	struct reply r;
	char path[100];
	get(w, &r, "/signups/su_00000000000000000000000000/events");
	assert_int_equal(r.status, 404);
	assert_null(the_web->lives);
	reply_done(&r);
	store_sample(w, ORDER_PARKED, &o);
	text_format(path, sizeof(path), "/signups/%s/events", o.id);
	send_request(w, &r, "HEAD", path, "", NULL);
	assert_int_equal(r.status, 200);
	assert_string_equal(r.body, "");
	assert_null(the_web->lives);
	reply_done(&r);
	send_request(w, &r, "POST", path, OUR_FORM, "");
	assert_int_equal(r.status, 404);
	reply_done(&r);
	close_world(w);
}

/* --- questions --- */

static void without_script_a_question_shows_its_numbers_on_a_press(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct order o;
	struct reply r;
	char path[100];
	order_matrix_sample(ORDER_NEEDS_INPUT, &o);
	o.error.code = ERR_PLACE_NEEDED;
	TEXT_COPY(o.business_phone, "+18005550123");
	o.area_code[0] = '\0';
	store_order(w, &o);
	text_format(path, sizeof(path), "/signups/%s", o.id);
	get(w, &r, path);
	assert_false(has(&r, "<fieldset"));
	reply_done(&r);
	post(w, &r, path, "place=94704&look=yes");
	assert_int_equal(r.status, 200);
	assert_true(has(&r, "value=\"+15105550200\""));
	assert_true(has(&r, "value=\"94704\""));
	reply_done(&r);
	post(w, &r, path, "place=%ff&look=&toll_free=");
	assert_int_equal(r.status, 422);
	reply_done(&r);
	post(w, &r, path, "number=rubbish");
	assert_int_equal(r.status, 422);
	assert_true(has(&r, "Choose one of the numbers that are for sale."));
	reply_done(&r);
	close_world(w);
}

/* One that waits because the chosen number has gone. */
static void store_gone(struct world *w, struct order *ret)
{
	order_matrix_sample(ORDER_NEEDS_INPUT, ret);
	TEXT_COPY(ret->business_phone, "+14155550123");
	TEXT_COPY(ret->area_code, "415");
	TEXT_COPY(ret->country, "US");
	TEXT_COPY(ret->wanted.number, "+14155550299");
	err_set(&ret->error, ERR_CARRIER_NUMBER_GONE, "it is no longer for sale");
	store_order(w, ret);
}

static void a_number_that_has_gone_is_asked_for_again_with_those_there_are(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct order o;
	struct reply r;
	char path[80];
	store_gone(w, &o);
	get_page(w, &r, "/signups/", o.id);
	assert_true(has(&r, "<h1>(415) 555-0299 has gone</h1>"));
	assert_true(has(&r, "Nothing was bought for you."));
	assert_true(has(&r, "value=\"+14155550200\""));
	assert_true(has(&r, "value=\"\" checked>"));
	assert_false(has(&r, "has_gone"));
	reply_done(&r);
	text_format(path, sizeof(path), "/signups/%s", o.id);
	post(w, &r, path, "place=Nowhereville&look=yes"); /* shows again, and answers nothing */
	assert_int_equal(r.status, 200);
	assert_true(has(&r, "value=\"Nowhereville\""));
	reply_done(&r);
	post(w, &r, path, "toll_free=yes");
	assert_int_equal(r.status, 422);
	assert_true(has(&r, "Choose one of the toll-free numbers"));
	reply_done(&r);
	assert_int_equal(w->sold, 0);
	close_world(w);
}

static void the_number_chosen_instead_is_the_one_that_is_bought(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct order o;
	struct reply r;
	char path[80];
	store_gone(w, &o);
	text_format(path, sizeof(path), "/signups/%s", o.id);
	post(w, &r, path, "number=%2B14155550201");
	assert_int_equal(r.status, 303);
	reply_done(&r);
	wait_for_state(w, o.id, ORDER_ACTIVE);
	get_page(w, &r, "/signups/", o.id);
	assert_true(has(&r, "(415) 555-0201</a></p>"));
	assert_true(has(&r, "The number you chose."));
	reply_done(&r);
	close_world(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(the_operator_is_offered_what_each_state_allows),
		CHECK(a_customer_sees_a_page_in_each_state_and_never_our_words_for_it),
		CHECK(a_persons_answers_come_from_the_page),
		CHECK(a_long_list_is_turned_over_by_the_page),
		CHECK(a_long_story_ends_with_what_came_last),
		CHECK(what_is_frozen_or_not_there_is_told_in_a_page),
		CHECK(only_an_unsettled_purchase_is_asked_about),
		CHECK(what_an_operator_sends_amiss_is_refused_or_left_out),
		CHECK(what_has_no_limit_and_a_freeze_without_a_reason_are_shown_so),
		CHECK(a_number_brought_along_is_not_forwarded_to_itself),
		CHECK(what_holds_it_up_is_said_while_it_goes_on),
		CHECK(the_stream_says_how_it_stands_in_each_state),
		CHECK(there_is_no_stream_of_what_nobody_knows),
		CHECK(without_script_a_question_shows_its_numbers_on_a_press),
		CHECK(a_number_that_has_gone_is_asked_for_again_with_those_there_are),
		CHECK(the_number_chosen_instead_is_the_one_that_is_bought),
	};
	return CHECK_MAIN(tests);
}
