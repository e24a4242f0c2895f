#include <sodium.h>

#include "api/test_world.h"
#include "base/clock.h"

#define API_KEY "canary-api-key-4711"
#define ORDER_COMPLETE "{\"data\":{\"event_type\":\"number_order.complete\",\"id\":\"event-1\"}}"

#define TEN "0123456789"
#define LONG_ID TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN "0" /* one too long */

/* --- Telnyx, as far as it can be told from outside ------------------------------------- */

struct signer {
	uint8_t public[crypto_sign_PUBLICKEYBYTES], secret[crypto_sign_SECRETKEYBYTES];
	char base64[64];
};

static struct signer signer_of(uint8_t byte)
{
	struct signer s;
	uint8_t seed[crypto_sign_SEEDBYTES];
	memset(seed, byte, sizeof(seed));
	assert_int_equal(crypto_sign_seed_keypair(s.public, s.secret, seed), 0);
	sodium_bin2base64(s.base64, sizeof(s.base64), s.public, sizeof(s.public),
		sodium_base64_VARIANT_ORIGINAL);
	return s;
}

static int64_t now_seconds(void)
{
	return clock_wall_ms(clock_machine()) / 1000;
}

/* The two header lines that Telnyx sends with this body at this time. */
static void sign(const struct signer *s, int64_t at, const char *body, char *to, size_t to_bytes)
{
	uint8_t signature[crypto_sign_BYTES];
	char base64[100];
	struct str message;
	str_init(&message, 1 << 20);
	str_addf(&message, "%lld|%s", (long long)at, body);
	crypto_sign_detached(
		signature, NULL, (const uint8_t *)message.text, message.bytes, s->secret);
	str_done(&message);
	sodium_bin2base64(base64, sizeof(base64), signature, sizeof(signature),
		sodium_base64_VARIANT_ORIGINAL);
	assert_true(text_format(to, to_bytes,
		"Telnyx-Signature-Ed25519: %s\r\nTelnyx-Timestamp: %lld\r\n", base64,
		(long long)at));
}

/* A world that knows this key, and perhaps another one. */
static struct world *world_with(const struct signer *first, const struct signer *second)
{
	struct world *w = world_new(API_KEY, NULL, false);
	const struct signer *const all[] = {first, second};
	api_free(w->api);
	for (size_t i = 0; i < COUNT_OF(all); i++)
		if (all[i] != NULL)
			TEXT_COPY(w->config.telnyx_public_keys[w->config.telnyx_public_key_count++],
				all[i]->base64);
	world_start_api(w, NULL);
	return w;
}

static void post(struct world *w, struct reply *r, const char *headers, const char *body)
{
	send_request(w, r, "POST", "/webhooks/telnyx", headers, body);
}

static void post_signed(
	struct world *w, struct reply *r, const struct signer *s, int64_t at, const char *body)
{
	char headers[400];
	sign(s, at, body, headers, sizeof(headers));
	post(w, r, headers, body);
}

static void assert_figure(struct world *w, const char *line)
{
	struct reply r;
	char whole[200];
	text_format(whole, sizeof(whole), "\nnumberd_%s\n", line);
	send_request(w, &r, "GET", "/metrics", "Authorization: Bearer " API_KEY "\r\n", NULL);
	if (strstr(r.body, whole) == NULL)
		fail_msg("no figure %s", line);
	reply_done(&r);
}

/* --- taken ------------------------------------------------------------------------------- */

