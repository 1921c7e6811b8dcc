/* What kind of log is this? Every reader is tried on a spread of lines of the
 * sample and says how many it understood. What a pattern or a required name
 * claims counts more than a header with unknown text behind it, and general
 * readers (any JSON, any table, any time) come below all that know the log. A
 * few lines of something else therefore decide nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parsers/audit.h"
#include "parsers/body_row.h"
#include "parsers/condition.h"
#include "parsers/csv_row.h"
#include "parsers/json_shape.h"
#include "parsers/linescan.h"
#include "parsers/mactime_row.h"
#include "parsers/matcher.h"
#include "parsers/owner.h"
#include "parsers/readers.h"
#include "parsers/w3c_header.h"
#include "src/base/mem.h"

enum {
    LINES_MAX = 200,     /* that every format is tried on */
    GIVE_UP_AFTER = 60,  /* lines in a row that a format did not match */
    LINE_BYTES = 8192,   /* of a line, for patterns */
    SCORE_CERTAIN = 900, /* of a binary */
    SCORE_PARSED = 1000,
    SCORE_HEADER = 600,
    SCORE_JSON = 500,
    SCORE_TABLE = 450,
    SCORE_LOGFMT = 400,
    SCORE_TIME = 50,
    SCORE_TEXT = 10,
};

/* The lines that are looked at, decoded. */
struct trial {
    const struct formats *formats;
    const struct sample *sample;
    struct reading reading;
    struct matcher matcher;
    struct record record;
    struct arena arena;
    struct str lines[LINES_MAX];
    size_t count;
};

static bool is_control(unsigned char c)
{
    return c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' &&
           c != 0x1B;
}

/* Text may hold a stray byte; a binary is full of them. */
static bool is_binary(const struct sample *sample)
{
    if (sample->encoding == ENCODING_UTF16LE ||
        sample->encoding == ENCODING_UTF16BE)
        return false;
    size_t strange = 0;
    for (size_t i = 0; i < sample->bytes.len; i++)
        strange += is_control((unsigned char)sample->bytes.ptr[i]);
    return strange > 8 && strange > sample->bytes.len / 32;
}

/* Lines that are indented go on with the one before. */
static bool is_wanted(
    const struct sample *sample, const struct raw_line *line, bool indented)
{
    return (line->whole || sample->whole || line->start == 0) &&
           !line_is_blank(sample->encoding, sample->bytes, line) &&
           (indented ||
               !line_is_indented(sample->encoding, sample->bytes, line));
}

static size_t count_lines(
    const struct sample *sample, size_t start, bool indented)
{
    struct raw_line line;
    size_t total = 0, at = start;
    for (; line_at(sample->encoding, sample->bytes, at, &line); at = line.next)
        total += is_wanted(sample, &line, indented);
    return total;
}

static size_t sample_start(const struct sample *sample)
{
    struct piece piece = {.bytes = sample->bytes};
    return line_bom(sample->encoding, &piece);
}

/* The first half of the lines looked at come from the start, the rest from all
 * over the sample. */
static void pick_lines(struct trial *trial)
{
    const struct sample *sample = trial->sample;
    struct raw_line line;
    struct buf scratch = {0};
    size_t at = sample_start(sample);
    size_t total = count_lines(sample, at, false);
    bool indented = total == 0; /* nothing that they could go on with */
    if (indented)
        total = count_lines(sample, at, true);

    const size_t first = LINES_MAX / 2;
    size_t step = total > LINES_MAX
                      ? (total - first + first - 1) / (LINES_MAX - first)
                      : 1;
    size_t number = 0;
    for (; trial->count < LINES_MAX &&
           line_at(sample->encoding, sample->bytes, at, &line);
         at = line.next) {
        if (!is_wanted(sample, &line, indented))
            continue;
        if (number < first || (number - first) % step == 0)
            trial->lines[trial->count++] = arena_copy(&trial->arena,
                line_text(sample->encoding,
                    str_sub(sample->bytes, line.start, line.end - line.start),
                    &scratch));
        number++;
    }
    buf_done(&scratch);
}

static int score_of(const struct verdict *verdict, int parsed, int generic)
{
    if (verdict->records == 0)
        return 0;
    size_t points =
        verdict->parsed * (size_t)parsed + verdict->generic * (size_t)generic;
    return (int)(points / verdict->records);
}

static struct verdict verdict_of(
    const struct trial *trial, const struct format *format)
{
    return (struct verdict){.parser = format_parser(format),
        .format = format,
        .records = trial->count};
}

static void count_understood(struct verdict *verdict, enum understood level)
{
    verdict->parsed += level == UNDERSTOOD_PARSED;
    verdict->generic += level == UNDERSTOOD_GENERIC;
}

