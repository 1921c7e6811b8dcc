/* query: the query language, from text to a tree.
 *
 *     user:alice outcome:failure src_ip:10.0.0.0/8 -host:web* status:500..599
 *     after:2026-03-01 "session opened" | count by src_ip, user
 *
 * Parsing needs no case; what the words mean in one (ids, times without a date)
 * is settled when a search is opened (search.h). */
#ifndef SPOOR_QUERY_QUERY_H
#define SPOOR_QUERY_QUERY_H

#include "src/base/arena.h"
#include "src/base/buf.h"
#include "src/base/err.h"
#include "src/base/ip.h"
#include "src/base/zone.h"
#include "src/event/field.h"
#include "src/event/own_names.h"

enum node_kind {
    NODE_ALL,   /* matches everything: an empty query */
    NODE_AND,   /* children */
    NODE_OR,    /* children */
    NODE_NOT,   /* one child */
    NODE_FIELD, /* field op values */
    NODE_TEXT,  /* free text */
    NODE_TIME,  /* [time_first, time_last) */
    NODE_FLAG,  /* is:... */
};

enum compare {
    COMPARE_EQUAL, /* whole value, case-insensitive, or a pattern with * ? */
    COMPARE_LESS,
    COMPARE_LESS_EQUAL,
    COMPARE_GREATER,
    COMPARE_GREATER_EQUAL,
    COMPARE_RANGE,   /* a..b, both included */
    COMPARE_NETWORK, /* an address inside */
    COMPARE_REGEX,   /* search, not whole; case-sensitive */
    COMPARE_PRESENT, /* field:* */
};

enum query_flag {
    FLAG_STARRED,
    FLAG_UNDATED,
    FLAG_PARSED,
    FLAG_GENERIC,
    FLAG_UNPARSED,
    FLAG_REPEATED, /* count > 1 */
    FLAG_COUNT
};

/* One alternative of field:a,b,c. */
struct operand {
    enum compare compare;
    struct str text; /* as written, unquoted */
    bool pattern;    /* has unescaped * or ? */
    bool number_ok;  /* low (and high) hold numbers or times */
    int64_t low, high;
    struct ip ip_low, ip_high; /* address or network; family 0: not one */
};

struct node {
    enum node_kind kind;
    size_t start, end; /* in the query's text, for carets and editing */
    struct node **children;
    size_t child_count;
    enum field field; /* FIELD_NONE: an extra, named by `name` */
    struct str name;  /* of the extra, exact case */
    struct operand *operands;
    size_t operand_count;
    struct str text;               /* NODE_TEXT */
    bool exact_case;               /* cs:"Text" */
    int64_t time_first, time_last; /* NODE_TIME; STAMP_NONE: open */
    enum query_flag flag;
};

enum tail_kind { TAIL_NONE, TAIL_COUNT, TAIL_TOP, TAIL_PER, TAIL_FIRST };

struct group_key {
    enum field field;
    struct str name; /* of an extra */
};
enum { GROUP_KEYS_MAX = 8 };

/* | count by a, b   | top a 20   | per 1h by a   | first a, b */
struct tail {
    enum tail_kind kind;
    struct group_key keys[GROUP_KEYS_MAX];
    size_t key_count;
    uint64_t limit;   /* TAIL_TOP; 0: none */
    int64_t interval; /* TAIL_PER, ns */
};

struct query {
    struct str text;
    struct node *root; /* never NULL */
    struct tail tail;
    struct arena arena;
};

/* What times without zone or date mean. */
struct query_basis {
    const struct zone *zone; /* of the case; NULL: UTC */
    int64_t newest;          /* newest acquisition, for last:24h; STAMP_NONE */
    int64_t day; /* a moment of the day "02:11" means; STAMP_NONE: an error */
    /* The time of an event, for around:ID+-10m. May be NULL. */
    bool (*event_time)(void *context, int64_t id, int64_t *time);
    /* The logs' own names that may stand without their x. Asked for once a name
     * is no field's; lives as long as the parsing. May be or return NULL. */
    const struct own_names *(*own_names)(void *context);
    void *context;
};

/* Where a query is wrong, for a caret. */
struct query_error {
    size_t start, end;
    char message[240]; /* what was expected; the nearest field name */
};

/* NULL on error: `err` has the message with the query and a caret below, and
 * `where` (may be NULL) the place. */
struct query *query_parse(struct str text, const struct query_basis *basis,
    struct query_error *where, struct err *err);
void query_free(struct query *query);

/* A name as queries write it: a field's short or ECS name, x.NAME, or NAME of
 * `own_names` (NULL: none). False when it is none. `out` borrows. */
bool query_find_name(
    struct str name, const struct own_names *own_names, struct group_key *out);
/* The nearest of short and own names, as queries write it; empty when none is
 * near. */
struct str query_nearest_name(
    struct str name, const struct own_names *own_names);

/* The tree as canonical text (times absolute), for tests, saved queries and
 * editing. */
void query_format(const struct query *query, struct buf *out);
void node_format(const struct node *node, struct buf *out);

#endif
