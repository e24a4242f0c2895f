/*
 * tables.c - what the tables of area codes, towns and postal codes cost.
 *
 *   tables        one line a look-up: nanoseconds, the median of 21 rounds
 *
 * The sizes stand in the objects: size out/release/src/numbering/X_data.o
 * (bench/run prints them).  The inputs differ from call to call, so that caches
 * are as warm as they would be, and not warmer.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/must.h"
#include "base/text.h"
#include "numbering/ladder.h"
#include "numbering/places.h"
#include "numbering/postal.h"

#define ROUNDS 21
#define INPUTS 1024

struct inputs {
	char e164[INPUTS][17];
	char typed[INPUTS][32]; /* the same, as people write it */
	char abroad[INPUTS][32];
	char city[INPUTS][96];
	char zip[INPUTS][8];
	struct phone phone[INPUTS];
};

static struct inputs in;
static volatile size_t sink; /* so that nothing is left out as unused */

static unsigned roll(uint64_t *seed, unsigned sides)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(*seed >> 33) % sides;
}

static void make_inputs(void)
{
	uint64_t seed = 1;
	for (size_t i = 0; i < INPUTS;) {
		struct phone_refusal r;
		struct place town = place_at(roll(&seed, (unsigned)place_count()));
		const struct area_code *area =
			area_code_at(roll(&seed, (unsigned)area_code_count()));
		text_format(in.e164[i], sizeof(in.e164[i]), "+1%s%03u5555", area->npa,
			200 + roll(&seed, 800));
		text_format(in.typed[i], sizeof(in.typed[i]), "(%s) %.3s-%.4s ext. %u", area->npa,
			in.e164[i] + 5, in.e164[i] + 8, roll(&seed, 1000));
		text_format(in.abroad[i], sizeof(in.abroad[i]), "+44 (0) 20 7946 %04u",
			roll(&seed, 10000));
		text_format(in.city[i], sizeof(in.city[i]), "%s, %s", town.name, town.region_name);
		text_format(in.zip[i], sizeof(in.zip[i]), "%05u", roll(&seed, 100000));
		i += phone_parse(in.e164[i], strlen(in.e164[i]), NULL, &in.phone[i], &r);
	}
}

static size_t parse(const char *typed)
{
	struct phone phone;
	struct phone_refusal r;
	return phone_parse(typed, strlen(typed), NULL, &phone, &r);
}

static size_t parse_typed(size_t i)
{
	return parse(in.typed[i]);
}

static size_t parse_abroad(size_t i)
{
	return parse(in.abroad[i]);
}

static size_t find_code(size_t i)
{
	return area_code_find(in.phone[i].area_code) != NULL;
}

static size_t find_exchange(size_t i)
{
	struct place town;
	return place_of_number(in.e164[i], &town);
}

static size_t find_postal(size_t i)
{
	struct postal postal;
	struct phone_refusal r;
	return postal_find(in.zip[i], &postal, &r);
}

static size_t find_city(size_t i)
{
	struct place town;
	struct phone_refusal r;
	return place_find(in.city[i], "", &town, &r);
}

static size_t find_way(size_t i)
{
	struct place town = place_at(i * 7);
	return place_way_to(town.at, area_code_find("415"));
}

static size_t build_from_phone(size_t i)
{
	struct ladder l;
	struct phone_refusal r;
	struct ladder_wish wish = {.phone = &in.phone[i], .max_rung = LADDER_SAME_COUNTRY};
	(void)ladder_build(&wish, &l, &r);
	return l.count;
}

static size_t build_from_city(size_t i)
{
	struct ladder l;
	struct phone_refusal r;
	struct ladder_wish wish = {.city = in.city[i], .max_rung = LADDER_SAME_COUNTRY};
	(void)ladder_build(&wish, &l, &r);
	return l.count;
}

static double now_ns(void)
{
	struct timespec t;
	must(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t) == 0);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static void measure(const char *what, size_t (*look_up)(size_t), size_t calls)
{
	double rounds[ROUNDS];
	for (size_t round = 0; round < ROUNDS; round++) {
		double start = now_ns();
		for (size_t i = 0; i < calls; i++)
			sink += look_up((i + round) % INPUTS);
		rounds[round] = (now_ns() - start) / (double)calls;
	}
	qsort(rounds, ROUNDS, sizeof(rounds[0]), by_size);
	printf("%-42s%10.0f ns\n", what, rounds[ROUNDS / 2]);
}

int main(void)
{
	make_inputs();
	measure("what was typed, to a number of +1", parse_typed, 20000);
	measure("what was typed, to a number abroad", parse_abroad, 20000);
	measure("an area code", find_code, 100000);
	measure("the town of an exchange", find_exchange, 100000);
	measure("a ZIP code", find_postal, 20000);
	measure("a town from what was typed", find_city, 20000);
	measure("the way to where a code begins", find_way, 20000);
	measure("a whole ladder from a phone", build_from_phone, 300);
	measure("a whole ladder from a city", build_from_city, 300);
	return 0;
}
