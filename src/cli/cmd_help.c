/* numberd help [COMMAND] */
#include <string.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/help.h"
#include "cli/say.h"

static int print_completion(void)
{
	struct str script;
	str_init(&script, 64 * 1024);
	help_completion(&script);
	must(str_ok(&script));
	fputs(script.text, stdout);
	str_done(&script);
	return 0;
}

static int run(struct cli *cli)
{
	struct err e;
	int used;
	if (cli_has(cli, "completion"))
		return print_completion();
	if (cli->argument == NULL) {
		help_overview(stdout);
		return 0;
	}
	char *words[] = {(char *)cli->argument};
	const struct cmd *cmd = cli_find(1, words, &used);
	const char *near = cli_nearest_command(cli->argument);
	/* "numberd help numbers": the first word of two is enough here. */
	if (cmd == NULL && near != NULL && text_starts(near, cli->argument))
		cmd = cli_find(1, (char *[]){(char *)near}, &used);
	if (cmd != NULL) {
		help_command(cmd);
		return 0;
	}
	err_set_hint(&e, ERR_USAGE, "", "there is no command \"%s\"%s%s%s", cli->argument,
		near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
	return say_error(&e);
}

const struct cmd cmd_help = {
	.name = "help",
	.argument = "[COMMAND]",
	.summary = "Tells what a command does and which options it takes",
	.run = run,
	.options = {{"completion", NULL, "print the completion script for bash", false}},
};
