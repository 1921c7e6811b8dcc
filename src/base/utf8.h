/* utf8: decoding, checking and measuring UTF-8. */
#ifndef SPOOR_BASE_UTF8_H
#define SPOOR_BASE_UTF8_H

#include <stdint.h>

#include "src/base/buf.h"
#include "src/base/str.h"

/* Decode the character at `*at` and move past it. A byte that begins no valid
 * sequence (RFC 3629: no surrogates, no overlong forms, at most U+10FFFF) gives
 * UTF8_BAD and moves one byte. `*at` must be below text.len. */
#define UTF8_BAD UINT32_MAX
uint32_t utf8_next(struct str text, size_t *at);

size_t utf8_encode(uint32_t character, char out[4]); /* bytes written */

bool utf8_is_valid(struct str text); /* fast on ASCII */

/* Append `text` with every bad byte replaced by U+FFFD. Returns true when
 * something was replaced. */
bool utf8_add_lossy(struct buf *out, struct str text);

/* Simple case folding of one character (Unicode simple folding for Latin,
 * Greek, Cyrillic, Armenian, Georgian; others unchanged). */
uint32_t utf8_fold(uint32_t character);

/* Append `text` folded, for case-insensitive comparison. */
void utf8_add_folded(struct buf *out, struct str text);

/* Columns a character takes on a terminal: 0 (combining), 1 or 2. Ambiguous
 * ones count `ambiguous` (1 or 2). Control characters count 0. */
int utf8_width(uint32_t character, int ambiguous);
size_t utf8_columns(struct str text, int ambiguous);

#endif
