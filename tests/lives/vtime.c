#include "tests/lives/vtime.h"

#include <stdlib.h>

#include "base/must.h"
#include "net/loop.h"

#define DUES_MOST 4096
#define WORLD_START_MS 1790000000000

struct loop {
	int process;
};

struct process {
	struct loop loop;
	struct clock clock;
	int64_t wall_step_ms, paused_until_ms;
};

struct loop_timer {
	struct due due;
};

struct post {
	struct due due;
	void (*func)(void *arg);
	void *arg;
	struct post *next; /* among the posted, or among the spare */
};

static struct {
	int64_t now_ms;
	struct process processes[VTIME_PROCESSES + 1];
	uint64_t turn;
	struct due *list[DUES_MOST];
	int count;
	struct post *first_post, *last_post, *spare;
} v;

void vtime_reset(void)
{
	must(v.count == 0 && v.first_post == NULL);
	v.now_ms = 0;
	for (int i = 0; i <= VTIME_PROCESSES; i++)
		v.processes[i].wall_step_ms = v.processes[i].paused_until_ms = 0;
	v.turn = 0;
}

int64_t vtime_now(void)
{
	return v.now_ms;
}

int64_t vtime_world_ms(void)
{
	return WORLD_START_MS + v.now_ms;
}

static struct process *process_at(int process)
{
	must(process >= 1 && process <= VTIME_PROCESSES);
	return &v.processes[process];
}

void vtime_step_wall(int process, int64_t by_ms)
{
	process_at(process)->wall_step_ms += by_ms;
}

void vtime_pause(int process, int64_t until_ms)
{
	struct process *p = process_at(process);
	if (until_ms > p->paused_until_ms)
		p->paused_until_ms = until_ms;
}

void vtime_wake(int process)
{
	process_at(process)->paused_until_ms = 0;
}

bool vtime_is_paused(int process)
{
	return process_at(process)->paused_until_ms > v.now_ms;
}

static int64_t wall_ms(void *state)
{
	return vtime_world_ms() + ((const struct process *)state)->wall_step_ms;
}

static int64_t boot_ms(void *state)
{
	(void)state;
	return 1000000 + v.now_ms;
}

const struct clock *vtime_clock(int process)
{
	struct process *p = process_at(process);
	p->clock = (struct clock){wall_ms, boot_ms, p};
	return &p->clock;
}

struct loop *vtime_loop(int process)
{
	struct loop *loop = &process_at(process)->loop;
	loop->process = process;
	return loop;
}

/* --- what is due --- */

void vtime_clear(struct due *due)
{
	if (due->place == 0)
		return;
	struct due *last = v.list[--v.count];
	v.list[due->place - 1] = last;
	last->place = due->place;
	due->place = 0;
}

void vtime_set(struct due *due, int64_t in_ms)
{
	due->at_ms = v.now_ms + (in_ms > 0 ? in_ms : 0);
	due->turn = v.turn++;
	if (due->place != 0)
		return;
	must(v.count < DUES_MOST);
	v.list[v.count++] = due;
	due->place = v.count;
}

static int64_t when(const struct due *due)
{
	int64_t paused_until_ms = v.processes[due->process].paused_until_ms;
	return due->at_ms < paused_until_ms ? paused_until_ms : due->at_ms;
}

/* A life has some ten things due: a heap would not be faster. */
bool vtime_step(int64_t until_ms)
{
	struct due *next = NULL;
	int64_t next_ms = INT64_MAX;
	for (int i = 0; i < v.count; i++) {
		int64_t at_ms = when(v.list[i]);
		if (at_ms > next_ms || (at_ms == next_ms && v.list[i]->turn > next->turn))
			continue;
		next = v.list[i];
		next_ms = at_ms;
	}
	if (next == NULL || next_ms > until_ms) {
		if (v.now_ms < until_ms)
			v.now_ms = until_ms;
		return false;
	}
	vtime_clear(next);
	if (next_ms > v.now_ms)
		v.now_ms = next_ms;
	next->func(next->arg);
	return true;
}

/* --- net/loop.h --- */

struct loop *loop_new(void)
{
	must(!"a life's loops are vtime_loop()'s");
	return NULL;
}

struct loop *loop_free(struct loop *loop)
{
	(void)loop;
	return NULL;
}

struct event_base *loop_base(struct loop *loop)
{
	(void)loop;
	return NULL; /* there is no network here */
}

void loop_run(struct loop *loop)
{
	(void)loop;
	must(!"a life runs by vtime_step()");
}

void loop_stop(struct loop *loop)
{
	(void)loop;
}

bool loop_run_until(struct loop *loop, const bool *flag, int64_t most_ms)
{
	(void)loop;
	int64_t until_ms = v.now_ms + most_ms;
	while (!*flag && vtime_step(until_ms))
		;
	return *flag;
}

static void run_post(void *arg)
{
	struct post *post = arg;
	struct post **at = &v.first_post;
	while (*at != post)
		at = &(*at)->next;
	*at = post->next;
	post->next = v.spare;
	v.spare = post;
	post->func(post->arg);
}

void loop_post(struct loop *loop, void (*func)(void *arg), void *arg)
{
	struct post *post = v.spare;
	if (post != NULL)
		v.spare = post->next;
	else
		post = must_calloc(1, sizeof(*post));
	post->due = (struct due){.func = run_post, .arg = post, .process = loop->process};
	post->func = func;
	post->arg = arg;
	post->next = NULL;
	struct post **at = &v.first_post;
	while (*at != NULL)
		at = &(*at)->next;
	*at = post;
	vtime_set(&post->due, 0);
}

void vtime_run_posts(int process)
{
	struct post *post = v.first_post;
	while (post != NULL) {
		if (post->due.process != process) {
			post = post->next;
			continue;
		}
		vtime_clear(&post->due);
		run_post(post);
		post = v.first_post; /* the list may have changed */
	}
}

struct loop_timer *loop_timer_new(struct loop *loop, void (*func)(void *arg), void *arg)
{
	struct loop_timer *timer = must_calloc(1, sizeof(*timer));
	timer->due = (struct due){.func = func, .arg = arg, .process = loop->process};
	return timer;
}

struct loop_timer *loop_timer_free(struct loop_timer *timer)
{
	if (timer != NULL)
		vtime_clear(&timer->due);
	free(timer);
	return NULL;
}

void loop_timer_set(struct loop_timer *timer, int64_t in_ms)
{
	vtime_set(&timer->due, in_ms);
}

void loop_timer_clear(struct loop_timer *timer)
{
	vtime_clear(&timer->due);
}

void loop_on_signals(struct loop *loop, void (*func)(void *arg, int signal), void *arg)
{
	(void)loop;
	(void)func;
	(void)arg;
}
