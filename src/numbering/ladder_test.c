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

static void build(const char *typed, struct ladder *ret)
{
	struct phone p = phone_of(typed);
	assert_true(ladder_build(&p, NULL, LADDER_SAME_COUNTRY, ret));
}

static void check_ladder(const struct ladder *l, const struct area_code *home)
{
	bool seen[1000] = {false};
	assert_int_equal(l->rungs[0].rung, LADDER_SAME_AREA_CODE);
	assert_string_equal(l->rungs[0].areas[0].npa, home->npa);
	for (size_t i = 0; i < l->rung_count; i++) {
		const struct ladder_step_list *list = &l->rungs[i];
		assert_true(i == 0 || list->rung > l->rungs[i - 1].rung);
		assert_true(list->count > 0 || list->rung == LADDER_SAME_COUNTRY);
		for (size_t j = 0; j < list->count; j++) {
			const struct area_code *area = area_code_find(list->areas[j].npa);
			int64_t code = 0;
			assert_true(text_to_int(area->npa, 200, 999, &code));
			assert_false(seen[code]);
			seen[code] = true;
			assert_true(area->is_in_service);
			assert_string_equal(area->country, home->country);
			if (list->rung == LADDER_NEARBY)
				assert_true(list->areas[j].km_tenths <= LADDER_NEARBY_KM * 10);
			if (list->rung == LADDER_SAME_STATE)
				assert_true(area_code_serves(area, home->region));
		}
	}
}

static void every_ladder_starts_at_home_repeats_nothing_and_stays_in_the_country(void **state)
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
		assert_true(ladder_build(&p, NULL, LADDER_SAME_COUNTRY, &l));
		check_ladder(&l, home);
		count++;
	}
	assert_int_equal(count, 454);
}

static void every_code_of_the_state_is_on_the_ladder(void **state)
{
	(void)state;
	struct ladder l;
	size_t found = 0, there = 0;
	build("415-383-1234", &l);
	for (size_t i = 0; i < area_code_count(); i++)
		there +=
			area_code_at(i)->is_in_service && text_is(area_code_at(i)->region, "US-CA");
	for (size_t i = 0; i < l.rung_count; i++)
		for (size_t j = 0; j < l.rungs[i].count; j++)
			found += text_is(area_code_find(l.rungs[i].areas[j].npa)->region, "US-CA");
	assert_int_equal(found, there);
	assert_int_equal(there, 41);
}

static void the_lowest_rungs_come_first(void **state)
{
	(void)state;
	static const enum ladder_rung order[] = {LADDER_SAME_AREA_CODE, LADDER_OVERLAY,
		LADDER_NEARBY, LADDER_SAME_STATE, LADDER_SAME_COUNTRY};
	struct ladder l;
	build("415-383-1234", &l);
	assert_int_equal(l.rung_count, COUNT_OF(order));
	for (size_t i = 0; i < COUNT_OF(order); i++)
		assert_int_equal(l.rungs[i].rung, order[i]);
	assert_string_equal(l.rungs[1].areas[0].npa, "628");
	assert_int_equal(l.rungs[1].areas[0].km_tenths, 0);
	assert_string_equal(l.rungs[2].areas[0].npa, "650");
	assert_string_equal(l.rungs[2].areas[1].npa, "510");
	/* Fresno, 207 km away, is no neighbour, but it is in the state. */
	assert_string_equal(l.rungs[2].areas[l.rungs[2].count - 1].npa, "279");
	assert_string_equal(l.rungs[3].areas[0].npa, "559");
}

static void a_lonely_area_code_has_no_neighbours(void **state)
{
	(void)state;
	struct ladder l;
	build("907-383-1234", &l); /* all of Alaska */
	assert_int_equal(l.rung_count, 2);
	assert_int_equal(l.rungs[1].rung, LADDER_SAME_COUNTRY);
	build("787-383-1234", &l); /* Puerto Rico never looks in Florida */
	assert_int_equal(l.rung_count, 3);
	assert_int_equal(l.rungs[1].rung, LADDER_OVERLAY);
	assert_string_equal(l.country, "PR");
}

static void max_rung_ends_the_ladder(void **state)
{
	(void)state;
	struct phone p = phone_of("415-383-1234");
	struct ladder l;
	assert_true(ladder_build(&p, NULL, LADDER_SAME_AREA_CODE, &l));
	assert_int_equal(l.rung_count, 1);
	assert_true(ladder_build(&p, NULL, LADDER_OVERLAY, &l));
	assert_int_equal(l.rung_count, 2);
	assert_true(ladder_build(&p, NULL, LADDER_SAME_TIME_ZONE, &l));
	assert_int_equal(l.rungs[l.rung_count - 1].rung, LADDER_SAME_STATE);
	assert_true(ladder_build(&p, NULL, LADDER_SAME_TOWN, &l));
	assert_int_equal(l.rung_count, 0);
}

static void a_number_without_a_place_has_no_ladder(void **state)
{
	(void)state;
	static const char *const typed[] = {
		"800-383-1234", "900-383-1234", "500-383-1234", "700-383-1234", "+49 151 23456789"};
	for (size_t i = 0; i < COUNT_OF(typed); i++) {
		struct ladder l;
		build(typed[i], &l);
		assert_int_equal(l.rung_count, 0);
		struct ladder_step step;
		size_t cursor = 0;
		assert_false(ladder_next(&l, LADDER_ALL, &cursor, &step));
	}
}

