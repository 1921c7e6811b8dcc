/* Windows event logs: Vista and later, EVTX. */
#include "parsers/evtx.h"

#include <stdlib.h>
#include <string.h>

#include "parsers/readers.h"
#include "src/base/mem.h"

enum { SURE = 1000 };

struct evtx {
    const struct reading *reading;
    struct windows *windows;
    struct evtx_fill *fill;
    struct evtx_walk walk;
    struct str chunk; /* that `fill` is in, and how it was moved */
    ptrdiff_t moved_by;
};

/* A file that lost its header is known by any chunk. */
static int evtx_probe(const struct sample *sample)
{
    struct str file = STR("ElfFile\0"), chunk = STR("ElfChnk\0");
    if (str_starts_with(sample->bytes, file) ||
        str_starts_with(sample->bytes, chunk))
        return SURE;
    return str_find(sample->bytes, chunk) >= 0 ? SURE - 100 : 0;
}

static size_t cut(const struct reading *reading, struct str bytes, bool at_end)
{
    (void)reading;
    return evtx_cut(bytes, at_end);
}

static void *evtx_open(const struct reading *reading)
{
    struct evtx *evtx = xcalloc(1, sizeof(*evtx));
    evtx->reading = reading;
    evtx->windows = windows_new(reading);
    evtx->fill = evtx_fill_new();
    return evtx;
}

static void evtx_close(void *cursor)
{
    struct evtx *evtx = cursor;
    if (evtx == NULL)
        return;
    windows_free(evtx->windows);
    evtx_walk_done(&evtx->walk);
    evtx_fill_free(evtx->fill);
    free(evtx);
}

static void evtx_feed(void *cursor, const struct piece *piece)
{
    struct evtx *evtx = cursor;
    evtx_walk_start(&evtx->walk, piece->bytes);
    evtx_fill_enter_piece(evtx->fill);
    evtx->chunk = (struct str){0};
}

static void enter_chunk(struct evtx *evtx)
{
    const struct evtx_place *place = &evtx->walk.place;
    if (evtx->chunk.ptr == place->chunk.ptr &&
        evtx->moved_by == evtx->walk.moved_by)
        return;
    evtx->chunk = place->chunk;
    evtx->moved_by = evtx->walk.moved_by;
    evtx_fill_enter_chunk(evtx->fill);
}

static void place_record(const struct evtx_place *place, struct record *record)
{
    record->offset = place->offset;
    record->length = (uint32_t)place->size;
    record->format = STR("evtx");
}

static void read_event(
    struct evtx *evtx, const struct windows_event *event, struct record *record)
{
    const struct evtx_place *place = &evtx->walk.place;
    windows_read(evtx->windows, event, record);
    if (!place->is_slack)
        str_to_u64(event->record_id, &record->number);
    if (place->is_slack)
        record_add_extra(record, STR("recovered"), STR("from slack"));
    else if (place->recovered)
        record_add_extra(
            record, STR("recovered"), STR("its chunk lost its header"));
    else if (place->is_moved)
        record_add_extra(record, STR("recovered"), STR("its chunk lost bytes"));
    if (evtx_fill_borrowed(evtx->fill))
        record_add_extra(
            record, STR("template"), STR("lost, another copy of it was taken"));
    if (place->bad_checksum)
        record_add_extra(record, STR("checksum"), STR("wrong"));
}

/* What is broken in slack was overwritten in part: nothing of the log is lost
 * by it. */
static int evtx_next(void *cursor, struct record *record, struct err *err)
{
    struct evtx *evtx = cursor;
    const struct evtx_place *place = &evtx->walk.place;
    enum evtx_found found;
    while ((found = evtx_walk_next(&evtx->walk)) != EVTX_END) {
        record_reset(record);
        place_record(place, record);
        if (found == EVTX_DAMAGE)
            return err_set(err, ERR_INPUT, "no record begins here");
        enter_chunk(evtx);
        const struct windows_event *event = evtx_fill_event(evtx->fill, place);
        if (event != NULL) {
            read_event(evtx, event, record);
            return 1;
        }
        if (place->is_slack)
            continue;
        reading_set_moment(evtx->reading, evtx_filetime_stamp(place->written),
            STAMP_PRECISION_NS, record);
        return err_set(err, ERR_INPUT, "record %llu cannot be read",
            (unsigned long long)place->number);
    }
    return 0;
}

