/* Sources: one row each. */
#include "src/store/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/store/custody.h"
#include "src/store/internal.h"

/* In the order of bind_columns. */
#define COLUMNS                                                          \
    "parent, same_as, continues, continues_at, kind, state, path, host," \
    " host_from, collected_host, note, size, sha256, sha1, md5, mtime,"  \
    " acquired, stat_before, stat_after, format, format_why,"            \
    " formats_digest, encoding, encoding_why, zone, zone_decided,"       \
    " clock_offset, years, default_year, time_why, damaged,"             \
    " latest"
#define PARAMETERS                                              \
    "nullif(?1, 0), nullif(?2, 0), nullif(?3, 0), ?4, ?5, ?6, " \
    "?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, " \
    "?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32"

/* What the writer adds up; read, never rewritten. */
#define COUNTED                                           \
    "stored, events, parsed, generic, unparsed, undated," \
    " match_limits, first_time, last_time"

static const char INSERT_SQL[] =
    "INSERT INTO source(" COLUMNS ", stored) VALUES(" PARAMETERS ", 0)";
static const char UPDATE_SQL[] =
    "UPDATE source SET (" COLUMNS ") = (" PARAMETERS ") WHERE id = ?33";
static const char LIST_SQL[] =
    "SELECT id, " COLUMNS ", " COUNTED " FROM source ORDER BY id";
static const char GET_SQL[] =
    "SELECT id, " COLUMNS ", " COUNTED " FROM source WHERE id = ?";

static void bind_text(sqlite3_stmt *statement, int index, const char *text)
{
    store_bind_str(statement, index, str_from(text));
}

static void bind_time(sqlite3_stmt *statement, int index, int64_t time)
{
    if (time == STAMP_NONE)
        sqlite3_bind_null(statement, index);
    else
        sqlite3_bind_int64(statement, index, time);
}

static void bind_columns(sqlite3_stmt *to, const struct source *source)
{
    sqlite3_bind_int64(to, 1, source->parent);
    sqlite3_bind_int64(to, 2, source->same_as);
    sqlite3_bind_int64(to, 3, source->continues);
    sqlite3_bind_int64(to, 4, (int64_t)source->continues_at);
    sqlite3_bind_int(to, 5, (int)source->kind);
    sqlite3_bind_int(to, 6, (int)source->state);
    store_bind_blob(to, 7, str_from(source->path));
    bind_text(to, 8, source->host);
    bind_text(to, 9, source->host_from);
    bind_text(to, 10, source->collected_host);
    bind_text(to, 11, source->note);
    sqlite3_bind_int64(to, 12, (int64_t)source->size);
    store_bind_digest(to, 13, &source->sha256);
    store_bind_digest(to, 14, &source->sha1);
    store_bind_digest(to, 15, &source->md5);
    bind_time(to, 16, source->mtime);
    sqlite3_bind_int64(to, 17, source->acquired);
    bind_text(to, 18, source->stat_before);
    bind_text(to, 19, source->stat_after);
    bind_text(to, 20, source->format);
    bind_text(to, 21, source->format_why);
    store_bind_digest(to, 22, &source->formats_digest);
    sqlite3_bind_int(to, 23, (int)source->encoding);
    bind_text(to, 24, source->encoding_why);
    bind_text(to, 25, source->zone);
    sqlite3_bind_int(to, 26, source->zone_decided);
    sqlite3_bind_int64(to, 27, source->clock_offset);
    store_bind_blob(to, 28, buf_str(&source->years));
    if (source->default_year == CIVIL_NO_YEAR)
        sqlite3_bind_null(to, 29);
    else
        sqlite3_bind_int(to, 29, source->default_year);
    bind_text(to, 30, source->time_why);
    sqlite3_bind_int64(to, 31, (int64_t)source->damaged);
    bind_time(to, 32, source->latest);
}

