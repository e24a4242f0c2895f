/* numberd retry: the answer to a sign-up that asks, or another try. */
#include "base/text.h"
#include "cli/cli.h"
#include "cli/follow.h"
#include "cli/outcome.h"
#include "cli/say.h"

static enum err_code read_choice(const struct cli *cli, struct engine_choice *to, struct err *e)
{
	*to = (struct engine_choice){0};
	if (!id_is(cli->argument, "su"))
		return err_set(
			e, ERR_USAGE, "\"%s\" is not the id of a sign-up (su_...)", cli->argument);
	bool fits = TEXT_COPY(to->area_code, cli_value(cli, "area-code")) &&
		    TEXT_COPY(to->postal_code, cli_value(cli, "postal-code")) &&
		    TEXT_COPY(to->city, cli_value(cli, "city")) &&
		    TEXT_COPY(to->number, cli_value(cli, "number")) &&
		    TEXT_COPY(to->max_rung, cli_value(cli, "max-rung")) &&
		    TEXT_COPY(to->contains, cli_value(cli, "contains"));
	return fits ? ERR_OK : err_set(e, ERR_USAGE, "a value is too long");
}

static int run(struct cli *cli)
{
	struct err e;
	struct engine_choice choice;
	struct follow *f = NULL;
	struct outcome outcome;
	json_t *signup = NULL;
	outcome_begin(&outcome);
	if (read_choice(cli, &choice, &e) != ERR_OK || cli_configure(cli, &e) != ERR_OK ||
		follow_open(&cli->config, outcome_told, &outcome, &f, &e) != ERR_OK)
		return say_error(&e);
	enum err_code code = follow_retry(f, cli->argument, &choice, &signup, &e);
	int status = code == ERR_OK ? outcome_show(cli, signup) : say_error(&e);
	json_decref(signup);
	follow_close(f);
	return status;
}

const struct cmd cmd_retry = {
	.name = "retry",
	.argument = "SIGNUP",
	.summary = "Answers a sign-up that asks, or tries one again",
	.about = "For a sign-up that needs input, or has failed: where the business is, another\n"
		 "number when the chosen one has gone, or how far away it may be.  Without "
		 "options:\n"
		 "once more as it is, also for one that needs attention.\n",
	.takes = CLI_TAKES_ALL,
	.run = run,
	.options =
		{
			{"area-code", "A", "search at this area code", false},
			{"postal-code", "Z", "search at this ZIP or Canadian postal code", false},
			{"city", "C", "search at this city, such as \"Berkeley, CA\"", false},
			{"number", "X", "buy exactly this one of those for sale, or none", false},
			{"max-rung", "R",
				"how far away it may be: same_town ... same_country, or ask",
				false},
			{"contains", "D", "only numbers with these digits or this word; - for any",
				false},
		},
};
