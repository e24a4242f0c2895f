/* The man page and the completion tell what the table of commands tells. */
#include "tests/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/help.h"

#define MAX_FILE_BYTES (256 * 1024)

static char *file_text(const char *path)
{
	FILE *file = fopen(path, "r");
	if (file == NULL)
		fail_msg("%s cannot be read from the project's folder", path);
	char *text = must_calloc(1, MAX_FILE_BYTES);
	assert_true(fread(text, 1, MAX_FILE_BYTES - 1, file) > 0);
	assert_int_equal(fclose(file), 0);
	return text;
}

/* The command's part of the man page: from its heading to the next one. */
static char *section_of(const char *page, const char *name)
{
	char heading[80];
	text_format(heading, sizeof(heading), "\n.Ss numberd %s\n", name);
	const char *start = strstr(page, heading);
	if (start == NULL)
		fail_msg("the man page has no part for %s", name);
	start += strlen(heading) - 1;
	const char *end = strstr(start, "\n.S");
	assert_non_null(end);
	char *part = must_calloc(1, (size_t)(end - start) + 2);
	memcpy(part, start, (size_t)(end - start) + 1);
	return part;
}

static void must_show(const char *part, const struct cmd *cmd, const struct cli_option *o)
{
	char line[120];
	text_format(line, sizeof(line), "\n.It Fl -%s%s%s\n", o->name, o->value ? " Ar " : "",
		o->value ? o->value : "");
	if (strstr(part, line) == NULL)
		fail_msg("the man page's part for %s has no \"%s\"", cmd->name, line + 1);
}

static int count_of(const char *text, const char *what)
{
	int count = 0;
	for (; (text = strstr(text, what)) != NULL; text += strlen(what))
		count++;
	return count;
}

static void the_man_page_has_every_command_with_its_options_and_no_other(void **state)
{
	(void)state;
	char *page = file_text("man/numberd.1");
	int commands = 0;
	for (; cli_commands[commands] != NULL; commands++) {
		const struct cmd *cmd = cli_commands[commands];
		char *part = section_of(page, cmd->name);
		int options = 0;
		for (const struct cli_option *o = cmd->options; o->name != NULL; o++, options++)
			must_show(part, cmd, o);
		assert_int_equal(count_of(part, "\n.It Fl -"), options);
		for (size_t i = 0; cli_common_options[i].name != NULL; i++) {
			char word[80];
			text_format(word, sizeof(word), "\n.Fl -%s", cli_common_options[i].name);
			bool is_help = text_is(cli_common_options[i].name, "help");
			bool is_told = strstr(part, word) != NULL;
			if (!is_help && is_told != cli_takes_common(cmd, i))
				fail_msg("%s: --%s", cmd->name, cli_common_options[i].name);
		}
		free(part);
	}
	assert_int_equal(count_of(page, "\n.Ss numberd "), commands);
	free(page);
}

static void the_completion_in_the_project_is_what_the_program_prints(void **state)
{
	(void)state;
	char *file = file_text("completion/numberd.bash");
	struct str made;
	str_init(&made, MAX_FILE_BYTES);
	help_completion(&made);
	assert_true(str_ok(&made));
	/* After a change: numberd help --completion > completion/numberd.bash */
	assert_string_equal(file, made.text);
	str_done(&made);
	free(file);
}

static void the_usage_shows_required_options_without_brackets(void **state)
{
	(void)state;
	struct str usage;
	str_init(&usage, 4096);
	help_usage(&cmd_signup, &usage);
	assert_non_null(strstr(usage.text, " --email E"));
	assert_null(strstr(usage.text, "[--email E]"));
	assert_non_null(strstr(usage.text, "[--area-code A]"));
	for (const char *line = usage.text; line != NULL; line = strchr(line, '\n')) {
		line += *line == '\n';
		assert_true(strcspn(line, "\n") <= 80);
	}
	str_done(&usage);
}

static void every_row_of_the_table_is_whole(void **state)
{
	(void)state;
	for (size_t i = 0; cli_commands[i] != NULL; i++) {
		const struct cmd *cmd = cli_commands[i];
		assert_non_null(cmd->name);
		assert_non_null(cmd->run);
		assert_true(cmd->summary[0] != '\0');
		assert_null(cmd->options[CLI_OPTIONS_MOST - 1].name);
		for (const struct cli_option *o = cmd->options; o->name != NULL; o++)
			assert_true(o->help[0] != '\0');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(the_man_page_has_every_command_with_its_options_and_no_other),
		CHECK(the_completion_in_the_project_is_what_the_program_prints),
		CHECK(the_usage_shows_required_options_without_brackets),
		CHECK(every_row_of_the_table_is_whole),
	};
	return CHECK_MAIN(tests);
}
