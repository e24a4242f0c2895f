/* Telnyx's requests, and what is said when they fail. */
#include "carrier/telnyx_wire.h"

#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "carrier/telnyx_bodies.h"

static void assert_call(
	struct http_call call, enum http_method method, const char *url, const char *body)
{
	assert_int_equal(call.method, method);
	assert_string_equal(call.url, url);
	if (body != NULL)
		assert_string_equal(call.body, json_of(body));
	else
		assert_null(call.body);
	free(call.url);
	free(call.body);
}

static void requests_are_spelt_as_telnyx_wants_them(void **state)
{
	(void)state;
	assert_call(telnyx_build_balance(BASE), HTTP_GET, BASE "/balance", NULL);
	assert_call(telnyx_build_orders(BASE, REF, 1), HTTP_GET,
		BASE "/number_orders?filter%5Bcustomer_reference%5D=" REF "&page%5Bsize%5D=20",
		NULL);
	assert_call(telnyx_build_orders(BASE, REF, 3), HTTP_GET,
		BASE "/number_orders?filter%5Bcustomer_reference%5D=" REF
		     "&page%5Bnumber%5D=3&page%5Bsize%5D=20",
		NULL);
	assert_call(telnyx_build_numbers(BASE, N, 1), HTTP_GET,
		BASE "/phone_numbers?filter%5Bphone_number%5D=14155550123&page%5Bsize%5D=20", NULL);
	assert_call(telnyx_build_reservations(BASE, N, 1), HTTP_GET,
		BASE "/number_reservations?filter%5Bphone_numbers.phone_number%5D=%2B14155550123"
		     "&filter%5Bstatus%5D=success&page%5Bsize%5D=20",
		NULL);
	assert_call(telnyx_build_reserve(BASE, N, REF), HTTP_POST, BASE "/number_reservations",
		"{'phone_numbers':[{'phone_number':'" N "'}],'customer_reference':'" REF "'}");
	assert_call(telnyx_build_verify(BASE, N), HTTP_POST,
		BASE "/phone_numbers/actions/verify_ownership", "{'phone_numbers':['" N "']}");
	assert_call(
		telnyx_build_release(BASE, "129"), HTTP_DELETE, BASE "/phone_numbers/129", NULL);
	assert_call(telnyx_build_extend(BASE, "12ade33a"), HTTP_POST,
		BASE "/number_reservations/12ade33a/actions/extend", NULL);
}

/* Only what is harmless twice may go over a connection that may have died. */
static void a_purchase_is_never_marked_as_repeatable(void **state)
{
	(void)state;
	struct http_call calls[] = {
		telnyx_build_buy(BASE, METHOD_NUMBER_ORDERS, N, REF),
		telnyx_build_buy(BASE, METHOD_PHONE_NUMBERS, N, REF),
		telnyx_build_release(BASE, "77"),
	};
	for (size_t i = 0; i < COUNT_OF(calls); i++) {
		assert_false(calls[i].may_repeat);
		free(calls[i].url);
		free(calls[i].body);
	}
}

static void an_order_names_the_number_and_the_reference_and_nothing_else(void **state)
{
	(void)state;
	assert_call(telnyx_build_buy(BASE, METHOD_NUMBER_ORDERS, N, REF), HTTP_POST,
		BASE "/number_orders",
		"{'phone_numbers':[{'phone_number':'" N "'}],'customer_reference':'" REF "'}");
	assert_call(telnyx_build_buy(BASE, METHOD_PHONE_NUMBERS, N, REF), HTTP_POST,
		BASE "/phone_numbers", "{'phone_number':'" N "','customer_reference':'" REF "'}");
}

