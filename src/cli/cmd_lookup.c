/* numberd lookup PHONE: what numberd makes of a typed number. */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/say.h"
#include "numbering/countries.h"
#include "numbering/lookup.h"

#define SHOWN_A_RUNG 8

static void print_flags(const json_t *flags)
{
	struct str line;
	str_init(&line, 1000);
	for (size_t i = 0; i < json_count(flags); i++)
		str_addf(&line, "%s%s", i > 0 ? ", " : "",
			json_string_value(json_array_get(flags, i)));
	say_row("flags", "%s", line.text);
	str_done(&line);
}

static void print_rung(const json_t *rung, const char *title)
{
	struct str line;
	const json_t *areas = json_at(rung, "area_codes");
	size_t count = json_count(areas);
	str_init(&line, 1000);
	for (size_t i = 0; i < count && i < SHOWN_A_RUNG; i++) {
		const json_t *area = json_array_get(areas, i);
		double km = json_number_value(json_at(area, "distance_km"));
		str_addf(&line, "%s%s", i > 0 ? ", " : "", json_text(area, "area_code"));
		if (km > 0)
			str_addf(&line, " (%g km)", km);
	}
	if (count > SHOWN_A_RUNG)
		str_addf(&line, ", and %zu more", count - SHOWN_A_RUNG);
	const char *wide = json_text(rung, "region");
	if (wide == NULL)
		wide = json_text(rung, "country");
	if (json_text(rung, "town") != NULL)
		str_addf(&line, "%s%s", count > 0 ? " in " : "", json_text(rung, "town"));
	if (count == 0 && wide != NULL)
		str_add(&line, wide);
	say_row(title, "%-15s %s", json_text(rung, "rung"), line.text);
	str_done(&line);
}

static const char *text_or_nothing(const json_t *document, const char *path)
{
	const char *text = json_text(document, path);
	return text ? text : "";
}

static void print_ladder(const json_t *ladder)
{
	for (size_t i = 0; i < json_count(ladder); i++)
		print_rung(json_array_get(ladder, i), i == 0 ? "would try" : "");
	if (json_count(ladder) == 0)
		say_row("would try", "nothing yet: it belongs to no place, so a sign-up asks for a "
				     "ZIP or postal code, or a city");
}

static void print_accepted(const json_t *document)
{
	static const char *const rows[][2] = {{"number", "e164"}, {"extension", "extension"},
		{"country", "country"}, {"region", "region"}, {"area code", "area_code"},
		{"kind", "kind"}};
	bool has_town = json_text(document, "town") != NULL;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		say_row(rows[i][0], "%s", text_or_nothing(document, rows[i][1]));
	say_row("place", "%s", text_or_nothing(document, has_town ? "town" : "place"));
	print_flags(json_at(document, "flags"));
	say_row("papers", "%s", text_or_nothing(document, "requirements"));
	if (json_text(document, "cannot_complete") != NULL)
		say_row("sign-up", "%s", json_text(document, "cannot_complete"));
	else
		print_ladder(json_at(document, "ladder"));
}

static void print_refused(const json_t *document)
{
	say_row("refused", "%s", text_or_nothing(document, "reject.code"));
	say_row("because", "%s", text_or_nothing(document, "reject.message"));
	say_row("hint", "%s", text_or_nothing(document, "reject.hint"));
}

static int show(const struct cli *cli, json_t *document)
{
	bool is_accepted = json_bool(document, "accepted", false);
	if (cli->is_json) {
		say_json(document);
		return is_accepted ? 0 : 1;
	}
	say_row("input", "%s", text_or_nothing(document, "input"));
	if (is_accepted)
		print_accepted(document);
	else
		print_refused(document);
	json_decref(document);
	return is_accepted ? 0 : 1;
}

static int run(struct cli *cli)
{
	char country[8];
	struct err e;
	const char *typed = cli_value(cli, "country");
	bool fits = TEXT_COPY(country, typed);
	for (char *at = country; *at != '\0'; at++)
		*at = *at >= 'a' && *at <= 'z' ? (char)(*at - 'a' + 'A') : *at;
	if (typed != NULL && typed[0] != '\0' &&
		(!fits || (!country_is_nanp(country) && country_find(country) == NULL))) {
		err_set_hint(&e, ERR_USAGE, "Give two letters such as US, GB or DE.",
			"--country names no country: \"%s\"", typed);
		return say_error(&e);
	}
	return show(cli, lookup_document(cli->argument, strlen(cli->argument),
				 typed != NULL ? country : NULL));
}

const struct cmd cmd_lookup = {
	.name = "lookup",
	.argument = "PHONE",
	.summary = "Tells what numberd makes of a typed phone number",
	.about =
		"Its E.164 form, country, area code and kind, or why it is refused, and the area\n"
		"codes that would be searched.  Asks nobody.  Exit status 0 accepted, 1 refused.\n",
	.takes = CLI_TAKES_JSON,
	.run = run,
	.options = {{"country", "C", "where a number without + is dialled (US); \"\": not known",
		false}},
};
