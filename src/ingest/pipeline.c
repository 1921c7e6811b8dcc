#include "src/ingest/pipeline.h"

#include <pthread.h>
#include <stdlib.h>

#include "src/base/limit.h"
#include "src/base/mem.h"
#include "src/base/progress.h"
#include "src/base/queue.h"

enum { WORKERS_MAX = 64, TASKS_EXTRA = 4 };

/* Bytes of content under way; one task may always go. */
#define BYTES_MAX ((uint64_t)32 << 20)

/* A buffer that grew past this for one long record is given back. */
#define BUFFER_KEEP (4 * LIMIT_CHUNK)

struct pipeline {
    const struct pipeline_config *config;
    struct queue *order, *work;
    struct task *tasks; /* [task_count] */
    size_t task_count;

    pthread_mutex_t lock; /* guards all that follows, and task->done */
    pthread_cond_t changed;
    struct task **free_tasks; /* [free_count] */
    size_t free_count;
    uint64_t held;
    uint64_t sent, written;
    bool stopped;

    struct err read_err;
    int read_rc;
};

static void trim(struct buf *buf)
{
    if (buf->capacity > BUFFER_KEEP)
        buf_done(buf);
    buf_clear(buf);
}

static void task_clear(struct task *task)
{
    item_release(task->item);
    task->item = NULL;
    if (task->bytes.len > BUFFER_KEEP) {
        batch_free(task->batch);
        task->batch = NULL;
    }
    trim(&task->bytes);
    trim(&task->packed);
    trim(&task->fields);
    trim(&task->state);
    task->hole = 0;
    task->damaged = 0;
    task->done = false;
    err_clear(&task->err);
}

static void task_done(struct task *task)
{
    task_clear(task);
    batch_free(task->batch);
    buf_done(&task->bytes);
    buf_done(&task->packed);
    buf_done(&task->fields);
    buf_done(&task->state);
}

struct task *pipeline_take(
    struct pipeline *pipeline, enum task_kind kind, struct item *item)
{
    struct task *task = NULL;
    pthread_mutex_lock(&pipeline->lock);
    while (!pipeline->stopped &&
           (pipeline->free_count == 0 || pipeline->held > BYTES_MAX))
        pthread_cond_wait(&pipeline->changed, &pipeline->lock);
    if (!pipeline->stopped)
        task = pipeline->free_tasks[--pipeline->free_count];
    pthread_mutex_unlock(&pipeline->lock);
    if (task != NULL) {
        task->kind = kind;
        task->item = item_hold(item);
    }
    return task;
}

void pipeline_return(struct pipeline *pipeline, struct task *task)
{
    task_clear(task);
    pthread_mutex_lock(&pipeline->lock);
    pipeline->held -= task->held;
    task->held = 0;
    pipeline->free_tasks[pipeline->free_count++] = task;
    pthread_cond_broadcast(&pipeline->changed);
    pthread_mutex_unlock(&pipeline->lock);
}

bool pipeline_send(struct pipeline *pipeline, struct task *task)
{
    bool for_workers = task->kind == TASK_PIECE;
    pthread_mutex_lock(&pipeline->lock);
    task->held = task->bytes.capacity;
    pipeline->held += task->held;
    pipeline->sent++;
    task->done = !for_workers;
    pthread_mutex_unlock(&pipeline->lock);

    /* The writer may be through with the task as soon as it is in the order
     * queue: it goes to the workers first. */
    if (for_workers && !queue_put(pipeline->work, task)) {
        pipeline_return(pipeline, task);
        return false;
    }
    return queue_put(pipeline->order, task);
}

bool pipeline_tell(
    struct pipeline *pipeline, enum task_kind kind, struct item *item)
{
    struct task *task = pipeline_take(pipeline, kind, item);
    return task != NULL && pipeline_send(pipeline, task);
}

bool pipeline_drain(struct pipeline *pipeline)
{
    pthread_mutex_lock(&pipeline->lock);
    while (!pipeline->stopped && pipeline->written < pipeline->sent)
        pthread_cond_wait(&pipeline->changed, &pipeline->lock);
    bool stopped = pipeline->stopped;
    pthread_mutex_unlock(&pipeline->lock);
    return !stopped;
}

bool pipeline_is_stopped(struct pipeline *pipeline)
{
    pthread_mutex_lock(&pipeline->lock);
    bool stopped = pipeline->stopped;
    pthread_mutex_unlock(&pipeline->lock);
    return stopped || progress_is_cancelled(pipeline->config->progress);
}

