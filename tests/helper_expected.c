/* helper_expected: what other programs state about log lines, against what our
 * formats read.
 *
 *     helper_expected MAP EXCEPTIONS FOLDER TABLE...
 *
 * A TABLE (crowdsec.tsv, plaso.tsv, wazuh_ossec.tsv) holds lines and what is
 * known of them; MAP says which kinds of line count and what their names mean
 * here; EXCEPTIONS lists statements we do not share. FOLDER holds the files the
 * lines came from. Prints every difference, the share met per kind and, as a
 * test, per table. Exits 1 when a share is below 99 %. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parsers/format.h"
#include "src/base/arena.h"
#include "src/base/file.h"
#include "src/base/mem.h"
#include "src/base/timefmt.h"

enum { CELLS_MAX = 96, ENTRIES_MAX = 1024, SHARE_WANTED = 99, YEAR = 2026 };
#define INPUT_MAX ((size_t)64 << 20)

/* A line of the map or of the exceptions: its words, and whether it served. */
struct entry {
    struct str words[8];
    size_t count;
    bool used;
    size_t stated, met; /* of a kind */
};

struct entries {
    struct buf content; /* of the file; the words lie in it */
    struct entry items[ENTRIES_MAX];
    size_t count;
};

/* Which column of a table holds what. */
struct layout {
    const char *table;
    size_t id, kind, origin, line, facts;
};

static const struct layout layouts[] = {
    {"crowdsec", 0, 1, 5, 7, 8},
    {"plaso", 2, 2, 2, 0, 4},
    {"wazuh_ossec", 0, 4, 7, 8, 9},
};

struct check {
    const struct formats *formats;
    const char *folder;
    const struct layout *layout;
    struct entries map, exceptions;
    struct entry *kind; /* of the row in hand */
    struct str id;
    struct arena arena; /* of the row in hand */
    char *origin;       /* the file that `best` was found for */
    struct verdict best;
    enum encoding encoding; /* of that file */
    size_t stated, met, problems;
};

static void load_entries(const char *path, struct entries *out)
{
    struct err err = {0};
    if (file_read(path, INPUT_MAX, &out->content, &err) < 0) {
        fprintf(stderr, "helper_expected: %s\n", err.text);
        exit(2);
    }
    struct str rest = buf_str(&out->content);
    while (rest.len > 0 && out->count < ENTRIES_MAX) {
        struct str line = str_trim(str_cut(&rest, '\n'));
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        struct entry *entry = &out->items[out->count++];
        while (line.len > 0 && entry->count < 8) {
            entry->words[entry->count++] = str_cut(&line, ' ');
            line = str_trim(line);
        }
    }
}

static bool entry_is(const struct entry *entry, size_t word, struct str text)
{
    return entry->count > word && str_eq(entry->words[word], text);
}

/* `what` of this table about `name`, or NULL. */
static struct entry *find_entry(
    struct check *check, const char *what, struct str name)
{
    for (size_t i = 0; i < check->map.count; i++) {
        struct entry *entry = &check->map.items[i];
        if (entry_is(entry, 0, str_from(what)) &&
            entry_is(entry, 1, str_from(check->layout->table)) &&
            entry_is(entry, 2, name))
            return entry;
    }
    return NULL;
}

static bool is_excepted(struct check *check, struct str what)
{
    for (size_t i = 0; i < check->exceptions.count; i++) {
        struct entry *entry = &check->exceptions.items[i];
        if (entry_is(entry, 0, check->id) &&
            (entry_is(entry, 1, what) || entry_is(entry, 1, STR("*")))) {
            entry->used = true;
            return true;
        }
    }
    return false;
}

