/* Statements, errors and transactions of one connection. */
#include "src/store/db.h"

#include <string.h>
#include <time.h>

#include "src/base/escape.h"
#include "src/base/mem.h"
#include "src/store/internal.h"

sqlite3 *store_db(struct store *store)
{
    return store->db;
}

/* How a result code reads to an analyst. The first row that fits counts; codes
 * are compared whole first, then without their extension. */
static const struct {
    int code;
    enum err_code meaning;
    const char *text;
} failures[] = {
    {SQLITE_FULL, ERR_FULL,
        "the disk is full; make room and run the command again"},
    {SQLITE_BUSY, ERR_BUSY,
        "another process is using the case; try again when it is done"},
    {SQLITE_LOCKED, ERR_BUSY, "the case is in use"},
    {SQLITE_CORRUPT, ERR_CORRUPT,
        "the case file is damaged; work on a copy and run `spoor verify`"},
    {SQLITE_NOTADB, ERR_CORRUPT, "the case file is damaged or no case"},
    {SQLITE_READONLY, ERR_IO, "the case cannot be written"},
    {SQLITE_PERM, ERR_IO, "no permission for the case file"},
    {SQLITE_CANTOPEN, ERR_IO,
        "the case file or one beside it cannot be opened"},
    {SQLITE_TOOBIG, ERR_LIMIT, "a value is larger than a case may hold"},
    {SQLITE_INTERRUPT, ERR_CANCELLED, "stopped"},
    {SQLITE_IOERR, ERR_IO, "reading or writing the case file failed"},
};

static size_t failure_find(int code)
{
    const size_t count = sizeof(failures) / sizeof(failures[0]);
    for (size_t i = 0; i < count; i++)
        if (failures[i].code == code)
            return i;
    for (size_t i = 0; i < count; i++)
        if (failures[i].code == (code & 0xff))
            return i;
    return count;
}

int store_fail(struct store *store, struct err *err)
{
    int code = sqlite3_extended_errcode(store->db);
    const char *detail = escape_cstr(sqlite3_errmsg(store->db));
    size_t i = failure_find(code);
    if (i == sizeof(failures) / sizeof(failures[0]))
        return err_set(err, ERR_IO, "%s (SQLite code %d)", detail, code);

    int system = sqlite3_system_errno(store->db);
    if (failures[i].meaning == ERR_IO && system != 0)
        return err_set(err, ERR_IO, "%s: %s (SQLite code %d)", failures[i].text,
            strerror(system), code);
    return err_set(err, failures[i].meaning, "%s (SQLite code %d: %s)",
        failures[i].text, code, detail);
}

sqlite3_stmt *store_prepare(
    struct store *store, const char *sql, struct err *err)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
            &statement, NULL) == SQLITE_OK)
        return statement;
    store_fail(store, err);
    return NULL;
}

int store_exec(struct store *store, const char *sql, struct err *err)
{
    if (sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK)
        return 0;
    return store_fail(store, err);
}

int store_run(struct store *store, sqlite3_stmt *statement, struct err *err)
{
    int rc = 0;
    int step = sqlite3_step(statement);
    if (step != SQLITE_DONE && step != SQLITE_ROW)
        rc = store_fail(store, err);
    sqlite3_reset(statement);
    return rc;
}

int store_number(
    struct store *store, const char *sql, int64_t *out, struct err *err)
{
    sqlite3_stmt *query = store_prepare(store, sql, err);
    if (query == NULL)
        return -1;
    int rc = -1;
    if (sqlite3_step(query) == SQLITE_ROW) {
        *out = sqlite3_column_int64(query, 0);
        rc = 0;
    } else {
        store_fail(store, err);
    }
    sqlite3_finalize(query);
    return rc;
}

/* An empty slice may have no pointer, which SQLite would take for NULL. */
static const char *pointer_of(struct str text)
{
    return text.ptr == NULL ? "" : text.ptr;
}

int store_bind_str(sqlite3_stmt *statement, int index, struct str text)
{
    return sqlite3_bind_text64(statement, index, pointer_of(text), text.len,
        SQLITE_STATIC, SQLITE_UTF8);
}

int store_bind_blob(sqlite3_stmt *statement, int index, struct str bytes)
{
    return sqlite3_bind_blob64(
        statement, index, pointer_of(bytes), bytes.len, SQLITE_STATIC);
}

int store_bind_digest(
    sqlite3_stmt *statement, int index, const struct digest *digest)
{
    if (digest->len == 0)
        return sqlite3_bind_null(statement, index);
    return sqlite3_bind_blob(
        statement, index, digest->at, digest->len, SQLITE_TRANSIENT);
}

struct str store_column_str(sqlite3_stmt *statement, int column)
{
    const void *text = sqlite3_column_text(statement, column);
    return str_make(text, (size_t)sqlite3_column_bytes(statement, column));
}

struct str store_column_blob(sqlite3_stmt *statement, int column)
{
    const void *bytes = sqlite3_column_blob(statement, column);
    return str_make(bytes, (size_t)sqlite3_column_bytes(statement, column));
}

struct digest store_column_digest(sqlite3_stmt *statement, int column)
{
    struct digest digest = {.len = 0};
    struct str bytes = store_column_blob(statement, column);
    if (bytes.len == 0 || bytes.len > HASH_MAX)
        return digest;
    memcpy(digest.at, bytes.ptr, bytes.len);
    digest.len = (uint8_t)bytes.len;
    return digest;
}

int64_t store_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * STAMP_SECOND + now.tv_nsec;
}

/* --- transactions ------------------------------------------------------- */

int store_begin(struct store *store, struct err *err)
{
    if (store->depth == 0) {
        store->doomed = false;
        const char *sql =
            store->mode == STORE_READ ? "BEGIN" : "BEGIN IMMEDIATE";
        if (store_exec(store, sql, err) < 0)
            return -1;
    }
    store->depth++;
    return 0;
}

/* A full disk or an I/O error may have rolled the transaction back already. */
static void roll_back(struct store *store)
{
    store->doomed = false;
    if (!sqlite3_get_autocommit(store->db))
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
}

int store_commit(struct store *store, struct err *err)
{
    if (--store->depth > 0)
        return 0;
    if (store->doomed || sqlite3_get_autocommit(store->db)) {
        roll_back(store);
        return err_set(err, ERR_IO, "part of a change failed; undone");
    }
    if (store_exec(store, "COMMIT", err) == 0)
        return 0;
    roll_back(store);
    return -1;
}

void store_rollback(struct store *store)
{
    store->doomed = true;
    if (--store->depth == 0)
        roll_back(store);
}

/* --- stopping ----------------------------------------------------------- */

enum { STEPS_BETWEEN_LOOKS = 10000 };

static int is_cancelled(void *context)
{
    return progress_is_cancelled(context);
}

void store_watch(struct store *store, struct progress *progress)
{
    sqlite3_progress_handler(store->db, STEPS_BETWEEN_LOOKS,
        progress == NULL ? NULL : is_cancelled, progress);
}

/* --- a connection for somebody else's SQL ------------------------------- */

static int allow_reading(void *context, int action, const char *first,
    const char *second, const char *database, const char *trigger)
{
    (void)context;
    (void)first;
    (void)second;
    (void)database;
    (void)trigger;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_FUNCTION:
    case SQLITE_RECURSIVE:
        return SQLITE_OK;
    }
    return SQLITE_DENY;
}

int store_restrict_sql(struct store *store, struct err *err)
{
    if (sqlite3_set_authorizer(store->db, allow_reading, NULL) != SQLITE_OK)
        return store_fail(store, err);
    return 0;
}
