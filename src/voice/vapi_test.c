/* Which requests a command takes, and how their replies become one answer. */
#include "voice/voice.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "tests/fake_http.h"

#define N "+14155550123"
#define ID "e2b1d9c4-3f5a-4c6e-9b8d-7a1f0c2e4d63"
#define CREDENTIAL "5f0c6a52-9d1e-4b7a-8c3f-2e6d4a1b9c70"
#define CREDENTIAL2 "6f0c6a52-9d1e-4b7a-8c3f-2e6d4a1b9c70"
#define VOICE(more) "{'id':'" ID "','provider':'telnyx','number':'" N "'" more "}"
#define WITH(credential) ",'credentialId':'" credential "'"
#define NO_ROUTE "{'message':'Cannot GET /credential','error':'Not Found','statusCode':404}"

/* One voice platform, one question under way, and what came of it. */
struct play {
	struct fake_http *http;
	struct voice *voice;
	struct order order;
	struct answer answer;
	struct err checked;
	struct voice_credential credential;
	int answers, gates;
	bool is_gate_shut;
};

static void answered(void *arg, const struct answer *answer)
{
	struct play *p = arg;
	p->answer = *answer;
	p->answers++;
}

static void checked(void *arg, const struct err *e, const struct voice_credential *credential)
{
	struct play *p = arg;
	p->checked = *e;
	p->credential = *credential;
	p->answers++;
}

static bool gate(void *arg)
{
	struct play *p = arg;
	p->gates++;
	return !p->is_gate_shut;
}

static int begin_with(void **state, const char *key, const char *credential)
{
	struct play *p = must_calloc(1, sizeof(*p));
	p->http = fake_http_new();
	p->voice = voice_vapi_new(&p->http->base, clock_machine(),
		&(struct vapi_options){.base_url = "https://vapi.example",
			.api_key = key,
			.credential_id = credential});
	TEXT_COPY(p->order.number, N);
	TEXT_COPY(p->order.voice_id, ID);
	TEXT_COPY(p->order.business_name, "Bay Bikes");
	*state = p;
	return 0;
}

static int begin(void **state)
{
	return begin_with(state, "0a1b2c3d-key", CREDENTIAL);
}

static int begin_unnamed(void **state)
{
	return begin_with(state, "0a1b2c3d-key", "");
}

static int begin_misnamed(void **state)
{
	return begin_with(state, "0a1b2c3d-key", "KEY0123456789");
}

static int begin_without_key(void **state)
{
	return begin_with(state, "", CREDENTIAL);
}

static int end(void **state)
{
	struct play *p = *state;
	voice_free(p->voice);
	assert_int_equal(fake_open_count(p->http), 0);
	fake_http_free(p->http);
	free(p);
	return 0;
}

static void ask(struct play *p, enum command_kind kind)
{
	struct command command = {.kind = kind};
	p->answers = 0;
	voice_ask(p->voice, &p->order, &command, gate, answered, p);
	assert_int_equal(p->answers, 0); /* never from inside the call */
}

