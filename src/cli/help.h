/* help.h - help, version and bash completion, all from the table of commands. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include <stdio.h>

#include "base/str.h"

struct cmd;
struct cli_option;

void help_overview(FILE *to);
void help_command(const struct cmd *cmd); /* on stdout */
/* "numberd lookup PHONE [--country C] [--json]" */
void help_usage(const struct cmd *cmd, struct str *to);
/* completion/numberd.bash, whole. */
void help_completion(struct str *to);

#endif
