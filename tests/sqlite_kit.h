/* sqlite_kit: databases made by SQLite itself, as bytes. */
#ifndef SPOOR_TESTS_SQLITE_KIT_H
#define SPOOR_TESTS_SQLITE_KIT_H

#include <sqlite3.h>

#include "tests/blob_kit.h"

/* What these statements make, appended to `out`; `setup` is run before there is
 * a page (page_size, encoding, auto_vacuum). */
static inline void kit_database(
    const char *setup, const char *sql, struct buf *out)
{
    sqlite3 *db = NULL;
    sqlite3_int64 size = 0;
    char *problem = NULL;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, setup, NULL, NULL, NULL), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &problem) != SQLITE_OK)
        fail_msg("%s: %s", sql, problem);
    unsigned char *bytes = sqlite3_serialize(db, "main", &size, 0);
    assert_non_null(bytes);
    buf_add(out, bytes, (size_t)size);
    sqlite3_free(bytes);
    sqlite3_close(db);
}

#endif
