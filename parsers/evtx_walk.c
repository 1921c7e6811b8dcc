/* From bytes to records.
 *
 *     file:   header (4096) | chunk (65536) | chunk | ...
 *     chunk:  header (512) | record | record | ... | slack
 *     record: "**\0\0" | size | number | written | BinXml | size
 *
 * A region is what stands between two places where a chunk may begin: the
 * file's header, a chunk, or up to 64 KiB of something else (a chunk whose
 * header is lost, zeroes made in advance, bytes in between). `cut` and the walk
 * find the same regions, because both look at the region's own bytes and the
 * few behind it only.
 *
 * What the chunk's header says is a hint. Records are followed one by one;
 * where none stands although the header says so, the bytes up to the next are
 * one damaged record. Behind the last, in slack, whatever looks like a record
 * and has a number of its own is a recovered one. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "parsers/evtx.h"

enum { MAGIC = 8 };

static const uint8_t file_magic[MAGIC] = {'E', 'l', 'f', 'F', 'i', 'l', 'e', 0};
static const uint8_t chunk_magic[MAGIC] = {
    'E', 'l', 'f', 'C', 'h', 'n', 'k', 0};

/* --- regions -------------------------------------------------------------- */

enum region_kind { REGION_HEADER, REGION_CHUNK, REGION_OTHER, REGION_UNKNOWN };

static bool has_magic(struct str bytes, size_t at, const uint8_t *magic)
{
    return bytes.len >= MAGIC && at <= bytes.len - MAGIC &&
           memcmp(bytes.ptr + at, magic, MAGIC) == 0;
}

/* The first `magic` at or after `from`, or the end. By its first byte: slack is
 * mostly zeroes, which a search by its last would stop at. */
static size_t find_magic(
    struct str bytes, size_t from, const uint8_t *magic, size_t len)
{
    while (from < bytes.len) {
        ptrdiff_t found =
            str_find_char(str_from_index(bytes, from), (char)magic[0]);
        if (found < 0)
            break;
        from += (size_t)found;
        if (bytes.len - from >= len &&
            memcmp(bytes.ptr + from, magic, len) == 0)
            return from;
        from++;
    }
    return bytes.len;
}

/* A byte and all that follow it are equal: compare the run with itself. */
static bool is_zero(struct str bytes)
{
    return bytes.len == 0 ||
           (bytes.ptr[0] == 0 &&
               memcmp(bytes.ptr, bytes.ptr + 1, bytes.len - 1) == 0);
}

/* The next chunk's magic in (at, at + EVTX_CHUNK), else the end of that or of
 * the bytes. */
static size_t next_chunk(struct str bytes, size_t at)
{
    size_t end = bytes.len - at < EVTX_CHUNK ? bytes.len : at + EVTX_CHUNK;
    struct str window = str_sub(bytes, 0, end + MAGIC - 1);
    size_t found = find_magic(window, at + 1, chunk_magic, MAGIC);
    return found < window.len ? found : end;
}

/* A chunk is 64 KiB; but where no chunk begins behind it, bytes of it may be
 * missing, and the next one begins inside. */
static size_t chunk_end(struct str bytes, size_t at)
{
    bool is_followed = has_magic(bytes, at + EVTX_CHUNK, chunk_magic);
    return is_followed ? at + EVTX_CHUNK : next_chunk(bytes, at);
}

/* The region at `at`; REGION_UNKNOWN when more bytes are needed to tell. */
static enum region_kind region_at(
    struct str bytes, size_t at, bool at_end, size_t *end)
{
    size_t left = bytes.len - at;
    if (has_magic(bytes, at, file_magic)) {
        *end = left < EVTX_FILE_HEADER ? bytes.len : at + EVTX_FILE_HEADER;
        return *end == bytes.len && !at_end ? REGION_UNKNOWN : REGION_HEADER;
    }
    if (!at_end && left < EVTX_CHUNK + MAGIC)
        return REGION_UNKNOWN;
    if (has_magic(bytes, at, chunk_magic)) {
        *end = chunk_end(bytes, at);
        return REGION_CHUNK;
    }
    *end = next_chunk(bytes, at);
    return REGION_OTHER;
}

