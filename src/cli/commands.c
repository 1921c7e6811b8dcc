/* The table of commands: order is the order of the help. */
#include "src/cli/commands.h"

const struct command *const command_table[] = {
    &command_show,
    &command_new,
    &command_add,
    &command_query,
    &command_raw,
    &command_sql,
    &command_sources,
    &command_sessions,
    &command_custody,
    &command_verify,
    &command_retime,
    &command_remove,
    &command_compact,
    &command_formats,
    &command_demo,
    &command_help,
    NULL,
};
