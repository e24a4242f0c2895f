/* Owned numbers, and several answers as one. */
#include "carrier/telnyx_wire.h"

#include <string.h>

#include "base/text.h"
#include "carrier/telnyx_bodies.h"

#define OWNED(number, status, more)                                                                \
	"{'id':'1293384261075731499','record_type':'phone_number','phone_number':'" number         \
	"','status':'" status "','tags':[]" more "}"

static struct answer listed(const char *body, bool *ret_more)
{
	struct answer a = blank();
	struct http_reply reply = fake_reply(200, json_of(body));
	telnyx_read_numbers(&reply, N, &a, ret_more);
	return a;
}

static void a_number_is_ours_only_by_exact_comparison(void **state)
{
	(void)state;
	bool more;
	struct answer a = listed(
		"{'data':[" OWNED("+114155550123", "active", "") "," OWNED(N, "active", OURS) "]}",
		&more);
	assert_int_equal(a.number_status, NUMBER_ACTIVE);
	assert_string_equal(a.number_id, "1293384261075731499");
	assert_string_equal(a.number_reference, REF);
	a = listed("{'data':[" OWNED("+114155550123", "active", "") "]}", &more);
	assert_int_equal(a.code, ERR_OK);
	assert_int_equal(a.number_status, NUMBER_ABSENT);
}

static void a_live_record_outweighs_an_old_one_of_the_same_number(void **state)
{
	(void)state;
	bool more;
	struct answer a = listed("{'data':[" OWNED(N, "deleted", "") "," OWNED(
					 N, "purchase-pending", ",'customer_reference':null") "]}",
		&more);
	assert_int_equal(a.number_status, NUMBER_PENDING);
	assert_string_equal(a.number_reference, "");
}

static void number_words_are_an_open_set(void **state)
{
	(void)state;
	assert_int_equal(telnyx_number_status("active"), NUMBER_ACTIVE);
	assert_int_equal(telnyx_number_status("purchase-pending"), NUMBER_PENDING);
	assert_int_equal(telnyx_number_status("purchase-failed"), NUMBER_ENDED);
	assert_int_equal(telnyx_number_status("ported-out"), NUMBER_ENDED);
	assert_int_equal(telnyx_number_status("emergency-only"), NUMBER_OTHER);
	assert_int_equal(telnyx_number_status("hibernating"), NUMBER_OTHER);
	assert_int_equal(telnyx_number_status(NULL), NUMBER_OTHER);
}

static void a_record_without_a_decimal_id_is_no_answer(void **state)
{
	(void)state;
	bool more;
	assert_int_equal(
		listed("{'data':[{'phone_number':'" N "','status':'active'}]}", &more).code,
		ERR_CARRIER_DOWN);
	assert_int_equal(
		listed("{'data':[{'id':'be663ad6-e9c2-4943-a6fa-0bfaddccaae1','phone_number':'" N
		       "','status':'active'}]}",
			&more)
			.code,
		ERR_CARRIER_DOWN);
}

static struct answer read_number(const char *connection, int status, const char *body)
{
	struct order o = an_order();
	struct answer a = blank();
	struct http_reply reply = fake_reply(status, json_of(body));
	telnyx_read_number(&reply, &o, connection, &a);
	return a;
}

