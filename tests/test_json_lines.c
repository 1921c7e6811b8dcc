#include "tests/parsing.h"

static const char *const formats_texts[] = {
    "name: cloud\nsummary: s\nreads: json\nrequire: [who.name, what]\n"
    "when: what =~ ^Log\ncategory: authentication\n"
    "fields: {who.name: user, at: time, ms: x.duration}\n"
    "map: [{from: x.what, to: action, values: {LogIn: login, "
    "LogOut: logout}}]\n",
    "name: deep\nsummary: s\nreads: json\nrequire: [verbName]\n"
    "fields: {verbName: x.verbName, 'goals[0].who.id': target_user, "
    "'goals[1].who.id': x.second, 'goals[2].who.id': x.third, "
    "'args[name=To].value': mail_to, 'body[].ip': src_ip, "
    "'body[].list[k=b].v': user}\n"
    "map: [{from: x.verbName, to: action, values: {Get*: query, "
    "'*Key': key_create, '*.wall.*': firewall_change, 'Add*Rule': mail_rule, "
    "'*': request}}]\n",
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
    parsing_start(in, *state, "jsonl", str_from(line));
    assert_int_equal(parsing_next(in), 1);
}

static void a_declared_format_claims_what_it_requires(void **state)
{
    struct parsing in;
    start(&in, state,
        "{\"who\":{\"name\":\"alice\"},\"what\":\"LogIn\",\"at\":1772590269,"
        "\"ms\":7,\"tags\":[\"a\",2]}");
    assert_value(&in, "format", "cloud");
    assert_value(&in, "understood", "parsed");
    assert_value(&in, "user", "alice");
    assert_value(&in, "action", "login");
    assert_value(&in, "time", "2026-03-04T02:11:09Z");
    assert_value(&in, "x.duration", "7");
    assert_value(&in, "x.tags", "[\"a\",2]");
    parsing_done(&in);

    start(&in, state, "{\"who\":{\"name\":\"alice\"},\"what\":\"Else\"}");
    assert_value(&in, "format", "jsonl");
    parsing_done(&in);
}

static void values_inside_arrays_and_texts_are_found(void **state)
{
    struct parsing in;
    start(&in, state,
        "{\"verbName\":\"x\",\"goals\":[{\"who\":{\"id\":\"bob\"}},"
        "{\"who\":{\"id\":\"eve\"}}],\"args\":[{\"name\":\"From\","
        "\"value\":\"a@example.com\"},{\"name\":\"To\",\"value\":"
        "\"b@example.com\"}],\"body\":\"{\\\"ip\\\":\\\"192.0.2.7\\\","
        "\\\"list\\\":"
        "[{\\\"k\\\":\\\"a\\\"},{\\\"k\\\":\\\"b\\\",\\\"v\\\":\\\"eve\\\"}]}"
        "\"}");
    assert_value(&in, "user", "eve");
    assert_value(&in, "format", "deep");
    assert_value(&in, "target_user", "bob");
    assert_value(&in, "x.second", "eve");
    assert_value(&in, "x.third", "");
    assert_value(&in, "mail_to", "b@example.com");
    assert_value(&in, "src_ip", "192.0.2.7");
    parsing_done(&in);

    static const char *const without[] = {"{\"verbName\":\"x\",\"goals\":[]}",
        "{\"verbName\":\"x\",\"goals\":[1,{\"who\":{\"id\":\"a\"}}]}",
        "{\"verbName\":\"x\",\"goals\":\"[{\"}",
        "{\"verbName\":\"x\",\"goals\":\"text\"}"};
    for (size_t i = 0; i < sizeof(without) / sizeof(without[0]); i++) {
        start(&in, state, without[i]);
        assert_value(&in, "format", "deep");
        assert_value(&in, "target_user", "");
        parsing_done(&in);
    }
}