static bool any_begins(struct trial *trial, const struct format *format)
{
    for (size_t i = 0; i < trial->count; i++)
        for (size_t k = 0; k < format->begin_count; k++)
            if (regex_match(
                    &format->begins[k], &trial->matcher.room, trial->lines[i]))
                return true;
    return false;
}

/* Records of several lines, as the reader would join them. */
static struct verdict judge_records(
    struct trial *trial, const struct format *format)
{
    struct verdict verdict = verdict_of(trial, format);
    struct reading reading = trial->reading;
    struct piece piece = {.bytes = trial->sample->bytes};
    struct err err = {0};
    bool begun = any_begins(trial, format);
    if (!begun && trial->matcher.named != format)
        return verdict;
    reading.format = format;
    reading.parser = format_parser(format);
    reading.path = trial->sample->path;
    piece.bytes.len =
        reading.parser->cut(&reading, piece.bytes, trial->sample->whole);
    void *cursor = reading.parser->open(&reading);
    reading.parser->feed(cursor, &piece);
    for (verdict.records = 0;
         verdict.records < LINES_MAX &&
         reading.parser->next(cursor, &trial->record, &err) > 0;
         verdict.records++)
        if (str_eq(trial->record.format, format->name))
            count_understood(&verdict, trial->record.understood);
    reading.parser->close(cursor);
    verdict.score =
        score_of(&verdict, begun ? SCORE_PARSED : SCORE_HEADER, SCORE_HEADER);
    return verdict;
}

static struct verdict judge_lines(
    struct trial *trial, const struct format *format)
{
    struct verdict verdict = verdict_of(trial, format);
    size_t missed = 0;
    if (format->multiline == MULTILINE_BEGINS)
        return judge_records(trial, format);
    for (size_t i = 0; i < trial->count && missed < GIVE_UP_AFTER; i++) {
        struct str line = str_sub(trial->lines[i], 0, LINE_BYTES);
        matcher_begin(&trial->matcher, 0, &trial->record);
        const struct pattern *pattern =
            matcher_format(&trial->matcher, format, line, &trial->record);
        bool found = pattern != NULL && pattern->claims;
        missed = found ? 0 : missed + 1;
        /* a file's name alone says less than what stands in it */
        if (found && pattern->named)
            verdict.generic++;
        else if (found)
            count_understood(&verdict, trial->record.understood);
    }
    verdict.score = score_of(&verdict, SCORE_PARSED, SCORE_HEADER);
    return verdict;
}

/* Whether a declared format of named values claims what is in the pairs. */
static bool claims(struct trial *trial, const struct format *format)
{
    struct pairs *pairs = &trial->matcher.pairs;
    struct known known = {.pairs = pairs};
    return matcher_has_required(format, pairs) &&
           conditions_hold(&format->when, &known, &trial->matcher.room);
}

static bool is_declared(const struct format *format)
{
    return format->require_count > 0 || format->when.count > 0;
}

/* Read line `i` as the named values of this kind of log. */
static bool read_values(
    struct trial *trial, enum reads reads, struct str line, bool is_only)
{
    struct pairs *pairs = &trial->matcher.pairs;
    pairs_clear(pairs);
    if (reads == READS_LOGFMT)
        return pairs_read_logfmt(pairs, line) && pairs->count > 1;
    line = str_trim(line);
    if (line.len == 0 || line.ptr[0] != '{')
        return false;
    bool whole = pairs_read_json(pairs, line);
    /* one object that is longer than the sample */
    return (whole && pairs->count > 0) || (is_only && pairs->count > 2);
}

/* A line is read once for all formats of named values. */
static void judge_values(
    struct trial *trial, enum reads reads, struct verdict *verdicts)
{
    const struct formats *formats = trial->formats;
    bool is_cut = !trial->sample->whole && trial->count == 1;
    size_t *missed = xcalloc(formats->count, sizeof(*missed));
    size_t in_a_row = 0;
    for (size_t i = 0; i < trial->count && in_a_row < GIVE_UP_AFTER; i++) {
        bool read = read_values(trial, reads, trial->lines[i], is_cut);
        in_a_row = read ? 0 : in_a_row + 1;
        for (size_t k = 0; read && k < formats->count; k++) {
            const struct format *format = formats->items[k];
            if (format->reads != reads || missed[k] >= GIVE_UP_AFTER)
                continue;
            bool found = claims(trial, format);
            missed[k] = found ? 0 : missed[k] + 1;
            if (found)
                count_understood(&verdicts[k], is_declared(format)
                                                   ? UNDERSTOOD_PARSED
                                                   : UNDERSTOOD_GENERIC);
        }
    }
    free(missed);
}

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
        bool found = claims(trial, format);
        missed = found ? 0 : missed + 1;
        if (found)
            count_understood(&verdict, UNDERSTOOD_PARSED);
    }
    csv_row_done(&table.row);
    buf_done(&table.scratch);
    verdict.score = score_of(&verdict, SCORE_PARSED, 0);
    return verdict;
}

