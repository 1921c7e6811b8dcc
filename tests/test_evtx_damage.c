/* Damaged, hostile and cut EVTX files. */
#include "tests/evtx_reading.h"

#include "parsers/readers.h"
#include "src/base/limit.h"

/* --- hostile -------------------------------------------------------------- */

static void one_value_named_again_and_again_meets_the_limit(void **state)
{
    (void)state;
    static char text[32768];
    struct evtx_kit kit;
    memset(text, 'x', sizeof(text));
    begin_event_data(&kit, 1);
    for (int i = 0; i < 100; i++)
        evtx_data(&kit, "N", 0, EVTX_TYPE_STRING);
    const struct evtx_kit_value values[] = {
        {EVTX_TYPE_STRING, text, sizeof(text)}};
    end_event_data(&kit, values, 1);
    struct reading_kit *reading = read_only_record(&kit);
    assert_null(reading->event);
    finish(reading, &kit);
}

/* The value of an instance is an instance whose value ...: each of them is
 * named many times. */
static void fragments_that_multiply_meet_the_limit(void **state)
{
    (void)state;
    struct evtx_kit kit;
    begin_only(&kit);
    size_t definition = evtx_begin_template(&kit, 1);
    evtx_open(&kit, "Event");
    for (int i = 0; i < 50; i++)
        evtx_substitution(&kit, 0, EVTX_TYPE_BINXML);
    evtx_close(&kit);
    evtx_end_template(&kit);
    enum { LEVELS = 20, HEAD = 10 + 4 + 4 };
    for (size_t level = 0; level < LEVELS; level++) {
        evtx_put(&kit, 1, 4);
        evtx_put(&kit, HEAD * (LEVELS - 1 - level), 2);
        evtx_put(&kit, EVTX_TYPE_BINXML, 2);
        if (level + 1 < LEVELS)
            evtx_use_template(&kit, 1, definition);
    }
    struct reading_kit *reading = read_only_record(&kit);
    assert_null(reading->event);
    finish(reading, &kit);
}

static void elements_that_nest_too_deep_break_the_record(void **state)
{
    (void)state;
    struct evtx_kit kit;
    begin_only(&kit);
    for (int i = 0; i < LIMIT_DEPTH + 1; i++) {
        kit.depth = 0;
        evtx_open(&kit, "Event");
    }
    for (int i = 0; i < LIMIT_DEPTH + 1; i++)
        evtx_put(&kit, EVTX_CLOSE, 1);
    struct reading_kit *reading = read_only_record(&kit);
    assert_null(reading->event);
    finish(reading, &kit);
}

/* --- damage --------------------------------------------------------------- */

static void a_damaged_record_costs_that_record_only(void **state)
{
    (void)state;
    struct evtx_kit kit;
    evtx_file(&kit);
    evtx_begin_chunk(&kit);
    evtx_simple_record(&kit, "one");
    size_t second = kit.bytes.len;
    evtx_simple_record(&kit, "two");
    evtx_simple_record(&kit, "three");
    evtx_seal_chunk(&kit);
    evtx_end_chunk(&kit);
    memset(kit.bytes.ptr + second, 'Z', 16);
    assert_words(&kit, "one (damage) three");
}

static void broken_binxml_costs_that_record_only(void **state)
{
    (void)state;
    struct evtx_kit kit;
    evtx_file(&kit);
    evtx_begin_chunk(&kit);
    evtx_simple_record(&kit, "one");
    size_t second = kit.bytes.len;
    evtx_simple_record(&kit, "two");
    evtx_simple_record(&kit, "three");
    evtx_seal_chunk(&kit);
    evtx_end_chunk(&kit);
    kit.bytes.ptr[second + 28] = 0x7F;
    assert_words(&kit, "one (broken) three");
}

static void a_wrong_size_is_seen_by_where_the_next_record_begins(void **state)
{
    (void)state;
    struct evtx_kit kit;
    evtx_file(&kit);
    evtx_begin_chunk(&kit);
    evtx_simple_record(&kit, "one");
    size_t second = kit.bytes.len;
    evtx_simple_record(&kit, "two");
    evtx_simple_record(&kit, "three");
    evtx_seal_chunk(&kit);
    evtx_end_chunk(&kit);
    evtx_patch(&kit, second + 4, 0xFFFFFF, 4);
    assert_words(&kit, "one two three");
}

/* Two chunks, each with a template and a record that uses it again. In the
 * second one the first record is overwritten, and the template with it. */
