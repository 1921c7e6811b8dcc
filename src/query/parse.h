/* parse: what the files of the query parser share. */
#ifndef SPOOR_QUERY_PARSE_H
#define SPOOR_QUERY_PARSE_H

#include "src/query/query.h"

struct parse {
    struct str text;
    size_t at;
    const struct query_basis *basis;
    int64_t day; /* a moment of the day in force, for "02:11" */
    struct query *query;
    struct query_error *where;
    int depth;
};

/* Set the error, unless one is set already. Always returns -1. */
int parse_fail(struct parse *parse, size_t start, size_t end,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* --- lex.c --------------------------------------------------------------- */

/* A run of the text that stands for a value. */
struct word {
    struct str text; /* quotes taken off, their escapes resolved */
    bool quoted;
    size_t start, end;
};

void lex_skip_blank(struct parse *parse);
bool lex_at_end(struct parse *parse); /* blanks skipped */
/* The next character after blanks, '\0' at the end. */
char lex_peek(struct parse *parse);
/* Is the next word exactly this keyword (a blank or parenthesis follows)? Moves
 * past it if so. */
bool lex_take_keyword(struct parse *parse, const char *keyword);
/* Up to white space, a comma if `comma_ends`, or a parenthesis that the word
 * did not open; or what stands in quotes. */
int lex_word(struct parse *parse, bool comma_ends, struct word *out);

/* The length of a field name at `at` that an operator follows, else 0. */
size_t lex_field_name(const struct parse *parse);

/* --- field.c ------------------------------------------------------------- */

/* A field by short or ECS name, or a log's own: FIELD_NONE with `extra` set. */
int parse_field_name(struct parse *parse, size_t start, struct str name,
    enum field *field, struct str *extra);

/* --- operand.c ----------------------------------------------------------- */

/* The operator and values after a field's name, into `node`. */
int parse_comparison(struct parse *parse, struct node *node, struct str name);

/* --- when.c -------------------------------------------------------------- */

/* A moment or a span of time, [first, last). */
int parse_time(struct parse *parse, const struct word *word, int64_t *first,
    int64_t *last);
/* after: before: on: last: around: behind their colon. */
typedef int parse_when(
    struct parse *parse, const struct word *word, struct node *node);
parse_when *parse_when_find(struct str name);
/* Turn a comparison of the field `time` into NODE_TIME or an OR of them. */
int parse_time_field(struct parse *parse, struct node *node);

/* --- tail.c -------------------------------------------------------------- */

int parse_tail(struct parse *parse, struct tail *tail);

struct node *parse_node(struct parse *parse, enum node_kind kind, size_t start);
void node_adopt(struct parse *parse, struct node *parent, struct node *child);

extern const char *const query_flag_names[FLAG_COUNT];

/* Does the text hold an unescaped * or ? */
bool pattern_has_wildcard(struct str text);
/* The text of one that has none, with the backslash taken off \* and \?. */
struct str pattern_unescape(struct arena *arena, struct str text);

#endif
