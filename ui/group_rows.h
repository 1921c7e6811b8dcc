/* group_rows: the rows of a counting tail as a table: their order, how wide
 * their columns are, and the query that a row stands for. Knows no screen. */
#ifndef SPOOR_UI_GROUP_ROWS_H
#define SPOOR_UI_GROUP_ROWS_H

#include "src/query/group.h"

/* Columns of the table; keys are numbered from COLUMN_KEYS on. */
enum group_column {
    GROUP_COUNT,
    GROUP_BAR,
    GROUP_BUCKET, /* per: the time */
    GROUP_FIRST,
    GROUP_LAST,
    GROUP_KEYS
};

/* The numbers of the rows in order of a column: counts and lasts from the
 * greatest, others from the least; equal ones as in the group. Yours to free.
 */
uint32_t *group_rows_order(
    const struct group *group, enum group_column column, bool reversed);

/* The greatest count. */
uint64_t group_rows_most(const struct group *group);

/* The columns that a key needs, of the first GROUP_ROWS_SEEN rows. */
enum { GROUP_ROWS_SEEN = 1000 };
int group_rows_width(const struct group *group, size_t key);

/* A bar of braille, `width` columns for `most`; what is not nothing shows. */
void group_rows_bar(uint64_t count, uint64_t most, int width, struct buf *out);

/* `condition` narrowed to the events of these rows. False when a key has no
 * name in queries. */
bool group_rows_query(struct str condition, const struct tail *tail,
    const struct group_row *const *rows, size_t count, struct buf *out);

#endif
