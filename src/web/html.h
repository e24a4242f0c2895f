/*
 * html.h - the frame of a page, and the pieces that several pages use.
 *
 * Promise: text from outside goes through html_text() or html_attribute(), and
 * only through them.
 */
#ifndef WEB_HTML_H
#define WEB_HTML_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/str.h"

#define HTML_PAGE_BYTES (512 * 1024)

struct html_head {
	const char *title;
	const char *class;   /* of <body>; NULL none */
	int refresh_seconds; /* without JavaScript; 0 never */
	bool has_script;
};

void html_begin(struct str *to, const struct config *config, const struct html_head *head);
void html_end(struct str *to, const struct config *config);

void html_text(struct str *to, const char *text);
/* ` name="value"` */
void html_attribute(struct str *to, const char *name, const char *value);
/* <a class="tel" href="tel:+1…">(415) 555-0123</a> */
void html_phone(struct str *to, const char *e164);
/* "22 Nov 2026, 15:04 UTC" in a <time> */
void html_time(struct str *to, int64_t wall_ms);

/* One field: label, hint, what is wrong, input. */
struct html_field {
	const char *id; /* and name */
	const char *label;
	const char *hint;         /* NULL none */
	const char *wrong;        /* NULL or "" when nothing is */
	const char *type;         /* text, email, tel */
	const char *autocomplete; /* NULL: off */
	const char *value;
	const char *class;        /* of the input; NULL none */
	const char *described_by; /* one more id; NULL none */
	int most_characters;
	bool is_phone; /* formatted while typing */
	bool is_required;
};
void html_input(struct str *to, const struct html_field *field);

#endif
