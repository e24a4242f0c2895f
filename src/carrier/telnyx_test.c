/* Which requests a command takes, and how their replies become one answer. */
#include "carrier/carrier.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "tests/fake_http.h"

#define N "+14155550123"
#define REF "nb1-inst-aaaaaaaaaaaaaaaaaaaa-1"
#define NOW INT64_C(1727872800000) /* 2024-10-02T12:40:00Z */
#define MINUTES(n) ((n)*INT64_C(60000))

static int64_t a_time(void *state)
{
	(void)state;
	return NOW;
}

/* One carrier, one command under way, and what came of it. */
struct play {
	struct fake_http *http;
	struct clock clock;
	struct carrier *carrier;
	struct order order;
	struct command command;
	struct answer answer;
	int answers;
	bool is_gate_shut;
	int gates;
};

static void answered(void *arg, const struct answer *answer)
{
	struct play *p = arg;
	p->answer = *answer;
	p->answers++;
}

static bool gate(void *arg)
{
	struct play *p = arg;
	p->gates++;
	return !p->is_gate_shut;
}

static int begin_with_key(void **state, const char *key)
{
	struct play *p = must_calloc(1, sizeof(*p));
	p->http = fake_http_new();
	p->clock = (struct clock){a_time, a_time, NULL};
	p->carrier = carrier_telnyx_new(&p->http->base, &p->clock,
		&(struct telnyx_options){.base_url = "https://telnyx.example/v2/", .api_key = key});
	struct order *o = &p->order;
	TEXT_COPY(o->number, N);
	TEXT_COPY(o->instance, "inst");
	TEXT_COPY(o->name, "aaaaaaaaaaaaaaaaaaaa");
	TEXT_COPY(o->number_id, "77");
	TEXT_COPY(o->place.country, "US");
	TEXT_COPY(o->place.npa, "415");
	o->attempt.kind = ATTEMPT_BUY;
	TEXT_COPY(o->attempt.number, N);
	*state = p;
	return 0;
}

static int begin(void **state)
{
	return begin_with_key(state, "KEY0123456789");
}

static int begin_without_key(void **state)
{
	return begin_with_key(state, "");
}

static int end(void **state)
{
	struct play *p = *state;
	carrier_free(p->carrier);
	assert_int_equal(fake_open_count(p->http), 0);
	fake_http_free(p->http);
	free(p);
	return 0;
}

static void ask(struct play *p, enum command_kind kind)
{
	p->command = (struct command){.kind = kind};
	TEXT_COPY(p->command.reference, REF);
	p->answers = 0;
	carrier_ask(p->carrier, &p->order, &p->command, gate, answered, p);
	assert_int_equal(p->answers, 0); /* never from inside the call */
}

static void reply(
	struct play *p, enum http_method method, const char *part, int status, const char *body)
{
	fake_answer(fake_open(p->http, method, part), status, json_of(body));
}

static void lose(struct play *p, enum http_method method, const char *part, enum http_sent sent)
{
	fake_tell(fake_open(p->http, method, part), fake_lost(sent, "lost"));
}

static void assert_answer(const struct play *p, enum err_code code)
{
	if (p->answers != 1 || p->answer.code != code)
		fail_msg("%d answers, %s: %s", p->answers, err_wire(p->answer.code),
			p->answer.message);
	assert_int_equal(fake_open_count(p->http), 0);
}

#define ORDERED(status)                                                                            \
	"{'id':'3d8bd753','status':'" status "','customer_reference':'" REF "','phone_numbers':["  \
	"{'phone_number':'" N "'}]}"
#define OWNED(status, reference)                                                                   \
	"{'id':'77','phone_number':'" N "','status':'" status "','customer_reference':" reference  \
	"}"
#define NO_ROWS "{'data':[],'meta':{'page_number':1,'total_pages':1}}"
#define NOT_FOUND "{'errors':[{'code':'10005','title':'Resource not found'}]}"

