/* log.access.vc0, log.events.vc0, log.admin.vc0: the logs that Ivanti Connect
 * Secure (Pulse Secure, Juniper SA) keeps on its own disk. A head of 8,192
 * bytes, then records of text, each behind a control byte or several:
 *
 *     SECONDS.NUMBER host code unit realm value value ...
 *
 * both numbers hexadecimal, all of it parted by tabs. The texts that go with
 * the codes are not in the file. The bytes between records differ between
 * versions, so a record is known by its beginning. */
#include <stdlib.h>
#include <string.h>

#include "parsers/linescan.h"
#include "parsers/matcher.h"
#include "parsers/readers.h"
#include "src/base/limit.h"
#include "src/base/mem.h"

enum {
    HEAD = 8192,
    SCORE_HEAD = 950,
    SECONDS_DIGITS = 8,
    NUMBER_DIGITS_MAX = 16,
};

static const char head_start[] = {5, 0, 0, 0, 1, 0, 0, 0};

struct vc0 {
    struct matcher matcher;
    const struct reading *reading;
    struct piece piece;
    size_t at;
    struct buf text;
};

/* --- where records are ---------------------------------------------------- */

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/* Control bytes part records; the tab parts values. */
static bool parts_records(char c)
{
    return (unsigned char)c < 0x20 && c != '\t';
}

static bool begins_record(struct str bytes, size_t at)
{
    size_t i = at;
    while (i < bytes.len && i - at < SECONDS_DIGITS && is_hex(bytes.ptr[i]))
        i++;
    if (i - at != SECONDS_DIGITS || i >= bytes.len || bytes.ptr[i] != '.')
        return false;
    size_t number = ++i;
    while (
        i < bytes.len && i - number < NUMBER_DIGITS_MAX && is_hex(bytes.ptr[i]))
        i++;
    return i > number && i < bytes.len && bytes.ptr[i] == '\t';
}

static size_t record_end(struct str bytes, size_t at)
{
    while (at < bytes.len && !parts_records(bytes.ptr[at]))
        at++;
    return at;
}

/* The next record from `at`, which is where one may begin; bytes.len: none. */
static size_t find_record(struct str bytes, size_t at)
{
    while (at < bytes.len) {
        while (at < bytes.len && parts_records(bytes.ptr[at]))
            at++;
        if (at < bytes.len && begins_record(bytes, at))
            return at;
        at = record_end(bytes, at);
    }
    return bytes.len;
}

static int vc0_probe(const struct sample *sample)
{
    struct str head =
        str_from_index(str_sub(sample->bytes, 0, HEAD), sizeof(head_start));
    if (!str_starts_with(
            sample->bytes, str_make(head_start, sizeof(head_start))))
        return 0;
    if (sample->bytes.len <= HEAD)
        return sample->bytes.len == HEAD ? SCORE_HEAD : 0;
    for (size_t i = 0; i < head.len; i++)
        if (!parts_records(head.ptr[i]))
            return 0;
    return find_record(sample->bytes, HEAD) < sample->bytes.len ? SCORE_HEAD
                                                                : 0;
}

static size_t vc0_cut(
    const struct reading *reading, struct str bytes, bool at_end)
{
    size_t end = bytes.len;
    (void)reading;
    if (at_end)
        return end;
    while (end > 0 && !parts_records(bytes.ptr[end - 1]))
        end--;
    return end;
}

/* --- one record ----------------------------------------------------------- */

static const char *const names[] = {"id", "host", "code", "unit", "realm",
    "address", "user", "value1", "value2", "value3", "value4", "value5",
    "value6", "value7", "value8", "value9", "value10", "value11", "value12"};
enum { NAME_COUNT = sizeof(names) / sizeof(names[0]), FIRST_VALUE = 7 };

