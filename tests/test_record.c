#include "src/event/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "src/base/limit.h"

static void a_new_record_is_undated_unparsed_and_one(void **state)
{
    (void)state;
    struct record record;
    record_init(&record);
    assert_true(record.time == STAMP_NONE);
    assert_true(record.time_end == STAMP_NONE);
    assert_int_equal(record.time_quality, TIME_UNDATED);
    assert_int_equal(record.understood, UNDERSTOOD_UNPARSED);
    assert_int_equal(record.count, 1);
    assert_false(record_has(&record, FIELD_USER));
    assert_int_equal(record_get(&record, FIELD_USER).len, 0);
    record_done(&record);
}

static void a_value_set_again_is_replaced(void **state)
{
    (void)state;
    struct record record;
    record_init(&record);
    record_set(&record, FIELD_USER, STR("alice"));
    record_set(&record, FIELD_USER, STR("bob"));
    assert_true(record_has(&record, FIELD_USER));
    assert_true(str_eq(record_get(&record, FIELD_USER), STR("bob")));
    record_done(&record);
}

static void empty_values_and_dashes_set_nothing(void **state)
{
    (void)state;
    struct record record;
    record_init(&record);
    record_set(&record, FIELD_USER, STR(""));
    record_set(&record, FIELD_HOST, STR("-"));
    record_set(&record, FIELD_NONE, STR("alice"));
    assert_true(record.present == 0);
    record_set(&record, FIELD_USER, STR("--"));
    record_set(&record, FIELD_USER, STR("-"));
    assert_true(str_eq(record_get(&record, FIELD_USER), STR("--")));
    assert_false(record_has(&record, FIELD_NONE));
    record_done(&record);
}

static void a_reset_record_forgets_its_values(void **state)
{
    (void)state;
    struct record record;
    struct str value;
    record_init(&record);
    record_set(&record, FIELD_NOTE, STR("x"));
    record_add_extra(&record, STR("a"), STR("1"));
    record.count = 5;
    record.aggregates = true;
    record_reset(&record);
    assert_false(record_has(&record, FIELD_NOTE));
    assert_false(record_find_extra(&record, STR("a"), &value));
    assert_int_equal(record.count, 1);
    assert_false(record.aggregates);
    record_done(&record);
}

static void extras_are_found_by_their_exact_name(void **state)
{
    (void)state;
    struct record record;
    struct str value = {0};
    record_init(&record);
    record_add_extra(&record, STR("Key"), STR("1"));
    record_add_extra(&record, STR("key"), STR("2"));
    record_add_extra(&record, STR("key"), STR("3"));
    assert_true(record_find_extra(&record, STR("key"), &value));
    assert_true(str_eq(value, STR("2")));
    assert_false(record_find_extra(&record, STR("KEY"), &value));
    record_done(&record);
}

static void extras_past_the_limit_are_dropped(void **state)
{
    (void)state;
    struct record record;
    record_init(&record);
    for (size_t i = 0; i < LIMIT_EXTRAS + 10; i++)
        record_add_extra(&record, STR("n"), STR("v"));
    assert_int_equal(record.extra_count, LIMIT_EXTRAS);
    record_done(&record);
}

static void every_time_quality_has_a_name(void **state)
{
    (void)state;
    for (int i = 0; i < TIME_QUALITY_COUNT; i++)
        assert_non_null(time_quality_name((enum time_quality)i));
    assert_string_equal(time_quality_name(TIME_ZONE_ASSUMED), "zone assumed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_record_is_undated_unparsed_and_one),
        cmocka_unit_test(a_value_set_again_is_replaced),
        cmocka_unit_test(empty_values_and_dashes_set_nothing),
        cmocka_unit_test(a_reset_record_forgets_its_values),
        cmocka_unit_test(extras_are_found_by_their_exact_name),
        cmocka_unit_test(extras_past_the_limit_are_dropped),
        cmocka_unit_test(every_time_quality_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