static void what_telnyx_signed_is_answered_200_and_stored_once(void **state)
{
	(void)state;
	const struct signer telnyx = signer_of(1);
	struct world *w = world_with(&telnyx, NULL);
	static const char *const answers[] = {"{\"status\":\"stored\"}",
		"{\"status\":\"stored_before\"}", "{\"status\":\"stored_before\"}"};
	for (size_t i = 0; i < COUNT_OF(answers); i++) {
		struct reply r;
		post_signed(w, &r, &telnyx, now_seconds(), ORDER_COMPLETE);
		assert_int_equal(r.status, 200);
		assert_string_equal(r.body, answers[i]);
		reply_done(&r);
	}
	assert_figure(w, "webhooks_total 3");
	assert_figure(w, "webhooks_stored_total 1");
	assert_figure(w, "webhooks_repeated_total 2");
	assert_figure(w, "webhooks_hints_total 0");
	world_free(w);
}

static void an_event_is_taken_with_and_without_the_envelope(void **state)
{
	(void)state;
	const struct signer telnyx = signer_of(1);
	struct world *w = world_with(&telnyx, NULL);
	static const char *const bodies[] = {
		"{\"data\":{\"id\":\"a\",\"event_type\":\"porting_order.deleted\",\"payload\":{}},"
		"\"meta\":{\"attempt\":1}}",
		"{\"id\":\"b\",\"event_type\":\"porting_order.deleted\",\"format\":\"v2\","
		"\"payload\":{\"id\":\"x\",\"customer_reference\":null}}",
		"{\"data\":{\"id\":\"c\",\"event_type\":\"a.new.kind\",\"payload\":\"text\"}}",
		" {\"data\" : {\"id\":\"\\u00e9\",\"event_type\":\"x\"}}\n"};
	for (size_t i = 0; i < COUNT_OF(bodies); i++) {
		struct reply r;
		post_signed(w, &r, &telnyx, now_seconds(), bodies[i]);
		assert_int_equal(r.status, 200);
		assert_string_equal(r.body, "{\"status\":\"stored\"}");
		reply_done(&r);
	}
	world_free(w);
}

static void while_keys_rotate_both_are_good(void **state)
{
	(void)state;
	const struct signer older = signer_of(1), newer = signer_of(2);
	struct world *w = world_with(&older, &newer);
	struct reply r;
	post_signed(w, &r, &older, now_seconds() - 290, ORDER_COMPLETE);
	assert_int_equal(r.status, 200);
	reply_done(&r);
	post_signed(w, &r, &newer, now_seconds() + 290, ORDER_COMPLETE);
	assert_int_equal(r.status, 200);
	reply_done(&r);
	world_free(w);
}

/* By the reference of its attempt: the sign-up looks; the content changes nothing. */
static void a_failure_that_is_only_told_is_not_believed(void **state)
{
	(void)state;
	const struct signer telnyx = signer_of(1);
	struct world *w = world_with(&telnyx, NULL);
	char id[ID_BYTES], body[400];
	struct reply r;
	w->is_held = true; /* under way: its search is not answered yet */
	sign_up(w, "A", "Authorization: Bearer " API_KEY "\r\n", id);
	struct world_wait wait = {w, id, ORDER_SEARCHING, false};
	engine_get(w->engine, id, world_look, &wait);
	assert_true(loop_run_until(w->loop, &wait.is_there, PATIENCE_MS));
	struct store_identity identity;
	assert_int_equal(store_identity(w->store, NULL, &identity, &(struct err){0}), ERR_OK);
	char name[24], word[ID_BYTES + 8];
	text_format(word, sizeof(word), "id:%s", id);
	id_keyed_name(identity.key, sizeof(identity.key), word, 20, name);
	text_format(body, sizeof(body),
		"{\"data\":{\"id\":\"a\",\"event_type\":\"number_order.complete\",\"payload\":{"
		"\"customer_reference\":\"nb1-%s-%s-1\",\"status\":\"failure\"}}}",
		identity.instance, name);
	post_signed(w, &r, &telnyx, now_seconds(), body);
	assert_int_equal(r.status, 200);
	reply_done(&r);
	assert_figure(w, "webhooks_hints_total 1");
	world_release(w);
	wait_for_state(w, id, ORDER_ACTIVE);
	world_free(w);
}

/* --- refused ------------------------------------------------------------------------------ */

