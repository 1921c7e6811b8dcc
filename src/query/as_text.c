/* A binary record as people read it: its reader renders it, out of the bytes
 * that the case holds. */
#include "src/query/inside.h"
#include "src/store/content_blob.h"

int row_as_text(struct worker *worker, const struct row *row, struct buf *out,
    struct err *err)
{
    int64_t source = row->batch->source;
    struct reader *reader = reread_reader(worker, source);
    if (reader == NULL || reader->reading.parser == NULL ||
        reader->reading.parser->as_text == NULL)
        return 0;
    const struct parser *parser = reader->reading.parser;
    struct content_blob stored = {worker->content, source};
    struct blob blob =
        content_blob(&stored, content_size(worker->content, source));
    if (reader->cursor == NULL)
        reader->cursor = parser->open(&reader->reading);
    size_t start = out->len;
    int rc = parser->as_text(reader->cursor, &blob, row->offset, out, err);
    if (rc < 0)
        out->len = start;
    return rc < 0 ? -1 : 1;
}

int search_as_text(struct search *search, const struct row *row,
    struct buf *out, struct err *err)
{
    struct worker *worker = search_worker(search, err);
    return worker == NULL ? -1 : row_as_text(worker, row, out, err);
}