static void what_is_not_right_with_an_owned_number_is_told(void **state)
{
	(void)state;
	static const struct {
		const char *connection, *body, *differs;
	} rows[] = {
		{"", "{'data':" OWNED(N, "active", "") "}", ""},
		{"29", "{'data':" OWNED(N, "active", ",'connection_id':'29'") "}", ""},
		{"29", "{'data':" OWNED(N, "active", ",'connection_id':29") "}", ""},
		{"29", "{'data':" OWNED(N, "active", ",'connection_id':'30'") "}",
			"it is on connection 30, not on 29 of the voice platform"},
		{"29", "{'data':" OWNED(N, "active", ",'connection_id':null") "}",
			"it is on no connection, so no call reaches the voice platform"},
		{"29", "{'data':" OWNED(N, "active", ",'connection_id':''") "}",
			"it is on no connection, so no call reaches the voice platform"},
		{"", "{'data':" OWNED(N, "purchase-pending", "") "}", "it is not active"},
		{"", "{'data':" OWNED(N, "active", ",'call_forwarding_enabled':true") "}", ""},
		{"",
			"{'data':" OWNED(N, "active",
				",'call_forwarding':{'call_forwarding_enabled':true,'forwards_to':'"
				"+13035559123'}") "}",
			"its calls are forwarded to +13035559123"},
		{"",
			"{'data':" OWNED(N, "active",
				",'call_forwarding':{'call_forwarding_enabled':false,'forwards_to':"
				"'+13035559123'}") "}",
			""},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct answer a = read_number(rows[i].connection, 200, rows[i].body);
		assert_int_equal(a.code, ERR_OK);
		assert_string_equal(a.differs, rows[i].differs);
	}
}

static void a_number_that_is_gone_is_an_answer_and_another_one_is_not(void **state)
{
	(void)state;
	struct answer a = read_number("", 404, "{'errors':[{'code':'10005'}]}");
	assert_int_equal(a.code, ERR_OK);
	assert_int_equal(a.number_status, NUMBER_ABSENT);
	a = read_number("", 200, "{'data':" OWNED(N, "deleted", "") "}");
	assert_int_equal(a.number_status, NUMBER_ENDED);
	/* Nobody may release this record because of what it says. */
	a = read_number("", 200, "{'data':" OWNED("+14155550124", "active", "") "}");
	assert_int_equal(a.code, ERR_VERIFY_FAILED);
	assert_int_equal(a.number_status, NUMBER_ABSENT);
	assert_string_equal(a.differs, "record 1293384261075731499 is of +14155550124");
	assert_int_equal(read_number("", 404, "<html>").code, ERR_CARRIER_DOWN);
	assert_int_equal(
		read_number("", 404, "{'message':'no Route matched'}").code, ERR_CARRIER_REFUSED);
	assert_int_equal(read_number("", 200, "{'data':[]}").code, ERR_CARRIER_DOWN);
}

static void releasing_twice_is_releasing_once(void **state)
{
	(void)state;
	static const struct {
		int status;
		const char *body;
		enum err_code code;
	} rows[] = {
		{200, "{'data':" OWNED(N, "deleted", "") "}", ERR_OK},
		{200, "", ERR_OK},
		{404, "{'errors':[{'code':'10005'}]}", ERR_OK},
		{404, "<html>", ERR_CARRIER_UNCLEAR},
		{422,
			"{'errors':[{'code':'10015','detail':'The number is still being "
			"provisioned and cannot yet be deleted'}]}",
			ERR_CARRIER_LIMITED},
		{422, "{'errors':[{'code':'10021'}]}", ERR_CARRIER_REFUSED},
		{500, "", ERR_CARRIER_UNCLEAR},
	};
	struct order o = an_order();
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct answer a = blank();
		struct http_reply reply = fake_reply(rows[i].status, json_of(rows[i].body));
		telnyx_read_released(&reply, &o, &a);
		assert_int_equal(a.code, rows[i].code);
		assert_int_equal(a.number_status, a.code == ERR_OK ? NUMBER_ENDED : NUMBER_ABSENT);
	}
}

