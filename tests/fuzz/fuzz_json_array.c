/* Any bytes as a file that is one JSON array. */
#include "tests/fuzz/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reading reading = fuzz_reading("json_array", data, size);
    struct str bytes = str_make(data, size);
    struct blob blob = blob_from_str(&bytes);
    struct record record;
    struct err err = {0};
    uint64_t last = 0;
    record_init(&record);
    void *cursor = reading.parser->open(&reading);
    if (reading.parser->feed_blob(cursor, &blob, &err) < 0)
        abort();
    while (reading.parser->next(cursor, &record, &err) != 0) {
        fuzz_record(&record, size);
        if (record.offset < last)
            abort();
        last = record.offset + record.length;
    }
    struct piece piece = {.bytes = bytes};
    fuzz_piece(&reading, cursor, &piece);
    reading.parser->close(cursor);
    record_done(&record);
    return 0;
}
