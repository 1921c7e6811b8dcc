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

static const char trace[] = "starts late\n"
                            "and alone\n"
                            "2026-03-04 02:11:09 ERROR failed \n"
                            "Traceback (most recent call last):\n"
                            "  File \"a.py\", line 1\n"
                            "\n"
                            "ValueError: x\n"
                            "2026-03-04 02:11:10 INFO next\n"
                            "\n"
                            "[2026-03-04 02:11:11] INFO last\n"
                            "}\n";

static void lines_without_a_time_continue_the_one_that_has_it(void **state)
{
    static const struct {
        const char *time, *message;
    } rows[] = {
        {"", "starts late"},
        {"", "and alone"},
        {"2026-03-04T02:11:09Z", "ERROR failed \n"
                                 "Traceback (most recent call last):\n"
                                 "  File \"a.py\", line 1\n\nValueError: x"},
        {"2026-03-04T02:11:10Z", "INFO next"},
        {"2026-03-04T02:11:11Z", "INFO last\n}"},
    };
    struct parsing in;
    parsing_start(&in, *state, "text", str_from(trace));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(parsing_next(&in), 1);
        assert_value(&in, "time", rows[i].time);
        assert_value(&in, "message", rows[i].message);
    }
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
}

static void any_stamp_without_a_year_asks_for_one(void **state)
{
    struct parsing in;
    struct civil civil;
    parsing_start(&in, *state, "text", STR("x"));
    const struct parser *parser = in.reading.parser;
    assert_true(parser->yearless(
        &in.reading, STR("ao\xc3\xbbt 19 02:11:09 web01 x"), &civil));
    assert_int_equal(civil.month, 8);
    assert_true(parser->yearless(
        &in.reading, STR("[12] 4 Mar 02:11:09.123 # x"), &civil));
    assert_false(
        parser->yearless(&in.reading, STR("2026-03-04 02:11:09 x"), &civil));
    parsing_done(&in);
}

/* Read the bytes in pieces of what `cut` gives for buffers of `step` bytes
 * more each time; one line per record. */
static void read_in_pieces(const struct formats *formats, struct str bytes,
    size_t step, struct buf *out)
{
    struct parsing in;
    parsing_start(&in, formats, "text", (struct str){0});
    const struct parser *parser = in.reading.parser;
    for (size_t at = 0, len = step; at < bytes.len; len += step) {
        bool at_end = at + len >= bytes.len;
        size_t cut = parser->cut(&in.reading, str_sub(bytes, at, len), at_end);
        if (cut == 0)
            continue;
        in.piece =
            (struct piece){.bytes = str_sub(bytes, at, cut), .offset = at};
        parser->feed(in.cursor, &in.piece);
        while (parsing_next(&in) == 1)
            buf_printf(out, "%zu+%u\n", at + (size_t)in.record.offset,
                in.record.length);
        at += cut;
        len = 0;
    }
    parsing_done(&in);
}

static void records_are_the_same_however_the_bytes_are_cut(void **state)
{
    struct buf text = {0}, whole = {0}, parts = {0};
    buf_add_str(&text, str_from(trace));
    for (int i = 0; i < 2500; i++) /* more than may be joined */
        buf_add_cstr(&text, i % 7 == 0 ? "\n" : "x\n");
    buf_add_str(&text, str_from(trace));
    read_in_pieces(*state, buf_str(&text), text.len, &whole);
    for (size_t step = 1; step < 400; step += 13) {
        buf_clear(&parts);
        read_in_pieces(*state, buf_str(&text), step, &parts);
        assert_true(str_eq(buf_str(&whole), buf_str(&parts)));
    }
    buf_done(&text);
    buf_done(&whole);
    buf_done(&parts);
}

static void what_was_joined_is_the_same_when_read_alone(void **state)
{
    struct parsing in;
    parsing_start(&in, *state, "text",
        STR("2026-03-04 02:11:09 ERROR failed\n  at x\nCaused by: y"));
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "message", "ERROR failed\n  at x\nCaused by: y");
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_leading_time_is_all_that_is_understood),
        cmocka_unit_test(blank_lines_are_no_events),
        cmocka_unit_test(without_a_year_a_stamp_is_undated),
        cmocka_unit_test(lines_without_a_time_continue_the_one_that_has_it),
        cmocka_unit_test(any_stamp_without_a_year_asks_for_one),
        cmocka_unit_test(records_are_the_same_however_the_bytes_are_cut),
        cmocka_unit_test(what_was_joined_is_the_same_when_read_alone),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
