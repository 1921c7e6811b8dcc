/* db: SQLite for src/store and src/query only. */
#ifndef SPOOR_STORE_DB_H
#define SPOOR_STORE_DB_H

#include <sqlite3.h>

#include "src/store/store.h"

sqlite3 *store_db(struct store *store);

/* A prepared statement, yours to finalize; NULL with the reason in `err`. */
sqlite3_stmt *store_prepare(
    struct store *store, const char *sql, struct err *err);

/* Run statements without results. */
int store_exec(struct store *store, const char *sql, struct err *err);

/* Set `err` from the connection's last error: full disk, corruption, busy,
 * I/O each with its code and what to do. Returns -1. */
int store_fail(struct store *store, struct err *err);

int store_bind_str(sqlite3_stmt *statement, int index, struct str text);
int store_bind_blob(sqlite3_stmt *statement, int index, struct str bytes);
struct str store_column_str(sqlite3_stmt *statement, int column);
struct str store_column_blob(sqlite3_stmt *statement, int column);

/* As store_open, with a SQLite VFS by name; NULL is the ordinary one. Tests put
 * faults below a case with it. */
int store_open_vfs(struct store **store, const char *path, enum store_mode mode,
    const char *vfs, struct err *err);

/* From now on the connection prepares nothing but reading statements: no
 * PRAGMA, ATTACH or write. For SQL that a user typed. */
int store_restrict_sql(struct store *store, struct err *err);

/* Nested scopes of one transaction; only the outermost begins and commits. A
 * scope that ends with store_rollback undoes the whole: the outermost commit
 * then fails. A commit that fails has rolled back. */
int store_begin(struct store *store, struct err *err);
int store_commit(struct store *store, struct err *err);
void store_rollback(struct store *store);

#endif
