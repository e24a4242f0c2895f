/*
 * kit_http.h - a client of raw bytes on the loop of the server it talks to, and a
 * strict reader of what comes back.
 *
 * After each piece the loop turns until nothing more comes; what must come is waited
 * for.  What the server writes must be HTTP to the letter; anything else is a must().
 */
#ifndef TESTS_FUZZ_KIT_HTTP_H
#define TESTS_FUZZ_KIT_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "net/http_conn.h"
#include "net/loop.h"

struct kit_talk {
	struct loop *loop;          /* borrowed … */
	struct http_server *server; /* … as this */
	int fd;
	struct str in; /* all that came */
	size_t read;   /* … of which so much was read as answers */
	bool is_over;  /* the server has closed */
	int64_t until_ms;
};

/* One at a time: returns when the server has taken this connection, and kit_close()
 * when it has none. */
void kit_open(struct kit_talk *t, struct loop *loop, struct http_server *server);
void kit_send(struct kit_talk *t, const void *bytes, size_t count);
/* Hangs up with a reset, so that no port is kept, and lets the server see it. */
void kit_close(struct kit_talk *t);
/* Turns the loop until nothing happens any more. */
void kit_settle(struct kit_talk *t);
/* The same for what must still come; false when it should have come by now. */
bool kit_may_wait(struct kit_talk *t);

struct kit_answer {
	int status;
	const char *head; /* borrowed: header lines, each with its CR LF; NUL-terminated */
	const char *body;
	size_t body_bytes;
	bool is_last; /* the server will close after it */
	bool is_live; /* a stream, or without a declared end */
};
/* The next answer that came whole; false when there is none.  is_head: it answers a
 * HEAD, and has no body whatever it declares.  What is borrowed lives until kit_close(). */
bool kit_next_answer(struct kit_talk *t, bool is_head, struct kit_answer *ret);
/* The value of the only header of that name, or NULL; copied into `to`. */
const char *kit_header(const struct kit_answer *a, const char *name, char *to, size_t to_bytes);

#endif
