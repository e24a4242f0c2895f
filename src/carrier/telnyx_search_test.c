/* Numbers for sale, on bodies as they are seen on the wire. */
#include "carrier/telnyx_wire.h"

#include <string.h>

#include "base/text.h"
#include "carrier/telnyx_bodies.h"

#define COST                                                                                       \
	"'cost_information':{'upfront_cost':'1.00000','monthly_cost':'1.10000','currency':'USD'}"
#define FEATURES "'features':[{'name':'sms'},{'name':'voice'}]"
#define ROW(number, more)                                                                          \
	"{'record_type':'available_phone_number','phone_number':'" number                          \
	"','vanity_format':null,"                                                                  \
	"'best_effort':false,'reservable':true," COST more "}"

static struct answer search(const struct order *o, int status, const char *body)
{
	struct answer a = blank();
	struct http_reply reply = fake_reply(status, json_of(body));
	telnyx_read_search(&reply, o, &a);
	return a;
}

static void a_search_gives_the_numbers_with_their_prices(void **state)
{
	(void)state;
	struct order o = an_order();
	struct answer a = search(&o, 200,
		"{'data':[" ROW(N, "," FEATURES) "," ROW("+14155550124", "") "],'meta':{}}");
	assert_int_equal(a.code, ERR_OK);
	assert_int_equal(a.candidate_count, 2);
	assert_string_equal(a.candidates[0].number, N);
	assert_int_equal(a.candidates[0].upfront_cents, 100);
	assert_int_equal(a.candidates[0].monthly_cents, 110);
	assert_string_equal(a.candidates[0].currency, "USD");
	assert_true(a.candidates[0].is_reservable);
}

static void rows_that_cannot_be_bought_or_are_not_what_was_asked_are_dropped(void **state)
{
	(void)state;
	static const char *const bodies[] = {
		/* another area code: the filter was ignored */
		"{'data':[" ROW("+12125550123", "") "]}",
		"{'data':[{'phone_number':'" N "','best_effort':true," COST "}]}",
		"{'data':[" ROW(N, ",'features':[{'name':'sms'},{'name':'fax'}]") "]}",
		"{'data':[{'phone_number':'" N "'}]}",
		"{'data':[{'phone_number':'" N
		"','cost_information':{'upfront_cost':'-1','monthly_cost':'1','currency':'USD'}}]}",
		"{'data':[{'phone_number':'" N
		"','cost_information':{'upfront_cost':null,'monthly_cost':'1','currency':'USD'}}]}",
		"{'data':[{'phone_number':null},{},null,7,'x',[]]}",
		"{'data':[" ROW("+1415555012", "") "," ROW("+141555501234", "") "]}",
		"{'data':[" ROW("+14155550199", "") "]}", /* to be avoided */
		"{'data':[]}",
	};
	struct order o = an_order();
	TEXT_COPY(o.avoid[0], "+14155550198");
	TEXT_COPY(o.avoid[1], "+14155550199");
	o.avoid_count = 2;
	for (size_t i = 0; i < COUNT_OF(bodies); i++) {
		struct answer a = search(&o, 200, bodies[i]);
		if (a.code != ERR_CARRIER_NO_NUMBERS)
			fail_msg("%s: %s", bodies[i], err_wire(a.code));
		assert_int_equal(a.candidate_count, 0);
		assert_string_equal(a.message, "no number is for sale in 415");
	}
}

static void none_is_said_by_an_error_too_and_never_by_an_outage(void **state)
{
	(void)state;
	struct order o = an_order();
	assert_int_equal(
		search(&o, 400, "{'errors':[{'code':'10031','title':'Invalid request filter'}]}")
			.code,
		ERR_CARRIER_NO_NUMBERS);
	assert_int_equal(
		search(&o, 400, "{'errors':[{'code':'10015'}]}").code, ERR_CARRIER_REFUSED);
	assert_int_equal(search(&o, 500, "{'errors':[{'code':'10031'}]}").code, ERR_CARRIER_DOWN);
	assert_int_equal(search(&o, 200, "{'data':null}").code, ERR_CARRIER_DOWN);
	assert_int_equal(search(&o, 200, "{}").code, ERR_CARRIER_DOWN);
	assert_int_equal(search(&o, 200, "[]").code, ERR_CARRIER_DOWN);
	assert_int_equal(search(&o, 502, "<html>").code, ERR_CARRIER_DOWN);
}

