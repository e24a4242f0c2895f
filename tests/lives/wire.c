/*
 * wire.c - the way to the upstreams and back, and what goes wrong on it.
 *
 * Behind it stands the real simulator's Telnyx and Vapi, called without a
 * network.  A call leaves (the gate is asked), arrives (is carried out, or
 * not, or twice), and is answered; a call whose sender is gone goes on.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tests/lives/life.h"

#define TIMEOUT_MS 20000
#define URL_MOST 1024
#define BODY_MOST 1024

struct flight {
	struct due leave, arrive, reply;
	enum http_method method;
	char url[URL_MOST]; /* path and query */
	char body[BODY_MOST];
	char authorization[128];
	bool has_body, is_vapi, is_repeatable;
	bool (*gate)(void *arg);
	void *gate_arg;
	http_done done;
	void *arg;
	uint64_t handle;
	int process;
	bool is_listening; /* somebody waits for the reply */
	/* how it goes */
	int times;               /* it is carried out */
	enum fault_kind answer;  /* what is said instead; FAULT_COUNT: the truth */
	bool is_unsent, is_none; /* no whole answer */
	char *text;
	int status;
	size_t bytes, room;
	int64_t retry_after_ms;
	const char *reason;
	struct flight *next;
};

/* One process's way out. */
struct way_out {
	struct http_client base;
	int process;
};

static struct {
	struct way_out ways[VTIME_PROCESSES + 1];
	struct flight *flying, *spare;
	uint64_t handles;
	struct truth_said said;
} wire;

bool wire_is_quiet(void)
{
	return wire.flying == NULL;
}

/* --- what a call is --- */

static const char *method_name(const struct flight *f)
{
	static const char *const names[] = {"GET", "POST", "PATCH", "PUT", "DELETE"};
	return names[f->method];
}

static bool is_path(const struct flight *f, const char *path)
{
	size_t n = strlen(path);
	return strncmp(f->url, path, n) == 0 && (f->url[n] == '\0' || f->url[n] == '?');
}

static bool is_order(const struct flight *f)
{
	return f->method == HTTP_POST &&
	       (is_path(f, "/v2/number_orders") || is_path(f, "/v2/phone_numbers"));
}

static bool is_reservation(const struct flight *f)
{
	return f->method == HTTP_POST && is_path(f, "/v2/number_reservations");
}

static bool is_import(const struct flight *f)
{
	return f->method == HTTP_POST && is_path(f, "/vapi/phone-number");
}

static bool is_list(const struct flight *f)
{
	return f->method == HTTP_GET &&
	       (is_path(f, "/v2/number_orders") || is_path(f, "/v2/phone_numbers") ||
		       is_path(f, "/vapi/v2/phone-number"));
}

static bool writes(const struct flight *f)
{
	return f->method == HTTP_DELETE || is_order(f) || is_import(f);
}

/* The text after "name": in a body that our own builders wrote. */
static void body_text(const struct flight *f, const char *name, char *to, size_t bytes)
{
	const char *at = strstr(f->body, name);
	to[0] = '\0';
	if (at == NULL)
		return;
	at += strlen(name) + 2;
	text_copy_part(to, bytes, at, strcspn(at, "\""));
}

/* --- arriving --- */

/* A stranger is quicker; one in two comes back to his senses. */
static void race(const struct flight *f)
{
	char number[NUMBER_BYTES];
	int64_t back_ms = 0;
	body_text(f, "\"phone_number\"", number, sizeof(number));
	if (dice_roll(&life.dice, FAULT_RACE) % 2 == 0)
		back_ms = dice_scale(&life.dice, FAULT_RACE, 500, 600000);
	if (truth_stranger(number, back_ms))
		life_trace("world   a stranger takes %s", number);
}

static void choose_outcome(const struct flight *f, struct truth_call *call)
{
	static const char *const ends[] = {"failure", "cancelled", "deleted"};
	call->outcome_ms = -1;
	if (!is_order(f))
		return;
	if (dice_strikes(&life.dice, FAULT_ORDER_STUCK)) {
		call->outcome = "stuck";
		call->outcome_ms = 0;
	} else if (dice_strikes(&life.dice, FAULT_ORDER_ENDS)) {
		call->outcome = ends[dice_roll(&life.dice, FAULT_ORDER_ENDS) % COUNT_OF(ends)];
		call->outcome_ms = dice_scale(&life.dice, FAULT_ORDER_ENDS, 1, 300000);
	} else if (dice_strikes(&life.dice, FAULT_ORDER_SLOW)) {
		call->outcome = "success";
		call->outcome_ms = dice_scale(&life.dice, FAULT_ORDER_SLOW, 1000, 900000);
	}
}

