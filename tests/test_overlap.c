#include "tests/ingest_kit.h"

static void a_grown_file_adds_only_its_tail(void **state)
{
    struct kit *kit = *state;
    static const int sizes[] = {5, 300, 40000, 60000};
    for (int i = 0; i < 4; i++) {
        kit_log(kit, "auth.log", 0, sizes[i]);
        struct ingest_summary summary = kit_add(kit, "auth.log");
        assert_int_equal(summary.events, i == 0 ? 5 : sizes[i] - sizes[i - 1]);
        assert_int_equal(summary.continued, i > 0);
        kit_assert_events(kit, sizes[i]);
    }
    struct source source = kit_stored(kit, 4);
    assert_int_equal(source.continues, 3);
    struct buf whole = {0};
    struct buf stored = {0};
    kit_lines(&whole, 0, 60000);
    kit_content(kit, 4, &stored);
    assert_int_equal(stored.len, whole.len);
    assert_memory_equal(stored.ptr, whole.ptr, whole.len);
    struct digest digest = hash_of(HASH_SHA256, buf_str(&whole));
    assert_true(digest_eq(&digest, &source.sha256));
    source_done(&source);
    buf_done(&whole);
    buf_done(&stored);
}

static void a_grown_file_that_was_rotated_adds_only_its_tail(void **state)
{
    struct kit *kit = *state;
    kit_log(kit, "auth.log", 0, 300);
    kit_add(kit, "auth.log");
    kit_log(kit, "auth.log.1", 0, 500);
    kit_log(kit, "auth.log", 500, 100);
    kit_add(kit, "auth.log.1 auth.log");
    kit_assert_events(kit, 600);
}

static void a_line_that_was_being_written_counts_once(void **state)
{
    struct kit *kit = *state;
    struct buf text = {0};
    kit_lines(&text, 0, 300);
    kit_write(kit, "auth.log", text.ptr, text.len - 20);
    kit_add(kit, "auth.log");
    kit_assert_events(kit, 300);
    kit_lines(&text, 300, 50);
    kit_write(kit, "auth.log", text.ptr, text.len);
    kit_add(kit, "auth.log");
    assert_int_equal(
        kit_ask(kit,
            "SELECT sum(batch.events) FROM batch JOIN source ON source.id ="
            " batch.source WHERE state <> 6"),
        350);
    struct source source = kit_stored(kit, 1);
    assert_int_equal(source.state, SOURCE_REMOVED);
    source_done(&source);
    buf_done(&text);
}

static void a_continuation_line_joins_its_record(void **state)
{
    struct kit *kit = *state;
    struct buf text = {0};
    kit_lines(&text, 0, 300);
    kit_write(kit, "auth.log", text.ptr, text.len);
    kit_add(kit, "auth.log");
    buf_add_cstr(&text, "\tand so on\n");
    kit_lines(&text, 300, 50);
    kit_write(kit, "auth.log", text.ptr, text.len);
    kit_add(kit, "auth.log");
    assert_int_equal(
        kit_ask(kit,
            "SELECT sum(batch.events) FROM batch JOIN source ON source.id ="
            " batch.source WHERE state <> 6"),
        350);
    buf_done(&text);
}

/* Each goes on inside the last record of the first. */
static void two_that_go_on_from_a_torn_one_take_its_place_once(void **state)
{
    struct kit *kit = *state;
    struct buf text = {0};
    kit_lines(&text, 0, 300);
    size_t torn = text.len - 5;
    kit_write(kit, "1.log", text.ptr, torn);
    kit_lines(&text, 300, 50);
    kit_write(kit, "2.log", text.ptr, text.len);
    text.len = torn;
    buf_add_cstr(&text, "other\n");
    kit_write(kit, "3.log", text.ptr, text.len);
    kit_add(kit, "1.log 2.log 3.log");
    assert_int_equal(
        kit_ask(kit, "SELECT count(*) FROM source WHERE state = 6"), 1);
    assert_int_equal(
        kit_ask(kit,
            "SELECT sum(batch.events) FROM batch JOIN source ON source.id ="
            " batch.source WHERE state <> 6"),
        350 + 300);
    buf_done(&text);
}

