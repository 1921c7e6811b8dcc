/* The journal as JSON (systemd's "Journal Export Formats"): journalctl -o json
 * (an object a line), json-pretty (over several), json-seq (each behind a
 * record separator, RFC 7464) and json-sse (each behind "data:").
 *
 * Values are texts; one that is no UTF-8 is an array of its bytes, a field that
 * occurs several times an array of such values, and null a value that was too
 * long for journalctl. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "parsers/journal_meaning.h"
#include "parsers/readers.h"
#include "src/base/json.h"
#include "src/base/limit.h"
#include "src/base/mem.h"

struct journal_json {
    struct journal_meaning meaning;
    struct piece piece;
    size_t at;
    struct json json;
    struct arena arena; /* values that are not in the piece */
    struct buf scratch;
};

/* An object, or a line that is none. */
struct item {
    size_t start, end;
    bool is_object;
    bool whole; /* it has its last brace, or its newline */
};

/* --- items ---------------------------------------------------------------- */

static bool is_between(char c)
{
    return c == '\n' || c == '\r' || c == ' ' || c == '\t' || c == '\x1e';
}

static size_t skip_between(struct str bytes, size_t at)
{
    for (;;) {
        while (at < bytes.len && is_between(bytes.ptr[at]))
            at++;
        if (!str_starts_with(str_from_index(bytes, at), STR("data:")))
            return at;
        at += strlen("data:");
    }
}

/* Behind the brace that begins an object at `item->start`. journalctl writes
 * line breaks in no string and a brace only at an object's own beginning: where
 * one is met anyhow, the object before it was cut. */
static void find_object_end(struct str bytes, struct item *item)
{
    size_t depth = 0;
    bool in_string = false;
    size_t at = item->start;
    for (; at < bytes.len; at++) {
        char c = bytes.ptr[at];
        bool opens_line = c == '\n' && at + 1 < bytes.len &&
                          (bytes.ptr[at + 1] == '{' || in_string);
        if (opens_line)
            break;
        if (in_string) {
            if (c == '\\' && at + 1 < bytes.len && bytes.ptr[at + 1] != '\n')
                at++;
            else
                in_string = c != '"';
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            depth++;
        } else if ((c == '}' || c == ']') && --depth == 0) {
            item->end = at + 1;
            item->whole = true;
            return;
        }
    }
    item->end = at < bytes.len ? at : bytes.len;
    item->whole = at < bytes.len;
}

/* The item at or behind `at`; false at the end of the bytes. */
static bool find_item(struct str bytes, size_t at, struct item *item)
{
    *item = (struct item){.start = skip_between(bytes, at)};
    if (item->start == bytes.len)
        return false;
    item->is_object = bytes.ptr[item->start] == '{';
    if (item->is_object) {
        find_object_end(bytes, item);
        return true;
    }
    ptrdiff_t newline = str_find_char(str_from_index(bytes, item->start), '\n');
    item->whole = newline >= 0;
    item->end = item->whole ? item->start + (size_t)newline : bytes.len;
    return true;
}

static size_t journal_json_cut(
    const struct reading *reading, struct str bytes, bool at_end)
{
    struct item item;
    size_t cut = 0;
    (void)reading;
    if (at_end)
        return bytes.len;
    while (find_item(bytes, cut, &item) && item.whole)
        cut = item.end;
    return cut;
}

/* --- detection ------------------------------------------------------------ */

static bool is_journal_name(struct str name)
{
    return str_eq(name, STR("__CURSOR")) ||
           str_eq(name, STR("__REALTIME_TIMESTAMP"));
}

/* Whether an object has, at its top, what every entry has. */
static bool has_journal_name(struct json *json, struct str object)
{
    json_start(json, object);
    for (;;) {
        enum json_token token = json_next(json);
        if (token == JSON_END || token == JSON_ERROR)
            return false;
        if (json->has_key && json->depth == 1 && is_journal_name(json->key))
            return true;
    }
}

static int journal_json_probe(const struct sample *sample)
{
    struct item item;
    struct json json = {0};
    if (!find_item(sample->bytes, 0, &item) || !item.is_object)
        return 0;
    bool found = has_journal_name(
        &json, str_sub(sample->bytes, item.start, item.end - item.start));
    json_done(&json);
    return found ? 950 : 0;
}

/* --- values --------------------------------------------------------------- */

/* What lies in the piece stays there. */
static struct str keep(struct journal_json *journal, struct str text)
{
    uintptr_t from = (uintptr_t)journal->piece.bytes.ptr;
    uintptr_t at = (uintptr_t)text.ptr;
    if (text.len == 0 || (at >= from && at < from + journal->piece.bytes.len))
        return text;
    return arena_copy(&journal->arena, text);
}

static void add_value(
    struct journal_json *journal, struct str name, struct str value)
{
    struct journal_role role = journal_role_of(&journal->meaning, name);
    journal_entry_add(&journal->meaning, &role, name, keep(journal, value));
}

