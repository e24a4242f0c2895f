/*
 * dispatch.h - one call to the simulator: whose it is, which fault strikes it,
 * and what is to be sent.  No network here; serve.c does what it is told.
 */
#ifndef SIM_DISPATCH_H
#define SIM_DISPATCH_H

#include <stdint.h>

#include "sim/ask.h"
#include "sim/world.h"

enum dispatch_how {
	DISPATCH_ANSWER, /* the answer, after delay_ms */
	DISPATCH_CUT,    /* the first `bytes` of it, then close */
	DISPATCH_RESET,  /* close without a byte */
	DISPATCH_DROP,   /* nothing, ever */
	DISPATCH_LATE,   /* come back with dispatch_commit() after delay_ms */
};

struct dispatch {
	enum dispatch_how how;
	int64_t delay_ms;
	int64_t bytes;
};

struct dispatch dispatch(struct world *w, struct ask *ask, struct answer *a);
/* Carry it out and answer as if there were no faults. */
void dispatch_commit(struct world *w, struct ask *ask, struct answer *a);

#endif
