/* cli: the command line. Every command is one file that ends in one const
 * struct command and one row in commands.c; dispatch, help, completion and the
 * man page read the table.
 *
 * Exit: 0 done, 1 it failed or found the case unsound, 2 wrong usage. Data goes
 * to stdout, messages and progress to stderr, progress bars only on a terminal.
 * Nothing from evidence reaches either without escaping, except by `raw`. */
#ifndef SPOOR_CLI_CLI_H
#define SPOOR_CLI_CLI_H

#include "parsers/format.h"
#include "src/base/err.h"
#include "src/store/store.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

struct option {
    const char *name;     /* "zone": --zone */
    const char *argument; /* "ZONE", or NULL for a switch */
    const char *help;     /* one line */
};

struct cli; /* a parsed command line */

struct command {
    const char *name;
    const char *usage;            /* "CASE PATH...|- [options]" */
    const char *summary;          /* one line */
    const char *help;             /* paragraphs for help and the man page */
    const struct option *options; /* ends with a NULL name; NULL: none */
    int least, most;              /* arguments; most -1: any */
    int (*run)(struct cli *cli);  /* an exit status */
};

extern const struct command *const command_table[]; /* ends with NULL */

int cli_main(int argc, char **argv);

/* For commands. */
const char *cli_argument(const struct cli *cli, int index); /* NULL past end */
int cli_argument_count(const struct cli *cli);
char *const *cli_arguments(const struct cli *cli); /* NULL-terminated */
bool cli_has(const struct cli *cli, const char *option);
const char *cli_option(const struct cli *cli, const char *option); /* or NULL */

/* Messages: "spoor: add: TEXT". Return the exit status that fits. */
int cli_fail(const struct cli *cli, const struct err *err);
int cli_usage_error(const struct cli *cli, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void cli_note(const struct cli *cli, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Open what the first argument names; on failure the message is printed and
 * NULL returned, with the status in `status`. */
struct store *cli_open_case(struct cli *cli, enum store_mode mode, int *status);
/* The registry, loaded once; problems are printed as warnings. */
const struct formats *cli_formats(struct cli *cli);

#endif
