/*
 * offer.c - the live line under the phone field: a number that is for sale now.
 *
 * What a search found serves everyone who types the same area code for a
 * minute.  Searches cost upstream calls, so they are bounded for a network and
 * for all together; beyond that the line is left out, never the sign-up.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "engine/view.h"
#include "net/http_server.h"
#include "web/html.h"
#include "web/inside.h"
#include "web/words.h"

#define KEPT_MS 60000
#define KEPT_AREAS 128
#define OFFERS_SHOWN 2
#define SECOND_MS 1000
#define MOST_A_SECOND 8 /* searches, all networks together */
#define MINUTE_MS 60000
#define MOST_A_MINUTE 30 /* of one network */
#define SOURCES 256

struct kept {
	char npa[4];
	int64_t at_ms;
	int count; /* -1: the search failed */
	char numbers[OFFERS_SHOWN][NUMBER_BYTES];
};

struct source {
	char name[64];
	int64_t since_ms;
	int asked;
};

struct offers {
	struct kept kept[KEPT_AREAS];
	struct source sources[SOURCES];
	int64_t second_ms;
	int asked; /* in that second */
};

struct offers *offers_new(void)
{
	return must_calloc(1, sizeof(struct offers));
}

struct offers *offers_free(struct offers *offers)
{
	free(offers);
	return NULL;
}

/* --- kept and bounded ------------------------------------------------------------------- */

static struct kept *find_kept(struct offers *offers, const char *npa, int64_t now_ms)
{
	for (size_t i = 0; i < KEPT_AREAS; i++) {
		struct kept *kept = &offers->kept[i];
		if (text_is(kept->npa, npa) && now_ms - kept->at_ms < KEPT_MS)
			return kept;
	}
	return NULL;
}

static struct kept *oldest_kept(struct offers *offers)
{
	struct kept *oldest = &offers->kept[0];
	for (size_t i = 1; i < KEPT_AREAS; i++)
		if (offers->kept[i].at_ms < oldest->at_ms)
			oldest = &offers->kept[i];
	return oldest;
}

static struct source *source_of(struct offers *offers, const char *name)
{
	struct source *oldest = &offers->sources[0];
	for (size_t i = 0; i < SOURCES; i++) {
		struct source *source = &offers->sources[i];
		if (text_is(source->name, name))
			return source;
		if (source->since_ms < oldest->since_ms)
			oldest = source;
	}
	*oldest = (struct source){0};
	TEXT_COPY(oldest->name, name);
	return oldest;
}

static bool may_search(struct offers *offers, struct http_request *r, int64_t now_ms)
{
	char name[64];
	api_source(r, name, sizeof(name));
	struct source *source = source_of(offers, name);
	if (offers->second_ms == 0 || now_ms - offers->second_ms >= SECOND_MS) {
		offers->second_ms = now_ms;
		offers->asked = 0;
	}
	if (source->since_ms == 0 || now_ms - source->since_ms >= MINUTE_MS) {
		source->since_ms = now_ms;
		source->asked = 0;
	}
	bool is_counted = !http_request_peer_is_loopback(r);
	if (offers->asked >= MOST_A_SECOND || (is_counted && source->asked >= MOST_A_MINUTE))
		return false;
	offers->asked++;
	source->asked++;
	return true;
}

/* --- words -------------------------------------------------------------------------------- */

static void answer_fragment(struct http_request *r, struct str *html)
{
	must(str_ok(html));
	web_add_headers(r);
	http_answer_header(r, "Cache-Control", "no-store");
	http_answer(r, 200, "text/html; charset=utf-8", html->text != NULL ? html->text : "",
		html->bytes);
	str_done(html);
}

static void answer_text(struct http_request *r, const char *text)
{
	struct str html;
	str_init(&html, 1000);
	str_add(&html, text);
	answer_fragment(r, &html);
}

static void add_number(struct str *to, const char *e164)
{
	char shown[32];
	view_phone(e164, shown, sizeof(shown));
	str_add(to, "<strong>");
	html_text(to, shown);
	str_add(to, "</strong>");
}

static void add_place(struct str *to, const struct area_code *area)
{
	str_addf(to, "area code %s", area->npa);
	if (area->city[0] != '\0') {
		str_add(to, " (");
		html_text(to, area->city);
		str_add(to, ")");
	}
}

static void add_offer(struct str *to, const struct area_code *area, const struct kept *kept)
{
	char npa[4];
	view_area_code(kept->numbers[0], npa);
	if (text_is(npa, area->npa)) {
		str_add(to, "For example, ");
		add_number(to, kept->numbers[0]);
		str_add(to, " is for sale in ");
		html_text(to, area->city);
		str_add(to, " right now. Yours is picked when you sign up.");
		return;
	}
	str_addf(to,
		"No %s number is for sale right now. You would get one from further away, "
		"for example ",
		area->npa);
	add_number(to, kept->numbers[0]);
	str_add(to, ".");
}

