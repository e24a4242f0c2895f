/* map_test.c - what the little map draws, and what it says to who does not see it. */
#include <stdlib.h>
#include <string.h>

#include "tests/check.h"

#include "base/text.h"
#include "engine/origin.h"
#include "web/offers.h"

static struct offers_found found;

static void begin(void)
{
	found = (struct offers_found){.is_known = true};
}

static void offer(const char *npa, enum ladder_rung rung, int km_tenths)
{
	struct engine_offer *o = &found.offers[found.count++];
	text_format(o->offer.candidate.number, NUMBER_BYTES, "+1%s5550199", npa);
	TEXT_COPY(o->place.npa, npa);
	o->place.rung = rung;
	o->place.km_tenths = (uint16_t)km_tenths;
}

static void draw(const char *area_code, struct str *svg)
{
	struct ladder origin;
	struct engine_search search = {0};
	TEXT_COPY(search.area_code, area_code);
	assert_true(origin_find(&search, &origin, NULL));
	str_init(svg, 100000);
	map_write(svg, &origin, &found);
	assert_true(str_ok(svg));
}

static void direction_and_distance_are_told_in_words(void **state)
{
	(void)state;
	struct str svg;
	begin();
	offer("415", LADDER_SAME_AREA_CODE, 0);
	offer("628", LADDER_OVERLAY, 0);
	offer("650", LADDER_NEARBY, 127);
	offer("707", LADDER_NEARBY, 300);
	draw("415", &svg);
	assert_non_null(strstr(svg.text, "Seen from San Francisco. 415 is right there. 628 is "
					 "right there. 650 is 12.7 km to the south"));
	assert_non_null(strstr(svg.text, " 707 is 30 km to the north"));
	assert_non_null(strstr(svg.text, ">415, 628</text>")); /* one spot, one name */
	assert_non_null(strstr(svg.text, ">50 km</text>"));
	assert_null(strstr(svg.text, ">100 km</text>"));
	assert_null(strstr(svg.text, "style="));
	str_done(&svg);
}

/* The y of the spot that stands for 650. */
static double spot_y(const char *svg)
{
	const char *at = strstr(svg, "class=\"spot\"");
	assert_non_null(at);
	at = strstr(at, "cy=\"");
	return strtod(at + 4, NULL);
}

static void north_is_up_and_further_is_further(void **state)
{
	(void)state;
	struct str near, far;
	begin();
	offer("650", LADDER_NEARBY, 80);
	offer("209", LADDER_NEARBY, 900); /* so that both have the same rings */
	draw("415", &near);
	begin();
	offer("650", LADDER_NEARBY, 400);
	offer("209", LADDER_NEARBY, 900);
	draw("415", &far);
	assert_true(spot_y(far.text) > spot_y(near.text));
	assert_true(spot_y(near.text) > 236 / 2.0);
	str_done(&near);
	str_done(&far);
}

/* The base line of a ring's word. */
static double word_y(const char *svg, const char *word)
{
	const char *at = strstr(svg, word), *y = NULL;
	assert_non_null(at);
	for (const char *p = svg; (p = strstr(p, "y=\"")) != NULL && p < at; p++)
		y = p;
	assert_non_null(y);
	return strtod(y + 3, NULL);
}

static void the_word_of_a_ring_makes_way_for_a_spot(void **state)
{
	(void)state;
	struct str svg;
	begin();
	offer("425", LADDER_NEARBY, 450); /* to the east: in nobody's way */
	draw("206", &svg);
	assert_true(word_y(svg.text, ">50 km<") > 236 / 2.0);
	str_done(&svg);
	offer("253", LADDER_NEARBY, 500); /* to the south, on the ring */
	draw("206", &svg);
	double y = word_y(svg.text, ">50 km<");
	assert_true(y > 0 && y < 236 / 2.0);
	str_done(&svg);
}

static void what_is_far_is_left_out_where_something_is_near(void **state)
{
	(void)state;
	struct str svg;
	begin();
	offer("650", LADDER_NEARBY, 127);
	offer("212", LADDER_SAME_COUNTRY, 41000);
	draw("415", &svg);
	assert_null(strstr(svg.text, "212"));
	str_done(&svg);
	begin();
	offer("212", LADDER_SAME_COUNTRY, 41000);
	draw("415", &svg);
	assert_non_null(strstr(svg.text, "212 is 4100 km to the "));
	assert_non_null(strstr(svg.text, ">5000 km</text>"));
	str_done(&svg);
}

static void without_numbers_there_is_no_map(void **state)
{
	(void)state;
	struct str svg;
	begin();
	draw("415", &svg);
	assert_int_equal(svg.bytes, 0);
	offer("800", LADDER_SAME_COUNTRY, 0);
	draw("415", &svg);
	assert_int_equal(svg.bytes, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(direction_and_distance_are_told_in_words),
		CHECK(north_is_up_and_further_is_further),
		CHECK(the_word_of_a_ring_makes_way_for_a_spot),
		CHECK(what_is_far_is_left_out_where_something_is_near),
		CHECK(without_numbers_there_is_no_map),
	};
	return CHECK_MAIN(tests);
}
