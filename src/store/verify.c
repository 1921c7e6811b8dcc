/* Is the case what it says it is?
 *
 * Everything is looked at inside one read transaction, so that an import that
 * goes on beside it does not look like damage. The order: SQLite's own check of
 * the file, the custody chain, each source's bytes against the hashes taken
 * when they came, each batch against its events. */
#include "src/store/verify.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "src/base/escape.h"
#include "src/base/mem.h"
#include "src/base/pack.h"
#include "src/store/content.h"
#include "src/store/custody.h"
#include "src/store/internal.h"

struct verify {
    struct store *store;
    verify_report *report;
    void *context;
    struct progress *progress;
    struct content *content;
    struct unpacker *unpacker;
    struct buf bytes;
    uint64_t bad; /* findings that make the case unsound */
};

/* A finding about a source (0: the case). */
static void tell(struct verify *verify, bool bad, int64_t source,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

static void tell(
    struct verify *verify, bool bad, int64_t source, const char *format, ...)
{
    verify->bad += bad;
    if (verify->report == NULL)
        return;
    char text[ERR_TEXT_MAX];
    va_list values;
    va_start(values, format);
    vsnprintf(text, sizeof(text), format, values);
    va_end(values);
    struct verify_line line = {.bad = bad, .source = source, .text = text};
    verify->report(verify->context, &line);
}

static int stop_if_cancelled(struct verify *verify, struct err *err)
{
    if (progress_is_cancelled(verify->progress))
        return err_set(err, ERR_CANCELLED, "stopped");
    return 0;
}

/* --- the file and the chain --------------------------------------------- */

static int check_file(struct verify *verify, struct err *err)
{
    sqlite3_stmt *check =
        store_prepare(verify->store, "PRAGMA integrity_check(20)", err);
    if (check == NULL)
        return -1;
    int step;
    while ((step = sqlite3_step(check)) == SQLITE_ROW) {
        struct str text = store_column_str(check, 0);
        if (!str_eq(text, STR("ok")))
            tell(verify, true, 0, "the file: %s", escape_text(text));
    }
    int rc = 0;
    if ((sqlite3_errcode(verify->store->db) & 0xff) == SQLITE_CORRUPT)
        tell(verify, true, 0, "the file is damaged");
    else if (step != SQLITE_DONE)
        rc = store_fail(verify->store, err);
    sqlite3_finalize(check);
    return rc;
}

static int check_chain(struct verify *verify, struct err *err)
{
    int64_t first_bad;
    int rc = custody_check(verify->store, &first_bad, err);
    if (rc == 0)
        tell(verify, true, 0,
            "custody: the chain of records is broken at record %" PRId64,
            first_bad);
    return rc < 0 ? -1 : 0;
}

/* --- bytes -------------------------------------------------------------- */

static int hash_predecessor(struct verify *verify, const struct source *source,
    struct hash *hash, struct err *err)
{
    enum { PIECE = 1 << 20 };
    for (uint64_t at = 0; at < source->continues_at;) {
        uint64_t left = source->continues_at - at;
        size_t len = left < PIECE ? (size_t)left : PIECE;
        buf_clear(&verify->bytes);
        if (content_read(verify->content, source->id, at, len, &verify->bytes,
                err) < 0 ||
            stop_if_cancelled(verify, err) < 0)
            return -1;
        hash_add(hash, buf_str(&verify->bytes));
        at += len;
    }
    return 0;
}

/* The content of the chunk in `row`, in verify->bytes. */
static int unpack_chunk(
    struct verify *verify, sqlite3_stmt *row, struct err *err)
{
    int64_t size = sqlite3_column_int64(row, 1);
    struct str packed = store_column_blob(row, 4);
    buf_clear(&verify->bytes);
    if (size < 0 || size > STORE_CHUNK_MAX)
        return err_set(err, ERR_CORRUPT, "it has an impossible size");
    if (sqlite3_column_int64(row, 2) == CODEC_ZSTD)
        return unpack(
            verify->unpacker, packed, (size_t)size, &verify->bytes, err);
    if (packed.len != (size_t)size)
        return err_set(err, ERR_CORRUPT, "it is not as long as it says");
    buf_add_str(&verify->bytes, packed);
    return 0;
}

/* True when the chunk joins up and is what was hashed. */
static bool check_chunk(struct verify *verify, const struct source *source,
    sqlite3_stmt *row, uint64_t expected, struct hash *hash)
{
    uint64_t offset = (uint64_t)sqlite3_column_int64(row, 0);
    if (offset != expected) {
        tell(verify, true, source->id,
            "its bytes from %" PRIu64 " to %" PRIu64 " do not join up",
            expected, offset);
        return false;
    }
    struct err why = {0};
    bool hole = sqlite3_column_int64(row, 2) == CODEC_HOLE;
    uint64_t size = (uint64_t)sqlite3_column_int64(row, 1);
    if (!hole && unpack_chunk(verify, row, &why) < 0) {
        tell(verify, true, source->id,
            "its bytes from %" PRIu64 " on cannot be unpacked: %s", offset,
            why.text);
        return false;
    }
    if (hole)
        hash_add_hole(hash, size);
    else
        hash_add(hash, buf_str(&verify->bytes));
    struct digest running = store_column_digest(row, 3);
    struct digest digest = hash_digest(hash);
    if (digest_eq(&running, &digest))
        return true;
    tell(verify, true, source->id,
        "its bytes from %" PRIu64 " to %" PRIu64
        " are not those that were hashed when they came",
        offset, offset + size);
    return false;
}

/* Walk the chunks; `end` gets where they end. 1 all good, 0 not, -1 error. */
static int check_chunks(struct verify *verify, const struct source *source,
    struct hash *hash, uint64_t *end, struct err *err)
{
    sqlite3_stmt *query = store_prepare(verify->store,
        "SELECT offset, size, codec, running, content FROM chunk"
        " WHERE source = ? ORDER BY offset",
        err);
    if (query == NULL)
        return -1;
    sqlite3_bind_int64(query, 1, source->id);
    int rc = 1;
    int step;
    *end = source->continues_at;
    while (rc == 1 && (step = sqlite3_step(query)) == SQLITE_ROW) {
        if (!check_chunk(verify, source, query, *end, hash))
            rc = 0;
        uint64_t size = (uint64_t)sqlite3_column_int64(query, 1);
        *end += size;
        progress_add(verify->progress, size, 0);
        if (stop_if_cancelled(verify, err) < 0)
            rc = -1;
    }
    if (rc == 1 && step != SQLITE_DONE)
        rc = store_fail(verify->store, err);
    sqlite3_finalize(query);
    return rc;
}

static void check_end(struct verify *verify, const struct source *source,
    const struct hash *hash, uint64_t end)
{
    if (end == source->continues_at && source->stored <= end) {
        if (source->size > end)
            tell(verify, false, source->id,
                "its bytes are not kept; only its hash can be compared");
        return;
    }
    if (end != source->stored) {
        tell(verify, true, source->id,
            "it should hold %" PRIu64 " bytes and holds %" PRIu64,
            source->stored, end);
        return;
    }
    if (source->state == SOURCE_IMPORTING) {
        tell(verify, false, source->id,
            "its import is not finished; add it again to go on");
        return;
    }
    struct digest digest = hash_digest(hash);
    if (source->sha256.len > 0 && end == source->size &&
        !digest_eq(&source->sha256, &digest))
        tell(verify, true, source->id,
            "its bytes do not have the SHA-256 taken when it was acquired");
    if (source->state == SOURCE_COMPLETE && source->sha256.len == 0)
        tell(verify, true, source->id, "it is complete but has no SHA-256");
    if (source->state == SOURCE_COMPLETE && end != source->size)
        tell(verify, true, source->id,
            "it is complete, but %" PRIu64 " of its %" PRIu64 " bytes are here",
            end, source->size);
}

static int check_bytes(
    struct verify *verify, const struct source *source, struct err *err)
{
    struct hash *hash = hash_new(HASH_SHA256);
    struct err why = {0};
    uint64_t end;
    int rc = -1;
    if (hash_predecessor(verify, source, hash, &why) < 0) {
        if (why.code == ERR_CANCELLED) {
            err_set(err, why.code, "%s", why.text);
        } else {
            tell(verify, true, source->id,
                "the bytes of source %" PRId64 ", which it continues: %s",
                source->continues, why.text);
            rc = 0;
        }
    } else {
        rc = check_chunks(verify, source, hash, &end, err);
        if (rc == 1)
            check_end(verify, source, hash, end);
    }
    hash_free(hash);
    return rc < 0 ? -1 : 0;
}

/* --- events ------------------------------------------------------------- */

/* The batches, each with what stands aside for its rows. */
static const char BATCHES_SQL[] =
    "SELECT b.id, b.source, b.first_event, b.row_count, b.events, b.base,"
    " b.first_time, b.last_time,"
    " (SELECT CAST(min(total(count - 1), 9e18) AS INTEGER) FROM repeat WHERE "
    "event BETWEEN"
    "  b.first_event AND b.first_event + b.row_count - 1),"
    " (SELECT max(offset + length) FROM part WHERE event BETWEEN"
    "  b.first_event AND b.first_event + b.row_count - 1),"
    " max(s.size, s.stored)"
    " FROM batch b LEFT JOIN source s ON s.id = b.source"
    " WHERE b.pending = 0 ORDER BY b.first_event";

/* What the rows come to. */
static const char ROWS_SQL[] =
    "SELECT count(*), min(time), max(time), max(offset + length), min(offset),"
    " count(kind), (SELECT count(*) FROM event WHERE id BETWEEN ?1 AND ?2"
    "  AND kind NOT IN (SELECT id FROM kind))"
    " FROM event WHERE id BETWEEN ?1 AND ?2";

struct batch_sums {
    int64_t id, source, first, rows, events, base, first_time, last_time;
    int64_t repeated, part_end, source_end;
};

static struct batch_sums read_batch(sqlite3_stmt *row)
{
    return (struct batch_sums){
        .id = sqlite3_column_int64(row, 0),
        .source = sqlite3_column_int64(row, 1),
        .first = sqlite3_column_int64(row, 2),
        .rows = sqlite3_column_int64(row, 3),
        .events = sqlite3_column_int64(row, 4),
        .base = sqlite3_column_int64(row, 5),
        .first_time = sqlite3_column_int64(row, 6),
        .last_time = sqlite3_column_int64(row, 7),
        .repeated = sqlite3_column_int64(row, 8),
        .part_end = sqlite3_column_int64(row, 9),
        .source_end = sqlite3_column_int64(row, 10),
    };
}

static void check_rows(
    struct verify *verify, const struct batch_sums *batch, sqlite3_stmt *rows)
{
    int64_t count = sqlite3_column_int64(rows, 0);
    int64_t last_byte = sqlite3_column_int64(rows, 3);
    int64_t end = batch->part_end > last_byte ? batch->part_end : last_byte;
    const char *wrong = NULL;
    if (count != batch->rows)
        wrong = "rows are missing";
    else if (batch->events != batch->rows + batch->repeated)
        wrong = "its count of events is not that of its rows";
    else if (batch->base < 0 || sqlite3_column_int64(rows, 4) < 0 || end < 0 ||
             end > batch->source_end - batch->base)
        wrong = "an event lies outside the source";
    else if (sqlite3_column_int64(rows, 5) != count ||
             sqlite3_column_int64(rows, 6) != 0)
        wrong = "an event has no kind";
    else if (sqlite3_column_type(rows, 1) != SQLITE_NULL &&
             (sqlite3_column_int64(rows, 1) < batch->first_time ||
                 sqlite3_column_int64(rows, 2) > batch->last_time))
        wrong = "an event lies outside the times it states";
    if (wrong != NULL)
        tell(verify, true, batch->source, "batch %" PRId64 " of events: %s",
            batch->id, wrong);
}

static int check_batch(struct verify *verify, const struct batch_sums *batch,
    sqlite3_stmt *rows, struct err *err)
{
    sqlite3_bind_int64(rows, 1, batch->first);
    sqlite3_bind_int64(rows, 2, batch->first + batch->rows - 1);
    int rc = 0;
    if (sqlite3_step(rows) == SQLITE_ROW)
        check_rows(verify, batch, rows);
    else
        rc = store_fail(verify->store, err);
    sqlite3_reset(rows);
    progress_add(verify->progress, 0, (uint64_t)batch->rows);
    return rc;
}

static bool range_is_sound(const struct batch_sums *batch, int64_t next)
{
    return batch->first >= next && batch->rows > 0 &&
           batch->rows <= UINT32_MAX && batch->first <= INT64_MAX - UINT32_MAX;
}

static int check_each_batch(struct verify *verify, sqlite3_stmt *batches,
    sqlite3_stmt *rows, struct err *err)
{
    int64_t next = 1;
    int step;
    while ((step = sqlite3_step(batches)) == SQLITE_ROW) {
        struct batch_sums batch = read_batch(batches);
        if (!range_is_sound(&batch, next)) {
            tell(verify, true, batch.source,
                "batch %" PRId64 " of events overlaps another", batch.id);
            continue;
        }
        next = batch.first + batch.rows;
        if (check_batch(verify, &batch, rows, err) < 0)
            return -1;
    }
    return step == SQLITE_DONE ? 0 : store_fail(verify->store, err);
}

static int check_events(struct verify *verify, struct err *err)
{
    int rc = -1;
    sqlite3_stmt *batches = store_prepare(verify->store, BATCHES_SQL, err);
    sqlite3_stmt *rows = store_prepare(verify->store, ROWS_SQL, err);
    if (batches != NULL && rows != NULL)
        rc = check_each_batch(verify, batches, rows, err);
    sqlite3_finalize(batches);
    sqlite3_finalize(rows);
    return rc;
}

/* --- references --------------------------------------------------------- */

static const struct {
    const char *sql; /* counts */
    bool bad;
    const char *text;
} counts[] = {
    {"SELECT count(*) FROM chunk WHERE source NOT IN (SELECT id FROM source)",
        true, "runs of bytes belong to no source"},
    {"SELECT count(*) FROM batch WHERE source NOT IN (SELECT id FROM source)",
        true, "runs of events belong to no source"},
    {"SELECT (SELECT count(*) FROM event) -"
     " (SELECT total(row_count) FROM batch WHERE pending = 0)",
        false,
        "rows are left from a change that was interrupted; the next import "
        "clears them"},
    {"SELECT count(*) FROM source s WHERE s.state <> 6 AND s.events <>"
     " (SELECT total(b.events) FROM batch b"
     "  WHERE b.source = s.id AND b.pending = 0)",
        true, "sources count other events than they have"},
};

static int check_counts(struct verify *verify, struct err *err)
{
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        int64_t count;
        if (store_number(verify->store, counts[i].sql, &count, err) < 0)
            return -1;
        if (count > 0)
            tell(verify, counts[i].bad, 0, "%" PRId64 " %s", count,
                counts[i].text);
    }
    return 0;
}

