/* about.c - what the API says about itself: its description, and its errors. */
#include <string.h>

#include "api/inside.h"
#include "base/embed.h"
#include "base/text.h"
#include "numbering/phone.h"

extern const struct embedded_file openapi_files[]; /* made from openapi.json */

void about_openapi(const struct call *call)
{
	answer_headers(call->r, "no-cache");
	http_answer(
		call->r, 200, "application/json", openapi_files[0].bytes, openapi_files[0].length);
}

/* --- /problems/{code}: where the `type` of a problem leads --- */

struct reject_row {
	const char *wire, *hint;
};

static const struct reject_row rejects[] = {
#define X(name, wire, hint) {wire, hint},
	PHONE_REJECTS(X)
#undef X
		{"country_needs_papers",
			"Numbers there want papers, and numberd hands none in yet. Give a "
			"place in the US or Canada."},
	{"country_not_sold", "Telnyx sells no numbers there. Give a place in the US or Canada."},
};

static void add_page(
	struct str *to, const char *code, const char *title, int status, const char *hint)
{
	str_add(to, "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
		    "<meta name=\"viewport\" content=\"width=device-width\"><title>");
	str_add_html(to, code);
	str_add(to, " - numberd</title></head><body><h1>");
	str_add_html(to, title);
	str_add(to, "</h1><p>Code <code>");
	str_add_html(to, code);
	str_addf(to, "</code>, usually with status %d.</p><p>", status);
	str_add_html(to, hint);
	str_add(to,
		"</p><p>The answer's own <code>detail</code> and <code>hint</code> say more.</p>"
		"</body></html>\n");
}

static void show(struct http_request *r, const char *code, enum err_code err, const char *hint)
{
	struct str page;
	str_init(&page, 8192);
	add_page(&page, code, err_title(err), err_http(err), hint);
	must(str_ok(&page));
	http_answer_header(r, "Content-Security-Policy", "default-src 'none'");
	answer_headers(r, "no-cache");
	http_answer(r, 200, "text/html; charset=utf-8", page.text, page.bytes);
	str_done(&page);
}

void about_problem(const struct call *call)
{
	struct err e = {0};
	for (size_t i = 0; i < COUNT_OF(rejects); i++) {
		if (text_is(rejects[i].wire, call->name)) {
			show(call->r, rejects[i].wire, ERR_PHONE_REFUSED, rejects[i].hint);
			return;
		}
	}
	if (err_from_wire(call->name, &e.code) && e.code != ERR_OK) {
		show(call->r, call->name, e.code, err_hint(&e));
		return;
	}
	err_set(&e, ERR_NOT_FOUND, "there is no problem of this name");
	answer_problem(call->r, &(struct problem){.err = &e});
}