static void ownership_is_found_or_not_found(void **state)
{
	(void)state;
	struct answer a = blank();
	struct http_reply found = fake_reply(
		200, json_of("{'data':{'found':[{'number_val_e164':'+14155550124','id':'1'},"
			     "{'number_val_e164':'" N
			     "','id':'1293384261075731499'}],'not_found':[]}}"));
	telnyx_read_verified(&found, N, &a);
	assert_int_equal(a.number_status, NUMBER_OTHER);
	assert_string_equal(a.number_id, "1293384261075731499");
	a = blank();
	struct http_reply none =
		fake_reply(200, json_of("{'data':{'found':[],'not_found':['" N "']}}"));
	telnyx_read_verified(&none, N, &a);
	assert_int_equal(a.code, ERR_OK);
	assert_int_equal(a.number_status, NUMBER_ABSENT);
	a = blank();
	struct http_reply odd = fake_reply(200, json_of("{'data':{}}"));
	telnyx_read_verified(&odd, N, &a);
	assert_int_equal(a.code, ERR_CARRIER_DOWN);
}

static void the_list_of_all_leaves_out_what_is_no_number(void **state)
{
	(void)state;
	struct carrier_number numbers[4];
	struct answer a = blank();
	bool more;
	struct http_reply reply = fake_reply(200,
		json_of("{'data':[" OWNED(N, "active",
			",'connection_id':'29'" OURS) ",null,{'id':'7'},"
						      "{'phone_number':'+14155550124','id':7,'"
						      "status':'deleted'}],"
						      "'meta':{'page_number':1,'total_pages':3}}"));
	assert_int_equal(telnyx_read_owned(&reply, numbers, 4, &a, &more), 2);
	assert_true(more);
	assert_string_equal(numbers[0].reference, REF);
	assert_string_equal(numbers[0].connection_id, "29");
	assert_string_equal(numbers[1].id, "7");
	assert_int_equal(numbers[1].status, NUMBER_ENDED);
}

/* --- several answers as one --- */

static struct answer failing(enum err_code code)
{
	struct answer a = blank();
	telnyx_fail(&a, code, "", "it failed");
	return a;
}

static void a_look_finds_nothing_only_when_every_part_was_read(void **state)
{
	(void)state;
	struct answer none = blank(), down = failing(ERR_CARRIER_DOWN), all;
	const struct answer *part[3];
	telnyx_settle_look(&none, &none, &none, &all);
	assert_int_equal(all.code, ERR_OK);
	assert_int_equal(all.number_status, NUMBER_ABSENT);
	for (int broken = 0; broken < 3; broken++) {
		for (int i = 0; i < 3; i++)
			part[i] = i == broken ? &down : &none;
		telnyx_settle_look(part[0], part[1], part[2], &all);
		assert_int_equal(all.code, ERR_CARRIER_DOWN);
	}
}

static void a_look_that_finds_something_is_an_answer_though_parts_failed(void **state)
{
	(void)state;
	struct answer none = blank(), down = failing(ERR_CARRIER_DOWN), all;
	struct answer order = blank(), number = blank(), verified = blank();
	order.order_status = CARRIER_ORDER_PENDING;
	TEXT_COPY(order.order_id, "id");
	number.number_status = NUMBER_ACTIVE;
	TEXT_COPY(number.number_id, "7");
	TEXT_COPY(number.number_reference, REF);
	verified.number_status = NUMBER_OTHER;
	TEXT_COPY(verified.number_id, "7");
	telnyx_settle_look(&order, &down, &down, &all);
	assert_int_equal(all.code, ERR_OK);
	assert_string_equal(all.order_id, "id");
	telnyx_settle_look(&down, &down, &number, &all);
	assert_int_equal(all.code, ERR_OK);
	assert_string_equal(all.number_reference, REF);
	/* Owned, but by whom is not known: that is no answer yet. */
	telnyx_settle_look(&none, &verified, &none, &all);
	assert_int_equal(all.code, ERR_CARRIER_DOWN);
	telnyx_settle_look(&order, &verified, &none, &all);
	assert_int_equal(all.code, ERR_OK);
	assert_true(telnyx_look_needs_id(&verified, &none));
	assert_false(telnyx_look_needs_id(&verified, &number));
}

