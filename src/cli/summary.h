/* summary: a case on one screen. */
#ifndef SPOOR_CLI_SUMMARY_H
#define SPOOR_CLI_SUMMARY_H

#include "src/cli/cli.h"

/* Title, counts, span, formats, hosts; an exit status. */
int summary_print(struct cli *cli, struct store *store);

/* Print "$ spoor query CASE QUERY" and its answer. `name`: how the user calls
 * the case. */
int summary_ask(struct cli *cli, struct store *store, const char *name,
    const char *query, uint64_t limit);

#endif
