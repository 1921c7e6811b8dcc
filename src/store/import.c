/* The writer.
 *
 *     import_begin -> [ import_source_begin -> import_put ... ->
 *     import_source_end ] ... -> import_end
 *
 * Everything between two commits is one transaction, so a killed import leaves
 * whole chunks with their events and mark. While an import runs the log is
 * checked in by the writer alone, between transactions, whenever it has grown
 * past LOG_BYTES: a second thread for that was measured and saves nothing when
 * workers keep every processor busy.
 *
 * A new reading of a source (import_drop_events) is written beside the old one
 * with its batches `pending`. The switch is one transaction. Rows that no batch
 * names any more are then deleted in slices; a killed import leaves some, and
 * the next one sweeps them. */
#include "src/store/import.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/store/custody.h"
#include "src/store/internal.h"
#include "src/store/rows.h"

#define LOG_BYTES ((int64_t)64 << 20)
#define LOG_BYTES_FORCED (4 * LOG_BYTES) /* readers are waited for ... */
#define READERS_MS 200                   /* ... so long */
#define ROW_BYTES 56                     /* about what an event takes */
#define COMMIT_NS STAMP_SECOND           /* annotations wait no longer */

enum statement {
    ADD_CHUNK,
    ADD_BATCH,
    ADD_REPEAT,
    ADD_PART,
    ADD_NUMBERS,
    COUNT_EVENTS,
    SET_STORED,
    STATEMENT_COUNT
};

static const char *const statement_sql[STATEMENT_COUNT] = {
    [ADD_CHUNK] =
        "INSERT INTO chunk(source, offset, size, codec, running, state,"
        " content, first_line) VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
    [ADD_BATCH] =
        "INSERT INTO batch(source, pending, base, first_event, row_count,"
        " events, undated, parsed, generic, unparsed, match_limits, first_time,"
        " last_time, in_order, repeat_count, part_count, kinds, filter,"
        " fields_size, fields)"
        " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [ADD_REPEAT] = "INSERT INTO repeat(event, count, time_end) VALUES(?, ?, ?)",
    [ADD_PART] =
        "INSERT INTO part(event, n, offset, length) VALUES(?, ?, ?, ?)",
    [ADD_NUMBERS] = "INSERT INTO record_number(event, runs) VALUES(?, ?)",
    [COUNT_EVENTS] =
        "UPDATE source SET events = events + ?2, undated = undated + ?3,"
        " parsed = parsed + ?4, generic = generic + ?5,"
        " unparsed = unparsed + ?6, match_limits = match_limits + ?7,"
        " first_time = min(coalesce(first_time, ?8), coalesce(?8, first_time)),"
        " last_time = max(coalesce(last_time, ?9), coalesce(?9, last_time))"
        " WHERE id = ?1",
    [SET_STORED] = "UPDATE source SET stored = ?2 WHERE id = ?1",
};

struct import {
    struct store *store;
    struct rows *rows;
    struct ids *ids;
    sqlite3_stmt *statements[STATEMENT_COUNT];
    bool in_transaction;
    bool held;         /* import_hold */
    bool must_sweep;   /* a reading was replaced */
    bool failed;       /* a part of a put is missing: never commit */
    int64_t began;     /* the transaction */
    size_t put_bytes;  /* since the last commit */
    int64_t log_bytes; /* size of the write-ahead log */
    int64_t page_size;
    int64_t *rereading; /* sources with pending batches */
    size_t rereading_count, rereading_capacity;
};

/* --- beginning and ending ----------------------------------------------- */

static int watch_log(
    void *context, sqlite3 *db, const char *name, int page_count)
{
    (void)db;
    (void)name;
    struct import *import = context;
    import->log_bytes = page_count * import->page_size;
    return SQLITE_OK;
}