/* The seconds, decimal, as the general readers of a time take them. */
static void add_time(struct pairs *pairs, struct str id)
{
    uint64_t seconds = 0;
    for (size_t i = 0; i < SECONDS_DIGITS; i++) {
        char c = id.ptr[i];
        seconds = seconds * 16 + (uint64_t)(c >= 'a' ? c - 'a' + 10 : c - '0');
    }
    struct str text =
        arena_printf(&pairs->arena, "%010llu", (unsigned long long)seconds);
    pairs_add(pairs, STR("time"), text);
    pairs_add(pairs, STR("number"), str_from_index(id, SECONDS_DIGITS + 1));
}

/* What the values say, without those that have a name, as one text. */
static void split_record(struct pairs *pairs, struct str text)
{
    struct str rest = text;
    pairs_clear(pairs);
    for (size_t i = 0; rest.len > 0; i++) {
        struct str all = rest;
        struct str value = str_trim(str_cut(&rest, '\t'));
        if (i == 0)
            add_time(pairs, value);
        if (i == FIRST_VALUE)
            pairs_add(pairs, STR("message"), str_trim(all));
        if (i > 0 && i < NAME_COUNT && value.len > 0)
            pairs_add(pairs, str_from(names[i]), value);
    }
}

/* --- the cursor ----------------------------------------------------------- */

static void *vc0_open(const struct reading *reading)
{
    struct vc0 *vc0 = xcalloc(1, sizeof(*vc0));
    vc0->reading = reading;
    matcher_init(&vc0->matcher, reading);
    return vc0;
}

static void vc0_close(void *cursor)
{
    struct vc0 *vc0 = cursor;
    if (vc0 == NULL)
        return;
    matcher_done(&vc0->matcher);
    buf_done(&vc0->text);
    free(vc0);
}

static void vc0_feed(void *cursor, const struct piece *piece)
{
    struct vc0 *vc0 = cursor;
    vc0->piece = *piece;
    vc0->at = 0;
}

static int vc0_next(void *cursor, struct record *record, struct err *err)
{
    struct vc0 *vc0 = cursor;
    struct str bytes = vc0->piece.bytes;
    size_t start = find_record(bytes, vc0->at);
    (void)err;
    if (start >= bytes.len) {
        vc0->at = bytes.len;
        return 0;
    }
    size_t end = record_end(bytes, start);
    vc0->at = end;
    matcher_begin(&vc0->matcher, vc0->piece.offset + start, record);
    record->offset = start;
    record->length = (uint32_t)(end - start);
    record->cut = end - start >= LIMIT_RECORD;
    split_record(&vc0->matcher.pairs,
        line_text(
            ENCODING_UTF8, str_sub(bytes, start, end - start), &vc0->text));
    matcher_pairs(&vc0->matcher, READS_VC0, record);
    matcher_finish(&vc0->matcher, record);
    return 1;
}

static int vc0_as_text(void *cursor, const struct blob *source, uint64_t offset,
    struct buf *out, struct err *err)
{
    char bytes[4096];
    (void)cursor;
    while (offset < source->size) {
        uint64_t left = source->size - offset;
        size_t len = left < sizeof(bytes) ? (size_t)left : sizeof(bytes);
        if (source->read_at(source->self, offset, bytes, len, err) < 0)
            return -1;
        size_t end = record_end(str_make(bytes, len), 0);
        buf_add_str(out, str_make(bytes, end));
        offset += end;
        if (end < len || out->len > LIMIT_RECORD)
            break;
    }
    buf_add_char(out, '\n');
    return 0;
}

static uint64_t vc0_match_limits(const void *cursor)
{
    const struct vc0 *vc0 = cursor;
    return vc0->matcher.limited;
}

const struct parser parser_vc0 = {
    .name = "pulse_vc0",
    .summary = "logs on the disk of Ivanti Connect Secure",
    .access = PARSER_STREAM,
    .names_host = true,
    .probe = vc0_probe,
    .cut = vc0_cut,
    .open = vc0_open,
    .close = vc0_close,
    .feed = vc0_feed,
    .next = vc0_next,
    .as_text = vc0_as_text,
    .match_limits = vc0_match_limits,
};
