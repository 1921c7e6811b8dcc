/* helper_formats: what the formats make of files, for scripts.
 *
 *     helper_formats problems       format files that were set aside
 *     helper_formats examples       run the examples in the format files
 *     helper_formats list           names of the formats that have YAML
 *     helper_formats judge FILE...  the format detection takes
 *     helper_formats read FILE      every record of a file
 *     helper_formats brief FILE     the same without messages, for goldens
 *     helper_formats each           every line of stdin, as a file of its own
 *
 * A record is one line of tab-separated cells: format, how much was understood,
 * time, then NAME=VALUE for every value. Control characters, tabs and
 * backslashes in values are written as \xHH. Years and zones that a log leaves
 * out are 2026 and UTC. Exits 1 when something is wrong. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parsers/format.h"
#include "src/base/err.h"
#include "src/base/file.h"
#include "src/base/zone.h"

enum { VERDICTS_MAX = 8, YEAR = 2026 };
#define INPUT_MAX ((size_t)256 << 20)

static void print_escaped(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c < 0x20 || c == 0x7F || c == '\\')
            printf("\\x%02X", c);
        else
            putchar(c);
    }
}

static void print_pair(const char *prefix, struct str name, struct str value)
{
    printf("\t%s", prefix);
    print_escaped(name);
    putchar('=');
    print_escaped(value);
}

static void print_record(const struct record *record, bool messages)
{
    static const char *const understood[] = {"parsed", "generic", "unparsed"};
    char time[STAMP_TEXT_MAX];
    stamp_format(record->time, record->precision, 0, time);
    print_escaped(record->format);
    printf("\t%s\t%s", understood[record->understood],
        time[0] != '\0' ? time : "undated");
    for (size_t i = 0; i < FIELD_TOTAL; i++) {
        enum field field = (enum field)i;
        if (field == FIELD_MESSAGE && !messages)
            continue;
        if (record_has(record, field))
            print_pair(
                "", str_from(field_table[i].name), record_get(record, field));
    }
    if (record->count > 1)
        printf("\tcount=%u", record->count);
    for (size_t i = 0; i < record->extra_count; i++)
        print_pair("x.", record->extras[i].name, record->extras[i].value);
    putchar('\n');
}

/* Judge some bytes as detection would at import. */
static bool judge(const struct formats *formats, const char *path,
    struct str bytes, struct verdict *best, struct reading *reading)
{
    struct sample sample = {
        .bytes =
            str_sub(bytes, 0, bytes.len < SAMPLE_MAX ? bytes.len : SAMPLE_MAX),
        .whole = bytes.len <= SAMPLE_MAX,
        .path = str_from(path),
    };
    sample.encoding = encoding_detect(sample.bytes).encoding;
    struct verdict verdicts[VERDICTS_MAX];
    size_t count = formats_judge(formats, &sample, verdicts, VERDICTS_MAX);
    if (count == 0 || verdicts[0].parser == NULL)
        return false;
    *best = verdicts[0];
    *reading = (struct reading){
        .parser = best->parser,
        .format = best->format,
        .encoding = sample.encoding,
        .zone = zone_utc(),
        .default_year = YEAR,
        .path = sample.path,
    };
    return true;
}

static int read_blob(
    void *self, uint64_t offset, void *to, size_t len, struct err *err)
{
    const struct str *bytes = self;
    if (offset > bytes->len || len > bytes->len - offset)
        return err_set(err, ERR_LIMIT, "past the end");
    memcpy(to, bytes->ptr + offset, len);
    return 0;
}

static int feed(const struct reading *reading, void *cursor, struct str *bytes,
    struct buf *state, struct err *err)
{
    const struct parser *parser = reading->parser;
    if (parser->access == PARSER_RANDOM) {
        struct blob blob = {bytes->len, read_blob, bytes};
        return parser->feed_blob(cursor, &blob, err);
    }
    /* A header of columns is learnt from the very piece that begins with it. */
    struct piece piece = {
        .bytes = *bytes, .state = str_make(state->ptr, state->len)};
    parser->feed(cursor, &piece);
    return 0;
}

