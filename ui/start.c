/* Start: what `spoor` shows without an argument. Recent cases, and the ways to
 * a new one. Cases nobody named go into a temporary place (temporary.h) and are
 * asked about at the end. */
#include "ui/start.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "src/base/escape.h"
#include "src/base/file.h"
#include "src/base/mem.h"
#include "src/cli/demo_logs.h"
#include "src/cli/values.h"
#include "ui/app.h"
#include "ui/folder.h"
#include "ui/import.h"
#include "ui/prompt.h"
#include "ui/recent.h"
#include "ui/rows.h"
#include "ui/show.h"
#include "ui/temporary.h"

struct start {
    struct app *app;
    struct list list;
    struct recent_list recent;
    bool *is_there; /* [recent.count] */
    char *new_path; /* of the case being named */
    int path_width; /* columns there are for the paths */
};

enum { COL_OPENED, COL_TITLE, COL_PATH, COLUMNS };

static const struct list_column start_columns[COLUMNS] = {
    [COL_OPENED] = {"last opened", 19, false},
    [COL_TITLE] = {"title", 22, false},
    [COL_PATH] = {"case", 0, false},
};

/* --- cases --------------------------------------------------------------- */

const struct zone *start_case_zone(struct app *app)
{
    struct store *store = app_store(app);
    return store != NULL ? case_zone(store) : zone_utc();
}

void start_show_case(struct app *app)
{
    app_switch(app, "timeline", STR(""));
}

struct remembering {
    char *path, *title;
    int64_t opened;
};

static int run_remember(
    void *context, struct progress *progress, struct err *err)
{
    const struct remembering *task = context;
    (void)progress;
    return recent_add(task->path, task->title, task->opened, err);
}

static void remember_done(
    struct app *app, void *context, int result, const struct err *err)
{
    struct remembering *task = context;
    (void)app;
    (void)result;
    (void)err;
    free(task->path);
    free(task->title);
    free(task);
}

/* A job, for the list is brought to the disk, which can take longer than all
 * else that must come before the first screen. */
void start_remember(struct app *app, const char *path, const char *title)
{
    struct timespec now;
    int64_t opened = STAMP_NONE;
    clock_gettime(CLOCK_REALTIME, &now);
    if (!stamp_from_seconds(now.tv_sec, 0, &opened))
        return;
    struct remembering *task = xcalloc(1, sizeof(*task));
    *task = (struct remembering){
        .path = xstrdup(path),
        .title = xstrdup(title != NULL ? title : ""),
        .opened = opened,
    };
    app_start_job(app, "opening", run_remember, task, remember_done);
}

void start_open(struct app *app, const char *path)
{
    struct err err = {0};
    char *title = NULL;
    if (app_open_case(app, path, &err) < 0) {
        app_error(app, &err);
        return;
    }
    store_info_get(app_store(app), "title", &title, NULL);
    start_remember(app, path, title);
    free(title);
    start_show_case(app);
}

static int make_case(const char *path, struct str title, struct err *err)
{
    struct store *store;
    if (!store_may_create(path, err) ||
        store_open(&store, path, STORE_CREATE, err) < 0)
        return -1;
    int rc = 0;
    if (title.len > 0)
        rc = store_info_set(store, "title", title, err);
    store_close(store);
    return rc;
}

static int open_temporary(struct app *app, struct temporary *temporary,
    struct str title, struct err *err)
{
    if (make_case(temporary_path(temporary), title, err) < 0 ||
        app_open_case(app, temporary_path(temporary), err) < 0) {
        temporary_free(temporary);
        return -1;
    }
    app_set_temporary(app, temporary);
    return 0;
}

int start_temporary(struct app *app, char *const *paths, size_t count,
    const struct ingest_options *options, struct err *err)
{
    static const struct ingest_options detect = {.year = CIVIL_NO_YEAR};
    struct temporary *temporary = temporary_new(err);
    if (temporary == NULL || open_temporary(app, temporary, STR(""), err) < 0)
        return -1;
    return import_start(app, paths, count, options != NULL ? options : &detect)
               ? 0
               : -1;
}

