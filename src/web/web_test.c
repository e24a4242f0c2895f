/* The pages over the real server, engine and SQLite, with scripted upstreams. */
#include "web/web_test_kit.h"

static int count_of(const char *text, const char *part)
{
	int count = 0;
	for (; (text = strstr(text, part)) != NULL; text += strlen(part))
		count++;
	return count;
}

/* --- the form ---------------------------------------------------------------------- */

static void the_form_labels_every_field_and_carries_a_fresh_key(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct reply a, b;
	get(w, &a, "/");
	get(w, &b, "/");
	assert_int_equal(a.status, 200);
	static const char *const ids[] = {"business_name", "email", "business_phone",
		"existing_number", "place", "contains", "has_existing", "toll_free"};
	for (size_t i = 0; i < COUNT_OF(ids); i++) {
		char label[60], input[60];
		text_format(label, sizeof(label), "<label for=\"%s\">", ids[i]);
		text_format(input, sizeof(input), " id=\"%s\" name=\"%s\"", ids[i], ids[i]);
		assert_true(has(&a, label));
		assert_true(i >= 6 || has(&a, input)); /* ticks stand elsewhere */
	}
	assert_true(has(&a, "I already have a Tavari (Telnyx) phone number"));
	const char *key_a = strstr(a.body, "value=\"page-"),
		   *key_b = strstr(b.body, "value=\"page-");
	assert_non_null(key_a);
	assert_non_null(key_b);
	assert_memory_not_equal(key_a, key_b, strlen("value=\"page-") + 32);
	reply_done(&a);
	reply_done(&b);
	close_world(w);
}

static void a_form_leads_to_the_page_that_ends_with_the_number(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct reply r;
	char id[ID_BYTES];
	sign_up_by_form(w, BIKES "&key=" KEY, id);
	wait_for_state(w, id, ORDER_ACTIVE);
	open_page(w, &r, id);
	assert_int_equal(r.status, 200);
	assert_true(has(&r, "<title>(415) 555-1001 is ready"));
	assert_true(has(&r, "<p class=\"number\"><a class=\"tel\" href=\"tel:+14155551001\">"
			    "(415) 555-1001</a></p>"));
	assert_true(has(&r, "What to do next"));
	assert_true(has(&r, "A local number with the area code 415."));
	assert_false(has(&r, "http-equiv=\"refresh\""));
	assert_false(has(&r, "data-live"));
	assert_false(has(&r, "baybikes.example")); /* whoever has the address sees no e-mail */
	reply_done(&r);
	close_world(w);
}

static void the_same_form_sent_twice_is_one_sign_up(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	char first[ID_BYTES], second[ID_BYTES];
	sign_up_by_form(w, BIKES "&key=" KEY, first);
	sign_up_by_form(w, BIKES "&key=" KEY, second);
	assert_string_equal(first, second);
	wait_for_state(w, first, ORDER_ACTIVE);
	assert_int_equal(w->sold, 1);
	close_world(w);
}

static void two_presses_at_once_lead_to_the_same_page(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct talk talks[2];
	char request[1000];
	text_format(request, sizeof(request),
		"POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%sContent-Length: "
		"%zu\r\n\r\n%s",
		OUR_FORM, strlen(BIKES "&key=" KEY), BIKES "&key=" KEY);
	talk_open(&talks[0], w, request);
	talk_open(&talks[1], w, request);
	assert_true(talk_wait(&talks[0], NULL));
	assert_true(talk_wait(&talks[1], NULL));
	const char *a = strstr(talks[0].in.text, "Location: "),
		   *b = strstr(talks[1].in.text, "Location: ");
	assert_non_null(a);
	assert_non_null(b);
	assert_memory_equal(a, b, strcspn(a, "\r"));
	talk_close(&talks[0]);
	talk_close(&talks[1]);
	close_world(w);
}

