/* list: rows under a cursor, over a source of pages that may have millions.
 *
 * The widget owns cursor, scrolling, marks and search; its user only gives
 * pages and cells. A row is known by its key, never by its number, so that
 * nothing is O(n). Rows that are not there yet are asked for; until they come
 * the old ones stay on the screen. */
#ifndef SPOOR_UI_LIST_H
#define SPOOR_UI_LIST_H

#include "ui/canvas.h"
#include "ui/key.h"
#include "ui/term.h"

/* Order of rows is the order of (major, minor). */
struct list_key {
    int64_t major, minor;
};
#define LIST_FIRST ((struct list_key){INT64_MIN, INT64_MIN})
#define LIST_LAST ((struct list_key){INT64_MAX, INT64_MAX})
int list_key_compare(struct list_key a, struct list_key b);

struct list_column {
    const char *title;
    int width;  /* 0: the rest of the line; only the last may be */
    bool right; /* numbers */
};

struct list_ops {
    /* Give up to `n` keys after (`backward`: before) `from`, itself left out,
     * ascending either way; return how many. -1: not known yet; the widget asks
     * again after the next wake. `end`: there are no more in that direction;
     * fewer than `n` without it means that the rest is not known yet. */
    int (*keys)(void *context, struct list_key from, bool backward, int n,
        struct list_key *out, bool *end);
    /* One cell, appended to `text` (raw: the widget escapes). */
    void (*cell)(void *context, struct list_key row, int column,
        struct buf *text, enum style *style);
    /* A style for the whole row (STYLE_TEXT: none). May be NULL. */
    enum style (*row)(void *context, struct list_key row);
    /* A line drawn above a row ("-- 6h 12m without events --"). May be NULL. */
    bool (*above)(void *context, struct list_key row, struct buf *text);
};

/* A row as it was drawn: `y` counts from the first row below the headings, and
 * is that of the line above it where there is one. */
struct list_line {
    struct list_key key;
    int y, height;
    bool has_above;
};

struct list {
    const struct list_ops *ops;
    void *context;
    const struct list_column *columns;
    int column_count;
    bool cells; /* left and right choose a column before they shift */
    int column; /* the chosen one */
    struct list_key top, cursor;
    bool is_settled;        /* `cursor` is a row that exists */
    int owed;               /* rows still to move, once they are known */
    int shift;              /* columns the last column is scrolled by */
    int hidden;             /* columns right of it that no row shows */
    bool wrap;              /* long rows take several lines */
    int height;             /* lines for rows, when drawn last */
    struct list_key *marks; /* sorted */
    size_t mark_count, mark_capacity;
    struct buf search;       /* text being highlighted, folded; "" none */
    struct list_line *shown; /* drawn last time, [shown_count] */
    size_t shown_count, shown_capacity;
    struct area body;         /* where, for the mouse */
    struct buf text, escaped; /* scratch */
};

/* The most rows a list asks for at once. */
enum { LIST_ROWS_MAX = 512 };

void list_init(struct list *list, const struct list_ops *ops, void *context,
    const struct list_column *columns, int column_count);
void list_done(struct list *list);
/* Forget keys (the source changed); the cursor stays where it was, or on the
 * nearest row after it. */
void list_reset(struct list *list);
void list_draw(struct list *list, struct area area); /* with headings */

/* j k arrows g G Home End C-d C-u C-f C-b PgUp PgDn Space h l 0 m (mark) and
 * the mouse. True if used; a double click moves the cursor and is left to the
 * caller. */
bool list_press(struct list *list, uint32_t key, const struct mouse *mouse);
/* The cursor to a row, or the nearest after it. */
void list_move_to(struct list *list, struct list_key key);
/* False: empty, or the row is not known yet. */
bool list_cursor(const struct list *list, struct list_key *out);
bool list_is_marked(const struct list *list, struct list_key key);

/* Show where `text` (any case) stands in the rows; "" nowhere. */
void list_set_search(struct list *list, struct str text);
bool list_end_search(struct list *list); /* false: none was shown */
/* Move to the next (previous) row with that text in a cell. For lists whose
 * keys are all known: LIST_FIND_ROWS rows are looked at. */
enum { LIST_FIND_ROWS = 100000 };
bool list_find(struct list *list, bool backward);

#endif
