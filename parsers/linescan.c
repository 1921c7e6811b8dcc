#include "parsers/linescan.h"

#include <string.h>

#include "src/base/limit.h"

static bool is_utf16(enum encoding encoding)
{
    return encoding == ENCODING_UTF16LE || encoding == ENCODING_UTF16BE;
}

static size_t unit_of(enum encoding encoding)
{
    return is_utf16(encoding) ? 2 : 1;
}

/* The ASCII character at `at`, or 0 when it is another or does not fit. */
static char ascii_at(enum encoding encoding, struct str bytes, size_t at)
{
    size_t unit = unit_of(encoding);
    if (bytes.len < unit || at > bytes.len - unit)
        return '\0';
    if (unit == 1)
        return bytes.ptr[at];
    size_t high = encoding == ENCODING_UTF16LE ? 1 : 0;
    return bytes.ptr[at + high] == '\0' ? bytes.ptr[at + 1 - high] : '\0';
}

static size_t find_end(enum encoding encoding, struct str bytes, size_t from)
{
    if (is_utf16(encoding))
        return encoding_line_end(encoding, bytes, from);
    /* in all other encodings a newline byte is a newline */
    const char *newline = memchr(bytes.ptr + from, '\n', bytes.len - from);
    return newline == NULL ? 0 : (size_t)(newline - bytes.ptr) + 1;
}

bool line_at(
    enum encoding encoding, struct str bytes, size_t from, struct raw_line *out)
{
    if (from >= bytes.len)
        return false;
    size_t unit = unit_of(encoding);
    size_t next = find_end(encoding, bytes, from);
    out->whole = next != 0;
    out->start = from;
    out->next = out->whole ? next : bytes.len;
    out->end = out->whole ? next - unit : bytes.len;
    while (out->end >= from + unit &&
           ascii_at(encoding, bytes, out->end - unit) == '\r')
        out->end -= unit;
    return true;
}

bool line_is_blank(
    enum encoding encoding, struct str bytes, const struct raw_line *line)
{
    size_t unit = unit_of(encoding);
    for (size_t at = line->start; at + unit <= line->end; at += unit) {
        char c = ascii_at(encoding, bytes, at);
        if (c != ' ' && c != '\t' && c != '\r')
            return false;
    }
    return true;
}

bool line_is_indented(
    enum encoding encoding, struct str bytes, const struct raw_line *line)
{
    char c = ascii_at(encoding, bytes, line->start);
    return line->start < line->end && (c == ' ' || c == '\t');
}

size_t line_bom(enum encoding encoding, const struct piece *piece)
{
    static const struct str marks[ENCODING_COUNT] = {
        [ENCODING_UTF8] = STR_INIT("\xEF\xBB\xBF"),
        [ENCODING_UTF16LE] = STR_INIT("\xFF\xFE"),
        [ENCODING_UTF16BE] = STR_INIT("\xFE\xFF"),
    };
    return piece->offset == 0 && str_starts_with(piece->bytes, marks[encoding])
               ? marks[encoding].len
               : 0;
}

static bool is_ascii(struct str bytes)
{
    size_t i = 0;
    for (; i + 8 <= bytes.len; i += 8) {
        uint64_t word;
        memcpy(&word, bytes.ptr + i, sizeof(word));
        if ((word & UINT64_C(0x8080808080808080)) != 0)
            return false;
    }
    for (; i < bytes.len; i++)
        if ((unsigned char)bytes.ptr[i] >= 0x80)
            return false;
    return true;
}

struct str line_text(
    enum encoding encoding, struct str bytes, struct buf *scratch)
{
    if (bytes.len > LIMIT_RECORD)
        bytes.len = LIMIT_RECORD;
    if (encoding == ENCODING_UTF8 || (!is_utf16(encoding) && is_ascii(bytes)))
        return bytes;
    buf_clear(scratch);
    encoding_decode(encoding, bytes, scratch);
    return buf_str(scratch);
}

static size_t last_end_utf16(enum encoding encoding, struct str bytes)
{
    size_t at = bytes.len - bytes.len % 2;
    while (at > 0 && ascii_at(encoding, bytes, at - 2) != '\n')
        at -= 2;
    return at;
}

size_t line_last_end(enum encoding encoding, struct str bytes)
{
    if (is_utf16(encoding))
        return last_end_utf16(encoding, bytes);
    return (size_t)(str_find_last_char(bytes, '\n') + 1);
}

size_t line_cut(const struct reading *reading, struct str bytes, bool at_end)
{
    return at_end ? bytes.len : line_last_end(reading->encoding, bytes);
}
