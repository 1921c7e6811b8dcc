#include "src/event/numbers.h"

#include "src/store/record_numbers.h"
#include "tests/evtx_kit.h"
#include "tests/ingest_kit.h"

static void assert_described(
    struct numbers *numbers, const char *described, const char *gaps)
{
    struct buf text = {0};
    numbers_join(numbers);
    numbers_describe(numbers, &text);
    assert_string_equal(buf_cstr(&text), described);
    buf_clear(&text);
    numbers_list_gaps(numbers, 2, &text);
    assert_string_equal(buf_cstr(&text), gaps);
    buf_done(&text);
}

static void add_all(struct numbers *numbers, const uint64_t *list)
{
    for (; *list != 0; list++)
        numbers_add(numbers, *list);
}

static void numbers_without_gaps_are_one_run(void **state)
{
    (void)state;
    struct numbers numbers = {0};
    add_all(&numbers, (const uint64_t[]){5, 6, 7, 7, 6, 8, 0});
    assert_int_equal(numbers.count, 1);
    assert_described(&numbers, "5-8", "");
    numbers_done(&numbers);
}

static void no_numbers_say_nothing(void **state)
{
    (void)state;
    struct numbers numbers = {0};
    assert_described(&numbers, "", "");
    assert_int_equal(numbers_missing(&numbers), 0);
    numbers_done(&numbers);
}

static void gaps_are_found_in_any_order(void **state)
{
    (void)state;
    struct numbers numbers = {0};
    add_all(&numbers, (const uint64_t[]){50, 51, 1, 2, 4, 3, 10, 11, 20, 0});
    assert_described(
        &numbers, "1-51, 3 gaps, 42 missing", "5-9, 12-19, and 1 more");
    numbers_done(&numbers);
}

static void the_last_number_there_is_overflows_nothing(void **state)
{
    (void)state;
    struct numbers numbers = {0};
    add_all(&numbers, (const uint64_t[]){UINT64_MAX, 1, UINT64_MAX, 0});
    assert_described(&numbers,
        "1-18446744073709551615, 1 gap, 18446744073709551613 missing",
        "2-18446744073709551614");
    numbers_done(&numbers);
}

static void numbers_survive_packing(void **state)
{
    (void)state;
    struct numbers numbers = {0}, again = {0};
    struct buf packed = {0};
    add_all(&numbers, (const uint64_t[]){7, 8, 100, UINT64_MAX, 0});
    numbers_join(&numbers);
    numbers_pack(&numbers, &packed);
    assert_true(numbers_unpack(buf_str(&packed), &again));
    assert_int_equal(again.count, 3);
    assert_int_equal(again.runs[2].first, UINT64_MAX);
    assert_false(numbers_unpack(str_sub(buf_str(&packed), 0, 3), &again));
    buf_done(&packed);
    numbers_done(&numbers);
    numbers_done(&again);
}

static void malformed_runs_are_refused(void **state)
{
    (void)state;
    static const char overflow[] =
        "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01\x01";
    struct numbers numbers = {0};
    assert_false(
        numbers_unpack(str_make(overflow, sizeof(overflow) - 1), &numbers));
    numbers_done(&numbers);
}

/* --- in a case ------------------------------------------------------------ */

/* Chunks of 20 records with these first numbers. */
static void write_log(
    const struct kit *kit, const char *name, const uint64_t *firsts)
{
    struct evtx_kit log;
    evtx_file(&log);
    for (; *firsts != 0; firsts++) {
        evtx_begin_chunk(&log);
        log.number = *firsts;
        for (int i = 0; i < 20; i++)
            evtx_simple_record(&log, "word");
        evtx_seal_chunk(&log);
        evtx_end_chunk(&log);
    }
    kit_write(kit, name, log.bytes.ptr, log.bytes.len);
    buf_done(&log.bytes);
}

static void assert_stored(struct kit *kit, int64_t source, const char *expected)
{
    struct numbers numbers;
    struct err err = {0};
    struct buf text = {0};
    struct store *store = kit_open(kit->path, STORE_READ);
    assert_done(record_numbers_get(store, source, &numbers, &err), err);
    store_close(store);
    numbers_describe(&numbers, &text);
    assert_string_equal(buf_cstr(&text), expected);
    numbers_done(&numbers);
    buf_done(&text);
}

static void a_case_knows_which_records_are_missing(void **state)
{
    struct kit *kit = *state;
    write_log(kit, "a.evtx", (const uint64_t[]){101, 1, 21, 0});
    kit_add(kit, "a.evtx");
    assert_stored(kit, 1, "1-120, 1 gap, 60 missing");
}

/* More chunks than a piece holds. */
static void runs_of_several_pieces_are_joined(void **state)
{
    struct kit *kit = *state;
    uint64_t firsts[41] = {0};
    for (size_t i = 0; i < 40; i++)
        firsts[i] = 1 + 20 * (i < 35 ? i : i + 1);
    write_log(kit, "a.evtx", firsts);
    kit_add(kit, "a.evtx");
    assert_true(kit_ask(kit, "SELECT count(*) FROM record_number") > 1);
    assert_stored(kit, 1, "1-820, 1 gap, 20 missing");
}

static void logs_that_do_not_count_have_no_numbers(void **state)
{
    struct kit *kit = *state;
    kit_log(kit, "auth.log", 0, 10);
    kit_add(kit, "auth.log");
    assert_stored(kit, 1, "");
    assert_int_equal(kit_ask(kit, "SELECT count(*) FROM record_number"), 0);
}

static void a_damaged_record_is_listed_with_its_place(void **state)
{
    struct kit *kit = *state;
    struct evtx_kit log;
    evtx_file(&log);
    evtx_begin_chunk(&log);
    evtx_simple_record(&log, "one");
    size_t second = log.bytes.len;
    evtx_simple_record(&log, "two");
    evtx_simple_record(&log, "three");
    evtx_seal_chunk(&log);
    evtx_end_chunk(&log);
    log.bytes.ptr[second + 28] = 0x7F;
    kit_write(kit, "a.evtx", log.bytes.ptr, log.bytes.len);
    buf_done(&log.bytes);
    kit_add(kit, "a.evtx");
    struct source source = kit_stored(kit, 1);
    assert_int_equal(source.damaged, 1);
    assert_int_equal(source.events, 3);
    source_done(&source);
    assert_stored(kit, 1, "1-3, 1 gap, 1 missing");
    assert_int_equal(
        kit_ask(kit, "SELECT count(*) FROM own_name WHERE name = 'damaged'"),
        1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_without_gaps_are_one_run),
        cmocka_unit_test(no_numbers_say_nothing),
        cmocka_unit_test(gaps_are_found_in_any_order),
        cmocka_unit_test(the_last_number_there_is_overflows_nothing),
        cmocka_unit_test(numbers_survive_packing),
        cmocka_unit_test(malformed_runs_are_refused),
        KIT_TEST(a_case_knows_which_records_are_missing),
        KIT_TEST(runs_of_several_pieces_are_joined),
        KIT_TEST(logs_that_do_not_count_have_no_numbers),
        KIT_TEST(a_damaged_record_is_listed_with_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
