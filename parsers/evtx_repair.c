/* A chunk that lost bytes, or got some, in its middle.
 *
 * Offsets count from the chunk's first byte, so one missing sector breaks every
 * record behind it, although they are all there. The first of them that carries
 * a template's definition tells how far it moved: the definition stands right
 * behind the offset that names it, and its GUID begins with the identifier in
 * front of that. The chunk is then put together anew, with zeroes for what is
 * missing, and read on there. */
#include <stdlib.h>
#include <string.h>

#include "parsers/evtx.h"
#include "src/base/mem.h"

/* "\x0F\x01\x01\x00" fragment header, "\x0C" template, unused, identifier u32,
 * offset u32, then the definition: next u32, GUID. */
static bool moved_by(struct str chunk, size_t at, ptrdiff_t *by)
{
    enum { IDENTIFIER = 6, OFFSET = 10, DEFINITION = 14, GUID = 18, SIZE = 22 };
    static const uint8_t start[] = {EVTX_FRAGMENT, 1, 1, 0, EVTX_TEMPLATE};
    size_t from = at + EVTX_RECORD_HEADER;
    struct bytes in = bytes_from_str(chunk);
    bytes_skip(&in, from);
    struct bytes head = bytes_sub(&in, SIZE);
    if (head.failed || memcmp(head.at, start, sizeof(start)) != 0 ||
        evtx_u32(head.at + IDENTIFIER) != evtx_u32(head.at + GUID))
        return false;
    *by =
        (ptrdiff_t)evtx_u32(head.at + OFFSET) - (ptrdiff_t)(from + DEFINITION);
    return true;
}

/* How far the records from `at` on were moved; 0 when none tells. */
static ptrdiff_t find_move(struct str chunk, size_t at)
{
    struct evtx_place place;
    ptrdiff_t by = 0;
    for (; evtx_record_at(chunk, at, &place); at += place.size)
        if (moved_by(chunk, at, &by))
            break;
    return by;
}

/* The bytes from `at` on, moved, in a copy. */
static void rebuild(struct evtx_walk *walk, size_t at, size_t to)
{
    struct str chunk = walk->place.chunk;
    size_t len = chunk.len - at;
    if (walk->rebuilt == NULL)
        walk->rebuilt = xmalloc(EVTX_CHUNK);
    if (len > EVTX_CHUNK - to)
        len = EVTX_CHUNK - to;
    if (chunk.ptr != walk->rebuilt)
        memcpy(walk->rebuilt, chunk.ptr, at < to ? at : to);
    memmove(walk->rebuilt + to, chunk.ptr + at, len);
    if (at < to)
        memset(walk->rebuilt + at, 0, to - at);
    walk->place.chunk = str_make(walk->rebuilt, to + len);
}

bool evtx_repair(struct evtx_walk *walk, size_t damage, size_t at)
{
    ptrdiff_t by = find_move(walk->place.chunk, at);
    ptrdiff_t to = (ptrdiff_t)at + by;
    if (by == 0 || to < (ptrdiff_t)damage || to >= EVTX_CHUNK)
        return false;
    rebuild(walk, at, (size_t)to);
    walk->moved_at = (size_t)to;
    walk->moved_by += by;
    walk->pos = (size_t)to;
    return true;
}
