#include "tests/parsing.h"

static int set_up(void **state)
{
    static const char *const texts[] = {
        "name: router\nsummary: s\nreads: logfmt\nrequire: [devid]\n"
        "fields: {srcip: src_ip}\n",
        NULL};
    *state = parsing_formats(texts);
    return 0;
}

static int tear_down(void **state)
{
    formats_free(*state);
    return 0;
}

static void pairs_become_fields(void **state)
{
    struct parsing in;
    parsing_start(&in, *state, "logfmt",
        STR("time=2026-03-04T02:11:09Z level=warn msg=\"a \\\"b\\\"\" "
            "user=alice k= n=1\n"));
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "time", "2026-03-04T02:11:09Z");
    assert_value(&in, "level", "warning");
    assert_value(&in, "message", "a \"b\"");
    assert_value(&in, "user", "alice");
    assert_value(&in, "x.n", "1");
    assert_value(&in, "understood", "parsed");
    parsing_done(&in);
}

static void a_declared_format_claims_what_it_requires(void **state)
{
    struct parsing in;
    parsing_start(
        &in, *state, "logfmt", STR("devid=7 srcip=192.0.2.1 other=x\n"));
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "format", "router");
    assert_value(&in, "understood", "parsed");
    assert_value(&in, "src_ip", "192.0.2.1");
    parsing_done(&in);
}

static void a_line_that_is_no_pairs_is_text(void **state)
{
    struct parsing in;
    parsing_start(&in, *state, "logfmt",
        STR("2026-03-04 02:11:09 just words\na=\"never closed\n"));
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "understood", "generic");
    assert_value(&in, "message", "just words");
    assert_int_equal(parsing_next(&in), 1);
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_become_fields),
        cmocka_unit_test(a_declared_format_claims_what_it_requires),
        cmocka_unit_test(a_line_that_is_no_pairs_is_text),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
