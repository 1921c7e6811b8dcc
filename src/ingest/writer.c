/* The writer's side: each task becomes rows of the case. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/escape.h"
#include "src/base/mem.h"
#include "src/ingest/enrich.h"
#include "src/ingest/run.h"
#include "src/store/custody.h"
#include "src/store/import.h"

/* --- words to the user ---------------------------------------------------- */

static void add_grouped(struct buf *out, uint64_t number)
{
    char digits[32];
    int len =
        snprintf(digits, sizeof(digits), "%llu", (unsigned long long)number);
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            buf_add_char(out, ',');
        buf_add_char(out, digits[i]);
    }
}

static void describe_outcome(const struct source *source, struct buf *text)
{
    escape_add(text, str_from(source->path));
    buf_add_cstr(text, ": ");
    switch (source->state) {
    case SOURCE_IMPORTING:
    case SOURCE_COMPLETE:
    case SOURCE_PARTIAL:
        if (source->kind == SOURCE_CONTAINER) {
            escape_add(text, str_from(source->format_why));
            break;
        }
        if (*source->format != '\0')
            escape_add(text, str_from(source->format));
        else
            buf_add_cstr(text, source->size == 0 ? "empty" : "unknown format");
        buf_add_cstr(text, ", ");
        add_grouped(text, source->events);
        buf_add_cstr(text, source->events == 1 ? " event" : " events");
        if (source->continues != 0)
            buf_printf(
                text, ", continues source %lld", (long long)source->continues);
        break;
    case SOURCE_DUPLICATE:
        buf_printf(text, "the same content as source %lld",
            (long long)source->same_as);
        break;
    case SOURCE_RECORDED:
        buf_add_cstr(text, "nobody reads this binary: recorded by its hash");
        break;
    case SOURCE_SKIPPED:
        buf_add_cstr(text, "skipped");
        break;
    case SOURCE_REMOVED:
        buf_add_cstr(text, "removed");
    }
    if (*source->note != '\0') {
        buf_add_cstr(text, ": ");
        escape_add(text, str_from(source->note));
    }
}

static void notice(const struct writer *writer, const struct source *source)
{
    if (writer->options->notice == NULL)
        return;
    bool warning = source->state == SOURCE_PARTIAL ||
                   source->state == SOURCE_SKIPPED || source->damaged > 0 ||
                   (source->state == SOURCE_COMPLETE && *source->note != '\0');
    struct buf text = {0};
    describe_outcome(source, &text);
    writer->options->notice(writer->options->context, warning, buf_cstr(&text));
    buf_done(&text);
}

static void count_source(
    struct ingest_summary *summary, const struct source *source)
{
    if (source->state == SOURCE_PARTIAL)
        summary->partial++;
    switch (source->state) {
    case SOURCE_PARTIAL:
    case SOURCE_COMPLETE:
    case SOURCE_IMPORTING:
        if (source->continues != 0)
            summary->continued++;
        else
            summary->added++;
        break;
    case SOURCE_DUPLICATE:
        summary->duplicates++;
        break;
    case SOURCE_RECORDED:
        summary->recorded++;
        break;
    case SOURCE_SKIPPED:
        summary->skipped++;
        break;
    case SOURCE_REMOVED:
        break;
    }
}

/* --- tasks ---------------------------------------------------------------- */

static int64_t id_of(const struct known *known)
{
    return known == NULL ? 0 : known->id;
}

static int write_begin(
    struct writer *writer, struct task *task, struct err *err)
{
    struct item *item = task->item;
    struct source *source = &item->source;
    if (source->kind == SOURCE_STREAM) {
        item_release(writer->stream);
        writer->stream = item_hold(item);
        writer->before_stream = *writer->summary;
    }
    if (item->resumed)
        return 0;
    source->parent = id_of(item->parent);
    source->same_as = id_of(item->same_as);
    source->continues = id_of(item->continues);
    if (import_source_begin(writer->import, source, err) < 0)
        return err_wrap(err, "adding %s", escape_cstr(source->path));
    if (item->self != NULL)
        item->self->id = source->id;
    return 0;
}