static bool find_value(
    const struct record *record, struct str name, struct str *out)
{
    static const char *const understood[] = {"parsed", "generic", "unparsed"};
    enum field field = field_find(name);
    if (str_eq(name, STR("understood"))) {
        *out = str_from(understood[record->understood]);
        return true;
    }
    if (str_eq(name, STR("format"))) {
        *out = record->format;
        return true;
    }
    if (str_starts_with(name, STR("x.")))
        return record_find_extra(record, str_from_index(name, 2), out);
    *out = record_get(record, field);
    return record_has(record, field);
}

/* "parsed,generic": one of them. */
static bool is_one_of(struct str value, struct str words)
{
    while (words.len > 0)
        if (str_eq(str_cut(&words, ','), value))
            return true;
    return false;
}

/* A stated year of 0000 or 0001 means that there was none. */
static bool same_moment(struct check *check, int64_t moment, struct str text)
{
    struct reading reading = {.zone = zone_utc(), .default_year = YEAR};
    struct record wanted;
    struct civil civil;
    size_t start;
    uint64_t year;
    if (check->kind->count > 4 && str_to_u64(check->kind->words[4], &year))
        reading.default_year = (int32_t)year;
    if (str_starts_with(text, STR("000"))) {
        struct buf dated = {0};
        buf_printf(&dated, "%d%.*s", reading.default_year,
            STR_ARG(str_from_index(text, 4)));
        text = arena_copy(&check->arena, buf_str(&dated));
        buf_done(&dated);
    }
    if (timefmt_find(text, 0, &start, &civil) == 0)
        return false;
    record_init(&wanted);
    reading_set_time(&reading, 0, &civil, &wanted);
    bool same = wanted.time == moment;
    record_done(&wanted);
    return same;
}

static bool is_met(struct check *check, const struct record *record,
    struct str name, struct str wanted, bool literal, struct str *got)
{
    bool has = find_value(record, name, got);
    if (str_eq(name, STR("time")))
        return same_moment(check, record->time, wanted);
    if (str_eq(name, STR("time_end")))
        return same_moment(check, record->time_end, wanted);
    if (literal && str_eq(wanted, STR("*")))
        return has;
    if (wanted.len == 0 || str_eq(wanted, STR("-")))
        return !has;
    return has && (literal ? is_one_of(*got, wanted) : str_eq(*got, wanted));
}

/* "field" takes the stated value, "field=value" another. */
static void check_target(struct check *check, const struct record *record,
    struct str stated, struct str target)
{
    struct str got = {0}, name = target;
    bool literal = str_find_char(target, '=') >= 0;
    name = str_cut(&target, '=');
    struct str wanted = literal ? target : stated;
    if (is_excepted(check, name))
        return;
    check->kind->stated++;
    if (is_met(check, record, name, wanted, literal, &got)) {
        check->kind->met++;
        return;
    }
    char time[STAMP_TEXT_MAX];
    if (str_eq(name, STR("time"))) {
        stamp_format(record->time, record->precision, 0, time);
        got = str_from(time);
    }
    printf("    %.*s: %.*s: expected '%.*s', got '%.*s'\n", STR_ARG(check->id),
        STR_ARG(name), STR_ARG(wanted), STR_ARG(got));
}

/* What the map says about a fact: by its value before by its name. */
static struct entry *find_meaning(
    struct check *check, struct str fact, struct str name)
{
    static const char *const verbs[] = {"skip", "header", "means"};
    for (size_t i = 0; i < 6; i++) {
        struct entry *entry =
            find_entry(check, verbs[i % 3], i < 3 ? fact : name);
        if (entry != NULL)
            return entry;
    }
    return NULL;
}

static void check_fact(
    struct check *check, const struct record *record, struct str fact)
{
    struct str value = fact;
    struct str name = str_cut(&value, '=');
    struct entry *entry = find_meaning(check, fact, name);
    if (entry == NULL && entry_is(check->kind, 3, STR("header")))
        return;
    if (entry == NULL) {
        printf("    %.*s: the map does not know '%.*s'\n", STR_ARG(check->id),
            STR_ARG(fact));
        check->problems++;
        return;
    }
    if (entry_is(entry, 0, STR("skip")) ||
        (entry_is(entry, 0, STR("means")) &&
            !entry_is(check->kind, 3, STR("all"))))
        return;
    for (size_t i = 3; i < entry->count; i++)
        check_target(check, record, value, entry->words[i]);
}

