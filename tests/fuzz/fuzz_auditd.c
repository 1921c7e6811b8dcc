/* Any bytes, cut at any place, as an audit log. Every byte of a line belongs to
 * one event; an event's own lines read alone must give the same event. */
#include "tests/fuzz/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void gather(
    const struct piece *piece, const struct record *record, struct buf *out)
{
    struct span whole = {record->offset, record->length};
    const struct span *parts = record->part_count > 0 ? record->parts : &whole;
    size_t count = record->part_count > 0 ? record->part_count : 1;
    uint64_t last = 0;
    buf_clear(out);
    for (size_t i = 0; i < count; i++) {
        if (parts[i].offset < last || parts[i].length > piece->bytes.len ||
            parts[i].offset > piece->bytes.len - parts[i].length)
            abort();
        last = parts[i].offset + parts[i].length;
        buf_add_str(
            out, str_sub(piece->bytes, parts[i].offset, parts[i].length));
    }
}

static void read_alone(const struct reading *reading, const struct piece *piece,
    const struct record *first, struct buf *bytes)
{
    struct record again;
    struct err err = {0};
    gather(piece, first, bytes);
    record_init(&again);
    void *cursor = reading->parser->open(reading);
    struct piece alone = {
        buf_str(bytes), piece->offset + first->offset, piece->state};
    reading->parser->feed(cursor, &alone);
    if (reading->parser->next(cursor, &again, &err) != 1 ||
        again.present != first->present || again.time != first->time ||
        again.extra_count != first->extra_count || again.part_count != 0)
        abort();
    reading->parser->close(cursor);
    record_done(&again);
}

static void read_piece(
    const struct reading *reading, void *cursor, const struct piece *piece)
{
    enum { READ_ALONE = 8 };
    struct record record;
    struct err err = {0};
    struct buf bytes = {0};
    uint64_t last = 0;
    record_init(&record);
    reading->parser->feed(cursor, piece);
    for (int count = 0; reading->parser->next(cursor, &record, &err) != 0;
         count++) {
        fuzz_record(&record, piece->bytes.len);
        if (record.offset < last)
            abort();
        last = record.offset + 1;
        if (count < READ_ALONE)
            read_alone(reading, piece, &record, &bytes);
    }
    record_done(&record);
    buf_done(&bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reading reading = fuzz_reading("auditd", data, size);
    struct str bytes = str_make(data, size);
    struct str most = str_sub(bytes, 0, size / 2 + size / 4);
    size_t cut = reading.parser->cut(&reading, most, false);
    if (cut > most.len)
        abort();
    void *cursor = reading.parser->open(&reading);
    struct piece piece = {.bytes = str_sub(bytes, 0, cut)};
    read_piece(&reading, cursor, &piece);
    piece = (struct piece){str_from_index(bytes, cut), cut, {0}};
    read_piece(&reading, cursor, &piece);
    reading.parser->close(cursor);
    return 0;
}