static void what_is_not_proved_to_be_telnyxs_is_refused_and_counted(void **state)
{
	(void)state;
	const struct signer telnyx = signer_of(1), stranger = signer_of(3);
	struct world *w = world_with(&telnyx, NULL);
	char good[400], twice[800], two_times[500];
	struct reply r;
	sign(&telnyx, now_seconds(), ORDER_COMPLETE, good, sizeof(good));
	text_format(twice, sizeof(twice), "%s%s", good, good);
	text_format(two_times, sizeof(two_times), "%stelnyx-timestamp: 1\r\n", good);
	post(w, &r, "", ORDER_COMPLETE);
	assert_true(reply_has(&r, "\r\nWWW-Authenticate: Telnyx-Signature-Ed25519\r\n"));
	assert_false(reply_has(&r, "Bearer"));
	assert_problem(&r, 401, "webhook_signature", NULL);
	post(w, &r, "Authorization: Bearer " API_KEY "\r\n", ORDER_COMPLETE);
	assert_problem(&r, 401, "webhook_signature", NULL);
	post(w, &r, twice, ORDER_COMPLETE);
	assert_problem(&r, 401, "webhook_signature", NULL);
	post(w, &r, two_times, ORDER_COMPLETE);
	assert_problem(&r, 401, "webhook_signature", NULL);
	assert_figure(w, "webhooks_refused_total{reason=\"no_signature\"} 4");
	post(w, &r, good, ORDER_COMPLETE " ");
	assert_problem(&r, 401, "webhook_signature", NULL);
	post_signed(w, &r, &stranger, now_seconds(), ORDER_COMPLETE);
	assert_problem(&r, 401, "webhook_signature", NULL);
	assert_figure(w, "webhooks_refused_total{reason=\"bad_signature\"} 2");
	post_signed(w, &r, &telnyx, now_seconds() - 330, ORDER_COMPLETE);
	assert_problem(&r, 401, "webhook_time", NULL);
	post_signed(w, &r, &telnyx, now_seconds() + 330, ORDER_COMPLETE);
	assert_problem(&r, 401, "webhook_time", NULL);
	assert_figure(w, "webhooks_refused_total{reason=\"stale\"} 2");
	assert_figure(w, "webhooks_stored_total 0");
	post(w, &r, good, ORDER_COMPLETE); /* the very bytes are good */
	assert_int_equal(r.status, 200);
	reply_done(&r);
	world_free(w);
}

static void a_network_that_floods_with_forgeries_is_told_to_wait(void **state)
{
	(void)state;
	struct signer ours = signer_of(1), theirs = signer_of(2);
	struct world *w = world_with(&ours, NULL);
	struct reply r;
	int refused = 0;
	for (int i = 0; i < 2000 && refused == 0; i++) {
		post_signed(w, &r, &theirs, now_seconds(), "{}");
		refused += r.status == 429;
		assert_true(r.status == 401 || reply_has(&r, "\r\nRetry-After: "));
		reply_done(&r);
	}
	assert_int_equal(refused, 1);
	world_free(w);
}

static void what_is_signed_and_yet_no_event_is_refused(void **state)
{
	(void)state;
	const struct signer telnyx = signer_of(1);
	struct world *w = world_with(&telnyx, NULL);
	static const char *const bodies[] = {"", "{", "[]", "null", "{\"data\":{}} x",
		"{\"data\":{\"id\":\"a\",\"id\":\"b\",\"event_type\":\"x\"}}", "{}",
		"{\"data\":{\"id\":\"a\"}}", "{\"data\":{\"event_type\":\"x\"}}",
		"{\"data\":{\"id\":\"\",\"event_type\":\"x\"}}",
		"{\"data\":{\"id\":7,\"event_type\":\"x\"}}",
		"{\"data\":{\"event_type\":\"x\",\"id\":\"" LONG_ID "\"}}"};
	for (size_t i = 0; i < COUNT_OF(bodies); i++) {
		struct reply r;
		print_message("  %s\n", bodies[i]);
		post_signed(w, &r, &telnyx, now_seconds(), bodies[i]);
		assert_problem(&r, 400, "bad_request", NULL);
	}
	assert_figure(w, "webhooks_refused_total{reason=\"not_json\"} 6");
	assert_figure(w, "webhooks_refused_total{reason=\"no_event\"} 6");
	assert_figure(w, "webhooks_stored_total 0");
	world_free(w);
}

