/* places_find.c - which town a person means. */
#include <string.h>

#include "base/must.h"
#include "base/text.h"
#include "numbering/countries_sold.h"
#include "numbering/places.h"
#include "numbering/places_key.h"
#include "numbering/places_table.h"

/* Without a state a town must be this many times as big as the next of its name. */
#define CLEARLY_BIGGER 4
/* ... and this many times as big as one of that name in the customer's own state. */
#define FAR_BIGGER 50
#define TOWNS_MAX 48 /* that go by one name; tools/area-codes stops at more */

/* What was typed, taken apart. */
struct wanted {
	char key[PLACE_KEY_BYTES];          /* of the town */
	const struct places_region *region; /* NULL where none was named */
	const char *country;                /* NULL */
};

/* A town by one of its names. */
struct named {
	size_t town;
	const char *name;
	unsigned size; /* in exchanges */
};

/* The biggest first. */
struct towns {
	struct named of[TOWNS_MAX];
	size_t count;
};

static bool refuse(
	struct phone_refusal *to, enum phone_reject code, const char *message, const char *hint)
{
	to->code = code;
	text_one_line(to->message, sizeof(to->message), message);
	text_one_line(to->hint, sizeof(to->hint), hint);
	return false;
}

static const char *town_name(size_t row)
{
	return places_names + places_towns[row].name;
}

static const char *alias_name(size_t row)
{
	return places_alias_names + places_aliases[row].name;
}

