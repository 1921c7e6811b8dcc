/* The workbench from start to end: what is open, and what everything else asks
 * for. The loop is in loop.c, the bars in frame.c, keys and commands in
 * commands.c, the stack of views in stack.c. */
#include "ui/app.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/escape.h"
#include "src/base/mem.h"
#include "ui/filter.h"
#include "ui/history.h"
#include "ui/inside.h"
#include "ui/start.h"

enum { EXIT_OK = 0, EXIT_FAILURE_STATUS = 1, EXIT_USAGE_STATUS = 2 };

struct store *app_store(struct app *app)
{
    return app->store;
}

const struct formats *app_formats(struct app *app)
{
    return app->formats;
}

const struct zone *app_zone(struct app *app)
{
    return app->zone;
}

bool app_relative_times(struct app *app)
{
    return app->relative;
}

struct filter *app_filter(struct app *app)
{
    if (app->filter == NULL && app->store != NULL)
        app->filter = filter_new(app);
    return app->filter;
}

void app_drop_filter(struct app *app)
{
    filter_free(app->filter);
    app->filter = NULL;
}

/* --- messages and wakes -------------------------------------------------- */

void app_message(struct app *app, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    buf_clear(&app->message);
    buf_add_cstr(&app->message, text);
    app->message_is_error = false;
    app->dirty = true;
}

void app_error(struct app *app, const struct err *err)
{
    if (err->code == ERR_CANCELLED)
        app_message(app, "stopped");
    else
        app_message(app, "%s", err->text);
    app->message_is_error = err->code != ERR_CANCELLED;
}

void app_wake(struct app *app)
{
    ssize_t ignored = write(app->wake[1], "", 1);
    (void)ignored; /* full: the loop has enough to wake for */
}

int app_wake_fd(struct app *app)
{
    return app->wake[0];
}

static int open_wake(struct app *app, struct err *err)
{
    if (pipe(app->wake) < 0)
        return err_errno(err, "starting the workbench");
    for (int i = 0; i < 2; i++) {
        fcntl(app->wake[i], F_SETFD, FD_CLOEXEC);
        fcntl(app->wake[i], F_SETFL, O_NONBLOCK);
    }
    return 0;
}

/* --- the case ------------------------------------------------------------ */

static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/* The title, else the file's name; the zone its times are shown in. */
static void read_info(struct app *app, const char *path)
{
    char *title = NULL, *zone = NULL;
    store_info_get(app->store, "title", &title, NULL);
    store_info_get(app->store, "zone", &zone, NULL);
    free(app->title);
    app->title = title != NULL && *title != '\0' ? title : NULL;
    if (app->title == NULL) {
        free(title);
        app->title = xstrdup(file_name(path));
    }
    app->case_zone = zone != NULL ? zone_find(str_from(zone), NULL) : NULL;
    if (app->case_zone == NULL)
        app->case_zone = zone_utc();
    app->zone = app->case_zone;
    free(zone);
}

int app_open_case(struct app *app, const char *path, struct err *err)
{
    struct store *store = NULL;
    if (store_open(&store, path, STORE_READ, err) < 0)
        return -1;
    stack_clear(app);
    if (app->old_store != NULL)
        stack_bury(app);
    leave_free(app);
    app_drop_filter(app);
    history_clear();
    app->old_store = app->store;
    app->store = store;
    read_info(app, path);
    app_home(app);
    return 0;
}

void app_home(struct app *app)
{
    app_push(app, app->store != NULL ? "timeline" : "start", STR(""));
    if (app->stack_count == 0)
        app_push(app, "help", STR(""));
}

/* --- from start to end --------------------------------------------------- */

static const struct theme *choose_theme(const struct app *app, struct err *err)
{
    const char *name = app->options->theme;
    const char *no_colour = getenv("NO_COLOR");
    if (name != NULL) {
        const struct theme *theme = theme_find(str_from(name));
        if (theme == NULL)
            err_set(err, ERR_USAGE,
                "no theme is called %s; dark, light, mono, safe are",
                escape_cstr(name));
        return theme;
    }
    if (no_colour != NULL && *no_colour != '\0')
        return theme_find(STR("mono"));
    return app->config.theme != NULL ? app->config.theme : theme_table[0];
}

