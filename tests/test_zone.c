#include "src/base/zone.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "src/base/buf.h"
#include "src/base/file.h"
#include "src/base/tzif.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const places[] = {"Europe/Berlin", "America/New_York",
    "Asia/Tokyo", "Asia/Kathmandu", "Australia/Lord_Howe", "Europe/Dublin",
    "America/Sao_Paulo", "Asia/Tehran", "Pacific/Apia", "Africa/Casablanca"};

static const struct zone *find(const char *name)
{
    struct err err = {0};
    const struct zone *zone = zone_find(str_from(name), &err);
    if (zone == NULL)
        fail_msg("%s", err.text);
    return zone;
}

static struct civil civil_of(const char *text)
{
    int year, month, day, hour, minute, second;
    assert_int_equal(sscanf(text, "%d-%d-%d %d:%d:%d", &year, &month, &day,
                         &hour, &minute, &second),
        6);
    return (struct civil){.year = year,
        .month = (int8_t)month,
        .day = (int8_t)day,
        .hour = (int8_t)hour,
        .minute = (int8_t)minute,
        .second = (int8_t)second,
        .has_date = true};
}

/* Seconds from `date -d 'TZ="ZONE" TIME' +%s`, transitions from zdump -v. */
static void wall_times_become_moments(void **state)
{
    (void)state;
    static const struct {
        const char *zone, *wall;
        int64_t seconds;
        enum zone_fit fit;
    } rows[] = {
        {"Europe/Berlin", "2026-03-04 02:11:09", 1772586669, ZONE_EXACT},
        {"Europe/Berlin", "2026-07-02 15:46:40", 1783000000, ZONE_EXACT},
        {"Europe/Berlin", "2026-03-29 01:59:59", 1774745999, ZONE_EXACT},
        {"Europe/Berlin", "2026-03-29 02:30:00", 1774747800, ZONE_SKIPPED},
        {"Europe/Berlin", "2026-03-29 03:00:00", 1774746000, ZONE_EXACT},
        {"Europe/Berlin", "2026-10-25 01:59:59", 1792886399, ZONE_EXACT},
        {"Europe/Berlin", "2026-10-25 02:00:00", 1792886400, ZONE_AMBIGUOUS},
        {"Europe/Berlin", "2026-10-25 02:59:59", 1792889999, ZONE_AMBIGUOUS},
        {"Europe/Berlin", "2026-10-25 03:00:00", 1792893600, ZONE_EXACT},
        {"Europe/Berlin", "2100-07-01 12:00:00", 4118119200, ZONE_EXACT},
        {"Europe/Berlin", "2100-10-31 02:30:00", 4128625800, ZONE_AMBIGUOUS},
        {"America/New_York", "2026-03-08 02:30:00", 1772955000, ZONE_SKIPPED},
        {"America/New_York", "2026-11-01 01:30:00", 1793511000, ZONE_AMBIGUOUS},
        {"America/New_York", "2026-11-01 02:00:00", 1793516400, ZONE_EXACT},
        {"Asia/Tokyo", "2026-03-04 11:11:09", 1772590269, ZONE_EXACT},
        {"Asia/Kathmandu", "2026-03-04 07:56:09", 1772590269, ZONE_EXACT},
        {"Australia/Lord_Howe", "2026-04-05 01:45:00", 1775313900,
            ZONE_AMBIGUOUS},
        {"Australia/Lord_Howe", "2026-04-05 02:00:00", 1775316600, ZONE_EXACT},
        {"Australia/Lord_Howe", "2026-10-04 02:15:00", 1791042300,
            ZONE_SKIPPED},
        {"+09:00", "2026-03-04 11:11:09", 1772590269, ZONE_EXACT},
        {"-0330", "2026-03-03 22:41:09", 1772590269, ZONE_EXACT},
        {"UTC", "2026-03-04 02:11:09", 1772590269, ZONE_EXACT},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct civil civil = civil_of(rows[i].wall);
        civil.nanosecond = 7;
        int64_t stamp;
        enum zone_fit fit;
        assert_true(zone_to_stamp(find(rows[i].zone), &civil, &stamp, &fit));
        if (stamp != rows[i].seconds * STAMP_SECOND + 7 || fit != rows[i].fit)
            fail_msg("%s %s gives %lld, fit %d", rows[i].zone, rows[i].wall,
                (long long)stamp_seconds(stamp), (int)fit);
    }
}

static int64_t libc_offset(int64_t seconds)
{
    time_t moment = (time_t)seconds;
    struct tm tm;
    assert_non_null(localtime_r(&moment, &tm));
    return civil_days(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday) * 86400 +
           tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec - seconds;
}

static void offsets_agree_with_the_c_library_for_four_centuries(void **state)
{
    (void)state;
    const int64_t first = civil_days(1850, 1, 1) * 86400;
    const int64_t last = civil_days(2262, 1, 1) * 86400;
    const int64_t step = 4 * 86400 + 3601;
    for (size_t i = 0; i < COUNT(places); i++) {
        setenv("TZ", places[i], 1);
        tzset();
        const struct zone *zone = find(places[i]);
        for (int64_t at = first; at < last; at += step) {
            int64_t offset = zone_offset_at(zone, at * STAMP_SECOND);
            if (offset != libc_offset(at))
                fail_msg("%s at %lld: %lld", places[i], (long long)at,
                    (long long)offset);
        }
    }
    unsetenv("TZ");
}

