/* Reading a stored source's events again, from the bytes in the case. */
#include "src/base/limit.h"
#include "src/ingest/run.h"

static int send_chunk(struct run *run, struct item *item,
    const struct content_chunk *chunk, struct err *err)
{
    struct task *task = pipeline_take(run->pipeline, TASK_PIECE, item);
    if (task == NULL)
        return run_stopped(err);
    task->offset = chunk->offset;
    buf_add_str(&task->bytes, chunk->bytes);
    buf_add_str(&task->state, chunk->state);
    return pipeline_send(run->pipeline, task) ? 0 : run_stopped(err);
}

static int send_chunks(struct run *run, struct item *item, struct err *err)
{
    uint64_t at = item->source.continues_at;
    while (at < item->source.stored) {
        struct content_chunk chunk;
        if (content_chunk_at(run->content, item->source.id, at, &chunk, err) <
            0)
            return -1;
        if (chunk.bytes.len == 0)
            return err_set(err, ERR_CORRUPT, "an empty chunk in the case");
        at = chunk.offset + chunk.bytes.len;
        if (send_chunk(run, item, &chunk, err) < 0)
            return -1;
    }
    return 0;
}

int again_read(struct run *run, struct item *item, struct err *err)
{
    const struct parser *parser = item->reading.parser;
    if (!pipeline_tell(run->pipeline, TASK_DROP, item))
        return run_stopped(err);
    if (parser == NULL)
        return 0;
    if (parser->access == PARSER_RANDOM)
        return random_read(run, item, err);
    return item->recut ? pieces_again(run, item, err)
                       : send_chunks(run, item, err);
}

int again_stream(struct run *run, struct item **item, const struct buf *rows,
    int32_t default_year, struct err *err)
{
    struct item *old = *item;
    if (!pipeline_tell(run->pipeline, TASK_COMMIT, old) ||
        !pipeline_drain(run->pipeline))
        return run_stopped(err);
    struct item *again = NULL;
    if (describe_stored(run->formats, run->store, old->source.id, &again, err) <
        0)
        return -1;
    again->again = true;
    again->self = old->self;
    again->end = old->end;
    old->end = (struct item_end){0};
    describe_solved_years(again, rows, default_year, again->source.latest,
        "year: from the whole stream at its end");
    item_release(old);
    *item = again;
    return again_read(run, again, err);
}