static void a_form_changed_after_it_was_sent_tells_of_the_first(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct reply r;
	char id[ID_BYTES], link[80];
	sign_up_by_form(w, BIKES "&key=" KEY, id);
	post(w, &r, "/",
		"business_name=Other&email=b%40c.example&business_phone=4155550124&key=" KEY);
	text_format(link, sizeof(link), "<a href=\"/signups/%s\">", id);
	assert_int_equal(r.status, 422);
	assert_true(has(&r, "This form was sent before"));
	assert_true(has(&r, link));
	assert_false(has(&r, KEY)); /* a fresh key for the next press */
	reply_done(&r);
	close_world(w);
}

static void all_that_is_wrong_is_told_at_once_and_nothing_typed_is_lost(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct reply r;
	post(w, &r, "/",
		"business_name=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E&email=nope"
		"&business_phone=911-555-1234&has_existing=yes&existing_number=&place=99");
	assert_int_equal(r.status, 422);
	assert_true(has(&r, "<h2>Please check 4 things</h2>"));
	assert_int_equal(count_of(r.body, "aria-invalid=\"true\""), 4);
	assert_true(has(&r, "aria-describedby=\"email_wrong\""));
	assert_true(has(&r, "<a href=\"#business_phone\">Business phone</a>: Numbers like 911"));
	assert_true(has(&r, "Enter the number you already have, or untick"));
	assert_true(has(&r, "value=\"&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\""));
	assert_true(has(&r, "value=\"911-555-1234\""));
	assert_true(has(&r, "<details class=\"more\" open>"));
	assert_true(has(&r, "value=\"yes\" checked"));
	assert_false(has(&r, "<script>alert"));
	reply_done(&r);
	post(w, &r, "/", "");
	assert_true(has(&r, "<h2>Please check 3 things</h2>"));
	reply_done(&r);
	close_world(w);
}

static void what_is_too_long_or_not_text_is_refused(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct reply r;
	struct str body;
	str_init(&body, 10000);
	str_add(&body, "email=a%40b.example&business_phone=4155550123&business_name=");
	for (int i = 0; i < 600; i++)
		str_add_char(&body, 'x');
	post(w, &r, "/", body.text);
	assert_int_equal(r.status, 422);
	assert_true(has(&r, "<a href=\"#business_name\">"));
	reply_done(&r);
	str_done(&body);
	post(w, &r, "/", "email=a%40b.example&business_phone=4155550123&business_name=%ff%fe");
	assert_int_equal(r.status, 422);
	reply_done(&r);
	close_world(w);
}

static void an_unticked_box_means_a_new_number(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	char id[ID_BYTES];
	sign_up_by_form(w, BIKES "&existing_number=rubbish&key=" KEY, id);
	wait_for_state(w, id, ORDER_ACTIVE);
	assert_int_equal(w->sold, 1);
	close_world(w);
}

static void a_duplicate_is_told_without_giving_the_first_away(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct reply r;
	char id[ID_BYTES];
	sign_up_by_form(w, BIKES "&key=" KEY, id);
	wait_for_state(w, id, ORDER_ACTIVE);
	post(w, &r, "/", BIKES "&key=page-ffffffffffffffffffffffffffffffff");
	assert_int_equal(r.status, 409);
	assert_true(has(&r, "You are signed up already"));
	assert_false(has(&r, id));
	assert_false(has(&r, "555-1001"));
	reply_done(&r);
	close_world(w);
}

static void a_form_from_another_site_is_refused(void **state)
{
	(void)state;
	static const char *const foreign[] = {"Sec-Fetch-Site: cross-site\r\n",
		"Sec-Fetch-Site: same-site\r\n", "Origin: https://evil.example\r\n",
		"Origin: null\r\n", "Origin: http://localhost.evil.example\r\n"};
	struct world *w = open_world(NULL, true);
	struct reply r;
	for (size_t i = 0; i < COUNT_OF(foreign); i++) {
		char headers[200];
		text_format(headers, sizeof(headers), FORM_TYPE "%s", foreign[i]);
		send_request(w, &r, "POST", "/", headers, BIKES);
		assert_int_equal(r.status, 403);
		reply_done(&r);
	}
	send_request(w, &r, "POST", "/", FORM_TYPE "Origin: http://localhost\r\n", BIKES);
	assert_int_equal(r.status, 303);
	reply_done(&r);
	close_world(w);
}

