/* numberd search: numbers for sale now, nearest first. */
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "cli/app.h"
#include "cli/cli.h"
#include "cli/say.h"
#include "engine/view.h"
#include "web/words.h"

#define LIMIT_DEFAULT 10
#define SEARCH_MS 60000

struct found {
	bool is_done;
	struct err err;
	int count;
	struct engine_offer offers[CARRIER_OFFERS_MOST];
	bool has_papers;
	struct engine_papers papers;
};

static void take(void *arg, const struct wish_error *error, const struct engine_offer *offers,
	int count, const struct engine_papers *papers)
{
	struct found *found = arg;
	found->is_done = true;
	if (error != NULL)
		found->err = error->err;
	for (int i = 0; i < count && i < CARRIER_OFFERS_MOST; i++)
		found->offers[found->count++] = offers[i];
	found->has_papers = papers != NULL;
	if (papers != NULL)
		found->papers = *papers;
}

/* --- what was found -------------------------------------------------------- */

static void print_group(const struct engine_offer *offer, bool is_toll_free)
{
	char title[160] = "Toll-free";
	if (!is_toll_free)
		words_rung(&offer->place, title, sizeof(title));
	printf("%s%s%s\n", say_paint(SAY_BOLD, true), title, say_paint(SAY_PLAIN, true));
}

static void print_offer(const struct carrier_offer *offer)
{
	char place[VIEW_TOWN_BYTES], upfront[32], monthly[32];
	view_town(offer, place);
	text_from_cents(offer->candidate.upfront_cents, upfront, sizeof(upfront));
	text_from_cents(offer->candidate.monthly_cents, monthly, sizeof(monthly));
	printf("  %-15s %-30s %8s %8s %s\n", offer->candidate.number, place[0] ? place : "-",
		upfront, monthly, offer->candidate.currency);
}

static bool is_same_group(const struct engine_offer *a, const struct engine_offer *b)
{
	return a->place.rung == b->place.rung && text_is(a->place.npa, b->place.npa);
}

static json_t *document(const struct engine_search *what, const struct found *found)
{
	return view_found(
		what, found->offers, found->count, found->has_papers ? &found->papers : NULL);
}

/* What stands between these numbers and a sign-up, before anything else. */
static void print_needs(const struct engine_search *what, const struct found *found)
{
	JSON_AUTO all = document(what, found);
	const json_t *list = json_at(all, "requirements");
	const char *refused = json_text(all, "cannot_complete");
	if (refused != NULL)
		printf("%s\n", refused);
	if (!json_is_array(list))
		printf("What such a number needs could not be asked just now.\n");
	for (size_t i = 0; i < json_count(list); i++) {
		const json_t *one = json_array_get(list, i);
		const char *about = json_text(one, "description");
		printf("  %s %s%s%s\n", i == 0 ? "needs" : "     ", json_text(one, "name"),
			about != NULL ? ": " : "", about != NULL ? about : "");
	}
}

static void show(const struct cli *cli, const struct engine_search *what, const struct found *found)
{
	if (cli->is_json) {
		say_json(document(what, found));
		return;
	}
	print_needs(what, found);
	if (found->count == 0) {
		say("no number that may be bought is for sale there now");
		return;
	}
	printf("%s  %-15s %-30s %8s %8s%s\n", say_paint(SAY_DIM, true), "NUMBER", "PLACE",
		"UPFRONT", "MONTHLY", say_paint(SAY_PLAIN, true));
	for (int i = 0; i < found->count; i++) {
		const struct engine_offer *offer = &found->offers[i];
		if (i == 0 || !is_same_group(offer, offer - 1))
			print_group(offer, what->is_toll_free);
		print_offer(&offer->offer);
	}
}

/* --- looking ------------------------------------------------------------------ */

static enum err_code read_search(const struct cli *cli, struct engine_search *to, struct err *e)
{
	*to = (struct engine_search){.is_toll_free = cli_has(cli, "toll-free")};
	bool fits = TEXT_COPY(to->phone, cli->argument) &&
		    TEXT_COPY(to->area_code, cli_value(cli, "area-code")) &&
		    TEXT_COPY(to->postal_code, cli_value(cli, "postal-code")) &&
		    TEXT_COPY(to->city, cli_value(cli, "city")) &&
		    TEXT_COPY(to->max_rung, cli_value(cli, "max-rung")) &&
		    TEXT_COPY(to->contains, cli_value(cli, "contains"));
	bool has_place = to->phone[0] || to->area_code[0] || to->postal_code[0] || to->city[0];
	if (!fits)
		return err_set(e, ERR_USAGE, "a value is too long");
	if (!to->is_toll_free && !has_place)
		return err_set_hint(e, ERR_USAGE,
			"Give PHONE, --area-code, --postal-code, --city or --toll-free.",
			"it is not said where to search");
	return cli_number(cli, "limit", 1, CARRIER_OFFERS_MOST, LIMIT_DEFAULT, &to->limit, e);
}

static enum err_code search(
	struct app *app, const struct engine_search *what, struct found *found, struct err *e)
{
	engine_search(app->engine, what, take, found);
	enum err_code code =
		app_wait(app, &found->is_done, SEARCH_MS, ERR_NETWORK, "searching for numbers", e);
	if (code == ERR_OK && found->err.code != ERR_OK) {
		*e = found->err;
		app_say_nothing_begun(e);
		code = e->code;
	}
	return code;
}

static int run(struct cli *cli)
{
	struct err e;
	struct app *app = NULL;
	struct engine_search what;
	static struct found found; /* some KiB; an answer may come after an interrupted wait */
	enum err_code code = read_search(cli, &what, &e);
	if (code == ERR_OK)
		code = cli_configure(cli, &e);
	if (code == ERR_OK && cli->config.telnyx_api_key[0] == '\0')
		code = err_set(&e, ERR_CARRIER_KEY_MISSING, "TELNYX_API_KEY is not set");
	if (code == ERR_OK)
		code = app_open(&cli->config, APP_UPSTREAMS, &app, &e);
	if (code == ERR_OK)
		code = search(app, &what, &found, &e);
	if (code == ERR_OK)
		show(cli, &what, &found);
	app_close(app);
	return code == ERR_OK ? 0 : say_error(&e);
}

const struct cmd cmd_search = {
	.name = "search",
	.argument = "[PHONE]",
	.summary = "Shows numbers for sale now, nearest first, with prices",
	.about = "Searches where PHONE is, or at the place that is given, and on from there, rung "
		 "by\n"
		 "rung.  Buys and reserves nothing.\n",
	.takes = CLI_TAKES_ALL,
	.run = run,
	.options =
		{
			{"area-code", "A", "search at this area code", false},
			{"postal-code", "Z", "search at this ZIP or Canadian postal code", false},
			{"city", "C", "search at this city, such as \"Berkeley, CA\"", false},
			{"contains", "D", "digits, or a word, that the number should contain",
				false},
			{"max-rung", "R", "no further than same_town ... same_country", false},
			{"toll-free", NULL, "toll-free numbers instead of local ones", false},
			{"limit", "N", "at most so many numbers, 1 to 50 (10)", false},
		},
};
