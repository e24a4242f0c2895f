/*
 * webhook_signature.h - was this webhook sent by the holder of the key, and lately?
 *
 * Telnyx's scheme: the header telnyx-signature-ed25519 holds base64 of 64
 * bytes, telnyx-timestamp unix seconds in ASCII digits; what is signed is
 * "<timestamp>|<raw body>", so nobody may parse or rewrite the body before.
 * While keys rotate two are live for up to an hour: any of ours will do.
 *
 * Pure; the cheap checks come first, since a flood costs only what they cost.
 */
#ifndef BASE_WEBHOOK_SIGNATURE_H
#define BASE_WEBHOOK_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WEBHOOK_SIGNATURE_KEYS 8
#define WEBHOOK_SIGNATURE_KEY_BYTES 32
#define WEBHOOK_SIGNATURE_TOLERANCE_SECONDS 300 /* either way; Telnyx's own clients' */

struct webhook_signature_keys {
	uint8_t keys[WEBHOOK_SIGNATURE_KEYS][WEBHOOK_SIGNATURE_KEY_BYTES];
	int count;
};

/* False, and nothing added, unless the text is base64 of 32 bytes and there is room. */
bool webhook_signature_add_key(struct webhook_signature_keys *keys, const char *base64);

/* Headers as they came: NULL when absent; a header that stands twice is not one
 * that can be believed, so how often each stood is asked for too. */
struct webhook_signature_input {
	const char *signature, *timestamp;
	int signature_count, timestamp_count;
	const char *body;
	size_t body_bytes;
};

enum webhook_signature_verdict {
	WEBHOOK_SIGNATURE_OK,
	WEBHOOK_SIGNATURE_MISSING,   /* a header is absent */
	WEBHOOK_SIGNATURE_MALFORMED, /* … stands twice, or is not of the form above */
	WEBHOOK_SIGNATURE_STALE,     /* the time is too far from now, past or future */
	WEBHOOK_SIGNATURE_WRONG,     /* no key of ours has signed this */
	WEBHOOK_SIGNATURE_VERDICTS
};

enum webhook_signature_verdict webhook_signature_check(const struct webhook_signature_keys *keys,
	const struct webhook_signature_input *input, int64_t now_seconds);

#endif
