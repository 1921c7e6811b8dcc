/* What a worker does with a piece: parse it into a batch and pack it. It knows
 * no database, and what it makes depends on the piece alone. */
#include <inttypes.h>
#include <stdlib.h>

#include "src/base/mem.h"
#include "src/base/pack.h"
#include "src/ingest/pipeline.h"

enum { PACK_LEVEL = 1 };

struct worker {
    struct packer *packer;
    struct item *item; /* the one the cursor reads; a reference */
    void *cursor;
    uint64_t match_limits; /* of the cursor so far */
    struct record record;
    struct buf text; /* why a record is damaged */
};

struct worker *worker_new(void)
{
    struct worker *worker = xcalloc(1, sizeof(*worker));
    worker->packer = packer_new(PACK_LEVEL);
    record_init(&worker->record);
    return worker;
}

static void forget_item(struct worker *worker)
{
    if (worker->item != NULL)
        worker->item->reading.parser->close(worker->cursor);
    item_release(worker->item);
    worker->item = NULL;
    worker->cursor = NULL;
    worker->match_limits = 0;
}

void worker_free(struct worker *worker)
{
    if (worker == NULL)
        return;
    forget_item(worker);
    record_done(&worker->record);
    buf_done(&worker->text);
    packer_free(worker->packer);
    free(worker);
}

static void open_item(struct worker *worker, struct item *item)
{
    if (worker->item == item)
        return;
    forget_item(worker);
    worker->item = item_hold(item);
    worker->cursor = item->reading.parser->open(&item->reading);
}

void make_damaged(struct record *record, uint64_t base, const struct err *why,
    bool keep_fields, struct buf *text)
{
    struct record kept = *record;
    record_reset(record);
    record->offset = kept.offset;
    record->length = kept.length;
    record->format = kept.format;
    record->time = kept.time;
    record->time_quality = kept.time_quality;
    record->precision = kept.precision;
    if (!keep_fields)
        return;
    uint64_t at = base + record->offset;
    buf_clear(text);
    buf_printf(text, "at byte %" PRIu64 ": %s", at, why->text);
    record_add_extra(record, STR("damaged"), buf_str(text));
}

static void add_records(struct worker *worker, struct task *task)
{
    const struct parser *parser = worker->item->reading.parser;
    struct record *record = &worker->record;
    struct err err = {0};
    for (int rc; (rc = parser->next(worker->cursor, record, &err)) != 0;) {
        if (rc < 0) {
            make_damaged(record, task->offset, &err, parser->keeps_fields,
                &worker->text);
            err = (struct err){0};
            task->damaged++;
        }
        batch_add(
            task->batch, record, worker->item->host, parser->keeps_fields);
    }
    if (parser->match_limits != NULL) {
        uint64_t limits = parser->match_limits(worker->cursor);
        task->batch->match_limits = limits - worker->match_limits;
        worker->match_limits = limits;
    }
}

static int parse(struct worker *worker, struct task *task)
{
    open_item(worker, task->item);
    if (task->batch == NULL)
        task->batch = batch_new();
    batch_reset(task->batch, task->offset);
    struct piece piece = {.bytes = buf_str(&task->bytes),
        .offset = task->offset,
        .state = buf_str(&task->state)};
    worker->item->reading.parser->feed(worker->cursor, &piece);
    add_records(worker, task);
    batch_finish(task->batch);
    if (task->batch->fields.len == 0)
        return 0;
    return pack(worker->packer, buf_str(&task->batch->fields), &task->fields,
        &task->err);
}

void worker_do(struct worker *worker, struct task *task)
{
    const struct item *item = task->item;
    const struct parser *parser = item->reading.parser;
    if (parser != NULL && parser->access == PARSER_STREAM &&
        parse(worker, task) < 0)
        return;
    if (!item->keep || item->as_they_are)
        return;
    if (pack(worker->packer, buf_str(&task->bytes), &task->packed, &task->err) <
        0)
        return;
    if (task->packed.len >= task->bytes.len)
        buf_clear(&task->packed);
}
