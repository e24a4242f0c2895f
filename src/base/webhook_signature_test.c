#include "base/webhook_signature.h"

#include <sodium.h>
#include <string.h>

#include "base/text.h"
#include "tests/check.h"

/* A vector that the carrier's own client library accepts; its key is the first
 * of RFC 8032 §7.1. */
#define KEY "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
#define OTHER_KEY "PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=" /* the second of it */
#define TIME 1726218741
#define TIME_TEXT "1726218741"
#define BODY                                                                                       \
	"{\"data\":{\"event_type\":\"number_order.complete\","                                     \
	"\"id\":\"da5ddb44-4eda-45f0-b8a7-913a4092eccc\",\"record_type\":\"event\"}}"
#define SIGNATURE                                                                                  \
	"ALSy58I/o/UEPwn6jIcgirDXGJFgF2J82YRJvciNF9tW8okb6ylf7tVfVGKg2XzP/IhepQsX7qk42dhxtfAWBQ=="

static struct webhook_signature_keys keys_of(const char *first, const char *second)
{
	struct webhook_signature_keys keys = {0};
	if (first != NULL)
		assert_true(webhook_signature_add_key(&keys, first));
	if (second != NULL)
		assert_true(webhook_signature_add_key(&keys, second));
	return keys;
}

static struct webhook_signature_input vector(void)
{
	return (struct webhook_signature_input){.signature = SIGNATURE,
		.timestamp = TIME_TEXT,
		.signature_count = 1,
		.timestamp_count = 1,
		.body = BODY,
		.body_bytes = strlen(BODY)};
}

