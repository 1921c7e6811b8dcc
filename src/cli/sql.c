/* spoor sql: a SELECT over the case's tables. */
#include "src/cli/commands.h"

#include "src/query/sql.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/cli/meter.h"
#include "src/cli/output.h"

enum { SQL_WIDTH = 20, SQL_COLUMNS_MAX = 2000 };

struct selecting {
    struct cli *cli;
    struct store *store;
    enum output_format format;
    struct output output;
    struct output_column *columns;
    struct str *cells;
    size_t count;
};

static void begin_columns(
    struct selecting *selecting, const struct sql_cell *cells, size_t count)
{
    selecting->count = count;
    selecting->columns = xcalloc(count + 1, sizeof(*selecting->columns));
    selecting->cells = xcalloc(count + 1, sizeof(*selecting->cells));
    for (size_t i = 0; i < count; i++)
        selecting->columns[i] = (struct output_column){
            .name = str_dup(cells[i].text),
            .width = i + 1 < count ? SQL_WIDTH : 0,
            .number = true, /* JSON lines: numbers stay numbers */
        };
    output_begin(
        &selecting->output, selecting->format, selecting->columns, count);
}

static bool put_cells(
    void *context, bool is_header, const struct sql_cell *cells, size_t count)
{
    struct selecting *selecting = context;
    if (is_header) {
        begin_columns(selecting, cells, count);
        return true;
    }
    for (size_t i = 0; i < count; i++) {
        selecting->cells[i] = cells[i].text;
        selecting->columns[i].number =
            cells[i].type == SQL_INTEGER || cells[i].type == SQL_REAL;
    }
    output_row(&selecting->output, selecting->cells);
    return ferror(stdout) == 0;
}

static int run_select(void *context, struct progress *progress, struct err *err)
{
    struct selecting *selecting = context;
    return sql_run(selecting->store, cli_formats(selecting->cli),
        str_from(cli_argument(selecting->cli, 1)), put_cells, selecting,
        progress, err);
}

static void free_columns(struct selecting *selecting)
{
    for (size_t i = 0; i < selecting->count; i++) {
        char *name;
        memcpy(&name, &selecting->columns[i].name, sizeof(name));
        free(name);
    }
    free(selecting->columns);
    free(selecting->cells);
}

static int sql_command_run(struct cli *cli)
{
    struct selecting selecting = {.cli = cli};
    struct err err = {0};
    int status = EXIT_DONE;

    if (!output_format_of(cli, &selecting.format, &status))
        return status;
    selecting.store = cli_open_case(cli, STORE_READ, &status);
    if (selecting.store == NULL)
        return status;
    if (meter_run(run_select, &selecting, "selecting", METER_EVENTS, &err) < 0)
        status = cli_fail(cli, &err);
    output_end(&selecting.output);
    free_columns(&selecting);
    store_close(selecting.store);
    return status;
}

static const struct option sql_options[] = {
    {"format", "FORMAT", "table (default), jsonl or csv"},
    {0},
};

const struct command command_sql = {
    .name = "sql",
    .usage = "CASE 'SELECT ...'",
    .summary = "run a read-only SQL statement",
    .help =
        "The view `events` has one row per event with names resolved; the "
        "tables\nbeneath are described in doc/architecture.md. raw(id), "
        "message(id) and\nfield(id, 'x.NAME') reach into the record. Only "
        "reading is allowed.\n\n"
        "  spoor sql acme.spoor \"SELECT user, count(*) FROM events GROUP BY "
        "1\"",
    .options = sql_options,
    .least = 2,
    .most = 2,
    .run = sql_command_run,
};
