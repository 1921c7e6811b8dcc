/* Any bytes as a systemd journal file. Entries must lie inside of it and follow
 * one another, and reading one again by its place must give the same. */
#include "tests/fuzz/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_again(const struct reading *reading, void *cursor,
    const struct blob *blob, const struct record *first)
{
    const struct parser *parser = reading->parser;
    struct record again;
    struct buf text = {0};
    struct err err = {0};
    record_init(&again);
    if (parser->read_at(cursor, blob, first->offset, &again, &err) != 1 ||
        again.length != first->length || again.present != first->present ||
        again.time != first->time || again.extra_count != first->extra_count ||
        parser->as_text(cursor, blob, first->offset, &text, &err) < 0)
        abort();
    record_done(&again);
    buf_done(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reading reading = fuzz_reading("journal", data, size);
    const struct parser *parser = reading.parser;
    struct str bytes = str_make(data, size);
    struct blob blob = blob_from_str(&bytes);
    struct record record;
    struct err err = {0};
    uint64_t last = 0;
    int rc;
    record_init(&record);
    void *cursor = parser->open(&reading);
    void *other = parser->open(&reading);
    if (parser->feed_blob(cursor, &blob, &err) < 0)
        abort();
    while ((rc = parser->next(cursor, &record, &err)) != 0) {
        fuzz_record(&record, size);
        if (record.offset < last || record.length == 0)
            abort();
        last = record.offset + 1;
        if (rc > 0)
            read_again(&reading, other, &blob, &record);
    }
    parser->close(other);
    parser->close(cursor);
    record_done(&record);
    return 0;
}
