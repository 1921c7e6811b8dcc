#include "src/base/limit.h"
#include "tests/parsing.h"

static const char *const formats_texts[] = {
    "name: doors\nsummary: s\nreads: csv\nrequire: [Person, When]\n"
    "fields: {Person: user, When: time}\nset: {action: login}\n",
    "name: split\nsummary: s\nreads: csv\nrequire: [Day, Hour]\n"
    "time: {from: [Day, Hour]}\n",
    "name: bare\nsummary: s\nreads: csv\ncolumns: [time, user, verb, note]\n"
    "require: [verb]\nwhen: verb in IN, OUT\nset: {action: login}\n",
    NULL};

static int set_up(void **state)
{
    *state = parsing_formats(formats_texts);
    return 0;
}

static int tear_down(void **state)
{
    formats_free(*state);
    return 0;
}

static void the_header_names_the_values(void **state)
{
    struct parsing in;
    parsing_start(&in, *state, "csv",
        STR("When;Person;Room\n2026-03-04 02:11:09;alice;\"a \"\"b\"\"; c\"\n"
            "2026-03-04 02:11:10;bob\n"));
    assert_int_equal(parsing_next(&in), 1);
    assert_int_equal(in.record.offset, 17);
    assert_value(&in, "format", "doors");
    assert_value(&in, "understood", "parsed");
    assert_value(&in, "time", "2026-03-04T02:11:09Z");
    assert_value(&in, "user", "alice");
    assert_value(&in, "action", "login");
    assert_value(&in, "x.Room", "a \"b\"; c");
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "user", "bob");
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
}

static void later_pieces_know_the_header_from_the_state(void **state)
{
    struct parsing in;
    struct buf learnt = {0};
    parsing_start(&in, *state, "csv", STR("\xEF\xBB\xBFtime,user\n1,a\n"));
    in.reading.parser->learn(&in.reading, in.piece.bytes, &learnt);
    assert_string_equal(buf_cstr(&learnt), "time,user");
    in.reading.parser->learn(&in.reading, STR("9,z\n"), &learnt);
    assert_string_equal(buf_cstr(&learnt), "time,user");

    in.piece = (struct piece){
        STR("2026-03-04T02:11:09Z,carol\n"), 500, buf_str(&learnt)};
    in.reading.parser->feed(in.cursor, &in.piece);
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "user", "carol");
    assert_value(&in, "time", "2026-03-04T02:11:09Z");
    assert_value(&in, "understood", "parsed");
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
    buf_done(&learnt);
}

static void quotes_may_hold_line_breaks(void **state)
{
    struct parsing in;
    struct str text = STR("time,message,user\n"
                          "2026-03-04T02:11:09Z,\"one\ntwo\",alice\nx,y,z\n");
    parsing_start(&in, *state, "csv", text);
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "message", "one\ntwo");
    assert_value(&in, "user", "alice");
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "user", "z");
    assert_int_equal(parsing_next(&in), 0);
    /* and the reader does not cut there */
    struct str part = str_sub(text, 0, 48);
    assert_int_equal(in.reading.parser->cut(&in.reading, part, false), 18);
    parsing_done(&in);
}

static void a_quote_that_is_never_closed_is_only_a_quote(void **state)
{
    struct parsing in;
    struct buf text = {0};
    buf_add_cstr(&text, "a,b,user\n1,2\" tall,x\n");
    for (size_t i = 0; i < LIMIT_JOIN_LINES + 1; i++)
        buf_add_cstr(&text, "1,2,y\n");
    parsing_start(&in, *state, "csv", buf_str(&text));
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "user", "x");
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "user", "y");
    parsing_done(&in);
    buf_done(&text);
}

static void date_and_time_may_be_two_columns(void **state)
{
    struct parsing in;
    parsing_start(&in, *state, "csv",
        STR("Day\tHour\tuser\n2026-03-04\t02:11:09\talice\n"));
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "format", "split");
    assert_value(&in, "time", "2026-03-04T02:11:09Z");
    parsing_done(&in);
}

static void columns_may_be_the_formats_own(void **state)
{
    struct parsing in;
    struct str rows = STR("2026-03-04 02:11:09,alice,IN\n"
                          "2026-03-04 02:11:10,bob,OUT,\"a, b\"\n");
    assert_string_equal(parsing_judge(*state, rows, ENCODING_UTF8), "bare");
    parsing_start(&in, *state, "bare", rows);
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "user", "alice");
    assert_value(&in, "action", "login");
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "user", "bob");
    assert_value(&in, "x.note", "a, b");
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_header_names_the_values),
        cmocka_unit_test(later_pieces_know_the_header_from_the_state),
        cmocka_unit_test(quotes_may_hold_line_breaks),
        cmocka_unit_test(a_quote_that_is_never_closed_is_only_a_quote),
        cmocka_unit_test(date_and_time_may_be_two_columns),
        cmocka_unit_test(columns_may_be_the_formats_own),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
