/* Records of one kind nearly always have the same names in the same order, so
 * each name remembers which one followed it, and a name is first compared with
 * the one that followed its forerunner before, then with the one after that (a
 * value in between may be absent). Only what is neither is hashed. */
#include "src/event/own_names.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/limit.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"

struct own_kind {
    uint32_t first; /* the first name of a record, plus 1; 0: none yet */
    uint32_t count;
};

void own_names_done(struct own_names *set)
{
    free(set->at);
    free(set->kinds);
    intern_done(&set->keys);
    *set = (struct own_names){0};
}

void own_names_reset(struct own_names *set)
{
    set->count = 0;
    set->kind_count = 0;
    intern_reset(&set->keys);
}

/* --- the set ------------------------------------------------------------- */

#define KEY_MAX (sizeof(uint32_t) + LIMIT_NAME)

/* The name is at most LIMIT_NAME long. */
static struct str write_key(uint32_t kind, struct str name, char out[KEY_MAX])
{
    memcpy(out, &kind, sizeof(kind));
    if (name.len > 0)
        memcpy(out + sizeof(kind), name.ptr, name.len);
    return str_make(out, sizeof(kind) + name.len);
}

static struct own_kind *kind_at(struct own_names *set, uint32_t kind)
{
    if (kind >= set->kind_count) {
        size_t count = (size_t)kind + 1;
        set->kinds = mem_grow(
            set->kinds, &set->kind_capacity, count, sizeof(*set->kinds));
        memset(&set->kinds[set->kind_count], 0,
            (count - set->kind_count) * sizeof(*set->kinds));
        set->kind_count = count;
    }
    return &set->kinds[kind];
}

static void append(struct own_names *set, uint32_t kind)
{
    set->at =
        mem_grow(set->at, &set->capacity, set->count + 1, sizeof(*set->at));
    struct str key = set->keys.text[set->count];
    set->at[set->count++] = (struct own_name){
        .kind = kind,
        .name = str_from_index(key, sizeof(kind)),
    };
}

/* The number of the name plus 1, 0 when it is not kept. Bytes that are no text
 * may read differently once stored (batch->fields). */
static uint32_t place_of(struct own_names *set, uint32_t kind, struct str name)
{
    if (name.len > LIMIT_NAME || !utf8_is_valid(name))
        return 0;
    char bytes[KEY_MAX];
    struct str key = write_key(kind, name, bytes);
    struct own_kind *own = kind_at(set, kind);
    if (own->count >= LIMIT_OWN_NAMES || set->count >= LIMIT_OWN_NAMES_CASE)
        return (uint32_t)(intern_find(&set->keys, key) + 1);
    uint32_t number = intern_add(&set->keys, key);
    if (number == set->count) {
        append(set, kind);
        own->count++;
    }
    return number + 1;
}

int own_names_add(struct own_names *set, uint32_t kind, struct str name)
{
    size_t known = set->count;
    if (place_of(set, kind, name) == 0)
        return -1;
    return set->count > known;
}

bool own_names_has(const struct own_names *set, uint32_t kind, struct str name)
{
    char key[KEY_MAX];
    return name.len <= LIMIT_NAME &&
           intern_find(&set->keys, write_key(kind, name, key)) >= 0;
}

bool own_names_knows(const struct own_names *set, struct str name)
{
    for (size_t i = 0; i < set->count; i++)
        if (str_eq(set->at[i].name, name))
            return true;
    return false;
}

static size_t difference(size_t a, size_t b)
{
    return a > b ? a - b : b - a;
}

struct str own_names_nearest(
    const struct own_names *set, struct str name, size_t *least)
{
    struct str nearest = {0};
    for (size_t i = 0; i < set->count; i++) {
        struct str candidate = set->at[i].name;
        if (difference(candidate.len, name.len) >= *least)
            continue; /* at least so many changes */
        size_t distance = str_distance(name, candidate);
        if (distance < *least) {
            *least = distance;
            nearest = candidate;
        }
    }
    return nearest;
}

/* --- records ------------------------------------------------------------- */

static bool is_name(
    const struct own_names *set, uint32_t place, const struct str *name)
{
    return place != 0 && str_eq(set->at[place - 1].name, *name);
}

/* What came after `last` before; 0 as `last` is the record's beginning. */
static uint32_t *follower(
    struct own_names *set, struct own_kind *own, uint32_t last)
{
    return last == 0 ? &own->first : &set->at[last - 1].next;
}

bool own_names_note(
    struct own_names *set, uint32_t kind, const struct record *record)
{
    struct own_kind *own = kind_at(set, kind);
    uint32_t last = 0;
    bool kept = true;
    for (size_t i = 0; i < record->extra_count; i++) {
        const struct str *name = &record->extras[i].name;
        uint32_t place = *follower(set, own, last);
        if (!is_name(set, place, name)) {
            place = place == 0 ? 0 : set->at[place - 1].next;
            if (!is_name(set, place, name)) {
                place = place_of(set, kind, *name);
                if (place == 0) {
                    kept = false;
                    continue;
                }
                *follower(set, own, last) = place;
            }
        }
        last = place;
    }
    return kept;
}