/* --- all of it ---------------------------------------------------------- */

static int check_sources(struct verify *verify, struct err *err)
{
    struct source *sources;
    size_t count;
    if (source_list(verify->store, &sources, &count, err) < 0)
        return -1;
    int rc = 0;
    for (size_t i = 0; i < count && rc == 0; i++) {
        enum source_state state = sources[i].state;
        if (state == SOURCE_IMPORTING || state == SOURCE_COMPLETE ||
            state == SOURCE_PARTIAL)
            rc = check_bytes(verify, &sources[i], err);
    }
    source_list_free(sources, count);
    return rc;
}

static int check_all(struct verify *verify, struct err *err)
{
    int64_t total;
    if (check_file(verify, err) < 0)
        return -1;
    /* What SQLite itself finds damaged is not worth asking further. */
    if (verify->bad > 0)
        return 0;
    if (store_number(verify->store,
            "SELECT CAST(min(total(size), 9e18) AS INTEGER) FROM chunk", &total,
            err) < 0)
        return -1;
    if (verify->progress != NULL)
        verify->progress->total = total < 0 ? 0 : (uint64_t)total;
    if (check_chain(verify, err) < 0 || check_sources(verify, err) < 0 ||
        check_events(verify, err) < 0)
        return -1;
    return check_counts(verify, err);
}

int store_verify(struct store *store, verify_report *report, void *context,
    struct progress *progress, struct err *err)
{
    /* A reading transaction even on a connection that may write. */
    if (store_exec(store, "BEGIN", err) < 0)
        return err_wrap(err, "verifying the case");
    struct verify verify = {
        .store = store,
        .report = report,
        .context = context,
        .progress = progress,
        .content = content_new(store),
        .unpacker = unpacker_new(),
    };
    store_watch(store, progress);
    int rc = check_all(&verify, err);
    store_watch(store, NULL);
    content_free(verify.content);
    unpacker_free(verify.unpacker);
    buf_done(&verify.bytes);
    store_exec(store, "COMMIT", NULL);
    if (rc < 0)
        return err_wrap(err, "verifying the case");
    return verify.bad == 0;
}
