#include "src/base/stamp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* Second of `date -u -d '2026-03-04 02:11:09' +%s`. */
#define MARCH_4 INT64_C(1772590269)

static struct civil civil_of(int32_t year, int month, int day)
{
    return (struct civil){.year = year,
        .month = (int8_t)month,
        .day = (int8_t)day,
        .has_date = true};
}

static void days_count_from_1970(void **state)
{
    (void)state;
    assert_int_equal(civil_days(1970, 1, 1), 0);
    assert_int_equal(civil_days(1969, 12, 31), -1);
    assert_int_equal(civil_days(2000, 2, 29), 11016);
    assert_int_equal(civil_days(2026, 3, 4), MARCH_4 / 86400);
    assert_int_equal(civil_days(1, 1, 1), -719162);
    assert_int_equal(civil_days(-400, 3, 1), -719468 - 146097);
}

static void every_day_of_eight_centuries_comes_back(void **state)
{
    (void)state;
    for (int64_t day = civil_days(1678, 1, 1); day < civil_days(2262, 1, 1);
         day++) {
        struct civil civil;
        civil_from_stamp(day * STAMP_DAY + 1, 0, &civil);
        assert_true(civil_is_valid(&civil));
        assert_int_equal(civil_days(civil.year, civil.month, civil.day), day);
        assert_int_equal(civil.hour, 0);
        assert_int_equal(civil.nanosecond, 1);
    }
}

static void month_lengths_and_leap_years_are_checked(void **state)
{
    (void)state;
    static const struct {
        int32_t year;
        int month, day;
        bool valid;
    } rows[] = {
        {2026, 2, 28, true},
        {2026, 2, 29, false},
        {2024, 2, 29, true},
        {1900, 2, 29, false},
        {2000, 2, 29, true},
        {CIVIL_NO_YEAR, 2, 29, true},
        {CIVIL_NO_YEAR, 2, 30, false},
        {2026, 4, 31, false},
        {2026, 0, 1, false},
        {2026, 13, 1, false},
        {2026, 1, 0, false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct civil civil = civil_of(rows[i].year, rows[i].month, rows[i].day);
        if (civil_is_valid(&civil) != rows[i].valid)
            fail_msg("row %zu", i);
    }
}

static void a_time_of_day_is_valid_without_a_date(void **state)
{
    (void)state;
    struct civil civil = {.hour = 23, .minute = 59, .second = 60};
    assert_true(civil_is_valid(&civil));
    int64_t stamp;
    assert_false(civil_to_stamp(&civil, &stamp));
    civil.hour = 24;
    assert_false(civil_is_valid(&civil));
}

static void a_leap_second_counts_as_the_next_second(void **state)
{
    (void)state;
    struct civil civil = civil_of(2016, 12, 31);
    civil.hour = 23;
    civil.minute = 59;
    civil.second = 60;
    int64_t stamp;
    assert_true(civil_to_stamp(&civil, &stamp));
    assert_int_equal(stamp, civil_days(2017, 1, 1) * STAMP_DAY);
}

static void an_offset_of_its_own_is_applied(void **state)
{
    (void)state;
    struct civil civil = civil_of(2026, 3, 4);
    civil.hour = 11;
    civil.minute = 11;
    civil.second = 9;
    civil.has_offset = true;
    civil.offset_s = 9 * 3600;
    int64_t stamp;
    assert_true(civil_to_stamp(&civil, &stamp));
    assert_int_equal(stamp, MARCH_4 * STAMP_SECOND);
}

static void what_a_stamp_cannot_hold_is_refused(void **state)
{
    (void)state;
    int64_t stamp;
    struct civil late = civil_of(2262, 4, 12);
    assert_false(civil_to_stamp(&late, &stamp));
    struct civil early = civil_of(1677, 9, 21);
    assert_false(civil_to_stamp(&early, &stamp));
    struct civil no_year = civil_of(CIVIL_NO_YEAR, 9, 21);
    assert_false(civil_to_stamp(&no_year, &stamp));
    assert_true(stamp_from_seconds(INT64_C(9223372036), 854775807, &stamp));
    assert_int_equal(stamp, INT64_MAX);
    assert_false(stamp_from_seconds(INT64_C(9223372036), 854775808, &stamp));
    assert_true(stamp_from_seconds(INT64_C(-9223372037), 145224193, &stamp));
    assert_int_equal(stamp, INT64_MIN + 1);
    assert_false(stamp_from_seconds(INT64_C(-9223372037), 145224192, &stamp));
}

static void seconds_before_1970_round_to_the_past(void **state)
{
    (void)state;
    assert_int_equal(stamp_seconds(-1), -1);
    assert_int_equal(stamp_seconds(-STAMP_SECOND), -1);
    assert_int_equal(stamp_seconds(STAMP_SECOND - 1), 0);
    struct civil civil;
    civil_from_stamp(-1, 0, &civil);
    assert_int_equal(civil.year, 1969);
    assert_int_equal(civil.second, 59);
    assert_int_equal(civil.nanosecond, 999999999);
}

static void moments_are_written_as_iso_8601(void **state)
{
    (void)state;
    static const struct {
        int64_t stamp;
        enum stamp_precision precision;
        int32_t offset_s;
        const char *text;
    } rows[] = {
        {MARCH_4 * STAMP_SECOND, STAMP_PRECISION_S, 0, "2026-03-04T02:11:09Z"},
        {MARCH_4 * STAMP_SECOND + 120000000, STAMP_PRECISION_MS, 0,
            "2026-03-04T02:11:09.120Z"},
        {MARCH_4 * STAMP_SECOND + 7, STAMP_PRECISION_NS, 32400,
            "2026-03-04T11:11:09.000000007+09:00"},
        {MARCH_4 * STAMP_SECOND + 1000, STAMP_PRECISION_US, -12600,
            "2026-03-03T22:41:09.000001-03:30"},
        {0, STAMP_PRECISION_S, 3208, "1970-01-01T00:53:28+00:53:28"},
        {INT64_MIN + 1, STAMP_PRECISION_NS, 0,
            "1677-09-21T00:12:43.145224193Z"},
        {INT64_MAX, STAMP_PRECISION_NS, 0, "2262-04-11T23:47:16.854775807Z"},
        {STAMP_NONE, STAMP_PRECISION_NS, 0, ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[STAMP_TEXT_MAX];
        size_t len = stamp_format(
            rows[i].stamp, rows[i].precision, rows[i].offset_s, text);
        assert_string_equal(text, rows[i].text);
        assert_int_equal(len, strlen(text));
    }
    char plain[STAMP_TEXT_MAX];
    stamp_format_plain(MARCH_4 * STAMP_SECOND, STAMP_PRECISION_S, 3600, plain);
    assert_string_equal(plain, "2026-03-04 03:11:09");
}

static void spans_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t span;
    } rows[] = {
        {"24h", STAMP_DAY},
        {"90s", 90 * STAMP_SECOND},
        {"2w", 14 * STAMP_DAY},
        {"500ms", STAMP_SECOND / 2},
        {"1h30m", 5400 * STAMP_SECOND},
        {"2h 05m", 7500 * STAMP_SECOND},
        {"-10m", -600 * STAMP_SECOND},
        {"+7d", 7 * STAMP_DAY},
        {" 1us3ns ", 1003},
        {"0s", 0},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int64_t span = -1;
        if (!stamp_parse_span(str_from(rows[i].text), &span) ||
            span != rows[i].span)
            fail_msg("%s", rows[i].text);
    }
}

