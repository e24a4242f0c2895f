/* signup_form.c - the sign-up form, read, checked and written. */
#include "web/signup_form.h"

#include <string.h>

#include "base/text.h"
#include "engine/hold.h"
#include "engine/origin.h"
#include "net/http_server.h"
#include "web/html.h"

/* Where a link to the field leads. */
static const char *const anchors[SIGNUP_FIELDS] = {"business_name", "email", "business_phone",
	"existing_number", "place", "contains", "numbers"};
static const char *const labels[SIGNUP_FIELDS] = {"Business name", "E-mail", "Business phone",
	"The number you already have", "ZIP or postal code, city or area code", "Digits or a word",
	"Your number"};

/* --- reading it -------------------------------------------------------------------- */

static bool is_key(const char *key)
{
	return key != NULL && text_starts(key, "page-") && strlen(key) == strlen("page-") + 32 &&
	       strspn(key + strlen("page-"), "0123456789abcdef") == 32;
}

/* What is too long to be read whole is made too long for the check as well. */
static void read_field(struct http_request *r, const char *name, char *to, size_t to_bytes)
{
	const char *typed = http_request_form(r, name);
	if (typed == NULL || !text_is_utf8(typed, strlen(typed)))
		typed = "";
	text_copy(to, to_bytes, typed);
	text_trim(to);
}

static bool is_ticked(struct http_request *r, const char *name)
{
	const char *value = http_request_form(r, name);
	return value != NULL && value[0] != '\0';
}

#define READ(wish, member) read_field(r, #member, (wish)->member, sizeof((wish)->member))

void signup_form_read(struct http_request *r, struct signup_form *form)
{
	struct wish *wish = &form->wish;
	struct place place;
	const char *key = http_request_form(r, "key");
	READ(wish, business_name);
	READ(wish, email);
	READ(wish, business_phone);
	READ(wish, existing_number);
	READ(wish, contains);
	READ(wish, number);
	READ(wish, hold);
	READ(form, place);
	place_read(form->place, &place);
	TEXT_COPY(wish->area_code, place.area_code);
	TEXT_COPY(wish->postal_code, place.postal_code);
	TEXT_COPY(wish->city, place.city);
	form->has_existing = is_ticked(r, "has_existing");
	form->is_toll_free = is_ticked(r, "toll_free");
	form->is_looking = is_ticked(r, "look");
	if (is_key(key))
		TEXT_COPY(wish->idempotency_key, key);
	api_source(r, wish->source, sizeof(wish->source));
}

struct wish signup_form_wish(const struct signup_form *form)
{
	struct wish wish = form->wish;
	if (form->has_existing)
		wish.number[0] = wish.contains[0] = '\0';
	else
		wish.existing_number[0] = '\0';
	/* Without the script the hidden field stays as it was. */
	if (!hold_names(wish.hold, wish.number))
		wish.hold[0] = '\0';
	return wish;
}

struct engine_search signup_form_search(const struct signup_form *form)
{
	struct engine_search search = {.is_toll_free = form->is_toll_free};
	TEXT_COPY(search.phone, form->wish.business_phone);
	TEXT_COPY(search.contains, form->wish.contains);
	offers_read_place(form->place, &search);
	return search;
}

/* --- checking it ------------------------------------------------------------------- */

enum signup_field signup_form_field(const char *name)
{
	static const struct {
		const char *name;
		enum signup_field field;
	} table[] = {
		{"business_name", SIGNUP_NAME},
		{"email", SIGNUP_EMAIL},
		{"business_phone", SIGNUP_PHONE},
		{"existing_number", SIGNUP_EXISTING},
		{"area_code", SIGNUP_PLACE},
		{"postal_code", SIGNUP_PLACE},
		{"city", SIGNUP_PLACE},
		{"contains", SIGNUP_CONTAINS},
		{"number", SIGNUP_NUMBER},
	};
	for (size_t i = 0; i < COUNT_OF(table); i++)
		if (text_is(table[i].name, name))
			return table[i].field;
	return SIGNUP_FIELDS;
}

