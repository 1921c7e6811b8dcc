/* The parser of the query language, by recursive descent:
 *
 *     query := or ['|' tail]
 *     or    := and {'OR' and}
 *     and   := not {['AND'] not}
 *     not   := ('NOT' | '-') not | '(' or ')' | term
 *     term  := name operator values | word | "quoted text"
 *
 * lex.c cuts words, field.c finds names, operand.c reads values, when.c times,
 * tail.c what follows the bar. An error is set once, with its place; the caller
 * gets the message with the query and a caret under it.
 */
#include "src/query/parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/escape.h"
#include "src/base/limit.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"

const char *const query_flag_names[FLAG_COUNT] = {
    [FLAG_STARRED] = "starred",
    [FLAG_UNDATED] = "undated",
    [FLAG_PARSED] = "parsed",
    [FLAG_GENERIC] = "generic",
    [FLAG_UNPARSED] = "unparsed",
    [FLAG_REPEATED] = "repeated",
};

int parse_fail(
    struct parse *parse, size_t start, size_t end, const char *format, ...)
{
    if (parse->where->message[0] != '\0')
        return -1;
    va_list args;
    va_start(args, format);
    vsnprintf(
        parse->where->message, sizeof(parse->where->message), format, args);
    va_end(args);
    parse->where->start = start;
    parse->where->end = end > start ? end : start + 1;
    return -1;
}

struct node *parse_node(struct parse *parse, enum node_kind kind, size_t start)
{
    struct node *node = arena_alloc(&parse->query->arena, sizeof(*node));
    *node = (struct node){
        .kind = kind,
        .start = start,
        .end = start,
        .field = FIELD_NONE,
        .time_first = STAMP_NONE,
        .time_last = STAMP_NONE,
    };
    return node;
}

/* Room for children doubles at every power of two. */
void node_adopt(struct parse *parse, struct node *parent, struct node *child)
{
    size_t count = parent->child_count;
    if ((count & (count - 1)) == 0) {
        size_t room = count == 0 ? 1 : count * 2;
        struct node **grown =
            arena_alloc(&parse->query->arena, room * sizeof(struct node *));
        if (count > 0)
            memcpy(grown, parent->children, count * sizeof(*grown));
        parent->children = grown;
    }
    parent->children[parent->child_count++] = child;
    parent->end = child->end;
}

static struct node *parse_or(struct parse *parse);
static struct node *parse_not(struct parse *parse);

static int text_node(
    struct parse *parse, struct node *node, const struct word *word)
{
    struct str text = word->text;
    if (!word->quoted) {
        /* A text is found anywhere, so that stars at its ends say nothing. */
        while (text.len > 0 && text.ptr[0] == '*')
            text = str_from_index(text, 1);
        while (text.len > 1 && text.ptr[text.len - 1] == '*' &&
               text.ptr[text.len - 2] != '\\')
            text.len--;
        if (pattern_has_wildcard(text) && memchr(text.ptr, '*', text.len))
            return parse_fail(parse, word->start, word->end,
                "* inside a word of free text is not supported: quote it to "
                "find the character itself, or use raw:*a*b*");
        if (!pattern_has_wildcard(text))
            text = pattern_unescape(&parse->query->arena, text);
    }
    if (text.len == 0)
        return parse_fail(
            parse, word->start, word->end, "expected some text to search for");
    node->text = text;
    node->end = word->end;
    return 0;
}

/* is:flag, behind the colon. */
static int flag_node(
    struct parse *parse, struct node *node, const struct word *word)
{
    for (int i = 0; i < FLAG_COUNT; i++) {
        if (str_eq_nocase(word->text, str_from(query_flag_names[i]))) {
            node->kind = NODE_FLAG;
            node->flag = (enum query_flag)i;
            node->end = word->end;
            return 0;
        }
    }
    return parse_fail(parse, word->start, word->end,
        "expected starred, undated, parsed, generic, unparsed or repeated "
        "after is:");
}

/* One of the words that look like a field and are none: is cs after ... `at` is
 * behind the colon. 1 done, 0 it is none of them, -1. */
static int special_term(struct parse *parse, struct node *node, struct str name)
{
    parse_when *when = parse_when_find(name);
    bool is_flag = str_eq_nocase(name, STR("is"));
    bool is_case = str_eq_nocase(name, STR("cs"));
    if (when == NULL && !is_flag && !is_case)
        return 0;
    if (parse->text.ptr[parse->at] != ':')
        return parse_fail(parse, parse->at, parse->at + 1,
            "expected : after %s", escape_text(name));
    parse->at++;
    struct word word;
    if (lex_word(parse, is_flag, &word) < 0)
        return -1;
    if (word.end == word.start)
        return parse_fail(parse, node->start, word.end,
            "expected a value after %s:", escape_text(name));
    if (is_flag)
        return flag_node(parse, node, &word) < 0 ? -1 : 1;
    if (when != NULL) {
        node->kind = NODE_TIME;
        node->end = word.end;
        return when(parse, &word, node) < 0 ? -1 : 1;
    }
    node->exact_case = true;
    return text_node(parse, node, &word) < 0 ? -1 : 1;
}