static void a_check_reads_the_balance_with_the_key(void **state)
{
	struct play *p = *state;
	ask(p, COMMAND_CHECK);
	struct fake_call *c = fake_open(p->http, HTTP_GET, "");
	assert_string_equal(c->url, "https://telnyx.example/v2/balance");
	assert_string_equal(c->bearer, "KEY0123456789");
	assert_false(c->is_money);
	fake_answer(c, 200, json_of("{'data':{'available_credit':'12.50'}}"));
	assert_answer(p, ERR_OK);
	assert_int_equal(p->answer.available_cents, 1250);
}

static void without_a_key_everything_is_answered_later_and_nothing_is_sent(void **state)
{
	struct play *p = *state;
	static const enum command_kind kinds[] = {COMMAND_CHECK, COMMAND_SEARCH, COMMAND_TRACE,
		COMMAND_RESERVE, COMMAND_BUY, COMMAND_LOOK, COMMAND_OFFER, COMMAND_READ_ORDER,
		COMMAND_READ_NUMBER, COMMAND_RELEASE_NUMBER};
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		ask(p, kinds[i]);
		struct fake_call *c = fake_open(p->http, HTTP_GET, "");
		assert_string_equal(c->url, ""); /* the sender refuses an empty address */
		fake_tell(c, fake_lost(HTTP_UNSENT, "it is not an address"));
		assert_answer(p, ERR_CARRIER_KEY_MISSING);
	}
}

static void a_search_and_an_offer_are_one_request_each(void **state)
{
	struct play *p = *state;
	ask(p, COMMAND_SEARCH);
	reply(p, HTTP_GET, "national_destination_code%5D=415", 400,
		"{'errors':[{'code':'10031'}]}");
	assert_answer(p, ERR_CARRIER_NO_NUMBERS);
	ask(p, COMMAND_OFFER);
	reply(p, HTTP_GET, "starts_with%5D=5550123", 200, "{'data':[]}");
	assert_answer(p, ERR_OK);
	assert_int_equal(p->answer.candidate_count, 0);
}

/* --- buying --- */

static void a_purchase_is_sent_once_as_money_through_the_gate(void **state)
{
	struct play *p = *state;
	ask(p, COMMAND_BUY);
	struct fake_call *c = fake_open(p->http, HTTP_POST, "/number_orders");
	assert_true(c->is_money);
	assert_non_null(strstr(c->body, REF));
	fake_answer(c, 200, json_of("{'data':" ORDERED("pending") "}"));
	assert_answer(p, ERR_OK);
	assert_int_equal(p->gates, 1);
	assert_string_equal(p->answer.order_id, "3d8bd753");
	assert_int_equal(p->http->count, 1);
}

static void a_purchase_whose_gate_is_shut_did_not_happen(void **state)
{
	struct play *p = *state;
	p->is_gate_shut = true;
	ask(p, COMMAND_BUY);
	reply(p, HTTP_POST, "/number_orders", 200, "{'data':" ORDERED("pending") "}");
	assert_answer(p, ERR_CARRIER_DOWN);
	assert_int_equal(err_effect(p->answer.code), ERR_EFFECT_NONE);
}

static void a_purchase_without_an_answer_may_have_happened_and_is_not_repeated(void **state)
{
	struct play *p = *state;
	ask(p, COMMAND_BUY);
	lose(p, HTTP_POST, "/number_orders", HTTP_SENT);
	assert_answer(p, ERR_CARRIER_UNCLEAR);
	ask(p, COMMAND_BUY);
	reply(p, HTTP_POST, "/number_orders", 504, "");
	assert_answer(p, ERR_CARRIER_UNCLEAR);
	ask(p, COMMAND_BUY);
	lose(p, HTTP_POST, "/number_orders", HTTP_UNSENT);
	assert_answer(p, ERR_CARRIER_DOWN);
	assert_int_equal(p->http->count, 3);
}

static void the_second_way_to_buy_posts_the_number_itself(void **state)
{
	struct play *p = *state;
	p->order.attempt.method = METHOD_PHONE_NUMBERS;
	ask(p, COMMAND_BUY);
	struct fake_call *c = fake_open(p->http, HTTP_POST, "v2/phone_numbers");
	assert_true(c->is_money);
	fake_answer(c, 404, json_of(NOT_FOUND));
	assert_answer(p, ERR_CARRIER_NOT_OFFERED);
}

