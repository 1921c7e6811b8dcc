#include "src/store/batches.h"

#include "tests/store_kit.h"

static struct batch_info with_filter(
    const uint64_t *keys, size_t count, struct buf *bits)
{
    buf_clear(bits);
    batch_filter_build(keys, count, bits);
    return (struct batch_info){.filter = buf_str(bits)};
}

static void a_filter_never_denies_what_is_there(void **state)
{
    (void)state;
    static const size_t counts[] = {
        1, 2, 100, 6553, 20000, BATCH_KEYS_MAX, BATCH_KEYS_MAX + 1, 100000};
    uint64_t *keys = xmalloc(100000 * sizeof(*keys));
    for (size_t i = 0; i < 100000; i++)
        keys[i] = batch_key_name((int64_t)i + 1);
    struct buf bits = {0};
    for (size_t n = 0; n < sizeof(counts) / sizeof(counts[0]); n++) {
        struct batch_info batch = with_filter(keys, counts[n], &bits);
        assert_true(bits.len <= 8192);
        for (size_t i = 0; i < counts[n]; i++)
            assert_true(batch_may_hold(&batch, keys[i]));
    }
    buf_done(&bits);
    free(keys);
}

static void a_filter_denies_most_of_what_is_not(void **state)
{
    (void)state;
    uint64_t keys[5000];
    for (size_t i = 0; i < 5000; i++)
        keys[i] = batch_key_port((uint16_t)i);
    struct buf bits = {0};
    struct batch_info batch = with_filter(keys, 5000, &bits);
    int wrong = 0;
    for (int i = 10000; i < 60000; i++)
        wrong += batch_may_hold(&batch, batch_key_port((uint16_t)i));
    assert_true(wrong < 1000); /* 2 in 100 */
    batch = with_filter(keys, 0, &bits);
    assert_false(batch_may_hold(&batch, keys[0]));
    buf_done(&bits);
}

static void keys_of_different_things_differ(void **state)
{
    (void)state;
    assert_true(batch_key_name(22) != batch_key_port(22));
    assert_true(batch_key_ip(str_make("\0\0\0\x16", 4)) != batch_key_port(22));
    assert_true(batch_key_ip(str_make("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1",
                    16)) != batch_key_ip(str_make("\0\0\0\1", 4)));
    /* Stored in cases: these numbers must never change. */
    assert_true(batch_key_port(22) == UINT64_C(0xac2549ffe6a5ea42));
    assert_true(batch_key_name(1) == UINT64_C(0x910a2dec89025cc1));
}

static void summaries_tell_what_batches_hold(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_CREATE);
    assert_done(kit_import(store, "auth.log", 3, NULL, &err), err);
    struct batches batches;
    assert_done(batches_load(store, &batches, &err), err);
    assert_int_equal(batches.count, 3);
    assert_int_equal(batches.events, 300);
    assert_int_equal(batches.understood[UNDERSTOOD_PARSED], 300);
    const struct batch_info *batch = batches_find(&batches, 101);
    assert_ptr_equal(batch, &batches.at[1]);
    assert_ptr_equal(batches_find(&batches, 200), batch);
    assert_null(batches_find(&batches, 0));
    assert_null(batches_find(&batches, 301));
    assert_true(batch->first_time == KIT_START + 100 * STAMP_SECOND);
    assert_true(batch->in_order);
    assert_false(batch->has_repeats);
    assert_true(batch_has_kind(batch, 1));
    assert_false(batch_has_kind(batch, 2));
    assert_false(batch_has_kind(batch, 100000));

    struct names *names = names_new(store);
    int64_t alice = names_find(names, ENTITY_USER, STR("alice"));
    assert_true(alice > 0);
    assert_true(str_eq(names_get(names, alice), STR("alice")));
    assert_int_equal(names_find(names, ENTITY_HOST, STR("alice")), 0);
    assert_true(batch_may_hold(batch, batch_key_name(alice)));
    assert_false(batch_may_hold(batch, batch_key_name(alice + 1000)));
    assert_true(
        batch_may_hold(batch, batch_key_ip(str_make("\xcb\0\x71\x64", 4))));
    assert_false(
        batch_may_hold(batch, batch_key_ip(str_make("\xc0\0\2\1", 4))));
    assert_true(batch_may_hold(batch, batch_key_port(1024 + 100)));
    names_free(names);
    batches_done(&batches);
    store_close(store);
}

static void kinds_come_back_as_they_were_put(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_CREATE);
    assert_done(kit_import(store, "auth.log", 1, NULL, &err), err);
    struct kinds kinds;
    assert_done(kinds_load(store, &kinds, &err), err);
    assert_int_equal(kinds.count, 2);
    const struct kind *kind = &kinds.at[1];
    assert_true(str_eq(kind->format, STR("sshd")));
    assert_true(str_eq(kind->category, STR("authentication")));
    assert_true(str_eq(kind->action, STR("login")));
    assert_true(str_eq(kind->outcome, STR("failure")));
    assert_int_equal(kind->provider.len, 0);
    assert_int_equal(kind->severity, -1);
    assert_int_equal(kind->time_quality, TIME_YEAR_INFERRED);
    assert_int_equal(kind->object, FIELD_NONE);
    assert_true((kind->fields & FIELD_BIT(FIELD_USER)) != 0);
    assert_true((kind->fields & FIELD_BIT(FIELD_URL)) == 0);
    kinds_done(&kinds);
    store_close(store);
}

static bool count_names(void *context, int64_t id, struct str name)
{
    (void)id;
    (void)name;
    return ++*(int *)context < 3;
}

static void names_are_visited_until_told_to_stop(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_CREATE);
    assert_done(kit_import(store, "auth.log", 1, NULL, &err), err);
    int count = 0;
    assert_done(names_each(store, ENTITY_USER, count_names, &count, &err), err);
    assert_int_equal(count, 3);
    count = 0;
    assert_done(names_each(store, ENTITY_HOST, count_names, &count, &err), err);
    assert_int_equal(count, 1);
    store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_filter_never_denies_what_is_there),
        cmocka_unit_test(a_filter_denies_most_of_what_is_not),
        cmocka_unit_test(keys_of_different_things_differ),
        cmocka_unit_test_setup_teardown(
            summaries_tell_what_batches_hold, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(
            kinds_come_back_as_they_were_put, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(
            names_are_visited_until_told_to_stop, kit_setup, kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
