/* What an anchored pattern must begin with.
 *
 * The pattern is read from the left as long as it is plain: literals, escaped
 * punctuation and groups of such. The result is a set of byte strings of at
 * most eight bytes, one of which every match begins with. At the first thing
 * that is not plain, reading stops and the set is what has been gathered; that
 * is always true of a match, only less telling. A pattern that is not anchored,
 * has alternatives at its top level or sets options has no heads. */
#include "parsers/regex_head.h"

#include <string.h>

enum { HEAD_BYTES = 8, NESTING = 4 };

/* The beginnings found so far. A closed one may not grow any more. */
struct heads {
    char text[REGEX_HEADS][HEAD_BYTES];
    uint8_t len[REGEX_HEADS];
    bool closed[REGEX_HEADS];
    size_t count;
};

struct reader {
    struct str pattern;
    size_t at;
};

static bool at_end(const struct reader *in)
{
    return in->at >= in->pattern.len;
}

static char peek(const struct reader *in)
{
    return at_end(in) ? '\0' : in->pattern.ptr[in->at];
}

static void close_all(struct heads *heads)
{
    for (size_t i = 0; i < heads->count; i++)
        heads->closed[i] = true;
}

static void grow_all(struct heads *heads, char c)
{
    for (size_t i = 0; i < heads->count; i++) {
        if (heads->closed[i])
            continue;
        heads->text[i][heads->len[i]++] = c;
        heads->closed[i] = heads->len[i] == HEAD_BYTES;
    }
}

/* A literal byte at the cursor: moves past it, or leaves the cursor. */
static bool read_literal(struct reader *in, char *out)
{
    if (at_end(in))
        return false;
    char c = peek(in);
    if (c == '\\') {
        if (in->at + 1 >= in->pattern.len)
            return false;
        char escaped = in->pattern.ptr[in->at + 1];
        if (strchr("\\.[](){}*+?|^$/-\":;,=<>#&%!@~ '", escaped) == NULL ||
            escaped == '\0')
            return false;
        *out = escaped;
        in->at += 2;
        return true;
    }
    if (strchr(".[](){}*+?|^$", c) != NULL)
        return false;
    *out = c;
    in->at++;
    return true;
}

/* Move past the opening of a plain group; false for assertions, options. */
static bool enter_group(struct reader *in)
{
    struct str rest = str_from_index(in->pattern, in->at);
    if (!str_starts_with(rest, STR("(?"))) {
        if (str_starts_with(rest, STR("(*")))
            return false;
        in->at++;
        return true;
    }
    if (str_starts_with(rest, STR("(?:"))) {
        in->at += 3;
        return true;
    }
    size_t from = str_starts_with(rest, STR("(?P<"))  ? 4
                  : str_starts_with(rest, STR("(?<")) ? 3
                                                      : 0;
    if (from == 0 || rest.len <= from || rest.ptr[from] == '=' ||
        rest.ptr[from] == '!')
        return false;
    ptrdiff_t close = str_find_char(rest, '>');
    if (close < 0)
        return false;
    in->at += (size_t)close + 1;
    return true;
}

/* The cursor is inside a group: move past its end. False when it has none. */
static bool leave_group(struct reader *in)
{
    int depth = 1;
    bool in_class = false;
    for (; !at_end(in); in->at++) {
        char c = peek(in);
        if (c == '\\') {
            in->at++;
        } else if (in_class) {
            in_class = c != ']';
        } else if (c == '[') {
            in_class = true;
            if (in->at + 1 < in->pattern.len &&
                in->pattern.ptr[in->at + 1] == '^')
                in->at++;
            if (in->at + 1 < in->pattern.len &&
                in->pattern.ptr[in->at + 1] == ']')
                in->at++;
        } else if (c == '(') {
            depth++;
        } else if (c == ')' && --depth == 0) {
            in->at++;
            return true;
        }
    }
    return false;
}

static bool add_head(struct heads *all, const struct heads *from, size_t i)
{
    if (all->count == REGEX_HEADS)
        return false;
    memcpy(all->text[all->count], from->text[i], HEAD_BYTES);
    all->len[all->count] = from->len[i];
    all->closed[all->count] = from->closed[i];
    all->count++;
    return true;
}

static bool read_sequence(struct reader *in, struct heads *heads, int nesting);

