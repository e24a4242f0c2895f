/*
 * fuzz.h - what every fuzz target shares: bytes read as choices and texts.
 *
 * A target defines LLVMFuzzerTestOneInput() and must()s its oracle.  It keeps
 * nothing between two inputs: the same bytes always do the same.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);
/* Runs once, before the first input; libFuzzer and replay.c call it where it is defined. */
int LLVMFuzzerInitialize(int *argc, char ***argv);

struct fuzz_in {
	const uint8_t *at;
	size_t left;
};

/* Past the end all is zero, so that a short input is a short story. */
static inline uint8_t fuzz_byte(struct fuzz_in *in)
{
	if (in->left == 0)
		return 0;
	in->left--;
	return *in->at++;
}

static inline unsigned fuzz_roll(struct fuzz_in *in, unsigned sides)
{
	return fuzz_byte(in) % sides;
}

static inline int64_t fuzz_number(struct fuzz_in *in, size_t bytes)
{
	uint64_t value = 0;
	while (bytes-- > 0)
		value = value << 8 | fuzz_byte(in);
	return (int64_t)value;
}

/* The bytes up to the next `end` (or all), with a NUL behind them, in memory of
 * exactly that size, so that reading beyond is seen.  The caller frees. */
static inline char *fuzz_part(struct fuzz_in *in, uint8_t end, size_t *ret_bytes)
{
	const uint8_t *stop = in->left > 0 ? memchr(in->at, end, in->left) : NULL;
	size_t bytes = stop != NULL ? (size_t)(stop - in->at) : in->left;
	char *text = must_calloc(1, bytes + 1);
	if (bytes > 0)
		memcpy(text, in->at, bytes);
	in->at += bytes + (stop != NULL);
	in->left -= bytes + (stop != NULL);
	*ret_bytes = bytes;
	return text;
}

static inline char *fuzz_rest(struct fuzz_in *in, size_t *ret_bytes)
{
	char *text = must_calloc(1, in->left + 1);
	if (in->left > 0)
		memcpy(text, in->at, in->left);
	*ret_bytes = in->left;
	in->left = 0;
	return text;
}

/* What must come over the loopback may be held up for as long as this machine stalls:
 * time counts, not turns.  Less than the -timeout of tools/fuzz. */
#define FUZZ_PATIENCE_MS 8000

/* FUZZ_TRACE=1: tell the story that an input is, to understand what was found. */
static inline bool fuzz_is_traced(void)
{
	static int is_traced = -1;
	if (is_traced < 0)
		is_traced = getenv("FUZZ_TRACE") != NULL;
	return is_traced == 1;
}

/* A text in an array that is what it says it is: ended, UTF-8. */
#define FUZZ_MUST_BE_TEXT(array)                                                                   \
	must(memchr((array), '\0', sizeof(array)) != NULL && text_is_utf8(array, strlen(array)))

/* … and one line, as it goes into logs and onto pages. */
static inline void fuzz_must_be_line(const char *text, size_t room)
{
	must(memchr(text, '\0', room) != NULL && text_is_utf8(text, strlen(text)));
	for (; *text != '\0'; text++)
		must((unsigned char)*text >= ' ' && *text != 0x7F);
}
#define FUZZ_MUST_BE_LINE(array) fuzz_must_be_line((array), sizeof(array))

#endif
