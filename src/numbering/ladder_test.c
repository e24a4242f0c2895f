#include "tests/check.h"

#include <string.h>

#include "base/must.h"
#include "base/text.h"
#include "numbering/ladder.h"

static struct phone phone_of(const char *typed)
{
	struct phone p;
	struct phone_refusal r;
	must(phone_parse(typed, strlen(typed), NULL, &p, &r));
	return p;
}

static bool build_wish(struct ladder_wish wish, struct ladder *ret)
{
	struct phone_refusal r;
	return ladder_build(&wish, ret, &r);
}

static void build(const char *typed, struct ladder *ret)
{
	struct phone p = phone_of(typed);
	assert_true(build_wish(
		(struct ladder_wish){.phone = &p, .max_rung = LADDER_SAME_COUNTRY}, ret));
}

static void check_area(const struct ladder *l, size_t i, bool seen[1000])
{
	const struct ladder_area *at = &l->areas[i], *before = i > 0 ? at - 1 : NULL;
	const struct area_code *area = area_code_find(at->npa);
	assert_true(before == NULL || at->rung >= before->rung);
	if (before != NULL && at->rung == before->rung)
		assert_true(at->rank_tenths >= before->rank_tenths);
	if (area == NULL) {
		assert_string_equal(at->npa, "");
		assert_true(at->rung >= LADDER_SAME_STATE && before->rung < at->rung);
		return;
	}
	int64_t code = 0;
	assert_true(text_to_int(area->npa, 200, 999, &code));
	assert_false(seen[code]);
	seen[code] = at->rung != LADDER_SAME_TOWN;
	assert_true(area->is_in_service && area->kind == KIND_GEOGRAPHIC);
	assert_string_equal(area->country, l->country);
	if (at->rung == LADDER_NEARBY)
		assert_true(at->km_tenths <= LADDER_NEARBY_KM * 10);
	if (at->rung == LADDER_SAME_STATE)
		assert_true(area_code_serves(area, l->region));
}

static void every_ladder_holds_the_country_once_and_never_turns_back(void **state)
{
	(void)state;
	size_t count = 0;
	for (size_t i = 0; i < area_code_count(); i++) {
		const struct area_code *home = area_code_at(i);
		struct phone p = {.kind = home->kind, .place = ""};
		struct ladder l;
		if (!home->is_in_service || home->kind != KIND_GEOGRAPHIC)
			continue;
		TEXT_COPY(p.area_code, home->npa);
		assert_true(build_wish(
			(struct ladder_wish){.phone = &p, .max_rung = LADDER_SAME_COUNTRY}, &l));
		assert_string_equal(l.areas[0].npa, home->npa);
		bool seen[1000] = {false};
		for (size_t k = 0; k < l.count; k++)
			check_area(&l, k, seen);
		for (size_t k = 0; k < area_code_count(); k++) {
			const struct area_code *there = area_code_at(k);
			int64_t code = 0;
			assert_true(text_to_int(there->npa, 200, 999, &code));
			assert_int_equal(seen[code],
				there->is_in_service && there->kind == KIND_GEOGRAPHIC &&
					text_is(there->country, home->country));
		}
		count++;
	}
	assert_int_equal(count, 454);
}

static size_t first_of(const struct ladder *l, enum ladder_rung rung)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->areas[i].rung == rung)
			return i;
	return l->count;
}

static void the_lowest_rungs_come_first(void **state)
{
	(void)state;
	struct ladder l;
	build("415-555-1234", &l); /* 555 is no town */
	const struct ladder_area *overlay = &l.areas[first_of(&l, LADDER_OVERLAY)];
	assert_string_equal(overlay->npa, "628");
	assert_int_equal(overlay->km_tenths, 0);
	const struct ladder_area *nearby = &l.areas[first_of(&l, LADDER_NEARBY)];
	assert_string_equal(nearby[0].npa, "650");
	assert_string_equal(nearby[1].npa, "510");
	/* Fresno, 207 km away, is no neighbour, but it is in the state. */
	const struct ladder_area *state_rung = &l.areas[first_of(&l, LADDER_SAME_STATE)];
	assert_string_equal(state_rung[-1].npa, "279");
	assert_string_equal(state_rung[0].npa, "");
	assert_string_equal(state_rung[1].npa, "559"); /* before its overlay */
}

static void a_lonely_area_code_has_no_neighbours(void **state)
{
	(void)state;
	struct ladder l;
	build("907-383-1234", &l); /* all of Alaska */
	assert_int_equal(first_of(&l, LADDER_NEARBY), l.count);
	build("787-383-1234", &l); /* Puerto Rico never looks in Florida */
	assert_int_equal(first_of(&l, LADDER_NEARBY), l.count);
	assert_string_equal(l.country, "PR");
	assert_string_equal(l.areas[first_of(&l, LADDER_OVERLAY)].npa, "939");
}

static void max_rung_ends_the_ladder(void **state)
{
	(void)state;
	struct phone p = phone_of("415-383-1234");
	for (unsigned max = LADDER_SAME_AREA_CODE; max < LADDER_RUNG_COUNT; max++) {
		struct ladder l;
		assert_true(build_wish(
			(struct ladder_wish){.phone = &p, .max_rung = (enum ladder_rung)max}, &l));
		assert_true(l.count > 0);
		assert_true(l.areas[l.count - 1].rung <= max);
	}
}

