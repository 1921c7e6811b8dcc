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

#define ENTRY                                                        \
    "{\"__REALTIME_TIMESTAMP\":\"1772590269000000\",\"_HOSTNAME\":"  \
    "\"web01\",\"SYSLOG_IDENTIFIER\":\"sshd\",\"MESSAGE\":\"Failed " \
    "password for alice from 203.0.113.9 port 50022 ssh2\"}"
#define PRETTY                                             \
    "{\n\t\"__CURSOR\" : \"s=5e;i=1f\",\n\t\"MESSAGE\" : " \
    "\"}{\\\"\",\n\t\"TAG\" : [\n\t\t\"a\",\n\t\t\"b\"\n\t]\n}"

static void an_object_is_a_record(void **state)
{
    struct parsing in;
    parsing_start(&in, *state, "journal_json", STR(ENTRY "\n" ENTRY "\n"));
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "format", "sshd");
    assert_value(&in, "time", "2026-03-04T02:11:09.000000Z");
    assert_value(&in, "action", "login");
    assert_value(&in, "user", "alice");
    assert_value(&in, "host", "web01");
    assert_value(&in, "x._HOSTNAME", "web01");
    assert_int_equal(in.record.length, strlen(ENTRY));
    assert_int_equal(parsing_next(&in), 1);
    assert_int_equal(in.record.offset, strlen(ENTRY) + 1);
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
}

static void every_shape_of_journalctl_is_read(void **state)
{
    static const char *const shapes[] = {
        PRETTY "\n" PRETTY "\n",
        "\x1e" PRETTY "\n\x1e" PRETTY "\n",
        "data: " PRETTY "\n\ndata: " PRETTY "\n\n",
        PRETTY PRETTY,
    };
    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        struct parsing in;
        parsing_start(&in, *state, "journal_json", str_from(shapes[i]));
        for (int k = 0; k < 2; k++) {
            assert_int_equal(parsing_next(&in), 1);
            assert_value(&in, "record", "31");
            assert_value(&in, "message", "}{\"");
            assert_value(&in, "x.TAG", "a");
            assert_int_equal(in.record.extra_count, 3);
        }
        assert_int_equal(parsing_next(&in), 0);
        parsing_done(&in);
        assert_string_equal(
            parsing_judge(*state, str_from(shapes[i]), ENCODING_UTF8),
            "journal_json");
    }
}

static void values_may_be_bytes_several_or_left_out(void **state)
{
    struct parsing in;
    parsing_start(&in, *state, "journal_json",
        STR("{\"__CURSOR\":\"\",\"MESSAGE\":[111,110,255,10],"
            "\"LONG\":null,\"N\":5,\"TAG\":[[97,98],\"c\",null]}"));
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "message", "on\xff\n");
    assert_value(&in, "x.LONG", "");
    assert_value(&in, "x.N", "5");
    assert_value(&in, "x.TAG", "ab");
    assert_value(&in, "x.damaged", "");
    assert_string_equal(
        str_eq(in.record.extras[in.record.extra_count - 1].value, STR("c"))
            ? "c"
            : "",
        "c");
    parsing_done(&in);
}

static void an_object_that_was_cut_keeps_what_it_has(void **state)
{
    struct parsing in;
    parsing_start(&in, *state, "journal_json",
        STR("{\"__CURSOR\":\"\",\"TAG\":\"a\",\"MESSAGE\":\"bro\n" ENTRY
            "\n{\"__CURSOR\":\"\",\"TAG\":[300]}\n" ENTRY "\n"));
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "x.TAG", "a");
    assert_value(&in, "x.damaged", "the object is not whole");
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "user", "alice");
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "x.damaged", "the object is not whole");
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "user", "alice");
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
}

static void what_is_no_entry_stays_as_it_is(void **state)
{
    struct parsing in;
    parsing_start(&in, *state, "journal_json",
        STR(ENTRY "\n-- No more entries --\n{\"user\":\"bob\"}\n"));
    assert_int_equal(parsing_next(&in), 1);
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "message", "-- No more entries --");
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "user", "bob");
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
}

static void pieces_end_behind_whole_objects(void **state)
{
    const struct parser *parser;
    const struct format *format;
    assert_true(formats_choose(*state, STR("journal_json"), &parser, &format));
    struct str text = STR(PRETTY "\n" PRETTY);
    size_t one = strlen(PRETTY);
    assert_int_equal(
        parser->cut(NULL, str_sub(text, 0, text.len - 1), false), one);
    assert_int_equal(parser->cut(NULL, str_sub(text, 0, 30), false), 0);
    assert_int_equal(parser->cut(NULL, text, true), text.len);
}

static void other_json_is_left_to_others(void **state)
{
    assert_string_equal(
        parsing_judge(*state,
            STR("{\"a\":{\"__CURSOR\":\"x\"},\"msg\":\"y\"}\n"), ENCODING_UTF8),
        "jsonl");
}

#define JSON_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        JSON_TEST(an_object_is_a_record),
        JSON_TEST(every_shape_of_journalctl_is_read),
        JSON_TEST(values_may_be_bytes_several_or_left_out),
        JSON_TEST(an_object_that_was_cut_keeps_what_it_has),
        JSON_TEST(what_is_no_entry_stays_as_it_is),
        JSON_TEST(pieces_end_behind_whole_objects),
        JSON_TEST(other_json_is_left_to_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
