/* filter_text: queries as text to be looked at and changed: where each token of
 * one stands, a value joined to one, a term taken out. Knows no case and
 * no screen. */
#ifndef SPOOR_UI_FILTER_TEXT_H
#define SPOOR_UI_FILTER_TEXT_H

#include "src/query/query.h"

/* --- tokens -------------------------------------------------------------- */

enum token_kind {
    TOKEN_END,
    TOKEN_TEXT,     /* a word or quoted text to search for */
    TOKEN_NAME,     /* of a field, or after, is, cs ... */
    TOKEN_OPERATOR, /* : :> >= ~ ... */
    TOKEN_VALUE,    /* one of those behind it; may be empty at the end */
    TOKEN_COMMA,
    TOKEN_NOT, /* NOT or - */
    TOKEN_AND,
    TOKEN_OR,
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_BAR, /* what counts begins */
    TOKEN_TAIL /* a word behind the bar */
};

struct token {
    enum token_kind kind;
    size_t start, end;
    int depth; /* of parentheses around it */
};

/* The tokens of any text, one that is still being typed included, in order.
 * Zero but for `text` to begin. */
struct tokens {
    struct str text;
    size_t at;
    int depth;
    enum {
        TOKENS_TERM,
        TOKENS_OPERATOR,
        TOKENS_VALUE,
        TOKENS_COMMA,
        TOKENS_TAIL
    } state;
    bool commas; /* part the values of this term */
};
struct token tokens_next(struct tokens *tokens);

/* What is searched for, and the tail with its bar ("" when there is none). */
void filter_split(struct str text, struct str *condition, struct str *tail);

/* --- terms --------------------------------------------------------------- */

/* A key's name as a query has it: user, x.SPT. */
void filter_add_name(struct buf *out, const struct group_key *key);
/* Can a query ask for it? Extras may have names that no query can write. */
bool filter_can_name(const struct group_key *key);
/* The value as a query must have it to find just that value. */
void filter_add_value(
    struct buf *out, const struct group_key *key, struct str value);
/* The whole term, user:alice; for a value that is absent, -user:*. False, and
 * nothing added, when the key has no name in queries. */
bool filter_add_term(
    struct buf *out, const struct group_key *key, struct str value);
/* after:T before:U, both absolute. */
void filter_add_span(struct buf *out, int64_t first, int64_t last);

enum filter_join {
    FILTER_AND,
    FILTER_OR, /* widens a term of the same field, else the whole query */
    FILTER_NOT,
};
/* The query with a key's value joined; its tail is kept. Joining what is there
 * already changes nothing, and what contradicts it is replaced. False when the
 * key has no name in queries. */
bool filter_join_value(struct str text, enum filter_join join,
    const struct group_key *key, struct str value, struct buf *out);
/* The query narrowed by a term that is a query of its own. */
void filter_join_term(struct str text, struct str term, struct buf *out);

/* The terms that all must hold, in order: "user:alice", "(a OR b)", "-b". At
 * most `capacity` are given; returns how many there are. */
struct filter_term {
    size_t start, end;
};
size_t filter_terms(struct str text, struct filter_term *out, size_t capacity);
/* The query without its n-th term. */
void filter_remove_term(struct str text, size_t n, struct buf *out);

#endif
