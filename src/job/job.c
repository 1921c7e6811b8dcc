#include "src/job/job.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "src/base/mem.h"

/* How much of a new sample a smoothed rate takes, per second that passed. */
#define SMOOTHING 0.3

struct job {
    job_run *run;
    void *context;
    struct progress progress;
    struct err err; /* the job's thread's until done */
    int rc;
    atomic_bool done;
    bool has_thread;
    pthread_t thread;
    int pipe[2]; /* a byte is written when the job ends; -1: no pipe */
};

static void announce(struct job *job)
{
    atomic_store(&job->done, true);
    ssize_t written = write(job->pipe[1], "", 1);
    (void)written; /* the pipe is empty: there is room for one byte */
}

static void *job_main(void *self)
{
    struct job *job = self;
    job->rc = job->run(job->context, &job->progress, &job->err);
    announce(job);
    return NULL;
}

static int open_pipe(struct job *job)
{
    if (pipe(job->pipe) < 0) {
        job->pipe[0] = job->pipe[1] = -1;
        return err_errno(&job->err, "starting a job");
    }
    fcntl(job->pipe[0], F_SETFD, FD_CLOEXEC);
    fcntl(job->pipe[1], F_SETFD, FD_CLOEXEC);
    return 0;
}

/* A job that cannot start has ended with the reason. */
struct job *job_start(job_run *run, void *context)
{
    struct job *job = xcalloc(1, sizeof(*job));
    job->run = run;
    job->context = context;
    job->rc = -1;
    if (open_pipe(job) < 0) {
        atomic_store(&job->done, true);
        return job;
    }
    job->has_thread = pthread_create(&job->thread, NULL, job_main, job) == 0;
    if (!job->has_thread) {
        err_set(&job->err, ERR_IO, "starting a thread failed");
        announce(job);
    }
    return job;
}

int job_fd(const struct job *job)
{
    return job->pipe[0];
}

bool job_is_done(const struct job *job)
{
    return atomic_load(&job->done);
}

struct progress *job_progress(struct job *job)
{
    return &job->progress;
}

void job_cancel(struct job *job)
{
    progress_cancel(&job->progress);
}

int job_finish(struct job *job, struct err *err)
{
    if (job->has_thread)
        pthread_join(job->thread, NULL);
    int rc = job->rc;
    if (rc < 0 && err != NULL)
        *err = job->err;
    if (job->pipe[0] >= 0) {
        close(job->pipe[0]);
        close(job->pipe[1]);
    }
    free(job);
    return rc;
}

static double smooth(double before, double now, double seconds)
{
    double weight = SMOOTHING * seconds;
    if (before <= 0.0 || weight > 1.0)
        return now;
    return before + weight * (now - before);
}

void job_rate_update(
    struct job_rate *rate, const struct progress *progress, int64_t now_ns)
{
    uint64_t done = atomic_load(&progress->done);
    uint64_t total = atomic_load(&progress->total);
    uint64_t events = atomic_load(&progress->events);
    if (rate->start_ns == 0) {
        *rate = (struct job_rate){.start_ns = now_ns,
            .last_ns = now_ns,
            .last_done = done,
            .last_events = events,
            .left_s = -1};
        return;
    }
    double seconds = (double)(now_ns - rate->last_ns) / 1e9;
    if (seconds <= 0.0)
        return;
    rate->per_second = smooth(
        rate->per_second, (double)(done - rate->last_done) / seconds, seconds);
    rate->events_per_second = smooth(rate->events_per_second,
        (double)(events - rate->last_events) / seconds, seconds);
    rate->last_ns = now_ns;
    rate->last_done = done;
    rate->last_events = events;
    bool known = total >= done && total > 0 && rate->per_second > 0.0;
    rate->left_s =
        known ? (int64_t)((double)(total - done) / rate->per_second) : -1;
}
