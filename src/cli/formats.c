/* spoor formats: what can be read, and why a file is read as it is. */
#include "src/cli/commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parsers/windows_table.h"
#include "src/base/escape.h"
#include "src/base/mem.h"
#include "src/cli/output.h"
#include "src/ingest/ingest.h"

enum { EXPLAIN_LINES = 5 };

static const struct output_column list_columns[] = {
    {"name", 18, false},
    {"inside", 16, false},
    {"summary", 44, false},
    {"logsource", 32, false},
    {"fields", 0, false},
    {"sample", 0, false},
};
enum { LIST_COLUMNS = sizeof(list_columns) / sizeof(*list_columns) };

static void add_fields(uint64_t fields, struct buf *out)
{
    if (fields == 0)
        buf_add_cstr(out, "any, by its own name");
    for (int f = 0; f < FIELD_TOTAL; f++) {
        if (!(fields & FIELD_BIT(f)))
            continue;
        if (out->len > 0)
            buf_add_char(out, ' ');
        buf_add_cstr(out, field_table[f].name);
    }
}

static int by_name(const void *a, const void *b)
{
    return strcmp(format_name(*(const struct format *const *)a),
        format_name(*(const struct format *const *)b));
}

/* In the order of their names: the order of trial is another matter. */
static const struct format **sorted_formats(const struct formats *formats)
{
    size_t count = formats_count(formats);
    const struct format **sorted = xcalloc(count + 1, sizeof(*sorted));
    for (size_t i = 0; i < count; i++)
        sorted[i] = formats_at(formats, i);
    qsort(sorted, count, sizeof(*sorted), by_name);
    return sorted;
}

static int list_formats(struct cli *cli)
{
    const struct formats *formats = cli_formats(cli);
    enum output_format format;
    struct output output;
    struct buf fields = {0}, logsource = {0};
    int status = EXIT_DONE;

    if (!output_format_of(cli, &format, &status))
        return status;
    const struct format **sorted = sorted_formats(formats);
    output_begin(&output, format, list_columns, LIST_COLUMNS);
    for (const struct format **at = sorted; *at != NULL; at++) {
        const struct format *f = *at;
        buf_clear(&fields);
        add_fields(formats_fields_of(formats, f), &fields);
        buf_clear(&logsource);
        format_logsource_text(f, &logsource);
        output_row(&output, (struct str[LIST_COLUMNS]){
                                str_from(format_name(f)),
                                str_from(format_inside(f)),
                                str_from(format_summary(f)),
                                buf_str(&logsource),
                                buf_str(&fields),
                                format_example(f, 0),
                            });
    }
    output_end(&output);
    free(sorted);
    buf_done(&fields);
    buf_done(&logsource);
    return status;
}

/* Words after a heading, broken where the terminal ends. */
static void print_wrapped(const char *heading, struct str text)
{
    enum { INDENT = 11, PLAIN_COLUMNS = 80 };
    size_t columns = (size_t)output_terminal_columns(), at = INDENT;
    if (text.len == 0)
        return;
    printf("%-*s", INDENT - 1, heading);
    while (text.len > 0) {
        struct str word = str_cut(&text, ' ');
        bool full = at + word.len > (columns > 0 ? columns : PLAIN_COLUMNS);
        if (full && at > INDENT) {
            printf("\n%*s", INDENT - 1, "");
            at = INDENT;
        }
        printf(" %.*s", STR_ARG(word));
        at += word.len + 1;
    }
    printf("\n");
}

/* As a table, so that a terminal cuts what is too long for it. */
static void print_examples(const struct format *format)
{
    static const struct output_column column = {"examples", 0, false};
    struct output output;
    output_begin(&output, OUTPUT_TABLE, &column, 1);
    for (size_t i = 0; i < format_example_count(format); i++) {
        struct str line = format_example(format, i);
        output_row(&output, &line);
    }
    output_end(&output);
}

static int show_format(struct cli *cli)
{
    const char *name = cli_argument(cli, 1);
    if (name == NULL)
        return cli_usage_error(cli, "show which format?");
    const struct formats *formats = cli_formats(cli);
    const struct format *format = formats_find(formats, str_from(name));
    if (format == NULL)
        return cli_usage_error(cli, "no format '%s'", escape_cstr(name));
    struct buf text = {0};
    printf("%s: %s\n\n", format_name(format), format_summary(format));
    print_wrapped("inside", str_from(format_inside(format)));
    format_logsource_text(format, &text);
    print_wrapped("logsource", buf_str(&text));
    buf_clear(&text);
    add_fields(formats_fields_of(formats, format), &text);
    print_wrapped("fields", buf_str(&text));
    buf_done(&text);
    if (format_example_count(format) == 0)
        return EXIT_DONE;
    printf("\n");
    print_examples(format);
    return EXIT_DONE;
}

/* `formats test`: the examples of every format; `formats test FILE`: those of
 * one format file that is not shipped, loaded from its folder. */