static void a_failed_order_is_believed_only_beside_a_list_that_was_read(void **state)
{
	(void)state;
	struct answer none = blank(), down = failing(ERR_CARRIER_DOWN), ended = blank(), all;
	ended.order_status = CARRIER_ORDER_ENDED;
	TEXT_COPY(ended.order_id, "id");
	telnyx_settle_look(&ended, &none, &down, &all);
	assert_int_equal(all.code, ERR_CARRIER_DOWN);
	telnyx_settle_look(&ended, &none, &none, &all);
	assert_int_equal(all.code, ERR_OK);
	assert_int_equal(all.order_status, CARRIER_ORDER_ENDED);
	telnyx_settle_read_order(&ended, &down, &all);
	assert_int_equal(all.code, ERR_CARRIER_DOWN);
	telnyx_settle_read_order(&ended, &none, &all);
	assert_int_equal(all.code, ERR_OK);
	assert_int_equal(all.order_status, CARRIER_ORDER_ENDED);
}

static void an_active_number_is_read_though_its_order_was_not(void **state)
{
	(void)state;
	struct answer down = failing(ERR_CARRIER_DOWN), number = blank(), all;
	number.number_status = NUMBER_ACTIVE;
	TEXT_COPY(number.number_id, "7");
	TEXT_COPY(number.status_word, "active");
	telnyx_settle_read_order(&down, &number, &all);
	assert_int_equal(all.code, ERR_OK);
	assert_int_equal(all.order_status, CARRIER_ORDER_UNKNOWN);
	assert_int_equal(all.number_status, NUMBER_ACTIVE);
	assert_string_equal(all.status_word, "active");
}

static void a_number_of_an_unknown_status_counts_more_than_one_that_ended(void **state)
{
	(void)state;
	bool more;
	struct answer a = listed(
		"{'data':[" OWNED(N, "hibernating", "") "," OWNED(N, "deleted", "") "]}", &more);
	assert_int_equal(a.number_status, NUMBER_OTHER);
	assert_string_equal(a.status_word, "hibernating");
	assert_false(more);
}

static void further_pages_may_show_a_live_record_beside_an_old_one(void **state)
{
	(void)state;
	bool more;
	static const char pages[] = ",'meta':{'page_number':1,'total_pages':2}}";
	char body[1000];
	text_format(body, sizeof(body), "{'data':[%s]%s", OWNED(N, "deleted", ""), pages);
	assert_int_equal(listed(body, &more).number_status, NUMBER_ENDED);
	assert_true(more);
	text_format(body, sizeof(body), "{'data':[%s]%s", OWNED(N, "active", ""), pages);
	listed(body, &more);
	assert_false(more);
}

/* Only the decimal id works in addresses; any other would never be found there. */
static void ids_that_are_not_decimal_are_no_ids_anywhere(void **state)
{
	(void)state;
	static const char *const ids[] = {"", ",'id':'be663ad6'", ",'id':''", ",'id':1.5",
		",'id':'12345678901234567890123456789012345678901234567890'"};
	char body[300];
	for (size_t i = 0; i < COUNT_OF(ids); i++) {
		bool more;
		text_format(body, sizeof(body),
			"{'data':[{'phone_number':'" N "','status':'active'%s}]}", ids[i]);
		assert_int_equal(listed(body, &more).code, ERR_CARRIER_DOWN);
		text_format(body, sizeof(body),
			"{'data':{'phone_number':'" N "','status':'active'%s}}", ids[i]);
		assert_int_equal(read_number("", 200, body).code, ERR_CARRIER_DOWN);
		text_format(body, sizeof(body),
			"{'data':{'found':[{'number_val_e164':'" N "'%s}]}}", ids[i]);
		struct answer a = blank();
		struct http_reply reply = fake_reply(200, json_of(body));
		telnyx_read_verified(&reply, N, &a);
		assert_int_equal(a.code, ERR_CARRIER_DOWN);
		assert_string_equal(a.number_id, "");
	}
}

