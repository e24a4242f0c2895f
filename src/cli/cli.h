/*
 * cli.h - the command line: one table of commands, one file a command.
 *
 * A command is a row: its name, options, help and function.  The parser, the
 * help, the shell completion and the test of the man page all read that row,
 * so that none of them can tell another story.
 *
 * Data goes to stdout, everything else to stderr (say.h).  A command returns
 * its exit status; what failed is said once, by say_error().
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/config.h"
#include "base/err.h"

#define CLI_OPTIONS_MOST 16

struct cli_option {
	const char *name;  /* without its dashes; NULL ends a list */
	const char *value; /* what stands for its value in the help; NULL: a switch */
	const char *help;  /* one line */
	bool is_required;
};

/* Which of the common options a command takes; --help always. */
enum {
	CLI_TAKES_ENV_FILE = 1,
	CLI_TAKES_JSON = 2,
	CLI_TAKES_QUIET = 4,
	CLI_TAKES_ALL = 7,
};

struct cli;
struct cmd {
	const char *name;     /* one or two words */
	const char *argument; /* "PHONE", "[PHONE]", or NULL for none */
	const char *summary;  /* one line */
	const char *about;    /* further help, lines of at most 78 characters */
	unsigned takes;
	int (*run)(struct cli *cli); /* returns the exit status */
	struct cli_option options[CLI_OPTIONS_MOST];
};

/* One call of numberd.  Texts are borrowed from argv. */
struct cli {
	const struct cmd *cmd;
	const char *argument;                 /* NULL when none was given */
	const char *values[CLI_OPTIONS_MOST]; /* beside cmd->options; "" for a switch */
	const char *env_file;
	bool is_json, is_quiet, is_help;
	struct config config; /* after cli_configure() */
};

/* Parse the words after the command's name.  ERR_USAGE says what is wrong. */
enum err_code cli_parse(struct cli *cli, const struct cmd *cmd, int count, char *const *words,
	struct err *e) MUST_USE;
/* The option's value, or NULL when it was not given; `name` is in the table. */
const char *cli_value(const struct cli *cli, const char *name);
bool cli_has(const struct cli *cli, const char *name);
/* A whole number; `fallback` when it was not given. */
enum err_code cli_number(const struct cli *cli, const char *name, int least, int most, int fallback,
	int *ret, struct err *e) MUST_USE;
/* Load the configuration and check the addresses in it. */
enum err_code cli_configure(struct cli *cli, struct err *e) MUST_USE;

/* --- the table (commands.c) --- */

extern const struct cmd *const cli_commands[]; /* ends with NULL */
extern const struct cli_option cli_common_options[];
/* Whether the command takes the common option of this place. */
bool cli_takes_common(const struct cmd *cmd, size_t place);
/* The command that the words begin with, and how many of them name it. */
const struct cmd *cli_find(int count, char *const *words, int *ret_used);
/* The name that is nearest to a mistyped one, or NULL if none is near. */
const char *cli_nearest(const char *word, const char *const *names);
const char *cli_nearest_command(const char *word);

int cli_main(int argc, char **argv);

extern const struct cmd cmd_serve, cmd_signup, cmd_retry, cmd_resolve, cmd_lookup, cmd_search,
	cmd_test_phone, cmd_numbers_list, cmd_numbers_show, cmd_numbers_release, cmd_limits,
	cmd_freeze, cmd_thaw, cmd_reconcile, cmd_doctor, cmd_migrate, cmd_help;

#endif
