/* rows: a batch's events handed to SQLite all at once.
 *
 * One INSERT ... SELECT out of a virtual table costs a third of binding and
 * stepping row by row. Only columns that have a value in the batch are named,
 * for each of the others would cost a call per row. */
#ifndef SPOOR_STORE_ROWS_H
#define SPOOR_STORE_ROWS_H

#include "src/store/ids.h"

/* The columns of `event` after its id. */
enum row_column {
    ROW_TIME,
    ROW_KIND,
    ROW_USER,
    ROW_SRC_IP,
    ROW_HOST,
    ROW_PROCESS,
    ROW_PID,
    ROW_SRC_PORT,
    ROW_OFFSET,
    ROW_LENGTH,
    ROW_TARGET,
    ROW_STATUS,
    ROW_BYTES,
    ROW_DST_IP,
    ROW_DST_PORT,
    ROW_OBJECT,
    ROW_COLUMN_COUNT
};
#define ROW_BIT(column) (UINT32_C(1) << (column))

struct rows;

/* One at a time per connection. */
struct rows *rows_new(struct store *store, struct err *err);
void rows_free(struct rows *rows);

/* Append the batch's events (at least one); ids ascend without gaps from
 * `first_event` on. */
int rows_insert(struct rows *rows, const struct batch *batch,
    const struct translation *translation, int64_t *first_event,
    struct err *err);

#endif
