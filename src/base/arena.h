/* arena: many small allocations that die together. Not thread-safe. */
#ifndef SPOOR_BASE_ARENA_H
#define SPOOR_BASE_ARENA_H

#include "src/base/str.h"

struct arena {
    struct arena_block *head; /* the block being filled */
    size_t used;              /* bytes handed out since the last reset */
};

/* A zeroed struct arena is ready for use. */
void arena_done(struct arena *arena);

/* Forget everything handed out, keep the memory for the next round. Blocks
 * bigger than the ordinary size are given back. */
void arena_reset(struct arena *arena);

/* `size` bytes aligned for any type, not zeroed. */
void *arena_alloc(struct arena *arena, size_t size);
struct str arena_copy(struct arena *arena, struct str text);
/* A NUL-terminated copy. */
char *arena_cstr(struct arena *arena, struct str text);
struct str arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
