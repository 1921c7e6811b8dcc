/* unicode: what the program knows of characters, as sorted tables. From the
 * Unicode Character Database 14.0; utf8.h and escape.h are the way to ask. */
#ifndef SPOOR_BASE_UNICODE_H
#define SPOOR_BASE_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct unicode_range {
    uint32_t first;
    uint32_t last; /* included */
};

/* Every `step`th character from `first` to `last` folds to itself + `delta`. */
struct unicode_fold {
    uint32_t first;
    uint32_t last;
    uint32_t step;
    int32_t delta;
};

/* Columns: none (combining marks, format characters, conjoining jamo), two, or
 * as the terminal likes (East Asian Ambiguous). None of them overlap. */
extern const struct unicode_range unicode_zero_width[];
extern const size_t unicode_zero_width_count;
extern const struct unicode_range unicode_wide[];
extern const size_t unicode_wide_count;
extern const struct unicode_range unicode_ambiguous[];
extern const size_t unicode_ambiguous_count;

/* Characters nobody sees, or that move what is seen: the default-ignorable
 * ones, bidi controls, line and paragraph separators, annotation marks. */
extern const struct unicode_range unicode_invisible[];
extern const size_t unicode_invisible_count;

/* Simple case folding past ASCII. */
extern const struct unicode_fold unicode_folds[];
extern const size_t unicode_folds_count;

bool unicode_in(
    const struct unicode_range *ranges, size_t count, uint32_t character);

#endif
