/* An open-addressing table of a power of two slots, probed linearly. A slot is
 * one word, so that most misses are told without leaving its cache line:
 *
 *     63            32 31             0
 *     +---------------+---------------+
 *     | upper half of |  number + 1   |     0: the slot is free
 *     |   the hash    |               |
 *     +---------------+---------------+
 *
 * The lower bits of the hash choose where probing starts. The table doubles at
 * a load of one half; nothing is ever taken out one by one. */
#include "src/base/intern.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"

enum { FIRST_SLOTS = 64 };

static const uint64_t hash_half = (uint64_t)UINT32_MAX << 32;

void intern_done(struct intern *set)
{
    free(set->text);
    free(set->hashes);
    free(set->slots);
    arena_done(&set->arena);
    *set = (struct intern){0};
}

void intern_reset(struct intern *set)
{
    if (set->count > 0)
        memset(set->slots, 0, set->slot_count * sizeof(*set->slots));
    set->count = 0;
    arena_reset(&set->arena);
}

static uint32_t slot_number(uint64_t slot)
{
    return (uint32_t)slot - 1;
}

/* The slot that holds `text`, else the free one where it belongs. */
static size_t find_slot(
    const struct intern *set, struct str text, uint64_t hash)
{
    size_t mask = set->slot_count - 1;
    size_t at = (size_t)hash & mask;
    for (;; at = (at + 1) & mask) {
        uint64_t slot = set->slots[at];
        if (slot == 0)
            return at;
        if (((slot ^ hash) & hash_half) == 0 &&
            str_eq(set->text[slot_number(slot)], text))
            return at;
    }
}

static void grow_slots(struct intern *set)
{
    size_t count = set->slot_count == 0 ? FIRST_SLOTS : set->slot_count * 2;
    uint64_t *slots = xcalloc(count, sizeof(*slots));
    for (uint32_t n = 0; n < set->count; n++) {
        uint64_t hash = set->hashes[n];
        size_t at = (size_t)hash & (count - 1);
        while (slots[at] != 0)
            at = (at + 1) & (count - 1);
        slots[at] = (hash & hash_half) | (n + 1);
    }
    free(set->slots);
    set->slots = slots;
    set->slot_count = count;
}

static void grow_strings(struct intern *set)
{
    size_t room = set->capacity;
    set->text =
        mem_grow(set->text, &room, set->capacity + 1, sizeof(*set->text));
    set->hashes = xrealloc(set->hashes, room, sizeof(*set->hashes));
    set->capacity = room;
}

uint32_t intern_add(struct intern *set, struct str text)
{
    if (set->count >= set->slot_count / 2)
        grow_slots(set);

    uint64_t hash = str_hash(text);
    size_t at = find_slot(set, text, hash);
    if (set->slots[at] != 0)
        return slot_number(set->slots[at]);

    assert(set->count < UINT32_MAX);
    if (set->count == set->capacity)
        grow_strings(set);
    uint32_t number = set->count++;
    set->text[number] = arena_copy(&set->arena, text);
    set->hashes[number] = hash;
    set->slots[at] = (hash & hash_half) | (number + 1);
    return number;
}

int64_t intern_find(const struct intern *set, struct str text)
{
    if (set->count == 0)
        return -1;
    uint64_t slot = set->slots[find_slot(set, text, str_hash(text))];
    return slot == 0 ? -1 : (int64_t)slot_number(slot);
}
