#include "sim/inventory.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sim/area.h"
#include "tests/check.h"

static struct world *world_with(const char *settings)
{
	struct world *w = world_new(42);
	struct err e;
	JSON_AUTO j = json_parse(settings, strlen(settings), NULL, 0);
	assert_non_null(j);
	assert_int_equal(settings_read(&w->set, j, &e), ERR_OK);
	return w;
}

static int npa_of(uint64_t digits)
{
	return (int)(digits / 10000000 % 1000);
}

static void the_same_seed_sells_the_same_numbers(void **state)
{
	(void)state;
	struct offer first[INVENTORY_ROWS_MAX], second[INVENTORY_ROWS_MAX];
	struct wish wish = {.npa = 415, .limit = 20};
	for (int other = 0; other < 2; other++) {
		struct world *a = world_new(42), *b = world_new(other ? 43 : 42);
		assert_int_equal(inventory_find(a, &wish, first), 20);
		assert_int_equal(inventory_find(b, &wish, second), 20);
		bool is_same = true;
		for (size_t i = 0; i < 20; i++)
			is_same &= first[i].digits == second[i].digits;
		assert_int_equal(is_same, !other);
		world_free(a);
		world_free(b);
	}
}

static void every_number_found_is_a_real_number_in_stock(void **state)
{
	(void)state;
	struct world *w = world_new(1);
	struct offer rows[INVENTORY_ROWS_MAX];
	struct wish wish = {.limit = INVENTORY_ROWS_MAX};
	assert_int_equal(inventory_find(w, &wish, rows), INVENTORY_ROWS_MAX);
	for (size_t i = 0; i < INVENTORY_ROWS_MAX; i++) {
		int nxx = (int)(rows[i].digits / 10000 % 1000);
		assert_true(inventory_has(w, rows[i].digits));
		assert_true(nxx >= 200 && nxx % 100 != 11 && nxx != 555);
		assert_false(area_of(npa_of(rows[i].digits))->is_toll_free);
	}
	world_free(w);
}

static void a_small_stock_is_sold_out_number_by_number(void **state)
{
	(void)state;
	struct world *w = world_with("{\"stock\":{\"415\":3},\"sold_out\":[\"212\"]}");
	struct offer rows[INVENTORY_ROWS_MAX];
	struct wish wish = {.npa = 415, .limit = 10};
	for (size_t left = 3; left > 0; left--) {
		assert_int_equal(inventory_find(w, &wish, rows), left);
		assert_int_equal(inventory_left(w, 415), left);
		world_number_new(w, rows[0].digits, "mine");
		assert_false(inventory_is_free(w, rows[0].digits));
	}
	assert_int_equal(inventory_find(w, &wish, rows), 0);
	wish.npa = 212;
	assert_int_equal(inventory_find(w, &wish, rows), 0);
	assert_false(inventory_has(w, 12122345678));
	world_free(w);
}

static void a_released_number_is_held_and_then_for_sale_again(void **state)
{
	(void)state;
	struct world *w = world_with("{\"stock\":{\"415\":1},\"hold_ms\":1000}");
	struct offer rows[INVENTORY_ROWS_MAX];
	struct wish wish = {.npa = 415, .limit = 1},
		    held = {.npa = 415, .limit = 1, .only_held = true};
	assert_int_equal(inventory_find(w, &wish, rows), 1);
	struct number *n = world_number_new(w, rows[0].digits, NULL);
	n->status = NUMBER_DELETED;
	n->deleted_ms = w->now_ms;
	assert_int_equal(inventory_find(w, &wish, rows), 0);
	assert_int_equal(inventory_find(w, &held, rows), 1);
	world_tick(w, 1001);
	assert_int_equal(inventory_find(w, &wish, rows), 1);
	world_free(w);
}

static void filters_are_kept_by_every_row(void **state)
{
	(void)state;
	struct world *w = world_new(5);
	struct offer rows[INVENTORY_ROWS_MAX];
	const struct {
		struct wish wish;
		const char *country, *state;
		unsigned features;
	} cases[] = {
		{{.country = "CA", .limit = 30}, "CA", NULL, 0},
		{{.state = "NY", .limit = 30}, "US", "NY", 0},
		{{.npa = 212, .features = FEATURE_SMS | FEATURE_HD_VOICE, .limit = 30}, "US", "NY",
			FEATURE_SMS | FEATURE_HD_VOICE},
		{{.locality = "chicago", .state = "IL", .limit = 30}, "US", "IL", 0},
		{{.type = "toll_free", .limit = 30}, "US", NULL, 0},
	};
	for (size_t c = 0; c < COUNT_OF(cases); c++) {
		assert_int_equal(inventory_find(w, &cases[c].wish, rows), 30);
		for (size_t i = 0; i < 30; i++) {
			const struct area *area = area_of(npa_of(rows[i].digits));
			assert_string_equal(inventory_country(rows[i].digits), cases[c].country);
			if (cases[c].state != NULL)
				assert_string_equal(area->state, cases[c].state);
			assert_int_equal(inventory_features(w, rows[i].digits) & cases[c].features,
				cases[c].features);
			assert_int_equal(
				area->is_toll_free, text_is(cases[c].wish.type, "toll_free"));
		}
	}
	world_free(w);
}