static void import_free(struct import *import)
{
    if (import == NULL)
        return;
    for (size_t i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(import->statements[i]);
    ids_free(import->ids);
    rows_free(import->rows);
    /* Also takes the hook away. */
    sqlite3_wal_autocheckpoint(import->store->db, 1000);
    free(import->rereading);
    free(import);
}

static int prepare_all(struct import *import, struct err *err)
{
    for (size_t i = 0; i < STATEMENT_COUNT; i++) {
        import->statements[i] =
            store_prepare(import->store, statement_sql[i], err);
        if (import->statements[i] == NULL)
            return -1;
    }
    import->rows = rows_new(import->store, err);
    if (import->rows == NULL)
        return -1;
    import->ids = ids_new(import->store, err);
    return import->ids == NULL ? -1 : 0;
}

/* What a killed import of ours may have left: a reading that never became the
 * one in force, and rows of the one that was. */
static int clear_leftovers(struct store *store, struct err *err)
{
    if (store_exec(store, "DELETE FROM batch WHERE pending <> 0", err) < 0)
        return -1;
    return events_sweep(store, err);
}

int import_begin(struct store *store, struct import **out, struct err *err)
{
    *out = NULL;
    if (store_lock_import(store, err) < 0)
        return err_wrap(err, "beginning the import");
    struct import *import = xcalloc(1, sizeof(*import));
    import->store = store;
    if (store_number(store, "PRAGMA page_size", &import->page_size, err) < 0 ||
        clear_leftovers(store, err) < 0 || prepare_all(import, err) < 0) {
        import_free(import);
        store_unlock_import(store);
        return err_wrap(err, "beginning the import");
    }
    sqlite3_wal_hook(store->db, watch_log, import);
    *out = import;
    return 0;
}

/* The next transaction starts the log over when all of it is checked in and no
 * reader still looks at it. One that never stops looking costs space; it must
 * not cost the import its time. */
static int check_in(struct import *import, bool last, struct err *err)
{
    if (!import->store->wal || (import->log_bytes < LOG_BYTES && !last))
        return 0;
    int mode = import->log_bytes < LOG_BYTES_FORCED ? SQLITE_CHECKPOINT_PASSIVE
                                                    : SQLITE_CHECKPOINT_RESTART;
    sqlite3 *db = import->store->db;
    sqlite3_busy_timeout(db, READERS_MS);
    int code = sqlite3_wal_checkpoint_v2(db, NULL, mode, NULL, NULL);
    sqlite3_busy_timeout(db, STORE_BUSY_MS);
    if (code == SQLITE_OK || (code & 0xff) == SQLITE_BUSY)
        return 0;
    return store_fail(import->store, err);
}

static int begin_if_needed(struct import *import, struct err *err)
{
    if (import->failed)
        return err_set(err, ERR_IO, "an earlier part of the import failed");
    if (import->in_transaction)
        return 0;
    if (store_begin(import->store, err) < 0)
        return -1;
    import->in_transaction = true;
    import->began = store_now();
    return 0;
}

int import_commit(struct import *import, struct err *err)
{
    if (import->failed)
        return err_set(err, ERR_IO, "an earlier part of the import failed");
    if (!import->in_transaction) {
        import->held = false;
        return 0;
    }
    import->in_transaction = false;
    import->held = false;
    import->put_bytes = 0;
    import->failed = true;
    if (store_refresh_lock(import->store, err) < 0) {
        store_rollback(import->store);
        return err_wrap(err, "writing the case");
    }
    if (store_commit(import->store, err) < 0 ||
        check_in(import, false, err) < 0)
        return err_wrap(err, "writing the case");
    import->failed = false;
    if (!import->must_sweep)
        return 0;
    import->must_sweep = false;
    return events_sweep(import->store, err);
}

void import_hold(struct import *import)
{
    import->held = true;
}

int import_end(struct import *import, struct err *err)
{
    int rc = import_commit(import, err);
    if (rc == 0)
        rc = check_in(import, true, err);
    struct store *store = import->store;
    import_free(import);
    store_unlock_import(store);
    return rc;
}

void import_abort(struct import *import)
{
    if (import == NULL)
        return;
    struct store *store = import->store;
    if (import->in_transaction)
        store_rollback(store);
    import_free(import);
    store_unlock_import(store);
}

/* --- sources ------------------------------------------------------------ */

static void add_member(struct buf *out, const char *name, struct str value)
{
    if (value.len == 0)
        return;
    buf_printf(out, "%s\"%s\":", out->len > 1 ? "," : "", name);
    json_add_string(out, value);
}

static void add_number(struct buf *out, const char *name, uint64_t value)
{
    buf_printf(out, "%s\"%s\":%llu", out->len > 1 ? "," : "", name,
        (unsigned long long)value);
}

static void add_digest(
    struct buf *out, const char *name, const struct digest *digest)
{
    if (digest->len == 0)
        return;
    char hex[HASH_HEX_MAX];
    digest_hex(digest, hex);
    add_member(out, name, str_from(hex));
}

/* Paths are bytes: those that are no text are given in hexadecimal too. */
static void add_path(struct buf *out, struct str path)
{
    buf_printf(out, "%s\"path\":", out->len > 1 ? "," : "");
    if (!json_add_string(out, path))
        return;
    buf_add_cstr(out, ",\"path_hex\":\"");
    for (size_t i = 0; i < path.len; i++)
        buf_printf(out, "%02x", (unsigned char)path.ptr[i]);
    buf_add_char(out, '"');
}

static void describe(const struct source *source, struct buf *out)
{
    buf_add_char(out, '{');
    add_path(out, str_from(source->path));
    add_member(out, "host", str_from(source->host));
    add_member(out, "collected_host", str_from(source->collected_host));
    add_number(out, "size", source->size);
    add_digest(out, "sha256", &source->sha256);
    add_member(out, "format", str_from(source->format));
    add_member(out, "zone", str_from(source->zone));
    if (source->parent != 0)
        add_number(out, "parent", (uint64_t)source->parent);
    if (source->same_as != 0)
        add_number(out, "same_as", (uint64_t)source->same_as);
    if (source->continues != 0) {
        add_number(out, "continues", (uint64_t)source->continues);
        add_number(out, "continues_at", source->continues_at);
    }
    add_member(out, "note", str_from(source->note));
}

static int write_custody(struct import *import, const char *action,
    const struct source *source, struct err *err)
{
    struct buf detail = {0};
    describe(source, &detail);
    if (source->state == SOURCE_COMPLETE || source->state == SOURCE_PARTIAL) {
        struct source now;
        if (source_get(import->store, source->id, &now, err) < 0) {
            buf_done(&detail);
            return -1;
        }
        add_number(&detail, "stored", now.stored);
        add_number(&detail, "events", now.events);
        add_number(&detail, "unparsed", now.unparsed);
        add_number(&detail, "damaged", now.damaged);
        source_done(&now);
        add_member(&detail, "spoor", STR(SPOOR_VERSION));
    }
    buf_add_char(&detail, '}');
    int rc =
        custody_add(import->store, action, source->id, buf_str(&detail), err);
    buf_done(&detail);
    return rc;
}

static const char *const state_actions[] = {
    [SOURCE_IMPORTING] = "acquired",
    [SOURCE_COMPLETE] = "imported",
    [SOURCE_PARTIAL] = "imported",
    [SOURCE_DUPLICATE] = "duplicate",
    [SOURCE_RECORDED] = "acquired",
    [SOURCE_SKIPPED] = "skipped",
    [SOURCE_REMOVED] = "removed",
};

int import_source_begin(
    struct import *import, struct source *source, struct err *err)
{
    if (begin_if_needed(import, err) < 0)
        return err_wrap(err, "adding a source");
    import->failed = true;
    if (source_insert(import->store, source, err) < 0 ||
        write_custody(import, state_actions[source->state], source, err) < 0)
        return err_wrap(err, "adding a source");
    import->failed = false;
    return 0;
}

int import_source_update(
    struct import *import, const struct source *source, struct err *err)
{
    if (begin_if_needed(import, err) < 0)
        return err_wrap(err, "updating a source");
    if (source_write(import->store, source, err) == 0)
        return 0;
    import->failed = true;
    return err_wrap(err, "updating a source");
}

static bool is_reread(const struct import *import, int64_t source)
{
    for (size_t i = 0; i < import->rereading_count; i++)
        if (import->rereading[i] == source)
            return true;
    return false;
}

/* The new reading takes the old one's place. */
static int switch_reading(
    struct import *import, int64_t source, struct err *err)
{
    static const char *const steps[] = {
        "DELETE FROM batch WHERE source = ? AND pending = 0",
        "UPDATE batch SET pending = 0 WHERE source = ? AND pending <> 0",
        "UPDATE source SET (events, undated, parsed, generic, unparsed,"
        " match_limits, first_time, last_time) = (SELECT"
        " coalesce(sum(events), 0), coalesce(sum(undated), 0),"
        " coalesce(sum(parsed), 0), coalesce(sum(generic), 0),"
        " coalesce(sum(unparsed), 0), coalesce(sum(match_limits), 0),"
        " min(first_time), max(last_time)"
        " FROM batch WHERE source = ?1) WHERE id = ?1",
    };
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        sqlite3_stmt *step = store_prepare(import->store, steps[i], err);
        if (step == NULL)
            return -1;
        sqlite3_bind_int64(step, 1, source);
        int rc = store_run(import->store, step, err);
        sqlite3_finalize(step);
        if (rc < 0)
            return -1;
    }
    return 0;
}

