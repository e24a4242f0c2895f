#include "numbering/countries.h"

#include <string.h>

#include "base/must.h"
#include "base/text.h"
#include "numbering/area_codes.h"

const struct country_plan *country_find(const char *iso)
{
	if (text_is_any_case(iso, "UK"))
		iso = "GB";
	for (size_t i = 0; i < countries_count; i++)
		if (countries_rows[i].iso[0] != '\0' &&
			text_is_any_case(countries_rows[i].iso, iso))
			return &countries_rows[i];
	return NULL;
}

bool country_is_nanp(const char *iso)
{
	if (iso == NULL || iso[0] == '\0')
		return false;
	for (size_t i = 0; i < area_code_count(); i++)
		if (text_is_any_case(area_code_at(i)->country, iso))
			return true;
	return false;
}

/* ---- the machine: tools/countries.mjs says how a state is written ---- */

#define LENGTHS 0 /* bit n: n more digits may end a number */
#define MEANING 1 /* kind, length of the area code, count of moves */
#define MOVES 2   /* the digits of each, a bit each, and where to */

static unsigned lengths_from(unsigned state)
{
	return countries_states[state + LENGTHS];
}

static unsigned move_count(unsigned state)
{
	return countries_states[state + MEANING] >> 8;
}

/* 0 if no number goes on so. */
static unsigned after(unsigned state, char digit)
{
	const uint16_t *move = &countries_states[state + MOVES];
	for (unsigned i = 0; i < move_count(state); i++, move += 2)
		if ((move[0] >> (digit - '0') & 1) != 0)
			return move[1];
	return 0;
}

/* The digits of a number that the plan knows, and the states they lead through. */
struct path {
	size_t known, bytes;
	unsigned states[16];
};

static struct path walk(const struct country_plan *plan, const char *national)
{
	struct path path = {.bytes = strlen(national), .states = {plan->start}};
	while (path.known < path.bytes && path.known + 1 < COUNT_OF(path.states)) {
		unsigned next = after(path.states[path.known], national[path.known]);
		if (next == 0)
			break;
		path.states[++path.known] = next;
	}
	return path;
}

static bool may_end(const struct path *path, size_t depth)
{
	size_t left = path->bytes - depth;
	return left < 16 && (lengths_from(path->states[depth]) >> left & 1) != 0;
}

/* Digits that the plan could go on from, but not with the one that stands there. */
static bool is_unlisted_range(const struct path *path)
{
	return path->known < path->bytes && move_count(path->states[path->known]) > 0;
}

/* The most first digits shared with numbers of this length; 0 if it is none.
 * What the plan knows to the end it knows for certain, too short or too long. */
static size_t shared_digits(const struct path *path)
{
	size_t depth = path->known;
	if (!is_unlisted_range(path))
		return may_end(path, depth) ? depth : 0;
	while (depth > 0 && !may_end(path, depth))
		depth--;
	return depth;
}

/* The most digits shared with a number of that calling code, SIZE_MAX if one of its
 * plans lists it; *ret_plan: whose number it is then, else the main one's. */
static size_t best_match(
	const char *code, const char *national, const struct country_plan **ret_plan)
{
	size_t most = 0;
	*ret_plan = NULL;
	/* The main country of a calling code is the first in the table. */
	for (size_t i = 0; i < countries_count; i++) {
		const struct country_plan *plan = &countries_rows[i];
		if (!text_is(plan->calling_code, code))
			continue;
		struct path path = walk(plan, national);
		size_t here = shared_digits(&path);
		if (here > 0 && path.known == path.bytes)
			here = SIZE_MAX;
		else if (national[0] == '0' && text_is(plan->trunk_prefix, "0"))
			here = 0; /* dialled at home: no range will open there */
		if (*ret_plan == NULL || here > most) {
			*ret_plan = plan;
			most = here;
		}
	}
	return most;
}

bool country_lists(const struct country_plan *plan, const char *national)
{
	return best_match(plan->calling_code, national, &plan) == SIZE_MAX;
}

bool country_fits(const struct country_plan *plan, const char *national)
{
	size_t all = strlen(plan->calling_code) + strlen(national);
	return all >= 7 && all <= 15 && best_match(plan->calling_code, national, &plan) > 0;
}

const struct country_plan *country_of_number(const char *digits, const char **ret_national)
{
	for (size_t i = 0; i < countries_count; i++) {
		const struct country_plan *plan = &countries_rows[i];
		if (!text_starts(digits, plan->calling_code))
			continue;
		*ret_national = digits + strlen(plan->calling_code);
		(void)best_match(plan->calling_code, *ret_national, &plan);
		return plan;
	}
	return NULL;
}

void country_lengths(
	const struct country_plan *plan, const char *national, char to[16], size_t *ret_shared)
{
	struct path path = walk(plan, national);
	size_t depth = path.known > 0 && is_unlisted_range(&path) ? 1 : path.known;
	to[0] = '\0';
	*ret_shared = depth;
	if (depth == 0)
		return;
	unsigned mask = lengths_from(path.states[depth]) << depth;
	/* The fewest digits that already tell the lengths. */
	while (*ret_shared > 1 &&
		lengths_from(path.states[*ret_shared - 1]) << (*ret_shared - 1) == mask)
		--*ret_shared;
	int least = __builtin_ctz(mask), most = 31 - __builtin_clz(mask);
	if (least == most)
		text_format(to, 16, "%d", least);
	else
		text_format(to, 16, "%d to %d", least, most);
}

/* The first move that numbers of `left` more digits take. */
static unsigned onward(unsigned state, size_t left)
{
	const uint16_t *move = &countries_states[state + MOVES];
	while ((lengths_from(move[1]) >> (left - 1) & 1) == 0)
		move += 2;
	return move[1];
}

enum number_kind country_kind(const struct country_plan *plan, const char *national)
{
	struct path path = walk(plan, national);
	size_t depth = shared_digits(&path);
	must(depth > 0);
	unsigned state = path.states[depth];
	for (size_t left = path.bytes - depth; left > 0; left--)
		state = onward(state, left);
	return (enum number_kind)(countries_states[state + MEANING] & 0xF);
}

void country_ndc(const struct country_plan *plan, const char *national, char to[COUNTRY_NDC_BYTES])
{
	struct path path = walk(plan, national);
	bool is_listed = path.known == path.bytes && may_end(&path, path.known);
	unsigned digits = countries_states[path.states[path.known] + MEANING] >> 4 & 0xF;
	text_copy_part(to, COUNTRY_NDC_BYTES, national, is_listed ? digits : 0);
}
