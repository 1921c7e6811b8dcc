/* Original bytes, out of the chunks.
 *
 * A source that continues another begins with that one's bytes, which begin
 * with those of a third, and so on; every reading first walks to the source
 * that holds the offset. A source only ever continues an older one, so the walk
 * ends. */
#include "src/store/content.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/limit.h"
#include "src/base/mem.h"
#include "src/base/pack.h"
#include "src/store/internal.h"

/* Rows in order of time come from as many sources in turn as were active at
 * that time; the bytes of all cached chunks are bounded, too, and so are the
 * values of batches. */
enum { CACHED_CHUNKS = 64, CACHED_FIELDS = 64 };

struct cached_chunk {
    int64_t id; /* 0: none */
    int64_t source;
    uint64_t offset;
    uint64_t used; /* when, as a count */
    struct digest running;
    struct buf bytes, state;
    uint64_t mark, mark_line; /* a place in the source and its line's number */
};

/* The values of one batch, and where each event's line begins. */
struct cached_fields {
    int64_t batch; /* 0: none */
    uint64_t used;
    struct buf bytes;
    size_t *lines; /* [line_count + 1] */
    size_t line_count, line_capacity;
};

struct content {
    struct store *store;
    struct unpacker *unpacker;
    sqlite3_stmt *find_chunk, *find_source, *find_fields, *find_hole;
    struct cached_chunk chunks[CACHED_CHUNKS];
    struct cached_fields fields[CACHED_FIELDS];
    uint64_t clock;
};

static void forget_fields(struct cached_fields *fields)
{
    buf_done(&fields->bytes);
    free(fields->lines);
    *fields = (struct cached_fields){0};
}

struct content *content_new(struct store *store)
{
    struct content *content = xcalloc(1, sizeof(*content));
    content->store = store;
    content->unpacker = unpacker_new();
    return content;
}

void content_free(struct content *content)
{
    if (content == NULL)
        return;
    sqlite3_finalize(content->find_chunk);
    sqlite3_finalize(content->find_source);
    sqlite3_finalize(content->find_fields);
    sqlite3_finalize(content->find_hole);
    for (size_t i = 0; i < CACHED_CHUNKS; i++) {
        buf_done(&content->chunks[i].bytes);
        buf_done(&content->chunks[i].state);
    }
    for (size_t i = 0; i < CACHED_FIELDS; i++)
        forget_fields(&content->fields[i]);
    unpacker_free(content->unpacker);
    free(content);
}

static sqlite3_stmt *prepared(struct content *content, sqlite3_stmt **statement,
    const char *sql, struct err *err)
{
    if (*statement == NULL)
        *statement = store_prepare(content->store, sql, err);
    return *statement;
}

/* --- which source holds an offset --------------------------------------- */

struct extent {
    int64_t continues;
    uint64_t continues_at, stored;
};

static int read_extent(struct content *content, int64_t source,
    struct extent *out, struct err *err)
{
    sqlite3_stmt *query = prepared(content, &content->find_source,
        "SELECT coalesce(continues, 0), continues_at, stored FROM source"
        " WHERE id = ?",
        err);
    if (query == NULL)
        return -1;
    sqlite3_bind_int64(query, 1, source);
    int rc = 0;
    int step = sqlite3_step(query);
    if (step == SQLITE_ROW)
        *out = (struct extent){
            .continues = sqlite3_column_int64(query, 0),
            .continues_at = (uint64_t)sqlite3_column_int64(query, 1),
            .stored = (uint64_t)sqlite3_column_int64(query, 2),
        };
    else if (step == SQLITE_DONE)
        rc = err_set(err, ERR_NOT_FOUND, "the case has no source %lld",
            (long long)source);
    else
        rc = store_fail(content->store, err);
    sqlite3_reset(query);
    return rc;
}

/* Move `source` to the one whose chunks hold `offset`. */
static int find_holder(struct content *content, int64_t *source,
    uint64_t offset, struct extent *extent, struct err *err)
{
    for (;;) {
        if (read_extent(content, *source, extent, err) < 0)
            return -1;
        if (extent->continues == 0 || offset >= extent->continues_at)
            return 0;
        if (extent->continues >= *source)
            return err_set(err, ERR_CORRUPT,
                "source %lld continues %lld, which is not older",
                (long long)*source, (long long)extent->continues);
        *source = extent->continues;
    }
}

/* --- chunks ------------------------------------------------------------- */

/* A hole may be longer than any memory: it is had as chunks of its own, and
 * this is the one that holds `offset`. */
