#include "parsers/zeek_value.h"

#include "tests/parsing.h"

static const struct {
    const char *type, *text, *value;
} values[] = {
    {"bool", "T", "true"},
    {"bool", "F", "false"},
    {"bool", "?", "?"},
    {"count", "42", "42"},
    {"string", "-", ""},
    {"string", "(empty)", ""},
    {"string", "T", "T"},
    {"string", "a\\x09b\\\\c", "a\tb\\c"},
    {"string", "\\x2d", "-"},
    {"string", "caf\\xc3\\xa9", "caf\xc3\xa9"},
    /* no text: as it was written */
    {"string", "\\xff\\x41", "\\xff\\x41"},
    {"string", "a\\x00", "a\\x00"},
    {"string", "cut\\x4", "cut\\x4"},
    {"string", "\\", "\\"},
    {"set[addr]", "192.0.2.1,2001:db8::1", "[\"192.0.2.1\",\"2001:db8::1\"]"},
    {"vector[interval]", "1.500000,2.000000", "[1.500000,2.000000]"},
    {"vector[bool]", "T,F", "[true,false]"},
    {"vector[string]", "a\\x2cb,\"", "[\"a,b\",\"\\\"\"]"},
    {"set[string]", "(empty)", ""},
};

static void values_are_those_of_json(void **state)
{
    (void)state;
    struct zeek_marks marks = {0};
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        struct arena arena = {0};
        struct buf scratch = {0};
        struct str value = zeek_value(&marks, str_from(values[i].type),
            str_from(values[i].text), &arena, &scratch);
        assert_string_equal(arena_cstr(&arena, value), values[i].value);
        buf_done(&scratch);
        arena_done(&arena);
    }
}

static void a_file_may_mark_them_otherwise(void **state)
{
    (void)state;
    struct zeek_marks marks = {STR("|"), STR("none"), STR("nil")};
    struct arena arena = {0};
    struct buf scratch = {0};
    struct str value =
        zeek_value(&marks, STR("set[string]"), STR("a,b|c"), &arena, &scratch);
    assert_string_equal(arena_cstr(&arena, value), "[\"a,b\",\"c\"]");
    value = zeek_value(&marks, STR("string"), STR("nil"), &arena, &scratch);
    assert_int_equal(value.len, 0);
    value = zeek_value(&marks, STR("string"), STR("-"), &arena, &scratch);
    assert_string_equal(arena_cstr(&arena, value), "-");
    buf_done(&scratch);
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_those_of_json),
        cmocka_unit_test(a_file_may_mark_them_otherwise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
