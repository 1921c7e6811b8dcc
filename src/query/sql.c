/* sql: one read-only statement, guarded by an authorizer. The functions of ours
 * read through a search on connections of its own, so that they never step on
 * the statement that calls them. */
#include "src/query/sql.h"

#include <stdlib.h>

#include "src/base/limit.h"
#include "src/base/mem.h"
#include "src/query/search.h"
#include "src/store/db.h"

/* How many virtual machine steps pass between looks at the progress. */
enum { STEPS_BETWEEN_CHECKS = 10000 };

struct session {
    struct search *search;
    struct query *everything;
    struct page page;
};

const char *sql_library_version(void)
{
    return sqlite3_libversion();
}

static int authorize(void *context, int action, const char *first,
    const char *second, const char *database, const char *inner)
{
    (void)context;
    (void)first;
    (void)database;
    (void)inner;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE:
        return SQLITE_OK;
    case SQLITE_FUNCTION:
        return second != NULL && sqlite3_stricmp(second, "load_extension") == 0
                   ? SQLITE_DENY
                   : SQLITE_OK;
    default:
        return SQLITE_DENY;
    }
}

static int interrupted(void *context)
{
    return progress_is_cancelled(context);
}

/* The row of an id given by the user, or NULL (the result is then NULL). */
static const struct row *find_row(struct session *session, sqlite3_value *id)
{
    if (sqlite3_value_type(id) != SQLITE_INTEGER)
        return NULL;
    if (search_row(session->search, sqlite3_value_int64(id), &session->page,
            NULL) != 1)
        return NULL;
    return session->page.rows;
}

static void result_buf(sqlite3_context *context, struct buf *buf, bool blob)
{
    if (blob)
        sqlite3_result_blob64(
            context, buf->ptr ? buf->ptr : "", buf->len, SQLITE_TRANSIENT);
    else
        sqlite3_result_text64(context, buf->ptr ? buf->ptr : "", buf->len,
            SQLITE_TRANSIENT, SQLITE_UTF8);
}

static void raw_function(
    sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    struct session *session = sqlite3_user_data(context);
    const struct row *row = find_row(session, values[0]);
    struct buf bytes = {0};
    if (row != NULL && search_raw(session->search, row, &bytes, NULL) == 0)
        result_buf(context, &bytes, true);
    buf_done(&bytes);
}

static void give_field(sqlite3_context *context, const struct row *row,
    struct session *session, struct str name)
{
    struct buf text = {0};
    enum field field = field_find(name);
    if (field != FIELD_NONE) {
        if (search_value(session->search, row, field, &text))
            result_buf(context, &text, false);
    } else {
        if (str_starts_with(name, STR("x.")))
            name = str_from_index(name, 2);
        if (search_own_value(session->search, row, name, &text))
            result_buf(context, &text, false);
    }
    buf_done(&text);
}

static void message_function(
    sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    struct session *session = sqlite3_user_data(context);
    const struct row *row = find_row(session, values[0]);
    if (row != NULL)
        give_field(context, row, session, STR("message"));
}

static void field_function(
    sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    struct session *session = sqlite3_user_data(context);
    const struct row *row = find_row(session, values[0]);
    const void *name = sqlite3_value_text(values[1]);
    if (row != NULL && name != NULL)
        give_field(context, row, session,
            str_make(name, (size_t)sqlite3_value_bytes(values[1])));
}

static int register_functions(
    struct store *store, struct session *session, struct err *err)
{
    sqlite3 *db = store_db(store);
    const int flags = SQLITE_UTF8 | SQLITE_DIRECTONLY;
    if (sqlite3_create_function(
            db, "raw", 1, flags, session, raw_function, NULL, NULL) ||
        sqlite3_create_function(
            db, "message", 1, flags, session, message_function, NULL, NULL) ||
        sqlite3_create_function(
            db, "field", 2, flags, session, field_function, NULL, NULL))
        return store_fail(store, err);
    return 0;
}

