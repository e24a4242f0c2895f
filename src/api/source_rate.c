#include "api/source_rate.h"

#include <stdlib.h>

#include "base/must.h"
#include "base/text.h"

struct source {
	char network[64];
	int64_t since_ms; /* 0: never asked */
	int asked;
};

struct source_rate {
	int most;
	int64_t window_ms;
	struct source sources[SOURCE_RATE_NETWORKS];
};

struct source_rate *source_rate_new(int most, int64_t window_ms)
{
	struct source_rate *rate = must_calloc(1, sizeof(*rate));
	must(most > 0 && window_ms > 0);
	rate->most = most;
	rate->window_ms = window_ms;
	return rate;
}

struct source_rate *source_rate_free(struct source_rate *rate)
{
	free(rate);
	return NULL;
}

static struct source *source_of(struct source_rate *rate, const char *network)
{
	struct source *oldest = &rate->sources[0];
	for (size_t i = 0; i < COUNT_OF(rate->sources); i++) {
		struct source *source = &rate->sources[i];
		if (text_is(source->network, network))
			return source;
		if (source->since_ms < oldest->since_ms)
			oldest = source;
	}
	*oldest = (struct source){0};
	TEXT_COPY(oldest->network, network);
	return oldest;
}

int64_t source_rate_take(struct source_rate *rate, const char *network, int64_t now_ms)
{
	struct source *source = source_of(rate, network);
	if (source->since_ms == 0 || now_ms - source->since_ms >= rate->window_ms) {
		source->since_ms = now_ms;
		source->asked = 0;
	}
	if (source->asked >= rate->most)
		return source->since_ms + rate->window_ms - now_ms;
	source->asked++;
	return 0;
}
