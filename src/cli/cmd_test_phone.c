/* numberd test-phone: the five checks, from the keys to a number that rings. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/app.h"
#include "cli/checks.h"
#include "cli/cli.h"
#include "cli/follow.h"
#include "cli/say.h"
#include "engine/view.h"

#define DEFAULT_PHONE "+14155550123"
#define CHECKUP_MS 25000
#define SEARCH_MS 60000

/* The last three checks, by the status in which each is under way. */
static const struct {
	const char *name;
	const char *status;
	const char *passed; /* NULL: what the timeline says */
} stages[] = {
	{"purchase", "purchasing", "bought, and active at Telnyx"},
	{"provision", "provisioning", NULL},
	{"verify", "verifying", NULL},
};

struct test {
	struct cli *cli;
	struct app *app; /* for the first two checks */
	struct checks checks;
	struct wish wish;
	char price[64]; /* of the number that was found */
	bool is_found;  /* the search has answered */
	struct err search_err;
	char search_detail[200];
	size_t stage; /* of the three: the one under way */
	char last_detail[200];
	json_t *signup;
	json_t *released;
};

/* --- credentials, search ------------------------------------------------------ */

static bool check_credentials(struct test *t)
{
	struct engine_checkup found = {.available_cents = -1};
	struct err e = {0};
	char detail[240], balance[100];
	checks_begin(&t->checks, "credentials");
	enum err_code code = config_need_keys(&t->cli->config, &e);
	if (code == ERR_OK)
		code = app_checkup(t->app, CHECKUP_MS, &found, &e);
	text_format(detail, sizeof(detail), "Telnyx: %s; Vapi: credential %s",
		checks_balance(&found, balance, sizeof(balance)), found.credential_id);
	checks_end(&t->checks, &e, detail);
	return code == ERR_OK;
}

static void describe_offer(struct test *t, const struct engine_offer *offer, int count)
{
	char upfront[32], monthly[32];
	const struct candidate *c = &offer->offer.candidate;
	text_from_cents(c->upfront_cents, upfront, sizeof(upfront));
	text_from_cents(c->monthly_cents, monthly, sizeof(monthly));
	text_format(t->price, sizeof(t->price), "%s %s at once and %s %s a month", upfront,
		c->currency, monthly, c->currency);
	text_format(t->search_detail, sizeof(t->search_detail), "%d found, such as %s (%s) for %s",
		count, c->number, ladder_rung_wire(offer->place.rung), t->price);
}

static void found(void *arg, const struct wish_error *error, const struct engine_offer *offers,
	int count, const struct engine_papers *papers)
{
	struct test *t = arg;
	(void)papers;
	t->is_found = true;
	if (error != NULL)
		t->search_err = error->err;
	else if (count == 0)
		err_set(&t->search_err, ERR_CARRIER_NO_NUMBERS, "no number is for sale near %s",
			t->wish.business_phone);
	else
		describe_offer(t, &offers[0], count);
}

static bool check_search(struct test *t)
{
	struct engine_search search = {.limit = 5};
	struct err e = {0};
	TEXT_COPY(search.phone, t->wish.business_phone);
	checks_begin(&t->checks, "search");
	engine_search(t->app->engine, &search, found, t);
	if (app_wait(t->app, &t->is_found, SEARCH_MS, ERR_NETWORK, "searching for numbers", &e) ==
		ERR_OK)
		e = t->search_err;
	app_say_nothing_begun(&e);
	checks_end(&t->checks, &e, t->search_detail);
	return e.code == ERR_OK;
}

/* --- purchase, provision, verify ------------------------------------------------ */

static const struct err fine;

/* How far along a status is: the place of its check, or all of them. */
static size_t stage_of(const char *status)
{
	size_t i = 0;
	while (i < COUNT_OF(stages) && !text_is(stages[i].status, status))
		i++;
	return text_is(status, "active") || i < COUNT_OF(stages) ? i : 0;
}

static void move_to_stage(struct test *t, size_t stage)
{
	while (t->stage < stage) {
		const char *passed = stages[t->stage].passed;
		checks_end(&t->checks, &fine, passed ? passed : t->last_detail);
		if (++t->stage < COUNT_OF(stages))
			checks_begin(&t->checks, stages[t->stage].name);
	}
}

static void told(void *arg, const struct store_event *event)
{
	struct test *t = arg;
	if (event == NULL) {
		say("  still at it: %s", t->last_detail);
		return;
	}
	/* A status that is no stage (needs_attention, failed) moves nothing on. */
	TEXT_COPY(t->last_detail, event->detail);
	move_to_stage(t, stage_of(event->to));
}

static void skip_rest(struct test *t, size_t from, const char *why)
{
	for (size_t i = from; i < COUNT_OF(stages); i++)
		checks_skip(&t->checks, stages[i].name, why);
}

/* What the sign-up came to, told at the check that was under way. */
static int end_signup(struct test *t, enum err_code code, struct err *e)
{
	int status = code == ERR_OK ? 0 : err_exit(code);
	if (code == ERR_OK && follow_outcome(t->signup, e) == ERR_OK) {
		move_to_stage(t, COUNT_OF(stages));
		return 0;
	}
	if (code == ERR_OK)
		status = follow_exit(t->signup, e);
	checks_end(&t->checks, e, "");
	skip_rest(t, t->stage + 1, "not reached");
	return status;
}