static void check(struct play *p)
{
	p->answers = 0;
	voice_check(p->voice, checked, p);
	assert_int_equal(p->answers, 0);
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

static void assert_checked(const struct play *p, enum err_code code)
{
	if (p->answers != 1 || p->checked.code != code)
		fail_msg("%d answers, %s: %s", p->answers, err_wire(p->checked.code),
			p->checked.message);
	assert_int_equal(fake_open_count(p->http), 0);
	if (code != ERR_OK)
		assert_string_equal(p->credential.id, "");
}

/* --- the check --- */

static void a_named_credential_is_confirmed_with_its_application(void **state)
{
	struct play *p = *state;
	check(p);
	struct fake_call *c = fake_open(p->http, HTTP_GET, "/credential/" CREDENTIAL);
	assert_string_equal(c->bearer, "0a1b2c3d-key");
	fake_answer(c, 200,
		json_of("{'id':'" CREDENTIAL
			"','provider':'telnyx','telnyxApplicationId':'2900000000000000001'}"));
	assert_checked(p, ERR_OK);
	assert_string_equal(p->credential.id, CREDENTIAL);
	assert_string_equal(p->credential.application_id, "2900000000000000001");
}

static void a_credential_that_is_not_there_is_told_from_an_address_that_is_not(void **state)
{
	struct play *p = *state;
	check(p);
	reply(p, HTTP_GET, "/credential/", 404, "{'message':'Not Found'}");
	reply(p, HTTP_GET, "/credential?", 200, "[{'id':'" CREDENTIAL2 "','provider':'telnyx'}]");
	assert_checked(p, ERR_VOICE_CREDENTIAL_WRONG);
	check(p);
	reply(p, HTTP_GET, "/credential/", 404, "{'message':'Not Found'}");
	reply(p, HTTP_GET, "/credential?", 404, NO_ROUTE);
	reply(p, HTTP_GET, "/phone-number?limit=1", 200, "[]");
	assert_checked(p, ERR_OK);
	assert_string_equal(p->credential.id, CREDENTIAL);
	assert_string_equal(p->credential.application_id, "");
}

static void a_failing_credential_address_is_not_a_failing_key(void **state)
{
	struct play *p = *state;
	check(p);
	reply(p, HTTP_GET, "/credential/", 500, "");
	reply(p, HTTP_GET, "/phone-number?limit=1", 200, "[]");
	assert_checked(p, ERR_OK);
	check(p);
	reply(p, HTTP_GET, "/credential/", 404, NO_ROUTE);
	reply(p, HTTP_GET, "/phone-number?limit=1", 401, "{'message':'Invalid Key.'}");
	assert_checked(p, ERR_VOICE_AUTH);
	check(p);
	lose(p, HTTP_GET, "/credential/", HTTP_UNSENT);
	lose(p, HTTP_GET, "/phone-number?limit=1", HTTP_UNSENT);
	assert_checked(p, ERR_VOICE_DOWN);
	check(p);
	reply(p, HTTP_GET, "/credential/", 401, "{'message':'Invalid Key.'}");
	assert_checked(p, ERR_VOICE_AUTH);
}

static void a_credential_of_another_provider_is_refused(void **state)
{
	struct play *p = *state;
	check(p);
	reply(p, HTTP_GET, "/credential/", 200,
		"{'id':'" CREDENTIAL "','provider':'byo-sip-trunk'}");
	assert_checked(p, ERR_VOICE_CREDENTIAL_WRONG);
	assert_non_null(strstr(p->checked.message, "byo-sip-trunk"));
}

static void without_a_name_the_only_telnyx_credential_is_used(void **state)
{
	struct play *p = *state;
	check(p);
	reply(p, HTTP_GET, "/credential?", 200, "[{'id':'" CREDENTIAL "','provider':'telnyx'}]");
	assert_checked(p, ERR_OK);
	assert_string_equal(p->credential.id, CREDENTIAL);
	check(p);
	reply(p, HTTP_GET, "/credential?", 200,
		"[{'id':'" CREDENTIAL "','provider':'telnyx'},{'id':'" CREDENTIAL2
		"','provider':'telnyx'}]");
	assert_checked(p, ERR_VOICE_CREDENTIAL_AMBIGUOUS);
	check(p);
	reply(p, HTTP_GET, "/credential?", 404, NO_ROUTE);
	assert_checked(p, ERR_VOICE_CREDENTIAL_MISSING);
	check(p);
	reply(p, HTTP_GET, "/credential?", 503, "");
	assert_checked(p, ERR_VOICE_DOWN);
}

static void a_name_that_is_no_uuid_is_refused_and_never_shown(void **state)
{
	struct play *p = *state;
	check(p);
	assert_string_equal(fake_open(p->http, HTTP_GET, "")->url, "");
	lose(p, HTTP_GET, "", HTTP_UNSENT);
	assert_checked(p, ERR_VOICE_CREDENTIAL_WRONG);
	assert_null(strstr(p->checked.message, "KEY0123456789"));
}

static void without_a_key_everything_is_answered_later_and_nothing_is_sent(void **state)
{
	struct play *p = *state;
	static const enum command_kind kinds[] = {
		COMMAND_FIND_VOICE, COMMAND_IMPORT, COMMAND_READ_VOICE, COMMAND_RELEASE_VOICE};
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		ask(p, kinds[i]);
		assert_string_equal(fake_open(p->http, HTTP_GET, "")->url, "");
		lose(p, HTTP_GET, "", HTTP_UNSENT);
		assert_answer(p, ERR_VOICE_KEY_MISSING);
	}
	check(p);
	lose(p, HTTP_GET, "", HTTP_UNSENT);
	assert_checked(p, ERR_VOICE_KEY_MISSING);
}

