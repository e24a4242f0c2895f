#include "tests/check.h"

#include <string.h>

#include "base/must.h"
#include "base/text.h"
#include "numbering/ladder.h"
#include "numbering/places.h"
#include "numbering/postal.h"

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

static uint8_t time_rules_at(const struct ladder *l)
{
	struct place town;
	if (l->town[0] != '\0' && place_find_in(l->town, l->region, &town))
		return place_time_rules(&town);
	return area_code_find(l->requested)->time_rules;
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
		assert_true(at->rung == LADDER_SAME_STATE || at->rung == LADDER_SAME_COUNTRY);
		assert_true(before->rung < at->rung);
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
	if (at->rung == LADDER_SAME_TIME_ZONE)
		assert_int_equal(area->time_rules, time_rules_at(l));
}

/* Home first, each code of the country once, nobody else's, in order. */
static void check_ladder(const struct ladder *l)
{
	bool seen[1000] = {false};
	size_t first = 0;
	while (l->areas[first].rung == LADDER_SAME_TOWN)
		first++;
	assert_int_equal(l->areas[first].rung, LADDER_SAME_AREA_CODE);
	assert_string_equal(l->areas[first].npa, l->requested);
	for (size_t k = 0; k < l->count; k++)
		check_area(l, k, seen);
	for (size_t k = 0; k < area_code_count(); k++) {
		const struct area_code *there = area_code_at(k);
		int64_t code = 0;
		assert_true(text_to_int(there->npa, 200, 999, &code));
		assert_int_equal(seen[code], there->is_in_service &&
						     there->kind == KIND_GEOGRAPHIC &&
						     text_is(there->country, l->country));
	}
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
		check_ladder(&l);
		count++;
	}
	assert_int_equal(count, 454);
}

/* A different walk each time would be no test: one seed, and another by hand. */
static unsigned roll(uint64_t *seed, unsigned sides)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(*seed >> 33) % sides;
}

static void so_does_every_ladder_from_a_town(void **state)
{
	(void)state;
	for (size_t id = 0; id < place_count(); id++) {
		struct place town = place_at(id);
		char city[96];
		struct ladder l;
		text_format(city, sizeof(city), "%s, %s", town.name,
			town.region[2] == '-' ? town.region + 3 : town.region_name);
		if (!build_wish((struct ladder_wish){.city = city, .max_rung = LADDER_SAME_COUNTRY},
			    &l))
			fail_msg("%s is refused", city);
		assert_string_equal(l.town, town.name);
		check_ladder(&l);
	}
}

static void so_does_every_ladder_from_an_exchange_or_a_postal_code(void **state)
{
	(void)state;
	uint64_t seed = 4;
	size_t towns = 0, codes = 0;
	for (unsigned i = 0; i < 12000; i++) {
		char typed[32];
		struct phone p;
		struct phone_refusal r;
		struct ladder l;
		struct ladder_wish wish = {.phone = &p, .max_rung = LADDER_SAME_COUNTRY};
		const struct area_code *area = area_code_at(roll(&seed, 490));
		text_format(
			typed, sizeof(typed), "+1%s%03u5550", area->npa, 200 + roll(&seed, 800));
		if (!phone_parse(typed, strlen(typed), NULL, &p, &r) || p.kind != KIND_GEOGRAPHIC)
			continue;
		if (i % 3 == 0) {
			text_format(typed, sizeof(typed), "%05u", roll(&seed, 100000));
			wish.postal_code = typed;
		} else if (i % 3 == 1) {
			wish.area_code = area_code_at(roll(&seed, 490))->npa;
		}
		if (!build_wish(wish, &l))
			continue;
		towns += l.town[0] != '\0';
		codes += wish.postal_code != NULL;
		check_ladder(&l);
	}
	assert_true(towns > 900);
	assert_true(codes > 2500);
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

static void a_city_and_its_postal_code_go_together(void **state)
{
	(void)state;
	static const char *const rows[][3] = {{"Berkeley, CA", "94704", "Berkeley"},
		{"Oakland, CA", "94110", "Oakland"},         /* over the bay */
		{"Kansas City, KS", "64105", "Kansas City"}, /* the other state's side */
		{"Kotzebue, AK", "99752", "Kotzebue"},       /* far from the middle of 997 */
		{"Iqaluit, NU", "X0A 0H0", "Iqaluit"},
		/* The postal code says which of that name. */
		{"Portland", "04101", "Portland"}, {"Springfield", "62701", "Springfield"},
		{"Vancouver", "98661", "Vancouver"}, {"Columbus", "31901", "Columbus"}};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ladder l;
		struct ladder_wish wish = {.city = rows[i][0],
			.postal_code = rows[i][1],
			.max_rung = LADDER_SAME_COUNTRY};
		if (!build_wish(wish, &l))
			fail_msg("%s %s is refused", rows[i][0], rows[i][1]);
		assert_string_equal(l.town, rows[i][2]);
	}
}

