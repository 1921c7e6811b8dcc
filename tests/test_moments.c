#include "parsers/format.h"
#include "tests/parsing.h"

static const char *const no_texts[] = {NULL};

/* One line of each event: time, x.macb, action, file. */
static void assert_events(
    const char *format, const char *line, const char *const *wanted)
{
    struct formats *formats = parsing_formats(no_texts);
    struct parsing parsing;
    size_t count = 0;
    parsing_start(&parsing, formats, format, str_from(line));
    while (parsing_next(&parsing) == 1) {
        struct buf got = {0};
        static const char *const names[] = {"time", "x.macb", "action", "file"};
        assert_non_null(wanted[count]);
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
            buf_add_cstr(&got, i > 0 ? " " : "");
            buf_add_cstr(&got, parsing_get(&parsing, names[i]));
        }
        assert_string_equal(buf_cstr(&got), wanted[count]);
        assert_int_equal(parsing.record.offset, 0);
        assert_int_equal(parsing.record.length, strlen(line));
        buf_done(&got);
        count++;
    }
    assert_null(wanted[count]);
    parsing_done(&parsing);
    formats_free(formats);
}

static void each_distinct_time_of_a_file_is_an_event(void **state)
{
    (void)state;
    static const char *const four[] = {
        "2026-03-04T00:00:01Z ...b file_create /a",
        "2026-03-04T00:00:02Z m... file_write /a",
        "2026-03-04T00:00:03Z ..c. file_change /a",
        "2026-03-04T00:00:04Z .a.. file_read /a", NULL};
    static const char *const two[] = {
        "2026-03-04T00:00:01Z m.cb file_create /a",
        "2026-03-04T00:00:04Z .a.. file_read /a", NULL};
    static const char *const one[] = {
        "2026-03-04T00:00:01Z macb file_create /a", NULL};
    static const char *const none[] = {" ....  /a", NULL};
    assert_events("bodyfile",
        "0|/a|1|r/r|0|0|5|1772582404|1772582402|1772582403|1772582401", four);
    assert_events("bodyfile",
        "0|/a|1|r/r|0|0|5|1772582404|1772582401|1772582401|1772582401", two);
    assert_events("bodyfile",
        "0|/a|1|r/r|0|0|5|1772582401|1772582401|1772582401|1772582401", one);
    assert_events("bodyfile", "0|/a (deleted)|1|r/r|0|0|5|0|0|0|0", none);
}

static void times_that_differ_by_a_fraction_are_two(void **state)
{
    (void)state;
    static const char *const wanted[] = {
        "2026-03-04T00:00:01.100Z m.c. file_write /a",
        "2026-03-04T00:00:01.100000002Z .a.. file_read /a", NULL};
    assert_events("bodyfile",
        "0|/a|1|r/r|0|0|5|1772582401.100000002|1772582401.100|1772582401.100|0",
        wanted);
}

static void names_keep_their_bars(void **state)
{
    (void)state;
    static const struct {
        const char *line, *file;
    } rows[] = {
        {"0|/a\\|b|1|r/r|0|0|5|1|1772582401|0|0", "/a|b"},
        {"0|/a|b|1|r/r|0|0|5|1|1772582401|0|0", "/a|b"},
        {"0|/a\\\\b|1|r/r|0|0|5|1|1772582401|0|0", "/a\\b"},
        {"0|C:\\Users\\x1|1|r/r|0|0|5|1|1772582401|0|0", "C:\\Users\\x1"},
        {"0|/a\\x0ab|1|r/r|0|0|5|1|1772582401|0|0", "/a\nb"},
        {"0|/a -> /b|1|l/l|0|0|5|1|1772582401|0|0", "/a"},
        {"0|/a -> /b|1|r/r|0|0|5|1|1772582401|0|0", "/a -> /b"},
        {"0|/a ($FILE_NAME) (deleted)|1|r/r|0|0|5|1|1772582401|0|0", "/a"},
        {"|/a|1|||||1772582401|1772582401||", "/a"},
    };
    struct formats *formats = parsing_formats(no_texts);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct parsing parsing;
        parsing_start(&parsing, formats, "bodyfile", str_from(rows[i].line));
        assert_int_equal(parsing_next(&parsing), 1);
        assert_value(&parsing, "file", rows[i].file);
        assert_value(&parsing, "format", "bodyfile");
        parsing_done(&parsing);
    }
    formats_free(formats);
}

