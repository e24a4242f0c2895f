/* Whole calls without a network: faults against the ledger, time, lists. */
#include "sim/dispatch.h"

#include <stdlib.h>
#include <string.h>

#include "base/id.h"
#include "base/text.h"
#include "sim/control.h"
#include "sim/webhook.h"
#include "tests/check.h"

struct scene {
	struct world *w;
	struct dispatch how;
	int status;
	json_t *body; /* of the last answer; NULL if it was not JSON */
	char number[E164_BYTES];
};

static void say(struct scene *s, enum http_method method, const char *path, const char *body)
{
	struct ask ask = {.method = method,
		.path = path,
		.outcome_ms = -1,
		.authorization = text_starts(path, "/vapi")
					 ? "Bearer 3b1f2b6e-6f0e-4f57-9a53-0b6f4f9f2f11"
					 : "Bearer KEYtest"};
	char copy[512];
	struct answer a;
	TEXT_COPY(copy, path);
	char *query = strchr(copy, '?');
	while (query != NULL) {
		*query++ = '\0';
		char *value = strchr(query, '=');
		assert_non_null(value);
		*value++ = '\0';
		ask.query[ask.query_count].name = query;
		ask.query[ask.query_count++].value = value;
		query = strchr(value, '&');
	}
	ask.path = copy;
	ask.body = body != NULL ? body : "";
	ask.body_bytes = strlen(ask.body);
	answer_init(&a);
	s->how = dispatch(s->w, &ask, &a);
	s->status = a.status;
	s->body = json_free(s->body);
	s->body = json_parse(a.body.text, a.body.bytes, NULL, 0);
	ask_done(&ask);
	answer_done(&a);
}

static struct scene begin(const char *faults)
{
	struct scene s = {.w = world_new(3)};
	world_tick(s.w, 1732200000000);
	say(&s, HTTP_PUT, "/faults", faults);
	assert_int_equal(s.status, 200);
	return s;
}

static void end(struct scene *s)
{
	json_decref(s->body);
	world_free(s->w);
}

static void search(struct scene *s)
{
	say(s, HTTP_GET,
		"/v2/available_phone_numbers?filter[national_destination_code]=415&filter[limit]=1",
		NULL);
	assert_int_equal(s->status, 200);
	const json_t *row = json_array_get(json_at(s->body, "data"), 0);
	TEXT_COPY(s->number, json_text(row, "phone_number"));
}

static void order(struct scene *s)
{
	char body[200];
	text_format(body, sizeof(body),
		"{\"phone_numbers\":[{\"phone_number\":\"%s\"}],\"customer_reference\":\"ref\"}",
		s->number);
	say(s, HTTP_POST, "/v2/number_orders", body);
}

static size_t count_of(struct scene *s, const char *path)
{
	say(s, HTTP_GET, path, NULL);
	assert_int_equal(s->status, 200);
	return json_count(json_at(s->body, "data"));
}

static void pass(struct scene *s, int64_t ms)
{
	world_tick(s->w, s->w->now_ms + ms);
}

#define RULE(more) "{\"rules\":[{\"match\":\"POST /v2/number_orders\"," more "}]}"

static void a_fault_after_commit_has_bought_and_one_before_has_not(void **state)
{
	(void)state;
	static const struct {
		const char *faults;
		size_t bought;
		enum dispatch_how how;
		int status;
	} cases[] = {
		{RULE("\"action\":\"after_commit_status\",\"status\":504"), 1, DISPATCH_ANSWER,
			504},
		{RULE("\"action\":\"status\",\"status\":504"), 0, DISPATCH_ANSWER, 504},
		{RULE("\"action\":\"reset_after_commit\""), 1, DISPATCH_RESET, 200},
		{RULE("\"action\":\"reset\""), 0, DISPATCH_RESET, 200},
		{RULE("\"action\":\"cut_after_commit\",\"bytes\":5"), 1, DISPATCH_CUT, 200},
		{RULE("\"action\":\"cut\""), 0, DISPATCH_CUT, 200},
		{RULE("\"action\":\"drop_after_commit\""), 1, DISPATCH_DROP, 200},
		{RULE("\"action\":\"drop\""), 0, DISPATCH_DROP, 200},
		{RULE("\"action\":\"malformed_after_commit\""), 1, DISPATCH_ANSWER, 200},
		{RULE("\"action\":\"html_after_commit\",\"status\":502"), 1, DISPATCH_ANSWER, 502},
		{RULE("\"action\":\"late\",\"delay_ms\":9000"), 0, DISPATCH_LATE, 200},
		{RULE("\"action\":\"delay\",\"delay_ms\":9000"), 1, DISPATCH_ANSWER, 200},
		{RULE("\"action\":\"repeat\""), 1, DISPATCH_ANSWER, 422},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct scene s = begin(cases[i].faults);
		search(&s);
		order(&s);
		assert_int_equal(s.w->purchase_count, cases[i].bought);
		assert_int_equal(s.how.how, cases[i].how);
		assert_int_equal(s.status, cases[i].status);
		end(&s);
	}
}

