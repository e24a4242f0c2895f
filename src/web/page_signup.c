/* page_signup.c - the form, and taking what was typed into it. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "net/http_server.h"
#include "net/loop.h"
#include "web/html.h"
#include "web/inside.h"
#include "web/words.h"

/* A second press of the button may arrive while the first is being stored. */
#define WAIT_FOR_FIRST_MS 100
#define WAIT_FOR_FIRST_TIMES 50

enum { NAME, EMAIL, PHONE, EXISTING, AREA, FIELDS };
static const char *const field_names[FIELDS] = {
	"business_name", "email", "business_phone", "existing_number", "area_code"};
static const char *const labels[FIELDS] = {
	"Business name", "E-mail", "Business phone", "The number you already have", "Area code"};

/* The form as typed, and what is wrong with it. */
struct form {
	struct wish wish;
	bool has_existing;
	char wrong[FIELDS][200];
	struct words_news news; /* about no field; title "" when nothing */
	char seen_id[ID_BYTES]; /* the sign-up this very form made before */
};

/* --- writing it -------------------------------------------------------------------- */

static void add_words(struct str *to, const struct web *web)
{
	str_add(to, "<div class=\"words\"><div class=\"said\"><h1>A local phone number for your "
		    "business</h1><p class=\"lead\">We find a number near you, connect it to ");
	html_text(to, web->config->brand);
	str_add(to,
		", check it, and show it to you here. It usually takes less than a "
		"minute.</p></div>"
		"<ul class=\"facts\">"
		"<li><strong>Your own area code first</strong><span>If none is left there, we "
		"look further, and tell you which one it is and why.</span></li>"
		"<li><strong>One number, once</strong><span>Pressing the button twice or losing "
		"the connection never gets you two.</span></li>"
		"<li><strong>Your present line stays as it is</strong><span>You decide later "
		"whether calls to it go to the new number.</span></li></ul></div>");
}

static int wrong_count(const struct form *form)
{
	int count = 0;
	for (int i = 0; i < FIELDS; i++)
		count += form->wrong[i][0] != '\0';
	return count;
}

static void add_wrong_list(struct str *to, const struct form *form)
{
	int count = wrong_count(form);
	str_add(to, count == 1 ? "<h2>Please check one thing</h2><ul>" : "");
	if (count > 1)
		str_addf(to, "<h2>Please check %d things</h2><ul>", count);
	for (int i = 0; i < FIELDS; i++) {
		if (form->wrong[i][0] == '\0')
			continue;
		str_addf(to, "<li><a href=\"#%s\">%s</a>: ", field_names[i], labels[i]);
		html_text(to, form->wrong[i]);
		str_add(to, "</li>");
	}
	str_add(to, "</ul>");
}

