#include "src/base/timefmt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What was read, in one line: "yyyy-03-04 02:11:09.120 +09:00". */
static const char *show(const struct civil *civil, char out[120])
{
    char date[40] = "";
    char year[24] = "yyyy";
    if (civil->year != CIVIL_NO_YEAR)
        snprintf(year, sizeof(year), "%04d", civil->year);
    if (civil->has_date)
        snprintf(date, sizeof(date), "%s-%02d-%02d ", year, civil->month,
            civil->day);
    char fraction[16] = "";
    int digits = 3 * (int)civil->precision;
    if (digits > 0)
        snprintf(fraction, sizeof(fraction), ".%09u", civil->nanosecond);
    fraction[digits > 0 ? digits + 1 : 0] = '\0';
    char offset[16] = "";
    int minutes = abs(civil->offset_s) / 60;
    if (civil->has_offset)
        snprintf(offset, sizeof(offset), " %c%02d:%02d",
            civil->offset_s < 0 ? '-' : '+', minutes / 60, minutes % 60);
    snprintf(out, 120, "%s%02d:%02d:%02d%s%s", date, civil->hour, civil->minute,
        civil->second, fraction, offset);
    return out;
}

struct row {
    const char *format;
    const char *text; /* '^' stands where the time ends */
    const char *gives;
};

static void check_read(const struct row *row)
{
    struct err err = {0};
    struct timefmt *format = timefmt_new(str_from(row->format), &err);
    if (format == NULL)
        fail_msg("%s", err.text);
    char text[100];
    snprintf(text, sizeof(text), "%s", row->text);
    char *end = strchr(text, '^');
    size_t used = end != NULL ? (size_t)(end - text) : strlen(text);
    if (end != NULL)
        memmove(end, end + 1, strlen(end));

    struct civil civil;
    char shown[120];
    size_t len = timefmt_read(format, str_from(text), &civil);
    if (row->gives == NULL && len != 0)
        fail_msg("%s reads \"%s\"", row->format, text);
    if (row->gives != NULL && len != used)
        fail_msg("%s uses %zu of \"%s\"", row->format, len, text);
    if (row->gives != NULL)
        assert_string_equal(show(&civil, shown), row->gives);
    timefmt_free(format);
}

