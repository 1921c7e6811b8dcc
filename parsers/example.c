/* The examples inside a format file are its tests. */
#include <string.h>

#include "parsers/matcher.h"
#include "src/base/escape.h"

static void report_line(struct buf *report, const struct format *format,
    const struct example *example, const char *what)
{
    buf_printf(
        report, "%s:%d: %s\n", escape_cstr(format->path), example->line, what);
}

/* The value a name has in the record, as the command line would print it. */
static bool value_of(const struct record *record, struct str name,
    char time[STAMP_TEXT_MAX], struct str *out)
{
    enum field field = field_find(name);
    if (str_starts_with(name, STR("x.")))
        return record_find_extra(record, str_from_index(name, 2), out);
    switch (field) {
    case FIELD_TIME:
        if (record->time == STAMP_NONE)
            return false;
        *out = str_make(
            time, stamp_format(record->time, record->precision, 0, time));
        return true;
    case FIELD_TIME_END:
        if (record->time_end == STAMP_NONE)
            return false;
        *out = str_make(
            time, stamp_format(record->time_end, record->precision, 0, time));
        return true;
    case FIELD_COUNT_OF: {
        struct buf number = {0};
        buf_add_u64(&number, record->count);
        memcpy(time, number.ptr, number.len);
        *out = str_make(time, number.len);
        buf_done(&number);
        return true;
    }
    case FIELD_FORMAT:
        *out = record->format;
        return true;
    default:
        *out = record_get(record, field);
        return record_has(record, field) ||
               record_find_extra(record, name, out);
    }
}

static const char *level_name(enum understood level)
{
    return level == UNDERSTOOD_PARSED    ? "parsed"
           : level == UNDERSTOOD_GENERIC ? "generic"
                                         : "unparsed";
}

size_t example_compare(const struct format *format, const struct yaml *gives,
    const struct record *record, struct buf *report)
{
    size_t failures = 0;
    for (size_t i = 0; gives != NULL && i < gives->count; i++) {
        const struct yaml *want = &gives->items[i];
        char time[STAMP_TEXT_MAX];
        struct str got = {0};
        bool has = value_of(record, want->key, time, &got);
        if (str_eq(want->key, STR("understood"))) {
            got = str_from(level_name(record->understood));
            has = true;
        }
        struct str wanted = want->text;
        if (want->kind != YAML_TEXT)
            continue;
        if (has ? str_eq(got, wanted) : wanted.len == 0)
            continue;
        failures++;
        buf_printf(report, "%s:%d: %s: expected \"%s\", got %s%s%s\n",
            escape_cstr(format->path), want->line, escape_text(want->key),
            escape_text(wanted), has ? "\"" : "",
            has ? escape_text(got) : "nothing", has ? "\"" : "");
    }
    return failures;
}

static void set_known(const struct example *example, struct record *record)
{
    for (size_t i = 0; example->with != NULL && i < example->with->count; i++) {
        const struct yaml *item = &example->with->items[i];
        struct target target = target_of(item->key);
        if (target.kind == TARGET_FIELD)
            record_set(record, target.field, item->text);
        else
            record_add_extra(record, target.name, item->text);
    }
}

/* As the reader of that format would read the line. */
static bool read_line(struct matcher *matcher, const struct format *format,
    struct str line, struct record *record)
{
    struct parser const *parser = format_parser(format);
    if (parser == NULL)
        return false;
    void *cursor = parser->open(matcher->reading);
    struct piece piece = {.bytes = line};
    struct record read;
    struct err err = {0};
    record_init(&read);
    parser->feed(cursor, &piece);
    bool found = parser->next(cursor, &read, &err) == 1;
    if (found) { /* the cursor goes away, and its slices with it */
        record->time = read.time;
        record->time_end = read.time_end;
        record->precision = read.precision;
        record->time_quality = read.time_quality;
        record->count = read.count;
        record->understood = read.understood;
        record->format = read.format;
        for (size_t i = 0; i < FIELD_TOTAL; i++)
            if (record_has(&read, (enum field)i))
                record_set(record, (enum field)i,
                    arena_copy(&matcher->arena, read.value[i]));
        for (size_t i = 0; i < read.extra_count; i++)
            record_add_extra(record,
                arena_copy(&matcher->arena, read.extras[i].name),
                arena_copy(&matcher->arena, read.extras[i].value));
    }
    parser->close(cursor);
    record_done(&read);
    return found;
}

/* The message alone: as if an outer format had handed it over. */
static bool read_message(struct matcher *matcher, const struct format *format,
    const struct example *example, struct record *record)
{
    set_known(example, record);
    record_set(record, FIELD_MESSAGE, example->text);
    for (size_t i = 0; i < format->owner->count; i++) {
        const struct format *outer = format->owner->items[i];
        for (size_t k = 0; k < outer->inner_count; k++) {
            if (outer->inner[k] != format)
                continue;
            matcher_inner(matcher, outer, record);
            return record->understood != UNDERSTOOD_UNPARSED;
        }
    }
    return matcher_format(matcher, format, example->text, record) != NULL;
}

/* Formats inside may have had the last word. */
static bool hands_on(const struct format *format)
{
    for (size_t i = 0; i < format->pattern_count; i++)
        if (format->patterns[i].again)
            return true;
    return format->inner_count > 0 || format->holds_logs;
}

static size_t test_example(const struct formats *formats,
    const struct format *format, const struct example *example,
    struct buf *report)
{
    const struct format *outer = example->in.len > 0
                                     ? formats_find(formats, example->in)
                                 : format->reads != READS_INSIDE ? format
                                                                 : NULL;
    if (example->in.len > 0 && outer == NULL) {
        report_line(report, format, example, "`in` names no format");
        return 1;
    }
    struct reading reading = {.format = outer != NULL ? outer : format,
        .parser = outer != NULL ? format_parser(outer) : NULL,
        .zone = zone_utc(),
        .path = example->file,
        .default_year = 2026};
    struct matcher matcher;
    struct record record;
    record_init(&record);
    matcher_init(&matcher, &reading);
    matcher_begin(&matcher, 0, &record);
    bool found = outer != NULL && example->with == NULL
                     ? read_line(&matcher, outer, example->text, &record)
                     : read_message(&matcher, format, example, &record);
    matcher_finish(&matcher, &record);

    size_t failures = 0;
    if (!found) {
        report_line(report, format, example, "nothing reads this example");
        failures = 1;
    } else if (format->reads == READS_INSIDE && !hands_on(format) &&
               !str_eq(record.format, format->name)) {
        buf_printf(report, "%s:%d: read by %s, not by this format\n",
            escape_cstr(format->path), example->line,
            escape_text(record.format));
        failures = 1;
    }
    failures += example_compare(format, example->gives, &record, report);
    matcher_done(&matcher);
    record_done(&record);
    return failures > 0;
}

size_t format_test(const struct formats *formats, const struct format *format,
    struct buf *report)
{
    size_t failed = 0;
    for (size_t i = 0; i < format->example_count; i++)
        failed += test_example(formats, format, &format->examples[i], report);
    return failed;
}