static void open_demo(struct app *app, void *state, struct str argument)
{
    struct err err = {0};
    (void)state;
    (void)argument;
    struct temporary *temporary = temporary_new(&err);
    if (temporary == NULL) {
        app_error(app, &err);
        return;
    }
    char *logs = path_join(temporary_folder(temporary), "logs");
    if (demo_logs_write(logs, &err) < 0) {
        temporary_free(temporary);
        app_error(app, &err);
    } else if (open_temporary(app, temporary, STR(DEMO_TITLE), &err) < 0) {
        app_error(app, &err);
    } else {
        import_start(
            app, &logs, 1, &(struct ingest_options){.year = CIVIL_NO_YEAR});
        start_show_case(app);
    }
    free(logs);
}

/* --- a new case ---------------------------------------------------------- */

static void make_titled(struct app *app, void *context, struct str title)
{
    struct start *start = context;
    struct err err = {0};
    char *path = start->new_path;
    start->new_path = NULL;
    if (make_case(path, title, &err) < 0)
        app_error(app, &err);
    else
        start_open(app, path);
    free(path);
}

static void ask_title(struct app *app, void *context, struct str text)
{
    struct start *start = context;
    struct err err = {0};
    text = str_trim(text);
    if (text.len == 0)
        return;
    char *path = path_expand(text);
    free(start->new_path);
    start->new_path = str_ends_with(text, STR(".spoor"))
                          ? xstrdup(path)
                          : xasprintf("%s.spoor", path);
    free(path);
    if (file_exists(start->new_path)) {
        err_set(&err, ERR_USAGE, "%s exists already; o opens it",
            escape_cstr(start->new_path));
        app_error(app, &err);
        return;
    }
    app_prompt(app, &(struct prompt_options){.label = "title (may be empty): "},
        make_titled, start);
}

static void new_case(struct app *app, void *state, struct str argument)
{
    if (argument.len > 0)
        ask_title(app, state, argument);
    else
        app_prompt(app,
            &(struct prompt_options){.label = "new case, file NAME.spoor: ",
                .history = "path",
                .complete = path_complete},
            ask_title, state);
}

/* --- the list ------------------------------------------------------------ */

static int start_keys(void *context, struct list_key from, bool backward, int n,
    struct list_key *out, bool *end)
{
    const struct start *start = context;
    return rows_keys(start->recent.count, from, backward, n, out, end);
}

/* Cases of one folder differ at the end of their paths. */
static void add_path(
    const struct start *start, const char *path, bool is_there, struct buf *out)
{
    static const char gone[] = " (not there)";
    int room = start->path_width - (is_there ? 0 : (int)strlen(gone));
    show_path(out, str_from(path), start->list.shift != 0 ? INT_MAX : room);
    if (!is_there)
        buf_add_cstr(out, gone);
}

static void start_cell(void *context, struct list_key row, int column,
    struct buf *text, enum style *style)
{
    const struct start *start = context;
    const struct recent *recent = &start->recent.at[row.major];
    if (!start->is_there[row.major])
        *style = STYLE_DIM;
    switch (column) {
    case COL_OPENED:
        show_time(text, recent->opened, app_zone(start->app));
        break;
    case COL_TITLE:
        buf_add_cstr(text, recent->title);
        break;
    case COL_PATH:
        add_path(start, recent->path, start->is_there[row.major], text);
        break;
    default:
        break;
    }
}

static const struct list_ops start_list = {
    .keys = start_keys,
    .cell = start_cell,
};

static void load(struct start *start)
{
    struct err err = {0};
    recent_list_done(&start->recent);
    free(start->is_there);
    if (recent_load(&start->recent, &err) < 0)
        app_error(start->app, &err);
    start->is_there = xcalloc(start->recent.count + 1, sizeof(bool));
    for (size_t i = 0; i < start->recent.count; i++)
        start->is_there[i] = file_exists(start->recent.at[i].path);
    list_reset(&start->list);
}

static const struct recent *at_cursor(const struct start *start)
{
    ptrdiff_t row = rows_cursor(&start->list);
    return row < 0 ? NULL : &start->recent.at[row];
}

static void open_recent(struct app *app, void *state, struct str argument)
{
    struct start *start = state;
    const struct recent *recent = at_cursor(start);
    (void)argument;
    if (recent == NULL) {
        app_message(app, "no recent case; n makes one, o opens one");
        return;
    }
    char *path = xstrdup(recent->path);
    start_open(app, path);
    free(path);
}

