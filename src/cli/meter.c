/* meter: see meter.h. A signal handler can only reach a global: `running` is
 * the one job that Ctrl-C means, and cancelling is one atomic store. */
#include "src/cli/meter.h"

#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "src/base/stamp.h"

enum { REDRAW_MS = 100 };

static _Atomic(struct progress *) running;
static _Atomic bool line_on_screen;

static void on_interrupt(int signal_number)
{
    struct progress *progress = atomic_load(&running);
    if (progress == NULL || progress_is_cancelled(progress)) {
        signal(signal_number, SIG_DFL);
        raise(signal_number);
        return;
    }
    progress_cancel(progress);
}

static int64_t monotonic_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * STAMP_SECOND + now.tv_nsec;
}

void meter_erase(void)
{
    if (atomic_exchange(&line_on_screen, false))
        fputs("\r\033[K", stderr);
}

/* 1234567 -> "1.2M": four columns or so. */
static void format_amount(double amount, char out[16])
{
    static const char units[] = {' ', 'k', 'M', 'G', 'T'};
    size_t unit = 0;
    while (amount >= 1000 && unit + 1 < sizeof(units)) {
        amount /= 1000;
        unit++;
    }
    if (unit == 0)
        snprintf(out, 16, "%.0f", amount);
    else
        snprintf(out, 16, "%.1f%c", amount, units[unit]);
}

static void draw(const char *verb, enum meter_unit unit,
    struct progress *progress, struct job_rate *rate)
{
    char events[16], speed[16], done[16], share[16] = "", left[64] = "";
    uint64_t total = atomic_load(&progress->total);
    uint64_t amount = atomic_load(&progress->done);

    job_rate_update(rate, progress, monotonic_ns());
    format_amount((double)atomic_load(&progress->events), events);
    format_amount(rate->events_per_second, speed);
    format_amount((double)amount, done);
    if (total > 0)
        snprintf(share, sizeof(share), " %d%%",
            (int)(100.0 * (double)amount / (double)total));
    if (rate->left_s >= 0)
        snprintf(left, sizeof(left), "  %d:%02d left", (int)(rate->left_s / 60),
            (int)(rate->left_s % 60));
    fprintf(stderr, "\r\033[K%s%s  %s%s  %s events  %s/s%s%s", verb, share,
        done, unit == METER_BYTES ? "B" : "", events, speed, left,
        progress_is_cancelled(progress) ? "  stopping" : "");
    atomic_store(&line_on_screen, true);
}

int meter_run(job_run *run, void *context, const char *verb,
    enum meter_unit unit, struct err *err)
{
    struct job *job = job_start(run, context);
    struct job_rate rate = {0};
    struct sigaction old, interrupt = {.sa_handler = on_interrupt};
    bool terminal = isatty(STDERR_FILENO);

    sigemptyset(&interrupt.sa_mask);
    atomic_store(&running, job_progress(job));
    sigaction(SIGINT, &interrupt, &old);
    while (!job_is_done(job)) {
        struct pollfd wait = {.fd = job_fd(job), .events = POLLIN};
        if (poll(&wait, 1, terminal ? REDRAW_MS : -1) == 0 && terminal)
            draw(verb, unit, job_progress(job), &rate);
    }
    atomic_store(&running, NULL);
    sigaction(SIGINT, &old, NULL);
    meter_erase();
    return job_finish(job, err);
}
