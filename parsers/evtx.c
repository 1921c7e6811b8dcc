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
    size_t chunk_offset; /* of the chunk that `fill` is in */
    bool in_chunk;
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
    evtx_fill_free(evtx->fill);
    free(evtx);
}

static void evtx_feed(void *cursor, const struct piece *piece)
{
    struct evtx *evtx = cursor;
    evtx_walk_start(&evtx->walk, piece->bytes);
    evtx->in_chunk = false;
}

static void enter_chunk(struct evtx *evtx)
{
    const struct evtx_place *place = &evtx->walk.place;
    if (evtx->in_chunk && evtx->chunk_offset == place->chunk_offset)
        return;
    evtx->in_chunk = true;
    evtx->chunk_offset = place->chunk_offset;
    evtx_fill_enter_chunk(evtx->fill);
}

static void place_record(const struct evtx_place *place, struct record *record)
{
    record->offset = place->chunk_offset + place->at;
    record->length = (uint32_t)place->size;
    record->format = STR("evtx");
}

static void read_event(
    struct evtx *evtx, const struct windows_event *event, struct record *record)
{
    const struct evtx_place *place = &evtx->walk.place;
    windows_read(evtx->windows, event, record);
    if (place->recovered)
        record_add_extra(record, STR("recovered"), STR("yes"));
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
        if (!place->recovered)
            return err_set(err, ERR_INPUT, "record %llu cannot be read",
                (unsigned long long)place->number);
    }
    return 0;
}

const struct parser parser_evtx = {
    .name = "evtx",
    .summary = "Windows event log files",
    .access = PARSER_STREAM,
    .keeps_fields = true,
    .probe = evtx_probe,
    .cut = cut,
    .open = evtx_open,
    .close = evtx_close,
    .feed = evtx_feed,
    .next = evtx_next,
};