/* --- looking --- */

static void a_look_asks_three_ways_at_once_and_answers_once(void **state)
{
	struct play *p = *state;
	ask(p, COMMAND_LOOK);
	assert_int_equal(fake_open_count(p->http), 3);
	reply(p, HTTP_GET, "/phone_numbers?", 200, NO_ROWS);
	reply(p, HTTP_POST, "verify_ownership", 200, "{'data':{'found':[]}}");
	assert_int_equal(p->answers, 0);
	reply(p, HTTP_GET, "/number_orders?", 200, "{'data':[" ORDERED("success") "]}");
	assert_answer(p, ERR_OK);
	assert_int_equal(p->answer.order_status, CARRIER_ORDER_SUCCESS);
	assert_string_equal(p->answer.order_id, "3d8bd753");
	assert_int_equal(p->answer.number_status, NUMBER_ABSENT);
}

static void a_look_that_cannot_read_a_part_finds_nothing_out(void **state)
{
	struct play *p = *state;
	ask(p, COMMAND_LOOK);
	reply(p, HTTP_GET, "/phone_numbers?", 503, "");
	reply(p, HTTP_POST, "verify_ownership", 200, "{'data':{'found':[]}}");
	reply(p, HTTP_GET, "/number_orders?", 200, NO_ROWS);
	assert_answer(p, ERR_CARRIER_DOWN);
}

static void a_look_reads_the_record_when_only_ownership_is_confirmed(void **state)
{
	struct play *p = *state;
	ask(p, COMMAND_LOOK);
	reply(p, HTTP_GET, "/phone_numbers?", 200, NO_ROWS);
	reply(p, HTTP_GET, "/number_orders?", 200, NO_ROWS);
	reply(p, HTTP_POST, "verify_ownership", 200,
		"{'data':{'found':[{'number_val_e164':'" N "','id':'77'}]}}");
	assert_int_equal(p->answers, 0);
	reply(p, HTTP_GET, "/phone_numbers/77", 200, "{'data':" OWNED("active", "'" REF "'") "}");
	assert_answer(p, ERR_OK);
	assert_int_equal(p->answer.number_status, NUMBER_ACTIVE);
	assert_string_equal(p->answer.number_reference, REF);
}

static void a_look_that_cannot_read_that_record_does_not_call_it_a_stranger_s(void **state)
{
	struct play *p = *state;
	ask(p, COMMAND_LOOK);
	reply(p, HTTP_GET, "/phone_numbers?", 200, NO_ROWS);
	reply(p, HTTP_GET, "/number_orders?", 200, NO_ROWS);
	reply(p, HTTP_POST, "verify_ownership", 200,
		"{'data':{'found':[{'number_val_e164':'" N "','id':'77'}]}}");
	reply(p, HTTP_GET, "/phone_numbers/77", 404, NOT_FOUND);
	assert_answer(p, ERR_CARRIER_DOWN);
}

static void a_look_for_a_number_brought_along_asks_for_no_order(void **state)
{
	struct play *p = *state;
	p->order.mode = ORDER_MODE_EXISTING;
	ask(p, COMMAND_LOOK);
	assert_int_equal(fake_open_count(p->http), 2);
	reply(p, HTTP_GET, "/phone_numbers?", 200, "{'data':[" OWNED("active", "null") "]}");
	reply(p, HTTP_POST, "verify_ownership", 500, "");
	assert_answer(p, ERR_OK);
	assert_string_equal(p->answer.number_id, "77");
	assert_string_equal(p->answer.number_reference, "");
}

static void a_list_is_followed_over_its_pages_but_not_for_ever(void **state)
{
	struct play *p = *state;
	ask(p, COMMAND_TRACE);
	reply(p, HTTP_GET, "/number_orders?", 200,
		"{'data':[],'meta':{'page_number':1,'total_pages':2}}");
	reply(p, HTTP_GET, "page%5Bnumber%5D=2", 200, "{'data':[" ORDERED("pending") "]}");
	assert_answer(p, ERR_OK);
	assert_string_equal(p->answer.number, N);
	ask(p, COMMAND_TRACE);
	for (int i = 0; i < 20; i++)
		reply(p, HTTP_GET, "/number_orders?", 200,
			"{'data':[],'meta':{'page_number':1,'total_pages':99}}");
	assert_answer(p, ERR_CARRIER_DOWN);
}

