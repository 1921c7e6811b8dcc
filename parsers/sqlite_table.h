/* sqlite_table: rows of a SQLite database among the evidence, read only.
 *
 * Our own bounded reader of the file format
 * (https://sqlite.org/fileformat2.html, sections cited as "fileformat 1.6"),
 * because a parser must not run a database on a stranger's file, and because
 * events point at the bytes of their cells. It walks ordinary tables; those
 * WITHOUT ROWID, views and virtual tables are refused by name. A page that is
 * damaged costs the rows on it. What stands only in a write-ahead log beside
 * the file is not seen. */
#ifndef SPOOR_PARSERS_SQLITE_TABLE_H
#define SPOOR_PARSERS_SQLITE_TABLE_H

#include "parsers/parser.h"

enum sqlite_type {
    SQLITE_NONE, /* NULL */
    SQLITE_WHOLE,
    SQLITE_FLOATING,
    SQLITE_TEXTUAL, /* in UTF-8, whatever the file's encoding */
    SQLITE_BYTES,
};

struct sqlite_value {
    enum sqlite_type type;
    int64_t whole;
    double floating;
    struct str bytes; /* of texts and bytes; lives until the next row */
};

struct sqlite_row {
    int64_t rowid;
    uint64_t offset;          /* of the cell in the file */
    uint32_t length;          /* of what of it stands on its page */
    const struct span *parts; /* every run, when it overflows; else NULL */
    size_t part_count;
    const struct sqlite_value *values; /* by column; may be fewer */
    size_t value_count;
    bool cut; /* longer than LIMIT_RECORD: the last values are missing */
};

struct sqlite_file;  /* an open database; one thread */
struct sqlite_table; /* a walk over one of its tables */

/* Does a file that begins like this hold a database? */
bool sqlite_file_is(struct str head);

/* NULL when the header makes no sense. The blob is copied, what it reads from
 * must outlive the file. */
struct sqlite_file *sqlite_file_open(const struct blob *blob, struct err *err);
void sqlite_file_close(struct sqlite_file *file); /* accepts NULL */

/* The database was last used with a write-ahead log, which is another file. */
bool sqlite_file_has_log(const struct sqlite_file *file);

/* A table by name (ASCII case ignored): 1, 0 when there is none, -1 when it is
 * there and cannot be read. Close before the file. */
int sqlite_table_open(struct sqlite_file *file, struct str name,
    struct sqlite_table **out, struct err *err);
void sqlite_table_close(struct sqlite_table *table); /* accepts NULL */

/* Where a column stands (ASCII case ignored), or -1. */
int sqlite_table_column(const struct sqlite_table *table, struct str name);

/* The next row: 1, 0 at the end, -1 when a page or cell is damaged (offset and
 * length of `row` say where; the next call goes on after it). */
int sqlite_table_next(
    struct sqlite_table *table, struct sqlite_row *row, struct err *err);

/* The row whose cell stands at this offset of the file: 1, -1 when there is
 * none. The walk stays where it is. */
int sqlite_table_at(struct sqlite_table *table, uint64_t offset,
    struct sqlite_row *row, struct err *err);

/* How many columns there are, and what one is called. */
size_t sqlite_table_width(const struct sqlite_table *table);
struct str sqlite_table_name(const struct sqlite_table *table, size_t column);

/* The value of a column; NULL values and columns that are not there have type
 * SQLITE_NONE. Knows that an INTEGER PRIMARY KEY is the row's id. */
struct sqlite_value sqlite_row_get(
    const struct sqlite_table *table, const struct sqlite_row *row, int column);

#endif