static void a_search_asks_for_the_place_and_never_for_features(void **state)
{
	(void)state;
	struct order o = an_order();
	struct carrier_query query;
	TEXT_COPY(o.contains, "777");
	telnyx_query_of_order(&o, &query);
	assert_call(telnyx_build_search(BASE, &query), HTTP_GET,
		BASE "/available_phone_numbers?filter%5Bcountry_code%5D=US"
		     "&filter%5Bphone_number_type%5D=local"
		     "&filter%5Bnational_destination_code%5D=415"
		     "&filter%5Bphone_number%5D%5Bcontains%5D=777&filter%5Blimit%5D=10",
		NULL);
	o.place.npa[0] = o.contains[0] = '\0';
	o.searches = 1; /* ten were not enough: ask for many */
	TEXT_COPY(o.place.region, "US-CA");
	telnyx_query_of_order(&o, &query);
	assert_call(telnyx_build_search(BASE, &query), HTTP_GET,
		BASE "/available_phone_numbers?filter%5Bcountry_code%5D=US"
		     "&filter%5Bphone_number_type%5D=local"
		     "&filter%5Badministrative_area%5D=CA&filter%5Blimit%5D=50",
		NULL);
	o.place = (struct ladder_step){
		.rung = LADDER_SAME_AREA_CODE, .country = "GB", .npa = "20", .requested = "20"};
	telnyx_query_of_order(&o, &query);
	assert_call(telnyx_build_search(BASE, &query), HTTP_GET,
		BASE "/available_phone_numbers?filter%5Bcountry_code%5D=GB"
		     "&filter%5Bphone_number_type%5D=local"
		     "&filter%5Bnational_destination_code%5D=20&filter%5Blimit%5D=50",
		NULL);
}

static void an_offer_is_asked_for_in_the_number_s_own_country(void **state)
{
	(void)state;
	assert_call(telnyx_build_offer(BASE, "+14165550123"), HTTP_GET,
		BASE "/available_phone_numbers?filter%5Bcountry_code%5D=CA"
		     "&filter%5Bnational_destination_code%5D=416"
		     "&filter%5Bphone_number%5D%5Bstarts_with%5D=5550123&filter%5Blimit%5D=10",
		NULL);
	assert_call(telnyx_build_offer(BASE, "+4930123456"), HTTP_GET,
		BASE "/available_phone_numbers?filter%5Bcountry_code%5D=DE"
		     "&filter%5Bphone_number%5D%5Bstarts_with%5D=30123456&filter%5Blimit%5D=10",
		NULL);
}

static void an_id_from_outside_cannot_leave_its_place_in_the_address(void **state)
{
	(void)state;
	assert_call(telnyx_build_number(BASE, "1/../2?x=#y"), HTTP_GET,
		BASE "/phone_numbers/1%2F..%2F2%3Fx%3D%23y", NULL);
}

static struct answer read_balance(struct http_reply reply)
{
	struct answer a = blank();
	telnyx_read_balance(&reply, &a);
	return a;
}

static void the_balance_is_what_may_be_spent(void **state)
{
	(void)state;
	static const struct {
		const char *body;
		int64_t cents;
	} rows[] = {
		{"{'data':{'balance':'300.00','available_credit':'400.00','currency':'USD'}}",
			40000},
		{"{'data':{'balance':'300.00'}}", 30000},
		{"{'data':{'balance':'300.00','available_credit':null}}", 30000},
		{"{'data':{'balance':'300.00','available_credit':''}}", 30000},
		{"{'data':{'available_credit':'0.99000'}}", 99},
		{"{'data':{'available_credit':'-5.00'}}", 0},
		{"{'data':{}}", -1},
		{"{'data':{'available_credit':4.5}}", -1},
		{"{'data':{'available_credit':'lots'}}", -1},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct answer a = read_balance(fake_reply(200, json_of(rows[i].body)));
		assert_int_equal(a.code, ERR_OK);
		assert_int_equal(a.available_cents, rows[i].cents);
	}
	assert_int_equal(read_balance(fake_reply(200, "{}")).code, ERR_CARRIER_DOWN);
	assert_int_equal(read_balance(fake_reply(200, "[]")).code, ERR_CARRIER_DOWN);
}

