/* w3c_header: the directives of W3C extended logs, which name the columns of
 * the rows below them (W3C WD-logfile-960323, "Format").
 *
 *     #Software: Microsoft Internet Information Services 10.0
 *     #Version: 1.0
 *     #Date: 2026-03-04 02:11:09
 *     #Fields: date time s-ip cs-method cs-uri-stem ...
 *     2026-03-04 02:11:09 192.0.2.10 GET / ...
 *
 * They may come again at any place and then hold from there on.
 *
 * Zeek's tables are of the same kind, with names of their own:
 *
 *     #separator \x09
 *     #set_separator<tab>,
 *     #empty_field<tab>(empty)
 *     #unset_field<tab>-
 *     #path<tab>conn
 *     #fields<tab>ts<tab>uid<tab>id.orig_h ...
 *     #types<tab>time<tab>string<tab>addr ... */
#ifndef SPOOR_PARSERS_W3C_HEADER_H
#define SPOOR_PARSERS_W3C_HEADER_H

#include "parsers/csv_row.h"
#include "parsers/pairs.h"
#include "src/base/buf.h"

enum w3c_directive {
    W3C_SEPARATOR,     /* Zeek: between values, escaped; before all others */
    W3C_FIELDS,        /* names of columns */
    W3C_DATE,          /* when this part of the log was begun */
    W3C_OFFSET,        /* of its times from UTC: "-0800" */
    W3C_SET_SEPARATOR, /* Zeek: between the elements of a value */
    W3C_EMPTY,         /* Zeek: a value without elements */
    W3C_UNSET,         /* Zeek: no value */
    W3C_PATH,          /* Zeek: the log's name */
    W3C_TYPES,         /* Zeek: of the columns */
    W3C_DIRECTIVE_COUNT
};

/* What holds for the rows that follow. Zeroed, nothing does. */
struct w3c_header {
    struct buf values[W3C_DIRECTIVE_COUNT];
    struct csv_row columns; /* of W3C_FIELDS */
    struct csv_row types;   /* of W3C_TYPES */
    struct csv_row row;     /* the one that was read last */
    struct buf separator;   /* of W3C_SEPARATOR, no longer escaped */
    bool zeek;              /* the columns were named by Zeek */
    char delimiter;         /* ' ': runs of blanks, or tabs */
};

void w3c_header_done(struct w3c_header *header);
/* Forget what holds. */
void w3c_header_clear(struct w3c_header *header);

/* A directive or a remark, but no row. */
bool w3c_is_directive(struct str line);
/* Take in a line for which that holds. */
void w3c_header_read(struct w3c_header *header, struct str line);
/* What holds, as lines that w3c_header_read takes, each with a newline. */
void w3c_header_save(const struct w3c_header *header, struct buf *out);

/* The values of a row, named by its columns; values past these are columnN. A
 * time of day alone gets the header's date, and its offset when there is one; a
 * session's number in front of a cs-method becomes an x-session. A row of Zeek
 * is what Zeek would write as JSON: `_path` first, then values by their types.
 * False when no columns are known, or for a single value that should be many:
 * then it is no row. */
bool w3c_row_read(
    struct w3c_header *header, struct str line, struct pairs *pairs);
/* The same names without a row. */
void w3c_names(const struct w3c_header *header, struct pairs *pairs);

#endif
