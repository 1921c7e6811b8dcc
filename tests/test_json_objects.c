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

#define FIRST "{\n  \"user\": \"a\",\n  \"n\": {\n    \"m\": 1\n  }\n}\n"
#define SECOND "{\n  \"user\": \"b\"\n}\n"

static void every_object_is_a_record(void **state)
{
    struct parsing in;
    parsing_start(&in, *state, "json_objects",
        STR("Record 1\n" FIRST "Record 2\n" SECOND));
    assert_int_equal(parsing_next(&in), 1);
    assert_int_equal(in.record.offset, 9);
    assert_int_equal(in.record.length, strlen(FIRST) - 1);
    assert_value(&in, "user", "a");
    assert_value(&in, "x.n.m", "1");
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "user", "b");
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
}

static void an_object_that_does_not_end_costs_itself_alone(void **state)
{
    struct parsing in;
    parsing_start(&in, *state, "json_objects",
        STR("{\n  \"user\": \"x\",\n" SECOND "{\n  \"us"));
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "understood", "unparsed");
    assert_int_equal(in.record.length, strlen("{\n  \"user\": \"x\","));
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "user", "b");
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "understood", "unparsed");
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
}

static void pieces_end_behind_an_object(void **state)
{
    struct parsing in;
    struct str text = STR(FIRST SECOND "{\n  \"us");
    parsing_start(&in, *state, "json_objects", text);
    const struct parser *parser = in.reading.parser;
    assert_int_equal(
        parser->cut(&in.reading, text, false), strlen(FIRST SECOND));
    assert_int_equal(parser->cut(&in.reading, text, true), text.len);
    parsing_done(&in);
}

static void they_are_told_from_other_json(void **state)
{
    static const struct {
        const char *text, *format;
    } rows[] = {
        {FIRST SECOND, "json_objects"},
        {"Record 1\n" FIRST, "json_objects"},
        {"{\n  \"Records\": [\n    {\"user\": \"somebody\"},\n    {\"user\": "
         "\"somebody else\"}\n"
         "  ]\n}\n",
            "json_array"},
        {"{\"user\": \"a\"}\n{\"user\": \"b\"}\n", "jsonl"},
        {"main()\n{\n  return;\n}\n", "text"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_string_equal(
            parsing_judge(*state, str_from(rows[i].text), ENCODING_UTF8),
            rows[i].format);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_object_is_a_record),
        cmocka_unit_test(an_object_that_does_not_end_costs_itself_alone),
        cmocka_unit_test(pieces_end_behind_an_object),
        cmocka_unit_test(they_are_told_from_other_json),
    };
    return cmocka_run_group_tests_name(
        "json_objects", tests, set_up, tear_down);
}
