/* filter: the query in force, seen and changed: the line that shows it, the
 * prompt that edits it, and keys that join the value under the cursor to it. */
#ifndef SPOOR_UI_FILTER_H
#define SPOOR_UI_FILTER_H

#include "ui/canvas.h"
#include "ui/fetch.h"

struct filter;

/* Belongs to the app, one for an open case: the history of queries, and what
 * has been looked up for completion. */
struct filter *filter_new(struct app *app);
void filter_free(struct filter *filter);    /* accepts NULL */
void filter_refresh(struct filter *filter); /* the case has changed */
bool filter_is_busy(struct filter *filter);

/* --- drawing ------------------------------------------------------------- */

/* " > QUERY            31,204 of 10,204,112   2026-03-01 .. 2026-03-14" */
void filter_draw(struct app *app, struct area area, struct fetch *fetch);
/* A query coloured by its parts; what is too long ends in "...". Returns the
 * columns taken. */
int filter_draw_query(
    struct area area, int x, int y, int width, struct str text);

/* --- running ------------------------------------------------------------- */

/* Show what a query finds: in the timeline, or counted in groups when it has a
 * tail. It is kept in the history. -1: it is wrong, nothing has changed. */
int filter_run(struct app *app, struct str text, struct err *err);
/* The same with the reason shown at the bottom. False: wrong. */
bool filter_show(struct app *app, struct str text);

/* Ask for a query, beginning with `text`. */
void filter_ask(struct app *app, struct str text);

/* --- actions (view.h) ---------------------------------------------------- */

void filter_edit(struct app *app, void *state, struct str argument);
void filter_clear(struct app *app, void *state, struct str argument);
void filter_drop_term(struct app *app, void *state, struct str argument);
/* The value under the timeline's cursor. */
void filter_only(struct app *app, void *state, struct str argument);
void filter_or(struct app *app, void *state, struct str argument);
void filter_not(struct app *app, void *state, struct str argument);

#endif