static void a_refused_key_is_told_apart_from_an_account_and_from_an_outage(void **state)
{
	(void)state;
	static const struct {
		int status;
		const char *body;
		enum err_code code;
		const char *says;
	} rows[] = {
		{401,
			"{'errors':[{'code':'10009','title':'Authentication failed','detail':'No "
			"key found matching the ID `KEY01` with the provided secret.'}]}",
			ERR_CARRIER_AUTH, "10009 Authentication failed: No key found"},
		{401, "", ERR_CARRIER_AUTH, "HTTP 401 without JSON"},
		{403, "{'errors':[{'code':'10038','title':'Feature not permitted'}]}",
			ERR_CARRIER_LEVEL, "10038 Feature not permitted"},
		{403, "{'errors':[{'code':20014,'title':'Account unverified'}]}", ERR_CARRIER_LEVEL,
			"20014 Account unverified"},
		{402, "{'errors':[{'code':'20100','title':'Insufficient Funds'}]}",
			ERR_CARRIER_FUNDS, "20100"},
		{403, "{'errors':[{'code':'20012','title':'Account inactive'}]}", ERR_CARRIER_FUNDS,
			"20012"},
		{403, "{'errors':[{'code':'20013','title':'Account blocked'}]}",
			ERR_CARRIER_REFUSED, "20013 Account blocked"},
		{429, "{'errors':[{'code':'10011','title':'Too many requests'}]}",
			ERR_CARRIER_LIMITED, "10011"},
		{429, "<html>slow down</html>", ERR_CARRIER_LIMITED, "HTTP 429 without JSON"},
		{500,
			"{'errors':[{'code':'10007','title':'Unexpected "
			"error','detail':'Unexpected error'}]}",
			ERR_CARRIER_DOWN, "HTTP 500, 10007 Unexpected error"},
		{503, "", ERR_CARRIER_DOWN, "HTTP 503 without JSON"},
		{404, "{'message':'no Route matched with those values'}", ERR_CARRIER_REFUSED,
			"no Route matched"},
		{200, "<html>hello</html>", ERR_CARRIER_DOWN, "HTTP 200 without JSON"},
		{200, "{'data':{'available_credit':'4", ERR_CARRIER_DOWN, "without JSON"},
		{302, "", ERR_CARRIER_DOWN, "HTTP 302"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct answer a = read_balance(fake_reply(rows[i].status, json_of(rows[i].body)));
		assert_int_equal(a.code, rows[i].code);
		if (strstr(a.message, rows[i].says) == NULL)
			fail_msg("\"%s\" does not say \"%s\"", a.message, rows[i].says);
		assert_non_null(strstr(a.message, "could not read the Telnyx balance: "));
	}
}

static void a_lost_answer_says_how_it_was_lost(void **state)
{
	(void)state;
	struct http_reply cut = fake_reply(200, "{\"data\":{");
	cut.is_complete = false;
	TEXT_COPY(cut.reason, "answer larger than 262144 bytes");
	struct answer a = read_balance(cut);
	assert_int_equal(a.code, ERR_CARRIER_DOWN);
	assert_string_equal(a.message, "could not read the Telnyx balance: Telnyx's answer "
				       "(HTTP 200) was cut short: answer larger than 262144 bytes");
	a = read_balance(fake_lost(HTTP_UNSENT, "connection refused"));
	assert_string_equal(a.message,
		"could not read the Telnyx balance: Telnyx was not reached: connection refused");
	a = read_balance(fake_lost(HTTP_SENT, "no whole answer in time: 20 s"));
	assert_string_equal(a.message, "could not read the Telnyx balance: no answer from Telnyx: "
				       "no whole answer in time: 20 s");
}

static void the_time_to_wait_is_passed_on(void **state)
{
	(void)state;
	struct http_reply reply = fake_reply(429, "{}");
	reply.retry_after_ms = 1500;
	assert_int_equal(read_balance(reply).retry_after_ms, 1500);
}

static void foreign_words_are_bounded_cleaned_and_hold_no_key(void **state)
{
	(void)state;
	char body[4096], long_text[2001];
	log_secret("KEYsecretsecret");
	struct answer a = read_balance(fake_reply(
		403, json_of("{'errors':[{'code':'10010','title':'a\\nb\\u202ec\\u0007d',"
			     "'detail':'used KEYsecretsecret here'}]}")));
	assert_null(strpbrk(a.message, "\n\a"));
	assert_non_null(strstr(a.message, "a b c d: used *** here"));
	/* Hidden before it is cut: half a key would be half a key too many. */
	for (int zeros = 150; zeros < 200; zeros++) {
		snprintf(body, sizeof(body),
			"{\"errors\":[{\"code\":\"10010\",\"detail\":\"%0*dKEYsecretsecret\"}]}",
			zeros, 0);
		a = read_balance(fake_reply(403, body));
		assert_null(strstr(a.message, "KEY"));
	}
	/* Two-byte characters, so that a careless cut would show. */
	for (size_t i = 0; i < 1000; i++)
		memcpy(long_text + 2 * i, "\xc3\xa9", 2);
	long_text[2000] = '\0';
	snprintf(body, sizeof(body), "{\"errors\":[{\"code\":\"10010\",\"detail\":\"%s\"}]}",
		long_text);
	a = read_balance(fake_reply(403, body));
	assert_true(strlen(a.message) < sizeof(a.message));
	assert_true(text_is_utf8(a.message, strlen(a.message)));
}

static void of_several_errors_the_least_certain_counts(void **state)
{
	(void)state;
	struct order o = an_order();
	struct answer a = blank();
	struct http_reply reply =
		fake_reply(422, json_of("{'errors':[{'code':'10015','title':'Bad Request'},"
					"{'code':'10007','title':'Unexpected error'}]}"));
	telnyx_read_bought(&reply, &o, REF, &a);
	assert_int_equal(a.code, ERR_CARRIER_UNCLEAR);
}

static void an_offer_of_a_number_that_is_in_no_table_is_asked_for_all_the_same(void **state)
{
	(void)state;
	static const struct {
		const char *number, *filters;
	} rows[] = {
		{"+18005550123",
			"filter%5Bcountry_code%5D=US&filter%5Bnational_destination_code%5D=800"
			"&filter%5Bphone_number%5D%5Bstarts_with%5D=5550123"},
		{"+19995550123",
			"filter%5Bcountry_code%5D=US&filter%5Bnational_destination_code%5D=999"
			"&filter%5Bphone_number%5D%5Bstarts_with%5D=5550123"},
		{"+1415555", "filter%5Bphone_number%5D%5Bstarts_with%5D=1415555"},
		{"+9990123456", "filter%5Bphone_number%5D%5Bstarts_with%5D=9990123456"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char url[300];
		text_format(url, sizeof(url),
			BASE "/available_phone_numbers?%s&filter%%5Blimit%%5D=10", rows[i].filters);
		assert_call(telnyx_build_offer(BASE, rows[i].number), HTTP_GET, url, NULL);
	}
}

static void all_orders_since_a_time_are_asked_for_by_the_page(void **state)
{
	(void)state;
	assert_call(telnyx_build_orders_after(BASE, INT64_C(1727872800000), 2), HTTP_GET,
		BASE "/number_orders?filter%5Bcreated_at%5D%5Bgt%5D=2024-10-02T12%3A40%3A00.000Z"
		     "&page%5Bnumber%5D=2&page%5Bsize%5D=100",
		NULL);
}

static void an_error_is_told_with_whatever_of_it_is_there(void **state)
{
	(void)state;
	static const struct {
		const char *error, *says;
	} rows[] = {
		{"{'code':'10010','title':'T','detail':'d'}", "HTTP 403, 10010 T: d"},
		{"{'title':'T','detail':'d'}", "HTTP 403, T: d"},
		{"{'title':'T'}", "HTTP 403, T"},
		{"{'detail':'d'}", "HTTP 403, d"},
		{"{'code':'10010','detail':'d'}", "HTTP 403, 10010 d"},
		{"{'code':'10010'}", "HTTP 403, 10010"},
		{"{}", "HTTP 403"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char body[200], message[200];
		text_format(body, sizeof(body), "{'errors':[%s]}", rows[i].error);
		text_format(message, sizeof(message),
			"could not read the Telnyx balance: Telnyx answered %s", rows[i].says);
		struct answer a = read_balance(fake_reply(403, json_of(body)));
		assert_string_equal(a.message, message);
	}
}

static void a_balance_without_a_record_is_not_understood(void **state)
{
	(void)state;
	struct answer a = read_balance(fake_reply(200, json_of("{'data':[]}")));
	assert_int_equal(a.code, ERR_CARRIER_DOWN);
	assert_int_equal(a.available_cents, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(requests_are_spelt_as_telnyx_wants_them),
		CHECK(a_purchase_is_never_marked_as_repeatable),
		CHECK(an_order_names_the_number_and_the_reference_and_nothing_else),
		CHECK(a_search_asks_for_the_place_and_never_for_features),
		CHECK(an_offer_is_asked_for_in_the_number_s_own_country),
		CHECK(an_id_from_outside_cannot_leave_its_place_in_the_address),
		CHECK(the_balance_is_what_may_be_spent),
		CHECK(a_refused_key_is_told_apart_from_an_account_and_from_an_outage),
		CHECK(a_lost_answer_says_how_it_was_lost),
		CHECK(the_time_to_wait_is_passed_on),
		CHECK(foreign_words_are_bounded_cleaned_and_hold_no_key),
		CHECK(of_several_errors_the_least_certain_counts),
		CHECK(an_offer_of_a_number_that_is_in_no_table_is_asked_for_all_the_same),
		CHECK(all_orders_since_a_time_are_asked_for_by_the_page),
		CHECK(an_error_is_told_with_whatever_of_it_is_there),
		CHECK(a_balance_without_a_record_is_not_understood),
	};
	return CHECK_MAIN(tests);
}
