#include "parsers/journal_data.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/limit.h"
#include "src/base/mem.h"

enum { PLACES_LEAST = 1024 };

/* A value longer than this is rarely named twice. */
#define CACHED_VALUE ((size_t)1 << 20)

void journal_data_init(
    struct journal_data *data, const struct journal_meaning *meaning)
{
    *data = (struct journal_data){.meaning = meaning};
}

void journal_data_done(struct journal_data *data)
{
    free(data->places);
    arena_done(&data->kept);
    arena_done(&data->passing);
    journal_unpacker_done(&data->unpacker);
}

static void forget(struct journal_data *data)
{
    if (data->count > 0)
        memset(data->places, 0, data->capacity * sizeof(*data->places));
    data->count = 0;
    data->bytes = 0;
    arena_reset(&data->kept);
}

void journal_data_reset(struct journal_data *data)
{
    forget(data);
    arena_reset(&data->passing);
    data->spent = 0;
}

void journal_data_begin(struct journal_data *data)
{
    if (data->passing.used > 0)
        arena_reset(&data->passing);
    if (data->bytes + data->count * sizeof(*data->places) > LIMIT_JOURNAL_CACHE)
        forget(data);
}

/* Offsets are multiples of eight; Fibonacci hashing spreads them. */
static size_t place_of(const struct journal_data *data, uint64_t offset)
{
    uint64_t spread = (offset >> 3) * UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)(spread >> 32) & (data->capacity - 1);
}

static struct journal_datum *find_place(
    const struct journal_data *data, uint64_t offset)
{
    size_t at = place_of(data, offset);
    while (data->places[at].offset != 0 && data->places[at].offset != offset)
        at = (at + 1) & (data->capacity - 1);
    return &data->places[at];
}

static void make_places(struct journal_data *data)
{
    if (data->count * 2 < data->capacity)
        return;
    struct journal_datum *old = data->places;
    size_t old_capacity = data->capacity;
    data->capacity = old_capacity == 0 ? PLACES_LEAST : 2 * old_capacity;
    data->places = xcalloc(data->capacity, sizeof(*data->places));
    for (size_t i = 0; i < old_capacity; i++)
        if (old[i].offset != 0)
            *find_place(data, old[i].offset) = old[i];
    free(old);
}

/* An entry of a few bytes can name values of megabytes, and so can the next
 * one: what that costs in all is bounded by the size of the file. */
static bool may_spend(
    const struct journal_data *data, const struct journal_file *file)
{
    return data->spent <= LIMIT_EXPANSION_FROM ||
           data->spent / LIMIT_JOURNAL_EXPANSION <= file->pages.blob.size;
}

/* "NAME=value". */
static void split(
    struct journal_data *data, struct str text, struct journal_datum *datum)
{
    ptrdiff_t equals = str_find_char(text, '=');
    if (equals <= 0)
        return;
    datum->name = str_sub(text, 0, (size_t)equals);
    datum->value = str_from_index(text, (size_t)equals + 1);
    datum->role = journal_role_of(data->meaning, datum->name);
}

/* False when it is not worth keeping, as most messages are not: what one entry
 * alone has would only push out what all have. */
static bool read_datum(struct journal_data *data, struct journal_file *file,
    struct journal_datum *datum)
{
    struct journal_object object;
    struct str text = {0};
    if (!journal_object_at(file, datum->offset, &object) ||
        object.type != JOURNAL_DATA)
        return true;
    if (!may_spend(data, file))
        return false;
    bool is_single = journal_uses(file, &object) == 1;
    datum->readable = journal_unpack(
        &data->unpacker, object.flags, journal_payload(file, &object), &text);
    bool keep = text.len <= CACHED_VALUE && !is_single;
    split(data, arena_copy(keep ? &data->kept : &data->passing, text), datum);
    data->spent += text.len;
    if (keep)
        data->bytes += text.len;
    if (datum->name.len == 0)
        datum->readable = false;
    return keep;
}

struct journal_datum journal_data_get(
    struct journal_data *data, struct journal_file *file, uint64_t offset)
{
    struct journal_datum datum = {.offset = offset};
    if (offset == 0)
        return datum;
    make_places(data);
    struct journal_datum *place = find_place(data, offset);
    if (place->offset == offset)
        return *place;
    if (read_datum(data, file, &datum)) {
        *place = datum;
        data->count++;
    }
    return datum;
}