static void formats_read_what_they_describe(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"%b %e %H:%M:%S", "Mar  4 02:11:09^ web01", "yyyy-03-04 02:11:09"},
        {"%b %d %T", "mar 14 02:11:09", "yyyy-03-14 02:11:09"},
        {"%b %d %T", "September 14 02:11:09", "yyyy-09-14 02:11:09"},
        {"%b %d %T", "Sept 14 02:11:09", "yyyy-09-14 02:11:09"},
        {"%FT%T%?%f%z", "2026-03-04T02:11:09.12+09:00",
            "2026-03-04 02:11:09.120 +09:00"},
        {"%FT%T%?%f%z", "2026-03-04T02:11:09Z", "2026-03-04 02:11:09 +00:00"},
        {"%F %T.%f", "2026-03-04 02:11:09,120", "2026-03-04 02:11:09.120"},
        {"%F %T,%f", "2026-03-04 02:11:09.1234567",
            "2026-03-04 "
            "02:11:09.123456700"},
        {"%F %T%?.%f%? %?%z", "2026-03-04 02:11:09 -0330",
            "2026-03-04 02:11:09 -03:30"},
        {"%F %T%?.%f", "2026-03-04 02:11:09^ x", "2026-03-04 02:11:09"},
        {"%T.%f", "02:11:09.1234567891234", "02:11:09.123456789"},
        {"%d/%b/%Y:%H:%M:%S %z", "04/Mar/2026:02:11:09 +0000^]",
            "2026-03-04 02:11:09 +00:00"},
        {"%a, %d %b %Y %T %z", "Wed, 04 Mar 2026 02:11:09 GMT",
            "2026-03-04 02:11:09 +00:00"},
        {"%a %b %e %T %Z %Y", "Wed Mar  4 02:11:09 CET 2026",
            "2026-03-04 02:11:09"},
        {"%a %b %e %T %Z %Y", "Wednesday Mar  4 02:11:09 UTC 2026",
            "2026-03-04 02:11:09 +00:00"},
        {"%D %I:%M:%S %p", "03/04/26 12:11:09 AM", "2026-03-04 00:11:09"},
        {"%m/%d/%Y %I:%M:%S %p", "3/4/2026 2:11:09 pm", "2026-03-04 14:11:09"},
        {"%y%m%d %T", "690304 02:11:09", "1969-03-04 02:11:09"},
        {"%Y-%jT%T", "2024-366T23:59:60", "2024-12-31 23:59:60"},
        {"%Y%m%d%H%M%S", "20260304021109", "2026-03-04 02:11:09"},
        {"%s", "1772590269^ x", "2026-03-04 02:11:09 +00:00"},
        {"%L", "1772590269120", "2026-03-04 02:11:09.120 +00:00"},
        {"%U", "1772590269120001", "2026-03-04 02:11:09.120001 +00:00"},
        {"%N", "1772590269120001002", "2026-03-04 02:11:09.120001002 +00:00"},
        {"audit(%E", "audit(1772590269.120^:77)",
            "2026-03-04 02:11:09.120 +00:00"},
        {"%E", "1772590269^.", "2026-03-04 02:11:09 +00:00"},
        {"%X", "69a794bd^ x", "2026-03-04 02:11:09 +00:00"},
        {"%X", "69a794bd.1dcd6500^ 0x7f",
            "2026-03-04 02:11:09.500000000 +00:00"},
        {"%X", "69A794BD^.1d", "2026-03-04 02:11:09 +00:00"},
        {"%@", "@4000000069a794c71dcd6500^ x",
            "2026-03-04 02:11:09.500000000 +00:00"},
        {"%T.%f%q", "02:11:09.120+300^ x", "02:11:09.120 -05:00"},
        {"%T%q", "02:11:09-330", "02:11:09 +05:30"},
        {"%x", "380204020B09^,7", "2026-03-04 02:11:09"},
        {"[%T%%]", "[02:11:09%]", "02:11:09"},
        {"%F %T", "2026-03-04 \t 02:11:09", "2026-03-04 02:11:09"},
        {"%T%z", "02:11:09UTC+09:00", "02:11:09 +09:00"},
        {"%T%z", "02:11:09UTC+1", "02:11:09 +01:00"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_read(&rows[i]);
}

static void what_is_no_such_time_is_refused(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"%b %e %T", "", NULL},
        {"%b %e %T", "Ma", NULL},
        {"%b %e %T", "Mar  4 02:11:0", NULL},
        {"%b %e %T", "Mar 32 02:11:09", NULL},
        {"%b %e %T", "Max  4 02:11:09", NULL},
        {"%b %e %T", "Mar  4 24:11:09", NULL},
        {"%b %e %T", "Mar  4 02:61:09", NULL},
        {"%F", "2026-02-29", NULL},
        {"%F", "202a-02-28", NULL},
        {"%F %I:%M %p", "2026-02-28 13:00 PM", NULL},
        {"%Y-%j", "2026-366", NULL},
        {"%Y-%j", "2026-000", NULL},
        {"%T%z", "02:11:09+1", NULL},
        {"%T%z", "02:11:09+1700", NULL},
        {"%T%z", "02:11:09+093", NULL},
        {"%s", "99999999999999", NULL},
        {"%s", "x", NULL},
        {"%N", "9999999999999999999", NULL},
        {"%N", "17725902691200010020", NULL},
        {"%X", "69a794b", NULL},
        {"%@", "@4000000069a794c71dcd650", NULL},
        {"%@", "@4000000069a794c7ffffffff", NULL},
        {"%T%q", "02:11:09+2000", NULL},
        {"%x", "38020402FFFF", NULL},
        {"%T.%f", "02:11:09.", NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_read(&rows[i]);
}

static void a_format_knows_what_it_always_gives(void **state)
{
    (void)state;
    static const struct {
        const char *format;
        bool year, offset;
    } rows[] = {
        {"%b %e %T", false, false},
        {"%F %T", true, false},
        {"%F %T%z", true, true},
        {"%F %T%?%z", true, false},
        {"%F %T %Z", true, false},
        {"%E", true, true},
        {"%@", true, true},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct timefmt *format = timefmt_new(str_from(rows[i].format), NULL);
        assert_non_null(format);
        if (timefmt_has_year(format) != rows[i].year ||
            timefmt_has_offset(format) != rows[i].offset)
            fail_msg("%s", rows[i].format);
        timefmt_free(format);
    }
}