static struct verdict judge_csv(
    struct trial *trial, const struct format *format)
{
    if (format->column_count > 0)
        return judge_rows(trial, format);
    struct verdict verdict = verdict_of(trial, format);
    struct table table = {.sample = trial->sample,
        .at = sample_start(trial->sample),
        .delimiter = format->delimiter};
    bool declared = is_declared(format);
    if (read_header(trial, &table) && claims(trial, format)) {
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
    if (pairs->count == 0 || !claims(trial, format))
        return;
    verdict->records = 1;
    count_understood(
        verdict, is_declared(format) ? UNDERSTOOD_PARSED : UNDERSTOOD_GENERIC);
}

static struct verdict judge_w3c(
    struct trial *trial, const struct format *format)
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
            claims(trial, format))
            count_understood(&verdict,
                is_declared(format) ? UNDERSTOOD_PARSED : UNDERSTOOD_GENERIC);
    }
    if (verdict.records == 0)
        judge_empty_w3c(trial, format, &header, &verdict);
    w3c_header_done(&header);
    verdict.score = score_of(&verdict, SCORE_PARSED, SCORE_HEADER);
    return verdict;
}

static struct verdict judge_text(
    struct trial *trial, const struct format *format)
{
    struct verdict verdict = verdict_of(trial, format);
    for (size_t i = 0; i < trial->count; i++) {
        matcher_begin(&trial->matcher, 0, &trial->record);
        matcher_plain(&trial->matcher, str_sub(trial->lines[i], 0, LINE_BYTES),
            &trial->record);
        count_understood(&verdict, trial->record.understood);
    }
    verdict.score = SCORE_TEXT + score_of(&verdict, SCORE_TIME, SCORE_TIME);
    return verdict;
}

static struct verdict judge_array(
    struct trial *trial, const struct format *format)
{
    struct verdict verdict = verdict_of(trial, format);
    verdict.score = json_shape_probe(trial->sample);
    verdict.generic = verdict.score > 0 ? trial->count : 0;
    return verdict;
}

static struct verdict judge_auditd(
    struct trial *trial, const struct format *format)
{
    struct verdict verdict = verdict_of(trial, format);
    struct audit_line line;
    for (size_t i = 0; i < trial->count; i++)
        verdict.parsed += audit_line_read(trial->lines[i], &line);
    verdict.score = score_of(&verdict, SCORE_PARSED, 0);
    return verdict;
}

static struct verdict judge_bodyfile(
    struct trial *trial, const struct format *format)
{
    struct verdict verdict = verdict_of(trial, format);
    for (size_t i = 0; i < trial->count; i++)
        if (body_row_read(&trial->matcher.pairs, trial->lines[i]) ||
            (verdict.parsed > 0 && body_row_is_remark(trial->lines[i])))
            verdict.parsed++;
    verdict.score = score_of(&verdict, SCORE_PARSED, 0);
    return verdict;
}

/* Lines without a date are indented and were not picked. */
static struct verdict judge_mactime(
    struct trial *trial, const struct format *format)
{
    struct verdict verdict = verdict_of(trial, format);
    struct pairs *pairs = &trial->matcher.pairs;
    for (size_t i = 0; i < trial->count; i++)
        if (mactime_row_read(pairs, trial->lines[i], STR("")) ||
            mactime_is_header(trial->lines[i]))
            verdict.parsed++;
    verdict.score = score_of(&verdict, SCORE_PARSED, 0);
    return verdict;
}

static const struct {
    struct verdict (*judge)(struct trial *, const struct format *);
    const char *noun;
    int generic; /* JSON and pairs, judged together: what a record counts */
} judges[] = {
    [READS_INSIDE] = {NULL, NULL},
    [READS_LINES] = {judge_lines, "lines match"},
    [READS_JSON] = {NULL, "lines are objects of", SCORE_JSON},
    [READS_CSV] = {judge_csv, "rows have the columns of"},
    [READS_W3C] = {judge_w3c, "rows have the columns of"},
    [READS_LOGFMT] = {NULL, "lines are pairs of", SCORE_LOGFMT},
    [READS_TEXT] = {judge_text, "lines begin with a time:"},
    [READS_JSON_ARRAY] = {judge_array, "lines of"},
    [READS_PARSER] = {NULL, NULL}, /* it has a probe */
    /* their readers know them by how they begin */
    [READS_JOURNAL] = {NULL, NULL},
    [READS_JOURNAL_EXPORT] = {NULL, NULL},
    [READS_JOURNAL_JSON] = {NULL, NULL},
    [READS_AUDITD] = {judge_auditd, "lines are records of"},
    [READS_ASL] = {NULL, NULL},
    [READS_BODYFILE] = {judge_bodyfile, "lines are files of a"},
    [READS_MACTIME] = {judge_mactime, "lines are files of"},
    [READS_VC0] = {NULL, NULL}, /* it has a probe */
};

