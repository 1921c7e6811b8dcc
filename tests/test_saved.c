#include "src/store/saved.h"

#include "tests/store_kit.h"

static void a_saved_query_is_found_by_its_name(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_CREATE);
    assert_done(saved_put(store, STR("root logins"), STR("user:root last:24h"),
                    STR("user:root after:2026-03-03T00:00:00Z"), &err),
        err);
    assert_done(
        saved_put(store, STR("a"), STR("is:undated"), STR("is:undated"), &err),
        err);
    struct saved_list list;
    assert_done(saved_load(store, &list, &err), err);
    assert_int_equal(list.count, 2);
    assert_true(str_eq(list.at[0].name, STR("a")));
    const struct saved_query *found = saved_find(&list, STR("root logins"));
    assert_non_null(found);
    assert_true(str_eq(found->text, STR("user:root last:24h")));
    assert_true(
        str_eq(found->absolute, STR("user:root after:2026-03-03T00:00:00Z")));
    assert_true(found->created > KIT_START);
    assert_null(saved_find(&list, STR("Root logins")));
    saved_done(&list);
    store_close(store);
}

static void saving_under_a_name_again_replaces_the_query(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_CREATE);
    assert_done(saved_put(store, STR("q"), STR("old"), STR("old"), &err), err);
    assert_done(saved_put(store, STR("q"), STR("new"), STR("new"), &err), err);
    struct saved_list list;
    assert_done(saved_load(store, &list, &err), err);
    assert_int_equal(list.count, 1);
    assert_true(str_eq(list.at[0].text, STR("new")));
    saved_done(&list);
    assert_int_equal(saved_remove(store, STR("q"), &err), 1);
    assert_int_equal(saved_remove(store, STR("q"), &err), 0);
    store_close(store);
}

static void a_name_is_one_line_that_can_be_typed(void **state)
{
    struct kit *kit = *state;
    struct store *store = kit_open(kit->path, STORE_CREATE);
    static const char *const names[] = {
        "", " a", "a ", "a\nb", "a\033[31m", "\xff"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct err err = {0};
        if (saved_put(store, str_from(names[i]), STR("x"), STR("x"), &err) == 0)
            fail_msg("name %zu was taken", i);
        assert_int_equal(err.code, ERR_USAGE);
    }
    store_close(store);
}

static void a_history_keeps_the_newest_at_its_end(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_CREATE);
    struct buf lines = {0};
    assert_done(history_load(store, "query", &lines, &err), err);
    assert_int_equal(lines.len, 0);
    static const char *const typed[] = {
        "user:a", "user:b", "  ", "user:a", "two\nlines"};
    for (size_t i = 0; i < sizeof(typed) / sizeof(typed[0]); i++)
        assert_done(history_add(store, "query", str_from(typed[i]), &err), err);
    assert_done(history_load(store, "query", &lines, &err), err);
    assert_string_equal(buf_cstr(&lines), "user:b\nuser:a\ntwo lines\n");
    assert_done(history_load(store, "search", &lines, &err), err);
    assert_int_equal(lines.len, 0);
    buf_done(&lines);
    store_close(store);
}

static void a_history_forgets_its_oldest(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_CREATE);
    assert_done(store_begin(store, &err), err);
    for (int i = 0; i <= HISTORY_LINES_MAX; i++) {
        char line[32];
        snprintf(line, sizeof(line), "pid:%d", i);
        assert_done(history_add(store, "query", str_from(line), &err), err);
    }
    assert_done(store_commit(store, &err), err);
    struct buf lines = {0};
    assert_done(history_load(store, "query", &lines, &err), err);
    assert_true(str_starts_with(buf_str(&lines), STR("pid:1\n")));
    assert_true(str_ends_with(buf_str(&lines), STR("\npid:500\n")));
    buf_done(&lines);
    store_close(store);
}

static void a_case_that_is_only_read_keeps_nothing(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    store_close(kit_open(kit->path, STORE_CREATE));
    struct store *store = kit_open(kit->path, STORE_READ);
    assert_int_equal(history_add(store, "query", STR("user:a"), &err), -1);
    assert_non_null(strstr(err.text, "keeping the history"));
    store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_saved_query_is_found_by_its_name, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(
            saving_under_a_name_again_replaces_the_query, kit_setup,
            kit_teardown),
        cmocka_unit_test_setup_teardown(
            a_name_is_one_line_that_can_be_typed, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(
            a_history_keeps_the_newest_at_its_end, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(
            a_history_forgets_its_oldest, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(
            a_case_that_is_only_read_keeps_nothing, kit_setup, kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