static void a_town_has_the_numbers_of_its_exchanges(void **state)
{
	(void)state;
	struct world *w = world_new(5);
	struct offer rows[INVENTORY_ROWS_MAX];
	struct wish wish = {.npa = 707, .locality = "Santa Rosa", .limit = 10};
	size_t count = inventory_find(w, &wish, rows);
	assert_int_equal(count, 10);
	for (size_t i = 0; i < count; i++) {
		assert_string_equal(inventory_town(rows[i].digits), "Santa Rosa");
		assert_int_equal(npa_of(rows[i].digits), 707);
	}
	wish.locality = "Eureka";
	wish.npa = 0;
	wish.state = "CA";
	assert_true(inventory_find(w, &wish, rows) > 0);
	assert_string_equal(inventory_town(rows[0].digits), "Eureka");
	assert_int_equal(npa_of(rows[0].digits), 707);
	world_free(w);
}

static void a_town_can_be_sold_out_and_an_area_code_but_for_one_town(void **state)
{
	(void)state;
	struct world *w = world_with("{\"stock\":{\"707 Santa Rosa\":1,\"415 san rafael\":2},"
				     "\"sold_out\":[\"415\",\"707 Eureka\",\"707 Nowhere\"]}");
	struct offer rows[INVENTORY_ROWS_MAX];
	struct wish wish = {.npa = 707, .locality = "Santa Rosa", .limit = 10};
	assert_int_equal(inventory_find(w, &wish, rows), 1);
	assert_string_equal(inventory_town(rows[0].digits), "Santa Rosa");
	size_t closed = 0;
	for (size_t i = 0; i < w->set.town_count; i++)
		closed += w->set.towns[i].npa == 707 ? town_total(&w->set.towns[i]) : 0;
	assert_int_equal(inventory_left(w, 707), inventory_count(w, 707) - closed + 1);
	uint64_t sold = rows[0].digits;
	world_number_new(w, sold, "mine");
	assert_int_equal(inventory_find(w, &wish, rows), 0);
	wish.locality = "Eureka";
	assert_int_equal(inventory_find(w, &wish, rows), 0);
	wish.locality = NULL;
	wish.limit = 100;
	assert_int_equal(inventory_find(w, &wish, rows), 100);
	for (size_t i = 0; i < 100; i++) {
		assert_string_not_equal(inventory_town(rows[i].digits), "Santa Rosa");
		assert_string_not_equal(inventory_town(rows[i].digits), "Eureka");
	}
	wish.npa = 415;
	assert_int_equal(inventory_left(w, 415), 2);
	assert_int_equal(inventory_find(w, &wish, rows), 2);
	assert_string_equal(inventory_town(rows[0].digits), "San Rafael");
	world_number_new(w, rows[0].digits, "mine");
	assert_int_equal(inventory_left(w, 415), 1);
	assert_int_equal(inventory_find(w, &wish, rows), 1);
	world_free(w);
}

static void a_state_can_be_sold_out_but_for_one_area_code(void **state)
{
	(void)state;
	struct world *w =
		world_with("{\"stock\":{\"650\":3,\"US-CA\":0},\"sold_out\":[\"US-NV\"]}");
	struct offer rows[INVENTORY_ROWS_MAX];
	struct wish wish = {.country = "US", .state = "CA", .limit = 10};
	assert_int_equal(inventory_find(w, &wish, rows), 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(npa_of(rows[i].digits), 650);
	wish.state = "NV";
	assert_int_equal(inventory_find(w, &wish, rows), 0);
	wish.state = "OR";
	assert_int_equal(inventory_find(w, &wish, rows), 10);
	world_free(w);
}

static void every_number_of_a_town_is_found_back(void **state)
{
	(void)state;
	struct town town;
	assert_true(town_read(&town, "415 San Rafael"));
	assert_true(town.exchange_count > 3);
	for (uint64_t i = 0; i < town_total(&town); i++) {
		uint64_t back = UINT64_MAX, digits = town_number(&town, i);
		assert_true(town_find(&town, digits, &back));
		assert_int_equal(back, i);
		if (i % 997 == 0)
			assert_string_equal(inventory_town(digits), "San Rafael");
	}
	assert_false(town_find(&town, 12125550123, &(uint64_t){0}));
	static const char *const none[] = {"", "415", "415 ", "415 Nowhere", "xyz San Rafael"};
	for (size_t i = 0; i < COUNT_OF(none); i++)
		assert_false(town_read(&town, none[i]));
}

static bool finds_only(struct world *w, const struct wish *wish, const char *town)
{
	struct offer rows[INVENTORY_ROWS_MAX];
	size_t count = inventory_find(w, wish, rows), there = 0;
	assert_int_equal(count, wish->limit);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(npa_of(rows[i].digits), wish->npa);
		there += text_is(inventory_town(rows[i].digits), town);
	}
	return there == count;
}

