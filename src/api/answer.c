/* answer.c - the forms an answer of the API takes. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/inside.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/spending.h"
#include "base/text.h"
#include "engine/view.h"

#define PROBLEM_BYTES (16 * 1024)
#define SIGNUP_BYTES (64 * 1024)

static void add_member(struct str *to, const char *name, const char *value)
{
	if (value == NULL)
		return;
	str_addf(to, ",\"%s\":", name);
	json_add_string(to, value);
}

static void add_wait(struct http_request *r, int64_t wait_ms)
{
	char seconds[24];
	text_format(seconds, sizeof(seconds), "%lld", (long long)(wait_ms + 999) / 1000);
	http_answer_header(r, "Retry-After", seconds);
}

/* Until the window of the limit ends; what has no window has no Retry-After. */
static void add_window_end(struct http_request *r, enum spending_limit limit)
{
	int64_t now_ms = clock_wall_ms(clock_machine());
	int64_t end_ms = spending_window_end_ms(limit, now_ms);
	if (end_ms >= 0)
		add_wait(r, end_ms - now_ms);
}

/* Browsers ask for the password when they see Basic.  A webhook is not to be
 * told to bring a key. */
static void add_hints_of_protocol(struct http_request *r, const struct problem *p, int status)
{
	const struct err *e = p->err;
	if (e->code == ERR_WEBHOOK_SIGNATURE || e->code == ERR_WEBHOOK_TIME) {
		http_answer_header(r, "WWW-Authenticate", "Telnyx-Signature-Ed25519");
	} else if (status == 401) {
		http_answer_header(r, "WWW-Authenticate", "Bearer realm=\"numberd\"");
		http_answer_header(r, "WWW-Authenticate", "Basic realm=\"numberd\"");
	}
	enum spending_limit limit;
	if (p->wait_ms > 0)
		add_wait(r, p->wait_ms);
	else if (spending_limit_of(e->code, &limit))
		add_window_end(r, limit);
	else if (e->code == ERR_IDEMPOTENCY_IN_PROGRESS)
		http_answer_header(r, "Retry-After", "1");
	else if (status == 429 || (status == 503 && err_effect(e->code) == ERR_EFFECT_NONE))
		http_answer_header(r, "Retry-After", "5");
}

void answer_headers(struct http_request *r, const char *cache_control)
{
	http_answer_header(r, "X-Content-Type-Options", "nosniff");
	if (cache_control != NULL)
		http_answer_header(r, "Cache-Control", cache_control);
}

void answer_problem(struct http_request *r, const struct problem *p)
{
	const char *code = p->code ? p->code : err_wire(p->err->code);
	int status = p->status ? p->status : err_http(p->err->code);
	struct str body;
	str_init(&body, PROBLEM_BYTES);
	str_addf(&body, "{\"type\":\"/problems/%s\"", code);
	add_member(&body, "title", err_title(p->err->code));
	str_addf(&body, ",\"status\":%d", status);
	add_member(&body, "detail", p->err->message);
	add_member(&body, "code", code);
	add_member(&body, "hint", err_hint(p->err));
	add_member(&body, "field", p->field);
	add_member(&body, "signup_id", p->signup_id);
	str_add(&body, "}");
	must(str_ok(&body));
	answer_headers(r, "no-store");
	add_hints_of_protocol(r, p, status);
	http_answer(r, status, "application/problem+json", body.text, body.bytes);
	str_done(&body);
}

void answer_error(struct http_request *r, const struct err *e)
{
	if (err_http(e->code) >= 500)
		log_line(LOG_WARNING, e->message, "code", err_wire(e->code), "path",
			http_request_path(r), NULL);
	answer_problem(r, &(struct problem){.err = e});
}

void answer_nothing_begun(struct http_request *r, const struct err *e)
{
	struct err said = *e;
	if (e->code == ERR_CARRIER_DOWN || e->code == ERR_CARRIER_LIMITED)
		TEXT_COPY(said.hint, "Nothing was begun. Ask again in a moment.");
	answer_error(r, &said);
}

void answer_invalid(struct http_request *r, const char *field, const char *format, ...)
{
	struct err e;
	char message[sizeof(e.message)];
	va_list args;
	va_start(args, format);
	(void)vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	err_set(&e, ERR_INVALID_FIELD, "%s", message);
	answer_problem(r, &(struct problem){.err = &e, .field = field});
}

void answer_text(struct http_request *r, int status, const char *json, size_t bytes)
{
	answer_headers(r, "no-store");
	http_answer(r, status, "application/json", json, bytes);
}

void answer_json(struct http_request *r, int status, json_t *document)
{
	must_have(document != NULL, "out of memory");
	char *text = json_to_text(document);
	json_decref(document);
	answer_text(r, status, text, strlen(text));
	free(text);
}

void answer_signup(struct http_request *r, int status, const struct order *order)
{
	struct str body;
	str_init(&body, SIGNUP_BYTES);
	view_signup_text(order, &body);
	must(str_ok(&body));
	answer_text(r, status, body.text, body.bytes);
	str_done(&body);
}