/* One for each format, in their order. */
static struct verdict *judge_formats(struct trial *trial)
{
    const struct formats *formats = trial->formats;
    struct verdict *verdicts = xcalloc(formats->count, sizeof(*verdicts));
    for (size_t i = 0; i < formats->count; i++) {
        const struct format *format = formats->items[i];
        trial->matcher.named =
            owner_is_named(format, trial->sample->path) ? format : NULL;
        if (judges[format->reads].judge != NULL)
            verdicts[i] = judges[format->reads].judge(trial, format);
        else if (judges[format->reads].generic > 0)
            verdicts[i] = verdict_of(trial, format);
    }
    judge_values(trial, READS_JSON, verdicts);
    judge_values(trial, READS_LOGFMT, verdicts);
    for (size_t i = 0; i < formats->count; i++) {
        int generic = judges[formats->items[i]->reads].generic;
        if (generic > 0)
            verdicts[i].score = score_of(&verdicts[i], SCORE_PARSED, generic);
    }
    return verdicts;
}

static void explain_verdict(struct verdict *verdict)
{
    const struct format *format = verdict->format;
    if (verdict->reason[0] == '\0')
        snprintf(verdict->reason, sizeof(verdict->reason), "%zu of %zu %s %.*s",
            verdict->parsed + verdict->generic, verdict->records,
            judges[format->reads].noun, STR_ARG(format->name));
}

/* Best first; equal ones stay in the order of the formats. */
static size_t insert_verdict(struct verdict *out, size_t count, size_t max,
    const struct verdict *verdict)
{
    size_t at = count;
    while (at > 0 && out[at - 1].score < verdict->score)
        at--;
    if (at >= max)
        return count;
    if (count == max)
        count--;
    memmove(out + at + 1, out + at, (count - at) * sizeof(*out));
    out[at] = *verdict;
    return count + 1;
}

static void trial_init(struct trial *trial, const struct formats *formats,
    const struct sample *sample)
{
    *trial = (struct trial){.formats = formats, .sample = sample};
    trial->reading = (struct reading){.format = formats->items[0],
        .parser = &parser_plain,
        .encoding = sample->encoding,
        .zone = zone_utc(),
        .default_year = 2000}; /* any leap year: only whether it is a time */
    matcher_init(&trial->matcher, &trial->reading);
    record_init(&trial->record);
    pick_lines(trial);
}

static void trial_done(struct trial *trial)
{
    matcher_done(&trial->matcher);
    record_done(&trial->record);
    arena_done(&trial->arena);
    free(trial);
}

static struct verdict probe(const struct formats *formats,
    const struct parser *parser, const struct sample *sample)
{
    struct verdict verdict = {.parser = parser,
        .format = formats_of_parser(formats, parser),
        .score = parser->probe(sample)};
    snprintf(
        verdict.reason, sizeof(verdict.reason), "begins like %s", parser->name);
    return verdict;
}

bool formats_probe(const struct formats *formats, const struct sample *sample,
    struct verdict *out)
{
    for (size_t i = 0; parser_table[i] != NULL; i++) {
        const struct parser *parser = parser_table[i];
        if (parser->is_text || parser->probe == NULL)
            continue;
        *out = probe(formats, parser, sample);
        if (out->score >= SCORE_CERTAIN)
            return true;
    }
    return false;
}

size_t formats_judge(const struct formats *formats, const struct sample *sample,
    struct verdict *out, size_t max)
{
    size_t count = 0;
    struct verdict none = {.score = 1, .reason = "a binary of no known kind"};
    if (max == 0)
        return 0;
    for (size_t i = 0; parser_table[i] != NULL; i++) {
        if (parser_table[i]->probe == NULL)
            continue;
        struct verdict verdict = probe(formats, parser_table[i], sample);
        if (verdict.score > 0)
            count = insert_verdict(out, count, max, &verdict);
    }
    if (is_binary(sample))
        return count > 0 ? count : insert_verdict(out, count, max, &none);

    struct trial *trial = xmalloc(sizeof(*trial));
    trial_init(trial, formats, sample);
    struct verdict *verdicts = judge_formats(trial);
    for (size_t i = 0; i < formats->count; i++)
        if (verdicts[i].score > 0) {
            explain_verdict(&verdicts[i]);
            count = insert_verdict(out, count, max, &verdicts[i]);
        }
    free(verdicts);
    trial_done(trial);
    return count;
}
