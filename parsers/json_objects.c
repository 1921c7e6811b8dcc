/* JSON objects written over many lines, one after the other: what dumps of
 * EVTX and many programs print for people. An object begins at a line that
 * begins with `{` and ends at the next that begins with `}`; what is in it is
 * indented. Lines between objects ("Record 12") are stepped over. */
#include <stdlib.h>

#include "parsers/linescan.h"
#include "parsers/matcher.h"
#include "parsers/readers.h"
#include "src/base/limit.h"
#include "src/base/mem.h"

enum { FAIRLY_SURE = 700, HEAD_LINES = 3 };

struct json_objects {
    struct matcher matcher;
    const struct reading *reading;
    struct piece piece;
    size_t at;
    struct buf text; /* decoded */
};

static bool begins_with(enum encoding encoding, struct str bytes,
    const struct raw_line *line, char c)
{
    bool wide = encoding == ENCODING_UTF16LE || encoding == ENCODING_UTF16BE;
    size_t low = encoding == ENCODING_UTF16BE ? 1 : 0;
    size_t width = wide ? 2 : 1;
    return line->end - line->start >= width &&
           bytes.ptr[line->start + low] == c &&
           (!wide || bytes.ptr[line->start + 1 - low] == '\0');
}

static bool next_line_with(enum encoding encoding, struct str bytes, size_t at,
    char c, struct raw_line *out)
{
    for (; line_at(encoding, bytes, at, out); at = out->next)
        if (begins_with(encoding, bytes, out, c))
            return true;
    return false;
}

static size_t objects_cut(
    const struct reading *reading, struct str bytes, bool at_end)
{
    size_t cut = 0;
    struct raw_line line;
    if (at_end)
        return bytes.len;
    while (
        next_line_with(reading->encoding, bytes, cut, '}', &line) && line.whole)
        cut = line.next;
    return cut;
}

static void *objects_open(const struct reading *reading)
{
    struct json_objects *objects = xcalloc(1, sizeof(*objects));
    objects->reading = reading;
    matcher_init(&objects->matcher, reading);
    return objects;
}

static void objects_close(void *cursor)
{
    struct json_objects *objects = cursor;
    if (objects == NULL)
        return;
    matcher_done(&objects->matcher);
    buf_done(&objects->text);
    free(objects);
}

static void objects_feed(void *cursor, const struct piece *piece)
{
    struct json_objects *objects = cursor;
    objects->piece = *piece;
    objects->at = line_bom(objects->reading->encoding, piece);
}

/* From the line that begins with `{` to the one that begins with `}`, or, where
 * that is missing, to where the next object begins. */
static bool find_object(
    struct json_objects *objects, size_t *start, size_t *end)
{
    enum encoding encoding = objects->reading->encoding;
    struct str bytes = objects->piece.bytes;
    struct raw_line line;
    if (!next_line_with(encoding, bytes, objects->at, '{', &line))
        return false;
    *start = line.start;
    *end = line.end;
    for (size_t at = line.next; line_at(encoding, bytes, at, &line);
         at = line.next) {
        if (begins_with(encoding, bytes, &line, '{'))
            break;
        if (line.end > line.start) /* empty lines behind it are not its own */
            *end = line.end;
        if (begins_with(encoding, bytes, &line, '}'))
            break;
    }
    return true;
}

static int objects_next(void *cursor, struct record *record, struct err *err)
{
    struct json_objects *objects = cursor;
    struct matcher *matcher = &objects->matcher;
    size_t start, end;
    (void)err;
    if (!find_object(objects, &start, &end))
        return 0;
    objects->at = end;
    matcher_begin(matcher, objects->piece.offset + start, record);
    record->offset = start;
    record->length = (uint32_t)(end - start);
    record->cut = end - start >= LIMIT_RECORD;
    struct str text = line_text(objects->reading->encoding,
        str_sub(objects->piece.bytes, start, end - start), &objects->text);
    if (!matcher_json(matcher, text, record))
        matcher_plain(matcher, text, record);
    matcher_finish(matcher, record);
    return 1;
}

static uint64_t objects_match_limits(const void *cursor)
{
    const struct json_objects *objects = cursor;
    return objects->matcher.limited;
}

/* `{` alone on one of the first lines, then a name that is indented. */
static int objects_probe(const struct sample *sample)
{
    struct piece piece = {.bytes = sample->bytes};
    size_t at = line_bom(sample->encoding, &piece);
    struct raw_line line;
    struct buf decoded = {0};
    bool was_open = false;
    int score = 0;
    for (int i = 0; i < HEAD_LINES && score == 0 &&
                    line_at(sample->encoding, sample->bytes, at, &line);
         i++, at = line.next) {
        struct str text = line_text(sample->encoding,
            str_sub(sample->bytes, line.start, line.end - line.start),
            &decoded);
        struct str bare = str_trim(text);
        if (was_open && bare.len > 1 && bare.ptr[0] == '"' &&
            bare.ptr != text.ptr)
            score = FAIRLY_SURE;
        was_open = text.len > 0 && text.ptr[0] == '{' && bare.len == 1;
    }
    buf_done(&decoded);
    return score;
}

const struct parser parser_json_objects = {
    .name = "json_objects",
    .summary = "JSON objects over many lines, one after the other",
    .access = PARSER_STREAM,
    .is_text = true,
    .probe = objects_probe,
    .cut = objects_cut,
    .open = objects_open,
    .close = objects_close,
    .feed = objects_feed,
    .next = objects_next,
    .match_limits = objects_match_limits,
};