static bool load_origin(
    const struct check *check, struct str origin, struct buf *content)
{
    struct err err = {0};
    char *name = str_dup(origin);
    char *path = path_join(check->folder, name);
    bool loaded = file_read(path, INPUT_MAX, content, &err) == 0;
    free(path);
    free(name);
    return loaded;
}

static void judge(struct check *check, struct str origin, struct str bytes)
{
    struct sample sample = {
        .bytes =
            str_sub(bytes, 0, bytes.len < SAMPLE_MAX ? bytes.len : SAMPLE_MAX),
        .whole = bytes.len <= SAMPLE_MAX,
        .path = origin,
    };
    sample.encoding = encoding_detect(sample.bytes).encoding;
    check->encoding = sample.encoding;
    if (formats_judge(check->formats, &sample, &check->best, 1) == 0)
        check->best = (struct verdict){0};
}

/* A line is read as its file is, so that one odd line decides nothing. */
static void judge_origin(
    struct check *check, struct str origin, struct str line)
{
    if (check->origin != NULL && str_eq(str_from(check->origin), origin))
        return;
    struct buf content = {0};
    bool loaded = load_origin(check, origin, &content);
    judge(check, origin, loaded ? buf_str(&content) : line);
    buf_done(&content);
    free(check->origin);
    check->origin = str_dup(loaded ? origin : STR(""));
}

static struct reading reading_of(const struct check *check)
{
    uint64_t year = YEAR;
    if (check->kind->count > 4)
        str_to_u64(check->kind->words[4], &year);
    return (struct reading){
        .parser = check->best.parser,
        .format = check->best.format,
        .encoding = check->encoding,
        .zone = zone_utc(),
        .default_year = (int32_t)year,
    };
}

struct reader {
    struct str bytes;
    struct reading reading;
    struct record record;
    void *cursor;
};

static void reader_open(
    const struct check *check, struct str bytes, struct reader *reader)
{
    struct piece piece = {.bytes = bytes};
    struct err err = {0};
    reader->bytes = bytes;
    reader->reading = reading_of(check);
    record_init(&reader->record);
    reader->cursor = reader->reading.parser->open(&reader->reading);
    if (reader->reading.parser->access == PARSER_RANDOM) {
        struct blob blob = blob_from_str(&reader->bytes);
        reader->reading.parser->feed_blob(reader->cursor, &blob, &err);
    } else {
        reader->reading.parser->feed(reader->cursor, &piece);
    }
}

/* As struct parser's next: what is damaged is no end. */
static int reader_next(struct reader *reader)
{
    struct err err = {0};
    return reader->reading.parser->next(reader->cursor, &reader->record, &err);
}

static void reader_close(struct reader *reader)
{
    reader->reading.parser->close(reader->cursor);
    record_done(&reader->record);
}

/* Cells write a tab, newline, return and backslash as in C. */
static struct str unescape(struct check *check, struct str cell)
{
    struct buf out = {0};
    for (size_t i = 0; i < cell.len; i++) {
        char c = cell.ptr[i];
        if (c == '\\' && i + 1 < cell.len) {
            c = cell.ptr[++i];
            c = c == 't' ? '\t' : c == 'n' ? '\n' : c == 'r' ? '\r' : c;
        }
        buf_add_char(&out, c);
    }
    struct str text = arena_copy(&check->arena, buf_str(&out));
    buf_done(&out);
    return text;
}

