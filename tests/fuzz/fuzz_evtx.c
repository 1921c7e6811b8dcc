/* Any bytes as a Windows event log, cut at any place; each record found is
 * shown as XML, too. The corpus is made by tests/helper_evtx.c. */
#include "src/base/limit.h"
#include "tests/fuzz/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void show_records(const struct reading *reading, struct str *bytes)
{
    enum { SHOWN_MAX = 8 };
    struct blob blob = blob_from_str(bytes);
    struct piece piece = {.bytes = *bytes};
    struct record record;
    struct buf text = {0};
    record_init(&record);
    void *cursor = reading->parser->open(reading);
    reading->parser->feed(cursor, &piece);
    for (int i = 0; i < SHOWN_MAX; i++) {
        struct err err = {0};
        int rc = reading->parser->next(cursor, &record, &err);
        if (rc == 0)
            break;
        reading->parser->as_text(cursor, &blob, record.offset, &text, &err);
        buf_clear(&text);
    }
    reading->parser->close(cursor);
    record_done(&record);
    buf_done(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reading reading = fuzz_reading("evtx", data, size);
    struct str bytes = str_make(data, size);
    fuzz_reader("evtx", data, size);
    if (size > 0)
        show_records(&reading, &bytes);
    return 0;
}