static int release(struct test *t, struct follow *f)
{
	struct err e = {0};
	char detail[120];
	const char *id = json_text(t->signup, "id");
	checks_begin(&t->checks, "release");
	enum err_code code = follow_release(f, id, &t->released, &e);
	const char *status = json_text(t->released, "status");
	if (code == ERR_OK && !text_is(status, "released") && !text_is(status, "cancelled"))
		code = follow_outcome(t->released, &e);
	text_format(detail, sizeof(detail), "%s is given back", json_text(t->signup, "number"));
	checks_end(&t->checks, &e, detail);
	return code == ERR_OK ? 0 : follow_exit(t->released, &e);
}

static void ignore(void *arg, const struct store_event *event)
{
	struct test *t = arg;
	if (t->stage < COUNT_OF(stages))
		told(t, event);
}

static int buy(struct test *t)
{
	struct err e = {0};
	struct follow *f = NULL;
	char id[ID_BYTES] = "";
	checks_begin(&t->checks, stages[0].name);
	enum err_code code = follow_open(&t->cli->config, ignore, t, &f, &e);
	if (code == ERR_OK)
		code = follow_signup(f, &t->wish, &t->signup, id, &e);
	int status = end_signup(t, code, &e);
	/* Also after a failure: what was bought for a test should not stay. */
	bool is_owned = json_text(t->signup, "carrier.number_id") != NULL;
	if (is_owned && e.code != ERR_INTERRUPTED && cli_has(t->cli, "release")) {
		int release_status = release(t, f);
		status = status ? status : release_status;
	}
	follow_close(f);
	return status;
}

/* --- the whole -------------------------------------------------------------------- */

static enum err_code confirm(const struct test *t, struct err *e)
{
	char question[200];
	if (cli_has(t->cli, "yes") || app_is_rehearsal(&t->cli->config))
		return ERR_OK;
	if (!say_is_terminal())
		return err_set(e, ERR_NEEDS_CONFIRMATION,
			"this buys a real number for %s, and there is no terminal to ask at",
			t->price);
	text_format(question, sizeof(question), "Buy a real number for %s?", t->price);
	if (say_ask(question))
		return ERR_OK;
	return err_set(e, ERR_NEEDS_CONFIRMATION, "nothing was bought: it was not confirmed");
}

static enum err_code prepare(struct test *t, struct err *e)
{
	struct wish *wish = &t->wish;
	const char *phone = cli_value(t->cli, "business-phone");
	char id[ID_BYTES];
	id_new("cl", clock_wall_ms(clock_machine()), id);
	TEXT_COPY(wish->source, "cli");
	TEXT_COPY(wish->business_name, "numberd test-phone");
	/* An address of its own, so that a second test is no duplicate of the first. */
	text_format(wish->email, sizeof(wish->email), "test-phone+%s@numberd.example", id + 3);
	TEXT_COPY(wish->idempotency_key, id);
	TEXT_COPY(wish->reference, "test-phone");
	if (!TEXT_COPY(wish->business_phone, phone ? phone : DEFAULT_PHONE))
		return err_set(e, ERR_USAGE, "--business-phone is too long");
	static struct order order; /* some KiB */
	struct store_creation creation;
	struct wish_error error;
	if (wish_check(wish, &order, &creation, &error))
		return ERR_OK;
	*e = error.err;
	return e->code;
}

static int finish(struct test *t, int status)
{
	json_t *more = json_pack("{s:o}", "signup",
		t->released ? json_incref(t->released)
		: t->signup ? json_incref(t->signup)
			    : json_null());
	(void)checks_finish(&t->checks, t->cli->is_json, more);
	const char *number = json_text(t->signup, "number");
	if (number != NULL && t->released == NULL)
		say("%s %s %s", number, status == 0 ? "rings; it belongs to" : "stays with",
			json_text(t->signup, "id"));
	json_decref(t->signup);
	json_decref(t->released);
	return status;
}

static int test(struct test *t)
{
	struct err e = {0};
	if (!check_credentials(t)) {
		checks_skip(&t->checks, "search", "not reached");
		skip_rest(t, 0, "not reached");
		return err_exit(t->checks.first.code);
	}
	if (!check_search(t)) {
		skip_rest(t, 0, "not reached");
		return err_exit(t->checks.first.code);
	}
	t->app = app_close(t->app);
	if (cli_has(t->cli, "dry-run")) {
		skip_rest(t, 0, "left out: --dry-run buys nothing");
		return 0;
	}
	if (confirm(t, &e) != ERR_OK) {
		checks_begin(&t->checks, stages[0].name);
		checks_end(&t->checks, &e, "");
		skip_rest(t, 1, "not reached");
		return err_exit(e.code);
	}
	return buy(t);
}

static int run(struct cli *cli)
{
	struct err e;
	static struct test t; /* a late answer finds its place still there */
	t = (struct test){.cli = cli};
	if (prepare(&t, &e) != ERR_OK || cli_configure(cli, &e) != ERR_OK ||
		app_open(&cli->config, APP_UPSTREAMS, &t.app, &e) != ERR_OK)
		return say_error(&e);
	checks_init(&t.checks);
	int status = test(&t);
	t.app = app_close(t.app);
	return finish(&t, status);
}

const struct cmd cmd_test_phone = {
	.name = "test-phone",
	.summary = "Runs the five checks, up to buying and connecting a number",
	.about = "credentials, search, purchase, provision, verify.  Asks before it spends real\n"
		 "money; on a simulator on this machine it does not have to.\n",
	.takes = CLI_TAKES_ALL,
	.run = run,
	.options =
		{
			{"business-phone", "P", "where the number should be (" DEFAULT_PHONE ")",
				false},
			{"dry-run", NULL, "stop before buying", false},
			{"yes", NULL, "spend the money without asking", false},
			{"release", NULL, "give the number back afterwards", false},
		},
};
