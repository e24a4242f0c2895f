/* chooser_test.c - what is said of numbers for sale, and how they stand there. */
#include <stdlib.h>
#include <string.h>

#include "tests/check.h"

#include "base/text.h"
#include "web/offers.h"

static struct offers_found found;
static struct engine_search search;
static struct str shown;

static int begin(void **state)
{
	(void)state;
	found = (struct offers_found){.is_known = true};
	search = (struct engine_search){.area_code = "415"};
	str_init(&shown, 100000);
	return 0;
}

static int end(void **state)
{
	(void)state;
	str_done(&shown);
	return 0;
}

static struct engine_offer *offer(const char *npa, enum ladder_rung rung, int km_tenths)
{
	struct engine_offer *o = &found.offers[found.count++];
	text_format(o->offer.candidate.number, NUMBER_BYTES, "+1%s55501%02d", npa, found.count);
	TEXT_COPY(o->offer.candidate.currency, "USD");
	o->offer.candidate.upfront_cents = o->offer.candidate.monthly_cents = 100;
	TEXT_COPY(o->place.npa, npa);
	TEXT_COPY(o->place.requested, "415");
	TEXT_COPY(o->place.country, "US");
	o->place.rung = rung;
	o->place.km_tenths = (uint16_t)km_tenths;
	return o;
}

static const char *say(void)
{
	const struct chooser c = {&found, &search, "", "the nearest"};
	shown.bytes = 0;
	chooser_say(&shown, &c);
	assert_true(str_ok(&shown));
	return shown.bytes > 0 ? shown.text : "";
}

static const char *write_chosen(const char *chosen)
{
	const struct chooser c = {&found, &search, chosen, "the nearest"};
	shown.bytes = 0;
	chooser_write(&shown, &c);
	assert_true(str_ok(&shown));
	return shown.bytes > 0 ? shown.text : "";
}

static void assert_says(const char *part)
{
	const char *text = say();
	if (strstr(text, part) == NULL)
		fail_msg("\"%s\" is not in: %s", part, text);
}

static void how_far_the_nearest_is_stands_in_one_sentence(void **state)
{
	(void)state;
	static const struct {
		const char *npa;
		enum ladder_rung rung;
		int km_tenths;
		const char *said;
	} rows[] = {
		{"415", LADDER_SAME_TOWN, 0, "Numbers are for sale in San Francisco right now."},
		{"415", LADDER_SAME_AREA_CODE, 0, "are for sale in San Francisco right now."},
		{"628", LADDER_OVERLAY, 0,
			"We cannot get any 415 number right now. 628 serves the same"},
		{"650", LADDER_NEARBY, 127, "The nearest are from 650, 12.7 km away."},
		{"559", LADDER_SAME_STATE, 2306,
			"We cannot get any 415 number right now. What there is: "},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		found.count = 0;
		offer(rows[i].npa, rows[i].rung, rows[i].km_tenths);
		assert_says(rows[i].said);
	}
	search.is_toll_free = true;
	assert_says("Toll-free numbers are for sale right now. Choose one of them.");
}

static void where_there_is_none_that_is_said_and_why(void **state)
{
	(void)state;
	assert_says("We cannot get any number in or near San Francisco right now.");
	TEXT_COPY(search.contains, "<2020>");
	assert_says("We cannot get any number with &lt;2020&gt; there right now.");
	assert_string_equal(write_chosen(""), "");
	search.contains[0] = '\0';
	search.is_toll_free = true; /* from no place */
	assert_says("We cannot get any toll-free number right now.");
}

static void what_was_not_searched_is_not_said_to_be_there(void **state)
{
	(void)state;
	found.is_known = false;
	assert_says("We will look for a number in area code 415 (San Francisco).");
	assert_string_equal(write_chosen(""), "");
	search.area_code[0] = '\0';
	assert_string_equal(say(), "");
	TEXT_COPY(search.postal_code, "94704"); /* a town's name goes before its code's */
	assert_says("We will look for a number in area code 510 (Berkeley).");
	TEXT_COPY(search.postal_code, "96150"); /* 200 km from the city of 530, Redding */
	assert_says("We will look for a number in area code 530 (96150).");
	TEXT_COPY(found.error.field, "postal_code");
	TEXT_COPY(found.error.reason, "invalid_field");
	assert_says("<p class=\"wrong\">");
}

/* Held, it is for sale to nobody else, and may be the last. */
static void what_was_chosen_stays_the_choice_whatever_is_known_of_others(void **state)
{
	(void)state;
	static const char checked[] = "value=\"+14155550101\" checked";
	found.is_known = false;
	assert_non_null(strstr(write_chosen("+14155550101"), checked));
	found.is_known = true;
	found.count = 0;
	assert_non_null(strstr(write_chosen("+14155550101"), checked));
	assert_non_null(strstr(shown.text, "your choice"));
	assert_null(strstr(shown.text, "Each costs"));
	assert_string_equal(write_chosen("no number"), "");
	offer("628", LADDER_OVERLAY, 0);
	assert_non_null(strstr(write_chosen("+14155550101"), checked));
	assert_null(strstr(write_chosen("no number"), "no number"));
}

