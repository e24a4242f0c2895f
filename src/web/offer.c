/*
 * offer.c - what the script asks while the form is filled in: a line on what is
 * for sale, and the numbers to choose from.
 */
#include <string.h>

#include "base/text.h"
#include "engine/origin.h"
#include "net/http_server.h"
#include "numbering/countries_sold.h"
#include "web/html.h"
#include "web/inside.h"
#include "web/offers.h"
#include "web/words.h"

struct showing {
	struct offers_look look;
	char chosen[NUMBER_BYTES];
};

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

static void answer_wrong(struct http_request *r, const char *text)
{
	struct str html;
	str_init(&html, 1000);
	str_add(&html, "<div class=\"say\"><p class=\"wrong\">");
	html_text(&html, text);
	str_add(&html, "</p></div>");
	answer_fragment(r, &html);
}

static void answer_no_place(struct http_request *r, const struct phone *phone)
{
	bool is_toll_free = phone->kind == KIND_TOLLFREE;
	answer_text(
		r, is_toll_free
			   ? "<div class=\"say\" data-needs-place>A toll-free number belongs to no "
			     "place. Tell us below where your business is.</div>"
			   : "<div class=\"say\" data-needs-place>This number does not tell where "
			     "your business is. Tell us below.</div>");
}

static void found(struct offers_look *look, const struct offers_found *found)
{
	struct showing *s = (struct showing *)look;
	struct str html;
	const struct chooser chooser = {.found = found,
		.search = &look->search,
		.chosen = s->chosen,
		.for_me = "the nearest one there is when you sign up"};
	str_init(&html, HTML_PAGE_BYTES);
	str_add(&html, "<div class=\"say\">");
	chooser_say(&html, &chooser);
	str_add(&html, "</div><div class=\"choose\">");
	chooser_write(&html, &chooser);
	str_add(&html, "</div>");
	answer_fragment(look->ask.request, &html);
	web_ask_free(&look->ask);
}

static const char *query(const struct http_request *r, const char *name)
{
	const char *text = http_request_query(r, name);
	return text != NULL && text_is_utf8(text, strlen(text)) ? text : "";
}

static void look_for(struct web *web, struct http_request *r, const struct engine_search *search)
{
	struct showing *s = web_ask_new(web, r, sizeof(*s));
	s->look.search = *search;
	s->look.done = found;
	TEXT_COPY(s->look.search.contains, query(r, "contains"));
	text_trim(s->look.search.contains);
	if (text_is_e164(query(r, "number")))
		TEXT_COPY(s->chosen, query(r, "number"));
	offers_ask(&s->look);
}

/* --- what was typed so far --------------------------------------------------------------- */

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

/* True: *search says where; false: answered. */
static bool read_half(struct http_request *r, const char *typed, struct engine_search *search)
{
	struct phone_refusal refusal;
	char npa[4];
	if (!typed_area_code(typed, npa)) {
		answer_text(r, "");
		return false;
	}
	if (phone_check_area_code(npa, &refusal)) {
		TEXT_COPY(search->area_code, npa);
		return true;
	}
	if (refusal.code == PHONE_NPA_UNASSIGNED || refusal.code == PHONE_NPA_N11 ||
		refusal.code == PHONE_NPA_NOT_IN_SERVICE || refusal.code == PHONE_NPA_555)
		answer_wrong(r, words_phone(phone_reject_wire(refusal.code)));
	else
		answer_text(r, "");
	return false;
}

/* A whole number that is none is told whatever else was typed. */
static bool is_told_wrong(struct http_request *r, const char *typed)
{
	struct phone phone;
	struct phone_refusal refusal;
	if (digits_in(typed) < 10 || phone_parse(typed, strlen(typed), NULL, &phone, &refusal))
		return false;
	answer_wrong(r, words_phone(phone_reject_wire(refusal.code)));
	return true;
}

/* Numbers that a sign-up would be refused are not offered. */
static bool is_told_refused(struct http_request *r, const struct phone *phone)
{
	struct country_refusal refusal;
	struct str html;
	if (phone->country[0] == '\0' || country_can_complete(phone->country, &refusal))
		return false;
	str_init(&html, 1000);
	str_add(&html, "<div class=\"say\" data-needs-place><p class=\"wrong\">");
	html_text(&html, refusal.message);
	str_add(&html,
		"</p>Tell us below a place in the US or Canada, to get a number there.</div>");
	answer_fragment(r, &html);
	return true;
}

static bool read_phone(struct http_request *r, const char *typed, struct engine_search *search)
{
	struct ladder ladder;
	struct phone phone;
	struct phone_refusal refusal;
	if (!phone_parse(typed, strlen(typed), NULL, &phone, &refusal))
		return read_half(r, typed, search);
	TEXT_COPY(search->phone, typed);
	if (is_told_refused(r, &phone))
		return false;
	if (origin_find(search, &ladder, NULL))
		return true;
	answer_no_place(r, &phone);
	return false;
}

void offer_show(struct web *web, struct http_request *r)
{
	struct engine_search search = {.is_toll_free = text_is(query(r, "toll_free"), "yes")};
	const char *phone = query(r, "phone");
	if (is_told_wrong(r, phone))
		return;
	offers_read_place(query(r, "place"), &search);
	bool has_place = search.area_code[0] || search.postal_code[0] || search.city[0];
	if (search.is_toll_free || has_place || read_phone(r, phone, &search))
		look_for(web, r, &search);
}