/* --- import --- */

static void an_import_is_sent_once_through_the_gate(void **state)
{
	struct play *p = *state;
	ask(p, COMMAND_IMPORT);
	struct fake_call *c = fake_open(p->http, HTTP_POST, "/phone-number");
	assert_true(c->is_money);
	assert_string_equal(
		c->body, json_of("{'provider':'telnyx','number':'" N "','credentialId':'" CREDENTIAL
				 "','name':'Bay Bikes'}"));
	fake_answer(c, 201, json_of(VOICE(WITH(CREDENTIAL))));
	assert_answer(p, ERR_OK);
	assert_int_equal(p->gates, 1);
	assert_string_equal(p->answer.voice_id, ID);
	assert_false(p->answer.is_adopted);
	p->is_gate_shut = true;
	ask(p, COMMAND_IMPORT);
	reply(p, HTTP_POST, "/phone-number", 201, VOICE(""));
	assert_answer(p, ERR_VOICE_DOWN);
}

static void an_import_without_an_answer_may_have_happened_and_is_not_repeated(void **state)
{
	struct play *p = *state;
	ask(p, COMMAND_IMPORT);
	lose(p, HTTP_POST, "/phone-number", HTTP_SENT);
	assert_answer(p, ERR_VOICE_UNCLEAR);
	ask(p, COMMAND_IMPORT);
	reply(p, HTTP_POST, "/phone-number", 502, "<html>");
	assert_answer(p, ERR_VOICE_UNCLEAR);
	assert_int_equal(p->http->count, 2);
}

#define EXISTING "{'message':'Existing Phone Number " ID " Has Identical `number` " N ".'}"

static void a_number_imported_before_is_adopted_when_its_record_agrees(void **state)
{
	struct play *p = *state;
	ask(p, COMMAND_IMPORT);
	reply(p, HTTP_POST, "/phone-number", 400, EXISTING);
	reply(p, HTTP_GET, "/phone-number/" ID, 200, VOICE(WITH(CREDENTIAL)));
	assert_answer(p, ERR_OK);
	assert_true(p->answer.is_adopted);
	assert_string_equal(p->answer.voice_id, ID);
}

static void a_number_imported_otherwise_is_not_adopted(void **state)
{
	struct play *p = *state;
	ask(p, COMMAND_IMPORT);
	reply(p, HTTP_POST, "/phone-number", 400, EXISTING);
	reply(p, HTTP_GET, "/phone-number/" ID, 200, VOICE(WITH(CREDENTIAL2)));
	assert_answer(p, ERR_VOICE_REFUSED);
	assert_string_equal(p->answer.voice_id, "");
	ask(p, COMMAND_IMPORT);
	reply(p, HTTP_POST, "/phone-number", 400, EXISTING);
	reply(p, HTTP_GET, "/phone-number/" ID, 404, "{'message':'Not Found'}");
	assert_answer(p, ERR_VOICE_OTHER_ORG);
	ask(p, COMMAND_IMPORT);
	reply(p, HTTP_POST, "/phone-number", 400, EXISTING);
	reply(p, HTTP_GET, "/phone-number/" ID, 503, "");
	assert_answer(p, ERR_VOICE_DOWN);
}

#define OTHER_ORG "{'message':'Phone number " N " already in use by another org.'}"

static void another_organisation_is_believed_only_after_looking(void **state)
{
	struct play *p = *state;
	ask(p, COMMAND_IMPORT);
	reply(p, HTTP_POST, "/phone-number", 400, OTHER_ORG);
	reply(p, HTTP_GET, "/v2/phone-number?search=14155550123", 200,
		"{'results':[" VOICE(WITH(CREDENTIAL)) "]}");
	assert_answer(p, ERR_OK);
	assert_true(p->answer.is_adopted);
	ask(p, COMMAND_IMPORT);
	reply(p, HTTP_POST, "/phone-number", 400, OTHER_ORG);
	reply(p, HTTP_GET, "/v2/phone-number", 200, "{'results':[]}");
	assert_answer(p, ERR_VOICE_OTHER_ORG);
	ask(p, COMMAND_IMPORT);
	reply(p, HTTP_POST, "/phone-number", 400, OTHER_ORG);
	reply(p, HTTP_GET, "/v2/phone-number", 500, "");
	assert_answer(p, ERR_VOICE_DOWN);
}