static void a_bad_pattern_is_explained(void **state)
{
    (void)state;
    static const struct {
        const char *format, *text;
    } rows[] = {
        {"", "time format \"\": it is empty"},
        {"%F %Q", "time format \"%F %Q\": there is no %Q"},
        {"%F %", "time format \"%F %\": it ends in a lone %"},
        {"%T%?", "time format \"%T%?\": nothing follows %?"},
        {"%I:%M", "time format \"%I:%M\": %I needs %p"},
        {"%H:%M %p", "time format \"%H:%M %p\": %p needs %I instead of %H"},
        {"%j %T", "time format \"%j %T\": %j needs a year"},
        {"%T%?%F", "time format \"%T%?%F\": %F is several items and cannot be "
                   "optional"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct err err = {0};
        assert_null(timefmt_new(str_from(rows[i].format), &err));
        assert_string_equal(err.text, rows[i].text);
        assert_int_equal(err.code, ERR_INPUT);
    }
}

static void a_pattern_of_any_length_is_bounded(void **state)
{
    (void)state;
    char pattern[4096];
    memset(pattern, 'x', sizeof(pattern));
    struct err err = {0};
    assert_null(timefmt_new(str_make(pattern, sizeof(pattern)), &err));
    assert_int_equal(err.code, ERR_LIMIT);
}

/* '<' stands where the time begins, '>' where it ends. */
static void check_find(const char *marked, size_t skip, const char *gives)
{
    char text[128];
    size_t length = 0;
    size_t start = 0;
    size_t end = 0;
    for (const char *c = marked; *c != '\0'; c++) {
        if (*c == '<')
            start = length;
        else if (*c == '>')
            end = length;
        else
            text[length++] = *c;
    }
    /* Of exactly the right size, so that a sanitizer sees one byte too far. */
    char *exact = malloc(length > 0 ? length : 1);
    assert_non_null(exact);
    memcpy(exact, text, length);
    struct civil civil;
    char shown[120];
    size_t found = 99;
    size_t used = timefmt_find(str_make(exact, length), skip, &found, &civil);
    free(exact);
    if (gives == NULL && used != 0)
        fail_msg("found in \"%s\": %s", marked, show(&civil, shown));
    if (gives != NULL && used == 0)
        fail_msg("not found in \"%s\"", marked);
    if (gives != NULL && (used != end - start || found != start))
        fail_msg("%zu bytes at %zu in \"%s\"", used, found, marked);
    if (gives != NULL && strcmp(show(&civil, shown), gives) != 0)
        fail_msg("\"%s\" gives %s", marked, shown);
}

static void leading_times_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t skip;
        const char *gives;
    } rows[] = {
        {"<2026-03-04T02:11:09Z>", 0, "2026-03-04 02:11:09 +00:00"},
        {"<2026-03-04T02:11:09.120Z> x", 0, "2026-03-04 02:11:09.120 +00:00"},
        {"<2026-03-04T02:11:09.123456+09:00> web01 x", 0,
            "2026-03-04 02:11:09.123456 +09:00"},
        {"<2026-03-04 02:11:09,123> INFO x", 0, "2026-03-04 02:11:09.123"},
        {"<2026-03-04 02:11:09>,443,tcp", 0, "2026-03-04 02:11:09"},
        {"<2026-03-04 02:11:09>,5 x", 0, "2026-03-04 02:11:09"},
        {"<2026-03-04 02:11:09:123> CET x", 0, "2026-03-04 02:11:09.123"},
        {"<2026-03-04 02:11:09.123 UTC> [1] LOG", 0,
            "2026-03-04 02:11:09.123 +00:00"},
        {"<2026-03-04 02:11:09.123+00> x", 0, "2026-03-04 02:11:09.123 +00:00"},
        {"<2026-03-04 02:11:09 -0330>: x", 0, "2026-03-04 02:11:09 -03:30"},
        {"<2026-03-04 02:11:09> -12 degrees", 0, "2026-03-04 02:11:09"},
        {"<2026-03-04 02:11:09> User alice", 0, "2026-03-04 02:11:09"},
        {"<2026-03-04 02:11> x", 0, "2026-03-04 02:11:00"},
        {"<2026-03-04\t02:11:09>\tx", 0, "2026-03-04 02:11:09"},
        {"<2026/03/04 02:11:09> [error] x", 0, "2026-03-04 02:11:09"},
        {"<2026/03/04-02:11:09.123456> x", 0, "2026-03-04 02:11:09.123456"},
        {"<2026 Mar  4 02:11:09> x", 0, "2026-03-04 02:11:09"},
        {"<2026-Mar-04 02:11:09> x", 0, "2026-03-04 02:11:09"},
        {"<20260304T021109Z> x", 0, "2026-03-04 02:11:09 +00:00"},
        {"<20260304 02:11:09.120> x", 0, "2026-03-04 02:11:09.120"},
        {"<20260304-021109> x", 0, "2026-03-04 02:11:09"},
        {"<20260304021109Z> x", 0, "2026-03-04 02:11:09 +00:00"},
        {"<20260304021109120> x", 0, "2026-03-04 02:11:09.120"},
        {"<260304  2:11:09> x", 0, "2026-03-04 02:11:09"},
        {"<260304 021109> 143 x", 0, "2026-03-04 02:11:09"},
        {"<Mar  4 02:11:09> web01 x", 0, "yyyy-03-04 02:11:09"},
        {"<Mar  4 02:11:09> pm sshd[1]: x", 0, "yyyy-03-04 02:11:09"},
        {"<Mar  4 02:11:09.123 UTC>: x", 0, "yyyy-03-04 02:11:09.123 +00:00"},
        {"<Mar 04 2026 02:11:09>: %ASA", 0, "2026-03-04 02:11:09"},
        {"<Mar  4 02:11:09 2026> x", 0, "2026-03-04 02:11:09"},
        {"<Mar  4 02:11:09> 2026x x", 0, "yyyy-03-04 02:11:09"},
        {"<Mar 4, 2026 2:11:09 PM> x", 0, "2026-03-04 14:11:09"},
        {"<March 4, 2026 2:11:09\xe2\x80\xaf"
         "AM> x",
            0, "2026-03-04 02:11:09"},
        {"<Wed, 04 Mar 2026 02:11:09 +0000> x", 0,
            "2026-03-04 02:11:09 +00:00"},
        {"<Wed, 04-Mar-26 02:11:09 GMT>; x", 0, "2026-03-04 02:11:09 +00:00"},
        {"<Wed Mar  4 02:11:09 2026> x", 0, "2026-03-04 02:11:09"},
        {"<Wed Mar  4 02:11:09 CET 2026> x", 0, "2026-03-04 02:11:09"},
        {"[<Wed Mar 04 02:11:09.123456 2026>] x", 1,
            "2026-03-04 02:11:09.123456"},
        {"[<04/Mar/2026:02:11:09 +0000>] \"GET", 1,
            "2026-03-04 02:11:09 +00:00"},
        {"<04-Mar-2026 02:11:09.123> queries: x", 0, "2026-03-04 02:11:09.123"},
        {"<4 Mar 2026 02:11:09.123> * x", 0, "2026-03-04 02:11:09.123"},
        {"[12] <04 Mar 02:11:09.123> # x", 8, "yyyy-03-04 02:11:09.123"},
        {"1:M <04 Mar 2026 02:11:09.123> * x", 8, "2026-03-04 02:11:09.123"},
        {"<04.03.2026 02:11:09> x", 0, "2026-03-04 02:11:09"},
        {"<3/25/2026 2:11:09 PM> x", 0, "2026-03-25 14:11:09"},
        {"<25/3/2026 02:11:09> x", 0, "2026-03-25 02:11:09"},
        {"<03/03/2026 02:11:09> x", 0, "2026-03-03 02:11:09"},
        {"<1772590269> x", 0, "2026-03-04 02:11:09 +00:00"},
        {"<1772590269.123>    45 203.0.113.9 x", 0,
            "2026-03-04 02:11:09.123 +00:00"},
        {"<1772590269120>,x", 0, "2026-03-04 02:11:09.120 +00:00"},
        {"<1772590269120001>|x", 0, "2026-03-04 02:11:09.120001 +00:00"},
        {"<1772590269120001002> x", 0, "2026-03-04 02:11:09.120001002 +00:00"},
        {"<1772590269>", 0, "2026-03-04 02:11:09 +00:00"},
        {"<@4000000069a794c71dcd6500> x", 0,
            "2026-03-04 02:11:09.500000000 +00:00"},
        {"<I0304 02:11:09.123456>   123 main.c:7] x", 0,
            "yyyy-03-04 02:11:09.123456"},
        {"*<Mar  4 02:11:09.123>: %SYS-5", 1, "yyyy-03-04 02:11:09.123"},
        {"INFO  <2026-03-04 02:11:09> x", 8, "2026-03-04 02:11:09"},
        {"<2026-063T02:11:09,120>:DEBUG: x", 0, "2026-03-04 02:11:09.120"},
        {"<2024-366 02:11:09Z> x", 0, "2024-12-31 02:11:09 +00:00"},
        {"\x1b[0m\x1b[1;32m<2026-03-04 02:11:09> x", 0, "2026-03-04 02:11:09"},
        {"\x1b[2Kweb-1 | <2026-03-04 02:11:09> x", 8, "2026-03-04 02:11:09"},
        {"\x1b[32m<Mar  4 \x1b[0m\x1b[33m02:11:09>\x1b[0m web01", 0,
            "yyyy-03-04 02:11:09"},
        {"<janv. 04 02:11:09> web01", 0, "yyyy-01-04 02:11:09"},
        {"<f\xc3\xa9vr.  4 02:11:09> web01", 0, "yyyy-02-04 02:11:09"},
        {"<mars  4 02:11:09> web01", 0, "yyyy-03-04 02:11:09"},
        {"<ao\xc3\xbbt 19 02:11:09> web01", 0, "yyyy-08-19 02:11:09"},
        {"<sept. 19 02:11:09> web01", 0, "yyyy-09-19 02:11:09"},
        {"<d\xc3\xa9\x63. 31 02:11:09> web01", 0, "yyyy-12-31 02:11:09"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_find(rows[i].text, rows[i].skip, rows[i].gives);
}

static void what_only_looks_like_a_time_is_not_found(void **state)
{
    (void)state;
    static const char *const rows[] = {"", "Mar", "May I", "2026", "2026-03-04",
        "2026-03-04 release", "1.2.3.4 - - x", "10.12.2003.4 x",
        "03/04/2026 02:11:09", "17725902691 x", "0000000001 x", "9999999999 x",
        "1772590269x", "12345678901234 x", "sun: x", "March 32 02:11:09",
        "2026-02-30 02:11:09", "@400000006", "Q0304 02:11:09",
        "2026-03-04 02:11:099", "Mar  4 02:11 file", "x2026-03-04 02:11:09",
        "192.0.2.7 2026-03-04 02:11:09", "2026-366 02:11:09",
        "2026-000 02:11:09", "\x1b[", "\x1b[32",
        "\x1b[\x01m2026-03-04 02:11:09", "marsh 4 02:11:09", "mail 4 02:11:09"};
    for (size_t i = 0; i < COUNT(rows); i++)
        check_find(rows[i], 0, NULL);
}

static void every_beginning_of_a_time_is_read_within_its_bounds(void **state)
{
    (void)state;
    static const char *const rows[] = {"2026-03-04T02:11:09.123456+09:00",
        "Wed Mar 04 02:11:09.123456 CET 2026",
        "Mar 4, 2026 2:11:09\xe2\x80\xaf", "@4000000069a794c71dcd6500",
        "1772590269.123", "I0304 02:11:09.123"};
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t len = 0; len <= strlen(rows[i]); len++) {
            char *exact = malloc(len > 0 ? len : 1);
            assert_non_null(exact);
            memcpy(exact, rows[i], len);
            size_t start;
            struct civil civil;
            size_t used =
                timefmt_find(str_make(exact, len), len, &start, &civil);
            assert_true(used == 0 || start + used <= len);
            free(exact);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formats_read_what_they_describe),
        cmocka_unit_test(what_is_no_such_time_is_refused),
        cmocka_unit_test(a_format_knows_what_it_always_gives),
        cmocka_unit_test(a_bad_pattern_is_explained),
        cmocka_unit_test(a_pattern_of_any_length_is_bounded),
        cmocka_unit_test(leading_times_are_found),
        cmocka_unit_test(what_only_looks_like_a_time_is_not_found),
        cmocka_unit_test(every_beginning_of_a_time_is_read_within_its_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
