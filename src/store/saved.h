/* saved: queries that the analyst named, and the histories of what was typed.
 * Both stay in the case, so that they go where it goes. */
#ifndef SPOOR_STORE_SAVED_H
#define SPOOR_STORE_SAVED_H

#include "src/base/arena.h"
#include "src/base/buf.h"
#include "src/store/store.h"

/* A name is one line of at most SAVED_NAME_MAX bytes, without blanks at its
 * ends. */
enum { SAVED_NAME_MAX = 100 };

struct saved_query {
    struct str name;
    struct str text;     /* as it was typed */
    struct str absolute; /* what is run: last:24h has become two moments */
    int64_t created;     /* ns UTC */
};

/* In order of name. */
struct saved_list {
    struct saved_query *at; /* [count] */
    size_t count;
    struct arena arena; /* its texts */
};

int saved_load(struct store *store, struct saved_list *out, struct err *err);
void saved_done(struct saved_list *list);
/* NULL when there is none of that name. */
const struct saved_query *saved_find(
    const struct saved_list *list, struct str name);

/* Keep a query; one of the same name is replaced. */
int saved_put(struct store *store, struct str name, struct str text,
    struct str absolute, struct err *err);
/* 1 removed, 0 there was none, -1. */
int saved_remove(struct store *store, struct str name, struct err *err);

/* A history: lines, each ended by '\n', the oldest first. An absent one is
 * empty. */
enum { HISTORY_LINES_MAX = 500 };
int history_load(
    struct store *store, const char *name, struct buf *lines, struct err *err);
/* Add a line at the end, or move it there; the oldest past HISTORY_LINES_MAX
 * are forgotten. Line breaks in it become blanks. */
int history_add(
    struct store *store, const char *name, struct str line, struct err *err);

#endif
