/* csv_row: one row of separated values (RFC 4180, leniently). */
#ifndef SPOOR_PARSERS_CSV_ROW_H
#define SPOOR_PARSERS_CSV_ROW_H

#include "parsers/linescan.h"
#include "src/base/arena.h"
#include "src/base/str.h"

/* A zeroed struct csv_row is ready for use; values live in the text that was
 * read, or in the arena, until the next csv_read_row. */
struct csv_row {
    struct str *items;
    size_t count, capacity;
    struct arena arena;
};

void csv_row_done(struct csv_row *row);
void csv_read_row(struct csv_row *row, struct str text, char delimiter);

/* Where the row at `start` ends, lines joined by quotes: before its line break,
 * and after it. False at the end of the bytes. */
bool csv_row_at(enum encoding encoding, struct str bytes, size_t start,
    struct raw_line *out);

size_t csv_count_quotes(struct str bytes, size_t from, size_t to);
/* "#TYPE System.Diagnostics...", which PowerShell writes above the header. */
bool csv_is_type(struct str text);
struct str csv_skip_bom(struct str text);

/* Of `,` `;` tab and `|`, the one that parts this header best. */
char csv_find_delimiter(struct str header);

#endif
