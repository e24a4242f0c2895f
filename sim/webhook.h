/*
 * webhook.h - number_order.complete, signed as Telnyx signs, sent to one URL.
 *
 * Plain http only.  When and how often it is sent, and what is wrong with it,
 * is up to the webhook_* settings.  Delays run on the simulated clock.
 */
#ifndef SIM_WEBHOOK_H
#define SIM_WEBHOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loop;
struct world;
struct webhooks;

/* Listens to the world's ending orders.  Borrows both. */
struct webhooks *webhooks_new(struct loop *loop, struct world *w);
struct webhooks *webhooks_free(struct webhooks *hooks);

/* base64 of the Ed25519 key that belongs to a seed; false if it is not one. */
bool webhook_public_key(const char *seed_hex, char *to, size_t to_bytes);
/* base64 of the signature over "<timestamp>|<body>". */
#define WEBHOOK_SIGNATURE_BYTES 96
bool webhook_sign(const char *seed_hex, int64_t timestamp, const char *body, size_t bytes,
	char to[WEBHOOK_SIGNATURE_BYTES]);

#endif