/* A list that cannot be read is an outage: never an empty list. */
static void what_is_no_list_is_not_an_empty_one(void **state)
{
	(void)state;
	static const char *const bodies[] = {"{}", "{'data':{}}", "{'data':null}",
		"{'data':{'found':{}}}", "{'data':7}", "<html>"};
	struct carrier_number numbers[2];
	for (size_t i = 0; i < COUNT_OF(bodies); i++) {
		bool more = true;
		assert_int_equal(listed(bodies[i], &more).code, ERR_CARRIER_DOWN);
		assert_false(more);
		struct http_reply reply = fake_reply(200, json_of(bodies[i]));
		struct answer a = blank();
		telnyx_read_verified(&reply, N, &a);
		assert_int_equal(a.code, ERR_CARRIER_DOWN);
		a = blank();
		assert_int_equal(telnyx_read_owned(&reply, numbers, 2, &a, &more), 0);
		assert_int_equal(a.code, ERR_CARRIER_DOWN);
	}
}

static void the_list_of_all_is_cut_where_there_is_no_more_room(void **state)
{
	(void)state;
	struct carrier_number numbers[2];
	struct answer a = blank();
	bool more;
	struct http_reply reply = fake_reply(
		200, json_of("{'data':[{'phone_number':'not one','id':'1'},{'phone_number':'" N
			     "'},{'phone_number':'+14155550124','id':'2'},"
			     "{'phone_number':'+14155550125','id':'3'},"
			     "{'phone_number':'+14155550126','id':'4'}]}"));
	assert_int_equal(telnyx_read_owned(&reply, numbers, 2, &a, &more), 2);
	assert_string_equal(numbers[0].number, "+14155550124");
	assert_string_equal(numbers[1].number, "+14155550125");
}

static void a_record_without_a_number_is_not_the_one_that_was_asked_for(void **state)
{
	(void)state;
	assert_int_equal(read_number("", 200, "{'data':{'id':'7','status':'active'}}").code,
		ERR_CARRIER_DOWN);
}

/* An old record is not a live one: only the live one has to be read by its id. */
static void what_ended_is_not_owned(void **state)
{
	(void)state;
	struct answer verified = blank(), ended = blank(), down = failing(ERR_CARRIER_DOWN), all;
	verified.number_status = NUMBER_OTHER;
	ended.number_status = NUMBER_ENDED;
	assert_true(telnyx_look_needs_id(&verified, &ended));
	assert_false(telnyx_look_needs_id(&ended, &ended));
	telnyx_settle_read_order(&down, &ended, &all);
	assert_int_equal(all.code, ERR_CARRIER_DOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(a_number_is_ours_only_by_exact_comparison),
		CHECK(a_live_record_outweighs_an_old_one_of_the_same_number),
		CHECK(number_words_are_an_open_set),
		CHECK(a_record_without_a_decimal_id_is_no_answer),
		CHECK(what_is_not_right_with_an_owned_number_is_told),
		CHECK(a_number_that_is_gone_is_an_answer_and_another_one_is_not),
		CHECK(releasing_twice_is_releasing_once),
		CHECK(ownership_is_found_or_not_found),
		CHECK(the_list_of_all_leaves_out_what_is_no_number),
		CHECK(a_look_finds_nothing_only_when_every_part_was_read),
		CHECK(a_look_that_finds_something_is_an_answer_though_parts_failed),
		CHECK(a_failed_order_is_believed_only_beside_a_list_that_was_read),
		CHECK(an_active_number_is_read_though_its_order_was_not),
		CHECK(a_number_of_an_unknown_status_counts_more_than_one_that_ended),
		CHECK(further_pages_may_show_a_live_record_beside_an_old_one),
		CHECK(ids_that_are_not_decimal_are_no_ids_anywhere),
		CHECK(what_is_no_list_is_not_an_empty_one),
		CHECK(the_list_of_all_is_cut_where_there_is_no_more_room),
		CHECK(a_record_without_a_number_is_not_the_one_that_was_asked_for),
		CHECK(what_ended_is_not_owned),
	};
	return CHECK_MAIN(tests);
}
