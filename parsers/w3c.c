/* Rows whose columns are named by directives between them.
 *
 * The directives are learnt by the reader and handed to every later piece; one
 * in the middle of a piece holds from there on. They are no records. Because a
 * row alone does not know its columns, values are kept. */
#include <stdlib.h>

#include "parsers/linescan.h"
#include "parsers/matcher.h"
#include "parsers/readers.h"
#include "parsers/w3c_header.h"
#include "src/base/limit.h"
#include "src/base/mem.h"

struct w3c {
    struct matcher matcher;
    const struct reading *reading;
    struct piece piece;
    size_t at;
    struct buf text; /* decoded */
    struct w3c_header header;
};

static void load_header(struct w3c_header *header, struct str saved)
{
    w3c_header_clear(header);
    while (saved.len > 0)
        w3c_header_read(header, str_cut(&saved, '\n'));
}

/* Whether a directive may begin here, without decoding the line. */
static bool may_be_directive(struct str bytes, const struct raw_line *line)
{
    size_t at = line->start;
    const size_t mark = 4; /* of a byte order mark or a wide character */
    for (; at < line->end && at < line->start + mark; at++)
        if (bytes.ptr[at] == '#')
            return true;
    return false;
}

static void w3c_learn(
    const struct reading *reading, struct str bytes, struct buf *state)
{
    struct w3c_header header = {0};
    struct buf scratch = {0};
    struct raw_line line;
    load_header(&header, buf_str(state));
    for (size_t at = 0; line_at(reading->encoding, bytes, at, &line);
         at = line.next) {
        if (!may_be_directive(bytes, &line))
            continue;
        struct str text = line_text(reading->encoding,
            str_sub(bytes, line.start, line.end - line.start), &scratch);
        if (w3c_is_directive(text))
            w3c_header_read(&header, text);
    }
    buf_clear(state);
    w3c_header_save(&header, state);
    buf_done(&scratch);
    w3c_header_done(&header);
}

static void *w3c_open(const struct reading *reading)
{
    struct w3c *w3c = xcalloc(1, sizeof(*w3c));
    w3c->reading = reading;
    matcher_init(&w3c->matcher, reading);
    return w3c;
}

static void w3c_close(void *cursor)
{
    struct w3c *w3c = cursor;
    if (w3c == NULL)
        return;
    matcher_done(&w3c->matcher);
    buf_done(&w3c->text);
    w3c_header_done(&w3c->header);
    free(w3c);
}

static void w3c_feed(void *cursor, const struct piece *piece)
{
    struct w3c *w3c = cursor;
    w3c->piece = *piece;
    w3c->at = line_bom(w3c->reading->encoding, piece);
    load_header(&w3c->header, piece->state);
}

/* The next line that is a row; directives on the way there are read. */
static bool next_row(struct w3c *w3c, struct raw_line *line, struct str *text)
{
    enum encoding encoding = w3c->reading->encoding;
    struct str bytes = w3c->piece.bytes;
    while (line_at(encoding, bytes, w3c->at, line)) {
        w3c->at = line->next;
        if (line_is_blank(encoding, bytes, line))
            continue;
        *text = line_text(encoding,
            str_sub(bytes, line->start, line->end - line->start), &w3c->text);
        if (!w3c_is_directive(*text))
            return true;
        w3c_header_read(&w3c->header, *text);
    }
    return false;
}

static int w3c_next(void *cursor, struct record *record, struct err *err)
{
    struct w3c *w3c = cursor;
    struct matcher *matcher = &w3c->matcher;
    struct raw_line line;
    struct str text;
    (void)err;
    if (!next_row(w3c, &line, &text))
        return 0;
    matcher_begin(matcher, w3c->piece.offset + line.start, record);
    record->offset = line.start;
    record->length = (uint32_t)(line.end - line.start);
    record->cut = line.end - line.start >= LIMIT_RECORD;
    if (w3c_row_read(&w3c->header, text, &matcher->pairs))
        matcher_pairs(matcher, READS_W3C, record);
    else
        matcher_line(matcher, text, record); /* its header is lost */
    if (!record_has(record, FIELD_MESSAGE))
        record_set(record, FIELD_MESSAGE, text);
    matcher_finish(matcher, record);
    return 1;
}

static uint64_t w3c_match_limits(const void *cursor)
{
    const struct w3c *w3c = cursor;
    return w3c->matcher.limited;
}

const struct parser parser_w3c = {
    .name = "w3c",
    .summary = "rows below a #Fields directive (W3C extended)",
    .access = PARSER_STREAM,
    .is_text = true,
    .keeps_fields = true,
    .cut = line_cut,
    .learn = w3c_learn,
    .open = w3c_open,
    .close = w3c_close,
    .feed = w3c_feed,
    .next = w3c_next,
    .match_limits = w3c_match_limits,
};
