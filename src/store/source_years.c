/* The years of a source's stamps, packed: per row the distance to the offset
 * before and the year (zigzag), both LEB128. */
#include "src/base/bytes.h"
#include "src/store/source.h"

static uint64_t zigzag(int64_t number)
{
    return (uint64_t)number << 1 ^ (uint64_t)(number < 0 ? -1 : 0);
}

static int64_t unzigzag(uint64_t number)
{
    return (int64_t)(number >> 1) ^ -(int64_t)(number & 1);
}

void source_years_pack(
    const struct year_row *rows, size_t count, struct buf *packed)
{
    uint64_t offset = 0;
    for (size_t i = 0; i < count; i++) {
        buf_add_varint(packed, rows[i].offset - offset);
        buf_add_varint(packed, zigzag(rows[i].year));
        offset = rows[i].offset;
    }
}

bool source_years_unpack(struct str packed, struct buf *rows)
{
    size_t start = rows->len;
    struct bytes in = bytes_from_str(packed);
    uint64_t offset = 0;
    while (bytes_left(&in) > 0) {
        offset += bytes_varint(&in);
        int64_t year = unzigzag(bytes_varint(&in));
        struct year_row row = {.offset = offset, .year = (int32_t)year};
        if (in.failed || row.year != year) {
            rows->len = start;
            return false;
        }
        buf_add(rows, &row, sizeof(row));
    }
    return true;
}
