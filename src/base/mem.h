/* mem: allocation that never returns NULL. Out of memory ends the program with
 * a message; a size that came from a file is checked against a named limit of
 * limit.h before it gets here. */
#ifndef SPOOR_BASE_MEM_H
#define SPOOR_BASE_MEM_H

#include <stddef.h>

void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *old, size_t count, size_t size); /* overflow checked */
char *xstrdup(const char *text);
char *xasprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Grow `*array` (elements of `size` bytes, room for `*capacity`) so that it
 * holds at least `needed`. Doubles. Usage:
 *     items = mem_grow(items, &capacity, count + 1, sizeof(*items)); */
void *mem_grow(void *array, size_t *capacity, size_t needed, size_t size);

#endif
