/* chooser.c - numbers for sale as a choice: by rung, nearest first, with prices. */
#include <string.h>

#include "base/text.h"
#include "engine/origin.h"
#include "engine/view.h"
#include "numbering/area_codes.h"
#include "numbering/countries.h"
#include "web/html.h"
#include "web/offers.h"
#include "web/words.h"

static void add_price(struct str *to, const struct candidate *c)
{
	char upfront[32], monthly[32];
	text_from_cents(c->upfront_cents, upfront, sizeof(upfront));
	text_from_cents(c->monthly_cents, monthly, sizeof(monthly));
	str_addf(to, "%s ", upfront);
	html_text(to, c->currency);
	str_addf(to, " at once, %s ", monthly);
	html_text(to, c->currency);
	str_add(to, " a month");
}

static bool is_same_price(const struct candidate *a, const struct candidate *b)
{
	return a->upfront_cents == b->upfront_cents && a->monthly_cents == b->monthly_cents &&
	       text_is(a->currency, b->currency);
}

static bool is_one_price(const struct offers_found *found)
{
	for (int i = 1; i < found->count; i++)
		if (!is_same_price(
			    &found->offers[0].offer.candidate, &found->offers[i].offer.candidate))
			return false;
	return true;
}

/* --- one number --- */

static void begin_option(struct str *to, const char *value, bool is_chosen)
{
	str_add(to, "<label class=\"one\"><input type=\"radio\" name=\"number\"");
	html_attribute(to, "value", value);
	str_add(to, is_chosen ? " checked><span>" : "><span>");
}

static void add_number(struct str *to, const char *e164)
{
	char shown[32];
	view_phone(e164, shown, sizeof(shown));
	str_add(to, "<b class=\"tel\">");
	html_text(to, shown);
	str_add(to, "</b>");
}

static void add_offer(struct str *to, const struct engine_offer *o, bool is_chosen, bool is_priced)
{
	const struct carrier_offer *offer = &o->offer;
	begin_option(to, offer->candidate.number, is_chosen);
	add_number(to, offer->candidate.number);
	char place[VIEW_TOWN_BYTES];
	view_town(offer, place);
	if (place[0] != '\0') {
		str_add(to, " <small>");
		html_text(to, place);
		str_add(to, "</small>");
	}
	if (is_priced) {
		str_add(to, " <small>");
		add_price(to, &offer->candidate);
		str_add(to, "</small>");
	}
	str_add(to, "</span></label>");
}

static bool is_listed(const struct offers_found *found, const char *number)
{
	for (int i = 0; i < found->count; i++)
		if (text_is(found->offers[i].offer.candidate.number, number))
			return true;
	return false;
}

/* None is nearest among toll-free numbers: there it is for the customer to say. */
static void add_for_me(struct str *to, const struct chooser *c)
{
	if (!c->search->is_toll_free) {
		begin_option(to, "", !text_is_e164(c->chosen));
		str_add(to, "<b>Choose for me</b> <small>");
		html_text(to, c->for_me);
		str_add(to, "</small></span></label>");
	}
	/* Held ones are no longer on the list: they are still the choice. */
	if (text_is_e164(c->chosen) && !is_listed(c->found, c->chosen)) {
		begin_option(to, c->chosen, true);
		add_number(to, c->chosen);
		str_add(to, " <small>your choice</small></span></label>");
	}
}

/* --- by rung --- */

static bool is_same_group(const struct engine_offer *a, const struct engine_offer *b)
{
	return a->place.rung == b->place.rung && text_is(a->place.npa, b->place.npa);
}

static void add_groups(struct str *to, const struct chooser *c)
{
	const struct offers_found *found = c->found;
	bool is_priced = !is_one_price(found);
	char title[160];
	int groups = 0;
	for (int i = 0; i < found->count; i++) {
		const struct engine_offer *offer = &found->offers[i];
		if (i == 0 || !is_same_group(offer, offer - 1)) {
			if (c->search->is_toll_free)
				TEXT_COPY(title, "Toll-free");
			else
				words_rung(&offer->place, title, sizeof(title));
			str_addf(to,
				"%s<div role=\"group\" aria-labelledby=\"rung_%d\">"
				"<p class=\"rung\" id=\"rung_%d\">",
				i == 0 ? "" : "</div>", groups, groups);
			html_text(to, title);
			str_add(to, "</p>");
			groups++;
		}
		add_offer(to, offer, text_is(offer->offer.candidate.number, c->chosen), is_priced);
	}
	str_add(to, "</div>");
}