static void reading_an_order_asks_for_it_and_for_the_number(void **state)
{
	struct play *p = *state;
	TEXT_COPY(p->order.order_id, "3d8bd753");
	ask(p, COMMAND_READ_ORDER);
	reply(p, HTTP_GET, "/number_orders/3d8bd753", 200, "{'data':" ORDERED("success") "}");
	reply(p, HTTP_GET, "/phone_numbers?", 200, "{'data':[" OWNED("active", "'" REF "'") "]}");
	assert_answer(p, ERR_OK);
	assert_int_equal(p->answer.order_status, CARRIER_ORDER_SUCCESS);
	assert_int_equal(p->answer.number_status, NUMBER_ACTIVE);
	assert_string_equal(p->answer.status_word, "active");
	p->order.order_id[0] = '\0';
	ask(p, COMMAND_READ_ORDER);
	assert_int_equal(fake_open_count(p->http), 1);
	reply(p, HTTP_GET, "/phone_numbers?", 200, NO_ROWS);
	assert_answer(p, ERR_OK);
	assert_int_equal(p->answer.number_status, NUMBER_ABSENT);
}

/* --- reserving --- */

#define RESERVATION(reference, expires)                                                            \
	"{'id':'12ade33a','customer_reference':'" reference                                        \
	"','phone_numbers':[{'phone_number':'" N "','status':'success','expired_at':'" expires     \
	"'}]}"
#define TAKEN "{'errors':[{'code':'85006','title':'The phone number is already reserved'}]}"

static void a_reservation_is_one_request_when_all_is_well(void **state)
{
	struct play *p = *state;
	ask(p, COMMAND_RESERVE);
	struct fake_call *c = fake_open(p->http, HTTP_POST, "/number_reservations");
	assert_false(c->is_money);
	fake_answer(c, 200, json_of("{'data':" RESERVATION(REF, "2024-10-02T13:10:00Z") "}"));
	assert_answer(p, ERR_OK);
	assert_int_equal(p->answer.reserved_until_ms, NOW + MINUTES(30));
}

static void a_number_reserved_already_by_us_is_reserved(void **state)
{
	struct play *p = *state;
	ask(p, COMMAND_RESERVE);
	reply(p, HTTP_POST, "/number_reservations", 422, TAKEN);
	reply(p, HTTP_GET, "/number_reservations?", 200,
		"{'data':[" RESERVATION(REF, "2024-10-02T13:00:00Z") "]}");
	assert_answer(p, ERR_OK);
	assert_int_equal(p->answer.reserved_until_ms, NOW + MINUTES(20));
}

static void a_number_reserved_by_somebody_else_is_gone(void **state)
{
	struct play *p = *state;
	ask(p, COMMAND_RESERVE);
	reply(p, HTTP_POST, "/number_reservations", 422, TAKEN);
	reply(p, HTTP_GET, "/number_reservations?", 200,
		"{'data':[" RESERVATION(
			"nb1-inst-bbbbbbbbbbbbbbbbbbbb-1", "2024-10-02T13:00:00Z") "]}");
	assert_answer(p, ERR_CARRIER_NUMBER_GONE);
	ask(p, COMMAND_RESERVE);
	reply(p, HTTP_POST, "/number_reservations", 422, TAKEN);
	reply(p, HTTP_GET, "/number_reservations?", 503, "");
	assert_answer(p, ERR_CARRIER_DOWN); /* not known: not gone */
}

