/* input: the bytes of one piece of evidence, readable at any offset: a file as
 * it was when opened, or content out of an archive. */
#ifndef SPOOR_INGEST_INPUT_H
#define SPOOR_INGEST_INPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "src/base/buf.h"
#include "src/base/err.h"
#include "src/base/hash.h"

struct stat;

struct input {
    int fd;            /* -1: the content is in `memory` */
    struct buf memory; /* owned */
    uint64_t size;     /* at opening: what lies past it is not ours */
    bool sparse;       /* has holes, which are not read */
    bool holes_apart;  /* long ones are hashed as their length, as they are
                          kept (LIMIT_HOLE) */
    int64_t mtime;     /* ns, STAMP_NONE unknown */
};

/* Open a regular file without touching its access time where that is allowed.
 * ERR_INPUT when it is no regular file. */
int input_open(struct input *input, const char *path, struct err *err);
void input_close(struct input *input); /* a closed one is fine */

/* Read `len` bytes at `offset`, fewer only when the content ends before:
 * `got` says how many. */
int input_read(const struct input *input, uint64_t offset, void *to, size_t len,
    size_t *got, struct err *err);

/* How long the hole is that begins at `offset`, in whole LIMIT_CHUNK; 0 when
 * that is no multiple of it, or the hole is shorter than LIMIT_HOLE. */
uint64_t input_hole(const struct input *input, uint64_t offset);

/* Add [from, to) to `hash`; fewer bytes than that are ERR_INPUT. */
int input_hash(const struct input *input, uint64_t from, uint64_t to,
    struct hash *hash, struct err *err);

/* What the file system says now, as a JSON object; "" for content out of an
 * archive. Appended to `out`. */
void input_stat(const struct input *input, struct buf *out);
/* How big the file is now. */
uint64_t input_size_now(const struct input *input);

/* Content that comes as a stream and must be readable at any offset: kept in
 * memory up to a limit, past it in a nameless file in `folder`. */
struct spool {
    struct input input;
    char *folder;
};
void spool_start(struct spool *spool, const char *folder);
int spool_add(struct spool *spool, struct str bytes, struct err *err);
/* The content so far becomes yours; the spool is done. */
void spool_take(struct spool *spool, struct input *out);
void spool_done(struct spool *spool);

#endif
