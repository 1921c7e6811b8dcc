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
#include "parsers/json_shape.h"
#include "parsers/judge_inside.h"
#include "parsers/mactime_row.h"
#include "parsers/owner.h"
#include "parsers/readers.h"
#include "src/base/mem.h"

int score_of(const struct verdict *verdict, int parsed, int generic)
{
    if (verdict->records == 0)
        return 0;
    size_t points =
        verdict->parsed * (size_t)parsed + verdict->generic * (size_t)generic;
    return (int)(points / verdict->records);
}

struct verdict verdict_of(
    const struct trial *trial, const struct format *format)
{
    return (struct verdict){.parser = format_parser(format),
        .format = format,
        .records = trial->count};
}

void count_understood(struct verdict *verdict, enum understood level)
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
bool trial_claims(struct trial *trial, const struct format *format)
{
    struct pairs *pairs = &trial->matcher.pairs;
    struct known known = {.pairs = pairs};
    return matcher_has_required(format, pairs) &&
           conditions_hold(&format->when, &known, &trial->matcher.room);
}

bool format_is_declared(const struct format *format)
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
            bool found = trial_claims(trial, format);
            missed[k] = found ? 0 : missed[k] + 1;
            if (found)
                count_understood(&verdicts[k], format_is_declared(format)
                                                   ? UNDERSTOOD_PARSED
                                                   : UNDERSTOOD_GENERIC);
        }
    }
    free(missed);
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
} judges[] = {
    [READS_INSIDE] = {NULL, NULL},
    [READS_LINES] = {judge_lines, "lines match"},
    [READS_JSON] = {NULL, "lines are objects of"},
    [READS_CSV] = {judge_csv, "rows have the columns of"},
    [READS_W3C] = {judge_w3c, "rows have the columns of"},
    [READS_LOGFMT] = {NULL, "lines are pairs of"},
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

/* What a record of any JSON or pairs counts, which are judged together; 0: it
 * is neither. */
static int generic_score(const struct format *format)
{
    return format->reads == READS_JSON     ? SCORE_JSON
           : format->reads == READS_LOGFMT ? SCORE_LOGFMT
                                           : 0;
}

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
        else if (generic_score(format) > 0)
            verdicts[i] = verdict_of(trial, format);
    }
    judge_values(trial, READS_JSON, verdicts);
    judge_values(trial, READS_LOGFMT, verdicts);
    for (size_t i = 0; i < formats->count; i++) {
        int generic = generic_score(formats->items[i]);
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
    trial_pick_lines(trial);
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
    if (sample_is_binary(sample))
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
