/* A virtual table with one row per event of the batch at hand.
 *
 *     rows_new -> [ rows_insert ... ] -> rows_free
 *
 * The id column is left out of the INSERT: SQLite then appends after the
 * highest id without looking for a row in the way, which is twice as fast as
 * giving it the very same numbers. */
#include "src/store/rows.h"

#include <stdlib.h>

#include "src/base/buf.h"
#include "src/base/mem.h"
#include "src/store/internal.h"

enum { STATEMENTS_MAX = 32 };

static const char *const column_names[ROW_COLUMN_COUNT] = {
    [ROW_TIME] = "time",
    [ROW_KIND] = "kind",
    [ROW_USER] = "user",
    [ROW_SRC_IP] = "src_ip",
    [ROW_HOST] = "host",
    [ROW_PROCESS] = "process",
    [ROW_PID] = "pid",
    [ROW_SRC_PORT] = "src_port",
    [ROW_OFFSET] = "offset",
    [ROW_LENGTH] = "length",
    [ROW_TARGET] = "target",
    [ROW_STATUS] = "status",
    [ROW_BYTES] = "bytes",
    [ROW_DST_IP] = "dst_ip",
    [ROW_DST_PORT] = "dst_port",
    [ROW_OBJECT] = "object",
};

/* An INSERT for one set of columns. */
struct insert {
    uint32_t columns; /* 0: unused */
    sqlite3_stmt *statement;
};

struct rows {
    struct store *store;
    struct insert inserts[STATEMENTS_MAX];
    size_t next_insert; /* to be replaced when all are in use */
    const struct batch *batch;
    const struct translation *translation;
};

struct rows_table {
    sqlite3_vtab base;
    struct rows *rows;
};

struct rows_cursor {
    sqlite3_vtab_cursor base;
    const struct batch *batch;
    const struct translation *translation;
    const struct event *at, *end;
};

static int table_connect(sqlite3 *db, void *context, int count,
    const char *const *arguments, sqlite3_vtab **out, char **message)
{
    (void)count;
    (void)arguments;
    (void)message;
    int code = sqlite3_declare_vtab(db,
        "CREATE TABLE batch_rows(time, kind, user, src_ip, host, process, pid,"
        " src_port, offset, length, target, status, bytes, dst_ip, dst_port,"
        " object)");
    if (code != SQLITE_OK)
        return code;
    sqlite3_vtab_config(db, SQLITE_VTAB_DIRECTONLY);
    struct rows_table *table = xcalloc(1, sizeof(*table));
    table->rows = context;
    *out = &table->base;
    return SQLITE_OK;
}

static int table_disconnect(sqlite3_vtab *table)
{
    free(table);
    return SQLITE_OK;
}

static int table_best_index(sqlite3_vtab *table, sqlite3_index_info *info)
{
    (void)table;
    info->estimatedCost = 1;
    return SQLITE_OK;
}

static int cursor_open(sqlite3_vtab *table, sqlite3_vtab_cursor **out)
{
    (void)table;
    struct rows_cursor *cursor = xcalloc(1, sizeof(*cursor));
    *out = &cursor->base;
    return SQLITE_OK;
}

static int cursor_close(sqlite3_vtab_cursor *base)
{
    free(base);
    return SQLITE_OK;
}

static int cursor_filter(sqlite3_vtab_cursor *base, int index, const char *name,
    int count, sqlite3_value **values)
{
    (void)index;
    (void)name;
    (void)count;
    (void)values;
    struct rows_cursor *cursor = (struct rows_cursor *)base;
    const struct rows *rows = ((struct rows_table *)base->pVtab)->rows;
    cursor->batch = rows->batch;
    cursor->translation = rows->translation;
    cursor->at = rows->batch == NULL ? NULL : rows->batch->events;
    cursor->end = rows->batch == NULL ? NULL : cursor->at + rows->batch->count;
    return SQLITE_OK;
}

static int cursor_next(sqlite3_vtab_cursor *base)
{
    ((struct rows_cursor *)base)->at++;
    return SQLITE_OK;
}

static int cursor_eof(sqlite3_vtab_cursor *base)
{
    const struct rows_cursor *cursor = (struct rows_cursor *)base;
    return cursor->at == cursor->end;
}

/* A result that is not given is NULL. */
static void give_number(sqlite3_context *to, int64_t number)
{
    if (number != EVENT_NO_NUMBER)
        sqlite3_result_int64(to, number);
}

static void give_ip(sqlite3_context *to, const struct ip *ip)
{
    if (ip->family == 4)
        sqlite3_result_int64(to, ip_v4(ip));
    else if (ip->family == 6)
        sqlite3_result_blob(to, ip->at, sizeof(ip->at), SQLITE_STATIC);
}

static void give_name(sqlite3_context *to, const struct rows_cursor *cursor,
    enum entity_type type, uint32_t name)
{
    if (name != EVENT_NO_NAME)
        sqlite3_result_int64(to, cursor->translation->names[type][name]);
}

static void give_user(sqlite3_context *to, const struct rows_cursor *cursor,
    uint32_t user, bool is_number)
{
    uint32_t host = cursor->at->host;
    if (user != EVENT_NO_NAME && host != EVENT_NO_NAME && is_number)
        sqlite3_result_int64(
            to, translation_account(cursor->translation, host, user));
    else
        give_name(to, cursor, ENTITY_USER, user);
}

