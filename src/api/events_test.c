#include "api/test_world.h"

static void open_stream(
	struct talk *t, struct world *w, const char *id, const char *query, const char *headers)
{
	char request[400];
	text_format(request, sizeof(request),
		"GET /v1/signups/%s/events%s HTTP/1.1\r\nHost: localhost\r\n%s\r\n", id, query,
		headers);
	talk_open(t, w, request);
}

/* The ids of a stream in order, as "1,2,3,". */
static void read_ids(const char *text, char *to, size_t to_bytes)
{
	to[0] = '\0';
	while ((text = strstr(text, "\nid: ")) != NULL) {
		text += strlen("\nid: ");
		size_t used = strlen(to);
		text_format(
			to + used, to_bytes - used, "%.*s,", (int)strspn(text, "0123456789"), text);
	}
}

static void assert_ids(const char *text, int64_t first, int64_t last)
{
	char ids[1000], wanted[1000] = "";
	for (int64_t i = first; i <= last; i++) {
		size_t used = strlen(wanted);
		text_format(wanted + used, sizeof(wanted) - used, "%lld,", (long long)i);
	}
	read_ids(text, ids, sizeof(ids));
	assert_string_equal(ids, wanted);
}

struct last_seq {
	int64_t seq;
	bool is_known;
};

static void note_seq(void *arg, const struct err *e, const struct order *order)
{
	struct last_seq *last = arg;
	assert_int_equal(e->code, ERR_OK);
	last->seq = order->event_seq;
	last->is_known = true;
}

static int64_t last_seq(struct world *w, const char *id)
{
	struct last_seq last = {0};
	engine_get(w->engine, id, note_seq, &last);
	assert_true(loop_run_until(w->loop, &last.is_known, PATIENCE_MS));
	return last.seq;
}

/* The JSON behind the n-th "data: " of the stream. */
static json_t *nth_data(const char *text, int n)
{
	for (; n >= 0; n--) {
		text = strstr(text, "\ndata: ");
		assert_non_null(text);
		text += strlen("\ndata: ");
	}
	json_t *j = json_parse(text, strcspn(text, "\n"), NULL, 0);
	assert_non_null(j);
	return j;
}

static void a_stream_tells_the_past_then_the_present_then_ends(void **state)
{
	(void)state;
	struct world *w = world_new(NULL, NULL, false);
	struct talk t;
	char id[ID_BYTES];
	w->is_held = true;
	sign_up(w, "A", "", id);
	wait_for_state(w, id, ORDER_SEARCHING);
	open_stream(&t, w, id, "", "");
	assert_true(talk_wait(&t, "\"to\":\"searching\""));
	assert_true(text_contains_any_case(t.in.text, "\r\nContent-Type: text/event-stream\r\n"));
	assert_true(text_contains_any_case(t.in.text, "\r\nCache-Control: no-store\r\n"));
	assert_true(text_contains_any_case(t.in.text, "\r\nX-Content-Type-Options: nosniff\r\n"));
	assert_null(strstr(t.in.text, "event: end"));
	world_release(w);
	assert_true(talk_wait(&t, NULL));
	assert_ids(t.in.text, 1, last_seq(w, id));
	JSON_AUTO first = nth_data(t.in.text, 0);
	assert_string_equal(json_text(first, "event"), "received");
	assert_string_equal(json_text(first, "status"), "received");
	assert_string_equal(json_text(first, "signup.id"), id);
	const char *end = strstr(t.in.text, "event: end\n");
	assert_non_null(end);
	JSON_AUTO last = nth_data(end, 0);
	assert_string_equal(json_text(last, "status"), "active");
	assert_string_equal(json_text(last, "signup.status"), "active");
	assert_string_equal(json_text(last, "signup.number"), "+14155551001");
	talk_close(&t);
	world_free(w);
}

static void each_event_comes_with_a_signup_that_is_not_older(void **state)
{
	(void)state;
	struct world *w = world_new(NULL, NULL, false);
	struct talk t;
	char id[ID_BYTES];
	w->is_held = true;
	sign_up(w, "A", "", id);
	open_stream(&t, w, id, "", "");
	assert_true(talk_wait(&t, "\"to\":\"searching\""));
	world_release(w);
	assert_true(talk_wait(&t, "event: end\n"));
	int64_t count = last_seq(w, id);
	for (int i = 0; i < (int)count; i++) {
		JSON_AUTO j = nth_data(t.in.text, i);
		const char *updated = json_text(j, "signup.updated_at");
		assert_int_equal(json_int(j, "seq", 0), i + 1);
		/* Times of one form: the order of the text is the order of time. */
		assert_true(strcmp(updated, json_text(j, "at")) >= 0);
	}
	talk_close(&t);
	world_free(w);
}

static void a_stream_goes_on_after_the_last_id(void **state)
{
	(void)state;
	struct world *w = world_new(NULL, NULL, false);
	struct talk t;
	char id[ID_BYTES];
	sign_up(w, "A", "", id);
	wait_for_state(w, id, ORDER_ACTIVE);
	int64_t count = last_seq(w, id);
	assert_true(count > 4);
	open_stream(&t, w, id, "", "Last-Event-ID: 2\r\n");
	assert_true(talk_wait(&t, NULL));
	assert_ids(t.in.text, 3, count);
	talk_close(&t);
	open_stream(&t, w, id, "?last_event_id=3", "");
	assert_true(talk_wait(&t, NULL));
	assert_ids(t.in.text, 4, count);
	talk_close(&t);
	/* All was seen: only the end is left. */
	char headers[64];
	text_format(headers, sizeof(headers), "Last-Event-ID: %lld\r\n", (long long)count);
	open_stream(&t, w, id, "", headers);
	assert_true(talk_wait(&t, NULL));
	assert_ids(t.in.text, 1, 0);
	assert_non_null(strstr(t.in.text, "event: end\n"));
	talk_close(&t);
	/* An id from nowhere: everything is told. */
	open_stream(&t, w, id, "", "Last-Event-ID: 99999\r\n");
	assert_true(talk_wait(&t, NULL));
	assert_ids(t.in.text, 1, count);
	talk_close(&t);
	world_free(w);
}