static void add_summary(struct str *to, const struct form *form)
{
	if (wrong_count(form) == 0 && form->news.title[0] == '\0')
		return;
	str_add(to,
		"<div class=\"summary\" id=\"summary\" role=\"alert\" tabindex=\"-1\" autofocus>");
	if (wrong_count(form) > 0) {
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

static void add_main_fields(struct str *to, const struct form *form)
{
	html_input(to, &(struct html_field){.id = field_names[NAME],
			       .label = labels[NAME],
			       .wrong = form->wrong[NAME],
			       .type = "text",
			       .autocomplete = "organization",
			       .value = form->wish.business_name,
			       .most_characters = 160,
			       .is_required = true});
	html_input(to, &(struct html_field){.id = field_names[EMAIL],
			       .label = labels[EMAIL],
			       .wrong = form->wrong[EMAIL],
			       .type = "email",
			       .autocomplete = "email",
			       .value = form->wish.email,
			       .most_characters = 254,
			       .is_required = true});
	html_input(to, &(struct html_field){.id = field_names[PHONE],
			       .label = labels[PHONE],
			       .hint = "The number your customers call today. We look for a new "
				       "one near it.",
			       .wrong = form->wrong[PHONE],
			       .type = "tel",
			       .autocomplete = "tel",
			       .value = form->wish.business_phone,
			       .described_by = "offer",
			       .most_characters = 100,
			       .is_phone = true,
			       .is_required = true,
			       .then = "<div class=\"offer\" id=\"offer\" role=\"status\"></div>"});
}

static void add_area_field(struct str *to, const struct form *form)
{
	bool is_open = form->wrong[AREA][0] != '\0' || form->wish.area_code[0] != '\0';
	str_addf(to, "<details class=\"more\"%s><summary>I would like another area code</summary>",
		is_open ? " open" : "");
	html_input(to, &(struct html_field){.id = field_names[AREA],
			       .label = labels[AREA],
			       .hint = "Three digits. Leave it empty to use the one of your phone.",
			       .wrong = form->wrong[AREA],
			       .type = "text",
			       .value = form->wish.area_code,
			       .class = "short",
			       .most_characters = 8,
			       .is_digits = true});
	str_add(to, "</details>");
}

static void add_existing_field(struct str *to, const struct web *web, const struct form *form)
{
	str_addf(to,
		"<div class=\"check\"><input type=\"checkbox\" id=\"has_existing\" "
		"name=\"has_existing\" value=\"yes\"%s><label for=\"has_existing\">"
		"I already have a ",
		form->has_existing ? " checked" : "");
	html_text(to, web->config->brand);
	str_add(to, " (Telnyx) phone number</label><div class=\"reveal\">");
	html_input(to, &(struct html_field){.id = field_names[EXISTING],
			       .label = labels[EXISTING],
			       .hint = "We connect this number and buy no new one.",
			       .wrong = form->wrong[EXISTING],
			       .type = "tel",
			       .value = form->wish.existing_number,
			       .most_characters = 100,
			       .is_phone = true});
	str_add(to, "</div></div>");
}

static void add_form(struct str *to, const struct web *web, const struct form *form)
{
	uint8_t random[16];
	str_add(to, "<div class=\"card\">");
	add_summary(to, form);
	str_add(to, "<form method=\"post\" action=\"/\" novalidate data-once>"
		    "<input type=\"hidden\" name=\"key\" autocomplete=\"off\" value=\"page-");
	id_random(random, sizeof(random));
	for (size_t i = 0; i < sizeof(random); i++)
		str_addf(to, "%02x", random[i]);
	str_add(to, "\">");
	add_main_fields(to, form);
	add_area_field(to, form);
	add_existing_field(to, web, form);
	str_add(to, "<button class=\"button wide\" type=\"submit\" data-busy=\"Signing up…\">"
		    "Get my number</button><p class=\"after\">We use your e-mail only for this "
		    "sign-up.</p></form></div>");
}

static void answer_form(
	struct web *web, struct http_request *r, int status, const struct form *form)
{
	struct str html;
	bool is_wrong = wrong_count(form) > 0 || form->news.title[0] != '\0';
	char title[120];
	text_format(title, sizeof(title), "%sGet a phone number – %s",
		is_wrong ? "Please check: " : "", web->config->brand);
	struct html_head head = {.title = title, .has_script = true};
	str_init(&html, HTML_PAGE_BYTES);
	html_begin(&html, web->config, &head);
	str_add(&html, "<div class=\"two\">");
	add_words(&html, web);
	add_form(&html, web, form);
	str_add(&html, "</div>");
	html_end(&html, web->config);
	web_answer(r, status, &html);
}

void page_signup_show(struct web *web, struct http_request *r)
{
	struct form form = {0};
	answer_form(web, r, 200, &form);
}

/* --- reading it -------------------------------------------------------------------- */

struct taking {
	struct web_ask ask;
	struct form form;
	struct loop_timer *timer;
	int waits;
};

static bool is_key(const char *key)
{
	return key != NULL && text_starts(key, "page-") && strlen(key) == strlen("page-") + 32 &&
	       strspn(key + strlen("page-"), "0123456789abcdef") == 32;
}

/* What is too long to be read whole is made too long for the check as well. */
static void read_field(struct http_request *r, const char *name, char *to, size_t to_bytes)
{
	const char *typed = http_request_form(r, name);
	if (typed == NULL)
		typed = "";
	if (!text_is_utf8(typed, strlen(typed)))
		typed = "";
	text_copy(to, to_bytes, typed);
	text_trim(to);
}

static void read_form(struct http_request *r, struct form *form)
{
	struct wish *wish = &form->wish;
	const char *has_existing = http_request_form(r, "has_existing");
	const char *key = http_request_form(r, "key");
	read_field(r, "business_name", wish->business_name, sizeof(wish->business_name));
	read_field(r, "email", wish->email, sizeof(wish->email));
	read_field(r, "business_phone", wish->business_phone, sizeof(wish->business_phone));
	read_field(r, "existing_number", wish->existing_number, sizeof(wish->existing_number));
	read_field(r, "area_code", wish->area_code, sizeof(wish->area_code));
	form->has_existing = has_existing != NULL && has_existing[0] != '\0';
	if (is_key(key))
		TEXT_COPY(wish->idempotency_key, key);
	api_source(r, wish->source, sizeof(wish->source));
}

/* The wish that goes out: an unticked box means no existing number, whatever
 * stands in the hidden field. */
static struct wish wish_of(const struct form *form)
{
	struct wish wish = form->wish;
	if (!form->has_existing)
		wish.existing_number[0] = '\0';
	return wish;
}

static int field_of(const char *name)
{
	for (int i = 0; i < FIELDS; i++)
		if (text_is(field_names[i], name))
			return i;
	return FIELDS;
}

static char *value_of(struct wish *wish, int field, size_t *ret_bytes)
{
	char *values[FIELDS] = {wish->business_name, wish->email, wish->business_phone,
		wish->existing_number, wish->area_code};
	size_t bytes[FIELDS] = {sizeof(wish->business_name), sizeof(wish->email),
		sizeof(wish->business_phone), sizeof(wish->existing_number),
		sizeof(wish->area_code)};
	*ret_bytes = bytes[field];
	return values[field];
}

/* All that is wrong at once: wish_check() names the first wrong field, so that
 * one is put right for the next look.  One set of rules for page and API. */
static void check_form(struct form *form)
{
	static const char *const fine[FIELDS] = {"x", "x@example.com", "+14155550123", "", ""};
	struct wish wish = wish_of(form);
	struct order order;
	struct store_creation creation;
	struct wish_error error;
	if (form->has_existing && wish.existing_number[0] == '\0')
		TEXT_COPY(form->wrong[EXISTING], "Enter the number you already have, or untick "
						 "the box to get a new one.");
	for (int i = 0; i < FIELDS && !wish_check(&wish, &order, &creation, &error); i++) {
		int field = field_of(error.field);
		size_t bytes;
		if (field == FIELDS)
			return;
		words_field(&error, form->wrong[field], sizeof(form->wrong[field]));
		char *value = value_of(&wish, field, &bytes);
		text_copy(value, bytes, fine[field]);
	}
}

static void taking_free(struct taking *t)
{
	loop_timer_free(t->timer);
	web_ask_free(&t->ask);
}

static void refuse(struct taking *t, const struct engine_signup_result *result)
{
	struct form *form = &t->form;
	const struct err *e = &result->error->err;
	int field = field_of(result->error->field);
	if (field < FIELDS && e->code != ERR_NUMBER_TAKEN) {
		words_field(result->error, form->wrong[field], sizeof(form->wrong[field]));
	} else {
		words_refusal(e, &form->news);
	}
	if (e->code == ERR_IDEMPOTENCY_KEY_REUSED) {
		/* The same page sent other details: whoever has it may see the first. */
		TEXT_COPY(form->seen_id, result->existing_id);
		TEXT_COPY(form->news.title, "This form was sent before");
		TEXT_COPY(form->news.text, "You sent it with other details a moment ago.");
		TEXT_COPY(form->news.next, "Send it again if you want one more number.");
	}
	int status = err_http(e->code);
	answer_form(t->ask.web, t->ask.request, status >= 500 ? 503 : status, form);
	taking_free(t);
}

static void sign_up(void *arg);

static void signed_up(void *arg, const struct engine_signup_result *result)
{
	struct taking *t = arg;
	char path[64];
	if (t->ask.web == NULL) {
		loop_timer_free(t->timer);
		(void)web_ask_is_orphan(&t->ask);
		return;
	}
	bool is_too_early =
		result->error != NULL && result->error->err.code == ERR_IDEMPOTENCY_IN_PROGRESS;
	if (is_too_early && t->waits++ < WAIT_FOR_FIRST_TIMES) {
		loop_timer_set(t->timer, WAIT_FOR_FIRST_MS);
		return;
	}
	if (result->error != NULL) {
		refuse(t, result);
		return;
	}
	text_format(path, sizeof(path), "/signups/%s", result->order->id);
	web_answer_see(t->ask.request, path);
	taking_free(t);
}

static void sign_up(void *arg)
{
	struct taking *t = arg;
	if (t->ask.web == NULL) {
		loop_timer_free(t->timer);
		(void)web_ask_is_orphan(&t->ask);
		return;
	}
	struct wish wish = wish_of(&t->form);
	engine_signup(t->ask.web->engine, &wish, signed_up, t);
}

void page_signup_take(struct web *web, struct http_request *r)
{
	struct taking *t = web_ask_new(web, r, sizeof(*t));
	read_form(r, &t->form);
	check_form(&t->form);
	if (wrong_count(&t->form) > 0) {
		answer_form(web, r, 422, &t->form);
		taking_free(t);
		return;
	}
	t->timer = loop_timer_new(web->loop, sign_up, t);
	sign_up(t);
}
