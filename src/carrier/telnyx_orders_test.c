/* Orders, purchases and reservations, on bodies as they are seen on the wire. */
#include "carrier/telnyx_wire.h"

#include <string.h>

#include "base/text.h"
#include "carrier/telnyx_bodies.h"

#define LINE(number)                                                                               \
	"{'id':'be663ad6-e9c2-4943-a6fa-0bfaddccaae1','phone_number':'" number                     \
	"','status':'pending'}"
#define ORDER_OF(status, lines, more)                                                              \
	"{'id':'3d8bd753-2162-4ce2-bc5e-96b5cad7fedb','record_type':'number_order','status':"      \
	"'" status "','connection_id':null,'messaging_profile_id':null,'phone_numbers':[" lines    \
	"]" more "}"

static struct answer bought(enum order_method method, int status, const char *body)
{
	struct order o = an_order();
	struct answer a = blank();
	struct http_reply reply = fake_reply(status, json_of(body));
	o.attempt.method = method;
	telnyx_read_bought(&reply, &o, REF, &a);
	return a;
}

static void an_order_is_accepted_when_it_names_exactly_our_number(void **state)
{
	(void)state;
	struct answer a = bought(METHOD_NUMBER_ORDERS, 200,
		"{'data':" ORDER_OF("pending", LINE(N), OURS ",'phone_numbers_count':1") "}");
	assert_int_equal(a.code, ERR_OK);
	assert_int_equal(a.order_status, CARRIER_ORDER_PENDING);
	assert_string_equal(a.order_id, "3d8bd753-2162-4ce2-bc5e-96b5cad7fedb");
	a = bought(METHOD_NUMBER_ORDERS, 201,
		"{'data':" ORDER_OF("success", LINE(N), ",'customer_reference':null") "}");
	assert_int_equal(a.code, ERR_OK);
	assert_int_equal(a.order_status, CARRIER_ORDER_SUCCESS);
}

static void a_good_status_with_anything_else_in_it_is_unclear(void **state)
{
	(void)state;
	static const char *const bodies[] = {
		"",
		"<html>OK</html>",
		"{}",
		"[]",
		"null",
		"{'data':null}",
		"{'data':[]}",
		"{'data':{'id':'x'}}",
		"{'data':" ORDER_OF("pending", "", "") "}",
		"{'data':" ORDER_OF("pending", LINE("+14155550124"), "") "}",
		"{'data':" ORDER_OF("pending", LINE(N) "," LINE("+14155550124"), "") "}",
		"{'data':" ORDER_OF("pending", LINE(N) "," LINE(N), "") "}",
		"{'data':" ORDER_OF("pending", LINE(N), ",'phone_numbers_count':2") "}",
		"{'data':" ORDER_OF("pending", LINE(N), ",'customer_reference':'nb1-inst-b-1'") "}",
		"{'data':{'status':'pending','phone_numbers':[" LINE(N) "]}}",
		"{'data':{'id':'','status':'pending','phone_numbers':[" LINE(N) "]}}",
		"{'data':{'id':'0123456789012345678901234567890123456789','phone_numbers':[" LINE(
			N) "]}}",
		"{'data':" ORDER_OF("pending", LINE(N), "") ",'data':{}}", /* one key twice */
		"{'data':" ORDER_OF("pending", LINE(N), "") "} trailing",
		"{'errors':[{'code':'10015'}]}",
	};
	for (size_t i = 0; i < COUNT_OF(bodies); i++) {
		struct answer a = bought(METHOD_NUMBER_ORDERS, 200, bodies[i]);
		if (a.code != ERR_CARRIER_UNCLEAR)
			fail_msg("%s: %s", bodies[i], err_wire(a.code));
		assert_string_equal(a.order_id, "");
		assert_int_equal(a.order_status, CARRIER_ORDER_NONE);
		assert_non_null(strstr(a.message, "could not buy " N));
	}
}

