/* A row's bytes and its record, had again from the case alone: the chunk is
 * unpacked (content.h keeps a few), the record's bytes are fed to the source's
 * parser with the state that its chunk began with. Values that were stored
 * (struct parser, keeps_fields) are taken from there. */
#include <stdlib.h>
#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/query/inside.h"

enum { READERS_MAX = 8 };

/* Lines before a place of a source, as far as they were counted. */
struct reread {
    struct reader readers[READERS_MAX];
    size_t reader_count;
    uint64_t clock; /* for the least recently used */
    struct span *parts;
    size_t part_count, part_capacity;
    struct span single;
    struct buf bytes, text;
    struct record stored; /* from stored values */
    struct buf stored_text;
};

static struct reread *reread_of(struct worker *worker)
{
    if (worker->reread == NULL) {
        worker->reread = xcalloc(1, sizeof(*worker->reread));
        record_init(&worker->reread->stored);
    }
    return worker->reread;
}

/* --- readers ------------------------------------------------------------- */

static void reader_close(struct reader *reader)
{
    if (reader->cursor != NULL)
        reader->reading.parser->close(reader->cursor);
    record_done(&reader->record);
    free(reader->years);
    *reader = (struct reader){0};
}

void reread_done(struct worker *worker)
{
    struct reread *reread = worker->reread;
    if (reread == NULL)
        return;
    for (size_t i = 0; i < reread->reader_count; i++)
        reader_close(&reread->readers[i]);
    free(reread->parts);
    buf_done(&reread->bytes);
    buf_done(&reread->text);
    buf_done(&reread->stored_text);
    record_done(&reread->stored);
    free(reread);
    worker->reread = NULL;
}

static enum text_class text_class_of(const struct reading *reading)
{
    if (reading->parser == NULL)
        return TEXT_LINES;
    if (str_starts_with(str_from(reading->parser->name), STR("json")))
        return TEXT_JSON;
    return reading->parser->is_text ? TEXT_LINES : TEXT_VALUES;
}

static void fill_reading(
    struct worker *worker, const struct source *source, struct reader *reader)
{
    struct reading *reading = &reader->reading;
    if (source->format[0] == '\0' ||
        !formats_choose(worker->search->formats, str_from(source->format),
            &reading->parser, &reading->format))
        reading->parser = NULL;
    struct buf rows = {0};
    if (source_years_unpack(buf_str(&source->years), &rows)) {
        reading->year_count = rows.len / sizeof(struct year_row);
        reader->years = xmalloc(rows.len + 1);
        if (rows.len > 0)
            memcpy(reader->years, rows.ptr, rows.len);
        reading->years = reader->years;
    }
    buf_done(&rows);
    reading->encoding = source->encoding;
    reading->zone = zone_find(str_from(source->zone), NULL);
    if (reading->zone == NULL)
        reading->zone = zone_utc();
    reading->zone_decided = source->zone_decided;
    reading->clock_offset = source->clock_offset;
    reading->default_year = source->default_year;
    reading->latest = source->latest;
    reading->path = str_from(source->path);
    reader->text = text_class_of(reading);
}

struct reader *reread_reader(struct worker *worker, int64_t source)
{
    struct reread *reread = reread_of(worker);
    struct reader *oldest = &reread->readers[0];
    for (size_t i = 0; i < reread->reader_count; i++) {
        struct reader *reader = &reread->readers[i];
        if (reader->source == source) {
            reader->used = ++reread->clock;
            return reader;
        }
        if (reader->used < oldest->used)
            oldest = reader;
    }
    const struct source *info = search_source(worker->search, source);
    if (info == NULL)
        return NULL;
    if (reread->reader_count < READERS_MAX)
        oldest = &reread->readers[reread->reader_count++];
    else
        reader_close(oldest);
    oldest->source = source;
    oldest->info = info;
    oldest->used = ++reread->clock;
    record_init(&oldest->record);
    fill_reading(worker, info, oldest);
    return oldest;
}

/* --- parts --------------------------------------------------------------- */