static int run_with_columns(struct store *store, const char *sql,
    const struct source *source, int64_t id, struct err *err)
{
    sqlite3_stmt *statement = store_prepare(store, sql, err);
    if (statement == NULL)
        return -1;
    bind_columns(statement, source);
    if (id != 0)
        sqlite3_bind_int64(statement, 33, id);
    int rc = store_run(store, statement, err);
    sqlite3_finalize(statement);
    return rc;
}

int source_insert(struct store *store, struct source *source, struct err *err)
{
    if (run_with_columns(store, INSERT_SQL, source, 0, err) < 0)
        return -1;
    source->id = sqlite3_last_insert_rowid(store->db);
    return 0;
}

int source_write(
    struct store *store, const struct source *source, struct err *err)
{
    return run_with_columns(store, UPDATE_SQL, source, source->id, err);
}

/* --- reading ------------------------------------------------------------ */

void source_done(struct source *source)
{
    free(source->path);
    free(source->host);
    free(source->host_from);
    free(source->collected_host);
    free(source->note);
    free(source->stat_before);
    free(source->stat_after);
    free(source->format);
    free(source->format_why);
    free(source->encoding_why);
    free(source->zone);
    buf_done(&source->years);
    free(source->time_why);
    *source = (struct source){0};
}

static char *column_text(sqlite3_stmt *query, int column)
{
    return str_dup(store_column_str(query, column));
}

static int64_t column_time(sqlite3_stmt *query, int column)
{
    if (sqlite3_column_type(query, column) == SQLITE_NULL)
        return STAMP_NONE;
    return sqlite3_column_int64(query, column);
}

static uint64_t column_count(sqlite3_stmt *query, int column)
{
    int64_t count = sqlite3_column_int64(query, column);
    return count < 0 ? 0 : (uint64_t)count;
}

/* A case may say anything: what is out of range becomes the nearest harmless
 * value, and `verify` tells. */
static unsigned column_enum(sqlite3_stmt *query, int column, unsigned last)
{
    int64_t value = sqlite3_column_int64(query, column);
    return value < 0 || value > last ? last : (unsigned)value;
}

static void read_columns(sqlite3_stmt *from, struct source *out)
{
    *out = (struct source){
        .id = sqlite3_column_int64(from, 0),
        .parent = sqlite3_column_int64(from, 1),
        .same_as = sqlite3_column_int64(from, 2),
        .continues = sqlite3_column_int64(from, 3),
        .continues_at = column_count(from, 4),
        .kind = column_enum(from, 5, SOURCE_STREAM),
        .state = column_enum(from, 6, SOURCE_REMOVED),
        .path = str_dup(store_column_blob(from, 7)),
        .host = column_text(from, 8),
        .host_from = column_text(from, 9),
        .collected_host = column_text(from, 10),
        .note = column_text(from, 11),
        .size = column_count(from, 12),
        .sha256 = store_column_digest(from, 13),
        .sha1 = store_column_digest(from, 14),
        .md5 = store_column_digest(from, 15),
        .mtime = column_time(from, 16),
        .acquired = sqlite3_column_int64(from, 17),
        .stat_before = column_text(from, 18),
        .stat_after = column_text(from, 19),
        .format = column_text(from, 20),
        .format_why = column_text(from, 21),
        .formats_digest = store_column_digest(from, 22),
        .encoding = column_enum(from, 23, ENCODING_COUNT - 1),
        .encoding_why = column_text(from, 24),
        .zone = column_text(from, 25),
        .zone_decided = sqlite3_column_int(from, 26) != 0,
        .clock_offset = sqlite3_column_int64(from, 27),
        .default_year = sqlite3_column_type(from, 29) == SQLITE_NULL
                            ? CIVIL_NO_YEAR
                            : sqlite3_column_int(from, 29),
        .time_why = column_text(from, 30),
        .damaged = column_count(from, 31),
        .latest = column_time(from, 32),
        .stored = column_count(from, 33),
        .events = column_count(from, 34),
        .parsed = column_count(from, 35),
        .generic = column_count(from, 36),
        .unparsed = column_count(from, 37),
        .undated = column_count(from, 38),
        .match_limits = column_count(from, 39),
        .first_time = column_time(from, 40),
        .last_time = column_time(from, 41),
    };
    buf_add_str(&out->years, store_column_blob(from, 28));
}

