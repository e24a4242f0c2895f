/* page_spending.c - the operator's page of the limits, and the switch. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "net/http_server.h"
#include "web/html.h"
#include "web/inside.h"

#define AMOUNT_BYTES 32

static void begin(struct str *to, const struct web *web, const char *title)
{
	struct html_head head = {.title = title, .class = "desk"};
	str_init(to, HTML_PAGE_BYTES);
	html_begin(to, web->config, &head);
	str_add(to, "<p><a href=\"/admin\">All sign-ups</a></p><h1>");
	html_text(to, title);
	str_add(to, "</h1>");
}

static void answer_error(struct web_ask *ask, const struct err *e)
{
	struct str html;
	begin(&html, ask->web, "Not possible");
	str_add(&html, "<p class=\"note\">");
	html_text(&html, e->message);
	str_add(&html, ". ");
	html_text(&html, err_hint(e));
	str_add(&html, "</p>");
	html_end(&html, ask->web->config);
	web_answer(ask->request, err_http(e->code), &html);
	web_ask_free(ask);
}

/* --- the table ----------------------------------------------------------------------- */

static void write_amount(enum spending_limit limit, int64_t value, char to[AMOUNT_BYTES])
{
	char money[24];
	if (!spending_is_money(limit)) {
		text_format(to, AMOUNT_BYTES, "%lld", (long long)value);
		return;
	}
	text_from_cents(value, money, sizeof(money));
	text_format(to, AMOUNT_BYTES, "%s USD", money);
}

static void add_amount(struct str *to, enum spending_limit limit, int64_t value, bool is_told)
{
	char text[AMOUNT_BYTES];
	str_add(to, "<td class=\"tight\">");
	if (is_told) {
		write_amount(limit, value, text);
		html_text(to, text);
	} else {
		str_add(to, "–");
	}
	str_add(to, "</td>");
}

static void add_limit(struct str *to, const struct engine_limits *all, enum spending_limit limit)
{
	static const char *const names[SPENDING_LIMIT_COUNT] = {"For one customer a day",
		"For one network a day", "An hour", "A day", "In all", "Given back an hour",
		"Given back a day"};
	const struct store_budget *b = &all->budgets[limit];
	bool is_money = spending_is_money(limit);
	bool is_for_each = limit == SPENDING_CUSTOMER || limit == SPENDING_NETWORK;
	str_addf(to, "<tr><th scope=\"row\">%s</th>", names[limit]);
	if (all->limits.most[limit] < 0)
		str_add(to, "<td class=\"tight\">no limit</td>");
	else
		add_amount(to, limit, all->limits.most[limit], true);
	add_amount(to, limit, is_money ? b->held_cents : b->held_numbers, !is_for_each);
	add_amount(to, limit, is_money ? b->spent_cents : b->spent_numbers, !is_for_each);
	str_addf(to, "<td class=\"tight mono\">%s</td></tr>", spending_variable(limit));
}

static void add_limits(struct str *to, const struct engine_limits *all)
{
	char upfront[24], monthly[24];
	text_from_cents(all->limits.upfront_cents, upfront, sizeof(upfront));
	text_from_cents(all->limits.monthly_cents, monthly, sizeof(monthly));
	str_addf(to,
		"<h2>Limits</h2><p>A number may cost %s USD at once and %s USD a month. Hours and "
		"days are UTC’s.</p>",
		upfront, monthly);
	str_add(to, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Limits\">"
		    "<table><thead><tr><th scope=\"col\">Limit</th><th scope=\"col\">Most</th>"
		    "<th scope=\"col\">Held</th><th scope=\"col\">Spent</th>"
		    "<th scope=\"col\">Set by</th></tr></thead><tbody>");
	for (int i = 0; i < SPENDING_LIMIT_COUNT; i++)
		add_limit(to, all, (enum spending_limit)i);
	str_add(to, "</tbody></table></div>");
}

/* --- the switch ------------------------------------------------------------------------ */

static void add_frozen(struct str *to, const struct store_control *control)
{
	str_add(to, "<b>Spending is frozen</b> since ");
	html_time(to, control->frozen_at_ms);
	if (control->reason[0] != '\0') {
		str_add(to, ": ");
		html_text(to, control->reason);
	}
	str_add(to, ".");
}

static void add_switch(struct str *to, const struct engine_control *control)
{
	if (control->store.frozen_at_ms > 0) {
		str_add(to, "<div class=\"note\"><p>");
		add_frozen(to, &control->store);
		str_addf(to,
			" No purchase and no release is sent; %d had left before and are not "
			"answered yet.</p><form method=\"post\" action=\"/admin/thaw\">"
			"<button class=\"button\" type=\"submit\">Let spending go on</button>"
			"</form></div>",
			control->in_flight);
		return;
	}
	str_add(to, "<details class=\"more\"><summary>Stop all spending…</summary>"
		    "<form method=\"post\" action=\"/admin/freeze\"><p>No purchase and no release "
		    "is sent until you let it go on. Sign-ups are still taken, and wait.</p>");
	html_input(to, &(struct html_field){.id = "reason",
			       .label = "Why",
			       .type = "text",
			       .value = "",
			       .most_characters = 60});
	str_add(to, "<button class=\"button\" type=\"submit\">Stop all spending</button>"
		    "</form></details>");
}

void page_spending_note(const struct web *web, struct str *to)
{
	struct engine_control control;
	engine_get_control(web->engine, &control);
	if (control.store.frozen_at_ms > 0) {
		str_add(to, "<p class=\"note\">");
		add_frozen(to, &control.store);
		str_add(to, " <a href=\"/admin/limits\">Limits and switch</a></p>");
	} else {
		str_add(to, "<p><a href=\"/admin/limits\">Limits on spending</a></p>");
	}
}

static void told(void *arg, const struct err *e, const struct engine_limits *limits)
{
	struct web_ask *ask = arg;
	struct str html;
	if (web_ask_is_orphan(ask))
		return;
	if (e->code != ERR_OK) {
		answer_error(ask, e);
		return;
	}
	begin(&html, ask->web, "Limits on spending");
	add_switch(&html, &limits->control);
	add_limits(&html, limits);
	html_end(&html, ask->web->config);
	web_answer(ask->request, 200, &html);
	web_ask_free(ask);
}

void page_spending_show(struct web *web, struct http_request *r)
{
	engine_limits(web->engine, told, web_ask_new(web, r, sizeof(struct web_ask)));
}

static void switched(void *arg, const struct err *e, const struct engine_control *control)
{
	struct web_ask *ask = arg;
	(void)control;
	if (web_ask_is_orphan(ask))
		return;
	if (e->code != ERR_OK) {
		answer_error(ask, e);
		return;
	}
	web_answer_see(ask->request, "/admin/limits");
	web_ask_free(ask);
}

void page_spending_take(struct web *web, struct http_request *r, bool is_freeze)
{
	struct web_ask *ask = web_ask_new(web, r, sizeof(*ask));
	const char *typed = http_request_form(r, "reason");
	char reason[sizeof(((struct store_control *)0)->reason)] = "";
	if (typed != NULL && text_is_utf8(typed, strlen(typed)))
		(void)text_one_line(reason, sizeof(reason), typed);
	if (is_freeze)
		engine_freeze(web->engine, reason, switched, ask);
	else
		engine_thaw(web->engine, switched, ask);
}
