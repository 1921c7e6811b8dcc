#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/event/batch.h"
#include "src/query/inside.h"

/* --- rows ---------------------------------------------------------------- */

int64_t row_number(const struct row *row, enum field field)
{
    switch (column_of(field)) {
    case COLUMN_ID:
        return row->at.id;
    case COLUMN_PID:
        return row->pid;
    case COLUMN_SRC_PORT:
        return row->src_port;
    case COLUMN_DST_PORT:
        return row->dst_port;
    case COLUMN_STATUS:
        return row->status;
    case COLUMN_BYTES:
        return row->bytes;
    default:
        return EVENT_NO_NUMBER;
    }
}

int64_t row_name(const struct row *row, enum field field)
{
    switch (column_of(field)) {
    case COLUMN_USER:
        return row->user;
    case COLUMN_HOST:
        return row->host;
    case COLUMN_TARGET:
        return row->target;
    case COLUMN_PROCESS:
        return row->process;
    default:
        return 0;
    }
}

const struct ip *row_ip(const struct row *row, enum field field)
{
    return field == FIELD_SRC_IP ? &row->src_ip : &row->dst_ip;
}

static int64_t number_at(sqlite3_stmt *sql, int column)
{
    return sqlite3_column_type(sql, column) == SQLITE_INTEGER
               ? sqlite3_column_int64(sql, column)
               : EVENT_NO_NUMBER;
}

static struct ip ip_at(sqlite3_stmt *sql, int column)
{
    struct ip ip = {0};
    switch (sqlite3_column_type(sql, column)) {
    case SQLITE_INTEGER:
        return ip_from_v4((uint32_t)sqlite3_column_int64(sql, column));
    case SQLITE_BLOB:
        if (sqlite3_column_bytes(sql, column) != sizeof(ip.at))
            return ip;
        ip.family = 6;
        memcpy(ip.at, sqlite3_column_blob(sql, column), sizeof(ip.at));
        return ip;
    default:
        return ip;
    }
}

static bool wants(unsigned columns, enum column column)
{
    return (columns & COLUMN_BIT(column)) != 0;
}

/* Only the columns of the mask are read: the others are NULL, and even asking
 * for those costs. */
static void read_row(sqlite3_stmt *sql, unsigned columns,
    const struct batch_info *batch, struct row *row)
{
    row->at.id = sqlite3_column_int64(sql, COLUMN_ID);
    row->at.time = number_at(sql, COLUMN_TIME); /* both "none" are the same */
    row->kind = sqlite3_column_int64(sql, COLUMN_KIND);
    if (wants(columns, COLUMN_OFFSET)) {
        row->offset =
            batch->base + (uint64_t)sqlite3_column_int64(sql, COLUMN_OFFSET);
        row->length = (uint32_t)sqlite3_column_int64(sql, COLUMN_LENGTH);
    }
    if (wants(columns, COLUMN_USER))
        row->user = sqlite3_column_int64(sql, COLUMN_USER);
    if (wants(columns, COLUMN_HOST))
        row->host = sqlite3_column_int64(sql, COLUMN_HOST);
    if (wants(columns, COLUMN_PROCESS))
        row->process = sqlite3_column_int64(sql, COLUMN_PROCESS);
    if (wants(columns, COLUMN_TARGET))
        row->target = sqlite3_column_int64(sql, COLUMN_TARGET);
    if (wants(columns, COLUMN_SRC_IP))
        row->src_ip = ip_at(sql, COLUMN_SRC_IP);
    if (wants(columns, COLUMN_DST_IP))
        row->dst_ip = ip_at(sql, COLUMN_DST_IP);
    if (wants(columns, COLUMN_PID))
        row->pid = number_at(sql, COLUMN_PID);
    if (wants(columns, COLUMN_SRC_PORT))
        row->src_port = number_at(sql, COLUMN_SRC_PORT);
    if (wants(columns, COLUMN_DST_PORT))
        row->dst_port = number_at(sql, COLUMN_DST_PORT);
    if (wants(columns, COLUMN_STATUS))
        row->status = number_at(sql, COLUMN_STATUS);
    if (wants(columns, COLUMN_BYTES))
        row->bytes = number_at(sql, COLUMN_BYTES);
    if (wants(columns, COLUMN_OBJECT))
        row->object = store_column_blob(sql, COLUMN_OBJECT);
}

/* --- repeats ------------------------------------------------------------- */

static int load_repeats(
    struct worker *worker, const struct batch_info *batch, struct err *err)
{
    worker->repeat_count = 0;
    if (!batch->has_repeats)
        return 0;
    if (worker->repeats == NULL)
        worker->repeats = store_prepare(worker->store,
            "SELECT event, count, time_end FROM repeat"
            " WHERE event BETWEEN ?1 AND ?2 ORDER BY event",
            err);
    if (worker->repeats == NULL)
        return -1;
    sqlite3_stmt *sql = worker->repeats;
    sqlite3_bind_int64(sql, 1, batch->first_event);
    sqlite3_bind_int64(sql, 2, batch->first_event + batch->rows - 1);
    int rc;
    while ((rc = sqlite3_step(sql)) == SQLITE_ROW) {
        worker->repeat = mem_grow(worker->repeat, &worker->repeat_capacity,
            worker->repeat_count + 1, sizeof(*worker->repeat));
        worker->repeat[worker->repeat_count++] = (struct repeat_info){
            .event = sqlite3_column_int64(sql, 0),
            .count = (uint32_t)sqlite3_column_int64(sql, 1),
            .time_end = number_at(sql, 2),
        };
    }
    sqlite3_reset(sql);
    return rc == SQLITE_DONE ? 0 : store_fail(worker->store, err);
}

