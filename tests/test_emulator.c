#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "tests/emulator.h"

enum { WIDTH = 10, HEIGHT = 4 };

/* Without a problem, "<row>|<row>|..." is what the bytes leave on the screen.
 */
static void expect_screen(const char *bytes, const char *screen)
{
    struct emulator emulator;
    struct buf shown = {0};
    emulator_init(&emulator, WIDTH, HEIGHT);
    emulator_feed(&emulator, str_from(bytes));
    emulator_screen(&emulator, &shown);
    for (size_t i = 0; i < shown.len; i++)
        if (shown.ptr[i] == '\n')
            shown.ptr[i] = '|';
    assert_string_equal(buf_cstr(&emulator.problem), "");
    assert_string_equal(buf_cstr(&shown), screen);
    buf_done(&shown);
    emulator_done(&emulator);
}

static void the_screen_is_what_a_terminal_would_show(void **state)
{
    static const struct {
        const char *bytes, *screen;
    } cases[] = {
        {"abc", "abc||||"},
        {"0123456789", "0123456789||||"},
        {"0123456789a", "0123456789|a|||"},
        {"0123456789\rX", "X123456789||||"},
        {"a\r\nb\r\nc\r\nd\r\ne", "b|c|d|e|"},
        {"\033[2;3Hx", "|  x|||"},
        {"abc\033[H\033[2J", "||||"},
        {"abcdef\033[3D\033[K", "abc||||"},
        {"abcdef\033[1;3H\033[1K", "   def||||"},
        {"abcdef\033[1;2H\033[2P", "adef||||"},
        {"abcdef\033[1;2H\033[2@", "a  bcdef||||"},
        {"abcdef\033[1;2H\033[2X", "a  def||||"},
        {"x\033[4b", "xxxxx||||"},
        {"a\r\nb\r\nc\033[1;1H\033[L", "|a|b|c|"},
        {"a\r\nb\r\nc\033[1;1H\033[M", "b|c|||"},
        {"a\r\nb\r\nc\r\nd\033[2;3r\033[3;1H\n", "a|c||d|"},
        {"a\r\nb\033[H\033M", "|a|b||"},
        {"a\xCC\x81z", "a\xCC\x81z||||"},
        {"\xE6\x97\xA5x", "\xE6\x97\xA5x||||"},
        {"012345678\xE6\x97\xA5", "012345678|\xE6\x97\xA5|||"},
        {"\0337ab\0338c", "cb||||"},
        {"old\033[?1049h\033[Hnew", "new||||"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        expect_screen(cases[i].bytes, cases[i].screen);
}

static void what_no_program_may_send_is_named(void **state)
{
    static const struct {
        const char *bytes, *problem;
    } cases[] = {
        {"a\007", "<07>"},
        {"\t", "<09>"},
        {"\033]52;c;AAAA\007", "<1B>]"},
        {"\033P+q\033\\", "<1B>P"},
        {"\033c", "<1B>c"},
        {"\033#8", "<1B>#"},
        {"\033[5i", "<1B>[5i"},
        {"\033[6c", "<1B>[6c"},
        {"\033[21t", "<1B>[21t"},
        {"\033[?1003h", "<1B>[?1003h"},
        {"\033[>4;1m", "<1B>[>4;1m"},
        {"\033[8m", "<1B>[8m"},
        {"\033[3J", "<1B>[3J"},
        {"\xC2\x9B"
         "2J",
            "<C2><9B>"},
        {"\x9B"
         "2J",
            "<9B>"},
        {"\xED\xA0\x80", "<ED><A0><80>"},
        {"\xE2\x80\xAE", "<E2><80><AE>"},
        {"\xE2\x80\x8B", "<E2><80><8B>"},
        {"\x7F", "<7F>"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct emulator emulator;
        emulator_init(&emulator, WIDTH, HEIGHT);
        emulator_feed(&emulator, str_from(cases[i].bytes));
        if (strstr(buf_cstr(&emulator.problem), cases[i].problem) == NULL)
            fail_msg("row %zu: \"%s\", not %s", i, buf_cstr(&emulator.problem),
                cases[i].problem);
        emulator_done(&emulator);
    }
}

static void colours_and_high_characters_can_be_forbidden(void **state)
{
    static const char *const wrong[] = {
        "\033[31m", "\033[38;5;200m", "\033[48;5;0m", "\033[97m", "\xC3\xA9"};
    static const char right[] = "\033[m\033[1;4;7m\033[39;49m plain";
    (void)state;
    for (size_t i = 0; i <= sizeof(wrong) / sizeof(*wrong); i++) {
        bool is_wrong = i < sizeof(wrong) / sizeof(*wrong);
        struct emulator emulator;
        emulator_init(&emulator, WIDTH, HEIGHT);
        emulator.forbid_colour = emulator.forbid_high = true;
        emulator_feed(&emulator, str_from(is_wrong ? wrong[i] : right));
        assert_int_equal(emulator.problem.len > 0, is_wrong);
        emulator_done(&emulator);
    }
}

static void what_was_not_put_back_is_told(void **state)
{
    static const struct {
        const char *bytes, *left;
    } cases[] = {
        {"\033[?1049h", "alternate screen"},
        {"\033[?25l", "cursor is off"},
        {"\033[?1000h", "mouse"},
        {"\033[?2004h", "bracketed paste"},
        {"\033[?7l", "wrapping is off"},
        {"\033=", "keypad"},
        {"\033(0", "character set"},
        {"\016", "character set"},
        {"\033[7m", "not plain"},
        {"\033[2;3r", "scrolls"},
        {"\033[", "no end"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct emulator emulator;
        struct buf left = {0};
        emulator_init(&emulator, WIDTH, HEIGHT);
        assert_true(emulator_is_restored(&emulator, &left));
        emulator_feed(&emulator, str_from(cases[i].bytes));
        assert_false(emulator_is_restored(&emulator, &left));
        if (strstr(buf_cstr(&left), cases[i].left) == NULL)
            fail_msg("row %zu: \"%s\"", i, buf_cstr(&left));
        buf_done(&left);
        emulator_done(&emulator);
    }
}

static void the_cursor_is_reported_when_asked_for(void **state)
{
    (void)state;
    struct emulator emulator;
    emulator_init(&emulator, WIDTH, HEIGHT);
    emulator_feed(&emulator, STR("\033[3;5H\033[6n"));
    assert_string_equal(buf_cstr(&emulator.answers), "\033[3;5R");
    emulator_done(&emulator);
}

static void looks_count_in_the_hash_of_rows(void **state)
{
    (void)state;
    struct emulator emulator;
    emulator_init(&emulator, WIDTH, HEIGHT);
    emulator_feed(&emulator, STR("a\r\nb"));
    uint64_t first = emulator_hash(&emulator, 0, 0);
    uint64_t second = emulator_hash(&emulator, 1, 1);
    emulator_feed(&emulator, STR("\r\033[7mb"));
    assert_true(emulator_hash(&emulator, 0, 0) == first);
    assert_true(emulator_hash(&emulator, 1, 1) != second);
    emulator_done(&emulator);
}

static int take_locale(void **state)
{
    (void)state;
    return setlocale(LC_CTYPE, "C.UTF-8") == NULL ? -1 : 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_screen_is_what_a_terminal_would_show),
        cmocka_unit_test(what_no_program_may_send_is_named),
        cmocka_unit_test(colours_and_high_characters_can_be_forbidden),
        cmocka_unit_test(what_was_not_put_back_is_told),
        cmocka_unit_test(the_cursor_is_reported_when_asked_for),
        cmocka_unit_test(looks_count_in_the_hash_of_rows),
    };
    return cmocka_run_group_tests(tests, take_locale, NULL);
}
