/* random: what the fuzz harnesses of readers that jump share. */
#ifndef SPOOR_TESTS_FUZZ_RANDOM_H
#define SPOOR_TESTS_FUZZ_RANDOM_H

#include "tests/fuzz/reader.h"

/* As people read it, at a place that is a record's or is not. */
static inline void fuzz_as_text(const struct reading *reading, void *cursor,
    const struct blob *blob, uint64_t offset)
{
    struct buf text = {0};
    struct err err = {0};
    if (reading->parser->as_text(cursor, blob, offset, &text, &err) == 0 &&
        (text.len == 0 || text.ptr[text.len - 1] != '\n'))
        abort();
    buf_done(&text);
}

/* Probe and read the whole; records may come in any order of their places, but
 * never more of them than bytes. */
static inline void fuzz_random(
    const char *name, const uint8_t *data, size_t size)
{
    struct reading reading = fuzz_reading(name, data, size);
    struct str bytes = str_make(data, size);
    struct blob blob = blob_from_str(&bytes);
    struct sample sample = {.bytes = bytes, .whole = true};
    struct record record;
    struct err err = {0};
    record_init(&record);
    reading.parser->probe(&sample);
    void *cursor = reading.parser->open(&reading);
    if (reading.parser->feed_blob(cursor, &blob, &err) == 0)
        for (size_t count = 0; reading.parser->next(cursor, &record, &err) != 0;
             count++) {
            fuzz_record(&record, size);
            for (size_t i = 0; i < record.part_count; i++)
                if (record.parts[i].offset > size ||
                    record.parts[i].length > size - record.parts[i].offset)
                    abort();
            if (count > 4 * size)
                abort();
            if (count < 8)
                fuzz_as_text(&reading, cursor, &blob, record.offset);
        }
    fuzz_as_text(&reading, cursor, &blob, size / 3);
    if (reading.parser->note != NULL) {
        struct buf note = {0};
        reading.parser->note(cursor, &note);
        buf_done(&note);
    }
    reading.parser->close(cursor);
    record_done(&record);
}

#endif