static int read_all(const struct formats *formats, const char *path,
    struct str bytes, bool messages, size_t most)
{
    struct verdict best;
    struct reading reading;
    struct err err = {0};
    if (!judge(formats, path, bytes, &best, &reading)) {
        puts("none\tunparsed\tundated");
        return 0;
    }
    void *cursor = best.parser->open(&reading);
    struct buf state = {0};
    struct record record;
    record_init(&record);
    int rc = feed(&reading, cursor, &bytes, &state, &err);
    for (size_t n = 0; rc == 0 && n < most; n++) {
        int got = best.parser->next(cursor, &record, &err);
        if (got == 0)
            break;
        if (got < 0)
            printf("damaged at %llu\n", (unsigned long long)record.offset);
        else
            print_record(&record, messages);
    }
    record_done(&record);
    buf_done(&state);
    best.parser->close(cursor);
    return rc < 0 ? 1 : 0;
}

static int read_file(
    const struct formats *formats, const char *path, bool messages)
{
    struct buf content = {0};
    struct err err = {0};
    if (file_read(path, INPUT_MAX, &content, &err) < 0) {
        fprintf(stderr, "helper_formats: %s\n", err.text);
        return 1;
    }
    int rc = read_all(
        formats, path, str_make(content.ptr, content.len), messages, SIZE_MAX);
    buf_done(&content);
    return rc;
}

static int read_each(const struct formats *formats)
{
    char *line = NULL;
    size_t capacity = 0;
    ssize_t len;
    while ((len = getline(&line, &capacity, stdin)) > 0)
        read_all(formats, "line.log", str_make(line, (size_t)len), true, 1);
    free(line);
    return 0;
}

static int judge_files(
    const struct formats *formats, char *const *paths, int count)
{
    for (int i = 0; i < count; i++) {
        struct buf content = {0};
        struct err err = {0};
        struct verdict best = {0};
        struct reading reading;
        if (file_read(paths[i], INPUT_MAX, &content, &err) < 0) {
            fprintf(stderr, "helper_formats: %s\n", err.text);
            return 1;
        }
        bool any = judge(formats, paths[i], str_make(content.ptr, content.len),
            &best, &reading);
        printf("%s\t%s\t%s\n", paths[i],
            !any                  ? "none"
            : best.format != NULL ? format_name(best.format)
                                  : best.parser->name,
            any ? best.reason : "");
        buf_done(&content);
    }
    return 0;
}

static int show_problems(const struct formats *formats)
{
    size_t count = 0;
    while (formats_problem(formats, count) != NULL)
        puts(formats_problem(formats, count++));
    return count > 0;
}

static int run_examples(const struct formats *formats)
{
    size_t failures = 0, examples = 0;
    struct buf report = {0};
    for (size_t i = 0; i < formats_count(formats); i++) {
        const struct format *format = formats_at(formats, i);
        failures += format_test(formats, format, &report);
        examples += format_example_count(format);
    }
    fwrite(report.ptr, 1, report.len, stdout);
    buf_done(&report);
    printf("%zu examples, %zu failures\n", examples, failures);
    return failures > 0;
}

static int list(const struct formats *formats)
{
    for (size_t i = 0; i < formats_count(formats); i++) {
        const struct format *format = formats_at(formats, i);
        printf("%s\t%s\n", format_name(format), format_inside(format));
    }
    return 0;
}

static int run(const struct formats *formats, int argc, char **argv)
{
    const char *verb = argc > 1 ? argv[1] : "";
    if (strcmp(verb, "problems") == 0)
        return show_problems(formats);
    if (strcmp(verb, "examples") == 0)
        return run_examples(formats);
    if (strcmp(verb, "list") == 0)
        return list(formats);
    if (strcmp(verb, "judge") == 0 && argc > 2)
        return judge_files(formats, argv + 2, argc - 2);
    if (strcmp(verb, "read") == 0 && argc == 3)
        return read_file(formats, argv[2], true);
    if (strcmp(verb, "brief") == 0 && argc == 3)
        return read_file(formats, argv[2], false);
    if (strcmp(verb, "each") == 0)
        return read_each(formats);
    fputs("usage: helper_formats problems|examples|list|judge FILE...|"
          "read FILE|brief FILE|each\n",
        stderr);
    return 2;
}

int main(int argc, char **argv)
{
    struct formats *formats = formats_load(NULL);
    int status = run(formats, argc, argv);
    formats_free(formats);
    return status;
}