static void end_rereading(struct import *import, int64_t source)
{
    for (size_t i = 0; i < import->rereading_count; i++)
        if (import->rereading[i] == source)
            import->rereading[i] = import->rereading[--import->rereading_count];
}

/* A source that was begun in its final state has its record already. */
static int needs_custody(
    struct import *import, const struct source *source, struct err *err)
{
    if (source->state == SOURCE_COMPLETE || source->state == SOURCE_PARTIAL)
        return 1;
    struct source before;
    if (source_get(import->store, source->id, &before, err) < 0)
        return -1;
    bool changed = before.state != source->state;
    source_done(&before);
    return changed;
}

static int end_source(
    struct import *import, const struct source *source, struct err *err)
{
    int told = needs_custody(import, source, err);
    if (told < 0 || source_write(import->store, source, err) < 0)
        return -1;
    if (is_reread(import, source->id) &&
        switch_reading(import, source->id, err) < 0)
        return -1;
    return told == 0 ? 0
                     : write_custody(
                           import, state_actions[source->state], source, err);
}

int import_source_end(
    struct import *import, const struct source *source, struct err *err)
{
    if (begin_if_needed(import, err) < 0)
        return err_wrap(err, "finishing a source");
    if (end_source(import, source, err) < 0) {
        import->failed = true;
        return err_wrap(err, "finishing a source");
    }
    if (!is_reread(import, source->id))
        return 0;
    end_rereading(import, source->id);
    import->must_sweep = true;
    return import->held ? 0 : import_commit(import, err);
}

