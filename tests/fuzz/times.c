/*
 * times.c - upstream times, and header lines that ask us to wait.
 *
 * Input: up to eight lines parted by newlines; the first is also read as a time.
 */
#include "base/clock.h"
#include "net/http_hints.h"
#include "tests/fuzz/fuzz.h"

#define WALL_MS 1800000000000
#define FIRST_MS (-62167219200000)
#define LAST_MS 253402300799999

/* What is written back names the same moment. */
static void check_time(const char *text)
{
	int64_t ms, again = 0;
	char written[CLOCK_TEXT_BYTES];
	if (!clock_parse(text, &ms))
		return;
	clock_format(ms, written);
	/* An offset may lead out of the years 0 to 9999, and then nobody reads it. */
	if (ms < FIRST_MS || ms > LAST_MS)
		return;
	must(clock_parse(written, &again) && again == ms);
}

static void check_hints(const struct http_hints *hints)
{
	int64_t wait_ms = http_hints_wait_ms(hints, WALL_MS);
	bool was_said = hints->retry_exact_ms >= 0 || hints->retry_after_ms >= 0 ||
			hints->retry_at_ms >= 0 || hints->reset >= 0;
	must(wait_ms >= -1 && wait_ms <= HTTP_HINTS_MOST_MS);
	must((wait_ms >= 0) == was_said);
	must(hints->date_ms >= -1 && hints->retry_at_ms >= -1);
	must(hints->retry_after_ms >= -1 && hints->retry_exact_ms >= -1 && hints->reset >= -1);
}

/* Seconds as a plain number must be taken as what they say. */
static void check_plain_seconds(struct fuzz_in in)
{
	struct http_hints hints;
	char line[64];
	unsigned seconds = (unsigned)fuzz_number(&in, 2);
	http_hints_clear(&hints);
	text_format(line, sizeof(line), "Retry-After: %u\r\n", seconds);
	http_hints_read(&hints, line, strlen(line));
	int64_t want_ms = (int64_t)seconds * 1000;
	must(http_hints_wait_ms(&hints, WALL_MS) ==
		(want_ms < HTTP_HINTS_MOST_MS ? want_ms : HTTP_HINTS_MOST_MS));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_in in = {data, size};
	struct http_hints hints;
	check_plain_seconds(in);
	http_hints_clear(&hints);
	for (int i = 0; i < 8 && in.left > 0; i++) {
		size_t bytes;
		char *line = fuzz_part(&in, '\n', &bytes);
		if (i == 0)
			check_time(line);
		http_hints_read(&hints, line, bytes);
		check_hints(&hints);
		free(line);
	}
	return 0;
}
