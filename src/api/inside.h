/*
 * inside.h - what the API's own files share; for src/api only.
 *
 * A handler gets a struct call that lives until it returns; what answers later
 * takes the request alone, so that nothing of the API need outlive it.
 */
#ifndef API_INSIDE_H
#define API_INSIDE_H

#include "api/admission.h"
#include "api/api.h"
#include "api/source_rate.h"
#include "api/webhook_rate.h"
#include "base/json.h"
#include "base/webhook_signature.h"

struct event_stream; /* events.c */

/* Why a webhook was not taken, as /metrics names it. */
#define WEBHOOK_REFUSALS(X)                                                                        \
	X(NOT_CONFIGURED, "not_configured")                                                        \
	X(TOO_LARGE, "too_large")                                                                  \
	X(NO_SIGNATURE, "no_signature") /* a header is missing, twice there, or no such thing */   \
	X(STALE, "stale")                                                                          \
	X(BAD_SIGNATURE, "bad_signature")                                                          \
	X(TOO_MANY, "too_many") /* after too many badly signed ones from there */                  \
	X(NOT_JSON, "not_json")                                                                    \
	X(NO_EVENT, "no_event") /* JSON, but without an event's id and type */
enum webhook_refusal {
#define X(name, wire) WEBHOOK_##name,
	WEBHOOK_REFUSALS(X)
#undef X
		WEBHOOK_REFUSAL_COUNT
};

struct api {
	struct loop *loop;
	struct engine *engine;
	struct http_server *server;
	struct admission admission;
	struct webhook_signature_keys webhook_keys;
	struct webhook_rate *webhook_rate;
	struct source_rate *holds_a_network, *holds_of_strangers;
	int64_t webhooks, webhooks_refused[WEBHOOK_REFUSAL_COUNT]; /* since start */
	http_handler pages;
	void *pages_arg;
	struct event_stream *streams;
	int stream_count, most_streams;
	int64_t ping_ms;
	int64_t requests; /* since start */
};

struct call {
	struct api *api;
	struct http_request *r;
	enum admitted by;
	char name[64]; /* what stands in the path where the pattern has {…} */
};

struct route {
	enum http_method method;
	const char *pattern; /* "/v1/signups/{id}" */
	enum admission_need need;
	const char *query; /* names that may stand in the query; NULL: whatever does */
	void (*handle)(const struct call *call);
};
const struct route *api_routes(size_t *ret_count);

/* --- answers (answer.c) --- */

/* What every answer of the API carries; NULL: the cache is somebody else's word. */
void answer_headers(struct http_request *r, const char *cache_control);

struct problem {
	const struct err *err;
	int status;            /* 0: the error's own */
	const char *code;      /* NULL: the error's own */
	const char *field;     /* NULL: none */
	const char *signup_id; /* NULL: none */
	int64_t wait_ms;       /* until it may be asked again; 0: as the error has it */
};
void answer_problem(struct http_request *r, const struct problem *problem);
void answer_error(struct http_request *r, const struct err *e); /* of the engine: logs a 5xx */
/* The same, of a question: no sign-up stands behind it that would go on by itself. */
void answer_nothing_begun(struct http_request *r, const struct err *e);
void answer_invalid(struct http_request *r, const char *field, const char *format, ...)
	PRINTF_LIKE(3, 4);
void answer_text(struct http_request *r, int status, const char *json, size_t bytes);
void answer_json(struct http_request *r, int status, json_t *document); /* takes it */
void answer_signup(struct http_request *r, int status, const struct order *order);

/* --- what came in (input.c); each has answered when it returns false --- */

struct input_field {
	const char *name;
	char *to; /* "" when absent or null */
	size_t to_bytes;
};
/* A JSON object with none but these fields, all texts.  is_optional: an empty
 * body is one without fields. */
bool input_body(
	struct http_request *r, const struct input_field *fields, size_t count, bool is_optional);
/* Every name is in the list (separated by spaces) and stands once. */
bool input_query_names(struct http_request *r, const char *names);
bool input_query_text(struct http_request *r, const char *name, char *to, size_t to_bytes);
bool input_query_int(struct http_request *r, const char *name, int64_t least, int64_t most,
	int64_t *value); /* stays as it is when absent */
bool input_query_bool(struct http_request *r, const char *name, bool *value);
/* A phone number: a "+" that was not encoded is one, not a space. */
bool input_query_phone(struct http_request *r, const char *name, char *to, size_t to_bytes);

/* --- resources --- */

void signups_create(const struct call *call);
void signups_list(const struct call *call);
void signups_get(const struct call *call);
void signups_timeline(const struct call *call);
void signups_cancel(const struct call *call);
void signups_retry(const struct call *call);
void signups_resolve(const struct call *call);
/* The id in the path has the form of one; otherwise answers 404. */
bool signups_is_id(const struct call *call);
void events_open(const struct call *call);
void events_end_all(struct api *api);
void numbers_lookup(const struct call *call);
void numbers_available(const struct call *call);
void holds_create(const struct call *call);
void holds_begin(struct api *api);
void holds_end(struct api *api);
/* Whether a valid key came along, or none is configured and it is this machine. */
bool api_has_key(struct api *api, struct http_request *r);
void health_live(const struct call *call);
void health_ready(const struct call *call);
void health_metrics(const struct call *call);
void limits_show(const struct call *call);
void limits_freeze(const struct call *call);
void limits_thaw(const struct call *call);
void webhooks_telnyx(const struct call *call);
void about_openapi(const struct call *call);
void about_problem(const struct call *call);

#endif
