/* Files of Windows events as XML: one document, one event a line, or events one
 * after another with anything between them.
 *
 * Pieces are cut behind an "</Event>", found in the file's own encoding; what
 * stands between events (a document's head, a viewer's "- ") is stepped over.
 * An event that is not closed before the next begins is damaged alone. */
#include <stdlib.h>
#include <string.h>

#include "parsers/linescan.h"
#include "parsers/readers.h"
#include "parsers/windows_xml.h"
#include "src/base/limit.h"
#include "src/base/mem.h"

enum { CERTAIN = 950, HEAD_MAX = 4096 };

static const struct str opening = STR_INIT("<Event");
static const struct str closing = STR_INIT("</Event>");

struct document {
    const struct reading *reading;
    struct windows *windows;
    struct windows_xml xml;
    struct piece piece;
    size_t at;
    struct buf text; /* decoded */
};

static size_t width_of(enum encoding encoding)
{
    return encoding == ENCODING_UTF16LE || encoding == ENCODING_UTF16BE ? 2 : 1;
}

/* The ASCII character at a byte, in the file's encoding; '\0' for others. */
static char char_at(enum encoding encoding, struct str bytes, size_t at)
{
    if (width_of(encoding) == 1)
        return at < bytes.len ? bytes.ptr[at] : '\0';
    if (at + 1 >= bytes.len)
        return '\0';
    size_t low = encoding == ENCODING_UTF16LE ? 0 : 1;
    return bytes.ptr[at + 1 - low] == '\0' ? bytes.ptr[at + low] : '\0';
}

static bool stands_at(
    enum encoding encoding, struct str bytes, size_t at, struct str word)
{
    size_t width = width_of(encoding);
    for (size_t i = 0; i < word.len; i++)
        if (char_at(encoding, bytes, at + i * width) != word.ptr[i])
            return false;
    return true;
}

/* Where `word` begins at or after `from`; the length of `bytes` if nowhere. */
static size_t find_word(
    enum encoding encoding, struct str bytes, size_t from, struct str word)
{
    size_t width = width_of(encoding);
    size_t low = encoding == ENCODING_UTF16BE ? 1 : 0;
    for (size_t at = from; at + word.len * width <= bytes.len;) {
        const char *found =
            memchr(bytes.ptr + at + low, word.ptr[0], bytes.len - at - low);
        if (found == NULL)
            break;
        size_t place = (size_t)(found - bytes.ptr) - low;
        if ((place - from) % width == 0 &&
            stands_at(encoding, bytes, place, word))
            return place;
        at = place + width - (place - from) % width;
    }
    return bytes.len;
}

/* "<Event" alone: neither "<Events" nor "<EventData". */
static size_t find_opening(
    enum encoding encoding, struct str bytes, size_t from)
{
    size_t width = width_of(encoding);
    for (;;) {
        size_t at = find_word(encoding, bytes, from, opening);
        if (at == bytes.len)
            return at;
        char next = char_at(encoding, bytes, at + opening.len * width);
        if (next == ' ' || next == '>' || next == '\t' || next == '\r' ||
            next == '\n')
            return at;
        from = at + width;
    }
}

/* Backwards: what is behind the last event is short, events are long. */
static size_t document_cut(
    const struct reading *reading, struct str bytes, bool at_end)
{
    enum encoding encoding = reading->encoding;
    size_t width = width_of(encoding), word = closing.len * width;
    if (at_end)
        return bytes.len;
    for (size_t at = bytes.len / width * width; at >= word; at -= width)
        if (char_at(encoding, bytes, at - width) == '>' &&
            stands_at(encoding, bytes, at - word, closing))
            return at;
    return 0;
}

static void *document_open(const struct reading *reading)
{
    struct document *document = xcalloc(1, sizeof(*document));
    document->reading = reading;
    document->windows = windows_new(reading);
    return document;
}

static void document_close(void *cursor)
{
    struct document *document = cursor;
    if (document == NULL)
        return;
    windows_free(document->windows);
    windows_xml_done(&document->xml);
    buf_done(&document->text);
    free(document);
}

static void document_feed(void *cursor, const struct piece *piece)
{
    struct document *document = cursor;
    document->piece = *piece;
    document->at = line_bom(document->reading->encoding, piece);
}

/* The event's bytes: true when it is closed, else up to where another begins
 * or the bytes end. The next is looked for first, so that events that are never
 * closed cost no more than others. */
static bool find_event(
    const struct document *document, size_t start, size_t *end)
{
    enum encoding encoding = document->reading->encoding;
    struct str bytes = document->piece.bytes;
    size_t width = width_of(encoding);
    *end = find_opening(encoding, bytes, start + opening.len * width);
    struct str own = str_sub(bytes, 0, *end);
    size_t close = find_word(encoding, own, start, closing);
    if (close == own.len)
        return false;
    *end = close + closing.len * width;
    return true;
}

static int document_next(void *cursor, struct record *record, struct err *err)
{
    struct document *document = cursor;
    enum encoding encoding = document->reading->encoding;
    struct str bytes = document->piece.bytes;
    struct windows_event event;
    size_t end, start = find_opening(encoding, bytes, document->at);
    document->at = start;
    if (start == bytes.len)
        return 0;
    bool is_whole = find_event(document, start, &end);
    document->at = end;

    record_reset(record);
    record->offset = start;
    record->length = (uint32_t)(end - start);
    record->format = STR("windows_xml");
    if (!is_whole)
        return err_set(err, ERR_INPUT, "an event that does not end");
    struct str text = line_text(
        encoding, str_sub(bytes, start, end - start), &document->text);
    if (windows_xml_read(&document->xml, text, &event) < 0)
        return err_set(err, ERR_INPUT, "an event that cannot be read");
    windows_read(document->windows, &event, record);
    return 1;
}

/* A document's head, a viewer's mark in front of what can be folded, then the
 * first event or the element around all. */
static int document_probe(const struct sample *sample)
{
    struct buf decoded = {0};
    struct str head = str_sub(sample->bytes, 0, HEAD_MAX);
    struct str text = line_text(sample->encoding, head, &decoded);
    if (str_starts_with(text, STR("\xEF\xBB\xBF")))
        text = str_from_index(text, 3);
    text = str_trim(text);
    if (str_starts_with(text, STR("<?xml"))) {
        ptrdiff_t end = str_find(text, STR("?>"));
        text = str_trim(str_from_index(text, end < 0 ? 0 : (size_t)end + 2));
    }
    if (str_starts_with(text, STR("- ")))
        text = str_trim(str_from_index(text, 2));
    bool is_document = str_starts_with(text, STR("<Events>")) ||
                       str_starts_with(text, STR("<Events xmlns=")) ||
                       str_starts_with(text, STR("<Events/>"));
    int score = is_document || windows_xml_is_event(text) ? CERTAIN : 0;
    if (score > 0 && !is_document && str_find(text, STR("<System")) < 0)
        score = 0;
    buf_done(&decoded);
    return score;
}

const struct parser parser_windows_xml = {
    .name = "windows_xml",
    .summary = "Windows events as XML",
    .product = "windows",
    .access = PARSER_STREAM,
    .is_text = true,
    .names_host = true,
    .probe = document_probe,
    .cut = document_cut,
    .open = document_open,
    .close = document_close,
    .feed = document_feed,
    .next = document_next,
};