static void a_postal_code_behind_the_city_says_which_it_is(void **state)
{
	(void)state;
	static const char *const rows[][3] = {{"Portland 04101", "US-ME", "207"},
		{"Portland 97201", "US-OR", "503"}, {"Kansas City 66101", "US-KS", "913"},
		{"Kansas City", "US-MO", "816"}, {"Springfield 62701-0001", "US-IL", "217"},
		{"Glendale, 85301, USA", "US-AZ", "602"}, {"Vancouver V5K 0A1", "CA-BC", "604"},
		{"Chicago 60601", "US-IL", "312"}, {"Chicago 60640", "US-IL", "773"},
		{"Berkeley, CA 00000", "US-CA", "510"}}; /* none: no word about it */
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ladder l;
		struct ladder_wish wish = {.city = rows[i][0], .max_rung = LADDER_SAME_COUNTRY};
		if (!build_wish(wish, &l))
			fail_msg("%s is refused", rows[i][0]);
		assert_string_equal(l.region, rows[i][1]);
		assert_string_equal(l.requested, rows[i][2]);
	}
}

static void of_towns_of_one_name_the_one_near_the_phone_is_meant(void **state)
{
	(void)state;
	struct phone p = phone_of("217-525-1234");
	struct ladder l;
	struct ladder_wish wish = {
		.phone = &p, .city = "Springfield", .max_rung = LADDER_SAME_COUNTRY};
	assert_true(build_wish(wish, &l));
	assert_string_equal(l.region, "US-IL");
	wish.area_code = "417"; /* what is said goes before the phone */
	assert_true(build_wish(wish, &l));
	assert_string_equal(l.region, "US-MO");
	p = phone_of("876-926-1234");
	wish = (struct ladder_wish){
		.phone = &p, .city = "Kingston", .max_rung = LADDER_SAME_COUNTRY};
	assert_true(build_wish(wish, &l));
	assert_string_equal(l.country, "JM");
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
		{{.rung = LADDER_SAME_AREA_CODE, .country = "GB", .npa = "20", .region = ""},
			"+442079460958", true},
		{{.rung = LADDER_SAME_AREA_CODE, .country = "GB", .npa = "20", .region = ""},
			"+441314960123", false},
		{{.rung = LADDER_SAME_AREA_CODE, .country = "GB", .npa = "207", .region = ""},
			"+442079460958", false},
		{{.rung = LADDER_SAME_AREA_CODE, .country = "DE", .npa = "212", .region = ""},
			"+4921223456789", true},
		{{.rung = LADDER_SAME_AREA_CODE, .country = "DE", .npa = "212", .region = ""},
			"+12123831234", false},
		{{.rung = LADDER_SAME_AREA_CODE, .country = "US", .npa = "212", .region = ""},
			"+4921223456789", false},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_int_equal(ladder_row_fits(&rows[i].step, rows[i].e164, ""), rows[i].fits);
}

static void a_row_of_the_same_town_is_told_by_exchange_or_by_the_carrier(void **state)
{
	(void)state;
	static const struct {
		const char *npa, *town, *e164, *locality;
		bool fits;
	} rows[] = {
		{"707", "Santa Rosa", "+17075251234", "", true},
		{"707", "Santa Rosa", "+17075251234", "EUREKA",
			true}, /* the exchange knows better */
		{"707", "Santa Rosa", "+17074421234", "SANTA ROSA", false},
		{"707", "Santa Rosa", "+17075551234", "SANTA ROSA", true},
		{"707", "Santa Rosa", "+17075551234", "", false},
		{"707", "Santa Rosa", "+17075551234", "Santa", false},
		{"707", "Santa Rosa", "+13695551234", "SANTA ROSA", false},
		{"314", "St. Louis", "+13145551234", "SAINT LOUIS", true},
		{"514", "Montreal", "+15145551234", "Montr\u00e9al", true},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ladder_step step = {.rung = LADDER_SAME_TOWN, .country = "US"};
		if (text_is(rows[i].npa, "514"))
			TEXT_COPY(step.country, "CA");
		TEXT_COPY(step.npa, rows[i].npa);
		TEXT_COPY(step.town, rows[i].town);
		assert_int_equal(
			ladder_row_fits(&step, rows[i].e164, rows[i].locality), rows[i].fits);
	}
}

