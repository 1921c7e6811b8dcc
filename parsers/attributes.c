#include "parsers/attributes.h"

#include <string.h>

/* Who writes the log chooses how many; each costs a search for its value. */
enum { LABELS_MAX = 64, HEX_MAX = 4 };

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_';
}

static bool is_name_byte(char c)
{
    return is_word_byte(c) || c == '.' || c == '-' || c == '[' || c == ']';
}

/* Where what may be a name at `at` ends; `at` itself when nothing may. */
static size_t name_end(struct str text, size_t at)
{
    size_t end = at;
    if (at >= text.len || !is_word_byte(text.ptr[at]))
        return at;
    while (end < text.len && is_name_byte(text.ptr[end]))
        end++;
    return end;
}

/* The length of the name at `at` when a '=' follows it; else 0. */
static size_t name_at(struct str text, size_t at)
{
    size_t end = name_end(text, at);
    return end < text.len && text.ptr[end] == '=' ? end - at : 0;
}

/* Where the value that begins at `at` ends: before the blanks of the next name.
 */
static size_t value_end(struct str text, size_t at)
{
    for (size_t i = at; i < text.len; i++)
        if (text.ptr[i] == ' ' && name_at(text, i + 1) > 0)
            return i;
    return text.len;
}

static struct str undo_escapes(struct pairs *pairs, struct str value)
{
    if (str_find_char(value, '\\') < 0)
        return value;
    buf_clear(&pairs->joined);
    for (size_t i = 0; i < value.len; i++) {
        char c = value.ptr[i];
        char next = i + 1 < value.len ? value.ptr[i + 1] : '\0';
        bool escape =
            c == '\\' && (next == '=' || next == '\\' || next == '|' ||
                             next == 'n' || next == 'r');
        if (escape) {
            c = next == 'n' ? '\n' : next == 'r' ? '\r' : next;
            i++;
        }
        buf_add_char(&pairs->joined, c);
    }
    return arena_copy(&pairs->arena, buf_str(&pairs->joined));
}

static void read_blank_parted(struct pairs *pairs, struct str text)
{
    size_t at = 0;
    while (at < text.len) {
        size_t len = name_at(text, at);
        if (len == 0) { /* text before the first name */
            size_t word_end = name_end(text, at);
            at = word_end > at ? word_end : at + 1;
            continue;
        }
        struct str name = str_sub(text, at, len);
        at += len + 1;
        size_t end = value_end(text, at);
        struct str value = str_trim(str_sub(text, at, end - at));
        pairs_add(pairs, name, undo_escapes(pairs, value));
        at = end;
    }
}

static struct str name_of_label(struct pairs *pairs, struct str label)
{
    char *name = arena_alloc(&pairs->arena, label.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < label.len; i++)
        if (is_word_byte(label.ptr[i]) || label.ptr[i] == '.' ||
            (label.ptr[i] & 0x80) != 0)
            name[len++] = label.ptr[i];
    return str_make(name, len);
}

static void use_label(struct pairs *pairs, struct pair *label)
{
    struct str of = str_sub(label->name, 0, label->name.len - strlen("Label"));
    struct str name = name_of_label(pairs, label->value);
    for (size_t i = 0; i < pairs->count && name.len > 0; i++) {
        if (str_eq(pairs->items[i].name, of)) {
            pairs->items[i].name = name;
            label->value = (struct str){0}; /* said by the name */
            return;
        }
    }
}

void attributes_read_cef(struct pairs *pairs, struct str text)
{
    size_t labels = 0;
    read_blank_parted(pairs, text);
    for (size_t i = 0; i < pairs->count && labels < LABELS_MAX; i++) {
        struct pair *pair = &pairs->items[i];
        if (pair->name.len > strlen("Label") &&
            str_ends_with(pair->name, STR("Label"))) {
            use_label(pairs, pair);
            labels++;
        }
    }
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* "x5E", "0x5E": a byte; 0 when it is none. */
static char read_hex(struct str text)
{
    int value = 0;
    if (str_starts_with(text, STR("0")))
        text = str_from_index(text, 1);
    if (text.len < 2 || text.len > 1 + HEX_MAX ||
        (text.ptr[0] != 'x' && text.ptr[0] != 'X'))
        return '\0';
    for (size_t i = 1; i < text.len; i++) {
        int digit = hex_digit(text.ptr[i]);
        if (digit < 0)
            return '\0';
        value = value * 16 + digit;
    }
    return value > 0 && value < 0x80 ? (char)value : '\0';
}

/* Take the field that names the delimiter off the text. */
static char take_delimiter(struct str *text)
{
    struct str rest = *text, field = str_cut(&rest, '|');
    char delimiter = '\t';
    if (str_starts_with(*text, STR("||"))) {
        *text = str_from_index(*text, 2);
        return '|';
    }
    if (field.len == text->len || str_find_char(field, '=') > 0)
        return '\t';
    if (field.len == 1)
        delimiter = field.ptr[0];
    else if (field.len > 1 && !str_eq(field, STR("\\t")))
        delimiter = read_hex(field);
    if (delimiter == '\0')
        return '\t';
    *text = rest;
    return delimiter;
}

static void read_parted(
    struct pairs *pairs, struct str text, struct str delimiter)
{
    while (text.len > 0) {
        ptrdiff_t end = str_find(text, delimiter);
        struct str part = end < 0 ? text : str_sub(text, 0, (size_t)end);
        text = end < 0 ? (struct str){0}
                       : str_from_index(text, (size_t)end + delimiter.len);
        ptrdiff_t equals = str_find_char(part, '=');
        if (equals > 0)
            pairs_add(pairs, str_trim(str_sub(part, 0, (size_t)equals)),
                str_trim(str_from_index(part, (size_t)equals + 1)));
    }
}

void attributes_read_leef(struct pairs *pairs, struct str text)
{
    char delimiter = take_delimiter(&text);
    if (delimiter != '\t' || str_find_char(text, '\t') >= 0)
        read_parted(pairs, text, str_make(&delimiter, 1));
    else if (str_find(text, STR("#011")) >= 0)
        read_parted(pairs, text, STR("#011"));
    else
        read_blank_parted(pairs, text);
}
