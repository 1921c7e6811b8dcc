/* Jobs as the workbench sees them. A job's thread wakes the loop when it is at
 * its end; the loop then takes the result on its own thread. */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "src/base/mem.h"
#include "src/base/stamp.h"
#include "ui/background.h"
#include "ui/inside.h"

struct running {
    struct app *app;
    struct job *job;
    char *name;
    job_run *run;
    void *context;
    void (*done)(
        struct app *app, void *context, int result, const struct err *err);
    struct job_rate rate;
    atomic_bool ended;
};

static int64_t monotonic_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * STAMP_SECOND + now.tv_nsec;
}

static int run_and_wake(
    void *context, struct progress *progress, struct err *err)
{
    struct running *running = context;
    background_thread();
    int rc = running->run(running->context, progress, err);
    atomic_store(&running->ended, true);
    app_wake(running->app);
    return rc;
}

void app_start_job(struct app *app, const char *name, job_run *run,
    void *context,
    void (*done)(
        struct app *app, void *context, int result, const struct err *err))
{
    struct running *running = xcalloc(1, sizeof(*running));
    running->app = app;
    running->name = xstrdup(name);
    running->run = run;
    running->context = context;
    running->done = done;
    app->jobs = mem_grow(app->jobs, &app->job_capacity, app->job_count + 1,
        sizeof(struct running *));
    app->jobs[app->job_count++] = running;
    running->job = job_start(run_and_wake, running);
    app->dirty = true;
}

bool app_has_job(struct app *app, const char *name)
{
    for (size_t i = 0; i < app->job_count; i++)
        if (strcmp(app->jobs[i]->name, name) == 0)
            return true;
    return false;
}

static void finish(struct app *app, size_t index)
{
    struct running *running = app->jobs[index];
    struct err err = {0};
    app->job_count--;
    memmove(&app->jobs[index], &app->jobs[index + 1],
        (app->job_count - index) * sizeof(struct running *));
    int result = job_finish(running->job, &err);
    if (running->done != NULL)
        running->done(app, running->context, result, &err);
    free(running->name);
    free(running);
}

/* A job that could not start has ended without its thread saying so. */
static bool has_ended(const struct running *running)
{
    return atomic_load(&running->ended) || job_is_done(running->job);
}

bool jobs_poll(struct app *app)
{
    bool draw = app->job_count > 0;
    for (size_t i = app->job_count; i-- > 0;)
        if (i < app->job_count && has_ended(app->jobs[i]))
            finish(app, i);
    return draw;
}

void jobs_cancel(struct app *app, bool all)
{
    for (size_t i = app->job_count; i-- > 0;) {
        job_cancel(app->jobs[i]->job);
        app_message(app, "stopping %s", app->jobs[i]->name);
        if (!all)
            return;
    }
}

void jobs_finish(struct app *app)
{
    for (size_t i = 0; i < app->job_count; i++)
        job_cancel(app->jobs[i]->job);
    while (app->job_count > 0)
        finish(app, app->job_count - 1);
}

/* 1234567 -> "1.2M" */
static void add_amount(struct buf *out, double amount)
{
    static const char units[] = "\0kMGT";
    size_t unit = 0;
    while (amount >= 1000 && unit + 2 < sizeof(units)) {
        amount /= 1000;
        unit++;
    }
    buf_printf(out, unit > 0 && amount < 100 ? "%.1f" : "%.0f", amount);
    if (unit > 0)
        buf_add_char(out, units[unit]);
}

/* "importing web03 41% 612k/s 0:12 left": the newest; how many others run. */
void jobs_status(struct app *app, struct buf *out)
{
    if (app->job_count == 0)
        return;
    struct running *running = app->jobs[app->job_count - 1];
    const struct progress *progress = job_progress(running->job);
    struct job_rate *rate = &running->rate;
    uint64_t total = atomic_load(&progress->total);
    uint64_t amount = atomic_load(&progress->done);

    job_rate_update(rate, progress, monotonic_ns());
    buf_add_cstr(out, running->name);
    if (total > 0)
        buf_printf(out, " %d%%",
            (int)(100.0 * (double)(amount < total ? amount : total) /
                  (double)total));
    if (rate->events_per_second >= 1) {
        buf_add_char(out, ' ');
        add_amount(out, rate->events_per_second);
        buf_add_cstr(out, "/s");
    }
    if (rate->left_s >= 0)
        buf_printf(out, " %d:%02d left", (int)(rate->left_s / 60),
            (int)(rate->left_s % 60));
    if (progress_is_cancelled(progress))
        buf_add_cstr(out, " stopping");
    if (app->job_count > 1)
        buf_printf(out, " (+%zu)", app->job_count - 1);
}