/* The first step of a rung from where was said, and the reason for a number there. */
static void assert_reason(struct ladder_wish wish, enum ladder_rung rung, const char *npa,
	const char *number, const char *want)
{
	struct ladder l;
	struct ladder_step step;
	size_t cursor = 0;
	char reason[LADDER_REASON_BYTES];
	wish.max_rung = LADDER_SAME_COUNTRY;
	assert_true(build_wish(wish, &l));
	while (ladder_next(&l, &cursor, &step)) {
		if (step.rung != rung || !text_is(step.npa, npa))
			continue;
		ladder_reason(&step, number, l.town, reason);
		assert_string_equal(reason, want);
		return;
	}
	fail_msg("%s is not on %s", npa, ladder_rung_wire(rung));
}

static void a_reason_claims_what_is_known(void **state)
{
	(void)state;
	struct phone p = phone_of("415-863-1234"), no_town = phone_of("415-555-1234");
	struct phone wide = phone_of("778-555-1234");
	struct ladder_wish sf = {.phone = &p}, middle = {.phone = &no_town};
	struct ladder_wish rosa = {.city = "Santa Rosa, CA"}, both = {.phone = &wide};
	assert_reason(
		rosa, LADDER_SAME_TOWN, "707", "+17075251234", "707 has numbers in Santa Rosa");
	assert_reason(rosa, LADDER_SAME_TOWN, "707", "+17075551234",
		"the carrier places the number in Santa Rosa");
	assert_reason(sf, LADDER_SAME_AREA_CODE, "415", "+14155550199", "415 has numbers");
	assert_reason(
		sf, LADDER_OVERLAY, "628", "+16285550199", "628 serves the same streets as 415");
	assert_reason(
		both, LADDER_OVERLAY, "604", "+16045550199", "604 is also used in the area of 778");
	assert_reason((struct ladder_wish){.city = "Orlando, FL"}, LADDER_OVERLAY, "321",
		"+13215550199", "321 overlays 407, but its own towns begin 56.4 km away");
	assert_reason(sf, LADDER_NEARBY, "650", "+16505550199",
		"650 is a neighbouring area code, 8.5 km from San Francisco");
	assert_reason(middle, LADDER_NEARBY, "650", "+16505550199",
		"650 is a neighbouring area code, about 12.7 km from the towns of 415");
	assert_reason((struct ladder_wish){.city = "Los Angeles"}, LADDER_NEARBY, "310",
		"+13105550199", "310 is used in Los Angeles too");
	assert_reason((struct ladder_wish){.city = "Berkeley, CA", .area_code = "415"},
		LADDER_SAME_AREA_CODE, "415", "+14155550199",
		"415 was asked for; it begins 16.8 km from Berkeley");
	assert_reason(sf, LADDER_SAME_STATE, "", "+12135550199", "213 is in California, as 415 is");
	assert_reason(
		sf, LADDER_SAME_STATE, "559", "+15595550199", "559 is in California, as 415 is");
	assert_reason(sf, LADDER_SAME_TIME_ZONE, "775", "+17755550199",
		"most of 775 keeps the same time as San Francisco");
	assert_reason(middle, LADDER_SAME_TIME_ZONE, "775", "+17755550199",
		"most of 775 keeps the same time as 415");
	assert_reason(
		sf, LADDER_SAME_COUNTRY, "", "+12125550199", "212 is in the same country as 415");
	struct ladder_step abroad = {.rung = LADDER_SAME_COUNTRY, .country = "GB"};
	struct ladder_step solingen = {
		.rung = LADDER_SAME_AREA_CODE, .country = "DE", .npa = "212", .requested = "212"};
	char reason[LADDER_REASON_BYTES];
	ladder_reason(&abroad, "+442079460958", "", reason);
	assert_string_equal(reason, "the number is from the same country as the business");
	ladder_reason(&solingen, "+4921223456789", "", reason);
	assert_string_equal(reason, "212 has numbers");
}

