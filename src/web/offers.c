#include "web/offers.h"

#include <stdlib.h>
#include <string.h>

#include "api/source_rate.h"
#include "base/clock.h"
#include "base/text.h"
#include "engine/origin.h"
#include "net/http_server.h"
#include "numbering/countries_sold.h"
#include "web/place.h"

#define KEPT_MS 60000
#define KEPT_SEARCHES 64
#define SECOND_MS 1000
#define MOST_A_SECOND 8 /* searches, all networks together */
#define MINUTE_MS 60000
#define MOST_A_MINUTE 30 /* of one network */
#define KEY_BYTES 160

struct kept {
	char key[KEY_BYTES]; /* "": empty */
	int64_t at_ms;
	struct offers_found found;
};

struct offers {
	struct kept kept[KEPT_SEARCHES];
	struct source_rate *of_network, *of_all;
};

struct offers *offers_new(void)
{
	struct offers *offers = must_calloc(1, sizeof(struct offers));
	offers->of_network = source_rate_new(MOST_A_MINUTE, MINUTE_MS);
	offers->of_all = source_rate_new(MOST_A_SECOND, SECOND_MS);
	return offers;
}

struct offers *offers_free(struct offers *offers)
{
	source_rate_free(offers->of_network);
	source_rate_free(offers->of_all);
	free(offers);
	return NULL;
}

/* Two who would walk the same ladder ask the same.  False: there is none to walk. */
static bool key_of(const struct engine_search *search, char key[KEY_BYTES])
{
	struct ladder l = {0};
	if (!search->is_toll_free && !origin_find(search, &l, NULL))
		return false;
	return text_format(key, KEY_BYTES, "%s/%s/%s/%s/%d,%d/%s/%s%s", l.country, l.region, l.town,
		l.requested, (int)l.lat, (int)l.lon, search->max_rung, search->contains,
		search->is_toll_free ? "/toll-free" : "");
}

static struct kept *find_kept(struct offers *offers, const char *key, int64_t now_ms)
{
	for (size_t i = 0; i < KEPT_SEARCHES; i++) {
		struct kept *kept = &offers->kept[i];
		if (text_is(kept->key, key) && now_ms - kept->at_ms < KEPT_MS)
			return kept;
	}
	return NULL;
}

static struct kept *oldest_kept(struct offers *offers)
{
	struct kept *oldest = &offers->kept[0];
	for (size_t i = 1; i < KEPT_SEARCHES; i++)
		if (offers->kept[i].at_ms < oldest->at_ms)
			oldest = &offers->kept[i];
	return oldest;
}

static bool may_search(struct offers *offers, struct http_request *r, int64_t now_ms)
{
	char name[64];
	api_source(r, name, sizeof(name));
	if (!http_request_peer_is_loopback(r) &&
		source_rate_take(offers->of_network, name, now_ms) != 0)
		return false;
	return source_rate_take(offers->of_all, "", now_ms) == 0;
}

static void found(void *arg, const struct wish_error *error, const struct engine_offer *offers,
	int count, const struct engine_papers *papers)
{
	struct offers_look *look = arg;
	(void)papers; /* no page offers numbers of a country that wants some */
	struct offers_found fresh = {.is_known = true};
	char key[KEY_BYTES];
	if (web_ask_is_orphan(&look->ask))
		return;
	if (error != NULL && error->err.code != ERR_CARRIER_NO_NUMBERS) {
		fresh.is_known = false;
		fresh.error = *error;
		count = 0;
	}
	for (int i = 0; i < count && fresh.count < OFFERS_MOST; i++)
		fresh.offers[fresh.count++] = offers[i];
	/* Trouble is not worth remembering for a minute. */
	if (fresh.is_known && key_of(&look->search, key)) {
		struct kept *kept = oldest_kept(look->ask.web->offers);
		kept->at_ms = clock_boot_ms(clock_machine());
		kept->found = fresh;
		TEXT_COPY(kept->key, key);
	}
	look->done(look, &fresh);
}

/* Numbers that a sign-up would be refused are not offered. */
static bool is_refused(const struct engine_search *search, struct offers_found *ret)
{
	struct ladder l;
	struct country_refusal refusal;
	if (!origin_find(search, &l, NULL) || country_can_complete(l.country, &refusal))
		return false;
	*ret = (struct offers_found){0};
	err_set_hint(&ret->error.err, ERR_PHONE_REFUSED, refusal.hint, "%s", refusal.message);
	TEXT_COPY(ret->error.field, "business_phone");
	TEXT_COPY(ret->error.reason, refusal.reason);
	return true;
}

void offers_ask(struct offers_look *look)
{
	static const struct offers_found nothing;
	struct offers_found refused;
	struct offers *offers = look->ask.web->offers;
	int64_t now_ms = clock_boot_ms(clock_machine());
	char key[KEY_BYTES];
	bool has_ladder = key_of(&look->search, key);
	const struct kept *kept = has_ladder ? find_kept(offers, key, now_ms) : NULL;
	look->search.limit = OFFERS_MOST;
	if (has_ladder && is_refused(&look->search, &refused))
		look->done(look, &refused);
	else if (kept != NULL)
		look->done(look, &kept->found);
	else if (has_ladder && !may_search(offers, look->ask.request, now_ms))
		look->done(look, &nothing);
	else
		engine_search(look->ask.web->engine, &look->search, found, look);
}

static void forget_in(struct offers_found *found, const char *number)
{
	int left = 0;
	for (int i = 0; i < found->count; i++)
		if (!text_is(found->offers[i].offer.candidate.number, number))
			found->offers[left++] = found->offers[i];
	found->count = left;
}

void offers_forget(struct web *web, const char *number)
{
	for (size_t i = 0; i < KEPT_SEARCHES; i++)
		forget_in(&web->offers->kept[i].found, number);
}

void offers_read_place(const char *typed, struct engine_search *search)
{
	char trimmed[PLACE_BYTES];
	struct place place;
	if (search->is_toll_free)
		return; /* such a number is nowhere; what was typed stays for when it is unticked */
	TEXT_COPY(trimmed, typed);
	text_trim(trimmed);
	place_read(trimmed, &place);
	TEXT_COPY(search->area_code, place.area_code);
	TEXT_COPY(search->postal_code, place.postal_code);
	TEXT_COPY(search->city, place.city);
}
