#include "tests/check.h"

#include "base/clock.h"
#include "base/must.h"

static const struct {
	const char *text;
	int64_t ms;
} good[] = {
	{"1970-01-01T00:00:00Z", 0},
	{"2026-11-22T15:04:05.123Z", 1795359845123},
	{"2026-11-22T15:04:05.1Z", 1795359845100},
	{"2026-11-22T15:04:05.123456789Z", 1795359845123},
	{"2026-11-22T15:04:05z", 1795359845000},
	{"2026-11-22T15:04:05+00:00", 1795359845000},
	{"2026-11-22T10:04:05-05:00", 1795359845000},
	{"2026-11-22T20:34:05.5+05:30", 1795359845500},
	{"2024-02-29T00:00:00Z", 1709164800000},
};

static void rfc_3339_is_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		int64_t ms = -1;
		if (!clock_parse(good[i].text, &ms))
			fail_msg("refused: %s", good[i].text);
		assert_int_equal(ms, good[i].ms);
	}
}

static void what_is_no_time_leaves_the_result_alone(void **state)
{
	(void)state;
	static const char *const bad[] = {"", "today", "2026-11-22", "2026-11-22T15:04:05",
		"2026-11-22T15:04:05.Z", "2026-11-22T15:04:05.1234567890Z",
		"2026-11-22T15:04:05+0000", "2026-11-22T15:04:05+24:00", "2026-11-22T15:04:05Zx",
		"2026-13-22T15:04:05Z", "2026-11-22T25:04:05Z", "2026-11-22T15:04:05+00:00x",
		"2026-11-22T15:04:5Z", "2026-1-22T15:04:05Z", " 2026-11-22T15:04:05Z",
		"2026-02-30T15:04:05Z", "2026-11-00T15:04:05Z", "2026-11-22T15:04:61Z"};
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		int64_t ms = -7;
		if (clock_parse(bad[i], &ms))
			fail_msg("taken: %s", bad[i]);
		assert_int_equal(ms, -7);
	}
	int64_t ms;
	assert_false(clock_parse(NULL, &ms));
}

static void what_is_written_reads_back(void **state)
{
	(void)state;
	static const int64_t times[] = {
		0, 1, 999, 1795359845123, 4102444799999, -1, -1000, -62135596800000};
	for (size_t i = 0; i < COUNT_OF(times); i++) {
		char text[CLOCK_TEXT_BYTES];
		int64_t ms = -1;
		clock_format(times[i], text);
		assert_true(clock_parse(text, &ms));
		assert_int_equal(ms, times[i]);
	}
}

static int64_t fixed(void *state)
{
	return *(int64_t *)state;
}

static void a_clock_is_what_it_is_given(void **state)
{
	(void)state;
	int64_t now = 42;
	const struct clock clock = {fixed, fixed, &now};
	assert_int_equal(clock_wall_ms(&clock), 42);
	now = 43;
	assert_int_equal(clock_boot_ms(&clock), 43);
	assert_true(clock_wall_ms(clock_machine()) > 1700000000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(rfc_3339_is_read),
		CHECK(what_is_no_time_leaves_the_result_alone),
		CHECK(what_is_written_reads_back),
		CHECK(a_clock_is_what_it_is_given),
	};
	return CHECK_MAIN(tests);
}
