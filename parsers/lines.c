/* Text whose records are lines, read by the patterns of formats, and text of no
 * known kind, whose lines have at most a time.
 *
 * A line that continues the one before (it is indented or, where the format
 * says so, matches no pattern; in plain text, it has no time) belongs to its
 * record; blank lines belong to none. One with nothing before it that it could
 * continue stands alone, and so do those past the limits of joining. `cut` and
 * `next` ask the same questions, so that a chunk never ends between a record
 * and its continuation. Patterns see the first line; a message that reaches its
 * end goes on with the continuation. Where a format says how a record `begins`,
 * they see all of it, and where it says by what a line `goes_on`. Values that
 * one record `carry`s to later ones pass from piece to piece; they are not in
 * those records' own bytes, so such a format keeps its values. */
#include <stdlib.h>
#include <string.h>

#include "parsers/carry.h"
#include "parsers/linescan.h"
#include "parsers/matcher.h"
#include "parsers/owner.h"
#include "parsers/readers.h"
#include "parsers/single.h"
#include "parsers/yearless.h"
#include "src/base/limit.h"
#include "src/base/mem.h"

struct lines {
    struct matcher matcher;
    single_read *read;
    const struct reading *reading;
    struct piece piece;
    size_t at;
    struct buf text;       /* the record, decoded */
    struct buf ahead;      /* a line looked at before its time */
    struct buf joined;     /* the record as one line */
    struct record carried; /* the last record's time, for those without one */
    struct carry carry;    /* other values of records before */
};

static bool any_matches(const struct format *format, bool named,
    struct regex_room *room, struct str text)
{
    uint64_t start = regex_start(text);
    for (size_t i = 0; i < format->pattern_count; i++)
        if ((named || !format->patterns[i].named) &&
            regex_may_match(&format->patterns[i].regex, text, start) &&
            regex_match(&format->patterns[i].regex, room, text))
            return true;
    return false;
}

/* Whether the format, or another that shares its files, matches the line. */
static bool begins_with_pattern(
    const struct reading *reading, struct regex_room *room, struct str text)
{
    const struct format *format = reading->format;
    const struct formats *formats = format->owner;
    bool named = owner_is_named(format, reading->path);
    if (any_matches(format, named, room, text))
        return true;
    for (size_t i = 0; i < formats->count; i++)
        if (formats->items[i]->reads == READS_LINES &&
            formats->items[i] != format &&
            format_is_kin(formats->items[i], format) &&
            any_matches(formats->items[i], false, room, text))
            return true;
    return false;
}

static struct str text_of(const struct reading *reading, struct str bytes,
    const struct raw_line *line, struct buf *scratch)
{
    return line_text(reading->encoding,
        str_sub(bytes, line->start, line->end - line->start), scratch);
}

/* Which of the format's `begins` matches; their count when none does. */
static size_t begin_rank(
    const struct format *format, struct regex_room *room, struct str text)
{
    uint64_t start = regex_start(text);
    size_t i = 0;
    while (i < format->begin_count &&
           !(regex_may_match(&format->begins[i], text, start) &&
               regex_match(&format->begins[i], room, text)))
        i++;
    return i;
}

/* Where the line before the one at `start` begins. */
static size_t line_before(
    enum encoding encoding, struct str bytes, size_t start)
{
    bool wide = encoding == ENCODING_UTF16LE || encoding == ENCODING_UTF16BE;
    return line_last_end(encoding, str_sub(bytes, 0, start - (wide ? 2 : 1)));
}

/* A line that could begin a record does not where the line before it stands
 * above it: "# Time:" and then "# User@Host:". */
static bool is_below(const struct reading *reading, struct regex_room *room,
    struct str bytes, size_t start, size_t rank)
{
    const struct format *format = reading->format;
    struct raw_line line;
    if (rank == 0 || start == 0)
        return false;
    size_t before = line_before(reading->encoding, bytes, start);
    struct buf scratch = {0};
    bool below = line_at(reading->encoding, bytes, before, &line) &&
                 begin_rank(format, room,
                     text_of(reading, bytes, &line, &scratch)) < rank;
    buf_done(&scratch);
    return below;
}

