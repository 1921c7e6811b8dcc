/* journal_kit: a small writer of systemd journal files, as journald appends to
 * them: objects one after the other, each value once, entry arrays that double.
 * Hash tables stay empty and hashes are our own: no reader of entries needs
 * them, and journalctl accepts it. */
#ifndef SPOOR_TESTS_JOURNAL_KIT_H
#define SPOOR_TESTS_JOURNAL_KIT_H

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <lz4.h>
#include <lzma.h>
#include <zstd.h>

#include "src/base/buf.h"
#include "src/base/intern.h"
#include "src/base/mem.h"

enum {
    JOURNAL_KIT_HEADER = 256,
    JOURNAL_KIT_PACK_FROM = 128, /* bytes of a value that is packed */
    JOURNAL_KIT_ITEMS_MAX = 64,
    JOURNAL_KIT_XZ = 1,
    JOURNAL_KIT_LZ4 = 2,
    JOURNAL_KIT_ZSTD = 4,
};

struct journal_kit {
    struct buf bytes;
    bool compact;
    uint8_t packing; /* 0, or one of JOURNAL_KIT_... */
    struct intern values;
    uint64_t *offsets; /* of values, by number */
    size_t offset_capacity;
    uint64_t *entries; /* offsets of entries */
    size_t entry_count, entry_capacity;
    uint64_t first_array, array; /* the one being filled */
    uint64_t array_used, array_size, objects, last_object;
    uint64_t first_time, last_time;
};

static inline void journal_kit_put(
    struct journal_kit *kit, uint64_t at, uint64_t number, size_t size)
{
    for (size_t i = 0; i < size; i++)
        kit->bytes.ptr[at + i] = (char)(unsigned char)(number >> (8 * i));
}

/* A new object of `size` bytes, all zero behind its header. */
static inline uint64_t journal_kit_object(
    struct journal_kit *kit, uint8_t type, uint8_t flags, size_t size)
{
    static const char zeros[8];
    buf_add(&kit->bytes, zeros, (8 - kit->bytes.len % 8) % 8);
    uint64_t at = kit->bytes.len;
    buf_reserve(&kit->bytes, size);
    memset(kit->bytes.ptr + at, 0, size);
    kit->bytes.len += size;
    journal_kit_put(kit, at, type, 1);
    journal_kit_put(kit, at + 1, flags, 1);
    journal_kit_put(kit, at + 8, size, 8);
    kit->objects++;
    kit->last_object = at;
    return at;
}

static inline void journal_kit_begin(
    struct journal_kit *kit, bool compact, uint8_t packing)
{
    *kit = (struct journal_kit){.compact = compact, .packing = packing};
    buf_reserve(&kit->bytes, JOURNAL_KIT_HEADER);
    memset(kit->bytes.ptr, 0, JOURNAL_KIT_HEADER);
    kit->bytes.len = JOURNAL_KIT_HEADER;
    journal_kit_object(kit, 4, 0, 16 + 16 * 16);
    journal_kit_object(kit, 5, 0, 16 + 16 * 16);
}

static inline void journal_kit_done(struct journal_kit *kit)
{
    buf_done(&kit->bytes);
    intern_done(&kit->values);
    free(kit->offsets);
    free(kit->entries);
}

static inline uint64_t journal_kit_get(
    const struct journal_kit *kit, uint64_t at)
{
    uint64_t number = 0;
    for (size_t i = 8; i > 0; i--)
        number = number << 8 | (unsigned char)kit->bytes.ptr[at + i - 1];
    return number;
}

/* The packed form of a payload; false when it stays as it is. */
static inline bool journal_kit_pack(
    uint8_t packing, struct str text, struct buf *out)
{
    size_t room = text.len + text.len / 2 + 1024, size = 0;
    if (packing == 0 || text.len < JOURNAL_KIT_PACK_FROM)
        return false;
    buf_reserve(out, room);
    if (packing == JOURNAL_KIT_ZSTD) {
        size = ZSTD_compress(out->ptr, room, text.ptr, text.len, 1);
    } else if (packing == JOURNAL_KIT_LZ4) {
        for (size_t i = 0; i < 8; i++)
            out->ptr[i] = (char)(unsigned char)((uint64_t)text.len >> (8 * i));
        size = 8 + (size_t)LZ4_compress_default(
                       text.ptr, out->ptr + 8, (int)text.len, (int)room - 8);
    } else if (lzma_easy_buffer_encode(1, LZMA_CHECK_NONE, NULL,
                   (const uint8_t *)text.ptr, text.len, (uint8_t *)out->ptr,
                   &size, room) != LZMA_OK) {
        return false;
    }
    out->len = size;
    return true;
}

