#include "base/id.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/must.h"
#include "base/text.h"

static const char crockford[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
static const char rfc4648[] = "abcdefghijklmnopqrstuvwxyz234567";

static void on_misuse(void)
{
	must_stop("the system gives no random bytes");
}

void id_init(void)
{
	must(sodium_set_misuse_handler(on_misuse) == 0);
	must_have(sodium_init() >= 0, "the system gives no random bytes");
}

void id_random(void *to, size_t bytes)
{
	randombytes_buf(to, bytes);
}

/* Base32, most significant bit first, the last character padded with zeros. */
static void base32(const char *alphabet, const uint8_t *data, size_t bytes, size_t chars, char *to)
{
	for (size_t i = 0; i < chars; i++) {
		unsigned value = 0;
		for (size_t bit = i * 5; bit < i * 5 + 5; bit++) {
			bool set = bit / 8 < bytes && (data[bit / 8] >> (7 - bit % 8) & 1);
			value = value * 2 + set;
		}
		to[i] = alphabet[value];
	}
	to[chars] = '\0';
}

void id_new(const char *prefix, int64_t wall_ms, char to[ID_BYTES])
{
	must(strlen(prefix) == 2);
	uint8_t uuid[16];
	id_random(uuid, sizeof(uuid));
	for (int i = 0; i < 6; i++)
		uuid[i] = (uint8_t)((uint64_t)wall_ms >> (40 - 8 * i));
	uuid[6] = (uint8_t)(0x70 | (uuid[6] & 0x0F));
	uuid[8] = (uint8_t)(0x80 | (uuid[8] & 0x3F));
	memcpy(to, prefix, 2);
	to[2] = '_';
	base32(crockford, uuid, sizeof(uuid), 26, to + 3);
}

bool id_is(const char *text, const char *prefix)
{
	return text != NULL && strlen(text) == 29 && text_starts(text, prefix) && text[2] == '_' &&
	       strspn(text + 3, crockford) == 26;
}

void id_digest(const void *data, size_t bytes, uint8_t to[ID_DIGEST_BYTES])
{
	unsigned length = 0;
	must(EVP_Digest(data, bytes, to, &length, EVP_sha256(), NULL) == 1);
	must(length == ID_DIGEST_BYTES);
}

void id_digest_hex(const void *data, size_t bytes, char to[ID_HEX_BYTES])
{
	uint8_t digest[ID_DIGEST_BYTES];
	id_digest(data, bytes, digest);
	sodium_bin2hex(to, ID_HEX_BYTES, digest, sizeof(digest));
}

void id_keyed_name(const void *key, size_t key_bytes, const char *message, size_t chars, char *to)
{
	uint8_t mac[ID_DIGEST_BYTES];
	unsigned length = 0;
	must(chars <= 51);
	must(HMAC(EVP_sha256(), key, (int)key_bytes, (const unsigned char *)message,
		     strlen(message), mac, &length) != NULL);
	must(length == sizeof(mac));
	base32(rfc4648, mac, sizeof(mac), chars, to);
}