static struct node *parse_term(struct parse *parse)
{
    size_t start = parse->at;
    struct node *node = parse_node(parse, NODE_TEXT, start);
    size_t name_len = lex_field_name(parse);
    if (name_len == 0) {
        struct word word;
        if (lex_word(parse, false, &word) < 0 ||
            text_node(parse, node, &word) < 0)
            return NULL;
        return node;
    }
    struct str name = str_sub(parse->text, start, name_len);
    parse->at += name_len;
    int special = special_term(parse, node, name);
    if (special != 0)
        return special < 0 ? NULL : node;

    node->kind = NODE_FIELD;
    if (parse_field_name(parse, start, name, &node->field, &node->name) < 0 ||
        parse_comparison(parse, node, name) < 0)
        return NULL;
    node->end = parse->at;
    if (node->field == FIELD_TIME && parse_time_field(parse, node) < 0)
        return NULL;
    return node;
}

static struct node *parse_group(struct parse *parse)
{
    size_t start = parse->at++;
    if (lex_peek(parse) == ')') {
        parse_fail(parse, start, parse->at + 1,
            "expected something between the parentheses");
        return NULL;
    }
    struct node *node = parse_or(parse);
    if (node == NULL)
        return NULL;
    if (lex_peek(parse) != ')') {
        parse_fail(
            parse, start, start + 1, "this parenthesis is not closed by )");
        return NULL;
    }
    parse->at++;
    return node;
}

/* "-enc" at the very start is more likely an option of a command that the
 * analyst saw in a log than a wish to see all but "enc". */
static bool looks_like_option(struct parse *parse, size_t dash)
{
    struct parse ahead = *parse;
    ahead.at = dash + 1;
    struct str rest = str_from_index(parse->text, ahead.at);
    bool first = str_trim(str_sub(parse->text, 0, dash)).len == 0;
    bool letter = rest.len > 0 &&
                  ((rest.ptr[0] | 32) >= 'a' && (rest.ptr[0] | 32) <= 'z');
    return first && (letter || (rest.len > 0 && rest.ptr[0] == '-')) &&
           lex_field_name(&ahead) == 0;
}

static int option_hint(struct parse *parse, size_t dash)
{
    parse->at = dash;
    struct word word = {0};
    if (lex_word(parse, false, &word) < 0)
        return -1;
    const char *text = escape_text(word.text);
    return parse_fail(parse, dash, word.end,
        "is %s an option of a command? Write \"%s\" to search for it, or NOT "
        "%s to leave out events with that text",
        text, text, escape_text(str_from_index(word.text, 1)));
}

static struct node *parse_negated(struct parse *parse, size_t start)
{
    lex_skip_blank(parse);
    char next = lex_peek(parse);
    if (next == '\0' || next == ')' || next == '|') {
        parse_fail(parse, start, parse->at, "expected a term after NOT or -");
        return NULL;
    }
    struct node *child = parse_not(parse);
    if (child == NULL)
        return NULL;
    struct node *node = parse_node(parse, NODE_NOT, start);
    node_adopt(parse, node, child);
    return node;
}

static struct node *parse_primary(struct parse *parse)
{
    size_t start = parse->at;
    char next = parse->text.ptr[start];
    if (next == '(')
        return parse_group(parse);
    if (next == ')') {
        parse_fail(parse, start, start + 1, "this ) closes nothing");
        return NULL;
    }
    if (lex_take_keyword(parse, "OR") || lex_take_keyword(parse, "AND")) {
        parse_fail(parse, start, parse->at,
            "expected a term on both sides of OR and AND; quote the word to "
            "search for it");
        return NULL;
    }
    return parse_term(parse);
}

static struct node *parse_not(struct parse *parse)
{
    lex_skip_blank(parse);
    size_t start = parse->at;
    if (++parse->depth > LIMIT_QUERY_DEPTH) {
        parse_fail(parse, start, start + 1,
            "parentheses and NOT nest deeper than %d", LIMIT_QUERY_DEPTH);
        return NULL;
    }
    struct node *node;
    if (lex_take_keyword(parse, "NOT")) {
        node = parse_negated(parse, start);
    } else if (parse->text.ptr[start] == '-' && start + 1 < parse->text.len &&
               strchr(" \t\n", parse->text.ptr[start + 1]) == NULL) {
        if (looks_like_option(parse, start)) {
            option_hint(parse, start);
            return NULL;
        }
        parse->at++;
        node = parse_negated(parse, start);
    } else {
        node = parse_primary(parse);
    }
    parse->depth--;
    return node;
}

