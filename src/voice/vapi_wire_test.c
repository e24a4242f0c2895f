/* Vapi's requests and answers, on bodies as they are seen on the wire. */
#include "voice/vapi_wire.h"

#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "tests/fake_http.h"

#define BASE "https://api.vapi.example"
#define N "+14155550123"
#define ID "e2b1d9c4-3f5a-4c6e-9b8d-7a1f0c2e4d63"
#define ID2 "a0b1d9c4-3f5a-4c6e-9b8d-7a1f0c2e4d63"
#define CREDENTIAL "5f0c6a52-9d1e-4b7a-8c3f-2e6d4a1b9c70"
#define CREDENTIAL2 "6f0c6a52-9d1e-4b7a-8c3f-2e6d4a1b9c70"

/* --- the table --- */

static const int statuses[] = {0, 100, 199, 200, 201, 204, 299, 300, 302, 304, 399, 400, 401, 402,
	403, 404, 405, 408, 409, 413, 415, 418, 422, 425, 429, 431, 499, 500, 502, 503, 504, 524,
	599, 600};

/* What an answer to an import means, said a second time. */
static enum err_code imported(int status, enum vapi_words words)
{
	bool is_update = words >= VAPI_UPDATE_NOT_FOUND && words <= VAPI_UPDATE_OTHER;
	bool is_json = words != VAPI_NO_JSON;
	if (status >= 200 && status <= 299)
		return is_json ? ERR_OK : ERR_VOICE_UNCLEAR;
	if (status >= 500 && status <= 599)
		return is_update ? ERR_VOICE_NOT_READY : ERR_VOICE_UNCLEAR;
	if (status < 400 || status > 499)
		return ERR_VOICE_UNCLEAR;
	if (status == 429)
		return ERR_VOICE_LIMITED;
	if (words == VAPI_EXISTING)
		return ERR_CONFLICT;
	if (status == 408 || status == 425)
		return ERR_VOICE_UNCLEAR;
	if (status == 401 || (status == 403 && is_json))
		return ERR_VOICE_AUTH;
	if (words == VAPI_OTHER_ORG)
		return ERR_VOICE_OTHER_ORG;
	if (words == VAPI_UPDATE_AUTH || words == VAPI_CREDENTIAL)
		return ERR_VOICE_CREDENTIAL_WRONG;
	if (is_update)
		return ERR_VOICE_NOT_READY;
	bool is_refusal =
		status == 400 || status == 402 || status == 404 || status == 405 || status == 422;
	return is_json && is_refusal ? ERR_VOICE_REFUSED : ERR_VOICE_UNCLEAR;
}

static void each_answer_to_an_import_means_what_the_rules_say(void **state)
{
	(void)state;
	for (size_t s = 0; s < COUNT_OF(statuses); s++) {
		for (int w = 0; w < VAPI_WORDS_COUNT; w++) {
			enum vapi_words words = (enum vapi_words)w;
			enum err_code got =
				vapi_classify(VAPI_IMPORT, HTTP_SENT, true, statuses[s], words);
			if (got != imported(statuses[s], words))
				fail_msg("%d / %d: %s", statuses[s], w, err_wire(got));
		}
	}
}

static void check_cell(enum vapi_deed deed, int status, enum vapi_words words)
{
	bool is_read = deed == VAPI_READ || deed == VAPI_READ_ONE;
	enum err_code got = vapi_classify(deed, HTTP_SENT, true, status, words);
	assert_int_equal(vapi_classify(deed, HTTP_UNSENT, true, status, words), ERR_VOICE_DOWN);
	assert_int_equal(vapi_classify(deed, HTTP_SENT, false, status, words), vapi_vague(deed));
	if (got == ERR_OK)
		assert_true(status >= 200 && status <= 299);
	if (got == ERR_VOICE_DOWN)
		assert_true(is_read);
	if (got == ERR_VOICE_UNCLEAR)
		assert_false(is_read);
	if (status < 200 || (status >= 300 && status < 400))
		assert_int_equal(got, vapi_vague(deed));
	if (status >= 500 && deed != VAPI_IMPORT)
		assert_int_equal(got, vapi_vague(deed));
	if (status == 401)
		assert_true(got == ERR_VOICE_AUTH || got == ERR_CONFLICT);
	if (status == 429)
		assert_int_equal(got, ERR_VOICE_LIMITED);
	if (got == ERR_NOT_FOUND)
		assert_true((deed == VAPI_READ_ONE || deed == VAPI_RELEASE) && status == 404 &&
			    words != VAPI_NO_JSON && words != VAPI_NO_ROUTE);
	if (got == ERR_CONFLICT || got == ERR_VOICE_NOT_READY || got == ERR_VOICE_OTHER_ORG)
		assert_int_equal(deed, VAPI_IMPORT);
}

