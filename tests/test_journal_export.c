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

#define ENTRY                                                         \
    "__CURSOR=s=5e;i=1f;b=b0;m=1;t=2;x=3\n"                           \
    "__REALTIME_TIMESTAMP=1772590269000000\n"                         \
    "_HOSTNAME=web01\nSYSLOG_IDENTIFIER=sshd\n_PID=811\nPRIORITY=6\n" \
    "MESSAGE=Failed password for alice from 203.0.113.9 port 50022 ssh2\n"

static const struct parser *parser_of(void **state)
{
    const struct parser *parser;
    const struct format *format;
    assert_true(
        formats_choose(*state, STR("journal_export"), &parser, &format));
    return parser;
}

static void an_entry_is_a_record(void **state)
{
    struct parsing in;
    parsing_start(&in, *state, "journal_export",
        STR("\n" ENTRY "\n" ENTRY "_BOOT_ID=b0\n\n"));
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "format", "sshd");
    assert_value(&in, "time", "2026-03-04T02:11:09.000000Z");
    assert_value(&in, "action", "login");
    assert_value(&in, "user", "alice");
    assert_value(&in, "host", "web01");
    assert_value(&in, "record", "31"); /* of the cursor: i=1f */
    assert_int_equal(in.record.offset, 1);
    assert_int_equal(in.record.length, strlen(ENTRY));
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "x._BOOT_ID", "b0");
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
}

static void a_session_that_was_never_set_is_none(void **state)
{
    struct parsing in;
    parsing_start(&in, *state, "journal_export",
        STR(ENTRY "_AUDIT_SESSION=4294967295\n\n" ENTRY
                  "_AUDIT_SESSION=7\n\n"));
    assert_int_equal(parsing_next(&in), 1);
    assert_false(record_has(&in.record, FIELD_SESSION));
    assert_value(&in, "x._AUDIT_SESSION", "4294967295");
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "session", "7");
    parsing_done(&in);
}

static void a_binary_value_may_hold_anything(void **state)
{
    struct parsing in;
    parsing_start(&in, *state, "journal_export",
        STR("__REALTIME_TIMESTAMP=1772590269000000\n"
            "MESSAGE\n\x0a\0\0\0\0\0\0\0one\n\nt=\xff\0!\n"
            "TAG=a\n\n"));
    assert_int_equal(parsing_next(&in), 1);
    assert_int_equal(record_get(&in.record, FIELD_MESSAGE).len, 10);
    assert_value(&in, "x.TAG", "a");
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
}

static void pieces_end_behind_an_empty_line(void **state)
{
    const struct parser *parser = parser_of(state);
    struct str whole = STR(ENTRY "\n" ENTRY);
    assert_int_equal(parser->cut(NULL, whole, false), strlen(ENTRY) + 1);
    assert_int_equal(parser->cut(NULL, whole, true), whole.len);
    /* an empty line inside of a binary value ends nothing */
    struct str binary =
        STR("MESSAGE\n\x04\0\0\0\0\0\0\0a\n\nb\nTAG=1\n\nTAG=2");
    assert_int_equal(parser->cut(NULL, binary, false), binary.len - 5);
    assert_int_equal(parser->cut(NULL, str_sub(binary, 0, 18), false), 0);
}

static void lines_that_are_no_fields_are_counted(void **state)
{
    struct parsing in;
    parsing_start(&in, *state, "journal_export",
        STR("_HOSTNAME=web01\nnot a field\nMESSAGE=x\n\n"
            "nothing here\n\n"
            "MESSAGE=y\n\n"));
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "x.damaged", "1 lines");
    assert_value(&in, "message", "x");
    assert_int_equal(parsing_next(&in), -1);
    assert_int_equal(in.record.length, strlen("nothing here\n"));
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "message", "y");
    assert_value(&in, "time", "");
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
}

static void a_size_past_the_end_is_no_value(void **state)
{
    struct parsing in;
    parsing_start(&in, *state, "journal_export",
        STR("_HOSTNAME=web01\nMESSAGE\n\xff\xff\xff\xff\xff\xff\xff\xff\n"
            "TAG=a\n\n"));
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "x.damaged", "2 lines");
    assert_value(&in, "x.TAG", "a");
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
}

static void a_cursor_begins_an_entry_also_without_an_empty_line(void **state)
{
    struct parsing in;
    parsing_start(&in, *state, "journal_export", STR(ENTRY ENTRY));
    assert_int_equal(parsing_next(&in), 1);
    assert_int_equal(parsing_next(&in), 1);
    assert_int_equal(in.record.offset, strlen(ENTRY));
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
}

static void an_export_is_known_by_its_fields(void **state)
{
    assert_string_equal(
        parsing_judge(*state, STR(ENTRY "\n" ENTRY), ENCODING_UTF8),
        "journal_export");
    assert_string_equal(
        parsing_judge(*state, STR("NAME=x\nVALUE=y\n"), ENCODING_UTF8), "text");
}

#define EXPORT_TEST(name) \
    cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EXPORT_TEST(an_entry_is_a_record),
        EXPORT_TEST(a_session_that_was_never_set_is_none),
        EXPORT_TEST(a_binary_value_may_hold_anything),
        EXPORT_TEST(pieces_end_behind_an_empty_line),
        EXPORT_TEST(lines_that_are_no_fields_are_counted),
        EXPORT_TEST(a_size_past_the_end_is_no_value),
        EXPORT_TEST(a_cursor_begins_an_entry_also_without_an_empty_line),
        EXPORT_TEST(an_export_is_known_by_its_fields),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
