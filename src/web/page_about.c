/* page_about.c - what this is, and whom it thanks. */
#include "base/version.h"
#include "web/html.h"
#include "web/inside.h"

void page_about_show(struct web *web, struct http_request *r)
{
	struct str html;
	struct html_head head = {.title = "About this service"};
	str_init(&html, HTML_PAGE_BYTES);
	html_begin(&html, web->config, &head);
	str_add(&html,
		"<div class=\"narrow prose\"><h1>About this service</h1>"
		"<p>Sign-ups here are handled by numberd " NUMBERD_VERSION
		". It finds a phone number near a business, buys it once, connects it and reads "
		"it back from both sides before it is shown as ready.</p>"
		"<h2>What we keep</h2><p>What you type into the form, the number you were given, "
		"and what was done when. These pages set no cookies, load nothing from other "
		"sites, and count no visits.</p>"
		"<h2>Sources and thanks</h2>"
		"<p>Area codes and the places they serve: facts published by the North American "
		"Numbering Plan Administrator (NANPA).</p>"
		"<p>Positions of towns, from which distances are measured: "
		"<a href=\"https://www.geonames.org/\" rel=\"noreferrer\">GeoNames</a>, licensed "
		"under <a href=\"https://creativecommons.org/licenses/by/4.0/\" "
		"rel=\"noreferrer license\">Creative Commons Attribution 4.0</a>; reduced and "
		"combined. Positions of ZIP and postal codes: the "
		"<a href=\"https://www.npmjs.com/package/zipcodes\" "
		"rel=\"noreferrer\">zipcodes</a> "
		"package, BSD licence.</p>"
		"<p>Which exchange belongs to which town, and the lengths of numbers in other "
		"countries: made from the data of "
		"<a href=\"https://github.com/google/libphonenumber\" rel=\"noreferrer\">"
		"libphonenumber</a>, Apache License 2.0.</p>"
		"<p>What clocks show: the "
		"<a href=\"https://www.iana.org/time-zones\" rel=\"noreferrer\">IANA time zone "
		"database</a>; which towns keep another time than their area code: outlines "
		"made from data of <a href=\"https://www.openstreetmap.org/copyright\" "
		"rel=\"noreferrer license\">OpenStreetMap</a> contributors.</p></div>");
	html_end(&html, web->config);
	web_answer(r, 200, &html);
}
