/* health.c - alive, ready, and in figures.  Nothing secret, no customer's data. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "api/inside.h"
#include "base/text.h"
#include "base/version.h"

#define METRICS_BYTES (64 * 1024)

void health_live(const struct call *call)
{
	static const char ok[] = "{\"status\":\"ok\"}";
	answer_text(call->r, 200, ok, sizeof(ok) - 1);
}

void health_ready(const struct call *call)
{
	static const char ready[] = "{\"status\":\"ready\"}";
	struct err e;
	if (engine_is_ready(call->api->engine, &e))
		answer_text(call->r, 200, ready, sizeof(ready) - 1);
	else
		answer_problem(call->r, &(struct problem){.err = &e, .status = 503});
}

/* --- figures, in Prometheus' text form --- */

static void about(struct str *to, const char *name, const char *kind, const char *help)
{
	str_addf(to, "# HELP numberd_%s %s\n# TYPE numberd_%s %s\n", name, help, name, kind);
}

static void figure(
	struct str *to, const char *name, const char *kind, const char *help, int64_t value)
{
	about(to, name, kind, help);
	str_addf(to, "numberd_%s %lld\n", name, (long long)value);
}

static void labelled(
	struct str *to, const char *name, const char *label, const char *word, int64_t value)
{
	str_addf(to, "numberd_%s{%s=\"%s\"} %lld\n", name, label, word, (long long)value);
}

static int64_t resident_bytes(void)
{
	long long pages = 0;
	FILE *file = fopen("/proc/self/statm", "re");
	if (file == NULL)
		return 0;
	if (fscanf(file, "%*d %lld", &pages) != 1)
		pages = 0;
	(void)fclose(file);
	return pages * sysconf(_SC_PAGESIZE);
}