static void a_number_without_a_place_has_no_ladder(void **state)
{
	(void)state;
	static const char *const typed[] = {
		"800-383-1234", "900-383-1234", "500-383-1234", "700-383-1234", "+49 151 23456789"};
	for (size_t i = 0; i < COUNT_OF(typed); i++) {
		struct ladder l;
		build(typed[i], &l);
		assert_int_equal(l.count, 0);
		struct ladder_step step;
		size_t cursor = 0;
		assert_false(ladder_next(&l, &cursor, &step));
	}
}

static void an_area_code_asked_for_goes_before_the_number(void **state)
{
	(void)state;
	struct phone p = phone_of("800-383-1234");
	struct ladder_wish wish = {
		.phone = &p, .area_code = "416", .max_rung = LADDER_SAME_COUNTRY};
	struct ladder l;
	assert_true(build_wish(wish, &l));
	assert_string_equal(l.requested, "416");
	assert_string_equal(l.country, "CA");
	wish.area_code = "";
	assert_true(build_wish(wish, &l));
	assert_int_equal(l.count, 0);
	static const char *const no[] = {"800", "911", "273", "abc", "41", "4155"};
	for (size_t i = 0; i < COUNT_OF(no); i++) {
		wish.area_code = no[i];
		assert_false(build_wish(wish, &l));
		assert_int_equal(l.count, 0);
	}
}

static void a_stored_cursor_goes_on_where_it_was(void **state)
{
	(void)state;
	struct ladder l, again;
	struct ladder_step a, b;
	size_t cursor = 0;
	build("212-383-1234", &l);
	build("212-383-1234", &again);
	while (ladder_next(&l, &cursor, &a)) {
		size_t copy = cursor, other = cursor;
		bool more = ladder_next(&l, &copy, &a);
		assert_int_equal(ladder_next(&again, &other, &b), more);
		if (more)
			assert_memory_equal(&a, &b, sizeof(a));
	}
}

static void a_row_must_be_what_the_step_asked_for(void **state)
{
	(void)state;
	static const struct {
		struct ladder_step step;
		const char *e164;
		bool fits;
	} rows[] = {
		{{.rung = LADDER_SAME_AREA_CODE, .country = "US", .npa = "415", .region = ""},
			"+14153831234", true},
		{{.rung = LADDER_SAME_AREA_CODE, .country = "US", .npa = "415", .region = ""},
			"+16283831234", false},
		{{.rung = LADDER_OVERLAY, .country = "US", .npa = "628", .region = ""},
			"+16283831234", true},
		{{.rung = LADDER_SAME_AREA_CODE, .country = "CA", .npa = "415", .region = ""},
			"+14153831234", false},
		{{.rung = LADDER_SAME_AREA_CODE, .country = "US", .npa = "415", .region = ""},
			"4153831234", false},
		{{.rung = LADDER_SAME_AREA_CODE, .country = "US", .npa = "415", .region = ""},
			"+1415383xxxx", false},
		{{.rung = LADDER_SAME_AREA_CODE, .country = "US", .npa = "415", .region = ""}, "",
			false},
		{{.rung = LADDER_SAME_STATE, .country = "US", .npa = "", .region = "US-CA"},
			"+12133831234", true},
		{{.rung = LADDER_SAME_STATE, .country = "US", .npa = "", .region = "US-CA"},
			"+12123831234", false},
		{{.rung = LADDER_SAME_STATE, .country = "CA", .npa = "", .region = "CA-PE"},
			"+19023831234", true},
		{{.rung = LADDER_SAME_COUNTRY, .country = "US", .npa = "", .region = ""},
			"+12123831234", true},
		{{.rung = LADDER_SAME_COUNTRY, .country = "US", .npa = "", .region = ""},
			"+14163831234", false},
		{{.rung = LADDER_SAME_COUNTRY, .country = "CA", .npa = "", .region = ""},
			"+14163831234", true},
		{{.rung = LADDER_SAME_COUNTRY, .country = "US", .npa = "", .region = ""},
			"+18003831234", false},
		{{.rung = LADDER_SAME_COUNTRY, .country = "US", .npa = "", .region = ""},
			"+442079460958", false},
		{{.rung = LADDER_SAME_COUNTRY, .country = "GB", .npa = "", .region = ""},
			"+442079460958", true},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_int_equal(ladder_row_fits(&rows[i].step, rows[i].e164, ""), rows[i].fits);
}

static void rungs_have_the_names_of_the_wire(void **state)
{
	(void)state;
	for (unsigned i = 0; i < LADDER_RUNG_COUNT; i++) {
		enum ladder_rung back = LADDER_RUNG_COUNT;
		assert_true(ladder_rung_from_wire(ladder_rung_wire((enum ladder_rung)i), &back));
		assert_int_equal(back, i);
	}
	enum ladder_rung none;
	assert_false(ladder_rung_from_wire("somewhere", &none));
	assert_false(ladder_rung_from_wire(NULL, &none));
	assert_string_equal(ladder_rung_wire(LADDER_SAME_TIME_ZONE), "same_time_zone");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(every_ladder_holds_the_country_once_and_never_turns_back),
		CHECK(the_lowest_rungs_come_first),
		CHECK(a_lonely_area_code_has_no_neighbours),
		CHECK(max_rung_ends_the_ladder),
		CHECK(a_number_without_a_place_has_no_ladder),
		CHECK(an_area_code_asked_for_goes_before_the_number),
		CHECK(a_stored_cursor_goes_on_where_it_was),
		CHECK(a_row_must_be_what_the_step_asked_for),
		CHECK(rungs_have_the_names_of_the_wire),
	};
	return CHECK_MAIN(tests);
}
