/* page_admin.c - the operator's pages: every sign-up, and all that is known of one. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "engine/view.h"
#include "net/http_server.h"
#include "web/html.h"
#include "web/inside.h"
#include "web/place.h"

#define ROWS 50
#define TIMELINE_SHOWN 300

static const char *const statuses[] = {"received", "searching", "purchasing", "provisioning",
	"verifying", "active", "needs_input", "needs_attention", "failed", "cancelled", "released"};

/* --- pieces ------------------------------------------------------------------------------ */

static void begin(struct str *to, const struct web *web, const char *title)
{
	struct html_head head = {.title = title, .class = "desk"};
	str_init(to, HTML_PAGE_BYTES);
	html_begin(to, web->config, &head);
}

static void add_status(struct str *to, const char *status)
{
	const char *class = "";
	if (text_is(status, "active"))
		class = " good";
	else if (text_is(status, "needs_attention") || text_is(status, "needs_input"))
		class = " warn";
	else if (text_is(status, "failed"))
		class = " bad";
	str_addf(to, "<span class=\"state%s\">%s</span>", class, status);
}

static void add_phone_or_dash(struct str *to, const char *e164)
{
	if (e164[0] != '\0')
		html_phone(to, e164);
	else
		str_add(to, "–");
}

static void answer_error(struct web *web, struct http_request *r, const struct err *e)
{
	struct str html;
	begin(&html, web, "Not possible");
	str_add(&html, "<h1>Not possible</h1><p class=\"note\">");
	html_text(&html, e->message);
	str_add(&html, ". ");
	html_text(&html, err_hint(e));
	str_add(&html, "</p><p class=\"acts\"><a class=\"button plain\" href=\"/admin\">"
		       "All sign-ups</a></p>");
	html_end(&html, web->config);
	web_answer(r, err_http(e->code), &html);
}

/* --- the list ------------------------------------------------------------------------------ */

struct listing {
	struct web_ask ask;
	struct store_query query;
	struct store_counts counts;
};

static int64_t count_of(const struct store_counts *counts, const char *status)
{
	int64_t sum = 0;
	for (int i = 0; i < ORDER_STATE_COUNT; i++)
		if (status == NULL || text_is(order_status((enum order_state)i), status))
			sum += counts->by_state[i];
	return sum;
}

static void add_tab(struct str *to, const struct listing *l, const char *status)
{
	bool is_here = text_is(l->query.status, status != NULL ? status : "");
	int64_t count = count_of(&l->counts, status);
	if (count == 0 && status != NULL && !is_here)
		return;
	str_add(to, "<li><a href=\"/admin");
	if (status != NULL)
		str_addf(to, "?status=%s", status);
	str_addf(to, "\"%s>%s <b>%lld</b></a></li>", is_here ? " aria-current=\"page\"" : "",
		status != NULL ? status : "all", (long long)count);
}

static void add_search(struct str *to, const struct listing *l)
{
	str_add(to, "<form class=\"find\" method=\"get\" action=\"/admin\" role=\"search\">");
	if (l->query.status[0] != '\0') {
		str_add(to, "<input type=\"hidden\" name=\"status\"");
		html_attribute(to, "value", l->query.status);
		str_add(to, ">");
	}
	str_add(to, "<div><label for=\"q\">Name, e-mail, phone, number or id</label>"
		    "<input type=\"search\" id=\"q\" name=\"q\" maxlength=\"90\"");
	html_attribute(to, "value", l->query.text);
	str_add(to, "></div><button class=\"button plain\" type=\"submit\">Search</button></form>");
}

static void add_row(struct str *to, const struct order *o)
{
	str_addf(to, "<tr><td><a href=\"/admin/signups/%s\">", o->id);
	html_text(to, o->business_name);
	str_add(to, "</a></td><td>");
	add_status(to, order_status(o->state));
	if (o->error.code != ERR_OK)
		str_addf(to, " <span class=\"mono\">%s</span>", err_wire(o->error.code));
	str_add(to, "</td><td class=\"tight\">");
	add_phone_or_dash(to, o->number);
	str_add(to, "</td><td class=\"tight\">");
	add_phone_or_dash(to, o->business_phone);
	str_add(to, "</td><td>");
	html_text(to, o->email);
	str_add(to, "</td><td class=\"tight\">");
	html_time(to, o->created_ms);
	str_add(to, "</td></tr>");
}

