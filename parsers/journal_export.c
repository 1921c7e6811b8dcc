/* The export form of the journal (systemd's "Journal Export Formats"): a line
 * "NAME=value" per field, an empty line behind each entry. A value that is not
 * one line of text stands behind its name and a newline as a 64-bit size, that
 * many bytes and a newline. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parsers/journal_meaning.h"
#include "parsers/readers.h"
#include "src/base/bytes.h"
#include "src/base/limit.h"
#include "src/base/mem.h"

enum { SIZE_BYTES = 8, PROBED_LINES = 64 };

struct journal_export {
    struct journal_meaning meaning;
    struct piece piece;
    size_t at;
    char damage[64];
};

enum export_kind {
    EXPORT_FIELD,
    EXPORT_BLANK,
    EXPORT_DAMAGED, /* a line that is no field */
    EXPORT_OPEN,    /* a field that goes on behind the end */
};

struct export_line {
    enum export_kind kind;
    struct str name, value;
    size_t next; /* where the next line begins */
};

static bool is_name(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'))
            return false;
    }
    return text.len > 0;
}

/* Behind the newline of a name: size, bytes, newline. */
static enum export_kind read_binary(
    struct str bytes, size_t at, struct export_line *out)
{
    struct bytes in = bytes_from_str(str_from_index(bytes, at));
    uint64_t size = bytes_u64le(&in);
    if (in.failed)
        return EXPORT_OPEN;
    if (size > LIMIT_RECORD)
        return EXPORT_DAMAGED;
    struct str value = bytes_str(&in, (size_t)size);
    uint8_t end = bytes_u8(&in);
    if (in.failed)
        return EXPORT_OPEN;
    if (end != '\n')
        return EXPORT_DAMAGED;
    out->value = value;
    out->next = at + SIZE_BYTES + (size_t)size + 1;
    return EXPORT_FIELD;
}

/* The line at `at`, which is below the end of the bytes. */
static struct export_line read_line(struct str bytes, size_t at)
{
    struct str rest = str_from_index(bytes, at);
    ptrdiff_t newline = str_find_char(rest, '\n');
    size_t len = newline < 0 ? rest.len : (size_t)newline;
    struct str line = str_sub(rest, 0, len);
    struct export_line out = {
        .kind = EXPORT_FIELD, .next = at + len + (newline >= 0)};
    if (len == 0) {
        out.kind = EXPORT_BLANK;
        return out;
    }
    ptrdiff_t equals = str_find_char(line, '=');
    out.name = equals < 0 ? line : str_sub(line, 0, (size_t)equals);
    if (equals > 0)
        out.value = str_from_index(line, (size_t)equals + 1);
    else if (!is_name(line))
        out.kind = EXPORT_DAMAGED;
    else if (newline < 0)
        out.kind = EXPORT_OPEN;
    else
        out.kind = read_binary(bytes, out.next, &out);
    return out;
}

/* A sample of the export form begins with a name and soon has what every entry
 * has. */
static int export_probe(const struct sample *sample)
{
    bool begins = false, found = false;
    size_t at = 0;
    for (int i = 0; i < PROBED_LINES && at < sample->bytes.len && !found; i++) {
        struct export_line line = read_line(sample->bytes, at);
        bool is_field = line.kind == EXPORT_FIELD && is_name(line.name);
        at = line.next;
        if (line.kind == EXPORT_BLANK && !begins)
            continue;
        if (!begins && !is_field)
            return 0;
        begins = true;
        found = is_field && (str_eq(line.name, STR("__CURSOR")) ||
                                str_eq(line.name, STR("__REALTIME_TIMESTAMP")));
    }
    return found ? 950 : 0;
}

static size_t export_cut(
    const struct reading *reading, struct str bytes, bool at_end)
{
    size_t cut = 0;
    (void)reading;
    if (at_end)
        return bytes.len;
    for (size_t at = 0; at < bytes.len;) {
        struct export_line line = read_line(bytes, at);
        if (line.kind == EXPORT_OPEN)
            break;
        at = line.next;
        if (line.kind == EXPORT_BLANK)
            cut = at;
    }
    return cut;
}

static void *export_open(const struct reading *reading)
{
    struct journal_export *journal = xcalloc(1, sizeof(*journal));
    journal_meaning_init(&journal->meaning, reading);
    return journal;
}

static void export_close(void *cursor)
{
    struct journal_export *journal = cursor;
    if (journal == NULL)
        return;
    journal_meaning_done(&journal->meaning);
    free(journal);
}

static void export_feed(void *cursor, const struct piece *piece)
{
    struct journal_export *journal = cursor;
    journal->piece = *piece;
    journal->at = 0;
}

static bool skip_blanks(struct journal_export *journal)
{
    struct str bytes = journal->piece.bytes;
    while (journal->at < bytes.len && bytes.ptr[journal->at] == '\n')
        journal->at++;
    return journal->at < bytes.len;
}

static void note_damage(
    struct journal_export *journal, size_t damaged, struct record *record)
{
    if (damaged == 0)
        return;
    int len = snprintf(
        journal->damage, sizeof(journal->damage), "%zu lines", damaged);
    record_add_extra(
        record, STR("damaged"), str_make(journal->damage, (size_t)len));
}

/* Up to the empty line, or a cursor, which begins the next entry where that
 * line was lost. How many fields it has. */
static size_t read_entry(struct journal_export *journal, struct record *record)
{
    struct str bytes = journal->piece.bytes;
    size_t start = journal->at, fields = 0, damaged = 0;
    journal_entry_begin(
        &journal->meaning, journal->piece.offset + start, record);
    while (journal->at < bytes.len) {
        struct export_line line = read_line(bytes, journal->at);
        if (line.kind == EXPORT_BLANK ||
            (journal->at > start && str_eq(line.name, STR("__CURSOR"))))
            break;
        journal->at = line.next;
        if (line.kind == EXPORT_FIELD) {
            struct journal_role role =
                journal_role_of(&journal->meaning, line.name);
            journal_entry_add(&journal->meaning, &role, line.name, line.value);
            fields++;
        } else {
            damaged++;
        }
    }
    note_damage(journal, damaged, record);
    journal_entry_end(&journal->meaning);
    return fields;
}

static int export_next(void *cursor, struct record *record, struct err *err)
{
    struct journal_export *journal = cursor;
    if (!skip_blanks(journal))
        return 0;
    size_t start = journal->at;
    size_t fields = read_entry(journal, record);
    if (fields == 0)
        record_reset(record);
    record->offset = start;
    record->length = (uint32_t)(journal->at - start);
    record->cut = record->length >= LIMIT_RECORD;
    return fields > 0 ? 1 : err_set(err, ERR_INPUT, "these lines are no entry");
}

static uint64_t export_match_limits(const void *cursor)
{
    const struct journal_export *journal = cursor;
    return journal->meaning.matcher.limited;
}

const struct parser parser_journal_export = {
    .name = "journal_export",
    .summary = "systemd journal as journalctl -o export writes it",
    .access = PARSER_STREAM,
    .probe = export_probe,
    .cut = export_cut,
    .open = export_open,
    .close = export_close,
    .feed = export_feed,
    .next = export_next,
    .match_limits = export_match_limits,
};
