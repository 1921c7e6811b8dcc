#include "ui/group_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define T(seconds) ((INT64_C(1772589069) + (seconds)) * STAMP_SECOND)

static struct group_row rows[] = {
    {.keys = {STR_INIT("10"), STR_INIT("web 01")},
        .count = 40,
        .first = T(3),
        .last = T(9),
        .bucket = T(0)},
    {.keys = {STR_INIT("9"), STR_INIT("db")},
        .count = 200,
        .first = T(1),
        .last = T(2),
        .bucket = T(60)},
    {.keys = {STR_INIT(""), STR_INIT("")},
        .count = 1,
        .first = T(2),
        .last = T(50),
        .bucket = STAMP_NONE},
};
static const struct group group = {.rows = rows, .count = 3};

static void expect_order(
    enum group_column column, bool reversed, const char *expected)
{
    uint32_t *order = group_rows_order(&group, column, reversed);
    char digits[4] = "";
    for (size_t i = 0; i < 3; i++)
        digits[i] = (char)('0' + order[i]);
    assert_string_equal(digits, expected);
    free(order);
}

static void rows_are_ordered_by_any_column(void **state)
{
    (void)state;
    expect_order(GROUP_COUNT, false, "102");
    expect_order(GROUP_COUNT, true, "201");
    expect_order(GROUP_KEYS, false, "102"); /* numbers by value */
    expect_order((enum group_column)(GROUP_KEYS + 1), false, "102");
    expect_order(GROUP_FIRST, false, "120");
    expect_order(GROUP_LAST, false, "201");
    expect_order(GROUP_BUCKET, false, "201");
}

static void expect_bar(uint64_t count, uint64_t most, const char *expected)
{
    struct buf out = {0};
    group_rows_bar(count, most, 2, &out);
    assert_string_equal(buf_cstr(&out), expected);
    buf_done(&out);
}

static void a_bar_is_a_share_and_never_nothing(void **state)
{
    (void)state;
    expect_bar(100, 100, "\xe2\xa3\xbf\xe2\xa3\xbf");
    expect_bar(75, 100, "\xe2\xa3\xbf\xe2\xa1\x87");
    expect_bar(1, 1000000, "\xe2\xa1\x87");
    expect_bar(0, 100, "");
    expect_bar(UINT64_MAX, UINT64_MAX, "\xe2\xa3\xbf\xe2\xa3\xbf");
}

static void expect_query(const char *condition, const struct tail *tail,
    size_t first, size_t count, const char *expected)
{
    const struct group_row *chosen[3];
    struct buf out = {0};
    struct err err = {0};
    for (size_t i = 0; i < count; i++)
        chosen[i] = &rows[first + i];
    assert_true(
        group_rows_query(str_from(condition), tail, chosen, count, &out));
    assert_string_equal(buf_cstr(&out), expected);
    struct query *query = query_parse(buf_str(&out), NULL, NULL, &err);
    if (query == NULL)
        fail_msg("%s", err.text);
    query_free(query);
    buf_done(&out);
}

static void a_row_narrows_to_its_events(void **state)
{
    (void)state;
    const struct tail one = {
        .kind = TAIL_TOP, .keys = {{.field = FIELD_STATUS}}, .key_count = 1};
    const struct tail two = {.kind = TAIL_COUNT,
        .keys = {{.field = FIELD_STATUS}, {.field = FIELD_HOST}},
        .key_count = 2};
    const struct tail none = {.kind = TAIL_COUNT};
    expect_query("", &one, 0, 1, "status:10");
    expect_query("a OR b", &one, 0, 1, "(a OR b) status:10");
    expect_query("a", &one, 0, 2, "a status:10,9");
    expect_query("status:7", &one, 1, 2, "status:7 (status:9 OR -status:*)");
    expect_query("a", &two, 0, 1, "a status:10 host:\"web 01\"");
    expect_query("a", &two, 2, 1, "a -status:* -host:*");
    expect_query(
        "", &two, 0, 2, "(status:10 host:\"web 01\") OR (status:9 host:db)");
    expect_query("a", &none, 0, 1, "a");
}

static void an_interval_narrows_to_its_time(void **state)
{
    (void)state;
    const struct tail per = {.kind = TAIL_PER,
        .interval = 60 * STAMP_SECOND,
        .keys = {{.field = FIELD_STATUS}},
        .key_count = 1};
    expect_query("", &per, 1, 1,
        "after:2026-03-04T01:52:09Z before:2026-03-04T01:53:09Z status:9");
    expect_query("a", &per, 2, 1, "a is:undated -status:*");
}

static void a_key_without_a_name_narrows_nothing(void **state)
{
    (void)state;
    const struct tail odd = {.kind = TAIL_COUNT,
        .keys = {{.field = FIELD_NONE, .name = STR_INIT("a b")}},
        .key_count = 1};
    const struct group_row *chosen[] = {&rows[0]};
    struct buf out = {0};
    assert_false(group_rows_query(STR("x"), &odd, chosen, 1, &out));
    buf_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_ordered_by_any_column),
        cmocka_unit_test(a_bar_is_a_share_and_never_nothing),
        cmocka_unit_test(a_row_narrows_to_its_events),
        cmocka_unit_test(an_interval_narrows_to_its_time),
        cmocka_unit_test(a_key_without_a_name_narrows_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
