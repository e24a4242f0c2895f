/* web.c - routes of the pages, who may see them, and what every answer carries. */
#include "web/web.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "net/loop.h"
#include "web/assets.h"
#include "web/html.h"
#include "web/inside.h"

#define PULSE_MS 15000 /* proxies cut streams that stay silent longer */

/* --- life -------------------------------------------------------------------- */

static void pulse(void *arg)
{
	struct web *web = arg;
	live_pulse(web);
	loop_timer_set(web->pulse, PULSE_MS);
}

struct web *web_new(struct loop *loop, struct engine *engine, const struct config *config)
{
	struct web *web = must_calloc(1, sizeof(*web));
	web->engine = engine;
	web->config = config;
	web->offers = offers_new();
	web->pulse = loop_timer_new(loop, pulse, web);
	loop_timer_set(web->pulse, PULSE_MS);
	return web;
}

struct web *web_free(struct web *web)
{
	if (web == NULL)
		return NULL;
	live_end_all(web);
	for (struct web_ask *ask = web->asks; ask != NULL; ask = ask->next)
		ask->web = NULL;
	loop_timer_free(web->pulse);
	offers_free(web->offers);
	free(web);
	return NULL;
}

void web_set_api(struct web *web, struct api *api)
{
	web->api = api;
}

void *web_ask_new(struct web *web, struct http_request *r, size_t bytes)
{
	must(bytes >= sizeof(struct web_ask));
	struct web_ask *ask = must_calloc(1, bytes);
	ask->web = web;
	ask->request = r;
	ask->next = web->asks;
	ask->here = &web->asks;
	if (ask->next != NULL)
		ask->next->here = &ask->next;
	web->asks = ask;
	return ask;
}

void web_ask_free(struct web_ask *ask)
{
	if (ask->web != NULL) {
		*ask->here = ask->next;
		if (ask->next != NULL)
			ask->next->here = ask->here;
	}
	free(ask);
}

bool web_ask_is_orphan(struct web_ask *ask)
{
	if (ask->web != NULL)
		return false;
	http_answer_text(ask->request, 503, "text/plain; charset=utf-8",
		"This service is stopping. Try again in a moment.\n");
	web_ask_free(ask);
	return true;
}

/* --- what every answer carries --------------------------------------------------- */

/* Referrer-Policy is not no-referrer: with that, browsers hide the Origin of
 * our own forms too, which is how a POST shows that it comes from our page. */