static void not_available_in_its_wordings_is_told_from_a_wrong_request(void **state)
{
	(void)state;
	static const struct {
		int status;
		const char *body;
		enum err_code code;
	} rows[] = {
		{422,
			"{'errors':[{'code':'10027','title':'Unprocessable Entity','detail':'We "
			"don`t recognize the number(s) [`" N
			"`]. Did you first search for the number(s)?','source':{'pointer':'/'}}]}",
			ERR_CARRIER_NUMBER_GONE},
		{422, "{'errors':[{'code':'10027','detail':'The server understood the syntax'}]}",
			ERR_CARRIER_REFUSED},
		{422, "{'errors':[{'code':'10027','detail':'Did you first search for it?'}]}",
			ERR_CARRIER_NUMBER_GONE},
		{422, "{'errors':[{'code':'10027'}]}", ERR_CARRIER_REFUSED},
		{422, "{'errors':[{'code':'85001'}]}", ERR_CARRIER_NUMBER_GONE},
		{422, "{'errors':[{'code':85000}]}", ERR_CARRIER_NUMBER_GONE},
		{422,
			"{'errors':[{'code':'85004','detail':'The connection id provided is "
			"invalid.'}]}",
			ERR_CARRIER_REFUSED},
		{404, "{'errors':[{'code':'10005','title':'Resource not found'}]}",
			ERR_CARRIER_NOT_OFFERED},
		{405, "{'errors':[{'code':'10030'}]}", ERR_CARRIER_NOT_OFFERED},
		{403, "{'errors':[{'code':'20015'}]}", ERR_CARRIER_NOT_OFFERED},
		{404, "<html>404</html>", ERR_CARRIER_UNCLEAR},
		{404, "", ERR_CARRIER_UNCLEAR},
		{422, "", ERR_CARRIER_UNCLEAR},
		{422, "{'errors':[{'code':'99999'}]}", ERR_CARRIER_UNCLEAR},
		{422, "{'errors':[{'code':'abc'}]}", ERR_CARRIER_UNCLEAR},
		{422, "{'errors':[]}", ERR_CARRIER_UNCLEAR},
		{422, "{'errors':'10027'}", ERR_CARRIER_UNCLEAR},
		{409, "{'errors':[{'code':'10012'}]}", ERR_CARRIER_UNCLEAR},
		{504, "{'errors':[{'code':'85001'}]}", ERR_CARRIER_UNCLEAR},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		for (int method = 0; method < METHOD_COUNT; method++) {
			struct answer a =
				bought((enum order_method)method, rows[i].status, rows[i].body);
			if (a.code != rows[i].code)
				fail_msg("%s: %s", rows[i].body, err_wire(a.code));
		}
	}
}

static void a_direct_purchase_gives_the_number_s_own_id(void **state)
{
	(void)state;
	struct answer a = bought(METHOD_PHONE_NUMBERS, 200,
		"{'data':{'id':'1293384261075731499','record_type':'phone_number','phone_number':"
		"'" N "','status':'purchase-pending','customer_reference':null}}");
	assert_int_equal(a.code, ERR_OK);
	assert_string_equal(a.number_id, "1293384261075731499");
	assert_int_equal(a.number_status, NUMBER_PENDING);
	assert_int_equal(a.order_status, CARRIER_ORDER_NONE);
	a = bought(METHOD_PHONE_NUMBERS, 200,
		"{'data':{'id':1293384261075731499,'phone_number':'" N "','status':'active'}}");
	assert_string_equal(a.number_id, "1293384261075731499");
	static const char *const bad[] = {
		"{'data':{'id':'1','phone_number':'+14155550124'}}",
		"{'data':{'id':'be663ad6-e9c2-4943-a6fa-0bfaddccaae1','phone_number':'" N "'}}",
		"{'data':{'phone_number':'" N "'}}",
		"{'data':{'id':1.5,'phone_number':'" N "'}}",
		"{'data':[{'id':'1','phone_number':'" N "'}]}",
	};
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_int_equal(
			bought(METHOD_PHONE_NUMBERS, 200, bad[i]).code, ERR_CARRIER_UNCLEAR);
}