static int drop_pending(struct import *import, int64_t source, struct err *err)
{
    sqlite3_stmt *drop = store_prepare(import->store,
        "DELETE FROM batch WHERE source = ? AND pending <> 0", err);
    if (drop == NULL)
        return -1;
    sqlite3_bind_int64(drop, 1, source);
    int rc = store_run(import->store, drop, err);
    sqlite3_finalize(drop);
    import->must_sweep = true;
    return rc;
}

int import_drop_events(struct import *import, int64_t source, struct err *err)
{
    if (begin_if_needed(import, err) < 0)
        return -1;
    if (is_reread(import, source)) /* what there is of it begins anew */
        return drop_pending(import, source, err);
    import->rereading = mem_grow(import->rereading, &import->rereading_capacity,
        import->rereading_count + 1, sizeof(*import->rereading));
    import->rereading[import->rereading_count++] = source;
    return 0;
}

/* --- chunks and batches ------------------------------------------------- */

static int run(struct import *import, enum statement which, struct err *err)
{
    return store_run(import->store, import->statements[which], err);
}

static int put_chunk(struct import *import, int64_t source,
    const struct chunk *chunk, struct err *err)
{
    sqlite3_stmt *add = import->statements[ADD_CHUNK];
    sqlite3_bind_int64(add, 1, source);
    sqlite3_bind_int64(add, 2, (int64_t)chunk->offset);
    sqlite3_bind_int64(add, 3, (int64_t)chunk->size);
    sqlite3_bind_int(add, 4,
        chunk->hole     ? CODEC_HOLE
        : chunk->stored ? CODEC_STORED
                        : CODEC_ZSTD);
    store_bind_digest(add, 5, &chunk->running);
    if (chunk->state.len > 0)
        store_bind_blob(add, 6, chunk->state);
    else
        sqlite3_bind_null(add, 6);
    store_bind_blob(add, 7, chunk->packed);
    sqlite3_bind_int64(add, 8, (int64_t)chunk->first_line);
    import->put_bytes += chunk->hole ? 0 : chunk->size;
    return run(import, ADD_CHUNK, err);
}

