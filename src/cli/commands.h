/* commands: every command of the program. */
#ifndef SPOOR_CLI_COMMANDS_H
#define SPOOR_CLI_COMMANDS_H

#include "src/cli/cli.h"

extern const struct command command_show, command_new, command_add,
    command_query, command_raw, command_sql, command_sources, command_custody,
    command_verify, command_retime, command_remove, command_compact,
    command_formats, command_demo, command_help, command_sessions;

#endif
