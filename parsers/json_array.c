/* A file that is one JSON array of objects, or an object around one. It may be
 * hundreds of megabytes on a single line: it is read through a window, its
 * structure followed byte by byte, and only the element at hand is held. */
#include <stdlib.h>
#include <string.h>

#include "parsers/json_shape.h"
#include "parsers/linescan.h"
#include "parsers/matcher.h"
#include "parsers/moments.h"
#include "parsers/readers.h"
#include "src/base/limit.h"
#include "src/base/mem.h"

#define WINDOW ((size_t)256 << 10)

struct json_array {
    struct matcher matcher;
    const struct reading *reading;
    struct blob blob;
    bool by_blob, finished;
    struct json_scan scan;
    char *window; /* [WINDOW] */
    uint64_t window_start;
    size_t window_len, window_at;
    uint64_t start, length; /* of the element at hand */
    struct buf element;     /* its bytes, up to LIMIT_RECORD */
    struct buf text;        /* decoded */
    struct piece piece;     /* instead of a blob: one element */
};

static size_t array_cut(
    const struct reading *reading, struct str bytes, bool at_end)
{
    (void)reading;
    (void)at_end;
    return bytes.len < LIMIT_CHUNK ? bytes.len : LIMIT_CHUNK;
}

static void *array_open(const struct reading *reading)
{
    struct json_array *array = xcalloc(1, sizeof(*array));
    array->reading = reading;
    array->window = xmalloc(WINDOW);
    matcher_init(&array->matcher, reading);
    return array;
}

static void array_close(void *cursor)
{
    struct json_array *array = cursor;
    if (array == NULL)
        return;
    matcher_done(&array->matcher);
    buf_done(&array->element);
    buf_done(&array->text);
    free(array->window);
    free(array);
}

static void array_feed(void *cursor, const struct piece *piece)
{
    struct json_array *array = cursor;
    array->piece = *piece;
    array->by_blob = false;
    array->matcher.moment = array->matcher.moment_count = 0;
    array->finished = piece->bytes.len == 0;
}

static int array_feed_blob(
    void *cursor, const struct blob *blob, struct err *err)
{
    struct json_array *array = cursor;
    (void)err;
    array->blob = *blob;
    array->by_blob = true;
    array->matcher.moment = array->matcher.moment_count = 0;
    array->finished = false;
    array->scan = (struct json_scan){0};
    array->window_start = 0;
    array->window_len = array->window_at = 0;
    return 0;
}

/* 1 when there are bytes at the cursor, 0 at the end of the source. */
static int fill_window(struct json_array *array, struct err *err)
{
    if (array->window_at < array->window_len)
        return 1;
    array->window_start += array->window_len;
    array->window_at = array->window_len = 0;
    uint64_t left = array->blob.size - array->window_start;
    if (left == 0)
        return 0;
    size_t len = left < WINDOW ? (size_t)left : WINDOW;
    if (array->blob.read_at(
            array->blob.self, array->window_start, array->window, len, err) < 0)
        return -1;
    array->window_len = len;
    return 1;
}

/* Keep [from, to) of the window, as much as a record may hold. */
static void keep_bytes(struct json_array *array, size_t from, size_t to)
{
    size_t room = LIMIT_RECORD - array->element.len;
    size_t len = to - from;
    array->length += len;
    buf_add(&array->element, array->window + from, len < room ? len : room);
}

/* Follow the structure through the window up to the end of an element: true
 * when it has come. */
static bool scan_window(struct json_array *array)
{
    struct json_scan scan = array->scan;
    size_t at = array->window_at, kept = at;
    enum json_event event = JSON_SCAN_NOTHING;
    bool was_inside = scan.in_record;
    for (; at < array->window_len && event != JSON_SCAN_FINISH; at++) {
        event = json_scan_byte(&scan, array->window[at]);
        if (event == JSON_SCAN_START) {
            array->start = array->window_start + at;
            kept = at;
            was_inside = true;
        }
    }
    if (was_inside)
        keep_bytes(array, kept, at);
    array->scan = scan;
    array->window_at = at;
    return event == JSON_SCAN_FINISH;
}

/* Read on to the end of the next element: 1, 0 at the end of the source, -1
 * when the source ends, or cannot be read, inside of one. */
static int next_element(struct json_array *array, struct err *err)
{
    buf_clear(&array->element);
    array->length = 0;
    for (;;) {
        int filled = fill_window(array, err);
        if (filled < 0)
            return -1;
        if (filled == 0)
            break;
        if (scan_window(array))
            return 1;
    }
    if (!array->scan.in_record)
        return 0;
    array->scan.in_record = false;
    return err_set(err, ERR_INPUT, "the array ends inside an element");
}

static void read_element(struct json_array *array, uint64_t source_offset,
    struct str bytes, struct record *record)
{
    struct matcher *matcher = &array->matcher;
    matcher_begin(matcher, source_offset, record);
    struct str text = line_text(array->reading->encoding, bytes, &array->text);
    if (!matcher_json(matcher, text, record))
        matcher_plain(matcher, text, record);
    matcher_finish(matcher, record);
}

static int next_of_piece(struct json_array *array, struct record *record)
{
    struct str text = array->piece.bytes;
    if (array->finished && !matcher_next_moment(&array->matcher))
        return 0;
    array->finished = true;
    read_element(array, array->piece.offset, text, record);
    record->offset = 0;
    record->length = (uint32_t)text.len;
    record->cut = text.len >= LIMIT_RECORD;
    return 1;
}

static int array_next(void *cursor, struct record *record, struct err *err)
{
    struct json_array *array = cursor;
    if (!array->by_blob)
        return next_of_piece(array, record);
    if (array->finished)
        return 0;
    int found =
        matcher_next_moment(&array->matcher) ? 1 : next_element(array, err);
    if (found > 0)
        read_element(array, array->start, buf_str(&array->element), record);
    else
        array->finished = true;
    if (found < 0)
        record_reset(record);
    record->offset = array->start;
    record->length = (uint32_t)array->element.len;
    record->cut = found > 0 && array->length > LIMIT_RECORD;
    return found;
}

static uint64_t array_match_limits(const void *cursor)
{
    const struct json_array *array = cursor;
    return array->matcher.limited;
}

const struct parser parser_json_array = {
    .name = "json_array",
    .summary = "a file that is one JSON array of objects",
    .access = PARSER_RANDOM,
    .is_text = true,
    .keeps_fields = true,
    .cut = array_cut,
    .open = array_open,
    .close = array_close,
    .feed = array_feed,
    .feed_blob = array_feed_blob,
    .next = array_next,
    .match_limits = array_match_limits,
};
