/* The reader is a state machine over one slice: json_next() looks at the state
 * to know what may come, reads one token and sets the next state. The open
 * levels are a stack of '{' and '[' in the struct, so depth costs no C stack.
 * Strings are slices of the input; only one with a backslash is unescaped into
 * a scratch buffer. */
#include "src/base/json.h"

#include <string.h>

#include "src/base/unicode.h"
#include "src/base/utf8.h"

enum state {
    STATE_VALUE,      /* a value must follow */
    STATE_FIRST_KEY,  /* after '{': a key or '}' */
    STATE_FIRST_ITEM, /* after '[': a value or ']' */
    STATE_AFTER,      /* after a value: ',' or the end of its level */
    STATE_FAILED,
};

void json_start(struct json *json, struct str text)
{
    json->text = text;
    json->at = 0;
    json->key = (struct str){0};
    json->value = (struct str){0};
    json->has_key = false;
    json->value_start = 0;
    json->depth = 0;
    json->state = STATE_VALUE;
}

void json_done(struct json *json)
{
    buf_done(&json->key_scratch);
    buf_done(&json->value_scratch);
}

static enum json_token fail(struct json *json)
{
    json->state = STATE_FAILED;
    return JSON_ERROR;
}

static void skip_blanks(struct json *json)
{
    const char *text = json->text.ptr;
    size_t at = json->at;
    while (at < json->text.len && (text[at] == ' ' || text[at] == '\t' ||
                                      text[at] == '\n' || text[at] == '\r'))
        at++;
    json->at = at;
}

/* The next byte, or NUL at the end: NUL begins no token. */
static char peek(const struct json *json)
{
    return json->at < json->text.len ? json->text.ptr[json->at] : '\0';
}

static bool take(struct json *json, char c)
{
    if (json->at == json->text.len || json->text.ptr[json->at] != c)
        return false;
    json->at++;
    return true;
}

/* --- strings -------------------------------------------------------------- */

#define EVERY_BYTE(byte) (UINT64_C(0x0101010101010101) * (byte))

static bool has_zero_byte(uint64_t word)
{
    return (word - EVERY_BYTE(0x01)) & ~word & EVERY_BYTE(0x80);
}

/* Where the next quote or backslash stands, or the text's length. Eight bytes
 * at a time: this is where importing JSON spends its time. */
static size_t find_string_mark(struct str text, size_t at)
{
    while (text.len - at >= sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, text.ptr + at, sizeof(word));
        if (has_zero_byte(word ^ EVERY_BYTE('"')) ||
            has_zero_byte(word ^ EVERY_BYTE('\\')))
            break;
        at += sizeof(word);
    }
    while (at < text.len && text.ptr[at] != '"' && text.ptr[at] != '\\')
        at++;
    return at;
}

static bool read_hex4(struct json *json, uint32_t *out)
{
    uint32_t number = 0;
    for (int i = 0; i < 4; i++, json->at++) {
        char c = peek(json);
        uint32_t digit;
        if (c >= '0' && c <= '9')
            digit = (uint32_t)(c - '0');
        else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
            digit = (uint32_t)((c | 0x20) - 'a') + 10;
        else
            return false;
        number = number << 4 | digit;
    }
    *out = number;
    return true;
}

static bool is_high_surrogate(uint32_t unit)
{
    return unit >= 0xd800 && unit <= 0xdbff;
}

static bool is_low_surrogate(uint32_t unit)
{
    return unit >= 0xdc00 && unit <= 0xdfff;
}

/* Behind "\u". A surrogate without its partner becomes U+FFFD; what stands in
 * the partner's place is read again by itself. */
static bool unescape_unit(struct json *json, struct buf *out)
{
    uint32_t unit;
    if (!read_hex4(json, &unit))
        return false;
    uint32_t character = unit;
    if (is_high_surrogate(unit) || is_low_surrogate(unit))
        character = 0xfffd;
    size_t behind = json->at;
    uint32_t low;
    if (is_high_surrogate(unit) && take(json, '\\') && take(json, 'u') &&
        read_hex4(json, &low) && is_low_surrogate(low))
        character = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
    else
        json->at = behind;
    char encoded[4];
    buf_add(out, encoded, utf8_encode(character, encoded));
    return true;
}

