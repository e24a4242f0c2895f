/*
 * loop.h - one event loop, one thread for logic.
 *
 * Timers, wake-ups from other threads and signals, over libevent.  Everything
 * but loop_post() belongs to the thread that runs the loop.
 */
#ifndef NET_LOOP_H
#define NET_LOOP_H

#include <stdbool.h>
#include <stdint.h>

struct event_base; /* libevent's, for the HTTP server and client */
struct loop;
struct loop_timer;

struct loop *loop_new(void);
struct loop *loop_free(struct loop *loop); /* everything on it must be freed before */
struct event_base *loop_base(struct loop *loop);

void loop_run(struct loop *loop); /* until loop_stop() */
void loop_stop(struct loop *loop);
/* Run until *flag is true or `most_ms` have passed; returns *flag.  For tests
 * and for the command line, which wait for one thing. */
bool loop_run_until(struct loop *loop, const bool *flag, int64_t most_ms);

/* Call `func(arg)` once on the loop's thread, soon.  From any thread; posts
 * of one thread are called in order.  A post costs one eventfd write only
 * when the loop may be asleep. */
void loop_post(struct loop *loop, void (*func)(void *arg), void *arg);

/* A timer fires once per loop_timer_set(); setting it again moves it.  0 ms
 * means on the next turn of the loop. */
struct loop_timer *loop_timer_new(struct loop *loop, void (*func)(void *arg), void *arg);
struct loop_timer *loop_timer_free(struct loop_timer *timer);
void loop_timer_set(struct loop_timer *timer, int64_t in_ms);
void loop_timer_clear(struct loop_timer *timer);

/* SIGINT and SIGTERM call `func(arg, signal)` on the loop's thread. */
void loop_on_signals(struct loop *loop, void (*func)(void *arg, int signal), void *arg);

#endif
