#include "parsers/pairs.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/limit.h"
#include "src/base/mem.h"

/* Of a name before ": ". */
enum { NAMED_MAX = 40 };

void pairs_done(struct pairs *pairs)
{
    free(pairs->items);
    arena_done(&pairs->arena);
    json_done(&pairs->json);
    buf_done(&pairs->path);
    buf_done(&pairs->joined);
    *pairs = (struct pairs){0};
}

void pairs_clear(struct pairs *pairs)
{
    pairs->count = 0;
    if (pairs->arena.used > 0)
        arena_reset(&pairs->arena);
}

void pairs_add(struct pairs *pairs, struct str name, struct str value)
{
    if (pairs->count >= LIMIT_EXTRAS)
        return;
    if (pairs->count == pairs->capacity)
        pairs->items = mem_grow(pairs->items, &pairs->capacity,
            pairs->count + 1, sizeof(*pairs->items));
    pairs->items[pairs->count++] = (struct pair){name, value};
}

bool pairs_find(const struct pairs *pairs, struct str name, struct str *out)
{
    for (size_t i = 0; i < pairs->count; i++) {
        if (str_eq(pairs->items[i].name, name)) {
            *out = pairs->items[i].value;
            return true;
        }
    }
    return false;
}

bool pairs_find_nocase(
    const struct pairs *pairs, struct str name, struct str *out)
{
    for (size_t i = 0; i < pairs->count; i++) {
        if (str_eq_nocase(pairs->items[i].name, name)) {
            *out = pairs->items[i].value;
            return true;
        }
    }
    return false;
}

/* What lies in the text itself stays there; unescaped copies are kept. */
static struct str keep(struct pairs *pairs, struct str text, struct str slice)
{
    uintptr_t from = (uintptr_t)text.ptr, at = (uintptr_t)slice.ptr;
    if (slice.len == 0 || (at >= from && at < from + text.len))
        return slice;
    return arena_copy(&pairs->arena, slice);
}

/* The full name of the value just read: the path so far and its key. */
static struct str full_name(
    struct pairs *pairs, struct str text, struct str key)
{
    if (pairs->path.len == 0)
        return keep(pairs, text, key);
    size_t len = pairs->path.len;
    buf_add_str(&pairs->path, key);
    struct str name = arena_copy(&pairs->arena, buf_str(&pairs->path));
    pairs->path.len = len;
    return name;
}

static bool add_array(struct pairs *pairs, struct str text)
{
    struct json *json = &pairs->json;
    size_t start = json->value_start;
    struct str name = full_name(pairs, text, json->key);
    bool whole = json_skip(json);
    size_t end = json->at < text.len ? json->at : text.len;
    pairs_add(pairs, name, str_sub(text, start, end - start));
    return whole;
}

/* Values inside the outermost object, until it ends. */
static bool read_members(struct pairs *pairs, struct str text)
{
    struct json *json = &pairs->json;
    size_t lengths[LIMIT_DEPTH + 1];
    size_t depth = 0;
    for (;;) {
        switch (json_next(json)) {
        case JSON_OBJECT:
            if (depth == LIMIT_DEPTH)
                return false;
            lengths[depth++] = pairs->path.len;
            buf_add_str(&pairs->path, json->key);
            buf_add_char(&pairs->path, '.');
            break;
        case JSON_OBJECT_END:
            if (depth == 0)
                return json_next(json) == JSON_END;
            pairs->path.len = lengths[--depth];
            break;
        case JSON_ARRAY:
            if (!add_array(pairs, text))
                return false;
            break;
        case JSON_STRING:
        case JSON_NUMBER:
        case JSON_TRUE:
        case JSON_FALSE: {
            struct str name = full_name(pairs, text, json->key);
            pairs_add(pairs, name, keep(pairs, text, json->value));
            break;
        }
        case JSON_NULL:
            break;
        case JSON_ARRAY_END:
        case JSON_END:
        case JSON_ERROR:
            return false;
        }
    }
}

bool pairs_read_json(struct pairs *pairs, struct str text)
{
    pairs_clear(pairs);
    buf_clear(&pairs->path);
    json_start(&pairs->json, text);
    return json_next(&pairs->json) == JSON_OBJECT && read_members(pairs, text);
}

static bool is_key_byte(char c, char equals)
{
    return c != equals &&
           ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-' ||
               c == '@' || c == '/' || c == ':' || c == '$' || c == '#');
}

/* Of a text in quotes. Outside of logfmt's own, a backslash is mostly part of
 * the value (EXAMPLE\name) and takes only what could end it. */
