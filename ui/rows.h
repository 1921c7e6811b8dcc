/* rows: lists whose rows are all in memory: row i of `count` has the key (i,
 * 0). For views that load everything they show at once. */
#ifndef SPOOR_UI_ROWS_H
#define SPOOR_UI_ROWS_H

#include "ui/list.h"

struct app;

/* What list_ops.keys does for them. */
int rows_keys(size_t count, struct list_key from, bool backward, int n,
    struct list_key *out, bool *end);
struct list_key rows_key(size_t row);
/* The row under the cursor, or -1. */
ptrdiff_t rows_cursor(const struct list *list);

/* Ask for a text and go to it; again (n), and backward (N). */
void rows_search(struct app *app, struct list *list, struct str text);
void rows_search_again(struct app *app, struct list *list, bool backward);

#endif
