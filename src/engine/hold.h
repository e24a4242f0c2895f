/*
 * hold.h - a number reserved for somebody who has not signed up yet.
 *
 * The reservation is the carrier's; what the person is given is a text that
 * proves it: number, price and end, with a code made from the installation's
 * key.  Nothing is stored, so that every process on the same store accepts it.
 * One that is wrong, another installation's or too old proves nothing.
 */
#ifndef ENGINE_HOLD_H
#define ENGINE_HOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "order/order.h"

#define HOLD_BYTES 240

void hold_write(const uint8_t *key, size_t key_bytes, const struct candidate *c, int64_t until_ms,
	char to[HOLD_BYTES]);
/* Does it say that it is for this number?  Nothing of it is believed. */
bool hold_names(const char *text, const char *number);
/* Is it a hold on this number that lasts beyond now? */
bool hold_read(const uint8_t *key, size_t key_bytes, const char *text, const char *number,
	int64_t now_ms, struct candidate *ret, int64_t *ret_until_ms);

#endif
