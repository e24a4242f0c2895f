/*
 * control.h - the simulator's own endpoints: ledger, faults, clock, seeds.
 *
 * None of them needs a key.  Errors are {"error":"…"}.
 */
#ifndef SIM_CONTROL_H
#define SIM_CONTROL_H

#include "base/err.h"
#include "sim/ask.h"
#include "sim/world.h"

void control_handle(struct world *w, struct ask *ask, struct answer *a);
/* Settings and rules as they are at the start: the defaults, then the profile. */
enum err_code control_restart(struct world *w, struct err *e) MUST_USE;
/* A profile's text: checked, kept for DELETE /faults, and applied. */
enum err_code control_profile(
	struct world *w, const char *text, size_t bytes, struct err *e) MUST_USE;

#endif
