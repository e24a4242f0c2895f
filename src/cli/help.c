#include "cli/help.h"

#include <string.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/say.h"

#define MAX_HELP_BYTES (64 * 1024)
#define USAGE_COLUMNS 78
#define OPTION_COLUMNS 26

void help_overview(FILE *to)
{
	fputs("numberd gives every new customer a phone number that rings.\n\n"
	      "usage: numberd COMMAND [OPTIONS]\n\n",
		to);
	for (size_t i = 0; cli_commands[i] != NULL; i++)
		fprintf(to, "  %-14s %s\n", cli_commands[i]->name, cli_commands[i]->summary);
	fputs("\nnumberd help COMMAND tells more; numberd --version tells which this is.\n"
	      "Settings come from the environment and from .env; .env.example lists them.\n"
	      "Exit status: 0 done, 1 failed, 2 usage, 3 configuration or credentials, 4 goes on "
	      "or\n"
	      "needs a person, 5 store or network out of reach, 130 interrupted.\n",
		to);
}

/* One piece of the usage, on a line of its own when it does not fit. */
static void add_piece(struct str *to, size_t *line_start, const char *piece)
{
	if (to->bytes - *line_start + 1 + strlen(piece) > USAGE_COLUMNS) {
		*line_start = to->bytes + 1;
		str_add(to, "\n       ");
	}
	str_addf(to, " %s", piece);
}

static void add_option_piece(struct str *to, size_t *line_start, const struct cli_option *o)
{
	char piece[120];
	const char *open = o->is_required ? "" : "[";
	text_format(piece, sizeof(piece), "%s--%s%s%s%s", open, o->name, o->value ? " " : "",
		o->value ? o->value : "", o->is_required ? "" : "]");
	add_piece(to, line_start, piece);
}

void help_usage(const struct cmd *cmd, struct str *to)
{
	size_t line_start = to->bytes;
	str_addf(to, "numberd %s", cmd->name);
	if (cmd->argument != NULL)
		add_piece(to, &line_start, cmd->argument);
	for (const struct cli_option *o = cmd->options; o->name != NULL; o++)
		add_option_piece(to, &line_start, o);
	for (size_t i = 0; cli_common_options[i].name != NULL; i++) {
		if (cli_takes_common(cmd, i) && !text_is(cli_common_options[i].name, "help"))
			add_option_piece(to, &line_start, &cli_common_options[i]);
	}
}

static void print_option(const struct cli_option *o)
{
	char left[80];
	text_format(left, sizeof(left), "--%s%s%s", o->name, o->value ? " " : "",
		o->value ? o->value : "");
	printf("  %-*s %s%s\n", OPTION_COLUMNS, left, o->help, o->is_required ? " (required)" : "");
}

void help_command(const struct cmd *cmd)
{
	struct str usage;
	str_init(&usage, MAX_HELP_BYTES);
	help_usage(cmd, &usage);
	printf("%s\n\nusage: %s\n\n", cmd->summary, usage.text);
	str_done(&usage);
	if (cmd->about != NULL)
		printf("%s\n", cmd->about);
	for (const struct cli_option *o = cmd->options; o->name != NULL; o++)
		print_option(o);
	for (size_t i = 0; cli_common_options[i].name != NULL; i++) {
		if (cli_takes_common(cmd, i))
			print_option(&cli_common_options[i]);
	}
}

/* --- completion ----------------------------------------------------------- */

static void add_options(const struct cmd *cmd, struct str *to)
{
	for (const struct cli_option *o = cmd->options; o->name != NULL; o++)
		str_addf(to, "--%s ", o->name);
	for (size_t i = 0; cli_common_options[i].name != NULL; i++) {
		if (cli_takes_common(cmd, i))
			str_addf(to, "--%s ", cli_common_options[i].name);
	}
	to->text[--to->bytes] = '\0'; /* the last blank */
}

/* First words only; the second word of "numbers list" is completed after it. */
static void add_first_words(struct str *to)
{
	const char *before = "";
	for (size_t i = 0; cli_commands[i] != NULL; i++) {
		const char *name = cli_commands[i]->name;
		size_t n = strcspn(name, " ");
		if (strncmp(name, before, n) != 0 || strcspn(before, " ") != n)
			str_addf(to, "%s%.*s", i > 0 ? " " : "", (int)n, name);
		before = name;
	}
}

static void add_second_words(struct str *to)
{
	for (size_t i = 0; cli_commands[i] != NULL; i++) {
		const char *name = cli_commands[i]->name;
		const char *blank = strchr(name, ' ');
		if (blank != NULL)
			str_addf(to, "\t%.*s) words=\"%s\" ;;\n", (int)(blank - name), name,
				blank + 1);
	}
}

void help_completion(struct str *to)
{
	str_add(to,
		"# bash completion for numberd; written by `numberd help --completion`.\n"
		"_numberd()\n{\n"
		"\tlocal current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} "
		"words=\n"
		"\tCOMPREPLY=()\n"
		"\tcase $before in\n"
		"\t--env-file) mapfile -t COMPREPLY < <(compgen -f -- \"$current\"); return ;;\n");
	str_add(to, "\tnumberd|*/numberd|help) words=\"");
	add_first_words(to);
	str_add(to, " --version\" ;;\n");
	add_second_words(to);
	str_add(to, "\tesac\n\tcase ${COMP_WORDS[1]} in\n");
	for (size_t i = 0; cli_commands[i] != NULL; i++) {
		const char *name = cli_commands[i]->name;
		str_addf(to, "\t%.*s) words+=\" ", (int)strcspn(name, " "), name);
		add_options(cli_commands[i], to);
		str_add(to, "\" ;;\n");
	}
	str_add(to, "\tesac\n"
		    "\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
		    "}\n"
		    "complete -F _numberd numberd\n");
}