static void fill_hole(
    uint64_t start, uint64_t size, uint64_t offset, struct cached_chunk *out)
{
    uint64_t skipped = offset - start - (offset - start) % LIMIT_CHUNK;
    uint64_t left = size - skipped;
    size_t len = left < LIMIT_CHUNK ? (size_t)left : LIMIT_CHUNK;
    buf_clear(&out->bytes);
    buf_reserve(&out->bytes, len);
    memset(out->bytes.ptr, 0, len);
    out->bytes.len = len;
    out->offset = start + skipped;
}

static int unpack_chunk(struct content *content, sqlite3_stmt *row,
    struct cached_chunk *out, struct err *err)
{
    int64_t size = sqlite3_column_int64(row, 2);
    int64_t codec = sqlite3_column_int64(row, 3);
    struct str packed = store_column_blob(row, 5);
    if (size < 0 || size > STORE_CHUNK_MAX || codec < 0 || codec >= CODEC_HOLE)
        return err_set(err, ERR_CORRUPT, "chunk %lld has impossible values",
            (long long)sqlite3_column_int64(row, 0));
    buf_clear(&out->bytes);
    if (codec == CODEC_ZSTD)
        return unpack(
            content->unpacker, packed, (size_t)size, &out->bytes, err);
    if (packed.len != (size_t)size)
        return err_set(err, ERR_CORRUPT, "chunk %lld is not as long as it says",
            (long long)sqlite3_column_int64(row, 0));
    buf_add_str(&out->bytes, packed);
    return 0;
}

static int load_chunk(struct content *content, int64_t source, uint64_t offset,
    struct cached_chunk *out, struct err *err)
{
    sqlite3_stmt *query = prepared(content, &content->find_chunk,
        "SELECT id, offset, size, codec, state, content, running, first_line"
        " FROM chunk"
        " WHERE source = ? AND offset <= ? ORDER BY offset DESC LIMIT 1",
        err);
    if (query == NULL)
        return -1;
    sqlite3_bind_int64(query, 1, source);
    sqlite3_bind_int64(query, 2, (int64_t)offset);
    int rc = -1;
    out->id = 0;
    int step = sqlite3_step(query);
    if (step == SQLITE_ROW) {
        out->offset = (uint64_t)sqlite3_column_int64(query, 1);
        uint64_t size = (uint64_t)sqlite3_column_int64(query, 2);
        rc = 0;
        if (sqlite3_column_int64(query, 3) != CODEC_HOLE)
            rc = unpack_chunk(content, query, out, err);
        else if (offset - out->offset < size)
            fill_hole(out->offset, size, offset, out);
        else
            buf_clear(&out->bytes);
    } else if (step == SQLITE_DONE) {
        err_set(err, ERR_NOT_FOUND, "the bytes of source %lld are not kept",
            (long long)source);
    } else {
        store_fail(content->store, err);
    }
    if (rc == 0) {
        out->id = sqlite3_column_int64(query, 0);
        out->source = source;
        out->running = store_column_digest(query, 6);
        out->mark = out->offset;
        out->mark_line = (uint64_t)sqlite3_column_int64(query, 7);
        buf_clear(&out->state);
        buf_add_str(&out->state, store_column_blob(query, 4));
    }
    sqlite3_reset(query);
    return rc;
}

static bool chunk_holds(
    const struct cached_chunk *chunk, int64_t source, uint64_t offset)
{
    return chunk->id != 0 && chunk->source == source &&
           offset >= chunk->offset && offset - chunk->offset < chunk->bytes.len;
}

static struct cached_chunk *find_cached(
    struct content *content, int64_t source, uint64_t offset)
{
    struct cached_chunk *oldest = &content->chunks[0];
    for (size_t i = 0; i < CACHED_CHUNKS; i++) {
        struct cached_chunk *chunk = &content->chunks[i];
        if (chunk_holds(chunk, source, offset))
            return chunk;
        if (chunk->used < oldest->used)
            oldest = chunk;
    }
    return oldest;
}

/* Give back what was used longest ago, all but `kept`, past the bound. */
static void trim_cache(struct content *content, const struct cached_chunk *kept)
{
    for (;;) {
        struct cached_chunk *oldest = NULL;
        size_t bytes = 0;
        for (size_t i = 0; i < CACHED_CHUNKS; i++) {
            struct cached_chunk *chunk = &content->chunks[i];
            bytes += chunk->bytes.capacity;
            if (chunk != kept && chunk->bytes.capacity > 0 &&
                (oldest == NULL || chunk->used < oldest->used))
                oldest = chunk;
        }
        if (bytes <= LIMIT_CACHE_BYTES || oldest == NULL)
            return;
        buf_done(&oldest->bytes);
        *oldest = (struct cached_chunk){.state = oldest->state};
    }
}

