#include "tests/parsing.h"

static const char *const formats_texts[] = {
    "name: outer\nsummary: s\nreads: lines\nfamily: frames\npriority: 100\n"
    "patterns:\n"
    "  - {name: a, level: generic, match: "
    "'^(?:<(?<pri>\\d+)>)?(?<process>[^ :\\[]+)(?:\\[(?<pid>\\d+)\\])?: "
    "(?<message>.*)'}\n",
    "name: door\nsummary: s\ninside: [frames]\nwhen: process in doord, door2\n"
    "category: authentication\npatterns:\n"
    "  - {name: opened, match: '^opened for (?<user>\\S+) from "
    "(?<src_ip>\\S+)',"
    " set: {action: login, outcome: success, x.note: 'by ${user} at "
    "${src_ip}'}}\n"
    "  - {name: wrapped, match: '^wrapped (?<message>.*)', level: generic}\n"
    "  - {name: mapped, match: '^state=(?<_state>\\w+)', map: [{from: _state, "
    "values: {OK: {action: login, outcome: success}, "
    "'*': {action: login, outcome: failure}}}]}\n"
    "  - {name: pairs, match: '^kv (?<_rest>.*)', "
    "split: [{from: _rest, pairs: ' '}]}\n"
    "  - {name: colons, match: '^colons (?<_rest>.*)', "
    "split: [{from: _rest, pairs: ';', equals: ':'}]}\n"
    "  - {name: columns, match: '^row (?<_rest>.*)', "
    "split: [{from: _rest, columns: [src_ip, -, note, _how, user]}], "
    "map: [{from: _how, to: outcome, values: {good: success}}]}\n"
    "  - {name: named, match: '^named (?<_rest>.*)', "
    "split: [{from: _rest, as: named}]}\n"
    "fields: {SRC: src_ip, Src IP: src_ip}\n",
    "name: parcel\nsummary: s\ninside: [frames]\nholds_logs: yes\n"
    "when: process in parceld\npatterns:\n"
    "  - {name: a, level: generic, match: '^@in: (?<message>\\{.*\\})$'}\n",
    "name: goods\nsummary: s\nreads: json\nrequire: [good, whose]\n"
    "fields: {whose: user}\nset: {action: assign}\n",
    "name: clock\nsummary: s\ninside: [frames]\nwhen: process in clockd\n"
    "time: {own: yes}\nfields: {at: time}\npatterns:\n"
    "  - {name: a, match: '^(?<_rest>.*)', split: [{from: _rest, pairs: ' "
    "'}]}\n",
    "name: stamped\nsummary: s\nreads: lines\nfamily: frames\n"
    "priority: 101\npatterns:\n"
    "  - {name: a, level: generic, match: '^@(?<time>[^@]+)@ "
    "(?<process>[^ :]+): (?<message>.*)'}\n",
    "name: repeats\nsummary: s\ninside: [frames]\npriority: 10\npatterns:\n"
    "  - {name: a, match: '^repeated (?<count>\\d+) times: "
    "\\[(?<message>.*)\\]',"
    " level: generic, again: yes}\n",
    "name: mill\nsummary: s\ninside: [frames]\n"
    "when: process =~ ^(?:mill|miller)/\npatterns:\n"
    "  - {name: a, match: '^ground (?<code>\\d+)'}\n",
    "name: core\nsummary: s\ninside: [door]\npatterns:\n"
    "  - {name: a, match: '^core (?<code>\\d+)'}\n",
    "name: wall\nsummary: s\nreads: lines\ninside: [frames, wall]\n"
    "priority: 200\npatterns:\n"
    "  - {name: header, level: generic, match: "
    "'^#(?<code>\\d+): (?<message>.*)'}\n"
    "  - {name: one, when: code is 1, match: '^login (?<user>\\S+)'}\n"
    "  - {name: once, match: '^once (?<part>\\S+)'}\n"
    "  - {name: two, when: 'code in 2, 3', match: '^login (?<host>\\S+)'}\n",
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

static void start(struct parsing *in, void **state, const char *line)
{
    parsing_start(in, *state, "outer", str_from(line));
    assert_int_equal(parsing_next(in), 1);
}

static void the_message_is_read_by_the_format_inside(void **state)
{
    struct parsing in;
    start(&in, state, "<38>doord[77]: opened for alice from 192.0.2.7");
    assert_value(&in, "understood", "parsed");
    assert_value(&in, "format", "door");
    assert_value(&in, "category", "authentication");
    assert_value(&in, "action", "login");
    assert_value(&in, "user", "alice");
    assert_value(&in, "pid", "77");
    assert_value(&in, "x.note", "by alice at 192.0.2.7");
    assert_value(&in, "severity", "6");
    assert_value(&in, "level", "informational");
    assert_value(&in, "x.facility", "auth");
    parsing_done(&in);
}

static void only_the_formats_of_that_process_are_asked(void **state)
{
    struct parsing in;
    start(&in, state, "window: opened for alice from 192.0.2.7");
    assert_value(&in, "understood", "generic");
    assert_value(&in, "format", "outer");
    assert_value(&in, "user", "");
    parsing_done(&in);

    start(&in, state, "/usr/sbin/DOOR2: opened for alice from 192.0.2.7");
    assert_value(&in, "user", "alice");
    assert_value(&in, "process", "/usr/sbin/DOOR2");
    parsing_done(&in);
}

static void a_regex_may_be_about_the_whole_name_of_a_process(void **state)
{
    struct parsing in;
    start(&in, state, "mill/stone[7]: ground 42");
    assert_value(&in, "format", "mill");
    assert_value(&in, "code", "42");
    parsing_done(&in);

    start(&in, state, "stone: ground 42");
    assert_value(&in, "format", "outer");
    parsing_done(&in);
}

static void a_name_in_place_of_an_address_is_a_host(void **state)
{
    struct parsing in;
    start(&in, state, "doord: opened for bob from www.example.com");
    assert_value(&in, "src_ip", "");
    assert_value(&in, "src_host", "www.example.com");
    parsing_done(&in);
}

static void formats_nest_and_the_innermost_names_the_record(void **state)
{
    struct parsing in;
    start(&in, state, "doord: wrapped core 42");
    assert_value(&in, "format", "core");
    assert_value(&in, "code", "42");
    assert_value(&in, "message", "core 42");
    parsing_done(&in);
}

static void a_repeated_message_counts_and_is_read_again(void **state)
{
    struct parsing in;
    start(&in, state,
        "doord: repeated 5 times: [opened for alice from 2001:db8::7]");
    assert_value(&in, "count", "5");
    assert_value(&in, "user", "alice");
    assert_value(&in, "src_ip", "2001:db8::7");
    assert_value(&in, "understood", "parsed");
    parsing_done(&in);

    start(&in, state,
        "doord: repeated 5 times: [repeated 6 times: [opened for a from b]]");
    assert_value(&in, "user", "");
    parsing_done(&in);
}

static void a_map_turns_one_value_into_several(void **state)
{
    struct parsing in;
    start(&in, state, "doord: state=ok");
    assert_value(&in, "outcome", "success");
    parsing_done(&in);
    start(&in, state, "doord: state=bad");
    assert_value(&in, "outcome", "failure");
    assert_value(&in, "x._state", "");
    parsing_done(&in);
}

static void pairs_in_a_message_are_split(void **state)
{
    struct parsing in;
    start(&in, state, "doord: kv SRC=192.0.2.9 a=\"b c\" junk d=");
    assert_value(&in, "src_ip", "192.0.2.9");
    assert_value(&in, "x.a", "b c");
    assert_value(&in, "x.d", "");
    parsing_done(&in);
}

static void columns_go_by_their_place(void **state)
{
    struct parsing in;
    start(&in, state,
        "doord: row 192.0.2.9,skip,\"a, \"\"b\"\"\",good,alice,more");
    assert_value(&in, "src_ip", "192.0.2.9");
    assert_value(&in, "x.note", "a, \"b\"");
    assert_value(&in, "outcome", "success");
    assert_value(&in, "user", "alice");
    parsing_done(&in);
    start(&in, state, "doord: row 192.0.2.9,,-");
    assert_value(&in, "src_ip", "192.0.2.9");
    assert_value(&in, "x.note", "");
    assert_value(&in, "user", "");
    parsing_done(&in);
}

static void a_pair_may_have_another_sign(void **state)
{
    struct parsing in;
    start(&in, state, "doord: colons a:\"b; c\"; d:e=f; junk; SRC:192.0.2.9");
    assert_value(&in, "x.a", "b; c");
    assert_value(&in, "x.d", "e=f");
    assert_value(&in, "src_ip", "192.0.2.9");
    parsing_done(&in);
}

/* The header's stamp gives way to a better one, and only to such. */
static void a_format_may_have_a_stamp_of_its_own(void **state)
{
    static const struct {
        const char *line, *time, *kept;
    } cases[] = {
        {"@Mar  4 02:11:09@ clockd: at=1772590270", "2026-03-04T02:11:10Z", ""},
        {"@Mar  4 02:11:09@ clockd: at=2025-03-04T02:00:00",
            "2025-03-04T02:00:00Z", ""},
        {"@2026-03-04T02:11:09Z@ clockd: at=2025-03-04T02:00:00",
            "2026-03-04T02:11:09Z", "2025-03-04T02:00:00"},
        {"@2026-03-04T02:11:09@ clockd: at=02:00:00", "2026-03-04T02:11:09Z",
            "02:00:00"},
        {"@2026-03-04T02:11:09@ clockd: at=never", "2026-03-04T02:11:09Z",
            "never"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct parsing in;
        parsing_start(&in, *state, "stamped", str_from(cases[i].line));
        assert_int_equal(parsing_next(&in), 1);
        assert_value(&in, "format", "clock");
        assert_value(&in, "time", cases[i].time);
        assert_value(&in, "x.at", cases[i].kept);
        parsing_done(&in);
    }
}

/* A value may hold what parts the pairs, as long as no name follows. */
static void named_values_in_a_message_are_split(void **state)
{
    struct parsing in;
    start(&in, state,
        "doord: named Src IP: 192.0.2.9, Policy: a, b, URL: http://x/?a,b: c, "
        "Empty: , Last: 7");
    assert_value(&in, "src_ip", "192.0.2.9");
    assert_value(&in, "x.Policy", "a, b");
    assert_value(&in, "x.URL", "http://x/?a,b: c");
    assert_value(&in, "x.Empty", "");
    assert_value(&in, "x.Last", "7");
    parsing_done(&in);
}

static void a_format_inside_itself_is_chosen_by_code(void **state)
{
    static const struct {
        const char *line, *user, *host, *understood;
    } rows[] = {
        {"#1: login alice", "alice", "", "parsed"},
        {"#3: login alice", "", "alice", "parsed"},
        {"#4: login alice", "", "", "generic"},
        {"doord: #1: login alice", "alice", "", "parsed"},
        {"login alice", "", "", "unparsed"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct parsing in;
        parsing_start(&in, *state, "wall", str_from(rows[i].line));
        assert_int_equal(parsing_next(&in), 1);
        assert_value(&in, "user", rows[i].user);
        assert_value(&in, "host", rows[i].host);
        assert_value(&in, "understood", rows[i].understood);
        parsing_done(&in);
    }
}

/* What it read of a message, it does not read again. */
static void a_format_inside_itself_reads_once(void **state)
{
    struct parsing in;
    parsing_start(&in, *state, "outer", STR("doord: once more"));
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "format", "wall");
    size_t parts = 0;
    for (size_t i = 0; i < in.record.extra_count; i++)
        parts += str_eq(in.record.extras[i].name, STR("part"));
    assert_int_equal(parts, 1);
    parsing_done(&in);
}

/* More process names than are remembered: the answers stay the same. */
static void any_number_of_process_names_is_served(void **state)
{
    struct parsing in;
    struct buf text = {0};
    for (int i = 0; i < 6000; i++)
        buf_printf(
            &text, "p%d: x\ndoord: opened for u%d from 192.0.2.1\n", i, i);
    parsing_start(&in, *state, "outer", buf_str(&text));
    for (int i = 0; i < 6000; i++) {
        char user[16];
        snprintf(user, sizeof(user), "u%d", i);
        assert_int_equal(parsing_next(&in), 1);
        assert_value(&in, "understood", "generic");
        assert_int_equal(parsing_next(&in), 1);
        assert_value(&in, "user", user);
    }
    parsing_done(&in);
    buf_done(&text);
}

static void a_message_may_hold_a_line_of_another_log(void **state)
{
    struct parsing in;
    parsing_start(&in, *state, "outer",
        STR("parceld: @in: {\"good\":\"x\",\"whose\":\"alice\"}\n"));
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "format", "goods");
    assert_value(&in, "understood", "parsed");
    assert_value(&in, "process", "parceld");
    assert_value(&in, "user", "alice");
    assert_value(&in, "action", "assign");
    parsing_done(&in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_message_is_read_by_the_format_inside),
        cmocka_unit_test(only_the_formats_of_that_process_are_asked),
        cmocka_unit_test(a_regex_may_be_about_the_whole_name_of_a_process),
        cmocka_unit_test(a_name_in_place_of_an_address_is_a_host),
        cmocka_unit_test(formats_nest_and_the_innermost_names_the_record),
        cmocka_unit_test(a_repeated_message_counts_and_is_read_again),
        cmocka_unit_test(a_map_turns_one_value_into_several),
        cmocka_unit_test(pairs_in_a_message_are_split),
        cmocka_unit_test(columns_go_by_their_place),
        cmocka_unit_test(a_pair_may_have_another_sign),
        cmocka_unit_test(a_format_may_have_a_stamp_of_its_own),
        cmocka_unit_test(named_values_in_a_message_are_split),
        cmocka_unit_test(a_format_inside_itself_is_chosen_by_code),
        cmocka_unit_test(a_format_inside_itself_reads_once),
        cmocka_unit_test(any_number_of_process_names_is_served),
        cmocka_unit_test(a_message_may_hold_a_line_of_another_log),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
