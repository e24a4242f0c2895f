/*
 * webhook.c - webhooks to the real server: none is stored that the key has not signed.
 *
 * Input: what is done to it (4 bytes), then the body.  The target holds the key and signs
 * every body itself; then one bit is turned, the time moved, or a header written as the
 * body says ("\1" ends it).
 */
#include <sodium.h>
#include <stdio.h>
#include <time.h>

#include "base/json.h"
#include "base/str.h"
#include "base/webhook_signature.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/kit_http.h"
#include "tests/fuzz/kit_world.h"

#define SIGNATURE_BYTES 89 /* base64 of 64 bytes, and its NUL */

enum deed {
	DEED_NOTHING,
	DEED_TURN_SIGNATURE, /* one bit of the text */
	DEED_TURN_BODY,
	DEED_OTHER_TIME, /* signed for another second than is said */
	DEED_OLD,        /* signed right, long ago or far ahead */
	DEED_OTHER_KEY,
	DEED_WORDS, /* the two headers are what the input says */
	DEED_TWICE, /* a header stands twice */
	DEED_COUNT
};

static uint8_t public_key[crypto_sign_PUBLICKEYBYTES], secret_key[crypto_sign_SECRETKEYBYTES];

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const uint8_t seed[crypto_sign_SEEDBYTES] = {7};
	char base64[64];
	(void)argc, (void)argv;
	must(sodium_init() >= 0);
	must(crypto_sign_seed_keypair(public_key, secret_key, seed) == 0);
	sodium_bin2base64(base64, sizeof(base64), public_key, sizeof(public_key),
		sodium_base64_VARIANT_ORIGINAL);
	kit_world_init(NULL, base64);
	return 0;
}

struct letter {
	char signature[400], timestamp[400];
	char *body;
	size_t body_bytes;
	bool is_twice;
};

static void sign(struct letter *l, int64_t second, bool is_other_key)
{
	uint8_t other_public[crypto_sign_PUBLICKEYBYTES], other[crypto_sign_SECRETKEYBYTES];
	static const uint8_t seed[crypto_sign_SEEDBYTES] = {8};
	uint8_t raw[crypto_sign_BYTES];
	struct str message;
	must(crypto_sign_seed_keypair(other_public, other, seed) == 0);
	str_init(&message, l->body_bytes + 40);
	str_addf(&message, "%lld|", (long long)second);
	str_add_bytes(&message, l->body, l->body_bytes);
	must(crypto_sign_detached(raw, NULL, (const uint8_t *)message.text, message.bytes,
		     is_other_key ? other : secret_key) == 0);
	sodium_bin2base64(
		l->signature, SIGNATURE_BYTES, raw, sizeof(raw), sodium_base64_VARIANT_ORIGINAL);
	text_format(l->timestamp, sizeof(l->timestamp), "%lld", (long long)second);
	str_done(&message);
}

/* Something must differ: a bit that changes nothing would prove nothing. */
static void spoil(struct letter *l, enum deed deed, unsigned where, int64_t now)
{
	size_t n = strlen(l->signature);
	switch (deed) {
	case DEED_TURN_SIGNATURE:
		l->signature[where % n] = l->signature[where % n] == 'A' ? 'B' : 'A';
		break;
	case DEED_TURN_BODY:
		if (l->body_bytes > 0)
			l->body[where % l->body_bytes] ^= (char)(1 << (where / 7 % 8));
		break;
	case DEED_OTHER_TIME:
		text_format(l->timestamp, sizeof(l->timestamp), "%lld",
			(long long)(now + 1 + where % 100));
		break;
	case DEED_OLD:
		sign(l, where % 2 != 0 ? now + 400 + where : now - 400 - where, false);
		break;
	case DEED_OTHER_KEY:
		sign(l, now, true);
		break;
	case DEED_TWICE:
		l->is_twice = true;
		break;
	case DEED_NOTHING:
	case DEED_WORDS:
	case DEED_COUNT:
		break;
	}
}

static bool is_header_value(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7F)
			return false;
	return true;
}

/* The headers are what stands before two "\1" in the body. */
static void take_words(struct letter *l)
{
	struct fuzz_in in = {(const uint8_t *)l->body, l->body_bytes};
	size_t bytes;
	char *signature = fuzz_part(&in, 1, &bytes), *timestamp = fuzz_part(&in, 1, &bytes);
	TEXT_COPY(l->signature, is_header_value(signature) ? signature : "");
	TEXT_COPY(l->timestamp, is_header_value(timestamp) ? timestamp : "");
	free(signature);
	free(timestamp);
}

static int post(const struct letter *l)
{
	struct kit_talk t;
	struct kit_answer a;
	struct str request;
	str_init(&request, l->body_bytes + 4096);
	str_addf(&request,
		"POST /webhooks/telnyx HTTP/1.1\r\nHost: localhost\r\n"
		"telnyx-signature-ed25519: %s\r\ntelnyx-timestamp: %s\r\n%s%s%s"
		"Content-Length: %zu\r\n\r\n",
		l->signature, l->timestamp, l->is_twice ? "telnyx-timestamp: " : "",
		l->is_twice ? l->timestamp : "", l->is_twice ? "\r\n" : "", l->body_bytes);
	str_add_bytes(&request, l->body, l->body_bytes);
	must(str_ok(&request));
	kit_open(&t, kit_world_loop(), kit_world_server());
	kit_send(&t, request.text, request.bytes);
	while (!kit_next_answer(&t, false, &a))
		must(kit_may_wait(&t));
	must(t.read == t.in.bytes);
	int status = a.status;
	JSON_AUTO j = json_parse(a.body, a.body_bytes, NULL, 0);
	must(json_is_object(j));
	kit_close(&t);
	str_done(&request);
	return status;
}

/* An event with an id and a type, in the envelope or without it. */
static bool is_event(const struct letter *l)
{
	JSON_AUTO j = json_parse(l->body, l->body_bytes, NULL, 0);
	const json_t *data = json_at(j, "data"), *event = json_is_object(data) ? data : j;
	const char *id = json_text_set(event, "id"), *type = json_text_set(event, "event_type");
	return json_is_object(j) && id != NULL && strlen(id) <= 100 && type != NULL &&
	       strlen(type) <= 100;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_in in = {data, size};
	struct letter l = {.is_twice = false};
	enum deed deed = (enum deed)fuzz_roll(&in, DEED_COUNT);
	unsigned where = (unsigned)fuzz_number(&in, 3);
	int64_t now = (int64_t)time(NULL);
	l.body = fuzz_rest(&in, &l.body_bytes);
	sign(&l, now, false);
	spoil(&l, deed, where, now);
	if (deed == DEED_WORDS)
		take_words(&l);
	kit_world_begin();
	int status = post(&l);
	bool is_right = deed == DEED_NOTHING || (deed == DEED_TURN_BODY && l.body_bytes == 0);
	if (!is_right) {
		must(status == 401 && kit_world_webhooks() == 0);
	} else if (is_event(&l)) {
		must(status == 200 && kit_world_webhooks() == 1);
		must(post(&l) == 200 && kit_world_webhooks() == 1);
	} else {
		must(status == 400 && kit_world_webhooks() == 0);
	}
	kit_world_end();
	free(l.body);
	return 0;
}
