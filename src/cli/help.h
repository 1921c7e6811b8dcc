/* help: everything that is printed from the command table. */
#ifndef SPOOR_CLI_HELP_H
#define SPOOR_CLI_HELP_H

#include <stdio.h>

#include "src/cli/cli.h"

void help_overview(FILE *out);
void help_command(const struct command *command, FILE *out);
void help_version(FILE *out);
void help_man_page(FILE *out); /* roff, man(7) */
void help_bash_completion(FILE *out);

#endif
