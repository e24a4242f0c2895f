#include "tests/check.h"

#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "base/text.h"
#include "numbering/places.h"
#include "numbering/places_key.h"
#include "numbering/places_table.h"
#include "numbering/postal.h"

static void every_town_is_found_by_its_own_name(void **state)
{
	(void)state;
	assert_true(place_count() > 10000);
	for (size_t id = 0; id < place_count(); id++) {
		struct place town = place_at(id), found;
		if (!place_find_in(town.name, town.region, &found))
			fail_msg("%s in %s is not found", town.name, town.region);
		assert_true(place_is_same(&town, &found));
		assert_true(strlen(town.name) < PLACE_NAME_BYTES && town.region_name[0] != '\0');
	}
}

static void every_other_name_is_found_in_its_state(void **state)
{
	(void)state;
	assert_true(places_alias_count > 1500);
	for (size_t i = 0; i < places_alias_count; i++) {
		const char *name = places_alias_names + places_aliases[i].name;
		struct place town = place_at(places_aliases[i].town), found;
		if (!place_find_in(name, town.region, &found))
			fail_msg("%s in %s is not found", name, town.region);
		assert_int_equal(found.id, town.id);
		assert_true(places_aliases[i].size > 0);
	}
}

static void every_town_is_served_from_its_own_country(void **state)
{
	(void)state;
	for (size_t id = 0; id < place_count(); id++) {
		struct place town = place_at(id);
		const struct area_code *codes[PLACE_CODES_MAX];
		size_t count = place_codes(&town, codes);
		assert_true(count > 0);
		for (size_t i = 0; i < count; i++) {
			assert_string_equal(codes[i]->country, town.country);
			assert_true(codes[i]->is_in_service);
			assert_true(place_exchanges_of(&town, codes[i]) > 0);
		}
	}
}