/* Read a group's alternatives, each beginning where `before` ends. */
static bool read_group(
    struct reader *in, const struct heads *before, struct heads *out, int depth)
{
    out->count = 0;
    for (;;) {
        struct heads one = *before;
        bool whole = read_sequence(in, &one, depth);
        if (!whole)
            close_all(&one);
        for (size_t i = 0; i < one.count; i++)
            if (!add_head(out, &one, i))
                return false;
        if (!whole) { /* find this alternative's end */
            struct reader look = *in;
            int open = 0;
            for (; look.at < look.pattern.len; look.at++) {
                char c = look.pattern.ptr[look.at];
                if (c == '\\')
                    look.at++;
                else if (c == '[')
                    return false; /* a class: not worth the trouble */
                else if (c == '(')
                    open++;
                else if (c == ')' && open-- == 0)
                    break;
                else if (c == '|' && open == 0)
                    break;
            }
            in->at = look.at;
        }
        if (peek(in) == ')') {
            in->at++;
            return true;
        }
        if (peek(in) != '|')
            return false;
        in->at++;
    }
}

static bool is_quantifier(char c)
{
    return c == '*' || c == '?' || c == '{' || c == '+';
}

/* A group at the cursor. False when reading must stop before it. */
static bool take_group(struct reader *in, struct heads *heads, int nesting)
{
    struct reader ahead = *in;
    struct heads inside;
    if (nesting == 0 || !enter_group(&ahead))
        return false;
    struct reader end = ahead;
    if (!leave_group(&end) || !read_group(&ahead, heads, &inside, nesting - 1))
        return false;
    if (ahead.at != end.at)
        return false;

    char next = peek(&ahead);
    if (next == '*' || next == '{')
        return false;
    if (next == '?') {
        /* without the group, what follows comes right away */
        for (size_t i = 0; i < heads->count; i++)
            if (!add_head(&inside, heads, i))
                return false;
    }
    *heads = inside;
    in->at = ahead.at;
    if (next == '+')
        close_all(heads);
    if (next == '?' || next == '+') {
        in->at++;
        if (peek(in) == '?' || peek(in) == '+')
            in->at++; /* lazy or possessive: the same beginnings */
    }
    return true;
}

/* Literals and groups up to `|`, `)` or the end. False when something else
 * comes before: the heads hold, but must be closed. */
static bool read_sequence(struct reader *in, struct heads *heads, int nesting)
{
    for (;;) {
        if (at_end(in) || peek(in) == '|' || peek(in) == ')')
            return true;
        size_t start = in->at;
        char c;
        if (peek(in) == '(') {
            if (!take_group(in, heads, nesting))
                return false;
        } else if (!read_literal(in, &c)) {
            return false;
        } else if (is_quantifier(peek(in))) {
            if (peek(in) == '+')
                grow_all(heads, c);
            in->at = start;
            return false;
        } else {
            grow_all(heads, c);
        }
    }
}

/* An alternative outside of any group. */
static bool has_top_alternative(struct str pattern)
{
    struct reader in = {.pattern = pattern};
    int depth = 0;
    bool in_class = false;
    if (str_find(pattern, STR("[]")) >= 0 || str_find(pattern, STR("[^]")) >= 0)
        return true; /* a class that holds its own end: do not bother */
    for (; !at_end(&in); in.at++) {
        char c = peek(&in);
        if (c == '\\')
            in.at++;
        else if (in_class)
            in_class = c != ']';
        else if (c == '[')
            in_class = true;
        else if (c == '(')
            depth++;
        else if (c == ')')
            depth--;
        else if (c == '|' && depth == 0)
            return true;
    }
    return false;
}

void regex_find_heads(struct regex *regex, struct str pattern)
{
    regex->head_count = 1;
    regex->heads[0] = (struct regex_head){0, 0};
    if (pattern.len == 0 || pattern.ptr[0] != '^' ||
        str_find(pattern, STR("\\Q")) >= 0 ||
        str_find(pattern, STR("(?|")) >= 0 || has_top_alternative(pattern))
        return;

    struct reader in = {.pattern = pattern, .at = 1};
    struct heads heads = {.count = 1};
    read_sequence(&in, &heads, NESTING);

    regex->head_count = heads.count;
    for (size_t i = 0; i < heads.count; i++) {
        char mask[HEAD_BYTES] = {0}, want[HEAD_BYTES] = {0};
        memset(mask, 0xFF, heads.len[i]);
        memcpy(want, heads.text[i], heads.len[i]);
        memcpy(&regex->heads[i].mask, mask, sizeof(mask));
        memcpy(&regex->heads[i].want, want, sizeof(want));
    }
}