static void a_reservation_near_its_end_is_extended(void **state)
{
	struct play *p = *state;
	p->order.was_reserved = true;
	p->order.reserved_until_ms = NOW + MINUTES(4);
	ask(p, COMMAND_RESERVE);
	reply(p, HTTP_GET, "/number_reservations?", 200,
		"{'data':[" RESERVATION(REF, "2024-10-02T12:44:00Z") "]}");
	reply(p, HTTP_POST, "/number_reservations/12ade33a/actions/extend", 200,
		"{'data':" RESERVATION(REF, "2024-10-02T13:14:00Z") "}");
	assert_answer(p, ERR_OK);
	assert_int_equal(p->answer.reserved_until_ms, NOW + MINUTES(34));
	/* Refused: what is left of it still counts. */
	ask(p, COMMAND_RESERVE);
	reply(p, HTTP_GET, "/number_reservations?", 200,
		"{'data':[" RESERVATION(REF, "2024-10-02T12:44:00Z") "]}");
	reply(p, HTTP_POST, "/actions/extend", 422, "{'errors':[{'code':'85008'}]}");
	assert_answer(p, ERR_OK);
	assert_int_equal(p->answer.reserved_until_ms, NOW + MINUTES(4));
}

static void a_reservation_that_is_not_there_any_more_is_made_again(void **state)
{
	struct play *p = *state;
	p->order.was_reserved = true;
	p->order.reserved_until_ms = NOW + MINUTES(4);
	ask(p, COMMAND_RESERVE);
	reply(p, HTTP_GET, "/number_reservations?", 200, NO_ROWS);
	reply(p, HTTP_POST, "/number_reservations", 200,
		"{'data':" RESERVATION(REF, "2024-10-02T13:10:00Z") "}");
	assert_answer(p, ERR_OK);
	p->order.reserved_until_ms = NOW - MINUTES(1);
	ask(p, COMMAND_RESERVE); /* run out: nothing to look for */
	reply(p, HTTP_POST, "/number_reservations", 422,
		"{'errors':[{'code':'10027','detail':'We don`t recognize the number(s)'}]}");
	assert_answer(p, ERR_CARRIER_NUMBER_GONE);
}

/* --- the owned number --- */

static void reading_a_number_compares_the_expected_connection(void **state)
{
	struct play *p = *state;
	static const char record[] = "{'data':{'id':'77','phone_number':'" N
				     "','status':'active','connection_id':'30'}}";
	ask(p, COMMAND_READ_NUMBER);
	reply(p, HTTP_GET, "/phone_numbers/77", 200, record);
	assert_answer(p, ERR_OK);
	assert_string_equal(p->answer.differs, "");
	carrier_expect_connection(p->carrier, "29");
	ask(p, COMMAND_READ_NUMBER);
	reply(p, HTTP_GET, "/phone_numbers/77", 200, record);
	assert_non_null(strstr(p->answer.differs, "not on 29"));
	carrier_expect_connection(p->carrier, "");
	ask(p, COMMAND_READ_NUMBER);
	reply(p, HTTP_GET, "/phone_numbers/77", 200, record);
	assert_string_equal(p->answer.differs, "");
}

static void releasing_passes_the_gate_like_money(void **state)
{
	struct play *p = *state;
	ask(p, COMMAND_RELEASE_NUMBER);
	assert_true(fake_open(p->http, HTTP_DELETE, "/phone_numbers/77")->is_money);
	reply(p, HTTP_DELETE, "/phone_numbers/77", 200, "{'data':" OWNED("deleted", "null") "}");
	assert_answer(p, ERR_OK);
	assert_int_equal(p->gates, 1);
	assert_int_equal(p->answer.number_status, NUMBER_ENDED);
}

/* --- the other two functions --- */

static int offers_seen, numbers_seen;
static enum err_code code_seen;
static bool more_seen;

static void offered(void *arg, const struct err *e, const struct carrier_offer *offers, int count)
{
	(void)arg, (void)offers;
	code_seen = e->code;
	offers_seen = count;
}

static void owned(void *arg, const struct err *e, const struct carrier_number *numbers, int count,
	bool has_more)
{
	(void)arg, (void)numbers;
	code_seen = e->code;
	numbers_seen = count;
	more_seen = has_more;
}

