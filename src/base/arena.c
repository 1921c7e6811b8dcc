/* Blocks form one list in both directions. The blocks before the head are full,
 * the head is being filled, those after it are empty and wait for their turn:
 *
 *     full <-> full <-> head <-> empty <-> empty
 *
 * An allocation too big to share a block gets one of its own, put before the
 * head, so that the head's remaining room is not lost. */
#include "src/base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"

enum {
    BLOCK_SIZE = 64 << 10,
    OWN_BLOCK_FROM = BLOCK_SIZE / 4,
    SMALL_TEXT = 256, /* longer text is formatted twice */
};

struct arena_block {
    struct arena_block *before;
    struct arena_block *after;
    size_t size;
    size_t filled;
    alignas(max_align_t) unsigned char data[];
};

static struct arena_block *block_new(size_t size)
{
    size_t header = sizeof(struct arena_block);
    /* A sum that does not fit is more than there is: xmalloc will say so. */
    size_t whole = size > SIZE_MAX - header ? SIZE_MAX : header + size;
    struct arena_block *block = xmalloc(whole);
    block->before = NULL;
    block->after = NULL;
    block->size = size;
    block->filled = 0;
    return block;
}

static struct arena_block *first_block(const struct arena *arena)
{
    struct arena_block *block = arena->head;
    while (block != NULL && block->before != NULL)
        block = block->before;
    return block;
}

void arena_done(struct arena *arena)
{
    struct arena_block *block = first_block(arena);
    while (block != NULL) {
        struct arena_block *after = block->after;
        free(block);
        block = after;
    }
    *arena = (struct arena){0};
}

void arena_reset(struct arena *arena)
{
    struct arena_block *block = first_block(arena);
    struct arena_block *kept = NULL;
    arena->head = NULL;
    arena->used = 0;
    while (block != NULL) {
        struct arena_block *after = block->after;
        if (block->size > BLOCK_SIZE) {
            free(block);
            block = after;
            continue;
        }
        block->filled = 0;
        block->before = kept;
        block->after = NULL;
        if (kept == NULL)
            arena->head = block;
        else
            kept->after = block;
        kept = block;
        block = after;
    }
}

static void *own_block(struct arena *arena, size_t size)
{
    /* Bigger than BLOCK_SIZE, so that a reset gives it back. */
    struct arena_block *block =
        block_new(size > BLOCK_SIZE ? size : (size_t)BLOCK_SIZE + 1);
    struct arena_block *head = arena->head;
    block->filled = block->size;
    if (head == NULL) {
        arena->head = block;
        return block->data;
    }
    block->before = head->before;
    block->after = head;
    if (head->before != NULL)
        head->before->after = block;
    head->before = block;
    return block->data;
}

static void *next_block(struct arena *arena, size_t size)
{
    struct arena_block *head = arena->head;
    struct arena_block *block = head == NULL ? NULL : head->after;
    if (block == NULL) {
        block = block_new(BLOCK_SIZE);
        block->before = head;
        if (head != NULL)
            head->after = block;
    }
    arena->head = block;
    block->filled = size;
    return block->data;
}

static void *take(struct arena *arena, size_t size, size_t align)
{
    arena->used += size;
    struct arena_block *head = arena->head;
    if (head != NULL) {
        size_t start = (head->filled + align - 1) & ~(align - 1);
        if (start <= head->size && size <= head->size - start) {
            head->filled = start + size;
            return head->data + start;
        }
    }
    if (size >= OWN_BLOCK_FROM)
        return own_block(arena, size);
    return next_block(arena, size);
}

void *arena_alloc(struct arena *arena, size_t size)
{
    return take(arena, size, alignof(max_align_t));
}

struct str arena_copy(struct arena *arena, struct str text)
{
    if (text.len == 0)
        return STR("");
    char *copy = take(arena, text.len, 1);
    memcpy(copy, text.ptr, text.len);
    return (struct str){copy, text.len};
}

char *arena_cstr(struct arena *arena, struct str text)
{
    char *copy = take(arena, text.len + 1, 1);
    if (text.len > 0)
        memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    return copy;
}

struct str arena_printf(struct arena *arena, const char *format, ...)
{
    char small[SMALL_TEXT];
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(small, sizeof(small), format, args);
    va_end(args);

    struct str text = {small, len < 0 ? 0 : (size_t)len};
    if (text.len < sizeof(small)) {
        text = arena_copy(arena, text);
    } else {
        char *copy = take(arena, text.len + 1, 1);
        vsnprintf(copy, text.len + 1, format, again);
        text.ptr = copy;
    }
    va_end(again);
    return text;
}