/* The DATA object of "NAME=value", made when it is new. */
static inline uint64_t journal_kit_data(
    struct journal_kit *kit, struct str text)
{
    uint32_t known = kit->values.count;
    uint32_t number = intern_add(&kit->values, text);
    if (number < known)
        return kit->offsets[number];
    struct buf packed = {0};
    bool is_packed = journal_kit_pack(kit->packing, text, &packed);
    struct str payload = is_packed ? buf_str(&packed) : text;
    size_t start = kit->compact ? 72 : 64;
    uint64_t at = journal_kit_object(
        kit, 1, is_packed ? kit->packing : 0, start + payload.len);
    journal_kit_put(kit, at + 16, str_hash(text), 8);
    memcpy(kit->bytes.ptr + at + start, payload.ptr, payload.len);
    buf_done(&packed);
    kit->offsets = mem_grow(kit->offsets, &kit->offset_capacity,
        (size_t)number + 1, sizeof(*kit->offsets));
    kit->offsets[number] = at;
    return at;
}

/* Name the entry in the chain of arrays; a full array is followed by one twice
 * as long. */
static inline void journal_kit_link(struct journal_kit *kit, uint64_t entry)
{
    size_t item = kit->compact ? 4 : 8;
    if (kit->array_used == kit->array_size) {
        uint64_t size = kit->array_size == 0 ? 4 : 2 * kit->array_size;
        uint64_t before = kit->array;
        kit->array = journal_kit_object(kit, 6, 0, 24 + (size_t)size * item);
        kit->array_size = size;
        kit->array_used = 0;
        if (before == 0)
            kit->first_array = kit->array;
        else
            journal_kit_put(kit, before + 16, kit->array, 8);
    }
    journal_kit_put(
        kit, kit->array + 24 + kit->array_used++ * item, entry, item);
}

/* An entry of these fields, each "NAME=value"; the time in us. */
static inline uint64_t journal_kit_entry(struct journal_kit *kit, uint64_t time,
    const struct str *fields, size_t count)
{
    uint64_t items[JOURNAL_KIT_ITEMS_MAX], hash = 0;
    size_t item = kit->compact ? 4 : 16;
    assert(count > 0 && count <= JOURNAL_KIT_ITEMS_MAX);
    for (size_t i = 0; i < count; i++) {
        items[i] = journal_kit_data(kit, fields[i]);
        hash ^= str_hash(fields[i]);
    }
    uint64_t at = journal_kit_object(kit, 3, 0, 64 + count * item);
    journal_kit_put(kit, at + 16, kit->entry_count + 1, 8);
    journal_kit_put(kit, at + 24, time, 8);
    journal_kit_put(kit, at + 32, 1000 + kit->entry_count, 8);
    memset(kit->bytes.ptr + at + 40, 0xb0, 16);
    journal_kit_put(kit, at + 56, hash, 8);
    for (size_t i = 0; i < count; i++) {
        uint64_t place = at + 64 + i * item;
        journal_kit_put(kit, place, items[i], kit->compact ? 4 : 8);
        if (journal_kit_get(kit, items[i] + 40) == 0)
            journal_kit_put(kit, items[i] + 40, at, 8);
        journal_kit_put(
            kit, items[i] + 56, journal_kit_get(kit, items[i] + 56) + 1, 8);
        if (!kit->compact)
            journal_kit_put(kit, place + 8, str_hash(fields[i]), 8);
    }
    kit->entries = mem_grow(kit->entries, &kit->entry_capacity,
        kit->entry_count + 1, sizeof(*kit->entries));
    kit->entries[kit->entry_count++] = at;
    if (kit->entry_count == 1)
        kit->first_time = time;
    kit->last_time = time;
    journal_kit_link(kit, at);
    return at;
}

/* The header, and unused room up to a whole page, as journald allocates. */
static inline void journal_kit_end(struct journal_kit *kit)
{
    size_t size = (kit->bytes.len / 4096 + 1) * 4096;
    buf_reserve(&kit->bytes, size - kit->bytes.len);
    memset(kit->bytes.ptr + kit->bytes.len, 0, size - kit->bytes.len);
    kit->bytes.len = size;
    memcpy(kit->bytes.ptr, "LPKSHHRH", 8);
    unsigned flags = (kit->packing == JOURNAL_KIT_XZ ? 1u : 0) |
                     (kit->packing == JOURNAL_KIT_LZ4 ? 2u : 0) |
                     (kit->packing == JOURNAL_KIT_ZSTD ? 8u : 0) |
                     (kit->compact ? 16u : 0);
    journal_kit_put(kit, 12, flags, 4);
    memset(kit->bytes.ptr + 24, 0xf1, 16); /* file */
    memset(kit->bytes.ptr + 40, 0x3a, 16); /* machine */
    memset(kit->bytes.ptr + 56, 0xb0, 16); /* boot */
    memset(kit->bytes.ptr + 72, 0x5e, 16); /* sequence */
    const uint64_t rest[] = {JOURNAL_KIT_HEADER, size - JOURNAL_KIT_HEADER,
        JOURNAL_KIT_HEADER + 16, 256, JOURNAL_KIT_HEADER + 272 + 16, 256,
        kit->last_object, kit->objects, kit->entry_count, kit->entry_count,
        kit->entry_count > 0, kit->first_array, kit->first_time, kit->last_time,
        1000 + kit->entry_count};
    for (size_t i = 0; i < sizeof(rest) / sizeof(rest[0]); i++)
        journal_kit_put(kit, 88 + 8 * i, rest[i], 8);
}

#endif
