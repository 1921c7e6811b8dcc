/* reader: what the fuzz harnesses of stream readers share. */
#ifndef SPOOR_TESTS_FUZZ_READER_H
#define SPOOR_TESTS_FUZZ_READER_H

#include <stdlib.h>
#include <string.h>

#include "parsers/format.h"

/* Loaded once: it takes longer than most inputs. */
static inline const struct formats *fuzz_formats(void)
{
    static struct formats *formats;
    if (formats == NULL)
        formats = formats_load("/nonexistent");
    return formats;
}

static inline struct reading fuzz_reading(
    const char *name, const uint8_t *data, size_t size)
{
    struct reading reading = {.zone = zone_utc(), .default_year = 2026};
    if (!formats_choose(
            fuzz_formats(), str_from(name), &reading.parser, &reading.format) &&
        !formats_choose(
            fuzz_formats(), STR("text"), &reading.parser, &reading.format))
        abort();
    reading.encoding = size > 0
                           ? (enum encoding)(data[size - 1] % ENCODING_COUNT)
                           : ENCODING_UTF8;
    return reading;
}

static inline void fuzz_record(const struct record *record, size_t size)
{
    if (record->offset > size || record->length > size - record->offset)
        abort();
    for (size_t i = 0; i < FIELD_TOTAL; i++)
        if (record_has(record, (enum field)i) && record->value[i].len == 0)
            abort();
}

/* Read a record's own bytes again; its values must be the same. Several events
 * of one record are told apart by their times. Readers that keep their fields
 * need not be able to. */
static inline void fuzz_again(const struct reading *reading,
    const struct piece *piece, const struct record *first)
{
    struct record again;
    struct err err = {0};
    record_init(&again);
    void *cursor = reading->parser->open(reading);
    struct piece alone = {str_sub(piece->bytes, first->offset, first->length),
        piece->offset + first->offset, piece->state};
    reading->parser->feed(cursor, &alone);
    int rc;
    do
        rc = reading->parser->next(cursor, &again, &err);
    while (rc == 1 && again.time != first->time);
    if (rc != 1 || again.length != first->length ||
        again.present != first->present || again.time != first->time ||
        again.extra_count != first->extra_count)
        abort();
    reading->parser->close(cursor);
    record_done(&again);
}

static inline void fuzz_piece(
    const struct reading *reading, void *cursor, const struct piece *piece)
{
    struct record record;
    struct err err = {0};
    uint64_t last = 0, start = 0;
    int rc;
    record_init(&record);
    reading->parser->feed(cursor, piece);
    for (int count = 0;
         (rc = reading->parser->next(cursor, &record, &err)) != 0; count++) {
        fuzz_record(&record, piece->bytes.len);
        if (record.offset < last && record.offset != start)
            abort();
        start = record.offset;
        last = record.offset + record.length;
        if (rc > 0 && count < 8 && !reading->parser->keeps_fields)
            fuzz_again(reading, piece, &record);
    }
    record_done(&record);
}

/* The source arrives in two parts. */
static inline void fuzz_reader(
    const char *name, const uint8_t *data, size_t size)
{
    struct reading reading = fuzz_reading(name, data, size);
    struct str bytes = str_make(data, size);
    struct buf state = {0};
    struct sample sample = {
        .bytes = bytes, .whole = true, .encoding = reading.encoding};
    struct verdict verdict;
    struct civil civil;
    if (formats_judge(fuzz_formats(), &sample, &verdict, 1) != 1)
        abort();
    if (reading.parser->yearless != NULL)
        reading.parser->yearless(&reading, bytes, &civil);

    void *cursor = reading.parser->open(&reading);
    struct str half = str_sub(bytes, 0, size / 2 + size / 4);
    size_t cut = reading.parser->cut(&reading, half, false);
    if (cut > half.len)
        abort();
    struct piece piece = {.bytes = str_sub(bytes, 0, cut)};
    fuzz_piece(&reading, cursor, &piece);
    if (reading.parser->learn != NULL)
        reading.parser->learn(&reading, piece.bytes, &state);
    piece = (struct piece){str_from_index(bytes, cut), cut, buf_str(&state)};
    fuzz_piece(&reading, cursor, &piece);
    reading.parser->close(cursor);
    buf_done(&state);
}

#endif