static void typed_towns_are_read(void **state)
{
	(void)state;
	static const struct {
		const char *typed, *name, *region;
	} rows[] = {
		{"Berkeley, CA", "Berkeley", "US-CA"},
		{"Berkeley California", "Berkeley", "US-CA"},
		{"  BERKELEY ,  calif. ", "Berkeley", "US-CA"},
		{"Berkeley, CA 94704", "Berkeley", "US-CA"},
		{"Berkeley, CA 94704-1234, USA", "Berkeley", "US-CA"},
		{"Berkeley", "Berkeley", "US-CA"},
		{"toronto on", "Toronto", "CA-ON"},
		{"Toronto, Ontario, Canada", "Toronto", "CA-ON"},
		{"Toronto, ON M5V 2T6", "Toronto", "CA-ON"},
		{"Toronto ON m5v2t6", "Toronto", "CA-ON"},
		{"Montréal, QC", "Montreal", "CA-QC"},
		{"Montre\u0301al QC", "Montreal", "CA-QC"},
		{"montreal", "Montreal", "CA-QC"},
		{"MONTRÉAL (Québec)", "Montreal", "CA-QC"},
		{"Montréal, Québec", "Montreal", "CA-QC"},
		{"St. Louis, MO", "St. Louis", "US-MO"},
		{"Saint Louis MO", "St. Louis", "US-MO"},
		{"st louis", "St. Louis", "US-MO"},
		{"St.Louis,MO", "St. Louis", "US-MO"},
		{"E. St. Louis, Ill.", "East St Louis", "US-IL"},
		{"Ft Worth TX", "Fort Worth", "US-TX"},
		{"Ft. Lauderdale", "Fort Lauderdale", "US-FL"},
		{"Mt. Vernon, NY", "Mount Vernon", "US-NY"},
		{"Coeur d'Alene ID", "Coeur d'Alene", "US-ID"},
		{"Coeur d\u2019Alene, Idaho", "Coeur d'Alene", "US-ID"},
		{"Winston Salem NC", "Winston-Salem", "US-NC"},
		{"New York", "New York", "US-NY"},
		{"New York, New York", "New York", "US-NY"},
		{"New York NY", "New York", "US-NY"},
		{"Brooklyn, New York, NY", "Brooklyn", "US-NY"},
		{"Washington DC", "Washington", "US-DC"},
		{"Washington, D.C.", "Washington", "US-DC"},
		{"Washington, PA", "Washington", "US-PA"},
		{"Kansas City, Kansas", "Kansas City", "US-KS"},
		{"kansas city mo", "Kansas City", "US-MO"},
		{"Oklahoma City", "Oklahoma City", "US-OK"},
		{"Charleston West Virginia", "Charleston", "US-WV"},
		{"Charleston, W. Va.", "Charleston", "US-WV"},
		{"Charleston, SC", "Charleston", "US-SC"},
		{"Virginia Beach", "Virginia Beach", "US-VA"},
		{"Ontario, CA", "Ontario", "US-CA"},
		{"Vancouver BC", "Vancouver", "CA-BC"},
		{"Vancouver, WA", "Vancouver", "US-WA"},
		{"Victoria, B.C.", "Victoria", "CA-BC"},
		{"Paris, Texas", "Paris", "US-TX"},
		{"London, Ontario", "London", "CA-ON"},
		{"London, KY, USA", "London", "US-KY"},
		{"Charlottetown, P.E.I.", "Charlottetown", "CA-PE"},
		{"St. John's NL", "St. John's", "CA-NL"},
		{"Saint John, New Brunswick", "Saint John", "CA-NB"},
		{"100 Mile House BC", "100 Mile House", "CA-BC"},
		{"San Juan, Puerto Rico", "San Juan", "PR"},
		{"San Juan PR", "San Juan", "PR"},
		{"Canon City, Colorado", "Cañon City", "US-CO"},
		{"Hana HI", "Hāna", "US-HI"},
		{"chicago", "Chicago", "US-IL"},
		/* Names that are no rate center's: the town whose exchanges serve them. */
		{"Québec, QC", "Quebec City", "CA-QC"},
		{"Quebec", "Quebec City", "CA-QC"},
		{"Québec (Québec)", "Quebec City", "CA-QC"},
		{"NYC", "New York", "US-NY"},
		{"New York City", "New York", "US-NY"},
		{"Manhattan, NY", "New York", "US-NY"},
		{"Manhattan", "New York", "US-NY"},
		{"Queens, NY", "Jamaica", "US-NY"},
		{"The Bronx", "Bronx", "US-NY"},
		{"DC", "Washington", "US-DC"},
		{"Sudbury, ON", "Greater Sudbury", "CA-ON"},
		{"Vaughan, ON", "Maple", "CA-ON"},
		{"Hull, QC", "Gatineau", "CA-QC"},
		{"Delta, BC", "Richmond", "CA-BC"},
		{"Surprise, AZ", "Sun City", "US-AZ"},
		{"Thornton, Colorado", "Broomfield", "US-CO"},
		{"The Woodlands, TX", "Spring", "US-TX"},
		{"Hollywood, CA", "Los Angeles", "US-CA"},
		{"Miami Gardens, FL", "Opa-locka", "US-FL"},
		/* CA is Canada where California has no such town. */
		{"Toronto, CA", "Toronto", "CA-ON"},
		{"Toronto CA", "Toronto", "CA-ON"},
		{"Vancouver, CA", "Vancouver", "CA-BC"},
		{"Calgary, CAN", "Calgary", "CA-AB"},
		{"Windsor, CA", "Windsor", "US-CA"},
		/* Islands: by their own name; a bare name is a town where numbers are sold. */
		{"Nassau, Bahamas", "Nassau", "BS"},
		{"Kingston, Jamaica", "Kingston", "JM"},
		{"Montego Bay", "Montego Bay", "JM"},
		{"San Juan", "San Juan", "PR"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct place town;
		struct phone_refusal r;
		if (!place_find(rows[i].typed, "", &town, &r))
			fail_msg("%s: %s", rows[i].typed, r.message);
		if (!place_is_called(town.name, rows[i].name) ||
			!text_is(town.region, rows[i].region))
			fail_msg("%s is read as %s in %s", rows[i].typed, town.name, town.region);
	}
}

static void a_name_of_several_is_the_one_of_the_customers_own_state(void **state)
{
	(void)state;
	static const struct {
		const char *typed, *near, *region;
	} rows[] = {
		{"St. John's", "CA-NL", "CA-NL"},
		{"Georgetown", "US-TX", "US-TX"},
		{"Springfield", "US-IL", "US-IL"},
		{"Springfield", "US-MO", "US-MO"},
		{"Springfield, OR", "US-MO", "US-OR"}, /* what was said goes first */
		{"Manhattan", "US-KS", "US-KS"},
		{"Boston", "US-NY", "US-MA"}, /* the one in New York is too small to be meant */
		{"Kingston", "CA-ON", "CA-ON"},
		{"Kingston", "JM", "JM"},
		{"Nassau", "BS", "BS"},
		{"Nassau", "US-NY", "US-NY"},
		{"Hamilton", "BM", "BM"},
		{"Rochester", "US-MN", "US-MN"},
		{"Rochester", "US-CA", "US-NY"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct place town;
		struct phone_refusal r;
		if (!place_find(rows[i].typed, rows[i].near, &town, &r))
			fail_msg("%s: %s", rows[i].typed, r.message);
		if (!text_is(town.region, rows[i].region))
			fail_msg("%s from %s is in %s", rows[i].typed, rows[i].near, town.region);
	}
}

static void towns_that_are_none_or_many_are_refused(void **state)
{
	(void)state;
	static const struct {
		const char *typed;
		enum phone_reject code;
		const char *part; /* of the message */
	} rows[] = {
		{"Springfield", PHONE_CITY_AMBIGUOUS, "in Missouri, in Massachusetts"},
		{"Columbia", PHONE_CITY_AMBIGUOUS, "in South Carolina"},
		{"Springfield, USA", PHONE_CITY_AMBIGUOUS, "Springfield"},
		{"Springfield, ON", PHONE_CITY_UNKNOWN, "Springfield"},
		{"Kingston", PHONE_CITY_AMBIGUOUS, "Kingston in Ontario, in Pennsylvania"},
		{"Georgetown", PHONE_CITY_AMBIGUOUS, "Georgetown in Texas"},
		{"Nassau", PHONE_CITY_AMBIGUOUS, "Nassau in New York."},
		{"Bridgetown", PHONE_CITY_AMBIGUOUS, "Bridgetown in Ohio"},
		{"Hollywood", PHONE_CITY_AMBIGUOUS, "Hollywood in Florida, in California"},
		{"Albuquerque, CA", PHONE_CITY_UNKNOWN, "Albuquerque"},
		{"Atlantis", PHONE_CITY_UNKNOWN, "Atlantis"},
		{"Berkeley, Xyzzy", PHONE_CITY_UNKNOWN, "Berkeley, Xyzzy"},
		{"Berkeley, ON", PHONE_CITY_UNKNOWN, "Berkeley"},
		{"Saskatoon, USA", PHONE_CITY_UNKNOWN, "Saskatoon"},
		{"", PHONE_CITY_UNKNOWN, ""},
		{" , ,", PHONE_CITY_UNKNOWN, ""},
		{"CA", PHONE_CITY_AMBIGUOUS, "California is a whole state"},
		{"Florida", PHONE_CITY_AMBIGUOUS, "Florida is a whole state"}, /* NY has one */
		{"Washington", PHONE_CITY_AMBIGUOUS, "Washington is a whole state"}, /* or DC? */
		{"Texas", PHONE_CITY_AMBIGUOUS, "Texas is a whole state"},
		{"Ontario", PHONE_CITY_AMBIGUOUS, "Ontario is a whole province"},
		{"Jamaica", PHONE_CITY_AMBIGUOUS, "Jamaica is a whole country"},
		{"Puerto Rico", PHONE_CITY_AMBIGUOUS, "Puerto Rico is a whole"},
		{"94110", PHONE_CITY_UNKNOWN, "94110"},
		{"Canada", PHONE_CITY_UNKNOWN, "Canada"},
		{"\xFF\xFE", PHONE_CITY_UNKNOWN, ""},
		{"東京", PHONE_CITY_UNKNOWN, ""},
		{"Berkeley\nCA\x07", PHONE_OK, ""},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct place town;
		struct phone_refusal r = {0};
		bool is_found = place_find(rows[i].typed, "", &town, &r);
		if (is_found != (rows[i].code == PHONE_OK) || r.code != rows[i].code)
			fail_msg("%s: %d %s", rows[i].typed, (int)r.code, r.message);
		if (strstr(r.message, rows[i].part) == NULL)
			fail_msg("%s: %s", rows[i].typed, r.message);
		assert_true(is_found ||
			    (r.hint[0] != '\0' && text_is_utf8(r.message, strlen(r.message))));
	}
	char longest[4000];
	struct place town;
	struct phone_refusal r = {0};
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_false(place_find(longest, "", &town, &r));
	assert_int_equal(r.code, PHONE_CITY_UNKNOWN);
	for (size_t i = 0; i < sizeof(longest) - 1; i += 2)
		longest[i] = ' ';
	assert_false(place_find(longest, "", &town, &r));
	assert_false(place_find(NULL, "", &town, &r));
}

static void an_exchange_has_its_town_or_none(void **state)
{
	(void)state;
	struct place town;
	assert_true(place_of_number("+17075251234", &town));
	assert_string_equal(town.name, "Santa Rosa");
	assert_string_equal(town.region, "US-CA");
	assert_true(place_of_number("+15148421234", &town));
	assert_string_equal(town.region, "CA-QC");
	static const char *const none[] = {"+14155551234", "+18005251234", "+442079460958",
		"+1707525123", "+170752512345", "7075251234", "", "+1707525123x", "+12735251234"};
	for (size_t i = 0; i < COUNT_OF(none); i++)
		assert_false(place_of_number(none[i], &town));
	assert_false(place_of_number(NULL, &town));
}

static void a_town_has_its_own_code_before_one_of_several_areas(void **state)
{
	(void)state;
	static const struct {
		const char *city, *codes;
	} rows[] = {{"New York, NY", "212 646 332 917"}, {"Seattle", "206 564"},
		{"Pittsburgh", "412 878"}, {"San Francisco", "415 628"}, {"Atlanta", "404 770"},
		{"Victoria, BC", "250 778"}, {"Calgary", "403 587 825 368"}};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct place town;
		struct phone_refusal r;
		const struct area_code *codes[PLACE_CODES_MAX];
		char got[80] = "";
		assert_true(place_find(rows[i].city, "", &town, &r));
		size_t count = place_codes(&town, codes);
		for (size_t k = 0; k < count && strlen(got) < strlen(rows[i].codes); k++)
			text_format(got + strlen(got), sizeof(got) - strlen(got), "%s%s",
				k > 0 ? " " : "", codes[k]->npa);
		assert_string_equal(got, rows[i].codes);
	}
}

static void a_town_keeps_its_own_time(void **state)
{
	(void)state;
	static const struct {
		const char *city, *like; /* most of that area code */
	} rows[] = {{"Pensacola, FL", "205"}, {"Tallahassee, FL", "212"}, {"Whitehorse, YT", "604"},
		{"Yellowknife, NT", "780"}, {"Phoenix, AZ", "602"}, {"Kayenta, AZ", "303"},
		{"Lewiston, ID", "206"}, {"Boise, ID", "303"}, {"Fort Pierre, SD", "303"},
		{"Pierre, SD", "312"}, {"Chicago", "312"}};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct place town;
		struct phone_refusal r;
		assert_true(place_find(rows[i].city, "", &town, &r));
		if (place_time_rules(&town) != area_code_find(rows[i].like)->time_rules)
			fail_msg("%s does not keep the time of %s", rows[i].city, rows[i].like);
	}
}

