/* commands.c - the table of commands, and which one is called. */
#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "base/id.h"
#include "base/log.h"
#include "base/text.h"
#include "base/version.h"
#include "cli/cli.h"
#include "cli/help.h"
#include "cli/say.h"
#include "net/http_client.h"

const struct cmd *const cli_commands[] = {
	&cmd_serve,
	&cmd_signup,
	&cmd_retry,
	&cmd_resolve,
	&cmd_lookup,
	&cmd_search,
	&cmd_test_phone,
	&cmd_numbers_list,
	&cmd_numbers_show,
	&cmd_numbers_release,
	&cmd_limits,
	&cmd_freeze,
	&cmd_thaw,
	&cmd_reconcile,
	&cmd_doctor,
	&cmd_migrate,
	&cmd_help,
	NULL,
};

const struct cli_option cli_common_options[] = {
	{"env-file", "FILE", "read variables from FILE instead of .env", false},
	{"json", NULL, "print one JSON document on stdout", false},
	{"quiet", NULL, "no progress on stderr", false},
	{"help", NULL, "show this help", false},
	{0},
};

bool cli_takes_common(const struct cmd *cmd, size_t place)
{
	static const unsigned bits[] = {CLI_TAKES_ENV_FILE, CLI_TAKES_JSON, CLI_TAKES_QUIET};
	return place >= COUNT_OF(bits) || (cmd->takes & bits[place]) != 0;
}

/* "numbers list" is named by two words, and by one that a blank is in. */
static int words_that_name(const char *name, int count, char *const *words)
{
	size_t n = strcspn(name, " ");
	if (count >= 1 && text_is(words[0], name))
		return 1;
	bool is_first = count >= 2 && strlen(words[0]) == n && text_starts(name, words[0]);
	return is_first && name[n] == ' ' && text_is(words[1], name + n + 1) ? 2 : 0;
}

const struct cmd *cli_find(int count, char *const *words, int *ret_used)
{
	for (size_t i = 0; cli_commands[i] != NULL; i++) {
		*ret_used = words_that_name(cli_commands[i]->name, count, words);
		if (*ret_used > 0)
			return cli_commands[i];
	}
	return NULL;
}

const char *cli_nearest_command(const char *word)
{
	const char *names[COUNT_OF(cli_commands)] = {NULL};
	for (size_t i = 0; cli_commands[i] != NULL; i++)
		names[i] = cli_commands[i]->name;
	return cli_nearest(word, names);
}

enum err_code cli_configure(struct cli *cli, struct err *e)
{
	enum err_code code = config_load(cli->env_file, &cli->config, e);
	if (code == ERR_OK)
		code = http_check_base_url("TELNYX_API_BASE_URL", cli->config.telnyx_base_url, e);
	if (code == ERR_OK)
		code = http_check_base_url("VAPI_BASE_URL", cli->config.vapi_base_url, e);
	return code;
}

static int unknown_command(int count, char *const *words)
{
	struct err e;
	char hint[160], typed[80];
	text_format(typed, sizeof(typed), "%s%s%s", words[0], count > 1 ? " " : "",
		count > 1 ? words[1] : "");
	const char *near = cli_nearest_command(typed);
	if (near == NULL)
		near = cli_nearest_command(words[0]);
	if (near != NULL)
		text_format(hint, sizeof(hint), "Did you mean numberd %s? See numberd help.", near);
	err_set_hint(&e, ERR_USAGE, near ? hint : "", "there is no command \"%s\"", words[0]);
	return say_error(&e);
}

/* Asked for before the words are understood, so that a usage error is JSON too. */
static bool wants_json(int count, char *const *words)
{
	for (int i = 0; i < count && !text_is(words[i], "--"); i++) {
		if (text_is(words[i], "--json"))
			return true;
	}
	return false;
}

static int run(int count, char *const *words)
{
	struct cli cli;
	struct err e;
	int used = 0;
	const struct cmd *cmd = cli_find(count, words, &used);
	if (cmd == NULL)
		return unknown_command(count, words);
	if (cli_parse(&cli, cmd, count - used, words + used, &e) != ERR_OK)
		return say_error(&e);
	if (cli.is_help) {
		help_command(cmd);
		return 0;
	}
	if (cli.is_quiet)
		say_be_quiet();
	return cmd->run(&cli);
}

int cli_main(int argc, char **argv)
{
	int count = argc - 1;
	char *const *words = argv + 1;
	int status = 0;
	id_init();
	fault_init();
	say_init(wants_json(count, words));
	log_set_level(LOG_WARNING);
	if (count == 0) {
		help_overview(stderr);
		status = err_exit(ERR_USAGE);
	} else if (text_is(words[0], "--version")) {
		puts("numberd " NUMBERD_VERSION);
	} else if (text_is(words[0], "--help") || text_is(words[0], "-h")) {
		help_overview(stdout);
	} else {
		status = run(count, words);
	}
	return say_end(status);
}
