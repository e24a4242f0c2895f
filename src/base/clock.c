#include "base/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/must.h"
#include "base/text.h"

static int64_t read_ms(clockid_t id)
{
	struct timespec t;
	must(clock_gettime(id, &t) == 0);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int64_t machine_wall_ms(void *state)
{
	(void)state;
	return read_ms(CLOCK_REALTIME);
}

static int64_t machine_boot_ms(void *state)
{
	(void)state;
	return read_ms(CLOCK_BOOTTIME);
}

const struct clock *clock_machine(void)
{
	static const struct clock machine = {machine_wall_ms, machine_boot_ms, NULL};
	return &machine;
}

int64_t clock_wall_ms(const struct clock *clock)
{
	return clock->wall_ms(clock->state);
}

int64_t clock_boot_ms(const struct clock *clock)
{
	return clock->boot_ms(clock->state);
}

void clock_format(int64_t wall_ms, char to[CLOCK_TEXT_BYTES])
{
	time_t seconds = (time_t)(wall_ms / 1000);
	struct tm tm;
	must(gmtime_r(&seconds, &tm) != NULL);
	char date[24];
	must(strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm) > 0);
	text_format(to, CLOCK_TEXT_BYTES, "%s.%03dZ", date, (int)(wall_ms % 1000));
}

/* "Z", "+00:00" or "-05:30" -> minutes east of UTC. */
static bool parse_offset(const char *text, int64_t *ret_minutes)
{
	unsigned hours, minutes;
	char sign, end;
	if (text_is(text, "Z") || text_is(text, "z")) {
		*ret_minutes = 0;
		return true;
	}
	if (sscanf(text, "%c%2u:%2u%c", &sign, &hours, &minutes, &end) != 3)
		return false;
	if ((sign != '+' && sign != '-') || hours > 23 || minutes > 59)
		return false;
	*ret_minutes = (sign == '-' ? -1 : 1) * (int64_t)(hours * 60 + minutes);
	return true;
}

bool clock_parse(const char *text, int64_t *ret_wall_ms)
{
	struct tm tm = {0};
	const char *rest = text ? strptime(text, "%Y-%m-%dT%H:%M:%S", &tm) : NULL;
	if (rest == NULL)
		return false;
	int64_t ms = 0;
	if (*rest == '.') {
		size_t digits = strspn(rest + 1, "0123456789");
		if (digits == 0 || digits > 9)
			return false;
		for (size_t i = 0; i < 3; i++)
			ms = ms * 10 + (i < digits ? rest[1 + i] - '0' : 0);
		rest += 1 + digits;
	}
	int64_t minutes_east;
	if (!parse_offset(rest, &minutes_east))
		return false;
	*ret_wall_ms = ((int64_t)timegm(&tm) - minutes_east * 60) * 1000 + ms;
	return true;
}