/* So that the next look finds what else is wrong. */
static void put_right(struct wish *wish, enum signup_field field)
{
	switch (field) {
	case SIGNUP_NAME:
		TEXT_COPY(wish->business_name, "x");
		break;
	case SIGNUP_EMAIL:
		TEXT_COPY(wish->email, "x@example.com");
		break;
	case SIGNUP_PHONE:
		TEXT_COPY(wish->business_phone, "+14155550123");
		break;
	case SIGNUP_EXISTING:
		wish->existing_number[0] = '\0';
		break;
	case SIGNUP_PLACE:
		wish->area_code[0] = wish->postal_code[0] = wish->city[0] = '\0';
		break;
	case SIGNUP_CONTAINS:
		wish->contains[0] = '\0';
		break;
	case SIGNUP_NUMBER:
		wish->number[0] = wish->hold[0] = '\0';
		break;
	case SIGNUP_FIELDS:
		break;
	}
}

/* What the rules of a sign-up leave open, but a person can be asked at once. */
static void check_choices(struct signup_form *form)
{
	struct ladder ladder;
	struct engine_search search = signup_form_search(form);
	struct phone_refusal refusal;
	if (form->has_existing) {
		if (form->wish.existing_number[0] == '\0')
			TEXT_COPY(form->wrong[SIGNUP_EXISTING],
				"Enter the number you already have, or untick the box to get a "
				"new one.");
		return;
	}
	if (form->wish.number[0] != '\0')
		return;
	if (form->is_toll_free)
		TEXT_COPY(form->wrong[SIGNUP_NUMBER],
			"Choose one of the toll-free numbers, or untick that box.");
	else if (form->wrong[SIGNUP_PHONE][0] == '\0' && form->wrong[SIGNUP_PLACE][0] == '\0' &&
		 !origin_find(&search, &ladder, &refusal))
		words_place(&refusal, form->wrong[SIGNUP_PLACE], sizeof(form->wrong[SIGNUP_PLACE]));
}

/* wish_check() names the first wrong field, so that one is put right for the
 * next look.  One set of rules for page and API. */
int signup_form_check(struct signup_form *form)
{
	struct wish wish = signup_form_wish(form);
	struct order order;
	struct store_creation creation;
	struct wish_error error;
	for (int i = 0; i < SIGNUP_FIELDS && !wish_check(&wish, &order, &creation, &error); i++) {
		enum signup_field field = signup_form_field(error.field);
		if (field == SIGNUP_FIELDS)
			break;
		words_field(&error, form->wrong[field], sizeof(form->wrong[field]));
		put_right(&wish, field);
	}
	check_choices(form);
	return signup_form_wrong(form);
}

/* --- writing it --------------------------------------------------------------------- */

int signup_form_wrong(const struct signup_form *form)
{
	int count = 0;
	for (int i = 0; i < SIGNUP_FIELDS; i++)
		count += form->wrong[i][0] != '\0';
	return count;
}

static void add_wrong_list(struct str *to, const struct signup_form *form)
{
	int count = signup_form_wrong(form);
	str_add(to, count == 1 ? "<h2>Please check one thing</h2><ul>" : "");
	if (count > 1)
		str_addf(to, "<h2>Please check %d things</h2><ul>", count);
	for (int i = 0; i < SIGNUP_FIELDS; i++) {
		if (form->wrong[i][0] == '\0')
			continue;
		str_addf(to, "<li><a href=\"#%s\">%s</a>: ", anchors[i], labels[i]);
		html_text(to, form->wrong[i]);
		str_add(to, "</li>");
	}
	str_add(to, "</ul>");
}