static void offers_and_owned_numbers_are_listed(void **state)
{
	struct play *p = *state;
	struct carrier_query query = {.country = "US", .is_toll_free = true, .limit = 5};
	carrier_offers(p->carrier, &query, offered, NULL);
	/* The filter may be ignored: a row that says it takes days is dropped. */
	reply(p, HTTP_GET, "phone_number_type%5D=toll_free&filter%5Bquickship%5D=true", 200,
		"{'data':[{'phone_number':'+18005550122','quickship':false,'cost_information':"
		"{'upfront_cost':'1','monthly_cost':'1','currency':'USD'}},"
		"{'phone_number':'+18005550123','quickship':true,'cost_information':"
		"{'upfront_cost':'1','monthly_cost':'1','currency':'USD'}}]}");
	assert_int_equal(code_seen, ERR_OK);
	assert_int_equal(offers_seen, 1);
	query = (struct carrier_query){.country = "US", .area_code = "415", .limit = 5};
	carrier_offers(p->carrier, &query, offered, NULL);
	reply(p, HTTP_GET, "/available_phone_numbers", 200, /* it says nothing of local ones */
		"{'data':[{'phone_number':'+14155550122','quickship':false,'cost_information':"
		"{'upfront_cost':'1','monthly_cost':'1','currency':'USD'}}]}");
	assert_int_equal(offers_seen, 1);
	carrier_offers(p->carrier, &query, offered, NULL);
	reply(p, HTTP_GET, "/available_phone_numbers", 200, "{'data':[]}");
	assert_int_equal(code_seen, ERR_CARRIER_NO_NUMBERS);
	carrier_numbers(p->carrier, 2, owned, NULL);
	reply(p, HTTP_GET, "page%5Bnumber%5D=2", 200,
		"{'data':[" OWNED("active", "null") "],'meta':{'page_number':2,'total_pages':3}}");
	assert_int_equal(code_seen, ERR_OK);
	assert_int_equal(numbers_seen, 1);
	assert_true(more_seen);
}

static void stocked(void *arg, const struct err *e, const struct carrier_stock *stock, int count)
{
	(void)arg;
	code_seen = e->code;
	offers_seen = count > 0 ? stock[0].count : -1;
}

static void stock_is_asked_for_a_country_in_one_call(void **state)
{
	struct play *p = *state;
	carrier_stock(p->carrier, "US", stocked, NULL);
	reply(p, HTTP_GET, "/inventory_coverage?filter%5Bcountry_code%5D=US&", 200,
		"{'data':[{'group':'415','count':37}]}");
	assert_int_equal(code_seen, ERR_OK);
	assert_int_equal(offers_seen, 37);
}

static void needed(void *arg, const struct err *e, const struct carrier_paper *papers, int count)
{
	(void)arg, (void)papers;
	code_seen = e->code;
	offers_seen = count;
}

static void the_papers_of_a_country_are_asked_for_in_one_call(void **state)
{
	struct play *p = *state;
	carrier_papers(p->carrier, "DE", needed, NULL);
	reply(p, HTTP_GET, "/requirements?filter%5Bcountry_code%5D=DE&filter%5Baction%5D=ordering&",
		200,
		"{'data':[{'country_code':'DE','action':'ordering','requirement_types':"
		"[{'name':'Proof of Address'}]}]}");
	assert_int_equal(code_seen, ERR_OK);
	assert_int_equal(offers_seen, 1);
}

static void lists_without_a_key_say_so(void **state)
{
	struct play *p = *state;
	struct carrier_query query = {.country = "US"};
	carrier_offers(p->carrier, &query, offered, NULL);
	lose(p, HTTP_GET, "", HTTP_UNSENT);
	assert_int_equal(code_seen, ERR_CARRIER_KEY_MISSING);
	carrier_numbers(p->carrier, 1, owned, NULL);
	code_seen = ERR_OK;
	lose(p, HTTP_GET, "", HTTP_UNSENT);
	assert_int_equal(code_seen, ERR_CARRIER_KEY_MISSING);
	carrier_papers(p->carrier, "US", needed, NULL);
	code_seen = ERR_OK;
	lose(p, HTTP_GET, "", HTTP_UNSENT);
	assert_int_equal(code_seen, ERR_CARRIER_KEY_MISSING);
	carrier_stock(p->carrier, "US", stocked, NULL);
	code_seen = ERR_OK;
	lose(p, HTTP_GET, "", HTTP_UNSENT);
	assert_int_equal(code_seen, ERR_CARRIER_KEY_MISSING);
}