/* The same list without its filters: the pairs that name a page stay. */
static void drop_filters(const struct flight *f, char *to, size_t bytes)
{
	must(text_copy(to, bytes, f->url));
	char *query = strchr(to, '?'), *write = query;
	char *save = NULL, *pairs = query != NULL ? query + 1 : NULL;
	for (char *pair = strtok_r(pairs, "&", &save); pair != NULL;
		pair = strtok_r(NULL, "&", &save)) {
		if (text_starts(pair, "filter") || text_starts(pair, "search"))
			continue;
		size_t n = strlen(pair);
		*write = write == query ? '?' : '&';
		memmove(write + 1, pair, n);
		write += n + 1;
	}
	if (write != NULL)
		*write = '\0';
}

static void carry_out(struct flight *f)
{
	char url[URL_MOST];
	if (f->answer == FAULT_UNFILTERED)
		drop_filters(f, url, sizeof(url));
	struct truth_call call = {.method = f->method,
		.url = f->answer == FAULT_UNFILTERED ? url : f->url,
		.body = f->body,
		.authorization = f->authorization};
	truth_tick(vtime_world_ms());
	if ((is_order(f) || is_reservation(f)) && dice_strikes(&life.dice, FAULT_RACE))
		race(f);
	choose_outcome(f, &call);
	truth_ask(&call, &wire.said);
	judge_upstream();
}

/* --- answering --- */

static void keep_text(struct flight *f, const char *text, size_t bytes)
{
	if (f->room < bytes + 1) {
		f->room = bytes + 256;
		f->text = must_realloc(f->text, f->room);
	}
	memcpy(f->text, text, bytes);
	f->text[bytes] = '\0';
	f->bytes = bytes;
}

static void say(struct flight *f, int status, const char *text)
{
	f->status = status;
	keep_text(f, text, strlen(text));
}

static void say_error(struct flight *f, int status, const char *code)
{
	char text[200];
	if (f->is_vapi)
		text_format(text, sizeof(text),
			"{\"message\":\"Something\",\"error\":\"Error\",\"statusCode\":%d}",
			status);
	else
		text_format(text, sizeof(text),
			"{\"errors\":[{\"code\":\"%s\",\"title\":\"Something\",\"detail\":\"\"}]}",
			code);
	say(f, status, text);
}

static void say_5xx(struct flight *f, enum fault_kind kind)
{
	static const int statuses[] = {500, 502, 503, 504};
	uint64_t roll = dice_roll(&life.dice, kind);
	if (roll % 2 == 0)
		say(f, statuses[roll / 2 % 4], "<html><h1>Bad Gateway</h1></html>");
	else
		say_error(f, statuses[roll / 2 % 4], roll / 8 % 2 ? "10007" : "10037");
}

static void say_429(struct flight *f, enum fault_kind kind)
{
	static const int64_t waits[] = {-1, 0, 1000, 30000, 900000};
	say_error(f, 429, "10011");
	f->retry_after_ms = waits[dice_roll(&life.dice, kind) % COUNT_OF(waits)];
}

static void say_vague(struct flight *f, enum fault_kind kind)
{
	static const struct {
		int status;
		const char *code;
	} ways[] = {{408, "10008"}, {409, "10012"}, {425, "10000"}, {422, "10036"}, {404, NULL}};
	/* The last two are Telnyx's alone. */
	uint64_t way = dice_roll(&life.dice, kind) % (COUNT_OF(ways) - (f->is_vapi ? 2 : 0));
	if (ways[way].code == NULL)
		say(f, 404, "<html>Not here</html>");
	else
		say_error(f, ways[way].status, ways[way].code);
}

static void say_cut(struct flight *f, enum fault_kind kind)
{
	f->bytes = f->bytes > 0 ? dice_roll(&life.dice, kind) % f->bytes : 0;
	f->text[f->bytes] = '\0';
	f->is_none = true;
	f->reason = "cut";
}

static void say_half(struct flight *f, enum fault_kind kind)
{
	(void)kind;
	f->bytes /= 2;
	f->text[f->bytes] = '\0';
}

static void say_html(struct flight *f, enum fault_kind kind)
{
	(void)kind;
	say(f, 200, "<html><body>Welcome</body></html>");
}

