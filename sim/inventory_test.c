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
	};
	return CHECK_MAIN(tests);
}
