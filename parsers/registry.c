/* Every format and every reader.
 *
 * Formats come from the files shipped in the program, joined or overridden by
 * file name from one folder, and from a few general ones written down here,
 * without which nothing could be read at all. They are put in the order in
 * which they are tried, and those that stand inside others are hung there. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parsers/define.h"
#include "parsers/readers.h"
#include "parsers/windows_table.h"
#include "src/base/file.h"
#include "src/base/limit.h"
#include "src/base/mem.h"

const struct parser *const parser_table[] = {
    &parser_lines,
    &parser_json_lines,
    &parser_json_array,
    &parser_json_objects,
    &parser_csv,
    &parser_w3c,
    &parser_logfmt,
    &parser_windows_xml,
    &parser_plain,
    &parser_evtx,
    &parser_journal,
    &parser_journal_export,
    &parser_journal_json,
    &parser_utmp,
    &parser_lastlog,
    &parser_wtmpdb,
    &parser_lastlog2,
    &parser_auditd,
    &parser_asl,
    &parser_bodyfile,
    &parser_mactime,
    &parser_vc0,
    NULL,
};

static const struct parser *const parser_of[] = {
    [READS_INSIDE] = NULL,
    [READS_LINES] = &parser_lines,
    [READS_JSON] = &parser_json_lines,
    [READS_CSV] = &parser_csv,
    [READS_W3C] = &parser_w3c,
    [READS_LOGFMT] = &parser_logfmt,
    [READS_TEXT] = &parser_plain,
    [READS_JSON_ARRAY] = &parser_json_array,
    [READS_PARSER] = NULL, /* format->parser */
    [READS_JOURNAL] = &parser_journal,
    [READS_JOURNAL_EXPORT] = &parser_journal_export,
    [READS_JOURNAL_JSON] = &parser_journal_json,
    [READS_AUDITD] = &parser_auditd,
    [READS_ASL] = &parser_asl,
    [READS_BODYFILE] = &parser_bodyfile,
    [READS_MACTIME] = &parser_mactime,
    [READS_VC0] = &parser_vc0,
};

/* What the journal's fields mean, in each of its forms: the first that is there
 * counts. A command line is of who wrote the entry, not of what it is about. */
#define JOURNAL_FIELDS                                                  \
    "family: syslog\npriority: -1000\n"                                 \
    "logsource: {product: linux, service: syslog}\nfields:\n"           \
    "  _HOSTNAME: host\n"                                               \
    "  SYSLOG_IDENTIFIER: process\n  _COMM: process\n  _EXE: process\n" \
    "  _PID: pid\n  SYSLOG_PID: pid\n"                                  \
    "  PRIORITY: severity\n"                                            \
    "  MESSAGE_ID: code\n"                                              \
    "  _SYSTEMD_SESSION: session\n  _AUDIT_SESSION: session\n"

/* The general formats, tried after all others. */
static const struct {
    const char *name, *content;
} general[] = {
    {"jsonl.yaml", "name: jsonl\nsummary: one JSON object a line\n"
                   "reads: json\npriority: -1000\n"},
    {"json_array.yaml", "name: json_array\n"
                        "summary: a file that is one JSON array of objects\n"
                        "reads: json_array\npriority: -1000\n"},
    {"csv.yaml", "name: csv\nsummary: columns named by a header line\n"
                 "reads: csv\npriority: -1000\n"},
    {"logfmt.yaml", "name: logfmt\nsummary: lines of key=value\n"
                    "reads: logfmt\npriority: -1000\n"},
    {"journal.yaml", "name: journal\nsummary: systemd journal files\n"
                     "reads: journal\n" JOURNAL_FIELDS},
    {"journal_export.yaml",
        "name: journal_export\nsummary: systemd journal, exported\n"
        "reads: journal_export\n" JOURNAL_FIELDS},
    {"journal_json.yaml",
        "name: journal_json\nsummary: systemd journal, exported as JSON\n"
        "reads: journal_json\n" JOURNAL_FIELDS},
    {"asl.yaml",
        "name: asl\nsummary: databases of the Apple System Log (*.asl)\n"
        "reads: asl\nfamily: syslog\n"
        "logsource: {product: macos, service: asl}\n"},
    {"text.yaml", "name: text\nsummary: any text, with a leading time if any\n"
                  "reads: text\npriority: -2000\n"},
};

static void set_aside(struct formats *formats, const char *why)
{
    formats->problems = mem_grow(formats->problems, &formats->problem_capacity,
        formats->problem_count + 1, sizeof(*formats->problems));
    formats->problems[formats->problem_count++] = xstrdup(why);
}

/* Where a format of that name is, or where it would be added. */
static size_t slot_of(const struct formats *formats, struct str name)
{
    size_t i = 0;
    while (i < formats->count && !str_eq(formats->items[i]->name, name))
        i++;
    return i;
}

