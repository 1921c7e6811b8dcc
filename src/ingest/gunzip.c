#include "src/ingest/gunzip.h"

#include <stdlib.h>
#include <zlib.h>

#include "src/base/mem.h"
#include "src/base/stamp.h"

enum { BLOCK = 64 << 10, GZIP_WINDOW = 15 + 16 /* zlib: gzip only */ };

struct gunzip {
    const struct input *input;
    uint64_t offset; /* of the next byte to read */
    z_stream stream;
    gz_header header; /* the first member's */
    bool between;     /* a member has ended, the next has not begun */
    bool over;
    struct err err; /* to be told when what came before it was given */
    unsigned char block[BLOCK];
};

struct gunzip *gunzip_new(const struct input *input)
{
    struct gunzip *gunzip = xcalloc(1, sizeof(*gunzip));
    gunzip->input = input;
    if (inflateInit2(&gunzip->stream, GZIP_WINDOW) != Z_OK) {
        err_set(&gunzip->err, ERR_INPUT, "zlib cannot start");
        gunzip->over = true;
        return gunzip;
    }
    inflateGetHeader(&gunzip->stream, &gunzip->header);
    return gunzip;
}

void gunzip_free(struct gunzip *gunzip)
{
    if (gunzip == NULL)
        return;
    inflateEnd(&gunzip->stream);
    free(gunzip);
}

static void fail(struct gunzip *gunzip, const char *why)
{
    err_set(&gunzip->err, ERR_INPUT, "%s", why);
    gunzip->over = true;
}

/* More packed bytes, if there are any. */
static void refill(struct gunzip *gunzip)
{
    size_t got = 0;
    if (input_read(gunzip->input, gunzip->offset, gunzip->block, BLOCK, &got,
            &gunzip->err) < 0) {
        gunzip->over = true;
        return;
    }
    gunzip->offset += got;
    gunzip->stream.next_in = gunzip->block;
    gunzip->stream.avail_in = (uInt)got;
    if (got > 0)
        return;
    gunzip->over = true;
    if (!gunzip->between)
        fail(gunzip, "truncated gzip input");
}

/* After a member: another one, or padding that means nothing. */
static void begin_member(struct gunzip *gunzip)
{
    if (*gunzip->stream.next_in != 0x1f) {
        gunzip->over = true;
        return;
    }
    gunzip->between = false;
    if (inflateReset(&gunzip->stream) != Z_OK)
        fail(gunzip, "zlib cannot go on");
}

static void inflate_some(struct gunzip *gunzip)
{
    switch (inflate(&gunzip->stream, Z_NO_FLUSH)) {
    case Z_OK:
    case Z_BUF_ERROR: /* it wants more input or room */
        return;
    case Z_STREAM_END:
        gunzip->between = true;
        return;
    default:
        fail(gunzip,
            gunzip->stream.msg ? gunzip->stream.msg : "damaged gzip data");
    }
}

int gunzip_read(
    struct gunzip *gunzip, void *to, size_t size, size_t *got, struct err *err)
{
    z_stream *stream = &gunzip->stream;
    stream->next_out = to;
    stream->avail_out = (uInt)(size < BLOCK ? size : BLOCK);
    uInt room = stream->avail_out;
    while (stream->avail_out > 0 && !gunzip->over) {
        if (stream->avail_in == 0)
            refill(gunzip);
        else if (gunzip->between)
            begin_member(gunzip);
        else
            inflate_some(gunzip);
    }
    *got = room - stream->avail_out;
    if (*got > 0)
        return 1;
    if (gunzip->err.code == ERR_NONE)
        return 0;
    return err_set(err, gunzip->err.code, "%s", gunzip->err.text);
}

uint64_t gunzip_consumed(const struct gunzip *gunzip)
{
    return gunzip->offset - gunzip->stream.avail_in;
}

int64_t gunzip_mtime(const struct gunzip *gunzip)
{
    int64_t stamp = STAMP_NONE;
    if (gunzip->header.done != 1 || gunzip->header.time == 0 ||
        !stamp_from_seconds((int64_t)gunzip->header.time, 0, &stamp))
        return STAMP_NONE;
    return stamp;
}
