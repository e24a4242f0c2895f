/*
 * places_key.h - the name of a town as it is found by, however it is written.
 *
 * "Saint-Jérôme", "St. Jerome" and "st jerome" have one key.  Case, accents,
 * punctuation and what stands in brackets do not count; St., Ste., Ft., Mt.
 * and N. S. E. W. are spelled out.  tools/area-codes makes the same keys of the
 * names in our tables; a test finds every town by its own name.
 *
 * Pure, no allocation; thread: any.
 */
#ifndef NUMBERING_PLACES_KEY_H
#define NUMBERING_PLACES_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLACE_KEY_BYTES 80
#define PLACE_WORDS_BYTES 128
#define PLACE_WORDS_MAX 16

/* The words of a text, folded to a-z and 0-9. */
struct place_words {
	char text[PLACE_WORDS_BYTES]; /* each ends in NUL */
	uint8_t at[PLACE_WORDS_MAX];
	uint8_t count;
	uint8_t before_comma; /* words before the first comma; all where there is none */
};

/* False if there are no words, or more than fit. */
bool place_words_read(const char *text, struct place_words *ret);

/* The key of the words from `from` up to, not with, `to`. */
void place_words_key(
	const struct place_words *words, unsigned from, unsigned to, char ret[PLACE_KEY_BYTES]);

/* The key of a whole text; false (and "") as place_words_read(). */
bool place_key(const char *text, char ret[PLACE_KEY_BYTES]);

#endif