/* The user's configuration has no say in what a script shows, which must come
 * out the same for everybody. */
static void read_config(struct app *app)
{
    struct err err = {0};
    if (app->options->width > 0)
        return;
    if (config_load(NULL, &app->config, &err) < 0)
        app_error(app, &err);
    else if (app->config.problems.len > 0)
        app_message(app, "%s", buf_cstr(&app->config.problems));
    app->mouse = app->config.mouse;
}

static int start_screen(struct app *app, struct err *err)
{
    int width = app->options->width, height = app->options->height;
    app->has_terminal = width == 0;
    if (app->has_terminal) {
        struct term_options options = {.theme = app->theme,
            .mouse = app->mouse,
            .ambiguous = app->config.ambiguous};
        if (term_start(&options, err) < 0)
            return -1;
        term_size(&width, &height);
    }
    canvas_init(&app->canvas, width, height);
    if (app->has_terminal) {
        app->canvas.lines = term_ambiguous() == 1;
        app->canvas.ambiguous = term_ambiguous() == 2 ? 2 : 1;
    }
    app->dirty = true;
    return 0;
}

/* Everything that can fail before the terminal is taken, first. */
static int start(struct app *app, struct err *err)
{
    const struct app_options *options = app->options;
    app->zone = app->case_zone = zone_utc();
    read_config(app);
    app->theme = choose_theme(app, err);
    if (app->theme == NULL || open_wake(app, err) < 0)
        return -1;
    if (options->script != NULL &&
        (app->script = script_open(options->script, err)) == NULL)
        return -1;
    if (options->path != NULL) {
        if (store_open(&app->store, options->path, STORE_READ, err) < 0)
            return -1;
        read_info(app, options->path);
    }
    return start_screen(app, err);
}

/* A message about the configuration stands after what opening has to say. */
static void show_first(struct app *app)
{
    const struct app_options *options = app->options;
    struct buf message = {0};
    buf_add_str(&message, buf_str(&app->message));
    if (options->file_count == 0)
        app_home(app);
    else
        start_temporary(
            app, options->files, options->file_count, NULL, &app->failed);
    if (options->path != NULL && app->has_terminal)
        start_remember(app, options->path, app->title);
    if (message.len > 0)
        app_message(app, "%s", buf_cstr(&message));
    buf_done(&message);
}

static void stop(struct app *app)
{
    dialog_close(app);
    jobs_finish(app);
    stack_clear(app);
    stack_bury(app);
    if (app->has_terminal)
        term_stop();
    app_drop_filter(app);
    store_close_whole(app->store);
    leave_free(app);
    history_clear();
    script_free(app->script);
    canvas_done(&app->canvas);
    buf_done(&app->message);
    config_done(&app->config);
    free(app->title);
    free(app->stack);
    free(app->graves);
    free(app->jobs);
    if (app->wake[0] > 0) {
        close(app->wake[0]);
        close(app->wake[1]);
    }
}

int app_run(const struct app_options *options, const struct formats *formats)
{
    struct app *app = xcalloc(1, sizeof(*app));
    app->options = options;
    app->formats = formats;
    if (start(app, &app->failed) == 0) {
        show_first(app);
        if (app->failed.code == ERR_NONE)
            loop_run(app);
    }
    stop(app);
    struct err failed = app->failed;
    if (app->dumped.len > 0)
        fwrite(app->dumped.ptr, 1, app->dumped.len, stdout);
    buf_done(&app->dumped);
    free(app);
    if (failed.code == ERR_NONE)
        return EXIT_OK;
    fflush(stdout);
    fprintf(stderr, "spoor: %s\n", failed.text);
    return failed.code == ERR_USAGE ? EXIT_USAGE_STATUS : EXIT_FAILURE_STATUS;
}