static struct answer traced(const char *number, int status, const char *body, bool *ret_has_more)
{
	struct answer a = blank();
	struct http_reply reply = fake_reply(status, json_of(body));
	telnyx_read_orders(&reply, REF, number, &a, ret_has_more);
	return a;
}

static void an_order_is_found_by_exactly_its_reference(void **state)
{
	(void)state;
	bool more;
	struct answer a = traced("", 200,
		"{'data':[" ORDER_OF("success", LINE("+14155550124"),
			",'customer_reference':'" REF "0'") "," ORDER_OF("pending", LINE(N),
			OURS) "],'meta':{'page_number':1,'total_pages':1}}",
		&more);
	assert_int_equal(a.code, ERR_OK);
	assert_int_equal(a.order_status, CARRIER_ORDER_PENDING);
	assert_string_equal(a.number, N);
	assert_false(more);
	a = traced("", 200, "{'data':[]}", &more);
	assert_int_equal(a.code, ERR_OK);
	assert_int_equal(a.order_status, CARRIER_ORDER_NONE);
	assert_int_equal(traced("", 500, "", &more).code, ERR_CARRIER_DOWN);
	assert_int_equal(traced("", 200, "{'data':{}}", &more).code, ERR_CARRIER_DOWN);
}

static void of_two_orders_under_one_reference_the_live_one_counts(void **state)
{
	(void)state;
	bool more;
	static const char *const bodies[] = {
		"{'data':[" ORDER_OF("failure", LINE(N), OURS) "," ORDER_OF(
			"success", LINE(N), OURS) "]}",
		"{'data':[" ORDER_OF("success", LINE(N), OURS) "," ORDER_OF(
			"cancelled", LINE(N), OURS) "]}",
	};
	for (size_t i = 0; i < COUNT_OF(bodies); i++)
		assert_int_equal(
			traced("", 200, bodies[i], &more).order_status, CARRIER_ORDER_SUCCESS);
}

static void an_order_of_several_numbers_names_none(void **state)
{
	(void)state;
	bool more;
	struct answer a = traced("", 200,
		"{'data':[" ORDER_OF("success", LINE(N) "," LINE("+14155550124"), OURS) "]}",
		&more);
	assert_int_equal(a.order_status, CARRIER_ORDER_SUCCESS);
	assert_string_equal(a.number, "");
}

static void an_order_under_our_reference_for_another_number_is_no_answer(void **state)
{
	(void)state;
	bool more;
	struct answer a = traced(
		N, 200, "{'data':[" ORDER_OF("failure", LINE("+14155550124"), OURS) "]}", &more);
	assert_int_equal(a.code, ERR_CARRIER_DOWN);
	assert_non_null(strstr(a.message, "names another number"));
	/* The list may leave the numbers out: then the reference suffices. */
	a = traced(N, 200, "{'data':[" ORDER_OF("pending", "", OURS) "]}", &more);
	assert_int_equal(a.code, ERR_OK);
	assert_int_equal(a.order_status, CARRIER_ORDER_PENDING);
}

static void further_pages_are_asked_for_only_while_nothing_was_found(void **state)
{
	(void)state;
	bool more;
	traced("", 200, "{'data':[],'meta':{'page_number':1,'total_pages':2}}", &more);
	assert_true(more);
	traced("", 200, "{'data':[],'meta':{'page_number':2,'total_pages':2}}", &more);
	assert_false(more);
	traced("", 200,
		"{'data':[" ORDER_OF(
			"pending", LINE(N), OURS) "],'meta':{'page_number':1,'total_pages':2}}",
		&more);
	assert_false(more);
}

