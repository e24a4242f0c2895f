#include "numbering/places_key.h"

#include <string.h>

#include "base/must.h"
#include "base/text.h"

/* U+00C0 to U+00FF without their accents; '?' is no letter of a town here. */
static const char latin1[] = "aaaaaaaceeeeiiii"
			     "?nooooo?ouuuuy?s"
			     "aaaaaaaceeeeiiii"
			     "?nooooo?ouuuuy?y";

/* What a character contributes: a letter or digit, nothing at all, or a gap. */
enum { SILENT = 0, GAP = ' ', COMMA = ',', DOT = '.', OPEN = '(', CLOSE = ')' };

static char fold_wide(unsigned char first, unsigned char second, unsigned char third)
{
	if (first == 0xC3)
		return latin1[second & 0x3F] == '?' ? GAP : latin1[second & 0x3F];
	if (first == 0xC4 && (second == 0x80 || second == 0x81))
		return 'a'; /* Hāna */
	if (first == 0xC5 && (second == 0x8C || second == 0x8D))
		return 'o';
	if (first == 0xCC || first == 0xCD || first == 0xCA)
		return SILENT; /* an accent on its own; the okina */
	if (first == 0xE2 && second == 0x80 && (third == 0x98 || third == 0x99))
		return SILENT; /* an apostrophe */
	return GAP;
}

/* The next character of *at, folded; *at is moved past it. */
static char fold_next(const char **at)
{
	const unsigned char *s = (const unsigned char *)*at;
	char c = (char)*s;
	unsigned bytes = *s < 0x80 ? 1 : *s < 0xE0 ? 2 : *s < 0xF0 ? 3 : 4;
	for (unsigned i = 1; i < bytes; i++)
		if ((s[i] & 0xC0) != 0x80)
			bytes = i; /* cut, or no UTF-8 */
	*at += bytes;
	if (*s >= 0x80)
		return bytes == 1 ? GAP : fold_wide(s[0], s[1], bytes > 2 ? s[2] : 0);
	if (c >= 'A' && c <= 'Z')
		return (char)(c + 'a' - 'A');
	if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || strchr(",.()", c) != NULL)
		return c;
	return c == '\'' || c == '`' ? SILENT : GAP;
}

struct reader {
	struct place_words *words;
	unsigned bytes;
	bool is_in_word, is_in_brackets, has_comma;
};

static void end_word(struct reader *r)
{
	if (r->is_in_word)
		r->words->text[r->bytes++] = '\0';
	r->is_in_word = false;
}

static bool add_letter(struct reader *r, char c)
{
	struct place_words *w = r->words;
	if (!r->is_in_word) {
		if (w->count == PLACE_WORDS_MAX)
			return false;
		w->at[w->count++] = (uint8_t)r->bytes;
		r->is_in_word = true;
	}
	if (r->bytes + 2 > sizeof(w->text))
		return false;
	w->text[r->bytes++] = c;
	return true;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* "N.Y." is one word, "St.Louis" is two. */
static bool joins(const struct reader *r, const char *rest)
{
	const struct place_words *w = r->words;
	return r->is_in_word && r->bytes - w->at[w->count - 1] <= 2u && rest[0] > ' ' &&
	       rest[0] < 0x7F && (rest[1] == '.' || rest[1] == ',' || rest[1] <= ' ') &&
	       (unsigned char)rest[1] < 0x80;
}

static bool take(struct reader *r, char c, const char *rest)
{
	if (c == OPEN || c == CLOSE)
		r->is_in_brackets = c == OPEN;
	if (c == SILENT || (r->is_in_brackets && c != OPEN))
		return true;
	if (c == COMMA && !r->has_comma) {
		r->has_comma = true;
		r->words->before_comma = r->words->count;
	}
	if (is_letter(c))
		return add_letter(r, c);
	if (c == DOT && joins(r, rest))
		return true;
	end_word(r);
	return true;
}

bool place_words_read(const char *text, struct place_words *ret)
{
	struct reader r = {.words = ret};
	memset(ret, 0, sizeof(*ret));
	while (text != NULL && *text != '\0') {
		char c = fold_next(&text);
		if (!take(&r, c, text))
			return false;
	}
	end_word(&r);
	if (!r.has_comma)
		ret->before_comma = ret->count;
	return ret->count > 0;
}

/* What is written short, spelled out. */
static const char *spelled(const char *word)
{
	static const char *const pairs[][2] = {{"st", "saint"}, {"ste", "sainte"}, {"ft", "fort"},
		{"mt", "mount"}, {"n", "north"}, {"s", "south"}, {"e", "east"}, {"w", "west"}};
	if (word[1] != '\0' && word[2] != '\0' && word[3] != '\0')
		return word;
	for (size_t i = 0; i < COUNT_OF(pairs); i++)
		if (text_is(word, pairs[i][0]))
			return pairs[i][1];
	return word;
}

void place_words_key(
	const struct place_words *words, unsigned from, unsigned to, char ret[PLACE_KEY_BYTES])
{
	size_t bytes = 0;
	must(from <= to && to <= words->count);
	for (; from < to; from++) {
		const char *word = spelled(words->text + words->at[from]);
		size_t more = strnlen(word, PLACE_KEY_BYTES - 1 - bytes);
		memcpy(ret + bytes, word, more);
		bytes += more;
	}
	ret[bytes] = '\0';
}

bool place_key(const char *text, char ret[PLACE_KEY_BYTES])
{
	struct place_words words;
	ret[0] = '\0';
	if (!place_words_read(text, &words))
		return false;
	place_words_key(&words, 0, words.count, ret);
	return true;
}