static void add_times(struct source *source, const struct batch *batch)
{
    if (batch->first_time == STAMP_NONE)
        return;
    if (source->first_time == STAMP_NONE ||
        batch->first_time < source->first_time)
        source->first_time = batch->first_time;
    if (source->last_time == STAMP_NONE || batch->last_time > source->last_time)
        source->last_time = batch->last_time;
}

static void add_counts(struct writer *writer, const struct task *task)
{
    const struct batch *batch = task->batch;
    struct source *source = &task->item->source;
    struct ingest_summary *summary = writer->summary;
    assert(batch != NULL); /* has_events */
    source->events += batch->total;
    source->parsed += batch->understood[UNDERSTOOD_PARSED];
    source->generic += batch->understood[UNDERSTOOD_GENERIC];
    source->unparsed += batch->understood[UNDERSTOOD_UNPARSED];
    source->undated += batch->undated;
    source->match_limits += batch->match_limits;
    source->damaged += task->damaged;
    add_times(source, batch);
    summary->events += batch->total;
    summary->parsed += batch->understood[UNDERSTOOD_PARSED];
    summary->generic += batch->understood[UNDERSTOOD_GENERIC];
    summary->unparsed += batch->understood[UNDERSTOOD_UNPARSED];
    summary->undated += batch->undated;
    summary->damaged += task->damaged;
}

static bool has_events(const struct task *task)
{
    const struct parser *parser = task->item->reading.parser;
    return task->kind == TASK_EVENTS ||
           (parser != NULL && parser->access == PARSER_STREAM);
}

static int write_piece(
    struct writer *writer, struct task *task, struct err *err)
{
    struct item *item = task->item;
    if (task->err.code != ERR_NONE)
        return err_set(err, task->err.code, "%s", task->err.text);

    bool content = task->kind == TASK_PIECE && item->keep && !item->again;
    uint64_t size = task->hole > 0 ? task->hole : task->bytes.len;
    struct chunk chunk = {
        .offset = task->offset,
        .size = size,
        .hole = task->hole > 0,
        .packed = task->packed.len > 0 ? buf_str(&task->packed)
                                       : buf_str(&task->bytes),
        .stored = task->packed.len == 0,
        .running = task->running,
        .first_line = task->first_line,
        .state = buf_str(&task->state),
    };
    bool events = has_events(task);
    if (item == writer->stream)
        writer->stream_hash = task->running;
    if (content)
        item->source.stored = task->offset + size;
    struct import_put put = {
        .source = item->source.id,
        .chunk = content ? &chunk : NULL,
        .batch = events ? task->batch : NULL,
        .batch_fields = events ? buf_str(&task->fields) : (struct str){0},
        .stored = item->source.stored,
    };
    if ((put.chunk != NULL || put.batch != NULL) &&
        import_put(writer->import, &put, err) < 0)
        return err_wrap(err, "writing %s", escape_cstr(item->source.path));
    if (events)
        add_counts(writer, task);
    /* Counted by us: a kill must not forget what is committed. */
    if (task->damaged > 0 && !item->again &&
        import_source_update(writer->import, &item->source, err) < 0)
        return -1;
    if (content)
        writer->summary->bytes += size;
    progress_add(writer->progress, size, events ? task->batch->total : 0);
    return 0;
}

static int write_drop(struct writer *writer, struct task *task, struct err *err)
{
    struct source *source = &task->item->source;
    if (!task->item->quiet)
        *writer->summary = writer->before_stream;
    source->events = source->parsed = source->generic = 0;
    source->unparsed = source->undated = source->damaged = 0;
    source->match_limits = 0;
    source->first_time = source->last_time = STAMP_NONE;
    return import_drop_events(writer->import, source->id, err);
}

static int write_commit(
    struct writer *writer, struct task *task, struct err *err)
{
    (void)task;
    return import_commit(writer->import, err);
}