struct way {
	double km;
	unsigned exchanges;
};

static int compare_ways(const void *a, const void *b)
{
	const struct way *x = a, *y = b;
	return (x->km > y->km) - (x->km < y->km);
}

/* The slow and plain way: every town by its distance, until there are exchanges enough;
 * -1 where a town has more of them than the table can say. */
static double way_by_hand(struct place_point from, const struct area_code *area)
{
	const struct places_code *code = &places_codes[area_code_row(area)];
	struct way ways[2000];
	unsigned all = 0, some = 0;
	assert_true(code->list_count > 0 && code->list_count < COUNT_OF(ways));
	for (size_t i = 0; i < code->list_count; i++) {
		const struct places_weight *w = &places_lists[code->list_first + i];
		if (w->exchanges == 1023)
			return -1;
		ways[i] = (struct way){place_km(from, place_at(w->town).at), w->exchanges};
		all += w->exchanges;
	}
	qsort(ways, code->list_count, sizeof(ways[0]), compare_ways);
	for (size_t i = 0; i < code->list_count; i++) {
		some += ways[i].exchanges;
		if (some >= 2 && some * 100 >= all)
			return ways[i].km;
	}
	return ways[code->list_count - 1].km;
}

static void a_code_begins_where_its_first_exchanges_are(void **state)
{
	(void)state;
	size_t count = 0;
	for (size_t id = 0; id < place_count(); id += 97) {
		struct place from = place_at(id);
		for (size_t i = 0; i < area_code_count(); i += 7) {
			const struct area_code *area = area_code_at(i);
			if (area->kind != KIND_GEOGRAPHIC)
				continue;
			double km = way_by_hand(from.at, area);
			unsigned tenths = place_way_to(from.at, area);
			assert_true(km < 0 || abs((int)tenths - (int)(km * 10 + 0.5)) <= 1);
			count += km >= 0;
		}
	}
	assert_true(count > 5000);
}

