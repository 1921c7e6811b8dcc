/* inside: what the files of the workbench's frame share among themselves; views
 * see app.h only. */
#ifndef SPOOR_UI_INSIDE_H
#define SPOOR_UI_INSIDE_H

#include <stdatomic.h>

#include "ui/app.h"
#include "ui/config.h"
#include "ui/prompt.h"
#include "ui/script.h"
#include "ui/theme.h"

struct view {
    const struct view_ops *ops;
    void *state;
};

/* What stands before the views and takes every key: a prompt, a question, a
 * menu. One at a time. */
struct dialog_ops {
    void (*draw)(struct app *app, void *state, struct area area);
    /* May end the dialog, by dialog_take. */
    void (*key)(
        struct app *app, void *state, uint32_t key, const struct mouse *mouse);
    void (*free)(void *state);
};
struct dialog {
    const struct dialog_ops *ops; /* NULL: none */
    void *state;
};

struct running; /* a job, jobs.c */

/* Where the mouse can click in the bars. */
struct spot {
    int from, to;                /* columns, `to` not included */
    const struct view_ops *view; /* top bar */
    const struct action *action; /* bottom bar */
};
enum { SPOTS = 24 };
struct spots {
    struct spot at[SPOTS];
    size_t count;
};

struct app {
    const struct app_options *options;
    const struct formats *formats;
    struct config config;

    struct store *store;
    struct store *old_store;     /* closed once nothing uses it */
    struct temporary *temporary; /* the open case lies in it; or NULL */
    char *title;           /* of the case, or its file's name; NULL: none */
    struct filter *filter; /* of the case; made when first asked for */
    const struct zone *case_zone, *zone;
    bool relative;

    bool has_terminal, mouse;
    const struct theme *theme;
    struct canvas canvas;
    bool dirty; /* something shown has changed */
    struct spots tabs, hints;

    struct view *stack; /* the last one is on top */
    size_t stack_count, stack_capacity;
    struct view *graves; /* popped, closed at the loop's next turn */
    size_t grave_count, grave_capacity;

    struct dialog dialog;
    const struct action *asking; /* whose argument the prompt asks for */
    bool asking_view;            /* it is the view's, not the app's */

    struct buf message;
    bool message_is_error;

    struct running **jobs;
    size_t job_count, job_capacity;
    int wake[2];

    struct script *script;
    struct buf dumped; /* for standard output, once the terminal is back */
    bool quit;
    int status;
    struct err failed; /* told at the end */
};

/* stack.c */
struct view *stack_top(struct app *app); /* NULL: empty */
void stack_bury(struct app *app);        /* close what was popped */
void stack_clear(struct app *app);
bool stack_wake(struct app *app);
bool stack_is_busy(struct app *app);

/* dialog.c */
void dialog_open(struct app *app, const struct dialog_ops *ops, void *state);
struct dialog dialog_take(struct app *app); /* it is over; yours to free */
void dialog_close(struct app *app);
void dialog_wake(struct app *app); /* what a prompt says of its text is new */

/* commands.c */
extern const struct action app_actions[];
void command_press(struct app *app, uint32_t key, const struct mouse *mouse);
void command_line(struct app *app, struct str line);
void command_run(struct app *app, const struct action *action, bool of_view);
void command_complete(
    void *app, struct str text, size_t at, struct completion *out);
/* The keys of an action: three, the user's own where there are such. */
const uint32_t *command_keys(
    const struct app *app, const struct action *action);
void command_add_keys(/* "C-d PgDn" */
    const struct app *app, const struct action *action, struct buf *out);

/* jobs.c */
bool jobs_poll(struct app *app); /* true: something to draw */
void jobs_cancel(struct app *app, bool all);
void jobs_finish(struct app *app); /* cancel all and wait */
void jobs_status(struct app *app, struct buf *out);

/* frame.c */
void frame_draw(struct app *app);

/* loop.c */
void loop_run(struct app *app);

/* leave.c */
void app_quit(struct app *app);   /* asks about what is unfinished */
void leave_free(struct app *app); /* what was not kept goes */

/* app.c */
void app_drop_filter(struct app *app); /* before the case is closed */
void app_home(struct app *app);        /* the first view of an empty stack */

#endif
