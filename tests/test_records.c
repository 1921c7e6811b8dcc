/* Records of several lines, times that are carried on, and logs in logs. */
#include "tests/parsing.h"

static const char *const formats_texts[] = {
    "name: slow\nsummary: s\nreads: lines\npriority: 100\n"
    "begins: ['^# Time: ', '^# User: ']\npatterns:\n"
    "  - name: a\n"
    "    match: '^(?:# Time: (?<time>[^\\n]+)\\n)?# User: (?<user>\\w+)\\n"
    "(?<message>.*(?:\\n.*)*)'\n",
    "name: sparse\nsummary: s\nreads: lines\npriority: 100\nmultiline: yes\n"
    "time: {carried: yes}\npatterns:\n"
    "  - {name: a, match: '^(?<time>\\d{4}-\\d\\d-\\d\\d [\\d:]+)?\\t"
    "(?<code>\\d+) (?<message>.*)'}\n",
    "name: box\nsummary: s\nreads: json\nholds_logs: yes\npriority: 100\n"
    "require: [log, stream]\nfields: {log: message, stream: x.stream}\n",
    "name: door\nsummary: s\nreads: lines\npriority: 100\n"
    "patterns:\n  - {name: a, match: '^DOOR (?<user>\\w+)', "
    "set: {category: authentication, action: login}}\n",
    NULL};

static int set_up(void **state)
{
    *state = parsing_formats(formats_texts);
    assert_null(formats_problem(*state, 0));
    return 0;
}

static int tear_down(void **state)
{
    formats_free(*state);
    return 0;
}

static const char slow[] =
    "# Time: 2026-03-04T02:11:09Z\n# User: alice\nuse a;\n\nselect 1;\n"
    "# User: bob\nselect 2;\n";

static void a_record_goes_up_to_the_next_beginning(void **state)
{
    struct parsing in;
    parsing_start(&in, *state, "slow", STR("stray\n"));
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "understood", "unparsed");
    parsing_done(&in);

    parsing_start(&in, *state, "slow", str_from(slow));
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "time", "2026-03-04T02:11:09Z");
    assert_value(&in, "user", "alice");
    assert_value(&in, "message", "use a;\n\nselect 1;");
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "user", "bob");
    assert_value(&in, "message", "select 2;");
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
}

static void no_chunk_ends_inside_such_a_record(void **state)
{
    struct parsing in;
    size_t second = (size_t)(strstr(slow, "# User: bob") - slow);
    parsing_start(&in, *state, "slow", STR(""));
    for (size_t len = 1; len < sizeof(slow) - 1; len++) {
        size_t cut =
            in.reading.parser->cut(&in.reading, str_make(slow, len), false);
        bool inside =
            cut != second && cut >= 30 && cut < len && slow[cut] != '#';
        if (inside)
            fail_msg("%zu bytes are cut at %zu", len, cut);
    }
    parsing_done(&in);
}

static void such_a_file_is_judged_by_its_records(void **state)
{
    assert_string_equal(
        parsing_judge(*state, str_from(slow), ENCODING_UTF8), "slow");
}

static void a_time_is_carried_on(void **state)
{
    struct parsing in;
    struct str text = STR("2026-03-04 02:11:09\t1 a\n\t2 b\nmore\n"
                          "2026-03-04 02:11:10\t3 c\n\t4 d\n");
    static const char *const times[] = {"2026-03-04T02:11:09Z",
        "2026-03-04T02:11:09Z", "2026-03-04T02:11:10Z", "2026-03-04T02:11:10Z"};
    parsing_start(&in, *state, "sparse", text);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(parsing_next(&in), 1);
        assert_value(&in, "time", times[i]);
    }
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
}

static void a_time_is_carried_into_the_next_piece(void **state)
{
    struct parsing in;
    struct buf learnt = {0};
    parsing_start(&in, *state, "sparse", STR("\t5 e\n"));
    in.reading.parser->learn(
        &in.reading, STR("2026-03-04 02:11:10\t3 c\n\t4 d\n"), &learnt);
    in.reading.parser->learn(&in.reading, STR("\t4 d\n"), &learnt);
    in.piece.state = buf_str(&learnt);
    in.reading.parser->feed(in.cursor, &in.piece);
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "time", "2026-03-04T02:11:10Z");
    parsing_done(&in);
    buf_done(&learnt);
}

static void a_log_in_a_log_is_read_as_a_line_of_its_own(void **state)
{
    struct parsing in;
    parsing_start(&in, *state, "box",
        STR("{\"log\":\"DOOR alice\\n\",\"stream\":\"stdout\","
            "\"time\":\"2026-03-04T02:11:09.5Z\"}\n"
            "{\"log\":\"{\\\"user\\\":\\\"bob\\\",\\\"time\\\":\\\"2020-01-01"
            "T00:00:00Z\\\"}\\n\",\"stream\":\"stderr\","
            "\"time\":\"2026-03-04T02:11:10Z\"}\n"
            "{\"log\":\"level=warn user=carol\\n\",\"stream\":\"stderr\"}\n"
            "{\"log\":\"who knows\\n\",\"stream\":\"stderr\"}\n"));
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "format", "door");
    assert_value(&in, "action", "login");
    assert_value(&in, "user", "alice");
    assert_value(&in, "x.stream", "stdout");
    assert_value(&in, "time", "2026-03-04T02:11:09.500Z");
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "user", "bob");
    assert_value(&in, "time", "2026-03-04T02:11:10Z");
    assert_value(&in, "x.stream", "stderr");
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "user", "carol");
    assert_value(&in, "level", "warning");
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "message", "who knows");
    assert_value(&in, "understood", "parsed");
    assert_value(&in, "format", "box");
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_goes_up_to_the_next_beginning),
        cmocka_unit_test(no_chunk_ends_inside_such_a_record),
        cmocka_unit_test(such_a_file_is_judged_by_its_records),
        cmocka_unit_test(a_time_is_carried_on),
        cmocka_unit_test(a_time_is_carried_into_the_next_piece),
        cmocka_unit_test(a_log_in_a_log_is_read_as_a_line_of_its_own),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
