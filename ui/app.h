/* app: the workbench as a whole: the open case, the stack of views, the prompt,
 * messages, jobs, and the loop that ties keys to actions. One thread. */
#ifndef SPOOR_UI_APP_H
#define SPOOR_UI_APP_H

#include "parsers/format.h"
#include "src/base/zone.h"
#include "src/ingest/ingest.h"
#include "src/job/job.h"
#include "src/store/store.h"
#include "ui/view.h"

struct app_options {
    const char *path;   /* case; NULL: the start screen */
    char *const *files; /* to import into a temporary case; NULL: none */
    size_t file_count;
    const char *script; /* keys to play (script.h); NULL: none */
    int width, height; /* --screen: no terminal, dump at the end; 0: terminal */
    bool styled;       /* dump styles, too */
    const char *theme; /* NULL: configuration, else dark */
};

/* Run to the end. An exit status; messages on stderr once the terminal is
 * restored. */
int app_run(const struct app_options *options, const struct formats *formats);

/* Every key and command as the tables say them, for the man page: what the
 * user's configuration changes is not in it. Rows of one place follow each
 * other. */
struct key_row {
    const char *where; /* "Timeline", "Everywhere", "In every list" */
    const char *keys;  /* "C-r U", "" for none; lives for the call */
    const char *name;  /* its `:` command, or NULL */
    const char *help;
};
void keys_each(
    void (*visit)(void *context, const struct key_row *row), void *context);

/* --- what views use --------------------------------------------------------
 */

struct store *app_store(struct app *app); /* NULL: no case open */
const struct formats *app_formats(struct app *app);
const struct zone *app_zone(struct app *app); /* times are shown in it */
bool app_relative_times(struct app *app);
/* The filter bar of the open case; NULL without a case. */
struct filter;
struct filter *app_filter(struct app *app);
/* Open a case for reading in place of the one that is open; every view is
 * closed (those that are being called, later) and the case's first one shown.
 * On error all stays as it was. */
int app_open_case(struct app *app, const char *path, struct err *err);
/* The open case lies in this temporary place: at the end the user is asked
 * whether to keep it. The app frees it. */
struct temporary;
void app_set_temporary(struct app *app, struct temporary *temporary);

/* The stack. `argument` goes to the view's open. */
int app_push(struct app *app, const char *view, struct str argument);
void app_pop(struct app *app); /* the last one asks whether to quit */
/* Bring up a view of the bar: the one on the stack as it was left, or, when
 * there is none or an argument, a new one. */
int app_switch(struct app *app, const char *view, struct str argument);
/* The state of the view of that kind that is nearest the top of the stack, or
 * NULL. */
void *app_view_state(struct app *app, const struct view_ops *ops);

/* One line at the bottom until the next key; escaped when drawn. */
void app_message(struct app *app, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void app_error(struct app *app, const struct err *err);

/* Ask for a line. `done` is called with what was typed, or not at all when the
 * user gave up. See prompt.h for what completion and history can do. */
struct prompt_options;
void app_prompt(struct app *app, const struct prompt_options *options,
    void (*done)(struct app *app, void *context, struct str text),
    void *context);
/* y/n; `done` is called on yes. */
void app_confirm(struct app *app, const char *question,
    void (*done)(struct app *app, void *context), void *context);
/* A list of lines to choose from. */
struct menu_item {
    char *text, *hint; /* owned by the menu, freed by it */
    uint32_t key;      /* 0: none */
};
void app_menu(struct app *app, const char *title, struct menu_item *items,
    size_t count, void (*done)(struct app *app, void *context, size_t chosen),
    void *context);

/* Long work: shown at the right of the bottom line with share, speed and time
 * left; C-c cancels. `done` runs on the app's thread with the result, always:
 * leaving cancels the job and waits for it. */
void app_start_job(struct app *app, const char *name, job_run *run,
    void *context,
    void (*done)(
        struct app *app, void *context, int result, const struct err *err));
bool app_has_job(struct app *app, const char *name);

/* Any thread: wake the loop, which then calls the views' `wake`. */
void app_wake(struct app *app);
int app_wake_fd(struct app *app);

/* Everything shown must be read anew (after an import, a re-timing). */
void app_refresh(struct app *app);

#endif
