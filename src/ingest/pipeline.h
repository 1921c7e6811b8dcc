/* pipeline: one reader, some workers and one writer, with a bounded number of
 * tasks between them.
 *
 *   reader --> order queue -------------------------> writer --+
 *     ^  \                                              ^       |
 *     |   +--> work queue --> workers (parse, pack) ----+       |
 *     +------------------------- free tasks <------------------+
 *
 * The writer takes tasks in the order the reader sent them and waits for a
 * piece until its worker is through, so what it writes does not depend on the
 * threads' timing. The number of tasks and the bytes in them are bounded: the
 * reader waits. Whoever fails stops the others; nobody waits for ever, for the
 * queues hold every task there is. */
#ifndef SPOOR_INGEST_PIPELINE_H
#define SPOOR_INGEST_PIPELINE_H

#include "src/event/batch.h"
#include "src/ingest/item.h"

enum task_kind {
    TASK_BEGIN,  /* the item's row */
    TASK_PIECE,  /* bytes to parse, pack and put */
    TASK_EVENTS, /* a batch the reader made itself */
    TASK_DROP,   /* forget the item's events; hold all until its end */
    TASK_COMMIT, /* make all so far visible to other connections */
    TASK_END,    /* the item's last */
    TASK_SAY,    /* the case has it: a word to the user, nothing to write */
};

struct task {
    enum task_kind kind;
    struct item *item; /* a reference */

    /* From the reader. */
    struct buf bytes;
    uint64_t offset;
    uint64_t hole;    /* so many zeros in the place of bytes; 0: bytes */
    struct buf state; /* the parser's, at the start */
    struct digest running;
    uint64_t first_line; /* number of the line at offset, from 1 */
    uint64_t held;       /* bytes counted against the bound */

    /* From the worker. */
    struct batch *batch;
    struct buf packed; /* empty: the bytes as they are */
    struct buf fields; /* packed */
    uint64_t damaged;
    bool done;
    struct err err;
};

struct pipeline;

struct pipeline_config {
    unsigned workers;
    /* In a thread of its own; sends tasks. */
    int (*read)(void *context, struct pipeline *pipeline, struct err *err);
    /* In the calling thread, once a task, in order. */
    int (*write)(void *context, struct task *task, struct err *err);
    void *context;
    const struct progress *progress; /* asked whether to stop */
};

/* Run until the reader is through and all is written, or something failed: -1
 * with what failed first in the order of the sources. */
int pipeline_run(const struct pipeline_config *config, struct err *err);

/* For the reader. A task to fill, NULL when the pipeline stopped. */
struct task *pipeline_take(
    struct pipeline *pipeline, enum task_kind kind, struct item *item);
/* False when the pipeline stopped; the task is gone in any case. */
bool pipeline_send(struct pipeline *pipeline, struct task *task);
/* Both, for tasks without content. */
bool pipeline_tell(
    struct pipeline *pipeline, enum task_kind kind, struct item *item);
/* Wait until the writer has done everything sent so far. */
bool pipeline_drain(struct pipeline *pipeline);
bool pipeline_is_stopped(struct pipeline *pipeline);
/* Give back a task that is not needed after all. */
void pipeline_return(struct pipeline *pipeline, struct task *task);

/* work.c: what a worker does with a piece. */
struct worker;
struct worker *worker_new(void);
void worker_free(struct worker *worker);
void worker_do(struct worker *worker, struct task *task);
/* A record that could not be read keeps its place, and its time if that was
 * read; when values are kept, x.damaged says where and why. `base` is where its
 * offset counts from; `text` holds that value. */
struct err;
struct record;
void make_damaged(struct record *record, uint64_t base, const struct err *why,
    bool keep_fields, struct buf *text);

#endif