static void every_wall_time_leads_back_to_its_moment(void **state)
{
    (void)state;
    const int64_t last = civil_days(2045, 1, 1) * 86400;
    const int64_t step = 6 * 3600 - 599;
    for (size_t i = 0; i < COUNT(places); i++) {
        const struct zone *zone = find(places[i]);
        for (int64_t at = civil_days(1980, 1, 1) * 86400; at < last;
             at += step) {
            int64_t stamp = at * STAMP_SECOND;
            struct civil civil;
            civil_from_stamp(stamp, zone_offset_at(zone, stamp), &civil);
            civil.has_offset = false;
            int64_t back;
            enum zone_fit fit;
            assert_true(zone_to_stamp(zone, &civil, &back, &fit));
            bool earlier = fit == ZONE_AMBIGUOUS && back < stamp;
            if (fit == ZONE_SKIPPED || (back != stamp && !earlier))
                fail_msg("%s at %lld", places[i], (long long)at);
        }
    }
}

static void an_offset_of_its_own_ignores_the_zone(void **state)
{
    (void)state;
    struct civil civil = civil_of("2026-03-29 02:30:00");
    civil.has_offset = true;
    civil.offset_s = 3600;
    int64_t stamp;
    enum zone_fit fit;
    assert_true(zone_to_stamp(find("Asia/Tokyo"), &civil, &stamp, &fit));
    assert_int_equal(stamp, INT64_C(1774747800) * STAMP_SECOND);
    assert_int_equal(fit, ZONE_EXACT);
}

static void a_wall_time_without_a_date_has_no_moment(void **state)
{
    (void)state;
    struct civil civil = {.hour = 1};
    int64_t stamp;
    enum zone_fit fit;
    assert_false(zone_to_stamp(zone_utc(), &civil, &stamp, &fit));
    civil = civil_of("2026-03-04 02:11:09");
    civil.year = CIVIL_NO_YEAR;
    assert_false(zone_to_stamp(zone_utc(), &civil, &stamp, &fit));
    civil.year = 2263;
    assert_false(zone_to_stamp(zone_utc(), &civil, &stamp, &fit));
}

static void fixed_offsets_have_one_name_each(void **state)
{
    (void)state;
    static const struct {
        const char *written, *name;
        int32_t offset_s;
    } rows[] = {
        {"+09:00", "+09:00", 32400},
        {"+0900", "+09:00", 32400},
        {"+9", "+09:00", 32400},
        {"UTC+9", "+09:00", 32400},
        {"GMT-03:30", "-03:30", -12600},
        {"-0330", "-03:30", -12600},
        {"utc", "UTC", 0},
        {"Z", "UTC", 0},
        {"+00:00", "UTC", 0},
        {"GMT", "UTC", 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct zone *zone = find(rows[i].written);
        assert_string_equal(zone_name(zone), rows[i].name);
        assert_int_equal(zone_offset_at(zone, 0), rows[i].offset_s);
        assert_ptr_equal(zone, find(rows[i].name));
    }
    assert_ptr_equal(find("UTC"), zone_utc());
}

static void what_is_no_zone_is_refused(void **state)
{
    (void)state;
    static const char *const rows[] = {"", ".", "..", "/etc/passwd",
        "../../../etc/passwd", "Europe/../Europe/Berlin", "Europe//Berlin",
        "Europe/", "/Europe/Berlin", "Europe/Berlin\n", "No/Where", "Europe",
        "tzdata.zi", "leapseconds", "+", "+24:00", "+9x", "+09:60", "UTC+",
        "right/Europe/Berlin",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct err err = {0};
        if (zone_find(str_from(rows[i]), &err) != NULL)
            fail_msg("%s is found", rows[i]);
        assert_true(err.text[0] != '\0');
    }
    assert_null(zone_find(STR("Europe/Berlin\0x"), NULL));
}

static void *find_all(void *argument)
{
    const struct zone **found = argument;
    for (size_t i = 0; i < COUNT(places); i++)
        found[i] = zone_find(str_from(places[i]), NULL);
    return NULL;
}

static void threads_share_one_zone_of_a_name(void **state)
{
    (void)state;
    enum { THREADS = 4 };
    const struct zone *found[THREADS][COUNT(places)];
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(
            pthread_create(&threads[i], NULL, find_all, found[i]), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < THREADS; i++)
        assert_memory_equal(found[i], found[0], sizeof(found[0]));
    assert_non_null(found[0][0]);
}

/* --- files of our own ----------------------------------------------------- */

static void add_u32(struct buf *out, uint32_t number)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        buf_add_char(out, (char)(number >> shift & 0xff));
}

