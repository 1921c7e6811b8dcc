/* timeline: the view of events in order of time, and what other views do with
 * it. The app opens it with a query text as argument. */
#ifndef SPOOR_UI_TIMELINE_H
#define SPOOR_UI_TIMELINE_H

#include "src/query/query.h"
#include "ui/view.h"

struct fetch;

extern const struct view_ops view_timeline;

/* Show what a query finds (opening the view if it is not there). The cursor
 * stays at its time; a step of filtering is kept for timeline_undo. -1: the
 * query is wrong, nothing changed. */
int timeline_set_query(struct app *app, struct str text, struct err *err);
/* The query text in force, "" for everything or without a timeline. */
struct str timeline_query(struct app *app);
/* Take filter steps back, or make them again. False: there is none. */
bool timeline_undo(struct app *app);
bool timeline_redo(struct app *app);

/* The value under the cursor, of the column chosen with Left and Right: its
 * field, and its text appended. False when there is none. */
bool timeline_value(struct app *app, struct group_key *key, struct buf *value);
/* Id and time (STAMP_NONE: undated) of the event under the cursor. */
bool timeline_event(struct app *app, int64_t *id, int64_t *time);
/* Move to the first event at or after a time. */
void timeline_go_to(struct app *app, int64_t time);

/* The fetch at work, for its counts; NULL without a timeline. */
struct fetch *timeline_fetch(struct app *app);

#endif