int source_get(
    struct store *store, int64_t id, struct source *out, struct err *err)
{
    *out = (struct source){0};
    sqlite3_stmt *query = store_prepare(store, GET_SQL, err);
    if (query == NULL)
        return err_wrap(err, "reading source %lld", (long long)id);
    sqlite3_bind_int64(query, 1, id);
    int rc = 0;
    int step = sqlite3_step(query);
    if (step == SQLITE_ROW)
        read_columns(query, out);
    else if (step == SQLITE_DONE)
        rc = err_set(
            err, ERR_NOT_FOUND, "the case has no source %lld", (long long)id);
    else
        rc = store_fail(store, err);
    sqlite3_finalize(query);
    return rc;
}

int source_list(struct store *store, struct source **sources, size_t *count,
    struct err *err)
{
    *sources = NULL;
    *count = 0;
    size_t capacity = 0;
    sqlite3_stmt *query = store_prepare(store, LIST_SQL, err);
    if (query == NULL)
        return err_wrap(err, "reading the sources");
    int step;
    while ((step = sqlite3_step(query)) == SQLITE_ROW) {
        *sources = mem_grow(*sources, &capacity, *count + 1, sizeof(**sources));
        read_columns(query, &(*sources)[(*count)++]);
    }
    if (step != SQLITE_DONE) {
        store_fail(store, err);
        source_list_free(*sources, *count);
        *sources = NULL;
        *count = 0;
    }
    sqlite3_finalize(query);
    return step == SQLITE_DONE ? 0 : err_wrap(err, "reading the sources");
}

void source_list_free(struct source *sources, size_t count)
{
    for (size_t i = 0; i < count; i++)
        source_done(&sources[i]);
    free(sources);
}

/* --- finding ------------------------------------------------------------ */

/* Run a query for one id to its end: 1 found, 0 not, -1 error. */
static int find_id(
    struct store *store, sqlite3_stmt *query, int64_t *id, struct err *err)
{
    int rc = -1;
    switch (sqlite3_step(query)) {
    case SQLITE_ROW:
        *id = sqlite3_column_int64(query, 0);
        rc = 1;
        break;
    case SQLITE_DONE:
        rc = 0;
        break;
    default:
        store_fail(store, err);
    }
    sqlite3_finalize(query);
    return rc < 0 ? err_wrap(err, "looking up a source") : rc;
}

int source_find_content(struct store *store, const struct digest *sha256,
    struct str host, int64_t *id, struct err *err)
{
    sqlite3_stmt *query = store_prepare(store,
        "SELECT id FROM source WHERE sha256 = ?1 AND state = 1" /* COMPLETE */
        " ORDER BY collected_host <> ?2, id LIMIT 1",
        err);
    if (query == NULL)
        return err_wrap(err, "looking up a source");
    store_bind_digest(query, 1, sha256);
    store_bind_str(query, 2, host);
    return find_id(store, query, id, err);
}

int source_find_unfinished(struct store *store, struct str path, int64_t parent,
    int64_t *id, struct err *err)
{
    sqlite3_stmt *query = store_prepare(store,
        "SELECT id FROM source WHERE state = 0" /* IMPORTING */
        " AND path = ?1 AND coalesce(parent, 0) = ?2 ORDER BY id DESC LIMIT 1",
        err);
    if (query == NULL)
        return err_wrap(err, "looking up a source");
    store_bind_blob(query, 1, path);
    sqlite3_bind_int64(query, 2, parent);
    return find_id(store, query, id, err);
}