static void an_area_code_asked_for_goes_before_the_number(void **state)
{
	(void)state;
	struct phone p = phone_of("800-383-1234");
	struct ladder l;
	assert_true(ladder_build(&p, "416", LADDER_SAME_COUNTRY, &l));
	assert_string_equal(l.requested, "416");
	assert_string_equal(l.country, "CA");
	assert_true(ladder_build(&p, "", LADDER_SAME_COUNTRY, &l));
	assert_int_equal(l.rung_count, 0);
	static const char *const no[] = {"800", "911", "273", "abc", "41", "4155"};
	for (size_t i = 0; i < COUNT_OF(no); i++) {
		assert_false(ladder_build(&p, no[i], LADDER_SAME_COUNTRY, &l));
		assert_int_equal(l.rung_count, 0);
	}
}

static void the_simple_search_is_area_code_then_country(void **state)
{
	(void)state;
	struct ladder l;
	struct ladder_step step;
	size_t cursor = 0;
	build("415-383-1234", &l);
	assert_true(ladder_next(&l, LADDER_SIMPLE, &cursor, &step));
	assert_int_equal(step.rung, LADDER_SAME_AREA_CODE);
	assert_string_equal(step.npa, "415");
	assert_string_equal(step.country, "US");
	assert_true(ladder_next(&l, LADDER_SIMPLE, &cursor, &step));
	assert_int_equal(step.rung, LADDER_SAME_COUNTRY);
	assert_string_equal(step.npa, "");
	assert_string_equal(step.region, "");
	assert_string_equal(step.country, "US");
	assert_false(ladder_next(&l, LADDER_SIMPLE, &cursor, &step));
	assert_false(ladder_next(&l, LADDER_SIMPLE, &cursor, &step));
}

static void the_full_walk_visits_each_code_once_and_the_state_in_one_search(void **state)
{
	(void)state;
	struct ladder l;
	struct ladder_step step;
	size_t cursor = 0, steps = 0, wide = 0;
	build("415-383-1234", &l);
	size_t narrow = l.rungs[0].count + l.rungs[1].count + l.rungs[2].count;
	enum ladder_rung last = LADDER_SAME_TOWN;
	while (ladder_next(&l, LADDER_ALL, &cursor, &step)) {
		assert_true(step.rung >= last);
		last = step.rung;
		steps++;
		wide += step.npa[0] == '\0';
		assert_string_equal(step.region, step.rung == LADDER_SAME_STATE ? "US-CA" : "");
	}
	assert_int_equal(wide, 2);
	assert_int_equal(steps, narrow + wide);
}

static void a_stored_cursor_goes_on_where_it_was(void **state)
{
	(void)state;
	struct ladder l, again;
	struct ladder_step a, b;
	size_t cursor = 0;
	build("212-383-1234", &l);
	build("212-383-1234", &again);
	while (ladder_next(&l, LADDER_ALL, &cursor, &a)) {
		size_t copy = cursor, other = cursor;
		bool more = ladder_next(&l, LADDER_ALL, &copy, &a);
		assert_int_equal(ladder_next(&again, LADDER_ALL, &other, &b), more);
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
		{{LADDER_SAME_AREA_CODE, "US", "415", "", 0}, "+14153831234", true},
		{{LADDER_SAME_AREA_CODE, "US", "415", "", 0}, "+16283831234", false},
		{{LADDER_OVERLAY, "US", "628", "", 0}, "+16283831234", true},
		{{LADDER_SAME_AREA_CODE, "CA", "415", "", 0}, "+14153831234", false},
		{{LADDER_SAME_AREA_CODE, "US", "415", "", 0}, "4153831234", false},
		{{LADDER_SAME_AREA_CODE, "US", "415", "", 0}, "+1415383xxxx", false},
		{{LADDER_SAME_AREA_CODE, "US", "415", "", 0}, "", false},
		{{LADDER_SAME_STATE, "US", "", "US-CA", 0}, "+12133831234", true},
		{{LADDER_SAME_STATE, "US", "", "US-CA", 0}, "+12123831234", false},
		{{LADDER_SAME_STATE, "CA", "", "CA-PE", 0}, "+19023831234", true},
		{{LADDER_SAME_COUNTRY, "US", "", "", 0}, "+12123831234", true},
		{{LADDER_SAME_COUNTRY, "US", "", "", 0}, "+14163831234", false},
		{{LADDER_SAME_COUNTRY, "CA", "", "", 0}, "+14163831234", true},
		{{LADDER_SAME_COUNTRY, "US", "", "", 0}, "+18003831234", false},
		{{LADDER_SAME_COUNTRY, "US", "", "", 0}, "+442079460958", false},
		{{LADDER_SAME_COUNTRY, "GB", "", "", 0}, "+442079460958", true},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_int_equal(ladder_row_fits(&rows[i].step, rows[i].e164), rows[i].fits);
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
		CHECK(every_ladder_starts_at_home_repeats_nothing_and_stays_in_the_country),
		CHECK(every_code_of_the_state_is_on_the_ladder),
		CHECK(the_lowest_rungs_come_first),
		CHECK(a_lonely_area_code_has_no_neighbours),
		CHECK(max_rung_ends_the_ladder),
		CHECK(a_number_without_a_place_has_no_ladder),
		CHECK(an_area_code_asked_for_goes_before_the_number),
		CHECK(the_simple_search_is_area_code_then_country),
		CHECK(the_full_walk_visits_each_code_once_and_the_state_in_one_search),
		CHECK(a_stored_cursor_goes_on_where_it_was),
		CHECK(a_row_must_be_what_the_step_asked_for),
		CHECK(rungs_have_the_names_of_the_wire),
	};
	return CHECK_MAIN(tests);
}
