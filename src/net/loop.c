#include "net/loop.h"

#include <errno.h>
#include <event2/event.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/must.h"

#define NO_EVENTS "the system tells of no events (epoll)"

struct post {
	void (*func)(void *arg);
	void *arg;
};

struct posts {
	struct post *at;
	size_t count, room;
};

struct loop {
	struct event_base *base;
	bool is_stopped;

	int wake_fd;
	struct event *wake;
	pthread_mutex_t lock; /* over `coming` only */
	struct posts coming;
	struct posts now; /* the batch being called; its room is reused */

	struct event *signals[2];
	void (*on_signal)(void *arg, int signal);
	void *signal_arg;
};

struct loop_timer {
	struct event *event;
	int64_t due_ms;
	void (*func)(void *arg);
	void *arg;
};

static void call_posts(evutil_socket_t fd, short what, void *arg)
{
	(void)what;
	struct loop *loop = arg;
	uint64_t wakes;
	must(read((int)fd, &wakes, sizeof(wakes)) == sizeof(wakes) || errno == EAGAIN);
	must(pthread_mutex_lock(&loop->lock) == 0);
	struct posts batch = loop->coming;
	loop->coming = loop->now;
	loop->coming.count = 0;
	must(pthread_mutex_unlock(&loop->lock) == 0);
	/* Cleared so that a func which runs the loop again cannot reuse the room. */
	loop->now = (struct posts){0};
	for (size_t i = 0; i < batch.count; i++)
		batch.at[i].func(batch.at[i].arg);
	free(loop->now.at);
	loop->now = batch;
}

/* One write wakes the loop for every post up to the next batch: only the post
 * that finds the queue empty pays for it. */
void loop_post(struct loop *loop, void (*func)(void *arg), void *arg)
{
	must(pthread_mutex_lock(&loop->lock) == 0);
	struct posts *posts = &loop->coming;
	if (posts->count == posts->room) {
		posts->room = posts->room ? posts->room * 2 : 64;
		posts->at = must_realloc(posts->at, posts->room * sizeof(*posts->at));
	}
	posts->at[posts->count++] = (struct post){func, arg};
	bool is_first = posts->count == 1;
	must(pthread_mutex_unlock(&loop->lock) == 0);
	const uint64_t one = 1;
	if (is_first)
		must(write(loop->wake_fd, &one, sizeof(one)) == sizeof(one));
}

static struct event_base *new_base(void)
{
	struct event_config *config = event_config_new();
	must_have(config != NULL, "out of memory");
	/* Interest in a socket that comes and goes within one turn, as libcurl's
	 * does, then costs no system call. */
	must(event_config_set_flag(config, EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST) == 0);
	struct event_base *base = event_base_new_with_config(config);
	event_config_free(config);
	must_have(base != NULL, NO_EVENTS);
	return base;
}

struct loop *loop_new(void)
{
	/* A peer that went away is an error code of write(), not our end. */
	must(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
	struct loop *loop = must_calloc(1, sizeof(*loop));
	loop->base = new_base();
	must(pthread_mutex_init(&loop->lock, NULL) == 0);
	loop->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	must_have(loop->wake_fd >= 0, "no file descriptor is left");
	loop->wake = event_new(loop->base, loop->wake_fd, EV_READ | EV_PERSIST, call_posts, loop);
	must(loop->wake != NULL && event_add(loop->wake, NULL) == 0);
	return loop;
}

struct loop *loop_free(struct loop *loop)
{
	if (loop == NULL)
		return NULL;
	for (size_t i = 0; i < COUNT_OF(loop->signals); i++) {
		if (loop->signals[i] != NULL)
			event_free(loop->signals[i]);
	}
	event_free(loop->wake);
	event_base_free(loop->base);
	must(close(loop->wake_fd) == 0);
	must(pthread_mutex_destroy(&loop->lock) == 0);
	free(loop->coming.at);
	free(loop->now.at);
	free(loop);
	return NULL;
}

struct event_base *loop_base(struct loop *loop)
{
	return loop->base;
}

void loop_run(struct loop *loop)
{
	while (!loop->is_stopped)
		must_have(event_base_loop(loop->base, EVLOOP_NO_EXIT_ON_EMPTY) >= 0, NO_EVENTS);
	loop->is_stopped = false;
}

/* Remembered beside libevent's own flag, which a stop before the run would lose. */
void loop_stop(struct loop *loop)
{
	loop->is_stopped = true;
	must(event_base_loopbreak(loop->base) == 0);
}

static void set_true(void *flag)
{
	*(bool *)flag = true;
}

bool loop_run_until(struct loop *loop, const bool *flag, int64_t most_ms)
{
	bool is_over = false;
	struct loop_timer *timer = loop_timer_new(loop, set_true, &is_over);
	loop_timer_set(timer, most_ms);
	while (!*flag && !is_over && !loop->is_stopped)
		must_have(event_base_loop(loop->base, EVLOOP_ONCE) >= 0, NO_EVENTS);
	loop_timer_free(timer);
	return *flag;
}

static void wait_ms(struct loop_timer *timer, int64_t ms)
{
	struct timeval tv = {.tv_sec = ms / 1000, .tv_usec = (ms % 1000) * 1000};
	must_have(event_add(timer->event, &tv) == 0, "out of memory");
}

/* libevent counts from the start of its turn and by a coarse clock, so it may
 * be some milliseconds early.  Ours never are. */
static void on_time(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	struct loop_timer *timer = arg;
	int64_t early_ms = timer->due_ms - clock_boot_ms(clock_machine());
	if (early_ms > 0)
		wait_ms(timer, early_ms);
	else
		timer->func(timer->arg);
}

struct loop_timer *loop_timer_new(struct loop *loop, void (*func)(void *arg), void *arg)
{
	struct loop_timer *timer = must_calloc(1, sizeof(*timer));
	timer->func = func;
	timer->arg = arg;
	timer->event = evtimer_new(loop->base, on_time, timer);
	must_have(timer->event != NULL, "out of memory");
	return timer;
}

struct loop_timer *loop_timer_free(struct loop_timer *timer)
{
	if (timer == NULL)
		return NULL;
	event_free(timer->event);
	free(timer);
	return NULL;
}

void loop_timer_set(struct loop_timer *timer, int64_t in_ms)
{
	if (in_ms < 0)
		in_ms = 0;
	timer->due_ms = clock_boot_ms(clock_machine()) + in_ms;
	wait_ms(timer, in_ms);
}

void loop_timer_clear(struct loop_timer *timer)
{
	must(event_del(timer->event) == 0);
}

static void tell_signal(evutil_socket_t signal, short what, void *arg)
{
	(void)what;
	struct loop *loop = arg;
	loop->on_signal(loop->signal_arg, (int)signal);
}

void loop_on_signals(struct loop *loop, void (*func)(void *arg, int signal), void *arg)
{
	static const int numbers[] = {SIGINT, SIGTERM};
	must(loop->on_signal == NULL && func != NULL);
	loop->on_signal = func;
	loop->signal_arg = arg;
	for (size_t i = 0; i < COUNT_OF(numbers); i++) {
		loop->signals[i] = evsignal_new(loop->base, numbers[i], tell_signal, loop);
		must(loop->signals[i] != NULL && event_add(loop->signals[i], NULL) == 0);
	}
}
