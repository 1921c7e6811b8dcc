/* One connection to a case, with every protection SQLite has against a file
 * that was made to harm: nothing in it is run (no triggers, no extension, no
 * function out of its schema), and what it claims is checked before it is
 * believed. */
#include <stdio.h>
#include <stdlib.h>

#include "src/base/escape.h"
#include "src/base/mem.h"
#include "src/store/internal.h"

enum {
    SQL_MAX = 4 << 20,
    COLUMNS_MAX = 200,
    VARIABLES_MAX = 10000,
};

static const struct {
    int option, value;
} protections[] = {
    {SQLITE_DBCONFIG_DEFENSIVE, 1},
    {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
    {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
    {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
    {SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0},
    {SQLITE_DBCONFIG_DQS_DDL, 0},
    {SQLITE_DBCONFIG_DQS_DML, 0},
};

static const struct {
    int limit, value;
} limits[] = {
    {SQLITE_LIMIT_LENGTH, STORE_CHUNK_MAX},
    {SQLITE_LIMIT_SQL_LENGTH, SQL_MAX},
    {SQLITE_LIMIT_COLUMN, COLUMNS_MAX},
    {SQLITE_LIMIT_VARIABLE_NUMBER, VARIABLES_MAX},
    {SQLITE_LIMIT_TRIGGER_DEPTH, 1},
    {SQLITE_LIMIT_ATTACHED, 0},
};

static void protect(sqlite3 *db)
{
    for (size_t i = 0; i < sizeof(protections) / sizeof(protections[0]); i++)
        sqlite3_db_config(
            db, protections[i].option, protections[i].value, NULL);
    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
        sqlite3_limit(db, limits[i].limit, limits[i].value);
    sqlite3_busy_timeout(db, STORE_BUSY_MS);
}

/* No mmap: a file that shrinks or a medium that fails would be a signal, not
 * an error. */
static const char SETTINGS_SQL[] = "PRAGMA cell_size_check=ON;"
                                   "PRAGMA mmap_size=0;"
                                   "PRAGMA temp_store=MEMORY;"
                                   "PRAGMA cache_size=-16384;";

int connection_open(struct store *store, int flags, struct err *err)
{
    char *uri = case_uri(store->path, store->immutable);
    int code = sqlite3_open_v2(uri, &store->db,
        flags | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
        store->vfs);
    free(uri);
    if (code != SQLITE_OK)
        return store_fail(store, err);
    protect(store->db);
    return store_exec(store, SETTINGS_SQL, err);
}