static void open_path(struct app *app, void *state, struct str argument)
{
    struct err err = {0};
    (void)state;
    if (app_push(app, "picker", argument) < 0) {
        err_set(&err, ERR_IO, "the files cannot be shown");
        app_error(app, &err);
    }
}

static void forget(struct app *app, void *state, struct str argument)
{
    struct start *start = state;
    const struct recent *recent = at_cursor(start);
    struct err err = {0};
    (void)argument;
    if (recent == NULL)
        return;
    if (recent_forget(recent->path, &err) < 0)
        app_error(app, &err);
    load(start);
}

/* --- the view ------------------------------------------------------------ */

static int start_open_view(
    struct app *app, void *state, struct str argument, struct err *err)
{
    struct start *start = state;
    (void)argument;
    (void)err;
    start->app = app;
    list_init(&start->list, &start_list, start, start_columns, COLUMNS);
    load(start);
    return 0;
}

static void start_close(struct app *app, void *state)
{
    struct start *start = state;
    (void)app;
    recent_list_done(&start->recent);
    list_done(&start->list);
    free(start->is_there);
    free(start->new_path);
}

static const struct {
    const char *key, *what, *more;
} ways[] = {
    {"n", "new case", "a file NAME.spoor that keeps evidence and findings"},
    {"o", "open", "a case, or logs, folders and archives to look into"},
    {"d", "demo", "a small break-in on five hosts, to try things on"},
    {"?", "help", "every key and command"},
    {"q", "quit", ""},
};
enum { WAYS = sizeof(ways) / sizeof(*ways), WAYS_Y = 3 };

static void start_draw(struct app *app, void *state, struct area area)
{
    struct start *start = state;
    int below = WAYS_Y + WAYS + 1;
    (void)app;
    area_text(area, 2, 1, -1, STYLE_HEADING,
        STR("Spoor: logs into one provable case, and answers out of it"));
    for (int i = 0; i < WAYS; i++) {
        area_text(area, 4, WAYS_Y + i, 1, STYLE_KEY, str_from(ways[i].key));
        area_text(area, 7, WAYS_Y + i, 9, STYLE_TEXT, str_from(ways[i].what));
        area_text(area, 17, WAYS_Y + i, -1, STYLE_DIM, str_from(ways[i].more));
    }
    if (start->recent.count == 0) {
        area_text(area, 2, below, -1, STYLE_DIM,
            STR("No case was opened yet. From a shell: spoor FILE..., or spoor "
                "add CASE PATH..."));
        return;
    }
    area = area_columns(area, 1, area.width - 2);
    start->path_width = area.width - 1;
    for (int i = 0; i < COL_PATH; i++)
        start->path_width -= start_columns[i].width + 1;
    list_draw(&start->list, area_rows(area, below, area.height - below));
}

static bool start_press(
    struct app *app, void *state, uint32_t key, const struct mouse *mouse)
{
    struct start *start = state;
    if (list_press(&start->list, key, mouse))
        return true;
    if (key != UIKEY_MOUSE || mouse->what != MOUSE_DOUBLE)
        return false;
    open_recent(app, start, STR(""));
    return true;
}

static void start_refresh(struct app *app, void *state)
{
    (void)app;
    load(state);
}

static const struct action start_actions[] = {
    {"open-recent", {UIKEY_ENTER}, "open the case under the cursor",
        open_recent, false},
    {"new-case", {'n'}, "make a case", new_case, false},
    {"open-file", {'o'}, "open a case, or files in a temporary one", open_path,
        false},
    {"demo", {'d'}, "open the demo in a temporary case", open_demo, false},
    {"forget", {'x'}, "take the case off this list (it stays where it is)",
        forget, false},
    {0},
};

const struct view_ops view_start = {
    .name = "start",
    .title = "Start",
    .summary = "recent cases, and the ways to a new one",
    .actions = start_actions,
    .state_size = sizeof(struct start),
    .open = start_open_view,
    .close = start_close,
    .draw = start_draw,
    .press = start_press,
    .refresh = start_refresh,
};
