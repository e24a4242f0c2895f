/* web_gone_test.c - the pages when what stands behind them has gone: the store does not
 * answer as it should, or the pages themselves end while a question is out. */
#include "web/web_test_kit.h"

#include <sqlite3.h>

#define SHOP "business_name=Shop&email=b%40c.example&business_phone=4155550124"

static int opened;

static struct world *open_next(void)
{
	opened++;
	return open_world(NULL, true);
}

/* The file of the newest world, as another process has it. */
static sqlite3 *open_beside(void)
{
	char path[300];
	sqlite3 *db;
	text_format(path, sizeof(path), "%s/%d.db", check_temp_dir(), opened - 1);
	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	sqlite3_busy_timeout(db, PATIENCE_MS);
	return db;
}

static void run(sqlite3 *db, const char *sql)
{
	char *why = NULL;
	if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", sql, why);
}

static void do_beside(const char *sql)
{
	sqlite3 *db = open_beside();
	run(db, sql);
	sqlite3_close(db);
}

static void path_of(char *to, size_t bytes, const char *format, const char *id)
{
	const char *at = strstr(format, "ID");
	if (at == NULL)
		text_format(to, bytes, "%s", format);
	else
		text_format(to, bytes, "%.*s%s%s", (int)(at - format), format, id, at + 2);
}

/* --- the store --- */

static void a_customer_is_told_that_nothing_is_lost_while_the_store_fails(void **state)
{
	(void)state;
	static const char *const methods[] = {"GET", "POST"};
	struct world *w = open_next();
	struct reply r;
	do_beside("ALTER TABLE signups RENAME TO away");
	for (size_t i = 0; i < COUNT_OF(methods); i++) {
		send_request(w, &r, methods[i], "/signups/su_06H082J5KHSXK76GADH93H9REC", OUR_FORM,
			i == 0 ? NULL : "place=415");
		assert_int_equal(r.status, 503);
		assert_true(has(&r, "We cannot look right now"));
		assert_true(has(&r, "Your sign-up is safe."));
		assert_false(has(&r, "We do not know this sign-up"));
		assert_false(has(&r, "away"));
		reply_done(&r);
	}
	get(w, &r, "/signups/su_06H082J5KHSXK76GADH93H9REC/events");
	assert_int_equal(r.status, 503);
	assert_null(the_web->lives);
	reply_done(&r);
	post(w, &r, "/", BIKES "&key=" KEY);
	assert_int_equal(r.status, 503);
	assert_true(has(&r, "Please try again in a few minutes."));
	assert_true(has(&r, "value=\"Bay Bikes\""));
	assert_false(has(&r, "SQL"));
	reply_done(&r);
	do_beside("ALTER TABLE away RENAME TO signups");
	close_world(w);
}

static void an_operator_is_told_that_the_store_fails(void **state)
{
	(void)state;
	static const struct {
		const char *broken, *path;
	} rows[] = {
		{"signups", "/admin"},
		{"signups", "/admin/signups/ID"},
		{"events", "/admin/signups/ID"},
		{"budgets", "/admin/limits"},
	};
	struct world *w = open_next();
	struct reply r;
	char id[ID_BYTES], path[100], sql[100];
	sign_up_by_form(w, BIKES "&key=" KEY, id);
	wait_for_state(w, id, ORDER_ACTIVE);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		path_of(path, sizeof(path), rows[i].path, id);
		get(w, &r, path);
		assert_int_equal(r.status, 200);
		reply_done(&r);
		text_format(sql, sizeof(sql), "ALTER TABLE %s RENAME TO away", rows[i].broken);
		do_beside(sql);
		get(w, &r, path);
		assert_true(r.status >= 500);
		assert_true(has(&r, "<h1>Not possible</h1>"));
		reply_done(&r);
		text_format(sql, sizeof(sql), "ALTER TABLE away RENAME TO %s", rows[i].broken);
		do_beside(sql);
	}
	close_world(w);
}

static void a_switch_that_could_not_be_kept_is_not_said_to_be(void **state)
{
	(void)state;
	static const char *const switches[] = {"/admin/freeze", "/admin/thaw"};
	struct world *w = open_next();
	struct reply r;
	do_beside("ALTER TABLE control RENAME TO away");
	for (size_t i = 0; i < COUNT_OF(switches); i++) {
		post(w, &r, switches[i], "reason=%ff");
		assert_true(r.status >= 500);
		assert_true(has(&r, "Not possible"));
		reply_done(&r);
	}
	do_beside("ALTER TABLE away RENAME TO control");
	close_world(w);
}

/* --- the pages --- */

static void begin_again(struct world *w)
{
	the_web = web_new(w->loop, w->engine, &w->config);
	web_set_api(the_web, w->api);
}

