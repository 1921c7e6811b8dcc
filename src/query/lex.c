#include "src/query/parse.h"

#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

void lex_skip_blank(struct parse *parse)
{
    while (parse->at < parse->text.len && is_blank(parse->text.ptr[parse->at]))
        parse->at++;
}

bool lex_at_end(struct parse *parse)
{
    lex_skip_blank(parse);
    return parse->at == parse->text.len;
}

char lex_peek(struct parse *parse)
{
    return lex_at_end(parse) ? '\0' : parse->text.ptr[parse->at];
}

bool lex_take_keyword(struct parse *parse, const char *keyword)
{
    lex_skip_blank(parse);
    struct str rest = str_from_index(parse->text, parse->at);
    size_t len = strlen(keyword);
    if (!str_starts_with(rest, str_from(keyword)))
        return false;
    if (rest.len > len && !is_blank(rest.ptr[len]) &&
        strchr("()\"", rest.ptr[len]) == NULL)
        return false;
    parse->at += len;
    return true;
}

/* Behind the opening quote at `start`. Only \" and \\ are escapes, so that
 * Windows paths mostly need none. */
static int quoted(struct parse *parse, size_t start, struct word *out)
{
    struct str text = parse->text;
    char *copy = arena_alloc(&parse->query->arena, text.len - start);
    size_t len = 0;
    for (size_t i = start + 1; i < text.len; i++) {
        if (text.ptr[i] == '"') {
            parse->at = i + 1;
            out->text = str_make(copy, len);
            out->quoted = true;
            out->end = parse->at;
            return 0;
        }
        if (text.ptr[i] == '\\' && i + 1 < text.len &&
            (text.ptr[i + 1] == '"' || text.ptr[i + 1] == '\\'))
            i++;
        copy[len++] = text.ptr[i];
    }
    return parse_fail(parse, start, text.len,
        "this quote is not closed (write \\\" for a quote inside)");
}

static size_t bare_end(struct str text, size_t at, bool comma_ends)
{
    int open = 0;
    for (; at < text.len && !is_blank(text.ptr[at]); at++) {
        char c = text.ptr[at];
        if (c == ',' && comma_ends)
            break;
        if (c == ')' && open-- == 0)
            break;
        open += c == '(';
    }
    return at;
}

int lex_word(struct parse *parse, bool comma_ends, struct word *out)
{
    size_t start = parse->at;
    *out = (struct word){.start = start};
    if (start < parse->text.len && parse->text.ptr[start] == '"') {
        if (quoted(parse, start, out) < 0)
            return -1;
        if (parse->at < parse->text.len &&
            bare_end(parse->text, parse->at, comma_ends) != parse->at)
            return parse_fail(parse, parse->at, parse->at + 1,
                "expected a blank after the closing quote");
        return 0;
    }
    parse->at = bare_end(parse->text, start, comma_ends);
    out->end = parse->at;
    out->text = str_sub(parse->text, start, parse->at - start);
    return 0;
}

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || (c != '\0' && strchr("_.-@", c) != NULL) ||
           (unsigned char)c >= 0x80;
}

size_t lex_field_name(const struct parse *parse)
{
    struct str rest = str_from_index(parse->text, parse->at);
    size_t len = 0;
    while (len < rest.len && is_name_char(rest.ptr[len]))
        len++;
    if (len == 0 || len == rest.len || strchr(":<>~", rest.ptr[len]) == NULL)
        return 0;
    char first = rest.ptr[0];
    if ((first >= '0' && first <= '9') || first == '.' || first == '-')
        return 0;
    return len;
}

/* A backslash before * or ? makes it an ordinary character; two before one are
 * a backslash and a wildcard, as in Sigma. Any other backslash is itself. */
bool pattern_has_wildcard(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '*' || text.ptr[i] == '?')
            return true;
        struct str rest = str_from_index(text, i);
        if (str_starts_with(rest, STR("\\*")) ||
            str_starts_with(rest, STR("\\?")))
            i++;
        if (str_starts_with(rest, STR("\\\\*")) ||
            str_starts_with(rest, STR("\\\\?")))
            return true;
    }
    return false;
}

struct str pattern_unescape(struct arena *arena, struct str text)
{
    char *out = arena_alloc(arena, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        struct str rest = str_from_index(text, i);
        if (str_starts_with(rest, STR("\\*")) ||
            str_starts_with(rest, STR("\\?")))
            i++;
        out[len++] = text.ptr[i];
    }
    return str_make(out, len);
}
