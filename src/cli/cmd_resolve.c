/* numberd resolve: a person's answer to a purchase that could not be settled. */
#include "base/text.h"
#include "cli/cli.h"
#include "cli/follow.h"
#include "cli/outcome.h"
#include "cli/say.h"

static enum err_code read_answer(const struct cli *cli, enum resolution *ret, struct err *e)
{
	const char *typed = cli_value(cli, "answer");
	if (!id_is(cli->argument, "su"))
		return err_set(
			e, ERR_USAGE, "\"%s\" is not the id of a sign-up (su_...)", cli->argument);
	if (text_is(typed, "let-go"))
		typed = "let_go";
	if (!resolution_from_wire(typed, ret))
		return err_set(e, ERR_USAGE, "--answer is one of adopt, wait, let-go");
	return ERR_OK;
}

static int run(struct cli *cli)
{
	struct err e;
	enum resolution answer;
	struct follow *f = NULL;
	struct outcome outcome;
	json_t *signup = NULL;
	outcome_begin(&outcome);
	if (read_answer(cli, &answer, &e) != ERR_OK || cli_configure(cli, &e) != ERR_OK ||
		follow_open(&cli->config, outcome_told, &outcome, &f, &e) != ERR_OK)
		return say_error(&e);
	enum err_code code = follow_resolve(f, cli->argument, answer, &signup, &e);
	int status = code == ERR_OK ? outcome_show(cli, signup) : say_error(&e);
	json_decref(signup);
	follow_close(f);
	return status;
}

const struct cmd cmd_resolve = {
	.name = "resolve",
	.argument = "SIGNUP",
	.summary = "Answers for a purchase that could not be settled",
	.about =
		"For a sign-up that needs attention because nobody knows whether its number was\n"
		"bought.  adopt: it was; it is read back from Telnyx before it is used.  wait: go\n"
		"on looking.  let-go: it was not; it is looked for once more, then the sign-up\n"
		"goes on with another number (or ends, if it was cancelled).  Look in the Telnyx\n"
		"portal first: a number let go of by mistake is paid for and used by nobody.\n",
	.takes = CLI_TAKES_ALL,
	.run = run,
	.options = {{"answer", "A", "adopt, wait or let-go", true}},
};
