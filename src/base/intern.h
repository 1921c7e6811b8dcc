/* intern: a set of distinct strings numbered 0, 1, 2 ... in order of arrival.
 * Not thread-safe. */
#ifndef SPOOR_BASE_INTERN_H
#define SPOOR_BASE_INTERN_H

#include <stdint.h>

#include "src/base/arena.h"
#include "src/base/str.h"

/* A zeroed struct intern is empty and ready for use. */
struct intern {
    struct str
        *text; /* [count] owned copies; text[n] is the string numbered n */
    uint32_t count;
    size_t capacity;
    uint64_t *hashes; /* [count] str_hash of each */
    uint64_t *slots;  /* [slot_count], see intern.c */
    size_t slot_count;
    struct arena arena;
};

void intern_done(struct intern *set);
void intern_reset(struct intern *set); /* empty it, keep the memory */

/* The number of `text`, which is added when new. */
uint32_t intern_add(struct intern *set, struct str text);

/* The number of `text`, or -1. */
int64_t intern_find(const struct intern *set, struct str text);

#endif
