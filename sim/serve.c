#include "sim/serve.h"

#include <stdlib.h>

#include "base/clock.h"
#include "net/http_server.h"
#include "net/loop.h"
#include "sim/ask.h"
#include "sim/dispatch.h"
#include "sim/webhook.h"
#include "sim/world.h"

#define BODY_MAX_BYTES (16UL * 1024 * 1024) /* profiles may be long */
#define DROPPED_MS (15 * 60 * 1000LL)       /* then nobody waits any more */

/* A request that is acted upon later, or never answered. */
struct job {
	struct serve *serve;
	struct http_request *request;
	struct loop_timer *timer;
	bool is_dropped;
	struct job *next, **at;
};

struct serve {
	struct loop *loop;   /* borrowed */
	struct world *world; /* borrowed */
	struct http_server *server;
	struct webhooks *hooks;
	struct loop_timer *due;
	int64_t due_ms; /* what the timer is set for */
	int64_t wall_start_ms, boot_start_ms;
	struct job *jobs;
};

/* The machine's clock at the start plus what has passed since, so that a step
 * of the wall clock does not move the simulated one. */
static int64_t now_ms(const struct serve *s)
{
	return s->wall_start_ms + clock_boot_ms(clock_machine()) - s->boot_start_ms +
	       s->world->ahead_ms;
}

static void set_timer(struct serve *s)
{
	int64_t next = world_next_due(s->world);
	if (next == s->due_ms)
		return;
	s->due_ms = next;
	int64_t in_ms = next - now_ms(s);
	if (next == INT64_MAX)
		loop_timer_clear(s->due);
	else
		loop_timer_set(s->due, in_ms > 0 ? in_ms : 0);
}

/* The order of things due has changed outside of a request. */
static void due_sooner(void *arg)
{
	set_timer(arg);
}

static void tick(struct serve *s)
{
	world_tick(s->world, now_ms(s));
}

static void timer_fired(void *arg)
{
	struct serve *s = arg;
	s->due_ms = -1;
	tick(s);
	set_timer(s);
}

static void fill(struct ask *ask, const struct http_request *r)
{
	*ask = (struct ask){.method = http_request_method(r),
		.path = http_request_path(r),
		.authorization = http_request_header(r, "authorization"),
		.outcome_ms = -1};
	ask->body = http_request_body(r, &ask->body_bytes);
	ask->body = ask->body != NULL ? ask->body : "";
	while (ask->query_count < ASK_QUERY_MAX &&
		http_request_query_at(r, ask->query_count, &ask->query[ask->query_count].name,
			&ask->query[ask->query_count].value))
		ask->query_count++;
}

static void job_fired(void *arg);

static void wait_with(struct serve *s, struct http_request *r, int64_t in_ms, bool is_dropped)
{
	struct job *job = must_calloc(1, sizeof(*job));
	job->serve = s;
	job->request = r;
	job->is_dropped = is_dropped;
	job->timer = loop_timer_new(s->loop, job_fired, job);
	job->next = s->jobs;
	job->at = &s->jobs;
	if (job->next != NULL)
		job->next->at = &job->next;
	s->jobs = job;
	loop_timer_set(job->timer, in_ms);
}

static void job_free(struct job *job)
{
	*job->at = job->next;
	if (job->next != NULL)
		job->next->at = job->at;
	loop_timer_free(job->timer);
	free(job);
}

static void send_answer(
	struct serve *s, struct http_request *r, const struct dispatch *d, const struct answer *a)
{
	const char *body = a->body.text;
	if (d->how == DISPATCH_LATE || d->how == DISPATCH_DROP) {
		wait_with(s, r, d->how == DISPATCH_LATE ? d->delay_ms : DROPPED_MS,
			d->how == DISPATCH_DROP);
		return;
	}
	if (d->how == DISPATCH_RESET) {
		http_answer_reset(r);
		return;
	}
	for (size_t i = 0; i < a->header_count; i++)
		http_answer_header(r, a->headers[i].name, a->headers[i].value);
	if (d->how == DISPATCH_CUT)
		http_answer_cut(
			r, a->status, a->content_type, body, a->body.bytes, (size_t)d->bytes);
	else if (d->delay_ms > 0)
		http_answer_later(r, d->delay_ms, a->status, a->content_type, body, a->body.bytes);
	else
		http_answer(r, a->status, a->content_type, body, a->body.bytes);
}

static void answer(struct serve *s, struct http_request *r, bool is_second_time)
{
	struct ask ask;
	struct answer a;
	struct dispatch d = {DISPATCH_ANSWER, 0, 0};
	tick(s);
	fill(&ask, r);
	answer_init(&a);
	if (is_second_time) {
		ask_split(&ask);
		dispatch_commit(s->world, &ask, &a);
	} else {
		d = dispatch(s->world, &ask, &a);
	}
	send_answer(s, r, &d, &a);
	ask_done(&ask);
	answer_done(&a);
	set_timer(s);
}

static void job_fired(void *arg)
{
	struct job *job = arg;
	struct serve *s = job->serve;
	struct http_request *r = job->request;
	bool is_dropped = job->is_dropped;
	job_free(job);
	if (is_dropped)
		http_answer_reset(r);
	else
		answer(s, r, true);
}

static void on_request(void *arg, struct http_request *r)
{
	answer(arg, r, false);
}

struct serve *serve_new(struct loop *loop, struct world *w, const char *listen, struct err *e)
{
	struct serve *s = must_calloc(1, sizeof(*s));
	struct http_server_options options = {.listen = listen,
		.max_body_bytes = BODY_MAX_BYTES,
		.handler = on_request,
		.arg = s};
	s->loop = loop;
	s->world = w;
	s->wall_start_ms = clock_wall_ms(clock_machine());
	s->boot_start_ms = clock_boot_ms(clock_machine());
	s->due_ms = INT64_MAX;
	s->due = loop_timer_new(loop, timer_fired, s);
	w->on_sooner = due_sooner;
	w->on_sooner_arg = s;
	s->hooks = webhooks_new(loop, w);
	s->server = http_server_new(loop, &options, e);
	tick(s);
	return s->server != NULL ? s : serve_free(s);
}

struct serve *serve_free(struct serve *s)
{
	if (s == NULL)
		return NULL;
	while (s->jobs != NULL) {
		http_answer_reset(s->jobs->request);
		job_free(s->jobs);
	}
	s->world->on_sooner = NULL;
	http_server_free(s->server);
	webhooks_free(s->hooks);
	loop_timer_free(s->due);
	free(s);
	return NULL;
}

const char *serve_address(const struct serve *s)
{
	return http_server_address(s->server);
}
