/* Reading and writing the case is done by jobs with connections of their own: a
 * writer may have to wait for an import's commit, and keys may not. */
#include "ui/saved.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/escape.h"
#include "src/base/mem.h"
#include "ui/app.h"
#include "ui/filter_inside.h"
#include "ui/filter_text.h"
#include "ui/prompt.h"
#include "ui/timeline.h"

/* One errand to the case. */
struct errand {
    char *path; /* of the case: it may be closed meanwhile */
    char *name, *text, *absolute;
    int (*work)(struct errand *errand, struct store *store, struct err *err);
    void (*end)(struct app *app, struct errand *errand);
    bool writes, is_quiet; /* quiet: failing is not worth a word */
    int result;
    struct saved_list list;
    struct buf lines;
};

static int run_errand(void *context, struct progress *progress, struct err *err)
{
    struct errand *errand = context;
    struct store *store = NULL;
    (void)progress;
    int rc = store_open(
        &store, errand->path, errand->writes ? STORE_WRITE : STORE_READ, err);
    if (rc == 0)
        rc = errand->result = errand->work(errand, store, err);
    store_close(store);
    return rc < 0 ? -1 : 0;
}

static void end_errand(
    struct app *app, void *context, int result, const struct err *err)
{
    struct errand *errand = context;
    if (result == 0 && errand->end != NULL)
        errand->end(app, errand);
    else if (result < 0 && !errand->is_quiet && err->code != ERR_CANCELLED)
        app_error(app, err);
    saved_done(&errand->list);
    buf_done(&errand->lines);
    free(errand->path);
    free(errand->name);
    free(errand->text);
    free(errand->absolute);
    free(errand);
}

/* A copy to be filled in, and started. */
static void start_errand(
    struct app *app, const char *job, const struct errand *wanted)
{
    struct errand *errand = xcalloc(1, sizeof(*errand));
    *errand = *wanted;
    errand->path = xstrdup(store_path(app_store(app)));
    app_start_job(app, job, run_errand, errand, end_errand);
}

static bool can_write(struct app *app)
{
    return app_store(app) != NULL && !store_is_read_only(app_store(app));
}

/* --- history ------------------------------------------------------------- */

static int add_history(
    struct errand *errand, struct store *store, struct err *err)
{
    return history_add(store, FILTER_HISTORY, str_from(errand->text), err);
}

void history_keep(struct app *app, struct str text)
{
    prompt_history_add(FILTER_HISTORY, text);
    if (can_write(app))
        start_errand(app, "keeping the query",
            &(struct errand){
                .text = str_dup(text),
                .work = add_history,
                .writes = true,
                .is_quiet = true,
            });
}

static int read_history(
    struct errand *errand, struct store *store, struct err *err)
{
    return history_load(store, FILTER_HISTORY, &errand->lines, err);
}

static void take_history(struct app *app, struct errand *errand)
{
    (void)app;
    struct str lines = buf_str(&errand->lines);
    while (lines.len > 0)
        prompt_history_add(FILTER_HISTORY, str_cut(&lines, '\n'));
}

void history_fetch(struct app *app)
{
    start_errand(app, "reading the history",
        &(struct errand){
            .work = read_history,
            .end = take_history,
            .is_quiet = true,
        });
}

/* --- saved queries ------------------------------------------------------- */

static int read_list(
    struct errand *errand, struct store *store, struct err *err)
{
    return saved_load(store, &errand->list, err);
}

static void run_chosen(struct app *app, void *context, size_t chosen)
{
    struct filter *filter = context;
    if (chosen < filter->saved.count)
        filter_show(app, filter->saved.at[chosen].absolute);
}

static void offer_list(struct app *app, struct errand *errand)
{
    struct filter *filter = app_filter(app);
    if (filter == NULL)
        return;
    saved_done(&filter->saved);
    filter->saved = errand->list;
    errand->list = (struct saved_list){0};
    size_t count = filter->saved.count;
    if (count == 0) {
        app_message(app, "no query is saved yet; S saves the one in force");
        return;
    }
    struct menu_item *items = xcalloc(count, sizeof(*items));
    for (size_t i = 0; i < count; i++)
        items[i] = (struct menu_item){
            .text = str_dup(filter->saved.at[i].name),
            .hint = str_dup(filter->saved.at[i].text),
            .key = i < 9 ? '1' + (uint32_t)i : UIKEY_NONE,
        };
    app_menu(app, "Saved queries", items, count, run_chosen, filter);
}

void saved_choose(struct app *app, void *state, struct str argument)
{
    (void)state;
    (void)argument;
    if (app_filter(app) == NULL)
        app_message(app, "no case is open");
    else
        start_errand(app, "reading saved queries",
            &(struct errand){.work = read_list, .end = offer_list});
}

static int write_query(
    struct errand *errand, struct store *store, struct err *err)
{
    return saved_put(store, str_from(errand->name), str_from(errand->text),
        str_from(errand->absolute), err);
}

static void tell_saved(struct app *app, struct errand *errand)
{
    app_message(app, "saved as \"%s\"", errand->name);
}

static int write_forgotten(
    struct errand *errand, struct store *store, struct err *err)
{
    return saved_remove(store, str_from(errand->name), err);
}

static void tell_forgotten(struct app *app, struct errand *errand)
{
    if (errand->result == 1)
        app_message(app, "\"%s\" is no longer saved", errand->name);
    else
        app_message(app, "no query is saved as \"%s\"", errand->name);
}

static bool refuse(struct app *app, struct str name)
{
    if (name.len == 0)
        app_message(app, "a saved query needs a name");
    else if (!can_write(app))
        app_message(app, "this case is open for reading only");
    return name.len == 0 || !can_write(app);
}

void saved_keep(struct app *app, void *state, struct str argument)
{
    (void)state;
    struct str name = str_trim(argument);
    struct fetch *fetch = timeline_fetch(app);
    if (refuse(app, name))
        return;
    if (fetch == NULL || fetch_query(fetch).len == 0) {
        app_message(app, "there is no filter to save; f sets one");
        return;
    }
    struct buf absolute = {0};
    query_format(fetch_parsed(fetch), &absolute);
    start_errand(app, "saving the query",
        &(struct errand){
            .name = str_dup(name),
            .text = str_dup(fetch_query(fetch)),
            .absolute = str_dup(buf_str(&absolute)),
            .work = write_query,
            .end = tell_saved,
            .writes = true,
        });
    buf_done(&absolute);
}

void saved_forget(struct app *app, void *state, struct str argument)
{
    (void)state;
    struct str name = str_trim(argument);
    if (!refuse(app, name))
        start_errand(app, "forgetting the query",
            &(struct errand){
                .name = str_dup(name),
                .work = write_forgotten,
                .end = tell_forgotten,
                .writes = true,
            });
}