static void only_masked_numbers_mean_that_the_account_s_level_is_too_low(void **state)
{
	(void)state;
	struct order o = an_order();
	struct answer a = search(
		&o, 200, "{'data':[" ROW("+14155xxxxxx", "") "," ROW("+14155------", "") "]}");
	assert_int_equal(a.code, ERR_CARRIER_LEVEL);
	assert_non_null(strstr(a.message, "masked"));
	assert_non_null(strstr(a.hint, "level"));
	a = search(&o, 200, "{'data':[" ROW("+14155xxxxxx", "") "," ROW(N, "") "]}");
	assert_int_equal(a.code, ERR_OK);
	assert_int_equal(a.candidate_count, 1);
}

static void a_wide_search_checks_country_and_state(void **state)
{
	(void)state;
	struct order o = an_order();
	o.place.npa[0] = '\0';
	struct answer a = search(
		&o, 200, "{'data':[" ROW("+14165550123", "") "," ROW("+12125550123", "") "]}");
	assert_int_equal(a.candidate_count, 1); /* 416 is Canadian */
	assert_string_equal(a.candidates[0].number, "+12125550123");
	TEXT_COPY(o.place.region, "US-CA");
	a = search(&o, 200, "{'data':[" ROW("+12125550123", "") "," ROW(N, "") "]}");
	assert_int_equal(a.candidate_count, 1);
	assert_string_equal(a.candidates[0].number, N);
}

static void more_rows_than_there_is_room_for_are_left_out(void **state)
{
	(void)state;
	struct order o = an_order();
	struct str body;
	str_init(&body, 64 * 1024);
	str_add(&body, "{\"data\":[");
	for (int i = 0; i < 40; i++)
		str_addf(&body,
			"%s{\"phone_number\":\"+141555501%02d\",\"cost_information\":{\"upfront_"
			"cost\":"
			"\"1\",\"monthly_cost\":\"1\",\"currency\":\"USD\"}}",
			i ? "," : "", i);
	str_add(&body, "]}");
	struct answer a = blank();
	struct http_reply reply = fake_reply(200, body.text);
	telnyx_read_search(&reply, &o, &a);
	assert_int_equal(a.candidate_count, 2 * ORDER_CANDIDATES);
	str_done(&body);
}

static void sign_ups_that_see_one_list_choose_different_rows_of_it(void **state)
{
	(void)state;
	struct order o = an_order();
	static const char body[] =
		"{'data':[" ROW(N, "") "," ROW("+14155550124", "") "," ROW("+14155550125", "") "]}";
	bool is_first[3] = {false};
	for (char last = 'A'; last <= 'Z'; last++) {
		text_format(o.id, sizeof(o.id), "su_01JDB0%c", last);
		struct answer a = search(&o, 200, body);
		assert_int_equal(a.candidate_count, 3);
		is_first[a.candidates[0].number[11] - '3'] = true;
	}
	assert_true(is_first[0] && is_first[1] && is_first[2]);
}

static struct answer offer(int status, const char *body)
{
	struct answer a = blank();
	struct http_reply reply = fake_reply(status, json_of(body));
	telnyx_read_offer(&reply, N, &a);
	return a;
}