#define assert_verdict(verdict, keys, input, now)                                                  \
	assert_int_equal(webhook_signature_check(keys, input, now), WEBHOOK_SIGNATURE_##verdict)

static void the_known_vector_is_accepted_within_five_minutes_either_way(void **state)
{
	(void)state;
	const struct webhook_signature_keys keys = keys_of(KEY, NULL);
	const struct webhook_signature_input input = vector();
	assert_int_equal(strlen(BODY), 113);
	assert_verdict(OK, &keys, &input, TIME);
	assert_verdict(OK, &keys, &input, TIME + 300);
	assert_verdict(OK, &keys, &input, TIME - 300);
	assert_verdict(STALE, &keys, &input, TIME + 301);
	assert_verdict(STALE, &keys, &input, TIME - 301);
	assert_verdict(STALE, &keys, &input, INT64_C(1) << 50);
}

static void any_changed_byte_is_refused(void **state)
{
	(void)state;
	const struct webhook_signature_keys keys = keys_of(KEY, NULL);
	struct webhook_signature_input input = vector();
	char body[] = BODY, signature[] = SIGNATURE;
	input.body = body;
	for (size_t i = 0; i < sizeof(body) - 1; i++) {
		body[i] ^= 1;
		assert_verdict(WRONG, &keys, &input, TIME);
		body[i] ^= 1;
	}
	input.body_bytes--;
	assert_verdict(WRONG, &keys, &input, TIME);
	input = vector();
	input.body = BODY " ";
	input.body_bytes++;
	assert_verdict(WRONG, &keys, &input, TIME);
	input = vector();
	input.timestamp = "1726218742";
	assert_verdict(WRONG, &keys, &input, TIME);
	input = vector();
	input.signature = signature;
	for (size_t i = 0; i < sizeof(signature) - 4; i++) {
		char was = signature[i];
		signature[i] = was == 'A' ? 'B' : 'A';
		assert_verdict(WRONG, &keys, &input, TIME);
		signature[i] = was;
	}
}

static void any_of_the_keys_will_do_and_no_other(void **state)
{
	(void)state;
	const struct webhook_signature_input input = vector();
	const struct webhook_signature_keys wrong = keys_of(OTHER_KEY, NULL);
	const struct webhook_signature_keys second = keys_of(OTHER_KEY, KEY);
	const struct webhook_signature_keys first = keys_of(KEY, OTHER_KEY);
	const struct webhook_signature_keys none = {0};
	assert_verdict(WRONG, &wrong, &input, TIME);
	assert_verdict(OK, &second, &input, TIME);
	assert_verdict(OK, &first, &input, TIME);
	assert_verdict(WRONG, &none, &input, TIME);
}

static void a_header_that_is_absent_or_stands_twice_is_refused(void **state)
{
	(void)state;
	const struct webhook_signature_keys keys = keys_of(KEY, NULL);
	struct webhook_signature_input input = vector();
	input.signature = NULL;
	input.signature_count = 0;
	assert_verdict(MISSING, &keys, &input, TIME);
	input = vector();
	input.timestamp = NULL;
	input.timestamp_count = 0;
	assert_verdict(MISSING, &keys, &input, TIME);
	input = vector();
	input.signature_count = 2;
	assert_verdict(MALFORMED, &keys, &input, TIME);
	input = vector();
	input.timestamp_count = 2;
	assert_verdict(MALFORMED, &keys, &input, TIME);
}

static void a_header_of_another_form_is_refused(void **state)
{
	(void)state;
	const struct webhook_signature_keys keys = keys_of(KEY, NULL);
	static const char *const timestamps[] = {"", " 1726218741", "1726218741 ", "+1726218741",
		"-1726218741", "1726218741.0", "0x66e3f8f5", "1726218741000000", "now",
		"99999999999999999999999999"};
	static const char *const signatures[] = {"", "AAAA", SIGNATURE "A", SIGNATURE "==",
		/* no padding; a sign that is none; url-safe; bits set beyond the end */
		"ALSy58I/o/UEPwn6jIcgirDXGJFgF2J82YRJvciNF9tW8okb6ylf7tVfVGKg2XzP/"
		"IhepQsX7qk42dhxtfAWBQ",
		"!LSy58I/o/UEPwn6jIcgirDXGJFgF2J82YRJvciNF9tW8okb6ylf7tVfVGKg2XzP/"
		"IhepQsX7qk42dhxtfAWBQ==",
		"ALSy58I_o_UEPwn6jIcgirDXGJFgF2J82YRJvciNF9tW8okb6ylf7tVfVGKg2XzP_"
		"IhepQsX7qk42dhxtfAWBQ==",
		"ALSy58I/o/UEPwn6jIcgirDXGJFgF2J82YRJvciNF9tW8okb6ylf7tVfVGKg2XzP/"
		"IhepQsX7qk42dhxtfAWBR=="};
	for (size_t i = 0; i < COUNT_OF(timestamps); i++) {
		struct webhook_signature_input input = vector();
		input.timestamp = timestamps[i];
		assert_verdict(MALFORMED, &keys, &input, TIME);
	}
	for (size_t i = 0; i < COUNT_OF(signatures); i++) {
		struct webhook_signature_input input = vector();
		input.signature = signatures[i];
		assert_verdict(MALFORMED, &keys, &input, TIME);
	}
}

static void a_key_is_base64_of_32_bytes_and_there_are_at_most_eight(void **state)
{
	(void)state;
	struct webhook_signature_keys keys = {0};
	assert_false(webhook_signature_add_key(&keys, ""));
	assert_false(webhook_signature_add_key(&keys, "11qYAYKxCrfVS"));
	assert_false(webhook_signature_add_key(&keys, SIGNATURE));
	assert_int_equal(keys.count, 0);
	for (int i = 0; i < WEBHOOK_SIGNATURE_KEYS; i++)
		assert_true(webhook_signature_add_key(&keys, KEY));
	assert_false(webhook_signature_add_key(&keys, KEY));
	assert_int_equal(keys.count, WEBHOOK_SIGNATURE_KEYS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(the_known_vector_is_accepted_within_five_minutes_either_way),
		CHECK(any_changed_byte_is_refused),
		CHECK(any_of_the_keys_will_do_and_no_other),
		CHECK(a_header_that_is_absent_or_stands_twice_is_refused),
		CHECK(a_header_of_another_form_is_refused),
		CHECK(a_key_is_base64_of_32_bytes_and_there_are_at_most_eight),
	};
	assert_true(sodium_init() >= 0);
	return CHECK_MAIN(tests);
}