static void add_header(struct buf *out, uint32_t times, uint32_t types)
{
    static const char reserved[15];
    buf_add_cstr(out, "TZif2");
    buf_add(out, reserved, sizeof(reserved));
    add_u32(out, 0);
    add_u32(out, 0);
    add_u32(out, 0);
    add_u32(out, times);
    add_u32(out, types);
    add_u32(out, types > 0 ? 4 : 0);
}

/* One type of `offset_s`, no transitions, and a rule. */
static int parse_rule_file(
    int32_t offset_s, const char *rule, struct zone_table *table)
{
    struct buf file = {0};
    add_header(&file, 0, 1);
    add_u32(&file, (uint32_t)offset_s);
    buf_add(&file, "\0\0XXX", 6);
    add_header(&file, 0, 1);
    add_u32(&file, (uint32_t)offset_s);
    buf_add(&file, "\0\0XXX", 6);
    buf_printf(&file, "\n%s\n", rule);
    struct err err = {0};
    int rc = tzif_parse(buf_str(&file), table, &err);
    assert_true((rc < 0) == (err.text[0] != '\0'));
    buf_done(&file);
    return rc;
}

static void rules_of_every_form_are_understood(void **state)
{
    (void)state;
    static const struct {
        const char *rule;
        size_t count;     /* pieces of time */
        int64_t first_at; /* of summer time in 1970, wall seconds */
    } rows[] = {
        {"XXX3", 1, 0},
        {"<+03>-3", 1, 0},
        {"XXX3YYY,M3.2.0,M11.1.0", 1175, 66 * 86400 + 7200},
        {"XXX3YYY2,J60/0,J365", 1175, 59 * 86400},
        {"XXX3YYY,59/-1,300/26:30:15", 1175, 59 * 86400 - 3600},
        /* Summer time all year, as in RFC 8536 section 3.3.1. */
        {"XXX3EDT4,0/0,J365/23", 2, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct zone_table table;
        assert_int_equal(parse_rule_file(-10800, rows[i].rule, &table), 0);
        if (table.count != rows[i].count && rows[i].first_at != 0)
            fail_msg("%s: %zu pieces", rows[i].rule, table.count);
        bool found = rows[i].first_at == 0;
        for (size_t k = 0; k < table.count; k++)
            found = found || table.until[k] == rows[i].first_at + 10800;
        if (!found)
            fail_msg("%s has no such time", rows[i].rule);
        zone_table_done(&table);
    }
}

static void rules_that_are_none_are_refused(void **state)
{
    (void)state;
    static const char *const rows[] = {"X", "3", "XXX", "XXX3YYY", "XXX25",
        "XXX3YYY,M13.1.0,M11.1.0", "XXX3YYY,M3.6.0,M11.1.0",
        "XXX3YYY,M3.1.7,M11.1.0", "XXX3YYY,J0,J5", "XXX3YYY,366,5",
        "XXX3YYY,5/168,6", "XXX3YYY,5", "XXX3YYY,5,6x", "<+03-3", "XXX3:60"};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct zone_table table;
        if (parse_rule_file(0, rows[i], &table) == 0)
            fail_msg("%s", rows[i]);
    }
}

static void every_beginning_of_a_zone_file_is_refused(void **state)
{
    (void)state;
    struct buf file = {0};
    assert_int_equal(
        file_read("/usr/share/zoneinfo/Europe/Berlin", 1 << 18, &file, NULL),
        0);
    for (size_t len = 0; len < file.len; len++) {
        char *exact = malloc(len > 0 ? len : 1);
        assert_non_null(exact);
        memcpy(exact, file.ptr, len);
        struct zone_table table;
        assert_int_equal(tzif_parse(str_make(exact, len), &table, NULL), -1);
        free(exact);
    }
    buf_done(&file);
}

static void every_damaged_byte_of_a_zone_file_is_survived(void **state)
{
    (void)state;
    struct buf file = {0};
    assert_int_equal(
        file_read("/usr/share/zoneinfo/Europe/Berlin", 1 << 18, &file, NULL),
        0);
    for (size_t i = 0; i < file.len; i++) {
        char before = file.ptr[i];
        file.ptr[i] = (char)(before ^ 0x80);
        struct zone_table table;
        if (tzif_parse(buf_str(&file), &table, NULL) == 0)
            zone_table_done(&table);
        file.ptr[i] = before;
    }
    buf_done(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wall_times_become_moments),
        cmocka_unit_test(offsets_agree_with_the_c_library_for_four_centuries),
        cmocka_unit_test(every_wall_time_leads_back_to_its_moment),
        cmocka_unit_test(an_offset_of_its_own_ignores_the_zone),
        cmocka_unit_test(a_wall_time_without_a_date_has_no_moment),
        cmocka_unit_test(fixed_offsets_have_one_name_each),
        cmocka_unit_test(what_is_no_zone_is_refused),
        cmocka_unit_test(threads_share_one_zone_of_a_name),
        cmocka_unit_test(rules_of_every_form_are_understood),
        cmocka_unit_test(rules_that_are_none_are_refused),
        cmocka_unit_test(every_beginning_of_a_zone_file_is_refused),
        cmocka_unit_test(every_damaged_byte_of_a_zone_file_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