static void an_import_before_any_check_looks_the_credential_up(void **state)
{
	struct play *p = *state;
	ask(p, COMMAND_IMPORT);
	reply(p, HTTP_GET, "/credential?", 200, "[{'id':'" CREDENTIAL "','provider':'telnyx'}]");
	reply(p, HTTP_POST, "/phone-number", 201, VOICE(WITH(CREDENTIAL)));
	assert_answer(p, ERR_OK);
	ask(p, COMMAND_IMPORT); /* known by now */
	reply(p, HTTP_POST, "/phone-number", 201, VOICE(WITH(CREDENTIAL)));
	assert_answer(p, ERR_OK);
}

static void an_import_without_a_credential_sends_nothing(void **state)
{
	struct play *p = *state;
	ask(p, COMMAND_IMPORT);
	reply(p, HTTP_GET, "/credential?", 200, "[]");
	assert_answer(p, ERR_VOICE_CREDENTIAL_MISSING);
	assert_int_equal(p->http->count, 1);
}

/* --- the others --- */

static void finding_follows_the_pages_but_not_for_ever(void **state)
{
	struct play *p = *state;
	ask(p, COMMAND_FIND_VOICE);
	reply(p, HTTP_GET, "/v2/phone-number?search=14155550123", 200,
		"{'results':[],'metadata':{'hasNextPage':true}}");
	reply(p, HTTP_GET, "&page=2", 200, "{'results':[" VOICE("") "]}");
	assert_answer(p, ERR_OK);
	assert_string_equal(p->answer.voice_id, ID);
	ask(p, COMMAND_FIND_VOICE);
	for (int i = 0; i < 10; i++)
		reply(p, HTTP_GET, "/v2/phone-number", 200,
			"{'results':[],'metadata':{'hasNextPage':true}}");
	assert_answer(p, ERR_VOICE_DOWN);
}

static void reading_and_removing_go_by_id(void **state)
{
	struct play *p = *state;
	ask(p, COMMAND_READ_VOICE);
	reply(p, HTTP_GET, "/phone-number/" ID, 200, VOICE(",'status':'blocked'"));
	assert_answer(p, ERR_OK);
	assert_int_equal(p->answer.voice_status, VOICE_BLOCKED);
	ask(p, COMMAND_RELEASE_VOICE);
	reply(p, HTTP_DELETE, "/phone-number/" ID, 404, "{'message':'Not Found'}");
	assert_answer(p, ERR_OK);
}

static void freeing_ends_what_is_under_way_without_an_answer(void **state)
{
	struct play *p = *state;
	ask(p, COMMAND_IMPORT); /* waits for a check of its own */
	voice_check(p->voice, checked, p);
	p->voice = voice_free(p->voice);
	assert_int_equal(fake_open_count(p->http), 0);
	assert_int_equal(p->answers, 0);
}

#define PLAY(name, how) cmocka_unit_test_setup_teardown(name, how, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY(a_named_credential_is_confirmed_with_its_application, begin),
		PLAY(a_credential_that_is_not_there_is_told_from_an_address_that_is_not, begin),
		PLAY(a_failing_credential_address_is_not_a_failing_key, begin),
		PLAY(a_credential_of_another_provider_is_refused, begin),
		PLAY(without_a_name_the_only_telnyx_credential_is_used, begin_unnamed),
		PLAY(a_name_that_is_no_uuid_is_refused_and_never_shown, begin_misnamed),
		PLAY(without_a_key_everything_is_answered_later_and_nothing_is_sent,
			begin_without_key),
		PLAY(an_import_is_sent_once_through_the_gate, begin),
		PLAY(an_import_without_an_answer_may_have_happened_and_is_not_repeated, begin),
		PLAY(a_number_imported_before_is_adopted_when_its_record_agrees, begin),
		PLAY(a_number_imported_otherwise_is_not_adopted, begin),
		PLAY(another_organisation_is_believed_only_after_looking, begin),
		PLAY(an_import_before_any_check_looks_the_credential_up, begin_unnamed),
		PLAY(an_import_without_a_credential_sends_nothing, begin_unnamed),
		PLAY(finding_follows_the_pages_but_not_for_ever, begin),
		PLAY(reading_and_removing_go_by_id, begin),
		PLAY(freeing_ends_what_is_under_way_without_an_answer, begin_unnamed),
	};
	return CHECK_MAIN(tests);
}