/* A single exchange across the river is not yet the area code, nor is it 119 km away. */
static void a_twin_town_is_near(void **state)
{
	(void)state;
	static const struct {
		const char *city, *npa;
		unsigned least_km, most_km;
	} rows[] = {{"Grand Forks, ND", "218", 1, 60}, {"Cincinnati", "859", 1, 20},
		{"San Francisco", "415", 0, 0}, {"San Francisco", "650", 5, 15}};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct place town;
		struct phone_refusal r;
		assert_true(place_find(rows[i].city, "", &town, &r));
		unsigned km = place_way_to(town.at, area_code_find(rows[i].npa)) / 10;
		if (km < rows[i].least_km || km > rows[i].most_km)
			fail_msg("%s to %s: %u km", rows[i].city, rows[i].npa, km);
	}
}

static void names_are_the_same_however_they_are_written(void **state)
{
	(void)state;
	assert_true(place_is_called("St. Louis", "SAINT LOUIS"));
	assert_true(place_is_called("Montréal", "montreal"));
	assert_true(place_is_called("Winston-Salem", "WINSTON SALEM"));
	assert_true(place_is_called("Coeur d'Alene", "Coeur dAlene"));
	assert_true(place_is_called("La Salle", "LaSalle"));
	assert_false(place_is_called("Portland", "South Portland"));
	assert_false(place_is_called("", ""));
	assert_false(place_is_called("Portland", ""));
	assert_false(place_is_called("Portland", NULL));
}