/* Whether the line before the one at `start` says that it goes on. */
static bool is_gone_on_to(const struct reading *reading,
    struct regex_room *room, struct str bytes, size_t start,
    struct buf *scratch)
{
    struct raw_line line;
    if (start == 0)
        return false;
    size_t before = line_before(reading->encoding, bytes, start);
    return line_at(reading->encoding, bytes, before, &line) &&
           regex_match(&reading->format->goes_on, room,
               text_of(reading, bytes, &line, scratch));
}

/* Whether a line joins the record before it. */
static bool is_continuation(const struct format *format,
    const struct reading *reading, struct regex_room *room, struct str bytes,
    const struct raw_line *line, struct buf *scratch)
{
    enum encoding encoding = reading->encoding;
    if (format->multiline == MULTILINE_NEVER)
        return false;
    if (format->multiline == MULTILINE_BEGINS) {
        size_t rank =
            begin_rank(format, room, text_of(reading, bytes, line, scratch));
        return rank == format->begin_count ||
               is_below(reading, room, bytes, line->start, rank);
    }
    if (format->multiline == MULTILINE_GOES_ON)
        return is_gone_on_to(reading, room, bytes, line->start, scratch);
    if (format->multiline == MULTILINE_INDENTED)
        return line_is_indented(encoding, bytes, line);
    struct str text = text_of(reading, bytes, line, scratch);
    struct civil civil;
    size_t start;
    if (format->multiline == MULTILINE_UNTIMED)
        return matcher_find_time(text, &start, &civil) == 0;
    return !begins_with_pattern(reading, room, text);
}

/* Walk back from `end` to the line that starts the last record. Where none can
 * be seen there is nothing that the next line could continue. */
static size_t last_record(const struct reading *reading,
    struct regex_room *room, struct str bytes, size_t end, struct buf *scratch)
{
    size_t at = end;
    for (size_t lines = 0; lines < LIMIT_JOIN_LINES && at > 0; lines++) {
        size_t start = line_before(reading->encoding, bytes, at);
        struct raw_line line;
        if (end - start > LIMIT_JOIN_BYTES ||
            !line_at(reading->encoding, bytes, start, &line))
            return end;
        if (!line_is_blank(reading->encoding, bytes, &line) &&
            !is_continuation(
                reading->format, reading, room, bytes, &line, scratch))
            return start;
        at = start;
    }
    return end;
}

/* What follows `end` begins a new record, as far as one can see. */
static bool begins_record(
    const struct reading *reading, struct str bytes, size_t end)
{
    struct raw_line line;
    return reading->format->multiline == MULTILINE_INDENTED &&
           line_at(reading->encoding, bytes, end, &line) &&
           line.end > line.start &&
           !line_is_blank(reading->encoding, bytes, &line) &&
           !line_is_indented(reading->encoding, bytes, &line);
}

/* The last line does not say that it goes on. */
static bool ends_record(const struct reading *reading, struct regex_room *room,
    struct str bytes, size_t end, struct buf *scratch)
{
    return reading->format->multiline == MULTILINE_GOES_ON &&
           !is_gone_on_to(reading, room, bytes, end, scratch);
}

static size_t lines_cut(
    const struct reading *reading, struct str bytes, bool at_end)
{
    if (at_end)
        return bytes.len;
    size_t end = line_last_end(reading->encoding, bytes);
    if (end == 0 || reading->format->multiline == MULTILINE_NEVER ||
        begins_record(reading, bytes, end))
        return end;
    struct regex_room room;
    struct buf scratch = {0};
    regex_room_init(&room, reading->format->owner->groups);
    size_t cut = ends_record(reading, &room, bytes, end, &scratch)
                     ? end
                     : last_record(reading, &room, bytes, end, &scratch);
    regex_room_done(&room);
    buf_done(&scratch);
    return cut;
}

static void *lines_open(const struct reading *reading)
{
    struct lines *lines = xcalloc(1, sizeof(*lines));
    lines->reading = reading;
    lines->read = reading->format->multiline == MULTILINE_UNTIMED
                      ? matcher_plain
                      : matcher_line;
    matcher_init(&lines->matcher, reading);
    carry_init(&lines->carry);
    return lines;
}

static void lines_close(void *cursor)
{
    struct lines *lines = cursor;
    if (lines == NULL)
        return;
    matcher_done(&lines->matcher);
    buf_done(&lines->text);
    buf_done(&lines->ahead);
    buf_done(&lines->joined);
    carry_done(&lines->carry);
    free(lines);
}