size_t evtx_cut(struct str bytes, bool at_end)
{
    size_t at = 0, end;
    if (at_end)
        return bytes.len;
    while (
        at < bytes.len && region_at(bytes, at, false, &end) != REGION_UNKNOWN)
        at = end;
    return at;
}

/* --- chunks --------------------------------------------------------------- */

/* EVTX "chunk header": checksums are CRC-32 of bytes 0 to 119 and 128 to 511,
 * and of the records; 0 where they were switched off. */
static bool has_bad_checksum(struct str chunk, size_t free_from)
{
    enum { AT_DATA = 52, AT_HEADER = 124, TABLES = 128 };
    const uint8_t *at = (const uint8_t *)chunk.ptr;
    if (chunk.len < EVTX_CHUNK_HEADER)
        return true;
    uint32_t header = evtx_u32(at + AT_HEADER), data = evtx_u32(at + AT_DATA);
    uLong sum = crc32(0, at, AT_HEADER - 4);
    sum = crc32(sum, at + TABLES, EVTX_CHUNK_HEADER - TABLES);
    if (header != 0 && sum != header)
        return true;
    if (data == 0 || free_from <= EVTX_CHUNK_HEADER)
        return false;
    return free_from > chunk.len ||
           crc32(0, at + EVTX_CHUNK_HEADER,
               (uInt)(free_from - EVTX_CHUNK_HEADER)) != data;
}

/* Where the chunk says that free space begins; 0 when it says nonsense. */
static size_t free_space(struct str chunk)
{
    struct bytes in = bytes_from_str(chunk);
    bytes_skip(&in, 48);
    uint32_t at = bytes_u32le(&in);
    return in.failed || at < EVTX_CHUNK_HEADER || at > EVTX_CHUNK ? 0 : at;
}

static void open_chunk(
    struct evtx_walk *walk, size_t at, size_t end, bool is_orphan)
{
    struct str chunk = str_sub(walk->bytes, at, end - at);
    walk->place = (struct evtx_place){.chunk = chunk, .chunk_offset = at};
    walk->is_orphan = is_orphan;
    walk->seen_count = 0;
    walk->live_end = 0;
    walk->moved_at = 0;
    walk->moved_by = 0;
    walk->is_open = true;
    walk->pos = is_orphan ? 0 : EVTX_CHUNK_HEADER;
    walk->free_from = is_orphan ? 0 : free_space(chunk);
    if (!is_orphan)
        walk->place.bad_checksum = has_bad_checksum(chunk, walk->free_from);
}

static bool open_region(struct evtx_walk *walk)
{
    while (walk->at < walk->bytes.len) {
        size_t at = walk->at;
        enum region_kind kind = region_at(walk->bytes, at, true, &walk->at);
        if (kind == REGION_CHUNK) {
            open_chunk(walk, at, walk->at, false);
            return true;
        }
        if (kind == REGION_OTHER &&
            !is_zero(str_sub(walk->bytes, at, walk->at - at))) {
            open_chunk(walk, at, walk->at, true);
            return true;
        }
    }
    return false;
}

/* --- records -------------------------------------------------------------- */

static const uint8_t record_magic[4] = {'*', '*', 0, 0};

bool evtx_record_at(struct str chunk, size_t at, struct evtx_place *place)
{
    struct bytes in =
        bytes_from_str(at < chunk.len ? str_from_index(chunk, at) : STR(""));
    if (bytes_left(&in) < EVTX_RECORD_LEAST ||
        memcmp(in.at, record_magic, sizeof(record_magic)) != 0)
        return false;
    size_t size = evtx_u32(in.at + 4);
    if (size < EVTX_RECORD_LEAST || size > bytes_left(&in) ||
        evtx_u32(in.at + size - 4) != size)
        return false;
    place->at = at;
    place->size = size;
    place->number = evtx_u64(in.at + 8);
    place->written = evtx_u64(in.at + 16);
    return true;
}

/* The place of the next record at or after `from`, or the chunk's end. */
static size_t find_record(struct str chunk, size_t from)
{
    struct evtx_place place;
    for (; from < chunk.len; from++) {
        from = find_magic(chunk, from, record_magic, sizeof(record_magic));
        if (evtx_record_at(chunk, from, &place))
            return from;
    }
    return chunk.len;
}

