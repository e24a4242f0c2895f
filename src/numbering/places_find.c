/* places_find.c - which town a person means. */
#include <string.h>

#include "base/must.h"
#include "base/text.h"
#include "numbering/places.h"
#include "numbering/places_key.h"
#include "numbering/places_table.h"

/* Without a state a town must be this many times as big as the next of its name. */
#define CLEARLY_BIGGER 4

/* What was typed, taken apart. */
struct wanted {
	char key[PLACE_KEY_BYTES];          /* of the town */
	const struct places_region *region; /* NULL where none was named */
	const char *country;                /* NULL */
};

/* The towns of one name: [first, end). */
struct towns {
	size_t first, end;
};

static bool refuse(
	struct phone_refusal *to, enum phone_reject code, const char *message, const char *hint)
{
	to->code = code;
	text_one_line(to->message, sizeof(to->message), message);
	text_one_line(to->hint, sizeof(to->hint), hint);
	return false;
}

/* The first town whose key is not before this one. */
static size_t first_from(const char *key)
{
	size_t low = 0, high = places_town_count;
	while (low < high) {
		char there[PLACE_KEY_BYTES];
		size_t mid = low + (high - low) / 2;
		must(place_key(places_names + places_towns[mid].name, there));
		if (strcmp(there, key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static struct towns towns_of(const char *key)
{
	struct towns t = {first_from(key), 0};
	char there[PLACE_KEY_BYTES];
	for (t.end = t.first; t.end < places_town_count; t.end++)
		if (!place_key(places_names + places_towns[t.end].name, there) ||
			!text_is(there, key))
			break;
	return t;
}

static const struct places_region *region_of(const char *key)
{
	size_t low = 0, high = places_region_name_count;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = strcmp(places_region_names[mid].key, key);
		if (order == 0)
			return &places_regions[places_region_names[mid].region];
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

static bool is_in(size_t town, const struct wanted *w)
{
	const struct places_region *region = &places_regions[places_towns[town].region];
	return (w->region == NULL || w->region == region) &&
	       (w->country == NULL || text_is(region->country, w->country));
}

/* The first (biggest) of them that lies where was said, from `at` on; or t.end. */
static size_t next_in(struct towns t, size_t at, const struct wanted *w)
{
	while (at < t.end && !is_in(at, w))
		at++;
	return at;
}

/* ---- what was typed ---- */

static const char *country_of_words(const struct place_words *w, unsigned from)
{
	static const char *const names[][2] = {{"usa", "US"}, {"us", "US"}, {"unitedstates", "US"},
		{"unitedstatesofamerica", "US"}, {"canada", "CA"}};
	char key[PLACE_KEY_BYTES];
	place_words_key(w, from, w->count, key);
	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (text_is(key, names[i][0]))
			return names[i][1];
	return NULL;
}

static bool is_like(const char *word, const char *pattern)
{
	for (; *pattern != '\0'; pattern++, word++)
		if (*pattern == '9' ? *word < '0' || *word > '9' : *word < 'a' || *word > 'z')
			return false;
	return *word == '\0';
}

/* A postal code behind it says nothing that the town does not. */
static void drop_postal_code(struct place_words *w)
{
	const char *last = w->text + w->at[w->count - 1];
	const char *before = w->count > 1 ? w->text + w->at[w->count - 2] : "";
	if (w->count > 2 && ((is_like(before, "99999") && is_like(last, "9999")) ||
				    (is_like(before, "a9a") && is_like(last, "9a9"))))
		w->count -= 2;
	else if (w->count > 1 && (is_like(last, "99999") || is_like(last, "a9a9a9")))
		w->count -= 1;
	if (w->before_comma > w->count)
		w->before_comma = w->count;
}

static void drop_country(struct place_words *w, struct wanted *ret)
{
	for (unsigned words = 4; words >= 1; words--) {
		if (w->count <= words)
			continue;
		ret->country = country_of_words(w, w->count - words);
		if (ret->country == NULL)
			continue;
		w->count = (uint8_t)(w->count - words);
		break;
	}
	if (w->before_comma > w->count)
		w->before_comma = w->count;
}

/* Split at the longest region the words end in, as long as a town is left that
 * is there, or was set off by a comma. */
static void take_region(const struct place_words *w, struct wanted *ret)
{
	char key[PLACE_KEY_BYTES];
	bool has_comma = w->before_comma > 0 && w->before_comma < w->count;
	for (unsigned from = has_comma ? w->before_comma : 1; from < w->count; from++) {
		place_words_key(w, from, w->count, key);
		ret->region = region_of(key);
		if (ret->region == NULL)
			continue;
		place_words_key(w, 0, has_comma ? w->before_comma : from, ret->key);
		struct towns t = towns_of(ret->key);
		if (has_comma || next_in(t, t.first, ret) < t.end)
			return;
	}
	ret->region = NULL;
	place_words_key(w, 0, w->count, ret->key);
}

/* ---- the answer ---- */

static bool refuse_unknown(const char *typed, struct phone_refusal *to)
{
	char message[160], name[64];
	(void)text_one_line(name, sizeof(name), typed);
	text_format(message, sizeof(message), "We know no town \"%s\" in the US or Canada.", name);
	return refuse(to, PHONE_CITY_UNKNOWN, message,
		"Write the town and its state, such as \"Berkeley, CA\"; or give a ZIP or postal "
		"code.");
}

static bool refuse_ambiguous(struct towns t, const struct wanted *w, struct phone_refusal *to)
{
	char message[160], hint[160];
	size_t at = next_in(t, t.first, w), more = 0;
	struct place first = place_at(at);
	text_format(message, sizeof(message), "There is a town called %s in %s", first.name,
		first.region_name);
	while ((at = next_in(t, at + 1, w)) < t.end) {
		struct place next = place_at(at);
		if (strlen(message) + strlen(next.region_name) + 20 > 120)
			more++;
		else
			text_format(message + strlen(message), sizeof(message) - strlen(message),
				", in %s", next.region_name);
	}
	if (more > 0)
		text_format(message + strlen(message), sizeof(message) - strlen(message),
			" and %zu more", more);
	text_format(message + strlen(message), sizeof(message) - strlen(message), ".");
	text_format(hint, sizeof(hint), "Add the state or province: \"%s, %s\".", first.name,
		first.region[2] == '-' ? first.region + 3 : first.region_name);
	return refuse(to, PHONE_CITY_AMBIGUOUS, message, hint);
}

bool place_find(const char *typed, struct place *ret, struct phone_refusal *refusal)
{
	struct place_words words;
	struct wanted wanted = {.region = NULL};
	if (!place_words_read(typed, &words))
		return refuse_unknown(typed, refusal);
	drop_country(&words, &wanted);
	drop_postal_code(&words);
	take_region(&words, &wanted);
	struct towns t = towns_of(wanted.key);
	size_t first = next_in(t, t.first, &wanted);
	if (first == t.end)
		return refuse_unknown(typed, refusal);
	size_t second = next_in(t, first + 1, &wanted);
	while (second < t.end && places_towns[second].region == places_towns[first].region)
		second = next_in(t, second + 1, &wanted); /* parts of one town */
	if (second < t.end && places_sizes[first] < CLEARLY_BIGGER * places_sizes[second])
		return refuse_ambiguous(t, &wanted, refusal);
	*ret = place_at(first);
	return true;
}

bool place_find_in(const char *name, const char *region, struct place *ret)
{
	struct wanted w = {.region = NULL};
	if (!place_key(name, w.key))
		return false;
	struct towns t = towns_of(w.key);
	for (size_t at = t.first; at < t.end; at++) {
		*ret = place_at(at);
		if (text_is(ret->region, region))
			return true;
	}
	return false;
}
