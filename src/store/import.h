/* import: the one writer of evidence. It alone assigns ids.
 *
 * Call order: import_begin; per source import_source_begin (or _resume), then
 * import_put in order of the source's bytes, import_source_end; import_end.
 * Puts gather in a transaction that is committed every IMPORT_COMMIT_BYTES and
 * at the end of each call of import_commit: a chunk, its events and the
 * progress mark are always committed together. */
#ifndef SPOOR_STORE_IMPORT_H
#define SPOOR_STORE_IMPORT_H

#include "src/event/batch.h"
#include "src/store/source.h"

#define IMPORT_COMMIT_BYTES ((size_t)32 << 20)

struct import;

/* Takes the import lock and prepares for bulk writing. */
int import_begin(struct store *store, struct import **out, struct err *err);
/* Commit what is there, check in the write-ahead log, release the lock. */
int import_end(struct import *import, struct err *err);
/* As after a failure: what was committed stays, the rest is rolled back. */
void import_abort(struct import *import);

/* Add the row of a new source; fills source->id. Writes custody. */
int import_source_begin(
    struct import *import, struct source *source, struct err *err);

/* Rewrite every column of the source from the struct (state, digests, damaged,
 * note ...) but those that the writer adds up itself: stored, events, parsed,
 * generic, unparsed, undated, match_limits, first_time, last_time. */
int import_source_update(
    struct import *import, const struct source *source, struct err *err);
/* The same, with the final state, and custody. */
int import_source_end(
    struct import *import, const struct source *source, struct err *err);

/* A run of the source's bytes, already packed by a worker. */
struct chunk {
    uint64_t offset;       /* in the source; the end of the chunk before */
    uint64_t size;         /* of the content */
    struct str packed;     /* zstd, or the content itself when `stored` */
    bool stored;           /* kept as it is (already compressed containers) */
    bool hole;             /* `size` zeros of which nothing is kept */
    struct digest running; /* SHA-256 of the source up to the chunk's end */
    uint64_t first_line;   /* number of the line at offset, from 1 */
    struct str state;      /* the parser's state at the chunk's start */
};

/* Either may be NULL: a container has chunks only, a random-access source gets
 * its batches after all its chunks. */
struct import_put {
    int64_t source;
    const struct chunk *chunk;
    const struct batch *batch; /* finished */
    struct str batch_fields;   /* packed; "" none */
    uint64_t stored;           /* new progress mark of the source */
};
int import_put(
    struct import *import, const struct import_put *put, struct err *err);

int import_commit(struct import *import, struct err *err);

/* From here to the next import_commit or import_end nothing is committed, for
 * changes that must be seen together. */
void import_hold(struct import *import);

/* For re-normalising or re-timing: begin a new reading of a source, whose bytes
 * stay. The batches put from here on are unseen until import_source_end, which
 * puts them in the place of the old ones at once; without it the old stay. No
 * import_hold is needed for that. */
int import_drop_events(struct import *import, int64_t source, struct err *err);

#endif
