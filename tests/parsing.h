/* parsing: what the tests of readers share. Formats come from YAML texts in a
 * folder of their own, so that a test shows all it depends on. */
#ifndef SPOOR_TESTS_PARSING_H
#define SPOOR_TESTS_PARSING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "parsers/format.h"
#include "src/base/file.h"

enum { PARSING_TEXT_MAX = 4096 };

/* The shipped formats and one more per text, up to a NULL. */
static inline struct formats *parsing_formats(const char *const *texts)
{
    char folder[] = "/tmp/spoor-formats-XXXXXX";
    char path[64];
    assert_non_null(mkdtemp(folder));
    for (int i = 0; texts[i] != NULL; i++) {
        struct err err = {0};
        snprintf(path, sizeof(path), "%s/%c.yaml", folder, 'a' + i);
        assert_int_equal(file_write(path, str_from(texts[i]), &err), 0);
    }
    struct formats *formats = formats_load(folder);
    for (int i = 0; texts[i] != NULL; i++) {
        snprintf(path, sizeof(path), "%s/%c.yaml", folder, 'a' + i);
        unlink(path);
    }
    rmdir(folder);
    return formats;
}

/* One source being read. */
struct parsing {
    struct reading reading;
    struct piece piece;
    void *cursor;
    struct record record;
    struct err err;
};

/* By the format of that name; UTC, year 2026. */
static inline void parsing_start(struct parsing *parsing,
    const struct formats *formats, const char *format, struct str bytes)
{
    *parsing = (struct parsing){.piece = {.bytes = bytes}};
    struct reading *reading = &parsing->reading;
    assert_true(formats_choose(
        formats, str_from(format), &reading->parser, &reading->format));
    reading->zone = zone_utc();
    reading->zone_decided = true;
    reading->default_year = 2026;
    record_init(&parsing->record);
    parsing->cursor = reading->parser->open(reading);
    reading->parser->feed(parsing->cursor, &parsing->piece);
}

static inline int parsing_next(struct parsing *parsing)
{
    return parsing->reading.parser->next(
        parsing->cursor, &parsing->record, &parsing->err);
}

static inline void parsing_done(struct parsing *parsing)
{
    parsing->reading.parser->close(parsing->cursor);
    record_done(&parsing->record);
}

/* A value as text: of a short field, x.NAME, "time", "count", "format" or
 * "understood"; "" when it is absent. */
static inline const char *parsing_get(
    const struct parsing *parsing, const char *name)
{
    static char text[PARSING_TEXT_MAX];
    static const char *const levels[] = {"parsed", "generic", "unparsed"};
    const struct record *record = &parsing->record;
    struct str value = record_get(record, field_find(str_from(name)));
    if (strcmp(name, "understood") == 0)
        value = str_from(levels[record->understood]);
    if (strcmp(name, "format") == 0)
        value = record->format;
    if (strncmp(name, "x.", 2) == 0)
        record_find_extra(record, str_from(name + 2), &value);
    snprintf(text, sizeof(text), "%.*s", STR_ARG(value));
    if (strcmp(name, "count") == 0)
        snprintf(text, sizeof(text), "%u", record->count);
    if (strcmp(name, "time") == 0 && record->time != STAMP_NONE)
        stamp_format(record->time, record->precision, 0, text);
    return text;
}

#define assert_value(parsing, name, wanted) \
    assert_string_equal(parsing_get(parsing, name), wanted)

/* The format that judges these bytes best, or "none". */
static inline const char *parsing_judge(
    const struct formats *formats, struct str bytes, enum encoding encoding)
{
    struct verdict verdict;
    struct sample sample = {
        .bytes = bytes, .whole = true, .encoding = encoding};
    assert_int_equal(formats_judge(formats, &sample, &verdict, 1), 1);
    return verdict.format == NULL ? "none" : format_name(verdict.format);
}

#endif