static void order_words_are_an_open_set(void **state)
{
	(void)state;
	static const struct {
		const char *body;
		enum carrier_order_status status;
	} rows[] = {
		{"{'data':" ORDER_OF("pending", LINE(N), "") "}", CARRIER_ORDER_PENDING},
		{"{'data':" ORDER_OF("success", LINE(N), "") "}", CARRIER_ORDER_SUCCESS},
		{"{'data':" ORDER_OF("failure", LINE(N), "") "}", CARRIER_ORDER_ENDED},
		{"{'data':" ORDER_OF("failed", LINE(N), "") "}", CARRIER_ORDER_ENDED},
		{"{'data':" ORDER_OF("cancelled", LINE(N), "") "}", CARRIER_ORDER_ENDED},
		{"{'data':" ORDER_OF("deleted", LINE(N), "") "}", CARRIER_ORDER_ENDED},
		{"{'data':" ORDER_OF("partial_success", LINE(N), "") "}", CARRIER_ORDER_UNKNOWN},
		{"{'data':{'id':'3d8bd753-2162-4ce2-bc5e-96b5cad7fedb'}}", CARRIER_ORDER_UNKNOWN},
	};
	struct order o = an_order();
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct answer a = blank();
		struct http_reply reply = fake_reply(200, json_of(rows[i].body));
		telnyx_read_order(&reply, &o, &a);
		assert_int_equal(a.code, ERR_OK);
		assert_int_equal(a.order_status, rows[i].status);
	}
	struct answer a = blank();
	struct http_reply other =
		fake_reply(200, json_of("{'data':{'id':'other','status':'failure'}}"));
	telnyx_read_order(&other, &o, &a);
	assert_int_equal(a.code, ERR_CARRIER_DOWN);
	a = blank();
	struct http_reply unknown = fake_reply(404, json_of("{'errors':[{'code':'10005'}]}"));
	telnyx_read_order(&unknown, &o, &a);
	assert_int_equal(a.code, ERR_OK);
	assert_int_equal(a.order_status, CARRIER_ORDER_NONE);
}

/* --- reservations --- */

#define RESERVED(reference, status, expires)                                                       \
	"{'id':'12ade33a-21c0-473b-b055-b3c836e1c292','status':'success','customer_reference':"    \
	"'" reference "','phone_numbers':[{'phone_number':'" N "','status':'" status               \
	"','errors':'Number is already on hold','expired_at':" expires "}]}"
#define NOW INT64_C(1727872800000) /* 2024-10-02T12:40:00Z */
#define IN_30_MIN "'2024-10-02T13:10:00.000000Z'"

static struct answer reserved(int status, const char *body)
{
	struct order o = an_order();
	struct answer a = blank();
	struct http_reply reply = fake_reply(status, json_of(body));
	telnyx_read_reserved(&reply, &o, NOW, &a);
	return a;
}

static void a_reservation_is_good_until_it_expires(void **state)
{
	(void)state;
	struct answer a = reserved(200, "{'data':" RESERVED(REF, "success", IN_30_MIN) "}");
	assert_int_equal(a.code, ERR_OK);
	assert_int_equal(a.reserved_until_ms, NOW + 30 * 60 * 1000);
	a = reserved(200, "{'data':" RESERVED(REF, "success", "null") "}");
	assert_int_equal(a.reserved_until_ms, NOW + 30 * 60 * 1000);
	a = reserved(200, "{'data':" RESERVED(REF, "success", "'2024-10-02T12:45:00+00:00'") "}");
	assert_int_equal(a.reserved_until_ms, NOW + 5 * 60 * 1000);
}

static void a_reservation_that_fails_for_the_number_is_looked_up(void **state)
{
	(void)state;
	assert_int_equal(
		reserved(200, "{'data':" RESERVED(REF, "failure", "null") "}").code, ERR_CONFLICT);
	assert_int_equal(
		reserved(200, "{'data':" RESERVED(REF, "failed", "null") "}").code, ERR_CONFLICT);
	assert_int_equal(reserved(422, "{'errors':[{'code':'85006'}]}").code, ERR_CONFLICT);
	assert_int_equal(reserved(200, "{'data':" RESERVED(REF, "pending", "null") "}").code,
		ERR_CARRIER_UNCLEAR);
	assert_int_equal(reserved(200, "{'data':{'phone_numbers':[]}}").code, ERR_CARRIER_UNCLEAR);
	assert_int_equal(reserved(500, "").code, ERR_CARRIER_UNCLEAR);
	assert_int_equal(reserved(403, "{'errors':[{'code':'10038'}]}").code, ERR_CARRIER_LEVEL);
}