static void give_object(sqlite3_context *to, const struct rows_cursor *cursor)
{
    if (cursor->at->object_length == 0)
        return;
    struct str object = batch_object(cursor->batch, cursor->at);
    sqlite3_result_text(to, object.ptr, (int)object.len, SQLITE_STATIC);
}

/* STAMP_NONE and EVENT_NO_NUMBER are one value, so time is a number too. */
static int cursor_column(
    sqlite3_vtab_cursor *base, sqlite3_context *to, int column)
{
    const struct rows_cursor *cursor = (struct rows_cursor *)base;
    const struct event *event = cursor->at;
    switch ((enum row_column)column) {
    case ROW_TIME:
        give_number(to, event->time);
        break;
    case ROW_KIND:
        give_number(to, cursor->translation->kinds[event->kind]);
        break;
    case ROW_USER:
        give_user(to, cursor, event->user, event->user_is_number);
        break;
    case ROW_SRC_IP:
        give_ip(to, &event->src_ip);
        break;
    case ROW_HOST:
        give_name(to, cursor, ENTITY_HOST, event->host);
        break;
    case ROW_PROCESS:
        give_name(to, cursor, ENTITY_PROCESS, event->process);
        break;
    case ROW_PID:
        give_number(to, event->pid);
        break;
    case ROW_SRC_PORT:
        give_number(to, event->src_port);
        break;
    case ROW_OFFSET:
        give_number(to, (int64_t)event->offset);
        break;
    case ROW_LENGTH:
        give_number(to, event->length);
        break;
    case ROW_TARGET:
        give_user(to, cursor, event->target, event->target_is_number);
        break;
    case ROW_STATUS:
        give_number(to, event->status);
        break;
    case ROW_BYTES:
        give_number(to, event->bytes);
        break;
    case ROW_DST_IP:
        give_ip(to, &event->dst_ip);
        break;
    case ROW_DST_PORT:
        give_number(to, event->dst_port);
        break;
    case ROW_OBJECT:
        give_object(to, cursor);
        break;
    case ROW_COLUMN_COUNT:
        break;
    }
    return SQLITE_OK;
}

static int cursor_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *out)
{
    const struct rows_cursor *cursor = (struct rows_cursor *)base;
    *out = cursor->at - cursor->batch->events;
    return SQLITE_OK;
}

/* Without xCreate the table exists by its name alone and leaves no trace in
 * the case. */
static const sqlite3_module module = {
    .xConnect = table_connect,
    .xBestIndex = table_best_index,
    .xDisconnect = table_disconnect,
    .xOpen = cursor_open,
    .xClose = cursor_close,
    .xFilter = cursor_filter,
    .xNext = cursor_next,
    .xEof = cursor_eof,
    .xColumn = cursor_column,
    .xRowid = cursor_rowid,
};

struct rows *rows_new(struct store *store, struct err *err)
{
    struct rows *rows = xcalloc(1, sizeof(*rows));
    rows->store = store;
    if (sqlite3_create_module(store->db, "batch_rows", &module, rows) ==
        SQLITE_OK)
        return rows;
    store_fail(store, err);
    free(rows);
    return NULL;
}

void rows_free(struct rows *rows)
{
    if (rows == NULL)
        return;
    for (size_t i = 0; i < STATEMENTS_MAX; i++)
        sqlite3_finalize(rows->inserts[i].statement);
    sqlite3_create_module(rows->store->db, "batch_rows", NULL, NULL);
    free(rows);
}

static void list_columns(struct buf *sql, uint32_t columns)
{
    const char *separator = "";
    for (size_t i = 0; i < ROW_COLUMN_COUNT; i++) {
        if ((columns & ROW_BIT(i)) == 0)
            continue;
        buf_printf(sql, "%s%s", separator, column_names[i]);
        separator = ", ";
    }
}

static sqlite3_stmt *prepare_insert(
    struct rows *rows, uint32_t columns, struct err *err)
{
    struct buf sql = {0};
    buf_add_cstr(&sql, "INSERT INTO event(");
    list_columns(&sql, columns);
    buf_add_cstr(&sql, ") SELECT ");
    list_columns(&sql, columns);
    buf_add_cstr(&sql, " FROM batch_rows");
    sqlite3_stmt *statement = store_prepare(rows->store, buf_cstr(&sql), err);
    buf_done(&sql);
    return statement;
}

static sqlite3_stmt *find_insert(
    struct rows *rows, uint32_t columns, struct err *err)
{
    for (size_t i = 0; i < STATEMENTS_MAX; i++)
        if (rows->inserts[i].columns == columns)
            return rows->inserts[i].statement;
    struct insert *insert = &rows->inserts[rows->next_insert];
    rows->next_insert = (rows->next_insert + 1) % STATEMENTS_MAX;
    sqlite3_finalize(insert->statement);
    insert->statement = prepare_insert(rows, columns, err);
    insert->columns = insert->statement == NULL ? 0 : columns;
    return insert->statement;
}

int rows_insert(struct rows *rows, const struct batch *batch,
    const struct translation *translation, int64_t *first_event,
    struct err *err)
{
    sqlite3_stmt *insert = find_insert(rows, translation->columns, err);
    if (insert == NULL)
        return -1;
    rows->batch = batch;
    rows->translation = translation;
    int rc = store_run(rows->store, insert, err);
    rows->batch = NULL;
    rows->translation = NULL;
    *first_event =
        sqlite3_last_insert_rowid(rows->store->db) - (int64_t)batch->count + 1;
    return rc;
}
