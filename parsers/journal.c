/* systemd journal files, read in place.
 *
 *     journal_file.c    objects at offsets, through a few windows of the blob
 *     journal_walk.c    every entry, in the order they were written
 *     journal_data.c    the values entries name, each read once
 *     journal_unpack.c  those that are packed
 *     journal_meaning.c what fields mean; shared with the export and JSON forms
 *
 * An event's bytes are those of its ENTRY object; the values it names are found
 * through it. They do not stand in the event as parts: there are some 25 of
 * them, shared by thousands of entries, and would take more room than the
 * event. Nor are values stored: `read_at` follows the entry once more. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parsers/journal_data.h"
#include "parsers/journal_walk.h"
#include "parsers/readers.h"
#include "src/base/limit.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"

/* What every entry has besides its data, in the order journalctl exports it. */
enum own_value {
    OWN_CURSOR,
    OWN_REALTIME,
    OWN_MONOTONIC,
    OWN_SEQNUM,
    OWN_SEQNUM_ID,
    OWN_BOOT_ID,
    OWN_COUNT
};

static const struct str own_names[OWN_COUNT] = {
    [OWN_CURSOR] = STR_INIT("__CURSOR"),
    [OWN_REALTIME] = STR_INIT("__REALTIME_TIMESTAMP"),
    [OWN_MONOTONIC] = STR_INIT("__MONOTONIC_TIMESTAMP"),
    [OWN_SEQNUM] = STR_INIT("__SEQNUM"),
    [OWN_SEQNUM_ID] = STR_INIT("__SEQNUM_ID"),
    [OWN_BOOT_ID] = STR_INIT("_BOOT_ID"),
};

struct journal {
    struct journal_meaning meaning;
    struct journal_file file;
    struct journal_data data;
    struct journal_walk walk;
    struct journal_role own_roles[OWN_COUNT];
    struct buf own; /* their texts, for one entry */
    struct str own_values[OWN_COUNT];
    char damage[64];
    bool is_open;
};

/* Where the header is damaged the name tells, for want of any other reader. */
enum { SURE = 1000, BY_NAME = 5 };

static int journal_probe(const struct sample *sample)
{
    if (journal_has_signature(sample->bytes))
        return SURE;
    return str_ends_with(sample->path, STR(".journal")) ||
                   str_ends_with(sample->path, STR(".journal~"))
               ? BY_NAME
               : 0;
}

/* Linked: it may be cut anywhere. */
static size_t journal_cut(
    const struct reading *reading, struct str bytes, bool at_end)
{
    (void)reading;
    (void)at_end;
    return bytes.len < LIMIT_CHUNK ? bytes.len : LIMIT_CHUNK;
}

static void *journal_open(const struct reading *reading)
{
    struct journal *journal = xcalloc(1, sizeof(*journal));
    journal_meaning_init(&journal->meaning, reading);
    journal_data_init(&journal->data, &journal->meaning);
    for (size_t i = 0; i < OWN_COUNT; i++)
        journal->own_roles[i] =
            journal_role_of(&journal->meaning, own_names[i]);
    return journal;
}

static void journal_close(void *cursor)
{
    struct journal *journal = cursor;
    if (journal == NULL)
        return;
    journal_data_done(&journal->data);
    journal_file_done(&journal->file);
    journal_meaning_done(&journal->meaning);
    buf_done(&journal->own);
    free(journal);
}

static void open_blob(struct journal *journal, const struct blob *blob)
{
    journal_file_open(&journal->file, blob);
    journal_data_reset(&journal->data);
    journal->is_open = true;
}

static int journal_feed_blob(
    void *cursor, const struct blob *blob, struct err *err)
{
    struct journal *journal = cursor;
    (void)err;
    open_blob(journal, blob);
    journal_walk_start(&journal->walk, &journal->file);
    return 0;
}

/* --- what every entry has ------------------------------------------------- */

static void add_hex(struct buf *out, uint64_t number)
{
    static const char digits[] = "0123456789abcdef";
    char text[16];
    size_t at = sizeof(text);
    do {
        text[--at] = digits[number & 15];
        number >>= 4;
    } while (number > 0);
    buf_add(out, text + at, sizeof(text) - at);
}

static void add_id(struct buf *out, const uint8_t id[JOURNAL_ID])
{
    static const char digits[] = "0123456789abcdef";
    char text[2 * JOURNAL_ID];
    for (size_t i = 0; i < JOURNAL_ID; i++) {
        text[2 * i] = digits[id[i] >> 4];
        text[2 * i + 1] = digits[id[i] & 15];
    }
    buf_add(out, text, sizeof(text));
}