static size_t load_parts(struct worker *worker, const struct row *row)
{
    struct reread *reread = reread_of(worker);
    reread->part_count = 0;
    if (worker->parts == NULL)
        worker->parts = store_prepare(worker->store,
            "SELECT offset, length FROM part WHERE event = ?1 ORDER BY n",
            &worker->err);
    if (worker->parts == NULL) {
        worker->failed = true;
        return 0;
    }
    sqlite3_bind_int64(worker->parts, 1, row->at.id);
    while (sqlite3_step(worker->parts) == SQLITE_ROW) {
        reread->parts = mem_grow(reread->parts, &reread->part_capacity,
            reread->part_count + 1, sizeof(*reread->parts));
        reread->parts[reread->part_count++] = (struct span){
            .offset = row->batch->base +
                      (uint64_t)sqlite3_column_int64(worker->parts, 0),
            .length = (uint32_t)sqlite3_column_int64(worker->parts, 1),
        };
    }
    sqlite3_reset(worker->parts);
    return reread->part_count;
}

size_t reread_parts(
    struct worker *worker, const struct row *row, const struct span **parts)
{
    struct reread *reread = reread_of(worker);
    size_t count = row->batch->has_parts ? load_parts(worker, row) : 0;
    if (count > 0) {
        *parts = reread->parts;
        return count;
    }
    reread->single = (struct span){row->offset, row->length};
    *parts = &reread->single;
    return 1;
}

void subject_of_row(
    struct worker *worker, const struct row *row, struct subject *out)
{
    *out = (struct subject){.row = row, .time = row->at.time};
    out->part_count = reread_parts(worker, row, &out->parts);
}

/* --- bytes --------------------------------------------------------------- */

int subject_bytes(struct worker *worker, const struct subject *subject,
    struct buf *out, struct err *err)
{
    int64_t source = subject->row->batch->source;
    for (size_t i = 0; i < subject->part_count; i++)
        if (content_read(worker->content, source, subject->parts[i].offset,
                subject->parts[i].length, out, err) < 0)
            return -1;
    return 0;
}

/* Bytes that cannot be read end the search: to go on would be to miss matches
 * in silence. */
static struct str cannot_read(struct worker *worker)
{
    worker->failed = true;
    return (struct str){0};
}

/* One run inside one chunk needs no copy. */
static struct str raw_bytes(struct worker *worker,
    const struct subject *subject, struct content_chunk *chunk)
{
    struct reread *reread = reread_of(worker);
    struct span span = subject->parts[0];
    *chunk = (struct content_chunk){0};
    int found = content_chunk_at(worker->content, subject->row->batch->source,
        span.offset, chunk, &worker->err);
    if (found >= 0 && subject->part_count == 1 &&
        span.offset - chunk->offset + span.length <= chunk->bytes.len)
        return str_sub(
            chunk->bytes, (size_t)(span.offset - chunk->offset), span.length);
    buf_clear(&reread->bytes);
    if (subject_bytes(worker, subject, &reread->bytes, &worker->err) < 0)
        return cannot_read(worker);
    return buf_str(&reread->bytes);
}

struct str subject_text(struct worker *worker, const struct subject *subject)
{
    struct reread *reread = reread_of(worker);
    struct content_chunk chunk;
    struct str bytes = raw_bytes(worker, subject, &chunk);
    const struct source *source =
        search_source(worker->search, subject->row->batch->source);
    if (source == NULL || source->encoding == ENCODING_UTF8)
        return bytes;
    buf_clear(&reread->text);
    encoding_decode(source->encoding, bytes, &reread->text);
    return buf_str(&reread->text);
}

/* --- records ------------------------------------------------------------- */

static void set_stored(struct record *record, struct str name, struct str value)
{
    if (str_starts_with(name, STR("x.")))
        record_add_extra(record, str_from_index(name, 2), value);
    else
        record_set(record, field_find(name), value);
}

/* The JSON object that batch_add wrote: names to strings. The values are
 * copied, for the reader's own live only until its next step. */