/* Rows come in order of id, so that `*next` only ever moves on. True when the
 * row stands in `repeat`: SQL alone does not decide it then. */
static bool set_repeat(struct worker *worker, size_t *next, struct row *row)
{
    row->count = 1;
    row->time_end = STAMP_NONE;
    while (*next < worker->repeat_count &&
           worker->repeat[*next].event < row->at.id)
        ++*next;
    if (*next == worker->repeat_count ||
        worker->repeat[*next].event != row->at.id)
        return false;
    row->count = worker->repeat[*next].count;
    row->time_end = worker->repeat[*next].time_end;
    return true;
}

/* --- scanning ------------------------------------------------------------ */

static const struct row empty_row = {
    .src_port = EVENT_NO_NUMBER,
    .dst_port = EVENT_NO_NUMBER,
    .pid = EVENT_NO_NUMBER,
    .status = EVENT_NO_NUMBER,
    .bytes = EVENT_NO_NUMBER,
    .count = 1,
    .matched = 1,
    .time_end = STAMP_NONE,
};

struct reading_rows {
    unsigned columns;
    const struct batch_info *batch;
    bool evaluate;
    row_visit *visit;
    void *context;
};

static int read_rows(struct worker *worker, sqlite3_stmt *sql,
    const struct reading_rows *how, struct err *err)
{
    size_t next_repeat = 0;
    struct row row = empty_row;
    row.batch = how->batch;
    bool more = true;
    int rc = SQLITE_ROW;
    worker->failed = false;
    while (more && !worker->failed && (rc = sqlite3_step(sql)) == SQLITE_ROW) {
        read_row(sql, how->columns, how->batch, &row);
        bool repeated =
            worker->repeat_count > 0 && set_repeat(worker, &next_repeat, &row);
        bool ask = how->evaluate && (repeated || !worker->search->plan.exact);
        row.matched = ask ? evaluate_row(worker, &row) : row.count;
        if (row.matched > 0)
            more = how->visit(how->context, &row);
    }
    sqlite3_reset(sql);
    if (worker->failed) {
        if (err != NULL)
            *err = worker->err;
        return -1;
    }
    return rc == SQLITE_DONE || rc == SQLITE_ROW
               ? 0
               : store_fail(worker->store, err);
}

int scan_batch(struct worker *worker, const struct batch_info *batch,
    unsigned columns, row_visit *visit, void *context, struct err *err)
{
    const struct search *search = worker->search;
    enum prune prune = plan_prune(search, batch);
    if (prune == PRUNE_NONE || batch->rows == 0)
        return 0;
    bool all = prune == PRUNE_ALL;
    if (!all && search->plan.text_count > 0 && !text_batch(worker, batch))
        return 0;
    bool evaluate = !all && (!search->plan.exact || batch->has_repeats);
    struct reading_rows how = {
        .columns = columns | COLUMN_BIT(COLUMN_ID) | COLUMN_BIT(COLUMN_TIME) |
                   (evaluate ? search->plan.columns : 0),
        .batch = batch,
        .evaluate = evaluate,
        .visit = visit,
        .context = context,
    };
    if (load_repeats(worker, batch, err) < 0)
        return -1;
    sqlite3_stmt *sql = worker_statement(worker, how.columns, batch, !all, err);
    return sql == NULL ? -1 : read_rows(worker, sql, &how, err);
}

int scan_ids(struct worker *worker, const struct batch_info *batch,
    int64_t first, int64_t last, row_visit *visit, void *context,
    struct err *err)
{
    struct reading_rows how = {
        .columns = COLUMNS_ALL,
        .batch = batch,
        .visit = visit,
        .context = context,
    };
    if (load_repeats(worker, batch, err) < 0)
        return -1;
    sqlite3_stmt *sql =
        worker_statement(worker, COLUMNS_ALL, batch, false, err);
    if (sql == NULL)
        return -1;
    sqlite3_bind_int64(sql, 1, first);
    sqlite3_bind_int64(sql, 2, last);
    return read_rows(worker, sql, &how, err);
}

/* --- counting ------------------------------------------------------------ */

static bool add_matched(void *context, const struct row *row)
{
    uint64_t *events = context;
    *events += row->matched;
    return true;
}

int scan_count(struct worker *worker, const struct batch_info *batch,
    uint64_t *events, struct err *err)
{
    const struct search *search = worker->search;
    enum prune prune = plan_prune(search, batch);
    *events = prune == PRUNE_ALL ? batch->events : 0;
    if (prune != PRUNE_SOME)
        return 0;
    if (text_count_lines(worker, batch, events) == 1)
        return 0;
    if (!search->plan.exact || batch->has_repeats)
        return scan_batch(
            worker, batch, COLUMN_BIT(COLUMN_ID), add_matched, events, err);
    sqlite3_stmt *sql = worker_statement(worker, 0, batch, true, err);
    if (sql == NULL)
        return -1;
    int rc = sqlite3_step(sql);
    if (rc == SQLITE_ROW)
        *events = (uint64_t)sqlite3_column_int64(sql, 0);
    sqlite3_reset(sql);
    return rc == SQLITE_ROW ? 0 : store_fail(worker->store, err);
}
