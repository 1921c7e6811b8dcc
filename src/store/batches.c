/* The summaries of all batches, in memory. */
#include "src/store/batches.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/limit.h"
#include "src/base/mem.h"
#include "src/event/record.h"
#include "src/store/internal.h"

static const char LOAD_SQL[] =
    "SELECT b.id, b.source, b.base, b.first_event, b.row_count, b.events,"
    " b.undated, b.parsed, b.generic, b.unparsed, b.first_time, b.last_time,"
    " b.in_order, b.repeat_count, b.part_count, b.fields_size, b.kinds,"
    " b.filter"
    " FROM batch b CROSS JOIN source s ON s.id = b.source"
    " WHERE b.pending = 0 AND s.state <> 6" /* SOURCE_REMOVED */
    " ORDER BY b.first_event";

static struct str copy_blob(sqlite3_stmt *query, int column)
{
    struct str bytes = store_column_blob(query, column);
    if (bytes.len == 0)
        return (struct str){0};
    char *copy = xmalloc(bytes.len);
    memcpy(copy, bytes.ptr, bytes.len);
    return str_make(copy, bytes.len);
}

static uint64_t column_count(sqlite3_stmt *query, int column)
{
    int64_t count = sqlite3_column_int64(query, column);
    return count < 0 ? 0 : (uint64_t)count;
}

static int64_t column_time(sqlite3_stmt *query, int column)
{
    if (sqlite3_column_type(query, column) == SQLITE_NULL)
        return STAMP_NONE;
    return sqlite3_column_int64(query, column);
}

/* Filters of a huge case would fill the memory; without one a batch is looked
 * into, which costs time and nothing else. */
static struct str read_filter(sqlite3_stmt *query, size_t *left)
{
    struct str filter = store_column_blob(query, 17);
    if (filter.len > *left)
        return (struct str){0};
    *left -= filter.len;
    return copy_blob(query, 17);
}

static struct batch_info read_batch(sqlite3_stmt *query, size_t *left)
{
    return (struct batch_info){
        .id = sqlite3_column_int64(query, 0),
        .source = sqlite3_column_int64(query, 1),
        .base = column_count(query, 2),
        .first_event = sqlite3_column_int64(query, 3),
        .rows = (uint32_t)sqlite3_column_int64(query, 4),
        .events = column_count(query, 5),
        .undated = column_count(query, 6),
        .understood = {column_count(query, 7), column_count(query, 8),
            column_count(query, 9)},
        .first_time = column_time(query, 10),
        .last_time = column_time(query, 11),
        .in_order = sqlite3_column_int(query, 12) != 0,
        .has_repeats = sqlite3_column_int64(query, 13) != 0,
        .has_parts = sqlite3_column_int64(query, 14) != 0,
        .has_fields = sqlite3_column_int64(query, 15) != 0,
        .kinds = copy_blob(query, 16),
        .filter = read_filter(query, left),
    };
}

/* Ranges of ids must be sane and apart, or one event would be many. */
static bool range_is_sound(sqlite3_stmt *query, int64_t next_event)
{
    int64_t first = sqlite3_column_int64(query, 3);
    int64_t rows = sqlite3_column_int64(query, 4);
    return first >= next_event && rows > 0 && rows <= UINT32_MAX &&
           first <= INT64_MAX - rows;
}

static void add_batch(struct batches *out, const struct batch_info *batch)
{
    out->at[out->count++] = *batch;
    out->events += batch->events;
    out->undated += batch->undated;
    for (size_t i = 0; i < 3; i++)
        out->understood[i] += batch->understood[i];
}

int batches_load(struct store *store, struct batches *out, struct err *err)
{
    *out = (struct batches){0};
    sqlite3_stmt *query = store_prepare(store, LOAD_SQL, err);
    if (query == NULL)
        return err_wrap(err, "reading the summaries");
    size_t capacity = 0;
    size_t left = LIMIT_CACHE_BYTES;
    int64_t next_event = 1;
    int rc = 0;
    int step;
    while ((step = sqlite3_step(query)) == SQLITE_ROW) {
        if (!range_is_sound(query, next_event)) {
            rc = err_set(err, ERR_CORRUPT, "batch %lld overlaps another",
                (long long)sqlite3_column_int64(query, 0));
            break;
        }
        struct batch_info batch = read_batch(query, &left);
        next_event = batch.first_event + batch.rows;
        out->at =
            mem_grow(out->at, &capacity, out->count + 1, sizeof(*out->at));
        add_batch(out, &batch);
    }
    if (rc == 0 && step != SQLITE_DONE)
        rc = store_fail(store, err);
    sqlite3_finalize(query);
    if (rc < 0) {
        batches_done(out);
        return err_wrap(err, "reading the summaries");
    }
    return 0;
}

static void free_blob(struct str bytes)
{
    free((void *)(uintptr_t)bytes.ptr); /* made by copy_blob */
}

void batches_done(struct batches *batches)
{
    for (size_t i = 0; i < batches->count; i++) {
        free_blob(batches->at[i].kinds);
        free_blob(batches->at[i].filter);
    }
    free(batches->at);
    *batches = (struct batches){0};
}

const struct batch_info *batches_find(
    const struct batches *batches, int64_t event)
{
    size_t low = 0;
    size_t high = batches->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct batch_info *batch = &batches->at[middle];
        if (event < batch->first_event)
            high = middle;
        else if (event - batch->first_event >= (int64_t)batch->rows)
            low = middle + 1;
        else
            return batch;
    }
    return NULL;
}
