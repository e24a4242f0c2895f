/*
 * http_slot.h - one libcurl handle, the call it carries, and what came of it.
 *
 * The slot and its room are kept from call to call, the handle is not (why: see
 * http_slot_take()).  A slot never adds itself to a multi handle and never calls
 * `done`: that is http_client_curl.c.
 */
#ifndef NET_HTTP_SLOT_H
#define NET_HTTP_SLOT_H

#include <curl/curl.h>

#include "base/str.h"
#include "net/http_client.h"
#include "net/http_hints.h"

#define HTTP_HEADER_LISTS_KEPT 8

struct item;

/* Request headers of one key and one kind of call, shared by the slots. */
struct http_header_list {
	char *bearer;
	bool has_body;
	size_t users;
	struct curl_slist *list;
};

/* What all slots of a client have in common. */
struct http_slot_kit {
	char *ca_file, *user_agent; /* or NULL */
	struct http_header_list lists[HTTP_HEADER_LISTS_KEPT];
	struct http_slot *free_slots;
	size_t free_count;
};

struct http_slot {
	struct http_slot_kit *kit; /* borrowed */
	CURL *easy;
	struct item *item;            /* borrowed; NULL while free */
	const struct http_call *call; /* borrowed; NULL while free */
	struct http_slot *next_free;

	/* what the handle is set to */
	struct http_header_list *headers;
	enum http_method method;
	bool has_body, is_fresh, is_set_once;
	int64_t timeout_ms;

	/* what came of the call so far */
	int64_t started_ms;
	bool is_let_go; /* libcurl was allowed to write; from here on it is SENT */
	bool is_gate_shut;
	const char *given_up; /* why we broke it off */
	bool is_framed;       /* this head says how its body ends */
	int status;
	size_t header_bytes;
	struct http_hints hints;
	struct str body;
	char error[CURL_ERROR_SIZE];
};

/* A free slot or a new one, set up for the call, which must outlive it. */
struct http_slot *http_slot_take(struct http_slot_kit *kit, const struct http_call *call);
/* Keep it for the next call; its handle must be out of the multi handle. */
void http_slot_release(struct http_slot *slot);
/* The reply borrows the slot's body. */
void http_slot_reply(const struct http_slot *slot, CURLcode code, struct http_reply *reply);
/* Free slots and header lists; nothing may be on the wire. */
void http_slot_kit_done(struct http_slot_kit *kit);

#endif
