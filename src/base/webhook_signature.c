#include "base/webhook_signature.h"

#include <sodium.h>
#include <string.h>

#include "base/str.h"
#include "base/text.h"

#define SIGNATURE_TEXT_BYTES 88 /* base64 of 64 bytes */
#define TIMESTAMP_MOST_BYTES 12 /* until the year 33658 */

/* Exactly `bytes` of them, in canonical base64. */
static bool read_base64(const char *text, uint8_t *to, size_t bytes)
{
	size_t found = 0;
	return sodium_base642bin(to, bytes, text, strlen(text), NULL, &found, NULL,
		       sodium_base64_VARIANT_ORIGINAL) == 0 &&
	       found == bytes;
}

bool webhook_signature_add_key(struct webhook_signature_keys *keys, const char *base64)
{
	uint8_t key[WEBHOOK_SIGNATURE_KEY_BYTES];
	if (keys->count == WEBHOOK_SIGNATURE_KEYS || !read_base64(base64, key, sizeof(key)))
		return false;
	memcpy(keys->keys[keys->count++], key, sizeof(key));
	return true;
}

static bool read_timestamp(const char *text, int64_t *ret)
{
	return strlen(text) <= TIMESTAMP_MOST_BYTES && text_is_digits(text) &&
	       text_to_int(text, 0, INT64_MAX, ret);
}

static bool is_near(int64_t timestamp, int64_t now)
{
	return timestamp >= now - WEBHOOK_SIGNATURE_TOLERANCE_SECONDS &&
	       timestamp <= now + WEBHOOK_SIGNATURE_TOLERANCE_SECONDS;
}

static bool is_signed(const struct webhook_signature_keys *keys, const uint8_t *signature,
	const struct webhook_signature_input *input)
{
	struct str message;
	bool is_good = false;
	str_init(&message, TIMESTAMP_MOST_BYTES + 1 + input->body_bytes);
	str_add(&message, input->timestamp);
	str_add_char(&message, '|');
	str_add_bytes(&message, input->body, input->body_bytes);
	must(str_ok(&message));
	for (int i = 0; i < keys->count && !is_good; i++)
		is_good = crypto_sign_verify_detached(signature, (const uint8_t *)message.text,
				  message.bytes, keys->keys[i]) == 0;
	str_done(&message);
	return is_good;
}

enum webhook_signature_verdict webhook_signature_check(const struct webhook_signature_keys *keys,
	const struct webhook_signature_input *input, int64_t now_seconds)
{
	uint8_t signature[crypto_sign_BYTES];
	int64_t timestamp;
	if (input->signature == NULL || input->timestamp == NULL)
		return WEBHOOK_SIGNATURE_MISSING;
	if (input->signature_count != 1 || input->timestamp_count != 1 ||
		strlen(input->signature) != SIGNATURE_TEXT_BYTES ||
		!read_timestamp(input->timestamp, &timestamp))
		return WEBHOOK_SIGNATURE_MALFORMED;
	if (!is_near(timestamp, now_seconds))
		return WEBHOOK_SIGNATURE_STALE;
	if (!read_base64(input->signature, signature, sizeof(signature)))
		return WEBHOOK_SIGNATURE_MALFORMED;
	return is_signed(keys, signature, input) ? WEBHOOK_SIGNATURE_OK : WEBHOOK_SIGNATURE_WRONG;
}
