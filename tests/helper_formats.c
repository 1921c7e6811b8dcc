/* helper_formats: what the formats make of files, for scripts.
 *
 *     helper_formats problems       format files that were set aside
 *     helper_formats examples       run the examples in the format files
 *     helper_formats list           names of the formats that have YAML
 *     helper_formats judge FILE...  the format detection takes
 *     helper_formats time FILE...   milliseconds that detection takes
 *     helper_formats read FILE      every record of a file
 *     helper_formats goldens DIR FILE...   every record of NAME.sample into
 *                                   DIR/NAME.golden
 *     helper_formats brief FILE     the same without messages
 *     helper_formats count FILE     only how many records, values and damages
 *     helper_formats each           every line of stdin, as a file of its own:
 *                                   its first record
 *
 * Options, after the verb: --format NAME (read as that format), --year N and
 * --zone NAME (what a log leaves out; 2026 and UTC).
 *
 * A record is one line of tab-separated cells: format, how much was understood,
 * time, then NAME=VALUE for every value. Control characters, tabs and
 * backslashes in values are written as \xHH. Exits 1 when something is wrong.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parsers/format.h"
#include "src/base/err.h"
#include "src/base/file.h"
#include "src/base/zone.h"
#include "tests/processor_time.h"

enum { VERDICTS_MAX = 8, YEAR = 2026 };
#define INPUT_MAX ((size_t)256 << 20)

struct options {
    const struct formats *formats;
    const char *format; /* NULL: as detection says */
    const struct zone *zone;
    int32_t year;
    bool messages;
    bool only_count;
};

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
static bool judge(
    const struct formats *formats, struct sample *sample, struct verdict *best)
{
    struct verdict verdicts[VERDICTS_MAX];
    if (formats_probe(formats, sample, best))
        return true;
    sample->encoding = encoding_detect(sample->bytes).encoding;
    size_t count = formats_judge(formats, sample, verdicts, VERDICTS_MAX);
    *best = count > 0 ? verdicts[0] : (struct verdict){0};
    return best->parser != NULL;
}

static struct sample sample_of(const char *path, struct str bytes)
{
    return (struct sample){
        .bytes =
            str_sub(bytes, 0, bytes.len < SAMPLE_MAX ? bytes.len : SAMPLE_MAX),
        .whole = bytes.len <= SAMPLE_MAX,
        .path = str_from(path),
    };
}

/* How to read these bytes; false when nothing can. */
static bool choose(const struct options *options, const char *path,
    struct str bytes, struct reading *reading)
{
    struct sample sample = sample_of(path, bytes);
    struct verdict best = {0};
    bool chosen = judge(options->formats, &sample, &best);
    if (options->format != NULL)
        chosen = formats_choose(options->formats, str_from(options->format),
            &best.parser, &best.format);
    *reading = (struct reading){
        .parser = best.parser,
        .format = best.format,
        .encoding = best.format != NULL && format_is_utf8(best.format)
                        ? ENCODING_UTF8
                        : sample.encoding,
        .zone = options->zone,
        .default_year = options->year,
        .path = sample.path,
    };
    return chosen;
}

static int feed(const struct reading *reading, void *cursor, struct str *bytes,
    struct err *err)
{
    const struct parser *parser = reading->parser;
    if (parser->access == PARSER_RANDOM) {
        struct blob blob = blob_from_str(bytes);
        return parser->feed_blob(cursor, &blob, err);
    }
    /* A header of columns is learnt from the very piece that begins with it. */
    struct piece piece = {.bytes = *bytes};
    parser->feed(cursor, &piece);
    return 0;
}

static void count_records(const struct reading *reading, void *cursor)
{
    struct record record;
    struct err err = {0};
    size_t records = 0, values = 0, damaged = 0;
    int got;
    record_init(&record);
    while ((got = reading->parser->next(cursor, &record, &err)) != 0) {
        records += got > 0;
        damaged += got < 0;
        if (got > 0)
            values += record.extra_count;
    }
    record_done(&record);
    printf(
        "%zu records\t%zu own values\t%zu damaged\n", records, values, damaged);
}

static int print_records(const struct options *options,
    const struct reading *reading, void *cursor, size_t most)
{
    struct record record;
    struct err err = {0};
    size_t n = 0;
    record_init(&record);
    for (; n < most; n++) {
        int got = reading->parser->next(cursor, &record, &err);
        if (got == 0)
            break;
        if (got < 0)
            printf("damaged at %llu\n", (unsigned long long)record.offset);
        else
            print_record(&record, options->messages);
    }
    if (n == 0 && most == 1)
        puts("none\tunparsed\tundated");
    record_done(&record);
    return 0;
}

static int read_bytes(const struct options *options, const char *path,
    struct str bytes, size_t most)
{
    struct reading reading;
    struct err err = {0};
    if (!choose(options, path, bytes, &reading)) {
        puts("none\tunparsed\tundated");
        return 0;
    }
    void *cursor = reading.parser->open(&reading);
    int rc = feed(&reading, cursor, &bytes, &err);
    if (rc == 0 && options->only_count)
        count_records(&reading, cursor);
    else if (rc == 0)
        rc = print_records(options, &reading, cursor, most);
    else
        fprintf(stderr, "helper_formats: %s: %s\n", path, err.text);
    reading.parser->close(cursor);
    return rc < 0 ? 1 : 0;
}

