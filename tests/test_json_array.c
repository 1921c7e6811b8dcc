#include "parsers/json_shape.h"
#include "src/base/limit.h"
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

static void start(struct parsing *in, void **state, struct str *bytes)
{
    struct blob blob = blob_from_str(bytes);
    parsing_start(in, *state, "json_array", STR(""));
    assert_int_equal(
        in->reading.parser->feed_blob(in->cursor, &blob, &in->err), 0);
}

static void each_object_of_the_array_is_a_record(void **state)
{
    struct parsing in;
    struct str text = STR("[ {\"user\":\"a]}\",\"n\":[{}]},\n 5, {\"user\":"
                          "\"b\"} ]\n");
    start(&in, state, &text);
    assert_int_equal(parsing_next(&in), 1);
    assert_int_equal(in.record.offset, 2);
    assert_int_equal(in.record.length, 23);
    assert_value(&in, "user", "a]}");
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "user", "b");
    assert_int_equal(parsing_next(&in), 0);
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
}

static void an_object_around_the_array_is_seen_through(void **state)
{
    struct parsing in;
    struct str text = STR("{\"v\":{\"x\":1},\"Records\":[{\"user\":\"a\"},"
                          "{\"user\":\"b\"}]}");
    start(&in, state, &text);
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "user", "a");
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "user", "b");
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
}

static void events_that_are_members_of_one_object_are_records(void **state)
{
    struct parsing in;
    struct str bytes = STR("{\"event_0\": {\"a\": {\"b\": \"x\"}},\n"
                           "\"event_1\": {\"a\": {\"b\": \"y\"}}\n}\n");
    start(&in, state, &bytes);
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "x.a.b", "x");
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "x.a.b", "y");
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
}

static void an_element_of_several_times_is_several_records(void **state)
{
    struct parsing in;
    struct str bytes = STR("[{\"EntryNumber\":40,\"ParentPath\":\".\","
                           "\"FileName\":\"a\","
                           "\"Created0x10\":\"2026-03-04T00:00:01+00:00\","
                           "\"LastAccess0x10\":\"2026-03-04T00:00:02+00:00\"},"
                           "{\"a\":1}]");
    start(&in, state, &bytes);
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "x.macb", "...b");
    assert_int_equal(in.record.offset, 1);
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "x.macb", ".a..");
    assert_int_equal(in.record.offset, 1);
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "x.a", "1");
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
}

static void an_element_read_alone_is_the_same(void **state)
{
    struct parsing in, again;
    struct str text = STR("[{\"user\":\"a\"},{\"user\":\"b\",\"k\":2}]");
    start(&in, state, &text);
    assert_int_equal(parsing_next(&in), 1);
    assert_int_equal(parsing_next(&in), 1);
    parsing_start(&again, *state, "json_array",
        str_sub(text, in.record.offset, in.record.length));
    assert_int_equal(parsing_next(&again), 1);
    assert_value(&again, "user", "b");
    assert_value(&again, "x.k", "2");
    assert_int_equal(parsing_next(&again), 0);
    parsing_done(&again);
    parsing_done(&in);
}

static void a_truncated_array_keeps_what_is_whole(void **state)
{
    struct parsing in;
    struct str text = STR("[{\"user\":\"a\"},{\"user\":\"b");
    start(&in, state, &text);
    assert_int_equal(parsing_next(&in), 1);
    assert_int_equal(parsing_next(&in), -1);
    assert_int_equal(in.record.offset, 14);
    assert_int_equal(in.record.length, 10);
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
}

static void elements_may_straddle_windows_and_pass_the_limit(void **state)
{
    struct parsing in;
    struct buf text = {0};
    buf_add_cstr(&text, "[{\"a\":\"");
    for (size_t i = 0; i < LIMIT_RECORD / 16 + 10; i++)
        buf_add_cstr(&text, "0123456789abcdef");
    buf_add_cstr(&text, "\"},{\"user\":\"after\"}]");
    struct str bytes = buf_str(&text);
    start(&in, state, &bytes);
    assert_int_equal(parsing_next(&in), 1);
    assert_true(in.record.cut);
    assert_int_equal(in.record.length, LIMIT_RECORD);
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "user", "after");
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
    buf_done(&text);
}

static void the_probe_tells_arrays_from_lines(void **state)
{
    static const struct {
        const char *text;
        bool is_array;
    } rows[] = {
        {"[{\"a\":1}]", true},
        {" [\n {\"a\":1}, {\"b\":2}", true},
        {"{\"Records\":[{\"a\":1},{\"a\":2},{\"a\":3}]}", true},
        {"{\"event_0\": {\"a\":1},\n\"event_1\": {\"a\":2}\n}", true},
        {"{\"event\": {\"a\":1}, \"b\": {\"c\":2}}", false},
        {"{\"a\":1}\n{\"a\":2}\n", false},
        {"{\"a\":[{\"b\":1}]}\n{\"a\":[{\"b\":1}]}\n", false},
        {"[Wed Mar 04 02:11:09 2026] [error] x", false},
        {"[1,2]", false},
        {"", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct sample sample = {.bytes = str_from(rows[i].text)};
        if ((json_shape_probe(&sample) > 0) != rows[i].is_array)
            fail_msg("%s", rows[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_object_of_the_array_is_a_record),
        cmocka_unit_test(an_object_around_the_array_is_seen_through),
        cmocka_unit_test(events_that_are_members_of_one_object_are_records),
        cmocka_unit_test(an_element_of_several_times_is_several_records),
        cmocka_unit_test(an_element_read_alone_is_the_same),
        cmocka_unit_test(a_truncated_array_keeps_what_is_whole),
        cmocka_unit_test(elements_may_straddle_windows_and_pass_the_limit),
        cmocka_unit_test(the_probe_tells_arrays_from_lines),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
