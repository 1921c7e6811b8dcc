/* Cutting a source into pieces.
 *
 * Bytes are read straight into a task's buffer behind what the piece before
 * left over, hashed, cut where the parser says a record ends, and sent. The cut
 * depends on the bytes alone, so an import that goes on after a kill cuts the
 * same pieces again: those the case has are only hashed, and the running hash
 * at its mark tells whether this is still the same file. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/limit.h"
#include "src/base/mem.h"
#include "src/ingest/run.h"
#include "src/ingest/years.h"

/* How long a quiet stream keeps what it said out of the case. */
enum { IDLE_MS = 1000, POLL_MS = 100 };

struct flow {
    struct run *run;
    struct item *item;
    const struct input *input; /* NULL: a stream or stored content */
    bool is_stored;            /* the content of item->source in the case */
    int fd;                    /* of the stream */
    struct str early;          /* what was read of it for detection */
    struct years *years;       /* of a stream, or NULL */

    struct hash *hash;
    uint64_t offset;    /* of the next piece */
    uint64_t lines;     /* line breaks before it */
    struct buf tail;    /* read, but not cut yet */
    struct buf state;   /* the parser's, at `offset` */
    bool at_end;        /* nothing follows the tail */
    bool idle;          /* the stream pauses */
    uint64_t holes;     /* bytes of it that are kept as lengths */
    struct err failure; /* reading stored content failed */

    bool resuming;
    uint64_t mark; /* pieces up to here are in the case */
    struct digest at_mark;
};

/* --- bytes ---------------------------------------------------------------- */

static void note(struct item *item, const char *text)
{
    text_join(&item->end.note, text);
}

static void more_of_file(struct flow *flow, struct buf *bytes, size_t len)
{
    const struct input *input = flow->input;
    uint64_t at = flow->offset + bytes->len;
    struct err err = {0};
    size_t got = 0;
    buf_reserve(bytes, len);
    int rc = input_read(input, at, bytes->ptr + bytes->len, len, &got, &err);
    bytes->len += got;
    at += got;
    if (rc == 0 && got == len && at < input->size)
        return;
    flow->at_end = true;
    if (rc == 0 && at == input->size)
        return;
    flow->item->end.state = SOURCE_PARTIAL;
    char *text =
        rc < 0 ? xasprintf("only its beginning could be read: %s", err.text)
               : xasprintf("the file shrank while it was read: %llu "
                           "of %llu bytes were there",
                     (unsigned long long)at, (unsigned long long)input->size);
    note(flow->item, text);
    free(text);
}

int stream_wait(struct run *run, int fd, int pause_ms)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    for (int waited = 0;; waited += POLL_MS) {
        if (poll(&ready, 1, POLL_MS) > 0)
            return 1;
        if (pipeline_is_stopped(run->pipeline))
            return -1;
        if (pause_ms > 0 && waited >= pause_ms)
            return 0;
    }
}

static void more_of_stream(struct flow *flow, struct buf *bytes, size_t len)
{
    size_t wanted = bytes->len + len;
    if (flow->early.len > 0) {
        struct str now = str_sub(flow->early, 0, len);
        flow->early = str_from_index(flow->early, now.len);
        buf_add_str(bytes, now);
    }
    while (bytes->len < wanted) {
        int ready =
            stream_wait(flow->run, flow->fd, bytes->len > 0 ? IDLE_MS : 0);
        flow->idle = ready == 0;
        if (ready <= 0) {
            flow->at_end = ready < 0;
            return;
        }
        buf_reserve(bytes, wanted - bytes->len);
        ssize_t got =
            read(flow->fd, bytes->ptr + bytes->len, wanted - bytes->len);
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (got <= 0) {
            flow->at_end = true;
            if (got < 0) {
                flow->item->end.state = SOURCE_PARTIAL;
                note(flow->item, "reading the stream failed");
            }
            return;
        }
        bytes->len += (size_t)got;
    }
}

static void more_of_content(struct flow *flow, struct buf *bytes, size_t len)
{
    const struct source *source = &flow->item->source;
    uint64_t at = flow->offset + bytes->len;
    uint64_t left = source->stored - at;
    if (left < len)
        len = (size_t)left;
    if (content_read(
            flow->run->content, source->id, at, len, bytes, &flow->failure) < 0)
        flow->at_end = true;
    if (at + len >= source->stored)
        flow->at_end = true;
}

static void more(struct flow *flow, struct buf *bytes, size_t len)
{
    if (flow->is_stored) {
        more_of_content(flow, bytes, len);
        return;
    }
    if (flow->input != NULL)
        more_of_file(flow, bytes, len);
    else
        more_of_stream(flow, bytes, len);
}

/* --- pieces --------------------------------------------------------------- */

