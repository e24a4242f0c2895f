#include "api/webhook_rate.h"

#include <stdlib.h>
#include <string.h>

#include "api/admission.h"
#include "base/id.h"
#include "base/must.h"
#include "base/text.h"

#define SLOTS 1024    /* two characters of base32 */
#define TRUSTED_S 900 /* Telnyx sends from few addresses, and seldom nothing for longer */

struct slot {
	int64_t second;
	int forged;
	int64_t good_s; /* when a right signature came last; 0 never */
	char good[64];  /* from this network */
};

struct webhook_rate {
	uint8_t key[16];
	struct slot slots[SLOTS];
};

struct webhook_rate *webhook_rate_new(void)
{
	struct webhook_rate *rate = must_calloc(1, sizeof(*rate));
	id_random(rate->key, sizeof(rate->key));
	return rate;
}

struct webhook_rate *webhook_rate_free(struct webhook_rate *rate)
{
	free(rate);
	return NULL;
}

static unsigned digit(char c)
{
	return c >= 'a' ? (unsigned)(c - 'a') : (unsigned)(c - '2') + 26;
}

static struct slot *slot_of(struct webhook_rate *rate, const char *network)
{
	char name[3];
	id_keyed_name(rate->key, sizeof(rate->key), network, 2, name);
	return &rate->slots[32 * digit(name[0]) + digit(name[1])];
}

bool webhook_rate_allows(struct webhook_rate *rate, const char *peer, int64_t now_s)
{
	char network[64];
	admission_network(peer, network, sizeof(network));
	const struct slot *s = slot_of(rate, network);
	if (s->good_s > 0 && now_s - s->good_s < TRUSTED_S && text_is(s->good, network))
		return true;
	return s->second != now_s || s->forged < WEBHOOK_FORGED_MOST;
}

void webhook_rate_note(struct webhook_rate *rate, const char *peer, int64_t now_s, bool is_good)
{
	char network[64];
	admission_network(peer, network, sizeof(network));
	struct slot *s = slot_of(rate, network);
	if (is_good) {
		s->good_s = now_s;
		TEXT_COPY(s->good, network);
		return;
	}
	if (s->second != now_s)
		s->forged = 0;
	s->second = now_s;
	s->forged++;
}