static void add_table(struct str *to, const struct order *orders, size_t count)
{
	if (count == 0) {
		str_add(to, "<p>No sign-ups here.</p>");
		return;
	}
	str_add(to, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Sign-ups\">"
		    "<table><thead><tr><th scope=\"col\">Business</th>"
		    "<th scope=\"col\">Status</th><th scope=\"col\">Number</th>"
		    "<th scope=\"col\">Business phone</th><th scope=\"col\">E-mail</th>"
		    "<th scope=\"col\">Signed up</th></tr></thead><tbody>");
	for (size_t i = 0; i < count; i++)
		add_row(to, &orders[i]);
	str_add(to, "</tbody></table></div>");
}

static void add_pager(
	struct str *to, const struct listing *l, const struct order *orders, size_t count)
{
	str_add(to, "<p class=\"pager\">");
	if (l->query.after_id[0] != '\0')
		str_add(to, "<a class=\"button plain\" href=\"/admin\">Newest</a>");
	if (count == ROWS) {
		str_add(to, "<a class=\"button plain\" href=\"/admin?status=");
		str_add_url(to, l->query.status);
		str_add(to, "&amp;q=");
		str_add_url(to, l->query.text);
		str_addf(to, "&amp;after=%s\">Older</a>", orders[count - 1].id);
	}
	str_add(to, "</p>");
}

static void listed(void *arg, const struct err *e, const struct order *orders, size_t count)
{
	struct listing *l = arg;
	struct str html;
	if (web_ask_is_orphan(&l->ask))
		return;
	if (e->code != ERR_OK) {
		answer_error(l->ask.web, l->ask.request, e);
		web_ask_free(&l->ask);
		return;
	}
	begin(&html, l->ask.web, "Sign-ups");
	str_add(&html, "<h1>Sign-ups</h1>");
	page_spending_note(l->ask.web, &html);
	str_add(&html, "<nav aria-label=\"By status\"><ul class=\"tabs\">");
	add_tab(&html, l, NULL);
	for (size_t i = 0; i < COUNT_OF(statuses); i++)
		add_tab(&html, l, statuses[i]);
	str_add(&html, "</ul></nav>");
	add_search(&html, l);
	add_table(&html, orders, count);
	add_pager(&html, l, orders, count);
	html_end(&html, l->ask.web->config);
	web_answer(l->ask.request, 200, &html);
	web_ask_free(&l->ask);
}

static void counted(void *arg, const struct err *e, const struct store_counts *counts)
{
	struct listing *l = arg;
	if (web_ask_is_orphan(&l->ask))
		return;
	if (e->code != ERR_OK) {
		answer_error(l->ask.web, l->ask.request, e);
		web_ask_free(&l->ask);
		return;
	}
	l->counts = *counts;
	engine_list(l->ask.web->engine, &l->query, listed, l);
}

static bool is_status(const char *text)
{
	for (size_t i = 0; i < COUNT_OF(statuses); i++)
		if (text_is(statuses[i], text))
			return true;
	return false;
}

void page_admin_list(struct web *web, struct http_request *r)
{
	const char *status = http_request_query(r, "status");
	const char *q = http_request_query(r, "q");
	const char *after = http_request_query(r, "after");
	struct listing *l = web_ask_new(web, r, sizeof(*l));
	l->query.limit = ROWS;
	if (status != NULL && is_status(status))
		TEXT_COPY(l->query.status, status);
	if (after != NULL && id_is(after, "su"))
		TEXT_COPY(l->query.after_id, after);
	if (q != NULL && text_is_utf8(q, strlen(q)))
		TEXT_COPY(l->query.text, q);
	text_trim(l->query.text);
	store_counts(engine_store(web->engine), counted, l);
}

/* --- one sign-up ---------------------------------------------------------------------------- */

struct showing {
	struct web_ask ask;
	char id[ID_BYTES];
	struct order order;
};

