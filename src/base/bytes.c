#include "src/base/bytes.h"

enum { VARINT_MAX = 10 };

struct bytes bytes_from(const void *ptr, size_t len)
{
    const uint8_t *at = ptr;
    return (struct bytes){.at = at, .end = len == 0 ? at : at + len};
}

struct bytes bytes_from_str(struct str text)
{
    return bytes_from(text.ptr, text.len);
}

size_t bytes_left(const struct bytes *in)
{
    return in->failed ? 0 : (size_t)(in->end - in->at);
}

struct bytes bytes_sub(struct bytes *in, size_t len)
{
    struct bytes part = {.at = in->at, .end = in->at};
    if (len > bytes_left(in) || in->failed) {
        in->failed = true;
        part.failed = true;
        return part;
    }
    if (len > 0)
        part.end = in->at = part.at + len;
    return part;
}

struct str bytes_str(struct bytes *in, size_t len)
{
    struct bytes part = bytes_sub(in, len);
    return str_make(part.at, bytes_left(&part));
}

void bytes_skip(struct bytes *in, size_t len)
{
    (void)bytes_sub(in, len);
}

uint8_t bytes_u8(struct bytes *in)
{
    struct bytes b = bytes_sub(in, 1);
    if (b.failed)
        return 0;
    return b.at[0];
}

uint16_t bytes_u16le(struct bytes *in)
{
    struct bytes b = bytes_sub(in, 2);
    if (b.failed)
        return 0;
    return (uint16_t)(b.at[0] | b.at[1] << 8);
}

uint32_t bytes_u32le(struct bytes *in)
{
    struct bytes b = bytes_sub(in, 4);
    if (b.failed)
        return 0;
    return (uint32_t)b.at[0] | (uint32_t)b.at[1] << 8 |
           (uint32_t)b.at[2] << 16 | (uint32_t)b.at[3] << 24;
}

uint64_t bytes_u64le(struct bytes *in)
{
    struct bytes b = bytes_sub(in, 8);
    if (b.failed)
        return 0;
    uint64_t low = bytes_u32le(&b);
    return low | (uint64_t)bytes_u32le(&b) << 32;
}

uint16_t bytes_u16be(struct bytes *in)
{
    struct bytes b = bytes_sub(in, 2);
    if (b.failed)
        return 0;
    return (uint16_t)(b.at[0] << 8 | b.at[1]);
}

uint32_t bytes_u32be(struct bytes *in)
{
    struct bytes b = bytes_sub(in, 4);
    if (b.failed)
        return 0;
    return (uint32_t)b.at[0] << 24 | (uint32_t)b.at[1] << 16 |
           (uint32_t)b.at[2] << 8 | (uint32_t)b.at[3];
}

uint64_t bytes_u64be(struct bytes *in)
{
    struct bytes b = bytes_sub(in, 8);
    if (b.failed)
        return 0;
    uint64_t high = bytes_u32be(&b);
    return high << 32 | bytes_u32be(&b);
}

uint64_t bytes_varint(struct bytes *in)
{
    uint64_t number = 0;
    for (int i = 0; i < VARINT_MAX; i++) {
        uint8_t byte = bytes_u8(in);
        if (in->failed)
            return 0;
        /* The tenth byte has room for the topmost bit only. */
        if (i == VARINT_MAX - 1 && byte > 1)
            break;
        number |= (uint64_t)(byte & 0x7F) << (7 * i);
        if (byte < 0x80)
            return number;
    }
    in->failed = true;
    return 0;
}