/* From Santa Rosa. */
static bool is_far(uint64_t digits)
{
	const char *town = inventory_town(digits);
	return text_is(town, "Eureka") || text_is(town, "Vallejo") || text_is(town, "Fairfield");
}

static void a_search_for_a_town_may_be_near_it_or_anywhere(void **state)
{
	(void)state;
	struct world *exact = world_new(5), *near = world_with("{\"locality\":\"near\"}"),
		     *anywhere = world_with("{\"locality\":\"ignored\"}");
	const struct wish wish = {.npa = 707, .locality = "Santa Rosa", .limit = 100};
	assert_true(finds_only(exact, &wish, "Santa Rosa"));
	assert_false(finds_only(near, &wish, "Santa Rosa"));
	assert_false(finds_only(anywhere, &wish, "Santa Rosa"));
	struct offer rows[INVENTORY_ROWS_MAX];
	size_t far = 0;
	for (size_t k = inventory_find(near, &wish, rows); k > 0; k--)
		assert_false(is_far(rows[k - 1].digits));
	for (size_t k = inventory_find(anywhere, &wish, rows); k > 0; k--)
		far += is_far(rows[k - 1].digits);
	assert_true(far > 0);
	world_free(exact);
	world_free(near);
	world_free(anywhere);
}

static void patterns_are_found_however_long(void **state)
{
	(void)state;
	struct world *w = world_new(9);
	struct offer rows[INVENTORY_ROWS_MAX];
	const struct wish cases[] = {
		{.npa = 415, .contains = "22", .limit = 5},
		{.npa = 415, .contains = "2345678", .limit = 1},
		{.npa = 415, .starts = "234", .ends = "99", .limit = 5},
		{.npa = 415, .ends = "0000", .limit = 5},
		{.contains = "4152345", .limit = 1},
	};
	for (size_t c = 0; c < COUNT_OF(cases); c++) {
		const struct wish *wish = &cases[c];
		assert_int_equal(inventory_find(w, wish, rows), wish->limit);
		for (size_t i = 0; i < wish->limit; i++) {
			char text[E164_BYTES];
			e164_write(rows[i].digits, text);
			const char *local = text + (wish->npa ? 5 : 2);
			assert_true(!wish->contains || strstr(local, wish->contains));
			assert_true(!wish->starts || text_starts(local, wish->starts));
			assert_true(
				!wish->ends ||
				text_is(local + strlen(local) - strlen(wish->ends), wish->ends));
		}
	}
	world_free(w);
}

static void wildcards_and_unknown_area_codes_find_nothing(void **state)
{
	(void)state;
	struct world *w = world_new(9);
	struct offer rows[INVENTORY_ROWS_MAX];
	const struct wish cases[] = {
		{.npa = 415, .contains = "22*", .limit = 5},
		{.npa = -1, .limit = 5},
		{.npa = 911, .limit = 5},
		{.npa = 416, .country = "US", .limit = 5},
		{.npa = 800, .type = "local", .limit = 5},
		{.country = "DE", .limit = 5},
		{.npa = 415, .is_impossible = true, .limit = 5},
	};
	for (size_t c = 0; c < COUNT_OF(cases); c++)
		assert_int_equal(inventory_find(w, &cases[c], rows), 0);
	world_free(w);
}

static void without_shuffling_a_search_is_repeatable(void **state)
{
	(void)state;
	struct world *w = world_with("{\"shuffle\":false}");
	struct offer first[INVENTORY_ROWS_MAX], second[INVENTORY_ROWS_MAX];
	struct wish wish = {.npa = 628, .limit = 9};
	assert_int_equal(inventory_find(w, &wish, first), 9);
	assert_int_equal(inventory_find(w, &wish, second), 9);
	for (size_t i = 0; i < 9; i++)
		assert_int_equal(first[i].digits, second[i].digits);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(the_same_seed_sells_the_same_numbers),
		CHECK(every_number_found_is_a_real_number_in_stock),
		CHECK(a_small_stock_is_sold_out_number_by_number),
		CHECK(a_released_number_is_held_and_then_for_sale_again),
		CHECK(filters_are_kept_by_every_row),
		CHECK(patterns_are_found_however_long),
		CHECK(wildcards_and_unknown_area_codes_find_nothing),
		CHECK(without_shuffling_a_search_is_repeatable),
		CHECK(a_town_has_the_numbers_of_its_exchanges),
		CHECK(a_town_can_be_sold_out_and_an_area_code_but_for_one_town),
		CHECK(a_state_can_be_sold_out_but_for_one_area_code),
		CHECK(every_number_of_a_town_is_found_back),
		CHECK(a_search_for_a_town_may_be_near_it_or_anywhere),
	};
	return CHECK_MAIN(tests);
}