static void bind_time(sqlite3_stmt *to, int index, int64_t time)
{
    if (time == STAMP_NONE)
        sqlite3_bind_null(to, index);
    else
        sqlite3_bind_int64(to, index, time);
}

static int add_batch_row(struct import *import, const struct import_put *put,
    const struct translation *translation, int64_t first_event, struct err *err)
{
    const struct batch *batch = put->batch;
    sqlite3_stmt *add = import->statements[ADD_BATCH];
    sqlite3_bind_int64(add, 1, put->source);
    sqlite3_bind_int(add, 2, is_reread(import, put->source));
    sqlite3_bind_int64(add, 3, (int64_t)batch->base);
    sqlite3_bind_int64(add, 4, first_event);
    sqlite3_bind_int64(add, 5, (int64_t)batch->count);
    sqlite3_bind_int64(add, 6, (int64_t)batch->total);
    sqlite3_bind_int64(add, 7, (int64_t)batch->undated);
    for (int i = 0; i < 3; i++)
        sqlite3_bind_int64(add, 8 + i, (int64_t)batch->understood[i]);
    sqlite3_bind_int64(add, 11, (int64_t)batch->match_limits);
    bind_time(add, 12, batch->first_time);
    bind_time(add, 13, batch->last_time);
    sqlite3_bind_int(add, 14, batch->in_order);
    sqlite3_bind_int64(add, 15, (int64_t)batch->repeat_count);
    sqlite3_bind_int64(add, 16, (int64_t)batch->part_count);
    store_bind_blob(add, 17, buf_str(&translation->kind_set));
    store_bind_blob(add, 18, buf_str(&translation->filter));
    bool has_fields = put->batch_fields.len > 0;
    sqlite3_bind_int64(add, 19, has_fields ? (int64_t)batch->fields.len : 0);
    if (has_fields)
        store_bind_blob(add, 20, put->batch_fields);
    else
        sqlite3_bind_null(add, 20);
    return run(import, ADD_BATCH, err);
}

static int add_repeats(struct import *import, const struct batch *batch,
    int64_t first_event, struct err *err)
{
    sqlite3_stmt *add = import->statements[ADD_REPEAT];
    for (size_t i = 0; i < batch->repeat_count; i++) {
        const struct event_repeat *repeat = &batch->repeats[i];
        sqlite3_bind_int64(add, 1, first_event + repeat->event);
        sqlite3_bind_int64(add, 2, repeat->count);
        bind_time(add, 3, repeat->time_end);
        if (run(import, ADD_REPEAT, err) < 0)
            return -1;
    }
    return 0;
}

