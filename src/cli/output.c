/* output: see output.h. Cells of tables and CSV pass through escape_add, so
 * that no row spans lines. CSV is RFC 4180, and a cell that a spreadsheet would
 * run as a formula gets an apostrophe in front, because an analyst will open it
 * in one. */
#define _DEFAULT_SOURCE
#include "src/cli/output.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "src/base/escape.h"
#include "src/base/json.h"
#include "src/base/utf8.h"

bool output_format_of(
    const struct cli *cli, enum output_format *out, int *status)
{
    static const char *const names[] = {
        [OUTPUT_TABLE] = "table",
        [OUTPUT_JSONL] = "jsonl",
        [OUTPUT_CSV] = "csv",
    };
    const char *given = cli_option(cli, "format");
    *out = OUTPUT_TABLE;
    if (given == NULL)
        return true;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(given, names[i]) == 0) {
            *out = (enum output_format)i;
            return true;
        }
    }
    *status = cli_usage_error(
        cli, "--format is table, jsonl or csv, not '%s'", escape_cstr(given));
    return false;
}

int output_terminal_columns(void)
{
    struct winsize size = {0};
    if (!isatty(STDOUT_FILENO))
        return 0;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
        return 80;
    return size.ws_col;
}

/* Whether this is a plain number, which no spreadsheet runs. */
static bool is_number(struct str text)
{
    double number;
    return str_to_double(text, &number);
}

void output_csv_cell(struct buf *line, bool first, struct str value)
{
    struct buf clean = {0};
    escape_add(&clean, value);
    struct str text = buf_str(&clean);
    bool formula = text.len > 0 &&
                   (text.ptr[0] == '=' || text.ptr[0] == '+' ||
                       text.ptr[0] == '-' || text.ptr[0] == '@') &&
                   !is_number(text);
    bool quoted = formula || str_find_char(text, ',') >= 0 ||
                  str_find_char(text, '"') >= 0;

    if (!first)
        buf_add_char(line, ',');
    if (quoted)
        buf_add_cstr(line, formula ? "\"'" : "\"");
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"')
            buf_add_char(line, '"');
        buf_add_char(line, text.ptr[i]);
    }
    if (quoted)
        buf_add_char(line, '"');
    buf_done(&clean);
}

void output_json_member(struct buf *line, bool *first, struct str key,
    struct str value, bool number, bool *lossy)
{
    buf_add_char(line, *first ? '{' : ',');
    *first = false;
    json_add_string(line, key);
    buf_add_char(line, ':');
    if (number)
        buf_add_str(line, value);
    else if (json_add_string(line, value) && lossy != NULL)
        *lossy = true;
}

/* One table cell, padded or cut to its width in columns. */
static void add_table_cell(
    struct buf *line, const struct output_column *column, struct str value)
{
    struct buf clean = {0};
    escape_add(&clean, value);
    struct str text = buf_str(&clean);
    size_t width = (size_t)column->width, taken = 0, at = 0, end = 0;

    while (at < text.len) {
        size_t next = at;
        int columns = utf8_width(utf8_next(text, &next), 1);
        if (width > 0 && taken + (size_t)columns > width)
            break;
        taken += (size_t)columns;
        at = end = next;
    }
    size_t pad = width > taken ? width - taken : 0;
    if (column->number)
        for (; pad > 0; pad--)
            buf_add_char(line, ' ');
    buf_add_str(line, str_sub(text, 0, end));
    for (; pad > 0; pad--)
        buf_add_char(line, ' ');
    buf_done(&clean);
}

/* Cut a finished table line to the terminal and write it. */
static void put_table_line(struct output *output)
{
    struct str text = str_trim_end(buf_str(&output->line));
    size_t limit = (size_t)output->terminal_columns, taken = 0, at = 0;
    while (limit > 0 && at < text.len) {
        size_t next = at;
        size_t columns = (size_t)utf8_width(utf8_next(text, &next), 1);
        if (taken + columns > limit)
            break;
        taken += columns;
        at = next;
    }
    if (limit > 0)
        text = str_sub(text, 0, at);
    fwrite(text.ptr, 1, text.len, stdout);
    fputc('\n', stdout);
}

static void put_table_row(struct output *output, const struct str *cells)
{
    buf_clear(&output->line);
    for (size_t i = 0; i < output->column_count; i++) {
        if (i > 0)
            buf_add_cstr(&output->line, "  ");
        add_table_cell(&output->line, &output->columns[i], cells[i]);
    }
    put_table_line(output);
}

static void put_csv_row(struct output *output, const struct str *cells)
{
    buf_clear(&output->line);
    for (size_t i = 0; i < output->column_count; i++)
        output_csv_cell(&output->line, i == 0, cells[i]);
    buf_add_cstr(&output->line, "\r\n");
    fwrite(output->line.ptr, 1, output->line.len, stdout);
}

static void put_json_row(struct output *output, const struct str *cells)
{
    bool first = true, lossy = false;
    buf_clear(&output->line);
    for (size_t i = 0; i < output->column_count; i++) {
        const struct output_column *column = &output->columns[i];
        if (cells[i].len > 0)
            output_json_member(&output->line, &first, str_from(column->name),
                cells[i], column->number && is_number(cells[i]), &lossy);
    }
    if (first)
        buf_add_char(&output->line, '{');
    buf_add_cstr(&output->line, lossy ? ",\"raw_lossy\":true}\n" : "}\n");
    fwrite(output->line.ptr, 1, output->line.len, stdout);
}

void output_begin(struct output *output, enum output_format format,
    const struct output_column *columns, size_t count)
{
    *output = (struct output){
        .format = format,
        .columns = columns,
        .column_count = count,
        .terminal_columns = output_terminal_columns(),
    };
    if (format == OUTPUT_JSONL)
        return;
    buf_clear(&output->line);
    for (size_t i = 0; i < count; i++) {
        struct str name = str_from(columns[i].name);
        if (format == OUTPUT_CSV) {
            output_csv_cell(&output->line, i == 0, name);
            continue;
        }
        if (i > 0)
            buf_add_cstr(&output->line, "  ");
        add_table_cell(&output->line, &columns[i], name);
    }
    if (format == OUTPUT_TABLE) {
        put_table_line(output);
    } else {
        buf_add_cstr(&output->line, "\r\n");
        fwrite(output->line.ptr, 1, output->line.len, stdout);
    }
}

void output_row(struct output *output, const struct str *cells)
{
    switch (output->format) {
    case OUTPUT_TABLE:
        put_table_row(output, cells);
        break;
    case OUTPUT_JSONL:
        put_json_row(output, cells);
        break;
    case OUTPUT_CSV:
        put_csv_row(output, cells);
        break;
    }
}

void output_end(struct output *output)
{
    buf_done(&output->line);
}