static int load(const char *path, struct buf *content)
{
    struct err err = {0};
    if (file_read(path, INPUT_MAX, content, &err) == 0)
        return 0;
    fprintf(stderr, "helper_formats: %s\n", err.text);
    return -1;
}

static int read_files(
    const struct options *options, char *const *paths, int count)
{
    int status = 0;
    for (int i = 0; i < count; i++) {
        struct buf content = {0};
        if (load(paths[i], &content) < 0 ||
            read_bytes(options, paths[i], buf_str(&content), SIZE_MAX) != 0)
            status = 1;
        buf_done(&content);
    }
    return status;
}

/* stdout becomes DIR/NAME.golden for FOLDER/NAME.sample. */
static int redirect(const char *folder, const char *sample)
{
    struct str name = str_from(sample);
    ptrdiff_t slash = str_find_last_char(name, '/');
    name = str_from_index(name, (size_t)(slash + 1));
    ptrdiff_t dot = str_find_last_char(name, '.');
    if (dot > 0)
        name = str_sub(name, 0, (size_t)dot);
    struct buf path = {0};
    buf_printf(&path, "%s/%.*s.golden", folder, STR_ARG(name));
    bool opened = freopen(buf_cstr(&path), "w", stdout) != NULL;
    if (!opened)
        perror(buf_cstr(&path));
    buf_done(&path);
    return opened ? 0 : -1;
}

static int write_goldens(
    const struct options *options, char *const *args, int count)
{
    int status = 0;
    for (int i = 1; i < count; i++)
        if (redirect(args[0], args[i]) < 0 ||
            read_files(options, args + i, 1) != 0)
            status = 1;
    return status;
}

static int read_each(const struct options *options)
{
    char *line = NULL;
    size_t capacity = 0;
    ssize_t len;
    while ((len = getline(&line, &capacity, stdin)) > 0)
        read_bytes(options, "line.log", str_make(line, (size_t)len), 1);
    free(line);
    return 0;
}

static void print_verdict(const char *path, const struct verdict *best)
{
    bool any = best->parser != NULL;
    printf("%s\t%s\t%s\n", path,
        !any                   ? "none"
        : best->format != NULL ? format_name(best->format)
                               : best->parser->name,
        any ? best->reason : "");
}

/* What each file is taken for, or what it costs to find out: patterns that the
 * first ones are tried on are compiled meanwhile. */
static int judge_files(
    const struct options *options, char *const *paths, int count, bool timed)
{
    for (int i = 0; i < count; i++) {
        struct buf content = {0};
        struct verdict best = {0};
        if (load(paths[i], &content) < 0)
            return 1;
        double start = milliseconds();
        struct sample sample = sample_of(paths[i], buf_str(&content));
        judge(options->formats, &sample, &best);
        if (timed)
            printf("%.2f\t%s\n", milliseconds() - start, paths[i]);
        else
            print_verdict(paths[i], &best);
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
    fputs(buf_cstr(&report), stdout);
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

static bool take_option(
    struct options *options, const char *name, const char *value)
{
    struct err err = {0};
    if (strcmp(name, "--format") == 0)
        options->format = value;
    else if (strcmp(name, "--year") == 0)
        options->year = (int32_t)strtol(value, NULL, 10);
    else if (strcmp(name, "--zone") == 0)
        options->zone = zone_find(str_from(value), &err);
    else
        return false;
    return options->zone != NULL;
}

static int usage(void)
{
    fputs("usage: helper_formats problems|examples|list|judge FILE...|"
          "time FILE...|goldens DIR FILE...|\n       read FILE...|brief "
          "FILE...|count FILE...|each\n"
          "       [--format NAME] [--year N] [--zone NAME] after the verb\n",
        stderr);
    return 2;
}

static int run(
    struct options *options, const char *verb, char **args, int count)
{
    while (count > 1 && take_option(options, args[0], args[1])) {
        args += 2;
        count -= 2;
    }
    if (strcmp(verb, "problems") == 0)
        return show_problems(options->formats);
    if (strcmp(verb, "examples") == 0)
        return run_examples(options->formats);
    if (strcmp(verb, "list") == 0)
        return list(options->formats);
    if (strcmp(verb, "each") == 0)
        return read_each(options);
    bool timed = strcmp(verb, "time") == 0;
    if ((timed || strcmp(verb, "judge") == 0) && count > 0)
        return judge_files(options, args, count, timed);
    if (strcmp(verb, "goldens") == 0 && count > 1)
        return write_goldens(options, args, count);
    options->messages = strcmp(verb, "read") == 0;
    options->only_count = strcmp(verb, "count") == 0;
    if ((options->messages || options->only_count ||
            strcmp(verb, "brief") == 0) &&
        count > 0)
        return read_files(options, args, count);
    return usage();
}

int main(int argc, char **argv)
{
    struct formats *formats = formats_load(NULL);
    struct options options = {
        .formats = formats,
        .zone = zone_utc(),
        .year = YEAR,
        .messages = true,
    };
    int status =
        argc > 1 ? run(&options, argv[1], argv + 2, argc - 2) : usage();
    formats_free(formats);
    return status;
}
