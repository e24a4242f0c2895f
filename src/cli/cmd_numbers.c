/* numberd numbers list, and numberd reconcile: what is owned, and who knows it. */
#include <stdio.h>

#include "base/text.h"
#include "cli/app.h"
#include "cli/cli.h"
#include "cli/inventory.h"
#include "cli/say.h"

static json_t *row_document(const struct inventory_row *row)
{
	json_t *j = json_pack("{s:s s:s s:o s:o s:o s:o s:o s:o}", "number", row->owned.number,
		"kind", inventory_kind_wire(row->kind), "number_id",
		json_string_or_null(row->owned.id), "carrier_status",
		json_string_or_null(row->owned.status_word), "customer_reference",
		json_string_or_null(row->owned.reference), "signup",
		json_string_or_null(row->signup), "signup_status", json_string_or_null(row->status),
		"business_name", json_string_or_null(row->business_name));
	must(j != NULL);
	return j;
}

/* Rows of one kind, or of all when `kind` is INVENTORY_KIND_COUNT. */
static json_t *rows_document(const struct inventory *all, enum inventory_kind kind)
{
	json_t *list = json_array();
	for (size_t i = 0; i < all->count; i++) {
		if (kind == INVENTORY_KIND_COUNT || all->rows[i].kind == kind)
			must(json_array_append_new(list, row_document(&all->rows[i])) == 0);
	}
	return list;
}

static const char *or_none(const char *text)
{
	return text[0] ? text : "-";
}

static void print_row(const struct inventory_row *row)
{
	printf("%-16s %-18s %-8s %-30s %-16s %s\n", row->owned.number,
		or_none(row->owned.status_word), inventory_kind_wire(row->kind),
		or_none(row->signup), or_none(row->status), row->business_name);
}

static void print_head(void)
{
	printf("%s%-16s %-18s %-8s %-30s %-16s %s%s\n", say_paint(SAY_BOLD, true), "NUMBER",
		"AT TELNYX", "KIND", "SIGN-UP", "STATUS", "BUSINESS", say_paint(SAY_PLAIN, true));
}

/* Both commands read the same; `show` tells the exit status. */
static int read_and_show(
	struct cli *cli, int (*show)(const struct cli *cli, const struct inventory *all))
{
	struct err e;
	struct app *app = NULL;
	struct inventory all = {0};
	int status = 0;
	enum err_code code = cli_configure(cli, &e);
	if (code == ERR_OK && cli->config.telnyx_api_key[0] == '\0')
		code = err_set(&e, ERR_CARRIER_KEY_MISSING, "TELNYX_API_KEY is not set");
	if (code == ERR_OK)
		code = app_open(&cli->config, APP_STORE, &app, &e);
	if (code == ERR_OK)
		code = inventory_read(app, &all, &e);
	if (code == ERR_OK)
		status = show(cli, &all);
	app_close(app);
	inventory_done(&all);
	return code == ERR_OK ? status : say_error(&e);
}

static int show_list(const struct cli *cli, const struct inventory *all)
{
	if (cli->is_json) {
		say_json(json_pack("{s:o}", "data", rows_document(all, INVENTORY_KIND_COUNT)));
		return 0;
	}
	if (all->count > 0)
		print_head();
	for (size_t i = 0; i < all->count; i++)
		print_row(&all->rows[i]);
	say("%zu numbers", all->count - all->by_kind[INVENTORY_MISSING]);
	return 0;
}

static int run_list(struct cli *cli)
{
	return read_and_show(cli, show_list);
}

/* Strays cost money for nobody; missing ones are promised and do not ring. */
static bool differs(const struct inventory *all)
{
	return all->by_kind[INVENTORY_STRAY] + all->by_kind[INVENTORY_MISSING] > 0;
}

static int show_differences(const struct cli *cli, const struct inventory *all)
{
	int status = differs(all) ? err_exit(ERR_VERIFY_FAILED) : 0;
	if (cli->is_json) {
		say_json(json_pack("{s:b s:I s:I s:o s:o}", "agrees", !differs(all), "known",
			(json_int_t)all->by_kind[INVENTORY_KNOWN], "foreign",
			(json_int_t)all->by_kind[INVENTORY_FOREIGN], "stray",
			rows_document(all, INVENTORY_STRAY), "missing",
			rows_document(all, INVENTORY_MISSING)));
		return status;
	}
	if (differs(all))
		print_head();
	for (size_t i = 0; i < all->count; i++) {
		if (all->rows[i].kind == INVENTORY_STRAY || all->rows[i].kind == INVENTORY_MISSING)
			print_row(&all->rows[i]);
	}
	printf("%zu known, %zu stray, %zu missing, %zu foreign\n", all->by_kind[INVENTORY_KNOWN],
		all->by_kind[INVENTORY_STRAY], all->by_kind[INVENTORY_MISSING],
		all->by_kind[INVENTORY_FOREIGN]);
	if (differs(all))
		say("nothing was changed; look at these numbers in the Telnyx portal");
	return status;
}

static int run_reconcile(struct cli *cli)
{
	return read_and_show(cli, show_differences);
}

const struct cmd cmd_numbers_list = {
	.name = "numbers list",
	.summary = "Lists the numbers of the Telnyx account and the sign-up of each",
	.about = "known: a sign-up holds it.  stray: numberd bought it, but no sign-up holds it.\n"
		 "foreign: not numberd's.  missing: a sign-up holds it, but Telnyx does not list "
		 "it.\n",
	.takes = CLI_TAKES_ALL,
	.run = run_list,
};

const struct cmd cmd_reconcile = {
	.name = "reconcile",
	.summary = "Compares the numbers at Telnyx with the sign-ups; changes nothing",
	.about =
		"Shows strays (bought by numberd, held by no sign-up) and missing ones (held by a\n"
		"sign-up, not listed by Telnyx).  Exit status 0 when there are none, else 4.\n",
	.takes = CLI_TAKES_ALL,
	.run = run_reconcile,
};
