#include "tests/ingest_kit.h"

static void retime(
    struct kit *kit, int64_t source, const struct ingest_retime *change)
{
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_WRITE);
    assert_done(
        ingest_retime(store, kit_formats(), source, change, NULL, &err), err);
    store_close(store);
}

static int64_t first_time(struct kit *kit)
{
    return kit_ask(kit, "SELECT min(first_time) / 1000000000 FROM batch");
}

static void another_zone_moves_every_event(void **state)
{
    struct kit *kit = *state;
    kit_log(kit, "auth.log", 0, 30000);
    kit_add(kit, "auth.log");
    int64_t before = first_time(kit);
    retime(kit, 1,
        &(struct ingest_retime){
            .zone = zone_find(STR("+09:00"), NULL), .year = CIVIL_NO_YEAR});
    assert_int_equal(first_time(kit), before - 9 * 3600);
    kit_assert_events(kit, 30000);
    struct source source = kit_stored(kit, 1);
    assert_string_equal(source.zone, "+09:00");
    assert_true(source.zone_decided);
    assert_int_equal(source.events, 30000);
    assert_int_equal(source.state, SOURCE_COMPLETE);
    source_done(&source);
    assert_int_equal(
        kit_ask(kit, "SELECT count(*) FROM custody WHERE action = 're-timed'"),
        1);
}

static void a_clock_offset_is_added(void **state)
{
    struct kit *kit = *state;
    kit_log(kit, "auth.log", 0, 10);
    kit_add(kit, "auth.log");
    int64_t before = first_time(kit);
    retime(kit, 1,
        &(struct ingest_retime){.year = CIVIL_NO_YEAR,
            .set_clock_offset = true,
            .clock_offset = 90 * STAMP_SECOND});
    assert_int_equal(first_time(kit), before + 90);
}

static void another_year_moves_all_years(void **state)
{
    struct kit *kit = *state;
    kit_text(kit, "auth.log",
        "Dec 31 10:00:00 web01 sshd[1]: x\nJan  1 10:00:00 web01 sshd[1]: y\n");
    kit_add(kit, "auth.log");
    int64_t before = first_time(kit);
    retime(kit, 1, &(struct ingest_retime){.year = 2025});
    assert_int_equal(first_time(kit), before - 365 * 86400);
    int64_t span = kit_ask(kit, "SELECT (max(last_time) - min(first_time)) /"
                                " 1000000000 FROM batch");
    assert_int_equal(span, 86400);
}

static void the_bytes_do_not_change(void **state)
{
    struct kit *kit = *state;
    kit_log(kit, "auth.log", 0, 20000);
    kit_add(kit, "auth.log");
    retime(kit, 1,
        &(struct ingest_retime){
            .zone = zone_find(STR("+01:00"), NULL), .year = CIVIL_NO_YEAR});
    struct buf expected = {0};
    struct buf stored = {0};
    kit_lines(&expected, 0, 20000);
    kit_content(kit, 1, &stored);
    assert_int_equal(stored.len, expected.len);
    assert_memory_equal(stored.ptr, expected.ptr, stored.len);
    buf_done(&expected);
    buf_done(&stored);
    assert_int_equal(kit_ask(kit, "SELECT count(*) FROM event"), 20000);
}

static void a_cancelled_retime_leaves_the_old_reading(void **state)
{
    struct kit *kit = *state;
    kit_log(kit, "auth.log", 0, 30000);
    kit_add(kit, "auth.log");
    char *before = kit_dump(kit);
    struct progress progress = {0};
    progress_cancel(&progress);
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_WRITE);
    struct ingest_retime change = {
        .zone = zone_find(STR("+09:00"), NULL), .year = CIVIL_NO_YEAR};
    assert_int_equal(
        ingest_retime(store, kit_formats(), 1, &change, &progress, &err), -1);
    assert_int_equal(err.code, ERR_CANCELLED);
    store_close(store);
    char *after = kit_dump(kit);
    assert_string_equal(before, after);
    struct source source = kit_stored(kit, 1);
    assert_string_equal(source.zone, "UTC");
    source_done(&source);
    free(before);
    free(after);
}

static void a_tail_is_retimed_on_its_own(void **state)
{
    struct kit *kit = *state;
    kit_log(kit, "auth.log", 0, 300);
    kit_add(kit, "auth.log");
    kit_log(kit, "auth.log", 0, 500);
    kit_add(kit, "auth.log");
    retime(kit, 2,
        &(struct ingest_retime){.year = CIVIL_NO_YEAR,
            .set_clock_offset = true,
            .clock_offset = 1000 * STAMP_SECOND});
    kit_assert_events(kit, 500);
    struct source source = kit_stored(kit, 2);
    assert_int_equal(source.events, 200);
    source_done(&source);
}

static void another_format_reads_the_same_bytes(void **state)
{
    struct kit *kit = *state;
    kit_log(kit, "auth.log", 0, 300);
    kit_add(kit, "auth.log");
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_WRITE);
    assert_done(
        ingest_renormalise(store, kit_formats(), 1, STR("plain"), NULL, &err),
        err);
    store_close(store);
    struct source source = kit_stored(kit, 1);
    assert_string_equal(source.format, "plain");
    assert_int_equal(source.parsed, 0);
    assert_int_equal(source.events, 300);
    source_done(&source);
}

/* The chunks of an array end anywhere, those of lines at lines. */
static void another_kind_of_parser_cuts_the_bytes_anew(void **state)
{
    struct kit *kit = *state;
    struct buf text = {0};
    buf_add_cstr(&text, "[");
    for (int i = 0; i < 30000; i++)
        buf_printf(&text,
            "{\"time\":\"2026-03-04T02:%02d:%02dZ\",\"user\":\"u%d\"}%s\n",
            i / 60 % 60, i % 60, i, i == 29999 ? "]" : ",");
    kit_write(kit, "all.json", text.ptr, text.len);
    kit_add(kit, "all.json");
    kit_assert_events(kit, 30000);
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_WRITE);
    assert_done(
        ingest_renormalise(store, kit_formats(), 1, STR("plain"), NULL, &err),
        err);
    store_close(store);
    kit_assert_events(kit, 30000);
    buf_done(&text);
}

static void a_source_without_events_is_refused(void **state)
{
    struct kit *kit = *state;
    kit_log(kit, "auth.log", 0, 300);
    kit_log(kit, "copy.log", 0, 300);
    kit_add(kit, "auth.log copy.log");
    struct err err = {0};
    struct ingest_retime change = {.year = 2020};
    struct store *store = kit_open(kit->path, STORE_WRITE);
    assert_int_equal(
        ingest_retime(store, kit_formats(), 2, &change, NULL, &err), -1);
    assert_int_equal(err.code, ERR_USAGE);
    store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KIT_TEST(another_zone_moves_every_event),
        KIT_TEST(a_clock_offset_is_added),
        KIT_TEST(another_year_moves_all_years),
        KIT_TEST(the_bytes_do_not_change),
        KIT_TEST(a_cancelled_retime_leaves_the_old_reading),
        KIT_TEST(a_tail_is_retimed_on_its_own),
        KIT_TEST(another_format_reads_the_same_bytes),
        KIT_TEST(another_kind_of_parser_cuts_the_bytes_anew),
        KIT_TEST(a_source_without_events_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