static void stop(struct pipeline *pipeline)
{
    pthread_mutex_lock(&pipeline->lock);
    pipeline->stopped = true;
    pthread_cond_broadcast(&pipeline->changed);
    pthread_mutex_unlock(&pipeline->lock);
    queue_close(pipeline->order);
    queue_close(pipeline->work);
}

/* --- threads -------------------------------------------------------------- */

static void *reader_main(void *self)
{
    struct pipeline *pipeline = self;
    const struct pipeline_config *config = pipeline->config;
    pipeline->read_rc =
        config->read(config->context, pipeline, &pipeline->read_err);
    queue_close(pipeline->order);
    queue_close(pipeline->work);
    return NULL;
}

static void *worker_main(void *self)
{
    struct pipeline *pipeline = self;
    struct worker *worker = worker_new();
    for (struct task *task; (task = queue_take(pipeline->work)) != NULL;) {
        worker_do(worker, task);
        pthread_mutex_lock(&pipeline->lock);
        task->done = true;
        pthread_cond_broadcast(&pipeline->changed);
        pthread_mutex_unlock(&pipeline->lock);
    }
    worker_free(worker);
    return NULL;
}

static void wait_for(struct pipeline *pipeline, const struct task *task)
{
    pthread_mutex_lock(&pipeline->lock);
    while (!task->done)
        pthread_cond_wait(&pipeline->changed, &pipeline->lock);
    pthread_mutex_unlock(&pipeline->lock);
}

static int write_all(struct pipeline *pipeline, struct err *err)
{
    const struct pipeline_config *config = pipeline->config;
    for (struct task *task; (task = queue_take(pipeline->order)) != NULL;) {
        wait_for(pipeline, task);
        if (progress_is_cancelled(config->progress))
            return err_set(err, ERR_CANCELLED, "stopped as asked");
        if (config->write(config->context, task, err) < 0)
            return -1;
        pthread_mutex_lock(&pipeline->lock);
        pipeline->written++;
        pthread_mutex_unlock(&pipeline->lock);
        pipeline_return(pipeline, task);
    }
    return 0;
}

static void pipeline_init(
    struct pipeline *pipeline, const struct pipeline_config *config)
{
    *pipeline = (struct pipeline){
        .config = config, .task_count = 2 * config->workers + TASKS_EXTRA};
    pipeline->order = queue_new(pipeline->task_count);
    pipeline->work = queue_new(pipeline->task_count);
    pipeline->tasks = xcalloc(pipeline->task_count, sizeof(struct task));
    pipeline->free_tasks = xcalloc(pipeline->task_count, sizeof(struct task *));
    pthread_mutex_init(&pipeline->lock, NULL);
    pthread_cond_init(&pipeline->changed, NULL);
    for (size_t i = 0; i < pipeline->task_count; i++)
        pipeline->free_tasks[pipeline->free_count++] = &pipeline->tasks[i];
}

static void pipeline_done(struct pipeline *pipeline)
{
    for (size_t i = 0; i < pipeline->task_count; i++)
        task_done(&pipeline->tasks[i]);
    free(pipeline->tasks);
    free(pipeline->free_tasks);
    queue_free(pipeline->order);
    queue_free(pipeline->work);
    pthread_cond_destroy(&pipeline->changed);
    pthread_mutex_destroy(&pipeline->lock);
}

static unsigned start_workers(
    struct pipeline *pipeline, pthread_t *threads, unsigned count)
{
    unsigned started = 0;
    while (started < count &&
           pthread_create(&threads[started], NULL, worker_main, pipeline) == 0)
        started++;
    return started;
}

int pipeline_run(const struct pipeline_config *config, struct err *err)
{
    struct pipeline_config own = *config;
    own.workers = own.workers < 1             ? 1
                  : own.workers > WORKERS_MAX ? WORKERS_MAX
                                              : own.workers;
    struct pipeline pipeline;
    pipeline_init(&pipeline, &own);
    pthread_t reader;
    pthread_t workers[WORKERS_MAX];
    unsigned started = start_workers(&pipeline, workers, own.workers);
    bool has_reader = started > 0 && pthread_create(&reader, NULL, reader_main,
                                         &pipeline) == 0;

    int rc = has_reader ? write_all(&pipeline, err)
                        : err_set(err, ERR_IO, "starting threads failed");
    stop(&pipeline);
    if (has_reader)
        pthread_join(reader, NULL);
    for (unsigned i = 0; i < started; i++)
        pthread_join(workers[i], NULL);

    if (rc == 0 && has_reader && pipeline.read_rc < 0) {
        rc = -1;
        if (err != NULL)
            *err = pipeline.read_err;
    }
    pipeline_done(&pipeline);
    return rc;
}