static void a_lost_template_is_taken_from_another_chunk(void **state)
{
    (void)state;
    struct evtx_kit kit;
    size_t damaged = 0;
    evtx_file(&kit);
    for (int chunk = 0; chunk < 2; chunk++) {
        evtx_begin_chunk(&kit);
        evtx_begin_record(&kit);
        damaged = kit.bytes.len;
        size_t definition = evtx_begin_template(&kit, 9);
        evtx_open(&kit, "Event");
        evtx_open(&kit, "EventData");
        evtx_data(&kit, "Word", 0, EVTX_TYPE_STRING);
        evtx_close(&kit);
        evtx_close(&kit);
        evtx_end_template(&kit);
        const struct evtx_kit_value a = {EVTX_TYPE_STRING, BYTES("a\0")};
        evtx_values(&kit, &a, 1);
        evtx_end_record(&kit);
        evtx_begin_record(&kit);
        evtx_use_template(&kit, 9, definition);
        const struct evtx_kit_value b = {EVTX_TYPE_STRING, BYTES("b\0")};
        evtx_values(&kit, &b, 1);
        evtx_end_record(&kit);
        evtx_seal_chunk(&kit);
        evtx_end_chunk(&kit);
    }
    memset(kit.bytes.ptr + damaged, 0xEE, 60);
    assert_words(&kit, "a b (broken) b");
}

static void a_wrong_checksum_is_noted_and_the_records_read(void **state)
{
    (void)state;
    struct evtx_kit kit;
    three_records(&kit);
    evtx_end_chunk(&kit);
    struct reading_kit *reading = start(&kit);
    assert_int_equal(next(reading), EVTX_RECORD);
    assert_false(reading->walk.place.bad_checksum);
    evtx_fill_free(reading->fill);
    free(reading);

    kit.bytes.ptr[kit.chunk + 52] ^= 1;
    reading = start(&kit);
    assert_int_equal(next(reading), EVTX_RECORD);
    assert_true(reading->walk.place.bad_checksum);
    assert_non_null(reading->event);
    finish(reading, &kit);
}

static void records_of_a_chunk_without_header_are_recovered(void **state)
{
    (void)state;
    struct evtx_kit kit;
    three_records(&kit);
    evtx_end_chunk(&kit);
    memset(kit.bytes.ptr + kit.chunk, 0xFF, 512);
    assert_words(&kit, "+one +two +three");
}

/* How many records are read, and how many are damaged, by the parser. */
static void assert_counts(const struct evtx_kit *kit, int whole, int damaged)
{
    struct reading reading = {.parser = &parser_evtx, .zone = zone_utc()};
    struct piece piece = {.bytes = buf_str(&kit->bytes)};
    struct record record;
    int counts[2] = {0, 0};
    record_init(&record);
    void *cursor = parser_evtx.open(&reading);
    parser_evtx.feed(cursor, &piece);
    for (int rc; (rc = parser_evtx.next(cursor, &record, NULL)) != 0;)
        counts[rc < 0]++;
    assert_int_equal(counts[0], whole);
    assert_int_equal(counts[1], damaged);
    parser_evtx.close(cursor);
    record_done(&record);
}

static void a_broken_record_counts_but_not_in_slack(void **state)
{
    (void)state;
    struct evtx_kit kit;
    three_records(&kit);
    size_t third = kit.record;
    evtx_end_chunk(&kit);
    kit.bytes.ptr[third + 28] = 0x7F;
    assert_counts(&kit, 2, 1);
    memset(kit.bytes.ptr + kit.chunk, 0xFF, 512);
    assert_counts(&kit, 2, 1);
    buf_done(&kit.bytes);

    three_records(&kit);
    evtx_zeroes(&kit, 100);
    kit.number = 50;
    evtx_simple_record(&kit, "old");
    kit.bytes.ptr[kit.record + 28] = 0x7F;
    evtx_end_chunk(&kit);
    assert_counts(&kit, 3, 0);
    buf_done(&kit.bytes);
}

static void a_file_without_header_is_read(void **state)
{
    (void)state;
    struct evtx_kit kit;
    three_records(&kit);
    evtx_end_chunk(&kit);
    memset(kit.bytes.ptr, 'Z', 4096);
    assert_words(&kit, "one two three");
}

static void a_truncated_chunk_gives_its_whole_records(void **state)
{
    (void)state;
    struct evtx_kit kit;
    three_records(&kit);
    kit.bytes.len -= 10;
    assert_words(&kit, "one two (broken)");
}

static void a_chunk_that_lost_bytes_does_not_take_the_next_along(void **state)
{
    (void)state;
    struct evtx_kit kit;
    three_records(&kit);
    evtx_zeroes(&kit, 1000); /* of 65536 */
    evtx_begin_chunk(&kit);
    evtx_simple_record(&kit, "four");
    evtx_seal_chunk(&kit);
    evtx_end_chunk(&kit);
    assert_words(&kit, "one two three four");
}