static bool at_term(struct parse *parse)
{
    char next = lex_peek(parse);
    if (next == '\0' || next == ')' || next == '|')
        return false;
    size_t before = parse->at;
    bool is_or = lex_take_keyword(parse, "OR");
    parse->at = before;
    return !is_or;
}

static struct node *parse_and(struct parse *parse)
{
    lex_skip_blank(parse);
    struct node *first = parse_not(parse);
    if (first == NULL || !at_term(parse))
        return first;
    struct node *all = parse_node(parse, NODE_AND, first->start);
    node_adopt(parse, all, first);
    while (at_term(parse)) {
        size_t start = parse->at;
        if (lex_take_keyword(parse, "AND") && !at_term(parse)) {
            parse_fail(parse, start, start + 3, "expected a term after AND");
            return NULL;
        }
        struct node *next = parse_not(parse);
        if (next == NULL)
            return NULL;
        node_adopt(parse, all, next);
    }
    return all;
}

static struct node *parse_or(struct parse *parse)
{
    struct node *first = parse_and(parse);
    size_t start = parse->at;
    if (first == NULL || !lex_take_keyword(parse, "OR"))
        return first;
    struct node *any = parse_node(parse, NODE_OR, first->start);
    node_adopt(parse, any, first);
    do {
        if (!at_term(parse)) {
            parse_fail(parse, start, parse->at, "expected a term after OR");
            return NULL;
        }
        struct node *next = parse_and(parse);
        if (next == NULL)
            return NULL;
        node_adopt(parse, any, next);
        lex_skip_blank(parse);
        start = parse->at;
    } while (lex_take_keyword(parse, "OR"));
    return any;
}

static int parse_all(struct parse *parse)
{
    struct query *query = parse->query;
    query->root = parse_node(parse, NODE_ALL, 0);
    if (parse->text.len > LIMIT_QUERY)
        return parse_fail(
            parse, 0, 1, "a query of %zu bytes is too long", parse->text.len);
    if (memchr(parse->text.ptr, '\0', parse->text.len) != NULL)
        return parse_fail(parse, 0, 1, "a query cannot hold a NUL byte");
    char next = lex_peek(parse);
    if (next != '\0' && next != '|') {
        query->root = parse_or(parse);
        if (query->root == NULL)
            return -1;
    }
    if (lex_peek(parse) == '|') {
        parse->at++;
        return parse_tail(parse, &query->tail);
    }
    if (lex_at_end(parse))
        return 0;
    return parse_fail(
        parse, parse->at, parse->at + 1, "this ) has no ( before it");
}

/* The query on one line with carets below, as much of it as fits a message:
 * what stands around the place. */
static void show_place(
    struct str text, const struct query_error *where, struct err *err)
{
    enum { AROUND = 60 };
    size_t from = where->start > AROUND ? where->start - AROUND : 0;
    while (from > 0 && ((unsigned char)text.ptr[from] & 0xC0) == 0x80)
        from--;
    size_t end = where->end < text.len ? where->end : text.len;
    struct buf line = {0};
    escape_add(&line, str_sub(text, from, where->start - from));
    size_t before = utf8_columns(buf_str(&line), 1);
    escape_add(&line, str_sub(text, where->start, end - where->start));
    size_t width = utf8_columns(buf_str(&line), 1) - before;
    escape_add(&line, str_sub(text, end, AROUND));
    if (width == 0)
        width = 1;
    if (width > 2 * AROUND)
        width = 2 * AROUND;
    struct buf carets = {0};
    for (size_t i = 0; i < before; i++)
        buf_add_char(&carets, ' ');
    for (size_t i = 0; i < width; i++)
        buf_add_char(&carets, '^');
    err_set(err, ERR_USAGE, "%s\n  %.400s\n  %s", where->message,
        buf_cstr(&line), buf_cstr(&carets));
    buf_done(&line);
    buf_done(&carets);
}

struct query *query_parse(struct str text, const struct query_basis *basis,
    struct query_error *where, struct err *err)
{
    static const struct query_basis nothing = {
        .newest = STAMP_NONE, .day = STAMP_NONE};
    struct query_error own = {0};
    if (where == NULL)
        where = &own;
    *where = (struct query_error){0};
    struct query *query = xcalloc(1, sizeof(*query));
    query->text = arena_copy(&query->arena, text);
    struct parse parse = {
        .text = query->text,
        .basis = basis != NULL ? basis : &nothing,
        .day = basis != NULL ? basis->day : STAMP_NONE,
        .query = query,
        .where = where,
    };
    if (parse_all(&parse) == 0)
        return query;
    show_place(query->text, where, err);
    query_free(query);
    return NULL;
}

void query_free(struct query *query)
{
    if (query == NULL)
        return;
    arena_done(&query->arena);
    free(query);
}