static struct str undo_escapes(
    struct pairs *pairs, struct str value, bool loose)
{
    buf_clear(&pairs->joined);
    for (size_t i = 0; i < value.len; i++) {
        char c = value.ptr[i];
        char next = i + 1 < value.len ? value.ptr[i + 1] : '\0';
        if (c == '\\' && (next == '"' || next == '\\' || next == ']')) {
            c = next;
            i++;
        } else if (c == '\\' && next != '\0' && !loose) {
            c = next == 'n'   ? '\n'
                : next == 't' ? '\t'
                : next == 'r' ? '\r'
                              : next;
            i++;
        }
        buf_add_char(&pairs->joined, c);
    }
    return arena_copy(&pairs->arena, buf_str(&pairs->joined));
}

/* After an opening quote at `at`: the text up to its match, unescaped. 0 when
 * it has none. */
static size_t read_quoted(struct pairs *pairs, struct str text, size_t at,
    bool loose, struct str *out)
{
    char quote = text.ptr[at++];
    size_t start = at;
    bool escaped = false;
    while (at < text.len && text.ptr[at] != quote) {
        if (text.ptr[at] == '\\' && quote == '"' && at + 1 < text.len) {
            escaped = true;
            at++;
        }
        at++;
    }
    if (at >= text.len)
        return 0;
    *out = str_sub(text, start, at - start);
    if (escaped)
        *out = undo_escapes(pairs, *out, loose);
    return at + 1;
}

static size_t read_value(struct pairs *pairs, struct str text, size_t at,
    char between, bool loose, struct str *out)
{
    *out = (struct str){0};
    if (at < text.len && (text.ptr[at] == '"' || text.ptr[at] == '\'')) {
        size_t end = read_quoted(pairs, text, at, loose, out);
        if (end > 0)
            return end;
    }
    size_t start = at;
    while (at < text.len && text.ptr[at] != between)
        at++;
    *out = str_trim(str_sub(text, start, at - start));
    return at;
}

/* With `loose`, text between pairs is stepped over. */
static bool read_pairs(
    struct pairs *pairs, struct str text, char between, char equals, bool loose)
{
    size_t at = 0;
    bool clean = true;
    while (at < text.len) {
        if (text.ptr[at] == between || text.ptr[at] == ' ') {
            at++;
            continue;
        }
        size_t start = at;
        while (at < text.len && is_key_byte(text.ptr[at], equals))
            at++;
        if (at > start && at < text.len && text.ptr[at] == equals) {
            struct str value;
            struct str name = str_sub(text, start, at - start);
            at = read_value(pairs, text, at + 1, between, loose, &value);
            pairs_add(pairs, name, value);
            continue;
        }
        clean = false;
        if (!loose)
            return false;
        while (at < text.len && text.ptr[at] != between)
            at++;
    }
    return clean && pairs->count > 0;
}

bool pairs_read_logfmt(struct pairs *pairs, struct str text)
{
    return read_pairs(pairs, text, ' ', '=', false);
}

void pairs_read_loose(
    struct pairs *pairs, struct str text, char between, char equals)
{
    read_pairs(pairs, text, between, equals, true);
}

static bool is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* The name that begins at `at` and has ": " behind it; 0 when none does. */
static size_t name_length(struct str text, size_t at)
{
    size_t len = 0;
    for (; at + len < text.len && len <= NAMED_MAX; len++) {
        char c = text.ptr[at + len];
        if (str_starts_with(str_from_index(text, at + len), STR(": ")))
            return len;
        if (!is_letter_or_digit(c) &&
            (len == 0 || strchr(" _-./()", c) == NULL || c == '\0'))
            return 0;
    }
    return 0;
}

void pairs_read_named(struct pairs *pairs, struct str text, char between)
{
    struct str name = {0};
    size_t start = 0, at = 0;
    while (at < text.len) {
        /* here a pair may begin, but not right behind what parts two */
        size_t blanks = 0;
        for (; at < text.len && text.ptr[at] == ' '; at++)
            blanks++;
        size_t len = blanks > 0 || at == 0 ? name_length(text, at) : 0;
        if (len > 0) {
            name = str_trim_end(str_sub(text, at, len));
            at += len + 2;
            start = at;
        }
        while (at < text.len && text.ptr[at] != between)
            at++;
        size_t end = at;
        if (at < text.len)
            at++;
        size_t next = at;
        while (next < text.len && text.ptr[next] == ' ')
            next++;
        bool goes_on =
            next < text.len && (next == at || name_length(text, next) == 0);
        if (name.len > 0 && !goes_on)
            pairs_add(pairs, name, str_trim(str_sub(text, start, end - start)));
    }
}