static void of_toll_free_numbers_none_is_nearest_so_none_is_chosen_for_anybody(void **state)
{
	(void)state;
	offer("800", LADDER_SAME_COUNTRY, 0);
	assert_non_null(strstr(write_chosen(""), "Choose for me"));
	search.is_toll_free = true;
	assert_null(strstr(write_chosen(""), "Choose for me"));
	assert_null(strstr(shown.text, " checked"));
	assert_non_null(strstr(shown.text, "value=\"+18005550101\""));
}

static void a_town_is_spelt_as_people_spell_it(void **state)
{
	(void)state;
	static const struct {
		const char *locality, *region, *shown;
	} rows[] = {
		{"SAN FRANCISCO", "CA", "<small>San Francisco, CA</small>"},
		{"STE-ANNE DES MONTS", "QC", "<small>Sainte-Anne-des-Monts, QC</small>"},
		{"ST. LOUIS", "", "<small>St. Louis</small>"},
		{"", "CA", "<small>CA</small>"},
		{"oakland", "CA", "<small>Oakland, CA</small>"},
		{"O FALLON", "IL", "<small>O&#39;Fallon, IL</small>"},
		{"MCALLEN", "TX", "<small>McAllen, TX</small>"},
		{"MONTREAL", "QC", "<small>Montreal, QC</small>"},
		{"COEUR D ALENE", "ID", "<small>Coeur d&#39;Alene, ID</small>"},
		{"Rate Center of McNowhere", "CA", "<small>Rate Center of McNowhere, CA</small>"},
		{"NOWHERE-ON-SEA", "", "<small>Nowhere-On-Sea</small>"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		found.count = 0;
		struct engine_offer *o = offer("415", LADDER_SAME_AREA_CODE, 0);
		TEXT_COPY(o->offer.locality, rows[i].locality);
		TEXT_COPY(o->offer.region, rows[i].region);
		if (strstr(write_chosen(""), rows[i].shown) == NULL)
			fail_msg("%s: %s", rows[i].shown, shown.text);
	}
}

static void one_price_is_said_once_and_several_at_each_number(void **state)
{
	(void)state;
	static const char once[] = "Each costs 1.00 USD at once, 1.00 USD a month.";
	offer("415", LADDER_SAME_AREA_CODE, 0);
	struct engine_offer *other = offer("628", LADDER_OVERLAY, 0);
	assert_non_null(strstr(write_chosen(""), once));
	other->offer.candidate.monthly_cents = 150;
	assert_null(strstr(write_chosen(""), "Each costs"));
	assert_non_null(strstr(shown.text, "<small>1.00 USD at once, 1.50 USD a month</small>"));
	assert_non_null(strstr(shown.text, "<small>1.00 USD at once, 1.00 USD a month</small>"));
	other->offer.candidate.monthly_cents = 100;
	other->offer.candidate.upfront_cents = 0;
	assert_null(strstr(write_chosen(""), "Each costs"));
	other->offer.candidate.upfront_cents = 100;
	TEXT_COPY(other->offer.candidate.currency, "CAD");
	assert_null(strstr(write_chosen(""), "Each costs"));
	assert_non_null(strstr(shown.text, "1.00 CAD a month"));
}

static void each_rung_and_each_code_of_it_has_its_own_heading(void **state)
{
	(void)state;
	offer("415", LADDER_SAME_TOWN, 0);
	offer("415", LADDER_SAME_AREA_CODE, 0);
	offer("650", LADDER_NEARBY, 127);
	offer("650", LADDER_NEARBY, 127);
	offer("510", LADDER_NEARBY, 144);
	const char *html = write_chosen("+14155550102");
	assert_non_null(strstr(html, "id=\"rung_3\""));
	assert_null(strstr(html, "id=\"rung_4\""));
	assert_non_null(strstr(html, "value=\"+14155550102\" checked>"));
	assert_null(strstr(html, "your choice")); /* it is on the list */
}

#define CHOOSER(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHOOSER(how_far_the_nearest_is_stands_in_one_sentence),
		CHOOSER(where_there_is_none_that_is_said_and_why),
		CHOOSER(what_was_not_searched_is_not_said_to_be_there),
		CHOOSER(what_was_chosen_stays_the_choice_whatever_is_known_of_others),
		CHOOSER(of_toll_free_numbers_none_is_nearest_so_none_is_chosen_for_anybody),
		CHOOSER(a_town_is_spelt_as_people_spell_it),
		CHOOSER(one_price_is_said_once_and_several_at_each_number),
		CHOOSER(each_rung_and_each_code_of_it_has_its_own_heading),
	};
	return CHECK_MAIN(tests);
}
