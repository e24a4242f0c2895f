/* ladder_cases_test.c - hard places: what the ladder must say there, and why. */
#include "tests/check.h"

#include <string.h>

#include "base/must.h"
#include "base/text.h"
#include "numbering/ladder.h"
#include "numbering/ladder_cases.h"

static struct phone phone;

/* "707-525-1234"; "@Berkeley, CA"; "#94110"; "628+415-863-1234": area code and phone. */
static void build(const char *where, struct ladder *ret)
{
	struct phone_refusal r;
	struct ladder_wish wish = {.max_rung = LADDER_SAME_COUNTRY};
	char area_code[4] = "";
	const char *plus = strchr(where + 1, '+');
	if (plus != NULL && plus - where == 3) {
		must(text_copy_part(area_code, sizeof(area_code), where, 3));
		wish.area_code = area_code;
		where = plus + 1;
	}
	if (where[0] == '@')
		wish.city = where + 1;
	else if (where[0] == '#')
		wish.postal_code = where + 1;
	else if (where[0] != '\0')
		must(phone_parse(where, strlen(where), NULL, &phone, &r));
	if (where[0] != '@' && where[0] != '#' && where[0] != '\0')
		wish.phone = &phone;
	if (!ladder_build(&wish, ret, &r))
		fail_msg("%s: %s", where, r.message);
}

static bool is_on(const struct ladder *l, const char *npa, enum ladder_rung rung)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->areas[i].rung <= rung && text_is(l->areas[i].npa, npa))
			return true;
	return false;
}

/* The codes of a rung, in order, as many as `codes` has; "" for a rung that is not there. */
static void codes_of(const struct ladder *l, enum ladder_rung rung, const char *want, char ret[64])
{
	ret[0] = '\0';
	for (size_t i = 0; i < l->count && (strlen(ret) < strlen(want) || want[0] == '\0'); i++)
		if (l->areas[i].rung == rung && l->areas[i].npa[0] != '\0' && strlen(ret) < 56)
			text_format(ret + strlen(ret), 64 - strlen(ret), "%s%s", ret[0] ? " " : "",
				l->areas[i].npa);
}

static void hard_places_have_the_ladder_they_should(void **state)
{
	(void)state;
	assert_true(ladder_case_count >= 150);
	for (size_t i = 0; i < ladder_case_count; i++) {
		const struct ladder_case *c = &ladder_cases[i];
		struct ladder l;
		char got[64];
		build(c->where, &l);
		codes_of(&l, c->rung, c->codes, got);
		if (!text_is(got, c->codes))
			fail_msg("%s on %s: \"%s\" instead of \"%s\" (%s)", c->where,
				ladder_rung_wire(c->rung), got, c->codes, c->why);
	}
}

static void some_codes_are_never_reached(void **state)
{
	(void)state;
	for (size_t i = 0; i < ladder_never_count; i++) {
		const struct ladder_case *c = &ladder_never[i];
		struct ladder l;
		build(c->where, &l);
		if (is_on(&l, c->codes, c->rung))
			fail_msg("%s comes to %s by %s (%s)", c->where, c->codes,
				ladder_rung_wire(c->rung), c->why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(hard_places_have_the_ladder_they_should),
		CHECK(some_codes_are_never_reached),
	};
	return CHECK_MAIN(tests);
}