/* What was chosen stays the choice, whatever is known of the others by now. */
void chooser_write(struct str *to, const struct chooser *c)
{
	struct ladder origin;
	const struct offers_found *found = c->found;
	bool is_listed = found->is_known && found->count > 0;
	if (!is_listed && !text_is_e164(c->chosen))
		return;
	str_add(to, "<fieldset class=\"pick\"><legend>Your number</legend>"
		    "<div class=\"list\">");
	add_for_me(to, c);
	if (is_listed && origin_find(c->search, &origin, NULL))
		map_write(to, &origin, found);
	if (is_listed)
		add_groups(to, c);
	str_add(to, "</div>");
	if (is_listed && is_one_price(found)) {
		str_add(to, "<p class=\"hint\">Each costs ");
		add_price(to, &found->offers[0].offer.candidate);
		str_add(to, ".</p>");
	}
	str_add(to, "</fieldset>");
}

/* --- in one sentence --- */

static void add_where(struct str *to, const struct chooser *c, const struct ladder *origin)
{
	const struct country_plan *abroad = country_find(origin->country);
	const struct area_code *area = abroad == NULL ? area_code_find(origin->requested) : NULL;
	if (origin->town[0] != '\0')
		html_text(to, origin->town);
	else if (c->search->postal_code[0] != '\0')
		html_text(to, c->search->postal_code); /* its code's city may be far away */
	else if (area != NULL)
		html_text(to, area->city[0] ? area->city : area->npa);
	else if (abroad != NULL)
		html_text(to, abroad->name);
	else
		str_add(to, "your area");
}

static void say_found(struct str *to, const struct chooser *c, const struct ladder *origin)
{
	char rung[160];
	const struct ladder_step *nearest = &c->found->offers[0].place;
	if (c->search->is_toll_free) {
		str_add(to, "Toll-free numbers are for sale right now. Choose one of them.");
		return;
	}
	if (nearest->rung <= LADDER_SAME_AREA_CODE) {
		str_add(to, "Numbers are for sale in ");
		add_where(to, c, origin);
		str_add(to, " right now. Choose one, or let us choose.");
		return;
	}
	if (origin->requested[0] == '\0') { /* there are no area codes */
		str_add(to, "Numbers are for sale in ");
		add_where(to, c, origin);
		str_add(to, " right now.");
		return;
	}
	str_addf(to, "We cannot get any %s number right now. ", origin->requested);
	if (nearest->rung == LADDER_OVERLAY) {
		str_addf(to, "%s serves the same streets and has numbers.", nearest->npa);
	} else if (nearest->rung == LADDER_NEARBY) {
		str_addf(to, "The nearest are from %s, %u.%u km away.", nearest->npa,
			nearest->km_tenths / 10u, nearest->km_tenths % 10u);
	} else {
		words_rung(nearest, rung, sizeof(rung));
		str_add(to, "What there is: ");
		html_text(to, rung);
		str_add(to, ".");
	}
}

void chooser_say(struct str *to, const struct chooser *c)
{
	struct ladder origin;
	bool has_origin = origin_find(c->search, &origin, NULL);
	if (c->found->is_known && c->found->count > 0) {
		say_found(to, c, &origin);
	} else if (c->found->is_known && c->search->contains[0] != '\0') {
		str_add(to, "We cannot get any number with ");
		html_text(to, c->search->contains);
		str_add(to, " there right now.");
	} else if (c->found->is_known && c->search->is_toll_free) {
		str_add(to, "We cannot get any toll-free number right now.");
	} else if (c->found->is_known) {
		str_add(to, "We cannot get any number in or near ");
		add_where(to, c, &origin);
		str_add(to, " right now. You can ask for another place.");
	} else if (c->found->error.field[0] != '\0') {
		char wrong[200];
		words_field(&c->found->error, wrong, sizeof(wrong));
		str_add(to, "<p class=\"wrong\">");
		html_text(to, wrong);
		str_add(to, "</p>");
	} else if (has_origin) {
		bool has_code = origin.requested[0] != '\0';
		str_add(to, "We will look for a number in ");
		str_add(to, has_code ? "area code " : "");
		html_text(to, origin.requested);
		str_add(to, has_code ? " (" : "");
		add_where(to, c, &origin);
		str_add(to, has_code ? ")." : ".");
	}
}
