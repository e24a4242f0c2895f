/* telnyx_bodies.h - what the tests of Telnyx's answers share. */
#ifndef CARRIER_TELNYX_BODIES_H
#define CARRIER_TELNYX_BODIES_H

#include "base/text.h"
#include "carrier/telnyx_wire.h"
#include "tests/fake_http.h"

#define BASE "https://api.telnyx.example/v2"
#define N "+14155550123"
#define REF "nb1-inst-aaaaaaaaaaaaaaaaaaaa-1"

#define OURS ",'customer_reference':'" REF "'"

static inline struct order an_order(void)
{
	struct order o = {.mode = ORDER_MODE_BUY};
	TEXT_COPY(o.number, N);
	TEXT_COPY(o.attempt.number, N);
	o.attempt.kind = ATTEMPT_BUY;
	TEXT_COPY(o.instance, "inst");
	TEXT_COPY(o.name, "aaaaaaaaaaaaaaaaaaaa");
	TEXT_COPY(o.order_id, "3d8bd753-2162-4ce2-bc5e-96b5cad7fedb");
	TEXT_COPY(o.number_id, "1293384261075731499");
	TEXT_COPY(o.place.country, "US");
	TEXT_COPY(o.place.npa, "415");
	return o;
}

static inline struct answer blank(void)
{
	struct answer a;
	telnyx_answer_init(&a);
	return a;
}

#endif
