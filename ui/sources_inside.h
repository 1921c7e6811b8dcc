/* sources_inside: what the files of the sources view share. */
#ifndef SPOOR_UI_SOURCES_INSIDE_H
#define SPOOR_UI_SOURCES_INSIDE_H

#include "src/job/job.h"
#include "src/store/source.h"
#include "ui/app.h"
#include "ui/decide.h"
#include "ui/gaps.h"
#include "ui/list.h"

enum sources_column {
    SOURCES_ID,
    SOURCES_STATE,
    SOURCES_EVENTS,
    SOURCES_PARSED,
    SOURCES_GENERIC,
    SOURCES_UNPARSED,
    SOURCES_FORMAT,
    SOURCES_HOST,
    SOURCES_FIRST,
    SOURCES_LAST,
    SOURCES_PATH,
    SOURCES_COLUMNS
};

/* Finding the gaps reads every batch's summary: in a thread. */
struct gaps_task {
    struct app *app;
    struct store *store; /* the thread's own */
    struct gap *gaps;
    size_t count;
    _Atomic bool ready;
};

struct sources {
    struct app *app;
    struct list list;
    struct list_column columns[SOURCES_COLUMNS];
    enum sources_column shown[SOURCES_COLUMNS]; /* what each column is */
    int column_count, laid_out;                 /* for this width */
    int path_width;
    size_t common; /* of every path: the folder shown in the heading */
    struct buf path_title;

    struct source *all;
    size_t count;
    int64_t version;              /* of the case, when they were read */
    const struct source **sorted; /* [count] row i of the list */
    enum sources_column sort;
    bool reverse;

    bool detail_open;
    int detail_top, detail_lines, detail_height;
    int64_t detail_of; /* the source that is scrolled */

    struct job *job; /* finding gaps; NULL: none */
    struct gaps_task task;
    struct gap *gaps;
    size_t gap_count;

    struct buf numbers; /* of the records of the source in the detail */
    int64_t numbers_of, numbers_version;
    struct buf stated; /* of the same, by lists of collectors */
    bool stated_differs;

    struct decide decide; /* re-timing */
    int64_t changing;     /* the source it, or a removal, is about */
    struct buf why;
};

extern const char *const sources_state_names[];

const struct source *sources_at_cursor(const struct sources *sources);

/* sources_detail.c */
void sources_draw_detail(struct sources *sources, struct area area);

/* sources_work.c: actions that take time or change the case. */
void sources_verify(struct app *app, void *state, struct str argument);
void sources_retime(struct app *app, void *state, struct str argument);
void sources_remove(struct app *app, void *state, struct str argument);
void sources_custody(struct app *app, void *state, struct str argument);
void sources_retime_go(struct app *app, void *context); /* decide's done */

#endif
