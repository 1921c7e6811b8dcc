#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "src/base/stamp.h"
#include "src/query/group_table.h"

static void add_number(struct group_table *table, uint64_t number)
{
    struct group_add add = {.count = 1,
        .first = (int64_t)number,
        .last = (int64_t)number,
        .first_id = (int64_t)number};
    uint64_t key = number % 5000;
    group_table_add(table, str_make(&key, sizeof(key)), &add);
}

static void what_was_spilled_counts_as_what_was_kept(void **state)
{
    (void)state;
    struct group_table table = {0}, whole = {0};
    struct err err = {0};
    for (uint64_t i = 0; i < 20000; i++) {
        add_number(&table, i);
        if (i % 6000 == 5999)
            assert_int_equal(group_table_spill(&table, "/tmp", &err), 0);
    }
    size_t groups = 0;
    for (size_t part = 0; part < GROUP_PARTS; part++) {
        group_table_reset(&whole);
        assert_int_equal(group_table_merge(&whole, &table, part, &err), 0);
        groups += whole.count;
        for (size_t i = 0; i < whole.count; i++) {
            assert_int_equal(whole.entries[i].count, 4);
            assert_true(whole.entries[i].first < 5000);
            assert_int_equal(whole.entries[i].first, whole.entries[i].first_id);
            assert_int_equal(
                whole.entries[i].last, whole.entries[i].first + 15000);
        }
    }
    assert_int_equal(groups, 5000);
    group_table_done(&table);
    group_table_done(&whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_spilled_counts_as_what_was_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
