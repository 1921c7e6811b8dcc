/* job: long work in a thread of its own, with progress, result and cancel, for
 * callers that must not wait (the screens) or want to show how far it is (the
 * command line). */
#ifndef SPOOR_JOB_JOB_H
#define SPOOR_JOB_JOB_H

#include "src/base/err.h"
#include "src/base/progress.h"

struct job;

/* What the job does: runs in its thread, polls progress_is_cancelled. */
typedef int job_run(void *context, struct progress *progress, struct err *err);

struct job *job_start(job_run *run, void *context);

/* A file descriptor that becomes readable when the job ends, for poll(). */
int job_fd(const struct job *job);
bool job_is_done(const struct job *job);
struct progress *job_progress(struct job *job);
void job_cancel(struct job *job);

/* Wait, give its result and error, and free it. */
int job_finish(struct job *job, struct err *err);

/* Speed and time left from progress samples. `now_ns` is a monotonic clock. */
struct job_rate {
    int64_t start_ns, last_ns;
    uint64_t last_done;
    double per_second; /* smoothed, of progress.done */
    double events_per_second;
    uint64_t last_events;
    int64_t left_s; /* -1: not known */
};
void job_rate_update(
    struct job_rate *rate, const struct progress *progress, int64_t now_ns);

#endif