static int test_formats(struct cli *cli)
{
    const struct formats *formats = cli_formats(cli);
    const char *only = cli_argument(cli, 1);
    struct buf report = {0};
    size_t failed = 0, tested = 0, examples = 0;

    for (size_t i = 0; i < formats_count(formats); i++) {
        const struct format *f = formats_at(formats, i);
        if (only != NULL && strcmp(only, format_name(f)) != 0)
            continue;
        tested++;
        examples += format_example_count(f);
        failed += format_test(formats, f, &report);
    }
    for (size_t i = 0; i < formats->windows.count; i++) {
        const struct windows_table *table = formats->windows.items[i];
        if (only != NULL && !str_eq(str_from(only), table->file->name))
            continue;
        tested++;
        examples += table->example_count;
        failed += windows_table_test(formats, table, &report);
    }
    fwrite(report.ptr, 1, report.len, stdout);
    buf_done(&report);
    if (tested == 0)
        return cli_usage_error(
            cli, "no format '%s'", escape_cstr(only ? only : ""));
    printf("%zu formats, %zu examples, %zu failed\n", tested, examples, failed);
    bool problems = formats_problem(formats, 0) != NULL;
    return failed > 0 || problems ? EXIT_FAILED : EXIT_DONE;
}

static void print_verdicts(const struct ingest_preview *preview)
{
    for (size_t i = 0; i < preview->verdict_count; i++) {
        const struct verdict *v = &preview->verdicts[i];
        printf("%s %4d  %-16s %s\n", i == 0 ? "->" : "  ", v->score,
            v->format   ? format_name(v->format)
            : v->parser ? v->parser->name
                        : "none",
            escape_cstr(v->reason));
    }
}

/* How the first lines match, pattern by pattern. */
static void explain_lines(
    const struct formats *formats, const struct ingest_preview *preview)
{
    const struct verdict *best = preview->verdicts;
    struct str rest = buf_str(&preview->sample);
    struct buf text = {0};

    if (best->format == NULL || !best->parser->is_text)
        return;
    for (int n = 0; n < EXPLAIN_LINES && rest.len > 0; n++) {
        size_t end = encoding_line_end(preview->encoding, rest, 0);
        struct str line = str_sub(rest, 0, end ? end : rest.len);
        rest = str_from_index(rest, line.len);
        buf_clear(&text);
        encoding_decode(preview->encoding, line, &text);
        struct str decoded = str_trim_end(buf_str(&text));
        struct buf told = {0};
        format_explain_line(formats, best->format, decoded, &told);
        printf("\n");
        fwrite(told.ptr, 1, told.len, stdout);
        buf_done(&told);
    }
    buf_done(&text);
}

static int explain_file(struct cli *cli)
{
    const struct formats *formats = cli_formats(cli);
    const char *path = cli_argument(cli, 1);
    struct ingest_preview preview = {0};
    struct err err = {0};

    if (path == NULL)
        return cli_usage_error(cli, "explain which file?");
    if (ingest_preview(formats, path, &preview, &err) < 0)
        return cli_fail(cli, &err);
    printf("%s%s%s\n", escape_cstr(path), preview.container[0] ? ": in " : "",
        escape_cstr(preview.container));
    printf("encoding %s (%s), host %s (from %s)", //
        encoding_name(preview.encoding), preview.encoding_why,
        preview.host[0] ? escape_cstr(preview.host) : "unknown",
        preview.host_from);
    if (preview.default_year != CIVIL_NO_YEAR)
        printf(", stamps without year: %" PRId32, preview.default_year);
    printf("\n");
    print_verdicts(&preview);
    explain_lines(formats, &preview);
    ingest_preview_done(&preview);
    return EXIT_DONE;
}

static int formats_run(struct cli *cli)
{
    const char *what = cli_argument(cli, 0);
    if (what == NULL || strcmp(what, "list") == 0)
        return list_formats(cli);
    if (strcmp(what, "show") == 0)
        return show_format(cli);
    if (strcmp(what, "test") == 0)
        return test_formats(cli);
    if (strcmp(what, "explain") == 0)
        return explain_file(cli);
    return cli_usage_error(
        cli, "list, show, test or explain, not '%s'", escape_cstr(what));
}

static const struct option formats_options[] = {
    {"format", "FORMAT", "of the list: table (default), jsonl or csv"},
    {0},
};

const struct command command_formats = {
    .name = "formats",
    .usage = "[list | show NAME | test [NAME] | explain FILE]",
    .summary = "what can be read, and why a file is read as it is",
    .help =
        "list     every format: where it stands, what Sigma calls its logs, "
        "the\n         fields it gives and a line of it\n"
        "show     one of them, with all its examples\n"
        "test     run the examples in the format files\n"
        "explain  what each reader thinks of FILE, and where its first lines "
        "stop\n         matching",
    .options = formats_options,
    .least = 0,
    .most = 2,
    .run = formats_run,
};