static void lines_feed(void *cursor, const struct piece *piece)
{
    struct lines *lines = cursor;
    const struct reading *reading = lines->reading;
    lines->piece = *piece;
    lines->at = line_bom(reading->encoding, piece);
    lines->carried = (struct record){.time = STAMP_NONE};
    if (reading->format->carries)
        carry_load(&lines->carry, reading->format, piece->state);
    else if (piece->state.len > 0)
        matcher_time(
            &lines->matcher, reading->format, piece->state, &lines->carried);
}

/* The stamp of the last line that has one, for `time: carried`. */
static void lines_learn(
    const struct reading *reading, struct str bytes, struct buf *state)
{
    struct buf scratch = {0};
    bool found = !reading->format->time_carried;
    for (size_t at = bytes.len; at > 0 && !found;) {
        struct raw_line line;
        struct civil civil;
        at = line_before(reading->encoding, bytes, at);
        if (!line_at(reading->encoding, bytes, at, &line))
            break;
        struct str text =
            str_sub(text_of(reading, bytes, &line, &scratch), 0, LIMIT_NAME);
        found = matcher_read_civil(reading->format, text, &civil);
        if (found) {
            buf_clear(state);
            buf_add_str(state, text);
        }
    }
    buf_done(&scratch);
}

static bool continues(struct lines *lines, const struct raw_line *line)
{
    const struct reading *reading = lines->reading;
    return is_continuation(reading->format, reading, &lines->matcher.room,
        lines->piece.bytes, line, &lines->ahead);
}

/* Where the record that begins with `first` ends, its continuation included;
 * the next one is looked for from lines->at. */
static size_t join_lines(struct lines *lines, const struct raw_line *first)
{
    const struct reading *reading = lines->reading;
    struct str bytes = lines->piece.bytes;
    size_t end = first->end;
    size_t at = first->next;
    lines->at = at;
    for (size_t count = 1; count < LIMIT_JOIN_LINES; count++) {
        struct raw_line line;
        if (!line_at(reading->encoding, bytes, at, &line) ||
            line.end - first->start > LIMIT_JOIN_BYTES)
            break;
        at = line.next;
        if (line_is_blank(reading->encoding, bytes, &line))
            continue; /* it is part of the record if one more line is */
        if (!continues(lines, &line) ||
            (end == first->end && continues(lines, first)))
            break;
        end = line.end;
        lines->at = line.next;
    }
    return end;
}

/* Most lines are followed by one that is neither blank nor indented. */
static bool stands_alone(
    const struct lines *lines, const struct raw_line *first)
{
    enum multiline multiline = lines->reading->format->multiline;
    struct str bytes = lines->piece.bytes;
    if (multiline == MULTILINE_NEVER || first->next >= bytes.len)
        return true;
    return multiline == MULTILINE_INDENTED &&
           lines->reading->encoding == ENCODING_UTF8 &&
           (unsigned char)bytes.ptr[first->next] > ' ';
}

static bool reaches_end(struct str message, struct str line)
{
    return message.len > 0 && message.ptr + message.len == line.ptr + line.len;
}

/* A message that reaches the first line's end goes on in the next ones. */
static void extend_message(
    struct str text, struct str first, struct record *record)
{
    struct str message = record_get(record, FIELD_MESSAGE);
    if (reaches_end(message, first) ||
        reaches_end(message, str_trim_end(first)))
        record_set(record, FIELD_MESSAGE,
            str_make(message.ptr, (size_t)(text.ptr + text.len - message.ptr)));
}

static struct str first_line(struct str text)
{
    ptrdiff_t end = str_find_char(text, '\n');
    struct str first = end < 0 ? text : str_sub(text, 0, (size_t)end);
    while (first.len > 0 && first.ptr[first.len - 1] == '\r')
        first.len--;
    return first;
}

/* The lines of `text`, their indentation left out, as one. */
static struct str join_text(struct str text, struct buf *joined)
{
    buf_clear(joined);
    while (text.len > 0) {
        struct str line = str_trim(str_cut(&text, '\n'));
        if (line.len > 0 && joined->len > 0)
            buf_add_char(joined, ' ');
        buf_add_str(joined, line);
    }
    return buf_str(joined);
}

