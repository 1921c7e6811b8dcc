#include "tests/parsing.h"

static const char *const formats_texts[] = {
    "name: known\nsummary: s\nreads: lines\npriority: 50\npatterns:\n"
    "  - {name: a, match: '^KNOWN (?<user>\\w+)'}\n",
    "name: header\nsummary: s\nreads: lines\npriority: 40\npatterns:\n"
    "  - {name: a, level: generic, match: '^(?:KNOWN|HEAD) (?<message>.*)'}\n",
    "name: special\nsummary: s\nreads: json\nrequire: [specific]\n",
    "name: sheet\nsummary: s\nreads: csv\nrequire: [Own, Name]\n", NULL};

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

static void the_most_specific_reader_wins(void **state)
{
    static const struct {
        const char *text, *format;
    } rows[] = {
        {"KNOWN a\nKNOWN b\n", "known"},
        {"KNOWN a\nHEAD x\nHEAD y\nHEAD z\n", "header"},
        {"KNOWN a\nKNOWN b\nKNOWN c\ngarbage\n", "known"},
        {"HEAD a\ngarbage\nmore garbage\n", "header"},
        {"garbage\nmore garbage\n", "text"},
        {"2026-03-04 02:11:09 words here\n", "text"},
        {"{\"a\":1}\n{\"b\":2}\n", "jsonl"},
        {"{\"specific\":1}\n{\"specific\":2}\n{\"b\":2}\n", "special"},
        {"[{\"a\":1},{\"a\":2}]", "json_array"},
        {"a,b,c\n1,2,3\n4,5,6\n", "csv"},
        {"Own;Name\n1;2\n", "sheet"},
        {"a\tb\tc\n1\t2\t3\n", "csv"},
        {"Hello, world, again\nno more\nat all\n", "text"},
        {"a=1 b=2\nc=\"x y\" d=4\n", "logfmt"},
        {"", "text"},
        {"\n\n", "text"},
        {"\xEF\xBB\xBFKNOWN a\n", "known"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *got =
            parsing_judge(*state, str_from(rows[i].text), ENCODING_UTF8);
        if (strcmp(got, rows[i].format) != 0)
            fail_msg("%s: %s, not %s", rows[i].text, got, rows[i].format);
    }
}

static void a_binary_nobody_reads_is_none(void **state)
{
    char bytes[4096];
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (char)(i * 7 % 251);
    assert_string_equal(
        parsing_judge(*state, str_make(bytes, sizeof(bytes)), ENCODING_UTF8),
        "none");
    /* one stray NUL is no reason */
    assert_string_equal(
        parsing_judge(*state, STR("KNOWN a\0b\n"), ENCODING_UTF8), "known");
}

static void utf16_is_judged_as_text(void **state)
{
    static const char text[] = "\xFF\xFEK\0N\0O\0W\0N\0 \0a\0\n";
    assert_string_equal(
        parsing_judge(*state, str_make(text, sizeof(text)), ENCODING_UTF16LE),
        "known");
}

static void all_opinions_come_best_first_with_a_reason(void **state)
{
    struct verdict out[8];
    struct sample sample = {.bytes = STR("KNOWN a\nKNOWN b\n"), .whole = true};
    size_t count = formats_judge(*state, &sample, out, 8);
    assert_in_range(count, 3, 8);
    assert_string_equal(out[0].reason, "2 of 2 lines match known");
    assert_int_equal(out[0].parsed, 2);
    assert_int_equal(out[1].generic, 2);
    for (size_t i = 1; i < count; i++)
        assert_true(out[i - 1].score >= out[i].score);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_most_specific_reader_wins),
        cmocka_unit_test(a_binary_nobody_reads_is_none),
        cmocka_unit_test(utf16_is_judged_as_text),
        cmocka_unit_test(all_opinions_come_best_first_with_a_reason),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