/* --- progress ------------------------------------------------------------------------- */

static void while_it_goes_on_the_page_refreshes_without_script(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct reply r;
	char id[ID_BYTES];
	w->is_held = true;
	sign_up_by_form(w, BIKES "&key=" KEY, id);
	wait_for_state(w, id, ORDER_SEARCHING);
	open_page(w, &r, id);
	assert_true(has(&r, "<noscript><meta http-equiv=\"refresh\" content=\"2\"></noscript>"));
	assert_true(has(&r, "aria-current=\"step\""));
	assert_true(has(&r, "Finding a number in 415"));
	assert_true(has(&r, "numbers for sale in San Francisco."));
	assert_int_equal(count_of(r.body, "<li class=\"step"), 6);
	reply_done(&r);
	close_world(w);
}

static void the_stream_follows_every_step_and_ends_with_the_number(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct talk t;
	char id[ID_BYTES];
	w->is_held = true;
	sign_up_by_form(w, BIKES "&key=" KEY, id);
	open_live(&t, w, id);
	assert_true(talk_wait(&t, "event: progress"));
	assert_true(talk_wait(&t, "\"is_over\":false}"));
	assert_non_null(strstr(t.in.text, "\r\nContent-Type: text/event-stream\r\n"));
	world_release(w);
	assert_true(talk_wait(&t, NULL));
	assert_non_null(strstr(t.in.text, "\"title\":\"(415) 555-1001 is ready"));
	assert_int_equal(count_of(t.in.text, "\"is_over\":true}"), 1);
	assert_true(count_of(t.in.text, "event: progress") >= 3);
	assert_null(strstr(t.in.text, "baybikes.example"));
	assert_null(the_web->lives);
	talk_close(&t);
	close_world(w);
}

static void a_reader_who_leaves_is_forgotten(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct talk t;
	char id[ID_BYTES];
	w->is_held = true;
	sign_up_by_form(w, BIKES "&key=" KEY, id);
	open_live(&t, w, id);
	assert_true(talk_wait(&t, "event: progress"));
	assert_non_null(the_web->lives);
	talk_close(&t);
	for (int i = 0; i < 1000 && the_web->lives != NULL; i++)
		live_pulse(the_web), world_turn(w);
	assert_null(the_web->lives);
	world_release(w);
	wait_for_state(w, id, ORDER_ACTIVE);
	close_world(w);
}

static void pages_that_go_away_leave_no_question_behind(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct talk page, live;
	char id[ID_BYTES], request[200];
	w->is_held = true;
	sign_up_by_form(w, BIKES "&key=" KEY, id);
	open_live(&live, w, id);
	assert_true(talk_wait(&live, "event: progress"));
	text_format(request, sizeof(request),
		"GET /signups/%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", id);
	talk_open(&page, w, request);
	for (int i = 0; i < 100000 && the_web->asks == NULL; i++)
		world_turn(w);
	assert_non_null(the_web->asks);
	the_web = web_free(the_web);
	assert_true(talk_wait(&page, " 503 "));
	assert_true(talk_wait(&live, NULL));
	talk_close(&page);
	talk_close(&live);
	close_world(w);
}

static void a_failure_speaks_to_a_shop_owner(void **state)
{
	(void)state;
	static const char *const jargon[] = {
		"carrier_auth", "said no in a test", "Vapi", "API", "key"};
	struct world *w = open_world(NULL, true);
	struct reply r;
	char id[ID_BYTES];
	w->search_code = ERR_CARRIER_AUTH;
	sign_up_by_form(w, BIKES "&key=" KEY, id);
	wait_for_state(w, id, ORDER_FAILED);
	open_page(w, &r, id);
	assert_true(has(&r, "We could not get you a number"));
	assert_true(has(&r, "Nothing was bought, and you owe nothing"));
	for (size_t i = 0; i < COUNT_OF(jargon); i++)
		assert_false(has(&r, jargon[i]));
	reply_done(&r);
	close_world(w);
}