static void what_is_no_row_of_a_body_file_is_not_taken_for_one(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "a|b|c|d|e|f|g|1|2|3|4",
        "0||1|r/r|0|0|5|1|2|3|4",
        "0|/a|1|r/r|0|0|5||||",
        "0|/a|1|r/r|0|0|5|1|2|3|x",
        "0|/a|1|r/r|0|0|5|1|2|3",
    };
    struct formats *formats = parsing_formats(no_texts);
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct parsing parsing;
        parsing_start(&parsing, formats, "bodyfile", str_from(lines[i]));
        assert_int_equal(parsing_next(&parsing), 1);
        assert_string_not_equal(parsing_get(&parsing, "format"), "bodyfile");
        parsing_done(&parsing);
    }
    formats_free(formats);
}

static void a_row_of_a_table_may_be_several_events_too(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "name: t\nsummary: s\nreads: csv\nrequire: [Born]\n"
        "moments: {Born: b, Written: m, FnBorn: b fn, Run: last run}\n",
        NULL};
    static const struct {
        const char *time, *macb, *fn, *moment;
    } rows[] = {
        {"2026-03-04T00:00:01Z", "...b", "", ""},
        {"2026-03-04T00:00:02Z", "m...", "...b", "last run"},
        {"2026-03-05T00:00:00Z", "....", "", "last run"},
        {"", "....", "", ""},
    };
    struct formats *formats = parsing_formats(texts);
    struct parsing parsing;
    parsing_start(&parsing, formats, "t",
        STR("Born,Written,FnBorn,Run\n"
            "2026-03-04 00:00:01,2026-03-04 00:00:02,2026-03-04 00:00:02,"
            "2026-03-04 00:00:02\n"
            "0001-01-01 00:00:00,,,2026-03-05 00:00:00\n"
            ",,,\n"));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(parsing_next(&parsing), 1);
        assert_value(&parsing, "time", rows[i].time);
        assert_value(&parsing, "x.macb", rows[i].macb);
        assert_value(&parsing, "x.macb_fn", rows[i].fn);
        assert_value(&parsing, "x.moment", rows[i].moment);
    }
    assert_int_equal(parsing_next(&parsing), 0);
    parsing_done(&parsing);
    formats_free(formats);
}

static void a_line_without_a_date_has_that_of_the_line_before(void **state)
{
    (void)state;
    struct str first =
        STR("Wed Mar 04 2026 02:11:09        1 m... r/r 0 0 1 /a\n");
    struct str second =
        STR("                                2 .a.. r/r 0 0 2 /b c\n");
    struct formats *formats = parsing_formats(no_texts);
    struct parsing parsing;
    struct buf state_of_it = {0};
    parsing_start(&parsing, formats, "mactime", first);
    const struct parser *parser = parsing.reading.parser;
    parser->learn(&parsing.reading, first, &state_of_it);
    struct piece piece = {second, first.len, buf_str(&state_of_it)};
    parser->feed(parsing.cursor, &piece);
    assert_int_equal(parsing_next(&parsing), 1);
    assert_value(&parsing, "time", "2026-03-04T02:11:09Z");
    assert_value(&parsing, "file", "/b c");
    assert_value(&parsing, "action", "file_read");
    assert_int_equal(parsing_next(&parsing), 0);
    buf_done(&state_of_it);
    parsing_done(&parsing);
    formats_free(formats);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_distinct_time_of_a_file_is_an_event),
        cmocka_unit_test(times_that_differ_by_a_fraction_are_two),
        cmocka_unit_test(names_keep_their_bars),
        cmocka_unit_test(what_is_no_row_of_a_body_file_is_not_taken_for_one),
        cmocka_unit_test(a_row_of_a_table_may_be_several_events_too),
        cmocka_unit_test(a_line_without_a_date_has_that_of_the_line_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
