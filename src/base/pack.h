/* pack: blobs compressed with zstd. */
#ifndef SPOOR_BASE_PACK_H
#define SPOOR_BASE_PACK_H

#include "src/base/buf.h"
#include "src/base/err.h"
#include "src/base/str.h"

struct packer;   /* not thread-safe: one per worker */
struct unpacker; /* the same */

struct packer *packer_new(int level);
void packer_free(struct packer *packer);
/* Append the packed form of `bytes` to `out`. */
int pack(
    struct packer *packer, struct str bytes, struct buf *out, struct err *err);

struct unpacker *unpacker_new(void);
void unpacker_free(struct unpacker *unpacker);
/* Append the content to `out`. `size` is what the case says it is; anything
 * else is ERR_CORRUPT and at most `size` bytes are ever produced. */
int unpack(struct unpacker *unpacker, struct str packed, size_t size,
    struct buf *out, struct err *err);

#endif
