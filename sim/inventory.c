#include "sim/inventory.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "numbering/places.h"
#include "sim/area.h"

#define LINES 10000
#define PROBES_MAX 20000 /* numbers looked at for one row of one area code */

/* Exchanges that are assignable everywhere: not N11, 555, nor the test ones. */
static int exchanges[800];
static int place_of_exchange[1000];
static size_t exchange_count;

static bool is_sellable(int nxx)
{
	return nxx >= 200 && nxx % 100 != 11 && nxx != 555 && nxx != 950 && nxx != 958 &&
	       nxx != 959 && nxx != 976;
}

static size_t total(void)
{
	if (exchange_count == 0) {
		for (int nxx = 0; nxx < 1000; nxx++) {
			place_of_exchange[nxx] = is_sellable(nxx) ? (int)exchange_count : -1;
			if (is_sellable(nxx))
				exchanges[exchange_count++] = nxx;
		}
	}
	return exchange_count * LINES;
}

/* Numbers stand in an order that looks like chance: place -> number is
 * i * STEP + shift modulo the total, which has an exact inverse. */
#define STEP 6700417ULL /* prime, so without a common factor with 787 * 10^4 */

static uint64_t inverse_step(void)
{
	static uint64_t inverse;
	if (inverse == 0) {
		int64_t a = (int64_t)(STEP % total()), m = (int64_t)total(), x = 0, y = 1;
		while (a != 0) {
			int64_t q = m / a, rest = m % a, z = x - q * y;
			m = a;
			a = rest;
			x = y;
			y = z;
		}
		must(m == 1);
		inverse = (uint64_t)(x < 0 ? x + (int64_t)total() : x);
		must(inverse * (STEP % total()) % total() == 1);
	}
	return inverse;
}

static uint64_t shift_of(const struct world *w, int npa)
{
	return (w->seed * 0x9E3779B97F4A7C15ULL + (uint64_t)npa * 0xBF58476D1CE4E5B9ULL) >> 17;
}

static uint64_t number_at(const struct world *w, int npa, uint64_t i)
{
	uint64_t p = (i * STEP + shift_of(w, npa) % total()) % total();
	return 10000000000ULL + (uint64_t)npa * 10000000 + (uint64_t)exchanges[p / LINES] * LINES +
	       p % LINES;
}

static bool place_of(const struct world *w, uint64_t digits, uint64_t *ret)
{
	if (digits < 12000000000ULL || digits > 19999999999ULL)
		return false;
	int npa = (int)(digits / 10000000 % 1000), nxx = (int)(digits / LINES % 1000);
	if (area_of(npa) == NULL || total() == 0 || place_of_exchange[nxx] < 0)
		return false;
	uint64_t p = (uint64_t)place_of_exchange[nxx] * LINES + digits % LINES;
	uint64_t back = (p + total() - shift_of(w, npa) % total()) % total();
	*ret = back * inverse_step() % total();
	return true;
}

size_t inventory_count(const struct world *w, int npa)
{
	int64_t stock = npa >= 0 && npa < 1000 ? w->set.stock_of[npa] : 0;
	if (area_of(npa) == NULL)
		return 0;
	return stock < 0 || (size_t)stock > total() ? total() : (size_t)stock;
}

bool inventory_has(const struct world *w, uint64_t digits)
{
	uint64_t place;
	return place_of(w, digits, &place) &&
	       place < inventory_count(w, (int)(digits / 10000000 % 1000));
}

static bool is_held(const struct world *w, uint64_t digits)
{
	const struct number *n = map_find(&w->number_by_digits, digits);
	return n != NULL && n->status == NUMBER_DELETED &&
	       w->now_ms < n->deleted_ms + w->set.hold_ms;
}

bool inventory_is_free(const struct world *w, uint64_t digits)
{
	return inventory_has(w, digits) && world_owned(w, digits) == NULL && !is_held(w, digits) &&
	       world_reserved(w, digits) == NULL && map_get(&w->strangers, digits) == 0;
}

#define COUNTED_MOST 1000