/* The unpacked chunk of the very source that holds the offset, or NULL. */
static struct cached_chunk *chunk_at(
    struct content *content, int64_t source, uint64_t offset, struct err *err)
{
    struct cached_chunk *chunk = find_cached(content, source, offset);
    chunk->used = ++content->clock;
    if (chunk_holds(chunk, source, offset))
        return chunk;
    if (load_chunk(content, source, offset, chunk, err) < 0)
        return NULL;
    trim_cache(content, chunk);
    if (chunk_holds(chunk, source, offset))
        return chunk;
    err_set(err, ERR_NOT_FOUND, "source %lld has no byte %llu",
        (long long)source, (unsigned long long)offset);
    return NULL;
}

/* The same, through what the source continues. */
static struct cached_chunk *chunk_through(
    struct content *content, int64_t source, uint64_t offset, struct err *err)
{
    struct extent extent = {0};
    struct cached_chunk *chunk = find_cached(content, source, offset);
    if (chunk_holds(chunk, source, offset)) {
        chunk->used = ++content->clock;
        return chunk;
    }
    chunk = NULL;
    if (find_holder(content, &source, offset, &extent, err) == 0)
        chunk = chunk_at(content, source, offset, err);
    if (chunk == NULL)
        err_wrap(err, "reading the original bytes");
    return chunk;
}

int64_t content_line_at(
    struct content *content, int64_t source, uint64_t offset)
{
    struct cached_chunk *chunk = chunk_through(content, source, offset, NULL);
    if (chunk == NULL || chunk->mark_line == 0)
        return -1;
    bool ahead = offset >= chunk->mark;
    uint64_t low = ahead ? chunk->mark : offset;
    struct str between =
        str_sub(buf_str(&chunk->bytes), (size_t)(low - chunk->offset),
            (size_t)(ahead ? offset - low : chunk->mark - low));
    uint64_t lines = str_count_char(between, '\n');
    chunk->mark_line =
        ahead ? chunk->mark_line + lines : chunk->mark_line - lines;
    chunk->mark = offset;
    return (int64_t)chunk->mark_line;
}

int content_chunk_at(struct content *content, int64_t source, uint64_t offset,
    struct content_chunk *out, struct err *err)
{
    struct cached_chunk *chunk = chunk_through(content, source, offset, err);
    if (chunk == NULL)
        return -1;
    *out = (struct content_chunk){
        .id = chunk->id,
        .offset = chunk->offset,
        .bytes = buf_str(&chunk->bytes),
        .state = buf_str(&chunk->state),
        .running = chunk->running,
    };
    return 0;
}

int content_read(struct content *content, int64_t source, uint64_t offset,
    size_t len, struct buf *out, struct err *err)
{
    size_t start = out->len;
    while (len > 0) {
        struct content_chunk chunk;
        if (content_chunk_at(content, source, offset, &chunk, err) < 0) {
            out->len = start;
            return -1;
        }
        struct str bytes =
            str_sub(chunk.bytes, (size_t)(offset - chunk.offset), len);
        buf_add_str(out, bytes);
        offset += bytes.len;
        len -= bytes.len;
    }
    return 0;
}

int content_copy(struct content *content, int64_t source, uint64_t offset,
    void *to, size_t len, struct err *err)
{
    char *at = to;
    while (len > 0) {
        struct content_chunk chunk;
        if (content_chunk_at(content, source, offset, &chunk, err) < 0)
            return -1;
        struct str bytes =
            str_sub(chunk.bytes, (size_t)(offset - chunk.offset), len);
        memcpy(at, bytes.ptr, bytes.len);
        at += bytes.len;
        offset += bytes.len;
        len -= bytes.len;
    }
    return 0;
}

uint64_t content_data_at(
    struct content *content, int64_t source, uint64_t offset)
{
    sqlite3_stmt *query = prepared(content, &content->find_hole,
        "SELECT offset + size FROM chunk WHERE source = ?1 AND codec = 2"
        " AND offset = (SELECT max(offset) FROM chunk WHERE source = ?1"
        " AND offset <= ?2) AND offset + size > ?2",
        NULL);
    if (query == NULL)
        return offset;
    sqlite3_bind_int64(query, 1, source);
    sqlite3_bind_int64(query, 2, (int64_t)offset);
    if (sqlite3_step(query) == SQLITE_ROW)
        offset = (uint64_t)sqlite3_column_int64(query, 0);
    sqlite3_reset(query);
    return offset;
}

