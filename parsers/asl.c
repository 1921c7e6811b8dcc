/* Databases of the Apple System Log (/var/log/asl, up to macOS 10.11, iOS).
 *
 * After the header stand objects, one right behind the other: strings and
 * records. Integers are big-endian.
 *
 *     header   "ASL DB" and zeros (12), version 2 (4), first record (8),
 *              time of creation (8), cache (4), last record (8), zeros (36)
 *     object   kind: 0 record, 1 string (2), length of what follows (4), ...
 *     record   next (8), id (8), seconds (8), nanoseconds (4), level (2),
 *              flags (2), pid, uid, gid, readers' uid, gid, other pid (4 each),
 *              number of references (4), references (8 each): host, sender,
 *              facility, message, other process, session, then names and
 *              values in turn; record before (8)
 *
 * A reference is where a string stands, 0 for none, or, when its top bit is
 * set, up to seven bytes themselves behind their length.
 *
 * Records are found by going from object to object. Where none stands, reading
 * goes on at the next record that the last good one names, else it ends. The
 * message is read by the formats inside `syslog`. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "parsers/blob_pages.h"
#include "parsers/matcher.h"
#include "parsers/readers.h"
#include "src/base/bytes.h"
#include "src/base/escape.h"
#include "src/base/limit.h"
#include "src/base/mem.h"

enum {
    SIGNATURE_LEN = 12,
    VERSION = 2,
    HEADER_LEN = 80,
    OBJECT_HEAD = 6,
    KIND_RECORD = 0,
    KIND_STRING = 1,
    RECORD_FIXED = 60, /* before the references */
    REFERENCE = 8,
    NAMED_REFERENCES = 6,
    SCORE = 1000,
};

struct asl {
    const struct reading *reading;
    struct matcher matcher;
    struct blob_pages pages;
    uint64_t at, end;
    uint64_t expected; /* where the last good record says the next one is */
};

/* A record's members; texts live in the matcher's arena. */
struct entry {
    uint64_t next, id;
    int64_t seconds;
    uint32_t nanoseconds;
    uint16_t level;
    uint32_t pid, uid, gid, read_uid, read_gid, other_pid;
    struct str host, sender, facility, message, other_process, session;
    struct bytes pairs; /* references of names and values */
};

static int asl_probe(const struct sample *sample)
{
    struct bytes in = bytes_from_str(sample->bytes);
    struct str signature = bytes_str(&in, SIGNATURE_LEN);
    return str_eq(signature, STR("ASL DB\0\0\0\0\0\0")) &&
                   bytes_u32be(&in) == VERSION
               ? SCORE
               : 0;
}

static size_t asl_cut(
    const struct reading *reading, struct str bytes, bool at_end)
{
    (void)reading;
    (void)at_end;
    return bytes.len < LIMIT_CHUNK ? bytes.len : LIMIT_CHUNK;
}

static void *asl_open(const struct reading *reading)
{
    struct asl *asl = xcalloc(1, sizeof(*asl));
    asl->reading = reading;
    matcher_init(&asl->matcher, reading);
    return asl;
}

static void asl_close(void *cursor)
{
    struct asl *asl = cursor;
    if (asl == NULL)
        return;
    matcher_done(&asl->matcher);
    blob_pages_done(&asl->pages);
    free(asl);
}

static int asl_feed(void *cursor, const struct blob *blob, struct err *err)
{
    struct asl *asl = cursor;
    (void)err;
    blob_pages_open(&asl->pages, blob);
    asl->end = blob->size;
    asl->at = HEADER_LEN;
    asl->expected = 0;
    return 0;
}

/* The kind and whole length of the object at `at`; false when there is none. */
static bool object_at(
    struct asl *asl, uint64_t at, uint16_t *kind, uint64_t *len)
{
    struct bytes in =
        bytes_from_str(blob_pages_get(&asl->pages, at, OBJECT_HEAD));
    *kind = bytes_u16be(&in);
    *len = OBJECT_HEAD + (uint64_t)bytes_u32be(&in);
    return !in.failed && *kind <= KIND_STRING && at <= asl->end &&
           *len <= asl->end - at;
}

static struct str strip_zero(struct str text)
{
    ptrdiff_t end = str_find_char(text, '\0');
    return end < 0 ? text : str_sub(text, 0, (size_t)end);
}