static double cpu_seconds(void)
{
	struct rusage used;
	must(getrusage(RUSAGE_SELF, &used) == 0);
	return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
	       (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static void add_process(struct str *to, const struct api *api)
{
	about(to, "build_info", "gauge", "Which program this is.");
	str_addf(to, "numberd_build_info{version=\"%s\",compiler=\"%s\"} 1\n", NUMBERD_VERSION,
		__VERSION__);
	figure(to, "resident_memory_bytes", "gauge", "Memory in use.", resident_bytes());
	about(to, "cpu_seconds_total", "counter", "Processor time used, user and system.");
	str_addf(to, "numberd_cpu_seconds_total %.3f\n", cpu_seconds());
	figure(to, "http_requests_total", "counter", "Requests that passed the gate.",
		api->requests);
	figure(to, "event_streams", "gauge", "Live event streams open.", api->stream_count);
}

static void add_engine(struct str *to, const struct engine *engine)
{
	const struct engine_stats *stats = engine_stats(engine);
	struct err e;
	about(to, "start_time_seconds", "gauge", "When it started, in seconds since 1970.");
	str_addf(to, "numberd_start_time_seconds %.3f\n", (double)stats->started_ms / 1000);
	figure(to, "ready", "gauge", "1 when sign-ups are taken.", engine_is_ready(engine, &e));
	figure(to, "signups_total", "counter", "Sign-ups taken on since start.", stats->signups);
	figure(to, "signups_active_total", "counter", "Sign-ups that became active since start.",
		stats->actives);
	figure(to, "signups_failed_total", "counter", "Sign-ups that failed since start.",
		stats->failures);
	figure(to, "signups_parked_total", "counter",
		"Times a sign-up began to need a person since start.", stats->parks);
	figure(to, "steps_total", "counter", "Steps of the core since start.", stats->steps);
	figure(to, "saves_total", "counter", "Steps saved since start.", stats->saves);
	figure(to, "signups_under_way", "gauge", "Sign-ups in memory.", stats->under_way);
	about(to, "commands_total", "counter", "Questions asked upstream since start.");
	for (int i = 0; i < COMMAND_COUNT; i++)
		labelled(to, "commands_total", "command", command_wire((enum command_kind)i),
			stats->commands[i]);
	about(to, "answers_total", "counter", "Answers from upstream since start, by code.");
	for (int i = 0; i < ERR_COUNT; i++)
		if (stats->errors[i] > 0 || i == ERR_OK)
			labelled(to, "answers_total", "code", err_wire((enum err_code)i),
				stats->errors[i]);
}

static void add_webhooks(struct str *to, const struct api *api)
{
	static const char *const reasons[] = {
#define X(name, wire) wire,
		WEBHOOK_REFUSALS(X)
#undef X
	};
	const struct engine_stats *stats = engine_stats(api->engine);
	figure(to, "webhooks_total", "counter", "Webhooks received since start.", api->webhooks);
	figure(to, "webhooks_stored_total", "counter", "New events stored since start.",
		stats->webhooks_stored);
	figure(to, "webhooks_repeated_total", "counter",
		"Webhooks whose event was stored before, since start.", stats->webhooks_repeated);
	figure(to, "webhooks_unstored_total", "counter",
		"Webhooks that the store could not take, since start.", stats->webhooks_lost);
	figure(to, "webhooks_hints_total", "counter",
		"New events that had a sign-up under way look, since start.",
		stats->webhooks_hints);
	about(to, "webhooks_refused_total", "counter", "Webhooks refused since start.");
	for (int i = 0; i < WEBHOOK_REFUSAL_COUNT; i++)
		labelled(to, "webhooks_refused_total", "reason", reasons[i],
			api->webhooks_refused[i]);
}

static void add_limits(struct str *to, const struct engine_limits *limits)
{
	static const char *const what[] = {"limit_most", "limit_held", "limit_spent"};
	static const char *const help[] = {
		"What a limit allows in its present window; numbers, or US cents for total.",
		"What is held against it.", "What is spent against it."};
	for (size_t i = 0; i < COUNT_OF(what); i++) {
		about(to, what[i], "gauge", help[i]);
		for (int j = 0; j < SPENDING_LIMIT_COUNT; j++) {
			enum spending_limit limit = (enum spending_limit)j;
			const struct store_budget *b = &limits->budgets[j];
			bool is_money = spending_is_money(limit);
			bool is_for_each = limit == SPENDING_CUSTOMER || limit == SPENDING_NETWORK;
			int64_t values[] = {limits->limits.most[j],
				is_money ? b->held_cents : b->held_numbers,
				is_money ? b->spent_cents : b->spent_numbers};
			if (values[i] >= 0 && (i == 0 || !is_for_each))
				labelled(to, what[i], "limit", spending_wire(limit), values[i]);
		}
	}
	figure(to, "frozen", "gauge", "1 when all spending is stopped.",
		limits->control.store.frozen_at_ms > 0);
	figure(to, "money_in_flight", "gauge", "Purchases and releases sent and not answered.",
		limits->control.in_flight);
}

struct measuring {
	struct http_request *r;
	struct engine *engine;
	struct str text;
};

static void measured(void *arg, const struct err *e, const struct engine_limits *limits)
{
	struct measuring *m = arg;
	if (e->code == ERR_OK)
		add_limits(&m->text, limits);
	must(str_ok(&m->text));
	answer_headers(m->r, "no-store");
	http_answer(
		m->r, 200, "text/plain; version=0.0.4; charset=utf-8", m->text.text, m->text.bytes);
	str_done(&m->text);
	free(m);
}

static void counted(void *arg, const struct err *e, const struct store_counts *counts)
{
	struct measuring *m = arg;
	figure(&m->text, "store_up", "gauge", "1 when the store answered.", e->code == ERR_OK);
	if (e->code == ERR_OK) {
		about(&m->text, "signups", "gauge", "Stored sign-ups by state.");
		for (int i = 0; i < ORDER_STATE_COUNT; i++)
			labelled(&m->text, "signups", "state",
				order_state_wire((enum order_state)i), counts->by_state[i]);
	}
	engine_limits(m->engine, measured, m);
}

void health_metrics(const struct call *call)
{
	struct measuring *m = must_calloc(1, sizeof(*m));
	m->r = call->r;
	m->engine = call->api->engine;
	str_init(&m->text, METRICS_BYTES);
	add_process(&m->text, call->api);
	add_engine(&m->text, call->api->engine);
	add_webhooks(&m->text, call->api);
	store_counts(engine_store(call->api->engine), counted, m);
}
