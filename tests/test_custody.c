#include "src/store/custody.h"

#include "tests/store_kit.h"

static void records_are_chained_from_the_first(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_CREATE);
    assert_done(kit_import(store, "auth.log", 1, NULL, &err), err);
    assert_done(
        custody_add(store, "exported", 0, STR("{\"to\":\"a.csv\"}"), &err),
        err);
    struct custody *rows;
    size_t count;
    assert_done(custody_list(store, &rows, &count, &err), err);
    assert_int_equal(count, 4);
    static const char *const actions[] = {
        "created", "acquired", "imported", "exported"};
    struct digest previous = {.len = HASH_MAX};
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(rows[i].action, actions[i]);
        assert_non_null(strchr(rows[i].actor, '@'));
        assert_true(digest_eq(&rows[i].previous, &previous));
        previous = rows[i].hash;
    }
    assert_int_equal(rows[1].source, 1);
    assert_non_null(strstr(rows[1].detail, "\"path\":\"auth.log\""));
    assert_non_null(strstr(rows[2].detail, "\"sha256\":\""));
    assert_non_null(strstr(rows[2].detail, "\"events\":100"));
    custody_list_free(rows, count);
    int64_t bad;
    assert_int_equal(custody_check(store, &bad, &err), 1);
    store_close(store);
}

/* The first row of any case that was made at this moment by this person: the
 * form of what is hashed must never change. */
static void the_hash_is_over_these_very_bytes(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_CREATE);
    struct custody *rows;
    size_t count;
    assert_done(custody_list(store, &rows, &count, &err), err);
    struct buf bytes = {0};
    for (int i = 0; i < 32; i++)
        buf_add_char(&bytes, 0);
    const uint64_t numbers[] = {1, (uint64_t)rows[0].time, 0};
    for (size_t n = 0; n < 3; n++)
        for (int i = 0; i < 8; i++)
            buf_add_char(&bytes, (char)(numbers[n] >> 8 * i));
    const char *texts[] = {rows[0].actor, "created", rows[0].detail};
    for (size_t n = 0; n < 3; n++) {
        for (int i = 0; i < 8; i++)
            buf_add_char(&bytes, (char)((uint64_t)strlen(texts[n]) >> 8 * i));
        buf_add_cstr(&bytes, texts[n]);
    }
    struct digest digest = hash_of(HASH_SHA256, buf_str(&bytes));
    assert_true(digest_eq(&digest, &rows[0].hash));
    buf_done(&bytes);
    custody_list_free(rows, count);
    store_close(store);
}

static void what_is_undone_leaves_no_record(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_CREATE);
    assert_done(store_begin(store, &err), err);
    assert_done(custody_add(store, "exported", 0, STR("{}"), &err), err);
    store_rollback(store);
    assert_int_equal(kit_number(store, "SELECT count(*) FROM custody"), 1);
    store_close(store);
}

static void a_path_that_is_no_text_is_kept_in_hexadecimal(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_CREATE);
    assert_done(kit_import(store, "a\xff.log", 1, NULL, &err), err);
    assert_int_equal(
        kit_number(store, "SELECT count(*) FROM custody WHERE"
                          " detail ->> '$.path_hex' = '61ff2e6c6f67'"),
        2);
    store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            records_are_chained_from_the_first, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(
            the_hash_is_over_these_very_bytes, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(
            what_is_undone_leaves_no_record, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(
            a_path_that_is_no_text_is_kept_in_hexadecimal, kit_setup,
            kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
