/* numberd signup: one sign-up from start to end. */
#include "base/clock.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/follow.h"
#include "cli/outcome.h"
#include "cli/say.h"

struct field {
	const char *option;
	char *to;
	size_t bytes;
};

static enum err_code read_wish(const struct cli *cli, struct wish *wish, struct err *e)
{
	*wish = (struct wish){.source = "cli"};
	const struct field fields[] = {
		{"business-name", wish->business_name, sizeof(wish->business_name)},
		{"email", wish->email, sizeof(wish->email)},
		{"business-phone", wish->business_phone, sizeof(wish->business_phone)},
		{"existing-number", wish->existing_number, sizeof(wish->existing_number)},
		{"area-code", wish->area_code, sizeof(wish->area_code)},
		{"postal-code", wish->postal_code, sizeof(wish->postal_code)},
		{"city", wish->city, sizeof(wish->city)},
		{"number", wish->number, sizeof(wish->number)},
		{"contains", wish->contains, sizeof(wish->contains)},
		{"max-rung", wish->max_rung, sizeof(wish->max_rung)},
		{"reference", wish->reference, sizeof(wish->reference)},
		{"idempotency-key", wish->idempotency_key, sizeof(wish->idempotency_key)},
	};
	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		if (!text_copy(fields[i].to, fields[i].bytes, cli_value(cli, fields[i].option)))
			return err_set(e, ERR_USAGE, "--%s is too long", fields[i].option);
	}
	if (wish->idempotency_key[0] == '\0')
		id_new("cl", clock_wall_ms(clock_machine()), wish->idempotency_key);
	return ERR_OK;
}

/* A wish that cannot be taken on is refused before anything is opened. */
static enum err_code check_wish(const struct wish *wish, struct err *e)
{
	static struct order order; /* some KiB */
	struct store_creation creation;
	struct wish_error error;
	if (wish_check(wish, &order, &creation, &error))
		return ERR_OK;
	*e = error.err;
	return e->code;
}

static int tell_stopped(
	const struct follow *f, const struct wish *wish, const char *id, struct err *e)
{
	char hint[220];
	const char *daemon = follow_daemon(f);
	if (e->code == ERR_INTERRUPTED && id[0] != '\0' && daemon != NULL) {
		text_format(hint, sizeof(hint), "See %s/signups/%s.", daemon, id);
		err_set_hint(e, e->code, hint, "interrupted; %s goes on in the numberd at %s", id,
			daemon);
	} else if (e->code == ERR_INTERRUPTED && id[0] != '\0') {
		err_set_hint(e, e->code,
			"numberd serve takes it up again; so does this command with the same "
			"--idempotency-key.",
			"interrupted; %s stays where it is (idempotency key %s)", id,
			wish->idempotency_key);
	}
	return say_error(e);
}

static int sign_up(struct cli *cli, const struct wish *wish)
{
	struct err e;
	struct follow *f = NULL;
	json_t *signup = NULL;
	char id[ID_BYTES] = "";
	struct outcome outcome;
	outcome_begin(&outcome);
	if (follow_open(&cli->config, outcome_told, &outcome, &f, &e) != ERR_OK)
		return say_error(&e);
	if (follow_daemon(f) != NULL)
		say("handed over to the numberd at %s", follow_daemon(f));
	enum err_code code = follow_signup(f, wish, &signup, id, &e);
	int status = code == ERR_OK ? outcome_show(cli, signup) : tell_stopped(f, wish, id, &e);
	json_decref(signup);
	follow_close(f);
	return status;
}

static int run(struct cli *cli)
{
	struct err e;
	struct wish wish;
	if (read_wish(cli, &wish, &e) != ERR_OK || check_wish(&wish, &e) != ERR_OK ||
		cli_configure(cli, &e) != ERR_OK)
		return say_error(&e);
	return sign_up(cli, &wish);
}

const struct cmd cmd_signup = {
	.name = "signup",
	.summary = "Makes one sign-up, from start to end",
	.about =
		"Buys the nearest number (or takes the one brought along), connects it and proves\n"
		"it.  No daemon is needed; one that works on the same database gets the work.\n",
	.takes = CLI_TAKES_ALL,
	.run = run,
	.options =
		{
			{"business-name", "N", "the name of the business", true},
			{"email", "E", "whom to write to", true},
			{"business-phone", "P", "its phone today; says where the number should be",
				true},
			{"existing-number", "X", "use this number of the Telnyx account, buy none",
				false},
			{"area-code", "A", "search here instead of at the business phone", false},
			{"postal-code", "Z", "search at this ZIP or Canadian postal code", false},
			{"city", "C", "search at this city, such as \"Berkeley, CA\"", false},
			{"number", "X", "buy exactly this one of those for sale, or none", false},
			{"contains", "D", "digits, or a word, that the number should contain",
				false},
			{"max-rung", "R",
				"how far away it may be: same_town ... same_country, or ask",
				false},
			{"reference", "TEXT", "your own word for it", false},
			{"idempotency-key", "K",
				"the same key makes the same sign-up, never a second", false},
		},
};
