/* str: a borrowed slice of text (pointer + length, not NUL-terminated). */
#ifndef SPOOR_BASE_STR_H
#define SPOOR_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct str {
    const char *ptr; /* borrowed; lives as long as the buffer it points into */
    size_t len;
};

/* A literal as a slice: STR("user"). */
#define STR(literal) ((struct str){("" literal), sizeof(literal) - 1})

/* The same in a static initialiser. */
#define STR_INIT(literal)                 \
    {                                     \
        ("" literal), sizeof(literal) - 1 \
    }

/* For printf: printf("%.*s", STR_ARG(s)). */
#define STR_ARG(s) (int)(s).len, (s).ptr

struct str str_from(const char *text); /* NULL gives the empty slice */
struct str str_make(const void *ptr, size_t len);

bool str_eq(struct str a, struct str b);
bool str_eq_nocase(struct str a, struct str b); /* ASCII letters only */
int str_compare(struct str a, struct str b);    /* bytes, as memcmp */
bool str_starts_with(struct str text, struct str prefix);
bool str_ends_with(struct str text, struct str suffix);

/* Position of the first `needle` or -1. An empty needle is found at 0. */
ptrdiff_t str_find(struct str text, struct str needle);
ptrdiff_t str_find_char(struct str text, char c);
ptrdiff_t str_find_last_char(struct str text, char c);
size_t str_count_char(struct str text, char c);

/* `text` from `start`, at most `len` bytes; both are clipped to the text. */
struct str str_sub(struct str text, size_t start, size_t len);
struct str str_from_index(struct str text, size_t start);

struct str str_trim(struct str text);     /* ASCII white space, both ends */
struct str str_trim_end(struct str text); /* the end only */

/* Split `text` at the first `sep`. Returns the part before it and moves `text`
 * past the separator; at the end, returns the rest and leaves `text` empty. */
struct str str_cut(struct str *text, char sep);

/* Whole-slice numbers in decimal; false (out untouched) on anything else, an
 * empty slice, a blank, or a value that does not fit. A sign is allowed for
 * i64 and double. */
bool str_to_u64(struct str text, uint64_t *out);
bool str_to_i64(struct str text, int64_t *out);
bool str_to_double(struct str text, double *out); /* finite, C locale */

/* A new NUL-terminated copy, to be freed by the caller. */
char *str_dup(struct str text);

/* 64 bits, equal for equal bytes within one run and between runs: it is used in
 * stored Bloom filters, so it must never change. */
uint64_t str_hash(struct str text);

/* How many single-character edits turn `a` into `b`, ASCII case ignored;
 * for "did you mean". Slices past 64 bytes count as entirely different. */
size_t str_distance(struct str a, struct str b);

#endif
