/* options.c - words into options, over the command's row. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/cli.h"

#define DISTANCE_WORD_MOST 40

/* --- the nearest name ----------------------------------------------------- */

static int least(int a, int b)
{
	return a < b ? a : b;
}

/* How many letters must be put in, left out or changed (Levenshtein). */
static int distance(const char *a, const char *b)
{
	int row[DISTANCE_WORD_MOST + 1];
	int n = (int)strlen(b);
	if (strlen(a) > DISTANCE_WORD_MOST || n > DISTANCE_WORD_MOST)
		return DISTANCE_WORD_MOST;
	for (int j = 0; j <= n; j++)
		row[j] = j;
	for (int i = 1; a[i - 1] != '\0'; i++) {
		int diagonal = row[0];
		row[0] = i;
		for (int j = 1; j <= n; j++) {
			int change = diagonal + (a[i - 1] != b[j - 1]);
			diagonal = row[j];
			row[j] = least(change, least(row[j], row[j - 1]) + 1);
		}
	}
	return row[n];
}

const char *cli_nearest(const char *word, const char *const *names)
{
	const char *best = NULL;
	int best_distance = least(3, 1 + (int)strlen(word) / 2) + 1;
	for (; *names != NULL; names++) {
		bool is_begun = strlen(word) >= 2 && text_starts(*names, word);
		int d = is_begun ? 0 : distance(word, *names);
		if (d < best_distance) {
			best_distance = d;
			best = *names;
		}
	}
	return best;
}

static const char *nearest_option(const struct cmd *cmd, const char *word)
{
	const char *names[2 * CLI_OPTIONS_MOST];
	size_t count = 0;
	for (const struct cli_option *o = cmd->options; o->name != NULL; o++)
		names[count++] = o->name;
	for (size_t i = 0; cli_common_options[i].name != NULL; i++) {
		if (cli_takes_common(cmd, i))
			names[count++] = cli_common_options[i].name;
	}
	names[count] = NULL;
	return cli_nearest(word, names);
}

/* --- parsing -------------------------------------------------------------- */

static enum err_code usage(const struct cmd *cmd, struct err *e, const char *format, ...)
	PRINTF_LIKE(3, 4);
static enum err_code usage(const struct cmd *cmd, struct err *e, const char *format, ...)
{
	char hint[120], what[300];
	va_list args;
	va_start(args, format);
	(void)vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	text_format(hint, sizeof(hint), "See numberd help %s.", cmd->name);
	return err_set_hint(e, ERR_USAGE, hint, "%s", what);
}

static enum err_code unknown_option(const struct cmd *cmd, const char *name, struct err *e)
{
	char hint[160];
	const char *near = nearest_option(cmd, name);
	if (near == NULL)
		return usage(cmd, e, "there is no option --%s", name);
	text_format(hint, sizeof(hint), "Did you mean --%s? See numberd help %s.", near, cmd->name);
	return err_set_hint(e, ERR_USAGE, hint, "there is no option --%s", name);
}

/* Where the value goes, and the option's row; NULL if there is no such option. */
static const struct cli_option *find_option(struct cli *cli, const char *name, const char ***ret_to)
{
	static const char *switch_seen; /* common switches are read from their own fields */
	for (size_t i = 0; cli->cmd->options[i].name != NULL; i++) {
		*ret_to = &cli->values[i];
		if (text_is(cli->cmd->options[i].name, name))
			return &cli->cmd->options[i];
	}
	for (size_t i = 0; cli_common_options[i].name != NULL; i++) {
		const struct cli_option *o = &cli_common_options[i];
		if (!cli_takes_common(cli->cmd, i) || !text_is(o->name, name))
			continue;
		*ret_to = text_is(name, "env-file") ? &cli->env_file : &switch_seen;
		cli->is_json = cli->is_json || text_is(name, "json");
		cli->is_quiet = cli->is_quiet || text_is(name, "quiet");
		cli->is_help = cli->is_help || text_is(name, "help");
		return o;
	}
	return NULL;
}

/* --name, --name=value or --name value; *at moves over what was taken. */
static enum err_code take_option(
	struct cli *cli, int count, char *const *words, int *at, struct err *e)
{
	char name[64];
	const char **to;
	const char *word = words[(*at)++] + 2;
	const char *equals = strchr(word, '=');
	size_t n = equals ? (size_t)(equals - word) : strlen(word);
	text_copy_part(name, sizeof(name), word, n);
	const struct cli_option *o = find_option(cli, name, &to);
	if (o == NULL)
		return unknown_option(cli->cmd, name, e);
	if (o->value == NULL && equals != NULL)
		return usage(cli->cmd, e, "--%s takes no value", name);
	if (o->value == NULL)
		*to = "";
	else if (equals != NULL)
		*to = equals + 1;
	else if (*at < count && !text_starts(words[*at], "--"))
		*to = words[(*at)++];
	else
		return usage(cli->cmd, e, "--%s needs a value", name);
	return ERR_OK;
}

static enum err_code take_argument(struct cli *cli, const char *word, struct err *e)
{
	if (cli->cmd->argument == NULL || cli->argument != NULL)
		return usage(cli->cmd, e, "there is one word too many: \"%s\"", word);
	cli->argument = word;
	return ERR_OK;
}

static enum err_code find_missing(const struct cli *cli, struct err *e)
{
	const struct cmd *cmd = cli->cmd;
	for (size_t i = 0; cmd->options[i].name != NULL; i++) {
		if (cmd->options[i].is_required && cli->values[i] == NULL)
			return usage(cmd, e, "--%s is missing", cmd->options[i].name);
	}
	if (cmd->argument != NULL && cmd->argument[0] != '[' && cli->argument == NULL)
		return usage(cmd, e, "%s is missing", cmd->argument);
	return ERR_OK;
}

enum err_code cli_parse(
	struct cli *cli, const struct cmd *cmd, int count, char *const *words, struct err *e)
{
	bool is_options_over = false;
	enum err_code code = ERR_OK;
	*cli = (struct cli){.cmd = cmd};
	for (int at = 0; at < count && code == ERR_OK;) {
		if (!is_options_over && text_is(words[at], "--")) {
			is_options_over = true;
			at++;
		} else if (!is_options_over && text_is(words[at], "-h")) {
			cli->is_help = true;
			at++;
		} else if (!is_options_over && text_starts(words[at], "--")) {
			code = take_option(cli, count, words, &at, e);
		} else if (!is_options_over && words[at][0] == '-' && words[at][1] != '\0') {
			code = usage(cmd, e, "there is no option %s", words[at]);
		} else {
			code = take_argument(cli, words[at++], e);
		}
	}
	if (code == ERR_OK && !cli->is_help)
		code = find_missing(cli, e);
	return code;
}

const char *cli_value(const struct cli *cli, const char *name)
{
	size_t i = 0;
	while (cli->cmd->options[i].name != NULL && !text_is(cli->cmd->options[i].name, name))
		i++;
	must(cli->cmd->options[i].name != NULL);
	return cli->values[i];
}

bool cli_has(const struct cli *cli, const char *name)
{
	return cli_value(cli, name) != NULL;
}

enum err_code cli_number(const struct cli *cli, const char *name, int least_value, int most,
	int fallback, int *ret, struct err *e)
{
	int64_t value = fallback;
	const char *text = cli_value(cli, name);
	if (text != NULL && !text_to_int(text, least_value, most, &value))
		return err_set(e, ERR_USAGE, "--%s takes a whole number from %d to %d", name,
			least_value, most);
	*ret = (int)value;
	return ERR_OK;
}
