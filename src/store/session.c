#include "src/store/session.h"

#include <stdlib.h>

#include "src/base/mem.h"
#include "src/store/internal.h"

static const char *const end_names[SESSION_END_COUNT] = {
    [SESSION_OPEN] = "still open",
    [SESSION_LOGOUT] = "logout",
    [SESSION_REPLACED] = "next login",
    [SESSION_SHUTDOWN] = "shutdown",
    [SESSION_CRASH] = "crash",
};

const char *session_end_name(enum session_end end)
{
    return end_names[end];
}

/* --- staleness ------------------------------------------------------------ */

/* A source's batches change whenever it is read again; removed ones count as
 * having none. */
#define SEEN_NOW                                                        \
    "SELECT b.source AS source, max(b.id) AS last, count(*) AS batches" \
    " FROM batch b JOIN source s ON s.id = b.source"                    \
    " WHERE b.pending = 0 AND s.state <> 6 GROUP BY b.source"

static const char STALE_SQL[] =
    "SELECT n.source FROM (" SEEN_NOW ") n"
    " LEFT JOIN session_source o ON o.source = n.source"
    " WHERE o.source IS NULL OR o.last <> n.last OR o.batches <> n.batches"
    " UNION SELECT source FROM session_source WHERE source NOT IN"
    " (SELECT source FROM (" SEEN_NOW ")) ORDER BY 1";

static const char FORGET_MARKS_SQL[] = "DELETE FROM session_source";
static const char MARK_SQL[] =
    "INSERT INTO session_source(source, last, batches) " SEEN_NOW;

/* Append a column of ids. */
static int read_ids(
    struct store *store, const char *sql, struct buf *ids, struct err *err)
{
    sqlite3_stmt *query = store_prepare(store, sql, err);
    if (query == NULL)
        return -1;
    int step;
    while ((step = sqlite3_step(query)) == SQLITE_ROW) {
        int64_t id = sqlite3_column_int64(query, 0);
        buf_add(ids, &id, sizeof(id));
    }
    int rc = step == SQLITE_DONE ? 0 : store_fail(store, err);
    sqlite3_finalize(query);
    return rc;
}

int session_stale(
    struct store *store, int64_t **sources, size_t *count, struct err *err)
{
    struct buf ids = {0};
    int rc = read_ids(store, STALE_SQL, &ids, err);
    *sources = (int64_t *)(void *)ids.ptr;
    *count = ids.len / sizeof(int64_t);
    return rc < 0 ? err_wrap(err, "comparing sessions with the evidence") : 0;
}

static const char LOST_SQL[] =
    "SELECT DISTINCT host FROM session s WHERE NOT EXISTS (SELECT 1"
    " FROM (SELECT b.first_event AS first, b.row_count AS rows,"
    "  b.source AS source, b.pending AS pending FROM batch b"
    "  WHERE b.first_event <= s.login ORDER BY b.first_event DESC LIMIT 1) o"
    " JOIN source e ON e.id = o.source WHERE o.pending = 0 AND e.state <> 6"
    " AND s.login < o.first + o.rows)"
    " OR (s.logout IS NOT NULL AND NOT EXISTS (SELECT 1"
    " FROM (SELECT b.first_event AS first, b.row_count AS rows,"
    "  b.source AS source, b.pending AS pending FROM batch b"
    "  WHERE b.first_event <= s.logout ORDER BY b.first_event DESC LIMIT 1) o"
    " JOIN source e ON e.id = o.source WHERE o.pending = 0 AND e.state <> 6"
    " AND s.logout < o.first + o.rows))";

int session_lost_hosts(struct store *store, struct buf *hosts, struct err *err)
{
    return read_ids(store, LOST_SQL, hosts, err) < 0
               ? err_wrap(err, "looking for sessions whose events are gone")
               : 0;
}

int session_is_first(struct store *store, struct err *err)
{
    int64_t marks = 0;
    if (store_number(store,
            "SELECT (SELECT count(*) FROM session_source) +"
            " EXISTS (SELECT 1 FROM session)",
            &marks, err) < 0)
        return -1;
    return marks == 0;
}

int session_mark(struct store *store, struct err *err)
{
    if (store_begin(store, err) < 0)
        return -1;
    if (store_exec(store, FORGET_MARKS_SQL, err) < 0 ||
        store_exec(store, MARK_SQL, err) < 0) {
        store_rollback(store);
        return err_wrap(err, "marking the sessions as up to date");
    }
    return store_commit(store, err);
}

/* --- writing -------------------------------------------------------------- */

static const char FORGET_SQL[] = "DELETE FROM session WHERE host = ?";
/* Those of the hosts were removed before. REPLACE would need a journal for each
 * statement, which costs more than the statement. */
static const char PUT_SQL[] =
    "INSERT OR IGNORE INTO session(login, logout, host, start, finish, how,"
    " line, origin) VALUES(?, ?, ?, ?, ?, ?, ?, ?)";

