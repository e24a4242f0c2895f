/*
 * wish.h - what a customer asked for, and whether it can be taken on.
 *
 * wish_check() is pure: it turns typed text into an order that has not begun,
 * or says which field is wrong and why.  Nothing is stored half.
 */
#ifndef ENGINE_WISH_H
#define ENGINE_WISH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "numbering/phone.h"
#include "order/order.h"
#include "store/store.h"

/* As typed; "" where nothing was given.  Longer input is cut by the caller's
 * copy, so copy with TEXT_COPY and refuse what did not fit. */
struct wish {
	char business_name[400];
	char email[400];
	char business_phone[200];
	char existing_number[200];
	char area_code[32];
	char postal_code[32];
	char city[100];
	char number[64]; /* chosen among those for sale */
	char hold[240];  /* what engine_reserve() gave for it */
	char country[8]; /* for phones without +; "" means the North American plan */
	char contains[32];
	char max_rung[32]; /* "": the installation's own; also "ask" */
	char reference[200];
	char idempotency_key[STORE_IDEMPOTENCY_KEY_BYTES + 2];
	char source[64]; /* "api", "cli", "page", or the network it came from */
};

/* Which field an error is about; "" when none. */
struct wish_error {
	struct err err;
	char field[32];  /* "business_phone" */
	char reason[32]; /* lookup's reason code when the phone was refused; else err's wire name */
};

/* "", a rung's name, or "ask": as far as the own area code, then ask. */
bool wish_read_max_rung(const char *typed, enum ladder_rung *ret, bool *ret_asks);
/* One to seven digits, or a word spelt on the keypad, as digits; "" stays "". */
bool wish_read_contains(const char *typed, char to[12]);
/* Where it is to be, from what was typed; phone may be NULL.  The ladder goes as
 * far as max_rung, and is empty when nothing says where. */
bool wish_read_place(const char *area_code, const char *postal_code, const char *city,
	const struct phone *phone, enum ladder_rung max_rung, struct ladder *ret,
	struct wish_error *ret_error);

/* A number was chosen only as typed: whether it is held is not known here.
 * On success *ret_order is RECEIVED, without id, instance and name (the engine
 * gives those), and *ret_creation is filled. */
bool wish_check(const struct wish *wish, struct order *ret_order,
	struct store_creation *ret_creation, struct wish_error *ret_error);

/* What is said anew of the sign-up `o`, read as its own fields were: place, number,
 * max_rung and contains of *wish count.  What `o` said before is not judged again,
 * but for its country where it would be looked for there.  *ret: as the core takes it. */
bool wish_read_choice(const struct wish *wish, const struct order *o, struct order_choice *ret,
	struct wish_error *ret_error);

#endif
