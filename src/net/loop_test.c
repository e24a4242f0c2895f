#include "net/loop.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/must.h"
#include "tests/check.h"

#define POSTS 20000

struct seen {
	struct loop *loop;
	int order[8];
	int count;
	bool is_done;
};

struct mark {
	struct seen *seen;
	int value;
};

static void note(void *arg)
{
	struct mark *mark = arg;
	mark->seen->order[mark->seen->count++] = mark->value;
	mark->seen->is_done = mark->value == 9;
}

static void timers_fire_in_the_order_of_their_times_and_never_early(void **state)
{
	(void)state;
	struct loop *loop = loop_new();
	struct seen seen = {.loop = loop};
	struct mark marks[] = {{&seen, 9}, {&seen, 1}, {&seen, 2}};
	struct loop_timer *timers[3];
	static const int64_t times[] = {60, 0, 30};
	int64_t start_ms = clock_boot_ms(clock_machine());
	for (size_t i = 0; i < COUNT_OF(timers); i++) {
		timers[i] = loop_timer_new(loop, note, &marks[i]);
		loop_timer_set(timers[i], times[i]);
	}
	assert_true(loop_run_until(loop, &seen.is_done, 5000));
	assert_true(clock_boot_ms(clock_machine()) - start_ms >= 60);
	assert_int_equal(seen.count, 3);
	assert_int_equal(seen.order[0], 1);
	assert_int_equal(seen.order[1], 2);
	for (size_t i = 0; i < COUNT_OF(timers); i++)
		loop_timer_free(timers[i]);
	loop_free(loop);
}

static void a_timer_set_again_moves_and_a_cleared_one_is_silent(void **state)
{
	(void)state;
	struct loop *loop = loop_new();
	struct seen seen = {.loop = loop};
	struct mark marks[] = {{&seen, 1}, {&seen, 2}, {&seen, 9}};
	struct loop_timer *moved = loop_timer_new(loop, note, &marks[0]);
	struct loop_timer *cleared = loop_timer_new(loop, note, &marks[1]);
	struct loop_timer *last = loop_timer_new(loop, note, &marks[2]);
	loop_timer_set(moved, 1);
	loop_timer_set(moved, 40);
	loop_timer_set(cleared, 1);
	loop_timer_clear(cleared);
	loop_timer_set(last, 20);
	assert_true(loop_run_until(loop, &seen.is_done, 5000));
	assert_int_equal(seen.count, 1);
	seen.is_done = false;
	assert_false(loop_run_until(loop, &seen.is_done, 60));
	assert_int_equal(seen.count, 2);
	assert_int_equal(seen.order[1], 1);
	loop_timer_free(moved);
	loop_timer_free(cleared);
	loop_timer_free(last);
	loop_free(loop);
}

struct crowd {
	struct loop *loop;
	int next[2]; /* the number each thread's next post must bring */
	int left;
	bool is_done;
};

struct numbered {
	struct crowd *crowd;
	int thread, number;
};

static struct numbered numbers[2][POSTS];

static void count_in_order(void *arg)
{
	struct numbered *n = arg;
	assert_int_equal(n->number, n->crowd->next[n->thread]++);
	n->crowd->is_done = --n->crowd->left == 0;
}

static void *post_all(void *arg)
{
	struct numbered *all = arg;
	for (int i = 0; i < POSTS; i++)
		loop_post(all[i].crowd->loop, count_in_order, &all[i]);
	return NULL;
}

static void posts_of_two_threads_all_arrive_each_in_order(void **state)
{
	(void)state;
	struct loop *loop = loop_new();
	struct crowd crowd = {.loop = loop, .left = 2 * POSTS};
	pthread_t threads[2];
	for (int t = 0; t < 2; t++) {
		for (int i = 0; i < POSTS; i++)
			numbers[t][i] = (struct numbered){&crowd, t, i};
		assert_int_equal(pthread_create(&threads[t], NULL, post_all, numbers[t]), 0);
	}
	assert_true(loop_run_until(loop, &crowd.is_done, 10000));
	for (int t = 0; t < 2; t++)
		assert_int_equal(pthread_join(threads[t], NULL), 0);
	loop_free(loop);
}

static void post_the_next(void *arg)
{
	struct seen *seen = arg;
	if (++seen->count < 5)
		loop_post(seen->loop, post_the_next, seen);
	else
		seen->is_done = true;
}

static void a_post_may_post_again(void **state)
{
	(void)state;
	struct loop *loop = loop_new();
	struct seen seen = {.loop = loop};
	loop_post(loop, post_the_next, &seen);
	assert_true(loop_run_until(loop, &seen.is_done, 5000));
	assert_int_equal(seen.count, 5);
	loop_free(loop);
}

static void stop_it(void *arg)
{
	struct seen *seen = arg;
	seen->count++;
	loop_stop(seen->loop);
}

static void run_ends_with_stop_even_if_stop_came_first(void **state)
{
	(void)state;
	struct loop *loop = loop_new();
	struct seen seen = {.loop = loop};
	loop_post(loop, stop_it, &seen);
	loop_run(loop);
	assert_int_equal(seen.count, 1);
	loop_stop(loop);
	loop_run(loop);
	loop_free(loop);
}

static void take_signal(void *arg, int number)
{
	struct seen *seen = arg;
	seen->order[seen->count++] = number;
	seen->is_done = seen->count == 2;
}

static void int_and_term_are_told_on_the_loop(void **state)
{
	(void)state;
	struct loop *loop = loop_new();
	struct seen seen = {.loop = loop};
	loop_on_signals(loop, take_signal, &seen);
	assert_int_equal(kill(getpid(), SIGTERM), 0);
	bool is_never = false;
	while (seen.count == 0)
		loop_run_until(loop, &is_never, 1);
	assert_int_equal(kill(getpid(), SIGINT), 0);
	assert_true(loop_run_until(loop, &seen.is_done, 5000));
	assert_int_equal(seen.order[0], SIGTERM);
	assert_int_equal(seen.order[1], SIGINT);
	loop_free(loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(timers_fire_in_the_order_of_their_times_and_never_early),
		CHECK(a_timer_set_again_moves_and_a_cleared_one_is_silent),
		CHECK(posts_of_two_threads_all_arrive_each_in_order),
		CHECK(a_post_may_post_again),
		CHECK(run_ends_with_stop_even_if_stop_came_first),
		CHECK(int_and_term_are_told_on_the_loop),
	};
	return CHECK_MAIN(tests);
}
