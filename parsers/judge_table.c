/* Tables: a header names the columns, or a format knows them by their place. */
#include "parsers/csv_row.h"
#include "parsers/judge_inside.h"
#include "parsers/linescan.h"
#include "parsers/w3c_header.h"

/* A header is a row of different names, none of them a number. */
static bool is_header(const struct csv_row *row)
{
    if (row->count < 2)
        return false;
    for (size_t i = 0; i < row->count; i++) {
        struct str name = str_trim(row->items[i]);
        double number;
        if (name.len == 0 || name.len > 100 || str_to_double(name, &number) ||
            (name.ptr[0] >= '0' && name.ptr[0] <= '9'))
            return false;
        for (size_t k = 0; k < i; k++)
            if (str_eq(str_trim(row->items[k]), name))
                return false;
    }
    return true;
}

/* The header and the rows of a sample, as the reader would find them. */
struct table {
    const struct sample *sample;
    size_t at;
    struct buf scratch;
    struct csv_row row;
    char delimiter; /* '\0': found in the header */
};

/* The next row; false at the end, and at one that the sample cuts. */
static bool next_row(struct table *table)
{
    const struct sample *sample = table->sample;
    struct raw_line line;
    struct str text;
    do {
        if (!csv_row_at(sample->encoding, sample->bytes, table->at, &line) ||
            (!line.whole && !sample->whole))
            return false;
        table->at = line.next;
        text = csv_skip_bom(line_text(sample->encoding,
            str_sub(sample->bytes, line.start, line.end - line.start),
            &table->scratch));
    } while (line_is_blank(sample->encoding, sample->bytes, &line) ||
             csv_is_type(text));
    if (table->delimiter == '\0')
        table->delimiter = csv_find_delimiter(text);
    csv_read_row(&table->row, text, table->delimiter);
    return true;
}

/* The columns' names become pairs, for `require` and `when`. */
static bool read_header(struct trial *trial, struct table *table)
{
    struct pairs *pairs = &trial->matcher.pairs;
    if (!next_row(table) || !is_header(&table->row))
        return false;
    pairs_clear(pairs);
    for (size_t i = 0; i < table->row.count; i++)
        pairs_add(pairs, str_trim(table->row.items[i]), STR("?"));
    return true;
}

/* Rows without a header: each must be one of the format's by its values. */
static struct verdict judge_rows(
    struct trial *trial, const struct format *format)
{
    struct verdict verdict = verdict_of(trial, format);
    struct pairs *pairs = &trial->matcher.pairs;
    struct table table = {.sample = trial->sample,
        .at = sample_start(trial->sample),
        .delimiter = format->delimiter != '\0' ? format->delimiter : ','};
    size_t missed = 0;
    for (verdict.records = 0; verdict.records < LINES_MAX &&
                              missed < GIVE_UP_AFTER && next_row(&table);
         verdict.records++) {
        pairs_clear(pairs);
        for (size_t i = 0;
             i < table.row.count && table.row.count <= format->column_count;
             i++)
            pairs_add(pairs, format->columns[i], str_trim(table.row.items[i]));
        bool found = trial_claims(trial, format);
        missed = found ? 0 : missed + 1;
        if (found)
            count_understood(&verdict, UNDERSTOOD_PARSED);
    }
    csv_row_done(&table.row);
    buf_done(&table.scratch);
    verdict.score = score_of(&verdict, SCORE_PARSED, 0);
    return verdict;
}

struct verdict judge_csv(struct trial *trial, const struct format *format)
{
    if (format->column_count > 0)
        return judge_rows(trial, format);
    struct verdict verdict = verdict_of(trial, format);
    struct table table = {.sample = trial->sample,
        .at = sample_start(trial->sample),
        .delimiter = format->delimiter};
    bool declared = format_is_declared(format);
    if (read_header(trial, &table) && trial_claims(trial, format)) {
        size_t columns = table.row.count;
        verdict.records = 1;
        count_understood(
            &verdict, declared ? UNDERSTOOD_PARSED : UNDERSTOOD_GENERIC);
        for (; verdict.records < LINES_MAX && next_row(&table);
             verdict.records++)
            if ((table.row.count == columns ||
                    (table.row.count == columns + 1 &&
                        format->windows != NULL)) &&
                (declared || columns > 2))
                count_understood(&verdict,
                    declared ? UNDERSTOOD_PARSED : UNDERSTOOD_GENERIC);
        /* a general table has rows and wants to be one from end to end */
        if (!declared && (columns < 3 || verdict.records < 2 ||
                             verdict.generic * 10 < verdict.records * 8))
            verdict.generic = 0;
    }
    csv_row_done(&table.row);
    buf_done(&table.scratch);
    verdict.score = score_of(&verdict, SCORE_PARSED, SCORE_TABLE);
    return verdict;
}

/* A log that has directives and no rows yet is one all the same. */
static void judge_empty_w3c(struct trial *trial, const struct format *format,
    struct w3c_header *header, struct verdict *verdict)
{
    struct pairs *pairs = &trial->matcher.pairs;
    w3c_names(header, pairs);
    if (pairs->count == 0 || !trial_claims(trial, format))
        return;
    verdict->records = 1;
    count_understood(verdict,
        format_is_declared(format) ? UNDERSTOOD_PARSED : UNDERSTOOD_GENERIC);
}

struct verdict judge_w3c(struct trial *trial, const struct format *format)
{
    struct verdict verdict = verdict_of(trial, format);
    struct w3c_header header = {0};
    verdict.records = 0;
    for (size_t i = 0; i < trial->count; i++) {
        if (w3c_is_directive(trial->lines[i])) {
            w3c_header_read(&header, trial->lines[i]);
            continue;
        }
        verdict.records++;
        if (w3c_row_read(&header, trial->lines[i], &trial->matcher.pairs) &&
            trial_claims(trial, format))
            count_understood(&verdict, format_is_declared(format)
                                           ? UNDERSTOOD_PARSED
                                           : UNDERSTOOD_GENERIC);
    }
    if (verdict.records == 0)
        judge_empty_w3c(trial, format, &header, &verdict);
    w3c_header_done(&header);
    verdict.score = score_of(&verdict, SCORE_PARSED, SCORE_HEADER);
    return verdict;
}