size_t inventory_left(const struct world *w, int npa)
{
	size_t made = inventory_count(w, npa), left = 0;
	for (size_t i = 0; i < made && made <= COUNTED_MOST; i++)
		left += inventory_is_free(w, number_at(w, npa, i));
	return made <= COUNTED_MOST ? left : made;
}

/* What a number can do */

static const struct {
	const char *name;
	unsigned feature;
} feature_names[] = {
	{"sms", FEATURE_SMS},
	{"mms", FEATURE_MMS},
	{"voice", FEATURE_VOICE},
	{"fax", FEATURE_FAX},
	{"emergency", FEATURE_EMERGENCY},
	{"hd_voice", FEATURE_HD_VOICE},
};

unsigned inventory_feature(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(feature_names); i++)
		if (text_is(feature_names[i].name, name))
			return feature_names[i].feature;
	return 0;
}

enum { COIN_TEXTS = 1, COIN_HD, COIN_QUICK, COIN_RESERVABLE };

unsigned inventory_features(const struct world *w, uint64_t digits)
{
	unsigned features = FEATURE_VOICE | FEATURE_FAX;
	if (text_is(inventory_type(digits), "local"))
		features |= FEATURE_EMERGENCY;
	if (world_coin(w, digits, COIN_TEXTS, 90))
		features |= FEATURE_SMS | FEATURE_MMS;
	if (world_coin(w, digits, COIN_HD, 50))
		features |= FEATURE_HD_VOICE;
	return features;
}

static const struct area *area_of_number(uint64_t digits)
{
	bool is_nanp = digits >= 10000000000ULL && digits <= 19999999999ULL;
	return is_nanp ? area_of((int)(digits / 10000000 % 1000)) : NULL;
}

const char *inventory_type(uint64_t digits)
{
	const struct area *area = area_of_number(digits);
	return area != NULL && area->is_toll_free ? "toll_free" : "local";
}

const char *inventory_town(uint64_t digits)
{
	char number[E164_BYTES];
	struct place place;
	const struct area *area = area_of_number(digits);
	e164_write(digits, number);
	if (place_of_number(number, &place))
		return place.name;
	return area != NULL ? area->code->city : "";
}

const char *inventory_country(uint64_t digits)
{
	const struct area *area = area_of_number(digits);
	return area != NULL && *area->code->country ? area->code->country : "US";
}

bool inventory_is_quick(const struct world *w, uint64_t digits)
{
	return text_is(inventory_type(digits), "local") ||
	       world_coin(w, digits, COIN_QUICK, w->set.quickship_percent);
}

bool inventory_is_reservable(const struct world *w, uint64_t digits)
{
	return !world_coin(w, digits, COIN_RESERVABLE, w->set.unreservable_percent);
}

/* Searching */

struct search {
	struct world *w;
	const struct wish *wish;
	struct offer *rows;
	size_t count;
	bool is_best_effort; /* rows found now are */
};

/* A name is met by a part of it: "Chicago" by "Chicago Loop". */
static bool is_in_town(const struct wish *wish, uint64_t digits)
{
	if (wish->locality == NULL && wish->rate_center == NULL)
		return true;
	const char *town = inventory_town(digits);
	return (wish->locality == NULL || text_contains_any_case(town, wish->locality)) &&
	       (wish->rate_center == NULL || text_contains_any_case(town, wish->rate_center));
}

/* Patterns apply to the digits without the country code, and without the
 * area code when that is a filter of its own. */
static bool has_pattern(const struct wish *wish, uint64_t digits)
{
	char text[E164_BYTES];
	if (wish->starts == NULL && wish->ends == NULL && wish->contains == NULL)
		return true;
	e164_write(digits, text);
	const char *local = text + 2 + (wish->npa > 0 ? 3 : 0);
	size_t n = strlen(local), tail = wish->ends ? strlen(wish->ends) : 0;
	return (wish->starts == NULL || text_starts(local, wish->starts)) &&
	       (wish->contains == NULL || strstr(local, wish->contains) != NULL) &&
	       (wish->ends == NULL || (tail <= n && text_is(local + n - tail, wish->ends)));
}