static void add_fact(struct str *to, const char *name, const char *value)
{
	if (value[0] == '\0')
		return;
	str_addf(to, "<dt>%s</dt><dd>", name);
	html_text(to, value);
	str_add(to, "</dd>");
}

static void add_number_fact(struct str *to, const char *name, int64_t value)
{
	char text[24];
	text_format(text, sizeof(text), "%lld", (long long)value);
	add_fact(to, name, text);
}

static void add_time_fact(struct str *to, const char *name, int64_t ms)
{
	if (ms == 0)
		return;
	str_addf(to, "<dt>%s</dt><dd>", name);
	html_time(to, ms);
	str_add(to, "</dd>");
}

static void add_price(struct str *to, const struct order *o)
{
	char upfront[24], monthly[24], text[80];
	if (o->pinned.number[0] == '\0')
		return;
	text_from_cents(o->pinned.upfront_cents, upfront, sizeof(upfront));
	text_from_cents(o->pinned.monthly_cents, monthly, sizeof(monthly));
	text_format(text, sizeof(text), "%s at once, %s a month, %s", upfront, monthly,
		o->pinned.currency);
	add_fact(to, "Price", text);
}

static void add_wish_facts(struct str *to, const struct order *o)
{
	add_fact(to, "Id", o->id);
	add_fact(to, "Business", o->business_name);
	add_fact(to, "E-mail", o->email);
	str_add(to, "<dt>Business phone</dt><dd>");
	html_phone(to, o->business_phone);
	str_add(to, "</dd>");
	add_fact(to, "Mode", order_mode_wire(o->mode));
	add_fact(to, "Area code wanted", o->area_code);
	add_fact(to, "Digits wanted", o->contains);
	add_fact(to, "Furthest rung", ladder_rung_wire(o->max_rung));
	add_fact(to, "Reference", o->reference);
	add_time_fact(to, "Signed up", o->created_ms);
	add_time_fact(to, "Changed", o->updated_ms);
}

static void add_state_facts(struct str *to, const struct order *o)
{
	add_fact(to, "State", order_state_wire(o->state));
	if (o->state == ORDER_PARKED)
		add_fact(to, "Stopped in", order_state_wire(o->parked_from));
	add_time_fact(to, "Since", o->since_ms);
	add_time_fact(to, "Next look", o->due_ms);
	if (o->number[0] != '\0') {
		str_add(to, "<dt>Number</dt><dd>");
		html_phone(to, o->number);
		str_add(to, "</dd>");
		add_fact(to, "Rung", ladder_rung_wire(o->match.rung));
	}
	add_price(to, o);
	add_number_fact(to, "Attempts to buy", o->attempt_no);
	if (o->attempt.kind != ATTEMPT_NONE) {
		char text[160];
		text_format(text, sizeof(text), "%s of %s: %s (%s)",
			attempt_kind_wire(o->attempt.kind), o->attempt.number,
			attempt_outcome_wire(o->attempt.outcome), err_wire(o->attempt.code));
		add_fact(to, "Newest attempt", text);
	}
	add_fact(to, "Owned", o->is_owned ? "yes" : "no");
	add_fact(to, "Telnyx order", o->order_id);
	add_fact(to, "Telnyx number id", o->number_id);
	add_fact(to, "Telnyx status", o->carrier_status);
	add_fact(to, "Vapi number id", o->voice_id);
	add_fact(to, "Vapi status", o->voice_status);
	if (o->attempt_no > 0) {
		char reference[REFERENCE_BYTES];
		order_reference(o, o->attempt_no, reference);
		add_fact(to, "Customer reference", reference);
	}
}

static void add_error(struct str *to, const struct order *o)
{
	if (o->error.code == ERR_OK)
		return;
	str_addf(to, "<div class=\"note\"><p><b>%s</b>: ", err_wire(o->error.code));
	html_text(to, o->error.message);
	str_add(to, ".</p><p>");
	html_text(to, err_hint(&o->error));
	str_add(to, "</p></div>");
}

static void add_act_form(struct str *to, const struct order *o, const char *act)
{
	str_addf(to, "<form method=\"post\" action=\"/admin/signups/%s/%s\">", o->id, act);
}

