/*
 * load.c - sign customers up at a running numberd and say how long it took.
 *
 *   load --url http://127.0.0.1:P --database FILE --pid PID [--count N] [--in-flight K]
 *
 * Keeps K sign-ups between their acceptance and `active` (an acceptance is a
 * 202 of POST /v1/signups).  Times are the daemon's own (created_at and
 * updated_at of each active row); CPU and peak memory are the kernel's
 * accounting of PID.  Prints one line of figures: see bench/run.
 */
#include <fcntl.h>
#include <getopt.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/id.h"
#include "base/str.h"
#include "base/text.h"
#include "net/http_client.h"
#include "net/loop.h"
#include "numbering/area_codes.h"

#define POSTS_AT_ONCE 64
#define POLL_MS 20
#define GIVE_UP_MS (300 * 1000)

struct load {
	struct loop *loop;
	struct http_client *http;
	struct loop_timer *poll;
	sqlite3_stmt *count_active;
	const char *url, *database;
	int64_t pid, count, in_flight;
	int64_t sent, accepted, refused, active, posting;
	size_t area;
	int64_t started_ms, ended_ms;
	uint32_t salt;
};

static void die(const char *what, const char *why)
{
	fprintf(stderr, "load: %s: %s\n", what, why);
	exit(1);
}

/* The next geographic US or Canadian code, so that the load is spread as real
 * customers are. */
static const char *next_area_code(struct load *l)
{
	const struct area_code *a;
	do {
		a = area_code_at(l->area++ % area_code_count());
	} while (!a->is_in_service || a->kind != KIND_GEOGRAPHIC ||
		 (!text_is(a->country, "US") && !text_is(a->country, "CA")));
	return a->npa;
}

static void send_more(struct load *l);

static void posted(void *arg, const struct http_reply *reply)
{
	struct load *l = arg;
	l->posting--;
	if (reply->status == 202)
		l->accepted++;
	else if (l->refused++ == 0)
		fprintf(stderr, "load: first refusal: %d %s %.300s\n", reply->status, reply->reason,
			reply->body ? reply->body : "");
	send_more(l);
}

static void send_one(struct load *l)
{
	struct str body, url;
	str_init(&body, 1024);
	str_init(&url, 512);
	str_addf(&url, "%s/v1/signups", l->url);
	str_addf(&body,
		"{\"business_name\":\"Load %lld\",\"email\":\"load%lld@load.example\","
		"\"business_phone\":\"+1%s2%02lld%04lld\"}",
		(long long)l->sent, (long long)l->sent, next_area_code(l),
		(long long)(l->sent / 10000 % 90 + 20) % 100 == 11
			? 20LL
			: (long long)(20 + l->sent / 10000 % 70),
		(long long)(l->sent % 10000));
	struct http_call call = {
		.method = HTTP_POST, .url = str_take(&url), .body = str_take(&body)};
	l->sent++;
	l->posting++;
	http_send(l->http, &call, posted, l);
}

static void send_more(struct load *l)
{
	while (l->sent < l->count && l->posting < POSTS_AT_ONCE &&
		l->sent - l->refused - l->active < l->in_flight)
		send_one(l);
}

static void poll(void *arg)
{
	struct load *l = arg;
	if (sqlite3_step(l->count_active) == SQLITE_ROW)
		l->active = sqlite3_column_int64(l->count_active, 0);
	sqlite3_reset(l->count_active);
	l->ended_ms = clock_boot_ms(clock_machine());
	if (l->active + l->refused >= l->count || l->ended_ms - l->started_ms > GIVE_UP_MS) {
		loop_stop(l->loop);
		return;
	}
	send_more(l);
	loop_timer_set(l->poll, POLL_MS);
}

/* --- the kernel's accounting --- */

static double cpu_seconds(int64_t pid)
{
	char path[64], text[1024] = "";
	text_format(path, sizeof(path), "/proc/%lld/stat", (long long)pid);
	FILE *f = fopen(path, "r");
	if (f == NULL || fgets(text, sizeof(text), f) == NULL)
		die("could not read", path);
	fclose(f);
	unsigned long user = 0, system_time = 0;
	const char *rest = strrchr(text, ')'); /* the name may hold spaces */
	if (rest == NULL || sscanf(rest + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
				    &user, &system_time) != 2)
		die("could not read", path);
	return (double)(user + system_time) / (double)sysconf(_SC_CLK_TCK);
}