static void only_a_live_reservation_under_our_reference_is_ours(void **state)
{
	(void)state;
	static const struct {
		const char *body;
		bool is_found, is_ours;
	} rows[] = {
		{"{'data':[" RESERVED(REF, "success", IN_30_MIN) "]}", true, true},
		{"{'data':[" RESERVED("nb1-inst-aaaaaaaaaaaaaaaaaaaa-7", "success", IN_30_MIN) "]}",
			true, true},
		{"{'data':[" RESERVED("nb1-inst-bbbbbbbbbbbbbbbbbbbb-1", "success", IN_30_MIN) "]}",
			true, false},
		{"{'data':[" RESERVED("", "success", IN_30_MIN) "]}", true, false},
		{"{'data':[" RESERVED(REF, "success", "'2024-10-02T12:39:00Z'") "]}", false, false},
		{"{'data':[" RESERVED(REF, "failure", IN_30_MIN) "]}", false, false},
		{"{'data':[]}", false, false},
	};
	struct order o = an_order();
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct telnyx_reservation r = {0};
		struct answer a = blank();
		bool more;
		struct http_reply reply = fake_reply(200, json_of(rows[i].body));
		telnyx_read_reservations(&reply, &o, NOW, &r, &a, &more);
		assert_int_equal(a.code, ERR_OK);
		assert_int_equal(r.is_found, rows[i].is_found);
		assert_int_equal(r.is_ours, rows[i].is_ours);
	}
}

static void all_orders_are_listed_with_what_they_name(void **state)
{
	(void)state;
	struct carrier_order orders[4];
	struct answer a = blank();
	bool more;
	struct http_reply reply = fake_reply(200,
		json_of("{'data':[{'id':'one','status':'success','customer_reference':'nb1-a-b-1',"
			"'phone_numbers':[{'phone_number':'" N "'}]},"
			"{'id':'two','status':'failure','customer_reference':'theirs',"
			"'phone_numbers':[]},"
			"{'id':'three','status':'pending'},null],"
			"'meta':{'page_number':1,'total_pages':1}}"));
	assert_int_equal(telnyx_read_all_orders(&reply, orders, 4, &a, &more), 2);
	assert_int_equal(a.code, ERR_OK);
	assert_false(more);
	assert_string_equal(orders[0].reference, "nb1-a-b-1");
	assert_string_equal(orders[0].number, N);
	assert_string_equal(orders[0].id, "one");
	assert_int_equal(orders[0].status, CARRIER_ORDER_SUCCESS);
	assert_string_equal(orders[1].number, "");
	assert_int_equal(orders[1].status, CARRIER_ORDER_ENDED);
	struct http_reply odd = fake_reply(200, json_of("{'data':{}}"));
	assert_int_equal(telnyx_read_all_orders(&odd, orders, 4, &a, &more), 0);
	assert_int_equal(a.code, ERR_CARRIER_DOWN);
}

static void an_order_of_an_unknown_status_counts_more_than_one_that_ended(void **state)
{
	(void)state;
	bool more;
	struct answer a = traced("", 200,
		"{'data':[" ORDER_OF("partial_success", LINE(N), OURS) "," ORDER_OF(
			"failure", LINE(N), OURS) "]}",
		&more);
	assert_int_equal(a.order_status, CARRIER_ORDER_UNKNOWN);
}

static void an_order_for_what_is_no_number_names_none(void **state)
{
	(void)state;
	bool more;
	struct answer a =
		traced("", 200, "{'data':[" ORDER_OF("success", LINE("415"), OURS) "]}", &more);
	assert_int_equal(a.code, ERR_OK);
	assert_string_equal(a.number, "");
}

static void an_order_that_is_listed_without_an_id_is_no_answer(void **state)
{
	(void)state;
	bool more;
	struct answer a = traced(
		"", 200, "{'data':[{'status':'success','customer_reference':'" REF "'}]}", &more);
	assert_int_equal(a.code, ERR_CARRIER_DOWN);
	assert_int_equal(a.order_status, CARRIER_ORDER_NONE);
	assert_non_null(strstr(a.message, "without an id"));
}