/* The pages end `turns` turns of the loop after the question was asked. */
static void end_pages_amid(struct world *w, const char *method, const char *path, const char *form,
	int turns, struct reply *ret)
{
	struct talk t;
	char request[1000];
	text_format(request, sizeof(request),
		"%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%sContent-Length: "
		"%zu\r\n\r\n%s",
		method, path, OUR_FORM, strlen(form), form);
	talk_open(&t, w, request);
	for (int i = 0; i < 1000000 && the_web->asks == NULL && !t.is_over; i++)
		world_turn(w);
	for (int i = 0; i < turns && the_web->asks != NULL; i++)
		world_turn(w);
	the_web = web_free(the_web);
	if (!talk_wait(&t, NULL))
		fail_msg("%s %s is never answered", method, path);
	ret->text = must_strdup(t.in.text);
	ret->status = 0;
	if (sscanf(ret->text, "HTTP/1.1 %d ", &ret->status) != 1)
		fail_msg("%s %s: not answered but \"%s\"", method, path, ret->text);
	talk_close(&t);
	begin_again(w);
}

static void store_question(struct world *w, char id[ID_BYTES])
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

static void whoever_asked_as_the_pages_ended_is_answered(void **state)
{
	(void)state;
	static const struct {
		const char *method, *path, *form;
		int status; /* once the pages have the time */
	} rows[] = {
		{"GET", "/signups/ID", "", 200},
		{"GET", "/offer?phone=212", "", 200},
		{"GET", "/admin", "", 200},
		{"GET", "/admin/signups/ID", "", 200},
		{"GET", "/admin/limits", "", 200},
		{"POST", "/admin/freeze", "reason=x", 303},
		{"POST", "/admin/thaw", "", 303},
		{"POST", "/hold", "number=%2B14155550201", 200},
		{"POST", "/", SHOP, 303},
		{"POST", "/signups/ID", "place=415", 303},
		{"POST", "/admin/signups/ID/cancel", "", 303},
	};
	struct world *w = open_next();
	char id[ID_BYTES], path[100];
	wait_for_spending(w);
	store_question(w, id);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct reply r = {.status = 503};
		path_of(path, sizeof(path), rows[i].path, id);
		for (int turns = 0; r.status == 503; turns = turns * 2 + 1) {
			reply_done(&r);
			end_pages_amid(w, rows[i].method, path, rows[i].form, turns, &r);
			assert_true(turns > 0 || r.status == 503);
			assert_true(turns < 1 << 24);
		}
		if (r.status != rows[i].status && r.status != 409)
			fail_msg("%s %s: %d", rows[i].method, rows[i].path, r.status);
		reply_done(&r);
	}
	close_world(w);
}

static void a_stream_that_had_not_begun_ends_with_the_pages(void **state)
{
	(void)state;
	struct world *w = open_next();
	struct talk t;
	char id[ID_BYTES];
	w->is_held = true;
	sign_up_by_form(w, BIKES "&key=" KEY, id);
	open_live(&t, w, id);
	for (int i = 0; i < 1000000 && the_web->lives == NULL; i++)
		world_turn(w);
	assert_non_null(the_web->lives);
	live_pulse(the_web); /* nothing to keep alive yet */
	the_web = web_free(the_web);
	assert_true(talk_wait(&t, "HTTP/1.1 503 "));
	talk_close(&t);
	begin_again(w);
	world_release(w);
	wait_for_state(w, id, ORDER_ACTIVE);
	close_world(w);
}

/* A quick answer overtakes one that waits for the store to write. */
static void a_quick_answer_does_not_wait_for_a_slow_one(void **state)
{
	(void)state;
	struct world *w = open_next();
	struct talk slow;
	struct reply r;
	get(w, &r, "/offer?phone=415"); /* kept from here on */
	reply_done(&r);
	sqlite3 *db = open_beside();
	run(db, "BEGIN IMMEDIATE");
	talk_open(&slow, w,
		"POST /admin/freeze HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" OUR_FORM
		"Content-Length: 8\r\n\r\nreason=x");
	for (int i = 0; i < 1000000 && the_web->asks == NULL; i++)
		world_turn(w);
	get(w, &r, "/offer?phone=415");
	assert_true(has(&r, "value=\"+14155550200\""));
	reply_done(&r);
	assert_non_null(the_web->asks);
	assert_int_equal(slow.in.bytes, 0);
	run(db, "COMMIT");
	sqlite3_close(db);
	assert_true(talk_wait(&slow, NULL));
	assert_non_null(strstr(slow.in.text, "Location: /admin/limits"));
	assert_null(the_web->asks);
	talk_close(&slow);
	close_world(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(a_customer_is_told_that_nothing_is_lost_while_the_store_fails),
		CHECK(an_operator_is_told_that_the_store_fails),
		CHECK(a_switch_that_could_not_be_kept_is_not_said_to_be),
		CHECK(whoever_asked_as_the_pages_ended_is_answered),
		CHECK(a_stream_that_had_not_begun_ends_with_the_pages),
		CHECK(a_quick_answer_does_not_wait_for_a_slow_one),
	};
	return CHECK_MAIN(tests);
}