/* "s=...;i=372a;b=...;m=24ea327;t=573f280a663fd;x=9ceeb77ef4331563", as
 * journalctl --cursor takes it. */
static void add_cursor(struct buf *out, const struct journal_file *file,
    const struct journal_entry *entry)
{
    buf_add_cstr(out, "s=");
    add_id(out, file->seqnum_id);
    buf_add_cstr(out, ";i=");
    add_hex(out, entry->seqnum);
    buf_add_cstr(out, ";b=");
    add_id(out, entry->boot_id);
    buf_add_cstr(out, ";m=");
    add_hex(out, entry->monotonic);
    buf_add_cstr(out, ";t=");
    add_hex(out, entry->realtime);
    buf_add_cstr(out, ";x=");
    add_hex(out, entry->xor_hash);
}

static void add_own(struct buf *out, enum own_value value,
    const struct journal_file *file, const struct journal_entry *entry)
{
    switch (value) {
    case OWN_CURSOR:
        add_cursor(out, file, entry);
        break;
    case OWN_REALTIME:
        buf_add_u64(out, entry->realtime);
        break;
    case OWN_MONOTONIC:
        buf_add_u64(out, entry->monotonic);
        break;
    case OWN_SEQNUM:
        buf_add_u64(out, entry->seqnum);
        break;
    case OWN_SEQNUM_ID:
        add_id(out, file->seqnum_id);
        break;
    case OWN_BOOT_ID:
        add_id(out, entry->boot_id);
        break;
    case OWN_COUNT:
        break;
    }
}

static void write_own(
    struct journal *journal, const struct journal_entry *entry)
{
    struct buf *out = &journal->own;
    size_t ends[OWN_COUNT];
    buf_clear(out);
    for (size_t i = 0; i < OWN_COUNT; i++) {
        add_own(out, (enum own_value)i, &journal->file, entry);
        ends[i] = out->len;
    }
    for (size_t i = 0; i < OWN_COUNT; i++) {
        size_t start = i == 0 ? 0 : ends[i - 1];
        journal->own_values[i] = str_make(out->ptr + start, ends[i] - start);
    }
}

/* --- entries -------------------------------------------------------------- */

static void add_own_values(struct journal *journal)
{
    for (size_t i = 0; i < OWN_COUNT; i++)
        journal_entry_add(&journal->meaning, &journal->own_roles[i],
            own_names[i], journal->own_values[i]);
}

/* The fields of an entry; how many of them could not be read. */
static size_t add_data(struct journal *journal,
    const struct journal_entry *entry, struct record *record)
{
    size_t damaged = 0, bytes = 0;
    for (size_t i = 0; i < entry->item_count; i++) {
        struct journal_datum datum =
            journal_data_get(&journal->data, &journal->file, entry->items[i]);
        damaged += !datum.readable;
        bytes += datum.name.len + 1 + datum.value.len;
        record->cut = record->cut || bytes >= LIMIT_RECORD;
        if (bytes > LIMIT_RECORD)
            break;
        /* the entry's own boot id counts, and stands there already */
        if (datum.name.len > 0 && datum.role.special != JOURNAL_BOOT_ID)
            journal_entry_add(
                &journal->meaning, &datum.role, datum.name, datum.value);
    }
    return damaged;
}

static void read_entry(struct journal *journal,
    const struct journal_entry *entry, struct record *record)
{
    journal_data_begin(&journal->data);
    journal_entry_begin(&journal->meaning, entry->object.offset, record);
    write_own(journal, entry);
    add_own_values(journal);
    size_t damaged = add_data(journal, entry, record);
    if (damaged > 0) {
        int len = snprintf(journal->damage, sizeof(journal->damage),
            "%zu of %zu fields", damaged, entry->item_count);
        record_add_extra(
            record, STR("damaged"), str_make(journal->damage, (size_t)len));
    }
    if (entry->cut || record->extra_count == LIMIT_EXTRAS)
        record->cut = true;
    journal_entry_end(&journal->meaning);
}

static void place(const struct journal_object *object, struct record *record)
{
    record->offset = object->offset;
    record->length =
        object->size < UINT32_MAX ? (uint32_t)object->size : UINT32_MAX;
}