/* What a person who has looked in the Telnyx portal may say. */
static void add_answers(struct str *to, const struct order *o)
{
	static const struct {
		enum resolution answer;
		const char *label, *means;
	} ways[] = {
		{RESOLVE_ADOPT, "It was bought", "It is read back from Telnyx before it is used."},
		{RESOLVE_LET_GO, "It was not bought",
			"It is looked for once more; then another number is bought, or the sign-up "
			"ends if it was cancelled."},
	};
	str_add(to, "<details><summary>I have looked at Telnyx…</summary>");
	for (size_t i = 0; i < COUNT_OF(ways); i++) {
		add_act_form(to, o, "resolve");
		str_addf(to,
			"<p>%s</p><button class=\"button plain\" type=\"submit\" name=\"answer\" "
			"value=\"%s\">%s</button></form>",
			ways[i].means, resolution_wire(ways[i].answer), ways[i].label);
	}
	str_add(to, "</details>");
}

static void add_answer_fields(struct str *to)
{
	html_input(to, &(struct html_field){.id = "place",
			       .label = "ZIP or postal code, city or area code",
			       .type = "text",
			       .value = "",
			       .most_characters = PLACE_BYTES - 1});
	html_input(to, &(struct html_field){.id = "number",
			       .label = "Or this number",
			       .type = "tel",
			       .value = "",
			       .most_characters = 20});
}

static void add_acts(struct str *to, const struct order *o)
{
	bool may_retry = o->state == ORDER_PARKED || o->state == ORDER_FAILED ||
			 o->state == ORDER_NEEDS_INPUT || o->state == ORDER_RELEASING;
	bool may_cancel = o->state != ORDER_FAILED && o->state != ORDER_CANCELLED &&
			  o->state != ORDER_RELEASED;
	str_add(to, "<div class=\"ways\">");
	if (may_retry) {
		add_act_form(to, o, "retry");
		if (o->state == ORDER_NEEDS_INPUT)
			add_answer_fields(to);
		str_add(to, "<button class=\"button\" type=\"submit\">Try again</button></form>");
	}
	if (o->state == ORDER_PARKED && o->number[0] != '\0' &&
		(o->parked_from == ORDER_UNCLEAR || o->parked_from == ORDER_ORDERED))
		add_answers(to, o);
	if (may_cancel) {
		str_add(to, "<details><summary>Cancel this sign-up…</summary>");
		add_act_form(to, o, "cancel");
		str_add(to, "<p>What was bought for it is given back to the carrier. A number that "
			    "has been active waits out the undo time first.</p>"
			    "<div class=\"check\"><input type=\"checkbox\" id=\"now\" name=\"now\" "
			    "value=\"true\"><label for=\"now\">Skip the undo time</label></div>"
			    "<button class=\"button plain\" type=\"submit\">Cancel it</button>"
			    "</form></details>");
	}
	str_add(to, "</div>");
}

static void add_event(struct str *to, const struct store_event *event)
{
	str_addf(
		to, "<tr><td class=\"tight\">%lld</td><td class=\"tight\">", (long long)event->seq);
	html_time(to, event->at_ms);
	str_add(to, "</td><td class=\"tight mono\">");
	html_text(to, event->event);
	str_add(to, "</td><td class=\"tight\">");
	if (!text_is(event->from, event->to)) {
		html_text(to, event->from);
		str_add(to, event->from[0] != '\0' ? " → " : "");
	}
	html_text(to, event->to);
	str_add(to, "</td><td>");
	html_text(to, event->detail);
	str_add(to, "</td></tr>");
}

static void add_timeline(struct str *to, const struct store_event *events, size_t count)
{
	str_add(to, "<h2>Timeline</h2>");
	if (count > 0 && events[0].seq > 1)
		str_addf(to, "<p>The last %zu events; the API has all.</p>", count);
	str_add(to, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Timeline\">"
		    "<table><thead><tr><th scope=\"col\">No.</th><th scope=\"col\">When</th>"
		    "<th scope=\"col\">Event</th><th scope=\"col\">Status</th>"
		    "<th scope=\"col\">Detail</th></tr></thead><tbody>");
	for (size_t i = 0; i < count; i++)
		add_event(to, &events[i]);
	str_add(to, "</tbody></table></div>");
}