static void answer_offer(struct http_request *r, const char *npa, const struct kept *kept)
{
	const struct area_code *area = area_code_find(npa);
	struct str html;
	must(area != NULL);
	str_init(&html, 4000);
	if (kept != NULL && kept->count > 0) {
		add_offer(&html, area, kept);
	} else if (kept != NULL && kept->count == 0) {
		str_addf(&html,
			"No number is for sale in or near %s right now. You can ask for another "
			"area code below.",
			area->npa);
	} else {
		str_add(&html, "We will look for a number in ");
		add_place(&html, area);
		str_add(&html, ".");
	}
	answer_fragment(r, &html);
}

/* --- searching ------------------------------------------------------------------------------ */

struct searching {
	struct web_ask ask;
	char npa[4];
};

static void found(
	void *arg, const struct wish_error *error, const struct engine_offer *offers, int count)
{
	struct searching *s = arg;
	if (web_ask_is_orphan(&s->ask))
		return;
	struct kept *kept = oldest_kept(s->ask.web->offers);
	*kept = (struct kept){.at_ms = clock_boot_ms(clock_machine())};
	TEXT_COPY(kept->npa, s->npa);
	bool is_failed = error != NULL && error->err.code != ERR_OK &&
			 error->err.code != ERR_CARRIER_NO_NUMBERS;
	if (is_failed)
		count = -1;
	kept->count = count > OFFERS_SHOWN ? OFFERS_SHOWN : count;
	for (int i = 0; i < kept->count; i++)
		TEXT_COPY(kept->numbers[i], offers[i].offer.candidate.number);
	answer_offer(s->ask.request, s->npa, kept);
	/* Trouble is not worth remembering for a minute. */
	if (is_failed)
		*kept = (struct kept){0};
	web_ask_free(&s->ask);
}

static void offer_of(struct web *web, struct http_request *r, const char *npa)
{
	int64_t now_ms = clock_boot_ms(clock_machine());
	const struct kept *kept = find_kept(web->offers, npa, now_ms);
	if (kept != NULL || !may_search(web->offers, r, now_ms)) {
		answer_offer(r, npa, kept);
		return;
	}
	struct searching *s = web_ask_new(web, r, sizeof(*s));
	struct engine_search search = {.limit = OFFERS_SHOWN};
	TEXT_COPY(s->npa, npa);
	TEXT_COPY(search.area_code, npa);
	engine_search(web->engine, &search, found, s);
}

/* --- what was typed so far ---------------------------------------------------------------------
 */

/* The area code of a number that is still being typed: its first three digits,
 * without the country's 1.  False while they are too few, or for one abroad. */
static bool typed_area_code(const char *typed, char npa[4])
{
	size_t n = 0;
	bool is_first = true;
	for (; *typed != '\0' && n < 3; typed++) {
		if (*typed == '+' && typed[1] != '1')
			return false;
		if (*typed < '0' || *typed > '9')
			continue;
		if (!is_first || *typed != '1')
			npa[n++] = *typed;
		is_first = false;
	}
	npa[n] = '\0';
	return n == 3;
}

static size_t digits_in(const char *typed)
{
	size_t digits = 0;
	for (; *typed != '\0'; typed++)
		digits += *typed >= '0' && *typed <= '9';
	return digits;
}

static void answer_wrong(struct http_request *r, const char *text)
{
	struct str html;
	str_init(&html, 1000);
	str_add(&html, "<p class=\"wrong\">");
	html_text(&html, text);
	str_add(&html, "</p>");
	answer_fragment(r, &html);
}

static void answer_whole(struct web *web, struct http_request *r, const struct phone *phone)
{
	if (phone->kind == KIND_GEOGRAPHIC && phone->area_code[0] != '\0')
		offer_of(web, r, phone->area_code);
	else if (phone->kind == KIND_TOLLFREE)
		answer_text(r, "<p data-needs-area>A toll-free number belongs to no place. Tell us "
			       "below which area code you would like.</p>");
	else
		answer_text(r, "<p data-needs-area>This number is not from one place in the US or "
			       "Canada. Tell us below which area code you would like.</p>");
}

void offer_show(struct web *web, struct http_request *r)
{
	const char *phone_typed = http_request_query(r, "phone");
	const char *area_typed = http_request_query(r, "area_code");
	struct phone phone;
	struct phone_refusal refusal;
	char npa[4];
	if (phone_typed == NULL)
		phone_typed = "";
	bool is_whole = digits_in(phone_typed) >= 10;
	bool is_phone = phone_parse(phone_typed, strlen(phone_typed), NULL, &phone, &refusal);
	if (is_whole && !is_phone)
		answer_wrong(r, words_phone(phone_reject_wire(refusal.code)));
	else if (area_typed != NULL && strlen(area_typed) == 3 &&
		 phone_check_area_code(area_typed, &refusal))
		offer_of(web, r, area_typed);
	else if (is_phone)
		answer_whole(web, r, &phone);
	else if (!typed_area_code(phone_typed, npa))
		answer_text(r, "");
	else if (phone_check_area_code(npa, &refusal))
		offer_of(web, r, npa);
	else if (refusal.code == PHONE_NPA_UNASSIGNED || refusal.code == PHONE_NPA_N11 ||
		 refusal.code == PHONE_NPA_NOT_IN_SERVICE || refusal.code == PHONE_NPA_555)
		answer_wrong(r, words_phone(phone_reject_wire(refusal.code)));
	else
		answer_text(r, "");
}