/* Where the answer does not say which page it is, a full page means more. */
static void without_a_page_number_a_full_page_has_more_after_it(void **state)
{
	(void)state;
	struct str body;
	str_init(&body, 4096);
	for (int rows = TELNYX_LIST_ROWS - 1; rows <= TELNYX_LIST_ROWS; rows++) {
		bool more;
		str_clear(&body);
		str_add(&body, "{\"data\":[{}");
		for (int i = 1; i < rows; i++)
			str_add(&body, ",{}");
		str_add(&body, "],\"meta\":{\"total_pages\":1}}");
		traced("", 200, body.text, &more);
		assert_int_equal(more, rows == TELNYX_LIST_ROWS);
	}
	str_done(&body);
}

static void all_orders_are_cut_where_there_is_no_more_room(void **state)
{
	(void)state;
	struct carrier_order orders[2];
	struct answer a = blank();
	bool more;
	struct http_reply reply = fake_reply(
		200, json_of("{'data':[{'customer_reference':"
			     "'a-reference-that-is-longer-than-any-of-ours-could-ever-be'},"
			     "{'customer_reference':'nb1-a-b-1'},"
			     "{'customer_reference':'nb1-a-b-2',"
			     "'id':'0123456789012345678901234567890123456789'},"
			     "{'customer_reference':'nb1-a-b-3'}]}"));
	assert_int_equal(telnyx_read_all_orders(&reply, orders, 2, &a, &more), 2);
	assert_string_equal(orders[0].reference, "nb1-a-b-1");
	assert_string_equal(orders[0].id, "");
	assert_string_equal(orders[1].reference, "nb1-a-b-2");
	assert_string_equal(orders[1].id, ""); /* an id that cannot be one of theirs */
}

/* A list that cannot be read is an outage: never an empty list. */
static void what_is_no_list_of_orders_is_not_an_empty_one(void **state)
{
	(void)state;
	static const char *const bodies[] = {
		"{}", "{'data':{}}", "{'data':null}", "{'data':7}", "<html>"};
	struct carrier_order orders[2];
	struct order o = an_order();
	for (size_t i = 0; i < COUNT_OF(bodies); i++) {
		bool more = true;
		assert_int_equal(traced("", 200, bodies[i], &more).code, ERR_CARRIER_DOWN);
		assert_false(more);
		struct http_reply reply = fake_reply(200, json_of(bodies[i]));
		struct answer a = blank();
		assert_int_equal(telnyx_read_all_orders(&reply, orders, 2, &a, &more), 0);
		assert_int_equal(a.code, ERR_CARRIER_DOWN);
		a = blank();
		struct telnyx_reservation r = {0};
		telnyx_read_reservations(&reply, &o, NOW, &r, &a, &more);
		assert_int_equal(a.code, ERR_CARRIER_DOWN);
		assert_false(r.is_found);
	}
}

static void an_order_without_an_id_is_not_that_order(void **state)
{
	(void)state;
	struct order o = an_order();
	o.order_id[0] = '\0';
	struct answer a = blank();
	struct http_reply reply = fake_reply(200, json_of("{'data':{'id':'','status':'success'}}"));
	telnyx_read_order(&reply, &o, &a);
	assert_int_equal(a.code, ERR_CARRIER_DOWN);
	assert_int_equal(a.order_status, CARRIER_ORDER_NONE);
}

static void a_direct_purchase_without_a_usable_number_is_unclear(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"{}",
		"{'data':null}",
		"{'data':{'id':'be663ad6','phone_number':'" N "'}}",
	};
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct answer a = bought(METHOD_PHONE_NUMBERS, 200, bad[i]);
		assert_int_equal(a.code, ERR_CARRIER_UNCLEAR);
		assert_string_equal(a.number_id, "");
	}
}

