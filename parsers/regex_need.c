/* What every match of a pattern holds, wherever it is anchored.
 *
 * The pattern is read once. A literal is needed unless a quantifier lets it be
 * absent; a group needs what all of its alternatives need. Classes, assertions
 * and groups with options need nothing. At anything else that is not plainly
 * one of these the answer is: nothing is known. */
#include "parsers/regex_need.h"

#include <string.h>

enum { NESTING = 16 };

static const struct byte_set everything = {{UINT64_MAX, UINT64_MAX}};

struct reader {
    struct str pattern;
    size_t at;
    bool lost; /* something that is not understood */
};

static char peek(const struct reader *in)
{
    return in->at < in->pattern.len ? in->pattern.ptr[in->at] : '\0';
}

static bool at_end(const struct reader *in)
{
    return in->at >= in->pattern.len;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool looking_at(const struct reader *in, const char *text)
{
    return str_starts_with(str_from_index(in->pattern, in->at), str_from(text));
}

static void add_byte(struct byte_set *set, char c)
{
    uint8_t byte = (uint8_t)c;
    if (byte < 128)
        set->bits[byte / 64] |= UINT64_C(1) << (byte % 64);
}

static void join(struct byte_set *set, struct byte_set other)
{
    set->bits[0] |= other.bits[0];
    set->bits[1] |= other.bits[1];
}

/* The cursor is behind '[': move past the class. */
static void skip_class(struct reader *in)
{
    if (peek(in) == '^')
        in->at++;
    if (peek(in) == ']')
        in->at++;
    for (; !at_end(in); in->at++) {
        char c = peek(in);
        if (c == '\\') {
            in->at++;
        } else if (c == '[') {
            in->lost = true; /* [:alpha:] */
        } else if (c == ']') {
            in->at++;
            return;
        }
    }
    in->lost = true;
}

/* The cursor is behind '\': the literal it stands for, or none. */
static struct byte_set read_escape(struct reader *in)
{
    struct byte_set need = {{0}};
    char c = peek(in);
    in->at++;
    if (c == 'x' && peek(in) != '{') {
        for (int i = 0; i < 2 && (is_digit(peek(in)) || is_letter(peek(in)));
             i++)
            in->at++;
    } else if (is_digit(c)) {
        while (is_digit(peek(in)))
            in->at++;
    } else if (is_letter(c)) {
        /* classes and places; others may reach further */
        in->lost |= strchr("dDwWsSbBhHvVRAzZntrfe", c) == NULL;
    } else if (c != '\0') {
        add_byte(&need, c);
    }
    return need;
}

/* Whether what stands before the cursor may be absent; moves past it. */
static bool read_quantifier(struct reader *in)
{
    char c = peek(in);
    bool optional = false;
    if (c == '{') {
        /* {0,3} and {,3}; a brace that counts nothing is a literal */
        optional = in->at + 1 >= in->pattern.len ||
                   !(is_digit(in->pattern.ptr[in->at + 1]) &&
                       in->pattern.ptr[in->at + 1] != '0');
        while (!at_end(in) && peek(in) != '}')
            in->at++;
        in->at++;
    } else if (c == '*' || c == '?' || c == '+') {
        optional = c != '+';
        in->at++;
    } else {
        return false;
    }
    if (peek(in) == '?' || peek(in) == '+')
        in->at++;
    return optional;
}

static struct byte_set read_alternatives(struct reader *in, int depth);

/* The cursor is behind '('. */
static struct byte_set read_group(struct reader *in, int depth)
{
    bool counts = true;
    if (looking_at(in, "?:")) {
        in->at += 2;
    } else if (looking_at(in, "?=") || looking_at(in, "?!") ||
               looking_at(in, "?<=") || looking_at(in, "?<!")) {
        in->at += peek(in) == '?' && in->pattern.ptr[in->at + 1] == '<' ? 3 : 2;
        counts = false;
    } else if (looking_at(in, "?<") || looking_at(in, "?P<")) {
        while (!at_end(in) && peek(in) != '>')
            in->at++;
        in->at++;
    } else if (looking_at(in, "?i:")) {
        in->at += 3;
        counts = false;
    } else if (peek(in) == '?' || peek(in) == '*') {
        in->lost = true;
    }
    struct byte_set need = read_alternatives(in, depth - 1);
    if (peek(in) != ')')
        in->lost = true;
    in->at++;
    return counts ? need : (struct byte_set){{0}};
}

static struct byte_set read_atom(struct reader *in, int depth)
{
    struct byte_set need = {{0}};
    char c = peek(in);
    in->at++;
    if (c == '(')
        return read_group(in, depth);
    if (c == '\\')
        return read_escape(in);
    if (c == '[')
        skip_class(in);
    else if (strchr(".^$", c) == NULL)
        add_byte(&need, c);
    return need;
}

/* Up to the end or the ')' of the group. */
static struct byte_set read_alternatives(struct reader *in, int depth)
{
    struct byte_set all = everything, one = {{0}};
    in->lost |= depth < 0;
    for (;;) {
        if (in->lost || at_end(in) || peek(in) == ')' || peek(in) == '|') {
            all.bits[0] &= one.bits[0];
            all.bits[1] &= one.bits[1];
            if (in->lost || peek(in) != '|')
                return all;
            one = (struct byte_set){{0}};
            in->at++;
            continue;
        }
        struct byte_set need = read_atom(in, depth);
        if (!read_quantifier(in))
            join(&one, need);
    }
}

struct byte_set regex_find_need(struct str pattern)
{
    struct reader in = {.pattern = pattern};
    struct byte_set need = read_alternatives(&in, NESTING);
    return in.lost || !at_end(&in) ? (struct byte_set){{0}} : need;
}