static bool is_shown_already(const struct search *s, uint64_t digits)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->rows[i].digits == digits)
			return true;
	return false;
}

static bool is_wanted(const struct search *s, uint64_t digits)
{
	const struct wish *wish = s->wish;
	if (wish->only_held ? !is_held(s->w, digits) : !inventory_is_free(s->w, digits))
		return false;
	if (!s->is_best_effort && !(is_in_town(wish, digits) && has_pattern(wish, digits)))
		return false;
	return (inventory_features(s->w, digits) & wish->features) == wish->features &&
	       (!wish->quickship || inventory_is_quick(s->w, digits)) &&
	       (!wish->reservable || inventory_is_reservable(s->w, digits)) &&
	       !is_shown_already(s, digits);
}

static bool take_if_wanted(struct search *s, uint64_t digits)
{
	if (!is_wanted(s, digits))
		return false;
	s->rows[s->count++] = (struct offer){digits, s->is_best_effort};
	return true;
}

static uint64_t start_at(struct search *s, uint64_t below)
{
	return s->w->set.shuffle ? world_random(s->w) % below : 0;
}

static void walk_stock(struct search *s, int npa, size_t until)
{
	size_t stock = inventory_count(s->w, npa);
	if (stock == 0)
		return;
	uint64_t start = start_at(s, stock);
	size_t probes = s->w->set.shuffle && stock > PROBES_MAX ? PROBES_MAX : stock;
	for (size_t i = 0; i < probes && s->count < until; i++)
		(void)take_if_wanted(s, number_at(s->w, npa, (start + i) % stock));
}

/* The pattern laid over "NPA???????"; false where two digits contradict. */
static bool lay_over(char form[11], size_t at, const char *pattern)
{
	for (size_t i = 0; pattern[i] != '\0'; i++) {
		if (form[at + i] != '?' && form[at + i] != pattern[i])
			return false;
		form[at + i] = pattern[i];
	}
	return true;
}

/* Fill the open places of a form in turn: long patterns are found at once
 * where walking through the whole area code would take seconds. */
static void walk_form(struct search *s, const char form[11], size_t until)
{
	uint64_t ways = 1;
	for (size_t i = 0; i < 10; i++)
		ways *= form[i] == '?' ? 10 : 1;
	uint64_t start = start_at(s, ways);
	for (uint64_t k = 0; k < ways && k < PROBES_MAX && s->count < until; k++) {
		uint64_t rest = (start + k) % ways, digits = 1;
		for (size_t i = 0; i < 10; i++) {
			digits = digits * 10 +
				 (form[i] == '?' ? rest % 10 : (uint64_t)(form[i] - '0'));
			rest /= form[i] == '?' ? 10 : 1;
		}
		(void)take_if_wanted(s, digits);
	}
}

static void walk_pattern(struct search *s, int npa, size_t until)
{
	const struct wish *wish = s->wish;
	size_t from = wish->npa > 0 ? 3 : 0;
	const char *starts = wish->starts ? wish->starts : "";
	const char *ends = wish->ends ? wish->ends : "";
	const char *middle = wish->contains ? wish->contains : "";
	if (strlen(starts) > 10 - from || strlen(ends) > 10 - from || strlen(middle) > 10 - from)
		return;
	size_t last = *middle ? 10 - strlen(middle) : from;
	for (size_t at = from; at <= last; at++) {
		char form[11];
		text_format(form, sizeof(form), "%03d???????", npa);
		if (lay_over(form, from, starts) && lay_over(form, 10 - strlen(ends), ends) &&
			lay_over(form, at, middle))
			walk_form(s, form, until);
	}
}

static void walk_area(struct search *s, int npa, size_t until)
{
	const struct wish *wish = s->wish;
	bool by_pattern = wish->starts != NULL || wish->ends != NULL || wish->contains != NULL;
	if (by_pattern && !s->is_best_effort && inventory_count(s->w, npa) > PROBES_MAX)
		walk_pattern(s, npa, until);
	else
		walk_stock(s, npa, until);
}

