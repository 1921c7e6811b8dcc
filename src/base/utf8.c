#include "src/base/utf8.h"

#include <string.h>

#include "src/base/unicode.h"

enum { CHARACTER_MAX = 0x10FFFF };

static const uint64_t high_bits = 0x8080808080808080;

/* The length of the ASCII run at the start, in steps of eight bytes. */
static size_t ascii_run(struct str text)
{
    size_t at = 0;
    for (; text.len - at >= sizeof(uint64_t); at += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, text.ptr + at, sizeof(word));
        if ((word & high_bits) != 0)
            break;
    }
    return at;
}

static uint32_t bad_byte(size_t *at)
{
    *at += 1;
    return UTF8_BAD;
}

uint32_t utf8_next(struct str text, size_t *at)
{
    const unsigned char *in = (const unsigned char *)text.ptr + *at;
    uint32_t lead = in[0];
    if (lead < 0x80) {
        *at += 1;
        return lead;
    }

    /* 80..C1 and F5..FF begin nothing. */
    size_t more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    if (lead < 0xC2 || lead > 0xF4 || text.len - *at <= more)
        return bad_byte(at);
    uint32_t character = lead & (0x3Fu >> more);
    for (size_t i = 1; i <= more; i++) {
        if ((in[i] & 0xC0) != 0x80)
            return bad_byte(at);
        character = character << 6 | (in[i] & 0x3Fu);
    }

    /* The least character that needs `more` further bytes. */
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    if (character < least[more] || character > CHARACTER_MAX ||
        (character >= 0xD800 && character <= 0xDFFF))
        return bad_byte(at);
    *at += more + 1;
    return character;
}

size_t utf8_encode(uint32_t character, char out[4])
{
    if (character < 0x80) {
        out[0] = (char)character;
        return 1;
    }
    if (character < 0x800) {
        out[0] = (char)(0xC0 | character >> 6);
        out[1] = (char)(0x80 | (character & 0x3F));
        return 2;
    }
    if (character < 0x10000) {
        out[0] = (char)(0xE0 | character >> 12);
        out[1] = (char)(0x80 | (character >> 6 & 0x3F));
        out[2] = (char)(0x80 | (character & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | character >> 18);
    out[1] = (char)(0x80 | (character >> 12 & 0x3F));
    out[2] = (char)(0x80 | (character >> 6 & 0x3F));
    out[3] = (char)(0x80 | (character & 0x3F));
    return 4;
}

/* The length of the valid part at the start. */
static size_t valid_run(struct str text)
{
    size_t at = 0;
    while (at < text.len) {
        if ((unsigned char)text.ptr[at] < 0x80) {
            size_t run = ascii_run(str_from_index(text, at));
            at += run > 0 ? run : 1;
            continue;
        }
        size_t start = at;
        if (utf8_next(text, &at) == UTF8_BAD)
            return start;
    }
    return at;
}

bool utf8_is_valid(struct str text)
{
    return valid_run(text) == text.len;
}

bool utf8_add_lossy(struct buf *out, struct str text)
{
    bool replaced = false;
    for (;;) {
        size_t run = valid_run(text);
        buf_add(out, text.ptr, run);
        if (run == text.len)
            return replaced;
        buf_add_cstr(out, "\xEF\xBF\xBD");
        replaced = true;
        text = str_from_index(text, run + 1);
    }
}

uint32_t utf8_fold(uint32_t character)
{
    if (character < 0x80)
        return character >= 'A' && character <= 'Z' ? character + 32
                                                    : character;
    size_t low = 0, high = unicode_folds_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct unicode_fold *fold = &unicode_folds[middle];
        if (character > fold->last)
            low = middle + 1;
        else if (character < fold->first)
            high = middle;
        else if ((character - fold->first) % fold->step == 0)
            return (uint32_t)((int32_t)character + fold->delta);
        else
            return character;
    }
    return character;
}

void utf8_add_folded(struct buf *out, struct str text)
{
    /* Folding makes no character longer than three halves of what it was. */
    buf_reserve(out, text.len + text.len / 2);
    for (size_t at = 0; at < text.len;) {
        size_t start = at;
        uint32_t character = utf8_next(text, &at);
        if (character == UTF8_BAD) {
            buf_add_char(out, text.ptr[start]);
            continue;
        }
        char bytes[4];
        buf_add(out, bytes, utf8_encode(utf8_fold(character), bytes));
    }
}

int utf8_width(uint32_t character, int ambiguous)
{
    if (character < 0x20 || (character >= 0x7F && character < 0xA0))
        return 0;
    if (character < 0x7F)
        return 1;
    if (unicode_in(unicode_zero_width, unicode_zero_width_count, character))
        return 0;
    if (unicode_in(unicode_wide, unicode_wide_count, character))
        return 2;
    if (unicode_in(unicode_ambiguous, unicode_ambiguous_count, character))
        return ambiguous;
    return 1;
}

size_t utf8_columns(struct str text, int ambiguous)
{
    size_t columns = 0;
    for (size_t at = 0; at < text.len;)
        columns += (size_t)utf8_width(utf8_next(text, &at), ambiguous);
    return columns;
}
