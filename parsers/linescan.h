/* linescan: lines of a piece in its own encoding, found without decoding. */
#ifndef SPOOR_PARSERS_LINESCAN_H
#define SPOOR_PARSERS_LINESCAN_H

#include "parsers/parser.h"

struct raw_line {
    size_t start, end; /* without its line break */
    size_t next;       /* where the next line begins */
    bool whole;        /* it has a line break */
};

/* The line that begins at `from`; false at the end of the bytes. */
bool line_at(enum encoding encoding, struct str bytes, size_t from,
    struct raw_line *out);

/* Only blanks, tabs and returns. */
bool line_is_blank(
    enum encoding encoding, struct str bytes, const struct raw_line *line);

/* It begins with a blank or tab. */
bool line_is_indented(
    enum encoding encoding, struct str bytes, const struct raw_line *line);

/* The length of a byte order mark at the start of a source. */
size_t line_bom(enum encoding encoding, const struct piece *piece);

/* `bytes` as UTF-8: themselves, or decoded into `scratch` (cleared). Longer
 * ones are cut at LIMIT_RECORD. */
struct str line_text(
    enum encoding encoding, struct str bytes, struct buf *scratch);

/* Where the last line that is complete ends; 0 when there is none. */
size_t line_last_end(enum encoding encoding, struct str bytes);

/* `cut` of readers whose records are single lines. */
size_t line_cut(const struct reading *reading, struct str bytes, bool at_end);

#endif