static void add_summary(struct str *to, const struct signup_form *form)
{
	if (signup_form_wrong(form) == 0 && form->news.title[0] == '\0')
		return;
	str_add(to,
		"<div class=\"summary\" id=\"summary\" role=\"alert\" tabindex=\"-1\" autofocus>");
	if (signup_form_wrong(form) > 0) {
		add_wrong_list(to, form);
	} else {
		str_add(to, "<h2>");
		html_text(to, form->news.title);
		str_add(to, "</h2><p>");
		html_text(to, form->news.text);
		str_add_char(to, ' ');
		html_text(to, form->news.next);
		str_add(to, "</p>");
	}
	if (form->seen_id[0] != '\0')
		str_addf(to, "<p><a href=\"/signups/%s\">See the first sign-up</a></p>",
			form->seen_id);
	str_add(to, "</div>");
}

static void add_main_fields(struct str *to, const struct signup_form *form)
{
	html_input(to, &(struct html_field){.id = anchors[SIGNUP_NAME],
			       .label = labels[SIGNUP_NAME],
			       .wrong = form->wrong[SIGNUP_NAME],
			       .type = "text",
			       .autocomplete = "organization",
			       .value = form->wish.business_name,
			       .most_characters = 160,
			       .is_required = true});
	html_input(to, &(struct html_field){.id = anchors[SIGNUP_EMAIL],
			       .label = labels[SIGNUP_EMAIL],
			       .wrong = form->wrong[SIGNUP_EMAIL],
			       .type = "email",
			       .autocomplete = "email",
			       .value = form->wish.email,
			       .most_characters = 254,
			       .is_required = true});
	html_input(to, &(struct html_field){.id = anchors[SIGNUP_PHONE],
			       .label = labels[SIGNUP_PHONE],
			       .hint = "The number your customers call today. We look for a new "
				       "one near it.",
			       .wrong = form->wrong[SIGNUP_PHONE],
			       .type = "tel",
			       .autocomplete = "tel",
			       .value = form->wish.business_phone,
			       .described_by = "offer",
			       .most_characters = 100,
			       .is_phone = true,
			       .is_required = true});
}

void signup_form_place(struct str *to, const char *value, const char *wrong)
{
	html_input(to, &(struct html_field){.id = anchors[SIGNUP_PLACE],
			       .label = labels[SIGNUP_PLACE],
			       .hint = "Where the number should be: for example 94110, "
				       "Berkeley, CA or 415.",
			       .wrong = wrong,
			       .type = "text",
			       .value = value,
			       .most_characters = PLACE_BYTES - 1});
}

void signup_form_filter(struct str *to, const char *contains, const char *wrong, bool is_toll_free)
{
	html_input(to, &(struct html_field){.id = anchors[SIGNUP_CONTAINS],
			       .label = labels[SIGNUP_CONTAINS],
			       .hint = "Only numbers with these, for example 2020 or CAKE.",
			       .wrong = wrong,
			       .type = "text",
			       .value = contains,
			       .class = "short",
			       .most_characters = 7});
	str_addf(to,
		"<div class=\"check\"><input type=\"checkbox\" id=\"toll_free\" "
		"name=\"toll_free\" value=\"yes\"%s><label for=\"toll_free\">"
		"Toll-free numbers instead</label></div>",
		is_toll_free ? " checked" : "");
}

static void add_wishes(struct str *to, const struct signup_form *form)
{
	const char *wrong_place = form->wrong[SIGNUP_PLACE];
	const char *wrong_contains = form->wrong[SIGNUP_CONTAINS];
	bool is_open = wrong_place[0] || wrong_contains[0] || form->place[0] ||
		       form->wish.contains[0] || form->is_toll_free;
	str_addf(to,
		"<details class=\"more\"%s><summary>Another place, certain digits, toll-free"
		"</summary>",
		is_open ? " open" : "");
	signup_form_place(to, form->place, wrong_place);
	signup_form_filter(to, form->wish.contains, wrong_contains, form->is_toll_free);
	str_add(to, "</details>");
}