static void every_cell_of_the_table_keeps_the_rules(void **state)
{
	(void)state;
	for (int deed = 0; deed < VAPI_DEEDS; deed++)
		for (size_t s = 0; s < COUNT_OF(statuses); s++)
			for (int w = 0; w < VAPI_WORDS_COUNT; w++)
				check_cell((enum vapi_deed)deed, statuses[s], (enum vapi_words)w);
	assert_int_equal(
		vapi_classify(VAPI_READ_ONE, HTTP_SENT, true, 404, VAPI_JSON), ERR_NOT_FOUND);
	assert_int_equal(vapi_classify(VAPI_RELEASE, HTTP_SENT, true, 200, VAPI_NO_JSON), ERR_OK);
	assert_int_equal(
		vapi_classify(VAPI_RELEASE, HTTP_SENT, true, 400, VAPI_JSON), ERR_VOICE_REFUSED);
	assert_int_equal(
		vapi_classify(VAPI_READ, HTTP_SENT, true, 404, VAPI_JSON), ERR_VOICE_REFUSED);
}

/* --- requests --- */

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

static void requests_are_spelt_as_vapi_wants_them(void **state)
{
	(void)state;
	assert_call(vapi_build_credential(BASE, CREDENTIAL), HTTP_GET,
		BASE "/credential/" CREDENTIAL, NULL);
	assert_call(vapi_build_credentials(BASE), HTTP_GET, BASE "/credential?limit=100", NULL);
	assert_call(vapi_build_key_check(BASE), HTTP_GET, BASE "/phone-number?limit=1", NULL);
	assert_call(vapi_build_find(BASE, N, 1), HTTP_GET,
		BASE "/v2/phone-number?search=14155550123&limit=20", NULL);
	assert_call(vapi_build_find(BASE, N, 2), HTTP_GET,
		BASE "/v2/phone-number?search=14155550123&limit=20&page=2", NULL);
	assert_call(vapi_build_voice(BASE, "a/b"), HTTP_GET, BASE "/phone-number/a%2Fb", NULL);
	assert_call(vapi_build_release(BASE, ID), HTTP_DELETE, BASE "/phone-number/" ID, NULL);
	assert_call(vapi_build_import(BASE, N, CREDENTIAL, "Bay \"Bikes\"\n"), HTTP_POST,
		BASE "/phone-number",
		"{'provider':'telnyx','number':'" N "','credentialId':'" CREDENTIAL
		"','name':'Bay \\'Bikes\\''}");
	assert_call(vapi_build_import(BASE, N, CREDENTIAL, ""), HTTP_POST, BASE "/phone-number",
		"{'provider':'telnyx','number':'" N "','credentialId':'" CREDENTIAL "'}");
}

static void a_name_is_cut_to_forty_between_characters(void **state)
{
	(void)state;
	char name[100];
	memset(name, 'a', 39);
	text_copy(name + 39, sizeof(name) - 39, "\xc3\xa9ngstr\xc3\xb6m");
	struct http_call call = vapi_build_import(BASE, N, CREDENTIAL, name);
	JSON_AUTO body = json_parse(call.body, strlen(call.body), NULL, 0);
	assert_int_equal(strlen(json_text(body, "name")), 39);
	free(call.url);
	free(call.body);
}

/* --- the record --- */

static struct answer blank(void)
{
	struct answer a;
	vapi_answer_init(&a);
	return a;
}

