/*
 * The whole table, enumerated: every kind of asking x sent or not x whole or
 * cut x every status that matters x every code that matters.
 */
#include "carrier/telnyx_wire.h"
#include "tests/check.h"

static const int statuses[] = {0, 100, 103, 199, 200, 201, 202, 204, 206, 299, 300, 301, 302, 304,
	307, 399, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 413, 414, 415, 418,
	421, 422, 423, 425, 426, 428, 429, 431, 451, 499, 500, 501, 502, 503, 504, 507, 520, 524,
	599, 600, 999};

static const int codes[] = {TELNYX_NO_JSON, TELNYX_NO_CODE, TELNYX_NOT_YET, TELNYX_10027_OTHER, 1,
	10000, 10001, 10002, 10003, 10004, 10005, 10006, 10007, 10008, 10009, 10010, 10011, 10012,
	10013, 10014, 10015, 10016, 10017, 10021, 10023, 10026, 10027, 10028, 10029, 10030, 10031,
	10032, 10033, 10034, 10035, 10036, 10037, 10038, 10039, 10040, 20000, 20001, 20005, 20008,
	20009, 20012, 20013, 20014, 20015, 20016, 20017, 20018, 20100, 20101, 75299, 80401, 84999,
	85000, 85001, 85002, 85003, 85004, 85005, 85006, 85007, 85008, 85009, 99999, 9999999};

static bool is_in(int value, const int *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == value)
			return true;
	return false;
}
#define IN(value, ...)                                                                             \
	is_in((value), (const int[]){__VA_ARGS__}, sizeof((const int[]){__VA_ARGS__}) / sizeof(int))

/* What an answer to a purchase means, said a second time and the other way
 * round: each line is a reason to believe something definite. */
static enum err_code bought(int status, int code)
{
	if (status >= 200 && status <= 299)
		return code == TELNYX_NO_CODE ? ERR_OK : ERR_CARRIER_UNCLEAR;
	if (status < 400 || status > 499)
		return ERR_CARRIER_UNCLEAR;
	if (status == 429 || code == 10011)
		return ERR_CARRIER_LIMITED;
	if (IN(status, 408, 409, 425) || IN(code, 10007, 10008, 10012, 10036, 10037))
		return ERR_CARRIER_UNCLEAR;
	if (status == 401 || IN(code, 10009, 10010, 20001, 20005, 20008))
		return ERR_CARRIER_AUTH;
	if (code == 20013)
		return ERR_CARRIER_REFUSED;
	if (IN(code, 20012, 20100) || (status == 402 && code >= 0))
		return ERR_CARRIER_FUNDS;
	if (status == 403 && code == 20015)
		return ERR_CARRIER_NOT_OFFERED;
	if (IN(code, 10038, 10039, 20014, 20015, 20016, 20017))
		return ERR_CARRIER_LEVEL;
	if (IN(code, 10027, 85000, 85001, 85006))
		return ERR_CARRIER_NUMBER_GONE;
	if ((status == 404 && IN(code, TELNYX_NO_CODE, 10005)) || (status == 405 && code >= 0) ||
		code == 10030)
		return ERR_CARRIER_NOT_OFFERED;
	if (IN(code, TELNYX_10027_OTHER, 10001, 10002, 10003, 10004, 10015, 10016, 10021, 10023,
		    10026, 10029, 10032, 10033, 10035, 85002, 85003, 85004, 85005, 85007, 85008))
		return ERR_CARRIER_REFUSED;
	return status == 403 && code >= 0 ? ERR_CARRIER_AUTH : ERR_CARRIER_UNCLEAR;
}

static enum err_code classify(enum telnyx_deed deed, int status, int code)
{
	return telnyx_classify(deed, HTTP_SENT, true, status, code);
}