/* From the first number on: the bytes of one value. */
static bool read_bytes(struct journal_json *journal, struct str name)
{
    struct json *json = &journal->json;
    enum json_token token = JSON_NUMBER;
    buf_clear(&journal->scratch);
    for (; token == JSON_NUMBER; token = json_next(json)) {
        uint64_t byte;
        if (!str_to_u64(json->value, &byte) || byte > UINT8_MAX)
            return false;
        buf_add_char(&journal->scratch, (char)(unsigned char)byte);
    }
    add_value(journal, name, buf_str(&journal->scratch));
    return token == JSON_ARRAY_END;
}

/* Behind the bracket: bytes, or several values. */
static bool read_array(struct journal_json *journal, struct str name)
{
    struct json *json = &journal->json;
    enum json_token token = json_next(json);
    if (token == JSON_NUMBER)
        return read_bytes(journal, name);
    for (; token != JSON_ARRAY_END; token = json_next(json)) {
        if (token == JSON_STRING)
            add_value(journal, name, json->value);
        else if (token == JSON_ARRAY) {
            if (json_next(json) != JSON_NUMBER || !read_bytes(journal, name))
                return false;
        } else if (token != JSON_NULL) {
            return false;
        }
    }
    return true;
}

/* The members of an object; false when it is not one whole object. */
static bool read_members(struct journal_json *journal, struct str object)
{
    struct json *json = &journal->json;
    json_start(json, object);
    if (json_next(json) != JSON_OBJECT)
        return false;
    for (;;) {
        enum json_token token = json_next(json);
        struct str name = keep(journal, json->key);
        switch (token) {
        case JSON_STRING:
        case JSON_NUMBER:
        case JSON_TRUE:
        case JSON_FALSE:
            add_value(journal, name, json->value);
            break;
        case JSON_NULL:
            break;
        case JSON_ARRAY:
            if (!read_array(journal, name))
                return false;
            break;
        case JSON_OBJECT:
            if (!json_skip(json))
                return false;
            break;
        case JSON_OBJECT_END:
            return json_next(json) == JSON_END;
        case JSON_ARRAY_END:
        case JSON_END:
        case JSON_ERROR:
            return false;
        }
    }
}

/* --- records -------------------------------------------------------------- */

static void *journal_json_open(const struct reading *reading)
{
    struct journal_json *journal = xcalloc(1, sizeof(*journal));
    journal_meaning_init(&journal->meaning, reading);
    return journal;
}

static void journal_json_close(void *cursor)
{
    struct journal_json *journal = cursor;
    if (journal == NULL)
        return;
    journal_meaning_done(&journal->meaning);
    json_done(&journal->json);
    arena_done(&journal->arena);
    buf_done(&journal->scratch);
    free(journal);
}

static void journal_json_feed(void *cursor, const struct piece *piece)
{
    struct journal_json *journal = cursor;
    journal->piece = *piece;
    journal->at = 0;
}

/* Something else among the entries: a line, or an object of another log. */
static void read_other(struct journal_json *journal, uint64_t offset,
    struct str text, struct record *record)
{
    struct matcher *matcher = &journal->meaning.matcher;
    matcher_begin(matcher, offset, record);
    if (text.ptr[0] != '{' || !matcher_json(matcher, text, record))
        matcher_plain(matcher, text, record);
    matcher_finish(matcher, record);
}

static void read_entry(struct journal_json *journal, uint64_t offset,
    struct str text, struct record *record)
{
    journal_entry_begin(&journal->meaning, offset, record);
    if (!read_members(journal, text))
        record_add_extra(
            record, STR("damaged"), STR("the object is not whole"));
    journal_entry_end(&journal->meaning);
}

static int journal_json_next(
    void *cursor, struct record *record, struct err *err)
{
    struct journal_json *journal = cursor;
    struct item item;
    (void)err;
    if (!find_item(journal->piece.bytes, journal->at, &item))
        return 0;
    journal->at = item.end;
    if (journal->arena.used > 0)
        arena_reset(&journal->arena);
    struct str text =
        str_sub(journal->piece.bytes, item.start, item.end - item.start);
    uint64_t offset = journal->piece.offset + item.start;
    if (item.is_object && has_journal_name(&journal->json, text))
        read_entry(journal, offset, text, record);
    else
        read_other(journal, offset, text, record);
    record->offset = item.start;
    record->length = (uint32_t)text.len;
    record->cut = text.len >= LIMIT_RECORD;
    return 1;
}

static uint64_t journal_json_match_limits(const void *cursor)
{
    const struct journal_json *journal = cursor;
    return journal->meaning.matcher.limited;
}

const struct parser parser_journal_json = {
    .name = "journal_json",
    .summary = "systemd journal as journalctl -o json writes it",
    .access = PARSER_STREAM,
    .probe = journal_json_probe,
    .cut = journal_json_cut,
    .open = journal_json_open,
    .close = journal_json_close,
    .feed = journal_json_feed,
    .next = journal_json_next,
    .match_limits = journal_json_match_limits,
};
