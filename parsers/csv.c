/* Columns named by a header line, separated by one character, with quotes that
 * may hold line breaks.
 *
 * The header is the first line of the source; the reader learns it and hands it
 * to every later piece. A quoted line break joins lines, at most as far as
 * LIMIT_JOIN_BYTES and LIMIT_JOIN_LINES: past that, a quote was only a quote.
 * Because a record alone does not know its columns, values are kept. A format
 * may name the columns of tables that have no header. */
#include <stdlib.h>
#include <string.h>

#include "parsers/csv_row.h"
#include "parsers/linescan.h"
#include "parsers/matcher.h"
#include "parsers/moments.h"
#include "parsers/readers.h"
#include "src/base/limit.h"
#include "src/base/mem.h"

struct csv {
    struct matcher matcher;
    const struct reading *reading;
    struct piece piece;
    size_t at;
    struct buf text, header; /* decoded */
    struct csv_row columns, row;
    struct raw_line line; /* the row being read */
    char delimiter;
};

static char own_delimiter(const struct reading *reading)
{
    return reading->format->delimiter;
}

/* The Event Viewer names all columns but the last, the message. */
static size_t unnamed_columns(const struct reading *reading)
{
    return reading->format->windows != NULL ? 1 : 0;
}

/* A row that is still open at the end of the bytes may go on behind them. */
static bool is_open(const struct raw_line *row, struct str bytes)
{
    return csv_count_quotes(bytes, row->start, row->end) % 2 != 0 &&
           bytes.len - row->start < LIMIT_JOIN_BYTES;
}

static size_t csv_cut(
    const struct reading *reading, struct str bytes, bool at_end)
{
    size_t cut = 0;
    struct raw_line row;
    if (at_end)
        return bytes.len;
    while (csv_row_at(reading->encoding, bytes, cut, &row) && row.whole &&
           !is_open(&row, bytes))
        cut = row.next;
    return cut;
}

static void csv_learn(
    const struct reading *reading, struct str bytes, struct buf *state)
{
    struct raw_line row;
    size_t at = 0;
    struct buf scratch = {0};
    if (reading->format->column_count > 0)
        return; /* the format names them */
    while (state->len == 0 && csv_row_at(reading->encoding, bytes, at, &row)) {
        at = row.next;
        if (line_is_blank(reading->encoding, bytes, &row))
            continue;
        struct str text = line_text(reading->encoding,
            str_sub(bytes, row.start, row.end - row.start), &scratch);
        if (!csv_is_type(text))
            buf_add_str(
                state, str_sub(csv_skip_bom(text), 0, LIMIT_JOIN_BYTES));
    }
    buf_done(&scratch);
}

static void *csv_open(const struct reading *reading)
{
    struct csv *csv = xcalloc(1, sizeof(*csv));
    csv->reading = reading;
    matcher_init(&csv->matcher, reading);
    return csv;
}

static void csv_close(void *cursor)
{
    struct csv *csv = cursor;
    if (csv == NULL)
        return;
    matcher_done(&csv->matcher);
    buf_done(&csv->text);
    buf_done(&csv->header);
    csv_row_done(&csv->columns);
    csv_row_done(&csv->row);
    free(csv);
}

static void csv_feed(void *cursor, const struct piece *piece)
{
    struct csv *csv = cursor;
    csv->piece = *piece;
    csv->at = line_bom(csv->reading->encoding, piece);
    csv->matcher.moment = 0;
    csv->matcher.moment_count = 0;
    buf_clear(&csv->header);
    buf_add_str(&csv->header, piece->state);
    bool is_first = piece->state.len == 0;
    if (is_first)
        csv_learn(csv->reading, piece->bytes, &csv->header);
    struct str header = buf_str(&csv->header);
    csv->delimiter = own_delimiter(csv->reading);
    if (csv->delimiter == '\0')
        csv->delimiter = csv_find_delimiter(header);
    csv_read_row(&csv->columns, header, csv->delimiter);
}

static struct str column_name(const struct csv *csv, size_t i)
{
    const struct format *format = csv->reading->format;
    if (i < format->column_count)
        return format->columns[i];
    return i < csv->columns.count ? str_trim(csv->columns.items[i])
                                  : (struct str){0};
}

/* Name the values of a row by the columns. */
static void name_values(struct csv *csv)
{
    struct pairs *pairs = &csv->matcher.pairs;
    pairs_clear(pairs);
    for (size_t i = 0; i < csv->row.count; i++) {
        struct str name = column_name(csv, i);
        if (name.len == 0)
            name = arena_printf(&pairs->arena, "column%zu", i + 1);
        pairs_add(pairs, name, str_trim(csv->row.items[i]));
    }
}

static void read_text(struct csv *csv, struct str text, struct record *record)
{
    struct str header = buf_str(&csv->header);
    size_t named = csv->reading->format->column_count;
    if (named == 0)
        named = csv->columns.count + unnamed_columns(csv->reading);
    csv_read_row(&csv->row, text, csv->delimiter);
    if (str_eq(text, header) || csv->row.count < 2 || csv->row.count > named) {
        matcher_line(&csv->matcher, text, record); /* no row of this table */
        return;
    }
    name_values(csv);
    matcher_pairs(&csv->matcher, READS_CSV, record);
    if (!record_has(record, FIELD_MESSAGE))
        record_set(record, FIELD_MESSAGE, text);
}

/* The row before once more, while it has moments left, or the next one; its
 * text is in csv->text. */
static bool find_row(struct csv *csv, struct str *text)
{
    enum encoding encoding = csv->reading->encoding;
    struct str bytes = csv->piece.bytes;
    bool again = matcher_next_moment(&csv->matcher);
    for (;;) {
        struct raw_line *row = &csv->line;
        if (!again && !csv_row_at(encoding, bytes, csv->at, row))
            return false;
        csv->at = row->next;
        if (line_is_blank(encoding, bytes, row))
            continue;
        *text = line_text(encoding,
            str_sub(bytes, row->start, row->end - row->start), &csv->text);
        if (again ||
            (!str_eq(*text, buf_str(&csv->header)) && !csv_is_type(*text)))
            return true; /* else the header, here or written once more */
    }
}

static int csv_next(void *cursor, struct record *record, struct err *err)
{
    struct csv *csv = cursor;
    struct str text;
    (void)err;
    if (!find_row(csv, &text))
        return 0;
    struct raw_line row = csv->line;
    matcher_begin(&csv->matcher, csv->piece.offset + row.start, record);
    record->offset = row.start;
    record->length = (uint32_t)(row.end - row.start);
    record->cut = row.end - row.start >= LIMIT_RECORD;
    read_text(csv, text, record);
    matcher_finish(&csv->matcher, record);
    return 1;
}

static uint64_t csv_match_limits(const void *cursor)
{
    const struct csv *csv = cursor;
    return csv->matcher.limited;
}

const struct parser parser_csv = {
    .name = "csv",
    .summary = "columns named by a header line",
    .access = PARSER_STREAM,
    .is_text = true,
    .keeps_fields = true,
    .cut = csv_cut,
    .learn = csv_learn,
    .open = csv_open,
    .close = csv_close,
    .feed = csv_feed,
    .next = csv_next,
    .match_limits = csv_match_limits,
};
