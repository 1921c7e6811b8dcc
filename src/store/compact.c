/* Giving back the space of what was removed.
 *
 * A removed source leaves in a transaction of its own, with its custody record;
 * then its events go in slices, and SQLite rewrites the file. Each step leaves
 * a sound case when it is interrupted, and running it again goes on. The file
 * is rewritten in place rather than replaced, because others may have it open;
 * for that SQLite needs room beside it for two more copies of what is left. */
#include <stdio.h>
#include <stdlib.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/store/custody.h"
#include "src/store/internal.h"
#include "src/store/verify.h"

static const char LEAVING_SQL[] =
    "SELECT s.id, s.path, (SELECT CAST(total(size) AS INTEGER) FROM chunk"
    "  WHERE source = s.id), s.events FROM source s"
    " WHERE s.state = 6" /* SOURCE_REMOVED */
    " AND (EXISTS (SELECT 1 FROM chunk WHERE source = s.id)"
    "  OR EXISTS (SELECT 1 FROM batch WHERE source = s.id))"
    " ORDER BY s.id LIMIT 1";

struct leaving {
    int64_t id;
    struct buf detail; /* of its custody record */
};

/* The next removed source that still has something: 1, 0 none, -1 error. */
static int find_leaving(
    struct store *store, struct leaving *out, struct err *err)
{
    sqlite3_stmt *query = store_prepare(store, LEAVING_SQL, err);
    if (query == NULL)
        return -1;
    int rc = 0;
    int step = sqlite3_step(query);
    if (step == SQLITE_ROW) {
        out->id = sqlite3_column_int64(query, 0);
        buf_clear(&out->detail);
        buf_add_cstr(&out->detail, "{\"path\":");
        json_add_string(&out->detail, store_column_blob(query, 1));
        buf_printf(&out->detail, ",\"bytes\":%lld,\"events\":%lld}",
            (long long)sqlite3_column_int64(query, 2),
            (long long)sqlite3_column_int64(query, 3));
        rc = 1;
    } else if (step != SQLITE_DONE) {
        rc = store_fail(store, err);
    }
    sqlite3_finalize(query);
    return rc;
}

static int delete_content(struct store *store, int64_t source, struct err *err)
{
    static const char *const steps[] = {
        "DELETE FROM batch WHERE source = ?",
        "DELETE FROM chunk WHERE source = ?",
        "DELETE FROM identity WHERE source = ?",
        "UPDATE source SET stored = 0 WHERE id = ?",
    };
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        sqlite3_stmt *step = store_prepare(store, steps[i], err);
        if (step == NULL)
            return -1;
        sqlite3_bind_int64(step, 1, source);
        int rc = store_run(store, step, err);
        sqlite3_finalize(step);
        if (rc < 0)
            return -1;
    }
    return 0;
}

static int let_go(
    struct store *store, const struct leaving *leaving, struct err *err)
{
    if (store_begin(store, err) < 0)
        return -1;
    if (delete_content(store, leaving->id, err) < 0 ||
        custody_add(store, "compacted", leaving->id, buf_str(&leaving->detail),
            err) < 0) {
        store_rollback(store);
        return -1;
    }
    return store_commit(store, err);
}

static int let_all_go(
    struct store *store, struct progress *progress, struct err *err)
{
    struct leaving leaving = {0};
    int found = 0;
    while (!progress_is_cancelled(progress) &&
           (found = find_leaving(store, &leaving, err)) > 0)
        if (let_go(store, &leaving, err) < 0) {
            found = -1;
            break;
        }
    buf_done(&leaving.detail);
    if (found < 0)
        return -1;
    if (progress_is_cancelled(progress))
        return err_set(err, ERR_CANCELLED, "stopped");
    return events_sweep(store, err);
}

/* SQLite's copy is to lie beside the case: what holds the case has the room,
 * and evidence does not wander to other disks. Our other connections keep their
 * temporary tables in memory and never look at this global. */
static int rewrite(struct store *store, struct err *err)
{
    struct str path = str_from(store->path);
    ptrdiff_t slash = str_find_last_char(path, '/');
    struct str folder = slash > 0    ? str_sub(path, 0, (size_t)slash)
                        : slash == 0 ? STR("/")
                                     : STR(".");
    sqlite3_temp_directory = sqlite3_mprintf("%.*s", STR_ARG(folder));
    sqlite3_limit(store->db, SQLITE_LIMIT_ATTACHED, 1);
    int rc = store_exec(store, "PRAGMA temp_store=FILE; VACUUM", err);
    sqlite3_limit(store->db, SQLITE_LIMIT_ATTACHED, 0);
    store_exec(store, "PRAGMA temp_store=MEMORY", NULL);
    sqlite3_free(sqlite3_temp_directory);
    sqlite3_temp_directory = NULL;
    if (rc == 0)
        sqlite3_wal_checkpoint_v2(
            store->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    return rc;
}

static int file_size(struct store *store, uint64_t *out, struct err *err)
{
    int64_t pages;
    int64_t size;
    if (store_number(store, "PRAGMA page_count", &pages, err) < 0 ||
        store_number(store, "PRAGMA page_size", &size, err) < 0)
        return -1;
    *out = (uint64_t)(pages * size);
    return 0;
}

int store_compact(struct store *store, uint64_t *saved,
    struct progress *progress, struct err *err)
{
    *saved = 0;
    uint64_t before;
    uint64_t after;
    if (store_lock_import(store, err) < 0)
        return err_wrap(err, "compacting the case");
    store_watch(store, progress);
    int rc = -1;
    if (file_size(store, &before, err) == 0 &&
        let_all_go(store, progress, err) == 0 && rewrite(store, err) == 0 &&
        file_size(store, &after, err) == 0) {
        *saved = before > after ? before - after : 0;
        rc = 0;
    }
    store_watch(store, NULL);
    store_unlock_import(store);
    return rc < 0 ? err_wrap(err, "compacting the case") : 0;
}
