/* journal_unpack: payloads of DATA objects that systemd packed.
 *
 * What a payload claims to unpack to is never allocated: the output grows as it
 * is made, up to LIMIT_RECORD. */
#ifndef SPOOR_PARSERS_JOURNAL_UNPACK_H
#define SPOOR_PARSERS_JOURNAL_UNPACK_H

#include "parsers/journal_file.h"

struct ZSTD_DCtx_s;

/* A zeroed one is ready for use; not thread-safe. */
struct journal_unpacker {
    struct ZSTD_DCtx_s *zstd; /* kept from one payload to the next */
    struct buf bytes;
};

void journal_unpacker_done(struct journal_unpacker *unpacker);

/* The content of a payload packed as `flags` of its object says, or itself when
 * it is not. Lives until the next call. False when it is damaged: then `out` is
 * what could be had of it. Past LIMIT_RECORD it is cut. */
bool journal_unpack(struct journal_unpacker *unpacker, uint8_t flags,
    struct str payload, struct str *out);

#endif