static void what_is_no_span_is_refused(void **state)
{
    (void)state;
    static const char *const rows[] = {"", " ", "-", "5", "h", "5x", "5 m",
        "5m3", "--5m", "5m-3s", "1.5h", "9999999999w", "99999999999999999999s"};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int64_t span = 42;
        if (stamp_parse_span(str_from(rows[i]), &span))
            fail_msg("\"%s\"", rows[i]);
        assert_int_equal(span, 42);
    }
}

static void spans_are_written_with_two_units(void **state)
{
    (void)state;
    static const struct {
        int64_t span;
        const char *text;
    } rows[] = {
        {7500 * STAMP_SECOND, "2h 05m"},
        {STAMP_DAY * 15 + 3600 * STAMP_SECOND, "15d 01h"},
        {65 * STAMP_SECOND, "1m 05s"},
        {7200 * STAMP_SECOND + 5, "2h"},
        {1250 * STAMP_SECOND / 1000, "1s 250ms"},
        {-90 * STAMP_SECOND, "-1m 30s"},
        {7, "7ns"},
        {0, "0s"},
        {INT64_MIN, "-106751d 23h"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[STAMP_TEXT_MAX];
        stamp_format_span(rows[i].span, text);
        assert_string_equal(text, rows[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_count_from_1970),
        cmocka_unit_test(every_day_of_eight_centuries_comes_back),
        cmocka_unit_test(month_lengths_and_leap_years_are_checked),
        cmocka_unit_test(a_time_of_day_is_valid_without_a_date),
        cmocka_unit_test(a_leap_second_counts_as_the_next_second),
        cmocka_unit_test(an_offset_of_its_own_is_applied),
        cmocka_unit_test(what_a_stamp_cannot_hold_is_refused),
        cmocka_unit_test(seconds_before_1970_round_to_the_past),
        cmocka_unit_test(moments_are_written_as_iso_8601),
        cmocka_unit_test(spans_are_read),
        cmocka_unit_test(what_is_no_span_is_refused),
        cmocka_unit_test(spans_are_written_with_two_units),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
