#include "src/base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MEM_FIRST_CAPACITY = 16, SMALL_TEXT = 256 };

static _Noreturn void out_of_memory(size_t size)
{
    fprintf(stderr, "spoor: out of memory (%zu bytes wanted)\n", size);
    exit(EXIT_FAILURE);
}

/* malloc(0) may return NULL, which our callers take for no memory at all. */
static size_t at_least_one(size_t size)
{
    return size > 0 ? size : 1;
}

void *xmalloc(size_t size)
{
    void *memory = malloc(at_least_one(size));
    if (memory == NULL)
        out_of_memory(size);
    return memory;
}

void *xcalloc(size_t count, size_t size)
{
    void *memory = calloc(at_least_one(count), at_least_one(size));
    if (memory == NULL)
        out_of_memory(
            count > SIZE_MAX / at_least_one(size) ? SIZE_MAX : count * size);
    return memory;
}

void *xrealloc(void *old, size_t count, size_t size)
{
    if (size > 0 && count > SIZE_MAX / size)
        out_of_memory(SIZE_MAX);
    void *memory = realloc(old, at_least_one(count * size));
    if (memory == NULL)
        out_of_memory(count * size);
    return memory;
}

char *xstrdup(const char *text)
{
    size_t size = strlen(text) + 1;
    return memcpy(xmalloc(size), text, size);
}

char *xasprintf(const char *format, ...)
{
    char small[SMALL_TEXT];
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(small, sizeof(small), format, args);
    va_end(args);

    char *text = NULL;
    if (len < 0 || (size_t)len < sizeof(small)) {
        text = xstrdup(len < 0 ? "" : small);
    } else {
        text = xmalloc((size_t)len + 1);
        vsnprintf(text, (size_t)len + 1, format, again);
    }
    va_end(again);
    return text;
}

void *mem_grow(void *array, size_t *capacity, size_t needed, size_t size)
{
    if (needed <= *capacity)
        return array;

    size_t wanted = *capacity > SIZE_MAX / 2 ? SIZE_MAX : *capacity * 2;
    if (wanted < MEM_FIRST_CAPACITY)
        wanted = MEM_FIRST_CAPACITY;
    if (wanted < needed)
        wanted = needed;
    array = xrealloc(array, wanted, size);
    *capacity = wanted;
    return array;
}