static bool is_area_wanted(const struct wish *wish, const struct area *area)
{
	if (!area_is_in(area, wish->country, wish->state))
		return false;
	if (wish->type == NULL)
		return !area->is_toll_free || wish->npa == area->npa;
	return text_is(wish->type, area->is_toll_free ? "toll_free" : "local");
}

/* The codes with a town of that name, or a part of it. */
static void mark_serving(const char *town, bool ret[1000])
{
	memset(ret, town == NULL, 1000 * sizeof(*ret));
	for (size_t i = 0; town != NULL && i < place_count(); i++) {
		const struct area_code *codes[PLACE_CODES_MAX];
		struct place place = place_at(i);
		if (!text_contains_any_case(place.name, town))
			continue;
		for (size_t k = place_codes(&place, codes); k > 0; k--)
			ret[atoi(codes[k - 1]->npa)] = true;
	}
	for (size_t i = 0; town != NULL && i < area_count(); i++)
		if (text_contains_any_case(area_at(i)->code->city, town))
			ret[area_at(i)->npa] = true;
}

static size_t wanted_areas(const struct wish *wish, const struct area *ret[], size_t most)
{
	size_t count = 0;
	bool serves[1000];
	const struct area *one = area_of(wish->npa);
	if (wish->npa != 0) {
		if (one != NULL && is_area_wanted(wish, one))
			ret[count++] = one;
		return count;
	}
	mark_serving(wish->locality, serves);
	for (size_t i = 0; i < area_count() && count < most; i++)
		if (serves[area_at(i)->npa] && is_area_wanted(wish, area_at(i)))
			ret[count++] = area_at(i);
	return count;
}

/* Several area codes: one row from each in turn, so that a search without an
 * area code brings numbers from anywhere. */
static void walk_areas(struct search *s, const struct area *const *areas, size_t count)
{
	uint64_t start = start_at(s, count);
	size_t turns = count > s->wish->limit ? count : s->wish->limit * 2;
	for (size_t i = 0; i < turns && s->count < s->wish->limit; i++)
		walk_area(s, areas[(start + i) % count]->npa, s->count + 1);
}

/* best_effort: the neighbours, nearest first, flagged as such. */
static void fill_nearby(struct search *s)
{
	const struct area *home = area_of(s->wish->npa);
	if (home == NULL || home->is_toll_free)
		return;
	s->is_best_effort = true;
	for (size_t i = 0; i < home->code->near_count && s->count < s->wish->limit; i++) {
		int64_t npa = 0;
		must(text_to_int(area_code_near(home->code, i).area->npa, 200, 999, &npa));
		walk_stock(s, (int)npa, s->wish->limit);
	}
}

/* What we released and may still get back. */
static void walk_held(struct search *s)
{
	for (size_t i = s->w->numbers.count; i > 0 && s->count < s->wish->limit; i--) {
		const struct number *n = s->w->numbers.items[i - 1];
		const struct area *area = area_of_number(n->digits);
		if (area != NULL && is_area_wanted(s->wish, area) &&
			(s->wish->npa == 0 || s->wish->npa == area->npa))
			(void)take_if_wanted(s, n->digits);
	}
}

static bool is_pattern(const char *text)
{
	return text == NULL || *text == '\0' || text_is_digits(text);
}

size_t inventory_find(
	struct world *w, const struct wish *wish, struct offer ret[INVENTORY_ROWS_MAX])
{
	struct search s = {.w = w, .wish = wish, .rows = ret};
	must(wish->limit <= INVENTORY_ROWS_MAX);
	/* Wildcards are not supported: a pattern with one finds nothing. */
	if (wish->is_impossible || wish->npa < 0 || !is_pattern(wish->starts) ||
		!is_pattern(wish->ends) || !is_pattern(wish->contains))
		return 0;
	const struct area *areas[1000];
	size_t count = wanted_areas(wish, areas, COUNT_OF(areas));
	if (wish->only_held)
		walk_held(&s);
	else if (count == 1)
		walk_area(&s, areas[0]->npa, wish->limit);
	else if (count > 1)
		walk_areas(&s, areas, count);
	if (wish->best_effort && s.count < wish->limit)
		fill_nearby(&s);
	return s.count;
}