/* A sign-up of the API, that does not ask at once. */
static void sign_up_without_a_place(struct world *w, char id[ID_BYTES])
{
	struct reply r;
	send_request(w, &r, "POST", "/v1/signups", JSON_TYPE,
		"{\"business_name\":\"A\",\"email\":\"a@b.example\","
		"\"business_phone\":\"8005550123\"}");
	assert_int_equal(r.status, 202);
	JSON_AUTO j = reply_json(&r);
	assert_true(text_copy(id, ID_BYTES, json_text(j, "id")));
	reply_done(&r);
	wait_for_state(w, id, ORDER_NEEDS_INPUT);
}

static void a_phone_without_a_place_is_asked_for_one_before_it_is_sent(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct reply r;
	char id[ID_BYTES];
	post(w, &r, "/", "business_name=A&email=a%40b.example&business_phone=8005550123");
	assert_int_equal(r.status, 422);
	assert_true(has(&r, "Tell us where your business is"));
	assert_true(has(&r, "<details class=\"more\" open>"));
	reply_done(&r);
	sign_up_by_form(
		w, "business_name=A&email=a%40b.example&business_phone=8005550123&place=415", id);
	wait_for_state(w, id, ORDER_ACTIVE);
	close_world(w);
}

static void a_sign_up_without_a_place_asks_for_it(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct reply r;
	char id[ID_BYTES], path[80];
	sign_up_without_a_place(w, id);
	text_format(path, sizeof(path), "/signups/%s", id);
	get(w, &r, path);
	assert_true(has(&r, "Where is your business?"));
	assert_true(has(&r, "<label for=\"place\">"));
	reply_done(&r);
	static const char *const wrong[] = {"place=%3C1", "place=", "place=911", "toll_free=yes"};
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		post(w, &r, path, wrong[i]);
		assert_int_equal(r.status, 422);
		assert_true(
			has(&r, i < 3 ? "aria-invalid=\"true\"" : "Choose one of the toll-free"));
		assert_true(i > 0 || has(&r, "value=\"&lt;1\""));
		reply_done(&r);
	}
	send_request(w, &r, "POST", path, FORM_TYPE "Sec-Fetch-Site: cross-site\r\n", "place=415");
	assert_int_equal(r.status, 403);
	reply_done(&r);
	post(w, &r, path, "place=415");
	assert_int_equal(r.status, 303);
	reply_done(&r);
	wait_for_state(w, id, ORDER_ACTIVE);
	post(w, &r, path, "place=212"); /* too late: it goes where it stands */
	assert_int_equal(r.status, 303);
	reply_done(&r);
	wait_for_state(w, id, ORDER_ACTIVE);
	close_world(w);
}

static void what_a_customer_typed_never_becomes_html(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct reply r;
	struct talk t;
	char id[ID_BYTES], path[80];
	sign_up_by_form(w,
		"business_name=%3Cimg+src%3Dx+onerror%3D1%3E%26%22&email=a%27b%40b.example"
		"&business_phone=4155550123",
		id);
	wait_for_state(w, id, ORDER_ACTIVE);
	static const char *const pages[] = {"/signups/%s", "/admin/signups/%s", "/admin"};
	for (size_t i = 0; i < COUNT_OF(pages); i++) {
		if (i == 0)
			text_format(path, sizeof(path), "/signups/%s", id);
		else if (i == 1)
			text_format(path, sizeof(path), "/admin/signups/%s", id);
		else
			TEXT_COPY(path, pages[i]);
		get(w, &r, path);
		assert_int_equal(r.status, 200);
		assert_false(has(&r, "<img src=x"));
		assert_true(has(&r, "&lt;img src=x onerror=1&gt;&amp;&quot;"));
		reply_done(&r);
	}
	open_live(&t, w, id);
	assert_true(talk_wait(&t, NULL));
	assert_null(strstr(t.in.text, "<img src=x"));
	talk_close(&t);
	get(w, &r, "/admin?q=%22%3E%3Cscript%3E&status=%3Cx%3E");
	assert_true(has(&r, "value=\"&quot;&gt;&lt;script&gt;\""));
	assert_false(has(&r, "<script>"));
	assert_false(has(&r, "<x>"));
	reply_done(&r);
	close_world(w);
}