/* What a reference names; "" when nothing. */
static struct str string_of(struct asl *asl, struct bytes *refs)
{
    const uint64_t top = UINT64_C(1) << 63;
    struct str own = bytes_str(refs, REFERENCE);
    struct bytes in = bytes_from_str(own);
    uint64_t reference = bytes_u64be(&in);
    uint16_t kind;
    uint64_t len;
    if (own.len == 0 || reference == 0)
        return (struct str){0};
    if ((reference & top) != 0) {
        size_t count = (unsigned char)own.ptr[0] & 0x7F;
        return strip_zero(arena_copy(&asl->matcher.arena,
            str_sub(own, 1, count < REFERENCE ? count : REFERENCE - 1)));
    }
    if (!object_at(asl, reference, &kind, &len) || kind != KIND_STRING)
        return (struct str){0};
    return strip_zero(arena_copy(&asl->matcher.arena,
        blob_pages_get(&asl->pages, reference + OBJECT_HEAD,
            (size_t)(len - OBJECT_HEAD))));
}

/* False when what stands there is too short for a record. */
static bool read_entry(
    struct asl *asl, uint64_t at, size_t len, struct entry *entry)
{
    struct str whole = arena_copy(&asl->matcher.arena,
        blob_pages_get(&asl->pages, at + OBJECT_HEAD, len - OBJECT_HEAD));
    struct bytes in = bytes_from_str(whole);
    *entry = (struct entry){.next = bytes_u64be(&in)};
    entry->id = bytes_u64be(&in);
    entry->seconds = (int64_t)bytes_u64be(&in);
    entry->nanoseconds = bytes_u32be(&in);
    entry->level = bytes_u16be(&in);
    bytes_skip(&in, 2);
    entry->pid = bytes_u32be(&in);
    entry->uid = bytes_u32be(&in);
    entry->gid = bytes_u32be(&in);
    entry->read_uid = bytes_u32be(&in);
    entry->read_gid = bytes_u32be(&in);
    entry->other_pid = bytes_u32be(&in);
    uint32_t count = bytes_u32be(&in);
    struct bytes named = bytes_sub(&in, (size_t)NAMED_REFERENCES * REFERENCE);
    if (in.failed || count > bytes_left(&in) / REFERENCE)
        return false;
    entry->pairs = bytes_sub(&in, (size_t)count * REFERENCE);
    entry->host = string_of(asl, &named);
    entry->sender = string_of(asl, &named);
    entry->facility = string_of(asl, &named);
    entry->message = string_of(asl, &named);
    entry->other_process = string_of(asl, &named);
    entry->session = string_of(asl, &named);
    return true;
}

static struct str number(struct asl *asl, int64_t value)
{
    return arena_printf(&asl->matcher.arena, "%" PRId64, value);
}

static void add_text(struct record *record, const char *name, struct str value)
{
    if (value.len > 0)
        record_add_extra(record, str_from(name), value);
}

/* Names can be asked for: "CFLog Thread" is CFLogThread. */
static struct str without_blanks(struct asl *asl, struct str name)
{
    char *to = arena_alloc(&asl->matcher.arena, name.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < name.len; i++)
        if (name.ptr[i] != ' ')
            to[len++] = name.ptr[i];
    return str_make(to, len);
}

static void add_pairs(
    struct asl *asl, struct entry *entry, struct record *record)
{
    while (bytes_left(&entry->pairs) >= (size_t)2 * REFERENCE) {
        struct str name = string_of(asl, &entry->pairs);
        struct str value = string_of(asl, &entry->pairs);
        if (name.len > 0)
            record_add_extra(record, without_blanks(asl, name), value);
    }
}

/* -1 stands for nobody. */
static int64_t as_signed(uint32_t id)
{
    return id == UINT32_MAX ? -1 : (int64_t)id;
}

static void describe(
    struct asl *asl, struct entry *entry, struct record *record)
{
    int64_t time = STAMP_NONE;
    if (!stamp_from_seconds(entry->seconds, entry->nanoseconds, &time))
        time = STAMP_NONE;
    reading_set_moment(asl->reading, time, STAMP_PRECISION_NS, record);
    record->understood = UNDERSTOOD_GENERIC;
    record_set(
        record, FIELD_RECORD, number(asl, (int64_t)(entry->id & INT64_MAX)));
    record_set(record, FIELD_SEVERITY, number(asl, entry->level));
    record_set(record, FIELD_HOST, entry->host);
    record_set(record, FIELD_PROCESS, entry->sender);
    record_set(record, FIELD_PID, number(asl, entry->pid));
    record_set(record, FIELD_MESSAGE, entry->message);
    add_text(record, "facility", entry->facility);
    record_add_extra(record, STR("uid"), number(asl, as_signed(entry->uid)));
    record_add_extra(record, STR("gid"), number(asl, as_signed(entry->gid)));
    record_add_extra(
        record, STR("read_uid"), number(asl, as_signed(entry->read_uid)));
    record_add_extra(
        record, STR("read_gid"), number(asl, as_signed(entry->read_gid)));
    if (entry->other_pid != 0)
        record_add_extra(record, STR("ref_pid"), number(asl, entry->other_pid));
    add_text(record, "ref_process", entry->other_process);
    add_text(record, "session", entry->session);
    add_pairs(asl, entry, record);
}

