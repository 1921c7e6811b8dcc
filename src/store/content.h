/* content: the original bytes of a source, out of its chunks. */
#ifndef SPOOR_STORE_CONTENT_H
#define SPOOR_STORE_CONTENT_H

#include "src/base/buf.h"
#include "src/store/store.h"

struct content; /* a reader with a small cache of unpacked chunks; one thread */

struct content *content_new(struct store *store);
void content_free(struct content *content);

/* Append the bytes [offset, offset + len) of a source, through the sources it
 * continues. Checks sizes, not hashes. */
int content_read(struct content *content, int64_t source, uint64_t offset,
    size_t len, struct buf *out, struct err *err);

/* The same, to a place that has room for them. */
int content_copy(struct content *content, int64_t source, uint64_t offset,
    void *to, size_t len, struct err *err);

/* The unpacked chunk that holds `offset` of the source. `bytes` lives until the
 * next call. */
struct content_chunk {
    int64_t id;
    uint64_t offset; /* in the source */
    struct str bytes;
    struct str state;      /* the parser's, at its start */
    struct digest running; /* SHA-256 of the source up to the chunk's end */
};
int content_chunk_at(struct content *content, int64_t source, uint64_t offset,
    struct content_chunk *out, struct err *err);

/* The number of the line that holds this byte, from 1; -1 when it cannot be
 * told. Cheap for places that ascend within a chunk. */
int64_t content_line_at(
    struct content *content, int64_t source, uint64_t offset);

/* Where the next byte may stand that is no zero of a long hole: `offset` itself
 * but inside of one. */
uint64_t content_data_at(
    struct content *content, int64_t source, uint64_t offset);

uint64_t content_size(struct content *content, int64_t source);

/* The stored JSON line of values of one event of a batch ("" if none). Lives
 * until the next call. */
int content_fields(struct content *content, int64_t batch, size_t row,
    struct str *out, struct err *err);

#endif