/* --- who may ------------------------------------------------------------------------------ */

#define OPERATOR "Authorization: Bearer an-operators-long-key\r\n"

static void the_operators_pages_need_the_key(void **state)
{
	(void)state;
	struct world *w = open_world("an-operators-long-key", true);
	struct reply r;
	get(w, &r, "/");
	assert_int_equal(r.status, 200);
	reply_done(&r);
	get(w, &r, "/admin");
	assert_int_equal(r.status, 401);
	assert_true(reply_has(&r, "\r\nWWW-Authenticate:"));
	reply_done(&r);
	get(w, &r, "/admin/signups/su_x");
	assert_int_equal(r.status, 401);
	reply_done(&r);
	send_request(w, &r, "GET", "/admin", OPERATOR, NULL);
	assert_int_equal(r.status, 200);
	reply_done(&r);
	close_world(w);
}

static void without_public_sign_up_all_pages_need_the_key(void **state)
{
	(void)state;
	static const char *const paths[] = {"/", "/offer?phone=415", "/about", "/admin",
		"/signups/su_00000000000000000000000000"};
	struct world *w = open_world("an-operators-long-key", false);
	struct reply r;
	for (size_t i = 0; i < COUNT_OF(paths); i++) {
		get(w, &r, paths[i]);
		assert_int_equal(r.status, 401);
		reply_done(&r);
	}
	send_request(w, &r, "GET", "/", OPERATOR, NULL);
	assert_int_equal(r.status, 200);
	reply_done(&r);
	close_world(w);
}

static void the_operator_sees_counts_and_finds_a_sign_up(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct reply r;
	char id[ID_BYTES], path[80];
	sign_up_by_form(w, BIKES "&key=" KEY, id);
	wait_for_state(w, id, ORDER_ACTIVE);
	get(w, &r, "/admin");
	assert_true(has(&r, "active <b>1</b>"));
	assert_true(has(&r, "(415) 555-1001"));
	reply_done(&r);
	get(w, &r, "/admin?status=failed");
	assert_true(has(&r, "No sign-ups here."));
	reply_done(&r);
	get(w, &r, "/admin?q=baybikes");
	assert_true(has(&r, id));
	reply_done(&r);
	text_format(path, sizeof(path), "/admin/signups/%s", id);
	get(w, &r, path);
	assert_true(has(&r, "1293384261075731499"));
	assert_true(has(&r, "a@baybikes.example"));
	assert_true(has(&r, "<h2>Timeline</h2>"));
	assert_true(has(&r, "received"));
	reply_done(&r);
	close_world(w);
}

static void the_operator_sees_the_limits_and_turns_the_switch(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct reply r;
	char id[ID_BYTES];
	sign_up_by_form(w, BIKES "&key=" KEY, id);
	wait_for_state(w, id, ORDER_ACTIVE);
	get(w, &r, "/admin/limits");
	assert_true(has(&r, "NUMBERD_LIMIT_TOTAL"));
	assert_true(has(&r, "2.00 USD</td>")); /* spent in all */
	assert_true(has(&r, "Stop all spending"));
	reply_done(&r);
	send_request(w, &r, "POST", "/admin/freeze", FORM_TYPE, "reason=x");
	assert_int_equal(r.status, 403); /* not from our own page */
	reply_done(&r);
	post(w, &r, "/admin/freeze", "reason=Odd+%3Cbill%3E");
	assert_int_equal(r.status, 303);
	reply_done(&r);
	get(w, &r, "/admin");
	assert_true(has(&r, "Spending is frozen"));
	assert_true(has(&r, "Odd &lt;bill&gt;"));
	reply_done(&r);
	post(w, &r, "/admin/thaw", "");
	assert_int_equal(r.status, 303);
	reply_done(&r);
	get(w, &r, "/admin");
	assert_false(has(&r, "Spending is frozen"));
	reply_done(&r);
	close_world(w);
}