static void a_last_id_that_is_none_is_refused(void **state)
{
	(void)state;
	struct world *w = world_new(NULL, NULL, false);
	struct reply r;
	char id[ID_BYTES], target[100];
	sign_up(w, "A", "", id);
	text_format(target, sizeof(target), "/v1/signups/%s/events", id);
	send_request(w, &r, "GET", target, "Last-Event-ID: x\r\n", NULL);
	assert_problem(&r, 422, "invalid_field", "Last-Event-ID");
	text_format(target, sizeof(target), "/v1/signups/%s/events?last_event_id=-1", id);
	send_request(w, &r, "GET", target, "", NULL);
	assert_problem(&r, 422, "invalid_field", "last_event_id");
	text_format(target, sizeof(target), "/v1/signups/%s/events", id);
	send_request(w, &r, "HEAD", target, "", NULL);
	assert_int_equal(r.status, 200);
	assert_string_equal(r.body, "");
	reply_done(&r);
	wait_for_state(w, id, ORDER_ACTIVE);
	world_free(w);
}

/* Whatever the moment a stream is opened at, it tells each event once. */
static void no_moment_of_opening_loses_or_repeats_an_event(void **state)
{
	(void)state;
	struct world *w = world_new(NULL, NULL, false);
	struct talk t[24];
	char id[ID_BYTES];
	sign_up(w, "A", "", id);
	for (size_t i = 0; i < COUNT_OF(t); i++) {
		open_stream(&t[i], w, id, "", "");
		world_turn(w);
	}
	for (size_t i = 0; i < COUNT_OF(t); i++)
		assert_true(talk_wait(&t[i], NULL));
	int64_t count = last_seq(w, id);
	for (size_t i = 0; i < COUNT_OF(t); i++) {
		assert_ids(t[i].in.text, 1, count);
		talk_close(&t[i]);
	}
	world_free(w);
}

static void streams_are_bounded_and_counted_down(void **state)
{
	(void)state;
	struct world *w = world_new(NULL, NULL, false);
	struct talk a, b;
	struct reply r;
	char id[ID_BYTES], target[100];
	w->api->most_streams = 2;
	w->is_held = true;
	sign_up(w, "A", "", id);
	text_format(target, sizeof(target), "/v1/signups/%s/events", id);
	open_stream(&a, w, id, "", "");
	open_stream(&b, w, id, "", "");
	assert_true(talk_wait(&a, "\nid: 1\n"));
	assert_true(talk_wait(&b, "\nid: 1\n"));
	send_request(w, &r, "GET", target, "", NULL);
	assert_true(reply_has(&r, "\r\nRetry-After: "));
	assert_problem(&r, 503, "busy", NULL);
	talk_close(&a);
	while (w->api->stream_count == 2)
		world_turn(w);
	open_stream(&a, w, id, "", "");
	assert_true(talk_wait(&a, "\nid: 1\n"));
	/* A stop ends them all, so that nobody waits for a process that is going. */
	api_stop_listening(w->api);
	assert_true(talk_wait(&a, NULL));
	assert_true(talk_wait(&b, NULL));
	assert_int_equal(w->api->stream_count, 0);
	talk_close(&a);
	talk_close(&b);
	world_free(w);
}

static void a_silent_stream_is_kept_open_with_comments(void **state)
{
	(void)state;
	struct world *w = world_new(NULL, NULL, false);
	struct talk t;
	char id[ID_BYTES];
	w->api->ping_ms = 1;
	w->is_held = true;
	sign_up(w, "A", "", id);
	open_stream(&t, w, id, "", "");
	assert_true(talk_wait(&t, "\n: ping\n\n"));
	world_release(w);
	assert_true(talk_wait(&t, NULL));
	assert_ids(t.in.text, 1, last_seq(w, id));
	talk_close(&t);
	world_free(w);
}

static void the_api_may_go_while_a_stream_is_being_opened(void **state)
{
	(void)state;
	struct world *w = world_new(NULL, NULL, false);
	struct talk t;
	char id[ID_BYTES];
	sign_up(w, "A", "", id);
	wait_for_state(w, id, ORDER_ACTIVE);
	open_stream(&t, w, id, "", "");
	while (w->api->stream_count == 0)
		world_turn(w);
	w->api = api_free(w->api);
	assert_true(talk_wait(&t, NULL));
	talk_close(&t);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(a_stream_tells_the_past_then_the_present_then_ends),
		CHECK(each_event_comes_with_a_signup_that_is_not_older),
		CHECK(a_stream_goes_on_after_the_last_id),
		CHECK(a_last_id_that_is_none_is_refused),
		CHECK(no_moment_of_opening_loses_or_repeats_an_event),
		CHECK(streams_are_bounded_and_counted_down),
		CHECK(a_silent_stream_is_kept_open_with_comments),
		CHECK(the_api_may_go_while_a_stream_is_being_opened),
	};
	return CHECK_MAIN(tests);
}
