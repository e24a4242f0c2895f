/*
 * kit_http.h - a client of raw bytes on the loop of the server it talks to, and a
 * strict reader of what comes back.
 *
 * Nothing waits: after each piece the loop turns until nothing more comes.  What the
 * server writes must be HTTP to the letter; anything else is a must().
 */
#ifndef TESTS_FUZZ_KIT_HTTP_H
#define TESTS_FUZZ_KIT_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "net/loop.h"

struct kit_talk {
	struct loop *loop; /* borrowed */
	int fd;
	struct str in; /* all that came */
	size_t read;   /* … of which so much was read as answers */
	bool is_over;  /* the server has closed */
};

void kit_open(struct kit_talk *t, struct loop *loop, int port);
void kit_send(struct kit_talk *t, const void *bytes, size_t count);
/* Hangs up with a reset, so that no port is kept, and lets the server see it. */
void kit_close(struct kit_talk *t);
/* Turns the loop until nothing happens any more. */
void kit_settle(struct kit_talk *t);

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