static void freeing_ends_what_is_under_way_without_an_answer(void **state)
{
	struct play *p = *state;
	ask(p, COMMAND_LOOK);
	carrier_numbers(p->carrier, 1, owned, NULL);
	reply(p, HTTP_POST, "verify_ownership", 500, "");
	p->carrier = carrier_free(p->carrier);
	assert_null(p->carrier);
	assert_int_equal(fake_open_count(p->http), 0);
	assert_int_equal(p->answers, 0);
	assert_false(p->http->calls[1].is_cancelled); /* that one had its reply */
	assert_true(p->http->calls[0].is_cancelled && p->http->calls[2].is_cancelled);
}

#define EMPTY_PAGE(page) "{'data':[],'meta':{'page_number':" page ",'total_pages':2}}"

/* What stands on the second page is ours all the same. */
static void a_look_and_a_reading_follow_their_lists_over_the_pages(void **state)
{
	struct play *p = *state;
	ask(p, COMMAND_LOOK);
	reply(p, HTTP_POST, "verify_ownership", 200, "{'data':{'found':[]}}");
	reply(p, HTTP_GET, "/number_orders?", 200, EMPTY_PAGE("1"));
	reply(p, HTTP_GET, "/number_orders?", 200, EMPTY_PAGE("2"));
	reply(p, HTTP_GET, "/phone_numbers?", 200, EMPTY_PAGE("1"));
	assert_non_null(fake_open(p->http, HTTP_GET, "page%5Bnumber%5D=2"));
	reply(p, HTTP_GET, "/phone_numbers?", 200, "{'data':[" OWNED("active", "'" REF "'") "]}");
	assert_answer(p, ERR_OK);
	assert_int_equal(p->answer.number_status, NUMBER_ACTIVE);
	ask(p, COMMAND_READ_ORDER);
	reply(p, HTTP_GET, "/phone_numbers?", 200, EMPTY_PAGE("1"));
	reply(p, HTTP_GET, "page%5Bnumber%5D=2", 200,
		"{'data':[" OWNED("active", "'" REF "'") "]}");
	assert_answer(p, ERR_OK);
	assert_int_equal(p->answer.number_status, NUMBER_ACTIVE);
}

static void our_reservation_is_found_on_the_second_page(void **state)
{
	struct play *p = *state;
	ask(p, COMMAND_RESERVE);
	reply(p, HTTP_POST, "/number_reservations", 422, TAKEN);
	reply(p, HTTP_GET, "/number_reservations?", 200, EMPTY_PAGE("1"));
	reply(p, HTTP_GET, "page%5Bnumber%5D=2", 200,
		"{'data':[" RESERVATION(REF, "2024-10-02T13:10:00Z") "]}");
	assert_answer(p, ERR_OK);
	assert_int_equal(p->answer.reserved_until_ms, NOW + MINUTES(30));
}

/* Extended to less than what there was: what there was counts. */
static void extending_never_shortens_a_reservation(void **state)
{
	struct play *p = *state;
	p->order.was_reserved = true;
	p->order.reserved_until_ms = NOW + MINUTES(4);
	ask(p, COMMAND_RESERVE);
	reply(p, HTTP_GET, "/number_reservations?", 200,
		"{'data':[" RESERVATION(REF, "2024-10-02T12:44:00Z") "]}");
	reply(p, HTTP_POST, "/actions/extend", 200,
		"{'data':" RESERVATION(REF, "2024-10-02T12:41:00Z") "}");
	assert_answer(p, ERR_OK);
	assert_int_equal(p->answer.reserved_until_ms, NOW + MINUTES(4));
}

static int orders_seen;
static char reference_seen[REFERENCE_BYTES];

static void orders_listed(void *arg, const struct err *e, const struct carrier_order *orders,
	int count, bool has_more)
{
	(void)arg;
	code_seen = e->code;
	orders_seen = count;
	more_seen = has_more;
	if (count > 0)
		TEXT_COPY(reference_seen, orders[0].reference);
}