static void a_port_behind_an_address_goes_to_the_port(void **state)
{
    static const struct {
        const char *line, *ip, *port, *host;
    } rows[] = {
        {"{\"src_ip\":\"192.0.2.7:443\"}", "192.0.2.7", "443", ""},
        {"{\"src_ip\":\"[2001:db8::7]:443\"}", "2001:db8::7", "443", ""},
        {"{\"src_ip\":\"2001:db8::7\"}", "2001:db8::7", "", ""},
        {"{\"src_ip\":\"::ffff:192.0.2.7\"}", "192.0.2.7", "", ""},
        {"{\"src_ip\":\"[::FFFF:192.0.2.7]:443\"}", "192.0.2.7", "443", ""},
        {"{\"src_ip\":\"192.0.2.7:65536\"}", "", "", "192.0.2.7:65536"},
        {"{\"src_ip\":\"db.example.com:99\"}", "", "", "db.example.com:99"},
        {"{\"src_ip\":\":\"}", "", "", ":"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct parsing in;
        start(&in, state, rows[i].line);
        assert_value(&in, "src_ip", rows[i].ip);
        assert_value(&in, "src_port", rows[i].port);
        assert_value(&in, "src_host", rows[i].host);
        parsing_done(&in);
    }
}

static void a_star_in_a_choice_stands_for_any_text(void **state)
{
    static const struct {
        const char *line, *action;
    } rows[] = {
        {"{\"verbName\":\"getThing\"}", "query"},
        {"{\"verbName\":\"NewKey\"}", "key_create"},
        {"{\"verbName\":\"NewKeyKey\"}", "key_create"},
        {"{\"verbName\":\"a.wall.open\"}", "firewall_change"},
        {"{\"verbName\":\"a.wal.l.open\"}", "request"},
        {"{\"verbName\":\"AddInboxRule\"}", "mail_rule"},
        {"{\"verbName\":\"AddInbox\"}", "request"},
        {"{\"verbName\":\"ey\"}", "request"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct parsing in;
        start(&in, state, rows[i].line);
        assert_value(&in, "action", rows[i].action);
        parsing_done(&in);
    }
}

static void names_in_lower_case_are_the_same_names(void **state)
{
    struct parsing in;
    start(&in, state, "{\"verbname\":\"GetThing\"}");
    assert_value(&in, "format", "deep");
    assert_value(&in, "x.verbName", "GetThing");
    assert_value(&in, "action", "query");
    parsing_done(&in);

    start(&in, state, "{\"VERBNAME\":\"a\",\"verbName\":\"b\",\"VerbName\":3}");
    assert_value(&in, "x.verbName", "b");
    assert_value(&in, "x.VERBNAME", "a");
    assert_value(&in, "x.VerbName", "3");
    parsing_done(&in);
}

static void ecs_names_are_understood_nested_and_dotted(void **state)
{
    struct parsing in;
    start(&in, state,
        "{\"@timestamp\":\"2026-03-04T02:11:09.120Z\",\"source\":{\"ip\":"
        "\"192.0.2.7\",\"port\":99},\"user.name\":\"bob\",\"event\":"
        "{\"action\":\"dance\",\"outcome\":\"failure\"},\"log\":"
        "{\"level\":\"warn\"}}");
    assert_value(&in, "understood", "parsed");
    assert_value(&in, "time", "2026-03-04T02:11:09.120Z");
    assert_value(&in, "src_ip", "192.0.2.7");
    assert_value(&in, "src_port", "99");
    assert_value(&in, "user", "bob");
    assert_value(&in, "outcome", "failure");
    assert_value(&in, "action", ""); /* no word of ours */
    assert_value(&in, "x.event.action", "dance");
    assert_value(&in, "level", "warning");
    parsing_done(&in);
}

static void an_object_that_says_who_or_what_is_understood(void **state)
{
    static const struct {
        const char *line, *understood;
    } rows[] = {
        {"{\"time\":\"2026-03-04T02:11:09Z\",\"user\":\"alice\"}", "parsed"},
        {"{\"source.ip\":\"192.0.2.7\"}", "parsed"},
        {"{\"ts\":\"2026-03-04T02:11:09Z\",\"level\":\"info\",\"msg\":\"hi\","
         "\"host\":\"web01\",\"logger\":\"a.b\",\"colour\":\"red\"}",
            "generic"},
        {"{\"time\":\"2026-03-04T02:11:09Z\",\"action\":\"dance\"}",
            "generic"}, /* no word of ours */
        {"{\"colour\":\"red\",\"message\":\"hi\"}", "unparsed"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct parsing in;
        start(&in, state, rows[i].line);
        assert_value(&in, "format", "jsonl");
        assert_value(&in, "understood", rows[i].understood);
        parsing_done(&in);
    }
}

static void what_we_print_can_be_read_again(void **state)
{
    struct parsing in;
    start(&in, state,
        "{\"id\":7,\"time\":\"2026-03-04T02:11:09.123456Z\",\"time_quality\":"
        "\"exact\",\"source\":\"auth.log\",\"line\":3,\"count\":5,\"user\":"
        "\"alice\",\"action\":\"login\",\"x.key\":\"v\",\"raw\":\"...\"}");
    assert_value(&in, "time", "2026-03-04T02:11:09.123456Z");
    assert_value(&in, "count", "5");
    assert_value(&in, "user", "alice");
    assert_value(&in, "action", "login");
    assert_value(&in, "x.key", "v");
    assert_value(&in, "id", "");
    assert_value(&in, "x.id", "7");
    assert_value(&in, "source", "");
    parsing_done(&in);
}

static void a_count_of_the_logs_own_counts_nothing(void **state)
{
    struct parsing in;
    start(&in, state, "{\"count\":500,\"msg\":\"x\"}");
    assert_value(&in, "count", "1");
    assert_value(&in, "x.count", "500");
    assert_value(&in, "message", "x");
    assert_value(&in, "understood", "unparsed");
    parsing_done(&in);
}

static void epochs_are_read_by_their_magnitude(void **state)
{
    static const struct {
        const char *line, *time;
    } rows[] = {
        {"{\"ts\":1772590269}", "2026-03-04T02:11:09Z"},
        {"{\"ts\":1772590269.5}", "2026-03-04T02:11:09.500Z"},
        {"{\"ts\":1772590269120}", "2026-03-04T02:11:09.120Z"},
        {"{\"ts\":\"1772590269123456\"}", "2026-03-04T02:11:09.123456Z"},
        {"{\"date\":\"2026-03-04\",\"time\":\"02:11:09\"}",
            "2026-03-04T02:11:09Z"},
        {"{\"ts\":12}", ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct parsing in;
        start(&in, state, rows[i].line);
        assert_value(&in, "time", rows[i].time);
        parsing_done(&in);
    }
}

static void escapes_are_undone_and_survive(void **state)
{
    struct parsing in;
    start(&in, state,
        "{\"message\":\"a\\n\\u00e9\",\"a\\tb\":{\"c\":\"d\\\"e\"}}");
    assert_value(&in, "message", "a\n\xC3\xA9");
    assert_value(&in, "x.a\tb.c", "d\"e");
    parsing_done(&in);
}

static void lines_that_are_no_objects_are_text(void **state)
{
    static const char *const lines[] = {
        "{\"a\":1", "{\"a\":1} x", "[1]", "{]", "{\"a\":{\"b\":}}"};
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct parsing in;
        start(&in, state, lines[i]);
        assert_value(&in, "understood", "unparsed");
        assert_value(&in, "message", lines[i]);
        assert_int_equal(in.record.extra_count, 0);
        parsing_done(&in);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_declared_format_claims_what_it_requires),
        cmocka_unit_test(values_inside_arrays_and_texts_are_found),
        cmocka_unit_test(a_port_behind_an_address_goes_to_the_port),
        cmocka_unit_test(a_star_in_a_choice_stands_for_any_text),
        cmocka_unit_test(names_in_lower_case_are_the_same_names),
        cmocka_unit_test(ecs_names_are_understood_nested_and_dotted),
        cmocka_unit_test(an_object_that_says_who_or_what_is_understood),
        cmocka_unit_test(what_we_print_can_be_read_again),
        cmocka_unit_test(a_count_of_the_logs_own_counts_nothing),
        cmocka_unit_test(epochs_are_read_by_their_magnitude),
        cmocka_unit_test(escapes_are_undone_and_survive),
        cmocka_unit_test(lines_that_are_no_objects_are_text),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
