/*
 * clock.h - the time of day, elapsed time, and how both are written.
 *
 * The engine never asks the machine for the time: it is given a struct clock,
 * so that tests can move it.  clock_machine() is the real one.
 *
 * wall_ms: milliseconds since 1970 UTC, may jump.  boot_ms: milliseconds that
 * only ever grow (CLOCK_BOOTTIME); deadlines and waits use this.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct clock {
	int64_t (*wall_ms)(void *state);
	int64_t (*boot_ms)(void *state);
	void *state; /* borrowed by the two functions */
};

const struct clock *clock_machine(void);
int64_t clock_wall_ms(const struct clock *clock);
int64_t clock_boot_ms(const struct clock *clock);

#define CLOCK_TEXT_BYTES 32
/* "2026-11-22T15:04:05.123Z" */
void clock_format(int64_t wall_ms, char to[CLOCK_TEXT_BYTES]);
/* RFC 3339 with a fraction of 0 to 9 digits and Z or an offset; for upstream
 * times.  False if it is not one. */
bool clock_parse(const char *text, int64_t *ret_wall_ms);

#endif
