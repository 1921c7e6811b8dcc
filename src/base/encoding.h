/* encoding: what a source's text is written in, and turning it into UTF-8.
 * Evidence stays as it is; only parsers and eyes see the decoded form. */
#ifndef SPOOR_BASE_ENCODING_H
#define SPOOR_BASE_ENCODING_H

#include "src/base/buf.h"
#include "src/base/str.h"

/* The values are stored in cases. */
enum encoding {
    ENCODING_UTF8, /* ASCII included; invalid bytes are passed through */
    ENCODING_UTF16LE,
    ENCODING_UTF16BE,
    ENCODING_SHIFT_JIS, /* Microsoft's CP932 */
    ENCODING_EUC_JP,
    ENCODING_LATIN1, /* Microsoft's CP1252 */
    ENCODING_COUNT
};

const char *encoding_name(enum encoding encoding);        /* "UTF-16LE" */
bool encoding_parse(struct str name, enum encoding *out); /* any case */

struct encoding_guess {
    enum encoding encoding;
    size_t bom;         /* length of a byte order mark at the start */
    const char *reason; /* "byte order mark", "valid UTF-8", ... static */
};

/* From a sample of the beginning (a character cut at its end is no error): byte
 * order mark, then validity, then frequency. */
struct encoding_guess encoding_detect(struct str sample);

/* A line break in this encoding at or after `from`: the offset just past it, or
 * 0 when there is none. `from` must be a character boundary. */
size_t encoding_line_end(enum encoding encoding, struct str bytes, size_t from);

/* Append `bytes` as UTF-8, what cannot be decoded as U+FFFD. ENCODING_UTF8 is
 * copied as it is. Thread-safe. */
void encoding_decode(enum encoding encoding, struct str bytes, struct buf *out);

#endif
