/* evtx_reading: what the tests of the reader of EVTX share. A file that the kit
 * made is walked and filled, without what Windows events mean. */
#ifndef SPOOR_TESTS_EVTX_READING_H
#define SPOOR_TESTS_EVTX_READING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "parsers/evtx.h"
#include "src/base/mem.h"
#include "tests/evtx_kit.h"

/* Bytes of a literal, for struct evtx_kit_value. */
#define BYTES(literal) (literal), sizeof(literal) - 1

struct reading_kit {
    struct evtx_walk walk;
    struct evtx_fill *fill;
    const struct windows_event *event; /* of the last record, NULL: broken */
};

static inline struct reading_kit *start(const struct evtx_kit *kit)
{
    struct reading_kit *reading = xcalloc(1, sizeof(*reading));
    reading->fill = evtx_fill_new();
    evtx_walk_start(&reading->walk, buf_str(&kit->bytes));
    return reading;
}

static inline enum evtx_found next(struct reading_kit *reading)
{
    const char *chunk = reading->walk.place.chunk.ptr;
    ptrdiff_t moved_by = reading->walk.moved_by;
    enum evtx_found found = evtx_walk_next(&reading->walk);
    if (found != EVTX_RECORD)
        return found;
    if (reading->walk.place.chunk.ptr != chunk ||
        reading->walk.moved_by != moved_by)
        evtx_fill_enter_chunk(reading->fill);
    reading->event = evtx_fill_event(reading->fill, &reading->walk.place);
    return found;
}

static inline void finish(struct reading_kit *reading, struct evtx_kit *kit)
{
    evtx_walk_done(&reading->walk);
    evtx_fill_free(reading->fill);
    free(reading);
    buf_done(&kit->bytes);
}

static inline void assert_text(struct str actual, const char *expected)
{
    if (!str_eq(actual, str_from(expected)))
        fail_msg("'%.*s', not '%s'", STR_ARG(actual), expected);
}

static inline void assert_value(const struct windows_event *event, size_t i,
    const char *name, const char *value)
{
    assert_true(i < event->value_count);
    assert_text(event->values[i].name, name);
    assert_text(event->values[i].value, value);
}

/* The only record of a file that is being made: begun here, ended below. */
static inline void begin_only(struct evtx_kit *kit)
{
    evtx_file(kit);
    evtx_begin_chunk(kit);
    evtx_begin_record(kit);
}

static inline struct reading_kit *read_only_record(struct evtx_kit *kit)
{
    evtx_end_record(kit);
    evtx_seal_chunk(kit);
    evtx_end_chunk(kit);
    struct reading_kit *reading = start(kit);
    assert_int_equal(next(reading), EVTX_RECORD);
    return reading;
}

/* Three sealed records: one, two, three. */
static inline void three_records(struct evtx_kit *kit)
{
    evtx_file(kit);
    evtx_begin_chunk(kit);
    evtx_simple_record(kit, "one");
    evtx_simple_record(kit, "two");
    evtx_simple_record(kit, "three");
    evtx_seal_chunk(kit);
}

static inline void assert_words(struct evtx_kit *kit, const char *expected)
{
    struct reading_kit *reading = start(kit);
    struct buf words = {0};
    enum evtx_found found;
    while ((found = next(reading)) != EVTX_END) {
        if (words.len > 0)
            buf_add_char(&words, ' ');
        if (found == EVTX_DAMAGE) {
            buf_add_cstr(&words, "(damage)");
            continue;
        }
        if (reading->walk.place.recovered)
            buf_add_char(&words, '+');
        if (reading->event == NULL)
            buf_add_cstr(&words, "(broken)");
        else
            buf_add_str(&words, reading->event->values[0].value);
    }
    assert_text(buf_str(&words), expected);
    buf_done(&words);
    finish(reading, kit);
}

static inline void begin_event_data(struct evtx_kit *kit, uint32_t template)
{
    begin_only(kit);
    evtx_begin_template(kit, template);
    evtx_open(kit, "Event");
    evtx_open(kit, "EventData");
}

static inline void end_event_data(
    struct evtx_kit *kit, const struct evtx_kit_value *values, size_t count)
{
    evtx_close(kit);
    evtx_close(kit);
    evtx_end_template(kit);
    evtx_values(kit, values, count);
}

#endif
