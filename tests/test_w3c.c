#include "parsers/w3c_header.h"
#include "tests/parsing.h"

static const char *const formats_texts[] = {
    "name: doors\nsummary: s\nreads: w3c\nrequire: [who, sc-status]\n"
    "accounts: yes\nfields: {who: user, c-ip: src_ip, sc-status: status}\n"
    "time: {zone: UTC}\n"
    "map: [{from: status, to: outcome, values: {'4*': failure, '*': "
    "success}}]\n",
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

static void directives_name_the_values_and_are_no_records(void **state)
{
    struct parsing in;
    parsing_start(&in, *state, "doors",
        STR("#Version: 1.0\n#Fields: date time who sc-status c-ip\n\n"
            "2026-03-04 02:11:09 EXAMPLE\\alice 200 -\n"));
    assert_int_equal(parsing_next(&in), 1);
    assert_int_equal(in.record.offset, 53);
    assert_value(&in, "format", "doors");
    assert_value(&in, "understood", "parsed");
    assert_value(&in, "time", "2026-03-04T02:11:09Z");
    assert_value(&in, "user", "alice");
    assert_value(&in, "user_domain", "EXAMPLE");
    assert_value(&in, "outcome", "success");
    assert_value(&in, "src_ip", "");
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
}

static void a_later_header_holds_from_there_on(void **state)
{
    struct parsing in;
    parsing_start(&in, *state, "doors",
        STR("#Date: 2026-03-04 00:00:00\n#Fields: time who sc-status\n"
            "02:11:09 alice 404\n"
            "#Date: 2026-03-05 00:00:00\n#Fields: sc-status time who extra\n"
            "200 03:00:00 bob more evenmore\n"));
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "time", "2026-03-04T02:11:09Z");
    assert_value(&in, "outcome", "failure");
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "time", "2026-03-05T03:00:00Z");
    assert_value(&in, "user", "bob");
    assert_value(&in, "x.extra", "more");
    assert_value(&in, "x.column5", "evenmore");
    parsing_done(&in);
}

static void later_pieces_know_the_last_header_from_the_state(void **state)
{
    struct parsing in;
    struct buf learnt = {0};
    parsing_start(&in, *state, "doors",
        STR("#Fields: a b\n1 2\n#Date: 2026-03-04\n#Remark: x\n"
            "#GMT-Offset: -0800\n#Fields: time who sc-status\n"));
    in.reading.parser->learn(&in.reading, in.piece.bytes, &learnt);
    assert_string_equal(buf_cstr(&learnt),
        "#Fields: time who sc-status\n#Date: 2026-03-04\n"
        "#GMT-Offset: -0800\n");
    in.reading.parser->learn(&in.reading, STR("02:00:00 a 1\n"), &learnt);
    in.piece =
        (struct piece){STR("02:11:09 carol 200\n"), 99, buf_str(&learnt)};
    in.reading.parser->feed(in.cursor, &in.piece);
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "user", "carol");
    assert_value(&in, "time", "2026-03-04T10:11:09Z");
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
    buf_done(&learnt);
}

/* Fields, a row, and its values joined by '|'. */
static const struct {
    const char *fields, *row, *values;
} rows[] = {
    {"a b c", "1 2 3", "1|2|3"},
    {"a  b \t c", "1   2   3", "1|2|3"},
    {"a b c", "1 \"two words\" 3", "1|two words|3"},
    {"a b c", "1 \" \"\"x\"\" y \" 3", "1|\"x\" y|3"},
    {"a b c", "1 \"\" 3", "1||3"},
    /* a client's quotes where none are used */
    {"a b c", "1 \"sqlmap 3", "1|\"sqlmap|3"},
    {"a b c d", "1 \"x y\" 4", "1|\"x|y\"|4"},
    {"a b c", "1\ttwo words\t3", "1|two words|3"},
    {"a b c", "1\t\t3", "1||3"},
    {"a,b,c", "1,\"two, and\",3", "1|two, and|3"},
};

static void rows_are_parted_as_their_writer_does(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct w3c_header header = {0};
        struct pairs pairs = {0};
        struct buf text = {0};
        buf_printf(&text, "#Fields: %s", rows[i].fields);
        w3c_header_read(&header, buf_str(&text));
        assert_true(w3c_row_read(&header, str_from(rows[i].row), &pairs));
        buf_clear(&text);
        for (size_t k = 0; k < pairs.count; k++)
            buf_printf(&text, "%s%.*s", k > 0 ? "|" : "",
                STR_ARG(pairs.items[k].value));
        assert_string_equal(buf_cstr(&text), rows[i].values);
        buf_done(&text);
        pairs_done(&pairs);
        w3c_header_done(&header);
    }
}

static void rows_without_a_header_are_kept_as_lines(void **state)
{
    struct parsing in;
    parsing_start(&in, *state, "doors", STR("2026-03-04 02:11:09 left over\n"));
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "time", "2026-03-04T02:11:09Z");
    assert_value(&in, "message", "left over");
    parsing_done(&in);
}

static void a_header_without_rows_is_known(void **state)
{
    assert_string_equal(
        parsing_judge(*state,
            STR("#Version: 1.0\n#Fields: time who sc-status\n"), ENCODING_UTF8),
        "doors");
    assert_string_equal(
        parsing_judge(*state, STR("#Fields: a b c\n2026-03-04 02:11:09 x\n"),
            ENCODING_UTF8),
        "w3c");
}

static void tables_of_zeek_follow_each_other(void **state)
{
    struct parsing in;
    struct buf learnt = {0};
    parsing_start(&in, *state, "w3c",
        STR("#separator \\x7c\n#unset_field|nil\n#path|one\n#fields|ts|a|b\n"
            "#types|time|bool|string\n1772590269.5|T|nil\n#close|x\n"
            "#separator \\x09\n#fields\tts\tc\n1772590270.5\tT\n"));
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "time", "2026-03-04T02:11:09.500Z");
    assert_value(&in, "x._path", "one");
    assert_value(&in, "x.a", "true");
    assert_value(&in, "x.b", "");
    in.reading.parser->learn(&in.reading, in.piece.bytes, &learnt);
    assert_string_equal(
        buf_cstr(&learnt), "#separator \\x09\n#fields\tts\tc\n");
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "x._path", "");
    assert_value(&in, "x.c", "T");
    in.piece = (struct piece){STR("1772590271.5\tF\n"), 999, buf_str(&learnt)};
    in.reading.parser->feed(in.cursor, &in.piece);
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "x.c", "F");
    parsing_done(&in);
    buf_done(&learnt);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(directives_name_the_values_and_are_no_records),
        cmocka_unit_test(a_later_header_holds_from_there_on),
        cmocka_unit_test(later_pieces_know_the_last_header_from_the_state),
        cmocka_unit_test(rows_are_parted_as_their_writer_does),
        cmocka_unit_test(rows_without_a_header_are_kept_as_lines),
        cmocka_unit_test(a_header_without_rows_is_known),
        cmocka_unit_test(tables_of_zeek_follow_each_other),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
