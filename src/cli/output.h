/* output: rows on stdout as a table, JSON lines or CSV, the same for every
 * command. */
#ifndef SPOOR_CLI_OUTPUT_H
#define SPOOR_CLI_OUTPUT_H

#include "src/base/buf.h"
#include "src/cli/cli.h"

enum output_format { OUTPUT_TABLE, OUTPUT_JSONL, OUTPUT_CSV };

struct output_column {
    const char *name; /* key in JSON lines, heading elsewhere */
    int width;        /* in a table; 0: as wide as needed, for the last */
    bool number;      /* right-aligned; unquoted in JSON lines */
};

/* Reads --format; false when it is none of table, jsonl, csv (said). */
bool output_format_of(
    const struct cli *cli, enum output_format *out, int *status);

/* Rows of given columns. Cells are raw text: each format escapes its own way.
 * An empty cell is left out of JSON lines. */
struct output {
    enum output_format format;
    const struct output_column *columns;
    size_t column_count;
    struct buf line;
    int terminal_columns; /* 0: stdout is no terminal */
};

void output_begin(struct output *output, enum output_format format,
    const struct output_column *columns, size_t count);
void output_row(struct output *output, const struct str *cells);
void output_end(struct output *output);

/* Building blocks for rows with open sets of keys. */
void output_json_member(struct buf *line, bool *first, struct str key,
    struct str value, bool number, bool *lossy);
void output_csv_cell(struct buf *line, bool first, struct str value);

int output_terminal_columns(void); /* 0: stdout is no terminal */

#endif
