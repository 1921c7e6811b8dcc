#include "parsers/decode.h"

#include <string.h>

static bool is_octal(struct str text, size_t at)
{
    return at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '7';
}

static size_t read_octal(struct str text, size_t at, char *out)
{
    if (!is_octal(text, at + 1) || !is_octal(text, at + 2) ||
        !is_octal(text, at + 3) || text.ptr[at + 1] > '3')
        return 0;
    *out = (char)((text.ptr[at + 1] - '0') << 6 |
                  (text.ptr[at + 2] - '0') << 3 | (text.ptr[at + 3] - '0'));
    return 4;
}

/* What the backslash at `at` stands for; the bytes used, 0 when itself. */
static size_t read_backslash(struct str text, size_t at, char *out)
{
    static const char letters[] = "nrtabfve\\";
    static const char values[] = "\n\r\t\a\b\f\v\x1B\\";
    if (at + 1 >= text.len)
        return 0;
    size_t octal = read_octal(text, at, out);
    if (octal > 0)
        return octal;
    const char *letter = memchr(letters, text.ptr[at + 1], sizeof(letters) - 1);
    if (letter == NULL)
        return 0;
    *out = values[letter - letters];
    return 2;
}

/* A mark at a line's end that only says that the command goes on. */
static size_t read_mark(struct str text, size_t at, char *out)
{
    size_t next = at + 1;
    if (next < text.len && text.ptr[next] == '\r')
        next++;
    if (next >= text.len || text.ptr[next] != '\n')
        return 0;
    *out = '\n';
    return next + 1 - at;
}

static size_t read_zsh(struct str text, size_t at, char *out)
{
    enum { META = 0x83, FLIP = 0x20 };
    if ((unsigned char)text.ptr[at] != META)
        return read_mark(text, at, out);
    if (at + 1 >= text.len)
        return 0;
    *out = (char)(text.ptr[at + 1] ^ FLIP);
    return 2;
}

/* "(3)www(7)example": the length of a label stands where its dot would. */
static size_t read_length(struct str text, size_t at, char *out)
{
    size_t next = at + 1;
    while (next < text.len && text.ptr[next] >= '0' && text.ptr[next] <= '9')
        next++;
    if (next == at + 1 || next >= text.len || text.ptr[next] != ')')
        return 0;
    *out = '.';
    return next + 1 - at;
}

static const struct {
    struct str name;
    struct str starts; /* bytes that may begin such a thing */
    size_t (*read)(struct str text, size_t at, char *out);
} decodings[] = {
    [DECODE_BACKSLASH] = {STR_INIT("backslash"), STR_INIT("\\"),
        read_backslash},
    [DECODE_OCTAL] = {STR_INIT("octal"), STR_INIT("\\"), read_octal},
    [DECODE_ZSH] = {STR_INIT("zsh"), STR_INIT("\x83\\"), read_zsh},
    [DECODE_BACKTICK] = {STR_INIT("backtick"), STR_INIT("`"), read_mark},
    [DECODE_LABELS] = {STR_INIT("labels"), STR_INIT("("), read_length},
};

bool decoding_find(struct str name, enum decoding *out)
{
    for (size_t i = 0; i < sizeof(decodings) / sizeof(decodings[0]); i++) {
        if (!str_eq(decodings[i].name, name))
            continue;
        *out = (enum decoding)i;
        return true;
    }
    return false;
}

struct str decode_text(
    enum decoding decoding, struct str text, struct arena *arena)
{
    struct str starts = decodings[decoding].starts;
    char *to = NULL;
    size_t len = 0;
    for (size_t at = 0; at < text.len;) {
        char c = text.ptr[at];
        size_t used = str_find_char(starts, c) >= 0
                          ? decodings[decoding].read(text, at, &c)
                          : 0;
        if (used > 0 && to == NULL) {
            to = arena_alloc(arena, text.len);
            memcpy(to, text.ptr, at);
        }
        if (to != NULL)
            to[len] = c;
        len++;
        at += used > 0 ? used : 1;
    }
    return to == NULL ? text : str_make(to, len);
}
