/* Sources that are read by random access: their bytes go into the case first,
 * then they are parsed out of it, so that what the events point at is what the
 * case holds, whatever became of the file meanwhile. */
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/pack.h"
#include "src/ingest/run.h"
#include "src/store/batches.h"
#include "src/store/content_blob.h"

/* Rows a batch gets: the same for every reading, so that an import that goes on
 * knows which of them the case has. */
enum { BATCH_ROWS = 10000, PACK_LEVEL = 1 };

struct random_read {
    struct run *run;
    struct item *item;
    struct packer *packer;
    struct record record;
    struct buf text; /* why a record is damaged */
    void *cursor;
    uint64_t match_limits;
};

/* How many of its batches the case has from an import that was killed. */
static int count_batches(
    struct random_read *random, size_t *count, struct err *err)
{
    *count = 0;
    if (!random->item->resumed || random->item->again)
        return 0;
    struct batches batches = {0};
    if (batches_load(random->run->store, &batches, err) < 0)
        return -1;
    for (size_t i = 0; i < batches.count; i++)
        *count += batches.at[i].source == random->item->source.id;
    batches_done(&batches);
    return 0;
}

/* Fill the task's batch: whether more records follow. */
static bool fill(struct random_read *random, struct task *task)
{
    const struct parser *parser = random->item->reading.parser;
    if (task->batch == NULL)
        task->batch = batch_new();
    batch_reset(task->batch, 0);
    bool more = true;
    while (more && task->batch->count < BATCH_ROWS) {
        struct record *record = &random->record;
        struct err err = {0};
        int rc = parser->next(random->cursor, record, &err);
        more = rc != 0;
        if (rc < 0) {
            make_damaged(record, 0, &err, parser->keeps_fields, &random->text);
            task->damaged++;
        }
        if (rc != 0)
            batch_add(
                task->batch, record, random->item->host, parser->keeps_fields);
    }
    if (parser->match_limits != NULL) {
        uint64_t limits = parser->match_limits(random->cursor);
        task->batch->match_limits = limits - random->match_limits;
        random->match_limits = limits;
    }
    batch_finish(task->batch);
    return more;
}

static int send_batches(
    struct random_read *random, size_t skip, struct err *err)
{
    struct pipeline *pipeline = random->run->pipeline;
    for (bool more = true; more;) {
        struct task *task = pipeline_take(pipeline, TASK_EVENTS, random->item);
        if (task == NULL)
            return run_stopped(err);
        more = fill(random, task);
        struct str fields = buf_str(&task->batch->fields);
        if (fields.len > 0 &&
            pack(random->packer, fields, &task->fields, err) < 0) {
            pipeline_return(pipeline, task);
            return -1;
        }
        if (skip > 0 || task->batch->count == 0) {
            skip -= skip > 0;
            pipeline_return(pipeline, task);
        } else if (!pipeline_send(pipeline, task)) {
            return run_stopped(err);
        }
    }
    return 0;
}

/* Once: it is said again when the source is read again. */
static void keep_note(const struct random_read *random)
{
    const struct parser *parser = random->item->reading.parser;
    struct buf note = {0};
    if (parser->note != NULL)
        parser->note(random->cursor, &note);
    if (note.len > 0 &&
        strstr(random->item->source.note, buf_cstr(&note)) == NULL)
        text_join(&random->item->end.note, buf_cstr(&note));
    buf_done(&note);
}

/* A stored size that no longer ends where the input did is the input's fault,
 * not the parser's: it sees what is there. */
static uint64_t stored_size(const struct item *item)
{
    return item->again ? item->source.stored : item->end.size;
}

int random_read(struct run *run, struct item *item, struct err *err)
{
    if (!item->again && (!pipeline_tell(run->pipeline, TASK_COMMIT, item) ||
                            !pipeline_drain(run->pipeline)))
        return run_stopped(err);
    struct random_read random = {.run = run, .item = item};
    size_t skip = 0;
    if (count_batches(&random, &skip, err) < 0)
        return -1;

    const struct parser *parser = item->reading.parser;
    struct content_blob stored = {run->content, item->source.id};
    struct blob blob = content_blob(&stored, stored_size(item));
    record_init(&random.record);
    random.packer = packer_new(PACK_LEVEL);
    random.cursor = parser->open(&item->reading);
    struct err damage = {0};
    int rc = 0;
    if (parser->feed_blob(random.cursor, &blob, &damage) < 0)
        text_join(&item->end.note, damage.text);
    else
        rc = send_batches(&random, skip, err);
    keep_note(&random);
    parser->close(random.cursor);
    packer_free(random.packer);
    record_done(&random.record);
    buf_done(&random.text);
    return rc;
}
