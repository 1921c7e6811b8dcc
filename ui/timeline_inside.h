/* timeline_inside: what the files of the timeline share.
 *
 *     timeline.c         the view: opening, drawing, keys
 *     timeline_query.c   queries, their undo, values for pivots
 *     timeline_rows.c    rows of the list: columns, cells, gaps
 *     timeline_move.c    jumping: failures, days, times, matches, bars
 */
#ifndef SPOOR_UI_TIMELINE_INSIDE_H
#define SPOOR_UI_TIMELINE_INSIDE_H

#include "ui/app.h"
#include "ui/detail.h"
#include "ui/fetch.h"
#include "ui/histogram.h"
#include "ui/list.h"
#include "ui/timeline.h"

enum { TIMELINE_COLUMNS_MAX = 12, TIMELINE_STEPS_MAX = 200 };

/* What the cursor will jump to once it has been found. */
enum jump { JUMP_NONE, JUMP_FAILURE, JUMP_DAY, JUMP_DAY_BACK, JUMP_MATCH };

struct timeline {
    struct app *app;
    struct fetch *fetch;
    struct fetch *before; /* cancelled: its rows stand in until new ones come */
    struct fetch **retired; /* cancelled, their threads may still be ending */
    size_t retired_count, retired_capacity;

    char **steps; /* [step_count] queries, oldest first; owned */
    size_t step_count, step_capacity;
    size_t step; /* the one in force */

    struct list list;
    struct list_column columns[TIMELINE_COLUMNS_MAX];
    const struct row_column *chosen[TIMELINE_COLUMNS_MAX];
    int column_count;
    int widths[TIMELINE_COLUMNS_MAX]; /* the widest value seen */
    bool is_narrow, has_fractions;
    int64_t base;    /* relative times are since this; STAMP_NONE: none */
    int64_t gap_min; /* a longer time without events is told; ns */

    struct histogram histogram;
    struct detail_pane detail;
    bool detail_open;

    enum jump jump;
    bool jump_backward;
    int jump_again; /* the key was pressed again before it was found */
    struct position jump_from;
    struct buf jump_condition;
    struct buf search; /* as typed */
};

struct position timeline_position(struct list_key key);
struct list_key timeline_key(struct position at);
/* The row from this fetch or the one before it; NULL when neither has it. */
const struct fetched *timeline_row(
    struct timeline *timeline, struct list_key key);
/* The event under the cursor; NULL when there is none. */
const struct fetched *timeline_cursor(struct timeline *timeline);

/* --- rows ---------------------------------------------------------------- */

extern const struct list_ops timeline_list_ops;
/* Columns by names ("time,host,what"); "" gives the ordinary ones. */
int timeline_set_columns(
    struct timeline *timeline, struct str names, struct err *err);
void timeline_column_names(struct buf *out);
/* Fit widths to what was seen, for a screen so wide. */
void timeline_fit_columns(struct timeline *timeline, int width);
/* Field and value of a column of a row. */
bool timeline_column_value(const struct timeline *timeline, int column,
    const struct fetched *row, struct group_key *key, struct buf *value);

/* --- queries ------------------------------------------------------------- */

int timeline_start(struct timeline *timeline, struct str text, struct err *err);
void timeline_reap(struct timeline *timeline);
void timeline_drop_before(struct timeline *timeline);
void timeline_forget(struct timeline *timeline);

/* --- jumping ------------------------------------------------------------- */

/* Go on with a jump under way; true when it ended. */
bool timeline_go_on(struct timeline *timeline);
void timeline_next_failure(struct app *app, void *state, struct str argument);
void timeline_previous_failure(
    struct app *app, void *state, struct str argument);
void timeline_next_day(struct app *app, void *state, struct str argument);
void timeline_previous_day(struct app *app, void *state, struct str argument);
void timeline_to_time(struct app *app, void *state, struct str argument);
void timeline_search(struct app *app, void *state, struct str argument);
void timeline_next_match(struct app *app, void *state, struct str argument);
void timeline_previous_match(struct app *app, void *state, struct str argument);
void timeline_zoom_in(struct app *app, void *state, struct str argument);
void timeline_zoom_out(struct app *app, void *state, struct str argument);
void timeline_next_bar(struct app *app, void *state, struct str argument);
void timeline_previous_bar(struct app *app, void *state, struct str argument);
void timeline_select_from(struct app *app, void *state, struct str argument);
void timeline_select_to(struct app *app, void *state, struct str argument);
void timeline_only_shown(struct app *app, void *state, struct str argument);

#endif