static double peak_mib(int64_t pid)
{
	char path[64], line[256];
	long kib = 0;
	text_format(path, sizeof(path), "/proc/%lld/status", (long long)pid);
	FILE *f = fopen(path, "r");
	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, "VmHWM: %ld", &kib) == 1)
			break;
	if (f != NULL)
		fclose(f);
	return (double)kib / 1024;
}

/* --- latency, from the rows themselves --- */

static int64_t percentile(sqlite3 *db, int64_t actives, int part_of_100)
{
	sqlite3_stmt *s;
	int64_t ms = -1;
	if (sqlite3_prepare_v2(db,
		    "SELECT updated_at_ms - created_at_ms FROM signups WHERE state = 'active' "
		    "ORDER BY 1 LIMIT 1 OFFSET ?",
		    -1, &s, NULL) != SQLITE_OK)
		die("database", sqlite3_errmsg(db));
	sqlite3_bind_int64(s, 1, (actives - 1) * part_of_100 / 100);
	if (sqlite3_step(s) == SQLITE_ROW)
		ms = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return ms;
}

static void parse(struct load *l, int argc, char **argv)
{
	static const struct option options[] = {{"url", 1, 0, 'u'}, {"database", 1, 0, 'd'},
		{"pid", 1, 0, 'p'}, {"count", 1, 0, 'n'}, {"in-flight", 1, 0, 'k'}, {0}};
	for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		bool is_good = true;
		if (c == 'u')
			l->url = optarg;
		else if (c == 'd')
			l->database = optarg;
		else if (c == 'p')
			is_good = text_to_int(optarg, 1, INT32_MAX, &l->pid);
		else if (c == 'n')
			is_good = text_to_int(optarg, 1, 600000, &l->count);
		else
			is_good = c == 'k' && text_to_int(optarg, 1, 600000, &l->in_flight);
		if (!is_good)
			die("bad option", optarg ? optarg : "");
	}
	if (l->url == NULL || l->database == NULL || l->pid == 0)
		die("usage",
			"load --url URL --database FILE --pid PID [--count N] [--in-flight K]");
}

int main(int argc, char **argv)
{
	struct load load = {.count = 5000, .in_flight = 256}, *l = &load;
	struct err e = {0};
	sqlite3 *db;
	parse(l, argc, argv);
	id_init();
	l->loop = loop_new();
	l->http = http_client_curl_new(
		l->loop, &(struct http_client_options){.user_agent = "load"}, &e);
	if (l->http == NULL)
		die("client", e.message);
	if (sqlite3_open_v2(l->database, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK ||
		sqlite3_prepare_v2(db, "SELECT count(*) FROM signups WHERE state = 'active'", -1,
			&l->count_active, NULL) != SQLITE_OK)
		die("database", sqlite3_errmsg(db));
	sqlite3_busy_timeout(db, 5000);
	l->poll = loop_timer_new(l->loop, poll, l);
	double cpu = cpu_seconds(l->pid);
	l->started_ms = clock_boot_ms(clock_machine());
	send_more(l);
	loop_timer_set(l->poll, POLL_MS);
	loop_run(l->loop);
	cpu = cpu_seconds(l->pid) - cpu;
	double seconds = (double)(l->ended_ms - l->started_ms) / 1000;
	printf("%7lld %7lld %9.0f %12.2f %9.1f %8lld %8lld\n", (long long)l->active,
		(long long)l->in_flight, (double)l->active / seconds,
		cpu * 1000 / (double)(l->active ? l->active : 1), peak_mib(l->pid),
		(long long)percentile(db, l->active, 50), (long long)percentile(db, l->active, 99));
	bool is_whole = l->active == l->count;
	sqlite3_finalize(l->count_active);
	sqlite3_close(db);
	loop_timer_free(l->poll);
	http_client_curl_free(l->http);
	loop_free(l->loop);
	return is_whole ? 0 : 1;
}
