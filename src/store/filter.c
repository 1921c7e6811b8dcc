/* The Bloom filter of a batch, and the keys that go into it.
 *
 * Stored: the bits, a whole number of bytes, and nothing else. No bytes at all
 * means that it would be too full to tell anything: everything may be there.
 * The five bits of a key are spread by its two halves; neither they nor the
 * mixing may ever change. */
#include "src/base/buf.h"
#include "src/base/bytes.h"
#include "src/store/batches.h"

/* Two summaries with the longest filter fit on a page. */
enum { PROBES = 5, BITS_PER_KEY = 10, BYTES_MAX = 7680 };

enum { KEY_NAME = 1, KEY_IPV4, KEY_IPV6, KEY_PORT };

/* The finishing step of splitmix64: every bit depends on every bit. */
static uint64_t mix(uint64_t bits)
{
    bits = (bits ^ bits >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    bits = (bits ^ bits >> 27) * UINT64_C(0x94d049bb133111eb);
    return bits ^ bits >> 31;
}

/* Never 0, which the writer's table takes for nothing. */
static uint64_t make_key(uint64_t type, uint64_t value)
{
    uint64_t key = mix(value + type * UINT64_C(0x9e3779b97f4a7c15));
    return key == 0 ? 1 : key;
}

uint64_t batch_key_name(int64_t entity)
{
    return make_key(KEY_NAME, (uint64_t)entity);
}

uint64_t batch_key_port(uint16_t port)
{
    return make_key(KEY_PORT, port);
}

uint64_t batch_key_ip(struct str column)
{
    struct bytes in = bytes_from_str(column);
    if (column.len == 4)
        return make_key(KEY_IPV4, bytes_u32be(&in));
    uint64_t high = bytes_u64be(&in);
    return make_key(KEY_IPV6, mix(high) ^ bytes_u64be(&in));
}

static size_t probe(uint64_t key, uint32_t n, size_t bits)
{
    uint32_t at = (uint32_t)key + n * ((uint32_t)(key >> 32) | 1);
    return (size_t)((uint64_t)at * bits >> 32);
}

void batch_filter_build(const uint64_t *keys, size_t count, struct buf *out)
{
    if (count > BATCH_KEYS_MAX)
        return;
    size_t size = (count * BITS_PER_KEY + 7) / 8;
    if (size > BYTES_MAX)
        size = BYTES_MAX;
    if (size == 0)
        size = 1;
    size_t start = out->len;
    buf_reserve(out, size);
    for (size_t i = 0; i < size; i++)
        buf_add_char(out, 0);
    uint8_t *bits = (uint8_t *)out->ptr + start;
    for (size_t i = 0; i < count; i++) {
        for (uint32_t n = 0; n < PROBES; n++) {
            size_t bit = probe(keys[i], n, size * 8);
            bits[bit / 8] |= (uint8_t)(1 << bit % 8);
        }
    }
}

bool batch_may_hold(const struct batch_info *batch, uint64_t key)
{
    size_t size = batch->filter.len;
    if (size == 0)
        return true;
    for (uint32_t n = 0; n < PROBES; n++) {
        size_t bit = probe(key, n, size * 8);
        if ((batch->filter.ptr[bit / 8] >> bit % 8 & 1) == 0)
            return false;
    }
    return true;
}

bool batch_has_kind(const struct batch_info *batch, int64_t kind)
{
    if (kind < 0 || (uint64_t)kind / 8 >= batch->kinds.len)
        return false;
    return (batch->kinds.ptr[kind / 8] >> kind % 8 & 1) != 0;
}
