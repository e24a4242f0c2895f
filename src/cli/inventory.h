/*
 * inventory.h - what the carrier says we own, beside what the store knows.
 *
 * Reads only: all pages of the carrier's list, all sign-ups of the store.
 */
#ifndef CLI_INVENTORY_H
#define CLI_INVENTORY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "carrier/carrier.h"
#include "order/order.h"

struct app;

/* What we know of one number. */
enum inventory_kind {
	INVENTORY_KNOWN,   /* owned, and a sign-up of ours holds it */
	INVENTORY_STRAY,   /* owned and bought by numberd, but no sign-up holds it */
	INVENTORY_FOREIGN, /* owned, and none of our business */
	INVENTORY_MISSING, /* a sign-up holds it, but the carrier does not list it */
	INVENTORY_KIND_COUNT,
};

struct inventory_row {
	enum inventory_kind kind;
	struct carrier_number owned; /* number only when it is MISSING */
	char signup[ID_BYTES];       /* "" when there is none */
	char status[24];             /* of the sign-up */
	char business_name[200];
};

struct inventory {
	struct inventory_row *rows;
	size_t count, room;
	size_t by_kind[INVENTORY_KIND_COUNT];
};

enum err_code inventory_read(struct app *app, struct inventory *ret, struct err *e) MUST_USE;
void inventory_done(struct inventory *inventory);
const char *inventory_kind_wire(enum inventory_kind kind);

#endif
