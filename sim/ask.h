/*
 * ask.h - one request to the simulator and its answer, without a network.
 *
 * The HTTP side (serve.c) fills a struct ask and sends the struct answer; tests
 * do the same by hand.  Everything in an ask is borrowed for the call.
 */
#ifndef SIM_ASK_H
#define SIM_ASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json.h"
#include "base/str.h"
#include "net/http_client.h" /* enum http_method */

#define ASK_QUERY_MAX 48
#define ASK_PATH_BYTES 256
#define ASK_PARTS_MAX 8
#define ASK_ANSWER_MAX_BYTES (1024UL * 1024 * 1024)

struct world;

struct ask {
	enum http_method method;
	const char *path; /* decoded, without the query */
	struct {
		const char *name;
		const char *value;
	} query[ASK_QUERY_MAX];
	size_t query_count;
	const char *authorization; /* the header, or NULL */
	const char *body;          /* never NULL */
	size_t body_bytes;

	/* filled on the way to a handler */
	char parts_text[ASK_PATH_BYTES];
	const char *parts[ASK_PARTS_MAX];
	size_t part_count;
	const char *id[2];   /* what stood for {…} in the template */
	json_t *json;        /* the parsed body; owned, see ask_done() */
	uint32_t key;        /* which Telnyx key; 1 is the first one seen */
	const char *outcome; /* a fault rule's wish for the order that is made; NULL: none */
	int64_t outcome_ms;  /* its delay; -1: as the settings say */
};

struct answer {
	int status;
	const char *content_type;
	struct str body;
	struct {
		char name[40];
		char value[64];
	} headers[8];
	size_t header_count;
	const char *route; /* the template that matched: "/v2/number_orders/{id}" */
};

typedef void (*ask_handler)(struct world *w, struct ask *ask, struct answer *a);

struct route {
	enum http_method method;
	const char *path; /* template */
	ask_handler handle;
};

const char *ask_method_name(enum http_method method);
void ask_split(struct ask *ask); /* path into parts */
void ask_done(struct ask *ask);  /* frees what was parsed */
const struct route *ask_route(struct ask *ask, const struct route *routes, size_t count);

/* Query parameters, NULL if absent. */
const char *ask_query(const struct ask *ask, const char *name);
int64_t ask_query_int(const struct ask *ask, const char *name, int64_t fallback);
bool ask_query_bool(const struct ask *ask, const char *name);

/* The body as JSON: an object, or false. */
bool ask_read_json(struct ask *ask);

void answer_init(struct answer *a);
void answer_done(struct answer *a);
void answer_clear(struct answer *a); /* ready to be written anew */
void answer_header(struct answer *a, const char *name, const char *value);

#endif