/* A press of Enter is the first button's: without script that is not "show". */
static void add_first_button(struct str *to)
{
	str_add(to, "<noscript><button class=\"unseen\" type=\"submit\" tabindex=\"-1\" "
		    "aria-hidden=\"true\">Get my number</button></noscript>");
}

void signup_form_numbers(
	struct str *to, const struct chooser *chooser, const char *hold, const char *wrong)
{
	str_add(to, "<div class=\"offer\" id=\"offer\" role=\"status\">");
	if (chooser != NULL)
		chooser_say(to, chooser);
	str_add(to, "</div>");
	if (wrong[0] != '\0') {
		str_add(to, "<p class=\"wrong\" id=\"numbers_wrong\">");
		html_text(to, wrong);
		str_add(to, "</p>");
	}
	str_add(to, "<div id=\"numbers\" tabindex=\"-1\">");
	if (chooser != NULL)
		chooser_write(to, chooser);
	str_add(to, "</div><p class=\"held\" id=\"held\" hidden><span role=\"status\"></span>"
		    "<span aria-hidden=\"true\"></span></p>"
		    "<input type=\"hidden\" id=\"hold\" name=\"hold\" autocomplete=\"off\"");
	html_attribute(to, "value", hold);
	str_add(to, "><noscript><p class=\"acts\"><button class=\"button plain\" "
		    "type=\"submit\" name=\"look\" value=\"yes\">Show numbers for sale"
		    "</button></p></noscript>");
}

static void add_existing_field(
	struct str *to, const struct web *web, const struct signup_form *form)
{
	str_addf(to,
		"<div class=\"check\"><input type=\"checkbox\" id=\"has_existing\" "
		"name=\"has_existing\" value=\"yes\"%s><label for=\"has_existing\">"
		"I already have a ",
		form->has_existing ? " checked" : "");
	html_text(to, web->config->brand);
	str_add(to, " (Telnyx) phone number</label><div class=\"reveal\">");
	html_input(to, &(struct html_field){.id = anchors[SIGNUP_EXISTING],
			       .label = labels[SIGNUP_EXISTING],
			       .hint = "We connect this number and buy no new one.",
			       .wrong = form->wrong[SIGNUP_EXISTING],
			       .type = "tel",
			       .value = form->wish.existing_number,
			       .most_characters = 100,
			       .is_phone = true});
	str_add(to, "</div></div>");
}

static void add_numbers(
	struct str *to, const struct signup_form *form, const struct offers_found *found)
{
	struct engine_search search = signup_form_search(form);
	const struct chooser chooser = {.found = found,
		.search = &search,
		.chosen = form->wish.number,
		.for_me = "the nearest one there is when you sign up"};
	signup_form_numbers(
		to, found != NULL ? &chooser : NULL, form->wish.hold, form->wrong[SIGNUP_NUMBER]);
}

static void add_key(struct str *to)
{
	uint8_t random[16];
	str_add(to, "<input type=\"hidden\" name=\"key\" autocomplete=\"off\" value=\"page-");
	id_random(random, sizeof(random));
	for (size_t i = 0; i < sizeof(random); i++)
		str_addf(to, "%02x", random[i]);
	str_add(to, "\">");
}

void signup_form_write(struct str *to, const struct web *web, const struct signup_form *form,
	const struct offers_found *found)
{
	str_add(to, "<div class=\"card\">");
	add_summary(to, form);
	str_add(to, "<form method=\"post\" action=\"/\" novalidate data-once>");
	add_first_button(to);
	add_key(to);
	add_main_fields(to, form);
	add_wishes(to, form);
	add_numbers(to, form, found);
	add_existing_field(to, web, form);
	str_add(to, "<button class=\"button wide\" type=\"submit\" data-busy=\"Signing up…\">"
		    "Get my number</button><p class=\"after\">We use your e-mail only for this "
		    "sign-up.</p></form></div>");
}
