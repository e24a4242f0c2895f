/* html.c - the frame of a page, and the pieces that several pages use. */
#include "web/html.h"

#include "base/text.h"
#include "engine/view.h"
#include "web/assets.h"

void html_text(struct str *to, const char *text)
{
	str_add_html(to, text);
}

void html_attribute(struct str *to, const char *name, const char *value)
{
	str_addf(to, " %s=\"", name);
	str_add_html(to, value);
	str_add(to, "\"");
}

void html_begin(struct str *to, const struct config *config, const struct html_head *head)
{
	str_add(to, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
		    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
		    "<meta name=\"color-scheme\" content=\"light dark\">"
		    "<meta name=\"format-detection\" content=\"telephone=no\">"
		    "<meta name=\"robots\" content=\"noindex\"><title>");
	html_text(to, head->title);
	str_addf(to, "</title><link rel=\"stylesheet\" href=\"%s\">", assets_url("style.css"));
	str_addf(to, "<link rel=\"icon\" type=\"image/svg+xml\" href=\"%s\">",
		assets_url("favicon.svg"));
	if (head->refresh_seconds > 0)
		str_addf(to, "<noscript><meta http-equiv=\"refresh\" content=\"%d\"></noscript>",
			head->refresh_seconds);
	if (head->has_script)
		str_addf(to, "<script src=\"%s\" defer></script>", assets_url("page.js"));
	str_add(to, "</head><body");
	if (head->class != NULL)
		html_attribute(to, "class", head->class);
	str_add(to, "><a class=\"skip\" href=\"#main\">Skip to the content</a>"
		    "<header class=\"top\"><div class=\"wrap\"><a class=\"brand\" href=\"/\">");
	str_addf(to, "<img src=\"%s\" alt=\"\" width=\"30\" height=\"30\">",
		assets_url("favicon.svg"));
	html_text(to, config->brand);
	str_add(to, "</a></div></header><main id=\"main\"><div class=\"wrap\">\n");
}

void html_end(struct str *to, const struct config *config)
{
	str_add(to, "\n</div></main><footer><div class=\"wrap\"><span>");
	html_text(to, config->brand);
	str_add(to, " phone numbers</span><a href=\"/about\">About this service</a></div></footer>"
		    "</body></html>\n");
}

void html_phone(struct str *to, const char *e164)
{
	char shown[32];
	view_phone(e164, shown, sizeof(shown));
	str_add(to, "<a class=\"tel\" href=\"tel:");
	html_text(to, e164);
	str_add(to, "\">");
	html_text(to, shown);
	str_add(to, "</a>");
}

void html_time(struct str *to, int64_t wall_ms)
{
	static const char *const months[] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	char text[CLOCK_TEXT_BYTES];
	clock_format(wall_ms, text);
	int month = (text[5] - '0') * 10 + (text[6] - '0');
	must(month >= 1 && month <= 12);
	str_addf(to, "<time datetime=\"%s\">%d %s %.4s, %.8s UTC</time>", text,
		(text[8] - '0') * 10 + (text[9] - '0'), months[month - 1], text, text + 11);
}

static void add_described_by(struct str *to, const struct html_field *f, bool is_wrong)
{
	char ids[160] = "";
	if (is_wrong)
		text_format(ids, sizeof(ids), "%s_wrong", f->id);
	struct str all;
	str_init(&all, sizeof(ids) * 2);
	str_add(&all, ids);
	if (f->hint != NULL)
		str_addf(&all, "%s%s_hint", all.bytes > 0 ? " " : "", f->id);
	if (f->described_by != NULL)
		str_addf(&all, "%s%s", all.bytes > 0 ? " " : "", f->described_by);
	if (all.bytes > 0)
		html_attribute(to, "aria-describedby", all.text);
	str_done(&all);
}

static void add_input(struct str *to, const struct html_field *f, bool is_wrong)
{
	str_add(to, "<input");
	html_attribute(to, "id", f->id);
	html_attribute(to, "name", f->id);
	html_attribute(to, "type", f->type);
	html_attribute(to, "autocomplete", f->autocomplete != NULL ? f->autocomplete : "off");
	html_attribute(to, "value", f->value);
	str_addf(to, " maxlength=\"%d\"", f->most_characters);
	if (f->class != NULL)
		html_attribute(to, "class", f->class);
	if (f->is_phone)
		str_add(to, " data-phone");
	if (f->is_required)
		str_add(to, " required");
	if (is_wrong)
		str_add(to, " aria-invalid=\"true\"");
	if (text_is(f->type, "email"))
		str_add(to, " spellcheck=\"false\" autocapitalize=\"off\"");
	add_described_by(to, f, is_wrong);
	str_add(to, ">");
}

void html_input(struct str *to, const struct html_field *f)
{
	bool is_wrong = f->wrong != NULL && f->wrong[0] != '\0';
	str_add(to, "<div class=\"field\"><label");
	html_attribute(to, "for", f->id);
	str_add(to, ">");
	html_text(to, f->label);
	str_add(to, "</label>");
	if (f->hint != NULL) {
		str_addf(to, "<p class=\"hint\" id=\"%s_hint\">", f->id);
		html_text(to, f->hint);
		str_add(to, "</p>");
	}
	if (is_wrong) {
		str_addf(to, "<p class=\"wrong\" id=\"%s_wrong\">", f->id);
		html_text(to, f->wrong);
		str_add(to, "</p>");
	}
	add_input(to, f, is_wrong);
	str_add(to, "</div>");
}