#define VOICE(id, number, more) "{'id':'" id "','provider':'telnyx','number':'" number "'" more "}"
#define GOOD ",'credentialId':'" CREDENTIAL "','status':'active'"

static struct answer imported_as(int status, const char *body)
{
	struct answer a = blank();
	struct http_reply reply = fake_reply(status, json_of(body));
	vapi_read_imported(&reply, N, CREDENTIAL, &a);
	return a;
}

static void an_import_is_done_when_the_record_is_as_wanted(void **state)
{
	(void)state;
	struct answer a = imported_as(201, VOICE(ID, N, GOOD ",'name':null,'surprise':{'x':1}"));
	assert_int_equal(a.code, ERR_OK);
	assert_string_equal(a.voice_id, ID);
	assert_int_equal(a.voice_status, VOICE_ACTIVE);
	assert_false(a.is_adopted);
	a = imported_as(201, VOICE(ID, N, "")); /* no status, no credentialId */
	assert_int_equal(a.code, ERR_OK);
	assert_int_equal(a.voice_status, VOICE_ACTIVE);
	a = imported_as(201, VOICE(ID, N, ",'status':'activating'"));
	assert_int_equal(a.voice_status, VOICE_ACTIVATING);
}

static void a_good_status_with_anything_else_in_it_is_unclear(void **state)
{
	(void)state;
	static const char *const bodies[] = {"", "{}", "[]", "<html>", "{'id':null}",
		"{'id':'" ID "'}", "{'id':'7','number':'" N "','provider':'telnyx'}",
		VOICE(ID, "+14155550124", GOOD),
		"{'id':'" ID "','provider':'vapi','number':'" N "'}",
		VOICE(ID, N, ",'credentialId':'" CREDENTIAL2 "'"),
		"{'id':'" ID "','number':'" N "'",
		"{'id':'" ID "','provider':'telnyx','number':null}"};
	for (size_t i = 0; i < COUNT_OF(bodies); i++) {
		struct answer a = imported_as(201, bodies[i]);
		if (a.code != ERR_VOICE_UNCLEAR)
			fail_msg("%s: %s", bodies[i], err_wire(a.code));
		assert_string_equal(a.voice_id, "");
	}
}

