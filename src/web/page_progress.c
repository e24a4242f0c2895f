/* page_progress.c - the sign-up's own page: how far it is, and how it ended. */
#include <string.h>

#include "base/text.h"
#include "engine/view.h"
#include "net/http_server.h"
#include "web/html.h"
#include "web/inside.h"
#include "web/question.h"
#include "web/words.h"

#define REFRESH_SECONDS 2
#define REFRESH_ATTENTION_SECONDS 30

/* --- what changes ---------------------------------------------------------------------
 * No white space between elements: the script compares element by element. */

static void add_step(struct str *to, const struct words_step *step, int no)
{
	static const char *const classes[] = {"", " now", " done", " stopped"};
	static const char *const said[] = {"", "Under way: ", "Done: ", "Stopped: "};
	str_addf(to, "<li class=\"step%s\"%s><span class=\"mark\" aria-hidden=\"true\">",
		classes[step->mark], step->mark == STEP_NOW ? " aria-current=\"step\"" : "");
	if (step->mark == STEP_DONE)
		str_add(to,
			"<svg viewBox=\"0 0 24 24\"><path d=\"M5 12.5l4.5 4.5L19 7.5\"/></svg>");
	else if (step->mark == STEP_STOPPED)
		str_add(to, "!");
	else
		str_addf(to, "%d", no);
	str_addf(to, "</span><div><b><span class=\"unseen\">%s</span>", said[step->mark]);
	html_text(to, step->title);
	str_add(to, "</b>");
	if (step->detail[0] != '\0') {
		str_add(to, "<span class=\"detail\">");
		html_text(to, step->detail);
		str_add(to, "</span>");
	}
	str_add(to, "</div></li>");
}

static void add_steps(struct str *to, const struct order *o)
{
	struct words_step steps[WORDS_STEPS];
	int count = words_steps(o, steps);
	str_add(to, "<ol class=\"steps\">");
	for (int i = 0; i < count; i++)
		add_step(to, &steps[i], i + 1);
	str_add(to, "</ol>");
}

static void add_heading(struct str *to, const struct order *o, const struct words_news *news)
{
	str_add(to, "<p class=\"who\">");
	html_text(to, o->business_name);
	str_add(to, "</p><h1>");
	html_text(to, news->title);
	str_add(to, "</h1>");
}

static void add_lead(struct str *to, const char *text)
{
	str_add(to, "<p class=\"lead\">");
	html_text(to, text);
	str_add(to, "</p>");
}

/* Forwarding codes are those of most lines in the US and Canada. */
static void add_forwarding(struct str *to, const struct web *web, const struct order *o)
{
	bool is_american = text_starts(o->number, "+1") && text_starts(o->business_phone, "+1");
	str_add(to, "<li><strong>Forward your present line</strong><span>If ");
	html_text(to, web->config->brand);
	str_add(to, " should take the calls to ");
	html_phone(to, o->business_phone);
	str_add(to, " too, forward that line to the new number.");
	if (is_american)
		str_addf(to,
			" On most landlines: dial <span class=\"tel\">*72</span>, then "
			"<span class=\"tel\">%s</span>.",
			o->number + 2);
	str_add(to, " Your phone company can help.</span></li>");
}

static void add_next(struct str *to, const struct web *web, const struct order *o)
{
	str_add(to,
		"<div class=\"next\"><h2>What to do next</h2><ol>"
		"<li><strong>Call it</strong><span>Call the number once from your own phone and "
		"hear how it is answered.</span></li>");
	if (!text_is(o->number, o->business_phone))
		add_forwarding(to, web, o);
	str_add(to, "<li><strong>Keep this page</strong><span>Bookmark it, or note the number. "
		    "Whoever has this page’s address can see it.</span></li></ol></div>");
}

static void add_ready(struct str *to, const struct web *web, const struct order *o)
{
	char shown[32], match[240];
	view_phone(o->number, shown, sizeof(shown));
	words_match(o, match, sizeof(match));
	str_add(to, "<p class=\"number\">");
	html_phone(to, o->number);
	str_add(to, "</p>");
	if (match[0] != '\0') {
		str_add(to, "<p class=\"match\">");
		html_text(to, match);
		str_add(to, "</p>");
	}
	str_addf(to,
		"<p class=\"acts\"><a class=\"button\" href=\"tel:%s\">Call it</a>"
		"<button class=\"button plain\" type=\"button\" data-copy=\"%s\" hidden>"
		"Copy number</button></p></div>",
		o->number, shown);
	add_next(to, web, o);
	str_add(to, "<details class=\"story\"><summary>What we did</summary>");
	add_steps(to, o);
	str_add(to, "</details>");
}