static void each_answer_to_a_purchase_means_what_the_rules_say(void **state)
{
	(void)state;
	for (size_t s = 0; s < COUNT_OF(statuses); s++) {
		for (size_t c = 0; c < COUNT_OF(codes); c++) {
			enum err_code want = bought(statuses[s], codes[c]);
			enum err_code got = classify(TELNYX_BUY, statuses[s], codes[c]);
			if (got != want)
				print_error("%d / %d: %s, not %s\n", statuses[s], codes[c],
					err_wire(got), err_wire(want));
			assert_int_equal(got, want);
		}
	}
}

static void what_was_not_sent_did_not_happen(void **state)
{
	(void)state;
	for (int deed = 0; deed < TELNYX_DEEDS; deed++)
		for (size_t s = 0; s < COUNT_OF(statuses); s++)
			for (size_t c = 0; c < COUNT_OF(codes); c++)
				for (int whole = 0; whole < 2; whole++)
					assert_int_equal(
						telnyx_classify((enum telnyx_deed)deed, HTTP_UNSENT,
							whole, statuses[s], codes[c]),
						ERR_CARRIER_DOWN);
}

static void a_cut_answer_says_nothing_whatever_its_status(void **state)
{
	(void)state;
	for (size_t s = 0; s < COUNT_OF(statuses); s++) {
		for (size_t c = 0; c < COUNT_OF(codes); c++) {
			int status = statuses[s], code = codes[c];
			assert_int_equal(
				telnyx_classify(TELNYX_BUY, HTTP_SENT, false, status, code),
				ERR_CARRIER_UNCLEAR);
			assert_int_equal(
				telnyx_classify(TELNYX_RESERVE, HTTP_SENT, false, status, code),
				ERR_CARRIER_UNCLEAR);
			assert_int_equal(
				telnyx_classify(TELNYX_RELEASE, HTTP_SENT, false, status, code),
				ERR_CARRIER_UNCLEAR);
			assert_int_equal(
				telnyx_classify(TELNYX_READ, HTTP_SENT, false, status, code),
				ERR_CARRIER_DOWN);
			assert_int_equal(
				telnyx_classify(TELNYX_SEARCH, HTTP_SENT, false, status, code),
				ERR_CARRIER_DOWN);
		}
	}
}

/* What holds in every cell, for every kind of asking. */
static void check_cell(enum telnyx_deed deed, int status, int code)
{
	enum err_code got = classify(deed, status, code);
	bool is_read = deed == TELNYX_READ || deed == TELNYX_READ_ONE || deed == TELNYX_SEARCH;
	bool is_good = status >= 200 && status <= 299;
	if (got == ERR_OK)
		assert_true(is_good);
	if (got == ERR_CARRIER_DOWN)
		assert_true(is_read); /* "did not happen" is never said of what was written */
	if (got == ERR_CARRIER_UNCLEAR)
		assert_false(is_read);
	if (status < 200 || (status > 299 && status < 400) || status >= 500)
		assert_int_equal(got, telnyx_vague(deed));
	if (status == 429)
		assert_int_equal(got, ERR_CARRIER_LIMITED);
	if (status == 401 && IN(code, TELNYX_NO_JSON, TELNYX_NO_CODE, 10009, 99999))
		assert_int_equal(got, ERR_CARRIER_AUTH);
	if (got == ERR_CARRIER_NO_NUMBERS)
		assert_true(deed == TELNYX_SEARCH && status == 400 && code == 10031);
	if (got == ERR_NOT_FOUND)
		assert_true((deed == TELNYX_READ_ONE || deed == TELNYX_RELEASE) && status == 404 &&
			    code == 10005);
	if (got == ERR_CONFLICT)
		assert_true(deed == TELNYX_RESERVE && code == 85006);
	if (got == ERR_CARRIER_NUMBER_GONE)
		assert_true(deed == TELNYX_BUY || deed == TELNYX_RESERVE);
	if (got == ERR_CARRIER_NOT_OFFERED)
		assert_int_equal(deed, TELNYX_BUY);
	/* A refusal without JSON may be a gateway's word; only a key's is believed. */
	if (code == TELNYX_NO_JSON && !is_read && status != 429 && status != 401 && !is_good)
		assert_int_equal(got, ERR_CARRIER_UNCLEAR);
}