static void a_limit_is_told_on_the_form_as_a_sentence(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct spending_limits limits;
	struct reply r;
	spending_price_only(&limits);
	limits.most[SPENDING_DAY] = 0;
	store_set_limits(w->store, &limits);
	post(w, &r, "/", BIKES "&key=" KEY);
	assert_int_equal(r.status, 429);
	assert_true(has(&r, "We have given out as many numbers as we do in one day."));
	assert_true(has(&r, "Please try again tomorrow."));
	assert_true(has(&r, "value=\"Bay Bikes\"")); /* what was typed is still there */
	assert_false(has(&r, "NUMBERD_"));
	reply_done(&r);
	close_world(w);
}

static void an_operators_button_works_only_on_our_own_page(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct reply r;
	char id[ID_BYTES], path[80];
	w->is_held = true;
	sign_up_by_form(w, BIKES "&key=" KEY, id);
	text_format(path, sizeof(path), "/admin/signups/%s/cancel", id);
	send_request(w, &r, "POST", path, FORM_TYPE, "");
	assert_int_equal(r.status, 403);
	reply_done(&r);
	send_request(w, &r, "POST", path, FORM_TYPE "Sec-Fetch-Site: cross-site\r\n", "");
	assert_int_equal(r.status, 403);
	reply_done(&r);
	wait_for_state(w, id, ORDER_SEARCHING);
	post(w, &r, path, "");
	assert_int_equal(r.status, 303);
	reply_done(&r);
	world_release(w);
	wait_for_state(w, id, ORDER_CANCELLED);
	text_format(path, sizeof(path), "/admin/signups/%s/retry", id);
	post(w, &r, path, "");
	assert_int_equal(r.status, 409);
	assert_true(has(&r, "Not possible"));
	reply_done(&r);
	close_world(w);
}

/* --- every answer ---------------------------------------------------------------------------- */

static void every_page_carries_its_guards_once(void **state)
{
	(void)state;
	static const char *const paths[] = {"/", "/about", "/admin", "/nowhere", "/offer?phone=415",
		"/signups/su_00000000000000000000000000"};
	static const char *const headers[] = {"Content-Security-Policy: default-src 'none';",
		"Referrer-Policy: same-origin", "X-Content-Type-Options: nosniff",
		"X-Frame-Options: DENY", "Cache-Control: no-store"};
	struct world *w = open_world(NULL, true);
	struct reply r;
	for (size_t i = 0; i < COUNT_OF(paths); i++) {
		get(w, &r, paths[i]);
		for (size_t k = 0; k < COUNT_OF(headers); k++)
			if (count_of(r.head, headers[k]) != 1)
				fail_msg("%s: not one %s in\n%s", paths[i], headers[k], r.head);
		assert_false(has(&r, " style=\""));
		assert_false(has(&r, " onclick="));
		reply_done(&r);
	}
	close_world(w);
}