static size_t cut(const struct flow *flow, struct str bytes)
{
    const struct reading *reading = &flow->item->reading;
    if (reading->parser == NULL || reading->parser->access == PARSER_RANDOM)
        return bytes.len;
    size_t len = reading->parser->cut(reading, bytes, flow->at_end);
    if (len > 0 || bytes.len < LIMIT_RECORD)
        return len;
    /* Kept and cut: the reader of it marks the record. */
    return bytes.len;
}

/* Fill `bytes` with the next piece; what is past its cut becomes the tail. */
static void fill(struct flow *flow, struct buf *bytes)
{
    buf_add_str(bytes, buf_str(&flow->tail));
    buf_clear(&flow->tail);
    size_t target = LIMIT_CHUNK;
    size_t len = 0;
    for (;;) {
        if (bytes->len < target && !flow->at_end)
            more(flow, bytes, target - bytes->len);
        len = cut(flow, buf_str(bytes));
        if (len > 0 || flow->at_end)
            break;
        if (bytes->len >= target)
            target = 2 * target < LIMIT_RECORD ? 2 * target : LIMIT_RECORD;
    }
    buf_add_str(&flow->tail, str_from_index(buf_str(bytes), len));
    bytes->len = len;
}

static bool is_sent_before(struct flow *flow)
{
    return flow->resuming && flow->offset < flow->mark;
}

static void learn(struct flow *flow, struct str bytes)
{
    const struct reading *reading = &flow->item->reading;
    if (reading->parser != NULL && reading->parser->learn != NULL)
        reading->parser->learn(reading, bytes, &flow->state);
    if (flow->years != NULL)
        years_add(flow->years, flow->offset, bytes);
}

static void keep_head(struct flow *flow, struct str bytes)
{
    struct known *self = flow->item->self;
    if (self == NULL || flow->offset > 0 || bytes.len < KNOWN_HEAD)
        return;
    memcpy(self->head, bytes.ptr, KNOWN_HEAD);
    self->has_head = true;
}

/* One piece: 1 sent or passed over, 0 not what the case holds, -1 stopped. */
static int next_piece(struct flow *flow, struct err *err)
{
    struct run *run = flow->run;
    struct task *task = pipeline_take(run->pipeline, TASK_PIECE, flow->item);
    if (task == NULL)
        return run_stopped(err);
    fill(flow, &task->bytes);
    struct str bytes = buf_str(&task->bytes);
    bool before = is_sent_before(flow);
    task->offset = flow->offset;
    buf_add_str(&task->state, buf_str(&flow->state));
    hash_add(flow->hash, bytes);
    task->running = hash_digest(flow->hash);
    task->first_line = flow->lines + 1;
    flow->lines += str_count_char(bytes, '\n');
    keep_head(flow, bytes);
    learn(flow, bytes);
    if (flow->item->self != NULL)
        flow->item->self->end_offset = flow->offset;
    flow->offset += bytes.len;

    if (bytes.len == 0 || before) {
        bool same = flow->offset < flow->mark ||
                    (flow->offset == flow->mark &&
                        digest_eq(&task->running, &flow->at_mark));
        progress_add(run->progress, bytes.len, 0);
        pipeline_return(run->pipeline, task);
        return bytes.len == 0 || same;
    }
    bool paused = flow->idle;
    flow->idle = false;
    if (!pipeline_send(run->pipeline, task) ||
        (paused && !pipeline_tell(run->pipeline, TASK_COMMIT, flow->item)))
        return run_stopped(err);
    return 1;
}

static void finish(struct flow *flow)
{
    struct item *item = flow->item;
    struct item_end *end = &item->end;
    if (end->state == SOURCE_IMPORTING)
        end->state = *item->source.note != '\0' && flow->input != NULL
                         ? SOURCE_PARTIAL
                         : SOURCE_COMPLETE;
    end->size = flow->offset;
    end->sha256 = hash_digest(flow->hash);
    if (flow->input != NULL) {
        struct buf status = {0};
        input_stat(flow->input, &status);
        free(end->stat_after);
        end->stat_after = xstrdup(buf_cstr(&status));
        buf_done(&status);
        uint64_t now = input_size_now(flow->input);
        if (now > flow->input->size) {
            char *text = xasprintf("the file grew while it was read: %llu "
                                   "bytes more came after the import began",
                (unsigned long long)(now - flow->input->size));
            note(item, text);
            free(text);
        }
    }
    if (item->self != NULL) {
        item->self->has_end = true;
        buf_clear(&item->self->end_state);
        buf_add_str(&item->self->end_state, buf_str(&flow->state));
    }
}