/* Logs that write the time only where it changed. */
static void carry_time(struct lines *lines, struct record *record)
{
    struct record *carried = &lines->carried;
    struct record *from = record->time == STAMP_NONE ? carried : record;
    struct record *to = from == record ? carried : record;
    if (from->time == STAMP_NONE)
        return;
    to->time = from->time;
    to->time_quality = from->time_quality;
    to->precision = from->precision;
}

/* What earlier records said for this one, or it says for later ones. */
static void carry_values(struct lines *lines, struct record *record)
{
    const struct pattern *pattern = lines->matcher.pattern;
    if (pattern == NULL || pattern->format != lines->reading->format)
        return;
    if (pattern->carry_count > 0)
        carry_take(&lines->carry, pattern, record);
    carry_give(&lines->carry, record);
}

static int lines_next(void *cursor, struct record *record, struct err *err)
{
    struct lines *lines = cursor;
    enum encoding encoding = lines->reading->encoding;
    struct str bytes = lines->piece.bytes;
    struct raw_line line;
    (void)err;
    do {
        if (!line_at(encoding, bytes, lines->at, &line))
            return 0;
        lines->at = line.next;
    } while (line_is_blank(encoding, bytes, &line));

    bool alone = stands_alone(lines, &line);
    size_t end = alone ? line.end : join_lines(lines, &line);
    struct str text = line_text(
        encoding, str_sub(bytes, line.start, end - line.start), &lines->text);

    matcher_begin(&lines->matcher, lines->piece.offset + line.start, record);
    record->offset = line.start;
    record->length = (uint32_t)(end - line.start);
    record->cut = end - line.start >= LIMIT_RECORD;
    if (alone || end == line.end ||
        lines->reading->format->multiline == MULTILINE_BEGINS ||
        lines->reading->format->multiline == MULTILINE_GOES_ON) {
        lines->read(&lines->matcher, text, record);
    } else if (lines->reading->format->joins) {
        lines->read(&lines->matcher, join_text(text, &lines->joined), record);
    } else {
        struct str first = first_line(text);
        lines->read(&lines->matcher, first, record);
        extend_message(text, first, record);
    }
    if (lines->reading->format->time_carried)
        carry_time(lines, record);
    if (lines->reading->format->carries)
        carry_values(lines, record);
    matcher_finish(&lines->matcher, record);
    return 1;
}

static uint64_t lines_match_limits(const void *cursor)
{
    const struct lines *lines = cursor;
    return lines->matcher.limited;
}

const struct parser parser_lines = {
    .name = "lines",
    .summary = "lines of text, read by patterns",
    .access = PARSER_STREAM,
    .is_text = true,
    .cut = lines_cut,
    .learn = lines_learn,
    .yearless = yearless_find,
    .open = lines_open,
    .close = lines_close,
    .feed = lines_feed,
    .next = lines_next,
    .match_limits = lines_match_limits,
};

/* What the records of a piece say for those of later pieces. */
static void carrying_learn(
    const struct reading *reading, struct str bytes, struct buf *state)
{
    struct record record;
    struct piece piece = {.bytes = bytes, .state = buf_str(state)};
    struct lines *lines = lines_open(reading);
    record_init(&record);
    lines_feed(lines, &piece);
    while (lines_next(lines, &record, NULL) > 0)
        continue;
    buf_clear(state);
    carry_save(&lines->carry, state);
    record_done(&record);
    lines_close(lines);
}

const struct parser parser_carrying = {
    .name = "carrying",
    .summary = "lines some of which say something of later ones",
    .access = PARSER_STREAM,
    .is_text = true,
    .keeps_fields = true,
    .cut = lines_cut,
    .learn = carrying_learn,
    .yearless = yearless_find,
    .open = lines_open,
    .close = lines_close,
    .feed = lines_feed,
    .next = lines_next,
    .match_limits = lines_match_limits,
};

const struct parser parser_plain = {
    .name = "plain",
    .summary = "any text, a line and what follows it without a time",
    .fields = FIELD_BIT(FIELD_TIME) | FIELD_BIT(FIELD_MESSAGE),
    .access = PARSER_STREAM,
    .is_text = true,
    .cut = lines_cut,
    .yearless = yearless_find,
    .open = lines_open,
    .close = lines_close,
    .feed = lines_feed,
    .next = lines_next,
    .match_limits = lines_match_limits,
};