static void an_order_ends_when_its_time_has_come(void **state)
{
	(void)state;
	struct scene s = begin("{\"order_ms\":1200,\"visible_ms\":300}");
	search(&s);
	order(&s);
	assert_string_equal(json_text(s.body, "data.status"), "pending");
	assert_int_equal(count_of(&s, "/v2/phone_numbers?filter[customer_reference]=ref"), 0);
	pass(&s, 1199);
	assert_int_equal(count_of(&s, "/v2/number_orders?filter[status]=success"), 0);
	pass(&s, 1);
	assert_int_equal(count_of(&s, "/v2/number_orders?filter[status]=success"), 1);
	assert_int_equal(count_of(&s, "/v2/phone_numbers?filter[customer_reference]=ref"), 1);
	end(&s);
}

static void one_order_can_be_made_to_fail_and_is_paid_back(void **state)
{
	(void)state;
	struct scene s = begin(RULE("\"at\":1,\"action\":\"order\",\"outcome\":\"failure\","
				    "\"delay_ms\":50"));
	int64_t balance = s.w->balance;
	search(&s);
	order(&s);
	assert_int_equal(s.w->balance, balance - 200);
	pass(&s, 50);
	assert_int_equal(s.w->balance, balance);
	assert_int_equal(s.w->spent, 0);
	assert_string_equal(s.w->purchases[0].status, "failure");
	end(&s);
}

static void lists_can_lag_behind(void **state)
{
	(void)state;
	struct scene s = begin("{\"order_visible_ms\":5000}");
	search(&s);
	order(&s);
	assert_int_equal(count_of(&s, "/v2/number_orders?filter[customer_reference]=ref"), 0);
	pass(&s, 5000);
	assert_int_equal(count_of(&s, "/v2/number_orders?filter[customer_reference]=ref"), 1);
	assert_int_equal(count_of(&s, "/v2/number_orders?filter[customer_reference]=re"), 0);
	end(&s);
}

static void a_misspelt_area_code_filter_is_ignored(void **state)
{
	(void)state;
	struct scene s = begin("{\"shuffle\":false}");
	say(&s, HTTP_GET, "/v2/available_phone_numbers?national_destination_code=415", NULL);
	size_t other = 0;
	for (size_t i = 0; i < json_count(json_at(s.body, "data")); i++)
		other += !text_starts(
			json_text(json_array_get(json_at(s.body, "data"), i), "phone_number"),
			"+1415");
	assert_true(other > 0);
	end(&s);
}

static void all_spellings_of_features_filter(void **state)
{
	(void)state;
	static const char *const queries[] = {
		"filter[features]=hd_voice,sms",
		"filter[features][]=hd_voice&filter[features][]=sms",
		"filter[features]=hd_voice&filter[features]=sms",
	};
	for (size_t i = 0; i < COUNT_OF(queries); i++) {
		struct scene s = begin("{}");
		char path[256];
		text_format(path, sizeof(path), "/v2/available_phone_numbers?%s&filter[limit]=40",
			queries[i]);
		assert_int_equal(count_of(&s, path), 40);
		for (size_t k = 0; k < 40; k++) {
			char *text = json_to_text(json_array_get(json_at(s.body, "data"), k));
			assert_non_null(strstr(text, "\"hd_voice\""));
			assert_non_null(strstr(text, "\"sms\""));
			free(text);
		}
		end(&s);
	}
}

static void only_what_this_key_was_shown_lately_is_sold(void **state)
{
	(void)state;
	struct scene s = begin("{\"shown_ms\":1000}");
	search(&s);
	pass(&s, 1001);
	order(&s);
	assert_int_equal(s.status, 422);
	search(&s);
	order(&s);
	assert_int_equal(s.status, 200);
	end(&s);
}

static void a_bad_document_changes_nothing(void **state)
{
	(void)state;
	struct scene s = begin("{\"order_ms\":77,\"rules\":[{\"match\":\"* /v2/*\","
			       "\"action\":\"reset\"}]}");
	static const char *const bad[] = {"{\"order_ms\":\"soon\"}", "{\"order_msec\":1}", "{",
		"{\"order_ms\":1,\"rules\":[{\"match\":\"* /\",\"action\":\"no\"}]}",
		"{\"account_level\":\"gold\"}"};
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		say(&s, HTTP_PUT, "/faults", bad[i]);
		assert_true(s.status == 400 || s.status == 422);
		say(&s, HTTP_GET, "/faults", NULL);
		assert_int_equal(json_int(s.body, "order_ms", 0), 77);
		assert_int_equal(json_count(json_at(s.body, "rules")), 1);
	}
	say(&s, HTTP_DELETE, "/faults", NULL);
	assert_int_equal(json_int(s.body, "order_ms", 0), 1200);
	assert_int_equal(json_count(json_at(s.body, "rules")), 0);
	end(&s);
}