void web_add_headers(struct http_request *r)
{
	http_answer_header(r, "Content-Security-Policy",
		"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
		"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
	http_answer_header(r, "Referrer-Policy", "same-origin");
	http_answer_header(r, "X-Content-Type-Options", "nosniff");
	http_answer_header(r, "X-Frame-Options", "DENY");
	http_answer_header(r, "Cross-Origin-Opener-Policy", "same-origin");
}

void web_answer(struct http_request *r, int status, struct str *html)
{
	must(str_ok(html));
	web_add_headers(r);
	http_answer_header(r, "Cache-Control", "no-store");
	http_answer(r, status, "text/html; charset=utf-8", html->text, html->bytes);
	str_done(html);
}

void web_answer_see(struct http_request *r, const char *path)
{
	web_add_headers(r);
	http_answer_header(r, "Cache-Control", "no-store");
	http_answer_header(r, "Location", path);
	http_answer(r, 303, NULL, NULL, 0);
}

void web_answer_message(
	struct web *web, struct http_request *r, int status, const char *title, const char *text)
{
	struct str html;
	struct html_head head = {.title = title};
	str_init(&html, HTML_PAGE_BYTES);
	html_begin(&html, web->config, &head);
	str_add(&html, "<div class=\"narrow\"><h1>");
	html_text(&html, title);
	str_add(&html, "</h1><p class=\"lead\">");
	html_text(&html, text);
	str_add(&html, "</p><p class=\"acts\"><a class=\"button plain\" href=\"/\">"
		       "Go to the sign-up</a></p></div>");
	html_end(&html, web->config);
	web_answer(r, status, &html);
}

/* --- from our own page? ------------------------------------------------------------ */

bool web_is_same_origin(const struct http_request *r, bool is_silence_fine)
{
	const char *site = http_request_header(r, "Sec-Fetch-Site");
	const char *origin = http_request_header(r, "Origin");
	const char *host = http_request_header(r, "Host");
	if (site != NULL)
		return text_is(site, "same-origin");
	if (origin == NULL)
		return is_silence_fine;
	/* The scheme is not compared: a proxy in front speaks TLS, we do not. */
	const char *authority = strstr(origin, "://");
	return authority != NULL && host != NULL &&
	       text_is_any_case(authority + strlen("://"), host);
}

static bool is_refused_as_foreign(struct web *web, struct http_request *r, bool is_silence_fine)
{
	if (web_is_same_origin(r, is_silence_fine))
		return false;
	web_answer_message(web, r, 403, "This form was not sent from our page",
		"For your safety we only take forms from our own pages. Open the page again and "
		"send it from there.");
	return true;
}

/* --- routes ------------------------------------------------------------------------ */

static void refuse_method(struct web *web, struct http_request *r, const char *allow)
{
	http_answer_header(r, "Allow", allow);
	web_answer_message(web, r, 405, "That does not work here",
		"This address does not take that kind of request.");
}

static void not_found(struct web *web, struct http_request *r)
{
	web_answer_message(web, r, 404, "There is no such page",
		"Check the address. If you followed the link to your sign-up, make sure that all "
		"of "
		"it was copied.");
}

/* "su_…" or "su_…/rest": the id goes to `id`, the rest is returned; NULL when it
 * is no id. */
static const char *split_id(const char *path, char id[ID_BYTES])
{
	size_t bytes = strcspn(path, "/");
	if (bytes >= ID_BYTES)
		return NULL;
	text_copy_part(id, ID_BYTES, path, bytes);
	return id_is(id, "su") ? path + bytes : NULL;
}

static void route_front(struct web *web, struct http_request *r, bool is_post)
{
	if (!is_post)
		page_signup_show(web, r);
	else if (!is_refused_as_foreign(web, r, true))
		page_signup_take(web, r);
}

static void route_signup(struct web *web, struct http_request *r, const char *path, bool is_post)
{
	char id[ID_BYTES];
	const char *rest = split_id(path, id);
	if (rest != NULL && text_is(rest, "/events") && !is_post)
		live_start(web, r, id);
	else if (rest == NULL || rest[0] != '\0')
		not_found(web, r);
	else if (!is_post)
		page_progress_show(web, r, id);
	else if (!is_refused_as_foreign(web, r, true))
		page_progress_take(web, r, id);
}

static void route_spending(struct web *web, struct http_request *r, const char *path, bool is_post)
{
	bool is_page = text_is(path, "/admin/limits");
	if (is_page == is_post)
		refuse_method(web, r, is_page ? "GET, HEAD" : "POST");
	else if (is_page)
		page_spending_show(web, r);
	else if (!is_refused_as_foreign(web, r, false))
		page_spending_take(web, r, text_is(path, "/admin/freeze"));
}

static bool is_spending(const char *path)
{
	return text_is(path, "/admin/limits") || text_is(path, "/admin/freeze") ||
	       text_is(path, "/admin/thaw");
}

static void route_admin(struct web *web, struct http_request *r, const char *path, bool is_post)
{
	static const char folder[] = "/admin/signups/";
	char id[ID_BYTES];
	const char *rest = text_starts(path, folder) ? split_id(path + strlen(folder), id) : NULL;
	bool is_list = text_is(path, "/admin") || text_is(path, "/admin/");
	bool is_one = rest != NULL && rest[0] == '\0';
	bool is_act = rest != NULL && (text_is(rest, "/cancel") || text_is(rest, "/retry") ||
					      text_is(rest, "/resolve"));
	if (is_list && !is_post)
		page_admin_list(web, r);
	else if (is_one && !is_post)
		page_admin_show(web, r, id);
	else if (is_list || is_one)
		refuse_method(web, r, "GET, HEAD");
	else if (!is_act)
		not_found(web, r);
	else if (!is_post)
		refuse_method(web, r, "POST");
	else if (!is_refused_as_foreign(web, r, false))
		page_admin_take(web, r, id, rest + 1);
}

static void route_hold(struct web *web, struct http_request *r, bool is_post)
{
	if (!is_post)
		refuse_method(web, r, "POST");
	else if (!is_refused_as_foreign(web, r, false))
		page_hold_take(web, r);
}

static void route_public(struct web *web, struct http_request *r, const char *path, bool is_post)
{
	if (text_is(path, "/"))
		route_front(web, r, is_post);
	else if (text_starts(path, "/signups/"))
		route_signup(web, r, path + strlen("/signups/"), is_post);
	else if (text_is(path, "/offer") && !is_post)
		offer_show(web, r);
	else if (text_is(path, "/about") && !is_post)
		page_about_show(web, r);
	else if (text_is(path, "/offer") || text_is(path, "/about"))
		refuse_method(web, r, "GET, HEAD");
	else if (text_is(path, "/hold"))
		route_hold(web, r, is_post);
	else
		not_found(web, r);
}

static bool is_admin(const char *path)
{
	return text_is(path, "/admin") || text_starts(path, "/admin/");
}

void web_handle(void *arg, struct http_request *r)
{
	struct web *web = arg;
	const char *path = http_request_path(r);
	enum http_method method = http_request_method(r);
	bool is_asset = text_starts(path, "/assets/") || text_is(path, "/favicon.ico");
	must(web->api != NULL);
	if (!api_admit(web->api, r, is_asset || (web->config->is_public_signup && !is_admin(path))))
		return;
	if (method != HTTP_GET && (method != HTTP_POST || is_asset))
		refuse_method(web, r, "GET, HEAD, POST");
	else if (is_asset)
		assets_answer(r,
			text_is(path, "/favicon.ico") ? "favicon.svg" : path + strlen("/assets/"));
	else if (is_spending(path))
		route_spending(web, r, path, method == HTTP_POST);
	else if (is_admin(path))
		route_admin(web, r, path, method == HTTP_POST);
	else
		route_public(web, r, path, method == HTTP_POST);
}