uint64_t content_size(struct content *content, int64_t source)
{
    struct extent extent = {0};
    if (read_extent(content, source, &extent, NULL) < 0)
        return 0;
    return extent.stored > extent.continues_at ? extent.stored
                                               : extent.continues_at;
}

/* --- fields ------------------------------------------------------------- */

static void index_lines(struct cached_fields *fields)
{
    struct str rest = buf_str(&fields->bytes);
    fields->line_count = 0;
    size_t at = 0;
    for (;;) {
        fields->lines = mem_grow(fields->lines, &fields->line_capacity,
            fields->line_count + 1, sizeof(*fields->lines));
        fields->lines[fields->line_count] = at;
        ptrdiff_t end = str_find_char(str_from_index(rest, at), '\n');
        if (end < 0)
            break;
        at += (size_t)end + 1;
        fields->line_count++;
    }
}

static int unpack_fields(struct content *content, sqlite3_stmt *row,
    int64_t batch, struct buf *out, struct err *err)
{
    int64_t size = sqlite3_column_int64(row, 0);
    struct str packed = store_column_blob(row, 1);
    if (size < 0 || size > STORE_CHUNK_MAX)
        return err_set(err, ERR_CORRUPT, "batch %lld has impossible values",
            (long long)batch);
    if (packed.len == 0)
        return 0;
    return unpack(content->unpacker, packed, (size_t)size, out, err);
}

static int load_fields(struct content *content, int64_t batch,
    struct cached_fields *fields, struct err *err)
{
    sqlite3_stmt *query = prepared(content, &content->find_fields,
        "SELECT fields_size, fields FROM batch WHERE id = ?", err);
    fields->batch = 0;
    buf_clear(&fields->bytes);
    if (query == NULL)
        return -1;
    sqlite3_bind_int64(query, 1, batch);
    int step = sqlite3_step(query);
    int rc = step == SQLITE_ROW
                 ? unpack_fields(content, query, batch, &fields->bytes, err)
             : step == SQLITE_DONE
                 ? err_set(err, ERR_NOT_FOUND, "the case has no batch %lld",
                       (long long)batch)
                 : store_fail(content->store, err);
    sqlite3_reset(query);
    if (rc < 0)
        return -1;
    index_lines(fields);
    fields->batch = batch;
    return 0;
}

/* Those unused for longest go until the rest is small enough. */
static void bound_fields(
    struct content *content, const struct cached_fields *keep)
{
    for (;;) {
        size_t bytes = 0;
        struct cached_fields *oldest = NULL;
        for (size_t i = 0; i < CACHED_FIELDS; i++) {
            struct cached_fields *fields = &content->fields[i];
            bytes += fields->bytes.capacity +
                     fields->line_capacity * sizeof(*fields->lines);
            if (fields != keep && fields->bytes.capacity > 0 &&
                (oldest == NULL || fields->used < oldest->used))
                oldest = fields;
        }
        if (bytes <= LIMIT_CACHE_BYTES || oldest == NULL)
            return;
        forget_fields(oldest);
    }
}

/* The values of a batch, or NULL. */
static struct cached_fields *fields_of(
    struct content *content, int64_t batch, struct err *err)
{
    struct cached_fields *oldest = &content->fields[0];
    for (size_t i = 0; i < CACHED_FIELDS; i++) {
        struct cached_fields *fields = &content->fields[i];
        if (fields->batch == batch) {
            fields->used = ++content->clock;
            return fields;
        }
        if (fields->used < oldest->used)
            oldest = fields;
    }
    oldest->used = ++content->clock;
    if (load_fields(content, batch, oldest, err) < 0)
        return NULL;
    bound_fields(content, oldest);
    return oldest;
}

int content_fields(struct content *content, int64_t batch, size_t row,
    struct str *out, struct err *err)
{
    *out = (struct str){0};
    struct cached_fields *fields = fields_of(content, batch, err);
    if (fields == NULL)
        return err_wrap(err, "reading the values of events");
    if (row >= fields->line_count)
        return 0;
    size_t start = fields->lines[row];
    size_t end = fields->lines[row + 1] - 1;
    *out = str_sub(buf_str(&fields->bytes), start, end - start);
    return 0;
}