static void check_line(
    struct check *check, const struct str *cells, size_t count)
{
    const struct layout *layout = check->layout;
    struct str line = cells[layout->line];
    struct reader reader;
    judge_origin(check, cells[layout->origin], line);
    if (check->best.parser == NULL) {
        printf("    %.*s: cannot be read\n", STR_ARG(check->id));
        check->problems++;
        return;
    }
    reader_open(check, line, &reader);
    if (reader_next(&reader) > 0)
        for (size_t i = layout->facts; i < count; i++)
            check_fact(check, &reader.record, cells[i]);
    reader_close(&reader);
}

/* plaso numbers what a file tells of: one record, also where it is several
 * events to us, each with a time; what has no time is none to it, unless its
 * times could be there (x.macb). */
static bool is_told(const struct record *record)
{
    struct str macb;
    return record->time != STAMP_NONE ||
           record_find_extra(record, STR("macb"), &macb);
}

/* Records in which they see no event of this kind. */
static bool is_dropped(struct check *check, const struct record *record)
{
    struct entry *entry = find_entry(check, "drop", check->kind->words[2]);
    struct str got = {0};
    if (entry == NULL || entry->count < 4)
        return false;
    struct str wanted = entry->words[3];
    struct str name = str_cut(&wanted, '=');
    return is_met(check, record, name, wanted, true, &got);
}

static size_t read_told(struct check *check, struct reader *reader, size_t most)
{
    size_t told = 0;
    uint64_t last = UINT64_MAX;
    for (int rc; told < most && (rc = reader_next(reader)) != 0;) {
        if (rc < 0 || !is_told(&reader->record) ||
            reader->record.offset == last || is_dropped(check, &reader->record))
            continue;
        last = reader->record.offset;
        told++;
    }
    return told;
}

static void check_count(
    struct check *check, struct reader *reader, struct str wanted)
{
    uint64_t expected = 0;
    size_t count = read_told(check, reader, SIZE_MAX);
    str_to_u64(wanted, &expected);
    if (is_excepted(check, STR("count")))
        return;
    check->kind->stated++;
    if (count == expected)
        check->kind->met++;
    else
        printf("    %.*s: expected %.*s events, got %zu\n", STR_ARG(check->id),
            STR_ARG(wanted), count);
}

static void check_file(
    struct check *check, const struct str *cells, size_t count)
{
    struct str what = cells[3], number = str_from_index(what, 6);
    struct buf content = {0}, id = {0};
    struct reader reader;
    uint64_t index = 0;
    judge_origin(check, cells[2], (struct str){0});
    if (!load_origin(check, cells[2], &content) || check->best.parser == NULL) {
        printf("    %.*s: cannot be read\n", STR_ARG(cells[2]));
        check->problems++;
        buf_done(&content);
        return;
    }
    buf_printf(&id, "%.*s:%.*s", STR_ARG(path_last(cells[2])), STR_ARG(what));
    check->id = buf_str(&id);
    reader_open(check, buf_str(&content), &reader);
    if (!str_starts_with(what, STR("event["))) {
        check_count(check, &reader, cells[4]);
    } else if (str_to_u64(str_cut(&number, ']'), &index) &&
               read_told(check, &reader, index + 1) == index + 1) {
        for (size_t i = 4; i < count; i++)
            check_fact(check, &reader.record, cells[i]);
    } else if (!is_excepted(check, STR("event"))) {
        printf("    %.*s: no such event\n", STR_ARG(check->id));
        check->problems++;
    }
    reader_close(&reader);
    buf_done(&content);
    buf_done(&id);
}

/* Wazuh states which decoder and rule see a line ("fail": that they do not). */
static size_t add_facts(struct check *check, struct str *cells, size_t count)
{
    if (strcmp(check->layout->table, "wazuh_ossec") != 0)
        return count;
    struct buf fact = {0};
    buf_printf(&fact, "decoder=%.*s", STR_ARG(cells[4]));
    cells[9] = arena_copy(&check->arena, buf_str(&fact));
    buf_clear(&fact);
    buf_printf(&fact, "rule=%.*s", STR_ARG(cells[5]));
    cells[10] = arena_copy(&check->arena, buf_str(&fact));
    buf_done(&fact);
    return str_eq(cells[3], STR("pass")) ? 11 : 10;
}

