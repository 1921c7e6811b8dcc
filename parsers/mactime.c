/* What mactime of the Sleuth Kit prints: the files of a body file in order of
 * time, as text or separated by commas. As text, a date is left out where it is
 * that of the line before; the reader learns it and hands it to later pieces,
 * and because a record alone does not know its date, values are kept. */
#include "parsers/mactime_row.h"

#include <stdlib.h>

#include "parsers/linescan.h"
#include "parsers/matcher.h"
#include "parsers/readers.h"
#include "src/base/limit.h"
#include "src/base/mem.h"

struct mactime {
    struct matcher matcher;
    const struct reading *reading;
    struct piece piece;
    size_t at;
    struct buf text, date;
};

static void mactime_learn(
    const struct reading *reading, struct str bytes, struct buf *state)
{
    struct raw_line line;
    struct buf scratch = {0};
    for (size_t at = 0; line_at(reading->encoding, bytes, at, &line);
         at = line.next) {
        struct str date, rest;
        struct str text = line_text(reading->encoding,
            str_sub(bytes, line.start, line.end - line.start), &scratch);
        if (!mactime_date(text, &date, &rest) || date.len == 0)
            continue;
        buf_clear(state);
        buf_add_str(state, date);
    }
    buf_done(&scratch);
}

static void *mactime_open(const struct reading *reading)
{
    struct mactime *mactime = xcalloc(1, sizeof(*mactime));
    mactime->reading = reading;
    matcher_init(&mactime->matcher, reading);
    return mactime;
}

static void mactime_close(void *cursor)
{
    struct mactime *mactime = cursor;
    if (mactime == NULL)
        return;
    matcher_done(&mactime->matcher);
    buf_done(&mactime->text);
    buf_done(&mactime->date);
    free(mactime);
}

static void mactime_feed(void *cursor, const struct piece *piece)
{
    struct mactime *mactime = cursor;
    mactime->piece = *piece;
    mactime->at = line_bom(mactime->reading->encoding, piece);
    buf_clear(&mactime->date);
    buf_add_str(&mactime->date, piece->state);
}

static void read_line(
    struct mactime *mactime, struct str line, struct record *record)
{
    struct matcher *matcher = &mactime->matcher;
    struct str date, rest;
    if (mactime_date(line, &date, &rest) && date.len > 0) {
        buf_clear(&mactime->date);
        buf_add_str(&mactime->date, date);
    }
    if (mactime_row_read(&matcher->pairs, line, buf_str(&mactime->date))) {
        matcher_pairs(matcher, READS_MACTIME, record);
    } else if (mactime_is_header(line)) {
        record->format = mactime->reading->format->name;
        record->understood = UNDERSTOOD_PARSED;
    } else {
        matcher_line(matcher, line, record);
    }
    if (!record_has(record, FIELD_MESSAGE))
        record_set(record, FIELD_MESSAGE, line);
}

static int mactime_next(void *cursor, struct record *record, struct err *err)
{
    struct mactime *mactime = cursor;
    enum encoding encoding = mactime->reading->encoding;
    struct str bytes = mactime->piece.bytes;
    struct raw_line line;
    (void)err;
    do {
        if (!line_at(encoding, bytes, mactime->at, &line))
            return 0;
        mactime->at = line.next;
    } while (line_is_blank(encoding, bytes, &line));
    size_t len = line.end - line.start;
    matcher_begin(
        &mactime->matcher, mactime->piece.offset + line.start, record);
    record->offset = line.start;
    record->length = (uint32_t)len;
    record->cut = len >= LIMIT_RECORD;
    read_line(mactime,
        line_text(encoding, str_sub(bytes, line.start, len), &mactime->text),
        record);
    matcher_finish(&mactime->matcher, record);
    return 1;
}

static uint64_t mactime_match_limits(const void *cursor)
{
    const struct mactime *mactime = cursor;
    return mactime->matcher.limited;
}

const struct parser parser_mactime = {
    .name = "mactime",
    .summary = "timelines of files by mactime",
    .access = PARSER_STREAM,
    .is_text = true,
    .keeps_fields = true,
    .cut = line_cut,
    .learn = mactime_learn,
    .open = mactime_open,
    .close = mactime_close,
    .feed = mactime_feed,
    .next = mactime_next,
    .match_limits = mactime_match_limits,
};