/* Behind the backslash. */
static bool unescape(struct json *json, struct buf *out)
{
    static const char escapes[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
    char c = peek(json);
    if (c == '\0')
        return false;
    json->at++;
    if (c == 'u')
        return unescape_unit(json, out);
    for (const char *pair = escapes; *pair != '\0'; pair += 2) {
        if (*pair == c) {
            buf_add_char(out, pair[1]);
            return true;
        }
    }
    return false;
}

/* From the first backslash at `mark` on; `start` is behind the quote. */
static bool read_escaped(struct json *json, size_t start, size_t mark,
    struct buf *scratch, struct str *out)
{
    buf_clear(scratch);
    while (mark < json->text.len) {
        buf_add(scratch, json->text.ptr + start, mark - start);
        json->at = mark + 1;
        if (json->text.ptr[mark] == '"') {
            *out = buf_str(scratch);
            return true;
        }
        if (!unescape(json, scratch))
            return false;
        start = json->at;
        mark = find_string_mark(json->text, start);
    }
    return false;
}

/* At the opening quote. */
static bool read_string(struct json *json, struct buf *scratch, struct str *out)
{
    size_t start = json->at + 1;
    size_t mark = find_string_mark(json->text, start);
    if (mark == json->text.len)
        return false;
    if (json->text.ptr[mark] == '\\')
        return read_escaped(json, start, mark, scratch, out);
    *out = str_make(json->text.ptr + start, mark - start);
    json->at = mark + 1;
    return true;
}

/* --- values --------------------------------------------------------------- */

static enum json_token read_string_value(struct json *json)
{
    if (!read_string(json, &json->value_scratch, &json->value))
        return fail(json);
    json->state = STATE_AFTER;
    return JSON_STRING;
}

static bool skip_digits(struct json *json)
{
    size_t start = json->at;
    while (peek(json) >= '0' && peek(json) <= '9')
        json->at++;
    return json->at > start;
}

/* RFC 8259 section 6: no leading zeros, no bare point, no plus sign. */
static enum json_token read_number(struct json *json)
{
    size_t start = json->at;
    take(json, '-');
    if (!take(json, '0') && !skip_digits(json))
        return fail(json);
    if (take(json, '.') && !skip_digits(json))
        return fail(json);
    if (take(json, 'e') || take(json, 'E')) {
        if (!take(json, '+'))
            take(json, '-');
        if (!skip_digits(json))
            return fail(json);
    }
    json->value = str_sub(json->text, start, json->at - start);
    json->state = STATE_AFTER;
    return JSON_NUMBER;
}

static enum json_token read_word(
    struct json *json, struct str word, enum json_token token)
{
    json->value = str_sub(json->text, json->at, word.len);
    if (!str_eq(json->value, word))
        return fail(json);
    json->at += word.len;
    json->state = STATE_AFTER;
    return token;
}

static enum json_token open_level(
    struct json *json, enum state state, enum json_token token)
{
    if (json->depth == LIMIT_DEPTH)
        return fail(json);
    json->kind[json->depth++] = (uint8_t)json->text.ptr[json->at++];
    json->state = (uint8_t)state;
    return token;
}

static enum json_token close_level(struct json *json)
{
    json->value_start = json->at++;
    json->depth--;
    json->state = STATE_AFTER;
    return json->kind[json->depth] == '{' ? JSON_OBJECT_END : JSON_ARRAY_END;
}

static enum json_token read_value(struct json *json)
{
    json->value_start = json->at;
    switch (peek(json)) {
    case '"':
        return read_string_value(json);
    case '{':
        return open_level(json, STATE_FIRST_KEY, JSON_OBJECT);
    case '[':
        return open_level(json, STATE_FIRST_ITEM, JSON_ARRAY);
    case 't':
        return read_word(json, STR("true"), JSON_TRUE);
    case 'f':
        return read_word(json, STR("false"), JSON_FALSE);
    case 'n':
        return read_word(json, STR("null"), JSON_NULL);
    default:
        return read_number(json);
    }
}

static enum json_token read_member(struct json *json)
{
    if (peek(json) != '"' || !read_string(json, &json->key_scratch, &json->key))
        return fail(json);
    json->has_key = true;
    skip_blanks(json);
    if (!take(json, ':'))
        return fail(json);
    skip_blanks(json);
    return read_value(json);
}

/* After a value: the next one of its level, the level's end, or the end. */
static enum json_token read_next(struct json *json)
{
    if (json->depth == 0)
        return json->at == json->text.len ? JSON_END : fail(json);
    bool in_object = json->kind[json->depth - 1] == '{';
    if (peek(json) == (in_object ? '}' : ']'))
        return close_level(json);
    if (!take(json, ','))
        return fail(json);
    skip_blanks(json);
    return in_object ? read_member(json) : read_value(json);
}

enum json_token json_next(struct json *json)
{
    json->has_key = false;
    json->key = (struct str){0};
    json->value = (struct str){0};
    skip_blanks(json);
    switch ((enum state)json->state) {
    case STATE_VALUE:
        return read_value(json);
    case STATE_FIRST_KEY:
        return peek(json) == '}' ? close_level(json) : read_member(json);
    case STATE_FIRST_ITEM:
        return peek(json) == ']' ? close_level(json) : read_value(json);
    case STATE_AFTER:
        return read_next(json);
    case STATE_FAILED:
        break;
    }
    return JSON_ERROR;
}

bool json_skip(struct json *json)
{
    int outside = json->depth - 1;
    while (json->depth > outside) {
        enum json_token token = json_next(json);
        if (token == JSON_ERROR || token == JSON_END)
            return false;
    }
    return true;
}

/* --- writing -------------------------------------------------------------- */

static bool needs_escape(unsigned char c)
{
    return c < 0x20 || c == 0x7F || c == '"' || c == '\\';
}

static void add_escape(struct buf *out, unsigned char c)
{
    static const char letters[0x20] = {
        ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
    buf_add_char(out, '\\');
    if (c == '"' || c == '\\')
        buf_add_char(out, (char)c);
    else if (c < 0x20 && letters[c] != '\0')
        buf_add_char(out, letters[c]);
    else
        buf_printf(out, "u%04x", c);
}

/* C1 controls, bidi overrides and the like would act on a terminal that shows
 * the JSON; as \uNNNN they mean the same and do nothing. */
static bool acts_on_terminals(uint32_t character)
{
    return character < 0xA0 ||
           unicode_in(unicode_invisible, unicode_invisible_count, character);
}

/* The run of bytes from `at` that stand for themselves; ASCII is not decoded.
 */
static size_t plain_run_end(struct str text, size_t at)
{
    while (at < text.len) {
        unsigned char c = (unsigned char)text.ptr[at];
        if (c >= 0x80) {
            size_t next = at;
            uint32_t character = utf8_next(text, &next);
            if (character == UTF8_BAD || acts_on_terminals(character))
                break;
            at = next;
            continue;
        }
        if (needs_escape(c))
            break;
        at++;
    }
    return at;
}

/* Past the basic plane JSON writes two surrogates (RFC 8259 7). */
static void add_character(struct buf *out, uint32_t character)
{
    if (character < 0x10000) {
        buf_printf(out, "\\u%04x", (unsigned)character);
        return;
    }
    character -= 0x10000;
    buf_printf(out, "\\u%04x\\u%04x", 0xD800u + (unsigned)(character >> 10),
        0xDC00u + (unsigned)(character & 0x3FF));
}

bool json_add_string(struct buf *out, struct str text)
{
    bool replaced = false;
    buf_add_char(out, '"');
    for (size_t at = 0; at < text.len;) {
        size_t end = plain_run_end(text, at);
        buf_add(out, text.ptr + at, end - at);
        at = end;
        if (at == text.len)
            break;
        unsigned char c = (unsigned char)text.ptr[at];
        uint32_t character = utf8_next(text, &at);
        if (c < 0x80) {
            add_escape(out, c);
        } else if (character != UTF8_BAD) {
            add_character(out, character);
        } else {
            buf_add_cstr(out, "\xef\xbf\xbd");
            replaced = true;
        }
    }
    buf_add_char(out, '"');
    return replaced;
}
