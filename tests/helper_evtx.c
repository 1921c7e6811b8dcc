/* What our reader makes of EVTX files, for the scripts that compare it.
 *     helper_evtx records FILE...   one line a record: file, record number,
 *                                   event id, channel, provider, computer,
 *                                   time, NAME=value ..., tab separated; what
 *                                   is recovered or damaged says so in front
 *     helper_evtx time TIMES FILE... reads all of them as often, prints
 *                                   records, seconds and values
 *     helper_evtx seeds FOLDER      writes the corpus of tests/fuzz/fuzz_evtx.c
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "parsers/format.h"
#include "parsers/readers.h"
#include "src/base/file.h"
#include "tests/evtx_kit.h"

enum { FILE_MAX = 1 << 30 };

struct work {
    struct reading reading;
    void *cursor;
    struct record record;
    struct buf content;
    uint64_t records, values;
    bool is_printing;
};

/* Tabs and line ends as the tables of other programs write them. */
static void print_text(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '\t')
            fputs("\\t", stdout);
        else if (c == '\n')
            fputs("\\n", stdout);
        else if (c == '\r')
            fputs("\\r", stdout);
        else if (c == '\\')
            fputs("\\\\", stdout);
        else
            putchar(c);
    }
}

static void print_field(const struct record *record, enum field field)
{
    putchar('\t');
    print_text(record_get(record, field));
}

static void print_record(
    const char *path, const struct record *record, const char *state)
{
    static const enum field fields[] = {
        FIELD_RECORD, FIELD_CODE, FIELD_CHANNEL, FIELD_PROVIDER, FIELD_HOST};
    char stamp[STAMP_TEXT_MAX] = "";
    printf("%s\t%s", state, path);
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        print_field(record, fields[i]);
    if (record->time != STAMP_NONE)
        stamp_format(record->time, record->precision, 0, stamp);
    printf("\t%s", stamp);
    for (size_t i = 0; i < record->extra_count; i++) {
        putchar('\t');
        print_text(record->extras[i].name);
        putchar('=');
        print_text(record->extras[i].value);
    }
    putchar('\n');
}

static void take_record(struct work *work, const char *path, int found,
    uint64_t base, const struct err *err)
{
    struct str value;
    const struct record *record = &work->record;
    if (!work->is_printing)
        return;
    if (found < 0)
        printf("damaged\t%s\t%llu\t%u\t%s\n", path,
            (unsigned long long)(base + record->offset), record->length,
            err->text);
    else
        print_record(path, record,
            record_find_extra(record, STR("recovered"), &value) ? "recovered"
                                                                : "live");
}

/* In pieces, as the importer cuts them. */
static void read_content(struct work *work, const char *path)
{
    const struct parser *parser = work->reading.parser;
    struct str left = buf_str(&work->content);
    struct piece piece = {0};
    while (left.len > 0) {
        size_t size = left.len < (1 << 20) ? left.len : 1 << 20;
        size_t len = parser->cut(
            &work->reading, str_sub(left, 0, size), size == left.len);
        if (len == 0)
            len = left.len;
        piece.bytes = str_sub(left, 0, len);
        parser->feed(work->cursor, &piece);
        struct err err = {0};
        for (int rc; (rc = parser->next(work->cursor, &work->record, &err));) {
            work->records += rc > 0;
            work->values += work->record.extra_count;
            take_record(work, path, rc, piece.offset, &err);
        }
        piece.offset += len;
        left = str_from_index(left, len);
    }
}

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int read_files(struct work *work, char **paths, int count, long times)
{
    double spent = 0;
    for (int i = 0; i < count; i++) {
        struct err err = {0};
        buf_clear(&work->content);
        if (file_read(paths[i], FILE_MAX, &work->content, &err) < 0) {
            fprintf(stderr, "helper_evtx: %s\n", err.text);
            return EXIT_FAILURE;
        }
        double start = seconds_now();
        for (long k = 0; k < times; k++)
            read_content(work, paths[i]);
        spent += seconds_now() - start;
    }
    if (!work->is_printing)
        printf("%llu %.6f %llu\n", (unsigned long long)work->records, spent,
            (unsigned long long)work->values);
    return EXIT_SUCCESS;
}

/* --- seeds ---------------------------------------------------------------- */

static void make_plain(struct evtx_kit *kit)
{
    evtx_simple_record(kit, "one");
    evtx_simple_record(kit, "two");
}

static void make_bare(struct evtx_kit *kit)
{
    kit->without_dependencies = true;
    evtx_simple_record(kit, "bare");
}

static void make_slack(struct evtx_kit *kit)
{
    make_plain(kit);
    evtx_seal_chunk(kit);
    evtx_zeroes(kit, 20);
    kit->number = 9;
    evtx_simple_record(kit, "old");
}