static void what_faults_shows_can_be_put_back(void **state)
{
	(void)state;
	struct scene s = begin("{\"sold_out\":[\"415\"],\"rules\":[{\"match\":\"* /v2/x\","
			       "\"action\":\"reset\",\"at\":2}]}");
	say(&s, HTTP_GET, "/faults", NULL);
	char *shown = json_to_text(s.body);
	say(&s, HTTP_PUT, "/faults", shown);
	assert_int_equal(s.status, 200);
	char *again = json_to_text(s.body);
	assert_string_equal(shown, again);
	free(shown);
	free(again);
	end(&s);
}

static void the_signature_is_the_published_one(void **state)
{
	(void)state;
	/* RFC 8032 TEST 1 seed; the signature was accepted by the official verifier. */
	static const char body[] = "{\"data\":{\"event_type\":\"number_order.complete\",\"id\":"
				   "\"da5ddb44-4eda-45f0-b8a7-913a4092eccc\",\"record_type\":"
				   "\"event\"}}";
	struct world *w = world_new(1);
	char signature[WEBHOOK_SIGNATURE_BYTES], key[64];
	assert_true(webhook_public_key(w->set.webhook_seed, key, sizeof(key)));
	assert_string_equal(key, "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
	assert_true(webhook_sign(w->set.webhook_seed, 1726218741, body, strlen(body), signature));
	assert_string_equal(signature, "ALSy58I/o/UEPwn6jIcgirDXGJFgF2J82YRJvciNF9tW8okb6ylf7tVf"
				       "VGKg2XzP/IhepQsX7qk42dhxtfAWBQ==");
	assert_false(webhook_public_key("9d61", key, sizeof(key)));
	world_free(w);
}

static void strange_paths_find_nothing_and_break_nothing(void **state)
{
	(void)state;
	static const char *const paths[] = {"/v2", "/v2/", "//v2//x", "/vapi/v2/phone-number/x/y",
		"/v2/number_orders/a/b/c/d/e/f/g/h/i/j", "/v2/phone_numbers/99999999999999999999",
		"/v2/phone_numbers/+14155550123", "/nowhere"};
	struct scene s = begin("{}");
	for (size_t i = 0; i < COUNT_OF(paths); i++) {
		say(&s, HTTP_GET, paths[i], NULL);
		assert_int_equal(s.status, 404);
	}
	end(&s);
}

static int64_t stock_of(struct scene *s, const char *area_code)
{
	say(s, HTTP_GET, "/v2/inventory_coverage?filter[country_code]=US&filter[count]=true", NULL);
	assert_int_equal(s->status, 200);
	const json_t *rows = json_at(s->body, "data");
	for (size_t i = 0; i < json_count(rows); i++)
		if (text_is(json_text(json_array_get(rows, i), "group"), area_code))
			return json_int(json_array_get(rows, i), "count", -1);
	return 0;
}

static void coverage_tells_the_truth_unless_it_is_set_to_lie(void **state)
{
	(void)state;
	struct scene s = begin("{\"stock\":{\"415\":2},\"sold_out\":[\"628\"]}");
	char body[64];
	assert_int_equal(stock_of(&s, "415"), 2);
	assert_int_equal(stock_of(&s, "628"), 0);
	search(&s);
	text_format(body, sizeof(body), "{\"phone_number\":\"%s\"}", s.number);
	say(&s, HTTP_POST, "/sell", body);
	assert_int_equal(s.status, 200);
	assert_int_equal(stock_of(&s, "415"), 1);
	say(&s, HTTP_POST, "/sell", body); /* it has gone */
	assert_int_equal(s.status, 422);
	say(&s, HTTP_PATCH, "/faults", "{\"coverage\":\"all\"}");
	assert_true(stock_of(&s, "628") > 0);
	say(&s, HTTP_PATCH, "/faults", "{\"coverage\":\"none\"}");
	assert_int_equal(stock_of(&s, "415"), 0);
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(a_fault_after_commit_has_bought_and_one_before_has_not),
		CHECK(an_order_ends_when_its_time_has_come),
		CHECK(one_order_can_be_made_to_fail_and_is_paid_back),
		CHECK(lists_can_lag_behind),
		CHECK(a_misspelt_area_code_filter_is_ignored),
		CHECK(all_spellings_of_features_filter),
		CHECK(only_what_this_key_was_shown_lately_is_sold),
		CHECK(a_bad_document_changes_nothing),
		CHECK(what_faults_shows_can_be_put_back),
		CHECK(the_signature_is_the_published_one),
		CHECK(strange_paths_find_nothing_and_break_nothing),
		CHECK(coverage_tells_the_truth_unless_it_is_set_to_lie),
	};
	id_init();
	return CHECK_MAIN(tests);
}
