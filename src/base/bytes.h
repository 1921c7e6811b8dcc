/* bytes: a cursor over untrusted bytes. Every read is bounded; one that would
 * pass the end returns 0 or an empty slice and sets `failed`, which stays set.
 * Read a whole header, then test `failed` once. */
#ifndef SPOOR_BASE_BYTES_H
#define SPOOR_BASE_BYTES_H

#include <stdbool.h>
#include <stdint.h>

#include "src/base/str.h"

struct bytes {
    const uint8_t *at;  /* the next byte */
    const uint8_t *end; /* one past the last */
    bool failed;
};

struct bytes bytes_from(const void *ptr, size_t len);
struct bytes bytes_from_str(struct str text);
size_t bytes_left(const struct bytes *in); /* 0 once failed */

/* The next `len` bytes as a cursor of their own; `in` moves past them. */
struct bytes bytes_sub(struct bytes *in, size_t len);
struct str bytes_str(struct bytes *in, size_t len);
void bytes_skip(struct bytes *in, size_t len);

uint8_t bytes_u8(struct bytes *in);
uint16_t bytes_u16le(struct bytes *in);
uint32_t bytes_u32le(struct bytes *in);
uint64_t bytes_u64le(struct bytes *in);
uint16_t bytes_u16be(struct bytes *in);
uint32_t bytes_u32be(struct bytes *in);
uint64_t bytes_u64be(struct bytes *in);
uint64_t bytes_varint(struct bytes *in); /* LEB128, at most 10 bytes */

#endif
