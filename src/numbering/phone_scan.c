#include "numbering/phone_scan.h"

#include <string.h>

#include "base/must.h"
#include "base/text.h"

#define OVERDIAL_MAX 8 /* 1-800-FLOWERS-DIRECT is a number, an essay is not */

#define ACCENTED "\1" /* TYPED_LETTER, within a word */

/* A place in the text; the text ends in NUL, so looking one ahead is safe. */
struct reader {
	const char *at;
	struct phone_scan *scan;
	bool is_uri; /* tel:... */
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_keypad_letter(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_letter(char c)
{
	return is_keypad_letter(c) || c == TYPED_LETTER;
}

static void skip(struct reader *r, const char *characters)
{
	r->at += strspn(r->at, characters);
}

static size_t word_bytes(const char *at)
{
	size_t n = 0;
	while (is_letter(at[n]))
		n++;
	return n;
}

static bool word_is(const char *at, size_t bytes, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(words[i]) == bytes && strncmp(at, words[i], bytes) == 0)
			return true;
	return false;
}

/* "Tel.: ", "Office phone: ", "Tél. : ", "tel:" - what people write before a number. */
static enum phone_reject read_label(struct reader *r)
{
	static const char *const labels[] = {"TEL", "TELEPHONE", "TELEFON", "TELEFONO",
		"T" ACCENTED "L", "T" ACCENTED "L" ACCENTED "PHONE", "TEL" ACCENTED "FONO", "PHONE",
		"PH", "P", "T", "M", "C", "MOBILE", "MOB", "CELL", "CELLPHONE", "OFFICE", "WORK",
		"HOME", "BUSINESS", "MAIN", "NUMBER", "NO", "CALLTO"};
	if (strncmp(r->at, "TEL:", 4) == 0)
		r->is_uri = true;
	while (is_letter(*r->at)) {
		size_t n = word_bytes(r->at);
		if (!word_is(r->at, n, labels, COUNT_OF(labels)) || is_digit(r->at[n]))
			return PHONE_NOT_A_PHONE_NUMBER;
		r->at += n;
		skip(r, ".: ");
	}
	return PHONE_OK;
}

/* "*67", "*82", "#31#": asks the exchange for something; no part of the number. */
static void read_star_code(struct reader *r)
{
	const char *at = r->at + 1;
	if ((*r->at != '*' && *r->at != '#') || !is_digit(at[0]) || !is_digit(at[1]))
		return;
	at += 2;
	if (*r->at == '#' && *at != '#')
		return;
	r->at = at + (*at == '#');
	skip(r, " -");
	r->scan->flags |= PHONE_FLAG(DIAL_PREFIX);
}

static bool add_digit(struct phone_scan *s, char c, bool is_new_group)
{
	if (s->digit_count == PHONE_DIGITS_MAX)
		return false;
	s->digits[s->digit_count++] = c;
	if (is_new_group && s->group_count < PHONE_GROUPS_MAX)
		s->groups[s->group_count++] = 0;
	s->groups[s->group_count - 1]++;
	return true;
}

static void forget_digits(struct phone_scan *s)
{
	s->digit_count = 0;
	s->group_count = 0;
	memset(s->digits, 0, sizeof(s->digits));
}

/* A + stands first, or after 011 or 00 ("011 +44 ..."). */
static enum phone_reject read_plus(struct phone_scan *s)
{
	if (s->has_plus || s->digit_count > 3)
		return s->digit_count >= 7 ? PHONE_MULTIPLE_NUMBERS : PHONE_NOT_A_PHONE_NUMBER;
	if (s->digit_count > 0) {
		if (strcmp(s->digits, "011") != 0 && strcmp(s->digits, "00") != 0)
			return PHONE_NOT_A_PHONE_NUMBER;
		forget_digits(s);
		s->flags |= PHONE_FLAG(DIAL_PREFIX);
	}
	s->has_plus = true;
	return PHONE_OK;
}

/* A slash or a dot belongs between digits; "../" and "//" are paths. */
static bool is_stray(const char *start, const char *at)
{
	const char *before = at, *after = at + 1;
	if (*at == '.' && at[1] != '.' && at[1] != '/')
		return false;
	if (*at == '.' && at[strspn(at, ".")] == '\0')
		return false; /* the end of a sentence */
	while (before > start && before[-1] == ' ')
		before--;
	after += strspn(after, " (");
	return before == start || !(is_digit(before[-1]) || before[-1] == ')') || !is_digit(*after);
}

/* Digits and what separates them, up to the first thing that is neither. */
static enum phone_reject read_digits(struct reader *r)
{
	struct phone_scan *s = r->scan;
	const char *start = r->at;
	bool is_new_group = true;
	for (; *r->at != '\0'; r->at++) {
		if (is_digit(*r->at)) {
			if (!add_digit(s, *r->at, is_new_group))
				return PHONE_TOO_LONG;
			is_new_group = false;
			continue;
		}
		is_new_group = true;
		if (*r->at == '+') {
			enum phone_reject no = read_plus(s);
			if (no != PHONE_OK)
				return no;
		} else if (s->has_plus && s->digit_count > 0 && strncmp(r->at, "(0)", 3) == 0) {
			r->at += 2; /* +44 (0)20: dialled at home only */
		} else if (*r->at == '/' || *r->at == '.') {
			if (is_stray(start, r->at))
				return PHONE_NOT_A_PHONE_NUMBER;
		} else if (strchr(" -()", *r->at) == NULL ||
			   (s->digit_count >= 10 && strncmp(r->at - 1, " (", 2) == 0)) {
			break; /* "415-383-1234 (24/7)" ends before the parenthesis */
		}
	}
	return PHONE_OK;
}

/* An extension at `at`: its marker, its digits, and where it ends; or NULL. */
static const char *extension_at(const char *at, const char **ret_digits, size_t *ret_count)
{
	static const char *const words[] = {"X", "EX", "EXT", "EXTN", "EXTENSION", "XTN", "POSTE"};
	size_t n = word_bytes(at);
	if (n > 0 && word_is(at, n, words, COUNT_OF(words)))
		at += n;
	else if (strncmp(at, ";EXT", 4) == 0)
		at += 4;
	else if (*at == '#' || *at == ',')
		at += strspn(at, "#,");
	else
		return NULL;
	at += strspn(at, " .:=#-");
	size_t count = strspn(at, "0123456789");
	if (count == 0)
		return NULL;
	*ret_digits = at;
	*ret_count = count;
	at += count + strspn(at + count, "#");
	return is_letter(*at) || *at == '-' || *at == '/' ? NULL : at;
}

static char keypad(char letter)
{
	return "22233344455566677778889999"[letter - 'A'];
}

/* May letters after these digits complete a North American number? */
struct vanity {
	size_t lead;          /* digits that are not part of the ten: the 1 */
	bool is_tollfree;     /* by its code */
	bool may_overdial;    /* more letters than digits needed */
	bool may_have_spaces; /* before and between the words */
};

static bool vanity_may_start(const struct phone_scan *s, struct vanity *ret)
{
	size_t lead = s->digits[0] == '1' ? 1 : 0;
	if ((s->has_plus && lead == 0) || s->digit_count < lead + 3)
		return false;
	size_t base = s->digit_count - lead;
	char npa[4];
	TEXT_COPY(npa, "");
	text_copy_part(npa, sizeof(npa), s->digits + lead, 3);
	const struct area_code *area = area_code_find(npa);
	if (area == NULL)
		return false;
	/* "415 Main Street" is an address: only a toll-free code, a dialled 1, or six
	 * digits make loose words a number. */
	bool is_tollfree = area->kind == KIND_TOLLFREE;
	*ret = (struct vanity){
		.lead = lead,
		.is_tollfree = is_tollfree,
		.may_overdial = is_tollfree ? base <= 4 : lead == 1 && base == 3,
		.may_have_spaces = is_tollfree || lead == 1 || base == 6,
	};
	return is_tollfree ? base < 7 : base == 3 || base == 6;
}

/* Digits and letters read as one number. */
struct vanity_word {
	struct phone_scan scan;
	size_t letters, extra; /* extra: beyond the ten digits */
	size_t spaces;         /* between the words, and before the first */
	const char *end;
};

static void read_words(struct reader *r, const struct vanity *v, struct vanity_word *ret)
{
	const char *at = r->at, *digits;
	size_t count;
	/* "(415) MY-PIZZA" is as good as a dash. */
	bool is_apart = at[-1] == ' ' && at[-2] != ')';
	*ret = (struct vanity_word){.scan = *r->scan, .spaces = is_apart};
	for (; *at != '\0'; at++) {
		bool is_full = ret->scan.digit_count == v->lead + 10;
		if (is_keypad_letter(*at) || is_digit(*at)) {
			if (!is_keypad_letter(at[-1]) && extension_at(at, &digits, &count) != NULL)
				break;
			ret->letters += is_keypad_letter(*at);
			if (is_full)
				ret->extra++;
			else
				add_digit(&ret->scan, is_digit(*at) ? *at : keypad(*at), false);
		} else if (is_full || (*at != '-' && *at != '.' && *at != ' ')) {
			break;
		} else if (*at == ' ') {
			ret->spaces++;
		}
	}
	ret->end = at;
}

/* Does the text end here, but for an extension or a remark in parentheses?  "888
 * Seventh Avenue" goes on. */
static bool ends_here(const char *at)
{
	const char *digits;
	size_t count;
	at += strspn(at, " .-?!");
	return *at == '\0' || *at == '(' ||
	       (is_letter(*at) && extension_at(at, &digits, &count) != NULL);
}

/* Words apart from their digits may be the street of an address.  They are a number
 * if they are as long as one and nothing follows; longer only as the one word of a
 * toll-free number with its 1: "1 800 MATTRESS". */
static bool is_loose_number(
	const struct reader *r, const struct vanity *v, const struct vanity_word *w)
{
	if (!v->may_have_spaces || !ends_here(w->end))
		return false;
	return w->extra == 0 ||
	       (v->is_tollfree && v->lead == 1 && w->spaces == 1 && r->at[-1] == ' ');
}

/* Letters as digits until ten are complete; the rest of that word is overdial. */
static bool read_vanity(struct reader *r)
{
	struct vanity v;
	struct vanity_word w;
	if (!vanity_may_start(r->scan, &v))
		return false;
	read_words(r, &v, &w);
	if (w.scan.digit_count != v.lead + 10 || w.letters < 3 || w.extra > OVERDIAL_MAX ||
		(w.extra > 0 && !v.may_overdial))
		return false;
	if (w.spaces > 0 && !is_loose_number(r, &v, &w))
		return false;
	*r->scan = w.scan;
	r->scan->flags |= PHONE_FLAG(VANITY) | (w.extra > 0 ? PHONE_FLAG(OVERDIAL_TRUNCATED) : 0);
	r->at = w.end;
	return true;
}

/* ";ext=12;phone-context=+1" after tel:.  False if it is no parameter. */
static bool read_parameter(struct reader *r)
{
	size_t name = strcspn(r->at + 1, ";=") + 1, all = strcspn(r->at + 1, ";") + 1;
	if (!r->is_uri || *r->at != ';' || name == 1)
		return false;
	struct phone_scan *s = r->scan;
	const char *value = r->at + name + 1;
	if (strncmp(r->at, ";PHONE-CONTEXT=+", 16) == 0 && !s->has_plus) {
		char context[PHONE_DIGITS_MAX + 1];
		size_t n = strspn(value + 1, "0123456789");
		if (n == 0 || n + s->digit_count > 15)
			return false;
		text_copy_part(context, sizeof(context), value + 1, n);
		memmove(s->digits + n, s->digits, s->digit_count + 1);
		memcpy(s->digits, context, n);
		s->digit_count += n;
		s->has_plus = true;
	}
	r->at += all;
	return true;
}

/* Digits here that could be a number of their own, separators skipped. */
static size_t digits_ahead(const char *at)
{
	size_t n = 0;
	for (; is_digit(*at) || (*at != '\0' && strchr(" -.()/", *at) != NULL); at++)
		n += is_digit(*at);
	return n;
}

/* ", 94110" and ", 12 Main St" go on with something else; ",,12" is dialled. */
static bool is_enumeration(const char *at, const char *digits, size_t count)
{
	return at[0] == ',' && at[1] == ' ' &&
	       (count == 5 || digits[count + strspn(digits + count, " .")] != '\0');
}

static bool take_extension(struct reader *r, enum phone_reject *ret)
{
	const char *digits;
	size_t count;
	const char *end = extension_at(r->at, &digits, &count);
	if (end == NULL || r->scan->extension[0] != '\0')
		return false;
	size_t ahead = digits_ahead(digits);
	if (ahead > count && ahead >= 7)
		*ret = PHONE_MULTIPLE_NUMBERS; /* ", 383 1235" */
	else if (is_enumeration(r->at, digits, count))
		return false;
	else if (count > PHONE_EXTENSION_MAX)
		*ret = count >= 10 ? PHONE_MULTIPLE_NUMBERS : PHONE_TOO_LONG;
	else
		text_copy_part(r->scan->extension, sizeof(r->scan->extension), digits, count);
	r->at = end;
	return true;
}

/* After the number: an extension, words to cut off, or what makes it no number. */
static enum phone_reject read_tail(struct reader *r)
{
	enum phone_reject no = PHONE_OK;
	bool is_word_start = true;
	while (*r->at != '\0' && no == PHONE_OK) {
		char c = *r->at;
		if (is_word_start && (take_extension(r, &no) || read_parameter(r)))
			continue;
		if (strchr(";=*_~", c) != NULL)
			return PHONE_BAD_CHARS;
		if (c == '/' && (r->at[-1] == '.' || r->at[-1] == '/'))
			return PHONE_NOT_A_PHONE_NUMBER;
		if ((is_digit(c) && digits_ahead(r->at) >= 7) || c == '+')
			return PHONE_MULTIPLE_NUMBERS;
		if (is_letter(c) || is_digit(c) || c == TYPED_SYMBOL)
			r->scan->flags |= PHONE_FLAG(TRAILING_TEXT);
		is_word_start = !is_letter(c);
		r->at++;
		while (is_digit(c) && is_digit(*r->at))
			r->at++;
	}
	return no;
}

/* More digits than any number: are they two, written one after the other? */
static enum phone_reject judge_count(const struct phone_scan *s)
{
	size_t left = 0;
	if (s->digit_count <= 15)
		return PHONE_OK;
	for (size_t i = 0; i < s->group_count; i++) {
		left += s->groups[i];
		bool is_whole =
			(left == 10 && s->digits[0] > '1') || (left == 11 && s->digits[0] == '1');
		if (is_whole && s->digit_count - left >= 7)
			return PHONE_MULTIPLE_NUMBERS;
	}
	/* Fifteen and a prefix such as 0011 may yet be a number; phone.c counts again. */
	return s->digit_count > 19 ? PHONE_TOO_LONG : PHONE_OK;
}

static enum phone_reject read_all(struct reader *r, bool may_be_vanity)
{
	enum phone_reject no = read_label(r);
	if (no != PHONE_OK)
		return no;
	read_star_code(r);
	if (!is_digit(*r->at) && *r->at != '+' && *r->at != '(')
		return PHONE_NOT_A_PHONE_NUMBER;
	no = read_digits(r);
	if (no != PHONE_OK)
		return no;
	no = judge_count(r->scan);
	if (no != PHONE_OK)
		return no;
	/* "415,383,1234"; "2026-12-23 12:34", "4155551234:8080" */
	if (((r->scan->digit_count < 7 && *r->at == ',') || *r->at == ':') && is_digit(r->at[1]))
		return PHONE_BAD_CHARS;
	/* "2.122345678e9" and "4.15E+09" are what spreadsheets make of numbers. */
	if (*r->at == 'E' && (is_digit(r->at[1]) || r->at[1] == '+'))
		return PHONE_NOT_A_PHONE_NUMBER;
	if (is_letter(*r->at) && may_be_vanity)
		(void)read_vanity(r);
	/* "3 trees, 4155551234": the number is not what stands first. */
	if (r->scan->digit_count < 7 && is_letter(*r->at) && !r->is_uri) {
		const char *digits;
		size_t count;
		if (extension_at(r->at, &digits, &count) == NULL)
			return PHONE_NOT_A_PHONE_NUMBER;
	}
	return read_tail(r);
}

enum phone_reject phone_scan(const struct typed *typed, bool may_be_vanity, struct phone_scan *ret)
{
	struct phone_scan s = {.has_plus = false};
	struct reader r = {.at = typed->text, .scan = &s};
	if (typed->bytes == 0)
		return PHONE_EMPTY;
	if (strpbrk(typed->text, "0123456789") == NULL)
		return PHONE_NO_DIGITS;
	if (typed->text[0] == '=' || typed->text[0] == '\'')
		return PHONE_BAD_CHARS;
	enum phone_reject no = read_all(&r, may_be_vanity);
	if (no == PHONE_OK)
		*ret = s;
	return no;
}
