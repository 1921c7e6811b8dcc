#include "parsers/define.h"
#include "tests/parsing.h"

static const char *const texts[] = {
    "name: t\nsummary: s\nreads: lines\ntime: {formats: ['%s']}\npatterns:\n"
    "  - name: head\n    match: '^= (?<time>\\d+) ?(?<user>\\S+)?'\n"
    "    carry: [time, user, x.run]\n    set: {x.run: '7'}\n"
    "  - {name: own, match: '^- (?<user>\\S+) (?<command>.*)'}\n"
    "  - {name: other, match: '^- (?<command>.*)'}\n",
    "name: u\nsummary: s\nreads: lines\ngoes_on: '\\\\$'\npatterns:\n"
    "  - name: any\n    match: '^> (?<command>(?s:.*))'\n"
    "    decode: {command: zsh}\n",
    NULL};

static void values_hold_until_they_are_stated_anew(void **state)
{
    (void)state;
    struct formats *formats = parsing_formats(texts);
    struct parsing parsing;
    parsing_start(&parsing, formats, "t",
        STR("= 1772590269 alice\n- id\n- bob id\nstrange\n= 1772590270\n- "
            "ls\n"));
    assert_int_equal(parsing_next(&parsing), 1);
    assert_int_equal(parsing_next(&parsing), 1);
    assert_value(&parsing, "time", "2026-03-04T02:11:09Z");
    assert_value(&parsing, "user", "alice");
    assert_value(&parsing, "x.run", "7");
    assert_int_equal(parsing_next(&parsing), 1);
    assert_value(&parsing, "user", "bob");
    assert_int_equal(parsing_next(&parsing), 1);
    assert_value(&parsing, "user", ""); /* no line of this format */
    assert_int_equal(parsing_next(&parsing), 1);
    assert_int_equal(parsing_next(&parsing), 1);
    assert_value(&parsing, "time", "2026-03-04T02:11:10Z");
    assert_value(&parsing, "user", "");
    assert_int_equal(parsing_next(&parsing), 0);
    parsing_done(&parsing);
    formats_free(formats);
}

static void values_pass_from_piece_to_piece(void **state)
{
    (void)state;
    struct formats *formats = parsing_formats(texts);
    struct parsing parsing;
    struct buf learnt = {0};
    parsing_start(&parsing, formats, "t", STR(""));
    const struct parser *parser = parsing.reading.parser;
    assert_true(parser->keeps_fields);
    parser->learn(&parsing.reading, STR("= 1772590269 alice\n"), &learnt);
    parser->learn(&parsing.reading, STR("- id\n"), &learnt);
    struct piece piece = {.bytes = STR("- ls\n"), .state = buf_str(&learnt)};
    parser->feed(parsing.cursor, &piece);
    assert_int_equal(parsing_next(&parsing), 1);
    assert_value(&parsing, "time", "2026-03-04T02:11:09Z");
    assert_value(&parsing, "user", "alice");

    piece.state = str_sub(buf_str(&learnt), 0, 5); /* damaged */
    parser->feed(parsing.cursor, &piece);
    assert_int_equal(parsing_next(&parsing), 1);
    assert_value(&parsing, "user", "");
    parsing_done(&parsing);
    buf_done(&learnt);
    formats_free(formats);
}

static void a_line_that_goes_on_is_never_cut_off(void **state)
{
    (void)state;
    struct formats *formats = parsing_formats(texts);
    struct parsing parsing;
    struct str text = STR("> a\\\nb\\\nc\n> \x83\x20\n");
    parsing_start(&parsing, formats, "u", text);
    const struct parser *parser = parsing.reading.parser;
    assert_int_equal(parser->cut(&parsing.reading, text, false), text.len);
    for (size_t len = 0; len < 10; len++)
        assert_int_equal(
            parser->cut(&parsing.reading, str_sub(text, 0, len), false), 0);
    assert_int_equal(parsing_next(&parsing), 1);
    assert_value(&parsing, "command", "a\nb\nc");
    assert_int_equal(parsing_next(&parsing), 1);
    assert_int_equal(record_get(&parsing.record, FIELD_COMMAND).len, 1);
    assert_int_equal(parsing_next(&parsing), 0);
    parsing_done(&parsing);
    formats_free(formats);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_hold_until_they_are_stated_anew),
        cmocka_unit_test(values_pass_from_piece_to_piece),
        cmocka_unit_test(a_line_that_goes_on_is_never_cut_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
