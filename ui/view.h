/* view: one screen of the workbench. A view is one file that ends in one const
 * struct view_ops and one row in ui/views.c; an action is one row of its table.
 * Dispatch, help, the `:` line, the menu and the man page read the tables.
 *
 * A view draws on an area and never calls curses; it asks for data through
 * fetch.h or jobs and never waits. */
#ifndef SPOOR_UI_VIEW_H
#define SPOOR_UI_VIEW_H

#include "ui/canvas.h"
#include "ui/key.h"
#include "ui/term.h"

struct app;
struct view; /* one instance on the stack: its state begins with the ops */

struct action {
    const char *name; /* "next-failure": also its `:` command */
    uint32_t keys[3]; /* 0: none */
    const char *help; /* one line */
    /* `argument` is what followed the name on the `:` line, "" from a key. */
    void (*run)(struct app *app, void *state, struct str argument);
    bool takes_argument; /* a key asks for it in a prompt, with `help` */
};

struct view_ops {
    const char *name;  /* "timeline" */
    const char *title; /* "Timeline", in the bar */
    const char *summary;
    uint32_t key; /* '1': switches to it; 0: opened by actions only */
    const struct action *actions; /* ends with a NULL name */
    size_t state_size;            /* zeroed before open */

    /* Returns -1 (with err) when it cannot be opened. `argument` is the
     * opener's, e.g. a query text. */
    int (*open)(
        struct app *app, void *state, struct str argument, struct err *err);
    void (*close)(struct app *app, void *state);
    void (*draw)(struct app *app, void *state, struct area area);

    /* A key that no action took: list movement and the like. True if used. The
     * mouse's place is the canvas's, as area.x and area.y are. */
    bool (*press)(
        struct app *app, void *state, uint32_t key, const struct mouse *mouse);
    /* Close what stands beside or over the view's own content (a pane, a
     * search's highlights): false when there is nothing such, and the view
     * itself is what `q` closes. May be NULL. */
    bool (*back)(struct app *app, void *state);
    /* A fetch or job of this view has news; true when it must be drawn. */
    bool (*wake)(struct app *app, void *state);
    /* Short text for the right of the bar ("31,204 of 10.2M"), and the hint
     * line's left part; may be NULL. */
    void (*status)(struct app *app, void *state, struct buf *out);
    /* The case's content or the zone changed. May be NULL. */
    void (*refresh)(struct app *app, void *state);
    /* Is something asked for that is not there yet? For scripts that wait. May
     * be NULL. */
    bool (*busy)(struct app *app, void *state);
    /* A badge behind the title ("7"), "" for none. May be NULL. */
    void (*badge)(struct app *app, struct buf *out);
};

extern const struct view_ops *const view_table[]; /* ends with NULL */
const struct view_ops *view_find(struct str name);

#endif
