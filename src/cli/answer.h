/* answer: one query put to an open case, its answer on stdout. */
#ifndef SPOOR_CLI_ANSWER_H
#define SPOOR_CLI_ANSWER_H

#include "src/cli/output.h"

struct answer_request {
    const char *query;
    enum output_format format;
    const char *columns; /* NULL: the default */
    uint64_t limit;      /* 0: none */
    bool count_only;
};

/* An exit status; what went wrong is printed. */
int answer_print(
    struct cli *cli, struct store *store, const struct answer_request *request);

#endif