static void an_offer_is_the_very_number_or_none(void **state)
{
	(void)state;
	struct answer a = offer(200, "{'data':[" ROW("+14155550124", "") "," ROW(N, "") "]}");
	assert_int_equal(a.code, ERR_OK);
	assert_int_equal(a.candidate_count, 1);
	assert_string_equal(a.candidates[0].number, N);
	a = offer(200, "{'data':[" ROW("+14155550124", "") "]}");
	assert_int_equal(a.code, ERR_OK);
	assert_int_equal(a.candidate_count, 0);
	a = offer(400, "{'errors':[{'code':'10031'}]}");
	assert_int_equal(a.code, ERR_OK);
	assert_int_equal(a.candidate_count, 0);
	assert_string_equal(a.message, "");
	assert_int_equal(offer(500, "").code, ERR_CARRIER_DOWN);
}

static void offers_show_town_state_and_features_wherever_they_stand(void **state)
{
	(void)state;
	struct carrier_query query = {.country = "US", .area_code = "415"};
	struct carrier_offer offers[4];
	struct answer a = blank();
	struct http_reply reply = fake_reply(200,
		json_of("{'data':[" ROW(N,
			",'region_information':[{'region_type':'rate_center','region_name':'SNFC "
			"CNTRL'},"
			"{'region_type':'location','region_name':'San Francisco'},"
			"{'region_type':'state','region_name':'CA'}]," FEATURES) "," ROW("+14155550"
											 "124",
			",'region_information':[{'region_type':'rate_center','region_name':'SNFC "
			"CNTRL'}]") "]}"));
	assert_int_equal(telnyx_read_offers(&reply, &query, offers, 4, &a), 2);
	assert_string_equal(offers[0].locality, "San Francisco");
	assert_string_equal(offers[0].region, "CA");
	assert_true(offers[0].has_voice && offers[0].has_sms);
	assert_string_equal(offers[1].locality, "SNFC CNTRL");
	assert_false(offers[1].has_voice);
}

static void a_search_abroad_checks_country_and_area_code(void **state)
{
	(void)state;
	struct order o = an_order();
	TEXT_COPY(o.place.country, "DE");
	TEXT_COPY(o.place.npa, "30");
	struct answer a = search(&o, 200,
		"{'data':[" ROW("+4930123456", "") "," ROW("+4989123456", "") "," ROW(
			"+442071234567", "") "," ROW("+999301234567", "") "," ROW(N, "") "]}");
	assert_int_equal(a.candidate_count, 1);
	assert_string_equal(a.candidates[0].number, "+4930123456");
	TEXT_COPY(o.place.npa, "3"); /* how a number begins is not yet its code */
	a = search(&o, 200, "{'data':[" ROW("+4930123456", "") "]}");
	assert_int_equal(a.code, ERR_CARRIER_NO_NUMBERS);
	o.place.npa[0] = '\0';
	a = search(&o, 200, "{'data':[" ROW("+4989123456", "") "," ROW("+442071234567", "") "]}");
	assert_int_equal(a.candidate_count, 1);
	assert_string_equal(a.candidates[0].number, "+4989123456");
}

static void a_price_that_cannot_be_held_against_a_limit_is_no_offer(void **state)
{
	(void)state;
	static const char *const prices[] = {
		"'upfront_cost':'1','monthly_cost':'free','currency':'USD'",
		"'upfront_cost':'1','currency':'USD'",
		"'upfront_cost':'1','monthly_cost':'1'",
		"'upfront_cost':'1','monthly_cost':'1','currency':'DOLLARS'",
	};
	struct order o = an_order();
	for (size_t i = 0; i < COUNT_OF(prices); i++) {
		char body[300];
		text_format(body, sizeof(body),
			"{'data':[{'phone_number':'" N "','cost_information':{%s}}]}", prices[i]);
		assert_int_equal(search(&o, 200, body).code, ERR_CARRIER_NO_NUMBERS);
	}
	/* A price beyond counting is too dear, not a small one. */
	struct answer a = search(&o, 200,
		"{'data':[{'phone_number':'" N "','cost_information':{'upfront_cost':"
		"'99999999999','monthly_cost':'99999999999','currency':'USD'}}]}");
	assert_int_equal(a.code, ERR_OK);
	assert_int_equal(a.candidates[0].upfront_cents, INT32_MAX);
	assert_int_equal(a.candidates[0].monthly_cents, INT32_MAX);
}

