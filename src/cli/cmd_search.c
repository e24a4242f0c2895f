/* numberd search: numbers for sale now, nearest first. */
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "cli/app.h"
#include "cli/cli.h"
#include "cli/say.h"
#include "engine/view.h"

#define LIMIT_DEFAULT 10
#define SEARCH_MS 60000

struct found {
	bool is_done;
	struct err err;
	json_t *data;
};

static void take(
	void *arg, const struct wish_error *error, const struct engine_offer *offers, int count)
{
	struct found *found = arg;
	found->is_done = true;
	found->data = json_array();
	if (error != NULL)
		found->err = error->err;
	for (int i = 0; i < count; i++)
		must(json_array_append_new(
			     found->data, view_offer(&offers[i].offer, &offers[i].place)) == 0);
}

static const char *or_none(const char *text)
{
	return text ? text : "-";
}

static void print_offer(const json_t *offer)
{
	char place[80], distance[24] = "-";
	const json_t *km = json_at(offer, "distance_km");
	const char *locality = json_text(offer, "locality"), *region = json_text(offer, "region");
	text_format(place, sizeof(place), "%s%s%s", locality ? locality : "",
		locality && region ? ", " : "", region ? region : "");
	if (json_is_number(km))
		text_format(distance, sizeof(distance), "%g", json_number_value(km));
	printf("%-15s %-26s %-15s %6s %8s %8s %s\n", or_none(json_text(offer, "phone_number")),
		place[0] ? place : "-", or_none(json_text(offer, "rung")), distance,
		or_none(json_text(offer, "cost.upfront")),
		or_none(json_text(offer, "cost.monthly")),
		or_none(json_text(offer, "cost.currency")));
}

static void show(const struct cli *cli, json_t *data)
{
	if (cli->is_json) {
		say_json(json_pack("{s:O}", "data", data));
		return;
	}
	if (json_count(data) == 0) {
		say("no number is for sale there now");
		return;
	}
	printf("%s%-15s %-26s %-15s %6s %8s %8s%s\n", say_paint(SAY_BOLD, true), "NUMBER", "PLACE",
		"RUNG", "KM", "UPFRONT", "MONTHLY", say_paint(SAY_PLAIN, true));
	for (size_t i = 0; i < json_count(data); i++)
		print_offer(json_array_get(data, i));
}

static enum err_code read_search(const struct cli *cli, struct engine_search *to, struct err *e)
{
	*to = (struct engine_search){.is_toll_free = cli_has(cli, "toll-free")};
	bool fits = TEXT_COPY(to->phone, cli->argument) &&
		    TEXT_COPY(to->area_code, cli_value(cli, "area-code")) &&
		    TEXT_COPY(to->contains, cli_value(cli, "contains"));
	if (!fits)
		return err_set(e, ERR_USAGE, "a value is too long");
	if (!to->is_toll_free && to->phone[0] == '\0' && to->area_code[0] == '\0')
		return err_set_hint(e, ERR_USAGE, "Give PHONE, --area-code or --toll-free.",
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
	struct found found = {0};
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
		show(cli, found.data);
	app_close(app);
	json_decref(found.data);
	return code == ERR_OK ? 0 : say_error(&e);
}

const struct cmd cmd_search = {
	.name = "search",
	.argument = "[PHONE]",
	.summary = "Shows numbers for sale now, nearest first, with prices",
	.about = "Searches where PHONE is, or at --area-code, and further out only while there is\n"
		 "nothing nearer.  Buys and reserves nothing.\n",
	.takes = CLI_TAKES_ALL,
	.run = run,
	.options =
		{
			{"area-code", "A", "search this area code", false},
			{"contains", "D", "digits that the number should contain", false},
			{"toll-free", NULL, "toll-free numbers instead of local ones", false},
			{"limit", "N", "at most so many numbers, 1 to 50 (10)", false},
		},
};
