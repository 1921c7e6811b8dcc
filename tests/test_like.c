#include "tests/parsing.h"

static const char *const formats_texts[] = {
    "name: door\nsummary: s\nreads: json\nrequire: [who, went]\n"
    "fields: {who: user, 'at[0].ip': src_ip, went: _went}\n"
    "cut: [{from: user, match: '^(?<user>.*)/(?<user_domain>[^/]+)$'}]\n"
    "set: {provider: door, category: host}\n"
    "map: [{from: _went, to: action, values: {in: login, out: logout}}]\n"
    "time: {zone: UTC, formats: ['%d.%m.%Y %T']}\n",
    "name: gate\nsummary: s\nreads: csv\nrequire: [Data]\nlike: door\n"
    "below: Data[]\nset: {provider: gate}\nfields: {when: time}\n",
    "name: lost\nsummary: s\nreads: csv\nrequire: [x]\nlike: nothing\n",
    "name: chain\nsummary: s\nreads: csv\nrequire: [x]\nlike: gate\n", NULL};

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

static void values_are_parted(void **state)
{
    struct parsing in;
    parsing_start(&in, *state, "door",
        STR("{\"who\":\"alice/EXAMPLE\",\"went\":\"in\","
            "\"at\":[{\"ip\":\"192.0.2.7\"}]}\n"
            "{\"who\":\"bob\",\"went\":\"out\"}\n"));
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "user", "alice");
    assert_value(&in, "user_domain", "EXAMPLE");
    assert_value(&in, "action", "login");
    assert_value(&in, "x.went", "");
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "user", "bob");
    assert_value(&in, "user_domain", "");
    assert_value(&in, "action", "logout");
    parsing_done(&in);
}

static void another_container_means_the_same(void **state)
{
    struct parsing in;
    parsing_start(&in, *state, "gate",
        STR("when,Data\n04.03.2026 02:11:09,\"{\"\"who\"\":\"\"alice/E\"\","
            "\"\"went\"\":\"\"in\"\",\"\"at\"\":[{\"\"ip\"\":"
            "\"\"192.0.2.7\"\"}]}\"\n"));
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "format", "gate");
    assert_value(&in, "time", "2026-03-04T02:11:09Z");
    assert_value(&in, "user", "alice");
    assert_value(&in, "user_domain", "E");
    assert_value(&in, "src_ip", "192.0.2.7");
    assert_value(&in, "action", "login");
    assert_value(&in, "category", "host");
    assert_value(&in, "provider", "gate");
    parsing_done(&in);
}

static void what_is_like_nothing_is_set_aside(void **state)
{
    struct formats *formats = *state;
    assert_null(formats_find(formats, STR("lost")));
    assert_null(formats_find(formats, STR("chain")));
    assert_non_null(strstr(formats_problem(formats, 0), "no format nothing"));
    assert_non_null(
        strstr(formats_problem(formats, 1), "gate is itself like another"));
    assert_null(formats_problem(formats, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_parted),
        cmocka_unit_test(another_container_means_the_same),
        cmocka_unit_test(what_is_like_nothing_is_set_aside),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
