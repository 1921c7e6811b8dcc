#include "src/base/escape.h"

#include <stdio.h>
#include <string.h>

#include "src/base/unicode.h"
#include "src/base/utf8.h"

enum {
    PIECE_MAX = 12, /* the longest of a character and "\u{10FFFF}" */
    TEXT_MAX = 200, /* what escape_text shows at most */
    TEXT_COUNT = 8, /* results of escape_text that live at once */
};

static const uint64_t every_byte = 0x0101010101010101;

/* True when all eight bytes are printable ASCII. A borrow may mark the byte
 * above the culprit too, never hide it. */
static bool word_is_plain(uint64_t word)
{
    uint64_t control = word - every_byte * 0x20;
    uint64_t delete = (word ^ every_byte * 0x7F) - every_byte;
    return ((word | control | delete) & every_byte * 0x80) == 0;
}

static size_t plain_run(struct str text)
{
    size_t at = 0;
    for (; text.len - at >= sizeof(uint64_t); at += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, text.ptr + at, sizeof(word));
        if (!word_is_plain(word))
            break;
    }
    while (at < text.len && text.ptr[at] >= 0x20 && text.ptr[at] < 0x7F)
        at++;
    return at;
}

static const char *short_escape(uint32_t character)
{
    switch (character) {
    case '\t':
        return "\\t";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    default:
        return NULL;
    }
}

static bool is_harmless(uint32_t character)
{
    return character >= 0x20 && (character < 0x7F || character > 0x9F) &&
           !unicode_in(unicode_invisible, unicode_invisible_count, character);
}

/* Move past the character at `*at` and write what stands for it, if anything
 * must; 0 means that it may stay as it is. */
static size_t escape_next(struct str text, size_t *at, char out[PIECE_MAX])
{
    unsigned byte = (unsigned char)text.ptr[*at];
    uint32_t character = utf8_next(text, at);
    if (character != UTF8_BAD && is_harmless(character))
        return 0;
    int len;
    if (short_escape(character) != NULL)
        len = snprintf(out, PIECE_MAX, "%s", short_escape(character));
    else if (character == UTF8_BAD || character < 0x80)
        len = snprintf(out, PIECE_MAX, "\\x%02X", byte);
    else
        len = snprintf(out, PIECE_MAX, "\\u{%04X}", (unsigned)character);
    return (size_t)len;
}

void escape_add(struct buf *out, struct str text)
{
    size_t at = 0;
    while (at < text.len) {
        size_t run = plain_run(str_from_index(text, at));
        buf_add(out, text.ptr + at, run);
        at += run;
        if (at == text.len)
            return;
        size_t start = at;
        char piece[PIECE_MAX];
        size_t len = escape_next(text, &at, piece);
        if (len > 0)
            buf_add(out, piece, len);
        else
            buf_add(out, text.ptr + start, at - start);
    }
}

bool escape_is_clean(struct str text)
{
    size_t at = plain_run(text);
    while (at < text.len) {
        char piece[PIECE_MAX];
        if (escape_next(text, &at, piece) > 0)
            return false;
        at += plain_run(str_from_index(text, at));
    }
    return true;
}

/* Escape what fits into `out` and cut between two characters. */
static void escape_into(struct str text, char out[TEXT_MAX + 1])
{
    static const char dots[] = "...";
    size_t len = 0, cut = 0;
    for (size_t at = 0; at < text.len;) {
        size_t start = at;
        char piece[PIECE_MAX];
        size_t size = escape_next(text, &at, piece);
        if (size == 0) {
            size = at - start;
            memcpy(piece, text.ptr + start, size);
        }
        if (len + size > TEXT_MAX) {
            memcpy(out + cut, dots, sizeof(dots));
            return;
        }
        memcpy(out + len, piece, size);
        len += size;
        if (len <= TEXT_MAX - (sizeof(dots) - 1))
            cut = len;
    }
    out[len] = '\0';
}

const char *escape_text(struct str text)
{
    static _Thread_local char results[TEXT_COUNT][TEXT_MAX + 1];
    static _Thread_local unsigned next;
    char *out = results[next++ % TEXT_COUNT];
    escape_into(text, out);
    return out;
}

const char *escape_cstr(const char *text)
{
    return escape_text(str_from(text));
}
