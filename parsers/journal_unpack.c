#include "parsers/journal_unpack.h"

#include <lz4.h>
#include <lzma.h>
#include <zstd.h>

#include "src/base/bytes.h"
#include "src/base/limit.h"

/* Memory one payload may ask of its unpacker: windows of 2^WINDOW_LOG bytes for
 * zstd, whole decoders for xz. journald's own are far below. */
enum { WINDOW_LOG = 25 };
#define XZ_MEMORY (UINT64_C(64) << 20)

/* How much room is added at a time, and how often bytes of LZ4 may at most be
 * repeated (a match length grows by 255 a byte). */
#define STEP ((size_t)64 << 10)
#define LZ4_EXPANSION ((size_t)255)

void journal_unpacker_done(struct journal_unpacker *unpacker)
{
    ZSTD_freeDCtx(unpacker->zstd);
    buf_done(&unpacker->bytes);
    *unpacker = (struct journal_unpacker){0};
}

/* Room for the next step; 0 when the limit is reached. */
static size_t make_room(struct buf *out)
{
    size_t left = LIMIT_RECORD - out->len;
    size_t step = left < STEP ? left : STEP;
    buf_reserve(out, step);
    return step;
}

static bool unpack_zstd(
    struct journal_unpacker *unpacker, struct str payload, struct buf *out)
{
    if (unpacker->zstd == NULL)
        unpacker->zstd = ZSTD_createDCtx();
    if (unpacker->zstd == NULL)
        return false;
    ZSTD_DCtx_reset(unpacker->zstd, ZSTD_reset_session_only);
    ZSTD_DCtx_setParameter(unpacker->zstd, ZSTD_d_windowLogMax, WINDOW_LOG);
    ZSTD_inBuffer from = {payload.ptr, payload.len, 0};
    for (size_t room; (room = make_room(out)) > 0;) {
        ZSTD_outBuffer to = {out->ptr + out->len, room, 0};
        size_t left = ZSTD_decompressStream(unpacker->zstd, &to, &from);
        out->len += to.pos;
        if (ZSTD_isError(left))
            return false;
        if (left == 0)
            return true;
        if (to.pos == 0 && from.pos == from.size)
            return false; /* it goes on behind its end */
    }
    return true;
}

static bool run_xz(lzma_stream *stream, struct buf *out)
{
    for (size_t room; (room = make_room(out)) > 0;) {
        stream->next_out = (uint8_t *)out->ptr + out->len;
        stream->avail_out = room;
        lzma_ret rc = lzma_code(stream, LZMA_FINISH);
        out->len += room - stream->avail_out;
        if (rc == LZMA_STREAM_END)
            return true;
        if (rc != LZMA_OK)
            return false;
    }
    return true;
}

static bool unpack_xz(struct str payload, struct buf *out)
{
    lzma_stream stream = LZMA_STREAM_INIT;
    if (lzma_stream_decoder(&stream, XZ_MEMORY, 0) != LZMA_OK)
        return false;
    stream.next_in = (const uint8_t *)payload.ptr;
    stream.avail_in = payload.len;
    bool whole = run_xz(&stream, out);
    lzma_end(&stream);
    return whole;
}

/* The size of the content, in 64 bits, then one block. */
static bool unpack_lz4(struct str payload, struct buf *out)
{
    struct bytes in = bytes_from_str(payload);
    uint64_t claimed = bytes_u64le(&in);
    size_t left = bytes_left(&in);
    if (in.failed || left > LIMIT_RECORD || claimed > left * LZ4_EXPANSION)
        return false;
    size_t size = claimed < LIMIT_RECORD ? (size_t)claimed : LIMIT_RECORD;
    buf_reserve(out, size + 1);
    int made = LZ4_decompress_safe_partial(
        (const char *)in.at, out->ptr, (int)left, (int)size, (int)size);
    if (made < 0)
        return false;
    out->len = (size_t)made;
    return out->len == size;
}

bool journal_unpack(struct journal_unpacker *unpacker, uint8_t flags,
    struct str payload, struct str *out)
{
    struct buf *bytes = &unpacker->bytes;
    bool whole = true;
    buf_clear(bytes);
    switch ((enum journal_packing)flags) {
    case JOURNAL_PACKED_XZ:
        whole = unpack_xz(payload, bytes);
        break;
    case JOURNAL_PACKED_LZ4:
        whole = unpack_lz4(payload, bytes);
        break;
    case JOURNAL_PACKED_ZSTD:
        whole = unpack_zstd(unpacker, payload, bytes);
        break;
    default:
        *out = payload;
        return true;
    }
    *out = buf_str(bytes);
    return whole;
}