/* The first row whose name's key is not before this one. */
static size_t first_from(const char *key, const char *(*name_of)(size_t), size_t count)
{
	size_t low = 0, high = count;
	while (low < high) {
		char there[PLACE_KEY_BYTES];
		size_t mid = low + (high - low) / 2;
		must(place_key(name_of(mid), there));
		if (strcmp(there, key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool has_key(const char *name, const char *key)
{
	char there[PLACE_KEY_BYTES];
	return place_key(name, there) && text_is(there, key);
}

static void add_town(struct towns *t, struct named one)
{
	size_t at = t->count++;
	must(t->count <= TOWNS_MAX);
	for (; at > 0 && t->of[at - 1].size < one.size; at--)
		t->of[at] = t->of[at - 1];
	t->of[at] = one;
}

static void find_towns(const char *key, struct towns *ret)
{
	ret->count = 0;
	for (size_t i = first_from(key, town_name, places_town_count);
		i < places_town_count && has_key(town_name(i), key); i++)
		add_town(ret, (struct named){i, town_name(i), places_towns[i].size});
	for (size_t i = first_from(key, alias_name, places_alias_count);
		i < places_alias_count && has_key(alias_name(i), key); i++)
		add_town(ret, (struct named){places_aliases[i].town, alias_name(i),
				      places_aliases[i].size});
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

static const struct places_region *region_at(const struct named *one)
{
	return &places_regions[places_towns[one->town].region];
}

/* Only those that lie where was said. */
static void keep_wanted(struct towns *t, const struct wanted *w)
{
	size_t kept = 0;
	for (size_t i = 0; i < t->count; i++) {
		const struct places_region *region = region_at(&t->of[i]);
		if ((w->region == NULL || w->region == region) &&
			(w->country == NULL || text_is(region->country, w->country)))
			t->of[kept++] = t->of[i];
	}
	t->count = kept;
}

static bool is_there(const struct wanted *w)
{
	struct towns t;
	find_towns(w->key, &t);
	keep_wanted(&t, w);
	return t.count > 0;
}

/* ---- what was typed ---- */

static const char *country_of_words(const struct place_words *w, unsigned from)
{
	static const char *const names[][2] = {{"usa", "US"}, {"us", "US"}, {"unitedstates", "US"},
		{"unitedstatesofamerica", "US"}, {"canada", "CA"}, {"can", "CA"}};
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

/* Of how many words behind the town. */
static unsigned words_of_postal_code(const struct place_words *w)
{
	const char *last = w->text + w->at[w->count - 1];
	const char *before = w->count > 1 ? w->text + w->at[w->count - 2] : "";
	if (w->count > 2 && ((is_like(before, "99999") && is_like(last, "9999")) ||
				    (is_like(before, "a9a") && is_like(last, "9a9"))))
		return 2;
	return w->count > 1 && (is_like(last, "99999") || is_like(last, "a9a9a9")) ? 1 : 0;
}

static void drop_postal_code(struct place_words *w)
{
	w->count = (uint8_t)(w->count - words_of_postal_code(w));
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

void place_postal_code(const char *typed, char ret[12])
{
	struct place_words words;
	struct wanted ignored;
	ret[0] = '\0';
	if (!place_words_read(typed, &words))
		return;
	drop_country(&words, &ignored);
	unsigned count = words_of_postal_code(&words);
	char key[PLACE_KEY_BYTES];
	place_words_key(&words, words.count - count, words.count, key);
	if (count > 0)
		text_copy(ret, 12, key);
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
		if (is_there(ret))
			return;
		struct wanted in_canada = {.country = "CA"};
		TEXT_COPY(in_canada.key, ret->key);
		if (text_is(key, "ca") && ret->country == NULL && is_there(&in_canada)) {
			*ret = in_canada; /* "Toronto, CA" */
			return;
		}
		if (has_comma)
			return;
	}
	ret->region = NULL;
	place_words_key(w, 0, w->count, ret->key);
}

/* ---- the answer ---- */

static struct named biggest_of(const struct places_region *region)
{
	struct named biggest = {0};
	for (size_t i = 0; i < places_town_count; i++)
		if (&places_regions[places_towns[i].region] == region &&
			biggest.size < places_towns[i].size)
			biggest = (struct named){i, town_name(i), places_towns[i].size};
	return biggest;
}

/* "Florida" is a village in New York, and whoever types it means the state; "New York" is
 * the state's own city, and "Washington" is big enough. */
static const struct places_region *region_that_is_meant(
	const struct wanted *w, const struct towns *t, const char *near)
{
	const struct places_region *region = region_of(w->key);
	for (size_t i = 0; region != NULL && i < t->count; i++)
		if (region_at(&t->of[i]) == region || text_is(region_at(&t->of[i])->region, near))
			return NULL;
	bool is_clear = region != NULL &&
			(t->count == 0 || t->of[0].size < CLEARLY_BIGGER * biggest_of(region).size);
	return is_clear ? region : NULL;
}

static bool refuse_region(const struct places_region *region, struct phone_refusal *to)
{
	char message[160], hint[160];
	bool is_part = region->region[2] == '-';
	text_format(message, sizeof(message), "%s is a whole %s.", region->name,
		!is_part                         ? "country or territory"
		: text_is(region->country, "CA") ? "province or territory"
						 : "state");
	text_format(hint, sizeof(hint),
		"Write the town, too, such as \"%s, %s\"; or give a ZIP or postal code.",
		biggest_of(region).name, is_part ? region->region + 3 : region->name);
	return refuse(to, PHONE_CITY_AMBIGUOUS, message, hint);
}

static bool refuse_unknown(const char *typed, struct phone_refusal *to)
{
	char message[160] = "We know no such town in the US or Canada.", name[64];
	if (typed != NULL && text_is_utf8(typed, strlen(typed))) {
		(void)text_one_line(name, sizeof(name), typed);
		text_format(message, sizeof(message), "We know no town \"%s\" in the US or Canada.",
			name);
	}
	return refuse(to, PHONE_CITY_UNKNOWN, message,
		"Write the town and its state, such as \"Berkeley, CA\"; or give a ZIP or postal "
		"code.");
}

static bool refuse_ambiguous(const struct towns *t, struct phone_refusal *to)
{
	char message[160], hint[160];
	size_t more = 0;
	const struct named *first = &t->of[0];
	text_format(message, sizeof(message), "There is a town called %s in %s", first->name,
		region_at(first)->name);
	for (size_t i = 1; i < t->count; i++) {
		const char *region = region_at(&t->of[i])->name;
		if (strlen(message) + strlen(region) + 20 > 120)
			more++;
		else
			text_format(message + strlen(message), sizeof(message) - strlen(message),
				", in %s", region);
	}
	if (more > 0)
		text_format(message + strlen(message), sizeof(message) - strlen(message),
			" and %zu more", more);
	text_format(message + strlen(message), sizeof(message) - strlen(message), ".");
	const struct places_region *region = region_at(first);
	text_format(hint, sizeof(hint), "Add the state or province: \"%s, %s\".", first->name,
		region->region[2] == '-' ? region->region + 3 : region->name);
	return refuse(to, PHONE_CITY_AMBIGUOUS, message, hint);
}

/* Who names neither state nor country hardly means a town in a country where nothing is
 * sold, unless their own phone is there or nothing else has the name.  The size of the
 * biggest that is left out. */
static unsigned keep_likely(struct towns *t, const char *near)
{
	struct towns likely = {.count = 0};
	struct country_refusal ignored;
	unsigned left_out = 0;
	for (size_t i = 0; i < t->count; i++) {
		const struct places_region *region = region_at(&t->of[i]);
		if (country_can_complete(region->country, &ignored) ||
			text_is(region->region, near))
			likely.of[likely.count++] = t->of[i];
		else if (left_out < t->of[i].size)
			left_out = t->of[i].size;
	}
	if (likely.count == 0)
		return 0;
	*t = likely;
	return left_out;
}

/* Which of them is meant, or NULL: that of the customer's own state, else the only one
 * or by far the biggest.  left_out: see keep_likely(). */
static const struct named *choose(const struct towns *t, const char *near, unsigned left_out)
{
	const struct named *first = &t->of[0];
	unsigned next = left_out;
	for (size_t i = 1; i < t->count; i++)
		if (region_at(&t->of[i]) != region_at(first) && next < t->of[i].size)
			next = t->of[i].size; /* else parts of one town */
	for (size_t i = 0; i < t->count; i++)
		if (text_is(region_at(&t->of[i])->region, near) &&
			first->size < FAR_BIGGER * t->of[i].size)
			return &t->of[i];
	return first->size >= CLEARLY_BIGGER * next ? first : NULL;
}

bool place_find(
	const char *typed, const char *near, struct place *ret, struct phone_refusal *refusal)
{
	struct place_words words;
	struct wanted wanted = {.region = NULL};
	struct towns towns;
	if (!place_words_read(typed, &words))
		return refuse_unknown(typed, refusal);
	drop_country(&words, &wanted);
	drop_postal_code(&words);
	take_region(&words, &wanted);
	find_towns(wanted.key, &towns);
	keep_wanted(&towns, &wanted);
	bool is_bare = wanted.region == NULL && wanted.country == NULL;
	const struct places_region *region =
		wanted.region == NULL ? region_that_is_meant(&wanted, &towns, near) : NULL;
	if (region != NULL)
		return refuse_region(region, refusal);
	if (towns.count == 0)
		return refuse_unknown(typed, refusal);
	unsigned left_out = is_bare ? keep_likely(&towns, near) : 0;
	const struct named *chosen = choose(&towns, near, left_out);
	if (chosen == NULL)
		return refuse_ambiguous(&towns, refusal);
	*ret = place_at(chosen->town);
	return true;
}

bool place_find_in(const char *name, const char *region, struct place *ret)
{
	char key[PLACE_KEY_BYTES];
	struct towns t;
	if (!place_key(name, key))
		return false;
	find_towns(key, &t);
	for (size_t i = 0; i < t.count; i++) {
		*ret = place_at(t.of[i].town);
		if (text_is(ret->region, region))
			return true;
	}
	return false;
}