static struct kit_import add_from(
    struct kit *kit, const char *name, const char *host, bool again)
{
    struct kit_import import = {
        .options = {.host = str_from(host), .again = again}};
    kit_add_with(kit, &import, name);
    assert_int_equal(import.rc, 0);
    return import;
}

static void a_copy_elsewhere_is_a_duplicate(void **state)
{
    struct kit *kit = *state;
    kit_log(kit, "a.log", 0, 300);
    kit_log(kit, "b.log", 0, 300);
    kit_add(kit, "a.log b.log");
    kit_assert_events(kit, 300);
    struct source source = kit_stored(kit, 2);
    assert_int_equal(source.state, SOURCE_DUPLICATE);
    assert_int_equal(source.same_as, 1);
    assert_int_equal(source.sha256.len, 32);
    source_done(&source);
    kit_add(kit, "b.log");
    assert_int_equal(kit_ask(kit, "SELECT count(*) FROM source"), 2);
}

static void two_machines_share_no_content(void **state)
{
    struct kit *kit = *state;
    kit_log(kit, "a.log", 0, 300);
    kit_log(kit, "b.log", 0, 300);
    kit_log(kit, "c.log", 0, 400);
    add_from(kit, "a.log", "web01", false);
    add_from(kit, "b.log", "web02", false);
    kit_assert_events(kit, 600);
    add_from(kit, "c.log", "web03", false);
    kit_assert_events(kit, 1000);
    struct kit_import import = add_from(kit, "c.log", "", false);
    assert_int_equal(import.summary.duplicates, 1);
}

static void again_imports_it_all_the_same(void **state)
{
    struct kit *kit = *state;
    kit_log(kit, "a.log", 0, 300);
    add_from(kit, "a.log", "", false);
    add_from(kit, "a.log", "", true);
    kit_assert_events(kit, 600);
}

static void a_changed_file_is_another_source(void **state)
{
    struct kit *kit = *state;
    kit_log(kit, "a.log", 0, 300);
    kit_add(kit, "a.log");
    kit_log(kit, "a.log", 1, 400);
    struct ingest_summary summary = kit_add(kit, "a.log");
    assert_int_equal(summary.added, 1);
    kit_assert_events(kit, 700);
}

static void a_grown_csv_keeps_its_header(void **state)
{
    struct kit *kit = *state;
    struct buf text = {0};
    buf_add_cstr(&text, "time,user,src_ip,action\n");
    for (int i = 0; i < 60; i++)
        buf_printf(&text, "2026-03-04T02:11:%02dZ,user%d,192.0.2.%d,login\n", i,
            i, i + 1);
    kit_write(kit, "a.csv", text.ptr, text.len);
    kit_add(kit, "a.csv");
    int64_t first = kit_ask(kit, "SELECT count(*) FROM event WHERE user > 0");
    assert_int_equal(first, 60);
    for (int i = 0; i < 60; i++)
        buf_printf(&text, "2026-03-04T03:11:%02dZ,late%d,192.0.2.%d,login\n", i,
            i, i + 1);
    kit_write(kit, "a.csv", text.ptr, text.len);
    struct ingest_summary summary = kit_add(kit, "a.csv");
    assert_int_equal(summary.continued, 1);
    assert_int_equal(
        kit_ask(kit, "SELECT count(*) FROM event WHERE user > 0"), 120);
    buf_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KIT_TEST(a_grown_file_adds_only_its_tail),
        KIT_TEST(a_grown_file_that_was_rotated_adds_only_its_tail),
        KIT_TEST(a_line_that_was_being_written_counts_once),
        KIT_TEST(two_that_go_on_from_a_torn_one_take_its_place_once),
        KIT_TEST(a_continuation_line_joins_its_record),
        KIT_TEST(a_copy_elsewhere_is_a_duplicate),
        KIT_TEST(two_machines_share_no_content),
        KIT_TEST(again_imports_it_all_the_same),
        KIT_TEST(a_changed_file_is_another_source),
        KIT_TEST(a_grown_csv_keeps_its_header),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