/* In the place of the one of its name, if there is one. */
static void put_format(struct formats *formats, struct format *format)
{
    size_t slot = slot_of(formats, format->name);
    if (slot < formats->count) {
        format_free(formats->items[slot]);
    } else {
        formats->items = mem_grow(formats->items, &formats->capacity,
            formats->count + 1, sizeof(struct format *));
        formats->count++;
    }
    formats->items[slot] = format;
}

static void add_format(struct formats *formats, const struct embedded *file)
{
    struct err err = {0};
    struct format *format = format_load(file, &err);
    if (format == NULL)
        set_aside(formats, err.text);
    else
        put_format(formats, format);
}

/* A reader that knows its files by itself is a format of its own name. */
static void add_parsers(struct formats *formats)
{
    for (size_t i = 0; parser_table[i] != NULL; i++)
        if (parser_table[i]->probe != NULL &&
            formats_of_parser(formats, parser_table[i]) == NULL)
            put_format(formats, format_of_parser(parser_table[i]));
}

static void add_windows(struct formats *formats, const struct embedded *file)
{
    struct err err = {0};
    if (windows_tables_add(&formats->windows, file, &err) < 0)
        set_aside(formats, err.text);
}

/* What to do with a file of the shipped ones or of the user's, which is as one
 * of the shipped, but not parsed yet. */
typedef void add_file(struct formats *formats, const struct embedded *file);

static void add_shipped(
    struct formats *formats, const char *folder, add_file *add)
{
    for (const struct embedded *file = embedded_files; file->path != NULL;
         file++) {
        struct str path = str_from(file->path);
        if (!str_starts_with(path, str_from(folder)) ||
            !str_ends_with(path, STR(".yaml")))
            continue;
        struct embedded named = *file;
        named.path += strlen(folder);
        add(formats, &named);
    }
}