/* Go on behind what is no object: at the record that should come next. */
static void step_over(struct asl *asl)
{
    uint64_t bad = asl->at;
    asl->at = asl->expected > bad ? asl->expected : asl->end;
    asl->expected = 0;
}

static int asl_next(void *cursor, struct record *record, struct err *err)
{
    struct asl *asl = cursor;
    struct entry entry;
    uint16_t kind = KIND_STRING;
    uint64_t len = 0;
    matcher_begin(&asl->matcher, asl->at, record);
    record->format = STR("asl");
    while (asl->at < asl->end && object_at(asl, asl->at, &kind, &len) &&
           kind == KIND_STRING)
        asl->at += len;
    record->offset = asl->at;
    if (asl->at >= asl->end)
        return 0;
    asl->matcher.offset = asl->at;
    bool good = kind == KIND_RECORD && len <= LIMIT_RECORD &&
                object_at(asl, asl->at, &kind, &len) &&
                read_entry(asl, asl->at, (size_t)len, &entry);
    if (!good) {
        step_over(asl);
        uint64_t skipped = asl->at - record->offset;
        record->length =
            skipped < LIMIT_RECORD ? (uint32_t)skipped : (uint32_t)LIMIT_RECORD;
        return err_set(err, ERR_INPUT, "no object of an ASL database");
    }
    record->length = (uint32_t)len;
    asl->at += len;
    asl->expected = entry.next;
    describe(asl, &entry, record);
    matcher_inner(&asl->matcher, asl->reading->format, record);
    matcher_finish(&asl->matcher, record);
    return 1;
}

static void add_line(struct buf *out, struct str name, struct str value)
{
    escape_add(out, name);
    buf_add_char(out, ' ');
    escape_add(out, value);
    buf_add_char(out, '\n');
}

/* The record's members, a line each. */
static int asl_as_text(void *cursor, const struct blob *source, uint64_t offset,
    struct buf *out, struct err *err)
{
    struct asl *asl = cursor;
    struct record record;
    asl_feed(asl, source, err);
    asl->at = offset;
    record_init(&record);
    int rc = asl_next(asl, &record, err);
    if (rc <= 0 || record.offset != offset) {
        record_done(&record);
        return err_set(err, ERR_INPUT, "no record of ASL stands there");
    }
    char time[STAMP_TEXT_MAX];
    size_t len = stamp_format(record.time, STAMP_PRECISION_NS, 0, time);
    add_line(out, STR("time"), str_make(time, len));
    add_line(out, STR("host"), record_get(&record, FIELD_HOST));
    add_line(out, STR("sender"), record_get(&record, FIELD_PROCESS));
    add_line(out, STR("pid"), record_get(&record, FIELD_PID));
    add_line(out, STR("level"), record_get(&record, FIELD_LEVEL));
    for (size_t i = 0; i < record.extra_count; i++)
        add_line(out, record.extras[i].name, record.extras[i].value);
    add_line(out, STR("message"), record_get(&record, FIELD_MESSAGE));
    record_done(&record);
    return 0;
}

static uint64_t asl_match_limits(const void *cursor)
{
    const struct asl *asl = cursor;
    return asl->matcher.limited;
}

const struct parser parser_asl = {
    .name = "asl",
    .summary = "databases of the Apple System Log",
    .access = PARSER_RANDOM,
    .keeps_fields = true,
    .names_host = true,
    .fields = FIELD_BIT(FIELD_TIME) | FIELD_BIT(FIELD_RECORD) |
              FIELD_BIT(FIELD_HOST) | FIELD_BIT(FIELD_SEVERITY) |
              FIELD_BIT(FIELD_PROCESS) | FIELD_BIT(FIELD_PID) |
              FIELD_BIT(FIELD_MESSAGE),
    .probe = asl_probe,
    .cut = asl_cut,
    .open = asl_open,
    .close = asl_close,
    .feed_blob = asl_feed,
    .next = asl_next,
    .as_text = asl_as_text,
    .match_limits = asl_match_limits,
};