static void vapi_s_prose_is_recognised_as_a_sentence_or_a_list(void **state)
{
	(void)state;
	static const struct {
		int status;
		const char *body;
		enum err_code code;
		const char *says;
	} rows[] = {
		{400,
			"{'message':'Existing Phone Number " ID
			" Has Identical `twilioAccountSid` AC1 and `number` <" N
			">.','error':'Bad Request','statusCode':400}",
			ERR_CONFLICT, "Existing Phone Number"},
		{400, "{'message':['EXISTING phone number " ID " has'],'statusCode':400}",
			ERR_CONFLICT, ""},
		{400, "{'message':'Existing Phone Number nonsense Has Identical'}",
			ERR_VOICE_REFUSED, ""},
		{400, "{'message':'Existing Phone Number " ID "'}", ERR_CONFLICT, ""},
		{400, "{'message':'Phone number " N " already in use by another org.'}",
			ERR_VOICE_OTHER_ORG, "already in use"},
		{400,
			"{'message':'Couldn`t Update Telnyx Number. Error: Request failed with "
			"status code 404'}",
			ERR_VOICE_NOT_READY, "status code 404"},
		{400,
			"{'message':'Couldn`t Update Telnyx Number. Error: Request failed with "
			"status code 502'}",
			ERR_VOICE_NOT_READY, "502"},
		{502,
			"{'message':'Couldn`t Update Telnyx Number. Error: Request failed with "
			"status code 502'}",
			ERR_VOICE_NOT_READY, "502"},
		{400,
			"{'message':'Couldn`t Update Telnyx Number. Error: Request failed with "
			"status code 401'}",
			ERR_VOICE_CREDENTIAL_WRONG, "401"},
		{400,
			"{'message':['credentialId must be a UUID','name must be "
			"shorter'],'error':'Bad Request'}",
			ERR_VOICE_CREDENTIAL_WRONG,
			"credentialId must be a UUID; name must be shorter"},
		{404, "{'message':'Credential with ID not found'}", ERR_VOICE_CREDENTIAL_WRONG, ""},
		{400, "{'message':['property foo should not exist'],'error':'Bad Request'}",
			ERR_VOICE_REFUSED, "property foo should not exist"},
		{400, "{'message':[7,null,'x'],'error':'Bad Request'}", ERR_VOICE_REFUSED, ", x"},
		{400, "{'error':'Bad Request'}", ERR_VOICE_REFUSED, "Bad Request"},
		{401,
			"{'message':'Invalid Key. Hot tip, you may be using the private key "
			"instead of the public key, or vice "
			"versa.','error':'Unauthorized','statusCode':401}",
			ERR_VOICE_AUTH, "Invalid Key"},
		{429, "", ERR_VOICE_LIMITED, "HTTP 429"},
		{500, "{'message':'Internal'}", ERR_VOICE_UNCLEAR, "Internal"},
		{504, "<html>Gateway</html>", ERR_VOICE_UNCLEAR, "HTTP 504 without JSON"},
		{400, "<html>Bad</html>", ERR_VOICE_UNCLEAR, "without JSON"},
		{409, "{'message':'Conflict'}", ERR_VOICE_UNCLEAR, "Conflict"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct answer a = imported_as(rows[i].status, rows[i].body);
		if (a.code != rows[i].code || strstr(a.message, rows[i].says) == NULL)
			fail_msg("%s: %s \"%s\"", rows[i].body, err_wire(a.code), a.message);
		assert_non_null(strstr(a.message, "could not import " N " to Vapi: "));
		assert_string_equal(a.voice_id, a.code == ERR_CONFLICT ? ID : "");
	}
}

static void the_hint_of_a_missing_telnyx_number_names_the_other_cause(void **state)
{
	(void)state;
	struct answer a = imported_as(400, "{'message':'Couldn`t Update Telnyx Number. Error: "
					   "Request failed with status code 404'}");
	assert_non_null(strstr(a.hint, "another Telnyx account"));
}

static void foreign_words_are_bounded_cleaned_and_hold_no_key(void **state)
{
	(void)state;
	char body[4096], words[3000];
	log_secret("vapisecretsecret");
	struct answer a = imported_as(400, "{'message':'a\\nb vapisecretsecret'}");
	assert_non_null(strstr(a.message, "a b ***"));
	/* Hidden before it is cut: half a key would be half a key too many. */
	for (int zeros = 150; zeros < 200; zeros++) {
		snprintf(body, sizeof(body), "{\"message\":\"%0*dvapisecretsecret\"}", zeros, 0);
		a = imported_as(400, body);
		assert_null(strstr(a.message, "vapi"));
	}
	memset(words, 'x', sizeof(words));
	words[sizeof(words) - 1] = '\0';
	snprintf(body, sizeof(body), "{\"message\":[\"%s\",\"%s\"]}", words, "more");
	struct http_reply reply = fake_reply(400, body);
	a = blank();
	vapi_read_imported(&reply, N, CREDENTIAL, &a);
	assert_int_equal(a.code, ERR_VOICE_REFUSED);
	assert_true(strlen(a.message) < 280);
}

static struct answer read_voice(int status, const char *body)
{
	struct answer a = blank();
	struct http_reply reply = fake_reply(status, json_of(body));
	vapi_read_voice(&reply, N, CREDENTIAL, &a);
	return a;
}

static void what_is_not_right_with_the_record_is_told(void **state)
{
	(void)state;
	static const struct {
		const char *body, *differs;
		enum voice_status status;
	} rows[] = {
		{VOICE(ID, N, GOOD), "", VOICE_ACTIVE},
		{VOICE(ID, N, ",'credentialId':null,'status':null"), "", VOICE_ACTIVE},
		{VOICE(ID, N, ",'status':'blocked'"), "", VOICE_BLOCKED},
		{VOICE(ID, N, ",'status':'dreaming'"), "", VOICE_ACTIVATING},
		{VOICE(ID, "+141****0123", GOOD), "", VOICE_ACTIVE},
		{VOICE(ID, "+141****0124", GOOD), "Vapi's record is of \"+141****0124\"",
			VOICE_ACTIVE},
		{VOICE(ID, "+142****0123", GOOD), "Vapi's record is of \"+142****0123\"",
			VOICE_ACTIVE},
		{VOICE(ID, "+1415555****", GOOD), "Vapi's record is of \"+1415555****\"",
			VOICE_ACTIVE},
		{VOICE(ID, "************", GOOD), "Vapi's record is of \"************\"",
			VOICE_ACTIVE},
		{VOICE(ID, "+14155550124", GOOD), "Vapi's record is of \"+14155550124\"",
			VOICE_ACTIVE},
		{"{'id':'" ID "','provider':'twilio','number':'" N "'}",
			"Vapi holds it under provider \"twilio\", not telnyx", VOICE_ACTIVE},
		{VOICE(ID, N, ",'credentialId':'" CREDENTIAL2 "'"),
			"Vapi holds it with credential " CREDENTIAL2 ", not " CREDENTIAL,
			VOICE_ACTIVE},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct answer a = read_voice(200, rows[i].body);
		assert_int_equal(a.code, ERR_OK);
		assert_string_equal(a.differs, rows[i].differs);
		assert_int_equal(a.voice_status, rows[i].status);
	}
	assert_non_null(strstr(read_voice(200, VOICE(ID, "+141****0123", GOOD)).message, "masked"));
}

static void a_record_that_is_gone_is_told_from_an_address_that_is_not_there(void **state)
{
	(void)state;
	struct answer a =
		read_voice(404, "{'message':'Not Found','error':'Not Found','statusCode':404}");
	assert_int_equal(a.code, ERR_OK);
	assert_int_equal(a.voice_status, VOICE_ABSENT);
	assert_string_equal(a.voice_id, "");
	a = read_voice(404, "{'message':'Cannot GET /v9/phone-number/x','error':'Not Found'}");
	assert_int_equal(a.code, ERR_VOICE_REFUSED);
	assert_string_equal(a.hint, "Check VAPI_BASE_URL.");
	assert_int_equal(read_voice(404, "<html>").code, ERR_VOICE_DOWN);
	assert_int_equal(read_voice(200, "{}").code, ERR_VOICE_DOWN);
	assert_int_equal(read_voice(503, "").code, ERR_VOICE_DOWN);
}

static void removing_twice_is_removing_once(void **state)
{
	(void)state;
	static const struct {
		int status;
		const char *body;
		enum err_code code;
	} rows[] = {
		{200, VOICE(ID, N, ""), ERR_OK},
		{200, "", ERR_OK},
		{404, "{'message':'Not Found'}", ERR_OK},
		{404, "{'message':'Cannot DELETE /phone-number/x'}", ERR_VOICE_REFUSED},
		{404, "", ERR_VOICE_UNCLEAR},
		{400, "{'message':'no'}", ERR_VOICE_REFUSED},
		{502, "", ERR_VOICE_UNCLEAR},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct answer a = blank();
		struct http_reply reply = fake_reply(rows[i].status, json_of(rows[i].body));
		vapi_read_released(&reply, N, &a);
		assert_int_equal(a.code, rows[i].code);
	}
}

/* --- the search --- */

static struct answer found(const char *body, bool *ret_more)
{
	struct answer a = blank();
	struct http_reply reply = fake_reply(200, json_of(body));
	vapi_read_found(&reply, N, CREDENTIAL, &a, ret_more);
	return a;
}

static void a_number_is_found_by_exact_comparison(void **state)
{
	(void)state;
	bool more;
	struct answer a = found(
		"{'results':[" VOICE(ID2, "+114155550123", GOOD) "," VOICE(ID, N,
			GOOD) "],'metadata':{'itemsPerPage':20,'totalItems':2,'currentPage':1}}",
		&more);
	assert_int_equal(a.code, ERR_OK);
	assert_string_equal(a.voice_id, ID);
	assert_string_equal(a.differs, "");
	a = found("{'results':[]}", &more);
	assert_int_equal(a.code, ERR_OK);
	assert_int_equal(a.voice_status, VOICE_ABSENT);
	assert_string_equal(a.voice_id, "");
	assert_int_equal(found("[]", &more).code, ERR_VOICE_DOWN);
	assert_int_equal(found("{'results':null}", &more).code, ERR_VOICE_DOWN);
	assert_int_equal(found("{'results':[{'number':'" N "'}]}", &more).code, ERR_VOICE_DOWN);
}

static void two_records_of_one_number_are_told(void **state)
{
	(void)state;
	bool more;
	struct answer a =
		found("{'results':[" VOICE(
			      ID2, N, GOOD ",'createdAt':'2026-11-22T12:00:00.000Z'") "," VOICE(ID,
			      N, GOOD ",'createdAt':'2026-11-21T12:00:00.000Z'") "]}",
			&more);
	assert_string_equal(a.voice_id, ID); /* the older one */
	assert_string_equal(a.differs, "Vapi holds the number 2 times");
}

static void what_is_held_with_another_credential_is_told(void **state)
{
	(void)state;
	bool more;
	struct answer a =
		found("{'results':[" VOICE(ID, N, ",'credentialId':'" CREDENTIAL2 "'") "]}", &more);
	assert_string_equal(a.voice_id, ID);
	assert_non_null(strstr(a.differs, "credential"));
}

static void a_masked_number_counts_only_where_no_whole_one_is(void **state)
{
	(void)state;
	bool more;
	struct answer a = found(
		"{'results':[" VOICE(ID2, "+141****0123", GOOD) "," VOICE(ID, N, GOOD) "]}", &more);
	assert_string_equal(a.voice_id, ID);
	assert_string_equal(a.differs, "");
	a = found("{'results':[" VOICE(ID2, "+141****0123", GOOD) "]}", &more);
	assert_string_equal(a.voice_id, ID2);
	assert_non_null(strstr(a.message, "masked"));
}

static void further_pages_are_asked_for_only_while_nothing_was_found(void **state)
{
	(void)state;
	bool more;
	found("{'results':[" VOICE(
		      ID, "+14155550124", "") "],'metadata':{'totalItems':41,'currentPage':1}}",
		&more);
	assert_true(more);
	found("{'results':[" VOICE(
		      ID, "+14155550124", "") "],'metadata':{'totalItems':20,'currentPage':1}}",
		&more);
	assert_false(more);
	found("{'results':[],'metadata':{'totalItems':41,'currentPage':2,'hasNextPage':false}}",
		&more);
	assert_false(more);
	found("{'results':[" VOICE(ID, N, "") "],'metadata':{'hasNextPage':true}}", &more);
	assert_false(more);
}

/* --- credentials --- */

static void a_credential_is_known_unknown_untold_or_bad(void **state)
{
	(void)state;
	static const struct {
		int status;
		const char *body;
		enum vapi_credential_finding finding;
	} rows[] = {
		{200, "{'id':'" CREDENTIAL "','provider':'telnyx','telnyxApplicationId':'29'}",
			VAPI_CREDENTIAL_GOOD},
		{200, "{'id':'" CREDENTIAL "','provider':'byo-sip-trunk'}", VAPI_CREDENTIAL_BAD},
		{200, "{'id':'" CREDENTIAL "'}", VAPI_CREDENTIAL_UNTOLD},
		{200, "{'id':'" CREDENTIAL2 "','provider':'telnyx'}", VAPI_CREDENTIAL_UNTOLD},
		{200, "<html>", VAPI_CREDENTIAL_UNTOLD},
		{404, "{'message':'Not Found'}", VAPI_CREDENTIAL_UNKNOWN},
		{404, "{'message':'Cannot GET /credential/x'}", VAPI_CREDENTIAL_UNTOLD},
		{401, "{'message':'Invalid Key.'}", VAPI_CREDENTIAL_BAD},
		{429, "", VAPI_CREDENTIAL_BAD},
		{500, "", VAPI_CREDENTIAL_UNTOLD},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct voice_credential c = {0};
		struct answer a = blank();
		struct http_reply reply = fake_reply(rows[i].status, json_of(rows[i].body));
		if (vapi_read_credential(&reply, CREDENTIAL, &c, &a) != rows[i].finding)
			fail_msg("%s: %s", rows[i].body, a.message);
		if (i == 0)
			assert_string_equal(c.application_id, "29");
	}
}

#define CRED(id, provider) "{'id':'" id "','provider':'" provider "'}"

static void the_only_telnyx_credential_is_chosen(void **state)
{
	(void)state;
	static const struct {
		const char *body, *id;
		enum vapi_credential_finding finding;
		enum err_code code;
	} rows[] = {
		{"[" CRED(CREDENTIAL2, "openai") "," CRED(CREDENTIAL, "telnyx") "]", "",
			VAPI_CREDENTIAL_GOOD, ERR_OK},
		{"[]", "", VAPI_CREDENTIAL_BAD, ERR_VOICE_CREDENTIAL_MISSING},
		{"[" CRED(CREDENTIAL2, "openai") "]", "", VAPI_CREDENTIAL_BAD,
			ERR_VOICE_CREDENTIAL_MISSING},
		{"[" CRED(CREDENTIAL2, "telnyx") "," CRED(CREDENTIAL, "telnyx") "]", "",
			VAPI_CREDENTIAL_BAD, ERR_VOICE_CREDENTIAL_AMBIGUOUS},
		{"[" CRED(CREDENTIAL2, "telnyx") "," CRED(CREDENTIAL, "telnyx") "]", CREDENTIAL,
			VAPI_CREDENTIAL_GOOD, ERR_OK},
		{"[" CRED(CREDENTIAL, "vonage") "]", CREDENTIAL, VAPI_CREDENTIAL_BAD,
			ERR_VOICE_CREDENTIAL_WRONG},
		{"[" CRED(CREDENTIAL2, "telnyx") "]", CREDENTIAL, VAPI_CREDENTIAL_UNKNOWN, ERR_OK},
		{"{}", CREDENTIAL, VAPI_CREDENTIAL_UNTOLD, ERR_VOICE_DOWN},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct voice_credential c = {0};
		struct answer a = blank();
		struct http_reply reply = fake_reply(200, json_of(rows[i].body));
		assert_int_equal(
			vapi_read_credentials(&reply, rows[i].id, &c, &a), rows[i].finding);
		assert_int_equal(a.code, rows[i].code);
		if (rows[i].finding == VAPI_CREDENTIAL_GOOD)
			assert_string_equal(c.id, CREDENTIAL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(each_answer_to_an_import_means_what_the_rules_say),
		CHECK(every_cell_of_the_table_keeps_the_rules),
		CHECK(requests_are_spelt_as_vapi_wants_them),
		CHECK(a_name_is_cut_to_forty_between_characters),
		CHECK(an_import_is_done_when_the_record_is_as_wanted),
		CHECK(a_good_status_with_anything_else_in_it_is_unclear),
		CHECK(vapi_s_prose_is_recognised_as_a_sentence_or_a_list),
		CHECK(the_hint_of_a_missing_telnyx_number_names_the_other_cause),
		CHECK(foreign_words_are_bounded_cleaned_and_hold_no_key),
		CHECK(what_is_not_right_with_the_record_is_told),
		CHECK(a_record_that_is_gone_is_told_from_an_address_that_is_not_there),
		CHECK(removing_twice_is_removing_once),
		CHECK(a_number_is_found_by_exact_comparison),
		CHECK(two_records_of_one_number_are_told),
		CHECK(what_is_held_with_another_credential_is_told),
		CHECK(a_masked_number_counts_only_where_no_whole_one_is),
		CHECK(further_pages_are_asked_for_only_while_nothing_was_found),
		CHECK(a_credential_is_known_unknown_untold_or_bad),
		CHECK(the_only_telnyx_credential_is_chosen),
	};
	return CHECK_MAIN(tests);
}
