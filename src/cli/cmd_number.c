/* numberd numbers show, numberd numbers release: one number, and giving it back. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/app.h"
#include "cli/cli.h"
#include "cli/follow.h"
#include "cli/inventory.h"
#include "cli/outcome.h"
#include "cli/say.h"
#include "engine/view.h"
#include "numbering/phone.h"

#define WAIT_MS 20000

/* The sign-up that holds the number, if one does. */
struct holder {
	char number[NUMBER_BYTES];
	bool is_done, is_found;
	struct err err;
	struct order order;
};

static enum err_code read_number(const char *typed, char ret[NUMBER_BYTES], struct err *e)
{
	struct phone phone;
	struct phone_refusal refusal;
	if (!phone_parse(typed, strlen(typed), NULL, &phone, &refusal))
		return err_set_hint(e, ERR_PHONE_REFUSED, refusal.hint, "%s", refusal.message);
	text_copy(ret, NUMBER_BYTES, phone.e164);
	return ERR_OK;
}

static void take_holder(void *arg, const struct err *e, const struct order *orders, size_t count)
{
	struct holder *h = arg;
	h->err = *e;
	for (size_t i = 0; e->code == ERR_OK && i < count && !h->is_found; i++) {
		h->is_found =
			order_holds_number(&orders[i]) && text_is(orders[i].number, h->number);
		if (h->is_found)
			h->order = orders[i];
	}
	h->is_done = true;
}

/* One live sign-up a number: the store sees to that. */
static enum err_code find_holder(struct app *app, struct holder *h, struct err *e)
{
	struct store_query query = {.limit = STORE_LIST_MOST};
	TEXT_COPY(query.text, h->number);
	store_list(app->store, &query, take_holder, h);
	enum err_code code = app_wait(
		app, &h->is_done, WAIT_MS, ERR_STORE_UNAVAILABLE, "reading the sign-ups", e);
	if (code == ERR_OK && h->err.code != ERR_OK) {
		*e = h->err;
		code = e->code;
	}
	return code;
}

/* Kept by the process: an answer may come after an interrupted wait. */
static struct holder holder;

/* --- show -------------------------------------------------------------------------- */

static const struct inventory_row *find_row(const struct inventory *all, const char *number)
{
	for (size_t i = 0; i < all->count; i++)
		if (text_is(all->rows[i].owned.number, number))
			return &all->rows[i];
	return NULL;
}

static void print_one(const struct inventory_row *row)
{
	char phone[40];
	view_phone(holder.number, phone, sizeof(phone));
	say_row("number", "%s  %s", holder.number, phone);
	if (row != NULL) {
		say_row("kind", "%s", inventory_kind_wire(row->kind));
		say_row("telnyx", "%s %s", row->owned.id, row->owned.status_word);
		say_row("reference", "%s", row->owned.reference);
	} else {
		say_row("telnyx", "%s", "not listed");
	}
	if (!holder.is_found)
		return;
	say_row("sign-up", "%s", holder.order.id);
	say_row("status", "%s", order_status(holder.order.state));
	say_row("business", "%s", holder.order.business_name);
	say_row("e-mail", "%s", holder.order.email);
	say_row("vapi", "%s", holder.order.voice_id);
}

static json_t *document_of(const struct inventory_row *row)
{
	json_t *at_carrier = json_null();
	if (row != NULL)
		at_carrier =
			json_pack("{s:o s:o s:o}", "number_id", json_string_or_null(row->owned.id),
				"status", json_string_or_null(row->owned.status_word),
				"customer_reference", json_string_or_null(row->owned.reference));
	const char *kind = row != NULL ? inventory_kind_wire(row->kind) : "";
	json_t *j = json_pack("{s:s s:o s:o s:o}", "number", holder.number, "kind",
		json_string_or_null(kind), "carrier", at_carrier, "signup",
		holder.is_found ? view_signup(&holder.order) : json_null());
	must(j != NULL);
	return j;
}

static enum err_code show(const struct cli *cli, struct app *app, struct err *e)
{
	struct inventory all = {0};
	enum err_code code = inventory_read(app, &all, e);
	const struct inventory_row *row = find_row(&all, holder.number);
	if (code == ERR_OK && row == NULL && !holder.is_found)
		code = err_set_hint(e, ERR_NOT_FOUND, "See numberd numbers list.",
			"%s is neither in the Telnyx account nor held by a sign-up", holder.number);
	else if (code == ERR_OK && cli->is_json)
		say_json(document_of(row));
	else if (code == ERR_OK)
		print_one(row);
	inventory_done(&all);
	return code;
}

static int run_show(struct cli *cli)
{
	struct err e;
	struct app *app = NULL;
	holder = (struct holder){0};
	enum err_code code = read_number(cli->argument, holder.number, &e);
	if (code == ERR_OK)
		code = cli_configure(cli, &e);
	if (code == ERR_OK && cli->config.telnyx_api_key[0] == '\0')
		code = err_set(&e, ERR_CARRIER_KEY_MISSING, "TELNYX_API_KEY is not set");
	if (code == ERR_OK)
		code = app_open(&cli->config, APP_STORE, &app, &e);
	if (code == ERR_OK)
		code = find_holder(app, &holder, &e);
	if (code == ERR_OK)
		code = show(cli, app, &e);
	app_close(app);
	return code == ERR_OK ? 0 : say_error(&e);
}