static void what_is_not_there_is_said_in_a_page(void **state)
{
	(void)state;
	static const struct {
		const char *method, *path;
		int status;
	} rows[] = {{"GET", "/nowhere", 404}, {"GET", "/signups/", 404}, {"GET", "/signups/x", 404},
		{"GET", "/signups/su_06H082J5KHSXK76GADH93H9REC", 404},
		{"GET", "/signups/su_06H082J5KHSXK76GADH93H9REC/other", 404},
		{"GET", "/admin/other", 404}, {"POST", "/admin", 405}, {"POST", "/about", 405},
		{"POST", "/admin/limits", 405}, {"GET", "/admin/freeze", 405}, {"DELETE", "/", 405},
		{"GET", "/assets/x/none.css", 404}, {"GET", "/assets/x/style", 404},
		{"POST", "/assets/x/style.css", 405}, {"GET", "/admin/", 200},
		{"POST", "/offer", 405},
		{"GET", "/signups/su_06H082J5KHSXK76GADH93H9RECsu_06H082J5KHSXK76GADH93H9REC", 404},
		{"POST", "/admin/signups/su_06H082J5KHSXK76GADH93H9REC", 405},
		{"GET", "/admin/signups/su_06H082J5KHSXK76GADH93H9REC/cancel", 405}};
	struct world *w = open_world(NULL, true);
	struct reply r;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		send_request(w, &r, rows[i].method, rows[i].path, OUR_FORM, "");
		assert_int_equal(r.status, rows[i].status);
		reply_done(&r);
	}
	close_world(w);
}

static void assets_are_kept_by_their_digest(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct reply r;
	get(w, &r, assets_url("style.css"));
	assert_int_equal(r.status, 200);
	assert_true(reply_has(&r, "\r\nContent-Type: text/css"));
	assert_true(reply_has(&r, "immutable"));
	reply_done(&r);
	get(w, &r, "/assets/0000000000/style.css");
	assert_int_equal(r.status, 200);
	assert_false(reply_has(&r, "immutable"));
	reply_done(&r);
	get(w, &r, "/favicon.ico");
	assert_true(reply_has(&r, "\r\nContent-Type: image/svg+xml"));
	reply_done(&r);
	close_world(w);
}

static void a_page_with_all_it_loads_is_light(void **state)
{
	(void)state;
	struct world *w = open_world(NULL, true);
	struct reply r;
	get(w, &r, "/");
	assert_true(strlen(r.body) + assets_bytes() < 32 * 1024);
	reply_done(&r);
	close_world(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(the_form_labels_every_field_and_carries_a_fresh_key),
		CHECK(a_form_leads_to_the_page_that_ends_with_the_number),
		CHECK(the_same_form_sent_twice_is_one_sign_up),
		CHECK(two_presses_at_once_lead_to_the_same_page),
		CHECK(a_form_changed_after_it_was_sent_tells_of_the_first),
		CHECK(all_that_is_wrong_is_told_at_once_and_nothing_typed_is_lost),
		CHECK(what_is_too_long_or_not_text_is_refused),
		CHECK(an_unticked_box_means_a_new_number),
		CHECK(a_duplicate_is_told_without_giving_the_first_away),
		CHECK(a_form_from_another_site_is_refused),
		CHECK(while_it_goes_on_the_page_refreshes_without_script),
		CHECK(the_stream_follows_every_step_and_ends_with_the_number),
		CHECK(a_reader_who_leaves_is_forgotten),
		CHECK(pages_that_go_away_leave_no_question_behind),
		CHECK(a_failure_speaks_to_a_shop_owner),
		CHECK(a_phone_without_a_place_is_asked_for_one_before_it_is_sent),
		CHECK(a_sign_up_without_a_place_asks_for_it),
		CHECK(what_a_customer_typed_never_becomes_html),
		CHECK(the_operators_pages_need_the_key),
		CHECK(without_public_sign_up_all_pages_need_the_key),
		CHECK(the_operator_sees_counts_and_finds_a_sign_up),
		CHECK(an_operators_button_works_only_on_our_own_page),
		CHECK(the_operator_sees_the_limits_and_turns_the_switch),
		CHECK(a_limit_is_told_on_the_form_as_a_sentence),
		CHECK(every_page_carries_its_guards_once),
		CHECK(what_is_not_there_is_said_in_a_page),
		CHECK(assets_are_kept_by_their_digest),
		CHECK(a_page_with_all_it_loads_is_light),
	};
	return CHECK_MAIN(tests);
}
