/*
 * id.h - names for new things, and digests.
 *
 * An id is a two-letter prefix, '_', and a UUIDv7 in Crockford base32:
 * "su_01JDB0…", 29 characters, sorted by the time it was made.
 * Random bytes come from libsodium; digests from libcrypto.
 * Call id_init() once at start; it aborts when there is no randomness.
 */
#ifndef BASE_ID_H
#define BASE_ID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ID_BYTES 32        /* an id and its NUL, with room */
#define ID_DIGEST_BYTES 32 /* SHA-256 */
#define ID_HEX_BYTES 65    /* a digest as hexadecimal text and its NUL */

void id_init(void);
void id_new(const char *prefix, int64_t wall_ms, char to[ID_BYTES]);
bool id_is(const char *text, const char *prefix);
void id_random(void *to, size_t bytes);

void id_digest(const void *data, size_t bytes, uint8_t to[ID_DIGEST_BYTES]);
void id_digest_hex(const void *data, size_t bytes, char to[ID_HEX_BYTES]);
/* HMAC-SHA256, written as `chars` characters of lower-case base32 (RFC 4648
 * alphabet); chars <= 51. */
void id_keyed_name(const void *key, size_t key_bytes, const char *message, size_t chars, char *to);

#endif