static bool was_seen(const struct evtx_walk *walk, uint64_t number)
{
    for (size_t i = 0; i < walk->seen_count; i++)
        if (walk->seen[i] == number)
            return true;
    return false;
}

/* The chunk's header of a log that was not closed lags behind: what stands
 * right behind the last record and goes on counting is live, too. */
static bool is_live(const struct evtx_walk *walk)
{
    if (walk->is_orphan)
        return false;
    return walk->place.at < walk->free_from || walk->free_from == 0 ||
           (walk->place.at == walk->live_end &&
               walk->place.number == walk->live_number + 1);
}

/* Where the record stands in the piece, whatever its chunk's copy says. */
static void note_offset(struct evtx_walk *walk)
{
    struct evtx_place *place = &walk->place;
    place->is_moved = walk->moved_by != 0 && place->at >= walk->moved_at;
    ptrdiff_t by = place->is_moved ? walk->moved_by : 0;
    place->offset = (size_t)((ptrdiff_t)(place->chunk_offset + place->at) - by);
}

static void take_record(struct evtx_walk *walk)
{
    struct evtx_place *place = &walk->place;
    note_offset(walk);
    place->recovered = !is_live(walk);
    place->is_slack = place->recovered && !walk->is_orphan;
    if (walk->seen_count < EVTX_RECORDS_MAX)
        walk->seen[walk->seen_count++] = place->number;
    walk->pos = place->at + place->size;
    if (!place->recovered) {
        walk->live_end = walk->pos;
        walk->live_number = place->number;
    }
}

/* A record's beginning, of which the size is wrong: it ends where the next one
 * begins, for its BinXml says where it ends itself. */
static bool take_by_magic(struct evtx_walk *walk, size_t at, size_t end)
{
    struct evtx_place *place = &walk->place;
    struct bytes in = bytes_from_str(str_sub(place->chunk, at, end - at));
    if (bytes_left(&in) < EVTX_RECORD_LEAST ||
        memcmp(in.at, record_magic, sizeof(record_magic)) != 0)
        return false;
    place->number = evtx_u64(in.at + 8);
    place->written = evtx_u64(in.at + 16);
    return true;
}

/* No record stands at walk->pos: a damaged one up to the next, or slack. */
static enum evtx_found skip_to_record(struct evtx_walk *walk)
{
    struct evtx_place *place = &walk->place;
    size_t from = walk->pos;
    walk->pos = find_record(place->chunk, from);
    if (walk->is_orphan || from >= walk->free_from)
        return EVTX_END;
    size_t end = walk->pos < walk->free_from ? walk->pos : walk->free_from;
    if (end > place->chunk.len)
        end = place->chunk.len;
    if (end <= from)
        return EVTX_END;
    place->at = from;
    place->size = end - from;
    note_offset(walk);
    size_t next = walk->pos;
    bool is_record = take_by_magic(walk, from, end);
    if (is_record)
        take_record(walk);
    walk->pos = next;
    if (next < place->chunk.len)
        evtx_repair(walk, from, next);
    return is_record ? EVTX_RECORD : EVTX_DAMAGE;
}

static enum evtx_found next_in_chunk(struct evtx_walk *walk)
{
    struct evtx_place *place = &walk->place;
    while (walk->pos < place->chunk.len) {
        if (!evtx_record_at(place->chunk, walk->pos, place)) {
            enum evtx_found found = skip_to_record(walk);
            if (found != EVTX_END)
                return found;
            continue;
        }
        bool is_slack = walk->is_orphan || walk->pos >= walk->free_from;
        if (is_slack && was_seen(walk, place->number)) {
            walk->pos += place->size;
            continue;
        }
        take_record(walk);
        return EVTX_RECORD;
    }
    walk->is_open = false;
    return EVTX_END;
}

void evtx_walk_done(struct evtx_walk *walk)
{
    free(walk->rebuilt);
    walk->rebuilt = NULL;
}

void evtx_walk_start(struct evtx_walk *walk, struct str bytes)
{
    walk->bytes = bytes;
    walk->at = 0;
    walk->is_open = false;
}

enum evtx_found evtx_walk_next(struct evtx_walk *walk)
{
    while (walk->is_open || open_region(walk)) {
        enum evtx_found found = next_in_chunk(walk);
        if (found != EVTX_END)
            return found;
    }
    return EVTX_END;
}