static void say_none(struct flight *f, enum fault_kind kind)
{
	(void)kind;
	say(f, 200,
		f->is_vapi ? "{\"results\":[],\"metadata\":{\"itemsPerPage\":100,"
			     "\"totalItems\":0,\"currentPage\":1}}"
			   : "{\"data\":[],\"meta\":{\"total_pages\":1,\"total_results\":0,"
			     "\"page_number\":1,\"page_size\":20}}");
}

static void say_refused(struct flight *f, enum fault_kind kind)
{
	if (kind == FAULT_AUTH)
		say_error(f, 401, "10009");
	else
		say_error(f, 402, "20100");
}

/* How often a call is carried out under a fault, and what is said then;
 * FAULT_COUNT is the truth. */
static const struct {
	int times;
	bool is_lost;
	void (*say)(struct flight *f, enum fault_kind kind); /* NULL: the answer as it is */
} ways[FAULT_COUNT + 1] = {
	[FAULT_LOST_BEFORE] = {0, true, NULL},
	[FAULT_LOST_AFTER] = {1, true, NULL},
	[FAULT_LATE] = {1, true, NULL},
	[FAULT_S5XX_BEFORE] = {0, false, say_5xx},
	[FAULT_S5XX_AFTER] = {1, false, say_5xx},
	[FAULT_S429_BEFORE] = {0, false, say_429},
	[FAULT_S429_AFTER] = {1, false, say_429},
	[FAULT_VAGUE_BEFORE] = {0, false, say_vague},
	[FAULT_VAGUE_AFTER] = {1, false, say_vague},
	[FAULT_CUT] = {1, false, say_cut},
	[FAULT_MALFORMED] = {1, false, say_half},
	[FAULT_HTML] = {1, false, say_html},
	[FAULT_EMPTY] = {1, false, say_none},
	[FAULT_VOICE_EMPTY] = {1, false, say_none},
	[FAULT_AUTH] = {0, false, say_refused},
	[FAULT_FUNDS] = {0, false, say_refused},
	[FAULT_UNFILTERED] = {1, false, NULL},
	[FAULT_REPEAT] = {2, false, NULL},
	[FAULT_COUNT] = {1, false, NULL},
};

static void speak(struct flight *f)
{
	f->retry_after_ms = -1;
	f->is_none = false;
	f->reason = "";
	f->bytes = 0;
	if (f->times > 0) {
		f->status = wire.said.status;
		keep_text(f, wire.said.text, wire.said.bytes);
	}
	if (ways[f->answer].say != NULL)
		ways[f->answer].say(f, f->answer);
}

/* --- the ways a call can go --- */

static bool strikes(struct flight *f, enum fault_kind kind)
{
	return f->answer == FAULT_COUNT && dice_strikes(&life.dice, kind) &&
	       (f->answer = kind, true);
}

/* Which fault befalls it, if any.  Only what is said matters of a call that
 * reads: it is not carried out late or twice. */
static void choose_fault(struct flight *f)
{
	f->answer = FAULT_COUNT;
	if (life.dice.is_narrow && !writes(f)) {
		if (is_list(f))
			(void)strikes(f, FAULT_UNFILTERED);
		return;
	}
	if (strikes(f, FAULT_LOST_BEFORE) || strikes(f, FAULT_LOST_AFTER) ||
		(writes(f) && strikes(f, FAULT_LATE)) || strikes(f, FAULT_S5XX_BEFORE) ||
		strikes(f, FAULT_S5XX_AFTER) || strikes(f, FAULT_S429_BEFORE) ||
		strikes(f, FAULT_S429_AFTER) || strikes(f, FAULT_VAGUE_BEFORE) ||
		strikes(f, FAULT_VAGUE_AFTER) || strikes(f, FAULT_CUT) ||
		strikes(f, FAULT_MALFORMED) || strikes(f, FAULT_HTML) ||
		(is_list(f) && strikes(f, f->is_vapi ? FAULT_VOICE_EMPTY : FAULT_EMPTY)) ||
		(is_list(f) && strikes(f, FAULT_UNFILTERED)) || strikes(f, FAULT_AUTH) ||
		((is_order(f) || is_reservation(f)) && strikes(f, FAULT_FUNDS)))
		return;
	/* A first order refused for a number nobody reserved may be a repeated
	 * one: without a reservation no design can tell (RELIABILITY, A10). */
	if (writes(f) && !(is_order(f) && life.is_unreserved))
		(void)strikes(f, FAULT_REPEAT);
}

