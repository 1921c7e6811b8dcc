#include "tests/ingest_kit.h"

static void make_array(const struct kit *kit, const char *name, int count)
{
    struct buf text = {0};
    buf_add_cstr(&text, "[");
    for (int i = 0; i < count; i++)
        buf_printf(&text,
            "%s{\"time\":\"2026-03-04T02:%02d:%02dZ\",\"host\":\"web01\","
            "\"user\":\"user%d\",\"action\":\"login\",\"outcome\":\"failure\"}",
            i == 0 ? "" : ",", i / 60 % 60, i % 60, i % 50);
    buf_add_cstr(&text, "]");
    kit_write(kit, name, text.ptr, text.len);
    buf_done(&text);
}

static void an_array_on_one_line_becomes_events(void **state)
{
    struct kit *kit = *state;
    make_array(kit, "all.json", 25000);
    struct ingest_summary summary = kit_add(kit, "all.json");
    assert_int_equal(summary.events, 25000);
    assert_int_equal(summary.added, 1);
    struct source source = kit_stored(kit, 1);
    assert_int_equal(source.state, SOURCE_COMPLETE);
    assert_int_equal(source.stored, source.size);
    source_done(&source);
    assert_true(kit_ask(kit, "SELECT count(*) FROM batch") >= 3);
    assert_int_equal(kit_ask(kit, "SELECT max(base) FROM batch"), 0);
    kit_add(kit, "all.json");
    kit_assert_events(kit, 25000);
}

static void an_array_in_an_archive_is_the_same(void **state)
{
    struct kit *kit = *state;
    struct buf text = {0};
    make_array(kit, "all.json", 300);
    assert_int_equal(
        file_read(kit_at(kit, "all.json"), 1 << 20, &text, NULL), 0);
    const struct kit_member member = {"all.json", text.ptr, text.len};
    kit_pack(kit, "all.json.gz", KIT_GZ, &member, 1);
    kit_add(kit, "all.json.gz");
    kit_assert_events(kit, 300);
    buf_done(&text);
}

/* As a kill between two commits leaves it: the bytes and one batch are there.
 */
static void cut_back(struct kit *kit)
{
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_WRITE);
    assert_done(
        store_exec(store,
            "UPDATE source SET state = 0, events = 10000;"
            "DELETE FROM event WHERE id > (SELECT max(first_event + row_count"
            " - 1) FROM (SELECT * FROM batch ORDER BY id LIMIT 1));"
            "DELETE FROM batch WHERE id > (SELECT min(id) FROM batch)",
            &err),
        err);
    store_close(store);
}

static void a_killed_reading_goes_on_with_the_next_batch(void **state)
{
    struct kit *kit = *state;
    make_array(kit, "all.json", 25000);
    kit_add(kit, "all.json");
    char *expected = kit_dump(kit);
    cut_back(kit);
    kit_assert_events(kit, 10000);
    kit_add(kit, "all.json");
    char *resumed = kit_dump(kit);
    assert_string_equal(resumed, expected);
    free(expected);
    free(resumed);
}

static void an_array_is_read_again_as_a_whole(void **state)
{
    struct kit *kit = *state;
    make_array(kit, "all.json", 12000);
    kit_add(kit, "all.json");
    int64_t before = kit_ask(kit, "SELECT min(first_time) FROM batch");
    struct err err = {0};
    struct ingest_retime change = {.year = CIVIL_NO_YEAR,
        .set_clock_offset = true,
        .clock_offset = STAMP_SECOND};
    struct store *store = kit_open(kit->path, STORE_WRITE);
    assert_done(
        ingest_retime(store, kit_formats(), 1, &change, NULL, &err), err);
    store_close(store);
    kit_assert_events(kit, 12000);
    assert_int_equal(kit_ask(kit, "SELECT min(first_time) FROM batch"),
        before + STAMP_SECOND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KIT_TEST(an_array_on_one_line_becomes_events),
        KIT_TEST(an_array_in_an_archive_is_the_same),
        KIT_TEST(a_killed_reading_goes_on_with_the_next_batch),
        KIT_TEST(an_array_is_read_again_as_a_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