static void postal_codes_are_read(void **state)
{
	(void)state;
	static const struct {
		const char *typed, *code, *region, *town, *npa;
	} rows[] = {
		{"94110", "94110", "US-CA", "San Francisco", "415"},
		{"94110-1234", "94110", "US-CA", "San Francisco", "415"},
		{" 94110 1234 ", "94110", "US-CA", "San Francisco", "415"},
		{"941101234", "94110", "US-CA", "San Francisco", "415"},
		{"M5V 2T6", "M5V 2T6", "CA-ON", "Toronto", "416"},
		{"m5v2t6", "M5V 2T6", "CA-ON", "Toronto", "416"},
		{"M5V-2T6", "M5V 2T6", "CA-ON", "Toronto", "416"},
		{"m5v", "M5V", "CA-ON", "Toronto", "416"},
		{"M5V 2TO", "M5V 2T0", "CA-ON", "Toronto", "416"}, /* an O for a zero */
		{"KOA 1AO", "K0A 1A0", "CA-ON", NULL, "613"},
		{"K0K 2T0", "K0K 2T0", "CA-ON", "", "613"}, /* Prince Edward County */
		{"H9X 3L9", "H9X 3L9", "CA-QC", "", "514"}, /* the island's end */
		{"10001", "10001", "US-NY", "New York", "212"},
		{"60601", "60601", "US-IL", "Chicago", "312"},
		{"30303", "30303", "US-GA", "Atlanta", "404"},
		{"95404", "95404", "US-CA", "", "707"},
		{"00901", "00901", "PR", "", "787"},
		{"99801", "99801", "US-AK", NULL, "907"},
		{"X0A 0H0", "X0A 0H0", "CA-NU", "", "867"},
		{"H2X 1Y4", "H2X 1Y4", "CA-QC", NULL, "514"},
		{"96813", "96813", "US-HI", NULL, "808"},
		{"96799", "96799", "AS", "", "684"}, /* in the middle of Hawaii's 967 */
		{"96910", "96910", "GU", "", "671"},
		{"96950", "96950", "MP", "Saipan", "670"},
		{"96951-0001", "96951", "MP", "Rota", "670"},
		{"96952", "96952", "MP", "San Jose", "670"},
		{"06390", "06390", "US-NY", "", "631"}, /* Fishers Island */
		{"06380", "06380", "US-CT", NULL, "860"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct postal p;
		struct phone_refusal r;
		if (!postal_find(rows[i].typed, &p, &r))
			fail_msg("%s: %s", rows[i].typed, r.message);
		assert_string_equal(p.code, rows[i].code);
		assert_string_equal(p.region, rows[i].region);
		assert_string_equal(p.codes[0]->npa, rows[i].npa);
		if (rows[i].town != NULL)
			assert_string_equal(p.has_town ? p.town.name : "", rows[i].town);
	}
}

/* Each is of a start that holds several area codes. */
static void a_zip_code_has_the_area_code_of_its_own_town(void **state)
{
	(void)state;
	static const char *const rows[][2] = {{"33040", "305"}, {"33010", "305"}, {"78040", "956"},
		{"84604", "801"}, {"44113", "216"}, {"44124", "216"}, {"60601", "312"},
		{"60640", "773"}, {"07030", "201"}, {"98201", "425"}, {"98002", "253"},
		{"97330", "541"}, {"85301", "602"}, {"94501", "510"}, {"94558", "707"},
		{"95616", "530"}, {"91360", "805"}, {"92037", "858"}, {"92392", "760"},
		{"65201", "573"}, {"66044", "785"}, {"80501", "303"}, {"22401", "540"},
		{"37040", "931"}, {"30030", "404"}, {"32960", "772"}, {"34741", "407"},
		{"48060", "810"}, {"97031", "541"}, {"98620", "509"}, {"01801", "781"},
		{"19001", "215"}, {"02420", "781"}, {"28540", "910"}, {"11201", "718"},
		{"10451", "718"}, {"90064", "310"}, {"90401", "310"}, {"91401", "818"},
		{"77494", "281"}, {"20001", "202"}, {"20910", "301"}, {"22201", "703"},
		{"83201", "208"}, {"06830", "203"}};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct postal p;
		struct phone_refusal r;
		assert_true(postal_find(rows[i][0], &p, &r));
		if (!text_is(p.codes[0]->npa, rows[i][1]))
			fail_msg("%s has %s, not %s", rows[i][0], p.codes[0]->npa, rows[i][1]);
	}
}