static int journal_next(void *cursor, struct record *record, struct err *err)
{
    struct journal *journal = cursor;
    struct journal_object object;
    struct journal_entry entry = {0};
    int found = journal_walk_next(&journal->walk, &object);
    if (found == 0)
        return 0;
    bool whole =
        found > 0 && journal_entry_read(&journal->file, &object, &entry);
    if (whole)
        read_entry(journal, &entry, record);
    else
        record_reset(record);
    place(&object, record);
    return whole
               ? 1
               : err_set(err, ERR_INPUT, "these bytes are no journal objects");
}

static void journal_note(const void *cursor, struct buf *out)
{
    const struct journal *journal = cursor;
    const struct journal_file *file = &journal->file;
    if (!file->has_header)
        buf_add_cstr(out, "its header is damaged: read by its objects alone");
    else if (file->is_cut)
        buf_add_cstr(out, "the journal is cut: its header knows of more");
    else if (file->was_open)
        buf_add_cstr(out, "the journal was in use when it was copied");
}

/* The entry at an offset of a blob that may not have been fed. */
static int entry_at(struct journal *journal, const struct blob *blob,
    uint64_t offset, struct journal_entry *out, struct err *err)
{
    struct journal_object object;
    if (!journal->is_open)
        open_blob(journal, blob);
    journal->file.pages.blob = *blob;
    journal->data.spent = 0; /* one entry alone is bounded */
    if (!journal_object_at(&journal->file, offset, &object) ||
        object.type != JOURNAL_ENTRY ||
        !journal_entry_read(&journal->file, &object, out))
        return err_set(err, ERR_INPUT, "no journal entry stands at byte %llu",
            (unsigned long long)offset);
    return 0;
}

static int journal_read_at(void *cursor, const struct blob *source,
    uint64_t offset, struct record *record, struct err *err)
{
    struct journal *journal = cursor;
    struct journal_entry entry = {0};
    if (entry_at(journal, source, offset, &entry, err) < 0)
        return -1;
    read_entry(journal, &entry, record);
    place(&entry.object, record);
    return 1;
}

/* --- as text -------------------------------------------------------------- */

/* A value as people read it: further lines are set in, and bytes that are no
 * text are written as \xHH. */
static void add_value(struct buf *out, struct str value)
{
    for (size_t at = 0; at < value.len;) {
        size_t start = at;
        uint32_t character = utf8_next(value, &at);
        if (character == '\n')
            buf_add_cstr(out, "\n    ");
        else if (character == UTF8_BAD ||
                 (character < 0x20 && character != '\t'))
            for (size_t i = start; i < at; i++)
                buf_printf(out, "\\x%02x", (unsigned char)value.ptr[i]);
        else
            buf_add(out, value.ptr + start, at - start);
    }
}

static void add_line(struct buf *out, struct str name, struct str value)
{
    buf_add_str(out, name);
    buf_add_char(out, '=');
    add_value(out, value);
    buf_add_char(out, '\n');
}

static int journal_as_text(void *cursor, const struct blob *source,
    uint64_t offset, struct buf *out, struct err *err)
{
    struct journal *journal = cursor;
    struct journal_entry entry = {0};
    if (entry_at(journal, source, offset, &entry, err) < 0)
        return -1;
    journal_data_begin(&journal->data);
    write_own(journal, &entry);
    for (size_t i = 0; i < OWN_COUNT; i++)
        add_line(out, own_names[i], journal->own_values[i]);
    size_t start = out->len;
    for (size_t i = 0; i < entry.item_count && out->len - start < LIMIT_RECORD;
         i++) {
        struct journal_datum datum =
            journal_data_get(&journal->data, &journal->file, entry.items[i]);
        if (datum.name.len > 0 && datum.role.special != JOURNAL_BOOT_ID)
            add_line(out, datum.name, datum.value);
    }
    return 0;
}

static uint64_t journal_match_limits(const void *cursor)
{
    const struct journal *journal = cursor;
    return journal->meaning.matcher.limited;
}

const struct parser parser_journal = {
    .name = "journal",
    .summary = "systemd journal files",
    .access = PARSER_RANDOM,
    .probe = journal_probe,
    .cut = journal_cut,
    .open = journal_open,
    .close = journal_close,
    .feed_blob = journal_feed_blob,
    .next = journal_next,
    .note = journal_note,
    .read_at = journal_read_at,
    .as_text = journal_as_text,
    .match_limits = journal_match_limits,
};
