/* buf: bytes that grow at the end. */
#ifndef SPOOR_BASE_BUF_H
#define SPOOR_BASE_BUF_H

#include <stdarg.h>
#include <stdint.h>

#include "src/base/str.h"

/* A zeroed struct buf is empty and ready for use. */
struct buf {
    char *ptr; /* owned; NULL until the first byte; not terminated */
    size_t len;
    size_t capacity;
};

void buf_done(struct buf *buf);
void buf_clear(struct buf *buf); /* keeps the memory */
void buf_reserve(struct buf *buf, size_t extra);
void buf_add(struct buf *buf, const void *bytes, size_t len);
void buf_add_str(struct buf *buf, struct str text);
void buf_add_cstr(struct buf *buf, const char *text);
void buf_add_char(struct buf *buf, char c);
void buf_add_u64(struct buf *buf, uint64_t number); /* in decimal */
void buf_add_i64(struct buf *buf, int64_t number);
void buf_printf(struct buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* LEB128, for our own blobs. */
void buf_add_varint(struct buf *buf, uint64_t number);

/* The content; lives until the next change of the buffer. */
struct str buf_str(const struct buf *buf);

/* The content terminated by a NUL that is not counted. */
const char *buf_cstr(struct buf *buf);

#endif