/* Every code once, the town's own before those around. */
static void the_codes_of_a_zip_code_are_in_order(void **state)
{
	(void)state;
	struct postal p;
	struct phone_refusal r;
	assert_true(postal_find("44113", &p, &r));
	assert_string_equal(p.codes[0]->npa, "216");
	assert_string_equal(p.codes[1]->npa, "440");
	for (size_t i = 0; i < p.count; i++)
		for (size_t j = 0; j < i; j++)
			assert_ptr_not_equal(p.codes[i], p.codes[j]);
	/* Of one that nobody has, those of the one before it. */
	struct postal other;
	assert_true(postal_find("44100", &other, &r));
	assert_true(other.count > 0);
}

static void other_postal_codes_are_refused(void **state)
{
	(void)state;
	static const char *const no[] = {"", "9411", "941101", "94110-12", "M5V 2T", "M5V 2T6X",
		"5MV 2T6", "H0H 0H0", "00000", "SW1A 1AA", "94110'", "94110 OR 1", "\xFF", "٩٤١١٠"};
	struct postal p;
	struct phone_refusal r;
	for (size_t i = 0; i < COUNT_OF(no); i++) {
		r.code = PHONE_OK;
		if (postal_find(no[i], &p, &r))
			fail_msg("%s is taken for %s", no[i], p.code);
		assert_int_equal(r.code, PHONE_POSTAL_CODE_INVALID);
		assert_true(r.message[0] != '\0' && r.hint[0] != '\0');
	}
	assert_false(postal_find(NULL, &p, &r));
	assert_false(postal_find("09001", &p, &r));
	assert_non_null(strstr(r.message, "military"));
}