static void add_end(struct str *to, const struct order *o, const struct words_news *news)
{
	if (o->state == ORDER_FAILED)
		str_add(to, "<p class=\"lead\"><strong>Nothing was bought, and you owe nothing "
			    "for it.</strong></p>");
	add_lead(to, news->next);
	str_add(to, "<p class=\"acts\"><a class=\"button\" href=\"/\">Sign up again</a></p>");
}

/* Words on one side, the steps on the other. */
static void add_under_way(struct str *to, const struct order *o, const struct words_news *news)
{
	const char *delay = words_delay(o);
	str_add(to, "<div class=\"two\"><div class=\"said\">");
	add_heading(to, o, news);
	add_lead(to, news->text);
	if (o->state == ORDER_PARKED)
		add_lead(to, news->next);
	if (delay[0] != '\0')
		str_addf(to, "<p class=\"note\">%s</p>", delay);
	str_add(to, "</div><div class=\"card\">");
	add_steps(to, o);
	str_add(to, "</div></div>");
}

static void write_body(const struct web *web, const struct order *o,
	const struct question *question, struct str *to)
{
	struct words_news news;
	bool goes_on = !order_is_over(o->state) && o->state != ORDER_RELEASING;
	words_news(o, &news);
	if (goes_on) {
		add_under_way(to, o, &news);
		return;
	}
	str_add(to, o->state == ORDER_ACTIVE ? "<div class=\"hero\">" : "<div class=\"narrow\">");
	add_heading(to, o, &news);
	if (o->state == ORDER_ACTIVE) {
		add_ready(to, web, o);
		return;
	}
	add_lead(to, news.text);
	if (o->state == ORDER_NEEDS_INPUT)
		question_write(to, o, question);
	else
		add_end(to, o, &news);
	str_add(to, "</div>");
}

void page_progress_write(const struct web *web, const struct order *o, struct str *to)
{
	const struct question nothing_said = {0};
	write_body(web, o, &nothing_said, to);
}

void page_progress_title(const struct web *web, const struct order *o, struct str *to)
{
	struct words_news news;
	char number[32];
	words_news(o, &news);
	view_phone(o->number, number, sizeof(number));
	if (o->state == ORDER_ACTIVE)
		str_addf(to, "%s is ready", number);
	else
		str_add(to, news.title);
	str_addf(to, " – %s", web->config->brand);
}

/* --- the page ---------------------------------------------------------------------- */

struct showing {
	struct offers_look look;
	char id[ID_BYTES];
	struct order order;
	struct question question;
};

static int refresh_seconds(const struct order *o)
{
	if (o->state == ORDER_PARKED || o->state == ORDER_RELEASING)
		return REFRESH_ATTENTION_SECONDS;
	return order_is_over(o->state) ? 0 : REFRESH_SECONDS;
}

static void answer_page(struct showing *s)
{
	const struct order *o = &s->order;
	struct web *web = s->look.ask.web;
	struct str html, title;
	str_init(&title, 400);
	page_progress_title(web, o, &title);
	struct html_head head = {
		.title = title.text, .refresh_seconds = refresh_seconds(o), .has_script = true};
	str_init(&html, HTML_PAGE_BYTES);
	html_begin(&html, web->config, &head);
	str_add(&html, "<p class=\"unseen\" id=\"say\" role=\"status\"></p>"
		       "<div id=\"progress\"");
	if (!order_is_over(o->state))
		str_addf(&html, " data-live=\"/signups/%s/events\"", o->id);
	str_add(&html, ">");
	write_body(web, o, &s->question, &html);
	str_add(&html, "</div>");
	html_end(&html, web->config);
	str_done(&title);
	web_answer(s->look.ask.request, question_is_wrong(&s->question) ? 422 : 200, &html);
	web_ask_free(&s->look.ask);
}