static void features_are_named_or_told_as_words(void **state)
{
	(void)state;
	struct order o = an_order();
	static const struct {
		const char *features;
		int count;
	} rows[] = {
		{"['voice']", 1}, {"['sms','voice']", 1}, {"['sms']", 0}, {"[7,null]", 0},
		{"[]", 1}, {"'voice'", 1}, /* not a list: nothing is said */
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char body[300];
		text_format(body, sizeof(body),
			"{'data':[{'phone_number':'" N "'," COST ",'features':%s}]}",
			rows[i].features);
		assert_int_equal(search(&o, 200, body).candidate_count, rows[i].count);
	}
}

static void where_none_is_for_sale_is_told_as_it_was_asked(void **state)
{
	(void)state;
	struct order o = an_order();
	TEXT_COPY(o.place.region, "US-CA");
	o.place.npa[0] = '\0';
	assert_string_equal(
		search(&o, 200, "{'data':[]}").message, "no number is for sale in US-CA");
	o.place.region[0] = '\0';
	assert_string_equal(search(&o, 200, "{'data':[]}").message, "no number is for sale in US");
}

/* A masked number begins as one; any other text is no number at all. */
static void rows_that_are_no_numbers_do_not_mean_a_low_level(void **state)
{
	(void)state;
	struct order o = an_order();
	assert_int_equal(search(&o, 200, "{'data':[{'phone_number':'unlisted'}]}").code,
		ERR_CARRIER_NO_NUMBERS);
	assert_int_equal(search(&o, 200, "{'data':[{}]}").code, ERR_CARRIER_NO_NUMBERS);
}

static void an_offer_that_is_no_list_is_an_outage_and_never_none(void **state)
{
	(void)state;
	static const char *const bodies[] = {"{}", "{'data':{}}", "{'data':null}", "<html>"};
	for (size_t i = 0; i < COUNT_OF(bodies); i++)
		assert_int_equal(offer(200, bodies[i]).code, ERR_CARRIER_DOWN);
	/* The number twice is the number. */
	struct answer a = offer(200, "{'data':[" ROW(N, "") "," ROW(N, "") "]}");
	assert_int_equal(a.candidate_count, 1);
	/* Of a country that we have no plan of: not the number that was asked for. */
	a = offer(200, "{'data':[" ROW("+999301234567", "") "," ROW("+4930123456", "") "]}");
	assert_int_equal(a.code, ERR_OK);
	assert_int_equal(a.candidate_count, 0);
}

static void offers_are_cut_where_there_is_no_more_room_and_skip_what_cannot_be_bought(void **state)
{
	(void)state;
	struct carrier_query query = {.country = "US", .area_code = "415"};
	struct carrier_offer offers[1];
	struct answer a = blank();
	struct http_reply reply =
		fake_reply(200, json_of("{'data':[" ROW("+12125550123", "") "," ROW(N, "") "," ROW(
					"+14155550124", "") "]}"));
	assert_int_equal(telnyx_read_offers(&reply, &query, offers, 1, &a), 1);
	assert_string_equal(offers[0].candidate.number, N);
	struct http_reply none = fake_reply(200, json_of("{'data':[]}"));
	a = blank();
	assert_int_equal(telnyx_read_offers(&none, &query, offers, 1, &a), 0);
	assert_int_equal(a.code, ERR_CARRIER_NO_NUMBERS);
	struct http_reply down = fake_reply(503, "");
	a = blank();
	assert_int_equal(telnyx_read_offers(&down, &query, offers, 1, &a), 0);
	assert_int_equal(a.code, ERR_CARRIER_DOWN);
}