static void plan(struct flight *f)
{
	struct dice *d = &life.dice;
	int64_t there_ms = dice_between(d, FAULT_NONE, 1, 40);
	int64_t back_ms = there_ms + dice_between(d, FAULT_NONE, 1, 200);
	choose_fault(f);
	f->times = ways[f->answer].times;
	bool is_lost = ways[f->answer].is_lost;
	if (f->answer == FAULT_LATE)
		there_ms = dice_scale(d, FAULT_LATE, TIMEOUT_MS - 3000, 600000);
	if (is_lost && (f->answer == FAULT_LATE || dice_roll(d, f->answer) % 2 == 0))
		back_ms = TIMEOUT_MS;
	else if (f->answer == FAULT_COUNT && dice_strikes(d, FAULT_SLOW))
		back_ms = dice_scale(d, FAULT_SLOW, 200, TIMEOUT_MS - 1000);
	f->is_none = is_lost;
	if (f->times > 0)
		vtime_set(&f->arrive, there_ms);
	vtime_set(&f->reply, back_ms);
}

/* --- a flight's life --- */

static void rest(struct flight *f)
{
	if (f->is_listening || f->arrive.place != 0 || f->reply.place != 0 || f->leave.place != 0)
		return;
	struct flight **at = &wire.flying;
	while (*at != f)
		at = &(*at)->next;
	*at = f->next;
	f->next = wire.spare;
	wire.spare = f;
}

static void check_leaving(const struct flight *f)
{
	char number[NUMBER_BYTES], reference[REFERENCE_BYTES];
	if (is_order(f) || is_reservation(f)) {
		body_text(f, "\"phone_number\"", number, sizeof(number));
		body_text(f, "\"customer_reference\"", reference, sizeof(reference));
		if (is_order(f))
			judge_order_leaves(number, reference);
		else
			judge_reservation_leaves(number, reference);
	} else if (is_import(f)) {
		body_text(f, "\"number\"", number, sizeof(number));
		judge_import_leaves(number);
	} else if (f->method == HTTP_DELETE && !f->is_vapi) {
		judge_release_leaves(strrchr(f->url, '/') + 1);
	}
}

static void give_up(struct flight *f, const char *reason)
{
	f->is_unsent = f->is_none = true;
	f->reason = reason;
	f->answer = FAULT_REFUSED;
	vtime_set(&f->reply, 0);
}

static void leave(void *arg)
{
	struct flight *f = arg;
	if (!f->is_listening) {
		rest(f);
		return;
	}
	if (f->url[0] == '\0')
		give_up(f, "no address");
	else if (dice_strikes(&life.dice, FAULT_REFUSED))
		give_up(f, "connection refused");
	else if (f->gate != NULL && !f->gate(f->gate_arg))
		give_up(f, "gate");
	else {
		plan(f);
		life_trace("leaves  %s %.90s %s [%s]", method_name(f), f->url, f->body,
			f->answer < FAULT_COUNT ? fault_wire(f->answer) : "");
		check_leaving(f);
		return;
	}
	life_trace("unsent  %s %.90s: %s", method_name(f), f->url, f->reason);
}

static void arrive(void *arg)
{
	struct flight *f = arg;
	bool is_repeated = life.mutant == MUTANT_SENDS_TWICE && f->answer == FAULT_LOST_AFTER &&
			   f->method == HTTP_POST && f->is_listening;
	for (int i = 0; i < f->times; i++)
		carry_out(f);
	if (is_repeated) {
		carry_out(f);
		f->answer = FAULT_COUNT;
	}
	life_print_in(wire.said.text, wire.said.bytes < 64 ? wire.said.bytes : 64);
	life_trace("arrives %s %.60s: %d %.200s", method_name(f), f->url, wire.said.status,
		wire.said.text);
	bool is_lost = ways[f->answer].is_lost;
	if (f->is_listening && !is_lost)
		speak(f);
	rest(f);
}