static void a_reservation_is_read_from_the_line_of_our_number(void **state)
{
	(void)state;
	struct answer a = reserved(200,
		"{'data':{'phone_numbers':[{'phone_number':'+14155550124','status':'failure'},"
		"{'phone_number':'" N "','status':'success'}]}}");
	assert_int_equal(a.code, ERR_OK);
	a = reserved(200, "{'data':{'phone_numbers':[{'phone_number':'+14155550124',"
			  "'status':'success'}]}}");
	assert_int_equal(a.code, ERR_CARRIER_UNCLEAR);
	a = reserved(
		200, "{'data':{'phone_numbers':[{'phone_number':'" N "','status':'failed'}]}}");
	assert_int_equal(a.code, ERR_CONFLICT);
	assert_non_null(strstr(a.message, "Telnyx says \"failed\""));
}

static void reservations_are_read_until_ours_is_found(void **state)
{
	(void)state;
	static const struct {
		const char *body;
		bool is_found, is_ours, has_more;
	} rows[] = {
		{"{'data':[" RESERVED(REF, "success", IN_30_MIN) "," RESERVED("theirs", "success",
			 IN_30_MIN) "],'meta':{'page_number':1,'total_pages':2}}",
			true, true, false},
		{"{'data':[" RESERVED("theirs", "success",
			 IN_30_MIN) "],'meta':{'page_number':1,'total_pages':2}}",
			true, false, true},
		{"{'data':[{'id':'12','phone_numbers':[{'phone_number':'" N
		 "','status':'success'}]}]}",
			true, false, false}, /* no reference, and no time: just now, then */
		{"{'data':[{'phone_numbers':[{'phone_number':'" N "','status':'success'}]}]}",
			false, false, false},
		{"{'data':[{'id':'0123456789012345678901234567890123456789',"
		 "'phone_numbers':[{'phone_number':'" N "','status':'success'}]}]}",
			false, false, false},
	};
	struct order o = an_order();
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct telnyx_reservation r = {0};
		struct answer a = blank();
		bool more;
		struct http_reply reply = fake_reply(200, json_of(rows[i].body));
		telnyx_read_reservations(&reply, &o, NOW, &r, &a, &more);
		assert_int_equal(a.code, ERR_OK);
		assert_int_equal(r.is_found, rows[i].is_found);
		assert_int_equal(r.is_ours, rows[i].is_ours);
		assert_int_equal(more, rows[i].has_more);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(all_orders_are_listed_with_what_they_name),
		CHECK(an_order_is_accepted_when_it_names_exactly_our_number),
		CHECK(a_good_status_with_anything_else_in_it_is_unclear),
		CHECK(not_available_in_its_wordings_is_told_from_a_wrong_request),
		CHECK(a_direct_purchase_gives_the_number_s_own_id),
		CHECK(an_order_is_found_by_exactly_its_reference),
		CHECK(of_two_orders_under_one_reference_the_live_one_counts),
		CHECK(an_order_of_several_numbers_names_none),
		CHECK(an_order_under_our_reference_for_another_number_is_no_answer),
		CHECK(further_pages_are_asked_for_only_while_nothing_was_found),
		CHECK(order_words_are_an_open_set),
		CHECK(a_reservation_is_good_until_it_expires),
		CHECK(a_reservation_that_fails_for_the_number_is_looked_up),
		CHECK(only_a_live_reservation_under_our_reference_is_ours),
		CHECK(an_order_of_an_unknown_status_counts_more_than_one_that_ended),
		CHECK(an_order_for_what_is_no_number_names_none),
		CHECK(an_order_that_is_listed_without_an_id_is_no_answer),
		CHECK(without_a_page_number_a_full_page_has_more_after_it),
		CHECK(all_orders_are_cut_where_there_is_no_more_room),
		CHECK(what_is_no_list_of_orders_is_not_an_empty_one),
		CHECK(an_order_without_an_id_is_not_that_order),
		CHECK(a_direct_purchase_without_a_usable_number_is_unclear),
		CHECK(a_reservation_is_read_from_the_line_of_our_number),
		CHECK(reservations_are_read_until_ours_is_found),
	};
	return CHECK_MAIN(tests);
}
