/*
 * vtime.h - time that is only counted, and the loop that runs in it.
 *
 * vtime.c defines the functions of net/loop.h anew: whoever links it has
 * timers and posts without a machine's clock.  What is due at the same time
 * happens in the order it was asked for.  Our own process can be paused: then
 * what is the process's waits, and the upstream's goes on.
 */
#ifndef LIVES_VTIME_H
#define LIVES_VTIME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

struct due {
	void (*func)(void *arg);
	void *arg;
	int64_t at_ms;
	uint64_t turn;
	int place; /* in the list of what is due, counted from 1; 0: not there */
	bool is_ours;
};

void vtime_reset(void);
int64_t vtime_now(void);      /* since the life began */
int64_t vtime_world_ms(void); /* the true wall clock, which the upstreams show */
void vtime_step_wall(int64_t by_ms);
void vtime_pause(int64_t until_ms);
const struct clock *vtime_clock(void); /* our process's */

void vtime_set(struct due *due, int64_t in_ms);
void vtime_clear(struct due *due);
/* Do the next thing if it is due at `until_ms` at the latest. */
bool vtime_step(int64_t until_ms);
/* Do what was posted, and nothing else, until nothing is. */
void vtime_run_posts(void);

#endif