static const struct record *stored_record(
    struct worker *worker, const struct row *row, struct str line)
{
    struct reread *reread = reread_of(worker);
    struct record *record = &reread->stored;
    struct json json = {0};
    record_reset(record);
    /* Unescaped text is never longer than what it came from: no growth. */
    buf_clear(&reread->stored_text);
    buf_reserve(&reread->stored_text, line.len + 1);
    json_start(&json, line);
    enum json_token token;
    while ((token = json_next(&json)) != JSON_END && token != JSON_ERROR) {
        if (token != JSON_STRING || !json.has_key)
            continue;
        struct buf *text = &reread->stored_text;
        size_t start = text->len;
        buf_add_str(text, json.key);
        buf_add_str(text, json.value);
        set_stored(record, str_make(text->ptr + start, json.key.len),
            str_make(text->ptr + start + json.key.len, json.value.len));
    }
    json_done(&json);
    record->time = row->at.time;
    record->time_end = row->time_end;
    record->count = row->count;
    const struct kind *kind = search_kind(worker->search, row->kind);
    if (kind != NULL) {
        record->format = kind->format;
        record->understood = (enum understood)kind->understood;
        record->time_quality = (enum time_quality)kind->time_quality;
        record->precision = (enum stamp_precision)kind->precision;
    }
    return record;
}

/* The next record of what was fed that has the row's time: one record may be
 * several events, each with a time of its own. */
static bool next_of_time(struct reader *reader, int64_t time)
{
    const struct parser *parser = reader->reading.parser;
    do {
        record_reset(&reader->record);
        if (parser->next(reader->cursor, &reader->record, NULL) != 1)
            return false;
    } while (reader->record.time != time);
    return true;
}

/* Out of the whole source, for the record is only a part of what it says. */
static const struct record *linked_record(
    struct worker *worker, struct reader *reader, const struct subject *subject)
{
    const struct parser *parser = reader->reading.parser;
    if (parser->read_at == NULL)
        return NULL;
    if (reader->blob.read_at == NULL) {
        reader->stored = (struct content_blob){worker->content, reader->source};
        reader->blob = content_blob(
            &reader->stored, content_size(worker->content, reader->source));
    }
    if (reader->cursor == NULL)
        reader->cursor = parser->open(&reader->reading);
    record_reset(&reader->record);
    if (parser->read_at(reader->cursor, &reader->blob, subject->parts[0].offset,
            &reader->record, NULL) != 1)
        return NULL;
    return &reader->record;
}

static const struct record *parsed_record(
    struct worker *worker, const struct subject *subject)
{
    struct reader *reader = reread_reader(worker, subject->row->batch->source);
    if (reader == NULL || reader->reading.parser == NULL)
        return NULL;
    const struct parser *parser = reader->reading.parser;
    if (parser->feed == NULL)
        return linked_record(worker, reader, subject);
    struct content_chunk chunk;
    struct str bytes = raw_bytes(worker, subject, &chunk);
    if (bytes.len == 0)
        return NULL;
    if (reader->cursor == NULL)
        reader->cursor = parser->open(&reader->reading);
    struct piece piece = {
        .bytes = bytes,
        .offset = subject->parts[0].offset,
        .state = chunk.state,
    };
    parser->feed(reader->cursor, &piece);
    record_reset(&reader->record);
    if (parser->next(reader->cursor, &reader->record, NULL) != 1)
        return NULL;
    if (reader->record.time == subject->time || subject->row->count > 1 ||
        next_of_time(reader, subject->time))
        return &reader->record;
    parser->feed(reader->cursor, &piece);
    record_reset(&reader->record);
    return parser->next(reader->cursor, &reader->record, NULL) == 1
               ? &reader->record
               : NULL;
}

const struct record *subject_record(
    struct worker *worker, struct subject *subject)
{
    if (subject->record_tried)
        return subject->record;
    subject->record_tried = true;
    const struct row *row = subject->row;
    struct str line;
    if (row->batch->has_fields &&
        content_fields(worker->content, row->batch->id,
            (size_t)(row->at.id - row->batch->first_event), &line, NULL) == 0 &&
        line.len > 0)
        subject->record = stored_record(worker, row, line);
    else
        subject->record = parsed_record(worker, subject);
    return subject->record;
}
