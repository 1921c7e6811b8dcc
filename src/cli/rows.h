/* rows: events on stdout as a table, JSON lines or CSV. */
#ifndef SPOOR_CLI_ROWS_H
#define SPOOR_CLI_ROWS_H

#include "src/base/zone.h"
#include "src/cli/output.h"
#include "src/query/search.h"

enum { ROWS_COLUMNS_MAX = 64 };

struct rows {
    struct search *search;
    const struct zone *zone; /* of times in tables */
    enum output_format format;
    bool chosen; /* --columns was given */
    struct group_key columns[ROWS_COLUMNS_MAX];
    struct output_column heads[ROWS_COLUMNS_MAX];
    char names[ROWS_COLUMNS_MAX][128];
    size_t column_count;
    struct output output;
    struct buf values[ROWS_COLUMNS_MAX];
    struct buf line;
};

/* `columns`: "time,user,x.SPT" or NULL for the default: a few in tables and
 * CSV, every value there is in JSON lines. It must live until rows_end.
 * ERR_USAGE for an unknown name. */
int rows_begin(struct rows *rows, struct search *search,
    enum output_format format, const struct zone *zone, const char *columns,
    struct err *err);
void rows_put(struct rows *rows, const struct row *row);
void rows_end(struct rows *rows);

#endif