/* Bytes go missing, or come in, before a record that brings a template. */
static void moved_records(int by, const char *expected)
{
    struct evtx_kit kit;
    evtx_file(&kit);
    evtx_begin_chunk(&kit);
    evtx_simple_record(&kit, "one");
    size_t second = kit.bytes.len;
    evtx_simple_record(&kit, "two");
    evtx_begin_record(&kit);
    size_t definition = evtx_begin_template(&kit, 3);
    evtx_open(&kit, "Event");
    evtx_open(&kit, "EventData");
    evtx_data(&kit, "Third", 0, EVTX_TYPE_STRING);
    evtx_close(&kit);
    evtx_close(&kit);
    evtx_end_template(&kit);
    const struct evtx_kit_value c = {EVTX_TYPE_STRING, BYTES("c\0")};
    evtx_values(&kit, &c, 1);
    evtx_end_record(&kit);
    evtx_begin_record(&kit);
    evtx_use_template(&kit, 3, definition);
    const struct evtx_kit_value d = {EVTX_TYPE_STRING, BYTES("d\0")};
    evtx_values(&kit, &d, 1);
    evtx_end_record(&kit);
    evtx_seal_chunk(&kit);
    evtx_end_chunk(&kit);
    size_t tail = kit.bytes.len - second - 100;
    if (by > 0)
        evtx_zeroes(&kit, (size_t)by);
    char *at = kit.bytes.ptr + second + 100;
    if (by < 0)
        memmove(at, at - by, tail - (size_t)-by);
    else
        memmove(at + by, at, tail);
    if (by < 0)
        kit.bytes.len -= (size_t)-by;
    assert_words(&kit, expected);
}

static void records_behind_missing_bytes_are_read(void **state)
{
    (void)state;
    moved_records(-40, "one (broken) c d");
}

static void records_behind_added_bytes_are_read(void **state)
{
    (void)state;
    moved_records(40, "one (broken) c d");
}

static void records_that_the_header_does_not_know_yet_are_live(void **state)
{
    (void)state;
    struct evtx_kit kit;
    three_records(&kit);
    evtx_simple_record(&kit, "four");
    evtx_end_chunk(&kit);
    assert_words(&kit, "one two three four");
}

static void slack_gives_records_once(void **state)
{
    (void)state;
    struct evtx_kit kit;
    three_records(&kit);
    evtx_zeroes(&kit, 100);
    kit.number = 50;
    evtx_simple_record(&kit, "old");
    kit.number = 2;
    evtx_simple_record(&kit, "again");
    evtx_end_chunk(&kit);
    assert_words(&kit, "one two three +old");
}

static void zeroes_made_in_advance_are_nothing(void **state)
{
    (void)state;
    struct evtx_kit kit;
    three_records(&kit);
    evtx_end_chunk(&kit);
    evtx_zeroes(&kit, 3 * 65536);
    assert_words(&kit, "one two three");
}

/* --- pieces --------------------------------------------------------------- */

static void pieces_end_where_chunks_do(void **state)
{
    (void)state;
    struct evtx_kit kit;
    three_records(&kit);
    evtx_end_chunk(&kit);
    evtx_zeroes(&kit, 2 * 65536);
    struct str bytes = buf_str(&kit.bytes);
    assert_int_equal(evtx_cut(bytes, true), bytes.len);
    assert_int_equal(evtx_cut(bytes, false), 4096 + 2 * 65536);
    assert_int_equal(evtx_cut(str_sub(bytes, 0, 69000), false), 4096);
    assert_int_equal(evtx_cut(str_sub(bytes, 0, 4000), false), 0);
    buf_done(&kit.bytes);
}

static void a_log_is_known_by_its_header_or_by_a_chunk(void **state)
{
    (void)state;
    struct evtx_kit kit;
    three_records(&kit);
    struct sample sample = {.bytes = buf_str(&kit.bytes)};
    assert_int_equal(parser_evtx.probe(&sample), 1000);
    kit.bytes.ptr[0] = 'X';
    assert_true(parser_evtx.probe(&sample) > 500);
    kit.bytes.ptr[kit.chunk] = 'X';
    assert_int_equal(parser_evtx.probe(&sample), 0);
    buf_done(&kit.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_value_named_again_and_again_meets_the_limit),
        cmocka_unit_test(fragments_that_multiply_meet_the_limit),
        cmocka_unit_test(elements_that_nest_too_deep_break_the_record),
        cmocka_unit_test(a_damaged_record_costs_that_record_only),
        cmocka_unit_test(broken_binxml_costs_that_record_only),
        cmocka_unit_test(a_wrong_size_is_seen_by_where_the_next_record_begins),
        cmocka_unit_test(a_lost_template_is_taken_from_another_chunk),
        cmocka_unit_test(a_wrong_checksum_is_noted_and_the_records_read),
        cmocka_unit_test(records_of_a_chunk_without_header_are_recovered),
        cmocka_unit_test(a_broken_record_counts_but_not_in_slack),
        cmocka_unit_test(a_file_without_header_is_read),
        cmocka_unit_test(a_truncated_chunk_gives_its_whole_records),
        cmocka_unit_test(a_chunk_that_lost_bytes_does_not_take_the_next_along),
        cmocka_unit_test(records_behind_missing_bytes_are_read),
        cmocka_unit_test(records_behind_added_bytes_are_read),
        cmocka_unit_test(records_that_the_header_does_not_know_yet_are_live),
        cmocka_unit_test(slack_gives_records_once),
        cmocka_unit_test(zeroes_made_in_advance_are_nothing),
        cmocka_unit_test(pieces_end_where_chunks_do),
        cmocka_unit_test(a_log_is_known_by_its_header_or_by_a_chunk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
