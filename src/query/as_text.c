/* A binary record as people read it: its reader renders it, out of the bytes
 * that the case holds. */
#include <string.h>

#include "src/query/inside.h"

/* The source as a blob. */
struct stored {
    struct worker *worker;
    int64_t source;
    struct buf bytes; /* of the last read */
};

static int read_stored(
    void *self, uint64_t offset, void *to, size_t len, struct err *err)
{
    struct stored *stored = self;
    buf_clear(&stored->bytes);
    if (content_read(stored->worker->content, stored->source, offset, len,
            &stored->bytes, err) < 0)
        return -1;
    if (stored->bytes.len != len)
        return err_set(err, ERR_INPUT, "past the end of the source");
    if (len > 0)
        memcpy(to, stored->bytes.ptr, len);
    return 0;
}

int row_as_text(struct worker *worker, const struct row *row, struct buf *out,
    struct err *err)
{
    int64_t source = row->batch->source;
    struct reader *reader = reread_reader(worker, source);
    if (reader == NULL || reader->reading.parser == NULL ||
        reader->reading.parser->as_text == NULL)
        return 0;
    const struct parser *parser = reader->reading.parser;
    struct stored stored = {.worker = worker, .source = source};
    struct blob blob = {.size = content_size(worker->content, source),
        .read_at = read_stored,
        .self = &stored};
    if (reader->cursor == NULL)
        reader->cursor = parser->open(&reader->reading);
    size_t start = out->len;
    int rc = parser->as_text(reader->cursor, &blob, row->offset, out, err);
    if (rc < 0)
        out->len = start;
    buf_done(&stored.bytes);
    return rc < 0 ? -1 : 1;
}

int search_as_text(struct search *search, const struct row *row,
    struct buf *out, struct err *err)
{
    struct worker *worker = search_worker(search, err);
    return worker == NULL ? -1 : row_as_text(worker, row, out, err);
}