static void shown(struct offers_look *look, const struct offers_found *found)
{
	struct showing *s = (struct showing *)look;
	s->question.found = found;
	s->question.search = &look->search;
	answer_page(s);
}

/* Where it waits for a choice, with the numbers there are now. */
static void answer_order(struct showing *s, const struct order *o)
{
	s->order = *o;
	if (o->state != ORDER_NEEDS_INPUT ||
		(o->error.code == ERR_PLACE_NEEDED && !s->question.is_looking &&
			s->question.number[0] == '\0')) {
		answer_page(s);
		return;
	}
	if (o->wanted.number[0] != '\0')
		offers_forget(s->look.ask.web, o->wanted.number);
	s->look.search = question_search(o, &s->question);
	s->look.done = shown;
	offers_ask(&s->look);
}

static void answer_missing(struct showing *s, const struct err *e)
{
	struct web_ask *ask = &s->look.ask;
	if (e->code == ERR_NOT_FOUND)
		web_answer_message(ask->web, ask->request, 404, "We do not know this sign-up",
			"Check that all of the address was copied.");
	else
		web_answer_message(ask->web, ask->request, 503, "We cannot look right now",
			"Your sign-up is safe. Please reload this page in a minute.");
	web_ask_free(ask);
}

static void answer_refused(struct showing *s, const struct err *e)
{
	struct web_ask *ask = &s->look.ask;
	struct words_news news;
	char text[sizeof(news.text) + sizeof(news.next) + 1];
	words_refusal(e, &news);
	text_format(text, sizeof(text), "%s %s", news.text, news.next);
	web_answer_message(ask->web, ask->request, err_http(e->code), news.title, text);
	web_ask_free(ask);
}

static void answer_see(struct showing *s)
{
	char path[64];
	text_format(path, sizeof(path), "/signups/%s", s->id);
	web_answer_see(s->look.ask.request, path);
	web_ask_free(&s->look.ask);
}

static void got(void *arg, const struct err *e, const struct order *o)
{
	struct showing *s = arg;
	if (web_ask_is_orphan(&s->look.ask))
		return;
	if (e->code != ERR_OK)
		answer_missing(s, e);
	else
		answer_order(s, o);
}

void page_progress_show(struct web *web, struct http_request *r, const char *id)
{
	struct showing *s = web_ask_new(web, r, sizeof(*s));
	TEXT_COPY(s->id, id);
	engine_get(web->engine, id, got, s);
}

/* --- what was answered to its question ---------------------------------------------------- */

static void retried(void *arg, const struct err *e, const struct order *o)
{
	struct showing *s = arg;
	(void)o;
	if (web_ask_is_orphan(&s->look.ask))
		return;
	bool is_refused = e->code == ERR_INVALID_FIELD || e->code == ERR_PHONE_REFUSED ||
			  e->code == ERR_PLACE_NEEDED;
	if (is_refused) {
		question_refuse(&s->order, &s->question);
		answer_order(s, &s->order);
	} else if (e->code == ERR_OK || e->code == ERR_CONFLICT || e->code == ERR_STORE_CONFLICT) {
		/* A conflict means that it goes on already: the page shows how. */
		answer_see(s);
	} else if (err_http(e->code) < 500 && e->code != ERR_NOT_FOUND) {
		answer_refused(s, e); /* as many as one customer may have, say */
	} else {
		answer_missing(s, e);
	}
}

/* Only a sign-up that asked for it is moved: whoever has the address must not be
 * able to start anything else again. */
static void got_to_retry(void *arg, const struct err *e, const struct order *o)
{
	struct showing *s = arg;
	struct engine_choice choice;
	if (web_ask_is_orphan(&s->look.ask))
		return;
	if (e->code != ERR_OK) {
		answer_missing(s, e);
	} else if (o->state != ORDER_NEEDS_INPUT) {
		answer_see(s);
	} else if (s->question.is_looking || !question_answer(o, &s->question, &choice)) {
		answer_order(s, o);
	} else {
		s->order = *o;
		engine_retry(s->look.ask.web->engine, s->id, &choice, retried, s);
	}
}

void page_progress_take(struct web *web, struct http_request *r, const char *id)
{
	struct showing *s = web_ask_new(web, r, sizeof(*s));
	TEXT_COPY(s->id, id);
	question_read(r, &s->question);
	engine_get(web->engine, id, got_to_retry, s);
}