static void with_timeline(
	void *arg, const struct err *e, const struct store_event *events, size_t count)
{
	struct showing *s = arg;
	const struct order *o = &s->order;
	struct str html;
	if (web_ask_is_orphan(&s->ask))
		return;
	if (e->code != ERR_OK) {
		answer_error(s->ask.web, s->ask.request, e);
		web_ask_free(&s->ask);
		return;
	}
	begin(&html, s->ask.web, o->business_name);
	str_add(&html, "<p><a href=\"/admin\">All sign-ups</a></p><h1>");
	html_text(&html, o->business_name);
	str_add_char(&html, ' ');
	add_status(&html, order_status(o->state));
	str_add(&html, "</h1>");
	add_error(&html, o);
	add_acts(&html, o);
	str_add(&html, "<h2>What was asked</h2><div class=\"scroll\"><dl>");
	add_wish_facts(&html, o);
	str_add(&html, "</dl></div><h2>Where it stands</h2><div class=\"scroll\"><dl>");
	add_state_facts(&html, o);
	str_add(&html, "</dl></div>");
	add_timeline(&html, events, count);
	str_addf(&html, "<p class=\"acts\"><a href=\"/signups/%s\">The customer’s page</a></p>",
		o->id);
	html_end(&html, s->ask.web->config);
	web_answer(s->ask.request, 200, &html);
	web_ask_free(&s->ask);
}

static void got(void *arg, const struct err *e, const struct order *o)
{
	struct showing *s = arg;
	if (web_ask_is_orphan(&s->ask))
		return;
	if (e->code != ERR_OK) {
		answer_error(s->ask.web, s->ask.request, e);
		web_ask_free(&s->ask);
		return;
	}
	int64_t after_seq = o->event_seq > TIMELINE_SHOWN ? o->event_seq - TIMELINE_SHOWN : 0;
	s->order = *o;
	engine_timeline(s->ask.web->engine, s->id, after_seq, with_timeline, s);
}

void page_admin_show(struct web *web, struct http_request *r, const char *id)
{
	struct showing *s = web_ask_new(web, r, sizeof(*s));
	TEXT_COPY(s->id, id);
	engine_get(web->engine, id, got, s);
}

/* --- cancel, retry, resolve
 * --------------------------------------------------------------------------
 */

static void acted(void *arg, const struct err *e, const struct order *o)
{
	struct showing *s = arg;
	char path[80];
	(void)o;
	if (web_ask_is_orphan(&s->ask))
		return;
	text_format(path, sizeof(path), "/admin/signups/%s", s->id);
	if (e->code != ERR_OK)
		answer_error(s->ask.web, s->ask.request, e);
	else
		web_answer_see(s->ask.request, path);
	web_ask_free(&s->ask);
}

static void take_answer(struct showing *s, const char *typed)
{
	enum resolution answer;
	struct err e;
	if (resolution_from_wire(typed != NULL ? typed : "", &answer)) {
		engine_resolve(s->ask.web->engine, s->id, answer, acted, s);
	} else {
		err_set(&e, ERR_INVALID_FIELD, "there is no such answer");
		acted(s, &e, NULL);
	}
}

void page_admin_take(struct web *web, struct http_request *r, const char *id, const char *act)
{
	struct showing *s = web_ask_new(web, r, sizeof(*s));
	const char *number = http_request_form(r, "number");
	const char *typed = http_request_form(r, "place");
	const char *now = http_request_form(r, "now");
	struct engine_choice choice = {0};
	struct place place;
	TEXT_COPY(s->id, id);
	place_read(typed != NULL ? typed : "", &place);
	TEXT_COPY(choice.area_code, place.area_code);
	TEXT_COPY(choice.postal_code, place.postal_code);
	TEXT_COPY(choice.city, place.city);
	TEXT_COPY(choice.number, number != NULL ? number : "");
	if (text_is(act, "resolve"))
		take_answer(s, http_request_form(r, "answer"));
	else if (text_is(act, "cancel"))
		engine_cancel(web->engine, id, text_is(now, "true"), acted, s);
	else
		engine_retry(web->engine, id, &choice, acted, s);
}
