/* login_table: what the readers of login databases share: the cursor over one
 * table of a SQLite file, and values of its rows as fields. */
#ifndef SPOOR_PARSERS_LOGIN_TABLE_H
#define SPOOR_PARSERS_LOGIN_TABLE_H

#include "parsers/sqlite_table.h"
#include "src/base/arena.h"
#include "src/base/limit.h"

enum { LOGIN_COLUMNS_MAX = 8 };

/* Which table, and its columns, in an order of the reader's own. */
struct login_shape {
    const char *table;
    const char *columns[LOGIN_COLUMNS_MAX];
    size_t column_count;
};

struct login_table {
    const struct reading *reading;
    const struct login_shape *shape;
    struct sqlite_file *file;
    struct sqlite_table *table;
    int columns[LOGIN_COLUMNS_MAX]; /* where the shape's stand, -1: nowhere */
    struct sqlite_row row;
    struct arena arena; /* reset with each record */
};

/* For probe: how sure it is that a database has this table. */
int login_table_probe(
    const struct login_shape *shape, const struct sample *sample);

void login_table_init(struct login_table *logins, const struct reading *reading,
    const struct login_shape *shape);
void login_table_done(struct login_table *logins);
int login_table_feed(
    struct login_table *logins, const struct blob *blob, struct err *err);

/* The next row, its place put in a reset record: as struct parser's next. */
int login_table_next(
    struct login_table *logins, struct record *record, struct err *err);
/* The same place in another record of the same row. */
void login_table_place(struct login_table *logins, struct record *record);

/* By the shape's order; 0 and "" when absent or of another type. */
int64_t login_table_number(const struct login_table *logins, size_t column);
struct str login_table_text(const struct login_table *logins, size_t column);

/* Seconds or microseconds since 1970 as a stamp; STAMP_NONE when it is none. */
int64_t login_stamp(int64_t number, int64_t per_second);

/* As in struct parser. */
size_t login_table_cut(
    const struct reading *reading, struct str bytes, bool at_end);
int login_table_as_text(const struct login_shape *shape,
    const struct blob *source, uint64_t offset, struct buf *out,
    struct err *err);
void login_table_note(const struct login_table *logins, struct buf *out);

#endif
