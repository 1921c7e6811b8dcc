/* list: rows under a cursor, over a source of pages that may have millions.
 *
 * The widget owns cursor, scrolling, marks and search; its user only gives
 * pages and cells. A row is known by its key, never by its number, so that
 * nothing is O(n). Rows that are not there yet are drawn as blank lines and
 * asked for. */
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

struct list_column {
    const char *title;
    int width;  /* 0: the rest of the line; only the last may be */
    bool right; /* numbers */
};

struct list_ops {
    /* Give up to `n` keys after (`backward`: before) `from`, itself left out,
     * ascending either way; return how many. -1: not known yet; the widget asks
     * again after the next wake. `end`: there are no more in that direction. */
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

struct list {
    const struct list_ops *ops;
    void *context;
    const struct list_column *columns;
    int column_count;
    struct list_key top, cursor;
    int shift;              /* columns scrolled to the right */
    bool wrap;              /* long rows take several lines */
    int height;             /* rows drawn last time */
    struct list_key *marks; /* sorted */
    size_t mark_count, mark_capacity;
    struct buf search;      /* text being highlighted, folded; "" none */
    struct list_key *shown; /* keys drawn last time, [shown_count] */
    size_t shown_count, shown_capacity;
};

void list_init(struct list *list, const struct list_ops *ops, void *context,
    const struct list_column *columns, int column_count);
void list_done(struct list *list);
/* Forget keys (the source changed); the cursor stays where it was, or on the
 * nearest row after it. */
void list_reset(struct list *list);
void list_draw(struct list *list, struct area area); /* with headings */

/* j k arrows g G Home End C-d C-u C-f C-b PgUp PgDn Space h l 0 m (mark) and
 * the mouse. True if used. */
bool list_press(struct list *list, uint32_t key, const struct mouse *mouse);
void list_move_to(struct list *list, struct list_key key);
bool list_cursor(
    const struct list *list, struct list_key *out); /* false: empty */
bool list_is_marked(const struct list *list, struct list_key key);

#endif
