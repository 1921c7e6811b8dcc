/* Clearing away the events of batches that are gone.
 *
 * They are found by the gaps that the batches leave between their ranges of
 * ids, so that nothing has to be remembered across a kill. */
#include <stdlib.h>

#include "src/base/mem.h"
#include "src/store/internal.h"

enum { SLICE = 200000 };

static int delete_slice(
    struct store *store, int64_t first, int64_t last, struct err *err)
{
    static const char *const deletes[] = {
        "DELETE FROM event WHERE id BETWEEN ? AND ?",
        "DELETE FROM repeat WHERE event BETWEEN ? AND ?",
        "DELETE FROM part WHERE event BETWEEN ? AND ?",
        "DELETE FROM record_number WHERE event BETWEEN ? AND ?",
    };
    if (store_begin(store, err) < 0)
        return -1;
    for (size_t i = 0; i < sizeof(deletes) / sizeof(deletes[0]); i++) {
        sqlite3_stmt *statement = store_prepare(store, deletes[i], err);
        int rc = -1;
        if (statement != NULL) {
            sqlite3_bind_int64(statement, 1, first);
            sqlite3_bind_int64(statement, 2, last);
            rc = store_run(store, statement, err);
        }
        sqlite3_finalize(statement);
        if (rc < 0) {
            store_rollback(store);
            return -1;
        }
    }
    return store_commit(store, err);
}

/* The first event at or after `id`, 0 when there is none. */
static int next_event(
    struct store *store, int64_t id, int64_t *out, struct err *err)
{
    sqlite3_stmt *query = store_prepare(
        store, "SELECT coalesce(min(id), 0) FROM event WHERE id >= ?", err);
    if (query == NULL)
        return -1;
    sqlite3_bind_int64(query, 1, id);
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

static int delete_gap(
    struct store *store, int64_t from, int64_t to, struct err *err)
{
    for (;;) {
        int64_t first;
        if (next_event(store, from, &first, err) < 0)
            return -1;
        if (first == 0 || first > to)
            return 0;
        int64_t last = to - first < SLICE ? to : first + SLICE - 1;
        if (delete_slice(store, first, last, err) < 0)
            return -1;
        if (last == to)
            return 0;
        from = last + 1;
    }
}

struct gap {
    int64_t from, to;
};

/* The runs of ids that no batch names; yours to free. */
static int find_gaps(
    struct store *store, struct gap **out, size_t *count, struct err *err)
{
    *out = NULL;
    *count = 0;
    size_t capacity = 0;
    sqlite3_stmt *query = store_prepare(store,
        "SELECT first_event, row_count FROM batch ORDER BY first_event", err);
    if (query == NULL)
        return -1;
    int64_t next = 1;
    int step;
    do {
        step = sqlite3_step(query);
        int64_t first =
            step == SQLITE_ROW ? sqlite3_column_int64(query, 0) : INT64_MAX;
        if (first > next) {
            *out = mem_grow(*out, &capacity, *count + 1, sizeof(**out));
            (*out)[(*count)++] = (struct gap){next, first - 1};
        }
        if (step == SQLITE_ROW && first <= INT64_MAX - UINT32_MAX)
            next = first + (sqlite3_column_int64(query, 1) & UINT32_MAX);
    } while (step == SQLITE_ROW);
    int rc = step == SQLITE_DONE ? 0 : store_fail(store, err);
    sqlite3_finalize(query);
    return rc;
}

int events_sweep(struct store *store, struct err *err)
{
    struct gap *gaps;
    size_t count;
    int rc = find_gaps(store, &gaps, &count, err);
    for (size_t i = 0; i < count && rc == 0; i++)
        rc = delete_gap(store, gaps[i].from, gaps[i].to, err);
    free(gaps);
    return rc < 0 ? err_wrap(err, "clearing old events") : 0;
}
