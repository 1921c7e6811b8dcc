#include "parsers/single.h"

#include <stdlib.h>

#include "parsers/linescan.h"
#include "parsers/moments.h"
#include "src/base/limit.h"
#include "src/base/mem.h"

struct single {
    struct matcher matcher;
    single_read *read;
    const struct reading *reading;
    struct piece piece;
    struct raw_line line; /* the one being read */
    size_t at;
    struct buf text;
};

void *single_open(const struct reading *reading, single_read *read)
{
    struct single *single = xcalloc(1, sizeof(*single));
    single->read = read;
    single->reading = reading;
    matcher_init(&single->matcher, reading);
    return single;
}

void single_close(void *cursor)
{
    struct single *single = cursor;
    if (single == NULL)
        return;
    matcher_done(&single->matcher);
    buf_done(&single->text);
    free(single);
}

void single_feed(void *cursor, const struct piece *piece)
{
    struct single *single = cursor;
    single->piece = *piece;
    single->at = line_bom(single->reading->encoding, piece);
    single->matcher.moment = 0;
    single->matcher.moment_count = 0;
}

/* The line before once more, while it has moments left, or the next one. */
static bool find_line(struct single *single)
{
    enum encoding encoding = single->reading->encoding;
    struct str bytes = single->piece.bytes;
    if (matcher_next_moment(&single->matcher))
        return true;
    do {
        if (!line_at(encoding, bytes, single->at, &single->line))
            return false;
        single->at = single->line.next;
    } while (line_is_blank(encoding, bytes, &single->line));
    return true;
}

int single_next(void *cursor, struct record *record, struct err *err)
{
    struct single *single = cursor;
    enum encoding encoding = single->reading->encoding;
    struct str bytes = single->piece.bytes;
    (void)err;
    if (!find_line(single))
        return 0;

    struct raw_line line = single->line;
    size_t len = line.end - line.start;
    matcher_begin(&single->matcher, single->piece.offset + line.start, record);
    record->offset = line.start;
    record->length = (uint32_t)len;
    record->cut = len >= LIMIT_RECORD;
    single->read(&single->matcher,
        line_text(encoding, str_sub(bytes, line.start, len), &single->text),
        record);
    matcher_finish(&single->matcher, record);
    return 1;
}

uint64_t single_match_limits(const void *cursor)
{
    const struct single *single = cursor;
    return single->matcher.limited;
}