/* --- release ------------------------------------------------------------------------- */

/* Only what a sign-up of ours bought is ours to give back. */
static enum err_code check_holder(struct err *e)
{
	char hint[160];
	const struct order *o = &holder.order;
	text_format(hint, sizeof(hint), "Cancel sign-up %.40s to disconnect it.", o->id);
	if (!holder.is_found)
		return err_set_hint(e, ERR_NUMBER_NOT_OWNED,
			"See numberd numbers list; what is not numberd's is released in the Telnyx "
			"portal.",
			"no sign-up owns %s, so it is not given back", holder.number);
	if (o->mode == ORDER_MODE_EXISTING)
		return err_set_hint(e, ERR_CONFLICT, hint,
			"%s was brought along by sign-up %s; numberd did not buy it and does not "
			"give it back",
			holder.number, o->id);
	if (!o->is_owned)
		return err_set_hint(e, ERR_NUMBER_NOT_OWNED, hint,
			"sign-up %s has not bought %s yet", o->id, holder.number);
	return ERR_OK;
}

/* A number that was given back may be somebody else's a minute later: this is
 * asked on the simulator, too. */
static enum err_code confirm(const struct cli *cli, struct err *e)
{
	char question[320];
	const struct order *o = &holder.order;
	if (cli_has(cli, "yes"))
		return ERR_OK;
	if (!say_is_terminal())
		return err_set_hint(e, ERR_NEEDS_CONFIRMATION, "Give --yes.",
			"this gives back %s, and there is no terminal to ask at", holder.number);
	text_format(question, sizeof(question), "Give back %s of %.150s (%s)?", holder.number,
		o->business_name, order_status(o->state));
	if (say_ask(question))
		return ERR_OK;
	return err_set(e, ERR_NEEDS_CONFIRMATION, "nothing was given back: it was not confirmed");
}

static int finish(const struct cli *cli, json_t *signup, bool waits)
{
	struct err e;
	const char *status = json_text(signup, "status");
	bool is_going = text_is(status, "released") || (waits && text_is(status, "cancelled"));
	if (cli->is_json)
		say_json(json_incref(signup));
	if (is_going && waits && !text_is(status, "released"))
		say("%s is given back when the undo time is over; numberd serve does it, and a "
		    "retry of %s takes it back until then",
			holder.number, holder.order.id);
	else if (is_going)
		say("%s is given back", holder.number);
	if (is_going)
		return 0;
	if (follow_outcome(signup, &e) != ERR_OK)
		(void)say_error(&e);
	return follow_exit(signup, &e);
}

static int release(struct cli *cli)
{
	struct err e;
	struct follow *f = NULL;
	struct outcome outcome;
	json_t *signup = NULL;
	bool waits = holder.order.was_active && !cli_has(cli, "now");
	outcome_begin(&outcome);
	enum err_code code = follow_open(&cli->config, outcome_told, &outcome, &f, &e);
	if (code == ERR_OK)
		code = waits ? follow_cancel(f, holder.order.id, &signup, &e)
			     : follow_release(f, holder.order.id, &signup, &e);
	int status = code == ERR_OK ? finish(cli, signup, waits) : say_error(&e);
	json_decref(signup);
	follow_close(f);
	return status;
}

static int run_release(struct cli *cli)
{
	struct err e;
	struct app *app = NULL;
	holder = (struct holder){0};
	enum err_code code = read_number(cli->argument, holder.number, &e);
	if (code == ERR_OK)
		code = cli_configure(cli, &e);
	if (code == ERR_OK)
		code = app_open(&cli->config, APP_STORE, &app, &e);
	if (code == ERR_OK)
		code = find_holder(app, &holder, &e);
	app_close(app);
	if (code == ERR_OK)
		code = check_holder(&e);
	if (code == ERR_OK)
		code = confirm(cli, &e);
	return code == ERR_OK ? release(cli) : say_error(&e);
}

const struct cmd cmd_numbers_show = {
	.name = "numbers show",
	.argument = "NUMBER",
	.summary = "Shows one number: at Telnyx, and the sign-up that holds it",
	.about = "NUMBER as people type it, or +14155550123.\n",
	.takes = CLI_TAKES_ALL,
	.run = run_show,
};

const struct cmd cmd_numbers_release = {
	.name = "numbers release",
	.argument = "NUMBER",
	.summary = "Gives one number back to Telnyx, by cancelling its sign-up",
	.about = "Only a number that a sign-up of ours bought.  One that was active is given back\n"
		 "when the undo time of 24 hours is over; until then a retry of the sign-up takes\n"
		 "it back.  NUMBERD_LIMIT_RELEASES_HOUR and _DAY say how many may go.\n",
	.takes = CLI_TAKES_ALL,
	.run = run_release,
	.options =
		{
			{"yes", NULL, "do not ask", false},
			{"now", NULL, "at once, without the undo time", false},
		},
};