static void only_numbers_of_the_town_that_is_asked_for_are_taken(void **state)
{
	(void)state;
	struct order o = an_order();
	o.place.rung = LADDER_SAME_TOWN;
	TEXT_COPY(o.place.npa, "415");
	TEXT_COPY(o.place.town, "San Rafael");
	struct answer a = search(&o, 200,
		"{'data':[" ROW(N,
			",'region_information':[{'region_type':'location','region_name':'San "
			"Francisco'}]") "," ROW("+14155550124",
			",'region_information':[{'region_type':'rate_center','region_name':'SAN "
			"RAFAEL'}]") "," ROW("+14155550125", "") "]}");
	assert_int_equal(a.code, ERR_OK);
	assert_int_equal(a.candidate_count, 1);
	assert_string_equal(a.candidates[0].number, "+14155550124");
	struct carrier_query query;
	telnyx_query_of_order(&o, &query);
	struct http_call call = telnyx_build_search("", &query);
	assert_non_null(strstr(call.url, "national_destination_code%5D=415"));
	assert_non_null(strstr(call.url, "filter%5Blocality%5D=San%20Rafael"));
	free(call.url);
}

static int stock_of(int status, const char *body, struct carrier_stock stock[4], struct answer *a)
{
	struct http_reply reply = fake_reply(status, json_of(body));
	*a = blank();
	return telnyx_read_stock(&reply, stock, 4, a);
}

static void stock_is_told_by_area_code(void **state)
{
	(void)state;
	struct carrier_stock stock[4];
	struct answer a;
	int count = stock_of(200,
		"{'data':[{'group':'415','count':37},{'group':'628','count':'2'},{'group':'415',"
		"'count':3},{'group':'650','count':0},{'group':510},{'group':'Oakland','count':9},"
		"{'group':null},{},7,{'group':'650','count':9,'coverage_type':'block'},"
		"{'group':'800','count':9,'phone_number_type':'toll_free'},{'group':'','count':9},"
		"{'group':'212','coverage_type':'number','phone_number_type':'local','count':"
		"2147483647,'advance_requirements':true}"
		"]}",
		stock, &a);
	assert_int_equal(a.code, ERR_OK);
	assert_int_equal(count, 4);
	assert_string_equal(stock[0].area_code, "415");
	assert_int_equal(stock[0].count, 40);
	assert_false(stock[0].needs_papers);
	assert_int_equal(stock[1].count, 2);
	assert_string_equal(stock[2].area_code, "510");
	assert_int_equal(stock[2].count, -1); /* some */
	assert_int_equal(stock[3].count, INT32_MAX);
	assert_true(stock[3].needs_papers);
}

static void stock_that_is_not_understood_is_an_error_and_no_stock(void **state)
{
	(void)state;
	struct carrier_stock stock[4];
	struct answer a;
	assert_int_equal(stock_of(200, "{'data':{}}", stock, &a), 0);
	assert_int_equal(a.code, ERR_CARRIER_DOWN);
	assert_int_equal(stock_of(400, "{'errors':[{'code':'10031'}]}", stock, &a), 0);
	assert_int_not_equal(a.code, ERR_OK);
	assert_int_equal(stock_of(500, "oops", stock, &a), 0);
	assert_int_equal(a.code, ERR_CARRIER_DOWN);
	assert_int_equal(
		stock_of(200,
			"{'data':[{'group':'201'},{'group':'202','count':5},{'group':'202'},"
			"{'group':'203'},{'group':'204'},{'group':'205'}]}",
			stock, &a),
		4); /* as many as there is room for */
	assert_int_equal(stock[1].count, -1);
}

static int papers_of(int status, const char *body, struct carrier_paper papers[4], struct answer *a)
{
	struct http_reply reply = fake_reply(status, json_of(body));
	*a = blank();
	return telnyx_read_papers(&reply, "DE", papers, 4, a);
}

#define RULE(action, type, types)                                                                  \
	"{'country_code':'DE','action':'" action "','phone_number_type':" type                     \
	",'effective_end_at':null,'requirement_types':[" types "]}"

