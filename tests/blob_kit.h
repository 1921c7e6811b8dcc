/* blob_kit: bytes in memory as a source that is read at random. */
#ifndef SPOOR_TESTS_BLOB_KIT_H
#define SPOOR_TESTS_BLOB_KIT_H

#include "tests/parsing.h"

/* A blob over `bytes`, which must live as long. */
static inline struct blob kit_blob(struct str *bytes)
{
    return blob_from_str(bytes);
}

/* As parsing_start, for a reader that jumps. 0, or -1 with the reason in
 * parsing->err. */
static inline int parsing_start_blob(struct parsing *parsing,
    const struct formats *formats, const char *name, struct str *bytes)
{
    *parsing = (struct parsing){0};
    struct reading *reading = &parsing->reading;
    assert_true(formats_choose(
        formats, str_from(name), &reading->parser, &reading->format));
    reading->zone = zone_utc();
    record_init(&parsing->record);
    parsing->cursor = reading->parser->open(reading);
    struct blob blob = kit_blob(bytes);
    return reading->parser->feed_blob(parsing->cursor, &blob, &parsing->err);
}

#endif