static int is_format_file(const struct dirent *entry)
{
    return str_ends_with(str_from(entry->d_name), STR(".yaml"));
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void add_folder(
    struct formats *formats, const char *folder, add_file *add)
{
    struct dirent **names = NULL;
    int count = scandir(folder, &names, is_format_file, by_name);
    for (int i = 0; i < count; i++) {
        char *path = path_join(folder, names[i]->d_name);
        struct buf content = {0};
        struct err err = {0};
        if (file_read(path, LIMIT_CONFIG_FILE, &content, &err) < 0)
            set_aside(formats, err.text);
        else
            add(formats,
                &(struct embedded){.path = path, .content = buf_str(&content)});
        buf_done(&content);
        free(path);
        free(names[i]);
    }
    free(names);
}

/* The user's own files of a kind; NULL when there is no such place. */
static char *default_folder(const char *name)
{
    const char *share = getenv("SPOOR_SHARE");
    return share != NULL ? path_join(share, name) : place_data(name);
}

static void add_own(struct formats *formats, char *folder, add_file *add)
{
    if (folder != NULL)
        add_folder(formats, folder, add);
    free(folder);
}

static int in_order(const void *a, const void *b)
{
    const struct format *one = *(struct format *const *)a;
    const struct format *two = *(struct format *const *)b;
    if (one->priority != two->priority)
        return one->priority > two->priority ? -1 : 1;
    return str_compare(one->name, two->name);
}

/* Those that are like others take over what these say; where that is refused,
 * they are set aside. */
static void join_formats(struct formats *formats)
{
    for (size_t i = 0; i < formats->count;) {
        struct format *format = formats->items[i];
        struct err err = {0};
        if (format->like.len == 0 ||
            format_join(format, formats_find(formats, format->like), &err) ==
                0) {
            i++;
            continue;
        }
        set_aside(formats, err.text);
        format_free(format);
        formats->items[i] = formats->items[--formats->count];
    }
}

static bool stands_inside(
    const struct format *inner, const struct format *outer)
{
    for (size_t i = 0; i < inner->inside_count; i++) {
        struct str name = inner->inside[i];
        if (str_eq(name, outer->name) ||
            (inner != outer && str_eq(name, outer->family)))
            return true;
    }
    return false;
}

static bool asks_code(const struct format *format)
{
    if (conditions_ask(&format->key_when, FIELD_CODE))
        return true;
    for (size_t i = 0; i < format->pattern_count; i++)
        if (conditions_ask(&format->patterns[i].key_when, FIELD_CODE))
            return true;
    return false;
}

static void hang_inner(const struct formats *formats, struct format *outer)
{
    outer->inner = arena_alloc(
        &outer->arena, (formats->count + 1) * sizeof(*outer->inner));
    for (size_t i = 0; i < formats->count; i++) {
        if (!stands_inside(formats->items[i], outer))
            continue;
        outer->inner[outer->inner_count++] = formats->items[i];
        outer->inner_by_code |= asks_code(formats->items[i]);
        outer->inside_itself |= formats->items[i] == outer;
    }
}

static void put_in_order(struct formats *formats)
{
    if (formats->count > 0)
        qsort(
            formats->items, formats->count, sizeof(*formats->items), in_order);
    struct hash *hash = hash_new(HASH_SHA256);
    for (size_t i = 0; i < formats->count; i++) {
        struct format *format = formats->items[i];
        format->owner = formats;
        format->index = i;
        hang_inner(formats, format);
        for (size_t k = 0; k < format->pattern_count; k++)
            if (format->patterns[k].regex.groups > formats->groups)
                formats->groups = format->patterns[k].regex.groups;
        for (size_t k = 0; k < format->cut_count; k++)
            if (format->cuts[k].regex.groups > formats->groups)
                formats->groups = format->cuts[k].regex.groups;
        hash_add(hash, format->name);
        hash_add(hash, str_make(format->digest.at, format->digest.len));
    }
    for (size_t i = 0; i < formats->windows.count; i++) {
        const struct format *file = formats->windows.items[i]->file;
        hash_add(hash, file->name);
        hash_add(hash, str_make(file->digest.at, file->digest.len));
    }
    formats->digest = hash_digest(hash);
    hash_free(hash);
}

struct formats *formats_load(const char *folder)
{
    struct formats *formats = xcalloc(1, sizeof(*formats));
    for (size_t i = 0; i < sizeof(general) / sizeof(general[0]); i++)
        add_format(formats, &(struct embedded){.path = general[i].name,
                                .content = str_from(general[i].content)});
    add_parsers(formats);
    add_shipped(formats, "formats/", add_format);
    add_shipped(formats, "windows/", add_windows);
    add_own(formats,
        folder != NULL ? xstrdup(folder) : default_folder("formats"),
        add_format);
    add_own(formats,
        folder != NULL ? path_join(folder, "windows")
                       : default_folder("windows"),
        add_windows);
    join_formats(formats);
    put_in_order(formats);
    return formats;
}

void formats_free(struct formats *formats)
{
    if (formats == NULL)
        return;
    for (size_t i = 0; i < formats->count; i++)
        format_free(formats->items[i]);
    for (size_t i = 0; i < formats->problem_count; i++)
        free(formats->problems[i]);
    free(formats->problems);
    free(formats->items);
    windows_tables_done(&formats->windows);
    free(formats);
}

const char *formats_problem(const struct formats *formats, size_t index)
{
    return index < formats->problem_count ? formats->problems[index] : NULL;
}

struct digest formats_digest(const struct formats *formats)
{
    return formats->digest;
}

size_t formats_count(const struct formats *formats)
{
    return formats->count;
}

const struct format *formats_at(const struct formats *formats, size_t index)
{
    return index < formats->count ? formats->items[index] : NULL;
}

const struct format *formats_find(
    const struct formats *formats, struct str name)
{
    return formats_at(formats, slot_of(formats, name));
}

const char *format_name(const struct format *format)
{
    return format->name.ptr;
}

const char *format_summary(const struct format *format)
{
    return format->summary.ptr;
}

const char *format_inside(const struct format *format)
{
    return format->inside_text.ptr;
}

const struct parser *format_parser(const struct format *format)
{
    if (format->carries)
        return &parser_carrying;
    return format->parser != NULL ? format->parser : parser_of[format->reads];
}

uint64_t format_fields(const struct format *format)
{
    return format->fields;
}

bool format_is_of_windows(const struct format *format)
{
    return format->windows != NULL || format->parser == &parser_evtx ||
           format->parser == &parser_windows_xml;
}

uint64_t formats_fields_of(
    const struct formats *formats, const struct format *format)
{
    const struct parser *parser = format_parser(format);
    uint64_t fields = format->fields;
    if (parser != NULL)
        fields |= parser->fields;
    if (format_is_of_windows(format))
        fields |= windows_tables_fields(&formats->windows);
    return fields;
}

struct digest format_digest(const struct format *format)
{
    return format->digest;
}

struct str format_example(const struct format *format, size_t index)
{
    return index < format->example_count ? format->examples[index].text
                                         : STR("");
}

size_t format_example_count(const struct format *format)
{
    return format->example_count;
}

bool format_is_utf8(const struct format *format)
{
    return format->is_utf8;
}

const struct zone *format_zone(const struct format *format)
{
    return format->zone;
}

const struct format *formats_of_parser(
    const struct formats *formats, const struct parser *parser)
{
    for (size_t i = formats->count; i > 0; i--)
        if (format_parser(formats->items[i - 1]) == parser)
            return formats->items[i - 1];
    return NULL;
}

bool formats_choose(const struct formats *formats, struct str name,
    const struct parser **parser, const struct format **format)
{
    const struct format *found = formats_find(formats, name);
    if (found != NULL) {
        *parser = format_parser(found);
        *format = found;
        return *parser != NULL; /* one that stands inside reads no files */
    }
    for (size_t i = 0; parser_table[i] != NULL; i++) {
        if (!str_eq(str_from(parser_table[i]->name), name))
            continue;
        *parser = parser_table[i];
        *format = formats_of_parser(formats, *parser);
        return true;
    }
    return false;
}