static int forget_hosts(
    struct store *store, const int64_t *hosts, size_t count, struct err *err)
{
    sqlite3_stmt *forget = store_prepare(store, FORGET_SQL, err);
    int rc = forget == NULL ? -1 : 0;
    for (size_t i = 0; i < count && rc == 0; i++) {
        sqlite3_bind_int64(forget, 1, hosts[i]);
        rc = store_run(store, forget, err);
    }
    sqlite3_finalize(forget);
    return rc;
}

static void bind_session(sqlite3_stmt *put, const struct session *session)
{
    sqlite3_clear_bindings(put);
    sqlite3_bind_int64(put, 1, session->login);
    if (session->logout != 0)
        sqlite3_bind_int64(put, 2, session->logout);
    sqlite3_bind_int64(put, 3, session->host);
    sqlite3_bind_int64(put, 4, session->start);
    if (session->end != STAMP_NONE)
        sqlite3_bind_int64(put, 5, session->end);
    sqlite3_bind_int(put, 6, (int)session->how);
    store_bind_str(put, 7, session->line);
    store_bind_str(put, 8, session->origin);
}

static int by_start(const void *left, const void *right)
{
    const struct session *a = *(struct session *const *)left;
    const struct session *b = *(struct session *const *)right;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    return (a->login > b->login) - (a->login < b->login);
}

/* In the order of the index, which then only grows at its end. */
static int put_all(
    struct store *store, const struct session_list *list, struct err *err)
{
    const struct session **sorted = xcalloc(list->count + 1, sizeof(*sorted));
    for (size_t i = 0; i < list->count; i++)
        sorted[i] = &list->at[i];
    if (list->count > 1)
        qsort(sorted, list->count, sizeof(*sorted), by_start);
    sqlite3_stmt *put = store_prepare(store, PUT_SQL, err);
    int rc = put == NULL ? -1 : 0;
    for (size_t i = 0; i < list->count && rc == 0; i++) {
        bind_session(put, sorted[i]);
        rc = store_run(store, put, err);
    }
    sqlite3_finalize(put);
    free(sorted);
    return rc;
}

int session_replace(struct store *store, const int64_t *hosts, size_t count,
    const struct session_list *list, struct err *err)
{
    if (store_begin(store, err) < 0)
        return -1;
    if (forget_hosts(store, hosts, count, err) < 0 ||
        put_all(store, list, err) < 0) {
        store_rollback(store);
        return err_wrap(err, "writing sessions");
    }
    return store_commit(store, err);
}

/* --- reading -------------------------------------------------------------- */

static const char PAGE_SQL[] =
    "SELECT s.login, s.logout, s.host, s.start, s.finish, s.how, s.line,"
    " s.origin, coalesce(u.name, ''), coalesce(h.name, '') FROM session s"
    " JOIN event e ON e.id = s.login"
    " LEFT JOIN entity u ON u.id = e.user"
    " LEFT JOIN entity h ON h.id = s.host"
    " WHERE (s.start, s.login) > (?1, ?2)"
    " AND (?3 IS NULL OR u.name = ?3 COLLATE NOCASE)"
    " AND (?4 IS NULL OR h.name = ?4 COLLATE NOCASE)"
    " ORDER BY s.start, s.login LIMIT ?5";

static struct session_row row_of(sqlite3_stmt *query)
{
    int how = sqlite3_column_int(query, 5);
    bool known = how >= 0 && how < SESSION_END_COUNT;
    bool has_end = sqlite3_column_type(query, 4) == SQLITE_INTEGER;
    return (struct session_row){
        .session =
            {
                .login = sqlite3_column_int64(query, 0),
                .logout = sqlite3_column_int64(query, 1),
                .host = sqlite3_column_int64(query, 2),
                .start = sqlite3_column_int64(query, 3),
                .end = has_end ? sqlite3_column_int64(query, 4) : STAMP_NONE,
                .how = known ? (enum session_end)how : SESSION_OPEN,
                .line = store_column_str(query, 6),
                .origin = store_column_str(query, 7),
            },
        .user = store_column_str(query, 8),
        .host_name = store_column_str(query, 9),
    };
}

static void bind_name(sqlite3_stmt *query, int index, const char *name)
{
    if (name != NULL)
        store_bind_str(query, index, str_from(name));
}

int64_t session_page(struct store *store, const struct session_filter *filter,
    int64_t start, int64_t login, size_t limit,
    void (*visit)(void *context, const struct session_row *row), void *context,
    struct err *err)
{
    sqlite3_stmt *query = store_prepare(store, PAGE_SQL, err);
    if (query == NULL)
        return err_wrap(err, "reading sessions");
    sqlite3_bind_int64(query, 1, start);
    sqlite3_bind_int64(query, 2, login);
    bind_name(query, 3, filter->user);
    bind_name(query, 4, filter->host);
    sqlite3_bind_int64(query, 5, (int64_t)limit);
    int64_t count = 0;
    int step;
    for (; (step = sqlite3_step(query)) == SQLITE_ROW; count++) {
        struct session_row row = row_of(query);
        visit(context, &row);
    }
    if (step != SQLITE_DONE)
        count = store_fail(store, err);
    sqlite3_finalize(query);
    return count;
}
