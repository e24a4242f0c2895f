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
	int64_t ms = (wall_ms % 1000 + 1000) % 1000; /* before 1970, too, a fraction counts on */
	time_t seconds = (time_t)((wall_ms - ms) / 1000);
	struct tm tm;
	must(gmtime_r(&seconds, &tm) != NULL);
	text_format(to, CLOCK_TEXT_BYTES, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", tm.tm_year + 1900,
		tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, (int)ms);
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

/* "2026-11-22T15:04:05" with every digit there, and a day that the month has. */
static bool parse_date_time(const char *text, struct tm *tm)
{
	static const char form[] = "dddd-dd-ddTdd:dd:dd";
	struct tm day;
	for (size_t i = 0; i < sizeof(form) - 1; i++) {
		bool is_digit = text[i] >= '0' && text[i] <= '9';
		if (form[i] == 'd' ? !is_digit : text[i] != form[i])
			return false;
	}
	*tm = (struct tm){0};
	must(sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d", &tm->tm_year, &tm->tm_mon, &tm->tm_mday,
		     &tm->tm_hour, &tm->tm_min, &tm->tm_sec) == 6);
	tm->tm_year -= 1900;
	tm->tm_mon -= 1;
	day = (struct tm){.tm_year = tm->tm_year, .tm_mon = tm->tm_mon, .tm_mday = tm->tm_mday};
	(void)timegm(&day);
	return day.tm_mon == tm->tm_mon && day.tm_mday == tm->tm_mday && tm->tm_hour <= 23 &&
	       tm->tm_min <= 59 && tm->tm_sec <= 60; /* a leap second */
}

bool clock_parse(const char *text, int64_t *ret_wall_ms)
{
	struct tm tm;
	if (text == NULL || !parse_date_time(text, &tm))
		return false;
	const char *rest = text + strlen("2026-11-22T15:04:05");
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
