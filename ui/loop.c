/* The loop: keys in, from the terminal or a script; screens out, to the
 * terminal or nowhere. Nothing here waits but for keys, and in a script for
 * what was asked to come. */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "src/base/escape.h"
#include "src/base/file.h"
#include "ui/inside.h"

enum {
    JOB_REDRAW_MS = 200,
    SCRIPT_POLL_MS = 50,
    SCRIPT_WAIT_S = 120, /* a script that waits longer has failed */
    KEYS_BEFORE_DRAW = 64,
};

static void draw(struct app *app)
{
    frame_draw(app);
    app->dirty = false;
    if (app->has_terminal)
        term_show(&app->canvas);
}

/* Returns false when nobody had called. */
static bool take_wake(struct app *app)
{
    char bytes[256];
    bool woken = false;
    while (read(app->wake[0], bytes, sizeof(bytes)) > 0)
        woken = true;
    if (jobs_poll(app))
        app->dirty = true;
    if (!woken)
        return false;
    if (stack_wake(app))
        app->dirty = true;
    dialog_wake(app);
    return true;
}

static void resize(struct app *app, int width, int height)
{
    if (width != app->canvas.width || height != app->canvas.height)
        canvas_resize(&app->canvas, width, height);
    app->dirty = true;
}

static void handle(struct app *app, uint32_t key, const struct mouse *mouse)
{
    int width, height;
    switch (key) {
    case UIKEY_NONE:
        app->dirty = true; /* the clock, the jobs */
        break;
    case UIKEY_JOB:
        break;
    case UIKEY_RESIZE:
        /* Anew even when the size is the one it was: a terminal that was
         * another for a moment has lost what did not fit. */
        term_redraw();
        term_size(&width, &height);
        resize(app, width, height);
        break;
    case UIKEY_HANGUP:
        app->quit = true;
        break;
    default:
        command_press(app, key, mouse);
    }
}

/* Until the clock's next minute; shorter while a job shows how far it is. */
static int timeout_ms(const struct app *app)
{
    struct timespec now;
    if (app->job_count > 0)
        return JOB_REDRAW_MS;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int)(60 - now.tv_sec % 60) * 1000;
}

static void run_terminal(struct app *app)
{
    int undrawn = 0;
    while (!app->quit) {
        struct mouse mouse = {0};
        stack_bury(app);
        take_wake(app);
        uint32_t key = UIKEY_NONE;
        if (app->dirty && undrawn < KEYS_BEFORE_DRAW)
            key = term_key(app->wake[0], 0, &mouse);
        if (key == UIKEY_NONE) {
            if (app->dirty)
                draw(app);
            undrawn = 0;
            key = term_key(app->wake[0], timeout_ms(app), &mouse);
        }
        undrawn++;
        handle(app, key, &mouse);
    }
}

/* --- scripts ------------------------------------------------------------- */

static int64_t seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

/* Draw until nothing more is asked for: drawing is what asks. */
static int wait_idle(struct app *app, struct err *err)
{
    int64_t start = seconds();
    for (;;) {
        stack_bury(app);
        draw(app);
        bool woken = take_wake(app);
        if (!woken && app->job_count == 0 && !stack_is_busy(app))
            return 0;
        if (seconds() - start > SCRIPT_WAIT_S)
            return err_set(
                err, ERR_IO, "waited %d s and it is not done", SCRIPT_WAIT_S);
        struct pollfd wait = {.fd = app->wake[0], .events = POLLIN};
        if (!woken)
            poll(&wait, 1, SCRIPT_POLL_MS);
    }
}

/* Never over a case. */
static int dump(struct app *app, const char *path, struct err *err)
{
    struct buf text = {0};
    int rc = 0;
    draw(app);
    canvas_dump(&app->canvas, app->options->styled, &text);
    if (*path == '\0') {
        buf_add_str(&app->dumped, buf_str(&text));
    } else if (str_ends_with(str_from(path), STR(".spoor"))) {
        rc = err_set(err, ERR_USAGE, "dump: %s is the name of a case",
            escape_cstr(path));
    } else {
        FILE *file = fopen(path, "w");
        if (file == NULL || fwrite(text.ptr, 1, text.len, file) != text.len)
            rc = err_errno(err, "writing %s", escape_cstr(path));
        if (file != NULL && fclose(file) != 0 && rc == 0)
            rc = err_errno(err, "writing %s", escape_cstr(path));
    }
    buf_done(&text);
    return rc;
}

static int play_step(
    struct app *app, const struct script_next *next, struct err *err)
{
    struct mouse mouse = {0};
    switch (next->step) {
    case SCRIPT_KEY:
        command_press(app, next->key, &mouse);
        stack_bury(app);
        draw(app);
        return 0;
    case SCRIPT_WAIT:
        return wait_idle(app, err);
    case SCRIPT_RESIZE:
        resize(app, next->width, next->height);
        draw(app);
        return 0;
    case SCRIPT_DUMP:
        return dump(app, next->file, err);
    case SCRIPT_END:
        app->quit = true;
        return 0;
    }
    return 0;
}

static void run_script(struct app *app)
{
    struct script_next next;
    draw(app);
    while (!app->quit) {
        if (script_next(app->script, &next, &app->failed) < 0 ||
            play_step(app, &next, &app->failed) < 0)
            return;
        take_wake(app);
    }
}

/* --screen alone: the first screen, once everything on it is there. */
static void run_once(struct app *app)
{
    if (wait_idle(app, &app->failed) == 0)
        dump(app, "", &app->failed);
}

void loop_run(struct app *app)
{
    if (app->script != NULL)
        run_script(app);
    else if (app->has_terminal)
        run_terminal(app);
    else
        run_once(app);
}
