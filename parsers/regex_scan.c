/* What opens a group is a parenthesis that is neither escaped nor in a class:
 *
 *     (       a group           (?<name>  (?P<name>  (?'name'   a named group
 *     (?: (?= (?! (?> (?<= (?<! (?i)      none
 */
#include "parsers/regex_scan.h"

#include <stdlib.h>
#include <string.h>

struct scan {
    struct str text;
    size_t at;
    struct regex_names *out;
    bool lost; /* something that is not followed */
};

static char peek(const struct scan *scan, size_t ahead)
{
    size_t at = scan->at + ahead;
    return at < scan->text.len ? scan->text.ptr[at] : '\0';
}

/* `\Q` quotes what follows, parentheses included. */
static void skip_escape(struct scan *scan)
{
    scan->lost |= peek(scan, 1) == 'Q';
    scan->at += 2;
}

/* "[^]...]": a bracket that comes first is one of the class. */
static void skip_class(struct scan *scan)
{
    scan->at++;
    scan->at += peek(scan, 0) == '^';
    scan->at += peek(scan, 0) == ']';
    while (scan->at < scan->text.len && peek(scan, 0) != ']') {
        if (peek(scan, 0) == '\\') {
            skip_escape(scan);
            continue;
        }
        bool posix = peek(scan, 0) == '[' && peek(scan, 1) == ':';
        scan->at += posix ? 2 : 1;
        while (posix && scan->at < scan->text.len && peek(scan, 0) != ']')
            scan->at++;
        scan->at += posix;
    }
    scan->at++;
}

static void take_name(struct scan *scan, size_t skip, char end)
{
    struct str rest = str_from_index(scan->text, scan->at + skip);
    ptrdiff_t len = str_find_char(rest, end);
    scan->lost |= len <= 0;
    if (scan->lost)
        return;
    struct regex_names *out = scan->out;
    out->items[out->count++] =
        (struct regex_name){str_sub(rest, 0, (size_t)len), ++out->groups};
    scan->at += skip + (size_t)len + 1;
}

/* "(?i)", "(?s-m:": other letters change how the text is to be read. */
static void skip_options(struct scan *scan)
{
    scan->at += 2;
    while (peek(scan, 0) != '\0' && strchr("imsJU-^", peek(scan, 0)) != NULL)
        scan->at++;
    scan->lost |= peek(scan, 0) != ':' && peek(scan, 0) != ')';
    scan->at += peek(scan, 0) == ':';
}

static void open_group(struct scan *scan)
{
    char kind = peek(scan, 2), next = peek(scan, 3);
    scan->lost |= peek(scan, 1) == '*';
    if (peek(scan, 1) != '?') {
        scan->out->groups++;
        scan->at++;
    } else if (kind == ':' || kind == '=' || kind == '!' || kind == '>') {
        scan->at += 3;
    } else if (kind == '<' && (next == '=' || next == '!')) {
        scan->at += 4;
    } else if (kind == '<') {
        take_name(scan, 3, '>');
    } else if (kind == 'P' && next == '<') {
        take_name(scan, 4, '>');
    } else if (kind == '\'') {
        take_name(scan, 3, '\'');
    } else {
        skip_options(scan);
    }
}

static int by_name(const void *a, const void *b)
{
    const struct regex_name *one = a, *two = b;
    int order = str_compare(one->name, two->name);
    return order != 0 ? order : (one->number > two->number) * 2 - 1;
}

bool regex_scan(
    struct str pattern, struct arena *arena, struct regex_names *out)
{
    struct scan scan = {.text = pattern, .out = out};
    size_t most = str_count_char(pattern, '(');
    *out = (struct regex_names){
        .items = arena_alloc(arena, (most + 1) * sizeof(*out->items))};
    while (scan.at < pattern.len && !scan.lost) {
        if (peek(&scan, 0) == '\\')
            skip_escape(&scan);
        else if (peek(&scan, 0) == '[')
            skip_class(&scan);
        else if (peek(&scan, 0) == '(')
            open_group(&scan);
        else
            scan.at++;
    }
    if (out->count > 1)
        qsort(out->items, out->count, sizeof(*out->items), by_name);
    return !scan.lost;
}