static void abroad_it_is_the_national_destination_code_and_then_the_country(void **state)
{
	(void)state;
	static const struct {
		const char *typed;
		enum ladder_rung max;
		size_t count;
		const char *requested, *first;
		enum ladder_rung rung;
	} rows[] = {
		{"+442079460123", LADDER_SAME_COUNTRY, 2, "20", "20", LADDER_SAME_AREA_CODE},
		{"+442079460123", LADDER_SAME_TIME_ZONE, 1, "20", "20", LADDER_SAME_AREA_CODE},
		{"+442079460123", LADDER_SAME_AREA_CODE, 1, "20", "20", LADDER_SAME_AREA_CODE},
		{"+442079460123", LADDER_SAME_TOWN, 0, "", "", LADDER_SAME_TOWN},
		{"+4533123456", LADDER_SAME_COUNTRY, 1, "", "", LADDER_SAME_COUNTRY},
		{"+4533123456", LADDER_SAME_AREA_CODE, 0, "", "", LADDER_SAME_TOWN},
		/* Sold nowhere in Argentina: no code is worth a search. */
		{"+541123456789", LADDER_SAME_COUNTRY, 1, "", "", LADDER_SAME_COUNTRY},
		{"+447400123456", LADDER_SAME_COUNTRY, 0, "", "", LADDER_SAME_TOWN},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct phone p = phone_of(rows[i].typed);
		struct ladder l;
		struct ladder_step step;
		size_t cursor = 0;
		assert_true(
			build_wish((struct ladder_wish){.phone = &p, .max_rung = rows[i].max}, &l));
		if (l.count != rows[i].count)
			fail_msg("%s: %zu searches", rows[i].typed, l.count);
		assert_string_equal(l.requested, rows[i].requested);
		if (l.count == 0)
			continue;
		assert_string_equal(l.country, p.country);
		assert_true(ladder_next(&l, &cursor, &step));
		assert_int_equal(step.rung, rows[i].rung);
		assert_string_equal(step.npa, rows[i].first);
		assert_string_equal(step.country, p.country);
		assert_int_equal(
			l.areas[l.count - 1].npa[0] == '\0', rows[i].max == LADDER_SAME_COUNTRY);
	}
}

static void the_own_code_of_a_phone_is_what_a_search_there_can_use(void **state)
{
	(void)state;
	struct phone us = phone_of("415-863-1234"), gb = phone_of("+442079460123");
	struct phone dk = phone_of("+4533123456"), ar = phone_of("+541123456789");
	struct phone free_call = phone_of("1-800-356-9377");
	assert_string_equal(ladder_own_code(&us), "415");
	assert_string_equal(ladder_own_code(&gb), "20");
	assert_string_equal(ladder_own_code(&dk), "");
	assert_string_equal(ladder_own_code(&ar), "");
	assert_string_equal(ladder_own_code(&free_call), "");
}

static void a_place_that_is_none_is_refused(void **state)
{
	(void)state;
	static const struct {
		const char *city, *postal_code, *area_code;
		enum phone_reject code;
	} rows[] = {
		{"Springfield", "", "", PHONE_CITY_AMBIGUOUS},
		{"Atlantis, CA", "", "", PHONE_CITY_UNKNOWN},
		{"", "12", "", PHONE_POSTAL_CODE_INVALID},
		{"Berkeley, CA", "", "800", PHONE_NPA_INVALID},
		{"Berkeley, CA", "", "273", PHONE_NPA_NOT_IN_SERVICE},
		{"Berkeley, CA", "", "416", PHONE_COUNTRY_MISMATCH},
		{"", "M5V 2T6", "212", PHONE_COUNTRY_MISMATCH},
		{"Boston, MA", "94110", "", PHONE_POSTAL_CODE_INVALID},
		{"Boston, MA", "M5V 2T6", "", PHONE_POSTAL_CODE_INVALID},
		{"Los Angeles, CA", "94110", "", PHONE_POSTAL_CODE_INVALID},
		{"Boston, MA", "12", "", PHONE_POSTAL_CODE_INVALID},
		{"Boston, MA 94110", "", "", PHONE_POSTAL_CODE_INVALID},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ladder l;
		struct phone_refusal r = {0};
		struct ladder_wish wish = {.city = rows[i].city,
			.postal_code = rows[i].postal_code,
			.area_code = rows[i].area_code,
			.max_rung = LADDER_SAME_COUNTRY};
		assert_false(ladder_build(&wish, &l, &r));
		assert_int_equal(l.count, 0);
		assert_int_equal(r.code, rows[i].code);
		assert_true(r.message[0] != '\0' && r.hint[0] != '\0');
	}
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
		CHECK(a_city_and_its_postal_code_go_together),
		CHECK(a_postal_code_behind_the_city_says_which_it_is),
		CHECK(of_towns_of_one_name_the_one_near_the_phone_is_meant),
		CHECK(a_stored_cursor_goes_on_where_it_was),
		CHECK(a_row_must_be_what_the_step_asked_for),
		CHECK(so_does_every_ladder_from_a_town),
		CHECK(so_does_every_ladder_from_an_exchange_or_a_postal_code),
		CHECK(a_row_of_the_same_town_is_told_by_exchange_or_by_the_carrier),
		CHECK(a_reason_claims_what_is_known),
		CHECK(abroad_it_is_the_national_destination_code_and_then_the_country),
		CHECK(the_own_code_of_a_phone_is_what_a_search_there_can_use),
		CHECK(a_place_that_is_none_is_refused),
		CHECK(rungs_have_the_names_of_the_wire),
	};
	return CHECK_MAIN(tests);
}