static void flow_done(struct flow *flow)
{
    buf_done(&flow->tail);
    buf_done(&flow->state);
    hash_free(flow->hash);
}

/* A long hole in what is read at random: its length is all there is to keep. As
 * next_piece. */
static int next_hole(struct flow *flow, uint64_t hole, struct err *err)
{
    struct run *run = flow->run;
    hash_add_hole(flow->hash, hole);
    flow->holes += hole;
    if (is_sent_before(flow)) {
        struct digest running = hash_digest(flow->hash);
        flow->offset += hole;
        progress_add(run->progress, hole, 0);
        return flow->offset < flow->mark ||
               (flow->offset == flow->mark &&
                   digest_eq(&running, &flow->at_mark));
    }
    struct task *task = pipeline_take(run->pipeline, TASK_PIECE, flow->item);
    if (task == NULL)
        return run_stopped(err);
    task->offset = flow->offset;
    task->hole = hole;
    task->running = hash_digest(flow->hash);
    task->first_line = flow->lines + 1;
    flow->offset += hole;
    return pipeline_send(run->pipeline, task) ? 1 : run_stopped(err);
}

/* How long a hole begins here that is kept as its length. */
static uint64_t hole_here(const struct flow *flow)
{
    const struct parser *parser = flow->item->reading.parser;
    bool passes = parser != NULL && parser->skips_holes;
    return passes && flow->input != NULL && flow->tail.len == 0
               ? input_hole(flow->input, flow->offset)
               : 0;
}

static void note_holes(struct flow *flow)
{
    if (flow->holes == 0)
        return;
    char *text = xasprintf("a sparse file: %llu bytes of it are holes that are "
                           "kept, and hashed, as their lengths, so its "
                           "SHA-256 is no other program's",
        (unsigned long long)flow->holes);
    note(flow->item, text);
    free(text);
}

static int run_flow(struct flow *flow, struct err *err)
{
    int rc = 1;
    while (rc > 0 && (!flow->at_end || flow->tail.len > 0)) {
        uint64_t hole = hole_here(flow);
        rc = hole > 0 ? next_hole(flow, hole, err) : next_piece(flow, err);
    }
    note_holes(flow);
    if (rc > 0 && flow->resuming && flow->offset < flow->mark)
        rc = 0;
    if (rc > 0)
        finish(flow);
    flow_done(flow);
    return rc;
}

/* The running hash at the mark of an unfinished import. */
static int find_mark(struct flow *flow, struct err *err)
{
    const struct source *source = &flow->item->source;
    flow->resuming = true;
    flow->mark = source->stored;
    if (source->stored <= source->continues_at) {
        flow->mark = source->continues_at;
        return 0;
    }
    struct content_chunk chunk;
    if (content_chunk_at(flow->run->content, source->id, source->stored - 1,
            &chunk, err) < 0)
        return -1;
    flow->at_mark = chunk.running;
    return 0;
}

int pieces_read(struct run *run, struct item *item, const struct input *input,
    struct str state, bool resume, struct err *err)
{
    struct flow flow = {.run = run,
        .item = item,
        .input = input,
        .fd = -1,
        .offset = item->source.continues_at,
        .at_end = input->size <= item->source.continues_at};
    if (resume && find_mark(&flow, err) < 0)
        return -1;
    if (flow.mark > input->size)
        return 0;
    flow.hash = hash_new(HASH_SHA256);
    struct err changed = {0};
    if (input_hash(input, 0, flow.offset, flow.hash, &changed) < 0) {
        hash_free(flow.hash);
        return 0;
    }
    progress_add(run->progress, flow.offset, 0);
    buf_add_str(&flow.state, state);
    return run_flow(&flow, err);
}

int pieces_stream(struct run *run, struct item *item, struct str sample, int fd,
    struct years *years, struct err *err)
{
    struct flow flow = {.run = run,
        .item = item,
        .fd = fd,
        .early = sample,
        .years = years,
        .hash = hash_new(HASH_SHA256)};
    return run_flow(&flow, err);
}

/* Nothing of what the case says of the source's bytes changes: no hash, no end.
 */
int pieces_again(struct run *run, struct item *item, struct err *err)
{
    struct flow flow = {.run = run,
        .item = item,
        .is_stored = true,
        .fd = -1,
        .offset = item->source.continues_at,
        .at_end = item->source.stored <= item->source.continues_at,
        .hash = hash_new(HASH_SHA256)};
    int rc = 1;
    while (rc > 0 && (!flow.at_end || flow.tail.len > 0))
        rc = next_piece(&flow, err);
    flow_done(&flow);
    if (rc >= 0 && flow.failure.code != ERR_NONE)
        return err_set(err, flow.failure.code, "%s", flow.failure.text);
    return rc < 0 ? -1 : 0;
}
