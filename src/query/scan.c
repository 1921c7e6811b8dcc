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

static int64_t number_of(sqlite3_value *value)
{
    return sqlite3_value_type(value) == SQLITE_INTEGER
               ? sqlite3_value_int64(value)
               : EVENT_NO_NUMBER;
}

static struct ip ip_of(sqlite3_value *value)
{
    struct ip ip = {0};
    switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
        return ip_from_v4((uint32_t)sqlite3_value_int64(value));
    case SQLITE_BLOB:
        if (sqlite3_value_bytes(value) != sizeof(ip.at))
            return ip;
        ip.family = 6;
        memcpy(ip.at, sqlite3_value_blob(value), sizeof(ip.at));
        return ip;
    default:
        return ip;
    }
}

static struct str text_of(sqlite3_value *value)
{
    const void *bytes = sqlite3_value_blob(value);
    return str_make(bytes, (size_t)sqlite3_value_bytes(value));
}

static bool wants(unsigned columns, enum column column)
{
    return (columns & COLUMN_BIT(column)) != 0;
}

/* The values of the columns of the mask, in their order. */
static void read_row(sqlite3_value **values, unsigned columns,
    const struct batch_info *batch, struct row *row)
{
    row->at.id = sqlite3_value_int64(*values++);
    row->at.time = number_of(*values++); /* both "none" are the same */
    if (wants(columns, COLUMN_KIND))
        row->kind = sqlite3_value_int64(*values++);
    if (wants(columns, COLUMN_USER))
        row->user = sqlite3_value_int64(*values++);
    if (wants(columns, COLUMN_SRC_IP))
        row->src_ip = ip_of(*values++);
    if (wants(columns, COLUMN_HOST))
        row->host = sqlite3_value_int64(*values++);
    if (wants(columns, COLUMN_PROCESS))
        row->process = sqlite3_value_int64(*values++);
    if (wants(columns, COLUMN_PID))
        row->pid = number_of(*values++);
    if (wants(columns, COLUMN_SRC_PORT))
        row->src_port = number_of(*values++);
    if (wants(columns, COLUMN_OFFSET))
        row->offset = batch->base + (uint64_t)sqlite3_value_int64(*values++);
    if (wants(columns, COLUMN_LENGTH))
        row->length = (uint32_t)sqlite3_value_int64(*values++);
    if (wants(columns, COLUMN_TARGET))
        row->target = sqlite3_value_int64(*values++);
    if (wants(columns, COLUMN_STATUS))
        row->status = number_of(*values++);
    if (wants(columns, COLUMN_BYTES))
        row->bytes = number_of(*values++);
    if (wants(columns, COLUMN_DST_IP))
        row->dst_ip = ip_of(*values++);
    if (wants(columns, COLUMN_DST_PORT))
        row->dst_port = number_of(*values++);
    if (wants(columns, COLUMN_OBJECT))
        row->object = text_of(*values++);
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
            .time_end = number_of(sqlite3_column_value(sql, 2)),
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

/* A scan at work. Rows reach it as the arguments of an aggregate function that
 * never gives a result: that is half the cost of stepping through a statement.
 */
struct scan {
    unsigned columns;
    const struct batch_info *batch;
    bool evaluate;
    bool stopped;
    row_visit *visit;
    void *context;
    size_t next_repeat;
    struct row row;
};

static void scan_row(
    struct worker *worker, struct scan *scan, sqlite3_value **values)
{
    struct row *row = &scan->row;
    read_row(values, scan->columns, scan->batch, row);
    bool repeated =
        worker->repeat_count > 0 && set_repeat(worker, &scan->next_repeat, row);
    bool ask = scan->evaluate && (repeated || !worker->search->plan.exact);
    row->matched = ask ? evaluate_row(worker, row) : row->count;
    if (row->matched > 0 && !scan->visit(scan->context, row))
        scan->stopped = true;
}

void scan_function(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    struct worker *worker = sqlite3_user_data(context);
    struct scan *scan = worker->scan;
    if (!scan->stopped && !worker->failed)
        scan_row(worker, scan, values);
}

static int scan_run(struct worker *worker, struct scan *scan, sqlite3_stmt *sql,
    struct err *err)
{
    scan->row = empty_row;
    scan->row.batch = scan->batch;
    worker->failed = false;
    worker->scan = scan;
    int rc = sqlite3_step(sql);
    sqlite3_reset(sql);
    worker->scan = NULL;
    if (worker->failed) {
        if (err != NULL && err != &worker->err)
            *err = worker->err;
        return -1;
    }
    return rc == SQLITE_ROW || rc == SQLITE_DONE
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
    struct scan scan = {
        .columns = columns | COLUMN_BIT(COLUMN_ID) | COLUMN_BIT(COLUMN_TIME) |
                   (evaluate ? search->plan.columns : 0),
        .batch = batch,
        .evaluate = evaluate,
        .visit = visit,
        .context = context,
    };
    if (load_repeats(worker, batch, err) < 0)
        return -1;
    sqlite3_stmt *sql =
        worker_statement(worker, scan.columns, batch, !all, err);
    return sql == NULL ? -1 : scan_run(worker, &scan, sql, err);
}

int scan_ids(struct worker *worker, const struct batch_info *batch,
    int64_t first, int64_t last, row_visit *visit, void *context,
    struct err *err)
{
    struct scan scan = {
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
    return scan_run(worker, &scan, sql, err);
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