static void a_body_of_more_than_64_kib_is_refused_and_one_of_64_is_taken(void **state)
{
	(void)state;
	const struct signer telnyx = signer_of(1);
	struct world *w = world_with(&telnyx, NULL);
	struct reply r;
	struct str body;
	str_init(&body, 1 << 20);
	str_add(&body, ORDER_COMPLETE);
	while (body.bytes < STORE_WEBHOOK_BODY_BYTES)
		str_add_char(&body, ' ');
	post_signed(w, &r, &telnyx, now_seconds(), body.text);
	assert_int_equal(r.status, 200);
	reply_done(&r);
	str_add_char(&body, ' ');
	post_signed(w, &r, &telnyx, now_seconds(), body.text);
	assert_problem(&r, 413, "body_too_large", NULL);
	str_done(&body);
	world_free(w);
}

static void without_a_public_key_no_webhook_is_taken_and_the_way_out_is_told(void **state)
{
	(void)state;
	const struct signer telnyx = signer_of(1);
	struct world *w = world_with(NULL, NULL);
	struct reply r;
	post_signed(w, &r, &telnyx, now_seconds(), ORDER_COMPLETE);
	assert_non_null(strstr(r.body, "TELNYX_PUBLIC_KEY"));
	assert_problem(&r, 503, "webhook_no_key", NULL);
	assert_figure(w, "webhooks_refused_total{reason=\"not_configured\"} 1");
	world_free(w);
}

static void what_cannot_be_stored_is_not_acknowledged(void **state)
{
	(void)state;
	const struct signer telnyx = signer_of(1);
	struct world *w = world_with(&telnyx, NULL);
	struct engine *working = w->engine;
	struct store *without_lease;
	struct reply r;
	char url[300];
	text_format(url, sizeof(url), "sqlite:%s/without_lease.db", check_temp_dir());
	assert_int_equal(store_open(url, w->loop, &without_lease, &(struct err){0}), ERR_OK);
	const struct engine_options options = {.loop = w->loop,
		.clock = clock_machine(),
		.store = without_lease,
		.carrier = &w->carrier,
		.voice = &w->voice,
		.settle_ms = 2000};
	w->api->engine = engine_new(&options);
	post_signed(w, &r, &telnyx, now_seconds(), ORDER_COMPLETE);
	assert_problem(&r, 503, "store_locked", NULL);
	assert_figure(w, "webhooks_unstored_total 1");
	engine_free(w->api->engine);
	w->api->engine = working;
	store_free(without_lease);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(what_telnyx_signed_is_answered_200_and_stored_once),
		CHECK(an_event_is_taken_with_and_without_the_envelope),
		CHECK(while_keys_rotate_both_are_good),
		CHECK(a_failure_that_is_only_told_is_not_believed),
		CHECK(what_is_not_proved_to_be_telnyxs_is_refused_and_counted),
		CHECK(a_network_that_floods_with_forgeries_is_told_to_wait),
		CHECK(what_is_signed_and_yet_no_event_is_refused),
		CHECK(a_body_of_more_than_64_kib_is_refused_and_one_of_64_is_taken),
		CHECK(without_a_public_key_no_webhook_is_taken_and_the_way_out_is_told),
		CHECK(what_cannot_be_stored_is_not_acknowledged),
	};
	return CHECK_MAIN(tests);
}
