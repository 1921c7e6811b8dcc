/* private: what the files of src/cli share among themselves. */
#ifndef SPOOR_CLI_PRIVATE_H
#define SPOOR_CLI_PRIVATE_H

#include "src/cli/cli.h"

struct option_given {
    const struct option *option;
    const char *value; /* "" for a switch */
};

struct cli {
    const struct command *command;
    char **arguments;
    int argument_count;
    struct option_given *options;
    size_t option_count, option_capacity;
    bool wants_help;
    struct formats *formats; /* loaded when first asked for */
};

/* The command a misspelt word most likely meant, or NULL. */
const struct command *cli_nearest_command(const char *name);

#endif
