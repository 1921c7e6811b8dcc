/* What an anchored pattern must begin with.
 *
 * The pattern is read from the left as long as it is plain: literals, escaped
 * punctuation and groups of such. The result is a set of byte strings of at
 * most eight bytes, one of which every match begins with. At the first thing
 * that is not plain, reading stops and the set is what has been gathered; that
 * is always true of a match, only less telling. Where nothing had been gathered
 * and a class comes ([A-Z], \d+), the bytes it takes are noted instead. A
 * pattern that is not anchored, has alternatives at its top level or sets
 * options has no heads. */
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

/* What the heads without bytes may begin with, over the whole pattern. */
struct firsts {
    uint8_t bits[32];
    bool any;
};

struct reader {
    struct str pattern;
    size_t at;
    struct firsts *firsts;
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

static bool all_closed(const struct heads *heads)
{
    for (size_t i = 0; i < heads->count; i++)
        if (!heads->closed[i])
            return false;
    return true;
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

/* The cursor is at '[': move past the class. */
static bool skip_class(struct reader *in)
{
    in->at++;
    if (peek(in) == '^')
        in->at++;
    if (peek(in) == ']')
        in->at++;
    for (; !at_end(in); in->at++) {
        if (peek(in) == '\\') {
            in->at++;
        } else if (peek(in) == '[') {
            return false; /* [:alpha:] and the like: not worth the trouble */
        } else if (peek(in) == ']') {
            in->at++;
            return true;
        }
    }
    return false;
}

/* The bytes that one class or escape takes, asked of PCRE2 itself: what it
 * worked out for the start of a match of nothing else. */
static bool find_bytes(struct str atom, uint8_t bits[32])
{
    int code = 0;
    PCRE2_SIZE where = 0;
    const uint8_t *map = NULL;
    uint32_t kind = 0, unit = 0;
    pcre2_code *one =
        pcre2_compile((PCRE2_SPTR)atom.ptr, atom.len, 0, &code, &where, NULL);
    if (one == NULL)
        return false;
    pcre2_pattern_info(one, PCRE2_INFO_FIRSTBITMAP, &map);
    pcre2_pattern_info(one, PCRE2_INFO_FIRSTCODETYPE, &kind);
    pcre2_pattern_info(one, PCRE2_INFO_FIRSTCODEUNIT, &unit);
    for (size_t i = 0; map != NULL && i < 32; i++)
        bits[i] |= map[i];
    bool single = map == NULL && kind == 1 && unit < 256;
    if (single)
        bits[unit / 8] |= (uint8_t)(1u << (unit % 8));
    pcre2_code_free(one);
    return map != NULL || single;
}

/* Reading stops at the cursor: note what may stand there. */
static void note_firsts(const struct reader *in)
{
    struct reader end = *in;
    char c = peek(in);
    bool known = false;
    if (c == '[') {
        known = skip_class(&end);
    } else if (c == '\\' && in->at + 1 < in->pattern.len) {
        known = strchr("dwsDWS", in->pattern.ptr[in->at + 1]) != NULL;
        end.at += 2;
    }
    char next = peek(&end);
    if (!known || next == '*' || next == '?' || next == '{' ||
        !find_bytes(
            str_sub(in->pattern, in->at, end.at - in->at), in->firsts->bits))
        in->firsts->any = true;
}

/* Reading stops: heads do not grow any more. */
static void stop_all(const struct reader *in, struct heads *heads)
{
    bool noted = false;
    for (size_t i = 0; i < heads->count; i++) {
        if (!heads->closed[i] && heads->len[i] == 0 && !noted) {
            note_firsts(in);
            noted = true;
        }
        heads->closed[i] = true;
    }
}

static bool add_head(struct heads *all, const struct heads *from, size_t i)
{
    for (size_t k = 0; k < all->count; k++)
        if (all->len[k] == from->len[i] && all->closed[k] == from->closed[i] &&
            memcmp(all->text[k], from->text[i], from->len[i]) == 0)
            return true;
    if (all->count == REGEX_HEADS)
        return false;
    memcpy(all->text[all->count], from->text[i], HEAD_BYTES);
    all->len[all->count] = from->len[i];
    all->closed[all->count] = from->closed[i];
    all->count++;
    return true;
}

static bool read_sequence(struct reader *in, struct heads *heads, int nesting);

/* Move to the end of an alternative, at its `|` or `)`. */
static bool skip_alternative(struct reader *in)
{
    int open = 0;
    while (!at_end(in)) {
        char c = peek(in);
        if ((c == '|' || c == ')') && open == 0)
            return true;
        if (c == '[') {
            if (!skip_class(in))
                return false;
            continue;
        }
        in->at += c == '\\' ? 2 : 1;
        open += (c == '(') - (c == ')');
    }
    return false;
}

/* Read a group's alternatives, each beginning where `before` ends. */
static bool read_group(
    struct reader *in, const struct heads *before, struct heads *out, int depth)
{
    out->count = 0;
    for (;;) {
        struct heads one = *before;
        if (!read_sequence(in, &one, depth)) {
            stop_all(in, &one);
            if (!skip_alternative(in))
                return false;
        }
        for (size_t i = 0; i < one.count; i++)
            if (!add_head(out, &one, i))
                return false;
        char c = peek(in);
        in->at++;
        if (c != '|')
            return c == ')';
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

/* A class of a few letters, "[Aa]": each becomes a beginning. */
static bool take_letters(struct reader *in, struct heads *heads)
{
    struct str rest = str_from_index(in->pattern, in->at + 1);
    ptrdiff_t len = str_find_char(rest, ']');
    if (len < 1 || len > 4 ||
        is_quantifier(
            peek(&(struct reader){.pattern = rest, .at = (size_t)len + 1})))
        return false;
    struct heads grown = {.count = 0};
    for (ptrdiff_t i = 0; i < len; i++) {
        char c = rest.ptr[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z'))
            return false;
        struct heads one = *heads;
        grow_all(&one, c);
        for (size_t k = 0; k < one.count; k++)
            if (!add_head(&grown, &one, k))
                return false;
    }
    *heads = grown;
    in->at += (size_t)len + 2;
    return true;
}

/* Literals and groups up to `|`, `)` or the end. False when something else
 * comes before: the heads hold, but must be closed. */
static bool read_sequence(struct reader *in, struct heads *heads, int nesting)
{
    for (;;) {
        if (all_closed(heads))
            return false;
        if (at_end(in) || peek(in) == '|' || peek(in) == ')')
            return true;
        size_t start = in->at;
        char c;
        if (peek(in) == '(') {
            if (!take_group(in, heads, nesting))
                return false;
        } else if (peek(in) == '[') {
            if (!take_letters(in, heads))
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

static void set_heads(struct regex *regex, const struct heads *heads)
{
    regex->head_count = heads->count;
    for (size_t i = 0; i < heads->count; i++) {
        char mask[HEAD_BYTES] = {0}, want[HEAD_BYTES] = {0};
        memset(mask, 0xFF, heads->len[i]);
        memcpy(want, heads->text[i], heads->len[i]);
        memcpy(&regex->heads[i].mask, mask, sizeof(mask));
        memcpy(&regex->heads[i].want, want, sizeof(want));
    }
}

void regex_find_heads(struct regex *regex, struct str pattern)
{
    struct firsts firsts = {.any = true};
    struct heads heads = {.count = 1};
    if (pattern.len > 0 && pattern.ptr[0] == '^' &&
        str_find(pattern, STR("\\Q")) < 0 &&
        str_find(pattern, STR("(?|")) < 0 && !has_top_alternative(pattern)) {
        struct reader in = {.pattern = pattern, .at = 1, .firsts = &firsts};
        firsts.any = false;
        read_sequence(&in, &heads, NESTING);
        stop_all(&in, &heads);
    }
    set_heads(regex, &heads);
    memcpy(regex->first, firsts.bits, sizeof(regex->first));
    if (firsts.any)
        memset(regex->first, 0xFF, sizeof(regex->first));
    regex->may_be_empty = firsts.any;
}
