/* page_signup.c - the sign-up page, and taking what was typed into it. */
#include <string.h>

#include "base/text.h"
#include "net/http_server.h"
#include "web/html.h"
#include "web/inside.h"
#include "web/signup_form.h"
#include "web/words.h"

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

static void answer_form(struct web *web, struct http_request *r, int status,
	const struct signup_form *form, const struct offers_found *found)
{
	struct str html;
	bool is_wrong = signup_form_wrong(form) > 0 || form->news.title[0] != '\0';
	char title[120];
	text_format(title, sizeof(title), "%sGet a phone number – %s",
		is_wrong ? "Please check: " : "", web->config->brand);
	struct html_head head = {.title = title, .has_script = true};
	str_init(&html, HTML_PAGE_BYTES);
	html_begin(&html, web->config, &head);
	str_add(&html, "<div class=\"two\">");
	add_words(&html, web);
	signup_form_write(&html, web, form, found);
	str_add(&html, "</div>");
	html_end(&html, web->config);
	web_answer(r, status, &html);
}

void page_signup_show(struct web *web, struct http_request *r)
{
	static const struct signup_form empty;
	answer_form(web, r, 200, &empty, NULL);
}

/* --- taking it --------------------------------------------------------------------- */

struct taking {
	struct offers_look look;
	struct signup_form form;
	int status; /* of the answer that shows the form again */
};

static void shown(struct offers_look *look, const struct offers_found *found)
{
	struct taking *t = (struct taking *)look;
	answer_form(look->ask.web, look->ask.request, t->status, &t->form, found);
	web_ask_free(&t->look.ask);
}

/* With the numbers, where they were asked for or one was chosen among them. */
static void show_again(struct taking *t, int status)
{
	const struct signup_form *form = &t->form;
	t->status = status;
	t->look.search = signup_form_search(form);
	t->look.done = shown;
	if (form->is_looking || form->is_toll_free || form->wish.number[0] != '\0')
		offers_ask(&t->look);
	else
		shown(&t->look, NULL);
}

static void refuse(struct taking *t, const struct engine_signup_result *result)
{
	struct signup_form *form = &t->form;
	const struct err *e = &result->error->err;
	enum signup_field field = signup_form_field(result->error->field);
	if (field < SIGNUP_FIELDS && e->code != ERR_NUMBER_TAKEN) {
		words_field(result->error, form->wrong[field], sizeof(form->wrong[field]));
	} else {
		words_refusal(e, &form->news);
	}
	if (e->code == ERR_IDEMPOTENCY_KEY_REUSED) {
		/* The same page sent other details: whoever has it may see the first. */
		TEXT_COPY(form->seen_id, result->existing_id);
		TEXT_COPY(form->news.title, "This form was sent before");
		TEXT_COPY(form->news.text, "You sent it with other details a moment ago.");
		TEXT_COPY(form->news.next, "That sign-up shows your number.");
	}
	int status = err_http(e->code);
	show_again(t, status >= 500 ? 503 : status);
}

static void signed_up(void *arg, const struct engine_signup_result *result)
{
	struct taking *t = arg;
	char path[64];
	if (web_ask_is_orphan(&t->look.ask))
		return;
	if (result->error != NULL) {
		refuse(t, result);
		return;
	}
	if (result->order->wanted.number[0] != '\0')
		offers_forget(t->look.ask.web, result->order->wanted.number);
	text_format(path, sizeof(path), "/signups/%s", result->order->id);
	web_answer_see(t->look.ask.request, path);
	web_ask_free(&t->look.ask);
}

void page_signup_take(struct web *web, struct http_request *r)
{
	struct taking *t = web_ask_new(web, r, sizeof(*t));
	signup_form_read(r, &t->form);
	if (t->form.is_looking) {
		show_again(t, 200);
	} else if (signup_form_check(&t->form) > 0) {
		show_again(t, 422);
	} else {
		struct wish wish = signup_form_wish(&t->form);
		engine_signup(web->engine, &wish, signed_up, t);
	}
}