static int add_parts(struct import *import, const struct batch *batch,
    int64_t first_event, struct err *err)
{
    sqlite3_stmt *add = import->statements[ADD_PART];
    int64_t n = 0;
    for (size_t i = 0; i < batch->part_count; i++) {
        const struct event_part *part = &batch->parts[i];
        n = i > 0 && part[-1].event == part->event ? n + 1 : 0;
        sqlite3_bind_int64(add, 1, first_event + part->event);
        sqlite3_bind_int64(add, 2, n);
        sqlite3_bind_int64(add, 3, (int64_t)part->span.offset);
        sqlite3_bind_int64(add, 4, part->span.length);
        if (run(import, ADD_PART, err) < 0)
            return -1;
    }
    return 0;
}

static int add_numbers(struct import *import, const struct batch *batch,
    int64_t first_event, struct err *err)
{
    if (batch->numbers.count == 0)
        return 0;
    sqlite3_stmt *add = import->statements[ADD_NUMBERS];
    struct buf packed = {0};
    numbers_pack(&batch->numbers, &packed);
    sqlite3_bind_int64(add, 1, first_event);
    store_bind_blob(add, 2, buf_str(&packed));
    int rc = run(import, ADD_NUMBERS, err);
    buf_done(&packed);
    return rc;
}

static int count_events(struct import *import, int64_t source,
    const struct batch *batch, struct err *err)
{
    sqlite3_stmt *count = import->statements[COUNT_EVENTS];
    sqlite3_bind_int64(count, 1, source);
    sqlite3_bind_int64(count, 2, (int64_t)batch->total);
    sqlite3_bind_int64(count, 3, (int64_t)batch->undated);
    for (int i = 0; i < 3; i++)
        sqlite3_bind_int64(count, 4 + i, (int64_t)batch->understood[i]);
    sqlite3_bind_int64(count, 7, (int64_t)batch->match_limits);
    bind_time(count, 8, batch->first_time);
    bind_time(count, 9, batch->last_time);
    return run(import, COUNT_EVENTS, err);
}

static int put_batch(
    struct import *import, const struct import_put *put, struct err *err)
{
    const struct batch *batch = put->batch;
    if (batch->count > 0) {
        const struct translation *translation =
            ids_translate(import->ids, batch, err);
        int64_t first;
        if (translation == NULL ||
            rows_insert(import->rows, batch, translation, &first, err) < 0 ||
            add_batch_row(import, put, translation, first, err) < 0 ||
            add_repeats(import, batch, first, err) < 0 ||
            add_parts(import, batch, first, err) < 0 ||
            add_numbers(import, batch, first, err) < 0)
            return -1;
    }
    if (put->chunk == NULL)
        import->put_bytes += batch->count * ROW_BYTES;
    if (is_reread(import, put->source))
        return 0; /* the sums are made when the reading is switched */
    return count_events(import, put->source, batch, err);
}

static int set_stored(
    struct import *import, const struct import_put *put, struct err *err)
{
    sqlite3_stmt *set = import->statements[SET_STORED];
    sqlite3_bind_int64(set, 1, put->source);
    sqlite3_bind_int64(set, 2, (int64_t)put->stored);
    return run(import, SET_STORED, err);
}

int import_put(
    struct import *import, const struct import_put *put, struct err *err)
{
    if (begin_if_needed(import, err) < 0)
        return err_wrap(err, "writing the case");
    import->failed = true;
    if ((put->chunk != NULL &&
            put_chunk(import, put->source, put->chunk, err) < 0) ||
        (put->batch != NULL && put_batch(import, put, err) < 0) ||
        set_stored(import, put, err) < 0)
        return err_wrap(err, "writing the case");
    import->failed = false;
    bool due = import->put_bytes >= IMPORT_COMMIT_BYTES ||
               store_now() - import->began >= COMMIT_NS;
    return due && !import->held ? import_commit(import, err) : 0;
}