static void apply_end(struct item *item)
{
    struct source *source = &item->source;
    struct item_end *end = &item->end;
    source->state = end->state;
    source->size = end->size;
    if (end->sha256.len > 0)
        source->sha256 = end->sha256;
    if (end->sha1.len > 0)
        source->sha1 = end->sha1;
    if (end->md5.len > 0)
        source->md5 = end->md5;
    if (end->same_as != NULL)
        source->same_as = id_of(end->same_as);
    if (end->stat_after != NULL)
        text_set(&source->stat_after, end->stat_after);
    text_join(&source->note, end->note);
}

static int remove_superseded(
    struct writer *writer, const struct item *item, struct err *err)
{
    for (size_t i = 0; i < item->end.supersedes_count; i++) {
        char *why = xasprintf("source %lld begins with all of it and goes on "
                              "inside its last record",
            (long long)item->source.id);
        int rc = source_remove(
            writer->store, id_of(item->end.supersedes[i]), str_from(why), err);
        free(why);
        if (rc < 0)
            return -1;
    }
    return 0;
}

/* What the source says of others is for all events of the case. */
static int enrich(struct writer *writer, struct item *item, struct err *err)
{
    bool is_read = item->source.state == SOURCE_COMPLETE ||
                   item->source.state == SOURCE_PARTIAL;
    return is_read ? enrich_from(writer->store, &item->source, err) : 0;
}

static int write_end(struct writer *writer, struct task *task, struct err *err)
{
    struct item *item = task->item;
    if (writer->stream != NULL &&
        writer->stream->source.id == item->source.id) {
        item_release(writer->stream);
        writer->stream = NULL;
    }
    apply_end(item);
    if (item->quiet) /* with the custody record that follows */
        import_hold(writer->import);
    if (enrich(writer, item, err) < 0 ||
        import_source_end(writer->import, &item->source, err) < 0 ||
        remove_superseded(writer, item, err) < 0)
        return err_wrap(err, "finishing %s", escape_cstr(item->source.path));
    if (item->quiet)
        return 0;
    count_source(writer->summary, &item->source);
    notice(writer, &item->source);
    if (writer->progress != NULL)
        atomic_fetch_add(&writer->progress->sources, 1);
    return 0;
}

static int write_say(struct writer *writer, struct task *task, struct err *err)
{
    (void)err;
    const struct item *item = task->item;
    writer->summary->duplicates++;
    if (writer->options->notice == NULL)
        return 0;
    struct buf text = {0};
    escape_add(&text, str_from(item->source.path));
    buf_printf(&text, ": already in the case as source %lld",
        (long long)id_of(item->same_as));
    writer->options->notice(writer->options->context, false, buf_cstr(&text));
    buf_done(&text);
    return 0;
}

int writer_write(struct writer *writer, struct task *task, struct err *err)
{
    static int (*const write[])(
        struct writer *, struct task *, struct err *) = {
        [TASK_BEGIN] = write_begin,
        [TASK_PIECE] = write_piece,
        [TASK_EVENTS] = write_piece,
        [TASK_DROP] = write_drop,
        [TASK_COMMIT] = write_commit,
        [TASK_END] = write_end,
        [TASK_SAY] = write_say,
    };
    return write[task->kind](writer, task, err);
}

int writer_close_stream(struct writer *writer, const char *why, struct err *err)
{
    struct item *item = writer->stream;
    if (item == NULL)
        return 0;
    writer->stream = NULL;
    item->source.state = SOURCE_PARTIAL;
    item->source.size = item->source.stored;
    item->source.sha256 = writer->stream_hash;
    text_join(&item->source.note, why);
    int rc = import_source_end(writer->import, &item->source, err);
    if (rc == 0) {
        count_source(writer->summary, &item->source);
        notice(writer, &item->source);
    }
    item_release(item);
    return rc;
}

int run_stopped(struct err *err)
{
    return err_set(err, ERR_CANCELLED, "stopped");
}