static void check_row(struct check *check, struct str row)
{
    struct str cells[CELLS_MAX];
    size_t count = 0;
    arena_reset(&check->arena);
    while (row.len > 0 && count < CELLS_MAX)
        cells[count++] = unescape(check, str_cut(&row, '\t'));
    if (count < 5)
        return;
    check->kind = find_entry(check, "kind", cells[check->layout->kind]);
    if (check->kind == NULL)
        return;
    check->id = cells[check->layout->id];
    if (check->layout->line == 0)
        check_file(check, cells, count);
    else
        check_line(check, cells, add_facts(check, cells, count));
}

static double percent(size_t met, size_t stated)
{
    return stated > 0 ? 100.0 * (double)met / (double)stated : 100.0;
}

static bool report(struct check *check, const char *name)
{
    size_t stated = 0, met = 0;
    for (size_t i = 0; i < check->map.count; i++) {
        const struct entry *kind = &check->map.items[i];
        if (!entry_is(kind, 0, STR("kind")) ||
            !entry_is(kind, 1, str_from(name)))
            continue;
        printf("    %s: %.*s: %zu of %zu, %.2f %%\n", name,
            STR_ARG(kind->words[2]), kind->met, kind->stated,
            percent(kind->met, kind->stated));
        stated += kind->stated;
        met += kind->met;
    }
    bool enough = stated > 0 && met * 100 >= stated * SHARE_WANTED &&
                  check->problems == 0;
    printf("%s - %s: %zu of %zu stated values, %.2f %%\n",
        enough ? "ok" : "not ok", name, met, stated, percent(met, stated));
    return enough;
}

static bool check_table(struct check *check, const char *path)
{
    struct buf content = {0};
    struct err err = {0};
    struct str name = path_last(str_from(path));
    name = str_cut(&name, '.');
    for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++)
        if (str_eq(name, str_from(layouts[i].table)))
            check->layout = &layouts[i];
    if (check->layout == NULL ||
        file_read(path, INPUT_MAX, &content, &err) < 0) {
        printf("not ok - %s: cannot be read\n", path);
        return false;
    }
    struct str rest = buf_str(&content);
    check->problems = 0;
    while (rest.len > 0) {
        struct str row = str_cut(&rest, '\n');
        if (row.len > 0 && row.ptr[0] != '#')
            check_row(check, row);
    }
    buf_done(&content);
    return report(check, check->layout->table);
}

/* An exception that nothing needs any more hides the next mistake. */
static bool exceptions_serve(const struct check *check)
{
    bool serve = true;
    for (size_t i = 0; i < check->exceptions.count; i++) {
        const struct entry *entry = &check->exceptions.items[i];
        if (entry->used)
            continue;
        printf("    %.*s %.*s: no such statement\n", STR_ARG(entry->words[0]),
            STR_ARG(entry->words[1]));
        serve = false;
    }
    printf(
        "%s - every exception is about a statement\n", serve ? "ok" : "not ok");
    return serve;
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        fputs(
            "usage: helper_expected MAP EXCEPTIONS FOLDER TABLE...\n", stderr);
        return 2;
    }
    struct formats *formats = formats_load(NULL);
    struct check *check = xcalloc(1, sizeof(*check));
    check->formats = formats;
    check->folder = argv[3];
    load_entries(argv[1], &check->map);
    load_entries(argv[2], &check->exceptions);
    bool good = true;
    for (int i = 4; i < argc; i++)
        good &= check_table(check, argv[i]);
    good &= exceptions_serve(check);
    free(check->origin);
    arena_done(&check->arena);
    buf_done(&check->map.content);
    buf_done(&check->exceptions.content);
    free(check);
    formats_free(formats);
    return good ? 0 : 1;
}