static void the_accounts_orders_are_listed_by_the_page(void **state)
{
	struct play *p = *state;
	carrier_orders(p->carrier, 3, NOW, orders_listed, NULL);
	reply(p, HTTP_GET, "page%5Bnumber%5D=3", 200,
		"{'data':[" ORDERED("success") "],'meta':{'page_number':3,'total_pages':4}}");
	assert_int_equal(code_seen, ERR_OK);
	assert_int_equal(orders_seen, 1);
	assert_string_equal(reference_seen, REF);
	assert_true(more_seen);
	carrier_orders(p->carrier, 1, NOW, orders_listed, NULL);
	reply(p, HTTP_GET, "/number_orders?", 503, "");
	assert_int_equal(code_seen, ERR_CARRIER_DOWN);
	assert_int_equal(orders_seen, 0);
}

static void orders_without_a_key_say_so(void **state)
{
	struct play *p = *state;
	carrier_orders(p->carrier, 1, NOW, orders_listed, NULL);
	lose(p, HTTP_GET, "", HTTP_UNSENT);
	assert_int_equal(code_seen, ERR_CARRIER_KEY_MISSING);
}

static void a_question_for_too_many_offers_is_one_for_as_many_as_there_may_be(void **state)
{
	struct play *p = *state;
	struct carrier_query query = {.country = "US", .limit = CARRIER_OFFERS_MOST + 1};
	carrier_offers(p->carrier, &query, offered, NULL);
	reply(p, HTTP_GET, "filter%5Blimit%5D=50", 200, "{'data':[]}");
	assert_int_equal(code_seen, ERR_CARRIER_NO_NUMBERS);
}

#define PLAY(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY(a_check_reads_the_balance_with_the_key),
		cmocka_unit_test_setup_teardown(
			without_a_key_everything_is_answered_later_and_nothing_is_sent,
			begin_without_key, end),
		PLAY(a_search_and_an_offer_are_one_request_each),
		PLAY(a_purchase_is_sent_once_as_money_through_the_gate),
		PLAY(a_purchase_whose_gate_is_shut_did_not_happen),
		PLAY(a_purchase_without_an_answer_may_have_happened_and_is_not_repeated),
		PLAY(the_second_way_to_buy_posts_the_number_itself),
		PLAY(a_look_asks_three_ways_at_once_and_answers_once),
		PLAY(a_look_that_cannot_read_a_part_finds_nothing_out),
		PLAY(a_look_reads_the_record_when_only_ownership_is_confirmed),
		PLAY(a_look_that_cannot_read_that_record_does_not_call_it_a_stranger_s),
		PLAY(a_look_for_a_number_brought_along_asks_for_no_order),
		PLAY(a_list_is_followed_over_its_pages_but_not_for_ever),
		PLAY(reading_an_order_asks_for_it_and_for_the_number),
		PLAY(a_reservation_is_one_request_when_all_is_well),
		PLAY(a_number_reserved_already_by_us_is_reserved),
		PLAY(a_number_reserved_by_somebody_else_is_gone),
		PLAY(a_reservation_near_its_end_is_extended),
		PLAY(a_reservation_that_is_not_there_any_more_is_made_again),
		PLAY(reading_a_number_compares_the_expected_connection),
		PLAY(releasing_passes_the_gate_like_money),
		PLAY(offers_and_owned_numbers_are_listed),
		PLAY(stock_is_asked_for_a_country_in_one_call),
		PLAY(the_papers_of_a_country_are_asked_for_in_one_call),
		cmocka_unit_test_setup_teardown(lists_without_a_key_say_so, begin_without_key, end),
		PLAY(freeing_ends_what_is_under_way_without_an_answer),
		PLAY(a_look_and_a_reading_follow_their_lists_over_the_pages),
		PLAY(our_reservation_is_found_on_the_second_page),
		PLAY(extending_never_shortens_a_reservation),
		PLAY(the_accounts_orders_are_listed_by_the_page),
		cmocka_unit_test_setup_teardown(
			orders_without_a_key_say_so, begin_without_key, end),
		PLAY(a_question_for_too_many_offers_is_one_for_as_many_as_there_may_be),
	};
	return CHECK_MAIN(tests);
}