static bool give_header(sqlite3_stmt *statement, struct sql_cell *cells,
    sql_visit *visit, void *context)
{
    size_t count = (size_t)sqlite3_column_count(statement);
    for (size_t i = 0; i < count; i++)
        cells[i] = (struct sql_cell){
            SQL_TEXT, str_from(sqlite3_column_name(statement, (int)i))};
    return visit(context, true, cells, count);
}

static struct sql_cell cell_at(sqlite3_stmt *statement, int column)
{
    static const enum sql_type types[] = {
        [SQLITE_INTEGER] = SQL_INTEGER,
        [SQLITE_FLOAT] = SQL_REAL,
        [SQLITE_TEXT] = SQL_TEXT,
        [SQLITE_BLOB] = SQL_BLOB,
        [SQLITE_NULL] = SQL_NULL,
    };
    enum sql_type type = types[sqlite3_column_type(statement, column)];
    struct str text = type == SQL_BLOB ? store_column_blob(statement, column)
                                       : store_column_str(statement, column);
    return (struct sql_cell){type, text};
}

static int step_rows(struct store *store, sqlite3_stmt *statement,
    sql_visit *visit, void *context, struct err *err)
{
    int count = sqlite3_column_count(statement);
    struct sql_cell *cells = xcalloc((size_t)count + 1, sizeof(*cells));
    int rc = 0;
    bool going = give_header(statement, cells, visit, context);
    while (going) {
        int step = sqlite3_step(statement);
        if (step == SQLITE_DONE)
            break;
        if (step == SQLITE_INTERRUPT) {
            rc = err_set(err, ERR_CANCELLED, "cancelled");
            break;
        }
        if (step != SQLITE_ROW) {
            rc = store_fail(store, err);
            break;
        }
        for (int i = 0; i < count; i++)
            cells[i] = cell_at(statement, i);
        going = visit(context, false, cells, (size_t)count);
    }
    free(cells);
    return rc;
}

static int run_statement(struct store *store, struct str text, sql_visit *visit,
    void *context, struct err *err)
{
    sqlite3_stmt *statement = NULL;
    const char *rest = NULL;
    if (text.len > LIMIT_QUERY)
        return err_set(err, ERR_LIMIT, "the statement is too long");
    if (sqlite3_prepare_v2(store_db(store), text.ptr, (int)text.len, &statement,
            &rest) != SQLITE_OK)
        return err_set(err, ERR_USAGE, "%s", sqlite3_errmsg(store_db(store)));

    int rc;
    struct str more = str_trim(
        str_from_index(text, rest ? (size_t)(rest - text.ptr) : text.len));
    if (statement == NULL)
        rc = err_set(err, ERR_USAGE, "an empty statement");
    else if (more.len > 0)
        rc = err_set(err, ERR_USAGE, "one statement at a time");
    else
        rc = step_rows(store, statement, visit, context, err);
    sqlite3_finalize(statement);
    return rc;
}

int sql_run(struct store *store, const struct formats *formats,
    struct str statement, sql_visit *visit, void *context,
    struct progress *progress, struct err *err)
{
    struct session session = {0};
    sqlite3 *db = store_db(store);
    struct query_basis basis = {.newest = STAMP_NONE, .day = STAMP_NONE};
    int rc = -1;

    session.everything = query_parse(STR(""), &basis, NULL, err);
    if (session.everything == NULL)
        return -1;
    session.search = search_open(store, formats, session.everything, err);
    if (session.search == NULL || register_functions(store, &session, err) < 0)
        goto done;

    sqlite3_set_authorizer(db, authorize, NULL);
    sqlite3_progress_handler(
        db, STEPS_BETWEEN_CHECKS, progress ? interrupted : NULL, progress);
    rc = run_statement(store, statement, visit, context, err);
    sqlite3_progress_handler(db, 0, NULL, NULL);
    sqlite3_set_authorizer(db, NULL, NULL);
done:
    page_done(&session.page);
    search_close(session.search);
    query_free(session.everything);
    return rc;
}