static void papers_are_those_for_ordering_local_numbers_each_once(void **state)
{
	(void)state;
	struct carrier_paper papers[4];
	struct answer a;
	int count = papers_of(200,
		"{'data':[" RULE("ordering", "'local'",
			"{'name':'Proof of "
			"Address','type':'address','description':'Lives\\nthere'},"
			"{'name':''},7,{'name':null}") "," RULE("both", "null",
			"{'name':'Passport','type':'document'},{'name':'Proof of "
			"Address'}") "," RULE("porting", "'local'",
			"{'name':'Letter'}") "," RULE("ordering", "'national'",
			"{'name':'Register'}") ",{'country_code':'FR','action':'"
					       "ordering',"
					       "'requirement_types':[{'name':'Kbis'"
					       "}]},{'country_code':'DE','action':'"
					       "ordering',"
					       "'effective_end_at':'2024-01-01T00:"
					       "00:00Z','requirement_types':[{'"
					       "name':'Old'}]},"
					       "{'country_code':'DE','action':'"
					       "ordering','locality':'Berlin',"
					       "'requirement_types':[{'name':'"
					       "Passport'},{'name':'Lease'}]},null]"
					       "}",
		papers, &a);
	assert_int_equal(a.code, ERR_OK);
	assert_int_equal(count, 3);
	assert_string_equal(papers[0].name, "Proof of Address");
	assert_string_equal(papers[0].kind, "address");
	assert_string_equal(papers[0].about, "Lives there");
	assert_string_equal(papers[1].name, "Passport");
	assert_string_equal(papers[2].name, "Lease");
	assert_string_equal(papers[2].locality, "Berlin");
	assert_int_equal(papers_of(200, "{'data':[]}", papers, &a), 0);
	assert_int_equal(a.code, ERR_OK);
}

static void papers_that_are_not_understood_are_an_error_and_never_none(void **state)
{
	(void)state;
	struct carrier_paper papers[4];
	struct answer a;
	static const struct {
		int status;
		const char *body;
	} cases[] = {
		{200, "{'data':{}}"},
		{200, "{}"},
		{404, "{'errors':[{'code':'10005'}]}"},
		{500, "oops"},
		{200, "{'data':[" RULE("both", "null",
			      "{'name':'Passport'}") "],"
						     "'meta':{'page_number':1,'total_pages':2}}"},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		assert_int_equal(papers_of(cases[i].status, cases[i].body, papers, &a), 0);
		assert_int_not_equal(a.code, ERR_OK);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(a_search_gives_the_numbers_with_their_prices),
		CHECK(rows_that_cannot_be_bought_or_are_not_what_was_asked_are_dropped),
		CHECK(none_is_said_by_an_error_too_and_never_by_an_outage),
		CHECK(only_masked_numbers_mean_that_the_account_s_level_is_too_low),
		CHECK(a_wide_search_checks_country_and_state),
		CHECK(more_rows_than_there_is_room_for_are_left_out),
		CHECK(sign_ups_that_see_one_list_choose_different_rows_of_it),
		CHECK(an_offer_is_the_very_number_or_none),
		CHECK(offers_show_town_state_and_features_wherever_they_stand),
		CHECK(a_search_abroad_checks_country_and_area_code),
		CHECK(a_price_that_cannot_be_held_against_a_limit_is_no_offer),
		CHECK(features_are_named_or_told_as_words),
		CHECK(where_none_is_for_sale_is_told_as_it_was_asked),
		CHECK(rows_that_are_no_numbers_do_not_mean_a_low_level),
		CHECK(an_offer_that_is_no_list_is_an_outage_and_never_none),
		CHECK(offers_are_cut_where_there_is_no_more_room_and_skip_what_cannot_be_bought),
		CHECK(only_numbers_of_the_town_that_is_asked_for_are_taken),
		CHECK(stock_is_told_by_area_code),
		CHECK(stock_that_is_not_understood_is_an_error_and_no_stock),
		CHECK(papers_are_those_for_ordering_local_numbers_each_once),
		CHECK(papers_that_are_not_understood_are_an_error_and_never_none),
	};
	return CHECK_MAIN(tests);
}