static void every_cell_of_the_table_keeps_the_rules(void **state)
{
	(void)state;
	for (int deed = 0; deed < TELNYX_DEEDS; deed++)
		for (size_t s = 0; s < COUNT_OF(statuses); s++)
			for (size_t c = 0; c < COUNT_OF(codes); c++)
				check_cell((enum telnyx_deed)deed, statuses[s], codes[c]);
}

static void the_cells_that_were_seen_live(void **state)
{
	(void)state;
	static const struct {
		enum telnyx_deed deed;
		int status, code;
		enum err_code want;
	} rows[] = {
		{TELNYX_SEARCH, 400, 10031, ERR_CARRIER_NO_NUMBERS},
		{TELNYX_SEARCH, 400, 10015, ERR_CARRIER_REFUSED},
		{TELNYX_SEARCH, 500, 10007, ERR_CARRIER_DOWN},
		{TELNYX_SEARCH, 403, 10038, ERR_CARRIER_LEVEL},
		{TELNYX_READ, 400, 10031, ERR_CARRIER_REFUSED},
		{TELNYX_READ, 404, 10005, ERR_CARRIER_REFUSED},
		{TELNYX_READ, 404, TELNYX_NO_JSON, ERR_CARRIER_DOWN},
		{TELNYX_READ_ONE, 404, 10005, ERR_NOT_FOUND},
		{TELNYX_READ_ONE, 404, TELNYX_NO_CODE, ERR_CARRIER_REFUSED},
		{TELNYX_READ_ONE, 404, TELNYX_NO_JSON, ERR_CARRIER_DOWN},
		{TELNYX_RESERVE, 422, 85006, ERR_CONFLICT},
		{TELNYX_RESERVE, 422, 85007, ERR_CARRIER_LIMITED},
		{TELNYX_RESERVE, 422, 85008, ERR_CARRIER_REFUSED},
		{TELNYX_RESERVE, 422, 10027, ERR_CARRIER_NUMBER_GONE},
		{TELNYX_RESERVE, 403, 10038, ERR_CARRIER_LEVEL},
		{TELNYX_RESERVE, 403, 20015, ERR_CARRIER_LEVEL},
		{TELNYX_RESERVE, 503, 10037, ERR_CARRIER_UNCLEAR},
		{TELNYX_RELEASE, 200, TELNYX_NO_JSON, ERR_OK},
		{TELNYX_RELEASE, 204, TELNYX_NO_JSON, ERR_OK},
		{TELNYX_RELEASE, 404, 10005, ERR_NOT_FOUND},
		{TELNYX_RELEASE, 404, TELNYX_NO_CODE, ERR_CARRIER_UNCLEAR},
		{TELNYX_RELEASE, 422, TELNYX_NOT_YET, ERR_CARRIER_LIMITED},
		{TELNYX_RELEASE, 422, 10036, ERR_CARRIER_LIMITED},
		{TELNYX_RELEASE, 422, 10021, ERR_CARRIER_REFUSED},
		{TELNYX_RELEASE, 504, TELNYX_NO_JSON, ERR_CARRIER_UNCLEAR},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_int_equal(
			classify(rows[i].deed, rows[i].status, rows[i].code), rows[i].want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(each_answer_to_a_purchase_means_what_the_rules_say),
		CHECK(what_was_not_sent_did_not_happen),
		CHECK(a_cut_answer_says_nothing_whatever_its_status),
		CHECK(every_cell_of_the_table_keeps_the_rules),
		CHECK(the_cells_that_were_seen_live),
	};
	return CHECK_MAIN(tests);
}
