#include "src/base/pack.h"

#include <stdlib.h>

#include <zstd.h>

#include "src/base/mem.h"

/* A zstd block is at least a header of three bytes and one byte of content, and
 * makes at most ZSTD_BLOCKSIZE_MAX. */
enum { LEAST_BLOCK = 4 };

struct packer {
    ZSTD_CCtx *context;
};

struct unpacker {
    ZSTD_DCtx *context;
};

struct packer *packer_new(int level)
{
    struct packer *packer = xcalloc(1, sizeof(*packer));
    packer->context = ZSTD_createCCtx();
    if (packer->context != NULL)
        ZSTD_CCtx_setParameter(packer->context, ZSTD_c_compressionLevel, level);
    return packer;
}

void packer_free(struct packer *packer)
{
    if (packer == NULL)
        return;
    ZSTD_freeCCtx(packer->context);
    free(packer);
}

int pack(
    struct packer *packer, struct str bytes, struct buf *out, struct err *err)
{
    if (packer->context == NULL)
        return err_set(err, ERR_LIMIT, "compressing: out of memory");
    size_t bound = ZSTD_compressBound(bytes.len);
    if (ZSTD_isError(bound))
        return err_set(
            err, ERR_LIMIT, "compressing %zu bytes: too many", bytes.len);

    buf_reserve(out, bound);
    size_t size = ZSTD_compress2(
        packer->context, out->ptr + out->len, bound, bytes.ptr, bytes.len);
    if (ZSTD_isError(size))
        return err_set(err, ERR_LIMIT, "compressing %zu bytes: %s", bytes.len,
            ZSTD_getErrorName(size));
    out->len += size;
    return 0;
}

struct unpacker *unpacker_new(void)
{
    struct unpacker *unpacker = xcalloc(1, sizeof(*unpacker));
    unpacker->context = ZSTD_createDCtx();
    return unpacker;
}

void unpacker_free(struct unpacker *unpacker)
{
    if (unpacker == NULL)
        return;
    ZSTD_freeDCtx(unpacker->context);
    free(unpacker);
}

/* Looked at before any memory is asked for: the case may be a stranger's, and
 * both the size it states and the one in the frame may be lies. */
static bool size_is_plausible(struct str packed, size_t size)
{
    if (ZSTD_getFrameContentSize(packed.ptr, packed.len) != size)
        return false;
    return size / ZSTD_BLOCKSIZE_MAX <= packed.len / LEAST_BLOCK;
}

int unpack(struct unpacker *unpacker, struct str packed, size_t size,
    struct buf *out, struct err *err)
{
    if (unpacker->context == NULL)
        return err_set(err, ERR_LIMIT, "decompressing: out of memory");
    if (!size_is_plausible(packed, size))
        return err_set(err, ERR_CORRUPT,
            "%zu compressed bytes do not hold the %zu that the case states",
            packed.len, size);

    /* One byte more than nothing, so that there is a place to point at. */
    buf_reserve(out, size + 1);
    size_t made = ZSTD_decompressDCtx(
        unpacker->context, out->ptr + out->len, size, packed.ptr, packed.len);
    if (ZSTD_isError(made))
        return err_set(err, ERR_CORRUPT, "decompressing %zu bytes: %s",
            packed.len, ZSTD_getErrorName(made));
    if (made != size)
        return err_set(err, ERR_CORRUPT,
            "decompressing gave %zu bytes, the case states %zu", made, size);
    out->len += made;
    return 0;
}
