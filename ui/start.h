/* start: the first screen, and the ways into a case. */
#ifndef SPOOR_UI_START_H
#define SPOOR_UI_START_H

#include "src/ingest/ingest.h"
#include "ui/view.h"

extern const struct view_ops view_start;

/* Open a case and show it; an error is shown, too. */
void start_open(struct app *app, const char *path);

/* Put a case on the list of recent ones. What fails is not worth a word. */
void start_remember(struct app *app, const char *path, const char *title);

/* Show the open case: its timeline, in place of the start screen and what was
 * pushed onto it. */
void start_show_case(struct app *app);

/* Import paths into a temporary case (`spoor FILE...`), which is open at once
 * and fills as they are read. `options` NULL: decide nothing. */
int start_temporary(struct app *app, char *const *paths, size_t count,
    const struct ingest_options *options, struct err *err);

/* The zone of stamps without one: that of the case, UTC unless set. */
const struct zone *start_case_zone(struct app *app);

#endif
