#include "tests/parsing.h"

static int set_up(void **state)
{
    static const char *const none[] = {NULL};
    *state = parsing_formats(none);
    return 0;
}

static int tear_down(void **state)
{
    formats_free(*state);
    return 0;
}

static void a_leading_time_is_all_that_is_understood(void **state)
{
    static const struct {
        const char *line, *time, *message, *understood;
    } rows[] = {
        {"2026-03-04T02:11:09Z hello", "2026-03-04T02:11:09Z", "hello",
            "generic"},
        {"[2026-03-04 02:11:09] hello", "2026-03-04T02:11:09Z", "hello",
            "generic"},
        {"INFO 2026-03-04 02:11:09 hello", "2026-03-04T02:11:09Z",
            "INFO 2026-03-04 02:11:09 hello", "generic"},
        {"hello", "", "hello", "unparsed"},
        {"  indented", "", "  indented", "unparsed"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct parsing in;
        parsing_start(&in, *state, "text", str_from(rows[i].line));
        assert_int_equal(parsing_next(&in), 1);
        assert_value(&in, "time", rows[i].time);
        assert_value(&in, "message", rows[i].message);
        assert_value(&in, "understood", rows[i].understood);
        assert_int_equal(parsing_next(&in), 0);
        parsing_done(&in);
    }
}

static void blank_lines_are_no_events(void **state)
{
    struct parsing in;
    parsing_start(&in, *state, "text", STR("\n  \r\na\n\nb"));
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "message", "a");
    assert_int_equal(parsing_next(&in), 1);
    assert_int_equal(in.record.offset, 8);
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
}

static void without_a_year_a_stamp_is_undated(void **state)
{
    struct parsing in;
    parsing_start(&in, *state, "text", STR("Mar  4 02:11:09 x\n"));
    in.reading.default_year = CIVIL_NO_YEAR;
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "time", "");
    assert_int_equal(in.record.time_quality, TIME_UNDATED);
    parsing_done(&in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_leading_time_is_all_that_is_understood),
        cmocka_unit_test(blank_lines_are_no_events),
        cmocka_unit_test(without_a_year_a_stamp_is_undated),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