static void make_gap(struct evtx_kit *kit)
{
    make_plain(kit);
    kit->number = 9;
    evtx_simple_record(kit, "later");
}

static void make_user_data(struct evtx_kit *kit)
{
    evtx_begin_record(kit);
    evtx_open(kit, "Event");
    evtx_open(kit, "UserData");
    evtx_open_with(kit, "Cleared", "xmlns", "urn:x");
    evtx_element(kit, "User", "alice");
    evtx_put(kit, 0x08, 1);
    evtx_put(kit, 0x41, 2);
    evtx_close(kit);
    evtx_close(kit);
    evtx_close(kit);
    evtx_end_record(kit);
}

/* One value of each of the simple types, in a template used twice. */
static void make_values(struct evtx_kit *kit)
{
    static const char bytes[16] = {1, 1, 0, 0, 0, 0, 0, 5, 18};
    static const struct evtx_kit_value values[] = {{0x01, "a\0b\0", 4},
        {0x02, "cd", 2}, {0x03, bytes, 1}, {0x05, bytes, 2}, {0x07, bytes, 4},
        {0x0A, bytes, 8}, {0x0B, bytes, 4}, {0x0C, bytes, 8}, {0x0D, bytes, 4},
        {0x0E, bytes, 5}, {0x0F, bytes, 16}, {0x10, bytes, 8}, {0x11, bytes, 8},
        {0x12, bytes, 16}, {0x13, bytes, 12}, {0x14, bytes, 4},
        {0x15, bytes, 8}, {0x81, "a\0\0\0b\0", 6}, {0x86, bytes, 8},
        {0x93, bytes, 12}};
    enum { COUNT = sizeof(values) / sizeof(values[0]) };
    evtx_begin_record(kit);
    size_t definition = evtx_begin_template(kit, 77);
    evtx_open(kit, "Event");
    evtx_open(kit, "EventData");
    for (int i = 0; i < COUNT; i++)
        evtx_data(kit, "V", i, values[i].type);
    evtx_close(kit);
    evtx_close(kit);
    evtx_end_template(kit);
    evtx_values(kit, values, COUNT);
    evtx_end_record(kit);
    evtx_begin_record(kit);
    evtx_use_template(kit, 77, definition);
    evtx_values(kit, values, COUNT);
    evtx_end_record(kit);
}

static int write_seeds(const char *folder)
{
    static const struct {
        const char *name;
        void (*make)(struct evtx_kit *kit);
    } seeds[] = {
        {"plain", make_plain},
        {"bare", make_bare},
        {"slack", make_slack},
        {"gap", make_gap},
        {"user_data", make_user_data},
        {"values", make_values},
    };
    for (size_t i = 0; i < sizeof(seeds) / sizeof(seeds[0]); i++) {
        struct evtx_kit kit;
        struct err err = {0};
        evtx_file(&kit);
        evtx_begin_chunk(&kit);
        seeds[i].make(&kit);
        if (seeds[i].make != make_slack)
            evtx_seal_chunk(&kit);
        char *path = path_join(folder, seeds[i].name);
        int rc = file_write(path, buf_str(&kit.bytes), &err);
        free(path);
        buf_done(&kit.bytes);
        if (rc < 0) {
            fprintf(stderr, "helper_evtx: %s\n", err.text);
            return EXIT_FAILURE;
        }
    }
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    struct work work = {0};
    if (argc == 3 && strcmp(argv[1], "seeds") == 0)
        return write_seeds(argv[2]);
    bool is_timing = argc > 3 && strcmp(argv[1], "time") == 0;
    work.is_printing = argc > 2 && strcmp(argv[1], "records") == 0;
    if (!is_timing && !work.is_printing) {
        fprintf(stderr, "usage: helper_evtx records FILE...\n"
                        "       helper_evtx time TIMES FILE...\n");
        return 2;
    }
    int first = is_timing ? 3 : 2;
    work.reading = (struct reading){.parser = &parser_evtx,
        .zone = zone_utc(),
        .default_year = CIVIL_NO_YEAR};
    struct formats *formats = formats_load("/nonexistent");
    formats_choose(
        formats, STR("evtx"), &work.reading.parser, &work.reading.format);
    record_init(&work.record);
    work.cursor = work.reading.parser->open(&work.reading);
    int rc = read_files(&work, argv + first, argc - first,
        is_timing ? strtol(argv[2], NULL, 10) : 1);
    work.reading.parser->close(work.cursor);
    record_done(&work.record);
    buf_done(&work.content);
    formats_free(formats);
    return rc;
}