/* --- for the eye ---------------------------------------------------------- */

static bool render_place(const struct evtx_place *place, struct buf *out)
{
    size_t start = out->len;
    bool done = evtx_xml_render(place->chunk, place->at + EVTX_RECORD_HEADER,
        place->size - EVTX_RECORD_LEAST, out);
    if (!done)
        out->len = start;
    return done;
}

static int read_bytes(const struct blob *source, uint64_t from, uint64_t to,
    struct buf *bytes, struct err *err)
{
    size_t len = (size_t)((to < source->size ? to : source->size) - from);
    buf_clear(bytes);
    buf_reserve(bytes, len);
    if (source->read_at(source->self, from, bytes->ptr, len, err) < 0)
        return -1;
    bytes->len = len;
    return 0;
}

/* Nearly always the chunk begins where chunks of a whole file do. */
static bool render_in_file(
    const struct blob *source, uint64_t offset, struct buf *out)
{
    struct buf bytes = {0};
    bool done = false;
    if (offset < EVTX_FILE_HEADER)
        return false;
    size_t at = (size_t)((offset - EVTX_FILE_HEADER) % EVTX_CHUNK);
    uint64_t start = offset - at;
    if (read_bytes(source, start, start + EVTX_CHUNK, &bytes, NULL) == 0) {
        struct evtx_place place = {.chunk = buf_str(&bytes)};
        done = str_starts_with(place.chunk, STR("ElfChnk\0")) &&
               evtx_record_at(place.chunk, at, &place) &&
               render_place(&place, out);
    }
    buf_done(&bytes);
    return done;
}

/* Where in `bytes`, which stand at `from`, the record's chunk begins: at the
 * nearest magic before it, else where chunks of a whole file do. */
static size_t find_chunk(struct str bytes, uint64_t from, size_t at)
{
    for (size_t start = at + 1; start-- > 0;)
        if (str_starts_with(str_from_index(bytes, start), STR("ElfChnk\0")))
            return start;
    uint64_t offset = from + at;
    size_t within = (size_t)((offset - EVTX_FILE_HEADER) % EVTX_CHUNK);
    return offset < EVTX_FILE_HEADER || within > at ? 0 : at - within;
}

/* The record as an import finds it, that is, also where its size is wrong or
 * its chunk lost bytes. */
static bool walk_to(struct evtx_walk *walk, struct str bytes, size_t at)
{
    enum evtx_found found;
    evtx_walk_start(walk, bytes);
    while ((found = evtx_walk_next(walk)) != EVTX_END)
        if (walk->place.offset == at)
            return found == EVTX_RECORD;
    return false;
}

static int render_in_damage(const struct blob *source, uint64_t offset,
    struct buf *out, struct err *err)
{
    struct evtx_walk *walk = xcalloc(1, sizeof(*walk));
    struct buf bytes = {0};
    uint64_t from = offset < EVTX_CHUNK ? 0 : offset - EVTX_CHUNK + 1;
    int rc = read_bytes(source, from, offset + EVTX_CHUNK, &bytes, err);
    if (rc == 0) {
        size_t at = (size_t)(offset - from);
        size_t start = find_chunk(buf_str(&bytes), from, at);
        struct str chunk = str_from_index(buf_str(&bytes), start);
        if (!walk_to(walk, chunk, at - start))
            rc = err_set(err, ERR_INPUT, "no record begins here");
        else if (!render_place(&walk->place, out))
            rc = err_set(err, ERR_INPUT,
                "the record, or what its chunk held of its template, is "
                "broken");
    }
    buf_done(&bytes);
    evtx_walk_done(walk);
    free(walk);
    return rc;
}

static int evtx_as_text(void *cursor, const struct blob *source,
    uint64_t offset, struct buf *out, struct err *err)
{
    (void)cursor;
    if (offset >= source->size)
        return err_set(err, ERR_INPUT, "past the end of the source");
    if (render_in_file(source, offset, out))
        return 0;
    return render_in_damage(source, offset, out, err);
}

const struct parser parser_evtx = {
    .name = "evtx",
    .summary = "Windows event log files",
    .product = "windows",
    .access = PARSER_STREAM,
    .keeps_fields = true,
    .names_host = true,
    .probe = evtx_probe,
    .cut = cut,
    .open = evtx_open,
    .close = evtx_close,
    .feed = evtx_feed,
    .next = evtx_next,
    .as_text = evtx_as_text,
};