static void reply(void *arg)
{
	struct flight *f = arg;
	bool is_lost = ways[f->answer].is_lost || f->is_unsent;
	if (!f->is_listening) {
		rest(f);
		return;
	}
	if (!is_lost && f->times == 0)
		speak(f);
	if (is_lost) {
		f->bytes = 0;
		f->status = 0;
		f->retry_after_ms = -1;
		f->is_none = true;
		if (!f->is_unsent)
			f->reason = "no answer";
	}
	struct http_reply r = {.sent = f->is_unsent ? HTTP_UNSENT : HTTP_SENT,
		.status = f->status,
		.is_complete = !f->is_none,
		.body = f->bytes > 0 ? f->text : "",
		.body_bytes = f->bytes,
		.retry_after_ms = f->retry_after_ms,
		.date_ms = -1};
	TEXT_COPY(r.reason, f->reason);
	life_trace("reply   %s %.60s: %d%s %s", method_name(f), f->url, r.status,
		r.sent == HTTP_UNSENT ? " unsent"
		: r.is_complete       ? ""
				      : " incomplete",
		r.reason);
	if (life.mutant == MUTANT_S5XX_UNSENT && is_order(f) && r.status >= 500)
		r.sent = HTTP_UNSENT;
	f->is_listening = false;
	f->done(f->arg, &r);
	rest(f);
}

static struct flight *flight_new(int process)
{
	struct flight *f = wire.spare;
	if (f != NULL)
		wire.spare = f->next;
	else
		f = must_calloc(1, sizeof(*f));
	f->process = process;
	f->leave = (struct due){.func = leave, .arg = f, .process = process};
	f->arrive = (struct due){.func = arrive, .arg = f};
	f->reply = (struct due){.func = reply, .arg = f, .process = process};
	f->is_unsent = f->is_none = false;
	f->answer = FAULT_COUNT;
	f->times = 0;
	f->bytes = 0;
	f->reason = "";
	f->next = wire.flying;
	wire.flying = f;
	return f;
}

static const char *path_of(const char *url)
{
	const char *host = strstr(url, "://");
	const char *path = host != NULL ? strchr(host + 3, '/') : NULL;
	return path != NULL ? path : "";
}

static uint64_t wire_send(
	struct http_client *client, struct http_call *call, http_done done, void *arg)
{
	struct flight *f = flight_new(((struct way_out *)client)->process);
	int64_t in_ms = dice_between(&life.dice, FAULT_NONE, 1, 30);
	must(TEXT_COPY(f->url, path_of(call->url)));
	must(TEXT_COPY(f->body, call->body != NULL ? call->body : ""));
	text_format(f->authorization, sizeof(f->authorization), "Bearer %s", call->bearer);
	f->is_vapi = text_starts(f->url, "/vapi");
	f->method = call->method;
	f->gate = call->gate;
	f->gate_arg = call->gate_arg;
	f->done = done;
	f->arg = arg;
	f->handle = ++wire.handles;
	f->is_listening = true;
	free(call->url);
	free(call->body);
	call->url = call->body = NULL;
	life.calls++;
	if (dice_strikes(&life.dice, FAULT_SLOW_CONNECT))
		in_ms = dice_scale(&life.dice, FAULT_SLOW_CONNECT, 100, 8000);
	vtime_set(&f->leave, in_ms);
	return f->handle;
}

static void wire_cancel(struct http_client *client, uint64_t handle)
{
	(void)client;
	for (struct flight *f = wire.flying; f != NULL; f = f->next) {
		if (f->handle != handle || !f->is_listening)
			continue;
		f->is_listening = false;
		vtime_clear(&f->leave);
		vtime_clear(&f->reply);
		rest(f);
		return;
	}
}

struct http_client *wire_client(int process)
{
	struct way_out *out = &wire.ways[process];
	out->base.send = wire_send;
	out->base.cancel = wire_cancel;
	out->process = process;
	return &out->base;
}

/* Whoever waits is told that nothing was sent: it has stopped listening, and
 * frees what it holds.  What left before goes on. */
void wire_hang_up(int process)
{
	struct flight *f = wire.flying;
	while (f != NULL) {
		if (!f->is_listening || f->process != process) {
			f = f->next;
			continue;
		}
		struct http_reply r = {.sent = HTTP_UNSENT, .body = "", .retry_after_ms = -1};
		f->is_listening = false;
		vtime_clear(&f->leave);
		vtime_clear(&f->reply);
		f->done(f->arg, &r);
		rest(f);
		f = wire.flying; /* the list may have changed */
	}
}

void wire_clear(void)
{
	while (wire.flying != NULL) {
		struct flight *f = wire.flying;
		f->is_listening = false;
		vtime_clear(&f->leave);
		vtime_clear(&f->arrive);
		vtime_clear(&f->reply);
		rest(f);
	}
}