static struct source_prefix read_prefix(sqlite3_stmt *query)
{
    struct source_prefix prefix = {
        .id = sqlite3_column_int64(query, 0),
        .size = column_count(query, 1),
        .sha256 = store_column_digest(query, 2),
    };
    struct str host = store_column_str(query, 3);
    size_t len = host.len < sizeof(prefix.collected_host)
                     ? host.len
                     : sizeof(prefix.collected_host) - 1;
    if (len > 0)
        memcpy(prefix.collected_host, host.ptr, len);
    return prefix;
}

int source_prefixes(struct store *store, struct source_prefix **out,
    size_t *count, struct err *err)
{
    *out = NULL;
    *count = 0;
    size_t capacity = 0;
    /* Complete files, members and streams with bytes of their own. */
    sqlite3_stmt *query = store_prepare(store,
        "SELECT id, size, sha256, collected_host FROM source"
        " WHERE state = 1 AND kind <> 1 AND size > 0 AND stored = size"
        " AND sha256 IS NOT NULL ORDER BY size, id",
        err);
    if (query == NULL)
        return err_wrap(err, "reading the sources");
    int step;
    while ((step = sqlite3_step(query)) == SQLITE_ROW) {
        *out = mem_grow(*out, &capacity, *count + 1, sizeof(**out));
        (*out)[(*count)++] = read_prefix(query);
    }
    if (step != SQLITE_DONE) {
        store_fail(store, err);
        free(*out);
        *out = NULL;
        *count = 0;
    }
    sqlite3_finalize(query);
    return step == SQLITE_DONE ? 0 : err_wrap(err, "reading the sources");
}

/* --- removing ----------------------------------------------------------- */

/* What the case still needs cannot leave it. */
static int check_unused(struct store *store, int64_t id, struct err *err)
{
    sqlite3_stmt *query = store_prepare(store,
        "SELECT id FROM source WHERE state <> 6 AND continues = ?1"
        " ORDER BY id LIMIT 1",
        err);
    if (query == NULL)
        return -1;
    sqlite3_bind_int64(query, 1, id);
    int64_t other = 0;
    int found = find_id(store, query, &other, err);
    if (found > 0)
        return err_set(err, ERR_USAGE,
            "source %lld continues it and needs its bytes; remove that first",
            (long long)other);
    return found;
}

static int mark_removed(
    struct store *store, int64_t id, struct str why, struct err *err)
{
    sqlite3_stmt *update = store_prepare(
        store, "UPDATE source SET state = 6, note = ?2 WHERE id = ?1", err);
    if (update == NULL)
        return -1;
    sqlite3_bind_int64(update, 1, id);
    store_bind_str(update, 2, why);
    int rc = store_run(store, update, err);
    sqlite3_finalize(update);
    return rc;
}

static int remove_in_scope(
    struct store *store, int64_t id, struct str why, struct err *err)
{
    struct source source;
    if (source_get(store, id, &source, err) < 0)
        return -1;
    bool removed = source.state == SOURCE_REMOVED;
    struct buf detail = {0};
    buf_add_cstr(&detail, "{\"why\":");
    json_add_string(&detail, why);
    buf_add_cstr(&detail, ",\"path\":");
    json_add_string(&detail, str_from(source.path));
    buf_printf(&detail, ",\"events\":%llu}", (unsigned long long)source.events);
    source_done(&source);

    int rc = removed ? err_set(err, ERR_USAGE, "it is removed already") : 0;
    if (rc == 0 &&
        (check_unused(store, id, err) < 0 ||
            mark_removed(store, id, why, err) < 0 ||
            custody_add(store, "removed", id, buf_str(&detail), err) < 0))
        rc = -1;
    buf_done(&detail);
    return rc;
}

int source_remove(
    struct store *store, int64_t id, struct str why, struct err *err)
{
    if (store_begin(store, err) < 0)
        return err_wrap(err, "removing source %lld", (long long)id);
    if (remove_in_scope(store, id, why, err) < 0) {
        store_rollback(store);
        return err_wrap(err, "removing source %lld", (long long)id);
    }
    return store_commit(store, err);
}