static void zip_codes_outside_the_plan_are_refused_by_name(void **state)
{
	(void)state;
	static const char *const rows[][2] = {{"96940", "Palau"}, {"96939-0001", "Palau"},
		{"96941", "Micronesia"}, {"96944", "Micronesia"}, {"96960", "the Marshall Islands"},
		{"96970", "the Marshall Islands"}};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct postal p;
		struct phone_refusal r;
		assert_false(postal_find(rows[i][0], &p, &r));
		assert_non_null(strstr(r.message, rows[i][1]));
		assert_int_equal(r.code, PHONE_POSTAL_CODE_INVALID);
	}
}

static void every_start_of_a_postal_code_has_codes_of_its_country(void **state)
{
	(void)state;
	size_t zips = 0, areas = 0;
	for (unsigned i = 0; i < 1000 + 26 * 260; i++) {
		char code[8];
		struct postal p;
		struct phone_refusal r;
		if (i < 1000)
			text_format(code, sizeof(code), "%03u01", i);
		else
			text_format(code, sizeof(code), "%c%u%c", 'A' + (i - 1000) / 260,
				(i - 1000) / 26 % 10, 'A' + (i - 1000) % 26);
		if (!postal_find(code, &p, &r))
			continue;
		zips += i < 1000;
		areas += i >= 1000;
		assert_true(p.count > 0);
		for (size_t k = 0; k < p.count; k++)
			assert_string_equal(p.codes[k]->country, p.country);
		/* Within a flight (Nunavik) of its best code, if it is not an island's. */
		assert_true(place_way_to(p.at, p.codes[0]) < 13000);
	}
	assert_int_equal(zips, 916);
	assert_int_equal(areas, 1630);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(every_town_is_found_by_its_own_name),
		CHECK(every_other_name_is_found_in_its_state),
		CHECK(every_town_is_served_from_its_own_country),
		CHECK(typed_towns_are_read),
		CHECK(a_name_of_several_is_the_one_of_the_customers_own_state),
		CHECK(towns_that_are_none_or_many_are_refused),
		CHECK(an_exchange_has_its_town_or_none),
		CHECK(a_town_has_its_own_code_before_one_of_several_areas),
		CHECK(a_town_keeps_its_own_time),
		CHECK(a_code_begins_where_its_first_exchanges_are),
		CHECK(a_twin_town_is_near),
		CHECK(names_are_the_same_however_they_are_written),
		CHECK(postal_codes_are_read),
		CHECK(a_zip_code_has_the_area_code_of_its_own_town),
		CHECK(the_codes_of_a_zip_code_are_in_order),
		CHECK(other_postal_codes_are_refused),
		CHECK(zip_codes_outside_the_plan_are_refused_by_name),
		CHECK(every_start_of_a_postal_code_has_codes_of_its_country),
	};
	return CHECK_MAIN(tests);
}
