#include "src/base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"

enum {
    BUF_FIRST_SIZE = 64,
    DIGITS_MAX = 20, /* of a 64-bit number in decimal */
    VARINT_MAX = 10, /* bytes of a 64-bit number in LEB128 */
};

void buf_done(struct buf *buf)
{
    free(buf->ptr);
    *buf = (struct buf){0};
}

void buf_clear(struct buf *buf)
{
    buf->len = 0;
}

/* Apart from buf_reserve, so that the usual case stays small. */
static void grow(struct buf *buf, size_t extra)
{
    /* A sum that does not fit is more than there is: xrealloc will say so. */
    size_t needed = extra > SIZE_MAX - buf->len ? SIZE_MAX : buf->len + extra;
    if (needed < BUF_FIRST_SIZE)
        needed = BUF_FIRST_SIZE;
    buf->ptr = mem_grow(buf->ptr, &buf->capacity, needed, 1);
}

void buf_reserve(struct buf *buf, size_t extra)
{
    if (extra > buf->capacity - buf->len)
        grow(buf, extra);
}

void buf_add(struct buf *buf, const void *bytes, size_t len)
{
    if (len == 0)
        return;
    buf_reserve(buf, len);
    memcpy(buf->ptr + buf->len, bytes, len);
    buf->len += len;
}

void buf_add_str(struct buf *buf, struct str text)
{
    buf_add(buf, text.ptr, text.len);
}

void buf_add_cstr(struct buf *buf, const char *text)
{
    buf_add(buf, text, strlen(text));
}

void buf_add_char(struct buf *buf, char c)
{
    buf_reserve(buf, 1);
    buf->ptr[buf->len++] = c;
}

void buf_add_u64(struct buf *buf, uint64_t number)
{
    char digits[DIGITS_MAX];
    size_t at = sizeof(digits);
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    buf_add(buf, digits + at, sizeof(digits) - at);
}

void buf_add_i64(struct buf *buf, int64_t number)
{
    if (number >= 0) {
        buf_add_u64(buf, (uint64_t)number);
        return;
    }
    buf_add_char(buf, '-');
    buf_add_u64(buf, 0 - (uint64_t)number);
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    size_t room = buf->capacity - buf->len;
    char *end = room == 0 ? NULL : buf->ptr + buf->len;
    int len = vsnprintf(end, room, format, args);
    va_end(args);

    if (len > 0 && (size_t)len >= room) {
        buf_reserve(buf, (size_t)len + 1);
        vsnprintf(buf->ptr + buf->len, (size_t)len + 1, format, again);
    }
    va_end(again);
    if (len > 0)
        buf->len += (size_t)len;
}

void buf_add_varint(struct buf *buf, uint64_t number)
{
    buf_reserve(buf, VARINT_MAX);
    char *at = buf->ptr + buf->len;
    for (; number >= 0x80; number >>= 7)
        *at++ = (char)(unsigned char)(number | 0x80);
    *at++ = (char)number;
    buf->len = (size_t)(at - buf->ptr);
}

struct str buf_str(const struct buf *buf)
{
    return (struct str){buf->ptr, buf->len};
}

const char *buf_cstr(struct buf *buf)
{
    buf_reserve(buf, 1);
    buf->ptr[buf->len] = '\0';
    return buf->ptr;
}
