/*
 * vtime.h - time that is only counted, and the loop that runs in it.
 *
 * vtime.c defines the functions of net/loop.h anew: whoever links it has
 * timers and posts without a machine's clock.  What is due at the same time
 * happens in the order it was asked for.  Each of our own processes has a wall
 * clock of its own and can be paused: then what is the process's waits, and all
 * else goes on.
 */
#ifndef LIVES_VTIME_H
#define LIVES_VTIME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

struct loop;

struct due {
	void (*func)(void *arg);
	void *arg;
	int64_t at_ms;
	uint64_t turn;
	int place;   /* in the list of what is due, counted from 1; 0: not there */
	int process; /* whose it is; 0: nobody's of ours, the world's */
};

#define VTIME_PROCESSES 3 /* they count from 1 */

void vtime_reset(void);
int64_t vtime_now(void);      /* since the life began */
int64_t vtime_world_ms(void); /* the true wall clock, which the upstreams show */
void vtime_step_wall(int process, int64_t by_ms);
void vtime_pause(int process, int64_t until_ms);
void vtime_wake(int process);
bool vtime_is_paused(int process);
const struct clock *vtime_clock(int process);
struct loop *vtime_loop(int process);

void vtime_set(struct due *due, int64_t in_ms);
void vtime_clear(struct due *due);
/* Do the next thing if it is due at `until_ms` at the latest. */
bool vtime_step(int64_t until_ms);
/* Do what the process posted, and nothing else, until nothing is. */
void vtime_run_posts(int process);

#endif
